//! Dates: EDTF strings (ISO 8601-2:2019) for facts, and plain dates or instants for pages.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A day of the calendar.
pub type Day = Date;

/// A date of a fact, in the Extended Date/Time Format. Read here: a year, a month or a day, each
/// with `?` (uncertain), `~` (approximate) or `%` (both) behind it, and intervals of these, whose
/// end may be open (`..`) or unknown (nothing).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edtf {
    written: String,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Point(Point),
    Interval(Edge, Edge),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    At(Point),
    Open,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Point {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
    uncertain: bool,
    approximate: bool,
}

impl Edtf {
    /// Reads a date.
    ///
    /// # Errors
    /// What is wrong with it, and what was probably meant, where that can be told.
    pub fn parse(written: &str) -> Result<Self, DateError> {
        let shape = match written.split_once('/') {
            None => Shape::Point(Point::parse(written)?),
            Some((from, to)) => interval(written, from, to)?,
        };
        Ok(Self { written: written.to_owned(), shape })
    }

    /// The date as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The first day that it can mean; none when its start is open or unknown.
    pub fn earliest(&self) -> Option<Date> {
        match self.shape {
            Shape::Point(point) | Shape::Interval(Edge::At(point), _) => Some(point.first_day()),
            Shape::Interval(..) => None,
        }
    }

    /// The last day that it can mean; none when its end is open or unknown.
    pub fn latest(&self) -> Option<Date> {
        match self.shape {
            Shape::Point(point) | Shape::Interval(_, Edge::At(point)) => Some(point.last_day()),
            Shape::Interval(..) => None,
        }
    }

    /// The first and last day on which it can begin.
    pub fn start(&self) -> (Date, Date) {
        match self.shape {
            Shape::Point(point) | Shape::Interval(Edge::At(point), _) => (point.first_day(), point.last_day()),
            Shape::Interval(..) => (Date::MIN, Date::MAX),
        }
    }

    /// The first and last day on which it can end.
    pub fn end(&self) -> (Date, Date) {
        match self.shape {
            Shape::Point(point) | Shape::Interval(_, Edge::At(point)) => (point.first_day(), point.last_day()),
            Shape::Interval(..) => (Date::MIN, Date::MAX),
        }
    }

    /// The same date as it could be told on `day`: an interval that ends later has no end yet.
    #[must_use]
    pub fn until(&self, day: Date) -> Self {
        match (self.shape, self.written.split_once('/')) {
            (Shape::Interval(from, Edge::At(to)), Some((first, _))) if to.last_day() > day => {
                Self { written: format!("{first}/.."), shape: Shape::Interval(from, Edge::Open) }
            }
            _ => self.clone(),
        }
    }

    /// What it sorts by: its bounds, an unknown or open start before every day and an open end after.
    pub fn order(&self) -> (Date, Date) {
        (self.earliest().unwrap_or(Date::MIN), self.latest().unwrap_or(Date::MAX))
    }

    /// The year it stands under in a list.
    pub fn year(&self) -> Option<i16> {
        self.earliest().or(self.latest()).map(Date::year)
    }

    /// Whether it goes on with no end in sight.
    pub fn is_open(&self) -> bool {
        matches!(self.shape, Shape::Interval(_, Edge::Open))
    }

    /// What HTML's `<time datetime>` takes: a year, month or day without qualifier; none for intervals.
    pub fn machine(&self) -> Option<String> {
        match self.shape {
            Shape::Point(point) => Some(point.iso()),
            Shape::Interval(..) => None,
        }
    }

