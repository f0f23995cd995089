//! Parquet, column by column: typed, times as UTC milliseconds.
//!
//! Of polars only what packs a column: its writer of frames packs one after another unless it may start threads of its own,
//! and looks up every text of a column, also where there are ten words on ten million rows.

use std::borrow::Cow;
use std::hash::Hash;
use std::io::Write;
use std::ops::Range;

use hashbrown::HashMap;
use polars::prelude::{PolarsError, PolarsResult};
use polars_arrow::array::{
    Array, BooleanArray, DictionaryArray, MutableBinaryViewArray, MutableBooleanArray, MutablePrimitiveArray,
    PrimitiveArray,
};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, IntegerType, TimeUnit};
use polars_arrow::types::NativeType;
use polars_parquet::write::{
    CompressedPage, CompressionOptions, DynIter, DynStreamingIterator, Encoding, FileWriter, ParquetType,
    StatisticsOptions, Version, WriteOptions, array_to_columns, compress, fallible_streaming_iterator,
    get_dtype_encoding, to_parquet_type,
};
use rayon::prelude::*;

use crate::error::Error;
use crate::model::seed::Seeded;
use crate::model::time::{Day, Instant};
use crate::view::{Cell, ColumnKind, Table};

/// A file was written, or why not.
pub(super) type Done = PolarsResult<()>;

/// Rows of a group: what is packed at once of a column. (Few in tests: their tables are small.)
pub(super) const GROUP: usize = if cfg!(test) { 5 } else { 1 << 18 };

/// How files are written.
const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: None,
    },
    version: Version::V1,
    compression: CompressionOptions::Snappy,
    data_page_size: None,
};

/// A table as the bytes of a Parquet file.
///
/// # Errors
/// When a column cannot be packed: a bug.
pub fn table_parquet(table: &Table) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    match write_table(table, &mut bytes) {
        Ok(()) => Ok(bytes),
        Err(e) => Err(Error::Render(format!("tables/{}.parquet: {e}", table.id))),
    }
}

/// Writes a table as a Parquet file.
pub(super) fn write_table(table: &Table, out: impl Write) -> Done {
    write(&[&packed(table)?], None, out)
}

/// A column of a file: its name and type, and its values of a group of rows.
pub(super) struct Column<'c> {
    field: Field,
    values: Box<Values<'c>>,
}

/// The values of a column in some rows.
type Values<'c> = dyn Fn(Range<usize>) -> PolarsResult<Box<dyn Array>> + Sync + 'c;

impl<'c> Column<'c> {
    fn new(
        name: &str,
        kind: ArrowDataType,
        values: impl Fn(Range<usize>) -> PolarsResult<Box<dyn Array>> + Sync + 'c,
    ) -> Self {
        Self { field: Field::new(name.into(), kind, true), values: Box::new(values) }
    }

    fn numbers<N: NativeType, I: Iterator<Item = Option<N>>>(
        name: &str,
        kind: ArrowDataType,
        values: impl Fn(Range<usize>) -> I + Sync + 'c,
    ) -> Self {
        let of = kind.clone();
        Self::new(name, kind, move |rows| {
            let mut out = MutablePrimitiveArray::<N>::with_capacity_from(rows.len(), of.clone());
            out.extend(values(rows));
            Ok(PrimitiveArray::from(out).boxed())
        })
    }

    /// Whole numbers.
    pub(super) fn integers<I: Iterator<Item = Option<i64>>>(
        name: &str,
        values: impl Fn(Range<usize>) -> I + Sync + 'c,
    ) -> Self {
        Self::numbers(name, ArrowDataType::Int64, values)
    }

    fn reals<I: Iterator<Item = Option<f64>>>(name: &str, values: impl Fn(Range<usize>) -> I + Sync + 'c) -> Self {
        Self::numbers(name, ArrowDataType::Float64, values)
    }

    /// Whole numbers of 32 bits.
    pub(super) fn small<I: Iterator<Item = i32>>(name: &str, values: impl Fn(Range<usize>) -> I + Sync + 'c) -> Self {
        Self::numbers(name, ArrowDataType::Int32, move |rows| values(rows).map(Some))
    }

