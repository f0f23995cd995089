//! Rows → facts, one row at a time. What a row of each kind means to the facts is said here and nowhere else.

use std::collections::BTreeMap;

use crate::facts::people::{Moment, MomentKind, SessionKey};
use crate::facts::{Facts, Span};
use crate::model::account::AccountRow;
use crate::model::audit::AuditRow;
use crate::model::code::{CodeClass, code};
use crate::model::ids::{Id, fold_upn, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::registration::RegistrationRow;
use crate::model::sign_in::{Channel, Client, Freshness, SignIn, Stream};
use crate::model::time::{Instant, Window};

/// How many line numbers of rejected rows are kept per reason.
const LINES_KEPT: usize = 5;

/// Counts of one file's rows; joined over workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows met.
    pub read: u64,
    /// Rows in the facts.
    pub folded: u64,
    /// Rows left out, by reason.
    pub skipped: BTreeMap<Skip, u64>,
    /// Rows unreadable, by reason: how many, and the first lines.
    pub rejected: BTreeMap<Reject, (u64, Vec<u64>)>,
    /// First and last event time.
    pub span: Option<Window>,
    /// Rows per stream.
    pub streams: BTreeMap<Stream, u64>,
    /// Rows looked up in `AuthDetails` files, and rows found there.
    pub looked_up: (u64, u64),
}

impl Tally {
    /// Counts one row.
    pub fn count(&mut self, outcome: Outcome, line: u64) {
        self.read += 1;
        match outcome {
            Outcome::Folded => self.folded += 1,
            Outcome::Skipped(reason) => *self.skipped.entry(reason).or_default() += 1,
            Outcome::Rejected(reason) => {
                let (count, lines) = self.rejected.entry(reason).or_default();
                *count += 1;
                lines.push(line);
                keep_first(lines);
            }
        }
    }

    /// Takes another worker's counts of the same file in.
    pub fn join(&mut self, other: &Self) {
        self.read += other.read;
        self.folded += other.folded;
        self.looked_up.0 += other.looked_up.0;
        self.looked_up.1 += other.looked_up.1;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(*reason).or_default() += count;
        }
        for (reason, (count, lines)) in &other.rejected {
            let mine = self.rejected.entry(*reason).or_default();
            mine.0 += count;
            mine.1.extend(lines);
            keep_first(&mut mine.1);
        }
        if let Some(span) = other.span {
            self.saw(span.from);
            self.saw(span.to);
        }
        for (stream, count) in &other.streams {
            *self.streams.entry(*stream).or_default() += count;
        }
    }

    fn saw(&mut self, at: Instant) {
        let span = self.span.get_or_insert(Window { from: at, to: at });
        span.from = span.from.min(at);
        span.to = span.to.max(at);
    }

    /// Rows left out.
    #[must_use]
    pub fn skipped_total(&self) -> u64 {
        self.skipped.values().sum()
    }

    /// Rows unreadable.
    #[must_use]
    pub fn rejected_total(&self) -> u64 {
        self.rejected.values().map(|(count, _)| count).sum()
    }
}

fn keep_first(lines: &mut Vec<u64>) {
    lines.sort_unstable();
    lines.truncate(LINES_KEPT);
}

/// A row that bears on the person asked for with `explain`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Event time, where the row has one.
    pub at: Option<Instant>,
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// The row in our words.
    pub what: String,
}

/// A rejected row, for `--rejects`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedRow {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reject,
    /// The row as it stands in the file.
    pub row: String,
}

/// Most rejected rows that are kept: memory must not follow damage.
pub const REJECTS_KEPT: usize = 100_000;
/// Longest part of a rejected row that is kept, bytes.
const REJECT_BYTES: usize = 4096;

/// Whose rows to keep for `explain`.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Object ids and `upn:` keys.
    pub ids: Vec<Id>,
    /// Folded UPNs.
    pub upns: Vec<String>,
}

impl Watch {
    fn wants(&self, id: Option<&Id>, upn: &str) -> bool {
        id.is_some_and(|id| self.ids.contains(id)) || (!upn.is_empty() && self.upns.contains(&fold_upn(upn)))
    }
}

/// What `AuthDetails` files, read beforehand, say of each request.
#[derive(Clone, Debug, Default)]
pub struct Details {
    by_request: hashbrown::HashMap<Id, Freshness, crate::facts::Hasher>,
    span: Option<Window>,
}

impl Details {
    /// Joins what a step says: a fresh factor outweighs a claim, a claim outweighs nothing.
    pub fn add(&mut self, request: Id, freshness: Freshness, at: Option<Instant>) {
        self.by_request.entry(request).and_modify(|known| *known = (*known).min(freshness)).or_insert(freshness);
        self.span = at.map_or(self.span, |at| Some(widen(self.span, Window { from: at, to: at })));
    }

