//! Family b: the portal's CSV files, every cell quoted, kinds told by file names alone.

use std::path::Path;

use super::rows::{instant, seconds};
use super::{Row, TENANT, app, client, correlation, factors, home, kind, request, rows, session, signed_as, trust};
use crate::cases::tenant::{Case, Person, guid};

const SIGN_INS: &str = "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,\
Cross tenant access type,Incoming token type,Authentication Protocol,Unique token identifier,Original transfer method,\
Client credential type,Token Protection - Sign In Session,Token Protection - Sign In Session StatusCode,Application,\
Application ID ,App owner tenant ID,Resource,Resource ID ,Resource tenant ID,Resource owner tenant ID,Home tenant ID,\
Home tenant name,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,\
Operating System,Compliant,Managed,Join Type,Multifactor authentication result,Multifactor authentication auth method,\
Multifactor authentication auth detail,Authentication requirement,Sign-in identifier,Session ID,\
IP address (seen by resource),Through Global Secure Access,Global Secure Access IP address,Autonomous system  number,\
Flagged for review,Token issuer type,Incoming token type,Token issuer name,Latency,Conditional Access,\
Managed Identity type,Associated Resource Id,Federated Token Id,Federated Token Issuer";

const USERS: &str = "id,userPrincipalName,displayName,userType,accountEnabled,createdDateTime,\
signInActivity.lastSignInDateTime,signInActivity.lastNonInteractiveSignInDateTime,\
signInActivity.lastSuccessfulSignInDateTime,signInSessionsValidFromDateTime,lastPasswordChangeDateTime";

const REGISTRATION: &str = "id,userPrincipalName,userDisplayName,userType,isAdmin,isSsprRegistered,isSsprEnabled,\
isSsprCapable,isMfaRegistered,isMfaCapable,isPasswordlessCapable,methodsRegistered,lastUpdatedDateTime";

pub fn write(case: &Case, people: &[&Person], folder: &Path) {
    for (log, name) in [("interactive", "InteractiveSignIns"), ("silent", "NonInteractiveSignIns")] {
        let rows = rows::rows(people, log);
        let lines: Vec<Vec<String>> = rows.iter().map(sign_in).collect();
        save(folder, &format!("{name}_2026-10-23_2026-11-22.csv"), &columns(SIGN_INS), &lines);
        if !case.details {
            continue;
        }
        let steps: Vec<Vec<String>> = rows.iter().flat_map(details).collect();
        let header =
            "Request ID,Date,Authentication method,Authentication method detail,Succeeded,Result detail,Requirement";
        save(folder, &format!("{name}_AuthDetails_2026-10-23_2026-11-22.csv"), &columns(header), &steps);
    }
    let audits: Vec<Vec<String>> = rows::rows(people, "audit").iter().map(audit).collect();
    save(folder, "AuditLogs_2026-11-22.csv", &audit_columns(), &audits);
    let users: Vec<Vec<String>> = people.iter().filter(|person| person.in_users).map(|person| user(person)).collect();
    save(folder, "exportUsers_2026-11-22.csv", &columns(USERS), &users);
    let refreshed = instant(seconds(case.exported()) - 3600);
    let report: Vec<Vec<String>> = people.iter().filter_map(|person| registration(person, &refreshed)).collect();
    save(folder, "exportUserRegistrationDetails_2026-11-22.csv", &columns(REGISTRATION), &report);
}

fn columns(header: &str) -> Vec<String> {
    header.split(',').map(str::to_owned).collect()
}

fn save(folder: &Path, name: &str, header: &[String], lines: &[Vec<String>]) {
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(&mut bytes);
    writer.write_record(header).expect("a header can be written to memory");
    for line in lines {
        writer.write_record(line).expect("a row is as wide as the header");
    }
    drop(writer);
    std::fs::write(folder.join(name), bytes).expect("an export can be written");
}

/// A line by column names; the rest stays empty.
fn line(header: &[String], cells: &[(&str, String)]) -> Vec<String> {
    let mut line = vec![String::new(); header.len()];
    for (name, value) in cells {
        let at = header.iter().position(|column| column == name);
        line[at.unwrap_or_else(|| panic!("no column {name}"))].clone_from(value);
    }
    line
}

