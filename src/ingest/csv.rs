//! CSV cells under foreign headers: names normalised, columns bound by name, cells read as text.

use std::io::{self, Read};

use super::head::Head;
use super::known::Key;
use super::language::Language;
use super::record::Record;
use crate::model::ids::Id;
use crate::model::problem::Reject;

/// A header as it is compared: trimmed, lower case, single blanks, straight apostrophes (formats.md §0.3).
#[must_use]
pub fn normalise(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    // Where files were put together, the mark stands before the second header and makes its quotes literal.
    let around = |c: char| c.is_whitespace() || c == '\u{feff}' || straight(c) == '"';
    let header = header.trim_matches(around);
    for word in header.split(|c: char| c.is_whitespace() || c == '\u{a0}') {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(straight).flat_map(char::to_lowercase));
    }
    out
}

/// The records of CSV bytes, which may begin anywhere in a file: a byte-order mark among them is text like any other.
/// (The `csv` crate drops one from whatever it is given first, if it sees it whole; a row must not depend on where blocks begin.)
#[must_use]
pub fn records(bytes: &[u8], separator: u8) -> csv::Reader<io::Chain<&[u8], &[u8]>> {
    let (first, rest) = bytes.split_at(bytes.len().min(1));
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(first.chain(rest))
}

/// Typographic apostrophes and quotes as typed ones.
fn straight(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        other => other,
    }
}

/// A wanted column: our word and the headers it is known under, normalised, best first.
#[derive(Clone, Copy, Debug)]
pub struct Want {
    /// Our word for it.
    pub name: &'static str,
    /// Foreign headers.
    pub headers: &'static [&'static str],
}

/// Shorthand for a [`Want`].
#[must_use]
pub const fn want(name: &'static str, headers: &'static [&'static str]) -> Want {
    Want { name, headers }
}

/// So many names of columns in one record, each another, and it is a header.
const SURELY_A_HEADER: usize = 6;

/// A header in the middle of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The wanted columns stand where they stood.
    Same,
    /// They do not: what follows is another layout.
    Other,
}

/// Wanted columns bound to positions of one file.
#[derive(Clone, Debug)]
pub struct Binding {
    at: Vec<Option<usize>>,
    width: usize,
    header: Vec<String>,
    language: Language,
}

impl Binding {
    /// Binds each wanted column to the first header it is known under.
    #[must_use]
    pub fn new(wants: &[Want], header: &[String]) -> Self {
        let find = |want: &Want| want.headers.iter().find_map(|h| header.iter().position(|have| have == h));
        Self {
            at: wants.iter().map(find).collect(),
            width: header.len(),
            header: header.to_vec(),
            language: Language::default(),
        }
    }

    /// The same, for a header that may be in another language when it occurs again.
    #[must_use]
    pub fn of(wants: &[Want], head: &Head) -> Self {
        Self { language: head.language.clone(), ..Self::new(wants, head.header()) }
    }

    /// Names bound and names missing.
    #[must_use]
    pub fn columns(&self, wants: &[Want]) -> Columns {
        let (bound, missing): (Vec<_>, Vec<_>) = wants.iter().zip(&self.at).partition(|(_, at)| at.is_some());
        let names = |list: Vec<(&Want, &Option<usize>)>| list.into_iter().map(|(w, _)| w.name).collect();
        Columns { bound: names(bound), missing: names(missing) }
    }

    /// Where a wanted column stands.
    #[must_use]
    pub fn position(&self, want: usize) -> Option<usize> {
        self.at.get(want).copied().flatten()
    }

    /// Wanted columns, put together where they stand side by side.
    #[must_use]
    pub fn runs(&self, wants: &[usize]) -> Runs {
        let mut places: Vec<usize> = wants.iter().filter_map(|want| self.position(*want)).collect();
        places.sort_unstable();
        places.dedup();
        let beside = |a: &usize, b: &usize| a + 1 == *b;
        Runs(places.chunk_by(beside).map(|run| (run[0], run[run.len() - 1])).collect())
    }

    /// Whether a wanted column is there.
    #[must_use]
    pub fn has(&self, want: usize) -> bool {
        self.at.get(want).is_some_and(Option::is_some)
    }

