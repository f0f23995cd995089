//! `kmsift funnel`.

use super::super::args::FunnelArgs;
use super::super::console::{Console, Ended};
use super::super::settings;
use super::{fail_on, output, study};
use crate::app::joins::Joins;
use crate::error::Error;
use crate::metrics::{funnel, slice};
use crate::report::users;

/// The state funnel, whole or sliced.
///
/// # Errors
/// When `--by` names no column of the people table, and as the steps say.
pub fn run(args: &FunnelArgs, command: &str, console: &mut Console) -> Ended {
    output::form(&args.output)?;
    let settings = settings::settings(&args.common, None, command)?;
    let by: Vec<&'static str> = args.by.iter().map(|name| column(name, &settings.joins)).collect::<Result<_, _>>()?;
    let begun = study(settings, &args.common, console)?;
    let judged = begun.study.judged();
    let table = if by.is_empty() {
        funnel::table(&funnel::steps(judged.in_scope()))
    } else {
        let people = users::table(judged.verdicts, judged.frame.t, judged.joined, |v| v.in_scope);
        slice::funnel_by(judged, &people, &by).map_err(|e| Error::Render(format!("the slices: {e}")))?
    };
    output::table(&table, None, &args.output, console)?;
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

fn column(name: &str, joins: &Joins) -> Result<&'static str, Error> {
    let own = users::COLUMNS.iter().map(|c| c.name).find(|c| *c == name);
    own.or_else(|| joins.find(name)).ok_or_else(|| {
        Error::Usage(format!(
            "--by `{name}`: neither the people table nor a joined file has such a column; `kmsift schema users` lists the table's"
        ))
    })
}
