//! What is typed to forecast coverage.

use clap::Args as ClapArgs;

use super::{Common, Output};

/// `forecast`.
#[derive(Debug, ClapArgs)]
pub struct ForecastArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub ahead: Ahead,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// How far to look ahead, and for what.
#[derive(Clone, Debug, ClapArgs)]
pub struct Ahead {
    /// The coverage to reach: share of enabled people in scope registered for the goal
    #[arg(long, value_name = "PERCENT", default_value_t = 95, value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Forecast")]
    pub goal_percent: u8,
    /// Days to look ahead
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(u16).range(1..=1_095), help_heading = "Forecast")]
    pub horizon_days: u16,
    /// Seed of the draws behind the band: the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 42, help_heading = "Forecast")]
    pub seed: u64,
}
