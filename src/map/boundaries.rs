//! The outlines of the world's countries: Natural Earth's, as `examples/boundaries.rs` packs them.
//!
//! The file holds, in numbers of seven bits a byte: the grid; arcs, each a line of steps on that grid; the outlines of
//! all land, as lists of arcs; and the countries: ISO 3166-1 number, English name, outlines. An arc that two countries
//! share is there once. It is read once per run.

use super::Xy;
use super::projection::{At, Cap};
use std::collections::HashSet;
use std::sync::LazyLock;

/// The file, made by `examples/boundaries.rs`.
static FILE: &[u8] = include_bytes!("boundaries.bin");

/// What the file holds.
pub(super) static WORLD: LazyLock<World> =
    LazyLock::new(|| World::read(FILE).expect("the file is part of the program and tested with it"));

/// Borders that the states on both sides do not agree on, by the names in the data; a box of west, south, east and
/// north says where, if not all along. This is what a reader would miss at once, not a ruling: a caller adds to it.
const CONTESTED: &[(&str, &str, Option<[f64; 4]>)] = &[
    ("Serbia", "Kosovo", None),
    ("Cyprus", "Northern Cyprus", None),
    ("Cyprus", "UN buffer zone", None),
    ("Northern Cyprus", "UN buffer zone", None),
    ("Dhekelia", "Northern Cyprus", None),
    ("Somalia", "Somaliland", None),
    ("Ethiopia", "Somaliland", None),
    ("Morocco", "Western Sahara", None),
    ("Mauritania", "Western Sahara", None),
    ("Israel", "Palestine", None),
    ("Israel", "Syria", None),
    ("Sudan", "South Sudan", Some([27.5, 9.2, 30.0, 11.0])),
    ("Egypt", "Sudan", Some([33.0, 21.5, 37.5, 23.5])),
    ("Russia", "Ukraine", Some([32.5, 45.2, 36.8, 46.6])),
    ("India", "Pakistan", Some([73.0, 32.4, 78.5, 37.5])),
    ("India", "China", None),
    ("Pakistan", "China", None),
    ("India", "Siachen Glacier", None),
    ("Pakistan", "Siachen Glacier", None),
    ("China", "Siachen Glacier", None),
    ("Bhutan", "China", None),
    ("North Korea", "South Korea", None),
    ("Guyana", "Venezuela", None),
];

/// The world's outlines.
pub(super) struct World {
    /// All lines, each from junction to junction or closed.
    pub(super) arcs: Vec<Arc>,
    /// The outlines of all land, seas and lakes within it too.
    pub(super) land: Vec<Ring>,
    /// The countries, and what the data treats like one.
    pub(super) countries: Vec<Country>,
}

/// A line.
pub(super) struct Arc {
    /// Its points, never more than a degree apart.
    pub(super) points: Vec<At>,
    /// What it divides.
    pub(super) sides: Sides,
    /// Where it is.
    pub(super) cap: Cap,
}

/// What a line divides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sides {
    /// Land from sea.
    Coast,
    /// Two countries, by number.
    Border(usize, usize),
    /// Nothing that a map shows.
    Nothing,
}

/// A closed outline.
pub(super) struct Ring {
    /// Its arcs in order, and whether each is walked backwards.
    arcs: Vec<(usize, bool)>,
    /// Where it is.
    pub(super) cap: Cap,
}

/// A country.
pub(super) struct Country {
    /// Its ISO 3166-1 number, if it has one.
    pub(super) iso: Option<u64>,
    /// Its name in English.
    pub(super) name: String,
    /// Its outlines.
    pub(super) rings: Vec<Ring>,
}

impl World {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes.strip_prefix(b"BGB1")?);
        let [sx, sy, tx, ty] = [bytes.float()?, bytes.float()?, bytes.float()?, bytes.float()?];
        let lines: Vec<Vec<At>> = bytes.many(|bytes| {
            let mut at = (0, 0);
            let line = bytes.many(|bytes| {
                at = (at.0 + bytes.signed()?, at.1 + bytes.signed()?);
                #[expect(clippy::cast_precision_loss, reason = "the grid has 100,000 steps a side")]
                Some([at.0 as f64 * sx + tx, at.1 as f64 * sy + ty])
            })?;
            Some(filled(&line).into_iter().map(At::new).collect())
        })?;
        let land = bytes.rings(&lines)?;
        let countries = bytes.many(|bytes| {
            let iso = Some(bytes.unsigned()?).filter(|iso| *iso != 0);
            Some(Country { iso, name: bytes.text()?, rings: bytes.rings(&lines)? })
        })?;
        let sides = sides(lines.len(), &land, &countries);
        let arc = |(points, sides): (Vec<At>, Sides)| Arc { cap: Cap::around(points.iter()), points, sides };
        Some(Self { arcs: lines.into_iter().zip(sides).map(arc).collect(), land, countries })
    }

    /// The points of an outline, without the last, which is the first again.
    pub(super) fn outline(&self, ring: &Ring) -> Vec<At> {
        let mut points = Vec::new();
        for (arc, backwards) in &ring.arcs {
            let line = &self.arcs[*arc].points;
            let ends = line.len().saturating_sub(1);
            if *backwards {
                points.extend(line.iter().rev().take(ends));
            } else {
                points.extend(line.iter().take(ends));
            }
        }
        points
    }

    /// Whether a place lies within the outlines: whether a line from it to the North Pole, which is sea, crosses them
    /// an odd number of times.
    pub(super) fn within(&self, rings: &[Ring], [lon, lat]: Xy) -> bool {
        let lines = rings.iter().flat_map(|ring| &ring.arcs).flat_map(|(arc, _)| self.arcs[*arc].points.windows(2));
        let crossed = lines.filter(|pair| {
            let (from, to) = (pair[0].lonlat, pair[1].lonlat);
            let (a, b) = (turned(from[0] - lon), turned(to[0] - lon));
            // Steps are small: a pair that lies far on both sides has the 180th meridian between, seen from here.
            let between = (a <= 0.0) != (b <= 0.0) && (a - b).abs() < 180.0;
            between && from[1] + (to[1] - from[1]) * a / (a - b) > lat
        });
        crossed.count() % 2 == 1
    }

    /// Whether the border between two countries is contested at a place; `more` holds further pairs of names.
    pub(super) fn contested(&self, a: usize, b: usize, [lon, lat]: Xy, more: &[(String, String)]) -> bool {
        let (a, b) = (self.countries[a].name.as_str(), self.countries[b].name.as_str());
        let fits = |x: &str, y: &str| (x, y) == (a, b) || (x, y) == (b, a);
        let inside =
            |[west, south, east, north]: [f64; 4]| (west..east).contains(&lon) && (south..north).contains(&lat);
        CONTESTED.iter().any(|(x, y, within)| fits(x, y) && within.is_none_or(inside))
            || more.iter().any(|(x, y)| fits(x, y))
    }
}

