//! The commented `kmsift.toml` that `kmsift init` writes: made from the definition of the command line, so it cannot fall behind.

use std::any::TypeId;
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::read::{self, Vocabulary};
use super::{BUILT_IN, NAME, PRESETS};
use crate::cli::args::Args;
use crate::error::Error;
use crate::view::Lines;

/// What is written where an option has neither a default nor listed values, by the name of its value.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("T", "2026-11-22"),
    ("DATE", "2026-11-30"),
    ("DATE[..DATE]", "2026-12-24..2027-01-03"),
    ("DAYS", "mon-thu"),
    ("HH:MM", "09:00"),
    ("STREAM=FROM..TO", "interactive=2026-10-23..2026-11-22"),
    ("CONDITION", "stale>5%"),
    ("COLUMN", "department"),
    ("ID", "76cbae99-9c68-4843-856f-3feb9e9867af"),
    ("[WAVE=]ID", "2=76cbae99-9c68-4843-856f-3feb9e9867af"),
    ("ID|DOMAIN", "contoso.com"),
    ("P%", "20%"),
    ("C", "20"),
    ("Q", "5"),
    ("N", "8"),
    ("PATH", "out.csv"),
    ("FOLDER", "out"),
];

/// How an option stands in a file, with its default or an example: `stale-days = 30`.
#[must_use]
pub(crate) fn example(arg: &Arg) -> String {
    let long = arg.get_long().unwrap_or_default();
    let many = matches!(arg.get_action(), ArgAction::Append);
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return format!("{long} = false");
    }
    let value = default(arg).unwrap_or_else(|| sample(arg, long));
    let value = if read::is_whole(arg) { value } else { toml::Value::String(value).to_string() };
    if many { format!("{long} = [{value}]") } else { format!("{long} = {value}") }
}

fn default(arg: &Arg) -> Option<String> {
    arg.get_default_values().first().map(|v| v.to_string_lossy().into_owned())
}

fn sample(arg: &Arg, long: &str) -> String {
    if let Some(first) = arg.get_possible_values().iter().find(|v| !v.is_hide_set()) {
        return first.get_name().to_owned();
    }
    let name = arg.get_value_names().and_then(<[_]>::first).map_or("", |n| n.as_str());
    let known = EXAMPLES.iter().find(|(n, _)| *n == name).map(|(_, example)| *example);
    let file = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>() && known.is_none();
    let text = if file { format!("{long}.csv") } else { known.unwrap_or(name).to_owned() };
    let whole = read::is_whole(arg) && text.parse::<u64>().is_err();
    if whole { "8".to_owned() } else { text }
}

/// The whole file.
#[must_use]
pub fn file() -> String {
    let mut root = Args::command();
    root.build();
    let words = Vocabulary::of(&root);
    let mut out = Lines::default();
    out.add(HEAD.replace("VERSION", env!("CARGO_PKG_VERSION")).as_str());
    let mut heading = String::new();
    // The command with the most of them: one has no --format.
    let shared = |c: &&&Command| options(c).filter(|a| a.get_long().is_some_and(|l| words.is_common(l))).count();
    for arg in words.commands().iter().rev().max_by_key(shared).into_iter().flat_map(|c| options(c)) {
        if arg.get_long().is_some_and(|l| words.is_common(l)) {
            let own = arg.get_help_heading().unwrap_or("Other");
            if own != heading {
                out.line(format_args!("\n# ----- {own} -----"));
                own.clone_into(&mut heading);
            }
            entry(arg, &mut out);
        }
    }
    for command in words.commands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        out.line(format_args!("\n# ===== kmsift {}: {about} =====", command.get_name()));
        out.line(format_args!("[{}]", command.get_name()));
        for arg in options(command).filter(|a| a.get_long().is_some_and(|l| !words.is_common(l))) {
            entry(arg, &mut out);
        }
    }
    out.add("\n# ===== presets: kmsift COMMAND --preset NAME =====\n");
    out.line("# Your own: a name, options, and tables of single commands such as [preset.mine.targets].");
    out.line("#[preset.mine]\n#stale-days = 45\n");
    for line in PRESETS.lines() {
        out.line(if line.is_empty() { "#".to_owned() } else { format!("# {}", line.trim_start_matches("# ")) });
    }
    out.into_text()
}

const HEAD: &str = "\
# kmsift.toml: options that need not be typed again. Written by `kmsift init` of kmsift VERSION.
#
# A key is the long name of an option. Options of every command stand first, those of one command below its [table]; in a table an
# option of every command may stand too, for that command alone. Remove the # before an option to set it; what stands behind it is the
# default, or an example where there is none.
#
# What is typed wins over what is set here; a list typed replaces the list here; a switch set here is taken back by --NAME=false.
# Paths are relative to this file's folder. kmsift takes this file when it lies in the current folder, or by --config FILE, and says
# so; --no-config leaves it out. Manifests record what was in force.

