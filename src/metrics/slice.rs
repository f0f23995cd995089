//! Slices: the funnel per value of some columns of the people table, grouped by polars.

use polars::prelude::{DataFrame, IntoColumn, IntoLazy, NamedFrom, PolarsError, Series, SortMultipleOptions, col};

use super::Judged;
use super::funnel::{COLUMNS, STEPS, rows};
use crate::view::{Cell, Column, ColumnKind, Table};

/// The table `funnel` with the sliced columns in front; people without a value stand under an empty one.
///
/// # Errors
/// When polars refuses the frame: a bug.
pub fn funnel_by(judged: Judged<'_>, people: &Table, by: &[&'static str]) -> Result<Table, PolarsError> {
    let verdicts: Vec<_> = judged.in_scope().collect();
    // Numbered, not named: a sliced column may be called what a step is called.
    let keys: Vec<String> = (0..by.len()).map(|i| format!("by{i}")).collect();
    let mut columns: Vec<polars::prelude::Column> = Vec::new();
    for (key, name) in keys.iter().zip(by) {
        let at = people.position(name).unwrap_or(0);
        let values: Vec<String> = people.rows.iter().map(|row| row[at].plain()).collect();
        columns.push(Series::new(key.as_str().into(), values).into_column());
    }
    // Each step counts who passed all before it as well: a running AND per person.
    let names: Vec<&'static str> = std::iter::once("in_scope").chain(STEPS.iter().map(|s| s.0)).collect();
    let steps: Vec<String> = (0..names.len()).map(|i| format!("step{i}")).collect();
    let mut passed: Vec<bool> = vec![true; verdicts.len()];
    for (i, step) in steps.iter().enumerate() {
        if let Some((_, _, test)) = i.checked_sub(1).and_then(|i| STEPS.get(i)) {
            for (still, verdict) in passed.iter_mut().zip(&verdicts) {
                *still &= test(verdict);
            }
        }
        let values: Vec<i64> = passed.iter().map(|p| i64::from(*p)).collect();
        columns.push(Series::new(step.as_str().into(), values).into_column());
    }
    let grouped = DataFrame::new(verdicts.len(), columns)?
        .lazy()
        .group_by(keys.iter().map(|key| col(key.as_str())).collect::<Vec<_>>())
        .agg(steps.iter().map(|step| col(step.as_str()).sum()).collect::<Vec<_>>())
        .sort(keys.iter().map(String::as_str), SortMultipleOptions::default())
        .collect()?;
    let mut table = Table::new("funnel", "State funnel", &[]);
    table.columns =
        by.iter().map(|name| Column::new(name, ColumnKind::Text, "Slice")).chain(COLUMNS.iter().copied()).collect();
    for at in 0..grouped.height() {
        let mut key = Vec::new();
        for name in &keys {
            key.push(Cell::text(grouped.column(name)?.str()?.get(at).unwrap_or("")));
        }
        let mut counts = Vec::new();
        for (i, (name, step)) in names.iter().zip(&steps).enumerate() {
            let n = grouped.column(step)?.i64()?.get(at).unwrap_or(0);
            let leak = if i == 0 { "" } else { STEPS[i - 1].1 };
            counts.push((*name, u64::try_from(n).unwrap_or(0), leak));
        }
        table.rows.extend(rows(&counts).into_iter().map(|row| key.iter().cloned().chain(row).collect::<Vec<_>>()));
    }
    Ok(table)
}
