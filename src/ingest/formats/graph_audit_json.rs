//! Graph `directoryAudit` objects: portal "Download JSON", Graph pages, NDJSON (formats.md §5).

use super::graph_row::GraphRow;
use super::pascal::is_pascal;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::Head;
use crate::ingest::json;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct GraphAuditJson;

impl Format for GraphAuditJson {
    fn id(&self) -> &'static str {
        "graph_audit_json"
    }
    fn title(&self) -> &'static str {
        "Audit log as JSON (portal Download JSON, Graph pages, NDJSON)"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        // In Pascal case it is PowerShell's spelling of it.
        if is_pascal(head, "activityDateTime") {
            return Fit::nothing();
        }
        Fit::by_names(head.keys(), &["activitydisplayname", "activitydatetime", "initiatedby", "targetresources"], 0)
    }
    fn reader(&self, _head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(Box::new(AuditReader))
    }
}

struct AuditReader;

impl Reader for AuditReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let mut audit = GraphRow::default();
        match json::read_into(bytes, (fold.plain, &mut fold.shapes), &mut audit) {
            Ok(()) => audit.fold_audit(fold),
            Err(_) => Outcome::Rejected(Reject::Json),
        }
    }
}
