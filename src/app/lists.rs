//! Files given with options: lists of people (break-glass, exclusions, scope: one id or UPN a line, or a CSV with such a
//! column), columns to join, tables of one's own, target lists, the record of earlier ones, the portal's template.

use std::path::Path;

use super::disk::sha256;
use super::joins::{self, JoinFile};
use crate::error::Error;
use crate::ingest::csv::normalise;
use crate::ingest::decode;
use crate::ingest::source::neighbour;
use crate::judge::gates::PeopleList;
use crate::model::ids::{Id, fold_upn};
use crate::model::input::ListInfo;
use crate::targets::{Emitted, Template};

/// Headers of a column of ids, then of UPNs.
pub(super) const ID_HEADERS: &[&str] = &["user_id", "id", "user id", "objectid", "object id"];
pub(super) const UPN_HEADERS: &[&str] = &["user_principal_name", "userprincipalname", "user principal name", "upn"];
/// The key in the header of the portal's template for importing group members; its column holds ids or UPNs.
const TEMPLATE_KEY: &str = "[memberobjectidorupn]";

/// Reads a list.
///
/// # Errors
/// When it cannot be read, holds nobody, or a line is neither an id nor a UPN.
pub fn read(option: &'static str, path: &Path) -> Result<(PeopleList, ListInfo), Error> {
    let (text, mut info) = open(option, path)?;
    let list = parse(&text, option != "--scope").map_err(|what| wrong(&info, what))?;
    if list.entries.is_empty() {
        return Err(wrong(&info, "it names nobody".to_owned()));
    }
    info.lines = list.lines.len() as u64;
    Ok((list, info))
}

/// Reads a file with columns to join.
///
/// # Errors
/// When it cannot be read, has no column of ids or UPNs, no other column, or no line.
pub fn read_join(path: &Path) -> Result<(JoinFile, ListInfo), Error> {
    let (text, mut info) = open("--join", path)?;
    let file = joins::parse(&text, &info.path).map_err(|what| wrong(&info, what))?;
    info.lines = file.lines.len() as u64;
    Ok((file, info))
}

/// The text of a file of options.
///
/// # Errors
/// When it cannot be read.
pub fn config(path: &Path) -> Result<(String, ListInfo), Error> {
    open("--config", path)
}

/// The text of a list without byte-order mark, and what its bytes were.
pub(super) fn open(option: &'static str, path: &Path) -> Result<(String, ListInfo), Error> {
    let name = path.to_string_lossy().replace('\\', "/");
    let bytes = std::fs::read(path).map_err(|source| unread(option, path, source))?;
    let info = ListInfo { option, path: name, sha256: sha256(&bytes), lines: 0 };
    // `>` of Windows PowerShell writes UTF-16.
    let text = decode::text(bytes).map_err(|_| wrong(&info, "it is neither UTF-8 nor UTF-16".to_owned()))?;
    Ok((text.trim_start_matches('\u{feff}').to_owned(), info))
}

/// A file that cannot be read; where it is not there, with the name that was perhaps meant.
fn unread(option: &'static str, path: &Path, source: std::io::Error) -> Error {
    let source = match source.kind() {
        kind @ std::io::ErrorKind::NotFound => std::io::Error::new(kind, format!("no such file{}", neighbour(path))),
        _ => source,
    };
    Error::Unread { option, path: path.to_string_lossy().replace('\\', "/"), source }
}

fn wrong(info: &ListInfo, what: String) -> Error {
    Error::List { option: info.option, path: info.path.clone(), what }
}

/// Reads a table of the user's own; `take` reads its rows and counts them.
///
/// # Errors
/// When it cannot be read or a line is not of the table's form.
pub fn table(
    option: &'static str,
    path: &Path,
    take: impl FnOnce(&str) -> Result<usize, String>,
) -> Result<ListInfo, Error> {
    let (text, info) = open(option, path)?;
    match take(&text) {
        Ok(rows) => Ok(ListInfo { lines: rows as u64, ..info }),
        Err(what) => Err(Error::Table { option, path: info.path, what }),
    }
}

