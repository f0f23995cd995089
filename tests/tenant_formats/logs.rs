//! Sign-ins and audit events as JSON.

use serde_json::{Map, Value, json};

use super::tenant::{Audit, By, Lacks, Person, RESOURCE, SignIn, TENANT, Tenant};
use super::{File, Part, Sample, or_null};

const NOTHING: &[Lacks] = &[];

pub const SAMPLES: &[Sample] = &[
    Sample {
        format: "graph_sign_in_json",
        form: "pages",
        part: Part::SignIns,
        lacks: NOTHING,
        rows: [25, 25, 0],
        write: graph_sign_ins,
    },
    Sample {
        format: "graph_sign_in_json",
        form: "array of v1.0 (CLI for Microsoft 365)",
        part: Part::SignIns,
        lacks: super::logs_csv::V1,
        rows: [25, 25, 0],
        write: graph_v1,
    },
    Sample {
        format: "graph_audit_json",
        form: "NDJSON",
        part: Part::Audits,
        lacks: NOTHING,
        rows: [11, 10, 1],
        write: graph_audits,
    },
    Sample {
        format: "powershell_sign_in_json",
        form: "appended pages",
        part: Part::SignIns,
        lacks: NOTHING,
        rows: [25, 25, 0],
        write: powershell_sign_ins,
    },
    Sample {
        format: "powershell_sign_in_json",
        form: "cut off below its depth",
        part: Part::SignIns,
        lacks: &[Lacks::Details],
        rows: [25, 25, 0],
        write: powershell_cut_off,
    },
    Sample {
        format: "powershell_audit_json",
        form: "",
        part: Part::Audits,
        lacks: NOTHING,
        rows: [11, 10, 1],
        write: powershell_audits,
    },
    Sample {
        format: "diagnostic_json",
        form: "storage archive",
        part: Part::Both,
        lacks: NOTHING,
        rows: [37, 35, 2],
        write: archive,
    },
    Sample {
        format: "diagnostic_json",
        form: "Event Hub",
        part: Part::Both,
        lacks: NOTHING,
        rows: [37, 35, 2],
        write: event_hub,
    },
    Sample {
        format: "log_analytics_sign_in_json",
        form: "",
        part: Part::SignIns,
        lacks: NOTHING,
        rows: [25, 25, 0],
        write: workspace_sign_ins,
    },
    Sample {
        format: "log_analytics_sign_in_json",
        form: "union with AuditLogs",
        part: Part::Both,
        lacks: NOTHING,
        rows: [36, 35, 1],
        write: workspace_union,
    },
    Sample {
        format: "log_analytics_audit_json",
        form: "",
        part: Part::Audits,
        lacks: NOTHING,
        rows: [11, 10, 1],
        write: workspace_audits,
    },
    Sample {
        format: "log_analytics_audit_json",
        form: "union with sign-ins",
        part: Part::Both,
        lacks: NOTHING,
        rows: [36, 35, 1],
        write: workspace_union_reversed,
    },
    Sample {
        format: "wrapped_json",
        form: "SIEM, a text",
        part: Part::Both,
        lacks: NOTHING,
        rows: [38, 35, 3],
        write: siem,
    },
    Sample {
        format: "wrapped_json",
        form: "Event Hub consumer, body",
        part: Part::Both,
        lacks: NOTHING,
        rows: [37, 35, 2],
        write: consumer,
    },
];

pub fn graph_sign_in(tenant: &Tenant, s: &SignIn) -> Value {
    let person = &tenant.people[s.who];
    let types = if s.interactive { "interactiveUser" } else { "nonInteractiveUser" };
    let mut value = json!({
        "id": s.request, "createdDateTime": s.at, "userDisplayName": person.name, "userPrincipalName": person.upn,
        "userId": person.id, "appId": s.app.0, "appDisplayName": s.app.1, "ipAddress": "203.0.113.7",
        "clientAppUsed": s.client, "correlationId": s.correlation, "conditionalAccessStatus": "notApplied",
        "isInteractive": s.interactive, "signInEventTypes": [types], "resourceId": RESOURCE,
        "status": {"errorCode": s.code, "failureReason": or_null(&s.reason), "additionalDetails": null},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Windows10", "browser": "Edge", "trustType": s.trust},
        "incomingTokenType": or_null(&s.token), "authenticationProtocol": or_null(&s.protocol),
        "sessionId": or_null(&s.session), "userType": or_null(&s.kind),
        "crossTenantAccessType": or_null(&s.cross), "homeTenantId": or_null(&s.tenants[0]),
        "resourceTenantId": or_null(&s.tenants[1]),
    });
    if let Some(steps) = s.steps {
        value["authenticationDetails"] = self::steps(steps, s.at);
    }
    value
}

