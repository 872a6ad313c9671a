//! A point of a date: a year, a month or part of a year, a day or a moment, each digit known or not.

use std::fmt;

use super::{Day, Precision};

/// Years lie within 18 digits of the year 0, so that reckoning with them cannot overflow. The
/// universe is 11 digits old.
pub(super) const FARTHEST_YEAR: i64 = 999_999_999_999_999_999;

/// A date without `/`, brackets or commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Point {
    pub(super) year: Part<Year>,
    /// 01 to 12, or 21 to 41 for a season or another part of the year.
    pub(super) month: Option<Part<Two>>,
    pub(super) day: Option<Part<Two>>,
    pub(super) time: Option<Time>,
}

/// A component, with what qualifies it: on its left itself alone, on its right also all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Part<T> {
    pub(super) value: T,
    pub(super) left: Option<Mark>,
    pub(super) right: Option<Mark>,
}

/// How sure a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    Uncertain,
    Approximate,
    Both,
}

/// Digits as written, `None` for an `X`.
pub(super) type Digits<const N: usize> = [Option<u8>; N];
/// The digits of a month or a day.
pub(super) type Two = Digits<2>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Year {
    pub(super) form: YearForm,
    /// How many of its digits mean something: `1950S2`.
    pub(super) significant: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum YearForm {
    /// `1985`, `-1985`, `19XX`.
    Four { negative: bool, digits: Digits<4> },
    /// `Y170000002`.
    Long(i64),
    /// `Y-17E7`.
    Exponential { base: i64, exponent: u32 },
}

/// A time of day; a second of 60 is a leap second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Time {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) zone: Option<Zone>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Zone {
    Utc,
    Offset { behind: bool, hours: u8, minutes: Option<u8> },
}

impl Point {
    /// A point that marks nothing and knows every digit.
    pub(super) fn is_plain(&self) -> bool {
        !self.is_marked() && !self.is_unspecified() && self.year.value.significant.is_none()
    }

    pub(super) fn is_marked(&self) -> bool {
        self.marks().iter().flatten().next().is_some()
    }

    pub(super) fn is_unspecified(&self) -> bool {
        let unknown = |part: Option<Part<Two>>| part.is_some_and(|part| part.value.contains(&None));
        self.year.value.is_unspecified() || unknown(self.month) || unknown(self.day)
    }

    /// What holds of the year, the month and the day, whichever of them are written.
    pub(super) fn marks(&self) -> [Option<Mark>; 3] {
        let (month, day) = (self.month.as_ref(), self.day.as_ref());
        let right_of_day = day.and_then(|part| part.right);
        let right_of_month = both(month.and_then(|part| part.right), right_of_day);
        [
            both(both(self.year.left, self.year.right), right_of_month),
            month.and_then(|part| both(part.left, right_of_month)),
            day.and_then(|part| both(part.left, right_of_day)),
        ]
    }

    /// The mark of the whole, when year, month and day all bear the same.
    pub(super) fn whole_mark(&self) -> Option<Mark> {
        let [year, month, day] = self.marks();
        let same = |part: Option<Part<Two>>, mark| part.is_none() || mark == year;
        year.filter(|_| same(self.month, month) && same(self.day, day))
    }

    /// The code of the season, quarter or other part of the year, 21 to 41.
    pub(super) fn group(&self) -> Option<u8> {
        self.month.and_then(|part| number(part.value)).filter(|code| (21..=41).contains(code))
    }

    /// The months that it can mean, when it is not a part of the year of another kind.
    pub(super) fn months(&self) -> impl Iterator<Item = u8> + use<> {
        let pattern = self.month.map(|part| part.value);
        (1..=12).filter(move |month| pattern.is_none_or(|pattern| fits(pattern, *month)))
    }

    /// The days that it can mean in a month.
    pub(super) fn days(&self, year: i64, month: u8) -> impl DoubleEndedIterator<Item = u8> + use<> {
        let pattern = self.day.map(|part| part.value);
        (1..=Day::days_in_month(year, month)).filter(move |day| pattern.is_none_or(|pattern| fits(pattern, *day)))
    }

    /// The first day that it can mean; none when the calendar has no such day.
    pub(super) fn first(&self) -> Option<Day> {
        self.year.value.years().find_map(|year| self.first_in(year))
    }

