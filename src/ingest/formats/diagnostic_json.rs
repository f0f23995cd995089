//! Azure Monitor diagnostic records: storage archives and Event Hub captures (formats.md §3.1).
//!
//! `category` says which log a record belongs to; `time` of the envelope is delivery, never the event.

use serde::Deserialize;

use super::graph_row::GraphRow;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json::{self, Embedded, Text};
use crate::ingest::members::members;
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

#[derive(Debug, Default)]
struct Record<'a> {
    category: Text<'a>,
    tenant_id: Text<'a>,
    result_type: Text<'a>,
    /// An object; other pipelines hand it on as JSON in a text.
    properties: Embedded<'a, GraphRow<'a>>,
}

members!(Record {
    "category" => category,
    "tenantId" => tenant_id,
    "resultType" => result_type,
    "properties" => properties,
});

#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Envelope<'a> {
    category: Text<'a>,
}

struct DiagnosticReader;

impl Reader for DiagnosticReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let mut record = Record::default();
        match json::read_into(bytes, (fold.plain, &mut fold.shapes), &mut record) {
            Ok(()) => record.fold(fold),
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
        const CATEGORIES: &[(&str, Log)] = &[
            ("NonInteractiveUserSignInLogs", Log::SignIns(Stream::NonInteractive)),
            ("AADNonInteractiveUserSignInLogs", Log::SignIns(Stream::NonInteractive)),
            ("SignInLogs", Log::SignIns(Stream::Interactive)),
            ("ServicePrincipalSignInLogs", Log::ServicePrincipals),
            ("ManagedIdentitySignInLogs", Log::ServicePrincipals),
            ("MicrosoftServicePrincipalSignInLogs", Log::ServicePrincipals),
            ("AADServicePrincipalSignInLogs", Log::ServicePrincipals),
            ("AADManagedIdentitySignInLogs", Log::ServicePrincipals),
            ("AuditLogs", Log::Audit),
        ];
        let category = category.trim();
        CATEGORIES.iter().find(|(name, _)| name.eq_ignore_ascii_case(category)).map(|(_, log)| *log)
    }
}

impl Record<'_> {
    fn fold(&self, fold: &mut Fold<'_>) -> Outcome {
        fold.log_tenant = Id::parse(self.tenant_id.str());
        let Embedded { text, object } = &self.properties;
        match (Log::of(self.category.str()), object) {
            (None, _) => Outcome::Skipped(Skip::OtherCategory),
            (Some(Log::ServicePrincipals), _) => Outcome::Skipped(Skip::ServicePrincipal),
            (Some(log), Some(row)) => self.fold_row(log, row, fold),
            (Some(log), None) => match json::read(text.str().as_bytes(), fold.plain) {
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
