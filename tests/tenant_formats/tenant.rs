//! The logical tenant that every format writes, and the fields a format may lack.

/// Our tenant, and another.
pub const TENANT: &str = "c0000000-0000-4000-8000-000000000001";
pub const ABROAD: &str = "c0000000-0000-4000-8000-000000000002";
pub const TEAMS: (&str, &str) = ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams");
pub const OUTLOOK: (&str, &str) = ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook, mobile");
pub const RESOURCE: &str = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";

/// Somebody, as a user export has them. Empty: not stated.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub upn: String,
    pub name: String,
    /// `Member` or `Guest`.
    pub kind: String,
    pub enabled: Option<bool>,
    pub created: String,
    pub department: String,
    pub usage: String,
    /// Last interactive, last non-interactive, last successful sign-in.
    pub seen: [String; 3],
    pub valid_from: String,
    pub password: String,
    pub report: Option<Report>,
}

/// What the registration report says of somebody.
#[derive(Clone)]
pub struct Report {
    pub admin: Option<bool>,
    /// Registered, capable.
    pub mfa: [Option<bool>; 2],
    /// Registered, enabled, capable.
    pub sspr: [Option<bool>; 3],
    pub passwordless: Option<bool>,
    pub methods: Option<Vec<&'static str>>,
    pub updated: String,
}

#[derive(Clone)]
pub struct SignIn {
    /// ISO, whole seconds.
    pub at: &'static str,
    pub who: usize,
    pub interactive: bool,
    pub code: u32,
    pub app: (&'static str, String),
    pub client: String,
    pub token: String,
    pub protocol: String,
    pub session: String,
    pub trust: String,
    /// `None`: the format carries no steps.
    pub steps: Option<&'static [(&'static str, &'static str, bool)]>,
    pub reason: String,
    pub cross: String,
    /// Home tenant and the resource's.
    pub tenants: [String; 2],
    pub correlation: String,
    pub request: String,
    pub kind: String,
}

/// Who did something.
#[derive(Clone, Copy, PartialEq)]
pub enum By {
    Own,
    Admin,
    App,
    Nobody,
}

#[derive(Clone)]
pub struct Audit {
    pub at: &'static str,
    pub who: usize,
    pub activity: &'static str,
    pub service: &'static str,
    pub success: bool,
    pub reason: String,
    pub by: By,
    pub valid_from: &'static str,
    pub correlation: String,
}

#[derive(Clone)]
pub struct Tenant {
    pub people: Vec<Person>,
    pub sign_ins: Vec<SignIn>,
    pub audits: Vec<Audit>,
}

/// What a format does not carry. `without` takes it from the tenant; the two about the facts themselves are left out of
/// the comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lacks {
    Id,
    Name,
    Guest,
    Enabled,
    Created,
    Department,
    Usage,
    LastSignIn,
    LastNonInteractive,
    LastSuccessful,
    ValidFrom,
    Password,
    Admin,
    MfaRegistered,
    MfaCapable,
    SsprRegistered,
    SsprEnabled,
    SsprCapable,
    Passwordless,
    Methods,
    Updated,
    /// Methods in the words of the legacy report.
    LegacyMethodWords,
    /// Of the methods only phones and apps, and being registered only by them: passkeys are not known there.
    NoPasskeys,
    Details,
    Token,
    Session,
    Protocol,
    Tenants,
    UserType,
    Actor,
    AuditValidFrom,
    /// Audit events of other services than Core Directory.
    OtherServices,
    /// When the export was made.
    Snapshot,
    /// That the log was observed.
    Coverage,
}

const FRESH: &[(&str, &str, bool)] = &[("Password", "Correct password", true)];
const CLAIM: &[(&str, &str, bool)] =
    &[("Previously satisfied", "First factor requirement satisfied by claim in the token", true)];
const WRONG: &[(&str, &str, bool)] = &[("Password", "Invalid username or password.", false)];

impl Tenant {
    /// Six people; 25 sign-ins, 14 of them interactive; 11 audit events, 10 of them about a user and of use.
    pub fn new() -> Self {
        Self { people: people(), sign_ins: sign_ins(), audits: audits() }
    }

