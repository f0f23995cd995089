//! Blocks cut at record boundaries, so that workers can read one file side by side and no record is split.
//!
//! A newline ends a CSV record only outside quotes. The cutter knows the quote state at every byte from
//! the file's start on (an opening quote follows a separator, a newline or its own closing quote; any
//! other quote is a literal, as the `csv` crate reads it), so a cut is exact, never a guess. What a stray
//! quote or an unclosed bracket leaves open is torn, and reading goes on behind it: see `quotes` and `nesting`.

use std::io::{self, Read};
use std::ops::Range;

use super::nesting::Nesting;
use super::quotes::Quotes;
use super::scan::Index;

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
    /// With [`Records::Objects`]: where lines of the last, unclosed object look like records of their own.
    pub swallowed: Vec<usize>,
    /// With [`Records::Csv`]: where records end that lack their end, in a quote or with the data; the next ones begin there.
    pub torn: Vec<usize>,
    /// With [`Records::Lines`]: where each line ends, but for one that the data end in.
    pub(super) line_ends: Vec<usize>,
    /// With [`Records::Csv`]: where cells and records end, if quotes are regular.
    pub(super) index: Index,
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
    /// `--plain-readers`: byte by byte, by the `csv` crate and `serde_json`. Not a bound, but wherever bounds go; the same rows.
    pub plain: bool,
}

impl Limits {
    /// The deepest nesting there can be: what `serde_json` reads.
    pub const DEEPEST: usize = 127;
}

impl Default for Limits {
    /// 64 MiB: an audit row with every property is below 100 KiB, and a block must fit in memory once per worker. 250: logs shrink
    /// to a tenth or a fiftieth, for every row has an id that does not repeat; a gz can hold a thousand times its size.
    fn default() -> Self {
        Self { block_bytes: 512 << 10, record_bytes: 64 << 20, inflation: 250, nesting: Self::DEEPEST, plain: false }
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

/// Reads as many bytes as there is room for, fewer at the end of the data or where reading fails; how many.
fn fill(reader: &mut dyn Read, room: &mut [u8]) -> (usize, io::Result<()>) {
    let mut at = 0;
    while at < room.len() {
        match reader.read(&mut room[at..]) {
            Ok(0) => break,
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (at, Err(error)),
        }
    }
    (at, Ok(()))
}

/// Cuts a byte stream into blocks.
pub struct Blocks {
    reader: Box<dyn Read + Send>,
    records: Records,
    limits: Limits,
    carry: Vec<u8>,
    /// Memory of used blocks.
    spare: Vec<(Vec<u8>, Index)>,
    /// Of the block at hand.
    index: Index,
    next_line: u64,
    quotes: Quotes,
    nesting: Nesting,
    done: bool,
    failure: Option<io::Error>,
    /// `@odata.nextLink` was met between objects: the dump goes on elsewhere.
    pub next_link: bool,
    /// The data end inside an object or a CSV record.
    pub torn: bool,
    /// Lines of a CSV in which a quote opens that nothing closes: how many, and the first.
    pub open_quotes: (u64, Option<u64>),
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
            spare: Vec::new(),
            index: Index::default(),
            next_line: first_line,
            quotes: Quotes::default(),
            nesting: Nesting::default(),
            done: false,
            failure: None,
            next_link: false,
            torn: false,
            open_quotes: (0, None),
        }
    }

