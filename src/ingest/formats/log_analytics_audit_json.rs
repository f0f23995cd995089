//! Log Analytics `AuditLogs` rows as NDJSON: Pascal case, dynamic columns as JSON in strings (formats.md §3.1, end).

use serde::Deserialize;

use super::graph_row::{AuditParts, Initiators, Target};
use crate::ingest::csv::Columns;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::Text;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct LogAnalyticsAuditJson;

impl Format for LogAnalyticsAuditJson {
    fn id(&self) -> &'static str {
        "log_analytics_audit_json"
    }
    fn title(&self) -> &'static str {
        "Log Analytics AuditLogs as NDJSON"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.keys(), &["activitydatetime", "loggedbyservice", "targetresources", "timegenerated"], 4)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(AuditReader))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct LogRow<'a> {
    activity_date_time: Text<'a>,
    activity_display_name: Text<'a>,
    operation_name: Text<'a>,
    result: Text<'a>,
    result_reason: Text<'a>,
    correlation_id: Text<'a>,
    initiated_by: Text<'a>,
    target_resources: Text<'a>,
}

struct AuditReader;

impl Reader for AuditReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        read(bytes, fold).unwrap_or(Outcome::Rejected(Reject::Json))
    }

    fn columns(&self) -> Columns {
        Columns::default()
    }
}

fn read(bytes: &[u8], fold: &mut Fold<'_>) -> Result<Outcome, serde_json::Error> {
    let row: LogRow<'_> = serde_json::from_slice(bytes)?;
    let initiators = match row.initiated_by.str() {
        text if is_null(text) => Initiators::default(),
        text => serde_json::from_str(text)?,
    };
    let targets: Vec<Target<'_>> = match row.target_resources.str() {
        text if is_null(text) => Vec::new(),
        text => serde_json::from_str(text)?,
    };
    let activity = match row.activity_display_name.str() {
        "" => row.operation_name.str(),
        name => name,
    };
    let parts = AuditParts {
        at: row.activity_date_time.str(),
        activity,
        result: row.result.str(),
        reason: row.result_reason.str(),
        correlation: row.correlation_id.str(),
    };
    Ok(parts.fold(&initiators, &targets, fold))
}
