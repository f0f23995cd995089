//! One run, in the order things happen: find, load, judge, measure, assemble, emit, write.

pub mod campaign;
pub mod disk;
pub mod forecast;
pub mod joins;
pub mod keys;
pub mod ledger;
pub mod lists;
pub mod manifest;
pub mod options;
pub mod outputs;
pub mod pseudonyms;
pub mod reveal;
pub mod target_file;
pub mod waves;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use rayon::prelude::*;

use self::disk::{Access, Manner};
use self::pseudonyms::Pseudonyms;
use crate::error::Error;
use crate::facts::Dossiers;
use crate::ingest::block::Limits;
use crate::ingest::{self, FileReport, Found, Ignored, Options, Rejects};
use crate::judge::gates::Gate;
use crate::judge::{self, Frame, Lists, Verdict};
use crate::metrics::Judged;
use crate::model::ids::Id;
use crate::model::input::{InputInfo, ListInfo, RowCounts};
use crate::model::joined::Joined;
use crate::model::pseudonym::Key;
use crate::model::settings::{InForce, Thresholds};
use crate::plan::sign_in_frequency::Asked;
use crate::report::{Parts, Report, RunInfo, TargetSummary, assemble};
use crate::targets::channels::wanted;
use crate::targets::{self, Emitted, HandOff, Purpose, TargetList};
use crate::view::Finding;

/// Everything a run depends on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What was given as inputs.
    pub paths: Vec<String>,
    /// Files given with other options, never to be read as inputs.
    pub not_inputs: BTreeSet<PathBuf>,
    /// How to read.
    pub options: Options,
    /// What verdicts depend on.
    pub thresholds: Thresholds,
    /// Break-glass, exclusions, scope, overrides.
    pub lists: Lists,
    /// Columns to join to people.
    pub joins: joins::Joins,
    /// The files all these lists came from.
    pub list_files: Vec<ListInfo>,
    /// Any rejected row or refused file fails the run.
    pub strict: bool,
    /// Share of rejected rows of a file that is tolerated, percent.
    pub max_rejects: f64,
    /// What a sign-in frequency is planned for.
    pub plan: Asked,
    /// Days a target list may be used.
    pub valid_days: i64,
    /// Most people a target list may hold.
    pub max_targets: Option<usize>,
    /// How lists are cut into waves; `None`: everybody is in the first.
    pub waves: Option<waves::Waves>,
    /// Rails that were switched off, in words.
    pub overrides: Vec<String>,
    /// Tables of the user's own.
    pub tables: Vec<ListInfo>,
    /// How lists are handed over.
    pub hand_off: HandOff,
    /// The record of earlier lists and where it is kept.
    pub emitted: Option<(PathBuf, Emitted)>,
    /// The command line, for the manifest; with `key`, without what may name people.
    pub command: String,
    /// The key of the tokens that outputs show instead of people (`--pseudonymise`).
    pub key: Option<Key>,
    /// How many times its size the PNG of a chart is drawn.
    pub png_scale: u8,
    /// Every option with its value and where it comes from, for the manifest.
    pub in_force: Vec<InForce>,
}

/// Inputs read and judged.
#[derive(Debug)]
pub struct Study {
    /// What each input was.
    pub files: Vec<FileReport>,
    /// Files beside them that are no exports.
    pub ignored: Vec<Ignored>,
    /// Rejected rows, where they were asked for.
    pub rejects: Rejects,
    /// The same for people, with hashes where asked for.
    pub inputs: Vec<InputInfo>,
    /// The facts.
    pub dossiers: Dossiers,
    /// T, coverage, settings.
    pub frame: Frame,
    /// One verdict per person.
    pub verdicts: Vec<Verdict>,
    /// Columns joined to people.
    pub joined: Joined,
    /// Lines of joined files that need looking at.
    pub join_remarks: Vec<joins::Remark>,
    /// What outputs show instead of people, if they are not to be named.
    pub mask: Option<Arc<Pseudonyms>>,
}

impl Study {
    /// What metrics look at.
    #[must_use]
    pub fn judged(&self) -> Judged<'_> {
        Judged {
            verdicts: &self.verdicts,
            frame: &self.frame,
            dossiers: &self.dossiers,
            inputs: &self.inputs,
            joined: &self.joined,
        }
    }
}

/// Finds the inputs.
///
/// # Errors
/// When a path does not exist or nothing is found.
pub fn find(settings: &Settings) -> Result<Found, Error> {
    let found = ingest::source::find(&settings.paths, &settings.not_inputs)?;
    if found.inputs.is_empty() && found.refused.is_empty() && found.ledgers.is_empty() {
        return Err(nothing_usable(&[], &found.ignored));
    }
    Ok(found)
}

