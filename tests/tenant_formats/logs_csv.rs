//! Sign-ins and audit events as CSV.

use super::logs::{graph_sign_in, initiated_by, steps, targets};
use super::tenant::{Audit, By, Lacks, RESOURCE, SignIn, TENANT, Tenant};
use super::{File, Part, Sample, american, csv};
use crate::log_analytics as tables;

const NOTHING: &[Lacks] = &[];
/// What Graph v1.0 does not carry.
pub const V1: &[Lacks] =
    &[Lacks::Details, Lacks::Token, Lacks::Protocol, Lacks::Session, Lacks::Tenants, Lacks::UserType];

pub const SAMPLES: &[Sample] = &[
    Sample {
        format: "portal_sign_in_csv",
        form: "57 columns",
        part: Part::SignIns,
        lacks: &[Lacks::Details],
        rows: [25, 25, 0],
        write: portal,
    },
    Sample {
        format: "portal_sign_in_csv",
        form: "saved anew by a spreadsheet",
        part: Part::SignIns,
        lacks: &[Lacks::Details],
        rows: [25, 25, 0],
        write: spreadsheet,
    },
    Sample {
        format: "portal_sign_in_csv",
        form: "fewer columns, older",
        part: Part::SignIns,
        lacks: V1,
        rows: [25, 25, 0],
        write: older,
    },
    // One line a step, and the 25 sign-ins; one sign-in has no step, which is how it stays in question.
    Sample {
        format: "portal_details_csv",
        form: "",
        part: Part::SignIns,
        lacks: NOTHING,
        rows: [49, 49, 0],
        write: portal_details,
    },
    Sample {
        format: "portal_application_csv",
        form: "",
        part: Part::Skipped,
        lacks: NOTHING,
        rows: [1, 0, 1],
        write: application,
    },
    Sample {
        format: "portal_audit_csv",
        form: "",
        part: Part::Audits,
        lacks: NOTHING,
        rows: [11, 10, 1],
        write: portal_audit,
    },
    Sample {
        format: "log_analytics_sign_in_csv",
        form: "two tables",
        part: Part::SignIns,
        lacks: NOTHING,
        rows: [25, 25, 0],
        write: workspace,
    },
    Sample {
        format: "log_analytics_audit_csv",
        form: "",
        part: Part::Audits,
        lacks: NOTHING,
        rows: [11, 10, 1],
        write: workspace_audit,
    },
    Sample {
        format: "log_analytics_union_csv",
        form: "",
        part: Part::Both,
        lacks: NOTHING,
        rows: [36, 35, 1],
        write: workspace_union,
    },
    Sample {
        format: "entra_powershell_sign_in_csv",
        form: "",
        part: Part::SignIns,
        lacks: V1,
        rows: [25, 25, 0],
        write: powershell,
    },
    Sample {
        format: "entra_powershell_sign_in_csv",
        form: "flattened by a script, German dates",
        part: Part::SignIns,
        lacks: V1,
        rows: [25, 25, 0],
        write: flattened,
    },
    Sample {
        format: "powershell_audit_csv",
        form: "",
        part: Part::Audits,
        lacks: &[Lacks::Actor, Lacks::AuditValidFrom],
        rows: [11, 10, 1],
        write: powershell_audit,
    },
    Sample {
        format: "cli_sign_in_csv",
        form: "",
        part: Part::Refused("--output json"),
        lacks: NOTHING,
        rows: [0, 0, 0],
        write: cli,
    },
    // Five of the directory's own events; what it does not say is that the audit log was observed.
    Sample {
        format: "unified_audit_csv",
        form: "",
        part: Part::Audits,
        lacks: &[Lacks::OtherServices, Lacks::Coverage],
        rows: [8, 5, 3],
        write: unified,
    },
];

