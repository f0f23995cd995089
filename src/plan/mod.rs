//! Verdicts → what a remedy did, and what time alone will do. Cannot fail and sees no rows.

pub mod calendar;
pub mod campaign;
pub mod columns;
pub mod forecast;
pub mod outcome;
pub mod results;
pub mod uplift;
pub mod waves;
