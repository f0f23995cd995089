//! The report: one value from which every output is made, so that no two outputs can disagree.

mod assemble;
mod chapters;
pub mod check;
pub mod conclude;
pub mod explain;
pub mod first;
pub mod ledger;
pub mod star;
pub mod users;
mod what_if;

pub use assemble::{Parts, assemble, headline};
pub use chapters::Chapter;

pub use crate::model::input::{InputInfo, ListInfo, RowCounts};
use crate::model::settings::InForce;
use crate::model::time::{Instant, Window};
use crate::view::{Finding, Stat, Table};

/// Everything a reader is told, in reading order.
#[derive(Clone, Debug)]
pub struct Report {
    /// How this came to be: settings, inputs, counts.
    pub run: RunInfo,
    /// The headline figure and its plain-words summary.
    pub headline: Headline,
    /// What was looked at and what that cannot show.
    pub conclusions: Vec<Conclusion>,
    /// One finding per metric and plan, by chapter; in a chapter in the order of the registry.
    pub findings: Vec<Finding>,
    /// One row per person: the contract's table `users`.
    pub users: Table,
    /// Whom of them a reader sees first, in that order.
    pub first: Vec<first::FirstPerson>,
    /// From when to when each log was seen, by its name; no window = it was not given.
    pub windows: Vec<(&'static str, Option<Window>)>,
    /// Who to act on; `None` when no list was written, with the reason in `targets_note`.
    pub targets: Option<TargetSummary>,
    /// Why there is no target list, or under which overrides there is one.
    pub targets_note: String,
    /// What people did by day, for the star schema; `None` where no Parquet is wanted.
    pub star: Option<star::Star>,
    /// Terms used, with their definitions.
    pub definitions: Vec<(&'static str, &'static str)>,
}

/// The first thing a reader sees.
#[derive(Clone, Debug)]
pub struct Headline {
    /// One sentence with the number, e.g. `31 of 212 unregistered people are token-stale`.
    pub title: String,
    /// Two or three plain sentences.
    pub lead: String,
    /// The four or five numbers that matter.
    pub stats: Vec<Stat>,
}

/// One statement about what the inputs can or cannot show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// Whether it limits what can be concluded (true) or states what was seen (false).
    pub limits: bool,
    /// The sentence.
    pub text: String,
}

/// The target list as the report shows it.
#[derive(Clone, Debug)]
pub struct TargetSummary {
    /// The people on the list.
    pub listed: Table,
    /// The people left out, one gate reason each.
    pub excluded: Table,
    /// Until when the list may be used.
    pub valid_until: Instant,
}

/// Provenance of a run.
#[derive(Clone, Debug)]
pub struct RunInfo {
    /// kmsift's version.
    pub version: &'static str,
    /// The command line, without the program's path.
    pub command: String,
    /// The instant judged at.
    pub as_of: Instant,
    /// Settings that change results, as `name = value` in the contract's option names.
    pub settings: Vec<(&'static str, String)>,
    /// Every option of the command with its value and where it comes from.
    pub in_force: Vec<InForce>,
    /// Tables of the user's own.
    pub tables: Vec<ListInfo>,
    /// Every input with what became of it.
    pub inputs: Vec<InputInfo>,
    /// Every list and joined file given with an option.
    pub lists: Vec<ListInfo>,
    /// How many times its size the PNG of a chart is drawn.
    pub png_scale: u8,
}