/// The bytes of a target list, and of the manifests beside and above it where there are such.
///
/// # Errors
/// When the list cannot be read.
pub fn target_files(path: &Path) -> Result<(Vec<u8>, Vec<Vec<u8>>), Error> {
    let bytes = std::fs::read(path).map_err(|source| unread("--targets", path, source))?;
    let folder = path.parent().map_or_else(|| Path::new("").to_owned(), Path::to_owned);
    let manifests = [folder.join("manifest.json"), folder.join("..").join("manifest.json")];
    Ok((bytes, manifests.iter().filter_map(|m| std::fs::read(m).ok()).collect()))
}

/// The text of a target list of tokens.
///
/// # Errors
/// When it cannot be read or is no text.
pub fn token_list(path: &Path) -> Result<String, Error> {
    let name = path.to_string_lossy().into_owned();
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: name.clone(), source })?;
    String::from_utf8(bytes).map_err(|_| Error::Unrevealed { path: name, what: "it is not UTF-8".to_owned() })
}

/// The text of a key file.
///
/// # Errors
/// When it cannot be read.
pub fn key_file(path: &Path) -> Result<String, Error> {
    let read = std::fs::read(path).map_err(|source| Error::Read { path: path.to_string_lossy().into_owned(), source });
    // What is no UTF-8 is no key either.
    read.map(|bytes| String::from_utf8(bytes).unwrap_or_default())
}

/// The record of earlier lists; empty when there is none yet.
///
/// # Errors
/// When it cannot be read or is damaged: half a record would let people be revoked twice.
pub fn emitted(path: &Path) -> Result<Emitted, Error> {
    // A record can be begun only where there is a folder for it: better said before the lists are written.
    let has_folder = path.parent().is_none_or(|p| p.as_os_str().is_empty() || p.is_dir());
    match open("--emitted", path) {
        Err(Error::Unread { source, .. }) if has_folder && source.kind() == std::io::ErrorKind::NotFound => {
            Ok(Emitted::default())
        }
        read => owned(read?, Emitted::parse),
    }
}

/// The portal's template for importing members.
///
/// # Errors
/// When it cannot be read or is no such template.
pub fn template(path: &Path) -> Result<Template, Error> {
    owned(open("--template", path)?, Template::parse)
}

fn owned<T>((text, info): (String, ListInfo), parse: impl Fn(&str) -> Result<T, String>) -> Result<T, Error> {
    parse(&text).map_err(|what| Error::OwnFile { option: info.option, path: info.path, what })
}

/// A list protects people only if every line of it is understood: one that is not is an error. In a list of group
/// members only users are people; a group in a `protective` list would leave its members unprotected.
fn parse(text: &str, protective: bool) -> Result<PeopleList, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    // The portal's templates begin with their version.
    let preamble = usize::from(text.starts_with("version:v"));
    let first = text.lines().nth(preamble).unwrap_or("");
    let separator = separator_of(first);
    let header: Vec<String> = record(first, separator)?.iter().map(|h| normalise(h)).collect();
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&h.as_str()));
    let template = header.iter().position(|h| h.contains(TEMPLATE_KEY));
    let columns = [find(ID_HEADERS).or(template), find(UPN_HEADERS)];
    let kind = find(&["objecttype"]);
    let named = columns.iter().any(Option::is_some);
    let mut list = PeopleList::default();
    for (number, line) in (1..).zip(text.lines()).skip(preamble + usize::from(named)) {
        let (entry, comment) = if named { (line, "") } else { split_comment(line) };
        if entry.trim().is_empty() {
            continue;
        }
        let cells = record(entry, separator).map_err(|e| format!("line {number}: {e}"))?;
        let cell = |at: Option<usize>| at.and_then(|i| cells.get(i)).map_or("", |c| c.trim());
        match cell(kind).to_ascii_lowercase().as_str() {
            "" | "user" => {}
            "group" if protective => {
                return Err(format!(
                    "line {number}: a group inside the group: export its members too and remove the line"
                ));
            }
            _ => continue,
        }
        let keys: Vec<Id> = if named {
            columns.iter().filter_map(|c| key_of(cell(*c))).collect()
        } else {
            key_of(cell(Some(0))).into_iter().collect()
        };
        if keys.is_empty() {
            return Err(format!("line {number}: `{}` holds neither an object id nor a UPN", entry.trim()));
        }
        let reason = if named { cell(find(&["reason"])) } else { cell(Some(1)) };
        let reason = if reason.is_empty() { comment.trim() } else { reason };
        list.add(&keys, reason);
    }
    Ok(list)
}

