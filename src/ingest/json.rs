//! JSON fields read leniently: a text may be null, a number or a boolean; a list may be null.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Visitor};

use super::members::{self, Field, InPlace, Members};
use super::tape::{self, Shapes};

/// Reads a record: at the machine's pace unless it or the reading is to be plain, else as `serde_json` does.
///
/// # Errors
/// Those of `serde_json`.
pub fn read<'de, T: Deserialize<'de>>(record: &'de [u8], plain: bool) -> Result<T, serde_json::Error> {
    let fast = if plain { None } else { tape::read(record, std::marker::PhantomData).ok() };
    fast.map_or_else(|| serde_json::from_slice(record), Ok)
}

/// The same for an object that is read where it stands, which must be as good as new, and often has a shape met before.
///
/// # Errors
/// Those of `serde_json`.
pub(super) fn read_into<'de, T: Members<'de>>(
    record: &'de [u8],
    (plain, shapes): (bool, &mut Shapes),
    object: &mut T,
) -> Result<(), serde_json::Error> {
    if !plain {
        if tape::read_into(record, shapes, object).is_ok() {
            return Ok(());
        }
        *object = T::default();
    }
    let mut reader = serde_json::Deserializer::from_slice(record);
    InPlace(object).deserialize(&mut reader)?;
    reader.end()
}

/// Blanks as JSON has them.
#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// How deep objects and lists nest in a record.
#[must_use]
pub fn nesting(record: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(byte) = record.get(at) {
        match byte {
            b'"' => {
                at = super::head::skip_string(record, at);
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// The record with halves of surrogate pairs, which no text can hold, made marks of replacement. `None`: there are none.
#[must_use]
pub fn mended(record: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| {
        let digits = record.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (mut out, mut kept, mut at) = (Vec::new(), 0, 0);
    while let Some(i) = record.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += i;
        match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                out.extend_from_slice(&record[kept..at]);
                out.extend_from_slice(b"\\ufffd");
                at += 6;
                kept = at;
            }
            _ => at += 2,
        }
    }
    out.extend_from_slice(&record[kept..]);
    (kept > 0).then_some(out)
}

/// A text field, borrowed where the file allows it. Null and absent are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// The text.
    #[must_use]
    pub fn str(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

/// Puts a text in its place; handed on as a result it would go through memory twice.
struct TextVisitor<'t, 'a>(&'t mut Text<'a>);

impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a boolean or null")
    }
    fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<(), E> {
        self.0.0 = Cow::Borrowed(v);
        Ok(())
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<(), E> {
        self.0.0 = Cow::Owned(v.to_owned());
        Ok(())
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.0.0 = Cow::Borrowed("");
        Ok(())
    }
    fn visit_bool<E: de::Error>(self, v: bool) -> Result<(), E> {
        self.0.0 = Cow::Borrowed(if v { "true" } else { "false" });
        Ok(())
    }
    fn visit_i64<E: de::Error>(self, v: i64) -> Result<(), E> {
        self.0.0 = Cow::Owned(v.to_string());
        Ok(())
    }
    fn visit_u64<E: de::Error>(self, v: u64) -> Result<(), E> {
        // Most codes; no memory is asked for.
        self.0.0 = if v == 0 { Cow::Borrowed("0") } else { Cow::Owned(v.to_string()) };
        Ok(())
    }
    fn visit_f64<E: de::Error>(self, v: f64) -> Result<(), E> {
        self.0.0 = Cow::Owned(v.to_string());
        Ok(())
    }
    /// Windows PowerShell writes a time with members of its own as an object around its `value`.
    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut value = None;
        while let Some(name) = map.next_key::<Text<'de>>()? {
            if name.str() == "value" {
                value = Some(map.next_value::<Text<'de>>()?);
            } else {
                map.next_value::<de::IgnoredAny>()?;
            }
        }
        *self.0 = value.ok_or_else(|| de::Error::custom("an object without `value`"))?;
        Ok(())
    }
}

impl<'de: 'a, 'a> Field<'de> for Text<'a> {
    #[inline]
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(TextVisitor(self))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = Self::default();
        text.read_from(deserializer)?;
        Ok(text)
    }
}

/// A list that may be null.
///
/// # Errors
/// When the value is neither a list of the right things nor null.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Vec<T>>::deserialize(deserializer)?.unwrap_or_default())
}

/// An object that may be null.
///
/// # Errors
/// When the value is neither the right object nor null.
pub fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// A dynamic column of Log Analytics: JSON in a text, or the value itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Dynamic<'a, T> {
    /// JSON in a text, or a word for nothing.
    Text(Text<'a>),
    /// The value.
    Value(T),
}

