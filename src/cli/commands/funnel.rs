//! `kmsift funnel`: the state funnel, or with `--path` the path funnel; on a screen both.

use super::super::args::{FormatArg, FunnelArgs};
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::super::settings;
use super::{fail_on, output, study};
use crate::app::joins::Joins;
use crate::error::Error;
use crate::metrics::{funnel, funnel_path, slice};
use crate::model::nearest::did_you_mean;
use crate::report::users;

/// The state funnel and the path funnel, whole or sliced.
///
/// # Errors
/// When `--by` names no column of the people table, and as the steps say.
pub fn run(args: &FunnelArgs, asked: &Invocation, console: &mut Console) -> Ended {
    let form = output::form(&args.output)?;
    let settings = settings::settings(&args.common, None, asked)?;
    let by: Vec<&'static str> = args.by.iter().map(|name| column(name, &settings.joins)).collect::<Result<_, _>>()?;
    let begun = study(settings, &args.common, console)?;
    let judged = begun.study.judged();
    let people = users::table(judged.verdicts, judged.frame.t, judged.joined, |v| v.in_scope && !by.is_empty());
    // Somebody may slice by a column of people.
    let people = match &begun.study.mask {
        Some(mask) => mask.table_in_place(&people),
        None => people,
    };
    let path = || funnel_path::table_by(judged, &people, &by);
    if args.path {
        output::table(&path(), None, &args.output, console)?;
    } else {
        let state = if by.is_empty() {
            funnel::table(&funnel::steps(judged.in_scope()))
        } else {
            slice::funnel_by(judged, &people, &by)
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

fn column(name: &str, joins: &Joins) -> Result<&'static str, Error> {
    let own = users::COLUMNS.iter().map(|c| c.name).find(|c| *c == name);
    own.or_else(|| joins.find(name)).ok_or_else(|| {
        let known = users::COLUMNS.iter().map(|c| c.name).chain(joins.names());
        let guess = did_you_mean(name, known);
        let what = "neither the people table nor a joined file has such a column";
        Error::value("--by", name, format!("{what} (`kmsift schema users` lists the table's){guess}"))
    })
}
