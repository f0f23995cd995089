//! Study → forecast: refused where data are too few, else made, cross-checked and tested on the first part of the logs.

use rayon::prelude::*;

use super::Wish;
use super::band::{Ahead, Ask, ahead};
use super::logistic::Logistic;
use super::model::{Arrivals, Present, Rates, real};
use super::read::{Seen, counts, events, from_out_of_reach, history, present, registered_by};
use crate::judge::{self, Frame, path};
use crate::model::settings::Thresholds;
use crate::model::time::Instant;
use crate::plan::Ground;

/// Fewer calendar days of both logs than this: refused (semantics §9.5).
const FEWEST_DAYS: i64 = 21;
/// Fewer registrations than this: refused.
const FEWEST_EVENTS: u64 = 20;
/// Days held back for the back-test, the longer where enough is left.
const HELD_BACK: [i64; 2] = [14, 7];

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is missing, with the numbers.
    pub what: String,
    /// What to export.
    pub hint: &'static str,
}

/// A forecast.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// What was asked for.
    pub(super) wish: Wish,
    /// As of.
    pub(super) t: Instant,
    /// Where people stand.
    pub(super) present: Present,
    /// People brought back by waves, in all.
    pub(super) arriving: f64,
    /// Day by day, day 0 first, in people.
    pub(super) days: Vec<Ahead>,
    /// What stale people would add at most, day by day.
    pub(super) stale_at_most: Vec<f64>,
    /// Weekly coverage so far: days after as of (0 or negative), people registered.
    pub(super) weeks: Vec<(i32, u64)>,
    /// The cross-check.
    pub(super) logistic: Option<Logistic>,
    /// Registrations the estimates rest on.
    pub(super) events: u64,
    /// Calendar days of both logs.
    pub(super) covered_days: i64,
    /// In scope and enabled, not known to be registered or not.
    pub(super) unknown: u64,
    /// The back-test, or why there is none.
    pub(super) back_test: Result<BackTest, String>,
}

/// The first part of the logs fitted, the rest predicted.
#[derive(Clone, Debug)]
pub(super) struct BackTest {
    /// End of the part fitted.
    pub(super) cut: Instant,
    /// People in the denominator then.
    pub(super) whole: u64,
    /// Day by day from the cut on, in people.
    pub(super) days: Vec<Ahead>,
    /// People registered on these days.
    pub(super) actual: Vec<u64>,
    /// Of the registrations since, those of people the forecast takes to be out of reach, and how many of these were revoked.
    pub(super) from_out_of_reach: (u64, u64),
}

impl BackTest {
    /// The band held on a day, and what was counted.
    #[must_use]
    pub(super) fn held(&self, day: usize) -> Option<bool> {
        let (ahead, actual) = (self.days.get(day)?, real(*self.actual.get(day)?));
        Some(ahead.low <= actual && actual <= ahead.high)
    }

    /// Days predicted.
    #[must_use]
    pub(super) fn last(&self) -> usize {
        self.days.len().saturating_sub(1)
    }
}

/// Makes the forecast.
///
/// # Errors
/// When data are too few.
pub fn forecast(scene: Ground<'_>, wish: &Wish) -> Result<Forecast, Refusal> {
    let covered = covered_days(scene.frame);
    let seen: Vec<Seen> = scene.verdicts.par_iter().map(|v| Seen::of(v, scene.frame)).collect();
    let history = history(&seen);
    let events = events(&history);
    let present = present(scene, &seen, scene.frame);
    refuse(scene, covered, events, present.whole())?;
    let arrivals = Arrivals::new(&wish.arrivals, present.token_stale());
    let ask = Ask { horizon: wish.horizon_days, seed: wish.seed, draws: wish.draws };
    let weeks = weeks(scene);
    let interactive = scene.frame.last_interactive().map_or(1, |w| i64::from(w.to.day().0 - w.from.day().0) + 1);
    let stale =
        Rates::plain(&history).stale_at_most(&present, u32::try_from(interactive).unwrap_or(1), wish.horizon_days);
    // Who is brought back by a wave does not come back besides.
    let left = if present.token_stale() == 0 { 0.0 } else { 1.0 - arrivals.total() / real(present.token_stale()) };
    Ok(Forecast {
        wish: wish.clone(),
        t: scene.frame.t,
        arriving: arrivals.total(),
        days: ahead(&history, &present, &arrivals, ask),
        stale_at_most: stale.iter().map(|n| n * left).collect(),
        logistic: Logistic::fit(&weeks, present.whole()),
        weeks,
        events,
        covered_days: covered,
        unknown: unknown(scene),
        back_test: back_test(scene, wish),
        present,
    })
}

