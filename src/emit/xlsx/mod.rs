//! Workbooks: `report.xlsx` with a cover and a sheet per table, and single tables for `--format xlsx`.
//!
//! rust_xlsxwriter makes everything but the rows of tables: cover, headers, widths, formats, filters, charts. Rows are
//! written by `rows` straight into the compressed file (`splice`), because a writer that holds every cell takes 1.7 GB
//! for 300 000 people, and its way around that is a temporary file, which nothing here may write and which a full disk
//! turns into a panic. The price is that the bytes between `<sheetData>` and its end are ours: strings stand in their
//! cells as strings (`t="inlineStr"`), so that nothing is ever read as a formula.

mod cover;
mod pictures;
mod plan;
mod rows;
pub mod sheet;
mod splice;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::{Emitter, Sink, report_tables};
use crate::error::Error;
use crate::model::time::{Instant, civil};
use crate::report::Report;
use crate::view::{Artifact, Table, Written};
use plan::Plan;

/// `report.xlsx`.
pub(super) struct Book;

impl Emitter for Book {
    fn id(&self) -> &'static str {
        "xlsx"
    }
    fn render(&self, report: &Report, to: &dyn Sink) -> Result<Vec<Written>, Error> {
        Ok(vec![to.put(&Artifact::new("report.xlsx", report_book(report)?))?])
    }
}

fn failed(cause: &dyn std::fmt::Display) -> Error {
    Error::Render(format!("the workbook: {cause}"))
}

fn report_book(report: &Report) -> Result<Vec<u8>, Error> {
    let lists = report.targets.iter().flat_map(|t| [&t.listed, &t.excluded]);
    let tables: Vec<&Table> = report_tables(report).chain(lists).collect();
    let columns = cover::columns(&tables);
    let plan = Plan::new(tables.into_iter().chain([&columns]), &[cover::NAME, pictures::NAME], plan::ROWS);
    let template = template(report, &plan).map_err(|e| failed(&e))?;
    splice::splice(&template, &plan.parts, 1)
}

/// Everything but the rows.
fn template(report: &Report, plan: &Plan<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = book(report.run.as_of, &report.headline.title)?;
    book.add_worksheet().set_name(cover::NAME)?;
    let formats = sheet::Formats::new();
    for part in &plan.parts {
        sheet::lay_out(book.add_worksheet(), part, &formats)?;
    }
    let charts = pictures::charts(report, &mut book)?;
    cover::write(book.worksheet_from_index(0)?, report, plan, &charts)?;
    book.save_to_buffer()
}

/// A single table: its rows, and what its columns mean.
///
/// # Errors
/// When the workbook cannot be made: a bug.
pub fn table_xlsx(table: &Table) -> Result<Vec<u8>, Error> {
    let columns = cover::columns(&[table]);
    let misfits = Plan::new(std::iter::once(table), &[], plan::ROWS).misfits();
    let notes = plan::notes(&misfits);
    let plan = Plan::new([table, &columns].into_iter().chain(&notes), &[], plan::ROWS);
    // Without a report there is no instant to be dated by; a constant keeps equal tables equal.
    let made = civil(2000, 1, 1, (0, 0, 0)).unwrap_or(Instant(0));
    let template = || -> Result<Vec<u8>, XlsxError> {
        let mut book = book(made, &table.title)?;
        let formats = sheet::Formats::new();
        for part in &plan.parts {
            sheet::lay_out(book.add_worksheet(), part, &formats)?;
        }
        book.save_to_buffer()
    };
    splice::splice(&template().map_err(|e| failed(&e))?, &plan.parts, 0)
}

fn book(made: Instant, title: &str) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let first = ExcelDateTime::parse_from_str("1900-01-01")?;
    let made = ExcelDateTime::from_timestamp(made.0).unwrap_or(first);
    book.set_properties(
        &DocProperties::new().set_title(rows::cut(title).0).set_comment("Made by kmsift").set_creation_datetime(&made),
    );
    Ok(book)
}
