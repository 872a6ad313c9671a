//! Dates in English words.

use super::point::{Digits, Mark, Point, Time, Two, Year, YearForm, Zone, number};
use super::{Day, End, Set, Shape, Span};

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

/// A day in words for readers of `lang`: "9 November 2020"; in ISO 8601 where there are none.
pub fn day_words(day: Day, lang: &str) -> String {
    if lang.starts_with("en") {
        format!("{} {} {}", day.day, month_name(day.month), year_words(day.year))
    } else {
        day.to_string()
    }
}

/// The name of a month, 1 to 12.
pub(super) fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or("?")
}

/// The month that a word names, in full or by its first three letters or more.
pub(super) fn month_named(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|month| word.len() >= 3 && month.to_lowercase().starts_with(&word))?;
    u8::try_from(at + 1).ok()
}

/// A year as readers count: 1985 is "1985", 476 is "476 AD", -43 is "44 BC", and 170000002 is "170,000,002".
pub(super) fn year_words(year: i64) -> String {
    match year {
        1000..=9999 => year.to_string(),
        1..=999 => format!("{year} AD"),
        10_000.. => thousands(year.unsigned_abs()),
        _ => format!("{} BC", thousands(year.unsigned_abs() + 1)),
    }
}

/// From five digits on, a comma between each three.
fn thousands(number: u64) -> String {
    if number < 10_000 {
        return number.to_string();
    }
    let mut groups = vec![format!("{:03}", number % 1000)];
    let mut rest = number / 1000;
    while rest >= 1000 {
        groups.push(format!("{:03}", rest % 1000));
        rest /= 1000;
    }
    groups.push(rest.to_string());
    groups.reverse();
    groups.join(",")
}

/// Every kind of date in words.
pub(super) fn english(shape: &Shape) -> String {
    match shape {
        Shape::Point(point) => point_words(point),
        Shape::Interval(End::At(from), End::At(to)) => between(from, to),
        Shape::Interval(End::At(from), End::Open) => format!("since {}", point_words(from)),
        Shape::Interval(End::At(from), End::Unknown) => format!("{} – date unknown", point_words(from)),
        Shape::Interval(_, End::At(to)) => format!("until {}", point_words(to)),
        Shape::Interval(..) => "date unknown".to_owned(),
        Shape::Set(set) => set_words(set),
    }
}

/// A point with its marks: "about June 2020", "11 June 2004 (year uncertain, day approximate)".
fn point_words(point: &Point) -> String {
    let plain = unmarked(point);
    let first = point.marks().into_iter().flatten().next();
    match (point.whole_mark(), first) {
        (_, None) => plain,
        (None, Some(_)) => format!("{plain} ({})", marked_parts(point)),
        // "About some day in April" is no English.
        (Some(mark), _) if point.is_unspecified() || point.year.value.significant.is_some() => {
            format!("{plain} ({})", adjective(mark))
        }
        (Some(Mark::Approximate), _) => format!("about {plain}"),
        (Some(Mark::Uncertain), _) => format!("{plain} (uncertain)"),
        (Some(Mark::Both), _) => format!("about {plain} (uncertain)"),
    }
}

fn adjective(mark: Mark) -> &'static str {
    match mark {
        Mark::Uncertain => "uncertain",
        Mark::Approximate => "approximate",
        Mark::Both => "approximate and uncertain",
    }
}

/// "year and month approximate, day uncertain": components with one mark are told together.
fn marked_parts(point: &Point) -> String {
    let month = match point.group() {
        None => "month",
        Some(21..=32) => "season",
        Some(_) => "part of the year",
    };
    let marks = point.marks();
    let mut told: Vec<(Mark, Vec<&str>)> = Vec::new();
    for (mark, name) in marks.into_iter().zip(["year", month, "day"]) {
        match (mark, told.iter_mut().find(|(other, _)| Some(*other) == mark)) {
            (None, _) => {}
            (Some(_), Some((_, names))) => names.push(name),
            (Some(mark), None) => told.push((mark, vec![name])),
        }
    }
    let parts = told.iter().map(|(mark, names)| format!("{} {}", names.join(" and "), adjective(*mark)));
    parts.collect::<Vec<_>>().join(", ")
}

