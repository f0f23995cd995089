//! Verdicts → who to act on, why, until when. Rails are on by default: a wrong row here logs people out.

pub mod channels;
pub mod emitted;
pub mod hand_off;
pub mod nudge;
pub mod policy;
mod script;

use std::collections::{BTreeMap, BTreeSet};

pub use emitted::Emitted;
pub use hand_off::{HandOff, Template};

use crate::judge::Verdict;
use crate::judge::gates::Gate;
use crate::model::joined::Joined;
use crate::model::time::Instant;
use crate::view::{Cell, Column, ColumnKind, Finding, Table};

use ColumnKind::{Integer, Text, Time};

/// Columns of the target list.
pub const LISTED: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("wave", Integer, "Wave, from 1"),
    Column::new("reason", Text, "Why this person is listed"),
    Column::new("staleness_min_days", Integer, "No promptable sign-in for at least this long").unit("days"),
    Column::new("staleness_max_days", Integer, "And at most this long; empty = open").unit("days"),
    Column::new("confidence", Text, "high, medium or low"),
    Column::new("valid_until", Time, "Do not use the list after this"),
    Column::new("as_of", Time, "When the list was made: the instant judged at"),
];

/// Columns of the list of people left out.
pub const EXCLUDED: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("gate", Text, "The first gate that applies"),
    Column::new("reason", Text, "What it means"),
    Column::new("gates", Text, "All gates that apply, joined with |"),
];

/// A person on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Object id.
    pub user_id: String,
    /// UPN.
    pub upn: String,
    /// Wave, from 1.
    pub wave: u32,
    /// Why.
    pub reason: String,
    /// Staleness interval, days.
    pub staleness: (i64, Option<i64>),
    /// How sure.
    pub confidence: &'static str,
    /// Joined values, one per joined column.
    pub joined: Vec<String>,
}

/// A person left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Object id.
    pub user_id: String,
    /// UPN.
    pub upn: String,
    /// First gate and what it means.
    pub gate: (&'static str, &'static str),
    /// All gates.
    pub gates: String,
}

/// What is to be done to the people on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// End their sessions.
    Revoke,
    /// Put them into the registration campaign. They are not to be revoked.
    Nudge,
}

/// A target list.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetList {
    /// People on it, by id.
    pub listed: Vec<Target>,
    /// People left out, by id.
    pub excluded: Vec<Excluded>,
    /// The instant judged at.
    pub as_of: Instant,
    /// Until when it may be used.
    pub valid_until: Instant,
    /// What the target list is for.
    pub goal: &'static str,
    /// How many on the list may hold a role: no report says.
    pub roles_unknown: usize,
    /// Names of the joined columns.
    pub joined: Vec<&'static str>,
    /// Rails that were switched off.
    pub overrides: Vec<String>,
    /// Tenants the inputs are of, as far as they tell.
    pub tenants: Vec<String>,
    /// How the list is handed over.
    pub hand_off: HandOff,
    /// What is to be done to the people on it.
    pub purpose: Purpose,
    /// Id of the key under which its people are tokens (`--pseudonymise`); `None`: they are themselves.
    pub key: Option<String>,
    /// When who is acted on; `None`: everybody is in the first wave.
    pub schedule: Option<Finding>,
}

/// Some people of one wave, as many as one file may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'l> {
    /// Wave, from 1.
    pub wave: u32,
    /// Which part of the wave, from 1.
    pub number: usize,
    /// The people.
    pub people: Vec<&'l Target>,
}

impl Part<'_> {
    /// `wave-1-0001.json` and the like.
    #[must_use]
    pub fn file_name(&self, extension: &str) -> String {
        format!("wave-{}-{:04}.{extension}", self.wave, self.number)
    }
}

