//! Tables beside the levers: whom each misses, reach person by person, and the dated rules that hold on the day judged at.

use std::sync::Arc;

use rayon::prelude::*;

use super::options::{Effect, Scene};
use super::party::Party;
use super::reach::{AHEAD_DAYS, meaning, rate_of, reach};
use crate::model::lever_rule::{Way, rule, version};
use crate::model::time::Day;
use crate::view::{Cell, Column, ColumnKind, Table};

use ColumnKind::{Boolean, Integer, Real, Text, Time};

/// Columns of the people each lever misses.
pub const UNREACHED: &[Column] = &[
    Column::new("lever", Text, "As in `options`"),
    Column::new("blocker", Text, "What is in the way"),
    Column::new("people", Integer, "People").unit("people"),
    Column::new("of", Integer, "Active people known to be unregistered").unit("people"),
    Column::new("answer", Text, "no or unknown"),
    Column::new("meaning", Text, "What the blocker means"),
];

/// Columns of reach, person by person and way by way.
pub const REACH: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("label", Text, "Label"),
    Column::new(
        "method",
        Text,
        "wait, enforce, sign_in_frequency, revoke, nudge, request, provisioning, security_defaults, sspr, id_protection or per_user_mfa",
    ),
    Column::new("reachable", Text, "yes, no or unknown"),
    Column::new("blocker", Text, "What is in the way"),
    Column::new("meaning", Text, "What that means"),
    Column::new(
        "within_14_days",
        Real,
        "Likelihood of an eligible sign-in within 14 days; empty = does not wait for one",
    ),
    Column::new("upper_bound", Boolean, "None was seen in the log: the likelihood is at most this"),
    Column::new("confidence", Text, "high, medium or low: that of the verdict"),
];

/// Columns of the dated rules.
pub const RULES: &[Column] = &[
    Column::new("method", Text, "As in `reach`"),
    Column::new("skip", Text, "Who may put it off, and how long"),
    Column::new("licence", Text, "Licence needed"),
    Column::new("note", Text, "What to know on that day"),
    Column::new("holds_from", Time, "First day of the rule; empty = ever"),
    Column::new("holds_until", Time, "First day on which it holds no more; empty = until further notice"),
    Column::new("source", Text, "Source keys, and the version of the table"),
];

/// The largest likelihood that is printed: four digits must not round it to certainty.
const NEVER_SURE: f64 = 0.9999;

/// Whom each lever misses of so many unregistered.
pub(super) fn unreached(effects: &[(Way, Effect)], unregistered: u64) -> Table {
    let mut table = Table::new("options_unreached", "Options: whom each lever misses", UNREACHED);
    for (way, effect) in effects {
        table.rows.extend(effect.missed.iter().map(|((blocker, certain), people)| {
            vec![
                Cell::text(way.name()),
                Cell::text(blocker.clone()),
                Cell::count(*people),
                Cell::count(unregistered),
                Cell::text(if *certain { "no" } else { "unknown" }),
                Cell::text(meaning(*way, blocker)),
            ]
        }));
    }
    table
}

/// Every unregistered person in scope who is not disabled, by every way.
pub(super) fn reach_table(scene: Scene<'_>) -> Table {
    let mut table = Table::new("reach", "Reach: every unregistered person, way by way", REACH);
    let covered = scene.ground.covered_days();
    let asked = |p: &Party<'_>| p.unregistered() && p.verdict.in_scope && p.verdict.enabled != Some(false);
    let people = scene.parties.par_iter().enumerate().filter(|(_, p)| asked(p));
    table.rows = people
        .flat_map_iter(|(i, party)| {
            let v = party.verdict;
            let (id, upn) = (Cell::text(Arc::<str>::from(v.id.to_string())), Cell::text(&v.upn));
            let goal = scene.ground.frame.thresholds.goal;
            Way::ALL.into_iter().map(move |way| {
                let reach = reach(way, party, i, (scene.plan, goal));
                let (rate, meaning) = (rate_of(way, party, covered), meaning(way, &reach.blocker));
                vec![
                    id.clone(),
                    upn.clone(),
                    Cell::word(v.label.name()),
                    Cell::word(way.name()),
                    Cell::word(reach.word()),
                    Cell::text(reach.blocker),
                    Cell::word(meaning),
                    Cell::share(rate.map(|r| r.within(AHEAD_DAYS).min(NEVER_SURE))),
                    Cell::boolean(rate.map(|r| r.upper_bound)),
                    Cell::word(v.confidence()),
                ]
            })
        })
        .collect();
    table
}

/// The rules of every way on a day.
pub(super) fn rules_table(today: Day) -> Table {
    let mut table = Table::new("options_rules", "Options: what holds on the day judged at", RULES);
    for r in Way::ALL.into_iter().filter_map(|way| rule(way, today)) {
        table.rows.push(vec![
            Cell::text(r.way.name()),
            Cell::text(r.skip),
            Cell::text(r.licence),
            Cell::text(r.note),
            Cell::time(r.from.map(Day::start)),
            Cell::time(r.until.map(Day::start)),
            Cell::text(format!("{} (table of {})", r.source, version())),
        ]);
    }
    table
}
