//! `--join`: columns of the user's own in every table of people, and no line lost in silence.

use std::path::Path;

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

const ANN: &str = "11111111-9c68-4843-856f-3feb9e9867af";
const BOB: &str = "22222222-9c68-4843-856f-3feb9e9867af";
const CID: &str = "33333333-9c68-4843-856f-3feb9e9867af";

fn tenant(at: &Path) {
    let sign_ins = [
        ("2026-11-20T08:00:00Z", ANN, "0", ""),
        ("2026-11-21T08:00:00Z", BOB, "0", ""),
        ("2026-11-22T08:00:00Z", CID, "0", ""),
    ];
    put(at, "in/InteractiveSignIns_2026-11-22.csv", portal_csv(&sign_ins));
}

fn upn(id: &str) -> String {
    format!("{id}@contoso.com")
}

#[test]
fn joined_columns_come_last_in_users_and_slice_the_funnel() {
    let temp = folder();
    tenant(temp.path());
    let text = format!(
        "\u{feff}UserPrincipalName;Cost Center;Department\r\n{};\"7;1\";Sales\r\n{};8;\r\n",
        upn(ANN).to_uppercase(),
        upn(BOB)
    );
    put(temp.path(), "hr.csv", text);
    put(temp.path(), "waves.tsv", format!("Object ID\tWave\n{CID}\t2\n{ANN}\t1\n"));
    let joins = ["--join", "hr.csv", "--join", "waves.tsv"];
    let run = succeed(temp.path(), &[&["stale", "in", "--all", "--format", "csv"], &joins[..]].concat());
    let header = run.stdout.lines().next().unwrap_or_default();
    assert!(header.ends_with(",reason,cost_center,join_department,join_wave"), "{header}");
    let people = rows(&run.stdout);
    let of = |i: usize| {
        ["user_id", "department", "cost_center", "join_department", "join_wave"].map(|c| people[i][c].as_str())
    };
    assert_eq!(of(0), [ANN, "", "7;1", "Sales", "1"]);
    assert_eq!(of(1), [BOB, "", "8", "", ""]);
    assert_eq!(of(2), [CID, "", "", "", "2"]);
    let sliced = succeed(
        temp.path(),
        &[&["funnel", "in", "--format", "csv", "--by", "Cost Center", "--by", "wave"], &joins[..]].concat(),
    );
    let scope: Vec<String> = rows(&sliced.stdout)
        .iter()
        .filter(|r| r["step"] == "in_scope")
        .map(|r| format!("{}|{}|{}", r["cost_center"], r["join_wave"], r["people"]))
        .collect();
    assert_eq!(scope, ["|2|1", "7;1|1|1", "8||1"]);
    let wrong = kmsift(temp.path(), &[&["funnel", "in", "--by", "salary"], &joins[..]].concat());
    assert_eq!((wrong.code, wrong.stderr.contains("--by `salary`")), (2, true), "{}", wrong.stderr);
}

#[test]
fn a_slice_may_be_called_what_a_step_is_called() {
    let temp = folder();
    tenant(temp.path());
    let run = succeed(temp.path(), &["funnel", "in", "--format", "csv", "--by", "active"]);
    assert!(
        rows(&run.stdout).iter().any(|r| r["active"] == "true" && r["step"] == "in_scope" && r["people"] == "3"),
        "{}",
        run.stdout
    );
}

#[test]
fn lines_that_match_nobody_repeat_or_contradict_are_named_and_strict_refuses_them() {
    let temp = folder();
    tenant(temp.path());
    let lines = [
        "user_id,user_principal_name,team".to_owned(),
        format!("{ANN},,Red"),
        format!("{ANN},,Blue"),
        format!(",{},Green", upn(BOB)),
        format!(",{},Green", upn(BOB)),
        ",nobody@contoso.com,Red".to_owned(),
        format!("{CID},{},Black", upn(BOB)),
        format!("44444444-9c68-4843-856f-3feb9e9867af,{},Grey", upn(ANN)),
        ",\u{1b}[2Jx,Evil".to_owned(),
    ];
    put(temp.path(), "teams.csv", lines.join("\n"));
    let args = ["stale", "in", "--all", "--format", "csv", "--join", "teams.csv", "--verbose"];
    let run = succeed(temp.path(), &args);
    let teams: Vec<String> = rows(&run.stdout).iter().map(|r| r["team"].clone()).collect();
    assert_eq!(teams, ["", "Green", "Black"], "what two lines state differently stays empty");
    for said in [
        "line 3: `11111111-9c68-4843-856f-3feb9e9867af` is the person of line 2",
        "team is `Red` elsewhere and `Blue` here, so it stays empty",
        "line 5: `22222222-9c68-4843-856f-3feb9e9867af@contoso.com` is the person of line 4",
        "line 6: `nobody@contoso.com` matches nobody",
        "line 7: `33333333-9c68-4843-856f-3feb9e9867af, 22222222-9c68-4843-856f-3feb9e9867af@contoso.com` has the UPN of somebody else; the id was used",
        "line 8",
        "has the UPN of another object id, so nothing was joined",
        "line 9",
    ] {
        assert!(run.stderr.contains(said), "{said}: {}", run.stderr);
    }
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
    let quiet = succeed(temp.path(), &args[..args.len() - 1]);
    assert!(quiet.stderr.contains("2 more such lines; --verbose names them"), "{}", quiet.stderr);
    let strict = kmsift(temp.path(), &[&args[..], &["--strict"]].concat());
    assert_eq!(strict.code, 3);
    assert!(strict.stderr.contains("--strict: --join `teams.csv` line 3"), "{}", strict.stderr);
    put(temp.path(), "names.csv", "name,team\nAnn,Red\n");
    let refused = kmsift(temp.path(), &["stale", "in", "--join", "names.csv"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("says whom its lines are about"), "{}", refused.stderr);
}

#[test]
fn lists_and_joined_files_are_traced_in_the_manifest() {
    let temp = folder();
    tenant(temp.path());
    put(temp.path(), "in/hr.csv", format!("upn,team\n{},Red\n", upn(ANN)));
    put(temp.path(), "glass.txt", format!("{BOB}\n"));
    let args = ["report", "in", "--join", "in/hr.csv", "--break-glass", "glass.txt", "--out", "out"];
    succeed(temp.path(), &args);
    let text = std::fs::read_to_string(temp.path().join("out/manifest.json")).expect("manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let lists: Vec<String> = manifest["lists"]
        .as_array()
        .expect("lists")
        .iter()
        .map(|l| format!("{} {} {}", l["option"], l["path"], l["lines"]))
        .collect();
    assert_eq!(lists, ["\"--break-glass\" \"glass.txt\" 1", "\"--join\" \"in/hr.csv\" 1"]);
    assert!(
        manifest["lists"]
            .as_array()
            .expect("lists")
            .iter()
            .all(|l| l["sha256"].as_str().is_some_and(|h| h.len() == 64))
    );
    let inputs = manifest["inputs"].as_array().expect("inputs");
    assert_eq!(inputs.len(), 1, "a joined file is no input: {inputs:?}");
    let page = std::fs::read_to_string(temp.path().join("out/report.html")).expect("page");
    assert!(page.contains(lists_hash(&manifest)), "the page names the hash");
    let targets = std::fs::read_to_string(temp.path().join("out/targets/targets.csv")).expect("targets");
    assert!(targets.lines().next().is_some_and(|h| h.ends_with(",valid_until,as_of,team")), "{targets}");
}

fn lists_hash(manifest: &serde_json::Value) -> &str {
    manifest["lists"][1]["sha256"].as_str().expect("a hash")
}
