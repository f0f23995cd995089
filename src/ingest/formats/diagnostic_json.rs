//! Azure Monitor diagnostic records: storage archives and Event Hub captures (formats.md §3.1).
//!
//! `category` says which log a record belongs to; `time` of the envelope is delivery, never the event.

use serde::Deserialize;

use super::graph_row::GraphRow;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::{self, Dynamic, Text};
use crate::model::ids::Id;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::Stream;

/// The format.
pub(super) struct DiagnosticJson;

impl Format for DiagnosticJson {
    fn id(&self) -> &'static str {
        "diagnostic_json"
    }
    fn title(&self) -> &'static str {
        "Azure Monitor diagnostic records (storage archive, Event Hub)"
    }
    fn kind(&self) -> Kind {
        Kind::Diagnostic
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.keys(), &["category", "properties", "time|operationname|resourceid", "category|tenantid"], 0)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(DiagnosticReader))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Record<'a> {
    category: Text<'a>,
    tenant_id: Text<'a>,
    result_type: Text<'a>,
    /// An object; other pipelines hand it on as JSON in a text.
    properties: Dynamic<'a, GraphRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Envelope<'a> {
    category: Text<'a>,
}

struct DiagnosticReader;

impl Reader for DiagnosticReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        match json::read::<Record<'_>>(bytes, fold.plain) {
            Ok(record) => record.fold(fold),
            // Other logs may hold other things under the names used here.
            Err(_) => match serde_json::from_slice::<Envelope<'_>>(bytes) {
                Ok(envelope) if Log::of(envelope.category.str()).is_none() => Outcome::Skipped(Skip::OtherCategory),
                _ => Outcome::Rejected(Reject::Json),
            },
        }
    }
}

/// A log of use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Log {
    SignIns(Stream),
    ServicePrincipals,
    Audit,
}

impl Log {
    /// By its category, or by its table in Log Analytics.
    pub(super) fn of(category: &str) -> Option<Self> {
        match category.trim().to_ascii_lowercase().as_str() {
            "signinlogs" => Some(Self::SignIns(Stream::Interactive)),
            "noninteractiveusersigninlogs" | "aadnoninteractiveusersigninlogs" => {
                Some(Self::SignIns(Stream::NonInteractive))
            }
            "serviceprincipalsigninlogs"
            | "managedidentitysigninlogs"
            | "microsoftserviceprincipalsigninlogs"
            | "aadserviceprincipalsigninlogs"
            | "aadmanagedidentitysigninlogs" => Some(Self::ServicePrincipals),
            "auditlogs" => Some(Self::Audit),
            _ => None,
        }
    }
}

impl Record<'_> {
    fn fold(&self, fold: &mut Fold<'_>) -> Outcome {
        fold.log_tenant = Id::parse(self.tenant_id.str());
        match (Log::of(self.category.str()), &self.properties) {
            (None, _) => Outcome::Skipped(Skip::OtherCategory),
            (Some(Log::ServicePrincipals), _) => Outcome::Skipped(Skip::ServicePrincipal),
            (Some(log), Dynamic::Value(row)) => self.fold_row(log, row, fold),
            (Some(log), Dynamic::Text(text)) => match serde_json::from_str(text.str()) {
                Ok(row) => self.fold_row(log, &row, fold),
                Err(_) => Outcome::Rejected(Reject::Json),
            },
        }
    }

    fn fold_row(&self, log: Log, row: &GraphRow<'_>, fold: &mut Fold<'_>) -> Outcome {
        match log {
            Log::SignIns(stream) => row.fold_sign_in(Some(stream), self.result_type.str(), fold),
            _ => row.fold_audit(fold),
        }
    }
}
