//! Prompts: flows, episodes, snoozes (semantics §3 end, rulings.md 22).

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
    /// Nudges put off: nudge episodes that no registration followed within a day.
    pub snoozes: u64,
    /// First own act of registering after or without a prompt.
    pub started: Option<Instant>,
    /// Registration was demanded and blocked; the reason.
    pub blocked: Option<&'static str>,
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

/// Reads a person's prompts off the moments.
#[must_use]
pub fn prompts<'m>(
    moments: &(impl Iterator<Item = &'m Moment> + Clone),
    goal: Goal,
    (t, coverage): (Instant, &[Window]),
) -> Prompts {
    let wanted = codes(goal);
    let covered = |at: Instant| coverage.iter().any(|w| w.from <= at && at <= w.to);
    let mut out = Prompts::default();
    let (mut open, mut open_resets) = (Flows::default(), Flows::default());
    for moment in moments.clone().filter(|m| m.at <= t) {
        if matches!(moment.kind, MomentKind::SignIn { code: RESET_OR_REGISTRATION, interactive: true }) {
            if near_reset(moments, moment.at) {
                continue;
            }
            if covered(moment.at) && open_resets.begins(moment) {
                out.interrupts.push(moment.at);
            }
        }
        match &moment.kind {
            MomentKind::SignIn { code, interactive: true }
                if wanted.contains(code) && covered(moment.at) && open.begins(moment) =>
            {
                out.episodes.push(moment.at);
            }
            MomentKind::SignIn { code: 53_010, interactive: true } => out.blocked = Some("ca_register_info"),
            MomentKind::SignIn { code: 53_004, interactive: true } => out.blocked = Some("risk"),
            MomentKind::Audit { activity, actor: Actor::Own, .. } if starts(*activity, goal) => {
                out.started.get_or_insert(moment.at);
            }
            _ => {}
        }
    }
    if matches!(goal, Goal::App | Goal::Passkey) {
        out.snoozes = out.episodes.iter().filter(|at| !registered_after(moments.clone(), **at)).count() as u64;
    }
    out
}

/// Flows seen so far, each with its first row.
#[derive(Default)]
struct Flows<'m>(Vec<(Option<&'m Id>, Instant)>);

impl<'m> Flows<'m> {
    /// Whether a row begins a flow; it is remembered if so.
    fn begins(&mut self, moment: &'m Moment) -> bool {
        let flow = moment.correlation.as_ref();
        let same = self.0.iter().any(|(id, at)| *id == flow && moment.at.0 - at.0 <= FLOW_SECONDS);
        if !same {
            self.0.push((flow, moment.at));
        }
        !same
    }
}

/// The code of both a password reset and the entry of self-service reset registration.
const RESET_OR_REGISTRATION: u32 = 50_125;

/// A password event within ten minutes: 50125 was the reset, not a registration page (semantics §3).
fn near_reset<'m>(moments: &(impl Iterator<Item = &'m Moment> + Clone), at: Instant) -> bool {
    moments.clone().any(|m| {
        let near = (m.at.0 - at.0).abs() <= FLOW_SECONDS;
        near && matches!(m.kind, MomentKind::Audit { activity, success: true, .. } if activity.is_password())
    })
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

fn registered_after<'m>(mut moments: impl Iterator<Item = &'m Moment>, at: Instant) -> bool {
    moments.any(|m| {
        let registers = matches!(
            m.kind,
            MomentKind::Audit {
                activity: Activity::SecurityInfoRegistered | Activity::AllRequiredRegistered,
                success: true,
                ..
            }
        );
        registers && m.at >= at && m.at <= at.plus_days(1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, code: u32, correlation: &str) -> Moment {
        Moment {
            at: Instant(at),
            kind: MomentKind::SignIn { code, interactive: true },
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
        assert_eq!(prompts.snoozes, 3);
    }
}
