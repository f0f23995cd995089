//! Text searched for people: addresses, identifiers, IP addresses, home folders, domains, paths of inputs, and names of
//! more than one word. A name of one word is not looked for: it may be any word.

use core::net::IpAddr;

use hashbrown::HashSet;

use super::Pseudonyms;
use crate::facts::Hasher;
use crate::model::ids::Id;
use crate::model::pseudonym::{TokenKind, is_token};

/// Longest name looked for, words.
const MOST_WORDS: usize = 6;

/// Names of more than one word, their words joined by blanks.
#[derive(Debug, Default)]
pub(super) struct Names {
    whole: HashSet<String, Hasher>,
    first: HashSet<String, Hasher>,
    /// What is also the name of a department, a place or an application.
    spared: HashSet<String, Hasher>,
}

impl Names {
    pub(super) fn add(&mut self, name: &str) {
        let words = words(name);
        if let Some((first, _)) = words.split_once(' ') {
            self.first.insert(first.to_owned());
            self.whole.insert(words);
        }
    }

    pub(super) fn spare(&mut self, text: &str) {
        self.spared.insert(words(text));
    }

    fn holds(&self, words: &str) -> bool {
        self.whole.contains(words) && !self.spared.contains(words)
    }
}

/// The words of a text in lower case, joined by blanks.
pub(super) fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let found = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    found.collect::<Vec<_>>().join(" ")
}

/// A stretch of a text: as it stands, or settled already.
enum Piece<'t> {
    Open(&'t str),
    Settled(String),
}

/// Characters that end an identifier or address.
fn ends(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "\"'`()[]{}<>,;|=/\\".contains(c)
}

impl Pseudonyms {
    /// A text with tokens in the place of people.
    #[must_use]
    pub fn prose(&self, text: &str) -> String {
        self.search(text, &[])
    }

    /// A message for the screen: where something was written stays readable.
    #[must_use]
    pub fn message(&self, text: &str, written: &[String]) -> String {
        self.search(text, written)
    }

    fn search(&self, text: &str, keep: &[String]) -> String {
        // Numbers and words of the tables are most of all texts.
        if text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'|') {
            return text.to_owned();
        }
        let mut pieces = vec![Piece::Open(text)];
        for whole in keep.iter().filter(|w| w.len() > 1) {
            pieces = split(pieces, whole, &|_| whole.clone());
        }
        // Few paths stand without a folder, and few sentences hold one.
        let folders = text.contains(['/', '\\']);
        for path in self.paths.iter().filter(|p| folders || !p.contains(['/', '\\'])) {
            pieces = split(pieces, path, &|path| self.path_in_text(path));
        }
        let mut out = String::with_capacity(text.len());
        for piece in pieces {
            match piece {
                Piece::Settled(text) => out.push_str(&text),
                Piece::Open(text) => self.open(text, &mut out),
            }
        }
        out
    }

    /// Identifiers and addresses first; names in what is left between them.
    fn open(&self, text: &str, out: &mut String) {
        let (mut left, mut at) = (0, 0);
        let mut before = "";
        while at < text.len() {
            let rest = &text[at..];
            let chunk = &rest[..rest.find(ends).unwrap_or(rest.len())];
            if chunk.is_empty() {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let home =
                text[..at].ends_with(['/', '\\']) && ["home", "users"].contains(&before.to_ascii_lowercase().as_str());
            let (bare, lead) = trimmed(chunk);
            let token = if home { Some(self.name(bare)) } else { self.chunk(bare) };
            if let Some(token) = token {
                self.named(&text[left..at + lead], out);
                out.push_str(&token);
                left = at + lead + bare.len();
            }
            before = chunk;
            at += chunk.len();
        }
        self.named(&text[left..], out);
    }

    /// What a run of characters without blanks stands for, if it may be a person.
    fn chunk(&self, chunk: &str) -> Option<String> {
        if chunk.is_empty() || is_token(chunk) {
            return (!chunk.is_empty()).then(|| chunk.to_owned());
        }
        if let Some((local, domain)) = chunk.rsplit_once('@') {
            let (prefix, address) = chunk.strip_prefix("upn:").map_or(("", chunk), |upn| ("upn:", upn));
            return (!local.is_empty() && !domain.is_empty()).then(|| format!("{prefix}{}", self.upn(address)));
        }
        if !chunk.contains(|c: char| c.is_ascii_digit() || c == '.' || c == ':') {
            return None;
        }
        if let Some(id @ Id::Guid(_)) = Id::parse(chunk) {
            return self.other_id(&id);
        }
        if chunk.parse::<IpAddr>().is_ok() {
            return Some(self.key.token(TokenKind::Ip, chunk));
        }
        let folded = chunk.to_lowercase();
        if self.domains.contains(&folded) {
            return Some(self.key.token(TokenKind::Domain, &folded));
        }
        // Exports whose ids were made unreadable carry other text; one with a digit is no word.
        let id = Id::Text(folded.into_boxed_str());
        let known = chunk.contains(|c: char| c.is_ascii_digit()) && self.people.contains(&id);
        known.then(|| self.key.token(TokenKind::User, &id.to_string()))
    }

    /// The longest known names, from the left.
    fn named(&self, text: &str, out: &mut String) {
        let spans = spans(text);
        let (mut left, mut i) = (0, 0);
        while i < spans.len() {
            let found = self.name_at(text, &spans[i..]);
            if let Some((words, token)) = found {
                out.push_str(&text[left..spans[i].0]);
                out.push_str(&token);
                left = spans[i + words - 1].1;
                i += words;
            } else {
                i += 1;
            }
        }
        out.push_str(&text[left..]);
    }

    fn name_at(&self, text: &str, spans: &[(usize, usize)]) -> Option<(usize, String)> {
        let word = |span: &(usize, usize)| text[span.0..span.1].to_lowercase();
        if spans.len() < 2 || !self.names.first.contains(&word(&spans[0])) {
            return None;
        }
        let lower: Vec<String> = spans.iter().take(MOST_WORDS).map(word).collect();
        (2..=lower.len()).rev().find_map(|n| {
            let words = lower[..n].join(" ");
            self.names.holds(&words).then(|| (n, self.key.token(TokenKind::Name, &words)))
        })
    }
}

