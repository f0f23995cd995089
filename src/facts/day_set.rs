//! A set of UTC days as bits: 64 days a word. The first 128 days lie in the set itself, so that most sets are one cache line with their
//! span; others lie beside it.

use crate::model::time::Day;

/// A set of days.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySet {
    /// The word of the first day; 0 while there is none.
    base: i32,
    /// The days of that word and of the next one.
    near: [u64; 2],
    /// All others, words in order; `None` when there is none.
    far: Option<Box<Far>>,
}

/// Words and their days.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Far(Vec<(i32, u64)>);

impl DaySet {
    /// The set of one day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let mut set = Self::default();
        set.insert(day);
        set
    }

    /// Adds a day.
    pub fn insert(&mut self, day: Day) {
        let (word, bit) = split(day);
        self.add(word, bit);
    }

    /// Adds the days whose bits are set, the least significant being a given day.
    pub(super) fn insert_from(&mut self, day: Day, mut days: u128) {
        let mut word = day.0.div_euclid(64);
        let shift = day.0.rem_euclid(64).cast_unsigned();
        // What does not fit beside the days of the first word that are too early goes on in the next ones.
        let low = |days: u128| u64::try_from(days & u128::from(u64::MAX)).unwrap_or_default();
        let mut bits = low(days) << shift;
        days >>= 64 - shift;
        while bits != 0 || days != 0 {
            if bits != 0 {
                self.add(word, bits);
            }
            bits = low(days);
            days >>= 64;
            word += 1;
        }
    }

    /// Union.
    pub fn join(&mut self, other: &Self) {
        for (word, bits) in other.words() {
            self.add(word, bits);
        }
    }

    fn add(&mut self, word: i32, bits: u64) {
        if self.is_empty() {
            self.base = word;
        } else if word < self.base {
            // The first word moves: all others find their places again.
            let before = std::mem::take(self);
            self.base = word;
            before.words().for_each(|(word, bits)| self.place(word, bits));
        }
        self.place(word, bits);
    }

    /// Adds to a word not before the first.
    fn place(&mut self, word: i32, bits: u64) {
        if let Some(near) = near(word, self.base).and_then(|at| self.near.get_mut(at)) {
            *near |= bits;
            return;
        }
        let far = &mut self.far.get_or_insert_default().0;
        match far.binary_search_by_key(&word, |w| w.0) {
            Ok(i) => far[i].1 |= bits,
            Err(i) => far.insert(i, (word, bits)),
        }
    }

    /// Whether a day is in it.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let (word, bit) = split(day);
        if let Some(near) = near(word, self.base).and_then(|at| self.near.get(at)) {
            return near & bit != 0;
        }
        self.far
            .as_ref()
            .is_some_and(|far| far.0.binary_search_by_key(&word, |w| w.0).is_ok_and(|i| far.0[i].1 & bit != 0))
    }

    /// A set from its words; `None`: they are not ascending, or one is empty.
    pub(crate) fn of_words(words: impl IntoIterator<Item = (i32, u64)>) -> Option<Self> {
        let words: Vec<(i32, u64)> = words.into_iter().collect();
        let sound = words.windows(2).all(|pair| pair[0].0 < pair[1].0) && words.iter().all(|(_, bits)| *bits != 0);
        sound.then(|| Self::of_sound(words))
    }

    /// A set from words that are ascending, none of them empty.
    fn of_sound(words: impl IntoIterator<Item = (i32, u64)>) -> Self {
        let mut set = Self::default();
        words.into_iter().for_each(|(word, bits)| set.add(word, bits));
        set
    }

    /// The days up to one, it included.
    #[must_use]
    pub fn until(&self, day: Day) -> Self {
        let (last, bit) = split(day);
        let upto = bit | (bit - 1);
        let words = self.words().take_while(|(word, _)| *word <= last);
        let cut = words.map(|(word, bits)| (word, if word == last { bits & upto } else { bits }));
        Self::of_sound(cut.filter(|(_, bits)| *bits != 0))
    }

    /// How many days.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words().map(|(_, bits)| bits.count_ones() as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.near[0] == 0
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        let (word, bits) = match (&self.far, self.near) {
            (Some(far), _) => *far.0.last()?,
            (None, [0, _]) => return None,
            (None, [bits, 0]) => (self.base, bits),
            (None, [_, bits]) => (self.base + 1, bits),
        };
        Some(Day(word * 64 + 63 - bits.leading_zeros().cast_signed()))
    }

    /// The days in order.
    pub fn iter(&self) -> impl Iterator<Item = Day> + '_ {
        self.words()
            .flat_map(|(word, bits)| (0..64).filter(move |i| bits >> i & 1 == 1).map(move |i| Day(word * 64 + i)))
    }

    /// The words, ascending, and the bits of each: day `64 × word + n` is in the set when bit `n` is.
    pub(crate) fn words(&self) -> impl Iterator<Item = (i32, u64)> + '_ {
        let near = (self.base..).zip(self.near).filter(|(_, bits)| *bits != 0);
        near.chain(self.far.iter().flat_map(|far| far.0.iter().copied()))
    }
}

/// The place of a word among those that lie in the set.
fn near(word: i32, base: i32) -> Option<usize> {
    usize::try_from(word.wrapping_sub(base)).ok()
}

impl FromIterator<Day> for DaySet {
    fn from_iter<I: IntoIterator<Item = Day>>(days: I) -> Self {
        let mut set = Self::default();
        for day in days {
            set.insert(day);
        }
        set
    }
}

fn split(day: Day) -> (i32, u64) {
    (day.0.div_euclid(64), 1 << day.0.rem_euclid(64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_come_back_in_order_whatever_the_order_in() {
        let mut set = DaySet::default();
        for day in [20_779, -1, 20_600, 20_779, 63, 64] {
            set.insert(Day(day));
        }
        assert_eq!(set.iter().map(|d| d.0).collect::<Vec<_>>(), [-1, 63, 64, 20_600, 20_779]);
        assert_eq!(set.len(), 5);
        for (day, want) in [
            (-2, &[][..]),
            (-1, &[-1]),
            (63, &[-1, 63]),
            (20_599, &[-1, 63, 64]),
            (20_779, &[-1, 63, 64, 20_600, 20_779]),
        ] {
            assert_eq!(set.until(Day(day)).iter().map(|d| d.0).collect::<Vec<_>>(), want, "until {day}");
        }
        assert_eq!((set.last(), DaySet::default().last()), (Some(Day(20_779)), None));
    }

    #[test]
    fn a_set_looks_the_same_however_it_came_about() {
        let days = [20_779, 20_600, 20_700, 20_599, 21_000, -70, 63, 0].map(Day);
        let whole: DaySet = days.into_iter().collect();
        for cut in 0..days.len() {
            let (mut left, right): (DaySet, DaySet) =
                (days[cut..].iter().copied().collect(), days[..cut].iter().rev().copied().collect());
            left.join(&right);
            assert_eq!(left, whole, "cut at {cut}");
        }
        assert_eq!(DaySet::default(), [].into_iter().collect());
    }
}
