//! Classes of rows, coverage, clocks and bounds, by plain loops (semantics §2, rulings 1 to 13).

use super::world::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Out,
    Legacy,
    Logon,
    Attack,
    Sso,
    Unknown,
    ByToken,
    Unsettled,
    Promptable,
    Token,
    TokenFailed,
}

/// The first factor: passed, not passed, or nobody knows (§3).
fn first_factor(code: i64) -> Option<bool> {
    match code {
        0
        | 50_072
        | 50_079
        | 50_125
        | 50_203
        | 502_031
        | 50_201
        | 50_074
        | 50_076
        | 50_078
        | 500_121
        | 50_158
        | 50_161
        | 53_004
        | 53_010
        | 54_010
        | 50_140
        | 50_199
        | 50_055
        | 50_144
        | 50_142
        | 50_135
        | 53_000..=53_003
        | 65_001
        | 90_094
        | 90_095
        | 50_105 => Some(true),
        50_173
        | 50_133
        | 50_132
        | 70_008
        | 700_082..=700_084
        | 70_043..=70_046
        | 50_058
        | 16_000
        | 16_001
        | 16_003
        | 50_168
        | 81_004..=81_012 => Some(false),
        _ => None,
    }
}

pub fn attack(code: i64) -> bool {
    [50_126, 50_053, 50_034, 50_056, 50_057, 500_341].contains(&code)
}

/// How to read: by the documents, or as kmsift does where it is known to differ from them (the list is in `it/naive.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Documents,
    Program,
}

/// What all people share: the interactive coverage and T.
pub struct Frame {
    pub t: i64,
    /// The last contiguous coverage, up to T.
    pub from: i64,
    pub reaches: bool,
    /// It begins after an earlier one: a gap.
    pub gap: bool,
    /// Rows later than this are not settled.
    pub settled: i64,
    pub silent_covers: bool,
    pub intervals: Vec<(i64, i64)>,
}

fn intervals(mut times: Vec<i64>, gap: i64) -> Vec<(i64, i64)> {
    times.sort_unstable();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for at in times {
        match out.last_mut() {
            Some(last) if at - last.1 <= gap => last.1 = at,
            _ => out.push((at, at)),
        }
    }
    out
}

pub fn frame(tenant: &Tenant, reading: Reading) -> Frame {
    let settings = &tenant.settings;
    let of = |interactive: bool| -> Vec<i64> {
        let rows = tenant.sign_ins.iter().filter(|row| row.interactive == interactive && !row.passthrough);
        rows.map(|row| row.at).collect()
    };
    let gap = settings.gap_hours * HOUR;
    let log_end = settings.declared.map_or_else(|| of(true).into_iter().max().expect("some row"), |(_, to)| to);
    let t = settings.as_of.unwrap_or(log_end);
    // Ruling 7: rows after T are skipped, so T inside a silence is after the end of the log.
    let mut all = intervals(of(true).into_iter().filter(|at| *at <= t).collect(), gap);
    if let Some((from, to)) = settings.declared {
        all.retain(|interval| interval.1 >= from);
        all.first_mut().expect("some coverage").0 = from;
        let last = all.last_mut().expect("some coverage");
        // Ruling 5: declaring does not silence a gap; a silence up to T is one as well. kmsift takes the declared end.
        if to.min(t) - last.1 <= gap || reading == Reading::Program {
            last.1 = to.min(t);
        }
    }
    let last = *all.last().expect("T lies after the begin");
    let settle = settings.settle_hours * HOUR;
    let active = t - settings.active_days * DAY;
    let silent = intervals(of(false), gap);
    Frame {
        t,
        from: last.0,
        reaches: last.1 >= t - settle,
        gap: all.len() > 1,
        settled: log_end - settle,
        silent_covers: silent.iter().any(|(from, to)| *from <= active && *to >= t - settle),
        intervals: all,
    }
}

