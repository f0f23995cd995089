//! `--fail-on 'stale>5%'`: a condition on a number of the run, for use in scripts.

use crate::app::Study;
use crate::error::Error;
use crate::judge::{Label, Verdict};
use crate::model::nearest::did_you_mean;
use crate::view::Share;

struct Condition {
    name: String,
    op: &'static str,
    limit: f64,
    percent: bool,
}

/// Operators, longest first.
const OPERATORS: &[&str] = &[">=", "<=", ">", "<"];
const NAMES: &[&str] = &["stale", "unregistered", "undetermined", "targets"];

fn parse(text: &str) -> Result<Condition, Error> {
    let wrong = |guess: String| {
        let names = NAMES.join(", ");
        Error::value(
            "--fail-on",
            text,
            format!("not a condition such as stale>5% or targets>0; names are {names}{guess}"),
        )
    };
    let syntax = || wrong(String::new());
    let op = OPERATORS.iter().find(|op| text.contains(**op)).ok_or_else(syntax)?;
    let (name, value) = text.split_once(op).ok_or_else(syntax)?;
    let (name, value) = (name.trim(), value.trim());
    let limit: f64 = value.trim_end_matches('%').trim().parse().map_err(|_| syntax())?;
    if !NAMES.contains(&name) || !limit.is_finite() {
        return Err(wrong(did_you_mean(name, NAMES.iter().copied().filter(|n| *n != name))));
    }
    Ok(Condition { name: name.to_owned(), op, limit, percent: value.ends_with('%') })
}

/// Refuses conditions that cannot be read, before any work is done.
///
/// # Errors
/// When one cannot.
pub fn check_syntax(conditions: &[String]) -> Result<(), Error> {
    conditions.iter().try_for_each(|c| parse(c).map(drop))
}

/// Refuses conditions on a command that has no such numbers.
///
/// # Errors
/// When one is given.
pub fn refuse(conditions: &[String], command: &str) -> Result<(), Error> {
    match conditions.first() {
        Some(text) => Err(Error::value(
            "--fail-on",
            text,
            format!("`{command}` has no such number; use it with report, stale, funnel or targets"),
        )),
        None => Ok(()),
    }
}

/// Ends the run with code 4 when a condition is met.
///
/// # Errors
/// When one is.
pub fn check(conditions: &[String], study: &Study) -> Result<(), Error> {
    for text in conditions {
        let condition = parse(text)?;
        let (share, of) = measure(&condition.name, study);
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
        let value = if condition.percent { share.fraction().unwrap_or(0.0) * 100.0 } else { share.part as f64 };
        let met = match condition.op {
            ">=" => value >= condition.limit,
            "<=" => value <= condition.limit,
            ">" => value > condition.limit,
            _ => value < condition.limit,
        };
        if met {
            let found = format!("{} of {} {of} ({})", share.part, share.whole, share.percent());
            return Err(Error::FailOn { condition: text.clone(), found });
        }
    }
    Ok(())
}

fn measure(name: &str, study: &Study) -> (Share, &'static str) {
    let judged = study.judged();
    let active: Vec<&Verdict> = judged.active().collect();
    let n = |keep: &dyn Fn(&&&Verdict) -> bool| active.iter().filter(keep).count() as u64;
    let whole = active.len() as u64;
    match name {
        "stale" => (Share::new(n(&|v| v.label == Label::TokenStale), whole), "active people in scope"),
        "undetermined" => (Share::new(n(&|v| v.label == Label::Undetermined), whole), "active people in scope"),
        "unregistered" => {
            (Share::new(n(&|v| v.registration.goal_registered == Some(false)), whole), "active people in scope")
        }
        _ => {
            let targets = study.verdicts.iter().filter(|v| v.target).count() as u64;
            (Share::new(targets, study.verdicts.len() as u64), "people known")
        }
    }
}
