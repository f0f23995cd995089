//! Nudge: whom the registration campaign can reach, of those who can do MFA by SMS or voice only.
//!
//! Definition. The campaign (nudge) shows its page after a successful sign-in with MFA at a page, and lets people put it off. Of
//! each person whose only MFA methods are SMS or voice: `nudged`, its page (50203, 502031) was shown within W days;
//! `reachable`, a sign-in with a fresh factor at a page succeeded within W days; `unreachable`, with the blocker: suppressed (53010, 53004:
//! registering was blocked, and there is no nudge either), inactive, surface (Windows logon or legacy clients only), interaction
//! (token-stale: at no page for W days); `undetermined`, the logs cannot tell (coverage, no_success). A page that no registration followed within a day
//! was put off (a snooze).
//!
//! Denominator. People in scope whose only methods that count for MFA are SMS or voice.
//!
//! Caveats. Always about the campaign, whatever --goal is. Whether MFA was asked at a sign-in, and whether it was a phone's browser,
//! where the campaign does not show itself, is not kept of the logs: `reachable` is an upper end. Who is in the campaign's scope is
//! in no export. That a page was put off is inferred: no event says so.
//!
//! Source. semantics.md §5.1, §5.3, §1.5 (NUDGE), §3 (50203, 502031).

use super::{Judged, Metric, count, heading, stat};
use crate::judge::Verdict;
use crate::judge::nudge::{Blocker, Nudge as Campaign, Reach};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct Nudge;

const COLUMNS: &[Column] = &[
    Column::new("reach", ColumnKind::Text, "nudged, reachable, unreachable or undetermined"),
    Column::new("blocker", ColumnKind::Text, "Why its page cannot be shown"),
    Column::new("people", ColumnKind::Integer, "People").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the people with SMS or voice only"),
    Column::new("snoozed", ColumnKind::Integer, "Of them, put the page off at least once").unit("people"),
    Column::new("meaning", ColumnKind::Text, "What that is"),
];

const PEOPLE: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("department", ColumnKind::Text, "Department"),
    Column::new("methods", ColumnKind::Text, "Methods, joined with |"),
    Column::new("reach", ColumnKind::Text, "nudged, reachable, unreachable or undetermined"),
    Column::new(
        "blocker",
        ColumnKind::Text,
        "suppressed:risk, suppressed:ca_register_info, inactive, surface, interaction, coverage or no_success",
    ),
    Column::new("label", ColumnKind::Text, "Label"),
    Column::new("last_page", ColumnKind::Time, "Last successful sign-in at a page"),
    Column::new("nudges", ColumnKind::Integer, "How often the campaign's page was shown"),
    Column::new("snoozes", ColumnKind::Integer, "How often it was put off"),
    Column::new("last_nudge", ColumnKind::Time, "When it was last shown"),
    Column::new("reason", ColumnKind::Text, "One sentence"),
    Column::new("confidence", ColumnKind::Text, "high, medium or low"),
];

impl Metric for Nudge {
    fn id(&self) -> &'static str {
        "nudge"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("nudge.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("nudge", "People with SMS or voice only, and the registration campaign", PEOPLE.to_vec()),
            ("nudge_reach", "Whom the registration campaign reaches", COLUMNS.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let people: Vec<(&Verdict, &Campaign)> =
            judged.in_scope().filter_map(|v| Some((v, v.nudge.as_deref()?))).collect();
        let whole = people.len() as u64;
        let n = |reach: Reach| count(people.iter().filter(|(_, c)| c.reach == reach));
        let reached = n(Reach::Nudged) + n(Reach::Reachable);
        let snoozed = count(people.iter().filter(|(_, c)| c.snoozes > 0));
        let of = "people with SMS or voice only";
        Finding {
            id: self.id(),
            title: format!("The registration campaign can reach {reached} of {whole} people with SMS or voice only"),
            lead: format!(
                "{} were shown its page within {} days, and {snoozed} put it off at least once. It does not come to {}.",
                n(Reach::Nudged),
                judged.frame.thresholds.stale_days,
                n(Reach::Unreachable)
            ),
            definition: self.definition(),
            stats: vec![
                stat("nudge_reachable", "within the campaign's reach", (reached, whole), of),
                stat("nudge_unreachable", "out of its reach", (n(Reach::Unreachable), whole), of),
                stat("nudge_undetermined", "undetermined", (n(Reach::Undetermined), whole), of),
                stat("nudge_snoozed", "put its page off", (snoozed, whole), of),
            ],
            figures: vec![figure(&people)],
            tables: vec![reach_table(&people), people_table(&people)],
            caveats: Vec::new(),
        }
    }
}

/// What people are told apart by.
type Key = (Reach, Option<Blocker>);

/// Every combination of reach and blocker that occurs, with its people, in their order.
fn groups<'p>(people: &[(&'p Verdict, &'p Campaign)]) -> Vec<(Key, Vec<&'p Campaign>)> {
    let mut out: std::collections::BTreeMap<_, Vec<&Campaign>> = std::collections::BTreeMap::new();
    for (_, c) in people {
        out.entry((c.reach, c.blocker)).or_default().push(c);
    }
    out.into_iter().collect()
}

