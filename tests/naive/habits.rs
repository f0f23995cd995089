//! What people do: rows of tokens, sign-ins, prompts and audit events.

use super::make::Maker;
use super::world::*;

const MODERN: &str = "Mobile Apps and Desktop clients";
const PASSED: &[i64] = &[
    50_074, 50_076, 50_078, 500_121, 50_158, 50_161, 53_004, 53_010, 54_010, 50_140, 50_199, 50_055, 50_144, 50_142,
    50_135, 53_000, 53_001, 53_002, 53_003, 65_001, 90_094, 50_105, 50_201,
];
const ATTACK: &[i64] = &[50_126, 50_053, 50_034, 50_056, 50_057];
const NOBODY: &[i64] =
    &[50_058, 16_000, 16_001, 50_168, 81_010, 50_133, 50_132, 70_008, 700_082, 70_043, 70_044, 70_046];
const UNCLEAR: &[i64] = &[50_089, 530_035, 50_097, 50_129, 50_127, 50_196, 90_072, 123_456, 7_000_000];
const TRUST: &[&str] = &["", "", "Azure AD joined", "Hybrid Azure AD joined", "Azure AD registered"];

/// One password, every few hours, for ever.
pub fn scanner(maker: &mut Maker, n: usize) {
    let mut at = maker.from + 7 * HOUR + 3;
    while at < maker.to {
        let row = SignIn { ropc: true, steps: Steps::Fresh, ..SignIn::silent(n, at, MODERN, "none") };
        maker.tenant.sign_ins.push(row);
        at += 6 * HOUR;
    }
}

/// Silent rows, of some kinds, until some day.
pub fn tokens(maker: &mut Maker, n: usize) {
    let days = (maker.to - maker.from) / DAY;
    // One kind of browser rows a person: facts do not tell which rows of a browser belong to which session.
    let browser = maker.dice.within(4, 6);
    for _ in 0..maker.dice.pick(&[0, 1, 1, 1, 2, 3]) {
        let kind = match maker.dice.within(0, 6) {
            4.. => browser,
            kind => kind,
        };
        let session = i64::try_from(n).expect("small");
        let trust = maker.dice.pick(TRUST);
        let step = if kind >= 4 { maker.dice.within(1, 6) } else { maker.dice.within(1, 2) };
        let end = if maker.dice.chance(70) { days } else { maker.dice.within(1, days) };
        let mut day = maker.dice.within(0, step);
        while day < end {
            let at = maker.from + day * DAY + maker.dice.within(20, 1400) * MINUTE + maker.dice.within(1, 59);
            let row = match kind {
                0 | 1 => SignIn::silent(n, at, MODERN, "refreshToken"),
                2 => SignIn { trust, ..SignIn::silent(n, at, MODERN, "primaryRefreshToken") },
                3 => SignIn::silent(n, at, MODERN, "none"),
                4 => SignIn { trust, session, ..SignIn::silent(n, at, "Browser", "none") },
                5 => SignIn { session, ..SignIn::silent(n, at, "Browser", "refreshToken") },
                _ => {
                    let row = SignIn { app: PORTAL, ..SignIn::silent(n, at, "Browser", "none") };
                    maker.tenant.sign_ins.push(SignIn { at: at - 3, code: 700_084, ..row.clone() });
                    row
                }
            };
            let no_id = maker.dice.chance(3);
            maker.tenant.sign_ins.push(SignIn { no_id, ..row });
            day += step;
        }
    }
    if maker.dice.chance(20) {
        let at = maker.sometime();
        let code = maker.dice.pick(&[50_173, 70_043, 50_076, 50_079, 50_133]);
        let grant =
            (code == 50_173 && maker.dice.chance(70)).then(|| maker.from - maker.dice.within(1, 40 * 24) * HOUR + 5);
        maker.tenant.sign_ins.push(SignIn { code, grant, ..SignIn::silent(n, at, MODERN, "refreshToken") });
    }
    if maker.dice.chance(10) {
        let at = maker.sometime();
        let code = maker.dice.pick(&[0, 0, 50_126]);
        maker.tenant.sign_ins.push(SignIn { ropc: true, code, ..SignIn::silent(n, at, MODERN, "none") });
    }
}

/// Interactive rows of every class.
pub fn sign_ins(maker: &mut Maker, n: usize) {
    for _ in 0..maker.dice.pick(&[0, 0, 1, 1, 2, 3, 5]) {
        let at = if maker.dice.chance(15) {
            maker.to - maker.dice.within(1, 40 * 60) * MINUTE - 7
        } else {
            maker.sometime()
        };
        let row = one(maker, n, at);
        if row.app == PAIRED && maker.dice.chance(60) {
            let steps = maker.dice.pick(&[Steps::Fresh, Steps::Claims]);
            let later = maker.dice.pick(&[-200, 30, 290, 900]);
            maker.tenant.sign_ins.push(SignIn { steps, at: at + later, ..row.clone() });
        }
        maker.tenant.sign_ins.push(row);
    }
    if maker.dice.chance(10) {
        for _ in 0..maker.dice.within(3, 15) {
            let at = maker.sometime();
            let code = maker.dice.pick(&[50_126, 50_058]);
            maker.tenant.sign_ins.push(SignIn { code, steps: Steps::Absent, ..SignIn::interactive(n, at) });
        }
    }
}

