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

    /// What follows is written otherwise: no cell has this length.
    pub(super) fn apart(&mut self) {
        self.0.extend_from_slice(&u32::MAX.to_le_bytes());
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
pub(super) type Print = (u64, u64);

/// What cells said, by the cells.
#[derive(Debug)]
pub(super) struct Known<V> {
    said: HashTable<(Print, V)>,
    key: Key,
}

impl<V> Default for Known<V> {
    fn default() -> Self {
        Self { said: HashTable::new(), key: Key::default() }
    }
}

impl<V> Known<V> {
    /// By what the cells that `add` adds are known.
    pub(super) fn print(&mut self, add: impl FnOnce(&mut Key)) -> Print {
        self.key.0.clear();
        self.key.0.shrink_to(LONGEST);
        add(&mut self.key);
        seed::print(&self.key.0)
    }

    /// What the cells said before; `None`: they were not met, or were forgotten.
    #[inline]
    pub(super) fn said(&self, print: Print) -> Option<&V> {
        self.said.find(print.0, |(known, _)| *known == print).map(|(_, said)| said)
    }

    /// Keeps what the cells say.
    pub(super) fn learn(&mut self, print: Print, said: V) {
        if self.said.len() >= MOST {
            self.said.clear();
        }
        let entry = self.said.entry(print.0, |(known, _)| *known == print, |((first, _), _)| *first);
        entry.insert((print, said));
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
        let two = |known: &mut Known<u32>, a: &[u8], b: &[u8]| known.print(|key| _ = key.cell(a).cell(b));
        let (first, second) = (two(&mut known, b"ab", b"c"), two(&mut known, b"a", b"bc"));
        assert_eq!((known.said(first), known.said(second)), (None, None));
        known.learn(first, 1);
        known.learn(second, 2);
        assert_eq!((known.said(first), known.said(second)), (Some(&1), Some(&2)));
        for n in 0..MOST {
            let print = known.print(|key| _ = key.cell(&n.to_le_bytes()));
            assert_eq!(known.said(print), None);
            known.learn(print, 3);
        }
        let long = two(&mut known, &[b'x'; 2 * LONGEST], b"");
        known.learn(long, 4);
        assert_eq!(known.said(long), Some(&4));
        let empty = two(&mut known, b"", b"");
        assert_eq!(known.said(empty), None);
        assert!(known.key.0.capacity() < 2 * LONGEST, "memory does not follow what somebody wrote into a cell");
        assert!(known.said.len() <= MOST);
        assert_eq!(known.said(first), None, "forgotten");
    }
}
