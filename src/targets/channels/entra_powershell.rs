//! `revoke-entra.ps1`: Microsoft Entra PowerShell (semantics §8.4, ENTPS).

use super::Channel;
use crate::targets::TargetList;
use crate::targets::script::{Tool, power_shell};
use crate::view::Artifact;

/// `revoke-entra.ps1`.
pub(super) struct EntraPowerShell;

const TOOL: Tool = Tool {
    file: "revoke-entra.ps1",
    name: "Microsoft Entra PowerShell (Microsoft.Entra.Authentication)",
    command: "Revoke-EntraUserAllRefreshToken",
    connect: "Connect-Entra -Scopes User.RevokeSessions.All",
    tenant: "Get-EntraContext | Where-Object -FilterScript { $null -ne $_ } | ForEach-Object -Process { $_.TenantId }",
    revoke: "Revoke-EntraUserAllRefreshToken -UserId $target.Id",
    banner: "",
};

impl Channel for EntraPowerShell {
    fn id(&self) -> &'static str {
        "entra-powershell"
    }
    fn consumer(&self) -> &'static str {
        "Microsoft Entra PowerShell (Microsoft.Entra.Authentication)"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        vec![power_shell(&TOOL, list)]
    }
}
