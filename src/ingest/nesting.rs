//! The nesting state of a JSON stream: where records open and close, and where one is broken.

use std::ops::Range;

use super::brackets::find;

/// Nesting state of a JSON stream.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    pub(super) depth: u32,
    in_string: bool,
    escaped: bool,
    pub(super) open_object: Option<usize>,
    /// Depth at which it opened.
    opened_at: u32,
    /// In the open record: what is open, and whether it is an object.
    inner: Vec<bool>,
    /// What stands before a record on its line, of the last record that is the first thing on its line.
    lead: Vec<u8>,
    /// Positions of what stands where only records or their containers may.
    pub(super) strays: Vec<usize>,
    /// A stray is being passed: it is counted once, up to the next comma, line or bracket.
    in_stray: bool,
    /// What lies before was looked at; behind it, if records go on whole, nothing was.
    at: usize,
}

/// The byte that may open something at a nesting depth above the records', or nothing where members of a wrapper stand.
fn opener(depth: u32, row_depth: u32) -> Option<u8> {
    // Pages of several records and of one follow each other where a tool appends them (formats.md §2.1).
    if row_depth <= 1 && depth <= 1 {
        return Some(b'{');
    }
    match row_depth.checked_sub(depth) {
        // Records themselves; the wrapper object around their array.
        Some(0 | 2) => Some(b'{'),
        // An array of wrappers.
        Some(3) => Some(b'['),
        _ => None,
    }
}

impl Nesting {
    /// Goes on to the end of the bytes, collecting whole objects that open at `row_depth`; the end of the last one.
    pub(super) fn cut(&mut self, bytes: &[u8], row_depth: u32, objects: &mut Vec<Range<usize>>) -> Option<usize> {
        if !self.is_between(row_depth) {
            // Up to the end of the record, or of what opens the container.
            self.pass(bytes, (row_depth, true), objects);
        }
        let before = objects.len();
        let found = if self.is_between(row_depth) { find(bytes, self.at, objects) } else { None };
        let Some(end) = found else { return self.go_on(bytes, row_depth, objects) };
        // The beginning of the record behind it is looked at again when the rest of it is there.
        (self.at, self.opened_at) = (end, row_depth);
        self.note_lead(bytes, &objects[before..]);
        Some(end)
    }

    /// Whether the next record may begin at once.
    fn is_between(&self, row_depth: u32) -> bool {
        self.open_object.is_none() && !self.in_string && !self.in_stray && self.depth == row_depth
    }

    /// The same, byte by byte: whatever the bytes are.
    pub(super) fn go_on(&mut self, bytes: &[u8], row_depth: u32, objects: &mut Vec<Range<usize>>) -> Option<usize> {
        self.pass(bytes, (row_depth, false), objects);
        objects.last().map(|o| o.end)
    }

