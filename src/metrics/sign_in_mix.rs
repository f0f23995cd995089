//! Sign-in mix: how many people a day were at a sign-in page, at a Windows logon, or used tokens, and when policies changed.
//!
//! Definition. Distinct people per UTC day and class: interactive (a promptable sign-in: a page was shown or a factor given), logon
//! (Windows logon), token (a silent success, or an interactive one satisfied by a token). Token-only: people who that day used
//! tokens and were neither at a page nor at a Windows logon. Nothing is added up over rows: somebody counts once a day and class.
//! The table `policy_changes` lists what the audit log says of the tenant as a whole: changes of policies that decide who is
//! prompted (marked in the figure), and the downloads of the very exports read here (provenance).
//!
//! Denominator. Human members in scope; token_only_share: those of them seen that day in either log.
//!
//! Caveats. A day that a log does not cover is a hole, never a zero: interactive and logon need the interactive log, token the
//! non-interactive log, token_only both. A day that neither sign-in log covers has no row; the figure begins after the last hole
//! of more than 31 days, so that a single row with a wild date does not stretch it. The first and the last day may be covered in
//! part. Failed changes of policies and those after the as-of instant are left out. The audit log says that a policy changed, not
//! what is in it.
//!
//! Source. semantics.md §9.2 (sign-in mix), §2.2 (classes), §4.2 (annotations, provenance).

use std::collections::BTreeMap;

use super::{Judged, Metric, heading, stat};
use crate::facts::{DaySet, Dossier, TenantMoment};
use crate::judge::Frame;
use crate::judge::class::Class;
use crate::model::tenant_activity::TenantKind;
use crate::model::time::{Day, Instant, Window};
use crate::view::{Cell, Column, ColumnKind, DayNote, Figure, Finding, Series, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct SignInMix;

const COLUMNS: &[Column] = &[
    Column::new("day", ColumnKind::Time, "UTC day, its start"),
    Column::new("interactive", ColumnKind::Integer, "People at a sign-in page; empty = not covered").unit("people"),
    Column::new("logon", ColumnKind::Integer, "People at a Windows logon; empty = not covered").unit("people"),
    Column::new("token", ColumnKind::Integer, "People who used tokens; empty = not covered").unit("people"),
    Column::new("token_only", ColumnKind::Integer, "People who used tokens alone; empty = not covered").unit("people"),
    Column::new("seen", ColumnKind::Integer, "People seen in either log; empty = not covered").unit("people"),
    Column::new("token_only_share", ColumnKind::Real, "token_only of seen"),
    Column::new(
        "policy_changes",
        ColumnKind::Integer,
        "Policies changed that day; empty = not covered by the audit log",
    ),
];

const CHANGES: &[Column] = &[
    Column::new("at", ColumnKind::Time, "When"),
    Column::new("kind", ColumnKind::Text, "policy_changed or export_made"),
    Column::new("change", ColumnKind::Text, "What was done"),
    Column::new("name", ColumnKind::Text, "Name of the policy or object it was done to"),
];

/// One day's counts of people.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    interactive: u64,
    logon: u64,
    token: u64,
    token_only: u64,
    seen: u64,
}

/// The figure begins after the last hole of more than this many days.
const LONGEST_HOLE: i32 = 31;

/// The days that some sign-in log covers, ascending, and which log covers them.
struct Days {
    listed: Vec<Day>,
    interactive: DaySet,
    silent: DaySet,
    audit: DaySet,
}

impl Days {
    fn of(judged: Judged<'_>) -> Option<Self> {
        let frame = judged.frame;
        let (interactive, silent) = (covered(&frame.interactive), covered(&frame.non_interactive));
        let mut either = interactive.clone();
        either.join(&silent);
        let listed: Vec<Day> = either.iter().collect();
        (!listed.is_empty()).then(|| Self { listed, interactive, silent, audit: covered(&frame.audit) })
    }

    fn iter(&self) -> impl Iterator<Item = Day> + '_ {
        self.listed.iter().copied()
    }

    fn offset(&self, day: Day) -> Option<usize> {
        self.listed.binary_search(&day).ok()
    }

    /// Where the last stretch without a long hole begins.
    fn drawn_from(&self) -> usize {
        self.listed.windows(2).rposition(|two| two[1].0 - two[0].0 > LONGEST_HOLE + 1).map_or(0, |before| before + 1)
    }

    /// Every day of the figure, holes too, with its place among those listed.
    fn drawn(&self) -> impl Iterator<Item = (Day, Option<usize>)> + '_ {
        let shown = self.listed.get(self.drawn_from()..).unwrap_or_default();
        let ends = shown.first().zip(shown.last()).map(|(first, last)| first.0..=last.0);
        ends.into_iter().flatten().map(|day| (Day(day), self.offset(Day(day))))
    }

    /// A count of the interactive log on a day, if it covers it.
    fn paged(&self, day: Day, n: u64) -> Option<u64> {
        self.interactive.contains(day).then_some(n)
    }

    fn tokened(&self, day: Day, n: u64) -> Option<u64> {
        self.silent.contains(day).then_some(n)
    }

    fn both(&self, day: Day, n: u64) -> Option<u64> {
        self.paged(day, n).and_then(|n| self.tokened(day, n))
    }
}

