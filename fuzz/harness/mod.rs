//! What must hold of any bytes whatever. libFuzzer calls these functions with what it makes up; `tests/it/fuzz.rs` calls them
//! with the seeds in `../corpus` and with random damage to them, so that the check never depends on a fuzzer being there.
//!
//! Every function panics when an invariant does not hold, and returns when it does.

mod desk;
pub mod records;

use std::io::Write as _;

use desk::{Reading, accounted, names, read, read_all, said, unfinished_line};
use kmsift::ingest::Language;
use kmsift::ingest::block::Records;
use kmsift::ingest::csv::{boolean, normalise};
use kmsift::ingest::dates::{self, DateOrder};
use kmsift::ingest::powershell;
use kmsift::model::ids::{Id, fold_upn, guest_home, is_null};
use kmsift::model::problem::Reject;
use kmsift::model::time::Instant;

/// One target: its name, which is that of its folder of seeds, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("cells", cells),
    ("csv_readers", csv_readers),
    ("dates", dates),
    ("decode", decode),
    ("json_readers", json_readers),
    ("splitter", splitter),
];

/// Longest input looked at: beyond it the same things happen again, only slower.
const LONGEST: usize = 1 << 16;

/// The record splitter: blocks of any size hold the same bytes, the same records and the same line numbers, and the CSV records
/// are those the `csv` crate sees in the whole.
pub fn splitter(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    for records in [Records::Csv(b','), Records::Csv(b';'), Records::Lines] {
        records::same_in_any_blocks(bytes, records);
    }
    for depth in 0..4 {
        records::same_in_any_blocks(bytes, Records::Objects(depth));
    }
}

/// The readers of CSV: every invariant of [`any_file`].
pub fn csv_readers(bytes: &[u8]) {
    any_file("InteractiveSignIns_2026-11-22.csv", bytes);
}

/// The readers of JSON in its containers: every invariant of [`any_file`].
pub fn json_readers(bytes: &[u8]) {
    any_file("signIns.json", bytes);
}

/// Marks, UTF-16, gz, zst, zip: damaged ones are survived, and every wrapping of a text gives what the text gives.
pub fn decode(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let plain = read("signIns.json", bytes, Reading::WHOLE);
    accounted(&plain);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // A mark of its own, what looks like a container, and zeros (wide characters without a mark) are not text.
    if text.starts_with(['\u{feff}', '\u{28}', '\u{1f}', 'P']) || text.contains('\0') || text.is_empty() {
        return;
    }
    let want = said(plain);
    for (kind, wrapped) in wrappings(text) {
        let got = read("signIns.json", &wrapped, Reading::WHOLE);
        accounted(&got);
        assert_eq!(said(got), want, "as {kind}");
    }
}

/// PowerShell's flattened objects, headers, fixed texts, yes/no cells, ids.
pub fn cells(bytes: &[u8]) {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]);
    for cell in text.split('\u{0}') {
        for name in ["errorCode", "failureReason", "deviceId", ""] {
            let value = powershell::member(cell, name);
            assert!(value.is_none_or(|v| cell.contains(v)), "a member is a part of its cell");
        }
        let header = normalise(cell);
        assert_eq!(normalise(&header), header, "normal headers are left as they are");
        assert!(!header.contains('\n') && header.trim() == header, "{header:?}");
        let language = Language::default();
        let english = language.header(cell);
        assert_eq!(language.header(&english), english, "English headers are left as they are");
        assert_eq!(language.value(language.value(cell)), language.value(cell), "English values are left as they are");
        assert!(boolean(cell) != Ok(None) || is_null(cell.trim()), "only words for nothing are unknown");
        if let Some(id) = Id::parse(cell) {
            let written = id.to_string();
            assert!(!written.contains(char::is_whitespace) && !written.contains(char::is_control), "{written:?}");
            assert_eq!(Id::parse(&written), Some(id), "an id is read back as it was written");
        }
        let upn = fold_upn(cell);
        assert!(guest_home(&upn).is_none_or(|home| home.contains('@')));
    }
}

