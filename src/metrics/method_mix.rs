//! Method mix: which methods people have registered, and who depends on SMS or voice alone.
//!
//! Definition. People per registered method; somebody with three methods counts in three. Exposed: people whose only
//! methods that count for MFA are SMS or voice. Microsoft-provided SMS and voice end on 2027-02-01; whoever has nothing else
//! must then register a passkey at sign-in, and the token-stale among them see that page last: `sms_voice_exposed` is the list
//! for that deadline, with the days left and what to do for each. Tied to one computer: people
//! whose every MFA method is Windows Hello or its like, so that they cannot do MFA on a foreign device (`portable_method` is
//! false). Which methods count as phishing-resistant is --pr-profile's: full (Microsoft's ranking, SYSP) or strict (ZTA).
//!
//! Denominator. People in scope whose list of methods is known.
//!
//! Caveats. Methods that registration reports lost (`System.Object[]`) are unknown, not none. A temporary access pass
//! never counts. Unknown method names are shown as they are.
//!
//! Source. semantics.md §7.2, §5.2 (SMSV), (SYSP), (ZTA).

use std::collections::BTreeMap;

use super::{Judged, Metric, count, heading, people, stat};
use crate::judge::nudge::{Blocker, Nudge, Reach};
use crate::judge::{Label, Verdict};
use crate::model::settings::Thresholds;
use crate::model::tables::Tables;
use crate::model::time::{Day, Instant};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Table, Tone};

/// The metric.
pub(super) struct MethodMix;

const COLUMNS: &[Column] = &[
    Column::new("method", ColumnKind::Text, "Method as the report names it"),
    Column::new("people", ColumnKind::Integer, "People who registered it").unit("people"),
    Column::new("share", ColumnKind::Real, "Share of the people whose methods are known"),
    Column::new(
        "strength",
        ColumnKind::Text,
        "phishing_resistant, passwordless, mfa, phone (MFA, ends 2027-02-01), weak or unknown",
    ),
];

const EXPOSED: &[Column] = &[
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("user_principal_name", ColumnKind::Text, "UPN"),
    Column::new("methods", ColumnKind::Text, "Methods, joined with |"),
    Column::new("label", ColumnKind::Text, "Label"),
    Column::new("token_stale", ColumnKind::Boolean, "Lives on tokens: sees the deadline's page last"),
    Column::new("department", ColumnKind::Text, "Department"),
    Column::new("days_left", ColumnKind::Integer, "From the as-of instant to 2027-02-01; below zero = since then")
        .unit("days"),
    Column::new("staleness_min_days", ColumnKind::Integer, "At no page for at least this long").unit("days"),
    Column::new("staleness_max_days", ColumnKind::Integer, "And at most this long; empty = open").unit("days"),
    Column::new(
        "action",
        ColumnKind::Text,
        "bring_back, help, nudge, message, move_client, unblock, look_again, prepare_return or none",
    ),
    Column::new("reason", ColumnKind::Text, "Why that action"),
    Column::new("confidence", ColumnKind::Text, "high, medium or low"),
];

/// The day on which Microsoft-provided SMS and voice end (SMSV).
const DEADLINE: (i32, u32, u32) = (2027, 2, 1);

/// Put off so often, a nudge by itself does not help.
const SNOOZED: u64 = 3;

