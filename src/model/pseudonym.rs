//! Tokens that stand for people: keyed, typed, the same for one key in every run, so that lists still join.
//!
//! A token is HMAC-SHA-256 under the key of what it is (its kind) and what it stands for, cut to 80 bits: among a million
//! people two share one with a probability below 1 in 10^12. Without the key nobody can try names out against tokens, which
//! a plain hash would allow.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::ids::fold_upn;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of the code that a token shows, in hexadecimal.
const TOKEN_BYTES: usize = 10;
/// Bytes of the code by which a key is known.
const KEY_ID_BYTES: usize = 4;

/// What a token stands for; its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Object id of a person.
    User,
    /// UPN or mail address.
    Upn,
    /// Domain behind the `@`.
    Domain,
    /// Display name, or a name in a joined column.
    Name,
    /// Another identifier: correlation, session, device, group.
    Id,
    /// Tenant id.
    Tenant,
    /// IP address.
    Ip,
    /// Folder of a path, whole.
    Folder,
    /// File name that is no export's usual one.
    File,
    /// Any other text that may name somebody.
    Text,
    /// Hash of a short file, which could be guessed.
    Hash,
}

impl TokenKind {
    const ALL: [Self; 11] = [
        Self::User,
        Self::Upn,
        Self::Domain,
        Self::Name,
        Self::Id,
        Self::Tenant,
        Self::Ip,
        Self::Folder,
        Self::File,
        Self::Text,
        Self::Hash,
    ];

    /// The word before the dash.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Upn => "upn",
            Self::Domain => "domain",
            Self::Name => "name",
            Self::Id => "id",
            Self::Tenant => "tenant",
            Self::Ip => "ip",
            Self::Folder => "folder",
            Self::File => "file",
            Self::Text => "text",
            Self::Hash => "hash",
        }
    }
}

/// The secret of `--pseudonymise`. Never shown: `Debug` prints its id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl Key {
    /// A key of random bytes.
    #[must_use]
    pub fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// Reads a key file: 64 hexadecimal digits. `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 2 * KEY_BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; KEY_BYTES];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The text of a key file.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n", hex(&self.0))
    }

    /// By what a key is told from others without giving it away.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&self.code("key", "")[..KEY_ID_BYTES])
    }

    /// The token of a text, e.g. `user-3f2a09c41d77e6b8a5d0`. The text is taken as it is: callers fold it.
    #[must_use]
    pub fn token(&self, kind: TokenKind, text: &str) -> String {
        format!("{}-{}", kind.name(), hex(&self.code(kind.name(), text)[..TOKEN_BYTES]))
    }

    /// The token of a UPN or mail address, still of its form: `upn-…@domain-…`, with `#EXT#` for a guest's. The code is of
    /// the whole folded address, so two people of one name in two domains stay two.
    #[must_use]
    pub fn upn(&self, upn: &str) -> String {
        let folded = fold_upn(upn);
        let person = self.token(TokenKind::Upn, &folded);
        let Some((local, domain)) = folded.rsplit_once('@') else { return person };
        let guest = if local.contains("#ext#") { "#EXT#" } else { "" };
        format!("{person}{guest}@{}", self.token(TokenKind::Domain, domain))
    }

    fn code(&self, kind: &str, text: &str) -> [u8; 32] {
        // HMAC pads a key to the hash's block with zeros.
        let mut block = [0; 64];
        block[..KEY_BYTES].copy_from_slice(&self.0);
        let mut code = Hmac::<Sha256>::new(&block.into());
        code.update(kind.as_bytes());
        code.update(&[0]);
        code.update(text.as_bytes());
        code.finalize().into_bytes().into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
        text
    })
}

/// Whether a text is a token already: `kind-` and its digits, or an address of two tokens, `upn:` before it or not.
#[must_use]
pub fn is_token(text: &str) -> bool {
    let text = text.strip_prefix("upn:").unwrap_or(text);
    match text.split_once('@') {
        None => is_plain_token(text),
        Some((local, domain)) => is_plain_token(local.strip_suffix("#EXT#").unwrap_or(local)) && is_plain_token(domain),
    }
}

fn is_plain_token(text: &str) -> bool {
    let digits = |code: &str| {
        code.len() == 2 * TOKEN_BYTES && code.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    text.split_once('-').is_some_and(|(kind, code)| TokenKind::ALL.iter().any(|k| k.name() == kind) && digits(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2 shows the construction (`Jefe`, "what do ya want for nothing?"); keys of 32 bytes have no case of
    /// their own there, so case 2's key is tried through the same crate, and a 32-byte key by a value worked out with another
    /// program (`printf 'user\0ann' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…1f`).
    #[test]
    fn the_code_is_hmac_sha_256() {
        let mut rfc = Hmac::<Sha256>::new_from_slice(b"Jefe").expect("any length");
        rfc.update(b"what do ya want for nothing?");
        let code: [u8; 32] = rfc.finalize().into_bytes().into();
        assert_eq!(hex(&code), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let mut bytes = [0; KEY_BYTES];
        for (byte, value) in bytes.iter_mut().zip(0..) {
            *byte = value;
        }
        assert_eq!(Key::new(bytes).token(TokenKind::User, "ann"), "user-c5339e04520cd64ef201");
    }

    #[test]
    fn tokens_are_typed_stable_and_known_again() {
        let (key, other) = (Key::new([1; KEY_BYTES]), Key::new([2; KEY_BYTES]));
        let ann = key.upn("Ann@Contoso.com");
        assert_eq!(ann, key.upn(" ann@contoso.com "), "in any case");
        assert_ne!(ann, other.upn("ann@contoso.com"));
        let domain = |upn: &str| key.upn(upn).split_once('@').map(|(_, domain)| domain.to_owned());
        assert_eq!(domain("ann@contoso.com"), domain("bob@CONTOSO.com"), "slices by domain go on working");
        assert!(key.upn("a_b.com#EXT#@t.onmicrosoft.com").contains("#EXT#@domain-"), "a guest stays one");
        for kind in TokenKind::ALL {
            assert!(is_token(&key.token(kind, "x")), "{kind:?}");
        }
        assert!(is_token(&ann) && is_token(&format!("upn:{ann}")) && is_token(&key.upn("a#ext#@b.c")));
        assert!(
            !is_token("user-1") && !is_token("ann@contoso.com") && !is_token("upn-3f2a09c41d77e6b8a5d0@contoso.com")
        );
        assert_ne!(
            key.token(TokenKind::User, "x").get(5..),
            key.token(TokenKind::Name, "x").get(5..),
            "kinds are apart"
        );
    }

    #[test]
    fn a_key_file_is_read_back_and_shows_nothing_in_debug() {
        let key = Key::new([0xab; KEY_BYTES]);
        assert_eq!(Key::parse(&key.to_text()), Some(key.clone()));
        for wrong in ["", "ab", &"g".repeat(64), &"ab".repeat(33)] {
            assert_eq!(Key::parse(wrong), None);
        }
        assert!(!format!("{key:?}").contains("abab"));
    }
}
