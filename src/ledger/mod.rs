//! The ledger: facts kept as Parquet beyond the retention of the logs, and read back as they were.
//!
//! A ledger is a folder: one Parquet file for each part of the facts ([`schema`]) and `ledger.json` ([`manifest`]), which
//! says what went in and holds each file to its SHA-256. Facts are a join-semilattice, so the facts of a ledger and those of
//! new exports join to what one reading of all exports would have given, and adding the same exports twice changes nothing.
//!
//! This floor knows bytes and facts and opens nothing; `ingest::source` finds and opens ledgers, `app::ledger` joins and
//! writes them.

mod columns;
mod decode;
mod encode;
pub mod manifest;
pub mod schema;
mod words;

use std::io::{self, Write};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::facts::Facts;
pub use manifest::{Manifest, Source};
pub use schema::TABLES;

/// The version of the format that this program writes; older ones stay readable.
pub const FORMAT: u32 = 1;

/// The manifest's file name, by which a folder is known to be a ledger.
pub const MANIFEST: &str = "ledger.json";

/// What is wrong with a ledger.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// A file cannot be read.
    #[error("`{file}` cannot be read: {source}")]
    Read {
        /// The file in the folder.
        file: String,
        /// Cause.
        source: io::Error,
    },
    /// A file is not what was written.
    #[error("`{file}`: {what}")]
    File {
        /// The file in the folder.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// Written by a later version of the format.
    #[error("it is of format {0}, and this version of kmsift reads formats up to {FORMAT}")]
    Newer(u64),
}

impl Unsound {
    fn file(file: &str, what: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), what: what.into() }
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Newer(_) => "install the newer kmsift that wrote it; `kmsift --version` says which this is",
            Self::Read { .. } | Self::File { .. } => {
                "put the folder back from a backup, or make it anew from the exports: `kmsift ledger add NEW INPUT...`"
            }
        }
    }
}

/// Bytes and SHA-256 of what passes through.
struct Summed<W> {
    inner: W,
    bytes: u64,
    sum: Sha256,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(bytes)?;
        self.bytes += taken as u64;
        self.sum.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat()
}

/// Writes the tables of a ledger, each into what `create` gives for its file name; what the manifest says of them.
///
/// # Errors
/// What went wrong, with the file: a full disk, say.
pub fn write<W: Write>(
    facts: &Facts,
    mut create: impl FnMut(&str) -> io::Result<W>,
) -> Result<Vec<manifest::Entry>, Unsound> {
    let parts = facts.parts();
    let mut entries = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let inner = create(table.file).map_err(|source| Unsound::Read { file: table.file.to_owned(), source })?;
        let mut sink = Summed { inner, bytes: 0, sum: Sha256::new() };
        let rows = encode::table(table, facts, &parts, &mut sink).map_err(|what| Unsound::file(table.file, what))?;
        sink.flush().map_err(|source| Unsound::Read { file: table.file.to_owned(), source })?;
        let (bytes, sha256) = (sink.bytes, hex(&sink.sum.finalize()));
        entries.push(manifest::Entry { file: table.file.to_owned(), rows, bytes, sha256 });
    }
    Ok(entries)
}

/// Reads the facts of a ledger. `open` gives the bytes of a file, of which the manifest says how many there are; one table
/// after the other is held, and none is decoded that is not what was written.
///
/// # Errors
/// The first file that is wrong.
pub fn read(manifest: &Manifest, mut open: impl FnMut(&str, u64) -> io::Result<Vec<u8>>) -> Result<Facts, Unsound> {
    let mut decoder = decode::Decoder::default();
    for table in TABLES {
        let file = table.file;
        let entry =
            manifest.entry(file).ok_or_else(|| Unsound::file(MANIFEST, format!("it does not name `{file}`")))?;
        let bytes = open(file, entry.bytes).map_err(|source| Unsound::Read { file: file.to_owned(), source })?;
        if bytes.len() as u64 != entry.bytes {
            let what = format!("it is cut off or was changed: {} bytes, and {} were written", bytes.len(), entry.bytes);
            return Err(Unsound::file(file, what));
        }
        if hex(&Sha256::digest(&bytes)) != entry.sha256 {
            return Err(Unsound::file(file, "it was changed or damaged: its SHA-256 is not the one in ledger.json"));
        }
        let rows = decoder.table(table, &Arc::from(bytes)).map_err(|what| Unsound::file(file, what))?;
        if rows != entry.rows {
            return Err(Unsound::file(file, format!("it holds {rows} rows, and {} were written", entry.rows)));
        }
    }
    Ok(decoder.facts)
}
