//! Lines over days: one line a series, broken where there is no value; upright marks with their labels above the plot.

use super::calendar::{Strip, dates};
use super::histogram::round_step;
use super::sheet::{Anchor, Area, Sheet, int, scaled};
use super::text;
use super::theme::Ink;
use crate::model::time::Day;
use crate::view::{DayNote, Series};

/// Most rows of labels above the plot.
const LANES: usize = 6;

/// Where the plot stands.
struct Plot {
    strip: Strip,
    top: i32,
    height: i32,
    most: u64,
}

impl Plot {
    /// Middle of a day.
    fn x(&self, day: usize) -> i32 {
        i32::midpoint(self.strip.edge(day), self.strip.edge(day + 1))
    }

    fn y(&self, value: u64) -> i32 {
        self.base() - if value == 0 { 0 } else { scaled(value, self.most, self.height) }
    }

    fn base(&self) -> i32 {
        self.top + self.height
    }

    fn right(&self) -> i32 {
        self.strip.edge(self.strip.days)
    }
}

/// A note with its label's row, counted upwards from the plot; no row, no label.
struct Placed {
    x: i32,
    lane: Option<usize>,
    label: String,
}

/// Draws notes, grid, lines with their names, and the dates.
pub(super) fn draw(sheet: &mut Sheet, first: Day, series: &[Series], notes: &[DayNote]) {
    let days = series.iter().map(|s| s.values.len()).max().unwrap_or(0);
    let mut plot = plan(sheet, first, series, days);
    let placed = place(sheet, &plot, notes);
    let lanes = placed.iter().filter_map(|p| p.lane).max().map_or(0, |lane| int(lane + 1));
    plot.top = sheet.y + lanes * lane_height(sheet) + sheet.s(10);
    missing(sheet, &plot, series);
    grid(sheet, &plot);
    marks(sheet, &plot, &placed);
    for line in series {
        trace(sheet, &plot, line);
    }
    names(sheet, &plot, series);
    sheet.y = plot.base();
    dates(sheet, &plot.strip);
    let unlabelled = placed.iter().filter(|p| p.lane.is_none()).count();
    key(sheet, series, unlabelled);
}

fn lane_height(sheet: &Sheet) -> i32 {
    sheet.s(19)
}

fn plan(sheet: &Sheet, first: Day, series: &[Series], days: usize) -> Plot {
    let most = series.iter().flat_map(|s| s.values.iter().flatten()).copied().max().unwrap_or(0);
    let small = sheet.small().tape();
    let ticks = small.width(&text::count(most)).max(small.width("0")) + sheet.s(8);
    let wide = sheet.right() - sheet.left();
    let name = series.iter().map(|s| sheet.body().tape().width(&s.label)).max().unwrap_or(0);
    let tail = (name.min(wide * 28 / 100) + sheet.s(28)).max(sheet.s(100));
    let left = sheet.left() + ticks;
    let day = f64::from((sheet.right() - tail - left).max(sheet.s(60))) / f64::from(int(days.max(1)));
    let day = day.min(f64::from(sheet.s(60)));
    let height = if most == 0 { sheet.s(60) } else { (sheet.width * 3 / 10).clamp(sheet.s(160), sheet.s(330)) };
    Plot { strip: Strip { left, day, days, first }, top: sheet.y, height, most }
}

/// Rows for the labels, from the right: a label reaches over the marks right of it, so it stands above theirs, and no mark
/// runs through a label.
fn place(sheet: &Sheet, plot: &Plot, notes: &[DayNote]) -> Vec<Placed> {
    let tape = sheet.small().tape();
    let gap = sheet.s(10);
    let widest = (sheet.right() - sheet.left()) * 45 / 100;
    let mut placed: Vec<Placed> = Vec::new();
    let mut sorted: Vec<&DayNote> = notes.iter().filter(|n| n.day < plot.strip.days).collect();
    sorted.sort_by_key(|n| std::cmp::Reverse(n.day));
    for note in sorted {
        let x = plot.x(note.day);
        let room = (sheet.right() - x - sheet.s(5)).min(widest);
        let label = tape.fit(&text::inert(&note.label), room);
        let end = x + sheet.s(5) + tape.width(&label) + gap;
        let under = placed.iter().filter(|p| p.x <= end);
        let lane = under.map(|p| p.lane.map_or(0, |lane| lane + 1)).max().unwrap_or(0);
        placed.push(Placed { x, lane: (lane < LANES).then_some(lane), label });
    }
    placed
}

