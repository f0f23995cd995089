//! `Get-MgMFAStatus` (LazyAdmin), the most common MFA script: `MFA Status` and a column a method (formats.md §6.3).

use std::collections::BTreeSet;

use super::registration_csv::day_in_name;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct LazyadminMfaCsv;

const UPN: usize = 0;
const NAME: usize = 1;
const ADMIN: usize = 2;
const STATUS: usize = 3;
const EMAIL: usize = 4;
/// First of the methods; `METHODS[i]` is the name of column `FIRST + i`.
const FIRST: usize = 5;
const METHODS: &[&str] = &[
    "mobilePhone",
    "microsoftAuthenticatorPush",
    "microsoftAuthenticatorPasswordless",
    "windowsHelloForBusiness",
    "fido2",
    "temporaryAccessPass",
];

// Phone numbers and addresses are in the file; they are not read, only whether there is an address.
const WANTS: &[Want] = &[
    want("user_principal_name", &["userprincipalname"]),
    want("display_name", &["name"]),
    want("is_admin", &["isadmin"]),
    want("mfa_status", &["mfa status", "mfaenabled"]),
    want("email", &["email for sspr"]),
    want("phone", &["phone authentication"]),
    want("app", &["authenticator app"]),
    want("passwordless", &["passwordless"]),
    want("hello", &["hello for business"]),
    want("fido2", &["fido2 security key"]),
    want("temporary_access_pass", &["temporary access pass"]),
];

impl Format for LazyadminMfaCsv {
    fn id(&self) -> &'static str {
        "lazyadmin_mfa_csv"
    }
    fn title(&self) -> &'static str {
        "Get-MgMFAStatus.ps1, MFA status as CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(
            head.header(),
            &["userprincipalname", "emailaddress", "mfa status|mfaenabled", "email for sspr"],
            0,
        )
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, StatusCells { named: day_in_name(&head.file_name) }))
    }
}

struct StatusCells {
    named: Option<Instant>,
}

impl CsvRow for StatusCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![
            "Get-MgMFAStatus has no object id (people are joined by UPN) and says neither capable nor self-service reset; \
             passcodes of other apps have no column"
                .to_owned(),
        ];
        if !binding.has(FIRST) {
            notes.push("made with the switch for people without MFA only: nobody else is in it".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let mut methods = BTreeSet::new();
        for (want, name) in (FIRST..).zip(METHODS) {
            // The script writes `-` for a method somebody does not have.
            if cells.boolean(want)? == Some(true) {
                methods.insert((*name).to_owned());
            }
        }
        if !is_null(cells.text(EMAIL)?) {
            methods.insert("email".to_owned());
        }
        let status = cells.boolean(STATUS)?;
        let registered = registered(status, &methods);
        Ok(fold.registration(RegistrationRow {
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            admin: cells.boolean(ADMIN)?,
            mfa_registered: registered,
            // Enabled by something without a column: the list is not whole.
            methods: Some(methods).filter(|m| status == Some(false) || has_strong(m)),
            snapshot: self.named,
            ..RegistrationRow::default()
        }))
    }
}

/// A temporary access pass makes the script say `enabled`, though nobody is registered by it.
fn registered(status: Option<bool>, methods: &BTreeSet<String>) -> Option<bool> {
    match status {
        _ if has_strong(methods) => Some(true),
        Some(true) if methods.contains("temporaryAccessPass") => None,
        known => known,
    }
}

fn has_strong(methods: &BTreeSet<String>) -> bool {
    methods.iter().any(|m| crate::model::method::strength(m).is_some_and(|s| s.mfa))
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
    fn enabled_by_a_temporary_pass_alone_is_unknown() {
        let of = |status, names: &[&str]| registered(status, &names.iter().map(|n| (*n).to_owned()).collect());
        assert_eq!(of(Some(true), &["temporaryAccessPass"]), None);
        assert_eq!(of(Some(true), &["temporaryAccessPass", "fido2"]), Some(true));
        assert_eq!(of(Some(true), &[]), Some(true), "a passcode app has no column");
        assert_eq!(of(Some(false), &["email"]), Some(false));
        assert_eq!(of(None, &[]), None);
    }
}
