//! The ledger: facts come back as they were, adding is a join, what is damaged is refused by name, and nothing old is lost.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use kmsift::facts::Facts;
use kmsift::ledger::{self, Manifest, TABLES};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::Value;

use crate::laws::{facts, row, said};
use crate::support::{copy, files, folder, kmsift, portal_csv, put, root, rows, succeed};

/// Files of a ledger by name.
type Files = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn written(facts: &Facts) -> (Manifest, Files) {
    let mut sinks: BTreeMap<String, Sink> = BTreeMap::new();
    let tables = ledger::write(facts, |file| Ok(sinks.entry(file.to_owned()).or_default().clone())).expect("written");
    let manifest = Manifest::new(tables, std::collections::BTreeSet::new(), "0.0.0");
    (manifest, sinks.into_iter().map(|(name, sink)| (name, sink.0.lock().expect("one thread").clone())).collect())
}

fn read(manifest: &Manifest, files: &Files) -> Result<Facts, String> {
    let open = |file: &str, _: u64| files.get(file).cloned().ok_or_else(|| io::Error::other("not there"));
    ledger::read(manifest, open).map_err(|e| e.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn facts_come_back_as_they_were(rows in prop::collection::vec(row(), 0..80)) {
        let facts = facts(&rows);
        let (manifest, files) = written(&facts);
        prop_assert_eq!(Manifest::parse(manifest.to_json().as_bytes()).expect("its own"), manifest.clone());
        let back = read(&manifest, &files).expect("sound");
        let again = written(&back);
        prop_assert_eq!(&again.1, &files, "the bytes are those of the facts, however they came about");
        prop_assert_eq!(again.0.tables, manifest.tables);
        prop_assert_eq!(said(back), said(facts));
    }

    #[test]
    fn the_order_of_rows_does_not_show_in_the_bytes(rows in prop::collection::vec(row(), 0..60), cut in 0..60_usize) {
        let (left, right) = rows.split_at(cut.min(rows.len()));
        let joined = crate::laws::join(facts(right), facts(left));
        prop_assert_eq!(written(&joined).1, written(&facts(&rows)).1);
    }
}

/// Some facts with a row in every table.
fn full() -> Facts {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let some = prop::collection::vec(row(), 400).new_tree(&mut runner).expect("rows").current();
    facts(&some)
}

#[test]
fn every_table_has_rows_in_the_tests_and_stands_in_the_document() {
    let (manifest, _) = written(&full());
    assert!(manifest.tables.iter().all(|t| t.rows > 0), "{:?}", manifest.tables);
    let paper = std::fs::read_to_string(root().join("docs/LEDGER.md")).expect("the document");
    let told: Vec<(String, String)> = paper
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(name, rest)| (name.to_owned(), rest.split(" | ").next().unwrap_or_default().to_owned()))
        .collect();
    let is: Vec<(String, String)> =
        TABLES.iter().flat_map(|t| t.fields).map(|f| (f.name.to_owned(), f.kind.name().to_owned())).collect();
    assert_eq!(told, is, "docs/LEDGER.md says every column, in order");
    assert!(TABLES.iter().all(|t| paper.contains(&format!("`{}`", t.file))));
}

/// Bytes with another SHA-256 written into the manifest, as somebody who forges a ledger would.
fn forged(manifest: &Manifest, file: &str, bytes: &[u8]) -> Manifest {
    let mut forged = manifest.clone();
    for entry in forged.tables.iter_mut().filter(|t| t.file == file) {
        entry.bytes = bytes.len() as u64;
        entry.sha256 = kmsift::app::disk::sha256(bytes);
    }
    forged
}

