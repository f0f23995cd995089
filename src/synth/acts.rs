//! The audit activities the generator writes, spelled as the directory spells them.

use super::event::Activity;

const fn methods(name: &'static str, operation: &'static str) -> Activity {
    Activity { name, service: "Authentication Methods", operation, prefix: "Authentication Methods_" }
}

const fn directory(name: &'static str, operation: &'static str) -> Activity {
    Activity { name, service: "Core Directory", operation, prefix: "Directory_" }
}

const fn password(name: &'static str) -> Activity {
    Activity { name, service: "Self-service Password Management", operation: "Update", prefix: "SSPR_" }
}

const fn portal(name: &'static str) -> Activity {
    Activity { name, service: "Entra Management UX", operation: "Assign", prefix: "UX_" }
}

/// The wizard or the add dialog was entered.
pub(super) const STARTED: Activity = methods("User started security info registration", "Add");
/// One method was registered.
pub(super) const REGISTERED: Activity = methods("User registered security info", "Add");
/// The same, as the service writes it for email.
pub(super) const REGISTERED_API: Activity = methods("User registered security info", "ServiceApi");
/// The wizard was completed, or its failure row.
pub(super) const ALL_REQUIRED: Activity = methods("User registered all required security info", "Update");
/// The wizard was left.
pub(super) const CANCELED: Activity = methods("User canceled security info registration", "Update");
/// A method was removed.
pub(super) const DELETED: Activity = methods("User deleted security info", "Delete");
/// An administrator provisioned a method.
pub(super) const ADMIN_REGISTERED: Activity = methods("Admin registered security info", "Add");
/// The session-valid-from instant moved.
pub(super) const STS: Activity = directory("Update StsRefreshTokenValidFrom Timestamp", "Update");
/// A user object changed.
pub(super) const UPDATE_USER: Activity = directory("Update user", "Update");
/// The account was disabled.
pub(super) const DISABLE: Activity = directory("Disable account", "Update");
/// A user was created.
pub(super) const ADD_USER: Activity = directory("Add user", "Add");
/// A password reset in the directory.
pub(super) const RESET_DIRECTORY: Activity = directory("Reset user password", "Update");
/// A self-service reset.
pub(super) const RESET_SELF: Activity = password("Reset password (self-service)");
/// Progress of the self-service flow.
pub(super) const RESET_PROGRESS: Activity = password("Self-service password reset flow activity progress");
/// Provenance of the user export.
pub(super) const DOWNLOAD_USERS: Activity = portal("Download users - finished (bulk)");
/// Provenance of the registration report.
pub(super) const DOWNLOAD_REGISTRATION: Activity = portal("Download user registration details - finished (bulk)");
/// A policy change to annotate charts with.
pub(super) const POLICY: Activity = Activity {
    name: "Update conditional access policy",
    service: "Conditional Access",
    operation: "Update",
    prefix: "IPCGraph_",
};
