//! The same person judged under another W (`--stale-days`). The interval of staleness does not depend on W; the verdict, the
//! label and four gates do, and only they are worked out anew. So a sweep over W costs next to nothing.

use super::Frame;
use super::gates::{Gate, Lists, is_target};
use super::label::{Signs, label, silent_by};
use super::verdict::{Label, Stale, Verdict};

/// What W decides about one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// What the interval says.
    pub stale: Stale,
    /// The one word.
    pub label: Label,
    /// On the target list.
    pub target: bool,
}

/// A frame that differs in W alone.
#[must_use]
pub fn frame_at(frame: &Frame, stale_days: i64) -> Frame {
    let mut other = frame.clone();
    other.thresholds.stale_days = stale_days;
    other
}

/// Judges somebody anew under the W of `frame`, which may differ from the one the verdict was made with in W alone.
#[must_use]
pub fn judge_at(verdict: &Verdict, frame: &Frame, lists: &Lists) -> At {
    let has = |gate: Gate| verdict.gates.contains(gate);
    let signs = Signs {
        enabled: verdict.enabled,
        guest: verdict.guest,
        service_like: has(Gate::ServiceLike),
        never_active: has(Gate::NeverActive),
        active: verdict.active,
        stale: verdict.bounds.stale_at(frame.thresholds.stale_days),
        tokens_in_use: verdict.last_token.get().is_some_and(|at| at >= frame.active_since()),
    };
    let label = label(&signs, &verdict.clocks(), frame);
    let silent = silent_by(&verdict.clocks(), &signs, frame);
    let by = |wanted: Label| label == wanted || (label == Label::Guest && silent == Some(wanted));
    let rules = [
        (Gate::NotStale, signs.stale == Stale::NotStale),
        (Gate::Undetermined, signs.stale == Stale::Undetermined || label == Label::Undetermined),
        (Gate::LogonOnly, by(Label::LogonOnly)),
        (Gate::LegacyOnly, by(Label::LegacyOnly)),
    ];
    let settled = verdict.gates.iter().filter(|g| !DEPENDENT.contains(g));
    let gates = settled.chain(rules.into_iter().filter(|(_, applies)| *applies).map(|(gate, _)| gate));
    let target = is_target(label, signs.stale, verdict.registration.goal_registered, gates, lists);
    At { stale: signs.stale, label, target }
}

/// The gates that W decides.
const DEPENDENT: [Gate; 4] = [Gate::NotStale, Gate::Undetermined, Gate::LogonOnly, Gate::LegacyOnly];
