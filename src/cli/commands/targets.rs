//! `kmsift targets`.

use super::super::args::TargetsArgs;
use super::super::console::{Console, Ended};
use super::{begin, fail_on};
use crate::app::{self, Settings, disk, manifest};
use crate::error::Error;
use crate::targets::TargetList;
use crate::targets::channels::{Channel, channel};
use crate::view::Artifact;

/// Lists of whom to revoke.
///
/// # Errors
/// Without a break-glass list, and as the steps say.
pub fn run(args: &TargetsArgs, command: &str, console: &mut Console) -> Ended {
    if args.common.break_glass.is_none() && !args.common.no_break_glass_list {
        return Err(Error::NoBreakGlass.into());
    }
    let retired = |name: &&String| channel(name).is_some_and(Channel::is_legacy);
    if let (Some(name), false) = (args.channel.iter().find(retired), args.rails.hand_off.legacy) {
        return Err(Error::Usage(format!(
            "--channel {name}: its tool is retired; add --legacy to write it all the same"
        ))
        .into());
    }
    disk::check_folder(&args.out, args.force)?;
    let mut begun = begin(&args.common, Some(&args.rails), command, console)?;
    app::hash_inputs(&mut begun.study, &begun.found)?;
    let list = app::pick(&begun.settings, &begun.study)?;
    let report = app::report(&begun.settings, &begun.study, Some(&list));
    let strip = |a: Artifact| Artifact::new(a.path.strip_prefix("targets/").unwrap_or(&a.path).to_owned(), a.bytes);
    let mut files: Vec<Artifact> = app::target_files(&list, &args.channel).into_iter().map(strip).collect();
    files.push(manifest::manifest(&report, Some(&list), &files));
    disk::write_folder(&args.out, &files, args.force)?;
    record(&begun.settings, &list, &args.channel, console)?;
    console.say(&format!(
        "{} of {} people listed, {} left out with a reason each; valid until {}; wrote `{}`",
        list.listed.len(),
        begun.study.verdicts.len(),
        list.excluded.len(),
        list.valid_until,
        args.out.display()
    ));
    warn_roles(&list, console);
    if list.listed.is_empty() {
        console.warn("nobody is on the list; excluded.csv says why for each person");
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

/// Says when nothing tells whether people on the list hold a role.
pub fn warn_roles(list: &TargetList, console: &Console) {
    if list.roles_unknown > 0 {
        console.warn(&format!(
            "no report says whether {} of the people listed hold a directory role; name administrators with --exclude",
            list.roles_unknown
        ));
    }
}

/// Puts a list that was written on the record of earlier lists.
///
/// # Errors
/// When the record cannot be written: the list must not be used then.
pub fn record(settings: &Settings, list: &TargetList, channels: &[String], console: &Console) -> Result<(), Error> {
    let recorded = app::record(settings, list, channels);
    if recorded.is_err() {
        console.warn("the lists were written, but they are not on record: make them again before using them");
    }
    recorded
}
