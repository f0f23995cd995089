//! Facts laid out for judging: people in order of their ids, UPN-only people resolved, each with its channels.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::iter;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::channels::Channels;
use super::{Coverage, Facts, Person, Span, Visits};
use crate::model::ids::{Id, guest_home};
use crate::model::sign_in::Channel;

/// Everything known of one person.
#[derive(Debug)]
pub struct Dossier<'f> {
    /// Object id, or `upn:…` for a person known by UPN alone.
    pub id: &'f Id,
    /// Attributes, names, moments, sessions.
    pub person: &'f Person,
    /// Channels used, each with its span, in the channels' order.
    pub activity: Vec<(&'f Channel, &'f Span)>,
    /// Facts about this person were joined by UPN, not by object id.
    pub upn_joined: bool,
    /// The rows of registering among the moments.
    pub visits: Visits,
}

/// All people, ready to be judged.
#[derive(Debug)]
pub struct Dossiers {
    facts: Facts,
    /// The numbers of people in the order of their ids.
    order: Vec<u32>,
    upn_joined: Vec<u32>,
    collisions: Vec<String>,
}

impl Dossiers {
    /// Resolves UPN-only people and sorts.
    #[must_use]
    pub fn new(mut facts: Facts) -> Self {
        facts.methods = HashSet::default();
        let (upn_joined, collisions) = resolve_upns(&mut facts);
        let order = in_order(&facts);
        sort_channels(&mut facts);
        Self { facts, order, upn_joined, collisions }
    }

    /// How many people.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Everybody in the order by id, without their channels: cheap, for questions that ask nothing of activity.
    pub fn people(&self) -> impl Iterator<Item = (&Id, &Person)> {
        self.order.iter().map(|number| self.facts.people.of(*number)).map(|(id, person)| (id, person))
    }

    /// One of them, by the position in that order.
    #[must_use]
    pub fn person(&self, position: usize) -> Option<&(Id, Person)> {
        self.order.get(position).map(|number| self.facts.people.of(*number))
    }

    /// The person at a position of the order by id.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Dossier<'_>> {
        self.order.get(position).map(|number| self.dossier(*number))
    }

    /// Everybody in the order by id, on all threads.
    #[must_use]
    pub fn par_iter(&self) -> impl IndexedParallelIterator<Item = Dossier<'_>> {
        self.order.par_iter().map(|number| self.dossier(*number))
    }

    fn dossier(&self, number: u32) -> Dossier<'_> {
        let (id, person) = self.facts.people.of(number);
        let channel = |number: &u32| &self.facts.channels.list()[*number as usize];
        let activity = person.activity.iter().map(|(number, span)| (channel(number), span)).collect();
        let upn_joined = self.upn_joined.binary_search(&number).is_ok();
        Dossier { id, person, activity, upn_joined, visits: Visits::of(person) }
    }

    /// What was observed at all.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.facts.coverage
    }

    /// What happened to the tenant as a whole, in order of time.
    pub fn tenant_moments(&self) -> impl Iterator<Item = &super::TenantMoment> {
        self.facts.tenant_moments.iter()
    }

    /// The display name of an application, or its id.
    #[must_use]
    pub fn app_label(&self, app: &Id) -> String {
        self.facts.app_label(app)
    }

    /// Every way of coming that some row showed.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.facts.channels.list().iter()
    }

    /// Every application and resource that the logs name by an id.
    #[must_use]
    pub fn apps(&self) -> BTreeSet<Id> {
        let channels = self.facts.channels.list().iter().flat_map(|c| c.app.iter().chain(&c.resource));
        channels.chain(self.facts.apps.keys()).cloned().collect()
    }

    /// The tenants whose logs these are, in order; more than one: the inputs mix tenants.
    #[must_use]
    pub fn tenants(&self) -> &BTreeSet<Id> {
        &self.facts.tenants
    }

    /// Whether a tenant is not ours: no log is known to be its.
    #[must_use]
    pub fn is_foreign(&self, tenant: &Id) -> bool {
        !self.facts.tenants.contains(tenant)
    }

    /// UPNs that stand for more than one object id, so that rows without an id could not be joined.
    #[must_use]
    pub fn collisions(&self) -> &[String] {
        &self.collisions
    }
}

