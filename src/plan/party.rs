//! What the plans ask of a person besides the verdict: where silent token use comes from, how often it and pages are seen.

use rayon::prelude::*;

use super::Ground;
use crate::facts::{DaySet, Dossier};
use crate::judge::gates::Gate;
use crate::judge::{Class, Frame, Label, Verdict};
use crate::model::ids::Id;
use crate::model::sign_in::{Channel, Client, Token, Trust};
use crate::model::time::{DAY_SECONDS, Day, Window};

/// Where somebody is asked anew, once: an app in a kind of client on a device of a kind of trust. The facts name no device.
pub type Place<'p> = (Option<&'p Id>, Client, Trust);

/// Silent use of a resource within A, from one place, that a sign-in frequency would interrupt.
#[derive(Clone, Debug)]
pub struct Use<'p> {
    /// The resource.
    pub resource: &'p Id,
    /// Where it is used.
    pub place: Place<'p>,
    /// UTC days.
    pub days: DaySet,
}

/// What the logs show of a person's ways in. In short lists, sorted where it matters: people have few ways, and they are many.
#[derive(Clone, Debug, Default)]
pub struct Habits<'p> {
    /// Places of successful token use within A, in order, each once.
    pub places: Vec<Place<'p>>,
    /// Resources used silently within A, but for joined devices with a primary refresh token; a place may be there twice.
    pub uses: Vec<Use<'p>>,
    /// Some token use within A came from a joined device with a primary refresh token.
    pub by_device: bool,
    /// Some token use within A did not.
    pub by_others: bool,
    /// Days at a page, of those covered.
    pub page_days: usize,
    /// Days of token use, of those covered.
    pub token_days: usize,
}

/// A person with habits.
#[derive(Clone, Debug)]
pub struct Party<'p> {
    /// The verdict.
    pub verdict: &'p Verdict,
    /// The habits.
    pub habits: Habits<'p>,
    /// Used a legacy client or a resource-owner password within A.
    pub legacy: bool,
}

impl Party<'_> {
    /// A human member in scope, active, not disabled: the denominator of most counts.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.verdict.in_scope && self.verdict.active && !self.verdict.gates.contains(Gate::Disabled)
    }

    /// An active service-like account that nothing else keeps out of scope.
    #[must_use]
    pub fn is_service(&self) -> bool {
        const OUT: [Gate; 5] = [Gate::BreakGlass, Gate::Guest, Gate::Excluded, Gate::OutOfScope, Gate::Disabled];
        let gates = &self.verdict.gates;
        self.verdict.active && gates.contains(Gate::ServiceLike) && !gates.iter().any(|g| OUT.contains(&g))
    }

    /// Known to be unregistered for the goal.
    #[must_use]
    pub fn unregistered(&self) -> bool {
        self.verdict.registration.goal_registered == Some(false)
    }

    /// Of the headline set: counts, token-stale, known to be unregistered.
    #[must_use]
    pub fn stale_unregistered(&self) -> bool {
        self.counts() && self.verdict.label == Label::TokenStale && self.unregistered()
    }
}

impl<'p> Ground<'p> {
    /// Everybody, with habits, by id.
    #[must_use]
    pub fn parties(self) -> Vec<Party<'p>> {
        let verdicts = self.verdicts.par_iter().enumerate();
        verdicts
            .map(|(position, verdict)| {
                let habits =
                    self.dossiers.get(position).map(|dossier| habits(&dossier, self.frame)).unwrap_or_default();
                let since = self.frame.active_since();
                let legacy = verdict.clocks().legacy.is_some_and(|at| at >= since);
                Party { verdict, habits, legacy }
            })
            .collect()
    }

    /// Days of the interactive and of the non-interactive log.
    #[must_use]
    pub fn covered_days(self) -> (f64, f64) {
        (days(&self.frame.interactive), days(&self.frame.non_interactive))
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of logs are far below 2^52")]
fn days(windows: &[Window]) -> f64 {
    windows.iter().map(|w| w.to.0 - w.from.0).sum::<i64>() as f64 / DAY_SECONDS as f64
}

fn habits<'p>(dossier: &Dossier<'p>, frame: &Frame) -> Habits<'p> {
    let mut out = Habits::default();
    let (mut pages, mut tokens) = (DaySet::default(), DaySet::default());
    let covered = |windows: &[Window], day: Day| windows.iter().any(|w| w.from.day() <= day && day <= w.to.day());
    for (channel, span) in &dossier.activity {
        match frame.class(channel) {
            Class::Interactive => {
                span.days().iter().filter(|d| covered(&frame.interactive, *d)).for_each(|d| pages.insert(d));
            }
            Class::Token => {
                span.days().iter().filter(|d| covered(&frame.non_interactive, *d)).for_each(|d| tokens.insert(d));
                out.take(channel, span.days().iter(), frame);
            }
            _ => {}
        }
    }
    (out.page_days, out.token_days) = (pages.len(), tokens.len());
    out
}

impl<'p> Habits<'p> {
    /// The resources used, one of several uses more than once.
    pub fn resources(&self) -> impl Iterator<Item = &'p Id> {
        self.uses.iter().map(|used| used.resource)
    }

    fn take(&mut self, channel: &'p Channel, days: impl Iterator<Item = Day>, frame: &Frame) {
        let within = frame.active_since().day()..=frame.t.day();
        let days: DaySet = days.filter(|d| within.contains(d)).collect();
        if days.is_empty() {
            return;
        }
        let place = (channel.app.as_ref(), channel.client, channel.trust);
        let shielded = channel.trust == Trust::Joined && channel.token == Token::Prt;
        self.by_device |= shielded;
        self.by_others |= !shielded;
        if let (Some(resource), false) = (&channel.resource, shielded) {
            self.uses.push(Use { resource, place, days });
        }
        if let Err(at) = self.places.binary_search(&place) {
            self.places.insert(at, place);
        }
    }
}
