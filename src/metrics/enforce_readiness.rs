//! Enforce-readiness: what would happen if MFA were enforced for everybody today.
//!
//! Definition. Ready: capable of MFA, that is, a strong method registered and allowed by policy. Enforcing is called "go" when
//! the ready are at least --ready-percent (95 unless set) of the people asked about, else "no-go"; overall and per department.
//! Hit by it: must_register (no MFA method: locked into registration at the next token renewal), method_not_allowed (registered,
//! and policy forbids every method), legacy (used a legacy client or a resource-owner password within the activity window: no
//! MFA can be done there), service_like (looks like a service account and is active: it stops).
//!
//! Denominator. Human members in scope, enabled as far as known, active. Service-like accounts are outside it and listed all the
//! same. The table `enforce_readiness_people` lists everybody hit, with no cap; somebody hit twice counts once in the total.
//!
//! Caveats. Always about MFA, whatever --goal is. People whose registration or capability is unknown are not ready and not listed:
//! counted apart. Which apps a policy covers is not in the logs: everything is assumed. Departments with few people have wide
//! intervals (`low`, `high`: Wilson 95 %). Service-like is a heuristic.
//!
//! Source. semantics.md §9.2 (enforce-readiness), §6 (option B), §7.1, §8.2.

use std::collections::BTreeMap;

use super::{Judged, Metric, heading, people, stat};
use crate::judge::Verdict;
use crate::judge::gates::Gate;
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct EnforceReadiness;

const COLUMNS: &[Column] = &[
    Column::new("slice", ColumnKind::Text, "all, or department"),
    Column::new("department", ColumnKind::Text, "Department; empty = all, or unknown"),
    Column::new("people", ColumnKind::Integer, "Active people in scope").unit("people"),
    Column::new("capable", ColumnKind::Integer, "Of them, capable of MFA").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the capable"),
    Column::new("low", ColumnKind::Real, "Lower end of its Wilson 95 % interval"),
    Column::new("high", ColumnKind::Real, "Upper end of its Wilson 95 % interval"),
    Column::new("must_register", ColumnKind::Integer, "Locked into registration").unit("people"),
    Column::new("method_not_allowed", ColumnKind::Integer, "Registered, every method forbidden by policy")
        .unit("people"),
    Column::new("unknown", ColumnKind::Integer, "Registration or capability unknown").unit("people"),
    Column::new("legacy", ColumnKind::Integer, "Used a legacy client within the activity window").unit("people"),
    Column::new("service_like", ColumnKind::Integer, "Active service-like accounts, outside the denominator")
        .unit("accounts"),
    Column::new("go", ColumnKind::Boolean, "At least the share asked for is capable; empty = nobody is asked about"),
];

const PEOPLE: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("department", ColumnKind::Text, "Department"),
    Column::new("effect", ColumnKind::Text, "must_register, method_not_allowed, legacy, service_like; joined with |"),
    Column::new("reason", ColumnKind::Text, "What would happen"),
    Column::new("evidence", ColumnKind::Text, "What it rests on"),
    Column::new("confidence", ColumnKind::Text, "high, medium or low"),
];

/// What enforcing would do to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    MustRegister,
    MethodNotAllowed,
    Legacy,
    ServiceLike,
}

impl Effect {
    const ALL: [Self; 4] = [Self::MustRegister, Self::MethodNotAllowed, Self::Legacy, Self::ServiceLike];

    /// Word in outputs, words for the figure, what would happen, confidence.
    fn words(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::MustRegister => {
                ("must_register", "must register first", "locked into registration at the next token renewal", "high")
            }
            Self::MethodNotAllowed => (
                "method_not_allowed",
                "hold only forbidden methods",
                "policy allows none of the registered methods: must register another",
                "high",
            ),
            Self::Legacy => {
                ("legacy", "use legacy clients", "the legacy client or resource-owner password stops working", "medium")
            }
            Self::ServiceLike => {
                ("service_like", "look like services", "the service stops: nobody can do MFA for it", "low")
            }
        }
    }

    fn evidence(self, verdict: &Verdict) -> String {
        match self {
            Self::MustRegister if verdict.registration.from_audit => "audit log after the report".to_owned(),
            Self::MustRegister | Self::MethodNotAllowed => "registration report".to_owned(),
            Self::Legacy => verdict.clocks().legacy.map_or_else(String::new, |at| format!("last legacy success {at}")),
            Self::ServiceLike => "its rows and name, by score".to_owned(),
        }
    }
}

