//! What is typed to make a tenant.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::LayoutArg;

/// `demo`.
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// People
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub users: u32,
    /// Days of logs
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: u32,
    /// Seed: the same seed writes the same bytes
    #[arg(long, default_value_t = 42)]
    pub seed: u64,
    /// Silent sign-ins per person and day, on average
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub rows_per_day: u32,
    /// The instant the logs end at
    #[arg(long, value_name = "T", default_value = "2026-11-22T00:00:00Z")]
    pub as_of: String,
    /// In which family of exports the logs are written
    #[arg(long, value_enum, default_value_t = LayoutArg::Mixed)]
    pub layout: LayoutArg,
    /// Folder to write
    #[arg(long, short, value_name = "FOLDER", default_value = "kmsift-demo")]
    pub out: PathBuf,
    /// Replace what `demo` wrote there before
    #[arg(long)]
    pub force: bool,
}
