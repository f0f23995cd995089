//! One person's clocks: last promptable, last interactive, last token activity, each with what it rests on.

use super::Frame;
use super::class::{Class, succeeded};
use crate::facts::people::MomentKind;
use crate::facts::{Dossier, Span};
use crate::model::audit::Actor;
use crate::model::ids::Id;
use crate::model::sign_in::{Channel, Freshness};
use crate::model::time::{DAY_SECONDS, Instant, MaybeInstant};

/// Rows of the same person and app this close are copies of one another (rulings.md 9), seconds.
const SAME_EVENT_SECONDS: i64 = 300;

/// Where the last promptable instant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An interactive sign-in with a fresh factor or a page shown.
    SignIn,
    /// An interactive sign-in of a format without factor details.
    SignInWithoutDetails,
    /// The person acted on a security-info page (audit).
    Audit,
}

impl Source {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInWithoutDetails => "sign_in_without_details",
            Self::Audit => "audit",
        }
    }
}

/// The clocks, all up to T.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    /// Last promptable, observed.
    pub promptable: Option<(Instant, Source)>,
    /// Last of IA, LOGON and successful LEGACY.
    pub interactive: Option<Instant>,
    /// Last successful token use (TOK and settled IT rows).
    pub token: Option<Instant>,
    /// Last Windows logon.
    pub logon: Option<Instant>,
    /// Last successful legacy use.
    pub legacy: Option<Instant>,
    /// Last successful use of any kind in the logs.
    pub success: Option<Instant>,
    /// Latest unsettled interactive success later than the promptable clock.
    pub unsettled: Option<Instant>,
    /// Some channel was used only at times a day set knows, not to the second (a T before the facts' end).
    pub day_resolution: bool,
    /// There is any row at all.
    pub any_row: bool,
}

/// Clocks in half the memory: every verdict keeps them.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    times: [MaybeInstant; 7],
    source: Option<Source>,
    day_resolution: bool,
    any_row: bool,
}

impl Packed {
    pub(super) fn of(clocks: &Clocks) -> Self {
        let Clocks { promptable, interactive, token, logon, legacy, success, unsettled, day_resolution, any_row } =
            *clocks;
        let times = [promptable.map(|(at, _)| at), interactive, token, logon, legacy, success, unsettled];
        Self {
            times: times.map(MaybeInstant::from),
            source: promptable.map(|(_, source)| source),
            day_resolution,
            any_row,
        }
    }

    pub(super) fn clocks(&self) -> Clocks {
        let [promptable, interactive, token, logon, legacy, success, unsettled] = self.times.map(MaybeInstant::get);
        let (promptable, day_resolution, any_row) = (promptable.zip(self.source), self.day_resolution, self.any_row);
        Clocks { promptable, interactive, token, logon, legacy, success, unsettled, day_resolution, any_row }
    }
}

/// Reads the clocks off a person's channels and moments.
#[must_use]
pub fn read(dossier: &Dossier<'_>, frame: &Frame) -> Clocks {
    let mut clocks = Clocks::default();
    let settled_until = settled_until(frame);
    let mut unsettled: Vec<(&Span, Instant, Option<&Id>)> = Vec::new();
    let mut settled: Vec<(&Span, Option<&Id>)> = Vec::new();
    for (channel, span) in &dossier.activity {
        let Some(last) = last_by(span, frame, &mut clocks.day_resolution) else { continue };
        clocks.any_row = true;
        let class = frame.class(channel);
        let young =
            channel.freshness == Freshness::ClaimOnly && class == Class::InteractiveToken && last > settled_until;
        let app = channel.app.as_ref();
        match class {
            Class::Unsettled => unsettled.push((span, last, app)),
            Class::InteractiveToken if young => unsettled.push((span, last, app)),
            Class::InteractiveToken | Class::Interactive => settled.push((span, app)),
            _ => {}
        }
        clocks.take(channel, class, last);
        // A claims-only row too young to be settled is no token row yet; an older one of the channel is.
        let token = if young { Some(span.first()).filter(|at| *at <= settled_until) } else { Some(last) };
        if matches!(class, Class::Token | Class::InteractiveToken) {
            clocks.token = clocks.token.max(token);
        }
    }
    read_audit(dossier, frame, &mut clocks);
    let settles = |at: Instant, app: Option<&Id>| {
        settled.iter().any(|(span, other)| {
            *other == app && [span.first(), span.last()].iter().any(|t| (t.0 - at.0).abs() <= SAME_EVENT_SECONDS)
        })
    };
    let after = clocks.promptable.map(|(at, _)| at);
    // A settled youngest row must not hide an older one that is not: every instant and day of the channel is asked.
    let candidates =
        unsettled.into_iter().flat_map(|(span, last, app)| older_rows(span, last).into_iter().map(move |at| (at, app)));
    clocks.unsettled = candidates.filter(|(at, app)| Some(*at) > after && !settles(*at, *app)).map(|(at, _)| at).max();
    clocks
}

