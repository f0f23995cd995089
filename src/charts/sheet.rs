//! The sheet a figure is laid out on: marks by role, collected top to bottom, then painted once with plotters.
//!
//! Collecting first lets the height follow the content, and lets tests look for overlaps.

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea;
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, TextStyle};

use super::ChartError;
use super::font::{FAMILY, Tape, Weight};
use super::text;
use super::theme::{Ink, Theme};
use crate::view::Tone;

/// Rounds a length to whole pixels.
#[expect(clippy::cast_possible_truncation, reason = "float to integer casts saturate, and pictures are small")]
pub(super) fn px(length: f64) -> i32 {
    length.round() as i32
}

/// A number of things as a length.
pub(super) fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// `count` on a scale where `most` is `length` long; what exists is at least two pixels.
pub(super) fn scaled(count: u64, most: u64, length: i32) -> i32 {
    let length = u128::try_from(length).unwrap_or(0);
    let exact = (u128::from(count) * length * 2 + u128::from(most)) / (u128::from(most.max(1)) * 2);
    let drawn = i32::try_from(exact.min(length)).unwrap_or(0);
    if count > 0 { drawn.max(2) } else { 0 }
}

/// Where text hangs on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The point is the text's left end.
    Start,
    /// The point is its middle.
    Middle,
    /// The point is its right end.
    End,
}

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pen {
    /// Size in pixels.
    pub(super) size: i32,
    /// Thickness.
    pub(super) weight: Weight,
    /// Colour.
    pub(super) ink: Ink,
}

impl Pen {
    /// Measures text of this size and weight.
    pub(super) fn tape(self) -> Tape {
        Tape::new(self.size, self.weight)
    }

    /// The same pen, bold.
    pub(super) fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// The same pen in another colour.
    pub(super) fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// Left edge.
    pub(super) x: i32,
    /// Top edge.
    pub(super) y: i32,
    /// Width.
    pub(super) w: i32,
    /// Height.
    pub(super) h: i32,
}

impl Area {
    /// A rectangle.
    pub(super) fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    /// Middle of the height.
    pub(super) fn middle(self) -> i32 {
        self.y + self.h / 2
    }
}

#[derive(Clone, Debug)]
enum Mark {
    Rect(Area, Ink),
    Polygon(Vec<(i32, i32)>, Ink),
    Path(Vec<(i32, i32)>, Ink, u32),
    Text { at: (i32, i32), anchor: Anchor, text: String, pen: Pen },
}

/// Marks on paper of a given width, as high as what is put on it.
pub(super) struct Sheet {
    /// Width in pixels.
    pub(super) width: i32,
    /// Next free line; grows downwards.
    pub(super) y: i32,
    scale: f64,
    marks: Vec<Mark>,
}

impl Sheet {
    /// An empty sheet. Type and strokes grow slowly with the width: 1600 pixels get 1.35 times those of 800.
    pub(super) fn new(width: i32) -> Self {
        let scale = (0.65 + 0.35 * f64::from(width) / 800.0).clamp(0.9, 2.0);
        let mut sheet = Self { width, y: 0, scale, marks: Vec::new() };
        sheet.y = sheet.s(18);
        sheet
    }

    /// A length given for width 800.
    pub(super) fn s(&self, length: i32) -> i32 {
        px(f64::from(length) * self.scale)
    }

    /// Left margin.
    pub(super) fn left(&self) -> i32 {
        self.s(20)
    }

    /// Right margin's position.
    pub(super) fn right(&self) -> i32 {
        self.width - self.s(20)
    }

    /// The pen of headings.
    pub(super) fn heading(&self) -> Pen {
        Pen { size: self.s(19), weight: Weight::Bold, ink: Ink::Text }
    }

    /// The pen of labels and numbers.
    pub(super) fn body(&self) -> Pen {
        Pen { size: self.s(14), weight: Weight::Regular, ink: Ink::Text }
    }

    /// The pen of keys, ticks and asides.
    pub(super) fn small(&self) -> Pen {
        Pen { size: self.s(13), weight: Weight::Regular, ink: Ink::Muted }
    }

    /// A filled rectangle; nothing when it is empty.
    pub(super) fn rect(&mut self, area: Area, ink: Ink) {
        if area.w > 0 && area.h > 0 {
            self.marks.push(Mark::Rect(area, ink));
        }
    }

    /// A filled polygon.
    pub(super) fn polygon(&mut self, points: Vec<(i32, i32)>, ink: Ink) {
        self.marks.push(Mark::Polygon(points, ink));
    }

    /// A line through points.
    pub(super) fn trace(&mut self, points: Vec<(i32, i32)>, ink: Ink, width: i32) {
        if points.len() > 1 {
            self.marks.push(Mark::Path(points, ink, u32::try_from(width).unwrap_or(1).max(1)));
        }
    }

