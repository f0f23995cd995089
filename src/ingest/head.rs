//! The first bytes of an input, looked at once: CSV or JSON, separator, header, container, keys.

use super::block::Records;
use super::language::Language;

/// How much is looked at.
pub const HEAD_BYTES: usize = 256 << 10;

/// What the first bytes show.
#[derive(Clone, Debug)]
pub struct Head {
    /// File name without folders.
    pub file_name: String,
    /// CSV or JSON.
    pub shape: Shape,
    /// Bytes before the header or first record: `sep=`, `#TYPE`, `version:` lines.
    pub preamble: usize,
    /// Lines in those bytes.
    pub preamble_lines: u64,
    /// The raw text looked at, after the preamble.
    pub text: String,
    /// Words of other languages.
    pub language: Language,
}

/// The two families.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Separated values.
    Csv {
        /// Separator.
        separator: u8,
        /// Header cells, normalised and in English.
        header: Vec<String>,
        /// Header cells as written.
        raw_header: Vec<String>,
    },
    /// JSON in any container.
    Json {
        /// How to find the records.
        records: Records,
        /// Top-level keys of the first record, lower case.
        keys: Vec<String>,
    },
}

impl Head {
    /// Looks at the first bytes of a file. `None`: there is nothing to read.
    #[must_use]
    pub fn look(file_name: &str, bytes: &[u8]) -> Option<Self> {
        Self::look_in(file_name, bytes, &Language::default())
    }

    /// The same, with the user's words of other languages.
    #[must_use]
    pub fn look_in(file_name: &str, bytes: &[u8], language: &Language) -> Option<Self> {
        let preamble = preamble(bytes);
        let rest = &bytes[preamble..];
        let first = rest.iter().find(|b| !b.is_ascii_whitespace())?;
        let text = String::from_utf8_lossy(rest).into_owned();
        let shape = match first {
            b'{' | b'[' => json_shape(rest),
            _ => csv_shape(&text, (declared_separator(&bytes[..preamble]), language)),
        };
        let preamble_lines = memchr::memchr_iter(b'\n', &bytes[..preamble]).count() as u64;
        Some(Self {
            file_name: file_name.to_owned(),
            shape,
            preamble,
            preamble_lines,
            text,
            language: language.clone(),
        })
    }

    /// The header cells of a CSV, normalised; empty for JSON.
    #[must_use]
    pub fn header(&self) -> &[String] {
        match &self.shape {
            Shape::Csv { header, .. } => header,
            Shape::Json { .. } => &[],
        }
    }

    /// Whether the header is in another language, so that values may be too.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        match &self.shape {
            Shape::Csv { raw_header, .. } => raw_header.iter().any(|h| self.language.is_foreign(h)),
            Shape::Json { .. } => false,
        }
    }

    /// The first record's keys, lower case; empty for CSV.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        match &self.shape {
            Shape::Csv { .. } => &[],
            Shape::Json { keys, .. } => keys,
        }
    }

    /// How records are told apart.
    #[must_use]
    pub fn records(&self) -> Records {
        match &self.shape {
            Shape::Csv { separator, .. } => Records::Csv(*separator),
            Shape::Json { records, .. } => *records,
        }
    }
}

/// Length of the lines before the header: `sep=;` (spreadsheets), `#TYPE …` (PowerShell), `version:v1.0`.
fn preamble(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]) {
        // Some programs quote these lines as they quote every cell.
        let line = bytes[at..at + end].trim_ascii();
        let line = line.strip_prefix(b"\"").unwrap_or(line);
        let skip = line.is_empty()
            || line.starts_with(b"#TYPE")
            || (line.len() <= 7 && line.to_ascii_lowercase().starts_with(b"sep="))
            || line.starts_with(b"version:v");
        if !skip {
            break;
        }
        at += end + 1;
    }
    at
}

fn declared_separator(preamble: &[u8]) -> Option<u8> {
    let at = memchr::memmem::find(&preamble.to_ascii_lowercase(), b"sep=")?;
    preamble.get(at + 4).copied().filter(|b| !b.is_ascii_whitespace())
}

