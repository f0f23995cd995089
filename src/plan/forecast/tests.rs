//! Worked by hand, laws, and a world whose hazards are known.

use proptest::prelude::*;
use rayon::prelude::*;

use super::band::{Ahead, Ask, Dice, ahead};
use super::model::{Arrivals, History, Past, Present, Rates, Spell, WaitEnd, followed, real};

fn spell(exit: u32, registered: bool) -> Past {
    Past { spell: Some(Spell { entry: 0, exit, registered }), wait: None }
}

/// Semantics §9.4, golden data; and 40 person-days of waiting in which two were asked: 0.05 a day.
fn golden() -> History {
    let spells = [
        (0, true),
        (1, true),
        (1, true),
        (2, false),
        (3, true),
        (5, false),
        (7, true),
        (7, true),
        (10, false),
        (14, true),
        (20, false),
        (30, false),
    ];
    let mut history = History::new();
    for (exit, registered) in spells {
        *history.entry(spell(exit, registered)).or_default() += 1;
    }
    for (days, end) in [(10, WaitEnd::Asked), (6, WaitEnd::Asked), (24, WaitEnd::Open)] {
        history.insert(Past { spell: None, wait: Some((days, end)) }, 1);
    }
    history
}

/// Twenty people: ten registered, three asked yesterday, two not asked, four stale, one dormant.
fn twenty() -> Present {
    Present {
        registered: 10,
        waiting: [(1, 3)].into(),
        unasked: 2,
        stale: [(0, 4)].into(),
        dormant: 1,
        ..Present::default()
    }
}

/// Hazards by hand: day 0 1/12, 1 2/11, 3 1/8, 7 2/6. Five are followed to day 7 (6 at risk), four to day 8; later days go
/// on with days 4 to 7: 2 events of 7 + 7 + 6 + 6 = 26 at risk, 1/13.
/// Day 2: of the three asked a day ago 1/8 registered (days 2 and 3 of theirs): 0.375. Of the two unasked: asked on day 1
/// (0.05) and registered within two days (3/12), or asked on day 2 (0.95 × 0.05) and registered at once (1/12): 0.0164583
/// each. Day 8: 7/8 × 4/6 × (12/13)² of the three are left: 1.508876 registered.
#[test]
fn worked_by_hand() {
    let history = golden();
    assert_eq!(followed(&history), 8);
    let outlook = Rates::plain(&history).outlook(&twenty(), &Arrivals::default(), 8);
    assert!((outlook[0].mean - 10.0).abs() < 1e-12);
    assert!((outlook[2].mean - 10.407_916_7).abs() < 1e-6, "{}", outlook[2].mean);
    // Binomial variances add up: 3 × 1/8 × 7/8 and 2 × 0.0164583 × 0.9835417.
    assert!((outlook[2].variance - 0.360_500).abs() < 1e-5, "{}", outlook[2].variance);
    let without = Rates::plain(&history).outlook(&Present { unasked: 0, ..twenty() }, &Arrivals::default(), 8);
    assert!((without[8].mean - 11.508_876).abs() < 1e-6, "{}", without[8].mean);
    // Two of the stale brought back on day 1 have had two days by day 2: 2 × 3/12.
    let brought = Rates::plain(&history).outlook(&twenty(), &Arrivals::new(&[2], 4), 8);
    assert!((brought[2].mean - outlook[2].mean - 0.5).abs() < 1e-9);
}

/// The golden table of semantics §9.4: somebody asked on day 1 is unregistered with S(0), S(1), S(3), S(7), S(14) after days
/// 1, 2, 4, 8, 15.
#[test]
fn the_hazards_are_those_of_kaplan_and_meier() {
    let people: Vec<(Past, f64)> = golden().into_iter().map(|(past, n)| (past, real(n))).collect();
    let outlook = Rates::of(&people, 31).outlook(&Present::default(), &Arrivals::new(&[1], 1), 15);
    let left = [1, 2, 4, 8, 15].map(|day: usize| format!("{:.6}", 1.0 - outlook[day].mean));
    assert_eq!(left, ["0.916667", "0.750000", "0.656250", "0.437500", "0.291667"]);
}

