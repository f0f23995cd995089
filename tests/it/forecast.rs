//! `kmsift forecast` on a tenant worked out by hand (semantics §9.5), its refusals and its place in the report.

use std::path::Path;

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

const AUDIT: &str = "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,ActorType,ActorObjectId,\
    ActorUserPrincipalName,ActorServicePrincipalId,ActorServicePrincipalName,Target1Type,Target1ObjectId,Target1UserPrincipalName\n";

/// Logs from 23 October to 22 November. Thirty-one people are asked on 25 October at 8: ten register the same day, eight the
/// next, six on the third, one on the twentieth; six have not. Ten were registered before, five have never signed in.
fn tenant(at: &Path, registering: usize) {
    let done: Vec<(String, u32)> = (0..25)
        .map(|i| {
            let day = match i {
                0..10 => 0,
                10..18 => 1,
                18..24 => 3,
                _ => 20,
            };
            (format!("r{i:02}"), day)
        })
        .take(registering)
        .collect();
    let date = |day: u32, hour: u32| {
        let (month, day) = if day <= 31 { (10, day) } else { (11, day - 31) };
        format!("2026-{month}-{day:02}T{hour:02}:00:00Z")
    };
    let mut audit = AUDIT.to_owned();
    for (i, (who, day)) in done.iter().enumerate() {
        audit.push_str(&format!(
            "{},a{i},Authentication Methods,UserManagement,User registered all required security info,success,,User,{who},\
             {who}@contoso.com,,,User,{who},{who}@contoso.com\n",
            date(25 + day, 10)
        ));
    }
    put(at, "in/AuditLogs_2026-11-22.csv", audit);
    let waiting: Vec<String> = (0..6).map(|i| format!("w{i}")).collect();
    let fresh = "MFA requirement satisfied";
    let mut sign_ins: Vec<(String, String, &str, &str)> =
        (23..=53).step_by(2).map(|day| (date(day, 0), "filler".to_owned(), "0", fresh)).collect();
    for who in done.iter().map(|(who, _)| who).chain(&waiting) {
        sign_ins.push((date(25, 8), who.clone(), "50079", ""));
    }
    // Active on the last day and on the day the back-test cuts at; a token row shows no page and asks nobody.
    for who in &waiting {
        sign_ins.extend([41, 51].map(|day| (date(day, 9), who.clone(), "0", fresh)));
    }
    let lines: Vec<(&str, &str, &str, &str)> =
        sign_ins.iter().map(|(at, who, code, mfa)| (at.as_str(), who.as_str(), *code, *mfa)).collect();
    put(at, "in/InteractiveSignIns_2026-11-22.csv", portal_csv(&lines));
    let long_ago = (0..10).map(|i| format!("o{i}"));
    let never = (0..5).map(|i| format!("n{i}"));
    let state = |who: String, mfa: bool| {
        format!(
            "{{\"id\":\"{who}\",\"userPrincipalName\":\"{who}@contoso.com\",\"isMfaRegistered\":{mfa},\"isMfaCapable\":{mfa},\
             \"lastUpdatedDateTime\":\"2026-11-21T22:00:00Z\"}}"
        )
    };
    let registered = done.iter().map(|(who, _)| who.clone()).chain(long_ago).map(|who| state(who, true));
    let unregistered = waiting.iter().cloned().chain(never).map(|who| state(who, false));
    let report: Vec<String> = registered.chain(unregistered).collect();
    put(at, "in/userRegistrationDetails.json", format!("{{\"value\":[{}]}}", report.join(",")));
}

const COVERS: [&str; 2] = ["--covers", "audit=2026-10-23..2026-11-22"];

fn forecast(at: &Path, more: &[&str]) -> crate::support::Run {
    let args = ["forecast", "in"].iter().chain(&COVERS).chain(more).copied().collect::<Vec<_>>();
    kmsift(at, &args)
}

