//! Quotes of CSV at the machine's pace: whether they are regular, where records end, where cells end.
//!
//! Regular means that a quote outside of a quoted cell begins one, that a quote inside ends one or is doubled, and that a
//! carriage return outside stands before a line feed. Then inside and outside follow from the parity of quotes, and every
//! reader agrees on the cells. What is not regular is said to be so, and left to `quotes` and the `csv` crate.

use super::marks::{Marks, STEP, Visit, Wanted, parity, some_places, visit};
use super::record::Record;

/// The marks of a step, told apart by the quotes.
struct Told {
    /// Separators and line feeds outside of quotes.
    ends: u64,
    /// Line feeds outside of quotes.
    feeds: u64,
    /// Quotes right behind one that closed: the second ones of doubled quotes.
    doubled: u64,
    /// Line feeds inside of quotes.
    inner: u64,
}

/// What a step has to know of the ones before it; a bit each, but for `inside`: all ones or none.
struct Progress {
    inside: u64,
    closed: u64,
    begins: u64,
    returned: u64,
    /// Places of what is not regular.
    odd: u64,
    length: usize,
    separator: u8,
}

impl Progress {
    /// Before `bytes[from..]`, with a quote open or just closed there, or neither.
    fn new(bytes: &[u8], from: usize, (inside, closed): (bool, bool), separator: u8) -> Self {
        let before = from.checked_sub(1).map_or(b'\n', |at| bytes[at]);
        let outside = |is: bool| u64::from(is && !inside);
        Self {
            inside: if inside { u64::MAX } else { 0 },
            closed: u64::from(closed),
            begins: outside(before == separator || before == b'\n'),
            returned: outside(before == b'\r'),
            odd: 0,
            length: bytes.len() - from,
            separator,
        }
    }

    /// Quotes, separators, line feeds, carriage returns.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 4] {
        [b'"', self.separator, b'\n', b'\r'].map(Wanted::byte)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn tell(&mut self, at: usize, [quotes, separators, feeds, returns]: Marks<4>) -> Told {
        let left = self.length - at;
        let known = if left >= STEP { u64::MAX } else { (1 << left) - 1 };
        let inside = parity(quotes) ^ self.inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let (outer, returns) = (feeds & !inside, returns & !inside);
        let ends = separators & !inside | outer;
        let (begins, behind) = (ends << 1 | self.begins, closing << 1 | self.closed);
        self.odd |= opening & !(begins | behind);
        self.odd |= behind & !(ends | returns | opening) & known;
        self.odd |= (returns << 1 | self.returned) & !outer & known;
        (self.begins, self.closed, self.returned) = (ends >> 63, closing >> 63, returns >> 63);
        self.inside = (inside.cast_signed() >> 63).cast_unsigned();
        Told { ends, feeds: outer, doubled: opening & behind, inner: feeds & inside }
    }
}

/// How far regular quotes lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Inside of quotes at the end of the bytes.
    pub(super) inside: bool,
    /// The last byte is a quote that closes.
    pub(super) closed: bool,
    /// The end of the last line that ends outside of quotes.
    pub(super) last_end: Option<usize>,
}

struct Reaching {
    state: Progress,
    from: usize,
    last_end: Option<usize>,
}

impl Visit<4> for Reaching {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 4] {
        self.state.wanted()
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(&mut self, at: usize, marks: Marks<4>) -> bool {
        let told = self.state.tell(at, marks);
        if told.feeds != 0 {
            self.last_end = Some(self.from + at + STEP - told.feeds.leading_zeros() as usize);
        }
        self.state.odd == 0
    }
}

/// Goes over `bytes[from..]`, before which a quote is open or was just closed or neither; `None`: they are not regular.
pub(super) fn reach(bytes: &[u8], from: usize, before: (bool, bool), separator: u8) -> Option<Reach> {
    let mut reaching = Reaching { state: Progress::new(bytes, from, before, separator), from, last_end: None };
    visit(&bytes[from..], &mut reaching);
    let Reaching { state, last_end, .. } = reaching;
    let inside = state.inside != 0;
    let closed = if bytes.len() > from { !inside && bytes.last() == Some(&b'"') } else { before.1 };
    (state.odd == 0).then_some(Reach { inside, closed, last_end })
}

