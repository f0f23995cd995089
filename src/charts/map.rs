//! Map: counts in rows and columns, shaded by their share of all, with the sums; what the logs leave open is hatched, and
//! the cells of the headline are framed.

use super::bars::Columns;
use super::sheet::{Anchor, Area, Sheet, int, px};
use super::text;
use super::theme::Ink;
use crate::view::Stripe;

/// Shades by share of all, from this many percent on, and what is written on them.
pub(super) const SHADES: [(u64, Ink, Ink); 4] = [
    (0, Ink::Wash, Ink::Text),
    (1, Ink::Level1, Ink::Text),
    (5, Ink::Level2, Ink::Text),
    (20, Ink::Level4, Ink::Paper),
];

/// Lines a column's label may take.
const HEAD_LINES: usize = 3;

/// Where the cells stand.
struct Grid {
    left: i32,
    top: i32,
    cell: f64,
    row: i32,
    columns: usize,
    all: u64,
    /// Every number has room in its cell.
    numbers: bool,
    /// So have the sums, right of the cells.
    sums: bool,
}

impl Grid {
    fn x(&self, column: usize) -> i32 {
        self.left + px(self.cell * f64::from(int(column)))
    }

    fn area(&self, row: usize, column: usize, gap: i32) -> Area {
        let (x, next) = (self.x(column), self.x(column + 1));
        let gap = if next - x > 3 * gap { gap } else { 0 };
        Area::new(x, self.top + int(row) * self.row, next - x - gap, self.row - gap)
    }
}

/// Draws heads, cells, sums, the frame and the key.
pub(super) fn draw(sheet: &mut Sheet, (across, down): (&str, &str), columns: &[Stripe], rows: &[(Stripe, Vec<u64>)]) {
    let labels = Columns::new(sheet, rows.iter().map(|r| r.0.label.as_str()).chain([down, "all"]), 0);
    let mut grid = plan(sheet, &labels, columns, rows);
    let small = sheet.small();
    let line = small.tape().fit(across, sheet.right() - grid.left);
    sheet.text((grid.left, sheet.y + sheet.s(8)), Anchor::Start, &line, small);
    sheet.y += sheet.s(20);
    heads(sheet, &grid, columns);
    let corner = small.tape().fit(down, labels.label_width);
    sheet.text((labels.labels, sheet.y - sheet.s(10)), Anchor::End, &corner, small);
    grid.top = sheet.y + sheet.s(2);
    for (i, (row, counts)) in rows.iter().enumerate() {
        for (k, (column, n)) in columns.iter().zip(counts).enumerate() {
            let open = column.open || row.open;
            cell(sheet, &grid, grid.area(i, k, sheet.s(2)), (*n, open));
        }
        labels.label(sheet, grid.area(i, 0, 0).middle(), &row.label);
    }
    sums(sheet, &grid, &labels, rows);
    let framed = frames(sheet, &grid, columns, rows);
    sheet.y = grid.top + grid.row * int(rows.len() + 1) + sheet.s(6);
    key(sheet, framed, grid.all);
}

fn sum<'n>(counts: impl Iterator<Item = &'n u64>) -> u64 {
    counts.fold(0, |all: u64, n| all.saturating_add(*n))
}

fn plan(sheet: &Sheet, labels: &Columns, columns: &[Stripe], rows: &[(Stripe, Vec<u64>)]) -> Grid {
    let all = sum(rows.iter().flat_map(|(_, counts)| counts));
    let bold = sheet.body().bold().tape();
    let room = bold.width(&text::count(all)) + sheet.s(16);
    let count = f64::from(int(columns.len().max(1)));
    let wide = |tail: i32| (f64::from(sheet.right() - labels.bars - tail) / count).min(f64::from(sheet.s(130)));
    let widest = rows.iter().flat_map(|(_, counts)| counts).map(|n| bold.width(&text::count(*n))).max().unwrap_or(0);
    let widest = f64::from(widest + sheet.s(8));
    let sums = wide(room) >= widest;
    let cell = if sums { wide(room) } else { wide(0) };
    let row = sheet.s(if rows.len() > 20 { 22 } else { 34 });
    Grid { left: labels.bars, top: 0, cell, row, columns: columns.len(), all, numbers: cell >= widest, sums }
}

