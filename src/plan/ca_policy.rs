//! Bodies of Conditional Access policies for Graph (`POST /identity/conditionalAccess/policies`), always in report-only state:
//! whoever creates one sees in the sign-in logs what it would do before it does it (semantics §1.2, §6.1).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::party::Ground;
use super::sign_in_frequency::{Plan, PolicyScope};
use crate::judge::gates::Gate;
use crate::model::ids::Id;

/// The file.
pub const FILE: &str = "ca-policy-sign-in-frequency.json";

/// Whom a policy names and whom it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Everybody; the members of a group; or the people named.
    pub include: Include,
    /// Object ids never to be touched: the emergency accounts.
    pub exclude: Vec<String>,
}

/// Whom a policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Include {
    /// Everybody.
    All,
    /// A group, by object id.
    Group(String),
    /// People, by object id.
    People(Vec<String>),
}

/// The body of a policy that asks for a sign-in every so many days on some resources.
#[must_use]
pub fn sign_in_frequency(resources: &[String], scope: &Scope, days: u16) -> Value {
    let none: [&str; 0] = [];
    let mut users = match &scope.include {
        Include::All => json!({ "includeUsers": ["All"] }),
        Include::Group(id) => json!({ "includeUsers": none, "includeGroups": [id] }),
        Include::People(ids) => json!({ "includeUsers": ids }),
    };
    users["excludeUsers"] = json!(scope.exclude);
    json!({
        "displayName": format!("kmsift: sign-in frequency {days} d, report-only"),
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": { "includeApplications": resources },
            "users": users,
        },
        "sessionControls": {
            "signInFrequency": {
                "isEnabled": true,
                "frequencyInterval": "timeBased",
                "type": "days",
                "value": days,
                "authenticationType": "primaryAndSecondaryAuthentication",
            },
        },
    })
}

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
    let protected = ground.verdicts.iter().filter(|v| v.gates.contains(&Gate::BreakGlass)).map(|v| &v.id);
    // An emergency account that no log knows is left out all the same.
    let exclude: BTreeSet<String> = protected.chain(emergency.entries.keys()).filter_map(known).collect();
    let exclude = exclude.into_iter().collect();
    Some(format!("{:#}\n", sign_in_frequency(&resources, &Scope { include, exclude }, plan.asked.frequency_days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_only_reports_and_leaves_emergency_accounts_out() {
        let scope = Scope { include: Include::Group("g".to_owned()), exclude: vec!["e".to_owned()] };
        let body = sign_in_frequency(&["Office365".to_owned()], &scope, 7);
        assert_eq!(body["state"], "enabledForReportingButNotEnforced");
        assert_eq!(
            body["conditions"]["users"],
            json!({"includeUsers": [], "includeGroups": ["g"], "excludeUsers": ["e"]})
        );
        assert_eq!(body["conditions"]["applications"]["includeApplications"], json!(["Office365"]));
        assert_eq!(body["sessionControls"]["signInFrequency"]["value"], 7);
    }
}
