//! The pictures of the time to register.

use super::{Group, days, percent};
use crate::view::{Figure, Shape, Tone};

/// Most groups in one picture: more lines cannot be told apart by colour.
const SHOWN_GROUPS: usize = 5;

/// Everybody, with the band.
pub(super) fn whole(all: &Group<'_>, title: &str) -> Figure {
    let said: Vec<String> = all
        .estimate
        .steady()
        .map(|s| format!("from day {} on {} ({} at risk)", s.day, percent(s.share), s.at_risk))
        .collect();
    Figure {
        id: "time_to_register",
        title: title.to_owned(),
        axis: format!(
            "share not yet registered, of {} people followed; days since the first prompt or revocation; shaded: 95 % band",
            all.people.len()
        ),
        alt: format!("Falling curve of the share not yet registered: {}.", said.join(", ")),
        shape: Shape::Curve(vec![all.line("not registered", Tone::Neutral)]),
    }
}

/// The largest departments that are large enough; `None` unless there are two.
pub(super) fn departments(groups: &[Group<'_>]) -> Option<Figure> {
    const TONES: [Tone; SHOWN_GROUPS] = [Tone::Neutral, Tone::Bad, Tone::Good, Tone::Warn, Tone::Unknown];
    let large = |g: &&Group<'_>| g.by == "department" && !g.value.is_empty() && g.enough();
    let mut shown: Vec<&Group<'_>> = groups.iter().filter(large).collect();
    shown.sort_by(|a, b| b.people.len().cmp(&a.people.len()).then(a.value.cmp(b.value)));
    shown.truncate(SHOWN_GROUPS);
    if shown.len() < 2 {
        return None;
    }
    // One day for all: the last to which enough of each were followed.
    let day = shown.iter().map(|g| g.steady_day()).min()?;
    let done = |g: &Group<'_>| 1.0 - g.estimate.share_at(day);
    let most = shown.iter().max_by(|a, b| done(a).total_cmp(&done(b)).then(b.value.cmp(a.value)))?;
    let least = shown.iter().min_by(|a, b| done(a).total_cmp(&done(b)).then(a.value.cmp(b.value)))?;
    let half = |g: &Group<'_>| {
        g.estimate.quantile(0.5).map_or_else(|| "not half".to_owned(), |d| format!("half after {}", days(d)))
    };
    let said: Vec<String> = shown
        .iter()
        .map(|g| {
            format!("{} {} of {} people after {}, {}", g.value, percent(done(g)), g.people.len(), days(day), half(g))
        })
        .collect();
    Some(Figure {
        id: "time_to_register_by_department",
        title: format!(
            "Registered after {}: {} in {}, {} in {}",
            days(day),
            percent(done(most)),
            most.value,
            percent(done(least)),
            least.value
        ),
        axis: "share not yet registered, of the people followed; days since the first prompt or revocation; \
               bars at the ends: 95 % bands"
            .to_owned(),
        alt: format!("Falling curves by department. Registered: {}.", said.join("; ")),
        shape: Shape::Curve(shown.iter().zip(TONES).map(|(g, tone)| g.line(g.value, tone)).collect()),
    })
}
