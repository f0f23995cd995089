//! Spells a case as files, three times differently: (a) Graph JSON, (b) portal CSV, (c) Azure Monitor records.

use std::path::Path;

use serde_json::{Value, json};

#[path = "portal.rs"]
mod portal;
#[path = "rows.rs"]
pub mod rows;

use super::tenant::{Case, Event, Person, guid};
use rows::{Row, instant, seconds};

/// The tenant of every case.
const TENANT: &str = "c0000000-0000-4000-8000-000000000001";

/// Writes every export of a family into a folder.
pub fn write(case: &Case, family: &str, folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder can be made");
    let colleague = rows::background(case);
    let people: Vec<&Person> = case.people.iter().chain(std::iter::once(&colleague)).collect();
    match family {
        "a" => graph(case, &people, folder),
        "b" => portal::write(case, &people, folder),
        "c" => monitor(case, &people, folder),
        other => panic!("no family {other}"),
    }
}

fn save(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("an export can be written");
}

fn graph(case: &Case, people: &[&Person], folder: &Path) {
    let mut interactive: Vec<Value> = rows::rows(people, "interactive").iter().map(|row| sign_in(row, true)).collect();
    if !case.details {
        interactive.iter_mut().for_each(older);
    }
    let (first, second) = interactive.split_at(interactive.len() / 2);
    save(folder, "signIns-interactive-1.json", &page("auditLogs/signIns", first));
    save(folder, "signIns-interactive-2.json", &page("auditLogs/signIns", second));
    let silent: Vec<String> = rows::rows(people, "silent").iter().map(|row| sign_in(row, true).to_string()).collect();
    save(folder, "signIns-nonInteractive.ndjson", &silent.join("\n"));
    let audit: Vec<Value> = rows::rows(people, "audit").iter().map(audit).collect();
    save(folder, "directoryAudits.json", &page("auditLogs/directoryAudits", &audit));
    save(folder, "users.json", &page("users", &users(people)));
    save(folder, "userRegistrationDetails.json", &page("userRegistrationDetails", &registrations(case, people)));
}

fn page(what: &str, values: &[Value]) -> String {
    json!({"@odata.context": format!("https://graph.microsoft.com/beta/$metadata#{what}"), "value": values}).to_string()
}

fn monitor(case: &Case, people: &[&Person], folder: &Path) {
    for (log, category, file) in [
        ("interactive", "SignInLogs", "insights-logs-signinlogs.json"),
        ("silent", "NonInteractiveUserSignInLogs", "insights-logs-noninteractiveusersigninlogs.json"),
        ("audit", "AuditLogs", "insights-logs-auditlogs.json"),
    ] {
        let lines: Vec<String> = rows::rows(people, log).iter().map(|row| record(row, log, category)).collect();
        save(folder, file, &lines.join("\r\n"));
    }
    save(folder, "users.json", &Value::from(users(people)).to_string());
    save(folder, "userRegistrationDetails.json", &Value::from(registrations(case, people)).to_string());
}

fn record(row: &Row<'_>, log: &str, category: &str) -> String {
    let mut properties = if log == "audit" { audit(row) } else { sign_in(row, false) };
    let mut category = category;
    if row.event.principal {
        category = "ServicePrincipalSignInLogs";
    }
    for key in ["createdDateTime", "activityDateTime"] {
        if let Some(time) = properties.get_mut(key) {
            *time = Value::from(format!("{}.0000000+00:00", instant(row.at).trim_end_matches('Z')));
        }
    }
    json!({
        "time": instant(row.at + 120), "resourceId": format!("/tenants/{TENANT}/providers/Microsoft.aadiam"),
        "operationName": if log == "audit" { row.event.activity.as_str() } else { "Sign-in activity" },
        "operationVersion": "1.0", "category": category, "tenantId": TENANT, "resultType": row.event.code.to_string(),
        "resultSignature": "None", "durationMs": 0, "correlationId": correlation(row), "Level": 4,
        "properties": properties,
    })
    .to_string()
}

