//! The page as a whole: sealed, inert, in order, complete.

use super::*;
use crate::model::time::{Instant, Window};
use crate::report::first::{FirstPerson, Week, order};
use crate::report::{Headline, InputInfo, RowCounts, RunInfo};
use crate::view::{Bar, Cell, Column, ColumnKind, Shape, Share, Stat, Table, Tone};

const HOSTILE: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</style><base href=https://evil.example/>",
    "abc\u{202E}fdp.exe\u{2066}\u{200F}\u{1b}[2J\0",
];

const USER: [Column; 5] = [
    Column::new("user_id", ColumnKind::Text, "Object id"),
    Column::new("display_name", ColumnKind::Text, "Name"),
    Column::new("label", ColumnKind::Text, "Label"),
    Column::new("staleness_min_days", ColumnKind::Integer, "At least").unit("days"),
    Column::new("last_promptable", ColumnKind::Time, "Last page"),
];

fn users(count: usize, name: &dyn Fn(usize) -> String) -> Table {
    let mut table = Table::new("users", "People", &USER);
    table.rows = (0..count)
        .map(|at| {
            let label = if at % 2 == 0 { "ok" } else { "token_stale" };
            let seen = (at % 3 > 0).then_some(Instant(1_795_305_600));
            let days = i64::try_from(at).unwrap_or(0);
            vec![
                Cell::text(at.to_string()),
                Cell::text(name(at)),
                Cell::text(label),
                Cell::Integer(days),
                Cell::time(seen),
            ]
        })
        .collect();
    table
}

fn stat(id: &'static str, label: &str) -> Stat {
    Stat { id, label: label.to_owned(), share: Share::new(12_345, 50_000), of: "enabled members" }
}

fn finding(id: &'static str, text: &str) -> Finding {
    let bar = Bar { label: text.to_owned(), count: 3, tone: Tone::Bad };
    let figure = Figure {
        id,
        title: text.to_owned(),
        axis: text.to_owned(),
        alt: text.to_owned(),
        shape: Shape::Bars(vec![bar]),
    };
    Finding {
        id,
        title: text.to_owned(),
        lead: text.to_owned(),
        definition: "Counted by `rule`.\n\nTwice.",
        stats: vec![stat("stale", text)],
        tables: vec![users(2, &|_| text.to_owned())],
        figures: vec![figure],
        caveats: vec![text.to_owned()],
    }
}

fn report(text: &str, users: Table) -> Report {
    let input = InputInfo {
        path: text.to_owned(),
        format: String::new(),
        sha256: "ab".repeat(32),
        rows: RowCounts { read: 10, folded: 7, skipped: 2, rejected: 1 },
        notes: vec![text.to_owned()],
    };
    Report {
        star: None,
        run: RunInfo {
            version: "0.1.0",
            command: text.to_owned(),
            as_of: Instant(1_795_305_600),
            settings: vec![("goal", text.to_owned())],
            in_force: Vec::new(),
            lists: Vec::new(),
            tables: Vec::new(),
            inputs: vec![input],
            png_scale: 2,
        },
        headline: Headline {
            title: text.to_owned(),
            lead: text.to_owned(),
            stats: vec![stat("stale", "Stale"), stat("other", "Target list")],
        },
        first: people(&users),
        windows: vec![("interactive", None)],
        conclusions: vec![
            Conclusion { limits: false, text: text.to_owned() },
            Conclusion { limits: true, text: text.to_owned() },
        ],
        findings: vec![finding("staleness", text), finding("people", text)],
        targets: Some(TargetSummary {
            listed: Table { id: "targets", ..users.clone() },
            excluded: Table::new("excluded", "Left out", &USER),
            valid_until: Instant(1_795_910_400),
        }),
        users,
        targets_note: text.to_owned(),
        definitions: vec![("target_list", "People `kmsift targets` lists."), ("enabled members", "Members, enabled.")],
    }
}

/// Everybody with a week at a page and one that no log covers.
fn people(users: &Table) -> Vec<FirstPerson> {
    let weeks = vec![Week { page: Some(3), token: Some(0) }, Week::default()];
    order(users).into_iter().map(|row| FirstPerson { row, weeks: weeks.clone() }).collect()
}

fn page(report: &Report) -> String {
    render(report, &|figure| format!("<svg id=\"svg-{}\"></svg>", figure.id), ".k-ink{fill:#000}\r\n")
        .unwrap_or_default()
}

fn example() -> String {
    page(&report("Rachel", users(3, &|at| format!("Rachel {at}"))))
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inside, _)| inside)
}

#[test]
fn hostile_strings_are_inert() {
    let calm = example();
    for text in HOSTILE {
        let page = page(&report(text, users(3, &|_| text.to_owned())));
        assert_eq!(page.matches('<').count(), calm.matches('<').count(), "no tag comes from {text:?}");
        assert_eq!(page.matches("onerror=alert(1)>").count(), 0);
        let hidden = ['\u{202E}', '\u{2066}', '\u{200F}', '\u{1b}', '\0'];
        assert!(!page.contains(hidden), "{text:?}");
    }
}

