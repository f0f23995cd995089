//! Who came through which channel when, on the way into the facts.
//!
//! A row is about anybody, who lies anywhere in memory. Rows wait until there are many about people who lie near each other: then
//! those are fetched once and not for every row (measured: a tenth of the time of reading 20 000 people).

use crate::facts::{Facts, SHARDS, shard_of};
use crate::model::time::Instant;

/// So many rows of a neighbourhood go into the facts at once: 16 bytes each, once per worker and neighbourhood.
const TOGETHER: usize = 1 << 10;

/// Rows not yet in the facts, by the neighbourhood of their people.
#[derive(Debug)]
pub(super) struct Arrivals(Vec<Vec<(u32, u32, Instant)>>);

impl Default for Arrivals {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Vec::new()).collect())
    }
}

impl Arrivals {
    /// Takes a row in: person, channel, instant.
    #[inline]
    pub(super) fn add(&mut self, user: u32, channel: u32, at: Instant, facts: &mut Facts) {
        let rows = &mut self.0[shard_of(user)];
        rows.push((user, channel, at));
        if rows.len() == TOGETHER {
            facts.saw(rows);
            rows.clear();
        }
    }

    /// All rows go into the facts.
    pub(super) fn settle(&mut self, facts: &mut Facts) {
        for rows in &mut self.0 {
            facts.saw(rows);
            rows.clear();
        }
    }
}
