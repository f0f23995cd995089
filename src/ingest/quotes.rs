//! The quote state of a CSV stream: where records end, and where a quote opens that nothing closes.
//!
//! Exact, whatever the size of blocks: a record that does not end within `--max-record`, or before the data do, is left open by
//! a stray quote. Its first line is torn, and reading goes on at the next line outside of quotes.

use std::ops::Range;

use super::block::Limits;
use super::scan::{Index, Reach};

/// Up to here an open cell at the end of data that lack their last line end is taken for a cell that was cut: what stands in it
/// must not become rows. (Cells of exports with line breaks are shorter; the rest of a file is longer.)
const CUT_CELL: usize = 64 << 10;

/// Whether a quote is open.
#[derive(Clone, Copy, Debug, Default)]
struct Toggle {
    inside: bool,
    /// Position just after the last closing quote.
    closed_at: Option<usize>,
}

impl Toggle {
    /// Takes the quote at `at`; whether it opens. Other quotes outside are literal, as the `csv` crate reads them.
    fn opens(&mut self, bytes: &[u8], at: usize, separator: u8) -> bool {
        if self.inside {
            *self = Self { inside: false, closed_at: Some(at + 1) };
            return false;
        }
        let before = at.checked_sub(1).map(|b| bytes[b]);
        self.inside = self.closed_at == Some(at) || before.is_none_or(|b| b == separator || b == b'\n' || b == b'\r');
        self.inside
    }

    /// Whether a quote is open at the end of a line that begins outside of quotes.
    fn is_left_open(line: &[u8], separator: u8) -> bool {
        let mut quotes = Self::default();
        for at in memchr::memchr_iter(b'"', line) {
            quotes.opens(line, at, separator);
        }
        quotes.inside
    }
}

/// Quote state of a CSV stream.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    toggle: Toggle,
    /// What lies before was looked at.
    at: usize,
    /// Where the record at hand begins: the end of the last whole one.
    start: usize,
    /// Ends of lines in which a quote is left open, or of the data.
    torn: Vec<usize>,
}

impl Quotes {
    /// Goes on to the end of the bytes. The end of the last whole record, if one ends there; an error if a record is longer
    /// than allowed and no line ends in it.
    pub(super) fn cut(
        &mut self,
        bytes: &[u8],
        separator: u8,
        limits: Limits,
        index: &mut Index,
    ) -> Result<Option<usize>, ()> {
        let most = limits.record_bytes;
        if !limits.plain && self.reach(bytes, separator, most, index) {
            return Ok((self.start > 0).then_some(self.start));
        }
        index.give_up();
        while !self.scan(bytes, separator, most) {
            let before = self.start;
            self.pass_lines(bytes, self.start + most, separator);
            if self.start == before {
                return Err(());
            }
        }
        Ok((self.start > 0).then_some(self.start))
    }

    /// Goes on to the end of the bytes by the parity of quotes; `false`: they are not regular, or a record may be too long.
    fn reach(&mut self, bytes: &[u8], separator: u8, most: usize, index: &mut Index) -> bool {
        let regular = if bytes.len() - self.start <= most { index.reach(bytes, separator) } else { None };
        let Some(Reach { inside, closed, last_end }) = regular else { return false };
        self.toggle = Toggle { inside, closed_at: closed.then_some(bytes.len()) };
        (self.at, self.start) = (bytes.len(), last_end.unwrap_or(self.start));
        true
    }

    /// Goes on to the end of the bytes, or to a record longer than `most`: `false`.
    fn scan(&mut self, bytes: &[u8], separator: u8, most: usize) -> bool {
        let (from, mut outside_from) = (self.at, self.at);
        for at in memchr::memchr_iter(b'"', &bytes[from..]).map(|i| from + i) {
            if self.toggle.inside {
                outside_from = at + 1;
            }
            if self.toggle.opens(bytes, at, separator) && !self.records_end(bytes, outside_from..at, most) {
                return false;
            }
        }
        if !self.toggle.inside && !self.records_end(bytes, outside_from..bytes.len(), most) {
            return false;
        }
        self.at = bytes.len();
        bytes.len() - self.start <= most
    }

    /// Takes the line ends outside of quotes; `false`: the record at hand is longer than `most`.
    fn records_end(&mut self, bytes: &[u8], outside: Range<usize>, most: usize) -> bool {
        let (from, to) = (outside.start, outside.end);
        let part = bytes.get(outside).unwrap_or_default();
        if to.saturating_sub(self.start) <= most {
            self.start = memchr::memrchr(b'\n', part).map_or(self.start, |i| from + i + 1);
            return true;
        }
        for end in memchr::memchr_iter(b'\n', part).map(|i| from + i + 1) {
            if end - self.start > most {
                return false;
            }
            self.start = end;
        }
        true
    }

    /// Goes on by lines from the start of a record that does not end before `until`. Read afresh, a line that leaves a quote
    /// open does so to that very place too, for the two readings then agree: it is torn. Any other line is a record.
    fn pass_lines(&mut self, bytes: &[u8], until: usize, separator: u8) {
        let until = until.min(bytes.len());
        while let Some(end) = memchr::memchr(b'\n', &bytes[self.start..until]).map(|i| self.start + i + 1) {
            if Toggle::is_left_open(&bytes[self.start..end], separator) {
                self.torn.push(end);
            }
            self.start = end;
        }
        (self.at, self.toggle) = (self.start, Toggle::default());
    }

    /// Ends the data, which could not be read further if `failed`. Whether they end in the middle of a record.
    pub(super) fn finish(&mut self, bytes: &[u8], separator: u8, failed: bool) -> bool {
        let lacks_end = |bytes: &[u8]| !matches!(bytes.last(), None | Some(b'\n' | b'\r'));
        if self.toggle.inside {
            let cut = failed || !bytes.ends_with(b"\n");
            if !(cut && bytes.len() - self.start <= CUT_CELL) {
                self.pass_lines(bytes, bytes.len(), separator);
                self.toggle.inside = Toggle::is_left_open(&bytes[self.start..], separator);
            }
        }
        let cut_off = self.toggle.inside || (failed && lacks_end(&bytes[self.start..]));
        if cut_off {
            self.torn.push(bytes.len());
        }
        cut_off
    }

    /// Where the record at hand begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// The ends of torn lines so far; positions move by `cut`.
    pub(super) fn shift(&mut self, cut: usize) -> Vec<usize> {
        self.toggle.closed_at = self.toggle.closed_at.and_then(|p| p.checked_sub(cut));
        (self.at, self.start) = (self.at.saturating_sub(cut), self.start.saturating_sub(cut));
        std::mem::take(&mut self.torn)
    }
}
