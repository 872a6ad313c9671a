//! Dates of facts, in the Extended Date/Time Format: ISO 8601-2:2019 as profiled by the Library of
//! Congress on 4 February 2019, Levels 0, 1 and 2 whole.

mod day;
mod guess;
mod parse;
mod point;
#[cfg(test)]
mod tests;
mod words;

use std::cmp::Ordering;
use std::fmt;

pub use day::Day;
use point::Point;
pub use words::day_words;

/// A date of a fact: a point in time, an interval, or a set of dates, each as sure and as exact as
/// it was written.
///
/// The bounds of a date hold every day that it can mean:
/// - `?`, `~` and `%` do not widen them: how far "about June" reaches is nobody's to say here.
/// - `X` stands for every digit that makes a day of the calendar: `2004-02-XX` ends on the 29th.
/// - `1950S2`, two digits of which mean something, is 1900 to 1999.
/// - Seasons are whole months and count to the year they begin in; 21 to 24 leave the hemisphere
///   open and span both, so spring is March to November. 25 to 32 name it and span three months.
/// - A moment has the day it is written with, in whatever offset.
/// - `[..1984]`, `{1984..}` and intervals that are open or unknown at an end have no bound there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edtf {
    written: String,
    shape: Shape,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Shape {
    Point(Point),
    Interval(End, End),
    Set(Set),
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    At(Point),
    Open,
    Unknown,
}

/// `[…]`, one of its members, or `{…}`, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Set {
    all: bool,
    members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Member {
    /// Whether a space stands before it. The standard has none, writers put it after the comma.
    spaced: bool,
    span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Span {
    One(Point),
    Range(Point, Point),
    OrBefore(Point),
    OrAfter(Point),
}

/// The finest unit of a date that is known, from the coarsest to the finest: `201X` is known to the
/// decade, `2004-XX` to the year, `1985-04-XX` to the month. (The Library of Congress goes by the
/// components that are written, whether known or not.) An interval or a set is known as its least
/// known part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Longer than a millennium, or any year at all: `XXXX`, `Y170000002S3`.
    Era,
    /// `1XXX`, `1950S1`.
    Millennium,
    /// `19XX`, `1950S2`.
    Century,
    /// `201X`, `1956S3`.
    Decade,
    /// `1985`, `Y170000002`, and months unknown of a known year.
    Year,
    /// A quarter, quadrimester or semester: `2001-34`.
    SubYear,
    /// `2001-21`.
    Season,
    /// `1985-04`.
    Month,
    /// `1985-04-12`.
    Day,
    /// `1985-04-12T23:20:30Z`, to the second.
    Instant,
}

impl Edtf {
    /// Reads a date of at most 200 bytes.
    ///
    /// # Errors
    /// What is wrong with it, and what was probably meant, where that can be told.
    pub fn parse(written: &str) -> Result<Self, DateError> {
        Self::read(written).map_err(|error| guess::with_help(written, error))
    }

    /// Reads a date, without guessing what was meant by one that is wrong.
    fn read(written: &str) -> Result<Self, DateError> {
        parse::shape(written).map(|shape| Self { written: written.to_owned(), shape })
    }

    /// The date as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The first day that it can mean; none when its start is open or unknown.
    pub fn earliest(&self) -> Option<Day> {
        match &self.shape {
            Shape::Point(point) => Some(point.earliest()),
            Shape::Interval(from, _) => from.point().map(Point::earliest),
            Shape::Set(set) => set.spans().map(Span::earliest).min().flatten(),
        }
    }

    /// The last day that it can mean; none when its end is open or unknown.
    pub fn latest(&self) -> Option<Day> {
        match &self.shape {
            Shape::Point(point) => Some(point.latest()),
            Shape::Interval(_, to) => to.point().map(Point::latest),
            Shape::Set(set) if set.spans().any(|span| span.latest().is_none()) => None,
            Shape::Set(set) => set.spans().filter_map(Span::latest).max(),
        }
    }

    /// What it sorts by: its bounds, with [`Day::MIN`] for an open or unknown start and [`Day::MAX`]
    /// for such an end.
    pub fn order(&self) -> (Day, Day) {
        (self.earliest().unwrap_or(Day::MIN), self.latest().unwrap_or(Day::MAX))
    }

    /// The time of day that it names, where it happened; none of what is no single point, and of the end of a day.
    pub fn time_of_day(&self) -> Option<jiff::civil::Time> {
        let Shape::Point(point) = &self.shape else { return None };
        let time = point.time.as_ref()?;
        jiff::civil::Time::new(time.hour.cast_signed(), time.minute.cast_signed(), time.second.cast_signed(), 0).ok()
    }

