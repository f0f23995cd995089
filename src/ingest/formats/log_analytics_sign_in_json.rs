//! Log Analytics sign-in tables as NDJSON or JSON arrays: Pascal case, dynamic columns as JSON in strings or as values
//! (formats.md §3.1, end).

use super::log_analytics_audit_json::fold_audit_row;
use super::log_analytics_row::{SignInFile, SignInRow, insist_on_time};
use super::log_analytics_sign_in_csv::SIGN_IN_NAMES;
use super::portal_sign_in_csv::stream_of;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json;
use crate::model::problem::{Outcome, Reject};
use crate::model::time::Instant;

/// The format.
pub(super) struct LogAnalyticsSignInJson;

impl Format for LogAnalyticsSignInJson {
    fn id(&self) -> &'static str {
        "log_analytics_sign_in_json"
    }
    fn title(&self) -> &'static str {
        "Log Analytics SigninLogs and AADNonInteractiveUserSignInLogs as NDJSON or JSON arrays"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        // Spelled otherwise it is another tool's; null columns are left out, so the row's kind is asked of each row.
        if !head.text.contains("\"ResultType\"") {
            return Fit::nothing();
        }
        Fit::by_names(head.keys(), &SIGN_IN_NAMES[..3], 4)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        insist_on_time(head.keys(), "CreatedDateTime")?;
        let file = SignInFile { details: carries_details(&head.text), kind: stream_of(head, context) };
        Ok(Box::new(SignInReader { file }))
    }
}

struct SignInReader {
    file: SignInFile,
}

impl Reader for SignInReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        fold_sign_in_row(bytes, self.file, fold)
    }

    fn notes(&self) -> Vec<String> {
        if self.file.details {
            return Vec::new();
        }
        vec!["no `AuthenticationDetails`: a fresh factor cannot be told from a cached one".to_owned()]
    }
}

/// Null columns are left out of some rows: the first one alone does not say what a file carries.
pub(super) fn carries_details(text: &str) -> bool {
    text.contains("\"AuthenticationDetails")
}

/// Folds a row of a sign-in table, or the audit row that a `union` put among them.
pub(super) fn fold_sign_in_row(bytes: &[u8], file: SignInFile, fold: &mut Fold<'_>) -> Outcome {
    match json::read::<SignInRow<'_>>(bytes, fold.plain) {
        Ok(row) if row.is_audit() => fold_audit_row(bytes, fold),
        Ok(row) => row.fold(Instant::parse(row.created_date_time.str()), file, fold),
        Err(_) => Outcome::Rejected(Reject::Json),
    }
}
