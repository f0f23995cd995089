//! AdminDroid's scripts over the registration report: `Registered Auth Methods`, or self-service reset
//! (`Is SSPR Registered by User`) (formats.md §6.3).

use super::registration_csv::{day_in_name, methods};
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Reject};
use crate::model::registration::RegistrationRow;
use crate::model::time::Instant;

/// The format.
pub(super) struct AdmindroidRegistrationCsv;

const UPN: usize = 0;
const NAME: usize = 1;
const METHODS: usize = 2;
const SSPR_REGISTERED: usize = 3;
const SSPR_ENABLED: usize = 4;

const WANTS: &[Want] = &[
    want("user_principal_name", &["upn"]),
    want("display_name", &["user name"]),
    want("methods", &["registered auth methods"]),
    want("sspr_registered", &["is sspr registered by user"]),
    want("sspr_enabled", &["is sspr enabled by admins"]),
];

impl Format for AdmindroidRegistrationCsv {
    fn id(&self) -> &'static str {
        "admindroid_registration_csv"
    }
    fn title(&self) -> &'static str {
        "AdminDroid scripts, registered methods or self-service reset as CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        let own = ["registered auth methods", "is sspr registered by user"];
        // The other names are in many exports.
        if !own.iter().any(|name| head.header().iter().any(|h| h == name)) {
            return Fit::nothing();
        }
        Fit::by_names(head.header(), &["upn", "user name", "registered auth methods|is sspr registered by user"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, AdmindroidCells { named: day_in_name(&head.file_name) }))
    }
}

struct AdmindroidCells {
    named: Option<Instant>,
}

impl CsvRow for AdmindroidCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![
            "no object id: people are joined by UPN; whether a method is allowed (capable) is not in it".to_owned(),
        ];
        if !binding.has(METHODS) {
            notes.push("no methods: the goals mfa, app and passkey cannot be judged from this file".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        Ok(fold.registration(RegistrationRow {
            upn: cells.text(UPN)?.trim().to_owned(),
            display_name: cells.word(NAME)?,
            sspr_registered: cells.boolean(SSPR_REGISTERED)?,
            sspr_enabled: cells.boolean(SSPR_ENABLED)?,
            methods: methods(cells.text(METHODS)?),
            snapshot: self.named,
            ..RegistrationRow::default()
        }))
    }
}
