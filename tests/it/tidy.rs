//! The house rules that a compiler does not hold: directions of imports, sizes, words that must not occur.

use std::path::Path;

use crate::support::{files, root};

/// Floor → floors it may name, besides itself. Order as in docs/ARCHITECTURE.md.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("error", &[]),
    ("view", &["model"]),
    ("facts", &["model"]),
    ("ingest", &["model", "facts", "error"]),
    ("ledger", &["model", "facts"]),
    ("judge", &["model", "facts"]),
    ("metrics", &["model", "view", "facts", "judge"]),
    ("targets", &["model", "view", "judge"]),
    ("plan", &["model", "view", "facts", "judge", "targets"]),
    ("report", &["model", "view", "facts", "ledger", "ingest", "judge", "metrics", "targets"]),
    ("charts", &["model", "view"]),
    ("emit", &["model", "view", "ledger", "ingest", "report", "charts", "error"]),
    (
        "app",
        &[
            "model", "view", "facts", "ledger", "ingest", "judge", "metrics", "targets", "plan", "report", "emit",
            "error",
        ],
    ),
    ("synth", &[]),
    (
        "cli",
        &[
            "model", "view", "facts", "ledger", "ingest", "judge", "metrics", "targets", "plan", "report", "emit",
            "app", "synth", "error",
        ],
    ),
];

/// Words that may only occur in the files named.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("polars", &["emit/parquet.rs", "ledger/columns.rs", "lib.rs"]),
    ("plotters", &["charts/"]),
    ("resvg", &["charts/"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("io::stdout", &["cli/console.rs"]),
    ("io::stderr", &["cli/console.rs"]),
    ("fs::write", &[]),
    ("File::create", &["app/disk.rs"]),
    ("fs::rename", &["app/disk.rs"]),
    ("SystemTime", &[]),
    ("Instant::now", &["cli/console.rs"]),
    ("Utc::now", &[]),
    ("Local::now", &[]),
    ("std::net", &[]),
    ("TcpStream", &[]),
    ("UdpSocket", &[]),
    ("process::Command", &[]),
    ("process::exit", &[]),
    ("env::var", &["cli/console.rs"]),
    ("unsafe", &["ingest/marks.rs", "ingest/marks/"]), // functions compiled for a CPU: their calls and loads
];

fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let relative = |p: &Path| p.strip_prefix(&src).expect("below").to_string_lossy().replace('\\', "/");
    let rust = |p: &std::path::PathBuf| p.extension().is_some_and(|e| e == "rs");
    let all: Vec<_> = files(&src)
        .into_iter()
        .filter(rust)
        .map(|p| (relative(&p), std::fs::read_to_string(&p).expect("readable")))
        .collect();
    assert!(all.len() > 60, "the sources were found");
    all
}

/// Code without comments and without what stands under `#[cfg(test)]`.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    body.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_point_downwards() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let floor = path.split(['/', '.']).next().expect("a floor").to_owned();
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(f, _)| *f == floor) else { continue };
        for piece in code(&text).split("crate::").skip(1) {
            let used: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = MAY_IMPORT.iter().any(|(f, _)| *f == used);
            if known && used != floor && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{path}: {floor} names {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let code = code(&text);
        for (word, homes) in ONLY_IN {
            let home = homes.iter().any(|h| path == *h || (h.ends_with('/') && path.starts_with(h)));
            if !home
                && code.split(|c: char| !(c.is_alphanumeric() || "_:!".contains(c))).any(|token| token.contains(word))
            {
                wrong.push(format!("{path}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path}: no heading comment");
        let lines = text.lines().count();
        assert!(lines <= 600, "{path}: {lines} lines, 600 is the hard stop");
    }
    let over: Vec<String> = sources()
        .iter()
        .filter(|(_, t)| t.lines().count() > 400)
        .map(|(p, t)| format!("{p} {}", t.lines().count()))
        .collect();
    assert!(over.len() <= 3, "files over 400 lines: {over:?}");
    for name in files(&root().join("tests/it")) {
        let lines = std::fs::read_to_string(&name).expect("readable").lines().count();
        assert!(lines <= 600, "{}: {lines} lines", name.display());
    }
    for (path, _) in sources() {
        for part in ["util", "utils", "common", "helper", "helpers", "misc", "manager"] {
            assert!(!path.split(['/', '.']).any(|p| p == part), "{path}: a function goes where its noun lives");
        }
    }
}

#[test]
fn every_file_of_a_registry_folder_is_registered() {
    let registries: [(&str, &[&str]); 3] = [
        ("ingest/formats", &["graph_row", "log_analytics_row", "pascal"]),
        ("metrics", &["kaplan_meier", "slice"]),
        ("targets/channels", &[]),
    ];
    for (folder, shared) in registries {
        let registry = std::fs::read_to_string(root().join("src").join(folder).join("mod.rs")).expect("readable");
        let listed = registry.split("&[&dyn").nth(1).expect("a const slice");
        for (path, _) in
            sources().iter().filter(|(p, _)| p.strip_prefix(folder).is_some_and(|rest| rest.matches('/').count() == 1))
        {
            let name = path.rsplit('/').next().and_then(|n| n.strip_suffix(".rs")).expect("a name");
            assert!(
                name == "mod" || shared.contains(&name) || listed.contains(&format!("{name}::")),
                "{path} is not registered"
            );
        }
    }
}

#[test]
fn every_table_of_domain_data_says_its_version_and_source() {
    for path in files(&root().join("src/model/tables")) {
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.starts_with("# version 20"), "{}: no version", path.display());
        assert!(text.lines().next().is_some_and(|l| l.contains("semantics.md")), "{}: no source", path.display());
    }
}
