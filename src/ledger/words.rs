//! The words that stand for our enumerations in a ledger. They are part of the format: never renamed, only added to.

use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::method::Family;
use crate::model::sign_in::{Client, Freshness, Stream, Token, Trust};

/// Something with a word in the ledger.
pub(super) trait Word: Copy + PartialEq + 'static {
    /// All values, each with its word.
    const ALL: &'static [(Self, &'static str)];

    /// The word; empty only where [`Self::ALL`] lacks the value, which a test excludes.
    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
    }

    /// The value of a word.
    fn of(word: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, known)| *known == word).map(|(value, _)| *value);
        found.ok_or_else(|| format!("`{word}` is no word of this version"))
    }
}

impl Word for Stream {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::Interactive, "interactive"), (Self::NonInteractive, "non-interactive"), (Self::Audit, "audit")];
}

impl Word for Client {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::Browser, "browser"), (Self::App, "app"), (Self::Legacy, "legacy"), (Self::Unknown, "unknown")];
}

impl Word for Token {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::None, "none"), (Self::Prt, "prt"), (Self::Refresh, "refresh"), (Self::Other, "other")];
}

impl Word for Freshness {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Fresh, "fresh"),
        (Self::ClaimOnly, "claim_only"),
        (Self::Missing, "missing"),
        (Self::NotCarried, "not_carried"),
    ];
}

impl Word for Trust {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::Joined, "joined"), (Self::Registered, "registered"), (Self::None, "none")];
}

impl Word for Actor {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Own, "own"),
        (Self::Other, "other"),
        (Self::Sync, "sync"),
        (Self::SyncApp, "sync_app"),
        (Self::App, "app"),
        (Self::Unknown, "unknown"),
    ];
}

impl Word for Family {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Authenticator, "authenticator"),
        (Self::Phone, "phone"),
        (Self::Passkey, "passkey"),
        (Self::Passcode, "passcode"),
        (Self::SsprOnly, "sspr_only"),
        (Self::Temporary, "temporary"),
        (Self::Unknown, "unknown"),
    ];
}

impl Word for Activity {
    const ALL: &'static [(Self, &'static str)] = Self::ALL;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole<W: Word + std::fmt::Debug>() {
        for (value, word) in W::ALL {
            assert_eq!(W::of(word), Ok(*value), "a word stands for two values");
            assert_eq!(value.word(), *word, "a value has two words");
            assert!(!word.is_empty());
        }
        assert!(W::of("something new").is_err());
    }

    /// A new value must be given a word: `match` names them all.
    fn is_listed(
        (client, token, freshness): (Client, Token, Freshness),
        (trust, actor, family): (Trust, Actor, Family),
    ) -> usize {
        let client = match client {
            Client::Browser | Client::App | Client::Legacy | Client::Unknown => Client::ALL.len() - 4,
        };
        let token = match token {
            Token::None | Token::Prt | Token::Refresh | Token::Other => <Token as Word>::ALL.len() - 4,
        };
        let freshness = match freshness {
            Freshness::Fresh | Freshness::ClaimOnly | Freshness::Missing | Freshness::NotCarried => {
                Freshness::ALL.len() - 4
            }
        };
        let trust = match trust {
            Trust::Joined | Trust::Registered | Trust::None => Trust::ALL.len() - 3,
        };
        let actor = match actor {
            Actor::Own | Actor::Other | Actor::Sync | Actor::SyncApp | Actor::App | Actor::Unknown => {
                Actor::ALL.len() - 6
            }
        };
        let family = match family {
            Family::Authenticator
            | Family::Phone
            | Family::Passkey
            | Family::Passcode
            | Family::SsprOnly
            | Family::Temporary
            | Family::Unknown => Family::ALL.len() - 7,
        };
        client + token + freshness + trust + actor + family
    }

    #[test]
    fn every_value_has_one_word_and_every_word_one_value() {
        whole::<Stream>();
        whole::<Client>();
        whole::<Token>();
        whole::<Freshness>();
        whole::<Trust>();
        whole::<Actor>();
        whole::<Family>();
        whole::<Activity>();
        let left =
            is_listed((Client::Browser, Token::None, Freshness::Fresh), (Trust::None, Actor::Own, Family::Unknown));
        assert_eq!(left, 0, "a value has no word");
    }
}
