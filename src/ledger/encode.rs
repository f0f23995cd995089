//! Facts → rows of the tables.

use std::io::Write;

use super::columns::{Cell, Writer};
use super::schema::{self, Table};
use super::words::Word as _;
use crate::facts::people::{Account, MomentKind, Registration, Stamped};
use crate::facts::{Facts, Parts, Person, Span};
use crate::model::ids::Id;
use crate::model::sign_in::Channel;
use crate::model::time::Instant;

/// Writes one table; how many rows it has.
pub(super) fn table(table: &'static Table, facts: &Facts, parts: &Parts<'_>, sink: impl Write) -> Result<u64, String> {
    let mut out = Writer::new(table, sink)?;
    let people = || (0_u32..).zip(&parts.people).map(|(number, (id, person))| (number, *id, *person));
    match table.file {
        f if f == schema::PEOPLE.file => people().try_for_each(|row| person(row, &mut out))?,
        f if f == schema::ACCOUNTS.file => {
            let stated = people().filter(|(_, _, p)| *p.account != Account::default());
            stated.into_iter().try_for_each(|(number, _, p)| account(number, &p.account, &mut out))?;
        }
        f if f == schema::REGISTRATION.file => {
            for (number, _, p) in people() {
                p.registration
                    .iter()
                    .try_for_each(|(day, r)| registration((number, day.map(|d| i64::from(d.0))), r, &mut out))?;
            }
        }
        f if f == schema::CHANNELS.file => {
            (0_u32..).zip(&parts.channels).try_for_each(|(number, c)| channel(number, c, &mut out))?;
        }
        f if f == schema::ACTIVITY.file => parts.activity.iter().try_for_each(|(user, channel, span)| {
            spanned(&[Cell::Number(Some(*user)), Cell::Number(Some(*channel))], span, &mut out)
        })?,
        f if f == schema::SESSIONS.file => people().try_for_each(|(number, _, p)| sessions(number, p, &mut out))?,
        f if f == schema::MOMENTS.file => people().try_for_each(|(number, _, p)| moments(number, p, &mut out))?,
        _ => tenant_wide(table, facts, parts, &mut out)?,
    }
    out.finish()
}

/// The small tables that name nobody.
fn tenant_wide<W: Write>(
    table: &'static Table,
    facts: &Facts,
    parts: &Parts<'_>,
    out: &mut Writer<W>,
) -> Result<(), String> {
    match table.file {
        f if f == schema::COVERAGE.file => facts.hours().try_for_each(|(stream, hour)| {
            out.row(&[Cell::Text(Some(stream.word())), time(Some(hour.from)), time(Some(hour.to))])
        }),
        f if f == schema::APPS.file => parts
            .apps
            .iter()
            .try_for_each(|(app, name)| out.row(&[Cell::Text(Some(&app.to_string())), Cell::Text(Some(name))])),
        f if f == schema::TENANTS.file => {
            parts.tenants.iter().try_for_each(|id| out.row(&[Cell::Text(Some(&id.to_string()))]))
        }
        f if f == schema::TENANT_MOMENTS.file => facts.tenant_events().try_for_each(|moment| {
            let kind = Cell::Text(Some(moment.activity.kind.name()));
            out.row(&[
                time(Some(moment.at)),
                kind,
                Cell::Text(Some(moment.activity.words)),
                Cell::Text(Some(&moment.name)),
            ])
        }),
        other => Err(format!("no rows are known for `{other}`")),
    }
}

fn time<'c>(at: Option<Instant>) -> Cell<'c> {
    Cell::Time(at.map(|at| at.0))
}

/// A value, and the time of its snapshot.
fn stamped<'c, T>(value: Option<&'c Stamped<T>>, cell: impl FnOnce(Option<&'c T>) -> Cell<'c>) -> [Cell<'c>; 2] {
    [cell(value.map(|s| &s.value)), time(value.and_then(|s| s.at))]
}

fn flag(value: Option<&Stamped<bool>>) -> [Cell<'_>; 2] {
    stamped(value, |v| Cell::Flag(v.copied()))
}

fn text(value: Option<&Stamped<String>>) -> [Cell<'_>; 2] {
    stamped(value, |v| Cell::Text(v.map(String::as_str)))
}

fn person<W: Write>((number, id, p): (u32, &Id, &Person), out: &mut Writer<W>) -> Result<(), String> {
    let upns: Vec<String> = p.upns.iter().map(ToString::to_string).collect();
    let homes: Vec<String> = p.homes.iter().map(Id::to_string).collect();
    out.row(&[
        Cell::Number(Some(number)),
        Cell::Text(Some(&id.to_string())),
        Cell::Texts(Some(&upns)),
        Cell::Text(p.seen_name.as_deref()),
        Cell::Flag(Some(p.seen_guest)),
        Cell::Texts(Some(&homes)),
        time(p.last_grant),
        time(p.persistent_policy),
    ])
}

