//! How people come to be registered, day by day: asked or not, then by the hazard of the days since being asked. Pure, and
//! without dates: day 0 is the as-of instant.

use std::collections::BTreeMap;

/// Fewer people followed than this on a day: its hazard is not estimated by itself.
const FEWEST_AT_RISK: f64 = 5.0;

/// From being asked to registering, in whole days since being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spell {
    /// Followed from this day on.
    pub(super) entry: u32,
    /// Followed up to this day, both included.
    pub(super) exit: u32,
    /// Registered on it.
    pub(super) registered: bool,
}

/// How waiting to be asked ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WaitEnd {
    /// Asked.
    Asked,
    /// Registered without having been asked.
    Volunteered,
    /// Neither, so far.
    Open,
}

/// What the logs show of one person. Who has the same past is the same to the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Past {
    /// Since being asked.
    pub(super) spell: Option<Spell>,
    /// Days reachable and not asked, and how that ended.
    pub(super) wait: Option<(u32, WaitEnd)>,
}

/// How many people have each past: all that the estimates need.
pub(super) type History = BTreeMap<Past, u64>;

/// Where people stand on day 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Present {
    /// Registered.
    pub(super) registered: u64,
    /// Asked and reachable: days since being asked → people.
    pub(super) waiting: BTreeMap<u32, u64>,
    /// Reachable, and not asked yet.
    pub(super) unasked: u64,
    /// The logs cannot tell whether they are reachable.
    pub(super) undetermined: u64,
    /// Token-stale: days with an eligible sign-in in the coverage → people.
    pub(super) stale: BTreeMap<u32, u64>,
    /// Windows logon or legacy clients only: at no page.
    pub(super) logon_only: u64,
    /// Dormant or never active.
    pub(super) dormant: u64,
    /// Asked, and kept from registering by a policy or by risk.
    pub(super) blocked: u64,
}

impl Present {
    /// These and other people.
    pub(super) fn join(self, other: Self) -> Self {
        let sum = |mut mine: BTreeMap<u32, u64>, theirs: BTreeMap<u32, u64>| {
            for (days, people) in theirs {
                *mine.entry(days).or_default() += people;
            }
            mine
        };
        Self {
            registered: self.registered + other.registered,
            waiting: sum(self.waiting, other.waiting),
            unasked: self.unasked + other.unasked,
            undetermined: self.undetermined + other.undetermined,
            stale: sum(self.stale, other.stale),
            logon_only: self.logon_only + other.logon_only,
            dormant: self.dormant + other.dormant,
            blocked: self.blocked + other.blocked,
        }
    }

    /// Asked and reachable.
    #[must_use]
    pub(super) fn asked(&self) -> u64 {
        self.waiting.values().sum()
    }

    /// Token-stale.
    #[must_use]
    pub(super) fn token_stale(&self) -> u64 {
        self.stale.values().sum()
    }

    /// Everybody: the denominator.
    #[must_use]
    pub(super) fn whole(&self) -> u64 {
        self.registered + self.asked() + self.unasked + self.undetermined + self.out_of_reach()
    }

    /// Who cannot register without an action.
    #[must_use]
    pub(super) fn out_of_reach(&self) -> u64 {
        self.token_stale() + self.logon_only + self.dormant + self.blocked
    }
}

/// Token-stale people brought back to a page: how many on day 1, 2, 3 ...
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Arrivals(Vec<f64>);

impl Arrivals {
    /// So many a day, no more in all than there are to bring back.
    #[must_use]
    pub(super) fn new(per_day: &[u64], most: u64) -> Self {
        let mut left = most;
        let take = |n: &u64| {
            let come = left.min(*n);
            left -= come;
            real(come)
        };
        Self(per_day.iter().map(take).collect())
    }

    /// In all.
    #[must_use]
    pub(super) fn total(&self) -> f64 {
        self.0.iter().sum()
    }
}

/// Daily chances, as estimated.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rates {
    /// Of registering on the n-th day since being asked, who has not before.
    hazard: Vec<f64>,
    /// The same on later days.
    tail: f64,
    /// Of being asked on a day, who is reachable and was not before.
    asked: f64,
    /// Of registering on a day without having been asked.
    volunteered: f64,
}

/// Expected people and the variance of their number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Moments {
    /// Expected number.
    pub(super) mean: f64,
    /// Variance.
    pub(super) variance: f64,
}

impl Moments {
    fn add(&mut self, people: f64, chance: f64) {
        self.mean += people * chance;
        self.variance += people * chance * (1.0 - chance);
    }
}

/// A number of people or days.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
pub(super) fn real(n: u64) -> f64 {
    n as f64
}

fn place(day: u32) -> usize {
    usize::try_from(day).unwrap_or(usize::MAX)
}

/// Days since being asked for which a hazard is estimated: up to the last on which five people were followed.
#[must_use]
pub(super) fn followed(history: &History) -> usize {
    let (risk, _) = exposures(history.iter().map(|(past, n)| (*past, real(*n))));
    risk.iter().rposition(|n| *n >= FEWEST_AT_RISK).map_or(0, |last| last + 1)
}

