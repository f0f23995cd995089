//! Rows as SpreadsheetML: every value in a cell of its own type, every text inert.

use std::borrow::Cow;
use std::fmt::Write;

use super::plan::CHARACTERS;
use crate::model::time::{DAY_SECONDS, Instant};
use crate::view::{Cell, push_integer};

/// What a cut text ends with.
pub(super) const MARK: &str = " [cut]";

/// Numbers have 53 bits: a longer whole number stands as text, all its digits kept.
const EXACT: u64 = 1 << 53;

/// A text that a cell can hold, and whether it had to be cut. Counted in UTF-16, as spreadsheets count.
pub(super) fn cut(text: &str) -> (Cow<'_, str>, bool) {
    // A character of UTF-8 is never shorter than its UTF-16 count.
    if text.len() <= CHARACTERS || text.encode_utf16().count() <= CHARACTERS {
        return (Cow::Borrowed(text), false);
    }
    let mut room = CHARACTERS - MARK.len();
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    (Cow::Owned(kept.chain(MARK.chars()).collect()), true)
}

/// An instant as a spreadsheet counts: days since 1899-12-30. `None` before 1900-03-01, where no two programs agree.
pub(super) fn serial(at: Instant) -> Option<f64> {
    const EPOCH: i64 = 25_569;
    #[expect(clippy::cast_precision_loss, reason = "seconds of four-digit years are far below 2^52")]
    let days = at.0 as f64 / DAY_SECONDS as f64;
    #[expect(clippy::cast_precision_loss, reason = "a constant")]
    let serial = days + EPOCH as f64;
    (serial >= 61.0).then_some(serial)
}

/// What the cells of a column begin with, before and after the number of their row: written once, not for every cell.
pub(super) struct Heads(Vec<(String, String)>);

impl Heads {
    /// Of columns with these formats.
    pub(super) fn new(styles: &[u32]) -> Self {
        let head = |(column, style): (usize, &u32)| {
            let mut before = String::from("<c r=\"");
            push_letters(&mut before, column);
            (before, if *style > 0 { format!("\" s=\"{style}\"") } else { "\"".to_owned() })
        };
        Self(styles.iter().enumerate().map(head).collect())
    }
}

/// Adds a row: `number` counts from 1. Unknown is an empty cell.
pub(super) fn push(out: &mut String, number: usize, heads: &Heads, cells: &[Cell]) {
    let number = number.to_string();
    out.push_str("<row r=\"");
    out.push_str(&number);
    out.push_str("\">");
    for (cell, (before, after)) in cells.iter().zip(&heads.0) {
        if *cell != Cell::Empty {
            out.push_str(before);
            out.push_str(&number);
            out.push_str(after);
            push_value(out, cell);
        }
    }
    out.push_str("</row>");
}

fn push_value(out: &mut String, cell: &Cell) {
    let text = |out: &mut String, text: &str| {
        let bare = text.trim() == text && !text.contains('\n');
        // Readers may trim what does not say that it is to be left alone.
        out.push_str(if bare { " t=\"inlineStr\"><is><t>" } else { " t=\"inlineStr\"><is><t xml:space=\"preserve\">" });
        push_text(out, &cut(text).0);
        out.push_str("</t></is></c>");
    };
    let number = |out: &mut String, value: f64| {
        // Writing to a string cannot fail.
        let _written = write!(out, "><v>{value}</v></c>");
    };
    match cell {
        Cell::Empty => {}
        Cell::Text(t) => text(out, t),
        Cell::Integer(n) if n.unsigned_abs() > EXACT => text(out, &n.to_string()),
        Cell::Integer(n) => {
            out.push_str("><v>");
            push_integer(out, *n);
            out.push_str("</v></c>");
        }
        Cell::Real(x) => number(out, *x),
        Cell::Boolean(b) => out.push_str(if *b { " t=\"b\"><v>1</v></c>" } else { " t=\"b\"><v>0</v></c>" }),
        Cell::Time(t) => match serial(*t) {
            Some(days) => number(out, days),
            None => text(out, &t.to_string()),
        },
    }
}

/// A column's letters: A to Z, AA and so on.
pub(super) fn push_letters(out: &mut String, column: usize) {
    if column >= 26 {
        push_letters(out, column / 26 - 1);
    }
    out.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
}

