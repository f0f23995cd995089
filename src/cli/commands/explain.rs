//! `kmsift explain`.

use super::super::args::{ExplainArgs, FormatArg};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::{begin, fail_on, output};
use crate::emit::explain as emit;
use crate::error::Error;
use crate::ingest::{self, Watch};
use crate::judge;
use crate::model::ids::{Id, fold_upn};
use crate::report::explain;

/// One person; the evidence comes from a second reading filtered to that person (rulings.md 31).
///
/// # Errors
/// When nobody is known under that name, and as the steps say.
pub fn run(args: &ExplainArgs, asked: &Invocation, console: &mut Console) -> Ended {
    fail_on::refuse(&args.common.fail_on, "explain")?;
    if args.common.inputs.iter().any(|i| i == "-") {
        return Err(Error::Usage("`explain` reads its inputs twice and cannot read standard input".to_owned()).into());
    }
    let once = |i: &String| std::fs::metadata(i).is_ok_and(|m| !m.is_file() && !m.is_dir());
    if let Some(pipe) = args.common.inputs.iter().find(|i| once(i)) {
        return Err(Error::Usage(format!("`explain` reads its inputs twice and cannot read `{pipe}`")).into());
    }
    let form = output::form(&args.output)?;
    let begun = begin(&args.common, None, asked, console)?;
    let dossiers = &begun.study.dossiers;
    let folded = fold_upn(&args.user);
    let by_id = Id::parse(&args.user).and_then(|id| judge::position(dossiers, &id));
    let by_upn = || dossiers.people().position(|(_, person)| person.upns.contains(&folded));
    let at = by_id.or_else(by_upn).ok_or_else(|| Error::UnknownPerson(args.user.clone()))?;
    let (Some(dossier), Some(verdict)) = (dossiers.get(at), begun.study.verdicts.get(at)) else {
        return Err(Error::UnknownPerson(args.user.clone()).into());
    };
    let watch = Watch { ids: vec![dossier.id.clone()], upns: dossier.person.upns.iter().cloned().collect() };
    let evidence = {
        let total = begun.found.inputs.iter().filter_map(ingest::Input::size).sum();
        let _shown = console.reading(total);
        ingest::load(&begun.found, &begun.settings.options, Some(&watch), &READ).evidence
    };
    let explanation = explain::explain(verdict, &begun.study.frame, evidence);
    let text = match form {
        FormatArg::Table => emit::text_of(&explanation),
        FormatArg::Json => emit::json_of(&explanation),
        FormatArg::Csv | FormatArg::Ndjson | FormatArg::Parquet => {
            return Err(output::only_table_or_json("explain").into());
        }
    };
    output::put(text.as_bytes(), &args.output, console)
}
