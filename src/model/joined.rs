//! Columns the user joins to people from files of their own (`--join`): department, manager, wave ...

use std::collections::BTreeMap;

use super::ids::Id;

/// Joined columns and what they hold for each person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Names of the columns in the outputs, in the order of the files.
    pub columns: Vec<&'static str>,
    /// Values by person, one per column; empty = not stated.
    pub values: BTreeMap<Id, Vec<String>>,
}

impl Joined {
    /// What a person has in a column; empty when nothing is stated.
    #[must_use]
    pub fn value(&self, person: &Id, column: usize) -> &str {
        self.values.get(person).and_then(|row| row.get(column)).map_or("", String::as_str)
    }

    /// A person's values, one per column.
    pub fn row(&self, person: &Id) -> impl Iterator<Item = &str> {
        (0..self.columns.len()).map(move |column| self.value(person, column))
    }
}