/// The days that windows touch. A log that ends at midnight has a last row on the next day, and nothing else: that day is none.
fn covered(windows: &[Window]) -> DaySet {
    let mut days = DaySet::default();
    for window in windows {
        let last = Instant((window.to.0 - 1).max(window.from.0)).day();
        (window.from.day().0..=last.0).for_each(|d| days.insert(Day(d)));
    }
    days
}

impl Metric for SignInMix {
    fn id(&self) -> &'static str {
        "sign_in_mix"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("sign_in_mix.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("sign_in_mix", "People per day and kind of sign-in", COLUMNS.to_vec()),
            ("policy_changes", "Policies changed and exports made", CHANGES.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let days = Days::of(judged);
        let counts = days.as_ref().map(|d| count(judged, d)).unwrap_or_default();
        let typical = days.as_ref().and_then(|d| typical(d, &counts));
        let changes = match policy_changes(judged).count() {
            1 => "1 policy change".to_owned(),
            n => format!("{n} policy changes"),
        };
        let share = typical.unwrap_or(Share::new(0, 0));
        Finding {
            id: self.id(),
            title: match typical {
                Some(s) => format!("On a typical day {} of {} people seen used tokens alone", s.part, s.whole),
                None => "No day is covered by both sign-in logs".to_owned(),
            },
            lead: format!(
                "The day with the middle share of token-only people, of the days that both logs cover: {}. The audit log names {changes}.",
                share.percent()
            ),
            definition: self.definition(),
            stats: vec![stat(
                "token_only",
                "tokens alone",
                (share.part, share.whole),
                "people in scope seen on the middle day",
            )],
            tables: vec![table(judged, days.as_ref(), &counts), changes_table(judged)],
            figures: vec![figure(judged, days.as_ref(), &counts, typical)],
            caveats: Vec::new(),
        }
    }
}

fn count(judged: Judged<'_>, days: &Days) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); days.listed.len()];
    for (i, verdict) in judged.verdicts.iter().enumerate().filter(|(_, v)| v.in_scope) {
        let Some(dossier) = judged.dossiers.get(i).filter(|d| *d.id == verdict.id) else { continue };
        let (pages, logons, tokens) = used(&dossier, judged.frame);
        let mut any = pages.clone();
        any.join(&logons);
        any.join(&tokens);
        for (day, at) in any.iter().filter_map(|day| Some((day, days.offset(day)?))) {
            let Some(mine) = counts.get_mut(at) else { continue };
            let (page, logon, token) = (pages.contains(day), logons.contains(day), tokens.contains(day));
            mine.interactive += u64::from(page);
            mine.logon += u64::from(logon);
            mine.token += u64::from(token);
            mine.token_only += u64::from(token && !page && !logon);
            mine.seen += 1;
        }
    }
    counts
}

/// The days of a person at a page, at a Windows logon, and with tokens.
fn used(dossier: &Dossier<'_>, frame: &Frame) -> (DaySet, DaySet, DaySet) {
    let (mut pages, mut logons, mut tokens) = (DaySet::default(), DaySet::default(), DaySet::default());
    for (channel, span) in &dossier.activity {
        match frame.class(channel) {
            Class::Interactive => pages.join(&span.days()),
            Class::Logon => logons.join(&span.days()),
            Class::Token | Class::InteractiveToken => tokens.join(&span.days()),
            _ => {}
        }
    }
    (pages, logons, tokens)
}

/// The share of the day in the middle, of the days that both logs cover and somebody was seen.
fn typical(days: &Days, counts: &[Counts]) -> Option<Share> {
    let mut shares: Vec<Share> = days
        .iter()
        .zip(counts)
        .filter(|(day, c)| c.seen > 0 && days.both(*day, 0).is_some())
        .map(|(_, c)| Share::new(c.token_only, c.seen))
        .collect();
    // a/b against c/d without rounding; equal shares by size, so that the order does not show.
    shares.sort_by_key(|s| (s.whole, s.part));
    shares.sort_by(|a, b| (u128::from(a.part) * u128::from(b.whole)).cmp(&(u128::from(b.part) * u128::from(a.whole))));
    shares.get(shares.len().checked_sub(1)? / 2).copied()
}

/// Changes of policies up to T, in order of time: what lead, tables and figure all speak of.
fn policy_changes(judged: Judged<'_>) -> impl Iterator<Item = &TenantMoment> {
    let t = judged.frame.t;
    judged.dossiers.tenant_moments().filter(move |m| m.activity.kind == TenantKind::PolicyChanged && m.at <= t)
}

fn table(judged: Judged<'_>, days: Option<&Days>, counts: &[Counts]) -> Table {
    let mut table = Table::new("sign_in_mix", "People per day and kind of sign-in", COLUMNS);
    let Some(days) = days else { return table };
    let cell = |value: Option<u64>| value.map_or(Cell::Empty, Cell::count);
    let mut changed: BTreeMap<Day, u64> = BTreeMap::new();
    for m in policy_changes(judged) {
        *changed.entry(m.at.day()).or_default() += 1;
    }
    for (day, c) in days.iter().zip(counts) {
        let share = days.both(day, 0).and_then(|_| Share::new(c.token_only, c.seen).fraction());
        let changed = changed.get(&day).copied().unwrap_or_default();
        table.rows.push(vec![
            Cell::Time(day.start()),
            cell(days.paged(day, c.interactive)),
            cell(days.paged(day, c.logon)),
            cell(days.tokened(day, c.token)),
            cell(days.both(day, c.token_only)),
            cell(days.both(day, c.seen)),
            Cell::share(share),
            cell(days.audit.contains(day).then_some(changed)),
        ]);
    }
    table
}

fn changes_table(judged: Judged<'_>) -> Table {
    let mut table = Table::new("policy_changes", "Policies changed and exports made", CHANGES);
    let exports = judged.dossiers.tenant_moments().filter(|m| m.activity.kind == TenantKind::ExportMade);
    let mut listed: Vec<&TenantMoment> = policy_changes(judged).chain(exports).collect();
    listed.sort();
    for m in listed {
        table.rows.push(vec![
            Cell::Time(m.at),
            Cell::text(m.activity.kind.name()),
            Cell::text(m.activity.words),
            Cell::text(&m.name),
        ]);
    }
    table
}

/// A mark for each day of the figure on which policies changed.
fn marks(judged: Judged<'_>, first: Day) -> Vec<DayNote> {
    let mut days: BTreeMap<usize, (String, usize)> = BTreeMap::new();
    for m in policy_changes(judged) {
        let Ok(at) = usize::try_from(i64::from(m.at.day().0) - i64::from(first.0)) else { continue };
        let words = m.activity.words;
        let label = || if m.name.is_empty() { words.to_owned() } else { format!("{words}: {}", m.name) };
        days.entry(at).and_modify(|(_, more)| *more += 1).or_insert_with(|| (label(), 0));
    }
    let note = |(day, (label, more)): (usize, (String, usize))| DayNote {
        day,
        label: if more == 0 { label } else { format!("{more} more, and {label}") },
    };
    days.into_iter().map(note).collect()
}

fn figure(judged: Judged<'_>, days: Option<&Days>, counts: &[Counts], typical: Option<Share>) -> Figure {
    let scope = judged.in_scope().count();
    let drawn: Vec<(Day, Option<usize>)> = days.map(|d| d.drawn().collect()).unwrap_or_default();
    let line = |label: &str, tone: Tone, of: &dyn Fn(&Days, Day, &Counts) -> Option<u64>| Series {
        label: label.to_owned(),
        tone,
        values: drawn.iter().map(|(day, at)| of(days?, *day, counts.get((*at)?)?)).collect(),
    };
    let series = vec![
        line("tokens", Tone::Neutral, &|d, day, c| d.tokened(day, c.token)),
        line("tokens alone", Tone::Bad, &|d, day, c| d.both(day, c.token_only)),
        line("at a sign-in page", Tone::Good, &|d, day, c| d.paged(day, c.interactive)),
        line("Windows logon", Tone::Warn, &|d, day, c| d.paged(day, c.logon)),
    ];
    let first = drawn.first().map_or(Day(0), |(day, _)| *day);
    let mut notes = marks(judged, first);
    notes.retain(|note| note.day < drawn.len());
    let latest = |s: &Series| s.values.iter().rev().flatten().next().map_or("none".to_owned(), u64::to_string);
    let said: Vec<String> = series.iter().map(|s| format!("{}, last {}", s.label, latest(s))).collect();
    let left = match days.map_or(0, Days::drawn_from) {
        0 => String::new(),
        n => format!("; not drawn, before a hole of more than {LONGEST_HOLE} days: {n}"),
    };
    Figure {
        id: "sign_in_mix",
        title: typical.map_or_else(
            || "No day is covered by both sign-in logs".to_owned(),
            |s| format!("On the middle day {} of the people seen used tokens alone", s.percent()),
        ),
        axis: format!("distinct people a UTC day, of {scope} people in scope; marks: policy changes{left}"),
        alt: format!("Lines over days: {}; {} days with policy changes.", said.join("; "), notes.len()),
        shape: Shape::Lines { first, series, notes }.or("No sign-in log covers a day."),
    }
}
