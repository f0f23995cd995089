//! Workers: each takes files of its own while there are any, then helps with the files others have open.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use super::Options;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::block::{Block, Blocks, Limits, Records};
use super::evidence::{self, Evidence, Watch};
use super::fold::{Details, Fold};
use super::format::{Kind, Row};
use super::json;
use super::plan::{Job, Plan};
use super::record::Record;
use super::rejects::Rejects;
use super::repeats::AHEAD;
use super::source::Input;
use super::tally::Tally;
use crate::facts::{Facts, Register};
use crate::model::problem::{Outcome, Reject};

/// A file to be read: whoever comes first opens it; blocks are taken under the lock, parsed outside.
#[derive(Default)]
struct Source {
    job: usize,
    sum: Arc<Mutex<FileSum>>,
    blocks: Mutex<State>,
}

#[derive(Default)]
struct State {
    opened: bool,
    /// While there may be more.
    blocks: Option<Blocks>,
    /// The header has been passed.
    started: bool,
    failure: Option<String>,
    next_link: bool,
}

/// The hash of a file as it is read, so that it need not be read twice.
#[derive(Default)]
struct FileSum {
    sum: Sha256,
    bytes: u64,
}

impl FileSum {
    fn add(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The hash, if every byte of the file was seen.
    fn finish(&self, input: &Input) -> Option<[u8; 32]> {
        (self.bytes > 0 && input.size() == Some(self.bytes)).then(|| self.sum.clone().finalize().into())
    }
}

/// What one pass over some jobs shares.
struct Pass<'p> {
    jobs: &'p [Job],
    wanted: Vec<usize>,
    /// Those of the jobs wanted that somebody has taken, in their order.
    taken: Mutex<Vec<Arc<Source>>>,
    options: &'p Options,
    progress: &'static AtomicU64,
    people: &'p Arc<Register>,
}

/// What one worker brings home.
struct Harvest {
    facts: Facts,
    details: Details,
    evidence: Vec<Evidence>,
    tallies: Vec<(usize, Tally)>,
}

/// Reads the AuthDetails files.
pub(super) fn details(
    plan: &mut Plan,
    options: &Options,
    rejects: &Mutex<Rejects>,
    progress: &'static AtomicU64,
) -> Details {
    let none = Details::default();
    let harvests = run(plan, options, (None, rejects), (&none, &Arc::default()), (progress, true));
    let mut details = Details::default();
    for harvest in harvests {
        details.join(harvest.details);
    }
    details
}

/// Reads all other files.
pub(super) fn rows(
    plan: &mut Plan,
    options: &Options,
    kept: (Option<&Watch>, &Mutex<Rejects>),
    details: &Details,
    progress: &'static AtomicU64,
) -> (Facts, Vec<Evidence>) {
    let people = Arc::default();
    let harvests = run(plan, options, kept, (details, &people), (progress, false));
    let (mut facts, mut rows) = (people.hand_over(), Vec::new());
    for harvest in harvests {
        facts.join(harvest.facts);
        rows.extend(harvest.evidence);
    }
    evidence::newest(&mut rows);
    (facts, rows)
}

