//! `kmsift stale`.

use super::super::args::StaleArgs;
use super::super::console::{Console, Ended};
use super::{begin, fail_on, output};
use crate::emit::terminal;
use crate::judge::Label;
use crate::report::users;

/// Token-stale people unregistered for the goal, or everybody.
///
/// # Errors
/// As the steps say.
pub fn run(args: &StaleArgs, command: &str, console: &mut Console) -> Ended {
    output::form(&args.output)?;
    let begun = begin(&args.common, None, command, console)?;
    let study = &begun.study;
    let table = users::table(&study.verdicts, study.frame.t, &study.joined, |v| {
        args.all || (v.label == Label::TokenStale && v.registration.goal_registered == Some(false))
    });
    output::table(&table, Some(&terminal::narrow_users(&table, Console::width())), &args.output, console)?;
    console.took("write the table");
    let goal = study.frame.thresholds.goal.name();
    let what = if args.all { "people" } else { "people token-stale and not registered" };
    console.say(&format!(
        "{} {what}, of {} known, goal {goal}, as of {}",
        table.rows.len(),
        study.verdicts.len(),
        study.frame.t
    ));
    fail_on::check(&args.common.fail_on, study)?;
    Ok(())
}