    /// The first and the last day that its start can mean. An open or unknown start can be any day.
    /// A point starts somewhere within its bounds, and so does "one of"; "all of" starts with its first member.
    pub fn start(&self) -> (Day, Day) {
        match &self.shape {
            Shape::Interval(from, _) => from.bounds(),
            Shape::Set(set) if set.all => {
                (self.order().0, set.spans().map(|span| span.start().1).min().unwrap_or(Day::MAX))
            }
            _ => self.order(),
        }
    }

    /// The first and the last day that its end can mean. An open or unknown end can be any day.
    /// A point ends somewhere within its bounds, and so does "one of"; "all of" ends with its last member.
    pub fn end(&self) -> (Day, Day) {
        match &self.shape {
            Shape::Interval(_, to) => to.bounds(),
            Shape::Set(set) if set.all => {
                (set.spans().map(|span| span.end().0).max().unwrap_or(Day::MIN), self.order().1)
            }
            _ => self.order(),
        }
    }

    /// Whether every day that `other` can mean lies within these bounds.
    pub fn contains(&self, other: &Self) -> bool {
        let ((first, last), (other_first, other_last)) = (self.order(), other.order());
        first <= other_first && other_last <= last
    }

    /// Whether some day lies within the bounds of both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ((first, last), (other_first, other_last)) = (self.order(), other.order());
        first <= other_last && other_first <= last
    }

    /// How much of it is known.
    pub fn precision(&self) -> Precision {
        self.points().map(Point::precision).min().unwrap_or(Precision::Era)
    }

    /// The lowest level of EDTF that has all of its features: 0, 1 or 2.
    pub fn level(&self) -> u8 {
        let of_points = self.points().map(Point::level).max().unwrap_or(0);
        match &self.shape {
            Shape::Interval(..) if self.points().any(Point::is_unspecified) => 2,
            Shape::Point(_) | Shape::Interval(End::At(_), End::At(_)) => of_points,
            Shape::Interval(..) => of_points.max(1),
            Shape::Set(_) => 2,
        }
    }

    /// The year it stands under in a list: that of its earliest day, or else of its latest. None
    /// when no digit of the year is known.
    pub fn year(&self) -> Option<i64> {
        if self.points().any(|point| point.year.value.is_unknown()) {
            return None;
        }
        self.earliest().or(self.latest()).map(|day| day.year)
    }

    /// Whether it goes on with no end in sight: `2021/..`, `{2021..}`. `[2021..]`, one day from 2021 on, does not.
    pub fn is_open(&self) -> bool {
        match &self.shape {
            Shape::Point(_) => false,
            Shape::Interval(_, to) => *to == End::Open,
            Shape::Set(set) => set.all && set.spans().any(|span| span.latest().is_none()),
        }
    }

    /// Whether some part of it is marked uncertain or approximate.
    pub fn is_qualified(&self) -> bool {
        self.points().any(Point::is_marked)
    }

    /// The day, when it is one day and nothing else: no time, mark or `X`.
    pub fn day(&self) -> Option<Day> {
        match &self.shape {
            Shape::Point(point) if point.day.is_some() && point.time.is_none() && point.is_plain() => {
                Some(point.earliest())
            }
            _ => None,
        }
    }

    /// What HTML's `<time datetime>` takes: a year from 0001 to 9999, a month, a day or a moment, with
    /// every digit known and no mark. None for all else.
    pub fn machine(&self) -> Option<String> {
        match &self.shape {
            Shape::Point(point) => point.machine(),
            Shape::Interval(..) | Shape::Set(_) => None,
        }
    }

    /// Its start and its end as ISO 8601-1 writes them, each where it is known to the month at least, with every digit
    /// and without a mark. A point has no end: when within itself it ended, nobody said. A set has neither.
    pub fn iso_ends(&self) -> (Option<String>, Option<String>) {
        let known = |point: &Point| point.machine().filter(|_| point.precision() >= Precision::Month);
        match &self.shape {
            Shape::Point(point) => (known(point), None),
            Shape::Interval(from, to) => (from.point().and_then(known), to.point().and_then(known)),
            Shape::Set(_) => (None, None),
        }
    }

    /// The date as it could be told on `day`: an interval that began by then and whose end can lie
    /// later is still open, so `2020-09-27/2020-11-10` told on 1 October is `2020-09-27/..`. Other
    /// dates stay as they are.
    #[must_use]
    pub fn until(&self, day: Day) -> Self {
        match &self.shape {
            Shape::Interval(End::At(from), End::At(to)) if from.earliest() <= day && to.latest() > day => {
                let shape = Shape::Interval(End::At(*from), End::Open);
                Self { written: shape.to_string(), shape }
            }
            _ => self.clone(),
        }
    }

    /// The date in words for readers of `lang`: "27 September – 10 November 2020", "since May 2021".
    /// Languages without words of their own get the date as written.
    pub fn words(&self, lang: &str) -> String {
        if lang.starts_with("en") { words::english(&self.shape) } else { self.written.clone() }
    }

    /// Every point that is written in it.
    fn points(&self) -> impl Iterator<Item = &Point> {
        let (one, two, set) = match &self.shape {
            Shape::Point(point) => (Some(point), None, None),
            Shape::Interval(from, to) => (from.point(), to.point(), None),
            Shape::Set(set) => (None, None, Some(set)),
        };
        one.into_iter().chain(two).chain(set.into_iter().flat_map(Set::spans).flat_map(Span::points))
    }
}

