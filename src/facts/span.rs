//! One person through one channel: first and last instant, the days, and the first instant after each quiet week.
//!
//! The instants after a quiet week are what a campaign asks for: when somebody who had not been at a page for weeks came
//! back. They stay a semilattice: which days follow a quiet week is a function of the day set, and each such day keeps the
//! least instant ever met on it. Who signs in every week keeps none, so memory follows people.

use super::DaySet;
use crate::model::time::{DAY_SECONDS, Day, Instant};

/// A day follows a quiet spell when none of this many days before it has a row.
const QUIET_DAYS: i32 = 7;

/// So many days from the first one on lie in the span itself: nearly all exports hold fewer.
const NEAR_DAYS: u32 = 96;

/// First and last instant and the set of UTC days of one person through one channel. Of a large tenant there are millions: half a
/// cache line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    first: Instant,
    /// The near days, least significant first; the first day's bit is set.
    near: [u32; 3],
    /// The last row's second of the last day; 0 where `More` says it.
    last: u32,
    /// `None` when there is nothing to say.
    more: Option<Box<More>>,
}

/// What few spans have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    /// Days later than the near ones.
    far: DaySet,
    /// The earliest row of each day that follows a quiet week, the first day apart; ascending, one a day.
    returns: Vec<Instant>,
    /// The last row, of a span cut short before it.
    beyond: Option<Instant>,
}

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
        Self { first: instant, near: [1, 0, 0], last: second(instant), more: None }
    }

    /// Earliest row.
    #[must_use]
    pub fn first(&self) -> Instant {
        self.first
    }

    /// Latest row.
    #[must_use]
    pub fn last(&self) -> Instant {
        let beyond = self.more.as_ref().and_then(|more| more.beyond);
        beyond.unwrap_or_else(|| Instant(self.last_day().start().0 + i64::from(self.last)))
    }

    /// Days with at least one row.
    #[must_use]
    pub fn days(&self) -> DaySet {
        let mut days = DaySet::default();
        days.insert_from(self.first.day(), self.near());
        self.more.iter().for_each(|more| days.join(&more.far));
        days
    }

    /// The same one by one, ascending.
    pub(crate) fn each_day(&self) -> impl Iterator<Item = Day> + '_ {
        let (first, mut near) = (self.first.day().0, self.near());
        let near = std::iter::from_fn(move || {
            let day = (near != 0).then(|| Day(first + near.trailing_zeros().cast_signed()))?;
            near &= near - 1;
            Some(day)
        });
        near.chain(self.more.iter().flat_map(|more| more.far.iter()))
    }

    /// How many.
    pub(crate) fn day_count(&self) -> usize {
        self.near().count_ones() as usize + self.more.as_ref().map_or(0, |more| more.far.len())
    }

    /// Whether a day has a row.
    #[must_use]
    pub fn has(&self, day: Day) -> bool {
        match self.place(day) {
            Place::Near(at) => self.near() >> at & 1 == 1,
            Place::Far => self.more.as_ref().is_some_and(|more| more.far.contains(day)),
            Place::Before => false,
        }
    }

    /// Takes one more row in.
    pub fn add(&mut self, instant: Instant) {
        // Nearly every row.
        if self.more.is_none() && self.add_near(instant) {
            return;
        }
        let day = instant.day();
        if !self.has(day) {
            self.add_day(instant);
            return;
        }
        self.first = self.first.min(instant);
        if instant > self.last() {
            self.set_last(instant);
        }
        if let Some(more) = &mut self.more
            && let Ok(place) = more.returns.binary_search_by_key(&day, |at| at.day())
        {
            more.returns[place] = instant.min(more.returns[place]);
        }
    }

    /// Takes a row of a span in that has nothing more to say; `false`: with this row it has, for a quiet week lies before it or
    /// behind it, or a day is not near any more.
    fn add_near(&mut self, instant: Instant) -> bool {
        const QUIET: u32 = QUIET_DAYS.cast_unsigned();
        let near = self.near();
        if let Place::Near(at) = self.place(instant.day()) {
            let known = near >> at & 1 == 1;
            // The first day is one of those before it, if no others are.
            if !known && at > QUIET && near >> (at - QUIET) & ((1 << QUIET) - 1) == 0 {
                return false;
            }
            self.set_near(near | 1 << at);
            if near >> at <= 1 {
                self.last = second(instant).max(if known { self.last } else { 0 });
            }
            self.first = self.first.min(instant);
            return true;
        }
        let by = u32::try_from(i64::from(self.first.day().0) - i64::from(instant.day().0)).unwrap_or(u32::MAX);
        let fits = by <= QUIET && near >> (NEAR_DAYS - by) == 0;
        if fits {
            self.set_near(near << by | 1);
            self.first = instant;
        }
        fits
    }

    /// Takes the first row of a day in. Looks at the days around it alone: somebody's row may be one of many thousands.
    fn add_day(&mut self, instant: Instant) {
        let (day, last) = (instant.day(), self.last().max(instant));
        let start = if instant < self.first { self.begin(instant) } else { instant };
        self.insert(day);
        self.set_last(last);
        let mut returns = self.more.as_mut().map_or_else(Vec::new, |more| std::mem::take(&mut more.returns));
        // Days of the week behind it follow no silence any more.
        let from = returns.partition_point(|at| at.day() <= day);
        let to = returns.partition_point(|at| at.day().0 <= day.0 + QUIET_DAYS);
        returns.drain(from..to);
        if start.day() != self.first.day() && self.follows_silence(start.day()) {
            let place = returns.partition_point(|at| *at < start);
            returns.insert(place, start);
        }
        self.change(|more| more.returns = returns);
    }

    /// Joins another span.
    pub fn join(&mut self, other: &Self) {
        let mut instants: Vec<Instant> = [&*self, other].into_iter().flat_map(Self::starts).collect();
        let last = self.last().max(other.last());
        if other.first < self.first {
            self.begin(other.first);
        }
        let mut near = other.near();
        while near != 0 {
            let at = near.trailing_zeros().cast_signed();
            self.insert(Day(other.first.day().0 + at));
            near &= near - 1;
        }
        if let Some(theirs) = &other.more {
            self.change(|more| more.far.join(&theirs.far));
        }
        self.set_last(last);
        instants.sort_unstable();
        instants.dedup_by_key(|at| at.day());
        instants.retain(|at| at.day() != self.first.day() && self.follows_silence(at.day()));
        self.change(|more| more.returns = instants);
    }

    /// The first instant of each day that follows a quiet week, ascending; the first day has none.
    pub(crate) fn returns(&self) -> &[Instant] {
        self.more.as_ref().map_or(&[], |more| &more.returns)
    }

    /// A span from its parts; `None`: they are not those of any rows.
    pub(crate) fn of_parts((first, last): (Instant, Instant), days: &DaySet, returns: &[Instant]) -> Option<Self> {
        let ends = (days.iter().next()?, days.last()?);
        if first > last || ends != (first.day(), last.day()) {
            return None;
        }
        let mut span = Self::at(first);
        days.iter().for_each(|day| span.insert(day));
        span.set_last(last);
        span.change(|more| more.returns = returns.to_vec());
        let due = days.iter().filter(|day| *day != ends.0 && span.follows_silence(*day));
        due.eq(returns.iter().map(|at| at.day())).then_some(span)
    }

    /// What is known of the rows up to an instant: to the day. A span that goes on keeps its last row, so that who judges
    /// sees that the day of the instant is not known to the second. `None`: there is no row until then.
    #[must_use]
    pub(crate) fn until(mut self, t: Instant) -> Option<Self> {
        let last = self.last();
        if self.first <= t && last > t {
            let near = match self.place(t.day()) {
                Place::Near(at) => self.near() & (u128::MAX >> (127 - at)),
                Place::Far | Place::Before => self.near(),
            };
            self.set_near(near);
            self.change(|more| {
                more.far = more.far.until(t.day());
                more.returns.retain(|at| *at <= t);
            });
            self.set_last(last);
        }
        (self.first <= t).then_some(self)
    }

    /// The first row and the first ones after each quiet week.
    fn starts(&self) -> impl Iterator<Item = Instant> + '_ {
        std::iter::once(self.first).chain(self.returns().iter().copied())
    }

    fn follows_silence(&self, day: Day) -> bool {
        (1..=QUIET_DAYS).all(|n| !self.has(Day(day.0 - n)))
    }

    /// Begins earlier; when it began before.
    fn begin(&mut self, first: Instant) -> Instant {
        let before = std::mem::replace(&mut self.first, first);
        let by = u32::try_from(i64::from(before.day().0) - i64::from(first.day().0)).unwrap_or(u32::MAX);
        let mut out = self.near();
        self.set_near(out.checked_shl(by).unwrap_or(0) & NEAR | 1);
        // Those that are not near any more.
        out = if by < NEAR_DAYS { out >> (NEAR_DAYS - by) << (NEAR_DAYS - by) } else { out };
        while out != 0 {
            self.insert(Day(before.day().0 + out.trailing_zeros().cast_signed()));
            out &= out - 1;
        }
        before
    }

    /// Adds a day not before the first.
    fn insert(&mut self, day: Day) {
        match self.place(day) {
            Place::Near(at) => self.set_near(self.near() | 1 << at),
            Place::Far | Place::Before => self.change(|more| more.far.insert(day)),
        }
    }

    fn near(&self) -> u128 {
        self.near.iter().rev().fold(0, |near, word| near << 32 | u128::from(*word))
    }

    #[expect(clippy::cast_possible_truncation, reason = "each word takes its own 32 bits")]
    fn set_near(&mut self, near: u128) {
        self.near = [near as u32, (near >> 32) as u32, (near >> 64) as u32];
    }

    fn place(&self, day: Day) -> Place {
        match u32::try_from(i64::from(day.0) - i64::from(self.first.day().0)) {
            Ok(at) if at < NEAR_DAYS => Place::Near(at),
            Ok(_) => Place::Far,
            Err(_) => Place::Before,
        }
    }

    /// The last of them.
    pub(crate) fn last_day(&self) -> Day {
        let far = self.more.as_ref().and_then(|more| more.far.last());
        far.unwrap_or_else(|| Day(self.first.day().0 + 127 - self.near().leading_zeros().cast_signed()))
    }

    fn set_last(&mut self, last: Instant) {
        let beyond = Some(last).filter(|last| last.day() != self.last_day());
        self.last = if beyond.is_none() { second(last) } else { 0 };
        if self.more.is_some() || beyond.is_some() {
            self.change(|more| more.beyond = beyond);
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut More)) {
        let mut more = self.more.take().map_or_else(More::default, |more| *more);
        change(&mut more);
        self.more = (more != More::default()).then(|| Box::new(more));
    }

    /// The first row later than an instant: to the second where a quiet week or nothing came before it; between the instant
    /// and the next row that is later for certain, where rows of its own day may lie on either side of it.
    #[must_use]
    pub fn after(&self, instant: Instant) -> Option<After> {
        let last = self.last();
        if last <= instant {
            return None;
        }
        let (today, start) = (instant.day(), |day: Day| self.starts().find(|at| at.day() == day));
        let unplaced = self.has(today) && start(today).is_none_or(|at| at <= instant);
        if unplaced && last.day() == today {
            return Some(After { at: instant, by: last });
        }
        let day = self.days().iter().find(|d| *d > today || (*d == today && !unplaced))?;
        let next = start(day).map_or_else(
            || After { at: day.start(), by: Instant(day.start().0 + DAY_SECONDS - 1).min(last) },
            After::known,
        );
        Some(if unplaced { After { at: instant, ..next } } else { next })
    }
}

/// The near bits of a span.
const NEAR: u128 = (1 << NEAR_DAYS) - 1;

/// Where a span keeps a day.
#[derive(Clone, Copy)]
enum Place {
    /// The bit.
    Near(u32),
    Far,
    /// Nowhere: it is earlier than the first.
    Before,
}

/// The second of the day.
fn second(at: Instant) -> u32 {
    u32::try_from(at.0.rem_euclid(DAY_SECONDS)).unwrap_or(0)
}

#[cfg(test)]
mod tests;