    /// The last day that it can mean; none when the calendar has no such day.
    pub(super) fn last(&self) -> Option<Day> {
        self.year.value.years().rev().find_map(|year| self.last_in(year))
    }

    /// The first day of a point that was read.
    pub(super) fn earliest(&self) -> Day {
        self.first().expect("a date without a day is refused where it is read")
    }

    /// The last day of a point that was read.
    pub(super) fn latest(&self) -> Day {
        self.last().expect("a date without a day is refused where it is read")
    }

    fn first_in(&self, year: i64) -> Option<Day> {
        match (self.month, self.group()) {
            (None, _) => Some(Day::first_of_year(year)),
            (_, Some(code)) => group_months(code).map(|(first, _)| Day { month: first, ..Day::first_of_year(year) }),
            _ => self.months().find_map(|month| self.days(year, month).next().map(|day| Day { year, month, day })),
        }
    }

    fn last_in(&self, year: i64) -> Option<Day> {
        match (self.month, self.group()) {
            (None, _) => Some(Day::last_of_year(year)),
            (_, Some(code)) => group_months(code).map(|(_, last)| end_of_month(year, last)),
            _ => self
                .months()
                .filter_map(|month| self.days(year, month).next_back().map(|day| Day { year, month, day }))
                .last(),
        }
    }

    /// The lowest level of EDTF that has all of its features.
    pub(super) fn level(&self) -> u8 {
        [self.year.value.level(), self.group_level(), self.unspecified_level(), self.mark_level()]
            .into_iter()
            .max()
            .unwrap_or(0)
    }

    fn group_level(&self) -> u8 {
        self.group().map_or(0, |code| if code <= 24 { 1 } else { 2 })
    }

    /// Level 1 knows `X` for the last one or two digits of a year alone, for a whole day, and for a
    /// whole month with whatever follows it; the year before these is known.
    fn unspecified_level(&self) -> u8 {
        let known = |part: Option<Part<Two>>| part.is_none_or(|part| !part.value.contains(&None));
        let whole = |part: Option<Part<Two>>| part.is_none_or(|part| part.value == [None, None]);
        if !self.is_unspecified() {
            return 0;
        }
        let level_1 = match self.year.value.form {
            YearForm::Four { digits: [Some(_), Some(_), _, None], .. } => self.month.is_none(),
            YearForm::Four { digits, .. } if digits.contains(&None) => false,
            _ => (known(self.month) && whole(self.day)) || (whole(self.month) && whole(self.day)),
        };
        if level_1 { 1 } else { 2 }
    }

    /// Level 1 marks the whole date, with one mark at its end.
    fn mark_level(&self) -> u8 {
        let month = self.month.is_some_and(|part| part.left.is_some() || (part.right.is_some() && self.day.is_some()));
        let year = self.year.left.is_some() || (self.year.right.is_some() && self.month.is_some());
        match self.is_marked() {
            false => 0,
            true if year || month || self.day.is_some_and(|part| part.left.is_some()) => 2,
            true => 1,
        }
    }

    /// The finest unit that is known.
    pub(super) fn precision(&self) -> Precision {
        let unknown = |part: Option<Part<Two>>| part.is_none_or(|part| part.value.contains(&None));
        match self.year.value.precision() {
            Precision::Year => {}
            coarser => return coarser,
        }
        match self.group() {
            Some(21..=32) => Precision::Season,
            Some(_) => Precision::SubYear,
            None if unknown(self.month) => Precision::Year,
            None if unknown(self.day) => Precision::Month,
            None if self.time.is_none() => Precision::Day,
            None => Precision::Instant,
        }
    }

    /// Which components are written; the ends of a range in a set have the same.
    pub(super) fn components(&self) -> (bool, bool, bool, bool) {
        let month = self.month.is_some();
        (month && self.group().is_none(), self.group().is_some(), self.day.is_some(), self.time.is_some())
    }

    /// What HTML's `<time datetime>` takes, where it has something for this.
    pub(super) fn machine(&self) -> Option<String> {
        let year = self.year.value.exact().filter(|year| (1..=9999).contains(year))?;
        let four = matches!(self.year.value.form, YearForm::Four { .. });
        if !four || !self.is_plain() || self.group().is_some() {
            return None;
        }
        let two = |part: Option<Part<Two>>| part.and_then(|part| number(part.value)).map(|n| format!("-{n:02}"));
        let date = format!("{year:04}{}{}", two(self.month).unwrap_or_default(), two(self.day).unwrap_or_default());
        Some(self.time.map_or(date.clone(), |time| format!("{date}T{}", time.machine())))
    }
}

