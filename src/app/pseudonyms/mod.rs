//! `--pseudonymise`: what every output shows instead of people.
//!
//! Tokens are put in after everything is judged, picked, planned and cut into waves, and before anything is shown: names
//! bear on judgements (service accounts by their names, guests by `#EXT#`, the order of ids), so facts keep them. Every value
//! an output is made of, a table, finding, report, list, explanation or message, passes through here whole: columns of
//! people become tokens, and all other text is searched (`prose`). Doing so twice changes nothing.

mod document;
mod paths;
mod prose;
mod values;

pub(crate) use document::PSEUDONYMISED;

use std::collections::BTreeSet;

use hashbrown::HashSet;

use super::{Settings, Study};
use crate::facts::{Dossiers, Hasher};
use crate::model::ids::Id;
use crate::model::joined::Joined;
use crate::model::pseudonym::{Key, TokenKind, is_token};

/// What is known of the people and files of a run, and the key.
#[derive(Debug)]
pub struct Pseudonyms {
    key: Key,
    people: HashSet<Id, Hasher>,
    tenants: BTreeSet<Id>,
    /// Applications and resources: what people use, not who they are.
    apps: BTreeSet<Id>,
    domains: HashSet<String, Hasher>,
    names: prose::Names,
    /// Paths of inputs and lists, longest first.
    paths: Vec<String>,
}

impl Pseudonyms {
    /// What is known before the inputs are read: their names.
    #[must_use]
    pub fn of_settings(key: &Key, settings: &Settings) -> Self {
        let lists = settings.list_files.iter().chain(&settings.tables).map(|l| l.path.clone());
        let mut out = Self::bare(key.clone());
        out.paths = settings.paths.iter().cloned().chain(lists).collect();
        out.paths.extend(settings.emitted.iter().map(|(path, _)| path.to_string_lossy().into_owned()));
        out.in_order();
        out
    }

    /// Nothing but the key.
    fn bare(key: Key) -> Self {
        Self {
            key,
            people: HashSet::default(),
            tenants: BTreeSet::new(),
            apps: BTreeSet::new(),
            domains: HashSet::default(),
            names: prose::Names::default(),
            paths: Vec::new(),
        }
    }

    /// The same with the people and files of the inputs.
    #[must_use]
    pub fn with(mut self, dossiers: &Dossiers, paths: impl Iterator<Item = String>) -> Self {
        let mut names = prose::Names::default();
        for (id, person) in dossiers.people() {
            self.people.insert(id.clone());
            for upn in &person.upns {
                self.domains.extend(upn.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
            }
            let account = &person.account;
            let stated = account.display_name.iter().map(|n| n.value.as_str());
            stated.chain(person.seen_name.as_deref()).for_each(|name| names.add(name));
            // A shared mailbox is often called like its department: that is no person's name.
            account.department.iter().for_each(|d| names.spare(&d.value));
            account.usage_location.iter().for_each(|l| names.spare(&l.value));
        }
        self.apps = dossiers.apps();
        self.apps.iter().for_each(|app| names.spare(&dossiers.app_label(app)));
        self.names = names;
        self.tenants.clone_from(dossiers.tenants());
        self.paths.extend(paths);
        self.in_order();
        self
    }

    /// What a whole study knows.
    #[must_use]
    pub fn of_study(key: &Key, settings: &Settings, study: &Study) -> Self {
        let ignored = study.ignored.iter().map(|i| i.path.clone());
        let paths = study.files.iter().map(|f| f.path.clone()).chain(ignored);
        Self::of_settings(key, settings).with(&study.dossiers, paths)
    }

    fn in_order(&mut self) {
        // A bare word may stand in any sentence; before a `/` it is the folder.
        let bare = |p: &String| !p.contains(['/', '\\']) && !paths::is_file(p);
        self.paths.iter_mut().filter(|p| bare(p)).for_each(|p| p.push('/'));
        self.paths.retain(|p| p.trim_matches(['.', '/', '-']).len() > 1);
        self.paths.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.paths.dedup();
    }

    /// By what the key is told from others.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.key.id()
    }

