//! Campaign results: what came of each person on a target list, and how far the people on it came.
//!
//! Definition. Each listed person is followed from the instant the list was made (t0). Revoked: the first revocation by an
//! administrator or an application since t0, by the audit log, or a moved valid-from instant of the user list that nothing else
//! explains; a password reset is none. Bitten: a client was then told that its session is over (50173, 50133, 50132, 70043,
//! 70044), or the person signed in anew. Returned: the first sign-in at a page, or own act on a security page. Prompted, started,
//! registered: the first prompt, act of registering and registration for the goal since. Capable: a report says that it may be
//! used. Each step of the waterfall counts those of the step before; who passed a step without the one before it stands under
//! beside. An outcome in which something did not happen is given only after 24 hours of Monday to Friday (UTC), and where the
//! logs cover the time from the revocation to the as-of instant; else it is not_verifiable_yet. Who was registered before t0, or
//! registered between t0 and the revocation, is registered_before: no success of the revocation. Uplift is the share registered
//! (audit log, since t0) among the targeted less the share among those token-stale at t0 who were neither targeted nor revoked,
//! of people in both groups who were unregistered at t0 and are not disabled; by an administrator is no registration of theirs.
//! It comes with Newcombe's 95 % interval of two Wilson scores; in departments with at least 10 people in both groups, the
//! others by token mechanism.
//!
//! Denominator. People on the list (with --wave: in the wave). For uplift also the untargeted stale people named.
//!
//! Caveats. Nobody drew lots: targeted and untargeted people may differ in more than the list. Who was stale at t0 is judged from the
//! same exports, whose coverage is shorter at t0. Whether a session was under continuous access evaluation is not in the exports:
//! token use 2 to 28 hours after a revocation is flagged as possible only.
//!
//! Source. semantics.md §9.3, §4.3, §4.4; rulings.md 20 to 23, 26; Newcombe 1998, method 10.

use super::campaign::{Campaign, Member};
use super::columns::{CAMPAIGN, COLLATERAL, NEXT, OUTCOMES, STEPS, UPLIFT};
use super::outcome::Outcome;
use super::uplift::{Pair, Stratum};
use crate::model::time::Instant;
use crate::view::{Cell, Change, Figure, Finding, Move, Shape, Share, Stat, Step, Table, Tone, heading};

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("results.rs"))
}

/// Everything there is to say of a campaign.
#[must_use]
pub fn finding(campaign: &Campaign<'_>, goal: &str) -> Finding {
    let whole = campaign.members.len() as u64;
    let n = |outcome| campaign.count(outcome);
    let (registered, open) = (n(Outcome::Registered), n(Outcome::NotVerifiable));
    let revoked = count(campaign, |m| m.path.revoked.is_some());
    let back = count(campaign, |m| m.path.revoked.is_some() && m.path.returned.is_some());
    let stat = |id, label: &str, part, of| Stat { id, label: label.to_owned(), share: Share::new(part, whole), of };
    let of = "people on the list";
    Finding {
        id: "campaign",
        title: format!("{registered} of {whole} people on the list are registered for {goal}"),
        lead: format!(
            "{revoked} were revoked and {back} of those came back to a sign-in page. {}",
            uplift_words(campaign)
        ),
        definition: definition(),
        stats: vec![
            stat("campaign_registered", "registered since", registered, of),
            stat("campaign_revoked", "revoked", revoked, of),
            stat("campaign_not_revoked", "not revoked", n(Outcome::NotRevoked), of),
            stat("campaign_open", "not verifiable yet", open, of),
        ],
        tables: vec![
            steps_table(campaign),
            outcomes_table(campaign),
            uplift_table(campaign),
            next_table(campaign),
            table(campaign),
            collateral_table(campaign),
        ],
        figures: vec![figure(campaign, goal), waterfall(campaign, goal)],
        caveats: caveats(campaign, open),
    }
}

fn caveats(campaign: &Campaign<'_>, open: u64) -> Vec<String> {
    let mut out = Vec::new();
    if open > 0 {
        let again = campaign.members.iter().filter_map(|m| m.said.again_after).max();
        let when = again.map_or_else(String::new, |at| format!("; export and verify again after {at}"));
        out.push(format!("For {open} of the people listed the logs cannot tell yet{when}."));
    }
    let missing = campaign.count(Outcome::NotInInputs);
    if missing > 0 {
        out.push(format!("{missing} of the people listed are not in the inputs."));
    }
    if !campaign.collateral.is_empty() {
        out.push(format!(
            "{} people were revoked since {} without being on the list.",
            campaign.collateral.len(),
            campaign.made_at
        ));
    }
    out
}

/// The comparison in a sentence, with both denominators.
fn uplift_words(campaign: &Campaign<'_>) -> String {
    let Some((_, pair)) = campaign.uplift.iter().find(|(s, _)| *s == Stratum::All) else {
        return "The audit log does not cover the time since the list was made, so there is no comparison with people not targeted.".to_owned();
    };
    let (t, c) = (pair.targeted, pair.control);
    let shares = format!("{} of {} targeted and {} of {} untargeted stale people registered since", t.0, t.1, c.0, c.1);
    match pair.difference() {
        None => format!("{shares}: too few for a comparison."),
        Some([d, low, high]) => format!(
            "{shares}: a difference of {:.1} percentage points (95 % interval {:.1} to {:.1}).",
            d * 100.0,
            low * 100.0,
            high * 100.0
        ),
    }
}

