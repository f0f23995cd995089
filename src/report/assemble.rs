//! Everything measured → the one report.

use rayon::prelude::*;

use super::{Chapter, Headline, Report, RunInfo, TargetSummary, conclude, first, star, users};
use crate::judge::{Label, Verdict};
use crate::metrics::{Judged, METRICS};
use crate::model::sign_in::Stream;
use crate::model::time::Window;
use crate::view::{Finding, Share, Stat};

/// What a report is made of.
pub struct Parts<'p> {
    /// Verdicts, frame, facts, inputs.
    pub judged: Judged<'p>,
    /// Provenance.
    pub run: RunInfo,
    /// The target list, if there is one.
    pub targets: Option<TargetSummary>,
    /// Why there is none, or its overrides.
    pub targets_note: String,
    /// What an earlier target list did, where one was given.
    pub campaign: Option<Finding>,
    /// Whether Parquet is wanted.
    pub parquet: bool,
    /// What is to come.
    pub ahead: Vec<Finding>,
}

/// Makes the report.
#[must_use]
pub fn assemble(parts: Parts<'_>) -> Report {
    let judged = parts.judged;
    let (campaign, ahead) = (parts.campaign, parts.ahead);
    let users = || users::table(judged.verdicts, judged.frame.t, judged.joined, |_| true);
    let measured = || findings(judged, campaign, ahead);
    let star = || parts.parquet.then(|| star::star(judged));
    let (star, (users, findings)) = rayon::join(star, || rayon::join(users, measured));
    Report {
        headline: headline(judged),
        conclusions: conclude::conclusions(judged.frame)
            .into_iter()
            .chain(conclude::tenants(judged.dossiers))
            .collect(),
        findings,
        first: first::people(judged, &users),
        windows: windows(judged),
        users,
        star,
        run: parts.run,
        targets: parts.targets,
        targets_note: parts.targets_note,
        definitions: DEFINITIONS.to_vec(),
    }
}

/// By chapter; in a chapter the metrics, then what is to come.
fn findings(judged: Judged<'_>, campaign: Option<Finding>, ahead: Vec<Finding>) -> Vec<Finding> {
    let measured: Vec<Finding> = METRICS.par_iter().map(|m| m.measure(judged)).collect();
    let mut all: Vec<Finding> = measured.into_iter().chain(ahead).chain(campaign).collect();
    all.sort_by_key(|f| Chapter::of(f.id));
    all
}

/// Each log from its first row to its last, gaps and all.
fn windows(judged: Judged<'_>) -> Vec<(&'static str, Option<Window>)> {
    let f = judged.frame;
    [(Stream::Interactive, &f.interactive), (Stream::NonInteractive, &f.non_interactive), (Stream::Audit, &f.audit)]
        .map(|(stream, w)| (stream.name(), w.first().zip(w.last()).map(|(a, b)| Window { from: a.from, to: b.to })))
        .to_vec()
}

/// The finding in one sentence, and the figures behind it.
#[must_use]
pub fn headline(judged: Judged<'_>) -> Headline {
    let w = judged.frame.thresholds.stale_days;
    let n = |keep: &dyn Fn(&&Verdict) -> bool| judged.active_unregistered().filter(keep).count() as u64;
    let unregistered = n(&|_| true);
    let stale = n(&|v| v.label == Label::TokenStale);
    let logon = n(&|v| v.label == Label::LogonOnly);
    let unknown = n(&|v| v.label == Label::Undetermined);
    let targets = judged.verdicts.iter().filter(|v| v.target).count() as u64;
    let active = judged.active().count() as u64;
    let registered = judged.active().filter(|v| v.registration.goal_registered == Some(true)).count() as u64;
    let mut lead = Vec::new();
    if stale > 0 {
        lead.push(format!(
        "They use the tenant through tokens that renew themselves, and have not been at a sign-in page for {w} days or more. \
         A policy that waits for the next interactive sign-in does not reach them."
    ));
    }
    if logon > 0 {
        lead.push(format!("{logon} more sign in to Windows only, where no page can be shown."));
    }
    if unknown > 0 {
        lead.push(format!("For {unknown} the logs cannot tell."));
    }
    let share =
        |id, label: &str, part, whole, of| Stat { id, label: label.to_owned(), share: Share::new(part, whole), of };
    Headline {
        title: title(judged, (stale, unregistered)),
        lead: lead.join(" "),
        stats: vec![
            share(
                "token_stale_unregistered",
                "token-stale and unregistered",
                stale,
                unregistered,
                "active people known to be unregistered",
            ),
            share("registered", "registered", registered, active, "active people in scope"),
            share(
                "undetermined_unregistered",
                "undetermined",
                unknown,
                unregistered,
                "active people known to be unregistered",
            ),
            share("targets", "on the target list", targets, judged.verdicts.len() as u64, "people known"),
        ],
    }
}

