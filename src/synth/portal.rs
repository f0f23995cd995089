//! Portal sign-in CSV: 57 columns (44 in 2023) and the authentication details beside it. All quoted, BOM, CRLF.

use super::clock::{put_instant, put_number};
use super::dice::{guid, put_guid, put_token};
use super::event::{Client, Incoming, Proof, SignIn, failure_text};
use super::json::{client_name, host, incoming_name, steps};
use super::names::{APPS, FIRST_PARTY, GEARS, GUEST_HOME, PLACES, TENANT};
use super::people::Archetype;
use super::text::{csv_guarded, put};
use super::world::World;

/// Byte order mark.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Column names; true marks those the 2023 header lacks.
const COLUMNS: &[(&str, bool)] = &[
    ("Date (UTC)", false),
    ("Request ID", false),
    ("User agent", true),
    ("Correlation ID", false),
    ("User ID", false),
    ("User", false),
    ("Username", false),
    ("User type", false),
    ("Cross tenant access type", false),
    ("Incoming token type", false),
    ("Authentication Protocol", false),
    ("Unique token identifier", false),
    ("Original transfer method", true),
    ("Client credential type", false),
    ("Token Protection - Sign In Session", true),
    ("Token Protection - Sign In Session StatusCode", true),
    ("Application", false),
    ("Application ID ", false),
    ("App owner tenant ID", true),
    ("Resource", false),
    ("Resource ID ", false),
    ("Resource tenant ID", false),
    ("Resource owner tenant ID", true),
    ("Home tenant ID", false),
    ("Home tenant name", false),
    ("IP address", false),
    ("Location", false),
    ("Status", false),
    ("Sign-in error code", false),
    ("Failure reason", false),
    ("Client app", false),
    ("Device ID", false),
    ("Browser", false),
    ("Operating System", false),
    ("Compliant", false),
    ("Managed", false),
    ("Join Type", false),
    ("Multifactor authentication result", false),
    ("Multifactor authentication auth method", false),
    ("Multifactor authentication auth detail", false),
    ("Authentication requirement", false),
    ("Sign-in identifier", false),
    ("Session ID", true),
    ("IP address (seen by resource)", false),
    ("Through Global Secure Access", true),
    ("Global Secure Access IP address", true),
    ("Autonomous system  number", false),
    ("Flagged for review", false),
    ("Token issuer type", false),
    ("Incoming token type", false),
    ("Token issuer name", false),
    ("Latency", false),
    ("Conditional Access", false),
    ("Managed Identity type", true),
    ("Associated Resource Id", true),
    ("Federated Token Id", true),
    ("Federated Token Issuer", true),
];

/// Writes quoted cells of one line.
pub(super) struct Line<'a> {
    /// Where the bytes go.
    pub buf: &'a mut Vec<u8>,
}

impl Line<'_> {
    /// Text that needs no escaping.
    pub(super) fn plain(&mut self, text: &str) {
        self.buf.push(b'"');
        put(self.buf, text);
        self.buf.extend_from_slice(b"\",");
    }

    /// Text that may.
    pub(super) fn text(&mut self, text: &str) {
        let guard = text.starts_with(['=', '+', '-', '@']);
        if guard || text.contains('"') {
            self.plain(&csv_guarded(text));
        } else {
            self.plain(text);
        }
    }

    /// A GUID.
    pub(super) fn guid(&mut self, id: u128) {
        self.buf.push(b'"');
        put_guid(self.buf, id);
        self.buf.extend_from_slice(b"\",");
    }

    /// A number.
    pub(super) fn number(&mut self, n: i64) {
        self.buf.push(b'"');
        put_number(self.buf, n, 1);
        self.buf.extend_from_slice(b"\",");
    }

    /// An instant, UTC.
    pub(super) fn instant(&mut self, t: i64) {
        self.buf.push(b'"');
        put_instant(self.buf, t);
        self.buf.extend_from_slice(b"Z\",");
    }

    /// Empty cells.
    pub(super) fn blank(&mut self, cells: usize) {
        for _ in 0..cells {
            self.buf.extend_from_slice(b"\"\",");
        }
    }

    /// The address of a row.
    pub(super) fn address(&mut self, row: &SignIn) {
        self.buf.push(b'"');
        put(self.buf, PLACES[row.place].net);
        put_number(self.buf, host(row), 1);
        self.buf.extend_from_slice(b"\",");
    }

    /// Ends the line.
    pub(super) fn end(self) {
        self.buf.pop();
        self.buf.extend_from_slice(b"\r\n");
    }
}

/// The sign-in header line.
pub(super) fn put_header(buf: &mut Vec<u8>, wide: bool) {
    buf.extend_from_slice(BOM);
    let mut line = Line { buf };
    for (name, only_wide) in COLUMNS {
        if wide || !only_wide {
            line.plain(name);
        }
    }
    line.end();
}

fn status(code: u32) -> &'static str {
    match code {
        0 => "Success",
        50_055 | 50_058 | 50_072 | 50_074 | 50_125 | 50_140 => "Interrupted",
        _ => "Failure",
    }
}

/// One sign-in row.
pub(super) fn put_signin(buf: &mut Vec<u8>, world: &World, row: &SignIn, wide: bool) {
    let mut line = Line { buf };
    who(&mut line, world, row, wide);
    what(&mut line, world, row, wide);
    how(&mut line, row, wide);
    line.end();
}

