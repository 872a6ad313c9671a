//! Embeds: which figures, events and timelines other sites can show as a bare page, and how programs are told of it (oEmbed 1.0).
//!
//! A bare page has no script, so nothing can tell the page around it how high it is. What is said of its height is
//! reckoned from what stands on it, for the width that is said with it; where it is wrong, the frame scrolls.

use crate::facts::Fact;
use crate::kind::Kind;
use crate::markdown::escaped;
use crate::query;
use crate::site::{Ix, Output, Relation, Route, Site};
use crate::url::Url;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How wide an embed is shown unless its host wants otherwise, in pixels. It fits any width from 300 on.
pub const WIDTH: usize = 600;

/// How long others may keep what oEmbed told them, in seconds: a number that was put right must not stay wrong elsewhere for long.
const CACHE_AGE: u64 = 3600;

/// What the page of an embed may do: its links lead the whole window elsewhere, or open another. It has no script, sends no form, and
/// keeps nothing.
const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";

/// Heights in pixels: the title, the lines about site and licence, and the space around them; a figure's own lines; what stands
/// around a chart; one of its rows, its label on three lines; an event of a timeline on two lines.
const FRAME: usize = 170;
const FIGURE: usize = 110;
const CHART: usize = 190;
const ROW: usize = 90;
const EVENT: usize = 52;

/// No embed asks for more than this.
const HIGHEST: usize = 640;

/// The pages to embed and what oEmbed tells of them, each below the page that it shows.
pub fn routes(site: &Site) -> Vec<Route> {
    if !site.config.embeds() {
        return Vec::new();
    }
    let shown = site.iter().map(|(ix, _)| ix).filter(|ix| can_be_shown(site, *ix));
    let both = |ix| {
        let page = page_of(&site.entry(ix).url)?;
        let told = site.entry(ix).url.file("oembed.json");
        let page = Route { url: page, what: Output::Embed(ix), span: None };
        Some([page, Route { url: told, what: Output::Oembed(ix), span: None }])
    };
    shown.filter_map(both).flatten().collect()
}

/// Where the bare page of an entry stands, where it has one.
pub fn page(site: &Site, ix: Ix) -> Option<&Url> {
    let route = site.route(page_of(&site.entry(ix).url)?.as_str())?;
    (route.what == Output::Embed(ix)).then_some(&route.url)
}

/// Where what oEmbed tells of it stands.
pub fn told(site: &Site, ix: Ix) -> Option<&Url> {
    let route = site.route(site.entry(ix).url.file("oembed.json").as_str())?;
    (route.what == Output::Oembed(ix)).then_some(&route.url)
}

/// Below a page; a page that is a file by name has nothing below it.
fn page_of(url: &Url) -> Option<Url> {
    url.as_str().ends_with('/').then(|| Url::page(url.as_str().split('/').chain(["embed"])))?
}

/// Figures, events with competing counts, and timelines.
fn can_be_shown(site: &Site, ix: Ix) -> bool {
    match site.entry(ix).kind {
        Kind::Figure | Kind::Timeline => true,
        Kind::Event => !competing(site, ix).is_empty(),
        _ => false,
    }
}

/// How many counts there are for an event of each measure and unit that has several.
fn competing(site: &Site, event: Ix) -> Vec<usize> {
    let concerning = site.relations.get(&(Relation::Event, event)).map_or(&[][..], Vec::as_slice);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for ix in concerning {
        if let Some(Fact::Figure(figure)) = site.entry(*ix).fact() {
            *counts.entry((&figure.measure, figure.unit.as_deref().unwrap_or_default())).or_default() += 1;
        }
    }
    counts.into_values().filter(|count| *count > 1).collect()
}

/// About how high the bare page of an entry is.
fn height(site: &Site, ix: Ix, filter: Option<&tera::Value>) -> usize {
    let inner = match site.entry(ix).kind {
        Kind::Event => competing(site, ix).into_iter().map(|rows| CHART + rows * ROW).sum(),
        Kind::Timeline => headlines(site, filter) * EVENT,
        _ => FIGURE,
    };
    HIGHEST.min(FRAME + inner)
}

/// How many events a timeline shows in an embed: its headlines, or all where it has none.
fn headlines(site: &Site, filter: Option<&tera::Value>) -> usize {
    // An id in the filter that leads nowhere was told by linking.
    let all = query::facts_of(site, Kind::Event, filter).unwrap_or_default();
    let is_headline = |ix: &&Ix| match site.entry(**ix).fact() {
        Some(Fact::Event(event)) => event.importance.is_some_and(|importance| importance.0 == 1),
        _ => false,
    };
    match all.iter().filter(is_headline).count() {
        0 => all.len(),
        some => some,
    }
}

/// What others put into their pages to show an entry: an `<iframe>`; none where there is nothing to embed. `filter` is a timeline's.
pub fn code(site: &Site, ix: Ix, filter: Option<&tera::Value>) -> Option<String> {
    let src = page(site, ix)?.href(&site.config.base_url);
    let title = format!("{} – {}", site.title(ix, &site.entry(ix).lang), site.config.keys.title);
    let (src, title) = (escaped(&src), escaped(&title));
    let height = height(site, ix, filter);
    // The style is for the pages of others: a frame is no wider than what is around it.
    Some(format!(
        "<iframe src=\"{src}\" title=\"{title}\" width=\"{WIDTH}\" height=\"{height}\" loading=\"lazy\" \
         sandbox=\"{SANDBOX}\" style=\"border:0;max-width:100%\"></iframe>"
    ))
}

/// What oEmbed tells of an entry (<https://oembed.com>, version 1.0, type `rich`). `card` is the URL of the page's picture,
/// 1200 by 630 pixels.
pub fn oembed(site: &Site, ix: Ix, filter: Option<&tera::Value>, card: Option<&str>) -> Json {
    let mut told = json!({
        "version": "1.0",
        "type": "rich",
        "title": site.title(ix, &site.entry(ix).lang),
        "provider_name": site.config.keys.title,
        "provider_url": format!("{}/", site.config.base_url),
        "cache_age": CACHE_AGE,
        "html": code(site, ix, filter),
        "width": WIDTH,
        "height": height(site, ix, filter),
    });
    if let Some(card) = card {
        told["thumbnail_url"] = card.into();
        told["thumbnail_width"] = 1200.into();
        told["thumbnail_height"] = 630.into();
    }
    told
}
