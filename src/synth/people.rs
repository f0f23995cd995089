//! Who lives in the tenant: archetypes, identities, and what each has registered at any instant.

use super::clock::DAY;
use super::dice::{guid, mix, pick, rng, slot, wide};
use super::names::{DEPARTMENTS, DOMAIN, FIRST, HOSTILE, LAST, OFFICES};
use super::text::{csv_guarded, json_escaped};
use super::world::World;

/// A behaviour; semantics §10 gives most of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Archetype {
    /// Registered, signs in interactively every few days.
    Regular,
    /// Registers by a prompted journey inside the window.
    Joined,
    /// Prompted, then left; signs in all the same.
    PromptedLeft,
    /// Token-stale and unregistered.
    Classic,
    /// Token-stale under a password spray.
    Sprayed,
    /// Only ever unlocks Windows.
    WindowsOnly,
    /// Last page seen within the month.
    Observed,
    /// Snoozes the registration campaign.
    Snoozer,
    /// Cancels the wizard.
    Canceled,
    /// Registers for SSPR only.
    SsprOnly,
    /// Phone provisioned by an administrator.
    Provisioned,
    /// Registered, but policy forbids the method.
    NotCapable,
    /// Resets the password, which writes an Sts event.
    PasswordReset,
    /// Revoked by the campaign, then registered.
    PerfectLoop,
    /// Revoked, but the PRT came back.
    RevokedReturned,
    /// A guest.
    Guest,
    /// A service account using ROPC.
    Service,
    /// A persistent browser session.
    KmsiBrowser,
    /// Interactive rows by token only.
    ByTokenOnly,
    /// Disabled inside the window.
    Disabled,
    /// Registered, then deleted the method.
    DeletedMethod,
    /// Sign-in frequency bit.
    FrequencyBite,
    /// A storm of 50058.
    SilentStorm,
    /// Renamed inside the window.
    Renamed,
    /// Token-stale, registered with a phone only.
    StalePhone,
    /// Token-stale, unregistered, administrator.
    StaleAdmin,
    /// Nothing for forty days.
    Dormant,
    /// No activity at all.
    NeverActive,
    /// IMAP only.
    LegacyOnly,
    /// An emergency account.
    BreakGlass,
    /// Signs in with passkeys.
    Passkey,
}

use Archetype as A;

/// Every archetype, its name and its weight in a large tenant.
pub(super) const ALL: &[(Archetype, &str, u32)] = &[
    (A::Regular, "regular", 340),
    (A::Joined, "joined", 100),
    (A::PromptedLeft, "prompted_left", 50),
    (A::Classic, "classic", 140),
    (A::Sprayed, "sprayed", 25),
    (A::WindowsOnly, "windows_only", 50),
    (A::Observed, "observed", 25),
    (A::Snoozer, "snoozer", 35),
    (A::Canceled, "canceled", 20),
    (A::SsprOnly, "sspr_only", 20),
    (A::Provisioned, "provisioned", 20),
    (A::NotCapable, "not_capable", 10),
    (A::PasswordReset, "password_reset", 15),
    (A::PerfectLoop, "perfect_loop", 30),
    (A::RevokedReturned, "revoked_returned", 10),
    (A::Guest, "guest", 30),
    (A::Service, "service", 4),
    (A::KmsiBrowser, "kmsi_browser", 20),
    (A::ByTokenOnly, "by_token_only", 20),
    (A::Disabled, "disabled", 20),
    (A::DeletedMethod, "deleted_method", 8),
    (A::FrequencyBite, "frequency_bite", 15),
    (A::SilentStorm, "silent_storm", 10),
    (A::Renamed, "renamed", 6),
    (A::StalePhone, "stale_phone", 30),
    (A::StaleAdmin, "stale_admin", 5),
    (A::Dormant, "dormant", 40),
    (A::NeverActive, "never_active", 12),
    (A::LegacyOnly, "legacy_only", 6),
    (A::BreakGlass, "break_glass", 0),
    (A::Passkey, "passkey", 20),
];

/// A person, with the texts every row of theirs repeats.
pub(super) struct Person {
    /// Place in the tenant.
    pub index: usize,
    /// Object id.
    pub id: u128,
    /// Behaviour.
    pub kind: Archetype,
    /// Seed of everything they do.
    pub seed: u64,
    /// Display name.
    pub display: String,
    /// Display name, escaped for JSON.
    pub display_json: String,
    /// Display name, guarded and escaped for a quoted CSV cell.
    pub display_csv: String,
    /// UPN as the user export has it.
    pub upn: String,
    /// UPN as the sign-in log has it.
    pub log_upn: String,
    /// UPN before a renaming, lower-case.
    pub former_upn: Option<String>,
    /// Department.
    pub department: &'static str,
    /// Index of the usual place.
    pub place: usize,
    /// Creation instant.
    pub created: i64,
}

