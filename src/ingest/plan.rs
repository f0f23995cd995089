//! Recognition: which reader each input gets, or why it is refused.

use std::cell::RefCell;
use std::io::Read;
use std::sync::Mutex;

use super::Options;
use super::block::Limits;
use super::csv::Columns;
use super::format::{FileContext, Fit, Format, Kind, Reader};
use super::formats::FORMATS;
use super::head::{HEAD_BYTES, Head, Shape};
use super::layout::Until;
use super::mend::Mending;
use super::source::{Found, Ignored, Input};
use super::tally::Tally;
use crate::model::input::LedgerInfo;
use crate::model::problem::Reject;

/// What an input is.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Format id.
    pub format: &'static str,
    /// What the format is, for people.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Encoding on disk.
    pub encoding: &'static str,
    /// Separator, for CSV.
    pub separator: Option<char>,
    /// Columns found and missing.
    pub columns: Columns,
}

/// What became of one input.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// Name.
    pub path: String,
    /// What it is, unless refused.
    pub recognised: Option<Recognised>,
    /// Why it was refused; nothing of it is used.
    pub refusal: Option<String>,
    /// Why reading it stopped early; what came before is used.
    pub damage: Option<String>,
    /// The damage is an error: a column that is there cannot be read (formats.md §9.7).
    pub column_error: bool,
    /// What became of its rows.
    pub tally: Tally,
    /// `@odata.nextLink` was met: the dump goes on in another file.
    pub next_link: bool,
    /// The input that holds the same: this one adds nothing.
    pub repeats: Option<String>,
    /// SHA-256 of the bytes on disk, where it was asked for and the file was read to its end.
    pub sha256: Option<[u8; 32]>,
    /// What it holds, where it is a ledger: no row of it is read.
    pub ledger: Option<LedgerInfo>,
    /// Remarks.
    pub notes: Vec<String>,
}

impl FileReport {
    /// An input of which nothing is used.
    #[must_use]
    pub fn refused(path: &str, reason: String) -> Self {
        refused(path, reason)
    }
}

/// A file to be read.
pub(super) struct Job {
    pub(super) input: Input,
    pub(super) format: &'static dyn Format,
    pub(super) reader: Box<dyn Reader>,
    pub(super) head: Head,
    pub(super) kind: Kind,
    pub(super) limits: Limits,
    /// Which report it belongs to.
    pub(super) report: usize,
    /// The line of a header of other columns, where the file ends for us.
    pub(super) until: Option<u64>,
    /// Standard input cannot be opened twice: its reader, with what was looked at put back in front.
    pub(super) opened: Mutex<Option<Box<dyn Read + Send>>>,
}

impl Job {
    /// Prepares the file to be read once more, up to a line. Whether it can be; otherwise its report is a refusal.
    fn reopen(&mut self, until: Option<u64>, options: &Options, report: &mut FileReport) -> bool {
        if self.input.disk_path().is_none() {
            let seen = until.map_or_else(String::new, |line| format!(", here at line {line}"));
            let reason = format!(
                "standard input is read once, and files that hold a second header of other columns are read twice{seen}: \
                 save it to a file"
            );
            *report = refused(&self.input.name, reason);
            return false;
        }
        let Some(line) = until else { return true };
        match reader_of(self.format, (&self.input, &self.head), options, until) {
            Ok((reader, notes)) => {
                (self.reader, self.until, report.notes) = (reader, Some(line), notes);
                true
            }
            Err(reason) => {
                *report = refused(&self.input.name, reason);
                false
            }
        }
    }
}

/// All jobs and all reports.
pub(super) struct Plan {
    pub(super) jobs: Vec<Job>,
    pub(super) reports: Vec<FileReport>,
    /// Files that might have been exports by their names, and are none by their content.
    pub(super) ignored: Vec<Ignored>,
}

