//! What was typed. Values are enums and numbers already; what they mean is `settings`' business.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod config;
mod demo;
mod forecast;
mod ledger;
mod options;
mod papers;
mod pictures;
mod privacy;
mod reading;
mod verify;
mod waves;

use super::hand_off::HandOffArgs;
use crate::targets::channels::CHANNELS;
pub use config::{ConfigArgs, InitArgs};
pub use demo::DemoArgs;
pub use forecast::{Ahead, ForecastArgs};
pub use ledger::{LedgerAddArgs, LedgerArgs, LedgerCommand, LedgerShowArgs};
pub use options::{OptionsArgs, PlanArgs, ScopeArg, TableArg};
pub use papers::{CompletionsArgs, ManArgs};
pub use pictures::Pictures;
pub use privacy::{Privacy, RevealArgs};
pub use reading::{Bounds, Reading};
pub use verify::{AcceptArg, Campaign, ReportCampaign, VerifyArgs};
pub use waves::{ListArg, Part, Waves};

/// Who is token-stale in Microsoft Entra ID, why, and whom a session revocation would hit: offline, from exported logs.
#[derive(Debug, Parser)]
#[command(name = "kmsift", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Say only errors and warnings
    #[arg(long, short, global = true, help_heading = "Screen")]
    pub quiet: bool,
    /// Say more: each input, the causes of errors, how long each phase took
    #[arg(long, short, global = true, conflicts_with = "quiet", help_heading = "Screen")]
    pub verbose: bool,
    /// Colours in messages; NO_COLOR is honoured
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, help_heading = "Screen")]
    pub color: When,
    /// No progress bar
    #[arg(long, global = true, help_heading = "Screen")]
    pub no_progress: bool,
}

/// The commands, in the order of use.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Everything in one run: page, tables, charts, target lists, into a folder
    Report(ReportArgs),
    /// Say what each input is, what was covered, and what can and cannot be concluded
    Check(CheckArgs),
    /// List token-stale people who are not registered; --all lists everybody with a verdict
    Stale(StaleArgs),
    /// Show how far people came: in scope, enabled, active, registered, capable and beyond
    Funnel(FunnelArgs),
    /// Write lists of whom to revoke, with reasons and through rails, for other tools
    Targets(TargetsArgs),
    /// Compare the levers: wait, enforce, sign-in frequency, revoke, nudge, request, provisioning
    Options(OptionsArgs),
    /// Follow a target list after the campaign: revoked, back, prompted, registered; and who next
    Verify(VerifyArgs),
    /// Say when the coverage goal is reached, with a band, the ceiling and a back-test, or why it cannot be said
    Forecast(ForecastArgs),
    /// Explain one person: clocks, rules, evidence with file and line, what to do next
    Explain(ExplainArgs),
    /// Map the tokens of a target list back to people, with the key and the inputs
    Reveal(RevealArgs),
    /// Keep facts beyond the retention of the logs, in a folder that is an input like any export
    Ledger(LedgerArgs),
    /// Write a believable tenant from a seed, with its ground truth
    Demo(DemoArgs),
    /// List the columns of every output table
    Schema(SchemaArgs),
    /// Write a commented kmsift.toml with every option, its default and meaning
    Init(InitArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual pages, or write them into a folder
    Man(ManArgs),
}

/// Options of every command that reads inputs.
#[derive(Clone, Debug, ClapArgs)]
pub struct Common {
    /// Files, folders, patterns, ledgers, or - for standard input; formats are recognised by content
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Judge at this instant (RFC 3339 or a date) [default: end of the interactive sign-in log]
    #[arg(long, value_name = "T", help_heading = "Judging")]
    pub as_of: Option<String>,
    /// What people should be registered for
    #[arg(long, value_enum, default_value_t = GoalArg::Mfa, help_heading = "Judging")]
    pub goal: GoalArg,
    /// W: stale means no promptable sign-in for this many days
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650), help_heading = "Judging")]
    pub stale_days: i64,
    /// A: active means a successful use within this many days
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(i64).range(1..=3650), help_heading = "Judging")]
    pub active_days: i64,
    /// Rows younger than this before the log's end are not settled
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(i64).range(0..=720), help_heading = "Judging")]
    pub settle_hours: i64,
    /// A tenant-wide silence longer than this is a gap
    #[arg(long, value_name = "HOURS", default_value_t = 72, value_parser = clap::value_parser!(i64).range(1..=8760), help_heading = "Judging")]
    pub gap_hours: i64,
    /// A campaign revocation within this many days counts as done already
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(i64).range(0..=3650), help_heading = "Judging")]
    pub revoked_within_days: i64,
    /// Which methods count as phishing-resistant
    #[arg(long, value_enum, default_value_t = ProfileArg::Full, help_heading = "Judging")]
    pub pr_profile: ProfileArg,
    /// Call the tenant ready for enforcing MFA from this share of capable people on
    #[arg(long, value_name = "PERCENT", default_value_t = 95, value_parser = clap::value_parser!(u8).range(1..=100), help_heading = "Judging")]
    pub ready_percent: u8,
    /// Declare what a log covers: interactive=2026-10-23..2026-11-22; repeatable
    #[arg(long, value_name = "STREAM=FROM..TO", help_heading = "Judging")]
    pub covers: Vec<String>,
    /// Emergency accounts, one id or UPN a line
    #[arg(long, value_name = "FILE", help_heading = "People")]
    pub break_glass: Option<PathBuf>,
    /// There are no emergency accounts
    #[arg(long, alias = "no-breakglass-list", conflicts_with = "break_glass", help_heading = "People")]
    pub no_break_glass_list: bool,
    /// People never to be listed (ids or UPNs, with a reason column); repeatable
    #[arg(long, value_name = "FILE", help_heading = "People")]
    pub exclude: Vec<PathBuf>,
    /// The only people in scope (ids or UPNs)
    #[arg(long, value_name = "FILE", help_heading = "People")]
    pub scope: Option<PathBuf>,
    /// Columns to add to people: a CSV with an id or UPN column (department, manager, wave ...); repeatable
    #[arg(long, value_name = "FILE", help_heading = "People")]
    pub join: Vec<PathBuf>,
    /// Record of people on earlier lists, who are left out until they were at a page; `targets` and `report` add to it
    #[arg(long, value_name = "FILE", help_heading = "People")]
    pub emitted: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub reading: Reading,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub privacy: Privacy,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub config: ConfigArgs,
    /// Exit with 4 when met: stale>5%, unregistered>=100, undetermined>10%, targets>0; repeatable
    #[arg(long, value_name = "CONDITION", help_heading = "Output")]
    pub fail_on: Vec<String>,
}