    /// The tenant as a format that lacks these fields can show it.
    pub fn without(mut self, lacks: &[Lacks]) -> Self {
        for field in lacks {
            self.people.iter_mut().for_each(|p| strip_person(p, *field));
            self.people.iter_mut().filter_map(|p| p.report.as_mut()).for_each(|r| strip_report(r, *field));
            self.sign_ins.iter_mut().for_each(|s| strip_sign_in(s, *field));
            if *field == Lacks::OtherServices {
                self.audits.retain(|a| a.service == "Core Directory");
            }
            self.audits.iter_mut().for_each(|a| strip_audit(a, *field));
        }
        self
    }
}

fn strip_person(p: &mut Person, field: Lacks) {
    match field {
        Lacks::Id => p.id.clear(),
        Lacks::Name => p.name.clear(),
        Lacks::Guest => p.kind.clear(),
        Lacks::Enabled => p.enabled = None,
        Lacks::Created => p.created.clear(),
        Lacks::Department => p.department.clear(),
        Lacks::Usage => p.usage.clear(),
        Lacks::LastSignIn => p.seen[0].clear(),
        Lacks::LastNonInteractive => p.seen[1].clear(),
        Lacks::LastSuccessful => p.seen[2].clear(),
        Lacks::ValidFrom => p.valid_from.clear(),
        Lacks::Password => p.password.clear(),
        _ => {}
    }
}

fn strip_report(r: &mut Report, field: Lacks) {
    match field {
        Lacks::Admin => r.admin = None,
        Lacks::MfaRegistered => r.mfa[0] = None,
        Lacks::MfaCapable => r.mfa[1] = None,
        Lacks::SsprRegistered => r.sspr[0] = None,
        Lacks::SsprEnabled => r.sspr[1] = None,
        Lacks::SsprCapable => r.sspr[2] = None,
        Lacks::Passwordless => r.passwordless = None,
        Lacks::Methods => r.methods = None,
        Lacks::Updated => r.updated.clear(),
        Lacks::LegacyMethodWords => {
            let word = |m: &mut &'static str| match *m {
                "microsoftAuthenticatorPush" => *m = "appNotification",
                "fido2" => *m = "fido",
                _ => {}
            };
            r.methods.iter_mut().flatten().for_each(word);
        }
        Lacks::NoPasskeys => {
            r.methods.iter_mut().for_each(|m| m.retain(|m| super::MSONLINE.iter().any(|(_, ours)| ours == m)));
            r.methods = r.methods.take().filter(|m| !m.is_empty());
            r.mfa[0] = r.methods.as_ref().map(|_| true);
        }
        _ => {}
    }
}

fn strip_sign_in(s: &mut SignIn, field: Lacks) {
    match field {
        Lacks::Details => s.steps = None,
        Lacks::Token => s.token.clear(),
        Lacks::Session => s.session.clear(),
        Lacks::Protocol => s.protocol.clear(),
        Lacks::Tenants => {
            s.tenants = Default::default();
            s.cross.clear();
        }
        Lacks::UserType => s.kind.clear(),
        _ => {}
    }
}

fn strip_audit(a: &mut Audit, field: Lacks) {
    match field {
        Lacks::Actor => a.by = By::Nobody,
        Lacks::AuditValidFrom => a.valid_from = "",
        _ => {}
    }
}

