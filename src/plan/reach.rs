//! Whether a way of asking reaches one unregistered person, and what is in its way if not (semantics §1.5, §5.1, §5.3).

use std::borrow::Cow;

use super::likelihood::{Rate, rate};
use super::party::Party;
use super::sign_in_frequency::{Left, Plan};
use crate::judge::gates::Gate;
use crate::judge::{Label, Stale};
use crate::model::lever_rule::Way;
use crate::model::registration::Goal;

/// Days ahead that likelihoods are given for (semantics §5.3).
pub const AHEAD_DAYS: f64 = 14.0;

/// The answer for one person and one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Reached; `None` = cannot be told.
    pub reached: Option<bool>,
    /// What is in the way, a word; empty = nothing.
    pub blocker: Cow<'static, str>,
}

impl Reach {
    fn yes() -> Self {
        Self { reached: Some(true), blocker: Cow::Borrowed("") }
    }

    fn no(blocker: &'static str) -> Self {
        Self { reached: Some(false), blocker: Cow::Borrowed(blocker) }
    }

    fn unknown(blocker: &'static str) -> Self {
        Self { reached: None, blocker: Cow::Borrowed(blocker) }
    }

    /// The word in outputs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.reached {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        }
    }
}

/// What a blocker of a way means, for people.
#[must_use]
pub fn meaning(way: Way, blocker: &str) -> &'static str {
    let left = Left::ALL.into_iter().find(|l| way == Way::SignInFrequency && l.words().0 == blocker);
    if let Some(left) = left {
        return left.words().1;
    }
    match blocker {
        "interaction" => "never at a sign-in page: tokens renew themselves",
        "surface" => "no page can be shown at a Windows logon or in a legacy client",
        "undetermined" => "the logs cannot tell whether this person comes to a sign-in page",
        "dormant" => "not active: nothing to interrupt, and mail may not be read",
        "never_active" => "never active",
        "no_mfa_method" => "the campaign asks only after a successful MFA, and this person has no method",
        "registration_unknown" => "no report says whether this person holds an MFA method",
        "other_goal" => "registers for another goal than the one asked about",
        "no_token_rows" => "no token use is seen within the activity window",
        "suppressed:ca_register_info" => "a policy on registering security information blocks it (53010)",
        "suppressed:risk" => "blocked for risk (53004)",
        "not_targeted" => "not a label that is revoked",
        "" => "",
        _ => gate_meaning(blocker),
    }
}

fn gate_meaning(blocker: &str) -> &'static str {
    const GATES: [Gate; 6] =
        [Gate::Admin, Gate::AlreadyRevoked, Gate::FraudReported, Gate::NotStale, Gate::LegacyOnly, Gate::LogonOnly];
    GATES.into_iter().find(|g| g.name() == blocker).map_or("kept out by a rule of the target list", Gate::reason)
}

/// Whether a way reaches somebody unregistered; `position` is the person's place among the parties of the plan.
#[must_use]
pub fn reach(way: Way, party: &Party<'_>, position: usize, (plan, goal): (&Plan, Goal)) -> Reach {
    let v = party.verdict;
    let by_oneself = way != Way::Provisioning;
    if let Some(block) = v.blocker.filter(|missing| by_oneself && missing.is_block()) {
        return Reach { reached: Some(false), blocker: Cow::Borrowed(block.name()) };
    }
    match way {
        Way::Provisioning => Reach::yes(),
        Way::Request => match v.label {
            Label::Dormant => Reach::unknown("dormant"),
            Label::NeverActive => Reach::unknown("never_active"),
            _ => Reach::yes(),
        },
        Way::Revoke if v.target => Reach::yes(),
        Way::Revoke if v.stale == Stale::Undetermined => Reach::unknown("undetermined"),
        Way::Revoke => Reach::no(v.gates.first().map_or("not_targeted", |g| g.name())),
        Way::SignInFrequency => by_frequency(party, position, plan),
        Way::Enforce | Way::PerUserMfa => by_token(party, way, goal),
        Way::Nudge => match v.registration.mfa_registered {
            Some(true) if matches!(goal, Goal::App | Goal::Passkey) => at_page(party),
            Some(true) => Reach::no("other_goal"),
            Some(false) => Reach::no("no_mfa_method"),
            None => Reach::unknown("registration_unknown"),
        },
        Way::Sspr if goal != Goal::Sspr => Reach::no("other_goal"),
        Way::Wait | Way::SecurityDefaults | Way::IdProtection | Way::Sspr => at_page(party),
    }
}

/// Ways that wait for a sign-in page.
fn at_page(party: &Party<'_>) -> Reach {
    match party.verdict.label {
        Label::LogonOnly | Label::LegacyOnly => Reach::no("surface"),
        Label::Dormant => Reach::unknown("dormant"),
        Label::NeverActive => Reach::unknown("never_active"),
        _ => match party.verdict.stale {
            Stale::NotStale => Reach::yes(),
            Stale::Stale => Reach::no("interaction"),
            Stale::Undetermined => Reach::unknown("undetermined"),
        },
    }
}

/// Policies that bite when a token is renewed too.
fn by_token(party: &Party<'_>, way: Way, goal: Goal) -> Reach {
    let page = at_page(party);
    if matches!(goal, Goal::App | Goal::Passkey) && way == Way::PerUserMfa {
        return Reach::no("other_goal");
    }
    if goal == Goal::Sspr {
        return Reach::no("other_goal");
    }
    if !party.habits.places.is_empty() {
        return Reach::yes();
    }
    if page.blocker == "interaction" { Reach::unknown("no_token_rows") } else { page }
}

fn by_frequency(party: &Party<'_>, position: usize, plan: &Plan) -> Reach {
    if plan.covered.contains(&position) {
        return Reach::yes();
    }
    if let Some(left) = plan.left.get(&position) {
        return Reach::no(left.words().0);
    }
    match party.verdict.label {
        Label::Ok => Reach::no("not_stale"),
        Label::Dormant => Reach::no("dormant"),
        Label::NeverActive => Reach::no("never_active"),
        Label::LegacyOnly => Reach::no("surface"),
        _ => Reach::unknown("undetermined"),
    }
}

/// How often somebody passes where the way asks; `None`: it does not wait for anybody, or nothing is covered.
#[must_use]
pub fn rate_of(way: Way, party: &Party<'_>, (pages, tokens): (f64, f64)) -> Option<Rate> {
    match way {
        Way::Wait | Way::SecurityDefaults | Way::Sspr | Way::IdProtection | Way::Nudge => {
            rate(party.habits.page_days, pages)
        }
        Way::Enforce | Way::PerUserMfa => rate(party.habits.token_days, tokens),
        Way::SignInFrequency | Way::Revoke | Way::Request | Way::Provisioning => None,
    }
}