impl Metric for MethodMix {
    fn id(&self) -> &'static str {
        "method_mix"
    }
    fn definition(&self) -> &'static str {
        heading(include_str!("method_mix.rs"))
    }
    fn tables(&self) -> Vec<(&'static str, &'static str, Vec<Column>)> {
        vec![
            ("method_mix", "Methods registered", COLUMNS.to_vec()),
            ("sms_voice_exposed", "People who depend on SMS or voice alone", EXPOSED.to_vec()),
        ]
    }
    fn measure(&self, judged: Judged<'_>) -> Finding {
        let known: Vec<&Verdict> = judged.in_scope().filter(|v| v.registration.methods.is_some()).collect();
        let whole = known.len() as u64;
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for method in known.iter().filter_map(|v| v.registration.methods.as_ref()).flatten() {
            *counts.entry(method).or_default() += 1;
        }
        let mut ranked: Vec<(&str, u64)> = counts.into_iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let tables: &Tables = &judged.frame.thresholds.tables;
        let exposed: Vec<(&Verdict, &Nudge)> = known.iter().filter_map(|v| Some((*v, v.nudge.as_deref()?))).collect();
        let stale = count(exposed.iter().filter(|(v, _)| v.label == Label::TokenStale));
        let left = days_left(judged.frame.t);
        let resistant = count(known.iter().filter(|v| v.registration.phishing_resistant == Some(true)));
        let tied = count(known.iter().filter(|v| is_tied(v, tables)));
        let settings = &judged.frame.thresholds;
        Finding {
            id: self.id(),
            title: format!(
                "{} of {whole} people depend on SMS or voice, which {} on 2027-02-01",
                exposed.len(),
                if left > 0 { "end" } else { "ended" }
            ),
            lead: format!(
                "{} {} of them live on tokens and see the deadline's page last. {} hold a phishing-resistant method.",
                if left > 0 { format!("{left} days are left.") } else { format!("That was {} days ago.", -left) },
                people(stale),
                resistant
            ),
            definition: self.definition(),
            stats: vec![
                stat(
                    "sms_voice_only",
                    "SMS or voice only",
                    (exposed.len() as u64, whole),
                    "people whose methods are known",
                ),
                stat(
                    "sms_voice_token_stale",
                    "of those, token-stale",
                    (stale, exposed.len() as u64),
                    "people with SMS or voice only",
                ),
                stat("phishing_resistant", "phishing-resistant", (resistant, whole), "people whose methods are known"),
                stat(
                    "tied_to_one_computer",
                    "with MFA on their own computer only",
                    (tied, whole),
                    "people whose methods are known",
                ),
            ],
            figures: vec![figure(&ranked, whole, settings), deadline(&exposed, whole, left)],
            tables: vec![mix(&ranked, whole, settings), exposed_table(&exposed, left)],
            caveats: Vec::new(),
        }
    }
}

/// Whole days from T to the day SMS and voice end.
fn days_left(t: Instant) -> i64 {
    let (year, month, day) = DEADLINE;
    Day::from_ymd(year, month, day).map_or(0, |d| d.start().whole_days_since(t))
}

/// What to do for somebody before the deadline: a word, and why.
fn action(verdict: &Verdict, nudge: &Nudge) -> (&'static str, &'static str) {
    match (verdict.label, nudge.reach, nudge.blocker) {
        (Label::Disabled, ..) => ("none", "the account is disabled"),
        (_, _, Some(Blocker::Suppressed(_))) => {
            ("unblock", "registering was blocked: let this person register from where they are, or help in person")
        }
        (_, _, Some(Blocker::Inactive)) => (
            "prepare_return",
            "not active: at the first sign-in after the deadline the page blocks until a passkey is registered",
        ),
        (Label::TokenStale, ..) => (
            "bring_back",
            "lives on tokens and sees no campaign: scope the campaign, then end the sessions in a wave (`kmsift targets --goal app`), or send aka.ms/mysecurityinfo",
        ),
        (Label::LogonOnly, ..) => (
            "message",
            "signs in to Windows only, where no page can be shown: send aka.ms/mysecurityinfo, or set up Windows Hello",
        ),
        (Label::LegacyOnly, ..) => {
            ("move_client", "uses legacy clients only, where no page can be shown: move to a modern client first")
        }
        (_, Reach::Nudged, _) if nudge.snoozes >= SNOOZED => {
            ("help", "was shown the campaign's page and put it off again and again: help in person, or let it demand")
        }
        (_, Reach::Nudged | Reach::Reachable, _) => {
            ("nudge", "signs in at a page: the registration campaign comes by itself where MFA is asked")
        }
        (_, Reach::Unreachable | Reach::Undetermined, _) => (
            "look_again",
            "the logs cannot tell whether a page is seen: scope the campaign, and look again with longer logs",
        ),
    }
}

/// How sure it is that the action fits.
fn confidence(verdict: &Verdict, nudge: &Nudge) -> &'static str {
    match nudge.blocker {
        Some(Blocker::Interaction | Blocker::Surface) => verdict.confidence(),
        Some(Blocker::Suppressed(_) | Blocker::Inactive) => "high",
        Some(Blocker::NoSuccess | Blocker::Coverage) | None => nudge.reach.confidence(),
    }
}

/// Registered for MFA, and with nothing that works on a foreign device.
fn is_tied(verdict: &Verdict, tables: &Tables) -> bool {
    let some = verdict.registration.methods.iter().flatten().any(|m| tables.strength(m).is_some_and(|s| s.mfa));
    some && verdict.registration.portable_method == Some(false)
}

