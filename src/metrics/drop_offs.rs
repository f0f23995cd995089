//! Drop-offs: where people fell out between prompt and registration, and who was registered and no longer is.
//!
//! Definition. not_finished: of those who entered the wizard and were followed by the audit log for 24 hours without a gap, who
//! registered nothing in these 24 hours (each by the first such start). canceled: people who left the wizard, in flows: the
//! failed end of the wizard and the row "User canceled" of one flow are one. blocked: told to register and stopped by policy
//! (53010: not from here; 53004: suspicious), with no page of the goal and no start after it; who was stopped by both counts
//! under both. interrupted_again: interrupted for self-service reset registration (50125, no password reset near) after an
//! earlier time with nothing registered between. regressed: was registered for the goal, a method was removed, and is known to
//! be unregistered now.
//!
//! Denominator. Stated per row: people in scope who started, who were interrupted, or all in scope. Shares carry Wilson 95 %
//! intervals.
//!
//! Caveats. The audit log does not say why somebody left. Closing the window leaves no row: it shows as not_finished only.
//!
//! Source. semantics.md §9.2 (drop-offs, regressions), §4.2, §3 (50125); rulings.md 22.

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::Verdict;
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct DropOffs;

const COLUMNS: &[Column] = &[
    Column::new("drop_off", ColumnKind::Text, "What happened"),
    Column::new("people", ColumnKind::Integer, "People").unit("people"),
    Column::new("times", ColumnKind::Integer, "Flows, where they are counted").unit("flows"),
    Column::new("of", ColumnKind::Integer, "Denominator").unit("people"),
    Column::new("of_whom", ColumnKind::Text, "What the denominator counts"),
    Column::new("share", ColumnKind::Real, "Share"),
    Column::new("low", ColumnKind::Real, "Lower end of its Wilson 95 % interval"),
    Column::new("high", ColumnKind::Real, "Upper end of its Wilson 95 % interval"),
];

/// A row: id, words for the figure, people, times, denominator, what it counts.
struct Row {
    id: &'static str,
    words: &'static str,
    share: Share,
    times: Option<u64>,
    of: &'static str,
}

impl Metric for DropOffs {
    fn id(&self) -> &'static str {
        "drop_offs"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("drop_offs.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("drop_offs", "Drop-offs", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let rows = rows(judged);
        let left = rows[0].share;
        let mut table = Table::new("drop_offs", "Drop-offs", COLUMNS);
        for row in &rows {
            let wilson = row.share.wilson();
            table.rows.push(vec![
                Cell::text(row.id),
                Cell::count(row.share.part),
                row.times.map_or(Cell::Empty, Cell::count),
                Cell::count(row.share.whole),
                Cell::text(row.of),
                Cell::share(row.share.fraction()),
                Cell::share(wilson.map(|w| w.0)),
                Cell::share(wilson.map(|w| w.1)),
            ]);
        }
        let mut caveats = Vec::new();
        if judged.frame.audit.is_empty() {
            caveats.push("There is no audit log: starts, cancellations and removals cannot be seen.".to_owned());
        }
        Finding {
            id: self.id(),
            title: format!("{} of {} people who began to register did not finish within a day", left.part, left.whole),
            lead: format!(
                "{} canceled; {} were told to register and stopped by policy; {} lost a registration again.",
                people(rows[1].share.part),
                count(judged.in_scope().filter(|v| v.prompts.blocked.reason().is_some())),
                people(rows[5].share.part)
            ),
            definition: self.definition(),
            stats: rows.iter().map(|r| stat(r.id, r.words, (r.share.part, r.share.whole), r.of)).collect(),
            figures: vec![figure(&rows)],
            tables: vec![table],
            caveats,
        }
    }
}

/// What most rows are of.
const SCOPE: &str = "people in scope";

fn rows(judged: Judged<'_>) -> [Row; 6] {
    let all: Vec<&Verdict> = judged.in_scope().collect();
    let n = |test: &dyn Fn(&Verdict) -> bool| count(all.iter().filter(|v| test(v)));
    let scope = all.len() as u64;
    let followed = n(&|v| v.drop_offs.finished.is_some());
    let interrupted = n(&|v| v.drop_offs.interrupted > 0);
    let times = |of: fn(&Verdict) -> u64| Some(all.iter().map(|v| of(v)).sum());
    let row = |id, words, (part, whole), times, of| Row { id, words, share: Share::new(part, whole), times, of };
    [
        row(
            "not_finished",
            "began, not finished within 24 hours",
            (n(&|v| v.drop_offs.finished == Some(false)), followed),
            None,
            "people who began and were followed for 24 hours",
        ),
        row("canceled", "canceled", (n(&|v| v.drop_offs.canceled > 0), scope), times(|v| v.drop_offs.canceled), SCOPE),
        row(
            "blocked_by_policy",
            "blocked: may not register from there (53010)",
            (n(&|v| v.prompts.blocked.policy.is_some()), scope),
            None,
            SCOPE,
        ),
        row(
            "blocked_by_risk",
            "blocked: suspicious (53004)",
            (n(&|v| v.prompts.blocked.risk.is_some()), scope),
            None,
            SCOPE,
        ),
        row(
            "interrupted_again",
            "interrupted by 50125 again",
            (n(&|v| v.drop_offs.interrupted_again > 0), interrupted),
            times(|v| v.drop_offs.interrupted_again),
            "people interrupted by 50125",
        ),
        row("regressed", "registered, then lost it", (n(&|v| v.drop_offs.regressed), scope), None, SCOPE),
    ]
}

fn figure(rows: &[Row]) -> Figure {
    let shown: Vec<&Row> = rows.iter().filter(|r| r.share.part > 0).collect();
    let said: Vec<String> = shown.iter().map(|r| format!("{} {}", r.words, r.share.part)).collect();
    Figure {
        id: "drop_offs",
        title: match shown.iter().rev().max_by_key(|r| r.share.part) {
            Some(most) => {
                format!("Most often on the way to a registration: {}, {}", most.words, people(most.share.part))
            }
            None => "Nobody was seen to fall out on the way to a registration".to_owned(),
        },
        axis: "people in scope; one person may count in several bars".to_owned(),
        alt: format!("Bars: {}.", if said.is_empty() { "nobody fell out".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(
            shown.iter().map(|r| Bar { label: r.words.to_owned(), count: r.share.part, tone: Tone::Warn }).collect(),
        )
        .or("No beginning, cancelled or lost registration is in the audit log of the time covered."),
    }
}
