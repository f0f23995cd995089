//! What is typed about people in the outputs, and who may read these.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{Command, Common};

/// Where the key is kept when `--key-file` does not say.
const KEY_FILE: &str = "kmsift.key";

/// Options of every command that reads inputs.
#[derive(Clone, Debug, Default, ClapArgs)]
pub struct Privacy {
    /// Tokens instead of names, UPNs, ids and addresses, in every output; the same key gives the same tokens
    #[arg(long, alias = "pseudonymize", help_heading = "Privacy")]
    pub pseudonymise: bool,
    /// Key of the tokens, made if it is not there; keep it apart from the outputs [default: kmsift.key]
    #[arg(long, value_name = "FILE", help_heading = "Privacy")]
    pub key_file: Option<PathBuf>,
    /// Let others read what is written (files 0644, folders 0755, less the umask) [default: the owner alone]
    #[arg(long, help_heading = "Privacy")]
    pub shareable: bool,
    /// Begin CSV tables with a byte-order mark, for spreadsheets that take UTF-8 for something else; never target lists
    #[arg(long, help_heading = "Output")]
    pub bom: bool,
}

impl Privacy {
    /// The key file.
    #[must_use]
    pub fn key(&self) -> &Path {
        self.key_file.as_deref().unwrap_or(Path::new(KEY_FILE))
    }
}

/// `reveal`.
#[derive(Debug, ClapArgs)]
pub struct RevealArgs {
    /// Target list of tokens: targets.csv, targets.json or targets.txt
    #[arg(value_name = "LIST")]
    pub list: PathBuf,
    #[command(flatten)]
    #[expect(missing_docs, reason = "clap would print it as help")]
    pub common: Common,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Replace what is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}

impl Command {
    /// What every command that reads inputs is given; `None`: it reads none.
    #[must_use]
    pub fn common(&self) -> Option<&Common> {
        match self {
            Self::Report(a) => Some(&a.common),
            Self::Check(a) => Some(&a.common),
            Self::Stale(a) => Some(&a.common),
            Self::Funnel(a) => Some(&a.common),
            Self::Targets(a) => Some(&a.common),
            Self::Options(a) => Some(&a.common),
            Self::Verify(a) => Some(&a.common),
            Self::Forecast(a) => Some(&a.common),
            Self::Explain(a) => Some(&a.common),
            Self::Reveal(a) => Some(&a.common),
            Self::Ledger(_) | Self::Demo(_) | Self::Schema(_) | Self::Init(_) | Self::Completions(_) | Self::Man(_) => {
                None
            }
        }
    }

    /// The folder or file it writes.
    #[must_use]
    pub fn out(&self) -> Option<&Path> {
        match self {
            Self::Report(a) => Some(&a.out),
            Self::Targets(a) => Some(&a.out),
            Self::Demo(a) => Some(&a.out),
            Self::Check(a) => a.output.out.as_deref(),
            Self::Stale(a) => a.output.out.as_deref(),
            Self::Funnel(a) => a.output.out.as_deref(),
            Self::Forecast(a) => a.output.out.as_deref(),
            Self::Explain(a) => a.output.out.as_deref(),
            Self::Schema(a) => a.output.out.as_deref(),
            Self::Options(a) => a.out.as_deref(),
            Self::Verify(a) => a.out.as_deref(),
            Self::Reveal(a) => a.out.as_deref(),
            Self::Init(a) => Some(&a.out),
            Self::Man(a) => a.out.as_deref(),
            Self::Ledger(_) | Self::Completions(_) => None,
        }
    }
}