#[test]
fn damage_is_named_and_never_reaches_the_decoder() {
    let (manifest, files) = written(&full());
    for table in TABLES {
        let sound = &files[table.file];
        let with = |bytes: Vec<u8>| {
            let mut changed = files.clone();
            changed.insert(table.file.to_owned(), bytes.clone());
            if bytes != *sound {
                let error = read(&manifest, &changed).expect_err("damaged");
                assert!(error.starts_with(&format!("`{}`", table.file)), "{error}");
            }
        };
        for length in [0, 3, 4, 11, 12, sound.len() / 2, sound.len() - 9, sound.len() - 1] {
            let cut = sound[..length.min(sound.len())].to_vec();
            with(cut.clone());
            let mut changed = files.clone();
            changed.insert(table.file.to_owned(), cut.clone());
            let error = read(&forged(&manifest, table.file, &cut), &changed).expect_err("no whole Parquet");
            assert!(error.starts_with(&format!("`{}`", table.file)), "{error}");
        }
        let mut state = 7_u64;
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut bytes = sound.clone();
            let at = usize::try_from(state >> 33).expect("small") % bytes.len();
            bytes[at] ^= u8::try_from(state >> 24 & 0xff).expect("a byte") | 1;
            with(bytes);
        }
        with(b"user_id,date\n".to_vec());
        with(files[if table.file == "apps.parquet" { "tenants.parquet" } else { "apps.parquet" }].clone());
        let mut gone = files.clone();
        gone.remove(table.file);
        assert!(read(&manifest, &gone).expect_err("gone").contains(table.file));
    }
}

#[test]
fn forged_rows_that_no_log_could_give_are_refused() {
    let swap = |manifest: &Manifest, files: &Files, from: &str, to: &str| {
        let mut changed = files.clone();
        changed.insert(to.to_owned(), files[from].clone());
        let mut manifest = forged(manifest, to, &files[from]);
        let rows = manifest.entry(from).map_or(0, |e| e.rows);
        manifest.tables.iter_mut().filter(|t| t.file == to).for_each(|t| t.rows = rows);
        read(&manifest, &changed)
    };
    let (manifest, files) = written(&full());
    let error = swap(&manifest, &files, "sessions.parquet", "activity.parquet").expect_err("other columns");
    assert!(error.contains("the column `channel` is missing"), "{error}");
    // Activity of more people than there are.
    let (few, few_files) = written(&facts(&[]));
    let mut mixed = few_files;
    mixed.insert("activity.parquet".to_owned(), files["activity.parquet"].clone());
    let mut lying = forged(&few, "activity.parquet", &files["activity.parquet"]);
    let rows = manifest.entry("activity.parquet").map_or(0, |e| e.rows);
    lying.tables.iter_mut().filter(|t| t.file == "activity.parquet").for_each(|t| t.rows = rows);
    assert!(read(&lying, &mixed).expect_err("nobody").contains("there is no person 0"));
    lying.tables.iter_mut().filter(|t| t.file == "activity.parquet").for_each(|t| t.rows += 1);
    assert!(read(&lying, &mixed).is_err());
}

/// Every file of a folder with its bytes.
fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |p: &Path| p.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
    files(folder).iter().map(|p| (name(p), std::fs::read(p).expect("readable"))).collect()
}

const ME: &str = "a0000000-0000-4000-8000-000000000001";

/// A folder with two months of a portal's sign-ins: `one/` and `two/`.
fn months() -> tempfile::TempDir {
    let temp = folder();
    let fresh = "MFA completed in Azure AD";
    let one = [("2026-10-01T08:00:00Z", ME, "0", fresh), ("2026-10-20T08:00:00Z", "b1", "0", fresh)];
    let two = [("2026-11-03T08:00:00Z", "b1", "0", fresh), ("2026-11-20T08:00:00Z", "c1", "0", fresh)];
    put(temp.path(), "one/InteractiveSignIns_2026-10.csv", portal_csv(&one));
    put(temp.path(), "two/InteractiveSignIns_2026-11.csv", portal_csv(&two));
    temp
}

#[test]
fn adding_is_a_join_and_the_same_twice_changes_no_byte() {
    let temp = months();
    let at = temp.path();
    let made = succeed(at, &["ledger", "add", "kept", "one"]);
    assert!(
        made.stdout.is_empty()
            && made.stderr.contains("made `kept`: 2 ids of people (2 new;")
            && made.stderr.contains("facts of 1 exports (1 new)"),
        "{}",
        made.stderr
    );
    let before = bytes_of(&at.join("kept"));
    let again = succeed(at, &["ledger", "add", "kept", "one/InteractiveSignIns_2026-10.csv"]);
    assert!(again.stderr.contains("nothing changed"), "{}", again.stderr);
    assert_eq!(bytes_of(&at.join("kept")), before);
    let more = succeed(at, &["ledger", "add", "kept", "two"]);
    assert!(more.stderr.contains("added to `kept`: 3 ids of people (1 new;"), "{}", more.stderr);
    succeed(at, &["ledger", "add", "other", "two", "--threads", "1"]);
    succeed(at, &["ledger", "add", "other", "one"]);
    succeed(at, &["ledger", "add", "third", "other", "one"]);
    succeed(at, &["ledger", "add", "once", "one", "two", "--threads", "7"]);
    let whole = bytes_of(&at.join("kept"));
    for name in ["other", "once", "third"] {
        assert_eq!(bytes_of(&at.join(name)), whole, "{name}");
    }
    let left: Vec<_> = std::fs::read_dir(at).expect("a folder").flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|n| !n.to_string_lossy().starts_with('.')), "nothing hidden is left: {left:?}");
}