impl Year {
    fn is_unspecified(&self) -> bool {
        matches!(self.form, YearForm::Four { digits, .. } if digits.contains(&None))
    }

    /// Whether not one digit of it is known: `XXXX`.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.form, YearForm::Four { digits: [None, None, None, None], .. })
    }

    /// The year, where every digit is written and means something.
    pub(super) fn exact(&self) -> Option<i64> {
        let (first, last) = self.bounds();
        (first == last && !self.is_unspecified()).then_some(first)
    }

    /// The year written, where every digit is: of `1950S2`, the estimate 1950.
    pub(super) fn written(&self) -> Option<i64> {
        match self.form {
            YearForm::Four { .. } if self.is_unspecified() => None,
            YearForm::Four { negative, digits } => {
                let year = digits.iter().flatten().fold(0, |year, digit| year * 10 + i64::from(*digit));
                Some(if negative { -year } else { year })
            }
            YearForm::Long(year) => Some(year),
            YearForm::Exponential { base, exponent } => times_ten_to(base, exponent),
        }
    }

    /// The years from the first to the last that it can mean.
    fn bounds(&self) -> (i64, i64) {
        let (low, high) = match (self.form, self.written()) {
            (_, Some(year)) => self.significant.map_or((year, year), |digits| rounded(year, digits)),
            (YearForm::Four { negative, digits }, None) => filled(negative, digits),
            (_, None) => (0, 0),
        };
        (low.min(high), low.max(high))
    }

    /// Every year that it can mean, in order.
    pub(super) fn years(self) -> impl DoubleEndedIterator<Item = i64> {
        let (first, last) = self.bounds();
        (first..=last).filter(move |year| self.fits(*year))
    }

    fn fits(&self, year: i64) -> bool {
        match self.form {
            YearForm::Four { negative, digits } if self.is_unspecified() => {
                (year != 0 || !negative)
                    && digits.iter().rev().fold((true, year.abs()), |(fits, rest), digit| {
                        (fits && digit.is_none_or(|digit| i64::from(digit) == rest % 10), rest / 10)
                    }) == (true, 0)
            }
            _ => true,
        }
    }

    fn level(&self) -> u8 {
        match self.form {
            _ if self.significant.is_some() => 2,
            YearForm::Exponential { .. } => 2,
            YearForm::Four { negative: false, .. } => 0,
            YearForm::Four { .. } | YearForm::Long(_) => 1,
        }
    }

    fn precision(&self) -> Precision {
        let by_span = |(first, last): (i64, i64)| match last - first {
            0 => Precision::Year,
            1..=9 => Precision::Decade,
            10..=99 => Precision::Century,
            100..=999 => Precision::Millennium,
            _ => Precision::Era,
        };
        match self.form {
            YearForm::Four { digits, .. } => match digits.iter().position(Option::is_none) {
                None => by_span(self.bounds()),
                Some(0) => Precision::Era,
                Some(1) => Precision::Millennium,
                Some(2) => Precision::Century,
                Some(_) => Precision::Decade,
            },
            _ => by_span(self.bounds()),
        }
    }
}

impl Time {
    /// As HTML takes it: offsets with minutes, and no leap seconds.
    fn machine(self) -> String {
        let Self { hour, minute, second, zone } = self;
        let offset = match zone {
            None => String::new(),
            Some(Zone::Utc) => "Z".to_owned(),
            Some(Zone::Offset { behind, hours, minutes }) => {
                format!("{}{hours:02}:{:02}", if behind { '-' } else { '+' }, minutes.unwrap_or(0))
            }
        };
        format!("{hour:02}:{minute:02}:{:02}{offset}", second.min(59))
    }
}

/// The number that two known digits make.
pub(super) fn number(digits: Two) -> Option<u8> {
    let [tens, ones] = digits;
    Some(tens? * 10 + ones?)
}

/// Whether a number of two digits can be meant.
pub(super) fn fits(pattern: Two, number: u8) -> bool {
    let [tens, ones] = pattern;
    tens.is_none_or(|digit| digit == number / 10) && ones.is_none_or(|digit| digit == number % 10)
}

