//! Time, always UTC: instants in whole seconds, days, windows. No clock is ever read here.
//!
//! Instants are cut to whole seconds: the portal writes seconds, Graph up to seven fraction digits,
//! and the same event must be the same fact in both.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// Seconds in a UTC day.
pub const DAY_SECONDS: i64 = 86_400;
/// Seconds in an hour.
pub const HOUR_SECONDS: i64 = 3_600;

/// A moment in UTC, in whole seconds since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// The UTC day this instant falls on.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX))
    }

    /// Hours since 1970-01-01T00Z.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.0.div_euclid(HOUR_SECONDS)
    }

    /// This instant moved by whole days (negative: back).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_SECONDS)))
    }

    /// This instant moved by whole hours (negative: back).
    #[must_use]
    pub fn plus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours.saturating_mul(HOUR_SECONDS)))
    }

    /// Whole 86 400-second days from `earlier` to `self`, rounded down (semantics §2.3).
    #[must_use]
    pub fn whole_days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(DAY_SECONDS)
    }

    /// Whether four digits of a year can say it, as of every instant that an export can hold.
    #[must_use]
    pub fn is_sayable(self) -> bool {
        (FIRST..=LAST).contains(&self)
    }

    /// Parses what ISO 8601 exports carry: `2026-11-21T08:00:00Z`, 0 to 9 fraction digits, a blank
    /// for the `T`, a one-digit hour, offsets, or a date alone (midnight). `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(super::ids::trim(text).as_bytes())
    }

    /// The same of bytes with nothing around them.
    #[must_use]
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        parse_plain(text).or_else(|| parse_iso(text))
    }
}

/// An instant or none, in the memory of an instant: verdicts of millions hold a dozen each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaybeInstant(i64);

impl MaybeInstant {
    /// No export can hold it: see [`Instant::is_sayable`].
    const NONE: i64 = i64::MIN;

    /// The instant.
    #[must_use]
    pub fn get(self) -> Option<Instant> {
        (self.0 != Self::NONE).then_some(Instant(self.0))
    }
}

impl From<Option<Instant>> for MaybeInstant {
    fn from(at: Option<Instant>) -> Self {
        Self(at.map_or(Self::NONE, |at| at.0))
    }
}

impl Default for MaybeInstant {
    fn default() -> Self {
        Self(Self::NONE)
    }
}

/// Bytes of an instant as it is written: `2026-11-21T08:00:00Z`.
pub type Stamp = [u8; 20];

impl Instant {
    /// RFC 3339 with `Z`, whole seconds; `None` where four digits of a year cannot say it. By hand: tables of people hold
    /// millions of them.
    #[must_use]
    pub fn stamp(self) -> Option<Stamp> {
        if !self.is_sayable() {
            return None;
        }
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY_SECONDS));
        let second = self.0.rem_euclid(DAY_SECONDS);
        let mut out = *b"0000-00-00T00:00:00Z";
        let clock = [(11, second / HOUR_SECONDS), (14, second / 60 % 60), (17, second % 60)];
        for (at, value) in [(0, year / 100), (2, year % 100), (5, month), (8, day)].into_iter().chain(clock) {
            let value = u8::try_from(value).unwrap_or_default();
            out[at] += value / 10;
            out[at + 1] += value % 10;
        }
        Some(out)
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 with `Z`, whole seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stamp) = self.stamp() {
            return f.write_str(std::str::from_utf8(&stamp).map_err(|_| fmt::Error)?);
        }
        match DateTime::from_timestamp(self.0, 0) {
            Some(t) => write!(
                f,
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                t.year(),
                t.month(),
                t.day(),
                t.hour(),
                t.minute(),
                t.second()
            ),
            None => write!(f, "@{}", self.0),
        }
    }
}

/// A UTC calendar day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Midnight at the start of the day.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant(i64::from(self.0) * DAY_SECONDS)
    }

    /// The day of a calendar date, if there is such a date.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        i32::try_from(i64::from(date.num_days_from_ce()) - CE_OF_EPOCH).ok().map(Self)
    }

    /// The ISO 8601 week the day lies in, e.g. `2026-W47`.
    #[must_use]
    pub fn iso_week(self) -> String {
        let date =
            self.0.checked_add(i32::try_from(CE_OF_EPOCH).unwrap_or(0)).and_then(NaiveDate::from_num_days_from_ce_opt);
        date.map_or_else(String::new, |d| {
            let week = d.iso_week();
            format!("{:04}-W{:02}", week.year(), week.week())
        })
    }

    /// Monday = 0 … Sunday = 6.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from((self.0 + 3).rem_euclid(7)).unwrap_or(0)
    }
}

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what four digits of a year can say.
const FIRST: Instant = Instant(-62_135_596_800);
const LAST: Instant = Instant(253_402_300_799);

