//! Legacy `credentialUserRegistrationDetails` as JSON (formats.md §6.3).

use serde::Deserialize;

use super::credential_registration_csv::LEGACY_NOTE;
use super::registration_csv::day_in_name;
use crate::ingest::csv::boolean;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::{self, Text};
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct CredentialRegistrationJson;

impl Format for CredentialRegistrationJson {
    fn id(&self) -> &'static str {
        "credential_registration_json"
    }
    fn title(&self) -> &'static str {
        "Legacy credentialUserRegistrationDetails as JSON"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.keys(), &["userprincipalname", "authmethods", "isregistered", "isenabled|iscapable"], 2)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(LegacyReader(day_in_name(&head.file_name))))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Details<'a> {
    id: Text<'a>,
    user_principal_name: Text<'a>,
    user_display_name: Text<'a>,
    is_registered: Text<'a>,
    is_enabled: Text<'a>,
    is_capable: Text<'a>,
    is_mfa_registered: Text<'a>,
    auth_methods: Option<Vec<Text<'a>>>,
}

struct LegacyReader(Option<Instant>);

impl Reader for LegacyReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let Ok(details) = json::read::<Details<'_>>(bytes, fold.plain) else { return Outcome::Rejected(Reject::Json) };
        match details.row(self.0) {
            Ok(row) => fold.registration(row),
            Err(reason) => Outcome::Rejected(reason),
        }
    }

    fn notes(&self) -> Vec<String> {
        vec![LEGACY_NOTE.to_owned()]
    }
}

impl Details<'_> {
    fn row(&self, named: Option<Instant>) -> Result<RegistrationRow, Reject> {
        let list = |m: &Vec<Text<'_>>| m.iter().map(|t| t.str().to_owned()).filter(|t| !is_null(t)).collect();
        Ok(RegistrationRow {
            user: Id::parse(self.id.str()),
            upn: self.user_principal_name.str().trim().to_owned(),
            display_name: Some(self.user_display_name.str().to_owned()).filter(|n| !is_null(n)),
            sspr_registered: boolean(self.is_registered.str())?,
            sspr_enabled: boolean(self.is_enabled.str())?,
            sspr_capable: boolean(self.is_capable.str())?,
            mfa_registered: boolean(self.is_mfa_registered.str())?,
            methods: self.auth_methods.as_ref().map(list),
            snapshot: named,
            ..RegistrationRow::default()
        })
    }
}
