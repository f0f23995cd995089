//! Unified audit log (Purview, `Search-UnifiedAuditLog`): its directory events, `AuditData` as JSON in a cell
//! (formats.md §8). Its sign-ins do not say whether they were interactive.

use serde::Deserialize;

use crate::ingest::csv::{Binding, Cells, Want, want};
use crate::ingest::fold::Fold;
use crate::ingest::format::{CsvReader, CsvRow, FileContext, Fit, Format, Kind, Reader};
use crate::ingest::head::Head;
use crate::ingest::json::{Text, list};
use crate::model::audit::{AuditRow, valid_from};
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::time::Instant;

/// The format.
pub(super) struct UnifiedAuditCsv;

const DATA: usize = 0;

const WANTS: &[Want] = &[want("audit_data", &["auditdata"])];

impl Format for UnifiedAuditCsv {
    fn id(&self) -> &'static str {
        "unified_audit_csv"
    }
    fn title(&self) -> &'static str {
        "Unified audit log as CSV (Purview, Search-UnifiedAuditLog): its directory events"
    }
    fn kind(&self) -> Kind {
        Kind::Audit
    }
    fn fit(&self, head: &Head) -> Fit {
        Fit::by_names(
            head.header(),
            &["auditdata", "recordtype", "operations|operation", "creationdate|creationtime"],
            0,
        )
    }
    fn reader(&self, head: &Head, _context: &FileContext<'_>) -> Result<Box<dyn Reader>, String> {
        Ok(CsvReader::boxed(head, UnifiedCells))
    }
}

/// The fields of interest of `AuditData`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct AuditData<'a> {
    record_type: Text<'a>,
    creation_time: Text<'a>,
    operation: Text<'a>,
    result_status: Text<'a>,
    user_id: Text<'a>,
    inter_systems_id: Text<'a>,
    /// The tenant.
    organization_id: Text<'a>,
    #[serde(deserialize_with = "list")]
    actor: Vec<Part<'a>>,
    #[serde(deserialize_with = "list")]
    target: Vec<Part<'a>>,
    #[serde(deserialize_with = "list")]
    modified_properties: Vec<Property<'a>>,
}

/// One of the ids of an actor or target; several make one party.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Part<'a> {
    #[serde(rename = "ID")]
    id: Text<'a>,
    #[serde(rename = "Type")]
    kind: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct Property<'a> {
    name: Text<'a>,
    new_value: Text<'a>,
}

/// The parts of an actor or target put together.
struct Party<'p> {
    user: bool,
    id: Option<Id>,
    upn: &'p str,
    name: &'p str,
}

impl<'p> Party<'p> {
    fn of(parts: &'p [Part<'_>]) -> Self {
        let text = |kind: &str| parts.iter().find(|p| p.kind.str() == kind).map_or("", |p| p.id.str());
        let user = parts.iter().any(|p| p.id.str() == "User" || p.id.str().starts_with("User_"));
        let guid = |p: &Part<'_>| match Id::parse(p.id.str().trim_start_matches("User_")) {
            Some(Id::Guid(guid)) => Some(Id::Guid(guid)),
            _ => None,
        };
        // Type 5 is a UPN, 1 a name, 2 an object id beside the word for what it is.
        Self { user, id: parts.iter().find_map(guid), upn: text("5"), name: text("1") }
    }
}

struct UnifiedCells;

impl CsvRow for UnifiedCells {
    fn wants(&self) -> &'static [Want] {
        WANTS
    }

    fn notes(&self, _binding: &Binding) -> Vec<String> {
        vec![
            "of the unified audit log only directory events are used (revocations, password and account events); it does \
             not hold every audit event, so it shows no coverage of the audit log"
                .to_owned(),
            "its sign-ins (UserLoggedIn, UserLoginFailed) do not say whether they were interactive and are skipped: export \
             the sign-in logs of Entra ID"
                .to_owned(),
        ]
    }

    fn read(&self, cells: &Cells<'_>, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let text = cells.text(DATA)?;
        if is_null(text) {
            return Ok(Outcome::Skipped(Skip::Blank));
        }
        let data: AuditData<'_> = serde_json::from_str(text).map_err(|_| Reject::Json)?;
        match data.record_type.str() {
            "8" => data.fold(fold),
            "15" => Ok(Outcome::Skipped(Skip::UnifiedSignIn)),
            _ => Ok(Outcome::Skipped(Skip::OtherCategory)),
        }
    }
}

impl AuditData<'_> {
    fn fold(&self, fold: &mut Fold<'_>) -> Result<Outcome, Reject> {
        let at = Instant::parse(self.creation_time.str()).ok_or(Reject::Time)?;
        let Some(activity) = fold.activity(self.operation.str()) else {
            return Ok(Outcome::Skipped(Skip::OtherActivity));
        };
        fold.log_tenant = Id::parse(self.organization_id.str());
        let (actor, target) = (Party::of(&self.actor), Party::of(&self.target));
        if !target.user {
            return Ok(Outcome::Skipped(Skip::NotAboutAUser));
        }
        // Property values are pretty-printed JSON in a string.
        let value = |p: &Property<'_>| p.new_value.str().replace(['\r', '\n'], " ").replace(' ', "");
        let moved = self.modified_properties.iter().find_map(|p| valid_from(p.name.str(), &value(p)));
        let upn = if actor.upn.is_empty() { self.user_id.str() } else { actor.upn };
        let app = if actor.name.is_empty() { self.user_id.str() } else { actor.name };
        Ok(fold.audit_apart(&AuditRow {
            at,
            activity,
            success: self.result_status.str().trim().eq_ignore_ascii_case("success"),
            reason: "",
            correlation: Id::parse(self.inter_systems_id.str()),
            target: (target.id, target.upn),
            by_user: if actor.user { (actor.id, upn) } else { (None, "") },
            by_app: if actor.user { "" } else { app },
            valid_from: moved,
        }))
    }
}
