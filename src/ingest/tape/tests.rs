//! The tape against `serde_json`.

use super::*;
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

/// What `serde_json` says, or that it is left to it.
fn compare(record: &[u8]) -> bool {
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
}
