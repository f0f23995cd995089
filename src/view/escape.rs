//! Hostile text made inert, one function per place it can go to. Names, UPNs and user agents are attacker-written.

/// A CSV cell that no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or return gets a `'`.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') => {
            format!("'{text}")
        }
        _ => text.to_owned(),
    }
}

/// A PowerShell literal: single quotes, doubled inside (the typographic ones too: PowerShell takes them for quotes),
/// control characters out.
#[must_use]
pub fn powershell(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
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
        assert_eq!(terminal("\u{1b}[2Jx\u{202e}"), "\\u{1b}[2Jx\\u{202e}");
    }
}
