//! `revoke-az.sh`: Azure CLI's `az rest` (semantics §8.4, REV).

use super::Channel;
use crate::targets::TargetList;
use crate::targets::script::{Tool, posix};
use crate::view::Artifact;
use crate::view::escape::url_segment;

/// `revoke-az.sh`.
pub(super) struct AzRest;

const TOOL: Tool = Tool {
    file: "revoke-az.sh",
    name: "Azure CLI",
    command: "az",
    connect: "az login --allow-no-subscriptions",
    tenant: "az account show --query tenantId --output tsv",
    revoke: "az rest --method POST --url \"https://graph.microsoft.com/v1.0/users/$1/revokeSignInSessions\" --output none",
    banner: "",
};

impl Channel for AzRest {
    fn id(&self) -> &'static str {
        "az-rest"
    }
    fn consumer(&self) -> &'static str {
        "Azure CLI (az rest), in any POSIX shell"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        // The id becomes a part of the URL's path.
        vec![posix(&TOOL, list, url_segment)]
    }
}