pub fn steps(steps: &[(&str, &str, bool)], at: &str) -> Value {
    let step = |(method, result, succeeded): &(&str, &str, bool)| {
        json!({"authenticationStepDateTime": at, "authenticationMethod": method, "authenticationMethodDetail": "",
               "succeeded": succeeded, "authenticationStepResultDetail": result, "authenticationStepRequirement": ""})
    };
    steps.iter().map(step).collect()
}

pub fn initiated_by(person: &Person, by: By) -> Value {
    match by {
        By::Own => json!({"user": {"id": or_null(&person.id), "userPrincipalName": person.upn}, "app": null}),
        By::Admin => {
            json!({"user": {"id": "ad000000-0000-4000-8000-000000000001", "userPrincipalName": "boss@contoso.example"}, "app": null})
        }
        By::App => {
            json!({"user": null, "app": {"appId": null, "displayName": "Revoke sessions", "servicePrincipalId": "aa000000-0000-4000-8000-000000000002"}})
        }
        By::Nobody => json!({"user": null, "app": null}),
    }
}

pub fn targets(person: &Person, a: &Audit) -> Value {
    let changed = if a.valid_from.is_empty() {
        json!([])
    } else {
        json!([{"displayName": "StsRefreshTokensValidFrom", "oldValue": "[\"2025-10-01T00:34:24Z\"]",
                "newValue": format!("[\"{}\"]", a.valid_from)}])
    };
    json!([{"id": or_null(&person.id), "displayName": null, "type": "User", "userPrincipalName": person.upn,
            "modifiedProperties": changed}])
}

fn graph_audit(tenant: &Tenant, a: &Audit) -> Value {
    let person = &tenant.people[a.who];
    json!({
        "id": format!("Directory_{}", a.correlation), "category": "UserManagement", "correlationId": a.correlation,
        "result": if a.success { "success" } else { "failure" }, "resultReason": a.reason,
        "activityDisplayName": a.activity, "activityDateTime": a.at, "loggedByService": a.service,
        "operationType": "Update", "initiatedBy": initiated_by(person, a.by), "targetResources": targets(person, a),
        "additionalDetails": [],
    })
}

fn sign_ins(tenant: &Tenant) -> Vec<Value> {
    tenant.sign_ins.iter().map(|s| graph_sign_in(tenant, s)).collect()
}

fn audits(tenant: &Tenant) -> Vec<Value> {
    tenant.audits.iter().map(|a| graph_audit(tenant, a)).collect()
}

pub fn graph_sign_ins(tenant: &Tenant) -> Vec<File> {
    let rows = sign_ins(tenant);
    let (first, second) = rows.split_at(9);
    let page = |rows: &[Value], next: bool| {
        let mut page = json!({"@odata.context": "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns"});
        if next {
            page["@odata.nextLink"] = "https://graph.microsoft.com/beta/auditLogs/signIns?$skiptoken=1".into();
        }
        page["value"] = rows.into();
        page.to_string()
    };
    let pages = format!("{}\n{}", page(first, true), page(second, false));
    vec![("signIns.json".to_owned(), pages.into_bytes())]
}

/// What Graph v1.0 has, as one array.
fn graph_v1(tenant: &Tenant) -> Vec<File> {
    let mut rows = sign_ins(tenant);
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        for name in [
            "authenticationDetails",
            "authenticationProtocol",
            "crossTenantAccessType",
            "homeTenantId",
            "incomingTokenType",
            "resourceTenantId",
            "sessionId",
            "signInEventTypes",
            "userType",
        ] {
            row.remove(name);
        }
    }
    vec![("signins.json".to_owned(), Value::from(rows).to_string().into_bytes())]
}

