//! One person's facts: activity, names, and what few have: attributes with their snapshot times, rare events, sessions.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::Span;
use super::small::{SmallMap, SmallSet};
use crate::model::account::AccountRow;
use crate::model::activity_name::Activity;
use crate::model::audit::Actor;
use crate::model::ids::{Id, fold_upn};
use crate::model::method::Family;
use crate::model::rare::{Rare, usual};
use crate::model::registration::{Methods, RegistrationRow};
use crate::model::sign_in::{Token, Trust};
use crate::model::time::{Day, Instant};

/// A value with the time of the snapshot it comes from: the newest wins, ties by the value's own order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamped<T> {
    /// Snapshot time; unknown sorts before any known time.
    pub at: Option<Instant>,
    /// The value.
    pub value: T,
}

/// Joins two stamped values, either of which may be missing.
pub(crate) fn newest<T: Ord>(mine: &mut Option<Stamped<T>>, theirs: Option<Stamped<T>>) {
    if theirs > *mine {
        *mine = theirs;
    }
}

fn stamp<T>(at: Option<Instant>, value: Option<T>) -> Option<Stamped<T>> {
    value.map(|value| Stamped { at, value })
}

/// What user exports say, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Display name.
    pub display_name: Option<Stamped<String>>,
    /// UPN as the user export or the report writes it.
    pub upn: Option<Stamped<String>>,
    /// Guest or member.
    pub guest: Option<Stamped<bool>>,
    /// Account disabled. So that of two equally old exports the one that says so wins.
    pub disabled: Option<Stamped<bool>>,
    /// The same, of exports that say themselves when they were made: of the others only a lower bound is known.
    pub disabled_dated: Option<Stamped<bool>>,
    /// Created.
    pub created: Option<Stamped<Instant>>,
    /// Department.
    pub department: Option<Stamped<String>>,
    /// Usage location.
    pub usage_location: Option<Stamped<String>>,
    /// Last interactive attempt (SI). Latest wins.
    pub last_sign_in: Option<Instant>,
    /// Last non-interactive attempt. Latest wins.
    pub last_non_interactive: Option<Instant>,
    /// Last success of any kind. Latest wins.
    pub last_successful: Option<Instant>,
    /// Sessions issued before this are invalid. Latest wins.
    pub sessions_valid_from: Option<Instant>,
    /// Last password change. Latest wins.
    pub last_password_change: Option<Instant>,
    /// Some user export lists this person.
    pub listed: bool,
}

impl Account {
    /// No sign-in of any kind is recorded.
    #[must_use]
    pub fn never_used(&self) -> bool {
        [self.last_sign_in, self.last_non_interactive, self.last_successful].iter().all(Option::is_none)
    }
}

/// What registration reports of one day say, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// When the report was refreshed.
    pub at: Option<Instant>,
    /// Holds a role.
    pub admin: Option<Stamped<bool>>,
    /// Registered for MFA.
    pub mfa_registered: Option<Stamped<bool>>,
    /// Registered, and the method is allowed.
    pub mfa_capable: Option<Stamped<bool>>,
    /// Registered for self-service reset.
    pub sspr_registered: Option<Stamped<bool>>,
    /// In the scope of the self-service reset policy.
    pub sspr_enabled: Option<Stamped<bool>>,
    /// Both.
    pub sspr_capable: Option<Stamped<bool>>,
    /// Passwordless method registered and allowed.
    pub passwordless_capable: Option<Stamped<bool>>,
    /// Methods registered.
    pub methods: Option<Stamped<Methods>>,
}

/// What kind of rare event a moment is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MomentKind {
    /// A sign-in row whose code names a page shown or a session ended.
    SignIn {
        /// AADSTS code.
        code: u32,
        /// An interactive row at a client where a page can be shown ([`Channel::surface`](crate::model::sign_in::Channel)).
        surface: bool,
    },
    /// An audit row.
    Audit {
        /// What happened.
        activity: Activity,
        /// Who did it.
        actor: Actor,
        /// It succeeded.
        success: bool,
        /// Which method family its text names.
        family: Family,
        /// The new value of the property `StsRefreshTokensValidFrom`, where the row lists one.
        valid_from: Option<Instant>,
    },
}

