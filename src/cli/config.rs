//! Options from `kmsift.toml` and presets. They become arguments behind those typed, so the one definition of the command line reads,
//! checks and documents them all. What is nearer to the fingers wins: typed options, the preset typed, the file's table of the
//! command, the file's top, the file's own `preset`, the defaults.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command, CommandFactory as _};

mod file;
mod read;
pub mod template;

use super::args::Args;
use super::settings::{command_line, word};
use crate::app::lists;
use crate::error::Error;
use crate::model::input::ListInfo;
use crate::model::nearest::did_you_mean;
use crate::model::settings::InForce;
use read::{File, Section, Set, Vocabulary};

/// The file that is found by itself.
pub const NAME: &str = "kmsift.toml";
/// Their sources: semantics §5.1 (SSPR can be put off), §1.1 (90 days), §2.3 (A of 30 for phones), §6 B and §9.2 (enforcing).
const PRESETS: &str = include_str!("config/presets.toml");
/// Where a value comes from that was typed.
const TYPED: &str = "command line";
const BUILT_IN: &str = "built-in presets";
/// Options that switch a safety off: never taken from a file in silence.
const RAILS: &[&str] = &["include", "no-break-glass-list", "accept", "legacy", "force"];

/// What was typed, what was added to it, and what holds in the end.
#[derive(Debug, Default)]
pub struct Invocation {
    /// The command line as typed.
    pub line: String,
    /// The name of the command.
    pub command: String,
    /// Every option of the command with its value and where it comes from.
    pub in_force: Vec<InForce>,
    /// The file of options, if one was read.
    pub file: Option<ListInfo>,
    /// Lines for the screen: which file and preset were used, and what they set.
    pub used: Vec<String>,
    /// The same for options that switch a safety off.
    pub rails: Vec<String>,
    /// The inputs and the options of every command as typed, to be put behind another command: ` exports --goal sspr`.
    pub again: String,
    /// Option → where a file or preset sets it.
    origins: BTreeMap<String, String>,
}

impl Invocation {
    /// Where the value of an option comes from when it was not typed, such as "`kmsift.toml` line 4".
    #[must_use]
    pub fn origin(&self, option: &str) -> Option<&str> {
        self.origins.get(option.trim_start_matches('-')).map(String::as_str)
    }
}

/// What stops before a command is known.
#[derive(Debug)]
pub enum Unread {
    /// A wrong command line, or help asked for.
    Usage(Box<clap::Error>),
    /// A wrong file of options.
    Config(Error),
}

impl From<clap::Error> for Unread {
    fn from(error: clap::Error) -> Self {
        Self::Usage(Box::new(error))
    }
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Self::Config(error)
    }
}

/// What was typed and what files and presets add to it, parsed.
///
/// # Errors
/// When the command line or a file of options is wrong, or help was asked for.
pub fn parse(typed: &[OsString]) -> Result<(Args, Invocation), Unread> {
    let mut root = Args::command();
    root.build();
    let (plain, taken_back) = take_back(typed, &root);
    let strict = || Args::command().color(super::console::clap_color(typed));
    // A file may give what is required, so the first look does not ask for it. What it cannot read nobody can.
    let Ok(first) = lenient().try_get_matches_from(&plain) else {
        return Ok(finish(&strict().try_get_matches_from(&plain)?, Invocation::default())?);
    };
    let command = first.subcommand_name().unwrap_or_default().to_owned();
    let mut invocation = Invocation { line: command_line(typed), command, ..Invocation::default() };
    let mut whole = plain;
    let configured = first.subcommand().and_then(|(name, typed)| Some((root.find_subcommand(name)?, typed)));
    if let Some((command, matches)) = configured.filter(|(command, _)| takes_config(command)) {
        let wanted = Wanted::of(matches, taken_back);
        let added = added(&root, command, &wanted, &mut invocation)?;
        let end = whole.iter().position(|a| a == "--").unwrap_or(whole.len());
        whole.splice(end..end, added);
        let matches = strict().try_get_matches_from(&whole)?;
        if let Some((_, last)) = matches.subcommand() {
            invocation.in_force = in_force(command, last, &wanted, &invocation);
            invocation.again = again(&Vocabulary::of(&root), last, &wanted, &invocation);
        }
        return Ok(finish(&matches, invocation)?);
    }
    Ok(finish(&strict().try_get_matches_from(&whole)?, invocation)?)
}

fn finish(matches: &ArgMatches, invocation: Invocation) -> Result<(Args, Invocation), clap::Error> {
    use clap::FromArgMatches as _;
    Ok((Args::from_arg_matches(matches)?, invocation))
}

/// Whether a command takes options from a file: those that read inputs.
pub(crate) fn takes_config(command: &Command) -> bool {
    command.get_arguments().any(|a| a.get_long() == Some("config"))
}

fn lenient() -> Command {
    Args::command().mut_subcommands(|sub| sub.mut_args(|arg| arg.required(false)))
}

