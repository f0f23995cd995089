//! Hostile text made inert, one function per place it can go to. Names, UPNs and user agents are attacker-written.

/// A CSV cell that no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or return gets a `'`.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    format!("{}{text}", csv_guard(text))
}

/// What [`csv_cell`] puts before a text: `'`, or nothing.
#[must_use]
pub fn csv_guard(text: &str) -> &'static str {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') => "'",
        _ => "",
    }
}

/// A PowerShell literal: single quotes, doubled inside (the typographic ones too: PowerShell takes them for quotes),
/// control characters and marks that make a script read otherwise than it runs out.
#[must_use]
pub fn powershell(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars().filter(|c| !is_deceptive(*c)) {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// A word of a POSIX shell: single quotes, in which nothing expands; what `powershell` leaves out is left out here too.
#[must_use]
pub fn sh(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !is_deceptive(*c)).collect();
    format!("'{}'", inner.replace('\'', "'\\''"))
}

/// Text as one part of a URL path: everything but unreserved characters is percent-encoded (RFC 3986).
#[must_use]
pub fn url_segment(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let part = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(part).collect::<Vec<_>>().concat()
}

/// Text for a terminal: control and bidi characters shown, not obeyed.
#[must_use]
pub fn terminal(text: &str) -> String {
    let shown = |c: char| if is_deceptive(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() };
    text.chars().map(shown).collect::<Vec<_>>().concat()
}

/// Control characters, bidi overrides and isolates, zero-width marks.
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_inert() {
        assert_eq!(csv_cell("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(csv_cell("plain"), "plain");
        assert_eq!(powershell("'; Remove-Item C:\\ #"), "'''; Remove-Item C:\\ #'");
        assert_eq!(powershell("\u{2019}; rm"), "'\u{2019}\u{2019}; rm'");
        assert_eq!(powershell("a\nb\u{0}"), "'ab'");
        assert_eq!(powershell("a\u{202e}b"), "'ab'");
        assert_eq!(sh("x'; rm -rf / #"), "'x'\\''; rm -rf / #'");
        assert_eq!(sh("$(a)\n`b`\u{202e}"), "'$(a)`b`'");
        assert_eq!(url_segment("76cbae99-9c68"), "76cbae99-9c68");
        assert_eq!(url_segment("a/../#x?\""), "a%2F..%2F%23x%3F%22");
        assert_eq!(terminal("\u{1b}[2Jx\u{202e}"), "\\u{1b}[2Jx\\u{202e}");
    }
}
