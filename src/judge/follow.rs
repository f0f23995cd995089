//! What became of one person after a target list was made: revoked, bitten, back, prompted, started, registered, capable
//! (semantics §9.3). Each instant is the first of its kind not before the one seen before it, so they never decrease.
//!
//! Most are exact: prompts, ended sessions and audit rows are kept whole. The first sign-in at a page is exact where a quiet
//! week came before it in its channel, as it did for everybody stale; else it lies between two instants, and that is said.

use super::Frame;
use super::class::Class;
use super::gains::provisions;
use super::path::registered_at;
use super::prompts::prompts;
use super::registration::{self, State};
use super::revocation::{self, Cause, NEIGHBOUR_SECONDS};
use crate::facts::people::MomentKind;
use crate::facts::{After, Dossier};
use crate::model::audit::Actor;
use crate::model::time::{Instant, Window};

/// Codes that tell a client its session is over (semantics §9.3).
const BITES: [u32; 5] = [50_173, 50_133, 50_132, 70_043, 70_044];

/// Access tokens last 60 to 90 minutes: a token success later than this has outlived the revocation, hours.
const TOKEN_HOURS: i64 = 2;

/// A session under continuous access evaluation carries tokens of up to 28 hours (semantics §4.4), hours.
const CAE_HOURS: i64 = 28;

/// What a revocation is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// From when sessions are valid.
    pub at: Instant,
    /// Cause by the audit log; `None`: the user list's valid-from instant alone says so.
    pub cause: Option<Cause>,
}

/// Token use that outlived a revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlived {
    /// By more than any token lasts.
    Surely,
    /// By more than an ordinary token lasts, and less than one under continuous access evaluation.
    UnlessCae,
}

/// One person's way since the list was made, up to T.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// First campaign revocation.
    pub revoked: Option<Revoked>,
    /// First session event of another cause, where there is no campaign revocation: a password reset looks alike.
    pub other: Option<(Instant, Cause)>,
    /// First row that told a client its session was over, and its code.
    pub bitten: Option<(Instant, u32)>,
    /// The user list's valid-from instant is not older than the revocation.
    pub valid_from_moved: bool,
    /// First sign-in at a page, or first own act on a security page.
    pub returned: Option<After>,
    /// First Windows logon, where tokens were used after it and no page was seen.
    pub logon: Option<After>,
    /// First page of the goal shown.
    pub prompted: Option<Instant>,
    /// A page of the goal was shown within a day of the return.
    pub prompted_in_time: bool,
    /// First own act of registering.
    pub started: Option<Instant>,
    /// Registered for the goal by an own act; nothing for who was registered already.
    pub registered: Option<Instant>,
    /// Registered for the goal when the list was made; `None` = unknown.
    pub registered_before: Option<bool>,
    /// Registered for the goal after the list was made and before the revocation, by whosever act.
    pub early: Option<Instant>,
    /// An administrator registered a method that meets the goal; nothing for who was registered already.
    pub provisioned: Option<Instant>,
    /// When a report first says that what was registered may be used.
    pub capable: Option<Instant>,
    /// An interactive sign-in whose details are not settled, or whose time is not known well enough, may have been the return.
    pub unsettled: bool,
    /// Token use that the revocation should have ended.
    pub outlived: Option<Outlived>,
}

