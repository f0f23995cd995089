//! Rows → facts, one row at a time. What a row of each kind means to the facts is said here and nowhere else.

use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};

use super::arrivals::Arrivals;
use super::evidence::{self, Evidence, RowKind, Watch};
use super::rejects::{RejectedRow, Rejects};
use super::repeats::Repeats;
use super::tally::Tally;
use super::tape::Shapes;
use super::tenant::{Belongs, Origin, Tenant};
use crate::facts::people::{Moment, MomentKind};
use crate::facts::{Facts, Register};
use crate::model::account::AccountRow;
use crate::model::activity_name::Activity;
use crate::model::audit::AuditRow;
use crate::model::ids::{Id, fold_upn, is_null};
use crate::model::problem::{Outcome, Skip};
use crate::model::registration::RegistrationRow;
use crate::model::sign_in::{Freshness, Stream};
use crate::model::tables::Tables;
use crate::model::tenant_activity::TenantActivity;
use crate::model::time::{Instant, Window};

/// What `AuthDetails` files, read beforehand, say of each request.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// By 64 bits of the request id's hash, 20 to 40 bytes a request with what the table keeps free (more while tables are joined); by the id it was three
    /// times as much. Of a hundred million requests two share a hash with a chance of 1 in 3 000.
    by_request: hashbrown::HashMap<u64, Freshness, crate::facts::Hasher>,
    span: Option<Window>,
}

impl Details {
    /// Joins what a step says: a fresh factor outweighs a claim, a claim outweighs nothing.
    pub fn add(&mut self, request: &Id, freshness: Freshness, at: Option<Instant>) {
        self.put(key(request), freshness);
        self.span = at.map_or(self.span, |at| Some(widen(self.span, Window { from: at, to: at })));
    }

    /// Joins another worker's details.
    pub fn join(&mut self, mut other: Self) {
        if self.by_request.len() < other.by_request.len() {
            std::mem::swap(&mut self.by_request, &mut other.by_request);
        }
        for (request, freshness) in other.by_request {
            self.put(request, freshness);
        }
        self.span = other.span.map_or(self.span, |span| Some(widen(self.span, span)));
    }

    fn put(&mut self, request: u64, freshness: Freshness) {
        self.by_request.entry(request).and_modify(|known| *known = (*known).min(freshness)).or_insert(freshness);
    }

    /// Whether no `AuthDetails` file was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_request.is_empty()
    }

    /// The freshness of a request. A row in the time the files cover, but not in them, has none yet (rulings.md 9).
    #[must_use]
    pub fn find(&self, request: Option<&Id>, at: Instant) -> Option<Freshness> {
        let covered = self.span.is_some_and(|span| span.from <= at && at <= span.to);
        request.and_then(|id| self.by_request.get(&key(id)).copied()).or_else(|| covered.then_some(Freshness::Missing))
    }
}

fn key(request: &Id) -> u64 {
    foldhash::quality::FixedState::with_seed(0).hash_one(request)
}

fn widen(span: Option<Window>, other: Window) -> Window {
    let span = span.unwrap_or(other);
    Window { from: span.from.min(other.from), to: span.to.max(other.to) }
}

/// What folding depends on besides the rows.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Rows later than this are skipped.
    pub as_of: Option<Instant>,
    /// `--tenant`: rows of others are skipped.
    pub tenant: Tenant,
    /// Codes, activities and methods.
    pub tables: Arc<Tables>,
    /// The options that shape facts, as a ledger records them, sorted: `--codes SHA-256`, `--tenant contoso.com`.
    pub shaped_by: Vec<String>,
}

/// One worker's facts and counts.
pub struct Fold<'c> {
    /// Who was met; the last rows are not yet there. All workers note in the same.
    pub people: Arc<Register>,
    /// All other facts so far; the hour at hand is not yet in them.
    pub facts: Facts,
    /// Counts of the file at hand.
    pub tally: Tally,
    /// Rows kept for `explain`.
    pub evidence: Vec<Evidence>,
    /// What `AuthDetails` files say.
    pub details: &'c Details,
    /// Details being collected, when this pass reads `AuthDetails` files.
    pub collected: Details,
    /// The directory whose log the row at hand stands in, where the record itself says so; forgotten after each row.
    pub log_tenant: Option<Id>,
    /// `--plain-readers`: only the `csv` crate and `serde_json` read.
    pub plain: bool,
    /// Of the JSON records of the file at hand.
    pub(super) shapes: Shapes,
    pub(super) rules: &'c Rules,
    pub(super) watch: Option<&'c Watch>,
    /// Rejected rows, where they are asked for.
    pub rejects: Option<&'c Mutex<Rejects>>,
    /// File and line at hand, for evidence.
    pub place: (String, u64),
    /// What sign-in rows of the file at hand repeat.
    pub(super) repeats: Repeats,
    /// The hour of a stream at hand, not yet in the facts' coverage.
    hour: Option<(Stream, Window)>,
    arrivals: Arrivals,
}

