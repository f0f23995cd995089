//! Portal `ApplicationSignIns_…` and `MSISignIns_…`: no user in them, recognised to be skipped (formats.md §1.6).

use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Skip};

/// The format.
pub(super) struct PortalApplicationCsv;

impl Format for PortalApplicationCsv {
    fn id(&self) -> &'static str {
        "portal_application_csv"
    }
    fn title(&self) -> &'static str {
        "Entra portal, application and managed-identity sign-ins (no user: skipped)"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["date (utc)", "request id", "service principal id", "service principal name"], 0)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(SkipAll))
    }
}

struct SkipAll;

impl Reader for SkipAll {
    fn row(&self, _row: Row<'_>, _fold: &mut Fold<'_>) -> Outcome {
        Outcome::Skipped(Skip::ServicePrincipal)
    }
}
