//! User exports as CSV: portal "Download users" 2020, 2021+, the new bulk job, flattened Graph (formats.md §7.1, §7.2).

use super::registration_csv::{day_in_name, guest};
use crate::ingest::csv::{Binding, Columns, Want, boolean, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::model::account::AccountRow;
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::time::Instant;

/// The format.
pub(super) struct UsersCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const USER_TYPE: usize = 3;
const ENABLED: usize = 4;
const CREATED: usize = 5;
const DEPARTMENT: usize = 6;
const USAGE: usize = 7;
const LAST_SIGN_IN: usize = 8;
const LAST_NON_INTERACTIVE: usize = 9;
const LAST_SUCCESSFUL: usize = 10;
const VALID_FROM: usize = 11;
const PASSWORD: usize = 12;

/// Columns that hold dates.
const DATES: [usize; 6] = [CREATED, LAST_SIGN_IN, LAST_NON_INTERACTIVE, LAST_SUCCESSFUL, VALID_FROM, PASSWORD];

const WANTS: &[Want] = &[
    want("user_id", &["id", "objectid", "object id", "user id", "userid"]),
    want("user_principal_name", &["userprincipalname", "user principal name"]),
    want("display_name", &["displayname", "display name"]),
    want("user_type", &["usertype", "user type"]),
    want("account_enabled", &["accountenabled", "account enabled"]),
    want("created_at", &["createddatetime", "created", "creation time"]),
    want("department", &["department"]),
    want("usage_location", &["usagelocation", "usage location"]),
    want(
        "last_sign_in",
        &[
            "signinactivity.lastsignindatetime",
            "signinactivity_lastsignindatetime",
            "lastsignindatetime",
            "last sign in",
        ],
    ),
    want(
        "last_non_interactive",
        &[
            "signinactivity.lastnoninteractivesignindatetime",
            "signinactivity_lastnoninteractivesignindatetime",
            "lastnoninteractivesignindatetime",
        ],
    ),
    want(
        "last_successful",
        &[
            "signinactivity.lastsuccessfulsignindatetime",
            "signinactivity_lastsuccessfulsignindatetime",
            "lastsuccessfulsignindatetime",
        ],
    ),
    want("sessions_valid_from", &["signinsessionsvalidfromdatetime", "refreshtokensvalidfromdatetime"]),
    want("last_password_change", &["lastpasswordchangedatetime"]),
];

impl Format for UsersCsv {
    fn id(&self) -> &'static str {
        "users_csv"
    }
    fn title(&self) -> &'static str {
        "User list as CSV (portal Download users, or flattened from Graph)"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(
            head.header(),
            &[
                "userprincipalname|user principal name",
                "accountenabled|account enabled|usertype|user type|signinactivity.lastsignindatetime|lastsignindatetime",
            ],
            0,
        )
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let binding = Binding::new(WANTS, head.header());
        let crate::ingest::head::Shape::Csv { separator, .. } = head.shape else { return Err("not a CSV".to_owned()) };
        let order = match context.date_order {
            Some(order) => Some(order),
            None => dates::decide(context.input, separator, &DATES.map(|want| WANTS[want]))?,
        };
        Ok(Box::new(UsersReader { binding, order, named: day_in_name(&head.file_name) }))
    }
}

struct UsersReader {
    binding: Binding,
    order: Option<DateOrder>,
    named: Option<Instant>,
}

impl Reader for UsersReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Cells(cells) = row else { return Outcome::Rejected(Reject::Width) };
        if !self.binding.fits(cells) {
            return Outcome::Rejected(Reject::Width);
        }
        if self.binding.is_header(cells) {
            return Outcome::Skipped(Skip::RepeatedHeader);
        }
        match self.account(cells) {
            Ok(row) => fold.account(row),
            Err(reason) => Outcome::Rejected(reason),
        }
    }

    fn columns(&self) -> Columns {
        self.binding.columns(WANTS)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.binding.has(LAST_SIGN_IN) {
            notes.push("no signInActivity: without it short logs bound staleness from one side only".to_owned());
        }
        if !self.binding.has(ENABLED) {
            notes.push("no column `accountEnabled`: enabled is unknown, not assumed".to_owned());
        }
        notes
    }
}

impl UsersReader {
    fn account(&self, cells: &csv::ByteRecord) -> Result<AccountRow, Reject> {
        let text = |want: usize| self.binding.text(cells, want);
        let word = |want: usize| -> Result<Option<String>, Reject> {
            Ok(Some(text(want)?.trim().to_owned()).filter(|t| !is_null(t)))
        };
        let time = |want: usize| self.time(text(want)?);
        let mut row = AccountRow {
            user: Id::parse(text(ID)?),
            upn: text(UPN)?.trim().to_owned(),
            display_name: word(NAME)?,
            guest: guest(text(USER_TYPE)?),
            enabled: boolean(text(ENABLED)?)?,
            created: time(CREATED)?,
            department: word(DEPARTMENT)?,
            usage_location: word(USAGE)?,
            last_sign_in: time(LAST_SIGN_IN)?,
            last_non_interactive: time(LAST_NON_INTERACTIVE)?,
            last_successful: time(LAST_SUCCESSFUL)?,
            sessions_valid_from: time(VALID_FROM)?,
            last_password_change: time(PASSWORD)?,
            snapshot: self.named,
        };
        row.snapshot = row.snapshot.or_else(|| snapshot_of(&row));
        Ok(row)
    }

    fn time(&self, text: &str) -> Result<Option<Instant>, Reject> {
        if is_null(text) {
            return Ok(None);
        }
        dates::parse(text, self.order).map(known).ok_or(Reject::Time)
    }
}

/// `0001-01-01` and `1900-01-01` mean never, that is: nothing (formats.md §0.9).
pub(crate) fn known(at: Instant) -> Option<Instant> {
    const BEFORE_ENTRA: i64 = 0;
    (at.0 > BEFORE_ENTRA).then_some(at)
}

/// The youngest instant a user row names: its export cannot be older.
pub(crate) fn snapshot_of(row: &AccountRow) -> Option<Instant> {
    [row.last_sign_in, row.last_non_interactive, row.last_successful, row.created].into_iter().flatten().max()
}
