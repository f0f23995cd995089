//! Tables of the page: which rows and columns are shown, and every cell as a finished string.

use askama::Template;

use super::room::Room;
use super::{spark, words};
use crate::report::Report;
use crate::report::first::{FirstPerson, MOST};
use crate::view::{Cell, Column, ColumnKind, Table};

/// Most rows of one table in the page; the CSV beside it has all.
const MOST_ROWS: usize = MOST;
/// Most rows on paper of one table, and of a list of people (print.css says the same).
const PAPER_ROWS: usize = 12;
const PAPER_PEOPLE: usize = 25;
/// Tables that are lists of people to look at one by one.
const LISTS: [&str; 3] = ["users", "targets", "excluded"];
/// From so many columns on a table needs the long side of a sheet, or, with few rows, a card for each row.
const WIDE: usize = 11;
const MOST_CARDS: usize = 12;
/// Longer texts are cut in the page: a 64 kB display name must not take it over.
const MOST_CHARS: usize = 300;
/// From this length on a text may break into lines.
const LONG_TEXT: usize = 36;

/// Columns of `users` worth seeing first, in the order a reader asks; the picker has the rest.
const PEOPLE_FIRST: [&str; 12] = [
    "display_name",
    "user_principal_name",
    "label",
    "staleness_min_days",
    "staleness_max_days",
    "last_promptable",
    "last_token_activity",
    "weeks",
    "mechanism",
    "goal_registered",
    "gates",
    "target",
];

/// Prefix of the lists of people: their anchors are the page's own, whatever findings are called.
pub(super) const LIST: &str = "list";

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
    /// How many rows there are, where the page has fewer, and the file that has them.
    whole: String,
    file: String,
    /// It lists people.
    list: bool,
    /// What paper leaves out.
    paper_note: String,
    /// Its columns are explained below it.
    explained: bool,
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
    Weeks { spark: String, raw: String },
    Time { shown: String, iso: String },
}

/// Where a table goes and where all of it can be found.
pub(super) struct Place<'a> {
    /// Start of the anchor: `table`, `data`, or [`LIST`].
    pub(super) prefix: &'a str,
    /// Level of its heading; 0 = no heading, the title only names it for assistive technology.
    pub(super) heading: u8,
    /// Most bytes of its rows.
    pub(super) most: usize,
    /// The file that has every row.
    pub(super) file: String,
}

impl TableView {
    /// The first rows of a table as they stand.
    pub(super) fn new(table: &Table, place: &Place<'_>, room: &mut Room) -> Self {
        let rows = table.rows.iter().map(|row| (row, None));
        Self::of(table, place, room, (Order::plain(table), rows))
    }

    /// The people: useful columns first, token-stale people first, their weeks among the columns.
    pub(super) fn people(report: &Report, place: &Place<'_>, room: &mut Room) -> Self {
        let table = &report.users;
        let order = Order::people(table);
        let shown = order.0.iter().take_while(|c| c.is_first(table)).count();
        let rows = report.first.iter().filter_map(|p| Some((table.rows.get(p.row)?, Some(p))));
        let mut view = Self::of(table, place, room, (order, rows));
        if shown > 0 && shown < view.columns.len() {
            view.shown = shown;
        }
        view
    }

