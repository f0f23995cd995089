//! Registered for what, since when, by whose doing (semantics §7, §9.1, rulings.md 21).

use std::collections::BTreeSet;

use super::Frame;
use super::gains::{provides, qualifies, removals, visit_end};
use super::prompts::codes;
use super::since_report::{Since, since};
use crate::facts::Dossier;
use crate::facts::people::{MomentKind, Registration, Stamped};
use crate::model::activity_name::Activity;
use crate::model::method::ResistanceProfile;
use crate::model::registration::{Goal, Methods};
use crate::model::settings::Thresholds;
use crate::model::time::{Instant, MaybeInstant, Window};

/// How somebody came to be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// After a prompt.
    SelfPrompted,
    /// Without a prompt.
    SelfVoluntary,
    /// By an administrator.
    Provisioned,
    /// Before the logs begin.
    PreWindow,
    /// Cannot be told.
    Unknown,
}

impl Origin {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfPrompted => "self_prompted",
            Self::SelfVoluntary => "self_voluntary",
            Self::Provisioned => "provisioned",
            Self::PreWindow => "pre_window",
            Self::Unknown => "unknown",
        }
    }
}

/// One person's registration state at T. `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Registered for MFA.
    pub mfa_registered: Option<bool>,
    /// Registered and allowed.
    pub mfa_capable: Option<bool>,
    /// Registered for self-service reset.
    pub sspr_registered: Option<bool>,
    /// In its scope.
    pub sspr_enabled: Option<bool>,
    /// Both.
    pub sspr_capable: Option<bool>,
    /// Passwordless.
    pub passwordless_capable: Option<bool>,
    /// Holds a method that is phishing-resistant in the profile asked for.
    pub phishing_resistant: Option<bool>,
    /// Holds an MFA method that works on a foreign device.
    pub portable_method: Option<bool>,
    /// Methods.
    pub methods: Option<Methods>,
    /// Holds a role.
    pub admin: Option<bool>,
    /// Registered for the goal.
    pub goal_registered: Option<bool>,
    /// Capable for the goal.
    pub goal_capable: Option<bool>,
    /// When registered for the goal, from the audit log.
    pub registered_at: MaybeInstant,
    /// By whose doing.
    pub origin: Option<Origin>,
    /// Some report lists this person.
    pub in_report: bool,
    /// The state comes from the audit log, later than the report.
    pub from_audit: bool,
}

/// Works the state out.
#[must_use]
pub fn state(dossier: &Dossier<'_>, frame: &Frame) -> State {
    let reports = &dossier.person.registration;
    let mut out = State { in_report: in_newest_report(dossier, frame), ..State::default() };
    // Who fell out of the newest report may have been disabled, deleted or registered since: unknown, not as it was.
    let newest = Newest { reports: reports.values().rev().filter(|_| out.in_report).collect() };
    out.mfa_registered = newest.of(|r| r.mfa_registered.as_ref());
    out.mfa_capable = newest.of(|r| r.mfa_capable.as_ref());
    out.sspr_registered = newest.of(|r| r.sspr_registered.as_ref());
    out.sspr_enabled = newest.of(|r| r.sspr_enabled.as_ref());
    out.sspr_capable = newest.of(|r| r.sspr_capable.as_ref());
    out.passwordless_capable = newest.of(|r| r.passwordless_capable.as_ref());
    out.admin = newest.of(|r| r.admin.as_ref());
    out.methods = newest.of(|r| r.methods.as_ref());
    let settings = &frame.thresholds;
    out.phishing_resistant = out.methods.as_deref().map(|m| has_resistant(m, settings));
    out.portable_method = out.methods.as_deref().and_then(|m| portable(m, settings));
    let goal = frame.thresholds.goal;
    out.goal_registered = goal_registered(&out, goal);
    out.goal_capable = match goal {
        Goal::Sspr => out.sspr_capable,
        Goal::Mfa | Goal::App | Goal::Passkey => out.mfa_capable,
    };
    let snapshot = reports.values().filter(|_| out.in_report).filter_map(|r| r.at).max();
    add_events(&mut out, dossier, (goal, snapshot), frame);
    out
}

