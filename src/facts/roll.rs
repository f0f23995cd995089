//! Who is known: people by id, in shards by the hash of their ids, each of which a thread can work on alone.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rayon::prelude::*;

use super::{Hasher, Person};
use crate::model::ids::Id;

/// Enough for the threads of a large machine; the last digit of a person's number is the shard.
pub(super) const SHARDS: usize = 64;

/// Everybody. A number, once given out, stays the person's.
#[derive(Clone, Debug)]
pub(crate) struct Roll(Box<[Shard]>);

#[derive(Clone, Debug, Default)]
pub(super) struct Shard {
    /// Places in the list, by the hash of the id there.
    index: HashTable<u32>,
    people: Vec<(Id, Person)>,
}

impl Default for Roll {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| Shard::default()).collect())
    }
}

fn hash(id: &Id) -> u64 {
    Hasher::default().hash_one(id)
}

/// Not by the bits that the index goes by.
fn shard(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

/// The number of a place in a shard.
pub(super) fn number(shard: usize, place: usize) -> u32 {
    u32::try_from(place * SHARDS + shard).unwrap_or(u32::MAX)
}

/// The shard of a number and the place in it.
pub(super) fn place(number: u32) -> (usize, usize) {
    (number as usize % SHARDS, number as usize / SHARDS)
}

/// The hash of an id, and its shard.
pub(super) fn home(id: &Id) -> (u64, usize) {
    let hash = hash(id);
    (hash, shard(hash))
}

impl Shard {
    /// The place of a person, made known if new.
    pub(super) fn find_or_put(&mut self, hash: u64, id: &Id) -> usize {
        self.find(hash, id).unwrap_or_else(|| self.put(hash, id.clone(), Person::default()))
    }

    pub(super) fn get(&self, place: usize) -> Option<&Person> {
        self.people.get(place).map(|(_, person)| person)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Person> {
        self.people.get_mut(place).map(|(_, person)| person)
    }

    /// What is known of a person, who is not found by an id any more.
    fn take(&mut self, place: usize) -> Person {
        let (id, person) = &mut self.people[place];
        if let Ok(known) = self.index.find_entry(hash(id), |known| *known as usize == place) {
            known.remove();
        }
        std::mem::take(person)
    }

    fn find(&self, hash: u64, id: &Id) -> Option<usize> {
        let is = |at: &u32| self.people.get(*at as usize).is_some_and(|(known, _)| known == id);
        self.index.find(hash, is).map(|at| *at as usize)
    }

    fn put(&mut self, hash: u64, id: Id, person: Person) -> usize {
        let at = self.people.len();
        if at == self.people.capacity() {
            // By a quarter: what shards keep free counts for each person.
            self.people.reserve_exact((at / 4).max(4));
        }
        self.people.push((id, person));
        let people = &self.people;
        let again = |at: &u32| people.get(*at as usize).map_or(0, |(id, _)| self::hash(id));
        self.index.insert_unique(hash, u32::try_from(at).unwrap_or(u32::MAX), again);
        at
    }

    fn iter(&self, shard: usize) -> impl Iterator<Item = (u32, &Id, &Person)> {
        self.index.iter().filter_map(move |at| {
            let (id, person) = self.people.get(*at as usize)?;
            Some((number(shard, *at as usize), id, person))
        })
    }

    fn join(&mut self, other: Self) {
        if self.people.is_empty() {
            *self = other;
            return;
        }
        for (id, person) in other.people {
            let hash = hash(&id);
            match self.find(hash, &id) {
                Some(at) => self.people[at].1.join(person),
                None => drop(self.put(hash, id, person)),
            }
        }
    }
}

impl Roll {
    /// Those of all shards.
    pub(super) fn new(shards: Box<[Shard]>) -> Self {
        Self(shards)
    }

    /// The number of a person, made known if new.
    pub(crate) fn number(&mut self, id: &Id) -> u32 {
        let (hash, shard) = home(id);
        number(shard, self.0[shard].find_or_put(hash, id))
    }

    /// The person of a number that was given out.
    pub(crate) fn of(&self, number: u32) -> &(Id, Person) {
        let (shard, at) = place(number);
        &self.0[shard].people[at]
    }

    /// The person of a number.
    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Person> {
        let (shard, at) = place(number);
        self.0.get_mut(shard)?.get_mut(at)
    }

    /// Moves everything known of some people to others, on all threads; nobody has the first ones' numbers any more. (The last thing
    /// that is done: the empty places are not joined.)
    pub(crate) fn rename(&mut self, moves: &[(u32, u32)]) {
        let mut leaving: Vec<Vec<(usize, u32)>> = (0..SHARDS).map(|_| Vec::new()).collect();
        for (from, to) in moves {
            let (shard, at) = place(*from);
            leaving[shard].push((at, *to));
        }
        let taken = |(shard, leaving): (&mut Shard, Vec<(usize, u32)>)| -> Vec<(u32, Person)> {
            leaving.into_iter().map(|(at, to)| (to, shard.take(at))).collect()
        };
        let taken: Vec<_> = self.0.par_iter_mut().zip(leaving).map(taken).collect();
        let mut coming: Vec<Vec<(usize, Person)>> = (0..SHARDS).map(|_| Vec::new()).collect();
        for (to, person) in taken.into_iter().flatten() {
            let (shard, at) = place(to);
            coming[shard].push((at, person));
        }
        self.0.par_iter_mut().zip(coming).for_each(|(shard, coming)| {
            for (at, person) in coming {
                shard.people[at].1.join(person);
            }
        });
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|shard| shard.index.len()).sum()
    }

    /// Everybody with their numbers, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Id, &Person)> {
        self.0.iter().enumerate().flat_map(|(shard, people)| people.iter(shard))
    }

    /// The same on all threads.
    pub(crate) fn par_iter(&self) -> impl ParallelIterator<Item = (u32, &Id, &Person)> {
        self.0.par_iter().enumerate().flat_map_iter(|(shard, people)| people.iter(shard))
    }

    /// Everybody, taken apart.
    pub(crate) fn into_people(self) -> impl Iterator<Item = (Id, Person)> {
        self.0.into_iter().flat_map(|shard| shard.people)
    }

    /// Changes everybody, on all threads.
    pub(crate) fn each(&mut self, change: impl Fn(&mut Person) + Sync) {
        self.0.par_iter_mut().for_each(|shard| shard.people.iter_mut().for_each(|(_, person)| change(person)));
    }

    /// Joins other people into these, on all threads.
    pub(crate) fn join(&mut self, other: Self) {
        self.0.par_iter_mut().zip(other.0.into_vec()).for_each(|(mine, other)| mine.join(other));
    }
}
