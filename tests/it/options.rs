//! Options, sign-in frequency plan, sweep and recommendation: a small tenant worked out by hand from semantics §5 and §6, the
//! law of the sweep, and the command.

use std::collections::BTreeMap;

use crate::support::SignIn;
use kmsift::facts::{Dossiers, Facts};
use kmsift::ingest::Rules;
use kmsift::ingest::fold::{Details, Fold};
use kmsift::judge::threshold::{frame_at, judge_at};
use kmsift::judge::{Frame, Lists, gates::Gate, judge};
use kmsift::model::account::AccountRow;
use kmsift::model::ids::Id;
use kmsift::model::registration::RegistrationRow;
use kmsift::model::settings::Thresholds;
use kmsift::model::sign_in::{Channel, Client, Freshness, Token, Trust};
use kmsift::model::time::Instant;
use kmsift::plan::Ground;
use kmsift::plan::options::Scene;
use kmsift::plan::sign_in_frequency::{Asked, PolicyScope, plan};
use kmsift::plan::{frequency_tables, options, recommendation, sweep};
use kmsift::view::Finding;

use crate::support::{folder, kmsift, root, rows, succeed};

/// 2026-11-22T00:00:00Z.
const T: i64 = 1_795_305_600;
const WINDOWS: &str = "38aa3b87-a06d-4817-b275-7a316988d93b";

fn at(days_back: i64) -> Instant {
    Instant(T - days_back * 86_400 + if days_back == 0 || days_back == 30 { 0 } else { 9 * 3_600 })
}

fn id(user: &str) -> Option<Id> {
    Id::parse(&format!("00000000-0000-4000-8000-{user:0>12}"))
}

/// How a silent row came about: app, resource, client, token, device.
type Way = (&'static str, &'static str, Client, Token, Trust);

const APP_R1: Way = ("a", "r1", Client::App, Token::Refresh, Trust::None);
const PRT_R1: Way = ("a", "r1", Client::App, Token::Prt, Trust::Joined);

struct Tenant {
    fold: Fold<'static>,
}

impl Tenant {
    fn new() -> Self {
        static NONE: std::sync::OnceLock<Details> = std::sync::OnceLock::new();
        static RULES: std::sync::OnceLock<Rules> = std::sync::OnceLock::new();
        let rules = RULES.get_or_init(|| Rules { as_of: Some(Instant(T)), ..Rules::default() });
        let mut tenant = Self { fold: Fold::new(rules, None, NONE.get_or_init(Details::default)) };
        tenant.person("999", "u999", true, None);
        for day in 0..=30 {
            tenant.page("999", day).tokens("999", APP_R1, &[day]);
        }
        tenant
    }

    /// A member or guest; with `methods` listed in the report, registered when there is one.
    fn person(&mut self, user: &str, name: &str, guest: bool, methods: Option<&[&str]>) -> &mut Self {
        let upn = format!("{name}@centralperk.org");
        self.fold.account(AccountRow {
            user: id(user),
            upn: upn.clone(),
            enabled: Some(true),
            guest: Some(guest),
            created: Some(at(400)),
            snapshot: Some(Instant(T)),
            ..AccountRow::default()
        });
        if let Some(methods) = methods {
            self.fold.registration(RegistrationRow {
                user: id(user),
                upn,
                mfa_registered: Some(!methods.is_empty()),
                mfa_capable: Some(!methods.is_empty()),
                methods: Some(methods.iter().map(|m| (*m).to_owned()).collect()),
                snapshot: Some(Instant(T)),
                ..RegistrationRow::default()
            });
        }
        self
    }

    fn row(&mut self, user: &str, when: Instant, channel: Channel) -> &mut Self {
        self.fold
            .sign_in(&SignIn {
                user: id(user),
                upn: &format!("u{user}@centralperk.org"),
                name: "",
                user_type: "",
                at: when,
                correlation: "",
                session: "",
                app_name: "",
                persistent_browser: false,
                passthrough: false,
                reason: "",
                tenants: (None, None),
                channel,
            })
            .expect("it can be read");
        self
    }

    fn tokens(&mut self, user: &str, (app, resource, client, token, trust): Way, days: &[i64]) -> &mut Self {
        for day in days {
            let channel = Channel {
                interactive: false,
                code: 0,
                app: Id::parse(app),
                resource: Id::parse(resource),
                client,
                token,
                ropc: false,
                freshness: Freshness::Fresh,
                trust,
            };
            self.row(user, at(*day), channel);
        }
        self
    }

