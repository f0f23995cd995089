//! The only place that opens inputs: files, folders, patterns, standard input, zip members; inflated and decoded.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::block::Limits;
use super::decode::{Opened, decode};
use super::inflate::{Bounded, Checked, Seen, counted, inflate};
use crate::error::Error;
use crate::model::nearest::nearest;

/// Endings of exports. In a folder and in a zip, files without an ending and texts are looked into, anything else is ignored.
const SEARCHED: &[&str] = &["csv", "json", "jsonl", "ndjson", "log", "gz", "zst", "zip", "tsv"];

/// Where the bytes of an input lie.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    File(PathBuf),
    Member {
        archive: PathBuf,
        start: u64,
        size: u64,
        deflated: bool,
        crc: u32,
    },
    /// Named by the user and no regular file (`<(zcat ...)`): it can be read once.
    Pipe(PathBuf),
    Stdin,
}

/// One input: a file, a member of a zip, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Name shown to readers, `/` between parts; a zip member is `archive.zip!member.csv`.
    pub name: String,
    /// Nothing but its content can say that it is an export: if that does not, it is ignored, not refused.
    pub maybe: bool,
    place: Place,
}

/// The file by which a folder is known to be a ledger.
const LEDGER: &str = "ledger.json";

/// A ledger: a folder of facts that an earlier run kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LedgerFolder {
    /// Name shown to readers, `/` between parts.
    pub name: String,
    path: PathBuf,
}

impl LedgerFolder {
    /// The ledger at a path; `None` when there is none.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        path.join(LEDGER).is_file().then(|| Self { name: shown(path), path: path.to_owned() })
    }

    /// Bytes on disk of all its files.
    #[must_use]
    pub fn size(&self) -> u64 {
        let entries = self.path.read_dir().into_iter().flatten().flatten();
        entries.filter_map(|e| e.metadata().ok()).map(|m| m.len()).sum()
    }

    /// The bytes of one of its files, one byte more than `most` at the most.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, file: &str, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.path.join(file))?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A file that is not looked into, or in which nothing was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ignored {
    /// Name.
    pub path: String,
    /// Why.
    pub why: String,
}

/// Inputs found, and what was passed over.
#[derive(Debug, Default)]
pub struct Found {
    /// What will be read, sorted by name.
    pub inputs: Vec<Input>,
    /// Ledgers, sorted by name.
    pub ledgers: Vec<LedgerFolder>,
    /// Files in searched folders and in zips that are no exports, with the reason.
    pub ignored: Vec<Ignored>,
    /// Archives that cannot be read, with the reason.
    pub refused: Vec<(String, String)>,
}

impl Input {
    /// Standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self { name: "-".to_owned(), maybe: false, place: Place::Stdin }
    }

    /// The file name without folders: for a zip member the member's.
    #[must_use]
    pub fn file_name(&self) -> &str {
        let own = match &self.place {
            Place::Member { archive, .. } => self.name.get(shown(archive).len() + 1..).unwrap_or(&self.name),
            Place::File(_) | Place::Pipe(_) | Place::Stdin => &self.name,
        };
        own.rsplit('/').next().unwrap_or(own)
    }

    /// The file on disk that holds the bytes; none where they can be read only once.
    #[must_use]
    pub fn disk_path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) | Place::Member { archive: path, .. } => Some(path),
            Place::Pipe(_) | Place::Stdin => None,
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
            Place::Pipe(_) | Place::Stdin => None,
        }
    }

    /// Opens, inflates within the limits and decodes. `see` is shown every byte as it lies on disk.
    ///
    /// # Errors
    /// When the file cannot be opened or its first bytes cannot be read or inflated.
    pub fn open(&self, limits: Limits, see: impl FnMut(&[u8]) + Send + 'static) -> io::Result<Opened> {
        let raw: Box<dyn Read + Send> = match &self.place {
            Place::File(path) | Place::Pipe(path) => Box::new(Seen { inner: File::open(path)?, see }),
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
        let raw = inflate(raw, limits.inflation);
        // A zip is read from its end.
        let raw = raw.map_err(|e| match (&self.place, e.kind()) {
            (Place::Pipe(_) | Place::Stdin, io::ErrorKind::Unsupported) => io::Error::new(
                io::ErrorKind::Unsupported,
                "it is a zip archive, and a zip is read from its end: save it to a file and type `kmsift check FILE.zip`",
            ),
            _ => e,
        });
        decode(raw?)
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
        } else if path.is_file() {
            add_file(path, false, &mut found);
        } else if path.exists() {
            found.inputs.push(Input { name: shown(path), maybe: false, place: Place::Pipe(path.to_owned()) });
        } else {
            expand(argument, &mut found)?;
        }
    }
    let skipped =
        |input: &Input| input.disk_path().and_then(|p| p.canonicalize().ok()).is_some_and(|p| skip.contains(&p));
    found.inputs.retain(|i| !skipped(i));
    found.ledgers.retain(|l| !l.path.canonicalize().is_ok_and(|p| skip.contains(&p)));
    found.ledgers.sort();
    found.ledgers.dedup();
    found.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    found.inputs.dedup();
    found.ignored.sort();
    found.refused.sort();
    Ok(found)
}

