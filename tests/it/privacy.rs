//! `--pseudonymise` and `kmsift reveal`: nobody of the inputs in any byte that a run writes, the same judgements, lists that
//! map back to the byte, keys that stay closed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use polars_io::SerReader as _;
use polars_io::parquet::read::ParquetReader;
use serde_json::Value;

use kmsift::model::pseudonym::{Key, TokenKind};

use crate::support::{Run, files, folder, kmsift, put, rows, succeed};

/// In the name of every folder above the exports.
const HOME: &str = "home/zebulon.quaggamire";
const MANAGER: &str = "Quillon Zanzibariensis";
const MANAGERS_ADDRESS: &str = "quillon.z@holding.example";
const STRANGER: &str = "stranger.canary@elsewhere.example";
const ROOM: &str = "attic-room-q77";

/// A tenant in a folder that gives its owner away, with lists of people and a file of managers beside it.
struct Tenant {
    temp: tempfile::TempDir,
    users: Vec<BTreeMap<String, String>>,
}

impl Tenant {
    fn new() -> Self {
        let temp = folder();
        let exports = format!("{HOME}/exports");
        let demo =
            ["demo", "--users", "40", "--days", "45", "--rows-per-day", "2", "--layout", "graph", "--quiet", "--out"];
        std::fs::create_dir_all(temp.path().join(HOME)).expect("a folder");
        succeed(temp.path(), &[&demo[..], &[exports.as_str()]].concat());
        let all = succeed(temp.path(), &["stale", "--all", "--format", "csv", "--quiet", &exports]);
        let users = rows(&all.stdout);
        let mut hr = String::from("user_principal_name,manager,room,cost_center\n");
        for (i, user) in users.iter().enumerate() {
            let manager = match i % 3 {
                0 => MANAGER,
                1 => MANAGERS_ADDRESS,
                _ => users[0]["display_name"].as_str(),
            };
            hr.push_str(&format!("{},{manager},{ROOM},{}\n", user["user_principal_name"], 100 + i % 2));
        }
        put(temp.path(), &format!("{HOME}/hr.csv"), hr);
        put(temp.path(), &format!("{HOME}/leave.txt"), format!("{STRANGER}\n{}\n", users[1]["user_principal_name"]));
        Self { temp, users }
    }

    fn path(&self) -> &Path {
        self.temp.path()
    }

    /// Runs a command over the exports with everything that may name people.
    fn run(&self, before: &[&str], after: &[&str]) -> Run {
        let (exports, hr, leave) = (format!("{HOME}/exports"), format!("{HOME}/hr.csv"), format!("{HOME}/leave.txt"));
        let glass = format!("{exports}/break-glass.txt");
        let people = [exports.as_str(), "--join", &hr, "--exclude", &leave, "--break-glass", &glass, "--verbose"];
        let run = kmsift(self.path(), &[before, &people, after].concat());
        assert_eq!(run.code, 0, "{before:?} {after:?}: {}", run.stderr);
        run
    }

    /// What must not be in any output: every address, IP address, device, session and correlation of the exports, every
    /// person's id and name, and what the other files and the folder say.
    fn canaries(&self) -> BTreeSet<String> {
        let mut out: BTreeSet<String> = [MANAGER, MANAGERS_ADDRESS, STRANGER, ROOM, "quaggamire", "quillon"]
            .iter()
            .map(|text| text.to_lowercase())
            .collect();
        for user in &self.users {
            for column in ["user_id", "user_principal_name", "display_name"] {
                out.insert(user[column].to_lowercase());
            }
        }
        for file in files(&self.path().join(HOME).join("exports")) {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            for line in text.lines() {
                if let Ok(value) = serde_json::from_str::<Value>(line) {
                    gather(&value, &mut out);
                }
            }
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                gather(&value, &mut out);
            }
        }
        // One person bears the name of an application, which stays (docs/PRIVACY.md).
        out.retain(|text| text.len() > 6 && !text.starts_with("=hyperlink("));
        assert!(out.iter().filter(|c| c.contains('@')).count() > 30, "addresses");
        assert!(out.iter().any(|c| c.parse::<std::net::Ipv4Addr>().is_ok()), "IP addresses");
        out
    }
}

