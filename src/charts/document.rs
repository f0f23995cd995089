//! What plotters wrote, made into a document: names for screen readers, shorter markup, classes for the page.

use super::text;
use super::theme::{Ink, Theme};
use crate::view::Figure;

/// Families tried in a browser: the bundled one, then ones that are not wider.
const FAMILIES: &str = "'Noto Sans','Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif";

/// How the document is sized and coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A file: fixed size, colours as attributes.
    File,
    /// Inside a page: size and colours from the page's stylesheet.
    Page,
}

/// The finished document for what plotters drew of `figure` at `size`.
pub(super) fn finish(drawn: &str, figure: &Figure, size: (i32, i32), target: Use) -> String {
    let mut out = head(figure, size, target);
    let mut in_text = false;
    // plotters writes one tag a line, and the content of a text on a line of its own; inert text has no line ends.
    for line in drawn.lines().skip(1) {
        if line.starts_with("<text") {
            out.push_str(&tag(line, target));
            in_text = true;
        } else if in_text {
            in_text = line != "</text>";
            out.push_str(line);
            if !in_text {
                out.push('\n');
            }
        } else {
            out.push_str(&tag(line, target));
            out.push('\n');
        }
    }
    out
}

fn head(figure: &Figure, (width, height): (i32, i32), target: Use) -> String {
    let id: String =
        figure.id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
    let size = match target {
        Use::File => format!(r#"width="{width}" height="{height}" font-family="{FAMILIES}""#),
        Use::Page => format!(r#"class="k-chart" font-family="{FAMILIES}""#),
    };
    let names = format!("chart-{id}-title chart-{id}-desc");
    let (title, desc) = (escape(&figure.title), escape(&figure.alt));
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" {} stroke-linejoin="round""#,
            r#" role="img" aria-labelledby="{}">"#,
            "\n<title id=\"chart-{}-title\">{}</title>\n<desc id=\"chart-{}-desc\">{}</desc>\n"
        ),
        width, height, size, names, id, title, id, desc
    )
}

/// A tag without what says nothing, in the page's case with classes for colours.
/// Quotes in texts are escaped, so `fill="` is only ever an attribute.
fn tag(line: &str, target: Use) -> String {
    let mut tag = line.to_owned();
    for noise in [
        r#" opacity="1""#,
        r#" stroke="none""#,
        r#" dy="0.5ex""#,
        r#" text-anchor="start""#,
        r#" font-family="Noto Sans""#,
    ] {
        tag = tag.replace(noise, "");
    }
    tag = tag.replace(r#" ""#, r#"""#); // the blank after the last point
    if target == Use::Page {
        for ink in Ink::ALL {
            let (hex, name) = (ink.hex(Theme::Light), ink.name());
            tag = tag.replace(&format!(r#"fill="{hex}""#), &format!(r#"class="k-{name}""#));
            tag = tag.replace(&format!(r#"stroke="{hex}""#), &format!(r#"class="ks-{name}""#));
        }
    }
    whole_font_size(&tag)
}

/// `font-size="13.999999999999998"` as `14`.
fn whole_font_size(tag: &str) -> String {
    let rounded = tag.split_once("font-size=\"").and_then(|(before, rest)| {
        let (size, after) = rest.split_once('"')?;
        let size: f64 = size.parse().ok()?;
        Some(format!("{before}font-size=\"{}\"{after}", size.round()))
    });
    rounded.unwrap_or_else(|| tag.to_owned())
}

/// Text for element content and attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text::inert(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}
