//! `kmsift demo`.

use std::io::{self, BufWriter, Write};

use super::super::args::{DemoArgs, LayoutArg};
use super::super::console::{Console, Ended};
use super::super::settings::instant;
use crate::app::disk::{self, Staging};
use crate::error::Error;
use crate::synth::{self, Folder, Layout, Spec};

/// From this size on a synthetic tenant has emergency accounts.
const HAS_BREAK_GLASS: u32 = 40;

/// A synthetic tenant.
///
/// # Errors
/// When the folder exists or cannot be written.
pub fn run(args: &DemoArgs, console: &mut Console) -> Ended {
    let spec = Spec {
        users: args.users,
        days: args.days,
        seed: args.seed,
        end: instant("--as-of", &args.as_of)?.0,
        layout: layout(args.layout),
        rows_per_day: args.rows_per_day,
    };
    disk::check_demo_folder(&args.out, args.force)?;
    let mut staging = Writing(Staging::new(&args.out, console.access())?);
    let truth = synth::write(&spec, &mut staging).map_err(|source| Error::Write { path: args.out.clone(), source })?;
    staging.0.publish(&args.out)?;
    let out = args.out.display();
    console.say(&format!(
        "wrote `{out}`: {} people, {} days, {} interactive and {} silent sign-ins, {} audit rows; truth in `{out}/EXPECTED.toml`",
        truth.users, truth.days, truth.interactive, truth.non_interactive, truth.audit
    ));
    let glass = if args.users < HAS_BREAK_GLASS {
        "--no-break-glass-list".to_owned()
    } else {
        format!("--break-glass {out}/break-glass.txt")
    };
    console.say(&format!("next: kmsift report {out} {glass}"));
    Ok(())
}

fn layout(layout: LayoutArg) -> Layout {
    match layout {
        LayoutArg::Mixed => Layout::Mixed,
        LayoutArg::Portal => Layout::Portal,
        LayoutArg::Graph => Layout::Graph,
        LayoutArg::Monitor => Layout::Monitor,
    }
}

struct Writing(Staging);

impl Folder for Writing {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(BufWriter::with_capacity(1 << 20, self.0.create(path)?)))
    }
}
