//! Traps of single formats (formats.md §0): small files, counted and judged by hand.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::support::{command, folder, kmsift, portal_csv, put, rows, succeed};

/// What `check` says of the files of a folder.
fn files(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let run = kmsift(folder, &[&["check", ".", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    report["files"].as_array().expect("files").clone()
}

/// Read, folded, and all that `check` says, of one file.
fn one(name: &str, bytes: impl AsRef<[u8]>, arguments: &[&str]) -> (String, [u64; 2], String) {
    let home = folder();
    put(home.path(), name, bytes);
    let file = files(home.path(), arguments).remove(0);
    let count = |k: &str| file["rows"][k].as_u64().unwrap_or(0);
    (file["format"].as_str().unwrap_or_default().to_owned(), [count("read"), count("folded")], file.to_string())
}

const ID: &str = "aaaaaaaa-0000-4000-8000-00000000000";

#[test]
fn a_date_order_nobody_decides_is_asked_for_and_never_guessed() {
    let text = portal_csv(&[("03/04/2026 08:00:00", "u1", "0", ""), ("05/06/2026 09:00", "u2", "0", "")]);
    let (format, counts, said) = one("InteractiveSignIns.csv", &text, &[]);
    assert_eq!((format.as_str(), counts), ("", [0, 0]));
    assert!(said.contains("--date-order"), "{said}");
    for (order, from, to) in [
        ("mdy", "2026-03-04T08:00:00Z", "2026-05-06T09:00:00Z"),
        ("dmy", "2026-04-03T08:00:00Z", "2026-06-05T09:00:00Z"),
    ] {
        let (_, counts, said) = one("InteractiveSignIns.csv", &text, &["--date-order", order]);
        assert!(counts == [2, 2] && said.contains(from) && said.contains(to), "{order}: {said}");
    }
    // One row decides for all of them.
    let text = portal_csv(&[("03/04/2026 08:00:00", "u1", "0", ""), ("13/06/2026 09:00", "u2", "0", "")]);
    let (_, counts, said) = one("InteractiveSignIns.csv", &text, &[]);
    assert!(counts == [2, 2] && said.contains("2026-04-03T08:00:00Z"), "{said}");
    // Two orders in one file are an error.
    let text = portal_csv(&[("03/14/2026 08:00:00", "u1", "0", ""), ("13/06/2026 09:00", "u2", "0", "")]);
    assert!(one("InteractiveSignIns.csv", &text, &[]).2.contains("two orders"));
}

#[test]
fn standard_input_decides_its_dates_by_what_it_begins_with() {
    let home = folder();
    let text = portal_csv(&[("03/04/2026 08:00:00", "u1", "0", ""), ("13/04/2026 09:00", "u1", "0", "")]);
    let arguments = ["stale", "-", "--kind", "interactive", "--all", "--format", "csv", "-q"];
    let mut child = command(home.path(), &arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("kmsift starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let out = child.wait_with_output().expect("it ends");
    let people = rows(&String::from_utf8_lossy(&out.stdout));
    assert_eq!(people[0]["last_interactive"], "2026-04-13T09:00:00Z");
}

#[test]
fn of_a_union_either_tables_dates_decide() {
    // The sign-in's date decides nothing and has no form of its own; the audit row's does.
    let header = "Type,CreatedDateTime,ActivityDateTime,ResultType,AppDisplayName,UserId,UserPrincipalName,IsInteractive,OperationName,Result,TargetResources";
    let sign_in = format!("SigninLogs,3/4/2026 8:00:00,,0,Teams,{ID}1,ann@contoso.example,true,,,");
    let audit = format!(
        r#"AuditLogs,,13/4/2026 9:00:00,,,,,,Disable account,success,"[{{""type"":""User"",""id"":""{ID}1""}}]""#
    );
    let (format, counts, said) = one("q.csv", format!("{header}\n{sign_in}\n{audit}\n"), &[]);
    assert_eq!((format.as_str(), counts), ("log_analytics_union_csv", [2, 2]));
    assert!(said.contains("2026-04-03T08:00:00Z") && said.contains("2026-04-13T09:00:00Z"), "{said}");
}

#[test]
fn what_powershell_lost_is_said_and_is_not_none() {
    let lost = "UserPrincipalName,IsMfaCapable,MethodsRegistered\nann@contoso.example,True,System.String[]\n";
    let (_, counts, said) = one("r.csv", lost, &[]);
    assert!(counts == [1, 1] && said.contains("unknown, not none"), "{said}");
    let kept = "UserPrincipalName,IsMfaCapable,MethodsRegistered\nann@contoso.example,True,email\n";
    assert!(!one("r.csv", kept, &[]).2.contains("unknown, not none"));
    let users = format!(
        "Id,UserPrincipalName,UserType,SignInActivity\n{ID}1,ann@contoso.example,Member,Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInActivity\n"
    );
    let (_, counts, said) = one("users.csv", &users, &[]);
    assert!(counts == [1, 1] && said.contains("unknown, not never"), "{said}");
    // Whom an audit event was about: without it the file is of no use, and says how to get one that is.
    let audit = |target: &str| {
        format!(
            "ActivityDateTime,ActivityDisplayName,InitiatedBy,Result,TargetResources\n2026-11-20T08:00:00Z,Disable account,x,success,{target}\n"
        )
    };
    let (format, _, said) = one("a.csv", audit("System.Object[]"), &[]);
    assert!(format.is_empty() && said.contains("ConvertTo-Json -Depth 10"), "{said}");
    let (format, counts, _) = one("a.csv", audit(&format!("@{{id={ID}1; type=User}}")), &[]);
    assert_eq!((format.as_str(), counts), ("powershell_audit_csv", [1, 1]));
    // In JSON the targets lie below the default depth: rejected by name, with the remark.
    let json = r#"[{"ActivityDateTime":"2026-11-20T08:00:00Z","ActivityDisplayName":"Disable account","InitiatedBy":{},"TargetResources":["Microsoft.Graph.PowerShell.Models.MicrosoftGraphTargetResource"]}]"#;
    let (format, counts, said) = one("a.json", json, &[]);
    assert_eq!((format.as_str(), counts), ("powershell_audit_json", [1, 0]));
    assert!(said.contains("bad_json") && said.contains("-Depth 10"), "{said}");
}

#[test]
fn envelopes_may_hold_other_things_and_damage_between_the_rows() {
    let row = |n: u32| {
        format!(
            r#"{{"createdDateTime":"2026-11-20T08:00:0{n}Z","userId":"{ID}{n}","userPrincipalName":"u{n}@contoso.example","appDisplayName":"Teams","isInteractive":true,"status":{{"errorCode":0}}}}"#
        )
    };
    let event = |text: &str| serde_json::json!({"@timestamp": "x", "event": {"original": text}}).to_string();
    let lines = [
        event(&row(1)),
        event("<14>a line of a firewall"),
        event(r#"{"some":"other event"}"#),
        event("{\"torn\": "),
        event(&format!("[{},{}]", row(2), row(3))),
    ];
    let (format, counts, said) = one("siem.json", lines.join("\n"), &[]);
    // Three sign-ins; two events of others; one piece of damage.
    assert_eq!((format.as_str(), counts), ("wrapped_json", [6, 3]));
    assert!(said.contains(r#""other_category":2"#) && said.contains("bad_json"), "{said}");
    assert!(said.contains("`event.original`") && said.contains("graph_sign_in_json"), "{said}");
}

#[test]
fn what_archivers_leave_in_a_zip_is_no_export() {
    let home = folder();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(home.path().join("logs.zip")).expect("a file"));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("InteractiveSignIns_2026.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")])),
        ("NonInteractiveSignIns_2026.csv", portal_csv(&[("2026-11-21T08:00:00Z", "u1", "0", "")])),
        ("__MACOSX/._InteractiveSignIns_2026.csv", "\0\u{5}\u{16}\u{7}".to_owned()),
        (".DS_Store", "\0".to_owned()),
    ] {
        zip.start_file(name, options).expect("a member");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip");
    let files = files(home.path(), &["--strict"]);
    let names: Vec<&str> = files.iter().filter_map(|f| f["path"].as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(files.iter().all(|f| f["rows"]["folded"].as_u64() == Some(1)), "{files:?}");
}

#[test]
fn authdetails_of_another_span_are_said_to_be_no_pair() {
    let home = folder();
    let sign_ins: Vec<_> = (0..6).map(|_| ("2026-11-20T08:00:00Z", "u1", "0", "")).collect();
    put(home.path(), "InteractiveSignIns_2026.csv", portal_csv(&sign_ins));
    // portal_csv numbers its requests r0, r1, …
    let details = |request: &str| {
        format!(
            "Request ID,Date,Authentication method,Succeeded,Result detail\n{request},2026-11-20T08:00:00Z,Password,true,Correct password\n"
        )
    };
    put(home.path(), "InteractiveSignIns_AuthDetails_2026.csv", details("r3"));
    let said = |home: &Path| files(home, &[])[0]["notes"].to_string();
    assert!(
        said(home.path()).contains("1 of 6 sign-ins have steps in the AuthDetails files: the files are of different")
    );
    std::fs::remove_file(home.path().join("InteractiveSignIns_AuthDetails_2026.csv")).expect("removed");
    assert!(!said(home.path()).contains("AuthDetails files"));
}

#[test]
fn a_portal_file_saved_without_a_mark_in_utf_16_is_read() {
    let home = folder();
    let text = portal_csv(&[("2026-11-20T08:00:00Z", "zoë", "0", "")]);
    put(home.path(), "InteractiveSignIns.csv", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let file = files(home.path(), &[]).remove(0);
    assert_eq!(file["encoding"], "UTF-16 LE without BOM");
    let run = succeed(home.path(), &["stale", ".", "--all", "--format", "csv", "-q"]);
    assert_eq!(rows(&run.stdout)[0]["user_principal_name"], "zoë@contoso.com");
}

#[test]
fn a_claim_told_with_non_breaking_spaces_is_a_claim() {
    let claim = "MFA requirement satisfied\u{a0}by\u{a0}claim in the token";
    let home = folder();
    put(
        home.path(),
        "InteractiveSignIns.csv",
        portal_csv(&[
            ("2026-11-20T08:00:00Z", "u1", "0", claim),
            ("2026-11-21T08:00:00Z", "u2", "0", "MFA\u{a0}completed in Azure AD"),
        ]),
    );
    let run = succeed(home.path(), &["stale", ".", "--all", "--format", "csv", "-q", "--as-of", "2026-11-22"]);
    let people = rows(&run.stdout);
    let promptable = |who: &str| {
        people.iter().find(|r| r["user_principal_name"].starts_with(who)).map(|r| r["last_promptable"].clone())
    };
    assert_eq!(promptable("u1").as_deref(), Some(""), "no page was shown");
    assert_eq!(promptable("u2").as_deref(), Some("2026-11-21T08:00:00Z"));
}

#[test]
fn group_members_in_any_encoding_are_a_scope() {
    let home = folder();
    put(
        home.path(),
        "InteractiveSignIns.csv",
        portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", ""), ("2026-11-20T08:00:00Z", "u2", "0", "")]),
    );
    let members = "id,userPrincipalName,displayName,objectType\r\n,u1@contoso.com,\"Ä, B\",user\r\n";
    let marked = std::iter::once(0xfeff).chain(members.encode_utf16());
    put(home.path(), "scope/members.csv", marked.flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let run = succeed(
        home.path(),
        &["stale", "InteractiveSignIns.csv", "--all", "--format", "csv", "-q", "--scope", "scope/members.csv"],
    );
    let out: Vec<bool> = rows(&run.stdout).iter().map(|r| r["gates"].contains("out_of_scope")).collect();
    assert_eq!(out, [false, true]);
}

#[test]
fn files_put_together_keep_their_marks_and_lose_no_row() {
    let row = |n: u32| {
        format!(
            r#"{{"createdDateTime":"2026-11-20T08:00:0{n}Z","userId":"{ID}{n}","userPrincipalName":"u{n}@contoso.example","appDisplayName":"Teams","isInteractive":true,"status":{{"errorCode":0}}}}"#
        )
    };
    let csv = |n: u32| {
        let text = portal_csv(&[(&format!("2026-11-20T08:00:0{n}Z"), "u1", "0", "")]);
        let (header, rows) = text.split_once('\n').expect("a header");
        format!("\u{feff}\"{}\"\n{rows}", header.replace(',', "\",\""))
    };
    for (name, text, read) in [
        ("pages.json", format!("\u{feff}[{}]\u{feff}[{}]", row(1), row(2)), 2),
        ("lines.json", format!("\u{feff}{}\n\u{feff}{}\n", row(1), row(2)), 2),
        // The second header is a row that is skipped.
        ("InteractiveSignIns.csv", format!("{}{}", csv(1), csv(2)), 3),
    ] {
        let (_, counts, said) = one(name, &text, &[]);
        assert!(counts == [read, 2] && !said.contains("misplaced"), "{name}: {said}");
        let packed = |text: &str| {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(text.as_bytes()).expect("written");
            gz.finish().expect("a member")
        };
        // The same in two members of one gz.
        let half = text.char_indices().nth(30).expect("long enough").0;
        let members = [packed(&text[..half]), packed(&text[half..])].concat();
        assert_eq!(one(&format!("{name}.gz"), members, &[]).1, [read, 2], "{name}.gz");
    }
}

#[test]
fn windows_powershell_wraps_its_arrays() {
    let row = |n: u32| {
        format!(
            r#"{{ "Id": "r{n}", "CreatedDateTime": "\/Date(1763625600000)\/", "UserId": "{ID}{n}", "UserPrincipalName": "u{n}@contoso.example", "AppDisplayName": "D\u0027Teams", "IsInteractive": true, "Status": {{ "ErrorCode": {n}, "FailureReason": null }} }}"#
        )
    };
    let text = format!("{{ \"value\": [ {}, {} ], \"Count\": 2 }}", row(0), row(5));
    let (format, counts, said) = one("signins.json", text, &[]);
    assert_eq!((format.as_str(), counts), ("powershell_sign_in_json", [2, 2]));
    assert!(said.contains("2025-11-20T08:00:00Z"), "1763625600 s: {said}");
}
