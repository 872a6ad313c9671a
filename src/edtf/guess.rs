//! What was probably meant by a date that is not EDTF.

use super::words::month_named;
use super::{DateError, Edtf};
use crate::limits::LONGEST_DATE;

/// How dates are written, for those whose meaning cannot be guessed.
const EXAMPLES: &str = "dates are written `2020`, `2020-11`, `2020-11-09` or `2020-09-27/2020-11-10`";

/// The error, with the date that was probably meant, or else with what it says itself.
pub(super) fn with_help(written: &str, error: DateError) -> DateError {
    let meant = if error.code == "end-before-start" { turned_round(written) } else { guess(written) };
    match meant {
        Some(meant) => error.with_help(format!("did you mean `{meant}`?")),
        None if error.help.is_none() => error.with_help(EXAMPLES),
        None => error,
    }
}

/// A date that was probably meant by `13/09/2022`, `199u`, `c. 1920` and their like; always one that can be read.
fn guess(written: &str) -> Option<String> {
    if written.len() > LONGEST_DATE {
        return None;
    }
    let text = plain_signs(written);
    one_date(&text).or_else(|| range(&text)).or_else(|| list(&text)).filter(|meant| meant != written && is_date(meant))
}

/// An interval from its earlier end to its later, and the same for the ranges of a set.
fn turned_round(written: &str) -> Option<String> {
    let turned = |text: &str, between: &str| text.split_once(between).map(|(from, to)| format!("{to}{between}{from}"));
    let member = |text: &str| match Edtf::read(&format!("[{}]", text.trim())) {
        Err(error) if error.code == "end-before-start" => turned(text.trim(), ".."),
        _ => Some(text.to_owned()),
    };
    let inner = written.get(1..written.len().checked_sub(1)?).unwrap_or_default();
    let members: Option<Vec<String>> = inner.split(',').map(member).collect();
    let set = members.map(|members| written.replacen(inner, &members.join(","), 1));
    [turned(written, "/"), set].into_iter().flatten().find(|meant| is_date(meant))
}

fn is_date(text: &str) -> bool {
    Edtf::read(text).is_ok()
}

