//! `kmsift completions` and `kmsift man`, from the same definition as the parser.

use clap::CommandFactory as _;

use super::super::args::{Args, CompletionsArgs, ManArgs};
use super::super::console::{Console, Ended};
use crate::app::disk;
use crate::error::Error;
use crate::model::nearest::did_you_mean;

/// Shell completions.
///
/// # Errors
/// When standard output cannot take them.
pub fn completions(args: &CompletionsArgs, console: &mut Console) -> Ended {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "kmsift", &mut bytes);
    console.data(&bytes)
}

/// The manual: to standard output the pages one after the other, or one; or a file a page into a folder.
///
/// # Errors
/// When there is no such command, or a page exists or cannot be written.
pub fn man(args: &ManArgs, console: &mut Console) -> Ended {
    let pages = pages()?;
    if let Some(folder) = &args.out {
        disk::make_folder(folder)?;
        for (name, page) in &pages {
            disk::write_file(&folder.join(format!("{name}.1")), page, console.manner(args.force))?;
        }
        console.say(&format!("wrote {} pages to `{}`", pages.len(), folder.display()));
        return Ok(());
    }
    let Some(command) = &args.command else {
        return console.data(&pages.into_iter().flat_map(|(_, page)| page).collect::<Vec<u8>>());
    };
    let own = |(name, _): &&(String, Vec<u8>)| short(name) == command;
    if let Some((_, page)) = pages.iter().find(own) {
        return console.data(page);
    }
    let what = format!("no such page{}", did_you_mean(command, pages.iter().map(|(name, _)| short(name))));
    Err(Error::value("man", command, what).into())
}

/// A page's command.
fn short(page: &str) -> &str {
    page.strip_prefix("kmsift-").unwrap_or(page)
}

/// Name and text of every page: the program's, then one a command.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut root = Args::command().disable_help_subcommand(true);
    root.build();
    let commands = root.get_subcommands().filter(|c| !c.is_hide_set());
    let own = commands.map(|c| c.clone().name(format!("kmsift-{}", c.get_name())).disable_help_flag(false));
    std::iter::once(root.clone())
        .chain(own)
        .map(|command| {
            let mut bytes = Vec::new();
            let name = command.get_name().to_owned();
            let page =
                clap_mangen::Man::new(command).manual("kmsift").source(concat!("kmsift ", env!("CARGO_PKG_VERSION")));
            page.render(&mut bytes).map_err(|e| Error::Render(format!("the manual page: {e}")))?;
            Ok((name, bytes))
        })
        .collect()
}
