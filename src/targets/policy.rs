//! Bodies of Conditional Access policies for Graph (`POST /identity/conditionalAccess/policies`), always in report-only state:
//! whoever creates one sees in the sign-in logs what it would do before it does it (semantics §1.2, §6.1).

use serde_json::{Value, json};

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
pub fn sign_in_frequency(name: &str, resources: &[String], scope: &Scope, days: u32) -> Value {
    let mut users = match &scope.include {
        Include::All => json!({ "includeUsers": ["All"] }),
        Include::Group(id) => json!({ "includeGroups": [id] }),
        Include::People(ids) => json!({ "includeUsers": ids }),
    };
    users["excludeUsers"] = json!(scope.exclude);
    json!({
        "displayName": name,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_only_reports_and_leaves_emergency_accounts_out() {
        let scope = Scope { include: Include::Group("g".to_owned()), exclude: vec!["e".to_owned()] };
        let body = sign_in_frequency("name", &["Office365".to_owned()], &scope, 7);
        assert_eq!(body["state"], "enabledForReportingButNotEnforced");
        assert_eq!(body["conditions"]["users"], json!({"includeGroups": ["g"], "excludeUsers": ["e"]}));
        assert_eq!(body["conditions"]["applications"]["includeApplications"], json!(["Office365"]));
        assert_eq!(body["sessionControls"]["signInFrequency"]["value"], 7);
    }
}
