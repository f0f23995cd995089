//! Registration reports as CSV: portal 2026 and 2023, and flattenings with Graph's names (formats.md §6.1, §6.2).

use std::collections::BTreeSet;

use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::{Day, Instant};

/// The format.
pub(super) struct RegistrationCsv;

const ID: usize = 0;
const UPN: usize = 1;
const NAME: usize = 2;
const USER_TYPE: usize = 3;
const ADMIN: usize = 4;
const MFA_REGISTERED: usize = 5;
const MFA_CAPABLE: usize = 6;
const SSPR_REGISTERED: usize = 7;
const SSPR_ENABLED: usize = 8;
const SSPR_CAPABLE: usize = 9;
const PASSWORDLESS: usize = 10;
const METHODS: usize = 11;
const UPDATED: usize = 12;

const WANTS: &[Want] = &[
    want("user_id", &["id", "user id", "objectid", "object id"]),
    want("user_principal_name", &["userprincipalname", "user principal name"]),
    want("display_name", &["userdisplayname", "display name", "displayname"]),
    want("user_type", &["usertype", "user type"]),
    want("is_admin", &["isadmin", "admin"]),
    want("mfa_registered", &["ismfaregistered", "mfaregistered", "mfa registered"]),
    want("mfa_capable", &["ismfacapable", "mfacapable", "mfa capable", "multifactor authentication capable"]),
    want("sspr_registered", &["isssprregistered", "ssprregistered", "sspr registered"]),
    want("sspr_enabled", &["isssprenabled", "ssprenabled", "sspr enabled"]),
    want("sspr_capable", &["isssprcapable", "ssprcapable", "sspr capable"]),
    want("passwordless_capable", &["ispasswordlesscapable", "passwordlesscapable", "passwordless capable"]),
    want("methods", &["methodsregistered", "methods registered"]),
    want("last_updated", &["lastupdateddatetime", "last updated", "last updated time"]),
];

impl Format for RegistrationCsv {
    fn id(&self) -> &'static str {
        "registration_csv"
    }
    fn title(&self) -> &'static str {
        "User registration details as CSV (portal, or flattened from Graph)"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(
            head.header(),
            &[
                "userprincipalname|user principal name",
                "methodsregistered|methods registered|ismfacapable|mfacapable|mfa capable",
            ],
            2,
        )
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let order = dates::order_of(head, context, &[WANTS[UPDATED]])?;
        Ok(CsvReader::boxed(
            head,
            RegistrationCells { order, named: day_in_name(&head.file_name), lost: has_lost_lists(&head.text) },
        ))
    }
}

/// The day in a name such as `exportUserRegistrationDetails_2026-9-23.csv` (no zero padding).
pub(crate) fn day_in_name(name: &str) -> Option<Instant> {
    let stem = name.split('.').next()?;
    let mut parts = stem.rsplit('_').next()?.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day: String = day.chars().take_while(char::is_ascii_digit).collect();
    let day = Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (year.len() == 4).then(|| day.start())
}

struct RegistrationCells {
    /// Cmdlets write the machine's order (formats.md §6.2).
    order: Option<DateOrder>,
    /// Snapshot day the file's name gives, for rows without a time.
    named: Option<Instant>,
    /// Lists are names of .NET types: for the remark only.
    lost: bool,
}

/// Whether a text holds lists that PowerShell lost when it wrote the file.
pub(crate) fn has_lost_lists(text: &str) -> bool {
    ["System.String[]", "System.Object[]", "System.Collections."].iter().any(|lost| text.contains(lost))
}

impl CsvRow for RegistrationCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = Vec::new();
        if !binding.has(ID) {
            notes.push("no object id: people are joined by UPN".to_owned());
        }
        if self.lost {
            notes.push(
                "cells `System.String[]` or `System.Object[]` are lists lost when the file was written: those methods are \
                 unknown, not none; join them first (`-join '; '`) or export JSON"
                    .to_owned(),
            );
        }
        if !binding.has(METHODS) {
            notes.push(
                "no column `methodsRegistered`: the goals app and passkey cannot be judged from this file".to_owned(),
            );
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let updated = cells.text(UPDATED)?;
        let snapshot =
            if is_null(updated) { None } else { Some(dates::parse(updated, self.order).ok_or(Reject::Time)?) };
        Ok(fold.registration(RegistrationRow {
            user: cells.id(ID)?,
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            guest: guest(cells.text(USER_TYPE)?),
            admin: cells.boolean(ADMIN)?,
            mfa_registered: cells.boolean(MFA_REGISTERED)?,
            mfa_capable: cells.boolean(MFA_CAPABLE)?,
            sspr_registered: cells.boolean(SSPR_REGISTERED)?,
            sspr_enabled: cells.boolean(SSPR_ENABLED)?,
            sspr_capable: cells.boolean(SSPR_CAPABLE)?,
            passwordless_capable: cells.boolean(PASSWORDLESS)?,
            methods: Self::methods_of(cells)?,
            snapshot: snapshot.or(self.named),
        }))
    }
}

impl RegistrationCells {
    fn methods_of(cells: &Cells<'_>) -> Result<Option<BTreeSet<String>>, Reject> {
        let cell = cells.text(METHODS)?;
        let list = methods(cell);
        // `System.Object[]` is a list that was lost, not an empty one.
        if list.is_none() && !cell.trim().is_empty() {
            cells.lost(METHODS);
        }
        Ok(list)
    }
}

/// Guest or member; `None` for anything else.
pub(crate) fn guest(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "guest" => Some(true),
        "member" => Some(false),
        _ => None,
    }
}

/// A list in a cell: JSON array, or joined by `,` `;` `|`, or in braces. A blank cell or a lost list is unknown, not empty (formats.md §6.2).
pub(crate) fn methods(cell: &str) -> Option<BTreeSet<String>> {
    let cell = cell.trim();
    let lower = cell.to_ascii_lowercase();
    if cell.is_empty() || lower.contains("system.") || lower.contains("[object") {
        return None;
    }
    if let Ok(list) = serde_json::from_str::<Vec<String>>(cell) {
        return Some(list.into_iter().collect());
    }
    let bare = cell.trim_start_matches(['{', '[']).trim_end_matches(['}', ']']);
    Some(
        bare.split([',', ';', '|'])
            .map(|m| m.trim().trim_matches('"'))
            .filter(|m| !is_null(m))
            .map(str::to_owned)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_cells() {
        for (cell, want) in [
            ("[]", Some("")),
            ("", None),
            (r#"["mobilePhone","email"]"#, Some("email|mobilePhone")),
            ("email; mobilePhone", Some("email|mobilePhone")),
            ("{email, mobilePhone}", Some("email|mobilePhone")),
            ("System.String[]", None),
        ] {
            let got = methods(cell).map(|m| m.into_iter().collect::<Vec<_>>().join("|"));
            assert_eq!(got.as_deref(), want, "{cell}");
        }
    }

    #[test]
    fn days_in_names() {
        for (name, want) in [
            ("exportUserRegistrationDetails_2026-9-23.csv", Some("2026-09-23T00:00:00Z")),
            ("exportUsers_2026-11-02 (1).csv", Some("2026-11-02T00:00:00Z")),
            ("03-MFA-Report.csv", None),
            ("users.csv", None),
        ] {
            assert_eq!(day_in_name(name).map(|t| t.to_string()).as_deref(), want, "{name}");
        }
    }
}
