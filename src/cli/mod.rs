//! The command line: what was typed (`args`), what files and presets add (`config`), what it means (`settings`), what is printed
//! (`console`), one file a command.

pub mod args;
pub mod commands;
pub mod config;
pub mod console;
pub mod hand_off;
pub mod papers;
pub mod schedule;
pub mod settings;

use args::Command;
use config::Unread;
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
    let result = match &args.command {
        Command::Report(a) => commands::report::run(a, &asked, &mut console),
        Command::Check(a) => commands::check::run(a, &asked, &mut console),
        Command::Stale(a) => commands::stale::run(a, &asked, &mut console),
        Command::Funnel(a) => commands::funnel::run(a, &asked, &mut console),
        Command::Targets(a) => commands::targets::run(a, &asked, &mut console),
        Command::Options(a) => commands::options::run(a, &asked, &mut console),
        Command::Verify(a) => commands::verify::run(a, &asked, &mut console),
        Command::Forecast(a) => commands::forecast::run(a, &asked, &mut console),
        Command::Explain(a) => commands::explain::run(a, &asked, &mut console),
        Command::Demo(a) => commands::demo::run(a, &mut console),
        Command::Schema(a) => commands::schema::run(a, &mut console),
        Command::Init(a) => commands::init::run(a, &mut console),
        Command::Completions(a) => commands::papers::completions(a, &mut console),
        Command::Man(a) => commands::papers::man(a, &mut console),
    };
    console.end(result, Some(&asked))
}