fn sign_in(row: &Row<'_>) -> Vec<String> {
    let event = row.event;
    let (app_id, app) = app(&event.app);
    let nobody = "00000000-0000-0000-0000-000000000000";
    let text = |text: &str| text.to_owned();
    line(
        &columns(SIGN_INS),
        &[
            ("Date (UTC)", instant(row.at)),
            ("Request ID", request(row)),
            ("Correlation ID", correlation(row)),
            ("User ID", if event.no_id { text(nobody) } else { row.person.id() }),
            ("User", row.person.name.clone()),
            ("Username", signed_as(row)),
            ("User type", kind(row)),
            ("Cross tenant access type", event.cross.clone()),
            ("Incoming token type", event.token.clone()),
            ("Authentication Protocol", event.protocol.clone()),
            ("Original transfer method", text("none")),
            ("Application", text(app)),
            ("Application ID ", text(app_id)),
            ("Resource", text("Microsoft Teams Services")),
            ("Resource ID ", text("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe")),
            ("Resource tenant ID", text(TENANT)),
            ("Home tenant ID", text(home(event))),
            ("IP address", text("203.0.113.7")),
            ("Location", text(", , ")),
            ("Status", text(if event.code == 0 { "Success" } else { "Failure" })),
            ("Sign-in error code", if event.code == 0 { String::new() } else { event.code.to_string() }),
            ("Failure reason", if event.code == 0 { text("Other.") } else { event.text.clone() }),
            ("Client app", text(client(&event.client))),
            ("Operating System", text("Windows10")),
            ("Join Type", text(trust(event))),
            ("Multifactor authentication result", event.mfa_text.clone()),
            ("Session ID", session(row)),
            ("Conditional Access", text("Not Applied")),
        ],
    )
}

fn details(row: &Row<'_>) -> Vec<Vec<String>> {
    let step = |(method, result): (&str, &str)| {
        vec![
            request(row),
            instant(row.at),
            method.to_owned(),
            String::new(),
            "true".to_owned(),
            result.to_owned(),
            String::new(),
        ]
    };
    factors(row.event).into_iter().map(step).collect()
}

fn audit_columns() -> Vec<String> {
    let mut columns = columns(
        "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,User Agent,ActorType,ActorDisplayName,\
         ActorObjectId,ActorUserPrincipalName,IPAddress,ActorHomeTenantId,ActorHomeTenantName,ActorServicePrincipalId,\
         ActorServicePrincipalName",
    );
    for target in 1..=3 {
        for part in ["Type", "DisplayName", "ObjectId", "UserPrincipalName"] {
            columns.push(format!("Target{target}{part}"));
        }
        for property in 1..=5 {
            for part in ["Name", "OldValue", "NewValue"] {
                columns.push(format!("Target{target}ModifiedProperty{property}{part}"));
            }
        }
    }
    for detail in 1..=6 {
        columns.extend([format!("AdditionalDetail{detail}Key"), format!("AdditionalDetail{detail}Value")]);
    }
    columns
}

fn audit(row: &Row<'_>) -> Vec<String> {
    let event = row.event;
    let text = |text: &str| text.to_owned();
    let mut cells = vec![
        ("Date (UTC)", instant(row.at)),
        ("CorrelationId", correlation(row)),
        ("Service", text(super::service(&event.activity))),
        ("Category", text("UserManagement")),
        ("Activity", event.activity.clone()),
        ("Result", event.result.clone()),
        ("ResultReason", event.reason.clone()),
        ("Target1Type", text("User")),
        ("Target1DisplayName", row.person.name.clone()),
        ("Target1ObjectId", row.person.id()),
        ("Target1UserPrincipalName", row.person.upn()),
    ];
    match event.actor.as_str() {
        "" => {}
        "app" => cells.extend([
            ("ActorType", text("Application")),
            ("ActorDisplayName", text("Revoke sessions")),
            ("ActorServicePrincipalId", guid(0xaa, 2)),
            ("ActorServicePrincipalName", text("Revoke sessions")),
        ]),
        _ => {
            let (id, upn) = super::actor(row);
            cells.extend([("ActorType", text("User")), ("ActorObjectId", id), ("ActorUserPrincipalName", upn)]);
        }
    }
    if !event.valid_from.is_empty() {
        cells.push(("Target1ModifiedProperty1Name", text("StsRefreshTokensValidFrom")));
        cells.push(("Target1ModifiedProperty1OldValue", text("[\"2025-10-01T00:34:24Z\"]")));
        cells.push(("Target1ModifiedProperty1NewValue", format!("[\"{}\"]", event.valid_from)));
    }
    line(&audit_columns(), &cells)
}

fn user(person: &Person) -> Vec<String> {
    let user = &person.user;
    let enabled = match user.enabled.as_str() {
        "true" => "True",
        "false" => "False",
        _ => "",
    };
    vec![
        person.id(),
        person.upn(),
        person.name.clone(),
        user.kind.clone(),
        enabled.to_owned(),
        user.created.clone(),
        user.si.clone(),
        user.non_interactive.clone(),
        user.successful.clone(),
        user.valid_from.clone(),
        user.password_changed.clone(),
    ]
}

fn registration(person: &Person, refreshed: &str) -> Option<Vec<String>> {
    let report = person.registration.as_ref()?;
    let word = |value: bool| if value { "True" } else { "False" }.to_owned();
    Some(vec![
        person.id(),
        person.upn(),
        person.name.clone(),
        person.user.kind.to_lowercase(),
        word(report.admin),
        word(report.sspr),
        word(report.sspr_enabled),
        word(report.sspr_capable),
        word(report.mfa),
        word(report.mfa_capable),
        word(report.passwordless),
        serde_json::Value::from(report.methods.clone()).to_string(),
        refreshed.to_owned(),
    ])
}
