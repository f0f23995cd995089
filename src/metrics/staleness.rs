//! Staleness: for how long people have not been at a sign-in page where a registration prompt could appear.
//!
//! Definition. Whole days from the last promptable sign-in to the as-of instant, as an interval: what the logs
//! cannot show is not given a date. Stale: at least W days for certain. Not stale: fewer for certain. Undetermined: neither.
//!
//! The map sets it beside the last token use: its cells of W days or more for certain and of token use within A days hold
//! whoever lives on tokens, those among them who log on to Windows or look like a service included.
//!
//! Denominator. Active, enabled (as far as known) human members in scope; of the map the inactive too.
//!
//! Caveats. The censored part has a known lower end only; it is drawn hatched at that end and may belong further right.
//!
//! Source. semantics.md §2.3, §9.2; rulings.md 1–6.

mod map;

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::Stale;
use crate::judge::bounds::Bounds;
use crate::view::{Bin, Cell, Column, ColumnKind, Figure, Finding, Shape, Table, Tone};

/// The metric.
pub(super) struct Staleness;

/// Lower ends of the bins and tiers, days; W is always one of them.
fn tiers_with(w: i64) -> Vec<i64> {
    let mut tiers = vec![0, 7, 14, 30, 60, 90, w];
    tiers.sort_unstable();
    tiers.dedup();
    tiers
}

const COLUMNS: &[Column] = &[
    Column::new("at_least_days", ColumnKind::Integer, "Tier: no promptable sign-in for this many days").unit("days"),
    Column::new("certain", ColumnKind::Integer, "People for whom this is certain").unit("people"),
    Column::new("possible", ColumnKind::Integer, "People for whom it cannot be excluded, the certain ones included")
        .unit("people"),
    Column::new(
        "unregistered_certain",
        ColumnKind::Integer,
        "Of the certain ones, known to be unregistered for the goal",
    )
    .unit("people"),
    Column::new("of", ColumnKind::Integer, "Active people in scope").unit("people"),
];

impl Metric for Staleness {
    fn id(&self) -> &'static str {
        "staleness"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("staleness.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("staleness", "Staleness by tier", COLUMNS.to_vec()), ("staleness_map", map::TITLE, map::MAP.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let all: Vec<_> = judged.active().collect();
        let whole = all.len() as u64;
        let of = |stale: Stale| count(all.iter().filter(|v| v.stale == stale));
        let (stale, unknown) = (of(Stale::Stale), of(Stale::Undetermined));
        let unregistered: Vec<_> = judged.active_unregistered().collect();
        let stale_unregistered = count(unregistered.iter().filter(|v| v.stale == Stale::Stale));
        let maybe = count(unregistered.iter().filter(|v| v.stale == Stale::Undetermined));
        let w = judged.frame.thresholds.stale_days;
        let mut caveats = Vec::new();
        if unknown > 0 {
            let verb = if unknown == 1 { "is" } else { "are" };
            caveats.push(format!(
                "{} {verb} undetermined: of the unregistered, the stale are between {stale_unregistered} and {}.",
                people(unknown),
                stale_unregistered + maybe
            ));
        }
        let map = map::Map::of(judged);
        Finding {
            id: self.id(),
            title: format!("{stale} of {whole} active people have not been at a sign-in page for {w} days or more"),
            lead: format!(
                "A registration prompt appears only at such a page. {} could have been prompted since; for {unknown} the logs cannot tell.",
                of(Stale::NotStale)
            ),
            definition: self.definition(),
            stats: vec![
                stat("stale", format!("stale for {w} days or more"), (stale, whole), "active people in scope"),
                stat("not_stale", "not stale", (of(Stale::NotStale), whole), "active people in scope"),
                stat("undetermined", "undetermined", (unknown, whole), "active people in scope"),
                stat(
                    "stale_unregistered",
                    "stale and unregistered",
                    (stale_unregistered, unregistered.len() as u64),
                    "active people known to be unregistered",
                ),
            ],
            tables: vec![tiers(judged), map.table()],
            figures: vec![histogram(judged, whole), map.figure()],
            caveats,
        }
    }
}

fn tiers(judged: Judged<'_>) -> Table {
    let mut table = Table::new("staleness", "Staleness by tier", COLUMNS);
    let whole = count(judged.active());
    for tier in tiers_with(judged.frame.thresholds.stale_days).into_iter().skip(1) {
        let certain = |b: &Bounds| b.min_days >= tier;
        let possible = |b: &Bounds| b.max_days.is_none_or(|m| m >= tier);
        table.rows.push(vec![
            Cell::Integer(tier),
            Cell::count(count(judged.active().filter(|v| certain(&v.bounds)))),
            Cell::count(count(judged.active().filter(|v| possible(&v.bounds)))),
            Cell::count(count(judged.active_unregistered().filter(|v| certain(&v.bounds)))),
            Cell::count(whole),
        ]);
    }
    table
}

fn histogram(judged: Judged<'_>, whole: u64) -> Figure {
    let w = judged.frame.thresholds.stale_days;
    let tiers = tiers_with(w);
    let bin_of = |days: i64| tiers.iter().rposition(|t| days >= *t).unwrap_or(0);
    let mut bins: Vec<Bin> = tiers
        .iter()
        .enumerate()
        .map(|(i, from)| Bin {
            label: tiers.get(i + 1).map_or_else(|| format!("{from}+"), |next| format!("{from}–{}", next - 1)),
            known: 0,
            censored: 0,
            tone: if *from >= w { Tone::Bad } else { Tone::Good },
        })
        .collect();
    for verdict in judged.active() {
        let at = bin_of(verdict.bounds.min_days);
        // Both ends in one bin: the value is known as far as the picture shows it.
        if verdict.bounds.max_days.is_some_and(|max| bin_of(max) == at) {
            bins[at].known += 1;
        } else {
            bins[at].censored += 1;
        }
    }
    let censored: u64 = bins.iter().map(|b| b.censored).sum();
    let late: u64 = bins.iter().filter(|b| b.tone == Tone::Bad).map(|b| b.known + b.censored).sum();
    let parts: Vec<String> = bins
        .iter()
        .map(|b| format!("{} days: {} known, {} at least this long", b.label, b.known, b.censored))
        .collect();
    Figure {
        id: "staleness",
        title: match whole {
            0 => "Nobody in scope was active".to_owned(),
            _ => format!(
                "Days since the last sign-in page: {late} of {whole} active people at {w} or more, {censored} known from one side only"
            ),
        },
        axis: format!("people, of {whole} active people in scope; days since the last promptable sign-in"),
        alt: format!("Histogram of staleness. {}.", parts.join("; ")),
        shape: Shape::Histogram(if whole == 0 { Vec::new() } else { bins })
            .or("Nobody in scope was active in the activity window, so there is no staleness to show."),
    }
}
