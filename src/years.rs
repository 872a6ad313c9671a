//! Years: a timeline that is too long for one page, in pages of a year each.

use crate::date::Edtf;
use crate::facts::Fact;
use crate::kind::Kind;
use crate::query::shown_by;
use crate::site::{Ix, Site, Year};
use crate::url::Url;
use foldhash::{HashMap, HashMapExt as _};

/// The most events that a timeline shows on one page.
pub const LONGEST: usize = 500;

/// The pages of all timelines that are too long for one, by timeline.
pub fn years(site: &Site) -> HashMap<Ix, Vec<Year>> {
    // No timeline is longer than all there is.
    if site.lists.get(&Kind::Event).map_or(0, Vec::len) <= LONGEST {
        return HashMap::new();
    }
    let timelines = site.iter().filter(|(_, surface)| surface.kind == Kind::Timeline);
    let long =
        timelines.map(|(ix, _)| (ix, shown_by(site, ix, Kind::Event))).filter(|(_, events)| events.len() > LONGEST);
    long.map(|(ix, events)| (ix, cut(site, &site.entry(ix).url, events))).collect()
}

/// The year in which an event began, if that is known.
pub fn year(site: &Site, event: Ix) -> Option<i64> {
    let date = site.entry(event).fact().and_then(Fact::date)?;
    date.earliest().and_then(|_| Edtf::year(date))
}

fn cut(site: &Site, timeline: &Url, events: Vec<Ix>) -> Vec<Year> {
    let mut years: Vec<(Option<i64>, Vec<Ix>)> = Vec::new();
    let mut places: HashMap<Option<i64>, usize> = HashMap::new();
    for event in events {
        let year = year(site, event);
        let at = *places.entry(year).or_insert_with(|| {
            years.push((year, Vec::new()));
            years.len() - 1
        });
        years[at].1.push(event);
    }
    let pages = |(year, events): (Option<i64>, Vec<Ix>)| {
        let name = year.map_or_else(|| "undated".to_owned(), |year| year.to_string());
        let first = Url::page(timeline.as_str().split('/').chain([name.as_str()])).unwrap_or_else(|| timeline.clone());
        let count = events.len().div_ceil(LONGEST);
        let pages: Vec<Year> = events
            .chunks(LONGEST)
            .zip(1..)
            .map(|(events, number)| Year { url: first.numbered(number), year, number, count, events: events.to_vec() })
            .collect();
        pages
    };
    years.into_iter().flat_map(pages).collect()
}
