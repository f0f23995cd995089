//! A tenant as Graph exports and command-line options.

use std::path::Path;

use serde_json::{Value, json};

use super::world::{Actor, Audit, SignIn, Steps, Tenant, instant};
use crate::support::put;

const OURS: &str = "c0000000-0000-4000-8000-000000000001";
const THEIRS: &str = "c0000000-0000-4000-8000-000000000002";

pub fn write(tenant: &Tenant, folder: &Path) {
    let rows = |interactive: bool| -> Vec<Value> {
        let all = tenant.sign_ins.iter().enumerate();
        all.filter(|(_, row)| row.interactive == interactive).map(|(n, row)| sign_in(tenant, n, row)).collect()
    };
    put(folder, "interactive.json", page("auditLogs/signIns", &rows(true)));
    let silent: Vec<String> = rows(false).iter().map(Value::to_string).collect();
    if !silent.is_empty() {
        put(folder, "silent.ndjson", silent.join("\n"));
    }
    let audits: Vec<Value> = tenant.audits.iter().enumerate().map(|(n, row)| audit(tenant, n, row)).collect();
    if !audits.is_empty() {
        put(folder, "audit.json", page("auditLogs/directoryAudits", &audits));
    }
    put(folder, "users.json", page("users", &users(tenant)));
    for nth in 0..2 {
        let rows = reports(tenant, nth);
        if !rows.is_empty() {
            put(folder, &format!("report-{nth}.json"), page("userRegistrationDetails", &rows));
        }
    }
}

fn page(what: &str, values: &[Value]) -> String {
    json!({"@odata.context": format!("https://graph.microsoft.com/beta/$metadata#{what}"), "value": values}).to_string()
}

fn guid(kind: &str, number: i64) -> String {
    format!("{kind}000000-0000-4000-8000-{number:012}")
}

fn number(n: usize) -> i64 {
    i64::try_from(n).expect("small")
}

fn sign_in(tenant: &Tenant, n: usize, row: &SignIn) -> Value {
    let person = &tenant.people[row.person];
    let no_id = row.no_id || person.upn_only;
    let failure = match (row.code, row.grant) {
        (0, _) => "Other.".to_owned(),
        (_, Some(at)) => format!(
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{}'.",
            instant(at).replace('Z', ".0000000Z"),
            instant(row.at).replace('Z', ".0000000Z"),
        ),
        _ => "Failed.".to_owned(),
    };
    let correlation = if row.correlation == 0 { guid("c0", number(n)) } else { guid("c1", row.correlation) };
    let mut value = json!({
        "id": guid("e0", number(n)), "createdDateTime": instant(row.at), "userDisplayName": person.name,
        "userPrincipalName": tenant.upn(row.person), "userId": if no_id { String::new() } else { tenant.id(row.person) },
        "appId": row.app, "appDisplayName": format!("App {}", &row.app[..4]), "ipAddress": format!("203.0.113.{}", n % 200),
        "clientAppUsed": row.client, "correlationId": correlation, "conditionalAccessStatus": "notApplied",
        "isInteractive": row.interactive, "resourceDisplayName": "R",
        "resourceId": "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
        "status": {"errorCode": row.code, "failureReason": failure, "additionalDetails": null},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Windows10", "browser": "Edge", "trustType": row.trust},
        "appliedConditionalAccessPolicies": [],
    });
    if tenant.details || !row.interactive {
        let fields = value.as_object_mut().expect("an object");
        let protocol = if row.ropc { "ropc" } else { "none" };
        let kind = if row.interactive { "interactiveUser" } else { "nonInteractiveUser" };
        let session = if row.session == 0 { String::new() } else { guid("5e", row.session) };
        for (name, field) in [
            ("authenticationDetails", steps(row)),
            ("authenticationRequirement", json!("singleFactorAuthentication")),
            ("authenticationProtocol", json!(protocol)),
            ("incomingTokenType", json!(row.token)),
            ("crossTenantAccessType", json!(if row.passthrough { "passthrough" } else { "none" })),
            ("homeTenantId", json!(if person.guest { THEIRS } else { OURS })),
            ("resourceTenantId", json!(OURS)),
            ("originalTransferMethod", json!("none")),
            ("sessionId", json!(session)),
            ("userType", json!(if person.guest { "guest" } else { "member" })),
            ("signInEventTypes", json!([kind])),
        ] {
            fields.insert(name.to_owned(), field);
        }
    }
    value
}

fn steps(row: &SignIn) -> Value {
    let step = |method: &str, result: &str| {
        json!({"authenticationStepDateTime": instant(row.at), "authenticationMethod": method, "succeeded": true,
               "authenticationMethodDetail": "", "authenticationStepResultDetail": result,
               "authenticationStepRequirement": ""})
    };
    match row.steps {
        Steps::Absent => json!([]),
        Steps::Fresh => json!([step("Password", "Correct password")]),
        Steps::Claims => json!([
            step("Previously satisfied", "First factor requirement satisfied by claim in the token"),
            step("Previously satisfied", "MFA requirement satisfied by claim in the token"),
        ]),
    }
}

