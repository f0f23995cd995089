//! A case: a small tenant, and what must be said of its people. README.md beside this file explains the keys.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The streams a tenant has logs of, as `--covers` names them.
pub const STREAMS: [&str; 3] = ["interactive", "non-interactive", "audit"];

const AS_OF: &str = "2026-11-22T00:00:00Z";
const COVERED: &str = "2026-10-23T00:00:00Z..2026-11-22T00:00:00Z";

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub why: String,
    #[serde(default = "three")]
    pub families: Vec<String>,
    #[serde(default)]
    pub families_why: String,
    #[serde(default = "as_of")]
    pub as_of: String,
    #[serde(default = "mfa")]
    pub goal: String,
    /// What each stream covers, where it is not the common month; the background rows fill it.
    #[serde(default)]
    pub covers: BTreeMap<String, String>,
    /// Whether `--covers` says so, or only the rows.
    #[serde(default = "yes")]
    pub declare: bool,
    /// Whole-tenant silences: stream, from, to.
    #[serde(default)]
    pub silent: Vec<[String; 3]>,
    /// False: exports of interactive sign-ins that know no factors (Graph v1.0, portal CSV without `AuthDetails`).
    #[serde(default = "yes")]
    pub details: bool,
    #[serde(default)]
    pub args: Vec<String>,
    #[serde(default)]
    pub break_glass: Vec<String>,
    #[serde(default)]
    pub exclude: Vec<String>,
    #[serde(default)]
    pub scope: Vec<String>,
    #[serde(default)]
    pub not_yet: Vec<String>,
    pub known_difference: Option<String>,
    pub people: Vec<Person>,
    #[serde(default)]
    pub targets: Vec<Targets>,
    #[serde(default)]
    pub campaign: Vec<Campaign>,
}

/// A run of `verify` with a list of these people, and what it must say of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    #[serde(default)]
    pub args: Vec<String>,
    pub targeted_at: String,
    #[serde(default)]
    pub valid_until: String,
    pub listed: Vec<String>,
    /// Who was revoked without being listed.
    #[serde(default)]
    pub collateral: Vec<String>,
    /// Columns of the table `campaign`, by name of the person.
    pub expect: BTreeMap<String, BTreeMap<String, toml::Value>>,
}

/// A run of `targets`, and whom it must list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    #[serde(default)]
    pub args: Vec<String>,
    pub want: Vec<String>,
}

/// One person with records and rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    /// How the table keys the person, where that is not the object id made from the name.
    pub keyed: Option<String>,
    pub upn: Option<String>,
    /// Two people may share a UPN or the same one may have two: the id comes from this name.
    pub id_of: Option<String>,
    #[serde(default = "yes")]
    pub in_users: bool,
    #[serde(default)]
    pub user: User,
    pub registration: Option<Registration>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub expect: BTreeMap<String, toml::Value>,
}

/// The person's row of the user list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// `true`, `false`, or nothing for unknown.
    pub enabled: String,
    pub kind: String,
    pub created: String,
    pub si: String,
    pub non_interactive: String,
    pub successful: String,
    pub valid_from: String,
    pub password_changed: String,
}

impl Default for User {
    fn default() -> Self {
        let none = String::new;
        Self {
            enabled: "true".to_owned(),
            kind: "Member".to_owned(),
            created: none(),
            si: none(),
            non_interactive: none(),
            successful: none(),
            valid_from: none(),
            password_changed: none(),
        }
    }
}

/// The person's row of the registration report.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "the report's columns are just that")]
pub struct Registration {
    pub mfa: bool,
    pub mfa_capable: bool,
    pub sspr: bool,
    pub sspr_enabled: bool,
    pub sspr_capable: bool,
    pub passwordless: bool,
    pub admin: bool,
    pub methods: Vec<String>,
}

/// One row, or several at equal distance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// `interactive`, `silent` or `audit`.
    pub log: String,
    pub at: String,
    pub times: i64,
    pub step_minutes: i64,
    pub code: i64,
    pub text: String,
    pub app: String,
    pub client: String,
    pub token: String,
    pub protocol: String,
    /// `fresh`, `claims` or `none`; nothing: what such a row usually carries.
    pub steps: String,
    /// The text of the portal's "Multifactor authentication result".
    pub mfa_text: String,
    pub session: Option<u64>,
    pub correlation: Option<u64>,
    pub request: Option<u64>,
    pub trust: String,
    pub cross: String,
    pub home: String,
    pub kind: String,
    pub principal: bool,
    pub upn: Option<String>,
    pub no_id: bool,
    pub provider: String,
    pub controls: Vec<String>,
    pub activity: String,
    pub result: String,
    pub reason: String,
    /// `own`, `admin`, `app`, `sync`, nothing for none.
    pub actor: String,
    /// `StsRefreshTokensValidFrom`: new value.
    pub valid_from: String,
}

impl Default for Event {
    fn default() -> Self {
        let none = String::new;
        Self {
            log: none(),
            at: none(),
            times: 1,
            step_minutes: 1440,
            code: 0,
            text: none(),
            app: "teams".to_owned(),
            client: "browser".to_owned(),
            token: "none".to_owned(),
            protocol: "none".to_owned(),
            steps: none(),
            mfa_text: none(),
            session: None,
            correlation: None,
            request: None,
            trust: none(),
            cross: "none".to_owned(),
            home: none(),
            kind: none(),
            principal: false,
            upn: None,
            no_id: false,
            provider: none(),
            controls: Vec::new(),
            activity: none(),
            result: "success".to_owned(),
            reason: none(),
            actor: "own".to_owned(),
            valid_from: none(),
        }
    }
}

impl Case {
    /// `FROM..TO` of a stream.
    pub fn covered(&self, stream: &str) -> String {
        self.covers.get(stream).cloned().unwrap_or_else(|| COVERED.to_owned())
    }

    /// The object id of a person by name.
    pub fn key(&self, name: &str) -> String {
        self.people.iter().find(|person| person.name == name).expect("a list names people of the case").user_id()
    }

    /// When the exports were made.
    pub fn exported(&self) -> &str {
        if self.as_of.len() < AS_OF.len() { AS_OF } else { &self.as_of }
    }
}

impl Person {
    /// The object id, from the name: no table of ids to keep.
    pub fn id(&self) -> String {
        let name = self.id_of.as_deref().unwrap_or(&self.name);
        let sum = name.bytes().fold(0_u64, |sum, byte| (sum * 131 + u64::from(byte)) & 0xffff_ffff_ffff);
        guid(0xa, sum)
    }

    /// The `user_id` of the users table.
    pub fn user_id(&self) -> String {
        self.keyed.clone().unwrap_or_else(|| self.id())
    }

    /// The UPN, of the user list.
    pub fn upn(&self) -> String {
        self.upn.clone().unwrap_or_else(|| format!("{}@contoso.example", self.name))
    }
}

/// A GUID of a family and a number.
pub fn guid(family: u64, number: u64) -> String {
    format!("{family:08x}-0000-4000-8000-{number:012x}")
}

fn three() -> Vec<String> {
    ["a", "b", "c"].map(str::to_owned).to_vec()
}

fn as_of() -> String {
    AS_OF.to_owned()
}

fn mfa() -> String {
    "mfa".to_owned()
}

fn yes() -> bool {
    true
}
