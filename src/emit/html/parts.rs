//! The parts of the page, each a struct of finished strings: numbers, figures, findings, prose.

use askama::Template;

use super::room::{A_TABLE, Room};
use super::table::{Place, TableView};
use super::words;
use crate::report::Report;
use crate::view::{Figure, Finding, Stat, Table};

/// A number that opens to what it means.
#[derive(Template)]
#[template(path = "stat.html", escape = "inert")]
pub(super) struct StatView {
    number: String,
    of: String,
    percent: String,
    width: Option<String>,
    label: String,
    sentence: String,
    of_title: String,
    whole: Option<Prose>,
    definition: Option<Prose>,
    link: Option<(String, String)>,
}

impl StatView {
    /// A number of a finding: its definition stands below it, on paper once is enough.
    pub(super) fn of_finding(stat: &Stat, definition: &'static str, report: &Report) -> Self {
        Self { definition: Prose::some(definition), ..Self::bare(stat, report) }
    }

    /// A number of the headline: defined by the finding that has the same number, or as a term.
    pub(super) fn of_headline(stat: &Stat, findings: &[(String, &Finding)], report: &Report) -> Self {
        let bare = Self::bare(stat, report);
        match findings.iter().find(|(_, f)| f.id == stat.id || f.stats.iter().any(|s| s.id == stat.id)) {
            Some((anchor, finding)) => Self {
                definition: Prose::some(finding.definition),
                link: Some((anchor.clone(), words::label(finding.id))),
                ..bare
            },
            None => Self { definition: term(report, &stat.label).and_then(Prose::some), ..bare },
        }
    }

    fn bare(stat: &Stat, report: &Report) -> Self {
        let (part, whole) = (words::count(stat.share.part), words::count(stat.share.whole));
        let percent = stat.share.percent().replace(' ', "\u{A0}");
        Self {
            sentence: format!("{part} of {whole} {}: {percent}.", stat.of),
            of_title: words::label(stat.of),
            of: format!("of {whole} {}", stat.of),
            number: part,
            percent,
            width: words::width(stat.share),
            label: stat.label.clone(),
            whole: term(report, stat.of).and_then(Prose::some),
            definition: None,
            link: None,
        }
    }
}

/// The definition of a term, spelt as a label or as a name.
fn term(report: &Report, name: &str) -> Option<&'static str> {
    let same = |term: &str| words::label(term).eq_ignore_ascii_case(&words::label(name));
    report.definitions.iter().find(|(term, _)| same(term)).map(|(_, text)| *text)
}

/// Our own text: paragraphs, with `code` between backticks. Never for text from the inputs.
#[derive(Template)]
#[template(
    source = "{% for p in paragraphs %}<p>{% for (code, text) in p %}{% if *code %}<code>{{ text }}</code>{% else %}{{ text }}{% endif %}{% endfor %}</p>{% endfor %}",
    ext = "html",
    escape = "inert"
)]
pub(super) struct Prose {
    paragraphs: Vec<Vec<(bool, String)>>,
}

impl Prose {
    /// The paragraphs of a text.
    pub(super) fn new(text: &str) -> Self {
        let paragraphs = text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(|p| {
            p.split('`')
                .enumerate()
                .map(|(at, part)| (at % 2 == 1, part.to_owned()))
                .filter(|(_, t)| !t.is_empty())
                .collect()
        });
        Self { paragraphs: paragraphs.collect() }
    }

    fn some(text: &str) -> Option<Self> {
        (!text.trim().is_empty()).then(|| Self::new(text))
    }
}

/// A picture, in words, and as a table.
#[derive(Template)]
#[template(path = "figure.html", escape = "inert")]
pub(super) struct FigureView {
    anchor: String,
    title: String,
    axis: String,
    alt: String,
    svg: String,
    data: TableView,
}

impl FigureView {
    fn new(figure: &Figure, svg: String, room: &mut Room) -> Self {
        let place = Place { prefix: "data", heading: 0, most: A_TABLE, file: String::new() };
        Self {
            anchor: room.anchor(&format!("figure-{}", figure.id)),
            title: figure.title.clone(),
            axis: figure.axis.clone(),
            alt: figure.alt.clone(),
            svg,
            data: TableView::new(&figure.table(), &place, room),
        }
    }
}

/// One finding.
#[derive(Template)]
#[template(path = "finding.html", escape = "inert")]
pub(super) struct FindingView {
    anchor: String,
    name: String,
    title: String,
    lead: String,
    stats: Vec<StatView>,
    figures: Vec<FigureView>,
    tables: Vec<TableView>,
    /// Titles of the tables without a row.
    empty: String,
    caveats: Vec<String>,
    definition: Prose,
}

impl FindingView {
    /// A finding under the anchor it was promised.
    pub(super) fn new(
        named: &(String, &Finding),
        charts: &dyn Fn(&Figure) -> String,
        report: &Report,
        room: &mut Room,
    ) -> Self {
        let (anchor, finding) = named;
        let place = |id: &str| Place { prefix: "table", heading: 4, most: A_TABLE, file: format!("tables/{id}.csv") };
        let (full, empty): (Vec<&Table>, Vec<&Table>) = finding.tables.iter().partition(|t| !t.rows.is_empty());
        Self {
            anchor: anchor.clone(),
            name: words::label(finding.id),
            title: finding.title.clone(),
            lead: finding.lead.clone(),
            stats: finding.stats.iter().map(|s| StatView::of_finding(s, finding.definition, report)).collect(),
            figures: finding.figures.iter().map(|f| FigureView::new(f, charts(f), room)).collect(),
            tables: full.iter().map(|t| TableView::new(t, &place(t.id), room)).collect(),
            empty: empty.iter().map(|t| format!("“{}”", t.title)).collect::<Vec<_>>().join(", "),
            caveats: finding.caveats.clone(),
            definition: Prose::new(finding.definition),
        }
    }
    /// A table of it needs the long side of a sheet.
    pub(super) fn is_wide(&self) -> bool {
        self.tables.iter().any(TableView::is_wide)
    }
}
