//! Threshold sweep: how many people would be on the target list, and what it would cost, were W another number of days.
//!
//! Definition. For each W from 7 to 90 days, and the one in force: people on the target list (token-stale, known to be unregistered
//! for the goal, no gate), the prompts revoking them would cause, and the unregistered whose verdict is undetermined at that W.
//! Verdict, label and the gates that hang on W are worked out anew for each; the intervals of staleness stay.
//! A prompt is one distinct app, client kind and device trust with a successful token row within the activity window.
//!
//! Denominator. People in scope, active, not disabled, known to be unregistered for the goal. With --include the list may hold people
//! beyond them, guests for one.
//!
//! Caveats. A W longer than the interactive log cannot be judged by rows alone: where nothing else bounds a person, the verdict is
//! undetermined from there on. The facts name no device: prompts are more where an app runs on several devices of the same
//! trust, and fewer where a broker shares one sign-in.
//!
//! Source. semantics.md §2.3, §6; rulings.md 14, 16, 24.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Ground;
use super::party::Party;
use crate::judge::threshold::{At, frame_at, judge_at};
use crate::judge::{Frame, Stale};
use crate::view::{
    Cell, Column, ColumnKind, CurveLine, CurveStep, Figure, Finding, Shape, Share, Stat, Table, Tone, heading,
};

use ColumnKind::{Boolean, Integer, Real};

/// First and last W of the table, days.
const SPAN: (i64, i64) = (7, 90);

/// Columns of the table.
pub const SWEEP: &[Column] = &[
    Column::new("stale_days", Integer, "W").unit("days"),
    Column::new("targets", Integer, "People on the target list").unit("people"),
    Column::new("of", Integer, "Active people known to be unregistered").unit("people"),
    Column::new("share", Real, "Share of them; at most 1"),
    Column::new("undetermined", Integer, "Of them, verdict undetermined at this W").unit("people"),
    Column::new("prompts", Integer, "Prompts that revoking the list would cause").unit("prompts"),
    Column::new("prompts_per_person", Real, "Prompts a listed person; empty = nobody").unit("prompts"),
    Column::new("in_force", Boolean, "The W of this run"),
];

/// What one W would give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// W.
    pub days: i64,
    /// On the list.
    pub targets: u64,
    /// Of the unregistered, undetermined.
    pub undetermined: u64,
    /// Prompts.
    pub prompts: u64,
}

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("sweep.rs"))
}

/// Some W's, in their order. Person by person: a verdict is looked up once for all of them.
#[must_use]
pub fn points(ground: Ground<'_>, parties: &[Party<'_>], wanted: &BTreeSet<i64>) -> Vec<Point> {
    let frames: Vec<Frame> = wanted.iter().map(|days| frame_at(ground.frame, *days)).collect();
    let none = || wanted.iter().map(|days| Point { days: *days, ..Point::default() }).collect::<Vec<Point>>();
    // Who is not known to be unregistered is neither on a list nor in the denominator.
    let asked = parties.par_iter().filter(|party| party.unregistered());
    let counted = asked.fold(none, |mut points, party| {
        for (point, frame) in points.iter_mut().zip(&frames) {
            point.take(party, judge_at(party.verdict, frame, ground.lists));
        }
        points
    });
    counted.reduce(none, |mut all, more| {
        for (point, other) in all.iter_mut().zip(more) {
            point.targets += other.targets;
            point.prompts += other.prompts;
            point.undetermined += other.undetermined;
        }
        all
    })
}

impl Point {
    fn take(&mut self, party: &Party<'_>, at: At) {
        if at.target {
            self.targets += 1;
            self.prompts += party.habits.places.len() as u64;
        }
        self.undetermined += u64::from(at.stale == Stale::Undetermined && party.counts());
    }
}

/// The finding.
#[must_use]
pub fn finding(ground: Ground<'_>, parties: &[Party<'_>]) -> Finding {
    let whole = parties.iter().filter(|p| p.counts() && p.unregistered()).count() as u64;
    let now = ground.frame.thresholds.stale_days;
    let mut wanted: BTreeSet<i64> = (0..=SPAN.1).collect();
    wanted.insert(now);
    let points = points(ground, parties, &wanted);
    let at = |days: i64| points.iter().find(|p| p.days == days).copied().unwrap_or_default();
    let (least, most, mine) = (at(SPAN.1), at(SPAN.0), at(now));
    let title = format!(
        "{} on the list with W = {now} days; with {} days {}, with {} days {}",
        people(mine.targets),
        SPAN.0,
        most.targets,
        SPAN.1,
        least.targets
    );
    Finding {
        id: "threshold_sweep",
        title: title.clone(),
        lead: format!(
            "Of {} active people known to be unregistered. Revoking the list would cause {} prompts with W = {now}, {} with {}, {} with {}. For {} the logs cannot tell at W = {now}.",
            whole, mine.prompts, most.prompts, SPAN.0, least.prompts, SPAN.1, mine.undetermined
        ),
        definition: definition(),
        stats: vec![Stat {
            id: "sweep_targets",
            label: format!("on the list with W = {now} days"),
            share: Share::new(mine.targets, whole.max(mine.targets)),
            of: "active people known to be unregistered",
        }],
        tables: vec![table(&points, whole, now)],
        figures: vec![figure(&points, whole, title)],
        caveats: Vec::new(),
    }
}

fn people(n: u64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

fn table(points: &[Point], whole: u64, now: i64) -> Table {
    let mut table = Table::new("threshold_sweep", "Target list by W", SWEEP);
    for p in points.iter().filter(|p| (SPAN.0..=SPAN.1).contains(&p.days) || p.days == now) {
        table.rows.push(vec![
            Cell::Integer(p.days),
            Cell::count(p.targets),
            Cell::count(whole),
            Cell::share(Share::new(p.targets, whole).fraction()),
            Cell::count(p.undetermined),
            Cell::count(p.prompts),
            super::options::each(p.prompts, p.targets),
            Cell::Boolean(p.days == now),
        ]);
    }
    table
}

/// Falling curves over W: who is surely on the list, and who may be if the undetermined turn out to be stale.
fn figure(points: &[Point], whole: u64, title: String) -> Figure {
    let line = |label: &str, tone: Tone, count: &dyn Fn(&Point) -> u64| {
        let mut steps: Vec<CurveStep> = Vec::new();
        for p in points.iter().filter(|p| p.days <= SPAN.1) {
            let share = Share::new(count(p), whole).fraction().unwrap_or(0.0);
            if steps.last().is_none_or(|s| (s.share - share).abs() > f64::EPSILON) {
                steps.push(CurveStep { day: p.days, share, band: None });
            }
        }
        let start = if steps.is_empty() { 0.0 } else { steps.remove(0).share };
        CurveLine { label: label.to_owned(), start, tone, steps, last_day: SPAN.1 }
    };
    let told: Vec<String> = points
        .iter()
        .filter(|p| [7, 14, 30, 60, 90].contains(&p.days))
        .map(|p| format!("W = {}: {} on the list, {} undetermined", p.days, p.targets, p.undetermined))
        .collect();
    let lines =
        vec![line("on the list", Tone::Bad, &|p| p.targets), line("undetermined", Tone::Unknown, &|p| p.undetermined)];
    Figure {
        id: "threshold_sweep",
        title,
        axis: format!("share of {whole} active people known to be unregistered, by W in days"),
        alt: format!("Curves. {}.", told.join("; ")),
        shape: Shape::Curve(if whole == 0 { Vec::new() } else { lines })
            .or("No active person in scope is known to be unregistered, so the list is empty at every W."),
    }
}