    fn interactive(&mut self, user: &str, day: i64, app: &str, client: Client) -> &mut Self {
        let channel = Channel {
            interactive: true,
            code: 0,
            app: Id::parse(app),
            resource: None,
            client,
            token: Token::None,
            ropc: false,
            freshness: Freshness::Fresh,
            trust: Trust::None,
        };
        self.row(user, at(day), channel)
    }

    fn page(&mut self, user: &str, day: i64) -> &mut Self {
        self.interactive(user, day, "a", Client::Browser)
    }
}

/// Ten people; who they are stands beside them.
fn facts() -> Facts {
    let mut t = Tenant::new();
    let none: Option<&[&str]> = Some(&[]);
    for user in ["1", "2", "3", "4", "5", "10"] {
        t.person(user, &format!("u{user}"), false, none);
    }
    // Token-stale: two apps, one of them on one day alone.
    t.tokens("1", APP_R1, &[1, 2]).tokens("1", ("b", "r2", Client::App, Token::Refresh, Trust::None), &[1]);
    // Token-stale: one app in two kinds of client.
    t.tokens("2", APP_R1, &[3, 4]).tokens("2", ("a", "r3", Client::Browser, Token::Refresh, Trust::None), &[3, 5]);
    // Token-stale on a joined device alone.
    t.tokens("3", PRT_R1, &[1, 2]);
    // Windows logon only.
    t.tokens("4", PRT_R1, &[1, 2]).interactive("4", 1, WINDOWS, Client::App);
    // At a page, never asked.
    t.page("5", 5).tokens("5", APP_R1, &[1]);
    // Registered, phone only.
    t.person("6", "u6", false, Some(&["mobilePhone"])).page("6", 3).tokens("6", APP_R1, &[1, 2]);
    // Registered, uses a legacy client besides.
    t.person("7", "u7", false, Some(&["microsoftAuthenticatorPush"])).page("7", 2).tokens("7", APP_R1, &[1]);
    t.interactive("7", 2, "a", Client::Legacy);
    // A service: every row a resource-owner password, one app, and its name.
    t.person("8", "svc-backup", false, none);
    t.row(
        "8",
        at(1),
        Channel {
            interactive: false,
            code: 0,
            app: Id::parse("a"),
            resource: Id::parse("r1"),
            client: Client::App,
            token: Token::None,
            ropc: true,
            freshness: Freshness::Fresh,
            trust: Trust::None,
        },
    );
    // A token-stale guest.
    t.person("9", "u9", true, none).tokens("9", APP_R1, &[1, 2]);
    // Dormant.
    t.tokens("10", APP_R1, &[20]);
    t.fold.into_facts()
}

/// The four findings by id.
fn findings(asked: &Asked) -> BTreeMap<&'static str, Finding> {
    findings_of(facts(), asked)
}

fn findings_of(facts: Facts, asked: &Asked) -> BTreeMap<&'static str, Finding> {
    let dossiers = Dossiers::new(facts);
    let thresholds = Thresholds { as_of: Some(Instant(T)), ..Thresholds::default() };
    let frame = Frame::new(&dossiers, &thresholds).expect("an instant");
    let lists = Lists::default();
    let verdicts = judge(&dossiers, &frame, &lists);
    let ground = Ground { dossiers: &dossiers, frame: &frame, verdicts: &verdicts, lists: &lists };
    let parties = ground.parties();
    let made = plan(ground, &parties, asked);
    let (advice, whole) = recommendation::advise(&parties, &frame.thresholds, frame.t);
    [
        options::finding(Scene { ground, parties: &parties, plan: &made }),
        frequency_tables::finding(&made, ground, &parties),
        sweep::finding(ground, &parties),
        recommendation::finding(&advice, whole),
    ]
    .into_iter()
    .map(|f| (f.id, f))
    .collect()
}

/// A table as text, one line a row, cells joined with blanks; empty cells as `-`.
fn lines(finding: &Finding, table: &str, columns: &[&str]) -> Vec<String> {
    let table = finding.tables.iter().find(|t| t.id == table).expect("a table");
    let at: Vec<usize> = columns.iter().map(|c| table.position(c).expect("a column")).collect();
    let cell = |row: &[kmsift::view::Cell], i: usize| {
        let text = row[i].plain();
        if text.is_empty() { "-".to_owned() } else { text }
    };
    table.rows.iter().map(|row| at.iter().map(|i| cell(row, *i)).collect::<Vec<_>>().join(" ")).collect()
}

const LEVER: &[&str] = &[
    "lever",
    "touched",
    "touched_of",
    "unregistered_reached",
    "unregistered_of",
    "stale_reached",
    "stale_of",
    "others",
    "prompts",
    "prompts_per_person",
    "prompts_max",
    "breaks",
    "breaks_of",
];