impl Clocks {
    fn take(&mut self, channel: &Channel, class: Class, last: Instant) {
        let success = succeeded(channel);
        if success {
            self.success = self.success.max(Some(last));
        }
        match class {
            Class::Interactive => {
                let source = if channel.code == 0 && channel.freshness == Freshness::NotCarried {
                    Source::SignInWithoutDetails
                } else {
                    Source::SignIn
                };
                self.promptable_at(last, source);
                self.interactive = self.interactive.max(Some(last));
            }
            Class::Logon => {
                self.logon = self.logon.max(Some(last));
                self.interactive = self.interactive.max(Some(last));
            }
            Class::Legacy if success => {
                self.legacy = self.legacy.max(Some(last));
                self.interactive = self.interactive.max(Some(last));
            }
            Class::Legacy
            | Class::Attack
            | Class::Sso
            | Class::Unknown
            | Class::Unsettled
            | Class::InteractiveToken
            | Class::Token
            | Class::TokenFailed => {}
        }
    }

    /// Of two sources at one instant the surer one stays.
    fn promptable_at(&mut self, at: Instant, source: Source) {
        let better = match self.promptable {
            None => true,
            Some((known, old)) => at > known || (at == known && old == Source::SignInWithoutDetails),
        };
        if better {
            self.promptable = Some((at, source));
        }
    }
}

/// The instants a channel's rows may have had, as far as facts tell: last, first, and the ends of the days between.
fn older_rows(span: &Span, last: Instant) -> Vec<Instant> {
    let days = span.days();
    let between = days.iter().filter(|d| *d > span.first().day() && *d < last.day());
    between.map(|d| Instant(d.start().plus_days(1).0 - 1)).chain([span.first(), last]).collect()
}

/// Own security-info actions prove presence on a security page, whatever their result (rulings.md 12).
fn read_audit(dossier: &Dossier<'_>, frame: &Frame, clocks: &mut Clocks) {
    for moment in &dossier.person.moments {
        if let MomentKind::Audit { activity, actor: Actor::Own, .. } = moment.kind
            && activity.is_own_security_info()
            && moment.at <= frame.t
        {
            clocks.promptable_at(moment.at, Source::Audit);
        }
    }
}

/// Claims-only rows later than this are not settled (SILD).
fn settled_until(frame: &Frame) -> Instant {
    let end = frame.log_end.unwrap_or(frame.t);
    end.plus_hours(-frame.thresholds.settle_hours)
}

/// Whether some interactive row of any class lies within a day of an instant: on the same UTC day, or first or last of its channel.
pub(super) fn interactive_near(dossier: &Dossier<'_>, frame: &Frame, at: Instant) -> bool {
    let near = |t: Instant| (t.0 - at.0).abs() <= DAY_SECONDS;
    dossier.activity.iter().filter(|(channel, _)| channel.interactive).any(|(_, span)| {
        last_by(span, frame, &mut false)
            .is_some_and(|last| span.days().contains(at.day()) || near(span.first()) || near(last))
    })
}

/// The last use at or before T: exact when the span ends by T, else the end of the last whole day before T (rulings.md 7).
pub(super) fn last_by(span: &Span, frame: &Frame, day_resolution: &mut bool) -> Option<Instant> {
    let t = frame.t;
    if span.last() <= t {
        return Some(span.last());
    }
    // Where T is the end of the interactive log, other logs go on for some hours: that much counts as T.
    if frame.thresholds.as_of.is_none() && span.last() <= t.plus_hours(frame.thresholds.settle_hours) {
        return Some(t);
    }
    if span.first() > t {
        return None;
    }
    *day_resolution = true;
    let day = span.days().iter().take_while(|d| d.start().plus_days(1) <= t).last();
    Some(day.map_or(span.first(), |d| Instant(d.start().plus_days(1).0 - 1)).max(span.first()))
}
