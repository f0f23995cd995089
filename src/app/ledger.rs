//! Ledgers: facts kept beyond the retention of the logs. Read like any input, joined with new exports, written whole.

mod evidence;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::disk::{self, Access, Staging, behind_link};
use super::{Settings, hash_infos, info, nothing_usable, refuse};
use crate::error::Error;
use crate::facts::Facts;
use crate::ingest::csv::Columns;
use crate::ingest::format::Kind;
use crate::ingest::{self, FileReport, Found, LedgerFolder, Loaded, Options, Recognised, Tally, Watch};
use crate::ledger::manifest::Rows;
use crate::ledger::{self, Manifest, Source, TABLES, Unsound};
use crate::model::input::{LedgerInfo, RowCounts};
use crate::model::sign_in::Stream;
use crate::model::tables::built_in_versions;
use crate::model::time::{Instant, Window};

/// A ledger as it was read.
#[derive(Debug)]
pub struct Kept {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its facts.
    pub facts: Facts,
    /// The bytes of its manifest.
    bytes: Vec<u8>,
}

/// Reads a ledger.
///
/// # Errors
/// What is wrong with it.
pub fn open(folder: &LedgerFolder, progress: &'static AtomicU64) -> Result<Kept, Unsound> {
    let seen = |bytes: Vec<u8>| {
        progress.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        bytes
    };
    let failed = |source| Unsound::Read { file: ledger::MANIFEST.to_owned(), source };
    let bytes = seen(folder.read(ledger::MANIFEST, Manifest::MOST_BYTES).map_err(failed)?);
    let manifest = Manifest::parse(&bytes)?;
    let facts = ledger::read(&manifest, |file, most| folder.read(file, most).map(seen))?;
    Ok(Kept { manifest, facts, bytes })
}

/// Reads everything: exports row by row, ledgers as they are. What cannot be used is reported, never fatal.
#[must_use]
pub fn load(found: &Found, options: &Options, watch: Option<&Watch>, progress: &'static AtomicU64) -> Loaded {
    load_all(found, options, watch, progress).0
}

/// The same, with what the ledgers were made from.
fn load_all(
    found: &Found,
    options: &Options,
    watch: Option<&Watch>,
    progress: &'static AtomicU64,
) -> (Loaded, BTreeSet<Source>) {
    let mut loaded = ingest::load(found, options, watch, progress);
    let mut sources = BTreeSet::new();
    for folder in &found.ledgers {
        match usable(folder, options, progress) {
            Ok(kept) => {
                if let Some(watch) = watch {
                    loaded.evidence.extend(evidence::evidence(&folder.name, &kept.facts, watch));
                }
                loaded.files.push(report(&folder.name, &kept, notes(&kept, options)));
                sources.extend(kept.manifest.sources);
                let mut facts = match options.rules.as_of {
                    Some(t) => kept.facts.until(t),
                    None => kept.facts,
                };
                facts.join(std::mem::take(&mut loaded.facts));
                loaded.facts = facts;
            }
            Err(reason) => loaded.files.push(FileReport::refused(&folder.name, reason)),
        }
    }
    if !found.ledgers.is_empty() {
        loaded.files.sort_by(|a, b| a.path.cmp(&b.path));
        loaded.evidence.sort_unstable();
    }
    (loaded, sources)
}

/// A ledger that may be judged with the rest; else why not, and what to type.
fn usable(folder: &LedgerFolder, options: &Options, progress: &'static AtomicU64) -> Result<Kept, String> {
    let kept = open(folder, progress).map_err(|e| format!("{e}: {}", e.advice()))?;
    let tenant = &options.rules.tenant;
    match kept.facts.tenants.iter().find(|t| !tenant.may_be(t)) {
        Some(other) => Err(format!(
            "it holds facts of tenant {other}, and a ledger cannot be taken apart: leave it out, or type `--tenant {other}` too"
        )),
        None => Ok(kept),
    }
}

