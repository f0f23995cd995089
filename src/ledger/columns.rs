//! Rows ⇄ columns ⇄ Parquet. The one file of the ledger that names polars.
//!
//! Written and read in blocks, so that memory follows a block, or two while they are read, and not a table. What is read may
//! have been written by anybody: sizes are held to what this program writes before a block is decoded, and no type is taken on
//! trust.

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use polars::prelude::{
    BooleanChunked, Column as Series, DataFrame, DataType, Int32Chunked, Int32Type, Int64Chunked, Int64Type,
    IntoColumn, IntoSeries, ListBuilderTrait as _, ListChunked, ListPrimitiveChunkedBuilder, ListStringChunkedBuilder,
    NamedFrom, PlSmallStr, PolarsError, Schema, SchemaExt as _, Series as Values, StringChunked, StringChunkedBuilder,
    UInt32Chunked, UInt64Chunked, UInt64Type,
};
use polars_io::SerReader;
use polars_io::parquet::metadata::FileMetadataRef;
use polars_io::parquet::read::{ParallelStrategy, ParquetReader};
use polars_io::parquet::write::{BatchedWriter, ParquetCompression, ParquetWriter};

use super::schema::{Field, Kind, Table};

/// Most rows of a block (a row group of Parquet), and the bytes of values at which it is closed before.
const BLOCK_ROWS: usize = 1 << 16;
const CLOSED_AT: usize = 1 << 24;
/// What a block may take once it is inflated, values of one column and bytes of all: sixteen times what closes one, for the
/// row that closes it. No value takes less than four bytes there.
const MOST_VALUES: usize = 16 * CLOSED_AT / 4;
const MOST_BYTES: usize = 16 * CLOSED_AT;

