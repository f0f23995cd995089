//! The star: what people did on which day and what happened to them, as facts beside the dimensions people and calendar,
//! for readers who count by themselves. Rows are kept as spans here and laid out by day only while they are written.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::facts::people::MomentKind;
use crate::facts::{DaySet, Dossier, Span};
use crate::judge::{Class, Frame, Verdict, revocation};
use crate::metrics::Judged;
use crate::model::activity_name::Activity;
use crate::model::code::CodeClass;
use crate::model::ids::Id;
use crate::model::sign_in::{Client, Stream};
use crate::model::time::{Day, HOUR_SECONDS, Instant, Window};

/// Facts and the calendar. A person is named by the row of the table `users`, counted from 0.
#[derive(Clone, Debug)]
pub struct Star {
    /// T.
    pub t: Instant,
    /// Applications met: id and display name.
    pub apps: Vec<(String, String)>,
    /// What people did, by person, kind, application and client.
    pub activity: Vec<Use>,
    /// What happened, by person and time.
    pub moments: Vec<Happening>,
    /// Every day from the first to the last that anything here names.
    pub calendar: Vec<CalendarDay>,
}

/// Sign-ins of one kind of one person through one application and kind of client. Kept small: a large tenant has millions.
#[derive(Clone, Debug)]
pub struct Use {
    /// Row of the person.
    pub user: u32,
    /// Position of the application among [`Star::apps`]; `None` = not stated.
    pub app: Option<u32>,
    /// What the sign-ins prove (semantics §2.2).
    pub class: Class,
    /// Kind of client.
    pub client: Client,
    /// Whether they succeeded: code 0.
    pub success: bool,
    /// When, up to T.
    pub span: Span,
}

impl Use {
    /// The same of a person in another row.
    #[must_use]
    pub fn moved(&self, user: u32) -> Self {
        Self { user, ..self.clone() }
    }

    /// What the sign-ins prove, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        word(self.class)
    }

    /// Kind of client.
    #[must_use]
    pub fn client(&self) -> &'static str {
        self.client.name()
    }

    /// Last instant of all up to T; `None` where only its day is known.
    #[must_use]
    pub fn last(&self, t: Instant) -> Option<Instant> {
        Some(self.span.last()).filter(|at| *at <= t)
    }

    /// UTC days up to T, ascending.
    pub fn days(&self) -> impl Iterator<Item = Day> + '_ {
        self.span.each_day()
    }

    /// How many.
    #[must_use]
    pub fn day_count(&self) -> usize {
        self.span.day_count()
    }
}

/// Something that happened to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    /// Row of the person.
    pub user: u32,
    /// When.
    pub at: Instant,
    /// What, in a word.
    pub kind: &'static str,
    /// Cause of a revocation, key of an audit activity, else empty.
    pub detail: &'static str,
    /// AADSTS code of a sign-in row.
    pub code: Option<u32>,
    /// Whether an audit row says that it succeeded.
    pub success: Option<bool>,
}

/// A day and what was seen of it.
#[derive(Clone, Copy, Debug)]
pub struct CalendarDay {
    /// The UTC day.
    pub day: Day,
    /// Per stream in the order of [`Stream::ALL`]: whether its log covers the day, at least in part.
    pub covered: [bool; 3],
    /// The same: hours of the day with at least one row of the tenant.
    pub hours: [u8; 3],
}

/// What a class is called; the words of docs/STAR_SCHEMA.md.
fn word(class: Class) -> &'static str {
    match class {
        Class::Interactive => "page",
        Class::Logon => "windows_logon",
        Class::Token => "token",
        Class::InteractiveToken => "page_by_token",
        Class::Legacy => "legacy",
        Class::TokenFailed => "token_failed",
        Class::Attack => "wrong_factor",
        Class::Sso => "silent_attempt",
        Class::Unsettled => "unsettled",
        Class::Unknown => "unknown",
    }
}

/// People looked at by one worker at a time.
const PEOPLE: usize = 1 << 12;

/// Makes the star of everybody judged.
#[must_use]
pub fn star(judged: Judged<'_>) -> Star {
    let people = judged.verdicts.par_chunks(PEOPLE).enumerate();
    let parts: Vec<Part<'_>> = people.map(|(n, verdicts)| part(judged, n * PEOPLE, verdicts)).collect();
    let mut apps = Apps::default();
    let mut activity = Vec::with_capacity(parts.iter().map(|part| part.activity.len()).sum());
    let mut moments = Vec::with_capacity(parts.iter().map(|part| part.moments.len()).sum());
    for part in parts {
        let numbers: Vec<u32> = part.apps.met.iter().map(|app| apps.number(app)).collect();
        let renumbered = |used: Use| Use { app: used.app.and_then(|app| numbers.get(app as usize).copied()), ..used };
        activity.extend(part.activity.into_iter().map(renumbered));
        moments.extend(part.moments);
    }
    let apps = apps.met.iter().map(|id| (id.to_string(), judged.dossiers.app_label(id))).collect();
    let mut out = Star { t: judged.frame.t, apps, activity, moments, calendar: Vec::new() };
    out.calendar = calendar(&out, judged);
    out
}

/// Applications numbered in the order of meeting.
#[derive(Default)]
struct Apps<'d> {
    met: Vec<&'d Id>,
    numbers: BTreeMap<&'d Id, u32>,
}

impl<'d> Apps<'d> {
    fn number(&mut self, app: &'d Id) -> u32 {
        *self.numbers.entry(app).or_insert_with(|| {
            self.met.push(app);
            small(self.met.len() - 1)
        })
    }
}

/// What some people did, and what happened to them; applications are numbered among their own.
#[derive(Default)]
struct Part<'d> {
    apps: Apps<'d>,
    activity: Vec<Use>,
    moments: Vec<Happening>,
}

