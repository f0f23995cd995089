//! What a file says must not be read as something else: found by trying (issue 3). Counted and judged by hand.

use std::path::Path;

use serde_json::Value;

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

const ID: &str = "aaaaaaaa-0000-4000-8000-00000000000";

/// What `check` says of one file.
fn check(name: &str, bytes: impl AsRef<[u8]>, arguments: &[&str]) -> Value {
    let home = folder();
    put(home.path(), name, bytes);
    check_in(home.path(), name, arguments)
}

fn check_in(home: &Path, name: &str, arguments: &[&str]) -> Value {
    let run = kmsift(home, &[&["check", name, "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    report["files"][0].clone()
}

/// Read, folded.
fn counts(file: &Value) -> [u64; 2] {
    ["read", "folded"].map(|k| file["rows"][k].as_u64().unwrap_or(0))
}

/// Latest interactive and latest token activity of each person, by UPN.
fn clocks(name: &str, text: &str, arguments: &[&str]) -> Vec<[String; 3]> {
    let home = folder();
    put(home.path(), name, text);
    let all = ["stale", name, "--all", "--format", "csv", "-q", "--as-of", "2026-11-30"];
    let run = succeed(home.path(), &[&all, arguments].concat());
    let cell = |r: &std::collections::BTreeMap<String, String>, k: &str| r.get(k).cloned().unwrap_or_default();
    let names = ["user_principal_name", "last_interactive", "last_token_activity"];
    rows(&run.stdout).iter().map(|r| names.map(|k| cell(r, k))).collect()
}

fn log_analytics(said: &str) -> String {
    format!(
        "CreatedDateTime [UTC],ResultType,AppDisplayName,IsInteractive,UserId,UserPrincipalName,ClientAppUsed,Type\n\
         2026-11-20T08:00:00Z,0,Teams,{said},{ID}1,ann@contoso.com,Browser,SigninLogs\n"
    )
}

#[test]
fn a_row_that_says_it_is_not_interactive_is_not_made_so_by_its_table() {
    for (said, interactive) in [("0", false), ("no", false), ("False", false), ("1", true), ("", true)] {
        let people = clocks("q.csv", &log_analytics(said), &["--kind", "interactive"]);
        assert_eq!(!people[0][1].is_empty(), interactive, "IsInteractive = {said}: {people:?}");
    }
    let json = |said: &str| {
        format!(
            r#"{{"CreatedDateTime":"2026-11-20T08:00:00Z","ResultType":"0","AppDisplayName":"T","IsInteractive":{said},"UserId":"{ID}1","UserPrincipalName":"ann@contoso.com","Type":"SigninLogs"}}"#
        )
    };
    assert_eq!(clocks("q.json", &json("0"), &[])[0][1], "");
    assert_eq!(clocks("q.json", &json("1"), &[])[0][1], "2026-11-20T08:00:00Z");
    // A word nobody knows is no yes, no no, and not nothing.
    for (name, text) in [
        ("q.csv", log_analytics("FALSCH")),
        ("q.csv", log_analytics("FAUX")),
        ("q.json", json("\"FALSCH\"")),
        (
            "signins.csv",
            format!(
                "CreatedDateTime,UserId,UserPrincipalName,AppDisplayName,IsInteractive,Status.ErrorCode\n\
                 2026-11-20T08:00:00Z,{ID}1,ann@contoso.com,T,FALSCH,0\n"
            ),
        ),
    ] {
        let file = check(name, text, &["--kind", "interactive"]);
        assert_eq!(counts(&file), [1, 0], "{file}");
        assert!(
            file.to_string().contains("kind_unknown") && file.to_string().contains("cannot be read in 1 of 1"),
            "{file}"
        );
    }
}

#[test]
fn a_date_order_given_for_one_file_does_not_turn_another() {
    let decided = portal_csv(&[("10/3/2026 08:00", "u1", "0", ""), ("10/25/2026 08:00", "u2", "0", "")]);
    let file = check("InteractiveSignIns.csv", &decided, &["--date-order", "dmy"]);
    assert_eq!(counts(&file), [2, 2], "{file}");
    assert!(
        file["span"].to_string().contains("2026-10-03") && file["span"].to_string().contains("2026-10-25"),
        "{file}"
    );
    assert!(file["notes"].to_string().contains("--date-order is not used"), "{file}");
    // Said the same: no remark.
    let same = check("InteractiveSignIns.csv", &decided, &["--date-order", "mdy"]);
    assert!(counts(&same) == [2, 2] && !same.to_string().contains("--date-order"), "{same}");
    // Two orders stay an error, whatever is given.
    let both = portal_csv(&[("14/3/2026 08:00", "u1", "0", ""), ("10/25/2026 08:00", "u2", "0", "")]);
    assert!(check("InteractiveSignIns.csv", both, &["--date-order", "mdy"]).to_string().contains("two orders"));
    // Log Analytics' own form decides as well; of the same dates saved by another program the option does.
    let own = log_analytics("true").replace("2026-11-20T08:00:00Z", "\"6/2/2026, 9:56:49.975 AM\"");
    let file = check("q.csv", &own, &["--date-order", "dmy"]);
    assert!(file["span"].to_string().contains("2026-06-02") && file.to_string().contains("is not used"), "{file}");
    let file = check("q.csv", own.replace("9:56:49.975 AM", "9:56"), &["--date-order", "dmy"]);
    assert!(file["span"].to_string().contains("2026-02-06"), "{file}");
}

#[test]
fn a_failed_row_without_a_code_is_no_success() {
    let text = portal_csv(&[
        ("2026-11-20T08:00:00Z", "u1", "", ""),
        ("2026-11-21T08:00:00Z", "u1", "", ""),
        ("2026-11-22T08:00:00Z", "u1", "", ""),
    ]);
    let mut status = ["Success", "Failure", "Interrupted"].into_iter();
    let lines: Vec<String> = text
        .lines()
        .map(|l| if l.starts_with("Date") { l.to_owned() } else { l.replace("Success", status.next().expect("three")) })
        .collect();
    let text = lines.join("\n");
    let file = check("InteractiveSignIns.csv", &text, &[]);
    assert!(counts(&file) == [3, 1] && file.to_string().contains("bad_code"), "{file}");
    let span = file["span"].to_string();
    assert!(span.contains("2026-11-20") && !span.contains("2026-11-21") && !span.contains("2026-11-22"), "{file}");
}

#[test]
fn the_kind_that_is_given_goes_before_a_name_and_not_before_a_row() {
    let text = portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]);
    let name = "interactive-review-of-export.csv";
    assert_eq!(clocks(name, &text, &["--kind", "non-interactive"])[0][1], "");
    let file = check(name, &text, &["--kind", "non-interactive"]);
    assert!(file["notes"].to_string().contains("its name says interactive, --kind says otherwise"), "{file}");
    // A name as the portal made it stands: --kind is given for a whole run.
    let own = "InteractiveSignIns_2026-11-01_2026-11-22.csv";
    assert_eq!(clocks(own, &text, &["--kind", "non-interactive"])[0][1], "2026-11-20T08:00:00Z");
    assert!(check(own, &text, &["--kind", "non-interactive"])["notes"].to_string().contains("the portal's own"));
    assert!(!check(name, &text, &["--kind", "interactive"]).to_string().contains("otherwise"));
    // Both words say nothing.
    let both = "Interactive and NonInteractive merged.csv";
    assert!(check(both, &text, &[]).to_string().contains("give --kind"));
    assert_eq!(clocks(both, &text, &["--kind", "interactive"])[0][1], "2026-11-20T08:00:00Z");
    // The row's own word stands.
    assert_eq!(clocks("interactive.csv", &log_analytics("false"), &["--kind", "interactive"])[0][1], "");
}

#[test]
fn a_result_in_a_language_that_is_not_known_is_named_with_its_column_and_the_option() {
    let text = format!(
        "Fecha (UTC),CorrelationId,Servicio,Categoría,Actividad,Resultado,ResultReason,ActorType,ActorObjectId,Target1Type,Target1ObjectId,Objetivo1NombrePrincipalDeUsuario\n\
         2026-10-01T00:00:00Z,c1,Authentication Methods,UserManagement,User registered security info,Éxito,x,User,{ID}1,User,{ID}1,ann@contoso.com\n"
    );
    let file = check("AuditLogs.csv", &text, &[]);
    let said = file.to_string();
    assert_eq!(counts(&file), [1, 0], "{said}");
    assert!(said.contains("`Resultado` says `Éxito`") && said.contains("--headers"), "{said}");
    assert!(said.contains("`result` is there and cannot be read in 1 of 1"), "{said}");
    let home = folder();
    put(home.path(), "AuditLogs.csv", &text);
    put(home.path(), "words.tsv", "value\tes\tÉxito\tsuccess\n");
    let file = check_in(home.path(), "AuditLogs.csv", &["--headers", "words.tsv"]);
    assert!(counts(&file) == [1, 1] && !file.to_string().contains("not known"), "{file}");
}

/// Sign-ins of five people in Log Analytics' columns, with `UserId` and `CorrelationId` in either order.
fn layout(swapped: bool, rows: std::ops::Range<u32>) -> String {
    let order = |user: String, correlation: String| if swapped { (correlation, user) } else { (user, correlation) };
    let line = |(a, b): (String, String), day: u32, user: u32| {
        format!("2026-11-{day:02}T00:00:00Z,0,Teams,true,{a},{b},u{user}@contoso.com,Browser,SigninLogs\n")
    };
    let (a, b) = order("UserId".to_owned(), "CorrelationId".to_owned());
    let header = format!(
        "CreatedDateTime [UTC],ResultType,AppDisplayName,IsInteractive,{a},{b},UserPrincipalName,ClientAppUsed,Type\n"
    );
    let rows = rows.map(|i| line(order(format!("user-{}", i % 5), format!("corr-{i}")), 1 + i % 28, i % 5));
    std::iter::once(header).chain(rows).collect()
}

#[test]
fn rows_below_a_header_of_another_order_are_not_read_under_the_first() {
    // Blocks hold half a MiB: the second layout is spread over several.
    let text = layout(false, 0..150) + &layout(true, 150..30_000);
    assert!(text.len() > 4 << 19);
    for threads in ["1", "4"] {
        let home = folder();
        put(home.path(), "q.csv", &text);
        let file = check_in(home.path(), "q.csv", &["--threads", threads]);
        assert_eq!(counts(&file), [30_001, 150], "{file}");
        assert_eq!(file["rows"]["rejected"]["other_header"], 29_851, "{file}");
        assert!(file.to_string().contains("a different header at line 152"), "{file}");
        let run = kmsift(home.path(), &["stale", "q.csv", "--all", "--format", "csv", "-q", "--threads", threads]);
        assert_eq!(run.code, 3, "most of the file is left out: {}", run.stderr);
        let all = ["stale", "q.csv", "--all", "--format", "csv", "-q", "--max-rejects", "100%", "--threads", threads];
        assert_eq!(rows(&kmsift(home.path(), &all).stdout).len(), 5);
    }
    // More or fewer columns are another layout as well; the same header, or one that differs in columns nobody reads, is not.
    let portal = portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]);
    for (second, counted) in [
        (portal.replace(",Client app", "").replace(",Browser", ""), [3, 1]),
        (portal.replace("Date (UTC)", "IP address,Date (UTC)").replace("2026", "10.0.0.1,2026"), [3, 1]),
        (portal.clone(), [3, 2]),
    ] {
        let file = check("InteractiveSignIns.csv", format!("{portal}{second}"), &[]);
        assert_eq!(counts(&file), counted, "{second} {file}");
        assert_eq!(file.to_string().contains("a different header at line 3"), counted[1] == 1, "{file}");
    }
    // Among more columns that nobody reads than columns that somebody does.
    let more =
        |line: &str| format!("{line}{}", (0..20).map(|i| format!(",column {}", ["x", "y"][i % 2])).collect::<String>());
    let wide: Vec<String> = portal.lines().map(more).collect();
    let file = check("InteractiveSignIns.csv", format!("{portal}{}\n", wide.join("\n")), &[]);
    assert!(counts(&file) == [3, 1] && file.to_string().contains("a different header at line 3"), "{file}");
    let latency = portal.replace("Request ID", "Latency").replace("Date (UTC),Latency", "Date (UTC),Request ID");
    assert_eq!(counts(&check("InteractiveSignIns.csv", format!("{portal}{latency}"), &[])), [3, 2]);
    // A person may call herself as a column is called.
    let named = portal.replace("u1,Name,", "u1,Username,").replace("Teams", "Application");
    assert_eq!(
        counts(&check("InteractiveSignIns.csv", format!("{portal}{}", named.lines().nth(1).expect("a row")), &[])),
        [2, 2]
    );
}