/// Everything under a key that says who, from where or on what.
fn gather(value: &Value, out: &mut BTreeSet<String>) {
    const KEYS: &[&str] = &[
        "userId",
        "userPrincipalName",
        "userDisplayName",
        "ipAddress",
        "correlationId",
        "sessionId",
        "deviceId",
        "originalRequestId",
        "mail",
        "homeTenantId",
        "resourceTenantId",
    ];
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if let (true, Some(text)) = (KEYS.contains(&key.as_str()), value.as_str()) {
                    out.insert(text.to_lowercase());
                }
                if let (true, Some(name)) = (key == "deviceDetail", value["displayName"].as_str()) {
                    out.insert(name.to_lowercase());
                }
                gather(value, out);
            }
        }
        Value::Array(all) => all.iter().for_each(|v| gather(v, out)),
        _ => {}
    }
}

/// Every text of a file, whatever it is packed in.
fn texts(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("readable");
    match path.extension().and_then(|e| e.to_str()) {
        Some("parquet") => {
            let table = ParquetReader::new(std::io::Cursor::new(bytes)).finish().expect("a table");
            let mut out = String::new();
            for column in table.columns() {
                for at in 0..table.height() {
                    // Numbers, days and instants name nobody.
                    if let Some(text) = column.get(at).expect("a value").get_str() {
                        out.push_str(text);
                        out.push('\n');
                    }
                }
            }
            out
        }
        Some("xlsx") => {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
            let mut out = String::new();
            for at in 0..archive.len() {
                archive.by_index(at).expect("a member").read_to_string(&mut out).expect("text");
            }
            out
        }
        // Drawn from the SVG beside it, text and all.
        Some("png") => {
            assert!(path.with_extension("svg").exists(), "{}", path.display());
            String::new()
        }
        Some("html" | "json" | "csv" | "svg" | "txt" | "ps1" | "sh") => String::from_utf8(bytes).expect("UTF-8"),
        other => panic!("{}: {other:?} is a new kind of output: say here how to look into it", path.display()),
    }
}

/// Which canaries are in a text, in any case and however its format writes an `@`. GUIDs are thousands: each of the text is
/// looked up, wherever it begins.
fn found(text: &str, canaries: &BTreeSet<String>) -> Vec<String> {
    const GUID: usize = 36;
    let text = text.to_lowercase().replace("\\u0040", "@").replace("&#64;", "@").replace("%40", "@");
    let is_guid = |text: &str| text.len() == GUID && [8, 13, 18, 23].iter().all(|at| text.as_bytes()[*at] == b'-');
    let of_text: BTreeSet<&str> = text
        .match_indices('-')
        .filter_map(|(at, _)| text.get(at.checked_sub(8)?..at - 8 + GUID))
        .filter(|guid| is_guid(guid))
        .collect();
    let is_in = |c: &&String| if is_guid(c) { of_text.contains(c.as_str()) } else { text.contains(c.as_str()) };
    canaries.iter().filter(is_in).cloned().collect()
}

/// What a command wrote: its screen and its folder.
fn written(run: &Run, out: Option<&Path>) -> String {
    let mut text = format!("{}\n{}\n", run.stdout, run.stderr);
    for file in out.into_iter().flat_map(files) {
        text.push_str(&file.to_string_lossy());
        text.push_str(&texts(&file));
    }
    text
}

