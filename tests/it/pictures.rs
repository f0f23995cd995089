//! Pictures say the numbers of the tables beside them: counted once more from the table of people, or added up by hand.

use std::collections::BTreeMap;
use std::path::Path;

use kmsift::model::time::Instant;

use crate::support::{folder, kmsift, root, rows, succeed};

type Rows = Vec<BTreeMap<String, String>>;

fn table(out: &Path, name: &str) -> Rows {
    rows(&std::fs::read_to_string(out.join(format!("tables/{name}.csv"))).expect("a table"))
}

fn report(out: &Path, more: &[&str]) {
    let place = out.to_string_lossy().into_owned();
    let args = ["report", "sample-data", "--break-glass", "sample-data/break-glass.txt", "--out", &place, "--quiet"];
    succeed(&root(), &args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
}

/// Days under the lower ends of classes, as the map writes them.
fn class(days: i64, ends: &[i64]) -> String {
    let at = ends.iter().rposition(|e| days >= *e).expect("a class");
    match ends.get(at + 1) {
        Some(next) if *next == ends[at] + 1 => ends[at].to_string(),
        Some(next) => format!("{}–{}", ends[at], next - 1),
        None => format!("{}+", ends[at]),
    }
}

/// Columns by semantics §2.3: both ends in one class, or on which side of W = 30 the open interval lies.
#[test]
fn the_map_of_clocks_counts_the_people_of_the_table() {
    const PAGES: [i64; 6] = [0, 7, 14, 30, 60, 90];
    let temp = folder();
    let out = temp.path().join("r");
    report(&out, &["--as-of", "2026-11-22"]);
    let t = Instant::parse("2026-11-22").expect("T");
    let mut want: BTreeMap<(String, String), u64> = BTreeMap::new();
    let (mut whole, mut on_tokens) = (0, 0);
    // Emergency accounts have a stage and are not in scope.
    let counted = |p: &&BTreeMap<String, String>| {
        !matches!(p["stage"].as_str(), "" | "in_scope") && !p["gates"].contains("break_glass")
    };
    for person in table(&out, "users").iter().filter(counted) {
        let min: i64 = person["staleness_min_days"].parse().expect("a bound");
        let max: Option<i64> = person["staleness_max_days"].parse().ok();
        let low = class(min, &PAGES);
        let page = match max {
            Some(max) if class(max, &PAGES) == low => low,
            _ if min >= 90 => low,
            _ if min >= 30 => "30+, open end".to_owned(),
            Some(max) if max < 30 => "under 30, day open".to_owned(),
            _ => "either side of 30".to_owned(),
        };
        let used = Instant::parse(&person["last_token_activity"]).map(|at| t.whole_days_since(at));
        let token = used.map_or("none seen".to_owned(), |days| class(days, &[0, 1, 7, 14, 30, 90]));
        whole += 1;
        on_tokens += u64::from(min >= 30 && used.is_some_and(|days| days < 14));
        *want.entry((token, page)).or_default() += 1;
    }
    let shown = table(&out, "staleness_map");
    let got: BTreeMap<(String, String), u64> = shown
        .iter()
        .map(|r| ((r["last_token_days"].clone(), r["last_page_days"].clone()), r["people"].parse().expect("a number")))
        .collect();
    assert_eq!(got, want);
    assert!(whole > 20 && shown.iter().all(|r| r["of"] == whole.to_string()));
    let framed: u64 =
        shown.iter().filter(|r| r["lives_on_tokens"] == "true").map(|r| r["people"].parse::<u64>().unwrap_or(0)).sum();
    assert!(framed > 0);
    assert_eq!(framed, on_tokens);
    let picture = std::fs::read_to_string(out.join("charts/staleness_map.svg")).expect("a picture");
    assert!(picture.contains(&format!("{framed} of {whole} people used tokens within 14 days")), "{picture}");
}

#[test]
fn the_calendar_of_waves_and_the_cover_hold_what_their_tables_hold() {
    let temp = folder();
    let out = temp.path().join("r");
    report(&out, &["--wave-size", "3", "--blackout", "2026-11-24"]);
    let desc = |id: &str| {
        let picture = std::fs::read_to_string(out.join(format!("charts/{id}.svg"))).expect("a picture");
        let (_, rest) = picture.split_once("<desc id=\"").and_then(|(_, rest)| rest.split_once("\">")).expect("words");
        rest.split_once("</desc>").expect("words").0.to_owned()
    };
    let waves = rows(&std::fs::read_to_string(out.join("targets/waves.csv")).expect("waves"));
    assert!(waves.len() > 1 && waves.iter().all(|w| w["date"] != "2026-11-24"));
    let told: Vec<String> =
        waves.iter().map(|w| format!("wave {} on {}: {} people", w["wave"], w["date"], w["people"])).collect();
    assert_eq!(desc("waves"), format!("Waves: {}.", told.join("; ")));
    let picture = std::fs::read_to_string(out.join("charts/waves.svg")).expect("a picture");
    assert!(picture.contains(">blackout<") && picture.contains(">2026-W48<"), "a day kept free, and its week");
    let cover = table(&out, "sign_in_frequency");
    let steps: Vec<String> = cover
        .iter()
        .filter(|r| r["plan"] == "by_gain")
        .map(|r| format!("{} adds {}, {} in all", r["resource"], r["gain"], r["covered"]))
        .collect();
    assert!(!steps.is_empty());
    assert_eq!(desc("sign_in_frequency"), format!("Cover: {}.", steps.join("; ")));
}

#[test]
fn pngs_have_the_size_asked_for() {
    let temp = folder();
    let width = |path: &Path| {
        let bytes = std::fs::read(path).expect("a picture");
        // The width of the header chunk, IHDR.
        u32::from_be_bytes(bytes[16..20].try_into().expect("a header"))
    };
    for (scale, pixels) in [("1", 1000), ("3", 3000)] {
        let out = temp.path().join(scale);
        let place = out.to_string_lossy().into_owned();
        let args =
            ["options", "sample-data", "--no-break-glass-list", "--png-scale", scale, "--out", &place, "--quiet"];
        succeed(&root(), &args);
        assert_eq!(width(&out.join("charts/options.png")), pixels);
    }
    let refused = kmsift(&root(), &["options", "sample-data", "--no-break-glass-list", "--png-scale", "4"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}
