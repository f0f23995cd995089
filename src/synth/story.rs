//! The scripted part of each archetype: the few rows that make its case, at fixed instants.

use super::acts;
use super::clock::DAY;
use super::dice::{guid, mix, rng, slot};
use super::event::{Actor, Audit, Batch, Change, Class, Client, Incoming, SignIn};
use super::maker::{CAMPAIGN, Maker, RESET_SERVICE};
use super::names::{BROKER, OFFICES, PC_JOINED, PC_LOOSE, PLACES, TEAMS};
use super::people::{Archetype as A, Person};
use super::world::World;

/// True when the person has scripted rows at all.
pub(super) fn scripted(person: &Person) -> bool {
    person.index == 0
        || !matches!(
            person.kind,
            A::Regular
                | A::Classic
                | A::WindowsOnly
                | A::LegacyOnly
                | A::Service
                | A::Guest
                | A::StalePhone
                | A::StaleAdmin
                | A::Dormant
                | A::NeverActive
                | A::BreakGlass
                | A::Passkey
        )
}

/// Writes the whole script of a person, all days at once.
pub(super) fn script(world: &World, person: &Person, out: &mut Batch) {
    let mut make = Maker::new(world, person, out);
    if person.index == 0 {
        anchor(&mut make);
    }
    match person.kind {
        A::Joined => joined(&mut make),
        A::PromptedLeft => prompted_left(&mut make),
        A::Sprayed => sprayed(&mut make),
        A::Observed => make.page(world.ago(28, 29, 27_000), 0, guid(person.seed, 50)),
        A::Snoozer => snoozer(&mut make),
        A::Canceled => canceled(&mut make),
        A::SsprOnly => sspr_only(&mut make),
        A::Provisioned => provisioned(&mut make),
        A::PasswordReset => password_reset(&mut make),
        A::PerfectLoop => perfect_loop(&mut make),
        A::RevokedReturned => revoked_returned(&mut make),
        A::KmsiBrowser => kmsi(&mut make),
        A::ByTokenOnly => by_token(&mut make),
        A::Disabled => disabled(&mut make),
        A::DeletedMethod => deleted(&mut make),
        A::FrequencyBite => bite(&mut make),
        A::SilentStorm => storm(&mut make),
        A::Renamed => renamed(&mut make),
        _ => {}
    }
}

/// Administrator 0 opens and closes every interactive stream, writes provenance, and changes a policy.
fn anchor(make: &mut Maker<'_>) {
    let (start, end) = (make.world.start, make.world.end);
    for t in [start, end] {
        let flow = make.flow();
        make.page_fresh(t, flow);
    }
    let own = make.own();
    for (t, activity) in
        [(start + 1_800, acts::POLICY), (end - 7_000, acts::DOWNLOAD_USERS), (end - 6_900, acts::DOWNLOAD_REGISTRATION)]
    {
        let row = Audit { target: None, ..make.audit(t, activity, own) };
        make.out.audits.push(row);
    }
}

fn prompted_journey(make: &mut Maker<'_>, t: i64) {
    let flow = make.flow();
    make.page(t - 175, 50_079, flow);
    make.journey(t);
    make.page_fresh(t + 250, flow);
}

fn joined(make: &mut Maker<'_>) {
    if make.person.created >= make.world.start {
        let row = Audit {
            change: Change::Property("AccountEnabled", "[]", "[true]"),
            ..make.audit(make.person.created, acts::ADD_USER, Actor::User(0))
        };
        make.out.audits.push(row);
    }
    let Some(t) = make.world.registered_at(make.person) else {
        return;
    };
    if make.person.seed.is_multiple_of(4) {
        make.journey(t); // came by the link, never prompted
    } else {
        prompted_journey(make, t);
    }
}

fn prompted_left(make: &mut Maker<'_>) {
    let days = make.world.days;
    let mut dice = rng(make.person.seed, 51);
    for _ in 0..2 {
        let t = make.world.day(dice.i64(0..days)) + dice.i64(28_800..61_200);
        let flow = make.flow();
        make.page(t, 50_079, flow);
    }
}

fn sprayed(make: &mut Maker<'_>) {
    for n in 0..12_i64 {
        let t = make.world.ago(1 + n / 4, 3, 10_800 - n * 631);
        let mut row = make.signin(t, Class::Attack);
        row.code = 50_126;
        row.place = OFFICES + slot(mix(make.person.seed, n.unsigned_abs()), PLACES.len() - OFFICES);
        make.keep(row);
    }
}

fn snoozer(make: &mut Maker<'_>) {
    for (ago, second) in [(19, 32_400), (16, 33_000), (12, 34_800)] {
        let t = make.world.ago(ago, 20, second);
        let flow = make.flow();
        make.page(t, 50_203, flow);
        make.page_fresh(t + 45, flow);
    }
}

fn canceled(make: &mut Maker<'_>) {
    let t = make.world.ago(10, 11, 32_400);
    let flow = make.flow();
    make.page(t, 50_079, flow);
    make.own_audit(
        t + 60,
        acts::STARTED,
        "User started the registration for Authenticator App with Notification and Code",
        Change::None,
    );
    let own = make.own();
    let reason = "User canceled security info registration";
    let failed = Audit { reason, ok: false, ..make.audit(t + 180, acts::ALL_REQUIRED, own) };
    make.out.audits.push(failed);
    make.own_audit(t + 181, acts::CANCELED, reason, Change::None);
}

