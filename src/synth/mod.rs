//! The synthetic tenant: a believable directory with its exports, and the truth about everyone in it.
//!
//! An independent oracle: it shares no code with the readers and spells every foreign header itself.
//! The same [`Spec`] gives the same bytes; nothing here reads a clock. Events are made day by day from
//! generators seeded by (seed, user, day), so memory holds about a day of them.

mod acts;
mod audit_json;
mod audit_sheet;
mod clock;
mod daily;
mod dice;
mod envelope;
mod event;
mod expected;
mod exports;
mod json;
mod layout;
mod maker;
mod names;
mod people;
mod portal;
mod rows;
mod story;
#[cfg(test)]
mod tests;
mod text;
mod truth;
mod world;

use std::io::{BufWriter, Result, Write};
use truth::{Ledger, PersonTruth};
use world::World;

/// Which exports the tenant is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// A third of the days each as Azure Monitor, Graph and portal files.
    #[default]
    Mixed,
    /// Portal CSV only.
    Portal,
    /// Graph JSON only.
    Graph,
    /// Azure Monitor NDJSON, with Graph user and registration pages.
    Monitor,
}

/// What to generate.
#[derive(Debug, Clone)]
pub struct Spec {
    /// People in the directory.
    pub users: u32,
    /// Days of logs.
    pub days: u32,
    /// Seed of everything.
    pub seed: u64,
    /// T in unix seconds; logs run from `end - days` to `end`, both included.
    pub end: i64,
    /// Form of the exports.
    pub layout: Layout,
    /// Mean successful non-interactive rows per active token user and day.
    pub rows_per_day: u32,
}

impl Default for Spec {
    fn default() -> Self {
        Self { users: 500, days: 90, seed: 42, end: 1_795_305_600, layout: Layout::Mixed, rows_per_day: 12 }
    }
}

/// Where files go.
pub trait Folder {
    /// Creates a file at a relative path with `/`, and its parents.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn create(&mut self, path: &str) -> Result<Box<dyn Write + '_>>;
}

/// What was written, in numbers; `EXPECTED.toml` says the same and more.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// People.
    pub users: u64,
    /// Days.
    pub days: u64,
    /// Distinct interactive events.
    pub interactive: u64,
    /// Distinct non-interactive events.
    pub non_interactive: u64,
    /// Distinct audit events.
    pub audit: u64,
    /// Path and rows of every file, duplicates counted.
    pub files: Vec<(String, u64)>,
    /// People by label.
    pub labels: Vec<(&'static str, u64)>,
    /// People by verdict.
    pub verdicts: Vec<(&'static str, u64)>,
    /// People by stage for goal mfa; `none` = out of scope.
    pub stages: Vec<(&'static str, u64)>,
    /// Registered, capable, telephone only.
    pub registration: Vec<(&'static str, u64)>,
    /// People on the default list.
    pub targets: u64,
}

const LABELS: &[&str] = &[
    "ok",
    "token_stale",
    "logon_only",
    "legacy_only",
    "undetermined",
    "dormant",
    "never_active",
    "service_like",
    "disabled",
    "guest",
];
const VERDICTS: &[&str] = &["stale", "not_stale", "undetermined"];
const STAGES: &[&str] = &[
    "none",
    "in_scope",
    "enabled",
    "active",
    "reachable",
    "prompted",
    "started",
    "registered",
    "capable",
    "passwordless",
    "phishing_resistant",
];

fn tally(
    names: &[&'static str],
    people: &[PersonTruth],
    of: impl Fn(&PersonTruth) -> &'static str,
) -> Vec<(&'static str, u64)> {
    names.iter().map(|name| (*name, number(people.iter().filter(|person| of(person) == *name).count()))).collect()
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Writes the tenant, `EXPECTED.toml` and `break-glass.txt`.
///
/// # Errors
/// Whatever `folder` reports.
pub fn write(spec: &Spec, folder: &mut dyn Folder) -> Result<Truth> {
    let world = World::new(spec);
    let mut ledger = Ledger::new(world.people.len());
    layout::Layer { world: &world, folder: &mut *folder, ledger: &mut ledger }.logs(spec.layout)?;
    exports(spec.layout, &world, &mut ledger, folder)?;
    let people: Vec<PersonTruth> =
        world.people.iter().map(|person| truth::judge(&world, person, &ledger.tallies[person.index])).collect();
    file(folder, "break-glass.txt", |out| expected::put_break_glass(&world, out))?;
    let truth = summed(&world, ledger, &people);
    file(folder, "EXPECTED.toml", |out| expected::put_expected(&world, &truth, &people, out).map(|()| 0))?;
    Ok(truth)
}

fn file(folder: &mut dyn Folder, path: &str, put: impl FnOnce(&mut dyn Write) -> Result<u64>) -> Result<u64> {
    let mut out = BufWriter::new(folder.create(path)?);
    let rows = put(&mut out)?;
    out.flush()?;
    Ok(rows)
}

fn exports(layout: Layout, world: &World, ledger: &mut Ledger, folder: &mut dyn Folder) -> Result<()> {
    let day = clock::short_date(world.end);
    let then = clock::short_date(world.end - 30 * clock::DAY);
    // In every layout: no portal export carries signInActivity or roles, and the truth rests on both.
    let path = "graph/users.json";
    let rows = file(folder, path, |out| exports::graph_users(world, ledger, out))?;
    ledger.files.push((path.to_owned(), rows));
    let path = "graph/userRegistrationDetails.json";
    let rows = file(folder, path, |out| exports::graph_registration(world, out))?;
    ledger.files.push((path.to_owned(), rows));
    if matches!(layout, Layout::Portal | Layout::Mixed) {
        let path = format!("portal/exportUsers_{day}.csv");
        let rows = file(folder, &path, |out| exports::portal_users(world, out))?;
        ledger.files.push((path, rows));
        let path = format!("portal/exportUserRegistrationDetails_{day}.csv");
        let rows = file(folder, &path, |out| exports::portal_registration(world, out))?;
        ledger.files.push((path, rows));
        let path = format!("portal/exportUserRegistrationDetails_{then}.csv");
        let rows = file(folder, &path, |out| exports::portal_registration_then(world, out))?;
        ledger.files.push((path, rows));
    }
    Ok(())
}

fn summed(world: &World, ledger: Ledger, people: &[PersonTruth]) -> Truth {
    let has = |test: &dyn Fn(&world::Registration) -> bool| {
        let listed = world.people.iter().zip(people).filter(|(_, truth)| truth.registered.is_some());
        number(listed.filter(|(person, _)| test(&world.registration(person, world.end))).count())
    };
    Truth {
        users: number(people.len()),
        days: world.days.unsigned_abs(),
        interactive: ledger.rows[0],
        non_interactive: ledger.rows[1],
        audit: ledger.rows[2],
        files: ledger.files,
        labels: tally(LABELS, people, |person| person.label),
        verdicts: tally(VERDICTS, people, |person| person.verdict),
        stages: tally(STAGES, people, |person| if person.stage.is_empty() { "none" } else { person.stage }),
        registration: vec![
            ("mfa_registered", has(&world::Registration::mfa)),
            ("mfa_capable", has(&world::Registration::capable)),
            ("sms_voice_only", has(&world::Registration::phone_only)),
        ],
        targets: number(people.iter().filter(|person| person.target).count()),
    }
}
