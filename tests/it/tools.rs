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
    let run = succeed(folder, &["stale", ".", "--all", "--format", "csv", "-q"]);
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
