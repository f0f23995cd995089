//! Whom the registration campaign (the nudge) can reach, of those who can do MFA by phone only (semantics §5.1, §5.3).
//!
//! The campaign shows its page after a sign-in at a page that passed MFA. Facts keep neither whether MFA was asked nor the
//! operating system, so a successful sign-in at a page makes somebody reachable, and a page of the campaign seen makes it sure.

use std::collections::BTreeSet;

use super::class::Class;
use super::clocks::last_by;
use super::prompts::shown;
use super::verdict::{Label, Stale};
use super::{Frame, registration::State};
use crate::facts::Dossier;
use crate::model::registration::Goal;
use crate::model::tables::Tables;
use crate::model::time::Instant;

/// Whether the campaign comes to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Its page was shown within W.
    Nudged,
    /// A sign-in at a page succeeded within W: it can be shown where MFA is asked.
    Reachable,
    /// It cannot be shown; the blocker says why.
    Unreachable,
    /// The logs cannot tell.
    Undetermined,
}

impl Reach {
    /// All, in the order of outputs.
    pub const ALL: [Self; 4] = [Self::Nudged, Self::Reachable, Self::Unreachable, Self::Undetermined];

    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nudged => "nudged",
            Self::Reachable => "reachable",
            Self::Unreachable => "unreachable",
            Self::Undetermined => "undetermined",
        }
    }

    /// How sure that is.
    #[must_use]
    pub fn confidence(self) -> &'static str {
        match self {
            Self::Nudged => "high",
            Self::Reachable | Self::Unreachable => "medium",
            Self::Undetermined => "low",
        }
    }
}

/// Why the campaign's page cannot be shown (semantics §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocker {
    /// Registering was blocked by a policy or for risk: then there is no nudge either.
    Suppressed(&'static str),
    /// Disabled, dormant or never active.
    Inactive,
    /// Windows logon or legacy clients only.
    Surface,
    /// At no page within W: lives on tokens.
    Interaction,
    /// No page is in the logs, and they cannot tell.
    Coverage,
    /// At a page within W, and no sign-in there is known to have succeeded.
    NoSuccess,
}

impl Blocker {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Suppressed("risk") => "suppressed:risk",
            Self::Suppressed(_) => "suppressed:ca_register_info",
            Self::Inactive => "inactive",
            Self::Surface => "surface",
            Self::Interaction => "interaction",
            Self::Coverage => "coverage",
            Self::NoSuccess => "no_success",
        }
    }

    /// A few words for a picture.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Suppressed(_) => "registering was blocked",
            Self::Inactive => "inactive",
            Self::Surface => "Windows logon or legacy only",
            Self::Interaction => "lives on tokens",
            Self::Coverage => "logs too short",
            Self::NoSuccess => "no success at a page",
        }
    }

    /// What it means.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Suppressed("risk") => "registering was blocked for risk",
            Self::Suppressed(_) => "a policy lets this person register from given places or devices only",
            Self::Inactive => "not active: the campaign's page comes at the next sign-in, if there is one",
            Self::Surface => "uses Windows logon or legacy clients only, where no page can be shown",
            Self::Interaction => "lives on tokens: at no sign-in page for as many days as staleness asks",
            Self::Coverage => "no sign-in at a page is in the logs, which are too short to tell",
            Self::NoSuccess => "was at a page, and no sign-in with a fresh factor is known to have succeeded there",
        }
    }
}

/// The campaign and one person who can do MFA by phone only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nudge {
    /// Whether it comes to this person.
    pub reach: Reach,
    /// Why not.
    pub blocker: Option<Blocker>,
    /// Last successful sign-in at a page.
    pub last_page: Option<Instant>,
    /// First instants of its pages within the coverage, ascending.
    pub shown: Vec<Instant>,
    /// How many of them no registration followed within a day.
    pub snoozes: u64,
}

