//! What becomes of rows that do not reach the facts: skipped or rejected, always with a reason.

/// A row left out on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// Sign-in of a service principal or managed identity.
    ServicePrincipal,
    /// `passthrough`: no token for this tenant was issued.
    Passthrough,
    /// Neither a user id nor a UPN.
    NoUser,
    /// Later than `--as-of`.
    AfterAsOf,
    /// The header again, in the middle of the file.
    RepeatedHeader,
    /// An audit activity of no use here.
    OtherActivity,
    /// An audit row whose subject is not a user.
    NotAboutAUser,
    /// A log category of no use here (risky users, provisioning …).
    OtherCategory,
    /// A placeholder row without any value.
    Blank,
    /// A registration or reset event: no object id, no correlation id.
    ResetEvent,
    /// A sign-in of the unified audit log: it does not say whether it was interactive.
    UnifiedSignIn,
}

impl Skip {
    /// The name in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServicePrincipal => "service_principal",
            Self::Passthrough => "passthrough",
            Self::NoUser => "no_user",
            Self::AfterAsOf => "after_as_of",
            Self::RepeatedHeader => "repeated_header",
            Self::OtherActivity => "other_activity",
            Self::NotAboutAUser => "not_about_a_user",
            Self::OtherCategory => "other_category",
            Self::Blank => "blank",
            Self::ResetEvent => "reset_event",
            Self::UnifiedSignIn => "unified_sign_in",
        }
    }
}

/// A row that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reject {
    /// Fewer or more cells than the header.
    Width,
    /// The event time is missing or unreadable.
    Time,
    /// The error code is neither empty nor a number.
    Code,
    /// Not valid JSON, or a field of another type than documented.
    Json,
    /// Not valid UTF-8.
    Utf8,
    /// Interactive or not cannot be told for this row.
    Kind,
    /// A true/false cell holds something else.
    Boolean,
    /// Something that is no record, where only records may stand.
    Misplaced,
    /// The data ends inside the row.
    Torn,
    /// Objects and lists in it nest deeper than `--max-nesting`.
    Nesting,
}

impl Reject {
    /// The name in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "wrong_width",
            Self::Time => "bad_time",
            Self::Code => "bad_code",
            Self::Json => "bad_json",
            Self::Utf8 => "bad_utf8",
            Self::Kind => "kind_unknown",
            Self::Boolean => "bad_boolean",
            Self::Misplaced => "misplaced",
            Self::Torn => "torn",
            Self::Nesting => "too_deep",
        }
    }
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the facts.
    Folded,
    /// Left out, with the reason.
    Skipped(Skip),
    /// Unreadable, with the reason.
    Rejected(Reject),
}
