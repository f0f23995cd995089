//! Histogram: vertical bins, the known part solid, the censored part hatched on top.

use super::sheet::{Anchor, Area, Sheet, int, px, scaled};
use super::text;
use super::theme::Ink;
use crate::view::{Bin, Tone};

/// Where the bins stand.
struct Plot {
    left: i32,
    top: i32,
    height: i32,
    pitch: f64,
    most: u64,
    /// Every bin has room for its number, so no grid is needed.
    direct: bool,
    /// Every hatching is wide enough for its number.
    direct_open: bool,
}

impl Plot {
    fn bin(&self, i: usize) -> (i32, i32) {
        let edge = |n: usize| self.left + px(self.pitch * f64::from(int(n)));
        (edge(i), edge(i + 1) - edge(i))
    }

    fn base(&self) -> i32 {
        self.top + self.height
    }
}

/// Draws key, bins, numbers or grid, and labels.
pub(super) fn draw(sheet: &mut Sheet, bins: &[Bin]) {
    let censored = bins.iter().fold(0, |n: u64, b| n.saturating_add(b.censored));
    if censored > 0 {
        key(sheet, censored);
    }
    let plot = plan(sheet, bins);
    if !plot.direct {
        grid(sheet, &plot);
    }
    for (i, bin) in bins.iter().enumerate() {
        column(sheet, &plot, plot.bin(i), bin);
    }
    let width = px(plot.pitch * f64::from(int(bins.len())));
    sheet.rect(Area::new(plot.left, plot.base(), width, sheet.s(1)), Ink::Line);
    labels(sheet, &plot, bins);
    sheet.y = plot.base() + sheet.s(30);
}

fn total(bin: &Bin) -> u64 {
    bin.known.saturating_add(bin.censored)
}

fn plan(sheet: &Sheet, bins: &[Bin]) -> Plot {
    let most = bins.iter().map(total).max().unwrap_or(0);
    let count = f64::from(int(bins.len().max(1)));
    let pen = sheet.body().bold();
    let widest = bins.iter().map(|b| pen.tape().width(&text::count(total(b)))).max().unwrap_or(0);
    let wide = f64::from(sheet.right() - sheet.left());
    let pitch = |left: i32| (f64::from(sheet.right() - left) / count).min(wide / 5.0);
    let direct = f64::from(widest + sheet.s(4)) <= pitch(sheet.left());
    let ticks = sheet.small().tape().width(&text::count(most)) + sheet.s(8);
    let left = if direct { sheet.left() } else { sheet.left() + ticks };
    let height = if most == 0 { sheet.s(30) } else { (sheet.width * 3 / 10).clamp(sheet.s(160), sheet.s(330)) };
    let pitch = pitch(left);
    let open = bins.iter().map(|b| open_width(sheet, b.censored)).max().unwrap_or(0);
    let direct_open = direct && f64::from(open + sheet.s(6)) <= pitch * 5.0 / 6.0;
    Plot { left, top: sheet.y + sheet.s(24), height, pitch, most, direct, direct_open }
}

/// One bin: bars, and numbers where there is room.
fn column(sheet: &mut Sheet, plot: &Plot, (x, width): (i32, i32), bin: &Bin) {
    let gap = (width / 6).clamp(i32::from(width > 3), sheet.s(14));
    let all = scaled(total(bin), plot.most, plot.height);
    let open = scaled(bin.censored, plot.most, plot.height).min(all);
    let open = if bin.known > 0 { open.min(all - 1) } else { all };
    let known = Area::new(x + gap / 2, plot.base() - (all - open), width - gap, all - open);
    let hatch = Area::new(known.x, plot.base() - all, known.w, open);
    if bin.tone == Tone::Unknown {
        sheet.hatched(known, Ink::Unknown);
    } else {
        sheet.rect(known, Ink::of(bin.tone));
    }
    if bin.censored > 0 {
        sheet.hatched(hatch, Ink::Unknown);
    }
    if plot.direct {
        let middle = x + width / 2;
        let pen = sheet.body().bold();
        sheet.text((middle, hatch.y - sheet.s(11)), Anchor::Middle, &text::count(total(bin)), pen);
        if bin.known > 0 && plot.direct_open {
            open_number(sheet, hatch, bin.censored);
        }
    }
}

