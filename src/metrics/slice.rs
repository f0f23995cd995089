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
    let mut columns: Vec<polars::prelude::Column> = Vec::new();
    for name in by {
        let at = people.position(name).unwrap_or(0);
        let values: Vec<String> = people.rows.iter().map(|row| row[at].plain()).collect();
        columns.push(Series::new((*name).into(), values).into_column());
    }
    // Each step counts who passed all before it as well: a running AND per person.
    let mut passed: Vec<bool> = vec![true; verdicts.len()];
    columns.push(Series::new("in_scope".into(), vec![1_i64; verdicts.len()]).into_column());
    for (name, _, test) in STEPS {
        for (still, verdict) in passed.iter_mut().zip(&verdicts) {
            *still &= test(verdict);
        }
        let values: Vec<i64> = passed.iter().map(|p| i64::from(*p)).collect();
        columns.push(Series::new((*name).into(), values).into_column());
    }
    let names: Vec<&'static str> = std::iter::once("in_scope").chain(STEPS.iter().map(|s| s.0)).collect();
    let keys: Vec<_> = by.iter().map(|name| col(*name)).collect();
    let grouped = DataFrame::new(verdicts.len(), columns)?
        .lazy()
        .group_by(keys)
        .agg(names.iter().map(|name| col(*name).sum()).collect::<Vec<_>>())
        .sort(by.iter().copied(), SortMultipleOptions::default())
        .collect()?;
    let mut table = Table::new("funnel", "State funnel", &[]);
    table.columns =
        by.iter().map(|name| Column::new(name, ColumnKind::Text, "Slice")).chain(COLUMNS.iter().copied()).collect();
    for at in 0..grouped.height() {
        let mut key = Vec::new();
        for name in by {
            key.push(Cell::text(grouped.column(name)?.str()?.get(at).unwrap_or("")));
        }
        let mut counts = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let n = grouped.column(name)?.i64()?.get(at).unwrap_or(0);
            let leak = if i == 0 { "" } else { STEPS[i - 1].1 };
            counts.push((*name, u64::try_from(n).unwrap_or(0), leak));
        }
        table.rows.extend(rows(&counts).into_iter().map(|row| key.iter().cloned().chain(row).collect::<Vec<_>>()));
    }
    Ok(table)
}
