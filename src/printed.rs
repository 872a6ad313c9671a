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
    // A number would stand without who counted it; a figure's title says that.
    if is_figure(value) {
        return printed(value.get_from_path("title")?, lang);
    }
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

/// A part of a field in running text, as HTML: what stands at `path` in it, its names joined by dots, or the whole of it.
pub fn part(value: &Value, path: Option<&str>, lang: &str) -> Option<String> {
    let Some(path) = path.map(|path| path.replace('-', "_")) else { return printed(value, lang) };
    let (of, name) =
        path.rsplit_once('.').map_or((Some(value), path.as_str()), |(of, name)| (value.get_from_path(of), name));
    let of = of?;
    // The number of a figure that is named in passing is that figure, with who counted.
    if name == "printed" && is_figure(of) { printed(of, lang) } else { printed(of.get_from_path(name)?, lang) }
}

/// Whether a value is what a figure brings along where it is named.
fn is_figure(value: &Value) -> bool {
    let map = value.as_map();
    map.is_some_and(|map| {
        get(map, "kind").and_then(Value::as_str) == Some("figure") && map.contains_key(&Key::Str("printed"))
    })
}

/// A mapping: of a count its name or date and its words, else what it tells itself by, else all that it holds.
fn mapping(map: &Map, lang: &str) -> Option<String> {
    let number = |key: &'static str| get(map, key).and_then(Value::as_u64);
    let bounds = Bounds { low: number("low"), best: number("best"), high: number("high"), qualifier: None };
    if bounds != (Bounds { low: None, best: None, high: None, qualifier: None }) {
        let named = get(map, "label").or_else(|| get(map, "date")).and_then(|name| printed(name, lang));
        return Some(named.map_or_else(String::new, |name| format!("{name}: ")) + &bounds.words(lang));
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
