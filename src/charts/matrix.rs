//! Matrix: shares in rows and columns, each cell shaded by its share and carrying its own denominator.

use super::bars::Columns;
use super::sheet::{Anchor, Area, Sheet, int, px};
use super::text;
use super::theme::Ink;
use crate::view::{MatrixRow, SMALL_CELL, Share};

/// Shades by share, from this many percent on, and what is written on them. Text stays readable on each.
pub(super) const SHADES: [(u64, Ink, Ink); 4] = [
    (0, Ink::Wash, Ink::Text),
    (25, Ink::Level1, Ink::Text),
    (50, Ink::Level2, Ink::Text),
    (75, Ink::Level4, Ink::Paper),
];

/// Where the cells stand.
struct Grid {
    left: i32,
    cell: f64,
    height: i32,
    /// How much of a cell's text has room in every cell.
    words: Words,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// Share and counts.
    Both,
    /// Share alone.
    Share,
    /// Shade alone.
    None,
}

impl Grid {
    fn edge(&self, column: usize) -> i32 {
        self.left + px(self.cell * f64::from(int(column)))
    }
}

/// Draws the column labels, the rows and the key.
pub(super) fn draw(sheet: &mut Sheet, columns: &[String], rows: &[MatrixRow]) {
    let count = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0).max(columns.len());
    let labels = Columns::new(sheet, rows.iter().map(|r| r.label.as_str()), 0);
    let cell = (f64::from(labels.length) / f64::from(int(count.max(1)))).min(f64::from(sheet.s(150)));
    let height = sheet.s(if rows.len() > 20 { 24 } else { 32 });
    let grid = Grid { left: labels.bars, cell, height, words: words(sheet, rows, cell) };
    heads(sheet, &grid, columns);
    for row in rows {
        for (i, share) in row.cells.iter().enumerate() {
            let (x, next) = (grid.edge(i), grid.edge(i + 1));
            let gap = if next - x > sheet.s(6) { sheet.s(2) } else { 0 };
            draw_cell(sheet, Area::new(x, sheet.y, next - x - gap, height - gap), *share, grid.words);
        }
        labels.label(sheet, sheet.y + height / 2, &row.label);
        sheet.y += grid.height;
    }
    key(sheet);
}

fn parts(share: Share) -> (String, String) {
    let counts = format!("{}/{}", text::count(share.part), text::count(share.whole));
    if share.whole < SMALL_CELL { (counts, String::new()) } else { (whole_percent(share), counts) }
}

/// Whole percents; never 0 % of some or 100 % of not all.
fn whole_percent(share: Share) -> String {
    let space = '\u{202f}';
    let (part, whole) = (u128::from(share.part), u128::from(share.whole.max(1)));
    match (part * 200 + whole) / (whole * 2) {
        0 if part > 0 => format!("<1{space}%"),
        100 if part < whole => format!(">99{space}%"),
        n => format!("{n}{space}%"),
    }
}

fn words(sheet: &Sheet, rows: &[MatrixRow], cell: f64) -> Words {
    let (bold, small) = (sheet.body().bold().tape(), sheet.small().tape());
    let shown = || rows.iter().flat_map(|r| &r.cells).filter(|s| s.whole > 0).map(|s| parts(*s));
    let share = shown().map(|(share, _)| bold.width(&share)).max().unwrap_or(0) + sheet.s(8);
    let both =
        shown().map(|(share, counts)| bold.width(&share) + small.width(&counts)).max().unwrap_or(0) + sheet.s(18);
    if f64::from(both) <= cell {
        Words::Both
    } else if f64::from(share) <= cell {
        Words::Share
    } else {
        Words::None
    }
}

fn draw_cell(sheet: &mut Sheet, area: Area, share: Share, words: Words) {
    if share.whole == 0 {
        if area.w > sheet.s(12) {
            sheet.text((area.x + area.w / 2, area.middle()), Anchor::Middle, "–", sheet.small());
        }
        return;
    }
    let small = share.whole < SMALL_CELL;
    let percent = u128::from(share.part) * 100 / u128::from(share.whole);
    let step = SHADES.iter().rev().find(|(from, ..)| percent >= u128::from(*from));
    let (fill, ink) = step.filter(|_| !small).map_or((Ink::Paper, Ink::Muted), |(_, fill, ink)| (*fill, *ink));
    sheet.rect(area, fill);
    if small {
        sheet.frame(area, Ink::Line);
    }
    let (first, second) = parts(share);
    let pen = if small { sheet.body().ink(ink) } else { sheet.body().bold().ink(ink) };
    let counts = sheet.small().ink(ink);
    let middle = area.x + area.w / 2;
    match words {
        Words::None => {}
        Words::Both if !second.is_empty() => {
            let wide = pen.tape().width(&first) + sheet.s(6) + counts.tape().width(&second);
            let x = middle - wide / 2;
            sheet.text((x, area.middle()), Anchor::Start, &first, pen);
            sheet.text((x + pen.tape().width(&first) + sheet.s(6), area.middle()), Anchor::Start, &second, counts);
        }
        Words::Both | Words::Share => sheet.text((middle, area.middle()), Anchor::Middle, &first, pen),
    }
}