fn account<W: Write>(number: u32, a: &Account, out: &mut Writer<W>) -> Result<(), String> {
    let stated = [
        text(a.display_name.as_ref()),
        text(a.upn.as_ref()),
        flag(a.guest.as_ref()),
        flag(a.disabled.as_ref()),
        flag(a.disabled_dated.as_ref()),
        stamped(a.created.as_ref(), |v| time(v.copied())),
        text(a.department.as_ref()),
        text(a.usage_location.as_ref()),
    ];
    let latest =
        [a.last_sign_in, a.last_non_interactive, a.last_successful, a.sessions_valid_from, a.last_password_change];
    let mut cells = vec![Cell::Number(Some(number)), Cell::Flag(Some(a.listed))];
    cells.extend(stated.into_iter().flatten());
    cells.extend(latest.map(time));
    out.row(&cells)
}

fn registration<W: Write>(
    (number, day): (u32, Option<i64>),
    r: &Registration,
    out: &mut Writer<W>,
) -> Result<(), String> {
    let methods: Option<Vec<String>> = r.methods.as_ref().map(|m| m.value.iter().cloned().collect());
    let flags = [
        &r.admin,
        &r.mfa_registered,
        &r.mfa_capable,
        &r.sspr_registered,
        &r.sspr_enabled,
        &r.sspr_capable,
        &r.passwordless_capable,
    ];
    let mut cells = vec![Cell::Number(Some(number)), Cell::Time(day), time(r.at)];
    cells.extend(flags.iter().flat_map(|f| flag(f.as_ref())));
    cells.extend([Cell::Texts(methods.as_deref()), time(r.methods.as_ref().and_then(|m| m.at))]);
    out.row(&cells)
}

fn channel<W: Write>(number: u32, c: &Channel, out: &mut Writer<W>) -> Result<(), String> {
    let (app, resource) = (c.app.as_ref().map(Id::to_string), c.resource.as_ref().map(Id::to_string));
    out.row(&[
        Cell::Number(Some(number)),
        Cell::Flag(Some(c.interactive)),
        Cell::Number(Some(c.code)),
        Cell::Text(app.as_deref()),
        Cell::Text(resource.as_deref()),
        Cell::Text(Some(c.client.word())),
        Cell::Text(Some(c.token.word())),
        Cell::Flag(Some(c.ropc)),
        Cell::Text(Some(c.freshness.word())),
        Cell::Text(Some(c.trust.word())),
    ])
}

/// A row that ends with a span.
fn spanned<W: Write>(key: &[Cell<'_>], span: &Span, out: &mut Writer<W>) -> Result<(), String> {
    let (words, bits): (Vec<i32>, Vec<u64>) = span.days().words().unzip();
    let returns: Vec<i64> = span.returns().iter().map(|at| at.0).collect();
    let tail = [
        time(Some(span.first())),
        time(Some(span.last())),
        Cell::Words(&words),
        Cell::Bits(&bits),
        Cell::Times(&returns),
    ];
    out.row(&[key, &tail].concat())
}

fn sessions<W: Write>(number: u32, p: &Person, out: &mut Writer<W>) -> Result<(), String> {
    for (key, span) in &p.sessions {
        let id = key.session.to_string();
        let key = [
            Cell::Number(Some(number)),
            Cell::Text(Some(&id)),
            Cell::Text(Some(key.token.word())),
            Cell::Text(Some(key.trust.word())),
        ];
        spanned(&key, span, out)?;
    }
    Ok(())
}

fn moments<W: Write>(number: u32, p: &Person, out: &mut Writer<W>) -> Result<(), String> {
    for moment in &p.moments {
        let correlation = moment.correlation.as_ref().map(Id::to_string);
        let (mut code, mut surface) = (None, None);
        let (mut words, mut success, mut valid) = ([None; 3], None, None);
        match &moment.kind {
            MomentKind::SignIn { code: c, surface: s } => (code, surface) = (Some(*c), Some(*s)),
            MomentKind::Audit { activity, actor, success: ok, family, valid_from } => {
                words = [Some(activity.word()), Some(actor.word()), Some(family.word())];
                (success, valid) = (Some(*ok), *valid_from);
            }
        }
        out.row(&[
            Cell::Number(Some(number)),
            time(Some(moment.at)),
            Cell::Number(code),
            Cell::Flag(surface),
            Cell::Text(words[0]),
            Cell::Text(words[1]),
            Cell::Flag(success),
            Cell::Text(words[2]),
            time(valid),
            Cell::Text(correlation.as_deref()),
        ])?;
    }
    Ok(())
}
