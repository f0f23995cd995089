//! Tables as Parquet, through polars: typed columns, times as UTC milliseconds.

use std::borrow::Cow;
use std::io::Write;

use polars::prelude::{
    BooleanChunked, Column as Series, DataFrame, Float64Chunked, Int64Chunked, IntoColumn, IntoSeries, NewChunkedArray,
    PolarsError, StringChunked, TimeUnit, TimeZone,
};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use crate::error::Error;
use crate::view::{Cell, Column, ColumnKind, Table};

/// A table as the bytes of a Parquet file.
///
/// # Errors
/// When polars refuses the frame: a bug.
pub fn table_parquet(table: &Table) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    match write_parquet(table, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(e) => Err(Error::Render(format!("tables/{}.parquet: {e}", table.id))),
    }
}

/// Writes a table as a Parquet file.
pub(super) fn write_parquet(table: &Table, out: impl Write) -> Result<(), PolarsError> {
    let columns = table.columns.iter().enumerate().map(|(at, column)| series(column, table, at, None));
    let mut frame = DataFrame::new(table.rows.len(), columns.collect())?;
    writer(out).finish(&mut frame).map(|_| ())
}

/// A writer whose bytes do not depend on the number of threads.
pub(super) fn writer<W: Write>(out: W) -> ParquetWriter<W> {
    ParquetWriter::new(out).set_parallel(false).with_compression(ParquetCompression::Snappy)
}

/// A column of a table; its times are of `zone`, or of none, which readers then take as they stand.
pub(super) fn series(column: &Column, table: &Table, at: usize, zone: Option<TimeZone>) -> Series {
    let cells = || table.rows.iter().map(|row| &row[at]);
    let name = column.name.into();
    let values = match column.kind {
        ColumnKind::Text => {
            let texts = cells().map(|c| match c {
                Cell::Empty => None,
                Cell::Text(text) => Some(Cow::Borrowed(&**text)),
                other => Some(Cow::Owned(other.plain())),
            });
            StringChunked::from_iter_options(name, texts).into_series()
        }
        ColumnKind::Integer => {
            let numbers = cells().map(|c| if let Cell::Integer(n) = c { Some(*n) } else { None });
            Int64Chunked::from_iter_options(name, numbers).into_series()
        }
        ColumnKind::Real => {
            let numbers = cells().map(|c| if let Cell::Real(x) = c { Some(*x) } else { None });
            Float64Chunked::from_iter_options(name, numbers).into_series()
        }
        ColumnKind::Boolean => {
            let words = cells().map(|c| if let Cell::Boolean(b) = c { Some(*b) } else { None });
            BooleanChunked::from_iter_options(name, words).into_series()
        }
        ColumnKind::Time => {
            let millis = cells().map(|c| if let Cell::Time(t) = c { Some(t.0 * 1000) } else { None });
            let millis = Int64Chunked::from_iter_options(name, millis);
            millis.into_datetime(TimeUnit::Milliseconds, zone).into_series()
        }
    };
    values.into_column()
}