fn unknown(scene: Ground<'_>) -> u64 {
    let open = |v: &&judge::Verdict| v.in_scope && v.enabled != Some(false) && !counts(v);
    scene.verdicts.iter().filter(open).count() as u64
}

/// Calendar days, both ends included, seen by the interactive and the audit log alike.
fn covered_days(frame: &Frame) -> i64 {
    path::window(frame).map_or(0, |w| i64::from(w.to.day().0) - i64::from(w.from.day().0) + 1)
}

fn refuse(scene: Ground<'_>, covered: i64, events: u64, whole: u64) -> Result<(), Refusal> {
    let goal = scene.frame.thresholds.goal.label();
    let refusal = |what: String, hint| Err(Refusal { what, hint });
    if scene.frame.audit.is_empty() || scene.frame.interactive.is_empty() {
        let missing = match (scene.frame.audit.is_empty(), scene.frame.interactive.is_empty()) {
            (true, true) => "neither an audit log nor an interactive sign-in log",
            (true, false) => "no audit log",
            _ => "no interactive sign-in log",
        };
        return refusal(
            format!("there is {missing} among the inputs, and both are needed to see people asked and registering"),
            "export the audit log and the interactive sign-in log of the last 30 days or more",
        );
    }
    if whole == 0 {
        return refusal(
            format!("nobody in scope is known to be registered for {goal} or not"),
            "export the user registration details",
        );
    }
    if covered < FEWEST_DAYS {
        return refusal(
            format!(
                "the audit log and the interactive sign-in log together cover {covered} days; at least {FEWEST_DAYS} are needed"
            ),
            "export both logs of the last 30 days or more, or join older exports",
        );
    }
    if events < FEWEST_EVENTS {
        return refusal(
            format!(
                "{events} registrations for {goal} of people followed are in the audit log; at least {FEWEST_EVENTS} are needed"
            ),
            "export a longer audit log, or come back when more people have registered",
        );
    }
    Ok(())
}

/// Coverage on the as-of instant and each week before it, as far as both logs reach.
fn weeks(scene: Ground<'_>) -> Vec<(i32, u64)> {
    let t = scene.frame.t;
    let from = path::window(scene.frame).map_or(t, |w| w.from);
    let days: Vec<i32> = (0..520).map(|week| -7 * week).take_while(|d| t.plus_days(i64::from(*d)) >= from).collect();
    let instants: Vec<Instant> = days.iter().map(|d| t.plus_days(i64::from(*d))).collect();
    let mut out: Vec<(i32, u64)> = days.into_iter().zip(registered_by(scene, &instants, t)).collect();
    out.reverse();
    out
}

/// Fits the logs up to a cut and predicts the days held back.
fn back_test(scene: Ground<'_>, wish: &Wish) -> Result<BackTest, String> {
    let Some(held) = HELD_BACK.into_iter().find(|held| covered_days(scene.frame) - held >= FEWEST_DAYS) else {
        let needed = FEWEST_DAYS + HELD_BACK[1];
        return Err(format!(
            "No back-test: it needs {needed} days of both logs, and there are {}.",
            covered_days(scene.frame)
        ));
    };
    let cut = scene.frame.t.plus_days(-held);
    let then = Thresholds { as_of: Some(cut), ..scene.frame.thresholds.clone() };
    let frame = Frame::new(scene.dossiers, &then).ok_or_else(|| "No back-test: nothing to judge by.".to_owned())?;
    let seen = judge::judge_then(scene.dossiers, &frame, scene.lists, |v| Seen::of(&v, &frame));
    let history = history(&seen);
    let events = events(&history);
    if events < FEWEST_EVENTS {
        return Err(format!(
            "No back-test: up to {} there were {events} registrations, and {FEWEST_EVENTS} are needed.",
            cut.day()
        ));
    }
    let present = present(scene, &seen, &frame);
    let horizon = usize::try_from(held).unwrap_or(0);
    let ask = Ask { horizon, seed: wish.seed, draws: wish.draws };
    let instants: Vec<Instant> = (0..=held).map(|day| cut.plus_days(day)).collect();
    // Who was hired since is in neither count.
    let actual = registered_by(scene, &instants, cut);
    Ok(BackTest {
        cut,
        whole: present.whole(),
        days: ahead(&history, &present, &Arrivals::default(), ask),
        actual,
        from_out_of_reach: from_out_of_reach(scene, &seen, &frame),
    })
}
