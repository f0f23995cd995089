//! Where a report or a user list and the logs cannot both be right, once the report's lag is allowed for
//! (semantics §7.1, §9.2). Nothing is settled here: each contradiction is listed with both sides.

use std::collections::BTreeMap;

use super::Frame;
use super::clocks::Clocks;
use super::gains::{qualifies, removal_counts};
use super::registration::State;
use crate::facts::Dossier;
use crate::facts::people::{Moment, MomentKind, Registration};
use crate::model::activity_name::Activity;
use crate::model::method::Family;
use crate::model::registration::Goal;
use crate::model::tables::Tables;
use crate::model::time::Instant;

/// The registration report lags "up to a few hours" (AMA): events this close to its refresh contradict nothing.
const LAG_HOURS: i64 = 6;

/// What disagrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The report says unregistered; the log shows a registration well before its refresh.
    RegisteredInLog,
    /// The report says registered; the log shows every method of its list removed since.
    RemovedInLog,
    /// The report lists a method that was not there before; the log of that time has no event of it.
    NoEvent,
    /// In no report although enabled, active, and older than the report.
    AbsentFromReport,
    /// Disabled, and tokens were issued later.
    TokensWhileDisabled,
    /// The list says member; sign-in rows say guest.
    GuestInLog,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::RegisteredInLog,
        Self::RemovedInLog,
        Self::NoEvent,
        Self::AbsentFromReport,
        Self::TokensWhileDisabled,
        Self::GuestInLog,
    ];

    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RegisteredInLog => "registered_in_log",
            Self::RemovedInLog => "removed_in_log",
            Self::NoEvent => "no_event",
            Self::AbsentFromReport => "absent_from_report",
            Self::TokensWhileDisabled => "tokens_while_disabled",
            Self::GuestInLog => "guest_in_log",
        }
    }
}

/// One contradiction of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What disagrees.
    pub kind: Kind,
    /// What the report or list says.
    pub report: String,
    /// When the report or list was made, where it says so.
    pub report_at: Option<Instant>,
    /// What the log says.
    pub log: String,
    /// The instant of the log's evidence, where there is one.
    pub at: Option<Instant>,
}

/// Every contradiction of a person, in the order of [`Kind`].
#[must_use]
pub fn contradictions(
    dossier: &Dossier<'_>,
    state: &State,
    (clocks, enabled): (&Clocks, Option<bool>),
    frame: &Frame,
) -> Vec<Contradiction> {
    let case = Case { dossier, state, clocks, enabled, frame };
    let found = [
        case.registered_in_log(),
        case.removed_in_log(),
        case.no_event(),
        case.absent(),
        case.tokens_while_disabled(),
        case.guest_in_log(),
    ];
    found.into_iter().flatten().collect()
}

struct Case<'c> {
    dossier: &'c Dossier<'c>,
    state: &'c State,
    clocks: &'c Clocks,
    /// Enabled, as judged.
    enabled: Option<bool>,
    frame: &'c Frame,
}

impl<'c> Case<'c> {
    fn moments(&self) -> impl DoubleEndedIterator<Item = &'c Moment> + use<'c> {
        let t = self.frame.t;
        self.dossier.person.moments.iter().filter(move |m| m.at <= t)
    }

    /// The newest report that lists the person and says when it was made.
    fn report(&self) -> Option<(Instant, &'c Registration)> {
        let listed = self.state.in_report;
        self.dossier.person.registration.values().rev().filter(|_| listed).find_map(|r| Some((r.at?, r)))
    }

    fn registered_in_log(&self) -> Option<Contradiction> {
        let (made, report) = self.report()?;
        let stated = report.mfa_registered.as_ref()?;
        let event = self.moments().filter(|m| m.at <= made.plus_hours(-LAG_HOURS)).rev();
        let event = event.filter(|m| qualifies(m, Goal::Mfa, self.dossier)).map(|m| m.at).next()?;
        let removed = self.moments().any(|m| m.at >= event && removal_counts(m).is_some());
        (!stated.value && !removed).then(|| Contradiction {
            kind: Kind::RegisteredInLog,
            report: "not registered for MFA".to_owned(),
            report_at: Some(made),
            log: "registered a method that counts for MFA, and none was removed since".to_owned(),
            at: Some(event),
        })
    }

    /// Every MFA method of the report's list has a removal of its family after the refresh, one each, and nothing was
    /// registered since.
    fn removed_in_log(&self) -> Option<Contradiction> {
        let (made, report) = self.report()?;
        let mut held = families(report.methods.as_ref().map(|m| m.value.iter())?, &self.frame.thresholds.tables);
        let later = || self.moments().filter(move |m| m.at > made);
        let mut last = None;
        for (moment, family) in later().filter_map(|m| Some((m, removal_counts(m)?))) {
            if let Some(left) = held.get_mut(&family) {
                *left = left.saturating_sub(1);
                last = Some(moment.at);
            }
        }
        let gone = !held.is_empty() && held.values().all(|left| *left == 0);
        let gained = later().any(|m| gain(m).is_some());
        (gone && !gained).then(|| Contradiction {
            kind: Kind::RemovedInLog,
            report: "registered for MFA".to_owned(),
            report_at: Some(made),
            log: "every method the report lists was removed since".to_owned(),
            at: last,
        })
    }

