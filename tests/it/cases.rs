//! Tests as data: every `tests/cases/judge/*.toml` is a small tenant with what must be said of its people.
//!
//! The tenant is spelled in three families of exports (a: Graph JSON, b: portal CSV, c: Azure Monitor) and judged in
//! each, so a case holds for the meaning and not for one format. Expectations are written by hand from the definitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "../cases/exports.rs"]
pub(crate) mod exports;
#[path = "../cases/tenant.rs"]
pub(crate) mod tenant;

use tenant::Case;

/// Fewer cases than this means that files were lost.
const AT_LEAST: usize = 90;

#[test]
fn every_case_holds_in_every_family() {
    let only = std::env::var("KMSIFT_CASE").unwrap_or_default();
    let all = cases();
    let chosen: Vec<_> = all.iter().filter(|(name, _)| name.contains(&only)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let failures = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((name, case)) = chosen.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    let found = outcome(name, case);
                    failures.lock().expect("no thread panics while it holds the list").extend(found);
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no thread panics while it holds the list");
    failures.sort();
    assert!(failures.is_empty(), "{} expectations do not hold:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn there_are_enough_cases_and_each_asserts_something() {
    let cases = cases();
    assert!(cases.len() >= AT_LEAST, "{} cases, at least {AT_LEAST} expected", cases.len());
    for (name, case) in &cases {
        let asserted = case.people.iter().map(|person| person.expect.len()).sum::<usize>()
            + case.targets.len()
            + case.campaign.len();
        assert!(asserted > 0, "{name} asserts nothing");
        assert!(!case.why.is_empty(), "{name} does not say why");
        assert!(case.not_yet.iter().all(|words| !words.is_empty()), "{name} has an empty not_yet");
        assert!(
            case.families.len() >= 2 || !case.families_why.is_empty(),
            "{name} leaves families out without a reason"
        );
    }
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/judge");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> (String, Case) {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = std::fs::read_to_string(path).expect("a case can be read");
    let case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    (name, case)
}

/// What fails; a known difference must differ still, or its mark is out of date.
fn outcome(name: &str, case: &Case) -> Vec<String> {
    let found: Vec<String> = case.families.iter().flat_map(|family| judged(name, case, family).into_iter()).collect();
    match &case.known_difference {
        None => found,
        Some(_) if found.is_empty() => vec![format!("{name}: marked as a known difference, but it holds: unmark it")],
        Some(why) => {
            eprintln!("{name}: known difference ({why})\n  {}", found.join("\n  "));
            Vec::new()
        }
    }
}

fn judged(name: &str, case: &Case, family: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let inputs = folder.path().join("tenant");
    exports::write(case, family, &inputs);
    let mut failures = match table(case, folder.path(), &inputs) {
        Err(said) => vec![format!("{name} [{family}]: {said}")],
        Ok(users) => case.people.iter().flat_map(|person| compared(person, &users)).collect(),
    };
    for (number, wanted) in case.targets.iter().enumerate() {
        failures.extend(listed(case, wanted, &folder.path().join(format!("targets-{number}")), &inputs));
    }
    for (number, wanted) in case.campaign.iter().enumerate() {
        failures.extend(followed(case, wanted, &folder.path().join(format!("campaign-{number}")), &inputs));
    }
    failures.iter().map(|failure| format!("{name} [{family}] {failure}")).collect()
}

/// The users table, by object id, then by column.
type Users = BTreeMap<String, BTreeMap<String, String>>;

fn table(case: &Case, folder: &Path, inputs: &Path) -> Result<Users, String> {
    let out = folder.join("users.csv");
    let mut command = kmsift("stale", case, folder);
    command.args(["--all", "--format", "csv", "--out"]).arg(&out).arg(inputs);
    let output = run(&mut command);
    if !output.status.success() {
        return Err(format!("exit {:?}: {}", output.status.code(), String::from_utf8_lossy(&output.stderr)));
    }
    by_user(&out)
}

fn by_user(path: &Path) -> Result<Users, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut users = Users::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let row: BTreeMap<String, String> =
            header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
        users.insert(row.get("user_id").cloned().unwrap_or_default(), row);
    }
    Ok(users)
}

fn kmsift(what: &str, case: &Case, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsift"));
    command.args([what, "--quiet", "--no-progress", "--goal", &case.goal]).args(&case.args);
    if case.as_of != "default" {
        command.args(["--as-of", &case.as_of]);
    }
    if case.declare {
        for stream in tenant::STREAMS {
            command.args(["--covers".to_owned(), format!("{stream}={}", case.covered(stream))]);
        }
    }
    for (option, names) in
        [("--break-glass", &case.break_glass), ("--exclude", &case.exclude), ("--scope", &case.scope)]
    {
        if !names.is_empty() {
            let path = folder.join(format!("{}.txt", option.trim_start_matches('-')));
            let lines: Vec<String> = names.iter().map(|name| case.key(name)).collect();
            std::fs::write(&path, lines.join("\n")).expect("a list can be written");
            command.arg(option).arg(path);
        }
    }
    if case.break_glass.is_empty() {
        command.arg("--no-break-glass-list");
    }
    command
}

fn run(command: &mut Command) -> Output {
    command.env_clear().output().expect("the program can be started")
}

