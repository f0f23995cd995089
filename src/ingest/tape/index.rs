//! Where the marks of a JSON record stand, and whether its texts are plain.

use super::super::marks::{Marks, Visit, Wanted, escaped, parity, visit};
use super::NotPlain;

const WANTED: [Wanted; 7] = [
    Wanted::byte(b'"'),
    Wanted::byte(b'\\'),
    Wanted::bracket(b'['),
    Wanted::bracket(b']'),
    Wanted::byte(b':'),
    Wanted::byte(b','),
    Wanted::CONTROL,
];

/// Where the brackets, colons and commas outside of strings stand.
pub(super) struct Index<'r> {
    record: &'r [u8],
    pub(super) places: Vec<u32>,
    pub(super) quotes: usize,
    /// All ones or none.
    inside: u64,
    escaped: bool,
    /// There are backslashes.
    pub(super) escapes: bool,
    odd: bool,
}

impl<'r> Index<'r> {
    pub(super) fn of(record: &'r [u8]) -> Result<Self, NotPlain> {
        if u32::try_from(record.len()).is_err() {
            return Err(NotPlain);
        }
        let places = Vec::with_capacity(record.len() / 8);
        let mut index = Self { record, places, quotes: 0, inside: 0, escaped: false, escapes: false, odd: false };
        visit(record, WANTED, &mut index);
        if index.odd || index.inside != 0 { Err(NotPlain) } else { Ok(index) }
    }
}

impl Visit<7> for Index<'_> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        clippy::cast_possible_truncation,
        reason = "it must be compiled with the caller's CPU features; the length was checked"
    )]
    fn step(&mut self, at: usize, [quotes, backslashes, open, close, colons, commas, control]: Marks<7>) -> bool {
        let (taken, next) = escaped(backslashes, self.escaped);
        if backslashes != 0 {
            self.escapes = true;
            self.odd |= !are_escapes(self.record, at, backslashes & !taken);
        }
        self.escaped = next;
        let quotes = quotes & !taken;
        let inside = parity(quotes) ^ self.inside;
        // A backslash outside of a text escapes nothing; a control character inside has to be escaped.
        self.odd |= (backslashes & !inside) | (control & inside) != 0;
        self.quotes += quotes.count_ones() as usize;
        let mut places = (open | close | colons | commas) & !inside;
        let from = self.places.len();
        self.places.resize(from + places.count_ones() as usize, 0);
        for place in &mut self.places[from..] {
            *place = at as u32 + places.trailing_zeros();
            places &= places - 1;
        }
        self.inside = (inside.cast_signed() >> 63).cast_unsigned();
        !self.odd
    }
}

/// Whether what stands behind each backslash may stand there.
fn are_escapes(record: &[u8], at: usize, mut starts: u64) -> bool {
    while starts != 0 {
        let behind = record.get(at + starts.trailing_zeros() as usize + 1..).unwrap_or_default();
        let plain = match behind {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => true,
            [b'u', a, b, c, d, ..] => [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit),
            _ => false,
        };
        if !plain {
            return false;
        }
        starts &= starts - 1;
    }
    true
}
