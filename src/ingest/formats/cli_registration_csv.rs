//! CLI for Microsoft 365, `entra user registrationdetails list --output csv`: true is `1`, false is an empty cell, lists
//! are dropped (formats.md §0.15, §4).

use super::users_csv::known;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::record::Record;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct CliRegistrationCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const USER_TYPE: usize = 3;
const UPDATED: usize = 4;
const ADMIN: usize = 5;
const MFA_REGISTERED: usize = 6;
const MFA_CAPABLE: usize = 7;
const SSPR_REGISTERED: usize = 8;
const SSPR_ENABLED: usize = 9;
const SSPR_CAPABLE: usize = 10;
const PASSWORDLESS: usize = 11;

const WANTS: &[Want] = &[
    want("user_id", &["id"]),
    want("user_principal_name", &["userprincipalname"]),
    want("display_name", &["userdisplayname"]),
    want("user_type", &["usertype"]),
    want("last_updated", &["lastupdateddatetime"]),
    want("is_admin", &["isadmin"]),
    want("mfa_registered", &["ismfaregistered"]),
    want("mfa_capable", &["ismfacapable"]),
    want("sspr_registered", &["isssprregistered"]),
    want("sspr_enabled", &["isssprenabled"]),
    want("sspr_capable", &["isssprcapable"]),
    want("passwordless_capable", &["ispasswordlesscapable"]),
];

/// The scalar columns the tool writes; the two lists are not among them.
const SCALARS: &[&str] = &[
    "id",
    "userprincipalname",
    "isadmin",
    "ismfaregistered",
    "ismfacapable",
    "isssprregistered",
    "isssprenabled",
    "isssprcapable",
    "ispasswordlesscapable",
    "issystempreferredauthenticationmethodenabled",
];

impl Format for CliRegistrationCsv {
    fn id(&self) -> &'static str {
        "cli_registration_csv"
    }
    fn title(&self) -> &'static str {
        "User registration details as CSV from CLI for Microsoft 365"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        // The same columns with the lists, or with words for true and false, are a flattening of another tool.
        if head.header().iter().any(|h| h == "methodsregistered") || !ones_and_blanks(head) {
            return Fit::nothing();
        }
        Fit::by_names(head.header(), SCALARS, 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, CliCells))
    }
}

/// Whether the yes/no cells at the beginning of the file are `1` or empty and nothing else, with a `1` among them: only
/// then does an empty cell mean no.
fn ones_and_blanks(head: &Head) -> bool {
    let crate::ingest::head::Shape::Csv { separator, header, .. } = &head.shape else { return false };
    let binding = Binding::new(WANTS, header);
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(*separator).from_reader(head.text.as_bytes());
    let mut ones = 0;
    for record in reader.byte_records().map_while(Result::ok) {
        let record = Record::from(&record);
        if !binding.fits(&record) {
            continue;
        }
        for want in ADMIN..=PASSWORDLESS {
            match binding.text(&record, want) {
                Ok("1") => ones += 1,
                Ok("") => {}
                _ => return false,
            }
        }
    }
    ones > 0
}

struct CliCells;

impl CsvRow for CliCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![
            "CLI for Microsoft 365 drops lists from CSV: without methodsRegistered the goals app and passkey cannot be \
             judged from this file; `--output json` keeps it"
                .to_owned(),
        ]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let flag = |want| Ok(Some(cells.boolean(want)?.unwrap_or(false)));
        let updated = cells.text(UPDATED)?;
        let snapshot = if is_null(updated) { None } else { known(Instant::parse(updated).ok_or(Reject::Time)?) };
        Ok(fold.registration(RegistrationRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            guest: super::registration_csv::guest(cells.text(USER_TYPE)?),
            admin: flag(ADMIN)?,
            mfa_registered: flag(MFA_REGISTERED)?,
            mfa_capable: flag(MFA_CAPABLE)?,
            sspr_registered: flag(SSPR_REGISTERED)?,
            sspr_enabled: flag(SSPR_ENABLED)?,
            sspr_capable: flag(SSPR_CAPABLE)?,
            passwordless_capable: flag(PASSWORDLESS)?,
            methods: None,
            snapshot,
        }))
    }
}
