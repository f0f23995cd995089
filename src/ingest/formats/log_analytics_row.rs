//! Rows of Log Analytics tables, whether CSV or JSON spells them (formats.md §3): their columns, kinds and dates.

use serde::Deserialize;

use super::diagnostic_json::Log;
use super::graph_row::{AuditParts, Detail, Device, GraphRow, Initiators, Status, Target};
use crate::ingest::csv::Want;
use crate::ingest::dates::{DateOrder, Survey, settle};
use crate::ingest::fold::Fold;
use crate::ingest::format::FileContext;
use crate::ingest::head::{Head, Shape};
use crate::ingest::json::{Dynamic, OneOrMore, Text};
use crate::ingest::session_controls::PersistentBrowser;
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::Stream;
use crate::model::time::Instant;

/// A row of `SigninLogs` or `AADNonInteractiveUserSignInLogs`. Whatever is absent or null is empty.
///
/// `_dynamic` and `_string` are the twins that `union` makes of columns whose types differ between the tables.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct SignInRow<'a> {
    #[serde(alias = "CreatedDateTime [UTC]")]
    pub(super) created_date_time: Text<'a>,
    pub(super) id: Text<'a>,
    pub(super) r#type: Text<'a>,
    pub(super) category: Text<'a>,
    pub(super) is_interactive: Text<'a>,
    pub(super) sign_in_event_types: Dynamic<'a, Vec<Text<'a>>>,
    pub(super) result_type: Text<'a>,
    pub(super) result_description: Text<'a>,
    pub(super) user_id: Text<'a>,
    pub(super) user_principal_name: Text<'a>,
    pub(super) user_display_name: Text<'a>,
    pub(super) user_type: Text<'a>,
    pub(super) app_id: Text<'a>,
    pub(super) app_display_name: Text<'a>,
    /// `ResourceId` is the log's own path, not the resource asked for.
    pub(super) resource_identity: Text<'a>,
    pub(super) client_app_used: Text<'a>,
    pub(super) correlation_id: Text<'a>,
    pub(super) session_id: Text<'a>,
    pub(super) incoming_token_type: Text<'a>,
    pub(super) authentication_protocol: Text<'a>,
    pub(super) cross_tenant_access_type: Text<'a>,
    pub(super) home_tenant_id: Text<'a>,
    pub(super) resource_tenant_id: Text<'a>,
    /// The directory; `TenantId` is the workspace.
    #[serde(rename = "AADTenantId")]
    pub(super) directory: Text<'a>,
    pub(super) status: Dynamic<'a, Status<'a>>,
    #[serde(rename = "Status_dynamic")]
    pub(super) status_dynamic: Dynamic<'a, Status<'a>>,
    #[serde(rename = "Status_string")]
    pub(super) status_string: Dynamic<'a, Status<'a>>,
    pub(super) device_detail: Dynamic<'a, Device<'a>>,
    #[serde(rename = "DeviceDetail_dynamic")]
    pub(super) device_dynamic: Dynamic<'a, Device<'a>>,
    #[serde(rename = "DeviceDetail_string")]
    pub(super) device_string: Dynamic<'a, Device<'a>>,
    pub(super) authentication_details: Dynamic<'a, Vec<Detail<'a>>>,
    #[serde(rename = "AuthenticationDetails_dynamic")]
    pub(super) details_dynamic: Dynamic<'a, Vec<Detail<'a>>>,
    #[serde(rename = "AuthenticationDetails_string")]
    pub(super) details_string: Dynamic<'a, Vec<Detail<'a>>>,
    pub(super) conditional_access_policies: Dynamic<'a, PersistentBrowser>,
    #[serde(rename = "ConditionalAccessPolicies_dynamic")]
    pub(super) policies_dynamic: Dynamic<'a, PersistentBrowser>,
    #[serde(rename = "ConditionalAccessPolicies_string")]
    pub(super) policies_string: Dynamic<'a, PersistentBrowser>,
}

/// What a file says of all its sign-in rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignInFile {
    /// It carries authentication details.
    pub(super) details: bool,
    /// What its name or `--kind` says, for rows that do not.
    pub(super) kind: Option<Stream>,
}

