//! How likely somebody is to come by within some days, from how often the logs show it (semantics §5.3): days with an eligible
//! sign-in over days of coverage, as a constant rate. None seen is not never: then the rate is at most three over the days
//! (the 95 % upper bound, "rule of three") and what follows from it is an upper bound too.

/// How often somebody comes by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Per day.
    pub per_day: f64,
    /// None was seen: at most this.
    pub upper_bound: bool,
}

/// The rate of `seen` days out of so many covered; `None`: nothing is covered.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "days of logs are far below 2^52")]
pub fn rate(seen: usize, covered_days: f64) -> Option<Rate> {
    const RULE_OF_THREE: f64 = 3.0;
    (covered_days > 0.0).then(|| {
        let n = if seen == 0 { RULE_OF_THREE } else { seen as f64 };
        Rate { per_day: n / covered_days, upper_bound: seen == 0 }
    })
}

impl Rate {
    /// The probability of at least one within so many days.
    #[must_use]
    pub fn within(self, days: f64) -> f64 {
        1.0 - (-self.per_day * days).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// semantics §5.3: 0 in 30 d gives at most 0.1 a day and at most 0.753 in 14 days. 6 in 30 d gives 0.2 a day and
    /// 1 − e^−2.8 = 0.939.
    #[test]
    fn the_numbers_of_the_reference() {
        let none = rate(0, 30.0);
        assert!(none.is_some_and(|r| r.upper_bound && (r.per_day - 0.1).abs() < 1e-12));
        assert!(none.is_some_and(|r| (r.within(14.0) - 0.753).abs() < 5e-4));
        let six = rate(6, 30.0);
        assert!(six.is_some_and(|r| !r.upper_bound && (r.within(14.0) - 0.939).abs() < 5e-4));
        assert_eq!(rate(3, 0.0), None);
    }
}
