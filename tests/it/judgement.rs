//! Path funnel, drop-offs, readiness, matrix, mix and contradictions: golden numbers worked out by hand from the definitions,
//! and the laws that hold for any rows.

use crate::support::SignIn;
use kmsift::facts::{Dossiers, Facts};
use kmsift::ingest::Rules;
use kmsift::ingest::fold::{Details, Fold};
use kmsift::judge::{Frame, Lists, judge};
use kmsift::metrics::{Judged, METRICS, funnel_path};
use kmsift::model::account::AccountRow;
use kmsift::model::activity_name::Activity;
use kmsift::model::audit::AuditRow;
use kmsift::model::ids::Id;
use kmsift::model::joined::Joined;
use kmsift::model::method::ResistanceProfile;
use kmsift::model::registration::{Goal, RegistrationRow};
use kmsift::model::settings::Thresholds;
use kmsift::model::sign_in::{Channel, Client, Freshness, Token, Trust};
use kmsift::model::tenant_activity::TenantActivity;
use kmsift::model::time::Instant;
use kmsift::view::{Cell, Finding, Shape};
use proptest::prelude::*;

/// 2026-11-22T00:00:00Z, the as-of instant; days are counted back from it.
const T: i64 = 1_795_305_600;

fn at(days_back: i64, hour: i64) -> Instant {
    Instant(T - days_back * 86_400 + hour * 3_600)
}

fn id(user: &str) -> Id {
    Id::parse(&format!("00000000-0000-4000-8000-{user:0>12}")).expect("an id")
}

/// Rows of a small tenant, put straight into facts.
struct Tenant {
    fold: Fold<'static>,
}

impl Tenant {
    /// Rows of a stranger, out of scope, keep all three logs observed from 30 days back to T.
    fn new() -> Self {
        Self::silent(|_| false)
    }

    /// The audit log has no rows on some days, counted back from T.
    fn silent(audit: impl Fn(i64) -> bool) -> Self {
        static NONE: std::sync::OnceLock<Details> = std::sync::OnceLock::new();
        static RULES: std::sync::OnceLock<Rules> = std::sync::OnceLock::new();
        let rules = RULES.get_or_init(|| Rules { as_of: Some(Instant(T)), ..Rules::default() });
        let mut tenant = Self { fold: Fold::new(rules, None, NONE.get_or_init(Details::default)) };
        tenant.person("999", None, "", true);
        for day in 0..=30 {
            tenant.page("999", at(day, 0), 0).token("999", at(day, 0));
            if !audit(day) {
                tenant.audit("999", at(day, 0), Activity::Enabled, false, "", true);
            }
        }
        tenant
    }

    fn person(&mut self, user: &str, mfa: Option<bool>, department: &str, guest: bool) -> &mut Self {
        self.fold.account(AccountRow {
            user: Some(id(user)),
            upn: format!("u{user}@centralperk.org"),
            enabled: Some(true),
            guest: Some(guest),
            department: Some(department.to_owned()),
            created: Some(at(400, 0)),
            snapshot: Some(Instant(T)),
            ..AccountRow::default()
        });
        if let Some(mfa) = mfa {
            self.report(user, Instant(T), mfa, if mfa { &["microsoftAuthenticatorPush"] } else { &[] });
        }
        self
    }

    fn report(&mut self, user: &str, when: Instant, mfa: bool, methods: &[&str]) -> &mut Self {
        self.fold.registration(RegistrationRow {
            user: Some(id(user)),
            upn: format!("u{user}@centralperk.org"),
            mfa_registered: Some(mfa),
            mfa_capable: Some(mfa),
            methods: Some(methods.iter().map(|m| (*m).to_owned()).collect()),
            snapshot: Some(when),
            ..RegistrationRow::default()
        });
        self
    }

