//! JSON objects of a stream at the machine's pace, as long as records follow each other whole; `nesting` finds the others.

use std::ops::Range;

use super::json::is_blank;
use super::marks::{Cpu, Marks, Visit, Wanted, escaped, visit};

const WANTED: [Wanted; 5] =
    [Wanted::byte(b'"'), Wanted::byte(b'\\'), Wanted::bracket(b'['), Wanted::bracket(b']'), Wanted::byte(b'\n')];

/// Brackets nest deeper than this in no log; a bit each.
const DEEPEST: u32 = 64;

/// Whole objects that follow each other.
struct Finding<'b, 'o> {
    bytes: &'b [u8],
    from: usize,
    objects: &'o mut Vec<Range<usize>>,
    /// Where the open object begins.
    open: Option<usize>,
    depth: u32,
    /// What is open in it, a bit each, the innermost lowest: an object, or a list.
    kinds: u64,
    /// The end of the last object.
    end: usize,
    /// All ones or none.
    inside: u64,
    escaped: bool,
    odd: bool,
}

impl Finding<'_, '_> {
    /// Takes the bracket at `at`.
    #[inline]
    fn bracket(&mut self, at: usize, opens: bool) {
        let Some(start) = self.open else {
            self.odd |= !opens || self.bytes[at] != b'{' || !may_separate(&self.bytes[self.end..at]);
            (self.open, self.depth, self.kinds) = (Some(at), 1, 1);
            return;
        };
        if opens {
            let object = self.bytes[at] == b'{';
            // An object where none may stand is the next record: the one before it is broken.
            self.odd |= object && !self.may_stand(at);
            self.kinds = self.kinds << 1 | u64::from(object);
            self.depth += 1;
            self.odd |= self.depth > DEEPEST;
            return;
        }
        self.depth -= 1;
        self.kinds >>= 1;
        if self.depth == 0 {
            self.objects.push(start..at + 1);
            (self.open, self.end) = (None, at + 1);
        }
    }

    /// Whether an object may stand here, by what stands before it without a blank between. (Others are looked at by `nesting`.)
    #[inline]
    fn may_stand(&self, at: usize) -> bool {
        let mut before = self.bytes[at - 1];
        if before <= b' ' {
            before = self.bytes[..at].trim_ascii_end().last().copied().unwrap_or_default();
        }
        if self.kinds & 1 == 1 { before == b':' } else { matches!(before, b',' | b'[') }
    }
}

impl Visit<5> for Finding<'_, '_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 5] {
        WANTED
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(
        &mut self,
        at: usize,
        [quotes, backslashes, opens, closes, feeds]: Marks<5>,
        _: u64,
        cpu: impl Cpu,
    ) -> bool {
        let (taken, next) = escaped(backslashes, self.escaped);
        self.escaped = next;
        let quotes = quotes & !taken;
        let inside = cpu.parity(quotes) ^ self.inside;
        // No line ends in a text, and nothing is escaped outside of one: else a quote is missing somewhere.
        self.odd |= (feeds & inside) | (backslashes & !inside) != 0;
        let mut brackets = (opens | closes) & !inside;
        // Texts between records.
        self.odd |= self.open.is_none()
            && quotes != 0
            && (brackets == 0 || quotes.trailing_zeros() < brackets.trailing_zeros());
        while brackets != 0 && !self.odd {
            let place = brackets.trailing_zeros();
            self.bracket(self.from + at + place as usize, opens >> place & 1 == 1);
            brackets &= brackets - 1;
        }
        self.inside = (inside.cast_signed() >> 63).cast_unsigned();
        !self.odd
    }
}

/// Between records only blanks and commas.
fn may_separate(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| is_blank(*b) || *b == b',')
}

/// Adds the whole objects of `bytes[from..]`, which begins between two records. Where the last one ends; what stands behind it
/// begins a record or is blank. `None`, and nothing is added: something else stands there too, or no object is whole.
pub(super) fn find(bytes: &[u8], from: usize, objects: &mut Vec<Range<usize>>) -> Option<usize> {
    let before = objects.len();
    let finding = Finding {
        bytes,
        from,
        objects,
        open: None,
        depth: 0,
        kinds: 0,
        end: from,
        inside: 0,
        escaped: false,
        odd: false,
    };
    let Finding { open, end, odd, .. } = visit(&bytes[from..], finding);
    if odd || !may_separate(&bytes[end..open.unwrap_or(bytes.len())]) || objects.len() == before {
        objects.truncate(before);
        return None;
    }
    Some(end)
}
