//! `kmsift check`.

use super::super::args::{CheckArgs, FormatArg};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::super::settings;
use super::{fail_on, output};
use crate::app;
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
    let settings = settings::settings(&args.common, None, asked)?;
    let found = app::find(&settings)?;
    let loaded = {
        let total = found.inputs.iter().filter_map(ingest::Input::size).sum();
        let _shown = console.reading(total);
        ingest::load(&found, &settings.options, None, &READ)
    };
    output::rejects(args.common.rejects.as_deref(), &loaded.rejects, console)?;
    let dossiers = Dossiers::new(loaded.facts);
    let frame = Frame::new(&dossiers, &settings.thresholds);
    let report = check::check((loaded.files, loaded.ignored), &dossiers, frame.as_ref());
    let bytes = match output::form(&args.output)? {
        FormatArg::Table => emit::text_of(&report, Console::marks()),
        FormatArg::Json => emit::json_of(&report),
        FormatArg::Csv | FormatArg::Ndjson | FormatArg::Parquet => {
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
