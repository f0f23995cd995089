//! Portal audit CSV: 86 columns, no event id, at most three targets with five properties each.

use super::audit_json::{category, change_texts, detail_pairs};
use super::dice::guid_text;
use super::event::{Actor, Audit};
use super::portal::{BOM, Line};
use super::world::World;

const AUDIT: &[&str] = &[
    "Date (UTC)",
    "CorrelationId",
    "Service",
    "Category",
    "Activity",
    "Result",
    "ResultReason",
    "User Agent",
    "ActorType",
    "ActorDisplayName",
    "ActorObjectId",
    "ActorUserPrincipalName",
    "IPAddress",
    "ActorHomeTenantId",
    "ActorHomeTenantName",
    "ActorServicePrincipalId",
    "ActorServicePrincipalName",
];

/// Header of the audit export.
pub(super) fn put_audit_header(buf: &mut Vec<u8>) {
    buf.extend_from_slice(BOM);
    let mut line = Line { buf };
    for name in AUDIT {
        line.plain(name);
    }
    for n in 1..=3 {
        for part in ["Type", "DisplayName", "ObjectId", "UserPrincipalName"] {
            line.plain(&format!("Target{n}{part}"));
        }
        for m in 1..=5 {
            for part in ["Name", "OldValue", "NewValue"] {
                line.plain(&format!("Target{n}ModifiedProperty{m}{part}"));
            }
        }
    }
    for k in 1..=6 {
        line.plain(&format!("AdditionalDetail{k}Key"));
        line.plain(&format!("AdditionalDetail{k}Value"));
    }
    line.end();
}

/// One audit row.
pub(super) fn put_audit(buf: &mut Vec<u8>, world: &World, row: &Audit) {
    let mut line = Line { buf };
    line.instant(row.t);
    line.guid(row.flow);
    line.plain(row.activity.service);
    line.plain(category(row));
    line.plain(row.activity.name);
    line.plain(if row.ok { "success" } else { "failure" });
    line.plain(row.reason);
    line.blank(1);
    match row.actor {
        Actor::User(index) => {
            let actor = &world.people[index];
            line.plain("User");
            line.plain(&actor.display_csv);
            line.guid(actor.id);
            line.plain(&actor.log_upn);
            line.plain("203.0.113.9");
            line.blank(4);
        }
        Actor::App(name) => {
            line.plain("Application");
            line.plain(name);
            line.blank(5);
            line.plain("2edd2c40-c67c-46dc-8a62-31c4c9715300");
            line.plain(name);
        }
    }
    put_target(&mut line, world, row);
    line.blank(38);
    let pairs = detail_pairs(row);
    for (name, value) in &pairs {
        line.plain(name);
        line.text(value);
    }
    line.blank(12 - 2 * pairs.len());
    line.end();
}

fn put_target(line: &mut Line<'_>, world: &World, row: &Audit) {
    let Some(person) = row.target.and_then(|index| world.people.get(index)) else {
        line.blank(19);
        return;
    };
    line.plain("User");
    line.plain(&person.display_csv);
    line.plain(&guid_text(person.id));
    line.text(person.log_upn_at(world, row.t));
    let change = change_texts(world, row);
    let cells = usize::from(change.is_some()) * 3;
    for text in change.iter().flatten() {
        line.text(text);
    }
    line.blank(15 - cells);
}
