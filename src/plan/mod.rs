//! Verdicts → what a remedy would do, what it did, and what time alone will do. Cannot fail and sees no rows.

pub mod ca_policy;
pub mod calendar;
pub mod campaign;
pub mod columns;
pub mod cover;
pub mod forecast;
pub mod frequency_tables;
pub mod likelihood;
pub mod options;
pub mod outcome;
pub mod party;
pub mod reach;
pub mod reach_tables;
pub mod recommendation;
pub mod results;
pub mod sign_in_frequency;
pub mod sweep;
pub mod uplift;
pub mod waves;

use crate::facts::Dossiers;
use crate::judge::{Frame, Lists, Verdict};

/// What plans are made from.
#[derive(Clone, Copy)]
pub struct Ground<'p> {
    /// The facts.
    pub dossiers: &'p Dossiers,
    /// T, coverage, settings.
    pub frame: &'p Frame,
    /// One verdict per person, by id.
    pub verdicts: &'p [Verdict],
    /// Break-glass, exclusions, scope, overrides.
    pub lists: &'p Lists,
}
