//! Time to register: how long people who are asked take to register, those who have not yet included.
//!
//! Definition. Days from the first prompt of the goal within coverage (for who was never prompted: from the first campaign
//! revocation) to the first registration for the goal by an own act in the audit log, in whole days. The share not yet
//! registered is estimated by Kaplan and Meier: S(t) is the product of 1 − events / at risk over the days up to t, with
//! Greenwood's variance and a log–log 95 % band. A quantile p is the smallest day with S ≤ 1 − p, or not reached. A method
//! removed later does not undo the registration.
//!
//! Denominator. Human members in scope who were unregistered at that origin and whom the audit log covers afterwards.
//! People stop being followed, without an event, when the audit log ends (from its first to its last row, or as declared
//! with `--covers`), when their account is disabled or deleted, when an administrator registers a method for them (a competing
//! event, counted apart), or at their last prompt if they are registered and no row says since when. Who was asked before the
//! audit log begins and is unregistered then is at risk from its beginning on only; who had registered before is not followed.
//! On each day events come before the others.
//!
//! Caveats. Fewer than 10 people, 5 registrations, or 5 people at risk on the first day with one: no curve and no quantile,
//! for the whole as for each group. A curve is drawn as far as 5 people are followed; the table goes on to the last
//! registration, and its end rests on few people: see `at_risk`. People never asked are not in here, however long they wait.
//! That a person revoked was unregistered then rests on a report, or on the registration after it. Leaving the scope by a
//! list of the user's has no date and removes a person altogether.
//!
//! Source. semantics.md §9.2, §9.4.

mod figures;

use std::collections::BTreeMap;

use super::kaplan_meier::{Estimate, FEWEST_AT_RISK, Subject, estimate};
use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::Verdict;
use crate::judge::spell::{End, From, Spell};
use crate::view::{Cell, Column, ColumnKind, CurveLine, CurveStep, Finding, Table, Tone};

/// The metric.
pub(super) struct TimeToRegister;

/// Fewer people, or events, than this: nothing is estimated.
const FEWEST: (usize, u64) = (10, 5);

const STEPS: &[Column] = &[
    Column::new("by", ColumnKind::Text, "all, origin, or the column people are grouped by"),
    Column::new("group", ColumnKind::Text, "Its value; empty = not known"),
    Column::new("t", ColumnKind::Integer, "Whole days since the origin").unit("days"),
    Column::new("at_risk", ColumnKind::Integer, "Unregistered and followed on that day").unit("people"),
    Column::new("events", ColumnKind::Integer, "Of those, registered on it").unit("people"),
    Column::new("s", ColumnKind::Real, "Share not yet registered from that day on"),
    Column::new("low", ColumnKind::Real, "Lower end of its 95 % band; empty once nobody is left"),
    Column::new("high", ColumnKind::Real, "Upper end of its 95 % band"),
];

const GROUPS: &[Column] = &[
    Column::new("by", ColumnKind::Text, "all, origin, or the column people are grouped by"),
    Column::new("group", ColumnKind::Text, "Its value; empty = not known"),
    Column::new("people", ColumnKind::Integer, "People followed").unit("people"),
    Column::new("registered", ColumnKind::Integer, "Registered by an own act: the events").unit("people"),
    Column::new("provisioned", ColumnKind::Integer, "Given a method by an administrator").unit("people"),
    Column::new("left", ColumnKind::Integer, "Disabled or deleted").unit("people"),
    Column::new("undated", ColumnKind::Integer, "Registered since an unknown instant").unit("people"),
    Column::new("open", ColumnKind::Integer, "Not registered when the audit log ends").unit("people"),
    Column::new("entered_late", ColumnKind::Integer, "Asked before the audit log begins").unit("people"),
    Column::new("enough", ColumnKind::Boolean, "Large enough for a curve and quantiles"),
    Column::new("p25", ColumnKind::Integer, "A quarter registered by this day; empty = not reached").unit("days"),
    Column::new("p50", ColumnKind::Integer, "Half; empty = not reached").unit("days"),
    Column::new("p50_low", ColumnKind::Integer, "Lower end of its 95 % band").unit("days"),
    Column::new("p50_high", ColumnKind::Integer, "Upper end; empty = open").unit("days"),
    Column::new("p75", ColumnKind::Integer, "Three quarters; empty = not reached").unit("days"),
];

