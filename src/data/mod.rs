//! Data: the facts of a site as files for other programs, below `/data/`. The same rows as CSV (RFC 4180) and as JSON,
//! places and events as `GeoJSON` (RFC 7946), events as iCalendar (RFC 5545), and a descriptor (Data Package v2) that says
//! what each column holds and where its ids lead.
//!
//! `rows.rs` is the register of columns: one line says what a column is called, what it holds, what it means and how it
//! is found. Files, descriptor and documentation follow from it.

mod calendar;
mod csv;
mod geojson;
mod json;
mod package;
mod rows;
mod table;
mod text;

pub use csv::read_back;
pub use rows::{columns, rows};
pub use table::{Cell, Column, Holds, Type};

use crate::date::{Day, Edtf, When};
use crate::facts::Fact;
use crate::kind::Kind;
use crate::site::{DataFile, Output, Site, Table};
use crate::url::Url;
use crate::values;
use tera::Value;

/// The tables, in the order in which they are listed.
pub const TABLES: [Table; 12] = [
    Table::Facts(Kind::Figure),
    Table::Facts(Kind::Event),
    Table::Facts(Kind::Claim),
    Table::Facts(Kind::Place),
    Table::Facts(Kind::Actor),
    Table::Facts(Kind::Source),
    Table::Facts(Kind::Term),
    Table::Citations,
    Table::History,
    Table::Parts,
    Table::Participants,
    Table::Names,
];

impl Table {
    /// Its name: that of its files, and of its resource in the descriptor.
    pub fn name(self) -> &'static str {
        match self {
            Self::Facts(kind) => kind.info().plural.unwrap_or_default(),
            Self::Citations => "citations",
            Self::History => "history",
            Self::Parts => "parts",
            Self::Participants => "participants",
            Self::Names => "names",
        }
    }

    /// What readers call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Facts(kind) => kind.info().title,
            Self::Citations => "Citations",
            Self::History => "Earlier values of figures",
            Self::Parts => "Parts of figures",
            Self::Participants => "Participants of events",
            Self::Names => "Other names of places",
        }
    }

    /// What a row of it is.
    pub fn row(self) -> &'static str {
        match self {
            Self::Facts(kind) => kind.name(),
            Self::Citations => "citation",
            Self::History => "value",
            Self::Parts => "part",
            Self::Participants => "participant",
            Self::Names => "name",
        }
    }

    /// What it holds, in a sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::Facts(Kind::Figure) => "Counts: each with who counted, what, up to when and how, as a range.",
            Self::Facts(Kind::Event) => "What happened, and when.",
            Self::Facts(Kind::Claim) => "Who said what about what, and what has become of it.",
            Self::Facts(Kind::Place) => "Where, and what is disputed about it.",
            Self::Facts(Kind::Actor) => "Who acts, speaks or counts.",
            Self::Facts(Kind::Source) => "What the statements rest on.",
            Self::Facts(_) => "Words and their meanings.",
            Self::Citations => "Which fact rests on which source, and on what place in it.",
            Self::History => "What figures were before they came to what they are now.",
            Self::Parts => "The parts that figures were given in. They are not to be added to other figures.",
            Self::Participants => "Who took part in which event, and as what.",
            Self::Names => "What else places are called, and by whom.",
        }
    }
}

impl DataFile {
    /// The file's name.
    pub fn name(self) -> String {
        match self {
            Self::Csv(table) => format!("{}.csv", table.name()),
            Self::Json(table) => format!("{}.json", table.name()),
            Self::GeoJson(kind) => format!("{}.geojson", Table::Facts(kind).name()),
            Self::Calendar => "events.ics".to_owned(),
            Self::Package => "datapackage.json".to_owned(),
        }
    }

    /// The name of its format, for readers.
    fn format(self) -> &'static str {
        match self {
            Self::Csv(_) => "CSV",
            Self::Json(_) => "JSON",
            Self::GeoJson(_) => "GeoJSON",
            Self::Calendar => "iCalendar",
            Self::Package => "Data Package",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Csv(table) | Self::Json(table) => table.title(),
            Self::GeoJson(Kind::Event) => "Events on the map",
            Self::GeoJson(_) => "Places on the map",
            Self::Calendar => "Events in the calendar",
            Self::Package => "What the files are",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Csv(table) | Self::Json(table) => table.description(),
            Self::GeoJson(Kind::Event) => "Events at places whose coordinates are known, a point for each place.",
            Self::GeoJson(_) => "Places whose coordinates are known, each with how exact they are.",
            Self::Calendar => "Events whose dates have a beginning and an end, as whole days.",
            Self::Package => "Every column of every table, where its ids lead, the licence and the date.",
        }
    }

    /// What a row of it is.
    fn row(self) -> &'static str {
        match self {
            Self::Csv(table) | Self::Json(table) => table.row(),
            Self::GeoJson(kind) => kind.name(),
            Self::Calendar => Kind::Event.name(),
            Self::Package => "package",
        }
    }
}

