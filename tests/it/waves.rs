//! Waves: the laws of the plan on random tenants, a plan worked out by hand, and the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kmsift::model::time::{Day, Instant};
use kmsift::plan::waves::{Candidate, Rules, Tier, Wave, plan};
use proptest::prelude::*;

use crate::support::{folder, kmsift, put, root, rows, succeed};

const TIERS: [Tier; 6] =
    [Tier::RecentOwnDevice, Tier::Recent, Tier::OwnDevice, Tier::Other, Tier::Undetermined, Tier::LogonOnly];

fn day(text: &str) -> Day {
    Instant::parse(text).expect("a date").day()
}

fn t() -> Instant {
    Instant::parse("2026-11-22").expect("an instant")
}

fn person(id: String, department: &str, tier: Tier, pilot: bool) -> Candidate {
    Candidate { id, department: department.into(), location: Arc::default(), tier, pilot }
}

prop_compose! {
    fn people()(drawn in prop::collection::vec((0..4_usize, 0..6_usize, 0..12_u8), 0..120)) -> Vec<Candidate> {
        let department = ["", "Sales", "IT", "Ops"];
        let one = |(i, (d, tier, pilot)): (usize, (usize, usize, u8))| {
            person(format!("{i:04}"), department[d], TIERS[tier], pilot == 0)
        };
        drawn.into_iter().enumerate().map(one).collect()
    }
}

prop_compose! {
    fn rules()(
        capacity in prop::option::of(1..4_u64),
        size in prop::option::of(1..30_u64),
        tickets in 1_000..60_000_u64,
        share in 1_000..=100_000_u64,
        weekdays in prop::array::uniform7(any::<bool>()),
        blackouts in prop::collection::vec((0..60_i32, 0..10_i32), 0..4),
        first in prop::option::of(0..30_i32),
        seed in any::<u64>(),
    ) -> Rules {
        let start = t().day().0;
        let mut weekdays = weekdays;
        weekdays[2] = true;
        Rules {
            capacity, size, tickets, share, weekdays, seed,
            blackouts: blackouts.into_iter().map(|(at, n)| (Day(start + at), Day(start + at + n))).collect(),
            first: first.map(|n| Day(start + n)),
            ..Rules::default()
        }
    }
}

/// As the members of each wave by id, whatever the order they were given in.
fn members(waves: &[Wave], people: &[Candidate]) -> Vec<(Day, BTreeSet<String>)> {
    waves.iter().map(|w| (w.day, w.people.iter().map(|i| people[*i].id.clone()).collect())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_wave_breaks_a_rule(
        people in people(),
        rules in rules(),
        sizes in prop::array::uniform3(0..60_u64),
        seed in any::<u64>(),
    ) {
        let teams: BTreeMap<Arc<str>, u64> =
            ["Sales", "IT", "Ops"].into_iter().map(Arc::from).zip(sizes).collect();
        let waves = plan(&rules, &people, &teams, t()).expect("a day for each");
        let mut seen = vec![0; people.len()];
        for (number, wave) in (1..).zip(&waves) {
            prop_assert_eq!(wave.number, number);
            prop_assert!(!wave.people.is_empty(), "no wave is empty");
            let n = wave.people.len() as u64;
            prop_assert!(rules.size.is_none_or(|size| n <= size), "the size holds");
            // n people bring n x q / 100 tickets; one person may always go.
            prop_assert!(rules.capacity.is_none_or(|c| n == 1 || n * rules.tickets <= c * 100_000), "the capacity holds");
            let mut of_team: BTreeMap<&str, u64> = BTreeMap::new();
            for i in &wave.people {
                seen[*i] += 1;
                prop_assert_eq!(people[*i].pilot, wave.pilot, "a pilot wave holds the pilot and nobody else");
                if !people[*i].department.is_empty() {
                    *of_team.entry(&people[*i].department).or_default() += 1;
                }
            }
            for (team, n) in of_team.into_iter().filter(|_| !wave.pilot) {
                prop_assert!(n == 1 || n * 100_000 <= teams[team] * rules.share, "the share holds: {} of {}", n, team);
            }
            let weekday = usize::from(wave.day.weekday());
            prop_assert!(rules.weekdays[weekday], "the weekday is allowed");
            prop_assert!(!rules.blackouts.iter().any(|(a, b)| *a <= wave.day && wave.day <= *b), "no blackout");
            prop_assert!(wave.day >= rules.first.unwrap_or(Day(t().day().0 + 1)), "not before the first day");
        }
        prop_assert!(seen.iter().all(|n| *n == 1), "everybody is in one wave");
        prop_assert!(waves.windows(2).all(|w| w[0].day < w[1].day && (w[0].pilot || !w[1].pilot)), "in order");

        let mut shuffled = people.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, usize::try_from(state >> 33).unwrap_or(0) % (i + 1));
        }
        let again = plan(&rules, &shuffled, &teams, t()).expect("a day for each");
        prop_assert_eq!(members(&waves, &people), members(&again, &shuffled), "the order of people does not show");
    }
}

