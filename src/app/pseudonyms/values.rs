//! Tables, figures and findings with tokens. Every field is named, so that a new one does not compile before somebody has
//! thought of it here.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Pseudonyms;
use crate::report::first::{FirstPerson, order};
use crate::report::star::{Happening, Star, Use};
use crate::view::{
    Bar, Bin, CalendarRow, Cell, Change, Column, CurveLine, DayNote, Figure, Finding, Level, MatrixRow, Outlook,
    Planned, Series, Shape, Stat, Step, Stripe, Table,
};

/// Rows one worker takes at a time, and how many texts it remembers.
const ROWS: usize = 4_096;

impl Pseudonyms {
    /// A table. Rows about people, which stand in the order of ids, are put in the order of tokens: the old order would tell
    /// who is who to anybody with a list of all ids.
    #[must_use]
    pub fn table(&self, table: &Table) -> Table {
        let Table { id, title, columns, rows } = table;
        let masked: Vec<Vec<Vec<Cell>>> = rows.par_chunks(ROWS).map(|rows| self.rows(columns, rows)).collect();
        let mut masked: Vec<Vec<Cell>> = masked.into_iter().flatten().collect();
        if let Some(at) = table.position("user_id") {
            masked.sort_by(|a, b| text(&a[at]).cmp(text(&b[at])));
        }
        Table { id, title: self.prose(title), columns: columns.clone(), rows: masked }
    }

    /// A table whose rows keep their places, for who counts on them.
    #[must_use]
    pub fn table_in_place(&self, table: &Table) -> Table {
        Table { rows: self.rows(&table.columns, &table.rows), title: self.prose(&table.title), ..table.clone() }
    }

    /// Where each row of the table `users` stands once it is sorted by token.
    pub(super) fn rows_moved(&self, plain: &Table, masked: &Table) -> Vec<usize> {
        let ids = |table: &Table| -> Vec<String> {
            let at = table.position("user_id");
            let id =
                |row: &Vec<Cell>| at.and_then(|at| row.get(at)).map_or_else(String::new, |cell| text(cell).to_owned());
            table.rows.iter().map(id).collect()
        };
        let places: HashMap<String, usize> = ids(masked).into_iter().zip(0..).collect();
        ids(plain).iter().map(|id| places.get(&self.id(id)).copied().unwrap_or_default()).collect()
    }

    /// Whom a reader sees first, in the order of the table with tokens: among equals the old order would tell who is who.
    pub(super) fn first(first: &[FirstPerson], masked: &Table, rows: &[usize]) -> Vec<FirstPerson> {
        let place = |person: &FirstPerson| rows.get(person.row).copied().unwrap_or_default();
        let mut weeks: HashMap<usize, &FirstPerson> = first.iter().map(|person| (place(person), person)).collect();
        let seen = order(masked).into_iter().filter_map(|row| Some((row, weeks.remove(&row)?)));
        seen.map(|(row, FirstPerson { row: _, weeks })| FirstPerson { row, weeks: weeks.clone() }).collect()
    }

    /// Facts are about rows of the table `users`, and in its order.
    pub(super) fn star(&self, Star { t, apps, activity, moments, calendar }: &Star, rows: &[usize]) -> Star {
        let row = |user: u32| u32::try_from(rows.get(user as usize).copied().unwrap_or_default()).unwrap_or(u32::MAX);
        let mut activity: Vec<Use> = activity.iter().map(|one| one.moved(row(one.user))).collect();
        // Stable: what one person did keeps its order.
        activity.sort_by_key(|one| one.user);
        let mut moments: Vec<Happening> = moments.iter().map(|one| Happening { user: row(one.user), ..*one }).collect();
        moments.sort_unstable();
        let apps = apps.iter().map(|(id, name)| (id.clone(), self.prose(name))).collect();
        Star { t: *t, apps, activity, moments, calendar: calendar.clone() }
    }

    fn rows(&self, columns: &[Column], rows: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
        let mut seen: Vec<HashMap<String, String>> = vec![HashMap::new(); columns.len()];
        let mut masked = |column: usize, text: &str| {
            if let Some(known) = seen[column].get(text) {
                return Cell::text(known);
            }
            let token = self.cell(columns[column].name, text);
            seen[column].insert(text.to_owned(), token.clone());
            Cell::text(token)
        };
        let row = |row: &Vec<Cell>| {
            let cells = row.iter().enumerate();
            cells
                .map(|(column, cell)| match cell {
                    Cell::Text(text) => masked(column, text),
                    Cell::Empty | Cell::Integer(_) | Cell::Real(_) | Cell::Boolean(_) | Cell::Time(_) => cell.clone(),
                })
                .collect()
        };
        rows.iter().map(row).collect()
    }

    fn cell(&self, column: &str, text: &str) -> String {
        match column {
            "user_id" => self.id(text),
            "user_principal_name" => self.upn(text),
            "display_name" => self.name(text),
            "path" | "file" => self.path(text),
            _ => self.prose(text),
        }
    }

