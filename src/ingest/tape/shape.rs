//! Records of a shape met before. Rows of a log have the same names in the same order; only what stands between differs. So the text
//! between values is compared with that of an earlier record, which was read as a whole, and only the values wanted are looked at.
//!
//! What fits is what the earlier record is, with other values: every quote is accounted for, nothing is escaped, and each number or
//! word is one. Everything else is read as if there were no shapes: records with a backslash, or with any control character, so
//! that those of several lines never have one.

mod builder;
mod value;

use std::cell::Cell;
use std::ops::Range;

use serde::de::DeserializeSeed as _;

use self::builder::Builder;
use self::value::Value;
use super::ignored::check_word;
use crate::ingest::json::is_blank;
use crate::ingest::marks::{Cpu, Marks, Places, Visit, Wanted, put, small, visit};
use crate::ingest::members::{InPlace, Members, Names, same};

/// Shapes kept at a time; a list of one more policy is another shape.
const MOST: usize = 32;
/// Shapes tried for a record, of those with as many quotes; those that fit often come first.
const TRIED: usize = 6;
/// Longer records, and records of more values, have no shape: who makes some up shall neither fill the memory nor take time.
const LONGEST: usize = 1 << 16;
const MOST_VALUES: usize = 1_000;
/// So many records without a shape for one that is learnt, once there are enough: it costs more than reading it.
const PATIENCE: usize = 32;

/// The shapes of the records of a file.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// What they were learnt for.
    names: Option<&'static Names>,
    /// The one learnt last first, unless others fit more often; the last one is forgotten first.
    known: Vec<Shape>,
    /// Records without a shape since one was learnt.
    strange: usize,
    /// Of the record at hand.
    quotes: Places,
    values: Vec<Range<usize>>,
}

impl Shapes {
    /// Reads a record of a shape met before; `false`: it has none, and the object may be half filled.
    pub(super) fn read<'de, T: Members<'de>>(&mut self, record: &'de [u8], object: &mut T) -> bool {
        if self.names.is_none_or(|names| !std::ptr::eq(names, T::NAMES)) {
            *self = Self { names: Some(T::NAMES), ..Self::default() };
        }
        if !self.find_quotes(record) {
            return false;
        }
        let Ok(record) = std::str::from_utf8(record) else { return false };
        let (quotes, values) = (self.quotes.all(), &mut self.values);
        let mut alike = self.known.iter().enumerate().filter(|(_, shape)| shape.quotes == quotes.len()).take(TRIED);
        let Some((at, shape)) = alike.find(|(_, shape)| shape.fits(record.as_bytes(), quotes, values)) else {
            return false;
        };
        let read = shape.node(0, record, values).is_some_and(|root| InPlace(object).deserialize(root).is_ok());
        self.known.swap(at, at.saturating_sub(1));
        read
    }

    /// Learns the shape of the record that was just read as a whole.
    pub(super) fn learn<'de, T: Members<'de>>(&mut self, record: &'de [u8]) {
        self.strange += 1;
        if self.quotes.all().is_empty() || (self.known.len() >= MOST && self.strange < PATIENCE) {
            return;
        }
        self.strange = 0;
        let Some(shape) = self.shape::<T>(record) else { return };
        self.known.truncate(MOST - 1);
        self.known.insert(0, shape);
    }

    fn shape<'de, T: Members<'de>>(&mut self, record: &'de [u8]) -> Option<Shape> {
        let shape = Builder::of(record).shape()?;
        let record = std::str::from_utf8(record).ok()?;
        let fits = shape.fits(record.as_bytes(), self.quotes.all(), &mut self.values);
        // What is not asked for is marked on the way.
        let root = shape.node(0, record, &self.values).filter(|_| fits)?;
        InPlace(&mut T::default()).deserialize(root).ok()?;
        Some(shape.without_unwanted())
    }

    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.known.len()
    }

    /// Finds the quotes of a record; `false`, and there are none: something may be escaped in it.
    fn find_quotes(&mut self, record: &[u8]) -> bool {
        self.quotes.clear();
        if record.len() <= LONGEST {
            let (places, count) = self.quotes.room(record.len());
            let Quotes { count, odd, .. } = visit(record, Quotes { places, count, odd: false });
            self.quotes.count = if odd { 0 } else { count };
        }
        !self.quotes.all().is_empty()
    }
}