    /// Whether any wanted column is there.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.at.iter().any(Option::is_some)
    }

    /// Whether a record is as wide as the header.
    #[must_use]
    pub fn fits(&self, record: &Record<'_>) -> bool {
        record.len() == self.width
    }

    /// Whether a record is the header again (concatenated exports).
    #[must_use]
    pub fn is_header(&self, record: &Record<'_>) -> bool {
        // Asked of every row of a log: a first cell that begins with a digit is a date or an id, no header.
        let begins_with_digit = record.get(0).and_then(|c| c.first()).is_some_and(u8::is_ascii_digit);
        record.len() == self.width
            && !begins_with_digit
            && record
                .iter()
                .zip(&self.header)
                .all(|(cell, name)| std::str::from_utf8(cell).is_ok_and(|c| self.language.header(c) == *name))
    }

    /// Whether a record is a header: this one again, one that puts the wanted columns elsewhere, or none.
    #[must_use]
    pub fn header_in(&self, record: &Record<'_>, wants: &[Want]) -> Option<Again> {
        if self.is_header(record) {
            return Some(Again::Same);
        }
        // Asked of every row: rows hold a date or a number somewhere, names of columns begin with letters.
        if record.len() < 2 || record.iter().any(|c| c.first().is_some_and(u8::is_ascii_digit)) {
            return None;
        }
        // Most of its cells name columns; or so many that no row says them all, among names of columns nobody reads.
        let enough = (record.len() / 2 + 1).min(SURELY_A_HEADER);
        let mut names: Vec<String> = Vec::with_capacity(record.len());
        let (mut known, mut seen) = (0, std::collections::BTreeSet::new());
        for (cell, left) in record.iter().zip((0..record.len()).rev()) {
            let text = std::str::from_utf8(cell).ok().filter(|c| c.len() <= 128 && !c.contains('@'));
            let name = text.map(|c| self.language.header(c)).unwrap_or_default();
            let is_known = self.header.contains(&name) || wants.iter().any(|w| w.headers.contains(&name.as_str()));
            known += usize::from(is_known && seen.insert(name.clone()));
            if known + left < enough {
                return None;
            }
            names.push(name);
        }
        let same = names.len() == self.width && Self::new(wants, &names).at == self.at;
        Some(if same { Again::Same } else { Again::Other })
    }

    /// A cell as text, without a spreadsheet's formula guard; empty when the column is missing.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn text<'r>(&self, record: &'r Record<'r>, want: usize) -> Result<&'r str, Reject> {
        let Some(cell) = self.at.get(want).copied().flatten().and_then(|i| record.get(i)) else { return Ok("") };
        let text = std::str::from_utf8(cell).map_err(|_| Reject::Utf8)?;
        Ok(match text.as_bytes() {
            [b'\'', b'=' | b'+' | b'-' | b'@', ..] => &text[1..],
            _ => text,
        })
    }
}

/// First and last cell of columns that stand side by side. What they say is known by the bytes between them.
#[derive(Clone, Debug)]
pub struct Runs(Box<[(usize, usize)]>);

/// One record under its binding.
#[derive(Debug)]
pub struct Cells<'r> {
    binding: &'r Binding,
    record: &'r Record<'r>,
    /// A bit for each wanted column whose cell says something unreadable.
    unreadable: std::cell::Cell<u128>,
}

impl<'r> Cells<'r> {
    /// A record and its binding.
    #[must_use]
    pub fn new(binding: &'r Binding, record: &'r Record<'r>) -> Self {
        Self { binding, record, unreadable: std::cell::Cell::new(0) }
    }

    /// A cell as it is written; empty when the column is missing.
    #[must_use]
    pub fn bytes(&self, want: usize) -> &'r [u8] {
        self.binding.position(want).and_then(|at| self.record.get(at)).unwrap_or_default()
    }

    /// Adds the cells of columns to a key, as they are written where that is known.
    pub fn key(&self, runs: &Runs, key: &mut Key) {
        for (first, last) in &runs.0 {
            if let Some(run) = self.record.run(*first, *last) {
                key.cell(run);
                continue;
            }
            // Without quotes around them: never the same as cells with them.
            key.apart();
            for at in *first..=*last {
                key.cell(self.record.get(at).unwrap_or_default());
            }
        }
    }

    /// A cell as text; empty when the column is missing.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn text(&self, want: usize) -> Result<&'r str, Reject> {
        self.binding.text(self.record, want)
    }

    /// A cell as text, of which the row can do without; empty, and noted as lost, if it cannot be read.
    #[must_use]
    pub fn readable(&self, want: usize) -> &'r str {
        self.text(want).unwrap_or_else(|_| {
            self.lost(want);
            ""
        })
    }

    /// A cell as text, trimmed; `None` when it says nothing.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn word(&self, want: usize) -> Result<Option<String>, Reject> {
        Ok(Some(self.text(want)?.trim().to_owned()).filter(|t| !crate::model::ids::is_null(t)))
    }

    /// A cell as an id.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    pub fn id(&self, want: usize) -> Result<Option<Id>, Reject> {
        let text = self.text(want)?;
        let id = Id::parse(text);
        if id.is_none() && !crate::model::ids::is_null(text) && text.trim().contains(char::is_whitespace) {
            self.lost(want);
        }
        Ok(id)
    }

    /// A yes/no cell.
    ///
    /// # Errors
    /// When it holds something else.
    pub fn boolean(&self, want: usize) -> Result<Option<bool>, Reject> {
        boolean(self.text(want)?).inspect_err(|_| self.lost(want))
    }

    /// Notes that a cell says something that cannot be read (formats.md §9.7).
    pub fn lost(&self, want: usize) {
        self.unreadable
            .set(self.unreadable.get() | 1_u128.checked_shl(u32::try_from(want).unwrap_or(u32::MAX)).unwrap_or(0));
    }

    /// The wanted columns whose cells could not be read.
    pub fn unreadable(&self) -> impl Iterator<Item = usize> {
        let bits = self.unreadable.get();
        (0..if bits == 0 { 0 } else { 128 }).filter(move |want| bits >> want & 1 == 1)
    }

    /// Whether nothing unreadable was met in the cells asked for so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.unreadable.get() == 0
    }

    /// Whether the file has the column.
    #[must_use]
    pub fn has(&self, want: usize) -> bool {
        self.binding.has(want)
    }
}