fn cell(sheet: &mut Sheet, grid: &Grid, area: Area, (n, open): (u64, bool)) {
    let percent = if grid.all == 0 { 0 } else { u128::from(n) * 100 / u128::from(grid.all) };
    let step = SHADES.iter().rev().find(|(from, ..)| percent >= u128::from(*from)).filter(|_| n > 0);
    let (fill, ink) = step.map_or((Ink::Paper, Ink::Muted), |(_, fill, ink)| (*fill, *ink));
    let number = if grid.numbers { text::count(n) } else { String::new() };
    let pen = if n > 0 { sheet.body().bold() } else { sheet.small() };
    let middle = area.x + area.w / 2;
    if open && n > 0 {
        sheet.hatched(area, Ink::Unknown);
        if grid.numbers {
            let width = pen.tape().width(&number) + sheet.s(8);
            let plate = Area::new(middle - width / 2, area.middle() - sheet.s(9), width, sheet.s(18));
            sheet.rect(plate, Ink::Paper);
        }
        sheet.text((middle, area.middle()), Anchor::Middle, &number, pen);
    } else {
        sheet.rect(area, fill);
        if n == 0 {
            sheet.frame(area, Ink::Wash);
        }
        sheet.text((middle, area.middle()), Anchor::Middle, &number, pen.ink(ink));
    }
}

/// Labels over the columns: every one in lines, or every second, third … in one line when they are too many.
fn heads(sheet: &mut Sheet, grid: &Grid, columns: &[Stripe]) {
    let pen = sheet.small();
    let tape = pen.tape();
    let room = px(grid.cell) - sheet.s(8);
    let leading = sheet.s(16);
    if room >= sheet.s(34) {
        let heads: Vec<Vec<String>> = columns.iter().map(|c| tape.wrap(&c.label, room, HEAD_LINES)).collect();
        let most = heads.iter().map(Vec::len).max().unwrap_or(0);
        for (i, lines) in heads.iter().enumerate() {
            let middle = i32::midpoint(grid.x(i), grid.x(i + 1));
            for (k, line) in lines.iter().enumerate() {
                let y = sheet.y + leading * int(most - lines.len() + k) + leading / 2;
                sheet.text((middle, y), Anchor::Middle, line, pen);
            }
        }
        sheet.y += leading * int(most.max(1));
    } else {
        let every = (1..=columns.len()).find(|n| grid.cell * f64::from(int(*n)) >= f64::from(sheet.s(60)));
        let every = every.unwrap_or(columns.len().max(1));
        for (i, column) in columns.iter().enumerate().step_by(every) {
            let x = grid.x(i);
            let room = (px(grid.cell * f64::from(int(every))) - sheet.s(8)).min(sheet.right() - x);
            if room > sheet.s(14) {
                sheet.text((x, sheet.y + leading / 2), Anchor::Start, &tape.fit(&column.label, room), pen);
            }
        }
        sheet.y += leading;
    }
    sheet.y += sheet.s(3);
}

