//! Slices: the funnel per value of some columns of the people table.

use std::collections::BTreeMap;

use super::Judged;
use super::funnel::{COLUMNS, STEPS, rows};
use crate::view::{Cell, Column, ColumnKind, Table};

/// The table `funnel` with the sliced columns in front, in the order of their values; people without a value stand under an
/// empty one. `people` has one row for each person in scope, by id.
#[must_use]
pub fn funnel_by(judged: Judged<'_>, people: &Table, by: &[&'static str]) -> Table {
    let at: Vec<usize> = by.iter().map(|name| people.position(name).unwrap_or(0)).collect();
    // People in scope, then those who passed each step and all before it.
    let mut slices: BTreeMap<Vec<String>, Vec<u64>> = BTreeMap::new();
    for (verdict, row) in judged.in_scope().zip(&people.rows) {
        let key = at.iter().map(|column| row[*column].plain()).collect();
        let passed = slices.entry(key).or_insert_with(|| vec![0; STEPS.len() + 1]);
        let steps = STEPS.iter().take_while(|(_, _, test)| test(verdict)).count();
        passed.iter_mut().take(steps + 1).for_each(|n| *n += 1);
    }
    let mut table = Table::new("funnel", "State funnel", &[]);
    table.columns =
        by.iter().map(|name| Column::new(name, ColumnKind::Text, "Slice")).chain(COLUMNS.iter().copied()).collect();
    let named = || std::iter::once(("in_scope", "")).chain(STEPS.iter().map(|s| (s.0, s.1)));
    for (key, passed) in slices {
        let counts: Vec<_> = named().zip(passed).map(|((name, leak), n)| (name, n, leak)).collect();
        let key: Vec<Cell> = key.into_iter().map(Cell::text).collect();
        table.rows.extend(rows(&counts).into_iter().map(|row| key.iter().cloned().chain(row).collect::<Vec<_>>()));
    }
    table
}
