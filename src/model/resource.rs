//! Resources a Conditional Access policy can name (`tables/resources.tsv`, semantics §6.1): names, the bundle "Office 365",
//! which cannot be chosen, and which are opened through another.

use super::ids::Id;

/// The value of `includeApplications` for the bundle.
pub const OFFICE_365: &str = "Office365";

/// What is known of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: &'static str,
    /// Part of the bundle.
    pub office_365: bool,
    /// A policy can name it.
    pub selectable: bool,
    /// Opening one of these must satisfy a policy on this one at once.
    pub opened_by: Vec<Id>,
}

/// The resources of the table.
#[must_use]
pub fn known() -> &'static [Resource] {
    static KNOWN: std::sync::OnceLock<Vec<Resource>> = std::sync::OnceLock::new();
    KNOWN.get_or_init(|| lines().filter_map(parse).collect())
}

/// What is known of a resource; `None`: nothing, which means an ordinary one of its own.
#[must_use]
pub fn find(id: &Id) -> Option<&'static Resource> {
    known().iter().find(|r| r.id == *id)
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("tables/resources.tsv").lines().filter(|l| !l.starts_with('#'))
}

fn parse(line: &'static str) -> Option<Resource> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [id, name, office_365, selectable, opened_by, _source] = cells.as_slice() else { return None };
    let flag = |text: &str| match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    Some(Resource {
        id: Id::parse(id)?,
        name,
        office_365: flag(office_365)?,
        selectable: flag(selectable)?,
        opened_by: opened_by.split(',').filter_map(Id::parse).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(lines().count(), known().len());
        let teams = known().iter().find(|r| r.name.contains("Teams")).map(|r| r.id.clone());
        let exchange = known().iter().find(|r| r.name.contains("Exchange"));
        assert_eq!(exchange.map(|r| r.opened_by.clone()), teams.map(|t| vec![t]));
        assert!(known().iter().all(|r| r.selectable || !r.office_365));
    }
}
