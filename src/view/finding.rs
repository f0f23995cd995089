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

    /// The Wilson 95 % interval of the fraction (semantics §9.2); `None` when the whole is empty.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    pub fn wilson(self) -> Option<(f64, f64)> {
        let p = self.fraction()?;
        let n = self.whole as f64;
        let z2 = Z_95 * Z_95;
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
        // None and all are the interval's ends exactly; rounding must not say otherwise.
        let low = if self.part == 0 { 0.0 } else { (middle - half).max(0.0) };
        let high = if self.part == self.whole { 1.0 } else { (middle + half).min(1.0) };
        Some((low, high))
    }

    /// `12.3 % (10.1 to 15.0 %)`: the fraction and its Wilson 95 % interval, or `n/a`.
    #[must_use]
    pub fn with_interval(self) -> String {
        match self.wilson() {
            Some((low, high)) => format!("{} ({:.1} to {:.1} %)", self.percent(), low * 100.0, high * 100.0),
            None => self.percent(),
        }
    }
}

/// The 97.5 % quantile of the normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

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

#[cfg(test)]
mod tests {
    use super::*;

    /// The first four are Newcombe's (Statistics in Medicine 17, 1998, table I, method 3); the others by hand, in the same
    /// formula: 5 of 10 is 0.5 -+ 1.96 x sqrt(0.25/10 + 0.0096)/1.384, 0 of n is z^2/(n + z^2).
    #[test]
    fn wilson_intervals_are_the_published_ones() {
        for (part, whole, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (5, 10, 0.2366, 0.7634),
            (1, 3, 0.0615, 0.7923),
            (10, 10, 0.7225, 1.0),
            (0, 1, 0.0, 0.7935),
        ] {
            let (a, b) = Share::new(part, whole).wilson().unwrap_or((9.0, 9.0));
            assert!((a - low).abs() < 5e-5 && (b - high).abs() < 5e-5, "{part} of {whole}: {a} {b}");
        }
        assert_eq!(Share::new(0, 0).wilson(), None);
        assert_eq!(Share::new(0, 0).with_interval(), "n/a");
        assert_eq!(Share::new(1, 3).with_interval(), "33.3 % (6.1 to 79.2 %)");
    }
}