const PORTAL: &str = "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Cross tenant access type,Incoming token type,Authentication Protocol,Unique token identifier,Original transfer method,Client credential type,Token Protection - Sign In Session,Token Protection - Sign In Session StatusCode,Application,Application ID ,App owner tenant ID,Resource,Resource ID ,Resource tenant ID,Resource owner tenant ID,Home tenant ID,Home tenant name,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Compliant,Managed,Join Type,Multifactor authentication result,Multifactor authentication auth method,Multifactor authentication auth detail,Authentication requirement,Sign-in identifier,Session ID,IP address (seen by resource),Through Global Secure Access,Global Secure Access IP address,Autonomous system  number,Flagged for review,Token issuer type,Incoming token type,Token issuer name,Latency,Conditional Access,Managed Identity type,Associated Resource Id,Federated Token Id,Federated Token Issuer";
const OLDER: &str = "Date,Request ID,Correlation ID,User ID,User,Username,Application,Application ID,Resource,Resource ID,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Compliant,Managed,Join Type,MFA result,MFA auth method,MFA auth detail,Conditional Access";

fn portal_row<'a>(tenant: &Tenant, s: &SignIn, date: fn(&str) -> String, header: &str) -> Vec<(&'a str, String)> {
    let person = &tenant.people[s.who];
    let success = s.code == 0;
    let cells = vec![
        ("Request ID", s.request.clone()),
        ("Correlation ID", s.correlation.clone()),
        ("User ID", person.id.clone()),
        ("User", person.name.clone()),
        ("Username", person.upn.clone()),
        ("User type", s.kind.to_lowercase()),
        ("Cross tenant access type", s.cross.clone()),
        ("Incoming token type", s.token.clone()),
        ("Authentication Protocol", s.protocol.clone()),
        // The portal guards what a spreadsheet would take for a formula.
        ("Unique token identifier", "'-AbCdEf".to_owned()),
        ("Application", s.app.1.clone()),
        ("Resource tenant ID", s.tenants[1].clone()),
        ("Home tenant ID", s.tenants[0].clone()),
        ("Location", ", , ".to_owned()),
        ("Status", if success { "Success" } else { "Failure" }.to_owned()),
        ("Sign-in error code", if success { String::new() } else { s.code.to_string() }),
        ("Failure reason", s.reason.clone()),
        ("Client app", s.client.clone()),
        ("Join Type", s.trust.clone()),
        ("Session ID", s.session.clone()),
    ];
    let has = |name: &str| header.split(',').any(|column| column == name);
    let mut row: Vec<(&str, String)> = cells.into_iter().filter(|(name, _)| has(name)).collect();
    row.push((if has("Date") { "Date" } else { "Date (UTC)" }, date(s.at)));
    row.push((if has("Application ID ") { "Application ID " } else { "Application ID" }, s.app.0.to_owned()));
    row.push((if has("Resource ID ") { "Resource ID " } else { "Resource ID" }, RESOURCE.to_owned()));
    row
}

fn portal_files(tenant: &Tenant, header: &str, separator: u8, date: fn(&str) -> String) -> Vec<File> {
    let file = |name: &str, interactive: bool| {
        let rows = tenant.sign_ins.iter().filter(|s| s.interactive == interactive);
        (name.to_owned(), csv(header, separator, rows.map(|s| portal_row(tenant, s, date, header)).collect()))
    };
    vec![
        file("InteractiveSignIns_2026-10-23_2026-11-22.csv", true),
        file("NonInteractiveSignIns_2026-10-23_2026-11-22.csv", false),
    ]
}

fn portal(tenant: &Tenant) -> Vec<File> {
    portal_files(tenant, PORTAL, b',', str::to_owned)
}

fn older(tenant: &Tenant) -> Vec<File> {
    portal_files(tenant, OLDER, b',', str::to_owned)
}

/// `;`, dates of the machine's culture, UTF-16.
fn spreadsheet(tenant: &Tenant) -> Vec<File> {
    let day_first = |iso: &str| format!("{}/{}/{} {}", &iso[8..10], &iso[5..7], &iso[..4], &iso[11..19]);
    let mut files = portal_files(tenant, PORTAL, b';', day_first);
    for (_, bytes) in &mut files {
        let text = format!("sep=;\r\n{}", String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}'));
        *bytes = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    }
    files
}

