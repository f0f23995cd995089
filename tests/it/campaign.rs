//! `kmsift verify`: lists that are refused and why, the ground truth of synthetic tenants, and the comparison group.

use std::path::Path;

use crate::cases::{exports, tenant::Case};
use crate::support::{folder, kmsift, put, root, rows, succeed};

const T0: &str = "2026-11-09T00:00:00Z";

fn verify<'a>(list: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["verify", "--targets", list, "sample-data", "--format", "csv"].into_iter().chain(more.iter().copied()).collect()
}

/// Object id and whether registered, of the people of an archetype, by the tenant's own truth.
fn of_archetype(tenant: &Path, archetype: &str) -> Vec<(String, bool)> {
    let text = std::fs::read_to_string(tenant.join("EXPECTED.toml")).expect("the truth");
    let truth: toml::Value = toml::from_str(&text).expect("TOML");
    let people = truth["person"].as_array().expect("people");
    let wanted = people.iter().filter(|p| p["archetype"].as_str() == Some(archetype));
    let registered = |p: &toml::Value| p.get("mfa_registered").and_then(toml::Value::as_bool) == Some(true);
    wanted.map(|p| (p["user_id"].as_str().expect("an id").to_owned(), registered(p))).collect()
}

#[test]
fn the_truth_of_synthetic_tenants_is_found() {
    let temp = folder();
    for seed in ["42", "7"] {
        let tenant = temp.path().join(seed);
        let name = tenant.to_string_lossy().into_owned();
        succeed(temp.path(), &["demo", "--users", "60", "--days", "40", "--seed", seed, "--out", &name, "--quiet"]);
        let mut ids = Vec::new();
        // What the generator makes of them (src/synth/story.rs): the whole loop, a Windows logon, a password reset.
        let truth = [
            ("perfect_loop", "registered", "none"),
            ("revoked_returned", "returned_device_only", "ca_or_message"),
            ("password_reset", "not_revoked", "check_policy"),
        ];
        for (archetype, outcome, action) in truth {
            let of_kind = of_archetype(&tenant, archetype);
            assert!(!of_kind.is_empty(), "{archetype}");
            // Who registered long ago and resets a password was registered before.
            let early = |registered: bool| registered && archetype == "password_reset";
            ids.extend(of_kind.into_iter().map(|(id, registered)| {
                if early(registered) { (id, "registered_before", "none") } else { (id, outcome, action) }
            }));
        }
        let lines: Vec<String> = ids.iter().map(|(id, ..)| format!("{id}\n")).collect();
        put(temp.path(), "list.txt", lines.concat());
        let args =
            ["verify", "--targets", "list.txt", &name, "--targeted-at", "2026-11-01", "--format", "csv", "--quiet"];
        let table = rows(&succeed(temp.path(), &args).stdout);
        assert_eq!(table.len(), ids.len());
        for (id, outcome, action) in ids {
            let row = table.iter().find(|r| r["user_id"] == id).expect("a row");
            assert_eq!((row["outcome"].as_str(), row["next_action"].as_str()), (outcome, action), "{row:?}");
        }
    }
}