    /// Joins another worker's details.
    pub fn join(&mut self, other: Self) {
        for (request, freshness) in other.by_request {
            self.add(request, freshness, None);
        }
        self.span = other.span.map_or(self.span, |span| Some(widen(self.span, span)));
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
        request.and_then(|id| self.by_request.get(id).copied()).or_else(|| covered.then_some(Freshness::Missing))
    }
}

fn widen(span: Option<Window>, other: Window) -> Window {
    let span = span.unwrap_or(other);
    Window { from: span.from.min(other.from), to: span.to.max(other.to) }
}

/// One worker's facts and counts.
pub struct Fold<'c> {
    /// The facts so far.
    pub facts: Facts,
    /// Counts of the file at hand.
    pub tally: Tally,
    /// Rows kept for `explain`.
    pub evidence: Vec<Evidence>,
    /// What `AuthDetails` files say.
    pub details: &'c Details,
    /// Details being collected, when this pass reads `AuthDetails` files.
    pub collected: Details,
    as_of: Option<Instant>,
    watch: Option<&'c Watch>,
    /// Rejected rows, where they are asked for.
    pub rejects: Option<Vec<RejectedRow>>,
    /// File and line at hand, for evidence.
    pub place: (String, u64),
}

impl<'c> Fold<'c> {
    /// An empty fold.
    #[must_use]
    pub fn new(as_of: Option<Instant>, watch: Option<&'c Watch>, details: &'c Details) -> Self {
        Self {
            facts: Facts::default(),
            tally: Tally::default(),
            evidence: Vec::new(),
            details,
            collected: Details::default(),
            as_of,
            watch,
            rejects: None,
            place: (String::new(), 0),
        }
    }

    /// Counts what became of a row, and keeps it if it was rejected and rejects are asked for.
    pub fn outcome(&mut self, outcome: Outcome, line: u64, row: &[u8]) {
        self.tally.count(outcome, line);
        if let (Outcome::Rejected(reason), Some(rejects)) = (outcome, &mut self.rejects)
            && rejects.len() < REJECTS_KEPT
        {
            let row = String::from_utf8_lossy(&row[..row.len().min(REJECT_BYTES)]).trim().to_owned();
            rejects.push(RejectedRow { file: self.place.0.clone(), line, reason, row });
        }
    }

    /// Takes a sign-in in.
    pub fn sign_in(&mut self, row: &SignIn<'_>) -> Outcome {
        let stream = if row.channel.interactive { Stream::Interactive } else { Stream::NonInteractive };
        if let Some(outcome) = self.observed(stream, row.at) {
            return outcome;
        }
        if row.passthrough {
            return Outcome::Skipped(Skip::Passthrough);
        }
        let Some(user) = self.person_of(row.user.as_ref(), row.upn) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        let channel = self.facts.channel(&row.channel);
        self.facts.saw(user, channel, row.at);
        if let (Some(home), Some(resource)) = (&row.tenants.0, &row.tenants.1) {
            self.facts.tenants(user, home, resource);
        }
        if let Some(app) = &row.channel.app {
            self.facts.app_name(app, row.app_name.trim());
        }
        let moment = is_moment(row.channel.code).then(|| Moment {
            at: row.at,
            kind: MomentKind::SignIn { code: row.channel.code, interactive: row.channel.interactive },
            correlation: Id::parse(row.correlation),
        });
        let session = browser_session(&row.channel, row.session);
        if let Some(person) = self.facts.person(user) {
            person.called(row.upn);
            person.named(row.name);
            person.seen_guest |= row.user_type.trim().eq_ignore_ascii_case("guest");
            person.moments.extend(moment);
            if matches!(row.channel.code, 50_173 | 70_045) {
                person.last_grant = person.last_grant.max(grant_issued(row.reason));
            }
            if let Some(key) = session {
                person.sessions.entry(key).and_modify(|s| s.add(row.at)).or_insert_with(|| Span::at(row.at));
            }
        }
        self.witness(row.user.as_ref(), row.upn, Some(row.at), || sign_in_words(row));
        Outcome::Folded
    }

    /// Takes an audit row about a person in.
    pub fn audit(&mut self, row: &AuditRow<'_>) -> Outcome {
        self.observed(Stream::Audit, row.at).unwrap_or_else(|| self.audit_fact(row))
    }

