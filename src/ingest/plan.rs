//! Recognition: which reader each input gets, or why it is refused.

use std::io::Read;
use std::sync::Mutex;

use super::Options;
use super::csv::Columns;
use super::fold::Tally;
use super::format::{FileContext, Fit, Format, Kind, Reader};
use super::formats::FORMATS;
use super::head::{HEAD_BYTES, Head, Shape};
use super::source::{Found, Input};

/// What an input is.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// Format id.
    pub format: &'static str,
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
    /// What became of its rows.
    pub tally: Tally,
    /// `@odata.nextLink` was met: the dump goes on in another file.
    pub next_link: bool,
    /// SHA-256 of the bytes on disk, where it was asked for and the file was read to its end.
    pub sha256: Option<[u8; 32]>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// A file to be read.
pub(super) struct Job {
    pub(super) input: Input,
    pub(super) reader: Box<dyn Reader>,
    pub(super) head: Head,
    pub(super) kind: Kind,
    /// Which report it belongs to.
    pub(super) report: usize,
    /// Standard input cannot be opened twice: its reader, with what was looked at put back in front.
    pub(super) opened: Mutex<Option<Box<dyn Read + Send>>>,
}

/// All jobs and all reports.
pub(super) struct Plan {
    pub(super) jobs: Vec<Job>,
    pub(super) reports: Vec<FileReport>,
}

impl Plan {
    pub(super) fn new(found: &Found, options: &Options) -> Self {
        let mut plan = Self { jobs: Vec::new(), reports: Vec::new() };
        for input in &found.inputs {
            plan.add(input, options);
        }
        for (path, reason) in &found.refused {
            plan.reports.push(refused(path, reason.clone()));
        }
        plan
    }

    pub(super) fn into_reports(mut self) -> Vec<FileReport> {
        self.note_unfinished();
        self.reports.iter_mut().for_each(note_truncation);
        self.reports.iter_mut().for_each(note_details);
        self.reports.sort_by(|a, b| a.path.cmp(&b.path));
        self.reports
    }

    /// A complete dump of n pages holds n − 1 links to a next page; one link more and the last page is missing.
    fn note_unfinished(&mut self) {
        let folder =
            |f: &FileReport| f.path.rsplit_once(['/', '!']).map_or(String::new(), |(folder, _)| folder.to_owned());
        let group = |f: &FileReport| (folder(f), f.recognised.as_ref().map(|r| r.format));
        let ended: std::collections::BTreeSet<_> = self.reports.iter().filter(|f| !f.next_link).map(group).collect();
        for f in self.reports.iter_mut().filter(|f| f.next_link) {
            if !ended.contains(&group(f)) {
                f.notes.push(
                    "`@odata.nextLink` is left and no last page is beside it: the dump is not complete".to_owned(),
                );
            }
        }
    }

    fn add(&mut self, input: &Input, options: &Options) {
        match recognise(input, options) {
            Ok((mut job, recognised)) => {
                job.report = self.reports.len();
                self.reports.push(FileReport {
                    path: input.name.clone(),
                    notes: job.reader.notes(),
                    recognised: Some(recognised),
                    refusal: None,
                    damage: None,
                    tally: Tally::default(),
                    next_link: false,
                    sha256: None,
                });
                self.jobs.push(job);
            }
            Err(reason) => self.reports.push(refused(&input.name, reason)),
        }
    }
}

/// The portal cuts a file at a round number of rows, newest first, and does not say so (formats.md §1.1).
fn note_truncation(f: &mut FileReport) {
    const CUT_AT: [(&str, u64); 2] = [("portal_sign_in_csv", 100_000), ("portal_audit_csv", 250_000)];
    let format = f.recognised.as_ref().map(|r| r.format);
    if CUT_AT.iter().any(|(id, rows)| format == Some(*id) && f.tally.read == *rows) {
        f.notes.push(format!(
            "exactly {} rows, where the portal cuts: older rows are missing; export shorter spans, or use Graph",
            f.tally.read
        ));
    }
}

