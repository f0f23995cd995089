//! The forms of target lists: each is valid for its consumer, and the options and the record of earlier lists do what
//! they say. The scripts are run in `scripts.rs`.

use std::path::Path;

use kmsift::model::time::Instant;
use kmsift::targets::channels::{CHANNELS, channel};
use kmsift::targets::{HandOff, Purpose, Target, TargetList};

use crate::support::{files, folder, kmsift, put, root, rows, succeed};

const GROUP: &str = "76cbae99-9c68-4843-856f-3feb9e9867af";

/// A list of `sizes[i]` people in wave `i + 1`, their ids interleaved.
fn list(sizes: &[usize]) -> TargetList {
    let mut listed = Vec::new();
    for (wave, size) in (1..).zip(sizes) {
        for i in 0..*size {
            listed.push(Target {
                user_id: format!("{i:08x}-0000-4000-8000-{wave:012}"),
                upn: format!("person{i}@wave{wave}.org"),
                wave,
                reason: "Lives on tokens.".to_owned(),
                staleness: (31, None),
                confidence: "high",
                joined: Vec::new(),
            });
        }
    }
    listed.sort_by(|a, b| a.user_id.cmp(&b.user_id));
    TargetList {
        listed,
        excluded: Vec::new(),
        as_of: Instant::parse("2026-11-22").expect("a date"),
        valid_until: Instant::parse("2026-11-29").expect("a date"),
        goal: "mfa",
        roles_unknown: 0,
        joined: Vec::new(),
        overrides: Vec::new(),
        tenants: Vec::new(),
        hand_off: HandOff::default(),
        purpose: Purpose::Revoke,
        key: None,
        schedule: None,
    }
}

/// The files of a channel: name and text.
fn written(id: &str, list: &TargetList) -> Vec<(String, String)> {
    let files = channel(id).expect("a channel").files(list);
    files.into_iter().map(|f| (f.path, String::from_utf8(f.bytes).expect("UTF-8"))).collect()
}

/// What is wrong with a body by the schema of its channel, if anything.
fn by_schema(id: &str, body: &serde_json::Value) -> Result<(), String> {
    let path = root().join(format!("tests/schemas/{id}.schema.json"));
    let mut schemas = boon::Schemas::new();
    let index = boon::Compiler::new().compile(&path.to_string_lossy(), &mut schemas).expect("a schema");
    schemas.validate(body, index).map_err(|e| e.to_string())
}

#[test]
fn json_bodies_are_valid_and_within_the_limits_of_their_consumers() {
    for (id, sizes, want) in [
        ("graph-batch", &[45, 21][..], &[20, 20, 5, 20, 1][..]),
        ("group-batch", &[45, 21], &[20, 20, 5, 20, 1]),
        ("power-automate", &[10_001, 3], &[5_000, 5_000, 1, 3]),
        ("ca-policy", &[3, 1], &[1, 1]),
    ] {
        let bodies: Vec<serde_json::Value> = written(id, &list(sizes))
            .into_iter()
            .filter(|(path, _)| Path::new(path).extension().is_some_and(|e| e == "json"))
            .map(|(_, text)| serde_json::from_str(&text).expect("JSON"))
            .collect();
        for body in &bodies {
            by_schema(id, body).unwrap_or_else(|e| panic!("{id}: {e}"));
        }
        let items = |body: &serde_json::Value| {
            let list =
                [&body["requests"], &body["members@odata.bind"], body, &body["conditions"]["users"]["includeGroups"]];
            list.iter().find_map(|l| l.as_array()).map_or(0, Vec::len)
        };
        assert_eq!(bodies.iter().map(items).collect::<Vec<_>>(), want, "{id}");
    }
}

