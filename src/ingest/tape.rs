//! JSON records at the machine's pace: brackets, colons and commas outside of strings are found first, 64 bytes at a time; what stands
//! between two of them is a key, a value or nothing. Values nobody wants are passed without being read.
//!
//! Never lenient: what is passed is checked as `serde_json` checks what it ignores, and whatever is not plain is handed to it
//! whole (`json::read`). The fuzz targets and the tests of the corpus compare the two.

mod index;

use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use self::index::Index;

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

/// Deeper records are left to `serde_json`.
const DEEPEST: usize = 64;

/// The record as a value; an error says nothing but that another reader has to decide.
pub(super) fn read<'de, T: de::Deserialize<'de>>(record: &'de [u8]) -> Result<T, NotPlain> {
    // Once for all texts of it. (What is ignored need not be UTF-8; then `serde_json` reads it.)
    let record = std::str::from_utf8(record).map_err(|_| NotPlain)?;
    let index = Index::of(record.as_bytes())?;
    let mut tape = Tape { record, index: &index, next: 0, from: 0, strings: 0, depth: 0 };
    let value = T::deserialize(&mut tape)?;
    let rest = record.get(tape.from..).unwrap_or_default();
    let whole = tape.next == index.places.len() && rest.bytes().all(is_blank);
    // Two quotes each, or some text is not one.
    if whole && tape.strings * 2 == index.quotes { Ok(value) } else { Err(NotPlain) }
}

/// The place in a record.
struct Tape<'de, 'i> {
    record: &'de str,
    index: &'i Index<'de>,
    /// The next bracket, colon or comma.
    next: usize,
    /// What stands before was taken.
    from: usize,
    /// Texts met.
    strings: usize,
    depth: usize,
}

impl<'de> Tape<'de, '_> {
    /// What stands before the next mark, without blanks around it, and the mark.
    #[inline]
    fn token(&self) -> Result<(Range<usize>, u8), NotPlain> {
        let bytes = self.record.as_bytes();
        let at = *self.index.places.get(self.next).ok_or(NotPlain)? as usize;
        let mark = *bytes.get(at).ok_or(NotPlain)?;
        let (mut start, mut end) = (self.from, at);
        while start < end && is_blank(bytes[start]) {
            start += 1;
        }
        while start < end && is_blank(bytes[end - 1]) {
            end -= 1;
        }
        Ok((start..end, mark))
    }

    /// The text of a token.
    #[inline]
    fn str(&self, token: Range<usize>) -> Result<&'de str, NotPlain> {
        self.record.get(token).ok_or(NotPlain)
    }

    /// Goes behind the next mark.
    #[inline]
    fn pass(&mut self) {
        self.from = self.index.places.get(self.next).map_or(self.record.len(), |at| *at as usize + 1);
        self.next += 1;
    }

    /// Goes behind a value that is no list or object, up to the mark that follows.
    #[inline]
    fn pass_scalar(&mut self) {
        self.from = self.index.places.get(self.next).map_or(self.record.len(), |at| *at as usize);
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

    /// Goes over a key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Range<usize>, NotPlain> {
        let (token, mark) = self.token()?;
        let text = self.text(&token)?;
        self.pass();
        if mark == b':' { Ok(text) } else { Err(NotPlain) }
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

    /// Goes into a list or object.
    fn enter(&mut self) -> Result<(), NotPlain> {
        self.pass();
        self.depth += 1;
        if self.depth > DEEPEST { Err(NotPlain) } else { Ok(()) }
    }

    /// Hands the list or object that `mark` opens to its visitor.
    fn visit_members<V: Visitor<'de>>(&mut self, mark: u8, visitor: V) -> Result<V::Value, NotPlain> {
        let close = match mark {
            b'{' => b'}',
            b'[' => b']',
            _ => return Err(NotPlain),
        };
        self.enter()?;
        let mut members = Members { tape: self, close, begun: false, done: false };
        let value = if close == b'}' { visitor.visit_map(&mut members)? } else { visitor.visit_seq(&mut members)? };
        members.tape.depth -= 1;
        // Every member must have been taken.
        if members.done { Ok(value) } else { Err(NotPlain) }
    }

    /// Goes over a value that nobody wants.
    fn ignore(&mut self) -> Result<(), NotPlain> {
        let (token, mark) = self.token()?;
        if !token.is_empty() {
            let bytes = self.record.as_bytes();
            if bytes[token.start] == b'"' {
                self.text(&token)?;
            } else {
                check_word(&bytes[token])?;
            }
            self.pass_scalar();
            return Ok(());
        }
        let close = match mark {
            b'{' => b'}',
            b'[' => b']',
            _ => return Err(NotPlain),
        };
        self.enter()?;
        let mut more = !self.is_empty(close)?;
        while more {
            if close == b'}' {
                self.key()?;
            }
            self.ignore()?;
            more = self.another(close)?;
        }
        self.depth -= 1;
        Ok(())
    }
}

/// Blanks as JSON has them.
#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A number, `true`, `false` or `null` that nobody wants.
fn check_word(word: &[u8]) -> Result<(), NotPlain> {
    match word {
        b"null" | b"true" | b"false" | b"0" => Ok(()),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => Ok(()),
        other => serde_json::from_slice::<de::IgnoredAny>(other).map(drop).map_err(|_| NotPlain),
    }
}

impl<'de> Deserializer<'de> for &mut Tape<'de, '_> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        let (token, mark) = self.token()?;
        if token.is_empty() {
            return self.visit_members(mark, visitor);
        }
        self.pass_scalar();
        match self.str(token.clone())? {
            "null" => visitor.visit_unit(),
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            "0" => visitor.visit_u64(0),
            text if text.starts_with('"') => {
                let inner = self.text(&token)?;
                let inner = self.str(inner)?;
                if self.index.escapes && memchr::memchr(b'\\', inner.as_bytes()).is_some() {
                    return visitor.visit_string(serde_json::from_str(text).map_err(|_| NotPlain)?);
                }
                visitor.visit_borrowed_str(inner)
            }
            number => {
                // It is the whole number that must be one, not its beginning.
                check_word(number.as_bytes())?;
                serde_json::Deserializer::from_str(number).deserialize_any(visitor).map_err(|_| NotPlain)
            }
        }
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

/// The members of an open object or list.
struct Members<'t, 'de, 'i> {
    tape: &'t mut Tape<'de, 'i>,
    close: u8,
    begun: bool,
    done: bool,
}

impl Members<'_, '_, '_> {
    /// Whether there is another member.
    fn another(&mut self) -> Result<bool, NotPlain> {
        if self.done {
            return Ok(false);
        }
        let begun = std::mem::replace(&mut self.begun, true);
        let more = if begun { self.tape.another(self.close)? } else { !self.tape.is_empty(self.close)? };
        self.done = !more;
        Ok(more)
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de, '_> {
    type Error = NotPlain;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotPlain> {
        if !self.another()? {
            return Ok(None);
        }
        let key = self.tape.key()?;
        let key = self.tape.str(key)?;
        // Names of members are plain; others are for `serde_json`.
        if self.tape.index.escapes && memchr::memchr(b'\\', key.as_bytes()).is_some() {
            return Err(NotPlain);
        }
        let key: de::value::BorrowedStrDeserializer<'de, NotPlain> = de::value::BorrowedStrDeserializer::new(key);
        seed.deserialize(key.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotPlain> {
        seed.deserialize(&mut *self.tape)
    }
}

impl<'de> SeqAccess<'de> for &mut Members<'_, 'de, '_> {
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