/// How many sign-ins the AuthDetails files tell the steps of: few, and the files are no pair (formats.md §1.4).
fn note_details(f: &mut FileReport) {
    let (asked, found) = f.tally.looked_up;
    if asked > 0 {
        let wrong = if found * 5 < asked { ": the files are of different spans or filters" } else { "" };
        f.notes.push(format!("{found} of {asked} sign-ins have steps in the AuthDetails files{wrong}"));
    }
}

fn refused(path: &str, reason: String) -> FileReport {
    FileReport {
        path: path.to_owned(),
        recognised: None,
        refusal: Some(reason),
        damage: None,
        tally: Tally::default(),
        next_link: false,
        sha256: None,
        notes: Vec::new(),
    }
}

fn recognise(input: &Input, options: &Options) -> Result<(Job, Recognised), String> {
    let mut opened = input.open(|_| {}).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    (&mut opened.reader).take(HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    let head = Head::look(input.file_name(), &bytes).ok_or("the file is empty")?;
    let format = choose(&head).map_err(|reason| with_hint(reason, &head))?;
    let context = FileContext { input, kind: options.kind, date_order: options.date_order };
    let reader = format.reader(&head, &context)?;
    let separator = match &head.shape {
        Shape::Csv { separator, .. } => Some(char::from(*separator)),
        Shape::Json { .. } => None,
    };
    let recognised = Recognised {
        format: format.id(),
        kind: format.kind(),
        encoding: opened.encoding,
        separator,
        columns: reader.columns(),
    };
    let kept = input.disk_path().is_none();
    let opened = kept.then(|| Box::new(std::io::Cursor::new(bytes).chain(opened.reader)) as Box<dyn Read + Send>);
    Ok((
        Job { input: input.clone(), reader, head, kind: format.kind(), report: 0, opened: Mutex::new(opened) },
        recognised,
    ))
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

/// The one format that fits best; none or two are errors that say what was seen.
fn choose(head: &Head) -> Result<&'static dyn Format, String> {
    let mut best: Vec<(&'static dyn Format, u32)> = Vec::new();
    let mut nearest: Option<(&'static dyn Format, usize, Vec<&'static str>)> = None;
    for format in FORMATS {
        match format.fit(head) {
            Fit::Yes(score) => best.push((*format, score)),
            Fit::No { found, missing } => {
                if found > 0 && nearest.as_ref().is_none_or(|n| (found, n.2.len()) > (n.1, missing.len())) {
                    nearest = Some((*format, found, missing));
                }
            }
        }
    }
    let top = best.iter().map(|b| b.1).max();
    best.retain(|b| Some(b.1) == top);
    match best.as_slice() {
        [(format, _)] => Ok(*format),
        [] => Err(match nearest {
            Some((format, _, missing)) => {
                let missing: Vec<String> = missing.iter().map(|m| format!("`{}`", m.replace('|', "` or `"))).collect();
                format!(
                    "not an export kmsift reads; nearest is {} ({}), missing {}",
                    format.id(),
                    format.title(),
                    missing.join(", ")
                )
            }
            None if matches!(&head.shape, Shape::Json { keys, .. } if keys.is_empty()) => {
                "it holds no records: the export is empty, or its filter matched nothing".to_owned()
            }
            None => format!("not an export kmsift reads: {}", seen(head)),
        }),
        several => {
            let names: Vec<&str> = several.iter().map(|(f, _)| f.id()).collect();
            Err(format!("could be {}: the header fits both", names.join(" or ")))
        }
    }
}

fn seen(head: &Head) -> String {
    let names: Vec<&String> = head.header().iter().chain(head.keys()).take(6).collect();
    let shown: Vec<String> = names.iter().map(|n| format!("`{}`", n.chars().take(40).collect::<String>())).collect();
    format!("it starts with {}", if shown.is_empty() { "no names at all".to_owned() } else { shown.join(", ") })
}