    /// A method that an earlier report did not list, or of an account created in the log's time, without any event that may
    /// have brought it.
    fn no_event(&self) -> Option<Contradiction> {
        let (made, report) = self.report()?;
        let listed = &*report.methods.as_ref()?.value;
        let earlier = self.dossier.person.registration.values().rev().find_map(|r| {
            let at = r.at.filter(|at| *at < made)?;
            Some((at.plus_hours(-LAG_HOURS), &*r.methods.as_ref()?.value))
        });
        let created = self.dossier.person.account.created.as_ref().map(|c| c.value);
        let none = std::collections::BTreeSet::new();
        let (from, before) = earlier.or_else(|| created.map(|at| (at, &none)))?;
        // One silence of the audit log is enough not to know.
        let covered = self.frame.audit.iter().any(|w| w.from <= from && w.to >= made.plus_hours(-LAG_HOURS));
        let gains: Vec<Family> = self.moments().filter(|m| from <= m.at && m.at <= made).filter_map(gain).collect();
        let counts = |m: &&String| self.frame.thresholds.tables.strength(m).is_some_and(|s| s.mfa);
        let unexplained = listed.difference(before).filter(counts).find(|m| {
            let family = Family::of_method(m);
            // An authenticator app brings a passcode along.
            let twin = family == Family::Passcode && gains.contains(&Family::Authenticator);
            !twin && !gains.contains(&family) && !gains.contains(&Family::Unknown)
        })?;
        covered.then(|| Contradiction {
            kind: Kind::NoEvent,
            report: format!("lists {unexplained}"),
            report_at: Some(made),
            log: "no event since it was not there".to_owned(),
            at: Some(from),
        })
    }

    fn absent(&self) -> Option<Contradiction> {
        let made = self.frame.newest_report.filter(|_| self.frame.has_registration && !self.state.in_report)?;
        let account = &self.dossier.person.account;
        let old = account.created.as_ref().is_some_and(|c| c.value <= made.plus_hours(-LAG_HOURS));
        let used = self.clocks.success.filter(|at| *at >= self.frame.active_since())?;
        (self.enabled == Some(true) && old).then(|| Contradiction {
            kind: Kind::AbsentFromReport,
            report: "not listed, though the account is enabled and older than the report".to_owned(),
            report_at: Some(made),
            log: "active".to_owned(),
            at: Some(used),
        })
    }

    fn tokens_while_disabled(&self) -> Option<Contradiction> {
        let stated = self.dossier.person.account.disabled.as_ref().filter(|d| d.value)?;
        let switched = self.moments().rev().find_map(|m| match m.kind {
            MomentKind::Audit { activity: Activity::Disabled, success: true, .. } => Some((m.at, true)),
            MomentKind::Audit { activity: Activity::Enabled, success: true, .. } => Some((m.at, false)),
            _ => None,
        });
        // Only a list that says when it was made says when somebody was disabled at the latest.
        let dated = self.dossier.person.account.disabled_dated.as_ref() == Some(stated);
        let since = match switched {
            Some((at, true)) => at,
            // Enabled again after the list was made: no contradiction.
            Some((at, false)) if !dated || stated.at.is_none_or(|made| at >= made) => return None,
            _ => stated.at.filter(|_| dated)?,
        };
        let token = self.clocks.token.filter(|at| *at > since.plus_hours(LAG_HOURS))?;
        Some(Contradiction {
            kind: Kind::TokensWhileDisabled,
            report: format!("disabled since {since} or before"),
            report_at: stated.at,
            log: "a token was issued later".to_owned(),
            at: Some(token),
        })
    }

    fn guest_in_log(&self) -> Option<Contradiction> {
        let stated = self.dossier.person.account.guest.as_ref()?;
        (!stated.value && self.dossier.person.seen_guest).then(|| Contradiction {
            kind: Kind::GuestInLog,
            report: "member".to_owned(),
            report_at: stated.at,
            log: "some sign-in row says guest: converted since, or another account of that name".to_owned(),
            at: None,
        })
    }
}

/// How many removals it takes to remove the MFA methods of a list, by family; an authenticator app is one method under
/// several names, and brings a passcode along.
fn families<'m>(methods: impl Iterator<Item = &'m String>, tables: &Tables) -> BTreeMap<Family, u64> {
    let mut held: BTreeMap<Family, u64> = BTreeMap::new();
    for name in methods.filter(|m| tables.strength(m).is_none_or(|s| s.mfa)) {
        let count = held.entry(Family::of_method(name)).or_default();
        *count = if Family::of_method(name) == Family::Authenticator { 1 } else { *count + 1 };
    }
    if held.contains_key(&Family::Authenticator) && held.get(&Family::Passcode) == Some(&1) {
        held.remove(&Family::Passcode);
    }
    held
}

/// The family of a method that an event may have brought.
fn gain(moment: &Moment) -> Option<Family> {
    use Activity::{AdminRegistered, AllRequiredRegistered, CredentialAdded, SecurityInfoRegistered, SsprSaved};
    match moment.kind {
        MomentKind::Audit { activity: CredentialAdded, success: true, .. } => Some(Family::Passkey),
        MomentKind::Audit {
            activity: SecurityInfoRegistered | AdminRegistered | AllRequiredRegistered | SsprSaved,
            success: true,
            family,
            ..
        } => Some(family),
        _ => None,
    }
}
