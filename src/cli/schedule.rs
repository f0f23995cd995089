//! What was typed about waves → the rules they are cut by.

use std::path::Path;

use super::args::Waves;
use super::settings::instant;
use crate::app::{Settings, lists, waves};
use crate::error::Error;
use crate::model::time::Day;
use crate::plan::waves::Rules;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Puts what was typed about waves into the settings.
///
/// # Errors
/// When an option holds something it cannot, or waves are timed and nothing says how large one is.
pub fn waves(typed: &Waves, settings: &mut Settings) -> Result<(), Error> {
    let sized = typed.helpdesk_capacity.is_some()
        || typed.wave_size.is_some()
        || typed.max_department_share.is_some()
        || typed.pilot.is_some();
    let timed = typed.tickets_per_100.is_some()
        || typed.weekdays.is_some()
        || !typed.blackout.is_empty()
        || typed.first_wave.is_some()
        || typed.wave_start.is_some()
        || typed.wave_seed.is_some();
    if !sized {
        let why = "nothing says how large a wave is: give --helpdesk-capacity, --wave-size, --max-department-share or --pilot";
        return if timed { Err(Error::Usage(why.to_owned())) } else { Ok(()) };
    }
    let rules = rules(typed)?;
    let mut pilot = None;
    if let Some(path) = &typed.pilot {
        let (list, info) = lists::read("--pilot", path)?;
        settings.list_files.push(info);
        apart(settings, path);
        pilot = Some(list);
    }
    settings.waves = Some(waves::Waves { rules, pilot });
    Ok(())
}

/// A file given with an option lies beside the exports as a rule, and is none.
pub fn apart(settings: &mut Settings, path: &Path) {
    settings.not_inputs.extend(path.canonicalize().ok());
}

fn rules(typed: &Waves) -> Result<Rules, Error> {
    let mut rules = Rules {
        capacity: typed.helpdesk_capacity.map(u64::from),
        size: typed.wave_size.map(u64::from),
        seed: typed.wave_seed.unwrap_or(0),
        ..Rules::default()
    };
    if let Some(text) = &typed.tickets_per_100 {
        rules.tickets = thousandths(text).filter(|q| (1..=100_000).contains(q)).ok_or_else(|| {
            Error::value("--tickets-per-100", text, "not a number above 0 and up to 100, such as 5 or 2.5")
        })?;
    }
    if let Some(text) = &typed.max_department_share {
        let number = text.trim().trim_end_matches('%').trim();
        rules.share = thousandths(number)
            .filter(|m| (1..=100_000).contains(m))
            .ok_or_else(|| Error::value("--max-department-share", text, "not a percentage above 0, such as 20%"))?;
    }
    if let Some(text) = &typed.weekdays {
        rules.weekdays = weekdays(text)
            .ok_or_else(|| Error::value("--weekdays", text, "not days such as mon-thu or sun-tue,thu"))?;
    }
    if let Some(text) = &typed.wave_start {
        rules.start = clock(text).ok_or_else(|| Error::value("--wave-start", text, "not a time such as 09:00"))?;
    }
    rules.first = typed.first_wave.as_deref().map(|text| day("--first-wave", text)).transpose()?;
    rules.blackouts = typed.blackout.iter().map(|text| blackout(text)).collect::<Result<_, _>>()?;
    Ok(rules)
}

/// A day as typed; an instant is no day.
fn day(option: &str, text: &str) -> Result<Day, Error> {
    if text.trim().len() == "2026-11-23".len() {
        return instant(option, text).map(crate::model::time::Instant::day);
    }
    Err(Error::value(option, text, "not a date such as 2026-11-23"))
}

fn blackout(text: &str) -> Result<(Day, Day), Error> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let span = (day("--blackout", from)?, day("--blackout", to)?);
    if span.0 > span.1 {
        return Err(Error::value("--blackout", text, "the first day comes after the last"));
    }
    Ok(span)
}

/// A number with up to three decimals, exactly.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: u64 = format!("{part:0<3}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 1_000 + part)
}

/// Days and spans of days, in any order; a span may pass the week's end.
fn weekdays(text: &str) -> Option<[bool; 7]> {
    let find = |name: &str| WEEKDAYS.iter().position(|d| name.trim().eq_ignore_ascii_case(d));
    let mut out = [false; 7];
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (mut at, to) = (find(from)?, find(to)?);
        out[at] = true;
        while at != to {
            at = (at + 1) % 7;
            out[at] = true;
        }
    }
    Some(out)
}

fn clock(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |t: &str, most: i64| {
        let fits = (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        t.parse::<i64>().ok().filter(|n| fits && *n <= most)
    };
    Some(number(hour, 23)? * 3_600 + number(minute, 59)? * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_typed() {
        assert_eq!(thousandths("5"), Some(5_000));
        assert_eq!(thousandths("2.5"), Some(2_500));
        assert_eq!(thousandths("0.125"), Some(125));
        for wrong in ["", ".5", "1.2345", "-1", "1e3", "5%", "１"] {
            assert_eq!(thousandths(wrong), None, "{wrong}");
        }
        assert_eq!(weekdays("mon-thu"), Some([true, true, true, true, false, false, false]));
        assert_eq!(weekdays("Sun-Tue,thu"), Some([true, true, false, true, false, false, true]));
        assert_eq!(weekdays("fri"), Some([false, false, false, false, true, false, false]));
        assert_eq!(weekdays("monday"), None);
        assert_eq!(weekdays(""), None);
        assert_eq!(clock("09:00"), Some(32_400));
        assert_eq!(clock("7:30"), Some(27_000));
        for wrong in ["24:00", "9", "09:60", "-1:00", "+9:00"] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
        assert!(blackout("2026-12-24..2027-01-03").is_ok() && blackout("2026-12-24").is_ok());
        assert!(blackout("2027-01-03..2026-12-24").is_err() && blackout("24.12.2026").is_err());
    }
}
