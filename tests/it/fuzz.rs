//! The fuzz targets' invariants without a fuzzer: over every seed, and over seeds with random damage.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::{files, root};

#[path = "../../fuzz/harness/mod.rs"]
mod harness;

fn seeds(target: &str) -> Vec<PathBuf> {
    // A fuzzer that ran here leaves finds beside the seeds, named by a hash.
    let is_seed = |p: &PathBuf| p.extension().is_some();
    files(&root().join("fuzz/corpus").join(target)).into_iter().filter(is_seed).collect()
}

#[test]
fn every_seed_keeps_every_invariant() {
    for (target, check) in harness::TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() >= 3, "{target}: the seeds were found");
        for seed in seeds {
            // Printed only when a check panics.
            eprintln!("{}", seed.display());
            check(&std::fs::read(&seed).expect("readable"));
        }
    }
}

/// One kind of damage to a file.
#[derive(Clone, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Drop(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    Flip(prop::sample::Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let pieces: Vec<&[u8]> = vec![
        b"\"",
        b"\"\"",
        b",",
        b";",
        b"\n",
        b"\r\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\\",
        b"@{",
        b"; a=",
        b"=",
        b"'",
        b"1/2/2026",
        b"null",
        b"\xff\xfe",
        b"\x1f\x8b",
        b"PK\x03\x04",
    ];
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), 1..80_usize).prop_map(|(at, n)| Damage::Drop(at, n)),
        (at(), 1..200_usize).prop_map(|(at, n)| Damage::Repeat(at, n)),
        (at(), prop::sample::select(pieces)).prop_map(|(at, piece)| Damage::Insert(at, piece.to_vec())),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ]
}

fn damaged(mut bytes: Vec<u8>, list: &[Damage]) -> Vec<u8> {
    for one in list {
        let at = |index: &prop::sample::Index| index.index(bytes.len() + 1);
        match one {
            Damage::Cut(to) => bytes.truncate(at(to)),
            Damage::Drop(from, n) => {
                let from = at(from);
                bytes.drain(from..(from + n).min(bytes.len()));
            }
            Damage::Repeat(from, n) => {
                let from = at(from);
                let piece = bytes[from..(from + n).min(bytes.len())].to_vec();
                bytes.splice(from..from, piece);
            }
            Damage::Insert(to, piece) => {
                let to = at(to);
                bytes.splice(to..to, piece.iter().copied());
            }
            Damage::Flip(which, byte) => {
                let which = at(which);
                if let Some(b) = bytes.get_mut(which) {
                    *b = *byte;
                }
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn damaged_seeds_keep_every_invariant(which in any::<prop::sample::Index>(), list in prop::collection::vec(damage(), 1..5)) {
        for (target, check) in harness::TARGETS {
            let seeds = seeds(target);
            let seed = &seeds[which.index(seeds.len())];
            check(&damaged(std::fs::read(seed).expect("readable"), &list));
        }
    }
}

/// Cells, separators and line ends as exports and accidents write them.
fn csv_text() -> impl Strategy<Value = Vec<u8>> {
    let cells: Vec<&[u8]> = vec![
        b"",
        b"a",
        b"\"\"",
        b"\"x\"",
        b"\"a,b;c\"",
        b"\"a\nb\"",
        b"\"a\r\nb\"",
        b"\"say \"\"x\"\"\"",
        b"\"\"\"\"",
        b"st\"ray",
        b"\"open",
        b"\"x\"tail",
        b" \"x\"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\"x\n\"",
        b"\xc3\xa9",
        b"{\"\"a\"\":1}",
        b"'=1",
    ];
    let ends: Vec<&[u8]> = vec![b",", b",", b",", b";", b"\t", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\r\n", b""];
    let piece = (prop::sample::select(cells), prop::sample::select(ends));
    prop::collection::vec(piece, 0..60)
        .prop_map(|list| list.iter().flat_map(|(cell, end)| [*cell, *end].concat()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn blocks_hold_the_records_and_line_numbers_that_the_csv_crate_sees(text in csv_text(), size in 1..65_usize) {
        for separator in [b',', b';', b'\t'] {
            harness::records::same_as_the_csv_crate(&text, separator, &[size]);
        }
    }
}

/// `name = spec` lines below `[dependencies]`, comments off.
fn dependencies(manifest: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(root().join(manifest)).expect("readable");
    let table: toml::Table = toml::from_str(&text).expect("TOML");
    let list = |name: &str| table.get(name).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let all = list("dependencies").into_iter().chain(list("dev-dependencies"));
    all.map(|(name, spec)| (name, spec.to_string())).collect()
}

#[test]
fn fuzzers_build_with_the_dependencies_of_the_package() {
    let (ours, theirs) = (dependencies("Cargo.toml"), dependencies("fuzz/Cargo.toml"));
    assert!(theirs.len() > 10, "the list was read: {theirs:?}");
    let other: Vec<_> =
        theirs.iter().filter(|(name, spec)| *name != "libfuzzer-sys" && ours.get(*name) != Some(*spec)).collect();
    assert!(other.is_empty(), "not as in Cargo.toml: {other:?}");
}

#[test]
fn every_target_is_a_fuzzer() {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("readable");
    for (target, _) in harness::TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
        let main = std::fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{target}.rs"))).expect("readable");
        assert!(main.contains(&format!("harness::{target}(bytes)")), "{target}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), harness::TARGETS.len());
}