impl Metric for EnforceReadiness {
    fn id(&self) -> &'static str {
        "enforce_readiness"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("enforce_readiness.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("enforce_readiness", "Enforce-readiness", COLUMNS.to_vec()),
            ("enforce_readiness_people", "Who would be hit by enforcing MFA today", PEOPLE.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let asked = judged.frame.thresholds.ready_percent;
        let all = Slice::of(judged.active().chain(services(judged)), judged);
        let share = Share::new(all.capable, all.people);
        let hit: Vec<(&Verdict, Vec<Effect>)> = hit(judged);
        let verdict = match all.go(asked) {
            None => "Nobody is asked about".to_owned(),
            Some(go) => format!(
                "{}: {} of {} active people can do MFA, {asked} % are asked for",
                if go { "Go" } else { "No-go" },
                all.capable,
                all.people
            ),
        };
        let mut caveats = Vec::new();
        if all.unknown > 0 {
            caveats.push(format!("For {} it is unknown whether they can: not ready, not listed.", people(all.unknown)));
        }
        Finding {
            id: self.id(),
            title: verdict,
            lead: format!(
                "{} are capable, with the 95 % interval. Enforcing MFA today would hit {}: must register first: {}; use legacy clients: {}; look like services: {}.",
                share.with_interval(),
                people(hit.len() as u64),
                all.of_effect(Effect::MustRegister),
                all.of_effect(Effect::Legacy),
                all.of_effect(Effect::ServiceLike)
            ),
            definition: self.definition(),
            stats: vec![
                stat("mfa_capable", "capable of MFA", (all.capable, all.people), "active people in scope"),
                stat(
                    "must_register",
                    "must register first",
                    (all.of_effect(Effect::MustRegister), all.people),
                    "active people in scope",
                ),
                stat(
                    "legacy",
                    "use legacy clients",
                    (all.of_effect(Effect::Legacy), all.people),
                    "active people in scope",
                ),
            ],
            figures: vec![figure(&all)],
            tables: vec![slices(judged, &all), people_table(&hit)],
            caveats,
        }
    }
}

/// Active service-like accounts that nothing else keeps out of scope.
fn services(judged: Judged<'_>) -> impl Iterator<Item = &Verdict> {
    const OUT: [Gate; 5] = [Gate::BreakGlass, Gate::Guest, Gate::Excluded, Gate::OutOfScope, Gate::Disabled];
    judged
        .verdicts
        .iter()
        .filter(|v| v.active && v.gates.contains(Gate::ServiceLike) && !v.gates.iter().any(|g| OUT.contains(&g)))
}

fn effects(verdict: &Verdict, judged: Judged<'_>) -> Vec<Effect> {
    let state = &verdict.registration;
    let legacy = verdict.clocks().legacy.is_some_and(|at| at >= judged.frame.active_since());
    if verdict.gates.contains(Gate::ServiceLike) {
        return vec![Effect::ServiceLike];
    }
    let applies = |effect: &Effect| match effect {
        Effect::MustRegister => state.mfa_registered == Some(false),
        Effect::MethodNotAllowed => state.mfa_registered == Some(true) && state.mfa_capable == Some(false),
        Effect::Legacy => legacy,
        Effect::ServiceLike => false,
    };
    Effect::ALL.into_iter().filter(applies).collect()
}

fn hit(judged: Judged<'_>) -> Vec<(&Verdict, Vec<Effect>)> {
    let mut out: Vec<(&Verdict, Vec<Effect>)> = judged
        .active()
        .chain(services(judged))
        .map(|v| (v, effects(v, judged)))
        .filter(|(_, effects)| !effects.is_empty())
        .collect();
    out.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    out
}

/// The numbers of all, or of a department.
#[derive(Default)]
struct Slice {
    people: u64,
    capable: u64,
    unknown: u64,
    /// In the order of [`Effect::ALL`].
    hit: [u64; 4],
}

impl Slice {
    fn of<'v>(verdicts: impl Iterator<Item = &'v Verdict>, judged: Judged<'_>) -> Self {
        let mut out = Self::default();
        for verdict in verdicts {
            let effects = effects(verdict, judged);
            for (n, effect) in out.hit.iter_mut().zip(Effect::ALL) {
                *n += u64::from(effects.contains(&effect));
            }
            if verdict.gates.contains(Gate::ServiceLike) {
                continue;
            }
            let state = &verdict.registration;
            let capable = state.mfa_capable == Some(true);
            let unknown =
                state.mfa_registered.is_none() || (state.mfa_registered == Some(true) && state.mfa_capable.is_none());
            out.people += 1;
            out.capable += u64::from(capable);
            out.unknown += u64::from(unknown && !capable);
        }
        out
    }

