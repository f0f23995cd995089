//! A row of a user export, in our words.

use super::ids::Id;
use super::time::Instant;

/// What a user export says of one person. `None` and empty are "not stated", never "no".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountRow {
    /// Object id.
    pub user: Option<Id>,
    /// UPN as written.
    pub upn: String,
    /// Display name.
    pub display_name: Option<String>,
    /// Guest (`true`) or member.
    pub guest: Option<bool>,
    /// `accountEnabled`.
    pub enabled: Option<bool>,
    /// `createdDateTime`.
    pub created: Option<Instant>,
    /// `department`.
    pub department: Option<String>,
    /// `usageLocation`.
    pub usage_location: Option<String>,
    /// `signInActivity.lastSignInDateTime`: the last interactive *attempt* (SIA).
    pub last_sign_in: Option<Instant>,
    /// `signInActivity.lastNonInteractiveSignInDateTime`: an attempt too.
    pub last_non_interactive: Option<Instant>,
    /// `signInActivity.lastSuccessfulSignInDateTime`.
    pub last_successful: Option<Instant>,
    /// `signInSessionsValidFromDateTime`.
    pub sessions_valid_from: Option<Instant>,
    /// `lastPasswordChangeDateTime`.
    pub last_password_change: Option<Instant>,
    /// When the export was made, as far as it says.
    pub snapshot: Option<Instant>,
    /// The file says so itself. Else `snapshot` is the youngest instant of the row: the export is that old or younger.
    pub dated: bool,
}