impl<T> Default for Dynamic<'_, T> {
    fn default() -> Self {
        Self::Text(Text::default())
    }
}

impl<'a, T> From<&'a str> for Dynamic<'a, T> {
    fn from(text: &'a str) -> Self {
        Self::Text(Text::from(text))
    }
}

impl<'a, T: Deserialize<'a> + Clone + Default + PartialEq> Dynamic<'a, T> {
    /// What it holds; `None` when it holds nothing.
    ///
    /// # Errors
    /// When the text is not JSON of this kind.
    pub fn read(&'a self) -> Result<Option<T>, serde_json::Error> {
        match self {
            Self::Text(text) if crate::model::ids::is_null(text.str()) => Ok(None),
            Self::Text(text) => serde_json::from_str(text.str()).map(Some),
            Self::Value(value) => Ok(Some(value.clone()).filter(|v| *v != T::default())),
        }
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Dynamic<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DynamicVisitor(std::marker::PhantomData))
    }
}

struct DynamicVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for DynamicVisitor<T> {
    type Value = Dynamic<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in a text, or the value itself")
    }
    fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Dynamic::from(v))
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Dynamic::Text(Text(Cow::Owned(v.to_owned()))))
    }
    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Dynamic::default())
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Dynamic::Value)
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::SeqAccessDeserializer::new(list)).map(Dynamic::Value)
    }
}

/// JSON in a text, or an object, which is read where it stands.
#[derive(Debug, Default, PartialEq)]
pub struct Embedded<'a, T> {
    /// The text; there is none, or a word for nothing.
    pub text: Text<'a>,
    /// The object.
    pub object: Option<T>,
}

impl<'de: 'a, 'a, T: Members<'de>> Field<'de> for Embedded<'a, T> {
    #[inline]
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(EmbeddedVisitor(self))
    }
}

struct EmbeddedVisitor<'t, 'a, T>(&'t mut Embedded<'a, T>);

impl<'de: 'a, 'a, T: Members<'de>> Visitor<'de> for EmbeddedVisitor<'_, 'a, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in a text, or an object")
    }
    fn visit_borrowed_str<E: de::Error>(self, v: &'de str) -> Result<(), E> {
        self.0.text = v.into();
        Ok(())
    }
    fn visit_str<E: de::Error>(self, v: &str) -> Result<(), E> {
        TextVisitor(&mut self.0.text).visit_str(v)
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let object = self.0.object.insert(T::default());
        members::read(object, de::value::MapAccessDeserializer::new(map))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let object = self.0.object.insert(T::default());
        members::read(object, de::value::SeqAccessDeserializer::new(list))
    }
}

/// A list, or the one thing of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OneOrMore<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMoreVisitor(std::marker::PhantomData))
    }
}

struct OneOrMoreVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMoreVisitor<T> {
    type Value = OneOrMore<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or the one thing of it")
    }
    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(|one| OneOrMore(vec![one]))
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(OneOrMore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_is_marked_and_nothing_else_changes() {
        for (text, want) in [
            (r#"{"a":"x\ud800y"}"#, Some(r#"{"a":"x\ufffdy"}"#)),
            (r#"{"a":"\udc00\ud83d\ude00\ud800"}"#, Some(r#"{"a":"\ufffd\ud83d\ude00\ufffd"}"#)),
            (r#"{"a":"\ud83d\ude00\\ud800\u00e9"}"#, None),
            (r#"{"a":"\ud8"#, None),
        ] {
            assert_eq!(mended(text.as_bytes()).as_deref(), want.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn a_dynamic_column_is_a_value_or_json_in_a_text_or_nothing() {
        type Words<'a> = Dynamic<'a, OneOrMore<Vec<u8>>>;
        for (json, want) in [
            ("[[1],[2]]", Ok(2)),
            ("\"[[1],[2]]\"", Ok(2)),
            ("\"[\\r\\n  [1]\\r\\n]\"", Ok(1)),
            ("null", Ok(0)),
            ("\"\"", Ok(0)),
            ("\"{}\"", Ok(0)),
            ("\"[]\"", Ok(0)),
            ("\"(blank)\"", Ok(0)),
            ("[]", Ok(0)),
            ("\"[[1\"", Err(())),
        ] {
            let column: Result<Words<'_>, _> = serde_json::from_str(json);
            let read = column.as_ref().map_err(|_| ()).and_then(|c| c.read().map_err(|_| ()));
            assert_eq!(read.map(|list| list.map_or(0, |l| l.0.len())), want, "{json}");
        }
    }
}