fn class(method: &str, settings: &Thresholds) -> (&'static str, Tone) {
    match settings.tables.strength(method) {
        None => ("unknown", Tone::Unknown),
        Some(s) if s.resists(settings.pr_profile) => ("phishing_resistant", Tone::Good),
        Some(s) if s.passwordless => ("passwordless", Tone::Good),
        Some(s) if s.phone => ("phone", Tone::Bad),
        Some(s) if s.mfa => ("mfa", Tone::Neutral),
        Some(_) => ("weak", Tone::Warn),
    }
}

fn mix(ranked: &[(&str, u64)], whole: u64, settings: &Thresholds) -> Table {
    let mut table = Table::new("method_mix", "Methods registered", COLUMNS);
    for (method, n) in ranked {
        let share = Cell::share(Share::new(*n, whole).fraction());
        table.rows.push(vec![Cell::text(*method), Cell::count(*n), share, Cell::text(class(method, settings).0)]);
    }
    table
}

fn exposed_table(exposed: &[(&Verdict, &Nudge)], left: i64) -> Table {
    let mut table = Table::new("sms_voice_exposed", "People who depend on SMS or voice alone", EXPOSED);
    for (verdict, nudge) in exposed {
        let methods = verdict.registration.methods.iter().flatten().cloned().collect::<Vec<_>>().join("|");
        let (action, reason) = action(verdict, nudge);
        table.rows.push(vec![
            Cell::text(verdict.id.to_string()),
            Cell::text(&verdict.upn),
            Cell::text(methods),
            Cell::text(verdict.label.name()),
            Cell::Boolean(verdict.label == Label::TokenStale),
            Cell::text(&verdict.home.department),
            Cell::Integer(left),
            Cell::Integer(verdict.bounds.min_days),
            Cell::integer(verdict.bounds.max_days),
            Cell::text(action),
            Cell::text(reason),
            Cell::text(confidence(verdict, nudge)),
        ]);
    }
    table
}

fn figure(ranked: &[(&str, u64)], whole: u64, settings: &Thresholds) -> Figure {
    let parts: Vec<String> = ranked.iter().map(|(m, n)| format!("{m} {n}")).collect();
    Figure {
        id: "method_mix",
        title: match ranked.first() {
            Some((method, n)) => format!("The most common method is {method}: {n} of {whole} people"),
            None => "No registered methods are known".to_owned(),
        },
        axis: format!(
            "people, of {whole} people in scope whose methods are known; one person may count in several bars"
        ),
        alt: format!(
            "Bars of registered methods: {}.",
            if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
        ),
        shape: Shape::Bars(
            ranked.iter().map(|(m, n)| Bar { label: (*m).to_owned(), count: *n, tone: class(m, settings).1 }).collect(),
        )
        .or("No report names anybody's methods."),
    }
}

/// What a bar of the deadline says, and its tone, by the word of [`action`].
const TODO: [(&str, &str, Tone); 9] = [
    ("bring_back", "lives on tokens: bring back", Tone::Bad),
    ("unblock", "registering is blocked: unblock", Tone::Bad),
    ("message", "Windows logon only: message", Tone::Warn),
    ("move_client", "legacy clients only: move", Tone::Warn),
    ("help", "put it off again and again: help", Tone::Warn),
    ("prepare_return", "inactive: prepare the return", Tone::Warn),
    ("nudge", "at a page: the campaign comes by itself", Tone::Good),
    ("look_again", "the logs cannot tell: look again", Tone::Unknown),
    ("none", "disabled: nothing", Tone::Neutral),
];

/// Whom the end of SMS and voice leaves without a method, by what is to be done.
fn deadline(exposed: &[(&Verdict, &Nudge)], whole: u64, left: i64) -> Figure {
    let many = |word: &str| count(exposed.iter().filter(|(v, n)| action(v, n).0 == word));
    let bars =
        TODO.iter().map(|(word, words, tone)| Bar { label: (*words).to_owned(), count: many(word), tone: *tone });
    let bars: Vec<Bar> = bars.filter(|b| b.count > 0).collect();
    let all = exposed.len();
    let said: Vec<String> = bars.iter().map(|b| format!("{} {}", b.label, b.count)).collect();
    let when = if left > 0 { format!("{left} days before") } else { format!("{} days after", -left) };
    Figure {
        id: "sms_voice_deadline",
        title: match whole {
            0 => "Nobody's methods are known, so who depends on SMS and voice is not known either".to_owned(),
            _ => format!("{when} SMS and voice end on 2027-02-01, {all} of {whole} people have no other method"),
        },
        axis: format!("people, of {all} with SMS or voice only; by where they stand and what to do"),
        alt: format!("Bars: {}.", if said.is_empty() { "nobody".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(bars).or("Nobody whose methods are known has SMS or voice alone."),
    }
}