/// Where the words of a text begin and end.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        match out.last_mut() {
            Some(last) if last.1 == at => last.1 += c.len_utf8(),
            _ => out.push((at, at + c.len_utf8())),
        }
    }
    out
}

/// A run of characters without the marks of the sentence around it, and how many bytes stand before it.
fn trimmed(chunk: &str) -> (&str, usize) {
    let lead = chunk.len() - chunk.trim_start_matches(['.', ':', '!', '?', '*', '“']).len();
    let whole = chunk.trim_end_matches(['.', ':', '!', '?', '*', '”', '…']);
    // `::1` is an address.
    if chunk.starts_with("::") { (whole, 0) } else { (whole.get(lead..).unwrap_or(""), lead) }
}

/// Settles every occurrence of a text in what is still open.
fn split<'t>(pieces: Vec<Piece<'t>>, needle: &str, settle: &dyn Fn(&str) -> String) -> Vec<Piece<'t>> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Open(text) if text.contains(needle) => {
                for (i, part) in text.split(needle).enumerate() {
                    if i > 0 {
                        out.push(Piece::Settled(settle(needle)));
                    }
                    out.push(Piece::Open(part));
                }
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Dossiers, Facts};
    use crate::model::account::AccountRow;
    use crate::model::pseudonym::Key;

    const ANN: &str = "76cbae99-9c68-4843-856f-3feb9e9867af";
    const APP: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";

    fn mask() -> Pseudonyms {
        let mut facts = Facts::default();
        let people = [
            (ANN, "Ann.Doe@Contoso.com", "Doe, Ann", "Human Resources"),
            ("u77x", "hr@contoso.com", "Human Resources", ""),
            ("u78x", "ok@contoso.com", "stale", ""),
        ];
        for (id, upn, name, department) in people {
            let number = facts.user(&Id::parse(id).expect("an id"));
            let row = AccountRow {
                upn: upn.to_owned(),
                display_name: Some(name.to_owned()),
                department: Some(department.to_owned()).filter(|d| !d.is_empty()),
                ..AccountRow::default()
            };
            facts.person(number).expect("a person").account_row(row);
        }
        facts.app_name(&Id::parse(APP).expect("an id"), "Teams");
        Pseudonyms::bare(Key::new([7; 32])).with(&Dossiers::new(facts), ["in/ann doe.csv".to_owned()].into_iter())
    }

    #[test]
    fn people_in_sentences_are_found_wherever_they_stand() {
        let mask = mask();
        let (ann, upn, name) = (mask.id(ANN), mask.upn("ann.doe@contoso.com"), mask.name("doe ANN"));
        for (said, shown) in [
            ("reset by ann.doe@contoso.com.".to_owned(), format!("reset by {upn}.")),
            (format!("`ANN.DOE@contoso.com`: {ANN}, twice"), format!("`{upn}`: {ann}, twice")),
            ("upn:ann.doe@contoso.com".to_owned(), format!("upn:{upn}")),
            ("policy for Doe, Ann (pilot)".to_owned(), format!("policy for {name} (pilot)")),
            ("policy for DOE ANN".to_owned(), format!("policy for {name}")),
            (format!("kept by {APP} (browser)"), format!("kept by {APP} (browser)")),
            ("u77x did it".to_owned(), format!("{} did it", mask.id("u77x"))),
            ("Human Resources, 12 people".to_owned(), "Human Resources, 12 people".to_owned()),
            ("stale".to_owned(), "stale".to_owned()),
            ("Ann left; doe-eyed".to_owned(), "Ann left; doe-eyed".to_owned()),
            ("of 2026-11-22T09:00:00Z, 1.5 %".to_owned(), "of 2026-11-22T09:00:00Z, 1.5 %".to_owned()),
            ("`@odata.nextLink` is left".to_owned(), "`@odata.nextLink` is left".to_owned()),
        ] {
            assert_eq!(mask.prose(&said), shown);
            assert_eq!(mask.prose(&shown), shown, "twice is once");
        }
    }

    #[test]
    fn addresses_homes_domains_and_inputs_are_found() {
        let mask = mask();
        let gone = |said: &str, what: &str| {
            let shown = mask.prose(said);
            assert!(!shown.to_lowercase().contains(what), "{said}: {shown}");
            assert_eq!(mask.prose(&shown), shown, "twice is once");
            shown
        };
        gone("from 203.0.113.7, then", "203.0.113.7");
        gone("from 2001:db8::7f.", "2001:db8");
        gone("device 11111111-2222-3333-4444-555555555555", "11111111");
        gone("cannot read `/home/zebulon/x`", "zebulon");
        gone("cannot read C:\\Users\\Zebulon\\x", "zebulon");
        gone("guests of contoso.com are", "contoso");
        gone("stranger@elsewhere.example was", "elsewhere");
        let shown = gone("`in/ann doe.csv`: cut", "doe");
        assert!(shown.contains("folder-") && shown.contains("/file-") && shown.contains(".csv`: cut"), "{shown}");
        assert_eq!(
            mask.message("wrote `/home/zebulon/out`", &["/home/zebulon/out".to_owned()]),
            "wrote `/home/zebulon/out`"
        );
    }

    #[test]
    fn paths_and_command_lines() {
        let mask = mask();
        assert_eq!(mask.path("InteractiveSignIns_2026-11-22.csv"), "InteractiveSignIns_2026-11-22.csv");
        assert_eq!(mask.path("-"), "-");
        let path = mask.path("jane/signins.csv");
        assert!(path.starts_with("folder-") && path.ends_with("/signins.csv"), "{path}");
        assert_eq!(mask.path(&path), path, "twice is once");
        let zip = mask.path("jane.zip!in/ann.json");
        assert!(!zip.contains("jane") && !zip.contains("ann") && zip.matches(".json").count() == 1, "{zip}");
        assert!(mask.path("ann.json.gz").ends_with(".json.gz"));
        let words = ["report".to_owned(), "interactive".to_owned(), "stale".to_owned()];
        let command = mask.command(
            "kmsift report '/data/o'\\''neil/x y' --stale-days 30 --fail-on 'stale>5%' --tenant=contoso.com -o ann",
            &words,
        );
        for gone in ["neil", "contoso", "ann", "data"] {
            assert!(!command.contains(gone), "{command}");
        }
        assert!(
            command.starts_with("kmsift report folder-")
                && command.contains(" --stale-days 30 --fail-on stale>5% --tenant=folder-"),
            "{command}"
        );
    }
}