#[test]
fn the_levers_side_by_side() {
    let all = findings(&Asked::default());
    assert_eq!(
        lines(&all["options"], "options", LEVER),
        [
            "wait 0 7 1 5 0 3 0 0 - 0 0 8",
            // Prompts: 2 + 2 for persons 1 and 2, one each for the other five.
            "enforce 7 7 5 5 3 3 2 9 1.3 2 2 8",
            "sign_in_frequency 2 7 2 5 2 3 0 2 1 1 0 8",
            "revoke 3 7 3 5 3 3 0 5 1.7 2 0 8",
            "nudge 1 7 0 5 0 3 1 0 - 0 0 8",
            "request 5 7 5 5 3 3 0 0 - 0 0 8",
            "provisioning 5 7 5 5 3 3 0 0 - 0 0 8",
        ]
    );
    let skips = lines(&all["options"], "options", &["lever", "skip", "licence"]);
    assert_eq!(skips[1], "enforce nobody P1");
    assert!(skips[4].starts_with("nudge each day without end where Microsoft manages the campaign"), "{}", skips[4]);
    let rules = lines(&all["options"], "options_rules", &["method", "holds_from", "holds_until"]);
    assert_eq!(rules.len(), 11);
    assert!(rules.contains(&"nudge 2026-09-01T00:00:00Z 2027-02-01T00:00:00Z".to_owned()), "{rules:?}");
    let missed = lines(&all["options"], "options_unreached", &["lever", "blocker", "people", "of", "answer"]);
    assert!(missed.contains(&"wait interaction 3 5 no".to_owned()), "{missed:?}");
    assert!(missed.contains(&"sign_in_frequency joined_device 1 5 no".to_owned()), "{missed:?}");
    assert!(missed.contains(&"revoke logon_only 1 5 no".to_owned()), "{missed:?}");
}

#[test]
fn the_sign_in_frequency_of_a_group_and_of_everybody() {
    let columns = ["plan", "order", "resource_id", "gain", "covered", "of", "collateral", "cost", "in_policy"];
    let group = findings(&Asked::default());
    assert_eq!(
        lines(&group["sign_in_frequency"], "sign_in_frequency", &columns),
        [
            "by_gain 1 r1 2 2 2 0 2 true",
            // One person a prompt both: the cheaper goes first.
            "by_gain_per_cost 1 r3 1 1 2 0 1 false",
            "by_gain_per_cost 2 r1 1 2 2 0 2 true",
            "exact 1 r1 2 2 2 0 2 true",
        ]
    );
    assert_eq!(
        lines(&group["sign_in_frequency"], "sign_in_frequency_residual", &["user_principal_name", "reason"]),
        ["u3@centralperk.org joined_device", "u4@centralperk.org logon_only", "u9@centralperk.org guest"]
    );
    // Everybody with token rows to r1 other than by a joined device: 1, 2 and 5, 6, 7.
    let all = findings(&Asked { scope: PolicyScope::All, ..Asked::default() });
    assert_eq!(
        lines(
            &all["sign_in_frequency"],
            "sign_in_frequency_candidates",
            &["resource_id", "reached", "collateral", "cost"]
        ),
        ["r1 2 3 5", "r3 1 0 1"]
    );
    assert_eq!(lines(&all["options"], "options", LEVER)[2], "sign_in_frequency 5 7 2 5 2 3 2 5 1 1 0 8");
}

/// 1 and 2 open Teams; 3 uses Graph alone, which no policy can name; 4 uses a resource on one day; 5 SharePoint and Exchange on
/// one day each, which only the bundle puts together; 6 only in an unnamed resource.
fn microsoft() -> Facts {
    const TEAMS: &str = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";
    const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";
    const SHAREPOINT: &str = "00000003-0000-0ff1-ce00-000000000000";
    const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
    let way = |resource| ("a", resource, Client::App, Token::Refresh, Trust::None);
    let mut t = Tenant::new();
    for user in ["1", "2", "3", "4", "5", "6"] {
        t.person(user, &format!("u{user}"), false, Some(&[]));
    }
    t.tokens("1", way(TEAMS), &[1, 2]).tokens("2", way(TEAMS), &[1, 2]).tokens("3", way(GRAPH), &[1, 2]);
    t.tokens("4", way("r1"), &[1]).tokens("5", way(SHAREPOINT), &[1]).tokens("5", way(EXCHANGE), &[2]);
    t.tokens("6", way(""), &[1, 2]);
    t.fold.into_facts()
}

