//! Curves: falling steps over days, each named at its end. The band of a single one is filled; several carry theirs as a bar
//! at the end, so that they do not hide one another.

use super::sheet::{Anchor, Area, Sheet, int, px};
use super::theme::Ink;
use crate::view::{CurveLine, CurveStep};

/// Distances between ticks that are tried, in days; longer ones are multiples of a year.
const TICKS: [i64; 11] = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730];

/// Where days and shares stand.
struct Plot {
    area: Area,
    last_day: i64,
}

impl Plot {
    #[expect(clippy::cast_precision_loss, reason = "days of logs are far below 2^52")]
    fn x(&self, day: i64) -> i32 {
        let part = day.clamp(0, self.last_day) as f64 / self.last_day as f64;
        self.area.x + px(part * f64::from(self.area.w))
    }

    fn y(&self, share: f64) -> i32 {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        self.area.y + px((1.0 - share) * f64::from(self.area.h))
    }
}

/// Draws the curves.
pub(super) fn draw(sheet: &mut Sheet, lines: &[CurveLine]) {
    let tags: Vec<Tag> = lines.iter().map(|line| Tag::new(sheet, line)).collect();
    let plot = plan(sheet, lines, &tags);
    if let [only] = lines {
        let band = band(&plot, only);
        if !band.is_empty() {
            sheet.polygon(band, Ink::Level1);
        }
    }
    grid(sheet, &plot);
    for line in lines.iter().rev() {
        sheet.line(path(&plot, line), line.tone, sheet.s(2));
    }
    bars(sheet, &plot, lines);
    name(sheet, &plot, lines, &tags);
    ticks(sheet, &plot);
    sheet.y = plot.area.y + plot.area.h + sheet.s(34);
}

/// What stands at a curve's end.
struct Tag {
    label: String,
    share: String,
}

impl Tag {
    fn new(sheet: &Sheet, line: &CurveLine) -> Self {
        let room = (sheet.right() - sheet.left()) * 28 / 100;
        let last = line.steps.last().map_or(line.start, |s| s.share);
        Self { label: sheet.body().tape().fit(&line.label, room), share: percent(last) }
    }

    fn width(&self, sheet: &Sheet) -> i32 {
        let pen = sheet.body();
        pen.bold().tape().width(&self.share) + sheet.s(7) + pen.tape().width(&self.label)
    }
}

/// Whole percents; never 0 % of some or 100 % of not all.
fn percent(share: f64) -> String {
    let space = '\u{202f}';
    match share {
        s if s > 0.0 && s < 0.005 => format!("<1{space}%"),
        s if (0.995..1.0).contains(&s) => format!(">99{space}%"),
        s => format!("{:.0}{space}%", s * 100.0),
    }
}

fn plan(sheet: &Sheet, lines: &[CurveLine], tags: &[Tag]) -> Plot {
    let left = sheet.left() + sheet.small().tape().width("100\u{202f}%") + sheet.s(8);
    let tail = tags.iter().map(|t| t.width(sheet)).max().unwrap_or(0) + sheet.s(26);
    let names = sheet.s(19) * int(lines.len());
    let height = (sheet.width * 2 / 5).clamp(sheet.s(180), sheet.s(360)).max(names);
    let area = Area::new(left, sheet.y + sheet.s(10), (sheet.right() - tail - left).max(sheet.s(60)), height);
    let last = |l: &CurveLine| l.steps.last().map_or(0, |s| s.day).max(l.last_day);
    Plot { area, last_day: lines.iter().map(last).max().unwrap_or(0).max(1) }
}

/// The corners of a falling step line through `value` of each step.
fn stairs(plot: &Plot, steps: &[CurveStep], last: i64, value: impl Fn(&CurveStep) -> f64) -> Vec<(i32, i32)> {
    let mut points: Vec<(i32, i32)> = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let until = steps.get(i + 1).map_or(last.max(step.day), |next| next.day);
        let y = plot.y(value(step));
        points.extend([(plot.x(step.day), y), (plot.x(until), y)]);
    }
    points
}