/// Follows one person, of a state at T, from the instant a list was made.
#[must_use]
pub fn follow(dossier: &Dossier<'_>, state: &State, frame: &Frame, t0: Instant) -> Path {
    let revoked = revocation(dossier, frame, t0);
    let base = revoked.map_or(t0, |r| r.at);
    let goal = frame.thresholds.goal;
    let mut path =
        Path { revoked, other: other(dossier, frame, t0), ..registrations(dossier, state, frame, (t0, base)) };
    let registered = path.registered;
    let end = registered.unwrap_or(frame.t);
    let back = page(dossier, frame, base).filter(|r| r.at <= end);
    // What may lie after T is no return yet; who registered was at a page by then.
    path.returned = back.map(|r| After { by: registered.map_or(r.by, |at| r.by.min(at)), ..r }).filter(|r| r.by <= end);
    path.bitten = bite(dossier, base, path.returned.map_or(end, |r| r.by));
    if let (Some(back), Some((bitten, _))) = (&mut path.returned, path.bitten) {
        // Which came first cannot be told; a return is not before what it answers.
        back.at = back.at.max(bitten);
    }
    let asked = path.returned.map_or(base, |r| r.at);
    let shown = prompts(&dossier.person.moments.iter(), goal, (frame.t, &frame.interactive));
    path.prompted = shown.episodes.into_iter().find(|at| *at >= asked && *at <= end);
    let by = path.returned.map_or(base, |r| r.by).plus_days(1);
    path.prompted_in_time = path.prompted.is_some_and(|at| at <= by);
    let asked = path.prompted.unwrap_or(asked);
    let later = dossier.person.moments.iter().filter(|m| m.at >= asked && m.at <= end);
    path.started = prompts(&later, goal, (frame.t, &[])).started;
    let last = path.registered.or(path.started).unwrap_or(asked);
    path.capable = registration::capable_since(dossier, goal, last, frame.t);
    if path.returned.is_none() {
        path.logon = logon(dossier, frame, base).filter(|l| l.by <= frame.t);
        let unsettled = latest_of(dossier, frame, |c| c == Class::Unsettled).is_some_and(|at| at > base);
        path.unsettled = unsettled || back.is_some();
    }
    if let Some(Revoked { at, .. }) = revoked {
        let valid_from = dossier.person.account.sessions_valid_from;
        path.valid_from_moved = valid_from.is_some_and(|v| v.0 >= at.0 - NEIGHBOUR_SECONDS);
        path.outlived = outlived(dossier, frame, at);
    }
    path
}

/// First campaign revocation at or after the list was made; without one, a valid-from instant that nothing else explains
/// (rulings.md 20, 26).
fn revocation(dossier: &Dossier<'_>, frame: &Frame, t0: Instant) -> Option<Revoked> {
    let events = || revocation::events(dossier, frame.t).filter(|(at, _)| *at >= t0);
    let audited = events().filter(|(_, cause)| cause.is_campaign()).min();
    if let Some((at, cause)) = audited {
        return Some(Revoked { at, cause: Some(cause) });
    }
    let account = &dossier.person.account;
    let near = |a: Instant, b: Instant| (a.0 - b.0).abs() <= NEIGHBOUR_SECONDS;
    let moved = account.sessions_valid_from.filter(|at| *at >= t0 && *at <= frame.t)?;
    let password = account.last_password_change.is_some_and(|p| near(p, moved));
    (!password && !events().any(|(at, _)| near(at, moved))).then_some(Revoked { at: moved, cause: None })
}

fn other(dossier: &Dossier<'_>, frame: &Frame, t0: Instant) -> Option<(Instant, Cause)> {
    revocation::events(dossier, frame.t).filter(|(at, cause)| *at >= t0 && !cause.is_campaign()).min()
}

/// How somebody came to be registered, from the instant the list was made and from the revocation (else the same). Who was
/// registered already and adds a method converts no more.
fn registrations(dossier: &Dossier<'_>, state: &State, frame: &Frame, (t0, base): (Instant, Instant)) -> Path {
    let goal = frame.thresholds.goal;
    let own = |from, to| Window::new(from, to).and_then(|w| registration::registered_within(dossier, goal, w));
    let registered_before = registered_before(dossier, state, frame, t0);
    if registered_before == Some(true) {
        return Path { registered_before, ..Path::default() };
    }
    let provisioned = provisions(dossier, goal, t0, state).filter(|at| *at <= frame.t);
    let early = own(t0, Instant(base.0 - 1)).into_iter().chain(provisioned.filter(|at| *at < base)).min();
    if early.is_some() {
        return Path { registered_before, early, ..Path::default() };
    }
    Path { registered: own(base, frame.t.max(base)), registered_before, provisioned, ..Path::default() }
}

