//! Plain lists for anything: CSV, JSON, object ids.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Channel;
use crate::targets::{Purpose, Target, TargetList};
use crate::view::Artifact;

/// `targets.csv`.
pub(super) struct Csv;
/// `targets.json`.
pub(super) struct Json;
/// `targets.txt`.
pub(super) struct Ids;

impl Channel for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }
    fn consumer(&self) -> &'static str {
        "spreadsheets, scripts"
    }
    fn revokes(&self) -> bool {
        false
    }
    fn takes_tokens(&self) -> bool {
        true
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        vec![Artifact::new("targets.csv", list.listed_table().to_csv())]
    }
}

impl Channel for Json {
    fn id(&self) -> &'static str {
        "json"
    }
    fn consumer(&self) -> &'static str {
        "scripts"
    }
    fn revokes(&self) -> bool {
        false
    }
    fn takes_tokens(&self) -> bool {
        true
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let valid_until = list.valid_until.to_string();
        let target = |target| Listed::new(target, list, &valid_until);
        let whole = Whole {
            as_of: list.as_of.to_string(),
            valid_until: &valid_until,
            goal: list.goal,
            tenants: &list.tenants,
            count: list.listed.len(),
            targets: list.listed.iter().map(target).collect(),
            purpose: (list.purpose == Purpose::Nudge).then_some("nudge"),
            pseudonymised: list.key.as_ref().map(|key| json!({ "key": key })),
        };
        vec![Artifact::new(
            "targets.json",
            serde_json::to_string_pretty(&whole).map(|text| text + "\n").unwrap_or_default(),
        )]
    }
}

/// `targets.json`.
#[derive(Serialize)]
struct Whole<'l> {
    as_of: String,
    valid_until: &'l str,
    goal: &'l str,
    tenants: &'l [String],
    count: usize,
    targets: Vec<Listed<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'l str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pseudonymised: Option<Value>,
}

/// A person of it.
#[derive(Serialize)]
struct Listed<'l> {
    user_id: &'l str,
    user_principal_name: &'l str,
    wave: u32,
    reason: &'l str,
    staleness_min_days: i64,
    staleness_max_days: Option<i64>,
    confidence: &'l str,
    valid_until: &'l str,
    /// Joined columns, under names that no other has.
    #[serde(flatten)]
    joined: Map<String, Value>,
}

impl<'l> Listed<'l> {
    fn new(target: &'l Target, list: &TargetList, valid_until: &'l str) -> Self {
        let value = |text: &String| if text.is_empty() { Value::Null } else { Value::from(text.as_str()) };
        Self {
            user_id: &target.user_id,
            user_principal_name: &target.upn,
            wave: target.wave,
            reason: &target.reason,
            staleness_min_days: target.staleness.0,
            staleness_max_days: target.staleness.1,
            confidence: target.confidence,
            valid_until,
            joined: list
                .joined
                .iter()
                .zip(&target.joined)
                .map(|(name, text)| ((*name).to_owned(), value(text)))
                .collect(),
        }
    }
}

impl Channel for Ids {
    fn id(&self) -> &'static str {
        "ids"
    }
    fn consumer(&self) -> &'static str {
        "anything that takes one object id a line"
    }
    fn revokes(&self) -> bool {
        false
    }
    fn takes_tokens(&self) -> bool {
        true
    }
    fn files(&self, list: &TargetList) -> Vec<Artifact> {
        let lines = list.listed.iter().map(|t| format!("{}\n", t.user_id)).collect::<Vec<_>>().concat();
        vec![Artifact::new("targets.txt", lines)]
    }
}
