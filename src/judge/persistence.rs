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
pub fn mechanism(dossier: &Dossier<'_>, level: u8, frame: &Frame) -> Option<Mechanism> {
    let spa = dossier.activity.iter().any(|(c, _)| c.code == SPA_LIFETIME_OVER);
    let mut days: Vec<(Mechanism, DaySet)> = Vec::new();
    for (channel, span) in dossier.activity.iter().filter(|(c, _)| frame.class(c) == Class::Token) {
        let kind = kind_of(channel, spa, level);
        match days.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, set)) => set.join(&span.days),
            None => days.push((kind, span.days.clone())),
        }
    }
    days.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    match days.first() {
        Some((kind, _)) => Some(*kind),
        None if dossier.activity.iter().any(|(c, _)| frame.class(c) == Class::Legacy && c.code == 0) => {
            Some(Mechanism::Legacy)
        }
        None => None,
    }
}

fn kind_of(channel: &Channel, spa: bool, level: u8) -> Mechanism {
    match (channel.token, channel.client) {
        (Token::Prt, _) => Mechanism::Prt,
        (Token::None | Token::Refresh, Client::Browser) if level >= 2 => Mechanism::BrowserPersistent,
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
        .map(|(c, span)| (*c, span.last))
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))
}

/// The rung of the ladder: 0 none, 1 the page was shown, 2 a session outlived a day of silence. (3, a policy, is not in facts yet.)
#[must_use]
pub fn level(dossier: &Dossier<'_>, frame: &Frame) -> u8 {
    if persistent_session(dossier, frame) {
        return 2;
    }
    let shown =
        dossier.person.moments.iter().any(|m| matches!(m.kind, MomentKind::SignIn { code: KMSI, interactive: true }));
    u8::from(shown)
}

/// A browser session, no PRT, device not joined, two neighbouring days at least two apart, and no promptable
/// sign-in of the person inside that silence.
fn persistent_session(dossier: &Dossier<'_>, frame: &Frame) -> bool {
    let prompted: Vec<Day> = {
        let mut days = DaySet::default();
        for (_, span) in dossier.activity.iter().filter(|(c, _)| frame.class(c) == Class::Interactive) {
            days.join(&span.days);
        }
        days.iter().collect()
    };
    let mut sessions: std::collections::BTreeMap<_, (DaySet, bool)> = std::collections::BTreeMap::new();
    for (key, span) in &dossier.person.sessions {
        let entry = sessions.entry(&key.session).or_default();
        entry.0.join(&span.days);
        entry.1 |= key.token == Token::Prt || key.trust == Trust::Joined;
    }
    sessions.values().filter(|(_, barred)| !barred).any(|(days, _)| {
        let days: Vec<Day> = days.iter().collect();
        days.windows(2).any(|pair| pair[1].0 - pair[0].0 >= 2 && !prompted.iter().any(|p| pair[0] < *p && *p < pair[1]))
    })
}
