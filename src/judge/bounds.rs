//! Staleness as an interval: the earliest and the latest instant the last promptable sign-in can have been
//! (semantics §2.3, rulings.md 1–6). Absence in the log is censoring, never a date.

use super::Frame;
use super::clocks::{Clocks, Source, interactive_near};
use super::verdict::{Flag, Stale};
use crate::facts::Dossier;
use crate::model::enum_set::EnumSet;
use crate::model::time::{DAY_SECONDS, Instant, MaybeInstant};

/// The interval and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Latest possible last promptable instant.
    pub upper: Instant,
    /// Earliest possible; none = open.
    pub lower: MaybeInstant,
    /// Staleness is at least this, whole days.
    pub min_days: i64,
    /// Staleness is at most this, whole days; `None` = open.
    pub max_days: Option<i64>,
    /// What the interval alone says.
    pub stale: Stale,
    /// What bore on it.
    pub flags: EnumSet<Flag>,
    /// What set the upper end.
    pub because: Because,
}

/// What set the upper end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The sign-in itself.
    Seen,
    /// The beginning of the coverage.
    NoneCovered,
    /// The as-of instant, up to which the log does not go.
    NotReached,
    /// A recorded attempt that the log does not show.
    Unexplained,
    /// A sign-in whose details are not settled.
    Unsettled,
    /// A recorded attempt before the coverage.
    OldAttempt,
    /// The account's creation.
    New,
}

impl Because {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Seen => "the last promptable sign-in was seen",
            Self::NoneCovered => "no promptable sign-in since the coverage begins",
            Self::NotReached => "the interactive log does not reach the as-of instant",
            Self::Unexplained => "an interactive attempt is recorded that the log does not show",
            Self::Unsettled => "an interactive sign-in whose details are not settled",
            Self::OldAttempt => "the last interactive attempt is older than the coverage",
            Self::New => "created inside the coverage and never seen at a page",
        }
    }
}

impl Bounds {
    /// What the interval says under another W.
    #[must_use]
    pub fn stale_at(&self, stale_days: i64) -> Stale {
        stale_at((self.min_days, self.max_days), stale_days)
    }
}

fn stale_at((min, max): (i64, Option<i64>), stale_days: i64) -> Stale {
    if min >= stale_days {
        Stale::Stale
    } else if max.is_some_and(|max| max < stale_days) {
        Stale::NotStale
    } else {
        Stale::Undetermined
    }
}

/// Works the interval out.
#[must_use]
pub fn bounds(clocks: &Clocks, dossier: &Dossier<'_>, frame: &Frame) -> Bounds {
    let mut work = Work { clocks, dossier, frame, flags: EnumSet::default(), because: Because::NotReached };
    let sign_in_attempt = work.sign_in_attempt();
    let upper = work.upper(sign_in_attempt);
    let (upper, lower) = work.reconcile(upper, sign_in_attempt);
    work.finish(upper, lower)
}

struct Work<'w> {
    clocks: &'w Clocks,
    dossier: &'w Dossier<'w>,
    frame: &'w Frame,
    flags: EnumSet<Flag>,
    because: Because,
}

