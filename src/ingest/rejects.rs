//! The rows that `--rejects` writes: bounded, and the same whatever the threads.

use crate::model::problem::Reject;

/// A rejected row, for `--rejects`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedRow {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reject,
    /// The row as it stands in the file.
    pub row: String,
}

/// The rejected rows of a run, for `--rejects`: memory must not follow damage, so the first of each file are kept, by line.
#[derive(Debug, Default)]
pub struct Rejects {
    /// What is kept; sorted by file and line once reading is over.
    pub rows: Vec<RejectedRow>,
    /// How many there were.
    pub met: u64,
    bytes: usize,
}

impl Rejects {
    /// Most rows that are kept.
    pub const ROWS: usize = 100_000;
    /// Most bytes of rows that are kept. While reading it may be twice as much.
    const BYTES: usize = 32 << 20;

    pub(super) fn add(&mut self, row: RejectedRow) {
        self.met += 1;
        self.bytes += row.bytes();
        self.rows.push(row);
        if self.bytes > 2 * Self::BYTES || self.rows.len() > 2 * Self::ROWS {
            self.keep_first();
        }
    }

    /// Keeps the first lines of all files, as many as there is room for. What goes would go in the end too, so it does not
    /// matter in which order rows come.
    fn keep_first(&mut self) {
        self.rows.sort_by(|a, b| (a.line, a).cmp(&(b.line, b)));
        let mut bytes = 0;
        let fits = |row: &RejectedRow| {
            bytes += row.bytes();
            bytes <= Self::BYTES
        };
        let kept = self.rows.iter().take(Self::ROWS).map(fits).take_while(|fits| *fits).count();
        self.rows.truncate(kept);
        self.rows.shrink_to(2 * Self::ROWS);
        self.bytes = self.rows.iter().map(RejectedRow::bytes).sum();
    }

    /// Takes those of another pass in, and puts all in the order of files and lines.
    pub(super) fn join(&mut self, other: Self) {
        let dropped = other.met - other.rows.len() as u64;
        other.rows.into_iter().for_each(|row| self.add(row));
        self.met += dropped;
        self.keep_first();
        self.rows.sort();
    }
}

impl RejectedRow {
    /// A row as it stands in a file; its first bytes.
    pub(super) fn new(file: &str, line: u64, reason: Reject, row: &[u8]) -> Self {
        let row = String::from_utf8_lossy(&row[..row.len().min(REJECT_BYTES)]).trim().to_owned();
        Self { file: file.to_owned(), line, reason, row }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.file.len() + self.row.len()
    }
}

/// Longest part of a rejected row that is kept, bytes.
const REJECT_BYTES: usize = 4096;
