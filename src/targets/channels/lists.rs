//! Plain lists for anything: CSV, JSON, object ids.

use serde_json::{Value, json};

use super::Channel;
use crate::targets::{Purpose, TargetList};
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
        let targets: Vec<_> = list
            .listed
            .iter()
            .map(|t| {
                let mut target = json!({
                    "user_id": t.user_id,
                    "user_principal_name": t.upn,
                    "wave": t.wave,
                    "reason": t.reason,
                    "staleness_min_days": t.staleness.0,
                    "staleness_max_days": t.staleness.1,
                    "confidence": t.confidence,
                    "valid_until": list.valid_until.to_string(),
                });
                for (name, value) in list.joined.iter().zip(&t.joined) {
                    target[*name] = if value.is_empty() { Value::Null } else { Value::from(value.as_str()) };
                }
                target
            })
            .collect();
        let mut whole = json!({
            "as_of": list.as_of.to_string(),
            "valid_until": list.valid_until.to_string(),
            "goal": list.goal,
            "tenants": list.tenants,
            "count": list.listed.len(),
            "targets": targets,
        });
        if list.purpose == Purpose::Nudge {
            whole["purpose"] = Value::from("nudge");
        }
        if let Some(key) = &list.key {
            whole["pseudonymised"] = json!({ "key": key });
        }
        vec![Artifact::new("targets.json", format!("{whole:#}\n"))]
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
