//! Every picture as a table: the same numbers.

use super::{
    Change, CurveLine, CurveStep, DayNote, Figure, Level, MatrixRow, Move, Outlook, Planned, SMALL_CELL, Series, Shape,
    Stripe,
};
use crate::model::time::Day;
use crate::view::{Cell, Column, ColumnKind, Table};

const LABEL: Column = Column::new("label", ColumnKind::Text, "What the mark stands for");
const COUNT: Column = Column::new("count", ColumnKind::Integer, "How many people").unit("people");

impl Figure {
    /// The same numbers as a table (shown under each chart).
    #[must_use]
    pub fn table(&self) -> Table {
        let mut table = Table::new(self.id, self.title.clone(), &[LABEL, COUNT]);
        match &self.shape {
            Shape::Funnel(steps) => {
                table.columns.push(Column::new("leak", ColumnKind::Text, "Why the others stop before this step"));
                table.rows = steps
                    .iter()
                    .map(|s| vec![Cell::text(&s.label), Cell::count(s.count), Cell::text(&s.leak)])
                    .collect();
            }
            Shape::Bars(bars) => {
                table.rows = bars.iter().map(|b| vec![Cell::text(&b.label), Cell::count(b.count)]).collect();
            }
            Shape::Histogram(bins) => {
                table.columns[1] =
                    Column::new("known", ColumnKind::Integer, "People whose value lies here").unit("people");
                table.columns.push(
                    Column::new("censored", ColumnKind::Integer, "People whose value is this or more, upper end open")
                        .unit("people"),
                );
                table.rows = bins
                    .iter()
                    .map(|b| vec![Cell::text(&b.label), Cell::count(b.known), Cell::count(b.censored)])
                    .collect();
            }
            Shape::Lines { first, series, notes } => lines_table(&mut table, *first, series, notes),
            Shape::Calendar { first, rows } => {
                table.columns[1] =
                    Column::new("days_seen", ColumnKind::Integer, "Days with at least one row").unit("days");
                table.columns.push(Column::new("from", ColumnKind::Time, "First day shown"));
                table.rows = rows
                    .iter()
                    .map(|r| {
                        let seen = r.levels.iter().filter(|l| **l > 0).count();
                        vec![
                            Cell::text(&r.label),
                            Cell::count(u64::try_from(seen).unwrap_or(u64::MAX)),
                            Cell::Time(first.start()),
                        ]
                    })
                    .collect();
            }
            Shape::Curve(lines) => curve(&mut table, lines),
            Shape::Matrix { columns, rows } => matrix(&mut table, columns, rows),
            Shape::Outlook { today, lines, levels } => outlook(&mut table, *today, lines, levels),
            Shape::Map { columns, rows, .. } => map(&mut table, columns, rows),
            Shape::Waterfall(changes) => waterfall(&mut table, changes),
            Shape::Weeks(days) => weeks(&mut table, days),
            Shape::Nothing(_) => {}
        }
        table
    }
}

/// A row per line and day, empty where the day is not covered; then a row per mark.
fn lines_table(table: &mut Table, first: Day, series: &[Series], notes: &[DayNote]) {
    let day = |i: usize| Cell::Time(Day(first.0.saturating_add(i32::try_from(i).unwrap_or(i32::MAX))).start());
    table.columns.insert(0, Column::new("day", ColumnKind::Time, "UTC day"));
    for line in series {
        let rows = line.values.iter().enumerate();
        table.rows.extend(rows.map(|(i, v)| vec![day(i), Cell::text(&line.label), v.map_or(Cell::Empty, Cell::count)]));
    }
    table.rows.extend(notes.iter().map(|n| vec![day(n.day), Cell::text(&n.label), Cell::Empty]));
}

