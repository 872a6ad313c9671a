//! Range charts: counts side by side on one axis, as numbers that a template draws.
//!
//! Each count is a row: a bar from the least to the most it can be, a mark at the number given as likeliest. What nobody
//! bounded stays open: "at least" runs out to the right in an arrow, "up to" comes from zero. The axis is linear and
//! starts at zero, always: a cut or logarithmic axis would make small counts look like large ones, so where one count is
//! ten thousand times another, the small one is a dot at the left, as it should be. Counts are never added.
//!
//! Across, positions are parts of the chart's width in per cent, so that one drawing serves every screen; down, they are
//! pixels.

use crate::map::text_width;
use serde::Serialize;

/// The size of the words, in pixels; the style sheet has to agree.
pub const FONT_SIZE: f64 = 14.0;

/// Counts larger than this are drawn at it, so that no axis runs out of numbers.
const LARGEST: u64 = 1_000_000_000_000_000_000;

/// How far an arrow reaches beyond the last number given, in per cent.
const ARROW: f64 = 7.0;

/// Of a row, in pixels: a line of words, the space of the bar under them, and the space to the next row.
const LINE: f64 = 19.0;
const BAR: f64 = 22.0;
const GAP: f64 = 10.0;

/// Of the axis, in pixels: the room its numbers take above the rows.
const AXIS: f64 = 26.0;

/// A count to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Its id.
    pub id: String,
    /// Its value in words: "at least 6,500".
    pub words: String,
    /// Who counted whom, in plain words; broken into lines.
    pub label: String,
    /// The least it can be.
    pub low: Option<u64>,
    /// The number given as the likeliest.
    pub best: Option<u64>,
    /// The most it can be.
    pub high: Option<u64>,
    /// How the number is meant: `exact`, `about`, `nearly`, `at-least`, `more-than`, `up-to`; other words say nothing
    /// about its shape.
    pub qualifier: Option<String>,
}

/// A chart, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chart {
    /// In pixels.
    pub height: f64,
    /// The number at the right end of the axis.
    pub max: u64,
    /// The numbers along the axis, from zero to `max`.
    pub ticks: Vec<Tick>,
    /// Where the rows begin and the lines of the axis with them, in pixels from the top.
    pub top: f64,
    /// The counts, in the order given.
    pub rows: Vec<Row>,
    /// Whether any bar is open to the right: a legend should say what the arrow means.
    pub any_open_right: bool,
    /// Whether any bar is open to the left.
    pub any_open_left: bool,
    /// Whether any mark is an approximate number.
    pub any_approximate: bool,
}

/// A number on the axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// The number.
    pub value: u64,
    /// Its place, in per cent.
    pub x: f64,
    /// How its words should stand to that: `start` at the left end, `end` at the right one, else `middle`.
    pub anchor: &'static str,
}

/// A count on the chart. A row with neither `bar` nor `mark` has no number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its value in words.
    pub words: String,
    /// The baseline of `words`, in pixels.
    pub words_y: f64,
    /// What it counts, in lines.
    pub lines: Vec<Line>,
    /// The middle of its bar and mark, in pixels.
    pub y: f64,
    /// The range, where there is one.
    pub bar: Option<Bar>,
    /// The number given as likeliest, where there is one.
    pub mark: Option<Mark>,
}

/// A line of words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The words.
    pub text: String,
    /// Their baseline, in pixels.
    pub y: f64,
}

/// A range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    /// Its left end, in per cent.
    pub from: f64,
    /// Its right end, in per cent: of an open one, the point of the arrow, which stands for no number.
    pub to: f64,
    /// Where the first number given lies, in per cent: draw lighter what comes before it, nobody vouches for it.
    pub solid_from: f64,
    /// Where the last number given lies, in per cent: draw lighter what comes after it.
    pub solid_to: f64,
    /// Whether nobody gave a least: draw no end at the left.
    pub open_left: bool,
    /// Whether nobody gave a most: draw an arrow at the right.
    pub open_right: bool,
}