/// Sums of the rows right of them, of the columns under them.
fn sums(sheet: &mut Sheet, grid: &Grid, labels: &Columns, rows: &[(Stripe, Vec<u64>)]) {
    let pen = sheet.body().ink(Ink::Muted);
    let foot = grid.top + grid.row * int(rows.len());
    let middle = foot + grid.row / 2;
    if grid.sums {
        for (i, (_, counts)) in rows.iter().enumerate() {
            let at = (grid.x(grid.columns) + sheet.s(6), grid.area(i, 0, 0).middle());
            sheet.text(at, Anchor::Start, &text::count(sum(counts.iter())), pen);
        }
        sheet.text((grid.x(grid.columns) + sheet.s(6), middle), Anchor::Start, &text::count(grid.all), pen.bold());
    }
    let columns: Vec<u64> =
        (0..grid.columns).map(|k| sum(rows.iter().filter_map(|(_, counts)| counts.get(k)))).collect();
    let tape = pen.tape();
    let fits = columns.iter().all(|n| f64::from(tape.width(&text::count(*n)) + sheet.s(6)) <= grid.cell);
    if fits {
        for (k, n) in columns.iter().enumerate() {
            let x = i32::midpoint(grid.x(k), grid.x(k + 1));
            sheet.text((x, middle), Anchor::Middle, &text::count(*n), pen);
        }
    }
    if fits || grid.sums {
        sheet.text((labels.labels, middle), Anchor::End, "all", pen);
    }
}

/// Runs of stripes of the headline: first and one after the last.
fn runs<'s>(stripes: impl Iterator<Item = &'s Stripe>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (i, _) in stripes.enumerate().filter(|(_, s)| s.framed) {
        match runs.last_mut() {
            Some(run) if run.1 == i => run.1 = i + 1,
            _ => runs.push((i, i + 1)),
        }
    }
    runs
}

/// Frames the cells of the headline; how many people stand in them, if there are such cells.
fn frames(sheet: &mut Sheet, grid: &Grid, columns: &[Stripe], rows: &[(Stripe, Vec<u64>)]) -> Option<u64> {
    let mut people = None;
    for (top, foot) in runs(rows.iter().map(|r| &r.0)) {
        for (left, right) in runs(columns.iter()) {
            let cells = rows[top..foot].iter().flat_map(|(_, counts)| counts.iter().skip(left).take(right - left));
            people = Some(sum(cells).saturating_add(people.unwrap_or(0)));
            let (x, y) = (grid.x(left), grid.top + grid.row * int(top));
            let thick = sheet.s(2);
            let (w, h) = (grid.x(right) - x, grid.row * int(foot - top));
            for area in [
                Area::new(x - thick, y - thick, w + thick, thick),
                Area::new(x - thick, y + h - thick, w + thick, thick),
                Area::new(x - thick, y, thick, h - thick),
                Area::new(x + w - thick, y - thick, thick, h + thick),
            ] {
                sheet.rect(area, Ink::Bad);
            }
        }
    }
    people
}

/// What the frame, the shades and the hatching mean.
fn key(sheet: &mut Sheet, framed: Option<u64>, all: u64) {
    let pen = sheet.small();
    let (w, h) = (sheet.s(16), sheet.s(14));
    let words = ["under 1\u{202f}%", "from 1\u{202f}%", "from 5\u{202f}%", "from 20\u{202f}% of all"];
    let marks = SHADES.iter().zip(words).map(|((_, fill, _), words)| (Some(*fill), words.to_owned()));
    let framed = framed.map(|n| (None, format!("framed: {} people, {}", text::count(n), text::percent(n, all))));
    let (mut x, mut middle) = (sheet.left(), sheet.y + sheet.s(9));
    for (fill, words) in framed.into_iter().chain(marks) {
        let words = pen.tape().fit(&words, sheet.right() - sheet.left() - w - sheet.s(5));
        let wide = w + sheet.s(5) + pen.tape().width(&words);
        if x > sheet.left() && x + wide > sheet.right() {
            x = sheet.left();
            middle += sheet.s(19);
        }
        let swatch = Area::new(x, middle - h / 2, w, h);
        if let Some(fill) = fill {
            sheet.rect(swatch, fill);
        } else {
            sheet.frame(swatch, Ink::Bad);
            sheet.frame(Area::new(swatch.x + 1, swatch.y + 1, w - 2, h - 2), Ink::Bad);
        }
        sheet.text((x + w + sheet.s(5), middle), Anchor::Start, &words, pen);
        x += wide + sheet.s(14);
    }
    sheet.y = middle + sheet.s(13);
    sheet.paragraph("Hatched: the logs leave the day open.", pen, 2);
}
