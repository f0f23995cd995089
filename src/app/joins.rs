//! `--join`: columns of the user's own files, matched to people by object id, else by UPN. No line is dropped in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::{ID_HEADERS, UPN_HEADERS, key_of, separator_of};
use crate::facts::Dossiers;
use crate::ingest::csv::normalise;
use crate::model::ids::Id;
use crate::model::joined::Joined;
use crate::view::Column;

/// Put before the name of a joined column that an output has already.
const PREFIX: &str = "join_";

/// A file with columns to join, read and not yet matched to anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinFile {
    /// Path as given.
    pub path: String,
    /// Names of its columns besides ids and UPNs, snake case.
    pub columns: Vec<String>,
    /// Its lines.
    pub lines: Vec<JoinLine>,
}

/// A line about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinLine {
    /// Line in the file, from 1.
    pub number: u64,
    /// Object id.
    pub id: Option<Id>,
    /// Key of the UPN.
    pub upn: Option<Id>,
    /// What stands in the key columns, for messages.
    pub named: String,
    /// Values, one per column; empty = not stated.
    pub cells: Vec<String>,
}

/// All files given with `--join` and the names their columns get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joins {
    /// The files, as typed.
    pub files: Vec<JoinFile>,
    /// Name in a file → name in the outputs, in the order of the files.
    pub columns: Vec<(String, &'static str)>,
}

/// A line that needs looking at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// File.
    pub path: String,
    /// Line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

impl Joins {
    /// Names the columns; those in `taken` get a prefix.
    #[must_use]
    pub fn new(files: Vec<JoinFile>, taken: &BTreeSet<&'static str>) -> Self {
        let mut columns: Vec<(String, &'static str)> = Vec::new();
        for name in files.iter().flat_map(|f| &f.columns) {
            if columns.iter().any(|(known, _)| known == name) {
                continue;
            }
            let mut shown = name.clone();
            while taken.contains(shown.as_str()) || columns.iter().any(|(_, s)| *s == shown) {
                shown = format!("{PREFIX}{shown}");
            }
            columns.push((name.clone(), Column::named(&shown, "").name));
        }
        Self { files, columns }
    }

    /// The outputs' names of all columns.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|(_, shown)| *shown)
    }

    /// The output's name of a column, typed as the output or the file names it.
    #[must_use]
    pub fn find(&self, typed: &str) -> Option<&'static str> {
        let by_output = self.columns.iter().find(|(_, shown)| *shown == typed);
        by_output.or_else(|| self.columns.iter().find(|(name, _)| *name == snake(typed))).map(|(_, shown)| *shown)
    }

    /// Matches the lines to people. A value that two lines state differently stays empty: which is right is not known.
    #[must_use]
    pub fn resolve(&self, dossiers: &Dossiers) -> (Joined, Vec<Remark>) {
        let mut joined =
            Joined { columns: self.columns.iter().map(|(_, shown)| *shown).collect(), ..Joined::default() };
        if self.files.is_empty() {
            return (joined, Vec::new());
        }
        let known = Known::new(dossiers);
        let mut remarks = Vec::new();
        let mut contested: BTreeSet<(Id, usize)> = BTreeSet::new();
        for file in &self.files {
            let places: Vec<usize> =
                file.columns.iter().filter_map(|c| self.columns.iter().position(|(n, _)| n == c)).collect();
            let mut seen: BTreeMap<Id, u64> = BTreeMap::new();
            for line in &file.lines {
                let mut say = |what: String| remarks.push(Remark { path: file.path.clone(), line: line.number, what });
                let (person, odd) = known.person(line);
                if let Some(odd) = odd {
                    say(format!("`{}` {odd}", line.named));
                }
                let Some(person) = person else { continue };
                if let Some(first) = seen.get(&person) {
                    say(format!("`{}` is the person of line {first}", line.named));
                }
                seen.entry(person.clone()).or_insert(line.number);
                let row =
                    joined.values.entry(person.clone()).or_insert_with(|| vec![String::new(); self.columns.len()]);
                for (place, cell) in places.iter().zip(&line.cells).filter(|(_, cell)| !cell.is_empty()) {
                    if row[*place].is_empty() {
                        row[*place].clone_from(cell);
                    } else if row[*place] != *cell {
                        contested.insert((person.clone(), *place));
                        let (name, was) = (self.columns[*place].1, &row[*place]);
                        say(format!(
                            "`{}`: {name} is `{was}` elsewhere and `{cell}` here, so it stays empty",
                            line.named
                        ));
                    }
                }
            }
        }
        for (person, place) in contested {
            if let Some(row) = joined.values.get_mut(&person) {
                row[place].clear();
            }
        }
        (joined, remarks)
    }
}

