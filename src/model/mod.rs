//! The words: what rows, people, times and codes are called here. No IO, no clock, no polars.

pub mod time;