/// The schemas refuse what the consumers would refuse.
#[test]
fn the_schemas_are_no_rubber_stamps() {
    let request = |i: u32, url: &str| serde_json::json!({"id": i.to_string(), "method": "POST", "url": url});
    let many: Vec<_> = (0..21).map(|i| request(i, "/users/u/revokeSignInSessions")).collect();
    assert!(by_schema("graph-batch", &serde_json::json!({"requests": many[..20]})).is_ok());
    assert!(by_schema("graph-batch", &serde_json::json!({ "requests": many })).is_err());
    let escaped = request(1, "/users/a/../b?x/revokeSignInSessions");
    assert!(by_schema("graph-batch", &serde_json::json!({"requests": [escaped]})).is_err());
    let members: Vec<_> = (0..21).map(|i| format!("https://graph.microsoft.com/v1.0/directoryObjects/{i}")).collect();
    assert!(by_schema("group-batch", &serde_json::json!({"members@odata.bind": members[..20]})).is_ok());
    assert!(by_schema("group-batch", &serde_json::json!({ "members@odata.bind": members })).is_err());
    let (_, policy) = written("ca-policy", &list(&[1])).remove(0);
    let policy: serde_json::Value = serde_json::from_str(&policy).expect("JSON");
    for (pointer, value) in [
        ("/state", serde_json::json!("enabled")),
        ("/conditions/users/includeGroups/0", serde_json::json!("All")),
        ("/conditions/applications/includeApplications/0", serde_json::json!("Teams")),
        ("/sessionControls/signInFrequency/value", serde_json::json!(366)),
    ] {
        let mut wrong = policy.clone();
        *wrong.pointer_mut(pointer).expect("there") = value;
        assert!(by_schema("ca-policy", &wrong).is_err(), "{pointer}");
    }
}

#[test]
fn batches_never_mix_waves_and_the_index_names_everybody() {
    let list = list(&[21, 2]);
    let files = written("graph-batch", &list);
    let index = rows(&files.iter().find(|f| f.0 == "graph-batch/index.csv").expect("an index").1);
    assert_eq!(index.len(), 23);
    for row in &index {
        let text = &files.iter().find(|f| f.0 == format!("graph-batch/{}", row["file"])).expect("a batch").1;
        let body: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let request =
            body["requests"].as_array().expect("requests").iter().find(|r| r["id"] == row["request"].as_str());
        assert_eq!(request.expect("it")["url"], format!("/users/{}/revokeSignInSessions", row["user_id"]));
        assert_eq!(row["wave"] == "2", row["file"] == "0003.json", "{row:?}");
        assert_eq!(row["valid_until"], "2026-11-29T00:00:00Z");
    }
}

#[test]
fn import_files_have_the_portals_two_lines_and_2_to_40_000_members() {
    let list = list(&[40_001, 1, 80_000]);
    let files = written("group-import", &list);
    let mut sizes = Vec::new();
    for (name, text) in files.iter().filter(|f| Path::new(&f.0).extension().is_some_and(|e| e == "csv")) {
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "version:v1.0", "{name}");
        assert_eq!(lines[1], "Member object ID or user principal name [memberObjectIdOrUpn] Required", "{name}");
        assert!(lines[2..].iter().all(|l| l.len() == 36 && !l.contains(',')), "{name}: one object id a line");
        sizes.push((name.as_str(), lines.len() - 2));
    }
    let want = [("1-0001", 20_001), ("1-0002", 20_000), ("3-0001", 40_000), ("3-0002", 40_000)];
    assert_eq!(
        sizes,
        want.map(|(n, size)| (format!("group-import/wave-{n}.csv"), size)).each_ref().map(|(n, s)| (n.as_str(), *s))
    );
    let readme = &files.iter().find(|f| f.0 == "group-import/README.txt").expect("a readme").1;
    assert!(
        readme.contains("wave 2: one person") && readme.contains("00000000-0000-4000-8000-000000000002"),
        "{readme}"
    );
}

