//! `manifest.json`: what went in, what came out, which rails were off, so that a list can be traced and checked.

use serde_json::{Map, Value, json};

use super::pseudonyms::PSEUDONYMISED;
use crate::model::settings::InForce;
use crate::report::RunInfo;
use crate::targets::{Purpose, TargetList};
use crate::view::{Artifact, Written};

/// The manifest of a run, which knows so many people, over the files it wrote.
#[must_use]
pub fn manifest((run, people): (&RunInfo, usize), list: Option<&TargetList>, files: &[Written]) -> Artifact {
    let settings: Map<String, Value> =
        run.settings.iter().map(|(k, v)| ((*k).to_owned(), Value::from(v.as_str()))).collect();
    let inputs: Vec<Value> = run
        .inputs
        .iter()
        .map(|i| {
            json!({
                "path": i.path,
                "format": i.format,
                "sha256": i.sha256,
                "rows": {"read": i.rows.read, "folded": i.rows.folded, "skipped": i.rows.skipped, "rejected": i.rows.rejected},
            })
        })
        .collect();
    let lists: Vec<Value> = run
        .lists
        .iter()
        .map(|l| json!({"option": l.option, "path": l.path, "sha256": l.sha256, "lines": l.lines}))
        .collect();
    let tables: Vec<Value> = run
        .tables
        .iter()
        .map(|t| json!({"option": t.option, "path": t.path, "sha256": t.sha256, "rows": t.lines}))
        .collect();
    let outputs: Vec<Value> =
        files.iter().map(|f| json!({"path": f.path, "bytes": f.bytes, "sha256": f.sha256})).collect();
    let mut whole = json!({
        "tool": "kmsift",
        "version": run.version,
        "command": run.command,
        "as_of": run.as_of.to_string(),
        "settings": settings,
        "options": options(&run.in_force),
        "people": people,
        "targets": list.map(targets),
        "inputs": inputs,
        "lists": lists,
        "outputs": outputs,
    });
    if list.is_some_and(|l| l.purpose == Purpose::Nudge) {
        whole["targets"]["purpose"] = Value::from("nudge");
    }
    if let Some(key) = run.settings.iter().find_map(|(name, value)| (*name == PSEUDONYMISED).then_some(value)) {
        whole["pseudonymised"] = Value::from(key.as_str());
    }
    if !tables.is_empty() {
        whole["tables"] = Value::from(tables);
    }
    Artifact::new("manifest.json", format!("{whole:#}\n"))
}

/// Every option as it was in force; a list where it may be given more than once.
fn options(in_force: &[InForce]) -> Map<String, Value> {
    let value = |o: &InForce| match (o.many, o.values.first()) {
        (false, Some(one)) => Value::from(one.as_str()),
        _ => Value::from(o.values.clone()),
    };
    in_force.iter().map(|o| (o.name.clone(), json!({"value": value(o), "from": o.from}))).collect()
}

/// What the list holds, how it is handed over, and which rails were off.
fn targets(l: &TargetList) -> Value {
    let mut by_gate = std::collections::BTreeMap::new();
    for e in &l.excluded {
        *by_gate.entry(e.gate.0).or_insert(0_u64) += 1;
    }
    let groups: Map<String, Value> =
        l.hand_off.groups.iter().map(|(wave, id)| (wave.to_string(), Value::from(id.as_str()))).collect();
    json!({
        "count": l.listed.len(),
        "excluded": l.excluded.len(),
        "excluded_by_gate": by_gate,
        "valid_until": l.valid_until.to_string(),
        "overrides": l.overrides,
        "tenants": l.tenants,
        "hand_off": {
            "legacy": l.hand_off.legacy,
            "groups": groups,
            "apps": l.hand_off.apps,
            "frequency_days": l.hand_off.frequency_days,
            "template": [l.hand_off.template.version, l.hand_off.template.header],
        },
    })
}
