//! One logical tenant, written as Graph JSON and in the forms in which Log Analytics hands it out.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::put;

// The columns of real exports (formats.md §3), spelled here once more on purpose.
pub(crate) const SIGN_INS_2021: &str = "TenantId,SourceSystem,TimeGenerated [UTC],ResourceId,OperationName,OperationVersion,Category,ResultType,ResultSignature,ResultDescription,DurationMs,CorrelationId,Resource,ResourceGroup,ResourceProvider,Identity,Level,Location,AlternateSignInName,AppDisplayName,AppId,AuthenticationDetails,AuthenticationMethodsUsed,AuthenticationProcessingDetails,AuthenticationRequirement,AuthenticationRequirementPolicies,ClientAppUsed,ConditionalAccessPolicies,ConditionalAccessStatus,CreatedDateTime [UTC],DeviceDetail,IsInteractive,Id,IPAddress,IsRisky,LocationDetails,MfaDetail,NetworkLocationDetails,OriginalRequestId,ProcessingTimeInMilliseconds,RiskDetail,RiskEventTypes,RiskEventTypes_V2,RiskLevelAggregated,RiskLevelDuringSignIn,RiskState,ResourceDisplayName,ResourceIdentity,ServicePrincipalId,ServicePrincipalName,Status,TokenIssuerName,TokenIssuerType,UserAgent,UserDisplayName,UserId,UserPrincipalName,AADTenantId,UserType,FlaggedForReview,IPAddressFromResourceProvider,SignInIdentifier,SignInIdentifierType,ResourceTenantId,HomeTenantId,Type";
pub(crate) const ADDED_2026: &str = "AuthenticationContextClassReferences,AppliedEventListeners,ResourceServicePrincipalId,UniqueTokenIdentifier,SessionId,SessionLifetimePolicies,AutonomousSystemNumber,AuthenticationProtocol,CrossTenantAccessType,AuthenticationAppDeviceDetails,AuthenticationAppPolicyEvaluationDetails,ClientCredentialType,FederatedCredentialId,GlobalSecureAccessIpAddress,HomeTenantName,IncomingTokenType,IsTenantRestricted,IsThroughGlobalSecureAccess,OriginalTransferMethod,TokenProtectionStatusDetails,AppOwnerTenantId,ResourceOwnerTenantId,Agent,SourceAppClientId,ConditionalAccessAudiences,AuthenticatorAppLocation,AppliedConditionalAccessPolicies,RiskLevel";
pub(crate) const NOT_IN_NON_INTERACTIVE: &str = "ResourceId,Resource,ResourceProvider,ServicePrincipalName,FlaggedForReview,IPAddressFromResourceProvider,SignInIdentifier,SourceAppClientId,AppliedConditionalAccessPolicies,AuthenticationAppDeviceDetails,AuthenticationAppPolicyEvaluationDetails,RiskLevel";
pub(crate) const AUDIT: &str = "TenantId,SourceSystem,TimeGenerated [UTC],ResourceId,OperationName,OperationVersion,Category,ResultType,ResultSignature,ResultDescription,DurationMs,CorrelationId,Resource,ResourceGroup,ResourceProvider,Identity,Level,Location,AdditionalDetails,Id,InitiatedBy,LoggedByService,Result,ResultReason,TargetResources,AADTenantId,ActivityDisplayName,ActivityDateTime [UTC],AADOperationType,Type";
pub(crate) const PROJECTED: &str = "UserPrincipalName,ResultType,UserId,AppDisplayName,Status,SessionId,AppId,ClientAppUsed,IncomingTokenType,ResultDescription,DeviceDetail,AuthenticationDetails,ResourceIdentity,CrossTenantAccessType,UserType,UserDisplayName,HomeTenantId,ResourceTenantId,CorrelationId,Category,CreatedDateTime";

pub(crate) fn split(columns: &'static str) -> Vec<&'static str> {
    columns.split(',').collect()
}

pub(crate) fn sign_ins_2026() -> Vec<&'static str> {
    let columns = [split(SIGN_INS_2021), split(ADDED_2026)].concat();
    assert_eq!((split(SIGN_INS_2021).len(), columns.len()), (66, 94), "as counted in the real files");
    columns
}