/// Every command and form.
fn sweep(tenant: &Tenant, out: &str, privacy: &[&str]) -> Vec<(String, String)> {
    let mut said = Vec::new();
    let user = tenant.users[3]["user_principal_name"].clone();
    put(tenant.path(), "lists/acted.txt", format!("{}\n{STRANGER}\n", tenant.users[2]["user_id"]));
    let folder = |name: &str| format!("{out}-{name}");
    let (report, targets, nudge) = (folder("report"), folder("targets"), folder("nudge"));
    let (options, verify) = (folder("options"), folder("verify"));
    let follow = ["--targets", "lists/acted.txt", "--targeted-at", "2026-11-01"];
    let mut commands: Vec<(Vec<&str>, Vec<&str>, Option<&str>)> = vec![
        (vec!["report"], [&follow[..], &["--wave-size", "3", "-o", &report]].concat(), Some(&report)),
        (
            vec!["targets"],
            vec!["--wave-size", "3", "--group", "1=76cbae99-9c68-4843-856f-3feb9e9867af", "-o", &targets],
            Some(&targets),
        ),
        (vec!["targets"], vec!["--list", "nudge", "-o", &nudge], Some(&nudge)),
        (vec!["options"], vec!["-o", &options], Some(&options)),
        (vec!["verify"], [&follow[..], &["-o", &verify]].concat(), Some(&verify)),
        (vec!["verify"], [&follow[..], &["--format", "csv"]].concat(), None),
        (vec!["stale"], vec!["--all"], None),
        (vec!["stale"], vec!["--all", "--format", "json"], None),
        (vec!["stale"], vec!["--all", "--format", "ndjson"], None),
        (vec!["funnel"], vec!["--by", "manager", "--by", "room", "--format", "csv"], None),
        (
            vec!["funnel"],
            vec!["--by", "display_name", "--by", "user_id", "--by", "user_principal_name", "--format", "csv"],
            None,
        ),
        (vec!["funnel"], vec!["--by", "manager", "--path", "--format", "csv"], None),
        (vec!["explain", &user], vec![], None),
        (vec!["explain", &user], vec!["--format", "json"], None),
        (vec!["check"], vec![], None),
        (vec!["check"], vec!["--format", "json"], None),
    ];
    if privacy.is_empty() {
        // To see that the sweep finds what it looks for, one folder and one person's table do.
        commands.retain(|(before, after, _)| before[0] == "report" || after.contains(&"manager"));
    }
    for (before, after, out) in &mut commands {
        after.extend(privacy);
        let run = tenant.run(before, after);
        said.push((format!("{before:?} {after:?}"), written(&run, out.map(|out| tenant.path().join(out)).as_deref())));
    }
    // Forty people are too few for a forecast: its refusal is an output too.
    let exports = format!("{HOME}/exports");
    let forecast = kmsift(tenant.path(), &[&["forecast", &exports], privacy].concat());
    assert!([0, 3].contains(&forecast.code), "{}", forecast.stderr);
    said.push(("forecast".to_owned(), written(&forecast, None)));
    said
}

#[test]
fn nobody_of_the_inputs_is_in_any_byte_written() {
    let tenant = Tenant::new();
    let canaries = tenant.canaries();
    let plain: BTreeSet<String> =
        sweep(&tenant, "plain", &[]).iter().flat_map(|(_, text)| found(text, &canaries)).collect();
    for shown in [MANAGER, MANAGERS_ADDRESS, STRANGER, ROOM, "quaggamire"] {
        assert!(plain.contains(&shown.to_lowercase()), "the sweep looks where `{shown}` would be");
    }
    for column in ["user_id", "user_principal_name", "display_name"] {
        assert!(plain.contains(&tenant.users[5][column].to_lowercase()), "{column}");
    }
    for (command, text) in sweep(&tenant, "masked", &["--pseudonymise", "--key-file", "secret.key"]) {
        assert_eq!(found(&text, &canaries), Vec::<String>::new(), "{command}");
        let key = std::fs::read_to_string(tenant.path().join("secret.key")).expect("a key");
        assert!(!text.contains(key.trim()), "{command}: the key itself");
    }
}

/// A row with its person's columns replaced by tokens, by the library's key alone.
fn tokens(key: &Key, row: &BTreeMap<String, String>, name: &dyn Fn(&str) -> String) -> BTreeMap<String, String> {
    let mut row = row.clone();
    for (column, value) in &mut row {
        *value = match column.as_str() {
            "user_id" => key.token(TokenKind::User, value),
            "user_principal_name" => key.upn(value),
            "display_name" => name(value),
            _ => continue,
        };
    }
    row
}