/// Where the cells and records of a regular piece of CSV end.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Ends of cells: places of separators and line feeds outside of quotes.
    cells: Vec<u32>,
    /// Ends of records: how many cells end before them, their own last one included.
    records: Vec<u32>,
    /// Places of the second ones of doubled quotes.
    doubled: Vec<u32>,
    /// Line feeds inside of quotes.
    inner: usize,
}

struct Indexing<'i> {
    state: Progress,
    index: &'i mut Index,
}

impl Visit<4> for Indexing<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 4] {
        self.state.wanted()
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(&mut self, at: usize, marks: Marks<4>) -> bool {
        let told = self.state.tell(at, marks);
        let before = self.index.cells.len();
        note(&mut self.index.cells, at, told.ends);
        let mut feeds = told.feeds;
        while feeds != 0 {
            let upto = feeds ^ (feeds - 1);
            self.index.records.push(small(before) + (told.ends & upto).count_ones());
            feeds &= feeds - 1;
        }
        if told.doubled | told.inner != 0 {
            note(&mut self.index.doubled, at, told.doubled);
            self.index.inner += told.inner.count_ones() as usize;
        }
        self.state.odd == 0
    }
}

/// Adds the places of the bits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
fn note(places: &mut Vec<u32>, at: usize, mut bits: u64) {
    let end = places.len() + bits.count_ones() as usize;
    loop {
        places.extend_from_slice(&some_places(small(at), &mut bits));
        if places.len() >= end {
            break;
        }
    }
    places.truncate(end);
}

/// A place in a block; blocks beyond 4 GiB are not indexed.
#[inline(always)]
#[expect(clippy::inline_always, clippy::cast_possible_truncation, reason = "hot; the length is checked before")]
fn small(place: usize) -> u32 {
    place as u32
}

impl Index {
    /// Looks at a piece that begins with a record; `false`: it is not regular, or ends inside of quotes.
    pub(super) fn read(&mut self, bytes: &[u8], separator: u8) -> bool {
        self.cells.clear();
        // A block of one endless record is an exception: its memory is given back.
        self.cells.shrink_to(1 << 20);
        self.records.clear();
        self.doubled.clear();
        self.inner = 0;
        // A carriage return at the very end is one that no line feed follows.
        if u32::try_from(bytes.len()).is_err() || bytes.last() == Some(&b'\r') {
            return false;
        }
        let mut indexing = Indexing { state: Progress::new(bytes, 0, (false, false), separator), index: self };
        visit(bytes, &mut indexing);
        let regular = indexing.state.odd == 0 && indexing.state.inside == 0;
        if regular && bytes.last().is_some_and(|b| *b != b'\n') {
            self.cells.push(small(bytes.len()));
            self.records.push(small(self.cells.len()));
        }
        regular
    }

    /// The records of the piece that was read, blank lines left out as the `csv` crate does, each with its line, from `first_line`
    /// on, and how many lines it takes.
    pub(super) fn records<'b>(&'b self, bytes: &'b [u8], first_line: u64) -> Records<'b> {
        Records { index: self, bytes, number: 0, cell: 0, doubled: &self.doubled, line: first_line }
    }
}

/// The records of a piece, in order.
pub(super) struct Records<'b> {
    index: &'b Index,
    bytes: &'b [u8],
    number: usize,
    cell: usize,
    doubled: &'b [u32],
    line: u64,
}

/// A record and its place.
pub(super) struct Placed<'b> {
    pub(super) record: Record<'b>,
    /// Its bytes, without the line end.
    pub(super) bytes: &'b [u8],
    /// The line it begins on.
    pub(super) line: u64,
    /// How many lines it takes.
    pub(super) height: u64,
}

impl<'b> Iterator for Records<'b> {
    type Item = Placed<'b>;

