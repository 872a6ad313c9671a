//! The descriptor: what the files are, as a Data Package, version 2 (<https://datapackage.org/standard/data-package/>). Tables
//! have a Table Schema with the type and meaning of each column, their key, and the columns whose ids lead to other tables.

use super::csv::BETWEEN;
use super::table::{Column, Type};
use super::{as_of, columns, files, host, permalink, tables};
use crate::config::{Licence, LicenceKeys};
use crate::site::{DataFile, Site, Table};
use serde_json::{Map, Value as Json, json};

/// Where the profiles of the standard stand.
const PROFILES: &str = "https://datapackage.org/profiles/2.0";

/// The descriptor.
pub(super) fn package(site: &Site) -> Vec<u8> {
    let keys = &site.config.keys;
    let day = as_of(site);
    let files = files(site).into_iter().filter(|file| *file != DataFile::Package);
    let resources: Vec<Json> = files.map(|file| resource(site, file)).collect();
    let package = object([
        ("$schema", Some(format!("{PROFILES}/datapackage.json").into())),
        ("name", Some(name(host(site)).into())),
        ("id", Some(permalink(site, DataFile::Package).into())),
        ("title", Some(keys.title.as_str().into())),
        ("description", keys.description.as_deref().map(Json::from)),
        ("homepage", Some(format!("{}/", site.config.base_url).into())),
        // A version that sorts, in the form of Semantic Versioning.
        ("version", day.map(|day| format!("{}.{}.{}", day.year, day.month, day.day).into())),
        ("as_of", day.map(|day| day.to_string().into())),
        ("licenses", site.config.licence().map(|licence| json!([stated(licence)]))),
        ("contributors", keys.author.as_deref().map(|author| json!([{ "title": author, "roles": ["creator"] }]))),
        ("resources", Some(resources.into())),
    ]);
    format!("{package:#}\n").into_bytes()
}

/// An object of what there is.
fn object<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
    members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect::<Map<_, _>>().into()
}

/// A name of lower-case letters, digits, dots, hyphens and underscores.
fn name(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let name: String = text.to_lowercase().chars().map(letter).collect();
    name.trim_matches('-').to_owned()
}

fn stated(licence: &Licence) -> Json {
    let LicenceKeys { name, title, url } = &licence.0;
    object([
        ("name", name.as_deref().map(Json::from)),
        ("title", title.as_deref().map(Json::from)),
        ("path", url.as_ref().map(|url| url.0.as_str().into())),
    ])
}

/// A file. One with columns is a table; the others are described by what they are alone.
fn resource(site: &Site, file: DataFile) -> Json {
    let (name, format, media) = match file {
        DataFile::Csv(table) => (table.name().to_owned(), "csv", "text/csv"),
        DataFile::Json(table) => (format!("{}-json", table.name()), "json", "application/json"),
        DataFile::GeoJson(kind) => {
            (format!("{}-geojson", Table::Facts(kind).name()), "geojson", "application/geo+json")
        }
        DataFile::Calendar => ("events-ics".to_owned(), "ics", "text/calendar"),
        DataFile::Package => ("package".to_owned(), "json", "application/json"),
    };
    let table = if let DataFile::Csv(table) = file { Some(table) } else { None };
    object([
        ("$schema", Some(format!("{PROFILES}/dataresource.json").into())),
        ("name", Some(name.into())),
        ("type", table.map(|_| "table".into())),
        ("path", Some(file.name().into())),
        ("title", Some(file.title().into())),
        ("description", Some(file.description().into())),
        ("format", Some(format.into())),
        ("mediatype", Some(media.into())),
        ("encoding", Some("utf-8".into())),
        ("schema", table.map(|table| schema(table, &tables(site)))),
    ])
}

/// The Table Schema of a table among those that there are.
fn schema(table: Table, tables: &[Table]) -> Json {
    let columns = columns(table);
    let is_there = |column: &&Column| column.holds.to.is_some_and(|kind| tables.contains(&Table::Facts(kind)));
    // A list of ids has no key in the standard's sense; its field says what they are of.
    let single = columns.iter().filter(|column| column.holds.ty != Type::List).filter(is_there);
    let keys: Vec<Json> = single.map(|column| foreign_key(table, column)).collect();
    object([
        ("$schema", Some(format!("{PROFILES}/tableschema.json").into())),
        ("fields", Some(columns.iter().map(field).collect())),
        ("missingValues", Some(json!([""]))),
        ("primaryKey", matches!(table, Table::Facts(_)).then(|| json!(["id"]))),
        ("foreignKeys", (!keys.is_empty()).then(|| keys.into())),
    ])
}

/// That the ids of a column are those of another table; of its own where none is named.
fn foreign_key(table: Table, column: &Column) -> Json {
    let to = column.holds.to.map(Table::Facts).filter(|to| *to != table).map(|to| to.name().into());
    json!({ "fields": [column.name], "reference": object([("resource", to), ("fields", Some(json!(["id"])))]) })
}

fn field(column: &Column) -> Json {
    let (ty, format) = match column.holds.ty {
        Type::Text | Type::Word(_) => ("string", None),
        Type::Url => ("string", Some("uri")),
        Type::Whole => ("integer", None),
        Type::Decimal => ("number", None),
        Type::YesNo => ("boolean", None),
        Type::Day => ("date", None),
        Type::List => ("list", None),
    };
    let is_list = column.holds.ty == Type::List;
    let words = if let Type::Word(words) = column.holds.ty { Some(words) } else { None };
    let meaning = |(word, meaning): &(&str, &str)| json!({ "value": word, "label": meaning });
    let constraints = object([
        ("required", column.holds.required.then(|| true.into())),
        ("enum", words.map(|words| words.iter().map(|(word, _)| Json::from(*word)).collect())),
    ]);
    object([
        ("name", Some(column.name.into())),
        ("type", Some(ty.into())),
        ("format", format.map(Json::from)),
        ("delimiter", is_list.then(|| BETWEEN.into())),
        ("itemType", is_list.then(|| "string".into())),
        ("description", Some(column.doc.into())),
        ("categories", words.map(|words| words.iter().map(meaning).collect())),
        ("constraints", Some(constraints).filter(|constraints| *constraints != json!({}))),
    ])
}
