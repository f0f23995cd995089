//! Forecast: when the share registered for the goal reaches the wanted coverage, if nothing but time is added.
//!
//! Definition. Coverage is registered for the goal / enabled people in scope whose registration is known. Day by day, people asked
//! and reachable register by the Kaplan–Meier hazard of the days since they were asked (first prompt, or a campaign revocation);
//! people reachable and not asked yet are asked, or register unasked, at the daily rate seen in the logs, and register from then
//! on by the same hazard. Beyond the last day to which 5 people were followed, the mean hazard of the later half of the days up
//! to it goes on. The band is where the count made on that day lies in 95 of 100 draws: each draw weighs the people of the logs
//! anew (Bayesian bootstrap of 1 000 draws, --seed; to pooled rates half an event is added), estimates all rates anew, and draws
//! how many of the people register, so it holds both what the estimates may miss and chance. The ceiling is 1 − (stale + logon_only + dormant + blocked) / people: none
//! of these registers without an action. Blocked: asked, and stopped by a policy on registering or by risk; logon_only includes
//! people of legacy clients alone; dormant includes the never active. People for whom the logs cannot tell count in the ceiling
//! and are not expected to register. at_most adds the stale as if each came back to a page at the rate of days with a promptable
//! sign-in, or, without one, at 3 / days covered, its upper 95 % bound (rule of three). The cross-check is a least-squares line
//! through the log-odds of weekly coverage; it knows no ceiling. The back-test fits the logs up to 14 days (7, where fewer than
//! 35 are covered) before their end, predicts the rest and says whether the band held.
//!
//! Denominator. Human members in scope, enabled as far as known, known to be registered for the goal or not, at the as-of instant.
//!
//! Caveats. Refused, and then without a date, with fewer than 21 calendar days seen by the audit and the interactive log alike,
//! or fewer than 20 registrations of people followed; `kmsift forecast` then ends with exit code 3. Registered, not capable: who
//! registers a method that policy forbids counts. Nobody is hired, leaves or loses a method, administrators register nothing for
//! others, and no policy, message or deadline comes; people decide independently of each other. Where all that is so, the band
//! held in 94 of 100 simulated tenants. The first to register are the most willing: far ahead the forecast errs upwards.
//! Who was asked and has become stale since is followed for the hazard and stale for the ceiling.
//!
//! Source. semantics.md §9.5, §9.4, §9.2, §5.3; rulings.md 21 to 23; Rubin 1981 (Bayesian bootstrap).

mod band;
pub mod columns;
mod logistic;
mod model;
mod picture;
mod read;
mod run;
#[cfg(test)]
mod tests;

pub use band::DRAWS;
pub use run::{Forecast, Refusal, forecast};

use crate::view::{Cell, Finding, Share, Stat, Table, heading};
use columns::{BACK_TEST, FORECAST, GROUPS};
use model::{Present, real};
use run::BackTest;

/// What is wished for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Coverage to reach, percent.
    pub goal_percent: u8,
    /// Days ahead.
    pub horizon_days: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Draws for the band.
    pub draws: u32,
    /// Stale people brought back to a page on day 1, 2, 3 ... by waves of revocations.
    pub arrivals: Vec<u64>,
}

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("forecast.rs"))
}

impl Forecast {
    fn whole(&self) -> f64 {
        real(self.present.whole())
    }

    fn share(&self, people: f64) -> f64 {
        people / self.whole()
    }

    fn wanted(&self) -> f64 {
        f64::from(self.wish.goal_percent) / 100.0
    }

    /// The largest share without an action, waves apart.
    fn ceiling(&self) -> f64 {
        1.0 - self.share(real(self.present.out_of_reach()) - self.arriving)
    }

    /// First day on which a number of people of each day makes the goal.
    fn reached(&self, of: impl Fn(&band::Ahead) -> f64) -> Option<usize> {
        // A sum of chances may miss a whole number by the last bits.
        const LAST_BITS: f64 = 1e-9;
        self.days.iter().position(|d| self.share(of(d)) + LAST_BITS >= self.wanted())
    }

    fn date(&self, day: usize) -> String {
        self.t.plus_days(i64::try_from(day).unwrap_or(0)).day().to_string()
    }
}

