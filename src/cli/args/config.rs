//! What is typed about settings kept in a file.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Where options come from besides the command line. They are read before the rest is parsed (`cli::config`).
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct ConfigArgs {
    /// Take options from this file; what is typed here wins [default: kmsift.toml in the current folder, if there]
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub config: Option<PathBuf>,
    /// Take no file, and leave kmsift.toml in the current folder alone
    #[arg(long, conflicts_with = "config", help_heading = "Configuration")]
    pub no_config: bool,
    /// A set of options by name: sspr-campaign, quick, quarterly-review, pre-enforcement, or [preset.NAME] of the file
    #[arg(long, value_name = "NAME", help_heading = "Configuration")]
    pub preset: Option<String>,
}

/// `init`.
#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// File to write
    #[arg(long, short, value_name = "FILE", default_value = "kmsift.toml")]
    pub out: PathBuf,
    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}
