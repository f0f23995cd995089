//! A person's weeks as a picture in a table cell: up from the line the days at a sign-in page, down from it those with tokens.

use crate::report::first::Week;
use crate::view::{Column, ColumnKind, Lines};

/// The column of the page; its raw value has a pair a week, `page/token`, `?` where no log covers the week.
pub(super) const COLUMN: Column = Column::new(
    "weeks",
    ColumnKind::Text,
    "Days of use a week, the oldest week left and the as-of day at the right end: up = days at a sign-in page, down = days with tokens, \
     a dot = not covered. Saved as page/token per week",
);

/// Width of a week, and height of a day above and below the line, in the picture's units.
const STEP: usize = 7;
const DAY: usize = 2;
const LINE: usize = 15;

/// The picture: safe markup of our own, classes alone, its words inside.
pub(super) fn picture(weeks: &[Week]) -> String {
    let (mut up, mut down, mut open) = (Lines::default(), Lines::default(), Lines::default());
    for (at, week) in weeks.iter().enumerate() {
        let x = at * STEP;
        match week.page {
            None => open.add(format_args!("M{} {}h2v2h-2z", x + 2, LINE - 6)),
            Some(0) => {}
            Some(days) => up.add(format_args!("M{x} {}v-{}h5v{1}z", LINE - 1, usize::from(days) * DAY)),
        }
        match week.token {
            None => open.add(format_args!("M{} {}h2v2h-2z", x + 2, LINE + 4)),
            Some(0) => {}
            Some(days) => down.add(format_args!("M{x} {}v{}h5v-{1}z", LINE + 1, usize::from(days) * DAY)),
        }
    }
    let width = (weeks.len() * STEP).saturating_sub(2).max(1);
    let mut out = Lines::default();
    let words = words(weeks);
    out.add(format_args!("<svg class=\"spark\" viewBox=\"0 0 {width} 30\" role=\"img\" aria-label=\"{words}\">"));
    out.add(format_args!("<path class=\"base\" d=\"M0 {LINE}h{width}\"/>"));
    for (class, path) in [("page", up), ("token", down), ("open", open)] {
        let path = path.into_text();
        if !path.is_empty() {
            out.add(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }
    out.add("</svg>");
    out.into_text()
}

/// The same in words, for who does not see it.
fn words(weeks: &[Week]) -> String {
    let list = |days: &dyn Fn(&Week) -> Option<u8>| weeks.iter().map(|w| text(days(w))).collect::<Vec<_>>().join(" ");
    format!("Days a week, {} weeks: at a page {}; with tokens {}", weeks.len(), list(&|w| w.page), list(&|w| w.token))
}

/// The raw value: `0/5 1/4`.
pub(super) fn raw(weeks: &[Week]) -> String {
    weeks.iter().map(|w| format!("{}/{}", text(w.page), text(w.token))).collect::<Vec<_>>().join(" ")
}

fn text(days: Option<u8>) -> String {
    days.map_or_else(|| "?".to_owned(), |n| n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_is_a_page_and_down_a_token() {
        let weeks = [
            Week { page: None, token: Some(5) },
            Week { page: Some(1), token: Some(0) },
            Week { page: Some(0), token: Some(7) },
        ];
        assert_eq!(raw(&weeks), "?/5 1/0 0/7");
        assert_eq!(words(&weeks), "Days a week, 3 weeks: at a page ? 1 0; with tokens 5 0 7");
        let svg = picture(&weeks);
        assert!(svg.starts_with("<svg class=\"spark\" viewBox=\"0 0 19 30\" role=\"img\""), "{svg}");
        assert!(svg.contains("<path class=\"page\" d=\"M7 14v-2h5v2z\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"token\" d=\"M0 16v10h5v-10zM14 16v14h5v-14z\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"open\" d=\"M2 9h2v2h-2z\"/>"), "{svg}");
        assert!(!picture(&[]).contains("NaN") && raw(&[]).is_empty());
    }
}
