//! Weighted set cover: the fewest resources that reach enough people (semantics §6.1). Greedy by gain, greedy by gain per cost,
//! and, for few candidates, the exact minimum by branch and bound. Ties: lower collateral, lower cost, then name.

use std::cmp::Ordering;

/// More candidates than this after leaving out those another one replaces: no exact minimum is sought.
pub const MOST_EXACT: usize = 20;
/// A step that reaches less than one in this many of the people ends the greedy search: 2 %.
const LEAST_GAIN: u64 = 50;

/// A set of people, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People(Vec<u64>);

impl People {
    /// Adds somebody.
    pub fn insert(&mut self, number: usize) {
        let word = number / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (number % 64);
        }
    }

    /// Whether somebody is in it.
    #[must_use]
    pub fn contains(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// How many of it another set lacks.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> u64 {
        let known = |i: usize| other.0.get(i).copied().unwrap_or(0);
        self.0.iter().enumerate().map(|(i, bits)| u64::from((bits & !known(i)).count_ones())).sum()
    }

    /// Union.
    pub fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }
}

impl FromIterator<usize> for People {
    fn from_iter<T: IntoIterator<Item = usize>>(numbers: T) -> Self {
        let mut out = Self::default();
        numbers.into_iter().for_each(|n| out.insert(n));
        out
    }
}

/// Something that reaches people at a cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Name: the last tie-breaker.
    pub name: String,
    /// Whom it reaches.
    pub people: People,
    /// Prompts a period.
    pub cost: u64,
    /// Other people it disturbs.
    pub collateral: u64,
}

/// By what the greedy search prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Most people.
    Gain,
    /// Most people per prompt.
    GainPerCost,
}

/// A step of a cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which candidate.
    pub candidate: usize,
    /// People it adds.
    pub gain: u64,
    /// People reached with it.
    pub covered: u64,
}

/// Takes candidates one by one until `need` people are reached or a step adds less than 2 % of the `whole`.
#[must_use]
pub fn greedy(candidates: &[Candidate], by: By, (need, whole): (u64, u64)) -> Vec<Step> {
    let mut reached = People::default();
    let (mut covered, mut steps): (u64, Vec<Step>) = (0, Vec::new());
    while covered < need {
        let left = (0..candidates.len()).filter(|i| steps.iter().all(|s| s.candidate != *i));
        let gains = left.filter_map(|i| candidates.get(i).map(|c| (i, c, c.people.beyond(&reached))));
        let best = gains.max_by(|a, b| better(by, (a.1, a.2), (b.1, b.2)));
        let Some((candidate, chosen, gain)) = best else { break };
        if gain == 0 || gain * LEAST_GAIN < whole {
            break;
        }
        covered += gain;
        reached.join(&chosen.people);
        steps.push(Step { candidate, gain, covered });
    }
    steps
}

/// `Greater` when the first is to be taken before the second.
fn better(by: By, (a, gain_a): (&Candidate, u64), (b, gain_b): (&Candidate, u64)) -> Ordering {
    let cost = |c: &Candidate| u128::from(c.cost.max(1));
    let first = match by {
        By::Gain => gain_a.cmp(&gain_b),
        By::GainPerCost => (u128::from(gain_a) * cost(b)).cmp(&(u128::from(gain_b) * cost(a))),
    };
    let tie = |c: &Candidate| (c.collateral, c.cost);
    first.then_with(|| tie(b).cmp(&tie(a))).then_with(|| b.name.cmp(&a.name))
}

/// The fewest candidates that reach at least `need` people; of several the cheapest, then the first by name. `None`: too many
/// candidates, or they do not reach that many.
#[must_use]
pub fn exact(candidates: &[Candidate], need: u64) -> Option<Vec<Step>> {
    let mut order = undominated(candidates);
    if order.len() > MOST_EXACT {
        return None;
    }
    let key = |i: &usize| candidates.get(*i).map(|c| (std::cmp::Reverse(c.people.len()), c.cost, c.name.as_str()));
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut search = Search { candidates, order, need, best: None, path: Vec::new() };
    search.go(0, &People::default(), 0);
    let mut chosen = search.best?.chosen;
    chosen.sort_by_key(|i| candidates.get(*i).map(|c| c.name.as_str()));
    Some(ordered(candidates, &chosen))
}