/// Why nothing is usable: each refused file, and the first ignored ones.
#[must_use]
pub fn nothing_usable(files: &[FileReport], ignored: &[Ignored]) -> Error {
    const SHOWN: usize = 5;
    let refused = files.iter().filter_map(|f| Some(format!("  {}: {}", f.path, f.refusal.as_ref()?)));
    let ignored_too = ignored.iter().take(SHOWN).map(|i| format!("  {}: {}", i.path, i.why));
    let details: Vec<String> = refused.chain(ignored_too).collect();
    Error::NothingUsable { files: files.len() + ignored.len(), details: details.join("\n") }
}

/// Reads and judges; `took` is told of each phase when it ends.
///
/// # Errors
/// When nothing is usable, nobody is in the inputs, too many rows are rejected, or nothing says at which instant to judge.
pub fn study(
    settings: &Settings,
    found: &Found,
    progress: &'static AtomicU64,
    took: &dyn Fn(&str),
) -> Result<Study, Error> {
    let loaded = ledger::load(found, &settings.options, None, progress);
    took("read and fold");
    if loaded.files.iter().all(|f| f.refusal.is_some()) {
        return Err(nothing_usable(&loaded.files, &loaded.ignored));
    }
    refuse(&loaded.files, settings)?;
    let total = loaded.files.iter().map(counts).fold(RowCounts::default(), |mut sum, c| {
        sum.add(c);
        sum
    });
    let dossiers = Dossiers::new(loaded.facts);
    took("sort people");
    if dossiers.is_empty() {
        return Err(Error::Empty { read: total.read, skipped: total.skipped, rejected: total.rejected });
    }
    let frame = Frame::new(&dossiers, &settings.thresholds).ok_or_else(|| {
        let refused = loaded.files.iter().filter_map(|f| Some(format!("\n  {}: {}", f.path, f.refusal.as_ref()?)));
        Error::NoAsOf { refused: refused.collect() }
    })?;
    let verdicts = judge::judge(&dossiers, &frame, &settings.lists);
    took("judge");
    let inputs = loaded.files.iter().map(info).collect();
    let (joined, join_remarks) = settings.joins.resolve(&dossiers);
    let (rejects, files, ignored) = (loaded.rejects, loaded.files, loaded.ignored);
    let mut study =
        Study { files, ignored, rejects, inputs, dossiers, frame, verdicts, joined, join_remarks, mask: None };
    if let Some(key) = &settings.key {
        let mask = Pseudonyms::of_study(key, settings, &study);
        // Joined columns bear on no verdict; slices by them are grouped and sorted by what is shown.
        study.joined = mask.joined(std::mem::take(&mut study.joined));
        study.join_remarks.iter_mut().for_each(|remark| remark.what = mask.quoted(&remark.what));
        study.mask = Some(Arc::new(mask));
    }
    Ok(study)
}

/// What ends a run because of its inputs (contract.md, exit code 3; rulings.md 29).
fn refuse(files: &[FileReport], settings: &Settings) -> Result<(), Error> {
    for f in files {
        let (read, rejected) = (f.tally.read, f.tally.rejected_total());
        #[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^52")]
        let share = if read == 0 { 0.0 } else { rejected as f64 * 100.0 / read as f64 };
        if share > settings.max_rejects {
            return Err(Error::TooManyRejects { path: f.path.clone(), rejected, read, limit: settings.max_rejects });
        }
        let wrong = f.refusal.as_ref().or(f.damage.as_ref());
        if let (true, Some(what)) = (settings.strict, wrong) {
            return Err(Error::Strict(format!("`{}`: {what}", f.path)));
        }
        if settings.strict && rejected > 0 {
            return Err(Error::Strict(format!("{rejected} rows rejected in `{}`", f.path)));
        }
    }
    Ok(())
}

fn counts(f: &FileReport) -> RowCounts {
    RowCounts {
        read: f.tally.read,
        folded: f.tally.folded,
        skipped: f.tally.skipped_total(),
        rejected: f.tally.rejected_total(),
    }
}

fn info(f: &FileReport) -> InputInfo {
    let mut notes = crate::emit::check::remarks(f);
    for (reason, (n, lines)) in &f.tally.rejected {
        let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
        notes.push(format!("rejected {n}: {}, first at line {}", reason.name(), lines.join(", ")));
    }
    InputInfo {
        path: f.path.clone(),
        format: f.recognised.as_ref().map_or("", |r| r.format).to_owned(),
        sha256: f.sha256.map(|sum| disk::hex(&sum)).unwrap_or_default(),
        rows: counts(f),
        notes,
    }
}