/// Dates: what is read is a real instant, written and read back the same; the order of day and month only ever swaps the two.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]);
    for line in text.lines() {
        let orders = [Some(DateOrder::Mdy), Some(DateOrder::Dmy), None].map(|order| dates::parse(line, order));
        for at in orders.into_iter().flatten() {
            assert_eq!(Instant::parse(&at.to_string()), Some(at), "{line:?}");
            assert_eq!(dates::parse(&at.to_string(), None), Some(at), "{line:?}");
        }
        if let [_, _, Some(iso)] = orders {
            assert!(
                orders[0] == Some(iso) && orders[1] == Some(iso),
                "the order bears on slashed dates alone: {line:?}"
            );
        }
    }
    let rows: Vec<String> = text.lines().map(|line| format!("1;a@contoso.com;True;{line}\n")).collect();
    let csv = format!("sep=;\nid;userPrincipalName;accountEnabled;createdDateTime\n{}", rows.concat());
    accounted(&read("users.csv", csv.as_bytes(), Reading::WHOLE));
}

/// What holds of every file: each row is accounted for; block sizes, threads, the plain readers and giving the file twice do not show; a part of it
/// names nobody whom the whole does not name.
fn any_file(name: &str, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let whole = read(name, bytes, Reading::WHOLE);
    accounted(&whole);
    let known = names(&whole);
    let used = whole.files.iter().any(|f| f.refusal.is_none());
    let want = said(whole);
    let plain = Reading { plain: true, ..Reading::WHOLE };
    let small = Reading { block_bytes: 64, ..Reading::WHOLE };
    for reading in
        [plain, small, Reading { threads: 4, block_bytes: 200, plain: false }, Reading { plain: true, ..small }]
    {
        assert_eq!(said(read(name, bytes, reading)), want, "{reading:?}");
    }
    if !used {
        return;
    }
    let once = desk::facts(read(name, bytes, Reading::WHOLE));
    let twice = desk::facts(read_all(&[(name, bytes), (&format!("again/{name}"), bytes)], Reading::WHOLE));
    assert_eq!(twice, once, "a file given twice");
    for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len() * 4 / 5, bytes.len().saturating_sub(2)] {
        let part = &bytes[..cut];
        let read = read(name, part, Reading::WHOLE);
        accounted(&read);
        let invented: Vec<String> = names(&read).difference(&known).cloned().collect();
        // A part that ends with a line in a quoted cell is what a whole file with a stray quote is: lines are read as rows.
        if part.ends_with(b"\n") && read.files.iter().any(|f| f.tally.rejected.contains_key(&Reject::Torn)) {
            continue;
        }
        // The last line of a CSV may lack its end by right, so a torn last cell cannot be told from a whole one: one person,
        // an id and a UPN.
        let excused = if unfinished_line(&read, part) { 2 } else { 0 };
        assert!(invented.len() <= excused, "{cut} of {} bytes name {invented:?}", bytes.len());
    }
}

/// A text in every wrapping that kmsift undoes.
fn wrappings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let units = |bytes: fn(u16) -> [u8; 2]| {
        std::iter::once('\u{feff}')
            .chain(text.chars())
            .flat_map(|c| {
                let mut pair = [0; 2];
                c.encode_utf16(&mut pair).iter().copied().flat_map(bytes).collect::<Vec<u8>>()
            })
            .collect::<Vec<u8>>()
    };
    let gz = |part: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(part.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
    };
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    let marked = format!("\u{feff}{text}");
    vec![
        ("UTF-8 with a mark", marked.clone().into_bytes()),
        ("UTF-16 LE", units(u16::to_le_bytes)),
        ("UTF-16 BE", units(u16::to_be_bytes)),
        ("gz", gz(text)),
        ("gz of a marked text", gz(&marked)),
        ("gz of two members", [gz(&text[..middle]), gz(&text[middle..])].concat()),
        ("zst", zstd::encode_all(text.as_bytes(), 1).unwrap_or_default()),
    ]
}
