//! What a channel's rows prove (semantics §2.2, rulings.md 8–10). First match wins.

use crate::model::code::CodeClass;
use crate::model::sign_in::{Channel, Client, Freshness, Token, WINDOWS_LOGON};
use crate::model::tables::Tables;

/// Event class of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Legacy client or resource-owner password.
    Legacy,
    /// Windows logon or unlock.
    Logon,
    /// Bad first factor.
    Attack,
    /// Silent attempt: nobody authenticated.
    Sso,
    /// Interactive by token: claims only.
    InteractiveToken,
    /// Promptable interactive authentication.
    Interactive,
    /// Interactive success whose details are not there (yet).
    Unsettled,
    /// Interactive, code not in the table.
    Unknown,
    /// Non-interactive success.
    Token,
    /// Non-interactive failure: the client was told to come back.
    TokenFailed,
}

/// The class of a channel. Claims-only rows younger than the settle time are the caller's to treat as unsettled.
#[must_use]
pub fn class(channel: &Channel, tables: &Tables) -> Class {
    if channel.client == Client::Legacy || channel.ropc {
        return Class::Legacy;
    }
    if !channel.interactive {
        return if channel.code == 0 { Class::Token } else { Class::TokenFailed };
    }
    let Some(known) = tables.code(channel.code) else { return Class::Unknown };
    match known.first_factor {
        Some(true) => {}
        Some(false) if known.class == CodeClass::Attack => return Class::Attack,
        Some(false) => return Class::Sso,
        None => return Class::Unknown,
    }
    if channel.app.as_ref() == Some(&WINDOWS_LOGON) {
        return Class::Logon;
    }
    // A page was shown, or the first factor was given and something after it failed.
    if channel.code != 0 {
        return Class::Interactive;
    }
    let presented = matches!(channel.token, Token::Prt | Token::Refresh);
    match channel.freshness {
        Freshness::ClaimOnly => Class::InteractiveToken,
        Freshness::Missing | Freshness::NotCarried if presented => Class::InteractiveToken,
        Freshness::Fresh | Freshness::NotCarried => Class::Interactive,
        Freshness::Missing => Class::Unsettled,
    }
}

/// Whether a class counts as a successful use of the account.
#[must_use]
pub fn succeeded(channel: &Channel) -> bool {
    channel.code == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sign_in::Trust;

    fn row(interactive: bool, number: u32) -> Channel {
        Channel {
            interactive,
            code: number,
            app: None,
            resource: None,
            client: Client::Browser,
            token: Token::None,
            ropc: false,
            freshness: Freshness::Fresh,
            trust: Trust::None,
        }
    }

    #[test]
    fn classes_in_order() {
        let cases = [
            (row(true, 0), Class::Interactive),
            (row(true, 50126), Class::Attack),
            (row(true, 50058), Class::Sso),
            (row(true, 70044), Class::Sso),
            (row(true, 50133), Class::Sso),
            (row(true, 50140), Class::Interactive),
            (row(true, 53003), Class::Interactive),
            (row(true, 50089), Class::Unknown),
            (row(true, 123_456), Class::Unknown),
            (row(false, 0), Class::Token),
            (row(false, 70043), Class::TokenFailed),
            (Channel { client: Client::Legacy, ..row(true, 0) }, Class::Legacy),
            (Channel { client: Client::Legacy, ..row(true, 50126) }, Class::Legacy),
            (Channel { ropc: true, ..row(false, 0) }, Class::Legacy),
            (Channel { app: Some(WINDOWS_LOGON), ..row(true, 0) }, Class::Logon),
            (Channel { app: Some(WINDOWS_LOGON), ..row(true, 50126) }, Class::Attack),
            (Channel { freshness: Freshness::ClaimOnly, ..row(true, 0) }, Class::InteractiveToken),
            (Channel { freshness: Freshness::ClaimOnly, ..row(true, 50074) }, Class::Interactive),
            (Channel { freshness: Freshness::Missing, ..row(true, 0) }, Class::Unsettled),
            (Channel { freshness: Freshness::NotCarried, ..row(true, 0) }, Class::Interactive),
            (Channel { freshness: Freshness::NotCarried, token: Token::Prt, ..row(true, 0) }, Class::InteractiveToken),
            (Channel { token: Token::Prt, ..row(true, 0) }, Class::Interactive),
        ];
        for (channel, want) in cases {
            assert_eq!(class(&channel, &Tables::default()), want, "{channel:?}");
        }
    }
}
