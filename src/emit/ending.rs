//! The summary that ends a run: the finding, the figures with their denominators, the funnel as bars, what the inputs cannot show,
//! where the files are, what to type next.

use super::calendar::Marks;
use crate::report::Headline;
use crate::view::escape::terminal;
use crate::view::{Figure, Lines, Shape, Share};

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Blocks or plain ASCII.
    pub marks: Marks,
}

/// What a run ends with.
#[derive(Clone, Debug)]
pub struct Ending<'e> {
    /// The finding and its figures.
    pub headline: &'e Headline,
    /// How far people came.
    pub funnel: Option<&'e Figure>,
    /// What the inputs cannot show.
    pub limits: Vec<&'e str>,
    /// The folder written, with its files worth knowing and what each holds.
    pub files: Option<(String, Vec<(&'static str, String)>)>,
    /// Commands to type, with what each is for.
    pub next: Vec<(String, String)>,
}

/// The summary as text.
#[must_use]
pub fn text(ending: &Ending<'_>, screen: Screen) -> String {
    let mut out = Lines::default();
    let width = screen.width;
    out.add(wrap(&terminal(&ending.headline.title), width, ""));
    if !ending.headline.lead.is_empty() {
        out.add(wrap(&terminal(&ending.headline.lead), width, ""));
    }
    out.line("");
    stats(ending.headline, width, &mut out);
    if let Some((figure, bars)) = ending.funnel.and_then(|f| Some((f, bars(f, screen)?))) {
        out.line("");
        out.add(wrap(&format!("How far people came ({}):", terminal(&figure.axis)), width, "  "));
        out.add(bars);
    }
    if !ending.limits.is_empty() {
        out.add("\nWhat the inputs cannot show:\n");
        for limit in &ending.limits {
            out.add(wrap(&format!("  - {}", terminal(limit)), width, "    "));
        }
    }
    if let Some((folder, files)) = &ending.files {
        out.add(format_args!("\nWritten to `{folder}`:\n"));
        let widest = files.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, what) in files {
            out.add(wrap(&format!("  {name:<widest$}  {what}"), width, &" ".repeat(widest + 4)));
        }
    }
    if !ending.next.is_empty() {
        out.add("\nNext:\n");
        for (command, why) in &ending.next {
            // A command stays on one line, so that it can be copied.
            out.add(format_args!("  {command}\n"));
            out.add(wrap(&format!("      {why}"), width, "      "));
        }
    }
    out.into_text()
}

/// Each figure with part, whole and share in columns.
fn stats(headline: &Headline, width: usize, out: &mut Lines) {
    let digits = |n: fn(&Share) -> u64| headline.stats.iter().map(|s| n(&s.share).to_string().len()).max().unwrap_or(1);
    let (part, whole) = (digits(|s| s.part), digits(|s| s.whole));
    for stat in &headline.stats {
        let share = stat.share;
        let figures = format!("  {:>part$} of {:>whole$}  {:>7}  ", share.part, share.whole, share.percent());
        let indent = " ".repeat(figures.chars().count());
        out.add(wrap(&format!("{figures}{} (of {})", stat.label, stat.of), width, &indent));
    }
}

/// A funnel as text bars that fit the width, each with its count and its share of the first.
#[must_use]
pub fn bars(figure: &Figure, screen: Screen) -> Option<String> {
    /// A longer bar says no more.
    const WIDEST: usize = 48;
    const NARROWEST: usize = 5;
    let Shape::Funnel(steps) = &figure.shape else { return None };
    let first = steps.first().map(|s| s.count).filter(|n| *n > 0)?;
    let most = steps.iter().map(|s| s.count).max().unwrap_or(first);
    let labels: Vec<String> = steps.iter().map(|s| terminal(&s.label)).collect();
    let label = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let count = most.to_string().len();
    // Indent, two gaps, the count, a gap, the share.
    let around = 2 + label + 2 + 2 + count + 2 + "100.0 %".len();
    let bar = screen.width.saturating_sub(around).clamp(NARROWEST, WIDEST);
    let mark = match screen.marks {
        Marks::Unicode => "█",
        Marks::Ascii => "#",
    };
    let mut out = Lines::default();
    for (step, text) in steps.iter().zip(labels) {
        let marks = usize::try_from((step.count * bar as u64).div_ceil(most)).unwrap_or(0);
        let drawn = format!("{}{}", mark.repeat(marks), " ".repeat(bar.saturating_sub(marks)));
        let share = Share::new(step.count, first).percent();
        out.add(format_args!("  {text:<label$}  {drawn}  {:>count$}  {share:>7}\n", step.count));
    }
    Some(out.into_text())
}

