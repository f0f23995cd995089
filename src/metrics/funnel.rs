//! State funnel: how many people in scope are enabled, active, registered, capable, passwordless, phishing-resistant.
//!
//! Definition. Each step counts those of the step before who also pass its own test, so no step is larger than the one
//! before. The steps after "active" are states of the registration report, not events, so nobody is lost to log retention.
//! The table `stages` gives everybody's furthest stage (for the unregistered the end of the chain in scope, enabled, active,
//! reachable, then prompted, started) and why they came no further. Conversions carry Wilson 95 % intervals: `low` and
//! `high` belong to `of_previous`, and are empty where the step before is.
//!
//! Denominator. Human members in scope: no guests, no service-like accounts, nobody on the break-glass or exclusion lists.
//!
//! Caveats. "Enabled" counts people whose state is unknown as enabled. People whose registration is unknown do not pass
//! "registered" and are counted apart.
//!
//! Source. semantics.md §9.1; rulings.md 23.

use std::collections::BTreeMap;

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::Verdict;
use crate::judge::gates::Gate;
use crate::view::{Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Step, Table};

/// The metric.
pub struct Funnel;

/// Columns of the table `funnel`.
pub const COLUMNS: &[Column] = &[
    Column::new("step", ColumnKind::Text, "State, in order"),
    Column::new("people", ColumnKind::Integer, "People who reached it").unit("people"),
    Column::new("of_in_scope", ColumnKind::Real, "Share of the people in scope"),
    Column::new("of_previous", ColumnKind::Real, "Share of the step before"),
    Column::new("low", ColumnKind::Real, "Lower end of its Wilson 95 % interval"),
    Column::new("high", ColumnKind::Real, "Upper end of its Wilson 95 % interval"),
    Column::new("lost", ColumnKind::Integer, "People who stop before this step").unit("people"),
    Column::new("leak", ColumnKind::Text, "Why they stop"),
];

const STAGES: &[Column] = &[
    Column::new("stage", ColumnKind::Text, "Furthest stage; empty = out of scope"),
    Column::new("leak", ColumnKind::Text, "Why no further"),
    Column::new("people", ColumnKind::Integer, "People").unit("people"),
];

/// A step: its name, why people stop before it, its test.
type Test = (&'static str, &'static str, fn(&Verdict) -> bool);

/// The steps after "in scope", each with its own test.
pub const STEPS: &[Test] = &[
    ("enabled", "disabled", |v| !v.gates.contains(Gate::Disabled)),
    ("active", "dormant or never active", |v| v.active),
    ("registered", "unregistered, or unknown", |v| v.registration.goal_registered == Some(true)),
    ("capable", "method not allowed by policy, or unknown", |v| v.registration.goal_capable == Some(true)),
    ("passwordless", "no passwordless method", |v| v.registration.passwordless_capable == Some(true)),
    ("phishing_resistant", "no phishing-resistant method", |v| v.registration.phishing_resistant == Some(true)),
];

impl Metric for Funnel {
    fn id(&self) -> &'static str {
        "funnel"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("funnel.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("funnel", "State funnel", COLUMNS.to_vec()), ("stages", "Furthest stage of everybody", STAGES.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let counts = steps(judged.in_scope());
        let scope = counts[0].1;
        let get = |name: &str| counts.iter().find(|c| c.0 == name).map_or(0, |c| c.1);
        let (active, registered) = (get("active"), get("registered"));
        let goal = judged.frame.thresholds.goal.label();
        let unknown = count(judged.active().filter(|v| v.registration.goal_registered.is_none()));
        let mut caveats = Vec::new();
        if unknown > 0 {
            let verb = if unknown == 1 { "is" } else { "are" };
            caveats.push(format!(
                "Of the active, {} {verb} in no registration report: unknown, counted neither way.",
                people(unknown)
            ));
        }
        Finding {
            id: self.id(),
            title: format!("{registered} of {active} active people are registered for {goal}"),
            lead: format!(
                "Of {} in scope, {active} are active; {} of those are registered and allowed to use what they registered: {}, with the 95 % interval.",
                people(scope),
                get("capable"),
                Share::new(get("capable"), active).with_interval()
            ),
            definition: self.definition(),
            stats: vec![
                stat("in_scope", "in scope", (scope, judged.verdicts.len() as u64), "people known"),
                stat("active", "active", (active, scope), "people in scope"),
                stat("registered", "registered", (registered, active), "active people in scope"),
                stat("capable", "capable", (get("capable"), active), "active people in scope"),
            ],
            tables: vec![table(&counts), stages(judged)],
            figures: vec![figure(&counts, goal)],
            caveats,
        }
    }
}