/// A number given as likeliest, or as the only one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mark {
    /// Its place, in per cent.
    pub x: f64,
    /// Whether it was given as "about" or "nearly" so many: draw it hollow.
    pub approximate: bool,
}

/// A chart of counts, with labels broken where they would be wider than `measure` pixels.
pub fn chart(counts: &[Count], measure: f64) -> Chart {
    let largest = counts.iter().filter_map(Count::largest).max().unwrap_or_default();
    let arrow_at = counts.iter().filter(|count| count.is_open_right()).filter_map(Count::largest).max();
    let axis = Axis::up_to(largest, arrow_at);
    let mut y = AXIS;
    let rows: Vec<Row> = counts.iter().map(|count| row(count, &axis, &mut y, measure)).collect();
    Chart {
        height: y,
        max: axis.max,
        ticks: axis.ticks(),
        top: AXIS,
        any_open_right: rows.iter().any(|row| row.bar.is_some_and(|bar| bar.open_right)),
        any_open_left: rows.iter().any(|row| row.bar.is_some_and(|bar| bar.open_left)),
        any_approximate: rows.iter().any(|row| row.mark.is_some_and(|mark| mark.approximate)),
        rows,
    }
}

/// Draws a count below the last, and moves `y` below it.
fn row(count: &Count, axis: &Axis, y: &mut f64, measure: f64) -> Row {
    let top = *y;
    let broken = broken(&count.label, measure);
    let baselines = (1_u32..).map(|n| top + LINE * f64::from(n) + FONT_SIZE);
    let lines: Vec<Line> = broken.into_iter().zip(baselines).map(|(text, y)| Line { text, y }).collect();
    let bar_top = top + LINE + lines.last().map_or(0.0, |last| last.y - FONT_SIZE - top);
    *y = bar_top + BAR + GAP;
    Row {
        id: count.id.clone(),
        words: count.words.clone(),
        words_y: top + FONT_SIZE,
        lines,
        y: bar_top + BAR / 2.0,
        bar: count.bar(axis),
        mark: count.mark(axis),
    }
}

impl Count {
    fn numbers(&self) -> impl Iterator<Item = u64> {
        [self.low, self.best, self.high].into_iter().flatten().map(|number| number.min(LARGEST))
    }

    fn least(&self) -> Option<u64> {
        self.numbers().min()
    }

    fn largest(&self) -> Option<u64> {
        self.numbers().max()
    }

    fn is_meant(&self, words: &[&str]) -> bool {
        self.qualifier.as_ref().is_some_and(|word| words.contains(&word.as_str()))
    }

    /// Whether nobody gave a most: said so, or told by a least without a most.
    fn is_open_right(&self) -> bool {
        let told = self.low.is_some() && self.high.is_none() && !self.is_meant(&["exact", "about", "nearly", "up-to"]);
        self.is_meant(&["at-least", "more-than"]) || told
    }

    /// Whether nobody gave a least: said so, or told by a most without a least.
    fn is_open_left(&self) -> bool {
        let told = self.high.is_some() && self.low.is_none() && !self.is_meant(&["exact", "about", "nearly"]);
        let said = self.is_meant(&["up-to"]) && self.low.is_none();
        said || (told && !self.is_open_right())
    }

    /// The range: what is open, and what lies between two numbers.
    fn bar(&self, axis: &Axis) -> Option<Bar> {
        let (least, largest) = (axis.place(self.least()?), axis.place(self.largest()?));
        let (open_left, open_right) = (self.is_open_left(), self.is_open_right());
        let from = if open_left { 0.0 } else { least };
        let to = if open_right { hundredths((largest + ARROW).min(100.0)) } else { largest };
        (open_left || open_right || self.least() != self.largest()).then_some(Bar {
            from,
            to,
            solid_from: least,
            solid_to: largest,
            open_left,
            open_right,
        })
    }

    /// The likeliest number, unless it is a bound; or the only one, where there is no range.
    fn mark(&self, axis: &Axis) -> Option<Mark> {
        let bound = self.is_meant(&["at-least", "more-than", "up-to"]);
        let only = if self.bar(axis).is_none() { self.least() } else { None };
        let value = self.best.filter(|_| !bound).or(only);
        value.map(|value| Mark { x: axis.place(value), approximate: self.is_meant(&["about", "nearly"]) })
    }
}

