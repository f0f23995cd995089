//! What is typed to compare the levers.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Common, FormatArg, Pictures};

/// `options`.
#[derive(Debug, ClapArgs)]
pub struct OptionsArgs {
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub plan: PlanArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub pictures: Pictures,
    /// Which table; a folder gets them all
    #[arg(long, value_enum, default_value_t = TableArg::Options, help_heading = "Output")]
    pub table: TableArg,
    /// Form of the output [default: table, or what the ending of --out says]
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<FormatArg>,
    /// Write the table to this file, or, where the name has no such ending, everything into a folder
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Replace what is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

/// What a sign-in frequency is planned for.
#[derive(Clone, Debug, ClapArgs)]
pub struct PlanArgs {
    /// Share of the reachable people to cover, as 0.9 or 90%
    #[arg(long, value_name = "SHARE", default_value = "0.9", help_heading = "Sign-in frequency")]
    pub coverage: String,
    /// Whom the policy names: the people covered, as a group, or everybody
    #[arg(long, value_enum, default_value_t = ScopeArg::Group, help_heading = "Sign-in frequency")]
    pub policy_scope: ScopeArg,
    /// Object id of that group; without it the policy body names the people
    #[arg(long, value_name = "ID", help_heading = "Sign-in frequency")]
    pub policy_group: Option<String>,
    /// Count who opens Exchange, SharePoint or Skype for Business through Teams
    #[arg(long, help_heading = "Sign-in frequency")]
    pub close_dependencies: bool,
    /// The period
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365), help_heading = "Sign-in frequency")]
    pub frequency_days: u16,
}

/// Whom a policy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Everybody in scope
    All,
    /// The people covered
    Group,
}

/// Tables of `options`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TableArg {
    /// The levers side by side
    Options,
    /// Whom each lever misses, and why
    OptionsUnreached,
    /// What may be put off and which licence is needed, on the day judged at
    OptionsRules,
    /// Every unregistered person, way by way
    Reach,
    /// Which resources cover the reachable
    SignInFrequency,
    /// What could be chosen from
    SignInFrequencyCandidates,
    /// Who is left, and why
    SignInFrequencyResidual,
    /// The target list by W
    ThresholdSweep,
    /// Which lever for whom
    Recommendation,
}
