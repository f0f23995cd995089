//! The tables of a ledger and their columns: version 1. docs/LEDGER.md says the same to people who look into one.
//!
//! A change of any name, kind or meaning is a new [`FORMAT`](super::FORMAT), and the reader of the old one stays.

/// What a column holds. Anything may be null unless it is a key; lists of numbers never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `uint32`.
    Number,
    /// `int64`: seconds since 1970-01-01T00:00:00Z.
    Time,
    /// `boolean`.
    Flag,
    /// `string`.
    Text,
    /// `list<int64>`: instants.
    Times,
    /// `list<int32>`: the words of a day set.
    Words,
    /// `list<uint64>`: the bits of each word.
    Bits,
    /// `list<string>`, ascending.
    Texts,
}

impl Kind {
    /// The type as Parquet readers call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "uint32",
            Self::Time => "int64",
            Self::Flag => "boolean",
            Self::Text => "string",
            Self::Times => "list<int64>",
            Self::Words => "list<int32>",
            Self::Bits => "list<uint64>",
            Self::Texts => "list<string>",
        }
    }
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its file in the ledger's folder.
    pub file: &'static str,
    /// Its columns, in order.
    pub fields: &'static [Field],
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

use Kind::{Bits, Flag, Number, Text, Texts, Time, Times, Words};

/// Who is known; `person` is the row's number, and the other tables name people by it.
pub const PEOPLE: Table = Table {
    file: "people.parquet",
    fields: &[
        field("person", Number),
        field("id", Text),
        field("upns", Texts),
        field("seen_name", Text),
        field("seen_guest", Flag),
        field("homes", Texts),
        field("last_grant", Time),
        field("persistent_policy", Time),
    ],
};

/// What user exports say, each value with the snapshot it is from.
pub const ACCOUNTS: Table = Table {
    file: "accounts.parquet",
    fields: &[
        field("person", Number),
        field("listed", Flag),
        field("display_name", Text),
        field("display_name_at", Time),
        field("upn", Text),
        field("upn_at", Time),
        field("guest", Flag),
        field("guest_at", Time),
        field("disabled", Flag),
        field("disabled_at", Time),
        field("disabled_dated", Flag),
        field("disabled_dated_at", Time),
        field("created", Time),
        field("created_at", Time),
        field("department", Text),
        field("department_at", Time),
        field("usage_location", Text),
        field("usage_location_at", Time),
        field("last_sign_in", Time),
        field("last_non_interactive", Time),
        field("last_successful", Time),
        field("sessions_valid_from", Time),
        field("last_password_change", Time),
    ],
};

/// What registration reports say, a row for each person and day of a report.
pub const REGISTRATION: Table = Table {
    file: "registration.parquet",
    fields: &[
        field("person", Number),
        field("day", Time),
        field("at", Time),
        field("admin", Flag),
        field("admin_at", Time),
        field("mfa_registered", Flag),
        field("mfa_registered_at", Time),
        field("mfa_capable", Flag),
        field("mfa_capable_at", Time),
        field("sspr_registered", Flag),
        field("sspr_registered_at", Time),
        field("sspr_enabled", Flag),
        field("sspr_enabled_at", Time),
        field("sspr_capable", Flag),
        field("sspr_capable_at", Time),
        field("passwordless_capable", Flag),
        field("passwordless_capable_at", Time),
        field("methods", Texts),
        field("methods_at", Time),
    ],
};

/// What sign-in rows say besides who and when; `channel` is the row's number.
pub const CHANNELS: Table = Table {
    file: "channels.parquet",
    fields: &[
        field("channel", Number),
        field("interactive", Flag),
        field("code", Number),
        field("app", Text),
        field("resource", Text),
        field("client", Text),
        field("token", Text),
        field("ropc", Flag),
        field("freshness", Text),
        field("trust", Text),
    ],
};

/// Who used which channel: first and last instant and days.
pub const ACTIVITY: Table = Table {
    file: "activity.parquet",
    fields: &[
        field("person", Number),
        field("channel", Number),
        field("first", Time),
        field("last", Time),
        field("day_words", Words),
        field("day_bits", Bits),
        field("returns", Times),
    ],
};

/// Browser sessions that may be evidence of persistence.
pub const SESSIONS: Table = Table {
    file: "sessions.parquet",
    fields: &[
        field("person", Number),
        field("session", Text),
        field("token", Text),
        field("trust", Text),
        field("first", Time),
        field("last", Time),
        field("day_words", Words),
        field("day_bits", Bits),
        field("returns", Times),
    ],
};

/// Rare events kept whole.
pub const MOMENTS: Table = Table {
    file: "moments.parquet",
    fields: &[
        field("person", Number),
        field("at", Time),
        field("code", Number),
        field("surface", Flag),
        field("activity", Text),
        field("actor", Text),
        field("success", Flag),
        field("family", Text),
        field("valid_from", Time),
        field("correlation", Text),
    ],
};

/// The hours of each log in which the tenant had a row.
pub const COVERAGE: Table =
    Table { file: "coverage.parquet", fields: &[field("stream", Text), field("first", Time), field("last", Time)] };

/// Names of applications.
pub const APPS: Table = Table { file: "apps.parquet", fields: &[field("app", Text), field("name", Text)] };

/// Tenants whose logs these are.
pub const TENANTS: Table = Table { file: "tenants.parquet", fields: &[field("tenant", Text)] };

/// Events of the tenant: policies changed, exports made.
pub const TENANT_MOMENTS: Table = Table {
    file: "tenant_moments.parquet",
    fields: &[field("at", Time), field("kind", Text), field("activity", Text), field("name", Text)],
};

/// Every table, in the order of writing and reading.
pub const TABLES: &[&Table] = &[
    &PEOPLE,
    &ACCOUNTS,
    &REGISTRATION,
    &CHANNELS,
    &ACTIVITY,
    &SESSIONS,
    &MOMENTS,
    &COVERAGE,
    &APPS,
    &TENANTS,
    &TENANT_MOMENTS,
];