struct Quotes<'q> {
    places: &'q mut [u32],
    count: usize,
    odd: bool,
}

impl Visit<3> for Quotes<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn wanted(&self) -> [Wanted; 3] {
        [Wanted::byte(b'"'), Wanted::byte(b'\\'), Wanted::CONTROL]
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "it must be compiled with the caller's CPU features")]
    fn step(&mut self, at: usize, [quotes, backslashes, control]: Marks<3>, _: u64, cpu: impl Cpu) -> bool {
        self.count = put(self.places, self.count, small(at), quotes, cpu);
        self.odd = backslashes | control != 0;
        !self.odd
    }
}

/// A record without its values.
#[derive(Debug, Default)]
struct Shape {
    /// What stands between values, one after the other.
    text: Vec<u8>,
    literals: Vec<Literal>,
    /// The values wanted and what they stand in, the record itself first; what stands in one behind it.
    nodes: Vec<Node>,
    quotes: usize,
}

/// What stands before a value, or behind the last one.
#[derive(Debug)]
struct Literal {
    /// Where it ends in the text.
    end: usize,
    then: Then,
}

#[derive(Clone, Copy, Debug)]
enum Then {
    /// A text; how many quotes stand before it, its own included.
    Text(usize),
    /// A number, `true`, `false` or `null`.
    Word,
    /// The end of the record.
    End,
}

#[derive(Clone, Debug)]
struct Node {
    /// Its name: behind which value it stands, and where from there.
    key: (usize, Range<usize>),
    what: What,
    /// Its place among the names wanted, once somebody looked for it.
    place: Cell<Option<u64>>,
    /// How many nodes it is with all that stands in it.
    size: usize,
    wanted: Cell<bool>,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Text(usize),
    Word(usize),
    Object,
    List,
}

impl Shape {
    /// Whether a record with such quotes has this shape, and where its values stand.
    #[inline]
    fn fits(&self, record: &[u8], quotes: &[u32], values: &mut Vec<Range<usize>>) -> bool {
        values.clear();
        let (mut at, mut from) = (0, 0);
        for literal in &self.literals {
            let text = &self.text[from..literal.end];
            if !record.get(at..at + text.len()).is_some_and(|there| same(there, text)) {
                return false;
            }
            (at, from) = (at + text.len(), literal.end);
            let end = match literal.then {
                // Never before: each quote so far stood in a literal.
                Then::Text(before) => match quotes.get(before).map(|at| *at as usize) {
                    Some(end) if end >= at => end,
                    _ => return false,
                },
                Then::Word => {
                    let end = at + word(&record[at..]);
                    if check_word(&record[at..end]).is_err() {
                        return false;
                    }
                    end
                }
                Then::End => return at == record.len(),
            };
            values.push(at..end);
            at = end;
        }
        false
    }

    fn node<'s, 'de>(&'s self, number: usize, record: &'de str, values: &'s [Range<usize>]) -> Option<Value<'s, 'de>> {
        let nodes = self.nodes.get(number..)?;
        Some(Value { nodes: nodes.get(..nodes.first()?.size)?, record, values })
    }

    fn without_unwanted(mut self) -> Self {
        let mut kept: Vec<Node> = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            while open.last().is_some_and(|(_, end)| *end <= at) {
                let (parent, _) = open.pop().unwrap_or_default();
                kept[parent].size = kept.len() - parent;
            }
            if node.wanted.get() {
                open.push((kept.len(), at + node.size));
                kept.push(node.clone());
                at += 1;
            } else {
                at += node.size;
            }
        }
        for (parent, _) in open {
            kept[parent].size = kept.len() - parent;
        }
        self.nodes = kept;
        self
    }
}

/// How long the number or word is that the bytes begin with.
#[inline]
fn word(bytes: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || is_blank(*byte);
    bytes.iter().position(ends).unwrap_or(bytes.len())
}