fn portal_details(tenant: &Tenant) -> Vec<File> {
    let mut files = portal(tenant);
    for (name, interactive) in
        [("InteractiveSignIns_AuthDetails_2026.csv", true), ("NonInteractiveSignIns_AuthDetails_2026.csv", false)]
    {
        let header =
            "Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement";
        let mut rows = Vec::new();
        for s in tenant.sign_ins.iter().filter(|s| s.interactive == interactive) {
            for (method, result, succeeded) in s.steps.unwrap_or_default() {
                rows.push(vec![
                    ("Request ID", s.request.clone()),
                    ("Date", s.at.to_owned()),
                    ("Authentication method", (*method).to_owned()),
                    ("Succeeded", succeeded.to_string()),
                    ("Result detail", (*result).to_owned()),
                ]);
            }
        }
        files.push((name.to_owned(), csv(header, b',', rows)));
    }
    files
}

fn application(_: &Tenant) -> Vec<File> {
    let header = "Date (UTC),Request ID,Correlation ID,Service principal ID,Service principal name,Credential key ID,Credential thumbprint,Application,Application ID ,App owner tenant ID,Resource,Resource ID ,Resource tenant ID,Resource owner tenant ID,Home tenant ID,Home tenant name,IP address,Location,Status,Sign-in error code,Failure reason,Conditional Access";
    let row = vec![("Date (UTC)", "2026-11-20T08:00:00Z".to_owned()), ("Service principal name", "Backup".to_owned())];
    vec![("ApplicationSignIns_2026-11-20.csv".to_owned(), csv(header, b',', vec![row]))]
}

fn portal_audit(tenant: &Tenant) -> Vec<File> {
    let mut header = "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,User Agent,ActorType,ActorDisplayName,ActorObjectId,ActorUserPrincipalName,IPAddress,ActorHomeTenantId,ActorHomeTenantName,ActorServicePrincipalId,ActorServicePrincipalName".to_owned();
    for target in 1..=3 {
        for part in ["Type", "DisplayName", "ObjectId", "UserPrincipalName"] {
            header += &format!(",Target{target}{part}");
        }
        for property in 1..=5 {
            for part in ["Name", "OldValue", "NewValue"] {
                header += &format!(",Target{target}ModifiedProperty{property}{part}");
            }
        }
    }
    for detail in 1..=6 {
        header += &format!(",AdditionalDetail{detail}Key,AdditionalDetail{detail}Value");
    }
    let row = |a: &Audit| {
        let person = &tenant.people[a.who];
        let mut cells = vec![
            ("Date (UTC)", a.at.to_owned()),
            ("CorrelationId", a.correlation.clone()),
            ("Service", a.service.to_owned()),
            ("Activity", a.activity.to_owned()),
            ("Result", if a.success { "success" } else { "failure" }.to_owned()),
            ("ResultReason", a.reason.clone()),
            ("Target1Type", "User".to_owned()),
            ("Target1ObjectId", person.id.clone()),
            ("Target1UserPrincipalName", person.upn.clone()),
        ];
        let user = |id: &str, upn: &str| {
            vec![
                ("ActorType", "User".to_owned()),
                ("ActorObjectId", id.to_owned()),
                ("ActorUserPrincipalName", upn.to_owned()),
            ]
        };
        cells.extend(match a.by {
            By::Own => user(&person.id, &person.upn),
            By::Admin => user("ad000000-0000-4000-8000-000000000001", "boss@contoso.example"),
            By::App => {
                vec![("ActorType", "Application".to_owned()), ("ActorDisplayName", "Revoke sessions".to_owned())]
            }
            By::Nobody => Vec::new(),
        });
        if !a.valid_from.is_empty() {
            cells.push(("Target1ModifiedProperty2Name", "StsRefreshTokensValidFrom".to_owned()));
            cells.push(("Target1ModifiedProperty2NewValue", format!("[\"{}\"]", a.valid_from)));
        }
        cells
    };
    vec![("AuditLogs_2026-11-22.csv".to_owned(), csv(&header, b',', tenant.audits.iter().map(row).collect()))]
}

