//! `tables/*.csv` and `tables/*.parquet`.

use std::io;

use rayon::prelude::*;

use super::parquet::write_parquet;
use super::{Emitter, Sink, report_tables};
use crate::error::Error;
use crate::report::Report;
use crate::view::{Table, Written};

/// CSV of every table.
pub(super) struct CsvTables;
/// Parquet of every table.
pub(super) struct ParquetTables;

impl Emitter for CsvTables {
    fn id(&self) -> &'static str {
        "csv"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        let tables: Vec<&Table> = report_tables(report).collect();
        let write = |t: &&Table| to.file(&format!("tables/{}.csv", t.id), &mut |out| t.write_csv(out));
        tables.par_iter().map(write).collect()
    }
}

impl Emitter for ParquetTables {
    fn id(&self) -> &'static str {
        "parquet"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        // Without a star Parquet was not asked for.
        if report.star.is_none() {
            return Ok(Vec::new());
        }
        let tables: Vec<&Table> = report_tables(report).collect();
        let write = |t: &&Table| {
            let path = format!("tables/{}.parquet", t.id);
            to.file(&path, &mut |out| write_parquet(t, out).map_err(io::Error::other))
        };
        tables.par_iter().map(write).collect()
    }
}
