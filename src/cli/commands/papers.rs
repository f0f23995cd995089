//! `kmsift completions` and `kmsift man`, from the same definition as the parser.

use clap::CommandFactory as _;

use super::super::args::{Args, CompletionsArgs};
use super::super::console::{Console, Ended};
use crate::error::Error;

/// Shell completions.
///
/// # Errors
/// When standard output cannot take them.
pub fn completions(args: &CompletionsArgs, console: &mut Console) -> Ended {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "kmsift", &mut bytes);
    console.data(&bytes)
}

/// The manual: the main page and one section per command.
///
/// # Errors
/// When it cannot be made or written.
pub fn man(console: &mut Console) -> Ended {
    let mut bytes = Vec::new();
    let failed = |e: std::io::Error| Error::Render(format!("the manual page: {e}"));
    let mut command = Args::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut bytes).map_err(failed)?;
    for sub in command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help") {
        let name = format!("kmsift {}", sub.get_name());
        clap_mangen::Man::new(sub.clone().name(name.clone())).render(&mut bytes).map_err(failed)?;
        for part in sub.get_subcommands().filter(|c| c.get_name() != "help") {
            let name = format!("{name} {}", part.get_name());
            clap_mangen::Man::new(part.clone().name(name)).render(&mut bytes).map_err(failed)?;
        }
    }
    console.data(&bytes)
}
