//! Running the real binary, and the repository's own files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kmsift::ingest::known::Key;
use kmsift::model::ids::Id;
use kmsift::model::problem::Reject;
use kmsift::model::sign_in::{Channel, Event, Way, Who};
use kmsift::model::time::Instant;

/// A sign-in row whose cells have been read.
pub(crate) struct SignIn<'a> {
    pub(crate) user: Option<Id>,
    pub(crate) upn: &'a str,
    pub(crate) name: &'a str,
    pub(crate) user_type: &'a str,
    pub(crate) at: Instant,
    pub(crate) correlation: &'a str,
    pub(crate) session: &'a str,
    pub(crate) app_name: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) persistent_browser: bool,
    pub(crate) passthrough: bool,
    pub(crate) tenants: (Option<Id>, Option<Id>),
    pub(crate) channel: Channel,
}

impl kmsift::ingest::sign_in::SignIn for SignIn<'_> {
    fn event(&self) -> Result<Event, Reject> {
        let Self { at, persistent_browser, passthrough, .. } = *self;
        Ok(Event { at, persistent_browser, passthrough })
    }
    fn correlation(&self) -> &str {
        self.correlation
    }
    fn session(&self) -> &str {
        self.session
    }
    fn reason(&self) -> &str {
        self.reason
    }
    fn way_cells(&self, key: &mut Key) {
        key.cell(format!("{:?}", self.channel).as_bytes()).cell(self.app_name.as_bytes());
    }
    fn way(&self) -> Result<Way<'_>, Reject> {
        Ok(Way { channel: self.channel.clone(), app_name: self.app_name })
    }
    fn who_cells(&self, key: &mut Key) {
        key.cell(format!("{:?}{:?}", self.user, self.tenants).as_bytes());
        key.cell(self.upn.as_bytes()).cell(self.name.as_bytes()).cell(self.user_type.as_bytes());
    }
    fn who(&self) -> Result<Who<'_>, Reject> {
        let (user, tenants) = (self.user.clone(), self.tenants.clone());
        Ok(Who { user, upn: self.upn, name: self.name, user_type: self.user_type, tenants })
    }
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The licensed samples beside the project, if they are there.
pub(crate) fn shared_samples() -> Option<PathBuf> {
    let path = root().join("../shared/samples");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// What a run said.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs kmsift in a folder.
pub(crate) fn kmsift(folder: &Path, arguments: &[&str]) -> Run {
    command(folder, arguments).output().expect("kmsift starts").into()
}

/// Runs kmsift and insists that it succeeds.
pub(crate) fn succeed(folder: &Path, arguments: &[&str]) -> Run {
    let run = kmsift(folder, arguments);
    assert_eq!(run.code, 0, "kmsift {arguments:?}: {}", run.stderr);
    run
}

pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kmsift"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env_remove("COLUMNS");
    command
}

/// A folder that goes away with the test.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Writes a file below a folder.
pub(crate) fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, content).expect("a file");
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    for path in files(from) {
        let relative = path.strip_prefix(from).expect("below");
        put(to, &relative.to_string_lossy(), std::fs::read(&path).expect("readable"));
    }
}

/// Every file below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder").map(|e| e.expect("an entry").path()) {
            if entry.is_dir() {
                todo.push(entry);
            } else {
                out.push(entry);
            }
        }
    }
    out.sort();
    out
}

/// A table of `--format csv`: rows as name → cell.
pub(crate) fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// A portal sign-in CSV (the columns that matter) from rows of `date,user id,code,mfa text`.
pub(crate) fn portal_csv(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut out = String::from(
        "Date (UTC),Request ID,Correlation ID,User ID,User,Username,Application,Application ID ,Status,Sign-in error code,Client app,Multifactor authentication result\n",
    );
    for (i, (date, user, code, mfa)) in rows.iter().enumerate() {
        out.push_str(&format!(
            "{date},r{i},c{i},{user},Name,{user}@contoso.com,Teams,1fec8e78-bce4-4aaf-ab1b-5451cc387264,Success,{code},Browser,{mfa}\n"
        ));
    }
    out
}
