//! The only module that prints. Data on standard output, everything else on standard error, progress on a terminal only.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Args, When};
use crate::app::disk::{Access, Manner};
use crate::app::pseudonyms::Pseudonyms;
use crate::emit::calendar::Marks;
use crate::error::Error;
use crate::view::escape::terminal;

/// Bytes read from disk by the run at hand.
pub static READ: AtomicU64 = AtomicU64::new(0);

/// How a run ended.
pub type Ended = Result<(), Stop>;

/// What stops a run.
#[derive(Debug)]
pub enum Stop {
    /// An error, to be shown.
    Error(Error),
    /// The reader of standard output went away: not an error.
    BrokenPipe,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The screen.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the command line")]
pub struct Console {
    quiet: bool,
    verbose: bool,
    color: bool,
    progress: bool,
    /// What is shown instead of people.
    mask: Mutex<Option<Arc<Pseudonyms>>>,
    /// The output, whose path messages show as it is.
    out: Vec<String>,
    shareable: bool,
    bom: bool,
    /// When the phase at hand began; `None`: nobody wants to know.
    since: Cell<Option<Instant>>,
}

impl Console {
    /// What was asked for, as far as the terminal can do it.
    #[must_use]
    pub fn new(args: &Args) -> Self {
        let screen = io::stderr().is_terminal();
        let color = match args.color {
            When::Always => true,
            When::Never => false,
            When::Auto => screen && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        let privacy = args.command.common().map(|c| &c.privacy);
        Self {
            quiet: args.quiet,
            verbose: args.verbose,
            color,
            progress: screen && !args.quiet && !args.no_progress,
            since: Cell::new((args.verbose && !args.quiet).then(now)),
            mask: Mutex::new(None),
            out: args.command.out().into_iter().map(|out| out.display().to_string()).collect(),
            // What reads no inputs writes nothing about people.
            shareable: privacy.is_none_or(|p| p.shareable),
            bom: privacy.is_some_and(|p| p.bom),
        }
    }

    /// From here on nobody is named in a message.
    pub fn hide(&self, mask: impl Into<Arc<Pseudonyms>>) {
        *self.mask.lock().unwrap_or_else(PoisonError::into_inner) = Some(mask.into());
    }

    /// What is shown instead of people, if they are not to be named.
    #[must_use]
    pub fn mask(&self) -> Option<Arc<Pseudonyms>> {
        self.mask.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn shown(&self, text: &str) -> String {
        self.mask().map_or_else(|| text.to_owned(), |mask| mask.message(text, &self.out))
    }

    /// Who may read what is written.
    #[must_use]
    pub fn access(&self) -> Access {
        if self.shareable { Access::Shareable } else { Access::Owner }
    }

    /// How an output is written.
    #[must_use]
    pub fn manner(&self, force: bool) -> Manner {
        Manner { force, access: self.access() }
    }

    /// Whether CSV tables begin with a byte-order mark.
    #[must_use]
    pub fn bom(&self) -> bool {
        self.bom
    }

    /// Columns to lay tables out for: `COLUMNS` where set, wide off a terminal, else `None`: what the terminal has.
    #[must_use]
    pub fn width() -> Option<u16> {
        /// Off a terminal the output is read by scripts or pagers.
        const OFF_TERMINAL: u16 = 200;
        let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|c| *c >= 40);
        columns.or_else(|| (!io::stdout().is_terminal()).then_some(OFF_TERMINAL))
    }

    /// The marks standard output can show: blocks on a terminal whose locale is UTF-8, else plain ASCII.
    #[must_use]
    pub fn marks() -> Marks {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        let utf8 = locale.is_some_and(|l| l.to_ascii_lowercase().replace('-', "").ends_with("utf8"));
        if utf8 && io::stdout().is_terminal() { Marks::Unicode } else { Marks::Ascii }
    }

    /// Data.
    ///
    /// # Errors
    /// When standard output cannot take it.
    pub fn data(&self, bytes: &[u8]) -> Ended {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| match e.kind() {
            io::ErrorKind::BrokenPipe => Stop::BrokenPipe,
            _ => Stop::Error(Error::Write { path: "standard output".into(), source: e }),
        })
    }

    /// A message; not with `--quiet`.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            to_stderr(&format!("{}\n", self.shown(text)));
        }
    }

    /// A message for `--verbose`.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            self.say(text);
        }
    }

    /// Says, for `--verbose`, how long the phase took that ends here. The only clock of the program: it reaches the screen alone.
    pub fn took(&self, phase: &str) {
        if let Some(since) = self.since.get() {
            let (end, wide) = (now(), 24);
            self.detail(&format!("{phase:<wide$} {:>8.3} s", end.duration_since(since).as_secs_f64()));
            self.since.set(Some(end));
        }
    }

    /// A warning; with `--quiet` too, because it may change what a list is used for.
    pub fn warn(&self, text: &str) {
        to_stderr(&format!("{}: {}\n", self.paint("warning", "33"), self.shown(text)));
    }

    /// An error that does not end the run; with `--quiet` too.
    pub fn wrong(&self, text: &str) {
        to_stderr(&format!("{}: {}\n", self.paint("error", "31"), self.shown(text)));
    }

    /// Shows bytes read of a total until the guard is dropped.
    #[must_use]
    pub fn reading(&self, total: u64) -> Reading {
        READ.store(0, Ordering::Relaxed);
        let stop = Arc::new(AtomicBool::new(false));
        let thread = self.progress.then(|| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || tick(total, &stop))
        });
        Reading { stop, thread }
    }

    /// Ends a run: shows the error and its hint, gives the exit code.
    #[must_use]
    pub fn end(&self, result: Ended) -> u8 {
        match result {
            Ok(()) | Err(Stop::BrokenPipe) => 0,
            Err(Stop::Error(error)) => {
                self.error(&error);
                error.exit_code()
            }
        }
    }

    fn error(&self, error: &Error) {
        let lines: Vec<String> = self.shown(&error.to_string()).lines().map(terminal).collect();
        let mut text = format!("{}: {}\n", self.paint("error", "31"), lines.join("\n"));
        let hint = error.hint();
        if !hint.is_empty() {
            text = format!("{text}\n{}: {hint}\n", self.paint("hint", "36"));
        }
        to_stderr(&text);
    }

    fn paint(&self, word: &str, code: &str) -> String {
        if self.color { format!("\u{1b}[1;{code}m{word}\u{1b}[0m") } else { word.to_owned() }
    }
}

#[expect(clippy::disallowed_methods, reason = "durations of phases, for --verbose and the screen alone")]
fn now() -> Instant {
    Instant::now()
}

/// Nothing can be said when standard error is gone.
fn to_stderr(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// A wrong command line, or help and version asked for: printed as clap prints it.
#[must_use]
pub fn usage(error: &clap::Error) -> u8 {
    drop(error.print());
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// A progress display; ends when dropped.
#[derive(Debug)]
pub struct Reading {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn tick(total: u64, stop: &AtomicBool) {
    let bar = ProgressBar::new(total);
    if let Ok(style) =
        ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta}")
    {
        bar.set_style(style);
    }
    while !stop.load(Ordering::Relaxed) {
        bar.set_position(READ.load(Ordering::Relaxed).min(total));
        std::thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}
