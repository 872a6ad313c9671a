//! Events on a line of time, as numbers that a template draws: how many began in each month, and where each one lies.
//!
//! Across, positions are parts of the drawing's width in per cent, so that one drawing serves every screen. A date is drawn
//! as wide as what is known of it: an event of "some day in May 2021" covers the month, an open end runs to the edge.

use crate::date::{Day, Edtf};
use serde::Serialize;

/// How wide a mark is taken to be at least when marks are laid beside one another, in per cent.
const LEAST: f64 = 3.4;

/// A mark narrower than this is drawn as a dot, in per cent.
const DOT: f64 = 1.2;

/// How many numbers an axis bears at most.
const MOST_TICKS: i64 = 6;

/// An event to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Its id.
    pub id: String,
    /// When.
    pub date: Edtf,
}

/// How many events began in each month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Density {
    /// The first month, in words.
    pub from: String,
    /// The last month, in words.
    pub to: String,
    /// The most events of one month.
    pub max: usize,
    /// How many events have a date that names no one month, and no bar.
    pub undated: usize,
    /// How many events there are.
    pub total: usize,
    /// How many began in each year, as far as it is known, in order.
    pub years: Vec<YearCount>,
    /// The months in which events began, in order.
    pub bars: Vec<Bar>,
    /// The years along the axis.
    pub ticks: Vec<Tick>,
}

/// How many events began in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearCount {
    /// The year.
    pub year: i64,
    /// How many.
    pub count: usize,
}

/// The events that began in one month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// Its left edge, in per cent.
    pub x: f64,
    /// Its width, in per cent.
    pub width: f64,
    /// Its height, in per cent of the highest.
    pub height: f64,
    /// How many.
    pub count: usize,
    /// Its year.
    pub year: i64,
    /// The month in words: "September 2022".
    pub words: String,
}

/// A word on the axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// Its place, in per cent.
    pub x: f64,
    /// The word.
    pub label: String,
    /// How the word should stand to that: `start` at the left end, `end` at the right one, else `middle`.
    pub anchor: &'static str,
}

/// Events on one line of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Strip {
    /// The first day shown, in words.
    pub from: String,
    /// The last day shown, in words.
    pub to: String,
    /// In how many rows the marks stand, so that none lies on another.
    pub rows: usize,
    /// The words along the axis.
    pub ticks: Vec<Tick>,
    /// The events that lie within, in the order given.
    pub marks: Vec<Mark>,
    /// How many events lie outside.
    pub outside: usize,
}

/// An event on the line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a template asks")]
pub struct Mark {
    /// Its id.
    pub id: String,
    /// Its left edge, in per cent; of a dot, its middle.
    pub x: f64,
    /// Its width, in per cent; of a dot, nothing.
    pub width: f64,
    /// Its row, counted from 0.
    pub row: usize,
    /// Whether it is to be drawn as a dot.
    pub point: bool,
    /// Whether its date is marked uncertain or approximate, or known to no day at its beginning or end.
    pub uncertain: bool,
    /// Whether it begins before what is shown, or nobody knows when: draw no end at the left.
    pub open_left: bool,
    /// Whether it ends after what is shown, or goes on: draw no end at the right.
    pub open_right: bool,
}

/// How many of these began in each month. None when no date names a month.
pub fn density(moments: &[Moment], lang: &str) -> Option<Density> {
    let mut counts = std::collections::BTreeMap::<i64, usize>::new();
    for month in moments.iter().filter_map(month_of) {
        *counts.entry(month).or_default() += 1;
    }
    let (first, last) = (*counts.keys().next()?, *counts.keys().next_back()?);
    let max = *counts.values().max()?;
    let width = 100.0 / float(last - first + 1);
    let bar = |(month, count): (&i64, &usize)| Bar {
        x: rounded(float(month - first) * width),
        width: rounded(width),
        height: rounded(100.0 * ratio(*count, max)),
        count: *count,
        year: month.div_euclid(12),
        words: month_words(*month, lang),
    };
    let year_at = |year: i64| 100.0 * float(year * 12 - first) / float(last - first + 1);
    let years = round_years((first + 11).div_euclid(12), last.div_euclid(12));
    Some(Density {
        from: month_words(first, lang),
        to: month_words(last, lang),
        max,
        undated: moments.len() - counts.values().sum::<usize>(),
        total: moments.len(),
        years: years_of(moments),
        bars: counts.iter().map(bar).collect(),
        ticks: years.map(|year| tick(year_at(year), year.to_string())).collect(),
    })
}

