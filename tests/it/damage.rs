//! Damage that once lost the rest of a file without a word: stray quotes, unclosed objects, archives cut in the middle.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

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
        let people =
            rows(&succeed(home.path(), &["stale", "in", "--all", "--format", "csv", "--as-of", "2026-11-22"]).stdout);
        let half: Vec<&String> = people
            .iter()
            .map(|p| &p["user_principal_name"])
            .filter(|upn| upn.len() != 16 + "@contoso.com".len())
            .collect();
        assert!(half.is_empty() && people.len() > 2_000, "{share}: {half:?}");
    }
}

#[test]
fn a_cell_that_few_rows_need_costs_no_row() {
    let home = folder();
    // 50140: its rows are kept with their correlation; of others it is not looked at.
    let codes = ["0", "50140", "0"].map(|code| ("2026-11-20T08:00:00Z", "u1", code, ""));
    let text = portal_csv(&codes).into_bytes();
    let broken: Vec<u8> = text.split(|b| *b == b'\n').flat_map(|line| [line, b"\n"].concat()).collect();
    for (mark, lost) in [(b",c1,", 1), (b",c2,", 0)] {
        let at = broken.windows(4).position(|cells| cells == mark).expect("the cell");
        let mut bytes = broken.clone();
        bytes[at + 1] = 0xff;
        put(home.path(), "in/InteractiveSignIns_1.csv", bytes);
        for options in [&[][..], &["--plain-readers"]] {
            let file = checked(home.path(), options);
            assert_eq!((&file["rows"]["folded"], &file["rows"]["rejected"]), (&json!(3), &json!({})), "{file}");
            assert_eq!(file["unreadable_columns"]["correlation_id"]["rows"].as_u64().unwrap_or(0), lost, "{file}");
        }
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
        (
            "ann@c.com,True,\"Street 1,\nBuilding 2, Floor 3\"\nben@c.com,True,x\n",
            json!({"read": 2, "folded": 2, "skipped": {}, "rejected": {}}),
        ),
        ("ann@c.com,True,\"a, b\nc\n\nd, e\"\n", json!({"read": 1, "folded": 1, "skipped": {}, "rejected": {}})),
        // Two stray quotes: three and two rows in one cell, and a record as wide as the header.
        (
            "ann@c.com,\"True,x\nben@c.com,True,y\ncy@c.com,\",z\n",
            json!({"read": 3, "folded": 0, "skipped": {}, "rejected": {"wrong_width": 3}}),
        ),
        (
            "ann@c.com,\"True,x\nben@c.com,True\",z\n",
            json!({"read": 2, "folded": 0, "skipped": {}, "rejected": {"wrong_width": 2}}),
        ),
    ] {
        let home = folder();
        put(home.path(), "in/users.csv", format!("{head}{rows}"));
        assert_eq!(checked(home.path(), &[])["rows"], want, "{rows}");
    }
}

fn user(id: usize) -> String {
    format!(
        "{{\"id\":\"u{id}\",\"userPrincipalName\":\"u{id}@contoso.com\",\"accountEnabled\":true,\"m\":[\n{{\"a\":1}},\n{{\"a\":{{}}}}]}}"
    )
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
            for o in &objects {
                // What breaks off has no comma of its own.
                let comma = if o.ends_with(',') || o == piece { "" } else { "," };
                writeln!(text, "{lead}{o}{comma}").expect("text");
            }
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
    assert_eq!(
        kmsift(home.path(), &["stale", "in", "--all", "--as-of", "2026-11-22"]).code,
        3,
        "more than --max-rejects"
    );
}

#[test]
fn zeros_behind_a_gz_are_padding() {
    let home = folder();
    let text = users(3);
    let (one, two) = text.split_at(40);
    put(home.path(), "in/users.csv.gz", [gz(one), vec![0; 700], gz(two), vec![0; 200_000]].concat());
    let file = checked(home.path(), &[]);
    assert_eq!((&file["rows"]["folded"], &file["damage"]), (&json!(3), &Value::Null));
}

