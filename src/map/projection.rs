//! From the globe to the page and back: which part of the world a map shows, and how it is flattened.
//!
//! A region is shown in Lambert's azimuthal equal-area projection around its own middle. One formula serves everywhere:
//! poles and the 180th meridian are places like any other, north is up in the middle, areas are true, and over a
//! few hundred kilometres lengths are as well. Conic and transverse projections would each need their own cases. What
//! spreads over more than a third of the globe is shown on the whole world, in the Equal Earth projection (Šavrič,
//! Patterson and Jenny 2018).

use super::Xy;
use super::boundaries::turned;
use super::path::Frame;
use std::f64::consts::SQRT_2;

/// The earth's mean radius in kilometres.
pub(super) const EARTH: f64 = 6371.0;

/// A region whose corners lie farther than this from its middle, in degrees, is shown on the whole world.
const REACH: f64 = 60.0;

/// How many pages wide the world map is: Equal Earth's width, and a little air.
const WORLD_WIDTH: f64 = 2.0 * 2.706_63 * 1.08;

/// Where the world map is cut, when nothing speaks for another meridian: in the Bering Strait.
const MERIDIAN: f64 = 11.0;

/// A place on the globe, in both ways of saying it: reckoned once, used by every map.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// Longitude and latitude in degrees.
    pub(super) lonlat: Xy,
    /// Its direction from the middle of the earth.
    vector: [f64; 3],
}

impl At {
    /// A place, by longitude and latitude.
    pub(super) fn new(lonlat: Xy) -> Self {
        Self { lonlat, vector: vector(lonlat) }
    }
}

/// A round piece of the globe with all of a line in it: tells quickly what a map need not look at.
pub(super) struct Cap {
    middle: [f64; 3],
    /// Degrees of a great circle.
    radius: f64,
}

impl Cap {
    /// The piece around places.
    pub(super) fn around<'a>(places: impl Iterator<Item = &'a At> + Clone) -> Self {
        let sum = places.clone().fold([0.0; 3], |sum, at| [0, 1, 2].map(|n| sum[n] + at.vector[n]));
        let length = dot(&sum, &sum).sqrt();
        if length < 1e-9 {
            return Self { middle: [0.0, 0.0, 1.0], radius: 180.0 };
        }
        let middle = sum.map(|n| n / length);
        Self { middle, radius: places.map(|at| angle(&middle, &at.vector)).fold(0.0, f64::max) }
    }
}

/// What a map shows, and how.
pub(super) struct View {
    projection: Projection,
    /// Pixels per radius of the earth.
    pub(super) scale: f64,
    /// Pixels.
    pub(super) width: f64,
    /// Pixels.
    pub(super) height: f64,
}

/// How the globe is flattened.
enum Projection {
    /// Lambert's azimuthal equal-area: the directions of east, north and up in the middle of the map.
    Azimuthal { east: [f64; 3], north: [f64; 3], up: [f64; 3] },
    /// Equal Earth around a meridian.
    EqualEarth { meridian: f64 },
}

/// A place that a map has to show, and how far around it, in kilometres.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// Longitude and latitude.
    pub(super) at: Xy,
    /// Kilometres.
    pub(super) reach: f64,
}

impl View {
    /// A view of all spots, `width` pixels wide, and at least `least` kilometres each way.
    pub(super) fn of(spots: &[Spot], width: f64, least: f64) -> Self {
        Self::of_region(spots, width, least).unwrap_or_else(|| Self::of_world(spots, width))
    }

    fn of_region(spots: &[Spot], width: f64, least: f64) -> Option<Self> {
        let mut view = Self { projection: Projection::around(middle(spots)?), scale: 1.0, width: 0.0, height: 0.0 };
        let mut size = [0.0; 2];
        // Once to find the middle of what is seen, once to measure it from there.
        for _ in 0..2 {
            let frame = view.frame_of(spots)?;
            size = [0, 1].map(|n| (frame.most[n] - frame.least[n]) * EARTH);
            view.projection =
                Projection::around(view.lonlat([0, 1].map(|n| f64::midpoint(frame.least[n], frame.most[n])))?);
        }
        let air = 0.16 * size[0].max(size[1]);
        let [wide, high] = size.map(|km| (km + 2.0 * air).max(least));
        // A single spot gets three to two, all others the shape they have, between square and two to one.
        let aspect = if size[0].max(size[1]) + 2.0 * air <= least { 1.5 } else { (wide / high).clamp(1.0, 2.0) };
        let wide = wide.max(high * aspect);
        let corner = wide.hypot(wide / aspect) / 2.0 / EARTH;
        if corner > 2.0 * (REACH.to_radians() / 2.0).sin() {
            return None;
        }
        Some(Self { scale: width * EARTH / wide, width, height: (width / aspect).round(), ..view })
    }

