//! What became of the rows of one file: counts that always add up, joined over workers.

use std::collections::BTreeMap;

use crate::model::ids::Id;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::Stream;
use crate::model::time::{Instant, Window};

/// How many line numbers of rejected rows are kept per reason; each once, though several rows may stand on it.
const LINES_KEPT: usize = 5;

/// Counts of one file's rows; joined over workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows met.
    pub read: u64,
    /// Rows in the facts.
    pub folded: u64,
    /// Rows left out, by reason.
    pub skipped: BTreeMap<Skip, u64>,
    /// The first lines of rows left out, by reason.
    pub skipped_lines: BTreeMap<Skip, Vec<u64>>,
    /// Rows unreadable, by reason: how many, and the first lines.
    pub rejected: BTreeMap<Reject, (u64, Vec<u64>)>,
    /// First and last event time.
    pub span: Option<Window>,
    /// Rows per stream.
    pub streams: BTreeMap<Stream, u64>,
    /// Rows per tenant, where they say in whose log they stand.
    pub tenants: BTreeMap<Id, u64>,
    /// Rows kept although `--tenant` was given and they do not say whose they are.
    pub untold: u64,
    /// Columns that say something unreadable: in how many rows, and the first lines.
    pub unreadable: BTreeMap<&'static str, (u64, Vec<u64>)>,
    /// Rows looked up in `AuthDetails` files, and rows found there.
    pub looked_up: (u64, u64),
}

impl Tally {
    /// Counts one row.
    pub fn count(&mut self, outcome: Outcome, line: u64) {
        self.read += 1;
        match outcome {
            Outcome::Folded => self.folded += 1,
            Outcome::Skipped(reason) => {
                *self.skipped.entry(reason).or_default() += 1;
                let lines = self.skipped_lines.entry(reason).or_default();
                // Whole logs may be left out: most rows come too late to be among the first.
                if lines.len() < LINES_KEPT || lines.last().is_some_and(|last| line < *last) {
                    lines.push(line);
                    keep_first(lines);
                }
            }
            Outcome::Rejected(reason) => {
                let (count, lines) = self.rejected.entry(reason).or_default();
                *count += 1;
                lines.push(line);
                keep_first(lines);
            }
        }
    }

    /// Takes another worker's counts of the same file in.
    pub fn join(&mut self, other: &Self) {
        self.read += other.read;
        self.folded += other.folded;
        self.looked_up.0 += other.looked_up.0;
        self.looked_up.1 += other.looked_up.1;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(*reason).or_default() += count;
        }
        for (reason, lines) in &other.skipped_lines {
            let mine = self.skipped_lines.entry(*reason).or_default();
            mine.extend(lines);
            keep_first(mine);
        }
        for (reason, (count, lines)) in &other.rejected {
            let mine = self.rejected.entry(*reason).or_default();
            mine.0 += count;
            mine.1.extend(lines);
            keep_first(&mut mine.1);
        }
        if let Some(span) = other.span {
            self.saw(span.from);
            self.saw(span.to);
        }
        for (stream, count) in &other.streams {
            *self.streams.entry(*stream).or_default() += count;
        }
        for (tenant, count) in &other.tenants {
            *self.tenants.entry(tenant.clone()).or_default() += count;
        }
        self.untold += other.untold;
        for (column, (count, lines)) in &other.unreadable {
            let mine = self.unreadable.entry(column).or_default();
            mine.0 += count;
            mine.1.extend(lines);
            keep_first(&mut mine.1);
        }
    }

    /// Counts an unreadable cell of a row that is read all the same.
    pub fn lost(&mut self, column: &'static str, line: u64) {
        let (count, lines) = self.unreadable.entry(column).or_default();
        *count += 1;
        lines.push(line);
        keep_first(lines);
    }

    /// Counts a row of a tenant's log.
    pub fn of_tenant(&mut self, tenant: &Id) {
        match self.tenants.get_mut(tenant) {
            Some(count) => *count += 1,
            None => drop(self.tenants.insert(tenant.clone(), 1)),
        }
    }

    /// The columns that are there and cannot be read in more than 5 % of the rows: an error (formats.md §9.7), not a
    /// remark. `None`: there is none.
    #[must_use]
    pub fn unreadable_columns(&self) -> Option<String> {
        let left_out = |skip| self.skipped.get(&skip).copied().unwrap_or(0);
        let below = self.rejected.get(&Reject::OtherHeader).map_or(0, |(count, _)| *count);
        let rows = self.read - left_out(Skip::RepeatedHeader) - left_out(Skip::Blank) - below;
        let rejected = self.rejected.iter().filter_map(|(reason, found)| Some((reason.column()?, found)));
        let cells = self.unreadable.iter().map(|(column, found)| (*column, found));
        let said: Vec<String> = rejected
            .chain(cells)
            .filter(|(_, (count, _))| count * 20 > rows)
            .map(|(column, (count, lines))| {
                let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
                format!(
                    "`{column}` is there and cannot be read in {count} of {rows} rows, first at line {}",
                    lines.join(", ")
                )
            })
            .collect();
        let advice = "more than 5 % of a column is no slip: export the file again; what could be read is used";
        (!said.is_empty()).then(|| format!("{}; {advice}", said.join("; ")))
    }

    /// Rows of each export that was joined to this file, told by the lines of the headers between them; none where these are
    /// too many to be kept. `header` is the first header's line.
    #[must_use]
    pub(super) fn parts(&self, header: u64) -> Vec<u64> {
        let headers = self.skipped.get(&Skip::RepeatedHeader).copied().unwrap_or(0);
        let lines = self.skipped_lines.get(&Skip::RepeatedHeader).map_or(&[][..], Vec::as_slice);
        let below = self.rejected.get(&Reject::OtherHeader).map_or(0, |(count, _)| *count);
        if lines.len() as u64 != headers {
            return Vec::new();
        }
        let mut left = Some(self.read - headers - below);
        let (mut parts, mut before) = (Vec::new(), header);
        for line in lines {
            let rows = (line - before).saturating_sub(1);
            left = left.and_then(|left| left.checked_sub(rows));
            parts.push(rows);
            before = *line;
        }
        parts.extend(left);
        parts
    }

    /// Widens the span.
    pub(super) fn saw(&mut self, at: Instant) {
        let span = self.span.get_or_insert(Window { from: at, to: at });
        span.from = span.from.min(at);
        span.to = span.to.max(at);
    }

    /// Rows left out.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Rows unreadable.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().map(|(count, _)| count).sum()
    }
}

fn keep_first(lines: &mut Vec<u64>) {
    lines.sort_unstable();
    lines.dedup();
    lines.truncate(LINES_KEPT);
}
