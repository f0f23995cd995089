//! `check` as the doctor of imports: damage, repetition, columns, coverage, and what the terminal shows of them.

use std::io::Write as _;

use serde_json::Value;

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

fn check(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let run = succeed(folder, &[&["check", ".", "--format", "json"], arguments].concat());
    serde_json::from_str(&run.stdout).expect("JSON")
}

fn file<'r>(report: &'r Value, name: &str) -> &'r Value {
    let files = report["files"].as_array().expect("files");
    files.iter().find(|f| f["path"].as_str().is_some_and(|p| p.ends_with(name))).expect("the file")
}

/// A registration report whose first `lost` of `all` lists of methods are the name of a .NET type.
fn report(all: usize, lost: usize) -> String {
    let mut out = "id,userPrincipalName,isMfaCapable,methodsRegistered,lastUpdatedDateTime\n".to_owned();
    for i in 0..all {
        let methods = if i < lost { "System.String[]" } else { "\"[\"\"mobilePhone\"\"]\"" };
        out.push_str(&format!("u{i},u{i}@contoso.com,True,{methods},2026-11-20T08:00:00Z\n"));
    }
    out
}

#[test]
fn a_column_unreadable_in_more_than_five_percent_of_rows_is_an_error_of_its_file() {
    // Of 40 rows 2 are exactly 5 %, 3 are more.
    for (lost, damaged) in [(2, false), (3, true)] {
        let temp = folder();
        put(temp.path(), "registration.csv", report(40, lost));
        put(temp.path(), "InteractiveSignIns_1.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]));
        let report = check(temp.path(), &[]);
        let registration = file(&report, "registration.csv");
        assert_eq!(registration["rows"]["folded"], 40, "the rest of each row is used");
        assert_eq!(registration["unreadable_columns"]["methods"]["rows"], lost);
        let damage = registration["damage"].as_str().unwrap_or("");
        assert_eq!(damage.contains(&format!("`methods` is there and cannot be read in {lost} of 40 rows")), damaged);
        assert_eq!(damage.contains("first at line 2, 3, 4"), damaged, "{damage}");
        assert_eq!(file(&report, "InteractiveSignIns_1.csv")["rows"]["folded"], 1, "the other file goes on");
        let run = kmsift(temp.path(), &["stale", ".", "--all"]);
        assert_eq!((run.code, run.stderr.contains("`methods` is there")), (0, damaged), "{}", run.stderr);
        assert_eq!(
            run.stderr.contains("error: `./registration.csv`"),
            damaged,
            "an error, not a warning: {}",
            run.stderr
        );
        assert_eq!(registration["notes"].to_string().contains("error: `methods` is there"), damaged);
        let strict = if damaged { 3 } else { 0 };
        assert_eq!(kmsift(temp.path(), &["stale", ".", "--all", "--strict"]).code, strict);
        assert_eq!(kmsift(temp.path(), &["check", ".", "--strict"]).code, strict);
    }
}

#[test]
fn unreadable_times_are_named_as_a_column_even_where_many_rejects_are_allowed() {
    let temp = folder();
    let good = ("2026-11-20T08:00:00Z", "u1", "0", "");
    put(temp.path(), "InteractiveSignIns_1.csv", portal_csv(&[good, ("soon", "u1", "0", ""), good, good]));
    let run = kmsift(temp.path(), &["stale", ".", "--all", "--max-rejects", "50%"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("`time` is there and cannot be read in 1 of 4 rows, first at line 3"),
        "{}",
        run.stderr
    );
    assert_eq!(kmsift(temp.path(), &["stale", ".", "--all"]).code, 3, "more than --max-rejects 1 %");
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(bytes).expect("written");
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn a_file_given_twice_is_said_and_changes_nothing() {
    let text = portal_csv(&[("2026-10-20T08:00:00Z", "u1", "0", ""), ("2026-11-20T09:00:00Z", "u2", "0", "")]);
    let once = folder();
    put(once.path(), "InteractiveSignIns_a.csv", &text);
    let alone = succeed(once.path(), &["stale", ".", "--all", "--format", "csv"]).stdout;

    let twice = folder();
    put(twice.path(), "InteractiveSignIns_a.csv", &text);
    put(twice.path(), "InteractiveSignIns_b.csv", format!("\u{feff}{text}"));
    put(twice.path(), "c.zip", zipped("InteractiveSignIns_a.csv", text.as_bytes()));
    let report = check(twice.path(), &[]);
    assert_eq!(file(&report, "InteractiveSignIns_b.csv")["repeats"], "./InteractiveSignIns_a.csv");
    assert_eq!(file(&report, "c.zip!InteractiveSignIns_a.csv")["repeats"], "./InteractiveSignIns_a.csv");
    assert_eq!(file(&report, "./InteractiveSignIns_a.csv")["repeats"], Value::Null);
    let said = report["conclusions"].to_string();
    assert!(said.contains("2 of 3 inputs repeat another one"), "{said}");
    assert_eq!(succeed(twice.path(), &["stale", ".", "--all", "--format", "csv"]).stdout, alone);

    // By two paths; the very same path is read once.
    let run = succeed(once.path(), &["check", "InteractiveSignIns_a.csv", "./InteractiveSignIns_a.csv"]);
    assert!(run.stdout.contains("note: repeats `./InteractiveSignIns_a.csv`"), "{}", run.stdout);
    let run = succeed(once.path(), &["check", "InteractiveSignIns_a.csv", "InteractiveSignIns_a.csv"]);
    assert!(run.stdout.contains("Altogether 1 inputs"), "{}", run.stdout);
    // One row more is another file.
    put(once.path(), "InteractiveSignIns_b.csv", text.clone() + text.lines().last().expect("a row"));
    assert_eq!(file(&check(once.path(), &[]), "InteractiveSignIns_b.csv")["repeats"], Value::Null);
}

#[test]
fn duplicated_rows_and_a_header_in_the_middle_change_nothing_but_counts() {
    let days = [("2026-10-20T08:00:00Z", "u1", "0", ""), ("2026-11-20T09:00:00Z", "u2", "50074", "")];
    let (once, twice) = (folder(), folder());
    let text = portal_csv(&days);
    put(once.path(), "InteractiveSignIns_a.csv", &text);
    let rows: Vec<&str> = text.lines().skip(1).collect();
    // Header, 2 rows, the same 2 rows, the header again, the same 2 rows.
    put(twice.path(), "InteractiveSignIns_a.csv", format!("{text}{}\n{text}", rows.join("\n")));
    let verdicts = |f: &tempfile::TempDir| succeed(f.path(), &["stale", ".", "--all", "--format", "csv"]).stdout;
    assert_eq!(verdicts(&once), verdicts(&twice));
    let report = check(twice.path(), &[]);
    assert_eq!(report["totals"], serde_json::json!({"read": 7, "folded": 6, "skipped": 1, "rejected": 0}));
    let text = succeed(twice.path(), &["check", "."]).stdout;
    assert!(
        text.contains("skipped 1: repeated_header, the header again: exports were joined, first at line 6"),
        "{text}"
    );
}

#[test]
fn garbage_in_the_middle_and_a_torn_end_are_named_with_their_lines() {
    let temp = folder();
    let text = portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", ""), ("2026-11-20T09:00:00Z", "u2", "0", "")]);
    let lines: Vec<&str> = text.lines().collect();
    let (header, one, two) = (lines[0], lines[1], lines[2]);
    let torn = &two[..40];
    let text = format!("{header}\n{one}\n<html>\u{1}error</html>\n;;;;\n{two}\n{torn}");
    put(temp.path(), "InteractiveSignIns_a.csv", text);
    let report = check(temp.path(), &[]);
    let file = file(&report, "InteractiveSignIns_a.csv");
    assert_eq!(report["totals"], serde_json::json!({"read": 5, "folded": 2, "skipped": 0, "rejected": 3}));
    assert_eq!(file["rejected_lines"], serde_json::json!({"wrong_width": [3, 4, 6]}));
    let shown = succeed(temp.path(), &["check", "."]).stdout;
    assert!(
        shown.contains("rejected 3: wrong_width, more or fewer cells than the header, first at line 3, 4, 6"),
        "{shown}"
    );
}

#[test]
fn a_last_page_that_is_missing_and_a_file_the_portal_cut_are_said() {
    let temp = folder();
    let row = r#"{"id":"1","createdDateTime":"2026-11-20T08:00:00Z","userId":"u1","userPrincipalName":"u1@x.org","appDisplayName":"T","isInteractive":true,"status":{"errorCode":0}}"#;
    let page = |link: &str| format!("{{\"value\":[{row}]{link}}}");
    put(temp.path(), "whole/p1.json", page(",\"@odata.nextLink\":\"x\""));
    put(temp.path(), "whole/p2.json", page(""));
    put(temp.path(), "cut/p1.json", page(",\"@odata.nextLink\":\"x\""));
    let mut audit = "Date (UTC),Activity,Result,ActorType,Target1Type\n".to_owned();
    for i in 0..100_000 {
        audit.push_str(&format!("2026-11-{:02}T08:00:00Z,x,success,User,User\n", 20 - i / 10_000));
    }
    // A sign-in file is cut at 100 000 rows, an audit file at 250 000.
    put(temp.path(), "AuditLogs_1.csv", &audit);
    let signs = audit.replacen("Activity,Result,ActorType,Target1Type", "Request ID,User ID,Status,Client app", 1);
    let signs = signs.replacen("Client app\n", "Client app,Sign-in error code\n", 1).replace(",User\n", ",Browser,0\n");
    put(temp.path(), "InteractiveSignIns_1.csv", signs);
    let report = check(temp.path(), &[]);
    let notes = |name: &str| file(&report, name)["notes"].to_string();
    assert!(notes("cut/p1.json").contains("`@odata.nextLink` is left"), "{}", notes("cut/p1.json"));
    assert!(!notes("whole/p1.json").contains("nextLink"));
    assert!(notes("InteractiveSignIns_1.csv").contains("exactly 100000 rows, where the portal cuts"));
    assert_eq!(file(&report, "InteractiveSignIns_1.csv")["rows"]["folded"], 100_000);
    assert!(!notes("AuditLogs_1.csv").contains("where the portal cuts"));
}

#[test]
fn what_a_missing_column_costs_is_said_and_its_name() {
    let temp = folder();
    put(temp.path(), "InteractiveSignIns_a.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]));
    let text = succeed(temp.path(), &["check", "."]).stdout;
    for part in [
        "interactive: Entra portal, sign-in logs, Download CSV [portal_sign_in_csv], UTF-8, separated by `,`",
        "no column `session id`: persistence evidence K2 is off for these rows",
        "no column `incoming token type`: what renews tokens (the mechanism) is unknown for these rows",
        // Of the 21 columns wanted `portal_csv` writes 11: Status is not among them.
        "12 of 22 columns found; not there: user_type, cross_tenant_access_type, incoming_token_type",
        "There is no non-interactive log",
        "There is no registration report",
        "There is no user list",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text.matches("persistence evidence K2").count(), 1, "told once");
}

#[test]
fn coverage_is_drawn_day_by_day_and_gaps_are_listed() {
    let temp = folder();
    // Mondays: 2026-11-02, 09, 16. Rows on Tue 3 and Wed 4, silence of 13 days, row on Tue 17.
    let at = |day: &'static str| (day, "u1", "0", "");
    let days = ["2026-11-03T08:00:00Z", "2026-11-04T08:00:00Z", "2026-11-17T08:00:00Z"];
    put(temp.path(), "InteractiveSignIns_a.csv", portal_csv(&days.map(at)));
    let text = succeed(temp.path(), &["check", "."]).stdout;
    assert!(text.contains("\n    2026-11-02   ##xxxx xxxxxxx x#\n"), "{text}");
    assert!(text.contains("    gap from 2026-11-04T08:00:00Z to 2026-11-17T08:00:00Z"), "{text}");
    let calendar = text.lines().filter(|l| l.starts_with("    20"));
    assert!(calendar.clone().count() == 1 && calendar.clone().all(|l| l.len() <= 80), "{text}");
    let stream = &check(temp.path(), &[])["streams"]["interactive"];
    assert_eq!(stream["days_seen"], 3);
    assert_eq!(stream["silent_days"], serde_json::json!([{"from": "2026-11-05", "to": "2026-11-16"}]));
    let gap = serde_json::json!([{"from": "2026-11-04T08:00:00Z", "to": "2026-11-17T08:00:00Z"}]);
    assert_eq!(stream["gaps"], gap);
}

#[test]
fn people_are_joined_by_id_then_by_upn_and_what_could_not_be_joined_is_reported() {
    let temp = folder();
    let sign_ins = [
        // An id that is no GUID, in another case than the user list writes it.
        ("R1", "zz-Ann", "ann@contoso.com"),
        // A guest stands under the own address in the log.
        ("R2", "", "Bob_B@Fabrikam.com"),
        // Two people were called so.
        ("R3", "", "Twin@Contoso.com"),
        // Nobody in the list is called so.
        ("R4", "", "ghost@contoso.com"),
    ];
    let lines: Vec<String> = sign_ins
        .iter()
        .map(|(id, user, upn)| {
            serde_json::json!({"id": id, "createdDateTime": "2026-11-20T08:00:00Z", "userId": user,
                "userPrincipalName": upn, "appDisplayName": "T", "isInteractive": true, "status": {"errorCode": 0}})
            .to_string()
        })
        .collect();
    put(temp.path(), "signIns.ndjson", lines.join("\n"));
    put(
        temp.path(),
        "users.csv",
        "id,displayName,userPrincipalName,userType,accountEnabled\n\
         ZZ-ann,Ann,ann@contoso.com,Member,True\n\
         g1,Bob,bob_b_fabrikam.com#EXT#@contoso.onmicrosoft.com,Guest,True\n\
         t1,Twin,twin@contoso.com,Member,True\n\
         t2,Twin,TWIN@contoso.com,Member,True\n",
    );
    let people = rows(&succeed(temp.path(), &["stale", ".", "--all", "--format", "csv"]).stdout);
    let ids: Vec<&str> = people.iter().map(|p| p["user_id"].as_str()).collect();
    assert_eq!(ids, ["g1", "t1", "t2", "upn:ghost@contoso.com", "upn:twin@contoso.com", "zz-ann"]);
    let seen = |id: &str| people.iter().find(|p| p["user_id"] == id).is_some_and(|p| !p["last_promptable"].is_empty());
    assert!(seen("zz-ann") && seen("g1") && !seen("t1") && !seen("t2"), "{people:?}");
    let said = check(temp.path(), &[])["conclusions"].to_string();
    assert!(said.contains("1 UPN(s) stand for more than one object id (twin@contoso.com)"), "{said}");
    assert!(said.contains("1 of 6 people are known by UPN alone (ghost@contoso.com)"), "{said}");
    succeed(temp.path(), &["report", ".", "--out", "out", "--no-break-glass-list"]);
    let quality = std::fs::read_to_string(temp.path().join("out/tables/people_checks.csv")).expect("the table");
    assert!(quality.contains("\nknown by UPN alone,2,"), "{quality}");
    assert!(quality.contains("\nUPNs of several object ids,1,"), "{quality}");
}

#[test]
fn iso_dates_in_the_head_spare_the_second_reading_and_slashed_ones_after_it_are_never_guessed() {
    let temp = folder();
    let mut text =
        "CreatedDateTime [UTC],ResultType,AppDisplayName,IsInteractive,UserId,UserPrincipalName\n".to_owned();
    // 4 000 rows of some 80 bytes: past the first 256 KiB.
    for i in 0..4_000 {
        text.push_str(&format!("2026-11-20T08:00:00Z,0,{},true,u{i},u{i}@contoso.com\n", "Teams".repeat(8)));
    }
    text.push_str("11/12/2026 8:00:00 AM,0,Teams,true,u1,u1@contoso.com\n");
    put(temp.path(), "la.csv", text);
    let report = check(temp.path(), &[]);
    assert_eq!(report["totals"], serde_json::json!({"read": 4_001, "folded": 4_000, "skipped": 0, "rejected": 1}));
    assert_eq!(file(&report, "la.csv")["rejected_lines"], serde_json::json!({"bad_time": [4_002]}));
}
