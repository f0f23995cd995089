//! What is typed to keep facts beyond the retention of the logs.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{Common, ConfigArgs, GoalArg, Output, Privacy, ProfileArg, Reading};

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
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub reading: Reading,
}

const ADD_EXAMPLES: &str = "Examples:
  kmsift ledger add ledger exports/2026-11
  kmsift ledger add ledger exports/2026-11       again: nothing changes
  kmsift ledger add both ledger-eu ledger-us     one ledger of two of the same tenant

AuthDetails files are joined to their sign-ins while these are read: give both in one run.
Where --strict or --max-rejects ends the run, the ledger stays as it is.
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
            reading: self.reading.clone(),
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
