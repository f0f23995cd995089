//! What the audit log says since a registration report was made: methods gained and removed, counted one by one
//! (formats.md §5.2, rulings.md 21). Events after T count too: they can only take somebody off a list.

use std::collections::BTreeMap;

use super::gains::{
    Removal, VISIT_SECONDS, family_of, gains, provides, qualifies, removal_counts, removes_for, wizard_end,
};
use crate::facts::Dossier;
use crate::facts::people::Moment;
use crate::model::method::Family;
use crate::model::registration::Goal;
use crate::model::time::Instant;

/// One registration is written up to twice (Add and `ServiceApi`), this far apart at most, seconds.
const SAME_REGISTRATION_SECONDS: i64 = 60;

/// What events since a report make of somebody whom the report does not call registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// Nothing was gained, or as much was removed.
    Nothing,
    /// A method that may count may be there.
    Maybe,
    /// Some method that counts for the goal is there.
    Registered,
}

/// What came of the methods gained after `report`; `None`: of all there are events of.
pub(super) fn since(dossier: &Dossier<'_>, goal: Goal, report: Option<Instant>) -> Since {
    let mut held = Held::default();
    for moment in dossier.person.moments.iter().filter(|m| report.is_none_or(|made| m.at > made)) {
        if gains(moment) {
            held.gain(moment, goal, dossier);
        } else if let (Some(removal), Some(family)) = (removes_for(moment, goal), removal_counts(moment)) {
            held.lose(removal, family);
        }
    }
    held.total()
}

/// Methods gained and not removed again, as far as rows name them.
#[derive(Default)]
struct Held {
    /// Methods that count, by family.
    sure: BTreeMap<Family, u64>,
    /// Methods that may count: the row names none.
    unnamed: u64,
    /// Removals that may have taken one of them.
    vague: u64,
    /// The last gain of each family.
    last: BTreeMap<Family, Instant>,
    /// The last gain whose row names a method.
    named: Option<Instant>,
}

impl Held {
    fn gain(&mut self, moment: &Moment, goal: Goal, dossier: &Dossier<'_>) {
        let family = family_of(moment);
        if wizard_end(moment) {
            // Where the visit named its methods, its end adds none.
            let told = self.named.is_some_and(|at| moment.at.0 - at.0 <= VISIT_SECONDS) && goal != Goal::Sspr;
            if !told && qualifies(moment, goal, dossier) {
                *self.sure.entry(Family::Unknown).or_default() += 1;
            }
            return;
        }
        // Of a method that no row names the wizard's end still speaks (rulings.md 21).
        if family != Family::Unknown {
            self.named = Some(moment.at);
        }
        let again =
            self.last.insert(family, moment.at).is_some_and(|at| moment.at.0 - at.0 <= SAME_REGISTRATION_SECONDS);
        if again {
            return;
        }
        if qualifies(moment, goal, dossier) || provides(moment, goal) {
            *self.sure.entry(family).or_default() += 1;
        } else if family == Family::Unknown {
            self.unnamed += 1;
        }
    }

    fn lose(&mut self, removal: Removal, family: Family) {
        match self.sure.get_mut(&family).filter(|n| **n > 0 && removal == Removal::Counted) {
            Some(count) => *count -= 1,
            None => self.vague += 1,
        }
    }

    fn total(&self) -> Since {
        let sure: u64 = self.sure.values().sum();
        if sure > self.vague {
            Since::Registered
        } else if sure > 0 || self.unnamed > 0 {
            Since::Maybe
        } else {
            Since::Nothing
        }
    }
}
