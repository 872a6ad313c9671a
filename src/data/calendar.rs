//! iCalendar (RFC 5545): events as whole days. An event that is not known to the day says so in its title and its text;
//! one whose date is open at an end, or not known to the year, has no place in a calendar and is left out.

use super::rows::{POINT, event_date, place_extent};
use super::text::Reader;
use super::{as_of, host, permalink};
use crate::date::{Day, Edtf, Precision};
use crate::facts::{Event, Fact};
use crate::kind::Kind;
use crate::site::{DataFile, Ix, Site};
use crate::slug::fold;
use icalendar::{Calendar, Component as _, Event as Entry, EventLike as _, Property};
use std::collections::HashSet;

/// What made the file, in the form that RFC 5545 asks for.
const PRODUCT: &str = "-//Backgrounder//Events//EN";

/// Whether an event can stand in a calendar.
pub(super) fn any(site: &Site) -> bool {
    count(site) > 0
}

/// How many events can.
pub(super) fn count(site: &Site) -> usize {
    dated(site).count()
}

/// The events, in the order of their dates.
pub(super) fn calendar(site: &Site) -> String {
    let of = Reader::new(site);
    let title = &site.config.keys.title;
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(key, value));
    }
    for (key, value) in [("NAME", folded(title)), ("X-WR-CALNAME", folded(title)), ("DESCRIPTION", about(site))] {
        calendar.append_property(text(key, value));
    }
    calendar.append_property(Property::new("URL", format!("{}/", site.config.base_url)));
    let source = Property::new("SOURCE", permalink(site, DataFile::Calendar)).add_parameter("VALUE", "URI").done();
    calendar.append_property(source);
    let stamp = stamp(site);
    for (ix, event, days) in dated(site) {
        calendar.push(entry(&of, ix, event, days).add_property("DTSTAMP", stamp.as_str()).done());
    }
    refolded(&calendar.to_string())
}

