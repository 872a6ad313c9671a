//! A day of the proleptic Gregorian calendar, as far away as EDTF can write one.

use std::fmt;

use jiff::civil::Date;

/// A day of the proleptic Gregorian calendar. Years are astronomical: 0 is 1 BC, -1 is 2 BC.
/// jiff's dates end at the years -9999 and 9999, EDTF's do not, hence a type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year.
    pub year: i64,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
}

impl Day {
    /// Before every day that a date can name: where an open or unknown start is taken to lie.
    pub const MIN: Self = Self { year: i64::MIN, month: 1, day: 1 };
    /// After every day that a date can name: where an open or unknown end is taken to lie.
    pub const MAX: Self = Self { year: i64::MAX, month: 12, day: 31 };

    /// The day, when the calendar has it.
    pub fn new(year: i64, month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && (1..=Self::days_in_month(year, month)).contains(&day)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// The first day of a year.
    pub fn first_of_year(year: i64) -> Self {
        Self { year, month: 1, day: 1 }
    }

    /// The last day of a year.
    pub fn last_of_year(year: i64) -> Self {
        Self { year, month: 12, day: 31 }
    }

    /// How many days a month has, 28 to 31.
    pub fn days_in_month(year: i64, month: u8) -> u8 {
        match month {
            2 if is_leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// The day as jiff has it; none outside its years -9999 to 9999.
    pub fn date(self) -> Option<Date> {
        let year = i16::try_from(self.year).ok()?;
        let (month, day) = (i8::try_from(self.month).ok()?, i8::try_from(self.day).ok()?);
        Date::new(year, month, day).ok()
    }

    /// The day so many days later, or earlier when negative. [`Day::MIN`] and [`Day::MAX`] stand for
    /// "any day before" and "any day after", and stay what they are.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        match self {
            Self::MIN | Self::MAX => self,
            _ => Self::from_number(self.number() + i128::from(days)),
        }
    }

    /// How many days later `other` is, negative when it is earlier; none from or to [`Day::MIN`] and [`Day::MAX`].
    pub fn days_until(self, other: Self) -> Option<i64> {
        let known = |day: Self| ![Self::MIN, Self::MAX].contains(&day);
        (known(self) && known(other)).then(|| i64::try_from(other.number() - self.number()).ok())?
    }

    /// The days from 1 March of the year 0 to this one. Years are counted from March on, so that the
    /// leap day is the last of its year (Howard Hinnant, "chrono-compatible low-level date algorithms").
    fn number(self) -> i128 {
        let (month, day) = (i128::from(self.month), i128::from(self.day));
        let year = i128::from(self.year) - i128::from(self.month <= 2);
        let month_from_march = (month + 9) % 12;
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month_from_march + 2) / 5
            + day
            - 1
    }

    fn from_number(number: i128) -> Self {
        let (era, day_of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let small = |n: i128| u8::try_from(n).expect("a month is at most 12, a day at most 31");
        match i64::try_from(era * 400 + year_of_era + i128::from(month <= 2)) {
            Ok(year) => Self { year, month: small(month), day: small(day) },
            Err(_) if number < 0 => Self::MIN,
            Err(_) => Self::MAX,
        }
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        let small = |n: i8| u8::try_from(n).expect("a calendar's months and days are positive");
        Self { year: date.year().into(), month: small(date.month()), day: small(date.day()) }
    }
}

/// ISO 8601: `1985-04-12`; years beyond four digits with their sign, `+170000002-01-01`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.year, self.month, self.day);
        match year {
            0..=9999 => write!(f, "{year:04}-{month:02}-{day:02}"),
            -9999..0 => write!(f, "-{:04}-{month:02}-{day:02}", -year),
            _ => write!(f, "{year:+}-{month:02}-{day:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_follow_one_another_at_any_distance() {
        let next = |year, month, day| Day { year, month, day }.plus_days(1);
        assert_eq!(next(2020, 2, 28), Day { year: 2020, month: 2, day: 29 });
        assert_eq!(next(1900, 2, 28), Day { year: 1900, month: 3, day: 1 });
        assert_eq!(next(-1, 12, 31), Day { year: 0, month: 1, day: 1 });
        assert_eq!(next(170_000_002, 12, 31), Day { year: 170_000_003, month: 1, day: 1 });
        assert_eq!(next(i64::MAX, 12, 30), Day::MAX);
        assert_eq!(Day::MAX.plus_days(-1), Day::MAX);
        assert_eq!(Day { year: i64::MAX, month: 6, day: 1 }.plus_days(i64::MAX), Day::MAX);
        assert_eq!(Day { year: i64::MIN, month: 6, day: 1 }.plus_days(i64::MIN), Day::MIN);
        assert_eq!(Day::MAX.date(), None);
        assert_eq!(Day::first_of_year(2020).days_until(Day::first_of_year(2021)), Some(366));
        assert_eq!(Day::first_of_year(2020).days_until(Day::MAX), None);
        assert_eq!(Day { year: 170_000_002, month: 1, day: 1 }.to_string(), "+170000002-01-01");
        assert_eq!(Day { year: -44, month: 3, day: 15 }.to_string(), "-0044-03-15");
    }

    proptest! {
        #[test]
        fn as_jiff_reckons(number in -4_371_222_i32..2_932_896, days in -100_000_i64..100_000) {
            let date = Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(number));
            let day = Day::from(date);
            prop_assert_eq!(day.date(), Some(date));
            if let Ok(later) = date.checked_add(jiff::Span::new().days(days)) {
                prop_assert_eq!(day.plus_days(days), Day::from(later));
            }
        }

        #[test]
        fn there_and_back(year in -1_000_000_000_000_000_000_i64..1_000_000_000_000_000_000, n in 0_u16..366, days: i32) {
            let day = Day::first_of_year(year).plus_days(n.into());
            prop_assert_eq!(day.plus_days(days.into()).plus_days(-i64::from(days)), day);
            prop_assert_eq!(day.days_until(day.plus_days(days.into())), Some(days.into()));
            prop_assert!(day.plus_days(1) > day);
            prop_assert!(Day::new(day.year, day.month, day.day).is_some());
        }
    }
}
