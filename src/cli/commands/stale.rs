//! `kmsift stale`.

use super::super::args::StaleArgs;
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::{begin, fail_on, output};
use crate::app::Study;
use crate::emit::ending::{self, Ending};
use crate::emit::terminal;
use crate::judge::{Label, Verdict};
use crate::metrics::funnel;
use crate::model::ids::Id;
use crate::report::{conclude, headline, users};

/// Token-stale people unregistered for the goal, or everybody.
///
/// # Errors
/// As the steps say.
pub fn run(args: &StaleArgs, asked: &Invocation, console: &mut Console) -> Ended {
    output::form(&args.output)?;
    let begun = begin(&args.common, None, asked, console)?;
    let study = &begun.study;
    let table = users::table(&study.verdicts, study.frame.t, &study.joined, |v| args.all || is_listed(v));
    output::table(&table, Some(&terminal::narrow_users(&table)), &args.output, console)?;
    console.took("write the table");
    let goal = study.frame.thresholds.goal.name();
    let what = if args.all { "people" } else { "people token-stale and not registered" };
    console.prose(&format!(
        "{} {what}, of {} known, goal {goal}, as of {}",
        table.rows.len(),
        study.verdicts.len(),
        study.frame.t
    ));
    console.say(&format!("\n{}", ending(study, asked).trim_end()));
    fail_on::check(&args.common.fail_on, study)?;
    Ok(())
}

fn is_listed(v: &Verdict) -> bool {
    v.label == Label::TokenStale && v.registration.goal_registered == Some(false)
}

/// The summary: finding, figures, funnel, limits, what to type next.
fn ending(study: &Study, asked: &Invocation) -> String {
    let judged = study.judged();
    let mut headline = headline(judged);
    // No list was made here.
    headline.stats.retain(|s| s.id != "targets");
    let figure = funnel::figure(&funnel::steps(judged.in_scope()), study.frame.thresholds.goal.name());
    let limits = conclude::conclusions(&study.frame);
    let again = &asked.again;
    let mut next = Vec::new();
    let first = study.verdicts.iter().find(|v| is_listed(v) && matches!(v.id, Id::Guid(_)));
    if let Some(first) = first {
        next.push((
            format!("kmsift explain {}{again}", first.id),
            "why the first of them is token-stale, row by row".to_owned(),
        ));
    }
    next.push((
        format!("kmsift options{again}"),
        "what waiting, enforcing, revoking and the other levers would reach".to_owned(),
    ));
    next.push((
        format!("kmsift report{again} --break-glass FILE"),
        "page, tables, charts and target lists; FILE names the emergency accounts".to_owned(),
    ));
    let ending = Ending {
        headline: &headline,
        funnel: Some(&figure),
        limits: limits.iter().filter(|c| c.limits).map(|c| c.text.as_str()).collect(),
        files: None,
        next,
    };
    ending::text(&ending, Console::screen())
}