/// A sign-in as Graph spells it; `typed`: with signInEventTypes, which Azure Monitor leaves out.
fn sign_in(row: &Row<'_>, typed: bool) -> Value {
    let event = row.event;
    let (app_id, app) = app(&event.app);
    let mut value = json!({
        "id": request(row), "createdDateTime": instant(row.at), "userDisplayName": row.person.name,
        "userPrincipalName": signed_as(row), "userId": if event.no_id { String::new() } else { row.person.id() },
        "appId": app_id, "appDisplayName": app, "ipAddress": "203.0.113.7", "clientAppUsed": client(&event.client),
        "correlationId": correlation(row), "conditionalAccessStatus": "notApplied",
        "isInteractive": event.log == "interactive" && !event.principal,
        "resourceDisplayName": "Microsoft Teams Services", "resourceId": "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
        "status": {"errorCode": event.code, "failureReason": failure(event), "additionalDetails": null},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Windows10", "browser": "Edge", "trustType": trust(event)},
        "appliedConditionalAccessPolicies": policies(event), "authenticationDetails": steps(event, row.at),
        "authenticationRequirement": "singleFactorAuthentication", "authenticationProtocol": event.protocol,
        "authenticationRequirementPolicies": requirement(event), "incomingTokenType": event.token,
        "crossTenantAccessType": event.cross, "homeTenantId": home(event), "resourceTenantId": TENANT,
        "originalTransferMethod": "none", "sessionId": session(row), "userType": kind(row),
    });
    if typed {
        let interactive = if event.log == "interactive" { "interactiveUser" } else { "nonInteractiveUser" };
        value["signInEventTypes"] = json!([if event.principal { "servicePrincipal" } else { interactive }]);
    }
    value
}

/// What Graph v1.0 does not carry (formats.md §2.2).
fn older(row: &mut Value) {
    let fields = row.as_object_mut().expect("a sign-in is an object");
    for name in [
        "authenticationDetails",
        "authenticationRequirement",
        "authenticationRequirementPolicies",
        "authenticationProtocol",
        "crossTenantAccessType",
        "homeTenantId",
        "incomingTokenType",
        "originalTransferMethod",
        "resourceTenantId",
        "sessionId",
        "signInEventTypes",
        "userType",
    ] {
        fields.remove(name);
    }
}

fn policies(event: &Event) -> Value {
    if event.controls.is_empty() {
        return json!([]);
    }
    json!([{"id": guid(0xca, 1), "displayName": "Sessions", "enforcedGrantControls": [],
            "enforcedSessionControls": event.controls, "result": "success"}])
}

fn requirement(event: &Event) -> Value {
    if event.provider.is_empty() { json!([]) } else { json!([{"requirementProvider": event.provider, "detail": ""}]) }
}

/// The steps of a row: method, detail, result.
fn factors(event: &Event) -> Vec<(&'static str, &'static str)> {
    let usual = match (event.log.as_str(), event.code) {
        ("interactive", 0) => "fresh",
        ("interactive", _) => "none",
        _ => "claims",
    };
    match if event.steps.is_empty() { usual } else { event.steps.as_str() } {
        "fresh" => vec![("Password", "Correct password")],
        "claims" => vec![
            ("Previously satisfied", "First factor requirement satisfied by claim in the token"),
            ("Previously satisfied", "MFA requirement satisfied by claim in the token"),
        ],
        "none" => Vec::new(),
        other => panic!("no steps {other}"),
    }
}

fn steps(event: &Event, at: i64) -> Vec<Value> {
    let step = |(method, result): (&str, &str)| {
        json!({"authenticationStepDateTime": instant(at), "authenticationMethod": method,
               "authenticationMethodDetail": "", "succeeded": true,
               "authenticationStepResultDetail": result, "authenticationStepRequirement": ""})
    };
    factors(event).into_iter().map(step).collect()
}

fn audit(row: &Row<'_>) -> Value {
    let event = row.event;
    let (user, app) = match event.actor.as_str() {
        "app" => (
            Value::Null,
            json!({"appId": guid(0xaa, 1), "displayName": "Revoke sessions", "servicePrincipalId": guid(0xaa, 2)}),
        ),
        "" => (Value::Null, Value::Null),
        _ => (json!({"id": actor(row).0, "userPrincipalName": actor(row).1, "displayName": null}), Value::Null),
    };
    let changed = if event.valid_from.is_empty() {
        json!([])
    } else {
        json!([{"displayName": "StsRefreshTokensValidFrom", "oldValue": "[\"2025-10-01T00:34:24Z\"]",
                "newValue": format!("[\"{}\"]", event.valid_from)}])
    };
    json!({
        "id": format!("Directory_{}", request(row)), "category": "UserManagement", "correlationId": correlation(row),
        "result": event.result, "resultReason": event.reason, "activityDisplayName": event.activity,
        "activityDateTime": instant(row.at), "loggedByService": service(&event.activity), "operationType": "Update",
        "initiatedBy": {"user": user, "app": app},
        "targetResources": [{"id": row.person.id(), "displayName": row.person.name, "type": "User",
            "userPrincipalName": row.person.upn(), "modifiedProperties": changed}],
        "additionalDetails": [],
    })
}