#[test]
fn lists_that_must_not_be_followed_are_refused_and_an_override_is_recorded() {
    let temp = folder();
    let out = temp.path().join("t").to_string_lossy().into_owned();
    succeed(&root(), &["targets", "sample-data", "--no-break-glass-list", "--out", &out]);
    let list = temp.path().join("t/targets.csv");
    let path = list.to_string_lossy().into_owned();
    let run = succeed(&root(), &verify(&path, &[]));
    let table = rows(&run.stdout);
    assert!(!table.is_empty() && table.iter().all(|r| r["outcome"] == "not_verifiable_yet"), "made a moment ago");

    let late = kmsift(&root(), &verify(&path, &["--as-of", "2026-11-20"]));
    assert!(late.code == 3 && late.stderr.contains("after the as-of instant"), "{}", late.stderr);

    let text = std::fs::read_to_string(&list).expect("a list");
    std::fs::write(&list, text.lines().take(3).map(|l| format!("{l}\n")).collect::<String>()).expect("written");
    let changed = kmsift(&root(), &verify(&path, &[]));
    assert!(changed.code == 3 && changed.stderr.contains("changed since kmsift wrote it"), "{}", changed.stderr);
    let folder_out = temp.path().join("v").to_string_lossy().into_owned();
    let args = ["verify", "--targets", &path, "sample-data", "--accept", "changed", "--out", &folder_out];
    succeed(&root(), &args);
    let manifest = std::fs::read_to_string(temp.path().join("v/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"campaign-accepted\": \"changed\""), "{manifest}");
    for name in
        ["next.csv", "summary.json", "tables/campaign.csv", "tables/campaign_uplift.parquet", "charts/campaign.png"]
    {
        assert!(temp.path().join("v").join(name).is_file(), "{name}");
    }

    let other = "as_of,user_id\n2026-11-09,00000000-0000-4000-8000-00000000dead\n";
    put(temp.path(), "other.csv", other);
    let path = temp.path().join("other.csv").to_string_lossy().into_owned();
    let strange = kmsift(&root(), &verify(&path, &[]));
    assert!(strange.code == 3 && strange.stderr.contains("another tenant"), "{}", strange.stderr);
    let row = rows(&succeed(&root(), &verify(&path, &["--accept", "other-tenant"])).stdout).remove(0);
    assert_eq!((row["outcome"].as_str(), row["next_action"].as_str()), ("not_in_inputs", "check_list"));

    let known = &table[0]["user_id"];
    put(
        temp.path(),
        "named.json",
        format!(
            "{{\"as_of\":\"{T0}\",\"tenants\":[\"00000000-0000-4000-8000-00000000beef\"],\"targets\":[{{\"user_id\":\"{known}\"}}]}}"
        ),
    );
    let path = temp.path().join("named.json").to_string_lossy().into_owned();
    let named = kmsift(&root(), &verify(&path, &[]));
    assert!(named.code == 3 && named.stderr.contains("00000000-0000-4000-8000-00000000beef"), "{}", named.stderr);

    put(temp.path(), "old.csv", format!("user_id,as_of,valid_until\n{known},2026-11-01,2026-11-08\n"));
    let path = temp.path().join("old.csv").to_string_lossy().into_owned();
    let old = kmsift(&root(), &verify(&path, &[]));
    assert!(old.code == 3 && old.stderr.contains("nobody on it was revoked by then"), "{}", old.stderr);
    let row = rows(&succeed(&root(), &verify(&path, &["--accept", "expired"])).stdout).remove(0);
    assert_eq!((row["outcome"].as_str(), row["flags"].as_str()), ("not_revoked", "listed_not_revoked"));

    put(temp.path(), "bare.txt", format!("{known}\n"));
    let path = temp.path().join("bare.txt").to_string_lossy().into_owned();
    let bare = kmsift(&root(), &verify(&path, &[]));
    assert!(bare.code == 2 && bare.stderr.contains("--targeted-at"), "{}", bare.stderr);
    let report = kmsift(&root(), &["report", "sample-data", "--wave", "1", "--out", "never-written"]);
    assert!(report.code == 2 && report.stderr.contains("--targets FILE"), "{}", report.stderr);
    let out = temp.path().join("r").to_string_lossy().into_owned();
    let args = ["report", "sample-data", "--targets", &path, "--targeted-at", "2026-11-01", "--out", &out];
    succeed(&root(), &args);
    let table = std::fs::read_to_string(temp.path().join("r/tables/campaign.csv")).expect("a table");
    assert_eq!(rows(&table)[0]["outcome"], "not_revoked");
}

