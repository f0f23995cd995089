//! Verdicts → findings. One file a metric, registered once; none can fail. Each file's heading comment is its definition.

mod cohorts;
mod contradictions;
mod coverage;
mod data_quality;
mod drop_offs;
mod enforce_readiness;
pub mod funnel;
pub mod funnel_path;
mod kaplan_meier;
mod method_mix;
mod mfa_sspr;
mod nudge;
mod prompt_fatigue;
mod sign_in_mix;
pub mod slice;
mod staleness;
mod time_to_register;
mod unregistered;

use crate::facts::Dossiers;
use crate::judge::gates::Gate;
use crate::judge::{Frame, Verdict};
use crate::model::input::InputInfo;
use crate::model::joined::Joined;
pub use crate::view::heading;
use crate::view::{Column, Finding, Share, Stat};

/// What metrics look at.
#[derive(Clone, Copy)]
pub struct Judged<'j> {
    /// One verdict per person, by id.
    pub verdicts: &'j [Verdict],
    /// T, coverage, settings.
    pub frame: &'j Frame,
    /// The facts, for coverage and names.
    pub dossiers: &'j Dossiers,
    /// What became of the inputs.
    pub inputs: &'j [InputInfo],
    /// Columns the user joined to people.
    pub joined: &'j Joined,
}

impl<'j> Judged<'j> {
    /// Human members in scope: not on the break-glass or an exclusion list, no guest, no service (semantics §9.1, stage 1).
    pub fn in_scope(self) -> impl Iterator<Item = &'j Verdict> {
        self.verdicts.iter().filter(|v| v.in_scope)
    }

    /// In scope, enabled as far as known, active.
    pub fn active(self) -> impl Iterator<Item = &'j Verdict> {
        self.in_scope().filter(|v| v.active && !v.gates.contains(Gate::Disabled))
    }

    /// Columns by which people are grouped: the department, then what the user joined.
    #[must_use]
    pub fn groupings(self) -> Vec<&'static str> {
        std::iter::once("department").chain(self.joined.columns.iter().copied()).collect()
    }

    /// Somebody's value in the grouping at a position; empty = not known.
    #[must_use]
    pub fn group_of(self, verdict: &'j Verdict, grouping: usize) -> &'j str {
        grouping.checked_sub(1).map_or(&verdict.home.department, |column| self.joined.value(&verdict.id, column))
    }

    /// Active and known to be unregistered for the goal.
    pub fn active_unregistered(self) -> impl Iterator<Item = &'j Verdict> {
        self.active().filter(|v| v.registration.goal_registered == Some(false))
    }
}

/// One metric.
pub trait Metric: Sync {
    /// Identifier: the file's name, the anchor, the key.
    fn id(&self) -> &'static str;
    /// Definition, denominator, caveats, source: the file's heading comment.
    fn definition(&self) -> &'static str;
    /// Columns of the tables it fills, by table id, for `kmsift schema`.
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)>;
    /// The answer.
    fn measure(&self, judged: Judged<'_>) -> Finding;
}

/// Every metric, in the order of the report.
pub const METRICS: &[&dyn Metric] = &[
    &coverage::Coverage,
    &staleness::Staleness,
    &funnel::Funnel,
    &unregistered::Unregistered,
    &funnel_path::FunnelPath,
    &drop_offs::DropOffs,
    &prompt_fatigue::PromptFatigue,
    &time_to_register::TimeToRegister,
    &cohorts::Cohorts,
    &enforce_readiness::EnforceReadiness,
    &method_mix::MethodMix,
    &nudge::Nudge,
    &mfa_sspr::MfaSspr,
    &sign_in_mix::SignInMix,
    &contradictions::Contradictions,
    &data_quality::DataQuality,
];

/// A count as `u64`.
pub(crate) fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    items.count() as u64
}

/// A stat.
pub(crate) fn stat(id: &'static str, label: impl Into<String>, (part, whole): (u64, u64), of: &'static str) -> Stat {
    Stat { id, label: label.into(), share: Share::new(part, whole), of }
}

/// `1 person`, `3 people`.
#[must_use]
pub fn people(n: u64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}
