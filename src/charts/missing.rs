//! Characters that the bundled font lacks, for the PNG: each becomes a box with the digits of its Unicode number, as wide as
//! the character was taken to be, so that two names stay two names. The picture says so in a line at its foot.
//!
//! The SVG keeps the characters themselves: a browser has fonts for them.

use std::fmt;

use super::font::{Tape, Weight, covers, stand_in};
use super::sheet::px;
use super::text::is_mark;
use super::theme::{Ink, Theme};

const NOTE: &str = "Boxes with digits: characters that this picture's font lacks, by their Unicode number. The page, the SVG and the tables show them.";

/// The SVG as the bundled font can draw it. Markup is ASCII, so only texts change.
pub(super) fn drawable(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut boxed = false;
    for line in svg.lines() {
        match line.strip_prefix("<text ").filter(|_| !line.chars().all(|c| c.is_ascii() || covers(c))) {
            Some(rest) => boxed |= redraw(&mut out, rest),
            // A title that is not drawn may hold anything.
            None => out.push_str(line),
        }
        out.push('\n');
    }
    if boxed { noted(&out).unwrap_or(out) } else { out }
}

/// What a `<text>` says of itself.
struct Told<'t> {
    x: f64,
    y: i32,
    size: i32,
    weight: Weight,
    fill: &'t str,
}

fn put(out: &mut String, text: fmt::Arguments<'_>) {
    out.push_str(&text.to_string());
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// Writes a text again in pieces; true if a box is among them. What cannot be read stays as it is, with U+FFFD.
fn redraw(out: &mut String, rest: &str) -> bool {
    let read = || {
        let (tag, content) = rest.split_once('>')?;
        let content = plain(content.strip_suffix("</text>")?);
        let number = |name| attribute(tag, name)?.parse::<i32>().ok();
        let (size, bold) = (number("font-size")?, attribute(tag, "font-weight") == Some("bold"));
        let weight = if bold { Weight::Bold } else { Weight::Regular };
        let wide = f64::from(Tape::new(size, weight).width(&content));
        let shift = match attribute(tag, "text-anchor") {
            Some("middle") => wide / 2.0,
            Some("end") => wide,
            _ => 0.0,
        };
        let (x, y, fill) =
            (f64::from(number(" x").or_else(|| number("x"))?) - shift, number(" y")?, attribute(tag, "fill")?);
        Some((Told { x, y, size, weight, fill }, content))
    };
    if let Some((told, content)) = read() {
        return pieces(out, told, &content);
    }
    out.push_str("<text ");
    out.extend(rest.chars().map(|c| if c.is_ascii() || covers(c) { c } else { '\u{fffd}' }));
    true
}

fn pieces(out: &mut String, mut told: Told<'_>, content: &str) -> bool {
    let mut boxed = false;
    let mut run = String::new();
    for c in content.chars() {
        let drawn = if covers(c) { None } else { Some(stand_in(c)) };
        match drawn {
            None => run.push(c),
            Some("\u{fffd}") => {
                flush(out, &mut told, &mut run);
                boxed = true;
                let wide = if is_mark(c) { 0 } else { told.size };
                if wide > 0 {
                    square(out, &told, c);
                } else {
                    speck(out, &told);
                }
                told.x += f64::from(wide);
            }
            Some(other) => run.push_str(other),
        }
    }
    flush(out, &mut told, &mut run);
    boxed
}

/// Writes the run of characters the font has, and goes on behind it.
fn flush(out: &mut String, told: &mut Told<'_>, run: &mut String) {
    if !run.is_empty() {
        write(out, told.x, told.y, told, run);
        told.x += f64::from(Tape::new(told.size, told.weight).width(run));
        run.clear();
    }
}

fn write(out: &mut String, x: f64, y: i32, told: &Told<'_>, run: &str) {
    let weight = if told.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
    let (size, fill) = (told.size, told.fill);
    put(
        out,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\"{weight} xml:space=\"preserve\">{}</text>",
            super::document::escape(run)
        ),
    );
}