fn expand(pattern: &str, found: &mut Found) -> Result<(), Error> {
    let matches = glob::glob(pattern).map_err(|_| no_match(pattern))?;
    let before = found.inputs.len() + found.refused.len() + found.ledgers.len();
    for path in matches.flatten() {
        if path.is_dir() {
            search(&path, found)?;
        } else if path.is_file() {
            add_file(&path, false, found);
        } else {
            found.ignore(shown(&path), NOT_REGULAR);
        }
    }
    if found.inputs.len() + found.refused.len() + found.ledgers.len() == before {
        return Err(no_match(pattern));
    }
    Ok(())
}

fn no_match(pattern: &str) -> Error {
    Error::NoMatch { pattern: pattern.to_owned(), guess: neighbour(Path::new(pattern)) }
}

/// Where nothing is: the name in that folder that was perhaps meant, as the end of a sentence.
#[must_use]
pub fn neighbour(path: &Path) -> String {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect())
        .unwrap_or_default();
    names.sort();
    let typed = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let near = nearest(&typed, names.iter().map(String::as_str));
    let near = near.map(|name| shown(&path.with_file_name(name)));
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

impl Found {
    /// Bytes on disk, as far as known beforehand.
    #[must_use]
    pub fn size(&self) -> u64 {
        let ledgers: u64 = self.ledgers.iter().map(LedgerFolder::size).sum();
        self.inputs.iter().filter_map(Input::size).sum::<u64>() + ledgers
    }

    fn ignore(&mut self, path: String, why: &str) {
        self.ignored.push(Ignored { path, why: why.to_owned() });
    }
}

/// Opening one may wait for ever.
const NOT_REGULAR: &str = "not a regular file (a pipe, a device, a socket or a broken link)";
const HIDDEN: &str = "hidden: its name begins with a dot, or archivers leave such files beside others";

/// Why a file is not looked into, by its name; an error: nothing but its content can say whether it is an export.
fn ignored_by_name(name: &Path) -> Result<Option<&'static str>, ()> {
    let Some(ending) = name.extension() else { return Err(()) };
    let is = |known: &str| ending.eq_ignore_ascii_case(known);
    match () {
        () if SEARCHED.iter().any(|s| is(s)) => Ok(None),
        () if is("txt") => Err(()),
        () if ["xlsx", "xlsm", "xls", "xlsb", "ods"].into_iter().any(is) => {
            Ok(Some("a workbook: open it and save the sheet as CSV, or export as CSV or JSON"))
        }
        () => Ok(Some("not an export by its ending")),
    }
}

/// Whether a folder is an output of kmsift: its tables are no exports.
fn is_own_output(folder: &Path) -> bool {
    let mut head = Vec::new();
    let manifest = folder.join("manifest.json");
    if !manifest.is_file() {
        return false;
    }
    let read = File::open(manifest).and_then(|f| f.take(64).read_to_end(&mut head));
    read.is_ok() && memchr::memmem::find(&head, b"\"tool\": \"kmsift\"").is_some()
}

fn search(folder: &Path, found: &mut Found) -> Result<(), Error> {
    if is_own_output(folder) {
        found.ignore(shown(folder), "a report of kmsift, by its manifest.json");
        return Ok(());
    }
    if let Some(ledger) = LedgerFolder::at(folder) {
        found.ledgers.push(ledger);
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
        match ignored_by_name(&path) {
            _ if hidden => found.ignore(shown(&path), HIDDEN),
            _ if is_folder => search(&path, found)?,
            _ if path.is_dir() => found.ignore(shown(&path), "a link to a folder: name the folder itself"),
            _ if !path.is_file() => found.ignore(shown(&path), NOT_REGULAR),
            Ok(Some(why)) => found.ignore(shown(&path), why),
            Ok(None) => add_file(&path, false, found),
            Err(()) => add_file(&path, true, found),
        }
    }
    Ok(())
}

fn add_file(path: &Path, maybe: bool, found: &mut Found) {
    let is_zip = File::open(path).and_then(|mut f| {
        let mut magic = [0; 4];
        f.read_exact(&mut magic)?;
        Ok(magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06")
    });
    if !is_zip.unwrap_or(false) {
        found.inputs.push(Input { name: shown(path), maybe, place: Place::File(path.to_owned()) });
        return;
    }
    if let Err(reason) = add_members(path, found) {
        found.refused.push((shown(path), reason));
    }
}

fn add_members(path: &Path, found: &mut Found) -> Result<(), String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    let mut archive = zip::ZipArchive::new(file).map_err(|e| format!("not a readable zip: {e}"))?;
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return Err("a workbook or another document, not an archive of exports: save the sheet as CSV".to_owned());
    }
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|e| format!("member {index}: {e}"))?;
        if member.is_dir() {
            continue;
        }
        let member_name = member.name().map_err(|e| format!("member {index}: {e}"))?;
        let name = format!("{}!{member_name}", shown(path));
        // What archivers leave beside the files: `__MACOSX/._x.csv`, `.DS_Store`.
        if member_name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX") {
            found.ignore(name, HIDDEN);
            continue;
        }
        // Archives are made for a purpose: what has an ending of its own may be an export all the same.
        let maybe = !matches!(ignored_by_name(Path::new(member_name.as_ref())), Ok(None));
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
        found.inputs.push(Input { name, maybe, place });
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
