//! Whether an account is enabled and whose it is: the user export, else the audit log, else what rows show
//! (semantics §4.2, rulings.md 17).

use super::Frame;
use super::clocks::Clocks;
use super::verdict::Flag;
use crate::facts::people::MomentKind;
use crate::facts::{Dossier, Dossiers};
use crate::model::activity_name::Activity;
use crate::model::enum_set::EnumSet;
use crate::model::time::Instant;

/// Enabled, as far as the newest word says. Unknown stays unknown; a token success within A proves only that it was
/// enabled then (rulings.md 17).
pub(super) fn enabled(
    dossier: &Dossier<'_>,
    clocks: &Clocks,
    frame: &Frame,
    flags: &mut EnumSet<Flag>,
) -> Option<bool> {
    let stated = Stated::of(dossier);
    let (switched, deleted) = scope_changes(dossier, frame.t);
    let enabled = match (&stated, switched) {
        (None, switched) => switched.map(|(_, enabled)| enabled),
        (Some(list), None) => Some(list.enabled),
        (Some(list), Some((at, _))) if list.after(at) => Some(list.enabled),
        (Some(list), Some((at, enabled))) if list.before(at) => Some(enabled),
        // Which is newer cannot be told: the word that keeps somebody off a list.
        (Some(list), Some((_, enabled))) => Some(list.enabled && enabled),
    };
    // A list made after a deletion shows that the account is there again.
    let gone = deleted.is_some_and(|at| stated.is_none_or(|list| !list.after(at)));
    let enabled = if gone { Some(false) } else { enabled };
    if enabled.is_none() && clocks.token.is_some_and(|at| at >= frame.active_since()) {
        flags.insert(Flag::EnabledInferred);
    }
    enabled
}

/// Whether the audit log took the account out of use after T: that can only take somebody off a list.
pub(super) fn left_later(dossier: &Dossier<'_>, t: Instant) -> bool {
    let (switched, deleted) = scope_changes(dossier, Instant(i64::MAX));
    deleted.is_some_and(|at| at > t) || switched.is_some_and(|(at, enabled)| at > t && !enabled)
}

/// What the newest user export says, and when it was made.
struct Stated {
    enabled: bool,
    at: Option<Instant>,
    /// The time is the export's own, not the youngest instant of the row.
    dated: bool,
}

impl Stated {
    fn of(dossier: &Dossier<'_>) -> Option<Self> {
        let account = &dossier.person.account;
        let newest = account.disabled.as_ref()?;
        Some(Self { enabled: !newest.value, at: newest.at, dated: account.disabled_dated.as_ref() == Some(newest) })
    }

    /// Certainly made after an instant.
    fn after(&self, at: Instant) -> bool {
        self.at.is_some_and(|made| made > at)
    }

    /// Certainly made before it.
    fn before(&self, at: Instant) -> bool {
        self.dated && self.at.is_some_and(|made| made <= at)
    }
}

/// The last switch (`true`: enabled) by the audit log up to an instant, and the deletion that no restoration followed. A
/// restored account is as enabled as it was: restoring is no switch.
fn scope_changes(dossier: &Dossier<'_>, until: Instant) -> (Option<(Instant, bool)>, Option<Instant>) {
    let (mut switched, mut deleted) = (None, None);
    for moment in dossier.person.moments.iter().filter(|m| m.at <= until) {
        let MomentKind::Audit { activity, success: true, .. } = moment.kind else { continue };
        match activity {
            Activity::Disabled => switched = Some((moment.at, false)),
            Activity::Enabled => switched = Some((moment.at, true)),
            Activity::Deleted => deleted = Some(moment.at),
            Activity::Restored => deleted = None,
            _ => {}
        }
    }
    (switched, deleted)
}

/// As stated; else a guest where a log row's user type or home tenant, or the `#EXT#` of a UPN says so; else unknown.
pub(super) fn guest(dossier: &Dossier<'_>, dossiers: &Dossiers) -> Option<bool> {
    let person = dossier.person;
    let foreign = person.homes.iter().any(|home| dossiers.is_foreign(home));
    let looks = foreign || person.seen_guest || person.upns.iter().any(|upn| upn.contains("#ext#"));
    person.account.guest.as_ref().map(|g| g.value).or_else(|| looks.then_some(true))
}
