//! The join: associative, commutative, idempotent, with the empty facts as identity (tests/it/laws.rs).

use super::Facts;
use super::people::{Account, More, Person, Registration, newest};

impl Facts {
    /// Joins other facts into these.
    pub fn join(&mut self, mut other: Self) {
        let channels: Vec<u32> = other.channels.list().iter().map(|c| self.channel(c)).collect();
        other.renumber(&channels);
        self.people.join(other.people);
        self.coverage.join(&other.coverage);
        self.tenants.extend(other.tenants);
        self.tenant_moments.join(other.tenant_moments);
        for (app, name) in other.apps {
            self.app_name(&app, &name);
        }
    }

    /// Gives the channels other numbers: each the one at the place of its own.
    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        if !(0..).zip(numbers).all(|(old, new)| old == *new) {
            self.people.each(|person| person.renumber(numbers));
        }
    }
}

impl Person {
    /// Joins what another set of facts knows of the same person; both number channels alike.
    pub fn join(&mut self, other: Self) {
        self.activity.join_all(other.activity, |mine, other| mine.join(&other));
        self.upns.extend(other.upns);
        if let Some(name) = other.seen_name {
            self.named(&name);
        }
        self.seen_guest |= other.seen_guest;
        match self.more.get_mut() {
            Some(mine) => other.more.into_inner().into_iter().for_each(|theirs| mine.join(*theirs)),
            None => self.more = other.more,
        }
    }

    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        self.activity.rekey(|channel| numbers.get(*channel as usize).copied().unwrap_or(u32::MAX));
    }
}

impl More {
    fn join(&mut self, other: Self) {
        if let Some(account) = other.account.into_inner() {
            self.account.own().join(*account);
        }
        self.registration.join_all(other.registration, Registration::join);
        self.homes.join(other.homes);
        self.last_grant = self.last_grant.max(other.last_grant);
        self.persistent_policy = self.persistent_policy.max(other.persistent_policy);
        self.moments.join(other.moments);
        self.sessions.join_all(other.sessions, |mine, other| mine.join(&other));
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
    pub(super) fn join(&mut self, other: Self) {
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
