//! Reports of MSOnline's `StrongAuthentication…` by scripts: MFAStatus.ps1 (`MFA Type`, the default method alone) and
//! AdminDroid's MFA report (`AllMFAMethods`, the list), both with the service's own method words (formats.md §6.3).

use std::collections::BTreeSet;

use super::registration_csv::day_in_name;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct MsonlineMfaCsv;

const UPN: usize = 0;
const NAME: usize = 1;
const ADMIN: usize = 2;
const DEFAULT: usize = 3;
const ALL: usize = 4;

// Phone numbers and addresses are in the file; they are not read.
const WANTS: &[Want] = &[
    want("user_principal_name", &["userprincipalname"]),
    want("display_name", &["displayname"]),
    want("is_admin", &["isadmin"]),
    want("default_method", &["mfa type", "defaultmfamethod"]),
    want("methods", &["allmfamethods"]),
];

/// MSOnline's word for a method, and the one that reports use.
const WORDS: &[(&str, &str)] = &[
    ("onewaysms", "mobilePhone"),
    ("twowayvoicemobile", "mobilePhone"),
    ("twowayvoiceoffice", "officePhone"),
    ("twowayvoicealternatemobile", "alternateMobilePhone"),
    ("phoneappotp", "softwareOneTimePasscode"),
    ("phoneappnotification", "microsoftAuthenticatorPush"),
];

impl Format for MsonlineMfaCsv {
    fn id(&self) -> &'static str {
        "msonline_mfa_csv"
    }
    fn title(&self) -> &'static str {
        "MFA status as CSV from MSOnline scripts (MFAStatus.ps1, AdminDroid)"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        // The other names are in many exports.
        if !head.header().iter().any(|h| h == "mfa type" || h == "allmfamethods") {
            return Fit::nothing();
        }
        Fit::by_names(
            head.header(),
            &["userprincipalname", "displayname", "mfa type|allmfamethods", "mfa enabled|mfaenforced|mfastatus"],
            0,
        )
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, MsonlineCells { named: day_in_name(&head.file_name) }))
    }
}

struct MsonlineCells {
    named: Option<Instant>,
}

impl CsvRow for MsonlineCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![
            "MSOnline reports have no object id (people are joined by UPN), say neither capable nor self-service reset; \
             per-user MFA states (enabled, enforced) are not registration and are not used"
                .to_owned(),
            "they do not know passkeys: whoever has no method in them is unknown, not unregistered"
                .to_owned(),
        ];
        if !binding.has(ALL) {
            notes.push(
                "it names the default method alone: the goals app and passkey cannot be judged from it".to_owned(),
            );
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let (upn, name) = (cells.text(UPN)?.trim(), cells.text(NAME)?.trim());
        // The script's own remark about somebody who does not exist.
        if upn.ends_with("- Not found") || name.ends_with("- Not found") {
            return Ok(Outcome::Skipped(Skip::Blank));
        }
        let known = |want| cells.text(want).map(methods);
        let (list, default) = (known(ALL)?, known(DEFAULT)?);
        // Who has no method here may have a passkey: unknown. `MFA Enabled` says no more than the methods do.
        let registered = (has_strong(&list) || has_strong(&default)).then_some(true);
        Ok(fold.registration(RegistrationRow {
            upn: upn.to_owned(),
            display_name: cells.word(NAME)?,
            admin: cells.boolean(ADMIN)?,
            mfa_registered: registered,
            methods: Some(list).filter(|list| !list.is_empty()),
            snapshot: self.named,
            ..RegistrationRow::default()
        }))
    }
}

/// The methods a cell names, in the words of reports; a word not known stays as it is.
fn methods(cell: &str) -> BTreeSet<String> {
    let words = cell.split([',', ';']).map(str::trim).filter(|w| !is_null(w));
    words
        .map(|w| WORDS.iter().find(|(raw, _)| w.eq_ignore_ascii_case(raw)).map_or(w, |(_, ours)| ours).to_owned())
        .collect()
}

fn has_strong(methods: &BTreeSet<String>) -> bool {
    methods.iter().any(|m| crate::model::method::strength(m).is_some_and(|s| s.mfa))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_known_methods() {
        assert!(WORDS.iter().all(|(_, ours)| crate::model::method::strength(ours).is_some()));
        let got = methods("OneWaySMS, TwoWayVoiceMobile,PhoneAppNotification; Other");
        assert_eq!(got.into_iter().collect::<Vec<_>>(), ["Other", "microsoftAuthenticatorPush", "mobilePhone"]);
        assert!(methods("-").is_empty());
    }
}