/// Who is known, by id and by UPN.
struct Known {
    ids: BTreeSet<Id>,
    upns: BTreeMap<Id, Vec<Id>>,
}

impl Known {
    fn new(dossiers: &Dossiers) -> Self {
        let mut known = Self { ids: BTreeSet::new(), upns: BTreeMap::new() };
        for (id, person) in dossiers.people() {
            known.ids.insert(id.clone());
            for upn in &person.upns {
                known.upns.entry(Id::of_upn(upn)).or_default().push(id.clone());
            }
        }
        known
    }

    /// The person a line means, and what is odd about it. The object id decides; the UPN stands in where there is none.
    fn person(&self, line: &JoinLine) -> (Option<Id>, Option<&'static str>) {
        let by_id = line.id.as_ref().filter(|id| self.ids.contains(id));
        let by_upn = line.upn.as_ref().and_then(|upn| self.upns.get(upn)).map_or(&[][..], Vec::as_slice);
        match (by_id, by_upn) {
            (Some(id), [other]) if other != id => {
                (Some(id.clone()), Some("has the UPN of somebody else; the id was used"))
            }
            (Some(id), _) => (Some(id.clone()), None),
            (None, []) => (None, Some("matches nobody in the inputs")),
            (None, [one]) if matches!((&line.id, one), (Some(Id::Guid(_)), Id::Guid(_))) => {
                (None, Some("has the UPN of another object id, so nothing was joined"))
            }
            (None, [one]) => (Some(one.clone()), None),
            (None, _) => (None, Some("has a UPN of more than one person, so nothing was joined")),
        }
    }
}

/// Reads a file's lines.
///
/// # Errors
/// When it has no column of ids or UPNs, nothing to join, two columns of one name, or is no CSV.
pub fn parse(text: &str, path: &str) -> Result<JoinFile, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return Err("a quote is not closed".to_owned());
    }
    let separator = separator_of(text.lines().next().unwrap_or(""));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut records = reader.records();
    let header: Vec<String> = match records.next() {
        Some(Ok(record)) => record.iter().map(str::to_owned).collect(),
        Some(Err(e)) => return Err(e.to_string()),
        None => return Err("it is empty".to_owned()),
    };
    let find = |names: &[&str]| header.iter().position(|h| names.contains(&normalise(h).as_str()));
    let keys = (find(ID_HEADERS), find(UPN_HEADERS));
    if keys == (None, None) {
        return Err("no column `user_id` or `user_principal_name` says whom its lines are about".to_owned());
    }
    let others: Vec<usize> = (0..header.len()).filter(|i| Some(*i) != keys.0 && Some(*i) != keys.1).collect();
    let mut file = JoinFile { path: path.to_owned(), columns: Vec::new(), lines: Vec::new() };
    for at in &others {
        let name = Some(snake(&header[*at])).filter(|n| !n.is_empty()).unwrap_or_else(|| format!("column_{}", at + 1));
        if file.columns.contains(&name) {
            return Err(format!("two columns are called `{name}`"));
        }
        file.columns.push(name);
    }
    if others.is_empty() {
        return Err("it has no column besides ids and UPNs, so there is nothing to join".to_owned());
    }
    for record in records {
        let record = record.map_err(|e| e.to_string())?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cell = |at: usize| record.get(at).map_or("", str::trim);
        file.lines.push(line(record.position().map_or(0, csv::Position::line), keys, &others, cell));
    }
    if file.lines.is_empty() { Err("it names nobody".to_owned()) } else { Ok(file) }
}

