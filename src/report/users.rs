//! The contract's table `users`: one row per person, sorted by id, UTC, empty = unknown.

use rayon::prelude::*;

use crate::judge::gates::Gate;
use crate::judge::{Flag, Missing, Verdict};
use crate::model::joined::Joined;
use crate::model::time::Instant;
use crate::view::{Cell, Column, ColumnKind, Table};

use ColumnKind::{Boolean, Integer, Text, Time};

/// The columns, in order (contract.md).
pub const COLUMNS: &[Column] = &[
    Column::new("user_id", Text, "Object id, or upn:… for a person known by UPN alone"),
    Column::new("user_principal_name", Text, "UPN"),
    Column::new("display_name", Text, "Display name"),
    Column::new("user_type", Text, "member or guest"),
    Column::new("account_enabled", Boolean, "Account enabled"),
    Column::new("created_at", Time, "Account created"),
    Column::new("department", Text, "Department"),
    Column::new("verdict", Text, "stale, not_stale or undetermined: what the interval alone says"),
    Column::new("label", Text, "The one word for this person, by precedence"),
    Column::new("staleness_min_days", Integer, "No promptable sign-in for at least this long").unit("days"),
    Column::new("staleness_max_days", Integer, "And at most this long; empty = open").unit("days"),
    Column::new("last_promptable", Time, "Last sign-in at which a page could be shown, where observed"),
    Column::new("last_promptable_source", Text, "What it rests on: sign_in, sign_in_without_details, audit"),
    Column::new("last_interactive", Time, "Last promptable, Windows logon or legacy success"),
    Column::new("last_token_activity", Time, "Last successful silent use of a token"),
    Column::new("active", Boolean, "A successful use within the activity window"),
    Column::new(
        "mechanism",
        Text,
        "What renews the tokens: prt, refresh_token, browser_persistent, spa, legacy, unknown",
    ),
    Column::new(
        "persistence",
        Text,
        "K0 none, K1 the page was shown, K2 a session outlived a day of silence, K3 policy",
    ),
    Column::new("keeper", Text, "App and client that renewed last"),
    Column::new("mfa_registered", Boolean, "Registered for MFA"),
    Column::new("mfa_capable", Boolean, "Registered with a method that is allowed"),
    Column::new("sspr_registered", Boolean, "Registered for self-service password reset"),
    Column::new("sspr_enabled", Boolean, "In the scope of its policy"),
    Column::new("sspr_capable", Boolean, "Both"),
    Column::new("passwordless_capable", Boolean, "Passwordless method registered and allowed"),
    Column::new("phishing_resistant", Boolean, "Holds a phishing-resistant method (--pr-profile says which count)"),
    Column::new(
        "portable_method",
        Boolean,
        "Holds an MFA method that works on a foreign device; false with Windows Hello alone",
    ),
    Column::new("methods", Text, "Methods registered, joined with |"),
    Column::new("goal_registered", Boolean, "Registered for the goal"),
    Column::new("stage", Text, "Furthest stage of the funnel; empty = out of scope"),
    Column::new("leak", Text, "Why no further"),
    Column::new(
        "blocker",
        Text,
        "First missing condition of a prompt: policy, interaction, surface, suppressed:REASON",
    ),
    Column::new("prompt_episodes", Integer, "Prompts shown for the goal, in flows"),
    Column::new("snoozes", Integer, "Nudges put off, of those whose outcome is known; empty: of none it is"),
    Column::new("first_prompt", Time, "First prompt"),
    Column::new("last_prompt", Time, "Last prompt"),
    Column::new("started_at", Time, "First own act of registering"),
    Column::new("registered_at", Time, "Registered for the goal, from the audit log"),
    Column::new("origin", Text, "self_prompted, self_voluntary, provisioned, pre_window or unknown"),
    Column::new("revoked_at", Time, "Last session event"),
    Column::new("revocation_cause", Text, "Its cause"),
    Column::new("gates", Text, "Reasons not to be on a target list, joined with |"),
    Column::new("target", Boolean, "On the target list"),
    Column::new("flags", Text, "What bore on the verdict, joined with |"),
    Column::new("reason", Text, "One sentence"),
];

