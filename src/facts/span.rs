//! One person through one channel: first and last instant, the days, and the first instant after each quiet week.
//!
//! The instants after a quiet week are what a campaign asks for: when somebody who had not been at a page for weeks came
//! back. They stay a semilattice: which days follow a quiet week is a function of the day set, and each such day keeps the
//! least instant ever met on it. Who signs in every week keeps none, so memory follows people.

use super::DaySet;
use crate::model::time::{DAY_SECONDS, Day, Instant};

/// A day follows a quiet spell when none of this many days before it has a row.
const QUIET_DAYS: i32 = 7;

/// First and last instant and the set of UTC days of one person through one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Earliest row.
    pub first: Instant,
    /// Latest row.
    pub last: Instant,
    /// Days with at least one row.
    pub days: DaySet,
    /// The earliest row of each day that follows a quiet week, the first day apart; `None` when there is no such day.
    returns: Option<Box<Returns>>,
}

/// Ascending, one a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Returns(Vec<Instant>);

/// Between which two instants the first row after an instant lies, as far as a span tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// The earliest it can have been.
    pub at: Instant,
    /// The latest it can have been.
    pub by: Instant,
}

impl After {
    /// A row known to the second.
    #[must_use]
    pub fn known(at: Instant) -> Self {
        Self { at, by: at }
    }

    /// Known to the second.
    #[must_use]
    pub fn exact(self) -> bool {
        self.at == self.by
    }

    /// The first of two first rows.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self { at: self.at.min(other.at), by: self.by.min(other.by) }
    }
}

impl Span {
    /// The span of one row.
    #[must_use]
    pub fn at(instant: Instant) -> Self {
        Self { first: instant, last: instant, days: DaySet::of(instant.day()), returns: None }
    }

    /// Takes one more row in.
    pub fn add(&mut self, instant: Instant) {
        if !self.days.contains(instant.day()) {
            self.add_day(instant);
            return;
        }
        self.first = self.first.min(instant);
        self.last = self.last.max(instant);
        if let Some(returns) = &mut self.returns
            && let Ok(place) = returns.0.binary_search_by_key(&instant.day(), |at| at.day())
        {
            returns.0[place] = instant.min(returns.0[place]);
        }
    }

    /// Takes the first row of a day in. Looks at the days around it alone: somebody's row may be one of many thousands.
    fn add_day(&mut self, instant: Instant) {
        let day = instant.day();
        self.days.insert(day);
        self.last = self.last.max(instant);
        let start = if instant < self.first { std::mem::replace(&mut self.first, instant) } else { instant };
        let mut returns = self.returns.take().map_or_else(Vec::new, |returns| returns.0);
        // Days of the week behind it follow no silence any more.
        let from = returns.partition_point(|at| at.day() <= day);
        let to = returns.partition_point(|at| at.day().0 <= day.0 + QUIET_DAYS);
        returns.drain(from..to);
        if start.day() != self.first.day() && self.follows_silence(start.day()) {
            let place = returns.partition_point(|at| *at < start);
            returns.insert(place, start);
        }
        self.returns = (!returns.is_empty()).then(|| Box::new(Returns(returns)));
    }

    /// Joins another span.
    pub fn join(&mut self, other: &Self) {
        let mut instants: Vec<Instant> = [&*self, other].into_iter().flat_map(Self::starts).collect();
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.days.join(&other.days);
        instants.sort_unstable();
        instants.dedup_by_key(|at| at.day());
        instants.retain(|at| at.day() != self.first.day() && self.follows_silence(at.day()));
        self.returns = (!instants.is_empty()).then(|| Box::new(Returns(instants)));
    }

    /// The first instant of each day that follows a quiet week, ascending; the first day has none.
    pub(crate) fn returns(&self) -> &[Instant] {
        self.returns.as_ref().map_or(&[], |returns| &returns.0)
    }

    /// A span from its parts; `None`: they are not those of any rows.
    pub(crate) fn of_parts((first, last): (Instant, Instant), days: DaySet, returns: &[Instant]) -> Option<Self> {
        let ends = (days.iter().next()?, days.last()?);
        let kept = (!returns.is_empty()).then(|| Box::new(Returns(returns.to_vec())));
        let span = Self { first, last, days, returns: kept };
        let quiet = |day: Day| day != ends.0 && span.follows_silence(day);
        let due: Vec<Day> = span.days.iter().filter(|day| quiet(*day)).collect();
        let told = due.into_iter().eq(returns.iter().map(|at| at.day()));
        (told && first <= last && ends == (first.day(), last.day())).then_some(span)
    }

    /// What is known of the rows up to an instant: to the day. A span that goes on keeps its last row, so that who judges
    /// sees that the day of the instant is not known to the second. `None`: there is no row until then.
    #[must_use]
    pub(crate) fn until(mut self, t: Instant) -> Option<Self> {
        if self.last > t {
            self.days = self.days.until(t.day());
            self.returns.iter_mut().for_each(|r| r.0.retain(|at| *at <= t));
            self.returns = self.returns.filter(|r| !r.0.is_empty());
        }
        (self.first <= t).then_some(self)
    }

