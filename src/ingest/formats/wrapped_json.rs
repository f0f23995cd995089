//! Logs of the other JSON formats inside another program's envelope: a SIEM's event with the row as JSON in a text, an
//! Event Hub consumer's `body` with `records` in it (formats.md §2.1, §3.1).

use serde_json::Value;

use crate::ingest::block::{Blocks, Limits};
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Kind, Reader, Row};
use crate::ingest::head::{Head, Shape};
use crate::model::problem::{Outcome, Reject, Skip};

/// The format.
pub(super) struct WrappedJson;

/// How deep in an envelope a row is looked for.
const DEPTH: usize = 4;
/// How many envelopes at the file's beginning are looked at.
const LOOKED_AT: usize = 64;

impl Format for WrappedJson {
    fn id(&self) -> &'static str {
        "wrapped_json"
    }
    fn title(&self) -> &'static str {
        "Sign-in, audit or diagnostic rows as JSON inside another program's envelope (SIEM, Event Hub consumer)"
    }
    fn kind(&self) -> Kind {
        Kind::Diagnostic
    }
    fn fit(&self, head: &Head) -> Fit {
        // The rows themselves, in any container, fit their own format better.
        if payloads(head).is_empty() { Fit::nothing() } else { Fit::Yes(1) }
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let found = payloads(head);
        let path = found.first().map(|(path, ..)| path.clone()).unwrap_or_default();
        let mut inner: Vec<Inner> = Vec::new();
        for (_, format, head) in found {
            if !inner.iter().any(|i| i.format.id() == format.id()) {
                inner.push(Inner { format, reader: format.reader(&head, context)? });
            }
        }
        Ok(Box::new(WrappedReader { path, inner }))
    }
}

/// A format met inside the envelopes, and its reader.
struct Inner {
    format: &'static dyn Format,
    reader: Box<dyn Reader>,
}

/// What the first envelopes hold: where, of which format, and its head.
fn payloads(head: &Head) -> Vec<(Vec<String>, &'static dyn Format, Head)> {
    // A row as such has no nested JSON that is a row again; asking costs a parse of the head's records.
    if !matches!(head.shape, Shape::Json { .. }) || best(head).is_some() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for_each(head.text.as_bytes(), head, LOOKED_AT, |record| {
        let Ok(value) = serde_json::from_slice::<Value>(record) else { return };
        let mut path = Vec::new();
        if let Some((format, inner)) = find(&value, &head.file_name, &mut path) {
            out.push((path, format, inner));
        }
    });
    out
}

/// The format that fits a head best, of those whose rows may be wrapped.
fn best(head: &Head) -> Option<&'static dyn Format> {
    let wrapped = |f: &&&'static dyn Format| {
        f.id() != "wrapped_json" && matches!(f.kind(), Kind::SignIns | Kind::Audit | Kind::Diagnostic)
    };
    let score = |f: &&'static dyn Format| match f.fit(head) {
        Fit::Yes(score) => Some(score),
        Fit::No { .. } => None,
    };
    super::FORMATS
        .iter()
        .filter(wrapped)
        .filter_map(|f| Some((score(f)?, *f)))
        .max_by_key(|(score, _)| *score)
        .map(|(_, f)| f)
}

/// The first place in an envelope that holds rows.
fn find(value: &Value, file_name: &str, path: &mut Vec<String>) -> Option<(&'static dyn Format, Head)> {
    let Value::Object(members) = value else { return None };
    // What a diagnostic record holds is told by its category, which would be lost with the envelope.
    let has = |name: &str| members.keys().any(|key| key.eq_ignore_ascii_case(name));
    let diagnostic = has("category") && has("properties");
    for (name, member) in members.iter().filter(|(name, _)| !(diagnostic && name.eq_ignore_ascii_case("properties"))) {
        path.push(name.clone());
        if let Some(head) = head_of(member, file_name)
            && let Some(format) = best(&head)
        {
            return Some((format, head));
        }
        if path.len() < DEPTH
            && let Some(found) = find(member, file_name, path)
        {
            return Some(found);
        }
        path.pop();
    }
    None
}

/// The text of a payload: JSON in a text, or the value itself.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => Some(text.clone()),
        Value::Object(_) | Value::Array(_) => Some(value.to_string()),
        _ => None,
    }
}

fn head_of(value: &Value, file_name: &str) -> Option<Head> {
    Head::look(file_name, text_of(value)?.as_bytes())
}

/// Shows each record of a text, up to so many.
fn for_each(bytes: &[u8], head: &Head, most: usize, mut see: impl FnMut(&[u8])) {
    let reader = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let mut blocks = Blocks::new(reader, head.records(), 1, Limits::default());
    let mut left = most;
    while let Ok(Some(block)) = blocks.next_block() {
        let lines = block.objects.is_empty().then(|| block.bytes.split(|b| *b == b'\n'));
        let records = block.objects.iter().map(|o| &block.bytes[o.clone()]).chain(lines.into_iter().flatten());
        for record in records.map(<[u8]>::trim_ascii).filter(|r| r.starts_with(b"{")) {
            if left == 0 {
                return;
            }
            left -= 1;
            see(record);
        }
    }
}

struct WrappedReader {
    path: Vec<String>,
    inner: Vec<Inner>,
}

impl Reader for WrappedReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        let Ok(envelope) = serde_json::from_slice::<Value>(bytes) else { return Outcome::Rejected(Reject::Json) };
        let payload = self.path.iter().try_fold(&envelope, |value, name| value.get(name));
        // Other programs' events may stand between.
        let Some(text) = payload.and_then(text_of) else { return Outcome::Skipped(Skip::OtherCategory) };
        let Some(head) = Head::look("", text.as_bytes()) else { return Outcome::Skipped(Skip::Blank) };
        let fits = |i: &&Inner| matches!(i.format.fit(&head), Fit::Yes(_));
        let Some(inner) = self.inner.iter().find(fits) else { return other(&text) };
        // An envelope may hold many rows: each is counted, the last one by the caller.
        let mut last = None;
        let line = fold.place.1;
        for_each(text.as_bytes(), &head, usize::MAX, |record| {
            let outcome = inner.reader.row(Row::Json(record), fold);
            if let Some(before) = last.replace(outcome) {
                fold.outcome(before, line, record);
            }
        });
        last.unwrap_or(Outcome::Skipped(Skip::Blank))
    }

    fn notes(&self) -> Vec<String> {
        let inside: Vec<&str> = self.inner.iter().map(|i| i.format.id()).collect();
        let mut notes =
            vec![format!("rows of {} inside `{}` of each envelope", inside.join(", "), self.path.join("."))];
        notes.extend(self.inner.iter().flat_map(|i| i.reader.notes()));
        notes
    }
}

/// A payload of no format met at the file's beginning: another log, or damage.
fn other(text: &str) -> Outcome {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Outcome::Skipped(Skip::OtherCategory),
        Err(_) => Outcome::Rejected(Reject::Json),
    }
}
