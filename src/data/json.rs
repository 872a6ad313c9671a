//! JSON: the rows of a table with their types, below what the file is. An object to a line, so that two versions of a
//! file can be compared line by line.

use super::table::{Cell, Column};
use super::{as_of, columns, permalink, rows};
use crate::config::LicenceKeys;
use crate::site::{DataFile, Site, Table};
use serde_json::{Map, Value as Json, json};

/// A table.
pub(super) fn table(site: &Site, table: Table) -> Vec<u8> {
    let columns = columns(table);
    let mut head = head(site, DataFile::Json(table));
    let told = columns.iter().map(|column| json!({ "name": column.name, "description": column.doc })).collect();
    head.insert("columns".to_owned(), told);
    let rows = rows(site, table);
    framed(&head, "rows", rows.iter().map(|row| Json::Object(object(columns, row))))
}

/// A row as an object: every column is there, null where nothing is known.
pub(super) fn object(columns: &[Column], row: &[Cell]) -> Map<String, Json> {
    columns.iter().zip(row).map(|(column, cell)| (column.name.to_owned(), cell.json())).collect()
}

/// What a file says of itself: its title, where it stands, what it is of, and under which terms it may be used.
pub(super) fn head(site: &Site, file: DataFile) -> Map<String, Json> {
    let head = [
        ("title", format!("{} – {}", file.title(), site.config.keys.title).into()),
        ("description", file.description().into()),
        ("url", permalink(site, file).into()),
        ("as_of", as_of(site).map(|day| day.to_string()).into()),
        ("licence", licence(site)),
    ];
    head.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The terms of use as they are stated; null where none are.
fn licence(site: &Site) -> Json {
    let Some(licence) = site.config.licence() else { return Json::Null };
    let LicenceKeys { name, title, url } = &licence.0;
    json!({ "name": name, "title": title, "url": url.as_ref().map(|url| &url.0) })
}

/// An object whose last member is a list, each of its items on a line.
pub(super) fn framed(head: &Map<String, Json>, list: &str, items: impl Iterator<Item = Json>) -> Vec<u8> {
    let mut out = String::from("{\n");
    for (key, value) in head {
        out.push_str(&format!("{}: {value},\n", Json::from(key.as_str())));
    }
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    out.push_str(&format!("{}: [\n{}\n]\n}}\n", Json::from(list), items.join(",\n")));
    out.into_bytes()
}
