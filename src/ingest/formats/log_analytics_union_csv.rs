//! Log Analytics and Sentinel CSV of a `union` of sign-in tables with `AuditLogs`: each row by its own `Type`
//! (formats.md §3).
//!
//! Both tables' columns stand side by side and a row fills those of its own; what it is, `Type` says, else the event time
//! that it has.

use super::diagnostic_json::Log;
use super::log_analytics_audit_csv::LogAnalyticsAuditCsv;
use super::log_analytics_row::{date_order, names};
use super::log_analytics_sign_in_csv::LogAnalyticsSignInCsv;
use crate::ingest::csv::{Binding, Columns, Want, want};
use crate::ingest::dates::DateOrder;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct LogAnalyticsUnionCsv;

const TYPE: usize = 0;
const CREATED: usize = 1;
const ACTIVITY: usize = 2;

const WANTS: &[Want] = &[
    want("table", &["type"]),
    want("created", &["createddatetime [utc]", "createddatetime"]),
    want("activity_time", &["activitydatetime [utc]", "activitydatetime"]),
];

impl Format for LogAnalyticsUnionCsv {
    fn id(&self) -> &'static str {
        "log_analytics_union_csv"
    }
    fn title(&self) -> &'static str {
        "Log Analytics / Sentinel union of sign-in tables and AuditLogs, Export to CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Diagnostic
    }
    fn fit(&self, head: &Head) -> Fit {
        let names = names(head);
        // Other exports have some of these names: without both event times it is not even near.
        if !["createddatetime", "activitydatetime"].iter().all(|time| names.iter().any(|name| name == time)) {
            return Fit::nothing();
        }
        let decisive = &[
            "resulttype",
            "appdisplayname|serviceprincipalname",
            "operationname|activitydisplayname",
            "targetresources|targetresources_dynamic|targetresources_string",
        ];
        Fit::by_names(&names, decisive, 16)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        // One decision for both columns; without slashed dates either order will do.
        let order = date_order(head, context, &[WANTS[CREATED], WANTS[ACTIVITY]])?.unwrap_or(DateOrder::Mdy);
        let context = FileContext { decided: Some(order), ..*context };
        Ok(Box::new(UnionReader {
            binding: Binding::new(WANTS, head.header()),
            sign_ins: LogAnalyticsSignInCsv.reader(head, &context)?,
            audits: LogAnalyticsAuditCsv.reader(head, &context)?,
        }))
    }
}

struct UnionReader {
    binding: Binding,
    sign_ins: Box<dyn Reader>,
    audits: Box<dyn Reader>,
}

impl Reader for UnionReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Cells(record) = row else { return Outcome::Rejected(Reject::Width) };
        let text = |want| self.binding.text(record, want).unwrap_or("");
        let audit = match Log::of(text(TYPE)) {
            Some(log) => log == Log::Audit,
            None => is_null(text(CREATED)) && !is_null(text(ACTIVITY)),
        };
        if audit { self.audits.row(row, fold) } else { self.sign_ins.row(row, fold) }
    }

    fn columns(&self) -> Columns {
        let (mut columns, audits) = (self.sign_ins.columns(), self.audits.columns());
        columns.bound.extend(audits.bound.iter().filter(|name| !columns.bound.contains(name)).collect::<Vec<_>>());
        columns.missing.extend(audits.missing);
        columns.missing.retain(|name| !columns.bound.contains(name));
        columns.missing.sort_unstable();
        columns.missing.dedup();
        columns
    }

    fn notes(&self) -> Vec<String> {
        self.sign_ins.notes().into_iter().chain(self.audits.notes()).collect()
    }
}
