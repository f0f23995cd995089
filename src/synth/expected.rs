//! `EXPECTED.toml` and `break-glass.txt`: the truth, stated by the bookkeeping.

use super::Truth;
use super::clock::instant;
use super::dice::guid_text;
use super::people::Archetype;
use super::text::json_string;
use super::truth::PersonTruth;
use super::world::World;
use std::io::{Result, Write};

fn table(out: &mut dyn Write, name: &str, counts: &[(&'static str, u64)]) -> Result<()> {
    write!(out, "\n[{name}]\n")?;
    for (key, n) in counts {
        writeln!(out, "{key} = {n}")?;
    }
    Ok(())
}

/// Writes `EXPECTED.toml`; people one by one only in tenants of at most a thousand.
pub(super) fn put_expected(world: &World, truth: &Truth, people: &[PersonTruth], out: &mut dyn Write) -> Result<()> {
    writeln!(out, "# Stated by the generator's own bookkeeping, never by running kmsift.")?;
    write!(out, "# W = 30, A = 14, settle = 24 h, goal = mfa, T = as_of, break-glass.txt given.\n\n[tenant]\n")?;
    writeln!(
        out,
        "users = {}\ndays = {}\nseed = {}\nas_of = \"{}\"",
        truth.users,
        truth.days,
        world.seed,
        instant(world.end)
    )?;
    write!(
        out,
        "\n[rows]\ninteractive = {}\nnon_interactive = {}\naudit = {}\n",
        truth.interactive, truth.non_interactive, truth.audit
    )?;
    write!(out, "\n[files]\n")?;
    for (path, rows) in &truth.files {
        writeln!(out, "{} = {rows}", json_string(path))?;
    }
    table(out, "labels", &truth.labels)?;
    table(out, "verdicts", &truth.verdicts)?;
    table(out, "stages", &truth.stages)?;
    table(out, "registration", &truth.registration)?;
    write!(out, "\n[targets]\ncount = {}\n", truth.targets)?;
    if people.len() > 1_000 {
        return Ok(());
    }
    let mut ids: Vec<String> =
        people.iter().filter(|person| person.target).map(|person| guid_text(world.people[person.index].id)).collect();
    ids.sort_unstable();
    writeln!(out, "ids = [")?;
    for id in &ids {
        writeln!(out, "  \"{id}\",")?;
    }
    writeln!(out, "]")?;
    let mut order: Vec<&PersonTruth> = people.iter().collect();
    order.sort_by_key(|person| world.people[person.index].id);
    for person in order {
        put_person(world, person, out)?;
    }
    Ok(())
}

fn put_person(world: &World, truth: &PersonTruth, out: &mut dyn Write) -> Result<()> {
    let person = &world.people[truth.index];
    write!(
        out,
        "\n[[person]]\nuser_id = \"{}\"\nupn = {}\narchetype = \"{}\"\nlabel = \"{}\"\nverdict = \"{}\"\nstage = \"{}\"\n",
        guid_text(person.id),
        json_string(&person.upn),
        person.kind_name(),
        truth.label,
        truth.verdict,
        truth.stage,
    )?;
    writeln!(out, "staleness_min_days = {}\nstaleness_max_days = {}", truth.staleness[0], truth.staleness[1])?;
    if let Some(t) = truth.promptable {
        writeln!(out, "last_promptable = \"{}\"", instant(t))?;
    }
    // No key: unknown, because the report does not list the person.
    if let Some(registered) = truth.registered {
        writeln!(out, "mfa_registered = {registered}")?;
    }
    let gates: Vec<String> = truth.gates.iter().map(|gate| format!("\"{gate}\"")).collect();
    writeln!(out, "target = {}\ngates = [{}]", truth.target, gates.join(", "))
}

/// Writes the list of emergency accounts.
pub(super) fn put_break_glass(world: &World, out: &mut dyn Write) -> Result<u64> {
    writeln!(out, "# Emergency access accounts: never revoke")?;
    let mut rows = 0;
    for person in world.people.iter().filter(|person| person.kind == Archetype::BreakGlass) {
        writeln!(out, "{} # emergency access", guid_text(person.id))?;
        rows += 1;
    }
    Ok(rows)
}
