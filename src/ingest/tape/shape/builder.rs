//! The shape of a record.

use std::cell::Cell;
use std::ops::Range;

use super::{Literal, MOST_VALUES, Node, Shape, Then, What, word};
use crate::ingest::json::is_blank;

/// Takes the values out of a record that is sound and has no escapes.
pub(super) struct Builder<'r> {
    record: &'r [u8],
    at: usize,
    /// Where the literal at hand begins.
    from: usize,
    shape: Shape,
}

impl<'r> Builder<'r> {
    pub(super) fn of(record: &'r [u8]) -> Self {
        Self { record, at: 0, from: 0, shape: Shape::default() }
    }

    /// The shape of the record.
    pub(super) fn shape(mut self) -> Option<Shape> {
        self.value(0..0)?;
        self.at = self.record.len();
        self.close(|_| Then::End, 0);
        Some(self.shape)
    }

    fn skip_blanks(&mut self) -> Option<u8> {
        self.at += self.record.get(self.at..)?.iter().take_while(|byte| is_blank(**byte)).count();
        self.record.get(self.at).copied()
    }

    /// Ends the literal at hand, and goes behind the value that follows it.
    fn close(&mut self, then: fn(usize) -> Then, length: usize) {
        let text = &self.record[self.from..self.at];
        self.shape.quotes += memchr::memchr_iter(b'"', text).count();
        self.shape.text.extend_from_slice(text);
        self.shape.literals.push(Literal { end: self.shape.text.len(), then: then(self.shape.quotes) });
        self.at += length;
        self.from = self.at;
    }

    /// A text between quotes; where it stands.
    fn quoted(&mut self) -> Option<Range<usize>> {
        let start = self.at + 1;
        let end = start + memchr::memchr(b'"', self.record.get(start..)?)?;
        self.at = end + 1;
        Some(start..end)
    }

    /// Goes over a value whose name stands at a place of the literal at hand.
    fn value(&mut self, key: Range<usize>) -> Option<()> {
        let (byte, number) = (self.skip_blanks()?, self.shape.literals.len());
        if self.shape.nodes.len() > MOST_VALUES {
            return None;
        }
        let what = match byte {
            b'{' => What::Object,
            b'[' => What::List,
            b'"' => What::Text(number),
            _ => What::Word(number),
        };
        let place = self.shape.nodes.len();
        self.shape.nodes.push(Node {
            key: (number, key),
            what,
            place: Cell::new(None),
            size: 1,
            wanted: Cell::new(true),
        });
        match what {
            What::Object | What::List => self.members(matches!(what, What::Object))?,
            What::Text(_) => {
                let length = self.quoted()?.len();
                self.at -= length + 1;
                self.close(Then::Text, length);
                self.at += 1;
            }
            What::Word(_) => self.close(|_| Then::Word, word(&self.record[self.at..])),
        }
        self.shape.nodes[place].size = self.shape.nodes.len() - place;
        Some(())
    }

    fn members(&mut self, object: bool) -> Option<()> {
        self.at += 1;
        loop {
            match self.skip_blanks()? {
                b'}' | b']' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => {
                    self.at += 1;
                    self.skip_blanks()?;
                }
                _ => {}
            }
            let key = if object { self.quoted()? } else { self.from..self.from };
            if object {
                self.skip_blanks().filter(|byte| *byte == b':')?;
                self.at += 1;
            }
            self.value(key.start - self.from..key.end - self.from)?;
        }
    }
}