/// Rule of three: none in 30 days is at most 0.1 a day; p(1) = 1 − e^−0.1 = 0.0951626. Of four, on day 1, 1/12 of those
/// back register: 0.0317209.
#[test]
fn stale_people_at_most() {
    let at_most = Rates::plain(&golden()).stale_at_most(&twenty(), 30, 3);
    assert!(at_most[0].abs() < 1e-12 && (at_most[1] - 0.031_720_9).abs() < 1e-6, "{at_most:?}");
    // Six days in 30 are twice the bound.
    let often = Rates::plain(&golden()).stale_at_most(&Present { stale: [(6, 4)].into(), ..twenty() }, 30, 3);
    assert!((often[1] - 4.0 * (1.0 - (-0.2_f64).exp()) / 12.0).abs() < 1e-9);
}

#[test]
fn arrivals_are_no_more_than_there_are() {
    assert!((Arrivals::new(&[3, 3, 3], 4).total() - 4.0).abs() < f64::EPSILON);
    assert_eq!(Arrivals::new(&[3, 3], 4), Arrivals::new(&[3, 1], 9));
}

#[test]
fn gamma_and_normal_have_their_moments() {
    let mut dice = Dice::new(7, 0);
    for shape in [1.0, 4.0, 250.0] {
        let drawn: Vec<f64> = (0..20_000).map(|_| dice.gamma(shape)).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(
            (mean / shape - 1.0).abs() < 0.03 && (variance / shape - 1.0).abs() < 0.08,
            "{shape} {mean} {variance}"
        );
    }
    let drawn: Vec<f64> = (0..20_000).map(|_| dice.normal()).collect();
    let (sum, squares) = drawn.iter().fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
    assert!((sum / 20_000.0_f64).abs() < 0.03 && (squares / 20_000.0_f64 - 1.0).abs() < 0.05);
}

/// A tenant whose chances are known: every day 4 % of the unasked are asked and 1 % register unasked; who was asked
/// registers with 25 %, 12 %, 8 % on days 0, 1, 2 and with 3 % on every later day.
struct World {
    dice: Dice,
    /// Day asked, day registered.
    people: Vec<(Option<u32>, Option<u32>)>,
}

const LOGGED: u32 = 28;
const HORIZON: u32 = 21;

impl World {
    fn new(seed: u64, people: usize) -> Self {
        let mut world = Self { dice: Dice::new(seed, u32::MAX), people: vec![(None, None); people] };
        for i in 0..people {
            world.people[i] = world.one();
        }
        world
    }

    fn one(&mut self) -> (Option<u32>, Option<u32>) {
        let mut asked = None;
        for day in 0..LOGGED + HORIZON {
            if asked.is_none() {
                let u = self.dice.uniform();
                if u < 0.01 {
                    return (None, Some(day));
                }
                if u < 0.05 {
                    asked = Some(day);
                }
            }
            if let Some(since) = asked {
                let hazard = match day - since {
                    0 => 0.25,
                    1 => 0.12,
                    2 => 0.08,
                    _ => 0.03,
                };
                if self.dice.uniform() < hazard {
                    return (asked, Some(day));
                }
            }
        }
        (asked, None)
    }

    /// What the logs of the first days show, at the end of their last day.
    fn logged(&self) -> (History, Present) {
        let (mut history, mut present) = (History::new(), Present { dormant: 40, ..Present::default() });
        for (asked, registered) in &self.people {
            let (asked, registered) = (asked.filter(|d| *d < LOGGED), registered.filter(|d| *d < LOGGED));
            let spell = asked.map(|since| Spell {
                entry: 0,
                exit: registered.unwrap_or(LOGGED - 1) - since,
                registered: registered.is_some(),
            });
            let wait = match (asked, registered) {
                (Some(day), _) => (day + 1, WaitEnd::Asked),
                (None, Some(day)) => (day + 1, WaitEnd::Volunteered),
                (None, None) => (LOGGED, WaitEnd::Open),
            };
            *history.entry(Past { spell, wait: Some(wait) }).or_default() += 1;
            match (asked, registered) {
                (_, Some(_)) => present.registered += 1,
                (Some(since), None) => *present.waiting.entry(LOGGED - 1 - since).or_default() += 1,
                (None, None) => present.unasked += 1,
            }
        }
        (history, present)
    }

    /// People registered by the end of a day ahead.
    fn truth(&self, ahead: u32) -> f64 {
        real(self.people.iter().filter(|(_, day)| day.is_some_and(|d| d < LOGGED + ahead)).count() as u64)
    }
}

