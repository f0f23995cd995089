//! Which audit events give or take a method that meets a goal (semantics §4.2, rulings.md 21).

use super::registration::State;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::method::Family;
use crate::model::registration::Goal;
use crate::model::time::Instant;

/// A method event and the "all required" success of the same visit are at most this far apart, seconds.
pub(super) const VISIT_SECONDS: i64 = 600;

/// The end (1) or the beginning (-1) of a visit that an instant begins or ends.
fn visit(at: Instant, way: i64) -> Instant {
    Instant(at.0.saturating_add(way * VISIT_SECONDS))
}

/// No end.
const EVER: Instant = Instant(i64::MAX);

/// A success after which a method may be there that was not there before.
pub(super) fn gains(moment: &Moment) -> bool {
    use Activity::{AdminRegistered, AllRequiredRegistered, CredentialAdded, SecurityInfoRegistered, SsprSaved};
    matches!(
        moment.kind,
        MomentKind::Audit {
            activity: SecurityInfoRegistered | AllRequiredRegistered | CredentialAdded | SsprSaved | AdminRegistered,
            success: true,
            ..
        }
    )
}

/// The wizard's end names no method; what it means is [`qualifies`]' business.
pub(super) fn wizard_end(moment: &Moment) -> bool {
    matches!(moment.kind, MomentKind::Audit { activity: Activity::AllRequiredRegistered, .. })
}

/// An administrator registered a method of a family that meets the goal.
pub(super) fn provides(moment: &Moment, goal: Goal) -> bool {
    matches!(moment.kind, MomentKind::Audit { activity: Activity::AdminRegistered, success: true, family, .. }
        if family_counts(family, goal))
}

pub(super) fn family_of(moment: &Moment) -> Family {
    match moment.kind {
        MomentKind::Audit { activity: Activity::CredentialAdded | Activity::CredentialDeleted, .. } => Family::Passkey,
        MomentKind::Audit { family, .. } => family,
        MomentKind::SignIn { .. } => Family::Unknown,
    }
}

/// A success that makes somebody registered for the goal by an own act.
pub(super) fn qualifies(moment: &Moment, goal: Goal, dossier: &Dossier<'_>) -> bool {
    let MomentKind::Audit { activity, actor, success: true, family, .. } = moment.kind else { return false };
    match activity {
        Activity::SecurityInfoRegistered => actor != Actor::Other && family_counts(family, goal),
        Activity::CredentialAdded => goal != Goal::Sspr && goal != Goal::App,
        Activity::SsprSaved => goal == Goal::Sspr,
        Activity::AllRequiredRegistered => match goal {
            Goal::Sspr => true,
            Goal::Mfa => !only_weak_before(dossier, moment.at),
            Goal::App | Goal::Passkey => false,
        },
        _ => false,
    }
}

/// A success that may have made somebody registered for the goal by an own act: its row does not say of which method.
/// The wizard's end speaks where no row of its visit does.
pub(super) fn may_qualify(moment: &Moment, dossier: &Dossier<'_>) -> bool {
    let MomentKind::Audit { activity, actor, success: true, family, .. } = moment.kind else { return false };
    match activity {
        Activity::SecurityInfoRegistered => actor != Actor::Other && family == Family::Unknown,
        Activity::AllRequiredRegistered => !dossier.visits.registered(visit(moment.at, -1), moment.at),
        _ => false,
    }
}

/// The instants from `since` on at which somebody registered for the goal by an own act (rulings.md 21).
pub(super) fn registrations<'d>(
    dossier: &'d Dossier<'_>,
    goal: Goal,
    since: Instant,
) -> impl Iterator<Item = Instant> + 'd {
    let own = dossier.person.between(since, EVER).filter(move |m| qualifies(m, goal, dossier));
    own.map(|m| visit_end(dossier, m.at, EVER))
}

/// When an administrator first met the goal for somebody from `since` on. A row that names no method counts where the
/// person is registered and nothing else says how.
pub(super) fn provisions(dossier: &Dossier<'_>, goal: Goal, since: Instant, state: &State) -> Option<Instant> {
    let of = |test: &dyn Fn(&Moment) -> bool| dossier.person.between(since, EVER).find(|m| test(m)).map(|m| m.at);
    let unnamed = |m: &Moment| {
        matches!(
            m.kind,
            MomentKind::Audit { activity: Activity::AdminRegistered, success: true, family: Family::Unknown, .. }
        )
    };
    of(&|m| provides(m, goal)).or_else(|| if state.goal_registered == Some(true) { of(&unnamed) } else { None })
}

fn family_counts(family: Family, goal: Goal) -> bool {
    match goal {
        Goal::Mfa => family.is_mfa(),
        // Which number of which methods self-service reset asks for is policy: only the wizard's end counts.
        Goal::Sspr => false,
        Goal::App => family == Family::Authenticator,
        Goal::Passkey => family == Family::Passkey,
    }
}

/// The wizard's visit registered methods, none of which is MFA (an e-mail address, say).
fn only_weak_before(dossier: &Dossier<'_>, at: Instant) -> bool {
    let from = visit(at, -1);
    dossier.visits.registered(from, at) && !dossier.visits.maybe_mfa(from, at)
}

/// The end, up to an instant, of the visit in which a method was registered; its own instant where no end is seen.
pub(super) fn visit_end(dossier: &Dossier<'_>, registered: Instant, until: Instant) -> Instant {
    dossier.visits.first_end(registered, visit(registered, 1).min(until)).unwrap_or(registered)
}

/// What a removal means to a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    /// A method that counts for the goal is gone.
    Counted,
    /// The method may have counted.
    Maybe,
}

/// Whether an event removed a method that counted for the goal, or may have; `None`: it did not.
pub(super) fn removes_for(moment: &Moment, goal: Goal) -> Option<Removal> {
    match removal_counts(moment)? {
        Family::Temporary => None,
        Family::Unknown => Some(Removal::Maybe),
        // Which methods make up self-service reset is policy.
        _ if goal == Goal::Sspr => Some(Removal::Maybe),
        family => family_counts(family, goal).then_some(Removal::Counted),
    }
}

/// The family of the method that a success removed; `None`: it removed none.
pub(super) fn removal_counts(moment: &Moment) -> Option<Family> {
    removes(moment).then(|| family_of(moment))
}

fn removes(moment: &Moment) -> bool {
    matches!(
        moment.kind,
        MomentKind::Audit {
            activity: Activity::SecurityInfoDeleted | Activity::AdminDeleted | Activity::CredentialDeleted,
            success: true,
            ..
        }
    )
}

/// When methods were removed that may have met the goal.
pub(super) fn removals<'d>(dossier: &'d Dossier<'_>, goal: Goal) -> impl Iterator<Item = Instant> + 'd {
    dossier.person.moments.iter().filter(move |m| removes_for(m, goal).is_some()).map(|m| m.at)
}