/// The chosen in the order of their gain, with what each adds.
fn ordered(candidates: &[Candidate], chosen: &[usize]) -> Vec<Step> {
    let (mut left, mut reached, mut covered, mut steps) = (chosen.to_vec(), People::default(), 0, Vec::new());
    while let Some((at, gain)) = left
        .iter()
        .enumerate()
        .filter_map(|(at, i)| candidates.get(*i).map(|c| (at, c, c.people.beyond(&reached))))
        .max_by(|a, b| better(By::Gain, (a.1, a.2), (b.1, b.2)))
        .map(|(at, _, gain)| (at, gain))
    {
        let candidate = left.remove(at);
        if let Some(c) = candidates.get(candidate) {
            reached.join(&c.people);
        }
        covered += gain;
        steps.push(Step { candidate, gain, covered });
    }
    steps
}

/// Candidates that no other one replaces: reaching nobody whom it does not reach, and no cheaper.
fn undominated(candidates: &[Candidate]) -> Vec<usize> {
    let replaces = |a: (usize, &Candidate), b: (usize, &Candidate)| {
        let same = a.1.people == b.1.people && a.1.cost == b.1.cost;
        let first = !same || (a.1.name.as_str(), a.0) < (b.1.name.as_str(), b.0);
        a.0 != b.0 && b.1.people.beyond(&a.1.people) == 0 && a.1.cost <= b.1.cost && first
    };
    let all = || candidates.iter().enumerate();
    all().filter(|c| !c.1.people.is_empty() && !all().any(|other| replaces(other, *c))).map(|(i, _)| i).collect()
}

struct Best {
    cost: u64,
    chosen: Vec<usize>,
}

struct Search<'c> {
    candidates: &'c [Candidate],
    /// Largest first.
    order: Vec<usize>,
    need: u64,
    best: Option<Best>,
    path: Vec<usize>,
}