    fn of<'r>(
        table: &Table,
        place: &Place<'_>,
        room: &mut Room,
        (Order(order), rows): (Order, impl Iterator<Item = (&'r Vec<Cell>, Option<&'r FirstPerson>)>),
    ) -> Self {
        let mut cut = false;
        let (mut out, mut spent) = (Vec::new(), 0);
        for (row, person) in rows.take(MOST_ROWS) {
            let cells: Vec<CellView> = order.iter().map(|c| c.cell(table, row, person, &mut cut)).collect();
            let bytes = cells.iter().map(CellView::bytes).sum();
            spent += bytes;
            if spent > place.most || !room.fits(bytes) {
                break;
            }
            out.push(cells);
        }
        Self {
            anchor: match place.prefix {
                LIST => format!("table-{}", table.id),
                prefix => room.anchor(&format!("{prefix}-{}", table.id)),
            },
            name: table.id,
            title: table.title.clone(),
            heading: place.heading,
            columns: order.iter().map(|c| ColumnView::new(c.column(table))).collect(),
            count: words::counted(table.rows.len(), "row", "rows"),
            note: note(out.len(), table.rows.len(), cut, &place.file),
            list: LISTS.contains(&table.id),
            paper_note: paper_note(out.len(), table, &place.file),
            whole: if out.len() < table.rows.len() && !place.file.is_empty() {
                words::length(table.rows.len())
            } else {
                String::new()
            },
            file: place.file.clone(),
            explained: place.prefix != "data",
            rows: out,
            shown: 0,
        }
    }

    /// It needs the long side of a sheet.
    pub(super) fn is_wide(&self) -> bool {
        self.shown_columns() >= WIDE && self.rows.len() > MOST_CARDS
    }

    /// On paper each row is a card.
    fn in_cards(&self) -> bool {
        self.shown_columns() >= WIDE && self.rows.len() <= MOST_CARDS
    }

    fn shown_columns(&self) -> usize {
        if self.shown == 0 { self.columns.len() } else { self.shown }
    }

    /// The rule that leaves the less useful columns to the picker; without script they are all shown,
    /// on paper there is no room for them.
    pub(super) fn style(&self) -> String {
        if self.shown == 0 {
            return String::new();
        }
        let (table, first) = (format!("#{}:not([data-picked])", self.anchor), self.shown + 1);
        let rule = format!("{table} tr>:nth-child(n+{first}){{display:none}}");
        let meanings = format!("{table} dl>:nth-child(n+{first}){{display:none}}");
        format!("\n.js {rule}\n@media print{{{rule}{meanings}}}")
    }
}

/// A column of the page: one of the table, or the weeks.
#[derive(Clone, Copy)]
enum Source {
    Table(usize),
    Weeks,
}

/// The columns in the order shown.
struct Order(Vec<Source>);

impl Order {
    fn plain(table: &Table) -> Self {
        Self((0..table.columns.len()).map(Source::Table).collect())
    }

    fn people(table: &Table) -> Self {
        let first = PEOPLE_FIRST.iter().filter_map(|name| match *name {
            "weeks" => Some(Source::Weeks),
            name => table.position(name).map(Source::Table),
        });
        let rest = (0..table.columns.len()).map(Source::Table).filter(|c| !c.is_first(table));
        Self(first.chain(rest).collect())
    }
}

impl Source {
    fn column(self, table: &Table) -> &Column {
        match self {
            Self::Table(at) => &table.columns[at],
            Self::Weeks => &spark::COLUMN,
        }
    }

    fn is_first(self, table: &Table) -> bool {
        PEOPLE_FIRST.contains(&self.column(table).name)
    }

    fn cell(self, table: &Table, row: &[Cell], person: Option<&FirstPerson>, cut: &mut bool) -> CellView {
        match (self, person) {
            (Self::Table(at), _) => cell(&table.columns[at], row.get(at), cut),
            (Self::Weeks, Some(person)) if !person.weeks.is_empty() => {
                CellView::Weeks { spark: spark::picture(&person.weeks), raw: spark::raw(&person.weeks) }
            }
            (Self::Weeks, _) => CellView::Unknown,
        }
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
            Self::Weeks { spark, raw } => spark.len() + raw.len(),
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

/// What paper leaves out of a table.
fn paper_note(shown: usize, table: &Table, file: &str) -> String {
    let most = if LISTS.contains(&table.id) { PAPER_PEOPLE } else { PAPER_ROWS };
    let all = words::length(table.rows.len());
    match file {
        _ if shown <= most => String::new(),
        "" => format!("On paper the first {most} of {all} rows; the page on a screen has the others."),
        file => format!("On paper the first {most} of {all} rows; {file} has all."),
    }
}
