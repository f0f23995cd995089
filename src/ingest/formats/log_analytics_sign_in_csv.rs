//! Log Analytics and Sentinel CSV of `SigninLogs` and `AADNonInteractiveUserSignInLogs`: all columns, or those a query
//! kept, in any order (formats.md §3).
//!
//! `CreatedDateTime` is the event's time; `TimeGenerated` never is. A file whose dates do not show whether the day or the
//! month comes first is read month first when they all have the portal's own form, `6/1/2026, 9:56:49.975 AM`: Log Analytics
//! writes no other order.

use super::log_analytics_row::{SignInFile, SignInRow, date_order, insist_on_time, names};
use super::portal_sign_in_csv::stream_of;
use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::json::Text;
use crate::model::ids::is_null;
use crate::model::problem::{Outcome, Reject};

/// The format.
pub(super) struct LogAnalyticsSignInCsv;

const CREATED: usize = 0;
const TYPE: usize = 1;
const CATEGORY: usize = 2;
const INTERACTIVE: usize = 3;
const EVENT_TYPES: usize = 4;
const CODE: usize = 5;
const REASON: usize = 6;
const ID: usize = 7;
const USER_ID: usize = 8;
const UPN: usize = 9;
const NAME: usize = 10;
const USER_TYPE: usize = 11;
const APP_ID: usize = 12;
const APP: usize = 13;
const RESOURCE: usize = 14;
const CLIENT: usize = 15;
const CORRELATION: usize = 16;
const SESSION: usize = 17;
const TOKEN: usize = 18;
const PROTOCOL: usize = 19;
const CROSS_TENANT: usize = 20;
const HOME: usize = 21;
const RESOURCE_TENANT: usize = 22;
const DIRECTORY: usize = 23;
/// The column, then its twins `_dynamic` and `_string`, as all that follow.
const STATUS: usize = 24;
const DEVICE: usize = 27;
const DETAILS: usize = 30;
const POLICIES: usize = 33;

const WANTS: &[Want] = &[
    want("time", &["createddatetime [utc]", "createddatetime"]),
    want("table", &["type"]),
    want("category", &["category"]),
    want("is_interactive", &["isinteractive"]),
    want("sign_in_event_types", &["signineventtypes"]),
    want("code", &["resulttype"]),
    want("failure_reason", &["resultdescription"]),
    want("request_id", &["id"]),
    want("user_id", &["userid"]),
    want("user_principal_name", &["userprincipalname"]),
    want("user_display_name", &["userdisplayname"]),
    want("user_type", &["usertype"]),
    want("app_id", &["appid"]),
    want("app", &["appdisplayname"]),
    want("resource_id", &["resourceidentity"]),
    want("client", &["clientappused"]),
    want("correlation_id", &["correlationid"]),
    want("session_id", &["sessionid"]),
    want("incoming_token_type", &["incomingtokentype"]),
    want("protocol", &["authenticationprotocol"]),
    want("cross_tenant_access_type", &["crosstenantaccesstype"]),
    want("home_tenant_id", &["hometenantid"]),
    want("resource_tenant_id", &["resourcetenantid"]),
    want("directory_id", &["aadtenantid"]),
    want("status", &["status"]),
    want("status_dynamic", &["status_dynamic"]),
    want("status_string", &["status_string"]),
    want("device_detail", &["devicedetail"]),
    want("device_detail_dynamic", &["devicedetail_dynamic"]),
    want("device_detail_string", &["devicedetail_string"]),
    want("authentication_details", &["authenticationdetails"]),
    want("authentication_details_dynamic", &["authenticationdetails_dynamic"]),
    want("authentication_details_string", &["authenticationdetails_string"]),
    want("conditional_access_policies", &["conditionalaccesspolicies"]),
    want("conditional_access_policies_dynamic", &["conditionalaccesspolicies_dynamic"]),
    want("conditional_access_policies_string", &["conditionalaccesspolicies_string"]),
];

impl Format for LogAnalyticsSignInCsv {
    fn id(&self) -> &'static str {
        "log_analytics_sign_in_csv"
    }
    fn title(&self) -> &'static str {
        "Log Analytics / Sentinel SigninLogs and AADNonInteractiveUserSignInLogs, Export to CSV"
    }
    fn kind(&self) -> Kind {
        Kind::SignIns
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(&names(head), SIGN_IN_NAMES, 4)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        insist_on_time(&names(head), "CreatedDateTime")?;
        let order = date_order(head, context, &[WANTS[CREATED]])?;
        let file = SignInFile {
            details: Binding::new(&WANTS[DETAILS..POLICIES], head.header()).has_any(),
            kind: stream_of(head, context),
        };
        Ok(CsvReader::boxed(head, SignInCells { order, file }))
    }
}

/// What tells these tables from all other exports, in CSV and JSON alike.
pub(super) const SIGN_IN_NAMES: &[&str] = &[
    "createddatetime|timegenerated",
    "resulttype",
    "appdisplayname|serviceprincipalname",
    "isinteractive|signineventtypes|type|category",
];

struct SignInCells {
    order: Option<DateOrder>,
    file: SignInFile,
}

impl CsvRow for SignInCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, binding: &Binding) -> Vec<String> {
        let lost: &[(usize, &str)] = &[
            (SESSION, "no column `SessionId`: persistence evidence K2 is off for these rows"),
            (USER_ID, "no column `UserId`: people are joined by UPN"),
            (CLIENT, "no column `ClientAppUsed`: legacy clients cannot be told from browsers"),
        ];
        let mut notes: Vec<String> =
            lost.iter().filter(|(column, _)| !binding.has(*column)).map(|(_, note)| (*note).to_owned()).collect();
        if !self.file.details {
            notes.push("no column `AuthenticationDetails`: a fresh factor cannot be told from a cached one".to_owned());
        }
        notes
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = |want| cells.text(want).map(Text::from);
        let row = SignInRow {
            r#type: text(TYPE)?,
            category: text(CATEGORY)?,
            is_interactive: text(INTERACTIVE)?,
            sign_in_event_types: cells.text(EVENT_TYPES)?.into(),
            result_type: text(CODE)?,
            result_description: text(REASON)?,
            id: text(ID)?,
            user_id: text(USER_ID)?,
            user_principal_name: text(UPN)?,
            user_display_name: text(NAME)?,
            user_type: text(USER_TYPE)?,
            app_id: text(APP_ID)?,
            app_display_name: text(APP)?,
            resource_identity: text(RESOURCE)?,
            client_app_used: text(CLIENT)?,
            correlation_id: text(CORRELATION)?,
            session_id: text(SESSION)?,
            incoming_token_type: text(TOKEN)?,
            authentication_protocol: text(PROTOCOL)?,
            cross_tenant_access_type: text(CROSS_TENANT)?,
            home_tenant_id: text(HOME)?,
            resource_tenant_id: text(RESOURCE_TENANT)?,
            directory: text(DIRECTORY)?,
            status: twin(cells, STATUS)?.into(),
            device_detail: twin(cells, DEVICE)?.into(),
            authentication_details: twin(cells, DETAILS)?.into(),
            conditional_access_policies: twin(cells, POLICIES)?.into(),
            ..SignInRow::default()
        };
        Ok(row.fold(dates::parse(cells.text(CREATED)?, self.order), self.file, fold))
    }
}

/// The first of a column and its two twins that says something.
pub(super) fn twin<'r>(cells: &Cells<'r>, column: usize) -> Result<&'r str, Reject> {
    for want in column..column + 3 {
        let text = cells.text(want)?;
        if !is_null(text) {
            return Ok(text);
        }
    }
    Ok("")
}
