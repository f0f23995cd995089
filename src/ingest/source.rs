//! The only place that opens inputs: files, folders, patterns, standard input, zip members; inflated and decoded.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::block::Limits;
use super::decode::{Opened, decode, peek};
use crate::error::Error;

/// Endings looked at when a folder is searched; anything else there is listed as ignored.
const SEARCHED: &[&str] = &["csv", "json", "jsonl", "ndjson", "log", "gz", "zst", "zip", "tsv"];

/// Where the bytes of an input lie.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Member { archive: PathBuf, start: u64, size: u64, deflated: bool, crc: u32 },
    Stdin,
}

/// One input: a file, a member of a zip, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Name shown to readers, `/` between parts; a zip member is `archive.zip!member.csv`.
    pub name: String,
    place: Place,
}

/// Inputs found, and what was passed over.
#[derive(Debug, Default)]
pub struct Found {
    /// What will be read, sorted by name.
    pub inputs: Vec<Input>,
    /// Files in searched folders whose ending says they are no exports.
    pub ignored: Vec<String>,
    /// Archives that cannot be read, with the reason.
    pub refused: Vec<(String, String)>,
}

impl Input {
    /// Standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self { name: "-".to_owned(), place: Place::Stdin }
    }

    /// The file name without folders: for a zip member the member's.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.name.rsplit(['/', '!']).next().unwrap_or(&self.name)
    }

    /// The file on disk that holds the bytes.
    #[must_use]
    pub fn disk_path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) | Place::Member { archive: path, .. } => Some(path),
            Place::Stdin => None,
        }
    }

    /// Whether the bytes are a file of their own, so that reading them to the end gives the file's hash.
    #[must_use]
    pub fn is_whole_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// Bytes on disk, as far as known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match &self.place {
            Place::File(path) => path.metadata().ok().map(|m| m.len()),
            Place::Member { size, .. } => Some(*size),
            Place::Stdin => None,
        }
    }

    /// Opens, inflates within the limits and decodes. `see` is shown every byte as it lies on disk.
    ///
    /// # Errors
    /// When the file cannot be opened or its first bytes cannot be read or inflated.
    pub fn open(&self, limits: Limits, see: impl FnMut(&[u8]) + Send + 'static) -> io::Result<Opened> {
        let raw: Box<dyn Read + Send> = match &self.place {
            Place::File(path) => Box::new(Seen { inner: File::open(path)?, see }),
            Place::Stdin => Box::new(Seen { inner: io::stdin(), see }),
            Place::Member { archive, start, size, deflated, crc } => {
                let mut file = File::open(archive)?;
                file.seek(SeekFrom::Start(*start))?;
                let body = Seen { inner: file, see }.take(*size);
                if *deflated {
                    let (body, taken) = counted(body);
                    let body = Bounded::new(flate2::read::DeflateDecoder::new(body), taken, limits.inflation);
                    Box::new(Checked::new(body, *crc))
                } else {
                    Box::new(Checked::new(body, *crc))
                }
            }
        };
        decode(inflate(raw, limits.inflation)?)
    }
}

/// Finds the inputs behind what was typed.
///
/// # Errors
/// When a path does not exist or a pattern matches nothing.
pub fn find(arguments: &[String], skip: &BTreeSet<PathBuf>) -> Result<Found, Error> {
    let mut found = Found::default();
    for argument in arguments {
        if argument == "-" {
            found.inputs.push(Input::stdin());
            continue;
        }
        let path = Path::new(argument);
        if path.is_dir() {
            search(path, &mut found)?;
        } else if path.exists() {
            add_file(path, &mut found);
        } else {
            expand(argument, &mut found)?;
        }
    }
    let skipped =
        |input: &Input| input.disk_path().and_then(|p| p.canonicalize().ok()).is_some_and(|p| skip.contains(&p));
    found.inputs.retain(|i| !skipped(i));
    found.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    found.inputs.dedup();
    found.ignored.sort();
    found.refused.sort();
    Ok(found)
}

fn expand(pattern: &str, found: &mut Found) -> Result<(), Error> {
    let matches = glob::glob(pattern).map_err(|_| Error::NoMatch(pattern.to_owned()))?;
    let before = found.inputs.len() + found.refused.len();
    for path in matches.flatten() {
        if path.is_dir() {
            search(&path, found)?;
        } else {
            add_file(&path, found);
        }
    }
    if found.inputs.len() + found.refused.len() == before {
        return Err(Error::NoMatch(pattern.to_owned()));
    }
    Ok(())
}

/// Whether a folder is an output of kmsift: its tables are no exports.
fn is_own_output(folder: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(folder.join("manifest.json")).and_then(|f| f.take(64).read_to_end(&mut head));
    read.is_ok() && memchr::memmem::find(&head, b"\"tool\": \"kmsift\"").is_some()
}

