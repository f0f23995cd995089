//! A target list of tokens mapped back: tokens are worked out anew from the people of the inputs and looked up.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::joins::JoinFile;
use super::pseudonyms::Pseudonyms;
use crate::facts::Dossiers;
use crate::model::pseudonym::is_token;
use crate::targets::LISTED;
use crate::view::escape::csv_cell;

/// What every token of the inputs stands for.
#[derive(Debug)]
pub struct Reverse {
    texts: BTreeMap<String, String>,
}

/// A list with real people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// The list in the form it came in.
    pub text: String,
    /// People on it.
    pub people: usize,
    /// People left out: no token of the inputs is theirs.
    pub unmatched: usize,
}

/// Why a list cannot be mapped back.
pub type Refusal = String;

impl Reverse {
    /// Works the tokens out: ids, UPNs, tenants, and the values of joined files.
    #[must_use]
    pub fn new(mask: &Pseudonyms, dossiers: &Dossiers, joins: &[JoinFile]) -> Self {
        let mut texts = BTreeMap::new();
        for (id, person) in dossiers.people() {
            let id = id.to_string();
            texts.insert(mask.id(&id), id);
            for upn in &person.upns {
                texts.insert(mask.upn(upn), upn.to_string());
            }
            // As the export writes it, which is how lists show it.
            if let Some(upn) = &person.account.upn {
                texts.insert(mask.upn(&upn.value), upn.value.clone());
            }
        }
        for tenant in dossiers.tenants() {
            texts.insert(mask.tenant(&tenant.to_string()), tenant.to_string());
        }
        for value in joins.iter().flat_map(|f| &f.lines).flat_map(|l| &l.cells).filter(|v| !v.trim().is_empty()) {
            texts.entry(mask.joined_value(value)).or_insert_with(|| value.trim().to_owned());
        }
        Self { texts }
    }

    /// A cell: what its token stands for; no token, or an unknown one, stays.
    fn cell(&self, text: &str) -> String {
        self.texts.get(text).cloned().unwrap_or_else(|| text.to_owned())
    }

    /// Maps a list back.
    ///
    /// # Errors
    /// When it is no target list of tokens.
    pub fn list(&self, text: &str) -> Result<Revealed, Refusal> {
        let text = text.trim_start_matches('\u{feff}');
        let revealed = match text.trim_start().chars().next() {
            Some('{') => self.json(text)?,
            _ if text.lines().next().is_some_and(|l| l.contains(',')) => self.csv(text)?,
            _ => self.ids(text)?,
        };
        if revealed.people + revealed.unmatched == 0 {
            return Err("nobody is on it".to_owned());
        }
        if revealed.people == 0 {
            return Err(format!(
                "not one of its {} tokens is of these inputs: it was made with another key, or from other exports",
                revealed.unmatched
            ));
        }
        Ok(revealed)
    }

    fn ids(&self, text: &str) -> Result<Revealed, Refusal> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        if let Some(other) = lines.iter().find(|l| !is_token(l)) {
            return Err(format!("`{other}` is no token: only target lists of tokens are mapped back"));
        }
        let mut known: Vec<&String> = lines.iter().filter_map(|l| self.texts.get(*l)).collect();
        known.sort();
        let text = known.iter().map(|id| format!("{id}\n")).collect::<Vec<_>>().concat();
        Ok(Revealed { text, people: known.len(), unmatched: lines.len() - known.len() })
    }

    fn csv(&self, text: &str) -> Result<Revealed, Refusal> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut rows = reader.records();
        let header = rows.next().transpose().map_err(|e| e.to_string())?.unwrap_or_default();
        if !header.iter().zip(LISTED).all(|(name, column)| name == column.name) || header.len() < LISTED.len() {
            return Err(NO_LIST.to_owned());
        }
        let (mut people, mut unmatched): (BTreeSet<(String, String)>, usize) = (BTreeSet::new(), 0);
        for row in rows {
            let row = row.map_err(|e| e.to_string())?;
            let token = row.get(0).unwrap_or("");
            if !is_token(token) {
                return Err(format!("`{token}` is no token: only target lists of tokens are mapped back"));
            }
            match self.texts.get(token) {
                None => unmatched += 1,
                Some(id) => {
                    let cells: Vec<String> = row.iter().map(|cell| quoted(&self.guarded(cell))).collect();
                    people.insert((id.clone(), format!("{}\n", cells.join(","))));
                }
            }
        }
        let head = text.lines().next().unwrap_or("");
        let lines: String = people.iter().map(|(_, line)| line.as_str()).collect();
        Ok(Revealed { text: format!("{head}\n{lines}"), people: people.len(), unmatched })
    }

    /// A cell guarded against spreadsheets, as every CSV of kmsift: what was no token is guarded already.
    fn guarded(&self, cell: &str) -> String {
        self.texts.get(cell).map_or_else(|| cell.to_owned(), |text| csv_cell(text))
    }

    fn json(&self, text: &str) -> Result<Revealed, Refusal> {
        let mut whole: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let tokens = whole["targets"].as_array().cloned().filter(|_| whole["pseudonymised"].is_object());
        let tokens = tokens.ok_or(NO_LIST)?;
        let known = |one: &Value| one["user_id"].as_str().is_some_and(|id| self.texts.contains_key(id));
        let (listed, lost): (Vec<Value>, Vec<Value>) = tokens.into_iter().partition(known);
        let mut listed: Vec<Value> = listed.into_iter().map(|one| self.value(one)).collect();
        listed.sort_by(|a, b| a["user_id"].as_str().cmp(&b["user_id"].as_str()));
        let people = listed.len();
        whole["tenants"] = self.value(whole["tenants"].take());
        whole["count"] = Value::from(people);
        whole["targets"] = Value::from(listed);
        if let Some(object) = whole.as_object_mut() {
            object.shift_remove("pseudonymised");
        }
        Ok(Revealed { text: format!("{whole:#}\n"), people, unmatched: lost.len() })
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.cell(&text)),
            Value::Array(all) => all.into_iter().map(|v| self.value(v)).collect(),
            Value::Object(all) => Value::Object(all.into_iter().map(|(name, v)| (name, self.value(v))).collect()),
            other => other,
        }
    }
}

const NO_LIST: &str = "it is no target list of tokens: targets.csv, targets.json or targets.txt of a run with --pseudonymise; \
                       reports are not mapped back";

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// By what the key of a JSON list is known, where it says.
#[must_use]
pub fn key_of(text: &str) -> Option<String> {
    let whole: Value = serde_json::from_str(text).ok()?;
    whole["pseudonymised"]["key"].as_str().map(str::to_owned)
}
