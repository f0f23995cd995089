//! Sign-in rows as Microsoft Graph and Azure Monitor write them.

use super::clock::{put_instant, put_number};
use super::dice::{mix, put_guid, put_token};
use super::event::{Client, Incoming, Proof, SignIn, failure_text};
use super::names::{APPS, FIRST_PARTY, GEARS, GUEST_HOME, PLACES, TENANT};
use super::people::Archetype;
use super::text::{put, put_json};
use super::world::World;

/// Which of the two dialects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Graph: whole seconds and `Z`.
    Graph,
    /// Azure Monitor: seven digits and an offset.
    Monitor,
}

/// `,"name":`.
pub(super) fn key(buf: &mut Vec<u8>, name: &str) {
    buf.push(b',');
    buf.push(b'"');
    put(buf, name);
    buf.extend_from_slice(b"\":");
}

/// A string member.
pub(super) fn string(buf: &mut Vec<u8>, name: &str, value: &str) {
    key(buf, name);
    put_json(buf, value);
}

/// A GUID member.
pub(super) fn guid(buf: &mut Vec<u8>, name: &str, id: u128) {
    key(buf, name);
    buf.push(b'"');
    put_guid(buf, id);
    buf.push(b'"');
}

/// Seven digits of fraction.
pub(super) fn fraction(id: u128) -> i64 {
    i64::try_from(id % 10_000_000).unwrap_or(0)
}

/// An instant, quoted, in the dialect.
pub(super) fn instant(buf: &mut Vec<u8>, t: i64, id: u128, dialect: Dialect) {
    buf.push(b'"');
    put_instant(buf, t);
    if dialect == Dialect::Monitor {
        buf.push(b'.');
        put_number(buf, fraction(id), 7);
        put(buf, "+00:00\"");
    } else {
        put(buf, "Z\"");
    }
}

/// The last octet of a row's address.
pub(super) fn host(row: &SignIn) -> i64 {
    let home = mix(u64::try_from(row.user).unwrap_or(0), u64::try_from(row.place).unwrap_or(0));
    10 + i64::try_from(home % 200).unwrap_or(0)
}

/// `clientAppUsed`.
pub(super) fn client_name(client: Client) -> &'static str {
    match client {
        Client::Browser => "Browser",
        Client::Modern | Client::Ropc => "Mobile Apps and Desktop clients",
        Client::Imap => "IMAP4",
    }
}

/// `incomingTokenType`.
pub(super) fn incoming_name(incoming: Incoming) -> &'static str {
    match incoming {
        Incoming::None => "none",
        Incoming::Refresh => "refreshToken",
        Incoming::Primary => "primaryRefreshToken",
    }
}

/// Steps: method, detail, succeeded, result, requirement.
pub(super) type Step = (&'static str, &'static str, bool, &'static str, &'static str);

const PASSWORD: Step = ("Password", "Password in the cloud", true, "Correct password", "Primary authentication");

/// The authentication steps of a row.
pub(super) fn steps(proof: Proof) -> &'static [Step] {
    match proof {
        Proof::None => &[],
        Proof::Password => &[PASSWORD],
        Proof::WrongPassword => &[(
            "Password",
            "Password in the cloud",
            false,
            "Invalid username or password or Invalid on-premise username or password.",
            "Primary authentication",
        )],
        Proof::Sms => &[PASSWORD, ("Text message", "+XX XXXXXXXX45", true, "MFA completed in Azure AD", "")],
        Proof::Push => &[PASSWORD, ("Mobile app notification", "", true, "MFA completed in Azure AD", "")],
        Proof::Claim => &[(
            "Previously satisfied",
            "",
            true,
            "First factor requirement satisfied by claim in the token",
            "Primary authentication",
        )],
        Proof::Passkey => {
            &[("Passkey (device-bound)", "", true, "MFA completed in Azure AD", "Primary authentication")]
        }
    }
}

fn put_steps(buf: &mut Vec<u8>, row: &SignIn, dialect: Dialect) {
    key(buf, "authenticationDetails");
    buf.push(b'[');
    for (n, (method, detail, ok, result, requirement)) in steps(row.proof).iter().enumerate() {
        put(buf, if n == 0 { "{\"authenticationStepDateTime\":" } else { ",{\"authenticationStepDateTime\":" });
        instant(buf, row.t, row.id, dialect);
        string(buf, "authenticationMethod", method);
        string(buf, "authenticationMethodDetail", detail);
        put(buf, if *ok { ",\"succeeded\":true" } else { ",\"succeeded\":false" });
        string(buf, "authenticationStepResultDetail", result);
        string(buf, "authenticationStepRequirement", requirement);
        put(buf, if dialect == Dialect::Monitor { ",\"StatusSequence\":0,\"RequestSequence\":0}" } else { "}" });
    }
    buf.push(b']');
}

fn put_client(buf: &mut Vec<u8>, row: &SignIn) {
    let (gear, place) = (&GEARS[row.gear], &PLACES[row.place]);
    key(buf, "ipAddress");
    buf.push(b'"');
    put(buf, place.net);
    put_number(buf, host(row), 1);
    buf.push(b'"');
    string(buf, "clientAppUsed", client_name(row.client));
    string(buf, "userAgent", gear.agent);
    put(buf, ",\"deviceDetail\":{\"deviceId\":\"");
    let joined = !gear.trust.is_empty();
    if joined {
        put_guid(buf, super::dice::guid(u64::try_from(row.user).unwrap_or(0), 99));
    }
    put(buf, "\",\"displayName\":\"\"");
    string(buf, "operatingSystem", gear.os);
    string(buf, "browser", gear.browser);
    put(
        buf,
        if joined { ",\"isCompliant\":true,\"isManaged\":true" } else { ",\"isCompliant\":false,\"isManaged\":false" },
    );
    string(buf, "trustType", gear.trust);
    put(buf, "},\"location\":{\"city\":");
    put_json(buf, place.city);
    string(buf, "state", place.state);
    string(buf, "countryOrRegion", place.country);
    put(buf, ",\"geoCoordinates\":{}},\"autonomousSystemNumber\":");
    put_number(buf, place.asn, 1);
}

