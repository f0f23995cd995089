//! Waves: which of the people on a list are acted on on which day, so that the help desk can answer and no team goes dark
//! (semantics §8.3). The rules are told in the heading of `calendar.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::facts::{Dossier, Dossiers};
use crate::judge::gates::PeopleList;
use crate::judge::{Class, Frame, Label, Verdict};
use crate::model::sign_in::Trust;
use crate::model::time::{Day, Instant};

/// Somebody who used tokens within this many days before T was active recently.
pub const RECENT_DAYS: i64 = 3;
/// No wave lies further than this after the one before it.
const HORIZON_DAYS: i32 = 3_660;

/// How waves are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// q: help-desk tickets expected of 100 people, in thousandths.
    pub tickets: u64,
    /// C: tickets the help desk can take a day.
    pub capacity: Option<u64>,
    /// Most people of a wave, whatever the capacity.
    pub size: Option<u64>,
    /// m: most of one department's people in one wave, in thousandths of a percent.
    pub share: u64,
    /// Days of the week on which a wave may be, from Monday.
    pub weekdays: [bool; 7],
    /// Days on which none may be, first and last of each span.
    pub blackouts: Vec<(Day, Day)>,
    /// Not before this day.
    pub first: Option<Day>,
    /// Local time of day at which a wave starts, seconds from midnight.
    pub start: i64,
    /// Key of the order inside a tier.
    pub seed: u64,
}

impl Default for Rules {
    /// The defaults of semantics §8.3, with no limit of size.
    fn default() -> Self {
        Self {
            tickets: 5_000,
            capacity: None,
            size: None,
            share: 20_000,
            weekdays: [true, true, true, true, false, false, false],
            blackouts: Vec::new(),
            first: None,
            start: 9 * 3_600,
            seed: 0,
        }
    }
}

impl Rules {
    /// n: most people of a wave, floor(C / q x 100), and no more than the size asked for.
    #[must_use]
    pub fn most(&self) -> Option<u64> {
        let bearable = self.capacity.map(|c| (c.saturating_mul(100_000) / self.tickets.max(1)).max(1));
        [bearable, self.size].into_iter().flatten().min()
    }

    /// Most people of one wave from a department of so many people: the share, rounded down, and one person at least.
    #[must_use]
    pub fn most_of_team(&self, people: u64) -> u64 {
        (people.saturating_mul(self.share) / 100_000).max(1)
    }

    fn allows(&self, day: Day) -> bool {
        let open = self.weekdays.get(usize::from(day.weekday())).copied().unwrap_or(false);
        open && !self.blackouts.iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// The first allowed day from a day on.
    fn day_from(&self, day: Day) -> Option<Day> {
        (0..HORIZON_DAYS).map(|n| Day(day.0.saturating_add(n))).find(|d| self.allows(*d))
    }
}

/// How soon somebody's turn comes: whoever is likelier to convert comes earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Active recently, on no joined device.
    RecentOwnDevice,
    /// Active recently.
    Recent,
    /// On no joined device.
    OwnDevice,
    /// Neither.
    Other,
    /// The logs cannot tell whether stale; listed with `--include undetermined`.
    Undetermined,
    /// Windows logon only, where a page is least likely; listed with `--include logon-only`.
    LogonOnly,
}

/// Somebody on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Object id.
    pub id: String,
    /// Department; empty = not known, and no share is held.
    pub department: Arc<str>,
    /// Usage location; empty = not known.
    pub location: Arc<str>,
    /// Turn.
    pub tier: Tier,
    /// On the pilot list.
    pub pilot: bool,
}

/// One wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// From 1.
    pub number: u32,
    /// Its day, by the clock of each person's place.
    pub day: Day,
    /// People of the pilot list alone.
    pub pilot: bool,
    /// Positions of its people among the candidates, ascending.
    pub people: Vec<usize>,
}

/// The people of a list as candidates, in the order of the verdicts.
#[must_use]
pub fn candidates(
    listed: &dyn Fn(&Verdict) -> bool,
    (verdicts, dossiers): (&[Verdict], &Dossiers),
    frame: &Frame,
    pilot: &PeopleList,
) -> Vec<Candidate> {
    let on_list = verdicts.iter().enumerate().filter(|(_, v)| listed(v));
    let candidate = |(position, v): (usize, &Verdict)| {
        let dossier = dossiers.get(position)?;
        Some(Candidate {
            id: v.id.to_string(),
            department: v.home.department.clone(),
            location: v.home.usage_location.clone(),
            tier: tier(v, &dossier, frame),
            pilot: pilot.find(dossier.id, &dossier.person.upns).is_some(),
        })
    };
    on_list.filter_map(candidate).collect()
}

