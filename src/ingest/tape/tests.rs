//! The tape against `serde_json`.

use super::*;
use crate::ingest::json::{self, Embedded, Text};
use crate::ingest::members::members;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Some3<'a> {
    a: Option<Value>,
    #[serde(borrow)]
    b: Option<std::borrow::Cow<'a, str>>,
    c: Vec<Some3<'a>>,
}

fn read<'de, T: Deserialize<'de>>(record: &'de [u8]) -> Result<T, NotPlain> {
    super::read(record, std::marker::PhantomData)
}

/// An object as the readers of logs have them.
#[derive(Debug, Default, PartialEq)]
struct Row<'a> {
    id: Text<'a>,
    display_name: Text<'a>,
    tags: Vec<Text<'a>>,
    inner: Inner<'a>,
    rare: Option<Box<Inner<'a>>>,
    other: Embedded<'a, Inner<'a>>,
}

members!(Row {
    "id" => id,
    "displayName" => display_name,
    "tags" => tags,
    "inner" => inner,
    "rare" => rare,
    "other" => other,
});

#[derive(Clone, Debug, Default, PartialEq)]
struct Inner<'a> {
    code: Text<'a>,
    name: Text<'a>,
}

members!(Inner { "code" => code, "name" => name });

/// Whether all readers say the same of an object that is read where it stands, by the shapes met before and by its own.
fn compare_rows(record: &[u8], met: &mut Shapes) {
    let read = |plain: bool, shapes: &mut Shapes| {
        let mut row = Row::default();
        json::read_into(record, (plain, shapes), &mut row).ok().map(|()| row)
    };
    let own = &mut Shapes::default();
    let plain = read(true, own);
    for fast in [read(false, own), read(false, own), read(false, met)] {
        assert_eq!(fast, plain, "{}", String::from_utf8_lossy(record));
    }
}

/// What `serde_json` says, or that it is left to it.
fn compare(record: &[u8]) -> bool {
    compare_rows(record, &mut Shapes::default());
    let (fast, plain) = (read::<Value>(record), serde_json::from_slice::<Value>(record));
    let part = (read::<Some3<'_>>(record), serde_json::from_slice::<Some3<'_>>(record));
    if let Ok(fast) = &fast {
        assert_eq!(Some(fast), plain.as_ref().ok(), "{}", String::from_utf8_lossy(record));
    }
    if let Ok(fast) = &part.0 {
        assert_eq!(Some(fast), part.1.as_ref().ok(), "{}", String::from_utf8_lossy(record));
    }
    fast.is_ok()
}

#[test]
fn plain_records_are_read_here() {
    for text in [
        "{}",
        r#"{"a":1,"b":"x","c":[{"b":"y"},{}]}"#,
        "{ \"a\" : [ 1 , -2.5e3 , true , false , null , \"\" ] ,\r\n\t\"x\" : { \"y\" : [ [ ] , { } ] } }",
        r#"{"a":"q\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","b":"caf\u00e9 é"}"#,
        r#"{"x":"{[:,]}\\","b":"y"}"#,
        r#"{"a":18446744073709551615,"b":null,"x":-0,"y":1e5}"#,
    ] {
        assert!(compare(text.as_bytes()), "{text}");
        for blanks in 0..70 {
            assert!(compare(format!("{{\"x\":\"{}\",\"y\":{text}}}", " ".repeat(blanks)).as_bytes()), "{text}");
        }
    }
}

