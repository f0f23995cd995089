//! The facts: what the logs say, reduced to people. A join-semilattice, nothing else.
//!
//! Every part is built from operations that are associative, commutative and idempotent (earliest,
//! latest, union, newest snapshot), so the same row twice, any order of files and any number of
//! threads give the same facts. Nothing is ever added up over rows.

mod channels;
pub mod coverage;
pub mod day_set;
pub mod dossier;
pub mod merge;
pub mod parts;
pub mod people;
mod register;
mod roll;
pub mod small;
pub mod span;
pub mod tenant;
pub mod visits;

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};

use crate::model::ids::Id;
use crate::model::registration::Methods;
use crate::model::sign_in::Channel;
use crate::model::time::Instant;
use channels::Channels;
pub use coverage::Coverage;
pub use day_set::DaySet;
pub use dossier::{Dossier, Dossiers};
pub use parts::Parts;
pub use people::{Moment, MomentKind, Person, SessionKey, Stamped, Upns};
pub use register::Register;
use roll::Roll;
pub use small::{SmallMap, SmallSet};
pub use span::{After, Span};
pub use tenant::{TenantMoment, TenantMoments};
pub use visits::Visits;

/// More lists of methods, or longer ones, are not shared: who makes them up shall not fill the memory.
const MOST_LISTS: usize = 1 << 10;
/// Bytes of all names in a list; those of all methods there are come to some 400.
const LONGEST_LIST: usize = 1 << 10;

/// The hasher of every map in here; iteration order never reaches an output.
pub type Hasher = crate::model::seed::Seeded;

/// What the logs, reports and user exports say. Join with [`Facts::join`].
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub(crate) people: Roll,
    channels: Channels,
    pub(crate) apps: HashMap<Id, String, Hasher>,
    /// Tenants whose logs these are: home and resource in one row, or named by the record. More than one: mixed.
    pub(crate) tenants: BTreeSet<Id>,
    /// Lists of methods that were met, and that people share.
    pub(crate) methods: HashSet<Methods, Hasher>,
    pub(crate) coverage: Coverage,
    pub(crate) tenant_moments: TenantMoments,
}

impl Facts {
    /// The number of a person, made known if new.
    pub fn user(&mut self, id: &Id) -> u32 {
        self.people.number(id)
    }

    /// The person behind a number given out by [`Facts::user`].
    pub fn person(&mut self, number: u32) -> Option<&mut Person> {
        self.people.get_mut(number)
    }

    /// A list of methods, the same in memory for all who have it.
    pub(crate) fn share(&mut self, methods: &BTreeSet<String>) -> Methods {
        if methods.iter().map(String::len).sum::<usize>() > LONGEST_LIST {
            return methods.clone().into();
        }
        if self.methods.len() > MOST_LISTS {
            self.methods.clear();
        }
        self.methods.get_or_insert_with(methods, |methods| methods.clone().into()).clone()
    }

    /// The number of a channel, made known if new.
    pub fn channel(&mut self, channel: &Channel) -> u32 {
        self.channels.number(channel)
    }

    /// Notes an application's display name; of several the smallest stays.
    pub fn app_name(&mut self, app: &Id, name: &str) {
        if name.is_empty() {
            return;
        }
        match self.apps.get_mut(app) {
            Some(known) => {
                if name < known.as_str() {
                    name.clone_into(known);
                }
            }
            None => {
                self.apps.insert(app.clone(), name.to_owned());
            }
        }
    }

    /// Notes an event of the whole tenant.
    pub fn tenant_moment(&mut self, at: Instant, activity: crate::model::tenant_activity::TenantActivity, name: &str) {
        self.tenant_moments.add(at, activity, name);
    }

    /// Notes a tenant whose log is among the inputs: ours.
    pub fn own_tenant(&mut self, tenant: &Id) {
        if !self.tenants.contains(tenant) {
            self.tenants.insert(tenant.clone());
        }
    }

    /// Notes that a stream was observed at an instant.
    pub fn covered(&mut self, stream: crate::model::sign_in::Stream, at: Instant) {
        self.coverage.add(stream, at);
    }

    /// What was observed at all.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// How many people are known.
    #[must_use]
    pub fn people_count(&self) -> usize {
        self.people.len()
    }

    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people_count() == 0
    }

    /// The display name of an application, or its id.
    #[must_use]
    pub fn app_label(&self, app: &Id) -> String {
        self.apps.get(app).cloned().unwrap_or_else(|| app.to_string())
    }
}
