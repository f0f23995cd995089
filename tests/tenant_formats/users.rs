//! User lists.

use serde_json::{Value, json};

use super::logs::pascal;
use super::tenant::{Lacks, Person, Tenant};
use super::{File, Part, Sample, american, csv, or_null, word};

/// What the portal's own exports lack.
const PORTAL: &[Lacks] =
    &[Lacks::LastSignIn, Lacks::LastNonInteractive, Lacks::LastSuccessful, Lacks::ValidFrom, Lacks::Password];

pub const SAMPLES: &[Sample] = &[
    Sample { format: "graph_users_json", form: "page", part: Part::Users, lacks: &[], rows: [6, 6, 0], write: graph },
    Sample {
        format: "powershell_users_json",
        form: "",
        part: Part::Users,
        lacks: &[],
        rows: [6, 6, 0],
        write: powershell,
    },
    Sample {
        format: "users_csv",
        form: "portal 2021",
        part: Part::Users,
        lacks: PORTAL,
        rows: [6, 6, 0],
        write: portal_2021,
    },
    Sample {
        format: "users_csv",
        form: "portal 2020",
        part: Part::Users,
        lacks: &[
            Lacks::Created,
            Lacks::LastSignIn,
            Lacks::LastNonInteractive,
            Lacks::LastSuccessful,
            Lacks::ValidFrom,
            Lacks::Password,
        ],
        rows: [6, 6, 0],
        write: portal_2020,
    },
    Sample {
        format: "users_csv",
        form: "bulk job, selected columns",
        part: Part::Users,
        lacks: &[
            Lacks::Enabled,
            Lacks::Created,
            Lacks::Usage,
            Lacks::LastSignIn,
            Lacks::LastNonInteractive,
            Lacks::LastSuccessful,
            Lacks::ValidFrom,
            Lacks::Password,
        ],
        rows: [6, 6, 0],
        write: bulk,
    },
    Sample {
        format: "users_csv",
        form: "flattened from Graph",
        part: Part::Users,
        lacks: &[],
        rows: [6, 6, 0],
        write: flattened,
    },
    Sample {
        format: "users_csv",
        form: "Export-Csv, objects in cells",
        part: Part::Users,
        lacks: &[],
        rows: [6, 6, 0],
        write: export_csv,
    },
    Sample {
        format: "admin_centre_users_csv",
        form: "",
        part: Part::Users,
        lacks: &[Lacks::Guest, Lacks::LastSignIn, Lacks::LastNonInteractive, Lacks::LastSuccessful, Lacks::ValidFrom],
        rows: [6, 6, 0],
        write: admin_centre,
    },
    // When the list was made is worked out from the days that have passed.
    Sample {
        format: "inactive_users_csv",
        form: "",
        part: Part::Users,
        lacks: &[
            Lacks::Department,
            Lacks::Usage,
            Lacks::LastSuccessful,
            Lacks::ValidFrom,
            Lacks::Password,
            Lacks::Snapshot,
        ],
        rows: [6, 6, 0],
        write: inactive,
    },
    Sample {
        format: "group_members_csv",
        form: "",
        part: Part::Refused("--scope"),
        lacks: &[],
        rows: [0, 0, 0],
        write: members,
    },
    Sample {
        format: "group_members_csv",
        form: "import template",
        part: Part::Refused("--scope"),
        lacks: &[],
        rows: [0, 0, 0],
        write: template,
    },
];

fn objects(tenant: &Tenant) -> Vec<Value> {
    let object = |p: &Person| {
        let mut value = json!({
            "id": or_null(&p.id), "userPrincipalName": p.upn, "displayName": or_null(&p.name), "userType": or_null(&p.kind),
            "accountEnabled": p.enabled, "createdDateTime": or_null(&p.created), "department": or_null(&p.department),
            "usageLocation": or_null(&p.usage), "signInSessionsValidFromDateTime": or_null(&p.valid_from),
            "lastPasswordChangeDateTime": or_null(&p.password), "onPremisesSyncEnabled": null,
        });
        if p.seen.iter().any(|at| !at.is_empty()) {
            // Never is a date too.
            let at = |n: usize| if p.seen[n].is_empty() { "0001-01-01T00:00:00Z" } else { &p.seen[n] };
            value["signInActivity"] = json!({"lastSignInDateTime": at(0), "lastSignInRequestId": "x",
                "lastNonInteractiveSignInDateTime": at(1), "lastSuccessfulSignInDateTime": at(2)});
        }
        value
    };
    tenant.people.iter().map(object).collect()
}

