//! Workbooks, read by another library: what the CSV tables say, in cells of their own types, inert, whole, the same every time.

use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx};
use kmsift::emit::xlsx::sheet::is_share;
use kmsift::model::time::Instant;
use kmsift::view::ColumnKind;

use crate::hostile;
use crate::support::{folder, kmsift, put, root, succeed};

type Book = Xlsx<Cursor<Vec<u8>>>;

fn open(path: &Path) -> Book {
    Xlsx::new(Cursor::new(std::fs::read(path).expect("a workbook"))).expect("a workbook that can be opened")
}

fn sheet(book: &mut Book, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap_or_else(|e| panic!("sheet {name}: {e}"))
}

fn report(temp: &Path, out: &str, more: &[&str]) {
    let sample = root().join("sample-data");
    let (input, list) = (sample.to_string_lossy().into_owned(), sample.join("break-glass.txt"));
    let list = list.to_string_lossy().into_owned();
    let args: Vec<&str> =
        ["report", &input, "--break-glass", &list, "--out", out].into_iter().chain(more.iter().copied()).collect();
    succeed(temp, &args);
}

/// A cell as the CSV tables write it; the CSV's guard before a would-be formula is not the workbook's affair.
fn same(cell: Option<&Data>, csv: &str) -> bool {
    match cell.unwrap_or(&Data::Empty) {
        Data::Empty => csv.is_empty(),
        Data::String(text) => text == csv || csv.strip_prefix('\'') == Some(text),
        Data::Float(x) => csv.parse::<f64>().is_ok_and(|y| (x - y).abs() < 1e-12),
        Data::Int(n) => csv.parse() == Ok(*n),
        Data::Bool(b) => csv == b.to_string(),
        Data::DateTime(days) => {
            let seconds = format!("{:.0}", (days.as_f64() - 25_569.0) * 86_400.0);
            Instant::parse(csv).is_some_and(|t| t.0.to_string() == seconds)
        }
        _ => false,
    }
}

#[test]
fn every_table_is_a_sheet_with_the_same_cells() {
    let temp = folder();
    report(temp.path(), "out", &[]);
    let mut book = open(&temp.path().join("out/report.xlsx"));
    let names = book.sheet_names();
    assert_eq!(names.first().map(String::as_str), Some("cover"));
    let mut kinds = [0; 5];
    let mut met = 2;
    let csvs = std::fs::read_dir(temp.path().join("out/tables")).expect("tables").map(|e| e.expect("an entry").path());
    let lists = ["targets", "excluded"].map(|name| temp.path().join(format!("out/targets/{name}.csv")));
    for path in csvs.filter(|p| p.extension().is_some_and(|e| e == "csv")).chain(lists) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let cells = sheet(&mut book, &name);
        met += 1;
        let mut rows = 0;
        let mut csv = csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("a table");
        for (at, record) in csv.records().map(|r| r.expect("a record")).enumerate() {
            rows += 1;
            for (column, value) in record.iter().enumerate() {
                let cell = cells.get_value((u32::try_from(at).expect("few"), u32::try_from(column).expect("few")));
                assert!(same(cell, value), "{name}, row {at}, column {column}: {cell:?} is not {value:?}");
                if at > 0 {
                    kinds[match cell.unwrap_or(&Data::Empty) {
                        Data::String(_) => 0,
                        Data::Float(_) | Data::Int(_) => 1,
                        Data::Bool(_) => 2,
                        Data::DateTime(_) => 3,
                        _ => 4,
                    }] += 1;
                }
            }
        }
        assert_eq!(cells.height(), rows, "{name}: rows");
    }
    assert_eq!(
        met,
        names.len() - 1,
        "a sheet of each table, the cover, the columns' meanings, the charts' numbers: {names:?}"
    );
    assert!(kinds.iter().all(|n| *n > 100), "text, numbers, booleans, times, unknown: {kinds:?}");

    let columns = sheet(&mut book, "columns");
    let users = columns.rows().filter(|row| row[0] == Data::String("users".to_owned())).count();
    assert_eq!(users, kmsift::report::users::COLUMNS.len(), "every column is defined");
}

#[test]
fn the_cover_says_what_the_report_says() {
    let temp = folder();
    report(temp.path(), "out", &[]);
    let cover = sheet(&mut open(&temp.path().join("out/report.xlsx")), "cover");
    let text = |row: &[Data]| row.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows: Vec<Vec<String>> = cover.rows().map(text).collect();
    let has =
        |first: &str| rows.iter().find(|r| r[0] == first).unwrap_or_else(|| panic!("{first} is not on the cover"));
    // Hand-stated truth of sample-data: 8 of 19 (EXPECTED.toml, `unregistered_split`).
    assert_eq!(rows[0][0], "8 of 19 active people who are not registered for MFA will never be asked");
    assert_eq!(has("token-stale and unregistered")[1..3], ["8", "19"]);
    assert!(has("token-stale and unregistered")[4].contains("known to be unregistered"), "the denominator is named");
    assert!(has("interactive log")[1].starts_with("2026-10-13T"));
    assert!(has("promptable sign-in")[1].contains("first factor"));
    let staleness = rows.iter().rposition(|r| r[0] == "staleness").expect("how it is counted");
    let below = &rows[staleness..(staleness + 4).min(rows.len())];
    assert!(below.iter().any(|row| row[1].starts_with("Denominator. ")), "{below:?}");
    assert!(has("command")[1].contains("report") && has("stale-days")[1] == "30");
    assert!(rows.iter().any(|r| r[0].ends_with("users.json") && r[1].contains("SHA-256")), "the inputs");
    let as_of = cover.rows().find(|r| r[0] == Data::String("as of".to_owned())).expect("as of");
    assert!(
        matches!(&as_of[1], Data::DateTime(d) if (d.as_f64() - 46_348.0).abs() < 1e-9),
        "a real date: {:?}",
        as_of[1]
    );
}