fn path(plot: &Plot, line: &CurveLine) -> Vec<(i32, i32)> {
    let start = CurveStep { day: 0, share: line.start, band: None };
    let steps: Vec<CurveStep> = std::iter::once(start).chain(line.steps.iter().copied()).collect();
    stairs(plot, &steps, line.last_day, |s| s.share)
}

/// The band as a polygon, from the first step on and as far as it is defined.
fn band(plot: &Plot, line: &CurveLine) -> Vec<(i32, i32)> {
    let known: Vec<CurveStep> = line.steps.iter().take_while(|s| s.band.is_some()).copied().collect();
    let last = line.steps.get(known.len()).map_or(line.last_day, |next| next.day);
    let end = |s: &CurveStep, upper: bool| s.band.map_or(s.share, |(low, high)| if upper { high } else { low });
    let mut points = stairs(plot, &known, last, |s| end(s, true));
    points.extend(stairs(plot, &known, last, |s| end(s, false)).into_iter().rev());
    points
}

/// The band of each curve's end as a bar across it, side by side; too many would only be a hedge.
fn bars(sheet: &mut Sheet, plot: &Plot, lines: &[CurveLine]) {
    const MOST: usize = 8;
    if !(2..=MOST).contains(&lines.len()) {
        return;
    }
    let cap = sheet.s(3);
    for (i, line) in lines.iter().enumerate() {
        let Some((day, (low, high))) = line.steps.last().and_then(|s| Some((s.day.max(line.last_day), s.band?))) else {
            continue;
        };
        let x = (plot.x(day) - sheet.s(11) * (int(i) + 1)).max(plot.area.x + cap);
        let (top, foot) = (plot.y(high), plot.y(low));
        let ink = Ink::of(line.tone);
        for points in
            [vec![(x, top), (x, foot)], vec![(x - cap, top), (x + cap, top)], vec![(x - cap, foot), (x + cap, foot)]]
        {
            sheet.trace(points, ink, sheet.s(1));
        }
    }
}

/// Lines at the quarters, named at the left.
fn grid(sheet: &mut Sheet, plot: &Plot) {
    let pen = sheet.small();
    let Area { x, w, .. } = plot.area;
    for quarter in 0..=4_u8 {
        let share = f64::from(quarter) / 4.0;
        let y = plot.y(share);
        let ink = if quarter == 0 { Ink::Line } else { Ink::Wash };
        sheet.rect(Area::new(x, y, w, sheet.s(1)), ink);
        sheet.text((x - sheet.s(8), y), Anchor::End, &format!("{}\u{202f}%", u32::from(quarter) * 25), pen);
    }
}

/// Share and name at the end of each curve, pushed apart, joined to it by a line in its colour.
fn name(sheet: &mut Sheet, plot: &Plot, lines: &[CurveLine], tags: &[Tag]) {
    let pen = sheet.body();
    let pitch = sheet.s(19);
    let mut order: Vec<(i32, usize)> =
        lines.iter().enumerate().map(|(i, l)| (plot.y(l.steps.last().map_or(l.start, |s| s.share)), i)).collect();
    order.sort_unstable();
    let mut places: Vec<i32> = Vec::new();
    for (y, _) in &order {
        places.push(places.last().map_or(*y, |before| (before + pitch).max(*y)));
    }
    // Pushed down beyond the plot: push back up from its foot.
    let mut floor = plot.area.y + plot.area.h;
    for place in places.iter_mut().rev() {
        *place = (*place).min(floor);
        floor = *place - pitch;
    }
    let right = plot.area.x + plot.area.w;
    for ((y, i), place) in order.iter().zip(&places) {
        let (Some(line), Some(tag)) = (lines.get(*i), tags.get(*i)) else { continue };
        let end = plot.x(line.last_day.max(line.steps.last().map_or(0, |s| s.day)));
        let from = if end < right { vec![(end, *y), (right, *y)] } else { vec![(right, *y)] };
        let leader = from.into_iter().chain([(right + sheet.s(16), *place)]).collect();
        sheet.trace(leader, Ink::of(line.tone), sheet.s(1));
        let x = right + sheet.s(22);
        sheet.text((x, *place), Anchor::Start, &tag.share, pen.bold());
        let offset = pen.bold().tape().width(&tag.share) + sheet.s(7);
        sheet.text((x + offset, *place), Anchor::Start, &tag.label, pen);
    }
}

