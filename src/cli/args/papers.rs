//! What is typed to get completions and man pages.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::Shell;

/// `completions`.
#[derive(Debug, ClapArgs)]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// `man`.
#[derive(Debug, ClapArgs)]
pub struct ManArgs {
    /// The page of one command [default: all, one after the other]
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// Write kmsift.1 and one page a command into this folder instead; it is made where missing
    #[arg(long, short, value_name = "FOLDER", conflicts_with = "command")]
    pub out: Option<PathBuf>,
    /// Replace pages that are there
    #[arg(long, requires = "out")]
    pub force: bool,
}
