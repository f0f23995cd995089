//! Dates as spreadsheets and admin centres write them: `8/19/2021 1:25:31 PM`, `17/07/2024 08:55:34`.
//!
//! The order of day and month is decided for the whole file, from the rows where one part exceeds 12,
//! never per row (formats.md §0.10).

use super::block::{Block, Blocks, Records};
use super::csv::{Binding, Want};
use super::format::FileContext;
use super::head::{Head, Shape};
use super::record::Record;
use crate::model::time::{Instant, civil};

/// Which part of a slashed date comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Month first.
    Mdy,
    /// Day first.
    Dmy,
}

/// Reads an ISO or a slashed date and time. `None`: unreadable.
#[must_use]
pub fn parse(text: &str, order: Option<DateOrder>) -> Option<Instant> {
    if let Some(at) = Instant::parse(text) {
        return Some(at);
    }
    let parts = Parts::of(text)?;
    let [a, b, c] = parts.numbers;
    let (year, month, day) = if parts.year_first {
        (a, b, c)
    } else {
        match order? {
            DateOrder::Mdy => (c, a, b),
            DateOrder::Dmy => (c, b, a),
        }
    };
    civil(year, month, day, parts.clock).map(|at| Instant(at.0 - parts.offset))
}

/// The numbers of a date, in the order written; the year has four digits, first or last.
struct Parts {
    numbers: [i64; 3],
    year_first: bool,
    clock: (i64, i64, i64),
    /// Seconds east of UTC, where the text says so.
    offset: i64,
}

impl Parts {
    fn of(text: &str) -> Option<Self> {
        let mut words = text.trim().split([' ', ',', '\u{202f}', '\u{a0}']).filter(|w| !w.is_empty());
        let mut parts = words.next()?.split(['/', '.', '-']);
        let texts = [parts.next()?, parts.next()?, parts.next()?];
        // A year of two digits may be any: never guessed. `1/1/0001` is how .NET writes never.
        let year_first = match texts.map(str::len) {
            [4, 1..=2, 1..=2] => true,
            [1..=2, 1..=2, 4] => false,
            _ => return None,
        };
        let [Ok(a), Ok(b), Ok(c)] = texts.map(str::parse::<i64>) else { return None };
        let (mut clock, mut offset) = ((0, 0, 0), 0);
        if let Some(time) = words.next() {
            let mut rest = words.next();
            let half = rest.filter(|w| !w.starts_with(['+', '-']));
            if half.is_some() {
                rest = words.next();
            }
            clock = read_clock(time, half)?;
            offset = rest.map_or(Some(0), read_offset)?;
        }
        let whole = parts.next().is_none() && words.next().is_none();
        whole.then_some(Self { numbers: [a, b, c], year_first, clock, offset })
    }
}

/// `+01:00` as .NET writes the zone of a time: seconds east of UTC.
fn read_offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 3600 + minutes * 60))
}

fn read_clock(clock: &str, half: Option<&str>) -> Option<(i64, i64, i64)> {
    let whole = clock.split('.').next()?;
    let mut numbers = whole.split(':').map(|n| n.parse::<i64>().ok());
    let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next().unwrap_or(Some(0))?);
    let hour = match half.map(str::to_ascii_uppercase).as_deref() {
        None => hour,
        Some("AM") if (1..=12).contains(&hour) => hour % 12,
        Some("PM") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    Some((hour, minute, second))
}

/// What the slashed dates of a file show of their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    slashed: Option<Form>,
    iso: bool,
    month_first: bool,
    day_first: bool,
}

/// The bytes of a block that stand before a line. A header in the middle begins a line, so no record is cut.
fn before(block: &Block, until: u64) -> &[u8] {
    let Some(lines) = until.checked_sub(block.first_line) else { return &[] };
    let end = match usize::try_from(lines).unwrap_or(usize::MAX) {
        0 => 0,
        lines => memchr::memchr_iter(b'\n', &block.bytes).nth(lines - 1).map_or(block.bytes.len(), |i| i + 1),
    };
    &block.bytes[..end]
}

/// Who wrote the slashed dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// Log Analytics, all of them.
    LogAnalytics,
    /// Others, or another program since.
    Other,
}

