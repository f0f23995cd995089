//! One file per export format. Order matters only for reading: recognition is by score.

mod admin_centre_users_csv;
mod admindroid_registration_csv;
mod cipp_mfa_csv;
mod cipp_mfa_json;
mod cli_registration_csv;
mod cli_sign_in_csv;
mod credential_registration_csv;
mod credential_registration_json;
mod diagnostic_json;
mod entra_powershell_sign_in_csv;
mod extractor_methods_csv;
mod graph_audit_json;
mod graph_registration_json;
mod graph_row;
mod graph_sign_in_json;
mod graph_users_json;
mod group_members_csv;
mod inactive_users_csv;
mod lazyadmin_mfa_csv;
mod log_analytics_audit_csv;
mod log_analytics_audit_json;
mod log_analytics_row;
mod log_analytics_sign_in_csv;
mod log_analytics_sign_in_json;
mod log_analytics_union_csv;
mod msonline_mfa_csv;
mod pascal;
mod portal_application_csv;
mod portal_audit_csv;
mod portal_details_csv;
mod portal_sign_in_csv;
mod powershell_audit_csv;
mod powershell_audit_json;
mod powershell_registration_json;
mod powershell_sign_in_json;
mod powershell_users_json;
mod registration_csv;
mod reset_events_csv;
mod reset_events_json;
mod unified_audit_csv;
mod users_csv;
mod wrapped_json;

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
    &powershell_sign_in_json::PowershellSignInJson,
    &powershell_audit_json::PowershellAuditJson,
    &powershell_registration_json::PowershellRegistrationJson,
    &powershell_users_json::PowershellUsersJson,
    &diagnostic_json::DiagnosticJson,
    &log_analytics_sign_in_csv::LogAnalyticsSignInCsv,
    &log_analytics_sign_in_json::LogAnalyticsSignInJson,
    &log_analytics_audit_csv::LogAnalyticsAuditCsv,
    &log_analytics_audit_json::LogAnalyticsAuditJson,
    &log_analytics_union_csv::LogAnalyticsUnionCsv,
    &wrapped_json::WrappedJson,
    &admin_centre_users_csv::AdminCentreUsersCsv,
    &inactive_users_csv::InactiveUsersCsv,
    &cli_registration_csv::CliRegistrationCsv,
    &extractor_methods_csv::ExtractorMethodsCsv,
    &cipp_mfa_csv::CippMfaCsv,
    &cipp_mfa_json::CippMfaJson,
    &lazyadmin_mfa_csv::LazyadminMfaCsv,
    &msonline_mfa_csv::MsonlineMfaCsv,
    &admindroid_registration_csv::AdmindroidRegistrationCsv,
    &credential_registration_csv::CredentialRegistrationCsv,
    &credential_registration_json::CredentialRegistrationJson,
    &reset_events_csv::ResetEventsCsv,
    &reset_events_json::ResetEventsJson,
    &entra_powershell_sign_in_csv::EntraPowershellSignInCsv,
    &powershell_audit_csv::PowershellAuditCsv,
    &cli_sign_in_csv::CliSignInCsv,
    &group_members_csv::GroupMembersCsv,
    &unified_audit_csv::UnifiedAuditCsv,
];
