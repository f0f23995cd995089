//! Rows per second from bytes to facts: `cargo bench --bench ingest [-- ROWS_PER_DAY]`.
//!
//! A synthetic tenant is written in each family, read five times, and the median is printed. Seconds of one machine at one
//! time: compare lines of one run, nothing else. benches/peers (against other tools) is still to come.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark reads the clock and prints")]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use kmsift::ingest::block::Limits;
use kmsift::ingest::{Options, load, source};
use kmsift::synth::{Folder, Layout, Spec, write};

static READ: AtomicU64 = AtomicU64::new(0);
const ROUNDS: usize = 5;

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
    println!("{:<10} {:>8} {:>12} {:>10} {:>12} {:>10}", "layout", "threads", "rows", "MB", "rows/s", "MB/s");
    for (name, layout) in [("portal", Layout::Portal), ("graph", Layout::Graph), ("monitor", Layout::Monitor)] {
        let folder = tempfile::tempdir()?;
        let spec = Spec { users: 1_000, days: 20, rows_per_day, layout, ..Spec::default() };
        write(&spec, &mut Disk(folder.path().to_owned()))?;
        for threads in [1, cores] {
            measure(name, folder.path(), threads)?;
        }
    }
    Ok(())
}

fn measure(name: &str, folder: &std::path::Path, threads: usize) -> io::Result<()> {
    let paths = [folder.to_string_lossy().into_owned()];
    let found = source::find(&paths, &std::collections::BTreeSet::new()).map_err(io::Error::other)?;
    let bytes: u64 = found.inputs.iter().filter_map(source::Input::size).sum();
    let options = Options {
        threads,
        rules: kmsift::ingest::Rules::default(),
        language: kmsift::ingest::Language::default(),
        kind: None,
        date_order: None,
        keep_rejects: false,
        hash: false,
        limits: Limits::default(),
    };
    let mut seconds = Vec::new();
    let mut rows = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        rows = load(&found, &options, None, &READ).files.iter().map(|f| f.tally.read).sum::<u64>();
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[ROUNDS / 2];
    #[expect(clippy::cast_precision_loss, reason = "shown to three digits")]
    let (rows_f, mb) = (rows as f64, bytes as f64 / 1e6);
    println!("{name:<10} {threads:>8} {rows:>12} {mb:>10.1} {:>12.0} {:>10.1}", rows_f / median, mb / median);
    Ok(())
}
