//! The cover: the finding in words and numbers, the charts, what the logs cannot show, what each sheet and each term
//! is, and where it all came from. What each column means stands in the sheet `columns`.

use rust_xlsxwriter::{Chart, Color, Format, FormatAlign, FormatBorder, FormatUnderline, Url, Worksheet, XlsxError};

use super::plan::Plan;
use super::rows::{cut, serial};
use crate::model::time::Instant;
use crate::report::Report;
use crate::view::{Cell, Column, ColumnKind, Stat, Table};

/// Name of the sheet.
pub(super) const NAME: &str = "cover";

/// Widths of the columns A to E, characters: what, three numbers, words.
const WIDTHS: [u16; 5] = [38, 12, 12, 12, 66];
/// Characters of a line from the second column on, and of all columns.
const LINE: usize = 98;
const WHOLE: usize = 130;
/// Rows kept free for the charts, each of 15 points.
const CHART_ROWS: u32 = 19;
/// Tallest row, points.
const TALLEST: usize = 405;

const COLUMNS: &[Column] = &[
    Column::new("sheet", ColumnKind::Text, "Table, the sheet's name"),
    Column::new("column", ColumnKind::Text, "Column"),
    Column::new("type", ColumnKind::Text, "text, integer, number, boolean or time (UTC)"),
    Column::new("unit", ColumnKind::Text, "Unit; empty = none"),
    Column::new("meaning", ColumnKind::Text, "What it holds; an empty cell is unknown, never zero and never false"),
];

/// What every column of tables means, as a table.
pub(super) fn columns(tables: &[&Table]) -> Table {
    let mut out = Table::new("columns", "What every column means", COLUMNS);
    for table in tables {
        out.rows.extend(table.columns.iter().map(|c| {
            let shares = super::sheet::is_share(c);
            let unit = if shares { "share of 1, shown as a percentage" } else { c.unit };
            [table.id, c.name, c.kind.name(), unit, c.meaning].map(Cell::text).to_vec()
        }));
    }
    out
}

/// Writes line after line.
struct Pen<'s> {
    sheet: &'s mut Worksheet,
    row: u32,
    heading: Format,
    label: Format,
    body: Format,
    last: Format,
    link: Format,
    head: Format,
    count: Format,
    share: Format,
    time: Format,
}

impl<'s> Pen<'s> {
    fn new(sheet: &'s mut Worksheet) -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let muted = Color::RGB(0x59_63_6E);
        let head = Format::new().set_bold().set_font_color(muted).set_border_bottom(FormatBorder::Thin);
        Self {
            sheet,
            row: 0,
            heading: Format::new().set_bold().set_font_size(13).set_font_color(Color::RGB(0x00_52_82)),
            label: top.clone().set_text_wrap(),
            body: top.clone().set_text_wrap(),
            last: top.clone().set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
            link: top.clone().set_font_color(Color::RGB(0x00_52_82)).set_underline(FormatUnderline::Single),
            head: head.set_border_bottom_color(Color::RGB(0xBC_C4_CC)),
            count: top.clone().set_num_format("#,##0"),
            share: top.clone().set_num_format("0.0%"),
            time: top.set_num_format("yyyy-mm-dd hh:mm:ss \"UTC\"").set_align(FormatAlign::Left),
        }
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        self.sheet.set_row_height(self.row, 21)?;
        self.sheet.write_string_with_format(self.row, 0, text, &self.heading)?;
        self.row += 1;
        Ok(())
    }

    /// Small headings over the columns.
    fn heads(&mut self, texts: [&str; 5]) -> Result<(), XlsxError> {
        for (text, at) in texts.into_iter().zip(0..) {
            let head = self.head.clone();
            // Over numbers to the right, as they stand.
            let head = if (1..4).contains(&at) {
                head.set_align(FormatAlign::Right)
            } else {
                head.set_indent(u8::from(at == 4))
            };
            self.sheet.write_string_with_format(self.row, at, text, &head)?;
        }
        self.row += 1;
        Ok(())
    }

    /// A paragraph over all columns.
    fn paragraph(&mut self, text: &str) -> Result<(), XlsxError> {
        let text = cut(text).0;
        self.tall(&text, WHOLE)?;
        self.sheet.merge_range(self.row, 0, self.row, 4, &text, &self.body)?;
        self.row += 1;
        Ok(())
    }

