//! What the same cells said before: rows of a log repeat who they are about and how they came, and need not be read anew.
//!
//! Exact: the cells' bytes are the key, so that what a row says never depends on the rows before it, only how fast it is said.

use hashbrown::HashMap;

/// Random seeds: the cells are written by strangers, who must not be able to make them collide.
type Hasher = foldhash::fast::RandomState;

/// More are forgotten: memory does not follow the number of people. (200 to 300 bytes each, once per worker.)
const MOST: usize = 1 << 16;
/// Longer ones are read anew each time: nor does it follow what somebody wrote into a cell.
const LONGEST: usize = 1 << 10;

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

/// What cells said, by the cells.
#[derive(Debug)]
pub(super) struct Known<V> {
    said: HashMap<Box<[u8]>, V, Hasher>,
    key: Key,
}

impl<V> Default for Known<V> {
    fn default() -> Self {
        Self { said: HashMap::default(), key: Key::default() }
    }
}

impl<V> Known<V> {
    /// What the cells that `add` adds said before; `None`: they were not met, or were forgotten.
    pub(super) fn find(&mut self, add: impl FnOnce(&mut Key)) -> Option<&mut V> {
        self.key.0.clear();
        add(&mut self.key);
        self.said.get_mut(self.key.0.as_slice())
    }

    /// Keeps what the cells asked for last say.
    pub(super) fn learn(&mut self, said: V) {
        if self.key.0.len() > LONGEST {
            self.key.0 = Vec::new();
            return;
        }
        if self.said.len() >= MOST {
            self.said.clear();
        }
        self.said.insert(self.key.0.as_slice().into(), said);
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
        for _ in 0..2 {
            assert_eq!(known.find(two(&[b'x'; LONGEST], b"")), None, "too long to be kept");
            known.learn(4);
        }
        assert!(known.said.len() <= MOST);
        assert_eq!(known.find(two(b"ab", b"c")), None, "forgotten");
    }
}
