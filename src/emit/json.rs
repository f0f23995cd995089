//! `summary.json`, and tables and findings as JSON. The public contract: keys are only added.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Emitter, Sink};
use crate::error::Error;
use crate::report::Report;
use crate::view::{Artifact, Cell, Finding, Stat, Table, Written};

/// Raised when a key of `summary.json` changes its meaning.
const SCHEMA: u32 = 1;

/// `summary.json`.
pub(super) struct Summary;

impl Emitter for Summary {
    fn id(&self) -> &'static str {
        "json"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        let column = |name: &str| tally(&report.users, name);
        let settings: Map<String, Value> =
            report.run.settings.iter().map(|(k, v)| ((*k).to_owned(), Value::from(v.as_str()))).collect();
        let targets = report.targets.as_ref().map(|t| {
            json!({
                "count": t.listed.rows.len(),
                "excluded": t.excluded.rows.len(),
                "excluded_by_gate": tally(&t.excluded, "gate"),
                "valid_until": t.valid_until.to_string(),
            })
        });
        let lists: Vec<Value> = report
            .run
            .lists
            .iter()
            .map(|l| json!({"option": l.option, "path": l.path, "sha256": l.sha256, "lines": l.lines}))
            .collect();
        let inputs: Vec<Value> = report.run.inputs.iter().map(input_json).collect();
        let whole = json!({
            "schema": SCHEMA,
            "kmsift": report.run.version,
            "as_of": report.run.as_of.to_string(),
            "settings": settings,
            "headline": {
                "title": report.headline.title,
                "lead": report.headline.lead,
                "stats": stats_json(&report.headline.stats),
            },
            "people": report.users.rows.len(),
            "labels": column("label"),
            "verdicts": column("verdict"),
            "stages": column("stage"),
            "targets": targets,
            "targets_note": report.targets_note,
            "conclusions": report.conclusions.iter().map(|c| json!({"limits": c.limits, "text": c.text})).collect::<Vec<_>>(),
            "findings": report.findings.iter().map(finding_json).collect::<Vec<_>>(),
            "inputs": inputs,
            "lists": lists,
        });
        Ok(vec![to.put(&Artifact::new("summary.json", format!("{whole:#}\n")))?])
    }
}

/// How many rows carry each value of a text column; empty is `none`.
fn tally(table: &Table, column: &str) -> Value {
    let mut counts: BTreeMap<Cow<'_, str>, u64> = BTreeMap::new();
    if let Some(at) = table.position(column) {
        for row in &table.rows {
            let value = match &row[at] {
                Cell::Empty => Cow::Borrowed("none"),
                Cell::Text(text) => Cow::Borrowed(&**text),
                other => Cow::Owned(other.plain()),
            };
            *counts.entry(value).or_insert(0) += 1;
        }
    }
    counts.into_iter().map(|(k, v)| (k.into_owned(), Value::from(v))).collect::<Map<_, _>>().into()
}

fn input_json(input: &crate::report::InputInfo) -> Value {
    json!({
        "path": input.path,
        "format": input.format,
        "rows": {
            "read": input.rows.read,
            "folded": input.rows.folded,
            "skipped": input.rows.skipped,
            "rejected": input.rows.rejected,
        },
        "notes": input.notes,
    })
}

fn stats_json(stats: &[Stat]) -> Value {
    stats
        .iter()
        .map(|s| {
            let value = json!({
                "label": s.label,
                "count": s.share.part,
                "of": s.share.whole,
                "of_what": s.of,
                "share": s.share.fraction(),
            });
            (s.id.to_owned(), value)
        })
        .collect::<Map<_, _>>()
        .into()
}

/// A finding with its tables.
#[must_use]
pub fn finding_json(finding: &Finding) -> Value {
    // People are in tables/users; here only what is counted.
    let small = |t: &&Table| t.position("user_id").is_none();
    json!({
        "id": finding.id,
        "title": finding.title,
        "lead": finding.lead,
        "stats": stats_json(&finding.stats),
        "caveats": finding.caveats,
        "tables": finding.tables.iter().filter(small).map(|t| (t.id.to_owned(), Value::from(rows(t)))).collect::<Map<_, _>>(),
    })
}

fn rows(table: &Table) -> Vec<Value> {
    table.rows.iter().map(|row| row_json(table, row)).collect()
}

fn row_json(table: &Table, row: &[Cell]) -> Value {
    table.columns.iter().zip(row).map(|(c, cell)| (c.name.to_owned(), cell_json(cell))).collect::<Map<_, _>>().into()
}

fn cell_json(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::from(&**text),
        Cell::Integer(n) => Value::from(*n),
        Cell::Real(x) => Value::from(*x),
        Cell::Boolean(b) => Value::from(*b),
        Cell::Time(t) => Value::from(t.to_string()),
    }
}

/// A table as a JSON array of objects.
#[must_use]
pub fn table_json(table: &Table) -> String {
    format!("{:#}\n", Value::from(rows(table)))
}

/// A table as one JSON object a line.
#[must_use]
pub fn table_ndjson(table: &Table) -> String {
    rows(table).iter().map(|row| format!("{row}\n")).collect::<Vec<_>>().concat()
}
