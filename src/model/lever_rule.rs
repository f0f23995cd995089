//! What Microsoft's rules for each way of asking people to register say on a given day (`tables/lever_rules.tsv`,
//! semantics §5.1, §5.2): who may put it off, which licence it needs, what to know.

use std::sync::OnceLock;

use super::time::{Day, Instant};

/// A way of getting people to register: the seed article's methods and its means against staleness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Do nothing.
    Wait,
    /// Enforce MFA by Conditional Access.
    Enforce,
    /// Sign-in frequency on some resources.
    SignInFrequency,
    /// Revoke sessions.
    Revoke,
    /// Registration campaign.
    Nudge,
    /// Ask people by mail.
    Request,
    /// An administrator registers for them.
    Provisioning,
    /// Security Defaults.
    SecurityDefaults,
    /// Registration for self-service password reset.
    Sspr,
    /// ID Protection's MFA registration policy.
    IdProtection,
    /// Per-user MFA.
    PerUserMfa,
}

impl Way {
    /// All: what can be chosen between first, then the other ways of asking.
    pub const ALL: [Self; 11] = [
        Self::Wait,
        Self::Enforce,
        Self::SignInFrequency,
        Self::Revoke,
        Self::Nudge,
        Self::Request,
        Self::Provisioning,
        Self::SecurityDefaults,
        Self::Sspr,
        Self::IdProtection,
        Self::PerUserMfa,
    ];

    /// The word in outputs and in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Enforce => "enforce",
            Self::SignInFrequency => "sign_in_frequency",
            Self::Revoke => "revoke",
            Self::Nudge => "nudge",
            Self::Request => "request",
            Self::Provisioning => "provisioning",
            Self::SecurityDefaults => "security_defaults",
            Self::Sspr => "sspr",
            Self::IdProtection => "id_protection",
            Self::PerUserMfa => "per_user_mfa",
        }
    }
}

/// What holds for a way in a span of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeverRule {
    /// Which way.
    pub way: Way,
    /// First day; `None` = ever.
    pub from: Option<Day>,
    /// First day on which it holds no more; `None` = until further notice.
    pub until: Option<Day>,
    /// Who may put it off, and for how long.
    pub skip: &'static str,
    /// Licence needed.
    pub licence: &'static str,
    /// What to know.
    pub note: &'static str,
    /// Source keys.
    pub source: &'static str,
}

/// The version of the table, a date.
#[must_use]
pub fn version() -> &'static str {
    let first = include_str!("tables/lever_rules.tsv").lines().next().unwrap_or_default();
    first.trim_start_matches("# version ").split(';').next().unwrap_or_default()
}

/// What holds for a way on a day.
#[must_use]
pub fn rule(way: Way, day: Day) -> Option<&'static LeverRule> {
    let holds = |r: &&LeverRule| r.from.is_none_or(|f| f <= day) && r.until.is_none_or(|u| day < u);
    rules().iter().find(|r| r.way == way && holds(r))
}

fn rules() -> &'static [LeverRule] {
    static RULES: OnceLock<Vec<LeverRule>> = OnceLock::new();
    RULES.get_or_init(|| lines().filter_map(parse).collect())
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("tables/lever_rules.tsv").lines().filter(|l| !l.starts_with('#'))
}

fn parse(line: &'static str) -> Option<LeverRule> {
    let cells: Vec<&'static str> = line.split('\t').collect();
    let [way, from, until, skip, licence, note, source] = cells.as_slice() else { return None };
    let day = |text: &str| match text {
        "" => Some(None),
        _ => Instant::parse(text).map(|at| Some(at.day())),
    };
    let way = Way::ALL.into_iter().find(|w| w.name() == *way)?;
    Some(LeverRule { way, from: day(from)?, until: day(until)?, skip, licence, note, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(way: Way, day: &str) -> &'static str {
        let day = Instant::parse(day).map(Instant::day);
        day.and_then(|d| rule(way, d)).map_or("", |r| r.skip)
    }

    #[test]
    fn every_line_is_read_and_each_way_has_one_rule_a_day() {
        assert_eq!(lines().count(), rules().len());
        for way in Way::ALL {
            let mut mine: Vec<&LeverRule> = rules().iter().filter(|r| r.way == way).collect();
            mine.sort_by_key(|r| r.from);
            assert!(mine.first().is_some_and(|r| r.from.is_none()), "{way:?} begins nowhere");
            assert!(mine.last().is_some_and(|r| r.until.is_none()), "{way:?} ends");
            assert!(mine.windows(2).all(|w| w[0].until == w[1].from && w[0].until.is_some()), "{way:?} has a hole");
            assert!(mine.iter().all(|r| !r.skip.is_empty() && !r.licence.is_empty() && !r.source.is_empty()));
        }
        assert_eq!(version().len(), 10);
    }

    #[test]
    fn what_may_be_skipped_depends_on_the_day() {
        assert!(on(Way::SecurityDefaults, "2024-07-28").starts_with("14 days from"));
        assert_eq!(on(Way::SecurityDefaults, "2025-02-01"), "nobody");
        assert!(on(Way::Nudge, "2026-03-31").contains("three times"));
        assert!(on(Way::Nudge, "2026-11-22").contains("without end"));
        assert!(on(Way::Nudge, "2027-02-01").starts_with("nobody whose only MFA"));
    }
}
