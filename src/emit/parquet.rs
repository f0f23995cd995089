//! Tables as Parquet, through polars: typed columns, times as UTC milliseconds.

use std::borrow::Cow;
use std::io::Write;

use polars::prelude::{
    Column as Series, DataFrame, Int64Chunked, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray, PolarsError,
    Series as Values, TimeUnit, TimeZone,
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
            let texts: Vec<Option<Cow<'_, str>>> = cells()
                .map(|c| match c {
                    Cell::Empty => None,
                    Cell::Text(text) => Some(Cow::Borrowed(&**text)),
                    other => Some(Cow::Owned(other.plain())),
                })
                .collect();
            Values::new(name, texts)
        }
        ColumnKind::Integer => Values::new(
            name,
            cells().map(|c| if let Cell::Integer(n) = c { Some(*n) } else { None }).collect::<Vec<Option<i64>>>(),
        ),
        ColumnKind::Real => Values::new(
            name,
            cells().map(|c| if let Cell::Real(x) = c { Some(*x) } else { None }).collect::<Vec<Option<f64>>>(),
        ),
        ColumnKind::Boolean => Values::new(
            name,
            cells().map(|c| if let Cell::Boolean(b) = c { Some(*b) } else { None }).collect::<Vec<Option<bool>>>(),
        ),
        ColumnKind::Time => {
            let millis = cells().map(|c| if let Cell::Time(t) = c { Some(t.0 * 1000) } else { None });
            let millis = Int64Chunked::from_iter_options(name, millis);
            millis.into_datetime(TimeUnit::Milliseconds, zone).into_series()
        }
    };
    values.into_column()
}
