//! Tables of the user's own before the built-in ones: codes, activities, methods, headers.

use sha2::Digest as _;

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

fn person(folder: &std::path::Path, id: &str, arguments: &[&str]) -> std::collections::BTreeMap<String, String> {
    let run = succeed(folder, &[&["stale", "in", "--all", "--format", "csv"], arguments].concat());
    rows(&run.stdout).into_iter().find(|p| p["user_id"] == id).expect("the person")
}

#[test]
fn a_code_nobody_knows_is_told_by_the_users_table_and_recorded() {
    let temp = folder();
    let rows = [("2026-11-10T08:00:00Z", "u1", "999123", ""), ("2026-11-20T08:00:00Z", "u2", "50140", "")];
    put(temp.path(), "in/InteractiveSignIns_1.csv", portal_csv(&rows));
    // House form: code, class, first factor passed, name.
    put(temp.path(), "mine.tsv", "# ours\n999123\tREG\tyes\tour registration page\n50140\tSSO\tno\tnot here\n");
    let codes = ["--codes", "mine.tsv"];
    assert_eq!(person(temp.path(), "u1", &[])["last_promptable"], "", "unknown codes prove nothing");
    assert_eq!(person(temp.path(), "u1", &codes)["last_promptable"], "2026-11-10T08:00:00Z");
    assert_eq!(person(temp.path(), "u2", &[])["last_promptable"], "2026-11-20T08:00:00Z");
    assert_eq!(person(temp.path(), "u2", &codes)["last_promptable"], "", "the built-in row is overridden");

    succeed(temp.path(), &["report", "in", "--out", "out", "--no-break-glass-list", "--codes", "mine.tsv"]);
    let manifest = std::fs::read_to_string(temp.path().join("out/manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let table = &manifest["tables"][0];
    assert_eq!((table["option"].as_str(), table["rows"].as_u64()), (Some("--codes"), Some(2)));
    let bytes = std::fs::read(temp.path().join("mine.tsv")).expect("the table");
    let sum: String = sha2::Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(table["sha256"], sum.as_str());
    let overrides = manifest["targets"]["overrides"].to_string();
    assert!(overrides.contains("--codes mine.tsv"), "{overrides}");
}

#[test]
fn a_portal_in_a_language_nobody_translated_is_read_with_the_users_headers() {
    let temp = folder();
    let german = "Datum (UTC);Anforderungs-ID;Benutzer-ID;Benutzername;Anwendung;Status;Fehlercode;Client-App\n\
                  2026-11-20T08:00:00Z;r1;u1;ann@contoso.com;Teams;Erfolg;0;Browser-Programm\n";
    put(temp.path(), "in/InteractiveSignIns_1.csv", german);
    let refused = kmsift(temp.path(), &["stale", "in"]);
    assert!(refused.code == 3 && refused.stderr.contains("not in English"), "{}", refused.stderr);
    assert!(refused.stderr.contains("--headers"), "the other way out: {}", refused.stderr);
    let own = "# language pack\n\
               header\tde\tDatum (UTC)\tDate (UTC)\n\
               header\tde\tAnforderungs-ID\trequest id\n\
               header\tde\tBenutzer-ID\tuser id\n\
               header\tde\tBenutzername\tusername\n\
               header\tde\tAnwendung\tapplication\n\
               header\tde\tFehlercode\tsign-in error code\n\
               header\tde\tClient-App\tclient app\n\
               value\tde\tBrowser-Programm\tbrowser\tme\n";
    put(temp.path(), "de.tsv", own);
    let ann = person(temp.path(), "u1", &["--headers", "de.tsv"]);
    assert_eq!(
        (ann["last_promptable"].as_str(), ann["user_principal_name"].as_str()),
        ("2026-11-20T08:00:00Z", "ann@contoso.com")
    );
}

#[test]
fn activities_and_methods_too() {
    let temp = folder();
    put(temp.path(), "in/InteractiveSignIns_1.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u2", "0", "")]));
    put(
        temp.path(),
        "in/audits.json",
        serde_json::json!([{"id": "a", "activityDateTime": "2026-11-19T07:00:00Z", "activityDisplayName": "Benutzer hat Sicherheitsinfos registriert",
            "result": "success", "initiatedBy": {"user": {"id": "u1"}}, "targetResources": [{"id": "u1", "type": "User"}]}])
        .to_string(),
    );
    put(
        temp.path(),
        "in/registration.csv",
        "id,userPrincipalName,methodsRegistered\nu1,u1@contoso.com,\"[\"\"ringFinger\"\"]\"\n",
    );
    put(temp.path(), "a.tsv", "Benutzer hat Sicherheitsinfos registriert\tSecurityInfoRegistered\n");
    put(temp.path(), "m.tsv", "RingFinger\t1\t1\t1\t0\t0\n");
    let plain = person(temp.path(), "u1", &[]);
    assert_eq!((plain["last_promptable"].as_str(), plain["mfa_registered"].as_str()), ("", ""));
    let own = person(temp.path(), "u1", &["--activities", "a.tsv", "--methods", "m.tsv"]);
    assert_eq!((own["last_promptable"].as_str(), own["mfa_registered"].as_str()), ("2026-11-19T07:00:00Z", "true"));
}

#[test]
fn a_bad_line_is_an_error_with_file_and_line_and_the_file_is_no_input() {
    let temp = folder();
    put(temp.path(), "InteractiveSignIns_1.csv", portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", "")]));
    for (option, text, line) in [
        ("--codes", "50140\tKMSI\tyes\tpage\n50141\tKMSY\tyes\tpage\n", "line 2"),
        ("--activities", "# c\n\nx\tNoSuchKey\n", "line 3"),
        ("--methods", "sms\tyes\n", "line 1"),
        ("--headers", "header\tde\tDatum\n", "line 1"),
        ("--codes", "", "holds no row"),
    ] {
        put(temp.path(), "own.csv", text);
        let run = kmsift(temp.path(), &["check", ".", option, "own.csv"]);
        assert_eq!(run.code, 2, "{option}: {}", run.stderr);
        assert!(
            run.stderr.contains("own.csv") && run.stderr.contains(line) && run.stderr.contains(option),
            "{}",
            run.stderr
        );
    }
    put(temp.path(), "own.csv", "50140\tKMSI\tyes\tpage\n");
    let run = succeed(temp.path(), &["check", ".", "--codes", "own.csv"]);
    assert!(run.stdout.contains("Altogether 1 inputs, 0 refused"), "{}", run.stdout);
    assert_eq!(kmsift(temp.path(), &["check", ".", "--codes", "nowhere.tsv"]).code, 1);
}
