//! Every number a verdict depends on, its unit in its name.

use std::sync::Arc;

use super::method::ResistanceProfile;
use super::registration::Goal;
use super::sign_in::Stream;
use super::tables::Tables;
use super::time::{Instant, Window};

/// What judging depends on besides the facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// T. `None`: the end of the interactive coverage.
    pub as_of: Option<Instant>,
    /// What people should be registered for.
    pub goal: Goal,
    /// W: stale means no promptable sign-in for this many days.
    pub stale_days: i64,
    /// A: active means a successful use within this many days.
    pub active_days: i64,
    /// Rows younger than this before the end of coverage are not settled; coverage this close to T reaches it.
    pub settle_hours: i64,
    /// A tenant-wide silence longer than this is a gap.
    pub gap_hours: i64,
    /// A campaign revocation within this many days makes somebody `already_revoked`.
    pub revoked_within_days: i64,
    /// Which methods count as phishing-resistant.
    pub pr_profile: ResistanceProfile,
    /// Enforcing MFA is called ready from this share of capable people on, percent.
    pub ready_percent: u8,
    /// Bounds declared with `--covers`.
    pub covers: Vec<(Stream, Window)>,
    /// Codes, activities and methods: the user's rows before the built-in ones.
    pub tables: Arc<Tables>,
}

impl Default for Thresholds {
    /// The contract's defaults.
    fn default() -> Self {
        Self {
            as_of: None,
            goal: Goal::Mfa,
            stale_days: 30,
            active_days: 14,
            settle_hours: 24,
            gap_hours: 72,
            revoked_within_days: 30,
            pr_profile: ResistanceProfile::Full,
            ready_percent: 95,
            covers: Vec::new(),
            tables: Arc::default(),
        }
    }
}

/// An option as it was in force, for the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// Long name, without dashes.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// Whether it may be given more than once.
    pub many: bool,
    /// `command line`, `default`, or a file and line.
    pub from: String,
}
