//! Where the marks of a JSON record stand, and whether its texts are plain.

use super::super::marks::{Cpu, FEW, Marks, STEP, Visit, Wanted, beyond, counted_from, escaped, visit};

const WANTED: [Wanted; 7] = [
    Wanted::byte(b'"'),
    Wanted::byte(b'\\'),
    Wanted::bracket(b'['),
    Wanted::bracket(b']'),
    Wanted::byte(b':'),
    Wanted::byte(b','),
    Wanted::CONTROL,
];

/// Bytes looked at when no mark is left: so many that it is done seldom, so few that room for their marks costs nothing.
const STRETCH: usize = 7 * STEP;
/// Beyond the marks of a stretch, as they are noted a few at a time. A power of two: a place is found by its lowest bits.
const ROOM: usize = 8 * STEP;

/// The brackets, colons and commas outside of strings, one after the other; looked for no further ahead than need be.
pub(super) struct Index<'r> {
    record: &'r [u8],
    /// Where the stretch at hand begins, and where it ends.
    stretch: (usize, usize),
    /// Where its marks stand in it.
    places: [u16; ROOM],
    found: usize,
    next: usize,
    /// Quotes seen.
    pub(super) quotes: usize,
    /// All ones or none.
    inside: u64,
    escaped: bool,
    /// There are backslashes in what was seen.
    pub(super) escapes: bool,
    odd: bool,
}

impl<'r> Index<'r> {
    pub(super) fn of(record: &'r [u8]) -> Self {
        Self {
            record,
            stretch: (0, 0),
            places: [0; ROOM],
            found: 0,
            next: 0,
            quotes: 0,
            inside: 0,
            escaped: false,
            escapes: false,
            odd: false,
        }
    }

    #[inline]
    fn place(&self, ahead: usize) -> usize {
        self.stretch.0 + usize::from(self.places[(self.next + ahead) % ROOM])
    }

    /// Where the next two marks stand, unless they first have to be looked for.
    #[inline]
    pub(super) fn next_two(&self) -> Option<(usize, usize)> {
        (self.next + 2 <= self.found).then(|| (self.place(0), self.place(1)))
    }

    /// Goes behind so many marks, which were asked for.
    #[inline]
    pub(super) fn pass(&mut self, marks: usize) {
        self.next += marks;
    }

    /// Where the next mark stands, and goes behind it; the record's end if there is none, or if something before is not plain.
    #[inline]
    pub(super) fn next(&mut self) -> usize {
        if self.next == self.found {
            self.look();
        }
        let place = self.place(0);
        self.pass(1);
        place
    }

    /// Whether all of the record was seen, and nothing but plain texts in it.
    pub(super) fn is_plain(&self) -> bool {
        self.stretch.1 == self.record.len() && self.inside == 0 && !self.odd
    }

    /// Looks for marks until there are some.
    #[cold]
    #[inline(never)]
    fn look(&mut self) {
        (self.found, self.next) = (0, 0);
        while self.found == 0 && !self.odd && self.stretch.1 < self.record.len() {
            let from = self.stretch.1;
            self.stretch = (from, self.record.len().min(from + STRETCH));
            visit(&self.record[from..self.stretch.1], &mut *self);
        }
        if self.found == 0 || self.odd {
            self.stretch.0 = self.record.len();
            (self.places[0], self.found) = (0, 1);
        }
    }
}

impl Visit<7> for &mut Index<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 7] {
        WANTED
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(
        &mut self,
        at: usize,
        [quotes, backslashes, open, close, colons, commas, control]: Marks<7>,
        _: u64,
        cpu: impl Cpu,
    ) -> bool {
        let (taken, next) = escaped(backslashes, self.escaped);
        if backslashes != 0 {
            self.escapes = true;
            self.odd |= !are_escapes(self.record, self.stretch.0 + at, backslashes & !taken);
        }
        self.escaped = next;
        let quotes = quotes & !taken;
        let inside = cpu.parity(quotes) ^ self.inside;
        // A backslash outside of a text escapes nothing; a control character inside has to be escaped.
        self.odd |= (backslashes & !inside) | (control & inside) != 0;
        self.quotes += quotes.count_ones() as usize;
        self.note(at, (open | close | colons | commas) & !inside, cpu);
        self.inside = (inside.cast_signed() >> 63).cast_unsigned();
        !self.odd
    }
}

impl Index<'_> {
    /// Adds the places of the bits.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn note(&mut self, at: usize, mut bits: u64, cpu: impl Cpu) {
        let end = self.found + bits.count_ones() as usize;
        #[expect(clippy::cast_possible_truncation, reason = "places in a stretch")]
        let at = at as u16;
        while let Some(room) = self.places.get_mut(self.found..).and_then(|left| left.first_chunk_mut()) {
            *room = counted_from(at, cpu.first(bits));
            if end <= self.found + FEW {
                break;
            }
            self.found += FEW;
            bits = beyond(bits);
        }
        self.found = end;
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
