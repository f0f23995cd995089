//! `Get-MgAuditLogDirectoryAudit`, `Get-EntraAuditDirectoryLog | ConvertTo-Json`: Graph's `directoryAudit` in Pascal case
//! (formats.md §4).

use super::graph_audit_json::GraphAuditJson;
use super::pascal;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct PowershellAuditJson;

impl Format for PowershellAuditJson {
    fn id(&self) -> &'static str {
        "powershell_audit_json"
    }
    fn title(&self) -> &'static str {
        "Audit log as JSON from Graph or Entra PowerShell (ConvertTo-Json)"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        pascal::fit(head, &GraphAuditJson, "activityDateTime")
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        pascal::reader(&GraphAuditJson, head, context)
    }
}
