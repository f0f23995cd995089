//! Facts laid out for judging: people in order of their ids, UPN-only people resolved, each with its channels.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

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
    order: Vec<u32>,
    /// Channel and span, those of a person side by side, in the order of persons' numbers and of the channels.
    spans: Vec<(u32, Span)>,
    /// Where the spans of the person of each number begin; one more at the end.
    starts: Vec<u32>,
    upn_joined: Vec<u32>,
    collisions: Vec<String>,
}

impl Dossiers {
    /// Resolves UPN-only people and sorts.
    #[must_use]
    pub fn new(mut facts: Facts) -> Self {
        let (renamed, collisions) = resolve_upns(&mut facts);
        let mut order: Vec<u32> = facts.users.values().copied().collect();
        order.par_sort_by(|a, b| facts.people[*a as usize].0.cmp(&facts.people[*b as usize].0));
        let (starts, spans) = lay_out(&mut facts);
        let mut upn_joined: Vec<u32> = renamed.iter().filter_map(|id| facts.users.get(id).copied()).collect();
        upn_joined.sort_unstable();
        Self { facts, order, spans, starts, upn_joined, collisions }
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
        self.order.iter().filter_map(|n| self.facts.people.get(*n as usize)).map(|(id, person)| (id, person))
    }

    /// The person at a position of the order by id.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Dossier<'_>> {
        let number = *self.order.get(position)?;
        let (id, person) = self.facts.people.get(number as usize)?;
        let bound = |number: usize| self.starts.get(number).map_or(self.spans.len(), |at| *at as usize);
        let mine = self.spans.get(bound(number as usize)..bound(number as usize + 1)).unwrap_or_default();
        let activity = mine
            .iter()
            .filter_map(|(channel, span)| Some((self.facts.channel_list.get(*channel as usize)?, span)))
            .collect();
        let upn_joined = self.upn_joined.binary_search(&number).is_ok();
        Some(Dossier { id, person, activity, upn_joined, visits: Visits::of(person) })
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

    /// Every application and resource that the logs name by an id.
    #[must_use]
    pub fn apps(&self) -> BTreeSet<Id> {
        let channels = self.facts.channel_list.iter().flat_map(|c| c.app.iter().chain(&c.resource));
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

/// Takes the spans out of their map and lays each person's side by side, in the order of the channels.
fn lay_out(facts: &mut Facts) -> (Vec<u32>, Vec<(u32, Span)>) {
    let mut by_order: Vec<u32> = (0..).take(facts.channel_list.len()).collect();
    by_order.sort_by(|a, b| facts.channel_list[*a as usize].cmp(&facts.channel_list[*b as usize]));
    let mut rank = vec![0_u32; by_order.len()];
    for (place, channel) in (0..).zip(&by_order) {
        rank[*channel as usize] = place;
    }
    let mut keyed: Vec<((u32, u32), Span)> = std::mem::take(&mut facts.activity).into_iter().collect();
    keyed.par_sort_unstable_by_key(|((user, channel), _)| (*user, rank[*channel as usize]));
    let mut starts = vec![0_u32; facts.people.len() + 1];
    for ((user, _), _) in &keyed {
        starts[*user as usize + 1] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    (starts, keyed.into_iter().map(|((_, channel), span)| (channel, span)).collect())
}

/// Whether what is joined by UPN can change a verdict: rows of a log, a recorded attempt, or the only registration there is.
fn bears(facts: &Facts, with_rows: &BTreeSet<u32>, (from, to): (&Id, &Id)) -> bool {
    let find = |id: &Id| facts.users.get(id).and_then(|n| Some((*n, &facts.people.get(*n as usize)?.1)));
    let (Some((number, joined)), Some((_, own))) = (find(from), find(to)) else { return false };
    let logged = with_rows.contains(&number) || !joined.moments.is_empty() || joined.account.last_sign_in.is_some();
    logged || (own.registration.is_empty() && !joined.registration.is_empty())
}

/// Moves people known by UPN alone to the one id that carries that UPN (rulings.md 13).
fn resolve_upns(facts: &mut Facts) -> (Vec<Id>, Vec<String>) {
    let mut alone: Vec<Id> =
        facts.people.iter().map(|(id, _)| id).filter(|id| id.as_upn().is_some()).cloned().collect();
    if alone.is_empty() {
        return (Vec::new(), Vec::new());
    }
    alone.sort();
    let mut owners: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (id, person) in facts.people.iter().filter(|(id, _)| id.as_upn().is_none()) {
        for upn in &person.upns {
            owners.entry(upn.clone()).or_default().push(id.clone());
            if let Some(home) = guest_home(upn) {
                owners.entry(home).or_default().push(id.clone());
            }
        }
    }
    let (mut moves, mut collisions) = (Vec::new(), Vec::new());
    for id in alone {
        let Some(upn) = id.as_upn() else { continue };
        let mut candidates = owners.get(upn).cloned().unwrap_or_default();
        if let (true, Some(home)) = (candidates.is_empty(), guest_home(upn)) {
            candidates = owners.get(&home).cloned().unwrap_or_default();
        }
        candidates.sort();
        candidates.dedup();
        match candidates.as_slice() {
            [] => {}
            [one] => moves.push((id.clone(), one.clone())),
            _ => collisions.push(upn.to_owned()),
        }
    }
    let with_rows: BTreeSet<u32> = facts.activity.keys().map(|(user, _)| *user).collect();
    let bearing =
        moves.iter().filter(|(from, to)| bears(facts, &with_rows, (from, to))).map(|(_, to)| to.clone()).collect();
    facts.rename(&moves);
    (bearing, collisions)
}
