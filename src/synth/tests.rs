//! Tests: the calendar, determinism, and that the bookkeeping adds up.

use super::people::ALL;
use super::{Folder, Layout, Spec, clock, write};
use std::collections::BTreeMap;
use std::io::{Result, Write};

#[derive(Default, PartialEq, Eq)]
struct Memory(BTreeMap<String, Vec<u8>>);

impl Folder for Memory {
    fn create(&mut self, path: &str) -> Result<Box<dyn Write + '_>> {
        let bytes = self.0.entry(path.to_owned()).or_default();
        assert!(bytes.is_empty(), "{path} written twice");
        Ok(Box::new(bytes))
    }
}

fn spec(layout: Layout) -> Spec {
    Spec { users: 45, days: 33, seed: 7, layout, rows_per_day: 2, ..Spec::default() }
}

#[test]
fn calendar() {
    assert_eq!(clock::instant(1_795_305_600), "2026-11-22T00:00:00Z");
    assert_eq!(clock::instant(1_709_208_061), "2024-02-29T12:01:01Z");
    assert_eq!(clock::american(1_629_379_531), "8/19/2021 1:25:31 PM");
    assert_eq!(clock::weekday(1_795_305_600), 0);
}

#[test]
fn same_spec_same_bytes() -> Result<()> {
    let (mut first, mut second) = (Memory::default(), Memory::default());
    write(&spec(Layout::Mixed), &mut first)?;
    write(&spec(Layout::Mixed), &mut second)?;
    assert!(first == second);
    Ok(())
}

#[test]
fn layouts_tell_the_same_story() -> Result<()> {
    let mut seen = Vec::new();
    for layout in [Layout::Mixed, Layout::Portal, Layout::Graph, Layout::Monitor] {
        let truth = write(&spec(layout), &mut Memory::default())?;
        assert_eq!(truth.labels.iter().map(|(_, n)| n).sum::<u64>(), 45);
        assert_eq!(truth.stages.iter().map(|(_, n)| n).sum::<u64>(), 45);
        seen.push((truth.interactive, truth.non_interactive, truth.audit, truth.labels, truth.stages, truth.targets));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    Ok(())
}

#[test]
fn every_archetype_is_there() -> Result<()> {
    let mut folder = Memory::default();
    write(&spec(Layout::Graph), &mut folder)?;
    let expected =
        folder.0.get("EXPECTED.toml").map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    for (_, name, _) in ALL {
        assert!(expected.contains(&format!("archetype = \"{name}\"")), "{name}");
    }
    Ok(())
}
