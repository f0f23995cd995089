//! Local working time by usage location: country → the clock most of its people live by (`tables/time_zones.tsv`,
//! semantics §8.3). Daylight saving is the bundled IANA database's; no clock of the machine is read.

use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::sync::OnceLock;

use chrono::{DateTime, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;

use super::time::{DAY_SECONDS, Day, Instant};

/// A country's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// The country, ISO 3166 alpha-2.
    pub country: &'static str,
    /// IANA name of the zone most of its people live in.
    pub name: &'static str,
    /// The country has more than one clock, so this one is right for most of its people only.
    pub several: bool,
    tz: Tz,
}

/// The zone of a usage location: a two-letter code, or a country's English name as admin-centre exports write it.
/// `None`: nobody knows that place.
#[must_use]
pub fn of_location(location: &str) -> Option<Zone> {
    static TABLE: OnceLock<BTreeMap<String, Zone>> = OnceLock::new();
    TABLE.get_or_init(table).get(&location.trim().to_lowercase()).copied()
}

fn table() -> BTreeMap<String, Zone> {
    let mut out = BTreeMap::new();
    for line in include_str!("tables/time_zones.tsv").lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&'static str> = line.split('\t').collect();
        if let [country, name, several, names] = cells[..]
            && let Ok(tz) = Tz::from_str(name)
        {
            let zone = Zone { country, name, several: several == "1", tz };
            let keys = names.split('|').chain([country]);
            out.extend(keys.map(|key| (key.to_lowercase(), zone)));
        }
    }
    out
}

impl Zone {
    /// The instant at which this clock shows a time of day (seconds from midnight) on a date. Of an hour that comes twice the
    /// first; for one that is skipped, the instant the clock springs forward past it.
    #[must_use]
    pub fn at(self, day: Day, clock: i64) -> Instant {
        let plain = Instant(day.start().0 + clock.clamp(0, DAY_SECONDS - 1));
        let utc = |at: i64| DateTime::from_timestamp(at, 0).map(|t| t.naive_utc());
        let shown = |local: NaiveDateTime| self.tz.from_local_datetime(&local).earliest();
        // A skipped time is an hour long as a rule, a day at the date line.
        let tried = (0..=48).map(|halves| plain.0 + halves * 1_800);
        tried.filter_map(utc).find_map(shown).map_or(plain, |t| Instant(t.timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let lines: Vec<&str> = include_str!("tables/time_zones.tsv").lines().filter(|l| !l.starts_with('#')).collect();
        let keys: usize = lines.iter().map(|l| l.matches('|').count() + 2).sum();
        assert_eq!(table().len(), keys, "every zone name is one of the database, no key stands twice");
        for (location, name) in
            [("DE", "Europe/Berlin"), ("us", "America/New_York"), ("United Kingdom", "Europe/London")]
        {
            assert_eq!(of_location(location).map(|z| z.name), Some(name), "{location}");
        }
        assert_eq!(of_location("US").map(|z| z.several), Some(true));
        assert_eq!(of_location("Atlantis"), None);
        assert_eq!(of_location(""), None);
    }

    /// Offsets as published: CET +1, CEST +2 from 2027-03-28; EST −5; India +5:30; Auckland +13 in November.
    #[test]
    fn nine_o_clock_is_where_the_person_is() {
        let at = |location: &str, (y, m, d), clock: i64| {
            let day = Day::from_ymd(y, m, d).unwrap_or(Day(0));
            of_location(location).map(|z| z.at(day, clock * 3_600).to_string()).unwrap_or_default()
        };
        assert_eq!(at("DE", (2026, 11, 23), 9), "2026-11-23T08:00:00Z");
        assert_eq!(at("DE", (2027, 3, 29), 9), "2027-03-29T07:00:00Z");
        assert_eq!(at("US", (2026, 11, 23), 9), "2026-11-23T14:00:00Z");
        assert_eq!(at("IN", (2026, 11, 23), 9), "2026-11-23T03:30:00Z");
        assert_eq!(at("NZ", (2026, 11, 23), 9), "2026-11-22T20:00:00Z");
        assert_eq!(at("DE", (2027, 3, 28), 2), "2027-03-28T01:00:00Z", "02:00 is skipped: the clock shows 03:00 then");
    }
}
