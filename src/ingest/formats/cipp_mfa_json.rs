//! CIPP's MFA report as JSON (formats.md §4).

use serde::Deserialize;

use super::cipp_mfa_csv::CIPP_NOTE;
use super::registration_csv::{day_in_name, guest, methods};
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
pub(super) struct CippMfaJson;

impl Format for CippMfaJson {
    fn id(&self) -> &'static str {
        "cipp_mfa_json"
    }
    fn title(&self) -> &'static str {
        "CIPP, MFA report as JSON"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.keys(), &["upn", "mfaregistration", "mfacapable|mfamethods|peruser"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(CippReader(day_in_name(&head.file_name))))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Person<'a> {
    #[serde(rename = "ID", alias = "Id", alias = "id")]
    id: Text<'a>,
    #[serde(rename = "UPN")]
    upn: Text<'a>,
    #[serde(rename = "DisplayName")]
    display_name: Text<'a>,
    #[serde(rename = "UserType")]
    user_type: Text<'a>,
    #[serde(rename = "IsAdmin")]
    admin: Text<'a>,
    #[serde(rename = "MFARegistration")]
    registered: Text<'a>,
    #[serde(rename = "MFACapable")]
    capable: Text<'a>,
    /// A list, a list in a string, or something lost.
    #[serde(rename = "MFAMethods")]
    methods: Option<serde_json::Value>,
}

struct CippReader(Option<Instant>);

impl Reader for CippReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let Ok(person) = json::read::<Person<'_>>(bytes, fold.plain) else { return Outcome::Rejected(Reject::Json) };
        match person.row(self.0) {
            Ok(row) => fold.registration(row),
            Err(reason) => Outcome::Rejected(reason),
        }
    }

    fn notes(&self) -> Vec<String> {
        vec![CIPP_NOTE.to_owned()]
    }
}

impl Person<'_> {
    fn row(&self, named: Option<Instant>) -> Result<RegistrationRow, Reject> {
        let list = match &self.methods {
            Some(serde_json::Value::Array(items)) => {
                items.iter().map(|m| m.as_str().map(str::to_owned)).collect::<Option<_>>()
            }
            Some(serde_json::Value::String(text)) => methods(text),
            _ => None,
        };
        Ok(RegistrationRow {
            user: Id::parse(self.id.str()),
            upn: self.upn.str().trim().to_owned(),
            display_name: Some(self.display_name.str().to_owned()).filter(|n| !is_null(n)),
            guest: guest(self.user_type.str()),
            admin: boolean(self.admin.str())?,
            mfa_registered: boolean(self.registered.str())?,
            mfa_capable: boolean(self.capable.str())?,
            methods: list,
            snapshot: named,
            ..RegistrationRow::default()
        })
    }
}
