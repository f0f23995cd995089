//! Which sheets there are, and what does not fit: a spreadsheet has limits, and nothing is lost in silence.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::view::{Cell, Column, ColumnKind, Table};

/// Rows of a sheet below its header.
pub(super) const ROWS: usize = 1_048_575;
/// Columns of a sheet.
const COLUMNS: usize = 16_384;
/// Characters (UTF-16) of a cell.
pub(super) const CHARACTERS: usize = 32_767;
/// Characters of a sheet's name.
const NAME: usize = 31;

/// A sheet: some rows of a table.
pub(super) struct Part<'t> {
    /// Name of the sheet, unique.
    pub(super) name: String,
    /// The table.
    pub(super) table: &'t Table,
    /// First row.
    pub(super) from: usize,
    /// One past the last row.
    pub(super) to: usize,
    /// How many columns are shown.
    pub(super) columns: usize,
}

impl Part<'_> {
    /// The columns shown.
    pub(super) fn shown(&self) -> &[Column] {
        &self.table.columns[..self.columns]
    }

    /// The rows shown.
    pub(super) fn rows(&self) -> &[Vec<Cell>] {
        &self.table.rows[self.from..self.to]
    }
}

/// Every sheet of tables, in order.
pub(super) struct Plan<'t> {
    pub(super) parts: Vec<Part<'t>>,
    taken: BTreeSet<String>,
    rows: usize,
}

impl<'t> Plan<'t> {
    /// Sheets of at most `rows` rows each for tables; `reserved` names are others'.
    pub(super) fn new(tables: impl Iterator<Item = &'t Table>, reserved: &[&str], rows: usize) -> Self {
        let taken = reserved.iter().map(|name| name.to_lowercase()).collect();
        let mut plan = Self { parts: Vec::new(), taken, rows };
        tables.for_each(|table| plan.add(Some(table)));
        plan
    }

    /// Adds a table's sheets: at least one, of an empty table the header.
    pub(super) fn add(&mut self, table: Option<&'t Table>) {
        let Some(table) = table else { return };
        let mut from = 0;
        loop {
            let to = table.rows.len().min(from + self.rows);
            let name = self.name(table.id);
            self.parts.push(Part { name, table, from, to, columns: table.columns.len().min(COLUMNS) });
            from = to;
            if from >= table.rows.len() {
                return;
            }
        }
    }

    /// A name that no other sheet has, in any case: `users`, `users (2)`.
    fn name(&mut self, id: &str) -> String {
        // What Excel refuses in a name; ids hold none of it, but they may come from anywhere one day.
        let usable = |c: char| !c.is_control() && !"[]:*?/\\'".contains(c);
        let plain: String = id.chars().filter(|c| usable(*c)).collect();
        let plain = if plain.is_empty() || plain.eq_ignore_ascii_case("history") { "table".to_owned() } else { plain };
        for number in 1_u32.. {
            let ending = if number == 1 { String::new() } else { format!(" ({number})") };
            let name: String = plain.chars().take(NAME - ending.len()).chain(ending.chars()).collect();
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
        }
        plain
    }

    /// What did not fit, in sentences.
    pub(super) fn misfits(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let next = self.parts.get(at + 1).filter(|next| std::ptr::eq(next.table, part.table));
            if let Some(next) = next {
                out.push(format!(
                    "`{}` goes on in the sheet `{}`: a sheet holds {} rows.",
                    part.name, next.name, self.rows
                ));
            }
            if part.columns < part.table.columns.len() {
                let left = part.table.columns.len() - part.columns;
                out.push(format!("`{}`: the last {left} columns are left out: a sheet holds {COLUMNS}.", part.name));
            }
            let long = |cell: &Cell| matches!(cell, Cell::Text(t) if super::rows::cut(t).1);
            // As a rule there is none, and that is seen row by row, as the cells lie.
            if !part.rows().par_iter().any(|row| row.iter().any(long)) {
                continue;
            }
            for (column, shown) in part.shown().iter().enumerate() {
                match part.rows().iter().filter(|row| long(&row[column])).count() {
                    0 => {}
                    n => out.push(format!(
                        "`{}`, column `{}`: {n} texts of more than {CHARACTERS} characters are cut and end with \u{201c}{}\u{201d}.",
                        part.name, shown.name, super::rows::MARK
                    )),
                }
            }
        }
        out
    }
}

const NOTES: &[Column] = &[Column::new("note", ColumnKind::Text, "What does not fit into a spreadsheet")];

/// What did not fit, as a table, if anything did not.
pub(super) fn notes(misfits: &[String]) -> Option<Table> {
    let mut table = Table::new("notes", "What does not fit into a spreadsheet", NOTES);
    table.rows = misfits.iter().map(|text| vec![Cell::text(text)]).collect();
    (!misfits.is_empty()).then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(id: &'static str, rows: usize) -> Table {
        let mut table = Table::new(id, "T", &[Column::new("a", ColumnKind::Text, "A")]);
        table.rows = (0..rows).map(|n| vec![Cell::text(n.to_string())]).collect();
        table
    }

    #[test]
    fn long_tables_go_on_in_another_sheet_and_it_is_said() {
        let (long, empty) = (table("users", 7), table("none", 0));
        let plan = Plan::new([&long, &empty].into_iter(), &["cover"], 3);
        let seen: Vec<(&str, usize)> = plan.parts.iter().map(|p| (p.name.as_str(), p.rows().len())).collect();
        assert_eq!(seen, [("users", 3), ("users (2)", 3), ("users (3)", 1), ("none", 0)]);
        assert_eq!(plan.misfits().len(), 2);
        assert!(plan.misfits()[0].contains("`users (2)`"));
    }

    #[test]
    fn names_are_short_clean_and_unique_in_any_case() {
        let long = "a_name_that_is_far_longer_than_a_sheet_name";
        let tables = [
            table("Cover", 0),
            table("x/y:z'", 0),
            table("XYZ", 0),
            table("history", 0),
            table(long, 0),
            table(long, 0),
        ];
        let plan = Plan::new(tables.iter(), &["cover"], 9);
        let names: Vec<&str> = plan.parts.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Cover (2)",
                "xyz",
                "XYZ (2)",
                "table",
                "a_name_that_is_far_longer_than_",
                "a_name_that_is_far_longer_t (2)"
            ]
        );
        assert!(names.iter().all(|n| n.chars().count() <= NAME));
    }

    #[test]
    fn what_a_cell_cannot_hold_is_cut_and_said() {
        let mut wide = table("t", 1);
        wide.rows[0][0] = Cell::text("x".repeat(CHARACTERS + 1));
        wide.rows.push(vec![Cell::text("x".repeat(CHARACTERS))]);
        let misfits = Plan::new([&wide].into_iter(), &[], ROWS).misfits();
        assert_eq!(misfits.len(), 1);
        assert!(misfits[0].starts_with("`t`, column `a`: 1 texts of more than 32767"), "{misfits:?}");
        assert!(notes(&misfits).is_some_and(|n| n.rows.len() == 1));
        assert_eq!(notes(&[]), None);
    }
}
