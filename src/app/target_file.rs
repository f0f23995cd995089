//! Target lists read back: `targets.csv`, `targets.json`, `targets.txt` as kmsift writes them, or a list made by hand.

use std::collections::BTreeSet;

use serde_json::Value;

use super::lists::{ID_HEADERS, UPN_HEADERS, key_of, record, split_comment};
use crate::ingest::csv::normalise;
use crate::model::ids::Id;
use crate::model::time::Instant;
use crate::plan::campaign::{List, Listed};
use crate::plan::outcome::Term;

/// A line before it is known when it was made.
struct Line {
    number: usize,
    keys: Vec<Id>,
    name: String,
    wave: String,
    as_of: String,
    valid_until: String,
}

/// Reads a list. `targeted_at` stands in where the list does not say when it was made.
///
/// # Errors
/// With the line and what is wrong with it.
pub fn parse(text: &str, targeted_at: Option<Instant>) -> Result<List, String> {
    let text = text.trim_start_matches('\u{feff}');
    let (lines, tenants) =
        if text.trim_start().starts_with(['{', '[']) { of_json(text)? } else { (of_lines(text)?, BTreeSet::new()) };
    let people = lines.into_iter().map(|line| listed(line, targeted_at)).collect::<Result<Vec<_>, _>>()?;
    if people.is_empty() {
        return Err("it names nobody".to_owned());
    }
    Ok(List { people, tenants })
}

fn listed(line: Line, targeted_at: Option<Instant>) -> Result<Listed, String> {
    let at = |what: &str, text: &str| match text {
        "" => Ok(None),
        text => Instant::parse(text)
            .map(Some)
            .ok_or_else(|| format!("entry {}: `{text}` in `{what}` is no instant", line.number)),
    };
    let made = at("as_of", &line.as_of)?.or(targeted_at);
    let targeted_at = made.ok_or_else(|| {
        format!("entry {} does not say when the list was made (`as_of`): give --targeted-at", line.number)
    })?;
    let wave = match line.wave.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| format!("entry {}: `{text}` is no wave", line.number))?),
    };
    let valid_until = at("valid_until", &line.valid_until)?;
    Ok(Listed { keys: line.keys, name: line.name, wave, term: Term { targeted_at, valid_until } })
}

fn of_lines(text: &str) -> Result<Vec<Line>, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let first = text.lines().next().unwrap_or("");
    let separator = [b',', b';', b'\t'].into_iter().max_by_key(|s| first.bytes().filter(|b| b == s).count());
    let separator = separator.unwrap_or(b',');
    let header: Vec<String> = record(first, separator)?.iter().map(|h| normalise(h)).collect();
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&h.as_str()));
    let columns = [find(ID_HEADERS), find(UPN_HEADERS)];
    let named = columns.iter().any(Option::is_some);
    if !named {
        return of_plain_lines(&text);
    }
    let rest = [find(&["wave"]), find(&["as_of"]), find(&["valid_until"])];
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut out = Vec::new();
    for (number, row) in (2..).zip(reader.records()) {
        let row = row.map_err(|e| e.to_string())?;
        let cell = |at: Option<usize>| at.and_then(|i| row.get(i)).unwrap_or("").trim().to_owned();
        if row.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let keys: Vec<Id> = columns.iter().filter_map(|c| key_of(&plain(&cell(*c)))).collect();
        let name = columns.iter().map(|c| cell(*c)).find(|c| !c.is_empty()).unwrap_or_default();
        if keys.is_empty() {
            return Err(format!("entry {number}: `{name}` is neither an object id nor a UPN"));
        }
        out.push(Line { number, keys, name, wave: cell(rest[0]), as_of: cell(rest[1]), valid_until: cell(rest[2]) });
    }
    Ok(out)
}

/// A cell as it was before it was guarded against spreadsheets.
fn plain(cell: &str) -> String {
    cell.strip_prefix('\'').unwrap_or(cell).to_owned()
}

