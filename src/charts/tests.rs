//! Every kind of chart, from nothing to sixty entries, harmless and hostile.

use super::*;
use crate::model::time::Day;
use crate::view::{Bar, Bin, CalendarRow, Change, Move, Planned, Step, Stripe, Tone};

const SIZES: [usize; 6] = [0, 1, 2, 7, 12, 60];
pub(super) const HOSTILE: &str = "<script>alert('x')</script>\" onload=\"a&b\u{0}\u{7}\u{202e}evil\u{2066}]]>";
const TONES: [Tone; 5] = [Tone::Neutral, Tone::Good, Tone::Warn, Tone::Bad, Tone::Unknown];

/// Every sort of name: short, long, of scripts the font lacks, right to left, with towers of accents, hostile.
fn label(i: usize) -> String {
    match i % 9 {
        0 => format!("App {i}"),
        1 => format!("Contoso Warehouse Management Production (Europe North) number {i} with a name that never ends"),
        2 => "日本語アプリ 😀".to_owned(),
        3 => format!("{i}–{}", i + 29),
        4 => HOSTILE.to_owned(),
        5 => "قسم المبيعات והכנסות".to_owned(),
        6 => format!("Z{}o\u{308}e\u{328}\u{301} {i}", "\u{301}".repeat(40)),
        7 => "W".repeat(200),
        _ => String::new(),
    }
}

fn shapes(n: usize) -> Vec<Shape> {
    let number = |i: usize| u64::try_from((n - i) * (n - i) * 37).unwrap_or(0);
    let tone = |i: usize| TONES[i % TONES.len()];
    let day = |i: usize| i32::try_from(i).unwrap_or(0);
    let stripe = |i: usize| Stripe { label: label(i), open: i % 4 == 3, framed: i % 5 > 2 };
    let moves = [Move::Total, Move::Loss, Move::Gain, Move::Loss];
    vec![
        Shape::Funnel((0..n).map(|i| Step { label: label(i), count: number(i), leak: label(i + 1) }).collect()),
        Shape::Bars((0..n).map(|i| Bar { label: label(i), count: number(i), tone: tone(i) }).collect()),
        Shape::Histogram(
            (0..n)
                .map(|i| Bin {
                    label: label(i),
                    known: number(i) * u64::from(i % 3 > 0),
                    censored: number(n - i),
                    tone: tone(i),
                })
                .collect(),
        ),
        Shape::Calendar {
            first: Day(20_000),
            rows: (0..n)
                .map(|i| CalendarRow {
                    label: label(i),
                    levels: (0..=i * 9).map(|d| u8::try_from((d + i) % 7).unwrap_or(0)).collect(),
                })
                .collect(),
        },
        Shape::Map {
            across: label(1),
            down: label(7),
            columns: (0..n).map(stripe).collect(),
            rows: (0..n).map(|i| (stripe(i), (0..n).map(|k| number(i) * number(k) % 97_003).collect())).collect(),
        },
        Shape::Waterfall(
            (0..n)
                .map(|i| Change {
                    label: label(i),
                    to: moves[(i * i) % 4],
                    count: if i == 0 { 9_999_999 } else { number(i) },
                    tone: tone(i),
                })
                .collect(),
        ),
        Shape::Weeks(
            (0..n)
                .map(|i| Planned {
                    day: Day(20_000 + day(i) * (1 + day(n) % 11)),
                    label: label(i),
                    count: if i % 6 == 5 { 0 } else { number(i) },
                    tone: tone(i),
                })
                .collect(),
        ),
        Shape::Bars(Vec::new()).or(label(i_of(n))),
    ]
}

/// Some label that depends on the size.
fn i_of(n: usize) -> usize {
    n * 7 + 1
}

fn figures() -> Vec<Figure> {
    let shapes = SIZES.iter().flat_map(|n| shapes(*n));
    shapes
        .map(|shape| Figure {
            id: "test",
            title: format!("12 of 48 people were never asked {HOSTILE} and this title goes on for more than one line"),
            axis: "people, of 480000000 enabled members".to_owned(),
            alt: HOSTILE.to_owned(),
            shape,
        })
        .collect()
}

