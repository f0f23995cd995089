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
        let mut numbers: Vec<u32> = self.activity.keys().map(|(_, channel)| *channel).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let (people, user_at) = sorted(&self.people, 0..number(self.people.len()), |(id, _)| id);
        let (channels, place_of) = sorted(&self.channel_list, numbers, |channel| channel);
        let place = |at: &[u32], n: u32| at.get(n as usize).copied().unwrap_or(u32::MAX);
        let spans = self.activity.iter().map(|((user, channel), span)| {
            let (user, channel) = (place(&user_at, *user), place(&place_of, *channel));
            (user, channel, span)
        });
        let mut activity: Vec<(u32, u32, &Span)> = spans.collect();
        activity.sort_unstable_by_key(|(user, channel, _)| (*user, *channel));
        let mut apps: Vec<(&Id, &str)> = self.apps.iter().map(|(id, name)| (id, name.as_str())).collect();
        apps.sort_unstable();
        let people = people.into_iter().map(|(id, person)| (id, person)).collect();
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
        let mut spans: Vec<((u32, u32), Span)> =
            self.activity.into_iter().filter_map(|(key, span)| Some((key, span.until(t)?))).collect();
        spans.sort_unstable_by_key(|(key, _)| *key);
        let mut spans = spans.into_iter().peekable();
        for (number, (id, mut person)) in (0_u32..).zip(self.people) {
            let mut new = person.cut(t).then(|| out.put_person(&id, std::mem::take(&mut person)));
            while let Some(((_, channel), span)) = spans.next_if(|((user, _), _)| *user == number) {
                let user = *new.get_or_insert_with(|| out.put_person(&id, std::mem::take(&mut person)));
                let Some(channel) = self.channel_list.get(channel as usize) else { continue };
                let channel = out.channel(channel);
                out.saw_span((user, channel), span);
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

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Some items in the order of their keys, and for each number its position in that order.
fn sorted<T, K: Ord>(all: &[T], numbers: impl IntoIterator<Item = u32>, key: impl Fn(&T) -> &K) -> (Vec<&T>, Vec<u32>) {
    let mut order: Vec<(&T, u32)> = numbers.into_iter().filter_map(|n| Some((all.get(n as usize)?, n))).collect();
    order.sort_unstable_by(|a, b| key(a.0).cmp(key(b.0)));
    let mut at = vec![u32::MAX; all.len()];
    for (position, (_, n)) in (0..).zip(&order) {
        at[*n as usize] = position;
    }
    (order.into_iter().map(|(item, _)| item).collect(), at)
}