    /// A line through points, broken into dashes: unknown, or a cross-check. It is told from the others without its colour.
    pub(super) fn dashed(&mut self, points: &[(i32, i32)], ink: Ink, width: i32) {
        for piece in dashes(points, f64::from(self.s(6)), f64::from(self.s(4))) {
            self.trace(piece, ink, width);
        }
    }

    /// A line of some tone: unknown ones are dashed.
    pub(super) fn line(&mut self, points: Vec<(i32, i32)>, tone: Tone, width: i32) {
        if tone == Tone::Unknown {
            self.dashed(&points, Ink::Unknown, width);
        } else {
            self.trace(points, Ink::of(tone), width);
        }
    }

    /// The outline of a rectangle, drawn inside it.
    pub(super) fn frame(&mut self, area: Area, ink: Ink) {
        let Area { x, y, w, h } = area;
        let t = self.s(1).min(w).min(h);
        self.rect(Area::new(x, y, w, t), ink);
        self.rect(Area::new(x, y + h - t, w, t), ink);
        self.rect(Area::new(x, y + t, t, h - 2 * t), ink);
        self.rect(Area::new(x + w - t, y + t, t, h - 2 * t), ink);
    }

    /// A rectangle outlined and hatched on paper: unknown, or missing.
    pub(super) fn hatched(&mut self, area: Area, ink: Ink) {
        self.rect(area, Ink::Paper);
        let t = self.s(1);
        let inner = Area::new(area.x + t, area.y + t, area.w - 2 * t, area.h - 2 * t);
        let path = zigzag(inner, self.s(5));
        if path.len() > 1 {
            self.marks.push(Mark::Path(path, ink, u32::try_from(t).unwrap_or(1)));
        }
        self.frame(area, ink);
    }

    /// Text whose capitals are centred on `at.1`.
    pub(super) fn text(&mut self, at: (i32, i32), anchor: Anchor, text: &str, pen: Pen) {
        if !text.is_empty() {
            let baseline = at.1 + px(f64::from(pen.size) * 0.357);
            self.marks.push(Mark::Text { at: (at.0, baseline), anchor, text: text::inert(text), pen });
        }
    }

    /// Lines of text from the cursor on; moves the cursor below them.
    pub(super) fn paragraph(&mut self, text: &str, pen: Pen, most: usize) {
        let leading = px(f64::from(pen.size) * 1.35);
        for line in pen.tape().wrap(text, self.right() - self.left(), most) {
            self.text((self.left(), self.y + leading / 2), Anchor::Start, &line, pen);
            self.y += leading;
        }
    }

    /// The whole height: the cursor and a margin.
    pub(super) fn height(&self) -> i32 {
        self.y + self.s(16)
    }

    /// Paints the marks with plotters; with or without the paper under them.
    pub(super) fn paint(&self, theme: Theme, paper: bool) -> Result<String, ChartError> {
        let size = (u32::try_from(self.width).unwrap_or(0), u32::try_from(self.height()).unwrap_or(0));
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            let ground = Mark::Rect(Area::new(0, 0, self.width, self.height()), Ink::Paper);
            for mark in paper.then_some(&ground).into_iter().chain(&self.marks) {
                let drawn = match mark {
                    Mark::Rect(Area { x, y, w, h }, ink) => {
                        area.draw(&Rectangle::new([(*x, *y), (x + w, y + h)], ink.color(theme).filled()))
                    }
                    Mark::Polygon(points, ink) => area.draw(&Polygon::new(points.clone(), ink.color(theme).filled())),
                    Mark::Path(points, ink, width) => {
                        area.draw(&PathElement::new(points.clone(), ink.color(theme).stroke_width(*width)))
                    }
                    Mark::Text { at, anchor, text, pen } => {
                        area.draw(&Text::new(text.as_str(), *at, style(*pen, *anchor, theme)))
                    }
                };
                drawn.map_err(|e| ChartError(e.to_string()))?;
            }
            area.present().map_err(|e| ChartError(e.to_string()))?;
        }
        Ok(svg)
    }

    /// Rectangles thinner than three pixels and higher than twenty, for tests.
    #[cfg(test)]
    pub(super) fn uprights(&self) -> Vec<Area> {
        let thin = |mark: &Mark| match mark {
            Mark::Rect(area, _) if area.w < 3 && area.h > 20 => Some(*area),
            _ => None,
        };
        self.marks.iter().filter_map(thin).collect()
    }

    /// The boxes of all texts, for tests.
    #[cfg(test)]
    pub(super) fn text_boxes(&self) -> Vec<(Area, String)> {
        self.marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Text { at, anchor, text, pen } => {
                    let w = pen.tape().width(text);
                    let x = match anchor {
                        Anchor::Start => at.0,
                        Anchor::Middle => at.0 - w / 2,
                        Anchor::End => at.0 - w,
                    };
                    let rise = px(f64::from(pen.size) * 0.74);
                    Some((Area::new(x, at.1 - rise, w, px(f64::from(pen.size) * 0.95)), text.clone()))
                }
                Mark::Rect(..) | Mark::Polygon(..) | Mark::Path(..) => None,
            })
            .collect()
    }
}

