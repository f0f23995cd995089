//! MFA against self-service reset: how the two registrations overlap.
//!
//! Definition. Each person's state for MFA (rows) and for self-service password reset (columns): capable; not_allowed (registered,
//! and known not to be capable: forbidden by policy, or outside its scope); registered (and capability unknown); unregistered;
//! unknown. Every person stands in one cell; rows and columns sum to the population.
//!
//! Denominator. Human members in scope.
//!
//! Caveats. Unknown is a state of its own: no report lists the person, or it does not say.
//!
//! Source. semantics.md §7.1 (flags).

use super::{Judged, Metric, heading, stat};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Table, Tone};

/// The metric.
pub(super) struct MfaSspr;

const COLUMNS: &[Column] = &[
    Column::new("mfa", ColumnKind::Text, "State for MFA; total = all of them"),
    Column::new("sspr_capable", ColumnKind::Integer, "Capable of self-service reset").unit("people"),
    Column::new("sspr_not_allowed", ColumnKind::Integer, "Registered for it, not capable").unit("people"),
    Column::new("sspr_registered", ColumnKind::Integer, "Registered for it, capability unknown").unit("people"),
    Column::new("sspr_unregistered", ColumnKind::Integer, "Not registered for it").unit("people"),
    Column::new("sspr_unknown", ColumnKind::Integer, "Unknown").unit("people"),
    Column::new("total", ColumnKind::Integer, "All of the row").unit("people"),
];

/// The states, in order of rows and columns.
const STATES: [&str; 5] = ["capable", "not_allowed", "registered", "unregistered", "unknown"];

fn state(registered: Option<bool>, capable: Option<bool>) -> usize {
    match (registered, capable) {
        (_, Some(true)) => 0,
        (Some(true), Some(false)) => 1,
        (Some(true), None) => 2,
        (Some(false), _) => 3,
        (None, _) => 4,
    }
}

impl Metric for MfaSspr {
    fn id(&self) -> &'static str {
        "mfa_sspr"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("mfa_sspr.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![("mfa_sspr", "MFA against self-service reset", COLUMNS.to_vec())]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let mut cells = [[0_u64; 5]; 5];
        for r in judged.in_scope().map(|v| &v.registration) {
            cells[state(r.mfa_registered, r.mfa_capable)][state(r.sspr_registered, r.sspr_capable)] += 1;
        }
        let whole: u64 = cells.iter().flatten().sum();
        let (both, neither) = (cells[0][0], cells[3][3]);
        let mfa_only: u64 = cells[0][1..4].iter().sum();
        let sspr_only: u64 = cells[1..4].iter().map(|row| row[0]).sum();
        Finding {
            id: self.id(),
            title: format!("{both} of {whole} people can use both MFA and self-service reset"),
            lead: format!(
                "{mfa_only} can use MFA and are known not to be capable of reset, {sspr_only} the other way round; {neither} are registered for neither."
            ),
            definition: self.definition(),
            stats: vec![
                stat("both", "capable of both", (both, whole), "people in scope"),
                stat("mfa_only", "MFA only", (mfa_only, whole), "people in scope"),
                stat("sspr_only", "self-service reset only", (sspr_only, whole), "people in scope"),
                stat("neither", "registered for neither", (neither, whole), "people in scope"),
            ],
            figures: vec![figure(&cells, whole)],
            tables: vec![table(&cells)],
            caveats: Vec::new(),
        }
    }
}

fn table(cells: &[[u64; 5]; 5]) -> Table {
    let mut table = Table::new("mfa_sspr", "MFA against self-service reset", COLUMNS);
    let row = |name: &str, counts: &[u64; 5]| {
        let total = counts.iter().sum();
        std::iter::once(Cell::text(name))
            .chain(counts.iter().map(|n| Cell::count(*n)))
            .chain([Cell::count(total)])
            .collect::<Vec<_>>()
    };
    let mut sums = [0_u64; 5];
    for (name, counts) in STATES.iter().zip(cells) {
        table.rows.push(row(name, counts));
        for (sum, n) in sums.iter_mut().zip(counts) {
            *sum += n;
        }
    }
    table.rows.push(row("total", &sums));
    table
}

fn figure(cells: &[[u64; 5]; 5], whole: u64) -> Figure {
    let words = |name: &str| name.replace('_', " ");
    let mut bars = Vec::new();
    for (mfa, row) in STATES.iter().zip(cells) {
        for (sspr, n) in STATES.iter().zip(row).filter(|(_, n)| **n > 0) {
            let tone = match (*mfa, *sspr) {
                ("capable", "capable") => Tone::Good,
                ("unknown", _) | (_, "unknown") => Tone::Unknown,
                ("capable", _) => Tone::Neutral,
                _ => Tone::Warn,
            };
            bars.push(Bar { label: format!("MFA {}, reset {}", words(mfa), words(sspr)), count: *n, tone });
        }
    }
    let said: Vec<String> = bars.iter().map(|b| format!("{}: {}", b.label, b.count)).collect();
    Figure {
        id: "mfa_sspr",
        title: match bars.iter().find(|b| b.tone == Tone::Good) {
            Some(both) => format!("{} of {whole} people can do both MFA and a self-service reset", both.count),
            None => format!("None of {whole} people is known to be able to do both MFA and a self-service reset"),
        },
        axis: format!("people, of {whole} people in scope; one bar a combination"),
        alt: format!("Bars. {}.", if said.is_empty() { "Nobody is in scope".to_owned() } else { said.join("; ") }),
        shape: Shape::Bars(bars).or("Nobody is in scope."),
    }
}
