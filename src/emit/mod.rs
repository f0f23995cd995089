//! Report → files. Pure: says what is in each file and opens none; where they go is a [`Sink`].

pub mod calendar;
pub mod check;
pub mod ending;
pub mod explain;
pub mod html;
mod images;
mod json;
pub mod ledger;
mod parquet;
mod star;
mod tables;
pub mod terminal;
pub mod xlsx;

pub use images::chart_files;
pub use json::{finding_json, table_json, table_ndjson};
pub use parquet::table_parquet;
pub use xlsx::table_xlsx;

use std::io::{self, Write};

use crate::error::Error;
use crate::report::Report;
use crate::view::{Artifact, Table, Written};

/// Where files go while they are made, so that nobody has to hold them all: tables of many people are hundreds of megabytes.
pub trait Sink: Sync {
    /// Makes a file of what `fill` writes.
    ///
    /// # Errors
    /// When it cannot be written, or when `fill` fails.
    fn file(&self, path: &str, fill: Fill<'_>) -> Result<Written, Error>;

    /// Makes a file of finished bytes.
    ///
    /// # Errors
    /// When it cannot be written.
    fn put(&self, file: &Artifact) -> Result<Written, Error> {
        self.file(&file.path, &mut |out| out.write_all(&file.bytes))
    }
}

/// What writes a file's content, once; a failure that is not the writer's own is [`io::Error::other`].
pub type Fill<'f> = &'f mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// One kind of output of `kmsift report`.
pub trait Emitter: Sync {
    /// Identifier.
    fn id(&self) -> &'static str;
    /// Makes the files; names them in the order of the manifest, in whichever they were made.
    ///
    /// # Errors
    /// When a file cannot be made from the report, or not be written.
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error>;
}

/// Every output of `kmsift report`, in the order of reading.
pub const EMITTERS: &[&dyn Emitter] =
    &[&images::Page, &json::Summary, &xlsx::Book, &tables::CsvTables, &tables::Parquet, &images::Charts];

/// Every table of a report: people first, then the metrics' in their order.
pub fn report_tables(report: &Report) -> impl Iterator<Item = &Table> {
    std::iter::once(&report.users).chain(report.findings.iter().flat_map(|f| &f.tables))
}
