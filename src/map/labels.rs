//! Where the words of a map go: beside their point, and never over one another, a point, or the edge.
//!
//! Points are served in the order given. An area takes its words in its middle. Each point tries eight places around it, then the same eight farther off with a line
//! that leads there; the first free one is taken. A name that fits nowhere gives way to the point's number, which the
//! list behind the map explains.

use super::Xy;
use super::path::from_line;
use serde::Serialize;

/// The size of the words, in pixels; the style sheet has to agree.
pub const FONT_SIZE: f64 = 13.0;

/// The size of the names of countries, in pixels.
pub const COUNTRY_FONT_SIZE: f64 = 11.0;

/// How much wider than the rest the names of countries are set, in parts of the font size.
pub const COUNTRY_SPACING: f64 = 0.12;

/// Free space around words, in pixels.
const AIR: f64 = 1.5;

/// How far from their point words may stand, in pixels; from the second on with a line that leads there.
const DISTANCES: [f64; 5] = [3.0, 14.0, 26.0, 40.0, 58.0];

/// A box on the page, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bounds {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its lower edge.
    pub bottom: f64,
}

/// How words stand to their `x`: the values of SVG's `text-anchor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Anchor {
    /// They begin there.
    Start,
    /// It is their middle.
    Middle,
    /// They end there.
    End,
}

/// The words beside a point.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelBox {
    /// The words: the name, or the number where the name did not fit.
    pub text: String,
    /// Whether they are the number only.
    pub numbered: bool,
    /// Where they start, stand or end, as `anchor` says.
    pub x: f64,
    /// Their baseline.
    pub y: f64,
    /// How they stand to `x`.
    pub anchor: Anchor,
    /// The line that leads to words farther off: x and y of its end at the point, then of its end at the words.
    pub leader: Option<[f64; 4]>,
    /// The room they take.
    pub bounds: Bounds,
}

/// What is taken on the page.
#[derive(Clone)]
pub(super) struct Page {
    width: f64,
    height: f64,
    boxes: Vec<Bounds>,
    /// The middle of each point and its radius; areas have none, words may stand in them.
    discs: Vec<(Xy, Option<f64>)>,
    leaders: Vec<(Xy, Xy)>,
}

/// Words of a size and the room they take.
pub(super) struct Words<'a> {
    /// The words.
    pub(super) text: &'a str,
    /// Whether they are a number that stands for a name.
    pub(super) numbered: bool,
}

impl Page {
    /// A page with points on it, each a middle and a radius; areas have none.
    pub(super) fn new(width: f64, height: f64, discs: Vec<(Xy, Option<f64>)>) -> Self {
        Self { width, height, boxes: Vec::new(), discs, leaders: Vec::new() }
    }

    fn points(&self) -> impl Iterator<Item = (Xy, f64)> {
        self.discs.iter().filter_map(|(at, radius)| Some((*at, (*radius)?)))
    }

    /// Takes a box, whoever needs it.
    pub(super) fn take(&mut self, bounds: Bounds) {
        self.boxes.push(bounds);
    }

    /// Whether nothing else stands in a box, and all of it on the page.
    pub(super) fn is_free(&self, bounds: Bounds) -> bool {
        let on_page = bounds.left >= 2.0
            && bounds.top >= 2.0
            && bounds.right <= self.width - 2.0
            && bounds.bottom <= self.height - 2.0;
        on_page
            && !self.boxes.iter().any(|taken| taken.meets(bounds, AIR))
            && !self.points().any(|(at, radius)| bounds.distance(at) < radius + AIR)
            && !self.leaders.iter().any(|(from, to)| bounds.crossed_by(*from, *to))
    }

    /// Puts words beside the point of that number, if there is room.
    pub(super) fn put(&mut self, disc: usize, words: &Words<'_>, farthest: usize) -> Option<LabelBox> {
        let (middle, radius) = self.discs[disc];
        let centred = beside(middle, 0.0, [0.0, 0.0], words, false);
        if radius.is_none() && self.is_free(centred.bounds) {
            self.take(centred.bounds);
            return Some(centred);
        }
        for distance in DISTANCES.iter().take(farthest) {
            for side in SIDES {
                let label =
                    beside(middle, radius.unwrap_or_default() + distance, *side, words, *distance > DISTANCES[0]);
                if self.is_free(label.bounds) && self.is_clear(label.leader, disc) {
                    self.take(label.bounds);
                    self.leaders.extend(label.leader.map(|[x, y, to_x, to_y]| ([x, y], [to_x, to_y])));
                    return Some(label);
                }
            }
        }
        None
    }

    /// Whether a leading line from a point meets no other words, points or lines.
    fn is_clear(&self, leader: Option<[f64; 4]>, own: usize) -> bool {
        let Some([x, y, to_x, to_y]) = leader else { return true };
        let (from, to) = ([x, y], [to_x, to_y]);
        let own = self.discs[own].0;
        !self.boxes.iter().any(|taken| taken.crossed_by(from, to))
            && !self.points().any(|(at, radius)| apart(at, own) > 0.0 && from_line(at, from, to) < radius + 1.0)
            && !self.leaders.iter().any(|(a, b)| apart(*a, from) > 0.0 && cross(from, to, *a, *b))
    }
}

/// The eight directions in which words may stand, the most legible first: x to the right, y down.
const SIDES: &[Xy] =
    &[[1.0, 0.0], [-1.0, 0.0], [0.7, -0.7], [0.7, 0.7], [-0.7, -0.7], [-0.7, 0.7], [0.0, -1.0], [0.0, 1.0]];

