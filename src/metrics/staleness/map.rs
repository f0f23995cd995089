//! The map of staleness by token use: who lives on tokens stands where recent token use and no recent page meet.

use super::tiers_with;
use crate::judge::gates::Gate;
use crate::judge::{Stale, Verdict};
use crate::metrics::Judged;
use crate::view::{Cell, Column, ColumnKind, Figure, Shape, Stripe, Table};

/// One row per pair of classes.
pub(super) const MAP: &[Column] = &[
    Column::new("last_token_days", ColumnKind::Text, "Whole days since the last token use, or none seen"),
    Column::new(
        "last_page_days",
        ColumnKind::Text,
        "Whole days since the last promptable sign-in, or what the logs leave open of them",
    ),
    Column::new("people", ColumnKind::Integer, "People of both").unit("people"),
    Column::new("of", ColumnKind::Integer, "People in scope who are not known to be disabled").unit("people"),
    Column::new(
        "lives_on_tokens",
        ColumnKind::Boolean,
        "At no page for W days for certain, and tokens used within A days",
    ),
];

/// Title of the table.
pub(super) const TITLE: &str = "Last sign-in page by last token use";

/// People by both clocks.
pub(super) struct Map {
    columns: Vec<Stripe>,
    rows: Vec<(Stripe, Vec<u64>)>,
    w: i64,
    a: i64,
}

/// `0–6`, `30–59`, `90+`.
fn span(tiers: &[i64], at: usize) -> String {
    match (tiers.get(at), tiers.get(at + 1)) {
        (Some(from), Some(next)) if *next == from + 1 => from.to_string(),
        (Some(from), Some(next)) => format!("{from}–{}", next - 1),
        (Some(from), None) => format!("{from}+"),
        (None, _) => String::new(),
    }
}

impl Map {
    /// Counts everybody in scope who is not known to be disabled.
    pub(super) fn of(judged: Judged<'_>) -> Self {
        let (w, a) = (judged.frame.thresholds.stale_days, judged.frame.thresholds.active_days);
        let pages = tiers_with(w);
        let mut tokens = vec![0, 1, 7, 30, 90, a];
        tokens.sort_unstable();
        tokens.dedup();
        // Days under W, what the logs leave open of them, days from W on and those of an open end.
        let below = pages.iter().filter(|t| **t < w).count();
        let mut columns: Vec<Stripe> =
            (0..pages.len()).map(|i| Stripe { label: span(&pages, i), open: false, framed: i >= below }).collect();
        columns.push(Stripe { label: format!("{w}+, open end"), open: true, framed: true });
        let open = |label: String| Stripe { label, open: true, framed: false };
        columns.insert(below, open(format!("either side of {w}")));
        columns.insert(below, open(format!("under {w}, day open")));
        let mut rows: Vec<(Stripe, Vec<u64>)> = (0..tokens.len())
            .map(|i| (Stripe { label: span(&tokens, i), open: false, framed: tokens[i] < a }, vec![0; columns.len()]))
            .collect();
        rows.push((open("none seen".to_owned()), vec![0; columns.len()]));
        let people = judged.in_scope().filter(|v| !v.gates.contains(Gate::Disabled));
        for verdict in people {
            let column = column(verdict, &pages, (w, below));
            let row = row(verdict, judged, &tokens);
            if let Some(n) = rows.get_mut(row).and_then(|(_, counts)| counts.get_mut(column)) {
                *n += 1;
            }
        }
        Self { columns, rows, w, a }
    }

    fn cells(&self) -> impl Iterator<Item = (&Stripe, &Stripe, u64)> {
        self.rows.iter().flat_map(|(row, counts)| self.columns.iter().zip(counts).map(move |(c, n)| (row, c, *n)))
    }

    fn whole(&self) -> u64 {
        self.cells().map(|(.., n)| n).sum()
    }

    /// The people of cells that are not empty, as a table.
    pub(super) fn table(&self) -> Table {
        let whole = self.whole();
        let mut table = Table::new("staleness_map", TITLE, MAP);
        let row = |(row, column, n): (&Stripe, &Stripe, u64)| {
            vec![
                Cell::text(&row.label),
                Cell::text(&column.label),
                Cell::count(n),
                Cell::count(whole),
                Cell::Boolean(row.framed && column.framed),
            ]
        };
        table.rows = self.cells().filter(|(.., n)| *n > 0).map(row).collect();
        table
    }

    /// The same as a picture.
    pub(super) fn figure(self) -> Figure {
        let (whole, w, a) = (self.whole(), self.w, self.a);
        let framed: u64 = self.cells().filter(|(r, c, _)| r.framed && c.framed).map(|(.., n)| n).sum();
        let mut largest: Vec<(&Stripe, &Stripe, u64)> = self.cells().filter(|(.., n)| *n > 0).collect();
        largest.sort_by_key(|(.., n)| std::cmp::Reverse(*n));
        let said: Vec<String> =
            largest.iter().map(|(r, c, n)| format!("token {} and page {}: {n}", r.label, c.label)).collect();
        Figure {
            id: "staleness_map",
            title: format!(
                "{framed} of {whole} people used tokens within {a} days and saw no sign-in page for {w} days or more"
            ),
            axis: format!("people, of {whole} people in scope who are not known to be disabled"),
            alt: format!("Map of days since the last token use and since the last sign-in page. {}.", said.join("; ")),
            shape: Shape::Map {
                across: "days since the last promptable sign-in".to_owned(),
                down: "days since token use".to_owned(),
                columns: self.columns,
                rows: if whole == 0 { Vec::new() } else { self.rows },
            }
            .or("Nobody is in scope and enabled, so there is no one to place."),
        }
    }
}

/// The column of a person: the tier of both ends, or what is open.
fn column(verdict: &Verdict, pages: &[i64], (w, below): (i64, usize)) -> usize {
    let bounds = &verdict.bounds;
    let tier = |days: i64| pages.iter().rposition(|t| days >= *t).unwrap_or(0);
    let at = tier(bounds.min_days);
    let known = bounds.max_days.is_some_and(|max| tier(max) == at) || (at + 1 == pages.len());
    match (bounds.stale_at(w), known) {
        (Stale::NotStale, true) => at,
        (Stale::NotStale, false) => below,
        (Stale::Undetermined, _) => below + 1,
        (Stale::Stale, true) => at + 2,
        (Stale::Stale, false) => pages.len() + 2,
    }
}

/// The row of a person. Within A days is said by the instant, so that it agrees with the labels.
fn row(verdict: &Verdict, judged: Judged<'_>, tokens: &[i64]) -> usize {
    let Some(last) = verdict.last_token.get() else { return tokens.len() };
    let a = judged.frame.thresholds.active_days;
    let days = judged.frame.t.whole_days_since(last).max(0);
    let days = if last >= judged.frame.active_since() { days.min(a - 1) } else { days.max(a) };
    tokens.iter().rposition(|t| days >= *t).unwrap_or(0)
}
