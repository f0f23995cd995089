//! The options of a study: the levers side by side, the sign-in frequency plan, the sweep over W, the recommendation.

use super::{Settings, Study};
use crate::plan::Ground;
use crate::plan::options::Scene;
use crate::plan::{ca_policy, frequency_tables, options, recommendation, sign_in_frequency, sweep};
use crate::view::{Artifact, Finding, Table};

/// Everything there is to say before anything is done.
#[derive(Clone, Debug)]
pub struct Options {
    /// For the report and the folder, in reading order.
    pub findings: Vec<Finding>,
    /// The policy body; `None`: nothing to name, or no break-glass list.
    pub policy: Option<Artifact>,
    /// The recommendation in lines.
    pub advice: Vec<String>,
}

/// Works the options out.
#[must_use]
pub fn options(settings: &Settings, study: &Study) -> Options {
    let ground =
        Ground { dossiers: &study.dossiers, frame: &study.frame, verdicts: &study.verdicts, lists: &settings.lists };
    let parties = ground.parties();
    let (plan, (advice, whole)) = rayon::join(
        || sign_in_frequency::plan(ground, &parties, &settings.plan),
        || recommendation::advise(&parties, &study.frame.thresholds, study.frame.t),
    );
    let policy = ca_policy::of_plan(&plan, ground).map(|body| Artifact::new(ca_policy::FILE, body));
    let (levers, (frequency, swept)) = rayon::join(
        || options::finding(Scene { ground, parties: &parties, plan: &plan }),
        || rayon::join(|| frequency_tables::finding(&plan, ground, &parties), || sweep::finding(ground, &parties)),
    );
    Options {
        findings: vec![levers, frequency, swept, recommendation::finding(&advice, whole)],
        policy,
        advice: recommendation::lines(&advice, whole),
    }
}

impl Options {
    /// The tables, in reading order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.findings.iter().flat_map(|f| &f.tables)
    }
}