/// Cells of a workspace's sign-in tables.
pub fn workspace_cells(tenant: &Tenant, s: &SignIn, date: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let (person, graph) = (&tenant.people[s.who], graph_sign_in(tenant, s));
    let table = if s.interactive { "SigninLogs" } else { "AADNonInteractiveUserSignInLogs" };
    let dynamic = |name: &str| serde_json::to_string_pretty(&graph[name]).expect("JSON").replace('\n', "\r\n");
    vec![
        ("TenantId", "dddddddd-0000-4000-8000-00000000000b".to_owned()),
        ("TimeGenerated [UTC]", date("2026-11-21T23:59:59Z")),
        ("CreatedDateTime [UTC]", date(s.at)),
        ("Type", table.to_owned()),
        ("ResourceId", format!("/tenants/{TENANT}/providers/Microsoft.aadiam")),
        ("ResourceIdentity", RESOURCE.to_owned()),
        ("ResultType", s.code.to_string()),
        ("ResultSignature", "None".to_owned()),
        ("ResultDescription", s.reason.clone()),
        ("CorrelationId", s.correlation.clone()),
        ("AppDisplayName", s.app.1.clone()),
        ("AppId", s.app.0.to_owned()),
        ("AuthenticationDetails", s.steps.map_or(String::new(), |list| steps(list, s.at).to_string())),
        ("AuthenticationProtocol", s.protocol.clone()),
        ("ClientAppUsed", s.client.clone()),
        ("CrossTenantAccessType", s.cross.clone()),
        ("DeviceDetail", dynamic("deviceDetail")),
        ("HomeTenantId", s.tenants[0].clone()),
        ("Id", s.request.clone()),
        ("IncomingTokenType", s.token.clone()),
        ("IsInteractive", s.interactive.to_string()),
        ("ResourceTenantId", s.tenants[1].clone()),
        ("ServicePrincipalId", "00000000-0000-0000-0000-000000000000".to_owned()),
        ("SessionId", s.session.clone()),
        ("Status", dynamic("status")),
        ("UserDisplayName", person.name.clone()),
        ("UserId", person.id.clone()),
        ("UserPrincipalName", person.upn.clone()),
        ("UserType", s.kind.clone()),
    ]
}

/// Cells of a workspace's `AuditLogs`.
pub fn workspace_audit_cells(tenant: &Tenant, a: &Audit, date: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
    let person = &tenant.people[a.who];
    vec![
        ("TimeGenerated [UTC]", date("2026-11-21T23:59:59Z")),
        ("ActivityDateTime [UTC]", date(a.at)),
        ("ActivityDisplayName", a.activity.to_owned()),
        ("OperationName", a.activity.to_owned()),
        ("Category", "UserManagement".to_owned()),
        ("Result", if a.success { "success" } else { "failure" }.to_owned()),
        ("ResultReason", a.reason.clone()),
        ("CorrelationId", a.correlation.clone()),
        ("LoggedByService", a.service.to_owned()),
        ("InitiatedBy", initiated_by(person, a.by).to_string()),
        ("TargetResources", targets(person, a).to_string()),
        ("Type", "AuditLogs".to_owned()),
    ]
}

fn us(iso: &str) -> String {
    american(iso, true)
}