fn one(maker: &mut Maker, n: usize, at: i64) -> SignIn {
    let dice = &mut maker.dice;
    let app = dice.pick(&[TEAMS, OUTLOOK, PORTAL]);
    let client = dice.pick(&["Browser", MODERN]);
    let fresh = SignIn { app, client, no_id: dice.chance(5), ..SignIn::interactive(n, at) };
    let token = dice.pick(&["primaryRefreshToken", "refreshToken"]);
    match dice.within(0, 99) {
        0..20 => fresh,
        20..32 => SignIn { steps: Steps::Claims, ..fresh },
        32..40 => SignIn { steps: Steps::Absent, app: PAIRED, ..fresh },
        40..48 => SignIn { steps: dice.pick(&[Steps::Fresh, Steps::Claims, Steps::Absent]), token, ..fresh },
        48..60 => SignIn { code: dice.pick(PASSED), steps: dice.pick(&[Steps::Absent, Steps::Claims]), ..fresh },
        60..68 => SignIn { code: dice.pick(ATTACK), steps: Steps::Absent, ..fresh },
        68..74 => SignIn { code: dice.pick(NOBODY), steps: Steps::Absent, ..fresh },
        74..79 => SignIn { code: dice.pick(UNCLEAR), steps: Steps::Absent, ..fresh },
        79..85 => {
            let client = dice.pick(&["IMAP4", "Exchange ActiveSync", "POP3", "Authenticated SMTP", "Other clients"]);
            SignIn { client, code: dice.pick(&[0, 0, 50_126]), ..fresh }
        }
        85..88 => SignIn { ropc: true, code: dice.pick(&[0, 50_126]), ..fresh },
        88..97 => SignIn { app: WINDOWS, client: MODERN, code: dice.pick(&[0, 0, 0, 50_126, 53_003]), ..fresh },
        _ => SignIn { passthrough: true, no_id: false, ..fresh },
    }
}

/// Registration pages shown; the rows of a flow lie within ten minutes.
pub fn prompts(maker: &mut Maker, n: usize) {
    if !maker.dice.chance(20) {
        return;
    }
    for _ in 0..maker.dice.within(1, 3) {
        let at = maker.sometime();
        let codes: &[i64] = maker.dice.pick(&[&[50_072, 50_079][..], &[50_125], &[50_203, 502_031]]);
        maker.correlations += 1;
        let correlation = maker.correlations;
        for nth in 0..maker.dice.within(1, 3) {
            let code = maker.dice.pick(codes);
            let row = SignIn { code, correlation, steps: Steps::Absent, ..SignIn::interactive(n, at + nth * 120) };
            maker.tenant.sign_ins.push(row);
        }
        if maker.dice.chance(20) {
            let code = maker.dice.pick(codes);
            let row = SignIn { code, correlation, steps: Steps::Absent, ..SignIn::interactive(n, at + 2 * HOUR) };
            maker.tenant.sign_ins.push(row);
        }
    }
}

const OWN: &[&str] = &[
    "User started security info registration",
    "User reviewed security info",
    "User deleted security info",
    "User updated security info",
    "User changed default security info",
    "User canceled security info registration",
    "Get passkey creation options",
];

/// Audit events: presence at security pages, and session events with their neighbours.
pub fn audits(maker: &mut Maker, n: usize) {
    let event =
        |at, activity, actor| Audit { person: n, at, activity, reason: "", actor, success: true, correlation: 0 };
    if maker.dice.chance(15) {
        let at = maker.sometime();
        let actor = maker.dice.pick(&[Actor::Own, Actor::Own, Actor::Own, Actor::Admin]);
        let success = maker.dice.chance(80);
        maker.tenant.audits.push(Audit { success, ..event(at, maker.dice.pick(OWN), actor) });
    }
    if maker.dice.chance(6) {
        let at = maker.sometime();
        let activity =
            maker.dice.pick(&["Admin registered security info", "Update user", "Fraud reported - no action taken"]);
        let actor = if activity.starts_with("Fraud") { Actor::Own } else { Actor::Admin };
        maker.tenant.audits.push(event(at, activity, actor));
    }
    if !maker.dice.chance(20) {
        return;
    }
    let sts = "Update StsRefreshTokenValidFrom Timestamp";
    for _ in 0..maker.dice.pick(&[1, 1, 2]) {
        let at = maker.sometime();
        let by = maker.dice.pick(&[Actor::Own, Actor::Admin, Actor::App, Actor::Nobody]);
        let near = maker.dice.pick(&[-200, -1, 40, 280, 3000]);
        let neighbour = match maker.dice.within(0, 9) {
            0 => Some(("Reset password (self-service)", Actor::Own)),
            1 => Some(("Change password (self-service)", Actor::Own)),
            2 => Some(("Reset user password", Actor::Admin)),
            3 => Some(("Change user password", Actor::Sync)),
            4 => Some(("Reset password (by admin)", Actor::Admin)),
            _ => None,
        };
        let by = if matches!(neighbour, Some((_, Actor::Sync))) { Actor::Sync } else { by };
        maker.correlations += 1;
        let correlation = if maker.dice.chance(40) { maker.correlations } else { 0 };
        maker.tenant.audits.push(Audit { correlation, ..event(at, sts, by) });
        if let Some((activity, actor)) = neighbour {
            maker.tenant.audits.push(Audit { correlation, ..event(at + near, activity, actor) });
        }
    }
}

