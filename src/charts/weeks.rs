//! Weeks: a calendar with a row a week and a column a day of the week; a planned day shows its date, what is planned and for
//! how many, shaded by size.

use super::bars::Columns;
use super::sheet::{Anchor, Area, Sheet, int, px};
use super::text;
use super::theme::Ink;
use crate::model::time::Day;
use crate::view::{Planned, Tone};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// A calendar of more weeks leaves out those in which nothing is planned.
const WHOLE: usize = 60;
/// A calendar of more weeks has low rows.
const ROOMY: usize = 14;

/// A week: its Monday and what is planned on its days.
struct Week<'p> {
    monday: Day,
    days: [Option<&'p Planned>; 7],
}

impl Week<'_> {
    fn people(&self) -> u64 {
        self.days.iter().flatten().fold(0, |n: u64, d| n.saturating_add(d.count))
    }
}

/// Where cells stand and how full they are written.
struct Grid {
    left: i32,
    cell: f64,
    row: i32,
    most: u64,
    roomy: bool,
}

impl Grid {
    fn x(&self, column: usize) -> i32 {
        self.left + px(self.cell * f64::from(int(column)))
    }
}

/// Draws heads, weeks, sums and the key; `whole` is the denominator of the sums' shares.
pub(super) fn draw(sheet: &mut Sheet, planned: &[Planned], whole: Option<u64>) {
    let weeks = weeks(planned);
    let sums: Vec<(String, String)> = weeks
        .iter()
        .map(|w| (text::count(w.people()), whole.map(|all| text::percent(w.people(), all)).unwrap_or_default()))
        .collect();
    let pen = sheet.body();
    let wide = |(n, share): &(String, String)| pen.bold().tape().width(n) + pen.tape().width(share) + sheet.s(16);
    let tail = sums.iter().map(wide).max().unwrap_or(0).max(sheet.small().tape().width("a week") + sheet.s(8));
    let labels: Vec<String> = weeks.iter().map(|w| w.monday.iso_week()).collect();
    let columns = Columns::new(sheet, labels.iter().map(String::as_str), tail);
    let cell = (f64::from(sheet.right() - tail - columns.bars) / 7.0).clamp(4.0, f64::from(sheet.s(140)));
    let most = planned.iter().map(|d| d.count).max().unwrap_or(0);
    let roomy = weeks.len() <= ROOMY;
    let grid = Grid { left: columns.bars, cell, row: sheet.s(if roomy { 44 } else { 25 }), most, roomy };
    heads(sheet, &grid);
    for ((week, label), sum) in weeks.iter().zip(&labels).zip(&sums) {
        for (i, day) in week.days.iter().enumerate() {
            let (x, next) = (grid.x(i), grid.x(i + 1));
            let area = Area::new(x, sheet.y, next - x - sheet.s(2), grid.row - sheet.s(2));
            square(sheet, &grid, area, (Day(week.monday.0.saturating_add(int(i))), *day));
        }
        let middle = sheet.y + grid.row / 2 - sheet.s(1);
        columns.label(sheet, middle, label);
        let x = grid.x(7) + sheet.s(6);
        sheet.text((x, middle), Anchor::Start, &sum.0, pen.bold());
        let offset = pen.bold().tape().width(&sum.0) + sheet.s(7);
        sheet.text((x + offset, middle), Anchor::Start, &sum.1, pen.ink(Ink::Muted));
        sheet.y += grid.row;
    }
    sheet.y += sheet.s(4);
    let dropped = left_out(planned, &weeks);
    if dropped > 0 {
        let words = format!("Not shown: weeks in which nothing is planned, {dropped}.");
        let small = sheet.small();
        sheet.paragraph(&words, small, 2);
    }
}

fn monday(day: Day) -> Day {
    Day(day.0.saturating_sub(i32::from(day.weekday())))
}

/// The weeks from the first to the last, or only those with something planned where they are many.
fn weeks(planned: &[Planned]) -> Vec<Week<'_>> {
    let mut out: Vec<Week<'_>> = Vec::new();
    let span = planned.first().zip(planned.last()).map_or(0, |(a, b)| (monday(b.day).0 - monday(a.day).0) / 7 + 1);
    let whole = usize::try_from(span).is_ok_and(|n| n <= WHOLE);
    for day in planned {
        let monday = monday(day.day);
        while whole && out.last().is_some_and(|w| w.monday.0 + 7 < monday.0) {
            let next = out.last().map_or(monday, |w| Day(w.monday.0 + 7));
            out.push(Week { monday: next, days: [None; 7] });
        }
        if out.last().is_none_or(|w| w.monday != monday) {
            out.push(Week { monday, days: [None; 7] });
        }
        if let Some(place) = out.last_mut().and_then(|w| w.days.get_mut(usize::from(day.day.weekday()))) {
            *place = Some(day);
        }
    }
    out
}

