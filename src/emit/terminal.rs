//! What the terminal shows: tables that fit the width, and the summary that ends a run.

use comfy_table::{Cell as Shown, CellAlignment, ContentArrangement, Table as Grid, presets};

use crate::report::Report;
use crate::view::escape::terminal;
use crate::view::{Cell, Column, ColumnKind, Figure, Lines, Shape, Table};

/// A table for a terminal of some width, or of the width it has.
#[must_use]
pub fn table(table: &Table, width: Option<u16>) -> String {
    let mut grid = Grid::new();
    let width = columns(width);
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        grid.set_width(width);
    }
    grid.set_header(table.columns.iter().map(|c| Shown::new(c.name)));
    for row in &table.rows {
        grid.add_row(table.columns.iter().zip(row).map(|(column, cell)| {
            let text = Shown::new(terminal(&cell.plain()));
            match column.kind {
                ColumnKind::Integer | ColumnKind::Real => text.set_alignment(CellAlignment::Right),
                ColumnKind::Text | ColumnKind::Boolean | ColumnKind::Time => text,
            }
        }));
    }
    let lines: Vec<String> = grid.to_string().lines().map(|l| l.trim_end().to_owned()).collect();
    format!("{}\n", lines.join("\n"))
}

/// A given width, else the terminal's own.
fn columns(width: Option<u16>) -> Option<u16> {
    width.or_else(|| Grid::new().width())
}

/// The columns of the people table that fit a terminal.
#[must_use]
pub fn narrow_users(users: &Table, width: Option<u16>) -> Table {
    /// Below this only what decides is shown.
    const WIDE: u16 = 140;
    const DECIDING: usize = 5;
    const SHOWN: &[&str] = &[
        "user_principal_name",
        "label",
        "staleness_min_days",
        "staleness_max_days",
        "target",
        "last_token_activity",
        "keeper",
        "gates",
    ];
    let most = if columns(width).is_some_and(|w| w < WIDE) { DECIDING } else { SHOWN.len() };
    let at: Vec<usize> = SHOWN.iter().take(most).filter_map(|name| users.position(name)).collect();
    let mut out = Table::new(users.id, users.title.clone(), &[]);
    // Room for names: the long headers are the files' business.
    let short = |c: Column| Column { name: c.name.strip_prefix("staleness_").unwrap_or(c.name), ..c };
    out.columns = at.iter().map(|i| short(users.columns[*i])).collect();
    out.rows = users.rows.iter().map(|row| at.iter().map(|i| row[*i].clone()).collect::<Vec<Cell>>()).collect();
    out
}

/// The summary at the end of `report`: headline, funnel as bars, what cannot be known.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut out = Lines::default();
    out.line(format_args!("{}\n", terminal(&report.headline.title)));
    for stat in &report.headline.stats {
        let share = stat.share;
        out.add(format_args!(
            "  {:>6} of {:<6} {:>7}  {} ({})\n",
            share.part,
            share.whole,
            share.percent(),
            stat.label,
            stat.of
        ));
    }
    let figures = report.findings.iter().flat_map(|f| &f.figures);
    if let Some(bars) = figures.filter(|f| f.id == "funnel").find_map(bars) {
        out.add(format_args!("\n{bars}"));
    }
    let limits: Vec<_> = report.conclusions.iter().filter(|c| c.limits).collect();
    if !limits.is_empty() {
        out.add("\nWhat the inputs cannot show:\n");
        for limit in limits {
            out.add(format_args!("  - {}\n", terminal(&limit.text)));
        }
    }
    out.into_text()
}

/// A funnel as text bars, 40 marks for the widest.
#[must_use]
pub fn bars(figure: &Figure) -> Option<String> {
    const WIDEST: u64 = 40;
    let Shape::Funnel(steps) = &figure.shape else { return None };
    let most = steps.iter().map(|s| s.count).max().filter(|n| *n > 0)?;
    let mut out = Lines::default();
    for step in steps {
        let marks = (step.count * WIDEST).div_ceil(most);
        let bar = "#".repeat(usize::try_from(marks).unwrap_or(0));
        out.add(format_args!("  {:<20} {bar:<40} {}\n", terminal(&step.label), step.count));
    }
    Some(out.into_text())
}
