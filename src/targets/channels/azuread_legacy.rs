//! `revoke-azuread.ps1`: the retired AzureAD module, only with `--legacy` (semantics §8.4, AADPS and MSO).

use super::Channel;
use crate::targets::TargetList;
use crate::targets::script::{Tool, power_shell};
use crate::view::Artifact;

/// `revoke-azuread.ps1`.
pub(super) struct AzureAdLegacy;

const TOOL: Tool = Tool {
    file: "revoke-azuread.ps1",
    name: "the AzureAD PowerShell module (retired)",
    command: "Revoke-AzureADUserAllRefreshToken",
    connect: "Connect-AzureAD",
    tenant: "Get-AzureADTenantDetail | ForEach-Object -Process { $_.ObjectId }",
    revoke: "Revoke-AzureADUserAllRefreshToken -ObjectId $target.Id",
    banner: "\
#
# LEGACY. The AzureAD module is out of support since 2025-03-30; Microsoft announced its retirement for July 2025, and its
# back end, Azure AD Graph, was switched off in stages from 2025-02-01. It may fail for everybody. Windows PowerShell 5.1
# only. revoke.ps1 (Microsoft Graph PowerShell) and revoke-entra.ps1 (Entra PowerShell) take its place.
",
};

impl Channel for AzureAdLegacy {
    fn id(&self) -> &'static str {
        "azuread-legacy"
    }
    fn consumer(&self) -> &'static str {
        "AzureAD PowerShell module, retired; only with --legacy"
    }
    fn is_legacy(&self) -> bool {
        true
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        vec![power_shell(&TOOL, list)]
    }
}