#[test]
fn dependencies_the_bundle_and_what_no_policy_can_name() {
    let candidates = |close_dependencies| {
        let all = findings_of(microsoft(), &Asked { close_dependencies, ..Asked::default() });
        let columns = ["resource", "reached", "of"];
        (
            lines(&all["sign_in_frequency"], "sign_in_frequency_candidates", &columns),
            lines(&all["sign_in_frequency"], "sign_in_frequency_residual", &["user_principal_name", "reason"]),
        )
    };
    let (open, left) = candidates(false);
    assert_eq!(open, ["Microsoft Teams Services 2 3", "Office 365 (bundle) 3 3"]);
    assert_eq!(
        left,
        ["u3@centralperk.org not_selectable", "u4@centralperk.org too_rare", "u6@centralperk.org no_token_rows"]
    );
    let (closed, _) = candidates(true);
    assert_eq!(
        closed,
        [
            "Microsoft Teams Services 2 3",
            "Office 365 (bundle) 3 3",
            "Office 365 Exchange Online 2 3",
            "Office 365 SharePoint Online 2 3",
            "Skype for Business Online 2 3"
        ]
    );
}

#[test]
fn each_person_is_decided_by_one_rule() {
    let all = findings(&Asked::default());
    let told = lines(&all["recommendation"], "recommendation", &["lever", "people", "of"]);
    let decided: Vec<&String> = told.iter().filter(|line| !line.contains(" 0 9")).collect();
    assert_eq!(
        decided,
        [
            "migrate 1 9",
            "message_or_enforce 1 9",
            "message_or_enforce 1 9",
            "revoke_in_waves 2 9",
            "check_policy_scope 1 9",
            "access_review 1 9",
            "nudge_passkey 1 9",
            "none 1 9"
        ]
    );
}

