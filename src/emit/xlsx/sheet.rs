//! The sheet of a table without its rows: header, widths, formats, filter, what is frozen and how it prints.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, FormatAlign, FormatBorder, Worksheet, XlsxError,
};

use super::plan::Part;
use crate::model::time::DAY_SECONDS;
use crate::view::{Cell, Column, ColumnKind};

/// Rows whose texts decide how wide a column is.
const LOOKED_AT: usize = 1_000;
/// Narrowest and widest column, characters.
const WIDTHS: (usize, usize) = (9, 60);
/// Room for the filter's button.
const BUTTON: usize = 3;
/// Characters that fit on a page's width when a sheet is printed.
const PAGE: usize = 200;
/// A table of more columns keeps who a row is about in sight.
const WIDE: usize = 12;

/// Columns that hold shares; other columns of numbers have a unit or are ratios. `tests/it/workbook.rs` asks about every one.
pub const SHARES: &[&str] = &[
    "share",
    "low",
    "high",
    "s",
    "expected",
    "actual",
    "logistic",
    "coverage",
    "difference",
    "token_only_share",
    "of_in_scope",
    "of_previous",
    "of_cohort",
    "of_targeted",
    "within_14_days",
    "at_most",
];

/// The formats of a workbook: words to the left with a little room before them, numbers to the right, heads as their columns.
pub(super) struct Formats {
    word_head: Format,
    number_head: Format,
    word: Format,
    number: Format,
    share: Format,
    day: Format,
    time: Format,
}

impl Formats {
    pub(super) fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let left = top.clone().set_align(FormatAlign::Left).set_indent(1);
        let head = |format: Format| {
            format
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0xEA_F0_F5))
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(Color::RGB(0x59_63_6E))
        };
        Self {
            word_head: head(left.clone()),
            number_head: head(top.clone().set_align(FormatAlign::Right)),
            word: left.clone(),
            number: top.clone(),
            share: top.set_num_format("0.0%"),
            day: left.clone().set_num_format("yyyy-mm-dd"),
            time: left.set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }

    fn head(&self, column: &Column) -> &Format {
        match column.kind {
            ColumnKind::Integer | ColumnKind::Real => &self.number_head,
            ColumnKind::Text | ColumnKind::Time | ColumnKind::Boolean => &self.word_head,
        }
    }

    fn of(&self, column: &Column, cells: &[Vec<Cell>], at: usize) -> &Format {
        match column.kind {
            ColumnKind::Real if is_share(column) => &self.share,
            ColumnKind::Integer | ColumnKind::Real => &self.number,
            ColumnKind::Time if only_days(cells, at) => &self.day,
            ColumnKind::Time => &self.time,
            ColumnKind::Text | ColumnKind::Boolean => &self.word,
        }
    }
}

/// Whether a column of numbers holds shares of 1, to be read as percentages.
#[must_use]
pub fn is_share(column: &Column) -> bool {
    column.kind == ColumnKind::Real && column.unit.is_empty() && SHARES.contains(&column.name)
}

/// Whether every instant of a column is a midnight: then it means days.
fn only_days(rows: &[Vec<Cell>], at: usize) -> bool {
    let mut times = rows.iter().filter_map(|row| if let Cell::Time(t) = row[at] { Some(t.0) } else { None }).peekable();
    times.peek().is_some() && times.all(|t| t % DAY_SECONDS == 0)
}

/// Lays a sheet out. The rows come later ([`super::splice`]); what is said of them here only names their place.
pub(super) fn lay_out(sheet: &mut Worksheet, part: &Part<'_>, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(&part.name)?;
    let last = u32::try_from(part.rows().len()).unwrap_or(u32::MAX);
    let mut total = 0;
    for (at, column) in part.shown().iter().enumerate() {
        let place = u16::try_from(at).unwrap_or(u16::MAX);
        let width = width(column, part.rows(), at);
        total += width;
        #[expect(clippy::cast_precision_loss, reason = "at most 60")]
        sheet.set_column_width(place, width as f64)?;
        sheet.set_column_format(place, formats.of(column, part.rows(), at))?;
        sheet.write_string_with_format(0, place, super::rows::cut(column.name).0, formats.head(column))?;
        if last > 0 {
            colours(sheet, column.name, (place, last))?;
        }
    }
    let columns = u16::try_from(part.columns).unwrap_or(u16::MAX);
    if columns > 0 {
        sheet.autofilter(0, 0, last, columns - 1)?;
    }
    let who = part.table.position("user_principal_name").filter(|at| *at <= 2 && part.columns > WIDE);
    sheet.set_freeze_panes(1, who.map_or(0, |at| u16::try_from(at + 1).unwrap_or(0)))?;
    sheet.set_landscape().set_paper_size(9).set_repeat_rows(0, 0)?;
    sheet.set_footer("&L&A&RPage &P of &N");
    if total <= PAGE {
        sheet.set_print_fit_to_pages(1, 0);
    }
    Ok(())
}

/// As wide as its texts, within bounds; ids are known by their beginnings.
fn width(column: &Column, rows: &[Vec<Cell>], at: usize) -> usize {
    let (narrowest, widest) = WIDTHS;
    let header = column.name.chars().count() + BUTTON;
    let content = match column.kind {
        ColumnKind::Time => "2026-11-22 08:00:00".len() + 2,
        ColumnKind::Text if column.name == "user_id" => 15,
        ColumnKind::Text | ColumnKind::Integer | ColumnKind::Real | ColumnKind::Boolean => {
            let lengths = rows.iter().take(LOOKED_AT).map(|row| match &row[at] {
                Cell::Text(text) => text.lines().map(|l| l.chars().count()).max().unwrap_or(0),
                cell => cell.plain().len(),
            });
            lengths.max().unwrap_or(0) + 2
        }
    };
    header.max(content).clamp(narrowest, widest)
}

/// Colour for the words that call for an act or say that nothing is known, and for no other.
fn colours(sheet: &mut Worksheet, column: &str, (place, last): (u16, u32)) -> Result<(), XlsxError> {
    let act = Format::new().set_font_color(Color::RGB(0x8A_33_00)).set_background_color(Color::RGB(0xFD_E9_DC));
    let unknown = Format::new().set_font_color(Color::RGB(0x59_63_6E)).set_italic();
    let mut when = |value: &str, format: &Format| {
        let rule = ConditionalFormatCell::new()
            .set_rule(ConditionalFormatCellRule::EqualTo(value.to_owned()))
            .set_format(format);
        sheet.add_conditional_format(1, place, last, place, &rule).map(|_| ())
    };
    match column {
        "label" => when("token_stale", &act).and_then(|()| when("undetermined", &unknown)),
        "verdict" => when("stale", &act).and_then(|()| when("undetermined", &unknown)),
        _ => Ok(()),
    }
}
