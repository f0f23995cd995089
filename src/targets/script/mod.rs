//! Scripts that revoke: two templates, one per shell, filled in for each tool (semantics §8.4). A dry run unless told,
//! a log of every result, back-off when throttled; refused after `valid_until`, in another tenant, or when edited.

use super::{Target, TargetList};
use crate::view::Artifact;
use crate::view::escape::{powershell, sh};

/// What differs between the tools of one shell.
pub(super) struct Tool {
    /// Name of the script.
    pub(super) file: &'static str,
    /// What must be installed, for people.
    pub(super) name: &'static str,
    /// The command that must be there.
    pub(super) command: &'static str,
    /// How to sign in.
    pub(super) connect: &'static str,
    /// Prints the id of the tenant signed in to.
    pub(super) tenant: &'static str,
    /// Revokes one person: `$target.Id` in PowerShell, `$1` in sh.
    pub(super) revoke: &'static str,
    /// Comment lines that a reader must see first, or empty.
    pub(super) banner: &'static str,
}

/// A script for Windows PowerShell 5.1 and PowerShell 7.
pub(super) fn power_shell(tool: &Tool, list: &TargetList) -> Artifact {
    let row = |t: &Target| {
        let (id, upn) = (powershell(&t.user_id), powershell(&t.upn));
        format!("    [pscustomobject]@{{ Id = {id}; Upn = {upn}; Wave = {} }}\n", t.wave)
    };
    let tenants: Vec<String> = list.tenants.iter().map(|t| powershell(t)).collect();
    // Windows PowerShell 5.1 takes a script without a mark for ANSI, where a byte of a letter may be a quote.
    let template = concat!("\u{feff}", include_str!("revoke.ps1")).replace("{{TENANTS}}", &tenants.join(", "));
    fill(&template, tool, list, row)
}

/// A script for any POSIX shell; `id` is how the tool takes an object id.
pub(super) fn posix(tool: &Tool, list: &TargetList, id: fn(&str) -> String) -> Artifact {
    let row = |t: &Target| format!("person {} {} {}\n", t.wave, sh(&id(&t.user_id)), sh(&t.upn));
    let digits: String = list.valid_until.to_string().chars().filter(char::is_ascii_digit).collect();
    let template = include_str!("revoke.sh")
        // Ids of tenants are GUIDs: nothing in them ends the quotes around them.
        .replace("{{TENANTS}}", &list.tenants.join(" "))
        .replace("{{VALID_UNTIL_DIGITS}}", &digits);
    fill(&template, tool, list, row)
}

fn fill(template: &str, tool: &Tool, list: &TargetList, row: impl Fn(&Target) -> String) -> Artifact {
    let script = template
        .replace("{{BANNER}}\n", tool.banner)
        .replace("{{FILE}}", tool.file)
        .replace("{{TOOL}}", tool.name)
        .replace("{{COMMAND}}", tool.command)
        .replace("{{CONNECT}}", tool.connect)
        .replace("{{TENANT}}", tool.tenant)
        .replace("{{REVOKE}}", tool.revoke)
        .replace("{{VERSION}}", env!("CARGO_PKG_VERSION"))
        .replace("{{AS_OF}}", &list.as_of.to_string())
        .replace("{{VALID_UNTIL}}", &list.valid_until.to_string())
        .replace("{{COUNT}}", &list.listed.len().to_string())
        // Last: what was put in must not be searched again.
        .replace("{{TARGETS}}\n", &list.listed.iter().map(row).collect::<Vec<_>>().concat());
    Artifact::new(tool.file, script)
}
