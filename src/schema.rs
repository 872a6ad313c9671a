//! Schemas: what a site's YAML may hold, as JSON Schema (draft 2020-12), for editors that complete and
//! check it. All of it follows from the records that read the YAML.

use crate::config::Keys;
use crate::decode::{FieldInfo, Record, object};
use crate::facts::Fact;
use crate::kind::{KINDS, Kind};
use crate::page::{Page, Routing, SectionKeys, ViewKeys};
use crate::rule::Exceptions;
use crate::slug::FACT_ID;
use serde_json::{Map, Value, json};

/// The schemas by the name of their file.
pub fn all() -> [(&'static str, Value); 3] {
    [("site.schema.json", site()), ("front-matter.schema.json", front_matter()), ("facts.schema.json", facts())]
}

fn head(title: &str, mut schema: Value) -> Value {
    let mut headed = Map::new();
    headed.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    headed.insert("title".to_owned(), title.into());
    if let Some(rest) = schema.as_object_mut() {
        headed.append(rest);
    }
    headed.into()
}

/// Of `site.yaml`.
fn site() -> Value {
    head("site.yaml of a Backgrounder site", object(&Keys::fields()))
}

/// Of a facts file.
fn facts() -> Value {
    let of = |info: &crate::kind::KindInfo| {
        let facts = json!({
            "type": ["object", "null"],
            "propertyNames": { "pattern": FACT_ID },
            "additionalProperties": object(&[Fact::fields(info.kind), Exceptions::fields()].concat()),
        });
        Some((info.plural?.to_owned(), facts))
    };
    let properties: Map<String, Value> = Kind::facts().filter_map(of).collect();
    head(
        "a facts file of a Backgrounder site",
        json!({ "type": ["object", "null"], "properties": properties, "additionalProperties": false }),
    )
}

/// Of the front matter of a page, or of a fact with a text of its own.
fn front_matter() -> Value {
    let of_kind = |fields: Vec<FieldInfo>| {
        let mut schema = object(&[fields, Routing::fields(), Exceptions::fields()].concat());
        schema["properties"]["kind"] =
            json!({ "description": "What it is.", "enum": names(|kind| kind != Kind::Section) });
        schema
    };
    let page = of_kind([Page::fields(), ViewKeys::fields(), SectionKeys::fields()].concat());
    let is = |name: &str| json!({ "required": ["kind"], "properties": { "kind": { "const": name } } });
    let schema = Kind::facts().fold(
        page,
        |otherwise, info| json!({ "if": is(info.name), "then": of_kind(Fact::fields(info.kind)), "else": otherwise }),
    );
    head("front matter of a Backgrounder page", schema)
}

fn names(wanted: impl Fn(Kind) -> bool) -> Vec<&'static str> {
    KINDS.iter().filter(|info| wanted(info.kind)).map(|info| info.name).collect()
}
