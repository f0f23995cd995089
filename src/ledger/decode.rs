//! Rows of the tables → facts. Everything is checked that facts made from rows of a log have of themselves: order of keys,
//! words, instants that can be said, spans whose parts agree. So whatever was done to a ledger, judging meets sound facts.

use std::sync::Arc;

use super::columns::{self, Row};
use super::schema::{self, Table};
use super::words::Word;
use crate::facts::people::{Account, Moment, MomentKind, More, Registration, SessionKey, Stamped};
use crate::facts::{DaySet, Facts, Person, Span, TenantMoment};
use crate::model::ids::Id;
use crate::model::sign_in::{Channel, Stream};
use crate::model::tenant_activity::{TenantActivity, TenantKind};
use crate::model::time::{Day, Instant};

/// Reads the tables in their order.
#[derive(Default)]
pub(super) struct Decoder {
    pub(super) facts: Facts,
    people: Vec<u32>,
    channels: Vec<u32>,
    /// The key of the row before: keys ascend.
    last_id: Option<Id>,
    last_channel: Option<Channel>,
    last_pair: Option<(u32, u32)>,
}

type Done = Result<(), String>;

impl Decoder {
    /// Reads one table; how many rows it had.
    pub(super) fn table(&mut self, table: &'static Table, bytes: &Arc<[u8]>) -> Result<u64, String> {
        let take: fn(&mut Self, &mut Row<'_>) -> Done = match table.file {
            f if f == schema::PEOPLE.file => Self::person,
            f if f == schema::ACCOUNTS.file => Self::account,
            f if f == schema::REGISTRATION.file => Self::registration,
            f if f == schema::CHANNELS.file => Self::channel,
            f if f == schema::ACTIVITY.file => Self::activity,
            f if f == schema::SESSIONS.file => Self::session,
            f if f == schema::MOMENTS.file => Self::moment,
            f if f == schema::COVERAGE.file => Self::hour,
            f if f == schema::APPS.file => Self::app,
            f if f == schema::TENANTS.file => Self::tenant,
            f if f == schema::TENANT_MOMENTS.file => Self::tenant_moment,
            other => return Err(format!("no rows are known for `{other}`")),
        };
        columns::read(table, bytes, |row| take(self, row))
    }

    fn person(&mut self, row: &mut Row<'_>) -> Done {
        let number = need(row.number(), "person")?;
        let id = id(need(row.text(), "id")?)?;
        if number as usize != self.people.len() || self.last_id.as_ref() >= Some(&id) {
            return Err("people are not in order".to_owned());
        }
        let mut person = Person::default();
        person.upns = need(row.texts(), "upns")?.into_iter().map(Arc::from).collect();
        person.seen_name = row.text().map(Arc::from);
        person.seen_guest = need(row.flag(), "seen_guest")?;
        let homes = need(row.texts(), "homes")?.iter().map(|home| self::id(home)).collect::<Result<_, _>>()?;
        let more = More { homes, last_grant: time(row)?, persistent_policy: time(row)?, ..More::default() };
        if more != More::default() {
            *person = more;
        }
        self.people.push(self.facts.put_person(&id, person));
        self.last_id = Some(id);
        Ok(())
    }

    /// The person that a row names.
    fn named(&mut self, row: &mut Row<'_>) -> Result<&mut Person, String> {
        let number = need(row.number(), "person")?;
        self.numbered(number)
    }

    /// The person of a number in the ledger.
    fn numbered(&mut self, number: u32) -> Result<&mut Person, String> {
        let known = self.people.get(number as usize).copied();
        known.and_then(|n| self.facts.person(n)).ok_or_else(|| format!("there is no person {number}"))
    }

    fn account(&mut self, row: &mut Row<'_>) -> Done {
        let person = self.named(row)?;
        if *person.account != Account::default() {
            return Err("a person has two accounts".to_owned());
        }
        let listed = need(row.flag(), "listed")?;
        let account = Account {
            listed,
            display_name: text(row)?,
            upn: text(row)?,
            guest: flag(row)?,
            disabled: flag(row)?,
            disabled_dated: flag(row)?,
            created: {
                let value = time(row)?;
                stamp(value, row)?
            },
            department: text(row)?,
            usage_location: text(row)?,
            last_sign_in: time(row)?,
            last_non_interactive: time(row)?,
            last_successful: time(row)?,
            sessions_valid_from: time(row)?,
            last_password_change: time(row)?,
        };
        person.account = account.into();
        Ok(())
    }