fn marks(sheet: &mut Sheet, plot: &Plot, placed: &[Placed]) {
    let pen = sheet.small().ink(Ink::Text);
    for note in placed {
        let up = note.lane.map_or(0, |lane| (int(lane) + 1) * lane_height(sheet));
        let top = plot.top - up;
        sheet.rect(Area::new(note.x, top, sheet.s(1), plot.base() - top), Ink::Muted);
        if note.lane.is_some() {
            let middle = top + lane_height(sheet) / 2 - sheet.s(1);
            sheet.text((note.x + sheet.s(5), middle), Anchor::Start, &note.label, pen);
        }
    }
}

/// Days on which no line has a value are shaded.
fn missing(sheet: &mut Sheet, plot: &Plot, series: &[Series]) {
    for day in (0..plot.strip.days).filter(|day| is_missing(series, *day)) {
        let (left, right) = (plot.strip.edge(day), plot.strip.edge(day + 1));
        sheet.rect(Area::new(left, plot.top, right - left, plot.height), Ink::Wash);
    }
}

fn is_missing(series: &[Series], day: usize) -> bool {
    series.iter().all(|s| s.values.get(day).copied().flatten().is_none())
}

fn grid(sheet: &mut Sheet, plot: &Plot) {
    let step = round_step(plot.most);
    let pen = sheet.small();
    let mut value = 0;
    while value <= plot.most {
        let y = plot.y(value);
        if value > 0 {
            sheet.rect(Area::new(plot.strip.left, y, plot.right() - plot.strip.left, 1), Ink::Line);
        }
        sheet.text((plot.strip.left - sheet.s(8), y), Anchor::End, &text::count(value), pen);
        let Some(next) = value.checked_add(step) else { return };
        value = next;
    }
}

/// One line; a day alone between two holes is a dot.
fn trace(sheet: &mut Sheet, plot: &Plot, series: &Series) {
    let (ink, width) = (Ink::of(series.tone), sheet.s(2).max(2));
    let mut run: Vec<(i32, i32)> = Vec::new();
    for day in 0..=series.values.len() {
        if let Some(value) = series.values.get(day).copied().flatten() {
            run.push((plot.x(day), plot.y(value)));
            continue;
        }
        let points = std::mem::take(&mut run);
        match points.as_slice() {
            [] => {}
            [(x, y)] => sheet.rect(Area::new(x - width, y - width, 2 * width, 2 * width), ink),
            _ => sheet.line(points, series.tone, width),
        }
    }
}

/// The names right of the lines' ends, pushed apart where the ends are close.
fn names(sheet: &mut Sheet, plot: &Plot, series: &[Series]) {
    let pen = sheet.body();
    let apart = sheet.s(20);
    let mut ends: Vec<(i32, &Series)> = series
        .iter()
        .map(|s| (s.values.iter().rev().flatten().next().map_or(plot.base(), |v| plot.y(*v)), s))
        .collect();
    ends.sort_by_key(|(y, _)| *y);
    let mut floor = plot.top + sheet.s(6);
    for (y, _) in &mut ends {
        *y = (*y).max(floor);
        floor = *y + apart;
    }
    let mut ceiling = plot.base();
    for (y, _) in ends.iter_mut().rev() {
        *y = (*y).min(ceiling);
        ceiling = *y - apart;
    }
    // More names than the plot is high: they run on below it.
    let mut floor = plot.top + sheet.s(6);
    for (y, _) in &mut ends {
        *y = (*y).max(floor);
        floor = *y + apart;
    }
    let left = plot.right() + sheet.s(8);
    let words = left + sheet.s(18);
    for (y, line) in &ends {
        sheet.rect(Area::new(left, y - sheet.s(1), sheet.s(13), sheet.s(3)), Ink::of(line.tone));
        let seen = line.values.iter().any(Option::is_some);
        let label = if seen { line.label.clone() } else { format!("{}: no log", line.label) };
        let label = pen.tape().fit(&text::inert(&label), sheet.right() - words);
        sheet.text((words, *y), Anchor::Start, &label, if seen { pen } else { pen.ink(Ink::Muted) });
    }
}

