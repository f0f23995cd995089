//! Where a table goes and in which form.

use std::path::Path;

use super::super::args::{FormatArg, Output};
use super::super::console::{Console, Ended};
use super::super::settings::format_of;
use crate::app::disk;
use crate::emit::{table_json, table_ndjson, table_parquet, table_xlsx, terminal};
use crate::error::Error;
use crate::ingest::Rejects;
use crate::view::{Cell, Column, ColumnKind, Table};

/// The form asked for: `--format`, else the ending of `--out`, else a table for people.
///
/// # Errors
/// When the ending names no form.
pub fn form(output: &Output) -> Result<FormatArg, Error> {
    match (output.format, &output.out) {
        (Some(format), _) => Ok(format),
        (None, None) => Ok(FormatArg::Table),
        (None, Some(path)) => format_of(path).ok_or_else(|| {
            Error::Usage(format!(
                "the ending of `{}` names no form: use .csv, .json, .ndjson, .parquet or .xlsx, or say --format",
                path.display()
            ))
        }),
    }
}

/// A form that a command has not.
#[must_use]
pub fn only_table_or_json(command: &str) -> Error {
    Error::Usage(format!("`{command}` writes --format table or json, and no other form"))
}

/// Writes bytes to `--out` or standard output.
///
/// # Errors
/// When they cannot be written.
pub fn put(bytes: &[u8], output: &Output, console: &Console) -> Ended {
    match &output.out {
        Some(path) => {
            disk::write_file(path, bytes, console.manner(output.force))?;
            console.say(&format!("wrote `{}`", path.display()));
            Ok(())
        }
        None => console.data(bytes),
    }
}

/// Writes a table; `narrow` is what people see in a terminal. Every single table goes through here, so that with
/// `--pseudonymise` none shows people.
///
/// # Errors
/// When it cannot be made or written.
pub fn table(table: &Table, narrow: Option<&Table>, output: &Output, console: &Console) -> Ended {
    let mask = console.mask();
    let masked = |table: &Table| mask.as_ref().map(|mask| mask.table(table));
    let (whole, few) = (masked(table), narrow.and_then(masked));
    let (table, narrow) = (whole.as_ref().unwrap_or(table), few.as_ref().or(narrow));
    let bytes = match form(output)? {
        FormatArg::Table => {
            let shown = narrow.unwrap_or(table);
            let (text, left) = terminal::table(shown, Console::width());
            put(text.as_bytes(), output, console)?;
            more_columns(table, shown.columns.len() - left.len(), console);
            return Ok(());
        }
        FormatArg::Csv => csv(table, console).into_bytes(),
        FormatArg::Json => table_json(table).into_bytes(),
        FormatArg::Ndjson => table_ndjson(table).into_bytes(),
        FormatArg::Parquet => table_parquet(table)?,
        FormatArg::Xlsx => table_xlsx(table)?,
    };
    put(&bytes, output, console)
}

/// A table as CSV, with a byte-order mark where `--bom` asks for one.
fn csv(table: &Table, console: &Console) -> String {
    let mark = if console.bom() { disk::BOM } else { "" };
    format!("{mark}{}", table.to_csv())
}

/// Says how many columns a terminal did not show, and how to see them.
fn more_columns(table: &Table, shown: usize, console: &Console) {
    let more = table.columns.len().saturating_sub(shown);
    if more > 0 {
        let (s, id) = (if more == 1 { "" } else { "s" }, table.id);
        console.prose(&format!("{more} more column{s}: add --out {id}.csv or --format csv to see all"));
    }
}

/// Columns of `--rejects`.
pub const REJECTS: &[Column] = &[
    Column::new("path", ColumnKind::Text, "Input"),
    Column::new("line", ColumnKind::Integer, "Line, from 1"),
    Column::new("reason", ColumnKind::Text, "Why the row could not be read"),
    Column::new("row", ColumnKind::Text, "The row, its first 4 096 bytes"),
];

/// Writes rejected rows where `--rejects` asks for them.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn rejects(path: Option<&Path>, rejects: &Rejects, console: &Console) -> Ended {
    let Some(path) = path else { return Ok(()) };
    let mut table = Table::new("rejects", "Rejected rows", REJECTS);
    for r in &rejects.rows {
        table.rows.push(vec![
            Cell::text(&r.file),
            Cell::count(r.line),
            Cell::text(r.reason.name()),
            Cell::text(&r.row),
        ]);
    }
    disk::write_file(path, csv(&table, console).as_bytes(), console.manner(false))?;
    let (kept, met) = (rejects.rows.len() as u64, rejects.met);
    if kept < met {
        console.warn(&format!(
            "wrote {kept} of {met} rejected rows to `{}`: the first of each file, as many as are kept in memory",
            path.display()
        ));
    } else {
        console.say(&format!("wrote {kept} rejected rows to `{}`", path.display()));
    }
    Ok(())
}
