//! The record of lists already handed out, so that a second run does not sign out people who have just registered
//! (semantics §8.4, "idempotence"). Its instants are those judged at, never a clock's.

use std::collections::{BTreeMap, BTreeSet};

use super::TargetList;
use crate::model::ids::Id;
use crate::model::time::Instant;
use crate::view::{Cell, Column, ColumnKind, Table};

use ColumnKind::{Integer, Text, Time};

/// Columns of the record.
pub const EMITTED: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("wave", Integer, "Wave, from 1"),
    Column::new("goal", Text, "What the list was for"),
    Column::new("emitted_at", Time, "The instant the list was judged at"),
    Column::new("valid_until", Time, "Until when the list may be used"),
    Column::new("channels", Text, "Forms it was written in, joined with |"),
];

/// One person on one list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Emission {
    wave: u32,
    valid_until: Instant,
    channels: BTreeSet<String>,
}

/// Everybody on earlier lists: one entry per instant, person and goal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emitted {
    entries: BTreeMap<(Instant, Id, String), Emission>,
}

impl Emitted {
    /// Reads the record.
    ///
    /// # Errors
    /// When it is not one: the line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reader = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?;
        if !header.iter().eq(EMITTED.iter().map(|c| c.name)) {
            let want: Vec<&str> = EMITTED.iter().map(|c| c.name).collect();
            return Err(format!("its first line is not `{}`", want.join(",")));
        }
        if !text.ends_with('\n') {
            return Err("its last line is not whole".to_owned());
        }
        let mut out = Self::default();
        for (number, record) in (2..).zip(reader.records()) {
            let record = record.map_err(|e| e.to_string())?;
            let cell = |at: usize| record.get(at).unwrap_or("");
            let wrong = |at: usize| {
                let name = EMITTED.get(at).map_or("", |c| c.name);
                format!("line {number}: `{}` is no {name}", cell(at))
            };
            let id = Id::parse(cell(0)).ok_or_else(|| wrong(0))?;
            let wave = cell(1).parse().map_err(|_| wrong(1))?;
            let at = Instant::parse(cell(3)).ok_or_else(|| wrong(3))?;
            let valid_until = Instant::parse(cell(4)).ok_or_else(|| wrong(4))?;
            let channels = cell(5).split('|').filter(|c| !c.is_empty()).map(str::to_owned).collect();
            out.add((at, id, cell(2).to_owned()), Emission { wave, valid_until, channels });
        }
        Ok(out)
    }

    /// Puts a list on record. The same list twice changes nothing.
    pub fn put(&mut self, list: &TargetList, channels: &[&str]) {
        let channels: BTreeSet<String> = channels.iter().map(|c| (*c).to_owned()).collect();
        for target in &list.listed {
            let Some(id) = Id::parse(&target.user_id) else { continue };
            let entry = Emission { wave: target.wave, valid_until: list.valid_until, channels: channels.clone() };
            self.add((list.as_of, id, list.goal.to_owned()), entry);
        }
    }

    /// Of the same entry twice the later wave and validity stay, and the channels of both.
    fn add(&mut self, key: (Instant, Id, String), new: Emission) {
        let entry = self.entries.entry(key).or_insert_with(|| new.clone());
        entry.wave = entry.wave.max(new.wave);
        entry.valid_until = entry.valid_until.max(new.valid_until);
        entry.channels.extend(new.channels);
    }

    /// When each person was put on a list.
    #[must_use]
    pub fn instants(&self) -> BTreeMap<Id, BTreeSet<Instant>> {
        let mut out: BTreeMap<Id, BTreeSet<Instant>> = BTreeMap::new();
        for (at, id, _) in self.entries.keys() {
            out.entry(id.clone()).or_default().insert(*at);
        }
        out
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is on record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The record as it is kept: by instant, person and goal.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut table = Table::new("emitted", "People on earlier lists", EMITTED);
        for ((at, id, goal), entry) in &self.entries {
            let channels: Vec<&str> = entry.channels.iter().map(String::as_str).collect();
            table.rows.push(vec![
                Cell::text(id.to_string()),
                Cell::Integer(i64::from(entry.wave)),
                Cell::text(goal),
                Cell::Time(*at),
                Cell::Time(entry.valid_until),
                Cell::text(channels.join("|")),
            ]);
        }
        table.to_csv()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "user_id,wave,goal,emitted_at,valid_until,channels\n";

    #[test]
    fn what_is_written_is_read_and_order_and_repetition_do_not_matter() {
        let (a, b) = (
            "u1,1,mfa,2026-11-01T00:00:00Z,2026-11-08T00:00:00Z,csv|ids\n",
            "u2,2,mfa,2026-11-15T00:00:00Z,2026-11-22T00:00:00Z,powershell\n",
        );
        let whole = format!("{HEAD}{a}{b}");
        let read = Emitted::parse(&whole);
        assert_eq!(read.as_ref().map(Emitted::to_csv), Ok(whole.clone()));
        assert_eq!(read, Emitted::parse(&format!("{HEAD}{b}{a}{b}")));
    }

    #[test]
    fn a_damaged_record_is_refused() {
        assert!(Emitted::parse("").is_err() && Emitted::parse("user_id\nu1\n").is_err());
        let row = |row: &str| Emitted::parse(&format!("{HEAD}{row}\n"));
        assert!(row("u1,1,mfa,yesterday,2026-11-22,csv").is_err_and(|e| e.starts_with("line 2: `yesterday`")));
        assert!(row("u1,1,mfa").is_err() && Emitted::parse(HEAD.trim_end()).is_err());
        assert!(row(",1,mfa,2026-11-01,2026-11-08,csv").is_err());
    }
}
