//! Days with rows as text: a mark a day, a group a week from Monday, seven weeks a line; fits 80 columns.

use crate::model::time::Day;
use crate::report::check::StreamReport;
use crate::view::Lines;

/// Which marks a terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Blocks and dots.
    Unicode,
    /// Plain ASCII.
    Ascii,
}

impl Marks {
    /// Rows seen, none, none within a gap.
    const fn marks(self) -> [char; 3] {
        match self {
            Self::Unicode => ['█', '·', '×'],
            Self::Ascii => ['#', '.', 'x'],
        }
    }

    /// What the marks mean.
    #[must_use]
    pub fn legend(self) -> String {
        let [seen, none, gap] = self.marks();
        format!("a mark a day, weeks from Monday: {seen} rows, {none} none, {gap} none, within a gap")
    }
}

const WEEKS_A_LINE: i32 = 7;

/// The calendar of one stream, a line for seven weeks; lines without any row become one sentence.
pub fn calendar(stream: &StreamReport, marks: Marks, out: &mut Lines) {
    let Some((first, last)) = stream.days.iter().next().zip(stream.days.iter().last()) else { return };
    let mut monday = Day(first.0 - weekday(first));
    let mut silent = 0;
    while monday <= last {
        let next = Day(monday.0 + 7 * WEEKS_A_LINE);
        if (monday.0..next.0).any(|day| stream.days.contains(Day(day))) {
            say_silent(&mut silent, out);
            line(stream, (monday, Day(next.0.min(last.0 + 1))), marks, out);
        } else {
            silent += WEEKS_A_LINE;
        }
        monday = next;
    }
}

fn say_silent(weeks: &mut i32, out: &mut Lines) {
    if *weeks > 0 {
        out.line(format_args!("    ({weeks} weeks without a row)"));
    }
    *weeks = 0;
}

fn line(stream: &StreamReport, (monday, end): (Day, Day), marks: Marks, out: &mut Lines) {
    let [seen, none, gap] = marks.marks();
    let first = stream.days.iter().next().unwrap_or(monday);
    let mut text = format!("    {monday}  ");
    for day in (monday.0..end.0).map(Day) {
        if day > monday && (day.0 - monday.0) % 7 == 0 {
            text.push(' ');
        }
        let within = stream.gaps.iter().any(|g| g.from.day() < day && day < g.to.day());
        text.push(match () {
            () if day < first => ' ',
            () if stream.days.contains(day) => seen,
            () if within => gap,
            () => none,
        });
    }
    out.line(text);
}

/// Days since Monday; 1970-01-01 was a Thursday.
fn weekday(day: Day) -> i32 {
    (day.0 + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::DaySet;
    use crate::model::sign_in::Stream;
    use crate::model::time::{Instant, Window};

    fn day(text: &str) -> Day {
        Instant::parse(text).map_or(Day(0), Instant::day)
    }

    fn drawn(days: &[&str], gaps: Vec<Window>) -> String {
        let mut set = DaySet::default();
        for text in days {
            set.insert(day(text));
        }
        let stream =
            StreamReport { stream: Stream::Audit, span: None, gaps, days: set, people: 0, rows: 0, kept_rows: 0 };
        let mut out = Lines::default();
        calendar(&stream, Marks::Ascii, &mut out);
        out.into_text()
    }

    #[test]
    fn weeks_begin_on_monday_and_gaps_are_marked() {
        // 2026-10-14 is a Wednesday, 2026-10-19 a Monday.
        let gap = Window { from: day("2026-10-15").start(), to: day("2026-10-19").start() };
        assert_eq!(
            drawn(&["2026-10-14", "2026-10-15", "2026-10-19", "2026-10-21"], vec![gap]),
            "    2026-10-12    ##xxx #.#\n"
        );
        assert_eq!(drawn(&[], Vec::new()), "");
    }

    #[test]
    fn years_of_silence_take_one_line_and_nothing_is_wider_than_a_terminal() {
        let text = drawn(&["2021-08-02", "2025-04-11"], Vec::new());
        let lines: Vec<&str> = text.lines().collect();
        // Monday 2021-08-02 to Friday 2025-04-11: 192 whole weeks and five days, so 28 lines of seven weeks, 26 of them silent.
        assert_eq!(lines.len(), 3, "{text}");
        assert_eq!(lines[1], "    (182 weeks without a row)");
        assert!(lines.iter().all(|l| l.chars().count() <= 80), "{text}");
        assert!(lines[0].starts_with("    2021-08-02  #...... ......."), "{text}");
        assert!(lines[2].starts_with("    2025-03-17  ") && lines[2].ends_with('#'), "{text}");
    }
}