/// Text in lines of a width, broken between words; further lines begin with the indent. Ends with a line's end.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    let lead: String = text.chars().take_while(|c| *c == ' ').collect();
    // Runs of blanks inside are layout and stay.
    for word in text.trim_start().split_inclusive(' ') {
        let fits = line.chars().count() + word.trim_end().chars().count() <= width;
        if !line.trim().is_empty() && !fits {
            out.push_str(line.trim_end());
            out.push('\n');
            indent.clone_into(&mut line);
        } else if line.is_empty() {
            line.clone_from(&lead);
        }
        line.push_str(word);
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Stat, Step};

    fn funnel(counts: &[u64]) -> Figure {
        let step = |(i, n): (usize, &u64)| Step { label: format!("step {i}"), count: *n, leak: String::new() };
        Figure {
            id: "funnel",
            title: String::new(),
            axis: "people, of those in scope".into(),
            alt: String::new(),
            shape: Shape::Funnel(counts.iter().enumerate().map(step).collect()),
        }
    }

    #[test]
    fn bars_fit_the_width_and_state_their_share() {
        for width in [40, 60, 80, 120, 200] {
            for marks in [Marks::Unicode, Marks::Ascii] {
                let text = bars(&funnel(&[1_000_000, 750_000, 1, 0]), Screen { width, marks }).unwrap_or_default();
                assert!(text.lines().all(|l| l.chars().count() <= width), "{width}:\n{text}");
                let shares: Vec<&str> = text.lines().filter_map(|l| l.rsplit("  ").next()).map(str::trim).collect();
                assert_eq!(shares, ["100.0 %", "75.0 %", "0.0 %", "0.0 %"], "{text}");
            }
        }
        let drawn = bars(&funnel(&[4, 2, 1, 0]), Screen { width: 32, marks: Marks::Ascii }).unwrap_or_default();
        let marks: Vec<usize> = drawn.lines().map(|l| l.matches('#').count()).collect();
        assert_eq!(marks, [10, 5, 3, 0], "{drawn}");
        assert_eq!(bars(&funnel(&[0, 0]), Screen { width: 80, marks: Marks::Ascii }), None);
    }

    #[test]
    fn lines_break_between_words_and_are_indented() {
        assert_eq!(wrap("  - one two three four", 12, "    "), "  - one two\n    three\n    four\n");
        assert_eq!(wrap("a-word-longer-than-that x", 10, ""), "a-word-longer-than-that\nx\n");
        assert_eq!(wrap("  3 of 4   75.0 %  listed", 80, ""), "  3 of 4   75.0 %  listed\n");
        assert_eq!(wrap("", 10, ""), "\n");
    }

    #[test]
    fn every_line_but_commands_fits() {
        let headline = Headline {
            title: "11 of 26 active people who are not registered for MFA will never be asked".into(),
            lead: "They use the tenant through tokens. ".repeat(5),
            stats: vec![Stat {
                id: "x",
                label: "token-stale and unregistered".into(),
                share: Share::new(11, 26),
                of: "active people known to be unregistered",
            }],
        };
        let figure = funnel(&[26, 11]);
        let ending = Ending {
            headline: &headline,
            funnel: Some(&figure),
            limits: vec!["the interactive log covers 29 days without a gap, fewer than the 30 asked about"],
            files: Some((
                "out".into(),
                vec![("report.html", "the page: open it first, everything else is beside it".into())],
            )),
            next: vec![("kmsift explain ID exports".into(), "says why".into())],
        };
        for width in [40, 60, 80, 120] {
            let text = text(&ending, Screen { width, marks: Marks::Ascii });
            assert!(text.lines().all(|l| l.chars().count() <= width), "{width}:\n{text}");
            assert!(text.contains("11 of 26   42.3 %"), "{text}");
        }
    }
}
