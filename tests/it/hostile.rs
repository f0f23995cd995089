//! Hostile bytes and hostile strings: nothing panics, nothing is lost, everything comes out inert.

use crate::support::{folder, kmsift, portal_csv, put, rows, succeed};

/// Names, UPNs and app names as attackers write them.
pub(crate) const STRINGS: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    "'; Remove-Item C:\\ -Recurse #",
    "\u{2019}; Remove-Item C:\\ #",
    "$(calc) `calc`",
    "\u{202e}gnp.exe",
    "\u{1b}[2J\u{1b}[31mred",
    "tab\there",
    "two\nlines",
    "日本語 العربية 😀",
    "{{TARGETS}}",
    "x\nTARGETS\nrm -rf ~",
    "\\' ; touch owned #",
    "-n %s \\n",
];

/// The tenant the log is of.
pub(crate) const TENANT: &str = "5f2c7a10-6d3e-4b8f-9a41-c0ffee0b1990";

/// A tenant of one stale, unregistered person per hostile string, so that every string reaches the target list.
pub(crate) fn tenant(temp: &std::path::Path) {
    let mut users = Vec::new();
    let mut details = Vec::new();
    let mut silent = String::new();
    for (i, hostile) in STRINGS.iter().enumerate() {
        let id = format!("00000000-0000-4000-8000-{i:012}");
        let upn = format!("{hostile}{i}@centralperk.org");
        users.push(serde_json::json!({"id": id, "userPrincipalName": upn, "displayName": hostile, "accountEnabled": true,
            "userType": "Member", "department": hostile, "signInActivity": {"lastSignInDateTime": "2026-08-20T09:00:00Z"}}));
        details.push(
            serde_json::json!({"id": id, "userPrincipalName": upn, "isMfaRegistered": false, "isMfaCapable": false,
            "isAdmin": false, "methodsRegistered": [], "lastUpdatedDateTime": "2026-11-21T00:00:00Z"}),
        );
        for day in 1..22 {
            let row = serde_json::json!({"id": format!("{i}-{day}"), "createdDateTime": format!("2026-11-{day:02}T08:00:00Z"),
                "userId": id, "userPrincipalName": upn, "userDisplayName": hostile, "appId": format!("app-{i}"),
                "appDisplayName": hostile, "clientAppUsed": "Mobile Apps and Desktop clients", "isInteractive": false,
                "homeTenantId": TENANT, "resourceTenantId": TENANT, "incomingTokenType": "refreshToken", "status": {"errorCode": 0}});
            silent.push_str(&format!("{row}\n"));
        }
    }
    put(temp, "in/users.json", serde_json::json!({ "value": users }).to_string());
    put(temp, "in/registration.json", serde_json::json!(details).to_string());
    put(temp, "in/silent.ndjson", silent);
}

pub(crate) const COVERS: [&str; 6] = [
    "--as-of",
    "2026-11-22",
    "--covers",
    "interactive=2026-10-23..2026-11-22",
    "--covers",
    "non-interactive=2026-10-23..2026-11-22",
];

#[test]
fn hostile_strings_come_out_inert_everywhere() {
    let temp = folder();
    tenant(temp.path());
    let args: Vec<&str> =
        ["report", "in", "--no-break-glass-list", "--legacy", "--out", "out"].into_iter().chain(COVERS).collect();
    let run = succeed(temp.path(), &args);
    let read = |name: &str| std::fs::read_to_string(temp.path().join("out").join(name)).expect(name);

    let listed = rows(&read("targets/targets.csv"));
    assert_eq!(listed.len(), STRINGS.len(), "each of them is a target, whatever the name");
    for name in ["targets/targets.csv", "tables/users.csv", "targets/excluded.csv", "tables/method_mix.csv"] {
        for record in csv::ReaderBuilder::new().has_headers(false).from_reader(read(name).as_bytes()).records() {
            for cell in &record.expect("a record") {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{name}: {cell:?} is a live formula");
            }
        }
    }

    let page = read("report.html");
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "markup from a log is live");
    assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'), "control characters reach the page");

    for name in ["revoke.ps1", "revoke-entra.ps1", "revoke-azuread.ps1"] {
        let script = read(&format!("targets/{name}"));
        for line in script.lines().filter(|l| l.contains("[pscustomobject]@{ Id")) {
            assert_eq!(powershell_strings(line).map(|s| s.len()), Some(2), "{name}: quotes close elsewhere: {line}");
        }
        assert_eq!(script.matches("[pscustomobject]@{ Id").count(), STRINGS.len(), "{name}: one line each, no breaks");
        assert!(!script.contains("{{TENANT") && !script.contains('\u{202e}'), "{name}");
    }
    for name in ["group-import/wave-1-0001.csv", "graph-batch/index.csv", "targets.txt", "group-batch/README.txt"] {
        let text = read(&format!("targets/{name}"));
        assert!(text.is_ascii() && !text.contains("calc"), "{name}: only ids, no names: {text}");
    }

    for svg in ["charts/method_mix.svg", "charts/funnel.svg", "charts/unregistered.svg"] {
        assert!(!read(svg).contains("<script"), "{svg}");
    }
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{202e}'));
    let table: Vec<&str> = ["stale", "in"].into_iter().chain(COVERS).collect();
    let shown = succeed(temp.path(), &table);
    assert!(!shown.stdout.contains('\u{1b}') && !shown.stdout.contains('\u{202e}'), "the terminal is written to raw");
}

