//! The command line: what was typed (`args`), what it means (`settings`), what is printed (`console`), one file a command.

pub mod args;
pub mod commands;
pub mod console;
pub mod hand_off;
pub mod papers;
pub mod privacy;
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
    let begun = privacy::begin(&args.command, &console).map_err(console::Stop::from);
    let result = begun.and_then(|()| run_command(&args.command, &command_line, &mut console));
    console.end(result)
}

fn run_command(command: &Command, command_line: &str, console: &mut Console) -> console::Ended {
    match command {
        Command::Report(a) => commands::report::run(a, command_line, console),
        Command::Check(a) => commands::check::run(a, command_line, console),
        Command::Stale(a) => commands::stale::run(a, command_line, console),
        Command::Funnel(a) => commands::funnel::run(a, command_line, console),
        Command::Targets(a) => commands::targets::run(a, command_line, console),
        Command::Options(a) => commands::options::run(a, command_line, console),
        Command::Verify(a) => commands::verify::run(a, command_line, console),
        Command::Forecast(a) => commands::forecast::run(a, command_line, console),
        Command::Ledger(a) => commands::ledger::run(a, command_line, console),
        Command::Explain(a) => commands::explain::run(a, command_line, console),
        Command::Reveal(a) => commands::reveal::run(a, console),
        Command::Demo(a) => commands::demo::run(a, console),
        Command::Schema(a) => commands::schema::run(a, console),
        Command::Completions(a) => commands::papers::completions(a, console),
        Command::Man => commands::papers::man(console),
    }
}
