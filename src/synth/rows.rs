//! The row loops: a feed goes into an open writer in one export's form. Rows are noted in the ledger where they are written.

use super::audit_json;
use super::audit_sheet;
use super::dice::mix;
use super::envelope::{Envelope, put_envelope};
use super::event::{Audit, SignIn};
use super::json::{self, Dialect};
use super::layout::Feed;
use super::portal as sheet;
use super::truth::Ledger;
use super::world::World;
use std::io::{Result, Write};

/// No portal file is longer.
pub(super) const FILE_ROWS: u64 = 1_000_000;

/// What a row loop needs beside feed and writer.
pub(super) struct Ink<'a> {
    world: &'a World,
    ledger: &'a mut Ledger,
    buf: Vec<u8>,
}

impl<'a> Ink<'a> {
    /// With an empty row buffer.
    pub(super) fn new(world: &'a World, ledger: &'a mut Ledger) -> Self {
        Self { world, ledger, buf: Vec::with_capacity(8_192) }
    }

    fn signin(&mut self, feed: &mut Feed<'_>) -> Option<SignIn> {
        let row = feed.signin()?;
        self.ledger.signin(&row);
        self.buf.clear();
        Some(row)
    }

    fn audit(&mut self, feed: &mut Feed<'_>) -> Option<Audit> {
        let row = feed.audit()?;
        self.ledger.audit(&row);
        self.buf.clear();
        Some(row)
    }
}

/// Seconds between an event and its delivery.
fn lateness(id: u128) -> i64 {
    60 + i64::try_from(id % 240).unwrap_or(0)
}

/// About one row in thirty is delivered twice; every nudge is.
fn redelivered(row: &SignIn) -> bool {
    row.code == 50_203 || mix(u64::try_from(row.id >> 64).unwrap_or(0), 3).is_multiple_of(30)
}

fn put_monitor(buf: &mut Vec<u8>, world: &World, row: &SignIn, late: i64) {
    let category = if row.interactive { "SignInLogs" } else { "NonInteractiveUserSignInLogs" };
    let envelope = Envelope { category, operation: "Sign-in activity", late };
    put_envelope(buf, (row.t, row.id, row.flow), Some(row.code), &envelope);
    json::put_signin(buf, world, row, Dialect::Monitor);
    buf.extend_from_slice(b"}\n");
}

fn put_audit_record(buf: &mut Vec<u8>, world: &World, row: &Audit) {
    let envelope = Envelope { category: "AuditLogs", operation: row.activity.name, late: lateness(row.id) };
    put_envelope(buf, (row.t, row.id, row.flow), None, &envelope);
    audit_json::put_audit(buf, world, row, Dialect::Monitor);
    buf.push(b'}');
}

/// Diagnostic NDJSON, with deliberate re-deliveries.
pub(super) fn monitor(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    while let Some(row) = ink.signin(feed) {
        put_monitor(&mut ink.buf, ink.world, &row, lateness(row.id));
        rows += 1;
        if redelivered(&row) {
            put_monitor(&mut ink.buf, ink.world, &row, lateness(row.id) + 300);
            rows += 1;
        }
        out.write_all(&ink.buf)?;
    }
    Ok(rows)
}

/// Event Hub form: `{"records":[...]}`.
pub(super) fn audit_records(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    out.write_all(b"{\"records\":[")?;
    while let Some(row) = ink.audit(feed) {
        ink.buf.extend_from_slice(if rows == 0 { b"\n" } else { b",\n" });
        put_audit_record(&mut ink.buf, ink.world, &row);
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    out.write_all(b"\n]}\n")?;
    Ok(rows)
}

/// Audit rows as diagnostic NDJSON.
pub(super) fn audit_ndjson(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    while let Some(row) = ink.audit(feed) {
        put_audit_record(&mut ink.buf, ink.world, &row);
        ink.buf.push(b'\n');
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    Ok(rows)
}

/// A Graph page; `more` adds the link to the next one.
pub(super) fn graph_page(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write, more: bool) -> Result<u64> {
    let mut rows = 0;
    out.write_all(b"{\"@odata.context\":\"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns\",\"value\":[")?;
    while let Some(row) = ink.signin(feed) {
        ink.buf.extend_from_slice(if rows == 0 { b"\n" } else { b",\n" });
        json::put_signin(&mut ink.buf, ink.world, &row, Dialect::Graph);
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    out.write_all(b"\n]")?;
    if more {
        out.write_all(b",\"@odata.nextLink\":\"https://graph.microsoft.com/beta/auditLogs/signIns?$skiptoken=2\"")?;
    }
    out.write_all(b"}\n")?;
    Ok(rows)
}

/// One signIn object a line.
pub(super) fn graph_lines(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    while let Some(row) = ink.signin(feed) {
        json::put_signin(&mut ink.buf, ink.world, &row, Dialect::Graph);
        ink.buf.push(b'\n');
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    Ok(rows)
}

/// A bare array of directoryAudit objects.
pub(super) fn audit_array(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    out.write_all(b"[")?;
    while let Some(row) = ink.audit(feed) {
        ink.buf.extend_from_slice(if rows == 0 { b"\n" } else { b",\n" });
        audit_json::put_audit(&mut ink.buf, ink.world, &row, Dialect::Graph);
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    out.write_all(b"\n]\n")?;
    Ok(rows)
}

/// A portal sign-in sheet of at most `limit` rows.
pub(super) fn portal(
    ink: &mut Ink<'_>,
    feed: &mut Feed<'_>,
    out: &mut dyn Write,
    (wide, limit): (bool, u64),
) -> Result<u64> {
    let mut rows = 0;
    ink.buf.clear();
    sheet::put_header(&mut ink.buf, wide);
    out.write_all(&ink.buf)?;
    while rows < limit {
        let Some(row) = ink.signin(feed) else { break };
        sheet::put_signin(&mut ink.buf, ink.world, &row, wide);
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    Ok(rows)
}

/// The authentication details beside it; these rows are not events of their own.
pub(super) fn portal_steps(feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let (mut buf, mut rows) = (Vec::with_capacity(1_024), 0);
    sheet::put_steps_header(&mut buf);
    out.write_all(&buf)?;
    while rows + 2 < FILE_ROWS {
        let Some(row) = feed.signin() else { break };
        buf.clear();
        rows += sheet::put_steps(&mut buf, &row);
        out.write_all(&buf)?;
    }
    Ok(rows)
}

/// The portal audit sheet.
pub(super) fn portal_audit(ink: &mut Ink<'_>, feed: &mut Feed<'_>, out: &mut dyn Write) -> Result<u64> {
    let mut rows = 0;
    ink.buf.clear();
    audit_sheet::put_audit_header(&mut ink.buf);
    out.write_all(&ink.buf)?;
    while let Some(row) = ink.audit(feed) {
        audit_sheet::put_audit(&mut ink.buf, ink.world, &row);
        out.write_all(&ink.buf)?;
        rows += 1;
    }
    Ok(rows)
}