    #[expect(clippy::too_many_arguments, reason = "one argument a column of the row")]
    fn sign_in(&mut self, user: &str, when: Instant, code: u32, interactive: bool, client: Client) -> &mut Self {
        let upn = format!("u{user}@centralperk.org");
        self.fold
            .sign_in(&SignIn {
                user: Some(id(user)),
                upn: &upn,
                name: "",
                user_type: "",
                at: when,
                correlation: &format!("c{}", when.0),
                session: "",
                app_name: "",
                persistent_browser: false,
                passthrough: false,
                reason: "",
                tenants: (None, None),
                channel: Channel {
                    interactive,
                    code,
                    app: Id::parse("app"),
                    resource: None,
                    client,
                    token: if interactive { Token::None } else { Token::Refresh },
                    ropc: false,
                    freshness: Freshness::Fresh,
                    trust: Trust::None,
                },
            })
            .expect("it can be read");
        self
    }

    fn page(&mut self, user: &str, when: Instant, code: u32) -> &mut Self {
        self.sign_in(user, when, code, true, Client::Browser)
    }

    fn token(&mut self, user: &str, when: Instant) -> &mut Self {
        self.sign_in(user, when, 0, false, Client::App)
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::fn_params_excessive_bools,
        reason = "one argument a column of the row"
    )]
    fn audit(
        &mut self,
        user: &str,
        when: Instant,
        activity: Activity,
        own: bool,
        reason: &str,
        success: bool,
    ) -> &mut Self {
        let upn = format!("u{user}@centralperk.org");
        self.fold.audit(&AuditRow {
            at: when,
            activity,
            success,
            reason,
            correlation: None,
            target: (Some(id(user)), &upn),
            by_user: (Some(if own { id(user) } else { id("888") }), ""),
            by_app: "",
            valid_from: None,
        });
        self
    }

    fn start(&mut self, user: &str, when: Instant) -> &mut Self {
        self.audit(user, when, Activity::SecurityInfoStarted, true, "", true)
    }

    fn register(&mut self, user: &str, when: Instant) -> &mut Self {
        self.audit(
            user,
            when,
            Activity::SecurityInfoRegistered,
            true,
            "User registered Authenticator App with Code",
            true,
        )
    }

    fn ask<R>(self, goal: Goal, read: impl FnOnce(Judged<'_>) -> R) -> R {
        ask(self.fold.into_facts(), goal, read)
    }
}

