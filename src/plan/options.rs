//! Options: the ways of getting the token-stale to register, side by side on this tenant's own people.
//!
//! Definition. One row per lever: wait, enforce (MFA by Conditional Access), sign_in_frequency (on the resources of the plan below),
//! revoke (the target list), nudge (registration campaign), request (a message), provisioning. Touched: people it acts upon. wait:
//! nobody; enforce: everybody with a sign-in at a page in the log or a successful token row within the activity window;
//! sign_in_frequency: everybody in the policy's scope who uses its resources; revoke: the target list; nudge: people registered for
//! MFA without Authenticator or a phishing-resistant method; request and provisioning: the unregistered. Reached: of the unregistered,
//! those whom it brings to registering by the logs; the table `reach` says so person by person, with what is in the way. Others:
//! touched and not known to be unregistered. Prompts: distinct (app, client kind, device trust) with a successful token row within the
//! activity window, of the touched; for a sign-in frequency those of its resources, each period again. Breaks: active accounts
//! seen with legacy clients or resource-owner passwords, and service-like ones, where the lever asks for MFA. What may be put off,
//! and the licence, are those of the day judged at, from a dated table. The likelihood in `reach` is that of at least one day with an
//! eligible sign-in within 14 days, 1 − exp(−14 × rate): the rate is days seen by days covered, or, with none seen, at most
//! 3 by days covered; then it is an upper bound.
//!
//! Denominator. Touched: people in scope, active, not disabled, for the target list with its people beyond them. Reached: those of them
//! known to be unregistered, and of these the token-stale. Breaks: the same and active service-like accounts.
//!
//! Caveats. Which policies are on is not in the exports: wait, revoke and sign_in_frequency need one that asks people to
//! register. The facts name no device, so an app on two devices of the same trust counts once; a broker shares one
//! sign-in among apps, so prompts may be fewer. Connectors that run as a person stop when this person is revoked; they are
//! not in these exports. Who acts on a message is not in the logs. A constant rate is an approximation: people keep habits.
//!
//! Source. semantics.md §5, §6, §1.2, §1.5, §4.4, §9.2.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Ground;
use super::party::Party;
use super::reach::reach;
use super::reach_tables;
use super::sign_in_frequency::{Plan, PolicyScope};
use crate::model::lever_rule::{Way, rule, version};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Stat, Table, Tone, heading};

use ColumnKind::{Integer, Real, Text};

/// Columns of the contract's table `options`.
pub const OPTIONS: &[Column] = &[
    Column::new("lever", Text, "wait, enforce, sign_in_frequency, revoke, nudge, request or provisioning"),
    Column::new("touched", Integer, "People it acts upon").unit("people"),
    Column::new("touched_of", Integer, "Active people in scope").unit("people"),
    Column::new("unregistered_reached", Integer, "Of the unregistered, reached").unit("people"),
    Column::new("unregistered_of", Integer, "Active people known to be unregistered").unit("people"),
    Column::new("stale_reached", Integer, "Of the token-stale and unregistered, reached").unit("people"),
    Column::new("stale_unknown", Integer, "Of them, cannot be told").unit("people"),
    Column::new("stale_of", Integer, "Token-stale and unregistered").unit("people"),
    Column::new("others", Integer, "Touched and not known to be unregistered").unit("people"),
    Column::new("prompts", Integer, "Prompts; of a sign-in frequency: a period").unit("prompts"),
    Column::new("prompts_per_person", Real, "Prompts a person touched; empty = nobody, or not by sessions")
        .unit("prompts"),
    Column::new("prompts_max", Integer, "Most prompts of one person").unit("prompts"),
    Column::new("breaks", Integer, "Accounts that stop working").unit("people"),
    Column::new("breaks_of", Integer, "Active people in scope and active service-like accounts").unit("people"),
    Column::new("time_to_effect", Text, "When it bites"),
    Column::new("skip", Text, "Who may put it off, on the day judged at"),
    Column::new("licence", Text, "Licence needed"),
    Column::new("note", Text, "What to know on that day"),
    Column::new("blind_spots", Text, "Whom it does not reach or what cannot be seen, with counts"),
    Column::new("source", Text, "Source keys of the dated rule and the version of its table"),
];

