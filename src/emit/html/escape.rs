//! The one way text reaches the page: HTML escaping that also makes hidden characters visible.
//!
//! Names, UPNs and user agents are written by attackers. Markup in them is answered by escaping;
//! direction overrides and control characters, which would turn a line round or hide a part of it,
//! become U+FFFD, so that a reader sees that something stood there.

use std::fmt;

use askama::filters::Escaper;

/// The page's escaper: the templates name it as `escape = "inert"`, askama.toml binds the name.
#[derive(Clone, Copy, Debug)]
pub struct Inert;

impl Escaper for Inert {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        let mut from = 0;
        for (at, c) in string.char_indices() {
            if let Some(instead) = replacement(c) {
                dest.write_str(&string[from..at])?;
                dest.write_str(instead)?;
                from = at + c.len_utf8();
            }
        }
        dest.write_str(&string[from..])
    }
}

/// What stands for a character that may not reach the page as it is.
pub(super) fn replacement(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&#34;"),
        '\'' => Some("&#39;"),
        '\n' | '\t' => None,
        _ if hidden(c) => Some("\u{FFFD}"),
        _ => None,
    }
}

/// Characters that are not seen but change what is: controls, direction marks and overrides,
/// zero-width blanks, line separators, tag characters. Joiners stay: Indic scripts and emoji need them.
fn hidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Inert.write_escaped_str(&mut out, text).unwrap_or_default();
        out
    }

    #[test]
    fn markup_and_hidden_characters_are_inert() {
        let cases = [
            ("plain", "plain"),
            ("", ""),
            ("a\nb\tc", "a\nb\tc"),
            ("</script>", "&lt;/script&gt;"),
            ("\"'&", "&#34;&#39;&amp;"),
            ("a\u{202E}gnp.exe", "a\u{FFFD}gnp.exe"),
            ("\u{2066}x\u{2069}\u{200E}\u{200F}", "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("\0\u{1b}[2J\r", "\u{FFFD}\u{FFFD}[2J\u{FFFD}"),
            ("\u{FEFF}A\u{200B}", "\u{FFFD}A\u{FFFD}"),
            ("محمد 山田 👩\u{200D}💻", "محمد 山田 👩\u{200D}💻"),
        ];
        for (text, want) in cases {
            assert_eq!(escaped(text), want, "{text:?}");
        }
    }
}
