//! `kmsift check` as one value: what each input is, what was covered, what can be concluded (rulings.md 30).

use std::collections::{BTreeMap, BTreeSet};

use super::Conclusion;
use crate::facts::Dossiers;
use crate::ingest::FileReport;
use crate::judge::Frame;
use crate::model::sign_in::Stream;
use crate::model::time::Window;

/// One stream over all inputs.
#[derive(Clone, Debug)]
pub struct StreamReport {
    /// The stream.
    pub stream: Stream,
    /// First and last row, or declared bounds.
    pub span: Option<Window>,
    /// Silences longer than the gap limit.
    pub gaps: Vec<Window>,
    /// Distinct people.
    pub people: u64,
    /// Rows, repeated ones counted again.
    pub rows: u64,
}

/// Everything `check` says.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// Per input.
    pub files: Vec<FileReport>,
    /// Per stream.
    pub streams: Vec<StreamReport>,
    /// What can and cannot be concluded.
    pub conclusions: Vec<Conclusion>,
}

/// Makes the report. Without a frame (no log at all) there are no conclusions about time.
#[must_use]
pub fn check(files: Vec<FileReport>, dossiers: &Dossiers, frame: Option<&Frame>) -> CheckReport {
    let mut people: BTreeMap<Stream, BTreeSet<usize>> = BTreeMap::new();
    for (i, dossier) in (0..dossiers.len()).filter_map(|i| Some((i, dossiers.get(i)?))) {
        for (channel, _) in &dossier.activity {
            let stream = if channel.interactive { Stream::Interactive } else { Stream::NonInteractive };
            people.entry(stream).or_default().insert(i);
        }
        if dossier.person.moments.iter().any(|m| matches!(m.kind, crate::facts::MomentKind::Audit { .. })) {
            people.entry(Stream::Audit).or_default().insert(i);
        }
    }
    let windows = |stream| match (frame, stream) {
        (None, _) => Vec::new(),
        (Some(f), Stream::Interactive) => f.interactive.clone(),
        (Some(f), Stream::NonInteractive) => f.non_interactive.clone(),
        (Some(f), Stream::Audit) => f.audit.clone(),
    };
    let streams = Stream::ALL
        .into_iter()
        .map(|stream| {
            let windows = windows(stream);
            StreamReport {
                stream,
                span: windows.first().zip(windows.last()).map(|(a, b)| Window { from: a.from, to: b.to }),
                gaps: windows.windows(2).map(|p| Window { from: p[0].to, to: p[1].from }).collect(),
                people: people.get(&stream).map_or(0, BTreeSet::len) as u64,
                rows: files.iter().filter_map(|f| f.tally.streams.get(&stream)).sum(),
            }
        })
        .collect();
    let mut conclusions = frame.map(super::conclude::conclusions).unwrap_or_default();
    conclusions.extend(filtered(dossiers, &people));
    CheckReport { files, streams, conclusions }
}

/// An export filtered to some users looks like full coverage (rulings.md 32): far fewer people than the user list has.
fn filtered(dossiers: &Dossiers, people: &BTreeMap<Stream, BTreeSet<usize>>) -> Vec<Conclusion> {
    const FEWEST_LISTED: usize = 20;
    let listed = dossiers.people().filter(|(_, person)| person.account.listed).count();
    let mut out = Vec::new();
    for stream in [Stream::Interactive, Stream::NonInteractive] {
        let seen = people.get(&stream).map_or(0, BTreeSet::len);
        if listed >= FEWEST_LISTED && seen > 0 && seen * 20 < listed {
            let name = stream.name();
            let text = format!(
                "The {name} log names {seen} of {listed} people of the user list: an export filtered to some users or apps looks like full coverage, and others would wrongly be called stale"
            );
            out.push(Conclusion { limits: true, text });
        }
    }
    out
}