pub fn class(tenant: &Tenant, row: &SignIn, frame: &Frame) -> Class {
    let details = tenant.details || !row.interactive;
    if row.passthrough && details {
        return Class::Out;
    }
    if !["Browser", "Mobile Apps and Desktop clients"].contains(&row.client) || (row.ropc && details) {
        return Class::Legacy;
    }
    if !row.interactive {
        return if row.code == 0 { Class::Token } else { Class::TokenFailed };
    }
    if attack(row.code) {
        return Class::Attack;
    }
    match first_factor(row.code) {
        Some(false) => return Class::Sso,
        None => return Class::Unknown,
        Some(true) if row.app == WINDOWS => return Class::Logon,
        Some(true) => {}
    }
    if row.code != 0 || !details || row.steps == Steps::Fresh {
        return Class::Promptable;
    }
    let token = row.token != "none";
    match row.steps {
        Steps::Claims if row.at > frame.settled => Class::Unsettled,
        Steps::Absent if !token => Class::Unsettled,
        _ => Class::ByToken,
    }
}

/// A row, with its class, of one person, up to T.
pub struct Seen<'a> {
    pub row: &'a SignIn,
    pub class: Class,
}

pub fn seen<'a>(tenant: &'a Tenant, person: usize, frame: &Frame) -> Vec<Seen<'a>> {
    let mine = tenant.sign_ins.iter().filter(|row| row.person == person && row.at <= frame.t);
    mine.map(|row| Seen { row, class: class(tenant, row, frame) }).filter(|seen| seen.class != Class::Out).collect()
}

#[derive(Debug, Default)]
pub struct Clocks {
    pub promptable: Option<i64>,
    /// The same without audit events.
    pub sign_in: Option<i64>,
    pub interactive: Option<i64>,
    pub token: Option<i64>,
    /// The same of rows alone.
    pub rowed: Option<i64>,
    pub unsettled: Option<i64>,
    pub logon: Option<i64>,
    pub legacy: Option<i64>,
    /// The last successful use.
    pub used: Option<i64>,
    pub from_attempt: bool,
}

const PRESENCE: &[&str] = &[
    "User started security info registration",
    "User registered security info",
    "User registered all required security info",
    "User reviewed security info",
    "User deleted security info",
    "User updated security info",
    "User changed default security info",
    "User canceled security info registration",
    "Get passkey creation options",
];