fn who(line: &mut Line<'_>, world: &World, row: &SignIn, wide: bool) {
    let person = &world.people[row.user];
    let guest = person.kind == Archetype::Guest;
    line.instant(row.t);
    line.guid(row.id);
    if wide {
        line.text(GEARS[row.gear].agent);
    }
    line.guid(row.flow);
    line.guid(person.id);
    line.plain(&person.display_csv);
    line.text(person.log_upn_at(world, row.t));
    line.plain(if guest { "guest" } else { "member" });
    line.plain(if guest { "b2bCollaboration" } else { "none" });
    line.plain(incoming_name(row.incoming));
    line.plain(if row.client == Client::Ropc { "ropc" } else { "none" });
    line.buf.push(b'"');
    let at = line.buf.len();
    put_token(line.buf, row.id);
    if line.buf.get(at) == Some(&b'-') {
        line.buf.insert(at, b'\''); // the portal's formula guard reaches token ids too
    }
    line.buf.extend_from_slice(b"\",");
}

fn what(line: &mut Line<'_>, world: &World, row: &SignIn, wide: bool) {
    let (app, place) = (&APPS[row.app], &PLACES[row.place]);
    if wide {
        line.plain("none");
    }
    line.plain("none");
    if wide {
        line.plain("unbound");
        line.plain("1002");
    }
    line.text(app.name);
    line.plain(app.id);
    if wide {
        line.plain(FIRST_PARTY);
    }
    line.plain(app.resource);
    line.plain(app.resource_id);
    line.plain(TENANT);
    if wide {
        line.plain(FIRST_PARTY);
    }
    line.plain(if world.people[row.user].kind == Archetype::Guest { GUEST_HOME } else { TENANT });
    line.blank(1);
    line.address(row);
    line.buf.push(b'"');
    put(line.buf, place.city);
    put(line.buf, ", ");
    put(line.buf, place.state);
    put(line.buf, ", ");
    put(line.buf, place.country);
    line.buf.extend_from_slice(b"\",");
    line.plain(status(row.code));
    // Successful rows come with 0 or with nothing.
    if row.code == 0 && row.id & 1 == 1 {
        line.blank(1);
    } else {
        line.number(i64::from(row.code));
    }
    line.plain(failure_text(row.code));
}

/// The three multifactor columns.
fn factor_texts(proof: Proof) -> (&'static str, &'static str, &'static str) {
    match proof {
        Proof::Push => ("MFA completed in Azure AD", "Mobile app notification", ""),
        Proof::Sms => ("MFA completed in Azure AD", "Text message", "+XX XXXXXXXX45"),
        Proof::Passkey => ("MFA completed in Azure AD", "Passkey (device-bound)", ""),
        Proof::Claim => ("First factor requirement satisfied by claim in the token", "", ""),
        // The portal repeats status.additionalDetails here, non-breaking space and all.
        Proof::WrongPassword => (
            "The user didn't enter the right credentials. \u{a0}It's expected to see some number of these errors.",
            "",
            "",
        ),
        Proof::None | Proof::Password => ("", "", ""),
    }
}

fn how(line: &mut Line<'_>, row: &SignIn, wide: bool) {
    let gear = &GEARS[row.gear];
    let joined = !gear.trust.is_empty();
    line.plain(client_name(row.client));
    if joined {
        line.guid(guid(u64::try_from(row.user).unwrap_or(0), 99));
    } else {
        line.blank(1);
    }
    line.plain(gear.browser);
    line.plain(gear.os);
    line.plain(if joined { "true" } else { "false" });
    line.plain(if joined { "true" } else { "false" });
    line.plain(gear.trust);
    let (result, method, detail) = factor_texts(row.proof);
    line.plain(result);
    line.plain(method);
    line.text(detail);
    line.plain(if row.multi() { "Multifactor authentication" } else { "Single-factor authentication" });
    line.blank(1);
    if wide {
        line.guid(row.session);
    }
    line.address(row);
    if wide {
        line.plain("false");
        line.blank(1);
    }
    line.number(PLACES[row.place].asn);
    line.plain("false");
    line.plain(if wide { "Microsoft Entra ID" } else { "Azure AD" });
    line.plain(match row.incoming {
        Incoming::None => "None",
        Incoming::Refresh => "Refresh token",
        Incoming::Primary => "Primary refresh token",
    });
    line.blank(1);
    line.number(40 + i64::try_from(row.id % 200).unwrap_or(0));
    line.plain(if row.code == 0 { "Success" } else { "Not Applied" });
    if wide {
        line.blank(4);
    }
}

/// Header of the authentication details.
pub(super) fn put_steps_header(buf: &mut Vec<u8>) {
    buf.extend_from_slice(BOM);
    let mut line = Line { buf };
    for name in [
        "Request ID",
        "Date",
        "Authentication method",
        "Authentication method detail",
        "Succeeded",
        "Result detail",
        "Requirement",
    ] {
        line.plain(name);
    }
    line.end();
}

/// The steps of one row, one line each; returns how many.
pub(super) fn put_steps(buf: &mut Vec<u8>, row: &SignIn) -> u64 {
    let mut count = 0;
    for (method, detail, ok, result, requirement) in steps(row.proof) {
        let mut line = Line { buf: &mut *buf };
        line.guid(row.id);
        line.instant(row.t);
        line.plain(method);
        line.text(detail);
        line.plain(if *ok { "true" } else { "false" });
        line.plain(result);
        line.plain(requirement);
        line.end();
        count += 1;
    }
    count
}
