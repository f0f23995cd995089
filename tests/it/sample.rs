//! `sample-data` is what `demo` writes, its numbers are those its generator states, and `reports/example` is its report.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{copy, files, folder, root, rows, succeed};

/// How `sample-data` was made (CONTRIBUTING.md).
const DEMO: &[&str] = &["demo", "--users", "48", "--days", "40", "--rows-per-day", "1", "--out", "sample-data"];
/// How `reports/example` was made, in a folder that holds `sample-data`.
pub(crate) const EXAMPLE: &[&str] =
    &["report", "sample-data", "--break-glass", "sample-data/break-glass.txt", "--out", "reports/example"];

fn expected() -> toml::Table {
    let text = std::fs::read_to_string(root().join("sample-data/EXPECTED.toml")).expect("EXPECTED.toml");
    text.parse().expect("TOML")
}

fn text(value: Option<&toml::Value>) -> String {
    match value {
        None => String::new(),
        Some(toml::Value::String(s)) => s.clone(),
        Some(toml::Value::Array(list)) => list.iter().map(|v| text(Some(v))).collect::<Vec<_>>().join("|"),
        Some(other) => other.to_string(),
    }
}

#[test]
fn demo_writes_sample_data_byte_for_byte() {
    let temp = folder();
    succeed(temp.path(), DEMO);
    same_files(&temp.path().join("sample-data"), &root().join("sample-data"));
}

#[test]
fn every_person_is_judged_as_the_generator_states() {
    let run = succeed(
        &root(),
        &["stale", "sample-data", "--all", "--format", "csv", "--break-glass", "sample-data/break-glass.txt"],
    );
    let people: BTreeMap<String, _> = rows(&run.stdout).into_iter().map(|r| (r["user_id"].clone(), r)).collect();
    let expected = expected();
    let stated = expected["person"].as_array().expect("people");
    assert_eq!(people.len(), stated.len(), "people");
    let columns = [
        "label",
        "verdict",
        "stage",
        "target",
        "mfa_registered",
        "gates",
        "staleness_min_days",
        "staleness_max_days",
        "last_promptable",
    ];
    let mut wrong = Vec::new();
    for person in stated {
        let row = &people[person["user_id"].as_str().expect("an id")];
        for column in columns {
            let want = text(person.get(column));
            // The generator states a last promptable instant only where it lies in the logs.
            if want != row[column] && !(column == "last_promptable" && want.is_empty()) {
                wrong.push(format!("{} {column}: want {want}, got {}", person["archetype"], row[column]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn totals_and_row_counts_are_those_stated() {
    let expected = expected();
    let summary: serde_json::Value =
        serde_json::from_slice(&std::fs::read(root().join("reports/example/summary.json")).expect("summary"))
            .expect("JSON");
    for key in ["labels", "verdicts", "stages"] {
        for (name, n) in expected[key].as_table().expect("a table").iter().filter(|(_, n)| n.as_integer() != Some(0)) {
            assert_eq!(summary[key][name].as_i64(), n.as_integer(), "{key}.{name}");
        }
    }
    assert_eq!(summary["targets"]["count"].as_i64(), expected["targets"]["count"].as_integer());
    let inputs = summary["inputs"].as_array().expect("inputs");
    for (file, n) in expected["files"].as_table().expect("files") {
        let of_file = |i: &&serde_json::Value| {
            i["path"].as_str().is_some_and(|p| p.split('!').next() == Some(&format!("sample-data/{file}")))
        };
        let read: i64 = inputs.iter().filter(of_file).filter_map(|i| i["rows"]["read"].as_i64()).sum();
        assert_eq!(Some(read), n.as_integer(), "rows of {file}");
    }
    for input in inputs {
        let rows = &input["rows"];
        let sum = ["folded", "skipped", "rejected"].iter().filter_map(|k| rows[k].as_i64()).sum::<i64>();
        assert_eq!(rows["read"].as_i64(), Some(sum), "every row is accounted for: {input}");
        assert_eq!(rows["rejected"].as_i64(), Some(0), "{input}");
    }
}

#[test]
fn the_target_list_is_the_one_stated() {
    let expected = expected();
    let listed = std::fs::read_to_string(root().join("reports/example/targets/targets.txt")).expect("targets");
    let stated: Vec<&str> =
        expected["targets"]["ids"].as_array().expect("ids").iter().filter_map(|v| v.as_str()).collect();
    assert_eq!(listed.lines().collect::<Vec<_>>(), stated);
}

#[test]
fn the_committed_example_is_current() {
    let temp = folder();
    copy(&root().join("sample-data"), &temp.path().join("sample-data"));
    std::fs::create_dir(temp.path().join("reports")).expect("a folder");
    succeed(temp.path(), EXAMPLE);
    same_files(&temp.path().join("reports/example"), &root().join("reports/example"));
}

fn same_files(made: &Path, committed: &Path) {
    let names = |folder: &Path| -> Vec<String> {
        let relative =
            |p: std::path::PathBuf| p.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
        files(folder).into_iter().map(relative).filter(|n| n != "README.md").collect()
    };
    assert_eq!(names(made), names(committed), "files; CONTRIBUTING.md tells how to make them anew");
    for name in names(made) {
        let read = |folder: &Path| std::fs::read(folder.join(&name)).expect("readable");
        assert!(
            read(made) == read(committed),
            "{name} is not what the program writes now; CONTRIBUTING.md tells how to make it anew"
        );
    }
}
