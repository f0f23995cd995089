//! How long somebody was asked before registering, or has been asked so far (semantics §9.1, §9.4).
//!
//! A spell begins at an origin (the first prompt of the goal within coverage, else a campaign revocation; for hires the
//! creation of the account) and ends with the first registration for the goal by an own act, or with the last instant up
//! to which none is known not to have happened. What happens after a registration, deletions too, changes no spell.

use super::Frame;
use super::clocks::Clocks;
use super::gains;
use super::prompts::Prompts;
use super::registration::{self, State};
use super::revocation;
use crate::facts::Dossier;
use crate::facts::people::MomentKind;
use crate::model::activity_name::Activity;
use crate::model::time::{Instant, Window};

/// What a spell is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// First prompt of the goal within coverage.
    Prompt,
    /// A campaign revocation, for who was never prompted.
    Revocation,
    /// Creation of the account.
    Hire,
}

impl From {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "first_prompt",
            Self::Revocation => "revocation",
            Self::Hire => "hire",
        }
    }
}

/// How a spell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Registered for the goal by an own act: the event.
    Registered,
    /// An administrator registered a method that meets the goal: a competing event, censored.
    Provisioned,
    /// Disabled or deleted, censored.
    Left,
    /// Registered at some unknown instant: censored at the last proof of being unregistered.
    Undated,
    /// Not registered when the audit log ends, censored.
    Open,
}

impl End {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Provisioned => "provisioned",
            Self::Left => "left",
            Self::Undated => "undated",
            Self::Open => "open",
        }
    }
}

/// A time during which somebody unregistered was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// What it is counted from.
    pub from: From,
    /// When that was.
    pub origin: Instant,
    /// Followed from here: the origin, or the start of the audit log when that is later (left truncation).
    pub entry: Instant,
    /// Followed up to here.
    pub exit: Instant,
    /// How it ended.
    pub end: End,
}

impl Spell {
    /// Whole days from the origin to the end.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.exit.whole_days_since(self.origin)
    }

    /// Whole days from the origin to where following began; 0 = from the origin on.
    #[must_use]
    pub fn entry_days(&self) -> i64 {
        self.entry.whole_days_since(self.origin)
    }
}

/// The spells of one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spells {
    /// From the first prompt, else a campaign revocation.
    pub asked: Option<Spell>,
    /// From the creation of the account, where the audit log covers that.
    pub hired: Option<Spell>,
}

/// A person's spells; none for who was registered at the origin already, or cannot be followed.
#[must_use]
pub fn spells(
    dossier: &Dossier<'_>,
    frame: &Frame,
    state: &State,
    prompts: &Prompts,
    (clocks, enabled): (&Clocks, Option<bool>),
) -> Spells {
    let Some(audit) = span(&frame.audit) else { return Spells::default() };
    let one = Follower { dossier, frame, state, prompts, audit, last_seen: last_seen(clocks), enabled };
    let prompt = prompts.episodes.first().copied().map(|at| (From::Prompt, at));
    let revoked = || Some((From::Revocation, revocation::first_campaign(dossier, frame.t)?));
    let asked = prompt.or_else(revoked).and_then(|(from, at)| one.follow(from, at));
    let created = dossier.person.account.created.as_ref().map(|c| c.value);
    // Who was created before the audit log may have registered unseen: no one to follow from the start.
    let hired = created.filter(|at| *at >= audit.from).and_then(|at| one.follow(From::Hire, at));
    Spells { asked, hired }
}

/// First to last instant of the audit log. It is sparse: its silences are no gaps.
fn span(windows: &[Window]) -> Option<Window> {
    Some(Window { from: windows.first()?.from, to: windows.last()?.to })
}

fn last_seen(clocks: &Clocks) -> Option<Instant> {
    clocks.interactive.max(clocks.token).max(clocks.promptable.map(|(at, _)| at))
}

struct Follower<'f, 'd> {
    dossier: &'f Dossier<'d>,
    frame: &'f Frame,
    state: &'f State,
    prompts: &'f Prompts,
    audit: Window,
    last_seen: Option<Instant>,
    /// Enabled, as judged.
    enabled: Option<bool>,
}

impl Follower<'_, '_> {
    fn follow(&self, from: From, origin: Instant) -> Option<Spell> {
        let goal = self.frame.thresholds.goal;
        let entry = origin.max(self.audit.from);
        if entry > self.audit.to || registration::was_registered(self.dossier, &self.frame.thresholds, origin) {
            return None;
        }
        let own = gains::registrations(self.dossier, goal, origin).min();
        if own.is_none() && from == From::Revocation && self.unsure(origin) {
            return None;
        }
        let given = gains::provisions(self.dossier, goal, origin, self.state);
        let ends = [(own, End::Registered), (given, End::Provisioned), (self.left(origin), End::Left)];
        // Events come before censorings of the same instant.
        let first =
            ends.into_iter().filter_map(|(at, end)| Some((at?, end))).filter(|(at, _)| *at <= self.audit.to).min();
        // Registered at T, and no row says since when.
        let unseen = own.is_none() && given.is_none() && self.state.goal_registered == Some(true);
        let (exit, end) = match first {
            _ if unseen => (self.last_proof(from, origin)?, End::Undated),
            Some(first) => first,
            None => (self.audit.to, End::Open),
        };
        (exit >= entry).then_some(Spell { from, origin, entry, exit, end })
    }

    /// The last instant at which somebody registered since was certainly unregistered.
    fn last_proof(&self, from: From, origin: Instant) -> Option<Instant> {
        let prompt = self.prompts.episodes.iter().rev().find(|at| **at >= origin && **at <= self.audit.to).copied();
        prompt.or((from == From::Hire).then_some(origin))
    }

    /// A revocation, unlike a prompt, proves nothing of being unregistered: without a registration after it the report
    /// must say so, and no method of the goal may have been there to be removed.
    fn unsure(&self, origin: Instant) -> bool {
        let removed = gains::removals(self.dossier, self.frame.thresholds.goal).any(|at| at >= origin);
        self.state.goal_registered != Some(false) || removed
    }

    /// Disabled or deleted: when the audit log says so; disabled without a row: when last seen.
    fn left(&self, origin: Instant) -> Option<Instant> {
        let leaves = |kind: &MomentKind| {
            matches!(kind, MomentKind::Audit { activity: Activity::Disabled | Activity::Deleted, success: true, .. })
        };
        let dated = self.dossier.person.moments.iter().find(|m| m.at >= origin && leaves(&m.kind)).map(|m| m.at);
        dated.or_else(|| (self.enabled == Some(false)).then(|| self.last_seen.map_or(origin, |at| at.max(origin))))
    }
}
