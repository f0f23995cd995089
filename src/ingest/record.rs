//! One CSV record: cells borrowed from its block, and rewritten only where a quote in them is doubled.

use std::cell::OnceCell;

use csv::ByteRecord;

/// One CSV record.
#[derive(Debug)]
pub struct Record<'b>(Cells<'b>);

/// Cells as they are meant, by their number; each once it was asked for.
type Meant = Box<[OnceCell<Box<[u8]>>]>;

#[derive(Debug)]
enum Cells<'b> {
    /// Told apart by the index of its block (`scan`).
    Indexed {
        /// The block up to the end of the record, line end left out.
        bytes: &'b [u8],
        /// Where the record starts.
        start: usize,
        /// Where its cells end.
        ends: &'b [u32],
        /// Quotes are doubled somewhere in the record.
        doubled: bool,
        /// Cells with doubled quotes as they are meant, once one was asked for.
        meant: OnceCell<Meant>,
    },
    /// Read by the `csv` crate.
    Parsed(&'b ByteRecord),
}

impl<'b> From<&'b ByteRecord> for Record<'b> {
    fn from(record: &'b ByteRecord) -> Self {
        Self(Cells::Parsed(record))
    }
}

impl<'b> Record<'b> {
    /// A regular record from `start` to the end of the bytes, whose cells end at `ends`.
    pub(super) fn indexed(bytes: &'b [u8], start: usize, ends: &'b [u32], doubled: bool) -> Self {
        Self(Cells::Indexed { bytes, start, ends, doubled, meant: OnceCell::new() })
    }

    /// A cell, without its quotes.
    #[inline]
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        match &self.0 {
            Cells::Parsed(record) => record.get(number),
            Cells::Indexed { bytes, start, ends, doubled, meant } => {
                let end = (*ends.get(number)? as usize).min(bytes.len());
                let start = if number == 0 { *start } else { ends[number - 1] as usize + 1 };
                let cell = &bytes[start..end];
                let [b'"', text @ .., b'"'] = cell else { return Some(cell) };
                Some(if *doubled { as_meant(text, (number, ends.len()), meant) } else { text })
            }
        }
    }

    /// The bytes from one cell to another one as they are written; `None`: they are not told apart in place.
    #[inline]
    #[must_use]
    pub(super) fn run(&self, first: usize, last: usize) -> Option<&'b [u8]> {
        let Cells::Indexed { bytes, start, ends, .. } = &self.0 else { return None };
        let from = if first == 0 { *start } else { *ends.get(first - 1)? as usize + 1 };
        bytes.get(from..(*ends.get(last)? as usize).min(bytes.len()))
    }

    /// How many cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Cells::Parsed(record) => record.len(),
            Cells::Indexed { ends, .. } => ends.len(),
        }
    }

    /// Whether there is no cell at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cells in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        (0..self.len()).map(|number| self.get(number).unwrap_or_default())
    }
}

/// A quoted cell of a record in which quotes are doubled.
#[cold]
fn as_meant<'m>(text: &'m [u8], (number, cells): (usize, usize), meant: &'m OnceCell<Meant>) -> &'m [u8] {
    if memchr::memchr(b'"', text).is_none() {
        return text;
    }
    let meant = meant.get_or_init(|| (0..cells).map(|_| OnceCell::new()).collect());
    meant[number].get_or_init(|| single_quotes(text))
}

/// The text with each doubled quote made one.
fn single_quotes(text: &[u8]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', &text[from..]) {
        out.extend_from_slice(&text[from..=from + at]);
        from = (from + at + 2).min(text.len());
    }
    out.extend_from_slice(&text[from..]);
    out.into_boxed_slice()
}
