//! `parquet/{people,activity,moments,calendar}.parquet`: the star schema of docs/STAR_SCHEMA.md.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

use super::Sink;
use super::parquet::{self, Column, Done, GROUP, Packed};
use crate::error::Error;
use crate::model::sign_in::Stream;
use crate::model::time::{Day, Instant};
use crate::report::star::{CalendarDay, Happening, Star, Use};
use crate::view::Written;

/// Writes one file of the star, of the table `users` as it is packed and of the star.
type Part = fn(&Packed, &Star, &mut dyn Write) -> Done;

/// The files.
const FILES: &[(&str, Part)] = &[
    ("people", |users, _, out| people(users, out)),
    ("activity", |_, star, out| activity(star, out)),
    ("moments", |_, star, out| moments(&star.moments, out)),
    ("calendar", |_, star, out| calendar(&star.calendar, out)),
];

/// Makes the files.
pub(super) fn files(users: &Packed, star: &Star, to: &dyn Sink) -> Result<Vec<Written>, Error> {
    let write = |(name, write): &(&str, Part)| {
        let path = format!("parquet/{name}.parquet");
        to.file(&path, &mut |out| write(users, star, out).map_err(io::Error::other))
    };
    FILES.par_iter().map(write).collect()
}

/// The key of a person: the row of the table `users`, counted from 1.
fn key(user: u32) -> i32 {
    i32::try_from(user).unwrap_or(i32::MAX - 1) + 1
}

/// Instants are of UTC and say so.
fn written(parts: &[&Packed], out: &mut dyn Write) -> Done {
    parquet::write(parts, Some("UTC"), out)
}

/// The table `users`, with the key first.
fn people(users: &Packed, out: &mut dyn Write) -> Done {
    let keys = |rows: Range<usize>| rows.map(|row| key(u32::try_from(row).unwrap_or(u32::MAX)));
    written(&[&Packed::new(&[Column::small("user_key", keys)], users.rows())?, users], out)
}

/// Uses laid out by day.
fn activity(star: &Star, out: &mut dyn Write) -> Done {
    let (starts, count) = starts(&star.activity);
    // Each row is a day of a use; a group begins somewhere among the days of one.
    let rows = |rows: Range<usize>| {
        let (first, before) = starts.get(rows.start / GROUP).copied().unwrap_or_default();
        let uses = star.activity.get(first..).unwrap_or_default().iter();
        uses.flat_map(|used| used.days().map(move |day| (used, day))).skip(before).take(rows.len())
    };
    let app = |used: &Use| used.app.and_then(|at| star.apps.get(at as usize));
    // An instant is known of the first and the last day alone: least and greatest are right over any choice of rows.
    let on = |at: Option<Instant>, day: Day| at.filter(|at| at.day() == day);
    let columns = [
        Column::small("user_key", |group| rows(group).map(|(used, _)| key(used.user))),
        Column::days("day", |group| rows(group).map(|(_, day)| day)),
        Column::texts("kind", |group| rows(group).map(|(used, _)| Some(used.kind()))),
        Column::flags("success", |group| rows(group).map(|(used, _)| Some(used.success))),
        Column::texts("app_id", |group| rows(group).map(|(used, _)| app(used).map(|(id, _)| id.as_str()))),
        Column::texts("app", |group| rows(group).map(|(used, _)| app(used).map(|(_, name)| name.as_str()))),
        Column::texts("client", |group| rows(group).map(|(used, _)| Some(used.client()))),
        Column::times("first_at", |group| rows(group).map(|(used, day)| on(Some(used.span.first()), day))),
        Column::times("last_at", |group| rows(group).map(|(used, day)| on(used.last(star.t), day))),
    ];
    written(&[&Packed::new(&columns, count)?], out)
}

/// Where the groups of a file begin: the use, and how many of its days stand in the group before; and how many rows there are.
fn starts(uses: &[Use]) -> (Vec<(usize, usize)>, usize) {
    let (mut out, mut rows) = (Vec::new(), 0);
    for (at, used) in uses.iter().enumerate() {
        let end = rows + used.day_count();
        while out.len() * GROUP < end {
            out.push((at, out.len() * GROUP - rows));
        }
        rows = end;
    }
    (out, rows)
}

fn moments(rows: &[Happening], out: &mut dyn Write) -> Done {
    let columns = [
        Column::small("user_key", |group| rows[group].iter().map(|m| key(m.user))),
        Column::days("day", |group| rows[group].iter().map(|m| m.at.day())),
        Column::times("happened_at", |group| rows[group].iter().map(|m| Some(m.at))),
        Column::texts("kind", |group| rows[group].iter().map(|m| Some(m.kind))),
        Column::texts("detail", |group| rows[group].iter().map(|m| Some(m.detail).filter(|text| !text.is_empty()))),
        Column::integers("code", |group| rows[group].iter().map(|m| m.code.map(i64::from))),
        Column::flags("success", |group| rows[group].iter().map(|m| m.success)),
    ];
    written(&[&Packed::new(&columns, rows.len())?], out)
}

