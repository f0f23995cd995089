//! The registry of formats: one logical tenant is written in every one of them; each file is recognised by exactly one
//! reader, gives the facts that Graph's JSON of the same tenant gives wherever the format carries the field, and no damage
//! to it ends in a panic or in rows that nobody counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use kmsift::facts::{Dossier, Dossiers, Stamped};
use kmsift::ingest::block::Limits;
use kmsift::ingest::format::Fit;
use kmsift::ingest::formats::FORMATS;
use kmsift::ingest::head::Head;
use kmsift::ingest::{FileReport, Options, load, source};
use kmsift::model::sign_in::Stream;

use crate::support::{folder, put};

#[path = "../tenant_formats/mod.rs"]
pub mod tenant_formats;

use tenant_formats::tenant::{Lacks, Tenant};
use tenant_formats::{File, Part, Sample, logs, registrations, samples, users};

static PROGRESS: AtomicU64 = AtomicU64::new(0);

/// Reads a folder.
fn read(path: &Path, threads: usize) -> (Dossiers, Vec<FileReport>) {
    let options = Options {
        threads,
        rules: kmsift::ingest::Rules::default(),
        language: kmsift::ingest::Language::default(),
        kind: None,
        date_order: None,
        keep_rejects: true,
        hash: false,
        limits: Limits::default(),
    };
    let found = source::find(&[path.to_string_lossy().into_owned()], &BTreeSet::new()).expect("a folder");
    let loaded = load(&found, &options, None, &PROGRESS);
    (Dossiers::new(loaded.facts), loaded.files)
}

fn read_files(files: &[File]) -> (Dossiers, Vec<FileReport>) {
    let home = folder();
    for (name, bytes) in files {
        put(home.path(), name, bytes);
    }
    read(home.path(), 2)
}

/// Facts by person and field.
type Facts = BTreeMap<String, String>;

fn facts(dossiers: &Dossiers, lacks: &[Lacks]) -> Facts {
    let mut out = Facts::new();
    for dossier in (0..dossiers.len()).filter_map(|n| dossiers.get(n)) {
        person(&dossier, dossiers, !lacks.contains(&Lacks::Snapshot), &mut out);
    }
    for stream in Stream::ALL {
        let hours: Vec<String> = dossiers.coverage().hours(stream).map(|w| format!("{}..{}", w.from, w.to)).collect();
        if !lacks.contains(&Lacks::Coverage) {
            out.insert(format!("observed {}", stream.name()), hours.join(" "));
        }
    }
    out
}

fn person(dossier: &Dossier<'_>, dossiers: &Dossiers, stamps: bool, out: &mut Facts) {
    let id = dossier.id.to_string();
    let mut note = |field: String, value: String| {
        let before = out.insert(format!("{id} {field}"), value);
        assert_eq!(before, None, "{field} twice");
    };
    let (person, account) = (dossier.person, &dossier.person.account);
    note("names".to_owned(), format!("{:?} {:?} guest {}", person.upns, person.seen_name, person.seen_guest));
    note("homes, last grant".to_owned(), format!("{:?} {:?}", person.homes, person.last_grant));
    for (field, value) in [
        ("display name", stamped(account.display_name.as_ref(), stamps)),
        ("upn", stamped(account.upn.as_ref(), stamps)),
        ("guest", stamped(account.guest.as_ref(), stamps)),
        ("disabled", stamped(account.disabled.as_ref(), stamps)),
        ("created", stamped(account.created.as_ref(), stamps)),
        ("department", stamped(account.department.as_ref(), stamps)),
        ("usage location", stamped(account.usage_location.as_ref(), stamps)),
        ("last sign-in", format!("{:?}", account.last_sign_in)),
        ("last non-interactive", format!("{:?}", account.last_non_interactive)),
        ("last successful", format!("{:?}", account.last_successful)),
        ("sessions valid from", format!("{:?}", account.sessions_valid_from)),
        ("last password change", format!("{:?}", account.last_password_change)),
        ("listed", account.listed.to_string()),
    ] {
        note(field.to_owned(), value);
    }
    for (day, report) in &person.registration {
        note(format!("report {day:?}"), format!("{report:?}"));
    }
    for (number, moment) in person.moments.iter().enumerate() {
        note(format!("moment {number}"), format!("{moment:?}"));
    }
    for (key, span) in &person.sessions {
        note(format!("session {key:?}"), format!("{span:?}"));
    }
    for (channel, span) in &dossier.activity {
        let app = channel.app.as_ref().map(|app| dossiers.app_label(app));
        note(format!("channel {channel:?}"), format!("{app:?} {span:?}"));
    }
}

fn stamped<T: Debug>(value: Option<&Stamped<T>>, stamps: bool) -> String {
    match value {
        Some(value) if stamps => format!("{value:?}"),
        other => format!("{:?}", other.map(|v| &v.value)),
    }
}

