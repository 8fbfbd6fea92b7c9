//! The JSON Schema of the pipeline file, for editors: derived from the declared keys.

use serde_json::{Map, Value, json};

use super::keys::PIPELINE;
use super::shape::{Section, Shape};

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let mut root = section(&PIPELINE);
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".to_owned(), json!("leadmill pipeline"));
    }
    root
}

fn section(section: &Section) -> Value {
    let properties: Map<String, Value> = section
        .keys
        .iter()
        .map(|key| {
            let mut value = shape(key.shape);
            if let Value::Object(value) = &mut value {
                value.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = section.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": section.about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn shape(of: Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": "string" }),
        Shape::Name => json!({ "type": "string", "minLength": 1 }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Integer(min, max) => {
            let mut value = json!({ "type": "integer" });
            if min != i64::MIN {
                value["minimum"] = json!(min);
            }
            if max != i64::MAX {
                value["maximum"] = json!(max);
            }
            value
        }
        Shape::Number(min, max) => json!({ "type": "number", "minimum": min, "maximum": max }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Scalar => json!({ "type": ["string", "number", "boolean"] }),
        Shape::List(item) => json!({ "type": "array", "items": shape(*item) }),
        Shape::Table(keys) => section(keys),
        Shape::Tables(keys) => json!({ "type": "array", "items": section(keys) }),
        Shape::Map(item) => json!({ "type": "object", "additionalProperties": shape(*item) }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(|&of| shape(of)).collect::<Vec<_>>() }),
    }
}
