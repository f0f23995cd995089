//! Registration reports.

use serde_json::{Value, json};

use super::logs::pascal;
use super::tenant::{Lacks, Person, Report, Tenant};
use super::{File, MSONLINE, Part, Sample, american, csv, or_null, word};

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
        format: "extractor_methods_csv",
        form: "",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Name,
            Lacks::Guest,
            Lacks::Admin,
            Lacks::MfaRegistered,
            Lacks::MfaCapable,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
        ],
        rows: [5, 5, 0],
        write: extractor,
    },
    Sample {
        format: "cipp_mfa_csv",
        form: "",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
            Lacks::Methods,
        ],
        rows: [5, 5, 0],
        write: cipp,
    },
    Sample {
        format: "cipp_mfa_json",
        form: "",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
        ],
        rows: [5, 5, 0],
        write: cipp_json,
    },
    Sample {
        format: "lazyadmin_mfa_csv",
        form: "",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Guest,
            Lacks::MfaCapable,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
        ],
        rows: [5, 5, 0],
        write: lazyadmin,
    },
    // Five people and the script's own line about somebody it did not find.
    Sample {
        format: "msonline_mfa_csv",
        form: "AdminDroid",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Guest,
            Lacks::MfaCapable,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
            Lacks::NoPasskeys,
        ],
        rows: [6, 5, 1],
        write: msonline_all,
    },
    Sample {
        format: "msonline_mfa_csv",
        form: "MFAStatus.ps1",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Guest,
            Lacks::MfaCapable,
            Lacks::SsprRegistered,
            Lacks::SsprEnabled,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
            Lacks::NoPasskeys,
            Lacks::Methods,
        ],
        rows: [6, 5, 1],
        write: msonline_default,
    },
    // Two reports of the same five people.
    Sample {
        format: "admindroid_registration_csv",
        form: "",
        part: Part::Registrations,
        lacks: &[
            Lacks::Id,
            Lacks::Guest,
            Lacks::Admin,
            Lacks::MfaRegistered,
            Lacks::MfaCapable,
            Lacks::SsprCapable,
            Lacks::Passwordless,
            Lacks::Updated,
        ],
        rows: [10, 10, 0],
        write: admindroid,
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

fn reports(tenant: &Tenant) -> impl Iterator<Item = (&Person, &Report)> {
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

type Cell = (&'static str, String);

fn table(
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

fn list(r: &Report) -> String {
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

fn has(r: &Report, method: &str) -> Option<bool> {
    r.methods.as_ref().map(|m| m.contains(&method))
}

fn extractor(tenant: &Tenant) -> Vec<File> {
    let header = "user,MFAstatus,email,fido2,app,password,phone,softwareoath,hellobusiness,temporaryAccessPass,certificateBasedAuthConfiguration,qrcodepin";
    table("AuthenticationMethods.csv", header, b',', tenant, |p, r| {
        let no = || "False".to_owned();
        vec![
            ("user", p.upn.clone()),
            ("MFAstatus", "Disabled".to_owned()),
            ("email", word(has(r, "email"))),
            ("fido2", word(has(r, "fido2"))),
            ("app", word(has(r, "microsoftAuthenticatorPush"))),
            ("password", "True".to_owned()),
            ("phone", word(has(r, "mobilePhone"))),
            ("softwareoath", no()),
            ("hellobusiness", no()),
            ("temporaryAccessPass", word(has(r, "temporaryAccessPass"))),
            ("certificateBasedAuthConfiguration", no()),
            ("qrcodepin", no()),
        ]
    })
}

fn cipp(tenant: &Tenant) -> Vec<File> {
    let header = "UPN,DisplayName,AccountEnabled,PerUser,MFARegistration,MFACapable,MFAMethods,CoveredByCA,CoveredBySD,IsAdmin,isLicensed,UserType";
    table("mfa.csv", header, b',', tenant, |p, r| {
        vec![
            ("UPN", p.upn.clone()),
            ("DisplayName", p.name.clone()),
            ("MFARegistration", word(r.mfa[0])),
            ("MFACapable", word(r.mfa[1])),
            ("MFAMethods", "[object Object]".to_owned()),
            ("IsAdmin", word(r.admin)),
            ("UserType", p.kind.clone()),
        ]
    })
}

fn cipp_json(tenant: &Tenant) -> Vec<File> {
    let row = |(p, r): (&Person, &Report)| {
        json!({"UPN": p.upn, "DisplayName": p.name, "AccountEnabled": true, "PerUser": "disabled", "MFARegistration": r.mfa[0],
               "MFACapable": r.mfa[1], "MFAMethods": r.methods, "IsAdmin": r.admin, "UserType": p.kind})
    };
    vec![("mfa.json".to_owned(), reports(tenant).map(row).collect::<Value>().to_string().into_bytes())]
}

fn lazyadmin(tenant: &Tenant) -> Vec<File> {
    let header = "Name,Emailaddress,UserPrincipalName,isAdmin,MFA Status,MFA Preferred method,Phone Authentication,Authenticator App,Passwordless,Hello for Business,FIDO2 Security Key,Temporary Access Pass,Authenticator device,Phone number,Email for SSPR,Manager";
    table("MFAStatus.csv", header, b',', tenant, |p, r| {
        let dash = |v: Option<bool>| if v == Some(true) { "True" } else { "-" }.to_owned();
        vec![
            ("Name", p.name.clone()),
            ("UserPrincipalName", p.upn.clone()),
            ("isAdmin", word(r.admin)),
            ("MFA Status", if r.mfa[0] == Some(true) { "enabled" } else { "disabled" }.to_owned()),
            ("MFA Preferred method", "Unable to retrieve".to_owned()),
            ("Phone Authentication", dash(has(r, "mobilePhone"))),
            ("Authenticator App", dash(has(r, "microsoftAuthenticatorPush"))),
            ("FIDO2 Security Key", dash(has(r, "fido2"))),
            ("Temporary Access Pass", dash(has(r, "temporaryAccessPass"))),
            ("Phone number", "+49 30 1".to_owned()),
            ("Email for SSPR", if has(r, "email") == Some(true) { "a@b.example" } else { "-" }.to_owned()),
        ]
    })
}

/// The words MSOnline has for somebody's methods.
fn msonline_words(r: &Report) -> Vec<&'static str> {
    MSONLINE.iter().filter(|(_, ours)| has(r, ours) == Some(true)).map(|(theirs, _)| *theirs).collect()
}

fn msonline_all(tenant: &Tenant) -> Vec<File> {
    let header = "DisplayName,UserPrincipalName,MFAStatus,ActivationStatus,DefaultMFAMethod,AllMFAMethods,MFAPhone,MFAEmail,LicenseStatus,IsAdmin,AdminRoles,SignInStatus";
    let mut rows: Vec<Vec<Cell>> = reports(tenant)
        .map(|(p, r)| {
            vec![
                ("DisplayName", p.name.clone()),
                ("UserPrincipalName", p.upn.clone()),
                ("MFAStatus", "Enforced".to_owned()),
                ("AllMFAMethods", msonline_words(r).join(",")),
                ("IsAdmin", word(r.admin)),
                ("SignInStatus", "Denied".to_owned()),
            ]
        })
        .collect();
    rows.push(vec![("DisplayName", "gone@contoso.example - Not found".to_owned())]);
    vec![("MFAReport.csv".to_owned(), csv(header, b',', rows))]
}

fn msonline_default(tenant: &Tenant) -> Vec<File> {
    let header =
        "DisplayName,UserPrincipalName,isAdmin,MFA Enabled,MFA Type,MFAEnforced,Email Verification,Registered phone";
    let mut rows: Vec<Vec<Cell>> = reports(tenant)
        .map(|(p, r)| {
            let default = msonline_words(r).last().copied();
            vec![
                ("DisplayName", p.name.clone()),
                ("UserPrincipalName", p.upn.clone()),
                ("isAdmin", word(r.admin)),
                ("MFA Enabled", word(Some(default.is_some()))),
                ("MFA Type", default.unwrap_or("-").to_owned()),
                ("MFAEnforced", "-".to_owned()),
            ]
        })
        .collect();
    rows.push(vec![
        ("DisplayName", " - Not found".to_owned()),
        ("UserPrincipalName", "gone@contoso.example".to_owned()),
    ]);
    vec![("MFAStatus.csv".to_owned(), csv(header, b',', rows))]
}

fn admindroid(tenant: &Tenant) -> Vec<File> {
    let methods = "User Name,UPN,Registered Auth Methods,Default Auth Method,System Preferred MFA Status";
    let reset = "User Name,UPN,Is SSPR Registered by User,Is SSPR Enabled by Admins";
    let mut files = table("methods.csv", methods, b',', tenant, |p, r| {
        vec![("User Name", p.name.clone()), ("UPN", p.upn.clone()), ("Registered Auth Methods", list(r))]
    });
    files.extend(table("sspr.csv", reset, b',', tenant, |p, r| {
        vec![
            ("User Name", p.name.clone()),
            ("UPN", p.upn.clone()),
            ("Is SSPR Registered by User", word(r.sspr[0])),
            ("Is SSPR Enabled by Admins", word(r.sspr[1])),
        ]
    }));
    files
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