/// Picks the targets.
#[must_use]
pub fn pick(verdicts: &[Verdict], as_of: Instant, valid_days: i64, goal: &'static str, joined: &Joined) -> TargetList {
    let mut list = TargetList {
        listed: Vec::new(),
        excluded: Vec::new(),
        as_of,
        valid_until: as_of.plus_days(valid_days),
        goal,
        roles_unknown: verdicts.iter().filter(|v| v.target && v.registration.admin.is_none()).count(),
        joined: joined.columns.clone(),
        overrides: Vec::new(),
        tenants: Vec::new(),
        hand_off: HandOff::default(),
        purpose: Purpose::Revoke,
        key: None,
        schedule: None,
    };
    for v in verdicts {
        // Graph wants an object id; a person known by UPN alone has none that is sure.
        let no_id = v.target && v.id.as_upn().is_some();
        if v.target && !no_id {
            list.listed.push(Target {
                user_id: v.id.to_string(),
                upn: v.upn.to_string(),
                wave: 1,
                reason: v.reason(),
                staleness: (v.bounds.min_days, v.bounds.max_days),
                confidence: v.confidence(),
                joined: joined.row(&v.id).map(str::to_owned).collect(),
            });
        } else {
            let first = v.gates.first().map(|g| (g.name(), g.reason()));
            let fallback = if no_id {
                ("no_object_id", "no object id is known, and a UPN may have changed hands")
            } else {
                ("not_targeted", "not a label that is targeted")
            };
            list.excluded.push(Excluded {
                user_id: v.id.to_string(),
                upn: v.upn.to_string(),
                gate: first.unwrap_or(fallback),
                gates: v.gates.iter().map(Gate::name).collect::<Vec<_>>().join("|"),
            });
        }
    }
    list
}

impl TargetList {
    /// The waves there are.
    #[must_use]
    pub fn waves(&self) -> BTreeSet<u32> {
        self.listed.iter().map(|t| t.wave).collect()
    }

    /// The people wave by wave, at most `most` in one part.
    #[must_use]
    pub fn parts(&self, most: usize) -> Vec<Part<'_>> {
        self.cut(|_| most)
    }

    /// The same in parts of about the same size, so that none is left with a single person unless the wave has no more.
    #[must_use]
    pub fn even_parts(&self, most: usize) -> Vec<Part<'_>> {
        self.cut(|people| people.div_ceil(people.div_ceil(most).max(1)))
    }

    fn cut(&self, size: impl Fn(usize) -> usize) -> Vec<Part<'_>> {
        let mut waves: BTreeMap<u32, Vec<&Target>> = BTreeMap::new();
        for target in &self.listed {
            waves.entry(target.wave).or_default().push(target);
        }
        let mut parts = Vec::new();
        for (wave, people) in waves {
            for (number, people) in (1..).zip(people.chunks(size(people.len()).max(1))) {
                parts.push(Part { wave, number, people: people.to_vec() });
            }
        }
        parts
    }

    /// Leaves out everybody who is not in a wave.
    pub fn keep_wave(&mut self, wave: u32) {
        let (kept, others) = std::mem::take(&mut self.listed).into_iter().partition(|t| t.wave == wave);
        self.listed = kept;
        let left_out = |t: Target| Excluded {
            user_id: t.user_id,
            upn: t.upn,
            gate: ("other_wave", "in another wave of this list than the one asked for"),
            gates: String::new(),
        };
        self.excluded.extend(Vec::into_iter(others).map(left_out));
    }

    /// The list as a table.
    #[must_use]
    pub fn listed_table(&self) -> Table {
        let mut table = Table::new("targets", "Targets", LISTED);
        let joined = |name: &&'static str| Column::new(name, Text, "Joined from a file given with --join");
        table.columns.extend(self.joined.iter().map(joined));
        for t in &self.listed {
            let mut row = vec![
                Cell::text(&t.user_id),
                Cell::text(&t.upn),
                Cell::Integer(i64::from(t.wave)),
                Cell::text(&t.reason),
                Cell::Integer(t.staleness.0),
                Cell::integer(t.staleness.1),
                Cell::word(t.confidence),
                Cell::Time(self.valid_until),
                Cell::Time(self.as_of),
            ];
            row.extend(t.joined.iter().map(Cell::text));
            table.rows.push(row);
        }
        table
    }

    /// The people left out as a table.
    #[must_use]
    pub fn excluded_table(&self) -> Table {
        let mut table = Table::new("excluded", "Left out, with the reason", EXCLUDED);
        for e in &self.excluded {
            table.rows.push(vec![
                Cell::text(&e.user_id),
                Cell::text(&e.upn),
                Cell::word(e.gate.0),
                Cell::word(e.gate.1),
                Cell::text(&e.gates),
            ]);
        }
        table
    }
}
