//! The columns of the campaign's tables, and the list of all tables of plans.

use super::{frequency_tables, options, reach_tables, recommendation, sweep};
use crate::view::{Column, ColumnKind};

use ColumnKind::{Boolean, Integer, Real, Text, Time};

/// The contract's table `campaign`: one row per listed person.
pub(super) const CAMPAIGN: &[Column] = &[
    Column::new("user_id", Text, "Object id; as the list has it where the inputs do not know the person"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("department", Text, "Department"),
    Column::new("wave", Integer, "Wave of the list"),
    Column::new(
        "outcome",
        Text,
        "registered, started_not_finished, prompted_left, returned_not_prompted, returned_device_only, never_came_back, not_revoked, not_verifiable_yet, registered_before, not_in_inputs",
    ),
    Column::new("targeted_at", Time, "t0: when the list was made"),
    Column::new("revoked_at", Time, "First revocation by an administrator or an application since"),
    Column::new("revocation_cause", Text, "admin_revoke, app_revoke, or valid_from: the user list alone says so"),
    Column::new("bitten_at", Time, "First row that told a client its session was over"),
    Column::new("bitten_code", Integer, "Its code"),
    Column::new("valid_from_moved", Boolean, "The user list's valid-from instant is not older than the revocation"),
    Column::new(
        "returned_at",
        Time,
        "First sign-in at a page; flag returned_day_resolution: not known to the second, this is the earliest it can have been",
    ),
    Column::new("returned_logon_at", Time, "First Windows logon with token use after it, where no page was seen"),
    Column::new("prompted_at", Time, "First prompt since"),
    Column::new("started_at", Time, "First own act of registering since"),
    Column::new("registered_at", Time, "Registered for the goal"),
    Column::new("capable_at", Time, "The first report since that says it may be used: the report's time"),
    Column::new("capable", Boolean, "Registered and allowed, by the newest report"),
    Column::new("bite_minutes", Integer, "From revocation to bite").unit("minutes"),
    Column::new("return_minutes", Integer, "From revocation to return, where both are exact").unit("minutes"),
    Column::new("prompt_to_registered_minutes", Integer, "From prompt to registration").unit("minutes"),
    Column::new("other_event_at", Time, "First session event of another cause since t0, e.g. a password reset"),
    Column::new("other_event_cause", Text, "Its cause"),
    Column::new("flags", Text, "What stands out, joined with |"),
    Column::new("next_action", Text, "What to do next"),
    Column::new("reason", Text, "One sentence"),
];

/// Who should be tried again, or by another lever.
pub(super) const NEXT: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("outcome", Text, "What came of the list"),
    Column::new(
        "next_action",
        Text,
        "help, check_policy, ca_or_message, check_call, wait, new_list, verify_again or check_list",
    ),
    Column::new("meaning", Text, "What that is"),
    Column::new("again_after", Time, "Not before this"),
    Column::new("reason", Text, "Why"),
];

/// How many came to what.
pub(super) const OUTCOMES: &[Column] = &[
    Column::new("outcome", Text, "What came of the person"),
    Column::new("people", Integer, "People").unit("people"),
    Column::new("share", Real, "Share of the people listed"),
];

/// The waterfall.
pub(super) const STEPS: &[Column] = &[
    Column::new("step", Text, "Step, in order"),
    Column::new("people", Integer, "People who passed it and all before it").unit("people"),
    Column::new("of_targeted", Real, "Share of the people listed"),
    Column::new("of_previous", Real, "Share of the step before"),
    Column::new("lost", Integer, "People who stop before this step").unit("people"),
    Column::new("leak", Text, "Why they stop"),
    Column::new("beside", Integer, "People who passed this step without a step before it").unit("people"),
];

/// Revoked since, and on no list.
pub(super) const COLLATERAL: &[Column] = &[
    Column::new("user_id", Text, "Object id"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("label", Text, "Label at the as-of instant"),
    Column::new("revoked_at", Time, "First revocation since the list was made"),
    Column::new("revocation_cause", Text, "admin_revoke or app_revoke"),
    Column::new("flags", Text, "revoked_not_listed"),
];

/// The comparison with people not targeted.
pub(super) const UPLIFT: &[Column] = &[
    Column::new("by", Text, "all, department, mechanism, or rest"),
    Column::new("stratum", Text, "Which"),
    Column::new("targeted", Integer, "People targeted").unit("people"),
    Column::new("targeted_registered", Integer, "Of those, registered since").unit("people"),
    Column::new("untargeted", Integer, "Stale people not targeted").unit("people"),
    Column::new("untargeted_registered", Integer, "Of those, registered since").unit("people"),
    Column::new("difference", Real, "Share of the targeted less share of the untargeted; empty = too few"),
    Column::new("low", Real, "Low end of its 95 % interval"),
    Column::new("high", Real, "High end"),
    Column::new("note", Text, "too few: fewer than 10 people in a group"),
];

/// Tables of the campaign by id, for `kmsift schema`.
#[must_use]
pub fn tables() -> Vec<(&'static str, &'static str, Vec<Column>)> {
    vec![
        ("campaign", "Campaign: every person on the list", CAMPAIGN.to_vec()),
        ("campaign_steps", "Campaign: step by step", STEPS.to_vec()),
        ("campaign_outcomes", "Campaign: outcomes", OUTCOMES.to_vec()),
        ("campaign_uplift", "Campaign: targeted against untargeted", UPLIFT.to_vec()),
        ("campaign_next", "Campaign: who next, and how", NEXT.to_vec()),
        ("campaign_collateral", "Campaign: revoked and not listed", COLLATERAL.to_vec()),
    ]
}

/// A finding of a plan with its tables.
pub type Planned = (&'static str, &'static str, Vec<(&'static str, &'static str, Vec<Column>)>);

/// The findings before anything is done: id, definition, tables, in the order of the report.
#[must_use]
pub fn planned() -> Vec<Planned> {
    vec![
        (
            "options",
            options::definition(),
            vec![
                ("options", "Options: the levers side by side", options::OPTIONS.to_vec()),
                ("options_unreached", "Options: whom each lever misses", reach_tables::UNREACHED.to_vec()),
                ("options_rules", "Options: what holds on the day judged at", reach_tables::RULES.to_vec()),
                ("reach", "Reach: every unregistered person, way by way", reach_tables::REACH.to_vec()),
            ],
        ),
        (
            "sign_in_frequency",
            frequency_tables::definition(),
            vec![
                ("sign_in_frequency", "Sign-in frequency: which resources", frequency_tables::COVERS.to_vec()),
                (
                    "sign_in_frequency_candidates",
                    "Sign-in frequency: candidates",
                    frequency_tables::CANDIDATES.to_vec(),
                ),
                (
                    "sign_in_frequency_residual",
                    "Sign-in frequency: who is left, and why",
                    frequency_tables::RESIDUAL.to_vec(),
                ),
            ],
        ),
        ("threshold_sweep", sweep::definition(), vec![("threshold_sweep", "Target list by W", sweep::SWEEP.to_vec())]),
        (
            "recommendation",
            recommendation::definition(),
            vec![("recommendation", "Recommendation: which lever for whom", recommendation::RULES_TABLE.to_vec())],
        ),
    ]
}
