//! The user's own rows before the built-in tables: codes, activities, methods (house.md, invariant 10; semantics §3, end).
//!
//! A file has the form of the built-in table it goes before, `tables/*.tsv`; the source column may be left out.

use std::collections::BTreeMap;

use super::activity_name::Activity;
use super::code::{self, Code};
use super::method::{self, Strength};

/// Which table a file goes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// AADSTS codes.
    Codes,
    /// Audit activity names.
    Activities,
    /// Authentication methods.
    Methods,
}

impl TableKind {
    /// The columns of a line, for messages.
    #[must_use]
    pub fn form(self) -> &'static str {
        match self {
            Self::Codes => "code, class (OK REG REGX NUDGE MFA KMSI END PWD CA EXT SSO ATT NOISE), yes, no or ?, name",
            Self::Activities => "activity name, key (such as SecurityInfoStarted)",
            Self::Methods => {
                "method, then 1 or 0 for: mfa, passwordless, phishing-resistant, authenticator, sms or voice, and if wanted strictly resistant, \
                 tied to one computer"
            }
        }
    }
}

/// The tables of one run: the user's rows, then the built-in ones. A value, so that runs beside each other do not meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    codes: BTreeMap<u32, Code>,
    activities: BTreeMap<String, Activity>,
    methods: BTreeMap<String, Strength>,
}

impl Tables {
    /// What is known of a code. `None`: class UNKNOWN.
    #[must_use]
    pub fn code(&self, number: u32) -> Option<Code> {
        self.codes.get(&number).copied().or_else(|| code::code(number))
    }

    /// Reads an activity's name. `None`: of no use here.
    #[must_use]
    pub fn activity(&self, name: &str) -> Option<Activity> {
        if self.activities.is_empty() {
            return Activity::parse(name);
        }
        self.activities.get(&Activity::fold(name)).copied().or_else(|| Activity::parse(name))
    }

    /// What a method counts for. `None`: unknown name.
    #[must_use]
    pub fn strength(&self, name: &str) -> Option<Strength> {
        let mine = if self.methods.is_empty() { None } else { self.methods.get(&name.trim().to_ascii_lowercase()) };
        mine.copied().or_else(|| method::strength(name))
    }

    /// Takes a file's rows in; a later row of the same key replaces an earlier one. Returns how many rows there were.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(&mut self, kind: TableKind, text: &str) -> Result<usize, String> {
        let mut count = 0;
        for (number, columns) in lines(text) {
            self.take(kind, &columns).ok_or_else(|| {
                let shown: String = columns.join(" | ").chars().take(60).collect();
                format!("line {number}: `{shown}` is not: {}", kind.form())
            })?;
            count += 1;
        }
        if count == 0 { Err("it holds no row".to_owned()) } else { Ok(count) }
    }

    fn take(&mut self, kind: TableKind, columns: &[&str]) -> Option<()> {
        match kind {
            TableKind::Codes => {
                let (number, code) = code::parse_row(columns)?;
                self.codes.insert(number, code);
            }
            TableKind::Activities => {
                let [name, key, ..] = columns else { return None };
                let name = Activity::fold(name);
                self.activities.insert((!name.is_empty()).then_some(name)?, Activity::of_key(key.trim())?);
            }
            TableKind::Methods => {
                let (name, strength) = method::parse_row(columns)?;
                self.methods.insert(name, strength);
            }
        }
        Some(())
    }
}

/// The versions of the built-in tables that decide what is kept of a row, as their heading lines say.
#[must_use]
pub fn built_in_versions() -> String {
    let texts = [
        ("codes", include_str!("tables/codes.tsv")),
        ("activities", include_str!("tables/activities.tsv")),
        ("methods", include_str!("tables/methods.tsv")),
        ("tenant_activities", include_str!("tables/tenant_activities.tsv")),
    ];
    let version = |text: &'static str| text.strip_prefix("# version ").and_then(|t| t.split(';').next()).unwrap_or("");
    texts.map(|(name, text)| format!("{name} {}", version(text))).join(", ")
}

/// The lines of a table in a file, from 1, without comments and blank lines, split at tabs.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let text = text.trim_start_matches('\u{feff}');
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (number, line.trim_end_matches(['\r', '\n']).split('\t').collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::CodeClass;

    #[test]
    fn the_users_rows_go_before_the_built_in_ones() {
        let mut tables = Tables::default();
        assert_eq!(
            tables.read(TableKind::Codes, "# mine\n123456\tREG\tyes\town page\r\n\n0\tOK\tyes\tfine\tme\n"),
            Ok(2)
        );
        assert_eq!(tables.code(123_456).map(|c| (c.class, c.first_factor)), Some((CodeClass::Reg, Some(true))));
        assert_eq!(tables.code(50_140).map(|c| c.class), Some(CodeClass::Kmsi), "the built-in table stands behind");
        assert_eq!(Tables::default().code(123_456), None, "no table of one run is another's");
        assert_eq!(tables.read(TableKind::Activities, "Benutzer hat begonnen.\tSecurityInfoStarted\n"), Ok(1));
        assert_eq!(tables.activity(" benutzer hat Begonnen"), Some(Activity::SecurityInfoStarted));
        assert_eq!(tables.activity("disable account"), Some(Activity::Disabled));
        assert_eq!(tables.read(TableKind::Methods, "qrCode\t0\t0\t0\t0\t0\n"), Ok(1));
        assert_eq!(tables.strength("QRCODE").map(|s| s.mfa), Some(false));
        assert_eq!(tables.strength("fido2").map(|s| s.phishing_resistant), Some(true));
    }

    #[test]
    fn a_bad_line_is_named() {
        for (kind, text, line) in [
            (TableKind::Codes, "# c\n50140\tKMSI\tyes\tx\nabc\tREG\tyes\tx\n", "line 3: "),
            (TableKind::Codes, "50140\tKMS\tyes\tx\n", "line 1: "),
            (TableKind::Codes, "50140\tKMSI\tmaybe\tx\n", "line 1: "),
            (TableKind::Activities, "x\tNoSuchKey\n", "line 1: "),
            (TableKind::Methods, "x\t1\t0\t0\t0\n", "line 1: "),
            (TableKind::Methods, "x\t1\t0\tyes\t0\t0\n", "line 1: "),
            (TableKind::Codes, "# nothing\n", "it holds no row"),
        ] {
            let got = Tables::default().read(kind, text);
            assert!(got.as_ref().is_err_and(|e| e.starts_with(line)), "{text:?}: {got:?}");
        }
    }
}
