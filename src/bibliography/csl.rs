//! CSL-JSON, the format of citation processors: version 1.0.2 of its schema, keys and all.
//!
//! `kind`, `licence`, the day of an archived copy and a type that CSL does not have stand under
//! `custom`, which the schema leaves free; the address of the copy is `archive_location`. Titles
//! there may hold a little HTML and nothing escapes it, so one that would be read as markup is
//! in `custom` once more, to be taken as it stands.

use super::bibtex::{csl_types, language_tag, type_named};
use super::is_kind;
use super::names::{Name, names, of_parts, text};
use super::{Archive, BadFile, Imported, Item, doi_url, edtf, filled, left_out, one_line, title_of, web_url};
use crate::edtf::Edtf;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The items as CSL-JSON: an array of objects, valid by the schema.
pub fn csl_json(items: &[Item]) -> Value {
    items.iter().map(entry).collect()
}

fn entry(item: &Item) -> Value {
    let known = csl_types().any(|known| known == item.csl_type);
    let archive = item.archive.as_ref();
    let custom = object([
        ("type", Some(item.csl_type.as_str()).filter(|_| !known).map(Value::from)),
        ("title", Some(item.title.as_str()).filter(|title| has_markup(title)).map(Value::from)),
        ("container-title", item.container_title.as_deref().filter(|title| has_markup(title)).map(Value::from)),
        ("kind", item.kind.as_deref().map(Value::from)),
        ("licence", item.licence.as_deref().map(Value::from)),
        ("archive-date", archive.and_then(|copy| copy.date.as_ref()).map(|date| date.as_str().into())),
    ]);
    Value::Object(object([
        ("id", Some(item.id.as_str().into())),
        ("type", Some(if known { item.csl_type.as_str() } else { "document" }.into())),
        ("title", Some(item.title.as_str().into())),
        ("author", item.author.as_deref().map(|author| names(author).iter().map(name).collect())),
        ("container-title", item.container_title.as_deref().map(Value::from)),
        ("publisher", item.publisher.as_deref().map(Value::from)),
        ("issued", item.issued.as_ref().map(date)),
        ("URL", item.url.as_deref().map(Value::from)),
        ("accessed", item.accessed.as_ref().map(date)),
        ("archive", archive.and_then(|copy| host(&copy.url)).map(Value::from)),
        ("archive_location", archive.map(|copy| copy.url.as_str().into())),
        ("language", item.language.as_deref().map(Value::from)),
        ("note", item.note.as_deref().map(Value::from)),
        ("custom", Some(Value::Object(custom)).filter(|custom| *custom != json!({}))),
    ]))
}

