//! Waves: on which day which people of the target list are acted on.
//!
//! Definition. A wave holds at most n = floor(C / q x 100) people, C the tickets the help desk can take a day
//! (--helpdesk-capacity) and q the tickets expected of 100 people (--tickets-per-100, 5 unless set), and never more than --wave-size.
//! Of one department at most --max-department-share (20 % unless set) of its active people in scope are in one wave, rounded down
//! to whole people; but one person may always be, so that a department of fewer than 1/share people takes a wave a person.
//! The people of --pilot are the first wave, alone (or the first waves, where they are more than n); they were named by hand, so
//! the share is not held for them. The others follow by chance to convert: active within 3 days before the as-of instant and
//! on no joined device; active so recently; on no joined device; the rest; those undetermined; those who use Windows logon only.
//! Within each of these the order is a hash of --wave-seed and the object id. Everybody in turn goes into the first wave with room.
//! One wave a day, on the weekdays of --weekdays (Monday to Thursday unless set) outside --blackout, from --first-wave or the day
//! after the as-of instant on. It starts at --wave-start (09:00 unless set) by the clock of each person's usage location.
//!
//! Denominator. People on the target list.
//!
//! Caveats. q is an estimate until a wave was counted. People of unknown department may be of one team. Of countries with more
//! than one clock the one most people live by is taken. A list is valid for --valid-days: later waves need a new list, made from new
//! exports with the same seed; whoever was revoked or has registered is then off it, and its waves are counted from 1 again.
//!
//! Source. semantics.md §8.3; IANA time zone database.

mod picture;

use std::collections::{BTreeMap, BTreeSet};

use super::waves::{Candidate, Rules, Wave};
use crate::model::time::{Day, Instant};
use crate::model::time_zone::{Zone, of_location};
use crate::view::{Cell, Column, ColumnKind, Finding, Share, Stat, Table, heading};

use ColumnKind::{Boolean, Integer, Real, Text, Time};

/// One row per wave.
pub const WAVES: &[Column] = &[
    Column::new("wave", Integer, "Wave, from 1"),
    Column::new("date", Text, "Its day, by the clock of each person's place"),
    Column::new("weekday", Text, "Day of the week"),
    Column::new("start_local", Text, "Local time of day it starts at"),
    Column::new("start_utc_from", Time, "When the easternmost of its people start"),
    Column::new("start_utc_to", Time, "When the westernmost do; empty = no usage location is known"),
    Column::new("people", Integer, "People in it").unit("people"),
    Column::new("pilot", Boolean, "The people of --pilot"),
    Column::new("departments", Integer, "Departments they are of, as far as known"),
    Column::new("expected_tickets", Real, "People x q / 100").unit("tickets"),
    Column::new("location_unknown", Integer, "People whose local time is not known").unit("people"),
    Column::new("within_validity", Boolean, "It starts before the list expires; false = make a new list before it"),
];

/// One row per wave and place: when its people there start.
pub const STARTS: &[Column] = &[
    Column::new("wave", Integer, "Wave, from 1"),
    Column::new("date", Text, "Its day"),
    Column::new("usage_location", Text, "Country; empty = not known"),
    Column::new("time_zone", Text, "IANA zone that most people there live by"),
    Column::new("start_local", Text, "Local time of day"),
    Column::new("start_utc", Time, "The same in UTC, daylight saving included"),
    Column::new("people", Integer, "People").unit("people"),
    Column::new("note", Text, "What to mind"),
];

/// Tables by id, for `kmsift schema`.
#[must_use]
pub fn tables() -> Vec<(&'static str, &'static str, Vec<Column>)> {
    vec![("waves", TITLES[0], WAVES.to_vec()), ("wave_starts", TITLES[1], STARTS.to_vec())]
}

const TITLES: [&str; 2] = ["Waves", "When the people of each wave start, by place"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("calendar.rs"))
}