/// `--strict=false` takes back what a file sets; the parser knows flags without values only.
fn take_back(typed: &[OsString], root: &Command) -> (Vec<OsString>, Vec<String>) {
    let flags: Vec<&str> = root
        .get_subcommands()
        .flat_map(Command::get_arguments)
        .filter(|a| matches!(a.get_action(), ArgAction::SetTrue))
        .filter_map(clap::Arg::get_long)
        .collect();
    let (mut kept, mut back, mut options) = (Vec::new(), Vec::new(), true);
    for argument in typed {
        options &= argument != "--";
        let no = argument.to_str().and_then(|a| a.strip_prefix("--")?.strip_suffix("=false"));
        match no.filter(|name| options && flags.contains(name)) {
            Some(name) => back.push(name.to_owned()),
            None => kept.push(argument.clone()),
        }
    }
    (kept, back)
}

/// What was typed of one command.
struct Wanted {
    /// Long names of options typed.
    typed: Vec<String>,
    config: Option<PathBuf>,
    no_config: bool,
    preset: Option<String>,
}

impl Wanted {
    fn of(matches: &ArgMatches, taken_back: Vec<String>) -> Self {
        let by_hand = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let mut typed = taken_back;
        // The identifier of an option is its long name with underscores.
        typed.extend(matches.ids().map(clap::Id::as_str).filter(by_hand).map(|id| id.replace('_', "-")));
        // The ending of a file that is typed says its form.
        if typed.iter().any(|long| long == "out") {
            typed.push("format".to_owned());
        }
        Self {
            typed,
            config: matches.get_one::<PathBuf>("config").cloned(),
            no_config: matches.get_flag("no_config"),
            preset: matches.get_one::<String>("preset").cloned(),
        }
    }
}

/// The arguments that a file and presets add.
fn added(
    root: &Command,
    command: &Command,
    wanted: &Wanted,
    invocation: &mut Invocation,
) -> Result<Vec<OsString>, Error> {
    let words = Vocabulary::of(root);
    let file = open(wanted, &words, invocation)?;
    let built_in = read::interpret(PRESETS, BUILT_IN, Path::new(""), &words)?;
    let find = |name: &str, at: &str| preset(name, at, file.as_ref(), &built_in);
    let typed = wanted.preset.as_deref().map(|name| find(name, "--preset")).transpose()?;
    let own = file.as_ref().and_then(|f| f.preset.as_ref());
    let own = own.map(|(name, at)| find(name, &format!("{at}: preset"))).transpose()?;
    let sections = [typed, file.as_ref().map(|f| &f.section), own];
    let name = command.get_name();
    let layers = sections.iter().flatten().flat_map(|s: &&Section| [s.commands.get(name), Some(&s.top)]).flatten();
    let chosen = choose(command, layers, &wanted.typed)?;
    report_used(&chosen, invocation);
    Ok(chosen.iter().flat_map(|set| arguments(command, set)).collect())
}

/// The file of options, where one is named or lies in the current folder.
fn open(wanted: &Wanted, words: &Vocabulary, invocation: &mut Invocation) -> Result<Option<File>, Error> {
    if wanted.no_config {
        return Ok(None);
    }
    let here = Path::new(NAME);
    let path = wanted.config.as_deref().or_else(|| here.is_file().then_some(here));
    let Some(path) = path else { return Ok(None) };
    let (text, info) = lists::config(path)?;
    let file = read::interpret(&text, &info.path, path.parent().unwrap_or(Path::new("")), words)?;
    invocation.file = Some(info);
    Ok(Some(file))
}

fn preset<'f>(name: &str, at: &str, file: Option<&'f File>, built_in: &'f File) -> Result<&'f Section, Error> {
    let find = |f: &'f File| f.presets.get(name);
    file.and_then(find).or_else(|| find(built_in)).ok_or_else(|| {
        let known = || file.into_iter().chain([built_in]).flat_map(|f| f.presets.keys().map(String::as_str));
        Error::Value {
            option: at.to_owned(),
            value: name.to_owned(),
            what: format!(
                "there is no such preset, but {}{}",
                known().collect::<Vec<_>>().join(", "),
                did_you_mean(name, known())
            ),
        }
    })
}

/// From the nearest layer to the farthest: what nothing nearer decides or excludes.
fn choose<'s>(
    command: &Command,
    layers: impl Iterator<Item = &'s Vec<Set>>,
    typed: &[String],
) -> Result<Vec<&'s Set>, Error> {
    let mut decided: Vec<&str> = typed.iter().map(String::as_str).collect();
    let mut chosen: Vec<&Set> = Vec::new();
    for layer in layers {
        let mut now: Vec<&Set> = Vec::new();
        for set in layer {
            let Some(arg) = read::option(command, &set.long) else { continue };
            if decided.contains(&set.long.as_str()) || decided.iter().any(|d| exclude(command, arg, d)) {
                continue;
            }
            if let Some(other) = now.iter().find(|o| o.sets() && set.sets() && exclude(command, arg, &o.long)) {
                return Err(set.wrong(&format!("it cannot stand beside `{}` (line {})", other.long, other.line)));
            }
            now.push(set);
        }
        decided.extend(now.iter().map(|s| s.long.as_str()));
        chosen.extend(now);
    }
    Ok(chosen)
}

