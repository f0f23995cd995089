//! Audit rows as Microsoft Graph and Azure Monitor write them, and the texts the portal sheet shares with them.

use super::dice::{guid_text, put_guid};
use super::event::{Actor, Audit, Change};
use super::json::{Dialect, guid, instant, key, string};
use super::text::{json_string, put};
use super::world::World;

/// Old and new value of a change, in the JSON-in-a-string spelling, with the property's name.
pub(super) fn change_texts(world: &World, row: &Audit) -> Option<[String; 3]> {
    match row.change {
        Change::None | Change::Ceremony(..) => None,
        Change::ValidFrom(old, new) => Some([
            "StsRefreshTokensValidFrom".to_owned(),
            format!("[\"{}\"]", super::clock::instant(old)),
            format!("[\"{}\"]", super::clock::instant(new)),
        ]),
        Change::Property(name, old, new) => {
            Some([name.to_owned(), old.replace("\\\"", "\""), new.replace("\\\"", "\"")])
        }
        Change::Renamed => {
            let person = world.people.get(row.target?)?;
            let old = person.former_upn.clone().unwrap_or_default();
            Some(["UserPrincipalName".to_owned(), format!("[\"{old}\"]"), format!("[\"{}\"]", person.log_upn)])
        }
    }
}

/// The key and value pairs of a row's additional details.
pub(super) fn detail_pairs(row: &Audit) -> Vec<(&'static str, String)> {
    match row.change {
        Change::Ceremony(transaction, method) => {
            vec![("TransactionId", guid_text(transaction)), ("AuthenticationMethodType", method.to_owned())]
        }
        _ => vec![("UserType", "Member".to_owned())],
    }
}

/// One directoryAudit object.
pub(super) fn put_audit(buf: &mut Vec<u8>, world: &World, row: &Audit, dialect: Dialect) {
    put(buf, "{\"id\":\"");
    put(buf, row.activity.prefix);
    put_guid(buf, row.id);
    put(buf, "\",\"category\":\"");
    put(buf, category(row));
    put(buf, "\",\"activityDateTime\":");
    instant(buf, row.t, row.id, dialect);
    guid(buf, "correlationId", row.flow);
    string(buf, "result", if row.ok { "success" } else { "failure" });
    string(buf, "resultReason", row.reason);
    string(buf, "activityDisplayName", row.activity.name);
    string(buf, "loggedByService", row.activity.service);
    string(buf, "operationType", row.activity.operation);
    key(buf, "initiatedBy");
    match row.actor {
        Actor::User(index) => {
            let actor = &world.people[index];
            let id = guid_text(actor.id);
            put(
                buf,
                &format!(
                    "{{\"app\":null,\"user\":{{\"id\":\"{id}\",\"displayName\":\"{}\",\"userPrincipalName\":{},\"ipAddress\":\"203.0.113.9\",\"roles\":[]}}}}",
                    actor.display_json,
                    json_string(&actor.log_upn),
                ),
            );
        }
        Actor::App(name) => put(
            buf,
            &format!(
                "{{\"user\":null,\"app\":{{\"appId\":null,\"displayName\":{},\"servicePrincipalId\":\"2edd2c40-c67c-46dc-8a62-31c4c9715300\",\"servicePrincipalName\":null}}}}",
                json_string(name),
            ),
        ),
    }
    put_targets(buf, world, row);
    key(buf, "additionalDetails");
    let pairs: Vec<String> = detail_pairs(row)
        .iter()
        .map(|(name, value)| format!("{{\"key\":\"{name}\",\"value\":{}}}", json_string(value)))
        .collect();
    put(buf, &format!("[{}]}}", pairs.join(",")));
}

/// The audit category.
pub(super) fn category(row: &Audit) -> &'static str {
    match row.activity.service {
        "Conditional Access" => "Policy",
        "Entra Management UX" => "DirectoryManagement",
        _ => "UserManagement",
    }
}

fn put_targets(buf: &mut Vec<u8>, world: &World, row: &Audit) {
    key(buf, "targetResources");
    let Some(person) = row.target.and_then(|index| world.people.get(index)) else {
        put(buf, "[]");
        return;
    };
    let changes = change_texts(world, row).map_or_else(String::new, |[name, old, new]| {
        format!("{{\"displayName\":\"{name}\",\"oldValue\":{},\"newValue\":{}}}", json_string(&old), json_string(&new))
    });
    put(
        buf,
        &format!(
            "[{{\"id\":\"{}\",\"displayName\":\"{}\",\"type\":\"User\",\"userPrincipalName\":{},\"modifiedProperties\":[{changes}],\"administrativeUnits\":[]}}]",
            guid_text(person.id),
            person.display_json,
            json_string(person.log_upn_at(world, row.t)),
        ),
    );
}
