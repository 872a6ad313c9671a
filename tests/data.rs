//! The files of data: tables whose ids lead somewhere, a descriptor that says what is in them, and points and days that
//! other programs can read.

mod common;

use backgrounder::data::{self, Column, TABLES, Type};
use backgrounder::kind::Kind;
use backgrounder::link::Selection;
use backgrounder::site::{DataFile, Site, Table};
use backgrounder::{Git, Request, load};
use common::{NONE, own_site, put, repository};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

fn linked(root: &Path) -> Arc<Site> {
    let now = "2024-01-01T00:00:00Z".parse().expect("an instant");
    let selection = Selection { drafts: false, future: false, expired: false, now, as_of: None };
    let config = root.join("site.yaml");
    let made = load(&Request { root: root.to_owned(), config, base_url: None, selection, git: Git::Never });
    assert!(!made.failed(), "{:#?}", made.wrong);
    made.stage.expect("a sound site").world.site.clone()
}

/// A site with the facts of `tests/promises/NAME.yaml`, at an address with a path.
fn promised(name: &str) -> Arc<Site> {
    let folder = tempfile::tempdir().expect("a folder");
    let facts = std::fs::read_to_string(repository().join(format!("tests/promises/{name}.yaml"))).expect("facts");
    let config = "title: T\nbase_url: https://example.org/sub/\ndata: { licence: { name: CC-BY-4.0 } }\n";
    put(
        folder.path(),
        &[("site.yaml", config), ("content/facts/all.yaml", &facts), ("content/_index.md", "---\ntitle: Home\n---\n")],
    );
    put(folder.path(), &[("content/map.png", "not looked at")]);
    linked(folder.path())
}

fn own() -> Arc<Site> {
    let folder = tempfile::tempdir().expect("a folder");
    own_site(folder.path());
    linked(folder.path())
}

/// The sites that all of this must hold for.
fn sites() -> [Arc<Site>; 3] {
    [own(), promised("full"), promised("minimal")]
}

/// A table as a reader of CSV finds it: rows of cells by the name of their column.
fn read(site: &Site, table: Table) -> Vec<BTreeMap<String, String>> {
    let bytes = data::bytes(site, DataFile::Csv(table));
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().expect("a header").clone();
    let row =
        |record: csv::StringRecord| header.iter().zip(&record).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    reader.records().map(|record| row(record.expect("rows are as long as their header"))).collect()
}

fn parsed(site: &Site, file: DataFile) -> Value {
    serde_json::from_slice(&data::bytes(site, file)).expect("JSON")
}

fn package(site: &Site) -> Value {
    parsed(site, DataFile::Package)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value}"))
}

#[test]
fn every_id_leads_to_a_row() {
    for site in sites() {
        let ids: BTreeMap<&str, BTreeSet<String>> = data::tables(&site)
            .into_iter()
            .filter(|table| matches!(table, Table::Facts(_)))
            .map(|table| (table.name(), read(&site, table).into_iter().map(|row| row["id"].clone()).collect()))
            .collect();
        let mut seen = 0;
        for table in data::tables(&site) {
            let rows = read(&site, table);
            for column in data::columns(table) {
                let Some(kind) = column.holds.to else { continue };
                let cells = rows.iter().map(|row| row[column.name].as_str());
                for id in cells.flat_map(|cell| cell.split(';')).filter(|id| !id.is_empty()) {
                    let known = ids.get(Table::Facts(kind).name()).is_some_and(|ids| ids.contains(id));
                    assert!(known, "{}.{}: {id}", table.name(), column.name);
                    seen += 1;
                }
            }
        }
        assert!(seen > 5, "{seen}");
    }
}

#[test]
fn what_a_text_prints_of_others_keeps_who_said_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let facts = "sources:
  paper: { type: report, title: Paper }
actors:
  army: { name: Army, type: state-forces }