pub(crate) fn non_interactive_2026() -> Vec<&'static str> {
    let gone = split(NOT_IN_NON_INTERACTIVE);
    let mut columns: Vec<&str> = sign_ins_2026().into_iter().filter(|c| !gone.contains(c)).collect();
    columns.extend(["ClientSessionId", "ConditionalAccessPoliciesV2", "SignInEventTypes"]);
    for column in columns.iter_mut().filter(|c| **c == "ProcessingTimeInMilliseconds") {
        *column = "ProcessingTimeInMs";
    }
    assert_eq!(columns.len(), 85, "as counted in the real file");
    columns
}

/// `union` of both tables: the columns whose types differ come twice.
pub(crate) fn union_columns() -> Vec<&'static str> {
    let mut columns: Vec<&str> =
        sign_ins_2026().into_iter().filter(|c| !["Status", "DeviceDetail"].contains(c)).collect();
    columns.extend(["DeviceDetail_dynamic", "Status_string", "DeviceDetail_string", "Status_dynamic"]);
    columns
}

/// A sign-in of the logical tenant. `at` is month, day, hour; no day exceeds 12, so that only the portal's habit tells.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    at: (u32, u32, u32),
    who: usize,
    interactive: bool,
    code: u32,
    token: &'static str,
    steps: &'static [(&'static str, &'static str)],
    trust: &'static str,
    reason: &'static str,
    cross: &'static str,
}

pub(crate) const FRESH: &[(&str, &str)] =
    &[("Password", "Correct password"), ("Mobile app notification", "MFA completed")];
pub(crate) const CLAIM: &[(&str, &str)] =
    &[("Previously satisfied", "First factor requirement satisfied by claim in the token, it says")];
pub(crate) const PLAIN: Event = Event {
    at: (10, 1, 8),
    who: 0,
    interactive: true,
    code: 0,
    token: "none",
    steps: FRESH,
    trust: "",
    reason: "Other.",
    cross: "none",
};

pub(crate) const EVENTS: &[Event] = &[
    PLAIN,
    Event { at: (10, 2, 21), who: 1, trust: "Azure AD joined", ..PLAIN },
    Event { at: (10, 5, 0), who: 2, ..PLAIN },
    Event { at: (10, 6, 12), interactive: false, token: "refreshToken", steps: &[], ..PLAIN },
    Event { at: (11, 2, 9), who: 1, steps: CLAIM, token: "primaryRefreshToken", ..PLAIN },
    Event { at: (11, 3, 9), who: 1, code: 50126, reason: "Invalid username or password.", steps: &[], ..PLAIN },
    Event { at: (11, 4, 9), who: 1, cross: "passthrough", ..PLAIN },
    Event {
        at: (11, 5, 9),
        who: 2,
        interactive: false,
        code: 50173,
        reason: "The grant was issued on '2026-10-05T00:00:00.0000000Z', {\"it\", was revoked",
        ..PLAIN
    },
    Event { at: (11, 10, 7), interactive: false, token: "refreshToken", steps: &[], ..PLAIN },
    Event { at: (11, 12, 12), who: 2, steps: &[], ..PLAIN },
];

pub(crate) const PEOPLE: &[(&str, &str)] = &[("ann", "Member"), ("bob", "Member"), ("cleo", "Guest")];
pub(crate) const TENANT: &str = "bbbbbbbb-0000-4000-8000-00000000000a";
pub(crate) const WORKSPACE: &str = "dddddddd-0000-4000-8000-00000000000b";

pub(crate) fn person(who: usize) -> String {
    format!("aaaaaaaa-0000-4000-8000-00000000000{who}")
}

pub(crate) fn iso((month, day, hour): (u32, u32, u32)) -> String {
    format!("2026-{month:02}-{day:02}T{hour:02}:05:09.975Z")
}

pub(crate) fn american((month, day, hour): (u32, u32, u32)) -> String {
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{month}/{day}/2026, {}:05:09.975 {half}", (hour + 11) % 12 + 1)
}

