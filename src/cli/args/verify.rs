//! What is typed to follow a target list.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Common, FormatArg, Pictures};

/// `verify`.
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// The list that was acted on: targets.csv, targets.json or targets.txt, or ids or UPNs, one a line
    #[arg(long, value_name = "FILE", help_heading = "Campaign")]
    pub targets: PathBuf,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub campaign: Campaign,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub pictures: Pictures,
    /// Form of the output [default: table, or what the ending of --out says]
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<FormatArg>,
    /// Write the table of people to this file, or, where the name has no such ending, everything into a folder
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Replace what is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

/// How to follow a list.
#[derive(Clone, Debug, ClapArgs)]
pub struct Campaign {
    /// When the list was made, where it does not say (RFC 3339 or a date)
    #[arg(long, value_name = "T", help_heading = "Campaign")]
    pub targeted_at: Option<String>,
    /// Follow only this wave of the list
    #[arg(long, value_name = "N", help_heading = "Campaign")]
    pub wave: Option<i64>,
    /// Follow a list that would be refused; recorded in the manifest; repeatable
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "Campaign")]
    pub accept: Vec<AcceptArg>,
}

/// The same for `report`.
#[derive(Clone, Debug, ClapArgs)]
pub struct ReportCampaign {
    /// A list that was acted on: a chapter of the report says what came of it, as `kmsift verify` does
    #[arg(long, value_name = "FILE", help_heading = "Campaign")]
    pub targets: Option<PathBuf>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub campaign: Campaign,
}

/// What a list may be followed in spite of.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum AcceptArg {
    /// The list was changed after it was written
    Changed,
    /// The list is of another tenant, as far as can be told
    OtherTenant,
    /// Nobody was revoked before the list expired
    Expired,
}
