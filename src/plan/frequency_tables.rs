//! The sign-in frequency plan as a finding: its tables and its picture.

use super::Ground;
use super::cover::Step;
use super::party::Party;
use super::sign_in_frequency::{Left, Offer, Plan, PolicyScope};
use crate::view::{Cell, Change, Column, ColumnKind, Figure, Finding, Move, Shape, Share, Stat, Table, Tone, heading};

use ColumnKind::{Boolean, Integer, Real, Text};

/// Columns of the covers.
pub const COVERS: &[Column] = &[
    Column::new("plan", Text, "by_gain, by_gain_per_cost or exact"),
    Column::new("order", Integer, "Step, from 1; of exact: by gain"),
    Column::new("resource", Text, "Name"),
    Column::new("resource_id", Text, "What a Conditional Access policy calls it"),
    Column::new("gain", Integer, "People it adds").unit("people"),
    Column::new("covered", Integer, "People covered with it").unit("people"),
    Column::new("of", Integer, "Reachable people").unit("people"),
    Column::new("coverage", Real, "Share of them covered"),
    Column::new("collateral", Integer, "Other people it disturbs").unit("people"),
    Column::new("cost", Integer, "Prompts a period by this resource alone").unit("prompts"),
    Column::new("in_policy", Boolean, "The policy body names it"),
];

/// Columns of the candidates.
pub const CANDIDATES: &[Column] = &[
    Column::new("resource", Text, "Name"),
    Column::new("resource_id", Text, "What a Conditional Access policy calls it"),
    Column::new("bundle", Boolean, "Several resources under one name"),
    Column::new("reached", Integer, "Reachable people who use it on two days").unit("people"),
    Column::new("of", Integer, "Reachable people").unit("people"),
    Column::new("collateral", Integer, "Other people it disturbs").unit("people"),
    Column::new("cost", Integer, "Prompts a period").unit("prompts"),
    Column::new("in_policy", Boolean, "The policy body names it"),
];

/// Columns of the people left.
pub const RESIDUAL: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("department", Text, "Department"),
    Column::new(
        "reason",
        Text,
        "guest, logon_only, joined_device, no_token_rows, not_selectable, too_rare or not_covered",
    ),
    Column::new("meaning", Text, "What that is"),
    Column::new("evidence", Text, "What it rests on"),
    Column::new("confidence", Text, "high, medium or low: that of the verdict"),
];

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("sign_in_frequency.rs"))
}

/// The finding.
#[must_use]
pub fn finding(plan: &Plan, ground: Ground<'_>, parties: &[Party<'_>]) -> Finding {
    let whole = plan.universe.len() as u64;
    let stale = parties.iter().filter(|p| p.stale_unregistered()).count() as u64;
    let covered = plan.covered.len() as u64;
    let names: Vec<&str> = plan.chosen().map(|o| o.candidate.name.as_str()).collect();
    let title = if whole == 0 {
        "A sign-in frequency reaches nobody who is token-stale and unregistered".to_owned()
    } else {
        format!(
            "A sign-in frequency on {} reaches {covered} of the {whole} whom one can reach",
            if let [only] = names.as_slice() { (*only).to_owned() } else { format!("{} resources", names.len()) }
        )
    };
    let stat =
        |id, label: &str, part, whole, of| Stat { id, label: label.to_owned(), share: Share::new(part, whole), of };
    Finding {
        id: "sign_in_frequency",
        title,
        lead: lead(plan, &names, (whole, stale), parties),
        definition: definition(),
        stats: vec![
            stat(
                "frequency_reachable",
                "reachable by a sign-in frequency",
                whole,
                stale,
                "token-stale and unregistered",
            ),
            stat("frequency_covered", "covered by the policy", covered, whole, "reachable by a sign-in frequency"),
        ],
        tables: vec![covers(plan), candidates(plan), residual(plan, ground)],
        figures: vec![figure(plan, whole)],
        caveats: caveats(plan, whole),
    }
}

