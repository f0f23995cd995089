//! What happened to the tenant as a whole: policies changed, exports made. A set, joined by union.

use std::collections::BTreeSet;

use crate::model::tenant_activity::TenantActivity;
use crate::model::time::Instant;

/// Longest name of a policy that is kept, characters: it is written by whoever made the policy.
const NAME_CHARS: usize = 200;

/// A tenant-wide event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TenantMoment {
    /// When.
    pub at: Instant,
    /// What.
    pub activity: TenantActivity,
    /// Name of the policy it was done to, hostile text; may be empty.
    pub name: String,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TenantMoments(BTreeSet<TenantMoment>);

impl TenantMoments {
    /// Takes one in.
    pub fn add(&mut self, at: Instant, activity: TenantActivity, name: &str) {
        self.0.insert(TenantMoment { at, activity, name: name.trim().chars().take(NAME_CHARS).collect() });
    }

    /// Takes one in as it stands.
    pub(crate) fn put(&mut self, moment: TenantMoment) {
        self.0.insert(moment);
    }

    /// Union.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Those up to an instant.
    pub(crate) fn cut(&mut self, t: Instant) {
        self.0.retain(|moment| moment.at <= t);
    }

    /// In order of time.
    pub fn iter(&self) -> impl Iterator<Item = &TenantMoment> {
        self.0.iter()
    }
}