fn put_outcome(buf: &mut Vec<u8>, row: &SignIn, dialect: Dialect) {
    put(buf, ",\"status\":{\"errorCode\":");
    put_number(buf, i64::from(row.code), 1);
    if row.code != 0 || dialect == Dialect::Graph {
        string(buf, "failureReason", failure_text(row.code));
    }
    let details = if row.multi() && row.code == 0 { "MFA completed in Azure AD" } else { "" };
    string(buf, "additionalDetails", details);
    buf.push(b'}');
    string(buf, "conditionalAccessStatus", if row.code == 0 { "success" } else { "notApplied" });
    put(buf, ",\"appliedConditionalAccessPolicies\":[]");
    string(
        buf,
        "authenticationRequirement",
        if row.multi() { "multiFactorAuthentication" } else { "singleFactorAuthentication" },
    );
    put(
        buf,
        match row.code {
            50_079 => {
                ",\"authenticationRequirementPolicies\":[{\"requirementProvider\":\"mfaRegistrationRequiredByMultiConditionalAccess\",\"detail\":\"Conditional Access\"}]"
            }
            _ => ",\"authenticationRequirementPolicies\":[]",
        },
    );
    put(
        buf,
        match row.code {
            70_043 => {
                ",\"sessionLifetimePolicies\":[{\"expirationRequirement\":\"signInFrequencyPeriodicReauthentication\",\"detail\":\"Sign-in frequency\"}]"
            }
            _ => ",\"sessionLifetimePolicies\":[]",
        },
    );
}

/// What every row here says alike.
const USUAL: &str = concat!(
    ",\"tokenIssuerType\":\"AzureAD\",\"riskDetail\":\"none\",\"riskLevelAggregated\":\"none\",\"riskLevelDuringSignIn\":\"none\",",
    "\"riskState\":\"none\",\"riskEventTypes_v2\":[],\"originalTransferMethod\":\"none\",\"clientCredentialType\":\"none\",",
    "\"flaggedForReview\":false"
);

fn put_kind(buf: &mut Vec<u8>, row: &SignIn, (guest, dialect): (bool, Dialect)) {
    put(buf, if row.interactive { ",\"isInteractive\":true" } else { ",\"isInteractive\":false" });
    if dialect == Dialect::Graph {
        put(
            buf,
            if row.interactive {
                ",\"signInEventTypes\":[\"interactiveUser\"]"
            } else {
                ",\"signInEventTypes\":[\"nonInteractiveUser\"]"
            },
        );
    }
    string(
        buf,
        "userType",
        match (guest, dialect) {
            (true, Dialect::Graph) => "guest",
            (true, Dialect::Monitor) => "Guest",
            (false, Dialect::Graph) => "member",
            (false, Dialect::Monitor) => "Member",
        },
    );
}

fn put_tenants(buf: &mut Vec<u8>, row: &SignIn, guest: bool) {
    let app = &APPS[row.app];
    string(buf, "resourceDisplayName", app.resource);
    string(buf, "resourceId", app.resource_id);
    string(buf, "resourceTenantId", TENANT);
    string(buf, "homeTenantId", if guest { GUEST_HOME } else { TENANT });
    let crossing = if guest { "b2bCollaboration" } else { "none" };
    string(buf, "crossTenantAccessType", crossing);
    string(buf, "appOwnerTenantId", FIRST_PARTY);
    string(buf, "resourceOwnerTenantId", FIRST_PARTY);
}

/// One signIn object.
pub(super) fn put_signin(buf: &mut Vec<u8>, world: &World, row: &SignIn, dialect: Dialect) {
    let (person, app) = (&world.people[row.user], &APPS[row.app]);
    let guest = person.kind == Archetype::Guest;
    put(buf, "{\"id\":\"");
    put_guid(buf, row.id);
    put(buf, "\",\"createdDateTime\":");
    instant(buf, row.t, row.id, dialect);
    put(buf, ",\"userDisplayName\":\"");
    put(buf, &person.display_json);
    buf.push(b'"');
    string(buf, "userPrincipalName", person.log_upn_at(world, row.t));
    guid(buf, "userId", person.id);
    string(buf, "appId", app.id);
    string(buf, "appDisplayName", app.name);
    put_client(buf, row);
    guid(buf, "correlationId", row.flow);
    guid(buf, "originalRequestId", row.id);
    put_outcome(buf, row, dialect);
    put_kind(buf, row, (guest, dialect));
    put(buf, USUAL);
    put(buf, ",\"processingTimeInMilliseconds\":");
    put_number(buf, 40 + fraction(row.id) % 200, 1);
    put_tenants(buf, row, guest);
    put_steps(buf, row, dialect);
    string(buf, "incomingTokenType", incoming_name(row.incoming));
    string(buf, "authenticationProtocol", if row.client == Client::Ropc { "ropc" } else { "none" });
    put(buf, ",\"uniqueTokenIdentifier\":\"");
    put_token(buf, row.id);
    buf.push(b'"');
    guid(buf, "sessionId", row.session);
    buf.push(b'}');
}
