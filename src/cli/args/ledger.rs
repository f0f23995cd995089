//! What is typed to keep facts beyond the retention of the logs.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{Bounds, Common, ConfigArgs, DateOrderArg, GoalArg, KindArg, Output, Privacy, ProfileArg};

/// `ledger`.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub struct LedgerArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: LedgerCommand,
}

const EXAMPLES: &str = "Examples:
  kmsift ledger add ledger exports/2026-11       make a ledger, or add a month to it
  kmsift ledger show ledger                      what it holds, and of which exports
  kmsift report ledger exports/today --break-glass glass.txt";

/// What to do with a ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Add the facts of exports, or of other ledgers, to a ledger; makes it if it is not there
    Add(Box<LedgerAddArgs>),
    /// Say what a ledger holds: people, coverage and gaps, the exports it was made from
    Show(LedgerShowArgs),
}

/// `ledger add`.
#[derive(Debug, ClapArgs)]
#[command(after_help = ADD_EXAMPLES)]
pub struct LedgerAddArgs {
    /// The ledger: a folder, made if it is not there
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
    /// Files, folders, patterns, ledgers, or - for standard input; formats are recognised by content
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
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
    /// Fail on any refused file or rejected row; the ledger stays as it is
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,
    /// Fail when a file has more rejected rows than this; the ledger stays as it is
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

const ADD_EXAMPLES: &str = "Examples:
  kmsift ledger add ledger exports/2026-11
  kmsift ledger add ledger exports/2026-11       again: nothing changes
  kmsift ledger add both ledger-eu ledger-us     one ledger of two of the same tenant

AuthDetails files are joined to their sign-ins while these are read: give both in one run.
A ledger holds everything whatever instant is asked about later, so there is no --as-of here.";

impl LedgerAddArgs {
    /// The same as options of a command that judges, none of which bears on facts.
    #[must_use]
    pub fn common(&self) -> Common {
        Common {
            inputs: self.inputs.clone(),
            as_of: None,
            goal: GoalArg::Mfa,
            stale_days: 30,
            active_days: 14,
            settle_hours: 24,
            gap_hours: 72,
            revoked_within_days: 30,
            pr_profile: ProfileArg::Full,
            ready_percent: 95,
            covers: Vec::new(),
            break_glass: None,
            no_break_glass_list: false,
            exclude: Vec::new(),
            scope: None,
            join: Vec::new(),
            emitted: None,
            kind: self.kind,
            date_order: self.date_order,
            tenant: self.tenant.clone(),
            headers: self.headers.clone(),
            codes: self.codes.clone(),
            activities: self.activities.clone(),
            methods: self.methods.clone(),
            strict: self.strict,
            max_rejects: self.max_rejects.clone(),
            rejects: self.rejects.clone(),
            threads: self.threads,
            bounds: self.bounds.clone(),
            config: ConfigArgs::default(),
            privacy: Privacy::default(),
            fail_on: Vec::new(),
        }
    }
}

/// `ledger show`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  kmsift ledger show ledger
  kmsift ledger show ledger --format json --out ledger.json")]
pub struct LedgerShowArgs {
    /// The ledger's folder
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}