    /// Days.
    pub(super) fn days<I: Iterator<Item = Day>>(name: &str, values: impl Fn(Range<usize>) -> I + Sync + 'c) -> Self {
        Self::numbers(name, ArrowDataType::Date32, move |rows| values(rows).map(|day| Some(day.0)))
    }

    /// Instants.
    pub(super) fn times<I: Iterator<Item = Option<Instant>>>(
        name: &str,
        values: impl Fn(Range<usize>) -> I + Sync + 'c,
    ) -> Self {
        Self::numbers(name, ArrowDataType::Timestamp(TimeUnit::Millisecond, None), move |rows| {
            values(rows).map(|at| at.map(|at| at.0 * 1000))
        })
    }

    /// Yes or no.
    pub(super) fn flags<I: Iterator<Item = Option<bool>>>(
        name: &str,
        values: impl Fn(Range<usize>) -> I + Sync + 'c,
    ) -> Self {
        Self::new(name, ArrowDataType::Boolean, move |rows| {
            let mut out = MutableBooleanArray::with_capacity(rows.len());
            out.extend(values(rows));
            Ok(BooleanArray::from(out).boxed())
        })
    }

    /// Texts.
    pub(super) fn texts<T: AsRef<str> + Clone + Eq + Hash, I: Iterator<Item = Option<T>>>(
        name: &str,
        values: impl Fn(Range<usize>) -> I + Sync + 'c,
    ) -> Self {
        Self::new(name, ArrowDataType::Utf8View, move |rows| {
            if let Some(few) = dictionary(rows.len(), values(rows.clone())) {
                return Ok(few?.boxed());
            }
            let mut out = MutableBinaryViewArray::<str>::with_capacity(rows.len());
            out.extend(values(rows));
            Ok(out.freeze().boxed())
        })
    }
}

/// Texts as places among those met, in order of meeting; `None` where most are met once.
fn dictionary<T: AsRef<str> + Clone + Eq + Hash>(
    rows: usize,
    values: impl Iterator<Item = Option<T>>,
) -> Option<PolarsResult<DictionaryArray<u32>>> {
    /// Rows looked at before most of them can be said to have texts of their own; of fewer than these nothing is.
    const LOOKED_AT: usize = 1 << 12;
    const FEW: usize = 1 << 7;
    let (mut known, mut met) = (HashMap::<T, u32, Seeded>::default(), MutableBinaryViewArray::<str>::new());
    let mut places = MutablePrimitiveArray::<u32>::with_capacity(rows);
    let mut before: Option<(T, u32)> = None;
    for (row, value) in values.enumerate() {
        let Some(text) = value else {
            places.push(None);
            continue;
        };
        // Many rows share one text, not only its characters.
        if let Some((_, place)) = before.as_ref().filter(|(last, _)| std::ptr::eq(last.as_ref(), text.as_ref())) {
            places.push(Some(*place));
            continue;
        }
        let place = *known.entry(text.clone()).or_insert_with(|| {
            met.push_value(text.as_ref());
            u32::try_from(met.len() - 1).unwrap_or(u32::MAX)
        });
        places.push(Some(place));
        before = Some((text, place));
        if row >= LOOKED_AT && mostly_new(met.len(), row) {
            return None;
        }
    }
    if rows > FEW && mostly_new(met.len(), rows) {
        return None;
    }
    let kind = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    Some(DictionaryArray::try_new(kind, places.into(), met.freeze().boxed()))
}

fn mostly_new(met: usize, rows: usize) -> bool {
    met * 4 > rows * 3
}

