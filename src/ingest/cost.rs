//! What a missing column costs, in a sentence: `check` says it for every CSV (issue 3, item 5).

use super::csv::{Binding, Want};

/// Our word for a column → what cannot be told without it.
const COSTS: &[(&str, &str)] = &[
    ("session_id", "persistence evidence K2 is off for these rows"),
    ("incoming_token_type", "what renews tokens (the mechanism) is unknown for these rows"),
    ("client", "legacy clients cannot be told from browsers"),
    ("protocol", "password flows without a page (ROPC) cannot be told from others"),
    ("app_id", "Windows logons cannot be told from sign-ins at a page"),
    ("mfa_result", "without an AuthDetails file a fresh factor cannot be told from a cached one"),
    ("correlation_id", "rows of one visit are told by their times alone"),
    ("cross_tenant_access_type", "passages to other tenants cannot be told from sign-ins here"),
    ("user_id", "people are joined by UPN"),
    ("user_type", "guests are told by their UPN alone"),
    (
        "is_admin",
        "who holds a role is not said here; administrators are kept off lists only where another file says it",
    ),
    ("methods", "the goals app and passkey cannot be judged from this file"),
    ("sspr_capable", "the goal sspr cannot be judged from this file"),
    ("last_updated", "when the report was made is known from the file's name only"),
    ("account_enabled", "enabled is unknown, not assumed"),
    ("created_at", "new accounts cannot be told from old ones"),
    ("department", "people cannot be counted by department"),
];

/// A remark for each missing column that costs something and that the reader's own remarks do not speak of.
#[must_use]
pub fn remarks(wants: &[Want], binding: &Binding, said: &[String]) -> Vec<String> {
    let said = said.join("\n").to_lowercase();
    let missing = wants.iter().enumerate().filter(|(want, _)| !binding.has(*want)).map(|(_, want)| want);
    missing
        .filter_map(|want| Some((want, COSTS.iter().find(|(name, _)| *name == want.name)?.1)))
        .filter(|(want, cost)| {
            !said.contains(&cost.to_lowercase()) && !want.headers.iter().any(|h| said.contains(&format!("`{h}`")))
        })
        .filter_map(|(want, cost)| Some(format!("no column `{}`: {cost}", want.headers.first()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::csv::want;

    #[test]
    fn each_missing_column_is_told_once() {
        let wants = [
            want("session_id", &["session id", "sessionid"]),
            want("client", &["client app"]),
            want("user_id", &["user id"]),
            want("time", &["date (utc)"]),
        ];
        let binding = Binding::new(&wants, &["client app".to_owned()]);
        let own = ["no object id: people are joined by UPN".to_owned()];
        assert_eq!(
            remarks(&wants, &binding, &[]),
            [
                "no column `session id`: persistence evidence K2 is off for these rows",
                "no column `user id`: people are joined by UPN"
            ]
        );
        assert_eq!(remarks(&wants, &binding, &["no column `SessionId`: gone".to_owned()]).len(), 1, "only user_id");
        assert_eq!(remarks(&wants, &binding, &own).len(), 1, "only session_id");
    }
}
