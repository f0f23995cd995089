//! The join: associative, commutative, idempotent, with the empty facts as identity (tests/it/laws.rs).

use std::collections::BTreeMap;

use super::people::{Account, Person, Registration, newest};
use super::{Facts, Span};
use crate::model::ids::Id;

impl Facts {
    /// Joins other facts into these.
    pub fn join(&mut self, other: Self) {
        if self.people.is_empty() && self.activity.is_empty() && self.channel_list.is_empty() {
            let (coverage, apps) = (std::mem::take(&mut self.coverage), std::mem::take(&mut self.apps));
            let tenants = std::mem::take(&mut self.tenants);
            let moments = std::mem::take(&mut self.tenant_moments);
            *self = other;
            self.tenants.extend(tenants);
            self.tenant_moments.join(moments);
            self.coverage.join(&coverage);
            self.join_apps(apps);
            return;
        }
        let users: Vec<u32> = other.people.iter().map(|(id, _)| self.user(id)).collect();
        let channels: Vec<u32> = other.channel_list.iter().map(|c| self.channel(c)).collect();
        for ((_, person), number) in other.people.into_iter().zip(&users) {
            if let Some(mine) = self.person(*number) {
                mine.join(person);
            }
        }
        for ((user, channel), span) in other.activity {
            let key = (users[user as usize], channels[channel as usize]);
            self.saw_span(key, span);
        }
        self.coverage.join(&other.coverage);
        self.tenants.extend(other.tenants);
        self.tenant_moments.join(other.tenant_moments);
        self.join_apps(other.apps);
    }

    pub(crate) fn saw_span(&mut self, key: (u32, u32), span: Span) {
        match self.activity.get_mut(&key) {
            Some(mine) => mine.join(&span),
            None => {
                self.activity.insert(key, span);
            }
        }
    }

    fn join_apps(&mut self, apps: hashbrown::HashMap<Id, String, super::Hasher>) {
        for (app, name) in apps {
            self.app_name(&app, &name);
        }
    }

    /// Moves everything known of some people to other ids (UPNs resolved to object ids).
    pub(crate) fn rename(&mut self, moves: &[(Id, Id)]) {
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for (from, to) in moves {
            let Some(old) = self.users.remove(from) else { continue };
            let new = self.user(to);
            let Some(slot) = self.people.get_mut(old as usize) else { continue };
            let person = std::mem::take(&mut slot.1);
            if let Some(target) = self.person(new) {
                target.join(person);
            }
            numbers.insert(old, new);
        }
        let mut keys: Vec<(u32, u32)> =
            self.activity.keys().filter(|(user, _)| numbers.contains_key(user)).copied().collect();
        keys.sort_unstable();
        for key in keys {
            if let (Some(span), Some(new)) = (self.activity.remove(&key), numbers.get(&key.0)) {
                self.saw_span((*new, key.1), span);
            }
        }
    }
}

impl Person {
    /// Joins what another set of facts knows of the same person.
    pub fn join(&mut self, other: Self) {
        self.account.join(other.account);
        for (day, registration) in other.registration {
            self.registration.entry(day).or_default().join(registration);
        }
        self.upns.extend(other.upns);
        if let Some(name) = other.seen_name {
            self.named(&name);
        }
        self.seen_guest |= other.seen_guest;
        self.homes.extend(other.homes);
        self.last_grant = self.last_grant.max(other.last_grant);
        self.persistent_policy = self.persistent_policy.max(other.persistent_policy);
        self.moments.extend(other.moments);
        for (key, span) in other.sessions {
            self.sessions.entry(key).and_modify(|s| s.join(&span)).or_insert(span);
        }
    }
}

impl Account {
    fn join(&mut self, other: Self) {
        newest(&mut self.display_name, other.display_name);
        newest(&mut self.upn, other.upn);
        newest(&mut self.guest, other.guest);
        newest(&mut self.disabled, other.disabled);
        newest(&mut self.disabled_dated, other.disabled_dated);
        newest(&mut self.created, other.created);
        newest(&mut self.department, other.department);
        newest(&mut self.usage_location, other.usage_location);
        self.last_sign_in = self.last_sign_in.max(other.last_sign_in);
        self.last_non_interactive = self.last_non_interactive.max(other.last_non_interactive);
        self.last_successful = self.last_successful.max(other.last_successful);
        self.sessions_valid_from = self.sessions_valid_from.max(other.sessions_valid_from);
        self.last_password_change = self.last_password_change.max(other.last_password_change);
        self.listed |= other.listed;
    }
}

impl Registration {
    fn join(&mut self, other: Self) {
        self.at = self.at.max(other.at);
        newest(&mut self.admin, other.admin);
        newest(&mut self.mfa_registered, other.mfa_registered);
        newest(&mut self.mfa_capable, other.mfa_capable);
        newest(&mut self.sspr_registered, other.sspr_registered);
        newest(&mut self.sspr_enabled, other.sspr_enabled);
        newest(&mut self.sspr_capable, other.sspr_capable);
        newest(&mut self.passwordless_capable, other.passwordless_capable);
        newest(&mut self.methods, other.methods);
    }
}