/// Everything there is to say of a forecast, or why there is none.
#[must_use]
pub fn finding(made: &Result<Forecast, Refusal>, goal: &str) -> Finding {
    let forecast = match made {
        Ok(forecast) => forecast,
        Err(refusal) => return refused(refusal, goal),
    };
    let p = &forecast.present;
    let whole = p.whole();
    let of = "enabled people in scope whose registration is known";
    let stat = |id, label: &str, part| Stat { id, label: label.to_owned(), share: Share::new(part, whole), of };
    Finding {
        id: "forecast",
        title: title(forecast, goal),
        lead: lead(forecast),
        definition: definition(),
        stats: vec![
            stat("forecast_registered", "registered now", p.registered),
            stat("forecast_in_reach", "can still be asked", p.asked() + p.unasked),
            stat("forecast_out_of_reach", "out of reach without an action", p.out_of_reach()),
            stat("forecast_undetermined", "the logs cannot tell", p.undetermined),
        ],
        tables: vec![table(forecast), groups(forecast), back_test(forecast)],
        figures: vec![picture::figure(forecast, goal)],
        caveats: caveats(forecast),
    }
}

fn refused(refusal: &Refusal, goal: &str) -> Finding {
    Finding {
        id: "forecast",
        title: format!("No forecast for {goal}: too little data"),
        lead: format!("No date is given, because {}. What to do: {}.", refusal.what, refusal.hint),
        definition: definition(),
        stats: Vec::new(),
        tables: vec![
            Table::new("forecast", "Forecast: coverage day by day", FORECAST),
            Table::new("forecast_groups", "Forecast: where people stand", GROUPS),
            Table::new("forecast_backtest", BACK_TEST_TITLE, BACK_TEST),
        ],
        figures: Vec::new(),
        caveats: Vec::new(),
    }
}

const BACK_TEST_TITLE: &str = "Forecast: predicted from the first part of the logs, and what happened";

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn title(f: &Forecast, goal: &str) -> String {
    let wanted = format!("{} % registered for {goal}", f.wish.goal_percent);
    let ceiling = percent(f.ceiling());
    if f.reached(|d| d.low) == Some(0) {
        let share = Share::new(f.present.registered, f.present.whole()).percent();
        return format!("{wanted} is reached already: {share} are");
    }
    if f.ceiling() + 1e-9 < f.wanted() {
        return format!("{wanted} is not reached: without an action the ceiling is {ceiling}");
    }
    let last = f.days.len() - 1;
    let end = |day: Option<usize>| day.map_or_else(|| format!("later than {}", f.date(last)), |d| f.date(d));
    let (early, late) = (f.reached(|d| d.high), f.reached(|d| d.low));
    if let Some(day) = f.reached(|d| d.expected) {
        let (day, early, late) = (f.date(day), end(early), end(late));
        return format!("{wanted} is expected on {day} (95 % band {early} to {late}); the ceiling is {ceiling}");
    }
    let hope = early.map_or_else(String::new, |d| format!(", at the earliest on {}", f.date(d)));
    format!("{wanted} is not expected within {last} days{hope}; the ceiling is {ceiling}")
}

fn lead(f: &Forecast) -> String {
    let p = &f.present;
    let mut out = vec![format!("{} of {} are registered on {}.", p.registered, p.whole(), f.t.day())];
    if let Some((day, end)) = f.days.iter().enumerate().next_back() {
        let at_most = end.expected + f.stale_at_most.get(day).copied().unwrap_or(0.0);
        out.push(format!(
            "Expected on {}: {} ({} to {}).",
            f.date(day),
            percent(f.share(end.expected)),
            percent(f.share(end.low)),
            percent(f.share(end.high))
        ));
        if p.token_stale() > 0 {
            out.push(format!("If stale people came back by themselves: at most {}.", percent(f.share(at_most))));
        }
    }
    out.push(cross_check(f));
    out.push(match &f.back_test {
        Ok(test) => tested(test),
        Err(why) => why.clone(),
    });
    out.join(" ")
}

fn cross_check(f: &Forecast) -> String {
    let Some(logistic) = f.logistic else { return "The cross-check needs three weeks of coverage.".to_owned() };
    match (0..f.days.len()).find(|day| logistic.share(*day) >= f.wanted()) {
        Some(day) => format!("A logistic curve through weekly coverage, which knows no ceiling, says {}.", f.date(day)),
        None => format!(
            "A logistic curve through weekly coverage, which knows no ceiling, does not get there within {} days either.",
            f.days.len() - 1
        ),
    }
}