#[test]
fn logs_that_are_gone_are_still_known_and_every_command_takes_a_ledger() {
    let temp = months();
    let at = temp.path();
    succeed(at, &["ledger", "add", "kept", "one", "two"]);
    let whole = succeed(at, &["stale", "one", "two", "--all", "--format", "csv"]).stdout;
    assert_eq!(succeed(at, &["stale", "kept", "--all", "--format", "csv"]).stdout, whole);
    std::fs::remove_dir_all(at.join("one")).expect("the first month goes");
    assert_eq!(succeed(at, &["stale", "kept", "two", "--all", "--format", "csv"]).stdout, whole);
    assert_eq!(succeed(at, &["stale", ".", "--all", "--format", "csv"]).stdout, whole, "found by searching too");
    assert_eq!(succeed(at, &["stale", "ke*", "--all", "--format", "csv"]).stdout, whole, "and by a pattern");
    for arguments in [&["funnel", "kept"][..], &["options", "kept"], &["explain", ME, "kept"], &["check", "kept"]] {
        succeed(at, arguments);
    }
    succeed(at, &["targets", "kept", "--no-break-glass-list", "--out", "lists"]);
    put(at, "list.txt", format!("{ME}\n"));
    succeed(at, &["verify", "--targets", "list.txt", "--targeted-at", "2026-10-25", "kept"]);
    succeed(at, &["report", "kept", "--no-break-glass-list", "--out", "out"]);
    let manifest = std::fs::read_to_string(at.join("out/manifest.json")).expect("the manifest");
    let manifest: Value = serde_json::from_str(&manifest).expect("JSON");
    let input = &manifest["inputs"][0];
    assert_eq!((input["path"].as_str(), input["format"].as_str()), (Some("kept"), Some("ledger")));
    let sum = kmsift::app::disk::sha256(&std::fs::read(at.join("kept/ledger.json")).expect("readable"));
    assert_eq!(input["sha256"], sum, "which names the hash of every file of the ledger");
    assert_eq!(input["rows"]["read"], 0, "none of its rows is read in this run");
}

#[test]
fn check_show_and_explain_say_what_a_ledger_is() {
    let temp = months();
    let at = temp.path();
    succeed(at, &["ledger", "add", "kept", "one"]);
    let check: Value =
        serde_json::from_str(&succeed(at, &["check", "kept", "two", "--format", "json"]).stdout).expect("JSON");
    let file = &check["files"][0];
    assert_eq!((file["kind"].as_str(), file["rows"]["read"].as_u64()), (Some("ledger"), Some(0)));
    assert_eq!(file["ledger"]["people"], 2);
    assert_eq!(file["ledger"]["rows"]["read"], 2);
    assert_eq!(check["totals"]["read"], 2, "rows of this run");
    let interactive = &check["streams"]["interactive"];
    assert_eq!((interactive["rows"].as_u64(), interactive["rows_in_ledgers"].as_u64()), (Some(2), Some(2)));
    assert_eq!(interactive["people"], 3);
    let text = succeed(at, &["check", "kept"]).stdout;
    assert!(
        text.contains("ledger: kmsift ledger [ledger], Parquet") && text.contains("2 rows when they were added"),
        "{text}"
    );

    let shown: Value =
        serde_json::from_str(&succeed(at, &["ledger", "show", "kept", "--format", "json"]).stdout).expect("JSON");
    assert_eq!((shown["format"].as_u64(), shown["people"].as_u64()), (Some(1), Some(2)));
    assert_eq!(shown["sources"][0]["name"], "InteractiveSignIns_2026-10.csv");
    let sum =
        kmsift::app::disk::sha256(&std::fs::read(at.join("one/InteractiveSignIns_2026-10.csv")).expect("readable"));
    assert_eq!(shown["sources"][0]["sha256"], sum);
    assert_eq!(shown["streams"]["interactive"]["from"], "2026-10-01T08:00:00Z");
    assert_eq!(shown["streams"]["interactive"]["gaps"].as_array().map(Vec::len), Some(1));
    let text = succeed(at, &["ledger", "show", "kept"]).stdout;
    assert!(text.contains("Sources (1), by time") && text.contains("gap from"), "{text}");

    let told = succeed(at, &["explain", ME, "kept", "two"]).stdout;
    assert!(told.contains("`kept` is a ledger: it keeps instants and days, no rows"), "{told}");
    let told: Value =
        serde_json::from_str(&succeed(at, &["explain", ME, "kept", "two", "--format", "json"]).stdout).expect("JSON");
    let row = &told["evidence"][0];
    assert_eq!((row["file"].as_str(), row["line"].is_null()), (Some("kept"), true));
    assert_eq!(row["time"], "2026-10-01T08:00:00Z");
    assert_eq!(row["decides"][0], "last_promptable");
}

