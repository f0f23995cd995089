//! Recommendation: which lever for which people, by rules that are printed with it.
//!
//! Definition. The rules of the table are asked in their order of each person; the first that applies decides. People counts those whom a
//! rule decides, so the counts add up to the denominator. Token-stale, Windows logon only, undetermined and the rest are
//! the labels and leaks of the people table; a device of one's own is any that is not joined, or whose token use is not by
//! a primary refresh token. SMS or voice only: every MFA method of the newest registration report is one of these.
//!
//! Denominator. Human members in scope whose account is not disabled, and active service-like accounts. People on the break-glass or an
//! exclusion list, outside the scope list, guests and disabled accounts are not asked about.
//!
//! Caveats. A rule sees the exports, not the policies of the tenant or the plans of its people. Several levers may be right for
//! somebody; the table names the first. Service-like is a heuristic.
//!
//! Source. semantics.md §5.2, §6, §1.5, §8.1, §8.2; rulings.md 23 to 27.

use super::party::Party;
use crate::judge::gates::Gate;
use crate::judge::{Label, Missing, Stale};
use crate::model::registration::Goal;
use crate::model::settings::Thresholds;
use crate::model::tables::Tables;
use crate::model::time::{Day, Instant};
use crate::view::{Bar, Cell, Column, ColumnKind, Figure, Finding, Shape, Share, Stat, Table, Tone, heading};

use ColumnKind::{Integer, Real, Text};

/// Columns of the table.
pub const RULES_TABLE: &[Column] = &[
    Column::new("order", Integer, "Order of the rule: the first that applies to a person decides"),
    Column::new("group", Text, "Whom, in words"),
    Column::new("lever", Text, "What to do"),
    Column::new("people", Integer, "People whom this rule decides").unit("people"),
    Column::new("of", Integer, "Enabled people in scope and active service-like accounts").unit("people"),
    Column::new("share", Real, "Share of them"),
    Column::new("why", Text, "Why, in plain words"),
];

/// What a rule looks at.
#[derive(Clone, Copy)]
struct Case<'c> {
    party: &'c Party<'c>,
    settings: &'c Thresholds,
    today: Day,
}