fn search(folder: &Path, found: &mut Found) -> Result<(), Error> {
    if is_own_output(folder) {
        found.ignored.push(shown(folder));
        return Ok(());
    }
    let read = |source| Error::Read { path: shown(folder), source };
    let mut entries = Vec::new();
    for entry in folder.read_dir().map_err(read)? {
        entries.push(entry.map_err(read)?);
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links to folders are not followed: a loop would never end.
        let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
        if hidden {
            continue;
        }
        if is_folder {
            search(&path, found)?;
        } else if path.extension().is_some_and(|e| SEARCHED.iter().any(|s| e.eq_ignore_ascii_case(s))) {
            add_file(&path, found);
        } else {
            found.ignored.push(shown(&path));
        }
    }
    Ok(())
}

fn add_file(path: &Path, found: &mut Found) {
    let is_zip = File::open(path).and_then(|mut f| {
        let mut magic = [0; 4];
        f.read_exact(&mut magic)?;
        Ok(magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06")
    });
    if !is_zip.unwrap_or(false) {
        found.inputs.push(Input { name: shown(path), place: Place::File(path.to_owned()) });
        return;
    }
    if let Err(reason) = add_members(path, found) {
        found.refused.push((shown(path), reason));
    }
}

fn add_members(path: &Path, found: &mut Found) -> Result<(), String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipArchive::new(file).map_err(|e| format!("not a readable zip: {e}"))?;
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|e| format!("member {index}: {e}"))?;
        if member.is_dir() {
            continue;
        }
        let member_name = member.name().map_err(|e| format!("member {index}: {e}"))?;
        let name = format!("{}!{member_name}", shown(path));
        // What archivers leave beside the files: `__MACOSX/._x.csv`, `.DS_Store`.
        if member_name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
            found.ignored.push(name);
            continue;
        }
        let deflated = match member.compression() {
            zip::CompressionMethod::Stored => false,
            zip::CompressionMethod::Deflated => true,
            _ => {
                found.refused.push((name, "compressed in a way kmsift does not read; unpack it".to_owned()));
                continue;
            }
        };
        let Some(start) = member.data_start().filter(|_| !member.encrypted()) else {
            found.refused.push((name, "encrypted; unpack it with its password".to_owned()));
            continue;
        };
        let place = Place::Member {
            archive: path.to_owned(),
            start,
            size: member.compressed_size(),
            deflated,
            crc: member.crc32(),
        };
        found.inputs.push(Input { name, place });
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Undoes gz or zst, known by their first bytes.
fn inflate(mut raw: Box<dyn Read + Send>, most: u64) -> io::Result<Box<dyn Read + Send>> {
    let head = peek(&mut raw, 4)?;
    let kind = (head.starts_with(&[0x1f, 0x8b]), head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
    let whole = io::Cursor::new(head).chain(raw);
    let (body, taken) = counted(whole);
    Ok(match kind {
        (true, _) => {
            let body = io::BufReader::with_capacity(1 << 17, body);
            Box::new(Bounded::new(flate2::read::MultiGzDecoder::new(body), taken, most))
        }
        (_, true) => Box::new(Bounded::new(zstd::Decoder::new(body)?, taken, most)),
        _ => Box::new(body),
    })
}

/// A reader that tells how many bytes were taken from it.
fn counted<R: Read>(inner: R) -> (impl Read, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&taken);
    let see = move |bytes: &[u8]| {
        count.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    };
    (Seen { inner, see }, taken)
}

/// Inflated bytes, as long as they stay in proportion: a few kilobytes must not keep a machine busy for hours.
struct Bounded<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    made: u64,
    most: u64,
}

impl<R> Bounded<R> {
    /// Below this nothing is asked: what is so small costs nothing, whatever it shrank to.
    const ALLOWED: u64 = 8 << 20;

    fn new(inner: R, taken: Arc<AtomicU64>, most: u64) -> Self {
        Self { inner, taken, made: 0, most }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.made += n as u64;
        let taken = self.taken.load(Ordering::Relaxed);
        if self.made > Self::ALLOWED && self.made > taken.saturating_mul(self.most) {
            let what = format!(
                "the first {taken} bytes inflate to more than {} MiB, and at most {} times their size was expected; \
                 --max-inflation allows more",
                self.made >> 20,
                self.most
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(n)
    }
}

struct Seen<R, F> {
    inner: R,
    see: F,
}

impl<R: Read, F: FnMut(&[u8])> Read for Seen<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        (self.see)(&buffer[..n]);
        Ok(n)
    }
}

/// Compares a zip member's checksum at its end: a damaged member is an error, not a short file.
struct Checked<R> {
    inner: R,
    sum: flate2::Crc,
    expected: u32,
}

impl<R> Checked<R> {
    fn new(inner: R, expected: u32) -> Self {
        Self { inner, sum: flate2::Crc::new(), expected }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.sum.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && self.sum.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the zip member's checksum does not match"));
        }
        Ok(n)
    }
}