/// Days under the plot, the first named as such.
fn ticks(sheet: &mut Sheet, plot: &Plot) {
    let pen = sheet.small();
    let tape = pen.tape();
    let widest = tape.width(&plot.last_day.to_string()).max(tape.width("day 0")) + sheet.s(14);
    let pitch = |step: i64| plot.x(step.min(plot.last_day)) - plot.area.x;
    let fits = |step: &i64| pitch(*step) >= widest || *step >= plot.last_day;
    let step = TICKS.into_iter().find(fits).unwrap_or_else(|| (plot.last_day / 4).max(1));
    let y = plot.area.y + plot.area.h;
    let mut day = 0;
    while day <= plot.last_day {
        let x = plot.x(day);
        sheet.rect(Area::new(x, y, sheet.s(1), sheet.s(5)), Ink::Line);
        let words = if day == 0 { "day 0".to_owned() } else { day.to_string() };
        sheet.text((x, y + sheet.s(17)), Anchor::Middle, &words, pen);
        day = day.saturating_add(step);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOSTILE, draws_well};
    use super::*;
    use crate::view::{Figure, Shape, Tone};

    /// `n` curves of up to `n` steps; shares, bands and ends of every kind.
    #[expect(clippy::cast_precision_loss, reason = "at most 60")]
    fn figure(n: usize, days: i64) -> Figure {
        let share =
            |i: usize, k: usize| (1.0 - (k + 1) as f64 / (n + 2) as f64).powi(1 + i32::try_from(i % 4).unwrap_or(0));
        let steps = |i: usize| {
            (0..n).map(move |k| CurveStep {
                day: i64::try_from(k).unwrap_or(0) * days / i64::try_from(n).unwrap_or(1),
                share: share(i, k),
                band: (k % 7 < 6).then(|| (share(i, k) * 0.7, share(i, k).sqrt())),
            })
        };
        let lines = (0..n).map(|i| CurveLine {
            label: if i % 3 == 0 { HOSTILE.repeat(2) } else { format!("Department {i}") },
            start: if i % 5 == 4 { 0.4 } else { 1.0 },
            tone: [Tone::Neutral, Tone::Bad, Tone::Good, Tone::Warn, Tone::Unknown][i % 5],
            steps: if i == 3 { Vec::new() } else { steps(i).collect() },
            last_day: days - i64::try_from(i % 2).unwrap_or(0),
        });
        Figure {
            id: "curve",
            title: format!("Half of the people have registered after 7 days {HOSTILE}"),
            axis: "share not yet registered, of 12 people followed".to_owned(),
            alt: HOSTILE.to_owned(),
            shape: Shape::Curve(lines.collect()),
        }
    }

    #[test]
    fn curves_draw_well_at_every_size() {
        for n in [0, 1, 2, 7, 14, 60] {
            for days in [0, 1, 12, 90, 5_000] {
                draws_well(&figure(n, days));
            }
        }
    }

    #[test]
    fn shares_at_the_end_are_never_rounded_to_all_or_none() {
        let shown = [0.0, 0.001, 0.291_667, 0.996, 1.0].map(percent);
        assert_eq!(shown.map(|s| s.replace('\u{202f}', " ")), ["0 %", "<1 %", "29 %", ">99 %", "100 %"]);
    }
}