/// Adds the SHA-256 of inputs that were not hashed while they were read: zip archives and files given up early.
///
/// # Errors
/// When an input can no longer be read.
pub fn hash_inputs(study: &mut Study, found: &Found) -> Result<(), Error> {
    hash_infos(&mut study.inputs, found)
}

fn hash_infos(inputs: &mut [InputInfo], found: &Found) -> Result<(), Error> {
    let known: BTreeSet<String> = inputs.iter().filter(|i| !i.sha256.is_empty()).map(|i| i.path.clone()).collect();
    let left = || found.inputs.iter().filter(|i| !known.contains(&i.name));
    let paths: BTreeSet<PathBuf> = left().filter_map(|i| i.disk_path()).map(PathBuf::from).collect();
    let hash = |path: &PathBuf| match disk::sha256_file(path) {
        Ok(hash) => Ok((path.clone(), hash)),
        Err(source) => Err(Error::Read { path: path.display().to_string(), source }),
    };
    let hashes: BTreeMap<PathBuf, String> = paths.par_iter().map(hash).collect::<Result<_, Error>>()?;
    let by_name: BTreeMap<&str, &String> =
        left().filter_map(|i| Some((i.name.as_str(), hashes.get(i.disk_path()?)?))).collect();
    for input in inputs {
        if let Some(hash) = by_name.get(input.path.as_str()) {
            input.sha256.clone_from(hash);
        }
    }
    Ok(())
}

/// Picks the targets, or says why there are none (rulings.md 28).
///
/// # Errors
/// When the list is longer than allowed.
pub fn pick(settings: &Settings, study: &Study) -> Result<TargetList, Error> {
    let goal = settings.thresholds.goal.name();
    let list = targets::pick(&study.verdicts, study.frame.t, settings.valid_days, goal, &study.joined);
    capped(handed_over(list, settings, study), settings, study)
}

/// Picks those whom the registration campaign can reach instead.
///
/// # Errors
/// As [`pick`].
pub fn pick_nudge(settings: &Settings, study: &Study) -> Result<TargetList, Error> {
    let goal = settings.thresholds.goal.name();
    let nobody = targets::pick(&[], study.frame.t, settings.valid_days, goal, &study.joined);
    let list = handed_over(nobody, settings, study);
    let list =
        targets::nudge::pick(&study.verdicts, &|gate| settings.lists.include.contains(&gate), list, &study.joined);
    capped(list, settings, study)
}

/// Puts on a list how it is handed over, and which rails were off.
fn handed_over(mut list: TargetList, settings: &Settings, study: &Study) -> TargetList {
    list.overrides.clone_from(&settings.overrides);
    let guid = |id: &Id| matches!(id, Id::Guid(_)).then(|| id.to_string());
    list.tenants = study.dossiers.tenants().iter().filter_map(guid).collect();
    list.hand_off = HandOff { emergency: emergency(settings, study), ..settings.hand_off.clone() };
    list
}

/// Refuses a list longer than allowed, and cuts it into waves.
fn capped(mut list: TargetList, settings: &Settings, study: &Study) -> Result<TargetList, Error> {
    if let Some(cap) = settings.max_targets.filter(|cap| list.listed.len() > *cap) {
        return Err(Error::TooManyTargets { count: list.listed.len(), cap });
    }
    waves::schedule(&mut list, settings, study)?;
    Ok(list)
}

/// Object ids of the emergency accounts: those of the list, and of the people it names by UPN.
fn emergency(settings: &Settings, study: &Study) -> Vec<String> {
    let named = settings.lists.break_glass.iter().flat_map(|l| l.entries.keys());
    let known = study.verdicts.iter().filter(|v| v.gates.contains(Gate::BreakGlass)).map(|v| &v.id);
    let ids: BTreeSet<&Id> = named.chain(known).filter(|id| matches!(id, Id::Guid(_))).collect();
    ids.into_iter().map(Id::to_string).collect()
}

/// Puts a list that was written on the record of earlier lists, if one is kept. After the list's own files: people on
/// no list must not be on record.
///
/// # Errors
/// When the record cannot be written.
pub fn record(settings: &Settings, list: &TargetList, channels: &[String], access: Access) -> Result<(), Error> {
    // Nobody on a list of another purpose is revoked, and nobody by tokens: a record holds real ids.
    let acted = list.purpose == Purpose::Revoke && settings.key.is_none();
    let Some((path, earlier)) = settings.emitted.as_ref().filter(|_| acted) else {
        return Ok(());
    };
    let mut emitted = earlier.clone();
    let channels: Vec<&str> = wanted(channels, list).iter().map(|c| c.id()).collect();
    emitted.put(list, &channels);
    disk::write_file(path, emitted.to_csv().as_bytes(), Manner { force: true, access })
}