/// The ledger as an input among others.
fn report(name: &str, kept: &Kept, notes: Vec<String>) -> FileReport {
    let (manifest, rows) = (&kept.manifest, kept.manifest.rows());
    let streams = Stream::ALL.into_iter().filter_map(|stream| {
        let rows: u64 = manifest.sources.iter().filter_map(|s| s.streams.get(stream.name())).sum();
        (rows > 0).then_some((stream, rows))
    });
    let widest = |a: Window, b: Window| Window { from: a.from.min(b.from), to: a.to.max(b.to) };
    let span = kept.facts.hours().map(|(_, hour)| hour).reduce(widest);
    let recognised = Recognised {
        format: "ledger",
        title: "kmsift ledger",
        kind: Kind::Ledger,
        encoding: "Parquet",
        separator: None,
        columns: Columns::default(),
    };
    FileReport {
        recognised: Some(recognised),
        refusal: None,
        tally: Tally { span, ..Tally::default() },
        sha256: Some(disk::sha256_raw(&kept.bytes)),
        ledger: Some(LedgerInfo {
            people: manifest.people,
            sources: manifest.sources.len() as u64,
            rows: RowCounts { read: rows.read, folded: rows.folded, skipped: rows.skipped, rejected: rows.rejected },
            streams: streams.collect(),
        }),
        notes,
        ..FileReport::refused(name, String::new())
    }
}

fn notes(kept: &Kept, options: &Options) -> Vec<String> {
    let end = kept.facts.hours().map(|(_, hour)| hour.to).max();
    let (manifest, rows) = (&kept.manifest, kept.manifest.rows());
    let mut notes = vec![format!(
        "a ledger: {} people, kept of {} exports; their {} rows were read when they were added ({} folded, {} skipped, {} \
         rejected), and none is read now",
        manifest.people,
        manifest.sources.len(),
        rows.read,
        rows.folded,
        rows.skipped,
        rows.rejected
    )];
    let own = own_tables(options);
    let other = manifest.sources.iter().filter(|s| s.tables != built_in_versions() || own_of(s) != own).count();
    if other > 0 {
        notes.push(format!(
            "{other} of its {} exports were folded with other tables than this run's: a code or activity that only the newer \
             ones know is not among the events that were kept; what is kept is judged by this run's",
            manifest.sources.len()
        ));
    }
    if let (Some(as_of), Some(end)) = (options.rules.as_of, end)
        && end > as_of
    {
        notes.push(format!(
            "it goes on until {end}, after the as-of instant: of who was active later only the days before it are known (flag \
             day_resolution)"
        ));
    }
    notes
}

/// The options that shaped facts by tables of the user's own.
const TABLE_OPTIONS: [&str; 4] = ["--activities", "--codes", "--headers", "--methods"];

fn own_of(source: &Source) -> Vec<&str> {
    let is_table = |o: &&String| TABLE_OPTIONS.iter().any(|t| o.starts_with(t));
    source.options.iter().filter(is_table).map(String::as_str).collect()
}

fn own_tables(options: &Options) -> Vec<&str> {
    options
        .rules
        .shaped_by
        .iter()
        .filter(|o| TABLE_OPTIONS.iter().any(|t| o.starts_with(t)))
        .map(String::as_str)
        .collect()
}

/// What `ledger add` did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Added {
    /// People in the ledger, and how many of them are new.
    pub people: (u64, u64),
    /// Exports in it, and how many of them are new.
    pub sources: (u64, u64),
    /// The ledger was not there before.
    pub made: bool,
    /// Nothing changed, and nothing was written.
    pub unchanged: bool,
}

