//! Facts → one verdict per person. Pure, total, explained.

mod account;
pub mod bounds;
pub mod class;
pub mod clocks;
pub mod contradiction;
pub mod drop_off;
pub mod follow;
mod gains;
pub mod gates;
mod label;
pub mod nudge;
pub mod path;
pub mod persistence;
pub mod prompts;
pub mod registration;
pub mod revocation;
pub mod service;
mod since_report;
pub mod spell;
pub mod stage;
pub mod threshold;
pub mod verdict;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::Dossiers;
use crate::model::ids::Id;
use crate::model::settings::Thresholds;
use crate::model::sign_in::{Channel, Client, Stream};
use crate::model::time::{Instant, Window};
pub use class::Class;
pub use gates::Lists;
pub use verdict::{Flag, Label, Missing, Stale, Verdict};

/// Words of applications and clients.
type Uses = HashMap<(Option<Id>, Client), Arc<str>>;

/// What the whole tenant's coverage says, worked out once.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what kinds of input there are, each asked for on its own")]
pub struct Frame {
    /// T.
    pub t: Instant,
    /// Interactive coverage up to T, gaps cut out.
    pub interactive: Vec<Window>,
    /// The end of the interactive log, which may lie after T: what is a day older than it is settled.
    pub log_end: Option<Instant>,
    /// Non-interactive coverage up to T.
    pub non_interactive: Vec<Window>,
    /// Audit coverage up to T.
    pub audit: Vec<Window>,
    /// When the newest registration report was made; people only in older ones are unknown.
    pub newest_report: Option<Instant>,
    /// Some registration report is among the inputs.
    pub has_registration: bool,
    /// Some registration report says who holds a role.
    pub states_roles: bool,
    /// Some user export carries `signInActivity`: a person listed without it never signed in.
    pub has_activity: bool,
    /// Some user export is among the inputs.
    pub has_users: bool,
    /// The settings.
    pub thresholds: Thresholds,
    /// Application and client in words: many people use the same.
    uses: Arc<Uses>,
}

impl Frame {
    /// Works the frame out. `None`: nothing says at which instant to judge.
    #[must_use]
    pub fn new(dossiers: &Dossiers, thresholds: &Thresholds) -> Option<Self> {
        let t = thresholds.as_of.or_else(|| default_as_of(dossiers, thresholds))?;
        let windows = |stream| dossiers.coverage().windows(stream, t, thresholds);
        let people = || dossiers.people().map(|(_, person)| person);
        Some(Self {
            t,
            interactive: windows(Stream::Interactive),
            log_end: log_end(dossiers, thresholds, Stream::Interactive),
            non_interactive: windows(Stream::NonInteractive),
            audit: windows(Stream::Audit),
            newest_report: newest_report(dossiers),
            has_activity: people().any(|p| !p.account.never_used()),
            has_registration: people().any(|p| !p.registration.is_empty()),
            states_roles: people().flat_map(|p| p.registration.values()).any(|r| r.admin.is_some()),
            has_users: people().any(|p| p.account.listed),
            thresholds: thresholds.clone(),
            uses: dossiers
                .channels()
                .map(|c| ((c.app.clone(), c.client), use_words(c, dossiers)))
                .collect::<HashMap<_, _>>()
                .into(),
        })
    }

    /// The application and client of a channel, in words.
    #[must_use]
    pub fn use_words(&self, channel: &Channel) -> Arc<str> {
        self.uses.get(&(channel.app.clone(), channel.client)).cloned().unwrap_or_default()
    }

    /// The last contiguous interactive coverage.
    #[must_use]
    pub fn last_interactive(&self) -> Option<Window> {
        self.interactive.last().copied()
    }

    /// Whether the interactive coverage reaches T (rulings.md 1).
    #[must_use]
    pub fn reaches_t(&self) -> bool {
        self.last_interactive().is_some_and(|w| w.to >= self.t.plus_hours(-self.thresholds.settle_hours))
    }

    /// The class of a channel, by the tables of the run.
    #[must_use]
    pub fn class(&self, channel: &Channel) -> Class {
        class::class(channel, &self.thresholds.tables)
    }

    /// T − W.
    #[must_use]
    pub fn stale_since(&self) -> Instant {
        self.t.plus_days(-self.thresholds.stale_days)
    }

    /// T − A.
    #[must_use]
    pub fn active_since(&self) -> Instant {
        self.t.plus_days(-self.thresholds.active_days)
    }
}

fn use_words(channel: &Channel, dossiers: &Dossiers) -> Arc<str> {
    let app = channel.app.as_ref().map_or_else(|| "unnamed app".to_owned(), |a| dossiers.app_label(a));
    format!("{app} ({})", channel.client.name()).into()
}

/// When the newest registration report was made: the latest day whose report lists at least a tenth as many people as
/// the largest, so that a single row with a wild date, or a report of a few people, does not make all others unknown.
fn newest_report(dossiers: &Dossiers) -> Option<Instant> {
    let mut days: BTreeMap<Instant, u64> = BTreeMap::new();
    for (_, person) in dossiers.people() {
        for at in person.registration.values().filter_map(|r| r.at) {
            *days.entry(at.day().start()).or_default() += 1;
        }
    }
    let largest = days.values().copied().max()?;
    days.into_iter().rev().find(|(_, people)| people * 10 >= largest).map(|(day, _)| day)
}

/// The declared end of a log, else its last row.
fn log_end(dossiers: &Dossiers, thresholds: &Thresholds, stream: Stream) -> Option<Instant> {
    let declared = thresholds.covers.iter().filter(|(s, _)| *s == stream).map(|(_, w)| w.to).max();
    declared.or_else(|| dossiers.coverage().extent(stream).map(|w| w.to))
}

/// The end of the interactive coverage; without one, the latest instant any other log or snapshot names.
fn default_as_of(dossiers: &Dossiers, thresholds: &Thresholds) -> Option<Instant> {
    let end = |stream| log_end(dossiers, thresholds, stream);
    end(Stream::Interactive).or_else(|| end(Stream::NonInteractive).max(end(Stream::Audit))).or_else(|| {
        dossiers
            .people()
            .flat_map(|(_, person)| {
                let account = &person.account;
                let reports = person.registration.values().filter_map(|r| r.at).max();
                [account.last_sign_in, account.last_non_interactive, account.last_successful, reports]
            })
            .flatten()
            .max()
    })
}

/// Judges everybody, in the order of their ids.
#[must_use]
pub fn judge(dossiers: &Dossiers, frame: &Frame, lists: &Lists) -> Vec<Verdict> {
    judge_then(dossiers, frame, lists, |verdict| verdict)
}

/// Judges everybody, in the order of their ids, and keeps of each verdict what is asked for.
#[must_use]
pub fn judge_then<T: Send>(
    dossiers: &Dossiers,
    frame: &Frame,
    lists: &Lists,
    keep: impl Fn(Verdict) -> T + Sync,
) -> Vec<T> {
    dossiers.par_iter().map(|dossier| keep(verdict::judge_one(&dossier, dossiers, frame, lists))).collect()
}

/// The position of a person in the order of ids.
#[must_use]
pub fn position(dossiers: &Dossiers, id: &Id) -> Option<usize> {
    dossiers.people().position(|(known, _)| known == id)
}