/// Dashes of all lengths are hyphens, curly quotes straight, and spaces single.
fn plain_signs(written: &str) -> String {
    let straight = written.trim().replace(['–', '—', '−', '‐', '‑', '‒'], "-").replace('’', "'").replace('\\', "/");
    straight.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ways to read one date, the surest first.
fn one_date(text: &str) -> Option<String> {
    let ways = [as_it_stands, draft, moment, year, numbers, worded, about, decade, season, era, sided];
    ways.iter().find_map(|way| way(text).filter(|meant| is_date(meant)))
}

/// Right but for spaces, or for the case of its letters.
fn as_it_stands(text: &str) -> Option<String> {
    let joined = text.replace(' ', "");
    [joined.clone(), joined.to_uppercase()].into_iter().find(|text| is_date(text))
}

/// The 2012 draft: `199u`, `2004/open`, `unknown/2006`, `y17e7p3`, `1984?~`, `2004-06-(01)~`, and
/// other tools' `2001-21^southernHemisphere`.
fn draft(text: &str) -> Option<String> {
    let text = text.to_lowercase().replace(' ', "");
    let (text, season) = text.split_once('^').map_or((text.as_str(), ""), |(text, season)| (text, season));
    let hemisphere = |text: String| match season.get(..5) {
        Some("north") => moved_season(&text, 4),
        Some("south") => moved_season(&text, 8),
        _ => text,
    };
    let text = text.replace("unknown", "").replace("open", "..").replace("?~", "%").replace("~?", "%");
    let text = hemisphere(ungrouped(&text)?);
    let letters = [('u', "X"), ('x', "X"), ('y', "Y"), ('e', "E"), ('p', "S"), ('s', "S"), ('t', "T"), ('z', "Z")];
    Some(letters.into_iter().fold(text, |text, (draft, now)| text.replace(draft, now)))
}

/// `2001-21` as `2001-25` or `2001-29`.
fn moved_season(text: &str, by: u8) -> String {
    let season = |(year, code): (&str, &str)| Some((year.to_owned(), code.parse::<u8>().ok()?));
    text.rsplit_once('-')
        .and_then(season)
        .map_or(text.to_owned(), |(year, code)| format!("{year}-{}", code.saturating_add(by)))
}

/// `2004-(06)?-11` as `2004-?06-11`: each component within the brackets gets their mark on its left.
/// A mark at the end of all, behind no bracket, is everyone's, but for a `(2011)` in front.
fn ungrouped(text: &str) -> Option<String> {
    let exempt = text.strip_prefix('(').and_then(|rest| rest.split_once(")-"));
    if let Some((year, rest)) = exempt
        && let Some(mark) = rest.chars().last().filter(|c| "?~%".contains(*c))
    {
        let others = rest.trim_end_matches(mark).replace('-', &format!("-{mark}"));
        return Some(format!("{year}-{mark}{others}"));
    }
    let mut done = String::new();
    let mut rest = text;
    while let Some((before, (group, after))) = rest.split_once('(').and_then(|(b, r)| Some((b, r.split_once(')')?))) {
        let mark = after.chars().next().filter(|c| "?~%".contains(*c));
        let marked = |part: &str| format!("{}{part}", mark.map(String::from).unwrap_or_default());
        done += before;
        done += &group.split('-').map(marked).collect::<Vec<_>>().join("-");
        rest = if mark.is_some() { &after[1..] } else { after };
    }
    (!rest.contains(['(', ')'])).then_some(done + rest)
}

/// `1985-04-12 23:20`, `1985-04-12T23:20:30.5Z`, `…+0430`, `…-00:00`; of two ends with a time, their days.
fn moment(text: &str) -> Option<String> {
    if let Some((from, to)) = text.split_once('/') {
        let day = |text: &str| text.split(['T', 't', ' ']).next().unwrap_or_default().to_owned();
        return (from.contains(':') || to.contains(':')).then(|| format!("{}/{}", day(from), day(to)));
    }
    let upper = text.to_uppercase();
    let (date, time) = upper.split_once(['T', ' '])?;
    let time = time.replace(' ', "");
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    let clock: Vec<String> = clock.split('.').next()?.split(':').map(|part| format!("{part:0>2}")).collect();
    let clock = if clock.len() == 2 { format!("{}:00", clock.join(":")) } else { clock.join(":") };
    let zone = match zone {
        "-00" | "-00:00" | "-0000" => "Z".to_owned(),
        _ if zone.len() == 5 && zone.is_ascii() => format!("{}:{}", &zone[..3], &zone[3..]),
        _ => zone.to_owned(),
    };
    Some(format!("{date}T{clock}{zone}"))
}

/// `Y2006`, `+2006`, `-0000`, `-44` and `20067890`, each with what marks it.
fn year(text: &str) -> Option<String> {
    let (sign, rest) = match text.trim_start_matches(['Y', 'y', '+']) {
        rest if rest.starts_with('-') => ("-", &rest[1..]),
        rest => ("", rest),
    };
    let digits = rest.trim_end_matches(['?', '~', '%']);
    let number: i64 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    let prefix = if number > 9999 { "Y" } else { "" };
    let sign = if number == 0 { "" } else { sign };
    let signed = !sign.is_empty() || digits.len() != rest.len() || text != rest;
    // `20220913` is a day, see below; three digits may be anything.
    let is_day = numbers(text).is_some_and(|day| is_date(&day));
    (!is_day && (signed || digits.len() > 4)).then(|| format!("{prefix}{sign}{number:04}{}", &rest[digits.len()..]))
}

/// `13/09/2022`, `09/13/2022`, `2022/9/3`, `13.9.2022`, `20220913`, `9/2022`, with names of months too.
fn numbers(text: &str) -> Option<String> {
    let (text, mark) = text.strip_suffix(['?', '~', '%']).map_or((text, ""), |plain| (plain, &text[plain.len()..]));
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [all] if all.len() == 8 && all.is_ascii() => (all.get(..4)?, number(&all[4..6])?, Some(number(&all[6..])?)),
        [y, m, d] if is_year(y) => turned(y, month(m)?, number(d)?),
        [a, b, y] if is_year(y) => match (number(a), number(b)) {
            (Some(d), Some(m)) if m <= 12 => (y, m, Some(d)),
            (Some(m), Some(d)) => (y, m, Some(d)),
            (Some(d), None) => (y, month_named(b)?, Some(d)),
            (None, Some(d)) => (y, month_named(a)?, Some(d)),
            _ => return None,
        },
        [m, y] | [y, m] if is_year(y) => (y, month(m).filter(|month| *month <= 12)?, None),
        _ => return None,
    };
    is_year(year).then_some(())?;
    Some(match day {
        Some(day) => format!("{year}-{month:02}-{day:02}{mark}"),
        None => format!("{year}-{month:02}{mark}"),
    })
}

