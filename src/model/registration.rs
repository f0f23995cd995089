//! A row of a registration report, in our words, and the goals people register for.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use super::ids::Id;
use super::tables::Tables;
use super::time::Instant;

/// What somebody should be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// Any strong method.
    Mfa,
    /// Self-service password reset.
    Sspr,
    /// Microsoft Authenticator.
    App,
    /// A phishing-resistant method.
    Passkey,
}

impl Goal {
    /// The name used in options and outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mfa => "mfa",
            Self::Sspr => "sspr",
            Self::App => "app",
            Self::Passkey => "passkey",
        }
    }
}

impl Goal {
    /// The goal as a reader says it: registered for …
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Mfa => "MFA",
            Self::Sspr => "self-service password reset",
            Self::App => "Microsoft Authenticator",
            Self::Passkey => "a passkey",
        }
    }
}

/// Methods that a report lists: few different lists among many people, who share them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Methods(Arc<BTreeSet<String>>);

impl From<BTreeSet<String>> for Methods {
    fn from(methods: BTreeSet<String>) -> Self {
        Self(Arc::new(methods))
    }
}

impl Deref for Methods {
    type Target = BTreeSet<String>;

    fn deref(&self) -> &BTreeSet<String> {
        &self.0
    }
}

impl Borrow<BTreeSet<String>> for Methods {
    fn borrow(&self) -> &BTreeSet<String> {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Methods {
    type Item = &'a String;
    type IntoIter = std::collections::btree_set::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What a registration report says of one person. `None` is "not stated", never "no".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrationRow {
    /// Object id; the portal's CSV has none.
    pub user: Option<Id>,
    /// UPN as written.
    pub upn: String,
    /// Display name.
    pub display_name: Option<String>,
    /// Guest (`true`) or member.
    pub guest: Option<bool>,
    /// Holds a role.
    pub admin: Option<bool>,
    /// `isMfaRegistered`.
    pub mfa_registered: Option<bool>,
    /// `isMfaCapable`.
    pub mfa_capable: Option<bool>,
    /// `isSsprRegistered`.
    pub sspr_registered: Option<bool>,
    /// `isSsprEnabled`.
    pub sspr_enabled: Option<bool>,
    /// `isSsprCapable`.
    pub sspr_capable: Option<bool>,
    /// `isPasswordlessCapable`.
    pub passwordless_capable: Option<bool>,
    /// `methodsRegistered`; `None` when the export lost the list (`System.Object[]`).
    pub methods: Option<BTreeSet<String>>,
    /// `lastUpdatedDateTime`: when the report was refreshed, never when somebody registered (AMA).
    pub snapshot: Option<Instant>,
}

impl RegistrationRow {
    /// Fills what follows from what is stated (semantics §7.1): capable means registered, a strong
    /// method means registered, an empty or weak list means not.
    pub fn derive(&mut self, tables: &Tables) {
        if let (None, Some(methods)) = (self.mfa_registered, &self.methods) {
            let strong = methods.iter().any(|m| tables.strength(m).is_some_and(|s| s.mfa));
            let all_known = methods.iter().all(|m| tables.strength(m).is_some());
            if strong || all_known {
                self.mfa_registered = Some(strong);
            }
        }
        if self.mfa_capable == Some(true) {
            self.mfa_registered.get_or_insert(true);
        }
        if self.sspr_capable == Some(true) {
            self.sspr_registered.get_or_insert(true);
            self.sspr_enabled.get_or_insert(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(methods: &[&str]) -> RegistrationRow {
        RegistrationRow {
            methods: Some(methods.iter().map(|m| (*m).to_owned()).collect()),
            ..RegistrationRow::default()
        }
    }

    #[test]
    fn registered_follows_from_methods_only_when_they_are_known() {
        for (methods, want) in [
            (&["mobilePhone"][..], Some(true)),
            (&["email"], Some(false)),
            (&[], Some(false)),
            (&["temporaryAccessPass"], Some(false)),
            (&["brandNewMethod"], None),
        ] {
            let mut row = with(methods);
            row.derive(&Tables::default());
            assert_eq!(row.mfa_registered, want, "{methods:?}");
        }
        let mut lost = RegistrationRow { mfa_capable: Some(true), ..RegistrationRow::default() };
        lost.derive(&Tables::default());
        assert_eq!(lost.mfa_registered, Some(true));
    }
}
