//! Words and numbers as charts show them. Labels come from logs: whatever they contain comes out inert.

/// Numbers of so many digits are grouped.
const GROUPED: usize = 5;
/// Combining marks kept in a row; more would climb over the neighbours.
const MARKS_IN_A_ROW: usize = 2;

/// Drawn over the character before, or choosing its form: no width of its own.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        u32::from(c),
        0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x200C..=0x200D | 0x20D0..=0x20FF
            | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F
    )
}

/// Changes the text around it without being seen, or has no place in XML.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0x61C | 0x200B | 0x200E..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF
                | 0xFFF9..=0xFFFB | 0xFFFE..=0xFFFF | 0xE_0000..=0xE_0FFF
        )
}

/// The text with blanks for tabs and line ends, U+FFFD for other control and bidi characters, and no towers of accents.
pub(super) fn inert(text: &str) -> String {
    let mut marks = 0;
    text.chars()
        .filter_map(|c| {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            match c {
                '\t' | '\n' | '\r' => Some(' '),
                c if is_hostile(c) => Some('\u{fffd}'),
                c => (marks <= MARKS_IN_A_ROW).then_some(c),
            }
        })
        .collect()
}

/// A count with thin spaces between thousands, from five digits on, as the page writes it.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < GROUPED {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A sentence of ours with its numbers of five digits and more grouped as [`count`] does; a number that is part of a word, a
/// date, a code or a fraction stays as it is.
pub(super) fn grouped(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let run = rest.bytes().take_while(u8::is_ascii_digit).count();
        if run == 0 {
            out.push(c);
            before = c;
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (digits, after) = rest.split_at(run);
        let free = |c: char| c.is_whitespace() || "()–“”\"'".contains(c);
        let mut next = after.chars();
        let ends = match next.next() {
            None => true,
            Some('.' | ',' | ';' | ':' | '?' | '!') => next.next().is_none_or(char::is_whitespace),
            Some(c) => free(c),
        };
        match digits.parse() {
            Ok(n) if run >= GROUPED && free(before) && ends && !digits.starts_with('0') => out.push_str(&count(n)),
            _ => out.push_str(digits),
        }
        before = '0';
        rest = after;
    }
    out
}

/// `12.3 %`, `100 %`, or `n/a` when nothing is counted. Never `0 %` for some or `100 %` for not all.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "n/a".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let tenths = (part * 2000 + whole) / (whole * 2);
    let space = '\u{202f}';
    if tenths == 0 && part > 0 {
        format!("<0.1{space}%")
    } else if tenths == 1000 && part < whole {
        format!(">99.9{space}%")
    } else if tenths == 0 || tenths == 1000 {
        format!("{}{space}%", tenths / 10)
    } else {
        format!("{}.{}{space}%", tenths / 10, tenths % 10)
    }
}

/// The denominator an axis names: the first number after `of`, as in `people, of 1,248 enabled members`.
pub(super) fn denominator(axis: &str) -> Option<u64> {
    axis.match_indices("of ").find_map(|(at, found)| {
        let starts_word = at == 0 || axis.get(..at).is_some_and(|before| before.ends_with([' ', '(']));
        let rest = axis.get(at + found.len()..)?;
        let digits: String = thousands(rest);
        if starts_word { digits.parse().ok() } else { None }
    })
}

/// The digits at the start, across separators that are followed by three digits.
fn thousands(text: &str) -> String {
    let mut digits = String::new();
    let mut rest = text;
    loop {
        let run = rest.bytes().take_while(u8::is_ascii_digit).count();
        if run == 0 || (!digits.is_empty() && run != 3) {
            return digits;
        }
        digits.push_str(&rest[..run]);
        let mut after = rest[run..].chars();
        match after.next() {
            Some(',' | '.' | '\u{a0}' | '\u{2009}' | '\u{202f}') => rest = after.as_str(),
            _ => return digits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_bidi_characters_come_out_inert() {
        assert_eq!(
            inert("a\u{0}b\u{202e}c\u{2066}d\ne\tf\u{7f}\u{85}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d e f\u{fffd}\u{fffd}"
        );
        assert_eq!(inert("Zoë 日本 \u{1f469}\u{200d}\u{1f4bb}"), "Zoë 日本 \u{1f469}\u{200d}\u{1f4bb}");
        assert_eq!(inert(&format!("z{}x", "\u{301}".repeat(50))), "z\u{301}\u{301}x");
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(0), "0");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        let cases = [
            (0, 3, "0 %"),
            (1, 3, "33.3 %"),
            (13, 25, "52.0 %"),
            (3, 3, "100 %"),
            (1, 9999, "<0.1 %"),
            (9998, 9999, ">99.9 %"),
        ];
        for (part, whole, want) in cases {
            assert_eq!(percent(part, whole).replace('\u{202f}', " "), want);
        }
        assert_eq!(percent(4, 0), "n/a");
        assert_eq!(percent(u64::MAX, u64::MAX).replace('\u{202f}', " "), "100 %");
    }

    #[test]
    fn numbers_in_sentences_are_grouped_and_names_are_not() {
        let cases = [
            ("12000 of 1248003 people, 50126 of them.", "12_000 of 1_248_003 people, 50_126 of them."),
            (
                "since 2026-11-22; AADSTS50126, 10.12345, 12345-6, 012345, 1234",
                "since 2026-11-22; AADSTS50126, 10.12345, 12345-6, 012345, 1234",
            ),
            ("99999999999999999999999 x", "99999999999999999999999 x"),
            ("(12345)", "(12_345)"),
        ];
        for (given, want) in cases {
            assert_eq!(grouped(given).replace('\u{202f}', "_"), want);
        }
    }

    #[test]
    fn denominators_are_read_from_the_axis() {
        let cases = [
            ("people, of 48 enabled members", Some(48)),
            ("people, of 1,248 enabled members", Some(1248)),
            ("people (of 1\u{202f}248\u{202f}003)", Some(1_248_003)),
            ("of 48 12-hour days", Some(48)),
            ("days, proof 12", None),
            ("proof of age of 7 people", Some(7)),
            ("people", None),
        ];
        for (axis, want) in cases {
            assert_eq!(denominator(axis), want, "{axis}");
        }
    }
}
