//! Recognition: which reader each input gets, or why it is refused.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Mutex;

use super::Options;
use super::block::Limits;
use super::csv::Columns;
use super::format::{FileContext, Fit, Format, Kind, Reader};
use super::formats::FORMATS;
use super::head::{HEAD_BYTES, Head, Shape};
use super::source::{Found, Ignored, Input};
use super::tally::Tally;

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
    /// Remarks.
    pub notes: Vec<String>,
}

/// A file to be read.
pub(super) struct Job {
    pub(super) input: Input,
    pub(super) reader: Box<dyn Reader>,
    pub(super) head: Head,
    pub(super) kind: Kind,
    pub(super) limits: Limits,
    /// Which report it belongs to.
    pub(super) report: usize,
    /// Standard input cannot be opened twice: its reader, with what was looked at put back in front.
    pub(super) opened: Mutex<Option<Box<dyn Read + Send>>>,
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

    pub(super) fn into_reports(mut self) -> Vec<FileReport> {
        self.note_unfinished();
        self.note_repeated();
        self.reports.iter_mut().for_each(note_truncation);
        self.reports.iter_mut().for_each(judge_columns);
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

    /// A file given twice, under another name or packed: the same beginning and the same counts. It changes nothing.
    fn note_repeated(&mut self) {
        let mut first: BTreeMap<(&str, &str), (&str, &Tally)> = BTreeMap::new();
        let mut jobs: Vec<&Job> = self.jobs.iter().collect();
        jobs.sort_by(|a, b| a.input.name.cmp(&b.input.name));
        let mut repeated: Vec<(usize, String)> = Vec::new();
        for job in jobs {
            let report = &self.reports[job.report];
            let key = (report.recognised.as_ref().map_or("", |r| r.format), job.head.text.as_str());
            match first.get(&key) {
                Some((path, tally)) if **tally == report.tally && report.tally.read > 0 => {
                    repeated.push((job.report, (*path).to_owned()));
                }
                Some(_) => {}
                None => drop(first.insert(key, (&report.path, &report.tally))),
            }
        }
        for (report, path) in repeated {
            self.reports[report].repeats = Some(path);
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
                    column_error: false,
                    tally: Tally::default(),
                    next_link: false,
                    repeats: None,
                    sha256: None,
                });
                self.jobs.push(job);
            }
            Err(why) if input.maybe => self.ignored.push(Ignored { path: input.name.clone(), why }),
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

/// A column that cannot be read is an error of the file (formats.md §9.7, rulings.md 29). Rows that do not say their
/// tenant are told where one was asked for.
fn judge_columns(f: &mut FileReport) {
    if let Some(columns) = f.tally.unreadable_columns() {
        f.column_error = true;
        f.damage = Some(f.damage.take().map_or_else(|| columns.clone(), |known| format!("{known}; {columns}")));
    }
    if f.tally.untold > 0 {
        f.notes.push(format!(
            "{} rows do not say of which tenant they are and are kept; name its domain too, --tenant contoso.com, or leave \
             the file out",
            f.tally.untold
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
        column_error: false,
        tally: Tally::default(),
        next_link: false,
        repeats: None,
        sha256: None,
        notes: Vec::new(),
    }
}

fn recognise(input: &Input, options: &Options) -> Result<(Job, Recognised), String> {
    let mut opened = input.open(options.limits, |_| {}).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    let read = (&mut opened.reader).take(HEAD_BYTES as u64).read_to_end(&mut bytes);
    // What was read before a failure is worth reading: the rows say how much, and the failure is met again behind them.
    if let (Err(error), true) = (read, bytes.is_empty()) {
        return Err(error.to_string());
    }
    let head = Head::look_in(input.file_name(), &bytes, &options.language).ok_or("the file is empty")?;
    let format = choose(&head).map_err(|reason| with_hint(reason, &head))?;
    let context = FileContext { input, kind: options.kind, date_order: options.date_order, limits: options.limits };
    let reader = format.reader(&head, &context)?;
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
        reader,
        head,
        kind: format.kind(),
        limits: options.limits,
        report: 0,
        opened: Mutex::new(opened),
    };
    Ok((job, recognised))
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
