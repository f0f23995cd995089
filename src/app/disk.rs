//! The only place that writes: into a hidden sibling first, flushed to the disk, then renamed. A killed run leaves
//! nothing that looks whole.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::view::Artifact;

/// The file by which a folder is known to be kmsift's own, so that `--force` may replace it.
const MANIFEST: &str = "manifest.json";

/// SHA-256 of bytes, hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file, hexadecimal, in bounded memory.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&sum.finalize())),
            n => sum.update(&buffer[..n]),
        }
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().concat()
}

/// Writes a folder whole, or not at all.
///
/// # Errors
/// When it exists and may not be replaced, or something cannot be written.
pub fn write_folder(out: &Path, files: &[Artifact], force: bool) -> Result<(), Error> {
    let staging = Staging::new(out)?;
    may_replace(out, force)?;
    for file in files {
        staging.write(&file.path, &file.bytes)?;
    }
    staging.publish(out)
}

/// Writes one file whole, or not at all.
///
/// # Errors
/// When it exists and may not be replaced, or it cannot be written.
pub fn write_file(out: &Path, bytes: &[u8], force: bool) -> Result<(), Error> {
    if out.exists() && !force {
        return Err(Error::Exists(out.to_owned()));
    }
    let partial = partial_name(out)?;
    let failed = |source| Error::Write { path: out.to_owned(), source };
    write_synced(&partial, bytes).and_then(|()| fs::rename(&partial, out)).map_err(|e| {
        // The error that matters is the first one.
        drop(fs::remove_file(&partial));
        failed(e)
    })
}

/// Whether a folder may be replaced: it is not there, it is empty, or with `--force` it is one of kmsift's own.
fn may_replace(out: &Path, force: bool) -> Result<(), Error> {
    let empty = fs::read_dir(out).map(|mut entries| entries.next().is_none());
    match empty {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(true) => Ok(()),
        Ok(false) if force => own_files_only(out),
        Ok(false) | Err(_) => Err(Error::Exists(out.to_owned())),
    }
}

/// Everything in the folder is listed in its own manifest: a log of revocations, say, must not go with it.
fn own_files_only(out: &Path) -> Result<(), Error> {
    let not_ours = |why: String| Error::NotOurs { path: out.to_owned(), why };
    let manifest = fs::read(out.join(MANIFEST)).ok().and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
    let Some(manifest) = manifest.filter(|m| m["tool"] == "kmsift") else {
        return Err(not_ours("is not an output of kmsift".to_owned()));
    };
    let listed: std::collections::BTreeSet<&str> =
        manifest["outputs"].as_array().into_iter().flatten().filter_map(|o| o["path"].as_str()).collect();
    let mut todo = vec![out.to_owned()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(&folder).map_err(|source| Error::Write { path: folder.clone(), source })?.flatten() {
            let path = entry.path();
            let name = path.strip_prefix(out).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                todo.push(path);
            } else if name != MANIFEST && !listed.contains(name.as_str()) {
                return Err(not_ours(format!("holds `{name}`, which kmsift did not write")));
            }
        }
    }
    Ok(())
}

fn partial_name(out: &Path) -> Result<PathBuf, Error> {
    let name = out.file_name().ok_or_else(|| Error::Usage(format!("`{}` is no name for an output", out.display())))?;
    let hidden = format!(".{}.kmsift-partial-{}", name.to_string_lossy(), std::process::id());
    Ok(out.parent().map_or_else(|| PathBuf::from(&hidden), |parent| parent.join(&hidden)))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A folder being written under a hidden name; removed again unless published.
pub struct Staging {
    path: PathBuf,
    published: bool,
}

impl Staging {
    /// Makes the hidden folder beside the output.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(out: &Path) -> Result<Self, Error> {
        let path = partial_name(out)?;
        fs::create_dir_all(&path).map_err(|source| Error::Write { path: path.clone(), source })?;
        Ok(Self { path, published: false })
    }

    /// Opens a file below the folder for streaming.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, relative: &str) -> io::Result<File> {
        let path = self.path.join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        File::create(path)
    }

    fn write(&self, relative: &str, bytes: &[u8]) -> Result<(), Error> {
        self.create(relative)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            })
            .map_err(|source| Error::Write { path: self.path.join(relative), source })
    }

    /// Gives the folder its name; what was there is set aside first and removed last.
    ///
    /// # Errors
    /// When a rename fails; the old folder is then put back.
    pub fn publish(mut self, out: &Path) -> Result<(), Error> {
        let failed = |source| Error::Write { path: out.to_owned(), source };
        let mut aside = self.path.clone().into_os_string();
        aside.push(".old");
        let aside = PathBuf::from(aside);
        let replaced = out.exists();
        if replaced {
            fs::rename(out, &aside).map_err(failed)?;
        }
        if let Err(error) = fs::rename(&self.path, out) {
            if replaced {
                fs::rename(&aside, out).map_err(failed)?;
            }
            return Err(failed(error));
        }
        self.published = true;
        if replaced {
            fs::remove_dir_all(&aside).map_err(failed)?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // Nothing can be done about a failure here; the name says that it is partial.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// Makes a folder for files that stand beside others', such as man pages.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|source| Error::Write { path: path.to_owned(), source })
}

/// Checks that a folder can be written before a long computation starts.
///
/// # Errors
/// When it exists and may not be replaced.
pub fn check_folder(out: &Path, force: bool) -> Result<(), Error> {
    may_replace(out, force)
}

/// The file by which a folder is known to be one that `demo` wrote.
const TRUTH: &str = "EXPECTED.toml";

/// The same for a folder of `demo`.
///
/// # Errors
/// When it exists and may not be replaced.
pub fn check_demo_folder(out: &Path, force: bool) -> Result<(), Error> {
    match may_replace(out, force) {
        Err(Error::NotOurs { .. }) if out.join(TRUTH).is_file() => Ok(()),
        other => other,
    }
}
