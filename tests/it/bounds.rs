//! Bounds against hostile input: what goes beyond one is reported with file, line, what was expected and the option to type; the
//! rest of the inputs is read.

use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::{folder, kmsift, put, succeed};

const USERS: &str =
    "id,userPrincipalName,displayName,accountEnabled\n1,ann@contoso.com,Ann,True\n2,ben@contoso.com,Ben,True\n";

/// What `check` says of the folder `in`.
fn checked(folder: &Path, options: &[&str]) -> Value {
    let run = succeed(folder, &[&["check", "in", "--format", "json"], options].concat());
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// What is said of one file: all its remarks, and its rows as JSON.
fn of_file(report: &Value, name: &str) -> (String, Value) {
    let files = report["files"].as_array().expect("files").iter();
    let file = files.into_iter().find(|f| f["path"] == *format!("in/{name}")).expect("the file");
    (file["notes"].to_string(), file["rows"].clone())
}

fn said(folder: &Path, name: &str, options: &[&str]) -> (String, Value) {
    of_file(&checked(folder, options), name)
}

/// How many rows of the sound file beside it were folded.
fn beside(folder: &Path, options: &[&str]) -> Value {
    said(folder, "sound.csv", options).1["folded"].clone()
}

#[test]
fn a_record_without_end_stops_its_file_alone() {
    let fill = "x".repeat(3 << 20);
    let user =
        |id: u8| format!("{{\"id\":\"{id}\",\"userPrincipalName\":\"u{id}@contoso.com\",\"accountEnabled\":true}}");
    for (name, content, line, cause) in [
        // The line with the quote is left out; the next one has no end either.
        (
            "quote.csv",
            format!("{USERS}3,cy@contoso.com,\"Cy,True\n{fill}\n"),
            5,
            "line 4: a quote opens here and nothing closes it",
        ),
        ("line.ndjson", format!("{}\n{}\n{{\"id\":\"{fill}\"}}\n", user(1), user(2)), 3, "no line breaks"),
        (
            "array.json",
            format!("[{},\n{},\n{{\"id\":\"{fill}\"}}]", user(1), user(2)),
            2,
            "a bracket that nothing closes",
        ),
    ] {
        let home = folder();
        put(home.path(), &format!("in/{name}"), &content);
        put(home.path(), "in/sound.csv", USERS);
        let (notes, rows) = said(home.path(), name, &["--max-record", "1MiB"]);
        for part in [
            &format!("line {line}: a record of at most 1MiB was expected"),
            cause,
            "--max-record",
            "what came before is used",
        ] {
            assert!(notes.contains(part), "{name}: no `{part}` in {notes}");
        }
        assert_eq!(rows["folded"], 2, "{name}: {rows}");
        assert_eq!(beside(home.path(), &["--max-record", "1MiB"]), 2, "{name}");
        assert!(!said(home.path(), name, &[]).0.contains("--max-record"), "{name}: 3 MiB are within the usual bound");
    }
}

#[test]
fn a_last_row_cut_inside_its_quotes_is_torn_and_names_nobody() {
    let home = folder();
    let users = "accountEnabled,id,userPrincipalName\nTrue,1,ann@contoso.com\nTrue,,\"ben@contoso.co";
    put(home.path(), "in/users.csv", users);
    let (notes, rows) = said(home.path(), "users.csv", &[]);
    assert!(notes.contains("the file is cut off"), "{notes}");
    assert_eq!(rows, serde_json::json!({"read": 2, "folded": 1, "skipped": {}, "rejected": {"torn": 1}}));
}

#[test]
fn what_inflates_out_of_proportion_stops_its_file_alone() {
    let mut bomb = USERS.as_bytes().to_vec();
    for id in 3..14 {
        bomb.extend(format!("{id},u{id}@contoso.com,").into_bytes());
        bomb.extend(vec![b'x'; 1 << 20]);
        bomb.extend(b",True\n");
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&bomb).expect("compressed");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("users.csv", zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(&bomb).expect("compressed");
    let home = folder();
    put(home.path(), "in/a.csv.gz", gz.finish().expect("compressed"));
    put(home.path(), "in/b.csv.zst", zstd::encode_all(bomb.as_slice(), 1).expect("compressed"));
    put(home.path(), "in/c.zip", zip.finish().expect("compressed").into_inner());
    put(home.path(), "in/sound.csv", USERS);
    let (usual, raised) = (checked(home.path(), &[]), checked(home.path(), &["--max-inflation", "100000"]));
    for name in ["a.csv.gz", "b.csv.zst", "c.zip!users.csv"] {
        let (notes, rows) = of_file(&usual, name);
        for part in ["inflate to more than 8 MiB", "at most 250 times", "--max-inflation", "what came before is used"] {
            assert!(notes.contains(part), "{name}: no `{part}` in {notes}");
        }
        assert!(rows["folded"].as_u64().is_some_and(|n| (5..12).contains(&n)), "{name}: {rows}");
        let (notes, rows) = of_file(&raised, name);
        assert!(!notes.contains("--max-inflation") && rows["folded"] == 13, "{name}: {notes} {rows}");
    }
    assert_eq!(of_file(&usual, "sound.csv").1["folded"], 2);
}

#[test]
fn a_record_that_nests_too_deep_is_rejected_by_that_name() {
    let deep = |levels: usize, id: u8| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!(
            "{{\"id\":\"{id}\",\"userPrincipalName\":\"u{id}@contoso.com\",\"displayName\":\"[[[[[[[[[[\",\"accountEnabled\":true,\"x\":{open}{close}}}\n"
        )
    };
    let typed = format!(
        "{{\"id\":\"9\",\"userPrincipalName\":\"u@contoso.com\",\"accountEnabled\":{}{}}}\n",
        "[".repeat(200),
        "]".repeat(200)
    );
    let home = folder();
    put(home.path(), "in/users.ndjson", format!("{}{}{}{typed}", deep(2, 1), deep(8, 2), deep(9, 3)));
    let (_, rows) = said(home.path(), "users.ndjson", &[]);
    assert_eq!((&rows["folded"], &rows["rejected"]), (&Value::from(3), &serde_json::json!({"too_deep": 1})));
    let (_, rows) = said(home.path(), "users.ndjson", &["--max-nesting", "8"]);
    assert_eq!((&rows["folded"], &rows["rejected"]), (&Value::from(2), &serde_json::json!({"too_deep": 2})));
}

#[test]
fn bounds_are_in_the_manifest_only_where_somebody_moved_them() {
    let home = folder();
    put(home.path(), "in/users.csv", USERS);
    let settings = |out: &str, options: &[&str]| {
        succeed(home.path(), &[&["report", "in", "--as-of", "2026-11-22", "--out", out], options].concat());
        let text = std::fs::read_to_string(home.path().join(out).join("manifest.json")).expect("readable");
        let manifest: Value = serde_json::from_str(&text).expect("JSON");
        ["max-record", "max-inflation", "max-nesting"].map(|name| manifest["settings"][name].clone())
    };
    assert_eq!(settings("usual", &[]), [Value::Null, Value::Null, Value::Null]);
    let moved = settings("moved", &["--max-record", "1GiB", "--max-inflation", "9", "--max-nesting", "32"]);
    assert_eq!(moved, ["1073741824", "9", "32"].map(Value::from));
}

#[test]
fn a_bound_that_is_none_is_refused() {
    let home = folder();
    put(home.path(), "in/users.csv", USERS);
    for (option, value) in [
        ("--max-record", "1KiB"),
        ("--max-record", "many"),
        ("--max-record", "99999999999999999999"),
        ("--max-record", "99999999999GiB"),
        ("--max-inflation", "0"),
        ("--max-nesting", "128"),
    ] {
        let run = kmsift(home.path(), &["check", "in", option, value]);
        assert!(run.code == 2 && run.stderr.contains(option), "{option} {value}: {} {}", run.code, run.stderr);
    }
}
