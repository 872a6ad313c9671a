//! Maps: places on a piece of the world, as numbers and path strings that a template draws as SVG.
//!
//! [`map`] chooses what to show, how to flatten it, where the words go, and how long the scale bar is. All lengths are
//! pixels of the drawing's own size, to a tenth; paths are SVG path data. The same input gives the same map.
//!
//! Outlines come from Natural Earth ([`ATTRIBUTION`]), which draws borders as they are held, not as they are claimed,
//! and knows nothing of front lines, of breakaway regions but a few, of lakes, rivers and provinces. Borders known to be
//! contested come in a path of their own; what to say about them is the template's.

mod boundaries;
mod labels;
mod path;
mod projection;

pub use labels::{Anchor, Bounds, COUNTRY_FONT_SIZE, COUNTRY_SPACING, FONT_SIZE, LabelBox, text_width};

use boundaries::{Country, Ring, Sides, WORLD};
use labels::{Page, Words, tenths};
use projection::{At, EARTH, Spot, View, apart};
use serde::Serialize;

/// Two numbers: longitude and latitude in degrees, or x and y in pixels.
type Xy = [f64; 2];

/// Whose outlines these are.
pub const ATTRIBUTION: &str = "Natural Earth";

/// The countries that the outlines know, by their English names.
pub fn country_names() -> impl Iterator<Item = &'static str> {
    WORLD.countries.iter().map(|country| country.name.as_str())
}

/// Whether the outlines know a country of this English name.
pub fn is_country(name: &str) -> bool {
    country_names().any(|known| known == name)
}

/// A place to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its longitude in degrees.
    pub lon: f64,
    /// Its latitude in degrees.
    pub lat: f64,
    /// How exact these are, on UCDP's scale: 1 and 2 are drawn as points, 3 to 7 as areas.
    pub precision: u8,
    /// Whether its status is disputed.
    pub disputed: bool,
    /// How much it counts, such as the number of events there: the areas of points are as their weights, none of them
    /// too small to see. Give all the same for points of one size.
    pub weight: u32,
}

/// How a map is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its width in pixels. Its height follows: between half of that and all of it.
    pub width: f64,
    /// How many kilometres it shows at least, each way; 10 at the least.
    pub least_km: f64,
    /// Whether places far from all others may be left off, so that the others can be told apart.
    pub leave_off: bool,
    /// Further borders to draw as contested, by the English names of the countries in the data.
    pub contested: Vec<(String, String)>,
}

impl Default for Shape {
    fn default() -> Self {
        Self { width: 640.0, least_km: 150.0, leave_off: true, contested: Vec::new() }
    }
}

/// A map, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Map {
    /// In pixels, as given.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// Whether it shows the whole world.
    pub world: bool,
    /// The outline of all that is shown: the page, or an oval for the world. Fill it as sea.
    pub sea: String,
    /// All land as one path, lakes and seas within left out: fill it by the even-odd rule, without a stroke.
    pub land: String,
    /// The coasts, as lines.
    pub coast: String,
    /// The borders between countries, each once, as lines.
    pub borders: String,
    /// Those borders that are contested, as lines, and not among `borders`.
    pub contested: String,
    /// The countries that there is room to name.
    pub countries: Vec<CountryLabel>,
    /// The places, in the order given.
    pub points: Vec<Placed>,
    /// Ids of the places that are not on the map: too far from the others, or nowhere on earth.
    pub off: Vec<String>,
    /// A scale; none on the world, where it would be true nowhere.
    pub scale: Option<ScaleBar>,
    /// Whose outlines these are.
    pub attribution: &'static str,
}

/// The name of a country, at a place within it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountryLabel {
    /// Its ISO 3166-1 number, for names in other languages; none for what is no member of that list.
    pub iso: Option<u64>,
    /// Its name in English.
    pub name: String,
    /// The middle of the name.
    pub x: f64,
    /// Its baseline.
    pub y: f64,
    /// The room it takes in [`COUNTRY_FONT_SIZE`], capitals, spaced by [`COUNTRY_SPACING`].
    pub bounds: Bounds,
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its number in the list behind the map, from 1, in the order given; places left off have none.
    pub number: usize,
    /// Its middle.
    pub x: f64,
    /// Its middle.
    pub y: f64,
    /// Of the disc or ring to draw.
    pub radius: f64,
    /// Whether it is an area, the radius of which stands for how little is known of where.
    pub area: bool,
    /// Whether its status is disputed.
    pub disputed: bool,
    /// Its name or number beside it, if there is room.
    pub label: Option<LabelBox>,
}

