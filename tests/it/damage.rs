//! Damage that once lost the rest of a file without a word: stray quotes, unclosed objects, archives cut in the middle.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{folder, kmsift, put, rows, succeed};

/// What `check` says of the only file in `in`.
fn checked(folder: &Path, options: &[&str]) -> Value {
    let run = succeed(folder, &[&["check", "in", "--format", "json"], options].concat());
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    report["files"][0].clone()
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("compressed");
    encoder.finish().expect("compressed")
}

/// A user list whose UPNs are long and hard to compress.
fn users(count: u64) -> String {
    let mut out = "id,accountEnabled,userPrincipalName\n".to_owned();
    for i in 0..count {
        let hash = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(out, "u{i},True,{hash:016x}@contoso.com").expect("text");
    }
    out
}

#[test]
fn the_last_row_of_a_gz_that_was_cut_names_nobody() {
    let packed = gz(&users(12_000));
    // Wherever the cut falls in a row; short ones are below what recognition looks at.
    for share in [30, 75, 76, 77, 78, 79, 80] {
        let home = folder();
        put(home.path(), "in/users.csv.gz", &packed[..packed.len() * share / 100]);
        let file = checked(home.path(), &[]);
        assert_eq!(file["format"], "users_csv", "{share}: {file}");
        assert!(file["damage"].as_str().is_some_and(|d| d.contains("reading stopped")), "{share}: {file}");
        assert!(file["rows"]["folded"].as_u64().is_some_and(|n| n > 2_000), "{share}: {file}");
        let people = rows(&succeed(home.path(), &["stale", "in", "--all", "--format", "csv", "--as-of", "2026-11-22"]).stdout);
        let half: Vec<&String> =
            people.iter().map(|p| &p["user_principal_name"]).filter(|upn| upn.len() != 16 + "@contoso.com".len()).collect();
        assert!(half.is_empty() && people.len() > 2_000, "{share}: {half:?}");
    }
}

#[test]
fn a_stray_quote_costs_its_line_and_no_other() {
    // In an unquoted file nothing closes it: to the end of the data, and beyond --max-record.
    for (count, options) in [(50, vec![]), (60_000, vec!["--max-record", "1MiB"])] {
        let text = users(count).replacen("u2,True,", "u2,True,\"", 1);
        let home = folder();
        put(home.path(), "in/users.csv", &text);
        let file = checked(home.path(), &options);
        let want = json!({"read": count, "folded": count - 1, "skipped": {}, "rejected": {"torn": 1}});
        assert_eq!(file["rows"], want);
        assert_eq!(file["rejected_lines"], json!({"torn": [4]}));
        let damage = file["damage"].as_str().expect("damage");
        assert!(damage.starts_with("line 4: a quote opens here and nothing closes it"), "{damage}");
        assert!(!damage.contains("cut off"), "{damage}");
    }
}

#[test]
fn a_file_cut_in_a_quoted_cell_makes_no_rows_of_the_cell() {
    let home = folder();
    let text = "id,accountEnabled,userPrincipalName,displayName\nu1,True,ann@contoso.com,Ann\nu2,True,ben@contoso.com,\"Ben\nu3,True,eve@contoso.com,Ev";
    put(home.path(), "in/users.csv", text);
    let file = checked(home.path(), &[]);
    assert_eq!(file["rows"], json!({"read": 2, "folded": 1, "skipped": {}, "rejected": {"torn": 1}}));
    assert!(file["damage"].as_str().is_some_and(|d| d.contains("cut off")), "{file}");
}

#[test]
fn lines_of_an_address_are_no_rows_and_glued_rows_are() {
    let head = "userPrincipalName,accountEnabled,streetAddress\n";
    for (rows, want) in [
        // Cells with commas and line breaks, in records as wide as the header.
        ("ann@c.com,True,\"Street 1,\nBuilding 2, Floor 3\"\nben@c.com,True,x\n", json!({"read": 2, "folded": 2, "skipped": {}, "rejected": {}})),
        ("ann@c.com,True,\"a, b\nc\n\nd, e\"\n", json!({"read": 1, "folded": 1, "skipped": {}, "rejected": {}})),
        // Two stray quotes: three and two rows in one cell, and a record as wide as the header.
        ("ann@c.com,\"True,x\nben@c.com,True,y\ncy@c.com,\",z\n", json!({"read": 3, "folded": 0, "skipped": {}, "rejected": {"wrong_width": 3}})),
        ("ann@c.com,\"True,x\nben@c.com,True\",z\n", json!({"read": 2, "folded": 0, "skipped": {}, "rejected": {"wrong_width": 2}})),
    ] {
        let home = folder();
        put(home.path(), "in/users.csv", format!("{head}{rows}"));
        assert_eq!(checked(home.path(), &[])["rows"], want, "{rows}");
    }
}

fn user(id: usize) -> String {
    format!("{{\"id\":\"u{id}\",\"userPrincipalName\":\"u{id}@contoso.com\",\"accountEnabled\":true,\"m\":[\n{{\"a\":1}},\n{{\"a\":{{}}}}]}}")
}

#[test]
fn an_object_that_nothing_closes_costs_itself_and_no_other() {
    let broken = ["{\"id\":\"x\",", "{\"id\":\"x", "{\"id\":\"x\"", "{\"id\":{\"a\":1},\"b\":{\"c\":2,"];
    for (open, lead, close) in [("[", "", "]"), ("[\n", "  ", "\n]"), ("{\"value\":[\n", "\t", "]}")] {
        for piece in broken {
            let mut objects: Vec<String> = (0..400).map(user).collect();
            objects[5] = piece.to_owned();
            let last = objects.pop().expect("one");
            let mut text = open.to_owned();
            objects.iter().for_each(|o| {
                // What breaks off has no comma of its own.
                let comma = if o.ends_with(',') || o == piece { "" } else { "," };
                write!(text, "{lead}{o}{comma}\n").expect("text");
            });
            let home = folder();
            put(home.path(), "in/users.json", format!("{text}{lead}{last}{close}"));
            let rows = checked(home.path(), &[])["rows"].clone();
            assert_eq!((&rows["read"], &rows["folded"]), (&json!(400), &json!(399)), "{open:?} {piece}: {rows}");
        }
    }
}

#[test]
fn rows_that_an_unclosed_list_takes_in_are_counted_as_lost() {
    let mut lines: Vec<String> = (0..100).map(|i| user(i).replace(",\"m\":[\n{\"a\":1},\n{\"a\":{}}]", "")).collect();
    lines[5] = "{\"id\":\"x\",\"list\":[1".to_owned();
    let home = folder();
    put(home.path(), "in/users.json", format!("[{}]", lines.join(",\n")));
    // Five before it, itself, and 94 lines that look like rows; the last one is followed by the bracket.
    let rows = checked(home.path(), &[])["rows"].clone();
    assert_eq!(rows, json!({"read": 99, "folded": 5, "skipped": {}, "rejected": {"torn": 94}}));
    assert_eq!(kmsift(home.path(), &["stale", "in", "--all", "--as-of", "2026-11-22"]).code, 3, "more than --max-rejects");
}
