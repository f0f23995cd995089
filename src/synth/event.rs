//! The two kinds of event the generator makes, each with what its author says it is.

/// What a sign-in row is, stated where it is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Promptable interactive authentication.
    Promptable,
    /// Interactive by token.
    ByToken,
    /// Windows logon.
    Logon,
    /// Silent attempt that authenticated nobody.
    Silent,
    /// Wrong first factor.
    Attack,
    /// Legacy client or ROPC.
    Legacy,
    /// Non-interactive success.
    Token,
    /// Non-interactive failure.
    TokenFailed,
}

/// The authentication steps of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// No steps.
    None,
    /// Password only.
    Password,
    /// Wrong password.
    WrongPassword,
    /// Password, then a text message.
    Sms,
    /// Password, then a notification.
    Push,
    /// A claim in the token, nothing fresh.
    Claim,
    /// A passkey.
    Passkey,
}

/// The token presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Incoming {
    /// None.
    None,
    /// Refresh token.
    Refresh,
    /// Primary refresh token.
    Primary,
}

/// The kind of client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    /// A browser.
    Browser,
    /// A modern app.
    Modern,
    /// IMAP.
    Imap,
    /// A modern client using the resource owner password grant.
    Ropc,
}

/// A sign-in row.
#[derive(Clone, Copy)]
pub(super) struct SignIn {
    /// Unix second.
    pub t: i64,
    /// Index of the person.
    pub user: usize,
    /// Row id.
    pub id: u128,
    /// Correlation id.
    pub flow: u128,
    /// Session id.
    pub session: u128,
    /// Index into the applications.
    pub app: usize,
    /// Index into the devices.
    pub gear: usize,
    /// Index into the places.
    pub place: usize,
    /// AADSTS code, 0 = success.
    pub code: u32,
    /// Which log the row belongs to.
    pub interactive: bool,
    /// What the row is.
    pub class: Class,
    /// Authentication steps.
    pub proof: Proof,
    /// Token presented.
    pub incoming: Incoming,
    /// Client.
    pub client: Client,
}

impl SignIn {
    /// Whether a second factor was needed.
    pub(super) fn multi(&self) -> bool {
        matches!(self.proof, Proof::Sms | Proof::Push | Proof::Passkey) || matches!(self.code, 50_074 | 50_076 | 50_079)
    }
}

/// Who did an audited thing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    /// A person, by index.
    User(usize),
    /// An application.
    App(&'static str),
}

/// What an audit row says beside its names.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// The session-valid-from instant, old and new.
    ValidFrom(i64, i64),
    /// A property, with its old and new value as bare text.
    Property(&'static str, &'static str, &'static str),
    /// The user principal name, from the former to the present one.
    Renamed,
    /// A registration ceremony: transaction id and method type.
    Ceremony(u128, &'static str),
}

/// The fixed texts of an audit activity.
#[derive(Clone, Copy)]
pub(super) struct Activity {
    /// `activityDisplayName`.
    pub name: &'static str,
    /// `loggedByService`.
    pub service: &'static str,
    /// `operationType`.
    pub operation: &'static str,
    /// Prefix of the id.
    pub prefix: &'static str,
}

/// An audit row.
#[derive(Clone, Copy)]
pub(super) struct Audit {
    /// Unix second.
    pub t: i64,
    /// Index of the subject, none for tenant-wide rows.
    pub target: Option<usize>,
    /// Row id.
    pub id: u128,
    /// Correlation id.
    pub flow: u128,
    /// What was done.
    pub activity: Activity,
    /// Who did it.
    pub actor: Actor,
    /// `resultReason`.
    pub reason: &'static str,
    /// Success or failure.
    pub ok: bool,
    /// Details.
    pub change: Change,
}

impl Audit {
    /// The person stood at a security page: evidence of presence.
    pub(super) fn presence(&self) -> bool {
        self.activity.prefix == "Authentication Methods_"
            && self.target.is_some_and(|target| self.actor == Actor::User(target))
    }
}

/// Rows of both logs.
#[derive(Default)]
pub(super) struct Batch {
    /// Sign-in rows.
    pub signins: Vec<SignIn>,
    /// Audit rows.
    pub audits: Vec<Audit>,
}

/// Error text of a code, as the logs print it.
pub(super) fn failure_text(code: u32) -> &'static str {
    match code {
        50_058 => "Session information is not sufficient for single-sign-on.",
        50_074 => "Strong Authentication is required.",
        50_079 => {
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication."
        }
        50_125 => "Sign-in was interrupted because of a password reset or password registration entry.",
        50_126 => "Error validating credentials due to invalid username or password.",
        50_140 => "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
        50_173 => {
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{authTime}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validDate}'."
        }
        50_203 => "User has not registered the Authenticator app. User must register or snooze.",
        70_043 => {
            "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issueDate} and the maximum allowed lifetime for this request is {time}."
        }
        _ => "Other.",
    }
}
