//! The only place that writes: into a hidden sibling first, flushed to the disk, then renamed. A killed run leaves
//! nothing that looks whole.

mod folder;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use self::folder::{Folder, fill_folder};
use crate::error::Error;

/// The file by which a folder is known to be kmsift's own, so that `--force` may replace it.
const MANIFEST: &str = "manifest.json";

/// Who may read what is written. Outputs hold personal data, so the owner alone unless said otherwise (`--shareable`);
/// on systems without such modes the folder's own rules hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// The owner: files 0600, folders 0700.
    #[default]
    Owner,
    /// Everybody whom the umask lets: files 0644, folders 0755.
    Shareable,
}

impl Access {
    #[cfg(unix)]
    fn create(self, path: &Path) -> io::Result<File> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let mode = if self == Self::Owner { 0o600 } else { 0o644 };
        // What a killed run of the same number left would keep its mode.
        drop(fs::remove_file(path));
        fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
    }

    #[cfg(unix)]
    fn create_folder(self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::DirBuilderExt as _;
        let mode = if self == Self::Owner { 0o700 } else { 0o755 };
        fs::DirBuilder::new().recursive(true).mode(mode).create(path)
    }

    #[cfg(not(unix))]
    fn create(self, path: &Path) -> io::Result<File> {
        File::create(path)
    }

    #[cfg(not(unix))]
    fn create_folder(self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }
}

/// How something is written.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Replace what is there.
    pub force: bool,
    /// Who may read it.
    pub access: Access,
}

/// SHA-256 of bytes, hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The same as bytes.
#[must_use]
pub fn sha256_raw(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
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

/// The byte-order mark, by which spreadsheets know UTF-8.
pub const BOM: &str = "\u{feff}";

/// Writes one file whole, or not at all.
///
/// # Errors
/// When it exists and may not be replaced, or it cannot be written.
pub fn write_file(out: &Path, bytes: &[u8], manner: Manner) -> Result<(), Error> {
    // A link to nowhere is there too.
    if out.symlink_metadata().is_ok() && !manner.force {
        return Err(Error::Exists(out.to_owned()));
    }
    let partial = partial_name(out)?;
    let failed = |source| Error::Write { path: out.to_owned(), source };
    write_synced(&partial, bytes, manner.access).and_then(|()| fs::rename(&partial, out)).map_err(|e| {
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

fn write_synced(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let mut file = access.create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// What is meant by a path: of a link what lies behind it, which would else stay as it was while the link goes.
#[must_use]
pub fn behind_link(path: &Path) -> PathBuf {
    let behind = path.is_symlink().then(|| path.canonicalize().ok()).flatten();
    behind.unwrap_or_else(|| path.to_owned())
}

/// A folder being written under a hidden name; removed again unless published.
pub struct Staging {
    path: PathBuf,
    access: Access,
    published: bool,
}

impl Staging {
    /// Makes the hidden folder beside the output.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(out: &Path, access: Access) -> Result<Self, Error> {
        let path = partial_name(out)?;
        access.create_folder(&path).map_err(|source| Error::Write { path: path.clone(), source })?;
        Ok(Self { path, access, published: false })
    }

    /// Opens a file below the folder for streaming.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, relative: &str) -> io::Result<File> {
        let path = self.path.join(relative);
        if let Some(parent) = path.parent() {
            self.access.create_folder(parent)?;
        }
        self.access.create(&path)
    }

    /// Opens a file below the folder for streaming; flushing it brings it to the disk.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create_durable(&self, relative: &str) -> io::Result<Durable> {
        self.create(relative).map(Durable)
    }

    /// Writes a file below the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, relative: &str, bytes: &[u8]) -> Result<(), Error> {
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

/// A file whose flush brings it to the disk.
pub struct Durable(File);

impl Write for Durable {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// Where a run that was killed between two renames left the folder that it was replacing.
#[must_use]
pub fn left_aside(out: &Path) -> Option<PathBuf> {
    let name = out.file_name()?.to_string_lossy().into_owned();
    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let start = format!(".{name}.kmsift-partial-");
    let mut found: Vec<PathBuf> = fs::read_dir(parent)
        .ok()?
        .flatten()
        .filter(|e| {
            let name = e.file_name().to_string_lossy().into_owned();
            name.strip_suffix(".old").is_some_and(|rest| rest.starts_with(&start))
        })
        .map(|e| e.path())
        .collect();
    found.sort();
    found.into_iter().next()
}

/// A name in a folder that is none of those given; what file managers leave behind is passed over.
///
/// # Errors
/// When the folder cannot be read.
pub fn stranger(folder: &Path, own: &[&str]) -> io::Result<Option<String>> {
    const LITTER: &[&str] = &[".DS_Store", "Thumbs.db", "desktop.ini"];
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names.into_iter().find(|n| !own.contains(&n.as_str()) && !LITTER.contains(&n.as_str())))
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