impl SignInRow<'_> {
    /// Folds the row. `at` is its `CreatedDateTime`.
    pub(super) fn fold(&self, at: Option<Instant>, file: SignInFile, fold: &mut Fold<'_>) -> Outcome {
        let kind = match self.kind() {
            Ok(kind) => kind.or(file.kind),
            Err(skip) => return Outcome::Skipped(skip),
        };
        if self.event_types().is_err() {
            // They may say that the row is of another kind than its table: a wrong one would show a page that nobody saw.
            fold.lost("SignInEventTypes");
            return Outcome::Rejected(Reject::Json);
        }
        fold.log_tenant = Id::parse(self.directory.str());
        self.graph(file.details, fold).fold_sign_in_at(at, kind, "", fold)
    }

    /// Whether it is a row of `AuditLogs` that a `union` put among sign-ins.
    pub(super) fn is_audit(&self) -> bool {
        [self.r#type.str(), self.category.str()].into_iter().find_map(Log::of) == Some(Log::Audit)
    }

    /// What the table or, failing it, the category says; the row's own fields go before it (formats.md §0.7).
    fn kind(&self) -> Result<Option<Stream>, Skip> {
        let names = [self.r#type.str(), self.category.str()];
        match names.into_iter().find_map(Log::of) {
            Some(Log::SignIns(stream)) => Ok(Some(stream)),
            Some(Log::ServicePrincipals) => Err(Skip::ServicePrincipal),
            Some(Log::Audit) => Err(Skip::OtherCategory),
            None if names.iter().any(|n| n.trim().eq_ignore_ascii_case("ADFSSignInLogs")) => Err(Skip::OtherCategory),
            None => Ok(None),
        }
    }

    /// The same row under Graph's names. A dynamic column that cannot be read is counted, and the others are used.
    fn graph(&self, details: bool, fold: &mut Fold<'_>) -> GraphRow<'_> {
        let mut status = self.status(fold);
        if !is_null(self.result_type.str()) {
            status.error_code = self.result_type.str().into();
        }
        if !is_null(self.result_description.str()) {
            status.failure_reason = self.result_description.str().into();
        }
        let steps = [&self.authentication_details, &self.details_dynamic, &self.details_string];
        let steps = first("AuthenticationDetails", steps, fold);
        let device = [&self.device_detail, &self.device_dynamic, &self.device_string];
        GraphRow {
            id: self.id.str().into(),
            user_id: self.user_id.str().into(),
            user_principal_name: self.user_principal_name.str().into(),
            user_display_name: self.user_display_name.str().into(),
            user_type: self.user_type.str().into(),
            app_id: self.app_id.str().into(),
            app_display_name: self.app_display_name.str().into(),
            resource_id: self.resource_identity.str().into(),
            client_app_used: self.client_app_used.str().into(),
            correlation_id: self.correlation_id.str().into(),
            session_id: self.session_id.str().into(),
            is_interactive: self.is_interactive.str().into(),
            sign_in_event_types: self.event_types().unwrap_or_default(),
            incoming_token_type: self.incoming_token_type.str().into(),
            authentication_protocol: self.authentication_protocol.str().into(),
            cross_tenant_access_type: self.cross_tenant_access_type.str().into(),
            home_tenant_id: self.home_tenant_id.str().into(),
            resource_tenant_id: self.resource_tenant_id.str().into(),
            status,
            device_detail: first("DeviceDetail", device, fold).unwrap_or_default(),
            // Nothing in a file that carries details: they have not arrived (rulings.md 9).
            authentication_details: if details { Some(steps.unwrap_or_default()) } else { steps },
            persistent_browser: self.persistent_browser(),
            ..GraphRow::default()
        }
    }

    /// Whether the column or one of its twins says so.
    fn persistent_browser(&self) -> PersistentBrowser {
        let twins = [&self.conditional_access_policies, &self.policies_dynamic, &self.policies_string];
        PersistentBrowser(twins.into_iter().any(|column| match column {
            Dynamic::Text(text) => PersistentBrowser::of_text(text.str()).0,
            Dynamic::Value(value) => value.0,
        }))
    }

    /// Queries often put a word of their own into this column (`Success`); `ResultType` says the outcome then.
    fn status(&self, fold: &mut Fold<'_>) -> Status<'_> {
        let said = !is_null(self.result_type.str());
        let word = |status: &Dynamic<'_, Status<'_>>| matches!(status, Dynamic::Text(t) if !t.str().trim_start().starts_with('{'));
        let twins = [&self.status, &self.status_dynamic, &self.status_string];
        first("Status", twins.into_iter().filter(|status| !(said && word(status))), fold).unwrap_or_default()
    }

    /// A JSON list, or words with commas between them.
    fn event_types(&self) -> Result<Vec<Text<'_>>, serde_json::Error> {
        match &self.sign_in_event_types {
            Dynamic::Text(text) if !text.str().trim_start().starts_with('[') => {
                Ok(text.str().split(',').map(|word| word.trim().into()).collect())
            }
            list => Ok(list.read()?.unwrap_or_default()),
        }
    }
}

/// The first of a column and its twins that says something. One that says something unreadable is counted, once a row.
fn first<'a, T>(
    column: &'static str,
    twins: impl IntoIterator<Item = &'a Dynamic<'a, T>>,
    fold: &mut Fold<'_>,
) -> Option<T>
where
    T: Deserialize<'a> + Clone + Default + PartialEq + 'a,
{
    let mut lost = false;
    let said = twins.into_iter().find_map(|twin| {
        twin.read().unwrap_or_else(|_| {
            lost = true;
            None
        })
    });
    if lost {
        fold.lost(column);
    }
    said
}

/// A row of `AuditLogs`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct AuditLogRow<'a> {
    #[serde(alias = "ActivityDateTime [UTC]")]
    pub(super) activity_date_time: Text<'a>,
    pub(super) activity_display_name: Text<'a>,
    pub(super) operation_name: Text<'a>,
    pub(super) result: Text<'a>,
    pub(super) result_type: Text<'a>,
    pub(super) result_reason: Text<'a>,
    pub(super) correlation_id: Text<'a>,
    #[serde(rename = "AADTenantId")]
    pub(super) directory: Text<'a>,
    /// The table; `Category` is the activity's own here.
    pub(super) r#type: Text<'a>,
    pub(super) initiated_by: Dynamic<'a, Initiators<'a>>,
    #[serde(rename = "InitiatedBy_dynamic")]
    pub(super) initiated_dynamic: Dynamic<'a, Initiators<'a>>,
    #[serde(rename = "InitiatedBy_string")]
    pub(super) initiated_string: Dynamic<'a, Initiators<'a>>,
    /// One object where the query expanded the list.
    pub(super) target_resources: Dynamic<'a, OneOrMore<Target<'a>>>,
    #[serde(rename = "TargetResources_dynamic")]
    pub(super) targets_dynamic: Dynamic<'a, OneOrMore<Target<'a>>>,
    #[serde(rename = "TargetResources_string")]
    pub(super) targets_string: Dynamic<'a, OneOrMore<Target<'a>>>,
}

