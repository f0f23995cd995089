//! How names, numbers and times are put before a reader.

use crate::model::time::Instant;
use crate::view::Share;

/// Narrow no-break space: groups thousands without being read as a decimal sign anywhere.
const GROUP: char = '\u{202F}';

/// `Staleness min days` of `staleness_min_days`, with the abbreviations of the field in capitals.
pub(super) fn label(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, word) in name.split('_').filter(|w| !w.is_empty()).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        match word {
            "id" | "mfa" | "sspr" | "upn" | "ui" | "kmsi" | "prt" | "sms" | "utc" | "sha256" => {
                out.push_str(&word.to_uppercase());
            }
            "user" if name == "user_principal_name" => out.push_str("User"),
            _ if at == 0 => {
                let mut letters = word.chars();
                out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                out.push_str(letters.as_str());
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// `12 345`, or `1234` below ten thousand.
pub(super) fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "\u{2212}" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len() > 4 && (digits.len() - at).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    out
}

/// A count as [`number`] writes it.
pub(super) fn count(n: u64) -> String {
    number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A length as [`number`] writes it.
pub(super) fn length(n: usize) -> String {
    number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// `1 row`, `12 rows`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{}\u{A0}{}", length(n), if n == 1 { one } else { many })
}

/// `2026-11-21 08:00 UTC`.
pub(super) fn minute(t: Instant) -> String {
    let text = t.to_string();
    match (text.get(..10), text.get(11..16), text.ends_with('Z')) {
        (Some(day), Some(clock), true) => format!("{day} {clock} UTC"),
        _ => text,
    }
}

/// Width of a meter out of 100; `None` when nothing is counted.
pub(super) fn width(share: Share) -> Option<String> {
    share.fraction().map(|f| format!("{:.2}", f * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_labels() {
        let cases = [
            ("staleness_min_days", "Staleness min days"),
            ("user_id", "User ID"),
            ("mfa_registered", "MFA registered"),
            ("label", "Label"),
            ("", ""),
        ];
        for (name, want) in cases {
            assert_eq!(label(name), want);
        }
    }

    #[test]
    fn numbers_are_grouped_from_five_digits() {
        let cases = [
            (0, "0"),
            (-5, "\u{2212}5"),
            (1234, "1234"),
            (12345, "12\u{202F}345"),
            (1_234_567, "1\u{202F}234\u{202F}567"),
        ];
        for (n, want) in cases {
            assert_eq!(number(n), want);
        }
        assert_eq!(counted(1, "row", "rows"), "1\u{A0}row");
    }

    #[test]
    fn times_lose_seconds_only() {
        assert_eq!(minute(Instant(1_795_305_600)), "2026-11-22 00:00 UTC");
        assert_eq!(minute(Instant(i64::MAX)), format!("@{}", i64::MAX));
    }

    #[test]
    fn a_meter_of_nothing_is_no_meter() {
        assert_eq!(width(Share::new(1, 4)).as_deref(), Some("25.00"));
        assert_eq!(width(Share::new(0, 0)), None);
    }
}