fn run(
    plan: &mut Plan,
    options: &Options,
    (watch, rejects): (Option<&Watch>, &Mutex<Rejects>),
    (details, people): (&Details, &Arc<Register>),
    (progress, details_pass): (&'static AtomicU64, bool),
) -> Vec<Harvest> {
    let wanted: Vec<usize> =
        (0..plan.jobs.len()).filter(|j| (plan.jobs[*j].kind == Kind::SignInDetails) == details_pass).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let pass = Pass { jobs: &plan.jobs, wanted, taken: Mutex::default(), options, progress, people };
    // On the threads that judge: what they free they use again. One that panics is a bug, and ends the run.
    let worker = |_| pass.work(Fold::new(&options.rules, watch, details), rejects);
    let harvests: Vec<Harvest> = (0..options.threads.max(1)).into_par_iter().with_max_len(1).map(worker).collect();
    let sources = pass.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
    let ends: Vec<_> = sources
        .iter()
        .map(|source| {
            let state = source.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            let job = &plan.jobs[source.job];
            let sha256 = source.sum.lock().unwrap_or_else(PoisonError::into_inner).finish(&job.input);
            (job.report, state.failure.clone(), state.next_link, sha256)
        })
        .collect();
    for (report, failure, next_link, sha256) in ends {
        let report = &mut plan.reports[report];
        report.damage = failure;
        report.next_link = next_link;
        report.sha256 = sha256;
    }
    for harvest in &harvests {
        for (job, tally) in &harvest.tallies {
            let report = plan.jobs[*job].report;
            plan.reports[report].tally.join(tally);
        }
    }
    harvests
}

impl Pass<'_> {
    fn work<'c>(&'c self, mut fold: Fold<'c>, rejects: &'c Mutex<Rejects>) -> Harvest {
        let mut tallies: Vec<(usize, Tally)> = Vec::new();
        fold.rejects = self.options.keep_rejects.then_some(rejects);
        fold.plain = self.options.limits.plain;
        fold.people = Arc::clone(self.people);
        while let Some(source) = self.next_source() {
            fold.begin(&self.jobs[source.job].input.name);
            let mut used = Block::default();
            while let Some((block, skip_header)) = source.next_block(self, used) {
                parse(&self.jobs[source.job], &block, skip_header, &mut fold);
                used = block;
            }
            tallies.push((source.job, fold.end()));
        }
        Harvest {
            facts: std::mem::take(&mut fold.facts),
            details: std::mem::take(&mut fold.collected),
            evidence: std::mem::take(&mut fold.evidence),
            tallies,
        }
    }

    /// A file nobody has taken yet, else one that somebody is still reading.
    fn next_source(&self) -> Option<Arc<Source>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = self.wanted.get(taken.len()) {
            taken.push(Arc::new(Source { job: *job, ..Source::default() }));
            return taken.last().cloned();
        }
        // One that somebody is waiting for, a pipe perhaps, only if there is no other.
        let with = |more: Option<bool>| taken.iter().find(|source| source.has_more() == more).cloned();
        with(Some(true)).or_else(|| with(None))
    }

    fn open(&self, source: &Source, state: &mut State) {
        state.opened = true;
        match open_blocks(&self.jobs[source.job], self.options, self.progress, &source.sum) {
            Ok(blocks) => state.blocks = Some(blocks),
            Err(error) => state.failure = Some(error.to_string()),
        }
    }
}

impl Source {
    /// Whether there may be more; `None`: somebody is reading it.
    fn has_more(&self) -> Option<bool> {
        let state = match self.blocks.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(cause)) => cause.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(!state.opened || state.blocks.is_some())
    }

    /// The next block of a source, and whether its first CSV record is the header. The memory of a used one is used again.
    fn next_block(&self, pass: &Pass<'_>, used: Block) -> Option<(Block, bool)> {
        let mut state = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.opened {
            pass.open(self, &mut state);
        }
        state.blocks.as_mut()?.recycle(used);
        let result = state.blocks.as_mut()?.next_block();
        match result {
            Ok(Some(block)) => {
                let first = !state.started;
                state.started = true;
                Some((block, first))
            }
            Ok(None) => {
                if let Some(blocks) = state.blocks.take() {
                    state.next_link = blocks.next_link;
                    state.failure = damage(&blocks, None);
                }
                None
            }
            Err(error) => {
                state.failure = state.blocks.take().and_then(|blocks| damage(&blocks, Some(&error)));
                None
            }
        }
    }
}

/// What was wrong with the bytes of a file, if anything.
fn damage(blocks: &Blocks, error: Option<&io::Error>) -> Option<String> {
    let mut said = Vec::new();
    if let (lines, Some(first)) = blocks.open_quotes {
        let more = if lines > 1 { format!(" (and {} more such lines)", lines - 1) } else { String::new() };
        said.push(format!(
            "line {first}: a quote opens here and nothing closes it before the end of the data or of the longest record \
             allowed{more}: the line is left out, and reading goes on at the next one"
        ));
    }
    if let Some(error) = error {
        said.push(format!("reading stopped: {error}; what came before is used"));
    } else if blocks.torn {
        said.push("the data end in the middle of a record: the file is cut off; what came before is used".to_owned());
    }
    (!said.is_empty()).then(|| said.join("; "))
}

fn open_blocks(
    job: &Job,
    options: &Options,
    progress: &'static AtomicU64,
    sum: &Arc<Mutex<FileSum>>,
) -> io::Result<Blocks> {
    let sum = Arc::clone(sum);
    let hashes = options.hash && job.input.is_whole_file();
    let see = move |bytes: &[u8]| {
        progress.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if hashes {
            sum.lock().unwrap_or_else(PoisonError::into_inner).add(bytes);
        }
    };
    let kept = job.opened.lock().unwrap_or_else(PoisonError::into_inner).take();
    let mut reader = match kept {
        Some(reader) => reader,
        None => job.input.open(options.limits, see)?.reader,
    };
    io::copy(&mut (&mut reader).take(job.head.preamble as u64), &mut io::sink())?;
    Ok(Blocks::new(reader, job.head.records(), job.head.preamble_lines + 1, options.limits))
}