fn csv_shape(text: &str, (declared, language): (Option<u8>, &Language)) -> Shape {
    let separator = declared.unwrap_or_else(|| sniff(text));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let raw_header: Vec<String> =
        reader.records().next().and_then(Result::ok).map(|r| r.iter().map(str::to_owned).collect()).unwrap_or_default();
    Shape::Csv { separator, header: raw_header.iter().map(|h| language.header(h)).collect(), raw_header }
}

/// The separator most frequent in the first line, outside quotes; a comma when there is none.
fn sniff(text: &str) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for b in text.bytes() {
        match b {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(slot) = counts.iter_mut().find(|(s, _)| *s == b) {
                    slot.1 += 1;
                }
            }
        }
    }
    let mut best = counts[0];
    for slot in counts {
        if slot.1 > best.1 {
            best = slot;
        }
    }
    best.0
}

fn json_shape(bytes: &[u8]) -> Shape {
    let mut depth = 0;
    let mut at = skip_space(bytes, 0);
    while bytes.get(at) == Some(&b'[') {
        depth += 1;
        at = skip_space(bytes, at + 1);
    }
    // Something that is no object may stand before the first one: it is counted as misplaced later.
    if depth > 0 && bytes.get(at) != Some(&b'{') {
        at = memchr::memchr(b'{', &bytes[at..]).map_or(bytes.len(), |i| at + i);
    }
    let Place { record, wrapped } = first_record(bytes, at);
    let depth = if wrapped { depth + 2 } else { depth };
    let one_line = depth == 0 && holds_lines(bytes, record);
    Shape::Json {
        records: if one_line { Records::Lines } else { Records::Objects(depth) },
        keys: members(bytes, record).into_iter().map(|m| m.key).collect(),
    }
}

/// Where the first record stands, and whether in a list that an object around it holds.
struct Place {
    record: usize,
    wrapped: bool,
}

/// The first record from the object at `at` on. Pages and batches without any come first where nothing was logged.
fn first_record(bytes: &[u8], mut at: usize) -> Place {
    loop {
        let outer = members(bytes, at);
        let list =
            outer.iter().find(|m| matches!(m.key.as_str(), "value" | "records") && bytes.get(m.value) == Some(&b'['));
        let Some(list) = list else { return Place { record: at, wrapped: false } };
        let record = skip_space(bytes, list.value + 1);
        if bytes.get(record) != Some(&b']') {
            return Place { record, wrapped: true };
        }
        // Whatever is between two objects, an object of the same kind is looked for behind it.
        let end = skip_value(bytes, at);
        match bytes.get(end..).and_then(|rest| memchr::memchr(b'{', rest)) {
            Some(next) => at = end + next,
            None => return Place { record, wrapped: true },
        }
    }
}

/// Whether each record has a line of its own: the first ends where its line ends, and no line that is seen holds the beginning
/// of a list, of an object on many lines, or more than one object.
fn holds_lines(bytes: &[u8], first: usize) -> bool {
    let rest = &bytes[first.min(bytes.len())..];
    let mut lines = rest.split(|b| *b == b'\n').map(|line| {
        let line = line.trim_ascii();
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    });
    let Some(line) = lines.next() else { return false };
    // A first line longer than the head is a record on one line all the same.
    let open = line.len() == rest.trim_ascii().len() && skip_value(line, 0) >= line.len();
    (open || is_whole(line))
        && lines.all(|line| line.is_empty() || !(line == b"{" || line.starts_with(b"[") || is_more(line)))
}

/// Whether a line is one object, whole.
fn is_whole(line: &[u8]) -> bool {
    line.ends_with(b"}") && skip_value(line, 0) == line.len()
}

/// Whether something follows an object on its line.
fn is_more(line: &[u8]) -> bool {
    line.first() == Some(&b'{') && matches!(line.get(skip_space(line, skip_value(line, 0))), Some(b'{' | b'[' | b','))
}

struct Member {
    key: String,
    /// Position of the value's first byte.
    value: usize,
}

