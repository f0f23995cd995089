//! Time to register and cohorts, from exports whose answers were worked out by hand (semantics §9.4, §10 cases 7, 9, 19).

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{folder, portal_csv, put, rows, succeed};

type Rows = Vec<BTreeMap<String, String>>;

const AUDIT: &str = "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,ActorType,ActorObjectId,\
    ActorUserPrincipalName,ActorServicePrincipalId,ActorServicePrincipalName,Target1Type,Target1ObjectId,Target1UserPrincipalName\n";

/// An audit CSV from rows of `date, person, actor, activity, result, reason`; the actor `app` is an application.
fn audit_csv(events: &[(&str, &str, &str, &str, &str, &str)]) -> String {
    let mut out = AUDIT.to_owned();
    for (i, (at, person, actor, activity, result, reason)) in events.iter().enumerate() {
        let by = match *actor {
            "app" => "Application,,,sp1,Revoke flow".to_owned(),
            who => format!("User,{who},{who}@contoso.com,,"),
        };
        out.push_str(&format!(
            "{at},a{i},Authentication Methods,UserManagement,{activity},{result},{reason},{by},User,{person},{person}@contoso.com\n"
        ));
    }
    out
}

/// Somebody at a page every second day, so that the interactive log has no gap.
fn filler(from: u32, month: u32, to: u32) -> Vec<(String, String)> {
    (from..=to).step_by(2).map(|d| (format!("2026-{month:02}-{d:02}T00:00:00Z"), "filler".to_owned())).collect()
}

fn sign_ins(fillers: &[(String, String)], prompts: &[(&str, &str)]) -> String {
    let fresh = fillers.iter().map(|(at, who)| (at.as_str(), who.as_str(), "0", "MFA requirement satisfied"));
    let asked = prompts.iter().map(|(at, who)| (*at, *who, "50079", ""));
    portal_csv(&fresh.chain(asked).collect::<Vec<_>>())
}

fn report(folder: &Path, more: &[&str]) -> impl Fn(&str) -> Rows + use<> {
    let args = ["report", "in", "--no-break-glass-list", "--out", "out"];
    succeed(folder, &args.iter().chain(more).copied().collect::<Vec<_>>());
    let tables = folder.join("out/tables");
    move |name| rows(&std::fs::read_to_string(tables.join(format!("{name}.csv"))).expect("a table"))
}