fn calendar(rows: &[CalendarDay], out: &mut dyn Write) -> Done {
    let mut columns = vec![
        Column::days("day", |group| rows[group].iter().map(|d| d.day)),
        Column::texts("month", |group| rows[group].iter().map(|d| Some(month(d.day)))),
        Column::texts("iso_week", |group| rows[group].iter().map(|d| Some(d.day.iso_week()))),
        Column::small("weekday", |group| rows[group].iter().map(|d| i32::from(d.day.weekday()) + 1)),
        Column::texts("weekday_name", |group| {
            rows[group].iter().map(|d| WEEKDAYS.get(usize::from(d.day.weekday())).copied())
        }),
        Column::flags("weekend", |group| rows[group].iter().map(|d| Some(d.day.weekday() >= 5))),
    ];
    for (at, stream) in Stream::ALL.into_iter().enumerate() {
        let name = stream.name().replace('-', "_");
        let covered = move |group: Range<usize>| rows[group].iter().map(move |d| Some(d.covered[at]));
        columns.push(Column::flags(&format!("{name}_covered"), covered));
        let hours = move |group: Range<usize>| rows[group].iter().map(move |d| i32::from(d.hours[at]));
        columns.push(Column::small(&format!("{name}_hours"), hours));
    }
    written(&[&Packed::new(&columns, rows.len())?], out)
}

/// `2026-07` of `2026-07-31`.
fn month(day: Day) -> String {
    day.to_string().chars().take(7).collect()
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[cfg(test)]
mod tests {
    use polars::prelude::AnyValue;
    use polars_io::SerReader as _;
    use polars_io::parquet::read::ParquetReader;

    use super::*;
    use crate::facts::Span;
    use crate::judge::Class;
    use crate::model::sign_in::Client;
    use crate::model::time::DAY_SECONDS;

    #[test]
    fn every_day_of_every_use_is_a_row_wherever_groups_end() {
        let day = |n: i64| Instant(n * DAY_SECONDS + 60);
        let t = day(30);
        let (mut activity, mut wanted) = (Vec::new(), Vec::new());
        // 16 days far and near: two groups end among the days of one use, and one behind the last.
        for (user, days) in
            (0_u32..).zip([&[1, 2, 3][..], &[4, 6], &[2, 3, 9, 29, 30, 31], &[5], &[1, 2, 3, 4, 5, 200]])
        {
            let mut span = Span::at(day(days[0]));
            for n in days {
                span.add(day(*n));
            }
            let Some(span) = span.until(t) else { panic!("it begins before T") };
            let (class, client) = (Class::Token, Client::App);
            activity.push(Use { user, app: (user > 0).then_some(user % 2), class, client, success: user != 1, span });
            wanted.extend(days.iter().filter(|n| **n <= 30).map(|n| (user, *n)));
        }
        let apps = vec![("a-1".to_owned(), "Mail".to_owned()), ("a-2".to_owned(), "Files".to_owned())];
        let star = Star { t, apps, activity, moments: Vec::new(), calendar: Vec::new() };
        let mut bytes = Vec::new();
        super::activity(&star, &mut bytes).expect("written");

        let frame = ParquetReader::new(io::Cursor::new(bytes)).finish().expect("read");
        assert_eq!(frame.height(), wanted.len());
        assert!(wanted.len() > 2 * GROUP && wanted.len() % GROUP != 0, "groups end inside");
        let cell = |name: &str, row| frame.column(name).expect(name).get(row).expect("a row").into_static();
        for (row, (user, n)) in wanted.into_iter().enumerate() {
            assert_eq!(cell("user_key", row), AnyValue::Int32(key(user)), "{row}");
            assert_eq!(cell("day", row), AnyValue::Date(i32::try_from(n).expect("small")), "{row}");
            assert_eq!(cell("success", row), AnyValue::Boolean(user != 1), "{row}");
            let app = (user > 0).then(|| ["Mail", "Files"][user as usize % 2]);
            assert_eq!(cell("app", row).get_str(), app, "{row}");
            assert_eq!(
                (cell("kind", row).get_str(), cell("client", row).get_str()),
                (Some("token"), Some(Client::App.name()))
            );
        }
        // Of a use that goes on after T only the day of its last row until then is known.
        let known = |name| (0..frame.height()).filter(|row| cell(name, *row) != AnyValue::Null).count();
        assert_eq!((known("first_at"), known("last_at")), (5, 3));
    }
}