fn sspr_only(make: &mut Maker<'_>) {
    let Some(t) = make.world.registered_at(make.person) else {
        return;
    };
    let flow = make.flow();
    make.page(t - 110, 50_125, flow);
    let ceremony = Change::Ceremony(make.flow(), "Email");
    make.own_audit(t - 60, acts::STARTED, "User started the registration for Email", ceremony);
    make.own_audit(t - 4, acts::REGISTERED_API, "User registered Email Authentication Method ", Change::None);
    make.own_audit(t, acts::REGISTERED, "User registered Email", ceremony);
    make.own_audit(t + 30, acts::ALL_REQUIRED, "User registered all required security info.", Change::None);
    make.page(t + 60, 0, flow);
}

fn provisioned(make: &mut Maker<'_>) {
    let Some(t) = make.world.registered_at(make.person) else {
        return;
    };
    let row = Audit {
        reason: "Admin registered phone method for user",
        ..make.audit(t, acts::ADMIN_REGISTERED, Actor::User(0))
    };
    make.out.audits.push(row);
}

fn password_reset(make: &mut Maker<'_>) {
    let Some(t) = make.world.revoked_at(make.person) else {
        return;
    };
    let flow = make.flow();
    make.own_audit(t - 40, acts::RESET_PROGRESS, "User was presented with verification options", Change::None);
    for (offset, activity) in [(-1, acts::RESET_DIRECTORY), (0, acts::STS)] {
        let row = Audit { flow, ..make.audit(t + offset, activity, Actor::App(RESET_SERVICE)) };
        make.out.audits.push(row);
    }
    make.own_audit(t + 1, acts::RESET_SELF, "Successfully completed reset.", Change::None);
    make.own_audit(t + 2, acts::RESET_PROGRESS, "User successfully reset password", Change::None);
    bitten(make, t + 480, 50_173);
    let again = make.flow();
    make.page_fresh(t + 900, again);
}

fn bitten(make: &mut Maker<'_>, t: i64, code: u32) {
    let mut row = make.signin(t, Class::TokenFailed);
    row.code = code;
    make.keep(row);
}

fn perfect_loop(make: &mut Maker<'_>) {
    let (Some(revoked), Some(t)) = (make.world.revoked_at(make.person), make.world.registered_at(make.person)) else {
        return;
    };
    make.revoke(revoked, Actor::App(CAMPAIGN));
    bitten(make, revoked + 660, 50_173);
    let flow = make.flow();
    make.page(t - 150, 50_079, flow);
    make.page(t - 149, 50_140, flow);
    make.journey(t);
    make.page_fresh(t + 100, flow);
}

fn revoked_returned(make: &mut Maker<'_>) {
    let Some(revoked) = make.world.revoked_at(make.person) else {
        return;
    };
    make.revoke(revoked, Actor::User(0));
    bitten(make, revoked + 900, 50_173);
    let broker = make.signin(revoked + 1_260, Class::Token);
    make.keep(SignIn { app: BROKER, gear: PC_JOINED, incoming: Incoming::Primary, ..broker });
    let mut t = revoked + 1_200;
    while t < make.world.end {
        let row = make.signin(t, Class::Logon);
        make.keep(row);
        t += DAY;
    }
}

fn kmsi(make: &mut Maker<'_>) {
    let t = make.world.ago(28, 29, 27_000);
    let flow = make.flow();
    make.page(t - 20, 50_140, flow);
    make.page(t, 0, flow);
    for (n, ago) in [21_i64, 13, 7, 2].into_iter().enumerate() {
        let incoming = if n % 2 == 0 { Incoming::Refresh } else { Incoming::None };
        let row = make.signin(make.world.ago(ago, 29, 36_000), Class::Token);
        make.keep(SignIn { incoming, client: Client::Browser, gear: PC_LOOSE, app: TEAMS, ..row });
    }
}

/// Rows whose steps are all claims; none in the last day and a half, so all are settled.
fn by_token(make: &mut Maker<'_>) {
    if make.world.days < 4 {
        return;
    }
    for ago in [25, 18, 11, 4] {
        let t = make.world.ago(ago, 26, 36_000);
        if t < make.world.end - 2 * DAY {
            let row = make.signin(t, Class::ByToken);
            make.keep(row);
        }
    }
}

fn disabled(make: &mut Maker<'_>) {
    let Some(t) = make.world.disabled_at(make.person) else {
        return;
    };
    let change = Change::Property("AccountEnabled", "[true]", "[false]");
    let row = Audit { change, ..make.audit(t, acts::DISABLE, Actor::User(0)) };
    make.out.audits.push(row);
}

fn deleted(make: &mut Maker<'_>) {
    let Some(t) = make.world.registered_at(make.person) else {
        return;
    };
    prompted_journey(make, t);
    let gone = make.world.ago(14, 22, 36_000).max(t + 600);
    make.own_audit(gone, acts::DELETED, "User deleted Authenticator App with Notification and Code", Change::None);
}

fn bite(make: &mut Maker<'_>) {
    let t = make.world.ago(3, 4, 28_800);
    bitten(make, t, 70_043);
    let flow = make.flow();
    make.page_fresh(t + 120, flow);
}

fn storm(make: &mut Maker<'_>) {
    for n in 0..40_i64 {
        let mut row = make.signin(make.world.ago(1 + n / 10, 5, 32_400 + n % 10 * 900), Class::Silent);
        row.code = 50_058;
        make.keep(row);
    }
}

fn renamed(make: &mut Maker<'_>) {
    let row =
        Audit { change: Change::Renamed, ..make.audit(make.world.renamed_at(), acts::UPDATE_USER, Actor::User(0)) };
    make.out.audits.push(row);
    let mut logon = make.signin(make.world.ago(2, 3, 30_000), Class::Logon);
    logon.gear = PC_JOINED;
    make.keep(logon);
}
