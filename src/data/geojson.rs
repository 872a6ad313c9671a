//! `GeoJSON` (RFC 7946): places with coordinates, and events at them, as points. Each says how exact its coordinates are, and
//! whether it is meant as a point or as an area around it.

use super::json::{framed, head, object};
use super::rows::{columns, place_extent, rows_of};
use super::table::Cell;
use super::text::Reader;
use crate::facts::{Event, Fact, Place};
use crate::kind::Kind;
use crate::site::{DataFile, Ix, Site, Table};
use ::geojson::feature::Id;
use ::geojson::{Feature, Geometry, JsonObject};
use serde_json::{Map, Value as Json};
use std::collections::{HashMap, HashSet};

/// The columns of a place that its point bears.
const OF_PLACE: [&str; 11] =
    ["id", "name", "type", "country", "where_prec", "precision", "extent", "disputed", "status_note", "summary", "url"];

/// The columns of an event that its points bear.
const OF_EVENT: [&str; 11] =
    ["id", "title", "date", "date_words", "date_from", "date_to", "type", "sub_type", "importance", "summary", "url"];

/// The columns of a place that the points of events at it bear.
const OF_BOTH: [&str; 5] = ["where_prec", "precision", "extent", "disputed", "status_note"];

/// Whether there is anything to show of a kind.
pub(super) fn any(site: &Site, kind: Kind) -> bool {
    count(site, kind) > 0
}

/// How many points there are of a kind.
pub(super) fn count(site: &Site, kind: Kind) -> usize {
    if kind == Kind::Event { visits(site).len() } else { spots(site).len() }
}

/// The points of a kind.
pub(super) fn geojson(site: &Site, kind: Kind) -> Vec<u8> {
    let mut first = Map::new();
    first.insert("type".to_owned(), "FeatureCollection".into());
    first.extend(head(site, DataFile::GeoJson(kind)));
    let of = Reader::new(site);
    let features: Vec<Feature> = if kind == Kind::Event {
        visits(site).into_iter().map(|visit| at_place(&of, &visit)).collect()
    } else {
        spots(site).into_iter().map(|(ix, place)| of_place(&of, ix, place)).collect()
    };
    let json = |feature| serde_json::to_value(feature).expect("a feature has no key that is no text");
    framed(&first, "features", features.into_iter().map(json))
}

/// The places with coordinates.
fn spots(site: &Site) -> Vec<(Ix, &Place)> {
    let place = |ix: &Ix| match site.entry(*ix).fact() {
        Some(Fact::Place(place)) if place.coordinates.is_some() => Some((*ix, place)),
        _ => None,
    };
    site.lists.get(&Kind::Place).into_iter().flatten().filter_map(place).collect()
}

/// An event at a place with coordinates.
struct Visit<'s> {
    event: Ix,
    at: (Ix, &'s Place),
}

/// Events at places with coordinates, each once for each place.
fn visits(site: &Site) -> Vec<Visit<'_>> {
    let lang = site.config.lang();
    let spots: HashMap<Ix, &Place> = spots(site).into_iter().collect();
    let mut seen = HashSet::new();
    let events = site.lists.get(&Kind::Event).into_iter().flatten();
    let mut visits = Vec::new();
    for (event, fact) in events.filter_map(|ix| Some((*ix, site.entry(*ix).fact()?))) {
        let Fact::Event(Event { places, .. }) = fact else { continue };
        let found = places.iter().filter_map(|place| site.find(&place.0.value, lang).ok());
        let known = found.filter_map(|ix| Some((ix, *spots.get(&ix)?)));
        visits.extend(known.filter(|at| seen.insert((event, at.0))).map(|at| Visit { event, at }));
    }
    visits
}

fn of_place(of: &Reader<'_>, ix: Ix, place: &Place) -> Feature {
    feature(place, of.own_id(ix).to_owned(), some(of, ix, &OF_PLACE))
}

fn at_place(of: &Reader<'_>, visit: &Visit<'_>) -> Feature {
    let Visit { event, at: (ix, place) } = *visit;
    let mut properties = some(of, event, &OF_EVENT);
    properties.extend([
        ("place".to_owned(), of.own_id(ix).into()),
        ("place_name".to_owned(), of.site.title(ix, of.lang).into()),
    ]);
    properties.extend(some(of, ix, &OF_BOTH));
    // An event at two places is two points, and the ids of features are each given once.
    feature(place, format!("{}/{}", of.own_id(event), of.own_id(ix)), properties)
}

fn feature(place: &Place, id: String, properties: JsonObject) -> Feature {
    debug_assert!(place_extent(place).is_some(), "only places with coordinates are shown");
    let point = place.coordinates.map(|at| Geometry::new_point([at.lon, at.lat]));
    Feature {
        bbox: None,
        geometry: point,
        id: Some(Id::String(id)),
        properties: Some(properties),
        foreign_members: None,
    }
}

/// Some columns of a fact's row.
fn some(of: &Reader<'_>, ix: Ix, names: &[&str]) -> Map<String, Json> {
    let table = Table::Facts(of.site.entry(ix).kind);
    let fact = of.site.entry(ix).fact().into_iter();
    let row: Vec<Cell> = fact.flat_map(|fact| rows_of(of, table, ix, fact)).flatten().collect();
    let mut all = object(columns(table), &row);
    names.iter().filter_map(|name| all.shift_remove_entry(*name)).collect()
}
