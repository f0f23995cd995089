//! `kmsift ledger`.

use super::super::args::{FormatArg, LedgerAddArgs, LedgerArgs, LedgerCommand, LedgerShowArgs};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::super::settings;
use super::{files_told, output};
use crate::app::{self, ledger};
use crate::emit::ledger as emit;
use crate::error::Error;
use crate::facts::Dossiers;
use crate::judge::Frame;
use crate::model::settings::Thresholds;
use crate::report;

/// Adds to a ledger, or shows one.
///
/// # Errors
/// As the steps say.
pub fn run(args: &LedgerArgs, asked: &Invocation, console: &mut Console) -> Ended {
    match &args.command {
        LedgerCommand::Add(a) => add(a, asked, console),
        LedgerCommand::Show(a) => show(a, console),
    }
}

fn add(args: &LedgerAddArgs, asked: &Invocation, console: &mut Console) -> Ended {
    let mut settings = settings::settings(&args.common(), None, asked)?;
    settings.options.hash = true;
    // A ledger that lies among the exports is joined to itself: nothing changes, and it need not be read twice.
    settings.not_inputs.extend(args.ledger.canonicalize().ok());
    let found = app::find(&settings)?;
    let (added, loaded) = {
        let _shown = console.reading(found.size());
        ledger::add(&args.ledger, &settings, &found, &READ)?
    };
    output::rejects(args.reading.rejects.as_deref(), &loaded.rejects, console)?;
    files_told(&loaded.files, &loaded.ignored, console);
    let path = crate::view::escape::terminal(&args.ledger.display().to_string());
    if added.unchanged {
        console.say(&format!("`{path}` holds all of it already: nothing changed"));
        return Ok(());
    }
    let verb = if added.made { "made" } else { "added to" };
    console.say(&format!(
        "{verb} `{path}`: {} ids of people ({} new; who is known by UPN alone counts apart), facts of {} exports ({} new)",
        added.people.0, added.people.1, added.sources.0, added.sources.1
    ));
    console.say(&format!("next: kmsift ledger show {path}, or give it as an input: kmsift report {path} INPUT..."));
    Ok(())
}

fn show(args: &LedgerShowArgs, console: &mut Console) -> Ended {
    let form = output::form(&args.output)?;
    let (file, kept) = ledger::show(&args.ledger, &READ)?;
    let dossiers = Dossiers::new(kept.facts);
    let frame = Frame::new(&dossiers, &Thresholds::default());
    let report = report::ledger::ledger(&file, kept.manifest, &dossiers, frame.as_ref());
    let text = match form {
        FormatArg::Table => emit::text_of(&report, Console::marks()),
        FormatArg::Json => emit::json_of(&report),
        FormatArg::Csv | FormatArg::Ndjson | FormatArg::Parquet | FormatArg::Xlsx => {
            return Err(Error::Usage("`ledger show` writes --format table or json".to_owned()).into());
        }
    };
    output::put(text.as_bytes(), &args.output, console)
}