/// From zero to a round number.
struct Axis {
    step: u64,
    max: u64,
}

impl Axis {
    /// An axis of three to six ticks, 1, 2 or 5 times a power of ten apart, long enough for the largest count, and for
    /// an arrow that starts at `arrow_at`.
    fn up_to(largest: u64, arrow_at: Option<u64>) -> Self {
        let arrow_at = arrow_at.unwrap_or_default();
        let powers = (0..19).map(|power| 10_u64.pow(power));
        let steps = powers.flat_map(|power| [1, 2, 5].map(|by| power.saturating_mul(by)));
        steps
            .map(|step| {
                let fits = largest.div_ceil(step).max(2) * step;
                let short = share(arrow_at, fits) + ARROW > 100.0;
                Self { step, max: fits.saturating_add(if short { step } else { 0 }) }
            })
            .find(|axis| axis.max / axis.step <= 5)
            .expect("five steps of a fifth of the largest suffice")
    }

    fn place(&self, value: u64) -> f64 {
        hundredths(share(value.min(self.max), self.max))
    }

    fn ticks(&self) -> Vec<Tick> {
        let values = (0..=self.max / self.step).map(|n| n * self.step);
        let anchor = |value| match value {
            0 => "start",
            value if value == self.max => "end",
            _ => "middle",
        };
        values.map(|value| Tick { value, x: self.place(value), anchor: anchor(value) }).collect()
    }
}

/// Per cent of the whole.
#[expect(clippy::cast_precision_loss, reason = "for a place on a screen, 53 bits are plenty")]
fn share(value: u64, whole: u64) -> f64 {
    value as f64 / whole as f64 * 100.0
}

fn hundredths(n: f64) -> f64 {
    (n * 100.0).round() / 100.0
}

