//! Sign-in rows → facts. Rows of a log repeat who they are about and how they came: those cells are read once.

use super::evidence::{self, RowKind};
use super::fold::Fold;
use super::known::{Key, Print};
use super::repeats::Says;
use super::tenant::Origin;
use crate::facts::Span;
use crate::facts::people::{Moment, MomentKind, SessionKey};
use crate::model::ids::Id;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Event, Stream, Way, Who};
use crate::model::time::Instant;

/// A sign-in row of any format. Cells that were met before are not read.
pub trait SignIn {
    /// What no other row says.
    ///
    /// # Errors
    /// Why the row cannot be read.
    fn event(&self) -> Result<Event, Reject>;
    /// Correlation id as written; empty if it cannot be read. Asked of few rows, as are session and reason.
    fn correlation(&self) -> &str;
    /// Session id as written; empty if it cannot be read.
    fn session(&self) -> &str;
    /// `failureReason` as written; empty if it cannot be read.
    fn reason(&self) -> &str;
    /// All that decides what [`SignIn::way`] says.
    fn way_cells(&self, key: &mut Key);
    /// How the person came.
    ///
    /// # Errors
    /// Why the row cannot be read.
    fn way(&self) -> Result<Way<'_>, Reject>;
    /// All that decides what [`SignIn::who`] says.
    fn who_cells(&self, key: &mut Key);
    /// Who signed in.
    ///
    /// # Errors
    /// Why the row cannot be read.
    fn who(&self) -> Result<Who<'_>, Reject>;
    /// Whether nothing unreadable was met in the cells read so far: rows like this one need not be looked at again.
    fn is_clean(&self) -> bool {
        true
    }
}

/// What is kept of a row besides that somebody came.
#[derive(Default)]
struct Kept {
    moment: Option<Moment>,
    session: Option<SessionKey>,
    grant: Option<Instant>,
}

impl Kept {
    #[inline]
    fn of(row: &impl SignIn, says: &Says, at: Instant) -> Self {
        if says.is_nothing() { Self::default() } else { Self::read(row, says, at) }
    }

    fn read(row: &impl SignIn, says: &Says, at: Instant) -> Self {
        let moment = says.moment.map(|(code, surface)| Moment {
            at,
            kind: MomentKind::SignIn { code, surface },
            correlation: Id::parse(row.correlation()),
        });
        let session = says
            .session
            .and_then(|(token, trust)| Id::parse(row.session()).map(|session| SessionKey { session, token, trust }));
        let grant = if says.grant { grant_issued(row.reason()) } else { None };
        Self { moment, session, grant }
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        self.moment.is_none() && self.session.is_none() && self.grant.is_none()
    }
}

fn origin<'a>(who: &'a Who<'_>, log: Option<&'a Id>) -> Origin<'a> {
    Origin { log, home: who.tenants.0.as_ref(), resource: who.tenants.1.as_ref(), upn: who.upn, guest: who.is_guest() }
}