impl Nudge {
    /// One sentence: why the campaign comes to this person, or why not.
    #[must_use]
    pub fn reason(&self) -> String {
        let last = |at: Option<Instant>| at.map_or_else(String::new, |at| format!(", last at {at}"));
        let head = "MFA by SMS or voice only";
        match (self.reach, self.blocker) {
            (Reach::Nudged, _) => format!(
                "{head}; was shown the campaign's page {}{}, and put it off {}.",
                times(self.shown.len() as u64),
                last(self.shown.last().copied()),
                times(self.snoozes)
            ),
            (_, Some(blocker)) => format!("{head}; {}.", blocker.reason()),
            (_, None) => format!(
                "{head}; signs in at a page{}, where the campaign shows itself if MFA is asked.",
                last(self.last_page)
            ),
        }
    }
}

fn times(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{n} times") }
}

/// What else was judged of the person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs {
    pub(super) label: Label,
    pub(super) stale: Stale,
}

/// Some phone method, and nothing else that counts for MFA or is unknown: SMS or voice alone.
#[must_use]
pub fn phone_only(methods: &BTreeSet<String>, tables: &Tables) -> bool {
    let phone = methods.iter().any(|m| tables.strength(m).is_some_and(|s| s.phone));
    phone && methods.iter().all(|m| tables.strength(m).is_some_and(|s| s.phone || !s.mfa))
}

/// `None`: has another method than SMS or voice, none at all, or the methods are not known.
pub(super) fn nudge(dossier: &Dossier<'_>, state: &State, signs: Signs, frame: &Frame) -> Option<Nudge> {
    state.methods.as_ref().filter(|m| phone_only(m, &frame.thresholds.tables))?;
    let campaign = shown(dossier, frame, Goal::App);
    let last_page = last_page(dossier, frame);
    let within = |at: Option<Instant>| at.is_some_and(|at| at >= frame.stale_since());
    let (reach, blocker) = if let Some(why) = campaign.blocked.reason() {
        (Reach::Unreachable, Some(Blocker::Suppressed(why)))
    } else if matches!(signs.label, Label::Disabled | Label::Dormant | Label::NeverActive) {
        (Reach::Unreachable, Some(Blocker::Inactive))
    } else if within(campaign.episodes.last().copied()) {
        (Reach::Nudged, None)
    } else if within(last_page) {
        (Reach::Reachable, None)
    } else if matches!(signs.label, Label::LogonOnly | Label::LegacyOnly) {
        (Reach::Unreachable, Some(Blocker::Surface))
    } else {
        match signs.stale {
            Stale::Stale => (Reach::Unreachable, Some(Blocker::Interaction)),
            Stale::Undetermined => (Reach::Undetermined, Some(Blocker::Coverage)),
            Stale::NotStale => (Reach::Undetermined, Some(Blocker::NoSuccess)),
        }
    };
    Some(Nudge { reach, blocker, last_page, shown: campaign.episodes, snoozes: campaign.snoozes })
}

/// The last sign-in at a page that gave a fresh factor and succeeded, or whose format cannot tell.
fn last_page(dossier: &Dossier<'_>, frame: &Frame) -> Option<Instant> {
    let pages = dossier.activity.iter().filter(|(c, _)| c.code == 0 && frame.class(c) == Class::Interactive);
    pages.filter_map(|(_, span)| last_by(span, frame, &mut false)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_only_is_sms_or_voice_and_nothing_else_that_does_mfa() {
        for (methods, want) in [
            ("mobilePhone", true),
            ("mobilePhone|officePhone|email|securityQuestion", true),
            ("mobilePhone|softwareOneTimePasscode", false),
            ("mobilePhone|microsoftAuthenticatorPush", false),
            ("mobilePhone|somethingNew", false),
            ("email", false),
            ("", false),
        ] {
            let methods: BTreeSet<String> = methods.split('|').filter(|m| !m.is_empty()).map(str::to_owned).collect();
            assert_eq!(phone_only(&methods, &Tables::default()), want, "{methods:?}");
        }
    }
}