/// The single-quoted strings of a PowerShell line as PowerShell reads them; `None` when one does not close.
fn powershell_strings(line: &str) -> Option<Vec<String>> {
    let is_quote = |c: char| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}');
    let (mut out, mut chars) = (Vec::new(), line.chars().peekable());
    while let Some(c) = chars.next() {
        if !is_quote(c) {
            continue;
        }
        let mut text = String::new();
        loop {
            match chars.next()? {
                c if is_quote(c) && chars.peek().is_some_and(|n| is_quote(*n)) => {
                    text.push(c);
                    chars.next();
                }
                c if is_quote(c) => break,
                c => text.push(c),
            }
        }
        out.push(text);
    }
    Some(out)
}

/// Name, bytes, whether it may be read at all, and `[read, folded]` if so.
type Damaged = (&'static str, Vec<u8>, Option<[u64; 2]>);

/// Ten rows; in the third and the eighth a quote opens and never closes where it should, so that six are glued to one.
fn stray_quotes(header: &str) -> Vec<u8> {
    let mut out = format!("{header}\n");
    for i in 1..=10 {
        let app = if i == 3 || i == 8 { "\"Teams" } else { "Teams" };
        out.push_str(&format!("2026-11-20T08:00:{i:02}Z,r{i},c{i},u1,Name,u1@x.org,{app},a,Success,0,Browser,\n"));
    }
    out.into_bytes()
}

fn damaged() -> Vec<Damaged> {
    let good = portal_csv(&[("2026-11-20T08:00:00Z", "u1", "0", ""), ("2026-11-20T09:00:00Z", "u2", "0", "")]);
    let header = good.lines().next().expect("a header").to_owned();
    let object = r#"{"id":"1","createdDateTime":"2026-11-20T08:00:00Z","userId":"u1","userPrincipalName":"u1@x.org","appDisplayName":"T","isInteractive":true,"status":{"errorCode":0}}"#;
    let utf16 = |big: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(good.encode_utf16());
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    vec![
        ("empty.csv", Vec::new(), None),
        ("blank.csv", b" \r\n\r\n".to_vec(), None),
        ("nul.csv", vec![0; 4096], None),
        ("InteractiveSignIns_header.csv", format!("{header}\n").into_bytes(), Some([0, 0])),
        ("InteractiveSignIns_bom.csv", format!("\u{feff}{good}").into_bytes(), Some([2, 2])),
        ("InteractiveSignIns_crlf.csv", good.replace('\n', "\r\n").into_bytes(), Some([2, 2])),
        ("InteractiveSignIns_utf16le.csv", utf16(false), Some([2, 2])),
        ("InteractiveSignIns_utf16be.csv", utf16(true), Some([2, 2])),
        ("InteractiveSignIns_sep.csv", format!("sep=,\r\n{good}").into_bytes(), Some([2, 2])),
        ("InteractiveSignIns_twice.csv", format!("{good}{good}").into_bytes(), Some([5, 4])),
        ("InteractiveSignIns_marks.csv", format!("\u{feff}{good}\u{feff}{good}").into_bytes(), Some([5, 4])),
        ("InteractiveSignIns_torn.csv", format!("{good}2026-11-20T10:00:00Z,r3,c3").into_bytes(), Some([3, 2])),
        ("InteractiveSignIns_open.csv", format!("{good}\"2026-11-20T10:00:00Z,r3,c3\n").into_bytes(), Some([3, 2])),
        (
            "InteractiveSignIns_latin1.csv",
            good.replace("Teams", "T\u{1}").into_bytes().into_iter().map(|b| if b == 1 { 0xe9 } else { b }).collect(),
            Some([2, 0]),
        ),
        ("array.json", format!("[{object},{object}]").into_bytes(), Some([2, 2])),
        ("arrays.json", format!("[{object}][{object}]").into_bytes(), Some([2, 2])),
        (
            "pages.json",
            format!("{{\"value\":[{object}],\"@odata.nextLink\":\"x\"}}{{\"value\":[{object}]}}").into_bytes(),
            Some([2, 2]),
        ),
        ("cut.json", format!("[{object},{}", &object[..60]).into_bytes(), Some([2, 1])),
        ("lines.ndjson", format!("{object}\nnonsense\n{object}\n{{\"id\":\n").into_bytes(), Some([4, 2])),
        ("deep.json", ["[".repeat(200_000).as_str(), "1"].concat().into_bytes(), None),
        ("types.ndjson", format!("{object}\n{}\n", object.replace("\"u1\"", "[{}]")).into_bytes(), Some([2, 1])),
        ("mixed.json", format!("[{object}]\n{{\"value\":[{object},{object}]}}").into_bytes(), Some([2, 1])),
        ("scalars.json", format!("[1,\"x\",null,{object},[2]]").into_bytes(), Some([5, 1])),
        ("trailer.json", format!("[{object}]\n<html>error 500</html>\n").into_bytes(), Some([2, 1])),
        (
            "nostatus.ndjson",
            format!("{object}\n{}\n", object.replace("{\"errorCode\":0}", "null")).into_bytes(),
            Some([2, 1]),
        ),
        ("InteractiveSignIns_quotes.csv", stray_quotes(&header), Some([10, 4])),
        ("broken.json.gz", vec![0x1f, 0x8b, 8, 0, 1, 2, 3], None),
        ("broken.zip", b"PK\x03\x04rubbish".to_vec(), None),
    ]
}

#[test]
fn damaged_files_are_read_as_far_as_they_go_or_refused_by_name() {
    for (name, bytes, want) in damaged() {
        let temp = folder();
        put(temp.path(), name, &bytes);
        let run = kmsift(temp.path(), &["check", name, "--format", "json"]);
        let Some([read, folded]) = want else {
            assert_eq!(run.code, 3, "{name}: {}", run.stderr);
            assert!(run.stderr.contains(name), "{name}: {}", run.stderr);
            continue;
        };
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let totals = &report["totals"];
        assert_eq!(
            [totals["read"].as_u64(), totals["folded"].as_u64()],
            [Some(read), Some(folded)],
            "{name}: {}",
            run.stdout
        );
        let sum: u64 = ["folded", "skipped", "rejected"].iter().filter_map(|k| totals[k].as_u64()).sum();
        assert_eq!(sum, read, "{name}: every row is accounted for");
    }
}

#[test]
fn compressed_standard_input_is_read_whole() {
    use std::io::Write as _;
    let rows: String = (0..20_000)
        .map(|i| {
            format!(
                "2026-11-20T08:{:02}:{:02}Z,r{i},c{i},u{},Name,u@x.org,Teams,a,Success,0,Browser,\n",
                i / 60 % 60,
                i % 60,
                i % 7
            )
        })
        .collect();
    let header = portal_csv(&[]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(format!("{header}{rows}").as_bytes()).expect("compressed");
    let bytes = gz.finish().expect("compressed");
    let mut child =
        crate::support::command(&crate::support::root(), &["check", "-", "--kind", "interactive", "--format", "json"])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("starts");
    child.stdin.take().expect("stdin").write_all(&bytes).expect("written");
    let run: crate::support::Run = child.wait_with_output().expect("ends").into();
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(
        report["totals"],
        serde_json::json!({"read": 20_000, "folded": 20_000, "skipped": 0, "rejected": 0}),
        "{}",
        run.stderr
    );
}

#[test]
fn what_came_before_a_failure_is_used() {
    use std::io::Write as _;
    let temp = folder();
    let rows: String = (0..50_000_u64)
        .map(|i| {
            format!(
                "2026-11-20T08:00:00Z,r{i},c{},u{},N,u@x.org,T,a,Success,0,Browser,{}\n",
                i * 7919,
                i % 7,
                i * 104_729
            )
        })
        .collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(format!("{}{rows}", portal_csv(&[])).as_bytes()).expect("compressed");
    let bytes = gz.finish().expect("compressed");
    put(temp.path(), "InteractiveSignIns_1.csv.gz", &bytes[..bytes.len() / 2]);
    let run = succeed(temp.path(), &["stale", ".", "--all"]);
    assert!(run.stderr.contains("what came before is used"), "{}", run.stderr);
    assert_eq!(kmsift(temp.path(), &["stale", ".", "--strict"]).code, 3);
    let check = succeed(temp.path(), &["check", ".", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON");
    assert!(report["totals"]["folded"].as_u64().is_some_and(|n| n > 10_000), "{}", check.stdout);
}

#[test]
fn a_cut_off_file_is_said_to_be_cut_off() {
    let temp = folder();
    let (_, whole, _) = damaged().into_iter().find(|d| d.0 == "array.json").expect("the case");
    put(temp.path(), "a.json", &whole[..whole.len() - 40]);
    let run = succeed(temp.path(), &["stale", "a.json", "--all", "--max-rejects", "60%"]);
    assert!(run.stderr.contains("cut off"), "{}", run.stderr);
    assert_eq!(kmsift(temp.path(), &["stale", "a.json", "--max-rejects", "60%", "--strict"]).code, 3);
}
