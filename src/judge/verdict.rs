//! The verdict on one person, with everything a reader may ask about it.

use std::ops::Deref;
use std::sync::Arc;

use super::Frame;
use super::account;
use super::bounds::{Bounds, bounds};
use super::clocks::{self, Clocks, Packed, Source};
use super::contradiction::{Contradiction, contradictions};
use super::drop_off::{DropOffs, drop_offs};
use super::gates::{Gate, Lists, Seen, gates, is_target};
use super::label::{Signs, blocker, label, silent_by};
use super::nudge::{self, Nudge};
use super::path::{self, Path};
use super::persistence::{self, Mechanism};
use super::prompts::{self, Prompts};
use super::registration::{self, State};
use super::revocation;
use super::service::{SERVICE_LIKE_FROM, Signal, score, signals};
use super::spell::{self, Spells};
use super::stage::{self, Stage};
pub use super::words::{Flag, Label, Missing, Stale};
use crate::facts::people::{Account, MomentKind, Stamped};
use crate::facts::{Dossier, Dossiers};
use crate::model::activity_name::Activity;
use crate::model::enum_set::EnumSet;
use crate::model::ids::Id;
use crate::model::rare::{Rare, usual};
use crate::model::time::{Instant, MaybeInstant};

/// Everything judged about one person.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Object id or `upn:…`.
    pub id: Id,
    /// UPN for display.
    pub upn: Arc<str>,
    /// Display name.
    pub display_name: Arc<str>,
    /// Guest; `None` = unknown.
    pub guest: Option<bool>,
    /// Account enabled; `None` = unknown.
    pub enabled: Option<bool>,
    /// Created.
    pub created: MaybeInstant,
    /// Department and usage location.
    pub home: Rare<Home>,
    /// What the interval says.
    pub stale: Stale,
    /// The one word.
    pub label: Label,
    /// The interval.
    pub bounds: Bounds,
    /// The clocks.
    clocks: Packed,
    /// Last interactive attempt that a user export records (SI).
    pub last_attempt: MaybeInstant,
    /// Last token activity, with the stand-in where allowed.
    pub last_token: MaybeInstant,
    /// Active.
    pub active: bool,
    /// What renews the tokens.
    pub mechanism: Option<Mechanism>,
    /// Rung of the persistence ladder.
    pub persistence: u8,
    /// App and client that renewed last.
    pub keeper: Arc<str>,
    /// Registration state.
    pub registration: State,
    /// The way into registration over the logs' window.
    pub path: Path,
    /// Human member, not on the break-glass, exclusion or outside the scope list.
    pub in_scope: bool,
    /// Stage of the funnel.
    pub stage: Option<Stage>,
    /// Why not further.
    pub leak: &'static str,
    /// First missing condition of a prompt.
    pub blocker: Option<Missing>,
    /// What looks like a service, with weights (semantics §8.2).
    pub service: EnumSet<Signal>,
    /// Gates.
    pub gates: EnumSet<Gate>,
    /// On the target list.
    pub target: bool,
    /// What bore on the verdict.
    pub flags: EnumSet<Flag>,
    trail: Rare<Trail>,
}

/// What happened to somebody on the way: nothing to most. Read as if it stood in the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// Prompts.
    pub prompts: Prompts,
    /// Where the person fell out.
    pub drop_offs: DropOffs,
    /// Where reports and logs cannot both be right.
    pub contradictions: Vec<Contradiction>,
    /// From being asked, or hired, to registration.
    pub spells: Spells,
    /// The registration campaign, for those who can do MFA by phone only.
    pub nudge: Option<Box<Nudge>>,
    /// The session event in force.
    pub revoked: Option<revocation::Event>,
}

usual!(Trail);

impl Deref for Verdict {
    type Target = Trail;

    fn deref(&self) -> &Trail {
        &self.trail
    }
}

/// Where somebody belongs, as a user export says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// Department; empty = not known.
    pub department: Arc<str>,
    /// Usage location as exported: a two-letter code or a country's name; empty = not known.
    pub usage_location: Arc<str>,
}

usual!(Home);

impl Home {
    fn of(account: &Account) -> Self {
        let text =
            |stated: &Option<Stamped<String>>| stated.as_ref().map(|s| s.value.as_str().into()).unwrap_or_default();
        Self { department: text(&account.department), usage_location: text(&account.usage_location) }
    }
}

/// What is settled about a person before gates and funnel look at it.
struct Standing {
    clocks: Clocks,
    bounds: Bounds,
    flags: EnumSet<Flag>,
    last_token: Option<Instant>,
    signs: Signs,
    service: EnumSet<Signal>,
    label: Label,
}

