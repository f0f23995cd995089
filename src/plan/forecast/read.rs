//! Verdicts → what the model asks for: pasts, where people stand, and how many were registered when.

use rayon::prelude::*;

use super::model::{History, Past, Present, Spell, WaitEnd};
use crate::facts::{DaySet, Dossier};
use crate::judge::path::{Entry, registered_at, window};
use crate::judge::spell::End;
use crate::judge::{Class, Frame, Label, Verdict, revocation};
use crate::model::time::{Instant, Window};
use crate::plan::Ground;

/// A person of the denominator: enabled as far as known, in scope, known to be registered or not at T.
pub(super) fn counts(v: &Verdict) -> bool {
    v.in_scope && v.enabled != Some(false) && v.registration.goal_registered.is_some()
}

/// A number of days as the model takes it.
fn days(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// What the model asks of a verdict: so little that the verdicts of another instant need not be kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Of people in scope, where there is one.
    past: Option<Past>,
    label: Label,
    /// Stopped by a policy on registering, or by risk.
    blocked: bool,
    asked_since: Option<Instant>,
}

impl Seen {
    /// Of a verdict as judged at the end of `frame`.
    pub(super) fn of(v: &Verdict, frame: &Frame) -> Self {
        let past = window(frame).filter(|_| v.in_scope).map(|window| Past { spell: spell(v), wait: wait(v, window) });
        Self {
            past: past.filter(|past| *past != Past::default()),
            label: v.label,
            blocked: v.prompts.blocked.reason().is_some(),
            asked_since: v.spells.asked.map(|s| s.origin).or_else(|| v.prompts.episodes.first().copied()),
        }
    }
}

/// The past of everybody in scope.
pub(super) fn history(seen: &[Seen]) -> History {
    let mut out = History::new();
    for past in seen.iter().filter_map(|s| s.past) {
        *out.entry(past).or_default() += 1;
    }
    out
}

fn spell(v: &Verdict) -> Option<Spell> {
    let spell = v.spells.asked?;
    let registered = spell.end == End::Registered;
    Some(Spell { entry: days(spell.entry_days()), exit: days(spell.days()), registered })
}

/// Days reachable and unasked in the window. Who is out of reach at its end did not wait in reach.
fn wait(v: &Verdict, window: Window) -> Option<(u32, WaitEnd)> {
    if v.path.registered_at_start != Some(false) {
        return None;
    }
    let start = v.created.get().map_or(window.from, |at| at.max(window.from));
    let until = |at: Instant| (at >= start).then(|| days(at.whole_days_since(start)));
    if v.path.entry == Some(Entry::WithoutPrompt) {
        return Some((until(v.registration.registered_at.get()?)? + 1, WaitEnd::Volunteered));
    }
    match v.prompts.episodes.first() {
        Some(at) => Some((until(*at)? + 1, WaitEnd::Asked)),
        None if v.label == Label::Ok && v.path.entry.is_none() => Some((until(window.to)?, WaitEnd::Open)),
        None => None,
    }
}

/// Registrations by an own act that the estimates rest on.
pub(super) fn events(history: &History) -> u64 {
    let registered =
        |p: &Past| p.spell.is_some_and(|s| s.registered) || p.wait.is_some_and(|(_, end)| end == WaitEnd::Volunteered);
    history.iter().filter(|(past, _)| registered(past)).map(|(_, n)| n).sum()
}

/// Where the people of the denominator stand at the end of `frame`; `now`: what was judged then.
pub(super) fn present(scene: Ground<'_>, now: &[Seen], frame: &Frame) -> Present {
    let count = |mut out: Present, (position, (last, seen)): (usize, (&Verdict, &Seen))| {
        if !counts(last) || last.created.get().is_some_and(|at| at > frame.t) {
            return out;
        }
        let Some(dossier) = scene.dossiers.get(position) else { return out };
        if is_registered(scene, last, &dossier, frame.t) {
            out.registered += 1;
        } else {
            place(&mut out, *seen, &dossier, frame);
        }
        out
    };
    let everybody = scene.verdicts.par_iter().zip(now).enumerate();
    everybody.fold(Present::default, count).reduce(Present::default, Present::join)
}

