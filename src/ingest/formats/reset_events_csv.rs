//! "Registration and reset events" of the authentication-methods activity page, as CSV (formats.md §6.3): skipped.

use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Skip};

/// The format.
pub(super) struct ResetEventsCsv;

impl Format for ResetEventsCsv {
    fn id(&self) -> &'static str {
        "reset_events_csv"
    }
    fn title(&self) -> &'static str {
        "Registration and reset events as CSV (skipped: the audit log says more)"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        // The other names are in many exports: without this one it is not even near.
        if !head.header().iter().any(|h| h == "feature") {
            return Fit::nothing();
        }
        Fit::by_names(
            head.header(),
            &[
                "feature",
                "method used|authmethod|methodused",
                "user name|username|userprincipalname|user principal name",
                "status|issuccess",
            ],
            0,
        )
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(SkipEvents))
    }
}

/// Skips every row, with the reason: what they say is not enough to be a fact.
pub(crate) struct SkipEvents;

impl Reader for SkipEvents {
    fn row(&self, _row: Row<'_>, _fold: &mut Fold<'_>) -> Outcome {
        Outcome::Skipped(Skip::ResetEvent)
    }

    fn notes(&self) -> Vec<String> {
        vec![
            "registration and reset events are not used: they name no object id and no correlation id, cover 24 hours to 30 \
             days as chosen on the screen, and do not tell a registration begun from one finished; the audit log has the \
             same events with all of that: export it"
                .to_owned(),
        ]
    }
}
