//! The words of a verdict: what the interval says, the one word for a person, what bore on it (rulings.md 16 and 27).

use crate::model::enum_set::vocabulary;

/// What the interval says. Unknown is a third answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stale {
    /// At least W days.
    Stale,
    /// Less than W days.
    NotStale,
    /// The coverage cannot tell.
    Undetermined,
}

impl Stale {
    /// All.
    pub const ALL: [Self; 3] = [Self::Stale, Self::NotStale, Self::Undetermined];

    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::NotStale => "not_stale",
            Self::Undetermined => "undetermined",
        }
    }
}

/// The one word for a person, by precedence (rulings.md 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// Account disabled.
    Disabled,
    /// Guest.
    Guest,
    /// Looks like a service.
    ServiceLike,
    /// No row, no recorded sign-in.
    NeverActive,
    /// Enabled or unknown, not active.
    Dormant,
    /// Active, and the logs cannot tell.
    Undetermined,
    /// Stale, Windows logon within W.
    LogonOnly,
    /// Stale, and tokens in use.
    TokenStale,
    /// Stale, active by legacy clients alone.
    LegacyOnly,
    /// Not stale.
    Ok,
}

impl Label {
    /// All, by precedence.
    pub const ALL: [Self; 10] = [
        Self::Disabled,
        Self::Guest,
        Self::ServiceLike,
        Self::NeverActive,
        Self::Dormant,
        Self::Undetermined,
        Self::LogonOnly,
        Self::TokenStale,
        Self::LegacyOnly,
        Self::Ok,
    ];

    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Guest => "guest",
            Self::ServiceLike => "service_like",
            Self::NeverActive => "never_active",
            Self::Dormant => "dormant",
            Self::Undetermined => "undetermined",
            Self::LogonOnly => "logon_only",
            Self::TokenStale => "token_stale",
            Self::LegacyOnly => "legacy_only",
            Self::Ok => "ok",
        }
    }
}

/// The first missing condition of a prompt (semantics §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No policy asks.
    Policy,
    /// Not at a page.
    Interaction,
    /// At nothing that can show a page.
    Surface,
    /// Registration was blocked for risk.
    Risk,
    /// Registration was blocked by a policy on registering.
    RegisterInfo,
}

impl Missing {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Interaction => "interaction",
            Self::Surface => "surface",
            Self::Risk => "suppressed:risk",
            Self::RegisterInfo => "suppressed:ca_register_info",
        }
    }

    /// Registration was demanded and blocked.
    #[must_use]
    pub fn is_block(self) -> bool {
        matches!(self, Self::Risk | Self::RegisterInfo)
    }
}

/// Something that bore on the verdict (rulings.md 27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// SI looks recent; failed or silent attempts explain it.
    SiContaminated,
    /// SI looks recent; nothing in the log explains it.
    SiRecentUnexplained,
    /// SI is later than T and was ignored.
    SiAfterAsOf,
    /// The coverage is shorter than W.
    TruncatedCoverage,
    /// A gap in the coverage.
    Gap,
    /// The format cannot tell fresh from cached.
    FreshnessUnknown,
    /// Details not settled.
    Unsettled,
    /// Enabled follows from a token success.
    EnabledInferred,
    /// Token activity stands in from an attempt.
    LtFromAttempt,
    /// The bounds crossed; the definite evidence won.
    BoundsConflict,
    /// Created inside the coverage, never at a page.
    NeverPromptable,
    /// Joined by UPN.
    UpnJoined,
    /// Only days are known before T.
    DayResolution,
}

vocabulary!(Flag: SiContaminated, SiRecentUnexplained, SiAfterAsOf, TruncatedCoverage, Gap, FreshnessUnknown, Unsettled, EnabledInferred, LtFromAttempt, BoundsConflict, NeverPromptable, UpnJoined, DayResolution);

impl Flag {
    /// The word in outputs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SiContaminated => "si_contaminated",
            Self::SiRecentUnexplained => "si_recent_unexplained",
            Self::SiAfterAsOf => "si_after_as_of",
            Self::TruncatedCoverage => "truncated_coverage",
            Self::Gap => "gap",
            Self::FreshnessUnknown => "freshness_unknown",
            Self::Unsettled => "unsettled",
            Self::EnabledInferred => "enabled_inferred",
            Self::LtFromAttempt => "lt_from_attempt",
            Self::BoundsConflict => "bounds_conflict",
            Self::NeverPromptable => "never_promptable",
            Self::UpnJoined => "upn_joined",
            Self::DayResolution => "day_resolution",
        }
    }
}
