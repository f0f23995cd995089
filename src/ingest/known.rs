//! What the same cells said before: rows of a log repeat who they are about and how they came, and need not be read anew.
//!
//! Cells are told apart by 128 bits of hash under seeds of the run, some 50 bytes a person instead of 300: what a row says depends on
//! the rows before it only if two of the 57 344 remembered share all of them, less than one chance in 10^25.

use hashbrown::HashTable;

use crate::model::seed;

/// More are forgotten: memory does not follow the number of people. (33 to 65 bytes each, once per worker; as many as a table of
/// 65 536 places takes.)
const MOST: usize = 7 << 13;

/// Cells put together so that no others look the same.
#[derive(Debug, Default)]
pub struct Key(Vec<u8>);

impl Key {
    /// Adds a cell.
    pub fn cell(&mut self, cell: &[u8]) -> &mut Self {
        // A length before each: "ab", "c" is not "a", "bc".
        self.0.extend_from_slice(&u32::try_from(cell.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.0.extend_from_slice(cell);
        self
    }

    /// Adds what is no cell, but decides too.
    pub fn mark(&mut self, mark: u8) -> &mut Self {
        self.0.push(mark);
        self
    }
}

/// Longer ones do not keep their memory.
const LONGEST: usize = 1 << 12;

/// Both halves of a key's hash ([`seed::print`]).
type Print = (u64, u64);

/// What cells said, by the cells.
#[derive(Debug)]
pub(super) struct Known<V> {
    said: HashTable<(Print, V)>,
    key: Key,
    /// Of the cells asked for last.
    print: Print,
}

impl<V> Default for Known<V> {
    fn default() -> Self {
        Self { said: HashTable::new(), key: Key::default(), print: Print::default() }
    }
}

impl<V> Known<V> {
    /// What the cells that `add` adds said before; `None`: they were not met, or were forgotten.
    pub(super) fn find(&mut self, add: impl FnOnce(&mut Key)) -> Option<&mut V> {
        self.key.0.clear();
        self.key.0.shrink_to(LONGEST);
        add(&mut self.key);
        self.print = seed::print(&self.key.0);
        self.said.find_mut(self.print.0, |(print, _)| *print == self.print).map(|(_, said)| said)
    }

    /// Keeps what the cells asked for last say.
    pub(super) fn learn(&mut self, said: V) {
        if self.said.len() >= MOST {
            self.said.clear();
        }
        let entry = self.said.entry(self.print.0, |(print, _)| *print == self.print, |((first, _), _)| *first);
        entry.insert((self.print, said));
    }

    /// Forgets everything: other files write other cells in another order.
    pub(super) fn clear(&mut self) {
        self.said.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart_by_their_borders_and_forgotten_in_time() {
        let mut known = Known::default();
        let two = |a: &'static [u8], b: &'static [u8]| {
            move |key: &mut Key| {
                key.cell(a).cell(b);
            }
        };
        assert_eq!(known.find(two(b"ab", b"c")), None);
        known.learn(1);
        assert_eq!(known.find(two(b"a", b"bc")), None);
        known.learn(2);
        assert_eq!(known.find(two(b"ab", b"c")), Some(&mut 1));
        for n in 0..MOST {
            let number = |key: &mut Key| {
                key.cell(&n.to_le_bytes());
            };
            assert_eq!(known.find(number), None);
            known.learn(3);
        }
        assert_eq!(known.find(two(&[b'x'; 2 * LONGEST], b"")), None);
        known.learn(4);
        assert_eq!(known.find(two(&[b'x'; 2 * LONGEST], b"")), Some(&mut 4));
        assert_eq!(known.find(two(b"", b"")), None);
        assert!(known.key.0.capacity() < 2 * LONGEST, "memory does not follow what somebody wrote into a cell");
        assert!(known.said.len() <= MOST);
        assert_eq!(known.find(two(b"ab", b"c")), None, "forgotten");
    }
}