/// Whether somebody was registered for the goal at an instant; `None` = unknown. A later report without an event says so only
/// where the audit log covers the time in between.
#[must_use]
pub fn registered_before(dossier: &Dossier<'_>, state: &State, frame: &Frame, at: Instant) -> Option<bool> {
    let known = || audited(frame, at) || registration::was_registered(dossier, &frame.thresholds, at);
    registered_at(dossier, state, at, frame).filter(|registered| !registered || known())
}

/// Whether the audit log covers the time from an instant to T. That of a small tenant is silent for days: its ends count.
#[must_use]
pub fn audited(frame: &Frame, from: Instant) -> bool {
    let (first, last) = (frame.audit.first(), frame.audit.last());
    first.is_some_and(|w| w.from <= from)
        && last.is_some_and(|w| w.to >= frame.t.plus_hours(-frame.thresholds.gap_hours))
}

/// The first campaign revocation at or after an instant by the audit log: of people nobody listed, too.
#[must_use]
pub fn revoked_since(dossier: &Dossier<'_>, since: Instant, t: Instant) -> Option<(Instant, Cause)> {
    revocation::events(dossier, t).filter(|(at, cause)| *at >= since && cause.is_campaign()).min()
}

/// The first sign-in at a page after an instant: of rows kept whole, of channels, of own acts on a security page.
fn page(dossier: &Dossier<'_>, frame: &Frame, base: Instant) -> Option<After> {
    let shown = dossier.person.moments.iter().filter(|m| m.at > base).find(|m| match &m.kind {
        MomentKind::SignIn { code: number, surface } => {
            *surface && frame.thresholds.tables.code(*number).is_some_and(|c| c.first_factor == Some(true))
        }
        MomentKind::Audit { activity, actor, .. } => *actor == Actor::Own && activity.is_own_security_info(),
    });
    let shown = shown.map(|m| After::known(m.at));
    earliest(channels(dossier, frame, base, |c| c == Class::Interactive).chain(shown))
}

fn logon(dossier: &Dossier<'_>, frame: &Frame, base: Instant) -> Option<After> {
    let logon = earliest(channels(dossier, frame, base, |c| c == Class::Logon))?;
    latest_of(dossier, frame, |c| c == Class::Token).is_some_and(|at| at > logon.by).then_some(logon)
}

fn bite(dossier: &Dossier<'_>, base: Instant, end: Instant) -> Option<(Instant, u32)> {
    dossier.person.moments.iter().filter(|m| m.at >= base && m.at <= end).find_map(|m| match m.kind {
        MomentKind::SignIn { code, .. } if BITES.contains(&code) => Some((m.at, code)),
        _ => None,
    })
}

/// Token use certainly later than a token lasts and certainly before any interactive row (semantics §9.3).
fn outlived(dossier: &Dossier<'_>, frame: &Frame, revoked: Instant) -> Option<Outlived> {
    let own = |c| matches!(c, Class::Interactive | Class::Logon | Class::InteractiveToken | Class::Unsettled);
    let shown = page(dossier, frame, revoked);
    let barrier = earliest(channels(dossier, frame, revoked, own).chain(shown)).map_or(frame.t, |a| a.at);
    let after = |hours| {
        channels(dossier, frame, revoked.plus_hours(hours), |c| c == Class::Token).any(|used| used.by < barrier)
    };
    if after(CAE_HOURS) { Some(Outlived::Surely) } else { after(TOKEN_HOURS).then_some(Outlived::UnlessCae) }
}

fn channels<'d>(
    dossier: &'d Dossier<'_>,
    frame: &'d Frame,
    base: Instant,
    wanted: impl Fn(Class) -> bool + 'd,
) -> impl Iterator<Item = After> + 'd {
    dossier.activity.iter().filter(move |(c, _)| wanted(frame.class(c))).filter_map(move |(_, span)| span.after(base))
}

fn latest_of(dossier: &Dossier<'_>, frame: &Frame, wanted: impl Fn(Class) -> bool) -> Option<Instant> {
    dossier.activity.iter().filter(|(c, _)| wanted(frame.class(c))).map(|(_, span)| span.last()).max()
}

fn earliest(all: impl Iterator<Item = After>) -> Option<After> {
    all.reduce(After::min)
}
