//! `kmsift check` as one value: what each input is, what was covered, what can be concluded (rulings.md 30).

use std::collections::{BTreeMap, BTreeSet};

use super::{Conclusion, conclude};
use crate::facts::{DaySet, Dossiers};
use crate::ingest::{FileReport, Ignored};
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
    /// Days with at least one row.
    pub days: DaySet,
    /// Distinct people.
    pub people: u64,
    /// Rows, repeated ones counted again.
    pub rows: u64,
    /// Rows that were read when they were added to a ledger among the inputs.
    pub kept_rows: u64,
}

/// Everything `check` says.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// Per input.
    pub files: Vec<FileReport>,
    /// Files beside them that are no exports.
    pub ignored: Vec<Ignored>,
    /// Per stream.
    pub streams: Vec<StreamReport>,
    /// What can and cannot be concluded.
    pub conclusions: Vec<Conclusion>,
}

/// Makes the report. Without a frame (no log at all) there are no conclusions about time.
#[must_use]
pub fn check(
    (mut files, ignored): (Vec<FileReport>, Vec<Ignored>),
    dossiers: &Dossiers,
    frame: Option<&Frame>,
) -> CheckReport {
    let (streams, people) = streams(&files, dossiers, frame);
    let mut conclusions = frame.map(conclude::conclusions).unwrap_or_default();
    conclusions.extend(filtered(dossiers, &people));
    conclusions.extend(conclude::tenants(dossiers));
    conclusions.extend(initial_domains(dossiers));
    conclusions.extend(identity(dossiers));
    if dossiers.tenants().len() > 1 {
        files.iter_mut().for_each(note_tenants);
    }
    let repeated = files.iter().filter(|f| f.repeats.is_some()).count();
    if repeated > 0 {
        let text = format!("{repeated} of {} inputs repeat another one: the same row counts once", files.len());
        conclusions.push(Conclusion { limits: false, text });
    }
    conclusions.sort_by_key(|c| c.limits);
    CheckReport { files, ignored, streams, conclusions }
}

/// People of each stream, by their positions.
type Seen = BTreeMap<Stream, BTreeSet<usize>>;

/// What was covered, stream by stream, and who was seen there.
pub(super) fn streams(files: &[FileReport], dossiers: &Dossiers, frame: Option<&Frame>) -> (Vec<StreamReport>, Seen) {
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
    let reports = Stream::ALL
        .into_iter()
        .map(|stream| {
            let windows = windows(stream);
            let mut days = DaySet::default();
            dossiers.coverage().hours(stream).for_each(|w| days.insert(w.from.day()));
            StreamReport {
                stream,
                span: windows.first().zip(windows.last()).map(|(a, b)| Window { from: a.from, to: b.to }),
                gaps: windows.windows(2).map(|p| Window { from: p[0].to, to: p[1].from }).collect(),
                days,
                people: people.get(&stream).map_or(0, BTreeSet::len) as u64,
                rows: files.iter().filter_map(|f| f.tally.streams.get(&stream)).sum(),
                kept_rows: files.iter().filter_map(|f| f.ledger.as_ref()?.streams.get(&stream)).sum(),
            }
        })
        .collect();
    (reports, people)
}

/// Says which tenant's rows a file holds, where there are several.
fn note_tenants(f: &mut FileReport) {
    let said: Vec<String> = f.tally.tenants.iter().map(|(tenant, rows)| format!("{tenant} ({rows} rows)")).collect();
    if !said.is_empty() {
        f.notes.push(format!("holds rows of tenant {}", said.join(" and ")));
    }
}

/// User lists and reports carry no tenant id. Guests stand in them under their host's initial domain: two such domains are
/// a sign of two tenants, no proof.
fn initial_domains(dossiers: &Dossiers) -> Option<Conclusion> {
    let upns = dossiers.people().flat_map(|(_, person)| &person.upns);
    let hosts: BTreeSet<&str> = upns
        .filter_map(|upn| upn.split_once("#ext#@"))
        .map(|(_, host)| host)
        .filter(|h| h.ends_with(".onmicrosoft.com"))
        .collect();
    (hosts.len() > 1).then(|| Conclusion {
        limits: true,
        text: format!(
            "Guests are listed under {} initial domains ({}): lists of more than one tenant may be mixed; --tenant DOMAIN selects",
            hosts.len(),
            first_few(hosts.into_iter())
        ),
    })
}

/// Who could not be joined: names that stand for several people, and rows that name somebody whom no object id carries.
fn identity(dossiers: &Dossiers) -> Vec<Conclusion> {
    let mut out = Vec::new();
    let collisions = dossiers.collisions();
    if !collisions.is_empty() {
        out.push(format!(
            "{} UPN(s) stand for more than one object id ({}): rows without an id under them are joined to nobody",
            collisions.len(),
            first_few(collisions.iter().map(String::as_str))
        ));
    }
    let known = dossiers.people().filter(|(id, _)| id.as_upn().is_none()).count();
    let alone: Vec<&str> = dossiers.people().filter_map(|(id, _)| id.as_upn()).collect();
    let unmatched: Vec<&str> = alone.into_iter().filter(|upn| !collisions.iter().any(|c| c == upn)).collect();
    if !unmatched.is_empty() && known > 0 {
        out.push(format!(
            "{} of {} people are known by UPN alone ({}): no row with an object id carries it, so what is said of them elsewhere is not joined",
            unmatched.len(),
            dossiers.len(),
            first_few(unmatched.iter().copied())
        ));
    }
    out.into_iter().map(|text| Conclusion { limits: true, text }).collect()
}

fn first_few<'t>(names: impl Iterator<Item = &'t str>) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = names.collect();
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
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
