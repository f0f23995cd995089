//! `kmsift ledger show` as text and as JSON.

use serde_json::{Value, json};

use super::calendar::Marks;
use super::check::{streams, streams_json};
use crate::ledger::Source;
use crate::ledger::manifest::Rows;
use crate::report::ledger::LedgerReport;
use crate::view::Lines;
use crate::view::escape::terminal;

fn rows(rows: &Rows) -> Value {
    json!({"read": rows.read, "folded": rows.folded, "skipped": rows.skipped, "rejected": rows.rejected})
}

/// As JSON.
#[must_use]
pub fn json_of(report: &LedgerReport) -> String {
    let manifest = &report.manifest;
    let text = |t: &String| (!t.is_empty()).then(|| t.clone());
    let source = |s: &Source| {
        json!({
            "name": s.name, "format": s.format, "sha256": text(&s.sha256), "rows": rows(&s.rows),
            "from": text(&s.from), "to": text(&s.to), "streams": s.streams,
            "details": {"found": s.details.0, "sought": s.details.1},
            "kmsift": s.kmsift, "tables": s.tables, "options": s.options,
        })
    };
    let files: Vec<Value> = manifest
        .tables
        .iter()
        .map(|t| json!({"file": t.file, "rows": t.rows, "bytes": t.bytes, "sha256": t.sha256}))
        .collect();
    let whole = json!({
        "path": report.path,
        "format": manifest.format,
        "kmsift": manifest.kmsift,
        "people": manifest.people,
        "in_user_exports": report.listed.0,
        "in_registration_reports": report.listed.1,
        "registration_days": report.reports.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tenants": report.tenants,
        "streams": streams_json(&report.streams),
        "rows": rows(&manifest.rows()),
        "sources": manifest.sources.iter().map(source).collect::<Vec<_>>(),
        "files": files,
    });
    format!("{whole:#}\n")
}

/// As text.
#[must_use]
pub fn text_of(report: &LedgerReport, marks: Marks) -> String {
    let manifest = &report.manifest;
    let mut out = Lines::default();
    out.line(format_args!("{}", terminal(&report.path)));
    let tenants = if report.tenants.is_empty() { "not stated".to_owned() } else { report.tenants.join(", ") };
    out.line(format_args!(
        "  ledger of format {}, written by kmsift {}; tenant {}",
        manifest.format,
        terminal(&manifest.kmsift),
        terminal(&tenants)
    ));
    out.line(format_args!(
        "  {} people: {} in user exports, {} in registration reports",
        manifest.people, report.listed.0, report.listed.1
    ));
    if let (Some(first), Some(last)) = (report.reports.first(), report.reports.last()) {
        out.line(format_args!("  registration reports of {} days, {first} to {last}", report.reports.len()));
    }
    let all = manifest.rows();
    out.line(format_args!(
        "  {} rows were read when they were added: {} folded, {} skipped, {} rejected",
        all.read, all.folded, all.skipped, all.rejected
    ));
    streams(&report.streams, marks, &mut out);
    out.line(format_args!("\nSources ({}), by time", manifest.sources.len()));
    for s in &manifest.sources {
        out.line(format_args!("  {}", terminal(&words(s))));
    }
    out.line(format_args!("\nFiles"));
    for t in &manifest.tables {
        out.line(format_args!("  {:<24} {:>12} rows {:>14} bytes", terminal(&t.file), t.rows, t.bytes));
    }
    out.into_text()
}

fn words(s: &Source) -> String {
    let span = match (s.from.as_str(), s.to.as_str()) {
        ("", _) | (_, "") => "no time of its own".to_owned(),
        (from, to) => format!("{from} to {to}"),
    };
    let under = if s.options.is_empty() { String::new() } else { format!(", under {}", s.options.join(" ")) };
    let sum: String = s.sha256.chars().take(12).collect();
    let sum = if sum.is_empty() { "no hash: it was a stream".to_owned() } else { format!("SHA-256 {sum}…") };
    format!("{span}  {} [{}], {} rows, {sum}, by kmsift {}{under}", s.name, s.format, s.rows.read, s.kmsift)
}
