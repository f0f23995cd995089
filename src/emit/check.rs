//! `kmsift check` as text and as JSON (rulings.md 30).

use serde_json::{Map, Value, json};

use crate::ingest::{FileReport, Tally};
use crate::model::time::Window;
use crate::report::check::CheckReport;
use crate::view::Lines;
use crate::view::escape::terminal;

fn window(w: Option<Window>) -> Value {
    w.map_or(Value::Null, |w| json!({"from": w.from.to_string(), "to": w.to.to_string()}))
}

/// As JSON.
#[must_use]
pub fn json_of(report: &CheckReport) -> String {
    let streams: Map<String, Value> = report
        .streams
        .iter()
        .map(|s| {
            let gaps: Vec<Value> = s.gaps.iter().map(|g| window(Some(*g))).collect();
            let value = json!({
                "from": s.span.map(|w| w.from.to_string()),
                "to": s.span.map(|w| w.to.to_string()),
                "gaps": gaps,
                "people": s.people,
                "rows": s.rows,
            });
            (s.stream.name().to_owned(), value)
        })
        .collect();
    let sum = |part: fn(&Tally) -> u64| report.files.iter().map(|f| part(&f.tally)).sum::<u64>();
    let whole = json!({
        "files": report.files.iter().map(file).collect::<Vec<_>>(),
        "streams": streams,
        "totals": {
            "read": sum(|t| t.read),
            "folded": sum(|t| t.folded),
            "skipped": sum(Tally::skipped_total),
            "rejected": sum(Tally::rejected_total),
        },
        "conclusions": report.conclusions.iter().map(|c| c.text.as_str()).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

fn file(f: &FileReport) -> Value {
    let skipped: Map<String, Value> =
        f.tally.skipped.iter().map(|(r, n)| (r.name().to_owned(), Value::from(*n))).collect();
    let rejected: Map<String, Value> =
        f.tally.rejected.iter().map(|(r, (n, _))| (r.name().to_owned(), Value::from(*n))).collect();
    let first_lines: Map<String, Value> =
        f.tally.rejected.iter().map(|(r, (_, lines))| (r.name().to_owned(), Value::from(lines.clone()))).collect();
    let known = f.recognised.as_ref();
    json!({
        "path": f.path,
        "format": known.map(|r| r.format),
        "kind": kind(f),
        "encoding": known.map(|r| r.encoding),
        "delimiter": known.and_then(|r| r.separator).map(String::from),
        "rows": {"read": f.tally.read, "folded": f.tally.folded, "skipped": skipped, "rejected": rejected},
        "rejected_lines": first_lines,
        "span": window(f.tally.span),
        "columns": {
            "bound": known.map(|r| r.columns.bound.clone()).unwrap_or_default(),
            "missing": known.map(|r| r.columns.missing.clone()).unwrap_or_default(),
        },
        "refused": f.refusal,
        "notes": remarks(f),
    })
}

/// What a file holds: the one log its rows belong to, else what its format holds.
fn kind(f: &FileReport) -> Option<&'static str> {
    let mut streams = f.tally.streams.keys();
    match (streams.next(), streams.next()) {
        (Some(only), None) => Some(only.name()),
        _ => f.recognised.as_ref().map(|r| r.kind.name()),
    }
}

/// Damage and notes of a file, in sentences.
#[must_use]
pub fn remarks(f: &FileReport) -> Vec<String> {
    f.refusal.iter().chain(&f.damage).chain(&f.notes).cloned().collect()
}

/// As text.
#[must_use]
pub fn text_of(report: &CheckReport) -> String {
    let mut out = Lines::default();
    for f in &report.files {
        out.line(format_args!("{}", terminal(&f.path)));
        match &f.recognised {
            None => {
                out.line(format_args!("  refused: {}", terminal(f.refusal.as_deref().unwrap_or("unknown reason"))));
                continue;
            }
            Some(r) => {
                out.line(format_args!("  {} ({}), {}", r.format, kind(f).unwrap_or(""), r.encoding));
            }
        }
        let t = &f.tally;
        out.line(format_args!(
            "  {} rows read: {} folded, {} skipped, {} rejected",
            t.read,
            t.folded,
            t.skipped_total(),
            t.rejected_total()
        ));
        for (reason, n) in &t.skipped {
            out.line(format_args!("    skipped {n}: {}", reason.name()));
        }
        for (reason, (n, lines)) in &t.rejected {
            let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
            out.line(format_args!("    rejected {n}: {}, first at line {}", reason.name(), lines.join(", ")));
        }
        if let Some(span) = t.span {
            out.line(format_args!("  from {} to {}", span.from, span.to));
        }
        for note in f.damage.iter().chain(&f.notes) {
            out.line(format_args!("  note: {}", terminal(note)));
        }
    }
    streams(report, &mut out);
    out.into_text()
}

fn streams(report: &CheckReport, out: &mut Lines) {
    out.line(format_args!("\nStreams"));
    for s in &report.streams {
        let span = s.span.map_or_else(|| "nothing".to_owned(), |w| format!("{} to {}", w.from, w.to));
        out.line(format_args!(
            "  {:<16} {span}, {} people, {} rows, {} gaps",
            s.stream.name(),
            s.people,
            s.rows,
            s.gaps.len()
        ));
    }
    out.line(format_args!("\nWhat can and cannot be concluded"));
    if report.conclusions.is_empty() {
        out.line(format_args!("  - Nothing: there is no log and no snapshot with a time"));
    }
    for c in &report.conclusions {
        out.line(format_args!("  {} {}", if c.limits { "!" } else { "-" }, terminal(&c.text)));
    }
}