/// plotters writes `font-size = size / 1.24`, so it is asked for 1.24 times the size.
fn style(pen: Pen, anchor: Anchor, theme: Theme) -> TextStyle<'static> {
    let desc = FontDesc::new(FontFamily::Name(FAMILY), f64::from(pen.size) * 1.24, pen.weight.style());
    let h = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    TextStyle { font: desc, color: pen.ink.color(theme).to_backend_color(), pos: Pos::new(h, VPos::Center) }
}

/// The pieces of a line that are drawn: `on` pixels, then `off` not, along its whole length and round its corners.
fn dashes(points: &[(i32, i32)], on: f64, off: f64) -> Vec<Vec<(i32, i32)>> {
    let mut out = Vec::new();
    let mut piece: Vec<(i32, i32)> = Vec::new();
    let (mut left, mut drawn) = (on, true);
    piece.extend(points.first());
    for pair in points.windows(2) {
        let [from, to] = pair else { continue };
        let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let length = dx.hypot(dy);
        let at = |along: f64| (from.0 + px(dx * along / length), from.1 + px(dy * along / length));
        let mut along = 0.0;
        while length - along > left {
            along += left;
            if drawn {
                piece.push(at(along));
                out.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at(along)];
            }
            drawn = !drawn;
            left = if drawn { on } else { off };
        }
        left -= length - along;
        if drawn && length > 0.0 {
            piece.push(*to);
        }
    }
    out.push(piece);
    out.retain(|p| p.len() > 1);
    out
}

/// One line that fills a rectangle with diagonals: up one, along the edge, down the next, never outside.
fn zigzag(area: Area, step: i32) -> Vec<(i32, i32)> {
    let Area { x, y, w, h } = area;
    if w <= 0 || h <= 0 || step <= 0 {
        return Vec::new();
    }
    // Diagonal d runs from the left or bottom edge to the top or right edge: all points with dx + dy = d.
    let low = |d: i32| if d <= h { (x, y + d) } else { (x + d - h, y + h) };
    let high = |d: i32| if d <= w { (x + d, y) } else { (x + w, y + d - w) };
    let mut points = Vec::new();
    let mut upwards = true;
    let mut last = 0;
    let mut d = step;
    while d < w + h {
        let (corner_at, corner) = if upwards { (h, (x, y + h)) } else { (w, (x + w, y)) };
        if last < corner_at && corner_at < d {
            points.push(corner);
        }
        points.extend(if upwards { [low(d), high(d)] } else { [high(d), low(d)] });
        upwards = !upwards;
        last = d;
        d += step;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside() {
        for (w, h) in [(1, 1), (3, 90), (90, 3), (40, 40), (7, 13), (0, 5)] {
            let points = zigzag(Area::new(10, 20, w, h), 5);
            assert!(points.iter().all(|(x, y)| (10..=10 + w).contains(x) && (20..=20 + h).contains(y)), "{w}x{h}");
            assert_eq!(points.is_empty(), w + h <= 5 || w == 0);
            let along = |a: i32, b: i32, c: i32, d: i32| a == b || c == d || (a - b).abs() == (c - d).abs();
            assert!(points.windows(2).all(|p| along(p[0].0, p[1].0, p[0].1, p[1].1)), "{points:?}");
        }
    }

    #[test]
    fn dashes_go_round_corners_and_stay_on_the_line() {
        assert_eq!(dashes(&[(0, 0), (10, 0)], 6.0, 4.0), [vec![(0, 0), (6, 0)]]);
        let round = dashes(&[(0, 0), (3, 0), (3, 9)], 6.0, 4.0);
        assert_eq!(round, [vec![(0, 0), (3, 0), (3, 3)], vec![(3, 7), (3, 9)]]);
        assert!(dashes(&[(5, 5), (5, 5)], 6.0, 4.0).is_empty() && dashes(&[], 6.0, 4.0).is_empty());
    }

    #[test]
    fn scales_keep_small_things_visible_and_large_ones_inside() {
        assert_eq!([scaled(0, 10, 100), scaled(5, 10, 100), scaled(10, 10, 100)], [0, 50, 100]);
        assert_eq!([scaled(1, 1_000_000, 100), scaled(u64::MAX, u64::MAX, 100), scaled(0, 0, 100)], [2, 100, 0]);
    }
}