    fn registration(&mut self, row: &mut Row<'_>) -> Done {
        let number = need(row.number(), "person")?;
        let day = row.time().map(day).transpose()?;
        let at = time(row)?;
        let registration = Registration {
            at,
            admin: flag(row)?,
            mfa_registered: flag(row)?,
            mfa_capable: flag(row)?,
            sspr_registered: flag(row)?,
            sspr_enabled: flag(row)?,
            sspr_capable: flag(row)?,
            passwordless_capable: flag(row)?,
            methods: {
                let methods = row.texts().map(|all| self.facts.share(&all.into_iter().collect()));
                stamp(methods, row)?
            },
        };
        if at.map(Instant::day) != day {
            return Err("the day of a report is not the day of its time".to_owned());
        }
        match self.numbered(number)?.registration.insert(day, registration) {
            None => Ok(()),
            Some(_) => Err("a person has two reports of one day".to_owned()),
        }
    }

    fn channel(&mut self, row: &mut Row<'_>) -> Done {
        let number = need(row.number(), "channel")?;
        let channel = Channel {
            interactive: need(row.flag(), "interactive")?,
            code: need(row.number(), "code")?,
            app: row.text().map(id).transpose()?,
            resource: row.text().map(id).transpose()?,
            client: word(row)?,
            token: word(row)?,
            ropc: need(row.flag(), "ropc")?,
            freshness: word(row)?,
            trust: word(row)?,
        };
        if number as usize != self.channels.len() || self.last_channel.as_ref() >= Some(&channel) {
            return Err("channels are not in order".to_owned());
        }
        self.channels.push(self.facts.channel(&channel));
        self.last_channel = Some(channel);
        Ok(())
    }

    fn activity(&mut self, row: &mut Row<'_>) -> Done {
        let pair = (need(row.number(), "person")?, need(row.number(), "channel")?);
        let known = (self.people.get(pair.0 as usize), self.channels.get(pair.1 as usize).copied());
        let (Some(_), Some(channel)) = known else {
            return Err(format!("there is no person {} or no channel {}", pair.0, pair.1));
        };
        if self.last_pair >= Some(pair) {
            return Err("rows are not in order".to_owned());
        }
        self.last_pair = Some(pair);
        let person = self.numbered(pair.0)?;
        person.activity.join(channel, span(row)?, |mine, other| mine.join(&other));
        Ok(())
    }

    fn session(&mut self, row: &mut Row<'_>) -> Done {
        let person = self.named(row)?;
        let key = SessionKey { session: id(need(row.text(), "session")?)?, token: word(row)?, trust: word(row)? };
        match person.sessions.insert(key, span(row)?) {
            None => Ok(()),
            Some(_) => Err("a session stands twice".to_owned()),
        }
    }

    fn moment(&mut self, row: &mut Row<'_>) -> Done {
        let person = self.named(row)?;
        let at = need(time(row)?, "at")?;
        let (code, surface) = (row.number(), row.flag());
        let words = [row.text(), row.text()];
        let (success, family, valid_from) = (row.flag(), row.text(), time(row)?);
        let kind = match (code, surface, words, success, family) {
            (Some(code), Some(surface), [None, None], None, None) => MomentKind::SignIn { code, surface },
            (None, None, [Some(activity), Some(actor)], Some(success), Some(family)) => MomentKind::Audit {
                activity: Word::of(activity)?,
                actor: Word::of(actor)?,
                success,
                family: Word::of(family)?,
                valid_from,
            },
            _ => return Err("it is neither a sign-in nor an audit event".to_owned()),
        };
        let correlation = row.text().map(id).transpose()?;
        person.moments.insert(Moment { at, kind, correlation }).then_some(()).ok_or("a moment stands twice".to_owned())
    }