/// The separator a header line uses most.
pub(super) fn separator_of(header: &str) -> u8 {
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|s| header.bytes().filter(|b| b == s).count());
    most.unwrap_or(b',')
}

/// What stands after `#` is a comment; a guest's UPN has a `#EXT#` of its own.
pub(super) fn split_comment(line: &str) -> (&str, &str) {
    let starts = |at: &usize| {
        !line[*at..].to_ascii_lowercase().starts_with("#ext#") && !line[..*at].to_ascii_lowercase().ends_with("#ext")
    };
    match line.match_indices('#').map(|(at, _)| at).find(starts) {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => (line, ""),
    }
}

/// The cells of one line.
pub(super) fn record(line: &str, separator: u8) -> Result<Vec<String>, String> {
    let quotes = line.bytes().filter(|b| *b == b'"').count();
    if quotes % 2 == 1 {
        return Err("a quote is not closed".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(line.as_bytes());
    match reader.records().next() {
        None => Ok(Vec::new()),
        Some(record) => record.map(|r| r.iter().map(str::to_owned).collect()).map_err(|e| e.to_string()),
    }
}

/// An object id or a UPN; nothing that hides characters.
pub(super) fn key_of(entry: &str) -> Option<Id> {
    if entry.contains(|c: char| crate::view::escape::is_deceptive(c) || c.is_whitespace() || c == '"') {
        return None;
    }
    match Id::parse(entry) {
        Some(Id::Guid(guid)) => Some(Id::Guid(guid)),
        Some(Id::Text(_)) if entry.contains('@') => Some(Id::of_upn(&fold_upn(entry))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Result<Vec<String>, String> {
        parse(text, true).map(|l| l.entries.iter().map(|(id, why)| format!("{id} {why}").trim().to_owned()).collect())
    }

    #[test]
    fn group_members_and_import_templates() {
        let id = "76cbae99-9c68-4843-856f-3feb9e9867af";
        let members = format!(
            "id,userPrincipalName,displayName,objectType\n{id},ann@contoso.com,Ann,user\n11111111-9c68-4843-856f-3feb9e9867af,,PC,device\n"
        );
        assert_eq!(keys(&members), Ok(vec![id.to_owned(), "upn:ann@contoso.com".to_owned()]));
        let nested = format!("{members}22222222-9c68-4843-856f-3feb9e9867af,,Inner,group\n");
        assert!(keys(&nested).is_err_and(|e| e.starts_with("line 4: a group")), "its members would be unprotected");
        assert_eq!(parse(&nested, false).map(|l| l.entries.len()), Ok(2), "a scope may leave a group out");
        for preamble in ["version:v1.0\n", ""] {
            let text = format!(
                "{preamble}Member object ID or user principal name [memberObjectIdOrUpn] Required\n{id}\nbob@contoso.com\n"
            );
            assert_eq!(keys(&text), Ok(vec![id.to_owned(), "upn:bob@contoso.com".to_owned()]));
        }
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
        let wrong = |text: &str| keys(text).is_err();
        assert!(
            wrong("ann\n") && wrong("user_principal_name,reason\nu1,emergency\n") && wrong("\"ann@contoso.com,x\n")
        );
        assert!(wrong("\u{200b}ann@contoso.com\n"), "a hidden character would protect nobody");
        assert_eq!(keys("user_id,reason\nann@contoso.com,x\n"), Ok(vec!["upn:ann@contoso.com x".to_owned()]));
        assert_eq!(
            keys(&format!("id,userPrincipalName\n{id},ann@contoso.com\n")).map(|k| k.len()),
            Ok(2),
            "both protect"
        );
        assert_eq!(keys("ann@contoso.com\rbob@contoso.com\r").map(|k| k.len()), Ok(2));
    }
}