fn cells(row: &BTreeMap<String, String>, names: &[&str]) -> String {
    names.iter().map(|n| row[*n].as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_golden_table_comes_out_of_exports() {
    let temp = folder();
    // Events: prompted on 20 October, registered two hours after so many days. Censored: prompted an hour more than so
    // many days before the audit log ends on 22 November.
    let events = [("a", 20), ("b", 21), ("c", 21), ("d", 23), ("e", 27), ("f", 27), ("g", 34)];
    let days: Vec<(String, &str)> = events
        .iter()
        .map(|(who, d)| {
            if *d <= 31 {
                (format!("2026-10-{d}T10:00:00Z"), *who)
            } else {
                (format!("2026-11-{:02}T10:00:00Z", d - 31), *who)
            }
        })
        .collect();
    let registered: Vec<_> = days
        .iter()
        .map(|(at, who)| (at.as_str(), *who, *who, "User registered all required security info", "success", ""))
        .collect();
    put(temp.path(), "in/AuditLogs_2026-11-22.csv", audit_csv(&registered));
    let mut prompts: Vec<(&str, &str)> = events.iter().map(|(who, _)| ("2026-10-20T08:00:00Z", *who)).collect();
    prompts.extend([
        ("2026-11-19T23:00:00Z", "p"),
        ("2026-11-16T23:00:00Z", "q"),
        ("2026-11-11T23:00:00Z", "r"),
        ("2026-11-01T23:00:00Z", "s"),
        ("2026-10-22T23:00:00Z", "t"),
    ]);
    let fillers = [filler(1, 10, 31), filler(2, 11, 22)].concat();
    put(temp.path(), "in/InteractiveSignIns_2026-11-22.csv", sign_ins(&fillers, &prompts));
    let table = report(temp.path(), &["--covers", "audit=2026-10-01..2026-11-22"]);
    let all: Vec<String> = table("time_to_register")
        .iter()
        .filter(|r| r["by"] == "all")
        .map(|r| {
            let rounded = |name: &str| format!("{:.3}", r[name].parse::<f64>().expect("a number"));
            format!("{} {}-{}", cells(r, &["t", "at_risk", "events", "s"]), rounded("low"), rounded("high"))
        })
        .collect();
    let want = [
        "0 12 1 0.916667 0.539-0.988",
        "1 11 2 0.75 0.408-0.912",
        "3 8 1 0.65625 0.320-0.856",
        "7 6 2 0.4375 0.144-0.703",
        "14 3 1 0.291667 0.054-0.595",
    ];
    assert_eq!(all, want);
    let groups = table("time_to_register_groups");
    let names = ["people", "registered", "open", "entered_late", "enough", "p25", "p50", "p50_low", "p50_high", "p75"];
    assert_eq!(cells(&groups[0], &names), "12 7 5 0 true 1 7 1  ");
    let summary = std::fs::read_to_string(temp.path().join("out/summary.json")).expect("summary");
    assert!(summary.contains("Half of the 12 people asked to register for MFA have done so after 7 days"));
    assert!(temp.path().join("out/charts/time_to_register.svg").is_file());
}

/// Twelve people, each with another way to begin and to end; audit log from 1 November on, sign-ins from 15 October.
fn every_end(at: &Path) {
    let done = "User registered all required security info";
    let audits = [
        ("2026-11-05T09:04:00Z", "ann", "ann", done, "success", ""),
        (
            "2026-11-08T09:00:00Z",
            "ann",
            "ann",
            "User deleted security info",
            "success",
            "User deleted Mobile Phone SMS",
        ),
        ("2026-11-12T09:01:00Z", "bea", "bea", "User started security info registration", "success", ""),
        ("2026-11-12T09:03:00Z", "bea", "bea", done, "failure", "User canceled security info registration"),
        (
            "2026-11-06T10:00:00Z",
            "cid",
            "boss",
            "Admin registered security info",
            "success",
            "Admin registered phone method",
        ),
        ("2026-11-07T11:00:00Z", "dan", "boss", "Disable account", "success", ""),
        ("2026-11-02T10:00:00Z", "fay", "fay", done, "success", ""),
        ("2026-11-10T10:00:00Z", "gus", "gus", done, "success", ""),
        ("2026-11-10T08:00:00Z", "ivy", "app", "Update StsRefreshTokenValidFrom Timestamp", "success", ""),
        ("2026-11-10T08:00:00Z", "jon", "app", "Update StsRefreshTokenValidFrom Timestamp", "success", ""),
        ("2026-11-10T08:00:00Z", "kim", "app", "Update StsRefreshTokenValidFrom Timestamp", "success", ""),
        (
            "2026-11-05T10:00:00Z",
            "leo",
            "boss",
            "Admin registered security info",
            "success",
            "Admin registered phone method",
        ),
        ("2026-11-05T10:00:00Z", "mia", "mia", done, "success", ""),
    ];
    put(at, "in/AuditLogs_2026-11-22.csv", audit_csv(&audits));
    let prompts = [
        ("2026-11-03T09:00:00Z", "ann"),
        ("2026-11-12T09:00:00Z", "bea"),
        ("2026-11-04T10:00:00Z", "cid"),
        ("2026-11-04T10:00:00Z", "dan"),
        ("2026-11-04T10:00:00Z", "eve"),
        ("2026-11-06T12:00:00Z", "eve"),
        ("2026-11-05T10:00:00Z", "fay"),
        ("2026-10-20T09:00:00Z", "gus"),
        ("2026-10-20T09:00:00Z", "hal"),
        ("2026-11-12T10:00:00Z", "kim"),
    ];
    let fillers = [filler(15, 10, 31), filler(2, 11, 22)].concat();
    put(at, "in/InteractiveSignIns_2026-11-22.csv", sign_ins(&fillers, &prompts));
    let state = |who: &str, mfa: bool| {
        format!(
            "{{\"id\":\"{who}\",\"userPrincipalName\":\"{who}@contoso.com\",\"isMfaRegistered\":{mfa},\"isMfaCapable\":{mfa},\"lastUpdatedDateTime\":\"2026-11-21T22:00:00Z\"}}"
        )
    };
    let registered = ["cid", "eve", "fay", "gus", "hal", "leo", "mia"].map(|w| state(w, true));
    let unregistered = ["ann", "bea", "dan", "ivy", "kim"].map(|w| state(w, false));
    let report = [registered.as_slice(), &unregistered].concat().join(",");
    put(at, "in/userRegistrationDetails.json", format!("{{\"value\":[{report}]}}"));
    let user = |who: &str, created: &str, department: &str| {
        format!(
            "{{\"id\":\"{who}\",\"userPrincipalName\":\"{who}@contoso.com\",\"accountEnabled\":true,\"userType\":\"Member\",\"department\":\"{department}\",\"createdDateTime\":\"{created}\"}}"
        )
    };
    let users = [user("mia", "2026-11-03T09:00:00Z", "Sales"), user("ann", "2020-01-01T00:00:00Z", "IT")].join(",");
    put(at, "in/users.json", format!("{{\"value\":[{users}]}}"));
}

const COVERS: [&str; 2] = ["--covers", "audit=2026-11-01..2026-11-22"];

#[test]
fn every_way_to_begin_and_to_end() {
    let temp = folder();
    every_end(temp.path());
    let table = report(temp.path(), &COVERS);
    let followed: Vec<String> = table("time_to_register_people")
        .iter()
        .map(|r| cells(r, &["user_id", "origin", "entry_days", "days", "end", "end_at"]))
        .collect();
    let want = [
        "ann first_prompt 0 2 registered 2026-11-05T09:04:00Z", // deleted later: still the event (case 19)
        "bea first_prompt 0 9 open 2026-11-22T00:00:00Z",       // canceled (case 7)
        "cid first_prompt 0 2 provisioned 2026-11-06T10:00:00Z",
        "dan first_prompt 0 3 left 2026-11-07T11:00:00Z",
        "eve first_prompt 0 2 undated 2026-11-06T12:00:00Z", // known unregistered until the second prompt
        "gus first_prompt 11 21 registered 2026-11-10T10:00:00Z", // asked before the audit log
        "ivy revocation 0 11 open 2026-11-22T00:00:00Z",
        "kim first_prompt 0 9 open 2026-11-22T00:00:00Z",
        // fay and hal had registered before; jon may have; leo and mia were never asked (case 9).
    ];
    assert_eq!(followed, want);
    let groups = table("time_to_register_groups");
    let names = ["people", "registered", "provisioned", "left", "undated", "open", "entered_late", "enough", "p50"];
    assert_eq!(cells(&groups[0], &names), "8 2 1 1 1 3 1 false ");
    assert!(table("time_to_register").is_empty(), "too few for a curve");
    assert!(!temp.path().join("out/charts/time_to_register.svg").exists());
    let summary = std::fs::read_to_string(temp.path().join("out/summary.json")).expect("summary");
    assert!(
        summary.contains("Too few to say how long people take to register for MFA: 8 people followed, 2 registered")
    );
}

#[test]
fn cohorts_count_only_who_was_observed_that_long() {
    let temp = folder();
    every_end(temp.path());
    put(temp.path(), "teams.csv", "upn;Team\nann@contoso.com;Red\ncid@contoso.com;Red\ndan@contoso.com;Blue\n");
    let table = report(temp.path(), &[&COVERS[..], &["--join", "teams.csv"]].concat());
    let all = table("cohorts");
    let of = |from: &str, week: &str, by: &str, group: &str| -> Vec<String> {
        let wanted = |r: &&BTreeMap<String, String>| {
            cells(r, &["from", "week", "by", "group"]) == format!("{from} {week} {by} {group}")
        };
        all.iter()
            .filter(wanted)
            .map(|r| cells(r, &["people", "within_days", "observed", "registered", "share", "small"]))
            .collect()
    };
    // Week of 2 November: ann registers after 2 days, cid is given a method after 2, dan leaves after 3, eve is known
    // unregistered for 2 days.
    let week = ["4 1 4 0 0 true", "4 3 2 1 0.5 true", "4 7 1 1 1 true", "4 14 1 1 1 true", "4 30 0 0  true"];
    assert_eq!(of("first_prompt", "2026-W45", "all", ""), week);
    assert_eq!(of("first_prompt", "2026-W45", "team", "Red")[1], "2 3 1 1 1 true");
    assert_eq!(of("first_prompt", "2026-W45", "team", "Blue")[1], "1 3 1 0 0 true");
    assert_eq!(of("first_prompt", "2026-W45", "department", "IT")[0], "1 1 1 0 0 true");
    // Week of 9 November: bea and kim, observed for nine days.
    let week = ["2 1 2 0 0 true", "2 3 2 0 0 true", "2 7 2 0 0 true", "2 14 0 0  true", "2 30 0 0  true"];
    assert_eq!(of("first_prompt", "2026-W46", "all", ""), week);
    assert!(of("first_prompt", "2026-W43", "all", "").is_empty(), "gus was asked before the audit log");
    let hired = ["1 1 1 0 0 true", "1 3 1 1 1 true", "1 7 1 1 1 true", "1 14 1 1 1 true", "1 30 0 0  true"];
    assert_eq!(of("hire", "2026-W45", "all", ""), hired);
    assert!(temp.path().join("out/charts/cohorts_hire.svg").is_file());
}

#[test]
fn without_an_audit_log_nothing_is_said_of_time() {
    let temp = folder();
    put(
        temp.path(),
        "in/InteractiveSignIns_2026-11-22.csv",
        sign_ins(&filler(2, 11, 22), &[("2026-11-03T09:00:00Z", "ann")]),
    );
    let table = report(temp.path(), &[]);
    assert!(table("time_to_register_people").is_empty() && table("cohorts").is_empty());
    let summary = std::fs::read_to_string(temp.path().join("out/summary.json")).expect("summary");
    assert_eq!(summary.matches("Without an audit log nothing says when people register").count(), 2);
}
