//! `kmsift explain`: one person as text and as JSON (rulings.md 31).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::model::time::Instant;
use crate::report::explain::Explanation;
use crate::view::escape::terminal;

/// Rows of evidence shown as text; JSON has all.
const SHOWN: usize = 20;

fn time(at: Option<Instant>) -> Value {
    at.map_or(Value::Null, |at| Value::from(at.to_string()))
}

/// As JSON.
#[must_use]
pub fn json_of(e: &Explanation) -> String {
    let clocks: Map<String, Value> = e.clocks.iter().map(|(name, at)| ((*name).to_owned(), time(*at))).collect();
    let rules: Vec<Value> = e
        .rules
        .iter()
        .map(|r| {
            let inputs: Map<String, Value> =
                r.inputs.iter().map(|(k, v)| ((*k).to_owned(), Value::from(v.as_str()))).collect();
            json!({"id": r.id, "inputs": inputs, "outcome": r.outcome})
        })
        .collect();
    let evidence: Vec<Value> = e
        .evidence
        .iter()
        .map(|row| json!({"file": row.file, "line": row.line, "time": time(row.at), "what": row.what}))
        .collect();
    let whole = json!({
        "user": e.user,
        "user_principal_name": e.names.0,
        "display_name": e.names.1,
        "as_of": e.as_of.to_string(),
        "clocks": clocks,
        "bounds": {"earliest": time(e.bounds.0), "latest": e.bounds.1.to_string()},
        "rules": rules,
        "evidence": evidence,
        "verdict": e.verdict.0,
        "label": e.verdict.1,
        "gates": e.gates.iter().map(|g| g.0).collect::<Vec<_>>(),
        "next": e.next,
    });
    format!("{whole:#}\n")
}

/// As text.
#[must_use]
pub fn text_of(e: &Explanation) -> String {
    let mut out = String::new();
    let shown = |at: Option<Instant>| at.map_or_else(|| "not seen".to_owned(), |at| at.to_string());
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{} {} ({})", terminal(&e.names.0), terminal(&e.names.1), terminal(&e.user));
    let _ = writeln!(out, "verdict {}, label {}, as of {}\n", e.verdict.0, e.verdict.1, e.as_of);
    let _ = writeln!(out, "Clocks");
    for (name, at) in &e.clocks {
        let _ = writeln!(out, "  {name:<22} {}", shown(*at));
    }
    let earliest = e.bounds.0.map_or_else(|| "any time".to_owned(), |at| at.to_string());
    let _ = writeln!(out, "  the last promptable sign-in lies between {earliest} and {}\n", e.bounds.1);
    let _ = writeln!(out, "Rules");
    for rule in &e.rules {
        let inputs: Vec<String> = rule.inputs.iter().map(|(k, v)| format!("{k} {}", terminal(v))).collect();
        let _ =
            writeln!(out, "  {:<20} {}\n  {:<20}   from {}", rule.id, terminal(&rule.outcome), "", inputs.join(", "));
    }
    let _ = writeln!(out, "\nGates");
    if e.gates.is_empty() {
        let _ = writeln!(out, "  none");
    }
    for (name, reason) in &e.gates {
        let _ = writeln!(out, "  {name:<20} {reason}");
    }
    let _ = writeln!(out, "\nEvidence, newest first ({} rows)", e.evidence.len());
    for row in e.evidence.iter().rev().take(SHOWN) {
        let _ = writeln!(out, "  {}  {}:{}  {}", shown(row.at), terminal(&row.file), row.line, terminal(&row.what));
    }
    if e.evidence.len() > SHOWN {
        let _ = writeln!(out, "  … {} older rows; --format json lists all", e.evidence.len() - SHOWN);
    }
    let _ = writeln!(out, "\nNext: {}", e.next);
    out
}