/// Words in lines no wider than so many pixels, as far as single words allow.
fn broken(text: &str, measure: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), FONT_SIZE) <= measure => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(low: Option<u64>, best: Option<u64>, high: Option<u64>, qualifier: &str) -> Count {
        let qualifier = Some(qualifier.to_owned()).filter(|word| !word.is_empty());
        Count {
            id: "id".to_owned(),
            words: "words".to_owned(),
            label: "who counted".to_owned(),
            low,
            best,
            high,
            qualifier,
        }
    }

    fn only(count: Count) -> Row {
        chart(&[count], 280.0).rows.remove(0)
    }

    fn ticks(largest: u64) -> Vec<u64> {
        Axis::up_to(largest, None).ticks().iter().map(|tick| tick.value).collect()
    }

    #[test]
    fn axes_are_round() {
        assert_eq!(ticks(7000), [0, 2000, 4000, 6000, 8000]);
        assert_eq!(ticks(5000), [0, 1000, 2000, 3000, 4000, 5000]);
        assert_eq!(ticks(170), [0, 50, 100, 150, 200]);
        assert_eq!(ticks(1), [0, 1, 2]);
        assert_eq!(ticks(0), [0, 1, 2], "and no division by zero");
        assert_eq!(chart(&[], 280.0).max, 2);
        assert!(ticks(LARGEST).len() <= 6);
    }

    #[test]
    fn a_range_is_a_bar_and_a_number_a_mark() {
        let row = only(count(Some(133), None, Some(164), ""));
        assert_eq!(row.mark, None);
        let bar = row.bar.expect("a range");
        assert!(!bar.open_left && !bar.open_right && bar.from < bar.to);
        let row = only(count(None, Some(2906), None, "exact"));
        assert!(row.bar.is_none() && !row.mark.expect("a number").approximate);
        let row = only(count(None, Some(170), None, "about"));
        assert!(row.mark.expect("a number").approximate);
        let row = only(count(Some(5), None, Some(5), ""));
        assert!(row.bar.is_none() && row.mark.is_some(), "a range of one number is that number");
        let row = only(count(Some(10), Some(12), Some(15), ""));
        assert!(row.bar.is_some() && row.mark.is_some());
        let row = only(count(None, None, None, ""));
        assert!(row.bar.is_none() && row.mark.is_none());
    }

    #[test]
    fn open_ends_stay_open() {
        for row in [
            only(count(Some(6500), None, None, "at-least")),
            only(count(None, Some(6500), None, "more-than")),
            only(count(Some(6500), None, None, "")),
            only(count(Some(6500), Some(7000), None, "")),
        ] {
            let bar = row.bar.expect("a range");
            assert!(bar.open_right && !bar.open_left && bar.to > bar.solid_to, "{bar:?}");
        }
        for row in [
            only(count(None, None, Some(900), "up-to")),
            only(count(None, None, Some(900), "")),
            only(count(None, Some(900), None, "up-to")),
        ] {
            let bar = row.bar.expect("a range");
            assert!(bar.open_left && !bar.open_right && bar.from == 0.0 && row.mark.is_none(), "{bar:?}");
        }
    }

    #[test]
    fn the_axis_starts_at_zero_however_far_apart_counts_are() {
        let drawn = chart(&[count(None, Some(10), None, ""), count(None, Some(100_000), None, "")], 280.0);
        let places: Vec<f64> = drawn.rows.iter().filter_map(|row| Some(row.mark?.x)).collect();
        assert_eq!(drawn.ticks[0].value, 0);
        assert_eq!(places, [0.01, 100.0]);
    }

    #[test]
    fn labels_are_broken_and_rows_follow() {
        let mut long = count(None, Some(1), None, "");
        long.label = "Investigative Committee of Armenia; everyone; side: Armenia, Nagorno-Karabakh".to_owned();
        let drawn = chart(&[long, count(None, Some(2), None, "")], 280.0);
        assert!(drawn.rows[0].lines.len() > 1);
        assert!(drawn.rows[0].lines.iter().all(|line| text_width(&line.text, FONT_SIZE) <= 280.0));
        assert!(drawn.rows[0].y < drawn.rows[1].words_y && drawn.rows[1].y < drawn.height);
    }

    fn counts() -> impl Strategy<Value = Vec<Count>> {
        let number =
            || prop_oneof![3 => Just(None), 2 => (0..200_u64).prop_map(Some), 2 => any::<u64>().prop_map(Some)];
        let word = prop::sample::select(vec!["", "exact", "about", "nearly", "at-least", "more-than", "up-to"]);
        let one = (number(), number(), number(), word).prop_map(|(low, best, high, word)| count(low, best, high, word));
        prop::collection::vec(one, 0..8)
    }

    proptest! {
        #[test]
        fn all_is_on_the_chart(counts in counts()) {
            let drawn = chart(&counts, 280.0);
            prop_assert_eq!(&drawn, &chart(&counts, 280.0));
            prop_assert!((3..=6).contains(&drawn.ticks.len()));
            prop_assert_eq!(drawn.ticks.last().map(|tick| (tick.value, tick.x)), Some((drawn.max, 100.0)));
            prop_assert_eq!(drawn.rows.len(), counts.len());
            for (row, count) in drawn.rows.iter().zip(&counts) {
                let bar = row.bar.iter().flat_map(|bar| [bar.from, bar.to, bar.solid_from, bar.solid_to]);
                for x in bar.chain(row.mark.map(|mark| mark.x)) {
                    prop_assert!((0.0..=100.0).contains(&x));
                }
                prop_assert_eq!(row.bar.is_some() || row.mark.is_some(), count.largest().is_some());
                if let Some(bar) = row.bar {
                    prop_assert!(bar.from <= bar.solid_from && bar.solid_from <= bar.solid_to && bar.solid_to <= bar.to);
                    prop_assert_eq!(bar.open_right, bar.to > bar.solid_to, "an arrow has room");
                }
                if count.is_meant(&["at-least", "more-than"]) && count.largest().is_some() {
                    prop_assert!(row.bar.is_some_and(|bar| bar.open_right));
                }
            }
        }
    }
}
