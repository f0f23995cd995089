//! Sets of words of a small vocabulary, one bit each: everybody has several of them.

use std::marker::PhantomData;

/// A vocabulary of at most 32 words.
pub trait Vocabulary: Copy + 'static {
    /// All words in their order, each at its own place.
    const ALL: &'static [Self];

    /// The place of a word.
    fn place(self) -> u32;
}

/// States the words of an enum without fields, in its own order.
macro_rules! vocabulary {
    ($type:ident: $($word:ident),+ $(,)?) => {
        impl $crate::model::enum_set::Vocabulary for $type {
            const ALL: &'static [Self] = {
                let all: &[Self] = &[$(Self::$word),+];
                let mut at = 0;
                while at < all.len() {
                    assert!(at < 32 && all[at] as usize == at, "the words in their order, at most 32");
                    at += 1;
                }
                all
            };

            fn place(self) -> u32 {
                // A word that was forgotten above is no arm here: it does not compile.
                match self {
                    $(Self::$word => Self::$word as u32,)+
                }
            }
        }
    };
}
pub(crate) use vocabulary;

/// A set of words, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumSet<T>(u32, PhantomData<T>);

impl<T> Default for EnumSet<T> {
    fn default() -> Self {
        Self(0, PhantomData)
    }
}

impl<T: Vocabulary> EnumSet<T> {
    /// Adds a word.
    pub fn insert(&mut self, word: T) {
        self.0 |= 1 << word.place();
    }

    /// Takes a word out.
    pub fn remove(&mut self, word: T) {
        self.0 &= !(1 << word.place());
    }

    /// Whether a word is in it.
    #[must_use]
    pub fn contains(self, word: T) -> bool {
        self.0 >> word.place() & 1 == 1
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The first word.
    #[must_use]
    pub fn first(self) -> Option<T> {
        self.iter().next()
    }

    /// The words in order.
    pub fn iter(self) -> impl Iterator<Item = T> + Clone {
        T::ALL.iter().copied().filter(move |word| self.contains(*word))
    }
}

impl<T: Vocabulary> FromIterator<T> for EnumSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        let mut set = Self::default();
        words.into_iter().for_each(|word| set.insert(word));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Fruit {
        Apple,
        Pear,
        Plum,
    }
    vocabulary!(Fruit: Apple, Pear, Plum);

    #[test]
    fn words_come_back_in_order_and_once() {
        let mut set: EnumSet<Fruit> = [Fruit::Plum, Fruit::Apple, Fruit::Plum].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Fruit::Apple, Fruit::Plum]);
        assert_eq!((set.first(), set.contains(Fruit::Pear), set.is_empty()), (Some(Fruit::Apple), false, false));
        set.remove(Fruit::Apple);
        assert_eq!(set, [Fruit::Plum].into_iter().collect());
        set.remove(Fruit::Plum);
        assert_eq!((set.first(), set.is_empty(), set), (None, true, EnumSet::default()));
    }
}
