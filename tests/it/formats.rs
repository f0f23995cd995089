//! The registries, and the licensed samples with counts found by hand.

use std::collections::BTreeSet;

use kmsift::ingest::formats::FORMATS;
use kmsift::metrics::METRICS;
use kmsift::targets::channels::CHANNELS;

use crate::support::{kmsift, root, shared_samples, succeed};

fn unique<'a>(ids: impl Iterator<Item = &'a str>, what: &str) -> usize {
    let all: Vec<&str> = ids.collect();
    let distinct: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(all.len(), distinct.len(), "{what}: an id occurs twice in {all:?}");
    all.len()
}

#[test]
fn ids_are_unique_and_name_their_files() {
    assert!(unique(FORMATS.iter().map(|f| f.id()), "formats") >= 12);
    assert!(unique(METRICS.iter().map(|m| m.id()), "metrics") >= 6);
    assert!(unique(CHANNELS.iter().map(|c| c.id()), "channels") >= 5);
    for format in FORMATS {
        assert!(root().join(format!("src/ingest/formats/{}.rs", format.id())).is_file(), "{}", format.id());
    }
    for metric in METRICS {
        assert!(root().join(format!("src/metrics/{}.rs", metric.id())).is_file(), "{}", metric.id());
        for word in ["Definition.", "Denominator.", "Caveats.", "Source."] {
            assert!(metric.definition().contains(word), "{} does not say its {word}", metric.id());
        }
    }
}

#[test]
fn sample_data_holds_the_portals_and_graphs_formats() {
    // All formats have a sample in registry.rs.
    let held = [
        "portal_sign_in_csv",
        "portal_details_csv",
        "portal_audit_csv",
        "registration_csv",
        "users_csv",
        "graph_sign_in_json",
        "graph_audit_json",
        "graph_registration_json",
        "graph_users_json",
        "diagnostic_json",
    ];
    let run = succeed(&root(), &["check", "sample-data", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let seen: BTreeSet<&str> =
        report["files"].as_array().expect("files").iter().filter_map(|f| f["format"].as_str()).collect();
    for format in held {
        assert!(seen.contains(format), "no file of sample-data is {format}");
    }
}

/// `[read, folded, skipped, rejected]`, counted by hand in the files themselves.
const BY_HAND: &[(&str, &str, [u64; 4], &str)] = &[
    // Five sign-ins, four satisfied by claims.
    ("datadog/sign_in_logs.json", "diagnostic_json", [5, 5, 0, 0], ""),
    ("datadog/non_interactive_user_sign_in_logs.json", "diagnostic_json", [14, 14, 0, 0], ""),
    // Of 22: 2 started, 3 registered, change password (self-service), Update PasswordProfile, Change user password,
    // Update Sts… = 9; the rest are Update user (9), the callbacks (3) and an app password.
    ("datadog/audit_logs.json", "diagnostic_json", [22, 9, 13, 0], "other_activity"),
    ("datadog/risky_users_logs.json", "diagnostic_json", [1, 0, 1, 0], "other_category"),
    // Four application and grant changes: no user among the targets.
    ("otrf/AADAuditEvents.json", "log_analytics_audit_json", [4, 0, 4, 0], "other_activity"),
    ("m365-assess/03-MFA-Report.csv", "registration_csv", [4, 4, 0, 0], ""),
    // Model rows: every field null.
    ("ztassess/SignIn-model.json", "graph_sign_in_json", [1, 0, 1, 0], "blank"),
    ("ztassess/UserRegistrationDetails-model.json", "graph_registration_json", [1, 0, 1, 0], "blank"),
];

#[test]
fn licensed_samples_are_read_as_counted_by_hand() {
    let Some(samples) = shared_samples() else { return };
    let run = succeed(&samples, &["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files");
    assert_eq!(files.len(), BY_HAND.len());
    for (path, format, counts, reason) in BY_HAND {
        let file = files.iter().find(|f| f["path"].as_str().is_some_and(|p| p.ends_with(path))).expect("the file");
        let sum =
            |v: &serde_json::Value| v.as_object().map_or(0, |o| o.values().filter_map(serde_json::Value::as_u64).sum());
        let rows = &file["rows"];
        let got = [
            rows["read"].as_u64().unwrap_or(0),
            rows["folded"].as_u64().unwrap_or(0),
            sum(&rows["skipped"]),
            sum(&rows["rejected"]),
        ];
        assert_eq!((file["format"].as_str(), got), (Some(*format), *counts), "{path}");
        if path.ends_with("/sign_in_logs.json") {
            assert_eq!(file["kind"].as_str(), Some("interactive"));
        }
        if !reason.is_empty() {
            assert_eq!(rows["skipped"][reason].as_u64(), Some(counts[2]), "{path}");
        }
    }
}

#[test]
fn a_real_registration_journey_is_understood() {
    let Some(samples) = shared_samples() else { return };
    let run = succeed(&samples, &["stale", "datadog", "--all", "--format", "csv", "-q"]);
    let people = crate::support::rows(&run.stdout);
    let one = people.iter().find(|r| r["started_at"] == "2025-04-11T08:15:53Z").expect("the person of the journey");
    // First method with Authenticator code at 08:16:20; e-mail later is no MFA; the password change wrote the Sts row.
    assert_eq!(one["registered_at"], "2025-04-11T08:16:20Z");
    assert_eq!(one["mfa_registered"], "true", "registered in the audit log, no report");
    assert_eq!(one["revocation_cause"], "password_self");
    // Four of five interactive rows are claims only; the one with a password is the only promptable sign-in.
    let by_sign_in = people.iter().filter(|r| r["last_promptable_source"] == "sign_in").count();
    assert_eq!(by_sign_in, 1);
}

#[test]
fn one_sample_alone_is_refused_with_a_reason_when_it_names_nobody() {
    let Some(samples) = shared_samples() else { return };
    let run = kmsift(&samples, &["stale", "otrf"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("the inputs name no person: 4 rows read, 4 skipped, 0 rejected"), "{}", run.stderr);
}