const FOLLOWED: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("origin", ColumnKind::Text, "first_prompt or revocation"),
    Column::new("origin_at", ColumnKind::Time, "When that was"),
    Column::new("entry_days", ColumnKind::Integer, "Followed from this day on").unit("days"),
    Column::new("days", ColumnKind::Integer, "Followed up to this day").unit("days"),
    Column::new("end", ColumnKind::Text, "registered, provisioned, left, undated or open"),
    Column::new("end_at", ColumnKind::Time, "When that was"),
];

/// Somebody followed.
type Followed<'v> = (&'v Verdict, Spell);

/// People of one kind and what is estimated of them.
struct Group<'v> {
    by: &'static str,
    value: &'v str,
    people: Vec<Followed<'v>>,
    estimate: Estimate,
}

impl<'v> Group<'v> {
    fn new(by: &'static str, value: &'v str, people: Vec<Followed<'v>>) -> Self {
        let subject = |(_, spell): &Followed<'_>| Subject {
            entry: spell.entry_days(),
            exit: spell.days(),
            event: spell.end == End::Registered,
        };
        let estimate = estimate(&people.iter().map(subject).collect::<Vec<_>>());
        Self { by, value, people, estimate }
    }

    fn ended(&self, end: End) -> u64 {
        count(self.people.iter().filter(|(_, s)| s.end == end))
    }

    fn enough(&self) -> bool {
        let first = self.estimate.steps.first().map_or(0, |s| s.at_risk);
        self.people.len() >= FEWEST.0 && self.ended(End::Registered) >= FEWEST.1 && first >= FEWEST_AT_RISK as u64
    }

    /// The last day on which enough people are followed for the curve to mean something.
    fn steady_day(&self) -> i64 {
        self.estimate.steady_day.unwrap_or(0)
    }

    fn line(&self, label: &str, tone: Tone) -> CurveLine {
        let steps = self.estimate.steady().map(|s| CurveStep { day: s.day, share: s.share, band: s.band });
        CurveLine { label: label.to_owned(), start: 1.0, tone, steps: steps.collect(), last_day: self.steady_day() }
    }
}

