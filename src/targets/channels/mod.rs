//! Hand-off formats: one file per consumer, one line here.

mod az_rest;
mod azuread_legacy;
mod ca_policy;
mod entra_powershell;
mod graph_batch;
mod group_batch;
mod group_import;
mod lists;
mod m365_cli;
mod power_automate;
mod powershell;

use super::{Purpose, TargetList};
use crate::view::Artifact;

/// A format some other tool consumes.
pub trait Channel: Sync {
    /// The name `--channel` takes.
    fn id(&self) -> &'static str;
    /// Who consumes it.
    fn consumer(&self) -> &'static str;
    /// Whether its consumer is retired, so that it is written only with `--legacy`.
    fn is_legacy(&self) -> bool {
        false
    }
    /// Whether its consumer ends sessions: such a file is never written for a list of another purpose.
    fn revokes(&self) -> bool {
        true
    }
    /// Whether it is a plain list, which may hold tokens; every other consumer acts on whom it is given.
    fn takes_tokens(&self) -> bool {
        false
    }
    /// The files, below `targets/`.
    fn files(&self, list: &TargetList) -> Vec<Artifact>;
}

/// Every channel, in the order of the contract.
pub const CHANNELS: &[&dyn Channel] = &[
    &lists::Csv,
    &lists::Json,
    &lists::Ids,
    &graph_batch::GraphBatch,
    &powershell::PowerShell,
    &entra_powershell::EntraPowerShell,
    &azuread_legacy::AzureAdLegacy,
    &m365_cli::M365Cli,
    &az_rest::AzRest,
    &group_import::GroupImport,
    &group_batch::GroupBatch,
    &power_automate::PowerAutomate,
    &ca_policy::CaPolicy,
];

/// Finds a channel by name.
#[must_use]
pub fn channel(id: &str) -> Option<&'static dyn Channel> {
    CHANNELS.iter().find(|c| c.id() == id).copied()
}

/// The channels a list is written for: those asked for, all when none is named; retired ones only with `--legacy`,
/// none that ends sessions for a list of another purpose, and none that acts for a list of tokens.
#[must_use]
pub fn wanted(asked: &[String], list: &TargetList) -> Vec<&'static dyn Channel> {
    let named = |id: &str| asked.is_empty() || asked.iter().any(|c| c == id);
    let fits = |c: &&dyn Channel| {
        (list.hand_off.legacy || !c.is_legacy())
            && (list.purpose == Purpose::Revoke || !c.revokes())
            && (list.key.is_none() || c.takes_tokens())
    };
    CHANNELS.iter().copied().filter(|c| named(c.id())).filter(fits).collect()
}
