//! Lays the streams out in files: a feed gives the rows of some days in order, each family of exports writes them its way.

use super::clock::date;
use super::daily::{Stream, fill};
use super::event::{Audit, Batch, SignIn};
use super::rows::{self, Ink};
use super::truth::Ledger;
use super::world::World;
use super::{Folder, Layout};
use std::io::{BufWriter, Error, Result, Write};
use std::ops::Range;

const BUFFER: usize = 1 << 20;

/// The rows of one stream over some days, a day in memory at a time.
pub(super) struct Feed<'a> {
    world: &'a World,
    days: Range<i64>,
    stream: Stream,
    batch: Batch,
    at: usize,
}

/// From about this many silent rows on, a third of them may fill a zip member of more than 4 GiB.
const LONG_FROM_ROWS: u64 = 5_000_000;

impl<'a> Feed<'a> {
    /// A feed at the beginning of `days`.
    pub(super) fn new(world: &'a World, days: Range<i64>, stream: Stream) -> Self {
        Self { world, days, stream, batch: Batch::default(), at: 0 }
    }

    /// Whether a row is left.
    pub(super) fn ready(&mut self) -> bool {
        loop {
            let len = if self.stream == Stream::Audit { self.batch.audits.len() } else { self.batch.signins.len() };
            if self.at < len {
                return true;
            }
            let Some(day) = self.days.next() else {
                return false;
            };
            fill(self.world, day, self.stream, &mut self.batch);
            self.at = 0;
        }
    }

    /// The next sign-in row.
    pub(super) fn signin(&mut self) -> Option<SignIn> {
        if !self.ready() {
            return None;
        }
        self.at += 1;
        self.batch.signins.get(self.at - 1).copied()
    }

    /// The next audit row.
    pub(super) fn audit(&mut self) -> Option<Audit> {
        if !self.ready() {
            return None;
        }
        self.at += 1;
        self.batch.audits.get(self.at - 1).copied()
    }
}

/// Writes families of exports into a folder.
pub(super) struct Layer<'a> {
    /// The tenant.
    pub world: &'a World,
    /// Where files go.
    pub folder: &'a mut dyn Folder,
    /// What has been written.
    pub ledger: &'a mut Ledger,
}