#[test]
fn hostile_strings_are_strings() {
    let temp = folder();
    hostile::tenant(temp.path());
    let args: Vec<&str> =
        ["report", "in", "--no-break-glass-list", "--out", "out"].into_iter().chain(hostile::COVERS).collect();
    succeed(temp.path(), &args);
    let mut book = open(&temp.path().join("out/report.xlsx"));
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).expect("a sheet");
        assert!(formulas.used_cells().next().is_none(), "{name} has a formula");
    }
    let users = sheet(&mut book, "users");
    let names: Vec<String> = users.rows().skip(1).map(|row| row[2].to_string()).collect();
    for text in hostile::STRINGS {
        assert!(names.iter().any(|n| n == text), "{text:?} is not itself in {names:?}");
    }
}

#[test]
fn a_text_that_no_cell_holds_is_cut_and_the_cover_says_so() {
    let temp = folder();
    let name = "x".repeat(40_000);
    let user = serde_json::json!({"id": "00000000-0000-4000-8000-000000000001", "userPrincipalName": "a@x.org", "displayName": name,
        "accountEnabled": true, "userType": "Member",
        "signInActivity": {"lastSignInDateTime": "2026-08-20T09:00:00Z"}});
    put(temp.path(), "in/users.json", serde_json::json!({ "value": [user] }).to_string());
    succeed(temp.path(), &["report", "in", "--no-break-glass-list", "--out", "out"]);
    let mut book = open(&temp.path().join("out/report.xlsx"));
    let users = sheet(&mut book, "users");
    let shown = users.get_value((1, 2)).expect("the name").to_string();
    assert_eq!(shown.len(), 32_767);
    assert!(shown.ends_with("x [cut]"));
    let cover = sheet(&mut book, "cover");
    let said = cover.rows().any(|r| r[1].to_string().contains("`users`, column `display_name`: 1 texts"));
    assert!(said, "nothing is lost in silence");
}

#[test]
fn the_same_run_gives_the_same_workbook() {
    let temp = folder();
    report(temp.path(), "run-a1", &["--threads", "1"]);
    report(temp.path(), "run-b2", &["--threads", "4"]);
    // The command line stands on the cover, and nowhere else do they differ.
    let entries = |out: &str| {
        let bytes = std::fs::read(temp.path().join(out).join("report.xlsx")).expect("a workbook");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut all = Vec::new();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).expect("an entry");
            let made = entry.last_modified().expect("a time");
            assert_eq!((made.year(), made.month()), (1980, 1), "no clock");
            let name = entry.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).expect("readable");
            all.push((name, String::from_utf8(bytes).expect("XML")));
        }
        all
    };
    let (one, two) = (entries("run-a1"), entries("run-b2"));
    for ((name, a), (_, b)) in one.iter().zip(&two) {
        let b = b.replace("--threads 4", "--threads 1").replace("run-b2", "run-a1");
        assert_eq!(*a, b, "{name}");
    }
    let core = &one.iter().find(|(name, _)| name == "docProps/core.xml").expect("properties").1;
    assert!(core.contains("2026-11-22T00:00:00Z"), "dated by the as-of instant: {core}");
}

#[test]
fn single_tables_go_into_workbooks() {
    let temp = folder();
    let sample = root().join("sample-data").to_string_lossy().into_owned();
    succeed(temp.path(), &["stale", &sample, "--all", "-o", "users.xlsx"]);
    succeed(temp.path(), &["stale", &sample, "--all", "--format", "xlsx", "-o", "again.bin"]);
    let read = |name: &str| std::fs::read(temp.path().join(name)).expect("written");
    assert!(read("users.xlsx") == read("again.bin"), "the ending and --format say the same");
    let mut book = open(&temp.path().join("users.xlsx"));
    assert_eq!(book.sheet_names(), ["users", "columns"]);
    assert_eq!(sheet(&mut book, "users").height(), 1 + 48);
    assert!(sheet(&mut book, "columns").height() > kmsift::report::users::COLUMNS.len());
    let refused = kmsift(temp.path(), &["check", &sample, "--format", "xlsx"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
}

/// A column of numbers that is neither a share nor has a unit would be shown as a bare number by oversight.
#[test]
fn every_column_of_numbers_is_a_share_or_has_a_unit() {
    let mut met = 0;
    for (table, _, columns) in kmsift::cli::commands::schema::tables() {
        for column in columns.iter().filter(|c| c.kind == ColumnKind::Real) {
            met += 1;
            let known = is_share(column) || !column.unit.is_empty();
            assert!(known, "{table}.{}: put it into SHARES of emit/xlsx/sheet.rs, or give it a unit", column.name);
        }
    }
    assert!(met > 30, "{met} columns of numbers");
}

#[test]
fn parquet_is_written_unless_declined() {
    let temp = folder();
    report(temp.path(), "with", &[]);
    report(temp.path(), "without", &["--no-parquet"]);
    let parquet = |out: &str| {
        let all = crate::support::files(&temp.path().join(out));
        let ours = all.into_iter().filter(|p| p.extension().is_some_and(|e| e == "parquet"));
        ours.map(|p| p.strip_prefix(temp.path().join(out)).expect("below").to_string_lossy().replace('\\', "/"))
            .collect::<Vec<_>>()
    };
    let with = parquet("with");
    for name in ["people", "activity", "moments", "calendar"] {
        assert!(with.contains(&format!("parquet/{name}.parquet")), "{with:?}");
    }
    assert!(with.contains(&"tables/users.parquet".to_owned()));
    assert_eq!(parquet("without"), Vec::<String>::new());
}
