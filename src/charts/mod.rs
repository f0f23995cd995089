//! Charts: a [`Figure`] becomes an SVG drawn by plotters, and that same SVG becomes a PNG drawn by resvg.
//!
//! Both use the bundled Noto Sans only, so a machine without fonts draws the same picture. Everything happens in
//! memory; the same figure gives the same bytes.
//!
//! # Classes in an inline SVG
//!
//! [`svg_for_page`] writes no colour and no `style`: the root has the class `k-chart`, filled marks and texts have
//! `k-` and lines have `ks-` followed by a role: `paper`, `ink`, `muted`, `line`, `wash`, `neutral`, `good`, `warn`,
//! `bad`, `unknown`, `level1`, `level2`, `level3`, `level4`. [`PAGE_CSS`] defines them all, from the custom
//! properties `--k-…`, for light, dark and print.

mod bars;
mod calendar;
mod curve;
mod document;
mod font;
mod funnel;
mod histogram;
mod lines;
mod map;
mod matrix;
mod missing;
mod outlook;
mod raster;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod waterfall;
mod weeks;

use std::fmt;

use crate::view::{Figure, Shape};
use document::Use;
use sheet::{Anchor, Area, Sheet};
use theme::Ink;
pub use theme::Theme;

/// Rules for the classes of [`svg_for_page`]; the page puts them into its stylesheet.
pub const PAGE_CSS: &str = include_str!("page.css");

/// Narrowest and widest picture.
const WIDTHS: (u32, u32) = (360, 4000);
/// Lines a title may take.
const TITLE_LINES: usize = 4;
/// Lines an axis text may take.
const AXIS_LINES: usize = 3;

/// What a picture is drawn on; its height follows its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Width in pixels, held between 360 and 4000.
    pub width: u32,
    /// Palette.
    pub theme: Theme,
}

/// Why a picture could not be drawn: a fault of this program, not of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartError(String);

impl fmt::Display for ChartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chart not drawn: {}", self.0)
    }
}

impl std::error::Error for ChartError {}

/// A figure as a stand-alone SVG file.
///
/// # Errors
///
/// When the bundled font cannot be read or plotters refuses a mark.
pub fn svg(figure: &Figure, canvas: Canvas) -> Result<String, ChartError> {
    let sheet = lay_out(figure, canvas.width)?;
    let drawn = sheet.paint(canvas.theme, true)?;
    Ok(document::finish(&drawn, figure, (sheet.width, sheet.height()), Use::File))
}

/// A figure as an SVG element for a page that includes [`PAGE_CSS`]: as wide as its place, coloured by classes,
/// without ground, allowed by a policy that forbids inline styles.
///
/// # Errors
///
/// As [`svg`].
pub fn svg_for_page(figure: &Figure, width: u32) -> Result<String, ChartError> {
    let sheet = lay_out(figure, width)?;
    let drawn = sheet.paint(Theme::Light, false)?;
    Ok(document::finish(&drawn, figure, (sheet.width, sheet.height()), Use::Page))
}

/// The picture of an SVG made by [`svg`], `scale` times its size (2.0 for dense screens), as PNG.
///
/// Characters the bundled font lacks are shown as boxes with their Unicode number, and the picture says so. A scale that would make a side longer than 16 000 pixels
/// is reduced.
///
/// # Errors
///
/// When the SVG is not one, the scale is not a positive number, or memory does not suffice.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, ChartError> {
    raster::png(svg, scale)
}

fn lay_out(figure: &Figure, width: u32) -> Result<Sheet, ChartError> {
    if !font::ready() {
        return Err(ChartError("the bundled font is unreadable".to_owned()));
    }
    let width = i32::try_from(width.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(i32::MAX);
    let mut sheet = Sheet::new(width);
    let (title, axis) = (sheet.heading(), sheet.body().ink(Ink::Muted));
    sheet.paragraph(&text::grouped(&figure.title), title, TITLE_LINES);
    sheet.y += sheet.s(2);
    sheet.paragraph(&text::grouped(&figure.axis), axis, AXIS_LINES);
    sheet.y += sheet.s(10);
    match &figure.shape {
        Shape::Nothing(why) => nothing(&mut sheet, why),
        shape if shape.is_empty() => nothing(&mut sheet, "There is nothing to show here."),
        Shape::Funnel(steps) => funnel::draw(&mut sheet, steps),
        Shape::Bars(bars) => bars::draw(&mut sheet, bars, text::denominator(&figure.axis)),
        Shape::Histogram(bins) => histogram::draw(&mut sheet, bins),
        Shape::Calendar { first, rows } => calendar::draw(&mut sheet, *first, rows),
        Shape::Lines { first, series, notes } => lines::draw(&mut sheet, *first, series, notes),
        Shape::Curve(lines) => curve::draw(&mut sheet, lines),
        Shape::Matrix { columns, rows } => matrix::draw(&mut sheet, columns, rows),
        Shape::Outlook { today, lines, levels } => outlook::draw(&mut sheet, *today, lines, levels),
        Shape::Map { across, down, columns, rows } => map::draw(&mut sheet, (across, down), columns, rows),
        Shape::Waterfall(changes) => waterfall::draw(&mut sheet, changes, text::denominator(&figure.axis)),
        Shape::Weeks(days) => weeks::draw(&mut sheet, days, text::denominator(&figure.axis)),
    }
    Ok(sheet)
}

/// An empty figure says so, and why.
fn nothing(sheet: &mut Sheet, why: &str) {
    let pen = sheet.body().ink(Ink::Muted);
    let room = sheet.right() - sheet.left() - sheet.s(40);
    let lines = pen.tape().wrap(why, room, AXIS_LINES);
    let leading = sheet.s(20);
    let frame =
        Area::new(sheet.left(), sheet.y, sheet.right() - sheet.left(), leading * sheet::int(lines.len()) + sheet.s(44));
    sheet.rect(frame, Ink::Wash);
    sheet.frame(frame, Ink::Line);
    let mut middle = frame.y + sheet.s(22) + leading / 2;
    for line in lines {
        sheet.text((frame.x + frame.w / 2, middle), Anchor::Middle, &line, pen);
        middle += leading;
    }
    sheet.y += frame.h;
}
