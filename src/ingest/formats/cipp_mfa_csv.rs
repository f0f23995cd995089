//! CIPP's MFA report as CSV: `UPN, AccountEnabled, PerUser, MFARegistration, MFACapable, MFAMethods …` (formats.md §4).

use super::registration_csv::{day_in_name, guest, methods};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct CippMfaCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const USER_TYPE: usize = 3;
const ADMIN: usize = 4;
const REGISTERED: usize = 5;
const CAPABLE: usize = 6;
const METHODS: usize = 7;

const WANTS: &[Want] = &[
    want("user_id", &["id", "userid"]),
    want("user_principal_name", &["upn"]),
    want("display_name", &["displayname"]),
    want("user_type", &["usertype"]),
    want("is_admin", &["isadmin"]),
    want("mfa_registered", &["mfaregistration"]),
    want("mfa_capable", &["mfacapable"]),
    want("methods", &["mfamethods"]),
];

/// What neither spelling of the report says.
pub(crate) const CIPP_NOTE: &str = "CIPP's MFA report says nothing of self-service reset or passwordless, nor when it was \
                                    made; AccountEnabled is not taken from it: give a user export";

impl Format for CippMfaCsv {
    fn id(&self) -> &'static str {
        "cipp_mfa_csv"
    }
    fn title(&self) -> &'static str {
        "CIPP, MFA report as CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["upn", "mfaregistration", "mfacapable|mfamethods|peruser"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, CippCells { named: day_in_name(&head.file_name) }))
    }
}

struct CippCells {
    named: Option<Instant>,
}

impl CsvRow for CippCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![CIPP_NOTE.to_owned()];
        if binding.has(METHODS) {
            notes.push(
                "cells `[object Object]` are lists lost on export: those methods are unknown, not none; JSON keeps them"
                    .to_owned(),
            );
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        // A lost object is no word.
        let flag = |want| match cells.text(want)? {
            text if is_lost(text) => Ok(None),
            _ => cells.boolean(want),
        };
        Ok(fold.registration(RegistrationRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            guest: guest(cells.text(USER_TYPE)?),
            admin: flag(ADMIN)?,
            mfa_registered: flag(REGISTERED)?,
            mfa_capable: flag(CAPABLE)?,
            methods: methods(cells.text(METHODS)?),
            snapshot: self.named,
            ..RegistrationRow::default()
        }))
    }
}

fn is_lost(text: &str) -> bool {
    text.trim_start().starts_with("[object")
}