/// People at risk and events by day since being asked (semantics §9.4: both ends of a spell count, events come first).
fn exposures(people: impl Iterator<Item = (Past, f64)>) -> (Vec<f64>, Vec<f64>) {
    let (mut change, mut events) = (vec![0.0; 1], vec![0.0; 1]);
    for (past, weight) in people {
        let Some(spell) = past.spell.filter(|s| s.entry <= s.exit) else { continue };
        let (entry, exit) = (place(spell.entry), place(spell.exit));
        if change.len() < exit + 2 {
            change.resize(exit + 2, 0.0);
            events.resize(exit + 2, 0.0);
        }
        change[entry] += weight;
        change[exit + 1] -= weight;
        if spell.registered {
            events[exit] += weight;
        }
    }
    let mut at_risk = 0.0;
    for n in &mut change {
        at_risk += *n;
        *n = at_risk;
    }
    (change, events)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 }
}

impl Rates {
    /// Estimates of people, each with a weight; hazards for as many days as [`followed`] says.
    #[must_use]
    pub(super) fn of(people: &[(Past, f64)], followed: usize) -> Self {
        Self::with(people, followed, || 0.0)
    }

    /// The same, where `more` is added to the events of each rate pooled over days.
    pub(super) fn with(people: &[(Past, f64)], followed: usize, mut more: impl FnMut() -> f64) -> Self {
        let (risk, events) = exposures(people.iter().copied());
        let hazard: Vec<f64> = risk.iter().zip(&events).take(followed).map(|(n, d)| ratio(*d, *n)).collect();
        let later = followed / 2..followed.min(risk.len());
        let tail = ratio(events[later.clone()].iter().sum::<f64>() + more(), risk[later].iter().sum());
        let (mut days, mut asked, mut volunteered) = (0.0, 0.0, 0.0);
        for (past, weight) in people {
            let Some((waited, end)) = past.wait else { continue };
            days += f64::from(waited) * weight;
            match end {
                WaitEnd::Asked => asked += weight,
                WaitEnd::Volunteered => volunteered += weight,
                WaitEnd::Open => {}
            }
        }
        Self { hazard, tail, asked: ratio(asked + more(), days), volunteered: ratio(volunteered + more(), days) }
    }

    /// Unweighted estimates.
    #[must_use]
    pub(super) fn plain(history: &History) -> Self {
        let people: Vec<(Past, f64)> = history.iter().map(|(past, n)| (*past, real(*n))).collect();
        Self::of(&people, followed(history))
    }

    fn hazard(&self, day: usize) -> f64 {
        self.hazard.get(day).copied().unwrap_or(self.tail)
    }

    /// Share registered by the end of the n-th day since being asked.
    fn done(&self, days: usize) -> Vec<f64> {
        let mut left = 1.0;
        let mut day = |k| {
            left *= 1.0 - self.hazard(k);
            1.0 - left
        };
        (0..days).map(&mut day).collect()
    }

    /// People registered on day 0, 1, ... `horizon`, if nobody out of reach comes back but the arrivals.
    #[must_use]
    pub(super) fn outlook(&self, present: &Present, arrivals: &Arrivals, horizon: usize) -> Vec<Moments> {
        let done = self.done(horizon);
        let mut out = vec![Moments { mean: real(present.registered), variance: 0.0 }; horizon + 1];
        for (age, people) in &present.waiting {
            let mut left = 1.0;
            for (day, moments) in out.iter_mut().enumerate().skip(1) {
                left *= 1.0 - self.hazard(place(*age) + day);
                moments.add(real(*people), 1.0 - left);
            }
        }
        let unasked = self.done_unasked(&done);
        for (moments, chance) in out.iter_mut().zip(unasked) {
            moments.add(real(present.unasked), chance);
        }
        for (came, people) in arrivals.0.iter().enumerate().filter(|(_, n)| **n > 0.0) {
            for (moments, chance) in out.iter_mut().skip(came + 1).zip(&done) {
                moments.add(*people, *chance);
            }
        }
        out
    }

    /// Chance of having registered by day 0, 1, ..., who is reachable and was not asked.
    fn done_unasked(&self, done: &[f64]) -> Vec<f64> {
        let leave = (self.asked + self.volunteered).min(1.0);
        let asked = ratio(self.asked, self.asked + self.volunteered);
        let left = come(leave, done).into_iter().zip(come(leave, &vec![1.0; done.len()]));
        left.map(|(after, without)| asked * after + (1.0 - asked) * without).collect()
    }

    /// What stale people would add by day 0, 1, ... if each came back to a page at the rate of semantics §5.3: eligible days
    /// by days covered, or, without one, at most three by the days covered (rule of three).
    #[must_use]
    pub(super) fn stale_at_most(&self, present: &Present, covered_days: u32, horizon: usize) -> Vec<f64> {
        let done = self.done(horizon);
        let mut out = vec![0.0; horizon + 1];
        for (eligible, people) in &present.stale {
            let days = if *eligible == 0 { 3.0 } else { f64::from(*eligible) };
            let back = 1.0 - (-days / f64::from(covered_days.max(1))).exp();
            for (sum, chance) in out.iter_mut().zip(come(back, &done)) {
                *sum += real(*people) * chance;
            }
        }
        out
    }
}

/// Chance of having registered by day 0, 1, ..., who comes to a page on each day with the same chance and registers from then
/// on as `done` says; who comes may register the same day. It is the sum over the days of coming, which grows by one term a day:
/// who came a day ago or earlier is where he would have been yesterday, had he come a day earlier.
fn come(daily: f64, done: &[f64]) -> Vec<f64> {
    let mut so_far = 0.0;
    let day = |share: &f64| {
        so_far = daily * share + (1.0 - daily) * so_far;
        so_far
    };
    std::iter::once(0.0).chain(done.iter().map(day)).collect()
}
