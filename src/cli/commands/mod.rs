//! One file per command: settings in, study, output.

pub mod check;
pub mod demo;
pub mod explain;
pub mod fail_on;
pub mod forecast;
pub mod funnel;
pub mod init;
pub mod options;
pub mod output;
pub mod papers;
pub mod report;
pub mod schema;
pub mod stale;
pub mod targets;
pub mod verify;

use super::args::{Common, Rails};
use super::config::Invocation;
use super::console::{Console, READ, Stop};
use super::settings;
use crate::app::{self, Settings, Study};
use crate::ingest::Found;

/// What every command that judges begins with.
pub struct Begun {
    /// Settings.
    pub settings: Settings,
    /// Inputs found.
    pub found: Found,
    /// Inputs read and judged.
    pub study: Study,
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
pub fn study(settings: Settings, common: &Common, console: &Console) -> Result<Begun, Stop> {
    fail_on::check_syntax(&common.fail_on)?;
    let found = app::find(&settings)?;
    let total = found.inputs.iter().filter_map(crate::ingest::Input::size).sum();
    let study = {
        let _shown = console.reading(total);
        app::study(&settings, &found, &READ)?
    };
    output::rejects(common.rejects.as_deref(), &study.rejects, console)?;
    let unmatched = unmatched(&settings, &study);
    tell(&study, &unmatched, console);
    tell_earlier(&settings, console);
    refuse_lists(&settings, &unmatched, console)?;
    joined_lines(&settings, &study, console)?;
    Ok(Begun { settings, found, study })
}

/// Says what was refused, damaged or matched nobody.
fn tell(study: &Study, unmatched: &[(&'static str, String)], console: &Console) {
    for ignored in &study.ignored {
        let (path, why) = (crate::view::escape::terminal(&ignored.path), crate::view::escape::terminal(&ignored.why));
        console.detail(&format!("ignored `{path}`: {why}"));
    }
    for file in &study.files {
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
    if let Some(mixed) = crate::report::conclude::tenants(&study.dossiers) {
        console.warn(&crate::view::escape::terminal(&mixed.text));
    }
    for (option, entry) in unmatched {
        console.warn(&format!("{option}: `{}` matches nobody in the inputs", crate::view::escape::terminal(entry)));
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
    let mut known = std::collections::BTreeSet::new();
    for (id, person) in study.dossiers.people() {
        known.insert(id.clone());
        known.extend(person.upns.iter().map(|u| crate::model::ids::Id::of_upn(u)));
    }
    let words = |id: &crate::model::ids::Id| id.as_upn().map_or_else(|| id.to_string(), str::to_owned);
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