/// The numbers of everybody, in the order of ids. Most ids differ in the first bytes as written: those lie beside the number.
fn in_order(facts: &Facts) -> Vec<u32> {
    let mut keyed: Vec<(u64, u32)> = facts.people.par_iter().map(|(number, id, _)| (id.beginning(), number)).collect();
    let id = |number| &facts.people.of(number).0;
    keyed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))));
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// Numbers the channels in their order, so that everybody's activity is in it.
fn sort_channels(facts: &mut Facts) {
    let mut sorted: Vec<(Channel, u32)> = facts.channels.list().iter().cloned().zip(0..).collect();
    sorted.sort();
    let mut numbers = vec![0; sorted.len()];
    for (new, (_, old)) in (0..).zip(&sorted) {
        numbers[*old as usize] = new;
    }
    facts.renumber(&numbers);
    // By number alone from now on: no row comes any more.
    facts.channels = Channels::all(sorted.into_iter().map(|(channel, _)| channel).collect());
}

/// Whether what is joined by UPN can change a verdict: rows of a log, a recorded attempt, or the only registration there is.
fn bears(joined: &Person, own: &Person) -> bool {
    let logged = !joined.activity.is_empty() || !joined.moments.is_empty() || joined.account.last_sign_in.is_some();
    logged || (own.registration.is_empty() && !joined.registration.is_empty())
}

/// Who carries a UPN, or the home address inside a guest's: one person by number, or several.
type Owners<'f> = HashMap<Cow<'f, str>, Option<u32>, super::Hasher>;

/// The names that a UPN goes by.
fn names(upn: &str) -> impl Iterator<Item = Cow<'_, str>> {
    iter::once(Cow::Borrowed(upn)).chain(guest_home(upn).map(Cow::Owned))
}

/// Of the people known by these UPNs alone.
fn owners<'f>(facts: &'f Facts, alone: &[(u32, &'f str)]) -> Owners<'f> {
    let wanted: HashSet<Cow<'_, str>, super::Hasher> = alone.iter().flat_map(|(_, upn)| names(upn)).collect();
    let people = facts.people.par_iter().filter(|(_, id, _)| id.as_upn().is_none());
    let named = people.flat_map_iter(|(number, _, person)| {
        person
            .upns
            .iter()
            .flat_map(|upn| names(upn))
            .filter(|name| wanted.contains(name))
            .map(move |name| (name, number))
    });
    let mut owners = Owners::default();
    for (name, number) in named.collect::<Vec<_>>() {
        let owner = owners.entry(name).or_insert(Some(number));
        *owner = owner.filter(|known| *known == number);
    }
    owners
}

/// Moves people known by UPN alone to the one id that carries that UPN (rulings.md 13). Who was joined so that it can change a
/// verdict, by number, ascending; and the UPNs that several carry, in order.
fn resolve_upns(facts: &mut Facts) -> (Vec<u32>, Vec<String>) {
    let alone: Vec<(u32, &str)> =
        facts.people.par_iter().filter_map(|(number, id, _)| Some((number, id.as_upn()?))).collect();
    let owners = if alone.is_empty() { Owners::default() } else { owners(facts, &alone) };
    // Who owns the rows, if one person does, and whether they bear on a verdict.
    let found = |(number, upn): &(u32, &str)| {
        let owner = owners.get(*upn).or_else(|| owners.get(guest_home(upn)?.as_str())).copied()?;
        let person = |number| &facts.people.of(number).1;
        Some(owner.map(|owner| (owner, bears(person(*number), person(owner)))))
    };
    let found: Vec<_> = alone.par_iter().map(found).collect();
    let (mut moves, mut bearing, mut collisions) = (Vec::new(), Vec::new(), Vec::new());
    for ((number, upn), owner) in alone.into_iter().zip(found) {
        match owner {
            None => {}
            Some(None) => collisions.push(upn.to_owned()),
            Some(Some((owner, bears))) => {
                moves.push((number, owner));
                bearing.extend(bears.then_some(owner));
            }
        }
    }
    drop(owners);
    facts.people.rename(&moves);
    bearing.sort_unstable();
    collisions.sort();
    (bearing, collisions)
}
