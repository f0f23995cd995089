//! Graph `userRegistrationDetails` as JSON array, page or NDJSON (formats.md §6.2).

use serde::Deserialize;

use super::pascal::is_pascal;
use super::registration_csv::{day_in_name, guest};
use super::users_csv::known;
use crate::ingest::csv::boolean;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::{self, Text};
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct GraphRegistrationJson;

impl Format for GraphRegistrationJson {
    fn id(&self) -> &'static str {
        "graph_registration_json"
    }
    fn title(&self) -> &'static str {
        "User registration details as JSON (Graph)"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        // In Pascal case it is PowerShell's spelling of it.
        if is_pascal(head, "userPrincipalName") {
            return Fit::nothing();
        }
        Fit::by_names(head.keys(), &["userprincipalname", "methodsregistered|ismfacapable|ismfaregistered"], 2)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(RegistrationReader(day_in_name(&head.file_name))))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Details<'a> {
    id: Text<'a>,
    user_principal_name: Text<'a>,
    user_display_name: Text<'a>,
    user_type: Text<'a>,
    is_admin: Text<'a>,
    is_mfa_registered: Text<'a>,
    is_mfa_capable: Text<'a>,
    is_sspr_registered: Text<'a>,
    is_sspr_enabled: Text<'a>,
    is_sspr_capable: Text<'a>,
    is_passwordless_capable: Text<'a>,
    methods_registered: Option<Vec<Text<'a>>>,
    last_updated_date_time: Text<'a>,
}

struct RegistrationReader(Option<Instant>);

impl Reader for RegistrationReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let Ok(details) = json::read::<Details<'_>>(bytes, fold.plain) else { return Outcome::Rejected(Reject::Json) };
        if is_null(details.id.str()) && is_null(details.user_principal_name.str()) {
            return Outcome::Skipped(Skip::Blank);
        }
        match details.row(self.0) {
            Ok(row) => fold.registration(row),
            Err(reason) => Outcome::Rejected(reason),
        }
    }
}

impl Details<'_> {
    fn row(&self, named: Option<Instant>) -> Result<RegistrationRow, Reject> {
        let updated = self.last_updated_date_time.str();
        let snapshot = if is_null(updated) { None } else { known(Instant::parse(updated).ok_or(Reject::Time)?) };
        Ok(RegistrationRow {
            user: Id::parse(self.id.str()),
            upn: self.user_principal_name.str().trim().to_owned(),
            display_name: Some(self.user_display_name.str().to_owned()).filter(|n| !is_null(n)),
            guest: guest(self.user_type.str()),
            admin: boolean(self.is_admin.str())?,
            mfa_registered: boolean(self.is_mfa_registered.str())?,
            mfa_capable: boolean(self.is_mfa_capable.str())?,
            sspr_registered: boolean(self.is_sspr_registered.str())?,
            sspr_enabled: boolean(self.is_sspr_enabled.str())?,
            sspr_capable: boolean(self.is_sspr_capable.str())?,
            passwordless_capable: boolean(self.is_passwordless_capable.str())?,
            methods: self
                .methods_registered
                .as_ref()
                .map(|m| m.iter().map(|t| t.str().to_owned()).filter(|t| !is_null(t)).collect()),
            snapshot: snapshot.or(named),
        })
    }
}
