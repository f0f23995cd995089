//! `Get-EntraUserInactiveSignIn | Export-Csv`: people with their last sign-ins and how many days ago those were
//! (formats.md §4).

use super::users_csv::known;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::account::AccountRow;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
use crate::model::time::Instant;

/// The format.
pub(super) struct InactiveUsersCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const USER_TYPE: usize = 3;
const ENABLED: usize = 4;
const LAST: usize = 5;
const LAST_AGO: usize = 6;
const SILENT: usize = 7;
const SILENT_AGO: usize = 8;
const CREATED: usize = 9;
const CREATED_AGO: usize = 10;

const WANTS: &[Want] = &[
    want("user_id", &["userid"]),
    want("user_principal_name", &["userprincipalname"]),
    want("display_name", &["displayname"]),
    want("user_type", &["usertype"]),
    want("account_enabled", &["accountenabled"]),
    want("last_sign_in", &["lastsignindatetime"]),
    want("last_sign_in_days_ago", &["lastsignindaysago"]),
    want("last_non_interactive", &["lastnoninteractivesignindatetime"]),
    want("last_non_interactive_days_ago", &["lastnoninteractivesignindaysago"]),
    want("created_at", &["createddatetime"]),
    want("created_days_ago", &["createddaysago"]),
];

impl Format for InactiveUsersCsv {
    fn id(&self) -> &'static str {
        "inactive_users_csv"
    }
    fn title(&self) -> &'static str {
        "Entra PowerShell, Get-EntraUserInactiveSignIn as CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["userid", "userprincipalname", "lastsignindatetime", "lastsignindaysago"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let order = dates::order_of(head, context, &[LAST, SILENT, CREATED].map(|want| WANTS[want]))?;
        Ok(CsvReader::boxed(head, InactiveCells { order }))
    }
}

struct InactiveCells {
    order: Option<DateOrder>,
}

impl CsvRow for InactiveCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![
            "Get-EntraUserInactiveSignIn lists only people with a sign-in on record, and only the inactive ones: whoever \
             is missing here is neither active nor absent; export all users for the rest"
                .to_owned(),
        ]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let time = |want: usize| match cells.text(want)? {
            text if is_null(text) => Ok(None),
            text => dates::parse(text, self.order).map(known).ok_or(Reject::Time),
        };
        let (last, silent, created) = (time(LAST)?, time(SILENT)?, time(CREATED)?);
        // A date and its age in days say when the list was made.
        let mut snapshot = None;
        for (at, ago) in [(last, LAST_AGO), (silent, SILENT_AGO), (created, CREATED_AGO)] {
            let days = cells.text(ago)?.trim().parse::<u16>().unwrap_or(0);
            snapshot = snapshot.max(at.map(|at: Instant| at.plus_days(i64::from(days))));
        }
        Ok(fold.account(AccountRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            guest: super::registration_csv::guest(cells.text(USER_TYPE)?),
            enabled: cells.boolean(ENABLED)?,
            created,
            last_sign_in: last,
            last_non_interactive: silent,
            snapshot,
            ..AccountRow::default()
        }))
    }
}