fn curve(table: &mut Table, lines: &[CurveLine]) {
    table.columns.truncate(1);
    table.columns.extend([
        Column::new("day", ColumnKind::Integer, "Whole days from the start").unit("days"),
        Column::new("share", ColumnKind::Real, "Share from this day on"),
        Column::new("low", ColumnKind::Real, "Lower end of the 95 % band"),
        Column::new("high", ColumnKind::Real, "Upper end of the 95 % band"),
    ]);
    for line in lines {
        let start = CurveStep { day: 0, share: line.start, band: None };
        let start = Some(start).filter(|s| s.share < 1.0);
        table.rows.extend(start.iter().chain(&line.steps).map(|s| {
            let (low, high) = s.band.unzip();
            vec![
                Cell::text(&line.label),
                Cell::Integer(s.day),
                Cell::share(Some(s.share)),
                Cell::share(low),
                Cell::share(high),
            ]
        }));
    }
}

/// A row per line and day, then a row per level, which has no day.
fn outlook(table: &mut Table, today: Day, lines: &[Outlook], levels: &[Level]) {
    table.columns.truncate(1);
    table.columns.insert(0, Column::new("day", ColumnKind::Time, "UTC day; empty = every day"));
    table.columns.extend([
        Column::new("share", ColumnKind::Real, "Share"),
        Column::new("low", ColumnKind::Real, "Lower end of the 95 % band"),
        Column::new("high", ColumnKind::Real, "Upper end of the 95 % band"),
    ]);
    for line in lines {
        table.rows.extend(line.points.iter().map(|p| {
            let (low, high) = p.band.unzip();
            let day = Cell::Time(today.start().plus_days(p.day));
            let label = if line.label.is_empty() { "so far" } else { &line.label };
            vec![day, Cell::text(label), Cell::share(Some(p.share)), Cell::share(low), Cell::share(high)]
        }));
    }
    let level =
        |l: &Level| vec![Cell::Empty, Cell::text(&l.label), Cell::share(Some(l.share)), Cell::Empty, Cell::Empty];
    table.rows.extend(levels.iter().map(level));
}

fn matrix(table: &mut Table, columns: &[String], rows: &[MatrixRow]) {
    table.columns.insert(1, Column::new("column", ColumnKind::Text, "Column of the matrix"));
    table.columns.extend([
        Column::new("of", ColumnKind::Integer, "People observed that long").unit("people"),
        Column::new("share", ColumnKind::Real, "Share of them"),
        Column::new("small", ColumnKind::Boolean, "Fewer than 5 people: a share of so few says little"),
    ]);
    for row in rows {
        table.rows.extend(columns.iter().zip(&row.cells).map(|(column, share)| {
            vec![
                Cell::text(&row.label),
                Cell::text(column),
                Cell::count(share.part),
                Cell::count(share.whole),
                Cell::share(share.fraction()),
                Cell::Boolean(share.whole < SMALL_CELL),
            ]
        }));
    }
}

fn map(table: &mut Table, columns: &[Stripe], rows: &[(Stripe, Vec<u64>)]) {
    table.columns.insert(1, Column::new("column", ColumnKind::Text, "Column of the map"));
    for (row, counts) in rows {
        let cell =
            |(column, n): (&Stripe, &u64)| vec![Cell::text(&row.label), Cell::text(&column.label), Cell::count(*n)];
        table.rows.extend(columns.iter().zip(counts).map(cell));
    }
}

fn waterfall(table: &mut Table, changes: &[Change]) {
    table.columns.insert(1, Column::new("change", ColumnKind::Text, "total, gain or loss"));
    table.columns.push(Column::new("level", ColumnKind::Integer, "People after this step").unit("people"));
    let mut level = 0_u64;
    for change in changes {
        level = change.after(level);
        let word = match change.to {
            Move::Total => "total",
            Move::Gain => "gain",
            Move::Loss => "loss",
        };
        let cells = [Cell::text(&change.label), Cell::text(word), Cell::count(change.count), Cell::count(level)];
        table.rows.push(cells.into());
    }
}

fn weeks(table: &mut Table, days: &[Planned]) {
    table.columns.insert(0, Column::new("day", ColumnKind::Text, "Calendar day"));
    let row = |d: &Planned| vec![Cell::text(d.day.to_string()), Cell::text(&d.label), Cell::count(d.count)];
    table.rows = days.iter().map(row).collect();
}