/// The headline; nothing known to be unregistered must not read as good news.
fn title(judged: Judged<'_>, (stale, unregistered): (u64, u64)) -> String {
    let goal = judged.frame.thresholds.goal.label();
    let unknown = judged.active().filter(|v| v.registration.goal_registered.is_none());
    let (unknown, stale_unknown) =
        unknown.fold((0, 0), |(n, stale), v| (n + 1, stale + u64::from(v.label == Label::TokenStale)));
    if unregistered == 0 && unknown > 0 {
        format!("Who is registered for {goal} is unknown; {stale_unknown} of {unknown} active people are token-stale")
    } else if unregistered == 0 {
        format!("No active person is known to be unregistered for {goal}")
    } else {
        format!("{stale} of {unregistered} active people who are not registered for {goal} will never be asked")
    }
}

/// The terms a reader meets, in the order they are met.
const DEFINITIONS: &[(&str, &str)] = &[
    (
        "as of (T)",
        "The instant everything is judged at: --as-of, else the end of the interactive sign-in log. Never the clock of the machine.",
    ),
    (
        "promptable sign-in",
        "An interactive authentication at a web page with a first factor given: the only moment a registration prompt can appear. Windows logons, legacy clients, silent attempts, wrong passwords and sign-ins satisfied by a token are not.",
    ),
    (
        "staleness",
        "Whole days since the last promptable sign-in, as an interval. What the logs cannot show has no date: the interval's far end is then open.",
    ),
    ("token-stale", "Active through tokens, and not at a promptable sign-in for at least W days (--stale-days)."),
    (
        "undetermined",
        "The logs cannot tell: too short, a gap, or a recorded attempt that no row explains. Never counted as stale or as fine.",
    ),
    ("active", "A successful use within A days (--active-days). Failed attempts never count."),
    (
        "last sign-in attempt (SI)",
        "signInActivity.lastSignInDateTime counts failed attempts, so password spraying keeps it fresh. Used as an upper bound only.",
    ),
    (
        "registered, capable",
        "Registered: a strong method is on file. Capable: and the authentication methods policy allows it.",
    ),
    (
        "gate",
        "A reason not to revoke somebody: break-glass, administrator, guest, disabled, service-like, revoked already, and so on. All that apply are listed.",
    ),
    (
        "token-stale and unregistered",
        "Active people in scope whose label is token-stale and who are known not to be registered for the goal (--goal). Whose registration is unknown is not among them.",
    ),
    (
        "active people in scope",
        "Human members: no guests, no services, nobody on the break-glass or an exclusion list; not disabled, and with a successful use within A days.",
    ),
    (
        "active people known to be unregistered",
        "Of the active people in scope those whom a registration report lists without a method for the goal, and whom no later event shows to have registered.",
    ),
    ("on the target list", "Token-stale, known to be unregistered for the goal, and held back by no gate."),
    ("people known", "Everybody whom any of the inputs names, guests, services and disabled accounts among them."),
    ("target", "Token-stale, known to be unregistered for the goal, and no gate."),
    (
        "K0 to K3",
        "Evidence that a browser stays signed in: none; the page was shown; a session outlived a day of silence; a policy says so.",
    ),
    (
        "revocation",
        "Graph revokeSignInSessions and its kin. Kills refresh tokens and session cookies everywhere, connectors included; a Windows logon may mint a new token without a page.",
    ),
];