fn open_width(sheet: &Sheet, censored: u64) -> i32 {
    sheet.small().tape().width(&text::count(censored)) + sheet.s(8)
}

/// The censored count on the hatching, where it is high enough.
fn open_number(sheet: &mut Sheet, hatch: Area, censored: u64) {
    let pen = sheet.small();
    let number = text::count(censored);
    let width = open_width(sheet, censored);
    if censored > 0 && hatch.h >= sheet.s(24) {
        let middle = hatch.x + hatch.w / 2;
        sheet.rect(Area::new(middle - width / 2, hatch.middle() - sheet.s(9), width, sheet.s(18)), Ink::Paper);
        sheet.text((middle, hatch.middle()), Anchor::Middle, &number, pen);
    }
}

/// Thin lines at round counts.
fn grid(sheet: &mut Sheet, plot: &Plot) {
    let step = round_step(plot.most);
    let pen = sheet.small();
    let right = sheet.right();
    let mut value = 0;
    while value <= plot.most {
        let y = plot.base() - if value == 0 { 0 } else { scaled(value, plot.most, plot.height) };
        if value > 0 {
            sheet.rect(Area::new(plot.left, y, right - plot.left, 1), Ink::Wash);
        }
        sheet.text((plot.left - sheet.s(8), y), Anchor::End, &text::count(value), pen);
        let Some(next) = value.checked_add(step) else { return };
        value = next;
    }
}

/// 1, 2 or 5 times a power of ten, giving at most five steps.
pub(super) fn round_step(most: u64) -> u64 {
    let mut power: u64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if most / step <= 5 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Labels under the bins: every one, or every second, third … when they are too wide.
fn labels(sheet: &mut Sheet, plot: &Plot, bins: &[Bin]) {
    let pen = sheet.small();
    let tape = pen.tape();
    let gap = sheet.s(8);
    let widest = bins.iter().map(|b| tape.width(&tape.fit(&b.label, sheet.s(140)))).max().unwrap_or(0);
    let per_label = f64::from(widest.min(sheet.s(140)) + gap);
    // Up to a dozen bins are all named, if need be with an ellipsis.
    let every = if bins.len() <= 12 {
        1
    } else {
        (1..bins.len()).find(|n| plot.pitch * f64::from(int(*n)) >= per_label).unwrap_or(1)
    };
    let room = px(plot.pitch * f64::from(int(every))) - gap;
    let mut end = i32::MIN;
    for (i, bin) in bins.iter().enumerate().step_by(every) {
        let (x, width) = plot.bin(i);
        let label = tape.fit(&bin.label, room);
        let half = tape.width(&label) / 2 + 1;
        let middle = (x + width / 2).max(sheet.left() + half).min(sheet.right() - half);
        // The last may have been moved away from the edge, onto the one before.
        if middle - half < end {
            continue;
        }
        end = middle + half;
        sheet.text((middle, plot.base() + sheet.s(15)), Anchor::Middle, &label, pen);
    }
}

fn key(sheet: &mut Sheet, censored: u64) {
    let pen = sheet.small();
    let words = format!("hatched: at least this long, upper end unknown ({})", text::count(censored));
    let (x, y) = (sheet.left(), sheet.y + sheet.s(4));
    let swatch = Area::new(x, y, sheet.s(22), sheet.s(14));
    sheet.hatched(swatch, Ink::Unknown);
    let words = pen.tape().fit(&words, sheet.right() - x - sheet.s(30));
    sheet.text((x + sheet.s(30), swatch.middle()), Anchor::Start, &words, pen);
    sheet.y += sheet.s(22);
}
