//! Where the numbers come from: the inputs and what became of their rows, as tables of the page.

use super::words;
use crate::model::time::Window;
use crate::report::{RowCounts, RunInfo};
use crate::view::{Cell, Column, ColumnKind, Table};

const INPUT: [Column; 7] = [
    Column::new("file", ColumnKind::Text, "Path as given or found"),
    Column::new("format", ColumnKind::Text, "The format it was recognised as, by its content"),
    Column::new("read", ColumnKind::Integer, "Rows met").unit("rows"),
    Column::new("folded", ColumnKind::Integer, "Rows the figures stand on").unit("rows"),
    Column::new("skipped", ColumnKind::Integer, "Rows left out for a stated reason").unit("rows"),
    Column::new("rejected", ColumnKind::Integer, "Rows that could not be read").unit("rows"),
    Column::new("remarks", ColumnKind::Text, "Why it was refused, or what to know about it"),
];

const HASH: [Column; 2] = [
    Column::new("file", ColumnKind::Text, "Path as given or found"),
    Column::new("sha256", ColumnKind::Text, "SHA-256 of the bytes as they lie on disk"),
];

/// One row per input: what it is and what became of its rows.
pub(super) fn inputs(run: &RunInfo) -> Table {
    let mut table = Table::new("inputs", "What became of every row", &INPUT);
    table.rows = run
        .inputs
        .iter()
        .map(|input| {
            let format = if input.format.is_empty() { "refused" } else { &input.format };
            vec![
                Cell::text(&input.path),
                Cell::text(format),
                Cell::count(input.rows.read),
                Cell::count(input.rows.folded),
                Cell::count(input.rows.skipped),
                Cell::count(input.rows.rejected),
                Cell::text(input.notes.join("; ")),
            ]
        })
        .collect();
    table
}

/// From when to when a log was seen.
pub(super) fn window(window: Option<Window>) -> String {
    window.map_or_else(|| "no rows".to_owned(), |w| format!("{} to {}", words::minute(w.from), words::minute(w.to)))
}

/// One row per input and list: its hash.
pub(super) fn hashes(run: &RunInfo) -> Table {
    let mut table = Table::new("hashes", "Hashes of the inputs and lists", &HASH);
    let inputs = run.inputs.iter().map(|i| (&i.path, &i.sha256));
    let lists = run.lists.iter().map(|l| (&l.path, &l.sha256));
    table.rows = inputs.chain(lists).map(|(path, hash)| vec![Cell::text(path), Cell::text(hash)]).collect();
    table
}

/// Rows read and what became of them, over all inputs, in one sentence.
pub(super) fn sentence(run: &RunInfo) -> String {
    let all = run.inputs.iter().fold(RowCounts::default(), |sum, input| RowCounts {
        read: sum.read.saturating_add(input.rows.read),
        folded: sum.folded.saturating_add(input.rows.folded),
        skipped: sum.skipped.saturating_add(input.rows.skipped),
        rejected: sum.rejected.saturating_add(input.rows.rejected),
    });
    format!(
        "{}: {} rows read, of which {} stand behind the figures, {} were skipped for a stated reason and {} could not be read.",
        words::counted(run.inputs.len(), "file", "files"),
        words::count(all.read),
        words::count(all.folded),
        words::count(all.skipped),
        words::count(all.rejected)
    )
}
