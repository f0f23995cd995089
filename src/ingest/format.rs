//! What a format must answer: is this mine, and what does a row say.

use std::cell::RefCell;

use super::block::Limits;
use super::csv::{Again, Binding, Cells, Columns, Want};
use super::fold::Fold;
use super::head::Head;
use super::record::Record;
use super::source::Input;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::Stream;

/// What an export holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Sign-ins.
    SignIns,
    /// Steps of sign-ins, joined to them by request id; read before all else.
    SignInDetails,
    /// Audit.
    Audit,
    /// Several logs in one file, told apart row by row.
    Diagnostic,
    /// Registration report.
    Registration,
    /// User export.
    Users,
    /// Facts of earlier exports, kept as a ledger.
    Ledger,
}

impl Kind {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins",
            Self::SignInDetails => "sign-in details",
            Self::Audit => "audit",
            Self::Diagnostic => "diagnostic log",
            Self::Registration => "registration",
            Self::Users => "users",
            Self::Ledger => "ledger",
        }
    }
}

/// How well a head fits a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is this format; of several the highest score wins.
    Yes(u32),
    /// It is not: what was found of it, what is missing.
    No {
        /// Decisive names found.
        found: usize,
        /// Decisive names missing.
        missing: Vec<&'static str>,
    },
}

impl Fit {
    /// Yes when all decisive names are there; the score is their number plus `extra`.
    #[must_use]
    pub fn by_names(have: &[String], decisive: &[&'static str], extra: u32) -> Self {
        let missing: Vec<&'static str> =
            decisive.iter().filter(|d| !d.split('|').any(|name| have.iter().any(|h| h == name))).copied().collect();
        if missing.is_empty() {
            Self::Yes(u32::try_from(decisive.len()).unwrap_or(0) + extra)
        } else {
            Self::No { found: decisive.len() - missing.len(), missing }
        }
    }

    /// Not this format, and nothing of it found.
    #[must_use]
    pub fn nothing() -> Self {
        Self::No { found: 0, missing: Vec::new() }
    }
}

/// What a reader may need besides the head.
#[derive(Clone, Copy)]
pub struct FileContext<'a> {
    /// The input, for a pass of its own over a column.
    pub input: &'a Input,
    /// `--kind`, for rows that do not say.
    pub kind: Option<Stream>,
    /// `--date-order`, for files that do not decide it.
    pub date_order: Option<super::dates::DateOrder>,
    /// The order of day and month, where another reader of the same file has decided it.
    pub decided: Option<super::dates::DateOrder>,
    /// The line of a header of other columns: nothing from there on counts.
    pub until: Option<u64>,
    /// Remarks for `check` that come up while a reader is made.
    pub notes: &'a RefCell<Vec<String>>,
    /// Bounds against hostile input.
    pub limits: Limits,
}

impl FileContext<'_> {
    /// Adds a remark, once.
    pub fn note(&self, text: String) {
        let mut notes = self.notes.borrow_mut();
        if !notes.contains(&text) {
            notes.push(text);
        }
    }
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// CSV cells.
    Cells(&'a Record<'a>),
    /// A JSON object.
    Json(&'a [u8]),
}

/// Reads the rows of one file.
pub trait Reader: Send + Sync {
    /// What one row says, folded into the facts.
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome;
    /// A row that comes soon, and its line: what may be looked for before.
    fn ahead(&self, _line: u64, _row: Row<'_>, _fold: &mut Fold<'_>) {}
    /// Which columns were found and which not; empty where a format's members come and go row by row.
    fn columns(&self) -> Columns {
        Columns::default()
    }
    /// Remarks for `check`: what a missing column costs.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An export format: one file in `formats/`, one line in [`super::formats::FORMATS`].
pub trait Format: Sync {
    /// Identifier, the file's name.
    fn id(&self) -> &'static str;
    /// What it is, for people.
    fn title(&self) -> &'static str;
    /// What it holds.
    fn kind(&self) -> Kind;
    /// Whether a head is of this format.
    fn fit(&self, head: &Head) -> Fit;
    /// A reader for the file, or why it is refused.
    ///
    /// # Errors
    /// A sentence naming what is missing and the option that helps.
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String>;
}

/// What a CSV format says of one record; the rest is [`CsvReader`]'s.
pub trait CsvRow: Send + Sync {
    /// The columns it wants.
    fn wants(&self) -> &'static [Want];
    /// What one record says, folded into the facts.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject>;
    /// A record that comes soon, and its line: what may be looked for before.
    fn ahead(&self, _line: u64, _cells: &Cells<'_>, _fold: &mut Fold<'_>) {}
    /// Remarks for `check`: what a missing column costs.
    fn notes(&self, _binding: &Binding) -> Vec<String> {
        Vec::new()
    }
}

/// Reads CSV records of the header's width; the header again, in the middle of a file, is skipped.
pub struct CsvReader<R> {
    binding: Binding,
    row: R,
}

impl<R: CsvRow + 'static> CsvReader<R> {
    /// A reader for a file with this head.
    #[must_use]
    pub fn boxed(head: &Head, row: R) -> Box<dyn Reader> {
        Box::new(Self { binding: Binding::of(row.wants(), head), row })
    }
}

impl<R: CsvRow> Reader for CsvReader<R> {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Cells(record) = row else { return Outcome::Rejected(Reject::Width) };
        match self.binding.header_in(record, self.row.wants()) {
            Some(Again::Same) => return Outcome::Skipped(Skip::RepeatedHeader),
            Some(Again::Other) => return Outcome::Rejected(Reject::OtherHeader),
            None if !self.binding.fits(record) => return Outcome::Rejected(Reject::Width),
            None => {}
        }
        let cells = Cells::new(&self.binding, record);
        let outcome = self.row.read(&cells, fold).unwrap_or_else(Outcome::Rejected);
        let wants = self.row.wants();
        cells.unreadable().filter_map(|want| wants.get(want)).for_each(|want| fold.lost(want.name));
        outcome
    }

    fn ahead(&self, line: u64, row: Row<'_>, fold: &mut Fold<'_>) {
        if let Row::Cells(record) = row
            && self.binding.fits(record)
        {
            self.row.ahead(line, &Cells::new(&self.binding, record), fold);
        }
    }

    fn columns(&self) -> Columns {
        self.binding.columns(self.row.wants())
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.row.notes(&self.binding);
        notes.extend(super::cost::remarks(self.row.wants(), &self.binding, &notes));
        notes
    }
}
