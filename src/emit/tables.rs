//! `tables/*.csv`, `tables/*.parquet`, `parquet/*.parquet`.

use std::io;

use rayon::prelude::*;

use super::parquet::{packed, write, write_table};
use super::{Emitter, Sink, report_tables, star};
use crate::error::Error;
use crate::report::Report;
use crate::view::{Table, Written};

/// CSV of every table.
pub(super) struct CsvTables;
/// Parquet of every table, and the star schema.
pub(super) struct Parquet;

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

impl Emitter for Parquet {
    fn id(&self) -> &'static str {
        "parquet"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        // Without a star Parquet was not asked for.
        let Some(star) = &report.star else { return Ok(Vec::new()) };
        // People are the largest table, and a dimension of the star too: packed once.
        let users = packed(&report.users).map_err(|e| Error::Render(format!("{}: {e}", report.users.id)))?;
        let tables: Vec<&Table> = report_tables(report).collect();
        let write = |table: &&Table| {
            let path = format!("tables/{}.parquet", table.id);
            to.file(&path, &mut |out| {
                let written =
                    if table.id == report.users.id { write(&[&users], None, out) } else { write_table(table, out) };
                written.map_err(io::Error::other)
            })
        };
        let (tables, star) = rayon::join(
            || tables.par_iter().map(write).collect::<Result<Vec<_>, _>>(),
            || star::files(&users, star, to),
        );
        Ok([tables?, star?].concat())
    }
}