#[test]
fn every_kind_and_size_draws_the_same_harmless_bytes_twice() -> Result<(), ChartError> {
    for figure in figures() {
        for width in [100, 800, 1600] {
            let canvas = Canvas { width, theme: Theme::Dark };
            let file = svg(&figure, canvas)?;
            assert_eq!(file, svg(&figure, canvas)?);
            let page = svg_for_page(&figure, width)?;
            for text in [&file, &page] {
                assert!(!text.contains("NaN") && !text.contains("<script") && !text.contains("\" onload"));
                assert!(!text.contains(['\0', '\u{7}', '\u{202e}', '\u{2066}']));
                assert!(text.contains("&lt;script&gt;"));
                assert!(!text.contains("=\"-"), "negative size or place: {text}");
                assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n"));
            }
        }
    }
    Ok(())
}

#[test]
fn texts_stay_on_the_sheet_and_off_each_other() -> Result<(), ChartError> {
    for figure in figures() {
        for width in [360, 800, 1600] {
            let sheet = lay_out(&figure, width)?;
            let boxes = sheet.text_boxes();
            for (i, (a, words)) in boxes.iter().enumerate() {
                let inside = a.x >= 0 && a.x + a.w <= sheet.width && a.y >= 0 && a.y + a.h <= sheet.height();
                assert!(inside, "{words} at {a:?} leaves the sheet of {width}");
                for (b, others) in &boxes[i + 1..] {
                    let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                    assert!(apart, "{words} {a:?} over {others} {b:?} at {width}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn page_svg_has_classes_and_no_colours_or_styles() -> Result<(), ChartError> {
    for figure in figures() {
        let page = svg_for_page(&figure, 800)?;
        let root = page.lines().next().unwrap_or_default();
        assert!(root.contains("viewBox=") && root.contains(r#"role="img""#) && root.contains(r#"class="k-chart""#));
        assert!(!root.contains(" width=") && !root.contains(" height="));
        assert!(root.contains(r#"aria-labelledby="chart-test-title chart-test-desc""#));
        assert!(page.contains(r#"<title id="chart-test-title">"#) && page.contains(r#"<desc id="chart-test-desc">"#));
        assert!(!page.contains("=\"#") && !page.contains("style="));
    }
    Ok(())
}

#[test]
fn nothing_is_said_in_words_and_why() -> Result<(), ChartError> {
    let canvas = Canvas { width: 800, theme: Theme::Light };
    for figure in figures().iter().take(7) {
        assert!(svg(figure, canvas)?.contains("There is nothing to show here."));
    }
    let figure = |shape: Shape| Figure { shape, ..figures().swap_remove(0) };
    let empty = figure(Shape::Bars(Vec::new()).or("No report names methods."));
    assert!(svg(&empty, canvas)?.contains("No report names methods."));
    assert!(empty.table().rows.is_empty());
    let some = Shape::Bars(vec![Bar { label: "none".to_owned(), count: 0, tone: Tone::Bad }]);
    assert_eq!(some.clone().or("not said"), some, "a mark of nobody is a mark");
    Ok(())
}

/// The numbers drawn are those of the table beside the picture.
#[test]
fn tables_say_the_same_numbers() {
    let cells = |shape: Shape| {
        let table = Figure { shape, ..figures().swap_remove(0) }.table();
        let width = table.columns.len();
        assert!(table.rows.iter().all(|r| r.len() == width));
        table.to_csv()
    };
    let change = |label: &str, to, count| Change { label: label.to_owned(), to, count, tone: Tone::Neutral };
    let fall =
        vec![change("on the list", Move::Total, 10), change("left", Move::Loss, 4), change("new", Move::Gain, 1)];
    assert_eq!(
        cells(Shape::Waterfall(fall)),
        "label,change,count,level\non the list,total,10,10\nleft,loss,4,6\nnew,gain,1,7\n"
    );
    let stripe = |label: &str| Stripe { label: label.to_owned(), open: false, framed: false };
    let map = Shape::Map {
        across: String::new(),
        down: String::new(),
        columns: vec![stripe("a"), stripe("b")],
        rows: vec![(stripe("x"), vec![1, 2]), (stripe("y"), vec![3, 4])],
    };
    assert_eq!(cells(map), "label,column,count\nx,a,1\nx,b,2\ny,a,3\ny,b,4\n");
    let planned = Planned { day: Day(0), label: "wave 1".to_owned(), count: 9, tone: Tone::Good };
    assert_eq!(cells(Shape::Weeks(vec![planned])), "day,label,count\n1970-01-01,wave 1,9\n");
}

#[test]
fn png_has_the_size_of_the_svg_times_scale_and_is_not_blank() -> Result<(), ChartError> {
    for figure in figures().iter().skip(16).take(8) {
        let canvas = Canvas { width: 800, theme: Theme::Light };
        let height = lay_out(figure, canvas.width)?.height();
        let picture = svg(figure, canvas)?;
        let bytes = png(&picture, 2.0)?;
        assert_eq!(bytes, png(&picture, 2.0)?);
        let pixmap = resvg::tiny_skia::Pixmap::decode_png(&bytes).map_err(|e| ChartError(e.to_string()))?;
        assert_eq!(pixmap.width(), 1600);
        // A line at the foot says what the font lacks.
        let taller = i32::try_from(pixmap.height()).map(|h| h - height * 2);
        assert!(taller.is_ok_and(|more| more == 0 || (40..400).contains(&more)), "{taller:?}");
        let mut colours: Vec<[u8; 4]> =
            pixmap.pixels().iter().map(|p| [p.red(), p.green(), p.blue(), p.alpha()]).collect();
        colours.sort_unstable();
        colours.dedup();
        assert!(colours.len() > 20, "{} colours", colours.len());
    }
    assert!(png("<svg", 1.0).is_err() && png("", f32::NAN).is_err());
    Ok(())
}

#[test]
fn unknown_characters_stay_visible_in_the_png() -> Result<(), ChartError> {
    let draw = |label: &str| {
        let shape = Shape::Bars(vec![Bar { label: label.to_owned(), count: 1, tone: Tone::Neutral }]);
        let figure = Figure { id: "x", title: String::new(), axis: String::new(), alt: String::new(), shape };
        svg(&figure, Canvas { width: 400, theme: Theme::Light })
    };
    let (cjk, other, latin) = (draw("日本")?, draw("東京")?, draw("Nihon")?);
    assert!(cjk.contains("日本"), "the browser shows the real text");
    assert!(!cjk.contains("Boxes with digits"));
    let size = |svg: &str| {
        let bytes = png(svg, 1.0)?;
        resvg::tiny_skia::Pixmap::decode_png(&bytes).map_err(|e| ChartError(e.to_string())).map(|p| p.height())
    };
    assert!(size(&cjk)? > size(&latin)?, "the picture says so at its foot");
    assert_ne!(png(&cjk, 1.0)?, png(&other, 1.0)?, "two names stay two names");
    Ok(())
}

/// The laws of every picture, for shapes tested in files of their own: the same harmless bytes twice, classes only on the
/// page, and texts that stay on the sheet and off each other.
pub(super) fn draws_well(figure: &Figure) {
    for width in [360, 800, 1600] {
        let canvas = Canvas { width, theme: Theme::Light };
        let (Ok(file), Ok(again), Ok(page)) = (svg(figure, canvas), svg(figure, canvas), svg_for_page(figure, width))
        else {
            unreachable!("{figure:?} is not drawn at {width}")
        };
        assert_eq!(file, again);
        for text in [&file, &page] {
            assert!(!text.contains("NaN") && !text.contains("<script") && !text.contains("\" onload"));
            assert!(!text.contains(['\0', '\u{7}', '\u{202e}', '\u{2066}']));
            assert!(!text.contains("=\"-"), "negative size or place at {width}: {text}");
        }
        assert!(!page.contains("=\"#") && !page.contains("style="));
        let Ok(sheet) = lay_out(figure, width) else { unreachable!("laid out before") };
        let boxes = sheet.text_boxes();
        for (i, (a, words)) in boxes.iter().enumerate() {
            let inside = a.x >= 0 && a.x + a.w <= sheet.width && a.y >= 0 && a.y + a.h <= sheet.height();
            assert!(inside, "{words} at {a:?} leaves the sheet of {width}");
            for (b, others) in &boxes[i + 1..] {
                let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                assert!(apart, "{words} {a:?} over {others} {b:?} at {width}");
            }
        }
    }
}
