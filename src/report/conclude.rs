//! What the inputs can and cannot show, in sentences: first in the report, and the verdict of `check`.

use super::Conclusion;
use crate::facts::Dossiers;
use crate::judge::Frame;
use crate::model::sign_in::Stream;
use crate::model::time::Window;

/// A registration report older than this is said to be old, days.
const REPORT_TOO_OLD_DAYS: i64 = 7;

/// The sentences, limits after what was seen.
#[must_use]
pub fn conclusions(frame: &Frame) -> Vec<Conclusion> {
    let mut out = Vec::new();
    let mut say = |limits: bool, text: String| out.push(Conclusion { limits, text });
    for (stream, windows) in streams(frame) {
        match (windows.first(), windows.last()) {
            (Some(first), Some(last)) => say(false, seen(stream, *first, *last)),
            _ => say(true, format!("There is no {} log: {}", stream.name(), missing(stream))),
        }
        if stream == Stream::Audit && windows.len() > 1 {
            say(
                true,
                format!(
                    "The audit log is silent for more than {} hours {}: usual in a small tenant, and what a missing export looks like",
                    frame.thresholds.gap_hours,
                    match windows.len() - 1 {
                        1 => "once".to_owned(),
                        times => format!("{times} times"),
                    }
                ),
            );
            continue;
        }
        for pair in windows.windows(2) {
            say(
                true,
                format!(
                    "The {} log is silent from {} to {}: what happened then is unknown",
                    stream.name(),
                    pair[0].to,
                    pair[1].from
                ),
            );
        }
    }
    out.extend(reach(frame));
    let mut say = |limits: bool, text: String| out.push(Conclusion { limits, text });
    if !frame.has_users {
        say(true, "There is no user list: accounts without any row are not known, and enabled, department and last attempts are unknown".to_owned());
    }
    let old = frame.newest_report.map_or(0, |at| frame.t.whole_days_since(at));
    if old > REPORT_TOO_OLD_DAYS {
        say(
            true,
            format!(
                "The newest registration report is {old} days older than the as-of instant: who registered since is known only from the audit log"
            ),
        );
    }
    if !frame.has_registration {
        say(
            true,
            "There is no registration report: who is registered is unknown, so nobody can be put on a target list"
                .to_owned(),
        );
    }
    if frame.has_registration && !frame.states_roles {
        say(true, "No report says who holds a directory role: administrators are not kept off the target list unless --exclude names them".to_owned());
    }
    out.sort_by_key(|c| c.limits);
    out
}

/// Logs of several tenants: each is judged by the coverage of all, so nobody's verdict can be relied on.
#[must_use]
pub fn tenants(dossiers: &Dossiers) -> Option<Conclusion> {
    let tenants: Vec<String> = dossiers.tenants().iter().map(ToString::to_string).collect();
    let example = tenants.first()?;
    (tenants.len() > 1).then(|| Conclusion {
        limits: true,
        text: format!(
            "Logs of {} tenants are mixed ({}): people of one are judged by the coverage of the other; choose one with --tenant, such as --tenant {example}",
            tenants.len(),
            tenants.join(", ")
        ),
    })
}

/// Whether the interactive log is long enough and reaches T.
fn reach(frame: &Frame) -> Option<Conclusion> {
    let last = frame.last_interactive()?;
    let (covered, w) = (frame.t.whole_days_since(last.from), frame.thresholds.stale_days);
    let (limits, text) = if !frame.reaches_t() {
        (
            true,
            format!(
                "The interactive log ends at {}, before the as-of instant {}: sign-ins after it are unknown",
                last.to, frame.t
            ),
        )
    } else if covered < w {
        (
            true,
            format!(
                "The interactive log covers {covered} days without a gap, fewer than the {w} asked about: without signInActivity nobody can be called stale"
            ),
        )
    } else {
        (false, format!("The interactive log covers {covered} days without a gap, enough for the {w} asked about"))
    };
    Some(Conclusion { limits, text })
}

fn streams(frame: &Frame) -> [(Stream, &[Window]); 3] {
    [
        (Stream::Interactive, &frame.interactive),
        (Stream::NonInteractive, &frame.non_interactive),
        (Stream::Audit, &frame.audit),
    ]
}

fn seen(stream: Stream, first: Window, last: Window) -> String {
    format!("The {} log was seen from {} to {}", stream.name(), first.from, last.to)
}

fn missing(stream: Stream) -> &'static str {
    match stream {
        Stream::Interactive => "who was at a sign-in page is known only as far as signInActivity bounds it",
        Stream::NonInteractive => {
            "who lives on tokens is known only from recorded attempts, and by which app not at all"
        }
        Stream::Audit => "when people registered, and what a revocation did, cannot be told",
    }
}
