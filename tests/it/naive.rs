//! The independent oracle: a generator and a judge of its own, written from the definitions (semantics.md, rulings.md), that
//! share no code with `src`. Hundreds of random tenants are judged by both, and the two must agree in every cell.
//!
//! `KMSIFT_NAIVE=17 cargo test --test it naive` compares one tenant and keeps its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::{folder, rows, succeed};

#[path = "../naive/clocks.rs"]
mod clocks;
#[path = "../naive/export.rs"]
mod export;
#[path = "../naive/habits.rs"]
mod habits;
#[path = "../naive/make.rs"]
mod make;
#[path = "../naive/standing.rs"]
mod standing;
#[path = "../naive/world.rs"]
mod world;

use clocks::Reading;
use world::Tenant;

const TENANTS: u64 = 200;

/// For the laws.
const FEWER: u64 = 25;

/// Cells in which kmsift is known to differ from the documents, over all tenants. The differences are those that
/// `Reading::Program` spells out.
const KNOWN: usize = 0;

/// Person → column → cell.
type Said = BTreeMap<String, BTreeMap<String, String>>;

fn asked(tenant: &Tenant, place: &Path) -> Said {
    let inputs = place.join("tenant");
    export::write(tenant, &inputs);
    let mut arguments = export::options(tenant, place);
    arguments.push("tenant".to_owned());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let run = succeed(place, &arguments);
    rows(&run.stdout).into_iter().map(|row| (row["user_id"].clone(), row)).collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split('|').filter(|word| !word.is_empty()).collect()
}

/// What was found in one tenant.
#[derive(Default)]
struct Found {
    people: usize,
    wrong: Vec<String>,
    known: Vec<String>,
}

/// Every mismatch of a tenant: person, column, want, got.
fn compared(tenant: &Tenant, got: &Said) -> Found {
    let documents = standing::judge(tenant, Reading::Documents);
    let program = standing::judge(tenant, Reading::Program);
    let mut found = Found { people: got.len(), ..Found::default() };
    for id in documents.keys().chain(got.keys()).collect::<BTreeSet<_>>() {
        let (Some(want), Some(got)) = (documents.get(id), got.get(id)) else {
            let (want, got) = (documents.contains_key(id), got.contains_key(id));
            found.wrong.push(format!("seed {} {id} user_id: want {want}, got {got}", tenant.seed));
            continue;
        };
        for (column, want) in want {
            let got = got.get(*column).map_or("no such column", String::as_str);
            let line = || format!("seed {} {id} {column}: want {want}, got {got}", tenant.seed);
            if words(want) == words(got) {
                continue;
            }
            if words(&program[id][column]) == words(got) {
                found.known.push(line());
            } else {
                found.wrong.push(line());
            }
        }
    }
    found
}