fn people() -> Vec<Person> {
    let report = |admin, mfa, capable, sspr, passwordless, methods: &[&'static str]| Report {
        admin: Some(admin),
        mfa: [Some(mfa), Some(capable)],
        sspr: [Some(sspr), Some(true), Some(sspr)],
        passwordless: Some(passwordless),
        methods: Some(methods.to_vec()),
        updated: "2026-11-21T21:36:33Z".to_owned(),
    };
    let person =
        |n: usize, name: &str, upn: &str, kind: &str, enabled, department: &str, seen: [&str; 3], report| Person {
            id: format!("aaaaaaaa-0000-4000-8000-00000000000{n}"),
            upn: upn.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            enabled,
            created: format!("2024-0{}-17T10:20:30Z", n + 1),
            department: department.to_owned(),
            usage: if n < 4 { "DE" } else { "US" }.to_owned(),
            seen: seen.map(str::to_owned),
            valid_from: "2025-05-04T03:02:01Z".to_owned(),
            password: format!("2025-03-{}T08:00:00Z", 10 + n),
            report,
        };
    let lately = ["2026-11-20T08:00:00Z", "2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z"];
    vec![
        person(
            1,
            "Ann Ämter",
            "Ann@contoso.example",
            "Member",
            Some(true),
            "Sales, North",
            lately,
            Some(report(true, true, true, true, false, &["microsoftAuthenticatorPush", "mobilePhone"])),
        ),
        person(
            2,
            "Bob",
            "bob@contoso.example",
            "Member",
            Some(true),
            "",
            lately,
            Some(report(false, false, false, false, false, &[])),
        ),
        person(
            3,
            "Cleo \"C\"",
            "cleo_fabrikam.example#EXT#@contoso.onmicrosoft.example",
            "Guest",
            Some(true),
            "",
            ["2026-10-30T08:00:00Z", "", ""],
            Some(report(false, false, false, true, false, &["email"])),
        ),
        person(
            4,
            "Dan",
            "dan@contoso.example",
            "Member",
            Some(false),
            "IT",
            ["2026-09-01T08:00:00Z", "2026-09-15T08:00:00Z", "2026-09-15T08:00:00Z"],
            Some(report(false, true, false, false, false, &["mobilePhone"])),
        ),
        person(
            5,
            "Eve",
            "eve@contoso.example",
            "Member",
            Some(true),
            "IT",
            lately,
            Some(report(false, true, true, true, true, &["fido2", "temporaryAccessPass"])),
        ),
        person(6, "Finn", "finn@contoso.example", "Member", None, "", ["", "2026-11-02T08:00:00Z", ""], None),
    ]
}

fn sign_ins() -> Vec<SignIn> {
    let browser = "Browser";
    let modern = "Mobile Apps and Desktop clients";
    let base = |number: usize, at: &'static str, who: usize| SignIn {
        at,
        who,
        interactive: true,
        code: 0,
        app: (TEAMS.0, TEAMS.1.to_owned()),
        client: browser.to_owned(),
        token: "none".to_owned(),
        protocol: "none".to_owned(),
        session: format!("5e000000-0000-4000-8000-00000000000{who}"),
        trust: String::new(),
        steps: Some(FRESH),
        reason: "Other.".to_owned(),
        cross: "none".to_owned(),
        tenants: [TENANT.to_owned(), TENANT.to_owned()],
        correlation: format!("c1000000-0000-4000-8000-0000000000{number:02}"),
        request: format!("f0000000-0000-4000-8000-0000000000{number:02}"),
        kind: if who == 2 { "Guest" } else { "Member" }.to_owned(),
    };
    let silent = |number, at, who, token: &str| SignIn {
        interactive: false,
        token: token.to_owned(),
        steps: Some(CLAIM),
        ..base(number, at, who)
    };
    let failed = |number, at, who, code, reason: &str| SignIn {
        code,
        reason: reason.to_owned(),
        steps: Some(WRONG),
        ..base(number, at, who)
    };
    let issued = "The grant was issued on '2026-10-05T07:00:00.0000000Z', and was revoked; it ended = so.";
    vec![
        // Interactive: 14.
        base(1, "2026-10-23T00:00:05Z", 0),
        SignIn {
            trust: "Azure AD joined".to_owned(),
            token: "primaryRefreshToken".to_owned(),
            steps: Some(CLAIM),
            client: modern.to_owned(),
            ..base(2, "2026-10-24T09:10:11Z", 0)
        },
        SignIn {
            app: (OUTLOOK.0, OUTLOOK.1.to_owned()),
            client: modern.to_owned(),
            trust: "Azure AD registered".to_owned(),
            ..base(3, "2026-10-25T19:10:11Z", 0)
        },
        failed(
            4,
            "2026-10-26T06:00:00Z",
            0,
            50_126,
            "Invalid username or password or Invalid on-premise username or password.",
        ),
        failed(5, "2026-10-26T06:00:09Z", 1, 50_079, "Due to a configuration change, \"you\" must enroll."),
        base(6, "2026-10-26T06:01:00Z", 1),
        SignIn { steps: Some(&[]), ..base(7, "2026-10-27T12:00:00Z", 1) },
        SignIn {
            tenants: [ABROAD.to_owned(), TENANT.to_owned()],
            cross: "b2bCollaboration".to_owned(),
            ..base(8, "2026-10-30T08:00:00Z", 2)
        },
        SignIn { client: "IMAP4".to_owned(), session: String::new(), ..base(9, "2026-11-01T23:59:59Z", 3) },
        failed(10, "2026-11-02T00:00:00Z", 3, 50_057, "User account is disabled."),
        SignIn {
            protocol: "ropc".to_owned(),
            client: modern.to_owned(),
            session: String::new(),
            ..base(11, "2026-11-03T03:03:03Z", 4)
        },
        failed(12, "2026-11-04T04:04:04Z", 4, 50_140, "This error occurred due to 'Keep me signed in' interrupt."),
        SignIn { steps: Some(CLAIM), ..base(13, "2026-11-20T08:00:00Z", 4) },
        base(14, "2026-11-21T20:00:00Z", 1),
        // Non-interactive: 11.
        silent(15, "2026-10-23T01:00:00Z", 0, "refreshToken"),
        silent(16, "2026-10-24T01:00:00Z", 0, "refreshToken"),
        silent(17, "2026-10-24T02:00:00Z", 0, "refreshToken"),
        SignIn {
            client: modern.to_owned(),
            trust: "Azure AD joined".to_owned(),
            ..silent(18, "2026-10-29T05:00:00Z", 0, "primaryRefreshToken")
        },
        silent(19, "2026-10-28T05:00:00Z", 1, "none"),
        SignIn { code: 50_173, reason: issued.to_owned(), ..silent(20, "2026-11-06T05:00:00Z", 1, "refreshToken") },
        silent(21, "2026-11-07T05:00:00Z", 4, "refreshToken"),
        silent(22, "2026-11-12T05:00:00Z", 4, "refreshToken"),
        silent(23, "2026-11-13T15:00:00Z", 5, "refreshToken"),
        SignIn { client: modern.to_owned(), ..silent(24, "2026-11-14T05:00:00Z", 5, "primaryRefreshToken") },
        silent(25, "2026-11-21T23:00:00Z", 0, "refreshToken"),
    ]
}

