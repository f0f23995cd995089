//! Rows of JSON that hold half a surrogate pair, as programs leave that cut texts by length: the text is marked, the row kept.

use super::csv::Columns;
use super::fold::Fold;
use super::format::{Reader, Row};
use super::json::mended;
use crate::model::problem::{Outcome, Reject};

/// A reader of JSON that tries a row it cannot read once more, mended.
pub(super) struct Mending(pub(super) Box<dyn Reader>);

impl Reader for Mending {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        let outcome = self.0.row(row, fold);
        match (outcome, row) {
            // Nothing of such a row was folded: it is no text of which a part could have been read.
            (Outcome::Rejected(Reject::Json), Row::Json(bytes)) => match mended(bytes) {
                Some(bytes) => self.0.row(Row::Json(&bytes), fold),
                None => outcome,
            },
            _ => outcome,
        }
    }

    fn columns(&self) -> Columns {
        self.0.columns()
    }

    fn notes(&self) -> Vec<String> {
        self.0.notes()
    }
}
