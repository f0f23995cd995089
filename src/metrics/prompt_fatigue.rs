//! Prompt fatigue: how often the prompted were prompted, and how often a nudge was put off.
//!
//! Definition. Prompt episodes of the goal per person, in flows: rows of one correlation id within ten minutes of its first are one
//! prompt. Median, 90th percentile and maximum over prompted people; a percentile is the smallest value that at least that
//! share of people do not exceed. Snoozes: nudges (goals app and passkey) that no registration for the goal followed within a
//! day, the audit log covering that day.
//!
//! Denominator. People in scope prompted at least once within the interactive coverage; for snoozes those of them of whom some
//! nudge's outcome is known.
//!
//! Caveats. A prompt outside the logs is not counted, so these are lower ends. That a nudge was snoozed is inferred: no
//! event says so. A nudge without a full day of audit log after it, or followed by a registration whose row names no method, is
//! counted neither way, and how many there are is said.
//!
//! Source. semantics.md §9.2 (prompt fatigue), §3 (prompt counting); rulings.md 22.

use super::{Judged, Metric, count, heading, stat};
use crate::judge::Verdict;
use crate::model::registration::Goal;
use crate::view::{Bin, Cell, Column, ColumnKind, Figure, Finding, Shape, Table, Tone};

/// The metric.
pub(super) struct PromptFatigue;

const COLUMNS: &[Column] = &[
    Column::new("what", ColumnKind::Text, "What is counted per person: episodes, or snoozes of a nudge"),
    Column::new("people", ColumnKind::Integer, "People over whom it is taken").unit("people"),
    Column::new("median", ColumnKind::Integer, "Half of them have at most this many"),
    Column::new("p90", ColumnKind::Integer, "Nine of ten have at most this many"),
    Column::new("max", ColumnKind::Integer, "The most anybody has"),
];

/// Lower ends of the bins.
const BINS: [u64; 6] = [1, 2, 3, 4, 6, 11];

impl Metric for PromptFatigue {
    fn id(&self) -> &'static str {
        "prompt_fatigue"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("prompt_fatigue.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("prompt_fatigue", "Prompts per person", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let goal = judged.frame.thresholds.goal;
        let prompted: Vec<&Verdict> = judged.in_scope().filter(|v| !v.prompts.episodes.is_empty()).collect();
        let episodes = sorted(prompted.iter().map(|v| v.prompts.episodes.len() as u64));
        let mut table = Table::new("prompt_fatigue", "Prompts per person", COLUMNS);
        table.rows.push(row("episodes", &episodes));
        let nudged = matches!(goal, Goal::App | Goal::Passkey);
        let told: Vec<u64> = sorted(prompted.iter().filter(|v| v.prompts.told()).map(|v| v.prompts.snoozes));
        if nudged {
            table.rows.push(row("snoozes", &told));
        }
        let again = count(episodes.iter().filter(|n| **n > 1));
        let whole = episodes.len() as u64;
        let mut stats = vec![
            stat("prompted", "prompted", (whole, count(judged.in_scope())), "people in scope"),
            stat("prompted_again", "prompted more than once", (again, whole), "prompted people"),
        ];
        if nudged {
            let snoozed = count(told.iter().filter(|n| **n > 0));
            let whole = told.len() as u64;
            stats.push(stat("snoozed", "put a nudge off", (snoozed, whole), "prompted people with a known outcome"));
        }
        Finding {
            id: self.id(),
            title: format!("{again} of {whole} prompted people were prompted more than once"),
            lead: match (quantile(&episodes, 50), quantile(&episodes, 90), episodes.last()) {
                (Some(median), Some(p90), Some(most)) => {
                    format!(
                        "Half saw at most {median}, nine of ten at most {p90}, one saw {most}; goal {}.",
                        goal.label()
                    )
                }
                _ => format!("Nobody in scope was shown the page of the goal {} within the logs.", goal.label()),
            },
            definition: self.definition(),
            stats,
            figures: vec![figure(&episodes)],
            tables: vec![table],
            caveats: untold(&prompted),
        }
    }
}

fn untold(prompted: &[&Verdict]) -> Vec<String> {
    match prompted.iter().map(|v| v.prompts.untold).sum::<u64>() {
        0 => Vec::new(),
        1 => vec!["For 1 nudge it is unknown whether it was put off: counted neither way.".to_owned()],
        n => vec![format!("For {n} nudges it is unknown whether they were put off: counted neither way.")],
    }
}

fn sorted(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values
}

fn row(what: &str, values: &[u64]) -> Vec<Cell> {
    let cell = |value: Option<u64>| value.map_or(Cell::Empty, Cell::count);
    vec![
        Cell::text(what),
        Cell::count(values.len() as u64),
        cell(quantile(values, 50)),
        cell(quantile(values, 90)),
        cell(values.last().copied()),
    ]
}

/// Nearest rank: the smallest of ascending values that at least `percent` of them do not exceed.
fn quantile(values: &[u64], percent: usize) -> Option<u64> {
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

fn figure(episodes: &[u64]) -> Figure {
    let whole = episodes.len();
    let bins: Vec<Bin> = BINS
        .iter()
        .enumerate()
        .map(|(i, from)| {
            let to = BINS.get(i + 1).map(|next| next - 1);
            let label = match to {
                Some(to) if to == *from => from.to_string(),
                Some(to) => format!("{from}–{to}"),
                None => format!("{from}+"),
            };
            let known = count(episodes.iter().filter(|n| *n >= from && to.is_none_or(|to| **n <= to)));
            Bin { label, known, censored: 0, tone: if *from > 3 { Tone::Warn } else { Tone::Neutral } }
        })
        .collect();
    let parts: Vec<String> = bins.iter().map(|b| format!("{} prompts: {}", b.label, b.known)).collect();
    Figure {
        id: "prompt_fatigue",
        title: match episodes.len() {
            0 => "Nobody was seen to be prompted".to_owned(),
            _ => format!(
                "{} of {whole} prompted people were prompted more than 3 times",
                count(episodes.iter().filter(|n| **n > 3))
            ),
        },
        axis: format!("people, of {whole} prompted people; prompts per person"),
        alt: format!("Histogram. {}.", parts.join("; ")),
        // Six empty bins say less than the sentence that there is nothing.
        shape: Shape::Histogram(if episodes.is_empty() { Vec::new() } else { bins })
            .or("No prompt to register is in the logs of the time covered."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_by_nearest_rank() {
        assert_eq!(quantile(&[], 50), None);
        assert_eq!(quantile(&[4], 90), Some(4));
        assert_eq!(quantile(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(quantile(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 9], 90), Some(1));
        assert_eq!(quantile(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9], 90), Some(1));
        assert_eq!(quantile(&[1, 1, 1, 1, 1, 1, 1, 1, 8, 9], 90), Some(8));
    }
}
