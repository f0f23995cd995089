//! What the keys of a file mean: each is a long option name, its value must be what the option takes.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, Command};

use super::file::{self, Entry, Raw};
use super::{BUILT_IN, takes_config};
use crate::error::Error;
use crate::model::nearest::did_you_mean;

/// What one key sets.
#[derive(Debug)]
pub(super) struct Set {
    /// Long name of the option, without dashes.
    pub long: String,
    /// Its values; none for an empty list.
    pub values: Vec<OsString>,
    /// The file, as named by the user.
    pub path: String,
    /// Line of the key.
    pub line: usize,
}

impl Set {
    /// Whether it sets anything: not a flag that is off, nor an empty list.
    pub(super) fn sets(&self) -> bool {
        !self.values.is_empty() && self.values.iter().any(|v| v != "false")
    }

    /// As `name = value`, for messages.
    pub(super) fn shown(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|v| v.to_string_lossy().into_owned()).collect();
        match values.as_slice() {
            [one] if one == "true" => self.long.clone(),
            [] => format!("{} = []", self.long),
            _ => format!("{} = {}", self.long, values.join(", ")),
        }
    }

    /// The file or the built-in presets, in words.
    pub(super) fn source(&self) -> String {
        if self.path == BUILT_IN { self.path.clone() } else { format!("`{}`", self.path) }
    }

    pub(super) fn wrong(&self, what: &str) -> Error {
        wrong(&self.path, self.line, format!("`{}`: {what}", self.long), "change or remove one of the two lines")
    }
}

/// Options for every command, and for single ones.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub top: Vec<Set>,
    pub commands: BTreeMap<String, Vec<Set>>,
}

/// A file: its options, its presets, and the preset it begins with and where it says so.
#[derive(Debug, Default)]
pub(super) struct File {
    pub section: Section,
    pub presets: BTreeMap<String, Section>,
    pub preset: Option<(String, String)>,
}

/// What may be written where.
pub(super) struct Vocabulary<'c> {
    commands: Vec<&'c Command>,
    /// Options that all of them have: those for the file's top.
    top: BTreeSet<&'c str>,
}

/// `preset.use = "quick"`: TOML has no `preset = "quick"` beside tables [preset.NAME].
const USE: &str = "use";
/// Options about files of options stand in none.
const NOT_KEYS: &[&str] = &["help", "version", "config", "no-config", "preset"];

impl<'c> Vocabulary<'c> {
    pub(super) fn of(root: &'c Command) -> Self {
        let commands: Vec<&Command> = root.get_subcommands().filter(|c| takes_config(c)).collect();
        // The contract calls it common, though some commands write more than a table.
        let table_form = std::iter::once("format");
        let mut top: BTreeSet<&str> = commands.first().copied().into_iter().flat_map(keys).collect();
        for command in &commands {
            let own: BTreeSet<&str> = keys(command).collect();
            top.retain(|k| own.contains(k));
        }
        top.extend(table_form);
        Self { commands, top }
    }

    /// Commands in the order of use.
    pub(super) fn commands(&self) -> &[&'c Command] {
        &self.commands
    }

    /// Whether an option is for the file's top.
    pub(super) fn is_common(&self, long: &str) -> bool {
        self.top.contains(long)
    }

    fn command(&self, name: &str) -> Option<&'c Command> {
        self.commands.iter().copied().find(|c| c.get_name() == name)
    }
}

/// The keys a command knows.
pub(super) fn keys(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(Arg::get_long).filter(|long| !NOT_KEYS.contains(long))
}

/// The option of a long name or of an old one.
pub(super) fn option<'c>(command: &'c Command, long: &str) -> Option<&'c Arg> {
    let named = |a: &&Arg| a.get_long() == Some(long) || a.get_all_aliases().is_some_and(|all| all.contains(&long));
    command.get_arguments().find(named)
}

/// The same, unless it can only be typed.
fn allowed<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    option(command, key).filter(|a| a.get_long().is_some_and(|l| !NOT_KEYS.contains(&l)))
}