impl Plan {
    pub(super) fn new(found: &Found, options: &Options) -> Self {
        let mut plan = Self { jobs: Vec::new(), reports: Vec::new(), ignored: found.ignored.clone() };
        for input in &found.inputs {
            plan.add(input, options);
        }
        for (path, reason) in &found.refused {
            plan.reports.push(refused(path, reason.clone()));
        }
        plan
    }

    /// After a pass: ends each file that holds a second layout at its header, and forgets what was counted. Whether there is
    /// one, so that the pass must be made again.
    pub(super) fn end_at_other_headers(&mut self, options: &Options, details_pass: bool) -> bool {
        let line_of = |f: &FileReport| f.tally.rejected.get(&Reject::OtherHeader)?.1.first().copied();
        let of_pass = |job: &Job| (job.kind == Kind::SignInDetails) == details_pass;
        if !self.jobs.iter().any(|j| of_pass(j) && line_of(&self.reports[j.report]).is_some()) {
            return false;
        }
        let mut jobs = std::mem::take(&mut self.jobs);
        jobs.retain_mut(|job| {
            if !of_pass(job) {
                return true;
            }
            let report = &mut self.reports[job.report];
            let line = line_of(report);
            report.tally = Tally::default();
            let Some(line) = line else { return job.reopen(None, options, report) };
            job.reopen(Some(line), options, report)
        });
        self.jobs = jobs;
        true
    }

    fn add(&mut self, input: &Input, options: &Options) {
        match recognise(input, options) {
            Ok((mut job, recognised, notes)) => {
                job.report = self.reports.len();
                self.reports.push(FileReport {
                    path: input.name.clone(),
                    notes,
                    recognised: Some(recognised),
                    refusal: None,
                    damage: None,
                    column_error: false,
                    tally: Tally::default(),
                    next_link: false,
                    repeats: None,
                    sha256: None,
                    ledger: None,
                });
                self.jobs.push(job);
            }
            Err(why) if input.maybe => self.ignored.push(Ignored { path: input.name.clone(), why }),
            Err(reason) => self.reports.push(refused(&input.name, reason)),
        }
    }
}

fn refused(path: &str, reason: String) -> FileReport {
    FileReport {
        path: path.to_owned(),
        recognised: None,
        refusal: Some(reason),
        damage: None,
        column_error: false,
        tally: Tally::default(),
        next_link: false,
        repeats: None,
        sha256: None,
        ledger: None,
        notes: Vec::new(),
    }
}

fn recognise(input: &Input, options: &Options) -> Result<(Job, Recognised, Vec<String>), String> {
    let mut opened = input.open(options.limits, |_| {}).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    let read = (&mut opened.reader).take(HEAD_BYTES as u64).read_to_end(&mut bytes);
    // What was read before a failure is worth reading: the rows say how much, and the failure is met again behind them.
    if let (Err(error), true) = (read, bytes.is_empty()) {
        return Err(error.to_string());
    }
    let head = Head::look_in(input.file_name(), &bytes, &options.language).ok_or("the file is empty")?;
    let format = choose(&head).map_err(|reason| with_hint(reason, &head))?;
    let (reader, notes) = reader_of(format, (input, &head), options, None)?;
    let separator = match &head.shape {
        Shape::Csv { separator, .. } => Some(char::from(*separator)),
        Shape::Json { .. } => None,
    };
    let recognised = Recognised {
        format: format.id(),
        title: format.title(),
        kind: format.kind(),
        encoding: opened.encoding,
        separator,
        columns: reader.columns(),
    };
    let kept = input.disk_path().is_none();
    let opened = kept.then(|| Box::new(std::io::Cursor::new(bytes).chain(opened.reader)) as Box<dyn Read + Send>);
    let job = Job {
        input: input.clone(),
        format,
        reader,
        head,
        kind: format.kind(),
        limits: options.limits,
        report: 0,
        until: None,
        opened: Mutex::new(opened),
    };
    Ok((job, recognised, notes))
}

