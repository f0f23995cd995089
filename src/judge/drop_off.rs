//! Where people fall out between prompt and registration: begun and not finished within a day, canceled, interrupted again,
//! registered and lost again (semantics §9.2, drop-offs and regressions).

use super::Frame;
use super::gains::{provides, qualifies, removes_for};
use super::registration::{State, goal_of};
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
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
    let registered_between =
        |from: Instant, to: Instant| moments.iter().any(|m| registers(m) && from <= m.at && m.at <= to);
    DropOffs {
        finished: finished(&moments, frame),
        canceled: canceled(&moments),
        interrupted: interrupts.len() as u64,
        interrupted_again: interrupts.windows(2).filter(|p| !registered_between(p[0], p[1])).count() as u64,
        regressed: regressed(dossier, state, frame),
    }
}

fn finished(moments: &[&Moment], frame: &Frame) -> Option<bool> {
    let end = frame.audit.last()?.to;
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
        .find(|at| at.plus_hours(FINISH_HOURS) <= end)?;
    Some(moments.iter().any(|m| registers(m) && begun <= m.at && m.at <= begun.plus_hours(FINISH_HOURS)))
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
    let mut flows: Vec<&Moment> = Vec::new();
    for moment in moments {
        let left = match moment.kind {
            MomentKind::Audit { activity: Activity::SecurityInfoCanceled, actor: Actor::Own, .. } => true,
            MomentKind::Audit { activity: Activity::AllRequiredRegistered, actor: Actor::Own, success, .. } => !success,
            _ => false,
        };
        let known = |flow: &&Moment| {
            let near = moment.at.0 - flow.at.0 <= FLOW_SECONDS;
            near && (flow.correlation == moment.correlation || flow.kind != moment.kind)
        };
        if left && !flows.iter().any(known) {
            flows.push(moment);
        }
    }
    flows.len() as u64
}

fn regressed(dossier: &Dossier<'_>, state: &State, frame: &Frame) -> bool {
    if state.goal_registered != Some(false) {
        return false;
    }
    let goal = frame.thresholds.goal;
    let moments = || dossier.person.moments.iter().filter(|m| m.at <= frame.t);
    let was = |before: Instant| {
        let event = moments().any(|m| m.at < before && (qualifies(m, goal, dossier) || provides(m, goal)));
        let stated = |r: &crate::facts::people::Registration| {
            r.at.is_some_and(|at| at < before) && goal_of(r, &frame.thresholds) == Some(true)
        };
        event || dossier.person.registration.values().any(stated)
    };
    moments().filter(|m| removes_for(m, goal).is_some()).any(|m| was(m.at))
}