/// The levers, in the order of the table.
pub const LEVERS: [Way; 7] =
    [Way::Wait, Way::Enforce, Way::SignInFrequency, Way::Revoke, Way::Nudge, Way::Request, Way::Provisioning];

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("options.rs"))
}

/// So many prompts a person, to one decimal; empty = nobody.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of prompts are far below 2^52")]
pub fn each(prompts: u64, people: u64) -> Cell {
    if people == 0 { Cell::Empty } else { Cell::Real((prompts as f64 * 10.0 / people as f64).round() / 10.0) }
}

/// Everything known, asked for lever by lever.
#[derive(Clone, Copy)]
pub struct Scene<'s> {
    /// Facts, verdicts, lists.
    pub ground: Ground<'s>,
    /// Everybody with habits.
    pub parties: &'s [Party<'s>],
    /// The sign-in frequency plan.
    pub plan: &'s Plan,
}

/// Denominators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Whole {
    active: u64,
    unregistered: u64,
    stale: u64,
    with_services: u64,
}

/// What one lever would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// People it acts upon.
    pub touched: u64,
    /// Of the unregistered, reached.
    pub unregistered: u64,
    /// Of the stale unregistered, reached.
    pub stale: u64,
    /// Of them, cannot be told.
    pub stale_unknown: u64,
    /// Touched and not known to be unregistered.
    pub others: u64,
    /// Prompts.
    pub prompts: u64,
    /// Most of one person.
    pub most: u64,
    /// Accounts that stop.
    pub breaks: u64,
    /// Unregistered people not reached, by blocker and whether that is certain.
    pub missed: BTreeMap<(Cow<'static, str>, bool), u64>,
}

/// What a lever would do.
#[must_use]
pub fn effect(way: Way, scene: Scene<'_>) -> Effect {
    let mut out = Effect::default();
    let goal = scene.ground.frame.thresholds.goal;
    for (i, party) in scene.parties.iter().enumerate() {
        if let Some(prompts) = touch(way, scene, i, party) {
            out.touched += 1;
            out.others += u64::from(!party.unregistered());
            out.prompts += prompts;
            out.most = out.most.max(prompts);
        }
        out.breaks += u64::from(breaks(way, scene, i, party));
        if !(party.counts() && party.unregistered()) {
            continue;
        }
        let reach = reach(way, party, i, (scene.plan, goal));
        let stale = u64::from(party.stale_unregistered());
        match reach.reached {
            Some(true) => {
                out.unregistered += 1;
                out.stale += stale;
            }
            answer => {
                out.stale_unknown += if answer.is_none() { stale } else { 0 };
                *out.missed.entry((reach.blocker, answer.is_some())).or_default() += 1;
            }
        }
    }
    out
}

/// The prompts of somebody whom a lever acts upon; `None`: left alone.
fn touch(way: Way, scene: Scene<'_>, position: usize, party: &Party<'_>) -> Option<u64> {
    let places = party.habits.places.len() as u64;
    let counts = party.counts();
    match way {
        Way::Enforce | Way::PerUserMfa => (counts && (places > 0 || party.habits.page_days > 0)).then_some(places),
        Way::SignInFrequency => scene.plan.prompts.get(&position).copied(),
        Way::Revoke => party.verdict.target.then_some(places),
        Way::Nudge => (counts && nudged(scene.ground, party)).then_some(0),
        Way::Request | Way::Provisioning => (counts && party.unregistered()).then_some(0),
        Way::Wait | Way::SecurityDefaults | Way::Sspr | Way::IdProtection => None,
    }
}

/// Registered for MFA, without Authenticator and without a phishing-resistant method, so far as the methods are known.
fn nudged(ground: Ground<'_>, party: &Party<'_>) -> bool {
    let state = &party.verdict.registration;
    let tables = &ground.frame.thresholds.tables;
    let modern = |m: &String| tables.strength(m).is_some_and(|s| s.authenticator || s.phishing_resistant);
    state.mfa_registered == Some(true) && state.methods.as_ref().is_some_and(|all| !all.iter().any(modern))
}

