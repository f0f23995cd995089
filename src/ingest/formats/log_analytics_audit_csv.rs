//! Log Analytics and Sentinel CSV of `AuditLogs`: 30 columns, or those a query kept (formats.md §3, §5).
//!
//! `ActivityDateTime` is the event's time; dates are read as in `log_analytics_sign_in_csv`.

use super::log_analytics_row::{AuditLogRow, date_order, insist_on_time, names};
use super::log_analytics_sign_in_csv::twin;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::json::Text;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct LogAnalyticsAuditCsv;

const TIME: usize = 0;
const ACTIVITY: usize = 1;
const OPERATION: usize = 2;
const RESULT: usize = 3;
const RESULT_TYPE: usize = 4;
const REASON: usize = 5;
const CORRELATION: usize = 6;
const DIRECTORY: usize = 7;
/// The column, then its twins `_dynamic` and `_string`, as what follows.
const INITIATED_BY: usize = 8;
const TARGETS: usize = 11;

const WANTS: &[Want] = &[
    want("time", &["activitydatetime [utc]", "activitydatetime"]),
    want("activity", &["activitydisplayname"]),
    want("operation", &["operationname"]),
    want("result", &["result"]),
    want("result_type", &["resulttype"]),
    want("reason", &["resultreason"]),
    want("correlation_id", &["correlationid"]),
    want("directory_id", &["aadtenantid"]),
    want("initiated_by", &["initiatedby"]),
    want("initiated_by_dynamic", &["initiatedby_dynamic"]),
    want("initiated_by_string", &["initiatedby_string"]),
    want("targets", &["targetresources"]),
    want("targets_dynamic", &["targetresources_dynamic"]),
    want("targets_string", &["targetresources_string"]),
];

impl Format for LogAnalyticsAuditCsv {
    fn id(&self) -> &'static str {
        "log_analytics_audit_csv"
    }
    fn title(&self) -> &'static str {
        "Log Analytics / Sentinel AuditLogs, Export to CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(
            &names(head),
            &[
                "activitydatetime|timegenerated",
                "operationname|activitydisplayname",
                "targetresources|targetresources_dynamic|targetresources_string",
                "result|resulttype",
                // Names that the same table flattened from Graph does not have.
                "operationname|timegenerated|aadoperationtype|activitydatetime [utc]",
            ],
            4,
        )
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        insist_on_time(&names(head), "ActivityDateTime")?;
        Ok(CsvReader::boxed(head, AuditCells { order: date_order(head, context, &[WANTS[TIME]])? }))
    }
}

struct AuditCells {
    order: Option<DateOrder>,
}

impl CsvRow for AuditCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = Vec::new();
        if (INITIATED_BY..TARGETS).all(|column| !binding.has(column)) {
            notes.push("no column `InitiatedBy`: who did it is unknown".to_owned());
        }
        if !binding.has(REASON) {
            notes.push("no column `ResultReason`: which method was registered is unknown".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = |want| cells.text(want).map(Text::from);
        let row = AuditLogRow {
            activity_display_name: text(ACTIVITY)?,
            operation_name: text(OPERATION)?,
            result: text(RESULT)?,
            result_type: text(RESULT_TYPE)?,
            result_reason: text(REASON)?,
            correlation_id: text(CORRELATION)?,
            directory: text(DIRECTORY)?,
            initiated_by: twin(cells, INITIATED_BY)?.into(),
            target_resources: twin(cells, TARGETS)?.into(),
            ..AuditLogRow::default()
        };
        Ok(row.fold(dates::parse(cells.text(TIME)?, self.order), fold))
    }
}