/// The band claims to hold the count that will be made in 95 of 100 worlds. Measured here: 1 131 of 1 200, 94.3 %. Let pass: 92 to
/// 98 % in all, 88 to 99.5 % of the 200 of each kind (give or take 1.6 is chance). Without the chance of who registers, rates alone
/// drawn, it held in 75 to 86 %.
#[test]
fn the_band_covers_the_truth_at_its_stated_rate() {
    const WORLDS: u32 = 200;
    let mut all = 0;
    for people in [120, 500] {
        let held: Vec<[bool; 3]> = (0..WORLDS)
            .into_par_iter()
            .map(|seed| {
                let world = World::new(u64::from(seed), people);
                let (history, present) = world.logged();
                let ask = Ask { horizon: 21, seed: 42, draws: 300 };
                let days = ahead(&history, &present, &Arrivals::default(), ask);
                [7, 14, 21].map(|day| {
                    let truth = world.truth(day);
                    days.get(usize::try_from(day).unwrap_or(0)).is_some_and(|d| d.low <= truth && truth <= d.high)
                })
            })
            .collect();
        for (at, day) in [7, 14, 21].into_iter().enumerate() {
            let rate = held.iter().filter(|h| h[at]).count();
            all += rate;
            assert!((176..=199).contains(&rate), "{rate} of {WORLDS} on day {day} with {people} people");
        }
    }
    assert!((1_104..=1_176).contains(&all), "{all} of 1 200");
}

fn pasts() -> impl Strategy<Value = History> {
    let end = prop_oneof![Just(WaitEnd::Asked), Just(WaitEnd::Volunteered), Just(WaitEnd::Open)];
    let spell = (0_u32..6, 0_u32..30, any::<bool>()).prop_map(|(entry, more, registered)| Spell {
        entry,
        exit: entry + more,
        registered,
    });
    let past =
        (prop::option::of(spell), prop::option::of((0_u32..40, end))).prop_map(|(spell, wait)| Past { spell, wait });
    prop::collection::btree_map(past, 1_u64..50, 0..20)
}

fn presents() -> impl Strategy<Value = Present> {
    let waiting = prop::collection::btree_map(0_u32..40, 0_u64..50, 0..6);
    let stale = prop::collection::btree_map(0_u32..9, 0_u64..50, 0..4);
    (0_u64..300, waiting, 0_u64..80, 0_u64..9, stale, 0_u64..30).prop_map(
        |(registered, waiting, unasked, undetermined, stale, dormant)| Present {
            registered,
            waiting,
            unasked,
            undetermined,
            stale,
            dormant,
            ..Present::default()
        },
    )
}

const SMALL: Ask = Ask { horizon: 40, seed: 1, draws: 80 };

fn in_order(days: &[Ahead], ceiling: f64) -> Result<(), TestCaseError> {
    const BITS: f64 = 1e-6;
    for pair in days.windows(2) {
        prop_assert!(pair[0].expected <= pair[1].expected + BITS);
        prop_assert!(pair[0].low <= pair[1].low + BITS && pair[0].high <= pair[1].high + BITS);
    }
    for d in days {
        prop_assert!(d.low <= d.expected && d.expected <= d.high && d.high <= ceiling + BITS, "{d:?} {ceiling}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn coverage_rises_below_the_ceiling_and_within_its_band(
        history in pasts(),
        present in presents(),
        waves in prop::collection::vec(0_u64..9, 0..20),
    ) {
        let none = ahead(&history, &present, &Arrivals::default(), SMALL);
        let ceiling = present.whole() - present.out_of_reach();
        in_order(&none, real(ceiling))?;
        let arrivals = Arrivals::new(&waves, present.token_stale());
        let some = ahead(&history, &present, &arrivals, SMALL);
        in_order(&some, real(ceiling) + arrivals.total())?;
        for (a, b) in none.iter().zip(&some) {
            prop_assert!(a.expected <= b.expected + 1e-9, "arrivals lower nothing");
        }
        for (at_most, stale) in Rates::plain(&history).stale_at_most(&present, 30, 40).iter().zip(some) {
            prop_assert!(*at_most >= 0.0 && *at_most <= real(present.token_stale()) + 1e-9 && stale.low >= 0.0);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_numbers_at_any_thread_count(history in pasts(), present in presents()) {
        let by = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map(|p| p.install(|| ahead(&history, &present, &Arrivals::default(), SMALL))).ok()
        };
        prop_assert_eq!(by(1), by(3));
    }
}
