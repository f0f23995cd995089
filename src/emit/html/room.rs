//! What the parts of a page share: anchors that are each used once, and bytes that are spent once.

use std::collections::BTreeSet;

/// Bytes all table rows together may take. With charts, texts and markup the page stays below 10 MB.
const ROW_BYTES: usize = 8_000_000;
/// Of them, the most for one table of a finding, for one target list, and for the people.
pub(super) const A_TABLE: usize = 400_000;
pub(super) const A_LIST: usize = 1_000_000;
pub(super) const THE_PEOPLE: usize = 4_000_000;

/// Anchors taken and bytes left.
#[derive(Debug)]
pub(super) struct Room {
    anchors: BTreeSet<String>,
    left: usize,
}

impl Room {
    /// An empty page in which `reserved` anchors are taken.
    pub(super) fn new(reserved: &[&str]) -> Self {
        Self { anchors: reserved.iter().map(|a| (*a).to_owned()).collect(), left: ROW_BYTES }
    }

    /// The wanted anchor, or the next free one after it: `coverage`, `coverage-2`.
    pub(super) fn anchor(&mut self, wanted: &str) -> String {
        let mut anchor = wanted.to_owned();
        let mut next = 2_u32;
        while !self.anchors.insert(anchor.clone()) {
            anchor = format!("{wanted}-{next}");
            next += 1;
        }
        anchor
    }

    /// Takes the bytes of a row if there is room for them.
    pub(super) fn fits(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_unique() {
        let mut room = Room::new(&["people"]);
        assert_eq!(room.anchor("people"), "people-2");
        assert_eq!(room.anchor("people"), "people-3");
        assert_eq!(room.anchor("coverage"), "coverage");
    }

    #[test]
    fn bytes_are_spent_once() {
        let mut room = Room::new(&[]);
        assert!(room.fits(ROW_BYTES - 1));
        assert!(!room.fits(2));
        assert!(room.fits(1));
    }
}