pub fn clocks(tenant: &Tenant, person: usize, rows: &[Seen<'_>], frame: &Frame) -> Clocks {
    let latest = |test: &dyn Fn(&Seen<'_>) -> bool| rows.iter().filter(|s| test(s)).map(|s| s.row.at).max();
    let resolved = |open: &SignIn| {
        rows.iter().any(|s| {
            matches!(s.class, Class::Promptable | Class::ByToken)
                && s.row.interactive
                && s.row.app == open.app
                && (s.row.at - open.at).abs() <= 5 * MINUTE
        })
    };
    let own = tenant.audits.iter().filter(|a| a.person == person && a.at <= frame.t && a.actor == Actor::Own);
    let own = own.filter(|a| PRESENCE.contains(&a.activity)).map(|a| a.at).max();
    let sign_in = latest(&|s| s.class == Class::Promptable);
    let legacy = latest(&|s| s.class == Class::Legacy && s.row.code == 0);
    let logon = latest(&|s| s.class == Class::Logon);
    let activity = &tenant.people[person].activity;
    // §2.3: over TOK and IT rows.
    let rowed = latest(&|s| matches!(s.class, Class::Token | Class::ByToken));
    let mut token = rowed;
    // Ruling 15 does not say whether it stands in beside rows, too; kmsift takes the later one.
    let attempt = activity.silent.filter(|at| *at <= frame.t && token < Some(*at) && !frame.silent_covers);
    token = token.max(attempt);
    let success = latest(&|s| s.row.code == 0 && (s.row.interactive || s.class == Class::Legacy));
    Clocks {
        promptable: sign_in.max(own),
        sign_in,
        interactive: sign_in.max(legacy).max(logon),
        token,
        rowed,
        unsettled: latest(&|s| s.class == Class::Unsettled && !resolved(s.row)),
        logon,
        legacy,
        // Ruling 15 says nothing of a success later than T; kmsift lets it count.
        used: success.max(token).max(activity.successful),
        from_attempt: attempt.is_some(),
    }
}

#[derive(Debug, Default)]
pub struct Bounds {
    /// The latest instant at which the last page can have been.
    pub upper: i64,
    pub min_days: i64,
    pub max_days: Option<i64>,
    pub flags: Vec<&'static str>,
}

/// What `lastSignInDateTime` says: nothing when it is later than T.
struct Attempt {
    at: Option<i64>,
    /// A row of the person lies within a day of it.
    explained: bool,
    /// In the coverage, and none does.
    unexplained: bool,
}

fn attempt(tenant: &Tenant, person: usize, rows: &[Seen<'_>], frame: &Frame) -> Attempt {
    let at = tenant.people[person].activity.last.filter(|si| *si <= frame.t);
    let near = |si: i64| rows.iter().any(|s| s.row.interactive && (s.row.at - si).abs() <= 24 * HOUR);
    // The coverage reaches T when it ends within the settle time before it (ruling 1), so SI in between lies in it, and the
    // decision table of §2.3 says undetermined.
    let reaches = frame.reaches;
    let covered =
        |si: i64| frame.intervals.iter().any(|(from, to)| *from <= si && si <= *to) || (reaches && si >= frame.from);
    let explained = at.is_some_and(near);
    Attempt { at, explained, unexplained: at.is_some_and(|si| covered(si) && !explained) }
}

pub fn bounds(tenant: &Tenant, person: usize, rows: &[Seen<'_>], clocks: &Clocks, frame: &Frame) -> Bounds {
    let who = &tenant.people[person];
    let si = attempt(tenant, person, rows, frame);
    let created = who.created.filter(|at| *at <= frame.t);
    let grant = rows.iter().filter_map(|s| s.row.grant).filter(|at| *at <= frame.t).max();
    let observed = clocks.promptable;
    let mut flags = Vec::new();
    let mut lower = observed.max(created).max(grant);
    let mut upper = if frame.reaches { frame.from } else { frame.t };
    if let Some(at) = observed.filter(|at| frame.reaches && *at >= frame.from) {
        upper = at;
    } else if let Some(si) = si.at.filter(|si| *si < upper && observed.is_none_or(|seen| *si >= seen)) {
        // Ruling 5: SI bounds in every case; earlier than a page seen it lags and bounds nothing.
        upper = si;
    }
    // The documents say it of nobody-seen only; kmsift says it of a page seen earlier, too, which errs to undetermined.
    if let Some(at) = si.at.filter(|at| si.unexplained && observed.is_none_or(|seen| at - seen > DAY)) {
        upper = upper.max(at);
    }
    let inside = created.filter(|at| *at >= frame.from && frame.reaches && observed.is_none() && !si.unexplained);
    if let Some(at) = inside.filter(|at| clocks.unsettled.is_none() && grant.is_none_or(|grant| grant < *at)) {
        upper = at;
        flags.push("never_promptable");
    }
    if let Some(at) = clocks.unsettled.filter(|at| *at > upper) {
        upper = at;
        flags.push("unsettled");
    }
    if let Some(at) = lower.filter(|at| *at > upper) {
        upper = at;
        flags.push("bounds_conflict");
    }
    lower = lower.map(|at| at.min(upper));
    let days = |at: i64| (frame.t - at).div_euclid(DAY);
    let mut out = Bounds { upper, min_days: days(upper), max_days: lower.map(days), flags };
    words(&si, (who.activity.last, tenant.settings.stale_days), clocks, frame, &mut out);
    out
}

/// The flags that bear on the verdict (ruling 27; the decision table of §2.3 for SI: recent means since T - W).
fn words(si: &Attempt, (last, w): (Option<i64>, i64), clocks: &Clocks, frame: &Frame, out: &mut Bounds) {
    let stale = out.min_days >= w;
    let sure = stale || out.max_days.is_some_and(|days| days < w);
    let mut flag = |applies: bool, name: &'static str| {
        if applies {
            out.flags.push(name);
        }
    };
    flag(last.is_some_and(|si| si > frame.t), "si_after_as_of");
    let later = |si: i64| clocks.promptable.is_none_or(|seen| si - seen > DAY);
    let recent = si.at.is_some_and(|at| at >= frame.t - w * DAY && later(at));
    flag(recent && si.unexplained, "si_recent_unexplained");
    flag(recent && si.explained && (stale || !sure), "si_contaminated");
    let seen = clocks.promptable.is_some_and(|at| at >= frame.from);
    flag(frame.gap && frame.reaches && !seen && !sure, "gap");
    flag(!sure && (frame.t - frame.from).div_euclid(DAY) < w, "truncated_coverage");
}
