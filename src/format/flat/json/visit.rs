//! JSON objects as records: nested objects as `a.b`, arrays of plain values joined, others as JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::digits;
use super::records::Records;
use crate::format::flat::number;

/// A list of objects inside an object.
pub(super) struct Found {
    /// The keys that lead to it: `results`, `data.leads`.
    pub(super) path: String,
    /// Whether it holds any.
    pub(super) is_filled: bool,
}

/// The lists of objects under the keys of an object; where there are none, those in the objects that web services wrap
/// their answers in.
pub(super) fn lists(text: &[u8]) -> Result<Vec<Found>, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let lists = json.deserialize_map(Lists { is_top: true }).and_then(|lists| json.end().map(|()| lists));
    lists.map_err(|why| why.to_string())
}

/// Keys under which the answer of a web service has what was asked for.
const AROUND: [&str; 9] = ["data", "response", "result", "results", "payload", "body", "content", "_embedded", "d"];

struct Lists {
    is_top: bool,
}

impl<'de> Visitor<'de> for Lists {
    type Value = Vec<Found>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Found>, A::Error> {
        let (mut lists, mut deeper): (Vec<Found>, Vec<Found>) = (Vec::new(), Vec::new());
        while let Some(key) = map.next_key::<String>()? {
            match map.next_value_seed(Look { inside: self.is_top && AROUND.contains(&key.as_str()) })? {
                Shape::List { objects: true, is_filled } => match lists.iter_mut().find(|list| list.path == key) {
                    Some(list) => list.is_filled |= is_filled,
                    None => lists.push(Found { path: key, is_filled }),
                },
                Shape::Object { lists } => {
                    deeper.extend(lists.into_iter().map(|list| Found { path: format!("{key}.{}", list.path), ..list }));
                }
                Shape::List { .. } | Shape::Plain => {}
            }
        }
        Ok(if lists.is_empty() { deeper } else { lists })
    }
}

/// What a value is, without what it holds.
enum Shape {
    Plain,
    Object {
        /// Where they were looked for.
        lists: Vec<Found>,
    },
    List {
        /// One is of objects if it has any, or nothing at all.
        objects: bool,
        is_filled: bool,
    },
}

/// Looks at a value; `inside` says whether at the lists of an object, too.
struct Look {
    inside: bool,
}

impl<'de> DeserializeSeed<'de> for Look {
    type Value = Shape;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Shape, D::Error> {
        value.deserialize_any(self)
    }
}

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
        if self.inside {
            return Lists { is_top: false }.visit_map(map).map(|lists| Shape::Object { lists });
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Shape::Object { lists: Vec::new() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let (mut is_filled, mut objects) = (false, false);
        while let Some(shape) = list.next_element_seed(Look { inside: false })? {
            is_filled = true;
            objects |= matches!(shape, Shape::Object { .. });
        }
        Ok(Shape::List { objects: objects || !is_filled, is_filled })
    }
}

/// The object around a list: the list that these keys lead to is read.
pub(super) struct Around<'r> {
    pub(super) records: &'r mut Records,
    pub(super) path: &'r str,
}

impl<'de> DeserializeSeed<'de> for Around<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Around<'_> {
    type Value = ();

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let rest = self.path.strip_prefix(key.as_str());
            match rest.and_then(|rest| rest.strip_prefix('.')) {
                _ if rest == Some("") => map.next_value_seed(List { records: &mut *self.records })?,
                Some(path) if AROUND.contains(&key.as_str()) => {
                    map.next_value_seed(Around { records: &mut *self.records, path })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
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