    /// The date in words for readers of `lang`: "27 September – 10 November 2020", "since May 2021".
    /// Languages without words of their own get the date as written.
    pub fn words(&self, lang: &str) -> String {
        if !lang.starts_with("en") {
            return self.written.clone();
        }
        match self.shape {
            Shape::Point(point) => point.words(),
            Shape::Interval(Edge::At(from), Edge::At(to)) => between(from, to),
            Shape::Interval(Edge::At(from), Edge::Open) => format!("since {}", from.words()),
            Shape::Interval(Edge::At(from), Edge::Unknown) => format!("{} – date unknown", from.words()),
            Shape::Interval(_, Edge::At(to)) => format!("until {}", to.words()),
            Shape::Interval(..) => "date unknown".to_owned(),
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
    fn new(message: impl Into<String>) -> Self {
        Self { code: "bad-date", message: message.into(), help: None }
    }
}

fn interval(written: &str, from: &str, to: &str) -> Result<Shape, DateError> {
    if to.contains('/') || (from.len() < 4 && !from.is_empty() && from != "..") {
        return Err(not_a_date(written));
    }
    if to == "open" {
        return Err(DateError {
            code: "bad-date",
            message: "uses `open` from the 2012 draft".into(),
            help: Some(format!("write an open end as `{from}/..`")),
        });
    }
    let edge = |text: &str| match text {
        "" => Ok(Edge::Unknown),
        ".." => Ok(Edge::Open),
        _ => Point::parse(text).map(Edge::At),
    };
    let (start, end) = (edge(from)?, edge(to)?);
    match (start, end) {
        (Edge::At(a), Edge::At(b)) if b.last_day() < a.first_day() => Err(DateError {
            code: "end-before-start",
            message: "ends before it starts".into(),
            help: Some(format!("did you mean `{to}/{from}`?")),
        }),
        (Edge::Open | Edge::Unknown, Edge::Open | Edge::Unknown) => {
            Err(DateError::new("has neither a start nor an end"))
        }
        _ => Ok(Shape::Interval(start, end)),
    }
}

impl Point {
    fn parse(written: &str) -> Result<Self, DateError> {
        let (plain, uncertain, approximate) = match written.chars().last() {
            Some('?') => (&written[..written.len() - 1], true, false),
            Some('~') => (&written[..written.len() - 1], false, true),
            Some('%') => (&written[..written.len() - 1], true, true),
            _ => (written, false, false),
        };
        let parts: Vec<&str> = plain.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        if !digits || !matches!(lengths[..], [4] | [4, 2] | [4, 2, 2]) {
            return Err(not_a_date(written));
        }
        let number = |i: usize| parts.get(i).map(|part| part.parse::<i16>().unwrap_or_default());
        let small = |n: i16| i8::try_from(n).unwrap_or_default();
        let point = Self {
            year: number(0).unwrap_or_default(),
            month: number(1).map(small),
            day: number(2).map(small),
            uncertain,
            approximate,
        };
        point.check()
    }

    fn check(self) -> Result<Self, DateError> {
        match (self.month, self.day) {
            (Some(month), _) if !(1..=12).contains(&month) => Err(DateError::new(format!("has no month {month:02}"))),
            (Some(month), Some(day)) if Date::new(self.year, month, day).is_err() => {
                Err(DateError::new(format!("has no day {day:02} in {} {}", month_name(month), self.year)))
            }
            _ => Ok(self),
        }
    }

    fn first_day(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(Date::MIN)
    }

    fn last_day(self) -> Date {
        let month_start = Date::new(self.year, self.month.unwrap_or(12), 1).unwrap_or(Date::MAX);
        self.day.map_or(month_start.last_of_month(), |_| self.first_day())
    }

    fn iso(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        }
    }

    fn words(self) -> String {
        let plain = match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{day} {} {}", month_name(month), self.year),
            (Some(month), None) => format!("{} {}", month_name(month), self.year),
            _ => self.year.to_string(),
        };
        match (self.uncertain, self.approximate) {
            (false, false) => plain,
            (false, true) => format!("about {plain}"),
            (true, false) => format!("{plain} (uncertain)"),
            (true, true) => format!("about {plain} (uncertain)"),
        }
    }

    fn qualified(self) -> bool {
        self.uncertain || self.approximate
    }
}

