//! Typed tables: the one form in which rows reach CSV, JSON, Parquet, the terminal and the page.

use std::fmt::Write as _;
use std::io::{self, Write};

use rayon::prelude::*;

use super::text::{Text, push_integer};
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
    Text(Text),
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
    pub fn text(value: impl Into<Text>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::Empty } else { Self::Text(value) }
    }

    /// A word of the program, or `Empty` for the empty one: nothing is copied.
    #[must_use]
    pub fn word(word: &'static str) -> Self {
        Self::text(Text::Word(word))
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
        let mut out = String::new();
        self.push_plain(&mut out);
        out
    }

    /// Puts [`Cell::plain`] behind a text.
    pub fn push_plain(&self, out: &mut String) {
        match self {
            Self::Empty => {}
            Self::Text(text) => out.push_str(text),
            Self::Integer(n) => push_integer(out, *n),
            Self::Real(x) => push_shown(out, x),
            Self::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
            Self::Time(t) => match t.stamp() {
                Some(stamp) => out.push_str(std::str::from_utf8(&stamp).unwrap_or_default()),
                None => push_shown(out, t),
            },
        }
    }
}

fn push_shown(out: &mut String, value: &dyn std::fmt::Display) {
    let written = write!(out, "{value}");
    debug_assert!(written.is_ok(), "into memory");
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
        let done = self.csv(&mut |part| {
            out.push_str(part);
            Ok(())
        });
        debug_assert!(done.is_ok(), "into memory");
        out
    }

    /// Writes [`Table::to_csv`] as it is made; memory holds a part of it.
    ///
    /// # Errors
    /// As the writer says.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        self.csv(&mut |part| out.write_all(part.as_bytes()))
    }

    /// Hands the lines over in parts, the header first.
    fn csv(&self, take: &mut dyn FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        /// Rows made by one worker at a time, and by all of them before anything is handed over.
        const ROWS: usize = 2_048;
        const AT_ONCE: usize = 16 * ROWS;
        let mut head = String::new();
        push_record(&mut head, self.columns.iter().map(|c| Cell::word(c.name)).collect::<Vec<_>>().iter());
        take(&head)?;
        let part = |rows: &[Vec<Cell>]| {
            let mut out = String::with_capacity(rows.len() * self.columns.len() * 12);
            for row in rows {
                push_record(&mut out, row.iter());
            }
            out
        };
        for rows in self.rows.chunks(AT_ONCE) {
            let parts: Vec<String> = rows.par_chunks(ROWS).map(part).collect();
            parts.iter().try_for_each(|part| take(part))?;
        }
        Ok(())
    }
}

fn push_record<'c>(out: &mut String, cells: impl Iterator<Item = &'c Cell>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(',');
        }
        match cell {
            Cell::Text(text) => push_text(out, text),
            other => other.push_plain(out),
        }
    }
    out.push('\n');
}

fn push_text(out: &mut String, text: &str) {
    let guard = super::escape::csv_guard(text);
    if memchr::memchr3(b',', b'"', b'\n', text.as_bytes()).is_some() || text.contains('\r') {
        out.push('"');
        out.push_str(guard);
        let mut pieces = text.split('"');
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            out.push_str("\"\"");
            out.push_str(piece);
        }
        out.push('"');
    } else {
        out.push_str(guard);
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn csv_quotes_doubles_and_guards_and_writes_every_kind() {
        let column = |name| Column::new(name, ColumnKind::Text, "");
        let mut table = Table::new("t", "T", &[column("a"), column("b,c")]);
        let shared: Arc<str> = "=1+\"x\",".into();
        table.rows = vec![
            vec![Cell::word("plain"), Cell::text("two\nlines")],
            vec![Cell::text(shared), Cell::text("say \"hi\"")],
            vec![Cell::text(""), Cell::Integer(-3)],
            vec![Cell::Real(0.25), Cell::Boolean(false)],
            vec![Cell::Time(Instant(0)), Cell::text("@sum")],
        ];
        let want = "a,\"b,c\"\nplain,\"two\nlines\"\n\"'=1+\"\"x\"\",\",\"say \"\"hi\"\"\"\n,-3\n0.25,false\n1970-01-01T00:00:00Z,'@sum\n";
        assert_eq!(table.to_csv(), want);
    }

    #[test]
    fn a_long_table_is_written_in_the_order_of_its_rows() {
        let mut table = Table::new("t", "T", &[Column::new("n", ColumnKind::Integer, "")]);
        table.rows = (0..20_000).map(|n| vec![Cell::Integer(n)]).collect();
        let numbers: Vec<i64> = table.to_csv().lines().skip(1).filter_map(|line| line.parse().ok()).collect();
        assert!(numbers.iter().copied().eq(0..20_000));
    }
}