    fn hour(&mut self, row: &mut Row<'_>) -> Done {
        let stream: Stream = word(row)?;
        let (from, to) = (need(time(row)?, "first")?, need(time(row)?, "last")?);
        if from > to || from.hour() != to.hour() {
            return Err("an hour ends before it begins or in another".to_owned());
        }
        self.facts.covered(stream, from);
        self.facts.covered(stream, to);
        Ok(())
    }

    fn app(&mut self, row: &mut Row<'_>) -> Done {
        let app = id(need(row.text(), "app")?)?;
        self.facts.app_name(&app, need(row.text(), "name")?);
        Ok(())
    }

    fn tenant(&mut self, row: &mut Row<'_>) -> Done {
        let tenant = id(need(row.text(), "tenant")?)?;
        self.facts.own_tenant(&tenant);
        Ok(())
    }

    fn tenant_moment(&mut self, row: &mut Row<'_>) -> Done {
        let at = need(time(row)?, "at")?;
        let (kind, words) = (need(row.text(), "kind")?, need(row.text(), "activity")?);
        let known = TenantKind::of_name(kind).and_then(|kind| TenantActivity::of_words(kind, words));
        let activity = known.ok_or_else(|| format!("`{kind}: {words}` is no event of this version"))?;
        let name = need(row.text(), "name")?.to_owned();
        self.facts.put_tenant_event(TenantMoment { at, activity, name });
        Ok(())
    }
}

fn need<T>(value: Option<T>, column: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("`{column}` is empty"))
}

/// An id as it is written out; nothing that an export could not have given.
fn id(text: &str) -> Result<Id, String> {
    let upn = || text.strip_prefix("upn:").map(Id::of_upn);
    let id = Id::parse(text).or_else(upn).filter(|id| id.to_string() == text);
    id.ok_or_else(|| format!("`{}` is no id", text.chars().take(60).collect::<String>()))
}

fn word<W: Word>(row: &mut Row<'_>) -> Result<W, String> {
    W::of(row.text().unwrap_or_default())
}

fn instant(seconds: i64) -> Result<Instant, String> {
    let at = Instant(seconds);
    at.is_sayable().then_some(at).ok_or_else(|| format!("{seconds} is no instant between the years 1 and 9999"))
}

fn time(row: &mut Row<'_>) -> Result<Option<Instant>, String> {
    row.time().map(instant).transpose()
}

fn day(number: i64) -> Result<Day, String> {
    let day = i32::try_from(number).map(Day).ok().filter(|d| d.start().is_sayable());
    day.ok_or_else(|| format!("{number} is no day between the years 1 and 9999"))
}

/// A value with the time of its snapshot in the next column; without a value there is no time.
fn stamp<T>(value: Option<T>, row: &mut Row<'_>) -> Result<Option<Stamped<T>>, String> {
    let at = time(row)?;
    match (value, at) {
        (Some(value), at) => Ok(Some(Stamped { at, value })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err("the time of a value stands without the value".to_owned()),
    }
}

fn text(row: &mut Row<'_>) -> Result<Option<Stamped<String>>, String> {
    let value = row.text().map(str::to_owned);
    stamp(value, row)
}

fn flag(row: &mut Row<'_>) -> Result<Option<Stamped<bool>>, String> {
    let value = row.flag();
    stamp(value, row)
}

fn span(row: &mut Row<'_>) -> Result<Span, String> {
    let ends = (need(time(row)?, "first")?, need(time(row)?, "last")?);
    let (words, bits) = (need(row.words(), "day_words")?, need(row.bits(), "day_bits")?);
    let returns: Vec<Instant> =
        need(row.times(), "returns")?.iter().map(|at| instant(*at)).collect::<Result<_, _>>()?;
    // No word outside the span: a set of days far apart must not be worked through.
    let within = words.iter().all(|w| (ends.0.day().0.div_euclid(64)..=ends.1.day().0.div_euclid(64)).contains(w));
    let days = DaySet::of_words(words.iter().copied().zip(bits.iter().copied()))
        .filter(|_| within && words.len() == bits.len());
    let span = days.and_then(|days| Span::of_parts(ends, &days, &returns));
    span.ok_or_else(|| "first, last, days and returns do not agree".to_owned())
}