#[test]
fn a_shape_met_once_is_read_by_it_whatever_the_values() {
    let row = |id: &str, code: &str, tags: &str| {
        format!(
            "{{ \"id\": \"{id}\",\"x\":{code},\"tags\":[{tags}],\"inner\":{{\"more\":[1,{{}}],\"code\":{code}}},\"y\":\"\"}}"
        )
    };
    let mut shapes = Shapes::default();
    let mut by_shape = |text: &str| {
        let (mut row, mut whole) = (Row::default(), Row::default());
        let known = shapes.read(text.as_bytes(), &mut row);
        json::read_into(text.as_bytes(), (false, &mut shapes), &mut whole).expect("sound");
        assert!(!known || row == whole, "{text}");
        known
    };
    assert!(!by_shape(&row("a", "0", "")), "nothing is known");
    for (id, code) in
        [("", "1"), ("170e5f15-6246-4d9c-97cf-dceabf9bfbf4", "-2.5e3"), ("{[:,]}é", "null"), ("b", "true")]
    {
        assert!(by_shape(&row(id, code, "")), "{id} {code}");
    }
    assert!(!by_shape(&row("a", "0", "\"t\"")), "a longer list is another shape");
    assert!(by_shape(&row("c", "50158", "\"uu\"")) && by_shape(&row("d", "0", "")), "both are known");
    for strange in
        [row("a\\n", "0", ""), row("a", "0 ", ""), row("a", "0", "null"), row("a", "0", "").replace("id", "ID")]
    {
        assert!(!by_shape(&strange), "{strange}");
    }
    // Whoever writes a new shape each time, or a huge one, fills no memory.
    let huge = format!("{{\"tags\":[{}]}}", vec!["\"\""; 2_000].join(","));
    assert!(!by_shape(&huge) && !by_shape(&huge));
    for number in 0..300 {
        by_shape(&format!("{{\"{number}\":1}}"));
    }
    assert!(shapes.known() <= 32);
}