/// The columns of a table, packed.
pub(super) fn packed(table: &Table) -> PolarsResult<Packed> {
    let column = |(at, column): (usize, &crate::view::Column)| {
        let cells = move |rows: Range<usize>| table.rows[rows].iter().map(move |row| &row[at]);
        let name = column.name;
        match column.kind {
            ColumnKind::Text => Column::texts(name, move |rows| cells(rows).map(text)),
            ColumnKind::Integer => Column::integers(name, move |rows| {
                cells(rows).map(|c| if let Cell::Integer(n) = c { Some(*n) } else { None })
            }),
            ColumnKind::Real => Column::reals(name, move |rows| {
                cells(rows).map(|c| if let Cell::Real(x) = c { Some(*x) } else { None })
            }),
            ColumnKind::Boolean => Column::flags(name, move |rows| {
                cells(rows).map(|c| if let Cell::Boolean(b) = c { Some(*b) } else { None })
            }),
            ColumnKind::Time => Column::times(name, move |rows| {
                cells(rows).map(|c| if let Cell::Time(at) = c { Some(*at) } else { None })
            }),
        }
    };
    let columns: Vec<Column<'_>> = table.columns.iter().enumerate().map(column).collect();
    Packed::new(&columns, table.rows.len())
}

fn text(cell: &Cell) -> Option<Cow<'_, str>> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) => Some(Cow::Borrowed(text)),
        other => Some(Cow::Owned(other.plain())),
    }
}

/// Columns ready to be written, in one file or in several.
pub(super) struct Packed {
    fields: Vec<Field>,
    groups: Vec<Range<usize>>,
    /// By group, and in it by column.
    pages: Vec<Vec<CompressedPage>>,
}

impl Packed {
    /// Packs so many rows of some columns. All threads pack; how many there are does not show.
    pub(super) fn new(columns: &[Column<'_>], rows: usize) -> PolarsResult<Self> {
        let fields: Vec<Field> = columns.iter().map(|column| column.field.clone()).collect();
        let kinds: Vec<ParquetType> = fields.iter().map(to_parquet_type).collect::<Result<_, _>>()?;
        let groups: Vec<Range<usize>> = (0..rows).step_by(GROUP).map(|from| from..rows.min(from + GROUP)).collect();
        let of = |rows| columns.iter().zip(&kinds).map(move |(column, kind)| (rows, column, kind));
        let pieces: Vec<_> = groups.iter().flat_map(of).collect();
        let pages = pieces.into_par_iter().map(|(rows, column, kind)| pack(column, rows, kind));
        let pages = pages.collect::<Result<_, _>>()?;
        Ok(Self { fields, groups, pages })
    }

    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.groups.last().map_or(0, |rows| rows.end)
    }

    /// The columns of a group.
    fn group(&self, number: usize) -> &[Vec<CompressedPage>] {
        let columns = self.fields.len();
        self.pages.get(number * columns..(number + 1) * columns).unwrap_or_default()
    }

    /// The fields, their instants of `zone`.
    fn fields<'p>(&'p self, zone: Option<&'p str>) -> impl Iterator<Item = Field> + 'p {
        self.fields.iter().map(move |field| match &field.dtype {
            ArrowDataType::Timestamp(unit, _) => {
                field.with_dtype(ArrowDataType::Timestamp(*unit, zone.map(Into::into)))
            }
            _ => field.clone(),
        })
    }
}

/// Writes a file of columns of the same rows, side by side; their instants are of `zone`, or of none, which readers then take
/// as they stand.
pub(super) fn write(parts: &[&Packed], zone: Option<&str>, out: impl Write) -> Done {
    let schema: ArrowSchema = parts.iter().flat_map(|p| p.fields(zone)).map(|f| (f.name.clone(), f)).collect();
    let mut file = FileWriter::try_new(out, schema, OPTIONS)?;
    for (number, rows) in parts.first().map_or(&[][..], |part| &part.groups).iter().enumerate() {
        let columns = parts.iter().flat_map(|part| part.group(number)).map(|pages| {
            let pages = fallible_streaming_iterator::convert(pages.iter().map(Ok::<_, PolarsError>));
            Ok(DynStreamingIterator::new(pages))
        });
        file.write(rows.len() as u64, DynIter::new(columns))?;
    }
    file.end(None).map(drop)
}

