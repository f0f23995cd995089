//! Every error that ends a run: what happened, what to type next, which exit code.

use std::path::PathBuf;

/// What ends a run. Bad rows and refused files do not: they are counted and shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be opened or read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// The input.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// A file given with an option cannot be opened or read.
    #[error("{option} `{path}` cannot be read: {source}")]
    Unread {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// A path or pattern matches nothing.
    #[error("no file matches `{pattern}`{guess}")]
    NoMatch {
        /// What was typed.
        pattern: String,
        /// The nearest name in that folder, as the end of the sentence.
        guess: String,
    },
    /// Not one input was usable.
    #[error("nothing usable among {files} input files\n{details}")]
    NothingUsable {
        /// How many files were looked at.
        files: usize,
        /// One line per refused file.
        details: String,
    },
    /// Inputs were read and no person is in them.
    #[error("the inputs name no person: {read} rows read, {skipped} skipped, {rejected} rejected")]
    Empty {
        /// Rows read.
        read: u64,
        /// Rows skipped.
        skipped: u64,
        /// Rows rejected.
        rejected: u64,
    },
    /// More rows rejected than allowed.
    #[error("{rejected} of {read} rows rejected in `{path}`, more than --max-rejects {limit} %")]
    TooManyRejects {
        /// The file.
        path: String,
        /// Rejected rows.
        rejected: u64,
        /// Rows read.
        read: u64,
        /// Limit in percent.
        limit: f64,
    },
    /// `--strict` and something was refused or rejected.
    #[error("--strict: {0}")]
    Strict(String),
    /// No instant to judge at.
    #[error("there is no sign-in log among the inputs, so there is no end of coverage to judge at{refused}")]
    NoAsOf {
        /// Refused inputs, a line each, or empty.
        refused: String,
    },
    /// The output exists.
    #[error("`{0}` exists")]
    Exists(PathBuf),
    /// The output exists and `--force` does not apply.
    #[error("`{path}` exists and {why}, so --force does not replace it")]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// What speaks against it.
        why: String,
    },
    /// Something cannot be written.
    #[error("cannot write `{path}`: {source}")]
    Write {
        /// The output.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// `targets` without a break-glass list.
    #[error("no break-glass list: a target list could lock out the accounts that unlock all others")]
    NoBreakGlass,
    /// A list given with an option cannot be used.
    #[error("{option} `{path}`: {what}")]
    List {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
        /// What is wrong, with the line where there is one.
        what: String,
    },
    /// A table given with an option cannot be used.
    #[error("{option} `{path}`: {what}")]
    Table {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
        /// What is wrong, with the line where there is one.
        what: String,
    },
    /// A file of a fixed form given with an option is not of that form.
    #[error("{option} `{path}`: {what}")]
    OwnFile {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// A target list that must not be followed as it is.
    #[error("--targets `{path}`: {what}")]
    Refused {
        /// The file.
        path: String,
        /// What speaks against it.
        what: String,
        /// What to do or type.
        hint: &'static str,
    },
    /// The key of `--pseudonymise` cannot be used.
    #[error("--key-file `{path}`: {what}")]
    KeyFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        what: String,
        /// What to do or type.
        hint: String,
    },
    /// A list whose tokens cannot be mapped back.
    #[error("`{path}`: {what}")]
    Unrevealed {
        /// The file.
        path: String,
        /// What speaks against it.
        what: String,
    },
    /// The wave before does not allow the next one.
    #[error("--verified `{path}`: {what}")]
    NotVerified {
        /// The file.
        path: String,
        /// What speaks against it.
        what: String,
    },
    /// Data too few for what was asked.
    #[error("no forecast: {what}")]
    TooFew {
        /// What is missing.
        what: String,
        /// What to export.
        hint: &'static str,
    },
    /// A ledger that cannot be used as it is.
    #[error("ledger `{path}`: {what}")]
    Ledger {
        /// The folder.
        path: String,
        /// What speaks against it.
        what: String,
        /// What to do or type.
        hint: String,
    },
    /// A folder or file that is no ledger.
    #[error("`{path}` {what}")]
    NoLedger {
        /// The path.
        path: String,
        /// What it is.
        what: String,
        /// What to type.
        hint: String,
    },
    /// More targets than allowed.
    #[error("{count} targets, more than --max-targets {cap}")]
    TooManyTargets {
        /// People on the list.
        count: usize,
        /// The cap.
        cap: usize,
    },
    /// `explain` of somebody the inputs do not know.
    #[error("nobody is known as `{0}`")]
    UnknownPerson(String),
    /// A table that does not exist.
    #[error("there is no table `{name}`{guess}")]
    UnknownTable {
        /// What was typed.
        name: String,
        /// The nearest table, as the end of the sentence.
        guess: String,
    },
    /// An option holds something it cannot.
    #[error("{option} `{value}`: {what}")]
    Value {
        /// The option.
        option: String,
        /// What it holds.
        value: String,
        /// What was expected, with an example.
        what: String,
    },
    /// A file of options is wrong.
    #[error("`{path}` line {line}: {what}")]
    Config {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong with which key.
        what: String,
        /// What to write.
        hint: String,
    },
    /// Options that do not go together, or not with the command.
    #[error("{0}")]
    Usage(String),
    /// A `--fail-on` condition is met.
    #[error("--fail-on {condition}: {found}")]
    FailOn {
        /// The condition as typed.
        condition: String,
        /// What was found.
        found: String,
    },
    /// An output could not be made from a sound report: a bug.
    #[error("cannot make {0}")]
    Render(String),
}

