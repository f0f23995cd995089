//! Who keeps a person silent: mechanism, keeper, and the evidence ladder of persistence (semantics §2.4, rulings.md 18, 19).

use super::Frame;
use super::class::Class;
use crate::facts::people::MomentKind;
use crate::facts::{DaySet, Dossier};
use crate::model::sign_in::{Channel, Client, Token, Trust};
use crate::model::time::{Day, Instant};

/// What renews a person's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    /// Primary refresh token of the operating system.
    Prt,
    /// Refresh token of an app.
    RefreshToken,
    /// Persistent browser session.
    BrowserPersistent,
    /// Single-page app in a browser.
    Spa,
    /// Legacy protocol.
    Legacy,
    /// Silent, and nothing says by what.
    Unknown,
}

impl Mechanism {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Prt => "prt",
            Self::RefreshToken => "refresh_token",
            Self::BrowserPersistent => "browser_persistent",
            Self::Spa => "spa",
            Self::Legacy => "legacy",
            Self::Unknown => "unknown",
        }
    }
}

/// The code of a single-page app whose refresh token is over (700084).
const SPA_LIFETIME_OVER: u32 = 700_084;
/// The code of the "Stay signed in?" page.
const KMSI: u32 = 50_140;

/// Mechanism by most distinct days of token rows, ties in the order of the enum.
#[must_use]
pub fn mechanism(dossier: &Dossier<'_>, persistent: &DaySet, frame: &Frame) -> Option<Mechanism> {
    let spa = dossier.activity.iter().any(|(c, _)| c.code == SPA_LIFETIME_OVER);
    let mut days: Vec<(Mechanism, DaySet)> = Vec::new();
    let mut count = |kind: Mechanism, set: DaySet| match days.iter_mut().find(|(k, _)| *k == kind) {
        Some((_, known)) => known.join(&set),
        None => days.push((kind, set)),
    };
    for (channel, span) in dossier.activity.iter().filter(|(c, _)| frame.class(c) == Class::Token) {
        let in_browser = channel.client == Client::Browser && matches!(channel.token, Token::None | Token::Refresh);
        if in_browser && !persistent.is_empty() {
            // Rows and sessions are kept apart: a browser row of a day of such a session counts as the session's.
            let (inside, outside) = span.days().iter().partition::<Vec<_>, _>(|day| persistent.contains(*day));
            count(Mechanism::BrowserPersistent, inside.into_iter().collect());
            count(kind_of(channel, spa), outside.into_iter().collect());
        } else {
            count(kind_of(channel, spa), span.days().clone());
        }
    }
    days.retain(|(_, set)| !set.is_empty());
    days.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    match days.first() {
        Some((kind, _)) => Some(*kind),
        None if dossier.activity.iter().any(|(c, _)| frame.class(c) == Class::Legacy && c.code == 0) => {
            Some(Mechanism::Legacy)
        }
        None => None,
    }
}

fn kind_of(channel: &Channel, spa: bool) -> Mechanism {
    match (channel.token, channel.client) {
        (Token::Prt, _) => Mechanism::Prt,
        (Token::Refresh, client) if client != Client::Browser => Mechanism::RefreshToken,
        (_, Client::Browser) if spa => Mechanism::Spa,
        _ => Mechanism::Unknown,
    }
}

/// The app and client that renewed last: the channel whose token rows reach furthest.
#[must_use]
pub fn keeper<'f>(dossier: &Dossier<'f>, frame: &Frame) -> Option<(&'f Channel, Instant)> {
    dossier
        .activity
        .iter()
        .filter(|(c, _)| frame.class(c) == Class::Token)
        .map(|(c, span)| (*c, span.last()))
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))
}

/// The rung of the ladder: 0 none, 1 the page was shown, 2 a session outlived a day of silence, 3 a policy enforced a
/// persistent browser session. The log does not say whether such a policy asks for "always" or for "never".
#[must_use]
pub fn level(dossier: &Dossier<'_>, persistent: &DaySet) -> u8 {
    if dossier.person.persistent_policy.is_some() {
        return 3;
    }
    if !persistent.is_empty() {
        return 2;
    }
    let shown =
        dossier.person.moments.iter().any(|m| matches!(m.kind, MomentKind::SignIn { code: KMSI, surface: true }));
    u8::from(shown)
}

/// The days of persistent browser sessions: no PRT, device not joined, two neighbouring days at least two apart, and no
/// promptable sign-in of the person inside that silence.
#[must_use]
pub fn persistent_days(dossier: &Dossier<'_>, frame: &Frame) -> DaySet {
    let mut out = DaySet::default();
    if dossier.person.sessions.is_empty() {
        return out;
    }
    let prompted: Vec<Day> = {
        let mut days = DaySet::default();
        for (_, span) in dossier.activity.iter().filter(|(c, _)| frame.class(c) == Class::Interactive) {
            days.join(&span.days());
        }
        days.iter().collect()
    };
    let mut sessions: std::collections::BTreeMap<_, (DaySet, bool)> = std::collections::BTreeMap::new();
    for (key, span) in &dossier.person.sessions {
        let entry = sessions.entry(&key.session).or_default();
        entry.0.join(&span.days());
        entry.1 |= key.token == Token::Prt || key.trust == Trust::Joined;
    }
    for (set, _) in sessions.values().filter(|(_, barred)| !barred) {
        let days: Vec<Day> = set.iter().collect();
        let silent = |pair: &[Day]| !prompted.iter().any(|p| pair[0] < *p && *p < pair[1]);
        if days.windows(2).any(|pair| pair[1].0 - pair[0].0 >= 2 && silent(pair)) {
            out.join(set);
        }
    }
    out
}
