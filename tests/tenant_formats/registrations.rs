//! Registration reports.

use serde_json::{Value, json};

use super::logs::pascal;
use super::tenant::{Lacks, Person, Report, Tenant};
use super::{File, Part, Sample, american, csv, or_null, word};

/// What reports by scripts without an object id and a time lack.
const SCRIPT: &[Lacks] = &[
    Lacks::Id,
    Lacks::Guest,
    Lacks::SsprRegistered,
    Lacks::SsprEnabled,
    Lacks::SsprCapable,
    Lacks::Passwordless,
    Lacks::Updated,
];

pub const SAMPLES: &[Sample] = &[
    Sample {
        format: "graph_registration_json",
        form: "page",
        part: Part::Registrations,
        lacks: &[],
        rows: [5, 5, 0],
        write: graph,
    },
    Sample {
        format: "powershell_registration_json",
        form: "",
        part: Part::Registrations,
        lacks: &[],
        rows: [5, 5, 0],
        write: powershell,
    },
    Sample {
        format: "registration_csv",
        form: "portal 2026",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Guest,
            Lacks::Admin,
            Lacks::MfaRegistered,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
        ],
        rows: [5, 5, 0],
        write: portal_2026,
    },
    Sample {
        format: "registration_csv",
        form: "portal 2023",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Name,
            Lacks::Guest,
            Lacks::Admin,
            Lacks::MfaRegistered,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
        ],
        rows: [5, 5, 0],
        write: portal_2023,
    },
    Sample {
        format: "registration_csv",
        form: "M365-Assess",
        part: Part::Registrations,
        lacks: &[Lacks::Id, Lacks::Guest, Lacks::SsprEnabled, Lacks::Updated],
        rows: [5, 5, 0],
        write: assess,
    },
    Sample {
        format: "registration_csv",
        form: "cmdlet, dates of the culture",
        part: Part::Registrations,
        lacks: &[],
        rows: [5, 5, 0],
        write: cmdlet,
    },
    Sample {
        format: "registration_csv",
        form: "cmdlet, lists lost",
        part: Part::Registrations,
        lacks: &[Lacks::Methods],
        rows: [5, 5, 0],
        write: cmdlet_lost,
    },
    Sample {
        format: "registration_csv",
        form: "as on the screen",
        part: Part::Registrations,
        lacks: &[Lacks::Id, Lacks::Guest, Lacks::Admin, Lacks::MfaRegistered, Lacks::SsprEnabled],
        rows: [5, 5, 0],
        write: screen,
    },
    Sample {
        format: "cli_registration_csv",
        form: "",
        part: Part::Registrations,
        lacks: &[Lacks::Methods],
        rows: [5, 5, 0],
        write: cli,
    },
    Sample {
        format: "credential_registration_json",
        form: "",
        part: Part::Registrations,
        lacks: LEGACY,
        rows: [5, 5, 0],
        write: legacy_json,
    },
    Sample {
        format: "credential_registration_csv",
        form: "",
        part: Part::Registrations,
        lacks: LEGACY,
        rows: [5, 5, 0],
        write: legacy_csv,
    },
    Sample {
        format: "reset_events_csv",
        form: "",
        part: Part::Skipped,
        lacks: SCRIPT,
        rows: [1, 0, 1],
        write: reset_csv,
    },
    Sample {
        format: "reset_events_json",
        form: "",
        part: Part::Skipped,
        lacks: SCRIPT,
        rows: [1, 0, 1],
        write: reset_json,
    },
];

const LEGACY: &[Lacks] =
    &[Lacks::Guest, Lacks::Admin, Lacks::MfaCapable, Lacks::Passwordless, Lacks::Updated, Lacks::LegacyMethodWords];

pub fn reports(tenant: &Tenant) -> impl Iterator<Item = (&Person, &Report)> {
    tenant.people.iter().filter_map(|p| Some((p, p.report.as_ref()?)))
}

fn objects(tenant: &Tenant) -> Vec<Value> {
    let object = |(p, r): (&Person, &Report)| {
        let mut value = json!({
            "id": or_null(&p.id), "userPrincipalName": p.upn, "userDisplayName": or_null(&p.name),
            "userType": or_null(&p.kind.to_lowercase()), "isAdmin": r.admin, "isMfaRegistered": r.mfa[0],
            "isMfaCapable": r.mfa[1], "isSsprRegistered": r.sspr[0], "isSsprEnabled": r.sspr[1],
            "isSsprCapable": r.sspr[2], "isPasswordlessCapable": r.passwordless,
            "lastUpdatedDateTime": or_null(&r.updated.replace('Z', ".918907Z")),
        });
        if let Some(methods) = &r.methods {
            value["methodsRegistered"] = json!(methods);
        }
        value
    };
    reports(tenant).map(object).collect()
}