/// Reads a file of options: every key, not only those of the command at hand.
pub(super) fn interpret(text: &str, path: &str, folder: &Path, words: &Vocabulary<'_>) -> Result<File, Error> {
    let syntax = "strings stand in quotes, tables in [brackets]; `kmsift init --out FILE` writes an example";
    let entries = file::read(text).map_err(|(line, what)| wrong(path, line, what, syntax))?;
    let reader = Reader { path, folder, words };
    let mut out = File::default();
    let mut rest = Vec::new();
    for entry in entries {
        match (entry.key.as_str(), entry.value) {
            ("preset", Raw::Table(presets)) => {
                for preset in presets {
                    if let (USE, Raw::Text(name)) = (preset.key.as_str(), &preset.value) {
                        out.preset = Some((name.clone(), format!("`{path}` line {}", preset.line)));
                        continue;
                    }
                    let Raw::Table(entries) = preset.value else {
                        let what = format!("`preset.{}`: expected a table, found {}", preset.key, preset.value.kind());
                        return Err(wrong(path, preset.line, what, "write [preset.NAME] and the options below it"));
                    };
                    out.presets.insert(preset.key, reader.section(entries)?);
                }
            }
            ("preset", Raw::Text(name)) => out.preset = Some((name, format!("`{path}` line {}", entry.line))),
            (_, value) => rest.push(Entry { key: entry.key, line: entry.line, value }),
        }
    }
    out.section = reader.section(rest)?;
    Ok(out)
}

struct Reader<'r> {
    path: &'r str,
    folder: &'r Path,
    words: &'r Vocabulary<'r>,
}

impl Reader<'_> {
    fn section(&self, entries: Vec<Entry>) -> Result<Section, Error> {
        let mut out = Section::default();
        for entry in entries {
            match entry.value {
                Raw::Table(own) => {
                    let command =
                        self.words.command(&entry.key).ok_or_else(|| self.no_command(&entry.key, entry.line))?;
                    let sets: Vec<Set> = own.iter().map(|e| self.set(command, e)).collect::<Result<_, _>>()?;
                    out.commands.insert(entry.key, sets);
                }
                _ => out.top.push(self.common(&entry)?),
            }
        }
        Ok(out)
    }

    fn no_command(&self, name: &str, line: usize) -> Error {
        let known = || self.words.commands.iter().map(|c| c.get_name()).chain(["preset"]);
        let what = format!("no command is called `{name}`{}", did_you_mean(name, known()));
        wrong(self.path, line, what, &format!("tables are [{}.NAME]", known().collect::<Vec<_>>().join("], [")))
    }

    /// A key at the top.
    fn common(&self, entry: &Entry) -> Result<Set, Error> {
        let having: Vec<&Command> =
            self.words.commands.iter().copied().filter(|c| allowed(c, &entry.key).is_some()).collect();
        match having.first() {
            Some(command)
                if option(command, &entry.key).and_then(Arg::get_long).is_some_and(|l| self.words.is_common(l)) =>
            {
                self.set(command, entry)
            }
            Some(_) => {
                let names: Vec<String> = having.iter().map(|c| format!("[{}]", c.get_name())).collect();
                let what = format!("`{}` is not an option of every command", entry.key);
                Err(wrong(self.path, entry.line, what, &format!("write it below {}", names.join(" or "))))
            }
            None => Err(self.unknown(entry, self.words.commands.iter().copied())),
        }
    }

    fn unknown<'c>(&self, entry: &Entry, commands: impl Iterator<Item = &'c Command> + Clone) -> Error {
        let guess = did_you_mean(&entry.key, commands.flat_map(keys));
        let what = if NOT_KEYS.contains(&entry.key.as_str()) {
            format!("`{}` can only be typed", entry.key)
        } else {
            format!("no option is called `{}` here{guess}", entry.key)
        };
        wrong(
            self.path,
            entry.line,
            what,
            "keys are long option names; `kmsift init --out FILE` writes a file with all of them",
        )
    }

    fn set(&self, command: &Command, entry: &Entry) -> Result<Set, Error> {
        let Some(arg) = allowed(command, &entry.key) else {
            return Err(self.unknown(entry, std::iter::once(command)));
        };
        let long = arg.get_long().unwrap_or_default().to_owned();
        let values = values(arg, &entry.value).and_then(|values| check(arg, &values).map(|()| values));
        let values = values.map_err(|what| {
            let hint = format!("such as: {}", super::template::example(arg));
            wrong(self.path, entry.line, format!("`{long}`: {what}"), &hint)
        })?;
        let path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        let place = |value: String| if path { self.folder.join(value).into_os_string() } else { value.into() };
        Ok(Set { long, values: values.into_iter().map(place).collect(), path: self.path.to_owned(), line: entry.line })
    }
}

