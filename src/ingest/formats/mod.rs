//! One file per export format. Order matters only for reading: recognition is by score.

mod diagnostic_json;
mod graph_audit_json;
mod graph_registration_json;
mod graph_row;
mod graph_sign_in_json;
mod graph_users_json;
mod log_analytics_audit_csv;
mod log_analytics_audit_json;
mod log_analytics_row;
mod log_analytics_sign_in_csv;
mod log_analytics_sign_in_json;
mod portal_application_csv;
mod portal_audit_csv;
mod portal_details_csv;
mod portal_sign_in_csv;
mod registration_csv;
mod users_csv;

use super::format::Format;

/// Every format kmsift reads.
pub const FORMATS: &[&dyn Format] = &[
    &portal_sign_in_csv::PortalSignInCsv,
    &portal_details_csv::PortalDetailsCsv,
    &portal_application_csv::PortalApplicationCsv,
    &portal_audit_csv::PortalAuditCsv,
    &registration_csv::RegistrationCsv,
    &users_csv::UsersCsv,
    &graph_sign_in_json::GraphSignInJson,
    &graph_audit_json::GraphAuditJson,
    &graph_registration_json::GraphRegistrationJson,
    &graph_users_json::GraphUsersJson,
    &diagnostic_json::DiagnosticJson,
    &log_analytics_sign_in_csv::LogAnalyticsSignInCsv,
    &log_analytics_sign_in_json::LogAnalyticsSignInJson,
    &log_analytics_audit_csv::LogAnalyticsAuditCsv,
    &log_analytics_audit_json::LogAnalyticsAuditJson,
];
