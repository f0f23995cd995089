//! What was observed at all: per stream the UTC hours with at least one row of the whole tenant.

use std::collections::BTreeMap;

use crate::model::settings::Thresholds;
use crate::model::sign_in::Stream;
use crate::model::time::{HOUR_SECONDS, Instant, Window};

/// Hours seen per stream, each with its first and last instant (so that a gap's end is exact).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    hours: BTreeMap<(Stream, i64), Window>,
}

impl Coverage {
    /// Takes one row in.
    pub fn add(&mut self, stream: Stream, at: Instant) {
        self.hours
            .entry((stream, at.hour()))
            .and_modify(|w| {
                w.from = w.from.min(at);
                w.to = w.to.max(at);
            })
            .or_insert(Window { from: at, to: at });
    }

    /// Union.
    pub fn join(&mut self, other: &Self) {
        for (key, window) in &other.hours {
            self.hours
                .entry(*key)
                .and_modify(|w| {
                    w.from = w.from.min(window.from);
                    w.to = w.to.max(window.to);
                })
                .or_insert(*window);
        }
    }

    /// First and last row of each hour with a row, stream by stream in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Stream, Window)> + '_ {
        self.hours.iter().map(|((stream, _), window)| (*stream, *window))
    }

    /// First and last row of a stream.
    #[must_use]
    pub fn extent(&self, stream: Stream) -> Option<Window> {
        let mut hours = self.hours.range((stream, i64::MIN)..=(stream, i64::MAX)).map(|(_, w)| *w);
        let first = hours.next()?;
        Some(Window { from: first.from, to: hours.next_back().unwrap_or(first).to })
    }

    /// The hours of a stream, in order.
    pub fn hours(&self, stream: Stream) -> impl Iterator<Item = Window> + '_ {
        self.hours.range((stream, i64::MIN)..=(stream, i64::MAX)).map(|(_, w)| *w)
    }

    /// The contiguous observed windows of a stream up to `t`, gaps cut out, declared bounds applied
    /// (they move the ends, they do not silence a gap: rulings.md 5).
    #[must_use]
    pub fn windows(&self, stream: Stream, t: Instant, thresholds: &Thresholds) -> Vec<Window> {
        let longest = thresholds.gap_hours.saturating_mul(HOUR_SECONDS);
        let mut windows: Vec<Window> = Vec::new();
        for hour in self.hours(stream).filter(|w| w.from <= t) {
            let hour = Window { from: hour.from, to: hour.to.min(t) };
            match windows.last_mut() {
                Some(last) if hour.from.0 - last.to.0 <= longest => last.to = hour.to,
                _ => windows.push(hour),
            }
        }
        for (declared, bounds) in &thresholds.covers {
            if *declared == stream && bounds.from <= t {
                declare(&mut windows, Window { from: bounds.from, to: bounds.to.min(t) });
            }
        }
        windows
    }
}

/// Moves the outer ends of what was observed to the declared bounds, outwards or inwards.
fn declare(windows: &mut Vec<Window>, bounds: Window) {
    windows.retain(|w| w.to >= bounds.from && w.from <= bounds.to);
    match windows.first_mut() {
        Some(first) => first.from = bounds.from,
        None => windows.push(bounds),
    }
    if let Some(last) = windows.last_mut() {
        last.to = bounds.to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Instant {
        Instant(hours * HOUR_SECONDS + 60)
    }

    #[test]
    fn a_weekend_is_no_gap_and_four_days_are() {
        let mut coverage = Coverage::default();
        for hour in [0, 10, 80, 177, 180] {
            coverage.add(Stream::Interactive, at(hour));
        }
        let windows = coverage.windows(Stream::Interactive, at(200), &Thresholds::default());
        assert_eq!(windows, [Window { from: at(0), to: at(80) }, Window { from: at(177), to: at(180) }]);
    }

    #[test]
    fn declared_bounds_move_the_ends_only() {
        let mut coverage = Coverage::default();
        for hour in [10, 200] {
            coverage.add(Stream::Interactive, at(hour));
        }
        let thresholds = Thresholds {
            covers: vec![(Stream::Interactive, Window { from: at(0), to: at(300) })],
            ..Thresholds::default()
        };
        let windows = coverage.windows(Stream::Interactive, at(250), &thresholds);
        assert_eq!(windows, [Window { from: at(0), to: at(10) }, Window { from: at(200), to: at(250) }]);
        let empty = Coverage::default().windows(Stream::Interactive, at(250), &thresholds);
        assert_eq!(empty, [Window { from: at(0), to: at(250) }]);
    }
}
