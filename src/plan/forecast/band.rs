//! The 95 % band: people's pasts drawn anew, rates estimated anew, outcomes drawn from them. A seed and the number of the
//! draw decide everything, so threads do not show.

use rayon::prelude::*;

use super::model::{Arrivals, History, Past, Present, Rates, followed, real};

/// Draws.
pub const DRAWS: u32 = 1_000;

/// One draw in so many lies beyond each end. One in 40 would be 2.5 %, but a day on which few were at risk and nobody
/// registered has no spread, and such a band held in 93 of 100 simulated worlds.
const TAIL: usize = 60;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    /// Days ahead.
    pub(super) horizon: usize,
    /// Seed of the draws.
    pub(super) seed: u64,
    /// Draws.
    pub(super) draws: u32,
}

/// A day ahead, in people registered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ahead {
    /// Expected.
    pub(super) expected: f64,
    /// Lower end of the band.
    pub(super) low: f64,
    /// Upper end.
    pub(super) high: f64,
}

/// Expected people registered on day 0, 1, ... with the band of what will be counted then.
#[must_use]
pub(super) fn ahead(history: &History, present: &Present, arrivals: &Arrivals, ask: Ask) -> Vec<Ahead> {
    let plain = Rates::plain(history).outlook(present, arrivals, ask.horizon);
    let followed = followed(history);
    let most = real(present.registered + present.asked() + present.unasked) + arrivals.total();
    let one = |draw: u32| {
        let mut dice = Dice::new(ask.seed, draw);
        // Each person weighs an exponential variable (Rubin's Bayesian bootstrap); people with the same past together
        // weigh the sum of theirs, a gamma variable. So drawing a weight a past is drawing one a person.
        let people: Vec<(Past, f64)> = history.iter().map(|(past, n)| (*past, dice.gamma(real(*n)))).collect();
        let luck = dice.normal();
        // Half an event more: few events say little of a rate, and none does not say that it is nought (Jeffreys).
        let rates = Rates::with(&people, followed, || dice.normal().powi(2) / 2.0);
        let mut so_far = real(present.registered);
        let outlook = rates.outlook(present, arrivals, ask.horizon);
        let counted = outlook.iter().map(|m| {
            so_far = (m.mean + luck * m.variance.sqrt()).round().clamp(so_far, most.max(so_far));
            so_far
        });
        counted.collect::<Vec<f64>>()
    };
    let drawn: Vec<Vec<f64>> = (0..ask.draws).into_par_iter().map(one).collect();
    let day = |(day, moments): (usize, &super::model::Moments)| {
        let mut values: Vec<f64> = drawn.iter().filter_map(|path| path.get(day)).copied().collect();
        values.sort_unstable_by(f64::total_cmp);
        let tail = values.len() / TAIL;
        let low = values.get(tail).copied().unwrap_or(moments.mean);
        let high = values.iter().rev().nth(tail).copied().unwrap_or(moments.mean);
        Ahead { expected: moments.mean, low: low.min(moments.mean), high: high.max(moments.mean) }
    };
    plain.iter().enumerate().map(day).collect()
}

/// A generator that counts: its numbers follow from the key and how many were drawn before.
pub(super) struct Dice {
    key: u64,
    drawn: u64,
}

/// Odd constant that spreads the counter (SplitMix64).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    /// The generator of one draw.
    #[must_use]
    pub(super) fn new(seed: u64, draw: u32) -> Self {
        Self { key: mix(mix(seed).wrapping_add(STEP.wrapping_mul(u64::from(draw) + 1))), drawn: 0 }
    }

    /// Above 0 and below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        self.drawn += 1;
        let bits = u32::try_from(mix(self.key.wrapping_add(STEP.wrapping_mul(self.drawn))) >> 32).unwrap_or(0);
        (f64::from(bits) + 0.5) / 4_294_967_296.0
    }

    /// Standard normal (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Gamma of a shape of 1 or more and scale 1 (Marsaglia and Tsang 2000).
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape.max(1.0) - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

/// The finalizer of SplitMix64.
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
