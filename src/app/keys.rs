//! Key files of `--pseudonymise`: made once, read by nobody but their owner, never beside what they open.

use std::path::{Path, PathBuf};

use super::disk::{self, Access, Manner};
use super::lists;
use crate::error::Error;
use crate::model::pseudonym::{KEY_BYTES, Key};

/// Makes a key file where there is none. Whether it was made.
///
/// # Errors
/// When the system gives no random bytes, or the file cannot be written.
pub fn make(path: &Path) -> Result<bool, Error> {
    // A link to nowhere is there too, and is refused when it is read.
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|e| {
        wrong(
            path,
            format!("the system gave no random bytes: {e}"),
            "try again, or bring a key file of 64 hexadecimal digits",
        )
    })?;
    let manner = Manner { force: false, access: Access::Owner };
    disk::write_file(path, Key::new(bytes).to_text().as_bytes(), manner)?;
    Ok(true)
}

/// Reads a key file.
///
/// # Errors
/// When it cannot be read, others may read it, or it is no key.
pub fn read(path: &Path) -> Result<Key, Error> {
    let text = lists::key_file(path)?;
    others_cannot_read(path)?;
    Key::parse(&text).ok_or_else(|| {
        let what = "it is no key file: 64 hexadecimal digits".to_owned();
        wrong(path, what, "name the file that --pseudonymise made, or a file that is not there yet, to make one")
    })
}

#[cfg(unix)]
fn others_cannot_read(path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    let name = path.to_string_lossy().into_owned();
    let metadata = std::fs::metadata(path).map_err(|source| Error::Read { path: name.clone(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let hint = format!(
        "close it: chmod 600 '{}'; whoever read it can map every token of it back",
        name.replace('\'', "'\\''")
    );
    Err(Error::KeyFile { path: name, what: format!("others than its owner may read it (mode {mode:04o})"), hint })
}

#[cfg(not(unix))]
fn others_cannot_read(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// Refuses a key file inside the folder that a run writes, or in its place: it would be handed on with the report.
///
/// # Errors
/// When it is there.
pub fn apart(key: &Path, out: &Path) -> Result<(), Error> {
    if !real(key).starts_with(real(out)) {
        return Ok(());
    }
    let what = format!("it lies in the output `{}` and would be handed on with it", out.display());
    Err(wrong(key, what, "keep the key elsewhere: --key-file FILE"))
}

/// A path without links and dots, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|a| Some((a, a.canonicalize().ok()?)));
    let rest = there.as_ref().and_then(|(a, _)| path.strip_prefix(a).ok()).map(Path::to_owned);
    match there.zip(rest) {
        Some(((_, real), rest)) if !rest.as_os_str().is_empty() => real.join(rest),
        Some(((_, real), _)) => real,
        None => path,
    }
}

fn wrong(path: &Path, what: String, hint: &str) -> Error {
    Error::KeyFile { path: path.to_string_lossy().into_owned(), what, hint: hint.to_owned() }
}