fn count(campaign: &Campaign<'_>, test: impl Fn(&Member<'_>) -> bool) -> u64 {
    campaign.members.iter().filter(|m| test(m)).count() as u64
}

/// A step: its name, why people stop before it, its test.
type Test = (&'static str, &'static str, fn(&Member<'_>) -> bool);

const CHAIN: [Test; 7] = [
    ("revoked", "not revoked, or not known yet", |m| m.path.revoked.is_some()),
    ("bitten", "no client has asked since", |m| {
        m.path.bitten.is_some() || m.path.returned.is_some() || m.path.logon.is_some()
    }),
    ("returned", "at no sign-in page since, or Windows logon only", |m| m.path.returned.is_some()),
    ("prompted", "no prompt at the page", |m| m.path.prompted.is_some()),
    ("started", "left the page", |m| m.path.started.is_some()),
    ("registered", "did not finish", |m| m.said.outcome == Outcome::Registered),
    ("capable", "method not allowed by policy, or unknown", |m| {
        m.said.outcome == Outcome::Registered && m.verdict.is_some_and(|v| v.registration.goal_capable == Some(true))
    }),
];

struct Counted {
    name: &'static str,
    people: u64,
    leak: &'static str,
    beside: u64,
}

fn chain(campaign: &Campaign<'_>) -> Vec<Counted> {
    let mut left: Vec<&Member<'_>> = campaign.members.iter().collect();
    let mut out = vec![Counted { name: "targeted", people: left.len() as u64, leak: "", beside: 0 }];
    for (name, leak, test) in CHAIN {
        left.retain(|m| test(m));
        let people = left.len() as u64;
        out.push(Counted { name, people, leak, beside: count(campaign, test) - people });
    }
    out
}

fn steps_table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign_steps", "Campaign: step by step", STEPS);
    let steps = chain(campaign);
    let whole = campaign.members.len() as u64;
    let mut before = whole;
    for step in steps {
        table.rows.push(vec![
            Cell::text(step.name),
            Cell::count(step.people),
            Cell::share(Share::new(step.people, whole).fraction()),
            Cell::share(Share::new(step.people, before).fraction()),
            Cell::count(before - step.people),
            Cell::text(if before > step.people { step.leak } else { "" }),
            Cell::count(step.beside),
        ]);
        before = step.people;
    }
    table
}

fn outcomes_table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign_outcomes", "Campaign: outcomes", OUTCOMES);
    let whole = campaign.members.len() as u64;
    for outcome in Outcome::ALL {
        let people = campaign.count(outcome);
        let share = Cell::share(Share::new(people, whole).fraction());
        table.rows.push(vec![Cell::text(outcome.name()), Cell::count(people), share]);
    }
    table
}

fn uplift_table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign_uplift", "Campaign: targeted against untargeted", UPLIFT);
    table.rows = campaign.uplift.iter().map(|(stratum, pair)| uplift_row(stratum, pair)).collect();
    table
}

fn uplift_row(stratum: &Stratum, pair: &Pair) -> Vec<Cell> {
    let (by, which) = stratum.words();
    let difference = pair.difference();
    let end = |at: usize| Cell::share(difference.map(|d| d[at]));
    vec![
        Cell::text(by),
        Cell::text(which),
        Cell::count(pair.targeted.1),
        Cell::count(pair.targeted.0),
        Cell::count(pair.control.1),
        Cell::count(pair.control.0),
        end(0),
        end(1),
        end(2),
        Cell::text(if difference.is_none() { "too few" } else { "" }),
    ]
}

/// Who should be tried again or by another lever, in the order of ids.
#[must_use]
pub fn next_table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign_next", "Campaign: who next, and how", NEXT);
    for m in campaign.members.iter().filter(|m| m.next.0 != "none") {
        table.rows.push(vec![
            id(m),
            Cell::text(m.verdict.map_or("", |v| &v.upn)),
            Cell::text(m.said.outcome.name()),
            Cell::text(m.next.0),
            Cell::text(m.next.1),
            Cell::time(m.said.again_after),
            Cell::text(&m.said.reason),
        ]);
    }
    table
}

fn collateral_table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign_collateral", "Campaign: revoked and not listed", COLLATERAL);
    for (v, at, cause) in &campaign.collateral {
        table.rows.push(vec![
            Cell::text(v.id.to_string()),
            Cell::text(&v.upn),
            Cell::text(v.label.name()),
            Cell::Time(*at),
            Cell::text(cause.name()),
            Cell::text("revoked_not_listed"),
        ]);
    }
    table
}

/// The contract's table `campaign`.
#[must_use]
pub fn table(campaign: &Campaign<'_>) -> Table {
    let mut table = Table::new("campaign", "Campaign: every person on the list", CAMPAIGN);
    table.rows = campaign.members.iter().map(row).collect();
    table
}

