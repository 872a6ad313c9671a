//! Makes `src/map/boundaries.bin`, the outlines of the world's countries, out of Natural Earth.
//!
//! Natural Earth (public domain) comes as `TopoJSON` in npm's `world-atlas`; once, and again when that has a new version:
//!
//! ```text
//! npm pack world-atlas@2.0.2 && tar xf world-atlas-2.0.2.tgz
//! cargo run --example boundaries -- package/countries-10m.json src/map/boundaries.bin
//! ```
//!
//! It takes the 1:10 million outlines rather than the 1:50 million ones, since a map of one village shows 150 km, and
//! thins them: borders hardly, coasts more, polar coasts most. Lines that two countries share are one arc, so they stay
//! one line. `src/map/boundaries.rs` describes the file and reads it.

use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::error::Error;

/// A line in the whole numbers of the source's grid.
type Arc = Vec<[i64; 2]>;

/// A closed outline: numbers of arcs, `!n` for arc `n` walked backwards, as in `TopoJSON`.
type Ring = Vec<i64>;

struct Country {
    id: u64,
    name: String,
    rings: Vec<Ring>,
}

/// The grid: degrees per step and the degrees of its corner.
struct Grid {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// How far a line may stray when thinned, in kilometres: a border, a coast, one in the Arctic, in Antarctica.
const BORDER: f64 = 0.25;
const COAST: f64 = 1.0;
const ARCTIC: f64 = 3.0;
const ANTARCTIC: f64 = 8.0;

/// Islands smaller than this many square kilometres are left out, unless a country has no larger one.
const ISLAND: f64 = 2.0;

/// Leased grounds that are no countries: they stay part of the land around them.
const LEFT_OUT: &[&str] = &["Baikonur", "USNB Guantanamo Bay"];

/// Natural Earth's short names, written out, and two that have changed.
const NAMES: &[(&str, &str)] = &[
    ("Antigua and Barb.", "Antigua and Barbuda"),
    ("Ashmore and Cartier Is.", "Ashmore and Cartier Islands"),
    ("Bosnia and Herz.", "Bosnia and Herzegovina"),
    ("Br. Indian Ocean Ter.", "British Indian Ocean Territory"),
    ("Cayman Is.", "Cayman Islands"),
    ("Central African Rep.", "Central African Republic"),
    ("Clipperton I.", "Clipperton Island"),
    ("Cook Is.", "Cook Islands"),
    ("Coral Sea Is.", "Coral Sea Islands"),
    ("Cyprus U.N. Buffer Zone", "UN buffer zone"),
    ("Dem. Rep. Congo", "Democratic Republic of the Congo"),
    ("Dominican Rep.", "Dominican Republic"),
    ("Eq. Guinea", "Equatorial Guinea"),
    ("Faeroe Is.", "Faroe Islands"),
    ("Falkland Is.", "Falkland Islands"),
    ("Fr. Polynesia", "French Polynesia"),
    ("Fr. S. Antarctic Lands", "French Southern and Antarctic Lands"),
    ("Heard I. and McDonald Is.", "Heard Island and McDonald Islands"),
    ("Indian Ocean Ter.", "Australian Indian Ocean Territories"),
    ("Macedonia", "North Macedonia"),
    ("Marshall Is.", "Marshall Islands"),
    ("N. Cyprus", "Northern Cyprus"),
    ("N. Mariana Is.", "Northern Mariana Islands"),
    ("Pitcairn Is.", "Pitcairn Islands"),
    ("S. Geo. and the Is.", "South Georgia and the South Sandwich Islands"),
    ("S. Sudan", "South Sudan"),
    ("Solomon Is.", "Solomon Islands"),
    ("Spratly Is.", "Spratly Islands"),
    ("St. Kitts and Nevis", "Saint Kitts and Nevis"),
    ("St. Pierre and Miquelon", "Saint Pierre and Miquelon"),
    ("St. Vin. and Gren.", "Saint Vincent and the Grenadines"),
    ("Turks and Caicos Is.", "Turks and Caicos Islands"),
    ("U.S. Minor Outlying Is.", "US Minor Outlying Islands"),
    ("U.S. Virgin Is.", "US Virgin Islands"),
    ("United States of America", "United States"),
    ("W. Sahara", "Western Sahara"),
    ("Wallis and Futuna Is.", "Wallis and Futuna"),
    ("eSwatini", "Eswatini"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let [from, to] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("give the TopoJSON file to read and the file to write".into());
    };
    let json: Value = serde_json::from_str(&std::fs::read_to_string(from)?)?;
    let grid = Grid { scale: pair(&json["transform"]["scale"]), translate: pair(&json["transform"]["translate"]) };
    let arcs: Vec<Arc> = items(&json["arcs"]).map(arc).collect();
    let land: Vec<Ring> = items(&json["objects"]["land"]["geometries"]).flat_map(rings).collect();
    let countries: Vec<Country> = items(&json["objects"]["countries"]["geometries"])
        .map(country)
        .filter(|country| !LEFT_OUT.contains(&country.name.as_str()))
        .collect();

    let coast: HashSet<usize> = land.iter().flatten().map(|n| index(*n)).collect();
    let thinned: Vec<Arc> =
        arcs.iter().enumerate().map(|(n, arc)| thin(arc, tolerance(arc, coast.contains(&n), &grid), &grid)).collect();
    let kept = worth_keeping(&arcs, &coast, &countries, &grid);
    let bytes = encode(&grid, &thinned, &kept, &land, &countries);
    let points: usize = kept.iter().map(|n| thinned[*n].len()).sum();
    println!("{} bytes, {} lines, {points} points, {} countries", bytes.len(), kept.len(), countries.len());
    std::fs::write(to, bytes)?;
    Ok(())
}

// Read

fn items(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn pair(json: &Value) -> [f64; 2] {
    [0, 1].map(|n| json[n].as_f64().unwrap_or_default())
}

/// An arc's steps, added up.
fn arc(json: &Value) -> Arc {
    let mut at = [0, 0];
    items(json)
        .map(|step| {
            at = [0, 1].map(|n| at[n] + step[n].as_i64().unwrap_or_default());
            at
        })
        .collect()
}

fn rings(geometry: &Value) -> Vec<Ring> {
    let ring = |json: &Value| items(json).filter_map(Value::as_i64).collect();
    match geometry["type"].as_str() {
        Some("Polygon") => items(&geometry["arcs"]).map(ring).collect(),
        Some("MultiPolygon") => items(&geometry["arcs"]).flat_map(items).map(ring).collect(),
        _ => Vec::new(),
    }
}

fn country(geometry: &Value) -> Country {
    let name = geometry["properties"]["name"].as_str().unwrap_or_default();
    let name = NAMES.iter().find(|(short, _)| *short == name).map_or(name, |(_, full)| full);
    let id = geometry["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
    Country { id, name: name.to_owned(), rings: rings(geometry) }
}

fn index(n: i64) -> usize {
    usize::try_from(if n < 0 { !n } else { n }).expect("not negative by now")
}

// Thin

fn tolerance(arc: &Arc, coast: bool, grid: &Grid) -> f64 {
    let lat = grid.degrees(arc[0])[1];
    match lat {
        _ if !coast => BORDER,
        ..-60.0 => ANTARCTIC,
        66.0.. => ARCTIC,
        _ => COAST,
    }
}

impl Grid {
    #[expect(clippy::cast_precision_loss, reason = "the grid has 100,000 steps a side")]
    fn degrees(&self, at: [i64; 2]) -> [f64; 2] {
        [0, 1].map(|n| at[n] as f64 * self.scale[n] + self.translate[n])
    }

    /// Kilometres east and north of `origin`, near it.
    fn km(&self, at: [i64; 2], origin: [i64; 2]) -> [f64; 2] {
        let (at, origin) = (self.degrees(at), self.degrees(origin));
        let east = (at[0] - origin[0] + 540.0).rem_euclid(360.0) - 180.0;
        [east * 111.32 * origin[1].to_radians().cos(), (at[1] - origin[1]) * 111.32]
    }
}

/// Ramer, Douglas and Peucker's thinning; the ends stay. A closed line is cut at its farthest point first.
fn thin(arc: &Arc, tolerance: f64, grid: &Grid) -> Arc {
    let mut keep = vec![false; arc.len()];
    keep[0] = true;
    keep[arc.len() - 1] = true;
    let mut open = vec![(0, arc.len() - 1)];
    while let Some((from, to)) = open.pop() {
        let mut farthest = (0.0, from);
        for n in from + 1..to {
            let off = distance(grid, arc[n], arc[from], arc[to]);
            if off > farthest.0 {
                farthest = (off, n);
            }
        }
        if farthest.0 > tolerance {
            keep[farthest.1] = true;
            open.extend([(from, farthest.1), (farthest.1, to)]);
        }
    }
    arc.iter().zip(keep).filter_map(|(at, keep)| keep.then_some(*at)).collect()
}

fn distance(grid: &Grid, at: [i64; 2], from: [i64; 2], to: [i64; 2]) -> f64 {
    let [x, y] = grid.km(at, from);
    let [dx, dy] = grid.km(to, from);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((x * dx + y * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - along * dx).hypot(y - along * dy)
}

/// The arcs to keep: all but those of tiny islands, which are arcs that close on themselves.
fn worth_keeping(arcs: &[Arc], coast: &HashSet<usize>, countries: &[Country], grid: &Grid) -> BTreeSet<usize> {
    let size = |ring: &Ring| match ring[..] {
        [one] if coast.contains(&index(one)) => area(&arcs[index(one)], grid),
        _ => f64::INFINITY,
    };
    let mut kept = BTreeSet::new();
    for country in countries {
        let largest = country.rings.iter().map(size).fold(0.0, f64::max);
        let rings = country.rings.iter().filter(|ring| size(ring) >= ISLAND.min(largest));
        kept.extend(rings.flatten().map(|n| index(*n)));
    }
    kept
}

fn area(arc: &Arc, grid: &Grid) -> f64 {
    let at: Vec<_> = arc.iter().map(|at| grid.km(*at, arc[0])).collect();
    at.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum::<f64>().abs() / 2.0
}

// Write

fn encode(grid: &Grid, arcs: &[Arc], kept: &BTreeSet<usize>, land: &[Ring], countries: &[Country]) -> Vec<u8> {
    let number: Vec<usize> = kept.iter().copied().collect();
    let mut out = b"BGB1".to_vec();
    for n in [grid.scale, grid.translate].concat() {
        out.extend(n.to_le_bytes());
    }
    unsigned(&mut out, number.len() as u64);
    for n in &number {
        unsigned(&mut out, arcs[*n].len() as u64);
        let mut last = [0, 0];
        for at in &arcs[*n] {
            signed(&mut out, at[0] - last[0]);
            signed(&mut out, at[1] - last[1]);
            last = *at;
        }
    }
    encode_rings(&mut out, land, &number);
    unsigned(&mut out, countries.len() as u64);
    for country in countries {
        unsigned(&mut out, country.id);
        unsigned(&mut out, country.name.len() as u64);
        out.extend(country.name.as_bytes());
        encode_rings(&mut out, &country.rings, &number);
    }
    out
}

fn encode_rings(out: &mut Vec<u8>, rings: &[Ring], number: &[usize]) {
    let renumbered = |n: i64| {
        let new = i64::try_from(number.binary_search(&index(n)).ok()?).ok()?;
        Some(if n < 0 { !new } else { new })
    };
    let rings: Vec<Ring> =
        rings.iter().filter_map(|ring| ring.iter().map(|n| renumbered(*n)).collect::<Option<Ring>>()).collect();
    unsigned(out, rings.len() as u64);
    for ring in rings {
        unsigned(out, ring.len() as u64);
        ring.iter().for_each(|n| signed(out, *n));
    }
}

/// Seven bits a byte, the lowest first, the eighth bit saying that more follow.
fn unsigned(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(u8::try_from(n & 0x7f).expect("seven bits") | 0x80);
        n >>= 7;
    }
    out.push(u8::try_from(n).expect("seven bits"));
}

/// Small numbers of either sign as small numbers: 0, -1, 1, -2, 2 …
fn signed(out: &mut Vec<u8>, n: i64) {
    unsigned(out, ((n << 1) ^ (n >> 63)).cast_unsigned());
}
