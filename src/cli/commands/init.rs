//! `kmsift init`.

use super::super::args::InitArgs;
use super::super::config::{NAME, template};
use super::super::console::{Console, Ended};
use crate::app::disk;

/// A commented file of options.
///
/// # Errors
/// When it exists and `--force` was not said, or cannot be written.
pub fn run(args: &InitArgs, console: &mut Console) -> Ended {
    disk::write_file(&args.out, template::file().as_bytes(), console.manner(args.force))?;
    let out = args.out.display();
    console.say(&format!("wrote `{out}`: every option with its default, commented out; nothing is set yet"));
    console.say(&format!("presets to begin with: {}", template::presets()?.join(", ")));
    let found = args.out == std::path::Path::new(NAME);
    let option = if found { String::new() } else { format!(" --config {out}") };
    console.say(&format!("next: edit it, then kmsift report EXPORTS{option}"));
    Ok(())
}