/// Whether two options of a command exclude each other.
fn exclude(command: &Command, arg: &clap::Arg, other: &str) -> bool {
    let names = |a: &clap::Arg, b: &str| command.get_arg_conflicts_with(a).iter().any(|c| c.get_long() == Some(b));
    names(arg, other) || read::option(command, other).is_some_and(|o| arg.get_long().is_some_and(|l| names(o, l)))
}

fn arguments(command: &Command, set: &Set) -> Vec<OsString> {
    let flag = read::option(command, &set.long).is_some_and(|a| matches!(a.get_action(), ArgAction::SetTrue));
    if flag {
        return set.sets().then(|| format!("--{}", set.long).into()).into_iter().collect();
    }
    set.values
        .iter()
        .map(|value| [OsStr::new(&format!("--{}=", set.long)), value.as_os_str()].into_iter().collect::<OsString>())
        .collect()
}

/// Says which files and presets were used, and for what.
fn report_used(chosen: &[&Set], invocation: &mut Invocation) {
    let mut by_source: Vec<(&str, Vec<String>)> = Vec::new();
    if let Some(file) = &invocation.file {
        by_source.push((file.path.as_str(), Vec::new()));
    }
    for set in chosen {
        let source = set.source();
        invocation.origins.insert(set.long.clone(), format!("`{}` line {}", set.path, set.line));
        if RAILS.contains(&set.long.as_str()) && set.sets() {
            invocation.rails.push(format!("{source} line {} switches a safety off: --{}", set.line, set.shown()));
        }
        match by_source.iter_mut().find(|(path, _)| *path == set.path) {
            Some((_, keys)) => keys.push(set.shown()),
            None => by_source.push((&set.path, vec![set.shown()])),
        }
    }
    invocation.used = by_source
        .into_iter()
        .map(|(path, keys)| {
            let what = if keys.is_empty() { "nothing for this command".to_owned() } else { keys.join(", ") };
            let off = if path == BUILT_IN { "" } else { " (--no-config leaves it out)" };
            format!(
                "options from {}: {what}{off}",
                if path == BUILT_IN { path.to_owned() } else { format!("`{path}`") }
            )
        })
        .collect();
}

/// What another command should be given to see the same.
fn again(words: &Vocabulary<'_>, matches: &ArgMatches, wanted: &Wanted, invocation: &Invocation) -> String {
    /// What belongs to one run.
    const ONCE: &[&str] = &["rejects", "fail-on", "threads", "out", "force", "format"];
    let inputs = matches.try_get_raw("inputs").ok().flatten();
    let mut out: Vec<String> = inputs.into_iter().flatten().map(|i| word(&i.to_string_lossy())).collect();
    let (config, preset) = (wanted.config.as_ref(), wanted.preset.as_ref());
    out.extend(config.map(|path| format!("--config {}", word(&path.to_string_lossy()))));
    out.extend(preset.map(|name| format!("--preset {}", word(name))));
    out.extend(wanted.no_config.then(|| "--no-config".to_owned()));
    let shared = |o: &&InForce| words.is_common(&o.name) && !ONCE.contains(&o.name.as_str());
    for option in invocation.in_force.iter().filter(|o| o.from == TYPED).filter(shared) {
        for value in &option.values {
            out.push(match value.as_str() {
                "true" => format!("--{}", option.name),
                "false" => format!("--{}=false", option.name),
                _ => format!("--{} {}", option.name, word(value)),
            });
        }
    }
    out.iter().map(|w| format!(" {w}")).collect::<Vec<_>>().concat()
}

/// Every option of the command that has a value, and where from.
fn in_force(command: &Command, matches: &ArgMatches, wanted: &Wanted, invocation: &Invocation) -> Vec<InForce> {
    /// Neither changes an output: how much is said, and where the options were read.
    const APART: &[&str] = &["Screen", "Configuration"];
    let mut out = Vec::new();
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long().filter(|_| arg.get_help_heading().is_none_or(|h| !APART.contains(&h))) else {
            continue;
        };
        let Ok(Some(values)) = matches.try_get_raw(arg.get_id().as_str()) else { continue };
        let typed = wanted.typed.iter().any(|t| t == long);
        let from = match invocation.origin(long) {
            _ if typed => TYPED.to_owned(),
            Some(origin) => origin.replace('`', ""),
            None => "default".to_owned(),
        };
        let values = values.map(|v| v.to_string_lossy().into_owned()).collect();
        out.push(InForce { name: long.to_owned(), values, many: matches!(arg.get_action(), ArgAction::Append), from });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}
