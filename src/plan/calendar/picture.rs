//! The waves as a calendar, or as bars by month where they run on for more than a year.

use super::{Calendar, counted};
use crate::model::time::Day;
use crate::view::{Bar, Figure, Planned, Shape, Tone};

/// A calendar of more days is drawn month by month.
const LONGEST: i32 = 7 * 54;
/// Waves named in the words of the picture.
const TOLD: usize = 60;

pub(super) fn figure(calendar: &Calendar<'_>) -> Figure {
    let people = calendar.candidates.len();
    let span = calendar.waves.first().zip(calendar.waves.last()).map(|(first, last)| (first.day, last.day));
    let long = span.is_some_and(|(first, last)| last.0 - first.0 > LONGEST);
    let shape = if long { Shape::Bars(months(calendar)) } else { Shape::Weeks(days(calendar, span)) };
    let late = match calendar.late() {
        0 => String::new(),
        _ => format!("; hatched: after the list expires on {}", calendar.valid_until),
    };
    let told: Vec<String> = calendar
        .waves
        .iter()
        .take(TOLD)
        .map(|w| format!("wave {} on {}: {} people", w.number, w.day, w.people.len()))
        .collect();
    let more = match calendar.waves.len().saturating_sub(TOLD) {
        0 => String::new(),
        n => format!("; and {n} more, in the table"),
    };
    Figure {
        id: "waves",
        title: match span {
            Some((first, last)) if first == last => format!("{people} people in one wave, on {first}"),
            Some((first, last)) => {
                format!("{people} people in {}, from {first} to {last}", counted(calendar.waves.len(), "wave"))
            }
            None => "No waves: nobody is on the list".to_owned(),
        },
        axis: format!("people {}, of {people} on the list{late}", if long { "a month" } else { "a day" }),
        alt: format!("Waves: {}{more}.", if told.is_empty() { "none".to_owned() } else { told.join("; ") }),
        shape: shape.or("Nobody is on the target list, so there is no wave to plan."),
    }
}

fn tone(calendar: &Calendar<'_>, wave: &super::Wave) -> Tone {
    match (calendar.in_time(wave), wave.pilot) {
        (false, _) => Tone::Unknown,
        (true, true) => Tone::Good,
        (true, false) => Tone::Neutral,
    }
}

/// The days of the waves, and those kept free of them between the first and the last.
fn days(calendar: &Calendar<'_>, span: Option<(Day, Day)>) -> Vec<Planned> {
    let mut out: Vec<Planned> = calendar
        .waves
        .iter()
        .map(|wave| Planned {
            day: wave.day,
            label: format!("wave {}{}", wave.number, if wave.pilot { ", pilot" } else { "" }),
            count: wave.people.len() as u64,
            tone: tone(calendar, wave),
        })
        .collect();
    let (first, last) = span.unwrap_or((Day(0), Day(0)));
    let open = |day: &Day| calendar.rules.weekdays.get(usize::from(day.weekday())).copied().unwrap_or(false);
    let free = calendar.rules.blackouts.iter().flat_map(|(from, to)| (from.0.max(first.0)..=to.0.min(last.0)).map(Day));
    let kept = |day: Day| Planned { day, label: "blackout".to_owned(), count: 0, tone: Tone::Neutral };
    out.extend(free.filter(open).map(kept));
    // A day of two blackouts is one day.
    out.sort_by_key(|p| (p.day, std::cmp::Reverse(p.count)));
    out.dedup_by_key(|p| p.day);
    out
}

fn months(calendar: &Calendar<'_>) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for wave in calendar.waves {
        let day = wave.day.to_string();
        let label = day.rsplit_once('-').map_or(day.as_str(), |(month, _)| month).to_owned();
        let (count, tone) = (wave.people.len() as u64, tone(calendar, wave));
        match bars.last_mut().filter(|b| b.label == label && (b.tone == Tone::Unknown) == (tone == Tone::Unknown)) {
            Some(bar) => bar.count += count,
            None => bars.push(Bar { label, count, tone }),
        }
    }
    bars
}