/// A rare event kept whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// When.
    pub at: Instant,
    /// What.
    pub kind: MomentKind,
    /// Correlation id.
    pub correlation: Option<Id>,
}

impl Moment {
    /// Not later than any moment of this instant.
    fn first_at(at: Instant) -> Self {
        Self { at, kind: MomentKind::SignIn { code: 0, surface: false }, correlation: None }
    }
}

/// A browser session as far as persistence evidence needs it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionKey {
    /// Session id.
    pub session: Id,
    /// Token presented.
    pub token: Token,
    /// Device trust.
    pub trust: Trust,
}

/// UPNs, folded.
pub type Upns = SmallSet<Arc<str>>;

/// One person's facts. Of a large tenant there are millions: what only some have is kept apart, and read as if it stood here.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// By the number of the channel.
    pub(crate) activity: SmallMap<u32, Span>,
    /// Folded UPNs met in any row.
    pub upns: Upns,
    /// Display name as sign-in rows write it (smallest of several).
    pub seen_name: Option<Arc<str>>,
    /// Some sign-in row called this person a guest.
    pub seen_guest: bool,
    pub(super) more: Rare<More>,
}

/// What most people of a sign-in log do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// User exports.
    pub account: Rare<Account>,
    /// Registration reports by the day of their snapshot; reports without a time under `None`.
    pub registration: SmallMap<Option<Day>, Registration>,
    /// Home tenants of rows whose resource lay in another tenant.
    pub homes: SmallSet<Id>,
    /// Latest root sign-in that a revoked grant's text names (50173, 70045): no promptable sign-in is older.
    pub last_grant: Option<Instant>,
    /// Latest sign-in on which a policy enforced a persistent browser session. Latest wins.
    pub persistent_policy: Option<Instant>,
    /// Rare events.
    pub moments: SmallSet<Moment>,
    /// Browser sessions.
    pub sessions: SmallMap<SessionKey, Span>,
}

usual!(Account);
usual!(More);

impl Deref for Person {
    type Target = More;

    fn deref(&self) -> &More {
        &self.more
    }
}

impl DerefMut for Person {
    fn deref_mut(&mut self) -> &mut More {
        self.more.own()
    }
}

impl More {
    /// The moments from one instant to another, both included, in order of time. Looked up, not searched for: a looping
    /// client has many thousands.
    #[must_use]
    pub fn between(&self, from: Instant, to: Instant) -> impl DoubleEndedIterator<Item = &Moment> {
        let end = Instant(to.0.saturating_add(1)).max(from);
        self.moments.range(&Moment::first_at(from), &Moment::first_at(end))
    }

    /// See [`Person::cut`].
    fn cut(&mut self, t: Instant) -> bool {
        self.last_grant = self.last_grant.filter(|at| *at <= t);
        self.persistent_policy = self.persistent_policy.filter(|at| *at <= t);
        self.moments.retain(|m| m.at <= t || matches!(m.kind, MomentKind::Audit { .. }));
        let sessions = std::mem::take(&mut self.sessions).into_vec().into_iter();
        // A session is evidence of what it did: of the day of the instant, which is not known to the second, nothing is kept.
        let before = Instant(t.day().start().0 - 1);
        let cut = |span: Span| if span.last() > t { span.until(before) } else { Some(span) };
        self.sessions = SmallMap::of_distinct(sessions.filter_map(|(key, span)| Some((key, cut(span)?))));
        *self.account != Account::default() || !self.registration.is_empty() || self.moments.iter().any(|m| m.at <= t)
    }
}

impl Person {
    /// Forgets what is later than an instant, but for audit events: a revocation or a registration that came after it can
    /// only take somebody off a list. Whether anything but names is left.
    pub(crate) fn cut(&mut self, t: Instant) -> bool {
        let activity = std::mem::take(&mut self.activity).into_vec().into_iter();
        self.activity = SmallMap::of_distinct(activity.filter_map(|(channel, span)| Some((channel, span.until(t)?))));
        !self.activity.is_empty() | self.more.get_mut().is_some_and(|more| more.cut(t))
    }