/// `base` times ten to the `exponent`, where that is no farther than the farthest year.
pub(super) fn times_ten_to(base: i64, exponent: u32) -> Option<i64> {
    let year = base.checked_mul(10_i64.checked_pow(exponent)?)?;
    (-FARTHEST_YEAR..=FARTHEST_YEAR).contains(&year).then_some(year)
}

/// The lowest and the highest number that have the same first digits.
fn rounded(year: i64, digits: u32) -> (i64, i64) {
    let (size, sign) = (year.abs(), if year < 0 { -1 } else { 1 });
    let length = size.checked_ilog10().map_or(1, |log| log + 1);
    let unit = 10_i64.pow(length.saturating_sub(digits));
    let first = size / unit * unit;
    (sign * first, sign * (first + unit - 1))
}

/// The numbers with 0 and with 9 for every `X`. There is no year -0.
fn filled(negative: bool, digits: Digits<4>) -> (i64, i64) {
    let fill = |with: u8| digits.iter().fold(0, |year, digit| year * 10 + i64::from(digit.unwrap_or(with)));
    if negative { (-fill(0).max(1), -fill(9)) } else { (fill(0), fill(9)) }
}

/// The first and the last month of a part of the year; months past 12 lie in the next. Seasons are
/// those of meteorologists, three whole months, counted to the year that they begin in: the winter
/// 2001 of the north is December 2001 to February 2002. 21 to 24 leave the hemisphere open, so they
/// span the season of both: spring is March to May or September to November.
fn group_months(code: u8) -> Option<(u8, u8)> {
    Some(match code {
        21 | 23 => (3, 11),
        22 | 24 => (6, 14),
        25 | 31 => (3, 5),
        26 | 32 => (6, 8),
        27 | 29 => (9, 11),
        28 | 30 => (12, 14),
        33..=36 => (1 + (code - 33) * 3, 3 + (code - 33) * 3),
        37..=39 => (1 + (code - 37) * 4, 4 + (code - 37) * 4),
        40 => (1, 6),
        41 => (7, 12),
        _ => return None,
    })
}

fn end_of_month(year: i64, month: u8) -> Day {
    let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
    Day { year, month, day: Day::days_in_month(year, month) }
}

/// What two marks of one component come to.
fn both(a: Option<Mark>, b: Option<Mark>) -> Option<Mark> {
    match (a, b) {
        (None, mark) | (mark, None) => mark,
        (Some(a), Some(b)) if a == b => Some(a),
        _ => Some(Mark::Both),
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_part(f, &self.year, |f, year| write!(f, "{year}"))?;
        for part in [self.month, self.day].iter().flatten() {
            f.write_str("-")?;
            write_part(f, part, |f, digits| write_digits(f, digits))?;
        }
        self.time.map_or(Ok(()), |time| write!(f, "T{time}"))
    }
}

fn write_part<T>(
    f: &mut fmt::Formatter<'_>,
    part: &Part<T>,
    value: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    part.left.map_or(Ok(()), |mark| write!(f, "{mark}"))?;
    value(f, &part.value)?;
    part.right.map_or(Ok(()), |mark| write!(f, "{mark}"))
}

fn write_digits(f: &mut fmt::Formatter<'_>, digits: &[Option<u8>]) -> fmt::Result {
    digits.iter().try_for_each(|digit| match digit {
        Some(digit) => write!(f, "{digit}"),
        None => f.write_str("X"),
    })
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            YearForm::Four { negative, digits } => {
                f.write_str(if negative { "-" } else { "" })?;
                write_digits(f, &digits)?;
            }
            YearForm::Long(year) => write!(f, "Y{year}")?,
            YearForm::Exponential { base, exponent } => write!(f, "Y{base}E{exponent}")?,
        }
        self.significant.map_or(Ok(()), |digits| write!(f, "S{digits}"))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uncertain => "?",
            Self::Approximate => "~",
            Self::Both => "%",
        })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        self.zone.map_or(Ok(()), |zone| write!(f, "{zone}"))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc => f.write_str("Z"),
            Self::Offset { behind, hours, minutes } => {
                write!(f, "{}{hours:02}", if *behind { '-' } else { '+' })?;
                minutes.map_or(Ok(()), |minutes| write!(f, ":{minutes:02}"))
            }
        }
    }
}