/// A reader for a file up to a line, and the remarks on it.
fn reader_of(
    format: &dyn Format,
    (input, head): (&Input, &Head),
    options: &Options,
    until: Option<u64>,
) -> Result<(Box<dyn Reader>, Vec<String>), String> {
    let notes = RefCell::new(Vec::new());
    let context = FileContext {
        input,
        kind: options.kind,
        date_order: options.date_order,
        decided: None,
        until,
        notes: &notes,
        limits: options.limits,
    };
    let inner = format.reader(head, &context)?;
    let mut notes = notes.into_inner();
    notes.extend(inner.notes());
    let reader: Box<dyn Reader> = match (until, &head.shape) {
        (Some(line), _) => Box::new(Until { inner, line }),
        (None, Shape::Json { .. }) => Box::new(Mending(inner)),
        (None, Shape::Csv { .. }) => inner,
    };
    Ok((reader, notes))
}

/// A header in another language is why a file is not recognised.
fn with_hint(reason: String, head: &Head) -> String {
    match &head.shape {
        Shape::Csv { raw_header, .. } => {
            super::language::hint(raw_header).map_or_else(|| reason.clone(), |hint| format!("{reason}; {hint}"))
        }
        Shape::Json { .. } => reason,
    }
}

/// A format that does not fit: how many of its decisive names were found, and which were not.
type Near = (&'static dyn Format, usize, Vec<&'static str>);

/// The one format that fits best; none or two are errors that say what was seen.
fn choose(head: &Head) -> Result<&'static dyn Format, String> {
    let mut best: Vec<(&'static dyn Format, u32)> = Vec::new();
    let mut near: Vec<Near> = Vec::new();
    for format in FORMATS {
        match format.fit(head) {
            Fit::Yes(score) => best.push((*format, score)),
            Fit::No { found: 0, .. } => {}
            Fit::No { found, missing } => near.push((*format, found, missing)),
        }
    }
    let top = best.iter().map(|b| b.1).max();
    best.retain(|b| Some(b.1) == top);
    match best.as_slice() {
        [(format, _)] => Ok(*format),
        [] if !near.is_empty() => Err(format!("not an export kmsift reads; nearest is {}", nearest(near))),
        [] => Err(match &head.shape {
            Shape::Json { keys, .. } if keys.is_empty() => {
                "it holds no records: the export is empty, or its filter matched nothing".to_owned()
            }
            _ => format!("not an export kmsift reads: {}", seen(head)),
        }),
        several => {
            let names: Vec<&str> = several.iter().map(|(f, _)| f.id()).collect();
            Err(format!("could be {}: the header fits both", names.join(" or ")))
        }
    }
}

/// The formats most of which was found and least is missing: of several, one for each kind of export, users first.
fn nearest(mut near: Vec<Near>) -> String {
    let rank = |n: &Near| (std::cmp::Reverse(n.1), n.2.len());
    let top = near.iter().map(rank).min();
    near.retain(|n| Some(rank(n)) == top);
    let mut kinds = std::collections::BTreeSet::new();
    near.retain(|n| kinds.insert(n.0.kind()));
    near.sort_by_key(|n| n.0.kind() != Kind::Users);
    let said = near.iter().map(|(format, _, missing)| {
        let missing: Vec<String> = missing.iter().map(|m| format!("`{}`", m.replace('|', "` or `"))).collect();
        format!("{} ({}), missing {}", format.id(), format.title(), missing.join(", "))
    });
    said.collect::<Vec<String>>().join("; or ")
}

/// Before the first words of a file that is no export: its own text follows.
pub const STARTS_WITH: &str = "it starts with ";

fn seen(head: &Head) -> String {
    let names: Vec<&String> = head.header().iter().chain(head.keys()).take(6).collect();
    let shown: Vec<String> = names.iter().map(|n| format!("`{}`", n.chars().take(40).collect::<String>())).collect();
    format!("{STARTS_WITH}{}", if shown.is_empty() { "no names at all".to_owned() } else { shown.join(", ") })
}
