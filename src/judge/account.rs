//! Whether an account is enabled and whose it is: the user export, else the audit log, else what rows show
//! (semantics §4.2, rulings.md 17).

use super::Frame;
use super::clocks::Clocks;
use super::verdict::Flag;
use crate::facts::people::MomentKind;
use crate::facts::{Dossier, Dossiers};
use crate::model::activity_name::Activity;
use crate::model::time::Instant;

/// Enabled, as far as the newest word says. Unknown stays unknown; a token success within A proves only that it was
/// enabled then (rulings.md 17).
pub(super) fn enabled(dossier: &Dossier<'_>, clocks: &Clocks, frame: &Frame, flags: &mut Vec<Flag>) -> Option<bool> {
    let stated = dossier.person.account.disabled.as_ref();
    let logged = scope_change(dossier, frame.t);
    let enabled = match (stated, logged) {
        (None, logged) => logged.map(|(_, enabled)| enabled),
        (Some(stated), None) => Some(!stated.value),
        (Some(stated), Some((at, enabled))) => match stated.at {
            Some(snapshot) if snapshot > at => Some(!stated.value),
            Some(_) => Some(enabled),
            // Which is newer cannot be told: the word that keeps somebody off a list.
            None => Some(!stated.value && enabled),
        },
    };
    if enabled.is_none() && clocks.token.is_some_and(|at| at >= frame.active_since()) {
        flags.push(Flag::EnabledInferred);
    }
    enabled
}

/// The last audit event up to T that took the account out of use or back into it, and which. A deleted account is out of
/// use until it is restored, whatever else is switched.
fn scope_change(dossier: &Dossier<'_>, t: Instant) -> Option<(Instant, bool)> {
    let (mut disabled, mut deleted, mut last) = (None, false, None);
    for moment in dossier.person.moments.iter().filter(|m| m.at <= t) {
        let MomentKind::Audit { activity, success: true, .. } = moment.kind else { continue };
        match activity {
            Activity::Disabled => disabled = Some(true),
            Activity::Enabled => disabled = Some(false),
            Activity::Deleted => deleted = true,
            Activity::Restored => deleted = false,
            _ => continue,
        }
        last = Some(moment.at);
    }
    // A restored account is as enabled as it was: only a switch says how.
    let enabled = if deleted { Some(false) } else { disabled.map(|d| !d) };
    last.zip(enabled)
}

/// As stated; else a guest where a log row's user type or home tenant, or the `#EXT#` of a UPN says so; else unknown.
pub(super) fn guest(dossier: &Dossier<'_>, dossiers: &Dossiers) -> Option<bool> {
    let person = dossier.person;
    let foreign = person.homes.iter().any(|home| dossiers.is_foreign(home));
    let looks = foreign || person.seen_guest || person.upns.iter().any(|upn| upn.contains("#ext#"));
    person.account.guest.as_ref().map(|g| g.value).or_else(|| looks.then_some(true))
}
