//! Gates: every reason not to revoke somebody, each with its own name (semantics §8.1, rulings.md 24–28).

use std::collections::{BTreeMap, BTreeSet};

use super::verdict::{Label, Stale};
use crate::facts::Upns;
use crate::model::enum_set::{EnumSet, vocabulary};
use crate::model::ids::{Id, fold_upn};
use crate::model::time::Instant;

/// A list of people given with an option: ids or UPNs, each with an optional reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleList {
    /// Object id or `upn:…` key → reason.
    pub entries: BTreeMap<Id, String>,
    /// The keys of each line: a line protects somebody when one of them is known.
    pub lines: Vec<Vec<Id>>,
}

impl PeopleList {
    /// Adds a line: one person by one or two keys.
    pub fn add(&mut self, keys: &[Id], reason: &str) {
        for key in keys {
            self.entries.insert(key.clone(), reason.to_owned());
        }
        self.lines.push(keys.to_vec());
    }

    /// The reason a person is on the list with, if on it.
    #[must_use]
    pub fn find(&self, id: &Id, upns: &Upns) -> Option<&str> {
        // Most lists are empty, and everybody is looked up in all of them.
        if self.entries.is_empty() {
            return None;
        }
        let by_upn = || upns.iter().find_map(|u| self.entries.get(&Id::of_upn(&fold_upn(u))));
        self.entries.get(id).or_else(by_upn).map(String::as_str)
    }
}

/// The lists and overrides a run was given.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Emergency accounts; `None` = no list was given.
    pub break_glass: Option<PeopleList>,
    /// People never to be listed.
    pub exclude: PeopleList,
    /// The only people in scope; `None` = everybody.
    pub scope: Option<PeopleList>,
    /// Gates switched off with `--include`.
    pub include: BTreeSet<Gate>,
    /// When a person was put on an earlier list: each list's T.
    pub emitted: BTreeMap<Id, BTreeSet<Instant>>,
}

/// A reason not to be on a target list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// On the break-glass list.
    BreakGlass,
    /// Holds a role.
    Admin,
    /// Guest: revoking does nothing for external users (REV).
    Guest,
    /// Disabled.
    Disabled,
    /// Looks like a service.
    ServiceLike,
    /// Revoked recently and not back since.
    AlreadyRevoked,
    /// On an earlier list and not at a page since.
    AlreadyEmitted,
    /// Reported fraud: the security team's.
    FraudReported,
    /// Not stale.
    NotStale,
    /// Cannot be told whether stale.
    Undetermined,
    /// Windows logon within W: a revocation would mint a new token without a page.
    LogonOnly,
    /// Not active.
    Dormant,
    /// Never active.
    NeverActive,
    /// Active by legacy clients alone.
    LegacyOnly,
    /// Registered for the goal.
    Registered,
    /// Not known whether registered.
    RegistrationUnknown,
    /// On an exclusion list.
    Excluded,
    /// Not on the scope list.
    OutOfScope,
}

vocabulary!(Gate: BreakGlass, Admin, Guest, Disabled, ServiceLike, AlreadyRevoked, AlreadyEmitted, FraudReported, NotStale, Undetermined, LogonOnly, Dormant, NeverActive, LegacyOnly, Registered, RegistrationUnknown, Excluded, OutOfScope);

impl Gate {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BreakGlass => "break_glass",
            Self::Admin => "admin",
            Self::Guest => "guest",
            Self::Disabled => "disabled",
            Self::ServiceLike => "service_like",
            Self::AlreadyRevoked => "already_revoked",
            Self::AlreadyEmitted => "already_emitted",
            Self::FraudReported => "fraud_reported",
            Self::NotStale => "not_stale",
            Self::Undetermined => "undetermined",
            Self::LogonOnly => "logon_only",
            Self::Dormant => "dormant",
            Self::NeverActive => "never_active",
            Self::LegacyOnly => "legacy_only",
            Self::Registered => "registered",
            Self::RegistrationUnknown => "registration_unknown",
            Self::Excluded => "excluded",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// Why it keeps somebody off a list, for people.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::BreakGlass => "emergency account on the break-glass list",
            Self::Admin => "holds a directory role; revoke administrators in a wave of their own",
            Self::Guest => "guest: revoking has no effect on external users",
            Self::Disabled => "the account is disabled",
            Self::ServiceLike => "looks like a service; revoking would cause an outage, not a registration",
            Self::AlreadyRevoked => "was revoked recently and has not signed in at a page since",
            Self::AlreadyEmitted => "is on a recent list already and has not signed in at a page since",
            Self::FraudReported => "fraud or suspicious activity was reported; leave it to the security team",
            Self::NotStale => "signed in at a page recently enough to be prompted",
            Self::Undetermined => "the logs cannot tell whether this person is stale",
            Self::LogonOnly => "signs in to Windows only; a revocation would renew the token without a page",
            Self::Dormant => "not active; tokens of idle clients die by themselves",
            Self::NeverActive => "never active",
            Self::LegacyOnly => "uses legacy clients only; no page can be shown there",
            Self::Registered => "already registered for the goal",
            Self::RegistrationUnknown => "no registration report says whether this person is registered",
            Self::Excluded => "on an exclusion list",
            Self::OutOfScope => "not on the scope list",
        }
    }
}