impl Fold<'_> {
    /// Takes a sign-in in.
    ///
    /// # Errors
    /// Why the row cannot be read.
    pub fn sign_in(&mut self, row: &impl SignIn) -> Result<Outcome, Reject> {
        let log = self.log_tenant.take();
        let event = row.event()?;
        let afresh = self.watch.is_some();
        let (way_print, known) = self.repeats.way(|key| row.way_cells(key));
        let way = match known.filter(|_| !afresh) {
            Some(known) => Ok(known),
            None => Err(row.way()?),
        };
        let says = way.as_ref().map_or_else(|way| Says::of(&way.channel, &self.rules.tables), |trace| trace.says);
        let (who_print, known) = self.repeats.caller(self.place.1, log.as_ref(), |key| row.who_cells(key));
        let who = match known.filter(|_| !afresh) {
            Some(known) => Ok(known),
            None => Err(row.who()?),
        };
        let kept = Kept::of(row, &says, event.at);
        match &who {
            Ok(caller) => self.repeats.count(caller.log, &mut self.tally),
            Err(who) => {
                if let Some(outcome) = self.elsewhere(&origin(who, log.as_ref())) {
                    return Ok(outcome);
                }
            }
        }
        let stream = if says.interactive { Stream::Interactive } else { Stream::NonInteractive };
        if let Some(outcome) = self.observed(stream, event.at) {
            return Ok(outcome);
        }
        if event.passthrough {
            return Ok(Outcome::Skipped(Skip::Passthrough));
        }
        if let (Err(way), Err(who)) = (&way, &who) {
            let kind = if says.interactive { RowKind::Interactive } else { RowKind::NonInteractive };
            let words = || evidence::sign_in_words(&way.channel, way.app_name);
            self.witness((who.user.as_ref(), who.upn), (kind, Some(event.at)), words);
        }
        let user = match who {
            Ok(caller) => caller.user,
            Err(who) => match self.meet(&who, log.as_ref(), row.is_clean().then_some(who_print)) {
                Some(user) => user,
                None => return Ok(Outcome::Skipped(Skip::NoUser)),
            },
        };
        let number = match way {
            Ok(trace) => trace.number,
            Err(way) => self.channel(&way, says, row.is_clean().then_some(way_print)),
        };
        self.came(user, number, (&event, kept));
        Ok(Outcome::Folded)
    }

    /// The number of a person met in these cells for the first time, with all that they say.
    fn meet(&mut self, who: &Who<'_>, log: Option<&Id>, print: Option<Print>) -> Option<u32> {
        let user = self.person_of(who.user.as_ref(), who.upn)?;
        // The same tenant twice is ours; a foreign home makes the user a guest of the resource's.
        let mut foreign = None;
        if let (Some(home), Some(resource)) = &who.tenants {
            if home == resource {
                self.facts.own_tenant(home);
            } else {
                foreign = Some(home);
            }
        }
        self.people.person(user, |person| {
            if let Some(home) = foreign {
                person.homes.insert(home.clone());
            }
            person.called(who.upn);
            person.named(who.name);
            person.seen_guest |= who.is_guest();
        });
        if let Some(print) = print {
            let log = self.repeats.log_of(&origin(who, log), &self.rules.tenant);
            self.repeats.met(print, user, log);
        }
        Some(user)
    }

    /// The number of a channel met in these cells for the first time.
    fn channel(&mut self, way: &Way<'_>, says: Says, print: Option<Print>) -> u32 {
        if let Some(app) = &way.channel.app {
            self.facts.app_name(app, way.app_name.trim());
        }
        let number = self.people.channel(&way.channel);
        if let Some(print) = print {
            self.repeats.came_by(print, number, says);
        }
        number
    }

    /// A person came.
    fn came(&mut self, user: u32, channel: u32, (event, kept): (&Event, Kept)) {
        self.saw(user, channel, event.at);
        // Most rows say nothing else, and their people lie far off.
        if kept.is_nothing() && !event.persistent_browser {
            return;
        }
        self.people.person(user, |person| {
            if let Some(moment) = kept.moment {
                person.moments.insert(moment);
            }
            if event.persistent_browser {
                person.persistent_policy = person.persistent_policy.max(Some(event.at));
            }
            if kept.grant.is_some() {
                person.last_grant = person.last_grant.max(kept.grant);
            }
            if let Some(session) = kept.session {
                person.sessions.join(session, Span::at(event.at), |mine, _| mine.add(event.at));
            }
        });
    }
}

/// The instant a revoked grant's text names (semantics §2.3): `…issued on '2026-01-02T03:04:05.678Z'…`. Literal braces are
/// a text that was never filled in.
fn grant_issued(text: &str) -> Option<Instant> {
    let lower = text.to_ascii_lowercase();
    let after = ["issued on", "authtime", "authinstant"].iter().find_map(|w| lower.find(w).map(|at| at + w.len()))?;
    let value = text[after..].trim_start_matches([' ', '\'', '"', ':']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-:.+".contains(c))).unwrap_or(value.len());
    Instant::parse(value[..end].trim_end_matches('.'))
}
