//! Audit activity names: spellings and meanings are data (`tables/activities.tsv`, semantics §4.2).

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// An audit activity that bears on somebody's sessions, methods or account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// The wizard or the add dialog was entered.
    SecurityInfoStarted,
    /// One method was registered.
    SecurityInfoRegistered,
    /// The wizard was completed (success) or left (failure).
    AllRequiredRegistered,
    /// The wizard was left.
    SecurityInfoCanceled,
    /// Security info was confirmed.
    SecurityInfoReviewed,
    /// A method was removed by its owner.
    SecurityInfoDeleted,
    /// A method was changed by its owner.
    SecurityInfoUpdated,
    /// The default method was changed.
    DefaultChanged,
    /// A passkey ceremony began.
    PasskeyOptions,
    /// An administrator registered a method.
    AdminRegistered,
    /// An administrator changed a method.
    AdminUpdated,
    /// An administrator removed a method.
    AdminDeleted,
    /// A device-bound credential was created.
    CredentialAdded,
    /// A device-bound credential was removed.
    CredentialDeleted,
    /// The instant from which sessions are valid was moved.
    StsMoved,
    /// Self-service password reset.
    ResetSelf,
    /// A step of self-service password reset.
    SsprProgress,
    /// Self-service password change.
    ChangeSelf,
    /// Old-style self-service reset registration.
    SsprSaved,
    /// Password reset by an administrator.
    ResetAdmin,
    /// Password reset, directory row.
    ResetUser,
    /// Password change, directory row.
    ChangeUser,
    /// Password profile row.
    UpdatePassword,
    /// Password change demanded.
    ForceChange,
    /// Account disabled.
    Disabled,
    /// Account enabled.
    Enabled,
    /// Account deleted.
    Deleted,
    /// Account restored.
    Restored,
    /// Per-user MFA switched on.
    PerUserMfaEnabled,
    /// Per-user MFA switched off.
    PerUserMfaDisabled,
    /// Fraud or suspicious activity was reported.
    FraudReported,
}

impl Activity {
    /// All, with the key the table and the outputs use.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::SecurityInfoStarted, "SecurityInfoStarted"),
        (Self::SecurityInfoRegistered, "SecurityInfoRegistered"),
        (Self::AllRequiredRegistered, "AllRequiredRegistered"),
        (Self::SecurityInfoCanceled, "SecurityInfoCanceled"),
        (Self::SecurityInfoReviewed, "SecurityInfoReviewed"),
        (Self::SecurityInfoDeleted, "SecurityInfoDeleted"),
        (Self::SecurityInfoUpdated, "SecurityInfoUpdated"),
        (Self::DefaultChanged, "DefaultChanged"),
        (Self::PasskeyOptions, "PasskeyOptions"),
        (Self::AdminRegistered, "AdminRegistered"),
        (Self::AdminUpdated, "AdminUpdated"),
        (Self::AdminDeleted, "AdminDeleted"),
        (Self::CredentialAdded, "CredentialAdded"),
        (Self::CredentialDeleted, "CredentialDeleted"),
        (Self::StsMoved, "StsMoved"),
        (Self::ResetSelf, "ResetSelf"),
        (Self::SsprProgress, "SsprProgress"),
        (Self::ChangeSelf, "ChangeSelf"),
        (Self::SsprSaved, "SsprSaved"),
        (Self::ResetAdmin, "ResetAdmin"),
        (Self::ResetUser, "ResetUser"),
        (Self::ChangeUser, "ChangeUser"),
        (Self::UpdatePassword, "UpdatePassword"),
        (Self::ForceChange, "ForceChange"),
        (Self::Disabled, "Disabled"),
        (Self::Enabled, "Enabled"),
        (Self::Deleted, "Deleted"),
        (Self::Restored, "Restored"),
        (Self::PerUserMfaEnabled, "PerUserMfaEnabled"),
        (Self::PerUserMfaDisabled, "PerUserMfaDisabled"),
        (Self::FraudReported, "FraudReported"),
    ];

    /// Reads a name as any export spells it, by the built-in table; `None` for activities of no use here.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        static TABLE: OnceLock<BTreeMap<&'static str, Activity>> = OnceLock::new();
        TABLE
            .get_or_init(|| rows().filter_map(|(n, key)| Some((n, Self::of_key(key)?))).collect())
            .get(Self::fold(name).as_str())
            .copied()
    }

    /// A name as it is compared: trimmed, no final full stop, lower case.
    pub(super) fn fold(name: &str) -> String {
        name.trim().trim_end_matches('.').trim_end().to_lowercase()
    }

    /// The activity of a key of the table.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, k)| *k == key).map(|(a, _)| *a)
    }

    /// Whether the row proves its own subject was present on a security page when done by that
    /// person (rulings.md 12: any kind, whatever the result).
    #[must_use]
    pub fn is_own_security_info(self) -> bool {
        matches!(
            self,
            Self::SecurityInfoStarted
                | Self::SecurityInfoRegistered
                | Self::AllRequiredRegistered
                | Self::SecurityInfoCanceled
                | Self::SecurityInfoReviewed
                | Self::SecurityInfoDeleted
                | Self::SecurityInfoUpdated
                | Self::DefaultChanged
                | Self::PasskeyOptions
        )
    }

    /// Whether the row is a password event of semantics §4.3.
    #[must_use]
    pub fn is_password(self) -> bool {
        matches!(
            self,
            Self::ResetSelf
                | Self::SsprProgress
                | Self::ChangeSelf
                | Self::ResetAdmin
                | Self::ResetUser
                | Self::ChangeUser
                | Self::UpdatePassword
        )
    }
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("tables/activities.tsv").lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_a_key_and_every_key_a_spelling() {
        for (name, key) in rows() {
            assert!(Activity::of_key(key).is_some(), "{name}: {key}");
        }
        for (activity, key) in Activity::ALL {
            assert!(rows().any(|(_, k)| k == *key), "{activity:?} has no spelling");
        }
    }

    #[test]
    fn spelling_varies_in_case_and_full_stop() {
        assert_eq!(Activity::parse("Update StsRefreshTokenValidFrom Timestamp."), Some(Activity::StsMoved));
        assert_eq!(Activity::parse(" user started security info registration "), Some(Activity::SecurityInfoStarted));
        assert_eq!(Activity::parse("Update application"), None);
    }
}
