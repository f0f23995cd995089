//! Where the numbers come from: the inputs, their hashes, and what became of their rows.

use super::words;
use crate::model::time::Window;
use crate::report::{RowCounts, RunInfo};
use crate::view::{Cell, Column, ColumnKind, Table};

const HASH: [Column; 2] = [
    Column::new("file", ColumnKind::Text, "Path as given or found"),
    Column::new("sha256", ColumnKind::Text, "SHA-256 of the bytes as they lie on disk"),
];

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
