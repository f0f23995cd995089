//! Path funnel: of those who were unregistered when the logs begin, who was active, at a page, prompted, began and registered.
//!
//! Definition. The cohort: people unregistered for the goal at the window's start. That state is the latest registration
//! report before the start, or the earliest after it, moved to the start by the registrations and removals that the audit
//! log shows in between. Each step counts those of the step before who also pass its own test. Active: a successful use in
//! the window, or active at T. Reachable: at a promptable sign-in in the window, or not stale at T. Prompted: shown the goal's
//! page in the window and before registering. Started: an own act of registering in the window. Registered: by an own act in
//! the window and still at T. Nobody is counted as prompted or started because of being registered: who registered past a
//! step enters from the side (rows after "registered"): registered_without_prompt by an own act with no prompt before it,
//! provisioned by an administrator, registered_unseen when reports say so and no event does, registered_off_path when
//! prompted but missing another step. `registered_aside` says how many of a step's lost did so; these sum to the side rows.
//! The table `origins` splits everybody registered in scope by how they came to be: self_prompted (a prompt in the day
//! before), self_voluntary, provisioned, pre_window, unknown.
//!
//! Denominator. Human members in scope, not disabled, known to be unregistered at the start, registration at T known.
//! Conversions (`of_previous`) carry Wilson 95 % intervals in `low` and `high`. `origins`: people in scope registered at T.
//!
//! Caveats. The window is where the audit log and the interactive log both saw the tenant: starts and registrations come from
//! the first, prompts from the second. Without both there is no path. Unknown registration at either end is counted neither
//! way. Somebody who had a method and added one in the window counts as unregistered at its start unless an earlier report
//! says otherwise. Prompted people registered by an administrator count as prompted, and as provisioned.
//!
//! Source. semantics.md §9.1 (path funnel, origin), §9.2 (conversion); rulings.md 21, 22.

use std::collections::BTreeMap;

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::Verdict;
use crate::judge::gates::Gate;
use crate::judge::path::{self, Entry};
use crate::judge::registration::Origin;
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Step, Table, Tone};

/// The metric.
pub struct FunnelPath;

/// Columns of the table `funnel_path`.
pub const COLUMNS: &[Column] = &[
    Column::new("step", ColumnKind::Text, "Step of the path in order, then the side entries"),
    Column::new("people", ColumnKind::Integer, "People who came so far on the path, or entered there").unit("people"),
    Column::new("of_cohort", ColumnKind::Real, "Share of the cohort"),
    Column::new("of_previous", ColumnKind::Real, "Share of the step before; empty for side entries"),
    Column::new("low", ColumnKind::Real, "Lower end of its Wilson 95 % interval"),
    Column::new("high", ColumnKind::Real, "Upper end of its Wilson 95 % interval"),
    Column::new("lost", ColumnKind::Integer, "People who stop before this step").unit("people"),
    Column::new("registered_aside", ColumnKind::Integer, "Of the lost, registered by a side entry").unit("people"),
    Column::new("leak", ColumnKind::Text, "Why they stop, or what the entry is"),
];

const ORIGINS: &[Column] = &[
    Column::new("origin", ColumnKind::Text, "How they came to be registered for the goal"),
    Column::new("people", ColumnKind::Integer, "People").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the registered in scope"),
];

/// A step: its name, why people stop before it, its test.
type Test = (&'static str, &'static str, fn(&Verdict) -> bool);

const STEPS: &[Test] = &[
    ("active", "no successful use", |v| v.path.active),
    ("reachable", "token-stale, Windows logon only, or the logs cannot tell", |v| v.path.reachable),
    ("prompted", "at a page, never shown the prompt", |v| v.path.prompted),
    ("started", "saw the prompt and left", |v| v.path.started),
    ("registered", "began and did not finish", |v| v.path.entry == Some(Entry::Prompted)),
];

const ORIGIN_ORDER: [Origin; 5] =
    [Origin::SelfPrompted, Origin::SelfVoluntary, Origin::Provisioned, Origin::PreWindow, Origin::Unknown];

/// The steps and side entries of some people's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Step, people, lost before it, of those registered aside, leak; the cohort first.
    pub steps: Vec<(&'static str, u64, u64, u64, &'static str)>,
    /// Side entry, people, what it is.
    pub sides: [(&'static str, u64, &'static str); 4],
}