/// The month and the day of a date that begins with its year, the right way round.
fn turned(year: &str, month: u8, day: u8) -> (&str, u8, Option<u8>) {
    if month > 12 && day <= 12 { (year, day, Some(month)) } else { (year, month, Some(day)) }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A month or a day, as digits with or without "st", "nd", "rd", "th".
fn number(text: &str) -> Option<u8> {
    let lower = text.to_lowercase();
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| lower.strip_suffix(suffix)).unwrap_or(&lower);
    digits.parse().ok()
}

fn month(text: &str) -> Option<u8> {
    number(text)
        .or_else(|| month_named(text.strip_prefix("Sept").filter(|rest| rest.is_empty()).map_or(text, |_| "Sep")))
}

/// "the 13th of September, 2022", "on Tuesday 13 September 2022".
fn worded(text: &str) -> Option<String> {
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let is_filler = |word: &str| {
        ["the", "of", "on", "in", "year", "month", "day", "early", "late", "mid"].contains(&word)
            || (word.len() >= 3
                && !word.bytes().any(|byte| byte.is_ascii_digit())
                && weekdays.iter().any(|day| word.starts_with(day)))
    };
    let lower = text.to_lowercase().replace(',', " ");
    let words: Vec<&str> = lower.split([' ']).filter(|word| !word.is_empty() && !is_filler(word)).collect();
    let left = words.join(" ");
    if is_date(&left) { Some(left) } else { numbers(&left) }
}

/// "c. 1920", "circa June 1920", "perhaps 1920", "1920 (?)".
fn about(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let marks = [
        ("circa", "~"),
        ("ca.", "~"),
        ("ca ", "~"),
        ("c.", "~"),
        ("c ", "~"),
        ("about", "~"),
        ("around", "~"),
        ("approximately", "~"),
        ("approx.", "~"),
        ("approx", "~"),
        ("roughly", "~"),
        ("~", "~"),
        ("perhaps", "?"),
        ("possibly", "?"),
        ("probably", "?"),
        ("maybe", "?"),
    ];
    let behind = [("(?)", "?"), ("(uncertain)", "?"), ("(approximate)", "~"), ("?", "?"), ("~", "~")];
    let front = marks.iter().find_map(|(word, mark)| Some((lower.strip_prefix(word)?, mark)));
    let back = || behind.iter().find_map(|(word, mark)| Some((lower.strip_suffix(word)?, mark)));
    let (rest, mark) = front.or_else(back)?;
    Some(format!("{}{mark}", unmarked(rest.trim())?))
}

/// A date without a mark of its own, as it stands or guessed.
fn unmarked(text: &str) -> Option<String> {
    let ways = [Some(text.to_owned()), numbers(text), worded(text), decade(text), season(text), era(text)];
    ways.into_iter().flatten().find(|text| is_date(text) && !text.ends_with(['?', '~', '%']))
}

/// "1920s" and "the 1920's", "20th century", "the 5th century BC".
fn decade(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let text = text.trim_start_matches("the ");
    let text = text.trim_start_matches("early ").trim_start_matches("late ").trim_start_matches("mid-");
    if let Some((nth, rest)) = text.split_once(' ')
        && (rest.starts_with("century") || rest.starts_with("c."))
    {
        let sign = if rest.ends_with("bc") || rest.ends_with("bce") { "-" } else { "" };
        return number(nth)?.checked_sub(1).map(|century| format!("{sign}{century:02}XX"));
    }
    let years = text.strip_suffix("'s").or_else(|| text.strip_suffix('s')).filter(|years| is_year(years))?;
    match years.strip_suffix("00") {
        Some(century) => Some(format!("{century}XX")),
        None => years.strip_suffix('0').map(|decade| format!("{decade}X")),
    }
}

/// "summer 2001", "2001 Q2", "second quarter of 2001", "first half of 2001".
fn season(text: &str) -> Option<String> {
    let lower =
        text.to_lowercase().replace(" of ", " ").replace("the ", "").replace("1st", "first").replace("2nd", "second");
    let codes = [
        ("spring", 21),
        ("summer", 22),
        ("autumn", 23),
        ("fall", 23),
        ("winter", 24),
        ("q1", 33),
        ("q2", 34),
        ("q3", 35),
        ("q4", 36),
        ("first quarter", 33),
        ("second quarter", 34),
        ("third quarter", 35),
        ("fourth quarter", 36),
        ("h1", 40),
        ("h2", 41),
        ("first half", 40),
        ("second half", 41),
    ];
    let (name, code) = codes.iter().find(|(name, _)| lower.contains(name))?;
    let year = lower.replacen(name, "", 1);
    let year = year.trim_matches([' ', '-', ',', '/']);
    is_year(year).then(|| format!("{year}-{code}"))
}