/// A rule: whom, which lever, and why.
struct Rule {
    id: &'static str,
    group: &'static str,
    lever: &'static str,
    why: &'static str,
    applies: fn(&Case<'_>) -> bool,
}

/// SMS and voice end on this day (SMSV).
fn phones_end() -> Option<Day> {
    Day::from_ymd(2027, 2, 1)
}

/// The rules, in order.
const RULES: &[Rule] = &[
    Rule {
        id: "advice_service_like",
        group: "active accounts that look like services",
        lever: "migrate",
        why: "Nobody answers a prompt there. Move them to workload identities before anything is enforced.",
        applies: |c| c.party.is_service(),
    },
    Rule {
        id: "advice_administrators",
        group: "unregistered holders of a role",
        lever: "own_wave",
        why: "Administrators first, in a wave of their own with somebody at hand; revoking them needs a stronger role.",
        applies: |c| c.open() && c.party.verdict.registration.admin == Some(true),
    },
    Rule {
        id: "advice_legacy",
        group: "unregistered users of a legacy client or a resource-owner password",
        lever: "migrate_first",
        why: "No page can be shown there and enforcing MFA cuts them off. Move them to a modern client first.",
        applies: |c| c.open() && c.party.legacy,
    },
    Rule {
        id: "advice_blocked",
        group: "asked to register and blocked",
        lever: "lift_block",
        why: "A policy on registering security information or a risk block stops them at the page.",
        applies: |c| c.open() && c.party.verdict.blocker.is_some_and(Missing::is_block),
    },
    Rule {
        id: "advice_pending",
        group: "revoked lately and not back at a page, unregistered",
        lever: "wait_for_return",
        why: "They are pending. Follow the list with kmsift verify before revoking again.",
        applies: |c| c.open() && c.gate(Gate::AlreadyRevoked) && c.party.verdict.stale != Stale::NotStale,
    },
    Rule {
        id: "advice_fraud",
        group: "reported fraud, unregistered",
        lever: "security_team",
        why: "Leave them to the security team.",
        applies: |c| c.open() && c.gate(Gate::FraudReported),
    },
    Rule {
        id: "advice_logon_only",
        group: "Windows logon only, unregistered",
        lever: "message_or_enforce",
        why: "A revocation mints a new token at the next unlock without a page. Ask them by message, or enforce MFA.",
        applies: |c| c.open() && c.label(Label::LogonOnly),
    },
    Rule {
        id: "advice_joined_device",
        group: "token-stale on a joined device alone, unregistered",
        lever: "message_or_enforce",
        why: "The device's primary refresh token may come back without a page after a revocation. Ask, or enforce MFA.",
        applies: |c| c.open() && c.label(Label::TokenStale) && c.party.habits.by_device && !c.party.habits.by_others,
    },
    Rule {
        id: "advice_token_stale",
        group: "token-stale on devices of their own or in browsers, unregistered",
        lever: "revoke_in_waves",
        why: "They never come to a page by themselves. Turn a registration policy on, then revoke them in waves.",
        applies: |c| c.open() && c.label(Label::TokenStale),
    },
    Rule {
        id: "advice_started",
        group: "began to register and did not finish",
        lever: "help",
        why: "They want to. Help them through the page.",
        applies: |c| c.open() && c.leak("started_not_finished"),
    },
    Rule {
        id: "advice_prompted",
        group: "asked, and left the page",
        lever: "nudge_or_enforce",
        why: "The policy works and can be put off. Remind them, or set the day from which it cannot.",
        applies: |c| c.open() && c.leak("prompted_left"),
    },
    Rule {
        id: "advice_not_prompted",
        group: "at a sign-in page and never asked, unregistered",
        lever: "check_policy_scope",
        why: "Nothing has to be revoked: no registration policy covers them. Look at its scope.",
        applies: |c| c.open() && c.leak("reachable_not_prompted"),
    },
    Rule {
        id: "advice_undetermined",
        group: "cannot be judged, unregistered",
        lever: "export_longer_logs",
        why: "The logs are too short or have a hole. kmsift check says which export is missing.",
        applies: |c| c.open() && c.party.verdict.active && c.party.verdict.stale == Stale::Undetermined,
    },
    Rule {
        id: "advice_inactive",
        group: "not active, unregistered",
        lever: "access_review",
        why: "Idle tokens die by themselves. Review whether the account is needed; the next sign-in will be at a page.",
        applies: |c| c.open() && !c.party.verdict.active,
    },
    Rule {
        id: "advice_other",
        group: "unregistered otherwise",
        lever: "message",
        why: "No other rule applies. Ask them.",
        applies: |c| c.open(),
    },
    Rule {
        id: "advice_sms_or_voice_only",
        group: "SMS or voice as the only MFA, before 2027-02-01",
        lever: "nudge_passkey",
        why: "Microsoft's SMS and voice end on 2027-02-01: from then on sign-in stops until a passkey is registered.",
        applies: |c| c.phone_only() && phones_end().is_some_and(|end| c.today < end),
    },
    Rule {
        id: "advice_sms_or_voice_ended",
        group: "SMS or voice as the only MFA, since 2027-02-01",
        lever: "register_passkey",
        why: "Microsoft's SMS and voice have ended: sign-in stops until a passkey is registered.",
        applies: |c| c.phone_only() && phones_end().is_some_and(|end| c.today >= end),
    },
    Rule {
        id: "advice_not_allowed",
        group: "registered, with no method that the policy allows",
        lever: "allow_method",
        why: "Allow one of their methods in the authentication methods policy, or have them register another.",
        applies: |c| {
            let state = &c.party.verdict.registration;
            state.goal_registered == Some(true) && state.goal_capable == Some(false) && c.settings.goal != Goal::Sspr
        },
    },
    Rule {
        id: "advice_unknown",
        group: "in no registration report",
        lever: "export_report",
        why: "Export the registration report anew: whether they are registered is unknown.",
        applies: |c| c.party.verdict.registration.goal_registered.is_none(),
    },
    Rule {
        id: "advice_registered",
        group: "registered",
        lever: "none",
        why: "Nothing to do for this goal.",
        applies: |_| true,
    },
];

impl Case<'_> {
    fn open(&self) -> bool {
        self.party.unregistered()
    }

    fn label(&self, label: Label) -> bool {
        self.party.verdict.label == label
    }

    fn gate(&self, gate: Gate) -> bool {
        self.party.verdict.gates.contains(gate)
    }

    fn leak(&self, leak: &str) -> bool {
        self.party.verdict.leak == leak
    }

    /// Every MFA method known of this person is SMS or voice.
    fn phone_only(&self) -> bool {
        phone_only(self.party, &self.settings.tables)
    }
}

/// Every MFA method known of this person is SMS or voice, and there is one.
#[must_use]
pub fn phone_only(party: &Party<'_>, tables: &Tables) -> bool {
    let Some(methods) = &party.verdict.registration.methods else { return false };
    let mut strong = methods.iter().filter_map(|m| tables.strength(m)).filter(|s| s.mfa).peekable();
    strong.peek().is_some() && strong.all(|s| s.phone)
}

/// A rule with those whom it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Identifier: a key of summary.json.
    pub id: &'static str,
    /// Whom, in words.
    pub group: &'static str,
    /// What to do, a word.
    pub lever: &'static str,
    /// Why.
    pub why: &'static str,
    /// People.
    pub people: u64,
}