impl Event {
    fn steps(&self) -> Value {
        let step = |(method, result): &(&str, &str)| json!({"authenticationMethod": method, "authenticationStepResultDetail": result, "succeeded": true});
        self.steps.iter().map(step).collect()
    }

    fn status(&self) -> Value {
        json!({"errorCode": self.code, "failureReason": self.reason, "additionalDetails": null})
    }

    fn device(&self) -> Value {
        json!({"deviceId": "", "operatingSystem": "Windows", "browser": "Edge 142, or so", "trustType": self.trust})
    }

    fn graph(&self, index: usize) -> Value {
        let (name, kind) = PEOPLE[self.who];
        let types = if self.interactive { "interactiveUser" } else { "nonInteractiveUser" };
        json!({
            "id": format!("r{index}"), "createdDateTime": iso(self.at), "userId": person(self.who),
            "userPrincipalName": format!("{name}@contoso.com"), "userDisplayName": name, "userType": kind,
            "appId": "cccccccc-0000-4000-8000-000000000001", "appDisplayName": "Teams, the app",
            "resourceId": "cccccccc-0000-4000-8000-000000000002", "clientAppUsed": "Browser",
            "correlationId": format!("eeeeeeee-0000-4000-8000-00000000000{index}"),
            "sessionId": format!("ffffffff-0000-4000-8000-00000000000{}", self.who),
            "isInteractive": self.interactive, "signInEventTypes": [types],
            "incomingTokenType": self.token, "authenticationProtocol": "none",
            "crossTenantAccessType": self.cross, "homeTenantId": TENANT, "resourceTenantId": TENANT,
            "status": self.status(), "deviceDetail": self.device(), "authenticationDetails": self.steps(),
        })
    }

    /// The value under a Log Analytics column; dynamic columns as values.
    fn value(&self, index: usize, column: &str) -> Value {
        let graph = self.graph(index);
        let of_graph = |name: &str| graph[name].clone();
        match column {
            "Category" if self.interactive => json!("SignInLogs"),
            "Category" => json!("NonInteractiveUserSignInLogs"),
            "Type" if self.interactive => json!("SigninLogs"),
            "Type" => json!("AADNonInteractiveUserSignInLogs"),
            "ResultType" => json!(self.code.to_string()),
            "ResultDescription" => json!(self.reason),
            "ResourceIdentity" => of_graph("resourceId"),
            "ResourceId" => json!(format!("/tenants/{TENANT}/providers/Microsoft.aadiam")),
            "TenantId" => json!(WORKSPACE),
            "AADTenantId" => json!(TENANT),
            "ServicePrincipalId" => json!("00000000-0000-0000-0000-000000000000"),
            // More commas than the file has columns, over many lines.
            "ConditionalAccessPolicies" => (0..40)
                .map(|i| json!({"id": i, "displayName": "a, b", "result": "notApplied", "n": [1, 2, 3]}))
                .collect(),
            // `union` fills one of the twins.
            "Status_dynamic" | "DeviceDetail_dynamic" if !self.interactive => json!(""),
            "Status_string" if self.interactive => json!("{}"),
            "DeviceDetail_string" if self.interactive => json!("(blank)"),
            _ => {
                let bare = column.trim_end_matches("_dynamic").trim_end_matches("_string");
                let camel = format!("{}{}", bare[..1].to_lowercase(), &bare[1..]);
                graph.get(&camel).cloned().unwrap_or(json!(""))
            }
        }
    }
}

/// How a Log Analytics file is written.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pretty: bool,
    iso: bool,
    end: &'static str,
}

pub(crate) const COMPACT: Form = Form { pretty: false, iso: false, end: "\n" };
pub(crate) const PRETTY: Form = Form { pretty: true, iso: false, end: "\r\n" };

