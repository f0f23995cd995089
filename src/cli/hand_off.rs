//! Options of the hand-off: what was typed, and what it means.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::app::lists;
use crate::error::Error;
use crate::model::ids::Id;
use crate::targets::HandOff;

/// How lists are handed over.
#[derive(Clone, Debug, ClapArgs)]
pub struct HandOffArgs {
    /// Also write channels whose tool is retired (azuread-legacy); recorded in the manifest
    #[arg(long, help_heading = "Hand-off")]
    pub legacy: bool,
    /// Object id of the group of wave 1, or of wave N as N=ID; for ca-policy and group-batch; repeatable
    #[arg(long, value_name = "[WAVE=]ID", help_heading = "Hand-off")]
    pub group: Vec<String>,
    /// The portal's CSV template for importing members; its first two lines are taken over by group-import
    #[arg(long, value_name = "FILE", help_heading = "Hand-off")]
    pub template: Option<PathBuf>,
    /// Applications of ca-policy: application ids, or Office365 [default: Office365]
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Hand-off")]
    pub apps: Vec<String>,
    /// Sign-in frequency of ca-policy
    #[arg(long, value_name = "DAYS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=365), help_heading = "Hand-off")]
    pub frequency_days: u32,
}

/// The bundle that Conditional Access knows by name and that a sign-in frequency makes sense for.
const BUNDLE: &str = "Office365";

/// What was typed → what it means.
///
/// # Errors
/// When an id is none, or the template cannot be used.
pub fn hand_off(args: &HandOffArgs) -> Result<HandOff, Error> {
    let mut out = HandOff { legacy: args.legacy, frequency_days: args.frequency_days, ..HandOff::default() };
    for typed in &args.group {
        let (wave, id) = typed.split_once('=').unwrap_or(("1", typed));
        let wave = wave.parse().ok().filter(|w| *w > 0);
        let (Some(wave), Some(Id::Guid(id))) = (wave, Id::parse(id)) else {
            return Err(Error::value(
                "--group",
                typed,
                "not an object id, or WAVE=ID such as 2=76cbae99-9c68-4843-856f-3feb9e9867af",
            ));
        };
        if out.groups.insert(wave, Id::Guid(id).to_string()).is_some() {
            return Err(Error::value("--group", typed, format!("wave {wave} has two groups")));
        }
    }
    if let Some(path) = &args.template {
        out.template = lists::template(path)?;
    }
    if !args.apps.is_empty() {
        out.apps = args.apps.iter().map(|app| application(app)).collect::<Result<_, _>>()?;
        out.apps.sort();
        out.apps.dedup();
    }
    Ok(out)
}

fn application(typed: &str) -> Result<String, Error> {
    match Id::parse(typed) {
        Some(Id::Guid(id)) => Ok(Id::Guid(id).to_string()),
        Some(_) if typed.trim().eq_ignore_ascii_case(BUNDLE) => Ok(BUNDLE.to_owned()),
        _ => Err(Error::value("--apps", typed, format!("neither an application id nor {BUNDLE}"))),
    }
}