/// Adds the facts of inputs to a ledger, or makes one. What was there stays until the new one is whole.
///
/// # Errors
/// When the place is no ledger, what is there is damaged, nothing usable is among the inputs, tenants would be mixed, or the
/// ledger cannot be written.
pub fn add(
    place: &Path,
    settings: &Settings,
    found: &Found,
    progress: &'static AtomicU64,
) -> Result<(Added, Loaded), Error> {
    let place = &behind_link(place);
    let old = existing(place, progress)?;
    let (mut loaded, mut sources) = load_all(found, &settings.options, None, progress);
    if loaded.files.iter().all(|f| f.refusal.is_some()) {
        return Err(nothing_usable(&loaded.files, &loaded.ignored));
    }
    refuse(&loaded.files, settings)?;
    let mut infos: Vec<_> = loaded.files.iter().map(info).collect();
    hash_infos(&mut infos, found)?;
    for (file, info) in loaded.files.iter().zip(&infos).filter(|(f, _)| f.ledger.is_none() && f.refusal.is_none()) {
        sources.insert(source(file, &info.sha256, &settings.options));
    }
    let before = old.as_ref().map_or((0, 0), |kept| (kept.manifest.people, kept.manifest.sources.len() as u64));
    let mut facts = std::mem::take(&mut loaded.facts);
    let old_bytes = old.map(|kept| {
        let mut joined = kept.facts;
        joined.join(std::mem::take(&mut facts));
        facts = joined;
        sources.extend(kept.manifest.sources);
        kept.bytes
    });
    if facts.is_empty() {
        let sum = |part: fn(&Tally) -> u64| loaded.files.iter().map(|f| part(&f.tally)).sum();
        let (skipped, rejected) = (sum(Tally::skipped_total), sum(Tally::rejected_total));
        return Err(Error::Empty { read: sum(|t| t.read), skipped, rejected });
    }
    one_tenant(place, &facts, old_bytes.is_some())?;
    let (people, count) = (facts.people_count() as u64, sources.len() as u64);
    let unchanged = write(place, &facts, sources, old_bytes.as_deref())?;
    let added = Added {
        people: (people, people.saturating_sub(before.0)),
        sources: (count, count.saturating_sub(before.1)),
        made: old_bytes.is_none(),
        unchanged,
    };
    Ok((added, loaded))
}

/// The ledger at a place; `None` when there is nothing yet.
fn existing(place: &Path, progress: &'static AtomicU64) -> Result<Option<Kept>, Error> {
    let path = place.display().to_string();
    let no_ledger = |what: &str, hint: String| Err(Error::NoLedger { path: path.clone(), what: what.to_owned(), hint });
    if let Some(folder) = LedgerFolder::at(place) {
        let own: Vec<&str> = TABLES.iter().map(|t| t.file).chain([ledger::MANIFEST]).collect();
        let stranger = disk::stranger(place, &own).map_err(|source| Error::Read { path: path.clone(), source })?;
        if let Some(name) = stranger {
            let hint = format!("move it away: `mv {path}/{name} ELSEWHERE`; the folder is replaced as a whole");
            return Err(Error::Ledger { path, what: format!("it holds `{name}`, which kmsift did not write"), hint });
        }
        return open(&folder, progress).map(Some).map_err(|e| unsound(&path, &e));
    }
    if let Some(aside) = disk::left_aside(place).filter(|_| !place.exists()) {
        let hint = format!("put it back: `mv {} {path}`", aside.display());
        return no_ledger("is not there, but a run that was stopped has set it aside", hint);
    }
    let first = "the ledger comes first: `kmsift ledger add LEDGER INPUT...`";
    if place.is_dir() {
        let empty = place.read_dir().is_ok_and(|mut entries| entries.next().is_none());
        let hint = format!("name a folder that is not there yet, and it will be made; {first}");
        return if empty { Ok(None) } else { no_ledger("is a folder, but no ledger: it has no ledger.json", hint) };
    }
    if place.exists() {
        return no_ledger("is a file, and a ledger is a folder", first.to_owned());
    }
    Ok(None)
}

fn unsound(path: &str, error: &Unsound) -> Error {
    Error::Ledger { path: path.to_owned(), what: error.to_string(), hint: error.advice().to_owned() }
}

