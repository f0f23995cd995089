//! `kmsift explain`.

use super::super::args::{ExplainArgs, FormatArg};
use super::super::config::Invocation;
use super::super::console::{Console, Ended, READ};
use super::{begin, fail_on, output};
use crate::app::ledger;
use crate::app::pseudonyms::Pseudonyms;
use crate::emit::explain as emit;
use crate::error::Error;
use crate::facts::{Dossiers, Upns};
use crate::ingest::Watch;
use crate::judge;
use crate::model::ids::{Id, fold_upn};
use crate::model::pseudonym::is_token;
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
    let mask = begun.study.mask.as_deref();
    let unknown = || Error::UnknownPerson(mask.map_or_else(|| args.user.clone(), |mask| mask.id(&args.user)));
    let at = position(&args.user, dossiers, mask).ok_or_else(unknown)?;
    let (Some(dossier), Some(verdict)) = (dossiers.get(at), begun.study.verdicts.get(at)) else {
        return Err(unknown().into());
    };
    let watch =
        Watch { ids: vec![dossier.id.clone()], upns: dossier.person.upns.iter().map(ToString::to_string).collect() };
    let evidence = {
        let _shown = console.reading(begun.found.size());
        ledger::load(&begun.found, &begun.settings.options, Some(&watch), &READ).evidence
    };
    let explanation = explain::explain(verdict, &begun.study.frame, evidence);
    let explanation = match mask {
        Some(mask) => mask.explanation(&explanation),
        None => explanation,
    };
    let text = match form {
        FormatArg::Table => emit::text_of(&explanation),
        FormatArg::Json => emit::json_of(&explanation),
        FormatArg::Csv | FormatArg::Ndjson | FormatArg::Parquet | FormatArg::Xlsx => {
            return Err(output::only_table_or_json("explain").into());
        }
    };
    output::put(text.as_bytes(), &args.output, console)
}

/// Where somebody stands in the order of ids: by object id, UPN, or with the key by a token of either.
fn position(typed: &str, dossiers: &Dossiers, mask: Option<&Pseudonyms>) -> Option<usize> {
    let folded = fold_upn(typed);
    let by_id = Id::parse(typed).and_then(|id| judge::position(dossiers, &id));
    let by_upn = || dossiers.people().position(|(_, person)| person.upns.contains(folded.as_str()));
    let by_token = || {
        let mask = mask.filter(|_| is_token(typed))?;
        let is =
            |id: &Id, upns: &Upns| mask.id(&id.to_string()) == typed || upns.iter().any(|upn| mask.upn(upn) == typed);
        dossiers.people().position(|(id, person)| is(id, &person.upns))
    };
    by_id.or_else(by_upn).or_else(by_token)
}