impl Work<'_> {
    fn flag(&mut self, flag: Flag) {
        self.flags.insert(flag);
    }

    /// Latest root sign-in that a revoked grant's text names.
    fn grant(&self) -> Option<Instant> {
        self.dossier.person.last_grant.filter(|at| *at <= self.frame.t)
    }

    /// SI: the last interactive attempt, an upper bound. Later than T it is ignored (rulings.md 6).
    fn sign_in_attempt(&mut self) -> Option<Instant> {
        let si = self.dossier.person.account.last_sign_in?;
        if si > self.frame.t {
            self.flag(Flag::SiAfterAsOf);
            return None;
        }
        Some(si)
    }

    /// Whether SI lies in the coverage and no interactive row of the person is within a day of it:
    /// the export is filtered or lagging for this person.
    fn unexplained(&self, si: Instant) -> bool {
        // After the last row too: coverage may end a settle time before T, and what SI counts then is not in it.
        let after = self.frame.reaches_t() && self.frame.last_interactive().is_some_and(|w| si > w.to);
        let covered = after || self.frame.interactive.iter().any(|w| w.from <= si && si <= w.to);
        covered && !interactive_near(self.dossier, self.frame, si)
    }

    fn upper(&mut self, si: Option<Instant>) -> Instant {
        let promptable = self.clocks.promptable.map(|(at, _)| at);
        let last = self.frame.last_interactive();
        let mut upper = match (promptable, last) {
            (Some(lp), Some(w)) if lp >= w.from && self.frame.reaches_t() => {
                self.because = Because::Seen;
                lp
            }
            (_, Some(w)) if self.frame.reaches_t() => {
                self.because = Because::NoneCovered;
                if self.frame.interactive.len() > 1 {
                    self.flag(Flag::Gap);
                }
                self.capped(w.from, si)
            }
            _ => {
                self.because = Because::NotReached;
                self.capped(self.frame.t, si)
            }
        };
        if let Some(si) = si
            && self.unexplained(si)
            && promptable.is_none_or(|lp| si.0 - lp.0 > DAY_SECONDS)
        {
            if si >= self.frame.stale_since() {
                self.flag(Flag::SiRecentUnexplained);
            }
            self.because = Because::Unexplained;
            upper = upper.max(si);
        }
        if let Some(unsettled) = self.clocks.unsettled
            && unsettled > upper
        {
            self.flag(Flag::Unsettled);
            self.because = Because::Unsettled;
            upper = unsettled;
        }
        promptable.map_or(upper, |lp| upper.max(lp))
    }

    fn capped(&mut self, end: Instant, si: Option<Instant>) -> Instant {
        // An SI older than a page seen lags (rulings.md 5): it bounds nothing.
        let lags = |si: &Instant| self.clocks.promptable.is_some_and(|(lp, _)| *si < lp);
        match si.filter(|si| !lags(si)) {
            Some(si) if si < end => {
                self.because = Because::OldAttempt;
                si
            }
            _ => end,
        }
    }

    /// The lower end, and who wins where the two cross (rulings.md 2–4).
    fn reconcile(&mut self, upper: Instant, si: Option<Instant>) -> (Instant, Option<Instant>) {
        let created = self.dossier.person.account.created.as_ref().map(|c| c.value).filter(|c| *c <= self.frame.t);
        if let (None, None, Some(created), Some(w)) =
            (self.clocks.promptable, self.clocks.unsettled, created, self.frame.last_interactive())
        {
            let unexplained = si.is_some_and(|si| self.unexplained(si));
            if created >= w.from && self.frame.reaches_t() && !unexplained && self.grant().is_none_or(|g| g < created) {
                self.flag(Flag::NeverPromptable);
                self.because = Because::New;
                return (created, Some(created));
            }
        }
        let lower = self.clocks.promptable.map(|(at, _)| at).max(created).max(self.grant());
        match lower {
            Some(lower) if lower > upper => {
                self.flag(Flag::BoundsConflict);
                (lower, Some(lower))
            }
            _ => (upper, lower),
        }
    }

    fn finish(mut self, upper: Instant, lower: Option<Instant>) -> Bounds {
        let t = self.frame.t;
        let min_days = t.whole_days_since(upper).max(0);
        let max_days = lower.map(|l| t.whole_days_since(l).max(0));
        let w = self.frame.thresholds.stale_days;
        let stale = stale_at((min_days, max_days), w);
        let covered_days = self.frame.last_interactive().map_or(0, |c| t.whole_days_since(c.from));
        if stale == Stale::Undetermined && covered_days < w {
            self.flag(Flag::TruncatedCoverage);
        }
        self.note_contamination(stale);
        if stale != Stale::Undetermined {
            self.flags.remove(Flag::Gap);
        }
        if matches!(self.clocks.promptable, Some((_, Source::SignInWithoutDetails))) && stale == Stale::NotStale {
            self.flag(Flag::FreshnessUnknown);
        }
        if self.clocks.day_resolution {
            self.flag(Flag::DayResolution);
        }
        Bounds { upper, lower: lower.into(), min_days, max_days, stale, flags: self.flags, because: self.because }
    }

    /// SI looks recent, and rows that are no promptable sign-in explain it (semantics §2.3, decision table).
    fn note_contamination(&mut self, stale: Stale) {
        let Some(si) = self.dossier.person.account.last_sign_in.filter(|si| *si <= self.frame.t) else { return };
        let recent = si >= self.frame.stale_since();
        let explained = interactive_near(self.dossier, self.frame, si);
        let later = self.clocks.promptable.is_none_or(|(lp, _)| si.0 - lp.0 > DAY_SECONDS);
        if recent && explained && later && stale != Stale::NotStale {
            self.flag(Flag::SiContaminated);
        }
    }
}