/// A difference of longitudes, between -180 and 180 degrees.
pub(super) fn turned(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

fn sides(arcs: usize, land: &[Ring], countries: &[Country]) -> Vec<Sides> {
    let coast: HashSet<usize> = land.iter().flat_map(|ring| &ring.arcs).map(|(arc, _)| *arc).collect();
    let mut first = vec![None; arcs];
    let mut sides = vec![Sides::Nothing; arcs];
    for (number, country) in countries.iter().enumerate() {
        for (arc, _) in country.rings.iter().flat_map(|ring| &ring.arcs) {
            match first[*arc] {
                _ if coast.contains(arc) => sides[*arc] = Sides::Coast,
                None => first[*arc] = Some(number),
                Some(other) if other != number => sides[*arc] = Sides::Border(other, number),
                Some(_) => {}
            }
        }
    }
    sides
}

/// The line with points put in where it runs on for more than a degree: it is straight in longitude and latitude, and
/// would not be once projected.
fn filled(line: &[Xy]) -> Vec<Xy> {
    let mut points: Vec<Xy> = line.first().copied().into_iter().collect();
    for pair in line.windows(2) {
        let (east, north) = (turned(pair[1][0] - pair[0][0]), pair[1][1] - pair[0][1]);
        let steps = east.abs().max(north.abs()).ceil();
        let mut step = 1.0;
        while step < steps {
            points.push([turned(pair[0][0] + east * step / steps), pair[0][1] + north * step / steps]);
            step += 1.0;
        }
        points.push(pair[1]);
    }
    points
}

/// The rest of the file; `None` from any of these says that it is cut short.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.unsigned()?).map(|_| one(self)).collect()
    }

    fn rings(&mut self, lines: &[Vec<At>]) -> Option<Vec<Ring>> {
        self.many(|bytes| {
            let arcs = bytes.many(|bytes| {
                let n = bytes.signed()?;
                let arc = usize::try_from(if n < 0 { !n } else { n }).ok()?;
                (arc < lines.len()).then_some((arc, n < 0))
            })?;
            let cap = Cap::around(arcs.iter().flat_map(|(arc, _)| &lines[*arc]));
            Some(Ring { arcs, cap })
        })
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let n = self.unsigned()?;
        Some((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
    }

    fn float(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(bytes.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country_at(lon: f64, lat: f64) -> Vec<&'static str> {
        let of = |country: &&Country| WORLD.within(&country.rings, [lon, lat]);
        WORLD.countries.iter().filter(of).map(|country| country.name.as_str()).collect()
    }

    #[test]
    fn places_lie_in_their_countries() {
        assert_eq!(country_at(44.51, 40.18), ["Armenia"]);
        assert_eq!(country_at(46.75, 39.82), ["Azerbaijan"]);
        assert_eq!(country_at(45.4, 39.2), ["Azerbaijan"], "the exclave of Nakhchivan");
        assert_eq!(country_at(-175.0, 66.8), ["Russia"], "beyond the 180th meridian");
        assert_eq!(country_at(30.0, -85.0), ["Antarctica"]);
        assert_eq!(country_at(50.5, 42.0), Vec::<&str>::new(), "the Caspian Sea");
        assert!(WORLD.within(&WORLD.land, [0.0, -90.0]) && !WORLD.within(&WORLD.land, [0.0, 90.0]));
    }

    #[test]
    fn every_line_divides_something() {
        let borders = WORLD.arcs.iter().filter(|arc| matches!(arc.sides, Sides::Border(..))).count();
        let nothing = WORLD.arcs.iter().filter(|arc| arc.sides == Sides::Nothing).count();
        assert!(borders > 300 && nothing < 10, "{borders} borders, {nothing} that are nothing");
    }

    #[test]
    fn contested_borders_name_countries_of_the_data() {
        for (a, b, _) in CONTESTED {
            for name in [a, b] {
                assert!(WORLD.countries.iter().any(|country| country.name == *name), "{name}");
            }
        }
    }

    #[test]
    fn a_file_cut_short_is_told_and_does_not_panic() {
        for length in [0, 3, 4, 20, 40, 1000, FILE.len() - 1] {
            assert!(World::read(&FILE[..length]).is_none(), "{length}");
        }
    }
}
