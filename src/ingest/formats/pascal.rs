//! Graph objects as PowerShell spells them (`Get-Mg… | ConvertTo-Json`): Pascal-case names, `\\/Date(…)\\/` times, turned
//! into Graph's own spelling and read as that (formats.md §2.1, §4).

use crate::ingest::csv::Columns;
use crate::ingest::fold::Fold;
use crate::ingest::format::{FileContext, Fit, Format, Reader, Row};
use crate::ingest::head::{Head, Shape};
use crate::model::problem::{Outcome, Reject};
use crate::model::time::Instant;

/// Whether a head is PowerShell's spelling of `graph`, as its decisive member, in Graph's spelling, shows.
pub(super) fn fit(head: &Head, graph: &dyn Format, member: &str) -> Fit {
    // Log Analytics has Pascal case too, beside names of its own.
    if !is_pascal(head, member) || has_name(&head.text, "ResultType") || has_name(&head.text, "TimeGenerated") {
        return Fit::nothing();
    }
    match graph.fit(&camel_head(head)) {
        Fit::Yes(score) => Fit::Yes(score),
        Fit::No { .. } => Fit::nothing(),
    }
}

/// Whether a JSON head spells a member of Graph in Pascal case.
pub(super) fn is_pascal(head: &Head, member: &str) -> bool {
    let (first, rest) = member.split_at(1);
    let pascal = format!("{}{rest}", first.to_ascii_uppercase());
    matches!(head.shape, Shape::Json { .. }) && has_name(&head.text, &pascal) && !has_name(&head.text, member)
}

/// Whether a text has a member of this very spelling.
fn has_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        text[..at].ends_with('"') && text[at + name.len()..].strip_prefix('"').is_some_and(is_before_colon)
    })
}

fn is_before_colon(rest: &str) -> bool {
    rest.trim_start().starts_with(':')
}

/// A reader that respells each row for `graph`'s reader.
pub(super) fn reader(graph: &dyn Format, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
    let cut_off = head.text.contains("\"Microsoft.Graph.") || head.text.contains("\"System.Collections.");
    Ok(Box::new(PascalReader { inner: graph.reader(&camel_head(head), context)?, cut_off }))
}

fn camel_head(head: &Head) -> Head {
    Head { text: String::from_utf8_lossy(&camel(head.text.as_bytes())).into_owned(), ..head.clone() }
}

struct PascalReader {
    inner: Box<dyn Reader>,
    /// Objects below `-Depth` were written as the names of their types: for the remark only.
    cut_off: bool,
}

impl Reader for PascalReader {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let Row::Json(bytes) = row else { return Outcome::Rejected(Reject::Json) };
        self.inner.row(Row::Json(&camel(bytes)), fold)
    }

    fn columns(&self) -> Columns {
        self.inner.columns()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.inner.notes();
        if self.cut_off {
            notes.push(
                "objects in it are names of .NET types: ConvertTo-Json cut them off; they are unknown, not none; write it \
                 with `-Depth 10`"
                    .to_owned(),
            );
        }
        notes
    }
}

/// The same JSON with the first letter of every name in lower case, and the old serialiser's times as ISO.
fn camel(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(quote) = bytes.get(at..).and_then(|b| memchr::memchr(b'"', b)).map(|i| at + i) {
        out.extend_from_slice(&bytes[at..=quote]);
        let end = string_end(bytes, quote + 1);
        let text = &bytes[quote + 1..end];
        let colon = bytes.get(end + 1..).and_then(|b| b.iter().find(|b| !b.is_ascii_whitespace()));
        match (colon, text.split_first()) {
            (Some(b':'), Some((first, rest))) => {
                out.push(first.to_ascii_lowercase());
                out.extend_from_slice(rest);
            }
            _ => match epoch(text) {
                Some(instant) => out.extend_from_slice(instant.to_string().as_bytes()),
                None => out.extend_from_slice(text),
            },
        }
        if end < bytes.len() {
            out.push(b'"');
        }
        at = (end + 1).min(bytes.len());
    }
    out.extend_from_slice(&bytes[at..]);
    out
}

/// Position of the quote that ends a string whose text begins at `at`, or the end of the bytes.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(i) = bytes.get(at..).and_then(|b| memchr::memchr2(b'"', b'\\', b)) {
        at += i;
        if bytes[at] == b'"' {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

/// `\\/Date(1784624400000)\\/`: milliseconds since 1970, UTC, as Windows PowerShell writes times.
fn epoch(text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text).ok()?;
    let number = text.trim_start_matches('\\').strip_prefix("/Date(")?;
    let number = number.trim_end_matches('/').trim_end_matches('\\').strip_suffix(')')?;
    number.parse::<i64>().ok().map(|ms| Instant(ms.div_euclid(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_respelled_and_values_are_not() {
        let text = r#"{ "Id" : "A\"B: {", "Status": {"ErrorCode": 0, "X": ["Text", "\\"]}, "": null, "CreatedDateTime":"\/Date(1784624400000)\/" }"#;
        let want = r#"{ "id" : "A\"B: {", "status": {"errorCode": 0, "x": ["Text", "\\"]}, "": null, "createdDateTime":"2026-07-21T09:00:00Z" }"#;
        assert_eq!(String::from_utf8_lossy(&camel(text.as_bytes())), want);
        assert_eq!(camel(b"{\"Torn"), b"{\"Torn");
    }

    #[test]
    fn times_of_the_old_serialiser() {
        assert_eq!(epoch(br"\/Date(-62135596800000)\/"), Instant::parse("0001-01-01T00:00:00Z"));
        assert_eq!(epoch(b"/Date(x)/"), None);
        assert_eq!(epoch(b"2026-07-21"), None);
    }
}
