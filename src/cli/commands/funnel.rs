//! `kmsift funnel`.

use super::super::args::FunnelArgs;
use super::super::console::{Console, Ended};
use super::{begin, fail_on, output};
use crate::error::Error;
use crate::metrics::{funnel, slice};
use crate::report::users;

/// The state funnel, whole or sliced.
///
/// # Errors
/// When `--by` names no column of the people table, and as the steps say.
pub fn run(args: &FunnelArgs, command: &str, console: &mut Console) -> Ended {
    output::form(&args.output)?;
    let by: Vec<&'static str> = args.by.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
    let begun = begin(&args.common, None, command, console)?;
    let judged = begun.study.judged();
    let table = if by.is_empty() {
        funnel::table(&funnel::steps(judged.in_scope()))
    } else {
        let people = users::table(judged.verdicts, judged.frame.t, |v| v.in_scope);
        slice::funnel_by(judged, &people, &by).map_err(|e| Error::Render(format!("the slices: {e}")))?
    };
    output::table(&table, None, &args.output, console)?;
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

fn column(name: &str) -> Result<&'static str, Error> {
    users::COLUMNS.iter().map(|c| c.name).find(|c| *c == name).ok_or_else(|| {
        Error::Usage(format!("--by `{name}`: the people table has no such column; `kmsift schema users` lists them"))
    })
}
