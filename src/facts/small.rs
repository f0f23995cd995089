//! Sorted maps and sets of a few things: most people have one name, a handful of channels, no session. Those lie side by side in one
//! allocation no larger than they need; many lie in a tree, so that nobody's ten thousandth row costs more than the first.

use std::borrow::Borrow;
use std::collections::{BTreeMap, btree_map};
use std::slice;

/// More lie in a tree.
const FEW: usize = 32;

/// A sorted map.
#[derive(Clone, Debug)]
pub struct SmallMap<K, V>(Kept<K, V>);

#[derive(Clone, Debug)]
enum Kept<K, V> {
    /// In the order of keys.
    Few(Vec<(K, V)>),
    Many(Box<Tree<K, V>>),
}

#[derive(Clone, Debug)]
struct Tree<K, V>(BTreeMap<K, V>);

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self(Kept::Few(Vec::new()))
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    /// Of pairs, no key twice.
    #[must_use]
    pub fn of_distinct(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut row: Vec<(K, V)> = pairs.into_iter().collect();
        if row.len() > FEW {
            return Self(Kept::Many(Box::new(Tree(row.into_iter().collect()))));
        }
        row.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        row.shrink_to_fit();
        Self(Kept::Few(row))
    }

    /// The value of a key.
    #[must_use]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        match &self.0 {
            Kept::Few(row) => place(row, key).ok().and_then(|at| row.get(at)).map(|(_, value)| value),
            Kept::Many(tree) => tree.0.get(key),
        }
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match &mut self.0 {
            Kept::Few(row) => place(row, key).ok().and_then(|at| row.get_mut(at)).map(|(_, value)| value),
            Kept::Many(tree) => tree.0.get_mut(key),
        }
    }

    /// Puts a value in; the one that was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let row = match &mut self.0 {
            Kept::Few(row) => row,
            Kept::Many(tree) => return tree.0.insert(key, value),
        };
        match place(row, &key) {
            Ok(at) => Some(std::mem::replace(&mut row[at].1, value)),
            Err(_) if row.len() >= FEW => {
                let mut tree: BTreeMap<K, V> = std::mem::take(row).into_iter().collect();
                tree.insert(key, value);
                self.0 = Kept::Many(Box::new(Tree(tree)));
                None
            }
            Err(at) => {
                if row.len() == row.capacity() {
                    // By half, and one at first: there are millions of them.
                    row.reserve_exact((row.len() / 2).max(1));
                }
                row.insert(at, (key, value));
                None
            }
        }
    }

    /// Joins a value to the one that is there, or puts it in.
    pub fn join(&mut self, key: K, value: V, join: impl FnOnce(&mut V, V)) {
        match self.get_mut(&key) {
            Some(mine) => join(mine, value),
            None => drop(self.insert(key, value)),
        }
    }

    /// Joins another map to this one.
    pub fn join_all(&mut self, other: Self, mut join: impl FnMut(&mut V, V)) {
        if self.is_empty() {
            *self = other;
            return;
        }
        for (key, value) in other.into_vec() {
            self.join(key, value, &mut join);
        }
    }

    /// Gives each another key, no key twice.
    pub fn rekey(&mut self, mut key: impl FnMut(&K) -> K) {
        match &mut self.0 {
            Kept::Few(row) => {
                row.iter_mut().map(|(old, _)| old).for_each(|old| *old = key(old));
                row.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
            }
            Kept::Many(tree) => {
                tree.0 = std::mem::take(&mut tree.0).into_iter().map(|(old, value)| (key(&old), value)).collect();
            }
        }
    }

    /// Keeps what is asked for.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        match &mut self.0 {
            Kept::Few(row) => row.retain_mut(|(key, value)| keep(key, value)),
            Kept::Many(tree) => tree.0.retain(keep),
        }
    }

    /// From one key to before another, in order.
    fn range(&self, from: &K, to: &K) -> Iter<'_, K, V> {
        match &self.0 {
            Kept::Few(row) => {
                let at = |key| place(row, key).unwrap_or_else(|at| at);
                Iter::Few(row.get(at(from)..at(to)).unwrap_or_default().iter())
            }
            Kept::Many(tree) => Iter::Range(tree.0.range(from..to.max(from))),
        }
    }
}

