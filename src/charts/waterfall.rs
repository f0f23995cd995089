//! Waterfall: a bar of the whole, then what each step takes from it or adds to it, each beginning where the one before ended.

use super::bars::{Columns, rhythm};
use super::sheet::{Anchor, Area, Sheet, int, scaled};
use super::text;
use super::theme::Ink;
use crate::view::{Change, Move, Tone};

/// What stands after a bar.
struct Tail {
    number: String,
    aside: String,
}

/// How much is said after a bar; as much as has room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// The change, the level after it and its share.
    All,
    /// The change and the share after it.
    Share,
    /// The change alone.
    Number,
}

impl Tail {
    fn new(change: &Change, level: u64, whole: Option<u64>, words: Words) -> Self {
        let sign = match change.to {
            Move::Total => "",
            Move::Gain => "+",
            Move::Loss => "–",
        };
        let share = whole.map(|w| text::percent(level, w)).unwrap_or_default();
        let left = match change.to {
            Move::Total => String::new(),
            Move::Gain => format!("{} in all", text::count(level)),
            Move::Loss => format!("{} left", text::count(level)),
        };
        let aside = match words {
            Words::Number => String::new(),
            Words::Share => share,
            Words::All if left.is_empty() || share.is_empty() => left + &share,
            Words::All => format!("{left}, {share}"),
        };
        Self { number: format!("{sign}{}", text::count(change.count)), aside }
    }

    fn width(&self, sheet: &Sheet) -> i32 {
        let pen = sheet.body();
        let gap = sheet.s(if self.aside.is_empty() { 8 } else { 16 });
        gap + pen.bold().tape().width(&self.number) + pen.tape().width(&self.aside)
    }
}

/// The levels before and after each step.
fn levels(changes: &[Change]) -> Vec<(u64, u64)> {
    let mut level = 0;
    changes
        .iter()
        .map(|change| {
            let before = if change.to == Move::Total { 0 } else { level };
            level = change.after(level);
            (before, level)
        })
        .collect()
}

/// The fullest tails that leave half of the sheet to labels and bars, and the widest of them.
fn tails(sheet: &Sheet, changes: &[Change], whole: Option<u64>) -> (Vec<Tail>, i32) {
    let levels = levels(changes);
    let made = |words| {
        let tails: Vec<Tail> = changes.iter().zip(&levels).map(|(c, (_, l))| Tail::new(c, *l, whole, words)).collect();
        let widest = tails.iter().map(|t| t.width(sheet)).max().unwrap_or(0);
        (tails, widest)
    };
    let most = (sheet.right() - sheet.left()) * 45 / 100;
    let fuller = [Words::All, Words::Share].into_iter().map(made).find(|(_, widest)| *widest <= most);
    fuller.unwrap_or_else(|| made(Words::Number))
}

/// Draws the steps; `whole` is the denominator of the shares.
pub(super) fn draw(sheet: &mut Sheet, changes: &[Change], whole: Option<u64>) {
    let levels = levels(changes);
    let most = levels.iter().map(|(before, after)| *before.max(after)).max().unwrap_or(0);
    let whole = whole.filter(|w| *w >= most);
    let (tails, tail) = tails(sheet, changes, whole);
    let columns = Columns::new(sheet, changes.iter().map(|c| c.label.as_str()), tail);
    let (pitch, thickness) = rhythm(changes.len());
    let (pitch, thickness) = (sheet.s(pitch), sheet.s(thickness));
    let at = |level: u64| columns.bars + if level == 0 { 0 } else { scaled(level, most, columns.length) };
    let top = sheet.y;
    for (i, ((change, (before, after)), tail)) in changes.iter().zip(&levels).zip(&tails).enumerate() {
        let (from, to) = (at(*before.min(after)), at(*before.max(after)));
        let width = if change.count > 0 { (to - from).max(2) } else { 0 };
        let area = Area::new(
            from.min(columns.bars + columns.length - width),
            sheet.y + (pitch - thickness) / 2,
            width,
            thickness,
        );
        if change.tone == Tone::Unknown {
            sheet.hatched(area, Ink::Unknown);
        } else {
            sheet.rect(area, Ink::of(change.tone));
        }
        columns.lines(sheet, area.middle(), &change.label, pitch);
        said(sheet, tail, area.x + area.w, area.middle());
        // The level stays until the next bar begins.
        if i + 1 < changes.len() && *after > 0 {
            let foot = area.y + area.h;
            sheet.rect(Area::new(at(*after) - sheet.s(1), foot, sheet.s(1), pitch - thickness), Ink::Muted);
        }
        sheet.y += pitch;
    }
    sheet.rect(Area::new(columns.bars - sheet.s(1), top, sheet.s(1), int(changes.len()) * pitch), Ink::Line);
}

fn said(sheet: &mut Sheet, tail: &Tail, end: i32, middle: i32) {
    let pen = sheet.body();
    let x = end + sheet.s(8);
    sheet.text((x, middle), Anchor::Start, &tail.number, pen.bold());
    let offset = pen.bold().tape().width(&tail.number) + sheet.s(8);
    sheet.text((x + offset, middle), Anchor::Start, &tail.aside, pen.ink(Ink::Muted));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_begins_where_the_one_before_ended() {
        let change = |to, count| Change { label: String::new(), to, count, tone: Tone::Neutral };
        let steps = [(Move::Total, 10), (Move::Loss, 4), (Move::Gain, 3), (Move::Total, 9), (Move::Loss, 20)];
        let steps = steps.map(|(to, count)| change(to, count));
        assert_eq!(levels(&steps), [(0, 10), (10, 6), (6, 9), (0, 9), (9, 0)]);
        let told = |i: usize, words| {
            let tail = Tail::new(&steps[i], levels(&steps)[i].1, Some(10), words);
            format!("{} | {}", tail.number, tail.aside).replace('\u{202f}', " ")
        };
        assert_eq!(told(0, Words::All), "10 | 100 %");
        assert_eq!(told(1, Words::All), "–4 | 6 left, 60.0 %");
        assert_eq!(told(2, Words::All), "+3 | 9 in all, 90.0 %");
        assert_eq!(told(1, Words::Share), "–4 | 60.0 %");
        assert_eq!(told(1, Words::Number), "–4 | ");
    }
}
