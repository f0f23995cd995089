//! Cohorts: of the people first prompted, or hired, in one week, how many registered within 1, 3, 7, 14 and 30 days.
//!
//! Definition. A cohort is an ISO week of the first prompt of the goal within coverage, or of the creation of the account.
//! Registered within d days: the first registration for the goal by an own act, from the audit log, no later than d times
//! 24 hours after that instant. Each cohort is shown whole and, in the table, per department and per value of every column
//! joined with `--join`.
//!
//! Denominator. Human members in scope who were unregistered at the prompt (or just created) and whom the audit log covers
//! for d days from then on. Nobody counts who has not been observed that long, so the numbers of a row may rest on
//! different people: the latest weeks have no 30-day number yet.
//!
//! Caveats. People whom an administrator registered, who left, or whose registration has no date are left out of the days
//! after that. People prompted or hired before the audit log begins are in no cohort. A cell of fewer than 5 people is
//! marked `small`: one person more or less moves its share by 20 points or more; the picture shows its counts only.
//!
//! Source. semantics.md §9.2 (cohort), §9.4 (censoring).

use std::collections::BTreeMap;

use super::{Judged, Metric, heading, people, stat};
use crate::judge::Verdict;
use crate::judge::spell::{End, From, Spell};
use crate::model::time::Instant;
use crate::view::{Cell, Column, ColumnKind, Figure, Finding, MatrixRow, SMALL_CELL, Shape, Share, Table};

/// The metric.
pub(super) struct Cohorts;

/// Days by which registrations are counted.
const DAYS: [i64; 5] = [1, 3, 7, 14, 30];
/// The day the title speaks of.
const WEEK: i64 = 7;
/// Most weeks in the picture; the table has all.
const SHOWN_WEEKS: usize = 26;

const COLUMNS: &[Column] = &[
    Column::new("from", ColumnKind::Text, "What the week is of: first_prompt or hire"),
    Column::new("week", ColumnKind::Text, "ISO week"),
    Column::new("by", ColumnKind::Text, "all, or the column people are grouped by"),
    Column::new("group", ColumnKind::Text, "Its value; empty = not known"),
    Column::new("people", ColumnKind::Integer, "People in the cohort").unit("people"),
    Column::new("within_days", ColumnKind::Integer, "Registered within this many days").unit("days"),
    Column::new("observed", ColumnKind::Integer, "People observed that long").unit("people"),
    Column::new("registered", ColumnKind::Integer, "Of those, registered by then").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the observed"),
    Column::new("small", ColumnKind::Boolean, "Fewer than 5 people observed: the share says little"),
];

/// Somebody followed.
type Member<'v> = (&'v Verdict, Spell);

/// Week → who.
type Weeks<'v> = BTreeMap<String, Vec<Member<'v>>>;

/// Members by the value of a column.
type Values<'w, 'v> = BTreeMap<&'w str, Vec<&'w Member<'v>>>;

impl Metric for Cohorts {
    fn id(&self) -> &'static str {
        "cohorts"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("cohorts.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("cohorts", "Registered within days, by week", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let goal = judged.frame.thresholds.goal.label();
        let until = judged.frame.audit.last().map(|w| w.to);
        let (prompted, hired) = (weeks(judged, From::Prompt), weeks(judged, From::Hire));
        let mut table = Table::new("cohorts", "Registered within days, by week", COLUMNS);
        if let Some(until) = until {
            fill(&mut table, judged, &prompted, until);
            fill(&mut table, judged, &hired, until);
        }
        let within =
            |weeks: &Weeks<'_>| until.map_or(Share::new(0, 0), |t| registered(weeks.values().flatten(), WEEK, t));
        let (of_prompted, of_hired) = (within(&prompted), within(&hired));
        let small = table.rows.iter().filter(|r| r.last() == Some(&Cell::Boolean(true))).count();
        let mut caveats = Vec::new();
        if small > 0 {
            caveats.push(format!(
                "{small} of the {} cells of the table `cohorts` rest on fewer than {SMALL_CELL} people and are marked so.",
                table.rows.len()
            ));
        }
        let undated = prompted.values().chain(hired.values()).flatten().filter(|(_, s)| s.end == End::Undated).count();
        if undated > 0 {
            caveats.push(format!(
                "{} registered at an unknown time: no row of the audit log says when, so they count only while known to be unregistered.",
                people(undated as u64)
            ));
        }
        let figures = [(From::Prompt, &prompted), (From::Hire, &hired)];
        Finding {
            id: self.id(),
            title: title(&prompted, until, goal),
            lead: format!(
                "Cohorts: {} prompted for the first time in {}, {} hired in {}, all within the audit log.",
                people(size(&prompted)),
                counted(prompted.len()),
                people(size(&hired)),
                counted(hired.len())
            ),
            definition: self.definition(),
            stats: vec![
                stat(
                    "prompted_within_7",
                    "registered within 7 days of the first prompt",
                    (of_prompted.part, of_prompted.whole),
                    "people prompted and observed for 7 days",
                ),
                stat(
                    "hired_within_7",
                    "registered within 7 days of being hired",
                    (of_hired.part, of_hired.whole),
                    "people hired and observed for 7 days",
                ),
            ],
            figures: figures.into_iter().filter_map(|(from, weeks)| figure(from, weeks, until?, goal)).collect(),
            tables: vec![table],
            caveats,
        }
    }
}

fn counted(weeks: usize) -> String {
    if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") }
}