impl Error {
    /// A value that its option cannot take.
    #[must_use]
    pub fn value(option: &str, value: impl std::fmt::Display, what: impl Into<String>) -> Self {
        Self::Value { option: option.to_owned(), value: value.to_string(), what: what.into() }
    }

    /// The command or option to type next; empty where there is none.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unread { .. } => "check the path and its permissions".into(),
            Self::Read { .. } => "check the path and its permissions; `kmsift check FOLDER` says what each file is".into(),
            Self::NoMatch { .. } => "give files, folders or patterns; quote patterns so that kmsift expands them".into(),
            Self::NothingUsable { .. } => "`kmsift check INPUT...` says for each file what was expected; README.md tells how to export each".into(),
            Self::Empty { .. } => "export the sign-in logs or the user list of the tenant, and see `kmsift check INPUT...`".into(),
            Self::TooManyRejects { .. } => "`kmsift check INPUT...` shows the lines and reasons; raise --max-rejects to go on without them".into(),
            Self::Strict(_) => "see `kmsift check INPUT...`, or leave --strict out".into(),
            Self::NoAsOf { .. } => "give the instant: --as-of 2026-11-22".into(),
            Self::Exists(_) => "choose another --out, or replace it with --force".into(),
            Self::NotOurs { .. } => "choose another --out, or move away what is there".into(),
            Self::Write { .. } => "check that the folder exists, is writable and has room".into(),
            Self::NoBreakGlass => "list the emergency accounts, one id or UPN a line: --break-glass FILE (or, if there are none: --no-break-glass-list)".into(),
            Self::List { .. } => "one object id or UPN a line, or a CSV with a column `user_id` or `user_principal_name`".into(),
            Self::Table { .. } => "a row a line, its cells separated by tabs; lines that begin with # are comments".into(),
            Self::OwnFile { .. } => "--emitted takes the file that kmsift wrote (whole lines may be removed); --template one downloaded from the portal".into(),
            Self::NotVerified { .. } => "wait, export anew and run `kmsift verify --targets LIST INPUT... --out FOLDER`; its summary.json is what --verified takes".into(),
            Self::Unrevealed { .. } => "kmsift reveal --key-file KEY targets.csv INPUT..., with the key of the run that wrote the list and exports that hold its people".into(),
            Self::Refused { hint, .. } | Self::TooFew { hint, .. } => (*hint).into(),
            Self::KeyFile { hint, .. }
            | Self::Ledger { hint, .. }
            | Self::NoLedger { hint, .. }
            | Self::Config { hint, .. } => hint.clone(),
            Self::TooManyTargets { .. } => "split the campaign, or raise --max-targets after looking at the list".into(),
            Self::UnknownPerson(_) => "give an object id or a UPN as the logs write it".into(),
            Self::UnknownTable { .. } => "`kmsift schema` lists the tables".into(),
            Self::Usage(_) => "`kmsift COMMAND --help` says what goes together".into(),
            Self::Value { option, .. } => format!("`kmsift COMMAND --help` says what {} takes", option.split(' ').next_back().unwrap_or(option)),
            Self::FailOn { .. } | Self::Render(_) => String::new(),
        }
    }

    /// The option that the error is about, where it is about the value of one.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        match self {
            Self::Unread { option, .. }
            | Self::List { option, .. }
            | Self::Table { option, .. }
            | Self::OwnFile { option, .. } => Some(option),
            Self::Value { option, .. } => Some(option),
            Self::Refused { .. } => Some("--targets"),
            Self::NotVerified { .. } => Some("--verified"),
            Self::TooManyRejects { .. } => Some("--max-rejects"),
            Self::TooManyTargets { .. } => Some("--max-targets"),
            _ => None,
        }
    }

    /// The exit code (contract.md): 1 failed, 2 wrong usage, 3 input refused, 4 condition met.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Read { .. }
            | Self::Unread { .. }
            | Self::Write { .. }
            | Self::Exists(_)
            | Self::NotOurs { .. }
            | Self::Render(_) => 1,
            Self::NoBreakGlass
            | Self::List { .. }
            | Self::Table { .. }
            | Self::OwnFile { .. }
            | Self::KeyFile { .. }
            | Self::TooManyTargets { .. }
            | Self::UnknownTable { .. }
            | Self::NoMatch { .. }
            | Self::Value { .. }
            | Self::Config { .. }
            | Self::NoLedger { .. }
            | Self::Usage(_) => 2,
            Self::NothingUsable { .. }
            | Self::Empty { .. }
            | Self::TooManyRejects { .. }
            | Self::Strict(_)
            | Self::NoAsOf { .. }
            | Self::Refused { .. }
            | Self::NotVerified { .. }
            | Self::Unrevealed { .. }
            | Self::Ledger { .. }
            | Self::TooFew { .. }
            | Self::UnknownPerson(_) => 3,
            Self::FailOn { .. } => 4,
        }
    }
}