fn compared(person: &tenant::Person, users: &Users) -> Vec<String> {
    let Some(row) = users.get(&person.user_id()) else {
        let absent = person.expect.get("absent").is_some_and(|value| value.as_bool() == Some(true));
        return if absent || person.expect.is_empty() {
            Vec::new()
        } else {
            vec![format!("{}: not in the table", person.name)]
        };
    };
    person.expect.iter().filter_map(|(column, want)| differs(row, column, want, &person.name)).collect()
}

fn differs(row: &BTreeMap<String, String>, column: &str, want: &toml::Value, name: &str) -> Option<String> {
    let cell = |column: &str| row.get(column).cloned();
    let set = |column: &str| -> BTreeSet<String> {
        cell(column).unwrap_or_default().split('|').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (got, holds) = match column {
        "absent" => ("a row".to_owned(), want.as_bool() == Some(false)),
        "flags" => (format!("{:?}", set("flags")), set("flags") == texts(want)),
        "gates" => (format!("{:?}", set("gates")), set("gates") == texts(want)),
        "flags_contain" => (format!("{:?}", set("flags")), set("flags").is_superset(&texts(want))),
        "flags_lack" => (format!("{:?}", set("flags")), set("flags").is_disjoint(&texts(want))),
        "gates_contain" => (format!("{:?}", set("gates")), set("gates").is_superset(&texts(want))),
        "gates_lack" => (format!("{:?}", set("gates")), set("gates").is_disjoint(&texts(want))),
        _ => match cell(column) {
            Some(got) => (got.clone(), got == text(want)),
            None => ("no such column".to_owned(), false),
        },
    };
    (!holds).then(|| format!("{name}.{column}: want {want}, got {got}"))
}

fn texts(want: &toml::Value) -> BTreeSet<String> {
    want.as_array().expect("a set of words is expected").iter().map(text).collect()
}

fn text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whom `kmsift targets` lists.
fn listed(case: &Case, wanted: &tenant::Targets, folder: &Path, inputs: &Path) -> Vec<String> {
    std::fs::create_dir_all(folder).expect("a folder can be made");
    let mut command = kmsift("targets", case, folder);
    let out = folder.join("out");
    command.args(["--channel", "ids", "--out"]).arg(&out).args(&wanted.args).arg(inputs);
    let output = run(&mut command);
    let got: BTreeSet<String> =
        std::fs::read_to_string(out.join("targets.txt")).unwrap_or_default().lines().map(str::to_owned).collect();
    let want: BTreeSet<String> = wanted.want.iter().map(|name| case.key(name)).collect();
    if got == want {
        return Vec::new();
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    vec![format!("targets {:?}: want {want:?}, got {got:?} (exit {:?}) {said}", wanted.args, output.status.code())]
}

/// What `kmsift verify` says of a list of these people, and whom else it found revoked.
fn followed(case: &Case, wanted: &tenant::Campaign, folder: &Path, inputs: &Path) -> Vec<String> {
    std::fs::create_dir_all(folder).expect("a folder can be made");
    let list = folder.join("targets.csv");
    let line = |name: &String| format!("{},1,{},{}\n", case.key(name), wanted.valid_until, wanted.targeted_at);
    let lines: Vec<String> = wanted.listed.iter().map(line).collect();
    std::fs::write(&list, format!("user_id,wave,valid_until,as_of\n{}", lines.concat())).expect("a list is written");
    let out = folder.join("out");
    let mut command = kmsift("verify", case, folder);
    command.arg("--targets").arg(&list).arg("--out").arg(&out).args(&wanted.args).arg(inputs);
    let output = run(&mut command);
    if !output.status.success() {
        return vec![format!("verify: exit {:?} {}", output.status.code(), String::from_utf8_lossy(&output.stderr))];
    }
    let users = by_user(&out.join("tables/campaign.csv")).expect("the table is written");
    let mut failures: Vec<String> = (users.len() != wanted.listed.len())
        .then(|| format!("verify: {} rows for {} listed", users.len(), wanted.listed.len()))
        .into_iter()
        .collect();
    for (name, columns) in &wanted.expect {
        let Some(row) = users.get(&case.key(name)) else {
            failures.push(format!("verify: {name} is not in the table"));
            continue;
        };
        failures.extend(columns.iter().filter_map(|(column, want)| differs(row, column, want, name)));
        failures.extend(decreasing(row).map(|said| format!("{name}: {said}")));
    }
    let got: BTreeSet<String> =
        by_user(&out.join("tables/campaign_collateral.csv")).expect("a table").into_keys().collect();
    let want: BTreeSet<String> = wanted.collateral.iter().map(|name| case.key(name)).collect();
    failures.extend((got != want).then(|| format!("collateral: want {want:?}, got {got:?}")));
    failures
}

/// The instants of a campaign never decrease along the way.
fn decreasing(row: &BTreeMap<String, String>) -> Option<String> {
    const WAY: [&str; 8] = [
        "targeted_at",
        "revoked_at",
        "bitten_at",
        "returned_at",
        "prompted_at",
        "started_at",
        "registered_at",
        "capable_at",
    ];
    let seen: Vec<&String> = WAY.iter().filter_map(|column| row.get(*column)).filter(|at| !at.is_empty()).collect();
    (!seen.is_sorted()).then(|| format!("not in order: {seen:?}"))
}
