//! The Graph objects `signIn` and `directoryAudit` as JSON spells them; also the `properties` of diagnostic records.
//!
//! One structure for both, so that a diagnostic row is parsed once whatever its category.

use serde::{Deserialize, Deserializer};

use crate::ingest::csv::boolean;
use crate::ingest::fold::Fold;
use crate::ingest::json::{Dynamic, Text};
use crate::ingest::known::Key;
use crate::ingest::members::{Field, members};
use crate::ingest::session_controls::PersistentBrowser;
use crate::ingest::sign_in::SignIn;
use crate::model::audit::{AuditRow, valid_from};
use crate::model::ids::{Id, is_null};
use crate::model::problem::{Outcome, Reject, Skip};
use crate::model::sign_in::{Channel, Client, Event, Freshness, Step, Stream, Token, Trust, Way, Who, freshness};
use crate::model::time::Instant;

/// The fields of interest of both objects. Whatever is absent or null is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GraphRow<'a> {
    pub(crate) id: Text<'a>,
    pub(crate) created_date_time: Text<'a>,
    pub(super) user_id: Text<'a>,
    pub(super) user_principal_name: Text<'a>,
    pub(super) user_display_name: Text<'a>,
    pub(super) user_type: Text<'a>,
    pub(super) app_id: Text<'a>,
    pub(super) app_display_name: Text<'a>,
    pub(super) resource_id: Text<'a>,
    pub(super) client_app_used: Text<'a>,
    pub(super) correlation_id: Text<'a>,
    pub(super) session_id: Text<'a>,
    pub(super) is_interactive: Text<'a>,
    pub(super) sign_in_event_types: Vec<Text<'a>>,
    pub(super) incoming_token_type: Text<'a>,
    pub(super) authentication_protocol: Text<'a>,
    pub(super) cross_tenant_access_type: Text<'a>,
    pub(super) home_tenant_id: Text<'a>,
    pub(super) resource_tenant_id: Text<'a>,
    pub(super) status: Status<'a>,
    pub(super) device_detail: Device<'a>,
    /// `None`: the object has no such member, so its format (v1.0) carries no details.
    pub(super) authentication_details: Option<Vec<Detail<'a>>>,
    pub(crate) activity_date_time: Text<'a>,
    pub(super) activity_display_name: Text<'a>,
    pub(super) result: Text<'a>,
    pub(super) result_reason: Text<'a>,
    /// Of an audit row.
    pub(super) initiated_by: Option<Box<Initiators<'a>>>,
    pub(super) target_resources: Vec<Target<'a>>,
    pub(super) persistent_browser: PersistentBrowser,
}

members!(GraphRow {
    "id" => id, "createdDateTime" => created_date_time, "userId" => user_id, "userPrincipalName" => user_principal_name,
    "userDisplayName" => user_display_name, "userType" => user_type, "appId" => app_id,
    "appDisplayName" => app_display_name, "resourceId" => resource_id, "clientAppUsed" => client_app_used,
    "correlationId" => correlation_id, "sessionId" => session_id, "isInteractive" => is_interactive,
    "signInEventTypes" => sign_in_event_types, "incomingTokenType" => incoming_token_type,
    "authenticationProtocol" => authentication_protocol, "crossTenantAccessType" => cross_tenant_access_type,
    "homeTenantId" => home_tenant_id, "resourceTenantId" => resource_tenant_id, "status" => status,
    "deviceDetail" => device_detail, "authenticationDetails" => authentication_details,
    "activityDateTime" => activity_date_time, "activityDisplayName" => activity_display_name, "result" => result,
    "resultReason" => result_reason, "initiatedBy" => initiated_by, "targetResources" => target_resources,
    "appliedConditionalAccessPolicies" => persistent_browser,
});

/// `status`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Status<'a> {
    pub(super) error_code: Text<'a>,
    pub(super) failure_reason: Text<'a>,
    pub(super) additional_details: Text<'a>,
}

members!(Status {
    "errorCode" => error_code, "failureReason" => failure_reason, "additionalDetails" => additional_details,
});

