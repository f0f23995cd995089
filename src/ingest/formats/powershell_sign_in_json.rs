//! `Get-MgAuditLogSignIn`, `Get-EntraAuditSignInLog | ConvertTo-Json`: Graph's `signIn` in Pascal case (formats.md §4).

use super::graph_sign_in_json::GraphSignInJson;
use super::pascal;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct PowershellSignInJson;

impl Format for PowershellSignInJson {
    fn id(&self) -> &'static str {
        "powershell_sign_in_json"
    }
    fn title(&self) -> &'static str {
        "Sign-ins as JSON from Graph or Entra PowerShell (ConvertTo-Json)"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        pascal::fit(head, &GraphSignInJson, "createdDateTime")
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        pascal::reader(&GraphSignInJson, head, context)
    }
}
