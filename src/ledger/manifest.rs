//! `ledger.json`: what is in a ledger, what went into it and under which settings. It names no time of its own, so the same
//! exports give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{FORMAT, MANIFEST, Unsound};

/// What the first key of the file says.
const TOOL: &str = "kmsift ledger";

/// A file of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the folder.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// Rows of a source: read = folded + skipped + rejected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rows {
    /// Rows met.
    pub read: u64,
    /// Rows in the facts.
    pub folded: u64,
    /// Rows left out for a stated reason.
    pub skipped: u64,
    /// Rows that could not be read.
    pub rejected: u64,
}

/// An export whose rows are in the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// First and last event time, RFC 3339; empty where rows have none.
    pub from: String,
    /// The same.
    pub to: String,
    /// File name without folders, so that the same export is the same source wherever it lies.
    pub name: String,
    /// Format id.
    pub format: String,
    /// SHA-256 of the bytes as they lay on disk; empty for standard input.
    pub sha256: String,
    /// What became of its rows.
    pub rows: Rows,
    /// Rows per log.
    pub streams: BTreeMap<String, u64>,
    /// Rows that found, and that sought, their steps in `AuthDetails` files given with it.
    pub details: (u64, u64),
    /// The version of kmsift that read it.
    pub kmsift: String,
    /// The built-in tables that decided what was kept.
    pub tables: String,
    /// Options that shaped the facts: `--codes SHA-256`, `--tenant contoso.com` and so on.
    pub options: Vec<String>,
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    tool: String,
    /// Version of the format.
    pub format: u32,
    /// The version of kmsift that wrote it.
    pub kmsift: String,
    /// People in it.
    pub people: u64,
    /// The files.
    pub tables: Vec<Entry>,
    /// What went in.
    pub sources: BTreeSet<Source>,
}

impl Manifest {
    /// Most bytes a manifest is read with: some ten thousand sources.
    pub const MOST_BYTES: u64 = 16 << 20;

    /// The manifest over written tables.
    #[must_use]
    pub fn new(tables: Vec<Entry>, sources: BTreeSet<Source>, kmsift: &str) -> Self {
        let people = tables.iter().find(|t| t.file == super::schema::PEOPLE.file).map_or(0, |t| t.rows);
        Self { tool: TOOL.to_owned(), format: FORMAT, kmsift: kmsift.to_owned(), people, tables, sources }
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is none, or of a later format.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unsound> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            tool: String,
            #[serde(default)]
            format: u64,
        }
        let unsound = |e: &serde_json::Error| Unsound::file(MANIFEST, format!("it is cut off or damaged ({e})"));
        if bytes.len() as u64 > Self::MOST_BYTES {
            return Err(Unsound::file(MANIFEST, format!("it is larger than {} MiB", Self::MOST_BYTES >> 20)));
        }
        // Of a later format only the head is known.
        let head: Head = serde_json::from_slice(bytes).map_err(|e| unsound(&e))?;
        if head.tool != TOOL {
            return Err(Unsound::file(MANIFEST, "it is not one that kmsift wrote"));
        }
        if head.format > u64::from(FORMAT) {
            return Err(Unsound::Newer(head.format));
        }
        if head.format == 0 {
            return Err(Unsound::file(MANIFEST, "it does not say its format"));
        }
        serde_json::from_slice(bytes).map_err(|e| unsound(&e))
    }

    /// As bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// What it says of a file.
    #[must_use]
    pub fn entry(&self, file: &str) -> Option<&Entry> {
        self.tables.iter().find(|t| t.file == file)
    }

    /// Rows of all sources.
    #[must_use]
    pub fn rows(&self) -> Rows {
        self.sources.iter().fold(Rows::default(), |sum, s| Rows {
            read: sum.read.saturating_add(s.rows.read),
            folded: sum.folded.saturating_add(s.rows.folded),
            skipped: sum.skipped.saturating_add(s.rows.skipped),
            rejected: sum.rejected.saturating_add(s.rows.rejected),
        })
    }
}