/// `deviceDetail`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Device<'a> {
    pub(super) trust_type: Text<'a>,
}

members!(Device { "trustType" => trust_type });

/// One of `authenticationDetails`.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_field_names, reason = "Graph's names")]
pub(super) struct Detail<'a> {
    pub(super) authentication_method: Text<'a>,
    pub(super) authentication_step_result_detail: Text<'a>,
    pub(super) succeeded: Text<'a>,
}

members!(Detail {
    "authenticationMethod" => authentication_method,
    "authenticationStepResultDetail" => authentication_step_result_detail, "succeeded" => succeeded,
});

/// `initiatedBy`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Initiators<'a> {
    user: Initiator<'a>,
    app: Initiator<'a>,
}

members!(Initiators { "user" => user, "app" => app });

#[derive(Clone, Debug, Default, PartialEq)]
struct Initiator<'a> {
    id: Text<'a>,
    user_principal_name: Text<'a>,
    display_name: Text<'a>,
    app_id: Text<'a>,
    service_principal_id: Text<'a>,
}

members!(Initiator {
    "id" => id, "userPrincipalName" => user_principal_name, "displayName" => display_name, "appId" => app_id,
    "servicePrincipalId" => service_principal_id,
});

/// One of `targetResources`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Target<'a> {
    id: Text<'a>,
    kind: Text<'a>,
    display_name: Text<'a>,
    user_principal_name: Text<'a>,
    modified_properties: Vec<Property<'a>>,
}

members!(Target {
    "id" => id, "type" => kind, "displayName" => display_name, "userPrincipalName" => user_principal_name,
    "modifiedProperties" => modified_properties,
});

impl<'a> Target<'a> {
    /// A target whose changes are not told.
    pub(crate) fn of(id: &'a str, kind: &'a str, upn: &'a str) -> Self {
        let (id, kind, user_principal_name) = (id.into(), kind.into(), upn.into());
        Self { id, kind, user_principal_name, display_name: Text::default(), modified_properties: Vec::new() }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Property<'a> {
    display_name: Text<'a>,
    new_value: Text<'a>,
}

members!(Property { "displayName" => display_name, "newValue" => new_value });

/// A list that is there, even if null. One whose items a tool wrote as texts is lost, as if the format carried none:
/// `ConvertTo-Json` does that below its `-Depth` (formats.md §0.13).
impl<'de: 'a, 'a> Field<'de> for Option<Vec<Detail<'a>>> {
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        let items = match Dynamic::<Vec<Dynamic<'de, Detail<'a>>>>::deserialize(value)? {
            Dynamic::Text(text) if is_null(text.str()) => Vec::new(),
            Dynamic::Text(_) => return Ok(()),
            Dynamic::Value(items) => items,
        };
        let step = |item| if let Dynamic::Value(value) = item { Some(value) } else { None };
        *self = items.into_iter().map(step).collect();
        Ok(())
    }
}

impl<'de> Field<'de> for PersistentBrowser {
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        *self = Self::deserialize(value)?;
        Ok(())
    }
}

