//! The exports about people: users (Graph and portal) and registration details (Graph, portal 2026, portal 2023).

use super::clock::{DAY, american, instant};
use super::dice::guid_text;
use super::names::PLACES;
use super::people::{Archetype as A, Person};
use super::text::{csv_minimal, json_string};
use super::truth::{Ledger, last_sign_in, last_silent};
use super::world::World;
use std::io::{Result, Write};

fn or_null(t: Option<i64>) -> String {
    t.map_or_else(|| "null".to_owned(), |t| format!("\"{}\"", instant(t)))
}

fn enabled(person: &Person) -> bool {
    person.kind != A::Disabled
}

fn guest(person: &Person) -> bool {
    person.kind == A::Guest
}

fn activity(world: &World, person: &Person, ledger: &Ledger) -> String {
    let tally = &ledger.tallies[person.index];
    let (last, silent) = (last_sign_in(world, person, tally), last_silent(world, person, tally));
    if last.is_none() && silent.is_none() {
        return "null".to_owned();
    }
    // Graph's way to say never.
    let last = last.map_or_else(|| "\"0001-01-01T00:00:00Z\"".to_owned(), |t| format!("\"{}\"", instant(t)));
    let success = tally.success.or(silent).or_else(|| last_sign_in(world, person, tally));
    format!(
        "{{\"lastSignInDateTime\":{last},\"lastNonInteractiveSignInDateTime\":{},\"lastSuccessfulSignInDateTime\":{}}}",
        or_null(silent),
        or_null(success)
    )
}