#[test]
fn dates_below_another_header_decide_nothing_above_it() {
    let first = portal_csv(&[("3/4/2026 08:00", "u1", "0", "")]);
    let second = portal_csv(&[("10/25/2026 08:00", "u1", "0", "")]).replace("Client app,", "").replace(",Browser", "");
    let file = check("InteractiveSignIns.csv", format!("{first}{second}"), &[]);
    assert!(counts(&file) == [0, 0] && file.to_string().contains("--date-order mdy or dmy"), "{file}");
    let file = check("InteractiveSignIns.csv", format!("{first}{second}"), &["--date-order", "dmy"]);
    assert!(counts(&file) == [3, 1] && file["span"].to_string().contains("2026-04-03"), "{file}");
}

#[test]
fn standard_input_of_two_layouts_is_refused() {
    use std::io::Write as _;
    let home = folder();
    let mut child = crate::support::command(home.path(), &["check", "-", "--format", "json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("kmsift starts");
    let text = layout(false, 0..3) + &layout(true, 0..3);
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let said = String::from_utf8_lossy(&child.wait_with_output().expect("it ends").stdout).into_owned();
    assert!(said.contains("here at line 5: save it to a file"), "{said}");
}

#[test]
fn a_record_of_another_log_is_called_that() {
    let sign_in = format!(
        r#"{{"id":"r","createdDateTime":"2026-11-20T08:00:00Z","userId":"{ID}1","userPrincipalName":"u@contoso.com","appDisplayName":"T","isInteractive":true,"status":{{"errorCode":0}}}}"#
    );
    let audit = format!(
        r#"{{"id":"a","activityDateTime":"2026-11-21T08:00:00Z","activityDisplayName":"Disable account","initiatedBy":{{}},"targetResources":[{{"id":"{ID}1","type":"User"}}],"result":"success","loggedByService":"Core Directory"}}"#
    );
    for text in [format!("{sign_in}\n{audit}\n"), format!("{audit}\n{sign_in}\n")] {
        let file = check("rows.json", text, &[]);
        assert!(counts(&file) == [2, 1] && file["rows"]["rejected"]["other_kind"] == 1, "{file}");
    }
}

fn graph(n: u32) -> String {
    format!(
        r#"{{"id":"r{n}","createdDateTime":"2026-11-2{n}T08:00:00Z","userId":"{ID}{n}","userPrincipalName":"u{n}@contoso.com","appDisplayName":"T","isInteractive":true,"status":{{"errorCode":0}}}}"#
    )
}

#[test]
fn empty_pages_and_batches_do_not_hide_what_follows() {
    let diagnostic = |category: &str, n: u32| {
        format!(
            r#"{{"time":"2026-11-20T09:00:00Z","category":"{category}","tenantId":"t","resultType":"0","properties":{}}}"#,
            graph(n)
        )
    };
    let app = diagnostic("ServicePrincipalSignInLogs", 1);
    let person = diagnostic("SignInLogs", 2);
    for (text, format, counted) in [
        (
            format!("{{\"records\":[]}}\n{{\"records\":[{app}]}}\n{{\"records\":[{person}]}}\n"),
            "diagnostic_json",
            [2, 1],
        ),
        (format!("[{{\"records\":[]}},{{\"records\":[{app},{person}]}}]"), "diagnostic_json", [2, 1]),
        (format!("{{\"value\":[]}}{{\"value\":[{},{}]}}", graph(1), graph(2)), "graph_sign_in_json", [2, 2]),
        (format!("[]\n[{}]\n", graph(1)), "graph_sign_in_json", [1, 1]),
        (
            format!("{{\"body\":{{\"records\":[]}}}}\n{{\"body\":{{\"records\":[{app},{person}]}}}}\n"),
            "wrapped_json",
            [3, 1],
        ),
    ] {
        let file = check("events.json", &text, &[]);
        assert_eq!((file["format"].as_str(), counts(&file)), (Some(format), counted), "{text} {file}");
    }
    // A record that no format knows is not read as what it holds: its category would be lost.
    let bare = format!(r#"{{"category":"ServicePrincipalSignInLogs","properties":{}}}"#, graph(1));
    let file = check("x.json", &bare, &[]);
    assert!(file["format"].is_null() && counts(&file) == [0, 0], "{file}");
}

#[test]
fn objects_on_one_line_are_records_each() {
    let pretty = graph(3).replace(',', ",\n");
    for text in [
        format!("{}{}{}", graph(1), graph(2), graph(3)),
        format!("{}\n{}{}\n", graph(1), graph(2), graph(3)),
        format!("{}\n[\n{},\n{pretty}\n]\n", graph(1), graph(2)),
        format!("{},\n{},\n{}\n", graph(1), graph(2), graph(3)),
    ] {
        let file = check("rows.json", &text, &[]);
        assert_eq!(counts(&file), [3, 3], "{text} {file}");
    }
}

#[test]
fn dates_of_windows_powershell_and_half_characters_do_not_cost_a_row() {
    let row = r#"{"Id":"r1","CreatedDateTime":{"value":"\/Date(1763625600000)\/","DateTime":"Thursday, 20 November 2025"},"UserId":"ID","UserPrincipalName":"ann@contoso.com","AppDisplayName":"T","IsInteractive":true,"Status":{"ErrorCode":0}}"#;
    let file = check("signins.json", format!("[{}]", row.replace("ID\"", &format!("{ID}1\""))), &[]);
    assert!(counts(&file) == [1, 1] && file["span"].to_string().contains("2025-11-20T08:00:00Z"), "{file}");
    let cut = graph(1).replace("\"T\"", r#""cut \ud83d""#);
    let file = check("rows.json", format!("[{cut},{}]", graph(2)), &[]);
    assert_eq!(counts(&file), [2, 2], "{file}");
}

#[test]
fn a_file_that_could_be_of_several_kinds_names_each() {
    let file = check(
        "users.csv",
        format!("id,displayName,userPrincipalName,department,jobTitle\n{ID}1,A,ann@contoso.com,D,J\n"),
        &[],
    );
    let said = file["refused"].as_str().expect("a refusal");
    let at = |name: &str| said.find(name).unwrap_or_else(|| panic!("{name} in {said}"));
    assert!(at("nearest is users_csv") < at("registration_csv") && said.contains("`accountenabled`"), "{said}");
}

#[test]
fn cut_exports_are_noticed_in_json_and_where_exports_were_joined() {
    let rows =
        |n: u32| (0..n).map(|i| format!("2026-11-{:02}T00:00:00Z,r{i},u1,Success,0\n", 1 + i % 28)).collect::<String>();
    let header = "Date (UTC),Request ID,User ID,Status,Sign-in error code\n";
    let cut = |name: &str, text: &str| check(name, text, &[]).to_string().contains("exactly 100000 rows");
    let (full, few) = (format!("{header}{}", rows(100_000)), format!("{header}{}", rows(3)));
    for (text, expected) in [
        (full.clone(), true),
        (format!("{full}{few}"), true),
        (format!("{few}{full}"), true),
        (format!("{few}{header}{}", rows(99_997)), false),
    ] {
        assert_eq!(cut("InteractiveSignIns_a.csv", &text), expected);
    }
    let json = vec![graph(1); 100_000].join(",\n");
    assert!(cut("InteractiveSignIns_2026-11-01_2026-11-30.json", &format!("[{json}]")));
    assert!(!cut("dump.json", &format!("[{json}]")));
}
