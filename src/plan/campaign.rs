//! The people of a target list followed through the logs, whom nobody listed but who were revoked too, and the comparison
//! with the stale whom nobody targeted (semantics §9.3).

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{Outcome, Said, Term, action, flags, outcome};
use super::uplift::{Pair, Stratum, Subject, strata};
use crate::facts::Dossiers;
use crate::judge::follow::{self, Path, audited, follow};
use crate::judge::revocation::Cause;
use crate::judge::{Frame, Label, Verdict, registration};
use crate::model::ids::Id;
use crate::model::time::{Instant, Window};

/// A line of a target list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Object id, `upn:…`, or both.
    pub keys: Vec<Id>,
    /// As the list names this person.
    pub name: String,
    /// Wave, where the list says.
    pub wave: Option<i64>,
    /// When the list was made and until when it could be used.
    pub term: Term,
}

/// A target list as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Its lines.
    pub people: Vec<Listed>,
    /// Tenants it was made for, where it or its manifest says.
    pub tenants: BTreeSet<Id>,
}

impl List {
    /// When the first line was made.
    #[must_use]
    pub fn made_at(&self) -> Option<Instant> {
        self.people.iter().map(|p| p.term.targeted_at).min()
    }
}

/// One listed person with what came of it.
#[derive(Clone, Debug)]
pub struct Member<'c> {
    /// The line of the list.
    pub listed: &'c Listed,
    /// The verdict at T; `None`: not in the inputs.
    pub verdict: Option<&'c Verdict>,
    /// What was seen.
    pub path: Path,
    /// What came of it, and why.
    pub said: Said,
    /// What stands out.
    pub flags: Vec<&'static str>,
    /// What to do next: a word, and what it means.
    pub next: (&'static str, &'static str),
}

/// A list followed.
#[derive(Clone, Debug)]
pub struct Campaign<'c> {
    /// One per listed person, in the order of ids.
    pub members: Vec<Member<'c>>,
    /// Revoked since, and on no list.
    pub collateral: Vec<(&'c Verdict, Instant, Cause)>,
    /// Comparison by stratum; empty when the audit log does not cover the time.
    pub uplift: Vec<(Stratum, Pair)>,
    /// When the list was made.
    pub made_at: Instant,
    /// T.
    pub t: Instant,
}

/// What a campaign is followed through.
#[derive(Clone, Copy)]
pub struct Scene<'c> {
    /// The facts.
    pub dossiers: &'c Dossiers,
    /// T, coverage, settings.
    pub frame: &'c Frame,
    /// Verdicts at T.
    pub verdicts: &'c [Verdict],
    /// Verdicts at the instant the list was made, in the same order.
    pub before: &'c [Verdict],
}

/// Follows a list; with a wave, only its people.
#[must_use]
pub fn campaign<'c>(list: &'c List, wave: Option<i64>, scene: Scene<'c>) -> Campaign<'c> {
    let at = positions(scene.dossiers);
    let find = |listed: &Listed| listed.keys.iter().find_map(|key| at.get(key).copied());
    let mut known: BTreeMap<usize, &Listed> = BTreeMap::new();
    let mut unknown: Vec<&Listed> = Vec::new();
    let mut on_list = BTreeSet::new();
    for listed in &list.people {
        let position = find(listed);
        on_list.extend(position);
        if wave.is_some() && listed.wave != wave {
            continue;
        }
        match position {
            Some(position) => drop(known.entry(position).or_insert(listed)),
            None => unknown.push(listed),
        }
    }
    let made_at = list.made_at().unwrap_or(scene.frame.t);
    let mut members: Vec<Member<'c>> =
        known.iter().filter_map(|(position, listed)| member(listed, *position, scene)).collect();
    members.extend(unknown.into_iter().map(stranger));
    let revoked = collateral(scene, &on_list, made_at);
    let untouched = |position: usize| !known.contains_key(&position);
    let uplift = if audited(scene.frame, made_at) { compare(&members, scene, made_at, untouched) } else { Vec::new() };
    Campaign { members, collateral: revoked, uplift, made_at, t: scene.frame.t }
}

