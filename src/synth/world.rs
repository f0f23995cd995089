//! The tenant as a whole: its window, its people, and the instants their stories hang on.

use super::Spec;
use super::clock::DAY;
use super::dice::{mix, rng};
use super::people::{Archetype as A, Person, populate};

/// The tenant.
pub(super) struct World {
    /// First second of the logs.
    pub start: i64,
    /// T, the last second.
    pub end: i64,
    /// Days between them.
    pub days: i64,
    /// Mean token rows per person and day.
    pub rows_per_day: u32,
    /// Seed.
    pub seed: u64,
    /// Everyone.
    pub people: Vec<Person>,
}

/// What someone has registered.
#[derive(Clone, Copy)]
pub(super) struct Registration {
    /// `methodsRegistered`.
    pub methods: &'static [&'static str],
    /// Policy allows the methods.
    pub allowed: bool,
}

const NOTHING: &[&str] = &[];
const PUSH: &[&str] = &["microsoftAuthenticatorPush", "softwareOneTimePasscode"];
const PUSH_PHONE: &[&str] = &["mobilePhone", "microsoftAuthenticatorPush", "softwareOneTimePasscode"];
const PHONE_APP: &[&str] =
    &["microsoftAuthenticatorPasswordless", "microsoftAuthenticatorPush", "softwareOneTimePasscode"];
const MOBILE: &[&str] = &["mobilePhone"];
const OFFICE: &[&str] = &["officePhone"];
const EMAIL: &[&str] = &["email"];
const KEYS: &[&str] = &["passKeyDeviceBound", "fido2"];
const KEY: &[&str] = &["fido2"];

impl Registration {
    const fn of(methods: &'static [&'static str]) -> Self {
        Self { methods, allowed: true }
    }

    fn any(&self, names: &[&str]) -> bool {
        self.methods.iter().any(|method| names.contains(method))
    }

    /// A strong method is there.
    pub(super) fn mfa(&self) -> bool {
        self.methods.iter().any(|method| *method != "email")
    }

    /// A strong method is there and allowed.
    pub(super) fn capable(&self) -> bool {
        self.mfa() && self.allowed
    }

    /// Passwordless.
    pub(super) fn passwordless(&self) -> bool {
        self.allowed && self.any(&["microsoftAuthenticatorPasswordless", "passKeyDeviceBound", "fido2"])
    }

    /// Phishing-resistant.
    pub(super) fn resistant(&self) -> bool {
        self.allowed && self.any(&["passKeyDeviceBound", "fido2"])
    }

    /// Nothing but a telephone.
    pub(super) fn phone_only(&self) -> bool {
        self.mfa() && self.methods.iter().all(|method| matches!(*method, "mobilePhone" | "officePhone" | "email"))
    }

    /// `defaultMfaMethod`.
    pub(super) fn default_method(&self) -> &'static str {
        if self.any(&["microsoftAuthenticatorPush"]) {
            "microsoftAuthenticatorPush"
        } else if self.any(MOBILE) {
            "mobilePhone"
        } else if self.any(OFFICE) {
            "officePhone"
        } else {
            "none"
        }
    }
}

impl World {
    /// Builds it.
    pub(super) fn new(spec: &Spec) -> Self {
        let days = i64::from(spec.days.max(1));
        let start = spec.end - days * DAY;
        let users = usize::try_from(spec.users.max(1)).unwrap_or(1);
        let people = populate(users, spec.seed, start, spec.end);
        Self { start, end: spec.end, days, rows_per_day: spec.rows_per_day, seed: spec.seed, people }
    }

    /// First second of a day of the window.
    pub(super) fn day(&self, day: i64) -> i64 {
        self.start + day * DAY
    }

    /// An instant of a story that reaches `longest` days back, moved inside a shorter window (1 = the last day).
    pub(super) fn ago(&self, days: i64, longest: i64, second: i64) -> i64 {
        let within = if longest > self.days { 1 + (days - 1) * (self.days - 1) / (longest - 1).max(1) } else { days };
        self.end - within * DAY + second
    }

    /// When a story's person registers inside the window.
    pub(super) fn registered_at(&self, person: &Person) -> Option<i64> {
        match person.kind {
            A::Joined => {
                let first = (person.created + DAY - self.start).max(0) / DAY + 1;
                let last = (self.days - 1).max(first + 1);
                let day = rng(person.seed, 21).i64(first..last).min(self.days - 1);
                Some(self.day(day) + 28_800 + rng(person.seed, 22).i64(..25_200))
            }
            A::PerfectLoop => Some(self.ago(12, 14, 31_205)),
            A::DeletedMethod => Some(self.ago(21, 22, 36_000)),
            A::Provisioned => Some(self.ago(17, 18, 50_400)),
            A::SsprOnly => Some(self.ago(9, 10, 36_000)),
            _ => None,
        }
    }

    /// When the renamed person is renamed.
    pub(super) fn renamed_at(&self) -> i64 {
        self.ago(25, 26, 43_200)
    }

    /// When an administrator, an app or a password reset moved the session-valid-from instant.
    pub(super) fn revoked_at(&self, person: &Person) -> Option<i64> {
        match person.kind {
            A::PerfectLoop => Some(self.ago(12, 14, 28_805)),
            A::RevokedReturned => Some(self.ago(12, 14, 28_800)),
            A::PasswordReset => Some(self.ago(18, 19, 34_225)),
            _ => None,
        }
    }

    /// When the disabled account was disabled.
    pub(super) fn disabled_at(&self, person: &Person) -> Option<i64> {
        (person.kind == A::Disabled).then(|| self.ago(20, 21, 57_600))
    }

    /// What someone has registered at `t`.
    pub(super) fn registration(&self, person: &Person, t: i64) -> Registration {
        let since = self.registered_at(person).is_some_and(|at| at + 240 <= t);
        let dice = mix(person.seed, 31);
        let methods = match person.kind {
            A::Regular | A::FrequencyBite | A::Renamed => match dice % 8 {
                0 => PHONE_APP,
                1 | 2 => PUSH,
                _ => PUSH_PHONE,
            },
            A::Joined | A::PerfectLoop if since => PUSH,
            A::DeletedMethod if since && t < self.ago(14, 22, 36_000) => PUSH,
            A::SsprOnly if since => EMAIL,
            A::StalePhone if dice.is_multiple_of(3) => OFFICE,
            A::Snoozer | A::NotCapable | A::StalePhone => MOBILE,
            A::Provisioned if since => MOBILE,
            A::Dormant | A::PasswordReset if dice.is_multiple_of(2) => PUSH,
            A::Passkey => KEYS,
            A::BreakGlass => KEY,
            _ => NOTHING,
        };
        Registration { allowed: person.kind != A::NotCapable, ..Registration::of(methods) }
    }
}
