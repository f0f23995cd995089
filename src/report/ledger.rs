//! `kmsift ledger show` as one value: what a ledger holds and what it was made from.

use super::check::{StreamReport, streams};
use crate::facts::Dossiers;
use crate::ingest::FileReport;
use crate::judge::Frame;
use crate::ledger::Manifest;

/// Everything `ledger show` says.
#[derive(Clone, Debug)]
pub struct LedgerReport {
    /// The folder.
    pub path: String,
    /// Files, sources, versions.
    pub manifest: Manifest,
    /// Tenants whose logs these are.
    pub tenants: Vec<String>,
    /// Per stream.
    pub streams: Vec<StreamReport>,
    /// People in user exports, and in registration reports.
    pub listed: (u64, u64),
    /// Days of registration reports with a time, the first and the last, and how many.
    pub reports: Vec<crate::model::time::Day>,
}

/// Makes the report. `file` is the ledger as an input.
#[must_use]
pub fn ledger(file: &FileReport, manifest: Manifest, dossiers: &Dossiers, frame: Option<&Frame>) -> LedgerReport {
    let mut days = std::collections::BTreeSet::new();
    let mut listed = (0, 0);
    for (_, person) in dossiers.people() {
        listed.0 += u64::from(person.account.listed);
        listed.1 += u64::from(!person.registration.is_empty());
        days.extend(person.registration.keys().flatten().copied());
    }
    LedgerReport {
        path: file.path.clone(),
        manifest,
        tenants: dossiers.tenants().iter().map(ToString::to_string).collect(),
        streams: streams(std::slice::from_ref(file), dossiers, frame).0,
        listed,
        reports: days.into_iter().collect(),
    }
}
