//! The generator's own bookkeeping: what each row is was stated where it was made; here that becomes labels and verdicts.

use super::clock::DAY;
use super::event::{Audit, Class, SignIn};
use super::people::{Archetype as A, Person};
use super::world::World;

const STALE_DAYS: i64 = 30;
const ACTIVE_DAYS: i64 = 14;

/// Last instants of one person.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Promptable presence.
    pub promptable: Option<i64>,
    /// Any interactive row.
    pub interactive: Option<i64>,
    /// Any non-interactive row.
    pub silent: Option<i64>,
    /// Windows logon.
    pub logon: Option<i64>,
    /// Token activity.
    pub token: Option<i64>,
    /// Legacy success.
    pub legacy: Option<i64>,
    /// Any success.
    pub success: Option<i64>,
    /// A registration prompt for MFA.
    pub prompted: Option<i64>,
    /// A registration begun or done by the person.
    pub started: Option<i64>,
}

fn later(slot: &mut Option<i64>, t: i64) {
    *slot = Some(slot.map_or(t, |old| old.max(t)));
}

/// What everyone was seen doing.
pub(super) struct Ledger {
    /// By person.
    pub tallies: Vec<Tally>,
    /// Distinct rows: interactive, non-interactive, audit.
    pub rows: [u64; 3],
    /// File and rows in it, duplicates counted.
    pub files: Vec<(String, u64)>,
}

impl Ledger {
    /// An empty one.
    pub(super) fn new(people: usize) -> Self {
        Self { tallies: vec![Tally::default(); people], rows: [0; 3], files: Vec::new() }
    }

    /// Notes a sign-in row.
    pub(super) fn signin(&mut self, row: &SignIn) {
        self.rows[usize::from(!row.interactive)] += 1;
        let tally = &mut self.tallies[row.user];
        later(if row.interactive { &mut tally.interactive } else { &mut tally.silent }, row.t);
        if row.code == 0 {
            later(&mut tally.success, row.t);
        }
        match row.class {
            Class::Promptable => {
                later(&mut tally.promptable, row.t);
                if row.code == 50_079 {
                    later(&mut tally.prompted, row.t);
                }
            }
            Class::ByToken | Class::Token => later(&mut tally.token, row.t),
            Class::Logon => later(&mut tally.logon, row.t),
            Class::Legacy => later(&mut tally.legacy, row.t),
            Class::Silent | Class::Attack | Class::TokenFailed => {}
        }
    }

    /// Notes an audit row.
    pub(super) fn audit(&mut self, row: &Audit) {
        self.rows[2] += 1;
        if let (true, Some(target)) = (row.presence(), row.target) {
            let tally = &mut self.tallies[target];
            later(&mut tally.promptable, row.t);
            if row.activity.name.contains("started") || row.activity.name.contains("registered") {
                later(&mut tally.started, row.t);
            }
        }
    }
}

/// The truth about one person.
pub(super) struct PersonTruth {
    /// Index.
    pub index: usize,
    /// Label (ruling 16).
    pub label: &'static str,
    /// Verdict.
    pub verdict: &'static str,
    /// Staleness in days, both ends.
    pub staleness: [i64; 2],
    /// Last promptable instant inside the window.
    pub promptable: Option<i64>,
    /// Stage for goal mfa, empty when out of scope.
    pub stage: &'static str,
    /// Registered for MFA; unknown when the report lacks the person.
    pub registered: Option<bool>,
    /// On the default list.
    pub target: bool,
    /// Gates.
    pub gates: Vec<&'static str>,
}

/// `lastSignInDateTime`: the last interactive row, failures too, else an instant before the window.
pub(super) fn last_sign_in(world: &World, person: &Person, tally: &Tally) -> Option<i64> {
    if tally.interactive.is_some()
        || matches!(person.kind, A::Service | A::NeverActive)
        || person.created >= world.start
    {
        return tally.interactive;
    }
    let back = i64::try_from(person.seed % 20).unwrap_or(0);
    Some((world.end - 94 * DAY).min(world.start - 4 * DAY) - back * DAY + 32_400)
}