/// Where a table goes.
#[derive(Clone, Debug, ClapArgs)]
pub struct Output {
    /// Form of the output [default: table, or what the ending of --out says]
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<FormatArg>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Replace what is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

/// `report`.
#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub rails: Rails,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub campaign: ReportCampaign,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub waves: Waves,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub ahead: Ahead,
    /// Write no Parquet: neither tables/*.parquet nor the star schema in parquet/
    #[arg(long, help_heading = "Output")]
    pub no_parquet: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub pictures: Pictures,
    /// Folder to write
    #[arg(long, short, value_name = "FOLDER", default_value = "kmsift-report", help_heading = "Output")]
    pub out: PathBuf,
    /// Replace an earlier report
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

/// Rails of target lists.
#[derive(Clone, Debug, ClapArgs)]
pub struct Rails {
    /// Switch a gate off; recorded in the manifest; repeatable
    #[arg(long, value_enum, value_name = "GATE", help_heading = "Targets")]
    pub include: Vec<IncludeArg>,
    /// Refuse to write a longer list
    #[arg(long, value_name = "N", help_heading = "Targets")]
    pub max_targets: Option<usize>,
    /// Days a list may be used
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=90), help_heading = "Targets")]
    pub valid_days: i64,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub hand_off: HandOffArgs,
}

/// `check`.
#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// `stale`.
#[derive(Debug, ClapArgs)]
pub struct StaleArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    /// Everybody, with a verdict
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// `funnel`.
#[derive(Debug, ClapArgs)]
pub struct FunnelArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    /// Slice by a column of the people table, e.g. department, or by a joined one; repeatable
    #[arg(long, value_name = "COLUMN")]
    pub by: Vec<String>,
    /// The path funnel: from unregistered at the logs' start over the prompt to registered, with side entries
    #[arg(long)]
    pub path: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// `targets`.
#[derive(Debug, ClapArgs)]
pub struct TargetsArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub rails: Rails,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub waves: Waves,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub part: Part,
    /// Who will use the list; repeatable [default: all]
    #[arg(long, value_name = "CHANNEL", value_parser = channels(), help_heading = "Targets")]
    pub channel: Vec<String>,
    /// Folder to write
    #[arg(long, short, value_name = "FOLDER", default_value = "kmsift-targets", help_heading = "Output")]
    pub out: PathBuf,
    /// Replace earlier lists
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

/// Every channel with its consumer.
fn channels() -> PossibleValuesParser {
    PossibleValuesParser::new(CHANNELS.iter().map(|c| PossibleValue::new(c.id()).help(c.consumer())))
}

/// `explain`.
#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// Object id or UPN
    #[arg(value_name = "USER")]
    pub user: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// `schema`.
#[derive(Debug, ClapArgs)]
pub struct SchemaArgs {
    /// One table [default: all]
    pub table: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub output: Output,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Goals.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum GoalArg {
    /// Any strong method
    Mfa,
    /// Self-service password reset
    Sspr,
    /// Microsoft Authenticator
    App,
    /// A phishing-resistant method
    Passkey,
}

/// Profiles of phishing resistance.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ProfileArg {
    /// Every passkey, Windows Hello, Platform SSO, certificates
    Full,
    /// Device-bound passkeys and Windows Hello alone, as Microsoft's Zero Trust Assessment counts
    Strict,
}

/// Kinds of sign-in logs.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindArg {
    /// Interactive user sign-ins
    Interactive,
    /// Non-interactive user sign-ins
    NonInteractive,
}

/// Orders of day and month.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum DateOrderArg {
    /// Month first
    Mdy,
    /// Day first
    Dmy,
}

/// Gates that can be switched off.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum IncludeArg {
    /// People who sign in to Windows only
    LogonOnly,
    /// People for whom the logs cannot tell
    Undetermined,
    /// People who hold a role
    Admins,
    /// Guests
    Guests,
}

/// Forms of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people, in the terminal
    Table,
    /// Comma-separated
    Csv,
    /// JSON
    Json,
    /// One JSON object a line
    Ndjson,
    /// Apache Parquet
    Parquet,
    /// Excel workbook
    Xlsx,
}

/// Families of exports.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LayoutArg {
    /// Every family, each event once
    Mixed,
    /// Portal CSV
    Portal,
    /// Graph JSON
    Graph,
    /// Azure Monitor NDJSON
    Monitor,
}
