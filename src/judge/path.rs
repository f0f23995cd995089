//! One person's way into registration over a window: from unregistered at its start, over the prompt, to registered, or
//! past the prompt by a side entry (semantics §9.1, path funnel).

use super::Frame;
use super::clocks::Clocks;
use super::gains::{Removal, provides, qualifies, removes_for};
use super::prompts::{Prompts, starts};
use super::registration::{State, goal_of};
use super::verdict::Stale;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::audit::Actor;
use crate::model::registration::Goal;
use crate::model::time::{Instant, Window};

/// How somebody who was unregistered came to be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entry {
    /// By an own act after a prompt in the window.
    Prompted,
    /// By an own act without a prompt before it in the window.
    WithoutPrompt,
    /// By an administrator.
    Provisioned,
    /// The reports say so, and the log has no event of it.
    Unseen,
}

/// What the window shows of one person. Steps are stated each for itself; none follows from a later one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the steps of semantics §9.1, each with its own test")]
pub struct Path {
    /// Registered for the goal at the window's start; `None` = unknown.
    pub registered_at_start: Option<bool>,
    /// Some successful use in the window, or active at T.
    pub active: bool,
    /// At a promptable sign-in in the window, or not stale at T.
    pub reachable: bool,
    /// Shown the goal's page in the window, before registering.
    pub prompted: bool,
    /// Began to register in the window by an own act.
    pub started: bool,
    /// How the person came to be registered, if unregistered at the start and registered at T.
    pub entry: Option<Entry>,
}

/// The window of the path: where the audit log (starts, registrations) and the interactive log (prompts) both saw the
/// tenant, first to last row. `None`: one of them is missing.
#[must_use]
pub fn window(frame: &Frame) -> Option<Window> {
    let (audit, pages) = (frame.audit.first()?.from, frame.interactive.first()?.from);
    let (audit_end, pages_end) = (frame.audit.last()?.to, frame.interactive.last()?.to);
    Window::new(audit.max(pages), audit_end.min(pages_end))
}

/// Works the path out.
#[must_use]
pub fn path(
    dossier: &Dossier<'_>,
    (clocks, active, stale): (&Clocks, bool, Stale),
    prompts: &Prompts,
    registration: &State,
    frame: &Frame,
) -> Path {
    let Some(window) = window(frame) else { return Path::default() };
    let inside = |at: Instant| window.from <= at && at <= window.to;
    let goal = frame.thresholds.goal;
    let moments = || dossier.person.moments.iter().filter(|m| inside(m.at));
    let own = moments().find(|m| qualifies(m, goal, dossier)).map(|m| m.at);
    let registered_at_start = registered_at(dossier, registration, window.from, frame);
    let now = registered_at_start == Some(false) && registration.goal_registered == Some(true);
    // The wizard's row is written at its end; a prompt of the same visit comes before it.
    let before = own.filter(|_| now).unwrap_or(window.to);
    let prompted = prompts.episodes.iter().any(|at| inside(*at) && *at <= before);
    let began =
        |m: &Moment| matches!(m.kind, MomentKind::Audit { activity, actor: Actor::Own, .. } if starts(activity, goal));
    let provided = || moments().any(|m| provides(m, goal));
    let entry = now.then(|| match own {
        Some(_) if prompted => Entry::Prompted,
        Some(_) => Entry::WithoutPrompt,
        None if provided() => Entry::Provisioned,
        None => Entry::Unseen,
    });
    Path {
        registered_at_start,
        active: active || clocks.success.is_some_and(|at| at >= window.from),
        reachable: stale == Stale::NotStale || clocks.promptable.is_some_and(|(at, _)| at >= window.from),
        prompted,
        started: own.is_some() || moments().any(began),
        entry,
    }
}

/// Registered at an instant: the latest report before it, or the earliest after it, or the state at T, moved to the instant by
/// what the log shows in between. A method gained before the instant and not removed settles it too.
#[must_use]
pub fn registered_at(dossier: &Dossier<'_>, state: &State, start: Instant, frame: &Frame) -> Option<bool> {
    let thresholds = &frame.thresholds;
    let goal = thresholds.goal;
    let reports: Vec<(Instant, bool)> =
        dossier.person.registration.values().filter_map(|r| Some((r.at?, goal_of(r, thresholds)?))).collect();
    let gained = |m: &Moment| qualifies(m, goal, dossier) || provides(m, goal);
    let before = reports.iter().rev().find(|(at, _)| *at <= start).copied();
    let since = |m: &&Moment| m.at <= start && before.is_none_or(|(at, _)| at < m.at);
    let mut earlier = dossier.person.moments.iter().rev().filter(since);
    let latest = earlier.find_map(|m| change(m, gained(m), goal)).map(|(_, after)| after);
    if let Some((_, registered)) = before {
        return latest.unwrap_or(Some(registered));
    }
    if latest == Some(Some(true)) {
        return Some(true);
    }
    let known = reports.first().copied();
    let (at, registered) = known.or_else(|| state.goal_registered.map(|r| (frame.t, r)))?;
    let mut between = dossier.person.moments.iter().filter(|m| start <= m.at && m.at <= at);
    between.find_map(|m| change(m, gained(m), goal)).map_or(Some(registered), |(before, _)| before)
}

/// What an event says of the states before and after it. That a removed method was the last one is not said.
fn change(moment: &Moment, gained: bool, goal: Goal) -> Option<(Option<bool>, Option<bool>)> {
    if gained {
        return Some((Some(false), Some(true)));
    }
    removes_for(moment, goal).map(|removal| ((removal == Removal::Counted).then_some(true), None))
}
