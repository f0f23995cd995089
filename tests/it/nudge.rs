//! Whom the registration campaign reaches, the list made of them, and the list for the end of SMS and voice.

use std::collections::BTreeMap;

use crate::cases::{exports, tenant::Case};
use crate::support::{folder, kmsift, root, rows, succeed};

const CASE: &str = include_str!("../cases/judge/104-nudge-list.toml");

/// Who is called what in the tables.
type Row = BTreeMap<String, String>;

fn row<'r>(table: &'r [Row], case: &Case, name: &str) -> &'r Row {
    let id = case.key(name);
    table.iter().find(|r| r["user_id"] == id).unwrap_or_else(|| panic!("{name} is in the table"))
}

#[test]
fn everybody_with_sms_or_voice_only_is_told_apart_and_gets_an_action() {
    let case: Case = toml::from_str(CASE).expect("a case");
    let temp = folder();
    exports::write(&case, "a", &temp.path().join("tenant"));
    std::fs::write(temp.path().join("glass.txt"), case.key("glass")).expect("a list");
    let covers = ["interactive", "non-interactive", "audit"].map(|s| format!("--covers={s}=2026-10-23..2026-11-22"));
    let run = |as_of: &str, out: &str| {
        let args = ["report", "tenant", "--as-of", as_of, "--break-glass", "glass.txt", "--out", out];
        succeed(temp.path(), &args.into_iter().chain(covers.iter().map(String::as_str)).collect::<Vec<_>>());
        let read = |name: &str| {
            rows(&std::fs::read_to_string(temp.path().join(out).join("tables").join(name)).expect("a table"))
        };
        (read("nudge.csv"), read("sms_voice_exposed.csv"), read("nudge_reach.csv"))
    };
    let (nudge, exposed, reach) = run("2026-11-22", "r");
    // reach, blocker, pages shown, put off; action. By hand, from the case's own words.
    for (name, want, action) in [
        ("ann", ["nudged", "", "3", "3"], "help"),
        ("pam", ["reachable", "", "0", "0"], "nudge"),
        ("stan", ["unreachable", "interaction", "0", "0"], "bring_back"),
        ("lou", ["unreachable", "surface", "0", "0"], "message"),
        ("bob", ["unreachable", "suppressed:ca_register_info", "0", "0"], "unblock"),
        ("don", ["unreachable", "inactive", "0", "0"], "prepare_return"),
        ("fay", ["undetermined", "no_success", "0", "0"], "look_again"),
    ] {
        let person = row(&nudge, &case, name);
        assert_eq!(["reach", "blocker", "nudges", "snoozes"].map(|c| person[c].as_str()), want, "{name}");
        let person = row(&exposed, &case, name);
        // 22 November to 1 February: 8 + 31 + 31 + 1 days.
        assert_eq!((person["action"].as_str(), person["days_left"].as_str()), (action, "71"), "{name}");
        assert!(["reason", "confidence"].iter().all(|c| !person[*c].is_empty()), "{name}: {person:?}");
    }
    assert_eq!((nudge.len(), exposed.len()), (7, 7), "tom, una and glass are in neither");
    assert_eq!(row(&nudge, &case, "ann")["last_nudge"], "2026-11-10T09:00:00Z");
    let people: u32 = reach.iter().map(|r| r["people"].parse::<u32>().expect("a count")).sum();
    assert_eq!(people, 7);
    let summary = std::fs::read_to_string(temp.path().join("r/summary.json")).expect("a summary");
    assert!(summary.contains("7 of 10 people depend on SMS or voice, which end on 2027-02-01"), "{summary}");
    assert!(summary.contains("71 days are left."), "{summary}");
    let (_, late, _) = run("2027-02-03", "late");
    assert!(!late.is_empty() && late.iter().all(|r| r["days_left"] == "-2"), "{late:?}");
}

#[test]
fn nobody_on_the_nudge_list_can_be_revoked_with_it() {
    let temp = folder();
    let out = temp.path().join("n").to_string_lossy().into_owned();
    let base =
        ["targets", "sample-data", "--break-glass", "sample-data/break-glass.txt", "--list", "nudge", "--out", &out];
    let refused = kmsift(&root(), &base.into_iter().chain(["--channel", "powershell"]).collect::<Vec<_>>());
    assert!(refused.code == 2 && refused.stderr.contains("nobody on the list"), "{}", refused.stderr);
    assert!(!temp.path().join("n").exists(), "nothing is written");
    succeed(&root(), &base);
    let written = |name: &str| temp.path().join("n").join(name).exists();
    assert!(written("targets.csv") && written("targets.txt") && written("excluded.csv"));
    assert!(!written("revoke.ps1") && !written("graph-batch"), "these end sessions");
    let manifest = std::fs::read_to_string(temp.path().join("n/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"purpose\": \"nudge\""), "{manifest}");
    let list = temp.path().join("n/targets.csv").to_string_lossy().into_owned();
    let followed = kmsift(&root(), &["verify", "--targets", &list, "sample-data"]);
    assert!(followed.code == 3 && followed.stderr.contains("nobody on it was to be revoked"), "{}", followed.stderr);
    let left_out = rows(&std::fs::read_to_string(temp.path().join("n/excluded.csv")).expect("a table"));
    let listed = rows(&std::fs::read_to_string(&list).expect("a table"));
    assert_eq!(listed.len() + left_out.len(), 48, "everybody is listed or left out");
    assert!(left_out.iter().all(|r| !r["gate"].is_empty() && !r["reason"].is_empty()), "each with a reason");
    let glass = std::fs::read_to_string(root().join("sample-data/break-glass.txt")).expect("a list");
    assert!(listed.iter().all(|r| !glass.contains(&r["user_id"]) && !glass.contains(&r["user_principal_name"])));
}
