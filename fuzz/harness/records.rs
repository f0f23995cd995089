//! The record splitter against the `csv` crate, and against itself at other block sizes.

use std::io::Cursor;

use kmsift::ingest::block::{Block, Blocks, Limits, Records};

/// Block sizes to try: within every pair of bytes, within a word, and everything at once.
const SIZES: [usize; 4] = [1, 5, 64, 1 << 20];

/// One record: the line it begins on and its bytes, or its cells.
type Found = (u64, Vec<Vec<u8>>);

/// The same bytes, records, line numbers and remarks in blocks of any size, at the machine's pace and byte by byte.
pub fn same_in_any_blocks(bytes: &[u8], records: Records) {
    // A reader is made for each block, which is what costs: no blocks of a byte each for long inputs.
    let sizes: Vec<usize> = SIZES.into_iter().filter(|size| bytes.len() / size < 500).collect();
    if let Records::Csv(separator) = records {
        same_as_the_csv_crate(bytes, separator, &sizes);
    } else {
        let want = cut(bytes, records, (1 << 20, true));
        for size in sizes {
            assert_eq!(cut(bytes, records, (size, false)), want, "{records:?} in blocks of {size}");
        }
    }
}

/// Blocks of these sizes hold the records that the `csv` crate sees in the whole, and know the lines they begin on.
pub fn same_as_the_csv_crate(bytes: &[u8], separator: u8, sizes: &[usize]) {
    let want = whole_records(bytes, separator, 1);
    for size in sizes {
        let got = cut(bytes, Records::Csv(separator), (*size, false));
        assert_eq!(got, cut(bytes, Records::Csv(separator), (*size, true)), "fast and plain in blocks of {size}");
        assert_eq!(got.found, want, "`{}` in blocks of {size}", char::from(separator));
    }
}

/// What a stream was cut into.
#[derive(Debug, PartialEq)]
struct Cut {
    found: Vec<Found>,
    strays: Vec<u64>,
    torn: bool,
    next_link: bool,
}

fn cut(bytes: &[u8], records: Records, (block_bytes, plain): (usize, bool)) -> Cut {
    let limits = Limits { block_bytes, plain, ..Limits::default() };
    let mut blocks = Blocks::new(Box::new(Cursor::new(bytes.to_vec())), records, 1, limits);
    let mut out = Cut { found: Vec::new(), strays: Vec::new(), torn: false, next_link: false };
    let mut whole: Vec<u8> = Vec::new();
    while let Some(block) = blocks.next_block().expect("memory can be read") {
        assert_eq!(block.first_line, 1 + lines(&whole), "the line a block begins on");
        assert!(!block.bytes.is_empty(), "a block holds something");
        out.found.extend(records_of(&block, records));
        out.strays.extend(block.strays.iter().map(|at| block.first_line + lines(&block.bytes[..*at])));
        whole.extend(&block.bytes);
    }
    assert_eq!(whole, bytes, "no byte is lost or added");
    (out.torn, out.next_link) = (blocks.torn, blocks.next_link);
    out
}

fn records_of(block: &Block, records: Records) -> Vec<Found> {
    match records {
        Records::Csv(separator) => {
            let mut out = Vec::new();
            let (mut from, mut line) = (0, block.first_line);
            for end in block.torn.iter().copied().chain([block.bytes.len()]) {
                out.extend(csv_records(&block.bytes[from..end], separator, line));
                (line, from) = (line + lines(&block.bytes[from..end]), end);
            }
            out
        }
        Records::Lines => (block.first_line..)
            .zip(block.bytes.split(|b| *b == b'\n'))
            .filter(|(_, line)| !line.trim_ascii().is_empty())
            .map(|(number, line)| (number, vec![line.to_vec()]))
            .collect(),
        Records::Objects(_) => block
            .objects
            .iter()
            .map(|o| (block.first_line + lines(&block.bytes[..o.start]), vec![block.bytes[o.clone()].to_vec()]))
            .collect(),
    }
}

/// The records as the `csv` crate sees them, but for a last one in which a quote is left open: unless the data were cut in it, its
/// first line is a record of its own, and what follows is read afresh.
fn whole_records(mut bytes: &[u8], separator: u8, mut line: u64) -> Vec<Found> {
    let mut out = Vec::new();
    loop {
        let mut found = csv_records(bytes, separator, line);
        let cut = !bytes.ends_with(b"\n") && bytes.len() <= 1 << 16;
        if cut || !ends_in_quotes(bytes, separator) {
            out.extend(found);
            return out;
        }
        // Carriage returns alone end records too, but no line.
        let mut starts = starts(bytes, separator);
        let mut start = bytes.len();
        while let Some((from, to)) = starts.pop() {
            found.pop();
            let ends = [&bytes[from.saturating_sub(1)..from], &bytes[from..to]].concat();
            if from == 0 || ends.contains(&b'\n') {
                start = from + memchr::memrchr(b'\n', &bytes[from..to]).map_or(0, |i| i + 1);
                break;
            }
        }
        out.extend(found);
        line += lines(&bytes[..start]);
        let end = start + memchr::memchr(b'\n', &bytes[start..]).expect("it ends with a line") + 1;
        out.extend(csv_records(&bytes[start..end], separator, line));
        (bytes, line) = (&bytes[end..], line + 1);
    }
}

/// Where records begin: as the `csv` crate says, and without the blank lines before them.
fn starts(bytes: &[u8], separator: u8) -> Vec<(usize, usize)> {
    let mut reader = kmsift::ingest::csv::records(bytes, separator);
    let mut record = csv::ByteRecord::new();
    let mut out = Vec::new();
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let from = usize::try_from(record.position().map_or(0, csv::Position::byte)).expect("in memory");
        let blank = bytes[from..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        out.push((from, from + blank));
    }
    out
}

/// Whether a quote is open at the end: then what is appended belongs to the last record.
fn ends_in_quotes(bytes: &[u8], separator: u8) -> bool {
    let longer = [bytes, b"\n@"].concat();
    csv_records(&longer, separator, 1).last().is_some_and(|(_, cells)| cells.concat() != b"@")
}

fn csv_records(bytes: &[u8], separator: u8, first_line: u64) -> Vec<Found> {
    let mut reader = kmsift::ingest::csv::records(bytes, separator);
    let mut record = csv::ByteRecord::new();
    let mut out = Vec::new();
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let mut start = usize::try_from(record.position().map_or(0, csv::Position::byte)).expect("in memory");
        start += bytes[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        out.push((first_line + lines(&bytes[..start]), record.iter().map(<[u8]>::to_vec).collect()));
    }
    out
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
