//! Bytes on disk → UTF-8: byte-order marks, and UTF-16 without one by its zero bytes (formats.md §0.11, §4, §9.1).

use std::io::{self, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;

/// An input's bytes after inflating and decoding.
pub struct Opened {
    /// UTF-8 (or what pretends to be), without byte-order mark.
    pub reader: Box<dyn Read + Send>,
    /// Encoding on disk.
    pub encoding: &'static str,
}

/// How much is looked at where no mark says the encoding.
const LOOKED_AT: u64 = 512;

/// What the first bytes show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

impl Encoding {
    fn of(head: &[u8]) -> (Self, &'static str) {
        match head {
            [0xef, 0xbb, 0xbf, ..] => (Self::Utf8Marked, "UTF-8 with BOM"),
            // The same two bytes begin UTF-16 LE: a text does not begin with a zero character.
            [0xff, 0xfe, 0, 0, ..] => (Self::Utf32Le, "UTF-32 LE"),
            [0, 0, 0xfe, 0xff, ..] => (Self::Utf32Be, "UTF-32 BE"),
            [0xff, 0xfe, ..] => (Self::Utf16Le, "UTF-16 LE"),
            [0xfe, 0xff, ..] => (Self::Utf16Be, "UTF-16 BE"),
            _ => Self::unmarked(head),
        }
    }

    /// Headers and keys are ASCII: in UTF-16 every other byte of them is zero, in UTF-8 none is.
    fn unmarked(head: &[u8]) -> (Self, &'static str) {
        let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        let most = |count: usize| head.len() >= 8 && count * 4 >= head.len();
        match (most(even), most(odd)) {
            (false, true) if even == 0 => (Self::Utf16Le, "UTF-16 LE without BOM"),
            (true, false) if odd == 0 => (Self::Utf16Be, "UTF-16 BE without BOM"),
            _ => (Self::Utf8, "UTF-8"),
        }
    }
}

/// Strips a mark and turns UTF-16 and UTF-32 into UTF-8.
pub(super) fn decode(mut bytes: Box<dyn Read + Send>) -> io::Result<Opened> {
    let head = peek(&mut bytes, LOOKED_AT)?;
    let (kind, encoding) = Encoding::of(&head);
    let skip = match kind {
        Encoding::Utf8Marked => 3,
        Encoding::Utf32Le | Encoding::Utf32Be => 4,
        Encoding::Utf16Le if head.starts_with(&[0xff, 0xfe]) => 2,
        Encoding::Utf16Be if head.starts_with(&[0xfe, 0xff]) => 2,
        _ => 0,
    };
    let whole = io::Cursor::new(head[skip..].to_vec()).chain(bytes);
    let utf16 = |name| DecodeReaderBytesBuilder::new().encoding(Some(name)).clone();
    let reader: Box<dyn Read + Send> = match kind {
        Encoding::Utf8 | Encoding::Utf8Marked => Box::new(whole),
        Encoding::Utf16Le => Box::new(utf16(encoding_rs::UTF_16LE).build(whole)),
        Encoding::Utf16Be => Box::new(utf16(encoding_rs::UTF_16BE).build(whole)),
        Encoding::Utf32Le => Box::new(Utf32::new(whole, u32::from_le_bytes)),
        Encoding::Utf32Be => Box::new(Utf32::new(whole, u32::from_be_bytes)),
    };
    Ok(Opened { reader, encoding })
}

/// A small file's text, whatever its encoding.
///
/// # Errors
/// When it is not UTF-8 and says nothing else.
pub fn text(bytes: Vec<u8>) -> io::Result<String> {
    let mut text = String::new();
    decode(Box::new(io::Cursor::new(bytes)))?.reader.read_to_string(&mut text)?;
    Ok(text)
}

/// The first bytes of a reader, at most as many as wanted. Where reading fails after some, they are what there is: the reader
/// fails again with the next call.
pub(super) fn peek(reader: &mut dyn Read, wanted: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    match reader.take(wanted).read_to_end(&mut head) {
        Err(error) if head.is_empty() => Err(error),
        _ => Ok(head),
    }
}

/// UTF-32 as UTF-8; what is no character becomes U+FFFD. (`Export-Csv -Encoding utf32`.)
struct Utf32<R> {
    inner: R,
    unit: fn([u8; 4]) -> u32,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf32<R> {
    fn new(inner: R, unit: fn([u8; 4]) -> u32) -> Self {
        Self { inner, unit, ready: Vec::new(), given: 0 }
    }
}

impl<R: Read> Read for Utf32<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            let raw = peek(&mut self.inner, 1 << 16)?;
            self.ready.clear();
            self.given = 0;
            for unit in raw.chunks(4) {
                let whole: Option<[u8; 4]> = unit.try_into().ok();
                let character = whole.and_then(|u| char::from_u32((self.unit)(u))).unwrap_or('\u{fffd}');
                self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        let n = buffer.len().min(self.ready.len() - self.given);
        buffer[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> (String, &'static str) {
        let Ok(mut opened) = decode(Box::new(io::Cursor::new(bytes))) else { return (String::new(), "") };
        let mut text = String::new();
        let read = opened.reader.read_to_string(&mut text);
        (read.map_or_else(|e| e.to_string(), |_| text), opened.encoding)
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "id,displayName\r\n1,Zoë 🦀\r\n";
        let utf16 = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let utf32 = |unit: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| unit(u32::from(c))).collect::<Vec<u8>>();
        let (le, be) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked(&[0xef, 0xbb, 0xbf], text.as_bytes()), "UTF-8 with BOM"),
            (marked(&[0xff, 0xfe], &le), "UTF-16 LE"),
            (marked(&[0xfe, 0xff], &be), "UTF-16 BE"),
            (le, "UTF-16 LE without BOM"),
            (be, "UTF-16 BE without BOM"),
            (marked(&[0xff, 0xfe, 0, 0], &utf32(u32::to_le_bytes)), "UTF-32 LE"),
            (marked(&[0, 0, 0xfe, 0xff], &utf32(u32::to_be_bytes)), "UTF-32 BE"),
        ] {
            assert_eq!(read(bytes), (text.to_owned(), name));
        }
    }

    #[test]
    fn a_zero_byte_or_a_few_letters_are_no_utf_16() {
        assert_eq!(read(b"a,b\0,c,d,e,f".to_vec()).1, "UTF-8");
        assert_eq!(read(b"a\0".to_vec()).1, "UTF-8");
        assert_eq!(read(Vec::new()), (String::new(), "UTF-8"));
    }
}
