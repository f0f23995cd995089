//! The cross-check: a logistic curve through weekly coverage.

use super::model::real;

/// Log-odds of coverage over days, straight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Logistic {
    /// On day 0.
    at_zero: f64,
    /// A day.
    slope: f64,
}

/// Log-odds of a share.
fn log_odds(part: f64, rest: f64) -> f64 {
    (part / rest).ln()
}

impl Logistic {
    /// Least squares through the log-odds of each week; `weeks`: day (0 = as of, earlier ones negative) and people registered,
    /// of `whole`. Half a person is added on both sides, so that none and all have log-odds too. `None`: fewer than three weeks.
    #[must_use]
    pub(super) fn fit(weeks: &[(i32, u64)], whole: u64) -> Option<Self> {
        if weeks.len() < 3 || whole == 0 {
            return None;
        }
        let point = |(day, n): &(i32, u64)| {
            let n = (*n).min(whole);
            (f64::from(*day), log_odds(real(n) + 0.5, real(whole - n) + 0.5))
        };
        let points: Vec<(f64, f64)> = weeks.iter().map(point).collect();
        let count = real(weeks.len() as u64);
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let spread: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
        let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / spread;
        slope.is_finite().then_some(Self { at_zero: y - slope * x, slope })
    }

    /// The share on a day.
    #[must_use]
    pub(super) fn share(&self, day: usize) -> f64 {
        1.0 / (1.0 + (-(self.at_zero + self.slope * real(day as u64))).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 15: log-odds of 0, 1 and 3 are ln(0.5/15.5), ln(1.5/14.5), ln(3.5/12.5) = -3.434, -2.2687, -1.27297. The slope
    /// is (y3 - y1)/14 = 0.154359 a day, the mean -2.325212 lies at day -7; so day 0 is -1.244702 and day 10 is 0.298884.
    #[test]
    fn a_line_through_three_weeks() {
        let fit = Logistic::fit(&[(-14, 0), (-7, 1), (0, 3)], 15);
        let shown = fit.map(|f| format!("{:.5} {:.5} {:.4} {:.4}", f.at_zero, f.slope, f.share(0), f.share(10)));
        assert_eq!(shown.as_deref(), Some("-1.24470 0.15436 0.2236 0.5742"));
        assert_eq!(Logistic::fit(&[(-7, 1), (0, 3)], 15), None);
        assert!(Logistic::fit(&[(-14, 15), (-7, 15), (0, 15)], 15).is_some_and(|f| f.share(100) > 0.9));
    }
}