/// A point without its marks.
fn unmarked(point: &Point) -> String {
    let date = match (point.month, point.day) {
        (None, _) => year_alone(&point.year.value),
        (Some(_), None) => month_in_year(point),
        (Some(_), Some(day)) => day_in_month(point, day.value),
    };
    point.time.map_or(date.clone(), |time| format!("{date}, {}", time_words(time)))
}

fn month_in_year(point: &Point) -> String {
    if let Some(code) = point.group() {
        return group_words(code, &point.year.value);
    }
    let months: Vec<u8> = point.months().collect();
    match months.len() {
        12 => within("some month", &point.year.value),
        _ => after(&month_names(&months), &point.year.value),
    }
}

/// "October, November or December", "a month from January to September".
fn month_names(months: &[u8]) -> String {
    match months {
        [first, .., last] if months.len() > 4 => {
            format!("a month from {} to {}", month_name(*first), month_name(*last))
        }
        _ => either(months.iter().map(|month| month_name(*month))),
    }
}

/// "12 April 1985", "some day in April 1985", "5, 15 or 25 April 1985", "the 12th of some month in 1985".
fn day_in_month(point: &Point, day: Two) -> String {
    let year = &point.year.value;
    let months: Vec<u8> = point.months().filter(|month| point.days(LEAP_YEAR, *month).next().is_some()).collect();
    let days = possible_days(point, &months);
    let any_day = day == [None, None];
    if point.month.is_some_and(|part| part.value == [None, None]) {
        let text = if any_day { "some day".to_owned() } else { format!("{} of some month", nth_days(&days)) };
        return within(&text, year);
    }
    let names = month_names(&months);
    let text = match days[..] {
        _ if any_day => format!("some day in {names}"),
        _ if months.len() > 4 => format!("{} of {names}", nth_days(&days)),
        [first, .., last] if days.len() > 4 => format!("a day from {first} to {last} {names}"),
        _ => format!("{} {names}", either(days.iter().map(ToString::to_string))),
    };
    after(&text, year)
}

/// "the 12th", "the 5th, 15th or 25th", "a day from the 10th to the 19th".
fn nth_days(days: &[u8]) -> String {
    match days {
        [first, .., last] if days.len() > 4 => format!("a day from the {} to the {}", ordinal(*first), ordinal(*last)),
        _ => format!("the {}", either(days.iter().map(|day| ordinal(*day)))),
    }
}

/// Has every day that any year has.
const LEAP_YEAR: i64 = 2000;

