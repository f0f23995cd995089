//! Portal audit CSV: 86 columns, three targets at most, no event id (formats.md §5.1).

use crate::ingest::csv::{Cells, Want, want};
use crate::ingest::dates::{self, DateOrder};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::language::{Language, unknown_words};
use crate::model::audit::{AuditRow, valid_from};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::tenant_activity::TenantActivity;
use crate::model::time::Instant;

/// The format.
pub(super) struct PortalAuditCsv;

const DATE: usize = 0;
const CORRELATION: usize = 1;
const ACTIVITY: usize = 2;
const RESULT: usize = 3;
const REASON: usize = 4;
const ACTOR_ID: usize = 5;
const ACTOR_UPN: usize = 6;
const ACTOR_NAME: usize = 7;
const ACTOR_SERVICE: usize = 8;
const ACTOR_TYPE: usize = 9;
/// Three targets of `type, id, upn`.
const TARGETS: usize = 10;
/// Five property names of each of the three targets.
const PROPERTIES: usize = 19;
/// Their new values.
const NEW_VALUES: usize = 34;
/// What the first target is called: a policy's name.
const TARGET_NAME: usize = 49;

const WANTS: &[Want] = &[
    want("time", &["date (utc)", "date"]),
    want("correlation_id", &["correlationid", "correlation id"]),
    want("activity", &["activity"]),
    want("result", &["result"]),
    want("reason", &["resultreason", "result reason"]),
    want("actor_id", &["actorobjectid"]),
    want("actor_upn", &["actoruserprincipalname"]),
    want("actor_name", &["actordisplayname"]),
    want("actor_service_principal", &["actorserviceprincipalname"]),
    want("actor_type", &["actortype"]),
    want("target1_type", &["target1type"]),
    want("target1_id", &["target1objectid"]),
    want("target1_upn", &["target1userprincipalname"]),
    want("target2_type", &["target2type"]),
    want("target2_id", &["target2objectid"]),
    want("target2_upn", &["target2userprincipalname"]),
    want("target3_type", &["target3type"]),
    want("target3_id", &["target3objectid"]),
    want("target3_upn", &["target3userprincipalname"]),
    want("target1_property1", &["target1modifiedproperty1name"]),
    want("target1_property2", &["target1modifiedproperty2name"]),
    want("target1_property3", &["target1modifiedproperty3name"]),
    want("target1_property4", &["target1modifiedproperty4name"]),
    want("target1_property5", &["target1modifiedproperty5name"]),
    want("target2_property1", &["target2modifiedproperty1name"]),
    want("target2_property2", &["target2modifiedproperty2name"]),
    want("target2_property3", &["target2modifiedproperty3name"]),
    want("target2_property4", &["target2modifiedproperty4name"]),
    want("target2_property5", &["target2modifiedproperty5name"]),
    want("target3_property1", &["target3modifiedproperty1name"]),
    want("target3_property2", &["target3modifiedproperty2name"]),
    want("target3_property3", &["target3modifiedproperty3name"]),
    want("target3_property4", &["target3modifiedproperty4name"]),
    want("target3_property5", &["target3modifiedproperty5name"]),
    want("target1_new_value1", &["target1modifiedproperty1newvalue"]),
    want("target1_new_value2", &["target1modifiedproperty2newvalue"]),
    want("target1_new_value3", &["target1modifiedproperty3newvalue"]),
    want("target1_new_value4", &["target1modifiedproperty4newvalue"]),
    want("target1_new_value5", &["target1modifiedproperty5newvalue"]),
    want("target2_new_value1", &["target2modifiedproperty1newvalue"]),
    want("target2_new_value2", &["target2modifiedproperty2newvalue"]),
    want("target2_new_value3", &["target2modifiedproperty3newvalue"]),
    want("target2_new_value4", &["target2modifiedproperty4newvalue"]),
    want("target2_new_value5", &["target2modifiedproperty5newvalue"]),
    want("target3_new_value1", &["target3modifiedproperty1newvalue"]),
    want("target3_new_value2", &["target3modifiedproperty2newvalue"]),
    want("target3_new_value3", &["target3modifiedproperty3newvalue"]),
    want("target3_new_value4", &["target3modifiedproperty4newvalue"]),
    want("target3_new_value5", &["target3modifiedproperty5newvalue"]),
    want("target1_name", &["target1displayname"]),
];