fn parse(job: &Job, block: &Block, skip_header: bool, fold: &mut Fold<'_>) {
    match job.head.records() {
        // The same rows either way (fuzz/harness): the index only where quotes are regular.
        Records::Csv(separator) if block.torn.is_empty() && block.index.is_regular() => {
            parse_indexed(job, block, (separator, skip_header), fold);
        }
        Records::Csv(separator) => parse_csv(job, block, (separator, skip_header), fold),
        Records::Lines => parse_lines(job, block, fold),
        Records::Objects(_) => parse_objects(job, block, fold),
    }
}

fn parse_indexed(job: &Job, block: &Block, (separator, header): (u8, bool), fold: &mut Fold<'_>) {
    let mut records = block.index.records(&block.bytes, block.first_line).skip(usize::from(header));
    let mut soon = Vec::with_capacity(AHEAD);
    loop {
        soon.extend(records.by_ref().take(AHEAD));
        if soon.is_empty() {
            return;
        }
        for placed in &soon {
            job.reader.ahead(placed.line, Row::Cells(&placed.record), fold);
        }
        fold.look_ahead();
        for placed in soon.drain(..) {
            fold.place.1 = placed.line;
            let glued = placed.height > 1 && is_glued(&placed.record, separator, job.head.header().len());
            let outcome =
                if glued { Outcome::Rejected(Reject::Width) } else { job.reader.row(Row::Cells(&placed.record), fold) };
            count_rows(outcome, (placed.line, placed.height), placed.bytes, fold);
        }
    }
}

/// A stray quote glues lines together: each of them is a row that could not be read.
fn count_rows(outcome: Outcome, (line, height): (u64, u64), bytes: &[u8], fold: &mut Fold<'_>) {
    let rows = if outcome == Outcome::Rejected(Reject::Width) { height } else { 1 };
    fold.outcome(outcome, line, bytes);
    (1..rows).for_each(|below| fold.tally.count(outcome, line + below));
}

fn parse_csv(job: &Job, block: &Block, (separator, mut header): (u8, bool), fold: &mut Fold<'_>) {
    let ends = block.torn.iter().map(|end| (*end, true)).chain(std::iter::once((block.bytes.len(), false)));
    let (mut from, mut line) = (0, block.first_line);
    for (end, torn) in ends.filter(|(end, torn)| *torn || block.torn.last() != Some(end)) {
        let piece = Piece { bytes: &block.bytes[from..end], first_line: line, separator, torn };
        parse_piece(job, &piece, &mut header, fold);
        line += memchr::memchr_iter(b'\n', piece.bytes).count() as u64;
        from = end;
    }
}

/// Records of a CSV up to one that lacks its end, or to the end of the block.
struct Piece<'b> {
    bytes: &'b [u8],
    first_line: u64,
    separator: u8,
    /// The last record lacks its end.
    torn: bool,
}

fn parse_piece(job: &Job, piece: &Piece<'_>, header: &mut bool, fold: &mut Fold<'_>) {
    let mut reader = super::csv::records(piece.bytes, piece.separator);
    let mut record = csv::ByteRecord::new();
    let mut lines = LineCounter { line: piece.first_line, at: 0 };
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let line = lines.at(piece.bytes, record.position().map_or(0, csv::Position::byte));
        if std::mem::take(header) {
            continue;
        }
        fold.place.1 = line;
        let height = lines.within(piece.bytes, reader.position().byte());
        let read = Record::from(&record);
        let glued = height > 1 && is_glued(&read, piece.separator, job.head.header().len());
        let torn = piece.torn && reader.position().byte() == piece.bytes.len() as u64;
        let outcome = match (glued, torn) {
            (true, _) => Outcome::Rejected(Reject::Width),
            // What is left of its last cell may look whole: half an address is somebody else's.
            (false, true) => Outcome::Rejected(Reject::Torn),
            (false, false) => job.reader.row(Row::Cells(&read), fold),
        };
        let bytes = lines.bytes(piece.bytes, reader.position().byte());
        count_rows(outcome, (line, height), bytes, fold);
    }
}

