//! The rest of a verdict: persistence, prompts, revocation, label, gates, stage (rulings 14 to 27), by plain loops.

use std::collections::{BTreeMap, BTreeSet};

use super::clocks::{Bounds, Class, Clocks, Frame, Reading, Seen, bounds, clocks, frame, seen};
use super::world::*;

/// Column → cell.
pub type Row = BTreeMap<&'static str, String>;

/// Everything about one person that later questions need.
struct Case<'a> {
    tenant: &'a Tenant,
    person: usize,
    frame: &'a Frame,
    rows: Vec<Seen<'a>>,
    clocks: Clocks,
    bounds: Bounds,
    audits: Vec<&'a Audit>,
}

pub fn judge(tenant: &Tenant, reading: Reading) -> BTreeMap<String, Row> {
    let frame = frame(tenant, reading);
    let mut out = BTreeMap::new();
    for person in 0..tenant.people.len() {
        let rows = seen(tenant, person, &frame);
        let audits: Vec<&Audit> = tenant.audits.iter().filter(|a| a.person == person && a.at <= frame.t).collect();
        let who = &tenant.people[person];
        if !who.listed && who.reports.is_empty() && rows.is_empty() && audits.is_empty() {
            continue;
        }
        let anchored = who.listed || !who.reports.is_empty() || !audits.is_empty() || rows.iter().any(|s| !s.row.no_id);
        let id = if anchored { tenant.id(person) } else { format!("upn:{}", tenant.upn(person)) };
        let clocks = clocks(tenant, person, &rows, &frame);
        let bounds = bounds(tenant, person, &rows, &clocks, &frame);
        out.insert(id, Case { tenant, person, frame: &frame, rows, clocks, bounds, audits }.row());
    }
    out
}