fn lead(plan: &Plan, names: &[&str], (whole, stale): (u64, u64), parties: &[Party<'_>]) -> String {
    let reach = format!(
        "{whole} of {stale} token-stale unregistered people use a resource on which a sign-in frequency bites."
    );
    if names.is_empty() {
        return reach;
    }
    let others = plan.prompts.keys().filter(|i| !plan.covered.contains(*i)).count();
    let prompts: u64 = plan.prompts.values().sum();
    let whom = match plan.asked.scope {
        PolicyScope::All => "everybody",
        PolicyScope::Group => "a group of the people covered",
    };
    let active = parties.iter().filter(|p| p.counts()).count();
    format!(
        "{reach} The policy names {}. Scoped to {whom} it means {prompts} prompts each {} days and disturbs {others} others, of {active} active people in scope.",
        names.join(", "),
        plan.asked.frequency_days
    )
}

fn caveats(plan: &Plan, whole: u64) -> Vec<String> {
    let mut out = Vec::new();
    if plan.exact.is_none() && whole > 0 {
        out.push(format!(
            "{} candidates are too many for the exact minimum: the policy takes greedy by gain.",
            plan.offers.len()
        ));
    }
    let covered = plan.by_gain.last().map_or(0, |s| s.covered);
    if covered < plan.need {
        out.push(format!(
            "{} of {whole} were asked for (--coverage {}); the search stops at {covered}, where a step adds less than 2 %.",
            plan.need, plan.asked.coverage
        ));
    }
    for left in Left::ALL {
        let people = plan.left.values().filter(|l| **l == left).count();
        if people > 0 {
            let of = plan.left.len();
            out.push(format!("Left out, {people} of {of}: {}.", left.words().1));
        }
    }
    out
}

fn in_policy(plan: &Plan, offer: &Offer) -> bool {
    plan.chosen().any(|o| o.id == offer.id)
}

fn covers(plan: &Plan) -> Table {
    let mut table = Table::new("sign_in_frequency", "Sign-in frequency: which resources", COVERS);
    let none = Vec::new();
    let exact = plan.exact.as_ref().unwrap_or(&none);
    for (name, steps) in [("by_gain", &plan.by_gain), ("by_gain_per_cost", &plan.by_ratio), ("exact", exact)] {
        table.rows.extend((1..).zip(steps).filter_map(|(order, step)| cover_row(plan, name, order, *step)));
    }
    table
}

fn cover_row(plan: &Plan, name: &str, order: i64, step: Step) -> Option<Vec<Cell>> {
    let offer = plan.offers.get(step.candidate)?;
    let whole = plan.universe.len() as u64;
    Some(vec![
        Cell::text(name),
        Cell::Integer(order),
        Cell::text(&offer.candidate.name),
        Cell::text(&offer.id),
        Cell::count(step.gain),
        Cell::count(step.covered),
        Cell::count(whole),
        Cell::share(Share::new(step.covered, whole).fraction()),
        Cell::count(offer.candidate.collateral),
        Cell::count(offer.candidate.cost),
        Cell::Boolean(in_policy(plan, offer)),
    ])
}

fn candidates(plan: &Plan) -> Table {
    let mut table = Table::new("sign_in_frequency_candidates", "Sign-in frequency: candidates", CANDIDATES);
    for offer in &plan.offers {
        table.rows.push(vec![
            Cell::text(&offer.candidate.name),
            Cell::text(&offer.id),
            Cell::Boolean(offer.bundle),
            Cell::count(offer.candidate.people.len()),
            Cell::count(plan.universe.len() as u64),
            Cell::count(offer.candidate.collateral),
            Cell::count(offer.candidate.cost),
            Cell::Boolean(in_policy(plan, offer)),
        ]);
    }
    table
}

fn residual(plan: &Plan, ground: Ground<'_>) -> Table {
    let mut table = Table::new("sign_in_frequency_residual", "Sign-in frequency: who is left, and why", RESIDUAL);
    for (position, left) in &plan.left {
        let Some(v) = ground.verdicts.get(*position) else { continue };
        let (reason, meaning) = left.words();
        let evidence = match (left, v.clocks().logon) {
            (Left::LogonOnly, Some(at)) => format!("last Windows logon {at}"),
            _ => v.last_token.get().map_or_else(String::new, |at| format!("last token use {at}, {}", v.keeper)),
        };
        table.rows.push(vec![
            Cell::text(v.id.to_string()),
            Cell::text(&v.upn),
            Cell::text(&v.home.department),
            Cell::text(reason),
            Cell::text(meaning),
            Cell::text(evidence),
            Cell::text(v.confidence()),
        ]);
    }
    table
}

/// The curve of the cover: what each further resource adds, and whom none of them covers.
fn figure(plan: &Plan, whole: u64) -> Figure {
    let name = |step: &Step| plan.offers.get(step.candidate).map_or("", |o| o.candidate.name.as_str());
    let gain = |label: String, count: u64, tone: Tone| Change { label, to: Move::Gain, count, tone };
    let mut changes: Vec<Change> =
        plan.by_gain.iter().map(|step| gain(name(step).to_owned(), step.gain, Tone::Good)).collect();
    let covered = plan.by_gain.last().map_or(0, |s| s.covered);
    let said: Vec<String> =
        plan.by_gain.iter().map(|s| format!("{} adds {}, {} in all", name(s), s.gain, s.covered)).collect();
    if whole > covered && covered > 0 {
        changes.push(gain("covered by none of them".to_owned(), whole - covered, Tone::Unknown));
    }
    let title = match plan.by_gain.as_slice() {
        [] => "Nobody is reachable by a sign-in frequency".to_owned(),
        [only] => format!("{} alone covers {} of {whole} reachable people", name(only), only.covered),
        steps => format!("{} resources, taken by gain, cover {covered} of {whole} reachable people", steps.len()),
    };
    Figure {
        id: "sign_in_frequency",
        title,
        axis: format!("people, of {whole} reachable by a sign-in frequency; each resource adds those the ones above miss"),
        alt: format!("Cover: {}.", if said.is_empty() { "none".to_owned() } else { said.join("; ") }),
        shape: Shape::Waterfall(changes).or(
            "No token-stale unregistered person uses a resource on which a sign-in frequency bites on two days or more.",
        ),
    }
}
