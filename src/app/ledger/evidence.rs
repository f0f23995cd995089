//! Evidence for `explain` out of a ledger: instants, no rows.

use crate::facts::{Facts, MomentKind, Person};
use crate::ingest::Watch;
use crate::ingest::evidence::{Evidence, RowKind};
use crate::model::ids::Id;
use crate::model::sign_in::Channel;

/// What a ledger knows of somebody, as far as evidence goes: instants, no rows (rulings.md 31).
pub(super) fn evidence(name: &str, facts: &Facts, watch: &Watch) -> Vec<Evidence> {
    let parts = facts.parts();
    let wanted = |id: &Id, p: &Person| watch.ids.contains(id) || watch.upns.iter().any(|u| p.upns.contains(u.as_str()));
    let mut out = Vec::new();
    for (number, (_, person)) in (0_u32..).zip(&parts.people).filter(|(_, (id, p))| wanted(id, p)) {
        let note = |at, kind, what| Evidence { at, file: name.to_owned(), line: 0, kind, what };
        let from = parts.activity.partition_point(|(user, _, _)| *user < number);
        for (_, channel, span) in parts.activity[from..].iter().take_while(|(user, _, _)| *user == number) {
            let Some(channel) = parts.channels.get(*channel as usize) else { continue };
            let kind = if channel.interactive { RowKind::Interactive } else { RowKind::NonInteractive };
            let words = channel_words(channel, facts);
            let ends = [(span.last(), "last"), (span.first(), "first")];
            for (at, which) in ends.iter().take(1 + usize::from(span.first() != span.last())) {
                out.push(note(Some(*at), kind, format!("{which} {words}, on {} days", span.days().len())));
            }
        }
        out.extend(person.moments.iter().map(|m| match &m.kind {
            MomentKind::SignIn { code, surface } => {
                let kind = if *surface { RowKind::Interactive } else { RowKind::NonInteractive };
                note(Some(m.at), kind, format!("sign-in, code {code}"))
            }
            MomentKind::Audit { activity, actor, success, .. } => {
                let result = if *success { "success" } else { "failure" };
                note(Some(m.at), RowKind::Audit, format!("audit {activity:?} by {}, {result}", actor.words()))
            }
        }));
        if person.account.listed {
            let attempt = person.account.last_sign_in.map_or_else(|| "unknown".to_owned(), |at| at.to_string());
            out.push(note(None, RowKind::Account, format!("user exports: last sign-in attempt {attempt}")));
        }
        out.extend(person.registration.values().map(|r| {
            let methods = r
                .methods
                .as_ref()
                .map_or_else(|| "unknown".to_owned(), |m| m.value.iter().cloned().collect::<Vec<_>>().join("|"));
            note(r.at, RowKind::Registration, format!("registration report: methods {methods}"))
        }));
    }
    out
}

fn channel_words(channel: &Channel, facts: &Facts) -> String {
    let kind = if channel.interactive { "interactive" } else { "non-interactive" };
    let app = channel.app.as_ref().map_or_else(|| "an unnamed app".to_owned(), |app| facts.app_label(app));
    format!("{kind} sign-in, code {}, {app}, {}", channel.code, channel.client.name())
}
