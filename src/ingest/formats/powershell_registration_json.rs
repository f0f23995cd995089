//! `Get-MgReportAuthenticationMethodUserRegistrationDetail | ConvertTo-Json`: Graph's report in Pascal case
//! (formats.md §4, §6.2).

use super::graph_registration_json::GraphRegistrationJson;
use super::pascal;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct PowershellRegistrationJson;

impl Format for PowershellRegistrationJson {
    fn id(&self) -> &'static str {
        "powershell_registration_json"
    }
    fn title(&self) -> &'static str {
        "User registration details as JSON from Graph or Entra PowerShell (ConvertTo-Json)"
    }
    fn kind(&self) -> Kind {
        Kind::Registration
    }
    fn fit(&self, head: &Head) -> Fit {
        pascal::fit(head, &GraphRegistrationJson, "userPrincipalName")
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        pascal::reader(&GraphRegistrationJson, head, context)
    }
}