impl<'c> Fold<'c> {
    /// An empty fold.
    #[must_use]
    pub fn new(rules: &'c Rules, watch: Option<&'c Watch>, details: &'c Details) -> Self {
        Self {
            people: Arc::default(),
            facts: Facts::default(),
            tally: Tally::default(),
            evidence: Vec::new(),
            details,
            collected: Details::default(),
            log_tenant: None,
            plain: false,
            shapes: Shapes::default(),
            rules,
            watch,
            rejects: None,
            place: (String::new(), 0),
            repeats: Repeats::default(),
            hour: None,
            arrivals: Arrivals::default(),
        }
    }

    /// Begins with the rows of a file.
    pub(super) fn begin(&mut self, file: &str) {
        self.tally = Tally::default();
        self.repeats.clear();
        self.shapes = Shapes::default();
        file.clone_into(&mut self.place.0);
    }

    /// Ends with the rows of a file: what this worker counted of them.
    pub(super) fn end(&mut self) -> Tally {
        self.settle();
        self.repeats.count_logs(&mut self.tally);
        std::mem::take(&mut self.tally)
    }

    /// The facts of all rows.
    #[must_use]
    pub fn into_facts(mut self) -> Facts {
        self.settle();
        let mut facts = self.people.hand_over();
        facts.join(self.facts);
        facts
    }

    /// Counts what became of a row, and keeps it if it was rejected and rejects are asked for.
    pub fn outcome(&mut self, outcome: Outcome, line: u64, row: &[u8]) {
        self.tally.count(outcome, line);
        self.log_tenant = None;
        if let (Outcome::Rejected(reason), Some(rejects)) = (outcome, self.rejects) {
            let row = RejectedRow::new(&self.place.0, line, reason, row);
            rejects.lock().unwrap_or_else(PoisonError::into_inner).add(row);
        }
    }

    /// The audit activity of a name, by the tables of the run.
    #[must_use]
    pub fn activity(&self, name: &str) -> Option<Activity> {
        self.rules.tables.activity(name)
    }

    /// Notes that a column of the row at hand says something that cannot be read, though the row can (formats.md §9.7).
    pub fn lost(&mut self, column: &'static str) {
        self.tally.lost(column, self.place.1);
    }

    /// Leaves a row of another tenant out; counts the tenant whose log the row stands in.
    pub(super) fn elsewhere(&mut self, origin: &Origin<'_>) -> Option<Outcome> {
        match self.rules.tenant.judge(origin) {
            Belongs::Other => return Some(Outcome::Skipped(Skip::OtherTenant)),
            Belongs::Untold => self.tally.untold += 1,
            Belongs::Ours => {}
        }
        if let Some(tenant) = origin.of_log() {
            self.tally.of_tenant(tenant);
            self.facts.own_tenant(tenant);
        }
        None
    }

    /// Takes an audit row about a person in.
    pub fn audit(&mut self, row: &AuditRow<'_>) -> Outcome {
        let here = self.audit_elsewhere(row.target.1).or_else(|| self.observed(Stream::Audit, row.at));
        here.unwrap_or_else(|| self.audit_fact(row))
    }

    fn audit_elsewhere(&mut self, upn: &str) -> Option<Outcome> {
        let log = self.log_tenant.take();
        self.elsewhere(&Origin { log: log.as_ref(), upn, ..Origin::default() })
    }

    /// Takes an audit row of another log in, which does not show that the audit log was observed.
    pub fn audit_apart(&mut self, row: &AuditRow<'_>) -> Outcome {
        if let Some(outcome) = self.audit_elsewhere(row.target.1) {
            return outcome;
        }
        if self.rules.as_of.is_some_and(|t| row.at > t) {
            return Outcome::Skipped(Skip::AfterAsOf);
        }
        self.tally.saw(row.at);
        self.audit_fact(row)
    }

    fn audit_fact(&mut self, row: &AuditRow<'_>) -> Outcome {
        let Some(user) = self.person_of(row.target.0.as_ref(), row.target.1) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        let moment = Moment {
            at: row.at,
            kind: MomentKind::Audit {
                activity: row.activity,
                actor: row.actor(),
                success: row.success,
                family: row.family(),
                valid_from: row.valid_from,
            },
            correlation: row.correlation.clone(),
        };
        self.people.person(user, |person| {
            person.called(row.target.1);
            person.moments.insert(moment);
        });
        self.witness((row.target.0.as_ref(), row.target.1), (RowKind::Audit, Some(row.at)), || {
            let result = if row.success { "success" } else { "failure" };
            format!("audit {:?} by {}, {result}: {}", row.activity, row.actor().words(), row.reason.trim())
        });
        Outcome::Folded
    }

