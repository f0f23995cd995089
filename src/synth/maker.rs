//! Makes the rows of one person: sensible defaults first, the story overrides what matters.

use super::acts;
use super::dice::{guid, mix};
use super::event::{Activity, Actor, Audit, Batch, Change, Class, Client, Incoming, Proof, SignIn};
use super::names::{AZURE, EXCHANGE, IPHONE, MY_SIGNINS, OUTLOOK, PC_JOINED, PC_LOOSE, TEAMS, WINDOWS};
use super::people::{Archetype as A, Person};
use super::world::World;

/// The app through which the campaign revokes.
pub(super) const CAMPAIGN: &str = "Refresh tokens flow";
/// The app behind low-level method changes.
pub(super) const STRONG_AUTH: &str = "Azure MFA StrongAuthenticationService";
/// The app behind password resets.
pub(super) const RESET_SERVICE: &str = "Microsoft password reset service";

/// A writer of one person's story.
pub(super) struct Maker<'a> {
    /// The tenant.
    pub world: &'a World,
    /// The person.
    pub person: &'a Person,
    /// Where rows go.
    pub out: &'a mut Batch,
    serial: u64,
}

/// A row with the defaults of its class.
pub(super) fn blank(person: &Person, t: i64, class: Class) -> SignIn {
    let phone = person.seed.is_multiple_of(2);
    let (app, gear, proof, client) = match class {
        Class::Promptable => (AZURE, PC_LOOSE, Proof::Password, Client::Browser),
        Class::ByToken => (MY_SIGNINS, PC_LOOSE, Proof::Claim, Client::Browser),
        Class::Logon => (WINDOWS, PC_JOINED, Proof::Password, Client::Modern),
        Class::Silent => (TEAMS, PC_LOOSE, Proof::None, Client::Browser),
        Class::Attack => (AZURE, PC_LOOSE, Proof::WrongPassword, Client::Browser),
        Class::Legacy => (EXCHANGE, PC_LOOSE, Proof::Password, Client::Imap),
        Class::Token | Class::TokenFailed if phone => (OUTLOOK, IPHONE, Proof::None, Client::Modern),
        Class::Token | Class::TokenFailed => (TEAMS, PC_LOOSE, Proof::None, Client::Modern),
    };
    let silent = matches!(class, Class::Token | Class::TokenFailed);
    let incoming = if silent { Incoming::Refresh } else { Incoming::None };
    SignIn {
        t,
        user: person.index,
        id: 0,
        flow: 0,
        session: guid(person.seed, 900),
        app,
        gear,
        place: person.place,
        code: 0,
        interactive: !silent,
        class,
        proof,
        incoming,
        client,
    }
}

impl<'a> Maker<'a> {
    /// Starts a story.
    pub(super) fn new(world: &'a World, person: &'a Person, out: &'a mut Batch) -> Self {
        Self { world, person, out, serial: 0 }
    }

    fn next_id(&mut self) -> u128 {
        self.serial += 1;
        guid(mix(self.person.seed, 41), self.serial)
    }

    /// A correlation id of the story.
    pub(super) fn flow(&mut self) -> u128 {
        self.next_id()
    }

    /// A sign-in row to be adjusted.
    pub(super) fn signin(&mut self, t: i64, class: Class) -> SignIn {
        let mut row = blank(self.person, t, class);
        row.id = self.next_id();
        row.flow = self.next_id();
        row
    }

    /// Keeps a row.
    pub(super) fn keep(&mut self, row: SignIn) {
        self.out.signins.push(row);
    }

    /// An interactive row with a code inside a flow.
    pub(super) fn page(&mut self, t: i64, code: u32, flow: u128) {
        let mut row = self.signin(t, Class::Promptable);
        row.code = code;
        row.flow = flow;
        self.keep(row);
    }

    /// A row whose proof fits what the person has registered then.
    pub(super) fn page_fresh(&mut self, t: i64, flow: u128) {
        let mut row = self.signin(t, Class::Promptable);
        row.flow = flow;
        row.proof = proof_of(self.world, self.person, t);
        self.keep(row);
    }

    /// An audit row about the person.
    pub(super) fn audit(&mut self, t: i64, activity: Activity, actor: Actor) -> Audit {
        Audit {
            t,
            target: Some(self.person.index),
            id: self.next_id(),
            flow: self.next_id(),
            activity,
            actor,
            reason: "",
            ok: true,
            change: Change::None,
        }
    }

    /// The person as an actor.
    pub(super) fn own(&self) -> Actor {
        Actor::User(self.person.index)
    }

    /// An audit row of the person's own doing.
    pub(super) fn own_audit(&mut self, t: i64, activity: Activity, reason: &'static str, change: Change) {
        let own = self.own();
        let row = Audit { reason, change, ..self.audit(t, activity, own) };
        self.out.audits.push(row);
    }

    /// A revocation: the Sts row and its `Update user` twin, same correlation id.
    pub(super) fn revoke(&mut self, t: i64, actor: Actor) {
        let change = Change::ValidFrom(self.person.created, t);
        let sts = Audit { change, ..self.audit(t, acts::STS, actor) };
        let twin = Audit { flow: sts.flow, change, ..self.audit(t, acts::UPDATE_USER, actor) };
        self.out.audits.push(twin);
        self.out.audits.push(sts);
    }

    /// The wizard from the prompt (or from nowhere) to the end: `t` is the first method's registration.
    pub(super) fn journey(&mut self, t: i64) {
        let ceremony = Change::Ceremony(self.next_id(), "AppNotificationAndCode");
        self.own_audit(
            t - 120,
            acts::STARTED,
            "User started the registration for Authenticator App with Notification and Code",
            ceremony,
        );
        self.own_audit(t, acts::REGISTERED, "User registered Authenticator App with Notification and Code", ceremony);
        let echo =
            Change::Property("StrongAuthenticationMethod", "[]", "[{\\\"MethodType\\\":7,\\\"Default\\\":true}]");
        let row = Audit { change: echo, ..self.audit(t + 2, acts::UPDATE_USER, Actor::App(STRONG_AUTH)) };
        self.out.audits.push(row);
        self.own_audit(t + 64, acts::ALL_REQUIRED, "User registered all required security info.", Change::None);
    }
}

/// The fresh factors someone uses at `t`.
pub(super) fn proof_of(world: &World, person: &Person, t: i64) -> Proof {
    let registration = world.registration(person, t);
    if person.kind == A::Passkey {
        Proof::Passkey
    } else if registration.capable() && registration.phone_only() {
        Proof::Sms
    } else if registration.capable() {
        Proof::Push
    } else {
        Proof::Password
    }
}
