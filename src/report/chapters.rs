//! The chapters of the report, in reading order, and which finding stands in which.

/// A chapter. What has no findings of its own (summary, definitions, provenance) is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chapter {
    /// What was looked at, and what that cannot show.
    Scope,
    /// Who has not been at a sign-in page.
    Stale,
    /// How far people came.
    Funnel,
    /// Why the others were not asked.
    Unprompted,
    /// What could be done, and what time alone will do.
    Options,
    /// Whom to act on, and on which day.
    Targets,
    /// What an earlier list did.
    Campaign,
    /// What speaks against the data.
    Quality,
}

/// Findings and their chapters; who is not named stands in [`Chapter::Stale`].
const PLACES: &[(&str, Chapter)] = &[
    ("coverage", Chapter::Scope),
    ("staleness", Chapter::Stale),
    ("sign_in_mix", Chapter::Stale),
    ("funnel", Chapter::Funnel),
    ("funnel_path", Chapter::Funnel),
    ("time_to_register", Chapter::Funnel),
    ("cohorts", Chapter::Funnel),
    ("method_mix", Chapter::Funnel),
    ("mfa_sspr", Chapter::Funnel),
    ("unregistered", Chapter::Unprompted),
    ("drop_offs", Chapter::Unprompted),
    ("prompt_fatigue", Chapter::Unprompted),
    ("nudge", Chapter::Unprompted),
    ("options", Chapter::Options),
    ("sign_in_frequency", Chapter::Options),
    ("threshold_sweep", Chapter::Options),
    ("recommendation", Chapter::Options),
    ("enforce_readiness", Chapter::Options),
    ("forecast", Chapter::Options),
    ("waves", Chapter::Targets),
    ("campaign", Chapter::Campaign),
    ("contradictions", Chapter::Quality),
    ("data_quality", Chapter::Quality),
];

impl Chapter {
    /// In reading order.
    pub const ALL: [Self; 8] = [
        Self::Scope,
        Self::Stale,
        Self::Funnel,
        Self::Unprompted,
        Self::Options,
        Self::Targets,
        Self::Campaign,
        Self::Quality,
    ];

    /// The chapter of a finding.
    #[must_use]
    pub fn of(finding: &str) -> Self {
        PLACES.iter().find(|(id, _)| *id == finding).map_or(Self::Stale, |(_, chapter)| *chapter)
    }

    /// Its anchor: linked to from outside, and no finding's id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Stale => "stale",
            Self::Funnel => "funnels",
            Self::Unprompted => "unprompted",
            Self::Options => "remedies",
            Self::Targets => "targets",
            Self::Campaign => "results",
            Self::Quality => "quality",
        }
    }

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Scope => "What we looked at, and what we can’t know",
            Self::Stale => "Who is stale",
            Self::Funnel => "The funnel",
            Self::Unprompted => "Why they are not prompted",
            Self::Options => "Options",
            Self::Targets => "Targets and waves",
            Self::Campaign => "Campaign results",
            Self::Quality => "Data quality",
        }
    }

    /// Its name in the contents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scope => "What we know",
            Self::Unprompted => "Why not prompted",
            _ => self.title(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::METRICS;

    #[test]
    fn every_finding_has_its_place() {
        for id in METRICS.iter().map(|m| m.id()) {
            assert!(PLACES.iter().any(|(place, _)| *place == id), "{id} stands in no chapter: add it to PLACES");
        }
        assert!(Chapter::ALL.is_sorted());
        for chapter in Chapter::ALL {
            assert!(PLACES.iter().any(|(_, c)| *c == chapter), "{} has no finding", chapter.id());
            assert!(PLACES.iter().all(|(id, _)| *id != chapter.id()), "{} is a finding's anchor", chapter.id());
        }
    }
}
