//! Tables of the page: which rows and columns are shown, and every cell as a finished string.

use askama::Template;

use super::room::Room;
use super::words;
use crate::view::{Cell, Column, ColumnKind, Table};

/// Most rows of one table in the page; the CSV beside it has all.
const MOST_ROWS: usize = 2_000;
/// Longer texts are cut in the page: a 64 kB display name must not take it over.
const MOST_CHARS: usize = 300;
/// From this length on a text may break into lines.
const LONG_TEXT: usize = 36;

/// Columns of `users` worth seeing first, in the order a reader asks; the picker has the rest.
const PEOPLE_FIRST: [&str; 11] = [
    "display_name",
    "user_principal_name",
    "label",
    "staleness_min_days",
    "staleness_max_days",
    "last_promptable",
    "last_token_activity",
    "mechanism",
    "goal_registered",
    "gates",
    "target",
];

/// Words of the columns `verdict` and `label` (rulings 14 and 16); shown as words, saved as they are.
const JUDGEMENTS: [&str; 12] = [
    "stale",
    "not_stale",
    "undetermined",
    "ok",
    "token_stale",
    "logon_only",
    "legacy_only",
    "dormant",
    "never_active",
    "service_like",
    "disabled",
    "guest",
];

/// A table as the template needs it.
#[derive(Template)]
#[template(path = "table.html", escape = "inert")]
pub(super) struct TableView {
    anchor: String,
    name: &'static str,
    title: String,
    heading: u8,
    columns: Vec<ColumnView>,
    rows: Vec<Vec<CellView>>,
    count: String,
    note: String,
    /// How many columns, from the first on, are shown until the reader picks others; 0 = all.
    shown: usize,
}

struct ColumnView {
    name: &'static str,
    label: String,
    unit: &'static str,
    meaning: &'static str,
    kind: &'static str,
}

/// A cell: what is shown and, where that differs, the raw value the CSV download writes.
enum CellView {
    Unknown,
    Open,
    Number { shown: String, raw: String },
    Text { shown: String, class: &'static str },
    List { shown: String, raw: String },
    Word { shown: &'static str, raw: &'static str },
    Tag { shown: String, raw: String, class: &'static str },
    Time { shown: String, iso: String },
}

/// Where a table goes and where all of it can be found.
pub(super) struct Place<'a> {
    /// Start of the anchor, e.g. `table` or `data`.
    pub(super) prefix: &'a str,
    /// Level of its heading; 0 = no heading, the title only names it for assistive technology.
    pub(super) heading: u8,
    /// The file that has every row.
    pub(super) file: String,
}

impl TableView {
    /// The first rows of a table as they stand.
    pub(super) fn new(table: &Table, place: &Place<'_>, room: &mut Room) -> Self {
        let columns: Vec<usize> = (0..table.columns.len()).collect();
        let rows: Vec<usize> = (0..table.rows.len()).collect();
        Self::of(table, place, room, (&columns, &rows))
    }

    /// The people: useful columns first, token-stale people first.
    pub(super) fn people(table: &Table, place: &Place<'_>, room: &mut Room) -> Self {
        let mut columns: Vec<usize> = PEOPLE_FIRST.iter().filter_map(|name| table.position(name)).collect();
        let useful = columns.len();
        columns.extend((0..table.columns.len()).filter(|at| !PEOPLE_FIRST.contains(&table.columns[*at].name)));
        let mut view = Self::of(table, place, room, (&columns, &stale_first(table)));
        if useful > 0 && useful < columns.len() {
            view.shown = useful;
        }
        view
    }

    fn of(table: &Table, place: &Place<'_>, room: &mut Room, order: (&[usize], &[usize])) -> Self {
        let (columns, rows) = order;
        let mut cut = false;
        let mut out = Vec::new();
        for at in rows.iter().take(MOST_ROWS) {
            let cells: Vec<CellView> =
                columns.iter().map(|c| cell(&table.columns[*c], table.rows[*at].get(*c), &mut cut)).collect();
            if !room.fits(cells.iter().map(CellView::bytes).sum()) {
                break;
            }
            out.push(cells);
        }
        Self {
            anchor: room.anchor(&format!("{}-{}", place.prefix, table.id)),
            name: table.id,
            title: table.title.clone(),
            heading: place.heading,
            columns: columns.iter().map(|c| ColumnView::new(&table.columns[*c])).collect(),
            count: words::counted(rows.len(), "row", "rows"),
            note: note(out.len(), rows.len(), cut, &place.file),
            rows: out,
            shown: 0,
        }
    }

