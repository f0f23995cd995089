//! `revoke-m365.sh`: CLI for Microsoft 365 (semantics §8.4, PNP).

use super::Channel;
use crate::targets::TargetList;
use crate::targets::script::{Tool, posix};
use crate::view::Artifact;

/// `revoke-m365.sh`.
pub(super) struct M365Cli;

const TOOL: Tool = Tool {
    file: "revoke-m365.sh",
    name: "CLI for Microsoft 365",
    command: "m365",
    connect: "m365 login",
    tenant: "m365 tenant id get --output text",
    revoke: "m365 entra user session revoke --userId \"$1\" --force",
    banner: "",
};

impl Channel for M365Cli {
    fn id(&self) -> &'static str {
        "m365-cli"
    }
    fn consumer(&self) -> &'static str {
        "CLI for Microsoft 365, in any POSIX shell"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        vec![posix(&TOOL, list, str::to_owned)]
    }
}
