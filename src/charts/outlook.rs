//! Shares over days, past and to come: lines joined straight, the band of a line filled, and level lines to compare with.
//! Each is named at its right end. The scale shows the part between the tens around what is drawn, and says so by its labels.

use super::calendar::{Strip, dates};
use super::sheet::{Anchor, Area, Sheet, int, px};
use super::theme::Ink;
use crate::model::time::Day;
use crate::view::{CurveStep, Level, Outlook};

/// Where days and shares stand.
struct Plot {
    strip: Strip,
    first: i64,
    top: i32,
    height: i32,
    /// Lowest and highest share shown, in percent.
    scale: (i32, i32),
}

impl Plot {
    /// Middle of a day.
    fn x(&self, day: i64) -> i32 {
        let at = usize::try_from(day - self.first).unwrap_or(0).min(self.strip.days);
        i32::midpoint(self.strip.edge(at), self.strip.edge(at + 1))
    }

    fn y(&self, share: f64) -> i32 {
        let (low, high) = (f64::from(self.scale.0), f64::from(self.scale.1));
        let part = if share.is_finite() { ((share * 100.0 - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
        self.top + px((1.0 - part) * f64::from(self.height))
    }

    fn right(&self) -> i32 {
        self.strip.edge(self.strip.days)
    }
}

/// What stands at the right end of a line or level.
struct Tag {
    share: f64,
    from: Option<i64>,
    ink: Ink,
    number: String,
    label: String,
}

/// Draws band, grid, levels, lines, names and dates.
pub(super) fn draw(sheet: &mut Sheet, today: Day, lines: &[Outlook], levels: &[Level]) {
    let tags = tags(sheet, lines, levels);
    let plot = plan(sheet, today, (lines, levels), &tags);
    for line in lines {
        let band = band(&plot, &line.points);
        if band.len() > 2 {
            sheet.polygon(band, Ink::Level1);
        }
    }
    grid(sheet, &plot);
    // The as-of day: what is left of it was seen.
    let x = plot.x(0);
    if plot.first < 0 {
        sheet.rect(Area::new(x, plot.top, sheet.s(1), plot.height), Ink::Muted);
    }
    for level in levels {
        let y = plot.y(level.share);
        sheet.rect(Area::new(plot.strip.left, y, plot.right() - plot.strip.left, sheet.s(1)), Ink::of(level.tone));
    }
    for line in lines.iter().rev() {
        let points: Vec<(i32, i32)> = line.points.iter().map(|p| (plot.x(p.day), plot.y(p.share))).collect();
        match points.as_slice() {
            [] => {}
            [(x, y)] => {
                let dot = sheet.s(2).max(2);
                sheet.rect(Area::new(x - dot, y - dot, 2 * dot, 2 * dot), Ink::of(line.tone));
            }
            _ => sheet.line(points, line.tone, sheet.s(2)),
        }
    }
    name(sheet, &plot, &tags);
    sheet.y = plot.top + plot.height;
    dates(sheet, &plot.strip);
}

/// Whole percents; never 0 % of some or 100 % of not all.
fn percent(share: f64) -> String {
    let space = '\u{202f}';
    match share {
        s if s > 0.0 && s < 0.005 => format!("<1{space}%"),
        s if !s.is_finite() => "n/a".to_owned(),
        s if (0.995..1.0).contains(&s) => format!(">99{space}%"),
        s => format!("{:.0}{space}%", s * 100.0),
    }
}

fn tags(sheet: &Sheet, lines: &[Outlook], levels: &[Level]) -> Vec<Tag> {
    let room = (sheet.right() - sheet.left()) * 24 / 100;
    let tag = |share, from, tone, label: &str| Tag {
        share,
        from,
        ink: Ink::of(tone),
        number: percent(share),
        label: sheet.body().tape().fit(label, room),
    };
    let of_lines = lines.iter().filter(|l| !l.label.is_empty()).filter_map(|l| {
        let last = l.points.last()?;
        Some(tag(last.share, Some(last.day), l.tone, &l.label))
    });
    let mut out: Vec<Tag> = of_lines.chain(levels.iter().map(|l| tag(l.share, None, l.tone, &l.label))).collect();
    out.sort_by(|a, b| b.share.total_cmp(&a.share));
    out
}

fn plan(sheet: &Sheet, today: Day, (lines, levels): (&[Outlook], &[Level]), tags: &[Tag]) -> Plot {
    let days = || lines.iter().flat_map(|l| &l.points).map(|p| p.day);
    let (first, last) = (days().min().unwrap_or(0).min(0), days().max().unwrap_or(0).max(0));
    let days = usize::try_from(last - first).unwrap_or(0).saturating_add(1);
    let pen = sheet.body();
    let width = |t: &Tag| pen.bold().tape().width(&t.number) + sheet.s(7) + pen.tape().width(&t.label);
    let tail = tags.iter().map(width).max().unwrap_or(0) + sheet.s(26);
    let left = sheet.left() + sheet.small().tape().width("100\u{202f}%") + sheet.s(8);
    let day = f64::from((sheet.right() - tail - left).max(sheet.s(60))) / f64::from(int(days));
    let start = i32::try_from(first).unwrap_or(i32::MIN);
    let strip = Strip { left, day, days, first: Day(today.0.saturating_add(start)) };
    let height = (sheet.width * 3 / 8).clamp(sheet.s(180), sheet.s(340)).max(sheet.s(20) * int(tags.len()));
    Plot { strip, first, top: sheet.y + sheet.s(10), height, scale: scale(lines, levels) }
}

/// The tens around everything drawn, at least twenty points apart.
fn scale(lines: &[Outlook], levels: &[Level]) -> (i32, i32) {
    let ends = |p: &CurveStep| p.band.map_or([p.share, p.share], |(low, high)| [low.min(p.share), high.max(p.share)]);
    let all = lines.iter().flat_map(|l| &l.points).flat_map(ends).chain(levels.iter().map(|l| l.share));
    let (mut low, mut high) = (1.0_f64, 0.0_f64);
    for share in all.filter(|s| s.is_finite()) {
        low = low.min(share);
        high = high.max(share);
    }
    let ten = |share: f64| px(share.clamp(0.0, 1.0) * 10.0);
    let (floor, ceiling) = (ten(low.min(high) - 0.05), ten(high.max(low) + 0.05));
    let ceiling = ceiling.clamp(2, 10);
    (floor.clamp(0, ceiling - 2) * 10, ceiling * 10)
}

/// Lines at round shares, named at the left.
fn grid(sheet: &mut Sheet, plot: &Plot) {
    let pen = sheet.small();
    let (low, high) = plot.scale;
    let step = if high - low > 60 { 20 } else { 10 };
    let mut at = low.div_euclid(step) * step;
    while at <= high {
        if at >= low {
            let y = plot.y(f64::from(at) / 100.0);
            let ink = if at == low { Ink::Line } else { Ink::Wash };
            sheet.rect(Area::new(plot.strip.left, y, plot.right() - plot.strip.left, sheet.s(1)), ink);
            sheet.text((plot.strip.left - sheet.s(8), y), Anchor::End, &format!("{at}\u{202f}%"), pen);
        }
        at += step;
    }
}

/// The band as a polygon, as far as it is defined.
fn band(plot: &Plot, points: &[CurveStep]) -> Vec<(i32, i32)> {
    let known = || points.iter().filter_map(|p| Some((plot.x(p.day), p.band?)));
    let upper = known().map(|(x, (_, high))| (x, plot.y(high)));
    let mut lower: Vec<(i32, i32)> = known().map(|(x, (low, _))| (x, plot.y(low))).collect();
    lower.reverse();
    upper.chain(lower).collect()
}

/// Share and name right of each end, pushed apart, joined to it by a line in its colour.
fn name(sheet: &mut Sheet, plot: &Plot, tags: &[Tag]) {
    let pen = sheet.body();
    let pitch = sheet.s(19);
    let mut places: Vec<i32> = Vec::new();
    for tag in tags {
        let y = plot.y(tag.share);
        places.push(places.last().map_or(y, |before| (before + pitch).max(y)));
    }
    let mut floor = plot.top + plot.height;
    for place in places.iter_mut().rev() {
        *place = (*place).min(floor);
        floor = *place - pitch;
    }
    let right = plot.right();
    for (tag, place) in tags.iter().zip(&places) {
        let y = plot.y(tag.share);
        let start = tag.from.map_or(right, |day| plot.x(day));
        // A line that ends early is named where it ends only by its colour: its leader would cross the others.
        let from = if right - start > sheet.s(12) { right } else { start };
        sheet.trace(vec![(from, y), (right + sheet.s(4), y), (right + sheet.s(16), *place)], tag.ink, sheet.s(1));
        let x = right + sheet.s(22);
        sheet.text((x, *place), Anchor::Start, &tag.number, pen.bold());
        let offset = pen.bold().tape().width(&tag.number) + sheet.s(7);
        sheet.text((x + offset, *place), Anchor::Start, &tag.label, pen);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOSTILE, draws_well};
    use super::*;
    use crate::view::{Figure, Shape, Tone};

    /// Four weeks seen and `days` to come, from one share to another, with a band or none.
    fn figure(days: u32, (from, to): (f64, f64), hostile: bool) -> Figure {
        let label = |text: &str| if hostile { HOSTILE.repeat(2) } else { text.to_owned() };
        let share = |d: u32| from + (to - from) * f64::from(d) / f64::from(days.max(1));
        let points = |spread: Option<f64>| {
            let at = move |d: u32| CurveStep {
                day: i64::from(d),
                share: share(d),
                band: spread.map(|s| (share(d) - s, share(d) + s)),
            };
            (0..=days).map(at).collect::<Vec<_>>()
        };
        let past = (0..5).map(|w| CurveStep { day: -7 * w, share: from, band: None }).collect();
        let line = |text: &str, tone, points| Outlook { label: label(text), tone, points };
        let level = |text: &str, tone, share| Level { label: label(text), tone, share };
        Figure {
            id: "forecast",
            title: format!("95 % not reached without action {HOSTILE}"),
            axis: "share registered, of 480 people".to_owned(),
            alt: HOSTILE.to_owned(),
            shape: Shape::Outlook {
                today: Day(20_779),
                lines: vec![
                    line("expected", Tone::Neutral, points(Some(0.03))),
                    line("logistic", Tone::Unknown, points(None)),
                    Outlook { label: String::new(), tone: Tone::Neutral, points: past },
                ],
                levels: vec![level("goal", Tone::Good, 0.95), level("ceiling", Tone::Bad, 0.87)],
            },
        }
    }

    #[test]
    fn outlooks_draw_well_at_every_size() {
        for days in [0, 1, 30, 180, 3_650] {
            for shares in [(0.0, 0.0), (0.5, 0.8), (0.86, 0.87), (0.95, 1.0), (1.0, 1.0), (f64::NAN, 0.5)] {
                for hostile in [false, true] {
                    draws_well(&figure(days, shares, hostile));
                }
            }
        }
    }

    #[test]
    fn the_scale_holds_everything_in_tens() {
        let level = |share| Level { label: String::new(), tone: Tone::Good, share };
        let shown = [[0.82, 0.86], [0.0, 0.0], [1.0, 1.0], [0.31, 0.95]].map(|l| scale(&[], &l.map(level)));
        assert_eq!(shown, [(70, 90), (0, 20), (80, 100), (30, 100)]);
    }
}