fn tested(test: &BackTest) -> String {
    let last = test.last();
    let (Some(end), Some(actual)) = (test.days.get(last), test.actual.get(last)) else { return String::new() };
    let share = |people: f64| percent(people / real(test.whole));
    let outside = match test.from_out_of_reach {
        (0, _) => String::new(),
        (n, 0) => format!(" {n} of those who registered were taken to be out of reach."),
        (n, revoked) => format!(
            " {n} of those who registered were taken to be out of reach; {revoked} of them had been revoked since, which is an action."
        ),
    };
    format!(
        "Back-test: from the logs up to {}, {} ({} to {}) were expected after {last} days, and {} were registered: the band {}.{outside}",
        test.cut.day(),
        share(end.expected),
        share(end.low),
        share(end.high),
        share(real(*actual)),
        if test.held(last) == Some(true) { "held" } else { "did not hold" }
    )
}

fn caveats(f: &Forecast) -> Vec<String> {
    let mut out = vec![format!(
        "Estimated from {} registrations in {} days seen by both logs; hires, leavers, new policies and messages are not in it.",
        f.events, f.covered_days
    )];
    if let Ok(test) = &f.back_test
        && test.held(test.last()) == Some(false)
    {
        out.push(
            "The back-test's band did not hold: people do not go on as they did, and the date is not to be relied on."
                .to_owned(),
        );
    }
    if f.unknown > 0 {
        let who = if f.unknown == 1 { "1 person".to_owned() } else { format!("{} people", f.unknown) };
        out.push(format!("Left out: {who}, enabled and in scope, of whom no report says whether they are registered."));
    }
    if f.present.undetermined > 0 {
        let floor = f.ceiling() - f.share(real(f.present.undetermined));
        out.push(format!(
            "For {} people the logs cannot tell whether they can be asked; if none can, the ceiling is {}.",
            f.present.undetermined,
            percent(floor)
        ));
    }
    out
}

/// The contract's table `forecast`.
#[must_use]
pub fn table(f: &Forecast) -> Table {
    let mut table = Table::new("forecast", "Forecast: coverage day by day", FORECAST);
    let share = |people: f64| Cell::share(Some(f.share(people)));
    table.rows = (0..)
        .zip(&f.days)
        .zip(&f.stale_at_most)
        .map(|((day, ahead), stale)| {
            vec![
                Cell::Time(f.t.plus_days(day)),
                Cell::Integer(day),
                Cell::Real((ahead.expected * 10.0).round() / 10.0),
                share(ahead.expected),
                share(ahead.low),
                share(ahead.high),
                share(ahead.expected + stale),
                Cell::share(f.logistic.map(|l| l.share(usize::try_from(day).unwrap_or(0)))),
            ]
        })
        .collect();
    table
}

fn groups(f: &Forecast) -> Table {
    let p: &Present = &f.present;
    let rows = [
        ("registered", p.registered, true, "registered, and stay so"),
        ("asked", p.asked(), true, "register by the hazard of the days since they were asked"),
        ("not_asked", p.unasked, true, "are asked, or register unasked, at the rate seen in the logs"),
        (
            "undetermined",
            p.undetermined,
            true,
            "not expected to register: the logs cannot tell whether they can be asked",
        ),
        ("stale", p.token_stale(), false, "do not register; in at_most they come back by themselves"),
        ("logon_only", p.logon_only, false, "do not register: Windows logon or legacy clients only"),
        ("dormant", p.dormant, false, "do not register: not active"),
        ("blocked", p.blocked, false, "do not register: stopped by a policy on registering or by risk"),
    ];
    let mut table = Table::new("forecast_groups", "Forecast: where people stand", GROUPS);
    let row = |(group, people, inside, treated): (&str, u64, bool, &str)| {
        let share = Cell::share(Share::new(people, p.whole()).fraction());
        vec![Cell::text(group), Cell::count(people), share, Cell::Boolean(inside), Cell::text(treated)]
    };
    table.rows = rows.into_iter().map(row).collect();
    table
}

fn back_test(f: &Forecast) -> Table {
    let mut table = Table::new("forecast_backtest", BACK_TEST_TITLE, BACK_TEST);
    let Ok(test) = &f.back_test else { return table };
    let share = |people: f64| Cell::share(Some(people / real(test.whole)));
    for (day, (ahead, actual)) in test.days.iter().zip(&test.actual).enumerate() {
        let n = i64::try_from(day).unwrap_or(0);
        table.rows.push(vec![
            Cell::Time(test.cut.plus_days(n)),
            Cell::Integer(n),
            share(ahead.expected),
            share(ahead.low),
            share(ahead.high),
            share(real(*actual)),
            Cell::boolean(test.held(day)),
        ]);
    }
    table
}