    /// Notes a UPN.
    pub fn called(&mut self, upn: &str) {
        if !crate::model::ids::is_null(upn) && !self.upns.contains(upn) {
            self.upns.insert(fold_upn(upn).into());
        }
    }

    /// Notes a display name seen in a log; of several the smallest stays.
    pub fn named(&mut self, name: &str) {
        if crate::model::ids::is_null(name) || self.seen_name.as_deref().is_some_and(|n| n <= name) {
            return;
        }
        self.seen_name = Some(name.into());
    }

    /// Takes a row of a user export in.
    pub fn account_row(&mut self, row: AccountRow) {
        self.called(&row.upn);
        let at = row.snapshot;
        let account = self.account.own();
        account.listed = true;
        newest(&mut account.display_name, stamp(at, row.display_name));
        newest(&mut account.upn, stamp(at, Some(row.upn).filter(|u| !u.is_empty())));
        newest(&mut account.guest, stamp(at, row.guest));
        newest(&mut account.disabled, stamp(at, row.enabled.map(|e| !e)));
        newest(&mut account.disabled_dated, stamp(at, row.enabled.filter(|_| row.dated).map(|e| !e)));
        newest(&mut account.created, stamp(at, row.created));
        newest(&mut account.department, stamp(at, row.department));
        newest(&mut account.usage_location, stamp(at, row.usage_location));
        account.last_sign_in = account.last_sign_in.max(row.last_sign_in);
        account.last_non_interactive = account.last_non_interactive.max(row.last_non_interactive);
        account.last_successful = account.last_successful.max(row.last_successful);
        account.sessions_valid_from = account.sessions_valid_from.max(row.sessions_valid_from);
        account.last_password_change = account.last_password_change.max(row.last_password_change);
    }

    /// Takes a row of a registration report in, and its methods as many people share them.
    pub(crate) fn registration_row(&mut self, row: RegistrationRow, methods: Option<Methods>) {
        self.called(&row.upn);
        let at = row.snapshot;
        let more = self.more.own();
        let account = more.account.own();
        newest(&mut account.display_name, stamp(None, row.display_name));
        newest(&mut account.upn, stamp(None, Some(row.upn).filter(|u| !u.is_empty())));
        newest(&mut account.guest, stamp(None, row.guest));
        let report = Registration {
            at,
            admin: stamp(at, row.admin),
            mfa_registered: stamp(at, row.mfa_registered),
            mfa_capable: stamp(at, row.mfa_capable),
            sspr_registered: stamp(at, row.sspr_registered),
            sspr_enabled: stamp(at, row.sspr_enabled),
            sspr_capable: stamp(at, row.sspr_capable),
            passwordless_capable: stamp(at, row.passwordless_capable),
            methods: stamp(at, methods),
        };
        more.registration.join(at.map(Instant::day), report, Registration::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_has_both_ends_and_every_kind() {
        let sign_in = |at| Moment { kind: MomentKind::SignIn { code: 50_079, surface: true }, ..Moment::first_at(at) };
        let audit = |at| {
            let (activity, actor, family) = (Activity::SecurityInfoStarted, Actor::Own, Family::Unknown);
            let kind = MomentKind::Audit { activity, actor, success: false, family, valid_from: None };
            Moment { kind, ..Moment::first_at(at) }
        };
        let mut person = Person::default();
        for at in [1, 2, 3, 4].map(Instant) {
            person.moments.extend([Moment::first_at(at), sign_in(at), audit(at)]);
        }
        let seconds = |from, to| -> Vec<i64> { person.between(Instant(from), Instant(to)).map(|m| m.at.0).collect() };
        assert_eq!(seconds(2, 3), [2, 2, 2, 3, 3, 3]);
        assert_eq!(seconds(4, i64::MAX), [4, 4, 4]);
        assert_eq!(seconds(3, 2), Vec::<i64>::new(), "ends the wrong way round");
    }
}
