//! Portal `…SignIns_AuthDetails_….csv`: the steps of each request, several lines per request id (formats.md §1.4).

use crate::ingest::csv::{Binding, Columns, Want, boolean, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::model::ids::Id;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Step, freshness};
use crate::model::time::Instant;

/// The format.
pub(super) struct PortalDetailsCsv;

const REQUEST: usize = 0;
const METHOD: usize = 1;
const SUCCEEDED: usize = 2;
const RESULT: usize = 3;
const DATE: usize = 4;

const WANTS: &[Want] = &[
    want("request_id", &["request id"]),
    want("method", &["authentication method"]),
    want("succeeded", &["succeeded"]),
    want("result", &["result detail"]),
    want("time", &["date", "date (utc)"]),
];

impl Format for PortalDetailsCsv {
    fn id(&self) -> &'static str {
        "portal_details_csv"
    }
    fn title(&self) -> &'static str {
        "Entra portal, sign-in logs, AuthDetails CSV"
    }
    fn kind(&self) -> Kind {
        Kind::SignInDetails
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["request id", "authentication method", "succeeded"], 0)
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(DetailsReader(Binding::new(WANTS, head.header()))))
    }
}

struct DetailsReader(Binding);

impl Reader for DetailsReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Cells(cells) = row else { return Outcome::Rejected(Reject::Width) };
        if !self.0.fits(cells) {
            return Outcome::Rejected(Reject::Width);
        }
        if self.0.is_header(cells) {
            return Outcome::Skipped(Skip::RepeatedHeader);
        }
        self.step(cells, fold).unwrap_or_else(Outcome::Rejected)
    }

    fn columns(&self) -> Columns {
        self.0.columns(WANTS)
    }
}

impl DetailsReader {
    fn step(&self, cells: &csv::ByteRecord, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let Some(request) = Id::parse(self.0.text(cells, REQUEST)?) else {
            return Ok(Outcome::Skipped(Skip::Blank));
        };
        let step = Step {
            method: self.0.text(cells, METHOD)?,
            result: self.0.text(cells, RESULT)?,
            succeeded: boolean(self.0.text(cells, SUCCEEDED)?)?,
        };
        let at = Instant::parse(self.0.text(cells, DATE)?);
        fold.collected.add(request, freshness(std::iter::once(step)), at);
        Ok(Outcome::Folded)
    }
}