fn id(m: &Member<'_>) -> Cell {
    Cell::text(m.verdict.map_or_else(|| m.listed.name.clone(), |v| v.id.to_string()))
}

fn row(m: &Member<'_>) -> Vec<Cell> {
    let path = &m.path;
    let revoked = path.revoked.map(|r| r.at);
    let cause = path.revoked.map_or("", |r| r.cause.map_or("valid_from", |c| c.name()));
    let exact = path.returned.filter(|r| r.exact()).map(|r| r.at);
    let bitten = path.bitten.map(|(at, _)| at);
    vec![
        id(m),
        Cell::text(m.verdict.map_or("", |v| &v.upn)),
        Cell::text(m.verdict.map_or("", |v| &v.home.department)),
        Cell::integer(m.listed.wave),
        Cell::text(m.said.outcome.name()),
        Cell::Time(m.listed.term.targeted_at),
        Cell::time(revoked),
        Cell::text(cause),
        Cell::time(bitten),
        Cell::integer(path.bitten.map(|(_, code)| i64::from(code))),
        Cell::boolean(revoked.map(|_| path.valid_from_moved)),
        Cell::time(path.returned.map(|r| r.at)),
        Cell::time(path.logon.map(|l| l.at)),
        Cell::time(path.prompted),
        Cell::time(path.started),
        Cell::time(path.registered),
        Cell::time(path.capable),
        Cell::boolean(m.verdict.and_then(|v| v.registration.goal_capable)),
        minutes(revoked, bitten),
        minutes(revoked, exact),
        minutes(path.prompted, path.registered),
        Cell::time(path.other.map(|(at, _)| at)),
        Cell::text(path.other.map_or("", |(_, cause)| cause.name())),
        Cell::text(m.flags.join("|")),
        Cell::text(m.next.0),
        Cell::text(&m.said.reason),
    ]
}

/// Whole minutes from one instant to another.
fn minutes(from: Option<Instant>, to: Option<Instant>) -> Cell {
    Cell::integer(from.zip(to).map(|(from, to)| (to.0 - from.0).div_euclid(60)))
}

fn figure(campaign: &Campaign<'_>, goal: &str) -> Figure {
    let steps = chain(campaign);
    let biggest = steps.windows(2).max_by_key(|p| p[0].people - p[1].people);
    let title = match biggest {
        Some([from, to]) if from.people > to.people => {
            format!("The largest loss is before “{}”: {} of {}", to.name, from.people - to.people, from.people)
        }
        _ => "Nobody is lost on the way".to_owned(),
    };
    let parts: Vec<String> = steps.iter().map(|s| format!("{} {}", s.name, s.people)).collect();
    let step = |s: &Counted| Step { label: s.name.to_owned(), count: s.people, leak: s.leak.to_owned() };
    Figure {
        id: "campaign",
        title,
        axis: format!("people, of {} on the list; goal {goal}", campaign.members.len()),
        alt: format!("Funnel: {}.", parts.join(", ")),
        shape: Shape::Funnel(steps.iter().map(step).collect()),
    }
}

/// The list's balance: what each step of the way to a registration takes from it, and who registered without being seen at
/// every step. Ends at the number registered since.
fn waterfall(campaign: &Campaign<'_>, goal: &str) -> Figure {
    let steps = chain(campaign);
    let whole = campaign.members.len() as u64;
    let change = |label: &str, to, count, tone| Change { label: label.to_owned(), to, count, tone };
    let mut changes = vec![change("on the list", Move::Total, whole, Tone::Neutral)];
    let mut before = whole;
    let way = steps.iter().skip(1).take_while(|s| s.name != "capable");
    let last = way.clone().last();
    let leaks: Vec<(&str, u64)> = way
        .map(|step| {
            let gone = before - step.people;
            before = step.people;
            (step.leak, gone)
        })
        .collect();
    let worst = leaks.iter().map(|l| l.1).max().filter(|n| *n > 0);
    for (leak, lost) in leaks.iter().filter(|l| l.1 > 0) {
        changes.push(change(leak, Move::Loss, *lost, if Some(*lost) == worst { Tone::Bad } else { Tone::Warn }));
    }
    let (came, beside) = last.map_or((0, 0), |s| (s.people, s.beside));
    if beside > 0 {
        changes.push(change("registered, a step not seen", Move::Gain, beside, Tone::Good));
    }
    changes.push(change("registered since", Move::Total, came + beside, Tone::Good));
    let said: Vec<String> = changes
        .iter()
        .map(|c| match c.to {
            Move::Total => format!("{} {}", c.label, c.count),
            Move::Gain => format!("{} +{}", c.label, c.count),
            Move::Loss => format!("{} -{}", c.label, c.count),
        })
        .collect();
    Figure {
        id: "campaign_waterfall",
        title: format!("Of {whole} people on the list {} registered since", came + beside),
        axis: format!("people, of {whole} on the list; goal {goal}"),
        alt: format!("Waterfall: {}.", said.join(", ")),
        shape: Shape::Waterfall(if whole == 0 { Vec::new() } else { changes }).or("Nobody is on the list."),
    }
}