#[test]
fn what_is_no_ledger_or_a_damaged_one_is_refused_with_what_to_type() {
    let temp = months();
    let at = temp.path();
    let no = |arguments: &[&str], code: i32, words: &[&str]| {
        let run = kmsift(at, arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        for word in words {
            assert!(run.stderr.contains(word), "{arguments:?}: {word:?} is not in {}", run.stderr);
        }
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    };
    no(&["ledger", "add", "one", "two"], 2, &["no ledger", "kmsift ledger add LEDGER INPUT"]);
    no(
        &["ledger", "add", "one/InteractiveSignIns_2026-10.csv", "two"],
        2,
        &["is a file", "kmsift ledger add LEDGER INPUT"],
    );
    no(&["ledger", "show", "one"], 2, &["no ledger.json", "kmsift ledger add one INPUT"]);
    no(&["ledger", "show", "nowhere"], 2, &["is not there"]);
    no(&["ledger", "add", "kept", "nowhere"], 2, &["no file matches"]);
    no(&["ledger", "add", "kept"], 2, &["INPUT"]);
    assert!(!at.join("kept").exists());
    succeed(at, &["ledger", "add", "kept", "one"]);
    let before = bytes_of(&at.join("kept"));

    put(at, "kept/notes.txt", "mine");
    no(&["ledger", "add", "kept", "two"], 3, &["`notes.txt`, which kmsift did not write", "mv kept/notes.txt"]);
    std::fs::remove_file(at.join("kept/notes.txt")).expect("removed");

    put(at, "bad/x.csv", "Date (UTC),what\n1,2\n");
    no(&["ledger", "add", "kept", "bad"], 3, &["nothing usable"]);
    put(at, "torn/InteractiveSignIns_x.csv", portal_csv(&[("soon", ME, "0", "")]));
    no(&["ledger", "add", "kept", "torn"], 3, &["rows rejected"]);
    assert_eq!(bytes_of(&at.join("kept")), before, "a run that fails leaves the ledger as it was");

    for (name, spoil) in [
        ("activity.parquet", "cut"),
        ("people.parquet", "flip"),
        ("moments.parquet", "gone"),
        ("ledger.json", "cut"),
        ("ledger.json", "newer"),
    ] {
        let broken = at.join("broken");
        copy(&at.join("kept"), &broken);
        let path = broken.join(name);
        let mut bytes = std::fs::read(&path).expect("readable");
        match spoil {
            "cut" => bytes.truncate(bytes.len() / 2),
            "flip" => bytes[20] ^= 0xff,
            _ => bytes = String::from_utf8_lossy(&bytes).replace("\"format\": 1,", "\"format\": 9,").into_bytes(),
        }
        if spoil == "gone" { std::fs::remove_file(&path) } else { std::fs::write(&path, &bytes) }.expect("spoiled");
        let spoiled = bytes_of(&broken);
        let words: &[&str] = if spoil == "newer" {
            &["format 9", "install the newer kmsift"]
        } else {
            &[name, "kmsift ledger add NEW INPUT"]
        };
        no(&["ledger", "show", "broken"], 3, words);
        no(&["ledger", "add", "broken", "two"], 3, words);
        no(&["stale", "broken"], 3, words);
        assert_eq!(bytes_of(&broken), spoiled, "{name}: what is damaged is not replaced either");
        // Beside sound inputs it is named, and the rest is used (rulings.md 29).
        let run = succeed(at, &["stale", "broken", "two", "--all", "--format", "csv"]);
        assert!(run.stderr.contains(words[0]) && rows(&run.stdout).len() == 2, "{}", run.stderr);
        no(&["stale", "broken", "two", "--strict"], 3, &["--strict"]);
        std::fs::remove_dir_all(&broken).expect("removed");
    }
}

#[test]
fn a_run_that_was_stopped_between_two_renames_loses_nothing() {
    let temp = months();
    let at = temp.path();
    succeed(at, &["ledger", "add", "kept", "one"]);
    std::fs::rename(at.join("kept"), at.join(".kept.kmsift-partial-99.old")).expect("set aside");
    let run = kmsift(at, &["ledger", "add", "kept", "two"]);
    assert!(run.code == 2 && run.stderr.contains("mv ./.kept.kmsift-partial-99.old kept"), "{}", run.stderr);
    assert!(!at.join("kept").exists(), "no new ledger hides the old one");
}

#[test]
fn a_ledger_is_of_one_tenant() {
    const US: &str = "11111111-1111-4111-8111-111111111111";
    const THEM: &str = "22222222-2222-4222-8222-222222222222";
    let temp = folder();
    let at = temp.path();
    let row = |user: &str, tenant: &str| {
        serde_json::json!({"id": user, "createdDateTime": "2026-11-20T08:00:00Z", "userId": user, "userPrincipalName": format!("{user}@x.org"),
            "appDisplayName": "T", "isInteractive": true, "status": {"errorCode": 0}, "homeTenantId": tenant, "resourceTenantId": tenant})
        .to_string()
    };
    put(at, "us.ndjson", row("a1", US));
    put(at, "them.ndjson", row("b1", THEM));
    succeed(at, &["ledger", "add", "kept", "us.ndjson"]);
    let before = bytes_of(&at.join("kept"));
    for arguments in
        [&["ledger", "add", "kept", "them.ndjson"][..], &["ledger", "add", "new", "us.ndjson", "them.ndjson"]]
    {
        let run = kmsift(at, arguments);
        assert!(
            run.code == 3 && run.stderr.contains("of 2 tenants") && run.stderr.contains("--tenant ID"),
            "{}",
            run.stderr
        );
    }
    assert_eq!(bytes_of(&at.join("kept")), before);
    succeed(at, &["ledger", "add", "new", "us.ndjson", "them.ndjson", "--tenant", THEM]);
    let shown = succeed(at, &["ledger", "show", "new", "--format", "json"]).stdout;
    assert!(shown.contains(THEM) && !shown.contains(US) && shown.contains(&format!("--tenant {THEM}")), "{shown}");
    let run = kmsift(at, &["stale", "new", "us.ndjson", "--tenant", US, "--all"]);
    assert!(run.code == 0 && run.stderr.contains("cannot be taken apart"), "{}", run.stderr);
}

#[test]
fn sources_say_which_tables_shaped_them() {
    let temp = months();
    let at = temp.path();
    put(at, "codes.tsv", "123456\tREG\tyes\town page\n");
    succeed(at, &["ledger", "add", "kept", "one", "--codes", "codes.tsv"]);
    let shown: Value =
        serde_json::from_str(&succeed(at, &["ledger", "show", "kept", "--format", "json"]).stdout).expect("JSON");
    let sum = kmsift::app::disk::sha256(b"123456\tREG\tyes\town page\n");
    assert_eq!(shown["sources"][0]["options"][0], format!("--codes {sum}"));
    assert!(shown["sources"][0]["tables"].as_str().is_some_and(|t| t.contains("codes 20")), "{shown}");
    assert!(succeed(at, &["check", "kept"]).stdout.contains("folded with other tables"));
    assert!(!succeed(at, &["check", "kept", "--codes", "codes.tsv"]).stdout.contains("folded with other tables"));
}

#[cfg(unix)]
#[test]
fn a_ledger_behind_a_link_grows_and_the_link_stays() {
    let temp = months();
    let at = temp.path();
    succeed(at, &["ledger", "add", "kept", "one"]);
    std::os::unix::fs::symlink("kept", at.join("link")).expect("a link");
    succeed(at, &["ledger", "add", "link", "two"]);
    assert!(at.join("link").is_symlink());
    let run = kmsift(at, &["ledger", "add", "kept", "two"]);
    assert!(run.stderr.contains("nothing changed"), "{}", run.stderr);
}
