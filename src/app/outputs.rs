//! Folders of outputs: files are written as they are made, the manifest that names them last.

use std::path::Path;

use rayon::prelude::*;

use super::disk::{Manner, fill_folder};
use super::manifest::manifest;
use crate::emit::{EMITTERS, Sink};
use crate::error::Error;
use crate::report::{Report, RunInfo};
use crate::targets::TargetList;
use crate::targets::channels::wanted;
use crate::view::{Artifact, Written};

/// How a folder is written, and whether its tables begin with a byte-order mark.
type How = (Manner, bool);
/// A run and how many people it knows.
type Subject<'r> = (&'r RunInfo, usize);

/// Makes and writes every file of a report; what was written, the manifest last.
///
/// # Errors
/// When an output cannot be made or written.
pub fn write_report(report: &Report, list: Option<&TargetList>, out: &Path, how: How) -> Result<Vec<Written>, Error> {
    fill_folder(out, how, |to| {
        let outputs = || EMITTERS.par_iter().map(|e| e.render(report, to)).collect();
        let lists = || list.map_or(Ok(Vec::new()), |list| target_files(list, &[], "targets/", to));
        let (rendered, listed): (Result<Vec<Vec<Written>>, Error>, _) = rayon::join(outputs, lists);
        let mut files = rendered?.concat();
        files.extend(listed?);
        files.push(to.put(&manifest((&report.run, report.users.rows.len()), list, &files))?);
        Ok(files)
    })
}

/// Makes and writes the files of a target list.
///
/// # Errors
/// As [`write_report`].
pub fn write_targets(
    (list, channels): (&TargetList, &[String]),
    subject: Subject<'_>,
    out: &Path,
    manner: Manner,
) -> Result<(), Error> {
    fill_folder(out, (manner, false), |to| {
        let files = target_files(list, channels, "", to)?;
        to.put(&manifest(subject, Some(list), &files)).map(drop)
    })
}

/// Writes finished files.
///
/// # Errors
/// As [`write_report`].
pub fn write_files(files: &[Artifact], subject: Subject<'_>, out: &Path, how: How) -> Result<(), Error> {
    fill_folder(out, how, |to| {
        let files: Vec<Written> = files.iter().map(|file| to.put(file)).collect::<Result<_, _>>()?;
        to.put(&manifest(subject, None, &files)).map(drop)
    })
}

/// The files of a target list, their paths after `below`: the channels asked for (all when none is named), and always the
/// list with its reasons and the people left out: some consumers' forms have no room for a reason.
fn target_files(list: &TargetList, channels: &[String], below: &str, to: &dyn Sink) -> Result<Vec<Written>, Error> {
    let put = |files: Vec<Artifact>| -> Result<Vec<Written>, Error> {
        files.into_iter().map(|f| to.put(&Artifact::new(format!("{below}{}", f.path), f.bytes))).collect()
    };
    let by_channel: Vec<Vec<Written>> =
        wanted(channels, list).par_iter().map(|c| put(c.files(list))).collect::<Result<_, _>>()?;
    let mut files = by_channel.concat();
    let mut always = Vec::new();
    if !files.iter().any(|f| f.path.strip_prefix(below) == Some("targets.csv")) {
        always.push(Artifact::new("targets.csv", list.listed_table().to_csv()));
    }
    always.push(Artifact::new("excluded.csv", list.excluded_table().to_csv()));
    let calendar = list.schedule.iter().flat_map(|s| &s.tables);
    always.extend(calendar.map(|t| Artifact::new(format!("{}.csv", t.id), t.to_csv())));
    files.extend(put(always)?);
    Ok(files)
}