    /// The rule that leaves the less useful columns to the picker; without script they are all shown,
    /// on paper there is no room for them.
    pub(super) fn style(&self) -> String {
        if self.shown == 0 {
            return String::new();
        }
        let rule = format!("#{}:not([data-picked]) tr>:nth-child(n+{}){{display:none}}", self.anchor, self.shown + 1);
        format!("\n.js {rule}\n@media print{{{rule}}}")
    }
}

impl ColumnView {
    fn new(column: &Column) -> Self {
        let suffix = format!("_{}", column.unit);
        let bare = column.name.strip_suffix(&suffix).unwrap_or(column.name);
        Self {
            name: column.name,
            label: words::label(bare),
            unit: if column.unit == bare { "" } else { column.unit },
            meaning: column.meaning,
            kind: match column.kind {
                ColumnKind::Text => "text",
                ColumnKind::Integer | ColumnKind::Real => "number",
                ColumnKind::Boolean => "boolean",
                ColumnKind::Time => "time",
            },
        }
    }
}

impl CellView {
    /// About how many bytes it takes in the page, escaping at its worst.
    fn bytes(&self) -> usize {
        20 + match self {
            Self::Unknown | Self::Open | Self::Word { .. } => 40,
            Self::Time { shown, iso } => 2 * iso.len() + shown.len() + 40,
            Self::Number { shown, raw } => shown.len() + raw.len(),
            Self::Text { shown, .. } => worst(shown),
            Self::List { shown, raw } | Self::Tag { shown, raw, .. } => worst(shown) + worst(raw),
        }
    }
}

fn worst(text: &str) -> usize {
    text.chars().map(|c| super::escape::replacement(c).map_or(c.len_utf8(), str::len)).sum()
}

fn cell(column: &Column, cell: Option<&Cell>, cut: &mut bool) -> CellView {
    match cell.unwrap_or(&Cell::Empty) {
        // The contract: an empty upper bound is an open one.
        Cell::Empty if column.name == "staleness_max_days" => CellView::Open,
        Cell::Empty => CellView::Unknown,
        Cell::Text(text) => words_of(column.name, shorten(text, cut)),
        Cell::Integer(n) => {
            let (shown, raw) = (words::number(*n), n.to_string());
            CellView::Number { raw: if raw == shown { String::new() } else { raw }, shown }
        }
        Cell::Real(x) => CellView::Number { shown: x.to_string(), raw: String::new() },
        Cell::Boolean(true) => CellView::Word { shown: "yes", raw: "true" },
        Cell::Boolean(false) => CellView::Word { shown: "no", raw: "false" },
        Cell::Time(t) => CellView::Time { shown: words::minute(*t), iso: t.to_string() },
    }
}

fn words_of(name: &str, text: String) -> CellView {
    match name {
        "label" | "verdict" if JUDGEMENTS.contains(&text.as_str()) => {
            let class = match text.as_str() {
                "token_stale" | "stale" => "tag key",
                "undetermined" => "tag open",
                _ => "tag",
            };
            CellView::Tag { shown: text.replace('_', "\u{2011}"), raw: text, class }
        }
        "methods" | "gates" | "flags" if text.contains('|') => {
            CellView::List { shown: text.replace('|', ", "), raw: text }
        }
        _ if name.ends_with("sha256") => CellView::Text { shown: text, class: "hash" },
        _ if text.chars().nth(LONG_TEXT).is_some() => CellView::Text { shown: text, class: "long" },
        _ => CellView::Text { shown: text, class: "" },
    }
}

fn shorten(text: &str, cut: &mut bool) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => {
            *cut = true;
            format!("{}…", &text[..at])
        }
        None => text.to_owned(),
    }
}

fn note(shown: usize, all: usize, cut: bool, file: &str) -> String {
    let mut parts = Vec::new();
    if shown < all {
        parts.push(format!("The first {} of {} rows are in this page.", words::length(shown), words::length(all)));
    }
    if cut {
        parts.push(format!("Texts longer than {MOST_CHARS} characters are cut here."));
    }
    if !parts.is_empty() && !file.is_empty() {
        parts.push(format!("{file} has everything."));
    }
    parts.join(" ")
}

/// Token-stale people, other stale ones, undetermined ones, the rest; the longest silence first.
fn stale_first(table: &Table) -> Vec<usize> {
    let text = |row: usize, name: &str| match table.position(name).and_then(|c| table.rows[row].get(c)) {
        Some(Cell::Text(text)) => &**text,
        _ => "",
    };
    let days = |row: usize| match table.position("staleness_min_days").and_then(|c| table.rows[row].get(c)) {
        Some(Cell::Integer(n)) => *n,
        _ => i64::MIN,
    };
    let rank = |row: usize| match (text(row, "label"), text(row, "verdict")) {
        ("token_stale", _) => 0,
        (_, "stale") => 1,
        (_, "undetermined") => 2,
        _ => 3,
    };
    let mut order: Vec<usize> = (0..table.rows.len()).collect();
    order.sort_by_cached_key(|row| (rank(*row), std::cmp::Reverse(days(*row)), *row));
    order
}
