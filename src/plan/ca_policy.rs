//! The Conditional Access policy that a plan comes to (semantics §6.1).

use std::collections::BTreeSet;

use super::Ground;
use super::sign_in_frequency::{Plan, PolicyScope};
use crate::judge::gates::Gate;
use crate::model::ids::Id;
use crate::targets::policy::{Include, Scope, sign_in_frequency};

/// The file.
pub const FILE: &str = "ca-policy-sign-in-frequency.json";

/// The body for a plan; `None`: nothing to name, nobody to name, or no break-glass list was given, so that emergency accounts
/// would not be left out.
#[must_use]
pub fn of_plan(plan: &Plan, ground: Ground<'_>) -> Option<String> {
    let emergency = ground.lists.break_glass.as_ref()?;
    let resources: Vec<String> = plan.chosen().map(|o| o.id.clone()).collect();
    let known = |id: &Id| id.as_upn().is_none().then(|| id.to_string());
    let people = || plan.covered.iter().filter_map(|i| known(&ground.verdicts.get(*i)?.id)).collect::<Vec<_>>();
    let include = match (plan.asked.scope, &plan.asked.group) {
        (PolicyScope::All, _) => Include::All,
        (PolicyScope::Group, Some(group)) => Include::Group(group.to_string()),
        (PolicyScope::Group, None) => Include::People(people()),
    };
    if resources.is_empty() || include == Include::People(Vec::new()) {
        return None;
    }
    let protected = ground.verdicts.iter().filter(|v| v.gates.contains(Gate::BreakGlass)).map(|v| &v.id);
    // An emergency account that no log knows is left out all the same.
    let exclude: BTreeSet<String> = protected.chain(emergency.entries.keys()).filter_map(known).collect();
    let exclude = exclude.into_iter().collect();
    let days = u32::from(plan.asked.frequency_days);
    let name = format!("kmsift: sign-in frequency {days} d, report-only");
    Some(format!("{:#}\n", sign_in_frequency(&name, &resources, &Scope { include, exclude }, days)))
}
