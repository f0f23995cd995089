//! Portal exports in another language: foreign headers and values → the English ones (`tables/headers.tsv`, formats.md §1.5).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::csv::normalise;

/// A header as formats know it: normalised, and in English where the table has it.
#[must_use]
pub fn english_header(header: &str) -> String {
    let normal = normalise(header);
    match table().get(&("header", normal.as_str())) {
        Some(english) => (*english).to_owned(),
        None => normal,
    }
}

/// Whether a header was written in another language.
#[must_use]
pub fn is_foreign(header: &str) -> bool {
    table().contains_key(&("header", normalise(header).as_str()))
}

/// A cell's fixed text in English where the table has it; otherwise as it is.
#[must_use]
pub fn english_value(cell: &str) -> &str {
    table().get(&("value", normalise(cell).as_str())).copied().unwrap_or(cell)
}

/// What to do about a header that is in another language and not known. `None`: it looks English.
#[must_use]
pub fn hint(raw_header: &[String]) -> Option<&'static str> {
    let foreign = |h: &String| {
        let normal = normalise(h);
        is_foreign(h) || normal.chars().any(|c| c.is_alphabetic() && !c.is_ascii()) || is_foreign_date(&normal)
    };
    raw_header.iter().any(foreign).then_some(
        "its header is not in English: switch the portal to English (Settings, Language + region) and export again",
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
            assert_eq!(english_header(row[3]), row[3], "no English name is a foreign one");
        }
    }

    #[test]
    fn headers_and_values() {
        assert_eq!(english_header("Code d\u{2019}erreur de  connexion"), "sign-in error code");
        assert_eq!(english_header("Fecha (UTC)"), "date (utc)");
        assert_eq!(english_header("Request ID"), "request id");
        assert_eq!(english_value("Navigateur"), "browser");
        assert_eq!(english_value("IMAP4"), "IMAP4");
    }

    #[test]
    fn a_header_nobody_knows_is_said_to_be_foreign() {
        let hinted = |names: &[&str]| hint(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).is_some();
        assert!(hinted(&["Datum (UTC)", "Anforderungs-ID"]));
        assert!(hinted(&["Benutzer", "Aktivität"]));
        assert!(!hinted(&["Date (UTC)", "Autonomous system  number", "Sender\u{2019}s name", "TimeGenerated [UTC]"]));
    }
}