/// `lastNonInteractiveSignInDateTime`.
pub(super) fn last_silent(world: &World, person: &Person, tally: &Tally) -> Option<i64> {
    match person.kind {
        A::Dormant if tally.silent.is_none() => Some((world.end - 45 * DAY).min(world.start - DAY)),
        _ => tally.silent,
    }
}

fn bounds(world: &World, person: &Person, tally: &Tally) -> [i64; 2] {
    let age = |t: i64| (world.end - t).div_euclid(DAY);
    if let Some(t) = tally.promptable {
        return [age(t); 2];
    }
    if person.created >= world.start {
        return [age(person.created); 2];
    }
    let seen = last_sign_in(world, person, tally);
    let latest = seen.map_or(world.start, |t| t.min(world.start));
    [age(latest), age(person.created)]
}

fn verdict_of([min, max]: [i64; 2]) -> &'static str {
    if min >= STALE_DAYS {
        "stale"
    } else if max < STALE_DAYS {
        "not_stale"
    } else {
        "undetermined"
    }
}

fn label_of(world: &World, person: &Person, tally: &Tally, verdict: &str) -> &'static str {
    let within = |t: Option<i64>, days: i64| t.is_some_and(|t| t >= world.end - days * DAY);
    let nothing = last_sign_in(world, person, tally).is_none() && last_silent(world, person, tally).is_none();
    match person.kind {
        A::Disabled => "disabled",
        A::Guest => "guest",
        A::Service => "service_like",
        _ if nothing => "never_active",
        _ if !within(tally.success, ACTIVE_DAYS) => "dormant",
        _ if verdict == "undetermined" => "undetermined",
        _ if verdict == "stale" && within(tally.logon, STALE_DAYS) => "logon_only",
        _ if verdict == "stale" && within(tally.token, ACTIVE_DAYS) => "token_stale",
        _ if verdict == "stale" => "legacy_only",
        _ => "ok",
    }
}

fn stage_of(world: &World, person: &Person, tally: &Tally, label_verdict: (&str, &str)) -> &'static str {
    let registration = world.registration(person, world.end);
    let (label, verdict) = label_verdict;
    let in_report = person.kind != A::Disabled;
    if in_report && registration.mfa() {
        return if registration.resistant() {
            "phishing_resistant"
        } else if registration.passwordless() {
            "passwordless"
        } else if registration.capable() {
            "capable"
        } else {
            "registered"
        };
    }
    match person.kind {
        A::Guest | A::Service | A::BreakGlass => "",
        A::Disabled => "in_scope",
        _ if matches!(label, "dormant" | "never_active") => "enabled",
        _ if verdict != "not_stale" => "active",
        _ if tally.started.is_some() => "started",
        _ if tally.prompted.is_some() => "prompted",
        _ => "reachable",
    }
}

/// States the truth about one person.
pub(super) fn judge(world: &World, person: &Person, tally: &Tally) -> PersonTruth {
    let staleness = bounds(world, person, tally);
    let verdict = verdict_of(staleness);
    let label = label_of(world, person, tally, verdict);
    let registered = (person.kind != A::Disabled).then(|| world.registration(person, world.end).mfa());
    let returned = person.kind == A::RevokedReturned;
    let mut gates: Vec<&'static str> = Vec::new();
    for (applies, gate) in [
        (person.kind == A::BreakGlass, "break_glass"),
        (person.admin(), "admin"),
        (person.kind == A::Guest, "guest"),
        (person.kind == A::Disabled, "disabled"),
        (person.kind == A::Service, "service_like"),
        (returned, "already_revoked"),
        (verdict == "not_stale", "not_stale"),
        (verdict == "undetermined", "undetermined"),
        (label == "logon_only", "logon_only"),
        (label == "dormant", "dormant"),
        (label == "never_active", "never_active"),
        (label == "legacy_only", "legacy_only"),
        (registered == Some(true), "registered"),
        (registered.is_none(), "registration_unknown"),
    ] {
        if applies {
            gates.push(gate);
        }
    }
    let target = label == "token_stale" && registered == Some(false) && gates.is_empty();
    let stage = stage_of(world, person, tally, (label, verdict));
    PersonTruth {
        index: person.index,
        label,
        verdict,
        staleness,
        promptable: tally.promptable,
        stage,
        registered,
        target,
        gates,
    }
}
