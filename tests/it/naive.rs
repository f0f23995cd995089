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

use world::Tenant;

const TENANTS: u64 = 300;

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

/// Every mismatch of a tenant: person, column, want, got.
fn compared(tenant: &Tenant, got: &Said) -> Vec<String> {
    let want = standing::judge(tenant);
    let mut out = Vec::new();
    for id in want.keys().chain(got.keys()).collect::<BTreeSet<_>>() {
        let (Some(want), Some(got)) = (want.get(id), got.get(id)) else {
            out.push(format!("seed {} {id} user_id: want {}, got {}", tenant.seed, want.contains_key(id), got.contains_key(id)));
            continue;
        };
        for (column, want) in want {
            let got = got.get(*column).map_or("no such column", String::as_str);
            if words(want) != words(got) {
                out.push(format!("seed {} {id} {column}: want {want}, got {got}", tenant.seed));
            }
        }
    }
    out
}

/// Runs something for every seed, on two threads.
fn for_all(count: u64, each: impl Fn(u64) -> (usize, Vec<String>) + Sync) -> (usize, Vec<String>) {
    let only = std::env::var("KMSIFT_NAIVE").ok().and_then(|seed| seed.parse::<u64>().ok());
    let next = AtomicU64::new(0);
    let found = Mutex::new((0, Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    if only.is_none_or(|only| only == seed) {
                        let (people, wrong) = each(seed);
                        let mut found = found.lock().expect("no thread panics while it holds the list");
                        found.0 += people;
                        found.1.extend(wrong);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().expect("no thread panics while it holds the list");
    found.1.sort();
    found
}

#[test]
fn a_naive_judge_agrees_in_every_cell() {
    let (people, wrong) = for_all(TENANTS, |seed| {
        let tenant = make::tenant(seed);
        let place = folder();
        let got = asked(&tenant, place.path());
        let wrong = compared(&tenant, &got);
        if std::env::var_os("KMSIFT_NAIVE").is_some() {
            eprintln!("{}: {:?} {:#?}", place.keep().display(), tenant.settings, export::options(&tenant, Path::new("/tmp")));
        }
        (got.len(), wrong)
    });
    eprintln!("naive: {TENANTS} tenants, {people} people");
    assert!(wrong.is_empty(), "{} mismatches:\n{}", wrong.len(), wrong.join("\n"));
}