/// "27 September – 10 November 2020": the year and the month once where both ends share them.
fn between(from: Point, to: Point) -> String {
    let plain = !from.qualified() && !to.qualified() && from.year == to.year;
    match (from.month, from.day, to.month, to.day) {
        (Some(m1), Some(d1), Some(m2), Some(_)) if plain && m1 == m2 => format!("{d1}–{}", to.words()),
        (Some(m1), Some(d1), Some(_), Some(_)) if plain => format!("{d1} {} – {}", month_name(m1), to.words()),
        (Some(m1), None, Some(_), None) if plain => format!("{} – {}", month_name(m1), to.words()),
        (None, _, None, _) if !from.qualified() && !to.qualified() => format!("{}–{}", from.words(), to.words()),
        _ => format!("{} – {}", from.words(), to.words()),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or("?")
}

/// The error for what is not EDTF at all, with the date that was probably meant.
fn not_a_date(written: &str) -> DateError {
    let help = guess(written)
        .map_or("dates are written `2020`, `2020-11`, `2020-11-09` or `2020-09-27/2020-11-10`".to_owned(), |g| {
            format!("did you mean `{g}`?")
        });
    DateError { code: "bad-date", message: "is not an EDTF date".into(), help: Some(help) }
}

/// What was meant by `13/09/2022`, `2022/09/13`, `2022-9-3`, `13 September 2022`, `201u` and their like.
fn guess(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    let number = |text: &str| text.parse::<u16>().ok();
    let month = |text: &str| {
        let text = text.to_lowercase();
        let named = (text.len() >= 3).then(|| MONTHS.iter().position(|m| m.to_lowercase().starts_with(&text)))?;
        named.and_then(|i| u16::try_from(i + 1).ok())
    };
    let (year, month, day) = match parts[..] {
        [y, m, d] if y.len() == 4 && number(y).is_some() => (number(y)?, number(m).or(month(m))?, Some(number(d)?)),
        [a, b, y] if y.len() == 4 => match (number(a), number(b)) {
            (Some(d), Some(m)) if m <= 12 => (number(y)?, m, Some(d)),
            (Some(m), Some(d)) => (number(y)?, m, Some(d)),
            (Some(d), None) => (number(y)?, month(b)?, Some(d)),
            (None, Some(d)) => (number(y)?, month(a)?, Some(d)),
            _ => return None,
        },
        [m, y] if y.len() == 4 => (number(y)?, number(m).or(month(m))?, None),
        [y, m] if y.len() == 4 => (number(y)?, number(m).or(month(m))?, None),
        _ => return None,
    };
    let meant = match day {
        Some(day) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{year:04}-{month:02}"),
    };
    Point::parse(&meant).is_ok().then_some(meant)
}

/// What a page's date is.
const A_DAY: &str = "a page's date is a day, `2022-09-13`, or an instant, `2022-09-13T09:30:00Z`";

/// The date of a page: a day, or an instant when a time was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    written: String,
    day: Date,
    instant: Option<Timestamp>,
    wall: Option<jiff::civil::DateTime>,
}

impl When {
    /// Reads `2022-09-13`, `2022-09-13T09:30`, `2022-09-13 09:30:00` or any of these with `Z` or an offset (RFC 3339).
    ///
    /// # Errors
    /// As for [`Edtf::parse`].
    pub fn parse(written: &str) -> Result<Self, DateError> {
        let text = written.trim();
        let owned = || text.to_owned();
        if let Ok(instant) = text.parse::<Timestamp>() {
            // The day as it was written, in whatever offset.
            let day = jiff::fmt::temporal::Pieces::parse(text)
                .map_or_else(|_| TimeZone::UTC.to_datetime(instant).date(), |p| p.date());
            return Ok(Self { written: owned(), day, instant: Some(instant), wall: None });
        }
        if text.len() > 10
            && let Ok(wall) = text.parse::<jiff::civil::DateTime>()
        {
            return Ok(Self { written: owned(), day: wall.date(), instant: None, wall: Some(wall) });
        }
        let edtf = Edtf::parse(text).map_err(|error| DateError {
            message: if error.help.is_some() { "is not a day".into() } else { error.message },
            help: error.help.filter(|help| help.starts_with("did you mean")).or_else(|| Some(A_DAY.into())),
            ..error
        })?;
        match edtf.shape {
            Shape::Point(point) if point.day.is_some() && !point.qualified() => {
                Ok(Self { written: owned(), day: point.first_day(), instant: None, wall: None })
            }
            _ => Err(DateError { code: "bad-date", message: "is not a day".into(), help: Some(A_DAY.into()) }),
        }
    }

    /// The date as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The day, as written.
    pub fn day(&self) -> Date {
        self.day
    }