/// The members of the object at `at`, as far as the bytes go.
fn members(bytes: &[u8], at: usize) -> Vec<Member> {
    let mut out = Vec::new();
    if bytes.get(at) != Some(&b'{') {
        return out;
    }
    let mut at = skip_space(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let end = skip_string(bytes, at);
        let key = String::from_utf8_lossy(bytes.get(at + 1..end.saturating_sub(1)).unwrap_or_default()).to_lowercase();
        let colon = skip_space(bytes, end);
        if bytes.get(colon) != Some(&b':') {
            break;
        }
        let value = skip_space(bytes, colon + 1);
        out.push(Member { key, value });
        at = skip_space(bytes, skip_value(bytes, value));
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = skip_space(bytes, at + 1);
    }
    out
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The position after the string that begins at `at`.
pub(super) fn skip_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(i) = bytes.get(at..).and_then(|b| memchr::memchr2(b'"', b'\\', b)) {
        at += i;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// The position after the value that begins at `at`.
fn skip_value(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(b) = bytes.get(at) {
        match b {
            b'"' => {
                at = skip_string(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> (Records, Vec<String>) {
        match Head::look("x.json", text.as_bytes()).map(|h| h.shape) {
            Some(Shape::Json { records, keys }) => (records, keys),
            other => (Records::Lines, vec![format!("{other:?}")]),
        }
    }

    #[test]
    fn containers() {
        let keys = vec!["a".to_owned(), "properties".to_owned()];
        let row = r#"{"A":[{"x":1}],"properties":{"id":"}"}}"#;
        let pretty = "{\n \"a\": 1,\n \"properties\": {\"id\": 2}\n}\n";
        let page = format!(r#"{{"@odata.context":"c","value":[{row}]}}"#);
        let records = format!("{{\"records\": [ {row} ]}}");
        let nested = format!("[ {records} ]");
        for (text, want) in [
            (format!("{row}\n{row}\n"), Records::Lines),
            (format!("[{row},\n{row}]"), Records::Objects(1)),
            (page, Records::Objects(2)),
            (records, Records::Objects(2)),
            (nested, Records::Objects(3)),
            (pretty.to_owned(), Records::Objects(0)),
            (format!("{row}{row}{row}"), Records::Objects(0)),
            (format!("{row}\n{row}{row}\n"), Records::Objects(0)),
            (format!("{row}\n[\n{row}\n]\n"), Records::Objects(0)),
            (format!("{row}\n{pretty}"), Records::Objects(0)),
            (format!("{row},\n{row}\n"), Records::Objects(0)),
            (format!("{row}\r\n\u{feff}{row}\r\n{{\"torn\": \n"), Records::Lines),
            (format!("{{\"records\":[]}}\n{{\"records\":[{row}]}}"), Records::Objects(2)),
            (format!("{{\"value\":[]}}{{\"a\":1,\"value\":[ ]}}{{\"value\":[{row}]}}"), Records::Objects(2)),
            (format!("[{{\"records\":[]}},\n{{\"records\":[{row}]}}]"), Records::Objects(3)),
            (format!("[]\n[{row}]"), Records::Objects(1)),
        ] {
            assert_eq!(json(&text), (want, keys.clone()), "{text}");
        }
    }

    #[test]
    fn separators_and_preambles() {
        for (text, separator, first) in [
            ("a,b\n", b',', "a"),
            ("\"a;x\";b\n", b';', "a;x"),
            ("sep=;\r\na,b;c\n", b';', "a,b"),
            ("\"SEP=;\"\r\na,b;c\n", b';', "a,b"),
            ("#TYPE System.Object\r\n\"a\",\"b\"\n", b',', "a"),
            ("a\tb\tc\n", b'\t', "a"),
        ] {
            let head = Head::look("x.csv", text.as_bytes());
            assert!(
                matches!(&head.as_ref().map(|h| &h.shape), Some(Shape::Csv { separator: s, header, .. }) if *s == separator && header[0] == first),
                "{text:?}: {head:?}"
            );
        }
        assert!(Head::look("x.csv", b" \r\n").is_none());
    }
}
