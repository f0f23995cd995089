//! Blocks cut at record boundaries, so that workers can read one file side by side and no record is split.
//!
//! A newline ends a CSV record only outside quotes. The cutter knows the quote state at every byte from
//! the file's start on (an opening quote follows a separator, a newline or its own closing quote; any
//! other quote is a literal, as the `csv` crate reads it), so a cut is exact, never a guess.

use std::io::{self, Read};
use std::ops::Range;

/// How records are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// CSV with this separator.
    Csv(u8),
    /// One record a line.
    Lines,
    /// JSON objects that open at this nesting depth, whatever surrounds them.
    Objects(u32),
}

/// Whole records.
#[derive(Debug, Default)]
pub struct Block {
    /// The records' bytes.
    pub bytes: Vec<u8>,
    /// Line number of the first byte, from 1.
    pub first_line: u64,
    /// With [`Records::Objects`]: where each object lies.
    pub objects: Vec<Range<usize>>,
    /// With [`Records::Objects`]: where something lies that is no record of this container.
    pub strays: Vec<usize>,
    /// With [`Records::Csv`]: the data end inside quotes, so the last record lacks its end.
    pub torn: bool,
}

/// Bounds against hostile or damaged input: memory and time follow them, not the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes read at a time. Not for users: results do not depend on it.
    pub block_bytes: usize,
    /// `--max-record`: longest CSV record, line or JSON object, in bytes. Held to within a block.
    pub record_bytes: usize,
    /// `--max-inflation`: a gz, zst or zip member may inflate to this many times its size on disk.
    pub inflation: u64,
    /// `--max-nesting`: how deep objects and lists of a JSON record may nest.
    pub nesting: usize,
}

impl Limits {
    /// The deepest nesting there can be: what `serde_json` reads.
    pub const DEEPEST: usize = 127;
}

impl Default for Limits {
    /// 64 MiB: an audit row with every property is below 100 KiB, and a block must fit in memory once per worker. 250: logs shrink
    /// to a tenth or a fiftieth, for every row has an id that does not repeat; a gz can hold a thousand times its size.
    fn default() -> Self {
        Self { block_bytes: 512 << 10, record_bytes: 64 << 20, inflation: 250, nesting: Self::DEEPEST }
    }
}