/// The files that a site has: none where it publishes none, or has no facts to publish.
pub fn files(site: &Site) -> Vec<DataFile> {
    let tables = tables(site);
    if tables.is_empty() {
        return Vec::new();
    }
    let mut files: Vec<DataFile> = tables.into_iter().flat_map(|t| [DataFile::Csv(t), DataFile::Json(t)]).collect();
    files
        .extend([Kind::Place, Kind::Event].into_iter().filter(|kind| geojson::any(site, *kind)).map(DataFile::GeoJson));
    files.extend(calendar::any(site).then_some(DataFile::Calendar));
    files.push(DataFile::Package);
    files
}

/// The tables in which a site has a row.
pub fn tables(site: &Site) -> Vec<Table> {
    let publishes = site.config.publishes_data();
    TABLES.into_iter().filter(|table| publishes && rows::count(site, *table) > 0).collect()
}

/// What a file holds.
pub fn bytes(site: &Site, file: DataFile) -> Vec<u8> {
    match file {
        DataFile::Csv(table) => csv::csv(columns(table), &rows(site, table)),
        DataFile::Json(table) => json::table(site, table),
        DataFile::GeoJson(kind) => geojson::geojson(site, kind),
        DataFile::Calendar => calendar::calendar(site).into_bytes(),
        DataFile::Package => package::package(site),
    }
}

/// The files as the page of the data lists them: each with `name`, `url`, `title`, `kind` (of a row), `rows` (none for the
/// descriptor), `format`, `bytes` (none: they are not made until they are asked for) and `description`.
pub fn listed(site: &Site) -> Vec<Value> {
    let file = |file: DataFile| {
        let rows = match file {
            DataFile::Csv(table) | DataFile::Json(table) => Some(rows::count(site, table)),
            DataFile::GeoJson(kind) => Some(geojson::count(site, kind)),
            DataFile::Calendar => Some(calendar::count(site)),
            DataFile::Package => None,
        };
        values! {
            "name": file.name(),
            "url": url_of(file).href(&site.config.base_path),
            "title": file.title(),
            "kind": file.row(),
            "rows": rows,
            "format": file.format(),
            "bytes": Value::none(),
            "description": file.description(),
        }
        .into()
    };
    files(site).into_iter().map(file).collect()
}

/// The page that leads to the files, of the site's own or not; none where there are no files.
pub fn page(site: &Site) -> Option<&Url> {
    let package = site.route(url_of(DataFile::Package).as_str()).map(|route| &route.what);
    let page = site.route("/data/").filter(|_| package == Some(&Output::Data(DataFile::Package)));
    page.map(|route| &route.url)
}

/// The terms of use as templates see them: `name`, `title` (what readers call it, never none) and `url`; none where the
/// site states none.
pub fn licence(site: &Site) -> Value {
    let licence = site.config.licence().map(|licence| {
        let url = licence.0.url.as_ref().map(|url| url.0.as_str());
        values! { "name": licence.0.name.as_deref(), "title": licence.words(), "url": url, }.into()
    });
    licence.unwrap_or_else(Value::none)
}

/// Where a file stands.
fn url_of(file: DataFile) -> Url {
    Url::of_file(&format!("data/{}", file.name()))
}

/// Where a file stands, with the base URL.
fn permalink(site: &Site, file: DataFile) -> String {
    url_of(file).href(&site.config.base_url)
}

/// The site's address without its scheme: `example.org/sub`, or nothing of what is no address.
fn host(site: &Site) -> &str {
    site.config.base_url.split_once("://").map_or("", |(_, host)| host)
}

/// The day that the data are of: the newest on which anything was said or changed in the site, and none after the day
/// that it is seen from. No clock takes part, so that the same site gives the same files.
pub fn as_of(site: &Site) -> Option<Day> {
    let said = site.iter().filter(|(ix, _)| site.has_page(*ix)).flat_map(|(_, surface)| said_on(surface));
    said.filter(|day| site.as_of.is_none_or(|last| *day <= last)).max()
}

/// The days on which an entry says that something was said or changed: the first ones that its dates can mean.
fn said_on(surface: &crate::entry::Surface) -> Vec<Day> {
    let first =
        |dates: &[Option<&Edtf>]| dates.iter().flatten().filter_map(|date| date.earliest()).collect::<Vec<Day>>();
    if let Some(page) = surface.page() {
        let days = [&page.date, &page.updated].into_iter().flatten().map(When::day);
        let corrected = page.corrections.iter().map(|correction| correction.date.day());
        return days.chain(corrected).chain(first(&[page.as_of.as_ref()])).collect();
    }
    match surface.fact() {
        Some(Fact::Figure(figure)) => first(&[Some(&figure.as_of), figure.reported.as_ref()]),
        Some(Fact::Claim(claim)) => {
            let checked = claim.verification.as_ref().and_then(|checked| checked.date.as_ref());
            first(&[Some(&claim.date), checked, claim.no_response_found.as_ref().map(|looked| &looked.as_of)])
        }
        Some(Fact::Source(source)) => first(&[source.date.as_ref(), source.accessed.as_ref()]),
        _ => Vec::new(),
    }
}

/// A day as ISO 8601 has it in four digits of a year; none for years that need more, or a sign.
pub fn iso(day: Option<Day>) -> Option<String> {
    day.filter(|day| (1..=9999).contains(&day.year)).map(|day| day.to_string())
}
