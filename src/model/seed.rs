//! Seeds of hashes, drawn anew for each run from what the operating system gives: who writes ids, names and cells must not be able
//! to make them collide. Nothing that is shown depends on them.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::{FoldHasher, SeedableRandomState};

/// Two hashers that have nothing in common.
static SEEDED: LazyLock<[SeedableRandomState; 2]> = LazyLock::new(|| {
    static SHARED: LazyLock<[SharedSeed; 2]> = LazyLock::new(|| [0, 1].map(|n| SharedSeed::from_u64(drawn(n))));
    [0, 1].map(|n: u8| SeedableRandomState::with_seed(drawn(n), &SHARED[usize::from(n)]))
});

fn drawn(number: u8) -> u64 {
    RandomState::new().hash_one(number)
}

/// The hasher of maps: the same for all of a run, so that what one worker numbered another one finds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seeded;

impl BuildHasher for Seeded {
    type Hasher = FoldHasher<'static>;

    #[inline]
    fn build_hasher(&self) -> Self::Hasher {
        SEEDED[0].build_hasher()
    }
}

/// 128 bits that tell texts apart: two hashes that have nothing in common.
#[must_use]
pub fn print(text: &[u8]) -> (u64, u64) {
    let [first, second] = &*SEEDED;
    (first.hash_one(text), second.hash_one(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_prints_of_their_own_in_both_halves() {
        let texts = ["", "a", "b", "ab", "0123456789abcdef0123456789abcdef0123456789abcdef"];
        let prints = texts.map(|text| print(text.as_bytes()));
        for (at, one) in prints.iter().enumerate() {
            assert_eq!(*one, print(texts[at].as_bytes()), "the same again");
            assert_ne!(one.0, one.1, "the halves differ");
            assert!(prints[..at].iter().all(|other| one.0 != other.0 && one.1 != other.1));
        }
        assert_eq!(Seeded.hash_one("a"), Seeded.hash_one("a"));
    }
}
