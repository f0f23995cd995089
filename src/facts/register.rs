//! Everybody while rows are read: all workers note in one place, so that nobody is in memory twice and nothing has to be joined.
//!
//! People lie in shards, each under a lock of its own. Workers come with many rows of one shard at once (`ingest::arrivals`): they
//! seldom meet.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::channels::Channels;
use super::roll::{Roll, SHARDS, Shard};
use super::{Facts, Person, Span, roll};
use crate::model::ids::Id;
use crate::model::sign_in::Channel;
use crate::model::time::Instant;

/// So many people are looked for at once: as many as a CPU waits for together, and more.
const AT_ONCE: usize = 64;

/// People and the ways they came.
#[derive(Debug)]
pub struct Register {
    shards: Box<[Mutex<Shard>]>,
    channels: Mutex<Channels>,
}

impl Default for Register {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect(), channels: Mutex::default() }
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Register {
    /// Neighbourhoods of people: who lives in one lies near the others in memory.
    pub const NEIGHBOURHOODS: usize = SHARDS;

    /// Where somebody lives, by number.
    #[must_use]
    pub fn neighbourhood(person: u32) -> usize {
        roll::place(person).0
    }

    /// The number of a person, made known if new.
    pub fn user(&self, id: &Id) -> u32 {
        let (hash, shard) = roll::home(id);
        roll::number(shard, lock(&self.shards[shard]).find_or_put(hash, id))
    }

    /// Notes something about a person.
    pub fn person(&self, number: u32, note: impl FnOnce(&mut Person)) {
        let (shard, at) = roll::place(number);
        if let Some(person) = lock(&self.shards[shard]).get_mut(at) {
            note(person);
        }
    }

    /// The number of a channel, made known if new.
    pub fn channel(&self, channel: &Channel) -> u32 {
        lock(&self.channels).number(channel)
    }

    /// Notes that people of one neighbourhood used channels at instants: person, channel, instant.
    pub fn saw(&self, neighbourhood: usize, rows: &[(u32, u32, Instant)]) {
        if rows.is_empty() {
            return;
        }
        let mut shard = lock(&self.shards[neighbourhood]);
        for rows in rows.chunks(AT_ONCE) {
            // Whose row comes next is anybody's, who lies anywhere in memory: looked for one right after another they come together;
            // people first, for their channels lie elsewhere.
            let person = |user: u32| shard.get(roll::place(user).1);
            std::hint::black_box(
                rows.iter()
                    .filter(|(user, ..)| person(*user).is_some_and(|person| !person.activity.is_empty()))
                    .count(),
            );
            let known = rows.iter().filter(|(user, channel, _)| {
                person(*user).is_some_and(|person| person.activity.get(channel).is_some())
            });
            std::hint::black_box(known.count());
            for (user, channel, at) in rows {
                let Some(person) = shard.get_mut(roll::place(*user).1) else { continue };
                match person.activity.get_mut(channel) {
                    Some(span) => span.add(*at),
                    None => drop(person.activity.insert(*channel, Span::at(*at))),
                }
            }
        }
    }

    /// Hands everybody over; nobody is left.
    #[must_use]
    pub fn hand_over(&self) -> Facts {
        let people = Roll::new(self.shards.iter().map(|shard| std::mem::take(&mut *lock(shard))).collect());
        Facts { people, channels: std::mem::take(&mut *lock(&self.channels)), ..Facts::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND_OF: [i64; 3] = [0, 86_400, 40 * 86_400];

    fn note(register: &Register, people: std::ops::Range<u32>) {
        for n in people {
            let number = register.user(&Id::of_upn(&format!("u{n}@contoso.com")));
            register.person(number, |person| person.named(&format!("Name {n}")));
            let rows: Vec<_> = SECOND_OF.iter().zip(0..).map(|(at, way)| (number, way % 2, Instant(*at))).collect();
            register.saw(Register::neighbourhood(number), &rows);
        }
    }

    #[test]
    fn what_many_note_at_once_is_what_one_notes_alone() {
        let (many, alone) = (Register::default(), Register::default());
        std::thread::scope(|scope| {
            for from in [0, 300, 100, 200] {
                let many = &many;
                scope.spawn(move || note(many, from..from + 250));
            }
        });
        note(&alone, 0..550);
        let said = |facts: &Facts| {
            let mut said: Vec<String> = facts.people.iter().map(|(_, id, person)| format!("{id} {person:?}")).collect();
            said.sort_unstable();
            said
        };
        let (many, alone) = (many.hand_over(), alone.hand_over());
        assert_eq!((said(&many).len(), said(&many)), (550, said(&alone)));
        assert!(said(&many)[0].contains("Name 0"));
    }

    #[test]
    fn who_was_handed_over_is_there_no_more() {
        let register = Register::default();
        note(&register, 0..3);
        assert_eq!(register.hand_over().people_count(), 3);
        assert_eq!(register.hand_over().people_count(), 0);
        // A number of somebody who is gone is nobody's.
        register.person(0, |_| unreachable!("nobody"));
    }
}
