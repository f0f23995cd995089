//! The rows of a case: every event at its instants, plus a colleague in the background, so that no log falls silent.

use crate::cases::tenant::{Case, Event, Person, Registration, STREAMS};

/// One row, with whose it is.
pub struct Row<'a> {
    pub person: &'a Person,
    pub event: &'a Event,
    pub at: i64,
    pub number: u64,
}

/// The colleague: signs in, uses tokens and is changed by an admin twice a day, over all that is covered.
pub fn background(case: &Case) -> Person {
    let mut events = Vec::new();
    for stream in STREAMS {
        let covered = case.covered(stream);
        let (from, to) = covered.split_once("..").expect("covers are FROM..TO");
        let mut at = seconds(from);
        while at <= seconds(to) {
            let quiet = |[of, from, to]: &[String; 3]| of == stream && seconds(from) < at && at < seconds(to);
            if !case.silent.iter().any(quiet) {
                events.push(passing(stream, at));
            }
            at += 12 * 3600;
        }
    }
    let registration = Registration { mfa: true, mfa_capable: true, ..Registration::default() };
    Person {
        name: "background".to_owned(),
        in_users: true,
        registration: Some(registration),
        events,
        ..Person::default()
    }
}

fn passing(stream: &str, at: i64) -> Event {
    let event = Event { at: instant(at), ..Event::default() };
    match stream {
        "interactive" => Event { log: "interactive".to_owned(), ..event },
        "audit" => {
            Event { log: "audit".to_owned(), activity: "Update user".to_owned(), actor: "admin".to_owned(), ..event }
        }
        _ => Event { log: "silent".to_owned(), token: "refreshToken".to_owned(), ..event },
    }
}

/// All rows of one log, in time order.
pub fn rows<'a>(people: &'a [&'a Person], log: &str) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut number = 0;
    for person in people {
        for event in &person.events {
            for nth in 0..event.times {
                number += 1;
                if event.log == log {
                    let at = seconds(&event.at) + nth * event.step_minutes * 60;
                    rows.push(Row { person, event, at, number });
                }
            }
        }
    }
    rows.sort_by_key(|row| (row.at, row.number));
    rows
}

/// Seconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`.
pub fn seconds(text: &str) -> i64 {
    let part = |range: std::ops::Range<usize>| -> i64 {
        text.get(range).and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("not an instant: {text}"))
    };
    assert!(text.len() == 20 && text.ends_with('Z'), "not an instant: {text}");
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let shifted = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719_468;
    days * 86_400 + part(11..13) * 3600 + part(14..16) * 60 + part(17..19)
}

/// `YYYY-MM-DDTHH:MM:SSZ` of seconds since 1970.
pub fn instant(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}
