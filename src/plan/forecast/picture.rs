//! The picture of a forecast: weekly coverage so far, the expected share with its band, the cross-check, goal and ceiling.

use super::Forecast;
use super::model::real;
use crate::view::{CurveStep, Figure, Level, Outlook, Shape, Tone};

pub(super) fn figure(f: &Forecast, goal: &str) -> Figure {
    let whole = f.present.whole();
    let past = |(day, n): &(i32, u64)| CurveStep { day: i64::from(*day), share: f.share(real(*n)), band: None };
    let ahead: Vec<CurveStep> = (0..)
        .zip(&f.days)
        .map(|(day, d)| CurveStep { day, share: f.share(d.expected), band: Some((f.share(d.low), f.share(d.high))) })
        .collect();
    let mut lines = vec![
        Outlook { label: "expected".to_owned(), tone: Tone::Neutral, points: ahead },
        Outlook { label: String::new(), tone: Tone::Neutral, points: f.weeks.iter().map(past).collect() },
    ];
    if let Some(logistic) = f.logistic {
        let at =
            |day: usize| CurveStep { day: i64::try_from(day).unwrap_or(0), share: logistic.share(day), band: None };
        let points = (0..f.days.len()).map(at).collect();
        lines.push(Outlook { label: "logistic".to_owned(), tone: Tone::Unknown, points });
    }
    let (ceiling, wanted) = (f.ceiling(), f.wanted());
    let last = f.days.len().saturating_sub(1);
    let end = f.days.last().map_or(0.0, |d| f.share(d.expected));
    let now = f.share(real(f.present.registered));
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    Figure {
        id: "forecast",
        title: match f.reached(|d| d.expected) {
            Some(0) => format!("{} are registered, the goal of {} is reached", percent(now), percent(wanted)),
            Some(day) => format!("The goal of {} is expected on {}", percent(wanted), f.date(day)),
            None => format!(
                "{} are expected by {}, of {} wanted; without an action at most {}",
                percent(end),
                f.date(last),
                percent(wanted),
                percent(ceiling)
            ),
        },
        axis: format!(
            "share registered for {goal}, of {whole} enabled people in scope whose registration is known; filled: 95 % band of what will be counted"
        ),
        alt: format!(
            "Lines over days: {} registered now, {} expected after {last} days; goal {}, ceiling {}.",
            percent(now),
            percent(end),
            percent(wanted),
            percent(ceiling)
        ),
        shape: Shape::Outlook {
            today: f.t.day(),
            lines,
            levels: vec![
                Level { label: "goal".to_owned(), tone: Tone::Good, share: wanted },
                Level { label: "ceiling".to_owned(), tone: Tone::Bad, share: ceiling },
            ],
        },
    }
}
