//! Figures: what to draw, as data. Every figure can say itself in words and as a table.

mod table;

use super::Share;
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

/// A row or a column of a map of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripe {
    /// Label, possibly hostile.
    pub label: String,
    /// What the logs leave open: its cells are hatched.
    pub open: bool,
    /// Of the headline: where such a row and such a column cross, cells are framed.
    pub framed: bool,
}

/// What a step of a waterfall does to the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Sets it: a bar from zero.
    Total,
    /// Adds to it.
    Gain,
    /// Takes from it.
    Loss,
}

/// A step of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Label, possibly hostile.
    pub label: String,
    /// What it does.
    pub to: Move,
    /// How many: never negative, a loss says so by its kind.
    pub count: u64,
    /// Meaning.
    pub tone: Tone,
}

impl Change {
    /// The level after it, from the level before.
    #[must_use]
    pub fn after(&self, before: u64) -> u64 {
        match self.to {
            Move::Total => self.count,
            Move::Gain => before.saturating_add(self.count),
            Move::Loss => before.saturating_sub(self.count),
        }
    }
}

/// A day of a calendar of weeks on which something is planned, or nothing may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The day.
    pub day: Day,
    /// What is planned, in a word or two; possibly hostile.
    pub label: String,
    /// How many; 0 = a day that is kept free.
    pub count: u64,
    /// Meaning.
    pub tone: Tone,
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
    /// Counts in rows and columns, each person in one cell; shaded by size, with the sums.
    Map {
        /// What the columns are.
        across: String,
        /// What the rows are.
        down: String,
        /// The columns.
        columns: Vec<Stripe>,
        /// The rows, each with a count per column.
        rows: Vec<(Stripe, Vec<u64>)>,
    },
    /// Bars that begin where the one before ended: what was gained and lost from a whole.
    Waterfall(Vec<Change>),
    /// A calendar by weeks: a row a week, a column a day of the week. In order of days, each day once.
    Weeks(Vec<Planned>),
    /// Nothing to draw: why, in a sentence.
    Nothing(String),
}

impl Shape {
    /// Whether there is no mark to draw. Marks of nobody are marks: their zeros are said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Funnel(steps) => steps.is_empty(),
            Self::Bars(bars) => bars.is_empty(),
            Self::Histogram(bins) => bins.is_empty(),
            Self::Calendar { rows, .. } => rows.iter().all(|r| r.levels.is_empty()),
            Self::Lines { series, .. } => series.iter().all(|s| s.values.iter().all(Option::is_none)),
            Self::Curve(lines) => lines.is_empty(),
            Self::Matrix { rows, .. } => rows.is_empty(),
            Self::Outlook { lines, .. } => lines.iter().all(|l| l.points.is_empty()),
            Self::Map { columns, rows, .. } => columns.is_empty() || rows.is_empty(),
            Self::Waterfall(changes) => changes.is_empty(),
            Self::Weeks(days) => days.is_empty(),
            Self::Nothing(_) => true,
        }
    }

    /// The shape, or the reason why there is nothing to draw.
    #[must_use]
    pub fn or(self, why: impl Into<String>) -> Self {
        if self.is_empty() && !matches!(self, Self::Nothing(_)) { Self::Nothing(why.into()) } else { self }
    }
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
