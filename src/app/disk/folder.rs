//! A folder filled while its files are made: each is hashed on its way, and brought to the disk beside the work.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::{BOM, Manner, Staging, behind_link, hex, may_replace};
use crate::emit::{Fill, Sink};
use crate::error::Error;
use crate::view::Written;

/// Files flushed at once: flushing one waits for the disk and not for the processor, and a disk flushes many files at the
/// price of one.
const AT_ONCE: usize = 16;
/// Bytes gathered before they are written and hashed.
const PIECE: usize = 1 << 18;

/// A file on its way to the disk, with its path below the folder.
type Leaving = (String, File);
/// What went wrong on the way to the disk: of several files, the first by path.
type Failed = Mutex<Option<(String, io::Error)>>;

/// A folder that takes files, under a hidden name as yet.
pub struct Folder<'f> {
    staging: &'f Staging,
    to_disk: SyncSender<Leaving>,
    bom: bool,
}

/// Writes a folder whole, or not at all. With `bom` the CSV files below `tables/` begin with a byte-order mark; target lists
/// are for machines and stay without.
///
/// # Errors
/// When it exists and may not be replaced, when something cannot be written, or as `fill` says.
pub fn fill_folder<T>(
    out: &Path,
    (manner, bom): (Manner, bool),
    fill: impl FnOnce(&Folder<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let out = &behind_link(out);
    let staging = Staging::new(out, manner.access)?;
    may_replace(out, manner.force)?;
    let failed = Failed::default();
    let (to_disk, leaving) = sync_channel(AT_ONCE);
    let leaving = Mutex::new(leaving);
    let filled = std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| flush(&leaving, &failed));
        }
        // The way to the disk ends with the folder, and the threads with it.
        let folder = Folder { staging: &staging, to_disk, bom };
        fill(&folder)
    })?;
    if let Some((path, source)) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(Error::Write { path: staging.path.join(path), source });
    }
    staging.publish(out)?;
    Ok(filled)
}

/// Brings files to the disk until no more come.
fn flush(leaving: &Mutex<Receiver<Leaving>>, failed: &Failed) {
    let next = || leaving.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok((path, file)) = next() {
        if let Err(source) = file.sync_all() {
            let mut first = failed.lock().unwrap_or_else(PoisonError::into_inner);
            if first.as_ref().is_none_or(|(known, _)| path < *known) {
                *first = Some((path, source));
            }
        }
    }
}

impl Sink for Folder<'_> {
    fn file(&self, path: &str, fill: Fill<'_>) -> Result<Written, Error> {
        let failed = |source| Error::Write { path: self.staging.path.join(path), source };
        let summed = Summed::new(self.staging.create(path).map_err(failed)?);
        let mut out = BufWriter::with_capacity(PIECE, summed);
        let marked = if self.bom && is_table(path) { out.write_all(BOM.as_bytes()) } else { Ok(()) };
        let filled = marked.and_then(|()| fill(&mut out)).and_then(|()| out.flush());
        let (summed, _) = out.into_parts();
        match (summed.failed, filled) {
            (Some(source), _) => return Err(failed(source)),
            (None, Err(cause)) => return Err(Error::Render(format!("{path}: {cause}"))),
            (None, Ok(())) => {}
        }
        let gone = |_| failed(io::Error::other("nothing takes files to the disk any more"));
        self.to_disk.send((path.to_owned(), summed.file)).map_err(gone)?;
        Ok(Written { path: path.to_owned(), bytes: summed.bytes, sha256: hex(&summed.sum.finalize()) })
    }
}

fn is_table(path: &str) -> bool {
    path.strip_prefix("tables/").is_some_and(|name| Path::new(name).extension().is_some_and(|ending| ending == "csv"))
}

/// A file with the sum of what was written, and the first failure of its own: others wrap what a writer tells them.
struct Summed {
    file: File,
    sum: Sha256,
    bytes: u64,
    failed: Option<io::Error>,
}

impl Summed {
    fn new(file: File) -> Self {
        Self { file, sum: Sha256::new(), bytes: 0, failed: None }
    }
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(cause) = self.file.write_all(bytes) {
            let told = io::Error::new(cause.kind(), cause.to_string());
            self.failed.get_or_insert(cause);
            return Err(told);
        }
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