#[test]
fn the_targeted_are_compared_with_stale_people_nobody_touched() {
    // Sixty days of logs; the list was made on 11-09. Twelve targeted: revoked, nine register. Ten stale people were not
    // targeted: three register by themselves. One revoked bystander and one person seen at a page are no control.
    let silent = "{ log = \"silent\", at = \"2026-09-23T08:30:00Z\", times = 60, client = \"modern\", token = \"refreshToken\" }";
    let register = "{ log = \"audit\", at = \"2026-11-11T09:00:00Z\", activity = \"User registered security info\", reason = \"User registered Authenticator App with Notification and Code\" }";
    let revoke = "{ log = \"audit\", at = \"2026-11-10T08:00:00Z\", activity = \"Update StsRefreshTokenValidFrom Timestamp\", actor = \"app\" }";
    let page = "{ log = \"interactive\", at = \"2026-11-05T08:00:00Z\" }";
    let mut text = String::from("why = \"uplift\"\n");
    for stream in ["interactive", "non-interactive", "audit"] {
        text.push_str(&format!("covers.{stream} = \"2026-09-23T00:00:00Z..2026-11-22T00:00:00Z\"\n"));
    }
    let mut person = |name: String, events: Vec<&str>| {
        let done = events.contains(&register);
        text.push_str(&format!(
            "[[people]]\nname = \"{name}\"\nregistration = {{ mfa = {done}, mfa_capable = {done} }}\nevents = [{}]\n",
            events.join(", ")
        ));
    };
    for n in 0..12 {
        person(format!("t{n}"), if n < 9 { vec![silent, revoke, register] } else { vec![silent, revoke] });
    }
    for n in 0..10 {
        person(format!("c{n}"), if n < 3 { vec![silent, register] } else { vec![silent] });
    }
    person("revoked".to_owned(), vec![silent, revoke]);
    person("seen".to_owned(), vec![silent, page]);
    let case: Case = toml::from_str(&text).expect("a case");
    let temp = folder();
    exports::write(&case, "a", &temp.path().join("tenant"));
    let ids: Vec<String> = (0..12).map(|n| format!("{}\n", case.key(&format!("t{n}")))).collect();
    put(temp.path(), "list.txt", ids.concat());
    let args =
        ["verify", "--targets", "list.txt", "tenant", "--targeted-at", T0, "--out", "v", "--as-of", "2026-11-22"];
    let covers = ["interactive", "non-interactive", "audit"].map(|s| format!("--covers={s}=2026-09-23..2026-11-22"));
    let run = succeed(temp.path(), &args.into_iter().chain(covers.iter().map(String::as_str)).collect::<Vec<_>>());
    assert!(run.stderr.contains("9 of 12 targeted and 3 of 10 untargeted stale people"), "{}", run.stderr);
    let uplift = rows(&std::fs::read_to_string(temp.path().join("v/tables/campaign_uplift.csv")).expect("a table"));
    let all = uplift.iter().find(|r| r["by"] == "all").expect("everybody");
    let got = ["targeted", "targeted_registered", "untargeted", "untargeted_registered", "difference", "low", "high"];
    // Wilson: 9/12 0.467695 to 0.911058, 3/10 0.107789 to 0.603222. 0.45 - sqrt(0.282305² + 0.303222²) = 0.0357;
    // 0.45 + sqrt(0.161058² + 0.192211²) = 0.7008.
    assert_eq!(got.map(|c| all[c].as_str()), ["12", "9", "10", "3", "0.45", "0.0357", "0.7008"]);
    // All twelve were revoked. Three were asked by no client; nine acted on a page, as the audit log says of whoever
    // registers, and no row shows the prompt before it.
    let picture = std::fs::read_to_string(temp.path().join("v/charts/campaign_waterfall.svg")).expect("a picture");
    let words = "on the list 12, no client has asked since -3, no prompt at the page -9, registered, a step not seen +9, \
                 registered since 9.";
    assert!(picture.contains(words), "{picture}");
    let collateral = std::fs::read_to_string(temp.path().join("v/tables/campaign_collateral.csv")).expect("a table");
    assert!(rows(&collateral).len() == 1 && collateral.contains(&case.key("revoked")), "{collateral}");
}

/// A row of a registration report.
fn reported(case: &Case, name: &str, at: &str, mfa: bool) -> String {
    format!(
        "{{\"id\":\"{}\",\"userPrincipalName\":\"{name}@contoso.example\",\"isMfaRegistered\":{mfa},\"isMfaCapable\":{mfa},\
         \"methodsRegistered\":[],\"lastUpdatedDateTime\":\"{at}\"}}",
        case.key(name)
    )
}