impl<'a> Layer<'a> {
    fn feed(&self, days: &Range<i64>, stream: Stream) -> Feed<'a> {
        Feed::new(self.world, days.clone(), stream)
    }

    /// Creates a file and notes how many rows went into it.
    fn file(&mut self, path: &str, write: impl FnOnce(&mut Ink<'_>, &mut dyn Write) -> Result<u64>) -> Result<()> {
        let mut out = BufWriter::with_capacity(BUFFER, self.folder.create(path)?);
        let rows = write(&mut Ink::new(self.world, self.ledger), &mut out)?;
        out.flush()?;
        drop(out);
        self.ledger.files.push((path.to_owned(), rows));
        Ok(())
    }

    /// The logs, in the asked layout.
    pub(super) fn logs(&mut self, layout: Layout) -> Result<()> {
        let days = self.world.days;
        match layout {
            Layout::Mixed => {
                self.mixed_monitor(0..days / 3)?;
                self.graph(days / 3..days * 2 / 3)?;
                let (from, middle) = (days * 2 / 3, days * 2 / 3 + (days - days * 2 / 3) / 2);
                self.portal_interactive(from..middle, true)?;
                self.portal_interactive(middle..days, false)?;
                self.portal_zip(from..days)?;
                self.portal_audit(from..days)
            }
            Layout::Portal => {
                self.portal_interactive(0..days, true)?;
                self.portal_silent(0..days)?;
                self.portal_audit(0..days)
            }
            Layout::Graph => self.graph(0..days),
            Layout::Monitor => self.monitor(0..days),
        }
    }

    fn mixed_monitor(&mut self, days: Range<i64>) -> Result<()> {
        for day in days.clone() {
            let text = date(self.world.day(day));
            let (year, month, dom) = (&text[..4], &text[5..7], &text[8..]);
            let path = format!("azure-monitor/insights-logs-signinlogs/y={year}/m={month}/d={dom}/PT1H.json");
            let mut feed = self.feed(&(day..day + 1), Stream::Interactive);
            if feed.ready() {
                self.file(&path, |ink, out| rows::monitor(ink, &mut feed, out))?;
            }
        }
        let mut feed = self.feed(&days, Stream::NonInteractive);
        if feed.ready() {
            self.file("azure-monitor/insights-logs-noninteractiveusersigninlogs.ndjson.gz", |ink, out| {
                let mut gz = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
                let rows = rows::monitor(ink, &mut feed, &mut gz)?;
                gz.finish()?;
                Ok(rows)
            })?;
        }
        let mut feed = self.feed(&days, Stream::Audit);
        if feed.ready() {
            self.file("azure-monitor/auditlogs-records.json", |ink, out| rows::audit_records(ink, &mut feed, out))?;
        }
        Ok(())
    }

    fn monitor(&mut self, days: Range<i64>) -> Result<()> {
        for (path, stream) in [
            ("azure-monitor/insights-logs-signinlogs.json", Stream::Interactive),
            ("azure-monitor/insights-logs-noninteractiveusersigninlogs.json", Stream::NonInteractive),
        ] {
            let mut feed = self.feed(&days, stream);
            if feed.ready() {
                self.file(path, |ink, out| rows::monitor(ink, &mut feed, out))?;
            }
        }
        let mut feed = self.feed(&days, Stream::Audit);
        self.file("azure-monitor/insights-logs-auditlogs.json", |ink, out| rows::audit_ndjson(ink, &mut feed, out))
    }

    fn graph(&mut self, days: Range<i64>) -> Result<()> {
        let middle = days.start + (days.end - days.start) / 2;
        for (page, range) in [(1, days.start..middle), (2, middle..days.end)] {
            let mut feed = self.feed(&range, Stream::Interactive);
            if feed.ready() {
                let path = format!("graph/signIns-interactive-{page}.json");
                self.file(&path, |ink, out| rows::graph_page(ink, &mut feed, out, page == 1))?;
            }
        }
        let mut feed = self.feed(&days, Stream::NonInteractive);
        if feed.ready() {
            self.file("graph/signIns-nonInteractive.ndjson", |ink, out| rows::graph_lines(ink, &mut feed, out))?;
        }
        let mut feed = self.feed(&days, Stream::Audit);
        if feed.ready() {
            self.file("graph/directoryAudits.json", |ink, out| rows::audit_array(ink, &mut feed, out))?;
        }
        Ok(())
    }

    /// `_<from>_<to>` of a portal name; the last day of the window is named by T.
    fn span(&self, days: &Range<i64>) -> String {
        let to = if days.end == self.world.days { self.world.end } else { self.world.day(days.end - 1) };
        format!("_{}_{}", date(self.world.day(days.start)), date(to))
    }

    fn portal_interactive(&mut self, days: Range<i64>, wide: bool) -> Result<()> {
        let span = self.span(&days);
        self.portal_parts(&format!("portal/InteractiveSignIns{span}"), &days, (Stream::Interactive, wide))?;
        let mut feed = self.feed(&days, Stream::Interactive);
        let mut part = 1;
        while feed.ready() {
            let path = part_path(&format!("portal/InteractiveSignIns_AuthDetails{span}"), part);
            self.file(&path, |_, out| rows::portal_steps(&mut feed, out))?;
            part += 1;
        }
        Ok(())
    }

    fn portal_silent(&mut self, days: Range<i64>) -> Result<()> {
        let stem = format!("portal/NonInteractiveSignIns{}", self.span(&days));
        self.portal_parts(&stem, &days, (Stream::NonInteractive, true))
    }

    fn portal_parts(&mut self, stem: &str, days: &Range<i64>, (stream, wide): (Stream, bool)) -> Result<()> {
        let mut feed = self.feed(days, stream);
        let mut part = 1;
        while feed.ready() {
            let path = part_path(stem, part);
            self.file(&path, |ink, out| rows::portal(ink, &mut feed, out, (wide, rows::FILE_ROWS)))?;
            part += 1;
        }
        Ok(())
    }

    fn portal_zip(&mut self, days: Range<i64>) -> Result<()> {
        let member = format!("NonInteractiveSignIns{}.csv", self.span(&days));
        let mut feed = self.feed(&days, Stream::NonInteractive);
        if !feed.ready() {
            return Ok(());
        }
        let person_days = (self.world.people.len() as u64).saturating_mul(self.world.days.unsigned_abs());
        let long = person_days.saturating_mul(u64::from(self.world.rows_per_day)) > LONG_FROM_ROWS;
        self.file("portal/NonInteractiveSignIns.zip", |ink, out| {
            let mut archive = zip::ZipWriter::new_stream(out);
            let options = zip::write::SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .last_modified_time(zip::DateTime::default())
                // Members beyond 4 GiB need the long form; small tenants keep the short one.
                .large_file(long);
            archive.start_file(member, options).map_err(Error::from)?;
            let rows = rows::portal(ink, &mut feed, &mut archive, (true, u64::MAX))?;
            archive.finish().map_err(Error::from)?;
            Ok(rows)
        })
    }

    fn portal_audit(&mut self, days: Range<i64>) -> Result<()> {
        let path = format!("portal/AuditLogs_{}.csv", date(self.world.end));
        let mut feed = self.feed(&days, Stream::Audit);
        self.file(&path, |ink, out| rows::portal_audit(ink, &mut feed, out))
    }
}

fn part_path(stem: &str, part: u32) -> String {
    if part == 1 { format!("{stem}.csv") } else { format!("{stem}_part{part}.csv") }
}
