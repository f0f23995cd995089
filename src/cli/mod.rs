//! The command line: what was typed (`args`), what it means (`settings`), what is printed (`console`), one file a command.

pub mod args;
pub mod commands;
pub mod console;
pub mod hand_off;
pub mod papers;
pub mod schedule;
pub mod settings;

use clap::Parser as _;

use args::{Args, Command};
use console::Console;

/// Runs what was typed; the exit code.
#[must_use]
pub fn run(arguments: impl Iterator<Item = std::ffi::OsString>) -> u8 {
    let typed: Vec<std::ffi::OsString> = arguments.collect();
    let args = match Args::try_parse_from(&typed) {
        Ok(args) => args,
        Err(error) => return console::usage(&error),
    };
    let mut console = Console::new(&args);
    let command_line = settings::command_line(&typed);
    let result = match &args.command {
        Command::Report(a) => commands::report::run(a, &command_line, &mut console),
        Command::Check(a) => commands::check::run(a, &command_line, &mut console),
        Command::Stale(a) => commands::stale::run(a, &command_line, &mut console),
        Command::Funnel(a) => commands::funnel::run(a, &command_line, &mut console),
        Command::Targets(a) => commands::targets::run(a, &command_line, &mut console),
        Command::Options(a) => commands::options::run(a, &command_line, &mut console),
        Command::Verify(a) => commands::verify::run(a, &command_line, &mut console),
        Command::Forecast(a) => commands::forecast::run(a, &command_line, &mut console),
        Command::Ledger(a) => commands::ledger::run(a, &command_line, &mut console),
        Command::Explain(a) => commands::explain::run(a, &command_line, &mut console),
        Command::Demo(a) => commands::demo::run(a, &mut console),
        Command::Schema(a) => commands::schema::run(a, &mut console),
        Command::Completions(a) => commands::papers::completions(a, &mut console),
        Command::Man => commands::papers::man(&mut console),
    };
    console.end(result)
}