    /// Takes the memory of a used block back.
    pub fn recycle(&mut self, used: Block) {
        // A block with a very long record in it is an exception: its memory is given back.
        if used.bytes.capacity() > 0 && used.bytes.capacity() <= 4 * self.limits.block_bytes {
            self.spare.push((used.bytes, used.index));
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
        // What stands in memory used before is written over, not cleared.
        let (mut bytes, index) = self.spare.pop().unwrap_or_default();
        self.index = index;
        if let Records::Csv(_) = self.records {
            self.index.begin();
        }
        bytes.resize(bytes.len().max(self.carry.len()), 0);
        bytes[..self.carry.len()].copy_from_slice(&self.carry);
        let (mut old, mut objects) = (self.carry.len(), Vec::new());
        loop {
            bytes.resize(old + self.limits.block_bytes, 0);
            let (read, failure) = fill(&mut self.reader, &mut bytes[old..]);
            bytes.truncate(old + read);
            // What was read before a failure is whole data: it is handed out first, the failure with the next call.
            let last = read < self.limits.block_bytes;
            self.failure = failure.err();
            let cut = match self.records {
                Records::Csv(separator) => match self.quotes.cut(&bytes, separator, self.limits, &mut self.index) {
                    Ok(cut) => cut,
                    Err(()) => return self.give_up(bytes),
                },
                Records::Lines => memchr::memrchr(b'\n', &bytes[old..]).map(|i| old + i + 1),
                Records::Objects(depth) => {
                    let cut = if self.limits.plain { None } else { self.nesting.cut(&bytes, depth, &mut objects) };
                    // At the end of the data what is left has to be looked at too.
                    if last || self.limits.plain { self.nesting.go_on(&bytes, depth, &mut objects) } else { cut }
                }
            };
            if last {
                return self.finish(bytes, objects);
            }
            if let Some(cut) = cut {
                self.carry.clear();
                self.carry.shrink_to(self.limits.block_bytes);
                self.carry.extend_from_slice(&bytes[cut..]);
                bytes.truncate(cut);
                self.index.cut();
                let torn = self.quotes.shift(cut);
                let later = self.nesting.shift(cut);
                self.note_link(&bytes, &objects);
                let block = self.block(bytes, objects, torn);
                self.nesting.strays = later;
                return Ok(Some(block));
            }
            if bytes.len() > self.limits.record_bytes {
                self.done = true;
                return Err(self.endless());
            }
            old = bytes.len();
        }
    }

    /// What is left at the end of the data.
    fn finish(&mut self, bytes: Vec<u8>, mut objects: Vec<Range<usize>>) -> io::Result<Option<Block>> {
        self.done = true;
        self.torn = match self.records {
            Records::Csv(separator) => self.quotes.finish(&bytes, separator, self.failure.is_some()),
            Records::Lines => false,
            Records::Objects(_) => self.nesting.depth != 0,
        };
        let open = self.nesting.finish(&bytes);
        let (object, swallowed) = open.map_or((None, Vec::new()), |(object, lines)| (Some(object), lines));
        objects.extend(object);
        self.note_link(&bytes, &objects);
        if bytes.is_empty() {
            return self.failure.take().map_or(Ok(None), Err);
        }
        self.index.finish(&bytes);
        let torn = self.quotes.shift(bytes.len());
        Ok(Some(Block { swallowed, ..self.block(bytes, objects, torn) }))
    }

    /// A CSV record is too long and nothing says where to go on: the whole records before it are the last ones.
    fn give_up(&mut self, mut bytes: Vec<u8>) -> io::Result<Option<Block>> {
        self.done = true;
        let start = self.quotes.start();
        let torn = self.quotes.shift(start);
        bytes.truncate(start);
        if bytes.is_empty() {
            return Err(self.endless());
        }
        let block = self.block(bytes, Vec::new(), torn);
        self.failure = Some(self.endless());
        Ok(Some(block))
    }

    fn endless(&self) -> io::Error {
        let cause = match self.records {
            Records::Csv(_) | Records::Lines => "no line breaks",
            Records::Objects(_) => "a bracket that nothing closes, or no records at all",
        };
        let (line, most) = (self.next_line, sized(self.limits.record_bytes));
        let what = format!(
            "line {line}: a record of at most {most} was expected and has no end yet ({cause}?); --max-record reads longer ones"
        );
        io::Error::new(io::ErrorKind::InvalidData, what)
    }

    fn block(&mut self, bytes: Vec<u8>, objects: Vec<Range<usize>>, torn: Vec<usize>) -> Block {
        let first_line = self.next_line;
        let index = std::mem::take(&mut self.index);
        let mut feeds = memchr::memchr_iter(b'\n', &bytes);
        let line_ends = if self.records == Records::Lines { feeds.by_ref().collect() } else { Vec::new() };
        let lines = if index.is_regular() { index.lines() } else { line_ends.len() + feeds.count() };
        self.next_line += lines as u64;
        // The last one may be where the data end: that is said of its own.
        let open = if self.torn { &torn[..torn.len().saturating_sub(1)] } else { &torn[..] };
        if let Some(end) = open.first() {
            let line = first_line + memchr::memchr_iter(b'\n', &bytes[..end - 1]).count() as u64;
            self.open_quotes = (self.open_quotes.0 + open.len() as u64, self.open_quotes.1.or(Some(line)));
        }
        let strays = std::mem::take(&mut self.nesting.strays);
        Block { bytes, first_line, objects, strays, swallowed: Vec::new(), torn, index, line_ends }
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
    fn a_broken_object_ends_where_the_next_one_begins_in_blocks_of_any_size() {
        let (one, two) = ("{\"a\":[\n{\"b\":1},\n{\"b\":{}}]}", "{\n\"a\":{\n\"b\":2}\n}");
        for (piece, end) in [("{\"x\":1", ",\n"), ("{\"x\":\"1", "\n"), ("{\"x\":[{\"y\":1}", "\n"), ("{\"x\":1", ",")]
        {
            for (depth, open, close) in [(1, "[", "]"), (1, "[\n", "\n]"), (2, "{\"value\":[\n", "]}")] {
                let text = format!("{open}{one},\n{piece}{end}{one},\n{two},\n{one}{close}");
                for size in 1..60 {
                    let mut found = Vec::new();
                    for block in all(&text, Records::Objects(depth), size) {
                        let texts = block.objects.iter().map(|o| String::from_utf8_lossy(&block.bytes[o.clone()]));
                        found.extend(texts.map(std::borrow::Cow::into_owned));
                        assert!(block.strays.is_empty() && block.swallowed.is_empty(), "{text}");
                    }
                    assert_eq!(found, [one, piece, one, two, one], "block of {size}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_quote_that_nothing_closes_within_the_bound_costs_its_line() {
        // 64 bytes are the bound: the first record that is longer is left open on its first line, the legitimate one is not.
        let text = format!("a,b\n1,\"{}\nx\"\n2,\"stray\n{}last,1\n", "y".repeat(40), "3,z\n".repeat(40));
        for block_bytes in 1..90 {
            let limits = Limits { block_bytes, record_bytes: 64, ..Limits::default() };
            let mut blocks =
                Blocks::new(Box::new(io::Cursor::new(text.clone().into_bytes())), Records::Csv(b','), 1, limits);
            let (mut torn, mut read) = (Vec::new(), 0);
            while let Ok(Some(block)) = blocks.next_block() {
                torn.extend(block.torn.iter().map(|end| read + end));
                read += block.bytes.len();
            }
            let end = text.find("stray\n").map_or(0, |at| at + 6);
            assert_eq!((torn, read, blocks.open_quotes), (vec![end], text.len(), (1, Some(4))), "{block_bytes}");
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
                "line 1: a record of at most 16KiB was expected and has no end yet (no line breaks?); \
                 --max-record reads longer ones"
            )
        );
    }
}