impl Metric for TimeToRegister {
    fn id(&self) -> &'static str {
        "time_to_register"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("time_to_register.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("time_to_register", "Share not yet registered, by day", STEPS.to_vec()),
            ("time_to_register_groups", "Time to register, by group", GROUPS.to_vec()),
            ("time_to_register_people", "People followed until they register", FOLLOWED.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let groups = groups(judged);
        let asked = count(judged.in_scope().filter(|v| is_asked(v)));
        let (mut title, mut lead, mut stats, mut pictures) = (String::new(), String::new(), Vec::new(), Vec::new());
        let goal = judged.frame.thresholds.goal.label();
        if let Some(all) = groups.first() {
            let followed = all.people.len() as u64;
            let done = all.ended(End::Registered);
            title = self::title(all, goal, judged.frame.audit.is_empty());
            lead = self::lead(all);
            stats = vec![
                stat(
                    "asked_followed",
                    "asked and followed",
                    (followed, asked),
                    "people in scope prompted, or revoked by a campaign",
                ),
                stat("asked_registered", "registered while followed", (done, followed), "people asked and followed"),
                stat(
                    "asked_provisioned",
                    "given a method by an administrator",
                    (all.ended(End::Provisioned), followed),
                    "people asked and followed",
                ),
            ];
            if all.enough() {
                pictures.push(figures::whole(all, &title));
                pictures.extend(figures::departments(&groups));
            }
        }
        Finding {
            id: self.id(),
            title,
            lead,
            definition: self.definition(),
            stats,
            figures: pictures,
            tables: vec![steps(&groups), summary(&groups), followed(judged)],
            caveats: caveats(judged, &groups),
        }
    }
}

/// Prompted within coverage, or revoked as a campaign revokes.
fn is_asked(v: &Verdict) -> bool {
    v.spells.asked.is_some()
        || !v.prompts.episodes.is_empty()
        || v.revoked.as_ref().is_some_and(|event| event.cause.is_campaign())
}

fn spells(judged: Judged<'_>) -> impl Iterator<Item = Followed<'_>> {
    judged.in_scope().filter_map(|v| Some((v, v.spells.asked?)))
}

/// Everybody first, then by origin where both occur, then by department and every joined column.
fn groups(judged: Judged<'_>) -> Vec<Group<'_>> {
    let all: Vec<Followed<'_>> = spells(judged).collect();
    let mut groups = Vec::new();
    let origins: Vec<Group<'_>> = [From::Prompt, From::Revocation]
        .into_iter()
        .map(|from| Group::new("origin", from.name(), all.iter().filter(|(_, s)| s.from == from).copied().collect()))
        .filter(|g| !g.people.is_empty())
        .collect();
    let split = origins.len() > 1;
    groups.extend(origins.into_iter().filter(|_| split));
    for (at, by) in judged.groupings().into_iter().enumerate() {
        let mut values: BTreeMap<&str, Vec<Followed<'_>>> = BTreeMap::new();
        for one in &all {
            values.entry(judged.group_of(one.0, at)).or_default().push(*one);
        }
        groups.extend(values.into_iter().map(|(value, people)| Group::new(by, value, people)));
    }
    groups.insert(0, Group::new("all", "", all));
    groups
}

fn title(all: &Group<'_>, goal: &str, no_audit: bool) -> String {
    let (followed, done) = (all.people.len() as u64, all.ended(End::Registered));
    if no_audit {
        return "Without an audit log nothing says when people register".to_owned();
    }
    if !all.enough() {
        return format!(
            "Too few to say how long people take to register for {goal}: {} followed, {done} registered (at least {} and {} are needed)",
            people(followed),
            FEWEST.0,
            FEWEST.1
        );
    }
    match all.estimate.quantile(0.5) {
        Some(0) => format!("Half of the {followed} people asked to register for {goal} do so within a day"),
        Some(day) => {
            format!("Half of the {followed} people asked to register for {goal} have done so after {}", days(day))
        }
        None => format!(
            "Fewer than half of the {followed} people asked to register for {goal} have done so after {}: {}",
            days(all.steady_day()),
            percent(1.0 - all.estimate.share_at(all.steady_day()))
        ),
    }
}

fn days(n: i64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn lead(all: &Group<'_>) -> String {
    let ends = [
        (all.ended(End::Open), "had not when the audit log ends"),
        (all.ended(End::Provisioned), "were given a method by an administrator"),
        (all.ended(End::Left), "were disabled or deleted"),
        (all.ended(End::Undated), "registered at an unknown time"),
    ];
    let others: Vec<String> = ends.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let censored = all.people.len() as u64 - all.ended(End::Registered);
    let ends = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    let lead = format!(
        "{} followed from their first prompt or a revocation on: {} registered, {censored} {} not seen to do so{ends}.",
        people(all.people.len() as u64),
        all.ended(End::Registered),
        if censored == 1 { "was" } else { "were" }
    );
    if !all.enough() {
        return lead;
    }
    let quantile = |p: f64| all.estimate.quantile(p).map_or_else(|| "not reached".to_owned(), |d| format!("day {d}"));
    let band = match all.estimate.quantile_band(0.5) {
        (None, _) => String::new(),
        (Some(low), None) => format!(" (95 % band from day {low} on)"),
        (Some(low), Some(high)) => format!(" (95 % band day {low} to {high})"),
    };
    let (quarter, half, most) = (quantile(0.25), quantile(0.5), quantile(0.75));
    format!("{lead} A quarter: {quarter}; half: {half}{band}; three quarters: {most}.")
}

fn caveats(judged: Judged<'_>, groups: &[Group<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    let Some(all) = groups.first() else { return out };
    let late = count(all.people.iter().filter(|(_, s)| s.entry > s.origin));
    if late > 0 {
        out.push(format!(
            "{} were asked before the audit log begins and are followed from its beginning on.",
            people(late)
        ));
    }
    let guessed = count(all.people.iter().filter(|(_, s)| s.from == From::Revocation));
    if guessed > 0 {
        let are = if guessed == 1 { "is" } else { "are" };
        out.push(format!("{} never prompted {are} followed from a campaign revocation on.", people(guessed)));
    }
    if judged.frame.audit.len() > 1 {
        out.push(format!(
            "The audit log is silent {} for longer than {} hours. If rows are missing there, registrations are too.",
            match judged.frame.audit.len() - 1 {
                1 => "once".to_owned(),
                n => format!("{n} times"),
            },
            judged.frame.thresholds.gap_hours
        ));
    }
    let small = count(groups.iter().skip(1).filter(|g| !g.enough()));
    if all.enough() && small > 0 {
        out.push(format!("{small} of {} groups are too small for a curve of their own.", groups.len() - 1));
    }
    out
}

fn steps(groups: &[Group<'_>]) -> Table {
    let mut table = Table::new("time_to_register", "Share not yet registered, by day", STEPS);
    for group in groups.iter().filter(|g| g.enough()) {
        table.rows.extend(group.estimate.steps.iter().map(|s| {
            let (low, high) = s.band.unzip();
            vec![
                Cell::text(group.by),
                Cell::text(group.value),
                Cell::Integer(s.day),
                Cell::count(s.at_risk),
                Cell::count(s.events),
                Cell::Real((s.share * 1e6).round() / 1e6),
                Cell::share(low),
                Cell::share(high),
            ]
        }));
    }
    table
}

fn summary(groups: &[Group<'_>]) -> Table {
    let mut table = Table::new("time_to_register_groups", "Time to register, by group", GROUPS);
    for group in groups {
        let estimate = Some(&group.estimate).filter(|_| group.enough());
        let quantile = |p: f64| Cell::integer(estimate.and_then(|e| e.quantile(p)));
        let (low, high) = estimate.map_or((None, None), |e| e.quantile_band(0.5));
        let ends = [End::Registered, End::Provisioned, End::Left, End::Undated, End::Open];
        let mut row = vec![Cell::text(group.by), Cell::text(group.value), Cell::count(group.people.len() as u64)];
        row.extend(ends.map(|end| Cell::count(group.ended(end))));
        row.push(Cell::count(count(group.people.iter().filter(|(_, s)| s.entry > s.origin))));
        row.push(Cell::Boolean(group.enough()));
        row.extend([quantile(0.25), quantile(0.5), Cell::integer(low), Cell::integer(high), quantile(0.75)]);
        table.rows.push(row);
    }
    table
}

fn followed(judged: Judged<'_>) -> Table {
    let mut table = Table::new("time_to_register_people", "People followed until they register", FOLLOWED);
    let row = |(v, s): Followed<'_>| {
        vec![
            Cell::text(v.id.to_string()),
            Cell::text(&v.upn),
            Cell::text(s.from.name()),
            Cell::Time(s.origin),
            Cell::Integer(s.entry_days()),
            Cell::Integer(s.days()),
            Cell::text(s.end.name()),
            Cell::Time(s.exit),
        ]
    };
    table.rows = spells(judged).map(row).collect();
    table
}