#[test]
fn a_plan_worked_out_by_hand() {
    // C = 1 and q = 25: n = floor(1 / 25 x 100) = 4. Sales has 10 active people: at most floor(2.0) = 2 a wave. IT has 4:
    // floor(0.8) = 0, so one.
    let mut people: Vec<Candidate> = (0..5)
        .map(|i| person(format!("s{i}"), "Sales", if i < 2 { Tier::Other } else { Tier::Recent }, false))
        .collect();
    people.extend((0..3).map(|i| person(format!("i{i}"), "IT", Tier::LogonOnly, false)));
    people.push(person("nobody".to_owned(), "", Tier::Undetermined, false));
    people.push(person("p0".to_owned(), "Sales", Tier::Other, true));
    let teams = BTreeMap::from([("Sales".into(), 10), ("IT".into(), 4)]);
    let rules = Rules {
        capacity: Some(1),
        tickets: 25_000,
        blackouts: vec![(day("2026-11-24"), day("2026-11-25"))],
        ..Rules::default()
    };
    assert_eq!(rules.most(), Some(4));
    let waves = plan(&rules, &people, &teams, t()).expect("waves");
    let got = members(&waves, &people);
    // The pilot on Monday, alone. Tuesday and Wednesday are blacked out. The three recent sales people take Thursday (two) and
    // Monday (one); one of the others fills up Monday's two, the last comes on Tuesday; unknown departments and IT go where
    // there is room, IT one a wave.
    let days: Vec<String> = got.iter().map(|(day, _)| day.to_string()).collect();
    assert_eq!(days, ["2026-11-23", "2026-11-26", "2026-11-30", "2026-12-01"]);
    assert_eq!(got.iter().map(|(_, ids)| ids.len()).collect::<Vec<_>>(), [1, 4, 3, 2]);
    assert!(got[0].1.contains("p0") && got[1].1.contains("nobody"));
    let sales = |n: usize| got[n].1.iter().filter(|id| id.starts_with('s')).count();
    let it = |n: usize| got[n].1.iter().filter(|id| id.starts_with('i')).count();
    assert_eq!((1..4).map(|n| (sales(n), it(n))).collect::<Vec<_>>(), [(2, 1), (2, 1), (1, 1)]);
    assert!(["s0", "s1"].iter().all(|id| !got[1].1.contains(*id)), "the recently active come first");
    let other = plan(&Rules { seed: 1, ..rules.clone() }, &people, &teams, t()).expect("waves");
    assert_eq!(members(&other, &people).len(), 4, "another seed, the same calendar");
    let never = Rules { blackouts: vec![(day("2026-01-01"), day("2999-01-01"))], ..rules };
    assert_eq!(plan(&never, &people, &teams, t()), None);
}

const LIST: [&str; 4] = ["targets", "sample-data", "--break-glass", "sample-data/break-glass.txt"];