/// One value on its way into a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'c> {
    Number(Option<u32>),
    Time(Option<i64>),
    Flag(Option<bool>),
    Text(Option<&'c str>),
    Times(&'c [i64]),
    Words(&'c [i32]),
    Bits(&'c [u64]),
    Texts(Option<&'c [String]>),
}

/// A column of the block at hand.
enum Growing {
    Number(Vec<Option<u32>>),
    Time(Vec<Option<i64>>),
    Flag(Vec<Option<bool>>),
    Text(StringChunkedBuilder),
    Times(ListPrimitiveChunkedBuilder<Int64Type>),
    Words(ListPrimitiveChunkedBuilder<Int32Type>),
    Bits(ListPrimitiveChunkedBuilder<UInt64Type>),
    Texts(ListStringChunkedBuilder),
}

impl Growing {
    fn new(field: &Field) -> Self {
        let name: PlSmallStr = field.name.into();
        match field.kind {
            Kind::Number => Self::Number(Vec::new()),
            Kind::Time => Self::Time(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, 0)),
            Kind::Times => Self::Times(ListPrimitiveChunkedBuilder::new(name, 0, 0, DataType::Int64)),
            Kind::Words => Self::Words(ListPrimitiveChunkedBuilder::new(name, 0, 0, DataType::Int32)),
            Kind::Bits => Self::Bits(ListPrimitiveChunkedBuilder::new(name, 0, 0, DataType::UInt64)),
            Kind::Texts => Self::Texts(ListStringChunkedBuilder::new(name, 0, 0)),
        }
    }

    /// Takes a value in; how many bytes it takes, `None` when the cell is of another kind.
    fn push(&mut self, cell: &Cell<'_>) -> Option<usize> {
        match (self, cell) {
            (Self::Number(out), Cell::Number(value)) => out.push(*value),
            (Self::Time(out), Cell::Time(value)) => out.push(*value),
            (Self::Flag(out), Cell::Flag(value)) => out.push(*value),
            (Self::Text(out), Cell::Text(value)) => {
                out.append_option(*value);
                return Some(16 + value.map_or(0, str::len));
            }
            (Self::Times(out), Cell::Times(values)) => {
                out.append_slice(values);
                return Some(8 + 8 * values.len());
            }
            (Self::Words(out), Cell::Words(values)) => {
                out.append_slice(values);
                return Some(8 + 4 * values.len());
            }
            (Self::Bits(out), Cell::Bits(values)) => {
                out.append_slice(values);
                return Some(8 + 8 * values.len());
            }
            (Self::Texts(out), Cell::Texts(values)) => {
                match values {
                    Some(texts) => out.append_values_iter(texts.iter().map(String::as_str)),
                    None => out.append_null(),
                }
                return Some(8 + values.map_or(0, |v| v.iter().map(|t| 16 + t.len()).sum::<usize>()));
            }
            _ => return None,
        }
        Some(8)
    }

    fn finish(self, name: PlSmallStr) -> Series {
        match self {
            Self::Number(values) => Values::new(name, values).into_column(),
            Self::Time(values) => Values::new(name, values).into_column(),
            Self::Flag(values) => Values::new(name, values).into_column(),
            Self::Text(out) => out.finish().into_series().into_column(),
            Self::Times(mut out) => out.finish().into_series().into_column(),
            Self::Words(mut out) => out.finish().into_series().into_column(),
            Self::Bits(mut out) => out.finish().into_series().into_column(),
            Self::Texts(mut out) => out.finish().into_series().into_column(),
        }
    }
}

fn dtype(kind: Kind) -> DataType {
    let list = |inner| DataType::List(Box::new(inner));
    match kind {
        Kind::Number => DataType::UInt32,
        Kind::Time => DataType::Int64,
        Kind::Flag => DataType::Boolean,
        Kind::Text => DataType::String,
        Kind::Times => list(DataType::Int64),
        Kind::Words => list(DataType::Int32),
        Kind::Bits => list(DataType::UInt64),
        Kind::Texts => list(DataType::String),
    }
}

/// A table being written.
pub(super) struct Writer<W: Write> {
    table: &'static Table,
    out: BatchedWriter<W>,
    growing: Vec<Growing>,
    /// Rows, and bytes, in the block at hand.
    block: (usize, usize),
    rows: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(table: &'static Table, sink: W) -> Result<Self, String> {
        let fields = table.fields.iter().map(|f| (PlSmallStr::from(f.name), dtype(f.kind)));
        let schema: Schema = fields.collect();
        let writer = ParquetWriter::new(sink)
            // Bytes must not depend on the number of threads.
            .set_parallel(false)
            .with_compression(ParquetCompression::Zstd(None));
        let out = writer.batched(&schema).map_err(|e| said(&e))?;
        Ok(Self { table, out, growing: table.fields.iter().map(Growing::new).collect(), block: (0, 0), rows: 0 })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), String> {
        if cells.len() != self.growing.len() {
            return Err(format!("{} cells for {} columns", cells.len(), self.growing.len()));
        }
        for ((column, cell), field) in self.growing.iter_mut().zip(cells).zip(self.table.fields) {
            let bytes = column.push(cell).ok_or_else(|| format!("`{}` is not {cell:?}", field.name))?;
            self.block.1 += bytes;
        }
        self.block.0 += 1;
        self.rows += 1;
        if self.block.0 == BLOCK_ROWS || self.block.1 >= CLOSED_AT { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), String> {
        let fresh: Vec<Growing> = self.table.fields.iter().map(Growing::new).collect();
        let full = std::mem::replace(&mut self.growing, fresh);
        let columns = full.into_iter().zip(self.table.fields).map(|(c, f)| c.finish(f.name.into())).collect();
        let frame = DataFrame::new(self.block.0, columns).map_err(|e| said(&e))?;
        self.block = (0, 0);
        self.out.write_batch(&frame).map_err(|e| said(&e))
    }

    /// Ends the file; how many rows it holds.
    pub(super) fn finish(mut self) -> Result<u64, String> {
        if self.block.0 > 0 {
            self.flush()?;
        }
        self.out.finish().map_err(|e| said(&e))?;
        Ok(self.rows)
    }
}

fn said(error: &PolarsError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// A column of a block that was read.
enum Read {
    Number(UInt32Chunked),
    Time(Int64Chunked),
    Flag(BooleanChunked),
    Text(StringChunked),
    Times(Vec<i64>, Int64Chunked),
    Words(Vec<i64>, Int32Chunked),
    Bits(Vec<i64>, UInt64Chunked),
    Texts(ListChunked),
}

impl Read {
    fn new(kind: Kind, column: &Series) -> Result<Self, PolarsError> {
        let series = column.as_materialized_series().rechunk();
        Ok(match kind {
            Kind::Number => Self::Number(series.u32()?.clone()),
            Kind::Time => Self::Time(series.i64()?.clone()),
            Kind::Flag => Self::Flag(series.bool()?.clone()),
            Kind::Text => Self::Text(series.str()?.clone()),
            Kind::Texts => Self::Texts(series.list()?.clone()),
            Kind::Times | Kind::Words | Kind::Bits => {
                let list = series.list()?;
                let ends = list.downcast_iter().next().map(|a| a.offsets().as_slice().to_vec()).unwrap_or_default();
                let inner = list.get_inner();
                if list.null_count() > 0 || inner.null_count() > 0 {
                    return Err(PolarsError::NoData("a list is missing where one must be".into()));
                }
                match kind {
                    Kind::Times => Self::Times(ends, inner.i64()?.clone()),
                    Kind::Words => Self::Words(ends, inner.i32()?.clone()),
                    _ => Self::Bits(ends, inner.u64()?.clone()),
                }
            }
        })
    }
}

/// Values of a list column at a row.
fn at<'v, T>(ends: &[i64], values: &'v [T], row: usize) -> Option<&'v [T]> {
    let end = |n: usize| ends.get(n).and_then(|e| usize::try_from(*e).ok());
    values.get(end(row)?..end(row + 1)?)
}

/// A row of a table, read from the left to the right. What is missing or of another kind is `None`.
pub(super) struct Row<'r> {
    columns: &'r [Read],
    at: usize,
    next: usize,
}

impl<'r> Row<'r> {
    fn column(&mut self) -> Option<&'r Read> {
        self.next += 1;
        self.columns.get(self.next - 1)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        if let Read::Number(values) = self.column()? { values.get(self.at) } else { None }
    }

    pub(super) fn time(&mut self) -> Option<i64> {
        if let Read::Time(values) = self.column()? { values.get(self.at) } else { None }
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        if let Read::Flag(values) = self.column()? { values.get(self.at) } else { None }
    }

    pub(super) fn text(&mut self) -> Option<&'r str> {
        if let Read::Text(values) = self.column()? { values.get(self.at) } else { None }
    }

    pub(super) fn times(&mut self) -> Option<&'r [i64]> {
        if let Read::Times(ends, values) = self.column()? { at(ends, values.cont_slice().ok()?, self.at) } else { None }
    }

    pub(super) fn words(&mut self) -> Option<&'r [i32]> {
        if let Read::Words(ends, values) = self.column()? { at(ends, values.cont_slice().ok()?, self.at) } else { None }
    }

    pub(super) fn bits(&mut self) -> Option<&'r [u64]> {
        if let Read::Bits(ends, values) = self.column()? { at(ends, values.cont_slice().ok()?, self.at) } else { None }
    }

    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        let Read::Texts(lists) = self.column()? else { return None };
        let series = lists.get_as_series(self.at)?;
        series.str().ok()?.iter().map(|text| text.map(str::to_owned)).collect()
    }
}

