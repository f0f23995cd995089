//! What came of one listed person, what stands out, and what to do next (semantics §9.3).

use crate::facts::After;
use crate::judge::follow::{Outlived, Path, audited};
use crate::judge::{Frame, Verdict};
use crate::model::time::{DAY_SECONDS, Instant, Window};

/// The one word for what came of a listed person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Registered for the goal since.
    Registered,
    /// Began to register and did not finish.
    StartedNotFinished,
    /// Was shown the page and left it.
    PromptedLeft,
    /// Was at a page and was shown no prompt.
    ReturnedNotPrompted,
    /// Windows logon renewed the tokens; no page.
    ReturnedDeviceOnly,
    /// Revoked, and at no page since.
    NeverCameBack,
    /// On the list, and no revocation by an administrator or an application.
    NotRevoked,
    /// The logs cannot tell, or not yet.
    NotVerifiable,
    /// Registered before the list was made, or after it and before the revocation.
    RegisteredBefore,
    /// Nobody of that id or UPN is in the inputs.
    NotInInputs,
}

impl Outcome {
    /// All, in the order of tables.
    pub const ALL: [Self; 10] = [
        Self::Registered,
        Self::StartedNotFinished,
        Self::PromptedLeft,
        Self::ReturnedNotPrompted,
        Self::ReturnedDeviceOnly,
        Self::NeverCameBack,
        Self::NotRevoked,
        Self::NotVerifiable,
        Self::RegisteredBefore,
        Self::NotInInputs,
    ];

    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::StartedNotFinished => "started_not_finished",
            Self::PromptedLeft => "prompted_left",
            Self::ReturnedNotPrompted => "returned_not_prompted",
            Self::ReturnedDeviceOnly => "returned_device_only",
            Self::NeverCameBack => "never_came_back",
            Self::NotRevoked => "not_revoked",
            Self::NotVerifiable => "not_verifiable_yet",
            Self::RegisteredBefore => "registered_before",
            Self::NotInInputs => "not_in_inputs",
        }
    }
}

/// When a list was made and until when it could be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// t0.
    pub targeted_at: Instant,
    /// `None`: the list does not say.
    pub valid_until: Option<Instant>,
}

/// What is said of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The one word.
    pub outcome: Outcome,
    /// Why, one sentence.
    pub reason: String,
    /// From when on it can be told.
    pub again_after: Option<Instant>,
}

impl Said {
    fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, reason: reason.into(), again_after: None }
    }

    fn later(reason: impl Into<String>, again_after: Option<Instant>) -> Self {
        Self { outcome: Outcome::NotVerifiable, reason: reason.into(), again_after }
    }
}

/// What came of a person of the inputs. A registration counts at once; that something did not happen (a registration not
/// finished, a page left, no return) is said only when a working day has gone by and the logs cover the time.
#[must_use]
pub fn outcome(path: &Path, verdict: &Verdict, frame: &Frame, term: Term) -> Said {
    let state = &verdict.registration;
    if state.goal_registered == Some(true) {
        return registered(path);
    }
    if state.goal_registered.is_none() {
        return Said::later("No registration report says whether this person is registered.", None);
    }
    match path.revoked {
        Some(revoked) => after_revocation(path, frame, revoked.at),
        None => without_revocation(path, frame, term.targeted_at),
    }
}

/// What came of who is registered at T. Who was so before the revocation is no success of it.
fn registered(path: &Path) -> Said {
    if path.registered_before == Some(true) {
        return Said::new(Outcome::RegisteredBefore, "Registered before the list was made.");
    }
    if let Some((at, revoked)) = path.early.zip(path.revoked) {
        let reason =
            format!("Registered at {at}, after the list was made and before the revocation at {}.", revoked.at);
        return Said::new(Outcome::RegisteredBefore, reason);
    }
    let reason = match (path.registered, path.provisioned) {
        (Some(at), _) => format!("Registered at {at}."),
        (None, Some(at)) => format!("An administrator registered a method at {at}."),
        (None, None) => "Registered; the audit log does not say when.".to_owned(),
    };
    Said::new(Outcome::Registered, reason)
}