/// Text of an element. What XML cannot say is written as spreadsheets write it (`_x001B_`), and a text that only looks
/// like that is kept from being read so.
fn push_text(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate().filter(|(_, byte)| SPECIAL[usize::from(**byte)]) {
        let plain = &text[from..at];
        let mut instead = |word: &str, length: usize| {
            out.push_str(plain);
            out.push_str(word);
            from = at + length;
        };
        match *byte {
            b'&' => instead("&amp;", 1),
            b'<' => instead("&lt;", 1),
            b'>' => instead("&gt;", 1),
            b'_' if looks_escaped(&bytes[at..]) => instead("_x005F_", 1),
            0xef if bytes[at..].starts_with("\u{fffe}".as_bytes()) => instead("_xFFFE_", 3),
            0xef if bytes[at..].starts_with("\u{ffff}".as_bytes()) => instead("_xFFFF_", 3),
            control if control < b' ' => instead(&format!("_x{control:04X}_"), 1),
            _ => {}
        }
    }
    out.push_str(&text[from..]);
}

/// Bytes at which text may have to be written otherwise: markup, `_`, controls but tab and line feed, and the first byte of
/// what is no character of XML.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < b' ' as usize {
        table[at] = at != b'\t' as usize && at != b'\n' as usize;
        at += 1;
    }
    let mut marks: &[u8] = b"&<>_\xef";
    while let [mark, rest @ ..] = marks {
        table[*mark as usize] = true;
        marks = rest;
    }
    table
};

fn looks_escaped(from: &[u8]) -> bool {
    from.len() >= 7 && matches!(from[1], b'x' | b'X') && from[2..6].iter().all(u8::is_ascii_hexdigit) && from[6] == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_typed_and_text_is_inert() {
        let mut out = String::new();
        let cells = [
            Cell::text("=1+1 <&> \u{1b}_x0041_\u{ffff}é\u{ff01}_\n"),
            Cell::Empty,
            Cell::Integer(-7),
            Cell::Real(0.25),
            Cell::Boolean(true),
            Cell::Time(Instant(1_795_305_600 + 43_200)),
            Cell::Integer(9_007_199_254_740_993),
            Cell::Time(Instant(-62_135_596_800)),
            Cell::text(" a"),
            Cell::text("a\u{a0}"),
            Cell::text("a\nb"),
        ];
        push(&mut out, 2, &Heads::new(&[0, 0, 0, 4, 0, 3, 0, 3, 0, 0, 0]), &cells);
        let text = |cell: &str, t: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{t}</t></is></c>");
        let kept = |cell: &str, t: &str| text(cell, t).replace("<t>", "<t xml:space=\"preserve\">");
        // 2026-11-22 is day 46348 of the spreadsheets' calendar.
        let wanted = [
            "<row r=\"2\">",
            &kept("A2", "=1+1 &lt;&amp;&gt; _x001B__x005F_x0041__xFFFF_é\u{ff01}_\n"),
            "<c r=\"C2\"><v>-7</v></c><c r=\"D2\" s=\"4\"><v>0.25</v></c><c r=\"E2\" t=\"b\"><v>1</v></c>",
            "<c r=\"F2\" s=\"3\"><v>46348.5</v></c>",
            &text("G2", "9007199254740993"),
            &text("H2\" s=\"3", "0001-01-01T00:00:00Z"),
            &kept("I2", " a"),
            &kept("J2", "a\u{a0}"),
            &kept("K2", "a\nb"),
            "</row>",
        ];
        assert_eq!(out, wanted.concat());
    }

    #[test]
    fn columns_are_lettered() {
        let letters = |n: usize| {
            let mut out = String::new();
            push_letters(&mut out, n);
            out
        };
        assert_eq!(
            [0, 25, 26, 51, 52, 701, 702, 16_383].map(letters),
            ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]
        );
    }

    #[test]
    fn long_texts_are_cut_at_the_limit_in_utf_16() {
        assert!(!cut(&"x".repeat(CHARACTERS)).1);
        let long = "😀".repeat(CHARACTERS / 2 + 1);
        let (kept, was) = cut(&long);
        assert!(was && kept.ends_with(MARK));
        assert!((CHARACTERS - 1..=CHARACTERS).contains(&kept.encode_utf16().count()));
    }
}
