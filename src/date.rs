//! Dates of pages: plain days or instants. Dates of facts are [`Edtf`].

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use crate::edtf::{DateError, Day, Edtf, Precision, day_words};

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
        let edtf = Edtf::parse(text).map_err(|error| not_a_day(text, error))?;
        match edtf.day().and_then(Day::date) {
            Some(day) => Ok(Self { written: owned(), day, instant: None, wall: None }),
            None => Err(DateError::new("is not a day").with_help(A_DAY)),
        }
    }

    /// The date as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The day, as written.
    pub fn day(&self) -> Day {
        self.day.into()
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
        day_words(self.day.into(), lang)
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

/// What is wrong with a page's date: a day that the calendar lacks says so, whatever else is no day;
/// the help asks about a day or says what one is.
fn not_a_day(text: &str, error: DateError) -> DateError {
    let meant = error
        .help
        .filter(|help| help.strip_prefix("did you mean `").is_some_and(|day| day.len() >= "2022-09-13".len()));
    let calendar = error.message.starts_with("has no day") || error.message.starts_with("has no month");
    let message = if calendar && !text.contains(['/', ',']) { error.message } else { "is not a day".to_owned() };
    DateError::new(message).with_help(meant.unwrap_or_else(|| A_DAY.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_day_or_an_instant() {
        for text in ["2022-09-13", "2022-09-13T09:30", "2022-09-13 09:30:00", "2022-09-13T09:30:00Z", " 2022-09-13 "] {
            let when = When::parse(text).expect(text);
            assert_eq!((when.day().to_string().as_str(), when.as_str()), ("2022-09-13", text.trim()));
            assert_eq!(when.words("en"), "13 September 2022");
        }
        for (text, message, help) in [
            ("13/09/2022", "is not a day", "did you mean `2022-09-13`?"),
            ("2022-02-30", "has no day 30 in February 2022", A_DAY),
            ("2022-09", "is not a day", A_DAY),
            ("2022-09-13~", "is not a day", A_DAY),
            ("2022-09-13/2022-09-14", "is not a day", A_DAY),
            ("soon", "is not a day", A_DAY),
        ] {
            let error = When::parse(text).expect_err(text);
            assert_eq!((error.message.as_str(), error.help.as_deref()), (message, Some(help)), "{text}");
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