fn audits() -> Vec<Audit> {
    const METHODS: &str = "Authentication Methods";
    const CORE: &str = "Core Directory";
    let audit = |number: usize, at, who, (service, activity), reason: &str, by| Audit {
        at,
        who,
        activity,
        service,
        success: true,
        reason: reason.to_owned(),
        by,
        valid_from: "",
        correlation: format!("c2000000-0000-4000-8000-0000000000{number:02}"),
    };
    let sts = (CORE, "Update StsRefreshTokenValidFrom Timestamp");
    let registered = (METHODS, "User registered security info");
    vec![
        audit(
            1,
            "2026-10-23T08:15:53Z",
            0,
            (METHODS, "User started security info registration"),
            "User started the registration for Authenticator App with Code",
            By::Own,
        ),
        audit(
            2,
            "2026-10-23T08:16:20Z",
            0,
            registered,
            "User registered Authenticator App with Notification and Code",
            By::Own,
        ),
        audit(3, "2026-10-23T08:17:08Z", 0, registered, "User registered Email Authentication Method ", By::Own),
        Audit {
            success: false,
            ..audit(
                4,
                "2026-10-24T08:17:08Z",
                1,
                registered,
                "User failed to register Authenticator App with Code",
                By::Own,
            )
        },
        audit(
            5,
            "2026-10-25T10:00:00Z",
            4,
            (METHODS, "Admin registered security info"),
            "Admin registered temporary access pass method for user",
            By::Admin,
        ),
        Audit { valid_from: "2026-11-10T14:32:27Z", ..audit(6, "2026-11-10T14:32:27Z", 1, sts, "", By::Admin) },
        Audit { valid_from: "2026-11-11T14:32:27Z", ..audit(7, "2026-11-11T14:32:27Z", 4, sts, "", By::App) },
        audit(8, "2026-11-12T08:21:37Z", 4, (CORE, "Change user password"), "", By::Own),
        audit(8, "2026-11-12T08:21:37Z", 4, sts, "", By::Own),
        audit(9, "2026-11-13T08:00:00Z", 3, (CORE, "Disable account"), "", By::Admin),
        // Of no use, but it shows that the log was observed.
        audit(10, "2026-11-21T08:00:00Z", 3, (CORE, "Add app role assignment to user"), "", By::Admin),
    ]
}
