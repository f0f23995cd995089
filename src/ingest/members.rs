//! JSON objects with many members of which few are wanted: names are looked up, values are read into their places.
//!
//! The same for both readers (`tape`, `serde_json`), and as serde's derived code reads objects: a name met twice is an error, a
//! list gives the values in the order of the names. A big row that derived code hands from one result to the next is never moved.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// An object of which some members are wanted; written with [`members!`].
pub(crate) trait Members<'de>: Default + Deserialize<'de> {
    /// The names wanted.
    const NAMES: &'static Names;

    /// Reads the value of the member whose name stands at this place.
    ///
    /// # Errors
    /// When the value is not of the right kind.
    fn read<D: Deserializer<'de>>(&mut self, place: usize, value: D) -> Result<(), D::Error>;
}

/// Says which member goes into which field. The field's type says how it is read.
macro_rules! members {
    ($object:ident { $($name:literal => $field:ident),+ $(,)? }) => {
        impl<'de: 'a, 'a> $crate::ingest::members::Members<'de> for $object<'a> {
            const NAMES: &'static $crate::ingest::members::Names =
                &const { $crate::ingest::members::Names::of(&[$($name),+]) };

            #[inline]
            fn read<D: serde::Deserializer<'de>>(&mut self, place: usize, value: D) -> Result<(), D::Error> {
                #[expect(non_camel_case_types, reason = "the names of the fields")]
                enum Place { $($field),+ }
                match place {
                    $(place if place == Place::$field as usize => {
                        $crate::ingest::members::Field::read_from(&mut self.$field, value)
                    })+
                    _ => serde::Deserialize::deserialize(value).map(|serde::de::IgnoredAny| ()),
                }
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $object<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut object = Self::default();
                $crate::ingest::members::read(&mut object, deserializer)?;
                Ok(object)
            }
        }
    };
}
pub(crate) use members;

/// A place for a member's value; what is there when the object has no such member is its default.
pub(crate) trait Field<'de> {
    /// Reads the value.
    ///
    /// # Errors
    /// When it is not of the right kind.
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error>;
}

/// A list that may be null.
impl<'de, T: Deserialize<'de>> Field<'de> for Vec<T> {
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        *self = Option::deserialize(value)?.unwrap_or_default();
        Ok(())
    }
}

/// An object that may be null.
impl<'de, T: Members<'de>> Field<'de> for T {
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        value.deserialize_option(OrNull(self))
    }
}

/// An object that may be null, with room for it only where there is one.
impl<'de, T: Members<'de>> Field<'de> for Option<Box<T>> {
    fn read_from<D: Deserializer<'de>>(&mut self, value: D) -> Result<(), D::Error> {
        *self = Option::<T>::deserialize(value)?.map(Box::new);
        Ok(())
    }
}

/// Reads an object.
///
/// # Errors
/// When it is none, or a member is not of the right kind.
pub(crate) fn read<'de, T: Members<'de>, D: Deserializer<'de>>(object: &mut T, value: D) -> Result<(), D::Error> {
    value.deserialize_struct("", T::NAMES.wanted, Filling(object))
}

/// Fills an object.
struct Filling<'t, T>(&'t mut T);

impl<'de, T: Members<'de>> Visitor<'de> for Filling<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = 0_u64;
        while let Some(place) = map.next_key_seed(Name(T::NAMES))? {
            let Some(place) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen >> place & 1 == 1 {
                return Err(de::Error::duplicate_field(T::NAMES.wanted[place]));
            }
            seen |= 1 << place;
            map.next_value_seed(Member(self.0, place))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for place in 0..T::NAMES.wanted.len() {
            if list.next_element_seed(Member(self.0, place))?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// Fills an object from a value that may be null.
struct OrNull<'t, T>(&'t mut T);

impl<'de, T: Members<'de>> Visitor<'de> for OrNull<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }
    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        read(self.0, value)
    }
}

/// The value of a member.
struct Member<'t, T>(&'t mut T, usize);

impl<'de, T: Members<'de>> DeserializeSeed<'de> for Member<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        self.0.read(self.1, value)
    }
}

/// The name of a member: its place among those wanted, if it is one of them.
struct Name(&'static Names);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        // Readers of JSON hand a text over, whatever they are asked for; those who know the place already need the names for it. (What
        // serde buffers for untagged or flattened types would not: no such type has members of this kind.)
        name.deserialize_struct("", self.0.wanted, self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    #[inline]
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.find(name))
    }
    #[inline]
    fn visit_u64<E: de::Error>(self, place: u64) -> Result<Self::Value, E> {
        Ok(usize::try_from(place).ok().filter(|place| *place < self.0.wanted.len()))
    }
}

/// An object that is read where it stands.
pub(crate) struct InPlace<'t, T>(pub(crate) &'t mut T);

impl<'de, T: Members<'de>> DeserializeSeed<'de> for InPlace<'_, T> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        read(self.0, value)
    }
}

