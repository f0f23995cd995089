//! What moved a person's session-valid-from instant, and whether it counts as a campaign revocation
//! (semantics §4.3, rulings.md 20 and 26).

use super::Frame;
use super::bounds::Bounds;
use super::class::Class;
use super::gates::Lists;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::time::Instant;

/// Neighbouring rows are at most this far apart, seconds.
pub const NEIGHBOUR_SECONDS: i64 = 300;

/// Correlation ids are client-supplied: never joined on alone across hours (semantics §2.5), seconds.
const SAME_FLOW_SECONDS: i64 = 3_600;

/// Cause of a session event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Self-service password reset.
    PasswordSspr,
    /// Self-service password change.
    PasswordSelf,
    /// Password reset by an administrator or an application.
    PasswordAdmin,
    /// Password change through directory synchronisation.
    PasswordSync,
    /// "Sign out everywhere".
    SelfRevoke,
    /// Revoked by another user.
    AdminRevoke,
    /// Revoked by an application.
    AppRevoke,
    /// Cannot be told.
    Unknown,
}

impl Cause {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordSspr => "password_sspr",
            Self::PasswordSelf => "password_self",
            Self::PasswordAdmin => "password_admin",
            Self::PasswordSync => "password_sync",
            Self::SelfRevoke => "self_revoke",
            Self::AdminRevoke => "admin_revoke",
            Self::AppRevoke => "app_revoke",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is a revocation as a campaign makes them.
    #[must_use]
    pub fn is_campaign(self) -> bool {
        matches!(self, Self::AdminRevoke | Self::AppRevoke)
    }
}

/// The last session event of a person up to T and its cause.
#[must_use]
pub fn last(dossier: &Dossier<'_>, t: Instant) -> Option<(Instant, Cause)> {
    events(dossier, t).last()
}

/// The first campaign revocation of a person up to T.
pub(super) fn first_campaign(dossier: &Dossier<'_>, t: Instant) -> Option<Instant> {
    events(dossier, t).find(|(_, cause)| cause.is_campaign()).map(|(at, _)| at)
}

/// All session events up to T with their causes, in order of time.
pub fn events<'d>(dossier: &'d Dossier<'_>, t: Instant) -> impl Iterator<Item = (Instant, Cause)> + 'd {
    dossier.person.moments.iter().filter(move |m| m.at <= t).filter_map(|m| match m.kind {
        MomentKind::Audit { activity: Activity::StsMoved, actor, success: true, valid_from, .. } => {
            Some((valid_from.unwrap_or(m.at), cause(dossier, m, actor)))
        }
        _ => None,
    })
}

fn cause(dossier: &Dossier<'_>, event: &Moment, actor: Actor) -> Cause {
    let near = |m: &&Moment| {
        let apart = (m.at.0 - event.at.0).abs();
        let same = m.correlation.is_some() && m.correlation == event.correlation && apart <= SAME_FLOW_SECONDS;
        same || apart <= NEIGHBOUR_SECONDS
    };
    let neighbours: Vec<(Activity, Actor)> = dossier
        .person
        .moments
        .iter()
        .filter(near)
        .filter_map(|m| match m.kind {
            MomentKind::Audit { activity, actor, success: true, .. } if activity.is_password() => {
                Some((activity, actor))
            }
            _ => None,
        })
        .collect();
    let sync = |by: Actor| matches!(by, Actor::Sync | Actor::SyncApp);
    let any = |wanted: &[Activity]| neighbours.iter().any(|(a, _)| wanted.contains(a));
    if any(&[Activity::ResetSelf, Activity::SsprProgress]) {
        Cause::PasswordSspr
    } else if any(&[Activity::ChangeSelf]) {
        Cause::PasswordSelf
    } else if neighbours.iter().any(|(_, by)| sync(*by)) || (sync(actor) && !neighbours.is_empty()) {
        Cause::PasswordSync
    } else if neighbours
        .iter()
        .any(|(a, by)| *by == Actor::Own && matches!(a, Activity::ChangeUser | Activity::UpdatePassword))
    {
        Cause::PasswordSelf
    } else if !neighbours.is_empty() {
        Cause::PasswordAdmin
    } else {
        match actor {
            Actor::Own => Cause::SelfRevoke,
            Actor::App | Actor::SyncApp => Cause::AppRevoke,
            Actor::Other | Actor::Sync => Cause::AdminRevoke,
            Actor::Unknown => Cause::Unknown,
        }
    }
}

/// No end: what happened after T can only take somebody off a list.
const EVER: Instant = Instant(i64::MAX);

/// Whether somebody was revoked recently and has not been at a page since (rulings.md 26).
#[must_use]
pub fn already_revoked(dossier: &Dossier<'_>, bounds: &Bounds, frame: &Frame) -> bool {
    let since = frame.t.plus_days(-frame.thresholds.revoked_within_days);
    let campaign = events(dossier, EVER)
        .any(|(at, cause)| cause.is_campaign() && at >= since && !at_a_page_after(dossier, frame, at));
    if campaign {
        return true;
    }
    let account = &dossier.person.account;
    account.sessions_valid_from.is_some_and(|valid_from| {
        let password = account.last_password_change.is_some_and(|p| (p.0 - valid_from.0).abs() <= NEIGHBOUR_SECONDS);
        let known_cause = events(dossier, EVER)
            .any(|(at, cause)| !cause.is_campaign() && (at.0 - valid_from.0).abs() <= NEIGHBOUR_SECONDS);
        valid_from >= since && valid_from > bounds.upper && !password && !known_cause
    })
}

/// Whether this person is on an earlier list, of the same days as [`already_revoked`], and was not at a page since. The
/// list of this very T does not count: the same run twice gives the same list.
#[must_use]
pub fn already_emitted(dossier: &Dossier<'_>, frame: &Frame, lists: &Lists) -> bool {
    let since = frame.t.plus_days(-frame.thresholds.revoked_within_days);
    let earlier = lists.emitted.get(dossier.id).into_iter().flatten().copied();
    earlier.filter(|at| *at >= since && *at != frame.t).any(|at| !at_a_page_after(dossier, frame, at))
}

fn at_a_page_after(dossier: &Dossier<'_>, frame: &Frame, at: Instant) -> bool {
    dossier.activity.iter().any(|(c, span)| frame.class(c) == Class::Interactive && span.last > at)
}
