//! The one word for a person: tests in the order of rulings.md 16, and what keeps an unregistered one from a prompt.

use super::Frame;
use super::clocks::Clocks;
use super::prompts::Prompts;
use super::words::{Label, Missing, Stale};
use crate::model::time::Instant;

/// What the tests look at.
#[expect(clippy::struct_excessive_bools, reason = "the tests of the label's precedence, rulings.md 16")]
pub(super) struct Signs {
    pub(super) enabled: Option<bool>,
    pub(super) guest: Option<bool>,
    pub(super) service_like: bool,
    pub(super) never_active: bool,
    pub(super) active: bool,
    pub(super) stale: Stale,
    pub(super) tokens_in_use: bool,
}

/// What a stale, active person uses instead of a page: the label's rules, whoever the person is.
pub(super) fn silent_by(clocks: &Clocks, signs: &Signs, frame: &Frame) -> Option<Label> {
    let within = |at: Option<Instant>, since: Instant| at.is_some_and(|at| at >= since);
    if signs.stale != Stale::Stale || !signs.active {
        None
    } else if within(clocks.logon, frame.stale_since()) {
        Some(Label::LogonOnly)
    } else if signs.tokens_in_use {
        Some(Label::TokenStale)
    } else {
        within(clocks.legacy, frame.active_since()).then_some(Label::LegacyOnly)
    }
}

/// The word.
pub(super) fn label(signs: &Signs, clocks: &Clocks, frame: &Frame) -> Label {
    if signs.enabled == Some(false) {
        Label::Disabled
    } else if signs.guest == Some(true) {
        Label::Guest
    } else if signs.service_like {
        Label::ServiceLike
    } else if signs.never_active {
        Label::NeverActive
    } else if !signs.active {
        Label::Dormant
    } else {
        match signs.stale {
            Stale::NotStale => Label::Ok,
            // Stale, and active by a recorded success alone: which client it was cannot be told.
            Stale::Stale | Stale::Undetermined => silent_by(clocks, signs, frame).unwrap_or(Label::Undetermined),
        }
    }
}

/// First missing condition of a prompt (semantics §1.5), for people known to be unregistered.
pub(super) fn blocker(label: Label, registered: Option<bool>, prompts: &Prompts) -> Option<Missing> {
    if registered != Some(false) {
        return None;
    }
    prompts.blocked.missing().or(match label {
        Label::TokenStale | Label::Undetermined | Label::Dormant | Label::NeverActive => Some(Missing::Interaction),
        Label::LogonOnly | Label::LegacyOnly => Some(Missing::Surface),
        Label::Ok if prompts.episodes.is_empty() => Some(Missing::Policy),
        Label::Ok | Label::Disabled | Label::Guest | Label::ServiceLike => None,
    })
}