    fn of_world(spots: &[Spot], width: f64) -> Self {
        let projection = Projection::EqualEarth { meridian: meridian(spots) };
        Self { projection, scale: width / WORLD_WIDTH, width, height: (width / 2.0).round() }
    }

    fn frame_of(&self, spots: &[Spot]) -> Option<Frame> {
        let mut frame: Option<Frame> = None;
        for spot in spots {
            let [x, y] = self.place(spot.at)?;
            let reach = spot.reach / EARTH * self.scale;
            let grown = frame.get_or_insert(Frame { least: [x, y], most: [x, y] });
            grown.least = [grown.least[0].min(x - reach), grown.least[1].min(y - reach)];
            grown.most = [grown.most[0].max(x + reach), grown.most[1].max(y + reach)];
        }
        frame
    }

    /// The frame of the page.
    pub(super) fn frame(&self) -> Frame {
        Frame { least: [0.0, 0.0], most: [self.width, self.height] }
    }

    /// Whether this is the whole world.
    pub(super) fn is_world(&self) -> bool {
        matches!(self.projection, Projection::EqualEarth { .. })
    }

    /// Whether anything within might be on the map.
    pub(super) fn sees(&self, cap: &Cap) -> bool {
        let Projection::Azimuthal { up, .. } = &self.projection else { return true };
        let corner = self.width.hypot(self.height) / 2.0 / self.scale;
        let reach = 2.0 * (corner / 2.0).min(1.0).asin().to_degrees();
        cap.radius >= 90.0 || angle(up, &cap.middle) <= cap.radius + reach + 0.1
    }

    /// Where a place lies on the page; nowhere if it lies on the far half of the globe.
    pub(super) fn place(&self, lonlat: Xy) -> Option<Xy> {
        match &self.projection {
            Projection::Azimuthal { up, .. } => {
                let far = dot(up, &vector(lonlat)) < 0.0;
                (!far).then(|| self.on_page(self.projection.flat(vector(lonlat))))
            }
            Projection::EqualEarth { meridian } => {
                Some(self.on_page(equal_earth([turned(lonlat[0] - meridian), lonlat[1]])))
            }
        }
    }

    fn on_page(&self, [x, y]: Xy) -> Xy {
        [self.width / 2.0 + x * self.scale, self.height / 2.0 - y * self.scale]
    }

    /// The place at a point of the page; none on a world map, which has no use for it.
    pub(super) fn lonlat(&self, [x, y]: Xy) -> Option<Xy> {
        let Projection::Azimuthal { east, north, up } = &self.projection else { return None };
        let (x, y) = ((x - self.width / 2.0) / self.scale, (self.height / 2.0 - y) / self.scale);
        let squared = x * x + y * y;
        let across = (1.0 - squared / 4.0).max(0.0).sqrt();
        let at = [0, 1, 2].map(|n| across * (x * east[n] + y * north[n]) + (1.0 - squared / 2.0) * up[n]);
        Some([at[1].atan2(at[0]).to_degrees(), at[2].atan2(at[0].hypot(at[1])).to_degrees()])
    }

    /// An outline on the page, cut to it.
    pub(super) fn outline(&self, outline: &[At]) -> Vec<Vec<Xy>> {
        let page = match &self.projection {
            Projection::Azimuthal { .. } => vec![self.walk(outline, true)],
            Projection::EqualEarth { meridian } => copies(&unrolled(outline, *meridian, true))
                .iter()
                .map(|copy| HEMISPHERES.cut_outline(copy))
                .map(|copy| along_meridians(&copy).into_iter().map(|at| self.on_page(equal_earth(at))).collect())
                .collect(),
        };
        page.iter().map(|outline| self.frame().cut_outline(outline)).filter(|outline| outline.len() > 2).collect()
    }

    /// A line on the page, cut to it.
    pub(super) fn line(&self, line: &[At]) -> Vec<Vec<Xy>> {
        let page: Vec<Vec<Xy>> = match &self.projection {
            Projection::Azimuthal { .. } => vec![self.walk(line, false)],
            Projection::EqualEarth { meridian } => copies(&unrolled(line, *meridian, false))
                .iter()
                .flat_map(|copy| HEMISPHERES.cut_line(copy))
                .map(|copy| copy.into_iter().map(|at| self.on_page(equal_earth(at))).collect())
                .collect(),
        };
        page.iter().flat_map(|line| self.frame().cut_line(line)).collect()
    }

