//! Typed tables: the one form in which rows reach CSV, JSON, Parquet, the terminal and the page.

use crate::model::time::Instant;

/// What a column holds; decides alignment, sorting and the Parquet type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Free text.
    Text,
    /// Whole number.
    Integer,
    /// A number with a fraction.
    Real,
    /// true / false / unknown.
    Boolean,
    /// An instant, UTC.
    Time,
}

impl ColumnKind {
    /// The word `kmsift schema` prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Real => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
        }
    }
}

/// A column: its name in every output, what it holds, its unit and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, snake case, as in the contract.
    pub name: &'static str,
    /// Type of the cells.
    pub kind: ColumnKind,
    /// Unit, empty where there is none.
    pub unit: &'static str,
    /// One sentence for `kmsift schema`.
    pub meaning: &'static str,
}

impl Column {
    /// A column without a unit.
    #[must_use]
    pub const fn new(name: &'static str, kind: ColumnKind, meaning: &'static str) -> Self {
        Self { name, kind, unit: "", meaning }
    }

    /// A text column whose name is known only at run time: its name is kept for as long as the program runs, once.
    #[must_use]
    pub fn named(name: &str, meaning: &'static str) -> Self {
        static NAMES: std::sync::Mutex<std::collections::BTreeSet<&'static str>> =
            std::sync::Mutex::new(std::collections::BTreeSet::new());
        let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let kept = names.get(name).copied().unwrap_or_else(|| {
            let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
            names.insert(kept);
            kept
        });
        Self::new(kept, ColumnKind::Text, meaning)
    }

    /// The same column with a unit.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }
}

/// One value. `Empty` is unknown, never zero and never false.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Unknown.
    Empty,
    /// Text, possibly hostile: every output escapes it.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number with a fraction; never NaN or infinite.
    Real(f64),
    /// Yes or no.
    Boolean(bool),
    /// UTC instant.
    Time(Instant),
}

impl Cell {
    /// Text, or `Empty` for the empty string.
    #[must_use]
    pub fn text(value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::Empty } else { Self::Text(value) }
    }

    /// A count.
    #[must_use]
    pub fn count(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// A number that may be unknown.
    #[must_use]
    pub fn integer(value: Option<i64>) -> Self {
        value.map_or(Self::Empty, Self::Integer)
    }

    /// A fact that may be unknown.
    #[must_use]
    pub fn boolean(value: Option<bool>) -> Self {
        value.map_or(Self::Empty, Self::Boolean)
    }

    /// An instant that may be unknown.
    #[must_use]
    pub fn time(value: Option<Instant>) -> Self {
        value.map_or(Self::Empty, Self::Time)
    }

    /// A share, rounded to four digits; unknown when nothing is counted.
    #[must_use]
    pub fn share(value: Option<f64>) -> Self {
        value.filter(|v| v.is_finite()).map_or(Self::Empty, |v| Self::Real((v * 1e4).round() / 1e4))
    }

    /// The value as every text output writes it: RFC 3339 times, `true`/`false`, empty for unknown.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(n) => n.to_string(),
            Self::Real(x) => x.to_string(),
            Self::Boolean(b) => b.to_string(),
            Self::Time(t) => t.to_string(),
        }
    }
}

/// Rows under named, typed columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Identifier: file name, anchor, sheet name.
    pub id: &'static str,
    /// Title for a reader.
    pub title: String,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Rows; each has one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(id: &'static str, title: impl Into<String>, columns: &[Column]) -> Self {
        Self { id, title: title.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Position of a column.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

impl Table {
    /// The table as CSV: RFC 4180, `\n` line ends, cells that spreadsheets would take for formulas guarded.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        push_record(&mut out, self.columns.iter().map(|c| c.name.to_owned()));
        for row in &self.rows {
            push_record(&mut out, row.iter().map(csv_text));
        }
        out
    }
}

fn csv_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => super::escape::csv_cell(text),
        Cell::Empty | Cell::Integer(_) | Cell::Real(_) | Cell::Boolean(_) | Cell::Time(_) => cell.plain(),
    }
}

fn push_record(out: &mut String, cells: impl Iterator<Item = String>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}
