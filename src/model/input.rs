//! What became of an input, as every output tells it.

use std::collections::BTreeMap;

use super::sign_in::Stream;

/// What became of rows: read = folded + skipped + rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows met.
    pub read: u64,
    /// Rows in the facts.
    pub folded: u64,
    /// Rows left out for a stated reason.
    pub skipped: u64,
    /// Rows that could not be read.
    pub rejected: u64,
}

impl RowCounts {
    /// Adds another file's counts.
    pub fn add(&mut self, other: Self) {
        self.read += other.read;
        self.folded += other.folded;
        self.skipped += other.skipped;
        self.rejected += other.rejected;
    }
}

/// What a ledger among the inputs holds. Its rows were read when they were added: they are provenance, none of this run's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerInfo {
    /// People in it.
    pub people: u64,
    /// Exports it was made from.
    pub sources: u64,
    /// Their rows.
    pub rows: RowCounts,
    /// Their rows per log.
    pub streams: BTreeMap<Stream, u64>,
}

/// A list given with an option, and what its bytes were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListInfo {
    /// The option, e.g. `--join`.
    pub option: &'static str,
    /// Path as given, `/` between parts on every system.
    pub path: String,
    /// SHA-256 of the bytes as they lie on disk, hexadecimal.
    pub sha256: String,
    /// People lines in it.
    pub lines: u64,
}

/// One input and what became of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputInfo {
    /// Path as given or found, `/` between parts on every system.
    pub path: String,
    /// Format id, or empty when refused.
    pub format: String,
    /// SHA-256 of the bytes as they lie on disk, hexadecimal; empty for standard input.
    pub sha256: String,
    /// Rows read, folded, skipped, rejected.
    pub rows: RowCounts,
    /// Refusal or remarks.
    pub notes: Vec<String>,
}
