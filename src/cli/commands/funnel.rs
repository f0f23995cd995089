//! `kmsift funnel`: the state funnel, or with `--path` the path funnel; on a screen both.

use super::super::args::{FormatArg, FunnelArgs};
use super::super::console::{Console, Ended};
use super::{begin, fail_on, output};
use crate::error::Error;
use crate::metrics::{funnel, funnel_path, slice};
use crate::report::users;

/// The state funnel and the path funnel, whole or sliced.
///
/// # Errors
/// When `--by` names no column of the people table, and as the steps say.
pub fn run(args: &FunnelArgs, command: &str, console: &mut Console) -> Ended {
    let form = output::form(&args.output)?;
    let by: Vec<&'static str> = args.by.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
    let begun = begin(&args.common, None, command, console)?;
    let judged = begun.study.judged();
    let people = users::table(judged.verdicts, judged.frame.t, |v| v.in_scope && !by.is_empty());
    let path = || funnel_path::table_by(judged, &people, &by);
    if args.path {
        output::table(&path(), None, &args.output, console)?;
    } else {
        let state = if by.is_empty() {
            funnel::table(&funnel::steps(judged.in_scope()))
        } else {
            slice::funnel_by(judged, &people, &by).map_err(|e| Error::Render(format!("the slices: {e}")))?
        };
        output::table(&state, None, &args.output, console)?;
        // A file or a pipe into a tool holds one table; a reader gets both.
        if form == FormatArg::Table && args.output.out.is_none() {
            console.data(b"\n")?;
            output::table(&path(), None, &args.output, console)?;
        }
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

fn column(name: &str) -> Result<&'static str, Error> {
    users::COLUMNS.iter().map(|c| c.name).find(|c| *c == name).ok_or_else(|| {
        Error::Usage(format!("--by `{name}`: the people table has no such column; `kmsift schema users` lists them"))
    })
}