/// A line that is so many kilometres long.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScaleBar {
    /// Its left end.
    pub x: f64,
    /// The line; its words stand on top of it.
    pub y: f64,
    /// Its length in pixels.
    pub length: f64,
    /// Its length in kilometres.
    pub km: u32,
    /// The room it takes, words and all.
    pub bounds: Bounds,
}

/// A map of places; none if there are none with coordinates that are on earth.
pub fn map(points: &[Point], shape: &Shape) -> Option<Map> {
    let sane: Vec<&Point> = points.iter().filter(|point| point.is_on_earth()).collect();
    let shown = if shape.leave_off { neighbours(&sane) } else { sane };
    let spots: Vec<Spot> = shown.iter().map(|point| point.spot()).collect();
    let wanted = if shape.width.is_finite() { shape.width.clamp(160.0, 4000.0).round() } else { 640.0 };
    let least = if shape.least_km.is_finite() { shape.least_km.clamp(10.0, 10_000.0) } else { 150.0 };
    let view = if spots.is_empty() { return None } else { View::of(&spots, wanted, least) };

    let mut placed = placed(&shown, &view);
    let discs = placed.iter().map(|place| ([place.x, place.y], (!place.area).then_some(place.radius))).collect();
    let mut page = Page::new(view.width, view.height, discs);
    let scale = scale_bar(&view, &mut page);
    name(&mut placed, &mut page);

    let mut land = outlines(&WORLD.land, &view);
    mend(&mut land, &WORLD.land, &view);
    let lines = lines(&view, &shape.contested);
    let on_map = |point: &&Point| shown.iter().any(|shown| std::ptr::eq(*shown, *point));
    Some(Map {
        width: view.width,
        height: view.height,
        world: view.is_world(),
        sea: path::data(&[view.sea()], true),
        land: path::data(&seen(land, &view), true),
        coast: path::data(&lines.coast, false),
        borders: path::data(&lines.borders, false),
        contested: path::data(&lines.contested, false),
        countries: countries(&view, &mut page),
        points: placed,
        off: points.iter().filter(|point| !on_map(point)).map(|point| point.id.clone()).collect(),
        scale,
        attribution: ATTRIBUTION,
    })
}

impl Point {
    fn is_on_earth(&self) -> bool {
        self.lon.is_finite() && self.lon.abs() <= 360.0 && self.lat.abs() <= 90.0
    }

    fn is_area(&self) -> bool {
        self.precision > 2
    }

    /// How far around it a map has to show: as far as the place may lie from the coordinates.
    fn spot(&self) -> Spot {
        let reach = match self.precision {
            0..=2 => 0.0,
            3 => 15.0,
            4 | 5 => 35.0,
            _ => 100.0,
        };
        Spot { at: [self.lon, self.lat], reach }
    }
}

/// The places without those that lie far from the rest. The rest is at least two thirds of all, and far is more than
/// four times as far out as the farthest of the rest, and more than five degrees.
fn neighbours<'a>(points: &[&'a Point]) -> Vec<&'a Point> {
    let at = |point: &Point| [point.lon, point.lat];
    let reckoned = |from: &Point| {
        let mut all: Vec<f64> = points.iter().map(|point| apart(at(from), at(point))).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let half = points.len() / 2;
    let from_each = points.iter().map(|point| (point, reckoned(point)));
    let Some((middle, distances)) = from_each.min_by(|a, b| a.1[half].total_cmp(&b.1[half])) else {
        return Vec::new();
    };
    let enough = (points.len() * 2).div_ceil(3).max(2);
    let gap = (enough..points.len()).find(|n| distances[*n] > (distances[*n - 1] * 4.0).max(5.0));
    let reach = gap.map_or(f64::INFINITY, |n| distances[n - 1]);
    points.iter().copied().filter(|point| apart(at(middle), at(point)) <= reach).collect()
}