fn size(weeks: &Weeks<'_>) -> u64 {
    weeks.values().map(|w| w.len() as u64).sum()
}

/// People followed from their origin on, by its week.
fn weeks(judged: Judged<'_>, from: From) -> Weeks<'_> {
    let mut weeks = Weeks::new();
    for verdict in judged.in_scope() {
        let spell = if from == From::Hire { verdict.spells.hired } else { verdict.spells.asked };
        if let Some(spell) = spell.filter(|s| s.from == from && s.entry == s.origin) {
            weeks.entry(spell.origin.day().iso_week()).or_default().push((verdict, spell));
        }
    }
    weeks
}

/// How many of the people observed for `days` registered within them.
fn registered<'s>(cohort: impl Iterator<Item = &'s Member<'s>>, days: i64, until: Instant) -> Share {
    let (mut part, mut whole) = (0, 0);
    for (_, spell) in cohort {
        let then = spell.origin.plus_days(days);
        let done = spell.end == End::Registered;
        if then <= until && (done || spell.exit >= then) {
            whole += 1;
            part += u64::from(done && spell.exit <= then);
        }
    }
    Share::new(part, whole)
}

fn fill(table: &mut Table, judged: Judged<'_>, weeks: &Weeks<'_>, until: Instant) {
    for (week, cohort) in weeks {
        let mut groups: Vec<(&str, Values<'_, '_>)> = vec![("all", BTreeMap::from([("", cohort.iter().collect())]))];
        for (at, by) in judged.groupings().into_iter().enumerate() {
            let mut values = Values::new();
            for member in cohort {
                values.entry(judged.group_of(member.0, at)).or_default().push(member);
            }
            groups.push((by, values));
        }
        let flat = groups.into_iter().flat_map(|(by, values)| values.into_iter().map(move |(v, m)| (by, v, m)));
        for (by, value, members) in flat {
            for days in DAYS {
                let share = registered(members.iter().copied(), days, until);
                table.rows.push(vec![
                    Cell::text(members.first().map_or("", |m| m.1.from.name())),
                    Cell::text(week),
                    Cell::text(by),
                    Cell::text(value),
                    Cell::count(members.len() as u64),
                    Cell::Integer(days),
                    Cell::count(share.whole),
                    Cell::count(share.part),
                    Cell::share(share.fraction()),
                    Cell::Boolean(share.whole < SMALL_CELL),
                ]);
            }
        }
    }
}

/// First and last week that are large enough, compared.
fn title(prompted: &Weeks<'_>, until: Option<Instant>, goal: &str) -> String {
    let Some(until) = until else { return "Without an audit log nothing says when people register".to_owned() };
    let shares = prompted.iter().map(|(week, cohort)| (week, registered(cohort.iter(), WEEK, until)));
    let large: Vec<_> = shares.filter(|(_, share)| share.whole >= SMALL_CELL).collect();
    let of = |share: &Share| format!("{} of {}", share.part, share.whole);
    match large.as_slice() {
        [] if prompted.is_empty() => "Nobody was prompted for the first time within the audit log".to_owned(),
        [] => format!(
            "Too few people to compare weeks: none has {SMALL_CELL} people prompted and observed for {WEEK} days"
        ),
        [(week, share)] => format!("Prompted in {week}: {} registered for {goal} within {WEEK} days", of(share)),
        [(first, before), .., (last, after)] => format!(
            "Registered for {goal} within {WEEK} days of the first prompt: {} in {first}, {} in {last}",
            of(before),
            of(after)
        ),
    }
}

/// The whole cohorts; `None` when there are none.
fn figure(from: From, weeks: &Weeks<'_>, until: Instant, goal: &str) -> Option<Figure> {
    let skipped = weeks.len().saturating_sub(SHOWN_WEEKS);
    let rows: Vec<MatrixRow> = weeks
        .iter()
        .skip(skipped)
        .map(|(week, cohort)| MatrixRow {
            label: week.clone(),
            cells: DAYS.iter().map(|days| registered(cohort.iter(), *days, until)).collect(),
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let (id, what) = match from {
        From::Hire => ("cohorts_hire", "hired"),
        From::Prompt | From::Revocation => ("cohorts", "first prompted"),
    };
    let overall = |days: &i64| (*days, registered(weeks.values().flatten(), *days, until));
    let (days, all) = DAYS.iter().rev().map(overall).find(|(_, share)| share.whole > 0)?;
    let latest = if skipped > 0 { format!(", the latest {SHOWN_WEEKS} weeks") } else { String::new() };
    let said: Vec<String> = rows
        .iter()
        .map(|r| {
            let cells: Vec<String> = DAYS
                .iter()
                .zip(&r.cells)
                .filter(|(_, s)| s.whole > 0)
                .map(|(d, s)| format!("{} of {} within {d} days", s.part, s.whole))
                .collect();
            format!(
                "{}: {}",
                r.label,
                if cells.is_empty() { "nobody observed for a day".to_owned() } else { cells.join(", ") }
            )
        })
        .collect();
    Some(Figure {
        id,
        title: format!("{} of {} people {what} registered for {goal} within {days} days", all.part, all.whole),
        axis: format!("registered within days, of the people {what} in that week and observed that long{latest}"),
        alt: format!("Matrix of weeks and days. {}.", said.join("; ")),
        shape: Shape::Matrix {
            columns: DAYS.iter().map(|d| if *d == 1 { "1 day".to_owned() } else { format!("{d} days") }).collect(),
            rows,
        },
    })
}
