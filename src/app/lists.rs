//! Lists of people given with options: break-glass, exclusions, scope. One id or UPN a line, or a CSV with such a column.

use std::path::Path;

use crate::error::Error;
use crate::ingest::csv::normalise;
use crate::judge::gates::PeopleList;
use crate::model::ids::{Id, fold_upn};

/// Headers of a column of ids, then of UPNs.
const ID_HEADERS: &[&str] = &["user_id", "id", "user id", "objectid", "object id"];
const UPN_HEADERS: &[&str] = &["user_principal_name", "userprincipalname", "user principal name", "upn"];

/// Reads a list.
///
/// # Errors
/// When it cannot be read, holds nobody, or a line is neither an id nor a UPN.
pub fn read(option: &'static str, path: &Path) -> Result<PeopleList, Error> {
    let name = path.to_string_lossy().into_owned();
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: name.clone(), source })?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    let list = parse(text).map_err(|what| Error::List { option, path: name.clone(), what })?;
    if list.entries.is_empty() {
        return Err(Error::List { option, path: name, what: "it names nobody".to_owned() });
    }
    Ok(list)
}

fn parse(text: &str) -> Result<PeopleList, String> {
    let header: Vec<String> =
        text.lines().next().unwrap_or("").split([',', ';', '\t']).map(|h| normalise(h.trim_matches('"'))).collect();
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&h.as_str()));
    match (find(ID_HEADERS), find(UPN_HEADERS)) {
        (None, None) => lines(text),
        columns => table(text, columns, find(&["reason"])),
    }
}

fn table(text: &str, (id, upn): (Option<usize>, Option<usize>), reason: Option<usize>) -> Result<PeopleList, String> {
    let first = text.lines().next().unwrap_or("");
    let separator =
        [b',', b';', b'\t'].into_iter().max_by_key(|s| first.bytes().filter(|b| b == s).count()).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut list = PeopleList::default();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let cell = |at: Option<usize>| at.and_then(|i| record.get(i)).unwrap_or("").trim();
        let key = Id::parse(cell(id)).or_else(|| upn_key(cell(upn)));
        if let Some(key) = key {
            list.entries.insert(key, cell(reason).to_owned());
        }
    }
    Ok(list)
}

fn lines(text: &str) -> Result<PeopleList, String> {
    let mut list = PeopleList::default();
    for (line, number) in text.lines().zip(1..) {
        let (entry, reason) = match line.split_once('#') {
            // A guest's UPN has a `#` of its own.
            Some((before, after)) if !after.to_ascii_lowercase().starts_with("ext#") => (before, after),
            _ => (line, ""),
        };
        let entry = entry.trim().trim_end_matches(',').trim_matches('"');
        let (entry, reason) = entry.split_once([',', ';']).unwrap_or((entry, reason));
        if entry.trim().is_empty() {
            continue;
        }
        let key = key_of(entry.trim())
            .ok_or_else(|| format!("line {number}: `{}` is neither an object id nor a UPN", entry.trim()))?;
        list.entries.insert(key, reason.trim().to_owned());
    }
    Ok(list)
}

fn key_of(entry: &str) -> Option<Id> {
    match Id::parse(entry) {
        Some(Id::Guid(guid)) => Some(Id::Guid(guid)),
        _ => upn_key(entry),
    }
}

fn upn_key(entry: &str) -> Option<Id> {
    (entry.contains('@') && !entry.contains(' ')).then(|| Id::of_upn(&fold_upn(entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Result<Vec<String>, String> {
        parse(text).map(|l| l.entries.iter().map(|(id, why)| format!("{id} {why}").trim().to_owned()).collect())
    }

    #[test]
    fn lines_and_tables() {
        let id = "76cbae99-9c68-4843-856f-3feb9e9867af";
        assert_eq!(
            keys(&format!("# emergency\n{id} # first\n\nAnn@Contoso.com\n")),
            Ok(vec![format!("{id} first"), "upn:ann@contoso.com".to_owned()])
        );
        assert_eq!(
            keys(&format!("user_id,reason\n{id},\"on leave, long\"\n")),
            Ok(vec![format!("{id} on leave, long")])
        );
        assert_eq!(keys("userPrincipalName;x\nann@contoso.com;1\n"), Ok(vec!["upn:ann@contoso.com".to_owned()]));
        assert_eq!(keys("a_b.com#EXT#@t.onmicrosoft.com\n"), Ok(vec!["upn:a_b.com#ext#@t.onmicrosoft.com".to_owned()]));
        assert_eq!(keys("ann\n"), Err("line 1: `ann` is neither an object id nor a UPN".to_owned()));
    }
}