fn left_out(planned: &[Planned], weeks: &[Week<'_>]) -> usize {
    let span = planned.first().zip(planned.last()).map_or(0, |(a, b)| (monday(b.day).0 - monday(a.day).0) / 7 + 1);
    usize::try_from(span).unwrap_or(0).saturating_sub(weeks.len())
}

fn heads(sheet: &mut Sheet, grid: &Grid) {
    let pen = sheet.small();
    let y = sheet.y + sheet.s(8);
    for (i, name) in DAYS.iter().enumerate() {
        let name = pen.tape().fit(name, px(grid.cell) - sheet.s(2));
        sheet.text((i32::midpoint(grid.x(i), grid.x(i + 1)), y), Anchor::Middle, &name, pen);
    }
    sheet.text((grid.x(7) + sheet.s(6), y), Anchor::Start, "a week", pen);
    sheet.y += sheet.s(20);
}

/// `11-23` of `2026-11-23`.
fn short(day: Day) -> String {
    day.to_string().split_once('-').map_or_else(String::new, |(_, rest)| rest.to_owned())
}

/// One day.
fn square(sheet: &mut Sheet, grid: &Grid, area: Area, (day, planned): (Day, Option<&Planned>)) {
    let Some(planned) = planned else {
        sheet.frame(area, Ink::Wash);
        if grid.roomy {
            corner(sheet, area, &short(day));
        }
        return;
    };
    let part = |n: u64| u128::from(planned.count) * 3 >= u128::from(grid.most) * u128::from(n);
    let fill = if part(2) { Ink::Level2 } else { Ink::Level1 };
    let ink = if planned.count == 0 { Ink::Muted } else { Ink::Text };
    if planned.tone == Tone::Unknown {
        sheet.hatched(area, Ink::Unknown);
    } else if planned.count == 0 {
        sheet.rect(area, Ink::Wash);
    } else {
        sheet.rect(area, fill);
        if planned.tone == Tone::Good {
            sheet.rect(Area::new(area.x, area.y, sheet.s(4), area.h), Ink::Good);
        }
    }
    let number = if planned.count == 0 { String::new() } else { text::count(planned.count) };
    let said = Said { date: short(day), number, label: &planned.label, ink };
    if planned.tone == Tone::Unknown {
        plate(sheet, grid, area, &said);
    }
    if grid.roomy {
        full(sheet, area, &said);
    } else {
        brief(sheet, area, &said);
    }
}

/// What a day says.
struct Said<'p> {
    date: String,
    number: String,
    label: &'p str,
    ink: Ink,
}

/// Paper under the words of a hatched day.
fn plate(sheet: &mut Sheet, grid: &Grid, area: Area, said: &Said<'_>) {
    let (small, bold) = (sheet.small().tape(), sheet.body().bold().tape());
    let words = bold.width(&said.number) + sheet.s(6) + small.width(said.label);
    let most = area.w - sheet.s(6);
    let wide = if grid.roomy { (words.max(small.width(&said.date)) + sheet.s(10)).min(most) } else { most };
    sheet.rect(Area::new(area.x + sheet.s(3), area.y + sheet.s(3), wide, area.h - sheet.s(6)), Ink::Paper);
}

/// The date above, number and label below.
fn full(sheet: &mut Sheet, area: Area, said: &Said<'_>) {
    let (small, bold) = (sheet.small(), sheet.body().bold());
    let inset = sheet.s(8);
    let room = area.w - 2 * inset;
    if small.tape().width(&said.date) <= room {
        sheet.text((area.x + inset, area.y + sheet.s(12)), Anchor::Start, &said.date, small.ink(said.ink));
    }
    let y = area.y + area.h - sheet.s(13);
    let wide = bold.tape().width(&said.number);
    if wide <= room {
        sheet.text((area.x + inset, y), Anchor::Start, &said.number, bold);
    }
    let gap = if said.number.is_empty() { 0 } else { wide + sheet.s(6) };
    if room - gap >= sheet.s(24) {
        let label = small.tape().fit(said.label, room - gap);
        sheet.text((area.x + inset + gap, y), Anchor::Start, &label, small.ink(said.ink));
    }
}

/// Date and number in a line; the number alone where there is no room for both.
fn brief(sheet: &mut Sheet, area: Area, said: &Said<'_>) {
    let (small, bold) = (sheet.small(), sheet.body().bold());
    let inset = sheet.s(8);
    let room = area.w - 2 * inset;
    let (date, number) = (small.tape().width(&said.date), bold.tape().width(&said.number));
    if date + sheet.s(6) + number <= room {
        sheet.text((area.x + inset, area.middle()), Anchor::Start, &said.date, small.ink(said.ink));
    }
    if number <= room {
        sheet.text((area.x + area.w - inset, area.middle()), Anchor::End, &said.number, bold);
    }
}

/// The date of a day without a plan.
fn corner(sheet: &mut Sheet, area: Area, date: &str) {
    let pen = sheet.small();
    let inset = sheet.s(8);
    if pen.tape().width(date) <= area.w - 2 * inset {
        sheet.text((area.x + inset, area.y + sheet.s(12)), Anchor::Start, date, pen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(days: &[i32]) -> Vec<Planned> {
        let day = |d: &i32| Planned { day: Day(*d), label: String::new(), count: 1, tone: Tone::Neutral };
        days.iter().map(day).collect()
    }

    /// Day 4 is 1970-01-05, a Monday.
    #[test]
    fn weeks_between_two_days_are_shown_unless_they_are_many() {
        let few = planned(&[4, 5, 10, 25]);
        let shown = weeks(&few);
        assert_eq!(
            shown.iter().map(|w| (w.monday.0, w.people())).collect::<Vec<_>>(),
            [(4, 3), (11, 0), (18, 0), (25, 1)]
        );
        assert_eq!(left_out(&few, &shown), 0);
        let many = planned(&[4, 4 + 7 * 60]);
        let shown = weeks(&many);
        assert_eq!(shown.iter().map(|w| w.monday.0).collect::<Vec<_>>(), [4, 424]);
        assert_eq!(left_out(&many, &shown), 59);
        assert_eq!(short(Day(4)), "01-05");
    }
}
