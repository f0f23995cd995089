//! How far somebody came in the state funnel and why not further (semantics §9.1, rulings.md 23 and 27).

use super::verdict::{Label, Stale};

/// Stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// In scope.
    InScope,
    /// Account enabled.
    Enabled,
    /// Active.
    Active,
    /// Was at a page within W.
    Reachable,
    /// Was shown the goal's page.
    Prompted,
    /// Began to register.
    Started,
    /// Registered.
    Registered,
    /// Registered and allowed.
    Capable,
    /// Passwordless.
    Passwordless,
    /// Phishing-resistant.
    PhishingResistant,
}

impl Stage {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InScope => "in_scope",
            Self::Enabled => "enabled",
            Self::Active => "active",
            Self::Reachable => "reachable",
            Self::Prompted => "prompted",
            Self::Started => "started",
            Self::Registered => "registered",
            Self::Capable => "capable",
            Self::Passwordless => "passwordless",
            Self::PhishingResistant => "phishing_resistant",
        }
    }
}

/// What the stage is worked out from.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one test of the stage table, semantics §9.1")]
pub struct Seen {
    /// In scope: human, member, not excluded.
    pub in_scope: bool,
    /// Account enabled, as far as known.
    pub enabled: Option<bool>,
    /// Active.
    pub active: bool,
    /// Label.
    pub label: Label,
    /// Verdict.
    pub stale: Stale,
    /// Prompted for the goal.
    pub prompted: bool,
    /// Began to register.
    pub started: bool,
    /// Registered for the goal.
    pub registered: Option<bool>,
    /// Capable, passwordless, phishing-resistant.
    pub beyond: [Option<bool>; 3],
}

/// The stage and the leak. Unregistered people out of scope have none.
#[must_use]
pub fn stage(seen: &Seen) -> (Option<Stage>, &'static str) {
    if seen.registered == Some(true) {
        return registered(seen.beyond);
    }
    if !seen.in_scope {
        return (None, "excluded");
    }
    if seen.enabled == Some(false) {
        return (Some(Stage::InScope), "disabled");
    }
    if !seen.active {
        let leak = if seen.label == Label::NeverActive { "never_active" } else { "dormant" };
        return (Some(Stage::Enabled), leak);
    }
    if seen.stale != Stale::NotStale {
        let leak = match seen.label {
            Label::LogonOnly => "logon_only",
            Label::TokenStale => "token_stale",
            Label::LegacyOnly => "legacy_only",
            _ => "undetermined",
        };
        return (Some(Stage::Active), leak);
    }
    match (seen.started, seen.prompted) {
        (true, _) => (Some(Stage::Started), "started_not_finished"),
        (false, true) => (Some(Stage::Prompted), "prompted_left"),
        (false, false) => (Some(Stage::Reachable), "reachable_not_prompted"),
    }
}

/// The furthest state of somebody registered.
fn registered([capable, passwordless, resistant]: [Option<bool>; 3]) -> (Option<Stage>, &'static str) {
    let stages =
        [(Stage::PhishingResistant, resistant), (Stage::Passwordless, passwordless), (Stage::Capable, capable)];
    match stages.into_iter().find(|(_, state)| *state == Some(true)) {
        Some((stage, _)) => (Some(stage), ""),
        None if capable == Some(false) => (Some(Stage::Registered), "policy_blocked"),
        None => (Some(Stage::Registered), ""),
    }
}
