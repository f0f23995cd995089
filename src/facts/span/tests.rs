//! Spans in any order of rows, against lists of all rows.

use super::*;
use crate::model::time::HOUR_SECONDS;

fn at(day: i64, hour: i64) -> Instant {
    Instant(day * DAY_SECONDS + hour * HOUR_SECONDS)
}

fn span(rows: &[Instant]) -> Span {
    let mut span = Span::at(rows[0]);
    rows[1..].iter().for_each(|row| span.add(*row));
    span
}

#[test]
fn the_first_row_after_a_quiet_week_is_known_to_the_second_in_any_order() {
    let rows = [at(0, 9), at(30, 10), at(30, 8), at(31, 7), at(45, 6)];
    let whole = span(&rows);
    assert_eq!(whole.after(at(20, 0)), Some(After::known(at(30, 8))));
    assert_eq!(whole.after(at(30, 7)), Some(After::known(at(30, 8))), "the same day");
    let unplaced = Some(After { at: at(31, 8), by: at(45, 6) });
    assert_eq!(whole.after(at(31, 8)), unplaced, "no instant is kept of that day");
    assert_eq!(whole.after(at(32, 0)), Some(After::known(at(45, 6))));
    assert_eq!(whole.after(at(45, 6)), None);
    let reversed: Vec<Instant> = rows.iter().rev().copied().collect();
    assert_eq!(span(&reversed), whole);
    for cut in 1..rows.len() {
        let mut left = span(&rows[..cut]);
        left.join(&span(&rows[cut..]));
        assert_eq!(left, whole, "cut at {cut}");
        left.join(&whole);
        assert_eq!(left, whole, "once more");
    }
}

#[test]
fn a_day_taken_in_and_a_span_joined_are_the_same_in_any_order() {
    let days = [0, 30, 36, 38, 60, 61, 75, 9, 90, 83, 1];
    for turn in 0..days.len() {
        let rows: Vec<Instant> =
            days[turn..].iter().chain(&days[..turn]).map(|day| at(*day, (*day * 7) % 24)).collect();
        let mut joined = Span::at(rows[0]);
        rows[1..].iter().for_each(|row| joined.join(&Span::at(*row)));
        assert_eq!(span(&rows), joined, "from {turn} on");
    }
}

#[test]
fn a_span_says_what_a_list_of_all_its_rows_says() {
    let mut dice = fastrand::Rng::with_seed(7);
    for round in 0..2_000 {
        // Days crowded and far apart, before 1970 too; newest first, as portals write them.
        let (width, most) = ([3, 40, 95, 97, 130, 400][round % 6], [40, 40, 40, 40, 40, 40, 300][round % 7]);
        let count = dice.usize(1..most);
        let mut rows: Vec<Instant> =
            (0..count).map(|_| Instant(dice.i64(-100..width) * DAY_SECONDS + dice.i64(0..DAY_SECONDS))).collect();
        if round % 5 == 0 {
            rows.sort_unstable_by(|a, b| b.cmp(a));
        }
        let cut = dice.usize(..count);
        let mut whole = span(&rows);
        let mut joined = span(&rows[cut..]);
        if cut > 0 {
            joined.join(&span(&rows[..cut]));
        }
        assert_eq!(joined, whole, "cut at {cut}: {rows:?}");
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        let days: DaySet = rows.iter().map(|at| at.day()).collect();
        assert_eq!((whole.first(), whole.last(), whole.days()), (sorted[0], sorted[count - 1], days.clone()));
        (-120..width + 20).map(|day| at(day, 0).day()).for_each(|d| assert_eq!(whole.has(d), days.contains(d)));
        let quiet = |at: &Instant| sorted.iter().all(|b| b >= at || at.day().0 - b.day().0 > QUIET_DAYS);
        let returns: Vec<Instant> = sorted[1..].iter().copied().filter(|at| *at > sorted[0] && quiet(at)).collect();
        let returns: Vec<Instant> = returns.into_iter().filter(|at| at.day() != sorted[0].day()).collect();
        assert_eq!(whole.returns(), returns, "{sorted:?}");
        let parts = Span::of_parts((whole.first(), whole.last()), &days, &returns);
        assert_eq!(parts.as_ref(), Some(&whole));
        let t = Instant(dice.i64(-101..=width) * DAY_SECONDS + dice.i64(0..DAY_SECONDS));
        let short = whole.clone().until(t);
        assert_eq!(short.is_some(), sorted[0] <= t);
        if let Some(mut short) = short {
            let seen = if whole.last() > t { days.until(t.day()) } else { days };
            assert_eq!((short.first(), short.last(), short.days()), (sorted[0], whole.last(), seen));
            short.join(&whole);
            assert_eq!(short, whole, "what was cut off comes back");
        }
        whole.join(&joined);
        assert_eq!(whole, joined, "once more");
    }
}

#[test]
fn a_row_that_fills_the_silence_takes_the_instant_away() {
    let mut filled = span(&[at(0, 9), at(30, 8)]);
    filled.add(at(25, 12));
    assert_eq!(filled.after(at(26, 0)), Some(After { at: at(30, 0), by: at(30, 8) }));
    assert_eq!(filled.after(at(20, 0)), Some(After::known(at(25, 12))));
    assert_eq!(filled, span(&[at(25, 12), at(30, 8), at(0, 9)]));
}

#[test]
fn of_a_daily_channel_only_the_day_is_known() {
    let daily: Vec<Instant> = (0..30).map(|day| at(day, 8)).collect();
    let span = span(&daily);
    assert_eq!(span.more, None, "nothing is kept for it");
    let end = |day: i64| Instant(at(day + 1, 0).0 - 1);
    let unplaced = Some(After { at: at(10, 12), by: end(11) });
    assert_eq!(span.after(at(10, 12)), unplaced, "the day's own row may be later, the next day's is for certain");
    assert_eq!(span.after(at(28, 12)), Some(After { at: at(28, 12), by: at(29, 8) }), "no row is later than the last");
    assert_eq!(span.after(at(29, 7)), Some(After { at: at(29, 7), by: at(29, 8) }), "later that day");
    assert_eq!(span.after(at(-3, 0)), Some(After::known(at(0, 8))));
}
#[test]
fn a_later_day_is_not_called_the_first_where_the_same_day_may_hold_another_row() {
    // Rows at 08:00 and 20:00 of day 16; of 20:00 nothing is kept. A week and more later the next one is known.
    let span = span(&[at(0, 9), at(16, 8), at(16, 20), at(25, 9)]);
    assert_eq!(span.after(at(16, 12)), Some(After { at: at(16, 12), by: at(25, 9) }));
    assert_eq!(span.after(at(16, 7)), Some(After::known(at(16, 8))));
    assert_eq!(span.after(at(17, 0)), Some(After::known(at(25, 9))));
}

#[test]
fn the_first_of_two_first_rows_lies_between_the_earlier_ends() {
    let open = After { at: at(1, 0), by: at(3, 0) };
    assert_eq!(open.min(After::known(at(2, 0))), After { at: at(1, 0), by: at(2, 0) });
    assert!(open.min(After::known(at(1, 0))).exact());
}