/// A value as the words to type; else what was expected.
fn values(arg: &Arg, value: &Raw) -> Result<Vec<String>, String> {
    match (arg.get_action(), value) {
        (ArgAction::SetTrue, Raw::Flag(on)) => Ok(vec![on.to_string()]),
        (ArgAction::SetTrue, other) => Err(format!("expected true or false, found {}", other.kind())),
        (ArgAction::Append, Raw::List(list)) => list.iter().map(|one| scalar(arg, one)).collect(),
        (_, one) => Ok(vec![scalar(arg, one)?]),
    }
}

fn scalar(arg: &Arg, value: &Raw) -> Result<String, String> {
    let (whole, text) = (is_whole(arg), arg.get_value_parser().type_id() == TypeId::of::<String>());
    let free = text && arg.get_possible_values().is_empty();
    match value {
        Raw::Whole(digits) if whole || free => Ok(digits.clone()),
        Raw::Fraction(digits) if free => Ok(digits.clone()),
        Raw::Time(time) if free => Ok(time.clone()),
        Raw::Text(text) if !whole => Ok(text.clone()),
        other => {
            let wanted = if whole { "a whole number" } else { "text in quotes" };
            let list = if matches!(arg.get_action(), ArgAction::Append) { ", or a list of such" } else { "" };
            Err(format!("expected {wanted}{list}, found {}", other.kind()))
        }
    }
}

/// Whether an option takes whole numbers.
pub(super) fn is_whole(arg: &Arg) -> bool {
    let kind = arg.get_value_parser().type_id();
    let whole = [
        TypeId::of::<u8>(),
        TypeId::of::<u16>(),
        TypeId::of::<u32>(),
        TypeId::of::<u64>(),
        TypeId::of::<i64>(),
        TypeId::of::<usize>(),
    ];
    whole.iter().any(|t| kind == *t)
}

/// Lets the option's own parser look at the values.
pub(super) fn check(arg: &Arg, values: &[String]) -> Result<(), String> {
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return Ok(());
    }
    // The option alone: those it excludes or needs are not there.
    let alone = Arg::new("value").long("value").action(ArgAction::Set).value_parser(arg.get_value_parser().clone());
    let parser = Command::new("kmsift").no_binary_name(true).arg(alone);
    for value in values {
        if let Err(error) = parser.clone().try_get_matches_from([format!("--value={value}")]) {
            return Err(format!("`{value}` is {}", why(&error, value)));
        }
    }
    Ok(())
}

fn why(error: &clap::Error, value: &str) -> String {
    if let Some(ContextValue::Strings(valid)) = error.get(ContextKind::ValidValue) {
        let guess = did_you_mean(value, valid.iter().map(String::as_str));
        return format!("none of {}{guess}", valid.join(", "));
    }
    let source = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let source = source.strip_prefix(value).map_or(source.as_str(), str::trim_start);
    let source = source.strip_prefix("is ").unwrap_or(source);
    if source.is_empty() { "no value for it".to_owned() } else { source.to_owned() }
}

fn wrong(path: &str, line: usize, what: String, hint: &str) -> Error {
    Error::Config { path: path.to_owned(), line, what, hint: hint.to_owned() }
}