/// Graph's JSON of the parts of the tenant that a format is about.
fn reference(part: Part, tenant: &Tenant) -> Vec<File> {
    match part {
        Part::SignIns => logs::graph_sign_ins(tenant),
        Part::Audits => logs::graph_audits(tenant),
        Part::Both => [logs::graph_sign_ins(tenant), logs::graph_audits(tenant)].concat(),
        Part::Users => users::graph(tenant),
        Part::Registrations => registrations::graph(tenant),
        Part::Skipped | Part::Refused(_) => Vec::new(),
    }
}

#[test]
fn every_format_has_a_sample() {
    let samples = samples();
    for format in FORMATS {
        assert!(
            samples.iter().any(|s| s.format == format.id()),
            "the format {} has no sample: write the tenant of tests/tenant_formats/tenant.rs in it, in logs.rs, logs_csv.rs, \
             registrations.rs, scripts.rs or users.rs beside it, and add a line to SAMPLES there with what it lacks and how many rows it has",
            format.id()
        );
    }
    for sample in &samples {
        assert!(FORMATS.iter().any(|f| f.id() == sample.format), "{} is no format", sample.format);
    }
}

#[test]
fn one_tenant_gives_the_same_facts_in_every_format() {
    let mut wrong = Vec::new();
    for sample in samples() {
        let label = format!("{} {}", sample.format, sample.form);
        let (got, reports) = read_files(&(sample.write)(&Tenant::new()));
        if let Part::Refused(words) = sample.part {
            let refusal = reports[0].refusal.clone().unwrap_or_default();
            assert!(refusal.contains(words) && got.is_empty(), "{label}: {refusal}");
            continue;
        }
        for report in &reports {
            // Lists that the writer lost are a column nobody can read: an error of the file, whose other columns stand.
            let lost =
                report.damage.as_ref().is_some_and(|d| d.contains("`methods` is there and cannot be read in 5 of 5"));
            assert_eq!(lost, sample.form.ends_with("lists lost"), "{label}: {:?}", report.damage);
            assert_eq!((&report.refusal, report.damage.is_some()), (&None, lost), "{label}: {}", report.path);
            assert_eq!(report.tally.rejected_total(), 0, "{label}: {:?}", report.tally.rejected);
        }
        let formats: BTreeSet<&str> = reports.iter().filter_map(|r| Some(r.recognised.as_ref()?.format)).collect();
        assert!(formats.contains(sample.format), "{label}: {formats:?}");
        let sum = |of: fn(&FileReport) -> u64| reports.iter().map(of).sum::<u64>();
        let rows = [sum(|r| r.tally.read), sum(|r| r.tally.folded), sum(|r| r.tally.skipped_total())];
        assert_eq!(rows, sample.rows, "{label}: read, folded, skipped");
        let (want, _) = read_files(&reference(sample.part, &Tenant::new().without(sample.lacks)));
        let (want, got) = (facts(&want, sample.lacks), facts(&got, sample.lacks));
        for field in want.keys().chain(got.keys()).collect::<BTreeSet<_>>() {
            if want.get(field) != got.get(field) {
                wrong.push(format!("{label}: {field}\n  Graph: {:?}\n  here:  {:?}", want.get(field), got.get(field)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} facts differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_reference_itself_says_what_the_tenant_says() {
    let tenant = Tenant::new();
    let files = [
        logs::graph_sign_ins(&tenant),
        logs::graph_audits(&tenant),
        users::graph(&tenant),
        registrations::graph(&tenant),
    ];
    let (dossiers, _) = read_files(&files.concat());
    assert_eq!(dossiers.len(), 6, "six people, no admin and no app among them");
    let all = facts(&dossiers, &[]);
    let count = |what: &str| all.keys().filter(|k| k.contains(what)).count();
    // Ann: fresh in Teams; a claim on a joined device; fresh in Outlook; a wrong password; refresh tokens (four rows, one
    // channel); a primary one. Bob: 50079; fresh; none yet (Missing); none, silent; 50173. Cleo: 1. Dan: IMAP4; 50057.
    // Eve: ROPC; 50140; a claim; refresh tokens. Finn: a refresh token; a primary one.
    assert_eq!(count(" channel "), 6 + 5 + 1 + 2 + 4 + 2);
    // Bob: 50079, 50173, a failed registration, a revocation. Ann: started, two registered. Dan: disabled.
    // Eve: 50140, a pass by the admin, a revocation by an app, a password change and its Sts row.
    assert_eq!(count(" moment "), 4 + 3 + 1 + 5);
    assert_eq!(count(" report "), 5, "Finn is in no report");
    let ann = "aaaaaaaa-0000-4000-8000-000000000001";
    let of = |field: &str| all.get(&format!("{ann} {field}")).cloned().unwrap_or_default();
    assert!(of("department").contains("Sales, North") && of("disabled").contains("value: false"));
    let finn = "aaaaaaaa-0000-4000-8000-000000000006";
    assert_eq!(all[&format!("{finn} disabled")], "None", "not stated is not false");
    assert_eq!(all[&format!("{finn} last sign-in")], "None", "0001-01-01 is never");
    // 2026-10-05T07:00:00Z, in the text of 50173: 20 731 days and 7 hours after 1970.
    let bob = &all["aaaaaaaa-0000-4000-8000-000000000002 homes, last grant"];
    assert!(bob.contains(&(20_731 * 86_400 + 7 * 3600).to_string()), "{bob}");
    // 14 interactive rows lie in 12 hours (three in one), 11 silent rows in 11, 11 audit rows in 8 (three in one, two in one).
    let hours = |stream: &str| all[&format!("observed {stream}")].split(' ').count();
    assert_eq!((hours("interactive"), hours("non-interactive"), hours("audit")), (12, 11, 8));
}

/// The formats that fit a file's head, best first.
fn scores(name: &str, text: &str) -> Vec<(u32, &'static str)> {
    let Some(head) = Head::look(name, text.as_bytes()) else { return Vec::new() };
    let score = |fit| match fit {
        Fit::Yes(score) => Some(score),
        Fit::No { .. } => None,
    };
    let mut scores: Vec<_> = FORMATS.iter().filter_map(|f| Some((score(f.fit(&head))?, f.id()))).collect();
    scores.sort_unstable_by(|a, b| b.cmp(a));
    scores
}

#[test]
fn every_sample_is_recognised_by_exactly_one_reader() {
    for sample in samples() {
        for (name, bytes) in (sample.write)(&Tenant::new()) {
            let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
            let text = if utf16 {
                let be = bytes[0] == 0xfe;
                let unit =
                    |b: &[u8]| if be { u16::from_be_bytes([b[0], b[1]]) } else { u16::from_le_bytes([b[0], b[1]]) };
                String::from_utf16_lossy(&bytes[2..].chunks(2).map(unit).collect::<Vec<_>>())
            } else {
                String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned()
            };
            let file = name.rsplit('/').next().unwrap_or(&name);
            let scores = scores(file, &text);
            let best = scores.first().expect("some format fits");
            assert_eq!(scores.iter().filter(|s| s.0 == best.0).count(), 1, "{} {name}: {scores:?}", sample.format);
            let company = sample.format == "portal_details_csv" && best.1 == "portal_sign_in_csv";
            assert!(best.1 == sample.format || company, "{} {name}: {scores:?}", sample.format);
        }
    }
}

/// Reads damaged files: whatever was read is folded, skipped or rejected, and nothing panics.
fn survives(label: &str, files: &[File]) {
    let (_, reports) = read_files(files);
    assert_eq!(reports.len(), files.len(), "{label}: every file is reported");
    for report in reports {
        let t = &report.tally;
        assert_eq!(t.read, t.folded + t.skipped_total() + t.rejected_total(), "{label}: {}", report.path);
    }
}

/// The files of a sample, their bytes changed.
fn changed(sample: &Sample, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<File> {
    (sample.write)(&Tenant::new()).into_iter().map(|(name, bytes)| (name, change(bytes))).collect()
}

#[test]
fn every_format_survives_empty_and_headless_files() {
    for sample in samples() {
        let label = format!("{} {}", sample.format, sample.form);
        let (dossiers, reports) = read_files(&changed(&sample, |_| Vec::new()));
        assert!(
            dossiers.is_empty() && reports.iter().all(|r| r.refusal.as_deref() == Some("the file is empty")),
            "{label}"
        );
        // A header without rows, or nothing but the beginning of the first record.
        survives(&label, &changed(&sample, |b| b.split_inclusive(|c| *c == b'\n').next().unwrap_or(&b).to_vec()));
        survives(&label, &changed(&sample, |b| b[..b.len().min(40)].to_vec()));
    }
}

#[test]
fn every_format_survives_hostile_files() {
    let mut random = fastrand::Rng::with_seed(42);
    for sample in samples() {
        let label = format!("{} {}", sample.format, sample.form);
        // Cut off in the middle of a row, in the middle of a character.
        for part in [3, 7, 9] {
            survives(&label, &changed(&sample, |b| b[..b.len() * part / 10].to_vec()));
        }
        // Numbers no instant, code or count can hold; booleans that are none; names that break out of their place.
        let text = |from: &'static str, to: &'static str| {
            move |b: Vec<u8>| String::from_utf8_lossy(&b).replace(from, to).into_bytes()
        };
        survives(&label, &changed(&sample, text("2026", "99999999999999999999")));
        survives(&label, &changed(&sample, text("50", "-1e308")));
        survives(&label, &changed(&sample, text("rue", "\u{202e}=cmd|' /C calc'!A0\0")));
        survives(&label, &changed(&sample, text("contoso", "\"\"\"\"]}{[;,\t|\r\n\"")));
        survives(&label, &changed(&sample, text("\"", "")));
        // One byte in 64 is another.
        for _ in 0..2 {
            let seed = random.u64(..);
            survives(
                &label,
                &changed(&sample, |mut b| {
                    let mut random = fastrand::Rng::with_seed(seed);
                    let head = b.len().min(600);
                    for byte in &mut b[head..] {
                        if random.u8(..) < 4 {
                            *byte = random.u8(..);
                        }
                    }
                    b
                }),
            );
        }
    }
}
