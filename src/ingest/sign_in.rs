//! Sign-in rows → facts. Rows of a log repeat who they are about and how they came: those cells are read once.

use std::collections::VecDeque;

use super::evidence::{self, RowKind};
use super::fold::Fold;
use super::known::{Key, Known, Print};
use super::tally::Tally;
use super::tenant::{Belongs, Origin, Tenant};
use crate::facts::Span;
use crate::facts::people::{Moment, MomentKind, SessionKey};
use crate::model::code::CodeClass;
use crate::model::ids::Id;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Channel, Client, Event, Freshness, Stream, Token, Trust, Way, Who};
use crate::model::tables::Tables;
use crate::model::time::Instant;

/// A sign-in row of any format. Cells that were met before are not read.
pub trait SignIn {
    /// What no other row says.
    ///
    /// # Errors
    /// Why the row cannot be read.
    fn event(&self) -> Result<Event, Reject>;
    /// Correlation id as written. Asked of few rows, as are session and reason.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    fn correlation(&self) -> Result<&str, Reject>;
    /// Session id as written.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    fn session(&self) -> Result<&str, Reject>;
    /// `failureReason` as written.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    fn reason(&self) -> Result<&str, Reject>;
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

/// What rows of a file repeat. Numbers are those of the worker's own facts.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    callers: Known<Caller>,
    ways: Known<Trace>,
    /// Rows that come soon: line, what their callers are known by, who they are if they were met.
    soon: VecDeque<(u64, Print, Option<Caller>)>,
    /// Tenants whose logs known callers stand in, and rows not yet in the tally.
    logs: Vec<(Id, u64)>,
}

/// A person met before in the same cells.
#[derive(Clone, Copy, Debug)]
struct Caller {
    user: u32,
    log: Log,
}

/// Whose log the rows of a caller stand in.
#[derive(Clone, Copy, Debug)]
struct Log {
    /// They do not say though a tenant was asked for.
    untold: bool,
    /// The log's place among those known.
    place: Option<u32>,
}

/// What has to be known of a channel met before in the same cells.
#[derive(Clone, Copy, Debug)]
struct Trace {
    /// The channel's number.
    number: u32,
    says: Says,
}

/// What rows of a channel say besides that somebody came.
#[derive(Clone, Copy, Debug)]
struct Says {
    interactive: bool,
    /// Rows are moments: the code, and whether a page can be shown.
    moment: Option<(u32, bool)>,
    /// Rows may be evidence of a persistent browser session (rulings.md 19).
    session: Option<(Token, Trust)>,
    /// The reason names the root sign-in of a revoked grant.
    grant: bool,
}

impl Says {
    fn of(channel: &Channel, tables: &Tables) -> Self {
        let silent = !channel.interactive || channel.freshness == Freshness::ClaimOnly;
        let fits = channel.client == Client::Browser && channel.code == 0 && silent;
        Self {
            interactive: channel.interactive,
            moment: is_moment(channel.code, tables).then(|| (channel.code, channel.surface())),
            session: fits.then_some((channel.token, channel.trust)),
            grant: matches!(channel.code, 50_173 | 70_045),
        }
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        self.moment.is_none() && self.session.is_none() && !self.grant
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
    fn of(row: &impl SignIn, says: &Says, at: Instant) -> Result<Self, Reject> {
        if says.is_nothing() { Ok(Self::default()) } else { Self::read(row, says, at) }
    }

    fn read(row: &impl SignIn, says: &Says, at: Instant) -> Result<Self, Reject> {
        let moment = match says.moment {
            Some((code, surface)) => {
                let kind = MomentKind::SignIn { code, surface };
                Some(Moment { at, kind, correlation: Id::parse(row.correlation()?) })
            }
            None => None,
        };
        let session = match says.session {
            Some((token, trust)) => Id::parse(row.session()?).map(|session| SessionKey { session, token, trust }),
            None => None,
        };
        let grant = if says.grant { grant_issued(row.reason()?) } else { None };
        Ok(Self { moment, session, grant })
    }

    #[inline]
    fn is_nothing(&self) -> bool {
        self.moment.is_none() && self.session.is_none() && self.grant.is_none()
    }
}

impl Repeats {
    /// Another file writes other cells.
    pub(super) fn clear(&mut self) {
        self.callers.clear();
        self.ways.clear();
        self.soon.clear();
        self.logs.clear();
    }

