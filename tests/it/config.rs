//! `kmsift.toml`, presets, `init`: what wins, what is refused and how, what the manifest records.

use std::path::Path;

use crate::support::{command, folder, kmsift, put, root, succeed};

/// A folder with the sample tenant beside a `kmsift.toml`.
fn tenant(config: &str) -> tempfile::TempDir {
    let dir = folder();
    put(dir.path(), "kmsift.toml", config);
    dir
}

fn sample() -> String {
    root().join("sample-data").to_string_lossy().into_owned()
}

/// The options of a run that writes a manifest: name → (value, from).
fn in_force(dir: &Path, arguments: &[&str]) -> serde_json::Value {
    let data = sample();
    let glass = format!("{data}/break-glass.txt");
    let mut all = vec!["targets", &data, "--out", "out", "--channel", "ids"];
    if !arguments.contains(&"--no-break-glass-list") {
        all.extend(["--break-glass", &glass]);
    }
    all.extend(arguments);
    succeed(dir, &all);
    let manifest = std::fs::read(dir.join("out/manifest.json")).expect("a manifest");
    std::fs::remove_dir_all(dir.join("out")).expect("removed");
    serde_json::from_slice::<serde_json::Value>(&manifest).expect("JSON")["options"].clone()
}

#[test]
fn what_is_nearer_to_the_fingers_wins() {
    let dir = tenant(
        "preset.use = \"mine\"\nactive-days = 20\nvalid-rows-do-not-exist-here = 1\n\
         [targets]\nstale-days = 45\n[preset.mine]\nactive-days = 10\ngap-hours = 50\n[preset.typed]\nstale-days = 50\n",
    );
    let refused = kmsift(dir.path(), &["stale", &sample()]);
    assert!(refused.code == 2 && refused.stderr.contains("`kmsift.toml` line 3"), "{}", refused.stderr);
    let text = std::fs::read_to_string(dir.path().join("kmsift.toml")).expect("readable");
    put(dir.path(), "kmsift.toml", text.replace("valid-rows-do-not-exist-here = 1\n", ""));

    let of = |arguments: &[&str], name: &str| {
        let all = in_force(dir.path(), arguments);
        let text = |key: &str| all[name][key].as_str().unwrap_or_default().to_owned();
        (text("value"), text("from"))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(of(&[], "stale-days"), pair("45", "kmsift.toml line 4"), "the command's own table");
    assert_eq!(of(&[], "active-days"), pair("20", "kmsift.toml line 2"), "the file before its own preset");
    assert_eq!(of(&[], "gap-hours"), pair("50", "kmsift.toml line 7"), "the file's preset before the default");
    assert_eq!(of(&[], "settle-hours"), pair("24", "default"));
    assert_eq!(of(&["--preset", "typed"], "stale-days"), pair("50", "kmsift.toml line 9"), "a preset typed");
    assert_eq!(of(&["--preset", "typed", "--stale-days", "60"], "stale-days"), pair("60", "command line"));
    assert_eq!(of(&["--no-config"], "stale-days"), pair("30", "default"));
    assert_eq!(of(&["--no-config", "--preset", "quarterly-review"], "stale-days").0, "90");
}

#[test]
fn a_list_typed_replaces_the_files_and_a_switch_is_taken_back() {
    let dir = tenant("strict = true\nno-break-glass-list = true\n[targets]\ninclude = [\"guests\", \"admins\"]\n");
    let all = in_force(dir.path(), &["--strict=false", "--include", "undetermined"]);
    assert_eq!(all["include"]["value"], serde_json::json!(["undetermined"]));
    assert_eq!(all["strict"]["value"], "false");
    assert_eq!(all["strict"]["from"], "command line");
    assert_eq!(all["no-break-glass-list"]["value"], "false", "what excludes something typed is left out");
    assert_eq!(in_force(dir.path(), &[])["include"]["value"], serde_json::json!(["guests", "admins"]));
}

#[test]
fn the_run_says_that_a_file_was_used_and_which_safety_it_switches_off() {
    let dir = tenant("stale-days = 45\n[targets]\nlegacy = true\n");
    let run = succeed(dir.path(), &["stale", &sample()]);
    assert!(
        run.stderr.contains("options from `kmsift.toml`: stale-days = 45 (--no-config leaves it out)"),
        "{}",
        run.stderr
    );
    assert!(!succeed(dir.path(), &["stale", &sample(), "--no-config"]).stderr.contains("kmsift.toml"));
    let data = sample();
    let run = succeed(dir.path(), &["targets", &data, "--no-break-glass-list", "--quiet"]);
    assert!(run.stderr.contains("line 3 switches a safety off: --legacy"), "{}", run.stderr);
    let manifest = std::fs::read_to_string(dir.path().join("kmsift-targets/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let file = manifest["lists"].as_array().into_iter().flatten().find(|l| l["option"] == "--config");
    assert_eq!(file.map(|f| f["path"].clone()), Some("kmsift.toml".into()));
}

#[test]
fn paths_are_those_of_the_files_folder_and_the_file_is_no_input() {
    let dir = folder();
    put(dir.path(), "own/kmsift.toml", "break-glass = \"glass.txt\"\n[verify]\ntargets = \"list.txt\"\n");
    put(dir.path(), "own/glass.txt", "11111111-1111-1111-1111-111111111111\n");
    put(dir.path(), "own/list.txt", "11111111-1111-1111-1111-111111111111\n");
    let data = sample();
    succeed(dir.path(), &["targets", &data, "--config", "own/kmsift.toml"]);
    // `--targets` is required, and the file gives it.
    let run = kmsift(dir.path(), &["verify", &data, "--config", "own/kmsift.toml"]);
    assert!(!run.stderr.contains("required") && !run.stderr.contains("list.txt` cannot be read"), "{}", run.stderr);
    // By its ending this one could be an export.
    std::fs::rename(dir.path().join("own/kmsift.toml"), dir.path().join("own/options.txt")).expect("renamed");
    let checked = kmsift(dir.path(), &["check", "own", "--config", "own/options.txt", "--format", "json"]);
    assert!(checked.stdout.contains("list.txt") && !checked.stdout.contains("options.txt"), "{}", checked.stdout);
}

#[test]
fn a_wrong_file_names_line_key_and_what_was_expected() {
    for (text, wanted) in [
        ("stale-dais = 45", "line 1: no option is called `stale-dais` here; did you mean `stale-days`?"),
        ("stale_days = 45", "did you mean `stale-days`?"),
        ("\n\nstale-days = \"45\"", "line 3: `stale-days`: expected a whole number, found text"),
        ("stale-days = 0", "`0` is not in 1..=3650"),
        ("stale-days = [1]", "expected a whole number, found a list"),
        ("stale-days = 1.5", "expected a whole number, found a number with decimals"),
        ("goal = \"ssp\"", "did you mean `sspr`?"),
        ("strict = 1", "expected true or false, found a whole number"),
        ("as-of = true", "expected text in quotes, found true or false"),
        ("exclude = 5", "expected text in quotes, or a list of such, found a whole number"),
        ("channel = [\"csv\"]", "`channel` is not an option of every command"),
        ("[targts]\n", "no command is called `targts`; did you mean `targets`?"),
        ("[targets]\nchannel = [\"cvs\"]", "line 2: `channel`: `cvs` is none of"),
        ("[targets]\nby = [\"department\"]", "line 2: no option is called `by` here"),
        ("config = \"x\"", "`config` can only be typed"),
        ("quiet = true\nverbose = true", "line 2: `verbose`: it cannot stand beside `quiet` (line 1)"),
        ("stale-days = 30\nstale-days = 31", "line 2: not TOML"),
        ("[stale\n", "line 1: not TOML"),
        ("preset = \"quik\"", "did you mean `quick`?"),
        ("preset.use = \"quik\"", "`kmsift.toml` line 1: preset `quik`"),
        ("preset.mine = 3", "`preset.mine`: expected a table"),
    ] {
        let dir = tenant(text);
        let run = kmsift(dir.path(), &["stale", &sample()]);
        assert_eq!(run.code, 2, "{text}: {}", run.stderr);
        assert!(run.stderr.contains(wanted) && run.stderr.contains("hint: "), "{text}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{text}");
        // What writes or explains files of options is not stopped by a wrong one.
        succeed(dir.path(), &["schema", "users"]);
        succeed(dir.path(), &["init", "--out", "fresh.toml"]);
    }
}

#[test]
fn an_error_in_a_value_says_where_it_was_set() {
    for (text, wanted) in [
        ("max-rejects = \"much\"", "--max-rejects `much`: not a percentage such as 1%"),
        ("\nexclude = [\"nobody.txt\"]", "--exclude `nobody.txt` cannot be read"),
    ] {
        let dir = tenant(text);
        let run = kmsift(dir.path(), &["stale", &sample()]);
        let line = text.lines().count();
        assert!(run.stderr.contains(wanted), "{}", run.stderr);
        assert!(run.stderr.contains(&format!("it is set in `kmsift.toml` line {line}")), "{}", run.stderr);
    }
}

#[test]
fn numbers_and_dates_may_stand_without_quotes() {
    let dir = tenant("as-of = 2026-11-20\nmax-rejects = 2.5\n[options]\ncoverage = 0.8\n");
    let all = in_force(dir.path(), &[]);
    assert_eq!(all["as-of"]["value"], "2026-11-20");
    assert_eq!(all["max-rejects"]["value"], "2.5");
    succeed(dir.path(), &["options", &sample()]);
}

#[test]
fn init_writes_what_kmsift_reads_and_overwrites_nothing() {
    let dir = folder();
    let run = succeed(dir.path(), &["init"]);
    for preset in ["sspr-campaign", "quick", "quarterly-review", "pre-enforcement"] {
        assert!(run.stderr.contains(preset), "{}", run.stderr);
    }
    let written = std::fs::read_to_string(dir.path().join("kmsift.toml")).expect("written");
    assert_eq!(kmsift(dir.path(), &["init"]).code, 1);
    put(dir.path(), "kmsift.toml", "changed by hand");
    succeed(dir.path(), &["init", "--force"]);
    assert_eq!(std::fs::read_to_string(dir.path().join("kmsift.toml")).expect("written"), written);
    // As written it sets nothing.
    let all = in_force(dir.path(), &[]);
    let from: Vec<&str> = all.as_object().into_iter().flatten().filter_map(|(_, o)| o["from"].as_str()).collect();
    assert!(from.len() > 20 && from.iter().all(|f| ["default", "command line"].contains(f)), "{from:?}");
}

#[test]
fn every_preset_runs() {
    let data = sample();
    let glass = format!("{data}/break-glass.txt");
    for preset in ["sspr-campaign", "quick", "quarterly-review", "pre-enforcement"] {
        let dir = folder();
        succeed(dir.path(), &["targets", &data, "--break-glass", &glass, "--preset", preset, "--channel", "ids"]);
        succeed(dir.path(), &["stale", &data, "--preset", preset]);
    }
}

#[test]
fn the_paper_on_files_of_options_names_every_preset() {
    let paper = std::fs::read_to_string(root().join("docs/CONFIG.md")).expect("readable");
    for preset in kmsift::cli::config::template::presets().expect("read") {
        assert!(paper.contains(&format!("| `{preset}` |")), "docs/CONFIG.md lacks {preset}");
    }
}

#[test]
fn slips_are_met_with_the_nearest_word() {
    let data = sample();
    let dir = folder();
    put(dir.path(), "exports/signins.csv", "x");
    for (arguments, wanted) in [
        (vec!["stal", &data], "'stale'"),
        (vec!["stale", &data, "--stle-days", "3"], "'--stale-days'"),
        (vec!["targets", &data, "--channel", "cvs"], "'csv'"),
        (vec!["stale", &data, "--preset", "quik"], "`quick`"),
        (vec!["funnel", &data, "--by", "departement"], "`department`"),
        (vec!["schema", "user"], "`users`"),
        (vec!["man", "stal"], "`stale`"),
        (vec!["stale", "exports/signin.csv"], "`exports/signins.csv`"),
        (vec!["stale", &data, "--exclude", "exports/signin.csv"], "`exports/signins.csv`"),
        (vec!["stale", &data, "--fail-on", "stal>5%"], "`stale`"),
        (vec!["stale", &data, "--covers", "interactiv=2026-10-23..2026-11-22"], "`interactive`"),
    ] {
        let run = kmsift(dir.path(), &arguments);
        assert!(run.code == 1 || run.code == 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(wanted), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn tables_and_summaries_fit_the_width_and_say_what_was_left_out() {
    let data = sample();
    for width in ["60", "80", "120"] {
        let output = command(&root(), &["stale", &data, "--all"]).env("COLUMNS", width).output().expect("runs");
        let most: usize = width.parse().expect("a number");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.lines().count() > 40 && text.lines().all(|l| l.chars().count() <= most), "{width}:\n{text}");
        assert!(
            text.lines().skip(1).all(|l| l.starts_with(' ') && !l.starts_with("  ")),
            "no row goes on: {width}\n{text}"
        );
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("more columns: add --out users.csv or --format csv"), "{said}");
        let from = said.find(" will never be asked").or_else(|| said.find("never be asked")).expect("the finding");
        let commands = |l: &&str| !l.trim_start().starts_with("kmsift ");
        assert!(said[from..].lines().filter(commands).all(|l| l.chars().count() <= most), "{width}:\n{said}");
        assert!(said.contains("100.0 %") && said.contains("Next:\n  kmsift explain "), "{said}");
    }
}

#[test]
fn the_commands_a_summary_names_do_run() {
    let data = sample();
    let dir = folder();
    let glass = format!("{data}/break-glass.txt");
    let run = succeed(dir.path(), &["report", &data, "--break-glass", &glass, "--goal", "sspr", "--stale-days=40"]);
    let commands: Vec<&str> = run.stderr.lines().filter_map(|l| l.strip_prefix("  kmsift ")).collect();
    assert_eq!(commands.len(), 2, "{}", run.stderr);
    for command in commands {
        assert!(command.contains("--goal sspr") && command.contains("--stale-days 40"), "{command}");
        let words: Vec<&str> = command.split(' ').collect();
        let run = kmsift(dir.path(), &words);
        assert!([0, 3].contains(&run.code) && !run.stderr.contains("--help"), "{command}: {}", run.stderr);
    }
    let bare = succeed(dir.path(), &["report", &data, "--out", "bare"]);
    assert!(bare.stderr.contains("--break-glass FILE --out bare --force"), "{}", bare.stderr);
}

#[test]
fn colour_only_where_it_is_wanted() {
    let dir = folder();
    let coloured = |arguments: &[&str], set: &[(&str, &str)]| {
        let mut run = command(dir.path(), arguments);
        run.env_remove("NO_COLOR").envs(set.iter().copied());
        String::from_utf8_lossy(&run.output().expect("runs").stderr).contains('\u{1b}')
    };
    let own: &[&str] = &["stale", "nowhere"];
    let parser: &[&str] = &["stale", "nowhere", "--nothing-such"];
    for arguments in [own, parser] {
        let with = |more: &[&'static str]| [arguments, more].concat();
        assert!(!coloured(arguments, &[]), "not off a terminal");
        assert!(coloured(arguments, &[("CLICOLOR_FORCE", "1")]));
        assert!(!coloured(arguments, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(coloured(&with(&["--color", "always"]), &[("NO_COLOR", "1")]));
        assert!(!coloured(&with(&["--color=never"]), &[("CLICOLOR_FORCE", "1")]));
    }
}

#[test]
fn man_pages_are_written_one_a_command() {
    let dir = folder();
    succeed(dir.path(), &["man", "--out", "man1"]);
    let pages = crate::support::files(&dir.path().join("man1"));
    let names: Vec<String> = pages.iter().filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned())).collect();
    for name in ["kmsift.1", "kmsift-report.1", "kmsift-targets.1", "kmsift-init.1", "kmsift-man.1"] {
        assert!(names.iter().any(|n| n == name), "{name}: {names:?}");
    }
    let report = std::fs::read_to_string(dir.path().join("man1/kmsift-report.1")).expect("readable");
    assert!(report.contains("break\\-glass") && report.contains(".TH kmsift-report 1"), "{report:.300}");
    assert_eq!(kmsift(dir.path(), &["man", "--out", "man1"]).code, 1, "nothing is overwritten");
    succeed(dir.path(), &["man", "--out", "man1", "--force"]);
    assert_eq!(succeed(dir.path(), &["man", "report"]).stdout, report);
}
