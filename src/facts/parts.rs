//! Facts part by part in an order of their own, and put back together: what the ledger is written from and read into.
//!
//! Whoever changes how facts are kept has this one file to keep up with.

use super::{Facts, Person, Span, TenantMoment};
use crate::model::ids::Id;
use crate::model::sign_in::Channel;
use crate::model::time::{Instant, Window};

/// Everything that facts hold besides coverage and events of the tenant, sorted.
#[derive(Debug)]
pub struct Parts<'f> {
    /// People by id.
    pub people: Vec<(&'f Id, &'f Person)>,
    /// The channels that somebody used, in the channels' order.
    pub channels: Vec<&'f Channel>,
    /// Position of the person, position of the channel, span; by the two positions.
    pub activity: Vec<(u32, u32, &'f Span)>,
    /// Names of applications, by id.
    pub apps: Vec<(&'f Id, &'f str)>,
    /// Tenants whose logs these are, by id.
    pub tenants: Vec<&'f Id>,
}

impl Facts {
    /// The parts, sorted.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        let mut people: Vec<(&Id, &Person)> = self.people.iter().map(|(_, id, person)| (id, person)).collect();
        people.sort_unstable_by_key(|(id, _)| *id);
        let mut used: Vec<u32> = people.iter().flat_map(|(_, person)| person.activity.keys().copied()).collect();
        used.sort_unstable();
        used.dedup();
        let (channels, place_of) = sorted(self.channels.list(), used);
        let mut activity: Vec<(u32, u32, &Span)> = Vec::new();
        for (user, (_, person)) in (0..).zip(&people) {
            let from = activity.len();
            let place = |channel: &u32| place_of.get(*channel as usize).copied().unwrap_or(u32::MAX);
            activity.extend(person.activity.iter().map(|(channel, span)| (user, place(channel), span)));
            activity[from..].sort_unstable_by_key(|(_, channel, _)| *channel);
        }
        let mut apps: Vec<(&Id, &str)> = self.apps.iter().map(|(id, name)| (id, name.as_str())).collect();
        apps.sort_unstable();
        Parts { people, channels, activity, apps, tenants: self.tenants.iter().collect() }
    }

    /// Hours observed, stream by stream in order.
    pub fn hours(&self) -> impl Iterator<Item = (crate::model::sign_in::Stream, Window)> + '_ {
        self.coverage.iter()
    }

    /// Events of the tenant, in order.
    pub fn tenant_events(&self) -> impl Iterator<Item = &TenantMoment> {
        self.tenant_moments.iter()
    }

    /// What is known of the rows up to an instant, to the day (rulings.md 7): who is in later rows alone is forgotten, coverage
    /// is kept, for it shows that the logs go on.
    #[must_use]
    pub(crate) fn until(mut self, t: Instant) -> Self {
        let mut out = Self {
            apps: std::mem::take(&mut self.apps),
            tenants: std::mem::take(&mut self.tenants),
            coverage: std::mem::take(&mut self.coverage),
            tenant_moments: std::mem::take(&mut self.tenant_moments),
            ..Self::default()
        };
        out.tenant_moments.cut(t);
        let mut numbers = vec![u32::MAX; self.channels.list().len()];
        for (id, mut person) in self.people.into_people() {
            if person.cut(t) {
                for old in person.activity.keys().map(|channel| *channel as usize) {
                    numbers[old] = out.channel(&self.channels.list()[old]);
                }
                person.renumber(&numbers);
                out.put_person(&id, person);
            }
        }
        out
    }

    /// Puts a person in; the number.
    pub(crate) fn put_person(&mut self, id: &Id, person: Person) -> u32 {
        let number = self.user(id);
        if let Some(mine) = self.person(number) {
            mine.join(person);
        }
        number
    }

    /// Puts an event of the tenant in as it stands.
    pub(crate) fn put_tenant_event(&mut self, moment: TenantMoment) {
        self.tenant_moments.put(moment);
    }
}

/// Some channels in their order, and for each number its position in that order.
fn sorted(all: &[Channel], numbers: Vec<u32>) -> (Vec<&Channel>, Vec<u32>) {
    let mut order: Vec<(&Channel, u32)> = numbers.into_iter().filter_map(|n| Some((all.get(n as usize)?, n))).collect();
    order.sort_unstable();
    let mut at = vec![u32::MAX; all.len()];
    for (position, (_, n)) in (0..).zip(&order) {
        at[*n as usize] = position;
    }
    (order.into_iter().map(|(channel, _)| channel).collect(), at)
}