/// The table of the people a filter keeps, joined columns last.
#[must_use]
pub fn table(verdicts: &[Verdict], t: Instant, joined: &Joined, keep: impl Fn(&Verdict) -> bool + Sync) -> Table {
    let mut table = Table::new("users", "People", COLUMNS);
    table.columns.extend(joined.columns.iter().map(|name| Column::new(name, Text, JOINED)));
    let columns = table.columns.len();
    let row = |v: &Verdict| {
        let mut cells = Vec::with_capacity(columns);
        cells.extend(identity(v));
        cells.extend(staleness(v));
        cells.extend(registration(v));
        cells.extend(path(v, t));
        cells.extend(joined.row(&v.id).map(Cell::text));
        cells
    };
    table.rows = verdicts.par_iter().filter(|v| keep(v)).map(row).collect();
    table
}

/// What a joined column is.
const JOINED: &str = "Joined from a file given with --join";

fn identity(v: &Verdict) -> [Cell; 7] {
    [
        Cell::text(v.id.to_string()),
        Cell::text(&v.upn),
        Cell::text(&v.display_name),
        Cell::word(v.guest.map_or("", |g| if g { "guest" } else { "member" })),
        Cell::boolean(v.enabled),
        Cell::time(v.created.get()),
        Cell::text(&v.home.department),
    ]
}

fn staleness(v: &Verdict) -> [Cell; 12] {
    [
        Cell::word(v.stale.name()),
        Cell::word(v.label.name()),
        Cell::Integer(v.bounds.min_days),
        Cell::integer(v.bounds.max_days),
        Cell::time(v.clocks().promptable.map(|(at, _)| at)),
        Cell::word(v.promptable_source()),
        Cell::time(v.clocks().interactive),
        Cell::time(v.last_token.get()),
        Cell::Boolean(v.active),
        Cell::word(v.mechanism.map_or("", |m| m.name())),
        Cell::word(["K0", "K1", "K2", "K3"].get(usize::from(v.persistence)).copied().unwrap_or_default()),
        Cell::text(&v.keeper),
    ]
}

fn registration(v: &Verdict) -> [Cell; 10] {
    let r = &v.registration;
    [
        Cell::boolean(r.mfa_registered),
        Cell::boolean(r.mfa_capable),
        Cell::boolean(r.sspr_registered),
        Cell::boolean(r.sspr_enabled),
        Cell::boolean(r.sspr_capable),
        Cell::boolean(r.passwordless_capable),
        Cell::boolean(r.phishing_resistant),
        Cell::boolean(r.portable_method),
        Cell::text(r.methods.iter().flatten().map(String::as_str).collect::<Vec<_>>().join("|")),
        Cell::boolean(r.goal_registered),
    ]
}

fn path(v: &Verdict, t: Instant) -> [Cell; 16] {
    let up_to_t = |at: Option<Instant>| Cell::time(at.filter(|at| *at <= t));
    let prompts = &v.prompts;
    [
        Cell::word(v.stage.map_or("", |s| s.name())),
        Cell::word(v.leak),
        Cell::word(v.blocker.map_or("", Missing::name)),
        Cell::count(prompts.episodes.len() as u64),
        if prompts.told() { Cell::count(prompts.snoozes) } else { Cell::Empty },
        Cell::time(prompts.episodes.first().copied()),
        Cell::time(prompts.episodes.last().copied()),
        up_to_t(prompts.started),
        up_to_t(v.registration.registered_at.get()),
        Cell::word(v.registration.origin.map_or("", |o| o.name())),
        up_to_t(v.revoked.as_ref().map(|event| event.at)),
        Cell::word(v.revoked.as_ref().map_or("", |event| event.cause.name())),
        Cell::text(v.gates.iter().map(Gate::name).collect::<Vec<_>>().join("|")),
        Cell::Boolean(v.target),
        Cell::text(v.flags.iter().map(Flag::name).collect::<Vec<_>>().join("|")),
        Cell::text(v.reason()),
    ]
}