/// By bounds, then by text, so that equal dates are those written alike.
impl Ord for Edtf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order()).then_with(|| self.written.cmp(&other.written))
    }
}

impl PartialOrd for Edtf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl End {
    fn point(&self) -> Option<&Point> {
        match self {
            Self::At(point) => Some(point),
            Self::Open | Self::Unknown => None,
        }
    }

    fn bounds(&self) -> (Day, Day) {
        self.point().map_or((Day::MIN, Day::MAX), |point| (point.earliest(), point.latest()))
    }
}

impl Set {
    fn spans(&self) -> impl Iterator<Item = &Span> {
        self.members.iter().map(|member| &member.span)
    }
}

impl Span {
    fn earliest(&self) -> Option<Day> {
        match self {
            Self::One(point) | Self::Range(point, _) | Self::OrAfter(point) => Some(point.earliest()),
            Self::OrBefore(_) => None,
        }
    }

    fn latest(&self) -> Option<Day> {
        match self {
            Self::One(point) | Self::Range(_, point) | Self::OrBefore(point) => Some(point.latest()),
            Self::OrAfter(_) => None,
        }
    }

    /// Where its first day can lie, when all of it is meant.
    fn start(&self) -> (Day, Day) {
        match self {
            Self::One(point) | Self::Range(point, _) | Self::OrAfter(point) => (point.earliest(), point.latest()),
            Self::OrBefore(point) => (Day::MIN, point.latest()),
        }
    }

    /// Where its last day can lie, when all of it is meant.
    fn end(&self) -> (Day, Day) {
        match self {
            Self::One(point) | Self::Range(_, point) | Self::OrBefore(point) => (point.earliest(), point.latest()),
            Self::OrAfter(point) => (point.earliest(), Day::MAX),
        }
    }

    fn points(&self) -> impl Iterator<Item = &Point> {
        let (one, two) = match self {
            Self::One(point) | Self::OrBefore(point) | Self::OrAfter(point) => (point, None),
            Self::Range(from, to) => (from, Some(to)),
        };
        std::iter::once(one).chain(two)
    }
}

/// The date out of its parts, which is what was written.
impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shape.fmt(f)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(point) => write!(f, "{point}"),
            Self::Interval(from, to) => write!(f, "{from}/{to}"),
            Self::Set(set) => write!(f, "{set}"),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(point) => write!(f, "{point}"),
            Self::Open => f.write_str(".."),
            Self::Unknown => Ok(()),
        }
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, close) = if self.all { ('{', '}') } else { ('[', ']') };
        for (i, Member { spaced, span }) in self.members.iter().enumerate() {
            let before = if i == 0 { open } else { ',' };
            write!(f, "{before}{}{span}", if *spaced { " " } else { "" })?;
        }
        write!(f, "{close}")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(point) => write!(f, "{point}"),
            Self::Range(from, to) => write!(f, "{from}..{to}"),
            Self::OrBefore(point) => write!(f, "..{point}"),
            Self::OrAfter(point) => write!(f, "{point}.."),
        }
    }
}

/// Why a date was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError {
    /// The code of the diagnostic: `bad-date` or `end-before-start`.
    pub code: &'static str,
    /// What is wrong, as the end of a sentence that begins with the date.
    pub message: String,
    /// What was probably meant.
    pub help: Option<String>,
}

impl DateError {
    /// A date that says something the format or the calendar does not have.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { code: "bad-date", message: message.into(), help: None }
    }

    /// A date that is not of the format at all.
    fn not_edtf() -> Self {
        Self::new("is not an EDTF date")
    }

    /// The same with a hint.
    pub(crate) fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