/// Of 46 people 35 are registered on 22 November, 6 asked 27 days before, 5 never active: the ceiling is 41/46, 89.1 %.
/// Hazards: 10/31, 8/21, 6/13, then 1/7 on day 20; 7 at risk on days 14 to 20 and 6 on days 21 to 27 make 1/91 a day for the
/// later half, which goes on. After d days 6 × (1 − (90/91)^d) of the six are registered: 0.4466 after 7, 5.1790 after 180.
/// 80 % are 36.8 people: 1.8 of the six, when (90/91)^d is 0.7 or less, on day 33, which is Christmas.
#[test]
fn worked_by_hand() {
    let temp = folder();
    tenant(temp.path(), 25);
    let run = forecast(temp.path(), &["--format", "csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let table = rows(&run.stdout);
    assert_eq!(table.len(), 181);
    for (day, registered, expected) in [(0, "35", "0.7609"), (7, "35.4", "0.7706"), (180, "40.2", "0.8735")] {
        let row = &table[day];
        assert_eq!((row["registered"].as_str(), row["expected"].as_str()), (registered, expected), "day {day}");
    }
    assert_eq!(table[180]["day"], "2027-05-21T00:00:00Z");
    assert!(run.stderr.contains("95 % registered for MFA is not reached: without an action the ceiling is 89.1 %"));
    let nearer = forecast(temp.path(), &["--goal-percent", "80"]);
    assert!(
        nearer.stderr.contains("80 % registered for MFA is expected on 2026-12-25 (95 % band 2026-"),
        "{}",
        nearer.stderr
    );
    for group in ["registered        35", "asked              6", "dormant            5"] {
        assert!(nearer.stdout.contains(group), "{group}: {}", nearer.stdout);
    }
    let reached = forecast(temp.path(), &["--goal-percent", "76"]);
    assert!(reached.stderr.contains("76 % registered for MFA is reached already: 76.1 % are"), "{}", reached.stderr);
}

/// Cut at 15 November: 35 are registered, six asked 20 days before. 7 at risk on days 10 to 20, one event: 1/77 a day. After
/// 7 days 0.5246 of the six are expected, 35.5246 of 46; in fact there were none.
#[test]
fn the_back_test_says_what_would_have_been_said() {
    let temp = folder();
    tenant(temp.path(), 25);
    let args = ["report", "in", "--no-break-glass-list", "--out", "out", "--goal-percent", "80"];
    succeed(temp.path(), &args.iter().chain(&COVERS).copied().collect::<Vec<_>>());
    let read = |name: &str| std::fs::read_to_string(temp.path().join("out").join(name)).expect("a file");
    let tested = rows(&read("tables/forecast_backtest.csv"));
    assert_eq!(tested.len(), 8);
    let last = ["day", "days_ahead", "expected", "low", "actual", "within"].map(|name| tested[7][name].as_str());
    assert_eq!(last, ["2026-11-22T00:00:00Z", "7", "0.7723", "0.7609", "0.7609", "true"]);
    let summary = read("summary.json");
    assert!(summary.contains("from the logs up to 2026-11-15, 77.2 % (76.1 % to "), "the lead tells it");
    assert!(summary.contains("76.1 % were registered: the band held."));
    assert!(read("manifest.json").contains("\"goal-percent\": \"80\""));
    let page = read("report.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not on the page"));
    assert!(at("id=\"method_mix\"") < at("id=\"forecast\"") && at("id=\"forecast\"") < at("id=\"data_quality\""));
    assert!(temp.path().join("out/charts/forecast.svg").is_file());
}

#[test]
fn the_seed_decides_the_band_and_threads_do_not() {
    let temp = folder();
    tenant(temp.path(), 25);
    let by = |more: &[&str]| forecast(temp.path(), &[&["--format", "csv"], more].concat()).stdout;
    let one = by(&["--threads", "1"]);
    assert_eq!(one, by(&["--threads", "4"]));
    assert_eq!(one, by(&["--seed", "42"]));
    assert_ne!(one, by(&["--seed", "7"]));
    assert_eq!(rows(&by(&["--horizon-days", "9"])).len(), 10);
}

/// Nineteen registrations are too few; twenty are not. Ten days of logs are, however many register.
#[test]
fn too_few_data_are_refused_with_the_reason() {
    let temp = folder();
    tenant(temp.path(), 19);
    let run = forecast(temp.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
    assert!(
        run.stderr
            .contains("no forecast: 19 registrations for MFA of people followed are in the audit log; at least 20")
    );
    let args = ["report", "in", "--no-break-glass-list", "--out", "out"];
    succeed(temp.path(), &args.iter().chain(&COVERS).copied().collect::<Vec<_>>());
    let summary = std::fs::read_to_string(temp.path().join("out/summary.json")).expect("a summary");
    assert!(summary.contains("No forecast for MFA: too little data"), "the report goes on and says so");
    assert!(summary.contains("No date is given, because 19 registrations for MFA"));
    let temp = folder();
    tenant(temp.path(), 20);
    assert_eq!(forecast(temp.path(), &[]).code, 0);
    let short = forecast(temp.path(), &["--covers", "interactive=2026-11-03..2026-11-22"]);
    assert_eq!(short.code, 3, "{}", short.stderr);
    assert!(short.stderr.contains("together cover 20 days; at least 21 are needed"), "{}", short.stderr);
    std::fs::remove_file(temp.path().join("in/AuditLogs_2026-11-22.csv")).expect("there");
    let run = kmsift(temp.path(), &["forecast", "in"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("no audit log among the inputs") && run.stderr.contains("export the audit log"));
}
