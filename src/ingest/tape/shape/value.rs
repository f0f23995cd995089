//! A record of a known shape as serde takes it: what is wanted, and nothing else.

use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::{NotPlain, scalar};
use super::{Node, What};

/// A value of a record that has a shape.
#[derive(Clone, Copy)]
pub(super) struct Value<'s, 'de> {
    pub(super) nodes: &'s [Node],
    pub(super) record: &'de str,
    pub(super) values: &'s [Range<usize>],
}

impl<'de> Value<'_, 'de> {
    #[inline]
    fn text(&self, value: usize) -> Result<&'de str, NotPlain> {
        self.values.get(value).and_then(|range| self.record.get(range.clone())).ok_or(NotPlain)
    }

    fn key(&self, (behind, place): &(usize, Range<usize>)) -> Result<&'de str, NotPlain> {
        let from = behind.checked_sub(1).map_or(Some(0), |value| self.values.get(value).map(|range| range.end));
        from.and_then(|from| self.record.get(from + place.start..from + place.end)).ok_or(NotPlain)
    }
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = NotPlain;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        let (node, rest) = self.nodes.split_first().ok_or(NotPlain)?;
        let mut inside = Inside { all: Value { nodes: rest, ..self } };
        let value = match node.what {
            What::Text(value) => return visitor.visit_borrowed_str(self.text(value)?),
            What::Word(value) => return scalar(self.text(value)?, visitor),
            What::Object => visitor.visit_map(&mut inside)?,
            What::List => visitor.visit_seq(&mut inside)?,
        };
        // Every member must have been taken.
        if inside.all.nodes.is_empty() { Ok(value) } else { Err(NotPlain) }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self.nodes {
            [Node { what: What::Word(value), .. }, ..] if self.text(*value)? == "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NotPlain> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if let Some(node) = self.nodes.first() {
            node.wanted.set(false);
        }
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

/// What stands in an object or list and was not yet taken.
struct Inside<'s, 'de> {
    all: Value<'s, 'de>,
}

impl<'s, 'de> Inside<'s, 'de> {
    /// The next one.
    #[inline]
    fn next(&mut self) -> Result<Value<'s, 'de>, NotPlain> {
        let size = self.all.nodes.first().map_or(0, |node| node.size);
        let (nodes, rest) = self.all.nodes.split_at_checked(size).ok_or(NotPlain)?;
        self.all.nodes = rest;
        Ok(Value { nodes, ..self.all })
    }
}

impl<'de> MapAccess<'de> for &mut Inside<'_, 'de> {
    type Error = NotPlain;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotPlain> {
        let Some(node) = self.all.nodes.first() else { return Ok(None) };
        seed.deserialize(Key { node, all: self.all }).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotPlain> {
        seed.deserialize(self.next()?)
    }
}

impl<'de> SeqAccess<'de> for &mut Inside<'_, 'de> {
    type Error = NotPlain;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotPlain> {
        if self.all.nodes.is_empty() {
            return Ok(None);
        }
        seed.deserialize(self.next()?).map(Some)
    }
}

/// The name of a member.
struct Key<'s, 'de> {
    node: &'s Node,
    all: Value<'s, 'de>,
}

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        visitor.visit_borrowed_str(self.all.key(&self.node.key)?)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotPlain> {
        if let Some(place) = self.node.place.get() {
            return visitor.visit_u64(place);
        }
        let name = self.all.key(&self.node.key)?;
        self.node.place.set((0..).zip(names).find(|(_, wanted)| **wanted == name).map(|(place, _)| place));
        visitor.visit_borrowed_str(name)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
