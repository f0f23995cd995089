//! Microsoft-Extractor-Suite `…-AuthenticationMethods.csv`: one yes/no column a method, people by UPN (formats.md §4).

use std::collections::BTreeSet;

use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::{Instant, civil};

/// The format.
pub(super) struct ExtractorMethodsCsv;

const UPN: usize = 0;
/// First of the methods; `METHODS[i]` is the name of column `FIRST + i`.
const FIRST: usize = 1;
/// The names reports use. A phone and an app are not told apart further here.
const METHODS: &[&str] = &[
    "email",
    "fido2",
    "microsoftAuthenticatorPush",
    "mobilePhone",
    "softwareOneTimePasscode",
    "windowsHelloForBusiness",
    "temporaryAccessPass",
    "certificateBasedAuthentication",
    "qrCodePin",
];

const WANTS: &[Want] = &[
    want("user_principal_name", &["user"]),
    want("email", &["email"]),
    want("fido2", &["fido2"]),
    want("app", &["app"]),
    want("phone", &["phone"]),
    want("software_oath", &["softwareoath"]),
    want("hello", &["hellobusiness"]),
    want("temporary_access_pass", &["temporaryaccesspass"]),
    want("certificate", &["certificatebasedauthconfiguration"]),
    want("qr_code", &["qrcodepin"]),
];

impl Format for ExtractorMethodsCsv {
    fn id(&self) -> &'static str {
        "extractor_methods_csv"
    }
    fn title(&self) -> &'static str {
        "Microsoft-Extractor-Suite, Get-MFA, AuthenticationMethods CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["user", "mfastatus", "fido2", "softwareoath", "phone"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, MethodCells { named: stamp_in_name(&head.file_name) }))
    }
}

/// The instant in a name such as `20250411081553-MFA-AuthenticationMethods.csv`.
fn stamp_in_name(name: &str) -> Option<Instant> {
    let digits = name.split('-').next().filter(|d| d.len() == 14 && d.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|d| d.parse::<i64>().ok());
    let clock = (part(8..10)?, part(10..12)?, part(12..14)?);
    civil(part(0..4)?, part(4..6)?, part(6..8)?, clock)
}

struct MethodCells {
    named: Option<Instant>,
}

impl CsvRow for MethodCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![
            "lists methods and no more: whether they are allowed (capable), self-service reset and roles are unknown; \
             people are joined by UPN"
                .to_owned(),
            "`MFAstatus` is that script's own reckoning and is not used; registered follows from the methods"
                .to_owned(),
        ]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let mut methods = BTreeSet::new();
        let mut whole = true;
        for (want, name) in (FIRST..).zip(METHODS) {
            match cells.boolean(want)? {
                Some(true) => {
                    methods.insert((*name).to_owned());
                }
                Some(false) => {}
                // An older release lacks the newest columns; a blank cell of a column that is there is lost.
                None => whole &= !cells.has(want),
            }
        }
        let mut row = RegistrationRow {
            upn: cells.text(UPN)?.trim().to_owned(),
            methods: Some(methods),
            snapshot: self.named,
            ..RegistrationRow::default()
        };
        if !whole {
            // What is listed may still suffice for registered, never for not registered.
            row.derive(&crate::model::tables::Tables::default());
            row.mfa_registered = row.mfa_registered.filter(|r| *r);
            row.methods = None;
        }
        Ok(fold.registration(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_known_methods() {
        assert_eq!(WANTS.len(), FIRST + METHODS.len());
        assert!(METHODS.iter().all(|m| crate::model::method::strength(m).is_some()));
    }

    #[test]
    fn stamps_in_names() {
        let at = |name| stamp_in_name(name).map(|t| t.to_string());
        assert_eq!(at("20250411081553-MFA-AuthenticationMethods.csv").as_deref(), Some("2025-04-11T08:15:53Z"));
        assert_eq!(at("20251311081553-x.csv"), None);
        assert_eq!(at("AuthenticationMethods.csv"), None);
    }
}