/// What the gates look at.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one gate's own test, semantics §8.1")]
pub struct Seen<'s> {
    /// Object id.
    pub id: &'s Id,
    /// UPNs.
    pub upns: &'s Upns,
    /// Label.
    pub label: Label,
    /// Verdict.
    pub stale: Stale,
    /// Account enabled.
    pub enabled: Option<bool>,
    /// Guest.
    pub guest: bool,
    /// Holds a role.
    pub admin: Option<bool>,
    /// Looks like a service.
    pub service_like: bool,
    /// Active.
    pub active: bool,
    /// Never active.
    pub never_active: bool,
    /// Revoked recently.
    pub already_revoked: bool,
    /// On a recent list.
    pub already_emitted: bool,
    /// Reported fraud.
    pub fraud: bool,
    /// What a stale person uses instead of a page.
    pub silent_by: Option<Label>,
    /// Registered for the goal.
    pub goal_registered: Option<bool>,
}

/// Every gate that applies to a person, in the order of the list.
#[must_use]
pub fn gates(seen: &Seen<'_>, lists: &Lists) -> EnumSet<Gate> {
    let on = |list: &PeopleList| list.find(seen.id, seen.upns).is_some();
    // A guest may be listed with `--include guests`: then what a revocation would do to this person still counts.
    let silent = |by: Label| seen.label == by || (seen.label == Label::Guest && seen.silent_by == Some(by));
    let rules = [
        (Gate::BreakGlass, lists.break_glass.as_ref().is_some_and(on)),
        (Gate::Admin, seen.admin == Some(true)),
        (Gate::Guest, seen.guest),
        (Gate::Disabled, seen.enabled == Some(false)),
        (Gate::ServiceLike, seen.service_like),
        (Gate::AlreadyRevoked, seen.already_revoked),
        (Gate::AlreadyEmitted, seen.already_emitted),
        (Gate::FraudReported, seen.fraud),
        (Gate::NotStale, seen.stale == Stale::NotStale),
        (Gate::Undetermined, seen.stale == Stale::Undetermined || seen.label == Label::Undetermined),
        (Gate::LogonOnly, silent(Label::LogonOnly)),
        (Gate::Dormant, !seen.active && !seen.never_active && seen.enabled != Some(false)),
        (Gate::NeverActive, seen.never_active),
        (Gate::LegacyOnly, silent(Label::LegacyOnly)),
        (Gate::Registered, seen.goal_registered == Some(true)),
        (Gate::RegistrationUnknown, seen.goal_registered.is_none()),
        (Gate::Excluded, on(&lists.exclude)),
        (Gate::OutOfScope, lists.scope.as_ref().is_some_and(|s| !on(s))),
    ];
    rules.into_iter().filter(|(_, applies)| *applies).map(|(gate, _)| gate).collect()
}

/// Whether a person is on the target list (rulings.md 24): token-stale, or of a label switched on with `--include`,
/// known to be unregistered, and no gate left that was not switched off.
#[must_use]
pub fn is_target(
    label: Label,
    stale: Stale,
    goal_registered: Option<bool>,
    mut gates: impl Iterator<Item = Gate>,
    lists: &Lists,
) -> bool {
    let included = |gate: Gate| lists.include.contains(&gate);
    let wanted = match label {
        Label::TokenStale => true,
        Label::LogonOnly => included(Gate::LogonOnly),
        Label::Undetermined => included(Gate::Undetermined),
        Label::Guest => included(Gate::Guest) && stale != Stale::NotStale,
        _ => false,
    };
    wanted && goal_registered == Some(false) && gates.all(included)
}