fn possible_days(point: &Point, months: &[u8]) -> Vec<u8> {
    let year = point.year.value.exact().unwrap_or(LEAP_YEAR);
    let mut days: Vec<u8> = months.iter().flat_map(|month| point.days(year, *month)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// What names a month, and the year behind it: "April 1985", "April in some year of the 1560s".
fn after(text: &str, year: &Year) -> String {
    match (year.exact(), year_range(year)) {
        (Some(year), _) => format!("{text} {}", year_words(year)),
        _ if year.is_unknown() => format!("{text}, year unknown"),
        (None, YearRange::Named(name)) => format!("{text} in some year of {name}"),
        (None, YearRange::Between(range)) => format!("{text} in a year {range}"),
    }
}

/// What names no month, and the year that it lies in: "some month in 1985", "some day in the 1560s".
fn within(text: &str, year: &Year) -> String {
    match (year.exact(), year_range(year)) {
        (Some(year), _) => format!("{text} in {}", year_words(year)),
        _ if year.is_unknown() => format!("{text}, year unknown"),
        (None, YearRange::Named(name)) => format!("{text} in {name}"),
        (None, YearRange::Between(range)) => format!("{text} in a year {range}"),
    }
}

/// "1985", "the 1560s", "the 20th century", "a year between 1900 and 1999, estimated 1950".
fn year_alone(year: &Year) -> String {
    match (year.exact(), year.written(), year_range(year)) {
        (Some(year), _, _) => year_words(year),
        (None, Some(estimate), YearRange::Between(range)) => {
            format!("a year {range}, estimated {}", year_words(estimate))
        }
        _ if year.is_unknown() => "year unknown".to_owned(),
        (None, _, YearRange::Named(name)) => name,
        (None, _, YearRange::Between(range)) => format!("a year {range}"),
    }
}

enum YearRange {
    /// "the 1560s".
    Named(String),
    /// "between 1053 and 1953".
    Between(String),
}

/// Decades, centuries and millennia have names. `19XX` is "the 20th century", since "the 1900s" may
/// be a decade to readers; that it began in 1901 by some counts matters less than that. The decade
/// `190X` is "the 1900s (decade)".
fn year_range(year: &Year) -> YearRange {
    let named = match year.form {
        YearForm::Four { negative, digits } => range_name(negative, digits),
        YearForm::Long(_) | YearForm::Exponential { .. } => None,
    };
    named.map_or_else(|| YearRange::Between(between_years(year)), YearRange::Named)
}

fn range_name(negative: bool, digits: Digits<4>) -> Option<String> {
    let bc = if negative { " BC" } else { "" };
    match digits {
        [Some(0), Some(0), Some(0), None] => None,
        [Some(_), Some(_), Some(0), None] if !negative => Some(format!("the {}0s (decade)", joined(&digits[..3]))),
        [Some(0), Some(_), Some(_), None] if !negative => Some(format!("the {}0s AD", joined(&digits[..3]))),
        [Some(_), Some(_), Some(_), None] if !negative => Some(format!("the {}0s", joined(&digits[..3]))),
        [Some(_), Some(_), None, None] => Some(format!("the {} century{bc}", ordinal(joined(&digits[..2]) + 1))),
        [Some(_), None, None, None] => Some(format!("the {} millennium{bc}", ordinal(joined(&digits[..1]) + 1))),
        _ => None,
    }
}

/// The number that known digits make.
fn joined(digits: &[Option<u8>]) -> u32 {
    digits.iter().flatten().fold(0, |number, digit| number * 10 + u32::from(*digit))
}

/// "between 1053 and 1953 (1X53)": the pattern too, where the bounds do not tell it.
fn between_years(year: &Year) -> String {
    let (first, last) = (year.years().next(), year.years().next_back());
    let (first, last) = (first.map(year_words).unwrap_or_default(), last.map(year_words).unwrap_or_default());
    let both_bc = first.ends_with(" BC") && last.ends_with(" BC");
    let first = if both_bc { first.trim_end_matches(" BC") } else { &first };
    let known_after_unknown = match year.form {
        YearForm::Four { digits, .. } => digits.iter().skip_while(|digit| digit.is_some()).any(Option::is_some),
        YearForm::Long(_) | YearForm::Exponential { .. } => false,
    };
    let pattern = if known_after_unknown { format!(" ({year})") } else { String::new() };
    format!("between {first} and {last}{pattern}")
}

/// Seasons and other parts of a year, by their code.
fn group_words(code: u8, year: &Year) -> String {
    let season = |nth: u8| ["spring", "summer", "autumn", "winter"][usize::from(nth % 4)];
    let nth = |nth: u8| ["first", "second", "third", "fourth"][usize::from(nth % 4)];
    match code {
        25..=28 => format!("{} (Northern Hemisphere)", after(season(code - 25), year)),
        29..=32 => format!("{} (Southern Hemisphere)", after(season(code - 29), year)),
        33..=36 => of(&format!("the {} quarter", nth(code - 33)), year),
        37 => after("January–April", year),
        38 => after("May–August", year),
        39 => after("September–December", year),
        40 | 41 => of(&format!("the {} half", nth(code - 40)), year),
        _ => after(season(code % 21), year),
    }
}

/// "the second quarter of 2001".
fn of(text: &str, year: &Year) -> String {
    year.exact().map_or_else(|| after(text, year), |year| format!("{text} of {}", year_words(year)))
}

/// "23:20:30 UTC", "23:20:30 (UTC+04:30)".
fn time_words(time: Time) -> String {
    let Time { hour, minute, second, zone } = time;
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match zone {
        None => clock,
        Some(Zone::Utc) => format!("{clock} UTC"),
        Some(Zone::Offset { behind, hours, minutes }) => {
            format!("{clock} (UTC{}{hours:02}:{:02})", if behind { '−' } else { '+' }, minutes.unwrap_or(0))
        }
    }
}

/// "27 September – 10 November 2020": the year and the month once where both ends share them.
fn between(from: &Point, to: &Point) -> String {
    if from == to {
        return point_words(from);
    }
    let plain = from.is_plain() && to.is_plain() && from.time.is_none() && to.time.is_none();
    let (first, last) = (point_words(from), point_words(to));
    match (plain && from.group().is_none() && to.group().is_none(), numbers(from), numbers(to)) {
        (true, (y1, Some(m1), Some(d1)), (y2, Some(m2), Some(_))) if (y1, m1) == (y2, m2) => format!("{d1}–{last}"),
        (true, (y1, Some(m1), Some(d1)), (y2, Some(_), Some(_))) if y1 == y2 => {
            format!("{d1} {} – {last}", month_name(m1))
        }
        (true, (y1, Some(m1), None), (y2, Some(_), None)) if y1 == y2 => format!("{} – {last}", month_name(m1)),
        (true, (_, None, None), (_, None, None)) if !first.contains(' ') && !last.contains(' ') => {
            format!("{first}–{last}")
        }
        _ => format!("{first} – {last}"),
    }
}

/// The year, the month and the day of a point, where known.
fn numbers(point: &Point) -> (Option<i64>, Option<u8>, Option<u8>) {
    let two = |part: Option<super::point::Part<Two>>| part.and_then(|part| number(part.value));
    (point.year.value.exact(), two(point.month), two(point.day))
}

/// "one of: 27 or 28 September 2020", "2004 and 2006", "1984 or earlier".
fn set_words(set: &Set) -> String {
    let spans: Vec<Span> = set.spans().copied().collect();
    let word = if set.all { "and" } else { "or" };
    match (&spans[..], set.all) {
        ([Span::One(point)], _) => point_words(point),
        ([Span::OrBefore(_) | Span::OrAfter(_)], _) | (_, true) => listed(&spans, word),
        _ => format!("one of: {}", listed(&spans, word)),
    }
}

fn listed(spans: &[Span], word: &str) -> String {
    let texts: Vec<String> = spans.iter().map(|span| span_words(span, word)).collect();
    // "January, or December or later": the comma tells which "or" is the list's.
    let comma = texts.len() > 1 && spans.iter().any(|span| matches!(span, Span::OrBefore(_) | Span::OrAfter(_)));
    let last_word = if comma { format!(", {word} ") } else { format!(" {word} ") };
    join(&shared(spans).unwrap_or(texts), &last_word)
}

fn span_words(span: &Span, word: &str) -> String {
    match span {
        Span::One(point) => point_words(point),
        Span::Range(from, to) => between(from, to),
        Span::OrBefore(point) => format!("{} {word} earlier", point_words(point)),
        Span::OrAfter(point) => format!("{} {word} later", point_words(point)),
    }
}

/// "27", "28 September 2020": days of one month and months of one year name it once.
fn shared(spans: &[Span]) -> Option<Vec<String>> {
    let plain = |span: &Span| match span {
        Span::One(point) if point.is_plain() && point.time.is_none() && point.group().is_none() => Some(numbers(point)),
        _ => None,
    };
    let points: Vec<_> = spans.iter().map(plain).collect::<Option<_>>()?;
    let (year, month, day) = *points.first()?;
    let days = day.is_some() && points.iter().all(|other| (other.0, other.1) == (year, month) && other.2.is_some());
    let months = day.is_none() && points.iter().all(|other| other.0 == year && other.1.is_some() && other.2.is_none());
    let short = |(_, month, day): (_, Option<u8>, Option<u8>)| match (month, day) {
        (_, Some(day)) => Some(day.to_string()),
        (Some(month), None) => Some(month_name(month).to_owned()),
        (None, None) => None,
    };
    let behind = if days { format!("{} ", month_name(month?)) } else { String::new() };
    let mut texts: Vec<String> = points.into_iter().map(short).collect::<Option<_>>()?;
    let last = texts.pop().filter(|_| days || months)?;
    texts.push(format!("{last} {behind}{}", year_words(year?)));
    Some(texts)
}

/// "April, May or June".
fn either(items: impl Iterator<Item = impl Into<String>>) -> String {
    join(&items.map(Into::into).collect::<Vec<_>>(), " or ")
}

fn join(items: &[String], last_word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{}{last_word}{last}", rest.join(", ")),
    }
}

/// "1st", "2nd", "3rd", "11th".
fn ordinal(number: impl Into<u32>) -> String {
    let number = number.into();
    let suffix = match (number / 10 % 10, number % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}
