//! Printed: how a field of an entry prints in running text, `[[id.field]]`, whatever it holds.

use crate::facts::{Bounds, grouped};
use crate::markdown::escaped;
use tera::value::Key;
use tera::{Map, Value};

/// The keys that say what a mapping is, the first that is there: words for it, a name, who, or what has become of it.
const TELLING: [&str; 13] = [
    "text",
    "words",
    "printed",
    "title",
    "name",
    "label",
    "exact",
    "alt",
    "actor",
    "counted_by",
    "status",
    "as_of",
    "url",
];

/// A field in running text, as HTML; none for what is missing or has no words.
pub fn printed(value: &Value, lang: &str) -> Option<String> {
    if let Some(map) = value.as_map() {
        return mapping(map, lang);
    }
    if let Some(items) = value.as_array() {
        let items: Option<Vec<String>> = items.iter().map(|item| printed(item, lang)).collect();
        return items.filter(|items| !items.is_empty()).map(|items| items.join(", "));
    }
    match value.as_str() {
        Some(html) if value.is_safe() => Some(html.to_owned()),
        Some(text) => Some(escaped(text)),
        // Counts are unsigned and grouped; years and the like are not.
        None if value.is_u64() => value.as_u64().map(grouped),
        None if value.is_number() => Some(value.to_string()),
        None => value.as_bool().map(|yes| if yes { "yes" } else { "no" }.to_owned()),
    }
}

/// A mapping: of a count its name or date and its words, else what it tells itself by, else all that it holds.
fn mapping(map: &Map, lang: &str) -> Option<String> {
    let number = |key: &'static str| get(map, key).and_then(Value::as_u64);
    let bounds = Bounds { low: number("low"), best: number("best"), high: number("high"), qualifier: None };
    if bounds != (Bounds { low: None, best: None, high: None, qualifier: None }) {
        let named = get(map, "label").or_else(|| get(map, "date")).and_then(|name| printed(name, lang));
        return Some(named.map_or_else(String::new, |name| format!("{name}: ")) + &bounds.words(lang));
    }
    // A number would stand without who counted it; a figure's title says that.
    if get(map, "kind").and_then(Value::as_str) == Some("figure") && map.contains_key(&Key::Str("printed")) {
        return get(map, "title").and_then(|title| printed(title, lang));
    }
    // What a count covers is all that it says of it.
    let scope = map.contains_key(&Key::Str("sides")) && map.contains_key(&Key::Str("cause"));
    if let Some(value) = TELLING.iter().find_map(|key| get(map, key)).filter(|_| !scope) {
        return printed(value, lang);
    }
    let all: Vec<String> = map.values().filter_map(|value| printed(value, lang)).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn get<'m>(map: &'m Map, key: &'static str) -> Option<&'m Value> {
    map.get(&Key::Str(key)).filter(|value| !value.is_none())
}
