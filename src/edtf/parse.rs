//! Reads EDTF strings, strictly: what is not of the format is refused, and so is what no calendar has.

use super::point::{FARTHEST_YEAR, Mark, Part, Point, Time, Two, Year, YearForm, Zone, times_ten_to};
use super::words::{month_name, year_words};
use super::{DateError, Day, End, Member, Set, Shape, Span};
use crate::limits::LONGEST_DATE;

/// Reads a point, an interval or a set.
pub(super) fn shape(written: &str) -> Result<Shape, DateError> {
    if written.len() > LONGEST_DATE {
        return Err(DateError::new(format!("is longer than {LONGEST_DATE} bytes")));
    }
    for (open, close, all) in [('[', ']', false), ('{', '}', true)] {
        if let Some(members) = written.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            return set(members, all).map(Shape::Set);
        }
    }
    match written.split_once('/') {
        None => point(written).map(Shape::Point),
        Some((from, to)) => interval(from, to),
    }
}

fn interval(from: &str, to: &str) -> Result<Shape, DateError> {
    let (start, end) = (end(from)?, end(to)?);
    match (start, end) {
        (End::At(a), End::At(b)) if a.time.is_some() || b.time.is_some() => Err(time_in_interval()),
        (End::At(a), End::At(b)) if is_reversed(&a, &b) => Err(reversed()),
        (End::At(point), _) | (_, End::At(point)) if point.time.is_some() => Err(time_in_interval()),
        (End::Open | End::Unknown, End::Open | End::Unknown) => {
            Err(DateError::new("has neither a start nor an end").with_help("an interval knows at least one: `2020/..`"))
        }
        _ => Ok(Shape::Interval(start, end)),
    }
}

fn end(text: &str) -> Result<End, DateError> {
    match text {
        "" => Ok(End::Unknown),
        ".." => Ok(End::Open),
        _ => point(text).map(End::At),
    }
}

fn set(text: &str, all: bool) -> Result<Set, DateError> {
    let texts: Vec<&str> = text.split(',').collect();
    let last = texts.len() - 1;
    let members = texts.iter().enumerate().map(|(i, text)| member(text, i == 0, i == last));
    Ok(Set { all, members: members.collect::<Result<_, _>>()? })
}

/// A date, `a..b`, `..b` as the first member or `a..` as the last. A single space may follow a comma.
fn member(text: &str, first: bool, last: bool) -> Result<Member, DateError> {
    let spaced = !first && text.starts_with(' ');
    let text = if spaced { &text[1..] } else { text };
    let span = match text.split_once("..") {
        None => Span::One(point(text)?),
        Some(("", to)) if first => Span::OrBefore(point(to)?),
        Some((from, "")) if last => Span::OrAfter(point(from)?),
        Some(("", _) | (_, "")) => return Err(DateError::new("has an open end in the middle of its list")),
        Some((from, to)) => range(from, to)?,
    };
    Ok(Member { spaced, span })
}

fn range(from: &str, to: &str) -> Result<Span, DateError> {
    let (a, b) = (point(from)?, point(to)?);
    if a.components() != b.components() {
        let message = format!("has ends of different precision in `{from}..{to}`");
        return Err(DateError::new(message).with_help("write both as years, both as months or both as days"));
    }
    if is_reversed(&a, &b) {
        return Err(reversed());
    }
    Ok(Span::Range(a, b))
}

/// Whether the second ends before the first begins. Of two seasons that name no hemisphere the later
/// is the one with the higher number, as the standard counts them.
fn is_reversed(a: &Point, b: &Point) -> bool {
    let season = |point: &Point| point.group().filter(|code| *code <= 24).zip(point.year.value.exact());
    let seasons = season(a).zip(season(b)).is_some_and(|((a, year_a), (b, year_b))| year_a == year_b && b < a);
    seasons || b.latest() < a.earliest()
}

fn reversed() -> DateError {
    DateError { code: "end-before-start", ..DateError::new("ends before it starts") }
}