/// What the user list says, after the rows.
pub fn account(maker: &mut Maker, n: usize) {
    let last = maker.tenant.sign_ins.iter().filter(|row| row.person == n && row.interactive && !row.passthrough);
    let last = last.map(|row| row.at).max();
    let (from, to) = (maker.from, maker.to);
    let some = maker.sometime();
    let seen = maker.dice.chance(5).then_some(to + 3 * DAY);
    let dice = &mut maker.dice;
    let si = match dice.within(0, 9) {
        0..3 => last,
        3 => Some(some),
        4..7 => Some(from - dice.within(2, 90 * 24) * HOUR),
        7 => seen,
        _ => None,
    };
    let created = match dice.within(0, 9) {
        0..2 => Some(from - dice.within(1, 60) * DAY - 11),
        2 => Some(some),
        _ => None,
    };
    let silent = dice.chance(30).then(|| to - dice.within(1, 40 * 24) * HOUR);
    let successful = dice.chance(20).then(|| to - dice.within(1, 60 * 24) * HOUR);
    let valid_from = dice.chance(10).then(|| to - dice.within(1, 60 * 24) * HOUR - 17);
    let password = dice.pick(&[10, 200, 4000]);
    let password_changed = valid_from.filter(|_| dice.chance(50)).map(|at| at - password);
    let mine = maker.tenant.sign_ins.iter().filter(|row| row.person == n);
    let modern = |row: &SignIn| !row.ropc && ["Browser", MODERN].contains(&row.client);
    // Nobody who is half a service (§8.2 is a heuristic).
    let si = if mine.clone().all(modern) { si } else { si.or(Some(from - 5 * DAY)) };
    let first = mine.map(|row| row.at).min();
    let person = &mut maker.tenant.people[n];
    if !person.listed {
        return;
    }
    person.activity = Activity { last: si, silent, successful };
    person.created = created.filter(|at| first.is_none_or(|first| *at < first));
    person.valid_from = valid_from;
    person.password_changed = password_changed;
}

/// Facts keep first and last instants and a set of days: leave nothing to ask about the inside of a span.
pub fn settle_spans(maker: &mut Maker, n: usize) {
    // Of the sign-ins by claims near the end of the log, one, alone in its channel.
    let to = maker.tenant.settings.declared.map_or(maker.to, |(_, to)| to);
    let mut young = false;
    maker.tenant.sign_ins.retain_mut(|row| {
        let claims = row.person == n && row.interactive && row.code == 0 && row.steps != Steps::Fresh;
        if !claims || row.app == PAIRED || row.at < to - 60 * HOUR {
            return true;
        }
        row.app = YOUNG;
        !std::mem::replace(&mut young, true)
    });
    // One unsettled pair.
    let mut pairs = Vec::new();
    maker.tenant.sign_ins.retain(|row| {
        if row.person != n || row.app != PAIRED {
            return true;
        }
        pairs.push(row.at);
        (pairs[0] - row.at).abs() < HOUR
    });
    // No sign-in on a day on which a session was used.
    let days: Vec<i64> =
        maker.tenant.sign_ins.iter().filter(|row| row.person == n && row.session > 0).map(|row| row.at / DAY).collect();
    maker.tenant.sign_ins.retain(|row| row.person != n || !row.interactive || !days.contains(&(row.at / DAY)));
    // What explains the last sign-in is the first or last row of all, or nothing is near.
    let as_of = maker.tenant.settings.as_of.unwrap_or(i64::MAX);
    let mine = maker.tenant.sign_ins.iter().filter(|row| row.person == n && row.interactive && !row.passthrough);
    let rows: Vec<i64> = mine.map(|row| row.at).filter(|at| *at <= as_of).collect();
    let activity = &mut maker.tenant.people[n].activity;
    if let (Some(si), Some(first), Some(last)) = (activity.last, rows.iter().min(), rows.iter().max()) {
        let near = |at: i64, hours: i64| (at - si).abs() <= hours * HOUR;
        let clear = near(*first, 24) || near(*last, 24) || !rows.iter().any(|at| near(*at, 72));
        if !clear {
            activity.last = Some(*last);
        }
    }
}
