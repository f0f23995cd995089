//! Portal exports in another language: foreign headers and values → the English ones (`tables/headers.tsv`, formats.md §1.5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::csv::{Binding, Want, normalise, records};
use super::head::{Head, Shape};
use super::record::Record;
use crate::model::ids::is_null;
use crate::model::tables::lines;

/// The words of one run: the user's rows, then the built-in ones.
#[derive(Clone, Debug, Default)]
pub struct Language {
    mine: Arc<BTreeMap<(Word, String), String>>,
}

/// What a foreign word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Header,
    Value,
}

impl Language {
    /// Reads a file of the form of `tables/headers.tsv`; the source column may be left out. Returns the number of rows.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(&mut self, text: &str) -> Result<usize, String> {
        let mut mine = (*self.mine).clone();
        let mut count = 0;
        for (number, columns) in lines(text) {
            let row = match columns.as_slice() {
                ["header", _, foreign, english, ..] => Some((Word::Header, foreign, english)),
                ["value", _, foreign, english, ..] => Some((Word::Value, foreign, english)),
                _ => None,
            };
            let (word, foreign, english) = row
                .map(|(word, foreign, english)| (word, normalise(foreign), normalise(english)))
                .filter(|(_, foreign, english)| !foreign.is_empty() && !english.is_empty())
                .ok_or_else(|| {
                    let shown: String = columns.join(" | ").chars().take(60).collect();
                    format!("line {number}: `{shown}` is not: {FORM}")
                })?;
            mine.insert((word, foreign), english);
            count += 1;
        }
        self.mine = Arc::new(mine);
        if count == 0 { Err("it holds no row".to_owned()) } else { Ok(count) }
    }

    fn english(&self, word: Word, normal: &str) -> Option<&str> {
        let mine = if self.mine.is_empty() { None } else { self.mine.get(&(word, normal.to_owned())) };
        let kind = match word {
            Word::Header => "header",
            Word::Value => "value",
        };
        mine.map(String::as_str).or_else(|| table().get(&(kind, normal)).copied())
    }

    /// A header as formats know it: normalised, and in English where the table has it.
    #[must_use]
    pub fn header(&self, header: &str) -> String {
        let normal = normalise(header);
        self.english(Word::Header, &normal).map(str::to_owned).unwrap_or(normal)
    }

    /// Whether a header was written in another language.
    #[must_use]
    pub fn is_foreign(&self, header: &str) -> bool {
        self.english(Word::Header, &normalise(header)).is_some()
    }

    /// A cell's fixed text in English where the table has it; otherwise as it is.
    #[must_use]
    pub fn value<'t>(&'t self, cell: &'t str) -> &'t str {
        self.english(Word::Value, &normalise(cell)).unwrap_or(cell)
    }
}

/// What to do about the words of a column that nobody knows, in the rows at a file's beginning that `asks` picks. `None`:
/// there are none.
pub fn unknown_words(head: &Head, want: Want, known: &[&str], asks: impl Fn(&Record<'_>) -> bool) -> Option<String> {
    let Shape::Csv { separator, raw_header, .. } = &head.shape else { return None };
    let binding = Binding::new(&[want], head.header());
    let column = raw_header.get(binding.position(0)?)?.trim();
    let mut reader = records(head.text.as_bytes(), *separator);
    let mut words = BTreeSet::new();
    for record in reader.byte_records().map_while(Result::ok).skip(1) {
        let record = Record::from(&record);
        if !binding.fits(&record) || !asks(&record) {
            continue;
        }
        let Ok(word) = binding.text(&record, 0) else { continue };
        let english = normalise(head.language.value(word));
        if !is_null(word) && !known.contains(&english.as_str()) && !binding.is_header(&record) {
            words.insert(word.trim().chars().take(40).collect::<String>());
        }
    }
    let shown: Vec<String> = words.iter().take(3).map(|w| format!("`{w}`")).collect();
    let english: Vec<String> = known.iter().map(|w| format!("`{w}`")).collect();
    (!shown.is_empty()).then(|| {
        format!(
            "`{column}` says {}, which is not known: rows that hang on it are rejected; say what it is in English with \
             --headers FILE, a line `value`, language, the word, and {}",
            shown.join(", "),
            english.join(" or ")
        )
    })
}

/// The columns of a line, for messages.
pub const FORM: &str = "`header` or `value`, language, foreign text, English text (as the built-in names: lower case)";

/// What to do about a header that is in another language and not known. `None`: it looks English.
#[must_use]
pub fn hint(raw_header: &[String]) -> Option<&'static str> {
    let foreign = |h: &String| {
        let normal = normalise(h);
        Language::default().is_foreign(h)
            || normal.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
            || is_foreign_date(&normal)
    };
    raw_header.iter().any(foreign).then_some(
        "its header is not in English: switch the portal to English (Settings, Language + region) and export again, or give \
         its column names with --headers FILE",
    )
}

