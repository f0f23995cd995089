//! Figures: what to draw, as data. Every figure can say itself in words and as a table.

use super::{Cell, Column, ColumnKind, Share, Table};
use crate::model::time::Day;

/// What a mark means; the theme turns it into a colour that works for colour-blind readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary.
    Neutral,
    /// What the reader wants more of.
    Good,
    /// Needs attention.
    Warn,
    /// The headline problem.
    Bad,
    /// Unknown or censored: drawn hatched as well as grey.
    Unknown,
}

/// A step of a funnel, widest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Name of the state.
    pub label: String,
    /// People who reached it.
    pub count: u64,
    /// Why others did not: shown beside the drop. May be empty.
    pub leak: String,
}

/// A horizontal bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Label, possibly hostile.
    pub label: String,
    /// Length.
    pub count: u64,
    /// Meaning.
    pub tone: Tone,
}

/// A bin of a histogram: a known part and, on top, a censored part.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    /// Label under the bin, e.g. `30–59`.
    pub label: String,
    /// People whose value is known to lie here.
    pub known: u64,
    /// People whose value is at least this bin's start but whose upper end is open: hatched.
    pub censored: u64,
    /// Meaning of the known part.
    pub tone: Tone,
}

/// A row of a calendar: one level per day, 0 = nothing seen, 1..=4 = how full.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarRow {
    /// Label of the row.
    pub label: String,
    /// Levels from the calendar's first day on.
    pub levels: Vec<u8>,
}

/// A line over days.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name, written at the line's end.
    pub label: String,
    /// Meaning.
    pub tone: Tone,
    /// One value a day from the first on; `None` = not covered, a hole, never zero.
    pub values: Vec<Option<u64>>,
}

/// Something that happened on a day: an upright mark with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct DayNote {
    /// Days after the first.
    pub day: usize,
    /// Label, possibly hostile.
    pub label: String,
}

/// A step of a falling curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveStep {
    /// Whole days from the start.
    pub day: i64,
    /// Share from this day on, 0 to 1.
    pub share: f64,
    /// 95 % band of that share, where there is one.
    pub band: Option<(f64, f64)>,
}

/// One curve of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveLine {
    /// Label at its end, possibly hostile.
    pub label: String,
    /// Share from day 0 until the first step: 1 of a survival curve.
    pub start: f64,
    /// Meaning.
    pub tone: Tone,
    /// Steps by day.
    pub steps: Vec<CurveStep>,
    /// Last day anybody was followed to.
    pub last_day: i64,
}

/// A matrix cell of fewer people than this shows its counts and no percentage.
pub const SMALL_CELL: u64 = 5;

/// A row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// Label, possibly hostile.
    pub label: String,
    /// A share per column; of nobody = nothing can be said.
    pub cells: Vec<Share>,
}

/// A share over days, known or expected; its points are joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// Label at its end, possibly hostile; empty = not named.
    pub label: String,
    /// Meaning.
    pub tone: Tone,
    /// Points by day, 0 = the as-of day, earlier ones negative; a band is filled.
    pub points: Vec<CurveStep>,
}

/// A share to compare with, on every day the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// Label at its end, possibly hostile.
    pub label: String,
    /// Meaning.
    pub tone: Tone,
    /// The share.
    pub share: f64,
}

/// The kinds of picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Steps of decreasing width.
    Funnel(Vec<Step>),
    /// Horizontal bars, labels left, numbers at the bar's end.
    Bars(Vec<Bar>),
    /// Vertical bins with a hatched censored part stacked on top.
    Histogram(Vec<Bin>),
    /// Days across, one row per stream.
    Calendar {
        /// First day shown.
        first: Day,
        /// The rows.
        rows: Vec<CalendarRow>,
    },
    /// Days across, a line per series, marks for what happened on a day.
    Lines {
        /// First day shown.
        first: Day,
        /// The lines.
        series: Vec<Series>,
        /// The marks.
        notes: Vec<DayNote>,
    },
    /// Falling step curves over days. A single one's band is filled; several show theirs at their ends.
    Curve(Vec<CurveLine>),
    /// Shares in rows and columns, each with its denominator.
    Matrix {
        /// Labels of the columns.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<MatrixRow>,
    },
    /// Shares over days, past and to come, with levels to compare with.
    Outlook {
        /// Day 0.
        today: Day,
        /// The lines.
        lines: Vec<Outlook>,
        /// The levels.
        levels: Vec<Level>,
    },
}

/// A picture with everything needed to read it without seeing it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Identifier: file name under charts/, anchor.
    pub id: &'static str,
    /// Title that says the finding.
    pub title: String,
    /// Axis text with unit and denominator, e.g. `people, of 48 enabled members`.
    pub axis: String,
    /// The picture in words.
    pub alt: String,
    /// The marks.
    pub shape: Shape,
}

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