    /// A word and what is said of it.
    fn entry(&mut self, word: &str, text: &str) -> Result<(), XlsxError> {
        let text = cut(text).0;
        self.tall(&text, LINE)?;
        self.sheet.write_string_with_format(self.row, 0, cut(word).0, &self.label)?;
        self.sheet.merge_range(self.row, 1, self.row, 4, &text, &self.body)?;
        self.row += 1;
        Ok(())
    }

    /// A word and an instant.
    fn instant(&mut self, word: &str, at: Instant) -> Result<(), XlsxError> {
        let Some(days) = serial(at) else { return self.entry(word, &at.to_string()) };
        self.sheet.write_string_with_format(self.row, 0, word, &self.label)?;
        self.sheet.merge_range(self.row, 1, self.row, 3, "", &self.time)?;
        self.sheet.write_number_with_format(self.row, 1, days, &self.time)?;
        self.row += 1;
        Ok(())
    }

    /// A number with its denominator.
    fn stat(&mut self, stat: &Stat) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, cut(&stat.label).0, &self.label)?;
        for (count, at) in [stat.share.part, stat.share.whole].into_iter().zip(1..) {
            #[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
            self.sheet.write_number_with_format(self.row, at, count as f64, &self.count)?;
        }
        if let Some(share) = stat.share.fraction() {
            self.sheet.write_number_with_format(self.row, 3, share, &self.share)?;
        }
        self.sheet.write_string_with_format(self.row, 4, stat.of, &self.last)?;
        self.row += 1;
        Ok(())
    }

    /// Makes the row as tall as its text needs: spreadsheets do not do it for cells that are joined.
    fn tall(&mut self, text: &str, line: usize) -> Result<(), XlsxError> {
        let lines: usize = text.lines().map(|l| l.chars().count().div_ceil(line).max(1)).sum();
        let points = u16::try_from((lines.max(1) * 15).min(TALLEST)).unwrap_or(15);
        self.sheet.set_row_height(self.row, points).map(|_| ())
    }
}

/// Writes the cover.
pub(super) fn write(
    sheet: &mut Worksheet,
    report: &Report,
    plan: &Plan<'_>,
    charts: &[Chart],
) -> Result<(), XlsxError> {
    for (width, at) in WIDTHS.into_iter().zip(0..) {
        sheet.set_column_width(at, width)?;
    }
    sheet.set_screen_gridlines(false).set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&RPage &P of &N");
    let mut pen = Pen::new(sheet);
    opening(&mut pen, report)?;
    if !charts.is_empty() {
        pictures(&mut pen, charts)?;
    }
    limits(&mut pen, report, plan)?;
    sheets(&mut pen, plan)?;
    definitions(&mut pen, report)?;
    provenance(&mut pen, report)
}

fn opening(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(17).set_text_wrap().set_align(FormatAlign::Top);
    let headline = cut(&report.headline.title).0;
    let lines = u16::try_from(headline.chars().count().div_ceil(82).clamp(1, 9)).unwrap_or(9);
    pen.sheet.set_row_height(0, lines * 24)?;
    pen.sheet.merge_range(0, 0, 0, 4, &headline, &title)?;
    pen.row = 1;
    if !report.headline.lead.is_empty() {
        pen.paragraph(&report.headline.lead)?;
    }
    pen.row += 1;
    pen.instant("as of", report.run.as_of)?;
    for (log, window) in windows(report) {
        pen.entry(&log, &window)?;
    }
    let setting = |name: &str| report.run.settings.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
    pen.entry("goal", setting("goal").unwrap_or_default())?;
    pen.heading("Headline figures")?;
    pen.heads(["figure", "people", "of", "share", "counted among"])?;
    report.headline.stats.iter().try_for_each(|stat| pen.stat(stat))
}

/// The logs and the time each covers, in words.
fn windows(report: &Report) -> Vec<(String, String)> {
    let Some(table) = report.findings.iter().flat_map(|f| &f.tables).find(|t| t.id == "coverage") else {
        return Vec::new();
    };
    let cell = |row: &[Cell], name: &str| table.position(name).map(|at| row[at].plain()).unwrap_or_default();
    let words = |row: &Vec<Cell>| {
        let (from, to) = (cell(row, "from"), cell(row, "to"));
        let window =
            if from.is_empty() { "none".to_owned() } else { format!("{from} to {to}, {} gaps", cell(row, "gaps")) };
        (format!("{} log", cell(row, "stream")), window)
    };
    table.rows.iter().map(words).collect()
}

