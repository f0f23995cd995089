//! Exports of other tools and of portals in other languages: small files, counted and judged by hand.

use std::path::Path;

use crate::support::{folder, kmsift, put, rows, succeed};

/// What `check` says of the one file of a folder, and its row counts `[read, folded, skipped, rejected]`.
fn check(folder: &Path) -> (serde_json::Value, [u64; 4]) {
    let run = kmsift(folder, &["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let files = report["files"].as_array().expect("files");
    assert_eq!(files.len(), 1);
    let rows = &files[0]["rows"];
    let sum =
        |v: &serde_json::Value| v.as_object().map_or(0, |o| o.values().filter_map(serde_json::Value::as_u64).sum());
    let count = |k: &str| rows[k].as_u64().unwrap_or(0);
    (files[0].clone(), [count("read"), count("folded"), sum(&rows["skipped"]), sum(&rows["rejected"])])
}

/// One file is of a format, and its rows come to these counts.
fn expect(name: &str, content: &str, format: &str, counts: [u64; 4]) -> tempfile::TempDir {
    let temp = folder();
    put(temp.path(), name, content);
    let (file, got) = check(temp.path());
    assert_eq!((file["format"].as_str(), got), (Some(format), counts), "{name}: {file}");
    temp
}

/// One file is refused, with these words.
fn refused(name: &str, content: &str, words: &str) {
    let temp = folder();
    put(temp.path(), name, content);
    let run = kmsift(temp.path(), &["check", ".", "--format", "json"]);
    assert!(run.stdout.contains(words), "{name}: {}", run.stdout);
    let (file, _) = check(temp.path());
    assert!(file["format"].as_str().is_none_or(str::is_empty), "{name}: {file}");
}

/// The people of `stale --all`, by UPN.
fn people(folder: &Path) -> std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>> {
    let run = succeed(folder, &["stale", ".", "--all", "--format", "csv", "-q", "--as-of", "2026-11-22"]);
    rows(&run.stdout).into_iter().map(|r| (r["user_principal_name"].to_lowercase(), r)).collect()
}

const ID: &str = "76cbae99-9c68-4843-856f-3feb9e9867a";

#[test]
fn portals_in_french_and_spanish_say_the_same_as_in_english() {
    let files = [
        (
            "fr",
            "Date (UTC);ID de requête;ID de corrélation;Identifiant utilisateur;Utilisateur;Nom d\u{2019}utilisateur;Application;ID d'application;Statut;Code d\u{2019}erreur de connexion;Application cliente",
            "Navigateur",
            "Un libellé inconnu",
        ),
        (
            "es",
            "Fecha (UTC);Id. de solicitud;Id. de correlación;Id. de usuario;Usuario;Nombre de usuario;Aplicación;Id. de aplicación;Estado;Código de error de inicio de sesión;Aplicación cliente",
            "Explorador",
            "Un texto desconocido",
        ),
    ];
    for (language, header, browser, unknown) in files {
        let row = |n: u32, code: &str, client: &str| {
            format!(
                "2026-11-20T08:00:0{n}Z;r{n};c{n};{ID}{n};Ann;ann{n}@contoso.com;Teams;1fec8e78-bce4-4aaf-ab1b-5451cc387264;x;{code};{client}\n"
            )
        };
        let text =
            format!("\u{feff}{header}\n{}{}{}", row(1, "0", browser), row(2, "50126", browser), row(3, "0", unknown));
        let temp = expect("InteractiveSignIns_2026.csv", &text, "portal_sign_in_csv", [3, 3, 0, 0]);
        let got = people(temp.path());
        assert_eq!(got["ann1@contoso.com"]["last_promptable"], "2026-11-20T08:00:01Z", "{language}");
        assert_eq!(got["ann2@contoso.com"]["last_promptable"], "", "{language}: a wrong password");
    }
}

#[test]
fn a_portal_in_an_unknown_language_is_refused_with_the_way_out() {
    refused("x.csv", "Datum (UTC),Anforderungs-ID,Benutzer\n1,2,3\n", "switch the portal to English");
    refused(
        "InteractiveSignIns.csv",
        "Fecha (UTC),Id. de solicitud,Nombre de usuario,Estado,Aplicación cliente\n2026-11-20T08:00:01Z,r,a@b.c,x,y\n",
        "without it no row says whether it succeeded",
    );
}

#[test]
fn admin_centre_blocks_are_the_inverse_of_enabled() {
    for separator in [",", ";"] {
        let text = format!(
            "Block credential,Department,Display name,Last password change time stamp,Object Id,Soft deletion time stamp,User principal name,When created\n\
             False,Sales,Ann,2022-03-18 19:49:35Z,{ID}1,,ann@contoso.com,2021-01-02 03:04:05Z\n\
             True,Sales,Bob,,{ID}2,,bob@contoso.com,2021-01-02 03:04:05Z\n\
             False,,Cid,,{ID}3,2026-01-02 03:04:05Z,cid@contoso.com,2021-01-02 03:04:05Z\n"
        )
        .replace(',', separator);
        let temp = expect("users_11_20_2026 1_02_03 PM.csv", &text, "admin_centre_users_csv", [3, 3, 0, 0]);
        let got = people(temp.path());
        let enabled = |who: &str| got[who]["account_enabled"].as_str();
        assert_eq!(enabled("ann@contoso.com"), "true");
        assert_eq!(enabled("bob@contoso.com"), "false");
        assert_eq!(enabled("cid@contoso.com"), "false", "deleted");
        assert_eq!(got["ann@contoso.com"]["created_at"], "2021-01-02T03:04:05Z");
        assert_eq!(got["ann@contoso.com"]["department"], "Sales");
    }
}

#[test]
fn inactive_users_decide_their_dates_once() {
    let header = "UserID,DisplayName,UserPrincipalName,Mail,UserType,AccountEnabled,LastSignInDateTime,LastSigninDaysAgo,LastSignInRequestId,LastNonInteractiveSignInDateTime,LastNonInteractiveSigninDaysAgo,LastNonInteractiveSignInRequestId,CreatedDateTime,CreatedDaysAgo\n";
    let row = |n: u32, last: &str, created: &str| {
        format!("{ID}{n},Ann,ann{n}@contoso.com,,Member,True,{last},90,r,Unknown,Unknown,Unknown,{created},400\n")
    };
    let decided = format!(
        "{header}{}{}",
        row(1, "7/8/2024 8:55:34 AM", "1/31/2024 1:02:03 PM"),
        row(2, "Unknown", "1/2/2024 1:02:03 PM")
    );
    let temp = expect("inactive.csv", &decided, "inactive_users_csv", [2, 2, 0, 0]);
    let got = people(temp.path());
    assert_eq!(got["ann1@contoso.com"]["created_at"], "2024-01-31T13:02:03Z");
    assert_eq!(got["ann2@contoso.com"]["created_at"], "2024-01-02T13:02:03Z", "month first, as the other row shows");
    assert_eq!(got["ann1@contoso.com"]["account_enabled"], "true");
    refused("inactive.csv", &format!("{header}{}", row(1, "7/8/2024 8:55:34 AM", "Unknown")), "--date-order");
}

const CLI_HEADER: &str = "id,userPrincipalName,userDisplayName,userType,isAdmin,isSsprRegistered,isSsprEnabled,isSsprCapable,isMfaRegistered,isMfaCapable,isPasswordlessCapable,isSystemPreferredAuthenticationMethodEnabled,userPreferredMethodForSecondaryAuthentication,lastUpdatedDateTime\n";

#[test]
fn an_empty_cell_is_no_only_where_yes_is_one() {
    let row = |n: u32, registered: &str| {
        format!("{ID}{n},ann{n}@contoso.com,Ann,member,,,1,,{registered},,,1,push,2026-11-20T00:00:00Z\n")
            .replace(",1,", if registered == "True" { ",True," } else { ",1," })
    };
    let cli = format!("{CLI_HEADER}{}{}", row(1, "1"), row(2, ""));
    let got = people(expect("r.csv", &cli, "cli_registration_csv", [2, 2, 0, 0]).path());
    assert_eq!(got["ann1@contoso.com"]["mfa_registered"], "true");
    assert_eq!(got["ann2@contoso.com"]["mfa_registered"], "false");
    let flat = format!("{CLI_HEADER}{}{}", row(1, "True"), row(2, "").replace(",1,", ",True,"));
    let got = people(expect("r.csv", &flat, "registration_csv", [2, 2, 0, 0]).path());
    assert_eq!(got["ann1@contoso.com"]["mfa_registered"], "true");
    assert_eq!(got["ann2@contoso.com"]["mfa_registered"], "", "elsewhere an empty cell is unknown");
}

#[test]
fn extractor_suite_writes_two_registration_files() {
    let report = "Id,UserPrincipalName,UserDisplayName,UserType,IsAdmin,IsSsprRegistered,IsSsprEnabled,IsSsprCapable,IsMfaRegistered,IsMfaCapable,IsPasswordlessCapable,MethodsRegistered,DefaultMfaMethod,LastUpdatedDateTime\n";
    let text = format!(
        "{report}\"{ID}1\",\"ann@contoso.com\",\"Ann\",\"member\",\"False\",\"True\",\"True\",\"True\",\"True\",\"True\",\"False\",\"mobilePhone, email\",\"mobilePhone\",\"3/16/2025 7:55:54 AM\"\n"
    );
    let temp = expect("20250411081553-MFA-UserRegistrationDetails.csv", &text, "registration_csv", [1, 1, 0, 0]);
    assert_eq!(people(temp.path())["ann@contoso.com"]["methods"], "email|mobilePhone");

    let text = "user,MFAstatus,email,fido2,app,password,phone,softwareoath,hellobusiness,temporaryAccessPass,certificateBasedAuthConfiguration,qrcodepin\n\
        ann@contoso.com,Enabled,True,False,True,True,False,False,False,False,False,False\n\
        bob@contoso.com,Enabled,True,False,False,True,False,False,False,False,False,False\n\
        cid@contoso.com,Disabled,,,,,,,,,,\n";
    let temp = expect("20250411081553-MFA-AuthenticationMethods.csv", text, "extractor_methods_csv", [3, 3, 0, 0]);
    let got = people(temp.path());
    assert_eq!(got["ann@contoso.com"]["methods"], "email|microsoftAuthenticatorPush");
    assert_eq!(got["ann@contoso.com"]["mfa_registered"], "true");
    assert_eq!(got["bob@contoso.com"]["mfa_registered"], "false", "e-mail is no MFA, whatever MFAstatus says");
    assert_eq!(got["cid@contoso.com"]["mfa_registered"], "", "lost cells are unknown");
}

#[test]
fn cipp_lists_lost_on_export_are_unknown() {
    let text = "UPN,AccountEnabled,PerUser,isLicensed,MFARegistration,MFACapable,MFAMethods,CoveredByCA,CoveredBySD,IsAdmin,UserType\n\
        ann@contoso.com,true,disabled,true,true,true,[object Object],x,false,false,Member\n\
        bob@contoso.com,true,disabled,true,false,false,,x,false,[object Object],Member\n";
    let temp = expect("cipp.csv", text, "cipp_mfa_csv", [2, 2, 0, 0]);
    let got = people(temp.path());
    assert_eq!(got["ann@contoso.com"]["mfa_registered"], "true");
    assert_eq!(got["ann@contoso.com"]["methods"], "");
    assert_eq!(got["bob@contoso.com"]["mfa_registered"], "false");
    let text = r#"[{"UPN":"ann@contoso.com","AccountEnabled":true,"PerUser":"disabled","MFARegistration":true,"MFACapable":true,"MFAMethods":["mobilePhone"],"IsAdmin":false,"UserType":"Member"},
        {"UPN":"bob@contoso.com","AccountEnabled":true,"PerUser":null,"MFARegistration":false,"MFACapable":false,"MFAMethods":[],"IsAdmin":false,"UserType":"Guest"}]"#;
    let temp = expect("cipp.json", text, "cipp_mfa_json", [2, 2, 0, 0]);
    let got = people(temp.path());
    assert_eq!(got["ann@contoso.com"]["methods"], "mobilePhone");
    assert_eq!(got["bob@contoso.com"]["mfa_registered"], "false");
    assert_eq!(got["bob@contoso.com"]["user_type"], "guest");
}

#[test]
fn the_common_mfa_script_says_enabled_disabled_or_nothing() {
    let text = "Name,Emailaddress,UserPrincipalName,isAdmin,MFA Status,MFA Preferred method,Phone Authentication,Authenticator App,Passwordless,Hello for Business,FIDO2 Security Key,Temporary Access Pass,Authenticator device,Phone number,Email for SSPR,Manager\n\
        Ann,a@x.y,ann@contoso.com,False,enabled,push,-,True,-,-,-,-,Pixel,+31 612345678,-,-\n\
        Bob,b@x.y,bob@contoso.com,True,disabled,Unable to retrieve,-,-,-,-,-,-,-,-,b@z.y,-\n\
        Cid,c@x.y,cid@contoso.com,False,-,-,-,-,-,-,-,-,-,-,-,-\n\
        Dan,d@x.y,dan@contoso.com,False,enabled,-,-,-,-,-,-,True,-,-,-,-\n";
    let temp = expect("MFAStatus.csv", text, "lazyadmin_mfa_csv", [4, 4, 0, 0]);
    let got = people(temp.path());
    let registered = |who: &str| got[who]["mfa_registered"].as_str();
    assert_eq!(registered("ann@contoso.com"), "true");
    assert_eq!(registered("bob@contoso.com"), "false");
    assert_eq!(registered("cid@contoso.com"), "", "nothing was found out");
    assert_eq!(registered("dan@contoso.com"), "", "a temporary access pass registers nobody");
    assert_eq!(got["bob@contoso.com"]["methods"], "email");
    let text = "Name,Emailaddress,UserPrincipalName,isAdmin,MFAEnabled,Phone number,Email for SSPR\nAnn,a@x.y,ann@contoso.com,False,False,-,-\n";
    let temp = expect("MFAStatus.csv", text, "lazyadmin_mfa_csv", [1, 1, 0, 0]);
    assert_eq!(people(temp.path())["ann@contoso.com"]["mfa_registered"], "false");
}

#[test]
fn the_legacy_report_speaks_of_self_service_reset() {
    let json = format!(
        r#"{{"value":[{{"id":"{ID}1","userPrincipalName":"ann@contoso.com","userDisplayName":"Ann","authMethods":["email"],"isRegistered":true,"isEnabled":true,"isCapable":true,"isMfaRegistered":false}}]}}"#
    );
    let csv = format!(
        "id,userPrincipalName,userDisplayName,authMethods,isRegistered,isEnabled,isCapable,isMfaRegistered\n{ID}1,ann@contoso.com,Ann,\"[\"\"email\"\"]\",True,True,True,False\n"
    );
    for (name, text, format) in
        [("a.json", json, "credential_registration_json"), ("a.csv", csv, "credential_registration_csv")]
    {
        let temp = expect(name, &text, format, [1, 1, 0, 0]);
        let got = &people(temp.path())["ann@contoso.com"];
        assert_eq!((got["sspr_registered"].as_str(), got["mfa_registered"].as_str()), ("true", "false"), "{format}");
        assert_eq!(got["methods"], "email");
    }
}

#[test]
fn registration_and_reset_events_are_skipped_with_the_reason() {
    let csv = "Date,User name,User,Feature,Method used,Status,Reason for failure\n11/20/2026,ann@contoso.com,Ann,Registration,Email,Success,\n";
    let json = r#"[{"id":"1","feature":"registration","userPrincipalName":"ann@contoso.com","userDisplayName":"Ann","authMethod":"email","isSuccess":true,"failureReason":"","eventDateTime":"2026-11-20T00:00:00Z"}]"#;
    for (name, text, format) in [("e.csv", csv, "reset_events_csv"), ("e.json", json, "reset_events_json")] {
        let temp = expect(name, text, format, [1, 0, 1, 0]);
        let (file, _) = check(temp.path());
        assert_eq!(file["rows"]["skipped"]["reset_event"], 1);
        assert!(file["notes"].to_string().contains("no object id"), "{file}");
    }
}

#[test]
fn powershell_sign_ins_without_an_outcome_are_never_successes() {
    let header = "Id,CreatedDateTime,UserId,UserPrincipalName,UserDisplayName,AppId,AppDisplayName,ClientAppUsed,CorrelationId,IsInteractive,Status,DeviceDetail\n";
    let row = |n: u32, date: &str, status: &str| {
        format!(
            "r{n},{date},{ID}{n},ann{n}@contoso.com,Ann,a,Teams,Browser,c{n},True,\"{status}\",@{{deviceId=; trustType=}}\n"
        )
    };
    let text = format!(
        "{header}{}{}{}{}",
        row(1, "17/07/2024 08:55:34", "@{errorCode=0; failureReason=Other.; additionalDetails=}"),
        row(
            2,
            "03/08/2024 04:03:14",
            "@{errorCode=50126; failureReason=Invalid; user=name or password; additionalDetails=}"
        ),
        row(3, "03/08/2024 04:03:14", "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus"),
        row(4, "03/08/2024 04:03:14", "System.Object[]"),
    );
    let temp = expect("signins.csv", &text, "entra_powershell_sign_in_csv", [4, 2, 0, 2]);
    let (file, _) = check(temp.path());
    assert_eq!(
        file["rows"]["rejected"]["bad_code"]["count"].as_u64().or(file["rows"]["rejected"]["bad_code"].as_u64()),
        Some(2)
    );
    let run = succeed(temp.path(), &["stale", ".", "--all", "--format", "csv", "-q", "--max-rejects", "100%"]);
    let got: Vec<_> = rows(&run.stdout);
    assert_eq!(got.len(), 2);
    let last = |who: &str| got.iter().find(|r| r["user_principal_name"] == who).map(|r| r["last_interactive"].clone());
    assert_eq!(last("ann1@contoso.com").as_deref(), Some("2024-07-17T08:55:34Z"), "day first, file-wide");
    let half = "CreatedDateTime,UserPrincipalName,UserDisplayName,AppDisplayName,IPAddress,City,Country,Device,Browser,OS,Status,RiskState,RiskLevelDuringSignIn,RiskLevelAggregated,ConditionalAccessStatus\n15/11/2025 3:55:59 AM,a@b.c,A,Teams,1.1.1.1,x,y,d,b,o,Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus,none,none,none,success\n";
    refused("signins.csv", half, "ConvertTo-Json");
    refused(
        "s.csv",
        "id,userPrincipalName,appId,appDisplayName,createdDateTime\n1,a@b.c,x,Teams,2026-11-20T00:00:00Z\n",
        "--output json",
    );
}

#[test]
fn group_members_are_a_list_and_no_input() {
    let text = format!(
        "id,userPrincipalName,displayName,objectType,userType\n{ID}1,ann1@contoso.com,Ann,user,Member\n{ID}9,,PC,device,\n"
    );
    refused("exportGroupMembers_2026-11-20.csv", &text, "--scope");
    refused(
        "t.csv",
        "version:v1.0\nMember object ID or user principal name [memberObjectIdOrUpn] Required\na@b.c\n",
        "--scope",
    );
    let temp = folder();
    put(temp.path(), "members.csv", &text);
    let users =
        format!("id,userPrincipalName,userType\n{ID}1,ann1@contoso.com,Member\n{ID}2,ann2@contoso.com,Member\n");
    put(temp.path(), "users.csv", users);
    let run = succeed(
        temp.path(),
        &["stale", ".", "--all", "--format", "csv", "-q", "--as-of", "2026-11-22", "--scope", "members.csv"],
    );
    let got = rows(&run.stdout);
    let out = |who: &str| got.iter().any(|r| r["user_principal_name"] == who && r["gates"].contains("out_of_scope"));
    assert!(!out("ann1@contoso.com") && out("ann2@contoso.com"), "{got:?}");
}

#[test]
fn of_the_unified_audit_log_directory_events_are_facts_and_nothing_is_covered() {
    let cell = |json: String| format!("\"{}\"", json.replace('"', "\"\""));
    let directory = |operation: &str, properties: &str| {
        cell(format!(
            r#"{{"CreationTime":"2026-11-10T08:00:00","Id":"x","Operation":"{operation}","RecordType":8,"ResultStatus":"Success","UserId":"boss@contoso.com","ObjectId":"ann@contoso.com","Actor":[{{"ID":"boss@contoso.com","Type":5}},{{"ID":"User_{ID}9","Type":2}},{{"ID":"{ID}9","Type":2}},{{"ID":"User","Type":2}}],"Target":[{{"ID":"User_{ID}1","Type":2}},{{"ID":"{ID}1","Type":2}},{{"ID":"User","Type":2}},{{"ID":"ann@contoso.com","Type":5}}],"InterSystemsId":"c1","ModifiedProperties":[{properties}]}}"#
        ))
    };
    let moved =
        r#"{"Name":"StsRefreshTokensValidFrom","NewValue":"[\r\n  \"2026-11-10T08:00:00Z\"\r\n]","OldValue":"[]"}"#;
    let sign_in = cell(r#"{"CreationTime":"2026-11-11T08:00:00","Operation":"UserLoggedIn","RecordType":15,"UserId":"ann@contoso.com"}"#.to_owned());
    let text = format!(
        "RecordType,CreationDate,UserIds,Operations,AuditData\n8,11/10/2026 8:00:00 AM,b,o,{}\n8,d,b,o,{}\n15,d,b,o,{sign_in}\n6,d,b,o,{}\n8,d,b,o,\n",
        directory("Update StsRefreshTokenValidFrom Timestamp.", moved),
        directory("Update user.", moved),
        cell(r#"{"CreationTime":"2026-11-11T08:00:00","Operation":"FileAccessed","RecordType":6}"#.to_owned()),
    );
    let temp = expect("AuditLog.csv", &text, "unified_audit_csv", [5, 1, 4, 0]);
    let (file, _) = check(temp.path());
    assert_eq!(file["rows"]["skipped"]["unified_sign_in"], 1);
    assert!(file["notes"].to_string().contains("shows no coverage"), "{file}");
    let users = format!("id,userPrincipalName,userType\n{ID}1,ann@contoso.com,Member\n");
    put(temp.path(), "users.csv", users);
    let run = succeed(temp.path(), &["stale", ".", "--all", "--format", "csv", "-q", "--as-of", "2026-11-20"]);
    let got = rows(&run.stdout);
    let ann = got.iter().find(|r| r["user_id"].ends_with("a1")).expect("Ann");
    assert_eq!(ann["revoked_at"], "2026-11-10T08:00:00Z");
    assert_eq!(ann["revocation_cause"], "admin_revoke");
    let run = kmsift(temp.path(), &["check", "AuditLog.csv", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(report["streams"]["audit"]["from"].is_null(), "{}", report["streams"]);
}

#[test]
fn each_head_is_of_one_format_or_of_none() {
    use kmsift::ingest::format::Fit;
    use kmsift::ingest::formats::FORMATS;
    use kmsift::ingest::head::Head;
    // Near relatives, and the format each belongs to.
    let heads = [
        ("id,userPrincipalName,userType,accountEnabled", "users_csv"),
        ("ObjectId,ObjectType,AccountEnabled,UserPrincipalName,UserType", "users_csv"),
        ("id,objectType,userPrincipalName,userType", "group_members_csv"),
        ("UserID,UserPrincipalName,AccountEnabled,LastSignInDateTime,LastSigninDaysAgo", "inactive_users_csv"),
        ("UserPrincipalName,IsMfaRegistered,IsMfaCapable,MethodsRegistered", "registration_csv"),
        (
            "userPrincipalName,authMethods,isRegistered,isEnabled,isCapable,isMfaRegistered",
            "credential_registration_csv",
        ),
        (
            "CreatedDateTime,UserPrincipalName,UserType,AppDisplayName,Status,IsInteractive",
            "entra_powershell_sign_in_csv",
        ),
        ("Date (UTC),Request ID,Username,Status,Client app,Sign-in error code", "portal_sign_in_csv"),
        ("RecordType,CreationDate,UserIds,Operations,AuditData", "unified_audit_csv"),
    ];
    for (header, want) in heads {
        let head = Head::look("x.csv", format!("{header}\n").as_bytes()).expect("a head");
        let mut scores: Vec<(u32, &str)> = FORMATS
            .iter()
            .filter_map(|f| match f.fit(&head) {
                Fit::Yes(score) => Some((score, f.id())),
                Fit::No { .. } => None,
            })
            .collect();
        scores.sort_unstable();
        let best = scores.last().expect("some format");
        assert_eq!(best.1, want, "{header}: {scores:?}");
        assert_eq!(scores.iter().filter(|s| s.0 == best.0).count(), 1, "{header}: {scores:?}");
    }
    let log_analytics =
        Head::look("x.csv", b"TimeGenerated [UTC],ResultType,CreatedDateTime,UserPrincipalName,AppDisplayName\n");
    let powershell = FORMATS.iter().find(|f| f.id() == "entra_powershell_sign_in_csv").expect("registered");
    assert_eq!(powershell.fit(&log_analytics.expect("a head")), Fit::nothing());
}