    fn count_of(&self, at: usize) -> u64 {
        self.hit.get(at).copied().unwrap_or(0)
    }

    fn of_effect(&self, effect: Effect) -> u64 {
        Effect::ALL.iter().position(|e| *e == effect).map_or(0, |at| self.count_of(at))
    }

    /// Whether the share asked for is reached; `None` with nobody.
    fn go(&self, asked: u8) -> Option<bool> {
        (self.people > 0).then(|| self.capable * 100 >= u64::from(asked) * self.people)
    }

    fn row(&self, slice: &str, department: &str, asked: u8) -> Vec<Cell> {
        let share = Share::new(self.capable, self.people);
        vec![
            Cell::text(slice),
            Cell::text(department),
            Cell::count(self.people),
            Cell::count(self.capable),
            Cell::share(share.fraction()),
            Cell::share(share.wilson().map(|w| w.0)),
            Cell::share(share.wilson().map(|w| w.1)),
            Cell::count(self.of_effect(Effect::MustRegister)),
            Cell::count(self.of_effect(Effect::MethodNotAllowed)),
            Cell::count(self.unknown),
            Cell::count(self.of_effect(Effect::Legacy)),
            Cell::count(self.of_effect(Effect::ServiceLike)),
            Cell::boolean(self.go(asked)),
        ]
    }
}

fn slices(judged: Judged<'_>, all: &Slice) -> Table {
    let asked = judged.frame.thresholds.ready_percent;
    let mut departments: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
    for verdict in judged.active().chain(services(judged)) {
        departments.entry(&verdict.home.department).or_default().push(verdict);
    }
    let mut table = Table::new("enforce_readiness", "Enforce-readiness", COLUMNS);
    table.rows.push(all.row("all", "", asked));
    for (department, members) in departments {
        table.rows.push(Slice::of(members.into_iter(), judged).row("department", department, asked));
    }
    table
}

fn people_table(hit: &[(&Verdict, Vec<Effect>)]) -> Table {
    let mut table = Table::new("enforce_readiness_people", "Who would be hit by enforcing MFA today", PEOPLE);
    for (verdict, effects) in hit {
        let join = |of: &dyn Fn(&Effect) -> String, by: &str| effects.iter().map(of).collect::<Vec<_>>().join(by);
        let confidence = effects.first().map_or("", |e| e.words().3);
        table.rows.push(vec![
            Cell::text(verdict.id.to_string()),
            Cell::text(&verdict.upn),
            Cell::text(&verdict.home.department),
            Cell::text(join(&|e| e.words().0.to_owned(), "|")),
            Cell::text(join(&|e| e.words().2.to_owned(), "; ")),
            Cell::text(join(&|e| e.evidence(verdict), "; ")),
            Cell::word(confidence),
        ]);
    }
    table
}

fn figure(all: &Slice) -> Figure {
    let tones = [Tone::Bad, Tone::Warn, Tone::Warn, Tone::Unknown];
    let bars = std::iter::once(("can do MFA", all.capable, Tone::Good))
        .chain(Effect::ALL.iter().zip(tones).map(|(e, tone)| (e.words().1, all.of_effect(*e), tone)))
        .chain([("unknown", all.unknown, Tone::Unknown)])
        .filter(|b| b.1 > 0);
    let bars: Vec<Bar> = bars.map(|(label, count, tone)| Bar { label: label.to_owned(), count, tone }).collect();
    let said: Vec<String> = bars.iter().map(|b| format!("{} {}", b.label, b.count)).collect();
    Figure {
        id: "enforce_readiness",
        title: format!("If MFA were enforced today: {} of {} active people are ready", all.capable, all.people),
        axis: "people; one person may count in several bars, service-like accounts come on top".to_owned(),
        alt: format!("Bars: {}.", if said.is_empty() { "nobody is asked about".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(bars).or("Nobody in scope was active, so nobody would be asked."),
    }
}