fn years_of(moments: &[Moment]) -> Vec<YearCount> {
    let mut counts = std::collections::BTreeMap::<i64, usize>::new();
    for year in moments.iter().filter(|moment| moment.date.earliest().is_some()).filter_map(|moment| moment.date.year())
    {
        *counts.entry(year).or_default() += 1;
    }
    counts.into_iter().map(|(year, count)| YearCount { year, count }).collect()
}

/// Events on a line from the first to the last of them, or over `span`. None when nothing lies there.
pub fn strip(moments: &[Moment], span: Option<(Day, Day)>, lang: &str) -> Option<Strip> {
    let (from, to) = span.or_else(|| span_of(moments))?;
    let days = from.days_until(to).filter(|days| *days >= 0)? + 1;
    let mut rows: Vec<f64> = Vec::new();
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by_key(|at| (moments[*at].date.order(), *at));
    for at in order {
        let Some(mut mark) = mark(&moments[at], from, to, days) else { continue };
        let room = if mark.point {
            (mark.x - LEAST / 2.0, mark.x + LEAST / 2.0)
        } else {
            (mark.x, mark.x + mark.width.max(LEAST))
        };
        mark.row = rows.iter().position(|end| *end <= room.0 + 1e-9).unwrap_or(rows.len());
        if mark.row == rows.len() {
            rows.push(room.1);
        } else {
            rows[mark.row] = room.1;
        }
        marks.push((at, mark));
    }
    marks.sort_by_key(|(at, _)| *at);
    let words = |day: Day| Edtf::parse(&day.to_string()).map_or_else(|_| day.to_string(), |date| date.words(lang));
    (!marks.is_empty()).then(|| Strip {
        from: words(from),
        to: words(to),
        rows: rows.len(),
        ticks: ticks(from, to, days, lang),
        outside: moments.len() - marks.len(),
        marks: marks.into_iter().map(|(_, mark)| mark).collect(),
    })
}

/// The first and the last day that these name, a little room around them.
fn span_of(moments: &[Moment]) -> Option<(Day, Day)> {
    let known = |day: &Day| ![Day::MIN, Day::MAX].contains(day);
    let days = moments
        .iter()
        .flat_map(|moment| [moment.date.start().0, moment.date.start().1, moment.date.end().0, moment.date.end().1]);
    let days: Vec<Day> = days.filter(known).collect();
    let (first, last) = (*days.iter().min()?, *days.iter().max()?);
    let room = (first.days_until(last)? / 40).max(1);
    Some((first.plus_days(-room), last.plus_days(room)))
}

fn mark(moment: &Moment, from: Day, to: Day, days: i64) -> Option<Mark> {
    let (first, last) = moment.date.order();
    if last < from || first > to {
        return None;
    }
    let at = |day: Day| 100.0 * float(from.days_until(day).unwrap_or_default()) / float(days);
    let (open_left, open_right) = (first < from, last > to);
    let left = if open_left { 0.0 } else { at(first) };
    let right = if open_right { 100.0 } else { at(last) + 100.0 / float(days) };
    let point = right - left < DOT;
    let one_day = |(first, last): (Day, Day)| first == last;
    let uncertain = moment.date.is_qualified()
        || !(one_day(moment.date.start()) && (one_day(moment.date.end()) || moment.date.is_open()));
    Some(Mark {
        id: moment.id.clone(),
        x: rounded(if point { f64::midpoint(left, right) } else { left }),
        width: if point { 0.0 } else { rounded(right - left) },
        row: 0,
        point,
        uncertain,
        open_left,
        open_right,
    })
}