fn ask<R>(facts: Facts, goal: Goal, read: impl FnOnce(Judged<'_>) -> R) -> R {
    ask_with(facts, Thresholds { goal, ..Thresholds::default() }, read)
}

fn ask_with<R>(facts: Facts, thresholds: Thresholds, read: impl FnOnce(Judged<'_>) -> R) -> R {
    let dossiers = Dossiers::new(facts);
    let thresholds = Thresholds { as_of: Some(Instant(T)), ..thresholds };
    let frame = Frame::new(&dossiers, &thresholds).expect("an instant");
    let verdicts = judge(&dossiers, &frame, &Lists::default());
    read(Judged { verdicts: &verdicts, frame: &frame, dossiers: &dossiers, joined: &Joined::default(), inputs: &[] })
}

fn finding(judged: Judged<'_>, id: &str) -> Finding {
    METRICS.iter().find(|m| m.id() == id).expect("a metric").measure(judged)
}

/// A table as text, one line a row.
fn lines(finding: &Finding, table: &str, columns: &[&str]) -> Vec<String> {
    let table = finding.tables.iter().find(|t| t.id == table).expect("a table");
    let at: Vec<usize> = columns.iter().map(|c| table.position(c).expect("a column")).collect();
    table.rows.iter().map(|row| at.iter().map(|i| row[*i].plain()).collect::<Vec<_>>().join(" ")).collect()
}

/// Ten people unregistered at the start, one registered, one unknown.
fn path_tenant() -> Tenant {
    let mut t = Tenant::new();
    for user in 1..=10 {
        let registered = [1, 2, 3, 4, 5].contains(&user);
        t.person(&user.to_string(), Some(registered), "Sales", false);
        if user != 10 {
            t.token(&user.to_string(), at(1, 9));
        }
    }
    // 1: prompted, started, registered. 2: by an own act without a prompt. 3: by an administrator.
    t.page("1", at(10, 9), 50_079).start("1", at(10, 10)).register("1", at(10, 11));
    t.start("2", at(9, 9)).register("2", at(9, 10));
    t.audit("3", at(8, 9), Activity::AdminRegistered, false, "Admin registered phone method for user", true);
    // 4: the report of 40 days back says no, today's says yes, no event. 5: registered before the logs begin.
    t.report("4", at(40, 0), false, &[]);
    // 6: prompted, started, left. 7: prompted, left. 8: at a page, not prompted. 9: tokens alone. 10: dormant.
    t.page("6", at(7, 9), 50_072).start("6", at(7, 10));
    t.page("7", at(6, 9), 50_079);
    t.page("8", at(5, 9), 0);
    // 11: unknown.
    t.person("11", None, "Sales", false).token("11", at(1, 9));
    t
}

#[test]
fn the_path_funnel_counts_each_step_for_itself_and_side_entries_apart() {
    path_tenant().ask(Goal::Mfa, |judged| {
        let finding = finding(judged, "funnel_path");
        let columns = ["step", "people", "of_previous", "lost", "registered_aside"];
        // Cohort: 1, 2, 3, 4, 6, 7, 8, 9, 10. Active: all but 10. At a page: 1, 2 (on a security page), 6, 7, 8.
        let want = [
            "cohort 9 1 0 0",
            "active 8 0.8889 1 0",
            "reachable 5 0.625 3 2",
            "prompted 3 0.6 2 1",
            "started 2 0.6667 1 0",
            "registered 1 0.5 1 0",
            "registered_without_prompt 1   ",
            "provisioned 1   ",
            "registered_unseen 1   ",
            "registered_off_path 0   ",
        ];
        assert_eq!(lines(&finding, "funnel_path", &columns), want);
        assert_eq!(finding.caveats, ["For 1 person it is unknown whether they were registered: counted neither way."]);
        assert_eq!(
            lines(&finding, "origins", &["origin", "people"]),
            ["self_prompted 1", "self_voluntary 1", "provisioned 1", "pre_window 2", "unknown 0"]
        );
        // 1 of 2: half, give or take z^2: 0.5 -+ 0.4055.
        assert_eq!(lines(&finding, "funnel_path", &["low", "high"])[5], "0.0945 0.9055");
        let sliced = funnel_path::table_by(
            judged,
            &kmsift::report::users::table(judged.verdicts, Instant(T), judged.joined, |_| true),
            &["department"],
        );
        assert_eq!(sliced.rows[0][..3], [Cell::text("Sales"), Cell::text("cohort"), Cell::count(9)]);
        assert_eq!(sliced.rows.len(), 10);
    });
}

#[test]
fn drop_offs_count_people_and_one_cancellation_per_flow() {
    let mut t = path_tenant();
    // 6 left the wizard: the failed end and the row of its own are one. 7 was stopped by policy. 8 began an hour before T.
    t.audit("6", at(7, 11), Activity::AllRequiredRegistered, true, "User canceled", false);
    t.audit("6", Instant(at(7, 11).0 + 2), Activity::SecurityInfoCanceled, true, "", true);
    t.page("7", at(3, 9), 53_010).page("7", at(4, 9), 50_125).page("7", at(2, 9), 50_125);
    t.start("8", at(1, 23));
    // 9 registered, and removed it again.
    t.register("9", at(20, 9));
    t.audit("9", at(15, 9), Activity::SecurityInfoDeleted, true, "User deleted Authenticator App with Code", true);
    t.ask(Goal::Mfa, |judged| {
        let finding = finding(judged, "drop_offs");
        let want = [
            // Followed for a day: 1, 2, 6. 9 and 3 entered no wizard.
            "not_finished 1  3",
            "canceled 1 1 11",
            "blocked_by_policy 1  11",
            "blocked_by_risk 0  11",
            "interrupted_again 1 1 1",
            "regressed 1  11",
        ];
        assert_eq!(lines(&finding, "drop_offs", &["drop_off", "people", "times", "of"]), want);
    });
}

#[test]
fn a_block_lasts_until_a_page_or_a_start_and_each_kind_counts() {
    let mut t = Tenant::new();
    for user in ["1", "2", "3", "4"] {
        t.person(user, Some(false), "", false);
    }
    // 1 by both; 2 shown the page later; 3 began later by a side entry; 4 shown the page before.
    t.page("1", at(9, 9), 53_010).page("1", at(8, 9), 53_004);
    t.page("2", at(9, 9), 53_010).page("2", at(8, 9), 53_004).page("2", at(7, 9), 50_079);
    t.page("3", at(9, 9), 53_004).start("3", at(8, 9));
    t.page("4", at(9, 9), 50_079).page("4", at(8, 9), 53_004);
    t.ask(Goal::Mfa, |judged| {
        let finding = finding(judged, "drop_offs");
        let rows = lines(&finding, "drop_offs", &["drop_off", "people", "of"]);
        assert_eq!(rows[2..4], ["blocked_by_policy 1 4", "blocked_by_risk 2 4"]);
        assert!(finding.lead.contains("2 were told to register and stopped by policy"), "{}", finding.lead);
    });
}

#[test]
fn a_silence_of_the_audit_log_leaves_open_whether_somebody_finished() {
    // No audit row from 14 to 10 days back: 144 hours from the last before to the first after.
    let mut t = Tenant::silent(|day| (10..=14).contains(&day));
    for user in ["1", "2", "3", "4"] {
        t.person(user, Some(false), "", false);
    }
    // 1's day reaches into the silence, which may hide the end; 2's lies before it; 3 registered; 4's second is followed.
    t.start("1", Instant(at(15, 0).0 - 3_600)).start("2", at(20, 9)).start("3", at(5, 9)).register("3", at(5, 10));
    t.start("4", Instant(at(15, 0).0 - 3_600)).start("4", at(5, 9));
    t.ask(Goal::Mfa, |judged| {
        let rows = lines(&finding(judged, "drop_offs"), "drop_offs", &["drop_off", "people", "of"]);
        assert_eq!(rows[0], "not_finished 2 3");
    });
}

#[test]
fn nudges_that_nobody_followed_are_counted_neither_way() {
    let mut t = Tenant::silent(|day| day < 10);
    t.person("1", Some(false), "", false).page("1", at(20, 9), 50_203).page("1", at(5, 9), 50_203);
    t.person("2", Some(false), "", false).page("2", at(5, 9), 50_203);
    t.ask(Goal::App, |judged| {
        let finding = finding(judged, "prompt_fatigue");
        let rows = lines(&finding, "prompt_fatigue", &["what", "people", "median", "p90", "max"]);
        assert_eq!(rows, ["episodes 2 1 2 2", "snoozes 1 1 1 1"]);
        assert_eq!(finding.caveats, ["For 2 nudges it is unknown whether they were put off: counted neither way."]);
        assert_eq!((finding.stats[2].share.part, finding.stats[2].share.whole), (1, 1));
    });
}

#[test]
fn fatigue_is_over_prompted_people_and_snoozes_are_nudges_not_followed() {
    let mut t = Tenant::new();
    for (user, prompts) in [("1", 1), ("2", 1), ("3", 4)] {
        t.person(user, Some(false), "", false).token(user, at(1, 9));
        for n in 0..prompts {
            t.page(user, at(20 - n, 9), 50_203);
        }
    }
    t.person("4", Some(false), "", false).token("4", at(1, 9));
    // The only nudge of 1 was followed.
    t.register("1", at(20, 10));
    t.ask(Goal::App, |judged| {
        let rows =
            lines(&finding(judged, "prompt_fatigue"), "prompt_fatigue", &["what", "people", "median", "p90", "max"]);
        assert_eq!(rows, ["episodes 3 1 4 4", "snoozes 3 1 4 4"]);
    });
}

#[test]
fn enforcing_today_hits_the_unregistered_legacy_and_service_like() {
    let mut t = Tenant::new();
    for user in 1..=20 {
        let department = if user <= 10 { "Sales" } else { "" };
        t.person(&user.to_string(), Some(user != 1), department, false).token(&user.to_string(), at(1, 9));
    }
    t.sign_in("2", at(2, 9), 0, false, Client::Legacy);
    t.ask(Goal::Sspr, |judged| {
        let finding = finding(judged, "enforce_readiness");
        let columns = ["slice", "department", "people", "capable", "must_register", "legacy", "go"];
        let want = ["all  20 19 1 1 true", "department  10 10 0 0 true", "department Sales 10 9 1 1 false"];
        assert_eq!(lines(&finding, "enforce_readiness", &columns), want);
        let people = lines(&finding, "enforce_readiness_people", &["user_principal_name", "effect", "evidence"]);
        let want = [
            "u1@centralperk.org must_register registration report",
            "u2@centralperk.org legacy last legacy success 2026-11-20T09:00:00Z",
        ];
        assert_eq!(people, want);
    });
}

#[test]
fn contradictions_name_both_sides_and_allow_for_lag() {
    let mut t = Tenant::new();
    for user in 1..=40 {
        t.person(&user.to_string(), Some(false), "", false).token(&user.to_string(), at(1, 9));
    }
    // 1: registered two days before a report that says no. 2: an hour before: lag. 3: registered, removed: no contradiction.
    t.register("1", at(2, 9)).register("2", at(1, 23)).register("3", at(5, 9));
    t.audit("3", at(4, 9), Activity::SecurityInfoDeleted, true, "", true);
    // 41: in no report. 42: a method that the report of ten days ago did not have. 43: the same, with its event.
    t.person("41", None, "", false).token("41", at(1, 9));
    for user in ["42", "43"] {
        t.person(user, Some(true), "", false).report(user, at(10, 0), false, &[]).token(user, at(1, 9));
    }
    t.register("43", at(9, 9));
    t.ask(Goal::Mfa, |judged| {
        let columns = ["user_principal_name", "contradiction", "evidence_at"];
        let want = [
            "u1@centralperk.org registered_in_log 2026-11-20T09:00:00Z",
            "u41@centralperk.org absent_from_report 2026-11-21T09:00:00Z",
            "u42@centralperk.org no_event 2026-11-11T18:00:00Z",
            // The stranger who fills the logs is in no report either.
            "u999@centralperk.org absent_from_report 2026-11-22T00:00:00Z",
        ];
        assert_eq!(lines(&finding(judged, "contradictions"), "contradictions", &columns), want);
    });
}

#[test]
fn the_mix_counts_people_not_rows_and_a_day_without_log_is_a_hole() {
    let mut t = Tenant::new();
    for user in ["1", "2"] {
        t.person(user, Some(true), "", false);
    }
    t.token("1", at(3, 8)).token("1", at(3, 9)).token("2", at(3, 9)).page("2", at(3, 10), 0);
    // A day before anything else, in the interactive log alone.
    t.page("1", at(32, 9), 0);
    let policy = "Update conditional access policy";
    t.fold.audit_of_tenant((at(3, 12), policy), true, "=HYPERLINK(\"x\")");
    t.fold.audit_of_tenant((at(3, 12), policy), true, "=HYPERLINK(\"x\")");
    t.fold.audit_of_tenant((at(3, 13), policy), false, "failed");
    t.ask(Goal::Mfa, |judged| {
        let finding = finding(judged, "sign_in_mix");
        let columns = ["day", "interactive", "token", "token_only", "seen", "token_only_share", "policy_changes"];
        let rows = lines(&finding, "sign_in_mix", &columns);
        assert_eq!(rows.len(), 32, "2026-10-21 to 2026-11-21; T itself is midnight");
        assert_eq!(rows[0], "2026-10-21T00:00:00Z 1     ");
        assert_eq!(rows[29], "2026-11-19T00:00:00Z 1 2 1 2 0.5 1");
        assert_eq!(rows[30], "2026-11-20T00:00:00Z 0 0 0 0  0");
        let changes = lines(&finding, "policy_changes", &["at", "kind", "change", "name"]);
        assert_eq!(changes, ["2026-11-19T12:00:00Z policy_changed Conditional Access: changed =HYPERLINK(\"x\")"]);
        let Shape::Lines { notes, .. } = &finding.figures[0].shape else { panic!("lines") };
        assert_eq!(notes.iter().map(|n| n.day).collect::<Vec<_>>(), [29]);
    });
}

#[test]
fn a_row_with_a_wild_date_stretches_neither_the_mix_nor_its_figure() {
    let mut t = Tenant::new();
    // 1971-01-01: 20 414 days before T.
    t.person("1", Some(true), "", false).page("1", at(20_414, 0), 0).page("1", at(3, 10), 0);
    let policy = "Update conditional access policy";
    t.fold.audit_of_tenant((at(3, 12), policy), true, "before T");
    t.ask(Goal::Mfa, |judged| {
        let mix = finding(judged, "sign_in_mix");
        let rows = lines(&mix, "sign_in_mix", &["day", "interactive", "policy_changes"]);
        assert_eq!(rows.len(), 31, "that day, and the 30 days that the logs cover");
        assert_eq!(rows[..2], ["1971-01-01T00:00:00Z 1 ", "2026-10-23T00:00:00Z 0 0"]);
        assert_eq!(rows[28], "2026-11-19T00:00:00Z 1 1");
        let Shape::Lines { first, series, notes } = &mix.figures[0].shape else { panic!("lines") };
        assert_eq!((first.start(), series[0].values.len()), (at(30, 0), 30), "drawn from after the hole");
        assert_eq!(notes.iter().map(|n| n.day).collect::<Vec<_>>(), [27]);
        assert!(
            mix.figures[0].axis.ends_with("not drawn, before a hole of more than 31 days: 1"),
            "{}",
            mix.figures[0].axis
        );
    });
}

#[test]
fn policy_changes_after_t_are_counted_nowhere_and_one_is_called_one() {
    let policy = "Update conditional access policy";
    let said = |changes: &[i64]| {
        let mut t = Tenant::new();
        for hour in changes {
            // Without --as-of rows after T are kept.
            t.fold.facts.tenant_moment(at(0, *hour), TenantActivity::parse(policy).expect("a policy"), "p");
        }
        t.ask(Goal::Mfa, |judged| {
            let mix = finding(judged, "sign_in_mix");
            let tail = mix.lead.split(" The audit log names ").nth(1).expect("a sentence").to_owned();
            (tail, lines(&mix, "policy_changes", &["at"]).len())
        })
    };
    assert_eq!(said(&[6]), ("0 policy changes.".to_owned(), 0), "after T");
    assert_eq!(said(&[-6, 6]), ("1 policy change.".to_owned(), 1));
    assert_eq!(said(&[-7, -6]), ("2 policy changes.".to_owned(), 2));
}

#[test]
fn the_strict_profile_and_portable_methods_follow_the_table() {
    let tenant = || {
        let mut t = Tenant::new();
        for (user, methods) in [
            ("1", &["fido2SecurityKey"][..]),
            ("2", &["passKeyDeviceBound", "mobilePhone"]),
            ("3", &["windowsHelloForBusiness"]),
            ("4", &["windowsHelloForBusiness", "brandNewMethod"]),
        ] {
            t.person(user, None, "", false).report(user, Instant(T), true, methods).token(user, at(1, 9));
        }
        t.fold.into_facts()
    };
    for (pr_profile, want) in [
        (ResistanceProfile::Full, [Some(true); 4]),
        (ResistanceProfile::Strict, [Some(false), Some(true), Some(true), Some(true)]),
    ] {
        ask_with(tenant(), Thresholds { goal: Goal::Passkey, pr_profile, ..Thresholds::default() }, |judged| {
            let state = |i: usize| &judged.verdicts[i].registration;
            assert_eq!([0, 1, 2, 3].map(|i| state(i).phishing_resistant), want);
            assert_eq!([0, 1, 2, 3].map(|i| state(i).goal_registered), want, "goal passkey");
            assert_eq!([0, 1, 2, 3].map(|i| state(i).portable_method), [Some(true), Some(true), Some(false), None]);
        });
    }
}

/// A row of anybody: user, day back, what.
fn any_row() -> impl Strategy<Value = (u8, i64, u8)> {
    (1..9_u8, 0..45_i64, 0..14_u8)
}

fn any_tenant(rows: &[(u8, i64, u8)]) -> Tenant {
    let mut t = Tenant::new();
    for (user, day, what) in rows {
        let (user, when) = (user.to_string(), at(*day, i64::from(*what)));
        match what {
            0 | 1 => t.person(&user, Some(*what == 0), "A", false),
            2 => t.token(&user, when),
            3 => t.page(&user, when, 0),
            4 => t.page(&user, when, 50_079),
            5 => t.page(&user, when, 50_125),
            6 => t.start(&user, when),
            7 => t.register(&user, when),
            8 => t.audit(&user, when, Activity::AdminRegistered, false, "phone", true),
            9 => t.audit(&user, when, Activity::SecurityInfoDeleted, true, "phone", true),
            10 => t.audit(&user, when, Activity::AllRequiredRegistered, true, "", false),
            11 => t.report(&user, when, true, &["mobilePhone"]),
            12 => t.report(&user, when, false, &[]),
            _ => t.sign_in(&user, when, 0, false, Client::Legacy),
        };
    }
    t
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_path_is_monotone_and_parts_sum_to_the_whole(rows in prop::collection::vec(any_row(), 0..80)) {
        any_tenant(&rows).ask(Goal::Mfa, |judged| -> Result<(), TestCaseError> {
            let counts = funnel_path::counts(funnel_path::cohort(judged));
            let cohort = counts.steps[0].1;
            prop_assert!(counts.steps.windows(2).all(|p| p[1].1 <= p[0].1 && p[0].1 - p[1].1 == p[1].2 && p[1].3 <= p[1].2));
            let lost: u64 = counts.steps.iter().map(|s| s.2).sum();
            let aside: u64 = counts.steps.iter().map(|s| s.3).sum();
            let last = counts.steps.last().expect("steps").1;
            prop_assert_eq!(lost + last, cohort);
            prop_assert_eq!(counts.sides.iter().map(|s| s.1).sum::<u64>(), aside);
            let registered = funnel_path::cohort(judged).filter(|v| v.registration.goal_registered == Some(true)).count();
            prop_assert_eq!(last + aside, u64::try_from(registered).expect("small"), "who is registered now came some way");
            let matrix = finding(judged, "mfa_sspr");
            let scope = judged.in_scope().count();
            let total = lines(&matrix, "mfa_sspr", &["mfa", "total"]).pop();
            prop_assert_eq!(total, Some(format!("total {scope}")));
            let mix = finding(judged, "sign_in_mix");
            for row in lines(&mix, "sign_in_mix", &["interactive", "logon", "token", "token_only", "seen"]) {
                let n: Vec<u64> = row.split(' ').filter_map(|n| n.parse().ok()).collect();
                if let [page, logon, token, only, seen] = n[..] {
                    prop_assert!(only <= token && page.max(logon).max(token) <= seen && seen <= only + page + logon);
                }
            }
            for finding in METRICS.iter().map(|m| m.measure(judged)) {
                for stat in finding.stats {
                    prop_assert!(stat.share.part <= stat.share.whole);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn order_and_repeats_do_not_show(rows in prop::collection::vec(any_row(), 0..50)) {
        let said = |rows: &[(u8, i64, u8)]| {
            any_tenant(rows).ask(Goal::Mfa, |judged| {
                METRICS.iter().filter(|m| m.id() != "data_quality").map(|m| format!("{:?}", m.measure(judged))).collect::<Vec<_>>()
            })
        };
        let mut other: Vec<_> = rows.iter().rev().copied().collect();
        other.extend(rows.iter().take(5));
        prop_assert_eq!(said(&rows), said(&other));
    }
}