/// An object of what there is.
fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Map<String, Value> {
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn name(name: &Name) -> Value {
    match name {
        Name::Person { family, given } => json!({ "family": family, "given": given }),
        Name::Whole(name) => json!({ "literal": name }),
    }
}

fn host(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next()
}

/// An exact date or period as `date-parts`; with a sign of doubt, the same with `circa` and the
/// date as written under `edtf`; a season with `season`; any other, such as one without an end, as
/// written under `raw`.
fn date(date: &Edtf) -> Value {
    let written = date.as_str();
    let exact = written.replace(['?', '~', '%'], "");
    let parts: Option<Vec<Vec<i64>>> = exact.split('/').map(numbers).collect();
    match parts.filter(|parts| from_parts(parts).as_deref() == Some(&exact)) {
        None => season(date).unwrap_or_else(|| json!({ "raw": written })),
        Some(parts) if exact == written => json!({ "date-parts": parts }),
        Some(parts) => json!({ "date-parts": parts, "circa": true, "edtf": written }),
    }
}

/// `2020-21` is the spring of 2020, CSL's first season.
fn season(date: &Edtf) -> Option<Value> {
    let (year, season) = date.as_str().split_once('-')?;
    let (year, season): (i64, i64) = (year.parse().ok()?, season.parse().ok()?);
    let parts = json!({ "date-parts": [[year]], "season": season - 20, "edtf": date.as_str() });
    (year > 0 && (21..=24).contains(&season)).then_some(parts)
}

fn numbers(day: &str) -> Option<Vec<i64>> {
    day.split('-').map(|part| part.parse().ok()).collect()
}

/// `2020-11/2021-01` of `[[2020, 11], [2021, 1]]`.
fn from_parts(parts: &[Vec<i64>]) -> Option<String> {
    let day = |day: &Vec<i64>| match day[..] {
        [y] if y > 0 => Some(format!("{y:04}")),
        [y, m] if y > 0 && m <= 12 => Some(format!("{y:04}-{m:02}")),
        [y, m, d] if y > 0 => Some(format!("{y:04}-{m:02}-{d:02}")),
        _ => None,
    };
    parts.iter().map(day).collect::<Option<Vec<_>>>().map(|days| days.join("/")).filter(|days| !days.is_empty())
}

/// The works in a CSL-JSON file: an array, one work alone, or the `{"items": […]}` of Zotero's web API.
///
/// # Errors
/// When it is not JSON of one of these shapes.
pub fn from_csl_json(text: &str) -> Result<Vec<Imported>, BadFile> {
    let text = text.trim_start_matches('\u{feff}');
    let whole: Value = serde_json::from_str(text).map_err(|error| bad(&error))?;
    let entries = match &whole {
        Value::Object(map) if map.contains_key("items") => {
            serde_json::from_str::<Library>(text).map_err(|error| bad(&error))?.items
        }
        Value::Object(map) => vec![map.clone()],
        // Read once more, for an error that knows its line.
        _ => serde_json::from_str(text).map_err(|error| bad(&error))?,
    };
    Ok(entries.into_iter().map(imported).collect())
}

#[derive(Deserialize)]
struct Library {
    items: Vec<Map<String, Value>>,
}

fn bad(error: &serde_json::Error) -> BadFile {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    BadFile { line: error.line().max(1), message: format!("this is not CSL-JSON: {message}") }
}

/// An entry of a file, while its fields are taken out.
struct Fields {
    map: Map<String, Value>,
    warnings: Vec<String>,
}

impl Fields {
    /// A text on one line; numbers are texts too.
    fn text(&mut self, key: &str) -> Option<String> {
        self.lines(key).and_then(|text| one_line(&text))
    }

    /// A text of one line or more.
    fn lines(&mut self, key: &str) -> Option<String> {
        match self.map.shift_remove(key)? {
            Value::String(text) => filled(&text),
            Value::Number(number) => Some(number.to_string()),
            Value::Null => None,
            _ => {
                self.warnings.push(format!("`{key}` was left out: it is not a text"));
                None
            }
        }
    }

    fn date(&mut self, key: &str) -> Option<Edtf> {
        let value = self.map.shift_remove(key)?;
        let written = match written(&value) {
            Some(written) => written,
            None if value.is_null() => return None,
            None => {
                self.warnings.push(format!("`{key}` was left out: facts have no such date: {value}"));
                return None;
            }
        };
        edtf(&written, key, &mut self.warnings)
    }

    fn url(&mut self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        web_url(&text, key, &mut self.warnings)
    }

    /// The same fields of `custom`.
    fn custom(&mut self) -> Self {
        let map = match self.map.shift_remove("custom") {
            Some(Value::Object(map)) => map,
            _ => Map::new(),
        };
        Self { map, warnings: vec![] }
    }
}

fn imported(map: Map<String, Value>) -> Imported {
    let mut fields = Fields { map, warnings: vec![] };
    let mut custom = fields.custom();
    let id = fields.text("id").unwrap_or_default();
    let title = title_in("title", &mut fields, &mut custom);
    let doi = fields.map.get("DOI").and_then(Value::as_str).and_then(filled);
    let mut url = fields.url("URL");
    if let (None, Some(doi)) = (&url, doi) {
        fields.map.shift_remove("DOI");
        url = doi_url(&doi, "DOI", &mut fields.warnings);
    }
    let csl_type = fields.text("type").unwrap_or_else(|| "document".to_owned());
    let mut item = Item {
        csl_type: type_named(&custom.text("type").unwrap_or(csl_type)).to_owned(),
        title: title_of(title, &id, &mut fields.warnings),
        author: author(&mut fields),
        publisher: fields.text("publisher"),
        container_title: title_in("container-title", &mut fields, &mut custom),
        issued: fields.date("issued"),
        accessed: fields.date("accessed"),
        url,
        language: fields.text("language").map(language_tag),
        licence: custom.text("licence").or_else(|| fields.text("license")),
        kind: custom.text("kind").filter(|kind| is_kind(kind)),
        note: fields.lines("note"),
        archive: None,
        id,
    };
    if fields.map.get("archive_location").and_then(Value::as_str).is_some_and(|text| text.contains("://")) {
        // The name of the archive is the host of the address.
        fields.map.shift_remove("archive");
        let url = fields.url("archive_location");
        item.archive = url.map(|url| Archive { url, date: custom.date("archive-date") });
    }
    let rest = fields.map.keys().filter(|key| !matches!(key.as_str(), "citation-key" | "citation-label"));
    let warnings = left_out(rest.map(String::as_str).chain(custom.map.keys().map(String::as_str)));
    fields.warnings.extend(custom.warnings.into_iter().chain(warnings));
    Imported { item, warnings: fields.warnings }
}

/// A title, taken as it stands where `custom` has it, if nobody has changed the other since.
fn title_in(key: &str, fields: &mut Fields, custom: &mut Fields) -> Option<String> {
    let plain = |title: String| filled(&without_markup(&title));
    let title = fields.text(key).and_then(plain);
    custom.text(key).filter(|own| title.is_none() || plain(own.clone()) == title).or(title)
}

fn author(fields: &mut Fields) -> Option<String> {
    match fields.map.shift_remove("author")? {
        Value::Array(names) => text(&names.iter().filter_map(read_name).collect::<Vec<_>>()),
        Value::String(name) => one_line(&name),
        _ => None,
    }
}

/// `de` goes before the family name, a dropping `von` behind the given one, `Jr.` behind the family name.
fn read_name(name: &Value) -> Option<Name> {
    let part = |key: &str| name.get(key).and_then(Value::as_str).and_then(one_line);
    let joined = |parts: [&str; 2]| parts.into_iter().filter_map(part).collect::<Vec<_>>().join(" ");
    if let Some(name) = name.as_str().and_then(one_line).or_else(|| part("literal")) {
        return Some(Name::Whole(name));
    }
    let family = [joined(["non-dropping-particle", "family"]), part("suffix").unwrap_or_default()].join(" ");
    of_parts(&family, &joined(["given", "dropping-particle"]))
}

/// The date as it is written in whichever form: EDTF where it is EDTF, then the numbers, then any text.
fn written(value: &Value) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).and_then(filled);
    let texts = [value.as_str().and_then(filled), text("edtf"), text("raw"), text("literal")];
    let texts: Vec<String> = texts.into_iter().flatten().collect();
    let sure = texts.iter().find(|text| Edtf::parse(text).is_ok()).cloned();
    sure.or_else(|| parts(value)).or_else(|| texts.into_iter().next())
}

