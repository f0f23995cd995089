//! Audit activities about the whole tenant: policies changed, exports made (`tables/tenant_activities.tsv`, semantics §4.2).

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenantKind {
    /// A policy that decides who is prompted was changed.
    PolicyChanged,
    /// Somebody downloaded the very lists that are read here, or imported one: provenance, never user activity.
    ExportMade,
}

impl TenantKind {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PolicyChanged => "policy_changed",
            Self::ExportMade => "export_made",
        }
    }

    /// The kind of a word in outputs.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::PolicyChanged, Self::ExportMade].into_iter().find(|kind| kind.name() == name)
    }

    fn of_key(key: &str) -> Option<Self> {
        match key {
            "PolicyChanged" => Some(Self::PolicyChanged),
            "ExportMade" => Some(Self::ExportMade),
            _ => None,
        }
    }
}

/// An activity of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantActivity {
    /// Kind.
    pub kind: TenantKind,
    /// Short words for charts and tables.
    pub words: &'static str,
}

impl TenantActivity {
    /// The activity of the table with these words; `None` when the table has none.
    #[must_use]
    pub fn of_words(kind: TenantKind, words: &str) -> Option<Self> {
        rows().filter_map(|(_, row)| row).find(|row| row.kind == kind && row.words == words)
    }

    /// Reads a name as any export spells it; `None` for activities that are not in the table.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        static TABLE: OnceLock<BTreeMap<&'static str, TenantActivity>> = OnceLock::new();
        let folded = name.trim().trim_end_matches('.').trim_end().to_lowercase();
        TABLE
            .get_or_init(|| rows().filter_map(|(name, row)| Some((name, row?))).collect())
            .get(folded.as_str())
            .copied()
    }
}

fn rows() -> impl Iterator<Item = (&'static str, Option<TenantActivity>)> {
    include_str!("tables/tenant_activities.tsv").lines().filter(|l| !l.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        let name = cells.next().unwrap_or_default();
        let kind = cells.next().and_then(TenantKind::of_key);
        (name, kind.zip(cells.next()).map(|(kind, words)| TenantActivity { kind, words }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_spelling_varies() {
        assert!(rows().all(|(name, row)| !name.is_empty() && row.is_some()));
        let parsed = TenantActivity::parse(" Update Conditional Access policy.");
        assert_eq!(parsed.map(|a| (a.kind, a.words)), Some((TenantKind::PolicyChanged, "Conditional Access: changed")));
        assert_eq!(
            TenantActivity::parse("Download user registration details - finished (bulk)").map(|a| a.kind),
            Some(TenantKind::ExportMade)
        );
        assert_eq!(TenantActivity::parse("User registered security info"), None);
    }
}