pub fn graph(tenant: &Tenant) -> Vec<File> {
    let page = json!({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x", "value": objects(tenant)});
    vec![("userRegistrationDetails.json".to_owned(), page.to_string().into_bytes())]
}

fn powershell(tenant: &Tenant) -> Vec<File> {
    let rows: Vec<Value> = objects(tenant).iter().map(pascal).collect();
    vec![("registration.json".to_owned(), serde_json::to_string_pretty(&rows).expect("JSON").into_bytes())]
}

pub type Cell = (&'static str, String);

pub fn table(
    name: &str,
    header: &str,
    separator: u8,
    tenant: &Tenant,
    row: impl Fn(&Person, &Report) -> Vec<Cell>,
) -> Vec<File> {
    vec![(name.to_owned(), csv(header, separator, reports(tenant).map(|(p, r)| row(p, r)).collect()))]
}

fn joined(r: &Report, by: &str) -> String {
    r.methods.as_ref().expect("a list").join(by)
}

pub fn list(r: &Report) -> String {
    json!(r.methods).to_string()
}

fn portal_2026(tenant: &Tenant) -> Vec<File> {
    let header = "userPrincipalName,userDisplayName,isMfaCapable,isPasswordlessCapable,isSsprCapable,defaultMfaMethod,methodsRegistered,lastUpdatedDateTime";
    table("exportUserRegistrationDetails_2026-11-22.csv", header, b',', tenant, |p, r| {
        vec![
            ("userPrincipalName", p.upn.clone()),
            ("userDisplayName", p.name.clone()),
            ("isMfaCapable", word(r.mfa[1])),
            ("isPasswordlessCapable", word(r.passwordless)),
            ("isSsprCapable", word(r.sspr[2])),
            ("defaultMfaMethod", "none".to_owned()),
            ("methodsRegistered", list(r)),
            ("lastUpdatedDateTime", r.updated.replace('Z', ".918907Z")),
        ]
    })
}

fn portal_2023(tenant: &Tenant) -> Vec<File> {
    let header = "userPrincipalName,mfaCapable,ssprRegistered,ssprEnabled,methodsRegistered,defaultMfaMethod";
    table("registration.csv", header, b',', tenant, |p, r| {
        vec![
            ("userPrincipalName", p.upn.clone()),
            ("mfaCapable", word(r.mfa[1])),
            ("ssprRegistered", word(r.sspr[0])),
            ("ssprEnabled", word(r.sspr[1])),
            ("methodsRegistered", list(r)),
        ]
    })
}

fn assess(tenant: &Tenant) -> Vec<File> {
    let header = "UserPrincipalName,UserDisplayName,IsMfaRegistered,IsMfaCapable,IsPasswordlessCapable,IsSsprRegistered,IsSsprCapable,MethodsRegistered,DefaultMfaMethod,IsAdmin";
    table("03-MFA-Report.csv", header, b',', tenant, |p, r| {
        vec![
            ("UserPrincipalName", p.upn.clone()),
            ("UserDisplayName", p.name.clone()),
            ("IsMfaRegistered", word(r.mfa[0])),
            ("IsMfaCapable", word(r.mfa[1])),
            ("IsPasswordlessCapable", word(r.passwordless)),
            ("IsSsprRegistered", word(r.sspr[0])),
            ("IsSsprCapable", word(r.sspr[2])),
            // An empty list joined is an empty cell, which is also how a lost one looks.
            ("MethodsRegistered", if list(r) == "[]" { "[]".to_owned() } else { joined(r, "; ") }),
            ("IsAdmin", word(r.admin)),
        ]
    })
}

fn all_names(tenant: &Tenant, methods: fn(&Report) -> String) -> Vec<File> {
    let header = "Id,UserPrincipalName,UserDisplayName,UserType,IsAdmin,IsMfaRegistered,IsMfaCapable,IsSsprRegistered,IsSsprEnabled,IsSsprCapable,IsPasswordlessCapable,IsSystemPreferredAuthenticationMethodEnabled,SystemPreferredAuthenticationMethods,MethodsRegistered,LastUpdatedDateTime";
    table("registration.csv", header, b'\t', tenant, |p, r| {
        vec![
            ("Id", p.id.clone()),
            ("UserPrincipalName", p.upn.clone()),
            ("UserDisplayName", p.name.clone()),
            ("UserType", p.kind.to_lowercase()),
            ("IsAdmin", word(r.admin)),
            ("IsMfaRegistered", word(r.mfa[0])),
            ("IsMfaCapable", word(r.mfa[1])),
            ("IsSsprRegistered", word(r.sspr[0])),
            ("IsSsprEnabled", word(r.sspr[1])),
            ("IsSsprCapable", word(r.sspr[2])),
            ("IsPasswordlessCapable", word(r.passwordless)),
            ("SystemPreferredAuthenticationMethods", "System.String[]".to_owned()),
            ("MethodsRegistered", methods(r)),
            ("LastUpdatedDateTime", american(&r.updated, false)),
        ]
    })
}

fn cmdlet(tenant: &Tenant) -> Vec<File> {
    all_names(tenant, |r| format!("{{{}}}", joined(r, ", ")))
}

fn cmdlet_lost(tenant: &Tenant) -> Vec<File> {
    all_names(tenant, |_| "System.String[]".to_owned())
}

fn screen(tenant: &Tenant) -> Vec<File> {
    let header = "User principal name,Display name,MFA Capable,Passwordless Capable,SSPR Registered,SSPR Capable,Methods registered,Last Updated Time";
    table("pasted.tsv", header, b'|', tenant, |p, r| {
        let capable = |v: Option<bool>| if v == Some(true) { "Capable" } else { "Not Capable" }.to_owned();
        vec![
            ("User principal name", p.upn.clone()),
            ("Display name", p.name.clone()),
            ("MFA Capable", capable(r.mfa[1])),
            ("Passwordless Capable", capable(r.passwordless)),
            ("SSPR Registered", if r.sspr[0] == Some(true) { "Registered" } else { "Not Registered" }.to_owned()),
            ("SSPR Capable", capable(r.sspr[2])),
            ("Methods registered", list(r)),
            ("Last Updated Time", r.updated.clone()),
        ]
    })
}

fn cli(tenant: &Tenant) -> Vec<File> {
    let header = "id,isAdmin,isMfaCapable,isMfaRegistered,isPasswordlessCapable,isSsprCapable,isSsprEnabled,isSsprRegistered,isSystemPreferredAuthenticationMethodEnabled,lastUpdatedDateTime,userDisplayName,userPreferredMethodForSecondaryAuthentication,userPrincipalName,userType";
    let one = |v: Option<bool>| if v == Some(true) { "1" } else { "" }.to_owned();
    table("registration.csv", header, b',', tenant, |p, r| {
        vec![
            ("id", p.id.clone()),
            ("isAdmin", one(r.admin)),
            ("isMfaCapable", one(r.mfa[1])),
            ("isMfaRegistered", one(r.mfa[0])),
            ("isPasswordlessCapable", one(r.passwordless)),
            ("isSsprCapable", one(r.sspr[2])),
            ("isSsprEnabled", one(r.sspr[1])),
            ("isSsprRegistered", one(r.sspr[0])),
            ("lastUpdatedDateTime", r.updated.clone()),
            ("userDisplayName", p.name.clone()),
            ("userPrincipalName", p.upn.clone()),
            ("userType", p.kind.to_lowercase()),
        ]
    })
}

/// The tenant's methods in the legacy report's words.
fn legacy_methods(r: &Report) -> Value {
    let word = |m: &'static str| match m {
        "microsoftAuthenticatorPush" => "appNotification",
        "fido2" => "fido",
        other => other,
    };
    r.methods.iter().flatten().map(|m| word(m).to_owned()).collect()
}

fn legacy_json(tenant: &Tenant) -> Vec<File> {
    let row = |(p, r): (&Person, &Report)| {
        json!({"id": p.id, "userPrincipalName": p.upn, "userDisplayName": p.name, "authMethods": legacy_methods(r),
               "isRegistered": r.sspr[0], "isEnabled": r.sspr[1], "isCapable": r.sspr[2], "isMfaRegistered": r.mfa[0]})
    };
    vec![(
        "credentials.json".to_owned(),
        json!({"value": reports(tenant).map(row).collect::<Value>()}).to_string().into_bytes(),
    )]
}

fn legacy_csv(tenant: &Tenant) -> Vec<File> {
    let header = "id,userPrincipalName,userDisplayName,authMethods,isRegistered,isEnabled,isCapable,isMfaRegistered";
    table("credentials.csv", header, b',', tenant, |p, r| {
        vec![
            ("id", p.id.clone()),
            ("userPrincipalName", p.upn.clone()),
            ("userDisplayName", p.name.clone()),
            ("authMethods", legacy_methods(r).to_string()),
            ("isRegistered", word(r.sspr[0])),
            ("isEnabled", word(r.sspr[1])),
            ("isCapable", word(r.sspr[2])),
            ("isMfaRegistered", word(r.mfa[0])),
        ]
    })
}

fn reset_csv(tenant: &Tenant) -> Vec<File> {
    let header = "Date,User name,User,Feature,Method used,Status,Reason for failure";
    let row = vec![
        ("Date", "2026-11-20T00:00:00Z".to_owned()),
        ("User name", tenant.people[0].upn.clone()),
        ("Feature", "Registration".to_owned()),
    ];
    vec![("events.csv".to_owned(), csv(header, b',', vec![row]))]
}

fn reset_json(tenant: &Tenant) -> Vec<File> {
    let row = json!({"id": "1", "feature": "registration", "userPrincipalName": tenant.people[0].upn, "authMethod": "email",
                     "isSuccess": true, "failureReason": "", "eventDateTime": "2026-11-20T00:00:00Z"});
    vec![("events.json".to_owned(), json!([row]).to_string().into_bytes())]
}