/// What the shade means and how many marks stand without a label.
fn key(sheet: &mut Sheet, series: &[Series], unlabelled: usize) {
    let days = series.iter().map(|s| s.values.len()).max().unwrap_or(0);
    let mut words = Vec::new();
    if (0..days).any(|day| is_missing(series, day)) {
        words.push("shaded: no log of these days".to_owned());
    }
    if series.iter().any(|s| s.values.iter().any(Option::is_none)) {
        words.push("a broken line: that log does not cover the day".to_owned());
    }
    if unlabelled > 0 {
        words.push(format!("marks without room for their label: {unlabelled}, named in the table"));
    }
    let pen = sheet.small();
    sheet.paragraph(&words.join("; "), pen, 3);
}

#[cfg(test)]
mod tests {
    use super::super::{Canvas, Theme, lay_out, png, svg};
    use crate::model::time::Day;
    use crate::view::{DayNote, Figure, Series, Shape, Tone};

    pub(super) fn figure(days: usize, most: u64, notes: usize) -> Figure {
        let wave = |i: usize, k: u64| (most * k * u64::try_from(i * 37 % 19 + 1).unwrap_or(1)) / (19 * 4);
        let tones = [Tone::Good, Tone::Warn, Tone::Neutral];
        let labels = ["at a sign-in page", "Windows logon", "tokens only"];
        let series = (0..3_usize)
            .map(|k| Series {
                label: labels[k].to_owned(),
                tone: tones[k],
                values: (0..days)
                    .map(|i| (i % 17 != 5 && (k == 2 || i > 3)).then(|| wave(i + k, u64::try_from(k + 1).unwrap_or(1))))
                    .collect(),
            })
            .collect();
        let notes = (0..notes)
            .map(|i| DayNote {
                day: (i * 7 + 3) % days.max(1),
                label: format!("Conditional Access: changed: Require MFA for all users {i} \u{202e}<script>"),
            })
            .collect();
        Figure {
            id: "lines",
            title: "Every third person lives on tokens alone, day by day".to_owned(),
            axis: "distinct people a day, of 480 people in scope".to_owned(),
            alt: "Lines.".to_owned(),
            shape: Shape::Lines { first: Day(20_700), series, notes },
        }
    }

    #[test]
    fn texts_stay_on_the_sheet_and_off_each_other_and_marks_off_the_labels() -> Result<(), super::super::ChartError> {
        for (days, most, notes) in
            [(0, 0, 0), (1, 3, 1), (2, 0, 2), (7, 12, 7), (30, 480, 4), (90, 123_456, 40), (400, 9, 90)]
        {
            for width in [360, 800, 1600] {
                let sheet = lay_out(&figure(days, most, notes), width)?;
                let boxes = sheet.text_boxes();
                for (i, (a, words)) in boxes.iter().enumerate() {
                    let inside = a.x >= 0 && a.x + a.w <= sheet.width && a.y >= 0 && a.y + a.h <= sheet.height();
                    assert!(inside, "{words} at {a:?} leaves the sheet of {width}");
                    for (b, others) in &boxes[i + 1..] {
                        let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                        assert!(apart, "{words} {a:?} over {others} {b:?} at {width} ({days} days)");
                    }
                    for mark in sheet.uprights() {
                        let hit = mark.x > a.x && mark.x < a.x + a.w && mark.y < a.y + a.h && mark.y + mark.h > a.y;
                        assert!(
                            !hit || !words.contains("Conditional"),
                            "a mark at {mark:?} runs through {words} {a:?}"
                        );
                    }
                }
            }
        }
        Ok(())
    }

    #[test]
    fn nothing_is_said_in_words_and_bytes_are_the_same_twice() -> Result<(), super::super::ChartError> {
        let canvas = Canvas { width: 800, theme: Theme::Light };
        assert!(svg(&figure(0, 0, 0), canvas)?.contains("nothing to show"));
        let drawn = svg(&figure(40, 480, 5), canvas)?;
        assert_eq!(drawn, svg(&figure(40, 480, 5), canvas)?);
        assert!(!drawn.contains("<script") && !drawn.contains('\u{202e}') && !drawn.contains("=\"-"));
        assert!(png(&drawn, 1.0)?.len() > 1000);
        Ok(())
    }
}