    /// By what the way of a row is known, and what is known of it.
    fn way(&mut self, cells: impl FnOnce(&mut Key)) -> (Print, Option<Trace>) {
        let print = self.ways.print(cells);
        (print, self.ways.said(print).copied())
    }

    /// By what the caller of the row of a line is known, and who it is.
    fn caller(&mut self, line: u64, log: Option<&Id>, cells: impl FnOnce(&mut Key)) -> (Print, Option<Caller>) {
        while let Some((of, print, caller)) = self.soon.front().copied().filter(|(of, ..)| *of <= line) {
            self.soon.pop_front();
            // Who was not known then may have been met since.
            if of == line && log.is_none() && caller.is_some() {
                return (print, caller);
            }
        }
        let print = self.callers.print(|key| caller_cells(cells, log, key));
        (print, self.callers.said(print).copied())
    }

    fn log_of(&mut self, origin: &Origin<'_>, tenant: &Tenant) -> Log {
        let untold = tenant.judge(origin) == Belongs::Untold;
        let place = origin.of_log().map(|log| {
            let place = self.logs.iter().position(|(id, _)| id == log).unwrap_or_else(|| {
                self.logs.push((log.clone(), 0));
                self.logs.len() - 1
            });
            u32::try_from(place).unwrap_or(u32::MAX)
        });
        Log { untold, place }
    }

    fn count(&mut self, log: Log, tally: &mut Tally) {
        tally.untold += u64::from(log.untold);
        if let Some((_, rows)) = log.place.and_then(|place| self.logs.get_mut(place as usize)) {
            *rows += 1;
        }
    }

    /// Rows per tenant go into the file's counts.
    pub(super) fn count_logs(&mut self, tally: &mut Tally) {
        for (log, rows) in self.logs.drain(..).filter(|(_, rows)| *rows > 0) {
            *tally.tenants.entry(log).or_default() += rows;
        }
    }
}

fn caller_cells(who: impl FnOnce(&mut Key), log: Option<&Id>, key: &mut Key) {
    who(key);
    // What an envelope says of the log counts too.
    match log {
        None => key.mark(0),
        Some(Id::Guid(guid)) => key.mark(1).cell(&guid.bits().to_le_bytes()),
        Some(Id::Text(text)) => key.mark(2).cell(text.as_bytes()),
    };
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
        let kept = Kept::of(row, &says, event.at)?;
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

    /// Says whose cells stand in a row that comes soon. (Callers lie anywhere in memory: looked for one right after another they come
    /// together, see [`Fold::look_ahead`].)
    pub fn expect(&mut self, line: u64, who: impl FnOnce(&mut Key)) {
        let print = self.repeats.callers.print(|key| caller_cells(who, None, key));
        self.repeats.soon.push_back((line, print, None));
    }

    /// Looks for the callers of all rows that were said to come.
    pub fn look_ahead(&mut self) {
        let Repeats { soon, callers, .. } = &mut self.repeats;
        for (_, print, caller) in soon {
            *caller = callers.said(*print).copied();
        }
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
            self.repeats.callers.learn(print, Caller { user, log });
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
            self.repeats.ways.learn(print, Trace { number, says });
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

/// Codes whose rows are kept whole: a page was shown or a session ended (house.md §2).
fn is_moment(number: u32, tables: &Tables) -> bool {
    number != 0
        && tables.code(number).is_some_and(|c| {
            matches!(
                c.class,
                CodeClass::Reg | CodeClass::RegBlocked | CodeClass::Nudge | CodeClass::Kmsi | CodeClass::End
            )
        })
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