/// The words along an axis of days: years, months or days, as many as there is room for.
fn ticks(from: Day, to: Day, days: i64, lang: &str) -> Vec<Tick> {
    let at = |day: Day| 100.0 * float(from.days_until(day).unwrap_or_default()) / float(days);
    let within = |day: &Day| *day >= from && *day <= to;
    let written = |text: String| Edtf::parse(&text).map_or(text.clone(), |date| date.words(lang));
    if days > 3 * 365 {
        let years = round_years(from.year, to.year).map(Day::first_of_year);
        return years.filter(within).map(|day| tick(at(day), day.year.to_string())).collect();
    }
    if days > 60 {
        let months = months(from)..=months(to);
        let step = step_of(months.end().saturating_sub(*months.start()).saturating_add(1), &[1, 2, 3, 6, 12])
            .max(if days > 120 { 2 } else { 1 });
        let first = months.filter(|month| month.rem_euclid(step) == 0).filter_map(first_of);
        return thinned(
            first
                .filter(within)
                .map(|day| tick(at(day), written(format!("{:04}-{:02}", day.year, day.month))))
                .collect(),
        );
    }
    let step = step_of(days, &[1, 2, 7, 14]).max(1);
    let all = (0..days).step_by(usize::try_from(step).unwrap_or(1)).map(|n| from.plus_days(n));
    thinned(all.map(|day| tick(at(day), written(day.to_string()))).collect())
}

/// At most four of long words: the others would run into one another on a phone.
fn thinned(ticks: Vec<Tick>) -> Vec<Tick> {
    let step = ticks.len().div_ceil(3).max(1);
    ticks.into_iter().step_by(step).collect()
}

fn tick(x: f64, label: String) -> Tick {
    let anchor = if x < 6.0 {
        "start"
    } else if x > 94.0 {
        "end"
    } else {
        "middle"
    };
    Tick { x: rounded(x), label, anchor }
}

/// The month in which it began, counted from the year 0; none when that is not known.
fn month_of(moment: &Moment) -> Option<i64> {
    let (first, last) = moment.date.start();
    let known = ![Day::MIN, Day::MAX].contains(&first) && (first.year, first.month) == (last.year, last.month);
    known.then(|| months(first))
}

/// The month of a day, counted from the year 0; of years beyond all that months are counted in, the last that there is.
fn months(day: Day) -> i64 {
    day.year.saturating_mul(12).saturating_add(i64::from(day.month) - 1)
}

fn first_of(month: i64) -> Option<Day> {
    Day::new(month.div_euclid(12), u8::try_from(month.rem_euclid(12) + 1).ok()?, 1)
}

fn month_words(month: i64, lang: &str) -> String {
    let written = format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
    Edtf::parse(&written).map_or(written.clone(), |date| date.words(lang))
}

/// The years along an axis: the multiples of a round number, as many as there is room for.
fn round_years(from: i64, to: i64) -> impl Iterator<Item = i64> {
    let larger = std::iter::successors(Some(1000_i64), |step| step.checked_mul(10));
    let steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].into_iter();
    let steps: Vec<i64> = steps.chain(larger.flat_map(|step| [step, 2 * step, 5 * step])).collect();
    let step = step_of(to - from + 1, &steps);
    let first = from + (-from).rem_euclid(step);
    (0..=MOST_TICKS).map(move |n| first + n * step).take_while(move |year| *year <= to)
}

/// The least of `steps` that leaves no more words than an axis bears.
fn step_of(count: i64, steps: &[i64]) -> i64 {
    steps.iter().copied().find(|step| count / step <= MOST_TICKS).unwrap_or_else(|| steps.last().copied().unwrap_or(1))
}

