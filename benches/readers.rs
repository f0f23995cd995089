//! Rows per second from bytes to facts, a line for each reader: `cargo run --release --features benches --bin readers [-- ROWS_PER_DAY]`.
//!
//! A synthetic tenant is written in each family of exports; what one reader reads is loaded several times, with one thread and
//! with all, and the median is printed. Seconds of one machine at one time: compare lines of one run, nothing else. Against other
//! tools: benches/peers.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use kmsift::ingest::block::Limits;
use kmsift::ingest::source::{self, Input};
use kmsift::ingest::{Found, Language, Options, Rules, load};
use kmsift::synth::{Folder, Layout, Spec, write};

static READ: AtomicU64 = AtomicU64::new(0);
const ROUNDS: usize = 5;
/// Of smaller inputs the time is that of opening files.
const LEAST_BYTES: u64 = 200_000;

struct Disk(PathBuf);

impl Folder for Disk {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>> {
        let path = self.0.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        Ok(Box::new(BufWriter::with_capacity(1 << 20, File::create(path)?)))
    }
}

fn main() -> io::Result<()> {
    let rows_per_day = std::env::args().filter_map(|a| a.parse().ok()).next_back().unwrap_or(20);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "{:<34} {:>7} {:>9} {:>9} {:>11} {:>8} {:>8}",
        "reader", "threads", "rows", "MB", "rows/s", "MB/s", "spread"
    );
    let mut measured = BTreeSet::new();
    for layout in [Layout::Portal, Layout::Graph, Layout::Monitor, Layout::Mixed] {
        let folder = std::env::temp_dir().join(format!("kmsift-readers-{}", std::process::id()));
        let spec = Spec { users: 1_000, days: 20, rows_per_day, layout, ..Spec::default() };
        write(&spec, &mut Disk(folder.clone()))?;
        for (reader, inputs) in by_reader(&folder)? {
            // Of the mixed layout only what the others do not have: compressed files.
            let packed = reader.ends_with(" gz") || reader.ends_with(" zip");
            let bytes: u64 = inputs.iter().filter_map(Input::size).sum();
            // Every layout has the same user exports and reports.
            if packed != (layout == Layout::Mixed) || bytes < LEAST_BYTES || !measured.insert(reader.clone()) {
                continue;
            }
            let found = Found { inputs, ..Found::default() };
            for threads in [1, cores] {
                measure(&reader, &found, bytes, threads);
            }
        }
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// The inputs of a folder by the format that reads them and the form that they come in.
fn by_reader(folder: &Path) -> io::Result<BTreeMap<String, Vec<Input>>> {
    let paths = [folder.to_string_lossy().into_owned()];
    let found = source::find(&paths, &BTreeSet::new()).map_err(io::Error::other)?;
    let formats: BTreeMap<String, &str> = load(&found, &options(1), None, &READ)
        .files
        .into_iter()
        .filter_map(|file| Some((file.path, file.recognised?.format)))
        .collect();
    let mut readers: BTreeMap<String, Vec<Input>> = BTreeMap::new();
    for input in found.inputs {
        if let Some(format) = formats.get(&input.name) {
            readers.entry(format!("{format} {}", form(&input))).or_default().push(input);
        }
    }
    Ok(readers)
}

fn form(input: &Input) -> &'static str {
    let on_disk = input.disk_path().and_then(Path::extension).and_then(std::ffi::OsStr::to_str);
    match on_disk {
        Some("gz") => "gz",
        Some("zip") => "zip",
        Some("ndjson") => "lines",
        _ => "plain",
    }
}

fn options(threads: usize) -> Options {
    Options {
        threads,
        rules: Rules::default(),
        language: Language::default(),
        kind: None,
        date_order: None,
        keep_rejects: false,
        hash: false,
        limits: Limits::default(),
    }
}

fn measure(reader: &str, found: &Found, bytes: u64, threads: usize) {
    let options = options(threads);
    let mut seconds = Vec::new();
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        rows = load(found, &options, None, &READ).files.iter().map(|f| f.tally.read).sum::<u64>();
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let (least, median, most) = (seconds[0], seconds[ROUNDS / 2], seconds[ROUNDS - 1]);
    #[expect(clippy::cast_precision_loss, reason = "shown to three digits")]
    let (per_second, mb) = (rows as f64 / median, bytes as f64 / 1e6);
    println!(
        "{reader:<34} {threads:>7} {rows:>9} {mb:>9.1} {per_second:>11.0} {:>8.1} {:>7.2}x",
        mb / median,
        most / least
    );
}