pub(crate) fn csv_cell(value: &Value, form: Form) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) if form.pretty => {
            serde_json::to_string_pretty(value).expect("JSON").replace('\n', form.end)
        }
        other => other.to_string(),
    };
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A table from its columns and `(event time, value under a column)` rows.
pub(crate) fn csv_table<'a>(columns: &[&str], form: Form, rows: impl Iterator<Item = Row<'a>>) -> String {
    let mut out = columns.join(",") + form.end;
    for (at, value) in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| match column.trim_end_matches(" [UTC]") {
                // Minutes late, and here in another month: it must never be the event's time.
                "TimeGenerated" => csv_cell(&json!("12/12/2026, 1:00:00.000 AM"), form),
                "CreatedDateTime" | "ActivityDateTime" => {
                    csv_cell(&json!(if form.iso { iso(at) } else { american(at) }), form)
                }
                bare => csv_cell(&value(bare), form),
            })
            .collect();
        out.push_str(&(cells.join(",") + form.end));
    }
    out
}

pub(crate) type Row<'a> = ((u32, u32, u32), Box<dyn Fn(&str) -> Value + 'a>);

pub(crate) fn sign_in_rows(wanted: impl Fn(&Event) -> bool) -> impl Iterator<Item = Row<'static>> {
    let rows = EVENTS.iter().enumerate().filter(move |(_, e)| wanted(e));
    rows.map(|(i, e)| (e.at, Box::new(move |column: &str| e.value(i, column)) as Box<dyn Fn(&str) -> Value>))
}

/// Month, day and hour; activity; whom; properties; result reason.
pub(crate) type Audited = ((u32, u32, u32), &'static str, usize, bool, &'static str);

pub(crate) const AUDITED: &[Audited] = &[
    ((10, 5, 1), "User started security info registration", 2, false, "User started the registration for Fido"),
    ((10, 5, 2), "User registered security info", 2, false, "User registered Authenticator App with Notification"),
    ((10, 9, 3), "Update StsRefreshTokenValidFrom Timestamp", 1, true, ""),
    ((10, 9, 3), "Update user", 1, true, ""),
];

pub(crate) fn audit_value(index: usize, column: &str) -> Value {
    let (at, activity, who, by_admin, reason) = AUDITED[index];
    let actor = if by_admin { 0 } else { who };
    let properties = if by_admin {
        json!([{"displayName": "StsRefreshTokensValidFrom", "oldValue": "[]", "newValue": "[\"2026-10-09T03:05:09Z\"]"}])
    } else {
        json!([])
    };
    let upn = |who: usize| format!("{}@contoso.com", PEOPLE[who].0);
    match column {
        "ActivityDisplayName" | "OperationName" => json!(activity),
        "ActivityDateTime" => json!(iso(at)),
        "Result" => json!("success"),
        "ResultReason" => json!(reason),
        "CorrelationId" => json!(format!("99999999-0000-4000-8000-00000000000{}", index.min(2))),
        "LoggedByService" => json!("Core Directory"),
        "TimeGenerated" => json!("2026-12-12T01:00:00Z"),
        "Type" => json!("AuditLogs"),
        "InitiatedBy" => {
            json!({"user": {"id": person(actor), "userPrincipalName": upn(actor), "displayName": null, "roles": []}})
        }
        "TargetResources" => {
            json!([{"id": person(who), "type": "User", "userPrincipalName": upn(who), "modifiedProperties": properties}])
        }
        _ => json!(""),
    }
}

pub(crate) fn audit_csv(form: Form) -> String {
    assert_eq!(split(AUDIT).len(), 30, "as counted in the real file");
    let row = |i: usize| (AUDITED[i].0, Box::new(move |c: &str| audit_value(i, c)) as Box<dyn Fn(&str) -> Value>);
    csv_table(&split(AUDIT), form, (0..AUDITED.len()).map(row))
}