/// Reads a table block by block; how many rows it had.
///
/// # Errors
/// What is wrong with it, in words: not Parquet, other columns, larger than any that is written here, or what `take` says.
pub(super) fn read(
    table: &'static Table,
    bytes: &Arc<[u8]>,
    mut take: impl FnMut(&mut Row<'_>) -> Result<(), String> + Send,
) -> Result<u64, String> {
    let (metadata, blocks) = guarded(|| layout(table, bytes))?;
    let decoded = |from, rows: Option<&usize>| {
        rows.map(|rows| guarded(|| block(table, bytes, &metadata, (from, *rows)))).transpose()
    };
    let mut before = 0;
    let mut ahead = decoded(0, blocks.first());
    for (at, rows) in blocks.iter().enumerate() {
        let columns = ahead?.unwrap_or_default();
        let taken = || {
            (0..*rows).try_for_each(|row| {
                let said = take(&mut Row { columns: &columns, at: row, next: 0 });
                said.map_err(|what| format!("row {}: {what}", before + row + 1))
            })
        };
        // The next block is decoded while the rows of this one are taken in.
        let (taken, next) = rayon::join(taken, || decoded(before + rows, blocks.get(at + 1)));
        taken?;
        (ahead, before) = (next, before + rows);
    }
    Ok(before as u64)
}

/// Parquet decoders panic on some files that are not what they say. A ledger's files are held to their SHA-256 first, so
/// damage never comes here; a file that somebody forged, hash and all, must end in a message all the same, and nothing that
/// a panic could leave half done outlives the call. (A forged page that asks for more memory than there is ends the
/// process all the same: that is no panic. Nothing has been written by then.)
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("it is not sound Parquet".to_owned()))
}