/// The radius of a point, and of the heaviest where weights differ, in pixels.
const RADIUS: f64 = 4.0;
const HEAVIEST: f64 = 9.0;

fn placed(points: &[&Point], view: &View) -> Vec<Placed> {
    let weights = || points.iter().map(|point| point.weight);
    let (least, most) = (weights().min().unwrap_or_default(), weights().max().unwrap_or_default());
    let radius = |point: &Point, [x, y]: Xy| {
        let wanted = match point.weight {
            _ if point.is_area() => (point.spot().reach / EARTH * view.scale).max(2.0 * RADIUS),
            _ if least == most => RADIUS,
            weight => (HEAVIEST * (f64::from(weight) / f64::from(most)).sqrt()).max(RADIUS),
        };
        let room = x.min(y).min(view.width - x).min(view.height - y) - 0.5;
        wanted.min(room).max(1.0)
    };
    let places = points.iter().filter_map(|point| Some((point, view.place([point.lon, point.lat])?)));
    places
        .enumerate()
        .map(|(n, (point, at))| Placed {
            id: point.id.clone(),
            name: point.name.clone(),
            number: n + 1,
            x: tenths(at[0]),
            y: tenths(at[1]),
            radius: tenths(radius(point, at)),
            area: point.is_area(),
            disputed: point.disputed,
            label: None,
        })
        .collect()
}

/// Gives the places their names, and numbers to those that have no room for one. Names that found no room go first in
/// another round; the round counts that leaves the least without, where the first place is worth as much as two of the
/// second rank, three of the third, and so on.
fn name(places: &mut [Placed], page: &mut Page) {
    let mut first: Vec<usize> = Vec::new();
    let mut best: Option<(usize, Vec<Option<LabelBox>>, Page)> = None;
    for _ in 0..6 {
        let mut tried = page.clone();
        let labels = named(places, &mut tried, &first);
        let left: Vec<usize> = (0..places.len()).filter(|n| labels[*n].is_none()).collect();
        let lost = left.iter().map(|n| 100_000 / (n + 1)).sum();
        if best.as_ref().is_none_or(|(least, ..)| lost < *least) {
            best = Some((lost, labels, tried));
        }
        let fresh: Vec<usize> = left.into_iter().filter(|n| !first.contains(n)).collect();
        if fresh.is_empty() {
            break;
        }
        first.splice(0..0, fresh);
    }
    let Some((_, labels, tried)) = best else { return };
    *page = tried;
    for (n, (place, label)) in places.iter_mut().zip(labels).enumerate() {
        place.label = label.or_else(|| page.put(n, &Words { text: &place.number.to_string(), numbered: true }, 2));
    }
}

/// One round: those that go first, then those that fit beside their point, in order, then the others farther off.
fn named(places: &[Placed], page: &mut Page, first: &[usize]) -> Vec<Option<LabelBox>> {
    let mut labels = vec![None; places.len()];
    let turns = first.iter().map(|n| (*n, usize::MAX));
    let turns = turns.chain((0..places.len()).map(|n| (n, 1))).chain((0..places.len()).map(|n| (n, usize::MAX)));
    for (n, farthest) in turns {
        if labels[n].is_none() && !places[n].name.trim().is_empty() {
            labels[n] = page.put(n, &Words { text: &places[n].name, numbered: false }, farthest);
        }
    }
    labels
}

/// A scale in a lower corner, or an upper one, where no point stands.
fn scale_bar(view: &View, page: &mut Page) -> Option<ScaleBar> {
    if view.is_world() {
        return None;
    }
    let per_km = view.scale / EARTH;
    let km = round_below(view.width / 4.0 / per_km);
    let (length, height, edge) = (tenths(f64::from(km) * per_km), FONT_SIZE + 8.0, 10.0);
    let width = length.max(text_width(&format!("{km} km ↑N"), FONT_SIZE)) + 4.0;
    let (lefts, tops) = ([edge, view.width - width - edge], [view.height - height - edge / 2.0, edge]);
    let boxes = tops
        .into_iter()
        .flat_map(|top| lefts.map(|left| Bounds::around([left + width / 2.0, top + height / 2.0], width, height)));
    let bounds = boxes.into_iter().find(|bounds| page.is_free(*bounds))?;
    page.take(bounds);
    Some(ScaleBar { x: tenths(bounds.left + 2.0), y: tenths(bounds.bottom - 3.0), length, km, bounds })
}

