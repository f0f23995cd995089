//! Report → artifacts. Pure: returns paths and bytes, opens nothing.

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

use crate::error::Error;
use crate::report::Report;
use crate::view::{Artifact, Table};

/// One kind of output of `kmsift report`.
pub trait Emitter: Sync {
    /// Identifier.
    fn id(&self) -> &'static str;
    /// The files.
    ///
    /// # Errors
    /// When a file cannot be made from the report.
    fn render(&self, report: &Report) -> Result<Vec<Artifact>, Error>;
}

/// Every output of `kmsift report`, in the order of reading.
pub const EMITTERS: &[&dyn Emitter] = &[
    &images::Page,
    &json::Summary,
    &xlsx::Book,
    &tables::CsvTables,
    &tables::ParquetTables,
    &star::StarSchema,
    &images::Charts,
];

/// Every table of a report: people first, then the metrics' in their order.
pub fn report_tables(report: &Report) -> impl Iterator<Item = &Table> {
    std::iter::once(&report.users).chain(report.findings.iter().flat_map(|f| &f.tables))
}