impl GraphRow<'_> {
    /// Folds a `signIn`. `fallback` is what the envelope or the file says of the kind, `envelope_code` of the outcome.
    pub(crate) fn fold_sign_in(&self, fallback: Option<Stream>, envelope_code: &str, fold: &mut Fold<'_>) -> Outcome {
        self.fold_sign_in_at(Instant::parse(self.created_date_time.str()), fallback, envelope_code, fold)
    }

    /// Folds a `signIn` whose event time has been read.
    pub(super) fn fold_sign_in_at(
        &self,
        at: Option<Instant>,
        fallback: Option<Stream>,
        envelope_code: &str,
        fold: &mut Fold<'_>,
    ) -> Outcome {
        // Model rows of other tools hold nothing but nulls (samples/ztassess).
        if is_null(self.user_id.str()) && is_null(self.user_principal_name.str()) && is_null(self.id.str()) {
            return Outcome::Skipped(Skip::Blank);
        }
        let Some(at) = at else { return Outcome::Rejected(no_time(&self.created_date_time, &self.activity_date_time)) };
        let interactive = match self.stream(fallback) {
            Ok(Stream::Interactive) => true,
            Ok(_) => false,
            Err(outcome) => return outcome,
        };
        let Some(code) = self.code(envelope_code) else { return Outcome::Rejected(Reject::Code) };
        let freshness = if interactive { self.freshness() } else { Freshness::NotCarried };
        fold.sign_in(&GraphSignIn { row: self, at, interactive, code, freshness }).unwrap_or_else(Outcome::Rejected)
    }

    /// The row's own code, else the envelope's. A row without any says nothing of its outcome.
    fn code(&self, envelope: &str) -> Option<u32> {
        let own = self.status.error_code.str();
        let text = if is_null(own) { envelope } else { own };
        text.trim().parse().ok()
    }

    /// The row's own word first, then the envelope's or the file's (formats.md §0.7).
    fn stream(&self, fallback: Option<Stream>) -> Result<Stream, Outcome> {
        let own = self.is_interactive.str();
        let types = &self.sign_in_event_types;
        let is = |word: &str| types.iter().any(|t| t.str().eq_ignore_ascii_case(word));
        if is("servicePrincipal") || is("managedIdentity") {
            Err(Outcome::Skipped(Skip::ServicePrincipal))
        } else if let Some(interactive) = boolean(own).map_err(|_| Outcome::Rejected(Reject::Kind))? {
            // A word that cannot be read is no word of the file's: who says `FALSCH` does not say nothing.
            Ok(if interactive { Stream::Interactive } else { Stream::NonInteractive })
        } else if is("nonInteractiveUser") {
            Ok(Stream::NonInteractive)
        } else if is("interactiveUser") {
            Ok(Stream::Interactive)
        } else {
            fallback.ok_or(Outcome::Rejected(Reject::Kind))
        }
    }

    fn freshness(&self) -> Freshness {
        match &self.authentication_details {
            None => Freshness::NotCarried,
            Some(details) => {
                let steps = details.iter().map(|d| Step {
                    method: d.authentication_method.str(),
                    result: d.authentication_step_result_detail.str(),
                    succeeded: match d.succeeded.str() {
                        "true" => Some(true),
                        "false" => Some(false),
                        _ => None,
                    },
                });
                match freshness(steps) {
                    // The MFA text stands in for details that have not arrived.
                    Freshness::Missing if crate::model::sign_in::is_claim(self.status.additional_details.str()) => {
                        Freshness::ClaimOnly
                    }
                    other => other,
                }
            }
        }
    }

    /// Folds a `directoryAudit`.
    pub(crate) fn fold_audit(&self, fold: &mut Fold<'_>) -> Outcome {
        let at = Instant::parse(self.activity_date_time.str());
        if at.is_none() {
            return Outcome::Rejected(no_time(&self.activity_date_time, &self.created_date_time));
        }
        let row = AuditParts {
            at,
            activity: self.activity_display_name.str(),
            result: self.result.str(),
            reason: self.result_reason.str(),
            correlation: self.correlation_id.str(),
        };
        let nobody = Initiators::default();
        row.fold(self.initiated_by.as_deref().unwrap_or(&nobody), &self.target_resources, fold)
    }
}

/// A sign-in whose time, kind, code and steps have been read.
struct GraphSignIn<'r> {
    row: &'r GraphRow<'r>,
    at: Instant,
    interactive: bool,
    code: u32,
    freshness: Freshness,
}

