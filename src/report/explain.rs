//! One person explained: clocks, bounds, every rule with its inputs and outcome, what would change it, what to do next.

use super::what_if::what_if;
use crate::ingest::evidence::{Evidence, RowKind};
use crate::judge::gates::Gate;
use crate::judge::service::{SERVICE_LIKE_FROM, score};
use crate::judge::{Frame, Label, Verdict};
use crate::model::time::Instant;

/// A rule that fired, or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Identifier.
    pub id: &'static str,
    /// What it looked at.
    pub inputs: Vec<(&'static str, String)>,
    /// What it said.
    pub outcome: String,
}

/// Everything about one person.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Object id.
    pub user: String,
    /// UPN and display name.
    pub names: (String, String),
    /// T.
    pub as_of: Instant,
    /// Clocks by name; `None` = not observed.
    pub clocks: Vec<(&'static str, Option<Instant>)>,
    /// Earliest and latest possible last promptable sign-in.
    pub bounds: (Option<Instant>, Instant),
    /// Rules in the order they apply.
    pub rules: Vec<Rule>,
    /// Rows of this person, by time, each with what it decides.
    pub evidence: Vec<(Evidence, Vec<&'static str>)>,
    /// Verdict and label.
    pub verdict: (&'static str, &'static str),
    /// Gates.
    pub gates: Vec<(&'static str, &'static str)>,
    /// What would change the verdict.
    pub would_change: Vec<String>,
    /// What to do next.
    pub next: &'static str,
}

/// Explains one verdict.
#[must_use]
pub fn explain(v: &Verdict, frame: &Frame, evidence: Vec<Evidence>) -> Explanation {
    Explanation {
        user: v.id.to_string(),
        names: (v.upn.to_string(), v.display_name.to_string()),
        as_of: frame.t,
        clocks: vec![
            ("last_promptable", v.clocks().promptable.map(|(at, _)| at)),
            ("last_interactive", v.clocks().interactive),
            ("last_token_activity", v.last_token.get()),
            ("last_windows_logon", v.clocks().logon),
            ("last_legacy_success", v.clocks().legacy),
            ("last_success", v.clocks().success),
            ("unsettled_interactive", v.clocks().unsettled),
        ],
        bounds: (v.bounds.lower.get(), v.bounds.upper),
        rules: rules(v, frame),
        evidence: decided(v, evidence),
        verdict: (v.stale.name(), v.label.name()),
        gates: v.gates.iter().map(|g| (g.name(), g.reason())).collect(),
        would_change: what_if(v, frame),
        next: next(v),
    }
}

/// Says of each row which clock, bound or state rests on it.
fn decided(v: &Verdict, rows: Vec<Evidence>) -> Vec<(Evidence, Vec<&'static str>)> {
    use RowKind::{Account, Audit, Interactive, NonInteractive, Registration};
    let clocks: [(&str, &[RowKind], Option<Instant>); 9] = [
        ("last_promptable", &[Interactive, Audit], v.clocks().promptable.map(|(at, _)| at)),
        ("last_token_activity", &[Interactive, NonInteractive], v.last_token.get()),
        ("last_windows_logon", &[Interactive], v.clocks().logon),
        ("last_legacy_success", &[Interactive, NonInteractive], v.clocks().legacy),
        ("unsettled_interactive", &[Interactive], v.clocks().unsettled),
        ("last_prompt", &[Interactive], v.prompts.episodes.last().copied()),
        ("started_at", &[Audit], v.prompts.started),
        ("registered_at", &[Audit], v.registration.registered_at.get()),
        ("revoked_at", &[Audit], v.revoked.as_ref().map(|event| event.row)),
    ];
    let report = rows.iter().filter(|r| r.kind == Registration).map(|r| r.at).max();
    let decides = |row: &Evidence| {
        let at = |(name, kinds, at): &(&'static str, &[RowKind], Option<Instant>)| {
            (kinds.contains(&row.kind) && at.is_some() && row.at == *at).then_some(*name)
        };
        let mut out: Vec<&'static str> = clocks.iter().filter_map(at).collect();
        // Each user export may hold what the others lack: an older one the recorded attempt, the newest the department.
        out.extend((row.kind == Account).then_some("account"));
        out.extend((row.kind == Registration && Some(row.at) == report).then_some("registration"));
        out
    };
    let marks: Vec<_> = rows.iter().map(decides).collect();
    rows.into_iter().zip(marks).collect()
}

fn time(at: Option<Instant>) -> String {
    at.map_or_else(|| "unknown".to_owned(), |at| at.to_string())
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "none".to_owned() } else { text.to_owned() }
}

