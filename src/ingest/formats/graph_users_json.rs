//! Graph `users` with `signInActivity`, as JSON array, page or NDJSON (formats.md §7.2).

use serde::Deserialize;

use super::pascal::is_pascal;
use super::registration_csv::{day_in_name, guest};
use super::users_csv::{known, snapshot_of};
use crate::ingest::csv::{Columns, boolean};
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::{self, Text, object};
use crate::model::account::AccountRow;
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::time::Instant;

/// The format.
pub(super) struct GraphUsersJson;

impl Format for GraphUsersJson {
    fn id(&self) -> &'static str {
        "graph_users_json"
    }
    fn title(&self) -> &'static str {
        "Users as JSON (Graph, with signInActivity)"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        // In Pascal case it is PowerShell's spelling of it.
        if is_pascal(head, "userPrincipalName") {
            return Fit::nothing();
        }
        Fit::by_names(head.keys(), &["userprincipalname", "accountenabled|usertype|signinactivity"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let carries = head.text.contains("\"signInActivity\"");
        Ok(Box::new(UsersReader { named: day_in_name(&head.file_name), carries }))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
#[expect(clippy::struct_field_names, reason = "Graph's names")]
struct User<'a> {
    id: Text<'a>,
    user_principal_name: Text<'a>,
    display_name: Text<'a>,
    user_type: Text<'a>,
    account_enabled: Text<'a>,
    created_date_time: Text<'a>,
    department: Text<'a>,
    usage_location: Text<'a>,
    #[serde(deserialize_with = "object")]
    sign_in_activity: Activity<'a>,
    sign_in_sessions_valid_from_date_time: Text<'a>,
    last_password_change_date_time: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
#[expect(clippy::struct_field_names, reason = "Graph's names")]
struct Activity<'a> {
    last_sign_in_date_time: Text<'a>,
    last_non_interactive_sign_in_date_time: Text<'a>,
    last_successful_sign_in_date_time: Text<'a>,
}

struct UsersReader {
    named: Option<Instant>,
    /// Some row of the file's beginning has `signInActivity`: for the remark only.
    carries: bool,
}

impl Reader for UsersReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let Ok(user) = json::read::<User<'_>>(bytes, fold.plain) else { return Outcome::Rejected(Reject::Json) };
        if is_null(user.id.str()) && is_null(user.user_principal_name.str()) {
            return Outcome::Skipped(Skip::Blank);
        }
        match user.row(self) {
            Ok(row) => fold.account(row),
            Err(reason) => Outcome::Rejected(reason),
        }
    }

    fn columns(&self) -> Columns {
        if self.carries {
            Columns { bound: vec!["signInActivity"], missing: Vec::new() }
        } else {
            Columns { bound: Vec::new(), missing: vec!["signInActivity"] }
        }
    }

    fn notes(&self) -> Vec<String> {
        if self.carries {
            return Vec::new();
        }
        vec!["no signInActivity: without it short logs bound staleness from one side only".to_owned()]
    }
}

fn time(text: &Text<'_>) -> Result<Option<Instant>, Reject> {
    if is_null(text.str()) {
        return Ok(None);
    }
    Instant::parse(text.str()).map(known).ok_or(Reject::Time)
}

impl User<'_> {
    fn row(&self, reader: &UsersReader) -> Result<AccountRow, Reject> {
        let word = |t: &Text<'_>| Some(t.str().trim().to_owned()).filter(|t| !is_null(t));
        let mut row = AccountRow {
            user: Id::parse(self.id.str()),
            upn: self.user_principal_name.str().trim().to_owned(),
            display_name: word(&self.display_name),
            guest: guest(self.user_type.str()),
            enabled: boolean(self.account_enabled.str())?,
            created: time(&self.created_date_time)?,
            department: word(&self.department),
            usage_location: word(&self.usage_location),
            last_sign_in: time(&self.sign_in_activity.last_sign_in_date_time)?,
            last_non_interactive: time(&self.sign_in_activity.last_non_interactive_sign_in_date_time)?,
            last_successful: time(&self.sign_in_activity.last_successful_sign_in_date_time)?,
            sessions_valid_from: time(&self.sign_in_sessions_valid_from_date_time)?,
            last_password_change: time(&self.last_password_change_date_time)?,
            snapshot: reader.named,
            dated: reader.named.is_some(),
        };
        row.snapshot = row.snapshot.or_else(|| snapshot_of(&row));
        Ok(row)
    }
}