impl Metric for FunnelPath {
    fn id(&self) -> &'static str {
        "funnel_path"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("funnel_path.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("funnel_path", "Path funnel", COLUMNS.to_vec()),
            ("origins", "How the registered came to be", ORIGINS.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let counts = counts(cohort(judged));
        let get = |name: &str| counts.steps.iter().find(|s| s.0 == name).map_or(0, |s| s.1);
        let (all, prompted, registered) = (get("cohort"), get("prompted"), get("registered"));
        let aside: u64 = counts.sides.iter().map(|s| s.1).sum();
        let goal = judged.frame.thresholds.goal.label();
        let unknown = count(enabled(judged).filter(|v| !is_known(v)));
        let mut caveats = Vec::new();
        if unknown > 0 {
            caveats.push(format!(
                "For {} it is unknown whether they were registered: counted neither way.",
                people(unknown)
            ));
        }
        let lead = match path::window(judged.frame) {
            Some(w) => format!(
                "From {} to {}, where both logs saw the tenant: {prompted} were shown the prompt on the way; of these {registered} registered, {}, with the 95 % interval. {aside} registered past it.",
                w.from,
                w.to,
                Share::new(registered, prompted).with_interval()
            ),
            None => "It takes the audit log and the interactive log of the same time; there is none.".to_owned(),
        };
        Finding {
            id: self.id(),
            title: format!(
                "{} of {all} people unregistered when the logs begin are registered for {goal} now",
                registered + aside
            ),
            lead,
            definition: self.definition(),
            stats: vec![
                stat("path_prompted", "prompted", (prompted, all), "people unregistered at the window's start"),
                stat(
                    "path_registered",
                    "registered after a prompt",
                    (registered, all),
                    "people unregistered at the window's start",
                ),
                stat(
                    "path_aside",
                    "registered past the prompt",
                    (aside, all),
                    "people unregistered at the window's start",
                ),
            ],
            tables: vec![table(&counts), origins(judged)],
            figures: figures(&counts, goal),
            caveats,
        }
    }
}

fn enabled(judged: Judged<'_>) -> impl Iterator<Item = &Verdict> {
    judged.in_scope().filter(|v| !v.gates.contains(Gate::Disabled))
}

fn is_known(verdict: &Verdict) -> bool {
    verdict.path.registered_at_start.is_some() && verdict.registration.goal_registered.is_some()
}

/// The people whose path is looked at.
pub fn cohort(judged: Judged<'_>) -> impl Iterator<Item = &Verdict> {
    enabled(judged).filter(|v| is_known(v) && v.path.registered_at_start == Some(false))
}

/// Counts of a cohort.
#[must_use]
pub fn counts<'v>(people: impl Iterator<Item = &'v Verdict>) -> Counts {
    let mut left: Vec<&Verdict> = people.collect();
    let mut steps = vec![("cohort", left.len() as u64, 0, 0, "")];
    let mut aside: Vec<&Verdict> = Vec::new();
    for (name, leak, test) in STEPS {
        let (stay, lost): (Vec<&Verdict>, Vec<&Verdict>) = left.into_iter().partition(|v| test(v));
        let entered: Vec<&Verdict> = lost.iter().copied().filter(|v| v.path.entry.is_some()).collect();
        steps.push((name, stay.len() as u64, lost.len() as u64, entered.len() as u64, leak));
        aside.extend(entered);
        left = stay;
    }
    let of = |entry: Entry| count(aside.iter().filter(|v| v.path.entry == Some(entry)));
    let sides = [
        ("registered_without_prompt", of(Entry::WithoutPrompt), "by an own act, no prompt before it"),
        ("provisioned", of(Entry::Provisioned), "by an administrator"),
        ("registered_unseen", of(Entry::Unseen), "reports say so, no event in the log"),
        ("registered_off_path", of(Entry::Prompted), "prompted, but another step is missing"),
    ];
    Counts { steps, sides }
}

fn table(counts: &Counts) -> Table {
    let mut table = Table::new("funnel_path", "Path funnel", COLUMNS);
    table.rows = rows(counts);
    table
}

fn rows(counts: &Counts) -> Vec<Vec<Cell>> {
    let all = counts.steps.first().map_or(0, |s| s.1);
    let mut before = all;
    let mut rows = Vec::new();
    for (name, n, lost, aside, leak) in &counts.steps {
        let step = Share::new(*n, before);
        let interval = step.wilson().filter(|_| !rows.is_empty());
        rows.push(vec![
            Cell::text(*name),
            Cell::count(*n),
            Cell::share(Share::new(*n, all).fraction()),
            Cell::share(step.fraction()),
            Cell::share(interval.map(|w| w.0)),
            Cell::share(interval.map(|w| w.1)),
            Cell::count(*lost),
            Cell::count(*aside),
            Cell::text(if *lost > 0 { *leak } else { "" }),
        ]);
        before = *n;
    }
    for (name, n, what) in &counts.sides {
        let mut row = vec![Cell::text(*name), Cell::count(*n), Cell::share(Share::new(*n, all).fraction())];
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::text(*what)]);
        rows.push(row);
    }
    rows
}

