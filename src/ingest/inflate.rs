//! Packed bytes → bytes: gz and zst by their first bytes, within `--max-inflation`; checksums of zip members.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use super::decode::peek;

const GZ: &[u8] = &[0x1f, 0x8b];
const ZST: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const ZIP: &[u8] = b"PK\x03\x04";

/// Undoes gz or zst, known by their first bytes.
///
/// # Errors
/// When the first bytes cannot be read, or are an archive in an archive; [`io::ErrorKind::Unsupported`]: a zip.
pub(super) fn inflate(mut raw: Box<dyn Read + Send>, most: u64) -> io::Result<Box<dyn Read + Send>> {
    let head = peek(&mut raw, 4)?;
    let gz = head.starts_with(GZ);
    if head.starts_with(ZIP) {
        return Err(io::Error::new(io::ErrorKind::Unsupported, INSIDE));
    }
    if !gz && !head.starts_with(ZST) {
        return Ok(Box::new(io::Cursor::new(head).chain(raw)));
    }
    let (body, taken) = counted(io::Cursor::new(head).chain(raw));
    let mut body: Box<dyn Read + Send> = if gz {
        let body = io::BufReader::with_capacity(1 << 17, body);
        Box::new(Bounded::new(Members::new(body), taken, most))
    } else {
        Box::new(Bounded::new(zstd::Decoder::new(body)?, taken, most))
    };
    let inner = peek(&mut body, 4)?;
    if [GZ, ZST, ZIP].into_iter().any(|magic| inner.starts_with(magic)) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, INSIDE));
    }
    Ok(Box::new(io::Cursor::new(inner).chain(body)))
}

const INSIDE: &str = "an archive inside an archive: unpack it first";

/// The members of a gz, one after the other. Zeros behind the last one are padding, as tapes and `dd` leave it.
struct Members<R> {
    /// None: they are all read.
    member: Option<GzDecoder<R>>,
    /// Once reading failed it never goes on: what follows would look like the end.
    failed: Option<(io::ErrorKind, String)>,
}

impl<R: BufRead> Members<R> {
    fn new(inner: R) -> Self {
        Self { member: Some(GzDecoder::new(inner)), failed: None }
    }

    fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                self.member = Some(member);
                return Ok(read);
            }
            let mut rest = member.into_inner();
            while let part = rest.fill_buf()?
                && !part.is_empty()
            {
                let zeros = part.iter().take_while(|b| **b == 0).count();
                if zeros < part.len() {
                    rest.consume(zeros);
                    self.member = Some(GzDecoder::new(rest));
                    break;
                }
                rest.consume(zeros);
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, what)) = &self.failed {
            return Err(io::Error::new(*kind, what.clone()));
        }
        self.next(buffer).inspect_err(|e| self.failed = Some((e.kind(), e.to_string())))
    }
}

/// A reader that tells how many bytes were taken from it.
pub(super) fn counted<R: Read>(inner: R) -> (impl Read, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&taken);
    let see = move |bytes: &[u8]| {
        count.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    };
    (Seen { inner, see }, taken)
}

/// Inflated bytes, as long as they stay in proportion: a few kilobytes must not keep a machine busy for hours.
pub(super) struct Bounded<R> {
    inner: R,
    taken: Arc<AtomicU64>,
    made: u64,
    most: u64,
}

impl<R> Bounded<R> {
    /// Below this nothing is asked: what is so small costs nothing, whatever it shrank to.
    const ALLOWED: u64 = 8 << 20;

    pub(super) fn new(inner: R, taken: Arc<AtomicU64>, most: u64) -> Self {
        Self { inner, taken, made: 0, most }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.made += n as u64;
        let taken = self.taken.load(Ordering::Relaxed);
        if self.made > Self::ALLOWED && self.made > taken.saturating_mul(self.most) {
            let what = format!(
                "the first {taken} bytes inflate to more than {} MiB, and at most {} times their size was expected; \
                 --max-inflation allows more",
                self.made >> 20,
                self.most
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(n)
    }
}

pub(super) struct Seen<R, F> {
    pub(super) inner: R,
    pub(super) see: F,
}

impl<R: Read, F: FnMut(&[u8])> Read for Seen<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        (self.see)(&buffer[..n]);
        Ok(n)
    }
}

/// Compares a zip member's checksum at its end: a damaged member is an error, not a short file.
pub(super) struct Checked<R> {
    inner: R,
    sum: flate2::Crc,
    expected: u32,
}

impl<R> Checked<R> {
    pub(super) fn new(inner: R, expected: u32) -> Self {
        Self { inner, sum: flate2::Crc::new(), expected }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.sum.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && self.sum.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the zip member's checksum does not match"));
        }
        Ok(n)
    }
}