events:
  raid: { title: Raid, date: 2020-05, summary: \"They came. [[no-raid.quote]] Then [[dead.parts]]; at first [[dead.history.0]].\", sources: [paper] }
figures:
  dead: { measure: killed, scope: { event: raid }, low: 5, as_of: 2020-06, attribution: { counted_by: army }, parts: [{ label: soldiers, low: 5 }], history: [{ date: 2020-05-10, low: 3 }], sources: [paper] }
claims:
  no-raid: { author: army, stance: denies, quote: { exact: The enemy fired first. }, text: It denies the raid., date: 2020-05-11, about: [raid], first_appearance: paper }
";
    common::small_site(folder.path());
    common::put(
        folder.path(),
        &[("content/facts/raid.yaml", &facts.replace("sources:\n  paper: { type: report, title: Paper }\n", ""))],
    );
    let site = linked(folder.path());
    let rows = read(&site, Table::Facts(Kind::Event));
    let raid = rows.iter().find(|row| row["id"] == "raid").expect("the raid is there");
    assert_eq!(
        raid["summary"],
        "They came. The enemy fired first. Then soldiers: at least 5; at first 10 May 2020: at least 3. \
         [no-raid: said by Army, 11 May 2020; dead: at least 5, as of June 2020, counted by Army]"
    );
}

