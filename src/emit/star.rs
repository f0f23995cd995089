//! `parquet/{people,activity,moments,calendar}.parquet`: the star schema of docs/STAR_SCHEMA.md.

use std::io::{self, Write};

use polars::prelude::{
    Column as Series, DataFrame, DataType, Int64Chunked, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray,
    PlSmallStr, PolarsError, Series as Values, StringChunked, TimeUnit, TimeZone,
};
use rayon::prelude::*;

use super::{Emitter, Sink, parquet};
use crate::error::Error;
use crate::model::sign_in::Stream;
use crate::model::time::{Day, Instant};
use crate::report::Report;
use crate::report::star::{CalendarDay, Happening, Star, Use};
use crate::view::{Table, Written};

/// The star schema.
pub(super) struct StarSchema;

/// Rows that are laid out at once.
const BATCH: usize = 1 << 18;

type Framed = Result<DataFrame, PolarsError>;

impl Emitter for StarSchema {
    fn id(&self) -> &'static str {
        "star"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        let Some(star) = &report.star else { return Ok(Vec::new()) };
        let write = |(name, write): &(&str, Part)| {
            let path = format!("parquet/{name}.parquet");
            to.file(&path, &mut |out| write(&report.users, star, out).map_err(io::Error::other))
        };
        FILES.par_iter().map(write).collect()
    }
}

/// Writes one file of the star.
type Part = fn(&Table, &Star, &mut dyn Write) -> Result<(), PolarsError>;

/// The files.
const FILES: &[(&str, Part)] = &[
    ("people", |users, _, out| written(std::iter::once(people(users)), out)),
    ("activity", |_, star, out| written(activity(star), out)),
    ("moments", |_, star, out| written(moments_of(star), out)),
    ("calendar", |_, star, out| written(std::iter::once(calendar(&star.calendar)), out)),
];

/// Frames as one file, one after another; memory holds one of them.
fn written(frames: impl Iterator<Item = Framed>, out: &mut dyn Write) -> Result<(), PolarsError> {
    let mut frames = frames.peekable();
    let empty = DataFrame::empty();
    let schema = match frames.peek() {
        Some(Ok(frame)) => frame.schema().clone(),
        _ => empty.schema().clone(),
    };
    let mut writer = parquet::writer(out).batched(&schema)?;
    for frame in frames {
        writer.write_batch(&frame?)?;
    }
    writer.finish().map(|_| ())
}

/// The key of a person: the row of the table `users`, counted from 1.
fn key(user: u32) -> i32 {
    i32::try_from(user).unwrap_or(i32::MAX - 1) + 1
}

fn column<V, T: ?Sized>(name: &str, values: V) -> Series
where
    Values: NamedFrom<V, T>,
{
    Values::new(name.into(), values).into_column()
}

fn texts<'t>(name: &str, values: impl Iterator<Item = Option<&'t str>>) -> Series {
    StringChunked::from_iter_options(PlSmallStr::from_str(name), values).into_series().into_column()
}

fn times(name: &str, values: impl Iterator<Item = Option<Instant>>) -> Series {
    let millis = values.map(|at| at.map(|at| at.0 * 1000));
    let millis = Int64Chunked::from_iter_options(PlSmallStr::from_str(name), millis);
    millis.into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)).into_series().into_column()
}

fn days(name: &str, values: impl Iterator<Item = Day>) -> Result<Series, PolarsError> {
    let numbers: Vec<i32> = values.map(|day| day.0).collect();
    Ok(Values::new(name.into(), numbers).cast(&DataType::Date)?.into_column())
}

/// The table `users`, with the key first.
fn people(users: &Table) -> Framed {
    let keys: Vec<i32> = (0..users.rows.len()).map(|row| key(u32::try_from(row).unwrap_or(u32::MAX))).collect();
    let mut columns = vec![column("user_key", keys)];
    for (at, shown) in users.columns.iter().enumerate() {
        columns.push(parquet::series(shown, users, at, Some(TimeZone::UTC)));
    }
    DataFrame::new(users.rows.len(), columns)
}

