//! The scripts for PowerShell and POSIX shells: they parse, whatever the names, and those for shells are run for real,
//! with stand-ins for `az`, `m365`, `date` and `sleep`.

use std::path::{Path, PathBuf};

use crate::hostile::{COVERS, STRINGS, TENANT, tenant};
use crate::support::{folder, succeed};

/// A report of the tenant of hostile names.
fn report(temp: &Path) -> PathBuf {
    tenant(temp);
    let args = ["report", "in", "--no-break-glass-list", "--legacy", "--out", "out"];
    succeed(temp, &args.into_iter().chain(COVERS).collect::<Vec<_>>());
    temp.join("out/targets")
}

/// The lines a PowerShell grammar cannot read.
fn unreadable(script: &str) -> Vec<String> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).expect("a grammar");
    let tree = parser.parse(script, None).expect("a tree");
    let (mut out, mut todo) = (Vec::new(), vec![tree.root_node()]);
    while let Some(node) = todo.pop() {
        if node.is_error() || node.is_missing() {
            let row = node.start_position().row;
            out.push(format!("line {}: {}", row + 1, script.lines().nth(row).unwrap_or("")));
        }
        todo.extend((0..node.child_count()).filter_map(|i| node.child(u32::try_from(i).expect("few"))));
    }
    out
}

/// PowerShell takes typographic quotes for quotes, the grammar for letters: the check for those is in `hostile.rs`.
#[test]
fn powershell_scripts_parse_whatever_the_names() {
    let temp = folder();
    let folder = report(temp.path());
    for name in ["revoke.ps1", "revoke-entra.ps1", "revoke-azuread.ps1"] {
        let script = std::fs::read_to_string(folder.join(name)).expect(name);
        let script = script.trim_start_matches('\u{feff}');
        assert_eq!(unreadable(script), Vec::<String>::new(), "{name}");
        // And the check can fail.
        for (whole, broken) in [("$_.Wave -eq $Wave })", "$_.Wave -eq $Wave )"), ("; Wave = 1 }", "'; Wave = 1 }")] {
            assert!(!unreadable(&script.replacen(whole, broken, 1)).is_empty(), "{name}: {broken}");
        }
    }
}

/// PowerShell's own parser, where there is one; it cannot be installed everywhere.
#[test]
fn powershell_itself_reads_the_scripts() {
    let temp = folder();
    let folder = report(temp.path());
    for name in ["revoke.ps1", "revoke-entra.ps1", "revoke-azuread.ps1"] {
        let parse = format!(
            "$wrong = $null; [void][System.Management.Automation.Language.Parser]::ParseFile((Resolve-Path '{name}').Path, [ref]$null, [ref]$wrong); $wrong; exit $wrong.Count"
        );
        let run =
            std::process::Command::new("pwsh").args(["-NoProfile", "-Command", &parse]).current_dir(&folder).output();
        match run {
            Ok(output) => assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout)),
            Err(error) => eprintln!("skipped: pwsh: {error}"),
        }
    }
}

#[cfg(unix)]
mod posix {
    use super::*;
    use crate::support::{Run, put};
    use std::process::Command;

    /// Each writes its arguments, one a line, and answers as the environment says.
    const TOOL: &str = r#"#!/bin/sh
{ printf 'call'; for a in "$@"; do printf ' <%s>' "$a"; done; printf '\n'; } >> "$STUB/calls"
case "$*" in
  *'tenant id get'* | *'account show'*) printf '%s\n' "$STUB_TENANT"; exit 0 ;;
esac
if [ -s "$STUB/throttle" ]; then
  head -n 1 "$STUB/throttle" >&2
  sed 1d "$STUB/throttle" > "$STUB/rest"; mv "$STUB/rest" "$STUB/throttle"
  exit 1
