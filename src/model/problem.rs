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
    /// A change of a policy, or an export, that failed.
    FailedChange,
    /// A log category of no use here (risky users, provisioning …).
    OtherCategory,
    /// A placeholder row without any value.
    Blank,
    /// A registration or reset event: no object id, no correlation id.
    ResetEvent,
    /// A sign-in of the unified audit log: it does not say whether it was interactive.
    UnifiedSignIn,
    /// A row of a tenant that `--tenant` does not name.
    OtherTenant,
}

impl Skip {
    /// What it means, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::ServicePrincipal => "sign-ins of apps, not of people",
            Self::Passthrough => "passages to another tenant: nothing was issued here",
            Self::NoUser => "they name nobody",
            Self::AfterAsOf => "later than --as-of",
            Self::RepeatedHeader => "the header again: exports were joined",
            Self::OtherActivity => "audit events that say nothing of sessions, methods or accounts",
            Self::NotAboutAUser => "audit events about other things than people",
            Self::FailedChange => "changes of policies, or exports, that failed",
            Self::OtherCategory => "records of other logs",
            Self::Blank => "rows without any value",
            Self::ResetEvent => "registration and reset events: they carry no ids to join by",
            Self::UnifiedSignIn => "sign-ins that do not say whether they were interactive",
            Self::OtherTenant => "of tenants that --tenant does not name",
        }
    }

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
            Self::FailedChange => "failed_change",
            Self::OtherCategory => "other_category",
            Self::Blank => "blank",
            Self::ResetEvent => "reset_event",
            Self::UnifiedSignIn => "unified_sign_in",
            Self::OtherTenant => "other_tenant",
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
    /// The data end inside the row, or the next one begins in it.
    Torn,
    /// Objects and lists in it nest deeper than `--max-nesting`.
    Nesting,
    /// A header of other columns, or a row below one.
    OtherHeader,
    /// A record of another log than the file's.
    OtherKind,
}

impl Reject {
    /// What it means, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Width => "more or fewer cells than the header",
            Self::Time => "no readable time",
            Self::Code => "no readable error code",
            Self::Json => "not valid JSON, or a field of another type",
            Self::Utf8 => "not valid UTF-8",
            Self::Kind => "interactive or not cannot be told; give --kind",
            Self::Boolean => "a yes/no cell holds something else",
            Self::Misplaced => "something that is no record",
            Self::Torn => "not whole: the data end inside it, or the next row begins there",
            Self::Nesting => "objects and lists in it nest deeper than --max-nesting",
            Self::OtherHeader => {
                "below a header of other columns: exports of two layouts were joined; split the file there"
            }
            Self::OtherKind => "another kind of record than the file's: split the file by kind",
        }
    }

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
            Self::OtherHeader => "other_header",
            Self::OtherKind => "other_kind",
        }
    }

    /// What in the row could not be read, where it is one column; other reasons are damage of the row.
    #[must_use]
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Time => Some("time"),
            Self::Code => Some("code"),
            Self::Kind => Some("interactive or not"),
            Self::Width
            | Self::Json
            | Self::Utf8
            | Self::Boolean
            | Self::Misplaced
            | Self::Torn
            | Self::Nesting
            | Self::OtherHeader
            | Self::OtherKind => None,
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
