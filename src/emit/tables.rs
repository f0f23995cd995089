//! `tables/*.csv` and `tables/*.parquet`.

use rayon::prelude::*;

use super::{Emitter, report_tables, table_parquet};
use crate::error::Error;
use crate::report::Report;
use crate::view::{Artifact, Table};

/// CSV of every table.
pub(super) struct CsvTables;
/// Parquet of every table.
pub(super) struct ParquetTables;

impl Emitter for CsvTables {
    fn id(&self) -> &'static str {
        "csv"
    }
    fn render(&self, report: &Report) -> Result<Vec<Artifact>, Error> {
        let tables: Vec<&Table> = report_tables(report).collect();
        Ok(tables.par_iter().map(|t| Artifact::new(format!("tables/{}.csv", t.id), t.to_csv())).collect())
    }
}

impl Emitter for ParquetTables {
    fn id(&self) -> &'static str {
        "parquet"
    }
    fn render(&self, report: &Report) -> Result<Vec<Artifact>, Error> {
        // Without a star Parquet was not asked for.
        if report.star.is_none() {
            return Ok(Vec::new());
        }
        let tables: Vec<&Table> = report_tables(report).collect();
        tables.par_iter().map(|t| Ok(Artifact::new(format!("tables/{}.parquet", t.id), table_parquet(t)?))).collect()
    }
}
