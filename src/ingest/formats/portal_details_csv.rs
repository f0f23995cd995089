//! Portal `…SignIns_AuthDetails_….csv`: the steps of each request, several lines per request id (formats.md §1.4).

use crate::ingest::csv::{Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Step, freshness};

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
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, DetailsRow { order: dates::order_of(head, context, &[WANTS[DATE]])? }))
    }
}

struct DetailsRow {
    /// Of dates that are not ISO.
    order: Option<DateOrder>,
}

impl CsvRow for DetailsRow {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let Some(request) = cells.id(REQUEST)? else { return Ok(Outcome::Skipped(Skip::Blank)) };
        let step =
            Step { method: cells.text(METHOD)?, result: cells.text(RESULT)?, succeeded: cells.boolean(SUCCEEDED)? };
        fold.collected.add(&request, freshness(std::iter::once(step)), dates::parse(cells.text(DATE)?, self.order));
        Ok(Outcome::Folded)
    }
}
