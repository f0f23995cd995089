//! What became of an input, as every output tells it.

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

/// A table of the user's own that went before a built-in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// The option it was given with.
    pub option: &'static str,
    /// The file.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Rows taken in.
    pub rows: usize,
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