fn has_resistant(methods: &BTreeSet<String>, settings: &Thresholds) -> bool {
    methods.iter().any(|name| settings.tables.strength(name).is_some_and(|s| s.resists(settings.pr_profile)))
}

/// Whether some method that counts for MFA is not tied to one computer (semantics §7.2). A method of a name that is not
/// known may be one.
fn portable(methods: &BTreeSet<String>, settings: &Thresholds) -> Option<bool> {
    let known = |name: &String| settings.tables.strength(name);
    if methods.iter().filter_map(known).any(|s| s.mfa && !s.tied) {
        Some(true)
    } else {
        methods.iter().all(|name| known(name).is_some()).then_some(false)
    }
}

/// Listed in a report made within two days of the newest one, or in one that does not say when it was made.
fn in_newest_report(dossier: &Dossier<'_>, frame: &Frame) -> bool {
    const SAME_REPORT_DAYS: i64 = 2;
    let oldest = frame.newest_report.map(|at| at.plus_days(-SAME_REPORT_DAYS));
    dossier.person.registration.values().any(|r| r.at.is_none() || r.at >= oldest)
}

/// Reports from the newest snapshot back; a field the newest lacks is taken from an older one.
struct Newest<'r> {
    reports: Vec<&'r Registration>,
}

impl Newest<'_> {
    fn of<T: Clone>(&self, field: impl Fn(&Registration) -> Option<&Stamped<T>>) -> Option<T> {
        self.reports.iter().find_map(|r| field(r)).map(|s| s.value.clone())
    }
}

fn goal_registered(state: &State, goal: Goal) -> Option<bool> {
    match goal {
        Goal::Mfa => state.mfa_registered,
        Goal::Sspr => state.sspr_registered,
        Goal::App => state.methods.as_deref().map(has_app),
        Goal::Passkey => state.phishing_resistant,
    }
}

fn has_app(methods: &BTreeSet<String>) -> bool {
    const APP: [&str; 2] = ["microsoftauthenticatorpush", "microsoftauthenticatorpasswordless"];
    methods.iter().any(|name| APP.contains(&name.to_lowercase().as_str()))
}

/// What one report alone says of the goal.
pub(super) fn goal_of(report: &Registration, settings: &Thresholds) -> Option<bool> {
    let stated = |flag: &Option<Stamped<bool>>| flag.as_ref().map(|f| f.value);
    let methods = report.methods.as_ref().map(|m| &*m.value);
    match settings.goal {
        Goal::Mfa => stated(&report.mfa_registered),
        Goal::Sspr => stated(&report.sspr_registered),
        Goal::App => methods.map(has_app),
        Goal::Passkey => methods.map(|m| has_resistant(m, settings)),
    }
}

fn add_events(out: &mut State, dossier: &Dossier<'_>, (goal, snapshot): (Goal, Option<Instant>), frame: &Frame) {
    let moments = || dossier.person.moments.iter().filter(|m| m.at <= frame.t);
    let first = moments().filter(|m| qualifies(m, goal, dossier)).map(|m| m.at).min();
    out.registered_at = first.map(|at| visit_end(dossier, at, frame.t)).into();
    after_report(out, dossier, snapshot, &frame.thresholds);
    out.origin = out.goal_registered.filter(|r| *r).map(|_| origin(dossier, goal, first, frame));
}

/// The first registration for the goal at or after an instant and up to another, by the audit log (rulings.md 21).
#[must_use]
pub fn registered_within(dossier: &Dossier<'_>, goal: Goal, window: Window) -> Option<Instant> {
    let inside = dossier.person.between(window.from, window.to);
    let first = inside.filter(|m| qualifies(m, goal, dossier)).map(|m| m.at).next()?;
    Some(visit_end(dossier, first, window.to))
}

