//! Calendar: a strip of days per stream. Days without anything are outlined and hatched, so that a gap is seen first.

use super::bars::Columns;
use super::sheet::{Anchor, Area, Sheet, int, px};
use super::text;
use super::theme::Ink;
use crate::model::time::Day;
use crate::view::CalendarRow;

/// Distances between ticks that are tried, in days: all, Mondays, then firsts of 1, 3 or 12 months.
const TICKS: [Tick; 5] = [Tick::Day, Tick::Monday, Tick::Months(1), Tick::Months(3), Tick::Months(12)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    Day,
    Monday,
    Months(u32),
}

/// Where days stand.
pub(super) struct Strip {
    /// Left end.
    pub(super) left: i32,
    /// Width of a day.
    pub(super) day: f64,
    /// How many days.
    pub(super) days: usize,
    /// The first of them.
    pub(super) first: Day,
}

impl Strip {
    /// Left edge of a day.
    pub(super) fn edge(&self, day: usize) -> i32 {
        self.left + px(self.day * f64::from(int(day)))
    }

    fn width(&self) -> i32 {
        self.edge(self.days) - self.left
    }

    /// Days joined into one column, so that no column is narrower than two pixels.
    fn per_column(&self) -> usize {
        if self.day >= 2.0 { 1 } else { usize::try_from(px((2.0 / self.day).ceil())).unwrap_or(1).max(1) }
    }

    fn date(&self, i: usize) -> Day {
        Day(self.first.0.saturating_add(int(i)))
    }
}

/// Draws the rows, the dates under them and the key.
pub(super) fn draw(sheet: &mut Sheet, first: Day, rows: &[CalendarRow]) {
    let days = rows.iter().map(|r| r.levels.len()).max().unwrap_or(0);
    let tails: Vec<String> = rows.iter().map(|r| tail(r, days)).collect();
    let bold = sheet.small().bold();
    let tail_width = tails.iter().map(|t| bold.tape().width(t)).max().unwrap_or(0) + sheet.s(10);
    let columns = Columns::new(sheet, rows.iter().map(|r| r.label.as_str()), tail_width);
    let day = (f64::from(columns.length) / f64::from(int(days.max(1)))).min(f64::from(sheet.s(30)));
    let strip = Strip { left: columns.bars, day, days, first };
    let (pitch, height) = if rows.len() > 20 { (22, 15) } else { (32, 22) };
    let (pitch, height) = (sheet.s(pitch), sheet.s(height));
    for (row, tail) in rows.iter().zip(&tails) {
        let area = Area::new(strip.left, sheet.y + (pitch - height) / 2, strip.width(), height);
        cells(sheet, &strip, area, row);
        columns.label(sheet, area.middle(), &row.label);
        let whole = row.levels.len() == days && row.levels.iter().all(|l| *l > 0);
        let pen = if whole { sheet.small() } else { bold.ink(Ink::Bad) };
        sheet.text((area.x + area.w + sheet.s(10), area.middle()), Anchor::Start, tail, pen);
        sheet.y += pitch;
    }
    dates(sheet, &strip);
    key(sheet, &strip, rows.iter().flat_map(|r| &r.levels).any(|l| !matches!(l, 0 | 4)));
}

/// How many days are missing, in words.
fn tail(row: &CalendarRow, days: usize) -> String {
    let seen = row.levels.iter().filter(|l| **l > 0).count();
    let number = |n: usize| text::count(u64::try_from(n).unwrap_or(u64::MAX));
    if seen == days { "no gap".to_owned() } else { format!("{} of {} days empty", number(days - seen), number(days)) }
}

/// Runs of equal level as (level, first column, column after the last).
fn runs(levels: &[u8]) -> Vec<(u8, usize, usize)> {
    let mut runs: Vec<(u8, usize, usize)> = Vec::new();
    for (i, level) in levels.iter().map(|l| (*l).min(4)).enumerate() {
        match runs.last_mut() {
            Some(run) if run.0 == level => run.2 = i + 1,
            _ => runs.push((level, i, i + 1)),
        }
    }
    runs
}

/// One row. Narrow days are joined, several to a column: the column is empty if any of its days is.
fn cells(sheet: &mut Sheet, strip: &Strip, area: Area, row: &CalendarRow) {
    let mut levels = row.levels.clone();
    levels.resize(strip.days, 0);
    let per_column = strip.per_column();
    let columns: Vec<u8> = levels
        .chunks(per_column)
        .map(|c| if c.contains(&0) { 0 } else { c.iter().copied().max().unwrap_or(0) })
        .collect();
    let edge = |column: usize| strip.edge((column * per_column).min(strip.days));
    let gap = if strip.day >= 6.0 { sheet.s(1) } else { 0 };
    let runs = runs(&columns);
    for (level, from, to) in runs.iter().filter(|run| run.0 > 0) {
        let step = if gap > 0 { 1 } else { to - from };
        for column in (*from..*to).step_by(step) {
            let (left, right) = (edge(column), edge(column + step));
            sheet.rect(Area::new(left, area.y, right - left - gap, area.h), shade(*level));
        }
    }
    for (_, from, to) in runs.iter().filter(|run| run.0 == 0) {
        let (left, right) = (edge(*from), edge(*to));
        sheet.hatched(Area::new(left, area.y, (right - left - gap).max(sheet.s(2)), area.h), Ink::Bad);
    }
}