/// Counts per step, cumulative; never empty.
#[must_use]
pub fn steps<'v>(people: impl Iterator<Item = &'v Verdict>) -> Vec<(&'static str, u64, &'static str)> {
    let mut left: Vec<&Verdict> = people.collect();
    let mut out = vec![("in_scope", left.len() as u64, "")];
    for (name, leak, test) in STEPS {
        left.retain(|v| test(v));
        out.push((name, left.len() as u64, leak));
    }
    out
}

/// The steps as rows of the table `funnel`.
#[must_use]
pub fn table(counts: &[(&'static str, u64, &'static str)]) -> Table {
    let mut table = Table::new("funnel", "State funnel", COLUMNS);
    table.rows = rows(counts);
    table
}

/// The steps as rows.
#[must_use]
pub fn rows(counts: &[(&'static str, u64, &'static str)]) -> Vec<Vec<Cell>> {
    let scope = counts.first().map_or(0, |c| c.1);
    let mut before = scope;
    let mut rows = Vec::new();
    for (i, (name, n, leak)) in counts.iter().enumerate() {
        // The first step comes from nowhere: no conversion, no interval.
        let interval = Share::new(*n, before).wilson().filter(|_| i > 0);
        rows.push(vec![
            Cell::text(*name),
            Cell::count(*n),
            Cell::share(Share::new(*n, scope).fraction()),
            Cell::share(Share::new(*n, before).fraction()),
            Cell::share(interval.map(|w| w.0)),
            Cell::share(interval.map(|w| w.1)),
            Cell::count(before - n),
            Cell::text(if before > *n { *leak } else { "" }),
        ]);
        before = *n;
    }
    rows
}

fn stages(judged: Judged<'_>) -> Table {
    let mut table = Table::new("stages", "Furthest stage of everybody", STAGES);
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for verdict in judged.verdicts {
        *counts.entry((verdict.stage, verdict.leak)).or_default() += 1;
    }
    for ((stage, leak), n) in counts {
        table.rows.push(vec![Cell::text(stage.map_or("", |s| s.name())), Cell::text(leak), Cell::count(n)]);
    }
    table
}

/// The funnel as a picture.
#[must_use]
pub fn figure(counts: &[(&'static str, u64, &'static str)], goal: &str) -> Figure {
    let scope = counts.first().map_or(0, |c| c.1);
    // What lies beyond being registered is no loss on the way to the goal.
    let goal_at = counts.iter().position(|c| c.0 == "registered").map_or(counts.len(), |at| at + 1);
    let biggest = counts[..goal_at].windows(2).max_by_key(|p| p[0].1 - p[1].1).map(|p| (p[0].1 - p[1].1, p[1].0));
    let title = match biggest {
        Some((lost, step)) if lost > 0 => format!("The largest loss is before “{}”: {}", words(step), people(lost)),
        _ => "Nobody is lost on the way".to_owned(),
    };
    let parts: Vec<String> = counts.iter().map(|(name, n, _)| format!("{} {n}", words(name))).collect();
    Figure {
        id: "funnel",
        title,
        axis: format!("people, of {scope} human members in scope; goal {goal}"),
        alt: format!("Funnel: {}.", parts.join(", ")),
        shape: Shape::Funnel(
            counts
                .iter()
                .map(|(name, n, leak)| Step { label: words(name), count: *n, leak: (*leak).to_owned() })
                .collect(),
        ),
    }
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
