//! Contradictions: where a registration report or user list and the logs cannot both be right.
//!
//! Definition. Per person, after six hours for the report's lag: registered_in_log (the report says not registered for MFA; the audit
//! log shows a registration before its refresh and no removal since), removed_in_log (the report says registered; the log shows
//! every method of its list removed since, and none added), no_event (the report lists an MFA method that an earlier report did
//! not list, or that of an account created in the log's time, and the audit log has no event that may have brought it),
//! absent_from_report (enabled, active, older than the newest report, and not in it), tokens_while_disabled (tokens were issued
//! more than six hours after the account was disabled), guest_in_log (the list says member, a sign-in row says guest).
//!
//! Denominator. People known to the inputs.
//!
//! Caveats. Nothing is decided here: verdicts follow their own rules, which err towards not listing somebody. no_event is asked only
//! where one stretch of the audit log covers the whole time.
//!
//! Source. semantics.md §7.1 (missing people, lag), §4.2; issue item "contradictions".

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::contradiction::Kind;
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Table, Tone};

/// The metric.
pub(super) struct Contradictions;

const COLUMNS: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("contradiction", ColumnKind::Text, "What disagrees"),
    Column::new("report_says", ColumnKind::Text, "What the report or list says"),
    Column::new("report_at", ColumnKind::Time, "When it was made; empty = it does not say"),
    Column::new("log_says", ColumnKind::Text, "What the log says"),
    Column::new("evidence_at", ColumnKind::Time, "When; empty = facts keep no instant of it"),
];

impl Metric for Contradictions {
    fn id(&self) -> &'static str {
        "contradictions"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("contradictions.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("contradictions", "Reports against logs", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let all = || judged.verdicts.iter().flat_map(|v| v.contradictions.iter().map(move |c| (v, c)));
        let known = judged.verdicts.len() as u64;
        let hit = count(judged.verdicts.iter().filter(|v| !v.contradictions.is_empty()));
        let counts: Vec<(Kind, u64)> =
            Kind::ALL.into_iter().map(|kind| (kind, count(all().filter(|(_, c)| c.kind == kind)))).collect();
        let mut table = Table::new("contradictions", "Reports against logs", COLUMNS);
        for (verdict, c) in all() {
            table.rows.push(vec![
                Cell::text(verdict.id.to_string()),
                Cell::text(&verdict.upn),
                Cell::text(c.kind.name()),
                Cell::text(&c.report),
                Cell::time(c.report_at),
                Cell::text(&c.log),
                Cell::time(c.at),
            ]);
        }
        Finding {
            id: self.id(),
            title: format!("Reports and logs contradict each other for {hit} of {known} people"),
            lead: if hit == 0 {
                "Nothing in the reports is at odds with the logs once their lag is allowed for.".to_owned()
            } else {
                format!("{} to look at before their rows are relied on; both sides are in the table.", people(hit))
            },
            definition: self.definition(),
            stats: vec![stat("contradicted", "with a contradiction", (hit, known), "people known")],
            figures: vec![figure(&counts, (hit, known))],
            tables: vec![table],
            caveats: Vec::new(),
        }
    }
}

fn figure(counts: &[(Kind, u64)], (hit, known): (u64, u64)) -> Figure {
    let shown: Vec<&(Kind, u64)> = counts.iter().filter(|(_, n)| *n > 0).collect();
    let words = |kind: Kind| kind.name().replace('_', " ");
    let said: Vec<String> = shown.iter().map(|(kind, n)| format!("{} {n}", words(*kind))).collect();
    Figure {
        id: "contradictions",
        title: format!("Reports and logs disagree about {hit} of {known} people"),
        axis: format!("contradictions, of {known} people known; one person may count in several bars"),
        alt: format!("Bars: {}.", if said.is_empty() { "nothing".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(
            shown.iter().map(|(kind, n)| Bar { label: words(*kind), count: *n, tone: Tone::Warn }).collect(),
        )
        .or("Nothing in the reports is at odds with the logs once their lag is allowed for."),
    }
}
