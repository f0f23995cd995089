//! Identifiers. Object ids, app ids and correlation ids are opaque; a canonical GUID is kept in 16 bytes.

use std::cmp::Ordering;
use std::fmt;

/// An identifier: a GUID, or any other text folded to lower case (sanitised exports carry non-hex "GUIDs").
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    /// A GUID, read in any case.
    Guid(Guid),
    /// Anything else, lower case.
    Text(Box<str>),
}

/// The 128 bits of a GUID. Aligned as a pointer is: beside a tag they would take 32 bytes, and ids are most of what facts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(8))]
pub struct Guid(u128);

impl Guid {
    /// Of its bits.
    #[must_use]
    pub const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn bits(self) -> u128 {
        self.0
    }
}

impl Id {
    /// Reads an id. Blank, null words, the all-zero GUID (formats.md §10) and text that no identifier holds, blanks or
    /// control characters inside, are `None`: ids end up one a line in other tools' inputs.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text);
        match parse_guid(text.as_bytes()) {
            Some(0) => None,
            Some(guid) => Some(Self::Guid(Guid(guid))),
            None if is_null(text) || text.contains(|c: char| c.is_whitespace() || c.is_control()) => None,
            None => Some(Self::Text(text.to_lowercase().into_boxed_str())),
        }
    }

    /// The key of a person known by UPN alone (rulings.md 13).
    #[must_use]
    pub fn of_upn(folded: &str) -> Self {
        Self::Text(format!("upn:{folded}").into_boxed_str())
    }

    /// The folded UPN of a person known by UPN alone.
    #[must_use]
    pub fn as_upn(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.strip_prefix("upn:"),
            Self::Guid(_) => None,
        }
    }
}

impl Id {
    /// The first 8 bytes as written: an id with fewer of them comes first in the order of ids.
    #[must_use]
    pub(crate) fn beginning(&self) -> u64 {
        let mut bytes = [0; 8];
        let written = match self {
            Self::Guid(guid) => &written(guid.bits())[..],
            Self::Text(text) => text.as_bytes(),
        };
        let length = written.len().min(8);
        bytes[..length].copy_from_slice(&written[..length]);
        u64::from_be_bytes(bytes)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(g) => f.write_str(std::str::from_utf8(&written(g.bits())).map_err(|_| fmt::Error)?),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A GUID in lower case: 8, 4, 4, 4 and 12 digits. By hand: tables of people write millions of them.
fn written(guid: u128) -> [u8; 36] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = [b'-'; 36];
    let places = (0..36).filter(|at| ![8, 13, 18, 23].contains(at));
    let halves = guid.to_be_bytes().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    for (place, half) in places.zip(halves) {
        out[place] = DIGITS[usize::from(half)];
    }
    out
}

impl Ord for Id {
    /// The order of the written form, so that tables sort as their readers expect.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Guid(a), Self::Guid(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.to_string().cmp(&other.to_string()),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Words that mean "no value" in the exports (formats.md §10), for fields without a real `none`.
#[must_use]
pub fn is_null(text: &str) -> bool {
    const NULLS: &[&str] = &[
        "",
        "null",
        "<null>",
        "none",
        "hidden",
        "(blank)",
        "-",
        "n/a",
        "never",
        "unknown",
        "nan",
        "[]",
        "{}",
        ", ,",
        "unable to retrieve",
        "{pii removed}",
    ];
    let text = if text.len() <= 18 { trim(text) } else { return false };
    NULLS.iter().any(|n| n.eq_ignore_ascii_case(text))
}

/// The text without blanks around it. Hardly any cell has them, and looking for Unicode's is slow.
#[must_use]
pub fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// A UPN as it is compared: trimmed, lower case.
#[must_use]
pub fn fold_upn(upn: &str) -> String {
    upn.trim().to_lowercase()
}

/// The home address inside a guest's UPN: `ann_fabrikam.com#EXT#@t.onmicrosoft.com` is `ann@fabrikam.com`.
#[must_use]
pub fn guest_home(folded_upn: &str) -> Option<String> {
    // A quick look first: nearly no other UPN has that character.
    let (local, _) = folded_upn.contains('#').then(|| folded_upn.split_once("#ext#@"))??;
    let (name, domain) = local.rsplit_once('_')?;
    Some(format!("{name}@{domain}"))
}

/// Value of each hexadecimal digit; `NOT_HEX` for all other bytes.
const HEX: [u8; 256] = {
    let mut table = [NOT_HEX; 256];
    let (mut at, mut value) = (0, 0);
    while at < 16 {
        table[b"0123456789abcdef"[at] as usize] = value;
        table[b"0123456789ABCDEF"[at] as usize] = value;
        at += 1;
        value += 1;
    }
    table
};
const NOT_HEX: u8 = 0xff;

/// Hot: several times a row. One table look-up a byte, one check at the end.
fn parse_guid(b: &[u8]) -> Option<u128> {
    let b: &[u8; 36] = b.try_into().ok()?;
    if b[8] != b'-' || b[13] != b'-' || b[18] != b'-' || b[23] != b'-' {
        return None;
    }
    let mut wrong = 0;
    let mut part = |range: std::ops::Range<usize>| {
        b[range].iter().fold(0_u64, |value, c| {
            let digit = HEX[usize::from(*c)];
            wrong |= digit & 0xf0;
            value << 4 | u64::from(digit & 0x0f)
        })
    };
    let high = part(0..8) << 32 | part(9..13) << 16 | part(14..18);
    let low = part(19..23) << 48 | part(24..36);
    (wrong == 0).then_some(u128::from(high) << 64 | u128::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_in_any_case_are_one_id() {
        let lower = Id::parse("76cbae99-9c68-4843-856f-3feb9e9867af");
        assert_eq!(lower, Id::parse(" 76CBAE99-9C68-4843-856F-3FEB9E9867AF "));
        assert_eq!(lower.map(|i| i.to_string()).as_deref(), Some("76cbae99-9c68-4843-856f-3feb9e9867af"));
    }

    #[test]
    fn nulls_and_zero_are_no_id_and_other_text_is_opaque() {
        for null in
            ["", " ", "{PII Removed}", "null", "a b", "a\nb", "<null>", "00000000-0000-0000-0000-000000000000", "-"]
        {
            assert_eq!(Id::parse(null), None, "{null}");
        }
        assert_eq!(
            Id::parse("ZZcbae99-9c68-4843-856f-3feb9e9867af").map(|i| i.to_string()).as_deref(),
            Some("zzcbae99-9c68-4843-856f-3feb9e9867af")
        );
    }

    #[test]
    fn guest_addresses_are_decoded() {
        assert_eq!(guest_home("ann_b_outlook.com#ext#@t.onmicrosoft.com").as_deref(), Some("ann_b@outlook.com"));
        assert_eq!(guest_home("ann@fabrikam.com"), None);
    }
}