    fn next(&mut self) -> Option<Placed<'b>> {
        loop {
            let upto = *self.index.records.get(self.number)? as usize;
            let start = if self.cell == 0 { 0 } else { self.index.cells[self.cell - 1] as usize + 1 };
            let cells = &self.index.cells[self.cell..upto];
            let end = *cells.last()? as usize;
            (self.number, self.cell) = (self.number + 1, upto);
            let bytes = &self.bytes[start..end];
            let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            let line = self.line;
            self.line += 1;
            if bytes.is_empty() {
                continue;
            }
            // Only where some record of the piece has line breaks inside is each looked at.
            let inner = if self.index.inner == 0 { 0 } else { memchr::memchr_iter(b'\n', bytes).count() as u64 };
            self.line += inner;
            let of_it = self.doubled.partition_point(|at| (*at as usize) < end);
            let doubled = of_it > 0;
            self.doubled = &self.doubled[of_it..];
            let record = Record::indexed(&self.bytes[..start + bytes.len()], start, cells, doubled);
            return Some(Placed { record, bytes, line, height: inner + 1 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<(u64, u64, Vec<Vec<u8>>)>;

    /// Line, height and cells of each record; `None`: not regular.
    fn indexed(text: &[u8]) -> Option<Rows> {
        let mut index = Index::default();
        index.read(text, b',').then(|| {
            let cells = |placed: Placed<'_>| {
                let cells = placed.record.iter().map(<[u8]>::to_vec).collect();
                assert_eq!(placed.record.len(), placed.record.iter().count());
                (placed.line, placed.height, cells)
            };
            index.records(text, 1).map(cells).collect()
        })
    }

    /// Cells as the `csv` crate reads them.
    fn crates(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let records = super::super::csv::records(text, b',').into_byte_records();
        records.map_while(Result::ok).map(|r| r.iter().map(<[u8]>::to_vec).collect()).collect()
    }

    fn compare(text: &[u8]) -> bool {
        let Some(rows) = indexed(text) else { return false };
        let cells: Vec<_> = rows.iter().map(|(_, _, cells)| cells.clone()).collect();
        assert_eq!(cells, crates(text), "{:?}", String::from_utf8_lossy(text));
        for from in 0..text.len() {
            // Wherever the bytes come in two parts: the same state as at once.
            let whole = reach(text, 0, (false, false), b',').expect("regular");
            let first = reach(&text[..from], 0, (false, false), b',').expect("regular");
            let second = reach(text, from, (first.inside, first.closed), b',').expect("regular");
            assert_eq!((second.inside, second.closed), (whole.inside, whole.closed), "{from}");
            assert_eq!(second.last_end.or(first.last_end), whole.last_end, "{from}");
        }
        true
    }

    #[test]
    fn regular_pieces_are_read_here_whatever_is_in_their_quotes() {
        let long = format!("a,\"{}\",b\r\n\"{}\"\r\n", "x,\r\n".repeat(40), "\"\"".repeat(70));
        for text in
            ["", "a,b\n", "a,b", "\"a\",\"b\"\r\n\r\n\n\"\",\"\"\"\"\n", ",,\n,\n\"a\n\",b\n", "é,\u{feff}x\n", &long]
        {
            assert!(compare(text.as_bytes()), "{text}");
        }
        let rows = indexed(b"a\n\r\n\"b\n\n\",c\nd\n").expect("regular");
        let places: Vec<_> = rows.iter().map(|(line, height, _)| (*line, *height)).collect();
        assert_eq!(places, [(1, 1), (3, 3), (6, 1)]);
    }

    #[test]
    fn pieces_that_are_not_regular_are_left_to_others() {
        for text in
            ["a\"b\n", "\"a\"b\n", "a,\"b\n", "a\rb\n", "a\r\r\n", "a\r", "\"a\" ,b\n", " \"a\"\n", "\"a\"\rb\n"]
        {
            assert!(!compare(text.as_bytes()), "{text}");
            assert!(!compare(format!("{}{text}", "x,y\n".repeat(31)).as_bytes()), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn random_pieces_are_read_as_the_csv_crate_reads_them_or_not_at_all(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "\"", "\"\"", ",", "\n", "\r\n", "\r", "\"x\",", "\"y\n\"", ",\"z\"\"\"", "\u{e9}", "0123456789012345678901234567890123456789",
            ]), 0..40),
        ) {
            compare(pieces.concat().as_bytes());
        }
    }
}
