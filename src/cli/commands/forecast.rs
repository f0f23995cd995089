//! `kmsift forecast`.

use super::super::args::{Ahead, ForecastArgs, FormatArg};
use super::super::config::Invocation;
use super::super::console::{Console, Ended};
use super::{begin, fail_on, output};
use crate::app::forecast::forecasted;
use crate::plan::forecast::{DRAWS, Wish, table};
use crate::view::escape::terminal as shown;
use crate::view::{Cell, Table};

/// When the coverage goal is reached, or why it cannot be said.
///
/// # Errors
/// When data are too few, and as the steps say.
pub fn run(args: &ForecastArgs, asked: &Invocation, console: &mut Console) -> Ended {
    let form = output::form(&args.output)?;
    let begun = begin(&args.common, None, asked, console)?;
    let forecasted = forecasted(&begun.settings, &begun.study, &wish(&args.ahead));
    let days = table(forecasted.or_refuse()?);
    output::table(&days, Some(&weekly(&days)), &args.output, console)?;
    let finding = &forecasted.finding;
    // A file or a pipe into a tool holds one table; a reader gets the others too.
    if form == FormatArg::Table && args.output.out.is_none() {
        for table in finding.tables.iter().filter(|t| t.id != days.id && !t.rows.is_empty()) {
            console.data(format!("\n{}\n", table.title).as_bytes())?;
            output::table(table, None, &args.output, console)?;
        }
    }
    console.prose(&format!("\n{}", shown(&finding.title)));
    console.prose(&shown(&finding.lead));
    for caveat in &finding.caveats {
        console.warn(&shown(caveat));
    }
    fail_on::check(&args.common.fail_on, &begun.study)?;
    Ok(())
}

/// What the options say.
pub(super) fn wish(ahead: &Ahead) -> Wish {
    Wish {
        goal_percent: ahead.goal_percent,
        horizon_days: usize::from(ahead.horizon_days),
        seed: ahead.seed,
        draws: DRAWS,
        arrivals: Vec::new(),
    }
}

/// Rows that fit a screen: each week, and the last day.
fn weekly(days: &Table) -> Table {
    const WEEK: i64 = 7;
    let at = days.position("days_ahead");
    let last = days.rows.len().saturating_sub(1);
    let whole_week = |row: &[Cell]| matches!(at.and_then(|i| row.get(i)), Some(Cell::Integer(n)) if n % WEEK == 0);
    let mut out = Table { rows: Vec::new(), ..days.clone() };
    out.rows =
        days.rows.iter().enumerate().filter(|(i, row)| *i == last || whole_week(row)).map(|(_, r)| r.clone()).collect();
    out
}
