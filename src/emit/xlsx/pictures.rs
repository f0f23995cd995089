//! Native charts: the state funnel and the staleness histogram, over cells of a sheet of their own.

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartPatternFill,
    ChartPatternFillType, ChartSolidFill, ChartType, Color, Format, Workbook, Worksheet, XlsxError,
};

use super::rows::cut;
use crate::report::Report;
use crate::view::{Bin, Figure, Shape, Step, Tone};

/// Name of the sheet the charts read.
pub(super) const NAME: &str = "chart data";

/// The light theme's inks (charts/theme.rs).
const TEXT: Color = Color::RGB(0x1A_1F_26);
const LINE: Color = Color::RGB(0xBC_C4_CC);
const NEUTRAL: Color = Color::RGB(0x00_72_B2);
const GOOD: Color = Color::RGB(0x00_9E_73);
const BAD: Color = Color::RGB(0xC4_50_0A);
const UNKNOWN: Color = Color::RGB(0x7C_86_91);
const PAPER: Color = Color::RGB(0xFF_FF_FF);

/// The charts of a report, in the order of reading; their numbers go into the last sheet.
pub(super) fn charts(report: &Report, book: &mut Workbook) -> Result<Vec<Chart>, XlsxError> {
    let sheet = book.add_worksheet().set_name(NAME)?;
    sheet.set_column_width(0, 30)?.set_column_width(1, 16)?.set_column_width(2, 16)?.set_column_width(3, 16)?;
    let (mut out, mut row) = (Vec::new(), 0);
    let figures = || report.findings.iter().flat_map(|f| &f.figures);
    for figure in ["funnel", "staleness"].into_iter().filter_map(|id| figures().find(|f| f.id == id)) {
        match (figure.id, &figure.shape) {
            ("funnel", Shape::Funnel(steps)) if !steps.is_empty() => {
                let rows: Vec<(&str, Vec<u64>)> = steps.iter().map(|s| (s.label.as_str(), vec![s.count])).collect();
                let place = put(sheet, row, figure, (&["people"], &rows))?;
                out.push(funnel(figure, steps, place));
                row = place.1 + 2;
            }
            ("staleness", Shape::Histogram(bins)) if !bins.is_empty() => {
                let rows: Vec<(&str, Vec<u64>)> = bins.iter().map(|b| (b.label.as_str(), split(b).to_vec())).collect();
                let place = put(sheet, row, figure, (&["at a page since", "stale", "this or more"], &rows))?;
                out.push(histogram(figure, place));
                row = place.1 + 2;
            }
            _ => {}
        }
    }
    Ok(out)
}

/// A bin's people by colour: the stale apart from the others, those known from one side only apart from both.
fn split(bin: &Bin) -> [u64; 3] {
    if bin.tone == Tone::Bad { [0, bin.known, bin.censored] } else { [bin.known, 0, bin.censored] }
}

/// Writes a figure's numbers below its title. Returns the first and the last row of numbers.
fn put(
    sheet: &mut Worksheet,
    from: u32,
    figure: &Figure,
    (names, rows): (&[&str], &[(&str, Vec<u64>)]),
) -> Result<(u32, u32), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(from, 0, cut(&figure.title).0, &bold)?;
    sheet.write_string(from + 1, 0, cut(&figure.axis).0)?;
    for (name, at) in names.iter().zip(1..) {
        sheet.write_string_with_format(from + 2, at, *name, &bold)?;
    }
    let first = from + 3;
    for ((label, counts), row) in rows.iter().zip(first..) {
        sheet.write_string(row, 0, cut(label).0)?;
        for (count, at) in counts.iter().zip(1..) {
            #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
            sheet.write_number(row, at, *count as f64)?;
        }
    }
    Ok((first, first + u32::try_from(rows.len()).unwrap_or(0).saturating_sub(1)))
}

fn funnel(figure: &Figure, steps: &[Step], (first, last): (u32, u32)) -> Chart {
    let mut chart = Chart::new_bar();
    chart
        .add_series()
        .set_name("people")
        .set_categories((NAME, first, 0, last, 0))
        .set_values((NAME, first, 1, last, 1))
        .set_gap(35)
        .set_format(&mut solid(NEUTRAL))
        .set_data_label(ChartDataLabel::new().show_value().set_font(&font(9)));
    // First step on top, as a funnel is read. Of bars that lie, the axis y is that of the words.
    chart.y_axis().set_reverse().set_font(&font(9));
    // Room for the number at the longest bar's end.
    let most = steps.iter().map(|s| s.count).max().unwrap_or(0).max(1);
    #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
    chart.x_axis().set_min(0.0).set_max((most as f64 * 1.15).ceil()).set_hidden(true).set_major_gridlines(false);
    chart.legend().set_hidden();
    finish(&mut chart, figure);
    chart
}

fn histogram(figure: &Figure, (first, last): (u32, u32)) -> Chart {
    let mut chart = Chart::new(ChartType::ColumnStacked);
    let mut hatched = ChartFormat::new();
    hatched.set_pattern_fill(
        ChartPatternFill::new()
            .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
            .set_foreground_color(UNKNOWN)
            .set_background_color(PAPER),
    );
    hatched.set_border(ChartLine::new().set_color(UNKNOWN));
    let series =
        [(1, "at a page since", solid(GOOD)), (2, "stale", solid(BAD)), (3, "this or more: end open", hatched)];
    for (column, name, mut format) in series {
        chart
            .add_series()
            .set_name(name)
            .set_categories((NAME, first, 0, last, 0))
            .set_values((NAME, first, column, last, column))
            .set_gap(35)
            .set_format(&mut format)
            // Zero is no bar, and needs no number.
            .set_data_label(ChartDataLabel::new().show_value().set_num_format("#,##0;;").set_font(&font(9)));
    }
    chart.x_axis().set_font(&font(9)).set_name("days since the last promptable sign-in").set_name_font(&font(9));
    chart.y_axis().set_hidden(true).set_major_gridlines(false);
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(9));
    finish(&mut chart, figure);
    chart
}

/// Title that says the finding, no frame, the picture in words.
fn finish(chart: &mut Chart, figure: &Figure) {
    chart.title().set_name(figure.title.as_str()).set_font(font(11).set_bold()).set_overlay(false);
    let mut bare = ChartFormat::new();
    bare.set_border(ChartLine::new().set_color(LINE));
    chart.chart_area().set_format(&mut bare);
    chart.set_alt_text(figure.alt.chars().take(255).collect::<String>());
}

fn solid(color: Color) -> ChartFormat {
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(color));
    format
}

fn font(size: u16) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(size).set_color(TEXT);
    font
}
