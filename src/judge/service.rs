//! Accounts that look like services: a score whose parts can be shown (semantics §8.2).

use super::Frame;
use super::class::Class;
use crate::facts::Dossier;
use crate::model::enum_set::{EnumSet, vocabulary};
use crate::model::sign_in::Client;

/// From this score on an account counts as service-like.
pub const SERVICE_LIKE_FROM: u32 = 4;

/// What looks like a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Resource-owner passwords only.
    Ropc,
    /// Legacy clients only.
    Legacy,
    /// Never at a page.
    NoPage,
    /// One app.
    OneApp,
    /// The name.
    Named,
}

vocabulary!(Signal: Ropc, Legacy, NoPage, OneApp, Named);

impl Signal {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ropc => "every successful row is a resource-owner password",
            Self::Legacy => "every successful row is a legacy client",
            Self::NoPage => "no interactive sign-in ever, and none recorded",
            Self::OneApp => "a single app",
            Self::Named => "the name is that of a service",
        }
    }

    /// What it adds to the score.
    #[must_use]
    pub fn weight(self) -> u32 {
        match self {
            Self::Ropc | Self::NoPage | Self::Named => 2,
            Self::Legacy | Self::OneApp => 1,
        }
    }
}

/// The signals that fired.
#[must_use]
pub fn signals(dossier: &Dossier<'_>, frame: &Frame) -> EnumSet<Signal> {
    let mut out = EnumSet::default();
    if named(dossier) {
        out.insert(Signal::Named);
    }
    let rows: Vec<_> = dossier.activity.iter().map(|(c, _)| (*c, frame.class(c))).collect();
    if rows.is_empty() {
        return out;
    }
    let used: Vec<_> = rows.iter().filter(|(c, class)| c.code == 0 || *class == Class::Interactive).collect();
    if !used.is_empty() && used.iter().all(|(c, _)| c.ropc) {
        out.insert(Signal::Ropc);
    } else if !used.is_empty() && used.iter().all(|(c, _)| c.client == Client::Legacy || c.ropc) {
        out.insert(Signal::Legacy);
    }
    let human = rows.iter().any(|(_, class)| matches!(class, Class::Interactive | Class::Logon));
    if !human && dossier.person.account.last_sign_in.is_none() && frame.has_activity && dossier.person.account.listed {
        out.insert(Signal::NoPage);
    }
    let first_app = used.first().map(|(c, _)| &c.app);
    if first_app.is_some_and(|app| used.iter().all(|(c, _)| c.app == *app)) {
        out.insert(Signal::OneApp);
    }
    out
}

/// The name says so: a word of the UPN's local part.
fn named(dossier: &Dossier<'_>) -> bool {
    const WORDS: &[&str] = &[
        "svc", "service", "sync", "scan", "scanner", "room", "printer", "noreply", "relay", "backup", "bot", "kiosk",
        "daemon",
    ];
    dossier.person.upns.iter().filter_map(|upn| upn.split('@').next()).any(|local| {
        local.split(['-', '_', '.']).any(|word| WORDS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit())))
    })
}

/// The sum of the weights.
#[must_use]
pub fn score(signals: EnumSet<Signal>) -> u32 {
    signals.iter().map(Signal::weight).sum()
}
