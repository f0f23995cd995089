//! Graph `userCredentialUsageDetails` as JSON, the data of "Registration and reset events" (formats.md §6.3): skipped.

use super::reset_events_csv::SkipEvents;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct ResetEventsJson;

impl Format for ResetEventsJson {
    fn id(&self) -> &'static str {
        "reset_events_json"
    }
    fn title(&self) -> &'static str {
        "Registration and reset events as JSON (skipped: the audit log says more)"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.keys(), &["feature", "authmethod", "eventdatetime", "userprincipalname"], 0)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(SkipEvents))
    }
}
