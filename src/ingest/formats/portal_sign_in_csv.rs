//! Portal "Download CSV" of sign-ins: 57 columns today, 44 in 2023, fewer before; any order, any subset with the outcome
//! (formats.md §1).
//!
//! No column says whether the rows are interactive: only the file's name does. A renamed file needs `--kind`.

use crate::ingest::csv::{Binding, Cells, Runs, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::known::Key;
use crate::ingest::language::{Language, unknown_words};
use crate::ingest::record::Record;
use crate::ingest::sign_in::SignIn;
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject};
use crate::model::sign_in::{Channel, Client, Event, Freshness, Stream, Token, Trust, Way, Who, is_claim};
use crate::model::time::Instant;

/// The format.
pub(super) struct PortalSignInCsv;

const DATE: usize = 0;
const REQUEST: usize = 1;
const CORRELATION: usize = 2;
const USER_ID: usize = 3;
const USER: usize = 4;
const USERNAME: usize = 5;
const USER_TYPE: usize = 6;
const CROSS_TENANT: usize = 7;
const TOKEN: usize = 8;
const PROTOCOL: usize = 9;
const APP: usize = 10;
const APP_ID: usize = 11;
const RESOURCE_ID: usize = 12;
const CODE: usize = 13;
const CLIENT: usize = 14;
const JOIN_TYPE: usize = 15;
const MFA_RESULT: usize = 16;
const SESSION: usize = 17;
const HOME: usize = 18;
const RESOURCE_TENANT: usize = 19;
const REASON: usize = 20;
const STATUS: usize = 21;

const WANTS: &[Want] = &[
    want("time", &["date (utc)", "date"]),
    want("request_id", &["request id"]),
    want("correlation_id", &["correlation id"]),
    want("user_id", &["user id"]),
    want("user", &["user"]),
    want("username", &["username"]),
    want("user_type", &["user type"]),
    want("cross_tenant_access_type", &["cross tenant access type"]),
    want("incoming_token_type", &["incoming token type"]),
    want("protocol", &["authentication protocol"]),
    want("app", &["application"]),
    want("app_id", &["application id"]),
    want("resource_id", &["resource id"]),
    want("code", &["sign-in error code"]),
    want("client", &["client app"]),
    want("join_type", &["join type"]),
    want("mfa_result", &["multifactor authentication result", "multi-factor authentication result", "mfa result"]),
    want("session_id", &["session id"]),
    want("home_tenant_id", &["home tenant id"]),
    want("resource_tenant_id", &["resource tenant id"]),
    want("failure_reason", &["failure reason"]),
    want("status", &["status"]),
];

/// All that decides how a person came.
const WAY: &[usize] = &[CODE, STATUS, APP_ID, APP, RESOURCE_ID, CLIENT, TOKEN, PROTOCOL, MFA_RESULT, JOIN_TYPE];
/// All that decides who it was.
const WHO: &[usize] = &[USER_ID, USERNAME, USER, USER_TYPE, HOME, RESOURCE_TENANT];

impl Format for PortalSignInCsv {
    fn id(&self) -> &'static str {
        "portal_sign_in_csv"
    }
    fn title(&self) -> &'static str {
        "Entra portal, sign-in logs, Download CSV"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        // Older headers have fewer columns; the AuthDetails and the application files have no user.
        Fit::by_names(head.header(), &["date (utc)|date", "request id", "username|user|user id", "status"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let interactive = match stream_of(head, context) {
            Some(Stream::Interactive) => true,
            Some(Stream::NonInteractive) => false,
            Some(Stream::Audit) | None => {
                return Err("a portal sign-in CSV whose name no longer says whether it holds interactive sign-ins \
                            (InteractiveSignIns_…, NonInteractiveSignIns_…); no column says it: give --kind interactive \
                            or --kind non-interactive, or restore the name"
                    .to_owned());
            }
        };
        if !head.header().iter().any(|h| h == "sign-in error code") {
            return Err(
                "no column `Sign-in error code`: without it no row says whether it succeeded; export it again \
                        with all columns, the portal switched to English"
                    .to_owned(),
            );
        }
        // The portal writes ISO dates; a spreadsheet that saved the file anew writes its own.
        let order = dates::order_of(head, context, &[WANTS[DATE]])?;
        if head.is_foreign() {
            let codes = Binding::new(&[WANTS[CODE]], head.header());
            let no_code = |record: &Record<'_>| codes.text(record, 0).is_ok_and(is_null);
            let unknown = unknown_words(head, WANTS[STATUS], &["success", "failure", "interrupted"], no_code);
            if let Some(note) = unknown {
                context.note(note);
            }
        }
        let binding = Binding::of(WANTS, head);
        let (way, who) = (binding.runs(WAY), binding.runs(WHO));
        let (foreign, language) = (head.is_foreign(), head.language.clone());
        Ok(CsvReader::boxed(head, PortalRow { interactive, foreign, language, order, way, who }))
    }
}

