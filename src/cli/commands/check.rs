//! `kmsift check`.

use super::super::args::{CheckArgs, FormatArg};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::super::{privacy, settings};
use super::{fail_on, output};
use crate::app;
use crate::app::pseudonyms::Pseudonyms;
use crate::emit::check as emit;
use crate::error::Error;
use crate::facts::Dossiers;
use crate::ingest;
use crate::judge::Frame;
use crate::report::check;

/// What each input is.
///
/// # Errors
/// When nothing is usable, or `--strict` and something is refused or rejected.
pub fn run(args: &CheckArgs, asked: &Invocation, console: &mut Console) -> Ended {
    fail_on::refuse(&args.common.fail_on, "check")?;
    let mut settings = settings::settings(&args.common, None, asked)?;
    privacy::hide(&mut settings, console);
    let found = app::find(&settings)?;
    let loaded = {
        let _shown = console.reading(found.size());
        app::ledger::load(&found, &settings.options, None, &READ)
    };
    output::rejects(args.common.reading.rejects.as_deref(), &loaded.rejects, console)?;
    let dossiers = Dossiers::new(loaded.facts);
    let frame = Frame::new(&dossiers, &settings.thresholds);
    let mut report = check::check((loaded.files, loaded.ignored), &dossiers, frame.as_ref());
    if let Some(key) = &settings.key {
        let paths = report.files.iter().map(|f| f.path.clone()).chain(report.ignored.iter().map(|i| i.path.clone()));
        let mask = Pseudonyms::of_settings(key, &settings).with(&dossiers, paths);
        report = mask.check(&report);
        console.hide(mask);
    }
    let bytes = match output::form(&args.output)? {
        FormatArg::Table => emit::text_of(&report, Console::marks()),
        FormatArg::Json => emit::json_of(&report),
        FormatArg::Csv | FormatArg::Ndjson | FormatArg::Parquet | FormatArg::Xlsx => {
            return Err(output::only_table_or_json("check").into());
        }
    };
    output::put(bytes.as_bytes(), &args.output, console)?;
    let refused = report.files.iter().filter(|f| f.refusal.is_some()).count();
    if refused == report.files.len() {
        return Err(app::nothing_usable(&report.files, &report.ignored).into());
    }
    let wrong = |f: &&ingest::FileReport| f.refusal.is_some() || f.damage.is_some() || f.tally.rejected_total() > 0;
    match report.files.iter().find(wrong) {
        Some(f) if settings.strict => Err(Error::Strict(format!("`{}` is not read whole", f.path)).into()),
        _ => Ok(()),
    }
}