fn audit(tenant: &Tenant, n: usize, row: &Audit) -> Value {
    let user = |id: String, upn: String| json!({"id": id, "userPrincipalName": upn, "displayName": null});
    let (by_user, by_app) = match row.actor {
        Actor::Own => (user(tenant.id(row.person), tenant.upn(row.person)), Value::Null),
        Actor::Admin => (user(guid("ad", 1), "admin@contoso.example".to_owned()), Value::Null),
        Actor::Sync => (user(guid("ad", 2), "Sync_DC01_0123456789ab@contoso.onmicrosoft.com".to_owned()), Value::Null),
        Actor::App => {
            (Value::Null, json!({"appId": guid("aa", 1), "displayName": "Robot", "servicePrincipalId": guid("aa", 2)}))
        }
        Actor::Nobody => (Value::Null, Value::Null),
    };
    let correlation = if row.correlation == 0 { guid("c2", number(n)) } else { guid("c1", row.correlation) };
    json!({
        "id": format!("Directory_{}", guid("e1", number(n))), "category": "UserManagement", "correlationId": correlation,
        "result": if row.success { "success" } else { "failure" }, "resultReason": row.reason,
        "activityDisplayName": row.activity, "activityDateTime": instant(row.at), "loggedByService": "Core Directory",
        "operationType": "Update", "initiatedBy": {"user": by_user, "app": by_app},
        "targetResources": [{"id": tenant.id(row.person), "displayName": tenant.people[row.person].name, "type": "User",
            "userPrincipalName": tenant.upn(row.person), "modifiedProperties": []}],
        "additionalDetails": [],
    })
}

fn users(tenant: &Tenant) -> Vec<Value> {
    let time = |at: Option<i64>| at.map_or(Value::Null, |at| Value::from(instant(at)));
    let mut out = Vec::new();
    for (n, person) in tenant.people.iter().enumerate().filter(|(_, person)| person.listed) {
        let mut value = json!({
            "id": tenant.id(n), "userPrincipalName": tenant.upn(n), "displayName": person.name,
            "userType": if person.guest { "Guest" } else { "Member" }, "accountEnabled": person.enabled,
            "createdDateTime": time(person.created), "signInSessionsValidFromDateTime": time(person.valid_from),
            "lastPasswordChangeDateTime": time(person.password_changed),
        });
        let seen = &person.activity;
        if seen.last.is_some() || seen.silent.is_some() || seen.successful.is_some() {
            let last = seen.last.map_or(Value::from("0001-01-01T00:00:00Z"), |at| Value::from(instant(at)));
            value["signInActivity"] = json!({"lastSignInDateTime": last,
                "lastNonInteractiveSignInDateTime": time(seen.silent),
                "lastSuccessfulSignInDateTime": time(seen.successful)});
        }
        out.push(value);
    }
    out
}

fn reports(tenant: &Tenant, nth: usize) -> Vec<Value> {
    let mut out = Vec::new();
    for (n, person) in tenant.people.iter().enumerate() {
        let Some(report) = person.reports.get(nth) else { continue };
        out.push(json!({
            "id": tenant.id(n), "userPrincipalName": tenant.upn(n), "userDisplayName": person.name,
            "userType": if person.guest { "guest" } else { "member" }, "isAdmin": report.admin,
            "isSsprRegistered": report.sspr, "isSsprEnabled": true, "isSsprCapable": report.sspr_capable,
            "isMfaRegistered": report.mfa, "isMfaCapable": report.mfa_capable,
            "isPasswordlessCapable": report.passwordless, "methodsRegistered": report.methods,
            "lastUpdatedDateTime": instant(report.at),
        }));
    }
    out
}

/// The options of a run, and the lists that they name.
pub fn options(tenant: &Tenant, folder: &Path) -> Vec<String> {
    let settings = &tenant.settings;
    let mut out: Vec<String> = ["stale", "--all", "--format", "csv", "--quiet"].map(str::to_owned).to_vec();
    let mut add = |name: &str, value: String| out.extend([name.to_owned(), value]);
    add("--goal", settings.goal.to_owned());
    add("--stale-days", settings.stale_days.to_string());
    add("--active-days", settings.active_days.to_string());
    add("--settle-hours", settings.settle_hours.to_string());
    add("--gap-hours", settings.gap_hours.to_string());
    add("--revoked-within-days", settings.revoked_days.to_string());
    if let Some(at) = settings.as_of {
        add("--as-of", instant(at));
    }
    if let Some((from, to)) = settings.declared {
        add("--covers", format!("interactive={}..{}", instant(from), instant(to)));
    }
    let named = |which: &dyn Fn(usize) -> bool| -> String {
        (0..tenant.people.len()).filter(|n| which(*n)).map(|n| format!("{}\n", tenant.id(n))).collect()
    };
    let glass = named(&|n| tenant.people[n].lists.break_glass);
    let excluded = named(&|n| tenant.people[n].lists.excluded);
    for (option, names) in [("--break-glass", glass), ("--exclude", excluded)] {
        if !names.is_empty() {
            let file = format!("lists{option}.txt");
            put(folder, &file, names);
            add(option, folder.join(file).to_string_lossy().into_owned());
        }
    }
    out
}
