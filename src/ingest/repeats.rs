//! What rows of a file repeat: who they are about and how they came. Callers of rows that come soon are looked for ahead.

use std::collections::VecDeque;

use super::fold::Fold;
use super::known::{Key, Known, Print};
use super::tally::Tally;
use super::tenant::{Belongs, Origin, Tenant};
use crate::model::code::CodeClass;
use crate::model::ids::Id;
use crate::model::sign_in::{Channel, Client, Freshness, Token, Trust};
use crate::model::tables::Tables;

/// So many rows are looked ahead.
pub(super) const AHEAD: usize = 8;

/// What rows of a file repeat. Numbers are the register's.
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
pub(super) struct Caller {
    pub(super) user: u32,
    pub(super) log: Log,
}

/// Whose log the rows of a caller stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    /// They do not say though a tenant was asked for.
    untold: bool,
    /// The log's place among those known.
    place: Option<u32>,
}

/// What has to be known of a channel met before in the same cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace {
    /// The channel's number.
    pub(super) number: u32,
    pub(super) says: Says,
}

/// What rows of a channel say besides that somebody came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Says {
    pub(super) interactive: bool,
    /// Rows are moments: the code, and whether a page can be shown.
    pub(super) moment: Option<(u32, bool)>,
    /// Rows may be evidence of a persistent browser session (rulings.md 19).
    pub(super) session: Option<(Token, Trust)>,
    /// The reason names the root sign-in of a revoked grant.
    pub(super) grant: bool,
}

impl Says {
    pub(super) fn of(channel: &Channel, tables: &Tables) -> Self {
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
    pub(super) fn is_nothing(&self) -> bool {
        self.moment.is_none() && self.session.is_none() && !self.grant
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
    pub(super) fn way(&mut self, cells: impl FnOnce(&mut Key)) -> (Print, Option<Trace>) {
        let print = self.ways.print(cells);
        (print, self.ways.said(print).copied())
    }

    /// By what the caller of the row of a line is known, and who it is.
    pub(super) fn caller(
        &mut self,
        line: u64,
        log: Option<&Id>,
        cells: impl FnOnce(&mut Key),
    ) -> (Print, Option<Caller>) {
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

    /// A caller was met in these cells for the first time.
    pub(super) fn met(&mut self, print: Print, user: u32, log: Log) {
        self.callers.learn(print, Caller { user, log });
    }

    /// A channel was met in these cells for the first time.
    pub(super) fn came_by(&mut self, print: Print, number: u32, says: Says) {
        self.ways.learn(print, Trace { number, says });
    }

    /// Whose log the rows of a caller stand in.
    pub(super) fn log_of(&mut self, origin: &Origin<'_>, tenant: &Tenant) -> Log {
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

    /// A row of a caller met before.
    pub(super) fn count(&mut self, log: Log, tally: &mut Tally) {
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

impl Fold<'_> {
    /// Says whose cells stand in a row that comes soon. (Callers lie anywhere in memory: looked for one right after another they come
    /// together, see [`Fold::look_ahead`].)
    pub fn expect(&mut self, line: u64, who: impl FnOnce(&mut Key)) {
        let Repeats { soon, callers, .. } = &mut self.repeats;
        // Rows that could not be read asked for nobody.
        if soon.len() == AHEAD {
            soon.pop_front();
        }
        soon.push_back((line, callers.print(|key| caller_cells(who, None, key)), None));
    }

    /// Looks for the callers of all rows that were said to come.
    pub fn look_ahead(&mut self) {
        let Repeats { soon, callers, .. } = &mut self.repeats;
        for (_, print, caller) in soon {
            *caller = callers.said(*print).copied();
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fold::{Details, Rules};

    #[test]
    fn rows_that_were_to_come_and_could_not_be_read_are_forgotten() {
        let (rules, details) = (Rules::default(), Details::default());
        let mut fold = Fold::new(&rules, None, &details);
        for line in 1..100 {
            fold.expect(line, |key| _ = key.cell(b"somebody"));
            fold.look_ahead();
        }
        assert_eq!(fold.repeats.soon.len(), AHEAD);
        let print = fold.repeats.callers.print(|key| caller_cells(|key| _ = key.cell(b"somebody"), None, key));
        let log = Log { untold: false, place: None };
        fold.repeats.met(print, 7, log);
        fold.look_ahead();
        let mut caller = |line, cell: &'static [u8]| {
            fold.repeats.caller(line, None, |key| _ = key.cell(cell)).1.map(|caller| caller.user)
        };
        // By the line, whatever the cells; behind it by the cells.
        assert_eq!((caller(95, b"x"), caller(95, b"x"), caller(95, b"somebody")), (Some(7), None, Some(7)));
        assert_eq!((caller(200, b"x"), caller(99, b"x")), (None, None));
    }
}