/// `date-parts`, each with `~` where the date is `circa`, and the `season` behind a year.
fn parts(value: &Value) -> Option<String> {
    let days: Option<Vec<Vec<i64>>> = value.get("date-parts")?.as_array()?.iter().map(day).collect();
    let mut written = from_parts(&days?)?;
    if let Some(season) = value.get("season").filter(|season| !season.is_null()) {
        // What is not one of the four does not fit, and the year alone would say too much.
        let number = number(season).filter(|season| (1..=4).contains(season) && written.len() == 4)?;
        written.push_str(&format!("-{}", 20 + number));
    }
    match value.get("circa") {
        None | Some(Value::Null | Value::Bool(false)) => Some(written),
        Some(_) => Some(written.split('/').map(|day| format!("{day}~")).collect::<Vec<_>>().join("/")),
    }
}

/// `[2022, 9, 13]`, whose numbers may be texts.
fn day(parts: &Value) -> Option<Vec<i64>> {
    parts.as_array()?.iter().map(number).collect()
}

fn number(part: &Value) -> Option<i64> {
    part.as_i64().or_else(|| part.as_str()?.trim().parse().ok())
}

/// Whether a title would not come back from CSL-JSON as it is.
fn has_markup(title: &str) -> bool {
    title.contains('<') && without_markup(title) != title
}

/// Titles in CSL-JSON may hold a little HTML; a tag alone is none.
fn without_markup(title: &str) -> String {
    const TAGS: [(&str, &str); 8] = [
        ("<i>", "</i>"),
        ("<b>", "</b>"),
        ("<sup>", "</sup>"),
        ("<sub>", "</sub>"),
        ("<sc>", "</sc>"),
        ("<span class=\"nocase\">", "</span>"),
        ("<span style=\"font-variant:small-caps;\">", "</span>"),
        ("<span style=\"font-variant: small-caps;\">", "</span>"),
    ];
    TAGS.iter().fold(title.to_owned(), |title, (open, close)| {
        if title.contains(open) && title.contains(close) { title.replace(open, "").replace(close, "") } else { title }
    })
}