/// One JSON record of Log Analytics; dynamic columns as values or as JSON in strings.
pub(crate) fn json_record(columns: &[&str], values: bool, value: impl Fn(&str) -> Value) -> Value {
    let said = columns.iter().map(|c| c.trim_end_matches(" [UTC]")).map(|c| (c, value(c)));
    // Null columns are left out.
    let there = said.filter(|(c, v)| *v != json!("") && !(*c == "AuthenticationDetails" && *v == json!([])));
    there
        .map(|(c, v)| match v {
            Value::Object(_) | Value::Array(_) if !values => (c.to_owned(), json!(v.to_string())),
            other => (c.to_owned(), other),
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

pub(crate) fn sign_in_records(values: bool) -> Vec<Value> {
    EVENTS.iter().enumerate().map(|(i, e)| json_record(&sign_ins_2026(), values, |c| e.value(i, c))).collect()
}

pub(crate) fn audit_records(values: bool) -> Vec<Value> {
    (0..AUDITED.len()).map(|i| json_record(&split(AUDIT), values, |c| audit_value(i, c))).collect()
}

pub(crate) fn lines(records: &[Value]) -> String {
    records.iter().map(|r| format!("{r}\n")).collect()
}

pub(crate) fn utf16_be(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

pub(crate) fn graph(folder: &Path) {
    let sign_ins: Vec<Value> = EVENTS.iter().enumerate().map(|(i, e)| e.graph(i)).collect();
    put(folder, "signins.json", json!(sign_ins).to_string());
    let audit: Vec<Value> = (0..AUDITED.len())
        .map(|i| {
            let value = |c: &str| audit_value(i, c);
            json!({
                "activityDisplayName": value("ActivityDisplayName"), "activityDateTime": value("ActivityDateTime"),
                "result": "success", "resultReason": value("ResultReason"), "correlationId": value("CorrelationId"),
                "initiatedBy": value("InitiatedBy"), "targetResources": value("TargetResources"),
            })
        })
        .collect();
    put(folder, "audit.json", json!(audit).to_string());
}

pub(crate) type Written = (&'static str, Vec<(&'static str, Vec<u8>, &'static str, [u64; 4])>);

pub(crate) fn written() -> Vec<Written> {
    let (csv, json, audit) = ("log_analytics_sign_in_csv", "log_analytics_sign_in_json", "log_analytics_audit_csv");
    let as_json = "log_analytics_audit_json";
    let all = || sign_in_rows(|_| true);
    let two_tables = |form: Form| {
        vec![
            (
                "query_data.csv",
                csv_table(&sign_ins_2026(), form, sign_in_rows(|e| e.interactive)).into_bytes(),
                csv,
                [7, 6, 1, 0],
            ),
            (
                "query_data (1).csv",
                csv_table(&non_interactive_2026(), form, sign_in_rows(|e| !e.interactive)).into_bytes(),
                csv,
                [3, 3, 0, 0],
            ),
            ("query_data (2).csv", audit_csv(form).into_bytes(), audit, [4, 3, 1, 0]),
        ]
    };
    let union = csv_table(&union_columns(), PRETTY, all());
    let iso = Form { iso: true, ..COMPACT };
    let mut backwards = split(PROJECTED);
    backwards.reverse();
    vec![
        ("two tables of 2026, compact", two_tables(COMPACT)),
        ("two tables of 2026, JSON over many lines", two_tables(PRETTY)),
        (
            "a union with twins, UTF-16 BE, CRLF in cells",
            vec![
                ("union.csv", utf16_be(&union), csv, [10, 9, 1, 0]),
                ("audit.csv", utf16_be(&audit_csv(PRETTY)), audit, [4, 3, 1, 0]),
            ],
        ),
        (
            "a projection, ISO dates, columns backwards",
            vec![
                ("SignIns.csv", csv_table(&backwards, iso, all()).into_bytes(), csv, [10, 9, 1, 0]),
                ("audit.csv", audit_csv(iso).into_bytes(), audit, [4, 3, 1, 0]),
            ],
        ),
        (
            "NDJSON, dynamic columns in strings",
            vec![
                ("sign-ins.json", lines(&sign_in_records(false)).into_bytes(), json, [10, 9, 1, 0]),
                ("audit.json", lines(&audit_records(false)).into_bytes(), as_json, [4, 3, 1, 0]),
            ],
        ),
        (
            "arrays, dynamic columns as values",
            vec![
                ("sign-ins.json", json!(sign_in_records(true)).to_string().into_bytes(), json, [10, 9, 1, 0]),
                ("audit.json", json!(audit_records(true)).to_string().into_bytes(), as_json, [4, 3, 1, 0]),
            ],
        ),
    ]
}
