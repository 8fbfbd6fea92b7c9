//! JSON objects as records: nested objects as `a.b`, arrays of plain values joined, others as JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::digits;
use super::records::Records;
use crate::format::flat::number;

/// The keys of an object whose values are lists of objects.
pub(super) fn lists(text: &[u8]) -> Result<Vec<String>, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let lists = json.deserialize_map(Lists).and_then(|lists| json.end().map(|()| lists));
    lists.map_err(|why| why.to_string())
}

struct Lists;

impl<'de> Visitor<'de> for Lists {
    type Value = Vec<String>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut lists = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if matches!(map.next_value::<Shape>()?, Shape::List { objects: true }) && !lists.contains(&key) {
                lists.push(key);
            }
        }
        Ok(lists)
    }
}

/// What a value is, without what it holds.
enum Shape {
    Plain,
    Object,
    /// A list is one of objects if it has any, or nothing at all.
    List {
        objects: bool,
    },
}

impl<'de> serde::Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Look;
        impl<'de> Visitor<'de> for Look {
            type Value = Shape;

            fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
                words.write_str("a value")
            }

            fn visit_unit<E: Error>(self) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Shape, E> {
                Ok(Shape::Plain)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Shape::Object)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
                let (mut any, mut objects) = (false, false);
                while let Some(shape) = list.next_element::<Shape>()? {
                    any = true;
                    objects |= matches!(shape, Shape::Object);
                }
                Ok(Shape::List { objects: objects || !any })
            }
        }
        value.deserialize_any(Look)
    }
}

/// The object around a list: the list under this key is read.
pub(super) struct Around<'r> {
    pub(super) records: &'r mut Records,
    pub(super) key: &'r str,
}

impl<'de> Visitor<'de> for Around<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                map.next_value_seed(List { records: &mut *self.records })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A list of records.
pub(super) struct List<'r> {
    pub(super) records: &'r mut Records,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut place = 1;
        while list.next_element_seed(Item { records: &mut *self.records, place })?.is_some() {
            place += 1;
        }
        Ok(())
    }
}

/// An item of a list, which should be an object.
struct Item<'r> {
    records: &'r mut Records,
    place: u64,
}

impl Item<'_> {
    fn reject(self, value: &Value) {
        self.records.rejects.push((self.place, digits::json(value)));
    }
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Item<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        object(self.records, map)?;
        self.records.end(self.place);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let list = values(list)?;
        self.reject(&Value::Array(list));
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.reject(&Value::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.reject(&Value::from(truth));
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.reject(&Value::from(number));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.reject(&Value::from(number));
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.reject(&Value::from(number));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.reject(&Value::from(text));
        Ok(())
    }
}

/// An object whose values are cells.
pub(super) struct Object<'r> {
    pub(super) records: &'r mut Records,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        object(self.records, map)
    }
}

/// Adds the cells of an object under the path of keys that leads to it.
fn object<'de, A: MapAccess<'de>>(records: &mut Records, mut map: A) -> Result<(), A::Error> {
    let above = records.path.len();
    loop {
        records.path.truncate(above);
        if above > 0 {
            records.path.push('.');
        }
        if map.next_key_seed(Key { path: &mut records.path })?.is_none() {
            records.path.truncate(above);
            return Ok(());
        }
        map.next_value_seed(Field { records })?;
    }
}

/// A key, added to the path.
struct Key<'r> {
    path: &'r mut String,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.path.push_str(key);
        Ok(())
    }
}

/// The value of a key.
struct Field<'r> {
    records: &'r mut Records,
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.records.end_cell();
        Ok(())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<(), E> {
        self.visit_str(if truth { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        number::exact(number, &mut self.records.text);
        self.records.end_cell();
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.records.text.push_str(digits::shown(text));
        self.records.end_cell();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        object(self.records, map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let list = values(list)?;
        if list.iter().any(|value| value.is_object() || value.is_array()) {
            return self.visit_str(&digits::json(&Value::Array(list)));
        }
        let mut rest = list.iter().filter(|value| !value.is_null()).peekable();
        while let Some(value) = rest.next() {
            match value {
                Value::String(text) => self.records.text.push_str(digits::shown(text)),
                other => self.records.text.push_str(&other.to_string()),
            }
            if rest.peek().is_some() {
                self.records.text.push_str(", ");
            }
        }
        self.records.end_cell();
        Ok(())
    }
}

fn values<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Vec<Value>, A::Error> {
    std::iter::from_fn(|| list.next_element().transpose()).collect()
}