/// What a file says of rows that do not say it themselves: `--kind`, else its name. A remark where they differ.
pub(super) fn stream_of(head: &Head, context: &FileContext<'_>) -> Option<Stream> {
    let named = stream_of_name(&head.file_name);
    let (Some(given), Some(named)) = (context.kind, named) else { return context.kind.or(named) };
    if given == named {
        return Some(named);
    }
    let word = if named == Stream::Interactive { "interactive" } else { "non-interactive" };
    // `--kind` is given for a run, not for a file: a name as the portal made it is not overruled by it.
    if is_portals_own(&head.file_name) {
        context
            .note(format!("its name is the portal's own and says {word}: --kind is for files whose name was changed"));
        return Some(named);
    }
    context
        .note(format!("its name says {word}, --kind says otherwise: rows that do not say it are read as --kind says"));
    Some(given)
}

/// `InteractiveSignIns_2026-11-01_2026-11-22.csv` and the like.
fn is_portals_own(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["interactivesignins_", "noninteractivesignins_"].iter().any(|begin| lower.starts_with(begin))
}

/// Interactive or not, from the name the portal gives. A name with both words says nothing.
fn stream_of_name(name: &str) -> Option<Stream> {
    let lower = name.to_ascii_lowercase().replace(['-', '_', ' '], "");
    let rest = lower.replace("noninteractive", "");
    match (rest.len() < lower.len(), rest.contains("interactive")) {
        (true, false) => Some(Stream::NonInteractive),
        (false, true) => Some(Stream::Interactive),
        _ => None,
    }
}

struct PortalRow {
    interactive: bool,
    /// The portal was not in English: fixed texts are not either.
    foreign: bool,
    language: Language,
    /// Of dates that are not ISO.
    order: Option<DateOrder>,
    way: Runs,
    who: Runs,
}

impl CsvRow for PortalRow {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        let mut notes = Vec::new();
        if self.foreign {
            notes.push(
                "exported from a portal not in English: texts that are not known (client app, MFA result) count as not \
                 stated"
                    .to_owned(),
            );
        }
        notes
    }

    fn ahead(&self, line: u64, cells: &Cells<'_>, fold: &mut Fold<'_>) {
        fold.expect(line, |key| cells.key(&self.who, key));
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let at = match Instant::parse_bytes(cells.bytes(DATE)) {
            Some(at) => at,
            None => dates::parse(cells.text(DATE)?, self.order).ok_or(Reject::Time)?,
        };
        let details = self.details(cells, at, fold);
        fold.sign_in(&PortalSignIn { format: self, cells, at, details })
    }
}

/// One row. `details`: what AuthDetails files say of its request.
struct PortalSignIn<'r> {
    format: &'r PortalRow,
    cells: &'r Cells<'r>,
    at: Instant,
    details: Option<Freshness>,
}

