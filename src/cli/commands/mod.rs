//! One file per command: settings in, study, output.

pub mod check;
pub mod demo;
pub mod explain;
pub mod fail_on;
pub mod forecast;
pub mod funnel;
pub mod init;
pub mod ledger;
pub mod options;
pub mod output;
pub mod papers;
pub mod report;
pub mod reveal;
pub mod schema;
pub mod stale;
pub mod targets;
pub mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::args::{Common, Rails};
use super::config::Invocation;
use super::console::{Console, READ, Stop};
use super::{privacy, settings};
use crate::app::{self, Settings, Study};
use crate::ingest::Found;
use crate::model::ids::Id;

/// What every command that judges begins with.
pub struct Begun {
    /// Settings.
    pub settings: Settings,
    /// Inputs found.
    pub found: Found,
    /// Inputs read and judged. Never taken apart: the program ends with it, and millions of small frees cost seconds.
    pub study: ManuallyDrop<Study>,
}

/// Settings, inputs, study.
///
/// # Errors
/// As the steps say.
pub fn begin(common: &Common, rails: Option<&Rails>, asked: &Invocation, console: &Console) -> Result<Begun, Stop> {
    let settings = settings::settings(common, rails, asked)?;
    study(settings, common, console)
}

/// Inputs and study under settings made before.
///
/// # Errors
/// As the steps say.
pub fn study(mut settings: Settings, common: &Common, console: &Console) -> Result<Begun, Stop> {
    fail_on::check_syntax(&common.fail_on)?;
    privacy::hide(&mut settings, console);
    let found = app::find(&settings)?;
    let total = found.size();
    let study = {
        let _shown = console.reading(total);
        app::study(&settings, &found, &READ, &|phase| console.took(phase))?
    };
    if let Some(mask) = &study.mask {
        console.hide(Arc::clone(mask));
        tell_small(&study, console);
    }
    output::rejects(common.reading.rejects.as_deref(), &study.rejects, console)?;
    let unmatched = unmatched(&settings, &study);
    tell(&study, &unmatched, console);
    tell_earlier(&settings, console);
    refuse_lists(&settings, &unmatched, console)?;
    joined_lines(&settings, &study, console)?;
    console.took("look after lists");
    Ok(Begun { settings, found, study: ManuallyDrop::new(study) })
}

