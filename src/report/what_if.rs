//! What would change a verdict, in sentences: which evidence, setting or passing of time (rulings.md 1–6, 31).

use crate::judge::{Flag, Frame, Label, Stale, Verdict};

/// Everything that would turn the verdict, the label or the place on the list, most telling first.
#[must_use]
pub(super) fn what_if(v: &Verdict, frame: &Frame) -> Vec<String> {
    let mut out = match v.stale {
        Stale::Stale => stale(v, frame),
        Stale::NotStale => not_stale(v, frame),
        Stale::Undetermined => undetermined(v, frame),
    };
    if !v.active && v.enabled != Some(false) {
        out.push(format!("A successful use at {} or later would make this person active.", frame.active_since()));
    }
    if v.registration.goal_registered.is_none() {
        out.push(
            "A registration report that lists this person would say whether anything is left to register.".to_owned(),
        );
    }
    if v.label == Label::ServiceLike {
        out.push(
            "Were this a person, an exported user list with a recorded interactive sign-in would show it.".to_owned(),
        );
    }
    out
}

fn stale(v: &Verdict, frame: &Frame) -> Vec<String> {
    let mut out = vec![format!(
        "A sign-in at a page, or an own act on the security-info page, later than {} would make it not_stale.",
        frame.stale_since()
    )];
    let least = v.bounds.min_days + 1;
    out.push(match v.bounds.max_days {
        Some(max) if max == v.bounds.min_days => format!("With --stale-days {least} or more it would be not_stale."),
        Some(max) => {
            format!("With --stale-days {least} or more it would be undetermined, with {} or more not_stale.", max + 1)
        }
        None => format!("With --stale-days {least} or more it would be undetermined."),
    });
    out
}

fn not_stale(v: &Verdict, frame: &Frame) -> Vec<String> {
    let days = frame.thresholds.stale_days;
    let (first, last) =
        (v.bounds.upper.plus_days(days), v.bounds.lower.get().unwrap_or(v.bounds.upper).plus_days(days));
    let when = if first == last { format!("on {last}") } else { format!("between {last} and {first}") };
    let mut out = vec![format!("It turns stale {when}, unless this person is at a page before.")];
    if v.bounds.min_days > 0 {
        out.push(format!("With --stale-days {} or less it would be stale now.", v.bounds.min_days));
    }
    out
}

fn undetermined(v: &Verdict, frame: &Frame) -> Vec<String> {
    let since = frame.stale_since();
    let has = |flag| v.flags.contains(flag);
    let mut out = Vec::new();
    if has(Flag::Unsettled)
        && let Some(at) = v.clocks().unsettled
    {
        out.push(format!("An export made a day or more after {at} would say whether a fresh factor was given then."));
    }
    if has(Flag::SiRecentUnexplained)
        && let Some(at) = v.last_attempt.get()
    {
        out.push(format!(
            "The unfiltered interactive log around {at} would show what that recorded attempt was: at a page, it is \
             not_stale; failed or silent, it is stale."
        ));
    }
    if has(Flag::Gap) {
        out.push("The interactive log of the gaps that `kmsift check` names would close the interval.".to_owned());
    }
    if !frame.reaches_t() {
        out.push(format!("An interactive log that reaches {} would close the interval.", frame.t));
    }
    match frame.last_interactive() {
        Some(w) if w.from > since => out.push(format!(
            "The interactive log from {since} on (this one begins at {}) would settle it: a page seen makes it not_stale, \
             none makes it stale.",
            w.from
        )),
        None => out.push(format!("The interactive log from {since} on would settle it.")),
        Some(_) => {}
    }
    if v.last_attempt.get().is_none() {
        out.push(format!(
            "The user list with signInActivity: a lastSignInDateTime of {since} or earlier would make it stale."
        ));
    }
    out.extend(narrower(v));
    out
}

/// The thresholds at which the interval would lie on one side.
fn narrower(v: &Verdict) -> Vec<String> {
    let mut out = Vec::new();
    if v.bounds.min_days > 0 {
        out.push(format!("With --stale-days {} or less it would be stale.", v.bounds.min_days));
    }
    if let Some(max) = v.bounds.max_days {
        out.push(format!("With --stale-days {} or more it would be not_stale.", max + 1));
    }
    out
}