/// Uses laid out by day, some at a time; at least one frame, so that a file without rows has its columns.
fn activity(star: &Star) -> impl Iterator<Item = Framed> + '_ {
    let mut uses = star.activity.iter().flat_map(|used| used.days.iter().map(move |day| (used, *day))).peekable();
    let mut first = true;
    std::iter::from_fn(move || {
        if uses.peek().is_none() && !first {
            return None;
        }
        first = false;
        let batch: Vec<(&Use, Day)> = uses.by_ref().take(BATCH).collect();
        Some(used(star, &batch))
    })
}

fn used(star: &Star, rows: &[(&Use, Day)]) -> Framed {
    let app = |used: &Use| used.app.and_then(|at| star.apps.get(at as usize));
    // An instant is known of the first and the last day alone: least and greatest are right over any choice of rows.
    let on = |at: Option<Instant>, day: Day| at.filter(|at| at.day() == day);
    DataFrame::new(
        rows.len(),
        vec![
            column("user_key", rows.iter().map(|(used, _)| key(used.user)).collect::<Vec<i32>>()),
            days("day", rows.iter().map(|(_, day)| *day))?,
            texts("kind", rows.iter().map(|(used, _)| Some(used.kind))),
            column("success", rows.iter().map(|(used, _)| used.success).collect::<Vec<bool>>()),
            texts("app_id", rows.iter().map(|(used, _)| app(used).map(|(id, _)| id.as_str()))),
            texts("app", rows.iter().map(|(used, _)| app(used).map(|(_, name)| name.as_str()))),
            texts("client", rows.iter().map(|(used, _)| Some(used.client))),
            times("first_at", rows.iter().map(|(used, day)| on(Some(used.first), *day))),
            times("last_at", rows.iter().map(|(used, day)| on(used.last, *day))),
        ],
    )
}

/// Moments some at a time; at least one frame.
fn moments_of(star: &Star) -> impl Iterator<Item = Framed> + '_ {
    let none: &[Happening] = &[];
    let empty = star.moments.is_empty().then_some(none);
    empty.into_iter().chain(star.moments.chunks(BATCH)).map(moments)
}

fn moments(rows: &[Happening]) -> Framed {
    DataFrame::new(
        rows.len(),
        vec![
            column("user_key", rows.iter().map(|m| key(m.user)).collect::<Vec<i32>>()),
            days("day", rows.iter().map(|m| m.at.day()))?,
            times("happened_at", rows.iter().map(|m| Some(m.at))),
            texts("kind", rows.iter().map(|m| Some(m.kind))),
            texts("detail", rows.iter().map(|m| Some(m.detail).filter(|text| !text.is_empty()))),
            column("code", rows.iter().map(|m| m.code.map(i64::from)).collect::<Vec<Option<i64>>>()),
            column("success", rows.iter().map(|m| m.success).collect::<Vec<Option<bool>>>()),
        ],
    )
}

fn calendar(rows: &[CalendarDay]) -> Framed {
    let texts = |name: &str, text: &dyn Fn(Day) -> String| {
        column(name, rows.iter().map(|d| text(d.day)).collect::<Vec<String>>())
    };
    let mut columns = vec![
        days("day", rows.iter().map(|d| d.day))?,
        texts("month", &|day| day.to_string().chars().take(7).collect()),
        texts("iso_week", &Day::iso_week),
        column("weekday", rows.iter().map(|d| i32::from(d.day.weekday()) + 1).collect::<Vec<i32>>()),
        texts("weekday_name", &|day| WEEKDAYS[usize::from(day.weekday()) % 7].to_owned()),
        column("weekend", rows.iter().map(|d| d.day.weekday() >= 5).collect::<Vec<bool>>()),
    ];
    for (at, stream) in Stream::ALL.into_iter().enumerate() {
        let name = stream.name().replace('-', "_");
        columns.push(column(&format!("{name}_covered"), rows.iter().map(|d| d.covered[at]).collect::<Vec<bool>>()));
        let hours = rows.iter().map(|d| i32::from(d.hours[at])).collect::<Vec<i32>>();
        columns.push(column(&format!("{name}_hours"), hours));
    }
    DataFrame::new(rows.len(), columns)
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