    /// The token of a person's id: `user-…`, or of a UPN where the inputs know no id.
    #[must_use]
    pub fn id(&self, text: &str) -> String {
        if is_token(text) {
            return text.to_owned();
        }
        match Id::parse(text) {
            None if text.trim().is_empty() => String::new(),
            None => self.key.token(TokenKind::Text, text),
            Some(id) => match id.as_upn() {
                Some(upn) => format!("upn:{}", self.upn(upn)),
                None if text.contains('@') => self.upn(text),
                None => self.key.token(TokenKind::User, &id.to_string()),
            },
        }
    }

    /// The token of a UPN.
    #[must_use]
    pub fn upn(&self, text: &str) -> String {
        if text.trim().is_empty() || is_token(text) { text.to_owned() } else { self.key.upn(text) }
    }

    /// The token of a display name; case and marks between its words do not matter.
    #[must_use]
    pub fn name(&self, text: &str) -> String {
        let words = prose::words(text);
        match words.as_str() {
            _ if is_token(text) => text.to_owned(),
            "" if text.trim().is_empty() => String::new(),
            "" => self.key.token(TokenKind::Name, text.trim()),
            words => self.key.token(TokenKind::Name, words),
        }
    }

    /// The token of an identifier met in a text; applications stay.
    fn other_id(&self, id: &Id) -> Option<String> {
        let kind = match id {
            _ if self.apps.contains(id) => return None,
            _ if self.people.contains(id) => TokenKind::User,
            _ if self.tenants.contains(id) => TokenKind::Tenant,
            _ => TokenKind::Id,
        };
        Some(self.key.token(kind, &id.to_string()))
    }

    /// The token of a tenant's id.
    #[must_use]
    pub(crate) fn tenant(&self, text: &str) -> String {
        let id = Id::parse(text).map_or_else(|| text.to_owned(), |id| id.to_string());
        if is_token(text) { id } else { self.key.token(TokenKind::Tenant, &id) }
    }

    /// Joined columns: those that say where somebody works stay, all others may name people.
    #[must_use]
    pub fn joined(&self, mut joined: Joined) -> Joined {
        let kept: Vec<bool> = joined.columns.iter().map(|name| stays(name)).collect();
        for row in joined.values.values_mut() {
            for (value, kept) in row.iter_mut().zip(&kept) {
                *value = if *kept { self.prose(value) } else { self.joined_value(value) };
            }
        }
        joined
    }

    /// The same name or UPN has the same token as in the columns of people, so managers can be looked up among them.
    #[must_use]
    pub(crate) fn joined_value(&self, value: &str) -> String {
        let text = value.trim();
        match Id::parse(text) {
            _ if text.is_empty() || is_token(text) => text.to_owned(),
            _ if text.contains('@') => self.upn(text),
            Some(id) if matches!(id, Id::Guid(_)) || self.people.contains(&id) => self.id(text),
            _ if text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_numeric) => self.name(text),
            _ => self.key.token(TokenKind::Text, text),
        }
    }
}

impl Pseudonyms {
    /// A sentence that quotes cells of the user's own file between backticks.
    #[must_use]
    pub fn quoted(&self, text: &str) -> String {
        let parts = text.split('`').enumerate();
        let shown = parts.map(|(i, part)| if i % 2 == 1 { self.cells(part) } else { part.to_owned() });
        shown.collect::<Vec<_>>().join("`")
    }

    /// One or two key cells of a line, as `--join` names it, or a value.
    fn cells(&self, text: &str) -> String {
        text.split(", ").map(|cell| self.joined_value(cell)).collect::<Vec<_>>().join(", ")
    }
}

/// Columns of the user's own whose values say where somebody works or how they are grouped, not who they are.
const STAY: &[&str] = &[
    "branch",
    "business_unit",
    "city",
    "company",
    "company_name",
    "cost_center",
    "cost_centre",
    "country",
    "department",
    "division",
    "employee_type",
    "faculty",
    "licence",
    "license",
    "location",
    "office",
    "org_unit",
    "organisation",
    "organization",
    "plant",
    "region",
    "ring",
    "school",
    "site",
    "state",
    "team",
    "tier",
    "unit",
    "usage_location",
    "user_type",
    "wave",
];

fn stays(column: &str) -> bool {
    let mut name = column;
    while let Some(rest) = name.strip_prefix("join_") {
        name = rest;
    }
    STAY.contains(&name)
}