/// Which columns or keys a reader found and which it would have liked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Found.
    pub bound: Vec<&'static str>,
    /// Not there.
    pub missing: Vec<&'static str>,
}

/// Reads a yes/no cell in every spelling met (formats.md §0.16); `None` for unknown.
///
/// # Errors
/// When the cell holds something else.
pub fn boolean(text: &str) -> Result<Option<bool>, Reject> {
    let lower = text.trim().to_ascii_lowercase();
    match lower.as_str() {
        "true" | "1" | "yes" | "capable" | "registered" | "enabled" => Ok(Some(true)),
        "false" | "0" | "no" | "not capable" | "not registered" | "not enabled" | "disabled" => Ok(Some(false)),
        other if crate::model::ids::is_null(other) => Ok(None),
        _ => Err(Reject::Boolean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_as_exports_write_them() {
        for (header, want) in [
            ("Application ID ", "application id"),
            ("Autonomous system  number", "autonomous system number"),
            ("\u{feff}Date (UTC)", "date (utc)"),
            ("Exigence d\u{2019}authentification", "exigence d'authentification"),
            ("A\u{a0}B", "a b"),
        ] {
            assert_eq!(normalise(header), want);
        }
    }

    #[test]
    fn the_first_of_two_equal_headers_is_bound() {
        let header = ["incoming token type", "x", "incoming token type"].map(str::to_owned);
        let binding = Binding::new(&[want("token", &["incoming token type"])], &header);
        let record = csv::ByteRecord::from(vec!["refreshToken", "'-1", "Refresh token"]);
        assert_eq!(binding.text(&Record::from(&record), 0), Ok("refreshToken"));
    }

    #[test]
    fn a_cell_with_quotes_of_its_own_is_no_cell_in_quotes() {
        let binding = Binding::new(&[want("user", &["user"])], &["user".to_owned()]);
        let runs = binding.runs(&[0]);
        let (parsed, bytes) = (csv::ByteRecord::from(vec!["\"ann\""]), b"\"ann\"");
        let key = |record: &Record<'_>| {
            let mut key = Key::default();
            Cells::new(&binding, record).key(&runs, &mut key);
            format!("{key:?}")
        };
        assert_ne!(key(&Record::from(&parsed)), key(&Record::indexed(bytes, 0, &[5], false)));
    }

    #[test]
    fn columns_side_by_side_are_one_run() {
        let header = ["id", "x", "name", "upn", "tenant"].map(str::to_owned);
        let wants = ["id", "upn", "name", "gone", "tenant"].map(|name| want(name, Box::leak(Box::new([name]))));
        let binding = Binding::new(&wants, &header);
        assert_eq!(*binding.runs(&[0, 1, 2, 3, 2]).0, [(0, 0), (2, 3)]);
        assert_eq!(*binding.runs(&[4, 1]).0, [(3, 4)]);
        assert_eq!(*binding.runs(&[3]).0, []);
    }

    #[test]
    fn booleans() {
        assert_eq!(boolean("FALSE"), Ok(Some(false)));
        assert_eq!(boolean("Not Capable"), Ok(Some(false)));
        assert_eq!(boolean(""), Ok(None));
        assert_eq!(boolean("maybe"), Err(Reject::Boolean));
    }
}
