//! The product-limit estimator (Kaplan and Meier) with entry times, Greenwood's variance and a log–log band. Pure.
//!
//! Times are whole days. Somebody is at risk on every day from the entry to the exit, both included, so events come
//! before censorings of the same day, and who enters during a day is at risk for the rest of it (semantics §9.4).

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A share of fewer people than this moves by a fifth or more when one of them registers: too few to draw.
pub(super) const FEWEST_AT_RISK: usize = 5;

/// One person followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    /// First day at risk; 0 = followed from the start.
    pub(super) entry: i64,
    /// Day of the event or of the censoring.
    pub(super) exit: i64,
    /// The event happened.
    pub(super) event: bool,
}

/// A day on which events happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Day.
    pub(super) day: i64,
    /// People at risk on it.
    pub(super) at_risk: u64,
    /// Events on it.
    pub(super) events: u64,
    /// Share without the event from this day on.
    pub(super) share: f64,
    /// 95 % band; none once nobody is left, where it is not defined.
    pub(super) band: Option<(f64, f64)>,
}

/// The estimate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Estimate {
    /// Days with events, ascending.
    pub(super) steps: Vec<Step>,
    /// Last day [`FEWEST_AT_RISK`] people were followed to, if there were as many.
    pub(super) steady_day: Option<i64>,
}

/// Estimates the share without the event over time.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
pub(super) fn estimate(subjects: &[Subject]) -> Estimate {
    let followed = || subjects.iter().filter(|s| s.entry <= s.exit);
    let mut entries: Vec<i64> = followed().map(|s| s.entry).collect();
    let mut exits: Vec<i64> = followed().map(|s| s.exit).collect();
    let mut events: Vec<i64> = followed().filter(|s| s.event).map(|s| s.exit).collect();
    for days in [&mut entries, &mut exits, &mut events] {
        days.sort_unstable();
    }
    let steady_day = exits.iter().rev().nth(FEWEST_AT_RISK - 1).copied();
    let mut out = Estimate { steps: Vec::new(), steady_day };
    let (mut share, mut variance) = (1.0_f64, 0.0_f64);
    for same in events.chunk_by(|a, b| a == b) {
        let day = same.first().copied().unwrap_or(0);
        let at_risk = entries.partition_point(|e| *e <= day) - exits.partition_point(|x| *x < day);
        let (n, d) = (at_risk as f64, same.len() as f64);
        share *= (n - d) / n;
        variance += d / (n * (n - d));
        out.steps.push(Step {
            day,
            at_risk: at_risk as u64,
            events: same.len() as u64,
            share,
            band: band(share, variance),
        });
    }
    out
}

/// The log–log band: it never leaves 0 to 1. `variance` is Greenwood's sum.
fn band(share: f64, variance: f64) -> Option<(f64, f64)> {
    if !(share > 0.0 && share < 1.0 && variance.is_finite()) {
        return None;
    }
    let spread = (Z * variance.sqrt() / share.ln().abs()).exp();
    Some((share.powf(spread), share.powf(1.0 / spread)))
}

impl Estimate {
    /// The smallest day by which the share without the event is at most 1 − p; `None`: not reached.
    pub(super) fn quantile(&self, p: f64) -> Option<i64> {
        self.first_at_most(p, |s| Some(s.share))
    }

    /// The days between which that quantile lies with 95 % confidence; an end may not be reached.
    pub(super) fn quantile_band(&self, p: f64) -> (Option<i64>, Option<i64>) {
        let or_share = |s: &Step, end: fn((f64, f64)) -> f64| Some(s.band.map_or(s.share, end));
        (self.first_at_most(p, |s| or_share(s, |b| b.0)), self.first_at_most(p, |s| or_share(s, |b| b.1)))
    }

    fn first_at_most(&self, p: f64, of: impl Fn(&Step) -> Option<f64>) -> Option<i64> {
        // A product such as 11/12 · 9/11 may miss 3/4 by the last bit.
        const LAST_BITS: f64 = 1e-9;
        self.steps.iter().find(|s| of(s).is_some_and(|share| share <= 1.0 - p + LAST_BITS)).map(|s| s.day)
    }

    /// The share without the event from a day on.
    pub(super) fn share_at(&self, day: i64) -> f64 {
        self.steps.iter().rev().find(|s| s.day <= day).map_or(1.0, |s| s.share)
    }

