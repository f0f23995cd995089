//! Microsoft 365 admin centre, Users, Export: `users_M_D_YYYY H_MM_SS.csv` (formats.md §7.1).

use super::users_csv::{known, snapshot_of};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::account::AccountRow;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
use crate::model::time::{Day, Instant};

/// The format.
pub(super) struct AdminCentreUsersCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const BLOCKED: usize = 3;
const CREATED: usize = 4;
const DEPARTMENT: usize = 5;
const USAGE: usize = 6;
const PASSWORD: usize = 7;
const DELETED: usize = 8;

const WANTS: &[Want] = &[
    want("user_id", &["object id", "objectid"]),
    want("user_principal_name", &["user principal name", "userprincipalname"]),
    want("display_name", &["display name"]),
    want("block_credential", &["block credential"]),
    want("created_at", &["when created"]),
    want("department", &["department"]),
    want("usage_location", &["usage location"]),
    want("last_password_change", &["last password change time stamp"]),
    want("deleted_at", &["soft deletion time stamp"]),
];

impl Format for AdminCentreUsersCsv {
    fn id(&self) -> &'static str {
        "admin_centre_users_csv"
    }
    fn title(&self) -> &'static str {
        "Microsoft 365 admin centre, active users, Export users"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["block credential", "user principal name", "object id|when created"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let order = dates::order_of(head, context, &[CREATED, PASSWORD].map(|want| WANTS[want]))?;
        Ok(CsvReader::boxed(head, AdminCentreCells { order, named: day_in_name(&head.file_name) }))
    }
}

/// The day in a name such as `users_3_18_2022 7_49_35 PM.csv`: month first.
fn day_in_name(name: &str) -> Option<Instant> {
    let mut parts = name.split(['_', ' ', '.']);
    if !parts.next()?.eq_ignore_ascii_case("users") {
        return None;
    }
    let (month, day, year) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    let day = Day::from_ymd(year.parse().ok()?, month, day)?;
    (year.len() == 4).then(|| day.start())
}

struct AdminCentreCells {
    order: Option<DateOrder>,
    named: Option<Instant>,
}

impl CsvRow for AdminCentreCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![
            "the admin centre's export has no signInActivity: without it short logs bound staleness from one side only"
                .to_owned(),
            "it does not say who is a guest: guests are told by `#EXT#` in their UPN alone".to_owned(),
        ];
        if !binding.has(ID) {
            notes.push("no column `Object Id`: people are joined by UPN".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let time = |want: usize| match cells.text(want)? {
            text if is_null(text) => Ok(None),
            text => dates::parse(text, self.order).map(known).ok_or(Reject::Time),
        };
        // Whoever is deleted cannot sign in, whatever the block says.
        let deleted = !is_null(cells.text(DELETED)?);
        let mut row = AccountRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            enabled: cells.boolean(BLOCKED)?.map(|blocked| !blocked && !deleted),
            created: time(CREATED)?,
            department: cells.word(DEPARTMENT)?,
            usage_location: cells.word(USAGE)?,
            last_password_change: time(PASSWORD)?,
            snapshot: self.named,
            dated: self.named.is_some(),
            ..AccountRow::default()
        };
        row.snapshot = row.snapshot.or_else(|| snapshot_of(&row));
        Ok(fold.account(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_names() {
        for (name, want) in [
            ("users_3_18_2022 7_49_35 PM.csv", Some("2022-03-18T00:00:00Z")),
            ("users_11_22_2026 13_05_00.csv", Some("2026-11-22T00:00:00Z")),
            ("users_22_11_2026 13_05_00.csv", None),
            ("users.csv", None),
        ] {
            assert_eq!(day_in_name(name).map(|t| t.to_string()).as_deref(), want, "{name}");
        }
    }
}