/// Whether a cell holds rows glued by a stray quote: lines as wide as the header, or the end of one row and the beginning of the
/// next. Line breaks and commas alone are no sign, an address has both; JSON may have many of both (formats.md §0.12).
fn is_glued(record: &Record<'_>, separator: u8, width: usize) -> bool {
    let separators = |line: &[u8]| memchr::memchr_iter(separator, line).count();
    let in_cell = |(before, cell): (usize, &[u8])| {
        let json = matches!(cell.trim_ascii(), [b'[', .., b']'] | [b'{', .., b'}']);
        let mut lines = cell.split(|b| *b == b'\n');
        let (Some(first), Some(last)) = (lines.next(), lines.next_back().filter(|_| !json)) else { return false };
        let between: Vec<&[u8]> = lines.filter(|line| !line.trim_ascii().is_empty()).collect();
        if between.is_empty() {
            let after = width.saturating_sub(before + 1);
            return after > 0 && separators(first) == after && separators(last) == before;
        }
        between.iter().all(|line| separators(line) + 1 == width)
    };
    width > 1 && record.iter().enumerate().any(in_cell)
}

/// Line numbers of records, in order. (The reader's own count is one short after `\r\n`.)
struct LineCounter {
    line: u64,
    at: usize,
}

impl LineCounter {
    /// How many lines the bytes from a record's start to the reader's position take.
    fn within(&self, bytes: &[u8], end: u64) -> u64 {
        memchr::memchr_iter(b'\n', self.bytes(bytes, end)).count() as u64 + 1
    }

    /// The bytes of the record at hand.
    fn bytes<'b>(&self, bytes: &'b [u8], end: u64) -> &'b [u8] {
        let end = usize::try_from(end).unwrap_or(usize::MAX).min(bytes.len());
        bytes.get(self.at..end).unwrap_or_default().trim_ascii_end()
    }

    fn at(&mut self, bytes: &[u8], record: u64) -> u64 {
        let mut start = usize::try_from(record).unwrap_or(usize::MAX).min(bytes.len());
        // A record is said to start at the line feed that ended the one before, or at blank lines.
        start += bytes[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.line += memchr::memchr_iter(b'\n', &bytes[self.at..start]).count() as u64;
        self.at = start;
        self.line
    }
}

fn parse_lines(job: &Job, block: &Block, fold: &mut Fold<'_>) {
    let ends = block.line_ends.iter().copied().chain(std::iter::once(block.bytes.len()));
    let mut from = 0;
    for (number, end) in (block.first_line..).zip(ends) {
        let line = &block.bytes[from..end];
        from = end + 1;
        // Where files were put together, each may bring its mark.
        let line_text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        if !line_text.is_empty() {
            parse_json(job, line_text, number, fold);
        }
    }
}

fn parse_objects(job: &Job, block: &Block, fold: &mut Fold<'_>) {
    let (mut line, mut from) = (block.first_line, 0);
    for object in &block.objects {
        line += memchr::memchr_iter(b'\n', &block.bytes[from..object.start]).count() as u64;
        from = object.start;
        parse_json(job, &block.bytes[object.clone()], line, fold);
    }
    // Rows that the last, unclosed object took in with it.
    for row in &block.swallowed {
        let line = block.first_line + memchr::memchr_iter(b'\n', &block.bytes[..*row]).count() as u64;
        fold.tally.count(Outcome::Rejected(Reject::Torn), line);
    }
    (line, from) = (block.first_line, 0);
    for stray in &block.strays {
        line += memchr::memchr_iter(b'\n', &block.bytes[from..*stray]).count() as u64;
        from = *stray;
        let rest = &block.bytes[*stray..];
        // A block may end behind any bracket: what is shown of a stray must not tell where.
        let end = memchr::memchr3(b'\n', b',', b'}', rest).unwrap_or(rest.len());
        fold.outcome(Outcome::Rejected(Reject::Misplaced), line, &rest[..end]);
    }
}

fn parse_json(job: &Job, bytes: &[u8], line: u64, fold: &mut Fold<'_>) {
    fold.place.1 = line;
    let most = job.limits.nesting;
    let outcome = if !bytes.ends_with(b"}") {
        // A record that does not close is the torn end of a file.
        Outcome::Rejected(Reject::Torn)
    } else if most < Limits::DEEPEST && json::nesting(bytes) > most {
        Outcome::Rejected(Reject::Nesting)
    } else {
        match job.reader.row(Row::Json(bytes), fold) {
            Outcome::Rejected(Reject::Json) if json::nesting(bytes) > most => Outcome::Rejected(Reject::Nesting),
            outcome => outcome,
        }
    };
    fold.outcome(outcome, line, bytes);
}
