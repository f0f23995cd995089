//! The everyday part: what people do on any day, from a generator seeded by (seed, user, day) and one stream at a time.

use super::clock::{DAY, weekday, weekend};
use super::dice::{guid, mix, rng, slot};
use super::event::{Actor, Audit, Batch, Change, Class, Client, Incoming, Proof, SignIn};
use super::maker::{STRONG_AUTH, blank, proof_of};
use super::names::{
    ANDROID, APPS, AZURE, BUSINESS, GEARS, HOSTILE_GEAR, IPHONE, MY_SIGNINS, OFFICES, ONEDRIVE, OUTLOOK, PC_JOINED,
    PC_LOOSE, SCRIPT, SHAREPOINT, TEAMS,
};
use super::people::{Archetype as A, Person};
use super::story::{script, scripted};
use super::world::World;
use fastrand::Rng;

/// A log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Interactive sign-ins.
    Interactive,
    /// Non-interactive sign-ins.
    NonInteractive,
    /// Audit.
    Audit,
}

/// Fills `out` with one stream of one day, in time order.
pub(super) fn fill(world: &World, day: i64, stream: Stream, out: &mut Batch) {
    out.signins.clear();
    out.audits.clear();
    let from = world.day(day);
    // T itself belongs to the last day.
    let to = if day + 1 == world.days { world.end + 1 } else { from + DAY };
    let mut story = Batch::default();
    for person in &world.people {
        if scripted(person) {
            story.signins.clear();
            story.audits.clear();
            script(world, person, &mut story);
            match stream {
                Stream::Audit => out.audits.extend(story.audits.iter().filter(|row| (from..to).contains(&row.t))),
                _ => {
                    out.signins.extend(story.signins.iter().filter(|row| {
                        (from..to).contains(&row.t) && row.interactive == (stream == Stream::Interactive)
                    }));
                }
            }
        }
        if person.created < from {
            everyday(world, person, from, stream, out);
        }
    }
    out.signins.sort_unstable_by_key(|row| (row.t, row.user, row.id));
    out.audits.sort_by_key(|row| (row.t, row.target));
}

fn everyday(world: &World, person: &Person, from: i64, stream: Stream, out: &mut Batch) {
    let key = mix(person.seed, from.unsigned_abs());
    match stream {
        Stream::Interactive if matches!(person.kind, A::WindowsOnly | A::LegacyOnly) => {
            once(person, from, key, out);
        }
        Stream::Interactive => interactive(world, person, from, key, out),
        Stream::NonInteractive if person.kind == A::Service => service(person, from, key, out),
        Stream::NonInteractive => tokens(world, person, from, key, out),
        Stream::Audit => echoes(person, from, key, out),
    }
}