/// Labels over the columns: every one, or every second, third … when they are too wide.
fn heads(sheet: &mut Sheet, grid: &Grid, columns: &[String]) {
    let pen = sheet.small();
    let tape = pen.tape();
    let most = sheet.s(120);
    let widest = columns.iter().map(|c| tape.width(&tape.fit(c, most))).max().unwrap_or(0) + sheet.s(8);
    let every = (1..=columns.len())
        .find(|n| grid.cell * f64::from(int(*n)) >= f64::from(widest))
        .unwrap_or(columns.len().max(1));
    let room = px(grid.cell * f64::from(int(every))) - sheet.s(8);
    let middle = sheet.y + sheet.s(9);
    for (i, label) in columns.iter().enumerate().step_by(every) {
        let centre = i32::midpoint(grid.edge(i), grid.edge(i + 1));
        // Where labels are fewer than columns they begin at their column.
        let (x, anchor) = if every == 1 { (centre, Anchor::Middle) } else { (grid.edge(i), Anchor::Start) };
        let room = if anchor == Anchor::Start { room.min(sheet.right() - x) } else { room };
        if room > sheet.s(12) {
            sheet.text((x, middle), anchor, &tape.fit(label, room), pen);
        }
    }
    sheet.y += sheet.s(22);
}

/// What the shades mean, and the cells without one.
fn key(sheet: &mut Sheet) {
    let pen = sheet.small();
    let (w, h) = (sheet.s(16), sheet.s(14));
    sheet.y += sheet.s(6);
    let middle = sheet.y + sheet.s(9);
    let mut x = sheet.left();
    let ends = SHADES.iter().skip(1).map(|s| s.0 - 1).chain([100]);
    for ((from, fill, _), to) in SHADES.iter().zip(ends) {
        let words = format!("{from}–{to}\u{202f}%");
        sheet.rect(Area::new(x, middle - h / 2, w, h), *fill);
        sheet.text((x + w + sheet.s(5), middle), Anchor::Start, &words, pen);
        x += w + sheet.s(5) + pen.tape().width(&words) + sheet.s(12);
    }
    sheet.y = middle + sheet.s(12);
    sheet.paragraph(
        &format!("Outlined: fewer than {SMALL_CELL} people, counts only. –: nobody observed that long."),
        pen,
        3,
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOSTILE, draws_well};
    use super::*;
    use crate::view::{Figure, Shape};

    fn figure(rows: usize, columns: usize, most: u64) -> Figure {
        let number = |i: usize, k: usize| u64::try_from(i * 7 + k * 3).unwrap_or(0);
        let name = |i: usize| if i % 5 == 4 { HOSTILE.to_owned() } else { format!("2026-W{i}") };
        Figure {
            id: "matrix",
            title: format!("62 of 80 people registered within 30 days {HOSTILE}"),
            axis: "registered within days, of the people observed that long".to_owned(),
            alt: HOSTILE.to_owned(),
            shape: Shape::Matrix {
                columns: (0..columns).map(name).collect(),
                rows: (0..rows)
                    .map(|i| MatrixRow {
                        label: name(i),
                        cells: (0..columns)
                            .map(|k| Share::new(number(i, k) * most / 97, number(k, i) % 11 * most))
                            .collect(),
                    })
                    .collect(),
            },
        }
    }

    #[test]
    fn matrices_draw_well_at_every_size() {
        for (rows, columns) in [(0, 0), (0, 5), (1, 1), (1, 60), (2, 5), (14, 5), (60, 5), (20, 30)] {
            for most in [1, 40, 5_000_000] {
                draws_well(&figure(rows, columns, most));
            }
        }
    }

    #[test]
    fn shares_are_never_rounded_to_all_or_none() {
        let shown = [(0, 9), (1, 900), (1, 3), (899, 900), (9, 9)].map(|(n, of)| whole_percent(Share::new(n, of)));
        assert_eq!(shown.map(|s| s.replace('\u{202f}', " ")), ["0 %", "<1 %", "33 %", ">99 %", "100 %"]);
    }
}
