//! Prompts: flows, episodes, snoozes (semantics §3 end, rulings.md 22).

use std::collections::BTreeMap;

use super::Frame;
use super::gains::{may_qualify, qualifies};
use super::words::Missing;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind};
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::ids::Id;
use crate::model::registration::Goal;
use crate::model::time::{Instant, Window};

/// Rows of one flow are at most this far from its first row, seconds.
const FLOW_SECONDS: i64 = 600;

/// What was shown to one person for one goal, up to T.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts {
    /// Instants of the first prompt row of each episode, ascending.
    pub episodes: Vec<Instant>,
    /// Interruptions by 50125 that no password reset explains, whatever the goal, in flows.
    pub interrupts: Vec<Instant>,
    /// Nudges put off: nudge episodes that no registration for the goal followed within a day, the audit log watching.
    pub snoozes: u64,
    /// Nudge episodes of which it is not known: not a day of audit log after them, or a registration that names no method.
    pub untold: u64,
    /// First own act of registering after or without a prompt.
    pub started: Option<Instant>,
    /// Registration was demanded and blocked, and is as far as the log shows.
    pub blocked: Blocks,
}

impl Prompts {
    /// Whether it is known of some nudge what came of it; nobody nudged has nothing to be told.
    #[must_use]
    pub fn told(&self) -> bool {
        self.untold == 0 || self.untold < self.episodes.len() as u64
    }
}

/// When registration was last blocked, by each kind of block. A page of the goal, or a start, later than that lifts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// By a policy on registering: not from there (53010).
    pub policy: Option<Instant>,
    /// By risk: suspicious (53004).
    pub risk: Option<Instant>,
}

impl Blocks {
    /// The word for the later one.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        self.missing()?.name().strip_prefix("suppressed:")
    }

    /// The same as a missing condition of a prompt.
    #[must_use]
    pub fn missing(self) -> Option<Missing> {
        let later = if self.risk > self.policy { Missing::Risk } else { Missing::RegisterInfo };
        self.risk.max(self.policy).map(|_| later)
    }

    fn lift(&mut self, at: Instant) {
        self.policy = self.policy.filter(|blocked| *blocked >= at);
        self.risk = self.risk.filter(|blocked| *blocked >= at);
    }
}

/// Codes that show the page of a goal.
#[must_use]
pub fn codes(goal: Goal) -> &'static [u32] {
    match goal {
        Goal::Mfa => &[50_072, 50_079],
        Goal::Sspr => &[50_125],
        Goal::App | Goal::Passkey => &[50_203, 502_031],
    }
}

/// All that was shown to one person for a goal, and what came of nudges.
#[must_use]
pub fn shown(dossier: &Dossier<'_>, frame: &Frame, goal: Goal) -> Prompts {
    let mut out = prompts(&dossier.person.moments.iter(), goal, (frame.t, &frame.interactive));
    if matches!(goal, Goal::App | Goal::Passkey) {
        (out.snoozes, out.untold) = put_off(&out.episodes, dossier, frame, goal);
    }
    out
}

/// Reads a person's prompts off the moments, but for what came of nudges.
#[must_use]
pub fn prompts<'m>(
    moments: &(impl Iterator<Item = &'m Moment> + Clone),
    goal: Goal,
    (t, coverage): (Instant, &[Window]),
) -> Prompts {
    let wanted = codes(goal);
    let covered = |at: Instant| coverage.iter().any(|w| w.from <= at && at <= w.to);
    let mut out = Prompts::default();
    let passwords: Vec<Instant> = moments.clone().filter(|m| sets_password(m)).map(|m| m.at).collect();
    let (mut open, mut open_resets) = (Flows::default(), Flows::default());
    for moment in moments.clone().filter(|m| m.at <= t) {
        if matches!(moment.kind, MomentKind::SignIn { code: RESET_OR_REGISTRATION, surface: true }) {
            // A password event within ten minutes: it was the reset, not a registration page (semantics §3).
            if some_within(&passwords, moment.at.0 - FLOW_SECONDS, moment.at.0 + FLOW_SECONDS) {
                continue;
            }
            if covered(moment.at) && open_resets.begins(moment) {
                out.interrupts.push(moment.at);
            }
        }
        match &moment.kind {
            MomentKind::SignIn { code, surface: true } if wanted.contains(code) => {
                out.blocked.lift(moment.at);
                if covered(moment.at) && open.begins(moment) {
                    out.episodes.push(moment.at);
                }
            }
            MomentKind::SignIn { code: 53_010, surface: true } => out.blocked.policy = Some(moment.at),
            MomentKind::SignIn { code: 53_004, surface: true } => out.blocked.risk = Some(moment.at),
            MomentKind::Audit { activity, actor: Actor::Own, .. } if starts(*activity, goal) => {
                out.blocked.lift(moment.at);
                out.started.get_or_insert(moment.at);
            }
            _ => {}
        }
    }
    out
}