/// Where each id and each UPN stands; a UPN of several people finds nobody.
fn positions(dossiers: &Dossiers) -> BTreeMap<Id, usize> {
    let mut ids = BTreeMap::new();
    let mut upns: BTreeMap<Id, Option<usize>> = BTreeMap::new();
    for (position, (id, person)) in dossiers.people().enumerate() {
        ids.insert(id.clone(), position);
        for upn in &person.upns {
            upns.entry(Id::of_upn(upn)).and_modify(|known| *known = None).or_insert(Some(position));
        }
    }
    for (upn, position) in upns {
        if let Some(position) = position {
            ids.entry(upn).or_insert(position);
        }
    }
    ids
}

fn member<'c>(listed: &'c Listed, position: usize, scene: Scene<'c>) -> Option<Member<'c>> {
    let (dossier, verdict) = (scene.dossiers.get(position)?, scene.verdicts.get(position)?);
    let path = follow(&dossier, &verdict.registration, scene.frame, listed.term.targeted_at);
    let said = outcome(&path, verdict, scene.frame, listed.term);
    let flags = flags(&path, verdict, &said, listed.term);
    let next = action(&path, Some(verdict), said.outcome);
    Some(Member { listed, verdict: Some(verdict), path, said, flags, next })
}

fn stranger(listed: &Listed) -> Member<'_> {
    let outcome = Outcome::NotInInputs;
    let said = Said { outcome, reason: "Nobody of this id or UPN is in the inputs.".to_owned(), again_after: None };
    let path = Path::default();
    let next = action(&path, None, outcome);
    Member { listed, verdict: None, path, said, flags: Vec::new(), next }
}

/// People revoked since the list was made whom no line of it names.
fn collateral<'c>(scene: Scene<'c>, on_list: &BTreeSet<usize>, made_at: Instant) -> Vec<(&'c Verdict, Instant, Cause)> {
    let revoked = |position: usize| {
        let (at, cause) = follow::revoked_since(&scene.dossiers.get(position)?, made_at, scene.frame.t)?;
        Some((scene.verdicts.get(position)?, at, cause))
    };
    (0..scene.verdicts.len()).filter(|p| !on_list.contains(p)).filter_map(revoked).collect()
}

/// Targeted people against people who were token-stale when the list was made, were not targeted and not revoked. Both are
/// asked the same: unregistered when the list was made, not disabled, and is there a registration in the audit log since?
fn compare(
    members: &[Member<'_>],
    scene: Scene<'_>,
    made_at: Instant,
    untouched: impl Fn(usize) -> bool,
) -> Vec<(Stratum, Pair)> {
    let (frame, since) = (scene.frame, Window { from: made_at, to: scene.frame.t });
    let targeted: BTreeSet<&Id> = members.iter().filter_map(|m| m.verdict.map(|v| &v.id)).collect();
    let mut subjects = Vec::new();
    for (position, (verdict, before)) in scene.verdicts.iter().zip(scene.before).enumerate() {
        let Some(dossier) = scene.dossiers.get(position) else { continue };
        let on_list = targeted.contains(&verdict.id);
        let stale = before.label == Label::TokenStale && before.in_scope;
        let revoked = || follow::revoked_since(&dossier, made_at, frame.t).is_some();
        let control = || untouched(position) && stale && !revoked();
        let unregistered = || follow::registered_before(&dossier, &verdict.registration, frame, made_at) == Some(false);
        if (on_list || control()) && unregistered() && verdict.enabled != Some(false) {
            subjects.push(Subject {
                targeted: on_list,
                registered: registration::registered_within(&dossier, frame.thresholds.goal, since).is_some(),
                department: verdict.home.department.to_string(),
                mechanism: before.mechanism.map_or("", |m| m.name()),
            });
        }
    }
    strata(&subjects)
}

impl Campaign<'_> {
    /// How many people came to an outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.members.iter().filter(|m| m.said.outcome == outcome).count() as u64
    }
}