fn beside(middle: Xy, away: f64, side: Xy, words: &Words<'_>, leads: bool) -> LabelBox {
    let (width, high) = (text_width(words.text, FONT_SIZE), FONT_SIZE * 1.1);
    let [x, y] = [middle[0] + side[0] * away, middle[1] + side[1] * away];
    let left = x - width * (1.0 - side[0].signum() * f64::from(u8::from(side[0] != 0.0))) / 2.0;
    let top = y - high * (1.0 - side[1] / side[0].abs().max(side[1].abs()).max(0.1)) / 2.0;
    let (left, top) = (tenths(left), tenths(top));
    let bounds = Bounds { left, top, right: tenths(left + width), bottom: tenths(top + high) };
    let (anchor, x) = match side[0] {
        0.0 => (Anchor::Middle, tenths(left + width / 2.0)),
        ..0.0 => (Anchor::End, bounds.right),
        _ => (Anchor::Start, left),
    };
    let leader = leads.then(|| {
        let to = [middle[0] + side[0] * (away - 1.5), middle[1] + side[1] * (away - 1.5)];
        [middle[0], middle[1], to[0], to[1]].map(tenths)
    });
    let y = tenths(top + FONT_SIZE * 0.88);
    LabelBox { text: words.text.to_owned(), numbered: words.numbered, x, y, anchor, leader, bounds }
}

impl Bounds {
    /// A box of a size around a middle.
    pub(super) fn around(middle: Xy, width: f64, height: f64) -> Self {
        let (left, top) = (tenths(middle[0] - width / 2.0), tenths(middle[1] - height / 2.0));
        Self { left, top, right: tenths(left + width), bottom: tenths(top + height) }
    }

    /// Whether two boxes come nearer to each other than `air`.
    pub fn meets(&self, other: Self, air: f64) -> bool {
        self.left < other.right + air
            && other.left < self.right + air
            && self.top < other.bottom + air
            && other.top < self.bottom + air
    }

    /// Its corners, in order.
    pub(super) fn corners(&self) -> [Xy; 4] {
        [[self.left, self.top], [self.right, self.top], [self.right, self.bottom], [self.left, self.bottom]]
    }

    /// How far a point lies from the box; zero within.
    fn distance(&self, [x, y]: Xy) -> f64 {
        let across = (self.left - x).max(x - self.right).max(0.0);
        across.hypot((self.top - y).max(y - self.bottom).max(0.0))
    }

    fn crossed_by(&self, from: Xy, to: Xy) -> bool {
        let [a, b, c, d] = self.corners();
        self.distance(from) == 0.0
            || self.distance(to) == 0.0
            || [(a, b), (b, c), (c, d), (d, a)].iter().any(|(p, q)| cross(from, to, *p, *q))
    }
}

fn apart(a: Xy, b: Xy) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Whether two lines cross.
fn cross(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let side = |p: Xy, q: Xy, r: Xy| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    side(a, b, c) * side(a, b, d) <= 0.0 && side(c, d, a) * side(c, d, b) <= 0.0
}

/// To a tenth of a pixel, and no negative zero.
pub(super) fn tenths(n: f64) -> f64 {
    (n * 10.0).round() / 10.0 + 0.0
}

/// How wide words are likely to be, in pixels, at a font size.
///
/// Which font a reader has is not known when a map is made, so letters are put in classes by how wide they are in wide
/// sans-serif fonts (`DejaVu` Sans, Verdana; others are narrower), in parts of the font size: narrow letters 0.34,
/// small letters 0.6, digits 0.64, capitals 0.72, the widest 0.95, marks that stand on others 0, Chinese, Japanese and
/// Korean 1.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

fn advance(letter: char) -> f64 {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' | '\u{200b}'..='\u{200f}' => 0.0,
        'i' | 'j' | 'l' | 'ı' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | '/' | '(' | ')' => 0.34,
        'f' | 't' | 'r' | '-' => 0.41,
        'm' | 'w' | 'M' | 'W' | '@' | '—' | 'Щ' | 'Ш' | 'Ж' | 'Ю' | 'щ' | 'ш' | 'ж' | 'ю' | 'մ' => 0.95,
        '0'..='9' => 0.64,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' => 1.0,
        '\u{1f300}'.. => 1.1,
        _ if letter.is_uppercase() => 0.74,
        _ => 0.61,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_to_the_right_if_they_can() {
        let mut page = Page::new(200.0, 100.0, vec![([50.0, 50.0], Some(4.0)), ([190.0, 50.0], Some(4.0))]);
        let label = page.put(0, &Words { text: "Goris", numbered: false }, 1).expect("room");
        assert_eq!((label.anchor, label.x), (Anchor::Start, 57.0));
        let label = page.put(1, &Words { text: "Baku", numbered: false }, 1).expect("room");
        assert_eq!((label.anchor, label.x), (Anchor::End, 183.0));
    }

    #[test]
    fn a_crowd_gets_leading_lines() {
        let discs = (0..12).map(f64::from).map(|n| ([140.0 + 9.0 * (n % 4.0), 85.0 + 3.0 * n], Some(4.0))).collect();
        let mut page = Page::new(400.0, 200.0, discs);
        let labels: Vec<_> =
            (0..12).filter_map(|n| page.put(n, &Words { text: "Stepanakert", numbered: false }, 5)).collect();
        assert!(labels.len() > 5 && labels.iter().any(|label| label.leader.is_some()), "{}", labels.len());
        for (n, label) in labels.iter().enumerate() {
            assert!(labels[..n].iter().all(|other| !other.bounds.meets(label.bounds, 0.0)));
        }
    }

    #[test]
    fn widths_are_likely() {
        assert!((90.0..150.0).contains(&text_width("Stepanakert/Khankendi", 11.0)));
        assert!(text_width("Şuşa", 10.0) > text_width("ili", 10.0));
        assert_eq!(text_width("a\u{301}", 10.0).to_string(), text_width("a", 10.0).to_string());
    }
}
