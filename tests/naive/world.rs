//! What a random tenant is made of, and the dice.

/// 2026-11-22T00:00:00Z: where most logs end.
pub const END: i64 = 1_795_305_600;
pub const DAY: i64 = 86_400;
pub const HOUR: i64 = 3600;
pub const MINUTE: i64 = 60;

pub const WINDOWS: &str = "38aa3b87-a06d-4817-b275-7a316988d93b";
pub const TEAMS: &str = "1fec8e78-bce4-4aaf-ab1b-5451cc387264";
pub const OUTLOOK: &str = "27922004-5251-4030-b22d-91ecd9a37ea4";
pub const PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
/// Apps of their own, so that a row that the facts must know exactly stands alone in its channel.
pub const PAIRED: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub const YOUNG: &str = "aaaaaaaa-0000-4000-8000-000000000002";

/// `SplitMix64`.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both possible.
    pub fn within(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).expect("low <= high") + 1;
        low + i64::try_from(self.next() % span).expect("small")
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.within(1, 100) <= percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let last = i64::try_from(from.len()).expect("short") - 1;
        from[usize::try_from(self.within(0, last)).expect("small")]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    Fresh,
    Claims,
    Absent,
}

/// A sign-in row.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "a row of a log is full of them")]
pub struct SignIn {
    pub person: usize,
    pub at: i64,
    pub interactive: bool,
    pub code: i64,
    pub app: &'static str,
    pub client: &'static str,
    pub token: &'static str,
    pub ropc: bool,
    pub steps: Steps,
    pub trust: &'static str,
    /// 0: none.
    pub session: i64,
    /// 0: one of its own.
    pub correlation: i64,
    pub passthrough: bool,
    pub no_id: bool,
    /// The instant in a 50173 text.
    pub grant: Option<i64>,
}

impl SignIn {
    pub fn interactive(person: usize, at: i64) -> Self {
        Self {
            person,
            at,
            interactive: true,
            code: 0,
            app: TEAMS,
            client: "Browser",
            token: "none",
            ropc: false,
            steps: Steps::Fresh,
            trust: "",
            session: 0,
            correlation: 0,
            passthrough: false,
            no_id: false,
            grant: None,
        }
    }

    pub fn silent(person: usize, at: i64, client: &'static str, token: &'static str) -> Self {
        Self { interactive: false, client, token, steps: Steps::Claims, ..Self::interactive(person, at) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Own,
    Admin,
    App,
    Sync,
    Nobody,
}

/// An audit row; the person is its subject.
#[derive(Clone, Debug)]
pub struct Audit {
    pub person: usize,
    pub at: i64,
    pub activity: &'static str,
    pub reason: &'static str,
    pub actor: Actor,
    pub success: bool,
    /// 0: one of its own.
    pub correlation: i64,
}

/// A row of a registration report.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "the report is a row of them")]
pub struct Report {
    pub at: i64,
    pub admin: bool,
    pub mfa: bool,
    pub mfa_capable: bool,
    pub sspr: bool,
    pub sspr_capable: bool,
    pub passwordless: bool,
    pub methods: Vec<&'static str>,
}

/// The instants of `signInActivity`.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    pub last: Option<i64>,
    pub silent: Option<i64>,
    pub successful: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub name: String,
    /// Rows carry the UPN and no id, and no list knows the person.
    pub upn_only: bool,
    /// A row of the user list.
    pub listed: bool,
    pub guest: bool,
    pub enabled: Option<bool>,
    pub created: Option<i64>,
    pub activity: Activity,
    pub valid_from: Option<i64>,
    pub password_changed: Option<i64>,
    pub reports: Vec<Report>,
    pub lists: Lists,
}

/// Lists given beside the exports.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub break_glass: bool,
    pub excluded: bool,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub as_of: Option<i64>,
    pub goal: &'static str,
    pub stale_days: i64,
    pub active_days: i64,
    pub settle_hours: i64,
    pub gap_hours: i64,
    pub revoked_days: i64,
    /// Declared coverage of the interactive log.
    pub declared: Option<(i64, i64)>,
}

#[derive(Clone, Debug)]
pub struct Tenant {
    pub seed: u64,
    pub settings: Settings,
    pub people: Vec<Person>,
    pub sign_ins: Vec<SignIn>,
    pub audits: Vec<Audit>,
    /// The interactive export knows factors (beta), or not (v1.0).
    pub details: bool,
}

impl Tenant {
    pub fn id(&self, person: usize) -> String {
        if self.people[person].upn_only {
            return format!("upn:{}", self.upn(person));
        }
        format!("00000000-0000-4000-8000-{person:012}")
    }

    pub fn upn(&self, person: usize) -> String {
        format!("{}@contoso.example", self.people[person].name)
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`, by counting days.
pub fn instant(at: i64) -> String {
    let mut days = at.div_euclid(DAY);
    let mut year = 1970;
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    while days >= if leap(year) { 366 } else { 365 } {
        days -= if leap(year) { 366 } else { 365 };
        year += 1;
    }
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let rest = at.rem_euclid(DAY);
    let (hour, minute, second) = (rest / HOUR, rest / MINUTE % 60, rest % 60);
    format!("{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, days + 1)
}
