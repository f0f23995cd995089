//! `kmsift targets`.

use super::super::args::{ListArg, TargetsArgs};
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::super::{schedule, settings};
use super::{fail_on, study};
use crate::app::{self, Settings, disk, outputs, waves};
use crate::error::Error;
use crate::targets::channels::{Channel, channel};
use crate::targets::{Purpose, TargetList};

/// Lists of whom to revoke, or of whom the registration campaign reaches.
///
/// # Errors
/// Without a break-glass list, and as the steps say.
pub fn run(args: &TargetsArgs, asked: &Invocation, console: &mut Console) -> Ended {
    if args.common.break_glass.is_none() && !args.common.no_break_glass_list {
        return Err(Error::NoBreakGlass.into());
    }
    let retired = |name: &&String| channel(name).is_some_and(Channel::is_legacy);
    if let (Some(name), false) = (args.channel.iter().find(retired), args.rails.hand_off.legacy) {
        return Err(
            Error::value("--channel", name, "its tool is retired; add --legacy to write it all the same").into()
        );
    }
    fit(args)?;
    no_acting_on_tokens(args)?;
    disk::check_folder(&args.out, args.force)?;
    let mut settings = settings::settings(&args.common, Some(&args.rails), asked)?;
    schedule::waves(&args.waves, &mut settings)?;
    after_the_last_wave(args, &mut settings, console)?;
    let mut begun = study(settings, &args.common, console)?;
    app::hash_inputs(&mut begun.study, &begun.found)?;
    console.took("hash inputs");
    let mut list = match args.part.list {
        ListArg::Revoke => app::pick(&begun.settings, &begun.study)?,
        ListArg::Nudge => app::pick_nudge(&begun.settings, &begun.study)?,
    };
    if let Some(wave) = args.part.wave {
        waves::only(&mut list, wave, &begun.study)?;
    }
    console.took("pick targets");
    let run = app::provenance(&begun.settings, &begun.study, std::iter::empty());
    if let Some(mask) = &begun.study.mask {
        list = mask.target_list(&list);
    }
    let subject = (&run, begun.study.verdicts.len());
    outputs::write_targets((&list, &args.channel), subject, &args.out, console.manner(args.force))?;
    console.took("render and write");
    record(&begun.settings, &list, &args.channel, console)?;
    console.say(&format!(
        "{} of {} people listed, {} left out with a reason each; valid until {}; wrote `{}`",
        list.listed.len(),
        begun.study.verdicts.len(),
        list.excluded.len(),
        list.valid_until,
        args.out.display()
    ));
    tell(&list, console);
    if list.listed.is_empty() {
        console.warn("nobody is on the list; excluded.csv says why for each person");
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

/// A channel that ends sessions is not for people who are to be nudged.
fn fit(args: &TargetsArgs) -> Result<(), Error> {
    let revokes = |id: &&String| channel(id).is_some_and(Channel::revokes);
    match args.channel.iter().find(revokes) {
        Some(channel) if args.part.list == ListArg::Nudge => {
            Err(Error::value("--channel", channel, "it ends sessions, and nobody on the list `nudge` is to be revoked"))
        }
        _ => Ok(()),
    }
}

/// A channel that acts needs real accounts.
fn no_acting_on_tokens(args: &TargetsArgs) -> Result<(), Error> {
    let acts = |id: &&String| channel(id).is_some_and(|c| !c.takes_tokens());
    match args.channel.iter().find(acts) {
        Some(channel) if args.common.privacy.pseudonymise => Err(Error::Usage(format!(
            "--channel {channel} acts on accounts, and tokens name none: leave --pseudonymise out, or write the list \
             (--channel csv, json or ids) and map it back with `kmsift reveal --key-file {} LIST INPUT...`",
            args.common.privacy.key().display()
        ))),
        _ => Ok(()),
    }
}

/// Looks at what came of the wave before.
fn after_the_last_wave(args: &TargetsArgs, settings: &mut Settings, console: &Console) -> Result<(), Error> {
    let capacity = args.waves.helpdesk_capacity.map(u64::from);
    match &args.part.verified {
        Some(path) => {
            settings.list_files.push(waves::refuse_next(path, args.part.tickets_seen.zip(capacity))?);
            schedule::apart(settings, path);
        }
        None if args.part.wave.is_some_and(|wave| wave > 1) => console.warn(
            "nothing says what came of the wave before: follow it with `kmsift verify` and give its summary.json with --verified",
        ),
        None => {}
    }
    Ok(())
}

/// What to mind about a list: roles nobody knows of, and its waves.
pub fn tell(list: &TargetList, console: &Console) {
    if list.roles_unknown > 0 && list.purpose == Purpose::Revoke {
        console.warn(&format!(
            "no report says whether {} of the people listed hold a directory role; name administrators with --exclude",
            list.roles_unknown
        ));
    }
    if let Some(schedule) = &list.schedule {
        console.say(&format!("{}. {}", schedule.title, schedule.lead));
        for caveat in &schedule.caveats {
            console.warn(caveat);
        }
    }
}

/// Puts a list that was written on the record of earlier lists.
///
/// # Errors
/// When the record cannot be written: the list must not be used then.
pub fn record(settings: &Settings, list: &TargetList, channels: &[String], console: &Console) -> Result<(), Error> {
    if settings.key.is_some() && settings.emitted.is_some() {
        console.warn("the record of earlier lists was read and not added to: it holds real ids, and nobody is acted on by tokens");
    }
    let recorded = app::record(settings, list, channels, console.access());
    if recorded.is_err() {
        console.warn("the lists were written, but they are not on record: make them again before using them");
    }
    recorded
}