/// A list cut into waves, with what is told of it.
#[derive(Clone, Copy)]
pub struct Calendar<'w> {
    /// The rules it was cut by.
    pub rules: &'w Rules,
    /// The people.
    pub candidates: &'w [Candidate],
    /// The waves.
    pub waves: &'w [Wave],
    /// Until when the list may be used.
    pub valid_until: Instant,
    /// How many lines --pilot has; `None`: it was not given.
    pub pilot_lines: Option<usize>,
}

/// The people of a wave at one place.
struct Start {
    zone: Option<Zone>,
    at: Option<Instant>,
    people: u64,
}

impl Calendar<'_> {
    fn starts(&self, wave: &Wave) -> Vec<Start> {
        let mut places: BTreeMap<&str, (Option<Zone>, u64)> = BTreeMap::new();
        for person in self.people(wave) {
            let zone = of_location(&person.location);
            places.entry(zone.map_or("", |z| z.country)).or_insert((zone, 0)).1 += 1;
        }
        let start = |(zone, people): (Option<Zone>, u64)| Start {
            zone,
            at: zone.map(|z| z.at(wave.day, self.rules.start)),
            people,
        };
        places.into_values().map(start).collect()
    }

    fn people(&self, wave: &Wave) -> impl Iterator<Item = &Candidate> {
        wave.people.iter().filter_map(|i| self.candidates.get(*i))
    }

    fn tickets(&self, people: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
        let thousandths = people.saturating_mul(self.rules.tickets) as f64;
        (thousandths / 1e3).round() / 100.0
    }

    fn clock(&self) -> String {
        format!("{:02}:{:02}", self.rules.start / 3_600, self.rules.start % 3_600 / 60)
    }

    /// Where no place is known, the local time is taken for UTC's.
    fn in_time(&self, wave: &Wave) -> bool {
        let plain = Instant(wave.day.start().0 + self.rules.start);
        self.starts(wave).iter().map(|s| s.at.unwrap_or(plain)).max().unwrap_or(plain) <= self.valid_until
    }

    fn waves_table(&self) -> Table {
        let mut table = Table::new("waves", TITLES[0], WAVES);
        for wave in self.waves {
            let starts = self.starts(wave);
            let departments: BTreeSet<&str> =
                self.people(wave).map(|p| &*p.department).filter(|d| !d.is_empty()).collect();
            let people = wave.people.len() as u64;
            table.rows.push(vec![
                Cell::Integer(i64::from(wave.number)),
                Cell::text(wave.day.to_string()),
                Cell::text(weekday(wave.day)),
                Cell::text(self.clock()),
                Cell::time(starts.iter().filter_map(|s| s.at).min()),
                Cell::time(starts.iter().filter_map(|s| s.at).max()),
                Cell::count(people),
                Cell::Boolean(wave.pilot),
                Cell::count(departments.len() as u64),
                Cell::Real(self.tickets(people)),
                Cell::count(starts.iter().filter(|s| s.at.is_none()).map(|s| s.people).sum()),
                Cell::Boolean(self.in_time(wave)),
            ]);
        }
        table
    }

    fn starts_table(&self) -> Table {
        let mut table = Table::new("wave_starts", TITLES[1], STARTS);
        for wave in self.waves {
            let mut starts = self.starts(wave);
            // Those whose place is not known come last.
            starts.sort_by_key(|s| (s.at.is_none(), s.at));
            for start in starts {
                let note = match start.zone {
                    None => "the usage location is not known: local time only",
                    Some(zone) if zone.several => "more than one clock in this country",
                    Some(_) => "",
                };
                table.rows.push(vec![
                    Cell::Integer(i64::from(wave.number)),
                    Cell::text(wave.day.to_string()),
                    Cell::text(start.zone.map_or("", |z| z.country)),
                    Cell::text(start.zone.map_or("", |z| z.name)),
                    Cell::text(self.clock()),
                    Cell::time(start.at),
                    Cell::count(start.people),
                    Cell::text(note),
                ]);
            }
        }
        table
    }

    fn largest(&self) -> u64 {
        self.waves.iter().map(|w| w.people.len() as u64).max().unwrap_or(0)
    }

    fn late(&self) -> usize {
        self.waves.iter().filter(|w| !self.in_time(w)).count()
    }

    fn caveats(&self) -> Vec<String> {
        let mut out = Vec::new();
        let of = |test: &dyn Fn(&Candidate) -> bool| self.candidates.iter().filter(|c| test(c)).count();
        if self.late() > 0 {
            out.push(format!(
                "{} later than the list is valid ({}): make a new list from new exports before each; its waves are counted \
                 from 1 again.",
                lie(self.late()),
                self.valid_until
            ));
        }
        let short = self.rules.most().map_or(0, |most| {
            let last = self.waves.len().saturating_sub(1);
            self.waves.iter().take(last).filter(|w| !w.pilot && (w.people.len() as u64) < most).count()
        });
        if short > 0 {
            out.push(format!(
                "{} smaller than the help desk could bear, because of the share of a department.",
                if short == 1 { "1 wave is".to_owned() } else { format!("{short} waves are") }
            ));
        }
        let pilots = of(&|c| c.pilot);
        if let Some(lines) = self.pilot_lines.filter(|lines| *lines > pilots) {
            out.push(format!(
                "Of {lines} lines of --pilot, {pilots} are on the target list; the others have a gate in excluded.csv."
            ));
        }
        let teamless = of(&|c| c.department.is_empty());
        if teamless > 0 {
            out.push(format!("The department of {teamless} of the people is not known: no share is held for them."));
        }
        let nowhere = of(&|c| of_location(&c.location).is_none());
        if nowhere > 0 {
            out.push(format!(
                "The usage location of {nowhere} of the people is not known: their start is told in local time alone."
            ));
        }
        out
    }
}

