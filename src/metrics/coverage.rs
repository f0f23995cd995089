//! Coverage: what the logs observed at all, per stream and day, and where they are silent.
//!
//! Definition. A stream covers the time from its first to its last row; a tenant-wide silence longer than the gap limit
//! (72 hours unless set) is a gap. What lies outside is unknown, and no absence is concluded from it.
//!
//! Denominator. Days from the first to the last day of any stream.
//!
//! Caveats. An export filtered to one user or app looks like full coverage. Portal exports are cut at 100 000 sign-in rows.
//!
//! Source. semantics.md §2.3, §2.5; rulings.md 1, 5, 32.

use super::{Judged, Metric, heading, stat};
use crate::facts::DaySet;
use crate::model::sign_in::Stream;
use crate::model::time::{Day, Instant, Window};
use crate::view::{CalendarRow, Cell, Column, ColumnKind, Figure, Finding, Shape, Table};

/// The metric.
pub(super) struct Coverage;

const COLUMNS: &[Column] = &[
    Column::new("stream", ColumnKind::Text, "Log"),
    Column::new("from", ColumnKind::Time, "First row, or declared start"),
    Column::new("to", ColumnKind::Time, "Last row, or declared end"),
    Column::new("days", ColumnKind::Integer, "Days with at least one row").unit("days"),
    Column::new("gaps", ColumnKind::Integer, "Tenant-wide silences longer than the gap limit"),
    Column::new("last_contiguous_from", ColumnKind::Time, "Start of the last stretch without a gap"),
];

impl Metric for Coverage {
    fn id(&self) -> &'static str {
        "coverage"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("coverage.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("coverage", "Coverage per stream", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let frame = judged.frame;
        let streams: Vec<(Stream, &[Window], DaySet)> = Stream::ALL
            .into_iter()
            .map(|stream| {
                let windows: &[Window] = match stream {
                    Stream::Interactive => &frame.interactive,
                    Stream::NonInteractive => &frame.non_interactive,
                    Stream::Audit => &frame.audit,
                };
                let mut days = DaySet::default();
                judged.dossiers.coverage().hours(stream).for_each(|w| days.insert(w.from.day()));
                (stream, windows, days)
            })
            .collect();
        let mut table = Table::new("coverage", "Coverage per stream", COLUMNS);
        for (stream, windows, days) in &streams {
            table.rows.push(vec![
                Cell::text(stream.name()),
                Cell::time(windows.first().map(|w| w.from)),
                Cell::time(windows.last().map(|w| w.to)),
                Cell::count(days.len() as u64),
                Cell::count(windows.len().saturating_sub(1) as u64),
                Cell::time(windows.last().map(|w| w.from)),
            ]);
        }
        let interactive = frame.last_interactive();
        let reach = interactive.map_or(0, |w| frame.t.whole_days_since(w.from).max(0));
        let wanted = frame.thresholds.stale_days;
        let title = match interactive {
            Some(_) => {
                format!("The interactive log shows the last {reach} days without a gap; {wanted} are asked about")
            }
            None => "There is no interactive sign-in log".to_owned(),
        };
        let whole = u64::try_from(wanted.max(1)).unwrap_or(1);
        Finding {
            id: self.id(),
            title,
            lead: match interactive {
                Some(_) if reach >= wanted => "Long enough: whoever was at a page in that time was seen.".to_owned(),
                Some(_) => "Shorter than the window: for people not seen in it only the recorded last attempt helps."
                    .to_owned(),
                None => {
                    "Without it only the user list's signInActivity bounds when people were last at a page.".to_owned()
                }
            },
            definition: self.definition(),
            stats: vec![stat(
                "days_covered",
                "days of the window covered",
                (u64::try_from(reach).unwrap_or(0), whole),
                "days asked about (--stale-days)",
            )],
            figures: figure(&streams, frame.t).into_iter().collect(),
            tables: vec![table],
            caveats: Vec::new(),
        }
    }
}

fn figure(streams: &[(Stream, &[Window], DaySet)], t: Instant) -> Option<Figure> {
    let days = || streams.iter().flat_map(|(_, _, days)| days.iter());
    let first = days().min()?;
    // A log that ends at midnight has a last row on the next day, and nothing else: that day is not shown.
    let last = days().max()?.min(Instant(t.0 - 1).day()).max(first);
    let row = |(stream, _, seen): &(Stream, &[Window], DaySet)| {
        let seen: Vec<Day> = seen.iter().collect();
        let levels = (first.0..=last.0).map(|d| if seen.binary_search(&Day(d)).is_ok() { 4 } else { 0 }).collect();
        CalendarRow { label: stream.name().to_owned(), levels }
    };
    let rows: Vec<CalendarRow> = streams.iter().map(row).collect();
    let length = last.0 - first.0 + 1;
    let count = |r: &CalendarRow| r.levels.iter().filter(|l| **l > 0).count();
    let seen: Vec<String> = rows.iter().map(|r| format!("{} {}", r.label, count(r))).collect();
    let parts: Vec<String> = rows.iter().map(|r| format!("{}: {} of {length} days seen", r.label, count(r))).collect();
    Some(Figure {
        id: "coverage",
        title: format!("Days with rows, of {length} from {first} to {last}: {}", seen.join(", ")),
        axis: format!(
            "days with at least one row, of {}",
            if length == 1 { "1 day".to_owned() } else { format!("{length} days") }
        ),
        alt: format!("Calendar of coverage. {}.", parts.join("; ")),
        shape: Shape::Calendar { first, rows },
    })
}