#[test]
fn judgements_waves_and_counts_are_the_same_and_lists_map_back() {
    let tenant = Tenant::new();
    let privacy = ["--pseudonymise", "--key-file", "secret.key"];
    let all = ["stale", "--all", "--format", "csv"];
    let exports = format!("{HOME}/exports");
    let masked = succeed(tenant.path(), &[&all[..], &[&exports], &privacy].concat());
    let key = std::fs::read_to_string(tenant.path().join("secret.key")).expect("made");
    let key = Key::parse(&key).expect("a key");
    // The words of a name, whatever stands between them.
    let words = |name: &str| name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), " ");
    let name = |name: &str| key.token(TokenKind::Name, &words(name).split_whitespace().collect::<Vec<_>>().join(" "));
    let mut expected: Vec<BTreeMap<String, String>> = tenant.users.iter().map(|row| tokens(&key, row, &name)).collect();
    expected.sort_by(|a, b| a["user_id"].cmp(&b["user_id"]));
    let masked_rows = rows(&masked.stdout);
    assert_eq!(masked_rows.len(), expected.len());
    for (masked, expected) in masked_rows.iter().zip(&expected) {
        assert_eq!(masked, expected, "every cell but the person's columns is that of the plain table");
    }
    assert!(tenant.users.iter().any(|u| u["user_type"] == "guest"), "a guest keeps being one");

    let again = succeed(tenant.path(), &[&all[..], &[&exports], &privacy].concat());
    assert_eq!(again.stdout, masked.stdout, "one key, the same bytes");
    let other =
        succeed(tenant.path(), &[&all[..], &[&exports], &["--pseudonymise", "--key-file", "other.key"]].concat());
    assert_ne!(other.stdout, masked.stdout, "another key, other tokens");

    let funnel =
        |more: &[&str]| tenant.run(&["funnel"], &[&["--by", "department", "--format", "csv"], more].concat()).stdout;
    assert_eq!(funnel(&[]), funnel(&privacy));

    let lists = ["--wave-size", "2", "-o"];
    tenant.run(&["targets"], &[&lists[..], &["plain"]].concat());
    tenant.run(&["targets"], &[&lists[..], &["masked"], &privacy].concat());
    let read = |name: &str| std::fs::read_to_string(tenant.path().join(name)).expect(name);
    let names: Vec<PathBuf> = files(&tenant.path().join("masked"));
    for acts in ["revoke.ps1", "graph-batch", "group-import", "power-automate"] {
        assert!(!names.iter().any(|n| n.to_string_lossy().contains(acts)), "{acts} is for real accounts: {names:?}");
    }
    assert!(rows(&read("plain/targets.csv")).len() > 3, "a list");
    assert_ne!(read("plain/targets.csv"), read("masked/targets.csv"));
    let hr = format!("{HOME}/hr.csv");
    for list in ["targets.csv", "targets.json", "targets.txt"] {
        let masked = format!("masked/{list}");
        let run = succeed(tenant.path(), &["reveal", "--key-file", "secret.key", &masked, &exports, "--join", &hr]);
        assert_eq!(run.stdout, read(&format!("plain/{list}")), "{list}, wave by wave");
    }
}

