//! An audit row in our words.

use super::activity_name::Activity;
use super::ids::Id;
use super::method::Family;
use super::time::Instant;

/// Who did it, seen from the person it was done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The person.
    Own,
    /// Another user.
    Other,
    /// A directory-synchronisation account.
    Sync,
    /// A directory-synchronisation application.
    SyncApp,
    /// An application.
    App,
    /// Not stated.
    Unknown,
}

impl Actor {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Own => "the person",
            Self::Other => "another user",
            Self::Sync | Self::SyncApp => "directory synchronisation",
            Self::App => "an application",
            Self::Unknown => "an unknown actor",
        }
    }
}

/// An audit row about one person, borrowed from its file.
#[derive(Clone, Debug)]
pub struct AuditRow<'a> {
    /// Event time.
    pub at: Instant,
    /// What happened.
    pub activity: Activity,
    /// `result` is success.
    pub success: bool,
    /// `resultReason`.
    pub reason: &'a str,
    /// Correlation id.
    pub correlation: Option<Id>,
    /// The person it was done to: id and UPN of the first target of type User.
    pub target: (Option<Id>, &'a str),
    /// Initiating user, if a user did it.
    pub by_user: (Option<Id>, &'a str),
    /// Initiating application's name or id, if an application did it.
    pub by_app: &'a str,
    /// The new value of the property `StsRefreshTokensValidFrom`, where the row lists one.
    pub valid_from: Option<Instant>,
}

/// The instant from which sessions are valid, if a modified property holds it: JSON in a string, `["2026-09-10T14:32:27Z"]`.
#[must_use]
pub fn valid_from(property: &str, new_value: &str) -> Option<Instant> {
    if !property.trim().eq_ignore_ascii_case("StsRefreshTokensValidFrom") {
        return None;
    }
    Instant::parse(new_value.trim_matches(|c: char| "[]\"\\ ".contains(c)))
}

impl AuditRow<'_> {
    /// The actor as seen from the target (semantics §4.3).
    #[must_use]
    pub fn actor(&self) -> Actor {
        let (id, upn) = (&self.by_user.0, self.by_user.1);
        let named = id.is_some() || !super::ids::is_null(upn);
        if named {
            let same_id = id.is_some() && *id == self.target.0;
            let same_upn = !super::ids::is_null(upn) && upn.trim().eq_ignore_ascii_case(self.target.1.trim());
            if same_id || (same_upn && (id.is_none() || self.target.0.is_none())) {
                Actor::Own
            } else if is_sync(upn) {
                Actor::Sync
            } else {
                Actor::Other
            }
        } else if super::ids::is_null(self.by_app) {
            Actor::Unknown
        } else if is_sync(self.by_app) {
            Actor::SyncApp
        } else {
            Actor::App
        }
    }

    /// The method family named by the reason.
    #[must_use]
    pub fn family(&self) -> Family {
        Family::of_reason(self.reason)
    }
}

/// Names of directory synchronisation (semantics §4.3, formats.md §5.3).
fn is_sync(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    lower.starts_with("sync_") || lower.contains("directorysync") || lower.contains("directory synchronization")
}
