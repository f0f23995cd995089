//! Exports of two layouts joined to one file: a header in the middle that puts the columns elsewhere.
//!
//! Workers read blocks side by side, and whether such a header stands above a row is not known where the row is read. So it
//! is found while everything is read once, and where there is one, all is read once more with the file ending at that line.
//! Rare files cost a second reading; all others cost nothing, and no row is ever read under a header it does not belong to.

use super::csv::Columns;
use super::fold::Fold;
use super::format::{Reader, Row};
use crate::model::problem::{Outcome, Reject};

/// A reader that takes no row from a line on.
pub(super) struct Until {
    pub(super) inner: Box<dyn Reader>,
    /// The line of the other header.
    pub(super) line: u64,
}

impl Reader for Until {
    fn row(&self, row: Row<'_>, fold: &mut Fold<'_>) -> Outcome {
        if fold.place.1 >= self.line { Outcome::Rejected(Reject::OtherHeader) } else { self.inner.row(row, fold) }
    }

    fn columns(&self) -> Columns {
        self.inner.columns()
    }

    fn notes(&self) -> Vec<String> {
        self.inner.notes()
    }
}