    /// Takes an audit row in that is not about a person: an event of the whole tenant if it is one, else only a sign that
    /// the audit log was observed.
    pub fn audit_of_tenant(&mut self, (at, activity): (Instant, &str), success: bool, name: &str) -> Outcome {
        let known = TenantActivity::parse(activity);
        let none = if known.is_none() { Skip::OtherActivity } else { Skip::FailedChange };
        let Some(known) = known.filter(|_| success) else { return self.audit_seen(at, none) };
        self.observed(Stream::Audit, at).unwrap_or_else(|| {
            self.facts.tenant_moment(at, known, name);
            Outcome::Folded
        })
    }

    /// Notes that the audit log was observed, for rows of no other use.
    pub fn audit_seen(&mut self, at: Instant, skip: Skip) -> Outcome {
        let elsewhere = self.audit_elsewhere("");
        elsewhere.or_else(|| self.observed(Stream::Audit, at)).unwrap_or(Outcome::Skipped(skip))
    }

    /// Takes a row of a user export in.
    pub fn account(&mut self, row: AccountRow) -> Outcome {
        let origin = Origin { upn: &row.upn, guest: row.guest == Some(true), ..Origin::default() };
        if let Some(outcome) = self.elsewhere(&origin) {
            return outcome;
        }
        let Some(user) = self.person_of(row.user.as_ref(), &row.upn) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        self.witness((row.user.as_ref(), &row.upn), (RowKind::Account, row.snapshot), || evidence::account_words(&row));
        self.people.person(user, |person| person.account_row(row));
        Outcome::Folded
    }

    /// Takes a row of a registration report in.
    pub fn registration(&mut self, mut row: RegistrationRow) -> Outcome {
        let origin = Origin { upn: &row.upn, guest: row.guest == Some(true), ..Origin::default() };
        if let Some(outcome) = self.elsewhere(&origin) {
            return outcome;
        }
        let Some(user) = self.person_of(row.user.as_ref(), &row.upn) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        row.derive(&self.rules.tables);
        self.witness((row.user.as_ref(), &row.upn), (RowKind::Registration, row.snapshot), || {
            evidence::registration_words(&row)
        });
        let methods = row.methods.take().map(|methods| self.facts.share(&methods));
        self.people.person(user, |person| person.registration_row(row, methods));
        Outcome::Folded
    }

    /// Counts an observed instant; rows after the as-of instant end here (rulings.md 7).
    pub(super) fn observed(&mut self, stream: Stream, at: Instant) -> Option<Outcome> {
        // Rows after T are no evidence, but they show that the log goes on: what lies before T is settled (rulings.md 9).
        match &mut self.hour {
            Some((of, window)) if *of == stream && window.from.hour() == at.hour() => {
                *window = Window { from: window.from.min(at), to: window.to.max(at) };
            }
            _ => {
                self.settle_hour();
                self.hour = Some((stream, Window { from: at, to: at }));
            }
        }
        if self.rules.as_of.is_some_and(|t| at > t) {
            return Some(Outcome::Skipped(Skip::AfterAsOf));
        }
        self.tally.saw(at);
        *self.tally.streams.entry(stream).or_default() += 1;
        None
    }

    /// Notes that a person used a channel at an instant.
    pub(super) fn saw(&mut self, user: u32, channel: u32, at: Instant) {
        self.arrivals.add(user, channel, at, &self.people);
    }

    fn settle(&mut self) {
        self.settle_hour();
        self.arrivals.settle(&self.people);
    }

    fn settle_hour(&mut self) {
        if let Some((stream, window)) = self.hour.take() {
            self.facts.covered(stream, window.from);
            self.facts.covered(stream, window.to);
        }
    }

    pub(super) fn person_of(&mut self, id: Option<&Id>, upn: &str) -> Option<u32> {
        match id {
            Some(id) => Some(self.people.user(id)),
            None if is_null(upn) || upn.starts_with('{') => None,
            None => Some(self.people.user(&Id::of_upn(&fold_upn(upn)))),
        }
    }

    pub(super) fn witness(
        &mut self,
        (id, upn): (Option<&Id>, &str),
        (kind, at): (RowKind, Option<Instant>),
        what: impl FnOnce() -> String,
    ) {
        if self.watch.is_some_and(|w| w.wants(id, upn)) {
            let (file, line) = self.place.clone();
            self.evidence.push(Evidence { at, file, line, kind, what: what() });
            if self.evidence.len() >= 2 * evidence::KEPT {
                evidence::newest(&mut self.evidence);
            }
        }
    }
}