/// Where a key is, or would be.
fn place<K: Borrow<Q>, Q: Ord + ?Sized, V>(row: &[(K, V)], key: &Q) -> Result<usize, usize> {
    row.binary_search_by(|(other, _)| other.borrow().cmp(key))
}

impl<K, V> SmallMap<K, V> {
    /// Keys and values, in order of keys.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        match &self.0 {
            Kept::Few(row) => Iter::Few(row.iter()),
            Kept::Many(tree) => Iter::Many(tree.0.iter()),
        }
    }

    /// Keys, in order.
    #[must_use]
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys(self.iter())
    }

    /// Values, in order of keys.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Few(row) => row.len(),
            Kept::Many(tree) => tree.0.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everything, in order of keys.
    #[must_use]
    pub fn into_vec(self) -> Vec<(K, V)> {
        match self.0 {
            Kept::Few(row) => row,
            Kept::Many(tree) => tree.0.into_iter().collect(),
        }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for SmallMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for SmallMap<K, V> {}

impl<'a, K, V> IntoIterator for &'a SmallMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.iter()
    }
}

/// Keys and values, in order of keys.
#[derive(Debug)]
pub enum Iter<'a, K, V> {
    /// Side by side.
    Few(slice::Iter<'a, (K, V)>),
    /// All of a tree.
    Many(btree_map::Iter<'a, K, V>),
    /// Some of a tree.
    Range(btree_map::Range<'a, K, V>),
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Few(row) => Self::Few(row.clone()),
            Self::Many(tree) => Self::Many(tree.clone()),
            Self::Range(tree) => Self::Range(tree.clone()),
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(row) => row.next().map(|(key, value)| (key, value)),
            Self::Many(tree) => tree.next(),
            Self::Range(tree) => tree.next(),
        }
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(row) => row.next_back().map(|(key, value)| (key, value)),
            Self::Many(tree) => tree.next_back(),
            Self::Range(tree) => tree.next_back(),
        }
    }
}

/// Keys, in order.
#[derive(Debug)]
pub struct Keys<'a, K, V>(Iter<'a, K, V>);

impl<K, V> Clone for Keys<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, K, V> Iterator for Keys<'a, K, V> {
    type Item = &'a K;

    fn next(&mut self) -> Option<&'a K> {
        self.0.next().map(|(key, _)| key)
    }
}

impl<K, V> DoubleEndedIterator for Keys<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, _)| key)
    }
}

/// A sorted set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallSet<K>(SmallMap<K, ()>);

impl<K> Default for SmallSet<K> {
    fn default() -> Self {
        Self(SmallMap::default())
    }
}

impl<K: Ord> SmallSet<K> {
    /// Whether it is in the set.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.get(key).is_some()
    }

    /// Puts it in; whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }

    /// Joins another set to this one.
    pub fn join(&mut self, other: Self) {
        self.0.join_all(other.0, |(), ()| ());
    }

    /// Keeps what is asked for.
    pub fn retain(&mut self, mut keep: impl FnMut(&K) -> bool) {
        self.0.retain(|key, ()| keep(key));
    }

    /// From one to before another, in order.
    #[must_use]
    pub fn range(&self, from: &K, to: &K) -> Keys<'_, K, ()> {
        Keys(self.0.range(from, to))
    }
}

impl<K> SmallSet<K> {
    /// In order.
    #[must_use]
    pub fn iter(&self) -> Keys<'_, K, ()> {
        self.0.keys()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Ord> Extend<K> for SmallSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Ord> FromIterator<K> for SmallSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::default();
        set.extend(keys);
        set
    }
}

impl<K> IntoIterator for SmallSet<K> {
    type Item = K;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(K, ())>, fn((K, ())) -> K>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_vec().into_iter().map(|(key, ())| key)
    }
}

impl<'a, K> IntoIterator for &'a SmallSet<K> {
    type Item = &'a K;
    type IntoIter = Keys<'a, K, ()>;

    fn into_iter(self) -> Keys<'a, K, ()> {
        self.iter()
    }
}

#[cfg(test)]
mod tests;
