//! Verdicts → what a remedy would do, and what it did. Cannot fail and sees no rows.

pub mod ca_policy;
pub mod campaign;
pub mod columns;
pub mod cover;
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