pub fn graph_audits(tenant: &Tenant) -> Vec<File> {
    vec![("audits.ndjson".to_owned(), lines(&audits(tenant)))]
}

fn lines(rows: &[Value]) -> Vec<u8> {
    rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n").into_bytes()
}

/// Graph's object in Pascal case, as the SDK's objects are written.
pub fn pascal(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut out: Map<String, Value> =
                members.iter().map(|(name, value)| (name[..1].to_uppercase() + &name[1..], pascal(value))).collect();
            out.insert("AdditionalProperties".to_owned(), json!({}));
            Value::Object(out)
        }
        Value::Array(items) => items.iter().map(pascal).collect(),
        other => other.clone(),
    }
}

/// Pages as one script appends them: pretty arrays, and a page of a single row, which is no array.
fn appended(rows: &[Value], name: &str) -> Vec<File> {
    let text = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    let (first, rest) = rows.split_at(4);
    let (one, rest) = rest.split_first().expect("more rows");
    let pages = format!("{}{}\r\n{}", text(&first.into()), text(one), text(&rest.into()));
    // Windows PowerShell writes UTF-16 with a mark.
    let bytes = [0xff, 0xfe].into_iter().chain(pages.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    vec![(name.to_owned(), bytes)]
}

fn powershell_sign_ins(tenant: &Tenant) -> Vec<File> {
    let mut rows: Vec<Value> = sign_ins(tenant).iter().map(pascal).collect();
    // What Windows PowerShell makes of a time: 2026-10-23T00:00:05Z.
    rows[0]["CreatedDateTime"] = "/Date(1792713605000)/".into();
    let mut files = appended(&rows, "signins.json");
    // The serialiser escapes the slashes.
    files[0].1 =
        String::from_utf16_lossy(&files[0].1.chunks(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect::<Vec<_>>())
            .replace("\"/Date(1792713605000)/\"", "\"\\/Date(1792713605000)\\/\"")
            .trim_start_matches('\u{feff}')
            .as_bytes()
            .to_vec();
    files
}

fn powershell_cut_off(tenant: &Tenant) -> Vec<File> {
    let mut rows: Vec<Value> = sign_ins(tenant).iter().map(pascal).collect();
    for row in &mut rows {
        row["AuthenticationDetails"] = json!(["Microsoft.Graph.PowerShell.Models.MicrosoftGraphAuthenticationDetail"]);
    }
    appended(&rows, "signins.json")
}

fn powershell_audits(tenant: &Tenant) -> Vec<File> {
    let rows: Vec<Value> = audits(tenant).iter().map(pascal).collect();
    appended(&rows, "audits.json")
}

/// Diagnostic records of all logs, and one of a log of no use.
fn records(tenant: &Tenant) -> Vec<Value> {
    let record = |category: &str, code: &str, late: &str, properties: Value| {
        json!({"time": late, "resourceId": format!("/tenants/{TENANT}/providers/Microsoft.aadiam"),
               "operationName": "x", "operationVersion": "1.0", "category": category, "tenantId": TENANT,
               "resultType": code, "durationMs": 0, "callerIpAddress": "<null>", "Level": "4", "properties": properties})
    };
    let late = "2026-11-21T23:59:59.0000000Z";
    let mut out = Vec::new();
    for (s, mut row) in tenant.sign_ins.iter().zip(sign_ins(tenant)) {
        let category = if s.interactive { "SignInLogs" } else { "NonInteractiveUserSignInLogs" };
        row["createdDateTime"] = format!("{}.5431359+00:00", &s.at[..19]).into();
        row.as_object_mut().expect("an object").remove("signInEventTypes");
        out.push(record(category, &s.code.to_string(), late, row));
    }
    out.extend(audits(tenant).into_iter().map(|row| record("AuditLogs", "", late, row)));
    out.push(record("RiskyUsers", "", late, json!({"id": "x", "riskState": "atRisk", "status": "none"})));
    out
}

fn archive(tenant: &Tenant) -> Vec<File> {
    let (mut files, records) = (Vec::new(), records(tenant));
    for (container, categories) in [
        ("insights-logs-signinlogs", ["SignInLogs", "RiskyUsers"]),
        ("insights-logs-noninteractiveusersigninlogs", ["NonInteractiveUserSignInLogs", ""]),
        ("insights-logs-auditlogs", ["AuditLogs", ""]),
    ] {
        let mine: Vec<Value> =
            records.iter().filter(|r| categories.contains(&r["category"].as_str().expect("a text"))).cloned().collect();
        let path = format!("{container}/tenantId={TENANT}/y=2026/m=11/d=21/h=23/m=00/PT1H.json");
        files.push((path, [lines(&mine), b"\r\n".to_vec()].concat()));
    }
    files
}

/// Batches, one a line; in the second the properties are JSON in a text.
fn event_hub(tenant: &Tenant) -> Vec<File> {
    let mut records = records(tenant);
    let mut second = records.split_off(20);
    for record in &mut second {
        record["properties"] = record["properties"].to_string().into();
    }
    let text = format!("{}\n{}\n", json!({"records": records}), json!({"records": second}));
    vec![("capture.json".to_owned(), text.into_bytes())]
}

fn siem(tenant: &Tenant) -> Vec<File> {
    let event = |text: String| json!({"timestamp": "2026-11-22T00:00:00Z", "input": {"type": "hub", "message": text}});
    let mut rows: Vec<Value> = vec![json!({"timestamp": "x", "input": {"type": "firewall"}})];
    rows.extend(records(tenant).iter().map(|r| event(r.to_string())));
    vec![("siem.ndjson".to_owned(), lines(&rows))]
}

fn consumer(tenant: &Tenant) -> Vec<File> {
    let mut records = records(tenant);
    let second = records.split_off(17);
    let body = |records: Vec<Value>| json!({"enqueuedTimeUtc": "2026-11-22T00:00:00Z", "body": {"records": records}});
    vec![("events.json".to_owned(), json!([body(records), body(second)]).to_string().into_bytes())]
}

/// A row of a workspace's table: dynamic columns as JSON in texts.
fn workspace_sign_in(tenant: &Tenant, s: &SignIn) -> Value {
    let row = super::logs_csv::workspace_cells(tenant, s, |at| at.replace('Z', ".0000000Z"));
    row.into_iter()
        .map(|(name, cell)| (name.trim_end_matches(" [UTC]").to_owned(), Value::from(cell)))
        .collect::<Map<_, _>>()
        .into()
}

fn workspace_audit(tenant: &Tenant, a: &Audit) -> Value {
    let row = super::logs_csv::workspace_audit_cells(tenant, a, str::to_owned);
    row.into_iter()
        .map(|(name, cell)| (name.trim_end_matches(" [UTC]").to_owned(), Value::from(cell)))
        .collect::<Map<_, _>>()
        .into()
}

fn workspace(tenant: &Tenant) -> [Vec<Value>; 2] {
    [
        tenant.sign_ins.iter().map(|s| workspace_sign_in(tenant, s)).collect(),
        tenant.audits.iter().map(|a| workspace_audit(tenant, a)).collect(),
    ]
}

fn workspace_sign_ins(tenant: &Tenant) -> Vec<File> {
    vec![("SigninLogs.json".to_owned(), Value::from(workspace(tenant)[0].clone()).to_string().into_bytes())]
}

fn workspace_audits(tenant: &Tenant) -> Vec<File> {
    vec![("AuditLogs.json".to_owned(), lines(&workspace(tenant)[1]))]
}

fn workspace_union(tenant: &Tenant) -> Vec<File> {
    vec![("query_data.json".to_owned(), lines(&workspace(tenant).concat()))]
}

fn workspace_union_reversed(tenant: &Tenant) -> Vec<File> {
    let [sign_ins, audits] = workspace(tenant);
    vec![("query_data.json".to_owned(), lines(&[audits, sign_ins].concat()))]
}