/// Registered at an instant up to T.
fn is_registered(scene: Ground<'_>, last: &Verdict, dossier: &Dossier<'_>, at: Instant) -> bool {
    let state = &last.registration;
    if at >= scene.frame.t {
        return state.goal_registered == Some(true);
    }
    registered_at(dossier, state, at, scene.frame) == Some(true)
}

fn place(out: &mut Present, seen: Seen, dossier: &Dossier<'_>, frame: &Frame) {
    match seen.label {
        Label::Ok if seen.blocked => out.blocked += 1,
        Label::Ok => match seen.asked_since {
            Some(at) => *out.waiting.entry(days(frame.t.whole_days_since(at))).or_default() += 1,
            None => out.unasked += 1,
        },
        Label::TokenStale => *out.stale.entry(eligible_days(dossier, frame)).or_default() += 1,
        Label::LogonOnly | Label::LegacyOnly => out.logon_only += 1,
        // In scope, guests and services are none of these.
        Label::Dormant | Label::NeverActive | Label::Disabled => out.dormant += 1,
        Label::Undetermined | Label::Guest | Label::ServiceLike => out.undetermined += 1,
    }
}

/// Days with a promptable sign-in in the last contiguous coverage: the eligible ones of semantics §5.3.
fn eligible_days(dossier: &Dossier<'_>, frame: &Frame) -> u32 {
    let Some(covered) = frame.last_interactive() else { return 0 };
    let mut all = DaySet::default();
    for (_, span) in dossier.activity.iter().filter(|(channel, _)| frame.class(channel) == Class::Interactive) {
        all.join(&span.days());
    }
    let inside = all.iter().filter(|d| covered.from.day() <= *d && *d <= covered.to.day()).count();
    u32::try_from(inside).unwrap_or(u32::MAX)
}

/// People of the denominator, created by an instant, registered at each of some instants up to T.
pub(super) fn registered_by(scene: Ground<'_>, instants: &[Instant], created_by: Instant) -> Vec<u64> {
    let there = |v: &Verdict| counts(v) && v.created.get().is_none_or(|at| at <= created_by);
    let none = || vec![0; instants.len()];
    let count = |mut out: Vec<u64>, (position, last): (usize, &Verdict)| {
        let Some((_, person)) = scene.dossiers.person(position).filter(|_| there(last)) else { return out };
        // Most people have one report and no event: they are what they were.
        if person.moments.is_empty() && person.registration.len() < 2 {
            let registered = u64::from(last.registration.goal_registered == Some(true));
            for n in &mut out {
                *n += registered;
            }
        } else if let Some(dossier) = scene.dossiers.get(position) {
            for (n, at) in out.iter_mut().zip(instants) {
                *n += u64::from(is_registered(scene, last, &dossier, *at));
            }
        }
        out
    };
    let sum = |mut a: Vec<u64>, b: Vec<u64>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    };
    scene.verdicts.par_iter().enumerate().fold(none, count).reduce(none, sum)
}

/// Of those who registered after the end of `frame` and by T, those who were out of the model's reach at that end; and how many
/// of them a campaign has revoked since.
pub(super) fn from_out_of_reach(scene: Ground<'_>, now: &[Seen], frame: &Frame) -> (u64, u64) {
    let (mut outside, mut revoked) = (0, 0);
    for (position, (last, seen)) in scene.verdicts.iter().zip(now).enumerate() {
        let in_reach = seen.label == Label::Ok && !seen.blocked;
        if in_reach || !counts(last) || last.registration.goal_registered != Some(true) {
            continue;
        }
        let Some(dossier) = scene.dossiers.get(position) else { continue };
        if !is_registered(scene, last, &dossier, frame.t) {
            outside += 1;
            let mut events = revocation::events(&dossier, scene.frame.t);
            revoked += u64::from(events.any(|(at, cause)| at > frame.t && cause.is_campaign()));
        }
    }
    (outside, revoked)
}
