//! Random tenants. People are drawn from habits, rows from everything that the definitions tell apart.

use super::habits;
use super::world::*;

const METHODS: &[&str] = &[
    "microsoftAuthenticatorPush",
    "microsoftAuthenticatorPasswordless",
    "softwareOneTimePasscode",
    "mobilePhone",
    "fido2SecurityKey",
    "passKeyDeviceBoundAuthenticator",
    "windowsHelloForBusiness",
    "macOsSecureEnclaveKey",
    "email",
    "temporaryAccessPass",
    "somethingNew",
];

/// A tenant, and what is needed while it grows.
pub struct Maker {
    pub dice: Dice,
    pub tenant: Tenant,
    /// Where the logs begin and end.
    pub from: i64,
    pub to: i64,
    pub correlations: i64,
}

pub fn tenant(seed: u64) -> Tenant {
    let mut dice = Dice(seed.wrapping_mul(0x1000_0001).wrapping_add(77));
    let days = dice.within(10, 60);
    let (from, to) = (END - days * DAY, END);
    let settings = settings(&mut dice, from, to);
    let details = dice.chance(85);
    let tenant = Tenant { seed, settings, people: Vec::new(), sign_ins: Vec::new(), audits: Vec::new(), details };
    let mut maker = Maker { dice, tenant, from, to, correlations: 0 };
    maker.background();
    for _ in 0..maker.dice.within(5, 40) {
        maker.person();
    }
    maker.silences();
    for n in 0..maker.tenant.people.len() {
        habits::settle_spans(&mut maker, n);
    }
    maker.tenant
}

fn settings(dice: &mut Dice, from: i64, to: i64) -> Settings {
    let as_of = match dice.within(0, 9) {
        0 => Some(to + dice.within(1, 20) * HOUR),
        1 => Some(to + dice.within(30, 100) * HOUR),
        2 | 3 => Some(to - dice.within(1, (to - from) / DAY - 4) * DAY + dice.within(1, 60) * MINUTE),
        4 => Some(to),
        _ => None,
    };
    let declared = match dice.within(0, 5) {
        0 => Some((from - dice.within(1, 30) * HOUR, to + dice.within(0, 30) * HOUR)),
        1 => Some((from + dice.within(1, 3) * DAY, to)),
        _ => None,
    };
    Settings {
        as_of,
        goal: dice.pick(&["mfa", "sspr", "app", "passkey"]),
        stale_days: dice.pick(&[7, 14, 20, 30, 30]),
        active_days: dice.pick(&[5, 14, 14, 30]),
        settle_hours: dice.pick(&[12, 24, 24, 48]),
        gap_hours: dice.pick(&[48, 72, 72, 120]),
        revoked_days: dice.pick(&[5, 30, 30]),
        declared,
    }
}

impl Maker {
    /// An instant of the log, not on a round minute.
    pub fn sometime(&mut self) -> i64 {
        self.dice.within(self.from / MINUTE + 10, self.to / MINUTE - 10) * MINUTE + self.dice.within(1, 59)
    }

    /// The first one: somebody signs in, uses tokens and is changed by an admin, twice a day, on the hour.
    fn background(&mut self) {
        self.tenant.people.push(Person {
            name: "background".to_owned(),
            listed: true,
            enabled: Some(true),
            ..Person::default()
        });
        let silent = self.dice.chance(85);
        let short = self.from + self.dice.pick(&[0, 0, 7]) * DAY;
        let mut at = self.from;
        while at <= self.to {
            self.tenant.sign_ins.push(SignIn::interactive(0, at));
            if silent && at >= short {
                self.tenant.sign_ins.push(SignIn::silent(0, at, "Mobile Apps and Desktop clients", "refreshToken"));
            }
            at += 12 * HOUR;
        }
    }

    fn person(&mut self) {
        let n = self.tenant.people.len();
        let dice = &mut self.dice;
        let upn_only = dice.chance(5);
        let service = !upn_only && dice.chance(4);
        let first = ["ann", "bob", "cid", "dora", "eve"];
        let name = if service { format!("svc-scan{n}") } else { format!("{}{n}", dice.pick(&first)) };
        let enabled = match dice.within(0, 9) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        };
        let person = Person {
            name,
            upn_only,
            listed: !upn_only && dice.chance(92),
            guest: !upn_only && dice.chance(8),
            enabled,
            ..Person::default()
        };
        let lists = Lists { break_glass: dice.chance(3), excluded: dice.chance(3) };
        let person = Person { lists: if person.listed { lists } else { Lists::default() }, ..person };
        self.tenant.people.push(person);
        if service {
            habits::scanner(self, n);
        } else {
            habits::tokens(self, n);
            habits::sign_ins(self, n);
            if !upn_only {
                habits::audits(self, n);
                habits::prompts(self, n);
            }
            habits::account(self, n);
        }
        if !upn_only {
            self.reports(n);
        }
    }

    fn reports(&mut self, n: usize) {
        let until = self.tenant.settings.as_of.unwrap_or(self.to).min(self.to);
        let dice = &mut self.dice;
        let many = dice.pick(&[0, 1, 1, 1, 2]);
        let admin = dice.chance(8);
        for nth in 0..many {
            let registered = dice.chance(40);
            let sspr = dice.chance(40);
            let mut methods = Vec::new();
            while registered && dice.chance(60) {
                let method = dice.pick(METHODS);
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
            let capable = registered && dice.chance(80);
            let report = Report {
                at: until - (2 - nth) * 2 * DAY,
                admin,
                mfa: registered,
                mfa_capable: capable,
                sspr,
                sspr_capable: sspr && dice.chance(80),
                passwordless: capable && dice.chance(30),
                methods,
            };
            self.tenant.people[n].reports.push(report);
        }
    }

    /// A silence of the interactive log, its ends on rows of the background.
    fn silences(&mut self) {
        let days = (self.to - self.from) / DAY;
        if days < 14 || !self.dice.chance(30) {
            return;
        }
        let long = self.dice.pick(&[36, 60, 96, 156]) * HOUR;
        let begin = self.from + self.dice.within(1, days - 8) * DAY;
        let inside = |at: i64| begin < at && at < begin + long;
        self.tenant.sign_ins.retain(|row| !row.interactive || !inside(row.at));
    }
}
