//! Every kind of chart, from nothing to sixty entries, harmless and hostile.

use super::*;
use crate::model::time::Day;
use crate::view::{Bar, Bin, CalendarRow, Step, Tone};

const SIZES: [usize; 6] = [0, 1, 2, 7, 14, 60];
pub(super) const HOSTILE: &str = "<script>alert('x')</script>\" onload=\"a&b\u{0}\u{7}\u{202e}evil\u{2066}]]>";
const TONES: [Tone; 5] = [Tone::Neutral, Tone::Good, Tone::Warn, Tone::Bad, Tone::Unknown];

fn label(i: usize) -> String {
    match i % 5 {
        0 => format!("App {i}"),
        1 => format!("Contoso Warehouse Management Production (Europe North) number {i} with a name that never ends"),
        2 => "日本語アプリ 😀".to_owned(),
        3 => format!("{i}–{}", i + 29),
        _ => HOSTILE.to_owned(),
    }
}

fn shapes(n: usize) -> [Shape; 4] {
    let number = |i: usize| u64::try_from((n - i) * (n - i) * 37).unwrap_or(0);
    let tone = |i: usize| TONES[i % TONES.len()];
    [
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
    ]
}

fn figures() -> Vec<Figure> {
    let shapes = SIZES.iter().flat_map(|n| shapes(*n));
    shapes
        .map(|shape| Figure {
            id: "test",
            title: format!("12 of 48 people were never asked {HOSTILE} and this title goes on for more than one line"),
            axis: "people, of 4 800 000 enabled members".to_owned(),
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
fn nothing_is_said_in_words() -> Result<(), ChartError> {
    for figure in figures().iter().take(4) {
        assert!(svg(figure, Canvas { width: 800, theme: Theme::Light })?.contains("nothing to show"));
    }
    Ok(())
}

#[test]
fn png_has_the_size_of_the_svg_times_scale_and_is_not_blank() -> Result<(), ChartError> {
    for figure in figures().iter().skip(8).take(8) {
        let canvas = Canvas { width: 800, theme: Theme::Light };
        let height = lay_out(figure, canvas.width)?.height();
        let picture = svg(figure, canvas)?;
        let bytes = png(&picture, 2.0)?;
        assert_eq!(bytes, png(&picture, 2.0)?);
        let pixmap = resvg::tiny_skia::Pixmap::decode_png(&bytes).map_err(|e| ChartError(e.to_string()))?;
        assert_eq!(pixmap.width(), 1600);
        assert_eq!(i32::try_from(pixmap.height()), Ok(height * 2));
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
    let (cjk, replaced) = (draw("日本")?, draw("\u{fffd}\u{fffd}")?);
    assert!(cjk.contains("日本"), "the browser shows the real text");
    assert_eq!(png(&cjk, 1.0)?, png(&replaced, 1.0)?);
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
