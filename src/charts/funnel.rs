//! Funnel: left-aligned steps of decreasing length; between them how many went on, and why the others did not.

use super::bars::{Columns, Number};
use super::sheet::{Anchor, Area, Sheet, scaled};
use super::text;
use super::theme::Ink;
use crate::view::Step;

/// Lines a leak text may take.
const LEAK_LINES: usize = 2;

/// Draws the steps.
pub(super) fn draw(sheet: &mut Sheet, steps: &[Step]) {
    let most = steps.iter().map(|s| s.count).max().unwrap_or(0);
    let first = steps.first().map_or(0, |s| s.count);
    let numbers: Vec<Number> = steps.iter().map(|s| Number::new(sheet, s.count, Some(first))).collect();
    let tail = numbers.iter().map(|n| n.width(sheet)).max().unwrap_or(0);
    let columns = Columns::new(sheet, steps.iter().map(|s| s.label.as_str()), tail);
    let worst = worst(steps);
    let thickness = sheet.s(if steps.len() > 12 { 22 } else { 30 });
    let top = sheet.y;
    let mut before: Option<&[Step]> = None;
    for (i, (step, number)) in steps.iter().zip(&numbers).enumerate() {
        if let Some(pair) = before {
            drop(sheet, pair, &columns, (most, worst));
        } else {
            aside(sheet, &columns, &step.leak);
        }
        let area = Area::new(columns.bars, sheet.y, scaled(step.count, most, columns.length), thickness);
        sheet.rect(area, Ink::Neutral);
        columns.label(sheet, area.middle(), &step.label);
        number.draw(sheet, area.x + area.w, area.middle());
        sheet.y += thickness;
        before = steps.get(i..i + 2);
    }
    sheet.rect(Area::new(columns.bars - sheet.s(1), top, sheet.s(1), sheet.y - top), Ink::Line);
}

/// The largest loss, if one drop stands out from the others; otherwise zero.
fn worst(steps: &[Step]) -> u64 {
    let most = steps.windows(2).map(lost).max().unwrap_or(0);
    if steps.windows(2).filter(|pair| lost(pair) == most).count() == 1 { most } else { 0 }
}

fn lost(pair: &[Step]) -> u64 {
    match pair {
        [from, to] => from.count.saturating_sub(to.count),
        _ => 0,
    }
}

/// The space between two steps: a wedge, the conversion, the loss and its reason.
fn drop(sheet: &mut Sheet, pair: &[Step], columns: &Columns, (most, worst): (u64, u64)) {
    let [from, to] = pair else { return };
    let small = sheet.small();
    let lost = lost(pair);
    let went_on =
        if from.count == 0 { String::new() } else { format!("{} go on", text::percent(to.count, from.count)) };
    let leaves = if lost == 0 { String::new() } else { format!("–{}", text::count(lost)) };
    let loss_pen = if lost == worst { small.bold().ink(Ink::Bad) } else { small.bold() };
    let x = columns.bars + sheet.s(10);
    let loss_x = if went_on.is_empty() { x } else { x + small.tape().width(&went_on) + sheet.s(14) };
    let leak_x = if leaves.is_empty() { loss_x } else { loss_x + loss_pen.tape().width(&leaves) + sheet.s(8) };
    // Why people stop is said only where some do.
    let leak = if lost == 0 { "" } else { to.leak.as_str() };
    let lines = small.tape().wrap(leak, sheet.right() - leak_x, LEAK_LINES);
    let leading = sheet.s(17);
    let height = leading * super::sheet::int(lines.len().max(1)) + sheet.s(9);
    let (top, left) = (sheet.y, columns.bars);
    let (wide, narrow) = (scaled(from.count, most, columns.length), scaled(to.count, most, columns.length));
    if wide > 0 {
        let corners = vec![(left, top), (left + wide, top), (left + narrow, top + height), (left, top + height)];
        sheet.polygon(corners, Ink::Wash);
    }
    let middle = top + sheet.s(4) + leading / 2;
    sheet.text((x, middle), Anchor::Start, &went_on, small);
    sheet.text((loss_x, middle), Anchor::Start, &leaves, loss_pen);
    let mut y = middle;
    for line in lines {
        sheet.text((leak_x, y), Anchor::Start, &line, small);
        y += leading;
    }
    sheet.y += height;
}

/// A text before the first step, which has no drop.
fn aside(sheet: &mut Sheet, columns: &Columns, leak: &str) {
    let small = sheet.small();
    for line in small.tape().wrap(leak, sheet.right() - columns.bars, LEAK_LINES) {
        sheet.text((columns.bars, sheet.y + sheet.s(8)), Anchor::Start, &line, small);
        sheet.y += sheet.s(20);
    }
}
