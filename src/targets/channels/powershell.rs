//! `revoke.ps1`: Microsoft Graph PowerShell (semantics §8.4, MGPS).

use super::Channel;
use crate::targets::TargetList;
use crate::targets::script::{Tool, power_shell};
use crate::view::Artifact;

/// `revoke.ps1`.
pub(super) struct PowerShell;

const TOOL: Tool = Tool {
    file: "revoke.ps1",
    name: "Microsoft Graph PowerShell (Microsoft.Graph.Users.Actions)",
    command: "Revoke-MgUserSignInSession",
    connect: "Connect-MgGraph -Scopes User.RevokeSessions.All",
    tenant: "Get-MgContext | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process { $_.TenantId }",
    revoke: "Revoke-MgUserSignInSession -UserId $target.Id",
    banner: "",
};

impl Channel for PowerShell {
    fn id(&self) -> &'static str {
        "powershell"
    }
    fn consumer(&self) -> &'static str {
        "Microsoft Graph PowerShell (Microsoft.Graph.Users.Actions)"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        vec![power_shell(&TOOL, list)]
    }
}