# Begin with a preset (see the end); what is set in this file wins over it.
#preset.use = \"quick\"
";

/// Options that may stand in a file, by heading.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let keys: Vec<&str> = read::keys(command).collect();
    let mut options: Vec<&Arg> =
        command.get_arguments().filter(|a| a.get_long().is_some_and(|l| keys.contains(&l))).collect();
    let mut order: Vec<Option<&str>> = Vec::new();
    for arg in &options {
        if !order.contains(&arg.get_help_heading()) {
            order.push(arg.get_help_heading());
        }
    }
    options.sort_by_key(|a| order.iter().position(|h| *h == a.get_help_heading()));
    options.into_iter()
}

fn entry(arg: &Arg, out: &mut Lines) {
    out.line("");
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    wrapped(&help, out);
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|v| !v.is_hide_set())
        .map(|v| v.get_help().map_or_else(|| v.get_name().to_owned(), |h| format!("{} ({h})", v.get_name())))
        .collect();
    let flag = matches!(arg.get_action(), ArgAction::SetTrue);
    if !values.is_empty() && !flag {
        wrapped(&format!("One of: {}", values.join(", ")), out);
    }
    if default(arg).is_none() && !flag {
        out.line("# Not set unless you set it; such as:");
    }
    out.line(format_args!("#{}", example(arg)));
}

/// A comment that fits a screen.
fn wrapped(text: &str, out: &mut Lines) {
    const WIDTH: usize = 118;
    let mut line = "#".to_owned();
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.line(&line);
            "#".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    out.line(&line);
}

/// Names of the built-in presets, with what each is for.
///
/// # Errors
/// When they cannot be read: a bug that a test would show.
pub fn presets() -> Result<Vec<String>, Error> {
    let mut root = Args::command();
    root.build();
    let file = read::interpret(PRESETS, BUILT_IN, std::path::Path::new(""), &Vocabulary::of(&root))?;
    Ok(file.presets.into_keys().collect())
}

/// Reads a file of options, to see whether it is right.
///
/// # Errors
/// When it is not.
pub fn check(text: &str) -> Result<(), Error> {
    let mut root = Args::command();
    root.build();
    read::interpret(text, NAME, std::path::Path::new(""), &Vocabulary::of(&root)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_when_uncommented_and_names_every_option() {
        let written = file();
        assert!(check(&written).is_ok(), "commented");
        let set = |l: &str| match l.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => rest.to_owned(),
            _ => l.to_owned(),
        };
        let uncommented: Vec<String> = written.lines().map(set).collect();
        let read = check(&uncommented.join("\n"));
        assert!(read.is_ok(), "{read:?}");
        let mut root = Args::command();
        root.build();
        for command in root.get_subcommands().filter(|c| super::super::takes_config(c)) {
            let table = format!("[{}]", command.get_name());
            let at = uncommented.iter().position(|l| *l == table).unwrap_or(usize::MAX);
            for long in read::keys(command) {
                let key = format!("{long} = ");
                let own = uncommented
                    .iter()
                    .skip(at)
                    .skip(1)
                    .take_while(|l| !l.starts_with('['))
                    .any(|l| l.starts_with(&key));
                let top = uncommented.iter().take_while(|l| !l.starts_with('[')).any(|l| l.starts_with(&key));
                assert!(own != top, "{} --{long}: own table {own}, top {top}", command.get_name());
            }
        }
    }

    #[test]
    fn every_option_without_a_default_has_an_example() {
        let mut root = Args::command();
        root.build();
        for arg in root.get_subcommands().filter(|c| super::super::takes_config(c)).flat_map(options) {
            let name = arg.get_value_names().and_then(<[_]>::first).map_or("", |n| n.as_str());
            let free = default(arg).is_none() && arg.get_possible_values().is_empty() && !read::is_whole(arg);
            let path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
            assert!(!free || path || EXAMPLES.iter().any(|(n, _)| *n == name), "EXAMPLES lacks {name} ({arg})");
        }
    }

    #[test]
    fn the_built_in_presets_are_right_and_documented() {
        let names = presets().unwrap_or_default();
        assert_eq!(names, ["pre-enforcement", "quarterly-review", "quick", "sspr-campaign"]);
        let help = Args::command().find_subcommand("report").map(|c| c.clone().render_long_help().to_string());
        let help = help.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        for name in &names {
            assert!(help.contains(name.as_str()), "--preset's help lacks {name}");
        }
    }
}