    /// A figure.
    #[must_use]
    pub fn figure(&self, figure: &Figure) -> Figure {
        let Figure { id, title, axis, alt, shape } = figure;
        Figure { id, title: self.prose(title), axis: self.prose(axis), alt: self.prose(alt), shape: self.shape(shape) }
    }

    fn shape(&self, shape: &Shape) -> Shape {
        let p = |text: &String| self.prose(text);
        match shape {
            Shape::Funnel(steps) => {
                let step = |Step { label, count, leak }: &Step| Step { label: p(label), count: *count, leak: p(leak) };
                Shape::Funnel(steps.iter().map(step).collect())
            }
            Shape::Bars(bars) => {
                let bar = |Bar { label, count, tone }: &Bar| Bar { label: p(label), count: *count, tone: *tone };
                Shape::Bars(bars.iter().map(bar).collect())
            }
            Shape::Histogram(bins) => {
                let bin = |Bin { label, known, censored, tone }: &Bin| Bin {
                    label: p(label),
                    known: *known,
                    censored: *censored,
                    tone: *tone,
                };
                Shape::Histogram(bins.iter().map(bin).collect())
            }
            Shape::Calendar { first, rows } => {
                let row = |CalendarRow { label, levels }: &CalendarRow| CalendarRow {
                    label: p(label),
                    levels: levels.clone(),
                };
                Shape::Calendar { first: *first, rows: rows.iter().map(row).collect() }
            }
            Shape::Lines { first, series, notes } => Shape::Lines {
                first: *first,
                series: series.iter().map(|s| self.series(s)).collect(),
                notes: notes.iter().map(|DayNote { day, label }| DayNote { day: *day, label: p(label) }).collect(),
            },
            Shape::Curve(lines) => Shape::Curve(lines.iter().map(|l| self.curve(l)).collect()),
            Shape::Matrix { columns, rows } => {
                let row = |MatrixRow { label, cells }: &MatrixRow| MatrixRow { label: p(label), cells: cells.clone() };
                Shape::Matrix { columns: columns.iter().map(p).collect(), rows: rows.iter().map(row).collect() }
            }
            Shape::Outlook { today, lines, levels } => Shape::Outlook {
                today: *today,
                lines: lines.iter().map(|l| self.outlook(l)).collect(),
                levels: levels.iter().map(|l| self.level(l)).collect(),
            },
            Shape::Map { across, down, columns, rows } => Shape::Map {
                across: p(across),
                down: p(down),
                columns: columns.iter().map(|s| self.stripe(s)).collect(),
                rows: rows.iter().map(|(s, counts)| (self.stripe(s), counts.clone())).collect(),
            },
            Shape::Waterfall(changes) => Shape::Waterfall(changes.iter().map(|c| self.change(c)).collect()),
            Shape::Weeks(days) => Shape::Weeks(days.iter().map(|d| self.planned(d)).collect()),
            Shape::Nothing(why) => Shape::Nothing(p(why)),
        }
    }

    fn change(&self, Change { label, to, count, tone }: &Change) -> Change {
        Change { label: self.prose(label), to: *to, count: *count, tone: *tone }
    }

    fn planned(&self, Planned { day, label, count, tone }: &Planned) -> Planned {
        Planned { day: *day, label: self.prose(label), count: *count, tone: *tone }
    }

    fn outlook(&self, Outlook { label, tone, points }: &Outlook) -> Outlook {
        Outlook { label: self.prose(label), tone: *tone, points: points.clone() }
    }

    fn level(&self, Level { label, tone, share }: &Level) -> Level {
        Level { label: self.prose(label), tone: *tone, share: *share }
    }

    fn stripe(&self, Stripe { label, open, framed }: &Stripe) -> Stripe {
        Stripe { label: self.prose(label), open: *open, framed: *framed }
    }

    fn series(&self, Series { label, tone, values }: &Series) -> Series {
        Series { label: self.prose(label), tone: *tone, values: values.clone() }
    }

    fn curve(&self, CurveLine { label, start, tone, steps, last_day }: &CurveLine) -> CurveLine {
        CurveLine { label: self.prose(label), start: *start, tone: *tone, steps: steps.clone(), last_day: *last_day }
    }

    /// A number with its label.
    #[must_use]
    pub fn stat(&self, Stat { id, label, share, of }: &Stat) -> Stat {
        Stat { id, label: self.prose(label), share: *share, of }
    }

    /// A finding.
    #[must_use]
    pub fn finding(&self, finding: &Finding) -> Finding {
        let Finding { id, title, lead, definition, stats, tables, figures, caveats } = finding;
        Finding {
            id,
            title: self.prose(title),
            lead: self.prose(lead),
            definition,
            stats: stats.iter().map(|s| self.stat(s)).collect(),
            tables: tables.iter().map(|t| self.table(t)).collect(),
            figures: figures.iter().map(|f| self.figure(f)).collect(),
            caveats: caveats.iter().map(|c| self.prose(c)).collect(),
        }
    }
}

fn text(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        Cell::Empty | Cell::Integer(_) | Cell::Real(_) | Cell::Boolean(_) | Cell::Time(_) => "",
    }
}