/// The largest of 1, 2 and 5 times a power of ten that is no larger than this, from 1 to 5,000.
fn round_below(n: f64) -> u32 {
    let round = [1, 10, 100, 1000].into_iter().flat_map(|power| [power, 2 * power, 5 * power]);
    round.take_while(|round| f64::from(*round) <= n).last().unwrap_or(1)
}

/// Outlines on the page, each cut to it.
fn outlines(rings: &[Ring], view: &View) -> Vec<Vec<Xy>> {
    rings.iter().filter(|ring| view.sees(&ring.cap)).flat_map(|ring| view.outline(&WORLD.outline(ring))).collect()
}

/// Turns a fill inside out where it came out inverted (`View::walk` says how): a test at one point of the page, as
/// far from any edge as possible, tells. Outlines around the whole page do nothing but that, so they go first.
fn mend(page: &mut Vec<Vec<Xy>>, rings: &[Ring], view: &View) {
    page.retain(|outline| area(outline).abs() < view.width * view.height - 0.01);
    let spots = grid(view, 5.0).filter_map(|at| Some((at, view.lonlat(at)?, clearance(page, at))));
    let Some((at, lonlat, _)) = spots.max_by(|a, b| a.2.total_cmp(&b.2)) else { return };
    if path::within(page, at) != WORLD.within(rings, lonlat) {
        page.push(view.frame().corners());
    }
}

/// Points all over the page, so many each way.
fn grid(view: &View, each_way: f64) -> impl Iterator<Item = Xy> {
    let steps = move || (1..).map(f64::from).take_while(move |step| *step <= each_way);
    let (width, height) = (view.width / (each_way + 1.0), view.height / (each_way + 1.0));
    steps().flat_map(move |y| steps().map(move |x| [x * width, y * height]))
}

/// How far a point lies from all edges.
fn clearance(page: &[Vec<Xy>], at: Xy) -> f64 {
    let edges = page.iter().flat_map(|outline| path::edges(outline));
    edges.map(|(a, b)| path::from_line(at, a, b)).fold(f64::INFINITY, f64::min)
}

/// Outlines thinned, without those too small to see.
fn seen(page: Vec<Vec<Xy>>, view: &View) -> Vec<Vec<Xy>> {
    page.into_iter()
        .filter(|outline| area(outline).abs() > fineness(view))
        .map(|mut outline| {
            outline.extend(outline.first().copied());
            path::thinned(&outline, fineness(view))
        })
        .collect()
}

/// The lines of a map.
#[derive(Default)]
struct Lines {
    coast: Vec<Vec<Xy>>,
    borders: Vec<Vec<Xy>>,
    contested: Vec<Vec<Xy>>,
}

fn lines(view: &View, more: &[(String, String)]) -> Lines {
    let mut lines = Lines::default();
    for arc in WORLD.arcs.iter().filter(|arc| view.sees(&arc.cap)) {
        match arc.sides {
            Sides::Nothing => {}
            Sides::Coast => lines.coast.extend(coasts(&arc.points).flat_map(|line| view.line(line))),
            Sides::Border(a, b) => {
                let is_contested = |pair: &[At]| WORLD.contested(a, b, pair[0].lonlat, more);
                for (contested, line) in runs(&arc.points, is_contested) {
                    let of_kind = if contested { &mut lines.contested } else { &mut lines.borders };
                    of_kind.extend(view.line(line));
                }
            }
        }
    }
    for of_kind in [&mut lines.coast, &mut lines.borders, &mut lines.contested] {
        *of_kind = seen_lines(of_kind, fineness(view));
    }
    lines
}

