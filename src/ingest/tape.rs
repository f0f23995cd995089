//! JSON records at the machine's pace: brackets, colons and commas outside of strings are found first, 64 bytes at a time; what stands
//! between two of them is a key, a value or nothing. Values nobody wants are passed without being read.
//!
//! Never lenient: what is passed is checked as `serde_json` checks what it ignores, and whatever is not plain is handed to it
//! whole (`json::read`). The fuzz targets and the tests of the corpus compare the two.

mod ignored;
mod index;
mod shape;

use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use self::ignored::check_word;
use self::index::Index;
pub(super) use self::shape::Shapes;
use super::json::is_blank;
use super::members::{self, InPlace};

/// Not plain: `serde_json` says what is to be thought of it.
#[derive(Debug)]
pub(super) struct NotPlain;

impl std::fmt::Display for NotPlain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not plain JSON")
    }
}

impl std::error::Error for NotPlain {}

impl de::Error for NotPlain {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Deeper records are left to `serde_json`. A bit each.
const DEEPEST: u32 = 64;

/// The record as a value; an error says nothing but that another reader has to decide.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(record: &'de [u8], seed: S) -> Result<S::Value, NotPlain> {
    // Once for all texts of it. (What is ignored need not be UTF-8; then `serde_json` reads it.)
    let record = std::str::from_utf8(record).map_err(|_| NotPlain)?;
    let mut tape = Tape { record, index: Index::of(record.as_bytes()), at: 0, from: 0, strings: 0, depth: 0 };
    tape.at = tape.index.next();
    let value = seed.deserialize(&mut tape)?;
    if tape.is_done() { Ok(value) } else { Err(NotPlain) }
}

/// The same for an object that is read where it stands and must be as good as new; not plain: it may be half filled.
pub(super) fn read_into<'de, T: members::Members<'de>>(
    record: &'de [u8],
    shapes: &mut Shapes,
    object: &mut T,
) -> Result<(), NotPlain> {
    if shapes.read(record, object) {
        return Ok(());
    }
    *object = T::default();
    read(record, InPlace(object))?;
    shapes.learn::<T>(record);
    Ok(())
}

/// The place in a record.
struct Tape<'de> {
    record: &'de str,
    index: Index<'de>,
    /// The next bracket, colon or comma.
    at: usize,
    /// What stands before was taken.
    from: usize,
    /// Texts met.
    strings: usize,
    depth: u32,
}

impl<'de> Tape<'de> {
    /// What stands before the next mark, without blanks around it, and the mark.
    #[inline]
    fn token(&self) -> Result<(Range<usize>, u8), NotPlain> {
        let bytes = self.record.as_bytes();
        let mark = *bytes.get(self.at).ok_or(NotPlain)?;
        let (mut start, mut end) = (self.from, self.at);
        while start < end && is_blank(bytes[start]) {
            start += 1;
        }
        while start < end && is_blank(bytes[end - 1]) {
            end -= 1;
        }
        Ok((start..end, mark))
    }

    /// Whether nothing was left.
    fn is_done(&self) -> bool {
        let rest = self.record.get(self.from..).unwrap_or_default();
        // Two quotes each, or some text is not one.
        let whole = self.at == self.record.len() && rest.bytes().all(is_blank) && self.strings * 2 == self.index.quotes;
        whole && self.index.is_plain()
    }

