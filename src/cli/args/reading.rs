//! What is typed about how inputs are read: what bears on facts, whatever is asked of them.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{DateOrderArg, KindArg};

/// Options of every command that makes facts.
#[derive(Clone, Debug, ClapArgs)]
pub struct Reading {
    /// Which log files hold whose rows do not say (a portal CSV whose name was changed)
    #[arg(long, value_enum, help_heading = "Reading")]
    pub kind: Option<KindArg>,
    /// Which comes first in slashed dates that do not say
    #[arg(long, value_enum, help_heading = "Reading")]
    pub date_order: Option<DateOrderArg>,
    /// Only this tenant's rows: its id (GUID), and a domain for files that carry no id; repeatable
    #[arg(long, value_name = "ID|DOMAIN", help_heading = "Reading")]
    pub tenant: Vec<String>,
    /// Your own column names and values of other languages, before the built-in table; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub headers: Vec<PathBuf>,
    /// Your own AADSTS codes, before the built-in table; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub codes: Vec<PathBuf>,
    /// Your own audit activity names, before the built-in table; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub activities: Vec<PathBuf>,
    /// Your own authentication methods, before the built-in table; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub methods: Vec<PathBuf>,
    /// Fail on any refused file or rejected row
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,
    /// Fail when a file has more rejected rows than this
    #[arg(long, value_name = "P%", default_value = "1%", help_heading = "Reading")]
    pub max_rejects: String,
    /// Write rejected rows with file, line and reason to this CSV: the first of each file, up to 100 000 rows or 32 MiB
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub rejects: Option<PathBuf>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Reading")]
    pub threads: Option<u16>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub bounds: Bounds,
}

/// Bounds against hostile or damaged inputs: what goes beyond one is reported, and all else is read.
#[derive(Clone, Debug, ClapArgs)]
pub struct Bounds {
    /// Longest CSV record, line or JSON object (a quote that nothing closes makes one of all the rest)
    #[arg(long, value_name = "SIZE", default_value = "64MiB", help_heading = "Bounds")]
    pub max_record: String,
    /// A gz, zst or zip member that inflates to more than 8 MiB may do so to this many times its size on disk
    #[arg(long, value_name = "TIMES", default_value_t = 250, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Bounds")]
    pub max_inflation: u64,
    /// How deep a JSON record may nest; deeper ones are rejected
    #[arg(long, value_name = "LEVELS", default_value_t = 127, value_parser = clap::value_parser!(u8).range(8..=127), help_heading = "Bounds")]
    pub max_nesting: u8,
    /// Read byte by byte, by the csv crate and serde_json only: several times slower, and the same rows. Where this changes
    /// anything, kmsift has a bug
    #[arg(long, help_heading = "Bounds")]
    pub plain_readers: bool,
}
