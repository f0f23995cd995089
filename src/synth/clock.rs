//! Calendar text for the generator, written digit by digit: no clock is read, and no date library shared with the readers.

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// A UTC instant taken apart.
#[derive(Clone, Copy)]
pub(super) struct Civil {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day, 1 to 31.
    pub day: i64,
    /// Second of the day.
    pub second: i64,
}

/// Takes a unix second apart (proleptic Gregorian calendar).
pub(super) fn civil(t: i64) -> Civil {
    let z = t.div_euclid(DAY) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let shifted = (5 * doy + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    Civil { year, month, day: doy - (153 * shifted + 2) / 5 + 1, second: t.rem_euclid(DAY) }
}

/// 0 = Sunday.
pub(super) fn weekday(t: i64) -> i64 {
    (t.div_euclid(DAY) + 4).rem_euclid(7)
}

/// True on Saturday and Sunday.
pub(super) fn weekend(t: i64) -> bool {
    matches!(weekday(t), 0 | 6)
}

#[expect(clippy::cast_possible_truncation, reason = "a remainder of 10 fits")]
fn digit(n: i64) -> u8 {
    b'0' + n.rem_euclid(10) as u8
}

/// `n` with at least `width` digits.
pub(super) fn put_number(buf: &mut Vec<u8>, n: i64, width: u32) {
    let mut scale = 1_i64;
    let mut digits = 1;
    while n / scale >= 10 || digits < width {
        scale *= 10;
        digits += 1;
    }
    while scale > 0 {
        buf.push(digit(n / scale));
        scale /= 10;
    }
}

fn two(buf: &mut Vec<u8>, n: i64) {
    buf.push(digit(n / 10));
    buf.push(digit(n));
}

/// `YYYY-MM-DD`.
pub(super) fn put_date(buf: &mut Vec<u8>, t: i64) {
    let c = civil(t);
    put_number(buf, c.year, 4);
    buf.push(b'-');
    two(buf, c.month);
    buf.push(b'-');
    two(buf, c.day);
}

/// `YYYY-MM-DDTHH:MM:SS`, no zone.
pub(super) fn put_instant(buf: &mut Vec<u8>, t: i64) {
    put_date(buf, t);
    let s = t.rem_euclid(DAY);
    buf.push(b'T');
    two(buf, s / 3600);
    buf.push(b':');
    two(buf, s / 60 % 60);
    buf.push(b':');
    two(buf, s % 60);
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
pub(super) fn instant(t: i64) -> String {
    let mut buf = Vec::with_capacity(20);
    put_instant(&mut buf, t);
    buf.push(b'Z');
    String::from_utf8_lossy(&buf).into_owned()
}

/// `YYYY-MM-DD`.
pub(super) fn date(t: i64) -> String {
    let mut buf = Vec::with_capacity(10);
    put_date(&mut buf, t);
    String::from_utf8_lossy(&buf).into_owned()
}

/// `YYYY-M-D`, the form of portal file names.
pub(super) fn short_date(t: i64) -> String {
    let c = civil(t);
    format!("{}-{}-{}", c.year, c.month, c.day)
}

/// `M/d/yyyy h:mm:ss AM`, the form of the portal user export.
pub(super) fn american(t: i64) -> String {
    let c = civil(t);
    let (hour, minute, second) = (c.second / 3600, c.second / 60 % 60, c.second % 60);
    let half = if hour < 12 { "AM" } else { "PM" };
    let shown = if hour % 12 == 0 { 12 } else { hour % 12 };
    format!("{}/{}/{} {shown}:{minute:02}:{second:02} {half}", c.month, c.day, c.year)
}