#[test]
fn the_policy_is_of_the_bytes_inlined() {
    let page = example();
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let style = seal::digest(between(&page, "<style>", "</style>"));
    let script = seal::digest(between(&page, "<script>", "</script>"));
    assert!(policy.contains(&format!("style-src 'sha256-{style}';")), "{policy}");
    assert!(policy.contains(&format!("script-src 'sha256-{script}';")), "{policy}");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("form-action 'none'"));
    assert_eq!((page.matches("<style").count(), page.matches("<script").count()), (1, 1));
    assert!(!page.contains('\r'), "a browser would hash other bytes");
}

#[test]
fn nothing_is_loaded_and_nothing_runs_inline() {
    let page = example();
    for banned in
        [" src=", "http://", "https://", "@import", "url(", " style=\"", "javascript:", "<link rel=\"stylesheet"]
    {
        assert!(!page.contains(banned), "{banned}");
    }
    let markup = page.replace(between(&page, "<script>", "</script>"), "");
    let handler =
        |rest: &str| rest.split_once('=').is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase()));
    assert!(!markup.split(" on").skip(1).any(handler), "no inline handler");
    assert!(markup.split("href=\"").skip(1).all(|rest| rest.starts_with('#') || rest.starts_with("data:,")));
}

#[test]
fn headings_are_in_order_and_anchors_unique() {
    let page = example();
    let levels: Vec<u8> = page
        .match_indices("<h")
        .filter_map(|(at, _)| page.as_bytes().get(at + 2..at + 4))
        .filter(|next| matches!(next[1], b'>' | b' '))
        .filter_map(|next| next[0].is_ascii_digit().then_some(next[0] - b'0'))
        .collect();
    assert_eq!(page.matches("<h1").count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    let mut anchors: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = anchors.len();
    anchors.sort_unstable();
    anchors.dedup();
    assert_eq!(anchors.len(), all);
    assert!(PARTS.iter().all(|id| anchors.contains(id)), "{anchors:?}");
    let section = |id: &str| page.find(&format!("id=\"{id}\"")).unwrap_or(0);
    assert!(SECTIONS.map(section).is_sorted(), "sections in reading order");
    assert!(page.contains("id=\"people-2\""), "a finding may share a section's name");
    let contents = between(&page, "<nav", "</nav>");
    let mut links: Vec<&str> = contents.split("href=\"#").skip(1).filter_map(|l| l.split('"').next()).collect();
    assert!(links.iter().all(|id| page.contains(&format!("id=\"{id}\""))), "every link leads somewhere: {links:?}");
    let all = links.len();
    links.sort_unstable();
    links.dedup();
    assert_eq!(links.len(), all, "nothing is listed twice");
    assert_eq!(contents.matches(">Data quality<").count(), 1);
}

#[test]
fn every_figure_has_its_words_and_its_table() {
    let page = example();
    let figures: Vec<&str> = page.split("<figure").skip(1).filter_map(|f| f.split("</figure>").next()).collect();
    assert_eq!(figures.len(), 2);
    for figure in figures {
        assert!(figure.contains("role=\"img\" aria-label=\"Rachel\"") && figure.contains("<svg id="));
        assert!(
            figure.contains("<details class=\"data\">")
                && figure.contains("<table")
                && figure.contains("<td>Rachel</td>")
        );
    }
}

#[test]
fn numbers_open_to_definition_and_denominator() {
    let page = example();
    let first = between(&page, "<details class=\"stat\">", "</details>");
    assert!(first.contains("of 50\u{202F}000 enabled members") && first.contains("24.7\u{A0}%"), "{first}");
    assert!(first.contains("Counted by <code>rule</code>.</p><p>Twice.") && first.contains("href=\"#staleness\""));
    assert!(first.contains("Members, enabled."));
    assert!(page.contains("People <code>kmsift targets</code> lists."), "or to a term");
}

#[test]
fn cells_say_unknown_and_keep_raw_values() {
    let page = example();
    assert!(page.contains("<td class=\"unknown\" aria-label=\"unknown\">–</td>"));
    assert!(page.contains(
        "<time datetime=\"2026-11-22T00:00:00Z\" title=\"2026-11-22T00:00:00Z\">2026-11-22 00:00 UTC</time>"
    ));
    assert!(page.contains("<td data-v=\"token_stale\"><span class=\"tag key\">token\u{2011}stale</span></td>"));
}

#[test]
fn a_huge_tenant_stays_small_and_stale_people_come_first() {
    let report = report("x", users(30_000, &|at| format!("{at} {}", "<".repeat(65_536.min(at * 9)))));
    let page = page(&report);
    assert!(page.len() < 10_000_000, "{}", page.len());
    assert!(
        page.contains("of 30\u{202F}000 rows are in this page.") && page.contains("tables/users.csv has everything.")
    );
    let people = between(&page, "id=\"table-users\"", "</table>");
    let first = between(people, "<tbody>", "</tr>");
    assert!(first.contains("29999") && first.contains("token_stale"), "{first}");
}

/// A million people: the first ones with every column full, the others as short as rows may be.
#[test]
fn a_million_people_fit_the_budget() {
    const PEOPLE: usize = 1_000_000;
    let mut users = Table::new("users", "People", crate::report::users::COLUMNS);
    let full = |column: &Column, at: i64| match column.kind {
        ColumnKind::Text if column.name == "label" => Cell::text("token_stale"),
        ColumnKind::Text => Cell::text(format!("{} <of> person {at:07} & company", column.name)),
        ColumnKind::Integer | ColumnKind::Real => Cell::Integer(10_000 + at),
        ColumnKind::Boolean => Cell::Boolean(at % 2 == 0),
        ColumnKind::Time => Cell::Time(Instant(1_795_305_600 - at)),
    };
    users.rows = (0..3_000).map(|at| users.columns.iter().map(|c| full(c, at)).collect()).collect();
    users.rows.resize(PEOPLE, vec![Cell::Empty]);
    let mut report = report("x", users);
    for person in &mut report.first {
        person.weeks = vec![Week { page: Some(7), token: Some(7) }; 13];
    }
    let page = page(&report);
    let people = between(&page, "id=\"table-users\"", "</table>");
    let rows = people.matches("<tr").count() - 1;
    assert!(page.len() < 10_000_000, "{} bytes", page.len());
    assert!(rows > 700, "{rows} people of the longest kind have room");
    let counted = between(&page, "id=\"staleness\"", "</section>");
    assert!(counted.contains("<td>x</td>"), "what is counted is there in full, however many people there are");
    assert!(
        page.contains("of 1\u{202F}000\u{202F}000 rows are in this page."),
        "and the page says that these are not all"
    );
    assert!(page.contains("data-all=\"1\u{202F}000\u{202F}000\" data-file=\"tables/users.csv\""));
}

#[test]
fn weeks_are_pictures_with_words() {
    let page = example();
    let people = between(&page, "id=\"table-users\"", "</table>");
    let weeks = "<td class=\"w\" data-v=\"3/0 ?/?\"><svg class=\"spark\"";
    assert_eq!(people.matches(weeks).count(), 3, "{people}");
    assert!(people.contains("aria-label=\"Days a week, 2 weeks: at a page 3 ?; with tokens 0 ?\""));
}

#[test]
fn every_column_is_explained_and_empty_tables_are_named_once() {
    let mut report = report("x", users(1, &|_| "x".to_owned()));
    report.findings[0].tables.push(Table::new("a", "Nothing here", &USER));
    report.findings[0].tables.push(Table::new("b", "Nor here", &USER));
    let page = page(&report);
    assert!(page.contains("<dt>Staleness min</dt><dd>At least (days)</dd>"), "meaning and unit stand below the table");
    assert!(page.contains("No rows in “Nothing here”, “Nor here”.") && !page.contains("id=\"table-a\""));
}

#[test]
fn the_footer_says_where_the_numbers_come_from() {
    let mut report = report("kmsift report x", users(1, &|_| "x".to_owned()));
    report.windows = vec![("interactive", Window::new(Instant(0), Instant(86_400))), ("audit", None)];
    let page = page(&report);
    let footer = between(&page, "<footer", "</footer>");
    for said in [
        "kmsift 0.1.0",
        "<code>kmsift report x</code>",
        "<dt>interactive</dt><dd>1970-01-01 00:00 UTC to 1970-01-02 00:00 UTC</dd>",
        "<dt>audit</dt><dd>no rows</dd>",
        "2 were skipped for a stated reason and 1 could not be read",
        &"ab".repeat(32),
    ] {
        assert!(footer.contains(said), "{said} in {footer}");
    }
}

#[test]
fn a_chapter_of_one_sentence_takes_no_sheet() {
    let page = example();
    let style = between(&page, "<style>", "</style>");
    assert!(
        style.contains("@page targets{size:portrait;@top-right{content:\"Targets and waves\""),
        "few columns stand upright"
    );
    assert!(
        style.contains("#results{page:targets}") && !style.contains("@page results"),
        "no campaign: no sheet of its own"
    );
}

#[test]
fn an_empty_report_is_still_a_page() {
    let mut empty = report("x", Table::new("users", "People", &USER));
    empty.findings.clear();
    empty.conclusions.clear();
    empty.headline.stats.clear();
    empty.definitions.clear();
    empty.targets = None;
    let page = page(&empty);
    assert!(
        page.contains("There are no findings.")
            && page.contains("No target list was written.")
            && page.contains("No rows.")
    );
}

#[test]
fn a_style_that_ends_its_element_is_refused() {
    let report = report("x", users(1, &|_| String::new()));
    assert!(matches!(render(&report, &|_| String::new(), "</style>"), Err(HtmlError::EndTag)));
    assert_eq!(example(), example(), "the same report gives the same bytes");
}