/// `Datum (UTC)`, `Data (UTC)`: the first portal column in a language without other letters than ours.
fn is_foreign_date(normal: &str) -> bool {
    normal.ends_with(" (utc)") && !normal.contains("time") && normal != "date (utc)"
}

type Table = BTreeMap<(&'static str, &'static str), &'static str>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| rows().filter_map(|r| Some(((*r.first()?, *r.get(2)?), *r.get(3)?))).collect())
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    include_str!("tables/headers.tsv").lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_normalised_and_unambiguous() {
        assert!(rows().all(|r| r.len() == 5 && matches!(r[0], "header" | "value")), "kind, language, foreign, English");
        assert_eq!(rows().count(), table().len(), "a foreign word occurs twice");
        for row in rows() {
            assert_eq!(normalise(row[2]), row[2], "as headers are compared");
            assert_eq!(normalise(row[3]), row[3], "as formats know them");
            assert_eq!(Language::default().header(row[3]), row[3], "no English name is a foreign one");
        }
    }

    #[test]
    fn headers_and_values() {
        assert_eq!(Language::default().header("Code d\u{2019}erreur de  connexion"), "sign-in error code");
        assert_eq!(Language::default().header("Fecha (UTC)"), "date (utc)");
        assert_eq!(Language::default().header("Request ID"), "request id");
        assert_eq!(Language::default().value("Navigateur"), "browser");
        assert_eq!(Language::default().value("IMAP4"), "IMAP4");
    }

    #[test]
    fn the_users_rows_go_first_and_a_bad_one_is_named() {
        let mut words = Language::default();
        let rows = "# mine\nheader\tde\tDatum (UTC)\tDate (UTC)\nvalue\tde\tErfolg\tsuccess\tme\n";
        assert_eq!(words.read(rows), Ok(2));
        assert_eq!(words.header(" datum  (UTC)"), "date (utc)");
        assert_eq!(words.value("Erfolg"), "success");
        assert!(words.is_foreign("Datum (UTC)") && !Language::default().is_foreign("Datum (UTC)"));
        assert_eq!(words.header("Fecha (UTC)"), "date (utc)", "the built-in table stands behind");
        for (text, line) in [("header\tde\tDatum\n", "line 1: "), ("header\tde\ta\tb\nname\tde\ta\tb\n", "line 2: ")] {
            assert!(words.read(text).is_err_and(|e| e.starts_with(line)), "{text}");
        }
    }

    #[test]
    fn a_header_nobody_knows_is_said_to_be_foreign() {
        let hinted = |names: &[&str]| hint(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).is_some();
        assert!(hinted(&["Datum (UTC)", "Anforderungs-ID"]));
        assert!(hinted(&["Benutzer", "Aktivität"]));
        assert!(!hinted(&["Date (UTC)", "Autonomous system  number", "Sender\u{2019}s name", "TimeGenerated [UTC]"]));
    }
}