    /// Takes an audit row of another log in, which does not show that the audit log was observed.
    pub fn audit_apart(&mut self, row: &AuditRow<'_>) -> Outcome {
        if self.as_of.is_some_and(|t| row.at > t) {
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
        if let Some(person) = self.facts.person(user) {
            person.called(row.target.1);
            person.moments.insert(moment);
        }
        self.witness(row.target.0.as_ref(), row.target.1, Some(row.at), || {
            let result = if row.success { "success" } else { "failure" };
            format!("audit {:?} by {}, {result}: {}", row.activity, row.actor().words(), row.reason.trim())
        });
        Outcome::Folded
    }

    /// Notes that the audit log was observed, for rows of no other use.
    pub fn audit_seen(&mut self, at: Instant, skip: Skip) -> Outcome {
        self.observed(Stream::Audit, at).unwrap_or(Outcome::Skipped(skip))
    }

    /// Takes a row of a user export in.
    pub fn account(&mut self, row: AccountRow) -> Outcome {
        let Some(user) = self.person_of(row.user.as_ref(), &row.upn) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        self.witness(row.user.as_ref(), &row.upn, row.snapshot, || account_words(&row));
        if let Some(person) = self.facts.person(user) {
            person.account_row(row);
        }
        Outcome::Folded
    }

    /// Takes a row of a registration report in.
    pub fn registration(&mut self, mut row: RegistrationRow) -> Outcome {
        let Some(user) = self.person_of(row.user.as_ref(), &row.upn) else {
            return Outcome::Skipped(Skip::NoUser);
        };
        row.derive();
        self.witness(row.user.as_ref(), &row.upn, row.snapshot, || registration_words(&row));
        if let Some(person) = self.facts.person(user) {
            person.registration_row(row);
        }
        Outcome::Folded
    }

    /// Counts an observed instant; rows after the as-of instant end here (rulings.md 7).
    fn observed(&mut self, stream: Stream, at: Instant) -> Option<Outcome> {
        // Rows after T are no evidence, but they show that the log goes on: what lies before T is settled (rulings.md 9).
        self.facts.covered(stream, at);
        if self.as_of.is_some_and(|t| at > t) {
            return Some(Outcome::Skipped(Skip::AfterAsOf));
        }
        self.tally.saw(at);
        *self.tally.streams.entry(stream).or_default() += 1;
        None
    }

    fn person_of(&mut self, id: Option<&Id>, upn: &str) -> Option<u32> {
        match id {
            Some(id) => Some(self.facts.user(id)),
            None if is_null(upn) || upn.starts_with('{') => None,
            None => Some(self.facts.user(&Id::of_upn(&fold_upn(upn)))),
        }
    }

    fn witness(&mut self, id: Option<&Id>, upn: &str, at: Option<Instant>, what: impl FnOnce() -> String) {
        if self.watch.is_some_and(|w| w.wants(id, upn)) {
            let (file, line) = self.place.clone();
            self.evidence.push(Evidence { at, file, line, what: what() });
        }
    }
}

/// Codes whose rows are kept whole: a page was shown or a session ended (house.md §2).
fn is_moment(number: u32) -> bool {
    number != 0
        && code(number).is_some_and(|c| {
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

/// The session of a browser row that may be evidence of persistence: silent or satisfied by token (rulings.md 19).
fn browser_session(channel: &Channel, session: &str) -> Option<SessionKey> {
    let silent = !channel.interactive || channel.freshness == Freshness::ClaimOnly;
    let fits = channel.client == Client::Browser && channel.code == 0 && silent;
    let session = if fits { Id::parse(session)? } else { return None };
    Some(SessionKey { session, token: channel.token, trust: channel.trust })
}

fn sign_in_words(row: &SignIn<'_>) -> String {
    let kind = if row.channel.interactive { "interactive" } else { "non-interactive" };
    let app = if row.app_name.is_empty() { "an unnamed app" } else { row.app_name };
    format!("{kind} sign-in, code {}, {app}, {}", row.channel.code, row.channel.client.name())
}

fn account_words(row: &AccountRow) -> String {
    let time = |t: Option<Instant>| t.map_or_else(|| "unknown".to_owned(), |t| t.to_string());
    format!(
        "user export: enabled {}, created {}, last sign-in attempt {}",
        yes_no(row.enabled),
        time(row.created),
        time(row.last_sign_in)
    )
}

fn registration_words(row: &RegistrationRow) -> String {
    let methods = match &row.methods {
        None => "unknown".to_owned(),
        Some(m) if m.is_empty() => "none".to_owned(),
        Some(m) => m.iter().cloned().collect::<Vec<_>>().join("|"),
    };
    let (registered, capable) = (yes_no(row.mfa_registered), yes_no(row.mfa_capable));
    format!("registration report: MFA registered {registered}, capable {capable}, methods {methods}")
}

fn yes_no(value: Option<bool>) -> &'static str {
    value.map_or("unknown", |v| if v { "yes" } else { "no" })
}
