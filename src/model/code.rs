//! AADSTS codes: versioned data (`tables/codes.tsv`, semantics §3), never code.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeClass {
    /// Success.
    Ok,
    /// A registration page was shown.
    Reg,
    /// Registration was demanded and blocked.
    RegBlocked,
    /// The registration campaign's nudge.
    Nudge,
    /// A second-factor challenge.
    Mfa,
    /// The "Stay signed in?" page.
    Kmsi,
    /// Session revoked, expired or too old.
    End,
    /// Password expired or to be changed.
    Password,
    /// Blocked by Conditional Access.
    ConditionalAccess,
    /// External factor.
    External,
    /// Noise of silent attempts: nobody authenticated.
    Sso,
    /// Bad first factor.
    Attack,
    /// Of no use here.
    Noise,
}

/// What the table says of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Class.
    pub class: CodeClass,
    /// Whether the first factor was passed; `None` = the table cannot say.
    pub first_factor: Option<bool>,
}

/// Looks a code up in the built-in table. `None`: class UNKNOWN (semantics §3, end).
#[must_use]
pub fn code(number: u32) -> Option<Code> {
    static TABLE: OnceLock<BTreeMap<u32, Code>> = OnceLock::new();
    TABLE.get_or_init(|| rows().filter_map(|r| parse_row(&r)).collect()).get(&number).copied()
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    include_str!("tables/codes.tsv").lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect())
}

/// A line of the table: code, class, first factor, name; a source may follow. `None`: malformed.
pub(super) fn parse_row(columns: &[&str]) -> Option<(u32, Code)> {
    let [number, class, first_factor, _name, ..] = columns else { return None };
    let class = match class.trim() {
        "OK" => CodeClass::Ok,
        "REG" => CodeClass::Reg,
        "REGX" => CodeClass::RegBlocked,
        "NUDGE" => CodeClass::Nudge,
        "MFA" => CodeClass::Mfa,
        "KMSI" => CodeClass::Kmsi,
        "END" => CodeClass::End,
        "PWD" => CodeClass::Password,
        "CA" => CodeClass::ConditionalAccess,
        "EXT" => CodeClass::External,
        "SSO" => CodeClass::Sso,
        "ATT" => CodeClass::Attack,
        "NOISE" => CodeClass::Noise,
        _ => return None,
    };
    let first_factor = match first_factor.trim() {
        "yes" => Some(true),
        "no" => Some(false),
        "?" => None,
        _ => return None,
    };
    Some((number.trim().parse().ok()?, Code { class, first_factor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_once() {
        let lines = rows().count();
        let parsed: BTreeMap<u32, Code> = rows().filter_map(|r| parse_row(&r)).collect();
        assert_eq!(lines, parsed.len(), "a line is malformed or a code occurs twice");
        assert!(rows().all(|r| r.len() == 5), "code, class, first factor, name, source");
    }

    #[test]
    fn codes_that_decide() {
        assert_eq!(code(50058).and_then(|c| c.first_factor), Some(false), "prompt=none never proves presence");
        assert_eq!(code(50140).map(|c| c.class), Some(CodeClass::Kmsi));
        assert_eq!(code(50089).and_then(|c| c.first_factor), None);
        assert_eq!(code(999_999), None);
    }
}