fn service(activity: &str) -> &'static str {
    let low = activity.to_lowercase();
    if low.contains("self-service") {
        "Self-service Password Management"
    } else if low.contains("security info") || low.starts_with("get passkey") {
        "Authentication Methods"
    } else {
        "Core Directory"
    }
}

/// Object id and UPN of who did it.
fn actor(row: &Row<'_>) -> (String, String) {
    match row.event.actor.as_str() {
        "own" => (row.person.id(), row.person.upn()),
        "admin" => (guid(0xad, 1), "admin@contoso.example".to_owned()),
        "sync" => (guid(0xad, 2), "Sync_DC01_0123456789ab@contoso.onmicrosoft.com".to_owned()),
        other => panic!("no actor {other}"),
    }
}

fn users(people: &[&Person]) -> Vec<Value> {
    let time = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    let one = |person: &Person| {
        let user = &person.user;
        let mut value = json!({
            "id": person.id(), "userPrincipalName": person.upn(), "displayName": person.name, "userType": user.kind,
            "accountEnabled": user.enabled.parse::<bool>().map_or(Value::Null, Value::from),
            "createdDateTime": time(&user.created),
            "signInSessionsValidFromDateTime": time(&user.valid_from),
            "lastPasswordChangeDateTime": time(&user.password_changed),
        });
        if [&user.si, &user.non_interactive, &user.successful].iter().any(|text| !text.is_empty()) {
            value["signInActivity"] = json!({
                "lastSignInDateTime": time(&user.si), "lastNonInteractiveSignInDateTime": time(&user.non_interactive),
                "lastSuccessfulSignInDateTime": time(&user.successful),
            });
        }
        value
    };
    people.iter().filter(|person| person.in_users).map(|person| one(person)).collect()
}

fn registrations(case: &Case, people: &[&Person]) -> Vec<Value> {
    let refreshed = instant(seconds(case.exported()) - 3600);
    let one = |person: &&Person| {
        let report = person.registration.as_ref()?;
        Some(json!({
            "id": person.id(), "userPrincipalName": person.upn(), "userDisplayName": person.name,
            "userType": person.user.kind.to_lowercase(), "isAdmin": report.admin, "isSsprRegistered": report.sspr,
            "isSsprEnabled": report.sspr_enabled, "isSsprCapable": report.sspr_capable, "isMfaRegistered": report.mfa,
            "isMfaCapable": report.mfa_capable, "isPasswordlessCapable": report.passwordless,
            "methodsRegistered": report.methods, "lastUpdatedDateTime": refreshed,
        }))
    };
    people.iter().filter_map(one).collect()
}

fn request(row: &Row<'_>) -> String {
    row.event.request.map_or_else(|| guid(0xe, row.number), |number| guid(0xf, number))
}

fn correlation(row: &Row<'_>) -> String {
    row.event.correlation.map_or_else(|| guid(0xc0, row.number), |number| guid(0xc1, number))
}

fn session(row: &Row<'_>) -> String {
    row.event.session.map_or_else(String::new, |number| guid(0x5e, number))
}

fn signed_as(row: &Row<'_>) -> String {
    row.event.upn.clone().unwrap_or_else(|| row.person.upn()).to_lowercase()
}

fn kind(row: &Row<'_>) -> String {
    if row.event.kind.is_empty() { row.person.user.kind.to_lowercase() } else { row.event.kind.clone() }
}

fn home(event: &Event) -> &str {
    if event.home.is_empty() { TENANT } else { &event.home }
}

fn failure(event: &Event) -> &str {
    if event.code == 0 { "Other." } else { &event.text }
}

fn trust(event: &Event) -> &'static str {
    match event.trust.as_str() {
        "joined" => "Azure AD joined",
        "hybrid" => "Hybrid Azure AD joined",
        "registered" => "Azure AD registered",
        _ => "",
    }
}

fn client(name: &str) -> &str {
    match name {
        "browser" => "Browser",
        "modern" => "Mobile Apps and Desktop clients",
        other => other,
    }
}

fn app(name: &str) -> (&'static str, &'static str) {
    match name {
        "teams" => ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"),
        "windows" => ("38aa3b87-a06d-4817-b275-7a316988d93b", "Windows Sign In"),
        "outlook" => ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile"),
        "my_signins" => ("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins"),
        "exchange" => ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online"),
        other => panic!("no app {other}"),
    }
}