/// A total says no more than the counts in it do.
#[test]
fn a_total_is_as_uncertain_as_its_counts() {
    for (one, other, total) in [
        ("best: 100", "best: 200", "300"),
        ("best: 100, qualifier: at-least", "best: 200, qualifier: at-least", "at least 300"),
        ("low: 100", "best: 20", "at least 120"),
        ("best: 100, qualifier: about", "best: 200, qualifier: nearly", "about 300"),
        ("best: 100", "best: 200, qualifier: nearly", "nearly 300"),
        ("best: 100, qualifier: about", "low: 110, best: 120, high: 150", "about 220"),
        ("best: 100, high: 150", "low: 10, best: 20, high: 30", "120 (up to 180)"),
        ("low: 110, best: 120, high: 150", "low: 10, best: 20, high: 30", "140 (between 120 and 180)"),
        ("best: 100, high: 150, qualifier: up-to", "best: 20, high: 30, qualifier: up-to", "up to 180"),
        ("low: 100, best: 110, qualifier: more-than", "low: 10, best: 20, qualifier: more-than", "at least 110"),
        ("low: 100", "high: 20", "not known"),
        ("best: 9223372036854775807", "best: 9223372036854775807", "18,446,744,073,709,551,614"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        common::small_site(folder.path());
        let figure = |id: &str, side: &str, numbers: &str| {
            format!(
                "  {id}: {{ measure: killed, scope: {{ event: war, sides: [{side}] }}, {numbers}, as_of: 2020-12, attribution: {{ counted_by: paper }}, sources: [paper] }}\n"
            )
        };
        let facts = format!(
            "actors:\n  a: {{ name: A, type: government }}\n  b: {{ name: B, type: government }}\nfigures:\n{}{}",
            figure("one", "a", one),
            figure("other", "b", other)
        );
        let page = "---\ntitle: Sum\n---\n\n{{<figures event=\"war\" total={true} />}}\n";
        put(folder.path(), &[("content/facts/more.yaml", &facts), ("content/sum.md", page)]);
        let told = common::backgrounder(folder.path(), &["build"]);
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let html = std::fs::read_to_string(folder.path().join("public/sum/index.html")).expect("the page is there");
        let text = backgrounder::html::plain(&html);
        let row = text
            .split("computed by this site")
            .nth(1)
            .expect("a total")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(row.contains(&format!("counts above{total}They do not overlap")), "{one}; {other}: {row:.200}");
    }
}

/// Those of a body are among those of the body that it belongs to, however its id is spelled.
#[test]
fn nobody_is_added_up_twice() {
    for (one, other, may_be_added) in [("a", "b", true), ("a", "c", false), ("c", "b", true), ("a", "A", false)] {
        let folder = tempfile::tempdir().expect("a folder");
        common::small_site(folder.path());
        let figure = |id: &str, side: &str| {
            format!(
                "  {id}: {{ measure: killed, scope: {{ event: war, sides: [{side}] }}, best: 100, as_of: 2020-12, attribution: {{ counted_by: paper }}, sources: [paper] }}\n"
            )
        };
        let facts = format!(
            "actors:\n  a: {{ name: A, type: government }}\n  b: {{ name: B, type: government }}\n  c: {{ name: C, type: state-forces, parent: A }}\nfigures:\n{}{}",
            figure("one", one),
            figure("other", other)
        );
        let page = "---\ntitle: Sum\n---\n\n{{<figures event=\"war\" total={true} />}}\n";
        put(folder.path(), &[("content/facts/more.yaml", &facts), ("content/sum.md", page)]);
        let told = common::backgrounder(folder.path(), &["build"]);
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        assert_eq!(!said.contains("must not be added up"), may_be_added, "{one}, {other}: {said}");
    }
}

#[test]
fn the_foreign_keys_of_the_descriptor_hold() {
    for site in sites() {
        let package = package(&site);
        let tables = data::tables(&site);
        let rows = |name: &str| tables.iter().find(|table| table.name() == name).map(|table| read(&site, *table));
        let mut keys = 0;
        for resource in list(&package, "resources").iter().filter(|resource| resource["type"] == "table") {
            let (name, schema) = (text(resource, "name"), &resource["schema"]);
            let own = rows(name).unwrap_or_else(|| panic!("no table {name}"));
            for key in list(schema, "foreignKeys") {
                let other = key["reference"]["resource"].as_str();
                assert_ne!(other, Some(name), "a key of its own table names none");
                let [from, to] =
                    [key, &key["reference"]].map(|side| list(side, "fields")[0].as_str().expect("a field"));
                let others = rows(other.unwrap_or(name)).expect("the table is there");
                let known: BTreeSet<&str> = others.iter().map(|row| row[to].as_str()).collect();
                let lost = own.iter().map(|row| row[from].as_str()).filter(|id| !id.is_empty() && !known.contains(id));
                assert_eq!(lost.collect::<Vec<_>>(), NONE, "{name}.{from}");
                keys += 1;
            }
            if let [key] = list(schema, "primaryKey") {
                let key = key.as_str().expect("a field");
                let values: BTreeSet<&str> = own.iter().map(|row| row[key].as_str()).collect();
                assert!(values.len() == own.len() && !values.contains(""), "{name}.{key}");
            }
        }
        assert!(keys > 2, "{keys}");
    }
    let own = package(&own());
    let figures = list(&own, "resources").iter().find(|resource| resource["name"] == "figures").expect("figures");
    let to: BTreeSet<&str> = list(&figures["schema"], "foreignKeys")
        .iter()
        .map(|key| key["reference"]["resource"].as_str().unwrap_or("figures"))
        .collect();
    assert_eq!(to, BTreeSet::from(["actors", "events", "figures", "places", "sources"]));
}

#[test]
fn the_descriptor_is_what_the_standard_asks_for() {
    for site in sites() {
        let package = package(&site);
        assert_eq!(text(&package, "$schema"), "https://datapackage.org/profiles/2.0/datapackage.json");
        for name in
            [text(&package, "name")].into_iter().chain(list(&package, "resources").iter().map(|r| text(r, "name")))
        {
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
            assert!(!name.is_empty() && name.chars().all(good), "{name}");
        }
        for licence in list(&package, "licenses") {
            assert!(licence["name"].is_string() || licence["path"].is_string(), "{licence}");
        }
        let names: Vec<&str> = list(&package, "resources").iter().map(|resource| text(resource, "name")).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        let paths: Vec<String> = list(&package, "resources").iter().map(|r| text(r, "path").to_owned()).collect();
        let files: Vec<String> = data::files(&site).into_iter().map(DataFile::name).collect();
        assert_eq!(paths, files[..files.len() - 1], "every file but the descriptor itself");
        for resource in list(&package, "resources") {
            assert_eq!(text(resource, "$schema"), "https://datapackage.org/profiles/2.0/dataresource.json");
            assert_eq!(resource["type"] == "table", resource["schema"].is_object(), "{resource}");
            if resource["type"] == "table" {
                is_schema(&resource["schema"]);
            }
        }
    }
}

fn is_schema(schema: &Value) {
    assert_eq!(text(schema, "$schema"), "https://datapackage.org/profiles/2.0/tableschema.json");
    let names: BTreeSet<&str> = list(schema, "fields").iter().map(|field| text(field, "name")).collect();
    assert_eq!(names.len(), list(schema, "fields").len());
    for field in list(schema, "fields") {
        let types = ["string", "number", "integer", "boolean", "list", "date"];
        assert!(types.contains(&text(field, "type")), "{field}");
        assert_eq!(field["type"] == "list", field["delimiter"] == ";", "{field}");
        let words: Vec<&Value> = list(field, "categories").iter().map(|word| &word["value"]).collect();
        let allowed: Vec<&Value> = list(&field["constraints"], "enum").iter().collect();
        assert_eq!(words, allowed, "{field}");
    }
    for key in list(schema, "foreignKeys") {
        assert_eq!(list(key, "fields").len(), list(&key["reference"], "fields").len(), "{key}");
        assert!(list(key, "fields").iter().all(|name| names.contains(name.as_str().expect("a name"))), "{key}");
    }
}

#[test]
fn csv_and_json_are_the_same_rows() {
    for site in sites() {
        let package = package(&site);
        for table in data::tables(&site) {
            let (rows, json) = (read(&site, table), parsed(&site, DataFile::Json(table)));
            assert_eq!(json["as_of"], package["as_of"]);
            assert_eq!(json["licence"]["name"], package["licenses"][0]["name"]);
            assert_eq!(list(&json, "rows").len(), rows.len(), "{}", table.name());
            let schema = list(&package, "resources").iter().find(|resource| resource["name"] == table.name());
            let fields: Vec<&str> = list(&schema.expect("a resource")["schema"], "fields")
                .iter()
                .map(|field| text(field, "name"))
                .collect();
            assert_eq!(fields, data::columns(table).iter().map(|column| column.name).collect::<Vec<_>>());
            for (row, object) in rows.iter().zip(list(&json, "rows")) {
                for column in data::columns(table) {
                    is_same(column, &row[column.name], &object[column.name]);
                }
            }
        }
    }
}

fn is_same(column: &Column, cell: &str, value: &Value) {
    let told = format!("{}: {cell} and {value}", column.name);
    match column.holds.ty {
        _ if value.is_null() => assert_eq!(cell, "", "{told}"),
        Type::Whole => assert_eq!(cell.parse().ok(), value.as_u64(), "{told}"),
        Type::Decimal => assert_eq!(cell.parse().ok(), value.as_f64(), "{told}"),
        Type::YesNo => assert_eq!(cell.parse().ok(), value.as_bool(), "{told}"),
        Type::List => {
            let items: Vec<&str> = value.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
            assert_eq!(data::read_back(cell), items.join(";"), "{told}");
        }
        Type::Day => {
            assert_eq!(Some(cell), value.as_str(), "{told}");
            assert!(cell.parse::<jiff::civil::Date>().is_ok(), "{told}");
        }
        Type::Url => {
            assert_eq!(Some(cell), value.as_str(), "{told}");
            assert!(cell.starts_with("https://example.org/"), "{told}");
        }
        Type::Text | Type::Word(_) => assert_eq!(Some(data::read_back(cell)), value.as_str(), "{told}"),
    }
}

#[test]
fn cells_fit_their_columns() {
    for site in sites() {
        for table in data::tables(&site) {
            for row in data::rows(&site, table) {
                assert_eq!(row.len(), data::columns(table).len(), "{}", table.name());
                for (cell, column) in row.iter().zip(data::columns(table)) {
                    assert!(column.takes(cell), "{}.{}: {cell:?}", table.name(), column.name);
                }
            }
        }
    }
}

#[test]
fn a_range_that_is_open_stays_open() {
    let site = own();
    let rows = read(&site, Table::Facts(Kind::Figure));
    let row = rows.iter().find(|row| row["id"] == "war-2020-killed-reuters").expect("the figure");
    let cells =
        ["low", "best", "high", "words", "as_of", "as_of_from", "as_of_to", "counted_by_name"].map(|name| &*row[name]);
    assert_eq!(cells, ["6500", "", "", "at least 6,500", "2020-11?", "2020-11-01", "2020-11-30", "Reuters"]);
    let json = parsed(&site, DataFile::Json(Table::Facts(Kind::Figure)));
    let row = list(&json, "rows").iter().find(|row| row["id"] == "war-2020-killed-reuters").expect("the figure");
    assert_eq!([&row["low"], &row["best"], &row["high"]], [&json!(6500), &Value::Null, &Value::Null]);
}

#[test]
fn points_are_geojson() {
    for (site, least) in [(own(), 10), (promised("full"), 1)] {
        for kind in [Kind::Place, Kind::Event] {
            let bytes = data::bytes(&site, DataFile::GeoJson(kind));
            let read: geojson::FeatureCollection = serde_json::from_slice(&bytes).expect("a feature collection");
            assert!(read.features.len() >= least, "{}", read.features.len());
            let mut ids = BTreeSet::new();
            for feature in &read.features {
                let properties = feature.properties.as_ref().expect("properties");
                let Some(geojson::GeometryValue::Point { coordinates }) = feature.geometry.as_ref().map(|g| &g.value)
                else {
                    panic!("a point")
                };
                assert!(coordinates[0].abs() <= 180.0 && coordinates[1].abs() <= 90.0);
                let wide = properties["where_prec"].as_u64().is_some_and(|precision| precision > 2);
                assert_eq!(properties["extent"], if wide { "area" } else { "point" });
                assert!(ids.insert(format!("{:?}", feature.id)), "{:?} is there twice", feature.id);
            }
        }
    }
}

#[test]
fn days_are_icalendar() {
    for site in [own(), promised("full")] {
        let text = String::from_utf8(data::bytes(&site, DataFile::Calendar)).expect("UTF-8");
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
        let unfolded = text.replace("\r\n ", "");
        let lines: Vec<&str> = unfolded.split("\r\n").collect();
        let count = |line: &str| lines.iter().filter(|l| **l == line).count();
        assert!(lines[0] == "BEGIN:VCALENDAR" && lines[lines.len() - 2] == "END:VCALENDAR");
        let events = count("BEGIN:VEVENT");
        assert!(events > 0 && events == count("END:VEVENT"));
        for property in ["UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:", "SUMMARY:", "URL:"] {
            let values: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix(property)).collect();
            let own = values.len() - usize::from(property == "URL:");
            assert_eq!(own, events, "{property}");
            if property == "UID:" {
                assert_eq!(values.iter().collect::<BTreeSet<_>>().len(), events, "{values:?}");
            }
        }
    }
}