impl Format for PortalAuditCsv {
    fn id(&self) -> &'static str {
        "portal_audit_csv"
    }
    fn title(&self) -> &'static str {
        "Entra portal, audit logs, Download CSV"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(head.header(), &["date (utc)|date", "activity", "actortype", "target1type"], 0)
    }
    fn reader(&self, head: &Head, context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        // The portal writes ISO dates; a spreadsheet that saved the file anew writes its own.
        let order = dates::order_of(head, context, &[WANTS[DATE]])?;
        if head.is_foreign() {
            let unknown = unknown_words(head, WANTS[RESULT], &["success", "failure", "timeout"], |_| true);
            if let Some(note) = unknown {
                context.note(note);
            }
        }
        Ok(CsvReader::boxed(head, AuditCells { foreign: head.is_foreign(), language: head.language.clone(), order }))
    }
}

struct AuditCells {
    /// The portal was not in English: results are not either.
    foreign: bool,
    language: Language,
    /// Of dates that are not ISO.
    order: Option<DateOrder>,
}

impl CsvRow for AuditCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = |want| cells.text(want);
        let at = dates::parse(text(DATE)?, self.order).ok_or(Reject::Time)?;
        let Some(activity) = fold.activity(text(ACTIVITY)?) else {
            // A result in another language is asked about only where it matters.
            let success = TenantActivity::parse(text(ACTIVITY)?).is_none() || self.success(cells)?;
            return Ok(fold.audit_of_tenant((at, text(ACTIVITY)?), success, text(TARGET_NAME)?));
        };
        let Some(target) = user_target(cells)? else {
            return Ok(fold.audit_seen(at, Skip::NotAboutAUser));
        };
        let by_app = text(ACTOR_TYPE)?.eq_ignore_ascii_case("application");
        let service = text(ACTOR_SERVICE)?;
        let row = AuditRow {
            at,
            activity,
            success: self.success(cells)?,
            reason: text(REASON)?,
            correlation: cells.id(CORRELATION)?,
            target: (cells.id(TARGETS + target * 3 + 1)?, text(TARGETS + target * 3 + 2)?),
            by_user: if by_app { (None, "") } else { (cells.id(ACTOR_ID)?, text(ACTOR_UPN)?) },
            by_app: if by_app && service.is_empty() { text(ACTOR_NAME)? } else { service },
            valid_from: new_valid_from(cells)?,
        };
        Ok(fold.audit(&row))
    }
}

impl AuditCells {
    /// A result in another language that is not known is no failure.
    fn success(&self, cells: &Cells<'_>) -> Result<bool, Reject> {
        let result = self.language.value(cells.text(RESULT)?).trim().to_ascii_lowercase();
        match result.as_str() {
            "success" => Ok(true),
            "failure" | "timeout" | "" => Ok(false),
            _ if self.foreign => {
                cells.lost(RESULT);
                Err(Reject::Boolean)
            }
            _ => Ok(false),
        }
    }
}

/// The first target of type User.
fn user_target(cells: &Cells<'_>) -> Result<Option<usize>, Reject> {
    for target in 0..3 {
        if cells.text(TARGETS + target * 3)?.trim().eq_ignore_ascii_case("user") {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

fn new_valid_from(cells: &Cells<'_>) -> Result<Option<Instant>, Reject> {
    for property in 0..NEW_VALUES - PROPERTIES {
        let name = cells.text(PROPERTIES + property)?;
        if let Some(at) = valid_from(name, cells.text(NEW_VALUES + property)?) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