    /// Goes on byte by byte, to the end or only until the next record may begin.
    fn pass(&mut self, bytes: &[u8], (row_depth, only_until_between): (u32, bool), objects: &mut Vec<Range<usize>>) {
        let mut at = std::mem::replace(&mut self.at, bytes.len());
        while at < bytes.len() {
            if only_until_between && self.is_between(row_depth) {
                self.at = at;
                return;
            }
            if self.in_string {
                at = self.string(bytes, at);
                if let Some(next) = self.record_in_string(bytes, at) {
                    at = next;
                    self.break_off(bytes, at, objects);
                }
                continue;
            }
            self.note_stray(bytes[at], at, row_depth);
            match bytes[at] {
                b'"' => self.in_string = true,
                b'{' => {
                    if self.is_next_record(bytes, at) {
                        self.break_off(bytes, at, objects);
                    }
                    self.open(bytes, at, row_depth);
                }
                b'[' => {
                    self.depth = self.depth.saturating_add(1);
                    if self.open_object.is_some() {
                        self.inner.push(false);
                    }
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.inner.pop();
                    if self.depth == self.opened_at
                        && let Some(start) = self.open_object.take()
                    {
                        self.inner.clear();
                        objects.push(start..at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// An object opens at `at`.
    fn open(&mut self, bytes: &[u8], at: usize, row_depth: u32) {
        // Outside of wrappers, whatever is open above an object is an array.
        let fits = self.depth == row_depth || (row_depth <= 1 && self.depth <= 1);
        if fits && self.open_object.is_none() {
            self.open_object = Some(at);
            self.opened_at = self.depth;
            self.lead_of(bytes, at);
        }
        if self.open_object.is_some() {
            self.inner.push(true);
        }
        self.depth = self.depth.saturating_add(1);
    }

    /// Keeps what stands before the record at `at`, if it is the first thing on its line; whether it is.
    fn lead_of(&mut self, bytes: &[u8], at: usize) -> bool {
        let line = before_on_line(bytes, at);
        let first = line.start > 0 && bytes[line.start - 1] == b'\n';
        if first {
            bytes[line].clone_into(&mut self.lead);
        }
        first
    }

    /// The same for records that were found together.
    fn note_lead(&mut self, bytes: &[u8], objects: &[Range<usize>]) {
        let _ = objects.iter().rev().any(|object| self.lead_of(bytes, object.start));
    }

    /// Whether the object that opens at `at` cannot be a part of the open record, where an object may not stand, and stands as
    /// the file's records do: then the record before it is broken, and this one is whole.
    fn is_next_record(&self, bytes: &[u8], at: usize) -> bool {
        let Some(start) = self.open_object.filter(|start| *start < at) else { return false };
        let in_object = self.inner.last() == Some(&true);
        let before = bytes[start..at].trim_ascii_end().last();
        let may_stand = match before {
            Some(b':') => in_object,
            Some(b',' | b'[') => !in_object,
            _ => false,
        };
        !may_stand && (self.inner.len() == 1 || self.stands_as_records_do(bytes, at, start))
    }

    /// Whether `at` is the first thing on a line after `start`, as far in as the file's records are.
    fn stands_as_records_do(&self, bytes: &[u8], at: usize, start: usize) -> bool {
        let line = bytes[start..at].strip_suffix(self.lead.as_slice());
        line.is_some_and(|rest| rest.ends_with(b"\n"))
    }

    /// After a quote that ends what was taken for a string: where a record begins in it, on a line of its own. A string of JSON
    /// has no line break, so one was left open before.
    fn record_in_string(&self, bytes: &[u8], after: usize) -> Option<usize> {
        let start = self.open_object.filter(|start| !self.in_string && *start < after)?;
        let before = bytes[start..after].strip_suffix(b"\"")?.trim_ascii_end().strip_suffix(b"{")?;
        let at = start + before.len();
        (at > start && self.stands_as_records_do(bytes, at, start)).then_some(at)
    }

    /// The open record is broken and ends before `at`: a piece that does not close.
    fn break_off(&mut self, bytes: &[u8], at: usize, objects: &mut Vec<Range<usize>>) {
        if let Some(start) = self.open_object.take() {
            let piece = bytes[start..at].trim_ascii_end();
            let piece = piece.strip_suffix(b",").unwrap_or(piece);
            objects.push(start..start + piece.len());
        }
        self.inner.clear();
        (self.depth, self.in_string, self.escaped) = (self.opened_at, false, false);
    }

    /// At the end of the data: the record that does not close, and lines in it that look like records of their own.
    pub(super) fn finish(&mut self, bytes: &[u8]) -> Option<(Range<usize>, Vec<usize>)> {
        let start = self.open_object.take()?;
        let first = bytes[start..].starts_with(b"{\"");
        let ends = memchr::memchr_iter(b'\n', &bytes[start..]).map(|i| start + i + 1).filter(|_| first);
        let records = ends.filter(|line| {
            let text = bytes[*line..].strip_prefix(self.lead.as_slice()).unwrap_or_default();
            let text = &text[..memchr::memchr(b'\n', text).unwrap_or(text.len())];
            let text = text.trim_ascii_end();
            text.starts_with(b"{\"") && text.strip_suffix(b",").unwrap_or(text).ends_with(b"}")
        });
        Some((start..bytes.len(), records.collect()))
    }

    /// Something where only a record or its container may stand is no record, and must be counted all the same.
    fn note_stray(&mut self, byte: u8, at: usize, row_depth: u32) {
        let Some(opener) = opener(self.depth, row_depth).filter(|_| self.open_object.is_none()) else { return };
        match byte {
            b',' | b'\n' | b'}' | b']' => self.in_stray = false,
            // The last three are a byte-order mark, where files that each have one were put together.
            b' ' | b'\t' | b'\r' | 0xef | 0xbb | 0xbf => {}
            _ if byte == opener => {}
            b'[' if row_depth <= 1 && self.depth == 0 => {}
            _ if self.in_stray => {}
            _ => {
                self.in_stray = true;
                self.strays.push(at);
            }
        }
    }

    /// Goes on inside a string from `at`; the position after what was looked at.
    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        if self.escaped {
            self.escaped = false;
            return at + 1;
        }
        match memchr::memchr2(b'"', b'\\', &bytes[at..]) {
            Some(i) if bytes[at + i] == b'"' => {
                self.in_string = false;
                at + i + 1
            }
            Some(i) => {
                self.escaped = true;
                at + i + 1
            }
            None => bytes.len(),
        }
    }

    /// After a cut: positions move, strays behind the cut belong to the next block.
    pub(super) fn shift(&mut self, by: usize) -> Vec<usize> {
        self.open_object = self.open_object.and_then(|p| p.checked_sub(by));
        self.at = self.at.saturating_sub(by);
        let later = self.strays.iter().filter_map(|p| p.checked_sub(by)).collect();
        self.strays.retain(|p| *p < by);
        later
    }
}

/// The blanks and commas before `at`, on its line.
fn before_on_line(bytes: &[u8], at: usize) -> Range<usize> {
    let blank = bytes[..at].iter().rev().take_while(|b| matches!(b, b' ' | b'\t' | b',')).count();
    at - blank..at
}