fn time_in_interval() -> DateError {
    DateError::new("has a time of day in an interval").with_help("the ends of an interval are years, months or days")
}

/// Reads a point, and makes sure that the calendar has it.
fn point(text: &str) -> Result<Point, DateError> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut cursor = Cursor(date.as_bytes());
    let year = cursor.part(Cursor::year).ok_or_else(|| if is_far(date) { too_far() } else { DateError::not_edtf() })?;
    let mut two = || if cursor.eat(b'-') { cursor.part(Cursor::digits::<2>).map(Some) } else { Some(None) };
    let month = two().ok_or_else(DateError::not_edtf)?;
    let day = two().ok_or_else(DateError::not_edtf)?;
    let point = Point { year, month, day, time: None };
    match (cursor.0.is_empty(), time) {
        (false, _) => Err(DateError::not_edtf()),
        (true, None) => check(point),
        (true, Some(_)) if day.is_none() || !point.is_plain() => Err(DateError::not_edtf()),
        (true, Some(time)) => {
            let mut cursor = Cursor(time.as_bytes());
            let time = cursor.time().filter(|_| cursor.0.is_empty()).ok_or_else(DateError::not_edtf)?;
            check(Point { time: Some(time), ..point })
        }
    }
}

/// Whether a year is written rightly, only too far away.
fn is_far(date: &str) -> bool {
    let year = date.strip_prefix('Y').unwrap_or_default().trim_start_matches('-');
    let numbers: Vec<&str> = year.split(['E', 'S']).collect();
    let counts =
        numbers.iter().all(|n| n.starts_with(|c| matches!(c, '1'..='9')) && n.bytes().all(|b| b.is_ascii_digit()));
    counts && (year.contains('E') || numbers[0].len() > 4)
}

fn too_far() -> DateError {
    DateError::new("has a year too far away to reckon with").with_help("years here have at most 18 digits")
}

fn check(point: Point) -> Result<Point, DateError> {
    let year = point.year.value;
    let four = matches!(year.form, YearForm::Four { .. }) && year.significant.is_none();
    let alone = point.month.is_none();
    match (point.month, point.day) {
        _ if matches!(year.form, YearForm::Four { negative: true, .. }) && year.written() == Some(0) => {
            Err(DateError::new("has a year 0 below zero"))
        }
        _ if !four && !alone => Err(DateError::new("has a month in a year that is not of four digits")
            .with_help("long, exponential and rounded years stand alone")),
        (Some(month), None) if point.first().is_none() => Err(no_month(month.value)),
        (Some(month), Some(_)) if point.group().is_some() || point.months().next().is_none() => {
            Err(no_month(month.value))
        }
        (_, Some(day)) if point.first().is_none() => Err(no_day(&point, day.value)),
        _ => check_time(point),
    }
}

fn check_time(point: Point) -> Result<Point, DateError> {
    let Some(Time { hour, minute, second, zone }) = point.time else { return Ok(point) };
    let fault = match zone {
        _ if hour > 23 => format!("has no hour {hour:02}"),
        _ if minute > 59 => format!("has no minute {minute:02}"),
        _ if second > 60 => format!("has no second {second:02}"),
        Some(Zone::Offset { behind: true, hours: 0, minutes: None | Some(0) }) => {
            "has an offset of minus zero".to_owned()
        }
        Some(Zone::Offset { hours, minutes, .. }) if hours > 23 || minutes > Some(59) => {
            "has an offset of a day or more".to_owned()
        }
        _ => return Ok(point),
    };
    Err(DateError::new(fault).with_help("times run from `00:00:00` to `23:59:59`, midnight begins the next day"))
}

fn no_month(month: Two) -> DateError {
    DateError::new(format!("has no month {}", written(month)))
        .with_help("months are 01 to 12; 21 to 41 are seasons and other parts of a year, which have no days")
}

