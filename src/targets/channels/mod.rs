//! Hand-off formats: one file per consumer, one line here.

mod graph_batch;
mod lists;
mod powershell;

use super::TargetList;
use crate::view::Artifact;

/// A format some other tool consumes.
pub trait Channel: Sync {
    /// The name `--channel` takes.
    fn id(&self) -> &'static str;
    /// Who consumes it.
    fn consumer(&self) -> &'static str;
    /// Whether its consumer ends sessions: such a file is never written for a list of another purpose.
    fn revokes(&self) -> bool {
        true
    }
    /// The files, below `targets/`.
    fn files(&self, list: &TargetList) -> Vec<Artifact>;
}

/// Every channel, in the order of the contract.
pub const CHANNELS: &[&dyn Channel] =
    &[&lists::Csv, &lists::Json, &lists::Ids, &graph_batch::GraphBatch, &powershell::PowerShell];

/// Finds a channel by name.
#[must_use]
pub fn channel(id: &str) -> Option<&'static dyn Channel> {
    CHANNELS.iter().find(|c| c.id() == id).copied()
}
