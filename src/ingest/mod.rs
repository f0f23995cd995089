//! Bytes → facts: open, recognise by content, read side by side, fold straight into facts. No table of events is ever built.

mod arrivals;
pub mod block;
mod brackets;
pub mod cost;
pub mod csv;
pub mod dates;
pub mod decode;
pub mod evidence;
pub mod fold;
pub mod format;
pub mod formats;
pub mod head;
mod inflate;
pub mod json;
pub mod known;
pub mod language;
mod layout;
mod marks;
mod members;
mod mend;
mod nesting;
mod plan;
pub mod powershell;
mod quotes;
pub mod record;
mod rejects;
mod remarks;
mod repeats;
mod scan;
pub mod session_controls;
pub mod sign_in;
pub mod source;
pub mod tally;
mod tape;
pub mod tenant;
mod work;

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};

use crate::facts::Facts;
use crate::ingest::block::Limits;
use crate::model::sign_in::Stream;
pub use evidence::{Evidence, Watch};
pub use fold::Rules;
pub use language::Language;
pub use plan::{FileReport, Recognised, STARTS_WITH};
pub use rejects::{RejectedRow, Rejects};
pub use source::{Found, Ignored, Input, LedgerFolder};
pub use tally::Tally;

/// What reading depends on.
#[derive(Clone, Debug)]
pub struct Options {
    /// Worker threads.
    pub threads: usize,
    /// As-of, tenant, tables.
    pub rules: Rules,
    /// Headers and values of other languages.
    pub language: Language,
    /// `--kind`, for files that do not say.
    pub kind: Option<Stream>,
    /// `--date-order`.
    pub date_order: Option<dates::DateOrder>,
    /// Keep rejected rows, for `--rejects`.
    pub keep_rejects: bool,
    /// Work the files' hashes out while reading them.
    pub hash: bool,
    /// Bounds against hostile input.
    pub limits: Limits,
}

/// What came out of the inputs.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The facts of all files.
    pub facts: Facts,
    /// What each file was and what became of its rows, in the order of names.
    pub files: Vec<FileReport>,
    /// Files found beside them that are no exports, in the order of names.
    pub ignored: Vec<Ignored>,
    /// Rows kept for `explain`, sorted.
    pub evidence: Vec<Evidence>,
    /// Rejected rows, where they were asked for.
    pub rejects: Rejects,
}

/// A pass over the files, and once more if a file turned out to hold two layouts: it ends where the second begins.
fn settled<T>(plan: &mut plan::Plan, options: &Options, details_pass: bool, pass: impl Fn(&mut plan::Plan) -> T) -> T {
    let found = pass(plan);
    if plan.end_at_other_headers(options, details_pass) { pass(plan) } else { found }
}

/// Reads everything. Files that cannot be used are reported, never fatal.
///
/// `progress` is raised by the bytes read from disk.
#[must_use]
pub fn load(found: &Found, options: &Options, watch: Option<&Watch>, progress: &'static AtomicU64) -> Loaded {
    let mut plan = plan::Plan::new(found, options);
    // AuthDetails first: they say for each request whether a factor was fresh.
    let (details, mut rejects) = settled(&mut plan, options, true, |plan| {
        let rejects = Mutex::new(Rejects::default());
        (work::details(plan, options, &rejects, progress), rejects)
    });
    let (facts, evidence, more) = settled(&mut plan, options, false, |plan| {
        let rejects = Mutex::new(Rejects::default());
        let (facts, evidence) = work::rows(plan, options, (watch, &rejects), &details, progress);
        (facts, evidence, rejects)
    });
    let rejects = rejects.get_mut().unwrap_or_else(PoisonError::into_inner);
    rejects.join(more.into_inner().unwrap_or_else(PoisonError::into_inner));
    let rejects = std::mem::take(rejects);
    let mut ignored = std::mem::take(&mut plan.ignored);
    ignored.sort();
    Loaded { facts, files: plan.into_reports(), ignored, evidence, rejects }
}