/// When a report made at or after an instant says that the person may use what was registered: the report's own time.
#[must_use]
pub fn capable_since(dossier: &Dossier<'_>, goal: Goal, since: Instant, t: Instant) -> Option<Instant> {
    let capable = |r: &Registration| {
        let flag = if goal == Goal::Sspr { &r.sspr_capable } else { &r.mfa_capable };
        flag.as_ref().filter(|s| s.value).and_then(|s| s.at)
    };
    dossier.person.registration.values().filter_map(capable).filter(|at| *at >= since && *at <= t).min()
}

/// Who registered after the report was made must not be listed as unregistered; where the log cannot tell whether a
/// goal was met, it is unknown. What the report says of being allowed holds for the methods it knew of.
fn after_report(out: &mut State, dossier: &Dossier<'_>, report: Option<Instant>, settings: &Thresholds) {
    let change = |goal: Goal, registered: &mut Option<bool>| {
        let now = match (since(dossier, goal, report), *registered) {
            (_, Some(true)) | (Since::Nothing, _) | (Since::Maybe, None) => return false,
            (Since::Registered, _) => Some(true),
            (Since::Maybe, Some(false)) => None,
        };
        *registered = now;
        true
    };
    let refuted = |flag: &mut Option<bool>| *flag = flag.filter(|capable| *capable);
    if change(Goal::Mfa, &mut out.mfa_registered) {
        refuted(&mut out.mfa_capable);
    }
    if change(Goal::Sspr, &mut out.sspr_registered) {
        refuted(&mut out.sspr_capable);
    }
    if change(Goal::Passkey, &mut out.phishing_resistant) {
        refuted(&mut out.passwordless_capable);
        // The log names the family, not the kind: the strict profile asks for more.
        out.phishing_resistant = out.phishing_resistant.filter(|_| settings.pr_profile == ResistanceProfile::Full);
    }
    out.from_audit = change(settings.goal, &mut out.goal_registered);
    if out.from_audit {
        refuted(&mut out.goal_capable);
    }
}

/// Whether the newest report or row before an instant says that somebody was registered for the goal then.
pub(super) fn was_registered(dossier: &Dossier<'_>, settings: &Thresholds, at: Instant) -> bool {
    let goal = settings.goal;
    let reports = dossier.person.registration.values().filter(|r| r.at.is_some_and(|made| made <= at));
    let reported = reports.filter_map(|r| Some((r.at?, goal_of(r, settings)?))).next_back();
    let gains =
        dossier.person.moments.iter().filter(|m| m.at < at && (qualifies(m, goal, dossier) || provides(m, goal)));
    let gained = gains.map(|m| m.at).next_back();
    let kept = |since: Instant| !removals(dossier, goal).any(|gone| gone > since && gone < at);
    match (reported, gained) {
        (Some((made, says)), Some(gain)) if made > gain => says && kept(made),
        (_, Some(gain)) => kept(gain),
        (Some((made, says)), None) => says && kept(made),
        (None, None) => false,
    }
}

fn origin(dossier: &Dossier<'_>, goal: Goal, first: Option<Instant>, frame: &Frame) -> Origin {
    let moments = || dossier.person.moments.iter().filter(|m| m.at <= frame.t);
    if let Some(first) = first {
        let prompted = moments().any(|m| {
            matches!(&m.kind, MomentKind::SignIn { code, surface: true } if codes(goal).contains(code))
                && m.at <= first
                && m.at >= first.plus_days(-1)
        });
        return if prompted { Origin::SelfPrompted } else { Origin::SelfVoluntary };
    }
    let provisioned = moments()
        .any(|m| matches!(m.kind, MomentKind::Audit { activity: Activity::AdminRegistered, success: true, .. }));
    if provisioned {
        Origin::Provisioned
    } else if frame.audit.is_empty() {
        Origin::Unknown
    } else {
        Origin::PreWindow
    }
}
