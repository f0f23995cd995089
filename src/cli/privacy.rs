//! What was typed about people in the outputs → key and mask.

use clap::builder::PossibleValue;
use clap::{Arg, CommandFactory as _};

use super::args::{Args, Command, Privacy};
use super::config::Invocation;
use super::console::Console;
use crate::app::pseudonyms::Pseudonyms;
use crate::app::{Settings, keys};
use crate::error::Error;
use crate::model::pseudonym::Key;

/// Before anything is read: refuses what cannot go together, and makes the key where there is none.
///
/// # Errors
/// As said, and when the key cannot be made.
pub fn begin(command: &Command, asked: &Invocation, console: &Console) -> Result<(), Error> {
    let Some(common) = command.common() else { return Ok(()) };
    let privacy = &common.privacy;
    let reveals = matches!(command, Command::Reveal(_));
    let usage = |what: &str| Err(Error::Usage(what.to_owned()));
    // A file of options is for every command: what it says is no mistake of who types this one.
    let typed = |option: &str| asked.origin(option).is_none();
    if reveals && privacy.pseudonymise && typed("pseudonymise") {
        return usage("`reveal` maps tokens back and writes none: leave --pseudonymise out");
    }
    if privacy.key_file.is_some() && !privacy.pseudonymise && !reveals && typed("key-file") {
        return usage("--key-file holds the key of --pseudonymise: add that, or leave the key out");
    }
    if !privacy.pseudonymise || reveals {
        return Ok(());
    }
    if common.reading.rejects.is_some() {
        return usage(
            "--rejects writes rows as they stand in the inputs, with the people in them: leave it or --pseudonymise out",
        );
    }
    if let Some(out) = command.out() {
        keys::apart(privacy.key(), out)?;
    }
    if keys::make(privacy.key())? {
        // Tokens of a new key match those of no other run: said even with --quiet.
        console.warn(&format!(
            "made a new key `{0}`: keep it apart from what you hand on; whoever has it can map tokens back, and without it \
             nobody can (`kmsift reveal --key-file {0} LIST INPUT...`)",
            privacy.key().display()
        ));
    }
    Ok(())
}

/// The key of a run, if it writes tokens.
///
/// # Errors
/// When the key file cannot be used.
pub fn key(privacy: &Privacy) -> Result<Option<Key>, Error> {
    privacy.pseudonymise.then(|| keys::read(privacy.key())).transpose()
}

/// Hides the people of what was typed: in messages from here on, and in the command line that reports show.
pub fn hide(settings: &mut Settings, console: &Console) {
    let Some(key) = &settings.key else { return };
    let mask = Pseudonyms::of_settings(key, settings);
    let words = vocabulary();
    settings.command = mask.command(&settings.command, &words);
    for option in settings.in_force.iter_mut().filter(|option| option.from != "default") {
        option.values.iter_mut().for_each(|value| *value = mask.argument(value, &words));
        // `kmsift.toml line 4`: the file may lie in somebody's folder.
        if let Some((file, line)) = option.from.split_once(" line ") {
            option.from = format!("{} line {line}", mask.path(file));
        }
    }
    console.hide(mask);
}

/// Words that commands, options and their values are made of.
fn vocabulary() -> Vec<String> {
    let command = Args::command();
    let values = |arg: &Arg| {
        arg.get_possible_values().iter().map(PossibleValue::get_name).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut words: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    words.extend(command.get_subcommands().flat_map(clap::Command::get_arguments).flat_map(values));
    words
}
