//! Where people fall out between prompt and registration: begun and not finished within a day, canceled, interrupted again,
//! registered and lost again (semantics §9.2, drop-offs and regressions).

use std::collections::BTreeMap;

use super::Frame;
use super::gains::{provides, qualifies, removes_for};
use super::prompts::some_within;
use super::registration::{State, goal_of};
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::ids::Id;
use crate::model::time::Instant;

/// Rows of one flow are at most this far from its first row, seconds (semantics §2.5).
const FLOW_SECONDS: i64 = 600;

/// Hours within which a registration begun is expected to end.
pub const FINISH_HOURS: i64 = 24;

/// What one person dropped, up to T.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DropOffs {
    /// Whether the first registration begun that the audit log followed for a day was finished in it; `None`: none was.
    pub finished: Option<bool>,
    /// Registrations canceled, in flows.
    pub canceled: u64,
    /// Interruptions for self-service reset registration (50125) after an earlier one, nothing registered between.
    pub interrupted_again: u64,
    /// Interruptions by 50125 at all.
    pub interrupted: u64,
    /// Was registered for the goal, a method was removed, and is no longer.
    pub regressed: bool,
}

/// Reads the drop-offs off a person's moments.
#[must_use]
pub fn drop_offs(dossier: &Dossier<'_>, state: &State, interrupts: &[Instant], frame: &Frame) -> DropOffs {
    let moments: Vec<&Moment> = dossier.person.moments.iter().filter(|m| m.at <= frame.t).collect();
    let registered: Vec<Instant> = moments.iter().filter(|m| registers(m)).map(|m| m.at).collect();
    let nothing_between = |p: &&[Instant]| !some_within(&registered, p[0].0, p[1].0);
    DropOffs {
        finished: finished(&moments, &registered, frame),
        canceled: canceled(&moments),
        interrupted: interrupts.len() as u64,
        interrupted_again: interrupts.windows(2).filter(nothing_between).count() as u64,
        regressed: regressed(dossier, state, frame),
    }
}

/// By the first start whose day the audit log saw without a gap: in a gap an end may be missing.
fn finished(moments: &[&Moment], registered: &[Instant], frame: &Frame) -> Option<bool> {
    let day_after = |at: Instant| at.plus_hours(FINISH_HOURS);
    let begun = moments
        .iter()
        .filter(|m| {
            matches!(
                m.kind,
                MomentKind::Audit {
                    activity: Activity::SecurityInfoStarted | Activity::PasskeyOptions,
                    actor: Actor::Own,
                    ..
                }
            )
        })
        .map(|m| m.at)
        .find(|at| frame.audit.iter().any(|w| w.from <= *at && day_after(*at) <= w.to))?;
    Some(some_within(registered, begun.0, day_after(begun).0))
}

/// An own act after which a method is there.
fn registers(moment: &Moment) -> bool {
    use Activity::{AllRequiredRegistered, CredentialAdded, SecurityInfoRegistered, SsprSaved};
    matches!(
        moment.kind,
        MomentKind::Audit {
            activity: SecurityInfoRegistered | AllRequiredRegistered | CredentialAdded | SsprSaved,
            actor: Actor::Own | Actor::Unknown | Actor::App,
            success: true,
            ..
        }
    )
}

/// Leaving the wizard is written as a failure of its end, as a row of its own, or as both: one flow is one.
fn canceled(moments: &[&Moment]) -> u64 {
    // The latest flow of each correlation id, and the latest that each of the two rows began.
    let mut flows: BTreeMap<Option<&Id>, Instant> = BTreeMap::new();
    let mut begun: [Option<Instant>; 2] = [None; 2];
    let mut count = 0;
    for moment in moments {
        let row = match moment.kind {
            MomentKind::Audit { activity: Activity::SecurityInfoCanceled, actor: Actor::Own, .. } => 0,
            MomentKind::Audit {
                activity: Activity::AllRequiredRegistered, actor: Actor::Own, success: false, ..
            } => 1,
            _ => continue,
        };
        let near = |flow: Option<&Instant>| flow.is_some_and(|at| moment.at.0 - at.0 <= FLOW_SECONDS);
        let flow = moment.correlation.as_ref();
        if !near(flows.get(&flow)) && !near(begun[1 - row].as_ref()) {
            flows.insert(flow, moment.at);
            begun[row] = Some(moment.at);
            count += 1;
        }
    }
    count
}

fn regressed(dossier: &Dossier<'_>, state: &State, frame: &Frame) -> bool {
    if state.goal_registered != Some(false) {
        return false;
    }
    let goal = frame.thresholds.goal;
    let moments = || dossier.person.moments.iter().filter(|m| m.at <= frame.t);
    let gained = moments().find(|m| qualifies(m, goal, dossier) || provides(m, goal)).map(|m| m.at);
    let reports = dossier.person.registration.values().filter(|r| goal_of(r, &frame.thresholds) == Some(true));
    let Some(first) = gained.into_iter().chain(reports.filter_map(|r| r.at)).min() else { return false };
    moments().filter(|m| removes_for(m, goal).is_some()).any(|m| m.at > first)
}
