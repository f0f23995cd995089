//! User exports as CSV: portal "Download users" 2020, 2021+, the new bulk job, flattened Graph (formats.md §7.1, §7.2).

use super::registration_csv::{day_in_name, guest};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::powershell::member;
use crate::model::account::AccountRow;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
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
const ACTIVITY: usize = 13;

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
            "last sign-in",
            "last interactive sign in",
        ],
    ),
    want(
        "last_non_interactive",
        &[
            "signinactivity.lastnoninteractivesignindatetime",
            "signinactivity_lastnoninteractivesignindatetime",
            "lastnoninteractivesignindatetime",
            "last non-interactive sign in",
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
    // `Get-MgUser | Export-Csv`: the object in a cell, or the name of its type.
    want("sign_in_activity", &["signinactivity"]),
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
                "accountenabled|account enabled|usertype|user type|signinactivity|signinactivity.lastsignindatetime|\
                 signinactivity_lastsignindatetime|lastsignindatetime|last sign in|last sign-in",
            ],
            0,
        )
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let order = dates::order_of(head, context, &DATES.map(|want| WANTS[want]))?;
        let lost = head.text.contains("MicrosoftGraphSignInActivity");
        Ok(CsvReader::boxed(head, UserCells { order, named: day_in_name(&head.file_name), lost }))
    }
}

struct UserCells {
    order: Option<DateOrder>,
    named: Option<Instant>,
    /// `SignInActivity` is the name of a .NET type: for the remark only.
    lost: bool,
}

impl CsvRow for UserCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = Vec::new();
        if self.lost {
            notes.push(
                "`SignInActivity` is the name of a .NET type: it was lost when the file was written, which is unknown, not \
                 never; export JSON instead, `… | ConvertTo-Json -Depth 10`"
                    .to_owned(),
            );
        } else if !binding.has(LAST_SIGN_IN) && !binding.has(ACTIVITY) {
            notes.push("no signInActivity: without it short logs bound staleness from one side only".to_owned());
        }
        if !binding.has(ENABLED) {
            notes.push("no column `accountEnabled`: enabled is unknown, not assumed".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let time = |want: usize| self.time(cells.text(want)?);
        let activity = cells.text(ACTIVITY)?;
        let seen = |want: usize, name: &str| {
            if cells.has(want) { time(want) } else { self.time(member(activity, name).unwrap_or("")) }
        };
        let mut row = AccountRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            guest: guest(cells.text(USER_TYPE)?),
            enabled: cells.boolean(ENABLED)?,
            created: time(CREATED)?,
            department: cells.word(DEPARTMENT)?,
            usage_location: cells.word(USAGE)?,
            last_sign_in: seen(LAST_SIGN_IN, "lastSignInDateTime")?,
            last_non_interactive: seen(LAST_NON_INTERACTIVE, "lastNonInteractiveSignInDateTime")?,
            last_successful: seen(LAST_SUCCESSFUL, "lastSuccessfulSignInDateTime")?,
            sessions_valid_from: time(VALID_FROM)?,
            last_password_change: time(PASSWORD)?,
            snapshot: self.named,
            dated: self.named.is_some(),
        };
        row.snapshot = row.snapshot.or_else(|| snapshot_of(&row));
        Ok(fold.account(row))
    }
}

impl UserCells {
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
