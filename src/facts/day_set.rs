//! A set of UTC days as bits: 64 days a word, words in order.

use crate::model::time::Day;

/// A set of days. Three months are two words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySet(Vec<(i32, u64)>);

impl DaySet {
    /// The set of one day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(vec![split(day)])
    }

    /// Adds a day.
    pub fn insert(&mut self, day: Day) {
        let (word, bit) = split(day);
        // The day at hand is nearly always in the last word.
        if let Some(last) = self.0.last_mut()
            && last.0 == word
        {
            last.1 |= bit;
            return;
        }
        match self.0.binary_search_by_key(&word, |w| w.0) {
            Ok(i) => self.0[i].1 |= bit,
            Err(i) => self.0.insert(i, (word, bit)),
        }
    }

    /// Union.
    pub fn join(&mut self, other: &Self) {
        for (word, bits) in &other.0 {
            match self.0.binary_search_by_key(word, |w| w.0) {
                Ok(i) => self.0[i].1 |= bits,
                Err(i) => self.0.insert(i, (*word, *bits)),
            }
        }
    }

    /// Whether a day is in it.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        let (word, bit) = split(day);
        // The day asked for is nearly always in the last word.
        match self.0.last() {
            Some(last) if last.0 == word => last.1 & bit != 0,
            _ => self.0.binary_search_by_key(&word, |w| w.0).is_ok_and(|i| self.0[i].1 & bit != 0),
        }
    }

    /// The words, ascending, and the bits of each: day `64 × word + n` is in the set when bit `n` is.
    pub(crate) fn words(&self) -> impl Iterator<Item = (i32, u64)> + '_ {
        self.0.iter().copied()
    }

    /// A set from its words; `None`: they are not ascending, or one is empty.
    pub(crate) fn of_words(words: impl IntoIterator<Item = (i32, u64)>) -> Option<Self> {
        let words: Vec<(i32, u64)> = words.into_iter().collect();
        let sound = words.windows(2).all(|pair| pair[0].0 < pair[1].0) && words.iter().all(|(_, bits)| *bits != 0);
        sound.then_some(Self(words))
    }

    /// The days up to one, it included.
    #[must_use]
    pub fn until(&self, day: Day) -> Self {
        let (last, bit) = split(day);
        let upto = bit | (bit - 1);
        let words = self.0.iter().take_while(|(word, _)| *word <= last);
        let cut = words.map(|(word, bits)| (*word, if *word == last { bits & upto } else { *bits }));
        Self(cut.filter(|(_, bits)| *bits != 0).collect())
    }

    /// How many days.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|(_, bits)| bits.count_ones() as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        let (word, bits) = self.0.last()?;
        Some(Day(word * 64 + 63 - bits.leading_zeros().cast_signed()))
    }

    /// The days in order.
    pub fn iter(&self) -> impl Iterator<Item = Day> + '_ {
        self.0
            .iter()
            .flat_map(|(word, bits)| (0..64).filter(move |i| bits >> i & 1 == 1).map(move |i| Day(word * 64 + i)))
    }
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
}
