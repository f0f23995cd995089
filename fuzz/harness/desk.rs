//! Reading bytes as kmsift reads files: from a folder on disk, through the registry of formats.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use kmsift::facts::Dossiers;
use kmsift::ingest::block::Limits;
use kmsift::ingest::{self, Loaded, Options};
use kmsift::model::sign_in::Stream;

/// How something is read.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    pub threads: usize,
    pub block_bytes: usize,
    /// By the `csv` crate and `serde_json` alone.
    pub plain: bool,
}

impl Reading {
    /// One worker, one block.
    pub const WHOLE: Self = Self { threads: 1, block_bytes: 1 << 20, plain: false };
}

thread_local! {
    /// A folder of this thread's own, gone when the thread ends.
    static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a temporary folder");
}

/// Reads one file of this name.
pub fn read(name: &str, bytes: &[u8], reading: Reading) -> Loaded {
    read_all(&[(name, bytes)], reading)
}

/// Reads several files.
pub fn read_all(files: &[(&str, &[u8])], reading: Reading) -> Loaded {
    static PROGRESS: AtomicU64 = AtomicU64::new(0);
    FOLDER.with(|folder| {
        let paths: Vec<String> = files.iter().map(|(name, bytes)| put(folder.path(), name, bytes)).collect();
        let found = ingest::source::find(&paths, &BTreeSet::new()).expect("the files are there");
        let options = Options {
            threads: reading.threads,
            rules: ingest::Rules::default(),
            language: ingest::Language::default(),
            kind: None,
            date_order: None,
            keep_rejects: true,
            hash: false,
            limits: Limits { block_bytes: reading.block_bytes, plain: reading.plain, ..Limits::default() },
        };
        ingest::load(&found, &options, None, &PROGRESS)
    })
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    let parent = path.parent().expect("a folder");
    std::fs::create_dir_all(parent).expect("a folder");
    #[allow(clippy::disallowed_methods, reason = "what is to be read must lie somewhere")]
    std::fs::write(&path, bytes).expect("a file");
    path.to_string_lossy().into_owned()
}

/// Every row read is folded, skipped or rejected.
pub fn accounted(loaded: &Loaded) {
    for f in &loaded.files {
        let sum = f.tally.folded + f.tally.skipped_total() + f.tally.rejected_total();
        assert_eq!(f.tally.read, sum, "{}: {:?}", f.path, f.tally);
        assert!(f.recognised.is_some() != f.refusal.is_some(), "{}: read or refused", f.path);
        assert!(f.refusal.is_none() || f.tally.read == 0, "{}: refused, yet rows were read", f.path);
    }
}

/// All that was read, in an order of its own: facts, counts, remarks, rejected rows. How it was encoded is left out.
pub fn said(loaded: Loaded) -> Vec<String> {
    let mut out = Vec::new();
    for f in &loaded.files {
        let recognised = f.recognised.as_ref().map(|r| (r.format, r.separator, r.columns.clone()));
        out.push(format!(
            "{recognised:?} {:?} {:?} {:?} {:?} {:?}",
            f.refusal, f.damage, f.tally, f.next_link, f.notes
        ));
    }
    out.extend(loaded.rejects.rows.iter().map(|r| format!("{r:?}")));
    out.extend(facts(loaded));
    out
}

/// The facts alone.
pub fn facts(loaded: Loaded) -> Vec<String> {
    let dossiers = Dossiers::new(loaded.facts);
    let mut out: Vec<String> = (0..dossiers.len()).filter_map(|i| dossiers.get(i)).map(|d| format!("{d:?}")).collect();
    for stream in Stream::ALL {
        out.push(format!("{stream:?} {:?}", dossiers.coverage().hours(stream).collect::<Vec<_>>()));
    }
    out.push(format!("{:?}", dossiers.collisions()));
    out
}

/// Everybody named, by id and by UPN.
pub fn names(loaded: &Loaded) -> BTreeSet<String> {
    let dossiers = Dossiers::new(loaded.facts.clone());
    let mut out = BTreeSet::new();
    for (id, person) in dossiers.people() {
        out.insert(id.as_upn().map_or_else(|| id.to_string(), str::to_owned));
        out.extend(person.upns.iter().map(ToString::to_string));
    }
    out
}

/// Whether the data are a CSV whose last line has no end.
pub fn unfinished_line(loaded: &Loaded, bytes: &[u8]) -> bool {
    let csv = loaded.files.iter().any(|f| f.recognised.as_ref().is_some_and(|r| r.separator.is_some()));
    csv && !matches!(bytes.last(), Some(b'\n' | b'\r'))
}