/// A ledger is of one tenant: facts cannot be taken apart again.
fn one_tenant(place: &Path, facts: &Facts, joined: bool) -> Result<(), Error> {
    let tenants: Vec<String> = facts.tenants.iter().map(ToString::to_string).collect();
    let [_, _, ..] = tenants.as_slice() else { return Ok(()) };
    let where_from = if joined { "the ledger and the inputs together" } else { "the inputs" };
    Err(Error::Ledger {
        path: place.display().to_string(),
        what: format!(
            "{where_from} hold logs of {} tenants ({}), and a ledger is of one",
            tenants.len(),
            tenants.join(", ")
        ),
        hint: "keep a ledger for each tenant; `--tenant ID` takes one tenant's rows out of mixed exports".to_owned(),
    })
}

/// An export as the ledger records it.
fn source(file: &FileReport, sha256: &str, options: &Options) -> Source {
    let tally = &file.tally;
    let time = |at: Option<Instant>| at.map_or_else(String::new, |at| at.to_string());
    // Of a member of a zip the path inside it, after the archive's own name.
    let (archive, member) = file.path.split_once('!').unwrap_or((&file.path, ""));
    let name = archive.rsplit('/').next().unwrap_or(archive);
    Source {
        name: if member.is_empty() { name.to_owned() } else { format!("{name}!{member}") },
        format: file.recognised.as_ref().map_or("", |r| r.format).to_owned(),
        sha256: sha256.to_owned(),
        rows: Rows {
            read: tally.read,
            folded: tally.folded,
            skipped: tally.skipped_total(),
            rejected: tally.rejected_total(),
        },
        from: time(tally.span.map(|s| s.from)),
        to: time(tally.span.map(|s| s.to)),
        streams: tally.streams.iter().map(|(s, n)| (s.name().to_owned(), *n)).collect(),
        details: (tally.looked_up.1, tally.looked_up.0),
        kmsift: env!("CARGO_PKG_VERSION").to_owned(),
        tables: built_in_versions(),
        options: options.rules.shaped_by.clone(),
    }
}

/// Writes the ledger beside its place and gives it its name. Whether it is what was there already.
fn write(place: &Path, facts: &Facts, sources: BTreeSet<Source>, old: Option<&[u8]>) -> Result<bool, Error> {
    let failed = |what: String| Error::Ledger {
        path: place.display().to_string(),
        what: format!("it cannot be written: {what}"),
        hint: "check that the folder beside it is writable and has room; what was there is as it was".to_owned(),
    };
    let staging = Staging::new(place, Access::Owner)?;
    let tables = ledger::write(facts, |file| staging.create_durable(file)).map_err(|e| failed(e.to_string()))?;
    let manifest = Manifest::new(tables, sources, env!("CARGO_PKG_VERSION")).to_json();
    if manifest.len() as u64 > Manifest::MOST_BYTES {
        return Err(failed("it has too many sources; join exports before adding them".to_owned()));
    }
    if old == Some(manifest.as_bytes()) {
        return Ok(true);
    }
    staging.write(ledger::MANIFEST, manifest.as_bytes())?;
    let now = LedgerFolder::at(place).and_then(|f| f.read(ledger::MANIFEST, Manifest::MOST_BYTES).ok());
    if now.as_deref() != old {
        let hint = "type the same command again: what the other run added is kept".to_owned();
        let what = "another run changed it in the meantime; nothing was written".to_owned();
        return Err(Error::Ledger { path: place.display().to_string(), what, hint });
    }
    staging.publish(place)?;
    Ok(false)
}

/// A ledger for `ledger show`.
///
/// # Errors
/// When there is none, or it is damaged.
pub fn show(place: &Path, progress: &'static AtomicU64) -> Result<(FileReport, Kept), Error> {
    let path = place.display().to_string();
    let Some(folder) = LedgerFolder::at(place) else {
        let what = if place.exists() { "is no ledger: there is no ledger.json in it" } else { "is not there" };
        let hint = format!("`kmsift ledger add {path} INPUT...` makes a ledger of exports");
        return Err(Error::NoLedger { path, what: what.to_owned(), hint });
    };
    let kept = open(&folder, progress).map_err(|e| unsound(&path, &e))?;
    let notes = Vec::new();
    Ok((report(&folder.name, &kept, notes), kept))
}
