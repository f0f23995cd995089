//! Horizontal bars: label left, bar, number and share at its end.

use super::sheet::{Anchor, Area, Pen, Sheet, int, scaled};
use super::text;
use super::theme::Ink;
use crate::view::{Bar, Tone};

/// Where labels end, where bars start and how long the longest may be.
pub(super) struct Columns {
    /// Right end of the labels.
    pub(super) labels: i32,
    /// Widest a label may be.
    pub(super) label_width: i32,
    /// Left end of the bars.
    pub(super) bars: i32,
    /// Length of the longest bar.
    pub(super) length: i32,
}

impl Columns {
    /// Columns for labels of at most a third of the sheet, with `tail` pixels kept free after the longest bar.
    pub(super) fn new<'a>(sheet: &Sheet, labels: impl Iterator<Item = &'a str>, tail: i32) -> Self {
        let tape = sheet.body().tape();
        let most = (sheet.right() - sheet.left()) * 34 / 100;
        let label_width = labels.map(|l| tape.width(&tape.fit(l, most))).max().unwrap_or(0);
        let labels = sheet.left() + label_width;
        let bars = if label_width == 0 { labels } else { labels + sheet.s(10) };
        let length = (sheet.right() - bars - tail).max(sheet.s(40));
        Self { labels, label_width, bars, length }
    }

    /// Writes a label beside the middle of a bar.
    pub(super) fn label(&self, sheet: &mut Sheet, middle: i32, label: &str) {
        let pen = sheet.body();
        let label = pen.tape().fit(label, self.label_width);
        sheet.text((self.labels, middle), Anchor::End, &label, pen);
    }
}

impl Columns {
    /// Writes a label beside the middle of a bar, in two lines where one is too short and rows are far enough apart.
    pub(super) fn lines(&self, sheet: &mut Sheet, middle: i32, label: &str, pitch: i32) {
        let pen = sheet.body();
        let lines = pen.tape().wrap(label, self.label_width, 2);
        let leading = sheet.s(16);
        match lines.as_slice() {
            [above, below] if pitch + sheet.s(2) >= 2 * leading => {
                sheet.text((self.labels, middle - leading / 2), Anchor::End, above, pen);
                sheet.text((self.labels, middle + leading - leading / 2), Anchor::End, below, pen);
            }
            _ => self.label(sheet, middle, label),
        }
    }
}

/// A count and its share at the end of a bar.
pub(super) struct Number {
    count: String,
    share: String,
    pen: Pen,
}

impl Number {
    /// The count in bold and its share of `whole`, if there is a whole.
    pub(super) fn new(sheet: &Sheet, count: u64, whole: Option<u64>) -> Self {
        let share = whole.map(|w| text::percent(count, w)).unwrap_or_default();
        Self { count: text::count(count), share, pen: sheet.body().bold() }
    }

    /// Room taken after the bar.
    pub(super) fn width(&self, sheet: &Sheet) -> i32 {
        let share = self.share_pen().tape().width(&self.share);
        self.share_offset(sheet) + share
    }

    fn share_pen(&self) -> Pen {
        Pen { weight: super::font::Weight::Regular, ink: Ink::Muted, ..self.pen }
    }

    fn share_offset(&self, sheet: &Sheet) -> i32 {
        sheet.s(8) + self.pen.tape().width(&self.count) + sheet.s(8)
    }

    /// Writes it after the bar's end.
    pub(super) fn draw(&self, sheet: &mut Sheet, end: i32, middle: i32) {
        let offset = self.share_offset(sheet);
        sheet.text((end + sheet.s(8), middle), Anchor::Start, &self.count, self.pen);
        sheet.text((end + offset, middle), Anchor::Start, &self.share, self.share_pen());
    }
}

/// Distance from bar to bar and thickness of a bar, for a number of rows.
pub(super) fn rhythm(rows: usize) -> (i32, i32) {
    match rows {
        0..=12 => (32, 22),
        13..=30 => (26, 17),
        _ => (21, 14),
    }
}

/// Draws the bars; `whole` is the denominator of the shares.
pub(super) fn draw(sheet: &mut Sheet, bars: &[Bar], whole: Option<u64>) {
    let most = bars.iter().map(|b| b.count).max().unwrap_or(0);
    let whole = whole.filter(|w| *w >= most);
    let numbers: Vec<Number> = bars.iter().map(|b| Number::new(sheet, b.count, whole)).collect();
    let tail = numbers.iter().map(|n| n.width(sheet)).max().unwrap_or(0);
    let columns = Columns::new(sheet, bars.iter().map(|b| b.label.as_str()), tail);
    let (pitch, thickness) = rhythm(bars.len());
    let (pitch, thickness) = (sheet.s(pitch), sheet.s(thickness));
    let top = sheet.y;
    for (bar, number) in bars.iter().zip(&numbers) {
        let length = scaled(bar.count, most, columns.length);
        let area = Area::new(columns.bars, sheet.y + (pitch - thickness) / 2, length, thickness);
        if bar.tone == Tone::Unknown {
            sheet.hatched(area, Ink::Unknown);
        } else {
            sheet.rect(area, Ink::of(bar.tone));
        }
        columns.lines(sheet, area.middle(), &bar.label, pitch);
        number.draw(sheet, area.x + area.w, area.middle());
        sheet.y += pitch;
    }
    sheet.rect(Area::new(columns.bars - sheet.s(1), top, sheet.s(1), int(bars.len()) * pitch), Ink::Line);
}