impl SignIn for PortalSignIn<'_> {
    fn event(&self) -> Result<Event, Reject> {
        let passthrough = self.cells.bytes(CROSS_TENANT).eq_ignore_ascii_case(b"passthrough");
        Ok(Event { at: self.at, persistent_browser: false, passthrough })
    }

    fn correlation(&self) -> &str {
        self.cells.readable(CORRELATION)
    }

    fn session(&self) -> &str {
        self.cells.readable(SESSION)
    }

    fn reason(&self) -> &str {
        self.cells.readable(REASON)
    }

    fn way_cells(&self, key: &mut Key) {
        key.mark(self.details.map_or(u8::MAX, |freshness| freshness as u8));
        self.cells.key(&self.format.way, key);
    }

    fn way(&self) -> Result<Way<'_>, Reject> {
        let (format, cells) = (self.format, self.cells);
        let code = cells.text(CODE)?.trim();
        let code = if is_null(code) { format.no_code(cells)? } else { code.parse().map_err(|_| Reject::Code)? };
        let channel = Channel {
            interactive: format.interactive,
            code,
            app: cells.id(APP_ID)?,
            resource: cells.id(RESOURCE_ID)?,
            client: format.client(cells.text(CLIENT)?),
            token: Token::parse(cells.text(TOKEN)?),
            ropc: cells.text(PROTOCOL)?.eq_ignore_ascii_case("ropc"),
            freshness: format.freshness(self.details, cells.text(MFA_RESULT)?),
            trust: Trust::parse(cells.text(JOIN_TYPE)?),
        };
        Ok(Way { channel, app_name: cells.text(APP)? })
    }

    fn who_cells(&self, key: &mut Key) {
        self.cells.key(&self.format.who, key);
    }

    fn who(&self) -> Result<Who<'_>, Reject> {
        Ok(Who {
            user: self.cells.id(USER_ID)?,
            upn: self.cells.text(USERNAME)?,
            name: self.cells.text(USER)?,
            user_type: self.cells.text(USER_TYPE)?,
            tenants: (self.cells.id(HOME)?, self.cells.id(RESOURCE_TENANT)?),
        })
    }

    fn is_clean(&self) -> bool {
        self.cells.is_clean()
    }
}

impl PortalRow {
    /// A successful row may have no code at all (formats.md §0.17); a failed or interrupted one without says nothing of its
    /// outcome.
    fn no_code(&self, cells: &Cells<'_>) -> Result<u32, Reject> {
        let success = self.language.value(cells.text(STATUS)?).trim().eq_ignore_ascii_case("success");
        if success || !cells.has(STATUS) { Ok(0) } else { Err(Reject::Code) }
    }

    /// A text in another language that is not known must not pass for a legacy protocol; those keep their names.
    fn client(&self, text: &str) -> Client {
        const PROTOCOLS: &[&str] =
            &["exchange", "imap", "pop", "smtp", "mapi", "autodiscover", "powershell", "outlook"];
        match Client::parse(if self.foreign { self.language.value(text) } else { text }) {
            Client::Legacy if self.foreign => {
                let lower = text.to_lowercase();
                let protocol = PROTOCOLS.iter().any(|p| lower.contains(p));
                if protocol { Client::Legacy } else { Client::Unknown }
            }
            client => client,
        }
    }

    /// What AuthDetails files say of an interactive row's request.
    fn details(&self, cells: &Cells<'_>, at: Instant, fold: &mut Fold<'_>) -> Option<Freshness> {
        if !self.interactive || fold.details.is_empty() {
            return None;
        }
        let found = fold.details.find(Id::parse(cells.readable(REQUEST)).as_ref(), at);
        fold.tally.looked_up.0 += 1;
        fold.tally.looked_up.1 += u64::from(found.is_some_and(|f| f != Freshness::Missing));
        found
    }

    /// From the AuthDetails file; else from the MFA text; else unknown (rulings.md 9).
    fn freshness(&self, details: Option<Freshness>, mfa_text: &str) -> Freshness {
        match details {
            _ if !self.interactive => Freshness::NotCarried,
            Some(freshness) if freshness != Freshness::Missing => freshness,
            _ if is_claim(mfa_text) => Freshness::ClaimOnly,
            _ if mfa_text.replace('\u{a0}', " ").to_ascii_lowercase().contains("mfa completed") => Freshness::Fresh,
            missing => missing.unwrap_or(Freshness::NotCarried),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_or_nothing_does() {
        for (name, want) in [
            ("InteractiveSignIns_2026-09-13_2026-09-14.csv", Some(Stream::Interactive)),
            ("NonInteractiveSignIns_2025-12-14_2025-12-20 (1).csv", Some(Stream::NonInteractive)),
            ("non-interactive.csv", Some(Stream::NonInteractive)),
            ("SignInLogs-interactiveUser-nonInteractiveUser-Combined.json", None),
            ("SignIns_2023-09-12_2023-10-12.csv", None),
            ("export.csv", None),
        ] {
            assert_eq!(stream_of_name(name), want, "{name}");
        }
    }
}