/// No page in 30 days covered: at most 3/30 a day, at most 1 − e^−1.4 = 0.7534 in 14 days. Tokens on 2 of 30 days: 1 − e^−(14·2/30)
/// = 0.6068.
#[test]
fn reach_says_what_is_in_the_way_and_how_likely_a_sign_in_is() {
    let all = findings(&Asked::default());
    let columns = ["user_principal_name", "method", "reachable", "blocker", "within_14_days", "upper_bound"];
    let told = lines(&all["options"], "reach", &columns);
    let of = |user: &str| {
        let head = format!("u{user}@centralperk.org ");
        told.iter().filter_map(|l| l.strip_prefix(&head)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        of("1"),
        [
            "wait no interaction 0.7534 true",
            "enforce yes - 0.6068 false",
            "sign_in_frequency yes - - -",
            "revoke yes - - -",
            "nudge no no_mfa_method 0.7534 true",
            "request yes - - -",
            "provisioning yes - - -",
            "security_defaults no interaction 0.7534 true",
            "sspr no other_goal 0.7534 true",
            "id_protection no interaction 0.7534 true",
            "per_user_mfa yes - 0.6068 false",
        ]
    );
    assert_eq!(of("4")[2..4], ["sign_in_frequency no logon_only - -", "revoke no logon_only - -"]);
    assert_eq!(of("10")[0], "wait unknown dormant 0.7534 true");
    assert_eq!(told.len(), 6 * 11, "persons 1 to 5 and 10");
}

#[test]
fn judging_at_another_w_is_judging_anew() {
    let dossiers = Dossiers::new(facts());
    let thresholds = Thresholds { as_of: Some(Instant(T)), ..Thresholds::default() };
    let frame = Frame::new(&dossiers, &thresholds).expect("an instant");
    for include in [vec![], vec![Gate::LogonOnly, Gate::Guest], vec![Gate::Undetermined, Gate::Admin]] {
        let lists = Lists { include: include.into_iter().collect(), ..Lists::default() };
        let verdicts = judge(&dossiers, &frame, &lists);
        let mut targets = std::collections::BTreeSet::new();
        for days in 0..=90 {
            let other = frame_at(&frame, days);
            let anew = judge(&dossiers, &other, &lists);
            for (old, new) in verdicts.iter().zip(&anew) {
                let got = judge_at(old, &other, &lists);
                assert_eq!(
                    (got.stale, got.label, got.target),
                    (new.stale, new.label, new.target),
                    "{} W {days}",
                    old.id
                );
            }
            targets.insert(anew.iter().filter(|v| v.target).count());
        }
        assert!(targets.len() > 1, "W makes a difference");
    }
}

fn sample() -> (String, String) {
    let path = root().join("sample-data");
    let list = path.join("break-glass.txt");
    (path.to_string_lossy().into_owned(), list.to_string_lossy().into_owned())
}

#[test]
fn the_sweep_says_what_a_run_with_that_w_says() {
    let (data, list) = sample();
    let place = folder();
    let swept = succeed(
        place.path(),
        &["options", &data, "--break-glass", &list, "--table", "threshold_sweep", "--format", "csv"],
    );
    let swept: BTreeMap<String, BTreeMap<String, String>> =
        rows(&swept.stdout).into_iter().map(|r| (r["stale_days"].clone(), r)).collect();
    assert_eq!(swept.len(), 84, "7 to 90");
    let mut seen = std::collections::BTreeSet::new();
    for days in ["7", "12", "30", "45", "90"] {
        let run = succeed(
            place.path(),
            &["stale", &data, "--break-glass", &list, "--all", "--stale-days", days, "--format", "csv"],
        );
        let people = rows(&run.stdout);
        let targets = people.iter().filter(|r| r["target"] == "true").count().to_string();
        assert_eq!(swept[days]["targets"], targets, "W = {days}");
        assert_eq!(swept[days]["in_force"], (days == "30").to_string());
        seen.insert(targets);
    }
    assert!(seen.len() > 2, "{seen:?}");
}

#[test]
fn a_folder_gets_every_table_and_a_policy_that_only_reports() {
    let (data, list) = sample();
    let place = folder();
    succeed(place.path(), &["options", &data, "--break-glass", &list, "-o", "out"]);
    let body = std::fs::read_to_string(place.path().join("out/ca-policy-sign-in-frequency.json")).expect("a body");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["state"], "enabledForReportingButNotEnforced");
    assert_eq!(body["sessionControls"]["signInFrequency"]["value"], 7);
    let protected = std::fs::read_to_string(&list).expect("the list");
    let excluded = body["conditions"]["users"]["excludeUsers"].as_array().expect("a list");
    assert!(!excluded.is_empty() && !protected.trim().is_empty());
    // The people named are those whom the table of covers counts.
    let covers = std::fs::read_to_string(place.path().join("out/tables/sign_in_frequency.csv")).expect("covers");
    let step = rows(&covers).into_iter().rfind(|r| r["in_policy"] == "true").expect("a step");
    let named = body["conditions"]["users"]["includeUsers"].as_array().map(Vec::len);
    assert_eq!(named.map(|n| n.to_string()), Some(step["covered"].clone()));
    // The same tables as the report has.
    succeed(place.path(), &["report", &data, "--break-glass", &list, "-o", "report"]);
    for table in ["options", "reach", "recommendation", "threshold_sweep", "sign_in_frequency_residual"] {
        let read =
            |folder: &str| std::fs::read(place.path().join(format!("{folder}/tables/{table}.csv"))).expect(table);
        assert_eq!(read("out"), read("report"), "{table}");
    }
    // `schema` lists what is written.
    let schema = rows(&succeed(place.path(), &["schema", "--format", "csv"]).stdout);
    let written = crate::support::files(&place.path().join("out/tables"));
    let written: Vec<_> = written.into_iter().filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
    assert_eq!(written.len(), 9, "{written:?}");
    for path in written {
        let table = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let stated = schema.iter().filter(|r| r["table"] == table).map(|r| r["column"].as_str());
        let header = std::fs::read_to_string(&path).expect("readable");
        assert_eq!(header.lines().next(), Some(stated.collect::<Vec<_>>().join(",").as_str()), "{table}");
    }
    // A group stands for the people.
    let group = "11111111-2222-4333-8444-555555555555";
    succeed(place.path(), &["options", &data, "--break-glass", &list, "-o", "group", "--policy-group", group]);
    let body = std::fs::read_to_string(place.path().join("group/ca-policy-sign-in-frequency.json")).expect("a body");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["conditions"]["users"]["includeGroups"], serde_json::json!([group]));
    // No list of emergency accounts, no policy.
    let bare = succeed(place.path(), &["options", &data, "-o", "bare"]);
    assert!(bare.stderr.contains("no policy body"), "{}", bare.stderr);
    assert!(!place.path().join("bare/ca-policy-sign-in-frequency.json").exists());
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (data, _) = sample();
    let place = folder();
    for wrong in [
        ["--coverage", "1.2"],
        ["--coverage", "0"],
        ["--coverage", "most"],
        ["--policy-group", "staff"],
        ["--table", "people"],
    ] {
        let run = kmsift(place.path(), &["options", &data, wrong[0], wrong[1]]);
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.stderr);
    }
}
