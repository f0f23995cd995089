//! The unregistered, split: why each group is not registered yet, in groups that exclude one another.
//!
//! Definition. People in scope known to be unregistered for the goal, by the leak of their stage: prompted and left,
//! started and not finished, reachable but never prompted, token-stale, Windows logon only, legacy clients only,
//! undetermined, dormant, never active, disabled.
//!
//! Denominator. People in scope known to be unregistered for the goal. The groups sum to it.
//!
//! Caveats. People whose registration is unknown are not in here; see data quality.
//!
//! Source. semantics.md §9.1 (state funnel), §1.5 (blocker); rulings.md 27.

use super::{Judged, Metric, count, heading, stat};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct Unregistered;

const COLUMNS: &[Column] = &[
    Column::new("group", ColumnKind::Text, "Why they are not registered"),
    Column::new("people", ColumnKind::Integer, "People").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the unregistered"),
    Column::new("what_helps", ColumnKind::Text, "What would bring them to a prompt"),
];

/// Leak, words, what helps, tone.
const GROUPS: &[(&str, &str, &str, Tone)] = &[
    ("token_stale", "token-stale", "revoke their sessions, or set a sign-in frequency on an app they use", Tone::Bad),
    (
        "logon_only",
        "Windows logon only",
        "a message, or enforcing MFA: a revocation renews the token without a page",
        Tone::Bad,
    ),
    ("legacy_only", "legacy clients only", "move them to a modern client first", Tone::Bad),
    (
        "reachable_not_prompted",
        "reachable, never prompted",
        "check the policy's scope: they were at a page and saw no prompt",
        Tone::Warn,
    ),
    ("prompted_left", "prompted, left", "help or a reminder: they saw the page and left it", Tone::Warn),
    (
        "started_not_finished",
        "started, not finished",
        "help: they began and did not finish, or removed what they had registered",
        Tone::Warn,
    ),
    ("undetermined", "undetermined", "longer logs, or the user list with signInActivity", Tone::Unknown),
    ("dormant", "dormant", "an access review: their tokens die by themselves", Tone::Neutral),
    ("never_active", "never active", "an access review", Tone::Neutral),
    ("disabled", "disabled", "nothing", Tone::Neutral),
];

impl Metric for Unregistered {
    fn id(&self) -> &'static str {
        "unregistered"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("unregistered.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("unregistered", "The unregistered, split", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let all: Vec<_> = judged.in_scope().filter(|v| v.registration.goal_registered == Some(false)).collect();
        let whole = all.len() as u64;
        let of = |leak: &str| count(all.iter().filter(|v| v.leak == leak));
        let counts: Vec<_> = GROUPS.iter().map(|g| (g, of(g.0))).collect();
        let stale = of("token_stale");
        let unreachable = stale + of("logon_only") + of("legacy_only");
        let reached = of("prompted_left") + of("started_not_finished") + of("reachable_not_prompted");
        let mut table = Table::new("unregistered", "The unregistered, split", COLUMNS);
        for ((leak, _, helps, _), n) in &counts {
            let share = Cell::share(Share::new(*n, whole).fraction());
            table.rows.push(vec![Cell::text(*leak), Cell::count(*n), share, Cell::text(*helps)]);
        }
        Finding {
            id: self.id(),
            title: format!(
                "{unreachable} of {whole} unregistered people never meet the prompt, however long one waits"
            ),
            lead: format!(
                "{stale} of them live on tokens. {reached} were at a sign-in page recently, so a policy can reach them."
            ),
            definition: self.definition(),
            stats: vec![
                stat("unregistered", "known to be unregistered", (whole, count(judged.in_scope())), "people in scope"),
                stat("token_stale", "token-stale", (stale, whole), "unregistered people in scope"),
                stat("reachable", "were at a page within the window", (reached, whole), "unregistered people in scope"),
            ],
            figures: vec![figure(&counts, whole, unreachable)],
            tables: vec![table],
            caveats: Vec::new(),
        }
    }
}

type Group = (&'static str, &'static str, &'static str, Tone);

fn figure(counts: &[(&Group, u64)], whole: u64, unreachable: u64) -> Figure {
    let shown: Vec<_> = counts.iter().filter(|(_, n)| *n > 0).collect();
    let parts: Vec<String> = shown.iter().map(|((_, words, ..), n)| format!("{words} {n}")).collect();
    Figure {
        id: "unregistered",
        title: match whole {
            0 => "Nobody in scope is known to be unregistered".to_owned(),
            _ => format!("{unreachable} of {whole} unregistered people never see a page"),
        },
        axis: format!("people, of {whole} unregistered people in scope"),
        alt: format!(
            "Bars: {}.",
            if parts.is_empty() { "nobody is unregistered".to_owned() } else { parts.join(", ") }
        ),
        shape: Shape::Bars(
            shown
                .iter()
                .map(|((_, words, _, tone), n)| Bar { label: (*words).to_owned(), count: *n, tone: *tone })
                .collect(),
        )
        .or("Nobody in scope is known to be unregistered."),
    }
}