fn standing(dossier: &Dossier<'_>, dossiers: &Dossiers, frame: &Frame) -> Standing {
    let stated = &dossier.person.account;
    let clocks = clocks::read(dossier, frame);
    let bounds = bounds(&clocks, dossier, frame);
    let mut flags = bounds.flags;
    let last_token = last_token(&clocks, stated.last_non_interactive, frame, &mut flags);
    let service = signals(dossier, frame);
    let signs = Signs {
        enabled: account::enabled(dossier, &clocks, frame, &mut flags),
        guest: account::guest(dossier, dossiers),
        service_like: score(service) >= SERVICE_LIKE_FROM,
        never_active: !clocks.any_row && stated.never_used(),
        active: is_active(&clocks, last_token, stated.last_successful, frame),
        stale: bounds.stale,
        tokens_in_use: last_token.is_some_and(|at| at >= frame.active_since()),
    };
    if dossier.upn_joined || dossier.id.as_upn().is_some() {
        flags.insert(Flag::UpnJoined);
    }
    let label = label(&signs, &clocks, frame);
    Standing { clocks, bounds, flags, last_token, signs, service, label }
}

/// Judges one person.
#[must_use]
pub fn judge_one(dossier: &Dossier<'_>, dossiers: &Dossiers, frame: &Frame, lists: &Lists) -> Verdict {
    let account = &dossier.person.account;
    let standing = standing(dossier, dossiers, frame);
    let registration = registration::state(dossier, frame);
    let seen = seen(dossier, &standing, &registration, (frame, lists));
    let gates = gates(&seen, lists);
    let persistent = persistence::persistent_days(dossier, frame);
    let prompts = prompts::shown(dossier, frame, frame.thresholds.goal);
    let in_scope = !gates.iter().any(|g| OUT_OF_SCOPE.contains(&g));
    let funnel = stage::stage(&funnel_signs(in_scope, &seen, &prompts, &registration));
    let Standing { clocks, bounds, flags, last_token, signs, service, label } = standing;
    let path = path::path(dossier, (&clocks, signs.active, signs.stale), &prompts, &registration, frame);
    let blocker = blocker(label, registration.goal_registered, &prompts);
    let trail = Trail {
        drop_offs: drop_offs(dossier, &registration, &prompts.interrupts, frame),
        contradictions: contradictions(dossier, &registration, (&clocks, signs.enabled), frame),
        spells: spell::spells(dossier, frame, &registration, &prompts, (&clocks, signs.enabled)),
        nudge: nudge::nudge(dossier, &registration, nudge::Signs { label, stale: signs.stale }, frame).map(Box::new),
        revoked: revocation::last(dossier, frame.t),
        prompts,
    };
    Verdict {
        id: dossier.id.clone(),
        upn: display_upn(dossier),
        display_name: display_name(dossier),
        guest: signs.guest,
        enabled: signs.enabled,
        created: account.created.as_ref().map(|c| c.value).into(),
        home: Home::of(account).into(),
        stale: signs.stale,
        label,
        last_attempt: account.last_sign_in.into(),
        last_token: last_token.into(),
        active: signs.active,
        mechanism: persistence::mechanism(dossier, &persistent, frame),
        persistence: persistence::level(dossier, &persistent),
        keeper: persistence::keeper(dossier, frame).map(|(c, _)| frame.use_words(c)).unwrap_or_default(),
        blocker,
        target: is_target(label, signs.stale, registration.goal_registered, gates.iter(), lists),
        path,
        trail: trail.into(),
        registration,
        in_scope,
        stage: funnel.0,
        leak: funnel.1,
        service,
        gates,
        flags,
        bounds,
        clocks: Packed::of(&clocks),
    }
}

/// What the gates look at.
fn seen<'d>(
    dossier: &Dossier<'d>,
    Standing { clocks, bounds, signs, label, .. }: &Standing,
    registration: &State,
    (frame, lists): (&Frame, &Lists),
) -> Seen<'d> {
    let out_later = account::left_later(dossier, frame.t);
    Seen {
        id: dossier.id,
        upns: &dossier.person.upns,
        label: *label,
        stale: signs.stale,
        // What took the account out of use after T counts for the gates alone.
        enabled: signs.enabled.map(|e| e && !out_later).or(out_later.then_some(false)),
        guest: signs.guest == Some(true),
        admin: registration.admin,
        service_like: signs.service_like,
        active: signs.active,
        never_active: signs.never_active,
        already_revoked: revocation::already_revoked(dossier, bounds, frame),
        already_emitted: revocation::already_emitted(dossier, frame, lists),
        fraud: fraud_reported(dossier),
        silent_by: silent_by(clocks, signs, frame),
        goal_registered: registration.goal_registered,
    }
}