/// Two random draws make an id; version bits are set as in every GUID here.
fn draw_id(dice: &mut Rng) -> u128 {
    let raw = (u128::from(dice.u64(..)) << 64) | u128::from(dice.u64(..));
    (raw & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
}

/// A logon or a mailbox poll each day.
fn once(person: &Person, from: i64, key: u64, out: &mut Batch) {
    let class = if person.kind == A::LegacyOnly { Class::Legacy } else { Class::Logon };
    let mut dice = rng(key, 4);
    let mut row = blank(person, from + dice.i64(21_600..64_800), class);
    row.id = draw_id(&mut dice);
    row.flow = draw_id(&mut dice);
    out.signins.push(row);
}

/// Every half hour from one address, by password grant.
fn service(person: &Person, from: i64, key: u64, out: &mut Batch) {
    let mut dice = rng(key, 5);
    for slot in 0..48 {
        let row = blank(person, from + 300 + slot * 1_800, Class::Legacy);
        let (id, flow) = (draw_id(&mut dice), draw_id(&mut dice));
        out.signins.push(SignIn {
            id,
            flow,
            interactive: false,
            client: Client::Ropc,
            gear: SCRIPT,
            proof: Proof::None,
            ..row
        });
    }
}

/// Whether somebody signs in at a page every week.
fn is_routine(person: &Person) -> bool {
    let kinds =
        matches!(person.kind, A::Regular | A::Joined | A::PromptedLeft | A::NotCapable | A::Renamed | A::Passkey);
    kinds || person.index == 0
}

/// The weekday on which somebody of routine surely does.
fn sure_weekday(person: &Person) -> i64 {
    i64::try_from(slot(mix(person.seed, 8), 5)).unwrap_or(0) + 1
}

/// The browser session that somebody's silent rows of a day belong to. A sign-in makes it, and what follows inherits it (semantics
/// §2.1): that of the device's primary refresh token, or that of the day's sign-in. It is never a persistent one by accident.
fn browser_session(person: &Person, from: i64, joined: bool) -> Option<u128> {
    if joined {
        return Some(guid(person.seed, 901));
    }
    let day = (from / DAY).unsigned_abs();
    (is_routine(person) && weekday(from) == sure_weekday(person)).then(|| guid(person.seed, 1_000 + day))
}

/// Interactive rows with fresh factors: surely on one weekday of the week, by chance on others.
fn interactive(world: &World, person: &Person, from: i64, key: u64, out: &mut Batch) {
    if !is_routine(person) {
        return;
    }
    let mut dice = rng(key, 1);
    let chance = if weekend(from) { 3 } else { 20 };
    let mut keep = |mut row: SignIn, dice: &mut Rng| {
        row.id = draw_id(dice);
        row.flow = draw_id(dice);
        out.signins.push(row);
    };
    if person.index == 0 || weekday(from) == sure_weekday(person) || dice.u32(..100) < chance {
        let t = from + dice.i64(25_200..68_400);
        if dice.u32(..100) < 4 {
            let mut typo = blank(person, t - 40, Class::Attack);
            typo.code = 50_126;
            keep(typo, &mut dice);
        }
        let mut row = blank(person, t, Class::Promptable);
        row.proof = proof_of(world, person, t);
        row.app = [AZURE, SHAREPOINT, BUSINESS, MY_SIGNINS, TEAMS][dice.usize(..5)];
        row.gear = if dice.u32(..60) == 0 { HOSTILE_GEAR + dice.usize(..GEARS.len() - HOSTILE_GEAR) } else { PC_LOOSE };
        keep(row, &mut dice);
    }
    // Unsettled rows would be a different case: none in the last two days.
    if from + 2 * DAY < world.end && dice.u32(..100) < 12 {
        let row = blank(person, from + dice.i64(25_200..68_400), Class::ByToken);
        keep(row, &mut dice);
    }
    if dice.u32(..100) < 6 {
        let mut row = blank(person, from + dice.i64(25_200..68_400), Class::Silent);
        row.code = 50_058;
        keep(row, &mut dice);
    }
}

/// Whether token rows come on the day beginning at `from`.
fn token_day(world: &World, person: &Person, from: i64) -> bool {
    match person.kind {
        A::Service | A::KmsiBrowser | A::NeverActive | A::LegacyOnly | A::BreakGlass => false,
        A::Dormant => from + DAY <= world.end - 41 * DAY,
        A::Disabled => world.disabled_at(person).is_some_and(|t| from + DAY <= t),
        _ => true,
    }
}

/// Token renewals: a mean of `rows_per_day` successes, fewer at weekends, and a little silent noise.
fn tokens(world: &World, person: &Person, from: i64, key: u64, out: &mut Batch) {
    if !token_day(world, person, from) {
        return;
    }
    let mut dice = rng(key, 2);
    let mean = world.rows_per_day.max(1);
    // 5 x 1.16 + 2 x 0.6 = 7: the weekly mean stays what was asked.
    let today = mean * if weekend(from) { 60 } else { 116 };
    let count = (dice.u32(today / 2..=today + today / 2) + dice.u32(..100)) / 100;
    let joined = matches!(person.kind, A::WindowsOnly | A::RevokedReturned)
        || matches!(person.kind, A::Regular if person.seed.is_multiple_of(3));
    for _ in 0..count.max(1) {
        let t = from + dice.i64(18_000..79_200);
        let mut row = token_row(person, t, (joined, browser_session(person, from, joined)), &mut dice);
        out.signins.push(row);
        if dice.u32(..100) < 3 {
            row.t += 7;
            row.class = Class::TokenFailed;
            row.code = 50_058;
            row.id = draw_id(&mut dice);
            out.signins.push(row);
        }
    }
}

fn token_row(person: &Person, t: i64, (joined, browser): (bool, Option<u128>), dice: &mut Rng) -> SignIn {
    let mut row = blank(person, t, Class::Token);
    let roll = dice.u32(..100);
    row.app = match roll {
        0..50 => row.app,
        50..70 => TEAMS,
        70..85 => OUTLOOK,
        85..97 => ONEDRIVE,
        _ => BUSINESS + dice.usize(..APPS.len() - BUSINESS),
    };
    if joined {
        row.gear = PC_JOINED;
        row.incoming = Incoming::Primary;
    } else if row.app == OUTLOOK {
        row.gear = if person.seed.is_multiple_of(2) { IPHONE } else { ANDROID };
    }
    if row.app >= BUSINESS
        && let Some(session) = browser
    {
        (row.client, row.session) = (Client::Browser, session);
    }
    if dice.u32(..10) == 0 {
        row.place = dice.usize(..OFFICES);
    }
    row.id = draw_id(dice);
    row.flow = draw_id(dice);
    row
}

/// Routine directory echoes that must never be taken for registrations.
fn echoes(person: &Person, from: i64, key: u64, out: &mut Batch) {
    let mut dice = rng(key, 3);
    if person.kind == A::Regular && dice.u32(..25) == 0 {
        out.audits.push(Audit {
            t: from + dice.i64(25_200..68_400),
            target: Some(person.index),
            id: draw_id(&mut dice),
            flow: draw_id(&mut dice),
            activity: super::acts::UPDATE_USER,
            actor: Actor::App(STRONG_AUTH),
            reason: "",
            ok: true,
            change: Change::Property(
                "StrongAuthenticationPhoneAppDetail",
                "[]",
                "[{\\\"LastAuthenticatedTimestamp\\\":\\\"x\\\"}]",
            ),
        });
    }
}