fn meaning((reach, blocker): Key) -> &'static str {
    match (reach, blocker) {
        (_, Some(blocker)) => blocker.reason(),
        (Reach::Nudged, None) => "was shown the campaign's page",
        (_, None) => "signs in at a page, where the campaign shows itself if MFA is asked",
    }
}

fn reach_table(people: &[(&Verdict, &Campaign)]) -> Table {
    let mut table = Table::new("nudge_reach", "Whom the registration campaign reaches", COLUMNS);
    for (key, group) in groups(people) {
        let n = group.len() as u64;
        table.rows.push(vec![
            Cell::text(key.0.name()),
            Cell::text(key.1.map_or("", Blocker::name)),
            Cell::count(n),
            Cell::share(Share::new(n, people.len() as u64).fraction()),
            Cell::count(count(group.iter().filter(|c| c.snoozes > 0))),
            Cell::text(meaning(key)),
        ]);
    }
    table
}

fn people_table(people: &[(&Verdict, &Campaign)]) -> Table {
    let title = "People with SMS or voice only, and the registration campaign";
    let mut table = Table::new("nudge", title, PEOPLE);
    for (v, c) in people {
        table.rows.push(vec![
            Cell::text(v.id.to_string()),
            Cell::text(&v.upn),
            Cell::text(&v.home.department),
            Cell::text(v.registration.methods.iter().flatten().cloned().collect::<Vec<_>>().join("|")),
            Cell::text(c.reach.name()),
            Cell::text(c.blocker.map_or("", Blocker::name)),
            Cell::text(v.label.name()),
            Cell::time(c.last_page),
            Cell::count(c.shown.len() as u64),
            Cell::count(c.snoozes),
            Cell::time(c.shown.last().copied()),
            Cell::text(c.reason()),
            Cell::text(c.reach.confidence()),
        ]);
    }
    table
}

fn figure(people: &[(&Verdict, &Campaign)]) -> Figure {
    let bars: Vec<Bar> = groups(people)
        .into_iter()
        .map(|((reach, blocker), group)| Bar {
            label: match (reach, blocker) {
                (Reach::Nudged, None) => "was shown its page".to_owned(),
                (_, None) => "signs in at a page".to_owned(),
                (_, Some(blocker)) => blocker.words().to_owned(),
            },
            count: group.len() as u64,
            tone: match reach {
                Reach::Nudged | Reach::Reachable => Tone::Good,
                Reach::Unreachable => Tone::Bad,
                Reach::Undetermined => Tone::Unknown,
            },
        })
        .collect();
    let parts: Vec<String> = bars.iter().map(|b| format!("{} {}", b.label, b.count)).collect();
    Figure {
        id: "nudge",
        title: match bars.iter().filter(|b| b.tone == Tone::Bad).max_by_key(|b| b.count) {
            Some(bar) => format!(
                "What most often keeps the campaign away: {}, {} of {} people",
                bar.label,
                bar.count,
                people.len()
            ),
            None => "Nothing is known to keep the campaign away".to_owned(),
        },
        axis: format!("people, of {} people in scope with SMS or voice only", people.len()),
        alt: format!("Bars of reach: {}.", if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }),
        shape: Shape::Bars(bars).or("Nobody in scope is known to have SMS or voice as the only method."),
    }
}
