//! When somebody's rows of registering were written, by what they say: a question about the minutes around a row is then a
//! look-up, however many rows one person has.

use super::Person;
use super::people::MomentKind;
use crate::model::activity_name::Activity;
use crate::model::method::Family;
use crate::model::time::Instant;

/// Instants of a person's successful rows of registering, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// A method was registered, of whatever family.
    registered: Vec<Instant>,
    /// A method was registered that counts for MFA, or that the row does not name.
    maybe_mfa: Vec<Instant>,
    /// The wizard's end.
    ended: Vec<Instant>,
}

impl Visits {
    /// Of a person's moments.
    #[must_use]
    pub fn of(person: &Person) -> Self {
        let mut out = Self::default();
        for moment in &person.moments {
            let MomentKind::Audit { activity, success: true, family, .. } = moment.kind else { continue };
            match activity {
                Activity::SecurityInfoRegistered => {
                    out.registered.push(moment.at);
                    if family.is_mfa() || family == Family::Unknown {
                        out.maybe_mfa.push(moment.at);
                    }
                }
                Activity::AllRequiredRegistered => out.ended.push(moment.at),
                _ => {}
            }
        }
        out
    }

    /// Whether a method was registered between two instants, both included.
    #[must_use]
    pub fn registered(&self, from: Instant, to: Instant) -> bool {
        first(&self.registered, from, to).is_some()
    }

    /// Whether a method that counts for MFA, or one that is not named, was registered between two instants, both included.
    #[must_use]
    pub fn maybe_mfa(&self, from: Instant, to: Instant) -> bool {
        first(&self.maybe_mfa, from, to).is_some()
    }

    /// The first end of the wizard between two instants, both included.
    #[must_use]
    pub fn first_end(&self, from: Instant, to: Instant) -> Option<Instant> {
        first(&self.ended, from, to)
    }
}

fn first(ascending: &[Instant], from: Instant, to: Instant) -> Option<Instant> {
    ascending.get(ascending.partition_point(|at| *at < from)).copied().filter(|at| *at <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::people::Moment;
    use crate::model::audit::Actor;

    #[test]
    fn rows_are_found_at_both_ends_and_failures_are_none() {
        let row = |at, activity, family, success| {
            let kind = MomentKind::Audit { activity, actor: Actor::Own, success, family, valid_from: None };
            Moment { at: Instant(at), kind, correlation: None }
        };
        let mut person = Person::default();
        person.moments.extend([
            row(10, Activity::SecurityInfoRegistered, Family::SsprOnly, true),
            row(20, Activity::SecurityInfoRegistered, Family::Phone, true),
            row(30, Activity::SecurityInfoRegistered, Family::Phone, false),
            row(40, Activity::AllRequiredRegistered, Family::Unknown, true),
            row(50, Activity::AllRequiredRegistered, Family::Unknown, false),
        ]);
        let visits = Visits::of(&person);
        let (at, end) = (Instant, Some(Instant(40)));
        assert!(visits.registered(at(10), at(10)) && !visits.registered(at(11), at(19)));
        assert!(!visits.maybe_mfa(at(10), at(19)) && visits.maybe_mfa(at(10), at(20)));
        assert!(!visits.registered(at(21), at(60)), "a failure registers nothing");
        assert_eq!((visits.first_end(at(40), at(40)), visits.first_end(at(0), at(39))), (end, None));
        assert_eq!(visits.first_end(at(41), at(60)), None);
    }
}
