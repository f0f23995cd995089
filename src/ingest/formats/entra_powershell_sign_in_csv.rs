//! `Get-MgAuditLogSignIn` / `Get-EntraAuditSignInLog | Export-Csv`: Graph's columns in Pascal case, nested objects
//! flattened or lost (formats.md §1.7, §4).

use super::portal_sign_in_csv::stream_of;
use crate::ingest::csv::{Binding, Cells, Want, boolean, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::known::Key;
use crate::ingest::powershell::member;
use crate::ingest::sign_in::SignIn;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Channel, Client, Event, Freshness, Stream, Token, Trust, Way, Who};
use crate::model::time::Instant;

/// The format.
pub(super) struct EntraPowershellSignInCsv;

const TIME: usize = 0;
const USER_ID: usize = 1;
const UPN: usize = 2;
const NAME: usize = 3;
const USER_TYPE: usize = 4;
const APP_ID: usize = 5;
const APP: usize = 6;
const RESOURCE_ID: usize = 7;
const CLIENT: usize = 8;
const CORRELATION: usize = 9;
const INTERACTIVE: usize = 10;
const STATUS: usize = 11;
const CODE: usize = 12;
const DEVICE: usize = 13;
const TOKEN: usize = 14;
const PROTOCOL: usize = 15;
const SESSION: usize = 16;
const CROSS_TENANT: usize = 17;
const HOME: usize = 18;
const RESOURCE_TENANT: usize = 19;
const EVENT_TYPES: usize = 20;
const REASON: usize = 21;
const TRUST: usize = 22;

const WANTS: &[Want] = &[
    want("time", &["createddatetime"]),
    want("user_id", &["userid"]),
    want("username", &["userprincipalname"]),
    want("user", &["userdisplayname"]),
    want("user_type", &["usertype"]),
    want("app_id", &["appid"]),
    want("app", &["appdisplayname"]),
    want("resource_id", &["resourceid"]),
    want("client", &["clientappused"]),
    want("correlation_id", &["correlationid"]),
    want("is_interactive", &["isinteractive"]),
    want("status", &["status"]),
    want("code", &["status.errorcode", "status_errorcode", "statuserrorcode", "errorcode"]),
    want("device_detail", &["devicedetail"]),
    want("incoming_token_type", &["incomingtokentype"]),
    want("protocol", &["authenticationprotocol"]),
    want("session_id", &["sessionid"]),
    want("cross_tenant_access_type", &["crosstenantaccesstype"]),
    want("home_tenant_id", &["hometenantid"]),
    want("resource_tenant_id", &["resourcetenantid"]),
    want("sign_in_event_types", &["signineventtypes"]),
    want("failure_reason", &["status.failurereason", "status_failurereason", "statusfailurereason", "failurereason"]),
    want("trust_type", &["devicedetail.trusttype", "devicedetail_trusttype", "devicedetailtrusttype", "trusttype"]),
];

/// What to do when the outcome of sign-ins is not in the file.
const INSTEAD: &str = "export JSON instead, `Get-MgAuditLogSignIn -All | ConvertTo-Json -Depth 10`, or download the sign-in \
                       logs from the portal";

impl Format for EntraPowershellSignInCsv {
    fn id(&self) -> &'static str {
        "entra_powershell_sign_in_csv"
    }
    fn title(&self) -> &'static str {
        "Sign-ins as CSV from Graph or Entra PowerShell (Export-Csv)"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        // Log Analytics has the same names beside its own.
        if head.header().iter().any(|h| h == "resulttype" || h.starts_with("timegenerated")) {
            return Fit::nothing();
        }
        Fit::by_names(head.header(), &["createddatetime", "userprincipalname", "appdisplayname"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        let binding = Binding::new(WANTS, head.header());
        if !binding.has(STATUS) && !binding.has(CODE) {
            return Err(format!("sign-ins without any column that says whether they succeeded; {INSTEAD}"));
        }
        if !binding.has(USER_ID) && !binding.has(CODE) && outcomes_lost(head, &binding) {
            return Err(format!(
                "its `Status` is the name of a .NET type in every row: the outcome of the sign-ins was lost when the file \
                 was written; {INSTEAD}"
            ));
        }
        let stream = stream_of(head, context);
        if !binding.has(INTERACTIVE) && !binding.has(EVENT_TYPES) && stream.is_none() {
            return Err(
                "no column `IsInteractive` and no such word in the file's name: give --kind interactive or --kind \
                        non-interactive"
                    .to_owned(),
            );
        }
        let order = dates::order_of(head, context, &[WANTS[TIME]])?;
        Ok(CsvReader::boxed(head, PowershellRow { order, stream }))
    }
}

/// Whether no row at the file's beginning has a readable outcome.
fn outcomes_lost(head: &Head, binding: &Binding) -> bool {
    let crate::ingest::head::Shape::Csv { separator, .. } = head.shape else { return false };
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(head.text.as_bytes());
    let mut records = reader.byte_records().map_while(Result::ok).filter(|r| binding.fits(&r.into())).peekable();
    records.peek().is_some() && records.all(|r| binding.text(&(&r).into(), STATUS).is_ok_and(|s| outcome(s).is_none()))
}

