//! Quotes of CSV at the machine's pace: whether they are regular, where records end, where cells end.
//!
//! Regular means that a quote outside of a quoted cell begins one, that a quote inside ends one or is doubled, and that a
//! carriage return outside stands before a line feed. Then inside and outside follow from the parity of quotes, and every
//! reader agrees on the cells. What is not regular is said to be so, and left to `quotes` and the `csv` crate.

use super::marks::{Cpu, Marks, Places, STEP, Visit, Wanted, put, small, visit};
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
            separator,
        }
    }

    /// Quotes, separators, line breaks.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 4] {
        [Wanted::byte(b'"'), Wanted::byte(self.separator), Wanted::byte(b'\n'), Wanted::byte(b'\r')]
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn tell(&mut self, [quotes, separators, feeds, returns]: Marks<4>, there: u64, cpu: impl Cpu) -> Told {
        let inside = cpu.parity(quotes) ^ self.inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let (inner, feeds, returns) = (feeds & inside, feeds & !inside, returns & !inside);
        let ends = separators & !inside | feeds;
        let (begins, behind) = (ends << 1 | self.begins, closing << 1 | self.closed);
        self.odd |= opening & !(begins | behind);
        self.odd |= (behind & !(ends | returns | opening) | (returns << 1 | self.returned) & !feeds) & there;
        (self.begins, self.closed, self.returned) = (ends >> 63, closing >> 63, returns >> 63);
        self.inside = (inside.cast_signed() >> 63).cast_unsigned();
        Told { ends, feeds, doubled: opening & behind, inner }
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

/// Where the cells and records of a piece of CSV end that begins with a record, as far as its quotes are regular.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Ends of cells: places of separators and line feeds outside of quotes.
    cells: Places,
    rows: Rows,
    /// How far it was looked, and whether inside of quotes there, or behind one that closed.
    at: usize,
    before: (bool, bool),
    regular: bool,
}

/// What is less common than cells.
#[derive(Debug, Default)]
struct Rows {
    /// Ends of records: how many cells end before them, their own last one included.
    ends: Vec<u32>,
    /// Places of the second ones of doubled quotes.
    doubled: Vec<u32>,
    /// Line feeds up to the end of the last record, those inside of quotes included; and all inside of quotes.
    lines: usize,
    inner: usize,
}

/// Bytes looked at between two looks at whether there is room for the cells' ends. (Few in tests: their texts are short.)
const AT_ONCE: usize = if cfg!(test) { 2 } else { 256 } * STEP;

/// (All that a step changes is the visitor's own: it lies in registers.)
struct Indexing<'i> {
    state: Progress,
    from: usize,
    /// Ends of cells; how many there are.
    cells: &'i mut [u32],
    count: usize,
    rows: &'i mut Rows,
}

impl Visit<4> for Indexing<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 4] {
        self.state.wanted()
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(&mut self, at: usize, marks: Marks<4>, there: u64, cpu: impl Cpu) -> bool {
        let told = self.state.tell(marks, there, cpu);
        let (at, before) = (self.from + at, self.count);
        self.count = put(self.cells, before, small(at), told.ends, cpu);
        // About one step of sixteen.
        if told.feeds | told.doubled | told.inner != 0 {
            // (Not the one that every step has: that stays in registers.)
            let Told { ends, feeds, doubled, inner } = told;
            self.rows.note(before, at, &Told { ends, feeds, doubled, inner });
        }
        true
    }
}

impl Indexing<'_> {
    fn end(self) -> (Progress, usize) {
        (self.state, self.count)
    }
}

impl Index {
    /// Begins a piece.
    pub(super) fn begin(&mut self) {
        self.cells.clear();
        self.rows.begin();
        (self.at, self.before, self.regular) = (0, (false, false), true);
    }

    /// Goes on to the end of the bytes, which begin as they did before; `None`: they are not regular.
    pub(super) fn reach(&mut self, bytes: &[u8], separator: u8) -> Option<Reach> {
        self.regular &= u32::try_from(bytes.len()).is_ok();
        if self.regular {
            let (mut at, before) = (self.at, self.before);
            let mut state = Progress::new(bytes, at, before, separator);
            for piece in bytes[at..].chunks(AT_ONCE) {
                let (cells, count) = self.cells.room(piece.len());
                let indexing = Indexing { state, from: at, cells, count, rows: &mut self.rows };
                (state, self.cells.count) = visit(piece, indexing).end();
                at += piece.len();
            }
            let (inside, odd) = (state.inside != 0, state.odd);
            let closed = if bytes.len() > self.at { !inside && bytes.last() == Some(&b'"') } else { before.1 };
            (self.at, self.before, self.regular) = (bytes.len(), (inside, closed), odd == 0);
        }
        let (inside, closed) = self.before;
        self.regular.then(|| Reach { inside, closed, last_end: self.last_end() })
    }

