//! Who came through which channel when, on the way into the facts.
//!
//! A row is about anybody, who lies anywhere in memory. Rows wait until there are many about people who lie near each other: then
//! those are fetched once and not for every row (docs/ARCHITECTURE.md, ae).

use crate::facts::Register;
use crate::model::time::Instant;

/// So many rows of a neighbourhood go into the facts at once: 16 bytes each, once per worker and neighbourhood.
const TOGETHER: usize = 1 << 10;

/// Rows not yet in the facts, by the neighbourhood of their people.
#[derive(Debug)]
pub(super) struct Arrivals(Vec<Vec<(u32, u32, Instant)>>);

impl Default for Arrivals {
    fn default() -> Self {
        Self((0..Register::NEIGHBOURHOODS).map(|_| Vec::new()).collect())
    }
}

impl Arrivals {
    /// Takes a row in: person, channel, instant.
    #[inline]
    pub(super) fn add(&mut self, user: u32, channel: u32, at: Instant, people: &Register) {
        let neighbourhood = Register::neighbourhood(user);
        let rows = &mut self.0[neighbourhood];
        rows.push((user, channel, at));
        if rows.len() == TOGETHER {
            people.saw(neighbourhood, rows);
            rows.clear();
        }
    }

    /// All rows go into the facts.
    pub(super) fn settle(&mut self, people: &Register) {
        for (neighbourhood, rows) in self.0.iter_mut().enumerate() {
            people.saw(neighbourhood, rows);
            rows.clear();
        }
    }
}
