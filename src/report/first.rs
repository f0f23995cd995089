//! The people a reader sees first, and their weeks: on how many days at a sign-in page, on how many with tokens.

use crate::facts::DaySet;
use crate::judge::{Class, Frame};
use crate::metrics::Judged;
use crate::model::time::{Day, Instant, Window};
use crate::view::{Cell, Table};

/// Most people shown; the table has all.
pub const MOST: usize = 2_000;
/// Most weeks shown.
const MOST_WEEKS: i32 = 13;

/// A person of the table `users`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstPerson {
    /// Row in the table.
    pub row: usize,
    /// Weeks that the sign-in logs cover, the oldest first, the last one ending with the as-of day.
    pub weeks: Vec<Week>,
}

/// Days of one week; `None` = the log covers no day of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Week {
    /// Days with a promptable sign-in.
    pub page: Option<u8>,
    /// Days with a success by token.
    pub token: Option<u8>,
}

/// Rows of `users` as a reader wants them: token-stale people, other stale ones, undetermined ones, the rest; the longest
/// silence first. At most [`MOST`].
#[must_use]
pub fn order(users: &Table) -> Vec<usize> {
    let (label, verdict) = (users.position("label"), users.position("verdict"));
    let days = users.position("staleness_min_days");
    let text = |row: usize, column: Option<usize>| match column.and_then(|c| users.rows[row].get(c)) {
        Some(Cell::Text(text)) => &**text,
        _ => "",
    };
    let key = |row: &usize| {
        let rank = match (text(*row, label), text(*row, verdict)) {
            ("token_stale", _) => 0,
            (_, "stale") => 1,
            (_, "undetermined") => 2,
            _ => 3,
        };
        let silence = match days.and_then(|c| users.rows[*row].get(c)) {
            Some(Cell::Integer(n)) => *n,
            _ => i64::MIN,
        };
        (rank, std::cmp::Reverse(silence), *row)
    };
    let mut rows: Vec<usize> = (0..users.rows.len()).collect();
    if rows.len() > MOST {
        rows.select_nth_unstable_by_key(MOST, key);
        rows.truncate(MOST);
    }
    rows.sort_unstable_by_key(key);
    rows
}

/// The first people with their weeks. Rows of `users` are the verdicts' in the same order.
#[must_use]
pub fn people(judged: Judged<'_>, users: &Table) -> Vec<FirstPerson> {
    let calendar = Calendar::of(judged.frame);
    order(users).into_iter().map(|row| FirstPerson { row, weeks: calendar.weeks(judged, row) }).collect()
}

/// Which days are looked at, and which of them a log covers.
struct Calendar {
    last: Day,
    weeks: i32,
    paged: DaySet,
    silent: DaySet,
}

impl Calendar {
    fn of(frame: &Frame) -> Self {
        // T at midnight is the end of the day before.
        let last = Instant(frame.t.0.saturating_sub(1)).day();
        let from = last.0.saturating_sub(7 * MOST_WEEKS - 1);
        let (paged, silent) = (days(&frame.interactive, from), days(&frame.non_interactive, from));
        let first = paged.iter().chain(silent.iter()).map(|d| d.0).min();
        let weeks = first.map_or(0, |first| (last.0 - first.min(last.0)) / 7 + 1);
        Self { last, weeks, paged, silent }
    }

    fn weeks(&self, judged: Judged<'_>, row: usize) -> Vec<Week> {
        let id = judged.verdicts.get(row).map(|v| &v.id);
        let Some(dossier) = judged.dossiers.get(row).filter(|d| id == Some(d.id)) else { return Vec::new() };
        let (mut pages, mut tokens) = (DaySet::default(), DaySet::default());
        for (channel, span) in &dossier.activity {
            match judged.frame.class(channel) {
                Class::Interactive => pages.join(&span.days()),
                Class::Token | Class::InteractiveToken => tokens.join(&span.days()),
                _ => {}
            }
        }
        let week = |back: i32| {
            let end = self.last.0 - 7 * back;
            let count = |covered: &DaySet, used: &DaySet| {
                let mut seen = (end - 6..=end).map(Day).filter(|d| covered.contains(*d)).peekable();
                seen.peek()?;
                u8::try_from(seen.filter(|d| used.contains(*d)).count()).ok()
            };
            Week { page: count(&self.paged, &pages), token: count(&self.silent, &tokens) }
        };
        (0..self.weeks).rev().map(week).collect()
    }
}

/// The days from `from` on that windows touch; a window that ends at midnight does not touch the day that begins there.
fn days(windows: &[Window], from: i32) -> DaySet {
    let mut days = DaySet::default();
    for window in windows {
        let last = Instant((window.to.0 - 1).max(window.from.0)).day();
        (window.from.day().0.max(from)..=last.0).for_each(|d| days.insert(Day(d)));
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Column, ColumnKind};

    #[test]
    fn stale_people_first_and_only_so_many() {
        let columns = [
            Column::new("label", ColumnKind::Text, ""),
            Column::new("verdict", ColumnKind::Text, ""),
            Column::new("staleness_min_days", ColumnKind::Integer, ""),
        ];
        let row = |label: &str, verdict: &str, days| vec![Cell::text(label), Cell::text(verdict), Cell::integer(days)];
        let mut users = Table::new("users", "People", &columns);
        users.rows = vec![
            row("ok", "not_stale", Some(1)),
            row("token_stale", "stale", Some(40)),
            row("undetermined", "undetermined", None),
            row("logon_only", "stale", Some(90)),
            row("token_stale", "stale", Some(41)),
        ];
        assert_eq!(order(&users), [4, 1, 3, 2, 0]);
        users.rows.extend((0..5_000).map(|_| row("ok", "not_stale", Some(2))));
        let first = order(&users);
        assert_eq!((first.len(), &first[..6]), (MOST, &[4, 1, 3, 2, 5, 6][..]));
    }
}
