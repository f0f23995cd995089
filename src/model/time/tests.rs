//! Times as exports write them.

use super::*;

#[test]
fn iso_forms_met_in_exports() {
    let cases = [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("2026-11-22", Some(1_795_305_600)),
        ("2026-11-22T00:00:00Z", Some(1_795_305_600)),
        ("2026-11-22 00:00:00Z", Some(1_795_305_600)),
        ("2025-04-11T16:15:30.5431359+00:00", Some(1_744_388_130)),
        ("2007-01-09T09:41:00+02:00", Some(1_168_328_460)),
        ("2023-10-26T5:32:08.107Z", Some(1_698_298_328)),
        ("0001-01-01T00:00:00Z", Some(-62_135_596_800)),
        ("9999-12-31T23:59:59-00:01", None),
        ("0001-01-01T00:00:00+00:01", None),
        ("2026-02-29T00:00:00Z", None),
        ("2026-11-22T24:00:00Z", None),
        ("6/15/2026 9:56:49 AM", None),
        ("2026-11-22T00:00:00.", None),
        ("2026-11-2", None),
        ("", None),
        ("2026-11-22Tgarbage", None),
    ];
    for (text, want) in cases {
        assert_eq!(Instant::parse(text).map(|t| t.0), want, "{text}");
    }
}

#[test]
fn plain_times_are_read_as_the_others_are_or_left_to_them() {
    for text in ["2024-02-29T23:59:59Z", "1969-12-31T09:08:07Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60Z"] {
        assert_eq!(parse_plain(text.as_bytes()), parse_iso(text.as_bytes()), "{text}");
        assert_eq!(parse_plain(text.as_bytes()).is_some(), !text.ends_with("60Z"), "a leap second behind the calendar");
        assert_eq!(parse_plain(&text.as_bytes()[..19]), None);
        for (at, byte) in (0..text.len()).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte))) {
            let mut other = text.as_bytes().to_vec();
            other[at] = byte;
            let read = parse_plain(&other);
            assert!(read.is_none() || read == parse_iso(&other), "{other:?}");
            let digit = byte.is_ascii_digit() && text.as_bytes()[at].is_ascii_digit();
            assert!(!digit || read == parse_iso(&other), "left to nobody: {other:?}");
        }
    }
}

#[test]
fn stamps_are_what_the_calendar_says() {
    for day in (FIRST.0 / DAY_SECONDS..=LAST.0 / DAY_SECONDS).step_by(97).chain([0, -1, 59, 60, 11_016, 11_017]) {
        let at = Instant(day * DAY_SECONDS + (day * 7_919).rem_euclid(DAY_SECONDS));
        let known = DateTime::from_timestamp(at.0, 0).map(|t| t.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        let stamp = at.stamp().map(|s| String::from_utf8_lossy(&s).into_owned());
        assert_eq!(stamp.as_deref().filter(|_| at.is_sayable()), known.as_deref().filter(|_| at.is_sayable()));
    }
    let text = |at: Instant| at.to_string();
    assert_eq!([FIRST, LAST].map(text), ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]);
    assert_eq!(Instant(LAST.0 + 1).stamp(), None);
    assert_eq!(Instant(LAST.0 + 1).to_string(), "10000-01-01T00:00:00Z");
}

#[test]
fn days_round_trip_and_weekdays() {
    let day = Day::from_ymd(2026, 11, 22).unwrap_or(Day(0));
    assert_eq!(day.to_string(), "2026-11-22");
    assert_eq!(day.weekday(), 6, "2026-11-22 is a Sunday");
    let week = |y, m, d| Day::from_ymd(y, m, d).map(Day::iso_week);
    assert_eq!(week(2026, 11, 22).as_deref(), Some("2026-W47"));
    assert_eq!(week(2027, 1, 3).as_deref(), Some("2026-W53"), "a Sunday of the old year's last week");
    assert_eq!(day.start().to_string(), "2026-11-22T00:00:00Z");
}

#[test]
fn whole_days_round_down() {
    let t = Instant::parse("2026-11-22T00:00:00Z").unwrap_or(Instant(0));
    let si = Instant::parse("2026-08-20T09:00:00Z").unwrap_or(Instant(0));
    assert_eq!(t.whole_days_since(si), 93, "semantics §10, check values");
}