fn no_day(point: &Point, day: Two) -> DateError {
    let day = written(day);
    let (Some(month), Some(year)) = (single(point.months()), point.year.value.exact()) else {
        return DateError::new(format!("has no day {day} in any month that it can mean"))
            .with_help("months have up to 31 days, February 28 or in leap years 29");
    };
    let (name, year_name) = (month_name(month), year_words(year));
    DateError::new(format!("has no day {day} in {name} {year_name}"))
        .with_help(format!("{name} {year_name} has {} days", Day::days_in_month(year, month)))
}

fn single(mut months: impl Iterator<Item = u8>) -> Option<u8> {
    months.next().filter(|_| months.next().is_none())
}

fn written(digits: Two) -> String {
    digits.iter().map(|digit| digit.map_or('X', |digit| char::from(b'0' + digit))).collect()
}

/// What is left to read. Its methods take what they name from the front, or give none; a point that
/// was not read to its end is not a point, so nothing need be put back.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn part<T>(&mut self, value: impl Fn(&mut Self) -> Option<T>) -> Option<Part<T>> {
        Some(Part { left: self.mark(), value: value(self)?, right: self.mark() })
    }

    fn mark(&mut self) -> Option<Mark> {
        let mark = match self.0.first()? {
            b'?' => Mark::Uncertain,
            b'~' => Mark::Approximate,
            b'%' => Mark::Both,
            _ => return None,
        };
        self.0 = &self.0[1..];
        Some(mark)
    }

    fn digits<const N: usize>(&mut self) -> Option<[Option<u8>; N]> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        digits
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'X'))
            .then(|| digits.map(|byte| byte.checked_sub(b'0').filter(|digit| *digit <= 9)))
    }

    fn two(&mut self) -> Option<u8> {
        self.digits().and_then(super::point::number)
    }

    /// A whole number without leading zeros, at least 1 and at most the farthest year.
    fn count(&mut self) -> Option<i64> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        let number: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        (digits[0] != b'0' && number <= FARTHEST_YEAR).then_some(number)
    }

    fn year(&mut self) -> Option<Year> {
        let form = if self.eat(b'Y') { self.long_year()? } else { self.short_year()? };
        let unspecified = matches!(form, YearForm::Four { digits, .. } if digits.contains(&None));
        let significant = if self.eat(b'S') { Some(u32::try_from(self.count()?).ok()?) } else { None };
        (significant.is_none() || !unspecified).then_some(Year { form, significant })
    }

    fn short_year(&mut self) -> Option<YearForm> {
        Some(YearForm::Four { negative: self.eat(b'-'), digits: self.digits()? })
    }

    /// After the `Y`: more than four digits, or a number with an exponent.
    fn long_year(&mut self) -> Option<YearForm> {
        let sign = if self.eat(b'-') { -1 } else { 1 };
        let base = sign * self.count()?;
        if self.eat(b'E') {
            let exponent = u32::try_from(self.count()?).ok()?;
            times_ten_to(base, exponent).map(|_| YearForm::Exponential { base, exponent })
        } else {
            (base.abs() > 9999).then_some(YearForm::Long(base))
        }
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.two()?;
        let minute = self.after_colon()?;
        let second = self.after_colon()?;
        Some(Time { hour, minute, second, zone: self.zone()? })
    }

    fn after_colon(&mut self) -> Option<u8> {
        self.eat(b':').then(|| self.two()).flatten()
    }

    /// None when it is no zone; of a time without one, `Some(None)`.
    #[expect(clippy::option_option, reason = "the outer is whether it could be read, as everywhere here")]
    fn zone(&mut self) -> Option<Option<Zone>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.eat(b'Z') {
            return Some(Some(Zone::Utc));
        }
        let behind = self.eat(b'-');
        if !behind && !self.eat(b'+') {
            return None;
        }
        let hours = self.two()?;
        let minutes = if self.0.is_empty() { None } else { Some(self.after_colon()?) };
        Some(Some(Zone::Offset { behind, hours, minutes }))
    }
}
