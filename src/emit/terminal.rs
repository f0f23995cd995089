//! Tables for a terminal: only as many columns as fit its width, none broken.

use comfy_table::{Cell as Shown, CellAlignment, ColumnConstraint, ContentArrangement, Table as Grid, Width, presets};

use crate::view::escape::terminal;
use crate::view::{Cell, Column, ColumnKind, Table};

/// A table for a terminal of some width, or of the width it has; and the names of the columns that did not fit.
#[must_use]
pub fn table(table: &Table, width: Option<u16>) -> (String, Vec<&'static str>) {
    let width = columns(width);
    let needs: Vec<usize> = (0..table.columns.len()).map(|i| need(table, i)).collect();
    let shown = fitting(&needs, width.map(usize::from));
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        grid.set_width(width);
    }
    grid.set_header(table.columns.iter().take(shown).map(|c| Shown::new(c.name)));
    for row in &table.rows {
        grid.add_row(table.columns.iter().zip(row).take(shown).map(|(column, cell)| {
            let text = Shown::new(terminal(&cell.plain()));
            match column.kind {
                ColumnKind::Integer | ColumnKind::Real => text.set_alignment(CellAlignment::Right),
                ColumnKind::Text | ColumnKind::Boolean | ColumnKind::Time => text,
            }
        }));
    }
    for (column, need) in grid.column_iter_mut().zip(&needs) {
        if shown > 1 {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(
                u16::try_from(*need).unwrap_or(u16::MAX),
            )));
        }
    }
    let lines: Vec<String> = grid.to_string().lines().map(|l| l.trim_end().to_owned()).collect();
    (format!("{}\n", lines.join("\n")), table.columns.iter().skip(shown).map(|c| c.name).collect())
}

/// Columns a column of a table needs, its margins too: a name, a number or a time whole; longer text may go on in the next line.
fn need(table: &Table, at: usize) -> usize {
    /// Text that has no blank to break at, such as a UPN, is shown whole up to here.
    const WORD: usize = 40;
    const TEXT: usize = 24;
    /// comfy-table's, one on each side.
    const MARGINS: usize = 2;
    let column = table.columns[at];
    let cells = table.rows.iter().filter_map(|row| row.get(at)).map(|cell| terminal(&cell.plain()));
    let widest = cells.map(|text| match column.kind {
        ColumnKind::Text => {
            let word = text.split(' ').map(|w| w.chars().count()).max().unwrap_or(0).min(WORD);
            text.chars().count().min(TEXT).max(word)
        }
        ColumnKind::Boolean | ColumnKind::Time | ColumnKind::Integer | ColumnKind::Real => text.chars().count(),
    });
    widest.max().unwrap_or(0).max(column.name.chars().count()) + MARGINS
}

/// How many columns, from the first on, fit the width; at least one.
fn fitting(needs: &[usize], width: Option<usize>) -> usize {
    let Some(width) = width else { return needs.len() };
    let mut taken = 0;
    let fit = needs.iter().take_while(|need| {
        taken += **need;
        taken <= width
    });
    fit.count().max(1).min(needs.len())
}

/// A given width, else the terminal's own.
fn columns(width: Option<u16>) -> Option<u16> {
    width.or_else(|| Grid::new().width())
}

/// The width of the terminal that messages go to, if they go to one.
#[must_use]
pub fn message_width() -> Option<u16> {
    Grid::new().use_stderr().width()
}

/// The people table with the columns first that decide; the terminal shows as many as fit.
#[must_use]
pub fn narrow_users(users: &Table) -> Table {
    const FIRST: &[&str] = &[
        "user_principal_name",
        "label",
        "staleness_min_days",
        "staleness_max_days",
        "target",
        "last_token_activity",
        "keeper",
        "gates",
    ];
    let out = pick(users, FIRST);
    // Room for names: the long headers are the files' business.
    let short = |c: &Column| Column { name: c.name.strip_prefix("staleness_").unwrap_or(c.name), ..*c };
    Table { columns: out.columns.iter().map(short).collect(), ..out }
}

/// Some columns of a table, in the order named.
#[must_use]
pub fn pick(table: &Table, names: &[&str]) -> Table {
    let at: Vec<usize> = names.iter().filter_map(|name| table.position(name)).collect();
    let mut out = Table::new(table.id, table.title.clone(), &[]);
    out.columns = at.iter().map(|i| table.columns[*i]).collect();
    out.rows = table.rows.iter().map(|row| at.iter().map(|i| row[*i].clone()).collect::<Vec<Cell>>()).collect();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::new("user_principal_name", ColumnKind::Text, "UPN"),
        Column::new("label", ColumnKind::Text, "Label"),
        Column::new("min_days", ColumnKind::Integer, "Days"),
        Column::new("reason", ColumnKind::Text, "Reason"),
    ];

    fn people() -> Table {
        let mut table = Table::new("users", "People", COLUMNS);
        for (name, label, days) in
            [("adelaide.lovelace@contoso.example", "token_stale", 41), ("b@contoso.example", "ok", 7)]
        {
            table.rows.push(vec![
                Cell::text(name),
                Cell::text(label),
                Cell::count(days),
                Cell::text("a sentence of several words that may go on in the next line"),
            ]);
        }
        table
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_column_is_broken() {
        // With margins the columns need 35, 13, 10 and 26.
        for (width, left) in [(47, 3), (48, 2), (57, 2), (58, 1), (83, 1), (84, 0), (120, 0), (200, 0)] {
            let (text, out) = table(&people(), Some(width));
            assert!(text.lines().all(|l| l.chars().count() <= usize::from(width)), "{width}:\n{text}");
            assert!(text.contains("adelaide.lovelace@contoso.example"), "{width}:\n{text}");
            assert_eq!(out.len(), left, "{width}: {out:?}\n{text}");
            assert_eq!(text.contains("min_days"), left < 2, "{width}");
        }
    }

    #[test]
    fn one_column_is_always_shown() {
        let (text, out) = table(&people(), Some(20));
        assert!(text.contains(" adelaide.lovelace@") && out.len() == 3, "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= 20), "{text}");
    }
}
