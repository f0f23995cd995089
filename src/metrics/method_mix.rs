//! Method mix: which methods people have registered, and who depends on SMS or voice alone.
//!
//! Definition. People per registered method; somebody with three methods counts in three. Exposed: people whose only
//! methods that count for MFA are SMS or voice. Microsoft-provided SMS and voice end on 2027-02-01; whoever has nothing else
//! must then register a passkey at sign-in, and the token-stale among them see that page last. Tied to one computer: people
//! whose every MFA method is Windows Hello or its like, so that they cannot do MFA on a foreign device (`portable_method` is
//! false). Which methods count as phishing-resistant is --pr-profile's: full (Microsoft's ranking, SYSP) or strict (ZTA).
//!
//! Denominator. People in scope whose list of methods is known.
//!
//! Caveats. Methods that registration reports lost (`System.Object[]`) are unknown, not none. A temporary access pass
//! never counts. Unknown method names are shown as they are.
//!
//! Source. semantics.md §7.2, §5.2 (SMSV), (SYSP), (ZTA).

use std::collections::BTreeMap;

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::{Label, Verdict};
use crate::model::settings::Thresholds;
use crate::model::tables::Tables;
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct MethodMix;

const COLUMNS: &[Column] = &[
    Column::new("method", ColumnKind::Text, "Method as the report names it"),
    Column::new("people", ColumnKind::Integer, "People who registered it").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the people whose methods are known"),
    Column::new(
        "strength",
        ColumnKind::Text,
        "phishing_resistant, passwordless, mfa, phone (MFA, ends 2027-02-01), weak or unknown",
    ),
];

const EXPOSED: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("methods", ColumnKind::Text, "Methods, joined with |"),
    Column::new("label", ColumnKind::Text, "Label"),
    Column::new("token_stale", ColumnKind::Boolean, "Lives on tokens: sees the deadline's page last"),
];

impl Metric for MethodMix {
    fn id(&self) -> &'static str {
        "method_mix"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("method_mix.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("method_mix", "Methods registered", COLUMNS.to_vec()),
            ("sms_voice_exposed", "People who depend on SMS or voice alone", EXPOSED.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let known: Vec<&Verdict> = judged.in_scope().filter(|v| v.registration.methods.is_some()).collect();
        let whole = known.len() as u64;
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for method in known.iter().filter_map(|v| v.registration.methods.as_ref()).flatten() {
            *counts.entry(method).or_default() += 1;
        }
        let mut ranked: Vec<(&str, u64)> = counts.into_iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let tables: &Tables = &judged.frame.thresholds.tables;
        let exposed: Vec<&&Verdict> = known.iter().filter(|v| is_exposed(v, tables)).collect();
        let stale = count(exposed.iter().filter(|v| v.label == Label::TokenStale));
        let resistant = count(known.iter().filter(|v| v.registration.phishing_resistant == Some(true)));
        let tied = count(known.iter().filter(|v| is_tied(v, tables)));
        let settings = &judged.frame.thresholds;
        Finding {
            id: self.id(),
            title: format!("{} of {whole} people depend on SMS or voice, which end on 2027-02-01", exposed.len()),
            lead: format!(
                "{} of them live on tokens and see the deadline's page last. {} hold a phishing-resistant method.",
                people(stale),
                resistant
            ),
            definition: self.definition(),
            stats: vec![
                stat(
                    "sms_voice_only",
                    "SMS or voice only",
                    (exposed.len() as u64, whole),
                    "people whose methods are known",
                ),
                stat(
                    "sms_voice_token_stale",
                    "of those, token-stale",
                    (stale, exposed.len() as u64),
                    "people with SMS or voice only",
                ),
                stat("phishing_resistant", "phishing-resistant", (resistant, whole), "people whose methods are known"),
                stat(
                    "tied_to_one_computer",
                    "with MFA on their own computer only",
                    (tied, whole),
                    "people whose methods are known",
                ),
            ],
            figures: vec![figure(&ranked, whole, settings)],
            tables: vec![mix(&ranked, whole, settings), exposed_table(&exposed)],
            caveats: Vec::new(),
        }
    }
}

/// Some phone method, and nothing else that counts for MFA or is unknown.
fn is_exposed(verdict: &Verdict, tables: &Tables) -> bool {
    let Some(methods) = &verdict.registration.methods else { return false };
    let phone = methods.iter().any(|m| tables.strength(m).is_some_and(|s| s.phone));
    phone && methods.iter().all(|m| tables.strength(m).is_some_and(|s| s.phone || !s.mfa))
}

/// Registered for MFA, and with nothing that works on a foreign device.
fn is_tied(verdict: &Verdict, tables: &Tables) -> bool {
    let some = verdict.registration.methods.iter().flatten().any(|m| tables.strength(m).is_some_and(|s| s.mfa));
    some && verdict.registration.portable_method == Some(false)
}

fn class(method: &str, settings: &Thresholds) -> (&'static str, Tone) {
    match settings.tables.strength(method) {
        None => ("unknown", Tone::Unknown),
        Some(s) if s.resists(settings.pr_profile) => ("phishing_resistant", Tone::Good),
        Some(s) if s.passwordless => ("passwordless", Tone::Good),
        Some(s) if s.phone => ("phone", Tone::Bad),
        Some(s) if s.mfa => ("mfa", Tone::Neutral),
        Some(_) => ("weak", Tone::Warn),
    }
}

fn mix(ranked: &[(&str, u64)], whole: u64, settings: &Thresholds) -> Table {
    let mut table = Table::new("method_mix", "Methods registered", COLUMNS);
    for (method, n) in ranked {
        let share = Cell::share(Share::new(*n, whole).fraction());
        table.rows.push(vec![Cell::text(*method), Cell::count(*n), share, Cell::text(class(method, settings).0)]);
    }
    table
}

fn exposed_table(exposed: &[&&Verdict]) -> Table {
    let mut table = Table::new("sms_voice_exposed", "People who depend on SMS or voice alone", EXPOSED);
    for verdict in exposed {
        let methods = verdict.registration.methods.iter().flatten().cloned().collect::<Vec<_>>().join("|");
        table.rows.push(vec![
            Cell::text(verdict.id.to_string()),
            Cell::text(&verdict.upn),
            Cell::text(methods),
            Cell::text(verdict.label.name()),
            Cell::Boolean(verdict.label == Label::TokenStale),
        ]);
    }
    table
}

fn figure(ranked: &[(&str, u64)], whole: u64, settings: &Thresholds) -> Figure {
    let parts: Vec<String> = ranked.iter().map(|(m, n)| format!("{m} {n}")).collect();
    Figure {
        id: "method_mix",
        title: match ranked.first() {
            Some((method, n)) => format!("The most common method is {method}: {n} of {whole} people"),
            None => "No registered methods are known".to_owned(),
        },
        axis: format!(
            "people, of {whole} people in scope whose methods are known; one person may count in several bars"
        ),
        alt: format!(
            "Bars of registered methods: {}.",
            if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
        ),
        shape: Shape::Bars(
            ranked.iter().map(|(m, n)| Bar { label: (*m).to_owned(), count: *n, tone: class(m, settings).1 }).collect(),
        ),
    }
}
