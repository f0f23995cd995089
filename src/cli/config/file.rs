//! TOML → keys and values with their lines. What the keys mean is `config`'s business.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One `key = value`, or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key as written.
    pub key: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// What stands behind it.
    pub value: Raw,
}

/// A value as written: numbers keep their digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    Flag(bool),
    Whole(String),
    Fraction(String),
    Time(String),
    Text(String),
    List(Vec<Raw>),
    Table(Vec<Entry>),
}

impl Raw {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Flag(_) => "true or false",
            Self::Whole(_) => "a whole number",
            Self::Fraction(_) => "a number with decimals",
            Self::Time(_) => "a date or time",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// The entries of a file in their order; else the line and what is wrong there.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    match DeTable::parse(text) {
        Ok(table) => Ok(entries(table.get_ref(), text)),
        Err(error) => {
            let at = error.span().map_or(1, |span| line(text, span.start));
            let what: Vec<&str> = error.message().lines().map(str::trim).filter(|l| !l.is_empty()).collect();
            Err((at, format!("not TOML: {}", what.join(", "))))
        }
    }
}

fn entries(table: &DeTable<'_>, text: &str) -> Vec<Entry> {
    let mut out: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let start = key.span().start;
            (start, Entry { key: key.get_ref().to_string(), line: line(text, start), value: raw(value, text) })
        })
        .collect();
    out.sort_by_key(|(start, _)| *start);
    out.into_iter().map(|(_, entry)| entry).collect()
}

fn raw(value: &Spanned<DeValue<'_>>, text: &str) -> Raw {
    match value.get_ref() {
        DeValue::String(s) => Raw::Text(s.to_string()),
        DeValue::Integer(n) => Raw::Whole(n.to_string()),
        DeValue::Float(n) => Raw::Fraction(n.as_str().to_owned()),
        DeValue::Boolean(b) => Raw::Flag(*b),
        DeValue::Datetime(t) => Raw::Time(t.to_string()),
        DeValue::Array(list) => Raw::List(list.iter().map(|v| raw(v, text)).collect()),
        DeValue::Table(table) => Raw::Table(entries(table, text)),
    }
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_lines_and_digits() {
        let text = "# head\nstale-days = 45\ncoverage = 0.90\n\n[targets]\nchannel = [\"csv\"]\nas-of = 2026-11-22\n";
        let read = read(text).unwrap_or_default();
        let shown: Vec<(&str, usize)> = read.iter().map(|e| (e.key.as_str(), e.line)).collect();
        assert_eq!(shown, [("stale-days", 2), ("coverage", 3), ("targets", 5)]);
        assert_eq!(read[1].value, Raw::Fraction("0.90".to_owned()));
        let Raw::Table(own) = &read[2].value else { unreachable!("a table") };
        assert_eq!((own[0].line, &own[0].value), (6, &Raw::List(vec![Raw::Text("csv".to_owned())])));
        assert_eq!((own[1].line, &own[1].value), (7, &Raw::Time("2026-11-22".to_owned())));
    }

    #[test]
    fn what_is_no_toml_names_its_line() {
        for (text, at) in [("a = 1\nb =\n", 2), ("a = 1\na = 2\n", 2), ("[targets\n", 1)] {
            let Err((line, what)) = read(text) else { unreachable!("{text}") };
            assert_eq!(line, at, "{text}: {what}");
            assert!(what.starts_with("not TOML: "), "{what}");
        }
    }
}
