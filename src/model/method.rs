//! Authentication methods: what each counts for (`tables/methods.tsv`, semantics §7.2).

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What a method counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of semantics §7.2, one row per method")]
pub struct Strength {
    /// Counts as a registered MFA method.
    pub mfa: bool,
    /// Passwordless.
    pub passwordless: bool,
    /// Phishing-resistant.
    pub phishing_resistant: bool,
    /// Microsoft Authenticator.
    pub authenticator: bool,
    /// SMS or voice: ends 2027-02-01 (SMSV).
    pub phone: bool,
    /// Phishing-resistant in the strict profile too (ZTA).
    pub strictly_resistant: bool,
    /// Works on the computer it was set up on only: no help on a foreign device (semantics §7.2).
    pub tied: bool,
}

/// Which methods count as phishing-resistant (semantics §7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResistanceProfile {
    /// Microsoft's ranking: every passkey, Windows Hello, Platform SSO, certificates (SYSP).
    #[default]
    Full,
    /// Device-bound passkeys and Windows Hello alone, as Microsoft's Zero Trust Assessment counts (ZTA).
    Strict,
}

impl Strength {
    /// Whether the method is phishing-resistant in a profile.
    #[must_use]
    pub fn resists(self, profile: ResistanceProfile) -> bool {
        match profile {
            ResistanceProfile::Full => self.phishing_resistant,
            ResistanceProfile::Strict => self.strictly_resistant,
        }
    }
}

/// The strength of a method name, any case, by the built-in table. `None`: unknown name, class `unknown`.
#[must_use]
pub fn strength(name: &str) -> Option<Strength> {
    static TABLE: OnceLock<BTreeMap<String, Strength>> = OnceLock::new();
    TABLE.get_or_init(table).get(&name.trim().to_ascii_lowercase()).copied()
}

fn table() -> BTreeMap<String, Strength> {
    include_str!("tables/methods.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|line| parse_row(&line.split('\t').collect::<Vec<_>>()))
        .collect()
}

/// A line of the table: name, five to seven times 1 or 0; a source may follow. `None`: malformed.
pub(super) fn parse_row(columns: &[&str]) -> Option<(String, Strength)> {
    let [name, flags @ ..] = columns else { return None };
    let flag = |at: usize| match flags.get(at).map(|f| f.trim()) {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    let strength = Strength {
        mfa: flag(0)?,
        passwordless: flag(1)?,
        phishing_resistant: flag(2)?,
        authenticator: flag(3)?,
        phone: flag(4)?,
        // Left out in a file of one's own: neither.
        strictly_resistant: flag(5).unwrap_or(false),
        tied: flag(6).unwrap_or(false),
    };
    let name = name.trim().to_ascii_lowercase();
    (!name.is_empty()).then_some((name, strength))
}

/// Which method families a registration event's text names: the words of `resultReason`
/// (formats.md §5.2: only the text says which method was registered).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Authenticator app, push or code.
    Authenticator,
    /// Phone: SMS or call.
    Phone,
    /// Passkey, FIDO2, Windows Hello.
    Passkey,
    /// One-time passcode of another app or token.
    Passcode,
    /// E-mail or security questions: self-service reset only.
    SsprOnly,
    /// Temporary access pass: never counts as registered.
    Temporary,
    /// The text names none that is known.
    Unknown,
}

impl Family {
    /// Reads `resultReason`.
    #[must_use]
    pub fn of_reason(reason: &str) -> Self {
        let text = reason.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if has(&["temporary access pass"]) {
            Self::Temporary
        } else if has(&["email", "e-mail", "security question"]) {
            Self::SsprOnly
        } else if has(&["passkey", "fido", "hello"]) {
            Self::Passkey
        } else if has(&["authenticator app", "mobile app", "app with", "phone app"]) {
            Self::Authenticator
        } else if has(&["phone", "sms", "voice", "call"]) {
            Self::Phone
        } else if has(&["oath", "one-time", "passcode", "token"]) {
            Self::Passcode
        } else {
            Self::Unknown
        }
    }

    /// The family of a method as a registration report names it. An app's one-time passcode may be Authenticator's or
    /// another app's: a passcode.
    #[must_use]
    pub fn of_method(name: &str) -> Self {
        match strength(name) {
            None => Self::Unknown,
            Some(s) if s.phishing_resistant => Self::Passkey,
            Some(s) if s.authenticator => Self::Authenticator,
            Some(s) if s.phone => Self::Phone,
            Some(s) if s.mfa => Self::Passcode,
            Some(_) if name.eq_ignore_ascii_case("temporaryAccessPass") => Self::Temporary,
            Some(_) => Self::SsprOnly,
        }
    }

    /// Whether a method of this family makes somebody registered for MFA.
    #[must_use]
    pub fn is_mfa(self) -> bool {
        matches!(self, Self::Authenticator | Self::Phone | Self::Passkey | Self::Passcode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_says_what_decides() {
        let lines = include_str!("tables/methods.tsv").lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(lines, table().len());
        let get = |n: &str| strength(n).map(|s| (s.mfa, s.passwordless, s.phishing_resistant, s.phone));
        assert_eq!(get("MobilePhone"), Some((true, false, false, true)));
        assert_eq!(get("microsoftAuthenticatorPasswordless"), Some((true, true, false, false)));
        assert_eq!(get("temporaryAccessPass"), Some((false, false, false, false)));
        assert_eq!(get("email"), Some((false, false, false, false)));
        assert_eq!(get("windowsHelloForBusiness"), Some((true, true, true, false)));
        assert_eq!(get("somethingNew"), None);
        let strict: Vec<String> = table().into_iter().filter(|(_, s)| s.strictly_resistant).map(|(n, _)| n).collect();
        assert_eq!(strict, ["passkeydevicebound", "passkeydeviceboundauthenticator", "windowshelloforbusiness"]);
        assert!(table().values().all(|s| s.phishing_resistant || !s.strictly_resistant), "strict is part of full");
    }

    #[test]
    fn reasons_name_families() {
        for (text, want) in [
            ("User registered Authenticator App with Code", Family::Authenticator),
            ("User registered Mobile Phone SMS", Family::Phone),
            ("User registered Fido2 Authentication Method", Family::Passkey),
            ("User registered Email Authentication Method ", Family::SsprOnly),
            ("User registered temporary access pass method", Family::Temporary),
            ("User registered all required security info.", Family::Unknown),
        ] {
            assert_eq!(Family::of_reason(text), want, "{text}");
        }
    }
}