/// To a hundredth of a per cent.
fn rounded(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "days and months of recorded time are far below 2^52")]
fn float(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of events are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(dates: &[&str]) -> Vec<Moment> {
        let date = |written: &&str| Edtf::parse(written).expect("a date");
        dates.iter().map(|written| Moment { id: (*written).to_owned(), date: date(written) }).collect()
    }

    #[test]
    fn months_are_counted_by_when_events_began() {
        let density =
            density(&moments(&["2022-09-12/2022-09-14", "2022-09-13", "2022-10", "2022", "2022-11-01/.."]), "en")
                .expect("months");
        let bars: Vec<_> = density.bars.iter().map(|bar| (bar.words.as_str(), bar.count, bar.x, bar.height)).collect();
        assert_eq!(
            bars,
            [("September 2022", 2, 0.0, 100.0), ("October 2022", 1, 33.33, 50.0), ("November 2022", 1, 66.67, 50.0)]
        );
        assert_eq!((density.undated, density.max), (1, 2));
    }

    #[test]
    fn nothing_dated_is_no_drawing() {
        assert_eq!(density(&moments(&["19XX"]), "en"), None);
        assert_eq!(strip(&[], None, "en"), None);
    }

    #[test]
    fn a_date_is_as_wide_as_what_is_known_of_it() {
        let span = Some((Day::new(2022, 9, 1).expect("a day"), Day::new(2022, 9, 30).expect("a day")));
        let strip =
            strip(&moments(&["2022-09-13", "2022-09-10/2022-09-19", "2022-09-20/..", "2022-08?", "2022"]), span, "en")
                .expect("marks");
        let seen: Vec<_> = strip.marks.iter().map(|mark| (&*mark.id, mark.x, mark.width, mark.row)).collect();
        assert_eq!(
            seen,
            [
                ("2022-09-13", 40.0, 3.33, 2),
                ("2022-09-10/2022-09-19", 30.0, 33.33, 1),
                ("2022-09-20/..", 63.33, 36.67, 1),
                ("2022", 0.0, 100.0, 0)
            ]
        );
        assert_eq!(strip.outside, 1);
        let open: Vec<_> = strip.marks.iter().map(|mark| (mark.open_left, mark.open_right, mark.uncertain)).collect();
        assert_eq!(open, [(false, false, false), (false, false, false), (false, true, false), (true, true, true)]);
    }

    #[test]
    fn an_axis_bears_few_words() {
        for span in [
            "2022-09-12/2022-09-14",
            "2022-09-01/2022-10-20",
            "2022-01-01/2022-09-01",
            "2020-01-01/2022-06-01",
            "1988-02-20/2025-08-08",
            "1200/2020",
        ] {
            let strip = strip(&moments(&[span]), None, "en").expect("a mark");
            assert!((1..=9).contains(&strip.ticks.len()), "{span}: {:?}", strip.ticks);
        }
    }

    proptest::proptest! {
        #[test]
        fn marks_of_a_row_do_not_lie_on_one_another(days in proptest::collection::vec((0u8..200, 0u8..60), 1..40)) {
            let start = Day::new(2020, 1, 1).expect("a day");
            let date = |(from, len): &(u8, u8)| format!("{}/{}", start.plus_days(i64::from(*from)), start.plus_days(i64::from(*from) + i64::from(*len)));
            let written: Vec<String> = days.iter().map(date).collect();
            let strip = strip(&moments(&written.iter().map(String::as_str).collect::<Vec<_>>()), None, "en").expect("marks");
            proptest::prop_assert_eq!(strip.marks.len(), days.len());
            for (i, one) in strip.marks.iter().enumerate() {
                proptest::prop_assert!(one.x >= 0.0 && one.x + one.width <= 100.01 && one.row < strip.rows);
                for other in &strip.marks[i + 1..] {
                    let apart = one.row != other.row || one.x + one.width <= other.x + 0.02 || other.x + other.width <= one.x + 0.02;
                    proptest::prop_assert!(apart, "{:?} {:?}", one, other);
                }
            }
        }
    }
}