impl SignIn for GraphSignIn<'_> {
    fn event(&self) -> Result<Event, Reject> {
        let passthrough = self.row.cross_tenant_access_type.str().eq_ignore_ascii_case("passthrough");
        Ok(Event { at: self.at, persistent_browser: self.row.persistent_browser.0, passthrough })
    }

    fn correlation(&self) -> &str {
        self.row.correlation_id.str()
    }

    fn session(&self) -> &str {
        self.row.session_id.str()
    }

    fn reason(&self) -> &str {
        self.row.status.failure_reason.str()
    }

    fn way_cells(&self, key: &mut Key) {
        let row = self.row;
        key.mark(u8::from(self.interactive)).mark(self.freshness as u8).cell(&self.code.to_le_bytes());
        let cells = [&row.app_id, &row.app_display_name, &row.resource_id, &row.client_app_used];
        let more = [&row.incoming_token_type, &row.authentication_protocol, &row.device_detail.trust_type];
        for cell in cells.into_iter().chain(more) {
            key.cell(cell.str().as_bytes());
        }
    }

    fn way(&self) -> Result<Way<'_>, Reject> {
        let row = self.row;
        let channel = Channel {
            interactive: self.interactive,
            code: self.code,
            app: Id::parse(row.app_id.str()),
            resource: Id::parse(row.resource_id.str()),
            client: Client::parse(row.client_app_used.str()),
            token: Token::parse(row.incoming_token_type.str()),
            ropc: row.authentication_protocol.str().eq_ignore_ascii_case("ropc"),
            freshness: self.freshness,
            trust: Trust::parse(row.device_detail.trust_type.str()),
        };
        Ok(Way { channel, app_name: row.app_display_name.str() })
    }

    fn who_cells(&self, key: &mut Key) {
        let row = self.row;
        let cells = [&row.user_id, &row.user_principal_name, &row.user_display_name, &row.user_type];
        for cell in cells.into_iter().chain([&row.home_tenant_id, &row.resource_tenant_id]) {
            key.cell(cell.str().as_bytes());
        }
    }

    fn who(&self) -> Result<Who<'_>, Reject> {
        let row = self.row;
        Ok(Who {
            user: Id::parse(row.user_id.str()),
            upn: row.user_principal_name.str(),
            name: row.user_display_name.str(),
            user_type: row.user_type.str(),
            tenants: (Id::parse(row.home_tenant_id.str()), Id::parse(row.resource_tenant_id.str())),
        })
    }
}

/// Why a row has no time: it cannot be read, or the row has the other log's instead.
fn no_time(own: &Text<'_>, other: &Text<'_>) -> Reject {
    let is_other = is_null(own.str()) && Instant::parse(other.str()).is_some();
    if is_other { Reject::OtherKind } else { Reject::Time }
}

/// The scalar parts of an audit row, whatever spelled them.
pub(crate) struct AuditParts<'a> {
    /// `None`: missing or unreadable.
    pub(crate) at: Option<Instant>,
    pub(crate) activity: &'a str,
    pub(crate) result: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) correlation: &'a str,
}

impl AuditParts<'_> {
    /// Folds the row with its initiator and targets.
    pub(crate) fn fold(&self, by: &Initiators<'_>, targets: &[Target<'_>], fold: &mut Fold<'_>) -> Outcome {
        let Some(at) = self.at else { return Outcome::Rejected(Reject::Time) };
        let success = self.result.trim().eq_ignore_ascii_case("success");
        let Some(activity) = fold.activity(self.activity) else {
            let name = targets.first().map_or("", |t| t.display_name.str());
            return fold.audit_of_tenant((at, self.activity), success, name);
        };
        let Some(target) = targets.iter().find(|t| t.kind.str().eq_ignore_ascii_case("user")) else {
            return fold.audit_seen(at, Skip::NotAboutAUser);
        };
        let app = [&by.app.display_name, &by.app.app_id, &by.app.service_principal_id];
        let valid_from = targets
            .iter()
            .flat_map(|t| &t.modified_properties)
            .find_map(|p| valid_from(p.display_name.str(), p.new_value.str()));
        fold.audit(&AuditRow {
            at,
            activity,
            success,
            reason: self.reason,
            correlation: Id::parse(self.correlation),
            target: (Id::parse(target.id.str()), target.user_principal_name.str()),
            by_user: (Id::parse(by.user.id.str()), by.user.user_principal_name.str()),
            by_app: app.iter().map(|t| t.str()).find(|t| !is_null(t)).unwrap_or(""),
            valid_from,
        })
    }
}
