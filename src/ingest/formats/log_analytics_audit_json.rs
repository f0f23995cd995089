//! Log Analytics `AuditLogs` rows as NDJSON: Pascal case, dynamic columns as JSON in strings or as values (formats.md §3.1, end).

use super::log_analytics_row::{AuditLogRow, SignInFile};
use super::log_analytics_sign_in_json::{carries_details, fold_sign_in_row};
use super::portal_sign_in_csv::stream_of;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json;
use crate::model::problem::{Outcome, Reject};
use crate::model::time::Instant;

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
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let file = SignInFile { details: carries_details(&head.text), kind: stream_of(head, context) };
        Ok(Box::new(AuditReader { file }))
    }
}

struct AuditReader {
    /// For sign-ins that a `union` put among the rows.
    file: SignInFile,
}

impl Reader for AuditReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        match json::read::<AuditLogRow<'_>>(bytes, fold.plain) {
            Ok(row) if row.is_sign_in() => fold_sign_in_row(bytes, self.file, fold),
            Ok(row) => row.fold(Instant::parse(row.activity_date_time.str()), fold),
            Err(_) => Outcome::Rejected(Reject::Json),
        }
    }
}

/// Folds a row of `AuditLogs`.
pub(super) fn fold_audit_row(bytes: &[u8], fold: &mut Fold<'_>) -> Outcome {
    match json::read::<AuditLogRow<'_>>(bytes, fold.plain) {
        Ok(row) => row.fold(Instant::parse(row.activity_date_time.str()), fold),
        Err(_) => Outcome::Rejected(Reject::Json),
    }
}
