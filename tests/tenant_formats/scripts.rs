//! Registration reports of scripts and other tools.

use serde_json::{Value, json};

use super::registrations::{Cell, list, reports, table};
use super::tenant::{Lacks, Person, Report, Tenant};
use super::{File, MSONLINE, Part, Sample, csv, word};

pub const SAMPLES: &[Sample] = &[
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
];

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