/// The lines folded anew, each of them at most 75 octets long without its end: icalendar makes the last piece of a line one
/// octet longer.
fn refolded(text: &str) -> String {
    const LONGEST: usize = 75;
    let mut out = String::with_capacity(text.len());
    for line in text.replace("\r\n ", "").split_inclusive("\r\n").map(|line| line.trim_end_matches("\r\n")) {
        let mut room = LONGEST;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                out.push_str("\r\n ");
                room = LONGEST - 1;
            }
            out.push(letter);
            room -= letter.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

/// The events that can stand in a calendar: each with its first day, and the day after its last.
fn dated(site: &Site) -> impl Iterator<Item = (Ix, &Event, (String, String))> {
    let events = site.lists.get(&Kind::Event).into_iter().flatten();
    events.filter_map(|ix| match site.entry(*ix).fact() {
        Some(Fact::Event(event)) => Some((*ix, event, days(&event.date)?)),
        _ => None,
    })
}

/// The first day of a date, and the day after its last one; none of what is open, wider than a year, or beyond four digits.
fn days(date: &Edtf) -> Option<(String, String)> {
    let (first, last) = (date.earliest()?, date.latest()?);
    (date.precision() >= Precision::Year).then(|| Some((written(first)?, written(last.plus_days(1))?)))?
}

fn written(day: Day) -> Option<String> {
    (1..=9999).contains(&day.year).then(|| format!("{:04}{:02}{:02}", day.year, day.month, day.day))
}

fn entry(of: &Reader<'_>, ix: Ix, event: &Event, (first, after): (String, String)) -> Entry {
    let day = |key: &str, day: String| Property::new(key, day).add_parameter("VALUE", "DATE").done();
    let when = event_date(of, event);
    let title = event.title.pick(of.lang);
    let summary = if is_exact(&event.date) { title.to_owned() } else { format!("{title} ({when})") };
    let mut entry = Entry::new();
    entry.uid(&format!("{}@{}", of.own_id(ix), host(of.site)));
    entry.append_property(day("DTSTART", first)).append_property(day("DTEND", after));
    entry.add_property("TRANSP", "TRANSPARENT");
    entry.append_property(text("SUMMARY", folded(&summary)));
    entry.append_property(text("DESCRIPTION", description(of, ix, event, &when)));
    entry.url(&of.url(ix));
    place(of, event, &mut entry);
    let mut categories: Vec<String> = event.kind.iter().chain(&event.tags).map(|word| folded(word)).collect();
    let mut seen = HashSet::new();
    categories.retain(|word| seen.insert(fold(word)));
    if !categories.is_empty() {
        entry.categories(categories);
    }
    entry.done()
}

/// What happened, and what is known of when: the words, and the date as it was written where they are not the same day.
fn description(of: &Reader<'_>, ix: Ix, event: &Event, when: &str) -> String {
    let summary = of.said(ix, event.summary.as_ref());
    let written = event.date.as_str();
    let doubt = match is_exact(&event.date) {
        true => String::new(),
        false if when == written => " (not known to the day)".to_owned(),
        false => format!(" (not known to the day; {written} in EDTF)"),
    };
    let date = format!("Date: {}{doubt}", folded(when));
    summary.into_iter().filter(|summary| !summary.is_empty()).chain([date]).collect::<Vec<_>>().join("\n\n")
}

/// Where it was: the names of all places, and the coordinates of the first that is a point.
fn place(of: &Reader<'_>, event: &Event, entry: &mut Entry) {
    let names: Vec<String> = event.places.iter().map(|place| of.name(&place.0.value)).collect();
    if !names.is_empty() {
        entry.append_property(text("LOCATION", folded(&names.join(", "))));
    }
    let point = event.places.iter().find_map(|named| {
        let ix = of.site.find(&named.0.value, of.lang).ok()?;
        match of.site.entry(ix).fact() {
            Some(Fact::Place(place)) if place_extent(place) == Some(POINT) => place.coordinates,
            _ => None,
        }
    });
    if let Some(at) = point {
        entry.add_property("GEO", format!("{};{}", at.lat, at.lon));
    }
}

/// Whether every day of a date is known, so that a calendar shows what is meant: a day, or a stretch from one to another.
fn is_exact(date: &Edtf) -> bool {
    date.precision() >= Precision::Day && !date.is_qualified() && !date.as_str().starts_with(['[', '{'])
}

/// When the file was made, as RFC 5545 wants it: the day that the data are of, since no clock takes part.
fn stamp(site: &Site) -> String {
    let day = as_of(site).and_then(written).unwrap_or_else(|| "19700101".to_owned());
    format!("{day}T000000Z")
}

/// What the calendar is, of which day, and under which terms.
fn about(site: &Site) -> String {
    let as_of = as_of(site).map(|day| format!("As of {day}."));
    let licence = match site.config.licence() {
        Some(licence) => match &licence.0.url {
            Some(url) if url.0 != licence.words() => format!("Licence: {}, {}", licence.words(), url.0),
            _ => format!("Licence: {}", licence.words()),
        },
        None => "No licence stated.".to_owned(),
    };
    let about = site.config.keys.description.as_deref().map(folded);
    about.into_iter().chain(as_of).chain([licence]).collect::<Vec<_>>().join("\n\n")
}

/// A text, said to be one, so that its commas and semicolons are escaped whatever the property.
fn text(key: &str, value: String) -> Property {
    let known = ["SUMMARY", "DESCRIPTION", "LOCATION"].contains(&key) || key.starts_with("X-");
    let mut property = Property::new(key, value);
    if known { property } else { property.add_parameter("VALUE", "TEXT").done() }
}

/// A text on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days_end_on_the_day_after() {
        let of = |text: &str| days(&Edtf::parse(text).expect(text));
        let some = |first: &str, after: &str| Some((first.to_owned(), after.to_owned()));
        assert_eq!(of("2022-09-13"), some("20220913", "20220914"));
        assert_eq!(of("2020-09-27/2020-11-10"), some("20200927", "20201111"));
        assert_eq!(of("2020"), some("20200101", "20210101"));
        assert_eq!(of("2020-02?"), some("20200201", "20200301"));
        for left_out in ["2021-05/..", "../2020", "/2020", "201X", "19XX", "-0044-03-15", "9999-12-31", "[..1984]"] {
            assert_eq!(of(left_out), None, "{left_out}");
        }
    }

    #[test]
    fn lines_are_folded_at_75_octets() {
        for n in 60..240 {
            for letter in ["a", "Պ", "老"] {
                let line = format!("SUMMARY:{}\r\n", letter.repeat(n));
                let mut calendar = Calendar::empty();
                calendar.append_property(Property::new("SUMMARY", letter.repeat(n)));
                let property = refolded(&calendar.to_string());
                assert!(property.split("\r\n").all(|line| line.len() <= 75), "{property}");
                assert!(property.replace("\r\n ", "").contains(&line), "{property}");
            }
        }
    }

    #[test]
    fn what_is_not_known_to_the_day_is_told() {
        let exact = |text: &str| is_exact(&Edtf::parse(text).expect(text));
        assert!(exact("2022-09-13") && exact("2020-09-27/2020-11-10") && exact("2022-09-13T10:00:00Z"));
        for text in ["2022-09", "2022", "2022-09-13~", "2020-09/2020-11", "[2020-09-27, 2020-09-28]", "{2020-09-27}"] {
            assert!(!exact(text), "{text}");
        }
    }
}