#[test]
fn nobody_registered_when_the_list_was_made_is_compared() {
    // Twelve targeted and revoked, nobody of them registers; a thirteenth was registered on 10-24, as a report of that day says,
    // and adds a phone since. Untargeted and stale: twelve who were registered on 10-24 and add a phone; ten unregistered, one of
    // whom an administrator provides with a phone. So 0 of 12 against 0 of 10.
    let silent = "{ log = \"silent\", at = \"2026-09-23T08:30:00Z\", times = 60, client = \"modern\", token = \"refreshToken\" }";
    let phone = "{ log = \"audit\", at = \"2026-11-12T12:00:00Z\", activity = \"User registered security info\", reason = \"User registered Phone\" }";
    let provided = "{ log = \"audit\", at = \"2026-11-12T12:00:00Z\", activity = \"Admin registered security info\", actor = \"admin\", reason = \"Admin registered phone method for user\" }";
    let revoke = "{ log = \"audit\", at = \"2026-11-10T12:00:00Z\", activity = \"Update StsRefreshTokenValidFrom Timestamp\", actor = \"app\" }";
    let mut text = String::from("why = \"uplift\"\n");
    for stream in ["interactive", "non-interactive", "audit"] {
        text.push_str(&format!("covers.{stream} = \"2026-09-23T00:00:00Z..2026-11-22T00:00:00Z\"\n"));
    }
    let mut people: Vec<(String, Vec<&str>)> = (0..12).map(|n| (format!("t{n}"), vec![silent, revoke])).collect();
    people.push(("told".to_owned(), vec![silent, revoke, phone]));
    people.extend((0..12).map(|n| (format!("r{n}"), vec![silent, phone])));
    people.extend((0..10).map(|n| (format!("c{n}"), if n == 0 { vec![silent, provided] } else { vec![silent] })));
    for (name, events) in &people {
        let mfa = events.contains(&phone) || events.contains(&provided);
        text.push_str(&format!(
            "[[people]]\nname = \"{name}\"\nregistration = {{ mfa = {mfa}, mfa_capable = {mfa} }}\nevents = [{}]\n",
            events.join(", ")
        ));
    }
    let case: Case = toml::from_str(&text).expect("a case");
    let temp = folder();
    let tenant = temp.path().join("tenant");
    exports::write(&case, "a", &tenant);
    let early: Vec<String> = people
        .iter()
        .map(|(name, events)| reported(&case, name, "2026-10-24T22:00:00Z", events.contains(&phone)))
        .collect();
    let context = "https://graph.microsoft.com/beta/$metadata#userRegistrationDetails";
    let report = format!("{{\"@odata.context\":\"{context}\",\"value\":[{}]}}", early.join(","));
    put(&tenant, "userRegistrationDetails-early.json", report);
    let listed = people.iter().filter(|(name, _)| name.starts_with('t'));
    put(temp.path(), "list.txt", listed.map(|(name, _)| format!("{}\n", case.key(name))).collect::<String>());
    let args =
        ["verify", "--targets", "list.txt", "tenant", "--targeted-at", T0, "--out", "v", "--as-of", "2026-11-22"];
    let covers = ["interactive", "non-interactive", "audit"].map(|s| format!("--covers={s}=2026-09-23..2026-11-22"));
    succeed(temp.path(), &args.into_iter().chain(covers.iter().map(String::as_str)).collect::<Vec<_>>());
    let uplift = rows(&std::fs::read_to_string(temp.path().join("v/tables/campaign_uplift.csv")).expect("a table"));
    let all = uplift.iter().find(|r| r["by"] == "all").expect("everybody");
    let got = ["targeted", "targeted_registered", "untargeted", "untargeted_registered", "difference"];
    assert_eq!(got.map(|c| all[c].as_str()), ["12", "0", "10", "0", "0"]);
    let table = rows(&std::fs::read_to_string(temp.path().join("v/tables/campaign.csv")).expect("a table"));
    let told = table.iter().find(|r| r["user_id"] == case.key("told")).expect("a row");
    assert_eq!((told["outcome"].as_str(), told["registered_at"].as_str()), ("registered_before", ""));
}

#[test]
fn explain_marks_the_row_of_a_revocation_that_took_effect_seconds_before_it_was_written() {
    let temp = folder();
    let id = "0a5f0001-0000-4000-8000-000000000001";
    let row = serde_json::json!({
        "id": "D_1", "category": "UserManagement", "activityDateTime": "2026-11-10T12:00:03Z", "result": "success",
        "activityDisplayName": "Update StsRefreshTokenValidFrom Timestamp", "loggedByService": "Core Directory",
        "initiatedBy": {"user": null, "app": {"displayName": "Wave", "servicePrincipalId": "0a5f0001-0000-4000-8000-00000000000b"}},
        "targetResources": [{"id": id, "type": "User", "userPrincipalName": "ev@centralperk.org", "modifiedProperties": [
            {"displayName": "StsRefreshTokensValidFrom", "oldValue": "[]", "newValue": "[\"2026-11-10T12:00:00Z\"]"}
        ]}],
    });
    let context = "https://graph.microsoft.com/beta/$metadata#auditLogs/directoryAudits";
    let text = serde_json::json!({"@odata.context": context, "value": [row]}).to_string();
    put(temp.path(), "audit.json", text);
    let run = succeed(temp.path(), &["explain", id, "audit.json", "--format", "json", "--as-of", "2026-11-20"]);
    let said: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let row = &said["evidence"][0];
    assert_eq!((&row["time"], &row["decides"]), (&"2026-11-10T12:00:03Z".into(), &serde_json::json!(["revoked_at"])));
}