/// Whether an account stops working under a lever.
fn breaks(way: Way, scene: Scene<'_>, position: usize, party: &Party<'_>) -> bool {
    match way {
        Way::Enforce => party.is_service() || (party.counts() && party.legacy),
        Way::SignInFrequency => {
            scene.plan.asked.scope == PolicyScope::All
                && party.is_service()
                && scene.plan.prompts.contains_key(&position)
        }
        _ => false,
    }
}

fn whole(parties: &[Party<'_>]) -> Whole {
    let count = |keep: &dyn Fn(&Party<'_>) -> bool| parties.iter().filter(|p| keep(p)).count() as u64;
    let active = count(&|p| p.counts());
    Whole {
        active,
        unregistered: count(&|p| p.counts() && p.unregistered()),
        stale: count(&|p| p.stale_unregistered()),
        with_services: active + count(&|p| p.is_service()),
    }
}

/// When a lever bites (semantics §1.1, §4.4, §6), and what stays unseen.
fn words(way: Way) -> (&'static str, &'static str) {
    match way {
        Way::Wait => ("no end for active clients: each use renews the token", "does not end at 90 days"),
        Way::Enforce => (
            "60 to 90 minutes of an access token, and up to a day until the policy is known everywhere",
            "which resources a policy covers is not in the exports: all are assumed",
        ),
        Way::SignInFrequency => (
            "first use of a resource after the policy is known: up to a day; then again each period",
            "confidential clients wait for the next interactive sign-in and cannot be told apart",
        ),
        Way::Revoke => (
            "minutes to 90 minutes after the call; weekend waves bite on Monday",
            "connectors that run as a person stop too and are not in the exports; apps with own cookies go on",
        ),
        Way::Nudge => (
            "next successful MFA at a desktop sign-in page",
            "not on iOS and Android browsers; whether a campaign is on is not in the exports",
        ),
        Way::Request => ("when the message is read", "who acts on it is not in the logs"),
        Way::Provisioning => (
            "at once in the report",
            "changes the flags without the person; whether the number or address is theirs is not known",
        ),
        Way::SecurityDefaults | Way::Sspr | Way::IdProtection | Way::PerUserMfa => ("", ""),
    }
}

fn row(way: Way, effect: &Effect, whole: Whole, scene: Scene<'_>) -> Vec<Cell> {
    let (time, unseen) = words(way);
    let held = rule(way, scene.ground.frame.t.day());
    let by_sessions = matches!(way, Way::Enforce | Way::SignInFrequency | Way::Revoke);
    let missed = effect.missed.iter().map(|((blocker, _), n)| format!("{n} {blocker}"));
    let mut spots: Vec<String> = missed.collect();
    spots.push(unseen.to_owned());
    vec![
        Cell::text(way.name()),
        Cell::count(effect.touched),
        Cell::count(whole.active),
        Cell::count(effect.unregistered),
        Cell::count(whole.unregistered),
        Cell::count(effect.stale),
        Cell::count(effect.stale_unknown),
        Cell::count(whole.stale),
        Cell::count(effect.others),
        Cell::count(effect.prompts),
        if by_sessions { each(effect.prompts, effect.touched) } else { Cell::Empty },
        Cell::count(effect.most),
        Cell::count(effect.breaks),
        Cell::count(whole.with_services),
        Cell::text(time),
        Cell::text(held.map_or("", |r| r.skip)),
        Cell::text(held.map_or("", |r| r.licence)),
        Cell::text(held.map_or("", |r| r.note)),
        Cell::text(spots.join("; ")),
        Cell::text(held.map_or_else(String::new, |r| format!("{} (table of {})", r.source, version()))),
    ]
}

/// The finding: levers, whom each misses, reach person by person.
#[must_use]
pub fn finding(scene: Scene<'_>) -> Finding {
    let whole = whole(scene.parties);
    let effects: Vec<(Way, Effect)> = LEVERS.par_iter().map(|way| (*way, effect(*way, scene))).collect();
    let mut options = Table::new("options", "Options: the levers side by side", OPTIONS);
    options.rows = effects.iter().map(|(way, e)| row(*way, e, whole, scene)).collect();
    let revoke = effects.iter().find(|(way, _)| *way == Way::Revoke).map(|(_, e)| e.clone()).unwrap_or_default();
    let stat =
        |id, label: &str, part, whole, of| Stat { id, label: label.to_owned(), share: Share::new(part, whole), of };
    let reached = |way: Way| effects.iter().find(|(w, _)| *w == way).map_or(0, |(_, e)| e.stale);
    let of = "token-stale and unregistered";
    Finding {
        id: "options",
        title: format!(
            "Of {} token-stale unregistered people waiting reaches {}, a sign-in frequency {}, revoking {}, enforcing {}",
            whole.stale,
            reached(Way::Wait),
            reached(Way::SignInFrequency),
            reached(Way::Revoke),
            reached(Way::Enforce)
        ),
        lead: lead(&effects, whole),
        definition: definition(),
        stats: vec![
            stat("option_frequency", "reached by a sign-in frequency", reached(Way::SignInFrequency), whole.stale, of),
            stat("option_revoke", "reached by revoking", revoke.stale, whole.stale, of),
            stat("option_enforce", "reached by enforcing MFA", reached(Way::Enforce), whole.stale, of),
        ],
        tables: vec![
            options,
            reach_tables::unreached(&effects, whole.unregistered),
            reach_tables::rules_table(scene.ground.frame.t.day()),
            reach_tables::reach_table(scene),
        ],
        figures: vec![figure(&effects, whole)],
        caveats: Vec::new(),
    }
}

fn lead(effects: &[(Way, Effect)], whole: Whole) -> String {
    let of = |way: Way| effects.iter().find(|(w, _)| *w == way).map(|(_, e)| e.clone()).unwrap_or_default();
    let (enforce, revoke, frequency) = (of(Way::Enforce), of(Way::Revoke), of(Way::SignInFrequency));
    format!(
        "Enforcing MFA touches {} of {} active people and would break {} accounts. Revoking the target list touches {} people with {} prompts and {} others. \
         The sign-in frequency below touches {} with {} prompts a period, {} others among them.",
        enforce.touched,
        whole.active,
        enforce.breaks,
        revoke.touched,
        revoke.prompts,
        revoke.others,
        frequency.touched,
        frequency.prompts,
        frequency.others
    )
}

fn figure(effects: &[(Way, Effect)], whole: Whole) -> Figure {
    let tone = |way: Way| match way {
        Way::Request | Way::Provisioning => Tone::Neutral,
        _ => Tone::Good,
    };
    let label = |way: Way| match way {
        Way::Enforce => "enforce MFA".to_owned(),
        Way::SignInFrequency => "sign-in frequency".to_owned(),
        Way::Request => "request, if they act on it".to_owned(),
        Way::Provisioning => "provisioning, without them".to_owned(),
        other => other.name().to_owned(),
    };
    let bars: Vec<Bar> =
        effects.iter().map(|(way, e)| Bar { label: label(*way), count: e.stale, tone: tone(*way) }).collect();
    let said: Vec<String> = bars.iter().map(|b| format!("{} {}", b.label, b.count)).collect();
    Figure {
        id: "options",
        title: match bars.iter().filter(|b| b.tone == Tone::Good).max_by_key(|b| b.count).filter(|b| b.count > 0) {
            Some(most) => format!(
                "The lever “{}” reaches {} of {} token-stale unregistered people",
                most.label, most.count, whole.stale
            ),
            None if whole.stale == 0 => {
                "No lever is needed: nobody is token-stale and known to be unregistered".to_owned()
            }
            None => format!("No lever reaches any of {} token-stale unregistered people", whole.stale),
        },
        axis: format!("people, of {} token-stale and unregistered", whole.stale),
        alt: format!("Bars: {}.", said.join(", ")),
        shape: Shape::Bars(if whole.stale == 0 { Vec::new() } else { bars })
            .or("Nobody is token-stale and known to be unregistered, so there is nobody for a lever to reach."),
    }
}
