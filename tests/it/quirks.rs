//! Log Analytics exports with their oddities: same events, same verdicts; what would have to be guessed is refused by name.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::log_analytics::{PRETTY, SIGN_INS_2021, csv_table, graph, sign_in_rows, split, written};
use crate::support::{folder, kmsift, put, rows, succeed};

fn verdicts(folder: &Path) -> String {
    succeed(folder, &["stale", "in", "--all", "--format", "csv", "-q", "--strict"]).stdout
}

/// File → format and `[read, folded, skipped, rejected]`.
fn checked(folder: &Path) -> BTreeMap<String, (String, [u64; 4])> {
    let run = kmsift(folder, &["check", "in", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let sum = |v: &Value| v.as_object().map_or(0, |o| o.values().filter_map(Value::as_u64).sum());
    let counts = |r: &Value| {
        [r["read"].as_u64().unwrap_or(0), r["folded"].as_u64().unwrap_or(0), sum(&r["skipped"]), sum(&r["rejected"])]
    };
    let files = report["files"].as_array().expect("files");
    let said = |f: &Value| {
        let name = f["path"].as_str().expect("a path").rsplit('/').next().unwrap_or_default().to_owned();
        let what = f["format"].as_str().or(f["refusal"].as_str()).or(f["refused"].as_str()).unwrap_or_default();
        (name, (what.to_owned(), counts(&f["rows"])))
    };
    files.iter().map(said).collect()
}

#[test]
fn one_tenant_gives_the_same_verdicts_in_every_form() {
    let home = folder();
    graph(&home.path().join("in"));
    let want = verdicts(home.path());
    assert_eq!(rows(&want).len(), 3, "{want}");
    assert!(want.contains("2026-10-01T08:05:09Z") && want.contains("2026-10-09T03:05:09Z"), "{want}");
    for (form, files) in written() {
        let home = folder();
        for (name, bytes, ..) in &files {
            put(&home.path().join("in"), name, bytes);
        }
        let checked = checked(home.path());
        for (name, _, format, counts) in &files {
            assert_eq!(checked.get(*name), Some(&((*format).to_owned(), *counts)), "{form}: {name}");
        }
        assert_eq!(verdicts(home.path()), want, "{form}");
    }
}

#[test]
fn the_66_columns_of_2021_over_many_lines_are_read_and_what_they_lack_is_said() {
    let home = folder();
    let table = csv_table(&split(SIGN_INS_2021), PRETTY, sign_in_rows(|_| true));
    put(home.path(), "in/SigninLogs.csv", &table);
    // Without CrossTenantAccessType the passthrough row cannot be told.
    let want = ("log_analytics_sign_in_csv".to_owned(), [10, 10, 0, 0]);
    assert_eq!(checked(home.path()).get("SigninLogs.csv"), Some(&want));
    let notes = succeed(home.path(), &["check", "in", "--format", "json"]).stdout;
    assert!(notes.contains("no column `SessionId`") && !notes.contains("no column `AuthenticationDetails`"), "{notes}");
    // From standard input, where nothing can be read twice.
    let mut child = crate::support::command(home.path(), &["stale", "-", "--all", "--format", "csv", "-q"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("kmsift starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), table.as_bytes()).expect("it reads");
    let piped = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&piped.stdout), verdicts(home.path()));
}

/// A table with a header and rows as given, and what `check` says of it.
fn check_table(name: &str, text: &str) -> (String, [u64; 4], String) {
    let home = folder();
    put(home.path(), &format!("in/{name}"), text);
    let (what, counts) = checked(home.path()).remove(name).expect("the file");
    (what, counts, kmsift(home.path(), &["check", "in", "--format", "json"]).stdout)
}

#[test]
fn what_would_have_to_be_guessed_is_refused_by_name() {
    const ROW: &str = "0,Teams,true,u1,u1@x.org";
    let rest = "ResultType,AppDisplayName,IsInteractive,UserId,UserPrincipalName";
    for (header, row, words) in [
        (format!("TimeGenerated [UTC],{rest}"), format!("2026-11-01T08:00:00Z,{ROW}"), "no column `CreatedDateTime`"),
        (
            format!("CreatedDateTime [Local Time],TimeGenerated [UTC],{rest}"),
            format!("2026-11-01T08:00:00Z,2026-11-01T08:00:00Z,{ROW}"),
            "ends in `[local time]`",
        ),
        (format!("CreatedDateTime [UTC+01:00],{rest}"), format!("2026-11-01T08:00:00Z,{ROW}"), "ends in `[utc+01:00]`"),
        (format!("CreatedDateTime [UTC],{rest}"), format!("1/2/2026 8:00,{ROW}"), "--date-order"),
        (
            "CreatedDateTime [UTC],ResultType,AppDisplayName,UserId,ClientAppUsed,UserPrincipalName".to_owned(),
            "2026-11-01T08:00:00Z,0,Teams,u1,Browser,u1@x.org".to_owned(),
            "`isinteractive` or `signineventtypes` or `type` or `category`",
        ),
        (
            "TimeGenerated [UTC],OperationName,TargetResources,Result".to_owned(),
            "2026-11-01T08:00:00Z,User registered security info,[],success".to_owned(),
            "no column `ActivityDateTime`",
        ),
    ] {
        let (_, counts, said) = check_table("query_data.csv", &format!("{header}\n{row}\n"));
        assert!(said.contains(words), "{header}: {said}");
        assert_eq!(counts[1], 0, "{header}");
    }
    let (_, counts, said) = check_table(
        "query_data.json",
        r#"{"TimeGenerated":"2026-11-01T08:00:00Z","ResultType":"0","AppDisplayName":"T","Type":"SigninLogs","UserId":"u1"}"#,
    );
    assert!(said.contains("no column `CreatedDateTime`") && counts[1] == 0, "{said}");
}

#[test]
fn each_row_says_its_kind_or_is_left_out_with_a_reason() {
    let header = "CreatedDateTime [UTC],ResultType,AppDisplayName,UserId,Type,Category,IsInteractive,SignInEventTypes";
    let row = |cells: &str| format!("2026-11-01T08:00:00Z,0,Teams,u1,{cells}\n");
    for (cells, want) in [
        ("SigninLogs,,,", ("interactive", "")),
        // In 2020 one table held both.
        ("SigninLogs,SignInLogs,False,", ("non-interactive", "")),
        ("AADNonInteractiveUserSignInLogs,,,", ("non-interactive", "")),
        (",NonInteractiveUserSignInLogs,,", ("non-interactive", "")),
        ("SigninLogs,,,\"[\"\"nonInteractiveUser\"\"]\"", ("non-interactive", "")),
        (",,,interactiveUser", ("interactive", "")),
        (",SignInLogs,,[]", ("interactive", "")),
        ("AADServicePrincipalSignInLogs,ServicePrincipalSignInLogs,,", ("", "service_principal")),
        (",ManagedIdentitySignInLogs,,", ("", "service_principal")),
        ("ADFSSignInLogs,,,", ("", "other_category")),
        (",,,", ("", "kind_unknown")),
        ("SigninLogs,,,[\"", ("", "bad_json")),
    ] {
        let (format, counts, said) = check_table("query_data.csv", &format!("{header}\n{}", row(cells)));
        assert_eq!(format, "log_analytics_sign_in_csv", "{cells}: {said}");
        let report: Value = serde_json::from_str(&said).expect("JSON");
        let rows = &report["files"][0]["rows"];
        let (stream, reason) = want;
        if stream.is_empty() {
            let left_out = rows["skipped"].get(reason).or(rows["rejected"].get(reason));
            assert!(left_out.is_some() && counts[1] == 0, "{cells}: {said}");
        } else {
            assert_eq!(counts, [1, 1, 0, 0], "{cells}: {said}");
            let home = folder();
            put(home.path(), "in/query_data.csv", format!("{header}\n{}", row(cells)));
            let told = kmsift(home.path(), &["explain", "u1", "in"]).stdout;
            assert!(told.contains(&format!("{stream} sign-in, code")), "{cells}: {told}");
            assert_eq!(told.contains("non-interactive sign-in"), stream == "non-interactive", "{cells}: {told}");
        }
    }
}

/// The one person of a folder with one file.
fn judged(name: &str, text: &str) -> BTreeMap<String, String> {
    let home = folder();
    put(home.path(), &format!("in/{name}"), text);
    let table = rows(&verdicts(home.path()));
    assert_eq!(table.len(), 1, "{text}");
    table.into_iter().next().expect("a person")
}

#[test]
fn no_details_in_the_file_is_another_thing_than_none_in_the_row() {
    let unknown = |row: &BTreeMap<String, String>| row["last_promptable_source"] == "sign_in_without_details";
    let header = "CreatedDateTime [UTC],ResultType,AppDisplayName,UserId,IsInteractive";
    let cells = "2026-11-01T08:00:00Z,0,Teams,u1,true";
    let later = "2026-11-05T08:00:00Z,50126,Teams,u1,true";
    assert!(unknown(&judged("a.csv", &format!("{header}\n{cells}\n{later}\n"))), "not carried");
    for empty in ["", "[]", "{}", "(blank)"] {
        let text = format!("{header},AuthenticationDetails\n{cells},{empty}\n{later},\n");
        let row = judged("a.csv", &text);
        assert!(!unknown(&row) && row["last_promptable"].is_empty(), "{empty:?}: carried, and not there: {row:?}");
    }
    let step = r#"[{\"authenticationMethod\":\"Password\",\"authenticationStepResultDetail\":\"Correct password\",\"succeeded\":true}]"#;
    let record = |at: &str, code: u32, details: &str| {
        format!(
            r#"{{"CreatedDateTime":"{at}","ResultType":"{code}","AppDisplayName":"T","UserId":"u1","IsInteractive":"True"{details}}}"#
        )
    };
    let (first, last) = (record("2026-11-01T08:00:00Z", 0, ""), record("2026-11-05T08:00:00Z", 50126, ""));
    assert!(unknown(&judged("a.json", &format!("{first}\n{last}\n"))), "not carried");
    // Null columns are left out of a record; others have them.
    let carried = record("2026-10-30T08:00:00Z", 0, &format!(r#","AuthenticationDetails":"{step}""#));
    let row = judged("a.json", &format!("{first}\n{last}\n{carried}\n"));
    assert!(!unknown(&row), "{row:?}");
    assert_eq!(row["last_promptable"], "2026-10-30T08:00:00Z", "the newer row's details have not arrived");
}

#[test]
fn a_word_in_the_status_column_is_no_damage_and_torn_json_costs_the_column() {
    let header = "CreatedDateTime,ResultType,AppDisplayName,UserId,IsInteractive,Status";
    for (status, code, want) in [
        ("Success", "0", [1, 1, 0, 0]),
        ("Success", "", [1, 0, 0, 1]),
        ("\"{\"\"errorCode\"\":0}\"", "", [1, 1, 0, 0]),
        ("\"{\"\"errorCode\"\":0,\"\"fail\"", "0", [1, 1, 0, 0]),
        ("\"{\"\"errorCode\"\":0,\"\"fail\"", "", [1, 0, 0, 1]),
        ("", "", [1, 0, 0, 1]),
    ] {
        let text = format!("{header}\n2026-11-01T08:00:00Z,{code},Teams,u1,true,{status}\n");
        assert_eq!(check_table("a.csv", &text).1, want, "{status:?} {code:?}");
    }
}

#[test]
fn of_twins_the_one_that_says_something_counts() {
    let header = "CreatedDateTime,ResultType,AppDisplayName,UserId,IsInteractive,Status_string,Status_dynamic";
    let code = "\"{\"\"errorCode\"\":50074}\"";
    for twins in [format!("{code},"), format!("{code},{{}}"), format!(",{code}"), format!("(blank),{code}")] {
        let home = folder();
        put(home.path(), "in/a.csv", format!("{header}\n2026-11-01T08:00:00Z,,Teams,u1,true,{twins}\n"));
        let told = kmsift(home.path(), &["explain", "u1", "in"]).stdout;
        assert!(told.contains("interactive sign-in, code 50074"), "{twins}: {told}");
    }
    let row = r#"{"CreatedDateTime":"2026-11-01T08:00:00Z","AppDisplayName":"Teams","UserId":"u1","Type":"SigninLogs","ResultType":"","Status_string":"{}","Status_dynamic":{"errorCode":50074}}"#;
    let home = folder();
    put(home.path(), "in/a.json", row);
    assert!(kmsift(home.path(), &["explain", "u1", "in"]).stdout.contains("interactive sign-in, code 50074"));
}

#[test]
fn an_expanded_target_is_a_target() {
    let row = |targets: &str| {
        format!(
            "ActivityDateTime [UTC],OperationName,Result,ResultReason,TargetResources\n\
             \"11/1/2026, 8:00:00.000 AM\",User registered security info,success,User registered Fido,\"{}\"\n",
            targets.replace('"', "\"\"")
        )
    };
    let one = r#"{"id":"u1","type":"User","userPrincipalName":"u1@x.org","modifiedProperties":[]}"#;
    for (targets, folded) in [(one.to_owned(), 1), (format!("[{one}]"), 1), ("[]".to_owned(), 0), (String::new(), 0)] {
        let (format, counts, said) = check_table("AuditLogs.csv", &row(&targets));
        assert_eq!((format.as_str(), counts[0], counts[1]), ("log_analytics_audit_csv", 1, folded), "{said}");
    }
}

#[test]
fn each_form_fits_one_format_best() {
    use kmsift::ingest::format::Fit;
    use kmsift::ingest::formats::FORMATS;
    use kmsift::ingest::head::Head;
    for (form, files) in written() {
        for (name, bytes, format, _) in files.iter().filter(|f| !f.1.starts_with(&[0xfe, 0xff])) {
            let head = Head::look(name, bytes).expect("a head");
            let mut scores: Vec<(u32, &str)> = FORMATS
                .iter()
                .filter_map(|f| match f.fit(&head) {
                    Fit::Yes(score) => Some((score, f.id())),
                    Fit::No { .. } => None,
                })
                .collect();
            scores.sort_unstable();
            let (best, others) = scores.split_last().expect("some format fits");
            assert!(best.1 == *format && others.iter().all(|o| o.0 + 2 <= best.0), "{form}, {name}: {scores:?}");
        }
    }
}