/// Whether target lists may be written: a break-glass list was given, or it was said that there is none.
#[must_use]
pub fn may_target(settings: &Settings) -> bool {
    settings.lists.break_glass.is_some()
}

/// How the outputs of a study come to be, as shown: for manifests of outputs beside the report.
#[must_use]
pub fn provenance(settings: &Settings, study: &Study, more: impl Iterator<Item = (&'static str, String)>) -> RunInfo {
    let run = origin(settings, study, more);
    match &study.mask {
        Some(mask) => mask.run(&run),
        None => run,
    }
}

/// The same with whoever is named in it: the report is masked as a whole.
fn origin(settings: &Settings, study: &Study, more: impl Iterator<Item = (&'static str, String)>) -> RunInfo {
    RunInfo {
        version: env!("CARGO_PKG_VERSION"),
        command: settings.command.clone(),
        as_of: study.frame.t,
        settings: shown_settings(settings).into_iter().chain(more).collect(),
        in_force: settings.in_force.clone(),
        tables: settings.tables.clone(),
        inputs: study.inputs.clone(),
        lists: settings.list_files.clone(),
        png_scale: settings.png_scale,
    }
}

/// What plans add to a report.
#[derive(Default)]
pub struct Plans<'p> {
    /// What an earlier target list did.
    pub campaign: Option<&'p campaign::Followed>,
    /// What could be done.
    pub options: Vec<Finding>,
    /// When the coverage goal is reached.
    pub forecast: Option<&'p forecast::Forecasted>,
    /// Whether Parquet is wanted.
    pub parquet: bool,
}

/// Makes the report of a study, with what plans add.
#[must_use]
pub fn report_with(settings: &Settings, study: &Study, list: Option<&TargetList>, plans: Plans<'_>) -> Report {
    let targets = list.map(|l| TargetSummary {
        listed: l.listed_table(),
        excluded: l.excluded_table(),
        valid_until: l.valid_until,
    });
    let targets_note = match list {
        None => "No target list was written: no break-glass list was given. List the emergency accounts with --break-glass FILE, \
                 or say that there are none with --no-break-glass-list."
            .to_owned(),
        Some(l) if l.overrides.is_empty() => "All rails were on.".to_owned(),
        Some(l) => format!("Rails switched off, or tables put before the built-in ones: {}.", l.overrides.join(", ")),
    };
    let campaign = plans.campaign.into_iter().flat_map(|c| c.settings.iter().cloned());
    let more = campaign.chain(plans.forecast.into_iter().flat_map(|f| f.settings.iter().cloned()));
    let run = origin(settings, study, more);
    let campaign = plans.campaign.map(|c| c.finding.clone());
    let waves = list.and_then(|l| l.schedule.clone());
    let ahead = plans.options.into_iter().chain(waves).chain(plans.forecast.map(|f| f.finding.clone())).collect();
    let report =
        assemble(Parts { judged: study.judged(), run, targets, targets_note, campaign, parquet: plans.parquet, ahead });
    match &study.mask {
        Some(mask) => mask.report(&report),
        None => report,
    }
}

fn shown_settings(settings: &Settings) -> Vec<(&'static str, String)> {
    let t: &Thresholds = &settings.thresholds;
    let mut shown = vec![
        ("goal", t.goal.name().to_owned()),
        ("stale-days", t.stale_days.to_string()),
        ("active-days", t.active_days.to_string()),
        ("settle-hours", t.settle_hours.to_string()),
        ("gap-hours", t.gap_hours.to_string()),
        ("revoked-within-days", t.revoked_within_days.to_string()),
    ];
    let tenant = &settings.options.rules.tenant;
    if tenant.is_chosen() {
        shown.push(("tenant", tenant.words()));
    }
    let limits = settings.options.limits;
    // Bounds are of interest only where somebody moved them.
    let usual = Limits::default();
    let bounds = [
        ("max-record", limits.record_bytes as u64, usual.record_bytes as u64),
        ("max-inflation", limits.inflation, usual.inflation),
        ("max-nesting", limits.nesting as u64, usual.nesting as u64),
    ];
    shown.extend(bounds.iter().filter(|(_, is, was)| is != was).map(|(name, is, _)| (*name, is.to_string())));
    if let Some(waves) = &settings.waves {
        shown.extend(waves.shown());
    }
    shown
}