/// Runs something for every seed, on two threads.
fn for_all(count: u64, each: impl Fn(u64) -> Found + Sync) -> Found {
    let only = std::env::var("KMSIFT_NAIVE").ok().and_then(|seed| seed.parse::<u64>().ok());
    let next = AtomicU64::new(0);
    let found = Mutex::new(Found::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    if only.is_none_or(|only| only == seed) {
                        let one = each(seed);
                        let mut found = found.lock().expect("no thread panics while it holds the list");
                        found.people += one.people;
                        found.wrong.extend(one.wrong);
                        found.known.extend(one.known);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no thread panics while it holds the list");
    found.wrong.sort();
    found.known.sort();
    found
}

#[test]
fn a_naive_judge_agrees_in_every_cell() {
    let found = for_all(TENANTS, |seed| {
        let tenant = make::tenant(seed);
        let place = folder();
        let got = asked(&tenant, place.path());
        if std::env::var_os("KMSIFT_NAIVE").is_some() {
            eprintln!("{}: {:#?}", place.keep().display(), tenant.settings);
        }
        compared(&tenant, &got)
    });
    eprintln!("naive: {TENANTS} tenants, {} people, {} known differences:", found.people, found.known.len());
    found.known.iter().for_each(|line| eprintln!("known {line}"));
    assert!(found.wrong.is_empty(), "{} mismatches:\n{}", found.wrong.len(), found.wrong.join("\n"));
    assert_eq!(found.known.len(), KNOWN, "known differences");
}

/// A lastSignInDateTime earlier than what the logs show is impossible in one tenant's truth: raise it.
fn believable(tenant: &mut Tenant) {
    for (n, person) in tenant.people.iter_mut().enumerate() {
        let rows = tenant.sign_ins.iter().filter(|row| row.person == n && row.interactive).map(|row| row.at);
        let acts = tenant.audits.iter().filter(|row| row.person == n).map(|row| row.at);
        let last = rows.chain(acts).max();
        person.activity.last = person.activity.last.map(|si| last.map_or(si, |last| si.max(last)));
    }
}

/// The interval of a person: at least so many days, at most so many.
fn interval(row: &BTreeMap<String, String>) -> (i64, i64) {
    let days = |name: &str| row[name].parse::<i64>();
    (days("staleness_min_days").expect("always known"), days("staleness_max_days").unwrap_or(i64::MAX))
}

#[test]
fn older_logs_only_narrow_the_interval() {
    let found = for_all(FEWER, |seed| {
        let mut wide = make::tenant(seed + 10_000);
        wide.settings.declared = None;
        wide.settings.as_of = None;
        believable(&mut wide);
        let begin = wide.sign_ins.iter().map(|row| row.at).min().expect("some row");
        let cut = begin + (world::END - begin) / world::DAY / 2 * world::DAY;
        let mut narrow = wide.clone();
        narrow.sign_ins.retain(|row| row.at >= cut);
        narrow.audits.retain(|row| row.at >= cut);
        let (old, new) = (asked(&narrow, folder().path()), asked(&wide, folder().path()));
        let mut found = Found { people: old.len(), ..Found::default() };
        for (id, old) in &old {
            // Where an old grant's text and the user list contradict each other, the definite evidence wins (ruling 4).
            let Some(new) = new.get(id).filter(|row| !row["flags"].contains("bounds_conflict")) else { continue };
            let (before, after) = (interval(old), interval(new));
            if after.0 < before.0 || after.1 > before.1 {
                found.wrong.push(format!("seed {seed} {id}: {after:?} is not within {before:?}"));
            }
        }
        found
    });
    assert!(found.people > 0 && found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

#[test]
fn failed_attempts_change_no_clock() {
    let found = for_all(FEWER, |seed| {
        let tenant = make::tenant(seed + 20_000);
        let mut attacked = tenant.clone();
        let mut dice = world::Dice(seed);
        // At instants that have a row already, so that the coverage stays as it is.
        for row in tenant.sign_ins.iter().filter(|row| row.person > 0 && !row.passthrough && !row.no_id) {
            let interactive = world::SignIn {
                code: dice.pick(&[50_126, 50_058]),
                steps: world::Steps::Absent,
                ..world::SignIn::interactive(row.person, row.at)
            };
            let silent = world::SignIn {
                code: dice.pick(&[70_043, 50_173, 50_076, 50_079]),
                ..world::SignIn::silent(row.person, row.at, "Mobile Apps and Desktop clients", "refreshToken")
            };
            if dice.chance(50) {
                attacked.sign_ins.push(if row.interactive { interactive } else { silent });
            }
        }
        let (before, after) = (asked(&tenant, folder().path()), asked(&attacked, folder().path()));
        let mut found = Found { people: before.len(), ..Found::default() };
        for (id, before) in &before {
            for column in ["last_promptable", "last_interactive", "last_token_activity"] {
                let (was, is) = (&before[column], &after[id][column]);
                if was != is {
                    found.wrong.push(format!("seed {seed} {id} {column}: was {was}, is {is}"));
                }
            }
        }
        found
    });
    assert!(found.people > 0 && found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

/// The table of people as bytes, of any inputs in a folder.
fn table(tenant: &Tenant, place: &Path, inputs: &[&str]) -> String {
    let mut arguments = export::options(tenant, place);
    arguments.extend(inputs.iter().map(|i| (*i).to_owned()));
    succeed(place, &arguments.iter().map(String::as_str).collect::<Vec<_>>()).stdout
}

/// A tenant whose rows lie in two folders: what every second event goes to is drawn.
fn halves(tenant: &Tenant, place: &Path) {
    let mut dice = world::Dice(tenant.seed);
    let mut halves = [tenant.clone(), tenant.clone()];
    for half in &mut halves {
        half.sign_ins.clear();
        half.audits.clear();
    }
    for row in &tenant.sign_ins {
        halves[usize::from(dice.chance(50))].sign_ins.push(row.clone());
    }
    for row in &tenant.audits {
        halves[usize::from(dice.chance(50))].audits.push(row.clone());
    }
    export::write(&halves[0], &place.join("a"));
    export::write(&halves[1], &place.join("b"));
}

#[test]
fn a_ledger_and_later_exports_say_byte_for_byte_what_all_exports_say() {
    let found = for_all(FEWER, |seed| {
        let mut tenant = make::tenant(seed + 30_000);
        tenant.settings.as_of = None;
        let place = folder();
        halves(&tenant, place.path());
        succeed(place.path(), &["ledger", "add", "kept", "a", "--quiet"]);
        let whole = table(&tenant, place.path(), &["a", "b"]);
        let mut found = Found { people: whole.lines().count() - 1, ..Found::default() };
        for inputs in [&["kept", "b"][..], &["b", "kept", "a"]] {
            if table(&tenant, place.path(), inputs) != whole {
                found.wrong.push(format!("seed {seed}: {inputs:?}"));
            }
        }
        succeed(place.path(), &["ledger", "add", "kept", "b", "--quiet"]);
        if table(&tenant, place.path(), &["kept"]) != whole {
            found.wrong.push(format!("seed {seed}: the ledger alone"));
        }
        found
    });
    assert!(found.people > 0 && found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}

#[test]
fn a_ledger_judged_at_an_earlier_instant_differs_from_the_exports_by_the_day_alone_and_says_so() {
    let flagged = AtomicU64::new(0);
    let found = for_all(FEWER, |seed| {
        let mut tenant = make::tenant(seed + 40_000);
        // The audit events after T are kept for the gates: without them the rows must be the same.
        let t = world::END - 5 * world::DAY + 11 * 3600;
        tenant.audits.retain(|row| row.at <= t);
        tenant.settings.as_of = Some(t);
        tenant.settings.declared = None;
        let place = folder();
        halves(&tenant, place.path());
        succeed(place.path(), &["ledger", "add", "kept", "a", "b", "--quiet"]);
        let said = |inputs: &[&str]| -> Said {
            let table = table(&tenant, place.path(), inputs);
            rows(&table).into_iter().map(|row| (row["user_id"].clone(), row)).collect()
        };
        let (exact, kept) = (said(&["a", "b"]), said(&["kept"]));
        let mut found = Found { people: exact.len(), ..Found::default() };
        for id in exact.keys().chain(kept.keys()).collect::<BTreeSet<_>>() {
            let (Some(want), Some(got)) = (exact.get(id), kept.get(id)) else {
                found.wrong.push(format!("seed {seed} {id}: in one table alone"));
                continue;
            };
            if got["flags"].contains("day_resolution") {
                flagged.fetch_add(1, Ordering::Relaxed);
                // Nobody is called stale whom the exact rows show to be not.
                if got["verdict"] == "stale" && want["verdict"] == "not_stale" {
                    found.wrong.push(format!("seed {seed} {id}: stale at day resolution alone"));
                }
                continue;
            }
            for (column, want) in want.iter().filter(|(column, want)| got[*column] != **want) {
                found.wrong.push(format!("seed {seed} {id} {column}: want {want}, got {}", got[column]));
            }
        }
        found
    });
    assert!(found.people > 0 && found.wrong.is_empty(), "{}", found.wrong.join("\n"));
    assert!(flagged.into_inner() > 0, "nobody's rows went on after the instant: the test shows nothing");
}