    /// The instant: of a day, its first; times without an offset are read in `zone`.
    pub fn instant(&self, zone: &TimeZone) -> Timestamp {
        self.instant.unwrap_or_else(|| {
            let wall = self.wall.unwrap_or_else(|| self.day.at(0, 0, 0, 0));
            zone.to_ambiguous_timestamp(wall).compatible().unwrap_or(Timestamp::MIN)
        })
    }

    /// RFC 3339, in the offset of `zone`, for feeds and `<time datetime>`.
    pub fn rfc3339(&self, zone: &TimeZone) -> String {
        let instant = self.instant(zone);
        let offset = zone.to_offset(instant);
        instant.display_with_offset(offset).to_string()
    }

    /// The day in words for readers of `lang`: "13 September 2022".
    pub fn words(&self, lang: &str) -> String {
        day_words(self.day, lang)
    }

    /// Whether it lies after `now`. A day without a time has come once it has begun anywhere on
    /// Earth: the first time zone is 14 hours ahead of UTC.
    pub fn is_after(&self, now: Timestamp, zone: &TimeZone) -> bool {
        if self.instant.is_some() || self.wall.is_some() {
            return self.instant(zone) > now;
        }
        let first_zone = now.checked_add(SignedDuration::from_hours(14)).unwrap_or(now);
        self.instant(&TimeZone::UTC) > first_zone
    }
}

/// A day in words for readers of `lang`.
pub fn day_words(day: Date, lang: &str) -> String {
    if lang.starts_with("en") {
        format!("{} {} {}", day.day(), month_name(day.month()), day.year())
    } else {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        Edtf::parse(text).expect(text).words("en")
    }

    #[test]
    fn dates_in_words() {
        for (written, expected) in [
            ("2020", "2020"),
            ("2020-11", "November 2020"),
            ("2020-11-09", "9 November 2020"),
            ("2020-06~", "about June 2020"),
            ("2020-11?", "November 2020 (uncertain)"),
            ("2020-09-27/2020-11-10", "27 September – 10 November 2020"),
            ("2022-09-12/2022-09-14", "12–14 September 2022"),
            ("1988/1994", "1988–1994"),
            ("2021-05/..", "since May 2021"),
            ("/2020", "until 2020"),
            ("2022-12-12/2023-09-19", "12 December 2022 – 19 September 2023"),
        ] {
            assert_eq!(words(written), expected, "{written}");
        }
    }

    #[test]
    fn bounds_hold_the_whole_of_what_was_written() {
        let date = Edtf::parse("2020-02").expect("valid");
        assert_eq!(date.earliest().map(|d| d.to_string()).as_deref(), Some("2020-02-01"));
        assert_eq!(date.latest().map(|d| d.to_string()).as_deref(), Some("2020-02-29"));
    }

    #[test]
    fn what_is_not_a_date_says_what_was_meant() {
        for (written, meant) in [
            ("13/09/2022", "2022-09-13"),
            ("09/13/2022", "2022-09-13"),
            ("2022/09/13", "2022-09-13"),
            ("2022-9-3", "2022-09-03"),
            ("13 September 2022", "2022-09-13"),
            ("Sept 2022", "2022-09"),
            ("Sept 13, 2022", "2022-09-13"),
            ("2021-05/open", "2021-05/.."),
            ("2022-09-14/2022-09-12", "2022-09-12/2022-09-14"),
        ] {
            let error = Edtf::parse(written).expect_err(written);
            assert!(error.help.as_deref().unwrap_or("").contains(meant), "{written}: {error:?}");
        }
        for written in ["2022-13", "2022-02-30", "", "..", "/", "../..", "soon", "20220913"] {
            assert!(Edtf::parse(written).is_err(), "{written}");
        }
    }

    #[test]
    fn a_day_has_come_once_it_has_begun_anywhere() {
        let day = When::parse("2022-09-13").expect("a day");
        let at = |text: &str| text.parse().expect("an instant");
        assert!(day.is_after(at("2022-09-12T09:59:59Z"), &TimeZone::UTC));
        assert!(!day.is_after(at("2022-09-12T10:00:00Z"), &TimeZone::UTC));
    }
}