/// The table `funnel_path` of the whole tenant, or with sliced columns of the people table in front; people without a value
/// stand under an empty one.
#[must_use]
pub fn table_by(judged: Judged<'_>, people: &Table, by: &[&'static str]) -> Table {
    if by.is_empty() {
        return table(&counts(cohort(judged)));
    }
    let at: Vec<usize> = by.iter().filter_map(|name| people.position(name)).collect();
    let ids: BTreeMap<String, Vec<String>> = people
        .rows
        .iter()
        .filter_map(|row| Some((row.first()?.plain(), at.iter().map(|i| row[*i].plain()).collect())))
        .collect();
    let mut slices: BTreeMap<Vec<String>, Vec<&Verdict>> = BTreeMap::new();
    for verdict in cohort(judged) {
        let key = ids.get(&verdict.id.to_string()).cloned().unwrap_or_else(|| vec![String::new(); by.len()]);
        slices.entry(key).or_default().push(verdict);
    }
    let mut table = Table::new("funnel_path", "Path funnel", &[]);
    table.columns =
        by.iter().map(|name| Column::new(name, ColumnKind::Text, "Slice")).chain(COLUMNS.iter().copied()).collect();
    for (key, members) in slices {
        let front: Vec<Cell> = key.iter().map(Cell::text).collect();
        let steps = rows(&counts(members.into_iter()));
        table.rows.extend(steps.into_iter().map(|row| front.iter().cloned().chain(row).collect::<Vec<_>>()));
    }
    table
}

fn origins(judged: Judged<'_>) -> Table {
    let mut table = Table::new("origins", "How the registered came to be", ORIGINS);
    let registered: Vec<_> = judged.in_scope().filter_map(|v| v.registration.origin).collect();
    for origin in ORIGIN_ORDER {
        let n = count(registered.iter().filter(|o| **o == origin));
        let share = Cell::share(Share::new(n, registered.len() as u64).fraction());
        table.rows.push(vec![Cell::text(origin.name()), Cell::count(n), share]);
    }
    table
}

fn figures(counts: &Counts, goal: &str) -> Vec<Figure> {
    let all = counts.steps.first().map_or(0, |s| s.1);
    let words = |name: &str| name.replace('_', " ");
    let parts: Vec<String> = counts.steps.iter().map(|s| format!("{} {}", words(s.0), s.1)).collect();
    let biggest = counts.steps.iter().max_by_key(|s| s.2 - s.3).filter(|s| s.2 > s.3);
    let funnel = Figure {
        id: "funnel_path",
        title: biggest.map_or_else(
            || "Nobody is lost on the way".to_owned(),
            |s| {
                format!(
                    "The largest loss on the way is before “{}”: {}, registered otherwise left out",
                    words(s.0),
                    people(s.2 - s.3)
                )
            },
        ),
        axis: format!("people, of {all} people unregistered at the window's start; goal {goal}"),
        alt: format!("Funnel: {}.", parts.join(", ")),
        shape: Shape::Funnel(
            counts
                .steps
                .iter()
                .filter(|_| all > 0)
                .map(|s| Step { label: words(s.0), count: s.1, leak: s.4.to_owned() })
                .collect(),
        )
        .or("Nobody is known to have been unregistered at the window's start, so there is no way to follow."),
    };
    let path = counts.steps.last().map_or(0, |s| s.1);
    let ways: Vec<(String, u64, Tone)> = std::iter::once(("after a prompt".to_owned(), path, Tone::Good))
        .chain(counts.sides.iter().map(|s| (words(s.0), s.1, Tone::Neutral)))
        .filter(|w| w.1 > 0)
        .collect();
    let whole: u64 = ways.iter().map(|w| w.1).sum();
    let said: Vec<String> = ways.iter().map(|w| format!("{} {}", w.0, w.1)).collect();
    let bars = Figure {
        id: "funnel_path_ways",
        title: if whole == 0 {
            "Nobody unregistered at the window's start is registered now".to_owned()
        } else {
            format!("{path} of {} registered after a prompt", people(whole))
        },
        axis: format!("people, of {whole} people unregistered at the window's start and registered now"),
        alt: format!("Bars: {}.", if said.is_empty() { "nobody".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(ways.into_iter().map(|(label, count, tone)| Bar { label, count, tone }).collect())
            .or("Of the people unregistered at the window's start nobody has registered since."),
    };
    vec![funnel, bars]
}