/// A number of bytes as the options take it.
fn sized(bytes: usize) -> String {
    match bytes {
        b if b % (1 << 20) == 0 => format!("{}MiB", b >> 20),
        b if b % (1 << 10) == 0 => format!("{}KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

/// Cuts a byte stream into blocks.
pub struct Blocks {
    reader: Box<dyn Read + Send>,
    records: Records,
    limits: Limits,
    carry: Vec<u8>,
    next_line: u64,
    quotes: Quotes,
    nesting: Nesting,
    done: bool,
    failure: Option<io::Error>,
    /// `@odata.nextLink` was met between objects: the dump goes on elsewhere.
    pub next_link: bool,
    /// The data end inside an object or a quoted cell.
    pub torn: bool,
}

impl Blocks {
    /// Starts at the reader's first byte, which is line `first_line`.
    #[must_use]
    pub fn new(reader: Box<dyn Read + Send>, records: Records, first_line: u64, limits: Limits) -> Self {
        Self {
            reader,
            records,
            limits,
            carry: Vec::new(),
            next_line: first_line,
            quotes: Quotes::default(),
            nesting: Nesting::default(),
            done: false,
            failure: None,
            next_link: false,
            torn: false,
        }
    }

    /// The next block, or `None` at the end.
    ///
    /// # Errors
    /// When reading or inflating fails, or a record is longer than the limit.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        if self.done {
            return self.failure.take().map_or(Ok(None), Err);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        let mut objects = Vec::new();
        loop {
            let old = bytes.len();
            let read = (&mut self.reader).take(self.limits.block_bytes as u64).read_to_end(&mut bytes);
            // What was read before a failure is whole data: it is handed out first, the failure with the next call.
            let last = match read {
                Ok(read) => read < self.limits.block_bytes,
                Err(error) => {
                    self.failure = Some(error);
                    true
                }
            };
            let cut = match self.records {
                Records::Csv(separator) => self.quotes.cut(&bytes, old, separator),
                Records::Lines => memchr::memrchr(b'\n', &bytes[old..]).map(|i| old + i + 1),
                Records::Objects(depth) => self.nesting.cut(&bytes, old, depth, &mut objects),
            };
            if last {
                self.done = true;
                self.torn = match self.records {
                    Records::Csv(_) => self.quotes.inside,
                    Records::Lines => false,
                    Records::Objects(_) => self.nesting.depth != 0,
                };
                if let Some(start) = self.nesting.open_object.take() {
                    objects.push(start..bytes.len());
                }
                self.note_link(&bytes, &objects);
                if bytes.is_empty() {
                    return self.failure.take().map_or(Ok(None), Err);
                }
                let mut block = self.block(bytes, objects);
                block.torn = self.torn && matches!(self.records, Records::Csv(_));
                return Ok(Some(block));
            }
            if let Some(cut) = cut {
                self.carry = bytes.split_off(cut);
                self.quotes.shift(cut);
                let later = self.nesting.shift(cut);
                self.note_link(&bytes, &objects);
                let block = self.block(bytes, objects);
                self.nesting.strays = later;
                return Ok(Some(block));
            }
            if bytes.len() > self.limits.record_bytes {
                self.done = true;
                return Err(self.endless());
            }
        }
    }

    fn endless(&self) -> io::Error {
        let cause = match self.records {
            Records::Csv(_) => "a quote that nothing closes",
            Records::Lines => "no line breaks",
            Records::Objects(_) => "a bracket that nothing closes, or no records at all",
        };
        let (line, most) = (self.next_line, sized(self.limits.record_bytes));
        let what = format!(
            "line {line}: a record of at most {most} was expected and has no end yet ({cause}?); --max-record reads longer ones"
        );
        io::Error::new(io::ErrorKind::InvalidData, what)
    }

    fn block(&mut self, bytes: Vec<u8>, objects: Vec<Range<usize>>) -> Block {
        let first_line = self.next_line;
        self.next_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Block { bytes, first_line, objects, strays: std::mem::take(&mut self.nesting.strays), torn: false }
    }

    fn note_link(&mut self, bytes: &[u8], objects: &[Range<usize>]) {
        if self.next_link || !matches!(self.records, Records::Objects(_)) {
            return;
        }
        let mut from = 0;
        for object in objects.iter().chain(std::iter::once(&(bytes.len()..bytes.len()))) {
            let between = &bytes[from.min(object.start)..object.start];
            if between.len() > 15 && memchr::memmem::find(between, b"@odata.nextLink").is_some() {
                self.next_link = true;
            }
            from = object.end;
        }
    }
}

/// Quote state of a CSV stream.
#[derive(Debug, Default)]
struct Quotes {
    inside: bool,
    /// Position just after the last closing quote.
    closed_at: Option<usize>,
    /// End of the last record known to end outside quotes.
    cut_at: Option<usize>,
}

impl Quotes {
    /// Goes on over `bytes[from..]`; the end of the last whole record, if one ends in there.
    fn cut(&mut self, bytes: &[u8], from: usize, separator: u8) -> Option<usize> {
        let mut outside_from = from;
        for i in memchr::memchr_iter(b'"', &bytes[from..]) {
            let at = from + i;
            if self.inside {
                self.inside = false;
                self.closed_at = Some(at + 1);
                outside_from = at + 1;
                continue;
            }
            let before = at.checked_sub(1).map(|b| bytes[b]);
            let opens = self.closed_at == Some(at) || before.is_none_or(|b| b == separator || b == b'\n' || b == b'\r');
            if opens {
                self.note_record_end(bytes, outside_from..at);
                self.inside = true;
            }
        }
        if !self.inside {
            self.note_record_end(bytes, outside_from..bytes.len());
        }
        self.cut_at
    }

    fn note_record_end(&mut self, bytes: &[u8], outside: Range<usize>) {
        let start = outside.start;
        if let Some(i) = bytes.get(outside).and_then(|part| memchr::memrchr(b'\n', part)) {
            self.cut_at = Some(start + i + 1);
        }
    }

    fn shift(&mut self, by: usize) {
        self.closed_at = self.closed_at.and_then(|p| p.checked_sub(by));
        self.cut_at = None;
    }
}

/// Nesting state of a JSON stream.
#[derive(Debug, Default)]
struct Nesting {
    depth: u32,
    in_string: bool,
    escaped: bool,
    open_object: Option<usize>,
    /// Depth at which it opened.
    opened_at: u32,
    /// Positions of what stands where only records or their containers may.
    strays: Vec<usize>,
    /// A stray is being passed: it is counted once, up to the next comma, line or bracket.
    in_stray: bool,
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
    /// Goes on over `bytes[from..]`, collecting whole objects that open at `row_depth`; the end of the last one.
    fn cut(&mut self, bytes: &[u8], from: usize, row_depth: u32, objects: &mut Vec<Range<usize>>) -> Option<usize> {
        let mut at = from;
        while at < bytes.len() {
            if self.in_string {
                at = self.string(bytes, at);
                continue;
            }
            self.note_stray(bytes[at], at, row_depth);
            match bytes[at] {
                b'"' => self.in_string = true,
                b'{' => {
                    // Outside of wrappers, whatever is open above an object is an array.
                    let fits = self.depth == row_depth || (row_depth <= 1 && self.depth <= 1);
                    if fits && self.open_object.is_none() {
                        self.open_object = Some(at);
                        self.opened_at = self.depth;
                    }
                    self.depth = self.depth.saturating_add(1);
                }
                b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == self.opened_at
                        && let Some(start) = self.open_object.take()
                    {
                        objects.push(start..at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        objects.last().map(|o| o.end)
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
    fn shift(&mut self, by: usize) -> Vec<usize> {
        self.open_object = self.open_object.and_then(|p| p.checked_sub(by));
        let later = self.strays.iter().filter_map(|p| p.checked_sub(by)).collect();
        self.strays.retain(|p| *p < by);
        later
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, records: Records, block_bytes: usize) -> Vec<Block> {
        let reader = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        let limits = Limits { block_bytes, ..Limits::default() };
        let mut blocks = Blocks::new(reader, records, 1, limits);
        let mut out = Vec::new();
        while let Ok(Some(block)) = blocks.next_block() {
            out.push(block);
        }
        out
    }

    fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        reader.records().flatten().map(|r| r.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn blocks_of_any_size_hold_the_rows_the_csv_crate_sees() {
        let text = "a,b\r\n\"x\n,y\",1\r\n\"d\"\"q\",2\nst\"ray,3\n\"\",\"\n\"\n\"tail";
        let want = csv_rows(text.as_bytes());
        for size in 1..40 {
            let rows: Vec<_> = all(text, Records::Csv(b','), size).iter().flat_map(|b| csv_rows(&b.bytes)).collect();
            assert_eq!(rows, want, "block of {size}");
        }
    }

    #[test]
    fn objects_are_found_at_their_depth_in_every_container() {
        let cases = [
            ("{\"a\":1}\n{\"a\":\"}\"}\n", 0, vec!["{\"a\":1}", "{\"a\":\"}\"}"]),
            ("[{\"a\":{\"b\":2}},{\"a\":3}][{\"a\":4}]", 1, vec!["{\"a\":{\"b\":2}}", "{\"a\":3}", "{\"a\":4}"]),
            ("[{\"a\":[{\"b\":2}]}]\n{\"a\":3}[{\"a\":4}]", 1, vec!["{\"a\":[{\"b\":2}]}", "{\"a\":3}", "{\"a\":4}"]),
            ("{\"a\":\n3}[{\"a\":4}]", 0, vec!["{\"a\":\n3}", "{\"a\":4}"]),
            ("{\"value\":[{\"s\":\"\\\"]}\"}],\"n\":1}{\"value\":[]}", 2, vec!["{\"s\":\"\\\"]}\"}"]),
        ];
        for (text, depth, want) in cases {
            for size in 1..30 {
                let mut found = Vec::new();
                for block in all(text, Records::Objects(depth), size) {
                    for object in &block.objects {
                        found.push(String::from_utf8_lossy(&block.bytes[object.clone()]).into_owned());
                    }
                }
                assert_eq!(found, want, "block of {size}");
            }
        }
    }

    #[test]
    fn an_endless_record_is_an_error_not_a_full_memory() {
        let reader = Box::new(io::repeat(b'"'));
        let limits = Limits { block_bytes: 1 << 10, record_bytes: 1 << 14, ..Limits::default() };
        let mut blocks = Blocks::new(reader, Records::Csv(b','), 1, limits);
        let error = loop {
            match blocks.next_block() {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(e) => break Some(e.to_string()),
            }
        };
        assert_eq!(
            error.as_deref(),
            Some(
                "line 1: a record of at most 16KiB was expected and has no end yet (a quote that nothing closes?); \
                 --max-record reads longer ones"
            )
        );
    }
}
