//! Rows put into a workbook that has none: entries are copied as they are, sheets of tables get their rows while they
//! are compressed, side by side, so that memory holds compressed sheets and a piece of each that is being written.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use rayon::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::plan::Part;
use super::rows::Heads;
use super::{failed, rows};
use crate::error::Error;

/// Rows are compressed in pieces of this many bytes.
const PIECE: usize = 1 << 20;
/// Bytes of a compressed cell, seldom more.
const CELL: usize = 12;
/// From this many cells on, a sheet may need 64-bit sizes.
const MANY_CELLS: usize = 30_000_000;
/// From this many cells on, a sheet is compressed less: nobody sends it by mail, and everybody waits for it.
const QUICK_CELLS: usize = 100_000;

/// The workbook with the rows of its parts; the first part is the sheet at `first`.
pub(super) fn splice(template: &[u8], parts: &[Part<'_>], first: usize) -> Result<Vec<u8>, Error> {
    let mut from = ZipArchive::new(Cursor::new(template)).map_err(|e| failed(&e))?;
    let empty = empty_sheets(&mut from, parts, first)?;
    if empty.len() != parts.len() {
        return Err(failed(&"a sheet is missing"));
    }
    let filled: Vec<(usize, Vec<u8>)> = empty.into_par_iter().map(fill).collect::<Result<_, Error>>()?;
    let mut filled: BTreeMap<usize, Vec<u8>> = filled.into_iter().collect();
    let length = template.len() + filled.values().map(Vec::len).sum::<usize>();
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(length)));
    for at in 0..from.len() {
        let copied = if let Some(sheet) = filled.remove(&at) {
            let mut sheet = ZipArchive::new(Cursor::new(sheet)).map_err(|e| failed(&e))?;
            sheet.by_index_raw(0).and_then(|entry| to.raw_copy_file(entry))
        } else {
            from.by_index_raw(at).and_then(|entry| to.raw_copy_file(entry))
        };
        copied.map_err(|e| failed(&e))?;
    }
    Ok(to.finish().map_err(|e| failed(&e))?.into_inner())
}

/// A sheet without its rows: its place in the workbook, its name there, what it says, and the rows.
type Empty<'p, 't> = (usize, String, String, &'p Part<'t>);

fn empty_sheets<'p, 't>(
    from: &mut ZipArchive<Cursor<&[u8]>>,
    parts: &'p [Part<'t>],
    first: usize,
) -> Result<Vec<Empty<'p, 't>>, Error> {
    let mut out = Vec::new();
    for at in 0..from.len() {
        let mut entry = from.by_index(at).map_err(|e| failed(&e))?;
        let name = entry.name().map_err(|e| failed(&e))?.into_owned();
        if let Some(part) = sheet_number(&name).and_then(|number| parts.get(number.checked_sub(first + 1)?)) {
            let mut xml = String::new();
            entry.read_to_string(&mut xml).map_err(|e| failed(&e))?;
            out.push((at, name, xml, part));
        }
    }
    Ok(out)
}

/// A sheet with its rows, compressed, alone in an archive: so sheets are compressed side by side.
fn fill((at, name, xml, part): Empty<'_, '_>) -> Result<(usize, Vec<u8>), Error> {
    let cells = part.rows().len().saturating_mul(part.columns);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level((cells > QUICK_CELLS).then_some(1))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .large_file(cells > MANY_CELLS);
    // Room that is not used is never touched.
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(cells.saturating_mul(CELL))));
    to.start_file(name, options).map_err(|e| failed(&e))?;
    write_sheet(&mut to, &xml, part)?;
    Ok((at, to.finish().map_err(|e| failed(&e))?.into_inner()))
}

/// 3 of `xl/worksheets/sheet3.xml`.
fn sheet_number(name: &str) -> Option<usize> {
    name.strip_prefix("xl/worksheets/sheet")?.strip_suffix(".xml")?.parse().ok()
}

fn write_sheet(to: &mut impl Write, xml: &str, part: &Part<'_>) -> Result<(), Error> {
    let (head, tail) = xml.split_once("</sheetData>").ok_or_else(|| failed(&"a sheet without a place for rows"))?;
    let mut piece = with_dimension(head, part);
    let heads = Heads::new(&styles(head, part.columns));
    for (at, row) in part.rows().iter().enumerate() {
        // Counted from 1, and the first is the header.
        rows::push(&mut piece, at + 2, &heads, row);
        if piece.len() >= PIECE {
            to.write_all(piece.as_bytes()).map_err(|e| failed(&e))?;
            piece.clear();
        }
    }
    piece.push_str("</sheetData>");
    piece.push_str(tail);
    to.write_all(piece.as_bytes()).map_err(|e| failed(&e))
}

/// The sheet's beginning, which must not say that it ends with its header.
fn with_dimension(head: &str, part: &Part<'_>) -> String {
    let mut area = String::from("A1:");
    rows::push_letters(&mut area, part.columns.saturating_sub(1));
    area.push_str(&(part.rows().len() + 1).to_string());
    let inside = head.split_once("<dimension ref=\"").and_then(|(a, rest)| Some((a, rest.split_once('"')?.1)));
    inside.map_or_else(|| head.to_owned(), |(before, after)| format!("{before}<dimension ref=\"{area}\"{after}"))
}

/// The format of each column, as the sheet's own `<cols>` numbers it; 0 is the plain one.
fn styles(head: &str, columns: usize) -> Vec<u32> {
    let mut out = vec![0; columns];
    for element in head.split("<col ").skip(1) {
        let element = element.split('>').next().unwrap_or_default();
        let number = |name: &str| {
            let value = element.split_once(name)?.1.split('"').next()?;
            value.parse::<u32>().ok()
        };
        let (Some(from), Some(to), Some(style)) = (number("min=\""), number("max=\""), number("style=\"")) else {
            continue;
        };
        let (from, to) = (from.saturating_sub(1) as usize, (to as usize).min(columns));
        if let Some(range) = out.get_mut(from..to) {
            range.fill(style);
        }
    }
    out
}