    /// The days with events as far as enough people were followed.
    pub(super) fn steady(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| self.steady_day.is_some_and(|day| s.day <= day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from_start(days: &[(i64, bool)]) -> Vec<Subject> {
        days.iter().map(|(exit, event)| Subject { entry: 0, exit: *exit, event: *event }).collect()
    }

    /// Semantics §9.4, golden data.
    fn golden() -> Vec<Subject> {
        let (yes, no) = (true, false);
        from_start(&[
            (0, yes),
            (1, yes),
            (1, yes),
            (2, no),
            (3, yes),
            (5, no),
            (7, yes),
            (7, yes),
            (10, no),
            (14, yes),
            (20, no),
            (30, no),
        ])
    }

    #[test]
    fn the_golden_table() {
        let estimate = estimate(&golden());
        let shown: Vec<String> = estimate
            .steps
            .iter()
            .map(|s| {
                let (low, high) = s.band.unwrap_or((f64::NAN, f64::NAN));
                format!("{} {} {} {:.6} {low:.3}-{high:.3}", s.day, s.at_risk, s.events, s.share)
            })
            .collect();
        let want = [
            "0 12 1 0.916667 0.539-0.988",
            "1 11 2 0.750000 0.408-0.912",
            "3 8 1 0.656250 0.320-0.856",
            "7 6 2 0.437500 0.144-0.703",
            "14 3 1 0.291667 0.054-0.595",
        ];
        assert_eq!(shown, want);
        assert_eq!([0.25, 0.5, 0.75].map(|p| estimate.quantile(p)), [Some(1), Some(7), None]);
        // Lower end: the first low <= 0.5 is 0.408 on day 1; upper: no high is <= 0.5.
        assert_eq!(estimate.quantile_band(0.5), (Some(1), None));
        // Followed to day 7 and beyond: 7, 7, 10, 14, 20, 30; to day 10 only four.
        assert_eq!((estimate.steady_day, estimate.steady().count()), (Some(7), 4));
        let shown = [-1, 0, 2, 6, 99].map(|day| format!("{:.3}", estimate.share_at(day)));
        assert_eq!(shown, ["1.000", "0.917", "0.750", "0.656", "0.292"]);
    }

    #[test]
    fn who_enters_late_is_at_risk_from_then_on() {
        let mut subjects = from_start(&[(2, true), (4, true), (9, false)]);
        subjects.push(Subject { entry: 3, exit: 6, event: true });
        subjects.push(Subject { entry: 8, exit: 9, event: false });
        subjects.push(Subject { entry: 5, exit: 4, event: true });
        let estimate = estimate(&subjects);
        // Day 2: three from the start. Day 4: two of them and one late. Day 6: one and one late. The last never was.
        let steps: Vec<_> = estimate.steps.iter().map(|s| (s.day, s.at_risk, s.events)).collect();
        assert_eq!(steps, [(2, 3, 1), (4, 3, 1), (6, 2, 1)]);
        assert!((estimate.share_at(9) - 2.0 / 3.0 * 2.0 / 3.0 / 2.0).abs() < 1e-12);
    }

    #[test]
    fn nobody_and_everybody() {
        assert_eq!(estimate(&[]), Estimate::default());
        let all = estimate(&from_start(&[(1, true), (1, true)]));
        assert_eq!(all.steps, [Step { day: 1, at_risk: 2, events: 2, share: 0.0, band: None }]);
        assert_eq!((all.quantile(0.5), all.quantile_band(0.5)), (Some(1), (Some(1), Some(1))));
        let none = estimate(&from_start(&[(5, false)]));
        assert!(none.steps.is_empty() && none.steady_day.is_none() && (none.share_at(5) - 1.0).abs() < f64::EPSILON);
    }

    fn subjects() -> impl Strategy<Value = Vec<Subject>> {
        let one = (0_i64..20, 0_i64..40, any::<bool>(), any::<bool>()).prop_map(|(entry, more, late, event)| {
            let entry = if late { entry } else { 0 };
            Subject { entry, exit: entry + more, event }
        });
        prop::collection::vec(one, 0..60)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_share_falls_within_bounds_and_within_its_band(subjects in subjects()) {
            let estimate = estimate(&subjects);
            let mut before = 1.0;
            for step in &estimate.steps {
                prop_assert!((0.0..=before).contains(&step.share));
                prop_assert!(step.events >= 1 && step.events <= step.at_risk);
                if let Some((low, high)) = step.band {
                    prop_assert!(0.0 <= low && low <= step.share && step.share <= high && high <= 1.0);
                }
                before = step.share;
            }
            let events: u64 = estimate.steps.iter().map(|s| s.events).sum();
            prop_assert_eq!(events, subjects.iter().filter(|s| s.event).count() as u64);
        }

        #[test]
        fn without_censoring_it_is_the_share_still_waiting(exits in prop::collection::vec(0_i64..30, 1..60)) {
            let subjects: Vec<Subject> = exits.iter().map(|exit| Subject { entry: 0, exit: *exit, event: true }).collect();
            for step in estimate(&subjects).steps {
                let waiting = exits.iter().filter(|exit| **exit > step.day).count();
                #[expect(clippy::cast_precision_loss, reason = "at most 60")]
                let want = waiting as f64 / exits.len() as f64;
                prop_assert!((step.share - want).abs() < 1e-9);
            }
        }

        #[test]
        fn order_does_not_show(subjects in subjects()) {
            let mut reversed = subjects.clone();
            reversed.reverse();
            prop_assert_eq!(estimate(&subjects), estimate(&reversed));
        }
    }
}