impl Case<'_> {
    fn who(&self) -> &Person {
        &self.tenant.people[self.person]
    }

    fn row(&self) -> Row {
        let time = |at: Option<i64>| at.map_or_else(String::new, instant);
        let label = self.label();
        let registered = self.registered();
        let gates = self.gates(label, registered);
        let (stage, leak) = self.stage(label, registered);
        let target = label == "token_stale" && registered == Some(false) && gates.is_empty();
        Row::from([
            ("verdict", self.verdict().to_owned()),
            ("label", label.to_owned()),
            ("staleness_min_days", self.bounds.min_days.to_string()),
            ("staleness_max_days", self.bounds.max_days.map_or_else(String::new, |days| days.to_string())),
            ("last_promptable", time(self.clocks.promptable)),
            ("last_interactive", time(self.clocks.interactive)),
            ("last_token_activity", time(self.clocks.token)),
            ("active", self.active().to_string()),
            ("mechanism", self.mechanism().to_owned()),
            ("persistence", self.persistence().to_owned()),
            ("goal_registered", registered.map_or_else(String::new, |yes| yes.to_string())),
            ("stage", stage.to_owned()),
            ("leak", leak.to_owned()),
            ("prompt_episodes", self.episodes().to_string()),
            ("revocation_cause", self.session_events().last().map_or("", |event| event.1).to_owned()),
            ("gates", join(&gates)),
            ("target", target.to_string()),
            ("flags", join(&self.flags())),
        ])
    }

    fn verdict(&self) -> &'static str {
        let w = self.tenant.settings.stale_days;
        if self.bounds.min_days >= w {
            "stale"
        } else if self.bounds.max_days.is_some_and(|days| days < w) {
            "not_stale"
        } else {
            "undetermined"
        }
    }

    fn since(&self, at: Option<i64>, days: i64) -> bool {
        at.is_some_and(|at| at >= self.frame.t - days * DAY)
    }

    fn active(&self) -> bool {
        self.since(self.clocks.used, self.tenant.settings.active_days)
    }

    fn logon_only(&self) -> bool {
        self.verdict() == "stale" && self.active() && self.since(self.clocks.logon, self.tenant.settings.stale_days)
    }

    /// The generator makes scanners of a name and a rhythm, and nobody who is half of one.
    fn service(&self) -> bool {
        self.who().name.starts_with("svc-")
    }

    fn never_active(&self) -> bool {
        let seen = &self.who().activity;
        self.rows.is_empty() && seen.last.is_none() && seen.silent.is_none() && seen.successful.is_none()
    }

    fn tokens_in_use(&self) -> bool {
        self.since(self.clocks.token, self.tenant.settings.active_days)
    }

    fn legacy_only(&self) -> bool {
        let legacy = self.since(self.clocks.legacy, self.tenant.settings.active_days);
        self.verdict() == "stale" && legacy && !self.logon_only() && !self.tokens_in_use()
    }

    fn label(&self) -> &'static str {
        if self.enabled() == Some(false) {
            "disabled"
        } else if self.guest() {
            "guest"
        } else if self.service() {
            "service_like"
        } else if self.never_active() {
            "never_active"
        } else if !self.active() {
            "dormant"
        } else if self.verdict() == "undetermined" {
            "undetermined"
        } else if self.logon_only() {
            "logon_only"
        } else if self.legacy_only() {
            "legacy_only"
        } else if self.verdict() != "stale" {
            "ok"
        } else if self.tokens_in_use() {
            "token_stale"
        } else {
            // Stale, active by a success that the user list records: ruling 16 has no word for it, kmsift says this.
            "undetermined"
        }
    }

    fn enabled(&self) -> Option<bool> {
        self.who().enabled.filter(|_| self.who().listed)
    }

    fn guest(&self) -> bool {
        let who = self.who();
        who.guest && (who.listed || !who.reports.is_empty() || !self.rows.is_empty())
    }

    fn report(&self) -> Option<&Report> {
        self.who().reports.iter().max_by_key(|report| report.at)
    }

    fn registered(&self) -> Option<bool> {
        let report = self.report()?;
        let stated = match self.tenant.settings.goal {
            "mfa" => report.mfa,
            "sspr" => report.sspr,
            "app" => report.methods.iter().any(|m| m.starts_with("microsoftAuthenticatorP")),
            _ => resistant(report),
        };
        // An admin registered something after the report was made: the documents do not say; kmsift says unknown.
        let provided = |a: &&Audit| a.activity == "Admin registered security info" && a.at > report.at;
        (stated || !self.audits.iter().any(provided)).then_some(stated)
    }

    /// Days on which a session was used, with the instants of its rows.
    fn outlived(&self, session: i64) -> bool {
        let all: Vec<&Seen<'_>> = self.rows.iter().filter(|s| s.row.session == session).collect();
        let wrong = |s: &&Seen<'_>| s.row.token == "primaryRefreshToken" || s.row.trust.contains("joined");
        if session == 0 || all.iter().any(wrong) {
            return false;
        }
        let used = |s: &&&Seen<'_>| matches!(s.class, Class::Token | Class::ByToken) && s.row.client == "Browser";
        let mut times: Vec<i64> = all.iter().filter(used).map(|s| s.row.at).collect();
        times.sort_unstable();
        times.windows(2).any(|pair| {
            let silent = pair[1] / DAY - pair[0] / DAY >= 2;
            let between = |s: &Seen<'_>| s.class == Class::Promptable && pair[0] < s.row.at && s.row.at < pair[1];
            silent && !self.rows.iter().any(between)
        })
    }

    fn persistence(&self) -> &'static str {
        let shown = |s: &Seen<'_>| s.class == Class::Promptable && s.row.code == 50_140;
        if self.rows.iter().any(|s| self.outlived(s.row.session)) {
            "K2"
        } else if self.rows.iter().any(shown) {
            "K1"
        } else {
            "K0"
        }
    }

    fn mechanism(&self) -> &'static str {
        let spa = self.rows.iter().any(|s| s.row.code == 700_084);
        let mut days: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
        for s in self.rows.iter().filter(|s| s.class == Class::Token) {
            let browser = s.row.client == "Browser";
            let kind = match s.row.token {
                "primaryRefreshToken" => 0,
                _ if browser && self.outlived(s.row.session) => 2,
                "refreshToken" if !browser => 1,
                _ if browser && spa => 3,
                _ => 4,
            };
            days.entry(kind).or_default().insert(s.row.at / DAY);
        }
        let names = ["prt", "refresh_token", "browser_persistent", "spa", "unknown"];
        let best = days.iter().max_by_key(|(kind, days)| (days.len(), usize::MAX - **kind));
        let legacy = self.rows.iter().any(|s| s.class == Class::Legacy && s.row.code == 0);
        best.map_or(if legacy { "legacy" } else { "" }, |(kind, _)| names[*kind])
    }

    fn episodes(&self) -> usize {
        let codes: &[i64] = match self.tenant.settings.goal {
            "mfa" => &[50_072, 50_079],
            "sspr" => &[50_125],
            _ => &[50_203, 502_031],
        };
        // Ruling 22: within coverage.
        let covered = |at: i64| self.frame.intervals.iter().any(|(from, to)| *from <= at && at <= *to);
        let reset = |at: i64| {
            codes == [50_125]
                && self.audits.iter().any(|a| {
                    (a.activity.starts_with("Reset ") || a.activity.contains("password reset"))
                        && (a.at - at).abs() <= 10 * MINUTE
                })
        };
        let mut flows: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for s in self.rows.iter().filter(|s| s.class == Class::Promptable && codes.contains(&s.row.code)) {
            if covered(s.row.at) && !reset(s.row.at) {
                flows.entry(s.row.correlation).or_default().push(s.row.at);
            }
        }
        let mut count = 0;
        for times in flows.values_mut() {
            times.sort_unstable();
            let mut first = i64::MIN;
            for at in times {
                if *at - first.max(0) > 10 * MINUTE {
                    count += 1;
                    first = *at;
                }
            }
        }
        count
    }

    /// Session events and their causes, in time order.
    fn session_events(&self) -> Vec<(i64, &'static str)> {
        let mut out = Vec::new();
        for event in self.audits.iter().filter(|a| a.activity.starts_with("Update Sts")) {
            let near = |a: &&&Audit| {
                (a.correlation != 0 && a.correlation == event.correlation) || (a.at - event.at).abs() <= 5 * MINUTE
            };
            let some = |test: &dyn Fn(&Audit) -> bool| self.audits.iter().filter(near).any(|a| test(a));
            let cause = if some(&|a| a.activity == "Reset password (self-service)") {
                "password_sspr"
            } else if some(&|a| a.activity == "Change password (self-service)") {
                "password_self"
            } else if some(&|a| ["Reset password (by admin)", "Reset user password"].contains(&a.activity)) {
                "password_admin"
            } else if some(&|a| a.activity == "Change user password") {
                "password_sync"
            } else {
                match event.actor {
                    Actor::Own => "self_revoke",
                    Actor::App => "app_revoke",
                    // Ruling 20: another user, the account of directory synchronisation too.
                    Actor::Admin | Actor::Sync => "admin_revoke",
                    Actor::Nobody => "unknown",
                }
            };
            out.push((event.at, cause));
        }
        out.sort_by_key(|event| event.0);
        out
    }

    fn already_revoked(&self) -> bool {
        let recent = self.frame.t - self.tenant.settings.revoked_days * DAY;
        let back = |at: i64| self.clocks.sign_in.is_some_and(|seen| seen > at);
        let campaign =
            |(at, cause): &(i64, &str)| ["admin_revoke", "app_revoke"].contains(cause) && *at >= recent && !back(*at);
        let who = self.who();
        let explained = |at: i64| who.password_changed.is_some_and(|changed| (changed - at).abs() <= 5 * MINUTE);
        // Later than T, too: the documents do not say, and it can only take somebody off the list.
        let valid = who.valid_from.filter(|at| *at >= recent && *at > self.bounds.upper);
        self.session_events().iter().any(campaign) || valid.is_some_and(|at| !explained(at))
    }

    fn gates(&self, label: &'static str, registered: Option<bool>) -> Vec<&'static str> {
        let who = self.who();
        let verdict = self.verdict();
        let mut out = Vec::new();
        let mut add = |applies: bool, gate: &'static str| {
            if applies {
                out.push(gate);
            }
        };
        add(who.lists.break_glass, "break_glass");
        add(self.report().is_some_and(|report| report.admin), "admin");
        add(self.guest(), "guest");
        add(self.enabled() == Some(false), "disabled");
        add(self.service(), "service_like");
        add(self.already_revoked(), "already_revoked");
        add(self.audits.iter().any(|a| a.activity.starts_with("Fraud reported")), "fraud_reported");
        add(verdict == "not_stale", "not_stale");
        add(verdict == "undetermined" || label == "undetermined", "undetermined");
        // These two are words for the label (ruling 16); kmsift gives them to guests besides, who can be included.
        let silent = |name: &str| label == name || label == "guest";
        add(self.logon_only() && silent("logon_only"), "logon_only");
        add(!self.active() && !self.never_active() && self.enabled() != Some(false), "dormant");
        add(self.never_active(), "never_active");
        add(self.legacy_only() && silent("legacy_only"), "legacy_only");
        add(registered == Some(true), "registered");
        add(registered.is_none(), "registration_unknown");
        add(who.lists.excluded, "excluded");
        out
    }

    fn stage(&self, label: &'static str, registered: Option<bool>) -> (&'static str, &'static str) {
        let who = self.who();
        // Ruling 23 says "for the registered, the furthest state", of those out of scope, too.
        if let Some(report) = self.report().filter(|_| registered == Some(true)) {
            let capable = if self.tenant.settings.goal == "sspr" { report.sspr_capable } else { report.mfa_capable };
            return if resistant(report) {
                ("phishing_resistant", "")
            } else if report.passwordless {
                ("passwordless", "")
            } else if capable {
                ("capable", "")
            } else {
                ("registered", "policy_blocked")
            };
        }
        if self.guest() || self.service() || who.lists.break_glass || who.lists.excluded {
            return ("", "excluded");
        }
        match label {
            "disabled" => return ("in_scope", "disabled"),
            "dormant" | "never_active" => return ("enabled", label),
            "undetermined" | "logon_only" | "token_stale" | "legacy_only" => return ("active", label),
            _ => {}
        }
        let starts = |activity: &str| match activity {
            "User started security info registration" | "User canceled security info registration" => true,
            "Get passkey creation options" => self.tenant.settings.goal == "passkey",
            _ => false,
        };
        if self.audits.iter().any(|a| a.actor == Actor::Own && starts(a.activity)) {
            ("started", "started_not_finished")
        } else if self.episodes() > 0 {
            ("prompted", "prompted_left")
        } else {
            ("reachable", "reachable_not_prompted")
        }
    }

    fn flags(&self) -> Vec<&'static str> {
        let mut out = self.bounds.flags.clone();
        // Ruling 17: a token success within A.
        if self.enabled().is_none() && self.since(self.clocks.rowed, self.tenant.settings.active_days) {
            out.push("enabled_inferred");
        }
        if self.clocks.from_attempt {
            out.push("lt_from_attempt");
        }
        if self.rows.iter().any(|s| s.row.no_id) || self.who().upn_only {
            out.push("upn_joined");
        }
        let source =
            self.rows.iter().find(|s| Some(s.row.at) == self.clocks.promptable && s.class == Class::Promptable);
        if !self.tenant.details && self.verdict() == "not_stale" && source.is_some_and(|s| s.row.code == 0) {
            out.push("freshness_unknown");
        }
        out
    }
}

fn resistant(report: &Report) -> bool {
    let names =
        ["fido2SecurityKey", "passKeyDeviceBoundAuthenticator", "windowsHelloForBusiness", "macOsSecureEnclaveKey"];
    report.methods.iter().any(|method| names.contains(method))
}

fn join(words: &[&str]) -> String {
    words.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("|")
}