#[test]
fn a_source_that_must_not_be_named_is_in_no_file() {
    let site = promised("full");
    for file in data::files(&site) {
        let text = String::from_utf8(data::bytes(&site, file)).expect("UTF-8").to_lowercase();
        assert!(!text.contains("secret"), "{}", file.name());
    }
    let figures = read(&site, Table::Facts(Kind::Figure));
    let whole = figures.iter().find(|row| row["id"] == "whole").expect("the figure");
    let counter = ["counted_by_name", "counted_by_actor", "counted_by_source"].map(|name| whole[name].as_str());
    assert_eq!(counter, ["A source that is not named", "", ""]);
}

/// How the documentation words what a column holds.
fn words(column: &Column) -> String {
    let (one, many) = match column.holds.to {
        Some(kind) => (format!("id of {} {}", article(kind.name()), kind.name()), format!("ids of {}s", kind.name())),
        None => ("text".to_owned(), "list of text".to_owned()),
    };
    match column.holds.ty {
        Type::Text => one,
        Type::List => many,
        Type::Whole => "whole number".to_owned(),
        Type::Decimal => "number".to_owned(),
        Type::YesNo => "true or false".to_owned(),
        Type::Day => "day".to_owned(),
        Type::Url => "URL".to_owned(),
        Type::Word(_) => "word".to_owned(),
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

#[test]
fn every_column_is_documented() {
    let docs = std::fs::read_to_string(repository().join("docs/data.md")).expect("docs/data.md");
    for table in TABLES {
        let mut rows = format!(
            "\n### `{}`\n\n{}\n\n| column | holds | meaning |\n|---|---|---|\n",
            table.name(),
            table.description()
        );
        for column in data::columns(table) {
            let always = if column.holds.required { "**always**: " } else { "" };
            let meaning: String = column.doc.trim_end_matches('.').to_owned();
            let mut letters = meaning.chars();
            let first = letters.next().expect("a meaning").to_lowercase();
            rows.push_str(&format!(
                "| `{}` | {} | {always}{first}{} |\n",
                column.name,
                words(column),
                letters.as_str()
            ));
        }
        assert!(docs.contains(&rows), "docs/data.md does not have:\n{rows}");
    }
}