/// The values of a column in some rows, packed.
fn pack(column: &Column<'_>, rows: &Range<usize>, kind: &ParquetType) -> PolarsResult<Vec<CompressedPage>> {
    let values = (column.values)(rows.clone())?;
    // Whether texts repeat is known by now.
    let plain = *values.dtype() == ArrowDataType::Utf8View;
    let encodings = if plain { vec![Encoding::Plain] } else { get_dtype_encoding(values.dtype()) };
    let pages = array_to_columns(values, kind.clone(), OPTIONS, &encodings)?;
    pages.into_iter().flatten().map(|page| Ok(compress(page?, Vec::new(), OPTIONS.compression)?)).collect()
}

#[cfg(test)]
mod tests {
    use polars_io::SerReader as _;
    use polars_io::parquet::read::ParquetReader;

    use super::*;
    use crate::view;

    /// How many texts lie in the dictionary; `None`: there is none.
    fn met(texts: impl ExactSizeIterator<Item = Option<String>>) -> Option<usize> {
        dictionary(texts.len(), texts).map(|few| few.expect("sound").values().len())
    }

    #[test]
    fn texts_that_repeat_have_a_dictionary() {
        let of = |rows: usize, many: usize| met((0..rows).map(|n| Some((n % many).to_string())));
        assert_eq!((of(5000, 10), of(5000, 5000), of(100_000, 4096)), (Some(10), None, None));
        assert_eq!((of(128, 128), of(129, 129), of(129, 96)), (Some(128), None, Some(96)));
        assert_eq!((met(std::iter::empty()), met([None, None].into_iter())), (Some(0), Some(0)));
    }

    #[test]
    fn every_kind_of_cell_comes_back_and_unknown_stays_unknown() {
        const COLUMNS: &[view::Column] = &[
            view::Column::new("text", ColumnKind::Text, ""),
            view::Column::new("integer", ColumnKind::Integer, ""),
            view::Column::new("real", ColumnKind::Real, ""),
            view::Column::new("boolean", ColumnKind::Boolean, ""),
            view::Column::new("time", ColumnKind::Time, ""),
            view::Column::new("empty", ColumnKind::Text, ""),
        ];
        let mut table = Table::new("t", "T", COLUMNS);
        // Three groups, the second without a text, the last one short.
        for n in 0..13_i32 {
            let text = if (5..10).contains(&n) { Cell::Empty } else { Cell::text(format!("=\u{e9}{}", n % 3)) };
            let number = if n == 7 { Cell::Empty } else { Cell::Integer(i64::from(n) - 6) };
            let time = Cell::Time(Instant(i64::from(n) - 6));
            table.rows.push(vec![
                text,
                number,
                Cell::Real(f64::from(n) / 4.0),
                Cell::Boolean(n % 2 == 0),
                time,
                Cell::Empty,
            ]);
        }
        let bytes = table_parquet(&table).expect("written");
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().expect("read");
        let kinds: Vec<String> = frame.columns().iter().map(|c| c.dtype().to_string()).collect();
        assert_eq!(kinds, ["str", "i64", "f64", "bool", "datetime[ms]", "str"]);
        for (row, cells) in table.rows.iter().enumerate() {
            for (column, cell) in frame.columns().iter().zip(cells) {
                let value = column.get(row).expect("a row");
                let wanted = match cell {
                    Cell::Empty => "null".to_owned(),
                    Cell::Text(text) => format!("\"{}\"", &**text),
                    Cell::Time(at) => format!("{} ms", at.0 * 1000),
                    Cell::Real(x) => format!("{x:?}"),
                    other => other.plain(),
                };
                let shown = match value.extract::<i64>().filter(|_| matches!(cell, Cell::Time(_))) {
                    Some(millis) => format!("{millis} ms"),
                    None => value.to_string(),
                };
                assert_eq!(shown, wanted, "row {row}, {}", column.name());
            }
        }

        let none = Table::new("t", "T", COLUMNS);
        let bytes = table_parquet(&none).expect("written");
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().expect("read");
        assert_eq!((frame.height(), frame.columns().len()), (0, 6), "a table of nobody has its columns");
    }
}