/// A text is no number, though brackets and quotes may be as many as before.
#[test]
fn a_text_never_passes_for_a_word_of_a_shape() {
    for (first, second) in [
        (r#"{"u":[[[1],"x"],"y"],"id":"z"}"#, r#"{"u":[[["w"],"y"],"id":"z"}"#),
        (r#"{"u":[[[1],"x"],"y"],"v":[1,["x",["y"]]],"id":"z"}"#, r#"{"u":[[["w"],"y"],"v":["w",["y"]]],"id":"z"}"#),
        (
            r#"{"other":{"code":1},"rare":{"code":2},"inner":{"name":"x"},"y":{"t":"y"}}"#,
            r#"{"other":{"code":"v"},"rare":{"code":"w"},"inner":{"name":"y"}}"#,
        ),
        (r#"{"tags":[1,2,"x","y"],"id":"z"}"#, r#"{"tags":["v","w","y"],"id":"z"}"#),
    ] {
        let mut met = Shapes::default();
        compare_rows(first.as_bytes(), &mut met);
        compare_rows(second.as_bytes(), &mut met);
    }
}

#[test]
fn what_is_not_plain_is_left_to_serde_json() {
    for text in [
        "",
        "{",
        "}",
        "{]",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        "{,}",
        r#"{"a":1 2}"#,
        r#"{"a":"b""c"}"#,
        r#"{"a" "b":1}"#,
        r#"{"a":tru}"#,
        r#"{"a":01}"#,
        r#"{"a":1.}"#,
        r#"{"a":+1}"#,
        r#"{"a":"\x"}"#,
        r#"{"a":"\u12g4"}"#,
        "{\"a\":\"\n\"}",
        "{\"a\":\"\u{1}\"}",
        r#"{"a":1}}"#,
        r#"{"a":1} x"#,
        "{a:1}",
        r#"{"a":[1,2}"#,
        r#"{"a":{"b":1]}"#,
        r#"\{"a":1}"#,
        "{\u{c}\"a\":1}",
        "{\"a\":1\u{c}}",
        r#"["a":1]"#,
        r#"{"a":1:2}"#,
        r#"{"x":"\"}"#,
    ] {
        assert!(!compare(text.as_bytes()), "{text}");
        assert!(!compare(format!(r#"{{"x":[{text}]}}"#).as_bytes()) || text.is_empty(), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(90), "]".repeat(90));
    assert!(!compare(deep.as_bytes()));
    assert!(!compare(b"{\"a\":\"\xff\"}"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn damaged_records_are_read_as_serde_json_reads_them_or_not_at_all(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "\"c\"", "\"", "\\", "\\\"", "\\u00e9", "1", "-1.5", "true", "null", " ", "\n",
            "\u{1}", "é", "{\"a\":1}", "[{\"b\":\"x\"}]", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"", "\"a\":", ",\"b\":",
        ]), 0..14),
        cut in 0..200_usize,
    ) {
        let text: String = pieces.concat();
        compare(text.as_bytes());
        let whole = format!("{{\"a\":[{text}],\"x\":{{\"y\":\"{text}\"}},\"b\":\"z\"}}");
        compare(whole.as_bytes());
        compare(&whole.as_bytes()[..cut.min(whole.len())]);
    }

    /// Rows of one shape: the same names, other values.
    #[test]
    fn rows_of_a_shape_met_before_are_read_alike_by_both_readers(
        names in prop::collection::vec((prop::sample::select(NAMES), 0..4_usize), 1..12),
        values in prop::collection::vec(prop::collection::vec(prop::sample::select(VALUES), 12), 1..6),
    ) {
        let mut met = Shapes::default();
        for values in values {
            let members = names.iter().zip(values).map(|((name, n), value)| format!("\"{name}\":{}{value}", " ".repeat(*n)));
            compare_rows(format!("{{{}}}", members.collect::<Vec<_>>().join(",")).as_bytes(), &mut met);
        }
    }

    /// Rows of logs: members in any order, twice, of any kind, with blanks; long enough that marks are looked for many times; some
    /// bytes put in, left out or changed.
    #[test]
    fn damaged_rows_are_read_alike_by_both_readers(
        members in prop::collection::vec((prop::sample::select(NAMES), prop::sample::select(VALUES), 0..4_usize), 0..40),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_usize), 0..4),
        pad in 0..130_usize,
    ) {
        let blank = |n: usize| ["", " ", "  ", "\r\n\t"][n];
        let members: Vec<String> = members
            .iter()
            .map(|(name, value, n)| format!("{0}\"{name}\":{0}{value}{1}", blank(*n), blank(n / 3)))
            .collect();
        let mut row = format!("{{\"pad\":\"{}\",{}}}", "x".repeat(pad), members.join(",")).into_bytes();
        compare(&row);
        let mut met = Shapes::default();
        compare_rows(&row, &mut met);
        let breaking = b"\"\\{}[]:, \n\x01\xff0e";
        for (place, byte, way) in damage {
            if row.is_empty() {
                break;
            }
            let at = place.index(row.len());
            match way {
                0 => row[at] = breaking[usize::from(byte) % breaking.len()],
                1 => drop(row.remove(at)),
                2 => row.insert(at, byte),
                _ => row.truncate(at),
            }
            compare(&row);
            compare_rows(&row, &mut met);
        }
    }
}

const NAMES: &[&str] = &[
    "id",
    "displayName",
    "displayNamf",
    "tags",
    "inner",
    "rare",
    "other",
    "ID",
    "i\\u0064",
    "a long name that nobody wants",
    "",
];

const VALUES: &[&str] = &[
    "\"170e5f15-6246-4d9c-97cf-dceabf9bfbf4\"",
    "\"\"",
    "\"caf\\u00e9 \\\"x\\\" \\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"é{[:,]}\"",
    "0",
    "50158",
    "-0",
    "01",
    "1e999",
    "1.50",
    "true",
    "null",
    "nul",
    "[]",
    "{}",
    "[\"a\",null,1]",
    "{\"code\":50158,\"name\":\"x\",\"more\":[{},[1,{\"y\":[]}]]}",
    "{ \"code\" : \"1\" , \"code\" : \"2\" }",
    "[\"1\",\"2\"]",
    "[\"1\",\"2\",\"3\"]",
    "{\"code\":",
    "[[[[[[]]]]]]",
];