/// The part of people from a row on.
fn part<'d>(judged: Judged<'d>, from: usize, verdicts: &[Verdict]) -> Part<'d> {
    let mut out = Part::default();
    for (row, verdict) in (from..).zip(verdicts) {
        let Some(dossier) = judged.dossiers.get(row) else { continue };
        let user = small(row);
        for ((_, success, app, _), (class, client, span)) in ways(&dossier, judged.frame) {
            let Some(span) = span.until(judged.frame.t) else { continue };
            let app = app.map(|app| out.apps.number(app));
            out.activity.push(Use { user, app, class, client, success, span });
        }
        out.moments.extend(happenings(user, &dossier, verdict, judged.frame));
    }
    out
}

/// Rows and applications are numbered in 32 bits.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What a use is grouped by, besides the person: kind, success, application and client.
type Way<'d> = (&'static str, bool, Option<&'d Id>, &'static str);

/// A person's spans, those of one way joined.
fn ways<'d>(dossier: &Dossier<'d>, frame: &Frame) -> BTreeMap<Way<'d>, (Class, Client, Span)> {
    let mut out: BTreeMap<Way<'d>, (Class, Client, Span)> = BTreeMap::new();
    for (channel, span) in &dossier.activity {
        let (class, client) = (frame.class(channel), channel.client);
        let way = (word(class), channel.code == 0, channel.app.as_ref(), client.name());
        let known = out.entry(way);
        known.and_modify(|known| known.2.join(span)).or_insert_with(|| (class, client, (*span).clone()));
    }
    out
}

/// What happened to a person up to T, each once, in order of time.
fn happenings(user: u32, dossier: &Dossier<'_>, verdict: &Verdict, frame: &Frame) -> Vec<Happening> {
    let plain = |at, kind| Happening { user, at, kind, detail: "", code: None, success: None };
    let mut out: Vec<Happening> = Vec::new();
    out.extend(verdict.prompts.episodes.iter().map(|at| plain(*at, "prompt")));
    out.extend(verdict.prompts.started.map(|at| plain(at, "registration_started")));
    out.extend(verdict.registration.registered_at.get().map(|at| plain(at, "registered")));
    let revoked = revocation::events(dossier, frame.t);
    out.extend(revoked.map(|(at, cause)| Happening { detail: cause.name(), ..plain(at, "sessions_revoked") }));
    for moment in &dossier.person.moments {
        match moment.kind {
            MomentKind::SignIn { code, .. } => {
                let Some(kind) = frame.thresholds.tables.code(code).and_then(|known| row_word(known.class)) else {
                    continue;
                };
                out.push(Happening { code: Some(code), ..plain(moment.at, kind) });
            }
            MomentKind::Audit { activity, success, .. } => {
                let detail = Activity::ALL.iter().find(|(known, _)| *known == activity).map_or("", |(_, key)| *key);
                out.push(Happening { detail, success: Some(success), ..plain(moment.at, "audit") });
            }
        }
    }
    out.retain(|happening| happening.at <= frame.t);
    out.sort_unstable();
    out.dedup();
    out
}

/// What a sign-in row of a code shows, for the codes that are kept one by one.
fn row_word(class: CodeClass) -> Option<&'static str> {
    match class {
        CodeClass::Reg => Some("registration_page"),
        CodeClass::RegBlocked => Some("registration_blocked"),
        CodeClass::Nudge => Some("nudge_page"),
        CodeClass::Kmsi => Some("stay_signed_in_page"),
        CodeClass::End => Some("session_ended"),
        _ => None,
    }
}

/// Every day from the first to the last that a log covers or a fact names: a calendar has no holes.
fn calendar(star: &Star, judged: Judged<'_>) -> Vec<CalendarDay> {
    let frame = judged.frame;
    let windows = [&frame.interactive, &frame.non_interactive, &frame.audit];
    let used = star.activity.iter().flat_map(|used| [used.span.first().day(), used.span.last_day()]);
    let happened = star.moments.iter().map(|m| m.at.day());
    let logged = windows.iter().flat_map(|w| w.iter()).flat_map(|w| [w.from.day(), last_day(w)]);
    let Some((first, last)) = used.chain(happened).chain(logged).fold(None, |ends: Option<(Day, Day)>, day| {
        Some(ends.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
    }) else {
        return Vec::new();
    };
    let covered: [DaySet; 3] = windows.map(|windows| {
        let mut days = DaySet::default();
        for window in windows {
            (window.from.day().0..=last_day(window).0).for_each(|day| days.insert(Day(day)));
        }
        days
    });
    let hours = Stream::ALL.map(|stream| hours(judged, stream));
    let of = |day: Day| CalendarDay {
        day,
        covered: [0, 1, 2].map(|s: usize| covered[s].contains(day)),
        hours: [0, 1, 2].map(|s: usize| hours[s].get(&day).copied().unwrap_or(0)),
    };
    (first.0..=last.0).map(|day| of(Day(day))).collect()
}

/// A log that ends at midnight has a last row on the next day, and nothing else: that day is not covered.
fn last_day(window: &Window) -> Day {
    Instant((window.to.0 - 1).max(window.from.0)).day()
}

/// How many hours of each day have a row of a stream up to T.
fn hours(judged: Judged<'_>, stream: Stream) -> BTreeMap<Day, u8> {
    let mut out = BTreeMap::new();
    for hour in judged.dossiers.coverage().hours(stream).filter(|w| w.from <= judged.frame.t) {
        let hours: &mut u8 = out.entry(Instant(hour.from.hour() * HOUR_SECONDS).day()).or_default();
        *hours = hours.saturating_add(1);
    }
    out
}
