//! The list of whom the registration campaign can reach, of those who can do MFA by phone only. Nobody on it is to be
//! revoked: it is for the campaign's group, or for a message.

use super::{Excluded, Target, TargetList};
use crate::judge::Verdict;
use crate::judge::gates::Gate;
use crate::judge::nudge::{Nudge, Reach};
use crate::model::joined::Joined;

/// Gates that keep somebody out of a campaign: what a revocation would do has no say here.
const KEPT_OUT: &[(Gate, &str)] = &[
    (Gate::BreakGlass, "emergency account on the break-glass list"),
    (Gate::Guest, "guest: registers in the home tenant"),
    (Gate::Disabled, "the account is disabled"),
    (Gate::ServiceLike, "looks like a service: nobody is there to register"),
    (Gate::FraudReported, "fraud or suspicious activity was reported; leave it to the security team"),
    (Gate::Excluded, "on an exclusion list"),
    (Gate::OutOfScope, "not on the scope list"),
];

/// Lists those whom the campaign reaches; everybody else is left out with a reason. `list` comes without people.
#[must_use]
pub fn pick(
    verdicts: &[Verdict],
    included: &dyn Fn(Gate) -> bool,
    mut list: TargetList,
    joined: &Joined,
) -> TargetList {
    list.purpose = super::Purpose::Nudge;
    list.goal = "app";
    for v in verdicts {
        match left_out(v, included) {
            Ok(nudge) => list.listed.push(Target {
                user_id: v.id.to_string(),
                upn: v.upn.to_string(),
                wave: 1,
                reason: nudge.reason(),
                staleness: (v.bounds.min_days, v.bounds.max_days),
                confidence: nudge.reach.confidence(),
                joined: joined.row(&v.id).map(str::to_owned).collect(),
            }),
            Err(gate) => list.excluded.push(Excluded {
                user_id: v.id.to_string(),
                upn: v.upn.to_string(),
                gate,
                gates: v.gates.iter().map(Gate::name).collect::<Vec<_>>().join("|"),
            }),
        }
    }
    list
}

fn left_out<'v>(v: &'v Verdict, included: &dyn Fn(Gate) -> bool) -> Result<&'v Nudge, (&'static str, &'static str)> {
    let kept = KEPT_OUT.iter().find(|(gate, _)| v.gates.contains(*gate) && !included(*gate));
    if let Some((gate, why)) = kept {
        return Err((gate.name(), why));
    }
    if v.id.as_upn().is_some() {
        return Err(("no_object_id", "no object id is known, and a UPN may have changed hands"));
    }
    let Some(nudge) = &v.nudge else {
        return Err(match &v.registration.methods {
            None => ("methods_unknown", "no registration report says which methods this person has"),
            Some(methods) if methods.is_empty() => ("no_method", "no method at all: the campaign comes only after MFA"),
            Some(_) => ("not_phone_only", "has no phone method, or another method that does MFA besides"),
        });
    };
    match (nudge.reach, nudge.blocker) {
        (Reach::Nudged | Reach::Reachable, _) | (_, None) => Ok(nudge),
        (_, Some(blocker)) => Err((blocker.name(), blocker.reason())),
    }
}