fn tier(verdict: &Verdict, dossier: &Dossier<'_>, frame: &Frame) -> Tier {
    let since = frame.t.plus_days(-RECENT_DAYS);
    let recent = verdict.last_token.get().max(verdict.clocks().success).is_some_and(|at| at >= since);
    let joined = dossier.activity.iter().any(|(channel, span)| {
        let used = span.last() >= frame.active_since() && span.first() <= frame.t;
        used && channel.trust == Trust::Joined && frame.class(channel) == Class::Token
    });
    match (verdict.label, recent, joined) {
        (Label::LogonOnly, ..) => Tier::LogonOnly,
        (Label::Undetermined, ..) => Tier::Undetermined,
        (_, true, false) => Tier::RecentOwnDevice,
        (_, true, true) => Tier::Recent,
        (_, false, false) => Tier::OwnDevice,
        (_, false, true) => Tier::Other,
    }
}

/// How many active people in scope each department has, as far as departments are known.
#[must_use]
pub fn teams(verdicts: &[Verdict]) -> BTreeMap<Arc<str>, u64> {
    let mut out = BTreeMap::new();
    for v in verdicts.iter().filter(|v| v.in_scope && v.active && !v.home.department.is_empty()) {
        *out.entry(v.home.department.clone()).or_insert(0) += 1;
    }
    out
}

/// Cuts a list into waves. `None`: a wave finds no day within ten years of the one before.
#[must_use]
pub fn plan(
    rules: &Rules,
    candidates: &[Candidate],
    teams: &BTreeMap<Arc<str>, u64>,
    as_of: Instant,
) -> Option<Vec<Wave>> {
    let mut waves: Vec<Wave> = Vec::new();
    let mut from = rules.first.unwrap_or(Day(as_of.day().0.saturating_add(1)));
    let (numbers, pilots) = assign(rules, candidates, teams);
    for number in 0..numbers.iter().map(|n| n + 1).max().unwrap_or(0) {
        let day = rules.day_from(from)?;
        from = Day(day.0.saturating_add(1));
        let pilot = number < pilots;
        waves.push(Wave { number: u32::try_from(number + 1).unwrap_or(u32::MAX), day, pilot, people: Vec::new() });
    }
    for (position, number) in numbers.iter().enumerate() {
        if let Some(wave) = waves.get_mut(*number) {
            wave.people.push(position);
        }
    }
    Some(waves)
}

/// The wave of each candidate, from 0, and how many waves are the pilot's. Everybody in turn goes into the first wave that
/// has room for one more person, and for one more of the department.
fn assign(rules: &Rules, candidates: &[Candidate], teams: &BTreeMap<Arc<str>, u64>) -> (Vec<usize>, usize) {
    let most = rules.most().unwrap_or(u64::MAX);
    let mut order: Vec<(bool, Tier, [u8; 32], usize)> =
        candidates.iter().enumerate().map(|(i, c)| (!c.pilot, c.tier, turn(rules.seed, &c.id), i)).collect();
    order.sort_by(|a, b| {
        (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then_with(|| candidates[a.3].id.cmp(&candidates[b.3].id))
    });
    let mut numbers = vec![0; candidates.len()];
    let mut full: Vec<u64> = Vec::new();
    // A wave once full stays so, for everybody or for a department: no one is looked for a place before these.
    let mut open = 0;
    let mut of_team: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    let mut pilots = 0;
    for (others, _, _, position) in order {
        let department = &*candidates[position].department;
        let free = !others || department.is_empty();
        if others && open < pilots {
            open = pilots;
        }
        while full.get(open).is_some_and(|n| *n >= most) {
            open += 1;
        }
        let mut at = open;
        if !free {
            let cap = rules.most_of_team(teams.get(department).copied().unwrap_or(0));
            let (team_at, team_has) = of_team.entry(department).or_insert((open, 0));
            while *team_at < open || *team_has >= cap || full.get(*team_at).is_some_and(|n| *n >= most) {
                (*team_at, *team_has) = ((*team_at + 1).max(open), 0);
            }
            *team_has += 1;
            at = *team_at;
        }
        full.resize(full.len().max(at + 1), 0);
        full[at] += 1;
        numbers[position] = at;
        if !others {
            pilots = pilots.max(at + 1);
        }
    }
    (numbers, pilots)
}

/// A person's turn inside a tier: a keyed hash, which never changes, unlike a generator's stream.
fn turn(seed: u64, id: &str) -> [u8; 32] {
    Sha256::digest(format!("{seed}:{id}")).into()
}
