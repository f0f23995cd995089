//! Commands as a user types them: exit codes, messages, what is written and what is not overwritten.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{command, files, folder, kmsift, portal_csv, put, root, rows, succeed};

const GLASS: &[&str] = &["--break-glass", "sample-data/break-glass.txt"];

#[test]
fn report_writes_everything_and_overwrites_nothing() {
    let temp = folder();
    let out = temp.path().join("out");
    let out_text = out.to_string_lossy().into_owned();
    let args: Vec<&str> =
        ["report", "sample-data", "--out", &out_text].into_iter().chain(GLASS.iter().copied()).collect();
    let run = succeed(&root(), &args);
    assert!(run.stdout.is_empty(), "data goes to files: {}", run.stdout);
    for name in [
        "report.html",
        "summary.json",
        "manifest.json",
        "tables/users.csv",
        "tables/users.parquet",
        "charts/funnel.png",
        "charts/funnel.svg",
        "targets/targets.csv",
        "targets/excluded.csv",
        "targets/revoke.ps1",
        "targets/graph-batch/0001.json",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let again = kmsift(&root(), &args);
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("exists") && again.stderr.contains("--force"), "{}", again.stderr);
    let forced: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
    succeed(&root(), &forced);
    let left: Vec<_> = std::fs::read_dir(temp.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "no partial or old folder is left: {left:?}");
}

#[test]
fn force_never_replaces_a_folder_that_is_not_kmsifts() {
    let temp = folder();
    put(temp.path(), "precious/thesis.txt", "years of work");
    let out = temp.path().join("precious").to_string_lossy().into_owned();
    let run = kmsift(&root(), &["report", "sample-data", "--force", "--no-break-glass-list", "--out", &out]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(temp.path().join("precious/thesis.txt")).ok().as_deref(), Some("years of work"));
}

#[test]
fn force_keeps_a_log_of_revocations_and_exports() {
    let temp = folder();
    let out = temp.path().join("t").to_string_lossy().into_owned();
    let args = ["targets", "sample-data", "--no-break-glass-list", "--force", "--out", &out];
    succeed(&root(), &args);
    succeed(&root(), &args);
    put(temp.path(), "t/revoke-log.csv", "Time,Id,Result\n");
    let run = kmsift(&root(), &args);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("holds `revoke-log.csv`, which kmsift did not write"), "{}", run.stderr);
    assert!(temp.path().join("t/revoke-log.csv").is_file() && temp.path().join("t/targets.txt").is_file());
}

#[test]
fn a_break_glass_list_that_cannot_be_read_is_refused_and_one_that_matches_nobody_is_named() {
    let temp = folder();
    let out = temp.path().join("t").to_string_lossy().into_owned();
    for (name, text) in [
        ("names.csv", "user_principal_name,reason\nboss,emergency\n"),
        ("hidden.txt", "\u{200b}boss@centralperk.org\n"),
        ("empty.txt", "# nobody\n"),
    ] {
        put(temp.path(), name, text);
        let list = temp.path().join(name).to_string_lossy().into_owned();
        let run = kmsift(&root(), &["targets", "sample-data", "--break-glass", &list, "--out", &out]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert!(!temp.path().join("t").exists(), "{name}");
    }
    put(temp.path(), "unknown.txt", "nobody@centralperk.org\n");
    let list = temp.path().join("unknown.txt").to_string_lossy().into_owned();
    let strict = kmsift(&root(), &["targets", "sample-data", "--break-glass", &list, "--out", &out, "--strict"]);
    assert_eq!(strict.code, 3, "{}", strict.stderr);
    let run = succeed(&root(), &["targets", "sample-data", "--break-glass", &list, "--out", &out]);
    assert!(run.stderr.contains("`nobody@centralperk.org` matches nobody"), "{}", run.stderr);
    assert!(run.stderr.contains("it protects nobody here"), "{}", run.stderr);
}

#[test]
fn manifest_hashes_are_those_of_the_files() {
    let example = root().join("reports/example");
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(example.join("manifest.json")).expect("manifest")).expect("JSON");
    let outputs = manifest["outputs"].as_array().expect("outputs");
    assert_eq!(outputs.len() + 1, files(&example).len(), "every file but the manifest itself");
    for output in outputs {
        let bytes = std::fs::read(example.join(output["path"].as_str().expect("a path"))).expect("readable");
        assert_eq!(output["sha256"].as_str(), Some(kmsift::app::disk::sha256(&bytes).as_str()), "{output}");
    }
    for input in manifest["inputs"].as_array().expect("inputs") {
        let path = input["path"].as_str().expect("a path");
        let bytes = std::fs::read(root().join(path.split('!').next().expect("a file"))).expect("readable");
        assert_eq!(input["sha256"].as_str(), Some(kmsift::app::disk::sha256(&bytes).as_str()), "{path}");
    }
}

