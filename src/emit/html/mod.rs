//! `report.html`: the whole report as one file that asks for nothing.
//!
//! Templates hold the markup, structs of finished strings fill them, one escaper stands between
//! ([`escape`]), and a policy in the page's head allows exactly the style and script inlined here.

pub mod escape;
mod origin;
mod parts;
mod room;
mod seal;
mod spark;
mod table;
#[cfg(test)]
mod tests;
mod words;

use askama::Template;

use crate::report::{Chapter, Conclusion, Report, TargetSummary};
use crate::view::{Figure, Finding, Lines};
use parts::{FindingView, Prose, StatView};
use room::Room;
use table::{LIST, Place, TableView};

const STYLE: [&str; 2] = [include_str!("style.css"), include_str!("print.css")];
const SCRIPT: [&str; 2] = [include_str!("table.js"), include_str!("page.js")];

/// Anchors of the page's own sections: stable, linked to from outside.
const SECTIONS: [&str; 11] = [
    "summary",
    "scope",
    "stale",
    "funnels",
    "unprompted",
    "remedies",
    "targets",
    "results",
    "quality",
    "definitions",
    "provenance",
];
/// Other anchors that no finding may take: parts of sections, and the lists of people.
const PARTS: [&str; 5] = ["people", "inputs", "table-users", "table-targets", "table-excluded"];

/// Why no page could be made.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// The template engine failed.
    #[error("the report page could not be rendered")]
    Template(#[from] askama::Error),
    /// A stylesheet or script that would end its own element.
    #[error("the report page's style or script contains an end tag")]
    EndTag,
}

/// The page: UTF-8, self-contained, the same bytes for the same report.
///
/// `charts` gives, per figure, its inline SVG: already safe markup from our own chart module, without
/// `style` attributes (the policy blocks them). `chart_css` holds the classes that markup uses.
///
/// # Errors
///
/// [`HtmlError`] when a template fails or a stylesheet cannot be inlined.
pub fn render(report: &Report, charts: &dyn Fn(&Figure) -> String, chart_css: &str) -> Result<String, HtmlError> {
    let mut page = Page::new(report, charts);
    let paper = paper(&page.chapters);
    let style = [STYLE[0], chart_css, STYLE[1], &page.people.style(), &paper].concat();
    page.style = seal::unix_lines(&style);
    page.script = seal::unix_lines(&SCRIPT.concat());
    if page.style.contains("</") || page.script.contains("</") {
        return Err(HtmlError::EndTag);
    }
    page.policy = seal::policy(&page.style, &page.script);
    Ok(page.render()?)
}