/// Checks the columns and the sizes; the rows of each block.
fn layout(table: &'static Table, bytes: &Arc<[u8]>) -> Result<(FileMetadataRef, Vec<usize>), String> {
    let unsound = |e: &PolarsError| format!("it is not sound Parquet ({})", said(e));
    let mut reader = ParquetReader::new(Cursor::new(Arc::clone(bytes)));
    let schema = reader.schema().map_err(|e| unsound(&e))?;
    let schema = Schema::from_arrow_schema(&schema);
    let wanted: Vec<(&str, DataType)> = table.fields.iter().map(|f| (f.name, dtype(f.kind))).collect();
    for (name, dtype) in &wanted {
        match schema.get(name) {
            None => return Err(format!("the column `{name}` is missing")),
            Some(found) if found != dtype => return Err(format!("the column `{name}` holds {found}, not {dtype}")),
            Some(_) => {}
        }
    }
    if !schema.iter_names().map(PlSmallStr::as_str).eq(wanted.iter().map(|(name, _)| *name)) {
        return Err("its columns are others than this version's, or in another order".to_owned());
    }
    let metadata = Arc::clone(reader.get_metadata().map_err(|e| unsound(&e))?);
    let mut blocks = Vec::new();
    for group in &metadata.row_groups {
        let (mut values, mut inflated) = (0, 0_i64);
        for column in group.parquet_columns() {
            values = values.max(column.num_values());
            inflated = inflated.saturating_add(column.uncompressed_size().max(0));
        }
        let within = |n: i64, most: usize| usize::try_from(n).is_ok_and(|n| n <= most);
        if group.num_rows() > BLOCK_ROWS || !within(values, MOST_VALUES) || !within(inflated, MOST_BYTES) {
            return Err("a block of it is larger than any that kmsift writes".to_owned());
        }
        blocks.push(group.num_rows());
    }
    Ok((metadata, blocks))
}

fn block(
    table: &'static Table,
    bytes: &Arc<[u8]>,
    metadata: &FileMetadataRef,
    (from, rows): (usize, usize),
) -> Result<Vec<Read>, String> {
    let unsound = |e: &PolarsError| format!("it is not sound Parquet ({})", said(e));
    let mut reader = ParquetReader::new(Cursor::new(Arc::clone(bytes)));
    reader.set_metadata(Arc::clone(metadata));
    let reader = reader.with_slice(Some((from, rows))).read_parallel(ParallelStrategy::None);
    let frame = reader.finish().map_err(|e| unsound(&e))?;
    let columns = frame.columns();
    if frame.height() != rows || columns.len() != table.fields.len() {
        return Err("it holds fewer rows than it says".to_owned());
    }
    table.fields.iter().zip(columns).map(|(f, c)| Read::new(f.kind, c).map_err(|e| unsound(&e))).collect()
}