/// A box one em wide with the digits of the character's number in two rows.
fn square(out: &mut String, told: &Told<'_>, c: char) {
    let digits = format!("{:04X}", u32::from(c));
    let (above, below) = digits.split_at(digits.len() / 2);
    let em = f64::from(told.size);
    let (left, top) = (told.x + em * 0.06, f64::from(told.y) - em * 0.78);
    put(
        out,
        format_args!(
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2}\"/>",
            em * 0.88,
            em * 0.92,
            told.fill,
            em * 0.05
        ),
    );
    let size = em * if digits.len() > 4 { 0.36 } else { 0.44 };
    for (row, line) in [above, below].into_iter().enumerate() {
        let y = top + em * if row == 0 { 0.42 } else { 0.82 };
        put(
            out,
            format_args!(
                "<text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" text-anchor=\"middle\" fill=\"{}\">{line}</text>",
                told.x + em * 0.5,
                told.fill
            ),
        );
    }
}

/// A mark over the character before: a small hollow square above its end.
fn speck(out: &mut String, told: &Told<'_>) {
    let em = f64::from(told.size);
    put(
        out,
        format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2}\"/>",
            told.x - em * 0.25,
            f64::from(told.y) - em * 0.95,
            em * 0.18,
            em * 0.18,
            told.fill,
            em * 0.05
        ),
    );
}

/// Text without the entities that [`super::document`] writes.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, c);
    }
    text
}

/// The picture with the note under it; `None` when it is not one of ours.
fn noted(svg: &str) -> Option<String> {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ")?;
    let (width, rest) = rest.split_once(' ')?;
    let height = rest.split_once('"')?.0;
    let (w, h): (i32, i32) = (width.parse().ok()?, height.parse().ok()?);
    let dark = svg.contains(&format!("height=\"{height}\" fill=\"{}\"", Ink::Paper.hex(Theme::Dark)));
    let ink = Ink::Muted.hex(if dark { Theme::Dark } else { Theme::Light });
    // As the small type of the sheet grows with its width.
    let size = if w > 1200 { 16 } else { 12 };
    let lines = Tape::new(size, Weight::Regular).wrap(NOTE, w - 40, 6);
    let leading = px(f64::from(size) * 1.35);
    let taller = (h + leading * super::sheet::int(lines.len()) + 4).to_string();
    // The viewBox, the root's height and the paper's.
    let mut out = svg
        .replacen(&format!("viewBox=\"0 0 {width} {height}\""), &format!("viewBox=\"0 0 {width} {taller}\""), 1)
        .replacen(&format!("height=\"{height}\""), &format!("height=\"{taller}\""), 2);
    let end = out.rfind("</svg>")?;
    out.truncate(end);
    for (i, line) in (0..).zip(lines) {
        let y = h + leading * i + leading / 2;
        put(&mut out, format_args!("<text x=\"20\" y=\"{y}\" font-size=\"{size}\" fill=\"{ink}\">{line}</text>\n"));
    }
    out.push_str("</svg>\n");
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_has_stays_and_what_it_lacks_is_numbered() {
        assert!(super::super::font::ready());
        let svg = "<svg viewBox=\"0 0 400 100\" width=\"400\" height=\"100\">\n<text x=\"20\" y=\"40\" font-size=\"10\" fill=\"#1A1F26\">a\u{2265}b &amp; \u{65e5}c</text>\n</svg>\n";
        let drawn = drawable(svg);
        assert!(drawn.contains(">a&gt;=b &amp; </text>") && drawn.contains(">c</text>"), "{drawn}");
        assert!(drawn.contains(">65</text>") && drawn.contains(">E5</text>") && !drawn.contains('\u{65e5}'));
        assert!(drawn.contains("Boxes with digits") && !drawn.contains("viewBox=\"0 0 400 100\""));
        let known = "<svg viewBox=\"0 0 400 100\">\n<text x=\"2\" y=\"4\" font-size=\"10\" fill=\"#1A1F26\">\u{2192} Zo\u{eb}</text>\n</svg>\n";
        let drawn = drawable(known);
        assert!(drawn.contains(">-&gt; Zo\u{eb}</text>") && !drawn.contains("Boxes"), "{drawn}");
    }
}