fn targets<'a>(more: &[&'a str]) -> Vec<&'a str> {
    LIST.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn the_command_line_writes_waves_and_a_calendar() {
    let temp = folder();
    let out = |name: &str| temp.path().join(name).to_string_lossy().into_owned();
    let read = |name: &str| std::fs::read_to_string(temp.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let plain = out("plain");
    succeed(&root(), &targets(&["--out", &plain]));
    assert!(!temp.path().join("plain/waves.csv").exists(), "without a size there is one wave and no calendar");
    assert!(!read("plain/manifest.json").contains("tickets-per-100"));
    let listed = rows(&read("plain/targets.csv"));
    assert!(listed.len() > 4 && listed.iter().all(|r| r["wave"] == "1"));

    put(temp.path(), "pilot.txt", format!("{}\n", listed[2]["user_principal_name"]));
    let (pilot, waves, again, alone) = (out("pilot.txt"), out("waves"), out("again"), out("alone"));
    // C = 1, q = 40: floor(2.5) = 2 people a wave.
    let typed = [
        "--helpdesk-capacity",
        "1",
        "--tickets-per-100",
        "40",
        "--pilot",
        &pilot,
        "--blackout",
        "2026-11-24",
        "--blackout",
        "2026-11-30..2026-12-03",
        "--wave-seed",
        "9",
        "--wave-start",
        "08:30",
    ];
    let with = |more: &[&'static str], out: &str| {
        let all: Vec<String> =
            targets(&typed).into_iter().chain(more.iter().copied()).chain(["--out", out]).map(str::to_owned).collect();
        kmsift(&root(), &all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let run = with(&[], &waves);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(with(&["--threads", "1"], &again).code, 0);
    for name in ["targets.csv", "waves.csv", "wave_starts.csv", "revoke.ps1"] {
        assert_eq!(read(&format!("waves/{name}")), read(&format!("again/{name}")), "{name}");
    }
    let calendar = rows(&read("waves/waves.csv"));
    let dates: Vec<&str> = calendar.iter().map(|r| r["date"].as_str()).collect();
    assert_eq!(dates[..4], ["2026-11-23", "2026-11-25", "2026-11-26", "2026-12-07"], "Monday to Thursday, no blackout");
    assert_eq!((calendar[0]["people"].as_str(), calendar[0]["pilot"].as_str()), ("1", "true"));
    assert_eq!(calendar[0]["expected_tickets"], "0.4");
    let valid: Vec<&str> = calendar.iter().map(|r| r["within_validity"].as_str()).collect();
    assert_eq!(valid[..4], ["true", "true", "true", "false"], "valid until 2026-11-29");
    assert!(run.stderr.contains("later than the list is valid"), "{}", run.stderr);
    let people = rows(&read("waves/targets.csv"));
    assert_eq!(people.len(), listed.len());
    for wave in &calendar {
        let n = people.iter().filter(|p| p["wave"] == wave["wave"]).count();
        assert_eq!(n.to_string(), wave["people"], "{wave:?}");
        assert!(n <= 2, "{wave:?}");
    }
    assert_eq!(people.iter().find(|p| p["wave"] == "1").map(|p| &p["user_id"]), Some(&listed[2]["user_id"]));
    let starts = rows(&read("waves/wave_starts.csv"));
    assert!(!starts.is_empty());
    for start in &starts {
        // Winter: Paris and Amsterdam are an hour east of UTC, New York five hours west.
        let hour = if start["usage_location"] == "US" { "13:30" } else { "07:30" };
        assert_eq!(start["start_utc"], format!("{}T{hour}:00Z", start["date"]), "{start:?}");
    }
    for (setting, value) in
        [("tickets-per-100", "40"), ("helpdesk-capacity", "1"), ("wave-seed", "9"), ("wave-start", "08:30")]
    {
        let said = format!("\"{setting}\": \"{value}\"");
        assert!(read("waves/manifest.json").contains(&said), "{said}");
    }

    assert_eq!(with(&["--wave", "2"], &alone).code, 0);
    let only = rows(&read("alone/targets.csv"));
    assert!(!only.is_empty() && only.iter().all(|p| p["wave"] == "2"));
    let left_out = rows(&read("alone/excluded.csv"));
    assert_eq!(left_out.iter().filter(|e| e["gate"] == "other_wave").count(), listed.len() - only.len());
    assert!(with(&["--wave", "99"], &out("none")).stderr.contains("nobody is in that wave"));
}

#[test]
fn options_of_waves_that_cannot_be_are_refused() {
    let temp = folder();
    let out = temp.path().join("x").to_string_lossy().into_owned();
    for (typed, said) in [
        (vec!["--wave-seed", "3"], "nothing says how large a wave is"),
        (vec!["--wave-size", "3", "--weekdays", "monday"], "--weekdays `monday`"),
        (vec!["--wave-size", "3", "--tickets-per-100", "0"], "--tickets-per-100 `0`"),
        (vec!["--max-department-share", "0%"], "--max-department-share `0%`"),
        (vec!["--wave-size", "3", "--blackout", "2026-12-24..2026-12-01"], "first day comes after the last"),
        (vec!["--wave-size", "3", "--blackout", "2026-01-01..2999-12-31"], "leave no day for a wave"),
        (vec!["--wave-size", "3", "--first-wave", "2026-11-01"], "before the as-of instant"),
        (vec!["--wave-size", "3", "--wave-start", "25:00"], "--wave-start `25:00`"),
    ] {
        let run = kmsift(&root(), &targets(&typed).into_iter().chain(["--out", &out]).collect::<Vec<_>>());
        assert!(run.code == 2 && run.stderr.contains(said), "{typed:?}: {}", run.stderr);
    }
    let capped = kmsift(&root(), &targets(&["--wave-size", "3", "--max-targets", "2", "--out", &out]));
    assert!(capped.code == 2 && capped.stderr.contains("targets, more than --max-targets 2"), "{}", capped.stderr);
    assert!(!temp.path().join("x").exists());
}

#[test]
fn the_next_wave_waits_for_the_one_before() {
    let temp = folder();
    let path = |name: &str| temp.path().join(name).to_string_lossy().into_owned();
    let summary = |revoked: u32, bitten: u32| {
        format!(
            "{{\"id\":\"campaign\",\"tables\":{{\"campaign_steps\":[{{\"step\":\"targeted\",\"people\":10}},\
             {{\"step\":\"revoked\",\"people\":{revoked}}},{{\"step\":\"bitten\",\"people\":{bitten}}}]}}}}"
        )
    };
    put(temp.path(), "late.json", summary(10, 7));
    put(temp.path(), "good.json", summary(10, 8));
    put(temp.path(), "none.json", summary(0, 0));
    put(temp.path(), "other.json", "{\"id\":\"waves\"}");
    let next = |file: &str, more: &[&str], out: &str| {
        let (file, out) = (path(file), path(out));
        let all: Vec<&str> = targets(&["--wave-size", "3", "--wave", "2", "--verified", &file, "--out", &out])
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        kmsift(&root(), &all)
    };
    for (file, said) in [
        ("late.json", "7 of 10 people revoked were bitten, fewer than 80 %"),
        ("none.json", "none of its 10 people was revoked"),
        ("other.json", "it is not the summary.json that `kmsift verify` writes"),
    ] {
        let run = next(file, &[], "never");
        assert!(run.code == 3 && run.stderr.contains(said), "{file}: {}", run.stderr);
    }
    let busy = next("good.json", &["--helpdesk-capacity", "4", "--tickets-seen", "5"], "never");
    assert!(busy.code == 3 && busy.stderr.contains("brought 5 tickets a day"), "{}", busy.stderr);
    assert!(!temp.path().join("never").exists());
    let run = next("good.json", &["--helpdesk-capacity", "4", "--tickets-seen", "4"], "next");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let manifest = std::fs::read_to_string(temp.path().join("next/manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"option\": \"--verified\""), "{manifest}");

    // What `verify` itself writes is understood.
    succeed(&root(), &targets(&["--out", &path("list")]));
    let list = path("list/targets.csv");
    succeed(&root(), &["verify", "--targets", &list, "sample-data", "--out", &path("verified")]);
    let real = next("verified/summary.json", &[], "never");
    assert!(real.code == 3 && real.stderr.contains("people was revoked"), "{}", real.stderr);
}
