//! Paths and the command line: folders become tokens, file names only where they are not an export's usual one.

use super::Pseudonyms;
use crate::model::pseudonym::{TokenKind, is_token};

/// Words that names of exports and of kmsift's own files are made of.
const USUAL: &[&str] = &[
    "activities",
    "all",
    "as",
    "audit",
    "auditlogs",
    "auth",
    "authdetails",
    "authentication",
    "break",
    "breakglass",
    "campaign",
    "codes",
    "combined",
    "csv",
    "data",
    "departments",
    "details",
    "directory",
    "emitted",
    "entra",
    "events",
    "example",
    "exclude",
    "excluded",
    "export",
    "exported",
    "exports",
    "directoryaudits",
    "exportuserregistrationdetails",
    "exportusers",
    "glass",
    "graph",
    "group",
    "groups",
    "gz",
    "headers",
    "hr",
    "in",
    "ins",
    "insights",
    "interactive",
    "interactivesignins",
    "interactiveuser",
    "join",
    "json",
    "jsonl",
    "key",
    "kmsift",
    "list",
    "log",
    "logs",
    "managed",
    "managers",
    "members",
    "methods",
    "mfa",
    "monitor",
    "ndjson",
    "next",
    "non",
    "noninteractive",
    "noninteractivesignins",
    "noninteractiveuser",
    "noninteractiveusersigninlogs",
    "page",
    "parquet",
    "part",
    "pilot",
    "portal",
    "pt",
    "query",
    "querydata",
    "records",
    "registered",
    "registration",
    "registrationdetails",
    "report",
    "reports",
    "reset",
    "scope",
    "sign",
    "signin",
    "signinlogs",
    "signins",
    "signinsauthdetails",
    "sspr",
    "summary",
    "target",
    "targets",
    "toml",
    "tsv",
    "txt",
    "user",
    "userregistrationdetails",
    "users",
    "utc",
    "waves",
    "xlsx",
    "zip",
    "zst",
];

/// Endings that say what a file is.
const ENDINGS: &[&str] = &[
    "csv", "gz", "html", "json", "jsonl", "key", "log", "ndjson", "parquet", "toml", "tsv", "txt", "xlsx", "zip", "zst",
];

impl Pseudonyms {
    /// A path: one token for its folder, then its file's name where that is an export's usual one.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        let path = path.replace('\\', "/");
        if is_token(&path) || path == "-" {
            return path;
        }
        match path.trim_end_matches('/').rsplit_once('/') {
            Some((folder, file)) => {
                let file: Vec<String> = file.split('!').map(|f| self.file(f)).collect();
                let file = file.join("!");
                match folder {
                    "" | "." => file,
                    folder => format!("{}/{file}", self.folder(folder)),
                }
            }
            None => path.split('!').map(|f| self.file(f)).collect::<Vec<_>>().join("!"),
        }
    }

    /// A path met in a text: a file's, or a folder's.
    pub(super) fn path_in_text(&self, path: &str) -> String {
        let end = if path.ends_with('/') { "/" } else { "" };
        if is_file(path) { self.path(path) } else { format!("{}{end}", self.folder(&path.replace('\\', "/"))) }
    }

    fn folder(&self, folder: &str) -> String {
        let folder = folder.trim_end_matches('/');
        if folder.is_empty() || folder == "." || is_token(folder) {
            return folder.to_owned();
        }
        self.key.token(TokenKind::Folder, folder)
    }

    fn file(&self, name: &str) -> String {
        if is_usual(name) || is_token(name.split('.').next().unwrap_or("")) {
            return name.to_owned();
        }
        let mut endings: Vec<&str> = name.rsplit('.').take_while(|e| ENDINGS.contains(e)).collect();
        endings.reverse();
        let token = self.key.token(TokenKind::File, name);
        std::iter::once(token.as_str()).chain(endings).collect::<Vec<_>>().join(".")
    }

    /// The command line with its options, numbers and words of `kmsift help`; everything else may name people or places.
    #[must_use]
    pub fn command(&self, command: &str, vocabulary: &[String]) -> String {
        let shown: Vec<String> = arguments(command).iter().map(|a| self.argument(a, vocabulary)).collect();
        shown.join(" ")
    }

    /// One argument, or the value of an option.
    #[must_use]
    pub fn argument(&self, argument: &str, vocabulary: &[String]) -> String {
        if argument.starts_with('-') && argument.len() > 1 {
            return match argument.split_once('=') {
                Some((option, value)) => format!("{option}={}", self.argument(value, vocabulary)),
                None => argument.to_owned(),
            };
        }
        let plain = |c: char| c.is_ascii_digit() || "TZ:%.+-".contains(c);
        let known = |part: &str| part == "kmsift" || vocabulary.iter().any(|w| w == part) || part.chars().all(plain);
        // `stale>5%`, `interactive=2026-10-23..2026-11-22`, `mon,tue` are of such parts.
        if argument.split(['>', '<', '=', ',']).all(known) {
            return argument.to_owned();
        }
        if is_file(argument) {
            self.path(argument)
        } else if argument.contains('@')
            || crate::model::ids::Id::parse(argument).is_some_and(|id| self.people.contains(&id))
        {
            self.id(argument)
        } else {
            self.folder(&argument.replace('\\', "/"))
        }
    }
}

pub(super) fn is_file(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// Made of words of exports, digits and marks.
fn is_usual(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 1).all(|word| USUAL.contains(&word))
}

/// The arguments of a command line as `settings::command_line` writes it.
fn arguments(command: &str) -> Vec<String> {
    let (mut out, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => quoted = !quoted,
            '\\' if !quoted && chars.as_str().starts_with('\'') => word.extend(chars.next()),
            ' ' if !quoted => out.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    out.push(word);
    out
}
