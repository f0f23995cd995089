//! A sign-in row in our words, and the channel it came through.

use super::ids::{Guid, Id};
use super::time::Instant;

/// A kind of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Interactive user sign-ins.
    Interactive,
    /// Non-interactive user sign-ins.
    NonInteractive,
    /// Directory audit.
    Audit,
}

impl Stream {
    /// All, in reading order.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::NonInteractive, Self::Audit];

    /// The name used in options and outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::NonInteractive => "non-interactive",
            Self::Audit => "audit",
        }
    }
}

/// What kind of client asked (`clientAppUsed`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// `Browser`.
    Browser,
    /// `Mobile Apps and Desktop clients`.
    App,
    /// Any legacy protocol: no page can be shown.
    Legacy,
    /// Not stated.
    Unknown,
}

impl Client {
    /// Reads `clientAppUsed`. Whatever is named and neither of the two modern kinds is legacy (SI-RES).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if super::ids::is_null(text) {
            Self::Unknown
        } else if text.eq_ignore_ascii_case("browser") {
            Self::Browser
        } else if text.eq_ignore_ascii_case("mobile apps and desktop clients") {
            Self::App
        } else {
            Self::Legacy
        }
    }

    /// The word shown to readers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::App => "app",
            Self::Legacy => "legacy client",
            Self::Unknown => "unknown client",
        }
    }
}

/// Which artefact was presented (`incomingTokenType`). `None` must not be read as "no token" (SI-RES).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// `none` or absent.
    None,
    /// Primary refresh token.
    Prt,
    /// Refresh token.
    Refresh,
    /// SAML, remote desktop, or a value this version does not know.
    Other,
}

impl Token {
    /// Reads the raw enum, the portal's label, or a comma list (a PRT in it decides).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut best = Self::None;
        for part in text.split(',') {
            let part = part.trim();
            let token = if part.is_empty() || part.eq_ignore_ascii_case("none") || part.eq_ignore_ascii_case("null") {
                Self::None
            } else if part.eq_ignore_ascii_case("primaryRefreshToken")
                || part.eq_ignore_ascii_case("primary refresh token")
            {
                return Self::Prt;
            } else if part.eq_ignore_ascii_case("refreshToken") || part.eq_ignore_ascii_case("refresh token") {
                Self::Refresh
            } else {
                Self::Other
            };
            best = best.max(token);
        }
        best
    }
}

/// Whether a fresh factor was given (`authenticationDetails`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freshness {
    /// Some step succeeded with a factor of its own.
    Fresh,
    /// Every step was satisfied by a claim or token.
    ClaimOnly,
    /// The format carries details; this row has none (not yet aggregated).
    Missing,
    /// The format carries no details at all.
    NotCarried,
}

/// How the device is tied to the directory (`trustType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Entra joined or hybrid joined.
    Joined,
    /// Registered (BYOD).
    Registered,
    /// Neither, or not stated.
    None,
}

impl Trust {
    /// Reads `trustType` or the portal's `Join Type`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lower = text.trim().to_ascii_lowercase();
        if lower.contains("join") {
            Self::Joined
        } else if lower.contains("regist") || lower == "workplace" {
            Self::Registered
        } else {
            Self::None
        }
    }
}

/// The Windows logon application ("Windows Sign In"): no web page can be shown there (APPS).
pub const WINDOWS_LOGON: Id = Id::Guid(Guid::new(0x38aa_3b87_a06d_4817_b275_7a31_6988_d93b));

/// What a row says besides who and when. Classes are derived from it when judging, never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Channel {
    /// Interactive or not.
    pub interactive: bool,
    /// AADSTS code; 0 is success.
    pub code: u32,
    /// Client application.
    pub app: Option<Id>,
    /// Resource asked for.
    pub resource: Option<Id>,
    /// Kind of client.
    pub client: Client,
    /// Token presented.
    pub token: Token,
    /// Resource-owner password: no page possible.
    pub ropc: bool,
    /// Fresh factor or claim.
    pub freshness: Freshness,
    /// Device trust.
    pub trust: Trust,
}

impl Channel {
    /// Whether a page can be shown: interactive, no legacy client, no resource-owner password, no Windows logon
    /// (semantics §1.5, rulings.md 8).
    #[must_use]
    pub fn surface(&self) -> bool {
        let logon = self.app.as_ref() == Some(&WINDOWS_LOGON);
        self.interactive && self.client != Client::Legacy && !self.ropc && !logon
    }
}