impl Search<'_> {
    /// Tries with and without the candidate at `at`.
    fn go(&mut self, at: usize, reached: &People, cost: u64) {
        let covered = reached.len();
        if covered >= self.need {
            self.found(cost);
            return;
        }
        let next = self.order.get(at).and_then(|i| Some((*i, self.candidates.get(*i)?)));
        let Some((number, candidate)) = next else { return };
        if self.hopeless(at, reached, (covered, cost)) {
            return;
        }
        if candidate.people.beyond(reached) > 0 {
            let mut with = reached.clone();
            with.join(&candidate.people);
            self.path.push(number);
            self.go(at + 1, &with, cost.saturating_add(candidate.cost));
            self.path.pop();
        }
        self.go(at + 1, reached, cost);
    }

    fn found(&mut self, cost: u64) {
        let names = |chosen: &[usize]| {
            let mut names: Vec<&str> =
                chosen.iter().filter_map(|i| self.candidates.get(*i)).map(|c| c.name.as_str()).collect();
            names.sort_unstable();
            names
        };
        let mine = (self.path.len(), cost);
        let beats = self.best.as_ref().is_none_or(|b| {
            mine.cmp(&(b.chosen.len(), b.cost)).then_with(|| names(&self.path).cmp(&names(&b.chosen))) == Ordering::Less
        });
        if beats {
            self.best = Some(Best { cost, chosen: self.path.clone() });
        }
    }

    /// Whether even the largest gains left, one after the other, cannot make it with fewer candidates, or as many and cheaper.
    fn hopeless(&self, at: usize, reached: &People, (covered, cost): (u64, u64)) -> bool {
        let left = self.order.get(at..).unwrap_or_default().iter().filter_map(|i| self.candidates.get(*i));
        let mut gains: Vec<u64> = left.map(|c| c.people.beyond(reached)).collect();
        gains.sort_unstable_by(|a, b| b.cmp(a));
        let (mut sum, mut more) = (covered, 0);
        for gain in gains {
            if sum >= self.need {
                break;
            }
            sum += gain;
            more += 1;
        }
        let count = self.path.len() + more;
        sum < self.need || self.best.as_ref().is_some_and(|b| (count, cost) > (b.chosen.len(), b.cost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, people: &[usize], cost: u64) -> Candidate {
        Candidate { name: name.to_owned(), people: people.iter().copied().collect(), cost, collateral: cost }
    }

    /// semantics §6.1.
    fn golden() -> Vec<Candidate> {
        vec![
            candidate("Exchange", &[1, 2, 3, 4, 5, 6, 7], 950),
            candidate("SharePoint", &[3, 4, 5, 8, 9], 600),
            candidate("Teams", &[1, 2, 3, 8, 10], 700),
            candidate("Payroll", &[11], 40),
            candidate("Power BI", &[9, 10, 12], 90),
        ]
    }

    fn told(candidates: &[Candidate], steps: &[Step]) -> Vec<(String, u64, u64)> {
        steps.iter().map(|s| (candidates[s.candidate].name.clone(), s.gain, s.covered)).collect()
    }

    fn rows(rows: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
        rows.iter().map(|(name, gain, covered)| ((*name).to_owned(), *gain, *covered)).collect()
    }

    #[test]
    fn the_golden_example() {
        let all = golden();
        let by_gain = rows(&[("Exchange", 7, 7), ("Power BI", 3, 10), ("Payroll", 1, 11), ("SharePoint", 1, 12)]);
        assert_eq!(told(&all, &greedy(&all, By::Gain, (12, 12))), by_gain);
        let by_ratio = rows(&[("Power BI", 3, 3), ("Payroll", 1, 4), ("Exchange", 7, 11), ("SharePoint", 1, 12)]);
        assert_eq!(told(&all, &greedy(&all, By::GainPerCost, (12, 12))), by_ratio);
        // 11 needs Payroll, 12 Power BI, 6 Exchange, 8 SharePoint or Teams, of which SharePoint is cheaper: four.
        let exact = exact(&all, 12).unwrap_or_default();
        assert_eq!(told(&all, &exact), by_gain);
        // Nine in ten of twelve are eleven: three steps do.
        assert_eq!(told(&all, &greedy(&all, By::Gain, (11, 12))), by_gain[..3]);
    }

    #[test]
    fn small_steps_end_the_search_and_what_cannot_be_reached_is_none() {
        let big: Vec<usize> = (0..99).collect();
        let all = [candidate("big", &big, 1), candidate("tail", &[99], 1)];
        assert_eq!(greedy(&all, By::Gain, (100, 100)).len(), 1, "one of a hundred is less than 2 %");
        assert_eq!(exact(&all, 100).map(|s| s.len()), Some(2));
        assert_eq!(exact(&all, 101), None);
        assert_eq!(exact(&[], 0), Some(Vec::new()));
    }

    #[test]
    fn greedy_can_be_beaten() {
        let all =
            [candidate("wide", &[0, 1, 2, 3], 5), candidate("left", &[0, 1, 4], 1), candidate("right", &[2, 3, 5], 1)];
        assert_eq!(greedy(&all, By::Gain, (6, 6)).len(), 3);
        let best = exact(&all, 6).unwrap_or_default();
        assert_eq!(told(&all, &best), rows(&[("left", 3, 3), ("right", 3, 6)]));
    }

    proptest::proptest! {
        #[test]
        fn exact_is_a_cover_no_larger_than_greedy_or_any_other(
            sets in proptest::collection::vec((proptest::collection::btree_set(0_usize..24, 1..9), 0_u64..50), 1..10),
            percent in 1_u64..=100,
        ) {
            let all: Vec<Candidate> = sets
                .iter()
                .enumerate()
                .map(|(i, (people, cost))| {
                    let numbers: Vec<usize> = people.iter().copied().collect();
                    candidate(&format!("r{i}"), &numbers, *cost)
                })
                .collect();
            let mut union = People::default();
            for candidate in &all {
                union.join(&candidate.people);
            }
            let need = (union.len() * percent).div_ceil(100);
            let best = exact(&all, need).unwrap_or_default();
            let mut reached = People::default();
            for step in &best {
                reached.join(&all[step.candidate].people);
            }
            proptest::prop_assert!(reached.len() >= need, "a cover");
            proptest::prop_assert_eq!(best.last().map_or(0, |s| s.covered), reached.len());
            for by in [By::Gain, By::GainPerCost] {
                // Nobody is so many that one of them is less than 2 %.
                let steps = greedy(&all, by, (need, union.len()));
                proptest::prop_assert!(steps.last().map_or(0, |s| s.covered) >= need);
                proptest::prop_assert!(best.len() <= steps.len());
            }
            // Every choice there is: none is smaller, none as small is cheaper.
            let cost = |chosen: &[usize]| chosen.iter().map(|i| all[*i].cost).sum::<u64>();
            let mine: Vec<usize> = best.iter().map(|s| s.candidate).collect();
            for mask in 0_u32..1 << all.len() {
                let chosen: Vec<usize> = (0..all.len()).filter(|i| mask >> i & 1 == 1).collect();
                let mut reached = People::default();
                for i in &chosen {
                    reached.join(&all[*i].people);
                }
                if reached.len() >= need {
                    proptest::prop_assert!((mine.len(), cost(&mine)) <= (chosen.len(), cost(&chosen)));
                }
            }
        }
    }
}