fn yes_no(value: Option<bool>) -> String {
    value.map_or("unknown", |v| if v { "yes" } else { "no" }).to_owned()
}

fn rule(id: &'static str, inputs: Vec<(&'static str, String)>, outcome: String) -> Rule {
    Rule { id, inputs, outcome }
}

fn rules(v: &Verdict, frame: &Frame) -> Vec<Rule> {
    let settings = &frame.thresholds;
    let open = |days: Option<i64>| days.map_or_else(|| "open".to_owned(), |d| d.to_string());
    let coverage = frame.last_interactive();
    let mut out = vec![
        rule(
            "staleness_interval",
            vec![
                ("last_promptable", time(v.clocks().promptable.map(|(at, _)| at))),
                ("last_sign_in_attempt", time(v.last_attempt.get())),
                ("coverage_from", time(coverage.map(|w| w.from))),
                ("coverage_to", time(coverage.map(|w| w.to))),
                ("created", time(v.created.get())),
            ],
            format!("{} to {} days: {}", v.bounds.min_days, open(v.bounds.max_days), v.bounds.because.words()),
        ),
        rule(
            "verdict",
            vec![("stale_days", settings.stale_days.to_string())],
            format!("{} (stale from {} days on, not stale below)", v.stale.name(), settings.stale_days),
        ),
        rule(
            "active",
            vec![
                ("last_token_activity", time(v.last_token.get())),
                ("last_success", time(v.clocks().success)),
                ("active_days", settings.active_days.to_string()),
            ],
            yes_no(Some(v.active)),
        ),
    ];
    out.extend(rules_after_activity(v, frame));
    out
}

fn rules_after_activity(v: &Verdict, frame: &Frame) -> Vec<Rule> {
    let signals: Vec<String> = v.service.iter().map(|s| format!("{} ({})", s.words(), s.weight())).collect();
    vec![
        rule(
            "service_like",
            vec![("signals", or_none(&signals.join("; "))), ("from", SERVICE_LIKE_FROM.to_string())],
            format!("{} (score {})", yes_no(Some(score(v.service) >= SERVICE_LIKE_FROM)), score(v.service)),
        ),
        rule(
            "label",
            vec![("enabled", yes_no(v.enabled)), ("guest", yes_no(v.guest)), ("verdict", v.stale.name().to_owned())],
            v.label.name().to_owned(),
        ),
        rule(
            "persistence",
            vec![("mechanism", v.mechanism.map_or("none", |m| m.name()).to_owned()), ("keeper", or_none(&v.keeper))],
            format!("K{}", v.persistence),
        ),
        rule(
            "goal_registered",
            vec![
                ("goal", frame.thresholds.goal.name().to_owned()),
                ("in_report", yes_no(Some(v.registration.in_report))),
                ("registered_at", time(v.registration.registered_at.get())),
            ],
            yes_no(v.registration.goal_registered),
        ),
        rule(
            "prompts",
            vec![
                ("episodes", v.prompts.episodes.len().to_string()),
                ("last", time(v.prompts.episodes.last().copied())),
            ],
            v.blocker.map_or_else(|| "no blocker".to_owned(), |b| format!("blocked by {}", b.name())),
        ),
        rule(
            "stage",
            vec![("leak", or_none(v.leak))],
            v.stage.map_or_else(|| "out of scope".to_owned(), |s| s.name().to_owned()),
        ),
        rule(
            "target",
            vec![("gates", or_none(&v.gates.iter().map(Gate::name).collect::<Vec<_>>().join("|")))],
            yes_no(Some(v.target)),
        ),
    ]
}

fn next(v: &Verdict) -> &'static str {
    if v.target {
        return "Revoke the sessions in a wave, then look for a sign-in at a page and a registration within two working days";
    }
    if v.registration.goal_registered == Some(true) {
        return "Nothing: registered for the goal";
    }
    match v.label {
        Label::Undetermined => "Export longer logs, or the user list with signInActivity, and judge again",
        Label::LogonOnly => "Send a message, or enforce MFA: a revocation would renew the token without a page",
        Label::TokenStale => "Clear the gates first; see the list",
        Label::LegacyOnly => "Move to a modern client first: no page can be shown in a legacy one",
        Label::Dormant | Label::NeverActive => "Review whether the account is still needed",
        Label::Ok if v.prompts.episodes.is_empty() => {
            "Check the scope of the registration policy: a page was seen and no prompt"
        }
        Label::Ok => "Offer help: the prompt was seen and not followed",
        Label::ServiceLike => "Move it to a workload identity; do not revoke",
        Label::Guest => "Nothing here: the home tenant holds the sessions",
        Label::Disabled => "Nothing: the account is disabled",
    }
}
