//! `kmsift check` as text and as JSON (rulings.md 30).

use serde_json::{Map, Value, json};

use super::calendar::{Marks, calendar};
use crate::ingest::{FileReport, Tally};
use crate::model::time::{Day, Window};
use crate::report::check::{CheckReport, StreamReport};
use crate::view::Lines;
use crate::view::escape::terminal;

fn window(w: Option<Window>) -> Value {
    w.map_or(Value::Null, |w| json!({"from": w.from.to_string(), "to": w.to.to_string()}))
}

/// As JSON.
#[must_use]
pub fn json_of(report: &CheckReport) -> String {
    let streams = streams_json(&report.streams);
    let sum = |part: fn(&Tally) -> u64| report.files.iter().map(|f| part(&f.tally)).sum::<u64>();
    let whole = json!({
        "files": report.files.iter().map(file).collect::<Vec<_>>(),
        "ignored": report.ignored.iter().map(|i| json!({"path": i.path, "why": i.why})).collect::<Vec<_>>(),
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

/// Coverage as JSON, by the name of the stream.
pub(super) fn streams_json(all: &[StreamReport]) -> Map<String, Value> {
    all.iter()
        .map(|s| {
            let gaps: Vec<Value> = s.gaps.iter().map(|g| window(Some(*g))).collect();
            let value = json!({
                "from": s.span.map(|w| w.from.to_string()),
                "to": s.span.map(|w| w.to.to_string()),
                "gaps": gaps,
                "days_seen": s.days.len(),
                "silent_days": silent_days(s),
                "people": s.people,
                "rows": s.rows,
                "rows_in_ledgers": s.kept_rows,
            });
            (s.stream.name().to_owned(), value)
        })
        .collect()
}

/// Runs of days without a row, between the first day and the last, both ends inclusive.
fn silent_days(s: &StreamReport) -> Vec<Value> {
    let days: Vec<Day> = s.days.iter().collect();
    let silent = days.windows(2).filter(|pair| pair[1].0 - pair[0].0 > 1);
    silent.map(|p| json!({"from": Day(p[0].0 + 1).to_string(), "to": Day(p[1].0 - 1).to_string()})).collect()
}

fn file(f: &FileReport) -> Value {
    let skipped: Map<String, Value> =
        f.tally.skipped.iter().map(|(r, n)| (r.name().to_owned(), Value::from(*n))).collect();
    let rejected: Map<String, Value> =
        f.tally.rejected.iter().map(|(r, (n, _))| (r.name().to_owned(), Value::from(*n))).collect();
    let first_lines: Map<String, Value> =
        f.tally.rejected.iter().map(|(r, (_, lines))| (r.name().to_owned(), Value::from(lines.clone()))).collect();
    let skipped_lines: Map<String, Value> =
        f.tally.skipped_lines.iter().map(|(r, lines)| (r.name().to_owned(), Value::from(lines.clone()))).collect();
    let known = f.recognised.as_ref();
    let mut value = json!({
        "path": f.path,
        "format": known.map(|r| r.format),
        "kind": kind(f),
        "encoding": known.map(|r| r.encoding),
        "delimiter": known.and_then(|r| r.separator).map(String::from),
        "rows": {"read": f.tally.read, "folded": f.tally.folded, "skipped": skipped, "rejected": rejected},
        "rejected_lines": first_lines,
        "skipped_lines": skipped_lines,
        "span": window(f.tally.span),
        "columns": {
            "bound": known.map(|r| r.columns.bound.clone()).unwrap_or_default(),
            "missing": known.map(|r| r.columns.missing.clone()).unwrap_or_default(),
        },
        "unreadable_columns": unreadable(&f.tally),
        "tenants": f.tally.tenants.iter().map(|(id, n)| (id.to_string(), Value::from(*n))).collect::<Map<_, _>>(),
        "repeats": f.repeats,
        "refused": f.refusal,
        "damage": f.damage,
        "notes": remarks(f),
    });
    if let Some(ledger) = &f.ledger {
        let rows = &ledger.rows;
        value["ledger"] = json!({
            "people": ledger.people,
            "sources": ledger.sources,
            "rows": {"read": rows.read, "folded": rows.folded, "skipped": rows.skipped, "rejected": rows.rejected},
        });
    }
    value
}

/// Rows whose cell says something unreadable, by column.
fn unreadable(tally: &Tally) -> Map<String, Value> {
    let cell = |(n, lines): &(u64, Vec<u64>)| json!({"rows": n, "first_lines": lines});
    tally.unreadable.iter().map(|(column, found)| ((*column).to_owned(), cell(found))).collect()
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
    let repeats = f.repeats.as_deref().map(repeats);
    let damage = f.damage.as_ref().map(|d| if f.column_error { format!("error: {d}") } else { d.clone() });
    f.refusal.iter().chain(&damage).chain(&repeats).chain(&f.notes).cloned().collect()
}

/// As text.
#[must_use]
pub fn text_of(report: &CheckReport, marks: Marks) -> String {
    let mut out = Lines::default();
    report.files.iter().for_each(|f| file_text(f, &mut out));
    if !report.ignored.is_empty() {
        out.line(format_args!("Ignored"));
    }
    for i in &report.ignored {
        out.line(format_args!("  {}: {}", terminal(&i.path), terminal(&i.why)));
    }
    let sum = |part: fn(&Tally) -> u64| report.files.iter().map(|f| part(&f.tally)).sum::<u64>();
    let refused = report.files.iter().filter(|f| f.refusal.is_some()).count();
    out.line(format_args!(
        "\nAltogether {} inputs, {refused} refused; {} rows read: {} folded, {} skipped, {} rejected",
        report.files.len(),
        sum(|t| t.read),
        sum(|t| t.folded),
        sum(Tally::skipped_total),
        sum(Tally::rejected_total)
    ));
    streams(&report.streams, marks, &mut out);
    out.line(format_args!("\nWhat can and cannot be concluded (! is a limit)"));
    if report.conclusions.is_empty() {
        out.line(format_args!("  - Nothing: there is no log and no snapshot with a time"));
    }
    for c in &report.conclusions {
        out.line(format_args!("  {} {}", if c.limits { "!" } else { "-" }, terminal(&c.text)));
    }
    out.into_text()
}

fn file_text(f: &FileReport, out: &mut Lines) {
    out.line(format_args!("{}", terminal(&f.path)));
    let Some(r) = &f.recognised else {
        out.line(format_args!("  refused: {}", terminal(f.refusal.as_deref().unwrap_or("unknown reason"))));
        return;
    };
    let separator = match r.separator {
        Some('\t') => ", separated by tabs".to_owned(),
        Some(c) => format!(", separated by `{c}`"),
        None => String::new(),
    };
    out.line(format_args!("  {}: {} [{}], {}{separator}", kind(f).unwrap_or(""), r.title, r.format, r.encoding));
    let t = &f.tally;
    if f.ledger.is_none() {
        out.line(format_args!(
            "  {} rows read: {} folded, {} skipped, {} rejected",
            t.read,
            t.folded,
            t.skipped_total(),
            t.rejected_total()
        ));
    }
    for (reason, n) in &t.skipped {
        let lines: Vec<String> = t.skipped_lines.get(reason).into_iter().flatten().map(u64::to_string).collect();
        out.line(format_args!(
            "    skipped {n}: {}, {}, first at line {}",
            reason.name(),
            reason.meaning(),
            lines.join(", ")
        ));
    }
    for (reason, (n, lines)) in &t.rejected {
        let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
        out.line(format_args!(
            "    rejected {n}: {}, {}, first at line {}",
            reason.name(),
            reason.meaning(),
            lines.join(", ")
        ));
    }
    if let Some(span) = t.span {
        out.line(format_args!("  from {} to {}", span.from, span.to));
    }
    let missing: Vec<&str> = missing(&r.columns.missing).collect();
    if !missing.is_empty() {
        let wanted = missing.len() + r.columns.bound.len();
        out.line(format_args!(
            "  {} of {wanted} columns found; not there: {}",
            r.columns.bound.len(),
            missing.join(", ")
        ));
    }
    if let Some(damage) = &f.damage {
        let word = if f.column_error { "error" } else { "damaged" };
        out.line(format_args!("  {word}: {}", terminal(damage)));
    }
    for note in f.repeats.as_deref().map(repeats).iter().chain(&f.notes) {
        out.line(format_args!("  note: {}", terminal(note)));
    }
}

/// The twins that `union` makes in Log Analytics are missed by nobody.
fn missing<'r>(columns: &'r [&'static str]) -> impl Iterator<Item = &'static str> + 'r {
    columns.iter().copied().filter(|c| !c.ends_with("_dynamic") && !c.ends_with("_string"))
}

fn repeats(path: &str) -> String {
    format!("repeats `{path}`: the same beginning, counts and times; the same row counts once, so it changes nothing")
}

fn rows(s: &StreamReport) -> String {
    match (s.rows, s.kept_rows) {
        (now, 0) => format!("{now} rows"),
        (0, kept) => format!("{kept} rows when they were added to a ledger"),
        (now, kept) => format!("{now} rows and {kept} when they were added to a ledger"),
    }
}

/// Coverage, stream by stream.
pub(super) fn streams(all: &[StreamReport], marks: Marks, out: &mut Lines) {
    const GAPS_SHOWN: usize = 5;
    out.line(format_args!("\nCoverage ({})", marks.legend()));
    for s in all {
        let Some(span) = s.span else {
            out.line(format_args!("  {:<16} nothing", s.stream.name()));
            continue;
        };
        out.line(format_args!(
            "  {:<16} {} to {}, {} people, {}, {} gaps",
            s.stream.name(),
            span.from,
            span.to,
            s.people,
            rows(s),
            s.gaps.len()
        ));
        calendar(s, marks, out);
        for gap in s.gaps.iter().take(GAPS_SHOWN) {
            out.line(format_args!("    gap from {} to {}", gap.from, gap.to));
        }
        if s.gaps.len() > GAPS_SHOWN {
            out.line(format_args!("    and {} gaps more: --format json lists them", s.gaps.len() - GAPS_SHOWN));
        }
    }
}