pub fn graph(tenant: &Tenant) -> Vec<File> {
    vec![("users.json".to_owned(), json!({"value": objects(tenant)}).to_string().into_bytes())]
}

fn powershell(tenant: &Tenant) -> Vec<File> {
    let rows: Vec<Value> = objects(tenant).iter().map(pascal).collect();
    vec![("users.json".to_owned(), serde_json::to_string_pretty(&rows).expect("JSON").into_bytes())]
}

type Cell = (&'static str, String);

fn table(name: &str, header: &str, separator: u8, tenant: &Tenant, row: impl Fn(&Person) -> Vec<Cell>) -> Vec<File> {
    vec![(name.to_owned(), csv(header, separator, tenant.people.iter().map(row).collect()))]
}

fn portal_2021(tenant: &Tenant) -> Vec<File> {
    let header = "userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephoneNumber,mobilePhone,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification,companyName,creationType,directorySynced,invitationState,identityIssuer,createdDateTime";
    table("exportUsers.csv", header, b',', tenant, |p| {
        vec![
            ("userPrincipalName", p.upn.clone()),
            ("displayName", p.name.clone()),
            ("id", p.id.clone()),
            ("userType", p.kind.clone()),
            ("department", p.department.clone()),
            ("accountEnabled", word(p.enabled)),
            ("usageLocation", p.usage.clone()),
            ("createdDateTime", american(&p.created, false)),
        ]
    })
}

fn portal_2020(tenant: &Tenant) -> Vec<File> {
    let header = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,telephoneNumber,mobile,authenticationPhoneNumber,authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification";
    table("exportUsers.csv", header, b',', tenant, |p| {
        vec![
            ("userPrincipalName", p.upn.clone()),
            ("displayName", p.name.clone()),
            ("objectId", p.id.clone()),
            ("userType", p.kind.clone()),
            ("department", p.department.clone()),
            ("accountEnabled", word(p.enabled).to_uppercase()),
            ("usageLocation", p.usage.clone()),
        ]
    })
}

fn bulk(tenant: &Tenant) -> Vec<File> {
    table("users.csv", "id,displayName,userPrincipalName,department,jobTitle,userType", b',', tenant, |p| {
        vec![
            ("id", p.id.clone()),
            ("displayName", p.name.clone()),
            ("userPrincipalName", p.upn.clone()),
            ("department", p.department.clone()),
            ("userType", p.kind.clone()),
        ]
    })
}

fn flattened(tenant: &Tenant) -> Vec<File> {
    let header = "id,userPrincipalName,displayName,userType,accountEnabled,createdDateTime,department,usageLocation,signInActivity_lastSignInDateTime,signInActivity_lastNonInteractiveSignInDateTime,signInActivity_lastSuccessfulSignInDateTime,refreshTokensValidFromDateTime,lastPasswordChangeDateTime";
    table("users.csv", header, b',', tenant, |p| {
        let never = |n: usize| if p.seen[n].is_empty() { "Never".to_owned() } else { p.seen[n].clone() };
        vec![
            ("id", p.id.clone()),
            ("userPrincipalName", p.upn.clone()),
            ("displayName", p.name.clone()),
            ("userType", p.kind.clone()),
            ("accountEnabled", word(p.enabled)),
            ("createdDateTime", p.created.clone()),
            ("department", p.department.clone()),
            ("usageLocation", p.usage.clone()),
            ("signInActivity_lastSignInDateTime", never(0)),
            ("signInActivity_lastNonInteractiveSignInDateTime", never(1)),
            ("signInActivity_lastSuccessfulSignInDateTime", never(2)),
            ("refreshTokensValidFromDateTime", p.valid_from.clone()),
            ("lastPasswordChangeDateTime", p.password.clone()),
        ]
    })
}

/// The object in a cell, times in the machine's culture, never as .NET writes it.
fn export_csv(tenant: &Tenant) -> Vec<File> {
    let header = "AccountEnabled,CreatedDateTime,Department,DisplayName,Id,LastPasswordChangeDateTime,SignInActivity,SignInSessionsValidFromDateTime,UsageLocation,UserPrincipalName,UserType";
    table("users.csv", header, b',', tenant, |p| {
        let at = |n: usize| {
            if p.seen[n].is_empty() { "1/1/0001 12:00:00 AM".to_owned() } else { american(&p.seen[n], false) }
        };
        let activity = format!(
            "@{{lastSignInDateTime={}; lastSignInRequestId=x; lastNonInteractiveSignInDateTime={}; lastSuccessfulSignInDateTime={}}}",
            at(0),
            at(1),
            at(2)
        );
        vec![
            ("AccountEnabled", word(p.enabled)),
            ("CreatedDateTime", american(&p.created, false)),
            ("Department", p.department.clone()),
            ("DisplayName", p.name.clone()),
            ("Id", p.id.clone()),
            ("LastPasswordChangeDateTime", american(&p.password, false)),
            ("SignInActivity", activity),
            ("SignInSessionsValidFromDateTime", american(&p.valid_from, false)),
            ("UsageLocation", p.usage.clone()),
            ("UserPrincipalName", p.upn.clone()),
            ("UserType", p.kind.clone()),
        ]
    })
}

fn admin_centre(tenant: &Tenant) -> Vec<File> {
    let header = "Block credential,City,Country/Region,Department,DirSyncEnabled,Display name,Fax,First name,Last dirsync time,Last name,Last password change time stamp,License assignment details,Licenses,Mobile Phone,Oath token meta data,Object Id,Office,Password never expires,Soft deletion time stamp,Usage location,User principal name,When created";
    table("users.csv", header, b';', tenant, |p| {
        let blank = |iso: &str| iso.replace('T', " ");
        vec![
            ("Block credential", word(p.enabled.map(|enabled| !enabled))),
            ("Department", p.department.clone()),
            ("Display name", p.name.clone()),
            ("Last password change time stamp", blank(&p.password)),
            ("Licenses", "A+B".to_owned()),
            ("Object Id", p.id.clone()),
            ("Usage location", p.usage.clone()),
            ("User principal name", p.upn.clone()),
            ("When created", blank(&p.created)),
        ]
    })
}

fn inactive(tenant: &Tenant) -> Vec<File> {
    let header = "UserID,DisplayName,UserPrincipalName,Mail,UserType,AccountEnabled,LastSignInDateTime,LastSigninDaysAgo,LastSignInRequestId,LastNonInteractiveSignInDateTime,LastNonInteractiveSigninDaysAgo,LastNonInteractiveSignInRequestId,CreatedDateTime,CreatedDaysAgo";
    table("inactive.csv", header, b',', tenant, |p| {
        let at = |n: usize| if p.seen[n].is_empty() { "Unknown".to_owned() } else { american(&p.seen[n], false) };
        vec![
            ("UserID", p.id.clone()),
            ("DisplayName", p.name.clone()),
            ("UserPrincipalName", p.upn.clone()),
            ("UserType", p.kind.clone()),
            ("AccountEnabled", word(p.enabled)),
            ("LastSignInDateTime", at(0)),
            ("LastSigninDaysAgo", "Unknown".to_owned()),
            ("LastNonInteractiveSignInDateTime", at(1)),
            ("CreatedDateTime", american(&p.created, false)),
            ("CreatedDaysAgo", "800".to_owned()),
        ]
    })
}

fn members(tenant: &Tenant) -> Vec<File> {
    table(
        "exportGroupMembers_2026-11-22.csv",
        "id,userPrincipalName,displayName,mail,objectType,userType",
        b',',
        tenant,
        |p| {
            vec![
                ("id", p.id.clone()),
                ("userPrincipalName", p.upn.clone()),
                ("objectType", "user".to_owned()),
                ("userType", p.kind.clone()),
            ]
        },
    )
}

fn template(tenant: &Tenant) -> Vec<File> {
    let header = "version:v1.0\r\nMember object ID or user principal name [memberObjectIdOrUpn] Required\r\n";
    let lines: Vec<&str> = tenant.people.iter().map(|p| p.id.as_str()).collect();
    vec![("template.csv".to_owned(), format!("{header}{}\r\n", lines.join("\r\n")).into_bytes())]
}