fn without_revocation(path: &Path, frame: &Frame, t0: Instant) -> Said {
    let (due, covered) = (working_day_after(t0), audited(frame, t0));
    if !covered {
        return Said::later(format!("The audit log does not cover the time since {t0}."), None);
    }
    if frame.t < due {
        return Said::later(format!("The list was made at {t0}, less than a working day ago."), Some(due));
    }
    match path.other {
        Some((at, cause)) => Said::new(
            Outcome::NotRevoked,
            format!(
                "No revocation by an administrator or an application; the sessions ended at {at} by {}.",
                cause.name()
            ),
        ),
        None => Said::new(Outcome::NotRevoked, "No revocation is in the audit log: the call failed or was never made."),
    }
}

fn after_revocation(path: &Path, frame: &Frame, revoked: Instant) -> Said {
    let due = working_day_after(revoked);
    if frame.t < due {
        return Said::later(format!("Revoked at {revoked}, less than a working day ago."), Some(due));
    }
    if let Some(at) = path.registered {
        let reason = format!("Registered at {at}; since then a method was removed or a report says otherwise.");
        return Said::new(Outcome::StartedNotFinished, reason);
    }
    if let Some(at) = path.started {
        return Said::new(Outcome::StartedNotFinished, format!("Began to register at {at} and did not finish."));
    }
    if let Some(at) = path.prompted {
        return Said::new(Outcome::PromptedLeft, format!("Was shown the page at {at} and left it."));
    }
    if !covers(&frame.interactive, revoked, frame) {
        return Said::later(format!("The interactive sign-in log does not cover the time since {revoked}."), None);
    }
    match (path.returned, path.logon) {
        (Some(back), _) if frame.t < back.by.plus_days(1) => Said::later(
            format!("Came back {}, perhaps less than a day ago: a prompt may follow.", when(back)),
            Some(back.by.plus_days(1)),
        ),
        (Some(back), _) => Said::new(
            Outcome::ReturnedNotPrompted,
            format!("Came back to a sign-in page {} and was shown no prompt.", when(back)),
        ),
        (None, _) if path.unsettled => Said::later(
            "An interactive sign-in may have been the return: its factor details or its time are not known well enough.",
            Some(frame.t.plus_days(1)),
        ),
        (None, Some(logon)) => Said::new(
            Outcome::ReturnedDeviceOnly,
            format!("A Windows logon renewed the tokens {}; no sign-in page since.", when(logon)),
        ),
        (None, None) => {
            Said::new(Outcome::NeverCameBack, format!("At no sign-in page since the revocation at {revoked}."))
        }
    }
}

/// When something first happened, as far as it is known.
fn when(first: After) -> String {
    if first.exact() {
        format!("at {}", first.at)
    } else if first.at.day() == first.by.day() {
        format!("on {}", first.at.day())
    } else {
        format!("between {} and {}", first.at, first.by)
    }
}

/// Whether the last contiguous window reaches from an instant to T.
fn covers(windows: &[Window], from: Instant, frame: &Frame) -> bool {
    let reaches = frame.t.plus_hours(-frame.thresholds.settle_hours);
    windows.last().is_some_and(|w| w.from <= from && w.to >= reaches)
}

/// Twenty-four hours of Monday to Friday, UTC, later: weekend waves bite on Monday (semantics §4.4).
#[must_use]
pub fn working_day_after(from: Instant) -> Instant {
    let (mut at, mut left) = (from, DAY_SECONDS);
    loop {
        let next = at.day().start().plus_days(1);
        let room = if at.day().weekday() < 5 { next.0 - at.0 } else { 0 };
        if left <= room {
            return Instant(at.0 + left);
        }
        left -= room;
        at = next;
    }
}

