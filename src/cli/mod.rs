//! The command line: what was typed (`args`), what files and presets add (`config`), what it means (`settings`), what is printed
//! (`console`), one file a command.

pub mod args;
pub mod commands;
pub mod config;
pub mod console;
pub mod hand_off;
pub mod papers;
pub mod privacy;
pub mod schedule;
pub mod settings;

use args::Command;
use config::{Invocation, Unread};
use console::Console;

use crate::view::escape::terminal;

/// Runs what was typed; the exit code.
#[must_use]
pub fn run(arguments: impl Iterator<Item = std::ffi::OsString>) -> u8 {
    let typed: Vec<std::ffi::OsString> = arguments.collect();
    let (args, asked) = match config::parse(&typed) {
        Ok(parsed) => parsed,
        Err(Unread::Usage(error)) => return console::usage(*error),
        Err(Unread::Config(error)) => return Console::before_options(&typed).end(Err(error.into()), None),
    };
    let mut console = Console::new(&args);
    asked.used.iter().for_each(|line| console.say(&terminal(line)));
    asked.rails.iter().for_each(|line| console.warn(&terminal(line)));
    let begun = privacy::begin(&args.command, &asked, &console).map_err(console::Stop::from);
    let result = begun.and_then(|()| run_command(&args.command, &asked, &mut console));
    console.end(result, Some(&asked))
}

fn run_command(command: &Command, asked: &Invocation, console: &mut Console) -> console::Ended {
    match command {
        Command::Report(a) => commands::report::run(a, asked, console),
        Command::Check(a) => commands::check::run(a, asked, console),
        Command::Stale(a) => commands::stale::run(a, asked, console),
        Command::Funnel(a) => commands::funnel::run(a, asked, console),
        Command::Targets(a) => commands::targets::run(a, asked, console),
        Command::Options(a) => commands::options::run(a, asked, console),
        Command::Verify(a) => commands::verify::run(a, asked, console),
        Command::Forecast(a) => commands::forecast::run(a, asked, console),
        Command::Ledger(a) => commands::ledger::run(a, asked, console),
        Command::Explain(a) => commands::explain::run(a, asked, console),
        Command::Reveal(a) => commands::reveal::run(a, asked, console),
        Command::Demo(a) => commands::demo::run(a, console),
        Command::Schema(a) => commands::schema::run(a, console),
        Command::Completions(a) => commands::papers::completions(a, console),
        Command::Init(a) => commands::init::run(a, console),
        Command::Man(a) => commands::papers::man(a, console),
    }
}