    /// A line on the page of a region. What lies on the far half of the globe is drawn along its rim, far out of sight:
    /// outlines stay closed that way. Which way round the rim an outline should run cannot be told from its
    /// points alone, so a fill may come out inverted; see `filled` in `mod.rs`.
    fn walk(&self, line: &[At], closed: bool) -> Vec<Xy> {
        let mut page: Vec<Xy> = Vec::with_capacity(line.len());
        let mut last: Option<f64> = None;
        let first = line.first().filter(|_| closed);
        for at in line.iter().chain(first) {
            let flat = self.projection.flat(at.vector);
            let rim = (flat[0].hypot(flat[1]) > SQRT_2 - 1e-9).then(|| flat[1].atan2(flat[0]));
            if let (Some(from), Some(to)) = (last, rim) {
                page.extend(around_rim(from, to).into_iter().map(|at| self.on_page(at)));
            }
            page.push(self.on_page(flat));
            last = rim;
        }
        page
    }

    /// The outline of what the map shows: the page, or the whole world as an oval.
    pub(super) fn sea(&self) -> Vec<Xy> {
        if self.is_world() {
            let oval = along_meridians(&HEMISPHERES.corners());
            return oval.into_iter().map(|at| self.on_page(equal_earth(at))).collect();
        }
        self.frame().corners()
    }
}

impl Projection {
    fn around([lon, lat]: Xy) -> Self {
        let ((slon, clon), (slat, clat)) = (lon.to_radians().sin_cos(), lat.to_radians().sin_cos());
        let (east, north) = ([-slon, clon, 0.0], [-slat * clon, -slat * slon, clat]);
        Self::Azimuthal { east, north, up: vector([lon, lat]) }
    }

    /// On the plane, in radii of the earth; the far half of the globe on the rim of the near one.
    fn flat(&self, at: [f64; 3]) -> Xy {
        let Self::Azimuthal { east, north, up } = self else { return [0.0, 0.0] };
        let (x, y, z) = (dot(east, &at), dot(north, &at), dot(up, &at));
        let stretch = if z >= 0.0 { (2.0 / (1.0 + z)).sqrt() } else { SQRT_2 / x.hypot(y).max(1e-12) };
        [x * stretch, y * stretch]
    }
}

/// Points along the rim of the near half, the shorter way from one direction to another.
fn around_rim(from: f64, to: f64) -> Vec<Xy> {
    let turn = turned((to - from).to_degrees()).to_radians();
    let mut points = Vec::new();
    let mut part = 0.2;
    while part < turn.abs() {
        let (y, x) = (from + part.copysign(turn)).sin_cos();
        points.push([x * SQRT_2, y * SQRT_2]);
        part += 0.2;
    }
    points
}

/// The middle of the spots on the globe; none if they lie all around it.
fn middle(spots: &[Spot]) -> Option<Xy> {
    let mut sum = [0.0; 3];
    for spot in spots {
        let at = vector(spot.at);
        sum = [0, 1, 2].map(|n| sum[n] + at[n]);
    }
    let level = sum[0].hypot(sum[1]);
    (level.hypot(sum[2]) > 1e-6).then(|| [sum[1].atan2(sum[0]).to_degrees(), sum[2].atan2(level).to_degrees()])
}

/// The meridian in the middle of a world map: the usual one, unless the spots lie about the 180th.
fn meridian(spots: &[Spot]) -> f64 {
    let mut lons: Vec<f64> = spots.iter().map(|spot| turned(spot.at[0])).collect();
    lons.sort_by(f64::total_cmp);
    let Some((first, last)) = lons.first().zip(lons.last()) else { return MERIDIAN };
    let mut widest = (360.0 - (last - first), *first, *last);
    for pair in lons.windows(2) {
        if pair[1] - pair[0] > widest.0 {
            widest = (pair[1] - pair[0], pair[1], pair[0] + 360.0);
        }
    }
    let middle = turned(f64::midpoint(widest.1, widest.2));
    if middle.abs() <= 70.0 { MERIDIAN } else { middle.round() }
}

/// Longitudes from the middle meridian, and latitudes: all the world.
const HEMISPHERES: Frame = Frame { least: [-180.0, -90.0], most: [180.0, 90.0] };

/// A line with longitudes that run on past 180 degrees rather than leap, counted from a meridian. An outline that goes
/// around a pole is closed by way of it; there is land at the South Pole alone.
fn unrolled(line: &[At], meridian: f64, closed: bool) -> Vec<Xy> {
    let Some(first) = line.first().map(|at| at.lonlat) else { return Vec::new() };
    let mut lon = turned(first[0] - meridian);
    let start = lon;
    let mut points = vec![[lon, first[1]]];
    for pair in line.windows(2) {
        lon += turned(pair[1].lonlat[0] - pair[0].lonlat[0]);
        points.push([lon, pair[1].lonlat[1]]);
    }
    if closed {
        let end = lon + turned(first[0] - line[line.len() - 1].lonlat[0]);
        if (end - start).abs() > 180.0 {
            points.extend([[end, first[1]], [end, -90.0], [start, -90.0]]);
        }
    }
    points
}