/// What stands out about a person, in the words of the column `flags`.
#[must_use]
pub fn flags(path: &Path, verdict: &Verdict, said: &Said, term: Term) -> Vec<&'static str> {
    let registered = said.outcome == Outcome::Registered;
    let unprompted = path.returned.is_some()
        && path.registered.is_none()
        && !path.prompted_in_time
        && !matches!(said.outcome, Outcome::RegisteredBefore | Outcome::NotVerifiable | Outcome::Registered);
    let late = |at: Instant| term.valid_until.is_some_and(|end| at > end);
    let early = said.outcome == Outcome::RegisteredBefore && path.early.is_some();
    let undated = registered && path.registered.is_none() && path.provisioned.is_none();
    let rules = [
        ("listed_not_revoked", said.outcome == Outcome::NotRevoked),
        ("revoked_after_expiry", path.revoked.is_some_and(|r| late(r.at))),
        ("revoked_by_valid_from", path.revoked.is_some_and(|r| r.cause.is_none())),
        ("token_after_revoke", path.outlived == Some(Outlived::Surely)),
        ("token_after_revoke_unless_cae", path.outlived == Some(Outlived::UnlessCae)),
        ("returned_not_prompted", unprompted && path.revoked.is_some()),
        ("returned_day_resolution", path.returned.is_some_and(|r| !r.exact())),
        ("logon_day_resolution", path.logon.is_some_and(|l| !l.exact())),
        ("registered_without_prompt", registered && path.prompted.is_none() && !undated),
        ("registered_without_revocation", registered && path.revoked.is_none()),
        ("registered_before_revocation", early),
        ("registered_at_unknown", undated),
        ("provisioned", registered && path.provisioned.is_some()),
        ("policy_blocked", registered && verdict.registration.goal_capable == Some(false)),
    ];
    rules.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).collect()
}

/// What to do next: a word, and what it means. Never a second revocation of somebody who was revoked (semantics §10, 13).
#[must_use]
pub fn action(path: &Path, verdict: Option<&Verdict>, outcome: Outcome) -> (&'static str, &'static str) {
    if verdict.is_some_and(|v| v.enabled == Some(false)) {
        return ("none", "the account is disabled");
    }
    let help = ("help", "help or a reminder: the page was seen and the registration not finished");
    let policy =
        ("check_policy", "check the scope of the registration policy: a sign-in page was reached without a prompt");
    let other_lever = (
        "ca_or_message",
        "enforce MFA by Conditional Access, or a message; a second revocation would do the same again",
    );
    match outcome {
        Outcome::Registered | Outcome::RegisteredBefore => ("none", ""),
        Outcome::StartedNotFinished | Outcome::PromptedLeft => help,
        Outcome::ReturnedNotPrompted => policy,
        Outcome::NeverCameBack if path.outlived == Some(Outlived::Surely) => {
            ("check_call", "tokens worked on: check that the revocation reached this account; then a message")
        }
        Outcome::NeverCameBack if idle(path, verdict) => {
            ("wait", "no use since: the prompt comes with the next sign-in; an access review if there is none")
        }
        Outcome::ReturnedDeviceOnly | Outcome::NeverCameBack => other_lever,
        Outcome::NotRevoked if path.prompted.is_some() => help,
        Outcome::NotRevoked if path.returned.is_some() => policy,
        Outcome::NotRevoked => {
            ("new_list", "was not revoked: put on the next list if still stale; never send the old list again")
        }
        Outcome::NotVerifiable => ("verify_again", "export again later and verify again"),
        Outcome::NotInInputs => {
            ("check_list", "nobody of this id or UPN is in the inputs: check the list and the exports")
        }
    }
}

fn idle(path: &Path, verdict: Option<&Verdict>) -> bool {
    let revoked = path.revoked.map(|r| r.at.plus_days(2));
    verdict.is_some_and(|v| v.clocks().success <= revoked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_day_leaves_weekends_out() {
        let at = |text: &str| Instant::parse(text).expect("an instant");
        for (from, due) in [
            ("2026-11-10T08:00:05Z", "2026-11-11T08:00:05Z"),
            ("2026-11-13T15:00:00Z", "2026-11-16T15:00:00Z"),
            ("2026-11-14T10:00:00Z", "2026-11-17T00:00:00Z"),
            ("2026-11-15T23:59:59Z", "2026-11-17T00:00:00Z"),
            ("2026-11-16T00:00:00Z", "2026-11-17T00:00:00Z"),
        ] {
            assert_eq!(working_day_after(at(from)), at(due), "{from}");
        }
    }
}