    fn last_end(&self) -> Option<usize> {
        let last = (*self.rows.ends.last()? as usize).checked_sub(1)?;
        self.cells.all().get(last).map(|at| *at as usize + 1)
    }

    /// It is of no use: what it is of is read by others.
    pub(super) fn give_up(&mut self) {
        self.regular = false;
    }

    /// Whether it can be used.
    pub(super) fn is_regular(&self) -> bool {
        self.regular
    }

    /// How many lines end in the piece.
    pub(super) fn lines(&self) -> usize {
        self.rows.lines
    }

    /// Ends the piece with its last whole record.
    pub(super) fn cut(&mut self) {
        self.cells.count = self.rows.ends.last().map_or(0, |cells| *cells as usize);
        let (end, doubled) = (self.cells.all().last().copied().unwrap_or_default(), &mut self.rows.doubled);
        doubled.truncate(doubled.partition_point(|at| *at < end));
    }

    /// Ends the piece with its bytes, which are the last ones.
    pub(super) fn finish(&mut self, bytes: &[u8]) {
        // A carriage return at the very end is one that no line feed follows.
        self.regular &= !self.before.0 && bytes.last() != Some(&b'\r');
        if self.regular && bytes.last().is_some_and(|b| *b != b'\n') {
            self.cells.push(small(bytes.len()));
            self.rows.ends.push(small(self.cells.count));
        }
    }

    /// The records of the piece that was read, blank lines left out as the `csv` crate does, each with its line, from `first_line`
    /// on, and how many lines it takes.
    pub(super) fn records<'b>(&'b self, bytes: &'b [u8], first_line: u64) -> Records<'b> {
        Records {
            cells: self.cells.all(),
            rows: &self.rows,
            bytes,
            number: 0,
            cell: 0,
            doubled: &self.rows.doubled,
            line: first_line,
        }
    }
}

impl Rows {
    fn begin(&mut self) {
        self.ends.clear();
        self.doubled.clear();
        (self.lines, self.inner) = (0, 0);
    }

    /// The ends of records and the doubled quotes in a step that begins at `at`, before which so many cells ended.
    #[cold]
    #[inline(never)]
    fn note(&mut self, cells: usize, at: usize, told: &Told) {
        let (mut feeds, before) = (told.feeds, self.ends.len() + self.inner);
        while feeds != 0 {
            let upto = feeds ^ (feeds - 1);
            self.ends.push(small(cells) + (told.ends & upto).count_ones());
            self.lines = before + ((told.feeds | told.inner) & upto).count_ones() as usize;
            feeds &= feeds - 1;
        }
        let mut doubled = told.doubled;
        while doubled != 0 {
            self.doubled.push(small(at) + doubled.trailing_zeros());
            doubled &= doubled - 1;
        }
        self.inner += told.inner.count_ones() as usize;
    }
}

/// The records of a piece, in order.
pub(super) struct Records<'b> {
    cells: &'b [u32],
    rows: &'b Rows,
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
            let upto = *self.rows.ends.get(self.number)? as usize;
            let start = if self.cell == 0 { 0 } else { self.cells[self.cell - 1] as usize + 1 };
            let cells = &self.cells[self.cell..upto];
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
            let inner = if self.rows.inner == 0 { 0 } else { memchr::memchr_iter(b'\n', bytes).count() as u64 };
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
        index.begin();
        index.reach(text, b',')?;
        index.finish(text);
        index.is_regular().then(|| {
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
        let begun = || {
            let mut index = Index::default();
            index.begin();
            index
        };
        let (mut whole, mut parts) = (begun(), begun());
        let at_once = whole.reach(text, b',').expect("regular");
        for from in 0..text.len() {
            // Wherever the bytes come in two parts: the same as at once.
            parts.begin();
            parts.reach(&text[..from], b',').expect("regular");
            assert_eq!(parts.reach(text, b','), Some(at_once), "{from}");
            assert_eq!(format!("{parts:?}"), format!("{whole:?}"), "{from}");
        }
        whole.cut();
        let end = at_once.last_end.unwrap_or(0);
        let kept = whole.records(&text[..end], 1).map(|placed| placed.record.iter().map(<[u8]>::to_vec).collect());
        assert_eq!(kept.collect::<Vec<Vec<_>>>(), crates(&text[..end]), "up to the last whole record");
        assert_eq!(whole.lines(), memchr::memchr_iter(b'\n', &text[..end]).count());
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