/// A Graph page of users.
pub(super) fn graph_users(world: &World, ledger: &Ledger, out: &mut dyn Write) -> Result<u64> {
    out.write_all(b"{\"@odata.context\":\"https://graph.microsoft.com/beta/$metadata#users\",\"value\":[")?;
    for person in &world.people {
        let comma = if person.index == 0 { "" } else { "," };
        let revoked = world.revoked_at(person);
        let password = if person.kind == A::PasswordReset { revoked } else { None }.unwrap_or(person.created);
        write!(
            out,
            "{comma}\n{{\"id\":\"{}\",\"userPrincipalName\":{},\"displayName\":\"{}\",\"accountEnabled\":{},\"userType\":\"{}\",\"createdDateTime\":\"{}\",\"department\":\"{}\",\"usageLocation\":\"{}\",\"onPremisesSyncEnabled\":null,\"signInSessionsValidFromDateTime\":\"{}\",\"lastPasswordChangeDateTime\":\"{}\",\"signInActivity\":{}}}",
            guid_text(person.id),
            json_string(&person.upn),
            person.display_json,
            enabled(person),
            if guest(person) { "Guest" } else { "Member" },
            instant(person.created),
            person.department,
            PLACES[person.place].country,
            instant(revoked.unwrap_or(person.created)),
            instant(password),
            activity(world, person, ledger),
        )?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(count(world.people.len()))
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// The portal user export, which escapes nothing a spreadsheet would run.
pub(super) fn portal_users(world: &World, out: &mut dyn Write) -> Result<u64> {
    out.write_all(b"userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephoneNumber,mobilePhone,alternateEmailAddress,ageGroup,consentProvidedForMinor,legalAgeGroupClassification,companyName,creationType,directorySynced,invitationState,identityIssuer,createdDateTime\r\n")?;
    for person in &world.people {
        let place = &PLACES[person.place];
        write!(
            out,
            "{},{},,{},,{},{},,{},{},{},,{},{},,{},,,,,,,,,{},,{},,{}\r\n",
            csv_minimal(&person.upn),
            csv_minimal(&person.display),
            csv_minimal(&person.log_upn),
            guid_text(person.id),
            if guest(person) { "Guest" } else { "Member" },
            person.department,
            if enabled(person) { "True" } else { "False" },
            place.country,
            place.state,
            place.country,
            place.city,
            if guest(person) { "Invitation" } else { "" },
            if guest(person) { "Accepted" } else { "" },
            american(person.created),
        )?;
    }
    Ok(count(world.people.len()))
}

fn method_list(methods: &[&str]) -> String {
    let quoted: Vec<String> = methods.iter().map(|method| format!("\"{method}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// A Graph page of userRegistrationDetails.
pub(super) fn graph_registration(world: &World, out: &mut dyn Write) -> Result<u64> {
    out.write_all(b"{\"@odata.context\":\"https://graph.microsoft.com/beta/$metadata#reports/authenticationMethods/userRegistrationDetails\",\"value\":[")?;
    let mut rows = 0;
    for person in world.people.iter().filter(|person| enabled(person)) {
        let has = world.registration(person, world.end);
        let sspr =
            has.methods.iter().any(|method| matches!(*method, "email" | "mobilePhone" | "microsoftAuthenticatorPush"));
        write!(
            out,
            "{}\n{{\"id\":\"{}\",\"userPrincipalName\":{},\"userDisplayName\":\"{}\",\"userType\":\"{}\",\"isAdmin\":{},\"isSsprRegistered\":{sspr},\"isSsprEnabled\":true,\"isSsprCapable\":{sspr},\"isMfaRegistered\":{},\"isMfaCapable\":{},\"isPasswordlessCapable\":{},\"methodsRegistered\":{},\"isSystemPreferredAuthenticationMethodEnabled\":true,\"systemPreferredAuthenticationMethods\":[],\"userPreferredMethodForSecondaryAuthentication\":\"none\",\"defaultMfaMethod\":\"{}\",\"lastUpdatedDateTime\":\"{}\"}}",
            if rows == 0 { "" } else { "," },
            guid_text(person.id),
            json_string(&person.upn),
            person.display_json,
            if guest(person) { "guest" } else { "member" },
            person.admin(),
            has.mfa(),
            has.capable(),
            has.passwordless(),
            method_list(has.methods),
            has.default_method(),
            instant(world.end - 7_200),
        )?;
        rows += 1;
    }
    out.write_all(b"\n]}\n")?;
    Ok(rows)
}

fn flag(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The portal's registration report of 2026: eight columns, no object id.
pub(super) fn portal_registration(world: &World, out: &mut dyn Write) -> Result<u64> {
    out.write_all(b"userPrincipalName,userDisplayName,isMfaCapable,isPasswordlessCapable,isSsprCapable,defaultMfaMethod,methodsRegistered,lastUpdatedDateTime\r\n")?;
    let mut rows = 0;
    let updated = instant(world.end - 7_200).replace('Z', ".918907Z");
    for person in world.people.iter().filter(|person| enabled(person)) {
        let has = world.registration(person, world.end);
        write!(
            out,
            "{},{},{},{},{},{},{},{updated}\r\n",
            csv_minimal(&person.upn),
            csv_minimal(&person.display),
            flag(has.capable()),
            flag(has.passwordless()),
            flag(!has.methods.is_empty()),
            has.default_method(),
            csv_minimal(&method_list(has.methods)),
        )?;
        rows += 1;
    }
    Ok(rows)
}

/// The same report thirty days before, under the 2023 header and the names of that day.
pub(super) fn portal_registration_then(world: &World, out: &mut dyn Write) -> Result<u64> {
    out.write_all(b"userPrincipalName,userDisplayName,mfaCapable,passwordlessCapable,ssprRegistered,ssprEnabled,ssprCapable,methodsRegistered,defaultMfaMethod,lastUpdatedDateTime\r\n")?;
    let then = world.end - 30 * DAY;
    let mut rows = 0;
    for person in
        world.people.iter().filter(|person| person.created < then && world.disabled_at(person).is_none_or(|t| then < t))
    {
        let has = world.registration(person, then);
        let upn = match &person.former_upn {
            Some(former) if then < world.renamed_at() => former,
            _ => &person.upn,
        };
        let sspr = flag(!has.methods.is_empty());
        write!(
            out,
            "{},{},{},{},{sspr},True,{sspr},{},{},{}\r\n",
            csv_minimal(upn),
            csv_minimal(&person.display),
            flag(has.capable()),
            flag(has.passwordless()),
            csv_minimal(&method_list(has.methods)),
            has.default_method(),
            instant(then - 7_200),
        )?;
        rows += 1;
    }
    Ok(rows)
}