/// A line once as it is and once each a world farther east and west.
fn copies(line: &[Xy]) -> Vec<Vec<Xy>> {
    [-360.0, 0.0, 360.0].map(|by| line.iter().map(|at| [at[0] + by, at[1]]).collect()).to_vec()
}

/// An outline with points put in along its long edges, which are the cuts at the rim of a world map.
fn along_meridians(outline: &[Xy]) -> Vec<Xy> {
    let mut points = Vec::with_capacity(outline.len());
    for (a, b) in super::path::edges(outline) {
        let steps = ((b[0] - a[0]).abs().max((b[1] - a[1]).abs()) / 2.0).ceil().max(1.0);
        let mut step = 0.0;
        while step < steps {
            points.push([a[0] + (b[0] - a[0]) * step / steps, a[1] + (b[1] - a[1]) * step / steps]);
            step += 1.0;
        }
    }
    points
}

/// The Equal Earth projection, in radii of the earth.
fn equal_earth([lon, lat]: Xy) -> Xy {
    const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];
    let theta = (3_f64.sqrt() / 2.0 * lat.to_radians().sin()).clamp(-1.0, 1.0).asin();
    let (t2, t6) = (theta * theta, theta.powi(6));
    let slope = A[0] + 3.0 * A[1] * t2 + t6 * (7.0 * A[2] + 9.0 * A[3] * t2);
    let x = 2.0 * 3_f64.sqrt() / 3.0 * lon.to_radians() * theta.cos() / slope;
    [x, theta * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2))]
}

fn vector([lon, lat]: Xy) -> [f64; 3] {
    let ((slon, clon), (slat, clat)) = (lon.to_radians().sin_cos(), lat.to_radians().sin_cos());
    [clat * clon, clat * slon, slat]
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// How far apart two places are, in degrees of a great circle.
pub(super) fn apart(a: Xy, b: Xy) -> f64 {
    angle(&vector(a), &vector(b))
}

fn angle(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let chord = [0, 1, 2].map(|n| a[n] - b[n]);
    2.0 * (dot(&chord, &chord).sqrt() / 2.0).min(1.0).asin().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(lon: f64, lat: f64) -> Spot {
        Spot { at: [lon, lat], reach: 0.0 }
    }

    #[test]
    fn a_region_is_true_to_scale() {
        let view = View::of(&[spot(44.51, 40.18), spot(49.87, 40.41)], 640.0, 150.0);
        let (yerevan, baku) = (view.place([44.51, 40.18]).expect("near"), view.place([49.87, 40.41]).expect("near"));
        let km = (baku[0] - yerevan[0]).hypot(baku[1] - yerevan[1]) / view.scale * EARTH;
        assert!((km - 455.0).abs() < 5.0, "{km} km from Yerevan to Baku");
        assert!(baku[0] > yerevan[0] && !view.is_world());
    }

    #[test]
    fn places_come_back() {
        let view = View::of(&[spot(179.0, 88.0), spot(-100.0, 85.0)], 640.0, 150.0);
        let [lon, lat] = view.lonlat(view.place([-170.0, 86.5]).expect("near")).expect("a region");
        assert!((lon + 170.0).abs() < 1e-6 && (lat - 86.5).abs() < 1e-6, "{lon} {lat}");
    }

    #[test]
    fn the_180th_meridian_is_a_place_like_any_other() {
        let view = View::of(&[spot(179.0, -17.0), spot(-179.0, -17.5)], 640.0, 150.0);
        let [a, b] = [[179.0, -17.0], [-179.0, -17.5]].map(|at| view.place(at).expect("near"));
        assert!(b[0] > a[0] && b[0] < 640.0 && a[0] > 0.0);
    }

    #[test]
    fn what_lies_all_around_is_shown_on_the_world() {
        let world =
            View::of(&[spot(-77.0, 38.9), spot(74.6, 42.9), spot(14.4, 50.1), spot(150.0, -30.0)], 640.0, 150.0);
        assert!(world.is_world());
        assert!(View::of(&[spot(0.0, 0.0), spot(180.0, 0.0)], 640.0, 150.0).is_world());
        assert!(meridian(&[spot(170.0, 0.0), spot(-120.0, 0.0)]).abs() > 70.0);
    }

    #[test]
    fn distances() {
        assert!((apart([0.0, 90.0], [17.0, 0.0]) - 90.0).abs() < 1e-9);
        assert!((apart([179.5, 0.0], [-179.5, 0.0]) - 1.0).abs() < 1e-9);
    }
}