#[test]
fn what_cannot_be_mapped_back_is_counted_or_refused() {
    let tenant = Tenant::new();
    let exports = format!("{HOME}/exports");
    let privacy = ["--pseudonymise", "--key-file", "secret.key"];
    tenant.run(&["report"], &[&privacy[..], &["-o", "out"]].concat());
    let reveal = |list: &str, key: &str, more: &[&str]| {
        kmsift(tenant.path(), &[&["reveal", list, &exports, "--key-file", key], more].concat())
    };
    let list = std::fs::read_to_string(tenant.path().join("out/targets/targets.txt")).expect("a list");
    put(tenant.path(), "more.txt", format!("{list}user-00000000000000000000\n"));
    let more = reveal("more.txt", "secret.key", &[]);
    assert_eq!(more.code, 0, "{}", more.stderr);
    assert_eq!(more.stdout.lines().count(), list.lines().count());
    assert!(more.stderr.contains("1 of ") && more.stderr.contains("left out"), "{}", more.stderr);

    for report in
        ["out/tables/users.csv", "out/targets/excluded.csv", "out/summary.json", "out/report.html", "out/manifest.json"]
    {
        let run = reveal(report, "secret.key", &[]);
        assert_eq!(run.code, 3, "{report}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.stdout, "", "{report}");
    }
    tenant.run(&["stale"], &["--pseudonymise", "--key-file", "other.key", "-o", "other.csv"]);
    let wrong = reveal("out/targets/targets.json", "other.key", &[]);
    assert!(wrong.code == 3 && wrong.stderr.contains("made with the key"), "{}", wrong.stderr);
    let wrong = reveal("out/targets/targets.csv", "other.key", &[]);
    assert!(wrong.code == 3 && wrong.stderr.contains("another key"), "{}", wrong.stderr);
    let run = reveal("out/targets/targets.csv", "secret.key", &["--out", "real.csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let again = reveal("out/targets/targets.csv", "secret.key", &["--out", "real.csv"]);
    assert!(again.code == 1 && again.stderr.contains("--force"), "{}", again.stderr);

    // A campaign is followed by the list of tokens, with the key; without it the list is refused.
    let follow = ["verify", "--targets", "out/targets/targets.csv", &exports, "--format", "csv"];
    let masked = kmsift(tenant.path(), &[&follow[..], &privacy].concat());
    assert_eq!(masked.code, 0, "{}", masked.stderr);
    let (people, listed) = (rows(&masked.stdout), list.lines().collect::<BTreeSet<_>>());
    assert!(
        people.iter().all(|p| listed.contains(p["user_id"].as_str()) && p["outcome"] != "not_in_inputs"),
        "{people:?}"
    );
    let bare = kmsift(tenant.path(), &follow);
    assert!(bare.code == 3 && bare.stderr.contains("kmsift reveal"), "{}", bare.stderr);
    // Whoever holds the key may ask about a token.
    let token = list.lines().next().expect("somebody");
    let why = kmsift(tenant.path(), &[&["explain", token, &exports], &privacy[..]].concat());
    assert!(why.code == 0 && why.stdout.contains(token), "{}", why.stderr);
}

#[test]
fn keys_are_made_once_and_stay_closed_and_apart() {
    let tenant = Tenant::new();
    let exports = format!("{HOME}/exports");
    let stale = |more: &[&str]| kmsift(tenant.path(), &[&["stale", &exports], more].concat());
    let first = stale(&["--pseudonymise"]);
    assert!(first.code == 0 && first.stderr.contains("made a new key `kmsift.key`"), "{}", first.stderr);
    let key = std::fs::read(tenant.path().join("kmsift.key")).expect("a key");
    let second = stale(&["--pseudonymise"]);
    assert!(!second.stderr.contains("made a new key"), "{}", second.stderr);
    assert_eq!(std::fs::read(tenant.path().join("kmsift.key")).expect("a key"), key, "a key is never made anew");
    assert_eq!(first.stdout, second.stdout);

    let refused =
        |run: &Run, why: &str| assert!(run.code == 2 && run.stderr.contains(why), "{why}: {} {}", run.code, run.stderr);
    refused(&stale(&["--key-file", "kmsift.key"]), "add that");
    refused(&stale(&["--pseudonymise", "--rejects", "rejects.csv"]), "--rejects");
    refused(&stale(&["--pseudonymise", "-o", "kmsift.key", "--format", "csv", "--force"]), "output");
    assert_eq!(std::fs::read(tenant.path().join("kmsift.key")).expect("a key"), key);
    put(tenant.path(), "short.key", "abcd\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |name: &str| std::fs::metadata(tenant.path().join(name)).expect("there").permissions().mode() & 0o777;
        let set = |name: &str, mode| {
            std::fs::set_permissions(tenant.path().join(name), std::fs::Permissions::from_mode(mode)).expect("set");
        };
        assert_eq!(mode("kmsift.key"), 0o600);
        for open in [0o640, 0o604] {
            set("kmsift.key", open);
            refused(&stale(&["--pseudonymise"]), "chmod 600");
        }
        set("kmsift.key", 0o400);
        assert_eq!(stale(&["--pseudonymise"]).code, 0, "read-only is closed too");
        set("short.key", 0o600);
    }
    refused(&stale(&["--pseudonymise", "--key-file", "short.key"]), "no key file");
    let inside = kmsift(
        tenant.path(),
        &["report", &exports, "--no-break-glass-list", "-o", "out", "--pseudonymise", "--key-file", "out/../out/k.key"],
    );
    refused(&inside, "keep the key elsewhere");
    assert!(!tenant.path().join("out").exists(), "nothing was written, no key either");
    let acting = kmsift(
        tenant.path(),
        &["targets", &exports, "--no-break-glass-list", "-o", "out", "--pseudonymise", "--channel", "graph-batch"],
    );
    refused(&acting, "kmsift reveal");
    refused(&kmsift(tenant.path(), &["reveal", "x.csv", &exports, "--pseudonymise"]), "leave --pseudonymise out");
    // Groups of a few are told of: the demo's departments are small.
    assert!(second.stderr.contains("fewer than 5 people"), "{}", second.stderr);
}