#[test]
fn what_is_no_export_is_listed_and_texts_are_looked_into() {
    let home = folder();
    put(home.path(), "in/users.csv", users(2));
    put(home.path(), "in/Users.txt", users(3));
    put(home.path(), "in/Users", users(4));
    put(home.path(), "in/users!more.csv", users(5));
    for name in ["README.txt", "LICENSE", "AuditLogs.xlsx", "._x.csv", "notes.pdf"] {
        put(home.path(), &format!("in/{name}"), "hello");
    }
    let run = succeed(home.path(), &["check", "in", "--strict", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let read: Vec<_> = report["files"].as_array().expect("files").iter().map(|f| f["rows"]["folded"].clone()).collect();
    assert_eq!(read, [4, 3, 5, 2], "in the order of names");
    let ignored = report["ignored"].as_array().expect("a list");
    let paths: Vec<&str> = ignored.iter().filter_map(|i| i["path"].as_str()).collect();
    assert_eq!(paths, ["in/._x.csv", "in/AuditLogs.xlsx", "in/LICENSE", "in/README.txt", "in/notes.pdf"]);
    assert!(ignored[1]["why"].as_str().is_some_and(|why| why.contains("save the sheet as CSV")), "{ignored:?}");
    let text = succeed(home.path(), &["check", "in"]).stdout;
    assert!(text.contains("\nIgnored\n  in/._x.csv: hidden"), "{text}");
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(bytes).expect("written");
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn an_archive_inside_an_archive_is_named_as_such() {
    let text = users(2);
    let gz_of = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("compressed")
    };
    let zip = zipped("users.csv", text.as_bytes());
    for (name, bytes) in [
        ("a.zip", zipped("b.zip", &zip)),
        ("a.gz", gz_of(&gz(&text))),
        ("b.gz", gz_of(&zip)),
        ("c.zst", zstd::encode_all(gz(&text).as_slice(), 1).expect("compressed")),
    ] {
        let home = folder();
        put(home.path(), &format!("in/{name}"), bytes);
        let run = kmsift(home.path(), &["check", "in"]);
        assert!(
            run.code == 3 && run.stderr.contains("an archive inside an archive: unpack it first"),
            "{name}: {}",
            run.stderr
        );
        assert!(!run.stderr.contains("English"), "{name}: {}", run.stderr);
    }
    let home = folder();
    put(home.path(), "a.zip", &zip);
    let stdin = std::fs::File::open(home.path().join("a.zip")).expect("readable");
    let run: crate::support::Run =
        crate::support::command(home.path(), &["check", "-"]).stdin(stdin).output().expect("it starts").into();
    assert!(
        run.code == 3 && run.stderr.contains("save it to a file and type `kmsift check FILE.zip`"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_left_alone_and_one_that_is_named_is_read() {
    let home = folder();
    put(home.path(), "in/users.csv", users(2));
    let fifo = home.path().join("in/InteractiveSignIns.csv");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo starts");
    assert!(made.success());
    let report = |arguments: &[&str]| -> Value {
        let run = succeed(home.path(), &[&["check", "--format", "json"], arguments].concat());
        serde_json::from_str(&run.stdout).expect("JSON")
    };
    for folder in ["in", "in/*"] {
        let ignored = report(&[folder])["ignored"].clone();
        assert_eq!(ignored[0]["path"], "in/InteractiveSignIns.csv");
        assert!(ignored[0]["why"].as_str().is_some_and(|why| why.contains("a pipe")), "{ignored}");
    }
    let writer = std::thread::spawn(move || std::fs::write(fifo, users(3)));
    let named = report(&["in/InteractiveSignIns.csv"]);
    writer.join().expect("no panic").expect("written");
    assert_eq!(named["files"][0]["rows"]["folded"], 3, "{named}");
}

#[test]
fn a_dynamic_column_that_cannot_be_read_is_an_error_of_its_column_and_the_rows_are_kept() {
    let mut text = "CreatedDateTime [UTC],ResultType,AppDisplayName,IsInteractive,UserId,UserPrincipalName,ClientAppUsed,AuthenticationDetails,DeviceDetail\n".to_owned();
    for i in 0..20 {
        let device = if i == 0 { "System.Object" } else { "{}" };
        writeln!(
            text,
            "2026-11-{:02}T08:00:00Z,0,Teams,true,u1,u1@contoso.com,Browser,System.Object[],{device}",
            i + 1
        )
        .expect("text");
    }
    let home = folder();
    put(home.path(), "in/query_data.csv", text);
    let file = checked(home.path(), &[]);
    assert_eq!(file["rows"], json!({"read": 20, "folded": 20, "skipped": {}, "rejected": {}}), "{file}");
    assert_eq!(file["unreadable_columns"]["AuthenticationDetails"]["rows"], 20);
    assert_eq!(file["unreadable_columns"]["DeviceDetail"]["rows"], 1, "5 % is no error");
    let damage = file["damage"].as_str().expect("damage");
    assert!(damage.contains("`AuthenticationDetails` is there and cannot be read in 20 of 20 rows"), "{damage}");
    assert!(!damage.contains("DeviceDetail"), "{damage}");
    // Nothing says that a page was seen or was not.
    let people = rows(&succeed(home.path(), &["stale", "in", "--all", "--format", "csv"]).stdout);
    assert_eq!(people[0]["last_promptable"], "", "{people:?}");
}

#[test]
fn lines_of_rejected_rows_are_named_once() {
    let home = folder();
    let stray = "{\"id\":\"u1\",\"userPrincipalName\":\"u1@contoso.com\",\"accountEnabled\":true}";
    put(home.path(), "in/users.json", format!("[{stray},\n1,2,3,\n4,5,\n{stray}]"));
    let file = checked(home.path(), &[]);
    assert_eq!(file["rows"]["rejected"], json!({"misplaced": 5}));
    assert_eq!(file["rejected_lines"], json!({"misplaced": [2, 3]}));
}

#[test]
fn rejected_rows_that_are_too_many_are_cut_by_line_and_said() {
    // 9 000 rows of 4 KB are more than 32 MiB; each file keeps its first ones, whatever the threads.
    let long = "x".repeat(4_000);
    let home = folder();
    for name in ["a", "b"] {
        let mut text = users(1);
        (0..4_500).for_each(|i| writeln!(text, "{i}{long}").expect("text"));
        put(home.path(), &format!("in/{name}.csv"), text);
    }
    let mut kept = Vec::new();
    for threads in ["1", "2"] {
        let out = format!("rejects{threads}.csv");
        let run = succeed(home.path(), &["check", "in", "--rejects", &out, "--threads", threads]);
        let written = rows(&std::fs::read_to_string(home.path().join(&out)).expect("readable"));
        assert!(run.stderr.contains(&format!("wrote {} of 9000 rejected rows", written.len())), "{}", run.stderr);
        let of_a = written.iter().filter(|row| row["path"] == "in/a.csv").count();
        assert!(
            (8_000..8_400).contains(&written.len()) && of_a.abs_diff(written.len() - of_a) <= 1,
            "{of_a} of {}",
            written.len()
        );
        kept.push(written);
    }
    assert_eq!(kept[0], kept[1]);
}
