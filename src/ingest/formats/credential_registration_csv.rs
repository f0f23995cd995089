//! Legacy `credentialUserRegistrationDetails` as CSV: `isRegistered`, `isEnabled`, `isCapable` are of self-service reset
//! (formats.md §6.3).

use super::registration_csv::{day_in_name, methods};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct CredentialRegistrationCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const REGISTERED: usize = 3;
const ENABLED: usize = 4;
const CAPABLE: usize = 5;
const MFA: usize = 6;
const METHODS: usize = 7;

const WANTS: &[Want] = &[
    want("user_id", &["id"]),
    want("user_principal_name", &["userprincipalname"]),
    want("display_name", &["userdisplayname"]),
    want("sspr_registered", &["isregistered"]),
    want("sspr_enabled", &["isenabled"]),
    want("sspr_capable", &["iscapable"]),
    want("mfa_registered", &["ismfaregistered"]),
    want("methods", &["authmethods"]),
];

/// What the legacy report does not say, in either spelling.
pub(crate) const LEGACY_NOTE: &str = "the legacy report says nothing of MFA capable, passwordless, roles or when it was \
                                      made; isRegistered, isEnabled and isCapable are of self-service reset. Graph's \
                                      userRegistrationDetails says more";

impl Format for CredentialRegistrationCsv {
    fn id(&self) -> &'static str {
        "credential_registration_csv"
    }
    fn title(&self) -> &'static str {
        "Legacy credentialUserRegistrationDetails as CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["userprincipalname", "authmethods", "isregistered", "isenabled|iscapable"], 2)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, LegacyCells { named: day_in_name(&head.file_name) }))
    }
}

struct LegacyCells {
    named: Option<Instant>,
}

impl CsvRow for LegacyCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![LEGACY_NOTE.to_owned()]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        Ok(fold.registration(RegistrationRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            sspr_registered: cells.boolean(REGISTERED)?,
            sspr_enabled: cells.boolean(ENABLED)?,
            sspr_capable: cells.boolean(CAPABLE)?,
            mfa_registered: cells.boolean(MFA)?,
            methods: methods(cells.text(METHODS)?),
            snapshot: self.named,
            ..RegistrationRow::default()
        }))
    }
}