fn workspace(tenant: &Tenant) -> Vec<File> {
    let file = |name: &str, columns: Vec<&str>, interactive: bool| {
        let rows = tenant.sign_ins.iter().filter(|s| s.interactive == interactive);
        let carried =
            |cells: Vec<(&'static str, String)>| cells.into_iter().filter(|(name, _)| columns.contains(name)).collect();
        let rows = rows.map(|s| carried(workspace_cells(tenant, s, us))).collect();
        (name.to_owned(), csv(&columns.join(","), b',', rows))
    };
    vec![
        file("SigninLogs.csv", tables::sign_ins_2026(), true),
        file("AADNonInteractiveUserSignInLogs.csv", tables::non_interactive_2026(), false),
    ]
}

fn workspace_audit(tenant: &Tenant) -> Vec<File> {
    let rows = tenant.audits.iter().map(|a| workspace_audit_cells(tenant, a, us)).collect();
    vec![("AuditLogs.csv".to_owned(), csv(tables::AUDIT, b',', rows))]
}

fn workspace_union(tenant: &Tenant) -> Vec<File> {
    let mut columns = tables::sign_ins_2026();
    columns.extend(tables::split(tables::AUDIT).into_iter().filter(|c| !tables::sign_ins_2026().contains(c)));
    let mut rows: Vec<Vec<(&str, String)>> = Vec::new();
    let mut audits = tenant.audits.iter().map(|a| workspace_audit_cells(tenant, a, us));
    for s in &tenant.sign_ins {
        rows.extend(audits.next());
        rows.push(workspace_cells(tenant, s, us));
    }
    // A query may leave `Type` out: then the row's own time says what it is.
    rows.iter_mut().step_by(3).for_each(|row| row.retain(|(name, _)| *name != "Type"));
    vec![("query_data.csv".to_owned(), csv(&columns.join(","), b',', rows))]
}

fn powershell(tenant: &Tenant) -> Vec<File> {
    let header = "AppDisplayName,AppId,AppliedConditionalAccessPolicies,ClientAppUsed,CorrelationId,CreatedDateTime,DeviceDetail,Id,IsInteractive,ResourceId,Status,UserDisplayName,UserId,UserPrincipalName";
    let row = |s: &SignIn| {
        let person = &tenant.people[s.who];
        vec![
            ("AppDisplayName", s.app.1.clone()),
            ("AppId", s.app.0.to_owned()),
            ("AppliedConditionalAccessPolicies", "System.Object[]".to_owned()),
            ("ClientAppUsed", s.client.clone()),
            ("CorrelationId", s.correlation.clone()),
            ("CreatedDateTime", format!("{} +00:00", american(s.at, false))),
            ("DeviceDetail", format!("@{{deviceId=; displayName=; trustType={}}}", s.trust)),
            ("Id", s.request.clone()),
            ("IsInteractive", s.interactive.to_string()),
            ("ResourceId", RESOURCE.to_owned()),
            ("Status", format!("@{{errorCode={}; failureReason={}; additionalDetails=}}", s.code, s.reason)),
            ("UserDisplayName", person.name.clone()),
            ("UserId", person.id.clone()),
            ("UserPrincipalName", person.upn.clone()),
        ]
    };
    let text = csv(header, b',', tenant.sign_ins.iter().map(row).collect());
    let typed = [b"#TYPE Microsoft.Open.MSGraph.Model.MsSignIn\r\n", &text[3..]].concat();
    vec![("signins.csv".to_owned(), typed)]
}

fn flattened(tenant: &Tenant) -> Vec<File> {
    let header = "CreatedDateTime,UserId,UserPrincipalName,UserDisplayName,AppId,AppDisplayName,ResourceId,ClientAppUsed,CorrelationId,SignInEventTypes,Status,Status.ErrorCode,Status.FailureReason,DeviceDetail.TrustType";
    let row = |s: &SignIn| {
        let person = &tenant.people[s.who];
        vec![
            ("CreatedDateTime", format!("{}.{}.{} {}", &s.at[8..10], &s.at[5..7], &s.at[..4], &s.at[11..19])),
            ("UserId", person.id.clone()),
            ("UserPrincipalName", person.upn.clone()),
            ("UserDisplayName", person.name.clone()),
            ("AppId", s.app.0.to_owned()),
            ("AppDisplayName", s.app.1.clone()),
            ("ResourceId", RESOURCE.to_owned()),
            ("ClientAppUsed", s.client.clone()),
            ("CorrelationId", s.correlation.clone()),
            ("SignInEventTypes", if s.interactive { "{interactiveUser}" } else { "{nonInteractiveUser}" }.to_owned()),
            ("Status", if s.code == 0 { "Success" } else { "Failure" }.to_owned()),
            ("Status.ErrorCode", s.code.to_string()),
            ("Status.FailureReason", s.reason.clone()),
            ("DeviceDetail.TrustType", s.trust.clone()),
        ]
    };
    vec![("Untouched.csv".to_owned(), csv(header, b';', tenant.sign_ins.iter().map(row).collect()))]
}

fn powershell_audit(tenant: &Tenant) -> Vec<File> {
    let header = "ActivityDateTime,ActivityDisplayName,Category,CorrelationId,Id,InitiatedBy,LoggedByService,OperationType,Result,ResultReason,TargetResources";
    let row = |a: &Audit| {
        let person = &tenant.people[a.who];
        vec![
            ("ActivityDateTime", american(a.at, false)),
            ("ActivityDisplayName", a.activity.to_owned()),
            ("CorrelationId", a.correlation.clone()),
            ("InitiatedBy", "@{app=; user=}".to_owned()),
            ("Result", if a.success { "success" } else { "failure" }.to_owned()),
            ("ResultReason", a.reason.clone()),
            (
                "TargetResources",
                format!(
                    "@{{displayName=; id={}; modifiedProperties=System.Object[]; type=User; userPrincipalName={}}}",
                    person.id, person.upn
                ),
            ),
        ]
    };
    vec![("audits.csv".to_owned(), csv(header, b';', tenant.audits.iter().map(row).collect()))]
}

fn cli(tenant: &Tenant) -> Vec<File> {
    let row = |s: &SignIn| {
        let person = &tenant.people[s.who];
        vec![("id", s.request.clone()), ("userPrincipalName", person.upn.clone()), ("createdDateTime", s.at.to_owned())]
    };
    let header = "id,userPrincipalName,appId,appDisplayName,createdDateTime";
    vec![("signins.csv".to_owned(), csv(header, b',', tenant.sign_ins.iter().map(row).collect()))]
}

fn unified(tenant: &Tenant) -> Vec<File> {
    let mut rows = Vec::new();
    for a in &tenant.audits {
        let person = &tenant.people[a.who];
        let party = |id: &str, upn: &str| serde_json::json!([{"ID": format!("User_{id}"), "Type": 2}, {"ID": id, "Type": 2}, {"ID": "User", "Type": 2}, {"ID": upn, "Type": 5}]);
        let actor = match a.by {
            By::Own => party(&person.id, &person.upn),
            By::App => serde_json::json!([{"ID": "Revoke sessions", "Type": 1}, {"ID": "ServicePrincipal", "Type": 2}]),
            _ => party("ad000000-0000-4000-8000-000000000001", "boss@contoso.example"),
        };
        let changed = if a.valid_from.is_empty() {
            serde_json::json!([])
        } else {
            serde_json::json!([{"Name": "StsRefreshTokensValidFrom", "NewValue": format!("[\r\n  \"{}\"\r\n]", a.valid_from), "OldValue": "[]"}])
        };
        if a.service == "Core Directory" {
            let data = serde_json::json!({"CreationTime": a.at.trim_end_matches('Z'), "Operation": format!("{}.", a.activity),
                "RecordType": 8, "ResultStatus": "Success", "UserId": "x", "Actor": actor, "InterSystemsId": a.correlation,
                "Target": party(&person.id, &person.upn), "ModifiedProperties": changed});
            rows.push(vec![
                ("RecordType", "8".to_owned()),
                ("CreationDate", american(a.at, false)),
                ("AuditData", data.to_string()),
            ]);
        }
    }
    let sign_in =
        serde_json::json!({"CreationTime": "2026-11-20T08:00:00", "Operation": "UserLoggedIn", "RecordType": 15});
    rows.push(vec![("RecordType", "15".to_owned()), ("AuditData", sign_in.to_string())]);
    rows.push(vec![("RecordType", "8".to_owned())]);
    vec![("AuditLog.csv".to_owned(), csv("RecordType,CreationDate,UserIds,Operations,AuditData", b',', rows))]
}