impl Survey {
    /// Looks at every row of the file at hand, over all its date columns.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn of(context: &FileContext<'_>, head: &Head, wants: &[Want]) -> Result<Self, String> {
        let Shape::Csv { separator, .. } = head.shape else { return Ok(Self::default()) };
        let opened = context.input.open(context.limits, |_| {}).map_err(|e| e.to_string())?;
        let mut blocks = Blocks::new(opened.reader, Records::Csv(separator), 1, context.limits);
        let (mut survey, mut binding) = (Self::default(), None);
        // A file that stops being readable is reported when its rows are read.
        while let Ok(Some(block)) = blocks.next_block() {
            let bytes = context.until.map_or(block.bytes.as_slice(), |until| before(&block, until));
            survey.look(bytes, head, wants, &mut binding);
        }
        Ok(survey)
    }

    /// Looks at every row of a text.
    #[must_use]
    pub fn of_text(text: &[u8], head: &Head, wants: &[Want]) -> Self {
        let mut survey = Self::default();
        survey.look(text, head, wants, &mut None);
        survey
    }

    /// Looks at the head, and at the whole file where that does not do. ISO dates need no order, so a file that begins with
    /// them is not read twice; should slashed ones follow, they are rejected with their lines, never guessed. Standard input
    /// is read once: its first bytes must do.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn ahead(context: &FileContext<'_>, head: &Head, wants: &[Want]) -> Result<Self, String> {
        let first = Self::of_text(head.text.as_bytes(), head, wants);
        let enough = first.is_iso() && context.date_order.is_none();
        if enough || context.input.disk_path().is_none() { Ok(first) } else { Self::of(context, head, wants) }
    }

    /// Records before the header (`sep=;`) hold no wanted column.
    fn look(&mut self, bytes: &[u8], head: &Head, wants: &[Want], binding: &mut Option<Binding>) {
        let Shape::Csv { separator, .. } = head.shape else { return };
        let mut reader = super::csv::records(bytes, separator);
        let mut record = csv::ByteRecord::new();
        while let Ok(true) = reader.read_byte_record(&mut record) {
            let Some(bound) = &binding else {
                let header: Vec<String> =
                    record.iter().map(|c| head.language.header(&String::from_utf8_lossy(c))).collect();
                let bound = Binding::new(wants, &header);
                *binding = bound.has_any().then_some(bound);
                continue;
            };
            let record = Record::from(&record);
            for text in (0..wants.len()).filter_map(|want| bound.text(&record, want).ok()) {
                self.add(text);
            }
        }
    }

    fn add(&mut self, text: &str) {
        let Some(parts) = Parts::of(text).filter(|p| !p.year_first) else {
            self.iso |= Instant::parse(text).is_some();
            return;
        };
        let form = if is_log_analytics(text) { Form::LogAnalytics } else { Form::Other };
        self.slashed = self.slashed.max(Some(form));
        self.day_first |= parts.numbers[0] > 12;
        self.month_first |= parts.numbers[1] > 12;
    }

    /// Every date met is ISO, and there is one.
    #[must_use]
    pub fn is_iso(self) -> bool {
        self.iso && self.slashed.is_none()
    }

    /// Rows show either order.
    #[must_use]
    pub fn contradicts(self) -> bool {
        self.month_first && self.day_first
    }

    /// The order; `Ok(None)`: no slashed date occurs, so no decision is needed.
    ///
    /// # Errors
    /// When slashed dates occur and no row decides, or rows contradict each other.
    pub fn order(self) -> Result<Option<DateOrder>, String> {
        match (self.slashed.is_some(), self.month_first, self.day_first) {
            (false, ..) => Ok(None),
            (true, true, false) => Ok(Some(DateOrder::Mdy)),
            (true, false, true) => Ok(Some(DateOrder::Dmy)),
            (true, true, true) => Err("its dates are written in two orders, month first and day first".to_owned()),
            (true, false, false) => {
                Err("no date in it tells whether the day or the month comes first; say --date-order mdy or dmy"
                    .to_owned())
            }
        }
    }

    /// The order, for a file known to come from Log Analytics: where no row decides and every date has that portal's own
    /// form, the month comes first, for it writes nothing else.
    ///
    /// # Errors
    /// As [`Survey::order`].
    pub fn log_analytics_order(self) -> Result<Option<DateOrder>, String> {
        let undecided = !self.month_first && !self.day_first;
        if undecided && self.slashed == Some(Form::LogAnalytics) { Ok(Some(DateOrder::Mdy)) } else { self.order() }
    }
}

/// `6/15/2026, 9:56:49.975 AM`: a comma, no padding, capitals. (British English writes no `AM`, Australian small letters.)
fn is_log_analytics(text: &str) -> bool {
    let text = text.trim();
    text.contains(", ") && (text.ends_with("AM") || text.ends_with("PM")) && !text.starts_with('0')
}

/// The order of a CSV: what its rows decide, over all its date columns, else what was given. An option is given once for
/// many files: it must not turn the dates of those around that say it themselves.
///
/// # Errors
/// When slashed dates occur and nothing decides, or rows contradict each other.
pub fn order_of(head: &Head, context: &FileContext<'_>, wants: &[Want]) -> Result<Option<DateOrder>, String> {
    let survey = Survey::ahead(context, head, wants)?;
    settle(survey.order(), survey, context)
}