/// The latest flow of each correlation id, with its first row; rows come in order of time.
#[derive(Default)]
struct Flows<'m>(BTreeMap<Option<&'m Id>, Instant>);

impl<'m> Flows<'m> {
    /// Whether a row begins a flow; it is remembered if so.
    fn begins(&mut self, moment: &'m Moment) -> bool {
        let flow = moment.correlation.as_ref();
        let begins = self.0.get(&flow).is_none_or(|first| moment.at.0 - first.0 > FLOW_SECONDS);
        if begins {
            self.0.insert(flow, moment.at);
        }
        begins
    }
}

/// The code of both a password reset and the entry of self-service reset registration.
const RESET_OR_REGISTRATION: u32 = 50_125;

fn sets_password(moment: &Moment) -> bool {
    matches!(moment.kind, MomentKind::Audit { activity, success: true, .. } if activity.is_password())
}

/// Whether an ascending list has an instant between two, both included.
pub(super) fn some_within(ascending: &[Instant], from: i64, to: i64) -> bool {
    ascending.get(ascending.partition_point(|at| at.0 < from)).is_some_and(|at| at.0 <= to)
}

/// Whether an own act of this kind begins, or ends, a registration for the goal.
pub(super) fn starts(activity: Activity, goal: Goal) -> bool {
    match activity {
        Activity::SecurityInfoStarted
        | Activity::SecurityInfoRegistered
        | Activity::AllRequiredRegistered
        | Activity::SecurityInfoCanceled => true,
        Activity::PasskeyOptions => goal == Goal::Passkey,
        _ => false,
    }
}

/// How many nudges were put off, and of how many it is not known: nobody can have seen a registration where the audit
/// log does not reach a day beyond the nudge.
fn put_off(nudges: &[Instant], dossier: &Dossier<'_>, frame: &Frame, goal: Goal) -> (u64, u64) {
    let up_to_t = || dossier.person.moments.iter().filter(|m| m.at <= frame.t);
    let sure: Vec<Instant> = up_to_t().filter(|m| qualifies(m, goal, dossier)).map(|m| m.at).collect();
    let maybe: Vec<Instant> = up_to_t().filter(|m| may_qualify(m, dossier)).map(|m| m.at).collect();
    let (mut snoozes, mut untold) = (0, 0);
    for nudge in nudges {
        let end = nudge.plus_days(1);
        if some_within(&sure, nudge.0, end.0) {
            continue;
        }
        let watched = frame.audit.iter().any(|w| w.from <= *nudge && end <= w.to);
        if watched && !some_within(&maybe, nudge.0, end.0) {
            snoozes += 1;
        } else {
            untold += 1;
        }
    }
    (snoozes, untold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, code: u32, correlation: &str) -> Moment {
        Moment {
            at: Instant(at),
            kind: MomentKind::SignIn { code, surface: true },
            correlation: Id::parse(correlation),
        }
    }

    #[test]
    fn episodes_are_flows_not_rows() {
        let rows = [
            row(0, 50_203, "a"),
            row(5, 50_203, "a"),
            row(300, 50_203, "b"),
            row(700, 50_203, "a"),
            row(9_999, 50_203, "c"),
        ];
        let prompts =
            prompts(&rows.iter(), Goal::App, (Instant(9_000), &[Window { from: Instant(0), to: Instant(9_999) }]));
        assert_eq!(prompts.episodes, [Instant(0), Instant(300), Instant(700)], "the last row is after T");
    }
}