fn seen_lines(lines: &[Vec<Xy>], fineness: f64) -> Vec<Vec<Xy>> {
    lines.iter().map(|line| path::thinned(line, fineness)).filter(|line| span(line) > 2.0 * fineness).collect()
}

/// How large a detail has to be to be drawn, in pixels: the world has many.
fn fineness(view: &View) -> f64 {
    if view.is_world() { 0.7 } else { 0.4 }
}

fn span(line: &[Xy]) -> f64 {
    line.iter().map(|at| (at[0] - line[0][0]).abs().max((at[1] - line[0][1]).abs())).fold(0.0, f64::max)
}

/// A coast without the seams that the data has along the 180th meridian.
fn coasts(line: &[At]) -> impl Iterator<Item = &[At]> {
    let on_seam = |at: &At| at.lonlat[0].abs() > 179.999;
    runs(line, move |pair| on_seam(&pair[0]) && on_seam(&pair[1]))
        .into_iter()
        .filter(|(seam, _)| !seam)
        .map(|(_, line)| line)
}

/// A line in stretches, by what is said of each of its steps.
fn runs(line: &[At], kind: impl Fn(&[At]) -> bool) -> Vec<(bool, &[At])> {
    let kinds: Vec<bool> = line.windows(2).map(kind).collect();
    let mut runs = Vec::new();
    let mut start = 0;
    for (n, kind) in kinds.iter().enumerate() {
        if kinds.get(n + 1) != Some(kind) {
            runs.push((*kind, &line[start..n + 2]));
            start = n + 1;
        }
    }
    runs
}

/// Names for the countries in sight, the largest first.
fn countries(view: &View, page: &mut Page) -> Vec<CountryLabel> {
    let mut in_sight: Vec<(f64, &Country, Vec<Vec<Xy>>)> = WORLD
        .countries
        .iter()
        .filter(|country| country.rings.iter().any(|ring| view.sees(&ring.cap)))
        .filter_map(|country| {
            let mut outlines = outlines(&country.rings, view);
            mend(&mut outlines, &country.rings, view);
            let outlines = seen(outlines, view);
            let area = outlines.iter().map(|outline| area(outline)).sum::<f64>().abs();
            (area > 400.0).then_some((area, country, outlines))
        })
        .collect();
    in_sight.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    in_sight.iter().filter_map(|(_, country, outlines)| country_label(country, outlines, view, page)).collect()
}

/// A name where it lies within its country and the most space is left around it; none in a country too narrow for it.
fn country_label(country: &Country, outlines: &[Vec<Xy>], view: &View, page: &mut Page) -> Option<CountryLabel> {
    let letters = country.name.to_uppercase();
    let spaces = f64::from(u32::try_from(letters.chars().count()).ok()?) * COUNTRY_SPACING;
    let (width, height) = (text_width(&letters, COUNTRY_FONT_SIZE) + spaces * COUNTRY_FONT_SIZE, COUNTRY_FONT_SIZE);
    let best = grid(view, 40.0)
        .map(|at| (at, Bounds::around(at, width, height)))
        .filter(|(_, bounds)| page.is_free(*bounds))
        .filter(|(at, _)| path::within(outlines, *at))
        .filter_map(|(at, bounds)| Some((room(outlines, at, bounds)?, at, bounds)))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (_, at, bounds) = best;
    page.take(bounds);
    let (x, y) = (tenths(at[0]), tenths(bounds.bottom - COUNTRY_FONT_SIZE * 0.14));
    Some(CountryLabel { iso: country.iso, name: country.name.clone(), x, y, bounds })
}

/// How well a name stands there: its distance from the edges of the country. None where an end of it would lie outside.
fn room(outlines: &[Vec<Xy>], at: Xy, bounds: Bounds) -> Option<f64> {
    let ends = bounds.corners();
    let inside = ends.iter().all(|corner| path::within(outlines, *corner));
    inside.then(|| ends.into_iter().chain([at]).map(|at| clearance(outlines, at)).fold(f64::INFINITY, f64::min))
}

/// Negative the one way round, positive the other.
fn area(outline: &[Xy]) -> f64 {
    path::edges(outline).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests;