/// What a file decides, else what was given; a remark where they differ.
///
/// # Errors
/// When slashed dates occur and nothing decides, or rows contradict each other.
pub fn settle(
    decision: Result<Option<DateOrder>, String>,
    survey: Survey,
    context: &FileContext<'_>,
) -> Result<Option<DateOrder>, String> {
    let given = context.date_order;
    match decision {
        Ok(Some(order)) => {
            if given.is_some_and(|given| given != order) {
                let first = if order == DateOrder::Mdy { "month first" } else { "day first" };
                context.note(format!("its own dates show the order, {first}: --date-order is not used for it"));
            }
            Ok(Some(order))
        }
        Ok(None) => Ok(given),
        Err(_) if given.is_some() && !survey.contradicts() => Ok(given),
        Err(reason) => Err(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashed_forms() {
        for (text, order, want) in [
            ("8/19/2021 1:25:31 PM", DateOrder::Mdy, Some("2021-08-19T13:25:31Z")),
            ("6/15/2026, 9:56:49.975 AM", DateOrder::Mdy, Some("2026-06-15T09:56:49Z")),
            ("17/07/2024 08:55:34", DateOrder::Dmy, Some("2024-07-17T08:55:34Z")),
            ("17/07/2024", DateOrder::Dmy, Some("2024-07-17T00:00:00Z")),
            ("12/31/2025 12:00:00 AM", DateOrder::Mdy, Some("2025-12-31T00:00:00Z")),
            ("1/9/2007 10:41:00 AM +01:00", DateOrder::Mdy, Some("2007-01-09T09:41:00Z")),
            ("15/11/2025 3:55:59 AM -02:30", DateOrder::Dmy, Some("2025-11-15T06:25:59Z")),
            ("15/11/2025 13:55:59 +00:00", DateOrder::Dmy, Some("2025-11-15T13:55:59Z")),
            ("1/1/0001 12:00:00 AM", DateOrder::Mdy, Some("0001-01-01T00:00:00Z")),
            ("17.07.2024 08:55:34", DateOrder::Dmy, Some("2024-07-17T08:55:34Z")),
            ("17-07-2024 08:55", DateOrder::Dmy, Some("2024-07-17T08:55:00Z")),
            ("2024/7/17 8:55:34", DateOrder::Dmy, Some("2024-07-17T08:55:34Z")),
            ("1/2/25 10:00", DateOrder::Mdy, None),
            ("1/2/2025 10:00:00 AM PM", DateOrder::Mdy, None),
            ("13/13/2025", DateOrder::Mdy, None),
            ("1/2/2025 13:00:00 PM", DateOrder::Mdy, None),
            ("soon", DateOrder::Mdy, None),
        ] {
            assert_eq!(parse(text, Some(order)).map(|t| t.to_string()).as_deref(), want, "{text}");
        }
        assert_eq!(parse("1/2/2025", None), None, "never guessed");
        assert!(parse("2025/1/2", None).is_some(), "the year first, nothing to guess");
    }

    #[test]
    fn an_order_is_decided_for_the_whole_file_and_a_preamble_is_no_header() {
        let survey = |rows: &str| {
            let text = format!("sep=;\nCreated;x\n{rows}");
            let wants = [super::super::csv::want("created", &["created"])];
            Head::look("x.csv", text.as_bytes())
                .map(|h| Survey::of_text(text.as_bytes(), &h, &wants))
                .unwrap_or_default()
        };
        let (mdy, dmy) = (Ok(Some(DateOrder::Mdy)), Ok(Some(DateOrder::Dmy)));
        assert_eq!(survey("6/1/2026, 9:56:49.975 AM;\n6/15/2026, 9:56:49 PM;\n").order(), mdy);
        assert_eq!(survey("15/6/2026, 9:56:49.975 AM;\n").log_analytics_order(), dmy, "what the rows show goes first");
        assert!(survey("6/1/2026, 9:56:49.975 AM;\n").order().is_err());
        assert!(survey("2026-06-15T09:56:49Z;\n;\n").is_iso() && !survey(";\n").is_iso());
        assert!(!survey("2026-06-15T09:56:49Z;\n6/1/2026;\n").is_iso());
        assert_eq!(survey("6/1/2026, 9:56:49.975 AM;\n").log_analytics_order(), mdy);
        for saved_anew in ["6/1/2026 9:56;", "06/01/2026, 9:56:49 AM;", "6/1/2026, 9:56:49 am;", "6/1/2026, 21:56:49;"]
        {
            assert!(survey(saved_anew).log_analytics_order().is_err(), "{saved_anew}");
        }
        assert!(survey("6/15/2026, 1:00:00 AM;\n15/6/2026, 1:00:00 AM;\n").log_analytics_order().is_err());
        assert_eq!(survey("2026-06-15T09:56:49Z;\n").log_analytics_order(), Ok(None));
    }
}
