//! `kmsift explain`: one person as text and as JSON (rulings.md 31).

use serde_json::{Map, Value, json};

use crate::ingest::evidence::{Evidence, KEPT};
use crate::model::time::Instant;
use crate::report::explain::Explanation;
use crate::view::Lines;
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
        .map(|(row, decides)| {
            json!({"file": row.file, "line": (row.line > 0).then_some(row.line), "time": time(row.at), "what": row.what, "decides": decides})
        })
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
        "evidence_notes": ledgers(e),
        "would_change": e.would_change,
        "next": e.next,
    });
    format!("{whole:#}\n")
}

/// As text.
#[must_use]
pub fn text_of(e: &Explanation) -> String {
    let mut out = Lines::default();
    let shown = |at: Option<Instant>| at.map_or_else(|| "not seen".to_owned(), |at| at.to_string());
    out.line(format_args!("{} {} ({})", terminal(&e.names.0), terminal(&e.names.1), terminal(&e.user)));
    out.line(format_args!("verdict {}, label {}, as of {}\n", e.verdict.0, e.verdict.1, e.as_of));
    out.line(format_args!("Clocks"));
    for (name, at) in &e.clocks {
        out.line(format_args!("  {name:<22} {}", shown(*at)));
    }
    let earliest = e.bounds.0.map_or_else(|| "any time".to_owned(), |at| at.to_string());
    out.line(format_args!("  the last promptable sign-in lies between {earliest} and {}\n", e.bounds.1));
    out.line(format_args!("Rules"));
    for rule in &e.rules {
        let inputs: Vec<String> = rule.inputs.iter().map(|(k, v)| format!("{k} {}", terminal(v))).collect();
        out.line(format_args!(
            "  {:<20} {}\n  {:<20}   from {}",
            rule.id,
            terminal(&rule.outcome),
            "",
            inputs.join(", ")
        ));
    }
    out.line(format_args!("\nGates"));
    if e.gates.is_empty() {
        out.line(format_args!("  none"));
    }
    for (name, reason) in &e.gates {
        out.line(format_args!("  {name:<20} {reason}"));
    }
    evidence(e, &mut out);
    if !e.would_change.is_empty() {
        out.line(format_args!("\nWhat would change this"));
    }
    for sentence in &e.would_change {
        out.line(format_args!("  {sentence}"));
    }
    out.line(format_args!("\nNext: {}", e.next));
    out.into_text()
}

/// First the rows that something rests on, all of them; then the newest others.
fn evidence(e: &Explanation, out: &mut Lines) {
    let (deciding, others): (Vec<_>, Vec<_>) = e.evidence.iter().rev().partition(|(_, decides)| !decides.is_empty());
    out.line(format_args!("\nDeciding rows ({} of {}), newest first", deciding.len(), e.evidence.len()));
    for note in ledgers(e) {
        out.line(format_args!("  {}", terminal(&note)));
    }
    let spare = others.len().saturating_sub(SHOWN);
    for (row, decides) in &deciding {
        out.line(format_args!("  {}", words(row)));
        out.line(format_args!("  {:<20}  decides {}", "", decides.join(", ")));
    }
    if !others.is_empty() {
        out.line(format_args!("\nOther rows, newest first"));
    }
    for (row, _) in others.iter().take(SHOWN) {
        out.line(format_args!("  {}", words(row)));
    }
    if spare > 0 {
        out.line(format_args!("  … {spare} older rows; --format json lists all"));
    }
    if e.evidence.len() == KEPT {
        out.line(format_args!("  … rows before these were not kept: {KEPT} at most are"));
    }
}

/// What is to be said of the ledgers among the evidence.
fn ledgers(e: &Explanation) -> Vec<String> {
    let names: std::collections::BTreeSet<&str> =
        e.evidence.iter().filter(|(row, _)| row.line == 0).map(|(row, _)| row.file.as_str()).collect();
    let said = |name| format!("`{name}` is a ledger: it keeps instants and days, no rows, so there is no line to name");
    names.into_iter().map(said).collect()
}

fn words(row: &Evidence) -> String {
    let at = row.at.map_or_else(|| "no time of its own".to_owned(), |at| at.to_string());
    // Line 0: an instant that a ledger keeps.
    let line = if row.line > 0 { format!(":{}", row.line) } else { String::new() };
    format!("{at:<20}  {}{line}  {}", terminal(&row.file), terminal(&row.what))
}