/// Gates that put somebody out of the funnel's scope (semantics §9.1, stage 1).
const OUT_OF_SCOPE: [Gate; 5] = [Gate::BreakGlass, Gate::Guest, Gate::ServiceLike, Gate::Excluded, Gate::OutOfScope];

fn funnel_signs(in_scope: bool, seen: &Seen<'_>, prompts: &Prompts, registration: &State) -> stage::Seen {
    stage::Seen {
        in_scope,
        enabled: seen.enabled,
        active: seen.active,
        label: seen.label,
        stale: seen.stale,
        prompted: !prompts.episodes.is_empty(),
        started: prompts.started.is_some(),
        registered: registration.goal_registered,
        beyond: [registration.goal_capable, registration.passwordless_capable, registration.phishing_resistant],
    }
}

/// LT: token rows; the attempt of the user export stands in only where the non-interactive log does not cover A
/// (rulings.md 15).
fn last_token(clocks: &Clocks, attempt: Option<Instant>, frame: &Frame, flags: &mut EnumSet<Flag>) -> Option<Instant> {
    let covers_a = frame
        .non_interactive
        .last()
        .is_some_and(|w| w.from <= frame.active_since() && w.to >= frame.t.plus_hours(-frame.thresholds.settle_hours));
    let attempt = attempt.filter(|at| *at <= frame.t && !covers_a);
    match (clocks.token, attempt) {
        (known, Some(attempt)) if known.is_none_or(|k| attempt > k) => {
            flags.insert(Flag::LtFromAttempt);
            Some(attempt)
        }
        (known, _) => known,
    }
}

fn is_active(clocks: &Clocks, last_token: Option<Instant>, successful: Option<Instant>, frame: &Frame) -> bool {
    let successful = successful.map(|at| at.min(frame.t));
    [last_token, clocks.success, clocks.legacy, successful].into_iter().flatten().any(|at| at >= frame.active_since())
}

fn fraud_reported(dossier: &Dossier<'_>) -> bool {
    dossier.person.moments.iter().any(|m| matches!(m.kind, MomentKind::Audit { activity: Activity::FraudReported, .. }))
}

fn display_upn(dossier: &Dossier<'_>) -> Arc<str> {
    let stated = dossier.person.account.upn.as_ref().map(|u| u.value.as_str().into());
    stated.or_else(|| dossier.person.upns.iter().next_back().cloned()).unwrap_or_default()
}

fn display_name(dossier: &Dossier<'_>) -> Arc<str> {
    let stated = dossier.person.account.display_name.as_ref().map(|n| n.value.as_str().into());
    stated.or_else(|| dossier.person.seen_name.clone()).unwrap_or_default()
}

impl Verdict {
    /// The clocks.
    #[must_use]
    pub fn clocks(&self) -> Clocks {
        self.clocks.clocks()
    }

    /// Where the promptable clock comes from, in the word of the outputs.
    #[must_use]
    pub fn promptable_source(&self) -> &'static str {
        self.clocks().promptable.map_or("", |(_, source): (Instant, Source)| source.name())
    }

    /// How sure the verdict is: `high` when the evidence was seen, `medium` when bounds or stand-ins carry it, else `low`.
    #[must_use]
    pub fn confidence(&self) -> &'static str {
        let weak =
            [Flag::LtFromAttempt, Flag::FreshnessUnknown, Flag::UpnJoined, Flag::BoundsConflict, Flag::DayResolution];
        if self.stale == Stale::Undetermined {
            "low"
        } else if self.flags.iter().any(|f| weak.contains(&f)) {
            "medium"
        } else {
            "high"
        }
    }

    /// One sentence: why this verdict.
    #[must_use]
    pub fn reason(&self) -> String {
        let interval = match self.bounds.max_days {
            Some(max) if max == self.bounds.min_days => format!("{max} days"),
            Some(max) => format!("{} to {max} days", self.bounds.min_days),
            None => format!("at least {} days", self.bounds.min_days),
        };
        let head = match self.label {
            Label::TokenStale => format!("Lives on tokens and has not been at a sign-in page for {interval}"),
            Label::LogonOnly => format!("Signs in to Windows only; no sign-in page for {interval}"),
            Label::LegacyOnly => format!("Uses legacy clients only; no sign-in page for {interval}"),
            Label::Undetermined => format!("Active, but staleness lies anywhere in {interval}"),
            Label::Dormant => "Not active within the activity window".to_owned(),
            Label::NeverActive => "No sign-in in any log and none recorded".to_owned(),
            Label::ServiceLike => "Looks like a service account".to_owned(),
            Label::Guest => "Guest: belongs to another tenant".to_owned(),
            Label::Disabled => "The account is disabled".to_owned(),
            Label::Ok => format!("Was at a sign-in page {interval} ago"),
        };
        format!("{head}: {}.", self.bounds.because.words())
    }
}
