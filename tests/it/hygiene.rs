//! What may be read by whom, what is overwritten, and byte-order marks.

use std::path::Path;

use crate::support::{command, files, folder, kmsift, put, succeed};

const LIST: &[&str] = &["sample-data", "--break-glass", "sample-data/break-glass.txt"];

/// Runs kmsift under a umask.
#[cfg(unix)]
fn under(umask: &str, folder: &Path, arguments: &[&str]) {
    let program = command(folder, &[]);
    let mut shell = std::process::Command::new("sh");
    shell
        .current_dir(folder)
        .args(["-c", "umask \"$0\"; exec \"$@\"", umask])
        .arg(program.get_program())
        .args(arguments);
    let output = shell.output().expect("a shell");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn sample(folder: &Path) {
    crate::support::copy(&crate::support::root().join("sample-data"), &folder.join("sample-data"));
}

#[cfg(unix)]
fn modes(path: &Path) -> std::collections::BTreeSet<(bool, u32)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut out = std::collections::BTreeSet::new();
    let mut todo = vec![path.to_owned()];
    while let Some(next) = todo.pop() {
        let metadata = std::fs::symlink_metadata(&next).expect("there");
        out.insert((metadata.is_dir(), metadata.permissions().mode() & 0o777));
        if metadata.is_dir() {
            todo.extend(std::fs::read_dir(&next).expect("readable").map(|e| e.expect("an entry").path()));
        }
    }
    out
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_what_is_written_unless_it_is_shareable() {
    let temp = folder();
    let here = temp.path();
    sample(here);
    put(here, "acted.txt", "nobody@contoso.com\n");
    let follow = ["--targets", "acted.txt", "--targeted-at", "2026-11-01", "--accept", "other-tenant"];
    let commands: Vec<Vec<&str>> = vec![
        [&["report"], LIST, &["-o", "deep/report", "--emitted", "record.csv"]].concat(),
        [&["targets"], LIST, &["-o", "lists"]].concat(),
        [&["options"], LIST, &["-o", "options"]].concat(),
        [&["verify"], LIST, &follow[..], &["-o", "verify"]].concat(),
        vec!["stale", "sample-data", "--rejects", "rejects.csv", "-o", "stale.parquet"],
        vec!["check", "sample-data", "-o", "check.json"],
    ];
    let outputs = ["deep", "record.csv", "lists", "options", "verify", "rejects.csv", "stale.parquet", "check.json"];
    // Nothing of the umask opens what is the owner's alone.
    for (umask, more, file, folder) in [
        ("000", None, 0o600, 0o700),
        ("027", Some("--shareable"), 0o640, 0o750),
        ("022", Some("--shareable"), 0o644, 0o755),
    ] {
        for arguments in &commands {
            let arguments: Vec<&str> = arguments.iter().copied().chain(more).chain(["--quiet"]).collect();
            under(umask, here, &arguments);
        }
        for output in outputs {
            let path = here.join(output);
            let wrong: Vec<_> = modes(&path)
                .into_iter()
                .filter(|(is_dir, mode)| *mode != if *is_dir { folder } else { file })
                .collect();
            assert!(wrong.is_empty(), "{output} under umask {umask} {more:?}: {wrong:?}");
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) }.expect("removed");
        }
    }
    // A made-up tenant is nobody's.
    under("022", here, &["demo", "--users", "5", "--days", "5", "-o", "demo", "--quiet"]);
    assert_eq!(modes(&here.join("demo")).into_iter().collect::<Vec<_>>(), [(false, 0o644), (true, 0o755)]);
}

#[test]
fn nothing_is_overwritten_without_force() {
    let temp = folder();
    let here = temp.path();
    sample(here);
    for (name, arguments) in [
        ("out.csv", vec!["stale", "sample-data", "-o", "out.csv"]),
        ("out.json", vec!["check", "sample-data", "-o", "out.json"]),
        ("out.csv", vec!["funnel", "sample-data", "-o", "out.csv"]),
        ("out.csv", vec!["options", "sample-data", "-o", "out.csv"]),
        ("rejects.csv", vec!["stale", "sample-data", "--rejects", "rejects.csv"]),
    ] {
        put(here, name, "mine");
        let run = kmsift(here, &arguments);
        assert!(run.code == 1 && run.stderr.contains("exists"), "{arguments:?}: {} {}", run.code, run.stderr);
        assert_eq!(std::fs::read(here.join(name)).expect("there"), b"mine", "{arguments:?}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(here.join("nowhere"), here.join("link.csv")).expect("a link");
        let run = kmsift(here, &["stale", "sample-data", "-o", "link.csv"]);
        assert!(run.code == 1 && run.stderr.contains("exists"), "a link to nowhere is there too: {}", run.stderr);
    }
}

#[test]
fn a_byte_order_mark_is_for_tables_and_is_read_back() {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let temp = folder();
    let here = temp.path();
    sample(here);
    succeed(here, &[&["report"], LIST, &["-o", "out", "--bom"]].concat());
    let (mut tables, mut others) = (0, 0);
    for file in files(&here.join("out"))
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "csv" || e == "json" || e == "txt"))
    {
        let marked = std::fs::read(file).expect("readable").starts_with(BOM);
        let is_table =
            file.extension().is_some_and(|e| e == "csv") && file.parent().is_some_and(|p| p.ends_with("tables"));
        assert_eq!(marked, is_table, "{}", file.display());
        if is_table { tables += 1 } else { others += 1 }
    }
    assert!(tables > 10 && others > 5, "{tables} {others}");
    let manifest = std::fs::read_to_string(here.join("out/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let of_users = manifest["outputs"].as_array().expect("outputs").iter().find(|o| o["path"] == "tables/users.csv");
    let bytes = std::fs::metadata(here.join("out/tables/users.csv")).expect("there").len();
    assert_eq!(of_users.expect("listed")["bytes"], bytes, "the manifest describes the file with its mark");

    let plain = succeed(here, &["stale", "sample-data", "--all", "--format", "csv"]).stdout;
    let marked = succeed(here, &["stale", "sample-data", "--all", "--format", "csv", "--bom"]).stdout;
    assert_eq!(marked, format!("\u{feff}{plain}"));
    let json = succeed(here, &["stale", "sample-data", "--all", "--format", "json", "--bom"]).stdout;
    assert!(json.starts_with('['), "only CSV has a mark");

    // Read back as a list, as a file to join and as a list to follow: the mark is no part of the first column's name.
    let all =
        |more: &[&str]| succeed(here, &[&["stale", "sample-data", "--all", "--format", "csv"], more].concat()).stdout;
    put(here, "marked.csv", &marked);
    put(here, "plain.csv", &plain);
    assert_eq!(all(&["--exclude", "marked.csv"]), all(&["--exclude", "plain.csv"]));
    assert_ne!(all(&["--exclude", "marked.csv"]), plain, "everybody is excluded");
    assert_eq!(all(&["--join", "marked.csv"]), all(&["--join", "plain.csv"]));
    let follow = |list| {
        let run = ["verify", "--targets", list, "sample-data", "--targeted-at", "2026-11-01", "--format", "csv"];
        succeed(here, &run).stdout
    };
    assert_eq!(follow("marked.csv"), follow("plain.csv"));
}