impl Person {
    /// The archetype's name.
    pub(super) fn kind_name(&self) -> &'static str {
        ALL.iter().find(|(kind, ..)| *kind == self.kind).map_or("", |(_, name, _)| name)
    }

    /// Holds a role.
    pub(super) fn admin(&self) -> bool {
        self.index == 0 || matches!(self.kind, A::StaleAdmin | A::BreakGlass)
    }

    /// UPN in the sign-in log at `t`.
    pub(super) fn log_upn_at(&self, world: &World, t: i64) -> &str {
        match &self.former_upn {
            Some(former) if t < world.renamed_at() => former,
            _ => &self.log_upn,
        }
    }
}

fn kind_of(index: usize, users: usize, seed: u64) -> Archetype {
    if index == 0 {
        return A::Regular;
    }
    if users >= 40 && index <= ALL.len() {
        return ALL[index - 1].0;
    }
    let total: u32 = ALL.iter().map(|(.., weight)| weight).sum();
    let mut left = rng(seed, wide(index)).u32(..total);
    for (kind, _, weight) in ALL {
        if left < *weight {
            return *kind;
        }
        left -= weight;
    }
    A::Regular
}

fn created_at(kind: Archetype, seed: u64, start: i64, end: i64) -> i64 {
    let mut dice = rng(seed, 3);
    if kind == A::Joined && dice.u32(..5) == 0 && end - start > 20 * DAY {
        return start + dice.i64(DAY..(end - start) / 2);
    }
    // 2019-01-01 to 2025-12-31, moved back when the window itself begins before.
    let latest = 1_767_139_200.min(start - 130 * DAY);
    let earliest = 1_546_300_800.min(latest - 365 * DAY);
    dice.i64(earliest..latest)
}

fn identity(index: usize, kind: Archetype, tenant_seed: u64, seed: u64) -> [String; 3] {
    let names = FIRST.len() * LAST.len();
    let combo = (index * 35 + slot(mix(tenant_seed, 77), names)) % names;
    let (first, last) = (FIRST[combo % FIRST.len()], LAST[combo / FIRST.len()]);
    let suffix = match index / names {
        0 => String::new(),
        n => (n + 1).to_string(),
    };
    let lower = format!("{}.{}{suffix}", first.to_lowercase(), last.to_lowercase());
    let display = match index % 100 {
        n @ 34..39 if index < 400 => HOSTILE[n - 34].to_owned(),
        _ => format!("{first} {last}"),
    };
    match kind {
        A::Guest => {
            [display, format!("{lower}_fabrikam.com#EXT#@centralperk.onmicrosoft.com"), format!("{lower}@fabrikam.com")]
        }
        A::Service => {
            ["Scan to mail".to_owned(), format!("svc-scan{index}@{DOMAIN}"), format!("svc-scan{index}@{DOMAIN}")]
        }
        A::BreakGlass => {
            let upn = format!("breakglass{index}@centralperk.onmicrosoft.com");
            ["Emergency access".to_owned(), upn.clone(), upn]
        }
        _ => {
            let shown = if seed.is_multiple_of(3) {
                format!("{first}.{last}{suffix}@{DOMAIN}")
            } else {
                format!("{lower}@{DOMAIN}")
            };
            [display, shown, format!("{lower}@{DOMAIN}")]
        }
    }
}

/// Makes everyone.
pub(super) fn populate(users: usize, tenant_seed: u64, start: i64, end: i64) -> Vec<Person> {
    (0..users)
        .map(|index| {
            let seed = mix(mix(tenant_seed, 11), wide(index));
            let kind = kind_of(index, users, mix(tenant_seed, 5));
            let [display, upn, log_upn] = identity(index, kind, tenant_seed, seed);
            let former_upn = (kind == A::Renamed).then(|| format!("former.{log_upn}"));
            Person {
                index,
                id: guid(seed, 1),
                kind,
                seed,
                display_json: json_escaped(&display),
                display_csv: csv_guarded(&display),
                display,
                upn,
                log_upn,
                former_upn,
                department: pick(&mut rng(seed, 4), DEPARTMENTS),
                place: slot(mix(seed, 6), OFFICES),
                created: created_at(kind, seed, start, end),
            }
        })
        .collect()
}
