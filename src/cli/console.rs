//! The only module that prints. Data on standard output, everything else on standard error, progress on a terminal only.

use std::cell::Cell;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clap::error::{ContextKind, ContextValue};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::{Args, When};
use super::config::Invocation;
use crate::app::disk::{Access, Manner};
use crate::app::pseudonyms::Pseudonyms;
use crate::emit::calendar::Marks;
use crate::emit::ending::{Screen, wrap};
use crate::emit::terminal::message_width;
use crate::error::Error;
use crate::model::nearest::nearest;
use crate::view::escape::terminal;

/// Fewer columns are no terminal.
const NARROWEST: u16 = 40;

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
        let color = coloured(args.color, screen, &variable);
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

    /// For an error met before the options are known.
    #[must_use]
    pub fn before_options(typed: &[OsString]) -> Self {
        let color = coloured(color_typed(typed), io::stderr().is_terminal(), &variable);
        Self {
            quiet: false,
            verbose: false,
            color,
            progress: false,
            since: Cell::new(None),
            mask: Mutex::new(None),
            out: Vec::new(),
            shareable: true,
            bom: false,
        }
    }

    /// Columns to lay tables out for: `COLUMNS` where set, wide off a terminal, else `None`: what the terminal has.
    #[must_use]
    pub fn width() -> Option<u16> {
        /// Off a terminal the output is read by scripts or pagers.
        const OFF_TERMINAL: u16 = 200;
        let columns = variable("COLUMNS").and_then(|c| c.parse().ok()).filter(|c| *c >= NARROWEST);
        columns.or_else(|| (!io::stdout().is_terminal()).then_some(OFF_TERMINAL))
    }

    /// The marks standard output can show: blocks on a terminal whose locale is UTF-8, else plain ASCII.
    #[must_use]
    pub fn marks() -> Marks {
        if utf8() && io::stdout().is_terminal() { Marks::Unicode } else { Marks::Ascii }
    }

    /// What messages may use: the width and marks of the terminal they go to.
    #[must_use]
    pub fn screen() -> Screen {
        /// Off a terminal, say in a log.
        const OFF_TERMINAL: u16 = 100;
        let width = variable("COLUMNS").and_then(|c| c.parse().ok()).filter(|c| *c >= NARROWEST);
        let width = width.or_else(message_width).unwrap_or(OFF_TERMINAL).max(NARROWEST);
        let marks = if utf8() && io::stderr().is_terminal() { Marks::Unicode } else { Marks::Ascii };
        Screen { width: usize::from(width), marks }
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

    /// A message in sentences, broken to the width of the terminal, and whole where it is read by other programs; not with
    /// `--quiet`.
    pub fn prose(&self, text: &str) {
        if io::stderr().is_terminal() || variable("COLUMNS").is_some() {
            self.say(wrap(text, Self::screen().width, "  ").trim_end());
        } else {
            self.say(text);
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
    pub fn end(&self, result: Ended, asked: Option<&Invocation>) -> u8 {
        match result {
            Ok(()) | Err(Stop::BrokenPipe) => 0,
            Err(Stop::Error(error)) => {
                self.error(&error, asked);
                error.exit_code()
            }
        }
    }

    fn error(&self, error: &Error, asked: Option<&Invocation>) {
        let origin = asked.zip(error.option()).and_then(|(asked, option)| asked.origin(option));
        let lines: Vec<String> = self.shown(&error.to_string()).lines().map(terminal).collect();
        let mut text = format!("{}: {}\n", self.paint("error", "31"), lines.join("\n"));
        let command = asked.map(|a| a.command.as_str()).filter(|c| !c.is_empty());
        let set = origin.map_or_else(String::new, |at| format!("; it is set in {at}"));
        let hint = error.hint();
        let hint = format!("{}{set}", command.map_or_else(|| hint.clone(), |c| hint.replace("COMMAND", c)));
        if !hint.is_empty() {
            text = format!("{text}\n{}: {}\n", self.paint("hint", "36"), terminal(&hint));
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

/// Whether to colour: `--color`, then `NO_COLOR`, then `CLICOLOR_FORCE`, then a terminal that can and `CLICOLOR` is not 0.
fn coloured(asked: When, screen: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).is_some_and(|v| !v.is_empty());
    let on = |name| variable(name).is_some_and(|v| !v.is_empty() && v != "0");
    match asked {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto if on("CLICOLOR_FORCE") => true,
        When::Auto => {
            let dumb = variable("TERM").is_some_and(|t| t == "dumb");
            screen && !dumb && variable("CLICOLOR").is_none_or(|v| v != "0")
        }
    }
}

/// Whether the locale is UTF-8.
fn utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
    locale.is_some_and(|l| l.to_ascii_lowercase().replace('-', "").ends_with("utf8"))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// `--color` before anything is parsed; a wrong value is the parser's business.
fn color_typed(typed: &[OsString]) -> When {
    let words: Vec<&str> = typed.iter().take_while(|a| *a != "--").filter_map(|a| a.to_str()).collect();
    let split = words.iter().position(|w| *w == "--color").and_then(|i| words.get(i + 1)).copied();
    match split.or_else(|| words.iter().find_map(|w| w.strip_prefix("--color="))) {
        Some("always") => When::Always,
        Some("never") => When::Never,
        _ => When::Auto,
    }
}

/// The same for what the parser prints itself: help and wrong command lines.
#[must_use]
pub fn clap_color(typed: &[OsString]) -> clap::ColorChoice {
    match color_typed(typed) {
        When::Always => clap::ColorChoice::Always,
        When::Never => clap::ColorChoice::Never,
        When::Auto => clap::ColorChoice::Auto,
    }
}

/// Nothing can be said when standard error is gone.
fn to_stderr(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// A wrong command line, or help and version asked for: printed as clap prints it.
#[must_use]
pub fn usage(mut error: clap::Error) -> u8 {
    suggest(&mut error);
    drop(error.print());
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// The parser guesses commands and options; slips in short values such as `cvs` are too far for it.
fn suggest(error: &mut clap::Error) {
    let words = |kind| match error.get(kind) {
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::String(word)) => vec![word.clone()],
        _ => Vec::new(),
    };
    let (typed, valid) = (words(ContextKind::InvalidValue), words(ContextKind::ValidValue));
    if error.get(ContextKind::SuggestedValue).is_none() {
        let near = typed.first().and_then(|typed| nearest(typed, valid.iter().map(String::as_str)));
        if let Some(near) = near {
            error.insert(ContextKind::SuggestedValue, ContextValue::String(near.to_owned()));
        }
    }
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
    // Nothing says how much will come through a pipe.
    let known = total > 0;
    let bar = if known { ProgressBar::new(total) } else { ProgressBar::no_length() };
    let template = if known {
        "reading {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} ETA {eta}"
    } else {
        "reading {bytes}, {bytes_per_sec}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    while !stop.load(Ordering::Relaxed) {
        let read = READ.load(Ordering::Relaxed);
        bar.set_position(if known { read.min(total) } else { read });
        std::thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}