/// 1970-01-01 counted from year 1 (chrono's `num_days_from_ce`).
const CE_OF_EPOCH: i64 = 719_163;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_string();
        f.write_str(text.split('T').next().unwrap_or(&text))
    }
}

/// A span of time with both ends known, `from <= to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// First instant.
    pub from: Instant,
    /// Last instant.
    pub to: Instant,
}

impl Window {
    /// `None` when the ends are the wrong way round.
    #[must_use]
    pub fn new(from: Instant, to: Instant) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }
}

fn digits(bytes: &[u8], range: std::ops::Range<usize>) -> Option<i64> {
    let part = bytes.get(range)?;
    if part.is_empty() || !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(part.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

/// Days since the epoch of a proleptic Gregorian date (H. Hinnant, `days_from_civil`).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The other way round: year, month and day (H. Hinnant, `civil_from_days`).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month, of_year - (153 * from_march + 2) / 5 + 1)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds since the epoch of a civil date and time, if it exists.
#[must_use]
pub fn civil(year: i64, month: i64, day: i64, clock: (i64, i64, i64)) -> Option<Instant> {
    let (hour, minute, second) = clock;
    let fits = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    fits.then(|| Instant(days_from_civil(year, month, day) * DAY_SECONDS + hour * HOUR_SECONDS + minute * 60 + second))
}

/// `2026-11-22T00:00:00Z`: nearly all there are. `None`: written otherwise, or there is no such time.
fn parse_plain(b: &[u8]) -> Option<Instant> {
    const FORM: &[u8; 20] = b"0000-00-00T00:00:00Z";
    let b: &[u8; 20] = b.try_into().ok()?;
    let (mut digits, mut fits) = ([0; 20], true);
    for ((digit, byte), form) in digits.iter_mut().zip(b).zip(FORM) {
        *digit = byte.wrapping_sub(*form);
        fits &= *digit <= if *form == b'0' { 9 } else { 0 };
    }
    let two = |at: usize| i64::from(digits[at] * 10 + digits[at + 1]);
    let at = fits.then(|| civil(two(0) * 100 + two(2), two(5), two(8), (two(11), two(14), two(17)))).flatten();
    // A leap second may lie behind the calendar.
    at.filter(|at| *at <= LAST)
}

fn parse_iso(b: &[u8]) -> Option<Instant> {
    let (year, month, day) = (digits(b, 0..4)?, digits(b, 5..7)?, digits(b, 8..10)?);
    if b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    if b.len() == 10 {
        return civil(year, month, day, (0, 0, 0));
    }
    if !matches!(b[10], b'T' | b't' | b' ') {
        return None;
    }
    // A one-digit hour occurs in diagnostic records (formats.md §3.1).
    let colon = if b.get(12) == Some(&b':') { 12 } else { 13 };
    if b.get(colon) != Some(&b':') {
        return None;
    }
    let (hour, minute) = (digits(b, 11..colon)?, digits(b, colon + 1..colon + 3)?);
    let mut at = colon + 3;
    let mut second = 0;
    if b.get(at) == Some(&b':') {
        second = digits(b, at + 1..at + 3)?;
        at += 3;
    }
    if matches!(b.get(at), Some(b'.' | b',')) {
        let fraction = b[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        if fraction == 0 || fraction > 9 {
            return None;
        }
        at += 1 + fraction;
    }
    let offset = parse_offset(&b[at..])?;
    let at = Instant(civil(year, month, day, (hour, minute, second))?.0 - offset);
    // An offset may carry the first or last hours of the calendar out of it.
    (FIRST..=LAST).contains(&at).then_some(at)
}

/// Seconds east of UTC: empty and `Z` are UTC.
fn parse_offset(b: &[u8]) -> Option<i64> {
    let b = b.strip_prefix(b" ").unwrap_or(b);
    match b {
        [] | [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), ..] => {
            let minutes = if b.get(3) == Some(&b':') { 4..6 } else { 3..5 };
            if b.len() != minutes.end {
                return None;
            }
            let (hours, minutes) = (digits(b, 1..3)?, digits(b, minutes)?);
            if hours > 14 || minutes > 59 {
                return None;
            }
            let seconds = hours * HOUR_SECONDS + minutes * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
