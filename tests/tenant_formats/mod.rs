//! One logical tenant, and a writer for every format of the registry, each spelling the foreign headers itself.

pub mod logs;
pub mod logs_csv;
pub mod registrations;
pub mod scripts;
pub mod tenant;
pub mod users;

use tenant::{Lacks, Tenant};

/// A file by its name.
pub type File = (String, Vec<u8>);

/// What a format is about; its reference is Graph's JSON of the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    SignIns,
    Audits,
    Both,
    Users,
    Registrations,
    /// Rows recognised to be left out.
    Skipped,
    /// Recognised to be refused, with these words.
    Refused(&'static str),
}

/// A format as the tenant is written in it.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Format id; of all files a writer makes, these of it are counted.
    pub format: &'static str,
    /// Which of several headers.
    pub form: &'static str,
    pub part: Part,
    pub lacks: &'static [Lacks],
    /// Read, folded, skipped, over all files, worked out by hand. Nothing is ever rejected.
    pub rows: [u64; 3],
    pub write: fn(&Tenant) -> Vec<File>,
}

/// MSOnline's words.
pub const MSONLINE: &[(&str, &str)] =
    &[("OneWaySMS", "mobilePhone"), ("PhoneAppNotification", "microsoftAuthenticatorPush")];

/// All samples: a format of the registry without one fails the registry test.
pub fn samples() -> Vec<Sample> {
    [logs::SAMPLES, logs_csv::SAMPLES, registrations::SAMPLES, scripts::SAMPLES, users::SAMPLES]
        .into_iter()
        .flatten()
        .copied()
        .collect()
}

/// A CSV with a byte-order mark, every cell quoted, from rows of `column → cell`; other columns stay empty.
pub fn csv(header: &str, separator: u8, rows: Vec<Vec<(&str, String)>>) -> Vec<u8> {
    let columns: Vec<&str> = header.split(',').collect();
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .delimiter(separator)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut bytes);
    writer.write_record(&columns).expect("a header");
    for row in rows {
        let mut line = vec![String::new(); columns.len()];
        for (name, cell) in row {
            let at = columns.iter().position(|c| *c == name).unwrap_or_else(|| panic!("no column {name}"));
            line[at] = cell;
        }
        writer.write_record(&line).expect("a row");
    }
    drop(writer);
    bytes
}

/// `True`, `False` or nothing.
pub fn word(value: Option<bool>) -> String {
    match value {
        Some(true) => "True".to_owned(),
        Some(false) => "False".to_owned(),
        None => String::new(),
    }
}

/// An ISO instant as US English writes it.
pub fn american(iso: &str, comma: bool) -> String {
    if iso.is_empty() {
        return String::new();
    }
    let number = |range: std::ops::Range<usize>| iso[range].parse::<u32>().expect("digits");
    let (hour, half) = (number(11..13), if number(11..13) < 12 { "AM" } else { "PM" });
    let (comma, fraction) = if comma { (",", ".000") } else { ("", "") };
    format!(
        "{}/{}/{}{comma} {}:{}{fraction} {half}",
        number(5..7),
        number(8..10),
        &iso[..4],
        (hour + 11) % 12 + 1,
        &iso[14..19]
    )
}

/// Text or JSON null.
pub fn or_null(text: &str) -> serde_json::Value {
    if text.is_empty() { serde_json::Value::Null } else { text.into() }
}