fi
"#;
    const DATE: &str =
        "#!/bin/sh\ncase \"$2\" in *S%z|*Z) echo 2026-11-25T10:00:00Z ;; *) echo \"$STUB_NOW\" ;; esac\n";
    const SLEEP: &str = "#!/bin/sh\nprintf 'sleep %s\\n' \"$1\" >> \"$STUB/calls\"\n";

    /// A report and the stand-ins.
    struct Stage {
        temp: tempfile::TempDir,
        folder: PathBuf,
    }

    impl Stage {
        fn new() -> Self {
            use std::os::unix::fs::PermissionsExt as _;
            let temp = folder();
            let folder = report(temp.path());
            for (name, text) in [("az", TOOL), ("m365", TOOL), ("date", DATE), ("sleep", SLEEP)] {
                put(temp.path(), &format!("stub/{name}"), text);
                let path = temp.path().join("stub").join(name);
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
            }
            Self { temp, folder }
        }

        /// Runs a script at a moment, connected to a tenant; what the stand-ins were asked is begun anew.
        fn run(&self, script: &str, (now, tenant): (&str, &str), arguments: &[&str]) -> Run {
            let stub = self.temp.path().join("stub");
            drop(std::fs::remove_file(stub.join("calls")));
            let path = format!("{}:{}", stub.display(), std::env::var("PATH").expect("a PATH"));
            Command::new("sh")
                .arg(script)
                .args(arguments)
                .current_dir(&self.folder)
                .env("PATH", path)
                .env("STUB", &stub)
                .env("STUB_NOW", now)
                .env("STUB_TENANT", tenant)
                .output()
                .expect("sh starts")
                .into()
        }

        fn calls(&self) -> Vec<String> {
            let text = std::fs::read_to_string(self.temp.path().join("stub/calls")).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        }

        fn log(&self) -> Vec<std::collections::BTreeMap<String, String>> {
            crate::support::rows(&std::fs::read_to_string(self.folder.join("revoke-log.csv")).unwrap_or_default())
        }
    }

    const SCRIPTS: [&str; 2] = ["revoke-m365.sh", "revoke-az.sh"];
    const IN_TIME: (&str, &str) = ("20261125100000", TENANT);

    #[test]
    fn a_dry_run_names_everybody_and_does_nothing() {
        let stage = Stage::new();
        for script in SCRIPTS {
            let run = stage.run(script, IN_TIME, &[]);
            assert_eq!(run.code, 0, "{script}: {}", run.stderr);
            let lines: Vec<&str> = run.stdout.lines().collect();
            assert_eq!(lines.len(), STRINGS.len() + 1, "{script}: {}", run.stdout);
            for (i, hostile) in STRINGS.iter().enumerate() {
                // As they are, less what deceives the eye.
                let shown: String = format!("{hostile}{i}@centralperk.org")
                    .chars()
                    .filter(|c| !c.is_control() && *c != '\u{202e}')
                    .collect();
                let want = format!("would revoke the sessions of {shown} (00000000-0000-4000-8000-{i:012})");
                assert!(lines.contains(&want.as_str()), "{script}: {want}\n{}", run.stdout);
            }
            assert!(stage.calls().is_empty() && stage.log().is_empty(), "{script}");
        }
        assert!(!stage.folder.join("owned").exists(), "a name was run");
        let other = stage.run("revoke-az.sh", IN_TIME, &["--wave", "2"]);
        assert_eq!(other.stdout, "Dry run: 0 people in wave 2, nothing done. --execute revokes.\n");
        assert_eq!(stage.run("revoke-az.sh", IN_TIME, &["--wave", "x"]).code, 2);
    }

    #[test]
    fn executing_revokes_each_once_and_logs_it() {
        let id = |i: usize| format!("00000000-0000-4000-8000-{i:012}");
        for (script, tenant, call) in [
            (
                "revoke-m365.sh",
                "call <tenant> <id> <get> <--output> <text>",
                "call <entra> <user> <session> <revoke> <--userId> <{}> <--force>",
            ),
            (
                "revoke-az.sh",
                "call <account> <show> <--query> <tenantId> <--output> <tsv>",
                "call <rest> <--method> <POST> <--url> <https://graph.microsoft.com/v1.0/users/{}/revokeSignInSessions> <--output> <none>",
            ),
        ] {
            let stage = Stage::new();
            let run = stage.run(script, IN_TIME, &["--execute"]);
            assert_eq!(run.code, 0, "{script}: {}", run.stderr);
            let want = (0..STRINGS.len()).flat_map(|i| [call.replace("{}", &id(i)), "sleep 1".to_owned()]);
            assert_eq!(stage.calls(), std::iter::once(tenant.to_owned()).chain(want).collect::<Vec<_>>(), "{script}");
            let log = stage.log();
            assert_eq!(log.len(), STRINGS.len());
            for (i, row) in log.iter().enumerate() {
                assert_eq!([&row["Time"], &row["Id"], &row["Result"]], ["2026-11-25T10:00:00Z", &id(i), "revoked"]);
            }
            // Again: nobody is signed out twice.
            let again = stage.run(script, IN_TIME, &["--execute"]);
            assert_eq!((again.code, stage.calls().len()), (0, 1), "{script}: {}", again.stderr);
            assert!(again.stdout.contains(&format!("{} done before", STRINGS.len())), "{}", again.stdout);
        }
    }

    #[test]
    fn expired_lists_other_tenants_and_edited_scripts_are_refused() {
        for script in SCRIPTS {
            let stage = Stage::new();
            let refused = |now: &str, tenant: &str, arguments: &[&str], why: &str| {
                let run = stage.run(script, (now, tenant), arguments);
                assert_eq!(run.code, 3, "{script} {arguments:?}: {} {}", run.stdout, run.stderr);
                assert!(run.stderr.contains("refused") && run.stderr.contains(why), "{script}: {}", run.stderr);
                assert!(stage.log().is_empty() && !stage.calls().iter().any(|c| c.contains("evoke")), "{script}");
            };
            // Valid until 2026-11-29T00:00:00Z, that second included.
            assert_eq!(stage.run(script, ("20261129000000", TENANT), &[]).code, 0);
            refused("20261129000001", TENANT, &[], "valid until 2026-11-29T00:00:00Z");
            refused("20261129000001", TENANT, &["--execute"], "valid until 2026-11-29T00:00:00Z");
            refused("", TENANT, &["--execute"], "the clock");
            for other in ["11111111-6d3e-4b8f-9a41-c0ffee0b1990", ""] {
                refused(IN_TIME.0, other, &["--execute"], TENANT);
            }
            let text = std::fs::read_to_string(stage.folder.join(script)).expect("a script");
            put(&stage.folder, script, text.replace("-000000000003'", "-000000000999'"));
            refused(IN_TIME.0, TENANT, &["--execute"], "edited");
            std::fs::rename(stage.temp.path().join("out/manifest.json"), stage.temp.path().join("m")).expect("moved");
            refused(IN_TIME.0, TENANT, &[], "no manifest.json");
            assert_eq!(stage.run(script, IN_TIME, &["--allow-edited"]).code, 0);
            // Another tenant by a word of its own; its id in any case.
            let other = "11111111-6D3E-4b8f-9a41-c0ffee0b1990";
            let run = stage.run(
                script,
                (IN_TIME.0, &other.to_lowercase()),
                &["--execute", "--allow-edited", "--tenant", other],
            );
            assert_eq!(run.code, 0, "{script}: {}", run.stderr);
        }
    }

    #[test]
    fn throttling_is_waited_out_and_failures_are_told() {
        for script in SCRIPTS {
            let stage = Stage::new();
            let throttle = "Too Many Requests (429), Retry-After: 7\nRequest failed with status code 429\n";
            put(stage.temp.path(), "stub/throttle", throttle);
            let run = stage.run(script, IN_TIME, &["--execute", "--pause", "0"]);
            assert_eq!(run.code, 0, "{script}: {}", run.stderr);
            let sleeps: Vec<String> = stage.calls().into_iter().filter(|c| c.starts_with("sleep")).take(3).collect();
            // As long as the service says, else twice as long each time: the second attempt waits 4 seconds.
            assert_eq!(sleeps, ["sleep 7", "sleep 4", "sleep 0"], "{script}");
            assert!(stage.log().iter().all(|r| r["Result"] == "revoked"), "{script}");

            // Anything else is a failure of that person alone, and six times throttled is one too.
            let stage = Stage::new();
            put(
                stage.temp.path(),
                "stub/throttle",
                format!("Forbidden: \"no role\" for user 00000429\n{}", "Too Many Requests\n".repeat(6)),
            );
            let run = stage.run(script, IN_TIME, &["--execute"]);
            assert_eq!(run.code, 1, "{script}: {}", run.stderr);
            let log = stage.log();
            let failed: Vec<_> = log.iter().filter(|r| r["Result"] == "failed").map(|r| r["Detail"].as_str()).collect();
            assert_eq!(failed, ["Forbidden: 'no role' for user 00000429", "Too Many Requests"], "{script}");
            assert_eq!(log.len(), STRINGS.len());
            // Run again, only those who failed are tried.
            let again = stage.run(script, IN_TIME, &["--execute"]);
            assert_eq!((again.code, stage.calls().iter().filter(|c| c.contains("evoke")).count()), (0, 2), "{script}");
        }
    }

    /// tests/run.sh installs shellcheck; where it is missing this test says so.
    #[test]
    fn shellcheck_finds_nothing_whatever_the_names() {
        let temp = folder();
        let folder = report(temp.path());
        match Command::new("shellcheck").args(SCRIPTS.map(|s| folder.join(s))).output() {
            Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout)),
            Err(error) => eprintln!("skipped: shellcheck: {error}"),
        }
    }
}