    /// The text of a token.
    #[inline]
    fn str(&self, token: Range<usize>) -> Result<&'de str, NotPlain> {
        self.record.get(token).ok_or(NotPlain)
    }

    /// Whether there are escapes in a text that was taken.
    #[inline]
    fn has_escapes(&self, text: &str) -> bool {
        self.index.escapes && memchr::memchr(b'\\', text.as_bytes()).is_some()
    }

    /// Goes behind the next mark.
    #[inline]
    fn pass(&mut self) {
        self.from = self.at + 1;
        self.at = self.index.next();
    }

    /// Goes behind a value that is no list or object, up to the mark that follows.
    #[inline]
    fn pass_scalar(&mut self) {
        self.from = self.at;
    }

    /// What stands between the two quotes of a token.
    #[inline]
    fn text(&mut self, token: &Range<usize>) -> Result<Range<usize>, NotPlain> {
        self.strings += 1;
        match self.record.as_bytes().get(token.clone()) {
            Some([b'"', .., b'"']) => Ok(token.start + 1..token.end - 1),
            _ => Err(NotPlain),
        }
    }

    /// Goes over a text without escapes and with no more than a blank before it: nearly every text.
    #[inline]
    fn plain_text(&mut self) -> Option<&'de str> {
        let text = match self.record.as_bytes().get(self.from..self.at)? {
            [b'"', .., b'"'] => self.from + 1..self.at - 1,
            [b' ', b'"', .., b'"'] => self.from + 2..self.at - 1,
            _ => return None,
        };
        let text = self.record.get(text)?;
        if self.has_escapes(text) {
            return None;
        }
        self.strings += 1;
        self.pass_scalar();
        Some(text)
    }

    /// Goes over a key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Range<usize>, NotPlain> {
        let (token, mark) = self.token()?;
        let text = self.text(&token)?;
        self.pass();
        if mark == b':' { Ok(text) } else { Err(NotPlain) }
    }

    /// Goes over a comma, a key without escapes and its colon, with no more than a blank between: nearly every key.
    #[inline]
    fn plain_key(&mut self) -> Option<&'de str> {
        let (comma, (colon, then)) = (self.at, self.index.next_two()?);
        let key = match self.record.as_bytes().get(self.from..=colon)? {
            [b',', b'"', .., b'"', b':'] => comma + 2..colon - 1,
            [b',', b' ', b'"', .., b'"', b':'] => comma + 3..colon - 1,
            _ => return None,
        };
        let key = self.record.get(key)?;
        if self.from != comma || self.has_escapes(key) {
            return None;
        }
        self.strings += 1;
        self.from = colon + 1;
        self.at = then;
        self.index.pass(2);
        Some(key)
    }

    /// After a value: whether another one follows before the list or object closes.
    #[inline]
    fn another(&mut self, close: u8) -> Result<bool, NotPlain> {
        let (token, mark) = self.token()?;
        self.pass();
        match mark {
            _ if !token.is_empty() => Err(NotPlain),
            b',' => Ok(true),
            mark if mark == close => Ok(false),
            _ => Err(NotPlain),
        }
    }

    /// Whether a list or object that has just been opened closes at once.
    #[inline]
    fn is_empty(&mut self, close: u8) -> Result<bool, NotPlain> {
        let (token, mark) = self.token()?;
        let empty = token.is_empty() && mark == close;
        if empty {
            self.pass();
        }
        Ok(empty)
    }

    /// Goes into a list or object; what closes it.
    #[inline]
    fn enter(&mut self, mark: u8) -> Result<u8, NotPlain> {
        self.pass();
        self.depth += 1;
        match mark {
            _ if self.depth > DEEPEST => Err(NotPlain),
            b'{' => Ok(b'}'),
            b'[' => Ok(b']'),
            _ => Err(NotPlain),
        }
    }

    /// Hands the list or object that `mark` opens to its visitor.
    #[inline]
    fn visit_members<V: Visitor<'de>>(&mut self, mark: u8, visitor: V) -> Result<V::Value, NotPlain> {
        let close = self.enter(mark)?;
        let mut members = Members { tape: self, close, begun: false, done: false };
        let value = if close == b'}' { visitor.visit_map(&mut members)? } else { visitor.visit_seq(&mut members)? };
        members.tape.depth -= 1;
        // Every member must have been taken.
        if members.done { Ok(value) } else { Err(NotPlain) }
    }
}

impl<'de> Deserializer<'de> for &mut Tape<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if let Some(text) = self.plain_text() {
            return visitor.visit_borrowed_str(text);
        }
        let (token, mark) = self.token()?;
        if token.is_empty() {
            return self.visit_members(mark, visitor);
        }
        self.pass_scalar();
        let text = self.str(token.clone())?;
        if !text.starts_with('"') {
            return scalar(text, visitor);
        }
        let inner = self.text(&token)?;
        let inner = self.str(inner)?;
        if self.has_escapes(inner) {
            return visitor.visit_string(serde_json::from_str(text).map_err(|_| NotPlain)?);
        }
        visitor.visit_borrowed_str(inner)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if self.str(self.token()?.0)? == "null" {
            self.pass_scalar();
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NotPlain> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.ignore()?;
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// A number, `true`, `false` or `null`.
fn scalar<'de, V: Visitor<'de>>(text: &'de str, visitor: V) -> Result<V::Value, NotPlain> {
    match text {
        "null" => visitor.visit_unit(),
        "true" => visitor.visit_bool(true),
        "false" => visitor.visit_bool(false),
        "0" => visitor.visit_u64(0),
        number => {
            // It is the whole number that must be one, not its beginning.
            check_word(number.as_bytes())?;
            serde_json::Deserializer::from_str(number).deserialize_any(visitor).map_err(|_| NotPlain)
        }
    }
}

/// The members of an open object or list.
struct Members<'t, 'de> {
    tape: &'t mut Tape<'de>,
    close: u8,
    begun: bool,
    done: bool,
}

impl<'de> Members<'_, 'de> {
    /// Whether there is another member.
    #[inline]
    fn another(&mut self) -> Result<bool, NotPlain> {
        if self.done {
            return Ok(false);
        }
        let begun = std::mem::replace(&mut self.begun, true);
        let more = if begun { self.tape.another(self.close)? } else { !self.tape.is_empty(self.close)? };
        self.done = !more;
        Ok(more)
    }

    /// The name of the next member, if there is one.
    fn name(&mut self) -> Result<Option<&'de str>, NotPlain> {
        if !self.another()? {
            return Ok(None);
        }
        let key = self.tape.key()?;
        let key = self.tape.str(key)?;
        // Names of members are plain; others are for `serde_json`.
        if self.tape.has_escapes(key) { Err(NotPlain) } else { Ok(Some(key)) }
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = NotPlain;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotPlain> {
        let plain = if self.begun { self.tape.plain_key() } else { None };
        let key = match plain {
            Some(key) => key,
            None => match self.name()? {
                Some(key) => key,
                None => return Ok(None),
            },
        };
        let key: de::value::BorrowedStrDeserializer<'de, NotPlain> = de::value::BorrowedStrDeserializer::new(key);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotPlain> {
        seed.deserialize(&mut *self.tape)
    }
}

impl<'de> SeqAccess<'de> for &mut Members<'_, 'de> {
    type Error = NotPlain;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotPlain> {
        if !self.another()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.tape).map(Some)
    }
}

#[cfg(test)]
mod tests;