/// What the rules say of the people in scope who are not disabled, and of active service-like accounts: rule by rule, and of how many.
#[must_use]
pub fn advise(parties: &[Party<'_>], settings: &Thresholds, t: Instant) -> (Vec<Advice>, u64) {
    let mut out: Vec<Advice> =
        RULES.iter().map(|r| Advice { id: r.id, group: r.group, lever: r.lever, why: r.why, people: 0 }).collect();
    let mut whole = 0;
    for party in parties.iter().filter(|p| is_asked(p)) {
        let case = Case { party, settings, today: t.day() };
        whole += 1;
        if let Some(at) = RULES.iter().position(|r| (r.applies)(&case))
            && let Some(advice) = out.get_mut(at)
        {
            advice.people += 1;
        }
    }
    (out, whole)
}

fn is_asked(party: &Party<'_>) -> bool {
    (party.verdict.in_scope && !party.verdict.gates.contains(Gate::Disabled)) || party.is_service()
}

/// The rules as a table, those that decide nobody included.
#[must_use]
pub fn table(advice: &[Advice], whole: u64) -> Table {
    let mut table = Table::new("recommendation", "Recommendation: which lever for whom", RULES_TABLE);
    for (order, a) in (1..).zip(advice) {
        table.rows.push(vec![
            Cell::Integer(order),
            Cell::text(a.group),
            Cell::text(a.lever),
            Cell::count(a.people),
            Cell::count(whole),
            Cell::share(Share::new(a.people, whole).fraction()),
            Cell::text(a.why),
        ]);
    }
    table
}

/// Definition, denominator, caveats, source.
#[must_use]
pub fn definition() -> &'static str {
    heading(include_str!("recommendation.rs"))
}

/// The rules that decide somebody and ask for something, the most people first.
fn told(advice: &[Advice]) -> Vec<&Advice> {
    let mut told: Vec<&Advice> = advice.iter().filter(|a| a.people > 0 && a.lever != "none").collect();
    told.sort_by_key(|a| std::cmp::Reverse(a.people));
    told
}

/// One line a rule that decides somebody and asks for something, the most people first.
#[must_use]
pub fn lines(advice: &[Advice], whole: u64) -> Vec<String> {
    told(advice)
        .into_iter()
        .map(|a| format!("{}: {} of {whole}, {}. {}", a.action(), a.people, a.group, a.why))
        .collect()
}

impl Advice {
    /// The lever as the beginning of a sentence.
    fn action(&self) -> String {
        let words = self.lever.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

/// The finding.
#[must_use]
pub fn finding(advice: &[Advice], whole: u64) -> Finding {
    /// Groups named in the lead.
    const NAMED: usize = 3;
    let told = told(advice);
    let title = told.first().map_or_else(
        || format!("Nothing to do for any of {whole} people"),
        |a| format!("First: {} for {} of {whole} people, {}", a.action().to_lowercase(), a.people, a.group),
    );
    let more = told.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" {more} more groups in the table.") } else { String::new() };
    let stats = told.iter().map(|a| Stat {
        id: a.id,
        label: a.lever.replace('_', " "),
        share: Share::new(a.people, whole),
        of: "enabled people in scope and active service-like accounts",
    });
    Finding {
        id: "recommendation",
        title,
        lead: format!("{}{rest}", lines(advice, whole).into_iter().take(NAMED).collect::<Vec<_>>().join(" ")),
        definition: definition(),
        stats: stats.collect(),
        tables: vec![table(advice, whole)],
        figures: vec![figure(advice, whole)],
        caveats: Vec::new(),
    }
}

fn figure(advice: &[Advice], whole: u64) -> Figure {
    let tone = |a: &Advice| if a.lever == "none" { Tone::Good } else { Tone::Warn };
    let label = |a: &Advice| {
        let lever = if a.lever == "none" { "nothing to do".to_owned() } else { a.lever.replace('_', " ") };
        format!("{lever}: {}", a.id.trim_start_matches("advice_").replace('_', " "))
    };
    let decided = advice.iter().filter(|a| a.people > 0);
    let bars: Vec<Bar> = decided.map(|a| Bar { label: label(a), count: a.people, tone: tone(a) }).collect();
    let said: Vec<String> = bars.iter().map(|b| format!("{} {}", b.label, b.count)).collect();
    let busy: u64 = advice.iter().filter(|a| a.lever != "none").map(|a| a.people).sum();
    Figure {
        id: "recommendation",
        title: format!("Something is to be done for {busy} of {whole} people"),
        axis: format!("people, of {whole} enabled in scope and active service-like accounts; each counts once"),
        alt: format!("Bars: {}.", if said.is_empty() { "nobody".to_owned() } else { said.join(", ") }),
        shape: Shape::Bars(bars),
    }
}
