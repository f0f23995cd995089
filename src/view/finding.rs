//! A finding: one metric's answer in the form a reader meets it.

use super::{Figure, Table};

/// Part of a whole. There is no share without its denominator, and none of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// A part, capped at its whole.
    #[must_use]
    pub fn new(part: u64, whole: u64) -> Self {
        Self { part: part.min(whole), whole }
    }

    /// The fraction, or `None` when the whole is empty.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    pub fn fraction(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// `12.3 %`, or `n/a` when nothing is counted.
    #[must_use]
    pub fn percent(self) -> String {
        self.fraction().map_or_else(|| "n/a".to_owned(), |f| format!("{:.1} %", f * 100.0))
    }
}

/// One number with its label, its denominator and what that denominator is.
#[derive(Clone, Debug, PartialEq)]
pub struct Stat {
    /// Identifier, snake case: a key of `summary.json`.
    pub id: &'static str,
    /// Label for a reader.
    pub label: String,
    /// The number and what it is part of.
    pub share: Share,
    /// What the denominator counts, e.g. `enabled members`.
    pub of: &'static str,
}

/// A metric's answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Identifier: metric file, anchor, key.
    pub id: &'static str,
    /// Heading that says the finding, e.g. `12 of 48 people were never asked`.
    pub title: String,
    /// One or two plain sentences.
    pub lead: String,
    /// The definition, the same text as in docs/METRICS.md.
    pub definition: &'static str,
    /// Numbers with denominators.
    pub stats: Vec<Stat>,
    /// Tables behind the numbers.
    pub tables: Vec<Table>,
    /// Pictures of them.
    pub figures: Vec<Figure>,
    /// What cannot be concluded.
    pub caveats: Vec<String>,
}

/// The heading comment of a metric's source file, as text: definition and code sit on one screen.
#[must_use]
pub fn heading(source: &'static str) -> &'static str {
    static TEXTS: std::sync::Mutex<std::collections::BTreeMap<usize, &'static str>> =
        std::sync::Mutex::new(std::collections::BTreeMap::new());
    let mut texts = TEXTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    texts.entry(source.as_ptr() as usize).or_insert_with(|| {
        let lines = source.lines().map_while(|l| l.strip_prefix("//!")).map(|l| l.strip_prefix(' ').unwrap_or(l));
        Box::leak(lines.collect::<Vec<_>>().join("\n").into_boxed_str())
    })
}