impl AuditLogRow<'_> {
    /// Whether it is a row of a sign-in table that a `union` put among audit rows.
    pub(super) fn is_sign_in(&self) -> bool {
        matches!(Log::of(self.r#type.str()), Some(Log::SignIns(_) | Log::ServicePrincipals))
    }

    /// Folds the row. `at` is its `ActivityDateTime`.
    pub(super) fn fold(&self, at: Option<Instant>, fold: &mut Fold<'_>) -> Outcome {
        fold.log_tenant = Id::parse(self.directory.str());
        let by = first("InitiatedBy", [&self.initiated_by, &self.initiated_dynamic, &self.initiated_string], fold);
        let twins = [&self.target_resources, &self.targets_dynamic, &self.targets_string];
        let targets = first("TargetResources", twins, fold);
        if targets.is_none() && twins.iter().any(|twin| twin.read().is_err()) {
            // Whom the row is about is all that it is read for.
            return Outcome::Rejected(Reject::Json);
        }
        let parts = AuditParts {
            at,
            activity: said(&self.activity_display_name, &self.operation_name),
            result: said(&self.result, &self.result_type),
            reason: self.result_reason.str(),
            correlation: self.correlation_id.str(),
        };
        parts.fold(&by.unwrap_or_default(), &targets.unwrap_or_default().0, fold)
    }
}

/// The first column, or the second where the first says nothing.
fn said<'r>(one: &'r Text<'_>, other: &'r Text<'_>) -> &'r str {
    if is_null(one.str()) { other.str() } else { one.str() }
}

/// The names of a head's columns, as written and without the zone that Log Analytics appends to dates (`… [utc]`).
pub(super) fn names(head: &Head) -> Vec<String> {
    let header = head.header();
    let bare = header.iter().filter_map(|h| h.strip_suffix(']')?.split_once(" [").map(|(name, _)| name.to_owned()));
    header.iter().cloned().chain(bare).collect()
}

/// Whether the file has the event's own time, in UTC. `spelled` is the column as Log Analytics spells it.
///
/// # Errors
/// A sentence saying what is missing or in which zone the times are.
pub(super) fn insist_on_time(names: &[String], spelled: &str) -> Result<(), String> {
    let lower = spelled.to_lowercase();
    let in_utc = format!("{lower} [utc]");
    // `names` hold a column with a zone twice: with it and without.
    let zoned = names.iter().find(|n| **n != in_utc && n.starts_with(&lower) && n[lower.len()..].starts_with(" ["));
    if names.contains(&in_utc) || (names.contains(&lower) && zoned.is_none()) {
        return Ok(());
    }
    Err(match zoned {
        Some(column) => format!(
            "its times are shown in another zone than UTC: the column `{spelled}` ends in `{}`; set the display time \
             zone of Log Analytics to UTC and export again",
            column[lower.len()..].trim()
        ),
        None => format!(
            "no column `{spelled}`, the time of the event; `TimeGenerated` is when the row reached Log Analytics, up to \
             minutes later, and never stands in for it: keep `{spelled}` in the query"
        ),
    })
}

/// The order of day and month in a file's dates: what its rows show, else Log Analytics' own where all have its form, else
/// `--date-order`.
///
/// # Errors
/// When the rows do not decide and another program wrote the dates, or the rows contradict each other.
pub(super) fn date_order(head: &Head, context: &FileContext<'_>, times: &[Want]) -> Result<Option<DateOrder>, String> {
    if !matches!(head.shape, Shape::Csv { .. }) {
        return Ok(None);
    }
    if context.decided.is_some() {
        return Ok(context.decided);
    }
    let survey = Survey::ahead(context, head, times)?;
    settle(survey.log_analytics_order(), survey, context)
}
