//! One person through one channel: first and last instant, the days, and the first instant after each quiet week.
//!
//! The instants after a quiet week are what a campaign asks for: when somebody who had not been at a page for weeks came
//! back. They stay a semilattice: which days follow a quiet week is a function of the day set, and each such day keeps the
//! least instant ever met on it. Who signs in every week keeps none, so memory follows people.

use super::DaySet;
use crate::model::time::{Day, Instant};

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

/// The first row after an instant, as far as a span tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// The instant; where only its day is known, the earliest it can have been on that day.
    pub at: Instant,
    /// Known to the second.
    pub exact: bool,
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
            self.join(&Self::at(instant));
            return;
        }
        self.first = self.first.min(instant);
        self.last = self.last.max(instant);
        if let Some(returns) = &mut self.returns {
            for at in returns.0.iter_mut().filter(|at| at.day() == instant.day()) {
                *at = instant.min(*at);
            }
        }
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

    /// The first row and the first ones after each quiet week.
    fn starts(&self) -> impl Iterator<Item = Instant> + '_ {
        std::iter::once(self.first).chain(self.returns.iter().flat_map(|r| r.0.iter().copied()))
    }

    fn follows_silence(&self, day: Day) -> bool {
        (1..=QUIET_DAYS).all(|n| !self.days.contains(Day(day.0 - n)))
    }

    /// The first row later than an instant that is certain; to the second where a quiet week or nothing came before it.
    #[must_use]
    pub fn after(&self, instant: Instant) -> Option<After> {
        if self.last <= instant {
            return None;
        }
        let day = self.days.iter().find(|d| *d > instant.day() || (*d == instant.day() && self.certain_on(instant)))?;
        let exact = self.starts().find(|at| at.day() == day && *at > instant);
        Some(match exact {
            Some(at) => After { at, exact: true },
            None => After { at: day.start().max(instant), exact: false },
        })
    }

    /// Some row of the same day is later for certain.
    fn certain_on(&self, instant: Instant) -> bool {
        self.last.day() == instant.day() || self.starts().any(|at| at.day() == instant.day() && at > instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{DAY_SECONDS, HOUR_SECONDS};

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
        assert_eq!(whole.after(at(20, 0)), Some(After { at: at(30, 8), exact: true }));
        assert_eq!(whole.after(at(30, 7)), Some(After { at: at(30, 8), exact: true }), "the same day");
        assert_eq!(whole.after(at(31, 8)), Some(After { at: at(45, 6), exact: true }));
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
    fn a_row_that_fills_the_silence_takes_the_instant_away() {
        let mut filled = span(&[at(0, 9), at(30, 8)]);
        filled.add(at(25, 12));
        assert_eq!(filled.after(at(26, 0)), Some(After { at: at(30, 0), exact: false }));
        assert_eq!(filled.after(at(20, 0)), Some(After { at: at(25, 12), exact: true }));
        assert_eq!(filled, span(&[at(25, 12), at(30, 8), at(0, 9)]));
    }

    #[test]
    fn of_a_daily_channel_only_the_day_is_known() {
        let daily: Vec<Instant> = (0..30).map(|day| at(day, 8)).collect();
        let span = span(&daily);
        assert_eq!(span.returns, None, "nothing is kept for it");
        assert_eq!(span.after(at(10, 12)), Some(After { at: at(11, 0), exact: false }));
        assert_eq!(
            span.after(at(29, 7)),
            Some(After { at: at(29, 7), exact: false }),
            "later that day, when is unknown"
        );
        assert_eq!(span.after(at(-3, 0)), Some(After { at: at(0, 8), exact: true }));
    }
}