/// The code in a `Status` cell: a flattened object, JSON, or the number itself. `None`: lost.
fn outcome(status: &str) -> Option<u32> {
    let status = status.trim();
    if let Some(code) = member(status, "errorCode") {
        return code.parse().ok();
    }
    if status.starts_with('{') {
        let object: serde_json::Value = serde_json::from_str(status).ok()?;
        let code = object.get("errorCode").or_else(|| object.get("ErrorCode"))?;
        return u32::try_from(code.as_u64()?).ok();
    }
    status.parse().ok()
}

struct PowershellRow {
    order: Option<DateOrder>,
    /// For rows that do not say.
    stream: Option<Stream>,
}

impl CsvRow for PowershellRow {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let mut notes = vec![
            "exported with Export-Csv: no authentication details, so a fresh factor cannot be told from a cached one; the \
             cmdlets return interactive sign-ins only unless asked otherwise"
                .to_owned(),
            "its times are taken as UTC; Export-Csv does not say whether they are".to_owned(),
        ];
        if !binding.has(CODE) {
            notes.push(format!(
                "rows whose `Status` is the name of a .NET type lost their outcome and are rejected (bad_code); {INSTEAD}"
            ));
        }
        if !binding.has(USER_ID) {
            notes.push("no column `UserId`: people are joined by UPN".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = |want| cells.text(want);
        let at = dates::parse(text(TIME)?, self.order).ok_or(Reject::Time)?;
        let status = text(STATUS)?;
        let own = text(CODE)?.trim();
        // An absent outcome is never a success.
        let code = if is_null(own) { outcome(status) } else { own.parse().ok() }.ok_or(Reject::Code)?;
        let types = text(EVENT_TYPES)?.to_ascii_lowercase();
        if types.contains("serviceprincipal") || types.contains("managedidentity") {
            return Ok(Outcome::Skipped(Skip::ServicePrincipal));
        }
        let interactive = match (boolean(text(INTERACTIVE)?).map_err(|_| Reject::Kind)?, self.stream) {
            (Some(own), _) => own,
            (None, _) if types.contains("noninteractiveuser") => false,
            (None, _) if types.contains("interactiveuser") => true,
            (None, Some(stream)) => stream == Stream::Interactive,
            (None, None) => return Err(Reject::Kind),
        };
        fold.sign_in(&PowershellSignIn { cells, at, code, interactive })
    }
}

/// A row whose time, kind and code have been read.
struct PowershellSignIn<'r> {
    cells: &'r Cells<'r>,
    at: Instant,
    code: u32,
    interactive: bool,
}

impl SignIn for PowershellSignIn<'_> {
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
        member(self.cells.readable(STATUS), "failureReason").unwrap_or_else(|| self.cells.readable(REASON))
    }

    fn way_cells(&self, key: &mut Key) {
        key.mark(u8::from(self.interactive)).cell(&self.code.to_le_bytes());
        for want in [APP_ID, APP, RESOURCE_ID, CLIENT, TOKEN, PROTOCOL, DEVICE, TRUST] {
            key.cell(self.cells.bytes(want));
        }
    }

    fn way(&self) -> Result<Way<'_>, Reject> {
        let (cells, text) = (self.cells, |want| self.cells.text(want));
        let channel = Channel {
            interactive: self.interactive,
            code: self.code,
            app: cells.id(APP_ID)?,
            resource: cells.id(RESOURCE_ID)?,
            client: Client::parse(text(CLIENT)?),
            token: Token::parse(text(TOKEN)?),
            ropc: text(PROTOCOL)?.eq_ignore_ascii_case("ropc"),
            freshness: Freshness::NotCarried,
            trust: Trust::parse(member(text(DEVICE)?, "trustType").unwrap_or(text(TRUST)?)),
        };
        Ok(Way { channel, app_name: text(APP)? })
    }

    fn who_cells(&self, key: &mut Key) {
        for want in [USER_ID, UPN, NAME, USER_TYPE, HOME, RESOURCE_TENANT] {
            key.cell(self.cells.bytes(want));
        }
    }

    fn who(&self) -> Result<Who<'_>, Reject> {
        let (cells, text) = (self.cells, |want| self.cells.text(want));
        Ok(Who {
            user: cells.id(USER_ID)?,
            upn: text(UPN)?,
            name: text(NAME)?,
            user_type: text(USER_TYPE)?,
            tenants: (cells.id(HOME)?, cells.id(RESOURCE_TENANT)?),
        })
    }

    fn is_clean(&self) -> bool {
        self.cells.is_clean()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_read_or_lost_never_guessed() {
        for (status, want) in [
            ("@{errorCode=50158; failureReason=External; additionalDetails=}", Some(50_158)),
            (r#"{"errorCode":0,"failureReason":"Other."}"#, Some(0)),
            ("50126", Some(50_126)),
            ("Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus", None),
            ("System.Object[]", None),
            ("Success", None),
            ("", None),
        ] {
            assert_eq!(outcome(status), want, "{status}");
        }
    }
}