#[test]
fn targets_need_a_break_glass_list_or_a_word() {
    let temp = folder();
    let out = temp.path().join("t").to_string_lossy().into_owned();
    let run = kmsift(&root(), &["targets", "sample-data", "--out", &out]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("--break-glass FILE") && run.stderr.contains("--no-break-glass-list"),
        "{}",
        run.stderr
    );
    assert!(!temp.path().join("t").exists());
    succeed(&root(), &["targets", "sample-data", "--out", &out, "--no-break-glass-list", "--channel", "ids"]);
    let manifest = std::fs::read_to_string(temp.path().join("t/manifest.json")).expect("manifest");
    assert!(manifest.contains("--no-break-glass-list"), "overrides are recorded");
    assert!(temp.path().join("t/targets.txt").is_file() && !temp.path().join("t/revoke.ps1").exists());
    // `report` does everything else and says so.
    let out = temp.path().join("r").to_string_lossy().into_owned();
    let run = succeed(&root(), &["report", "sample-data", "--out", &out]);
    assert!(run.stderr.contains("no target lists"), "{}", run.stderr);
    assert!(temp.path().join("r/report.html").is_file() && !temp.path().join("r/targets").exists());
}

#[test]
fn a_break_glass_account_is_never_listed_and_exclusions_hold() {
    let listed = |extra: &[&str]| {
        let temp = folder();
        let out = temp.path().join("t").to_string_lossy().into_owned();
        let args: Vec<&str> =
            ["targets", "sample-data", "--out", &out].into_iter().chain(extra.iter().copied()).collect();
        succeed(&root(), &args);
        let text = std::fs::read_to_string(temp.path().join("t/targets.txt")).expect("targets");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = listed(&["--no-break-glass-list"]);
    let first = all.first().expect("somebody is listed").clone();
    let temp = folder();
    put(temp.path(), "keep.csv", format!("user_id,reason\n{first},on leave\n"));
    let keep = temp.path().join("keep.csv").to_string_lossy().into_owned();
    assert!(!listed(&["--no-break-glass-list", "--exclude", &keep]).contains(&first));
    assert!(!listed(&["--break-glass", &keep]).contains(&first));
    assert_eq!(listed(&["--no-break-glass-list", "--scope", &keep]), std::slice::from_ref(&first));
}

#[test]
fn a_cap_refuses_and_tells_the_count() {
    let temp = folder();
    let out = temp.path().join("t").to_string_lossy().into_owned();
    let run =
        kmsift(&root(), &["targets", "sample-data", "--out", &out, "--no-break-glass-list", "--max-targets", "1"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("more than --max-targets 1"), "{}", run.stderr);
    assert!(!temp.path().join("t").exists());
}

#[test]
fn a_renamed_portal_csv_is_refused_with_the_option_that_helps() {
    let temp = folder();
    put(temp.path(), "export.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]));
    let run = kmsift(temp.path(), &["stale", "export.csv"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("--kind interactive"), "{}", run.stderr);
    let run = succeed(temp.path(), &["stale", "--all", "--format", "csv", "--kind", "interactive", "export.csv"]);
    assert_eq!(rows(&run.stdout).len(), 1);
}

#[test]
fn an_unrecognised_file_is_named_with_the_nearest_format_and_the_rest_goes_on() {
    let temp = folder();
    put(temp.path(), "InteractiveSignIns_1.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]));
    put(temp.path(), "half.csv", "Date (UTC),Request ID,User\nx,y,z\n");
    put(temp.path(), "holiday.csv", "city,hotel\nRome,Grand\n");
    let run = succeed(temp.path(), &["stale", ".", "--all", "--format", "csv"]);
    assert_eq!(rows(&run.stdout).len(), 1);
    assert!(
        run.stderr.contains("half.csv")
            && run.stderr.contains("nearest is portal_sign_in_csv")
            && run.stderr.contains("`status`"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("holiday.csv"), "{}", run.stderr);
    assert_eq!(kmsift(temp.path(), &["stale", ".", "--strict"]).code, 3);
    let alone = kmsift(temp.path(), &["report", "holiday.csv"]);
    assert_eq!(alone.code, 3);
    assert!(!temp.path().join("kmsift-report").exists(), "a refused run writes nothing");
}

#[test]
fn too_many_rejected_rows_stop_the_run_unless_allowed() {
    let temp = folder();
    put(
        temp.path(),
        "InteractiveSignIns_1.csv",
        portal_csv(&[
            ("2026-11-20T08:00:00Z", "u1", "0", ""),
            ("yesterday", "u1", "0", ""),
            ("2026-11-20T09:00:00Z", "u1", "abc", ""),
        ]),
    );
    let run = kmsift(temp.path(), &["stale", "."]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("2 of 3 rows rejected"), "{}", run.stderr);
    succeed(temp.path(), &["stale", ".", "--max-rejects", "70%"]);
    let check = succeed(temp.path(), &["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON");
    let kept = temp.path().join("bad.csv").to_string_lossy().into_owned();
    succeed(temp.path(), &["check", "InteractiveSignIns_1.csv", "--rejects", &kept]);
    let bad = rows(&std::fs::read_to_string(&kept).expect("rejects"));
    assert_eq!(bad.len(), 2);
    assert_eq!((bad[0]["line"].as_str(), bad[0]["reason"].as_str()), ("3", "bad_time"));
    assert!(bad[0]["row"].starts_with("yesterday,r1,"), "{bad:?}");
    assert_eq!(report["files"][0]["rejected_lines"], serde_json::json!({"bad_time": [3], "bad_code": [4]}));
}

#[test]
fn standard_input_patterns_and_missing_paths() {
    let csv = std::fs::read(root().join("sample-data/graph/signIns-nonInteractive.ndjson")).expect("sample");
    let mut child = command(&root(), &["stale", "-", "--all", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    child.stdin.take().expect("stdin").write_all(&csv).expect("written");
    let output: crate::support::Run = child.wait_with_output().expect("ends").into();
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(rows(&output.stdout).len() > 5);
    let same = succeed(&root(), &["stale", "--all", "--format", "csv", "sample-data/graph/signIns-non*.ndjson"]);
    assert_eq!(same.stdout, output.stdout, "a pattern names the same bytes");
    let missing = kmsift(&root(), &["stale", "nowhere/*.csv"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("no file matches `nowhere/*.csv`"), "{}", missing.stderr);
}

#[test]
fn fail_on_ends_with_four_after_the_work_is_done() {
    let met = kmsift(&root(), &["stale", "sample-data", "--format", "csv", "--fail-on", "stale>1%"]);
    assert_eq!(met.code, 4, "{}", met.stderr);
    assert!(!met.stdout.is_empty());
    succeed(&root(), &["stale", "sample-data", "--fail-on", "stale>99%"]);
    let wrong = kmsift(&root(), &["stale", "sample-data", "--fail-on", "beauty>1"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn the_same_bytes_at_any_thread_count() {
    let run = |threads: &str| {
        succeed(&root(), &["stale", "sample-data", "--all", "--format", "json", "--threads", threads]).stdout
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
}

#[test]
fn funnel_slices_sum_to_the_whole() {
    let whole = rows(&succeed(&root(), &["funnel", "sample-data", "--format", "csv"]).stdout);
    let slices = rows(&succeed(&root(), &["funnel", "sample-data", "--by", "department", "--format", "csv"]).stdout);
    let sum = |table: &[std::collections::BTreeMap<String, String>], step: &str| -> u64 {
        table.iter().filter(|r| r["step"] == step).filter_map(|r| r["people"].parse::<u64>().ok()).sum()
    };
    for step in whole.iter().map(|r| r["step"].as_str()) {
        assert_eq!(sum(&slices, step), sum(&whole, step), "{step}");
    }
    let people: Vec<u64> = whole.iter().filter_map(|r| r["people"].parse().ok()).collect();
    assert!(people.windows(2).all(|p| p[0] >= p[1]), "monotone: {people:?}");
    assert_eq!(kmsift(&root(), &["funnel", "sample-data", "--by", "shoe_size"]).code, 2);
}

#[test]
fn explain_names_the_rows_behind_the_verdict() {
    let target = std::fs::read_to_string(root().join("reports/example/targets/targets.txt")).expect("targets");
    let id = target.lines().next().expect("a target");
    let run = succeed(&root(), &["explain", id, "sample-data", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        (said["user"].as_str(), said["label"].as_str(), said["verdict"].as_str()),
        (Some(id), Some("token_stale"), Some("stale"))
    );
    assert_eq!(said["gates"], serde_json::json!([]));
    assert!(said["next"].as_str().is_some_and(|n| n.starts_with("Revoke")));
    // What the verdict rests on is marked, and the row of the last token use is among it, at that very instant.
    let decides =
        |row: &serde_json::Value, what: &str| row["decides"].as_array().is_some_and(|d| d.iter().any(|w| w == what));
    let told = said["evidence"].as_array().expect("evidence");
    let last: Vec<_> = told.iter().filter(|r| decides(r, "last_token_activity")).collect();
    assert!(!last.is_empty() && last.iter().all(|r| r["time"] == said["clocks"]["last_token_activity"]), "{last:?}");
    assert!(told.iter().any(|r| decides(r, "account")) && told.iter().any(|r| decides(r, "registration")));
    assert!(told.iter().any(|r| r["decides"].as_array().is_some_and(Vec::is_empty)), "not every row decides");
    for row in said["evidence"]
        .as_array()
        .expect("evidence")
        .iter()
        .filter(|r| !r["file"].as_str().unwrap_or("").ends_with("gz"))
    {
        let (file, line) = (row["file"].as_str().expect("a file"), row["line"].as_u64().expect("a line"));
        let Ok(text) = std::fs::read_to_string(root().join(file)) else { continue };
        let found = text.lines().nth(usize::try_from(line - 1).expect("small")).unwrap_or("");
        let upn = said["user_principal_name"].as_str().expect("a UPN").to_lowercase();
        assert!(
            found.contains(id) || found.to_lowercase().contains(&upn) || found.trim() == "{",
            "{file}:{line}: {found}"
        );
    }
    assert_eq!(kmsift(&root(), &["explain", "nobody@nowhere.org", "sample-data"]).code, 3);
}

/// The sentences of "what would change this", each tried: the setting it names does what it says, and one day less does not.
#[test]
fn what_would_change_a_verdict_does_change_it() {
    let verdict = |id: &str, days: &str| {
        let run = succeed(&root(), &["explain", id, "sample-data", "--format", "json", "--stale-days", days]);
        let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        (said["verdict"].as_str().expect("a verdict").to_owned(), said["would_change"].clone())
    };
    let users = rows(&succeed(&root(), &["stale", "--all", "sample-data", "--format", "csv"]).stdout);
    let mut tried = 0;
    for kind in ["stale", "not_stale", "undetermined"] {
        let Some(user) = users.iter().find(|u| u["verdict"] == kind && u["staleness_min_days"] != "0") else {
            continue;
        };
        let (now, sentences) = verdict(&user["user_id"], "30");
        assert_eq!(now, kind);
        for sentence in sentences.as_array().expect("sentences").iter().filter_map(|s| s.as_str()) {
            for part in
                sentence.trim_end_matches('.').split(", ").filter(|p| p.contains("or more") || p.contains("or less"))
            {
                let days: i64 = part.split(' ').find_map(|w| w.parse().ok()).expect("a number of days");
                let becomes =
                    part.rsplit(' ').find(|w| ["stale", "not_stale", "undetermined"].contains(w)).unwrap_or("stale");
                let beyond = if part.contains("or more") { days - 1 } else { days + 1 };
                assert_eq!(verdict(&user["user_id"], &days.to_string()).0, becomes, "{sentence}");
                assert_ne!(verdict(&user["user_id"], &beyond.to_string()).0, becomes, "{sentence}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 3, "sentences tried: {tried}");
}

#[test]
fn schema_lists_exactly_the_columns_that_are_written() {
    let schema = rows(&succeed(&root(), &["schema", "--format", "csv"]).stdout);
    let stated = |table: &str| -> Vec<&str> {
        schema.iter().filter(|r| r["table"] == table).map(|r| r["column"].as_str()).collect()
    };
    for path in
        files(&root().join("reports/example/tables")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "csv"))
    {
        let text = std::fs::read_to_string(&path).expect("readable");
        let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
        let table = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert_eq!(header, stated(&table), "{table}");
    }
    assert_eq!(kmsift(&root(), &["schema", "nothing"]).code, 2);
    let json = succeed(&root(), &["schema", "users", "--format", "json"]);
    let schema: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert!(schema["$defs"]["users"]["items"]["properties"]["staleness_min_days"].is_object());
}

#[test]
fn completions_and_man_come_from_the_parser() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(succeed(&root(), &["completions", shell]).stdout.contains("kmsift"), "{shell}");
    }
    let man = succeed(&root(), &["man"]).stdout;
    assert!(
        man.contains("break") && man.contains("kmsift report") || man.contains("kmsift\\-report"),
        "sections per command"
    );
}

#[test]
fn as_of_moves_the_judgement_and_rows_after_it_are_skipped_not_lost() {
    let temp = folder();
    put(
        temp.path(),
        "InteractiveSignIns_1.csv",
        portal_csv(&[("2026-10-01T08:00:00Z", "u1", "0", ""), ("2026-11-20T08:00:00Z", "u1", "0", "")]),
    );
    let run = succeed(temp.path(), &["check", ".", "--as-of", "2026-10-02", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["files"][0]["rows"]["skipped"], serde_json::json!({"after_as_of": 1}));
    assert_eq!(report["totals"], serde_json::json!({"read": 2, "folded": 1, "skipped": 1, "rejected": 0}));
}