fn line<'c>(
    number: u64,
    keys: (Option<usize>, Option<usize>),
    others: &[usize],
    cell: impl Fn(usize) -> &'c str,
) -> JoinLine {
    let stated: Vec<&str> = [keys.0, keys.1].into_iter().flatten().map(&cell).filter(|c| !c.is_empty()).collect();
    let hidden = |entry: &&str| !entry.contains(crate::view::escape::is_deceptive);
    let mut out = JoinLine {
        number,
        id: None,
        upn: None,
        named: stated.join(", "),
        cells: others.iter().map(|at| cell(*at).to_owned()).collect(),
    };
    // Either column may hold either kind, as in the lists.
    for entry in stated.into_iter().filter(hidden) {
        if entry.contains('@') {
            out.upn = out.upn.or_else(|| key_of(entry));
        } else {
            out.id = out.id.or_else(|| Id::parse(entry));
        }
    }
    out
}

/// A header as a column name: lower case, words joined with `_`.
fn snake(header: &str) -> String {
    let lower = header.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("_").chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_quotes_and_keys() {
        let id = "76cbae99-9c68-4843-856f-3feb9e9867af";
        let text = format!(
            "UserPrincipalName;Object ID;Cost Center;Manager\nAnn@Contoso.com;{id};\"12;3\";\"a\nb\"\n;;;\nbob@contoso.com;;7;\n"
        );
        let file = parse(&text, "hr.csv");
        let file = file.as_ref().map(|f| (f.columns.join(" "), f.lines.clone()));
        let Ok((columns, lines)) = file else { panic!("{file:?}") };
        assert_eq!(columns, "cost_center manager");
        assert_eq!(lines.len(), 2, "a line of blanks says nothing");
        assert_eq!(
            (lines[0].number, lines[1].number),
            (2, 5),
            "lines are those of the file, across line ends in quotes"
        );
        assert_eq!(lines[0].cells, ["12;3", "a\nb"]);
        assert_eq!(lines[0].id, Id::parse(id));
        assert_eq!(lines[1].upn, Some(Id::of_upn("bob@contoso.com")));
    }

    #[test]
    fn what_cannot_be_joined_is_refused() {
        for (text, what) in [
            ("name,department\nAnn,Sales\n", "says whom"),
            ("user_id\nx\n", "nothing to join"),
            ("user_id,Team,team\nx,1,2\n", "two columns"),
            ("user_id,team\n", "nobody"),
            ("user_id,team\nx,\"1\n", "quote"),
            ("", "nothing to join"),
        ] {
            let refused = parse(text, "x.csv");
            assert!(refused.as_ref().is_err_and(|e| e.contains(what) || text.is_empty()), "{text}: {refused:?}");
        }
    }

    #[test]
    fn a_name_the_outputs_have_gets_a_prefix() {
        let file = |columns: &[&str]| JoinFile {
            path: "x".to_owned(),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            lines: Vec::new(),
        };
        let joins = Joins::new(
            vec![file(&["department", "wave", "cost_center"]), file(&["cost_center", "join_wave"])],
            &BTreeSet::from(["department", "wave", "step"]),
        );
        let shown: Vec<&str> = joins.columns.iter().map(|(_, s)| *s).collect();
        assert_eq!(shown, ["join_department", "join_wave", "cost_center", "join_join_wave"]);
        assert_eq!(joins.find("Cost Center"), Some("cost_center"));
        assert_eq!(joins.find("wave"), Some("join_wave"));
        assert_eq!(joins.find("nothing"), None);
    }
}