/// Names of members, each found with one look: where it would stand follows from its length and its last letters.
#[derive(Debug)]
pub(crate) struct Names {
    wanted: &'static [&'static str],
    /// Chosen so that no two names have the same slot.
    factor: u64,
    /// A place among the names, or none.
    slots: [u8; SLOTS],
}

const SLOTS: usize = 256;
const NO_NAME: u8 = u8::MAX;

impl Names {
    /// Of at most 64 names; what cannot be told apart by length and last eight letters does not compile.
    pub(crate) const fn of(names: &'static [&'static str]) -> Self {
        assert!(names.len() <= 64, "a bit each");
        let mut factor = 0x9e37_79b9_7f4a_7c15_u64;
        loop {
            let mut slots = [NO_NAME; SLOTS];
            let mut place = 0;
            while place < names.len() {
                let slot = slot(names[place].as_bytes(), factor);
                if slots[slot] != NO_NAME {
                    break;
                }
                #[expect(clippy::cast_possible_truncation, reason = "at most 64")]
                {
                    slots[slot] = place as u8;
                }
                place += 1;
            }
            if place == names.len() {
                return Self { wanted: names, factor, slots };
            }
            factor = factor.wrapping_mul(0xd129_0d3b_3b5f_7d2d).wrapping_add(2);
        }
    }

    /// The place of a name.
    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        let place = usize::from(self.slots[slot(name.as_bytes(), self.factor)]);
        self.wanted.get(place).filter(|known| same(known.as_bytes(), name.as_bytes())).map(|_| place)
    }
}

/// Whether two texts are the same. Most are short: by words that may overlap, without a call.
#[inline]
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    fn ends<const N: usize>(one: &[u8], other: &[u8]) -> bool {
        one.first_chunk::<N>() == other.first_chunk() && one.last_chunk::<N>() == other.last_chunk()
    }
    one.len() == other.len()
        && match one.len() {
            4..=8 => ends::<4>(one, other),
            9..=16 => ends::<8>(one, other),
            17..=32 => ends::<16>(one, other),
            33..=64 => ends::<32>(one, other),
            _ => one == other,
        }
}

/// Where a name would stand.
#[inline]
const fn slot(name: &[u8], factor: u64) -> usize {
    let end = if let Some(end) = name.last_chunk::<8>() {
        u64::from_le_bytes(*end)
    } else {
        let (mut end, mut at) = (0, 0);
        while at < name.len() {
            end = end << 8 | name[at] as u64;
            at += 1;
        }
        end
    };
    ((end ^ name.len() as u64).wrapping_mul(factor) >> 56) as usize
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::ingest::json::Text;

    #[derive(Debug, Default, PartialEq)]
    struct Status<'a> {
        code: Text<'a>,
        failure_reason: Text<'a>,
    }

    members!(Status { "code" => code, "failureReason" => failure_reason });

    /// The same as serde derives it.
    #[derive(Debug, Default, Deserialize)]
    #[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
    struct Derived<'a> {
        code: Text<'a>,
        failure_reason: Text<'a>,
    }

    #[test]
    fn objects_are_read_as_derived_code_reads_them() {
        for json in [
            "{}",
            r#"{"code":0}"#,
            r#"{"failureReason":"x","more":{"code":1},"code":50158}"#,
            r#"{"code":1,"code":1}"#,
            r#"{"more":1,"more":2}"#,
            r#"{"\u0063ode":1}"#,
            r#"{"Code":1,"codes":2,"cod":3,"":4}"#,
            r#"{"code":null}"#,
            r#"{"code":[]}"#,
            "[]",
            "[1]",
            r#"[1,"x"]"#,
            r#"[1,"x",2]"#,
            "null",
            "1",
            r#""{}""#,
        ] {
            let own: Option<Status<'_>> = serde_json::from_str(json).ok();
            let derived: Option<Derived<'_>> = serde_json::from_str(json).ok();
            let derived = derived.map(|d| Status { code: d.code, failure_reason: d.failure_reason });
            assert_eq!(own, derived, "{json}");
        }
    }

    #[test]
    fn texts_are_the_same_in_every_byte_or_not_at_all() {
        let text: Vec<u8> = (0..100).collect();
        for length in 0..text.len() {
            let mut other = text[..length].to_vec();
            assert!(same(&text[..length], &other) && !same(&text[..=length], &other), "{length}");
            for at in 0..length {
                other[at] ^= 1;
                assert!(!same(&text[..length], &other), "{length}: {at}");
                other[at] ^= 1;
            }
        }
    }

    #[test]
    fn each_name_is_found_and_no_other() {
        const NAMES: &Names =
            &const { Names::of(&["id", "type", "createdDateTime", "activityDateTime", "result", "resultReason"]) };
        for (place, name) in NAMES.wanted.iter().enumerate() {
            assert_eq!(NAMES.find(name), Some(place), "{name}");
            for other in [name.to_uppercase(), format!("{name} "), format!(" {name}"), name[1..].to_owned()] {
                assert_eq!(NAMES.find(&other), None, "{other}");
            }
        }
        assert_eq!(NAMES.find(""), None);
    }
}