/// Says what was refused, damaged or matched nobody.
fn tell(study: &Study, unmatched: &[(&'static str, String)], console: &Console) {
    files_told(&study.files, &study.ignored, console);
    if let Some(mixed) = crate::report::conclude::tenants(&study.dossiers) {
        console.warn(&crate::view::escape::terminal(&mixed.text));
    }
    for (option, entry) in unmatched {
        console.warn(&format!("{option}: `{}` matches nobody in the inputs", crate::view::escape::terminal(entry)));
    }
}

/// Says what was refused, ignored or damaged.
fn files_told(files: &[crate::ingest::FileReport], ignored: &[crate::ingest::Ignored], console: &Console) {
    for ignored in ignored {
        let (path, why) = (crate::view::escape::terminal(&ignored.path), crate::view::escape::terminal(&ignored.why));
        console.detail(&format!("ignored `{path}`: {why}"));
    }
    for file in files {
        if let Some(reason) = file.refusal.as_ref().or(file.damage.as_ref()) {
            let (path, reason) = (crate::view::escape::terminal(&file.path), crate::view::escape::terminal(reason));
            let text = format!("`{path}`: {reason}");
            if file.column_error { console.wrong(&text) } else { console.warn(&text) }
        }
        let rejected = file.tally.rejected_total();
        if rejected > 0 {
            console.warn(&format!(
                "`{}`: {rejected} of {} rows rejected; `kmsift check` names lines and reasons",
                crate::view::escape::terminal(&file.path),
                file.tally.read
            ));
        }
    }
}

/// Who is one of a few in a department is not hidden by a token: whoever knows the department knows the person.
fn tell_small(study: &Study, console: &Console) {
    /// Groups of fewer people give them away.
    const FEW: u64 = 5;
    let mut groups: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for v in &study.verdicts {
        let joined = study.joined.columns.iter().copied().zip(study.joined.row(&v.id));
        for (column, value) in
            joined.chain([("department", &*v.home.department)]).filter(|(_, value)| !value.is_empty())
        {
            *groups.entry((column, value)).or_default() += 1;
        }
    }
    let mut few: BTreeMap<&str, u64> = BTreeMap::new();
    groups
        .iter()
        .filter(|(_, people)| **people < FEW)
        .for_each(|((column, _), _)| *few.entry(column).or_default() += 1);
    for (column, values) in few {
        console.warn(&format!(
            "{values} values of `{column}` stand for fewer than {FEW} people each: whoever knows these groups can tell who the tokens are"
        ));
    }
}

/// Says what the record of earlier lists holds: a wrong path must not look like a fresh start.
fn tell_earlier(settings: &Settings, console: &Console) {
    if let Some((path, earlier)) = &settings.emitted {
        let path = path.display();
        match earlier.len() {
            0 => console.warn(&format!("`{path}`: no earlier list was on record")),
            n => console.detail(&format!("`{path}`: {n} entries of earlier lists")),
        }
    }
}

/// Lines of the lists that match nobody.
fn unmatched(settings: &Settings, study: &Study) -> Vec<(&'static str, String)> {
    let lists = [
        (BREAK_GLASS, settings.lists.break_glass.as_ref()),
        ("--exclude", Some(&settings.lists.exclude)),
        ("--scope", settings.lists.scope.as_ref()),
        ("--pilot", settings.waves.as_ref().and_then(|w| w.pilot.as_ref())),
    ];
    if lists.iter().all(|(_, list)| list.is_none_or(|l| l.lines.is_empty())) {
        return Vec::new();
    }
    let asked: BTreeSet<&Id> = lists.iter().filter_map(|(_, list)| *list).flat_map(|l| &l.lines).flatten().collect();
    let upns: BTreeSet<&str> = asked.iter().filter_map(|id| id.as_upn()).collect();
    let mut known: BTreeSet<Id> = BTreeSet::new();
    for (id, person) in study.dossiers.people() {
        known.extend(Some(id).filter(|id| asked.contains(id)).cloned());
        known.extend(person.upns.iter().filter(|upn| upns.contains(&***upn)).map(|upn| Id::of_upn(upn)));
    }
    let mask = study.mask.as_deref();
    let words = |id: &Id| match mask {
        Some(mask) => mask.id(&id.to_string()),
        None => id.as_upn().map_or_else(|| id.to_string(), str::to_owned),
    };
    let mut out = Vec::new();
    for (option, list) in lists {
        for line in list.iter().flat_map(|l| &l.lines).filter(|line| !line.iter().any(|id| known.contains(id))) {
            out.push((option, line.iter().map(words).collect::<Vec<_>>().join(", ")));
        }
    }
    out
}

/// Names the lines of joined files that match nobody, repeat somebody or contradict one another.
fn joined_lines(settings: &Settings, study: &Study, console: &Console) -> Result<(), crate::error::Error> {
    /// Lines of a file named without `--verbose`.
    const SHOWN: usize = 5;
    let words = |r: &app::joins::Remark| format!("--join `{}` line {}: {}", r.path, r.line, r.what);
    let shown = |text: &str| crate::view::escape::terminal(text);
    for file in &settings.joins.files {
        let remarks: Vec<_> = study.join_remarks.iter().filter(|r| r.path == file.path).collect();
        for remark in remarks.iter().take(SHOWN) {
            console.warn(&shown(&words(remark)));
        }
        for remark in remarks.iter().skip(SHOWN) {
            console.detail(&shown(&words(remark)));
        }
        if remarks.len() > SHOWN {
            let more = remarks.len() - SHOWN;
            console.warn(&shown(&format!("--join `{}`: {more} more such lines; --verbose names them", file.path)));
        }
    }
    match study.join_remarks.first() {
        Some(first) if settings.strict => Err(crate::error::Error::Strict(words(first))),
        _ => Ok(()),
    }
}

const BREAK_GLASS: &str = "--break-glass";

/// Says loudly when a break-glass list protects nobody; with `--strict` any line that matches nobody ends the run.
fn refuse_lists(
    settings: &Settings,
    unmatched: &[(&'static str, String)],
    console: &Console,
) -> Result<(), crate::error::Error> {
    let given = settings.lists.break_glass.as_ref().map_or(0, |l| l.lines.len());
    let missed = unmatched.iter().filter(|(option, _)| *option == BREAK_GLASS).count();
    if given > 0 && missed == given {
        console.warn(&format!(
            "{BREAK_GLASS}: not one of its entries is known to the inputs ({given}), so it protects nobody here"
        ));
    }
    match unmatched.first() {
        Some((option, entry)) if settings.strict => {
            Err(crate::error::Error::Strict(format!("{option}: `{entry}` matches nobody in the inputs")))
        }
        _ => Ok(()),
    }
}
