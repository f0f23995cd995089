//! Two tenants in one folder: noticed, reported, and told apart by `--tenant`.

use serde_json::{Value, json};

use crate::support::{folder, kmsift, put, rows, succeed};

const US: &str = "11111111-1111-4111-8111-111111111111";
const THEM: &str = "22222222-2222-4222-8222-222222222222";
const WORKSPACE: &str = "99999999-9999-4999-8999-999999999999";

/// A Graph sign-in of a user whose home and resource tenants are given.
fn sign_in(user: &str, home: &str, resource: &str) -> String {
    json!({"id": user, "createdDateTime": "2026-11-20T08:00:00Z", "userId": user, "userPrincipalName": format!("{user}@x.org"),
        "appDisplayName": "T", "isInteractive": true, "status": {"errorCode": 0},
        "homeTenantId": home, "resourceTenantId": resource})
    .to_string()
}

fn check(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let run = succeed(folder, &[&["check", ".", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    for file in report["files"].as_array().expect("files") {
        let sum = |v: &Value| v.as_object().map_or(0, |o| o.values().filter_map(Value::as_u64).sum::<u64>());
        let rows = &file["rows"];
        let parts = rows["folded"].as_u64().unwrap_or(0) + sum(&rows["skipped"]) + sum(&rows["rejected"]);
        assert_eq!(rows["read"].as_u64(), Some(parts), "{file}");
    }
    report
}

fn mixed(report: &Value) -> bool {
    report["conclusions"].to_string().contains("tenants are mixed")
}

fn people(folder: &std::path::Path, arguments: &[&str]) -> Vec<String> {
    let run = succeed(folder, &[&["stale", ".", "--all", "--format", "csv"], arguments].concat());
    rows(&run.stdout).into_iter().map(|p| p["user_id"].clone()).collect()
}

#[test]
fn guests_and_members_elsewhere_are_no_second_tenant() {
    let temp = folder();
    let rows = [sign_in("member", US, US), sign_in("guest", THEM, US), sign_in("visitor", US, THEM)];
    put(temp.path(), "a.ndjson", rows.join("\n"));
    // Log Analytics: TenantId is the workspace.
    put(
        temp.path(),
        "la.csv",
        format!(
            "TenantId,CreatedDateTime,ResultType,AppDisplayName,IsInteractive,UserId,AADTenantId\n\
             {WORKSPACE},2026-11-20T08:00:00Z,0,T,true,u9,{US}\n"
        ),
    );
    let report = check(temp.path(), &[]);
    assert!(!mixed(&report), "{}", report["conclusions"]);
    assert_eq!(report["files"][1]["tenants"], json!({US: 1}));
    assert_eq!(people(temp.path(), &["--tenant", US]), ["guest", "member", "u9", "visitor"]);
}

#[test]
fn two_tenants_are_reported_and_one_is_chosen_by_its_id() {
    let temp = folder();
    put(temp.path(), "a.ndjson", [sign_in("a1", US, US), sign_in("a2", US, US)].join("\n"));
    put(
        temp.path(),
        "b.ndjson",
        [sign_in("b1", THEM, THEM), sign_in("g", US, THEM), sign_in("b2", THEM, THEM)].join("\n"),
    );
    // A diagnostic record says in its envelope whose log it is; so do audit rows.
    let record = json!({"time": "2026-11-21T08:00:00Z", "category": "AuditLogs", "operationName": "x", "tenantId": THEM,
        "properties": {"activityDateTime": "2026-11-21T07:00:00Z", "activityDisplayName": "Disable account",
            "result": "success", "targetResources": [{"id": "b1", "type": "User"}]}});
    put(temp.path(), "c.json", record.to_string());
    let report = check(temp.path(), &[]);
    assert!(mixed(&report), "{}", report["conclusions"]);
    let said = report["conclusions"].to_string();
    assert!(said.contains(US) && said.contains(THEM) && said.contains("--tenant"), "{said}");
    let notes = report["files"][1]["notes"].to_string();
    assert!(notes.contains(&format!("holds rows of tenant {THEM} (2 rows)")), "{notes}");
    let warned = kmsift(temp.path(), &["stale", "."]);
    assert!(warned.code == 0 && warned.stderr.contains("Logs of 2 tenants are mixed"), "{}", warned.stderr);

    let ours = check(temp.path(), &["--tenant", US]);
    assert!(!mixed(&ours), "{}", ours["conclusions"]);
    // Of theirs only our member's visit is kept: 2 + 1 folded, 2 sign-ins and 1 audit row skipped.
    assert_eq!(ours["totals"], json!({"read": 6, "folded": 3, "skipped": 3, "rejected": 0}));
    assert_eq!(ours["files"][1]["rows"]["skipped"], json!({"other_tenant": 2}));
    assert_eq!(ours["streams"]["audit"]["rows"], 0, "another tenant's log is no coverage of ours");
    assert_eq!(people(temp.path(), &["--tenant", US]), ["a1", "a2", "g"]);
    // `g` is our member: in their log a guest, and theirs is the log.
    assert_eq!(people(temp.path(), &["--tenant", THEM]), ["b1", "b2", "g"]);

    succeed(temp.path(), &["report", ".", "--out", "out", "--no-break-glass-list", "--tenant", US]);
    let manifest = std::fs::read_to_string(temp.path().join("out/manifest.json")).expect("the manifest");
    assert!(manifest.contains(&format!("\"tenant\": \"{US}\"")), "{manifest}");
    succeed(temp.path(), &["report", ".", "--out", "both", "--no-break-glass-list"]);
    let quality = std::fs::read_to_string(temp.path().join("both/tables/people_checks.csv")).expect("the table");
    assert!(quality.contains("tenants whose logs are mixed in,1,"), "{quality}");
}

#[test]
fn lists_without_tenant_ids_are_told_apart_by_domain_and_said_to_be_kept_otherwise() {
    let temp = folder();
    put(temp.path(), "a.ndjson", [sign_in("a1", US, US), sign_in("b1", THEM, THEM)].join("\n"));
    put(
        temp.path(),
        "users.csv",
        "id,displayName,userPrincipalName,userType,accountEnabled\n\
         a1,Ann,Ann@Contoso.com,Member,True\n\
         b1,Bob,bob@fabrikam.com,Member,True\n\
         g1,Guest,cy_x.org#EXT#@contoso.onmicrosoft.com,Guest,True\n\
         g2,Guest,di_x.org#EXT#@fabrikam.onmicrosoft.com,Guest,True\n",
    );
    let report = check(temp.path(), &["--tenant", US]);
    let notes = report["files"][1]["notes"].to_string();
    assert!(notes.contains("4 rows do not say of which tenant they are and are kept"), "{notes}");
    let unasked = check(temp.path(), &[])["conclusions"].to_string();
    assert!(
        unasked.contains("2 initial domains (contoso.onmicrosoft.com, fabrikam.onmicrosoft.com)"),
        "a sign of two lists: {unasked}"
    );
    // The domain alone leaves guests of both; with the initial domain only ours.
    let by = |words: &[&str]| {
        let arguments: Vec<&str> = words.iter().flat_map(|w| ["--tenant", w]).collect();
        people(temp.path(), &arguments)
    };
    assert_eq!(by(&[US, "contoso.com"]), ["a1", "g1", "g2"]);
    assert_eq!(by(&[US, "contoso.com", "Contoso.onmicrosoft.com"]), ["a1", "g1"]);
    for wrong in ["contoso", "ann@contoso.com"] {
        let run = kmsift(temp.path(), &["check", ".", "--tenant", wrong]);
        assert!(run.code == 2 && run.stderr.contains("neither a tenant id"), "{}", run.stderr);
    }
    let nobody = kmsift(temp.path(), &["stale", "a.ndjson", "--tenant", WORKSPACE]);
    assert!(nobody.code == 3 && nobody.stderr.contains("2 rows read, 2 skipped"), "{}", nobody.stderr);
}
