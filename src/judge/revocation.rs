//! What moved a person's session-valid-from instant, and whether it counts as a campaign revocation
//! (semantics §4.3, rulings.md 20 and 26).

use std::collections::BTreeMap;

use super::Frame;
use super::bounds::Bounds;
use super::class::Class;
use super::gates::Lists;
use super::prompts::some_within;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::ids::Id;
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

/// Something that moved the instant from which somebody's sessions are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// From when sessions are valid: what the row says was set, else its own time.
    pub at: Instant,
    /// What caused it.
    pub cause: Cause,
    /// When the row was written.
    pub row: Instant,
}

/// The session event of a person up to T that is in force, with its cause: rows may be written in another order.
#[must_use]
pub fn last(dossier: &Dossier<'_>, t: Instant) -> Option<Event> {
    all(dossier, t).into_iter().rfind(|event| event.at <= t)
}

/// The first campaign revocation of a person up to T.
pub(super) fn first_campaign(dossier: &Dossier<'_>, t: Instant) -> Option<Instant> {
    all(dossier, t).iter().find(|event| event.cause.is_campaign()).map(|event| event.at)
}

/// The instants and causes of [`all`] session events up to T.
pub fn events(dossier: &Dossier<'_>, t: Instant) -> impl Iterator<Item = (Instant, Cause)> {
    all(dossier, t).into_iter().map(|event| (event.at, event.cause))
}

/// All session events whose rows were written up to T, in the order in which they took effect.
#[must_use]
pub fn all(dossier: &Dossier<'_>, t: Instant) -> Vec<Event> {
    let moments = || dossier.person.moments.iter();
    let sts = |m: &Moment| match m.kind {
        MomentKind::Audit { activity: Activity::StsMoved, actor, success: true, valid_from, .. } => {
            Some((valid_from.unwrap_or(m.at), actor))
        }
        _ => None,
    };
    let mut rows = moments().filter(|m| m.at <= t).filter_map(|m| Some((m, sts(m)?))).peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let passwords = Passwords::new(moments());
    let mut out: Vec<Event> =
        rows.map(|(m, (at, actor))| Event { at, cause: cause(passwords.near(m), actor), row: m.at }).collect();
    out.sort_unstable();
    out
}

/// What a password event says of a session event beside it, first match first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Password {
    ResetSelf,
    ChangeSelf,
    Sync,
    ChangeOwn,
    Other,
}

impl Password {
    const ALL: [Self; 5] = [Self::ResetSelf, Self::ChangeSelf, Self::Sync, Self::ChangeOwn, Self::Other];

    fn of(moment: &Moment) -> Option<Self> {
        let MomentKind::Audit { activity, actor, success: true, .. } = moment.kind else { return None };
        match activity {
            Activity::ResetSelf | Activity::SsprProgress => Some(Self::ResetSelf),
            Activity::ChangeSelf => Some(Self::ChangeSelf),
            _ if activity.is_password() && is_sync(actor) => Some(Self::Sync),
            Activity::ChangeUser | Activity::UpdatePassword if actor == Actor::Own => Some(Self::ChangeOwn),
            _ => activity.is_password().then_some(Self::Other),
        }
    }
}

/// The password events of a person, to be looked up by time and by correlation id.
#[derive(Default)]
struct Passwords<'m> {
    by_time: BTreeMap<Password, Vec<Instant>>,
    by_flow: BTreeMap<(Password, &'m Id), Vec<Instant>>,
}

impl<'m> Passwords<'m> {
    /// Of moments in order of time.
    fn new(moments: impl Iterator<Item = &'m Moment>) -> Self {
        let mut out = Self::default();
        for (moment, password) in moments.filter_map(|m| Some((m, Password::of(m)?))) {
            out.by_time.entry(password).or_default().push(moment.at);
            if let Some(flow) = &moment.correlation {
                out.by_flow.entry((password, flow)).or_default().push(moment.at);
            }
        }
        out
    }

    /// The first kind beside a moment: within five minutes, or of the same flow.
    fn near(&self, moment: &Moment) -> Option<Password> {
        let beside = |known: Option<&Vec<Instant>>, apart: i64| {
            known.is_some_and(|all| some_within(all, moment.at.0 - apart, moment.at.0 + apart))
        };
        Password::ALL.into_iter().find(|password| {
            let flow = moment.correlation.as_ref().and_then(|flow| self.by_flow.get(&(*password, flow)));
            beside(self.by_time.get(password), NEIGHBOUR_SECONDS) || beside(flow, SAME_FLOW_SECONDS)
        })
    }
}

fn is_sync(actor: Actor) -> bool {
    matches!(actor, Actor::Sync | Actor::SyncApp)
}

fn cause(password: Option<Password>, actor: Actor) -> Cause {
    match password {
        Some(Password::ResetSelf) => Cause::PasswordSspr,
        Some(Password::ChangeSelf) => Cause::PasswordSelf,
        Some(Password::Sync) => Cause::PasswordSync,
        Some(_) if is_sync(actor) => Cause::PasswordSync,
        Some(Password::ChangeOwn) => Cause::PasswordSelf,
        Some(Password::Other) => Cause::PasswordAdmin,
        None => match actor {
            Actor::Own => Cause::SelfRevoke,
            Actor::App | Actor::SyncApp => Cause::AppRevoke,
            Actor::Other | Actor::Sync => Cause::AdminRevoke,
            Actor::Unknown => Cause::Unknown,
        },
    }
}

/// No end: what happened after T can only take somebody off a list.
const EVER: Instant = Instant(i64::MAX);

/// Whether somebody was revoked recently and has not been at a page since (rulings.md 26).
#[must_use]
pub fn already_revoked(dossier: &Dossier<'_>, bounds: &Bounds, frame: &Frame) -> bool {
    let since = frame.t.plus_days(-frame.thresholds.revoked_within_days);
    let events = all(dossier, EVER);
    let page = last_page(dossier, frame);
    if events.iter().any(|e| e.cause.is_campaign() && e.at >= since && page <= Some(e.at)) {
        return true;
    }
    let account = &dossier.person.account;
    account.sessions_valid_from.is_some_and(|valid_from| {
        let password = account.last_password_change.is_some_and(|p| (p.0 - valid_from.0).abs() <= NEIGHBOUR_SECONDS);
        let known_cause =
            events.iter().any(|e| !e.cause.is_campaign() && (e.at.0 - valid_from.0).abs() <= NEIGHBOUR_SECONDS);
        valid_from >= since && valid_from > bounds.upper && !password && !known_cause
    })
}

/// Whether this person is on an earlier list, of the same days as [`already_revoked`], and was not at a page since. The
/// list of this very T does not count: the same run twice gives the same list.
#[must_use]
pub fn already_emitted(dossier: &Dossier<'_>, frame: &Frame, lists: &Lists) -> bool {
    let since = frame.t.plus_days(-frame.thresholds.revoked_within_days);
    let earlier = lists.emitted.get(dossier.id).into_iter().flatten().copied();
    let page = last_page(dossier, frame);
    earlier.filter(|at| *at >= since && *at != frame.t).any(|at| page <= Some(at))
}

/// The last sign-in at a page.
fn last_page(dossier: &Dossier<'_>, frame: &Frame) -> Option<Instant> {
    dossier.activity.iter().filter(|(c, _)| frame.class(c) == Class::Interactive).map(|(_, span)| span.last()).max()
}