/// Who signed in, as a row says it.
#[derive(Clone, Debug, Default)]
pub struct Who<'a> {
    /// Object id of the user.
    pub user: Option<Id>,
    /// UPN as written.
    pub upn: &'a str,
    /// Display name as written.
    pub name: &'a str,
    /// `member` / `guest` as written.
    pub user_type: &'a str,
    /// Home tenant of the user and tenant of the resource.
    pub tenants: (Option<Id>, Option<Id>),
}

impl Who<'_> {
    /// The row calls the person a guest.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.user_type.trim().eq_ignore_ascii_case("guest")
    }
}

/// How they came.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// The channel.
    pub channel: Channel,
    /// Application name as written.
    pub app_name: &'a str,
}

/// What else a sign-in row says: nothing of it is the next row's too.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Event time.
    pub at: Instant,
    /// An applied Conditional Access policy enforced a persistent browser session.
    pub persistent_browser: bool,
    /// `crossTenantAccessType` is `passthrough`: no token for this tenant was issued (INT).
    pub passthrough: bool,
}

/// One authentication step, as far as freshness needs it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// `authenticationMethod`.
    pub method: &'a str,
    /// `authenticationStepResultDetail`.
    pub result: &'a str,
    /// `succeeded`.
    pub succeeded: Option<bool>,
}

/// The freshness of a row from its steps (formats.md §2.2): some step succeeded with a factor that is
/// neither a claim nor unnamed; `Missing` when there is no step that says anything.
#[must_use]
pub fn freshness<'a>(steps: impl Iterator<Item = Step<'a>>) -> Freshness {
    let mut claims = false;
    for step in steps {
        // "MFA requirement skipped due to …" says nothing of the first factor: neither a claim nor a fresh factor.
        if step.result.to_ascii_lowercase().contains("requirement skipped") && super::ids::is_null(step.method) {
            continue;
        }
        let claim = is_claim(step.method) || is_claim(step.result);
        let named = !super::ids::is_null(step.method);
        if claim {
            claims = true;
        } else if (named && step.succeeded != Some(false))
            || (step.succeeded == Some(true) && !super::ids::is_null(step.result))
        {
            return Freshness::Fresh;
        }
    }
    if claims { Freshness::ClaimOnly } else { Freshness::Missing }
}

/// Whether a method or result text says that an earlier claim was used.
#[must_use]
pub fn is_claim(text: &str) -> bool {
    // The portal writes non-breaking spaces (formats.md §0.17).
    let mut lower = text.to_ascii_lowercase();
    if lower.contains('\u{a0}') {
        lower = lower.replace('\u{a0}', " ");
    }
    lower.contains("previously satisfied") || lower.contains("satisfied by")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step<'a>(method: &'a str, result: &'a str, succeeded: Option<bool>) -> Step<'a> {
        Step { method, result, succeeded }
    }

    #[test]
    fn freshness_of_steps_seen_in_real_rows() {
        let claim =
            step("Previously satisfied", "First factor requirement satisfied by claim in the token", Some(true));
        let unnamed = step("", "MFA requirement satisfied by claim in the token", Some(true));
        let password = step("Password", "Correct password", Some(true));
        let wrong = step("Password", "Invalid username or password", Some(false));
        let skipped = step("", "MFA requirement skipped due to remembered device", Some(true));
        let cases: [(&[Step<'_>], Freshness); 9] = [
            (&[claim, skipped], Freshness::ClaimOnly),
            (&[password, skipped], Freshness::Fresh),
            (&[skipped], Freshness::Missing),
            (&[], Freshness::Missing),
            (&[claim], Freshness::ClaimOnly),
            (&[claim, unnamed], Freshness::ClaimOnly),
            (&[password, unnamed], Freshness::Fresh),
            (&[wrong], Freshness::Missing),
            (&[claim, step("Mobile app notification", "MFA completed in Azure AD", Some(true))], Freshness::Fresh),
        ];
        for (steps, want) in cases {
            assert_eq!(freshness(steps.iter().copied()), want, "{steps:?}");
        }
    }

    #[test]
    fn a_claim_is_one_with_non_breaking_spaces_too() {
        assert!(is_claim("MFA requirement satisfied\u{a0}by\u{a0}claim in the token"));
        assert!(!is_claim("MFA completed\u{a0}in Azure AD"));
    }

    #[test]
    fn token_labels_and_lists() {
        for (text, want) in [
            ("", Token::None),
            ("none", Token::None),
            ("Primary refresh token", Token::Prt),
            ("primaryRefreshToken,saml11", Token::Prt),
            ("refreshToken", Token::Refresh),
            ("unknownFutureValue", Token::Other),
        ] {
            assert_eq!(Token::parse(text), want, "{text}");
        }
    }
}