fn pictures(pen: &mut Pen<'_>, charts: &[Chart]) -> Result<(), XlsxError> {
    pen.heading("In pictures")?;
    // A to D on the left, E on the right; pixels of columns and rows.
    let (wide, tall) = (510, CHART_ROWS * 20 - 10);
    for (chart, at) in charts.iter().zip(0_u32..) {
        let mut chart = chart.clone();
        chart.set_width(wide).set_height(tall);
        pen.sheet.insert_chart_with_offset(pen.row + at / 2 * CHART_ROWS, 0, &chart, at % 2 * (wide + 10), 4)?;
    }
    pen.row += u32::try_from(charts.len().div_ceil(2)).unwrap_or(1) * CHART_ROWS;
    Ok(())
}

fn limits(pen: &mut Pen<'_>, report: &Report, plan: &Plan<'_>) -> Result<(), XlsxError> {
    pen.heading("What the logs can and cannot show")?;
    for conclusion in &report.conclusions {
        pen.entry(if conclusion.limits { "cannot be concluded" } else { "seen" }, &conclusion.text)?;
    }
    pen.entry("target list", &target_words(report))?;
    let misfits = plan.misfits();
    if !misfits.is_empty() {
        pen.heading("What does not fit into a spreadsheet")?;
        for text in misfits {
            pen.entry("not shown whole", &format!("{text} The files in tables/ have everything."))?;
        }
    }
    Ok(())
}

fn target_words(report: &Report) -> String {
    let until = report.targets.as_ref().map(|t| format!(" May be used until {}.", t.valid_until));
    format!("{}{}", report.targets_note, until.unwrap_or_default())
}

fn sheets(pen: &mut Pen<'_>, plan: &Plan<'_>) -> Result<(), XlsxError> {
    pen.heading("Sheets")?;
    pen.heads(["sheet", "rows", "columns", "", "what it lists"])?;
    for part in &plan.parts {
        let link = Url::new(format!("internal:'{}'!A1", part.name)).set_text(&part.name);
        pen.sheet.write_url_with_format(pen.row, 0, link, &pen.link)?;
        for (n, at) in [part.rows().len(), part.columns].into_iter().zip(1..) {
            #[expect(clippy::cast_precision_loss, reason = "at most a million")]
            pen.sheet.write_number_with_format(pen.row, at, n as f64, &pen.count)?;
        }
        pen.sheet.write_string_with_format(pen.row, 4, cut(&part.table.title).0, &pen.last)?;
        pen.row += 1;
    }
    pen.paragraph(
        "An empty cell is unknown, never zero and never false. All times are UTC. What each column means: sheet `columns`.",
    )
}

fn definitions(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    pen.heading("Terms")?;
    report.definitions.iter().try_for_each(|(term, text)| pen.entry(term, text))?;
    pen.heading("How each finding is counted")?;
    for finding in &report.findings {
        // A paragraph a row: taller ones break pages badly.
        for (at, paragraph) in finding.definition.split("\n\n").enumerate() {
            pen.entry(if at == 0 { finding.id } else { "" }, &paragraph.replace('\n', " "))?;
        }
    }
    Ok(())
}

fn provenance(pen: &mut Pen<'_>, report: &Report) -> Result<(), XlsxError> {
    let run = &report.run;
    pen.heading("Provenance")?;
    pen.entry("made by", &format!("kmsift {}", run.version))?;
    pen.entry("command", &run.command)?;
    for (name, value) in &run.settings {
        pen.entry(name, value)?;
    }
    for list in run.lists.iter().chain(&run.tables) {
        let (path, lines, sum) = (&list.path, list.lines, &list.sha256);
        pen.entry(list.option, &format!("{path}: {lines} lines, SHA-256 {sum}"))?;
    }
    for input in &run.inputs {
        let rows = input.rows;
        let text = format!(
            "{}: {} rows read, {} used, {} skipped, {} rejected. SHA-256 {}",
            if input.format.is_empty() { "not read" } else { &input.format },
            rows.read,
            rows.folded,
            rows.skipped,
            rows.rejected,
            if input.sha256.is_empty() { "unknown" } else { &input.sha256 },
        );
        pen.entry(&input.path, &text)?;
    }
    Ok(())
}