#[derive(Template)]
#[template(path = "page.html", escape = "inert")]
struct Page {
    policy: String,
    style: String,
    script: String,
    title: String,
    lead: String,
    as_of: (String, String),
    hero: Option<StatView>,
    stats: Vec<StatView>,
    seen: Vec<String>,
    limits: Vec<String>,
    chapters: Vec<ChapterView>,
    targets: Option<TargetsView>,
    targets_note: String,
    people: TableView,
    people_count: String,
    inputs_sentence: String,
    hashes: TableView,
    definitions: Vec<(String, Prose)>,
    version: &'static str,
    command: String,
    settings: Vec<(&'static str, String)>,
    windows: Vec<(&'static str, String)>,
}

/// A chapter: its name, what it holds, its findings.
struct ChapterView {
    chapter: Chapter,
    id: &'static str,
    title: &'static str,
    name: &'static str,
    holds: Vec<(String, String)>,
    findings: Vec<FindingView>,
    /// It has more than a sentence.
    full: bool,
    /// On paper its tables need the long side of the sheet.
    wide: bool,
}

struct TargetsView {
    listed_count: String,
    excluded_count: String,
    valid_until: (String, String),
    listed: TableView,
    excluded: TableView,
}

impl Page {
    fn new(report: &Report, charts: &dyn Fn(&Figure) -> String) -> Self {
        let mut room = Room::new(&[SECTIONS.as_slice(), &PARTS].concat());
        let named: Vec<(String, &Finding)> = report.findings.iter().map(|f| (room.anchor(f.id), f)).collect();
        let mut stats = report.headline.stats.iter().map(|s| StatView::of_headline(s, &named, report));
        let hero = stats.next();
        let stats = stats.collect();
        // What is counted comes first where room runs short; then the lists, each within its own bounds.
        let mut chapters: Vec<ChapterView> =
            Chapter::ALL.iter().map(|c| ChapterView::new(*c, &named, charts, report, &mut room)).collect();
        let targets = report.targets.as_ref().map(|t| TargetsView::new(t, &mut room));
        let people = people(report, &mut room);
        for chapter in &mut chapters {
            let lists = match chapter.chapter {
                Chapter::Stale => vec![&people],
                Chapter::Targets => targets.iter().flat_map(|t| [&t.listed, &t.excluded]).collect(),
                _ => Vec::new(),
            };
            chapter.full |= !lists.is_empty();
            chapter.wide |= lists.into_iter().any(TableView::is_wide);
        }
        let hashes = Place { prefix: "data", heading: 0, most: room::A_TABLE, file: "manifest.json".to_owned() };
        Self {
            policy: String::new(),
            style: String::new(),
            script: String::new(),
            title: report.headline.title.clone(),
            lead: report.headline.lead.clone(),
            as_of: stamp(report.run.as_of),
            hero,
            stats,
            seen: conclusions(report, false),
            limits: conclusions(report, true),
            chapters,
            targets,
            targets_note: report.targets_note.clone(),
            people,
            people_count: words::counted(report.users.rows.len(), "person", "people"),
            inputs_sentence: origin::sentence(&report.run),
            hashes: TableView::new(&origin::hashes(&report.run), &hashes, &mut room),
            definitions: report.definitions.iter().map(|(t, d)| (words::label(t), Prose::new(d))).collect(),
            version: report.run.version,
            command: report.run.command.clone(),
            settings: report.run.settings.clone(),
            windows: report.windows.iter().map(|(log, window)| (*log, origin::window(*window))).collect(),
        }
    }
}

impl ChapterView {
    fn new(
        chapter: Chapter,
        named: &[(String, &Finding)],
        charts: &dyn Fn(&Figure) -> String,
        report: &Report,
        room: &mut Room,
    ) -> Self {
        let inside: Vec<&(String, &Finding)> = named.iter().filter(|(_, f)| Chapter::of(f.id) == chapter).collect();
        let mut holds: Vec<(String, String)> =
            inside.iter().map(|(anchor, f)| (anchor.clone(), words::label(f.id))).collect();
        if chapter == Chapter::Stale {
            holds.push(("people".to_owned(), "People".to_owned()));
        }
        let findings: Vec<FindingView> = inside.iter().map(|n| FindingView::new(n, charts, report, room)).collect();
        Self {
            chapter,
            id: chapter.id(),
            title: chapter.title(),
            name: chapter.name(),
            holds,
            wide: findings.iter().any(FindingView::is_wide),
            full: !findings.is_empty(),
            findings,
        }
    }
}

/// The sheets of each chapter: their long side where its tables need it, its name at their head. A chapter of one sentence
/// stands on the sheet of the one before it.
fn paper(chapters: &[ChapterView]) -> String {
    let mut out = Lines::default();
    let mut on = "";
    for chapter in chapters {
        let (id, title) = (chapter.id, chapter.title);
        if chapter.full {
            on = id;
            let size = if chapter.wide { "landscape" } else { "portrait" };
            let head = format!("content:\"{title}\";font:8pt sans-serif;color:#4a4f56");
            out.line(format_args!("@page {id}{{size:{size};@top-right{{{head}}}}}"));
            out.line(format_args!("@media print{{#{id}{{page:{id};break-before:page}}}}"));
        } else {
            out.line(format_args!("@media print{{#{id}{{page:{on}}}}}"));
        }
    }
    out.into_text()
}

impl TargetsView {
    fn new(targets: &TargetSummary, room: &mut Room) -> Self {
        let place = |file: &str| Place { prefix: LIST, heading: 3, most: room::A_LIST, file: file.to_owned() };
        Self {
            listed_count: words::length(targets.listed.rows.len()),
            excluded_count: words::length(targets.excluded.rows.len()),
            valid_until: stamp(targets.valid_until),
            listed: TableView::new(&targets.listed, &place("targets/targets.csv"), room),
            excluded: TableView::new(&targets.excluded, &place("targets/excluded.csv"), room),
        }
    }
}

fn people(report: &Report, room: &mut Room) -> TableView {
    let place = Place { prefix: LIST, heading: 0, most: room::THE_PEOPLE, file: "tables/users.csv".to_owned() };
    TableView::people(report, &place, room)
}

/// An instant as shown and in full.
fn stamp(t: crate::model::time::Instant) -> (String, String) {
    (words::minute(t), t.to_string())
}

fn conclusions(report: &Report, limits: bool) -> Vec<String> {
    let chosen = |c: &&Conclusion| c.limits == limits;
    report.conclusions.iter().filter(chosen).map(|c| c.text.clone()).collect()
}
