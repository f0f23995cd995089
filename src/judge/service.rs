//! Accounts that look like services: a score whose parts can be shown (semantics §8.2).

use super::Frame;
use super::class::Class;
use crate::facts::Dossier;
use crate::model::sign_in::Client;

/// From this score on an account counts as service-like.
pub const SERVICE_LIKE_FROM: u32 = 4;

/// The signals that fired, with their weights.
#[must_use]
pub fn signals(dossier: &Dossier<'_>, frame: &Frame) -> Vec<(&'static str, u32)> {
    let mut out = Vec::new();
    let rows: Vec<_> = dossier.activity.iter().map(|(c, _)| (*c, frame.class(c))).collect();
    if rows.is_empty() {
        return named(dossier).into_iter().collect();
    }
    let used: Vec<_> = rows.iter().filter(|(c, class)| c.code == 0 || *class == Class::Interactive).collect();
    if !used.is_empty() && used.iter().all(|(c, _)| c.ropc) {
        out.push(("every successful row is a resource-owner password", 2));
    } else if !used.is_empty() && used.iter().all(|(c, _)| c.client == Client::Legacy || c.ropc) {
        out.push(("every successful row is a legacy client", 1));
    }
    let human = rows.iter().any(|(_, class)| matches!(class, Class::Interactive | Class::Logon));
    if !human && dossier.person.account.last_sign_in.is_none() && frame.has_activity && dossier.person.account.listed {
        out.push(("no interactive sign-in ever, and none recorded", 2));
    }
    let first_app = used.first().map(|(c, _)| &c.app);
    if first_app.is_some_and(|app| used.iter().all(|(c, _)| c.app == *app)) {
        out.push(("a single app", 1));
    }
    out.extend(named(dossier));
    out
}

/// The name says so: a word of the UPN's local part.
fn named(dossier: &Dossier<'_>) -> Option<(&'static str, u32)> {
    const WORDS: &[&str] = &[
        "svc", "service", "sync", "scan", "scanner", "room", "printer", "noreply", "relay", "backup", "bot", "kiosk",
        "daemon",
    ];
    let hit = dossier.person.upns.iter().filter_map(|upn| upn.split('@').next()).any(|local| {
        local.split(['-', '_', '.']).any(|word| WORDS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit())))
    });
    hit.then_some(("the name is that of a service", 2))
}

/// The sum of the weights.
#[must_use]
pub fn score(signals: &[(&'static str, u32)]) -> u32 {
    signals.iter().map(|(_, weight)| weight).sum()
}