    /// The first row and the first ones after each quiet week.
    fn starts(&self) -> impl Iterator<Item = Instant> + '_ {
        std::iter::once(self.first).chain(self.returns.iter().flat_map(|r| r.0.iter().copied()))
    }

    fn follows_silence(&self, day: Day) -> bool {
        (1..=QUIET_DAYS).all(|n| !self.days.contains(Day(day.0 - n)))
    }

    /// The first row later than an instant: to the second where a quiet week or nothing came before it; between the instant
    /// and the next row that is later for certain, where rows of its own day may lie on either side of it.
    #[must_use]
    pub fn after(&self, instant: Instant) -> Option<After> {
        if self.last <= instant {
            return None;
        }
        let (today, start) = (instant.day(), |day: Day| self.starts().find(|at| at.day() == day));
        let unplaced = self.days.contains(today) && start(today).is_none_or(|at| at <= instant);
        if unplaced && self.last.day() == today {
            return Some(After { at: instant, by: self.last });
        }
        let day = self.days.iter().find(|d| *d > today || (*d == today && !unplaced))?;
        let next = start(day).map_or_else(
            || After { at: day.start(), by: Instant(day.start().0 + DAY_SECONDS - 1).min(self.last) },
            After::known,
        );
        Some(if unplaced { After { at: instant, ..next } } else { next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::HOUR_SECONDS;

    fn at(day: i64, hour: i64) -> Instant {
        Instant(day * DAY_SECONDS + hour * HOUR_SECONDS)
    }

    fn span(rows: &[Instant]) -> Span {
        let mut span = Span::at(rows[0]);
        rows[1..].iter().for_each(|row| span.add(*row));
        span
    }

    #[test]
    fn the_first_row_after_a_quiet_week_is_known_to_the_second_in_any_order() {
        let rows = [at(0, 9), at(30, 10), at(30, 8), at(31, 7), at(45, 6)];
        let whole = span(&rows);
        assert_eq!(whole.after(at(20, 0)), Some(After::known(at(30, 8))));
        assert_eq!(whole.after(at(30, 7)), Some(After::known(at(30, 8))), "the same day");
        let unplaced = Some(After { at: at(31, 8), by: at(45, 6) });
        assert_eq!(whole.after(at(31, 8)), unplaced, "no instant is kept of that day");
        assert_eq!(whole.after(at(32, 0)), Some(After::known(at(45, 6))));
        assert_eq!(whole.after(at(45, 6)), None);
        let reversed: Vec<Instant> = rows.iter().rev().copied().collect();
        assert_eq!(span(&reversed), whole);
        for cut in 1..rows.len() {
            let mut left = span(&rows[..cut]);
            left.join(&span(&rows[cut..]));
            assert_eq!(left, whole, "cut at {cut}");
            left.join(&whole);
            assert_eq!(left, whole, "once more");
        }
    }

    #[test]
    fn a_day_taken_in_and_a_span_joined_are_the_same_in_any_order() {
        let days = [0, 30, 36, 38, 60, 61, 75, 9, 90, 83, 1];
        for turn in 0..days.len() {
            let rows: Vec<Instant> =
                days[turn..].iter().chain(&days[..turn]).map(|day| at(*day, (*day * 7) % 24)).collect();
            let mut joined = Span::at(rows[0]);
            rows[1..].iter().for_each(|row| joined.join(&Span::at(*row)));
            assert_eq!(span(&rows), joined, "from {turn} on");
        }
    }

    #[test]
    fn a_row_that_fills_the_silence_takes_the_instant_away() {
        let mut filled = span(&[at(0, 9), at(30, 8)]);
        filled.add(at(25, 12));
        assert_eq!(filled.after(at(26, 0)), Some(After { at: at(30, 0), by: at(30, 8) }));
        assert_eq!(filled.after(at(20, 0)), Some(After::known(at(25, 12))));
        assert_eq!(filled, span(&[at(25, 12), at(30, 8), at(0, 9)]));
    }

    #[test]
    fn of_a_daily_channel_only_the_day_is_known() {
        let daily: Vec<Instant> = (0..30).map(|day| at(day, 8)).collect();
        let span = span(&daily);
        assert_eq!(span.returns, None, "nothing is kept for it");
        let end = |day: i64| Instant(at(day + 1, 0).0 - 1);
        let unplaced = Some(After { at: at(10, 12), by: end(11) });
        assert_eq!(span.after(at(10, 12)), unplaced, "the day's own row may be later, the next day's is for certain");
        assert_eq!(
            span.after(at(28, 12)),
            Some(After { at: at(28, 12), by: at(29, 8) }),
            "no row is later than the last"
        );
        assert_eq!(span.after(at(29, 7)), Some(After { at: at(29, 7), by: at(29, 8) }), "later that day");
        assert_eq!(span.after(at(-3, 0)), Some(After::known(at(0, 8))));
    }
    #[test]
    fn a_later_day_is_not_called_the_first_where_the_same_day_may_hold_another_row() {
        // Rows at 08:00 and 20:00 of day 16; of 20:00 nothing is kept. A week and more later the next one is known.
        let span = span(&[at(0, 9), at(16, 8), at(16, 20), at(25, 9)]);
        assert_eq!(span.after(at(16, 12)), Some(After { at: at(16, 12), by: at(25, 9) }));
        assert_eq!(span.after(at(16, 7)), Some(After::known(at(16, 8))));
        assert_eq!(span.after(at(17, 0)), Some(After::known(at(25, 9))));
    }

    #[test]
    fn the_first_of_two_first_rows_lies_between_the_earlier_ends() {
        let open = After { at: at(1, 0), by: at(3, 0) };
        assert_eq!(open.min(After::known(at(2, 0))), After { at: at(1, 0), by: at(2, 0) });
        assert!(open.min(After::known(at(1, 0))).exact());
    }
}