/// "44 BC", "476 AD", "AD 476", "2020 CE".
fn era(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace(['.', ','], "");
    let behind = |eras: &[&str]| eras.iter().find_map(|era| lower.strip_suffix(era)).map(str::trim_end);
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten();
    let signed = |year: i64| match (year, year.unsigned_abs() > 9999) {
        (_, true) => format!("Y{year}"),
        (0.., false) => format!("{year:04}"),
        (_, false) => format!("-{:04}", -year),
    };
    if let Some(year) = behind(&["bce", "bc"]).and_then(number) {
        return Some(signed(1_i64.checked_sub(year)?));
    }
    let year = behind(&["ce", "ad"]).or_else(|| lower.strip_prefix("ad ")).and_then(number)?;
    Some(signed(year))
}

/// "since May 2021", "until 2020", "before 1900".
fn sided(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let after =
        |words: &[&str]| words.iter().find_map(|word| lower.strip_prefix(word)).map(|rest| rest.trim().to_owned());
    let read = |text: String| if is_date(&text) { Some(text) } else { unmarked(&text) };
    if let Some(start) = after(&["since ", "from ", "after "]) {
        let start = start.trim_end_matches([' ', '-']).trim_end_matches(" to present").trim_end_matches(" onwards");
        return Some(format!("{}/..", read(start.to_owned())?));
    }
    let end = after(&["until ", "till ", "up to ", "before ", "by "])?;
    Some(format!("../{}", read(end)?))
}

/// `2020-2021`, "27 September - 10 November 2020", "1988 to 1994", `Sept 2020/Oct 2020`, `2020-`.
fn range(text: &str) -> Option<String> {
    if let Some(start) = text.strip_suffix('-') {
        return joined(start.trim(), "..");
    }
    if let Some((from, to)) = text.strip_prefix("between ").and_then(|text| text.split_once(" and ")) {
        return joined(from, to);
    }
    let text = text.strip_prefix("from ").unwrap_or(text);
    let splits = [" - ", " to ", " until ", "/", "..", "--", "-"];
    splits.iter().find_map(|between| {
        let (from, to) = text.split_once(between).filter(|(from, to)| *between != "-" || only_dash(from, to))?;
        joined(from.trim(), to.trim())
    })
}

/// Whether a hyphen stands between two dates rather than within one: `2020-2021`, "12-14 September 2022".
fn only_dash(from: &str, to: &str) -> bool {
    !to.contains('-') && !from.is_empty() && (to.contains(|c: char| c.is_ascii_digit()) || end(to).is_some())
}

/// "2020 or 2021", "1960, 1962 and 1964".
fn list(text: &str) -> Option<String> {
    let set = |word: &str, open: char, close: char| {
        let (rest, last) = text.rsplit_once(word)?;
        let members = rest.split(", ").chain([last]).map(|text| end(text.trim_end_matches(',')));
        Some(format!("{open}{}{close}", members.collect::<Option<Vec<_>>>()?.join(",")))
    };
    set(" or ", '[', ']').or_else(|| set(" and ", '{', '}'))
}

/// Two ends, the first of which may lack the month and the year of the second.
fn joined(from: &str, to: &str) -> Option<String> {
    let rest = to.split_once(' ').map(|(_, rest)| format!("{from} {rest}"));
    let year = to.rsplit_once(' ').map(|(_, year)| format!("{from} {year}"));
    // `2020/21`: the end lacks the century.
    let short = (is_year(from) && to.len() == 2 && number(to).is_some()).then(|| format!("{from}/{}{to}", &from[..2]));
    if short.as_deref().is_some_and(is_date) {
        return short;
    }
    let end = end(to)?;
    let start = [Some(from.to_owned()), rest, year].into_iter().flatten().find_map(|text| self::end(&text));
    start.map(|start| format!("{start}/{end}"))
}

/// An end of an interval, as it stands or guessed.
fn end(text: &str) -> Option<String> {
    match text.to_lowercase().as_str() {
        "" | ".." => return Some(text.to_owned()),
        "open" | "present" | "now" | "today" | "ongoing" => return Some("..".to_owned()),
        "unknown" | "?" => return Some(String::new()),
        _ => {}
    }
    let is_end = |text: &String| !text.contains(['/', 'T', '[', '{']) && is_date(text);
    Some(text.to_owned()).filter(is_end).or_else(|| one_date(text).filter(is_end))
}