fn shade(level: u8) -> Ink {
    match level {
        0 => Ink::Paper,
        1 => Ink::Level1,
        2 => Ink::Level2,
        3 => Ink::Level3,
        _ => Ink::Level4,
    }
}

/// Year, month and day of month.
fn ymd(day: Day) -> (String, u32, u32) {
    let text = day.to_string();
    let mut parts = text.rsplitn(3, '-');
    let date = parts.next().and_then(|d| d.parse().ok()).unwrap_or(1);
    let month = parts.next().and_then(|m| m.parse().ok()).unwrap_or(1);
    (parts.next().unwrap_or_default().to_owned(), month, date)
}

/// The tick labels of one kind: day number and ISO date, of months without the day. The first names the year, as does the
/// first of every year.
fn ticks(strip: &Strip, kind: Tick) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut named = String::new();
    for i in 0..strip.days {
        let day = strip.date(i);
        let (year, m, d) = ymd(day);
        let (here, words) = match kind {
            Tick::Day => (true, format!("{m:02}-{d:02}")),
            Tick::Monday => (day.weekday() == 0, format!("{m:02}-{d:02}")),
            Tick::Months(n) => (d == 1 && (m - 1).is_multiple_of(n), format!("{year}-{m:02}")),
        };
        if here {
            let dated = named != year && !matches!(kind, Tick::Months(_));
            out.push((i, if dated { format!("{year}-{words}") } else { words }));
            named = year;
        }
    }
    out
}

/// Ticks and dates under the rows: the finest kind whose labels do not touch.
pub(super) fn dates(sheet: &mut Sheet, strip: &Strip) {
    let pen = sheet.small();
    let tape = pen.tape();
    let between = sheet.s(10);
    let apart = |labels: &[(usize, String)]| {
        labels.windows(2).all(|pair| match pair {
            [(a, words), (b, _)] => strip.edge(*a) + tape.width(words) + between <= strip.edge(*b),
            _ => true,
        })
    };
    let base = sheet.y + sheet.s(2);
    let (tick, long) = (sheet.s(1), sheet.s(5));
    sheet.rect(Area::new(strip.left, base, strip.width(), tick), Ink::Line);
    let chosen = TICKS.iter().map(|kind| ticks(strip, *kind)).find(|labels| apart(labels)).unwrap_or_default();
    for (i, words) in chosen {
        let x = strip.edge(i);
        sheet.rect(Area::new(x, base, tick, long), Ink::Line);
        if x + tape.width(&words) <= sheet.right() {
            sheet.text((x, base + sheet.s(14)), Anchor::Start, &words, pen);
        }
    }
    sheet.y = base + sheet.s(28);
}

/// The first and last day, and what a column is when it is not a day.
fn span(strip: &Strip) -> String {
    let last = strip.date(strip.days.saturating_sub(1));
    let joined = match strip.per_column() {
        1 => String::new(),
        n => format!(", {n} days a column, empty if one is"),
    };
    if last == strip.first { last.to_string() } else { format!("{} to {last}{joined}", strip.first) }
}

/// What the shades mean, and the exact span. Where days are only seen or not, there is one shade.
fn key(sheet: &mut Sheet, strip: &Strip, graded: bool) {
    let pen = sheet.small();
    let (w, h) = (sheet.s(16), sheet.s(14));
    let middle = sheet.y + sheet.s(10);
    let top = middle - h / 2;
    let mut x = sheet.left();
    let say = |sheet: &mut Sheet, x: i32, words: &str| {
        sheet.text((x, middle), Anchor::Start, words, pen);
        x + pen.tape().width(words)
    };
    sheet.hatched(Area::new(x, top, w * 2, h), Ink::Bad);
    x = say(sheet, x + w * 2 + sheet.s(8), "nothing seen") + sheet.s(20);
    if graded {
        x = say(sheet, x, "few") + sheet.s(8);
    }
    for level in if graded { 1..=4 } else { 4..=4 } {
        sheet.rect(Area::new(x, top, w, h), shade(level));
        x += w + sheet.s(2);
    }
    x = say(sheet, x + sheet.s(6), if graded { "many" } else { "seen" }) + sheet.s(20);
    sheet.y = middle + sheet.s(12);
    let span = span(strip);
    if x + pen.tape().width(&span) <= sheet.right() {
        sheet.text((sheet.right(), middle), Anchor::End, &span, pen);
    } else {
        sheet.paragraph(&span, pen, 2);
    }
}