#[test]
fn every_channel_has_files_for_somebody_and_breaks_on_nobody() {
    for channel in CHANNELS {
        assert!(!channel.files(&list(&[3])).is_empty(), "{}", channel.id());
        drop(channel.files(&list(&[])));
    }
    let handed = std::fs::read_to_string(root().join("docs/HANDOFF.md")).expect("readable");
    for channel in CHANNELS {
        let heading = handed.lines().any(|l| l.starts_with("## ") && l.contains(&format!("`{}`", channel.id())));
        assert!(heading, "docs/HANDOFF.md has no section on `{}`", channel.id());
    }
}

/// One run of `targets` on the sample; `--out` is `t` in the folder.
fn targets(temp: &Path, extra: &[&str]) -> crate::support::Run {
    let sample = root().join("sample-data");
    let sample = sample.to_string_lossy();
    let args = ["targets", &sample, "--no-break-glass-list", "--out", "t", "--force"];
    kmsift(temp, &args.into_iter().chain(extra.iter().copied()).collect::<Vec<_>>())
}

fn read(temp: &Path, name: &str) -> String {
    std::fs::read_to_string(temp.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn retired_tools_need_a_word_which_is_recorded() {
    let temp = folder();
    let run = targets(temp.path(), &["--channel", "azuread-legacy"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("add --legacy") && !temp.path().join("t").exists(), "{}", run.stderr);
    assert_eq!(targets(temp.path(), &[]).code, 0);
    assert!(!temp.path().join("t/revoke-azuread.ps1").exists() && temp.path().join("t/revoke-entra.ps1").is_file());
    assert_eq!(targets(temp.path(), &["--legacy"]).code, 0);
    let script = read(temp.path(), "t/revoke-azuread.ps1");
    assert!(script.contains("LEGACY.") && script.contains("Revoke-AzureADUserAllRefreshToken -ObjectId $target.Id"));
    let manifest: serde_json::Value = serde_json::from_str(&read(temp.path(), "t/manifest.json")).expect("JSON");
    let overrides = manifest["targets"]["overrides"].as_array().expect("overrides");
    assert!(overrides.iter().any(|o| o == "--legacy") && overrides.iter().any(|o| o == "--no-break-glass-list"));
}

#[test]
fn options_of_the_hand_off_reach_the_files() {
    let temp = folder();
    let template =
        "version:v2.7\r\nExample,Member object ID or user principal name [memberObjectIdOrUpn] Required\r\nx,y\r\n";
    put(temp.path(), "template.csv", template);
    let app = "1FEC8E78-bce4-4aaf-ab1b-5451cc387264";
    let options = ["--group", GROUP, "--template", "template.csv", "--apps", app, "--frequency-days", "3"];
    let run = targets(temp.path(), &options);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let import = read(temp.path(), "t/group-import/wave-1-0001.csv");
    let mut lines = import.lines();
    assert_eq!(
        [lines.next(), lines.next()].map(|l| l.expect("a line")),
        ["version:v2.7", template.lines().nth(1).expect("it")]
    );
    assert!(lines.all(|l| l.starts_with(',') && l.len() == 37), "the id stands below its heading: {import}");
    assert!(read(temp.path(), "t/group-batch/README.txt").contains(&format!("groups/{GROUP}  wave-1-0001.json")));
    let policy: serde_json::Value = serde_json::from_str(&read(temp.path(), "t/ca-policy/wave-1.json")).expect("JSON");
    by_schema("ca-policy", &policy).expect("valid");
    let manifest: serde_json::Value = serde_json::from_str(&read(temp.path(), "t/manifest.json")).expect("JSON");
    assert_eq!(manifest["targets"]["hand_off"]["groups"], serde_json::json!({ "1": GROUP }));
    assert_eq!(manifest["targets"]["hand_off"]["frequency_days"], 3);
    assert_eq!(policy["conditions"]["users"]["includeGroups"], serde_json::json!([GROUP]));
    assert_eq!(policy["conditions"]["applications"]["includeApplications"], serde_json::json!([app.to_lowercase()]));
    assert_eq!(policy["sessionControls"]["signInFrequency"]["value"], 3);
    for wrong in [
        ["--group", "All"],
        ["--group", "0=76cbae99-9c68-4843-856f-3feb9e9867af"],
        ["--apps", "All"],
        ["--template", "t/targets.csv"],
        ["--template", "t/none.csv"],
    ] {
        let run = targets(temp.path(), &wrong);
        assert!([1, 2].contains(&run.code) && run.stderr.contains(wrong[1]), "{wrong:?}: {}", run.stderr);
    }
}

#[test]
fn emergency_accounts_are_kept_out_of_policies_and_a_list_carries_its_reasons() {
    let temp = folder();
    let sample = root().join("sample-data");
    let glass = sample.join("break-glass.txt");
    let args = ["targets", &sample.to_string_lossy(), "--break-glass", &glass.to_string_lossy(), "--out", "t"];
    let args: Vec<&str> = args.into_iter().chain(["--channel", "ca-policy"]).collect();
    succeed(temp.path(), &args);
    let policy: serde_json::Value = serde_json::from_str(&read(temp.path(), "t/ca-policy/wave-1.json")).expect("JSON");
    let kept_out = policy["conditions"]["users"]["excludeUsers"].as_array().expect("people").len();
    let gated =
        rows(&read(temp.path(), "t/excluded.csv")).iter().filter(|r| r["gates"].contains("break_glass")).count();
    assert!(kept_out == gated && gated > 0, "{kept_out} of {gated}");
    let listed = rows(&read(temp.path(), "t/targets.csv"));
    assert!(!listed.is_empty(), "targets.csv stands beside whatever is asked for");
    for column in ["reason", "confidence", "valid_until"] {
        assert!(listed.iter().all(|r| !r[column].is_empty()), "{column}");
    }
    let names: Vec<_> =
        files(&temp.path().join("t")).iter().map(|p| p.file_name().expect("a name").to_owned()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
}

/// Ann and Bob live on tokens; Bob is at a page on 10 November.
fn two_people(temp: &Path) {
    let person = |i: u32| format!("00000000-0000-4000-8000-{i:012}");
    let (mut users, mut details, mut log) = (Vec::new(), Vec::new(), String::new());
    for i in [1, 2] {
        users.push(serde_json::json!({"id": person(i), "userPrincipalName": format!("p{i}@centralperk.org"), "accountEnabled": true,
            "userType": "Member", "signInActivity": {"lastSignInDateTime": "2026-08-20T09:00:00Z"}}));
        details.push(serde_json::json!({"id": person(i), "userPrincipalName": format!("p{i}@centralperk.org"), "isMfaRegistered": false,
            "isMfaCapable": false, "isAdmin": false, "methodsRegistered": [], "lastUpdatedDateTime": "2026-11-07T00:00:00Z"}));
        let mut row = |id: String, at: String, interactive: bool| {
            let row = serde_json::json!({"id": id, "createdDateTime": at, "userId": person(i), "userPrincipalName": format!("p{i}@centralperk.org"),
                "appId": "app", "appDisplayName": "Teams", "clientAppUsed": "Mobile Apps and Desktop clients", "isInteractive": interactive,
                "incomingTokenType": if interactive { "none" } else { "refreshToken" }, "status": {"errorCode": 0}});
            log.push_str(&format!("{row}\n"));
        };
        for day in 1..22 {
            row(format!("{i}-{day}"), format!("2026-11-{day:02}T08:00:00Z"), false);
        }
        if i == 2 {
            row("page".to_owned(), "2026-11-10T08:00:00Z".to_owned(), true);
        }
    }
    put(temp, "in/users.json", serde_json::json!({ "value": users }).to_string());
    put(temp, "in/registration.json", serde_json::json!(details).to_string());
    put(temp, "in/log.ndjson", log);
}

#[test]
fn who_is_on_a_list_already_is_on_none_until_back_at_a_page() {
    let temp = folder();
    two_people(temp.path());
    let run = |as_of: &str, out: &str, extra: &[&str]| {
        let covers =
            ["--covers", "interactive=2026-09-20..2026-11-22", "--covers", "non-interactive=2026-09-20..2026-11-22"];
        let args = [
            "targets",
            "in",
            "--no-break-glass-list",
            "--emitted",
            "record.csv",
            "--as-of",
            as_of,
            "--out",
            out,
            "--stale-days",
            "3",
        ];
        kmsift(temp.path(), &args.iter().chain(&covers).chain(extra).copied().collect::<Vec<_>>())
    };
    let listed = |out: &str| {
        read(temp.path(), &format!("{out}/targets.txt")).lines().map(|l| l[35..].to_owned()).collect::<Vec<_>>()
    };

    // A refused run leaves no record, and a record needs a folder.
    let nowhere = kmsift(temp.path(), &["targets", "in", "--no-break-glass-list", "--emitted", "none/record.csv"]);
    assert!(nowhere.code == 1 && nowhere.stderr.contains("none/record.csv"), "{}", nowhere.stderr);
    assert_eq!(run("2026-11-08", "no", &["--max-targets", "1"]).code, 2);
    assert!(!temp.path().join("record.csv").exists());

    let first = run("2026-11-08", "first", &[]);
    assert!(first.code == 0 && first.stderr.contains("no earlier list was on record"), "{}", first.stderr);
    assert_eq!(listed("first"), ["1", "2"]);
    let record = read(temp.path(), "record.csv");
    let entries = rows(&record);
    assert_eq!(entries.len(), 2);
    assert!(
        entries.iter().all(|e| e["emitted_at"] == "2026-11-08T00:00:00Z" && e["goal"] == "mfa" && e["wave"] == "1")
    );
    assert!(entries.iter().all(|e| e["channels"].split('|').any(|c| c == "powershell")));

    // The same again: the same list, the same record.
    assert_eq!(run("2026-11-08", "again", &[]).code, 0);
    assert_eq!((listed("again"), read(temp.path(), "record.csv")), (listed("first"), record.clone()));

    // `report` keeps the same record, and `explain` knows it.
    let covers =
        ["--covers", "interactive=2026-09-20..2026-11-22", "--covers", "non-interactive=2026-09-20..2026-11-22"];
    let rest = ["--no-break-glass-list", "--emitted", "record.csv", "--stale-days", "3", "--as-of"];
    let more = |command: &[&str], as_of: &str| {
        let args: Vec<&str> = command.iter().chain(&rest).copied().chain([as_of]).chain(covers).collect();
        succeed(temp.path(), &args)
    };
    more(&["report", "in", "--out", "report"], "2026-11-08");
    assert_eq!(read(temp.path(), "record.csv"), record);
    let ann = more(&["explain", "p1@centralperk.org", "in"], "2026-11-15").stdout;
    assert!(ann.contains("already_emitted"), "{ann}");

    // A week later Ann has not been at a page since; Bob has, and is stale again.
    assert_eq!(run("2026-11-15", "second", &[]).code, 0);
    assert_eq!(listed("second"), ["2"]);
    let excluded = rows(&read(temp.path(), "second/excluded.csv"));
    assert_eq!([&excluded[0]["gate"], &excluded[0]["user_id"][35..]], ["already_emitted", "1"]);
    assert_eq!(rows(&read(temp.path(), "record.csv")).len(), 3);

    // Beyond the days of --revoked-within-days a list no longer counts.
    put(temp.path(), "record.csv", &record);
    assert_eq!(run("2026-11-15", "third", &["--revoked-within-days", "6"]).code, 0);
    assert_eq!(listed("third"), ["1", "2"]);

    // Half a record protects half the people: refused, and left as it is.
    let torn = &record[..record.len() - 30];
    put(temp.path(), "record.csv", torn);
    let refused = run("2026-11-15", "fourth", &[]);
    assert!(refused.code == 2 && refused.stderr.contains("record.csv"), "{}", refused.stderr);
    assert!(!temp.path().join("fourth").exists() && read(temp.path(), "record.csv") == torn);
}
