//! `revoke.ps1`: Microsoft Graph PowerShell, `-WhatIf` unless told, a log of every result, refuses after `valid_until`.

use super::Channel;
use crate::targets::TargetList;
use crate::view::Artifact;
use crate::view::escape::powershell;

/// `revoke.ps1`.
pub(super) struct PowerShell;

impl Channel for PowerShell {
    fn id(&self) -> &'static str {
        "powershell"
    }
    fn consumer(&self) -> &'static str {
        "Microsoft Graph PowerShell (Microsoft.Graph.Users.Actions)"
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let rows: Vec<String> = list
            .listed
            .iter()
            .map(|t| {
                let (id, upn) = (powershell(&t.user_id), powershell(&t.upn));
                format!("    [pscustomobject]@{{ Id = {id}; Upn = {upn}; Wave = {} }}\n", t.wave)
            })
            .collect();
        // Windows PowerShell 5.1 takes a script without a mark for ANSI, where a byte of a letter may be a quote.
        let script = format!("\u{feff}{}", include_str!("revoke.ps1"))
            .replace("{{AS_OF}}", &list.as_of.to_string())
            .replace("{{VALID_UNTIL}}", &list.valid_until.to_string())
            .replace("{{COUNT}}", &list.listed.len().to_string())
            // Last: what was put in must not be searched again.
            .replace("{{TARGETS}}\n", &rows.concat());
        vec![Artifact::new("revoke.ps1", script)]
    }
}