/// Everything there is to say of the waves.
#[must_use]
pub fn finding(calendar: Calendar<'_>) -> Finding {
    let people = calendar.candidates.len() as u64;
    let largest = calendar.largest();
    let in_time = calendar.waves.iter().filter(|w| calendar.in_time(w)).map(|w| w.people.len() as u64).sum();
    let first = calendar.waves.first().map_or(0, |w| w.people.len() as u64);
    let stat = |id, label: &str, part| Stat {
        id,
        label: label.to_owned(),
        share: Share::new(part, people),
        of: "people on the target list",
    };
    let size = match calendar.rules.most() {
        Some(most) => format!("At most {most} people a wave"),
        None => "No limit of people a wave".to_owned(),
    };
    Finding {
        id: "waves",
        title: match (calendar.waves.first(), calendar.waves.last()) {
            (Some(from), Some(to)) if from.number != to.number => {
                format!("{people} people in {}, from {} to {}", counted(calendar.waves.len(), "wave"), from.day, to.day)
            }
            (Some(only), _) => format!("{people} people in one wave, on {}", only.day),
            _ => "Nobody is on the target list, so there is no wave".to_owned(),
        },
        lead: format!(
            "{size}; the largest has {largest}. Help-desk tickets expected on its day: {}.",
            calendar.tickets(largest)
        ),
        definition: definition(),
        stats: vec![
            stat("waves_first", "in the first wave", first),
            stat("waves_in_time", "in waves before the list expires", in_time),
        ],
        figures: vec![picture::figure(&calendar)],
        tables: vec![calendar.waves_table(), calendar.starts_table()],
        caveats: calendar.caveats(),
    }
}

fn weekday(day: Day) -> &'static str {
    WEEKDAYS.get(usize::from(day.weekday())).copied().unwrap_or("")
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn lie(n: usize) -> String {
    if n == 1 { "1 wave lies".to_owned() } else { format!("{n} waves lie") }
}
