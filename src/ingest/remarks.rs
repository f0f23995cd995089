//! What is said of a file once all are read: parts missing, cut, repeated, damaged, of no pair.

use std::collections::BTreeMap;

use super::plan::{FileReport, Job, Plan};
use super::tally::Tally;

impl Plan {
    pub(super) fn into_reports(mut self) -> Vec<FileReport> {
        self.note_unfinished();
        self.note_repeated();
        self.note_truncation();
        self.note_layouts();
        self.reports.iter_mut().for_each(judge_columns);
        self.reports.iter_mut().for_each(note_details);
        self.reports.sort_by(|a, b| a.path.cmp(&b.path));
        self.reports
    }

    /// A complete dump of n pages holds n − 1 links to a next page; one link more and the last page is missing.
    fn note_unfinished(&mut self) {
        let folder =
            |f: &FileReport| f.path.rsplit_once(['/', '!']).map_or(String::new(), |(folder, _)| folder.to_owned());
        let group = |f: &FileReport| (folder(f), f.recognised.as_ref().map(|r| r.format));
        let ended: std::collections::BTreeSet<_> = self.reports.iter().filter(|f| !f.next_link).map(group).collect();
        for f in self.reports.iter_mut().filter(|f| f.next_link) {
            if !ended.contains(&group(f)) {
                f.notes.push(
                    "`@odata.nextLink` is left and no last page is beside it: the dump is not complete".to_owned(),
                );
            }
        }
    }

    /// A file that ends for us before its end is damaged.
    fn note_layouts(&mut self) {
        for job in &self.jobs {
            let Some(line) = job.until else { continue };
            let report = &mut self.reports[job.report];
            let said = format!(
                "a different header at line {line}: exports of two layouts were joined; split the file there; what came before \
                 is used"
            );
            report.damage = Some(report.damage.take().map_or_else(|| said.clone(), |known| format!("{known}; {said}")));
        }
    }

    /// The portal cuts a file at a round number of rows, newest first, and does not say so (formats.md §1.1).
    fn note_truncation(&mut self) {
        for job in &self.jobs {
            let report = &mut self.reports[job.report];
            let Some(most) = cut_at(job.format.id(), &job.head.file_name) else { continue };
            let parts = report.tally.parts(job.head.preamble_lines + 1);
            if parts.contains(&most) {
                let joined = if parts.len() > 1 { "one of the exports joined here has " } else { "" };
                report.notes.push(format!(
                    "{joined}exactly {most} rows, where the portal cuts: older rows are missing; export shorter spans, or use \
                     Graph"
                ));
            }
        }
    }

    /// A file given twice, under another name or packed: the same beginning and the same counts. It changes nothing.
    fn note_repeated(&mut self) {
        let mut first: BTreeMap<(&str, &str), (&str, &Tally)> = BTreeMap::new();
        let mut jobs: Vec<&Job> = self.jobs.iter().collect();
        jobs.sort_by(|a, b| a.input.name.cmp(&b.input.name));
        let mut repeated: Vec<(usize, String)> = Vec::new();
        for job in jobs {
            let report = &self.reports[job.report];
            let key = (report.recognised.as_ref().map_or("", |r| r.format), job.head.text.as_str());
            match first.get(&key) {
                Some((path, tally)) if **tally == report.tally && report.tally.read > 0 => {
                    repeated.push((job.report, (*path).to_owned()));
                }
                Some(_) => {}
                None => drop(first.insert(key, (&report.path, &report.tally))),
            }
        }
        for (report, path) in repeated {
            self.reports[report].repeats = Some(path);
        }
    }
}

/// At how many rows the portal cuts a file; JSON is the portal's where the name is.
fn cut_at(format: &str, file_name: &str) -> Option<u64> {
    let name = file_name.to_ascii_lowercase();
    match format {
        "portal_sign_in_csv" => Some(100_000),
        "graph_sign_in_json" if name.contains("signins_") => Some(100_000),
        "portal_audit_csv" => Some(250_000),
        "graph_audit_json" if name.contains("auditlogs_") => Some(250_000),
        _ => None,
    }
}

/// A column that cannot be read is an error of the file (formats.md §9.7, rulings.md 29). Rows that do not say their
/// tenant are told where one was asked for.
fn judge_columns(f: &mut FileReport) {
    if let Some(columns) = f.tally.unreadable_columns() {
        f.column_error = true;
        f.damage = Some(f.damage.take().map_or_else(|| columns.clone(), |known| format!("{known}; {columns}")));
    }
    if f.tally.untold > 0 {
        f.notes.push(format!(
            "{} rows do not say of which tenant they are and are kept; name its domain too, --tenant contoso.com, or leave \
             the file out",
            f.tally.untold
        ));
    }
}

/// How many sign-ins the AuthDetails files tell the steps of: few, and the files are no pair (formats.md §1.4).
fn note_details(f: &mut FileReport) {
    let (asked, found) = f.tally.looked_up;
    if asked > 0 {
        let wrong = if found * 5 < asked { ": the files are of different spans or filters" } else { "" };
        f.notes.push(format!("{found} of {asked} sign-ins have steps in the AuthDetails files{wrong}"));
    }
}
