//! `Get-MgUser`, `Get-EntraUser | ConvertTo-Json`: Graph's `user` in Pascal case (formats.md §4, §7.2).

use super::graph_users_json::GraphUsersJson;
use super::pascal;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;

/// The format.
pub(super) struct PowershellUsersJson;

impl Format for PowershellUsersJson {
    fn id(&self) -> &'static str {
        "powershell_users_json"
    }
    fn title(&self) -> &'static str {
        "Users as JSON from Graph or Entra PowerShell (ConvertTo-Json)"
    }
    fn kind(&self) -> Kind {
        Kind::Users
    }
    fn fit(&self, head: &Head) -> Fit {
        pascal::fit(head, &GraphUsersJson, "userPrincipalName")
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        pascal::reader(&GraphUsersJson, head, context)
    }
}