fn of_plain_lines(text: &str) -> Result<Vec<Line>, String> {
    let mut out = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let name = split_comment(line).0.trim().to_owned();
        if name.is_empty() {
            continue;
        }
        let key = key_of(&name).ok_or_else(|| format!("line {number}: `{name}` is neither an object id nor a UPN"))?;
        let none = String::new;
        out.push(Line { number, keys: vec![key], name, wave: none(), as_of: none(), valid_until: none() });
    }
    Ok(out)
}

/// The object that kmsift writes, or an array of ids, UPNs or objects with them.
fn of_json(text: &str) -> Result<(Vec<Line>, BTreeSet<Id>), String> {
    let whole: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let array = whole.as_array().or_else(|| whole["targets"].as_array());
    let array = array.ok_or_else(|| "there is no array `targets` in it".to_owned())?;
    let word = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let mut out = Vec::new();
    for (number, one) in (1..).zip(array) {
        let of = |name: &str| match word(&one[name]) {
            own if own.is_empty() => word(&whole[name]),
            own => own,
        };
        let names = if one.is_string() {
            vec![word(one)]
        } else {
            ["user_id", "id", "user_principal_name", "userPrincipalName"].iter().map(|n| word(&one[*n])).collect()
        };
        let keys: Vec<Id> = names.iter().filter_map(|n| key_of(n)).collect();
        let name = names.into_iter().find(|n| !n.is_empty()).unwrap_or_default();
        if keys.is_empty() {
            return Err(format!("entry {number}: neither an object id nor a UPN"));
        }
        out.push(Line {
            number,
            keys,
            name,
            wave: word(&one["wave"]),
            as_of: of("as_of"),
            valid_until: of("valid_until"),
        });
    }
    Ok((out, tenants(&whole["tenants"])))
}

/// Tenant ids as a list or a manifest holds them.
pub(super) fn tenants(value: &Value) -> BTreeSet<Id> {
    value.as_array().into_iter().flatten().filter_map(|t| Id::parse(t.as_str()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "76cbae99-9c68-4843-856f-3feb9e9867af";

    #[test]
    fn lists_of_kmsift_and_lists_made_by_hand() {
        let t0 = Instant::parse("2026-11-09");
        let csv = format!(
            "user_id,user_principal_name,wave,reason,valid_until,as_of\n{ID},ann@contoso.com,2,\"tokens,\nonly\",2026-11-16T00:00:00Z,2026-11-09T00:00:00Z\n"
        );
        let json = format!(
            "{{\"as_of\":\"2026-11-09T00:00:00Z\",\"valid_until\":\"2026-11-16\",\"targets\":[{{\"user_id\":\"{ID}\",\"user_principal_name\":\"ann@contoso.com\",\"wave\":2}}]}}"
        );
        for text in [csv.as_str(), json.as_str()] {
            let list = parse(text, None).expect("a list");
            assert_eq!(list.people.len(), 1, "{text}");
            let one = &list.people[0];
            assert_eq!((one.keys.len(), one.wave, Some(one.term.targeted_at)), (2, Some(2), t0), "{text}");
            assert_eq!(one.term.valid_until, Instant::parse("2026-11-16"), "{text}");
        }
        for text in
            [&format!("{ID}\n"), "ann@contoso.com # pilot\r\n", "upn\nann@contoso.com\n", "[\"ann@contoso.com\"]"]
        {
            assert!(parse(text, None).is_err_and(|e| e.contains("--targeted-at")), "{text}");
            assert_eq!(parse(text, t0).map(|l| l.people.len()), Ok(1), "{text}");
        }
        for text in ["ann\n", "user_id\n,\nann\n", "{}", "[{}]", "", "user_id,as_of\nann@contoso.com,soon\n"] {
            assert!(parse(text, t0).is_err(), "{text}");
        }
    }
}
