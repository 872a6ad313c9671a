//! Structured data: what a page is about in schema.org's words, as JSON-LD 1.1 for search engines, archives and other programs.
//!
//! Each page has one node that says what it is, and where it stands below another page a trail that leads there. Nodes name one
//! another by `@id`: the permalink of a page with a fragment for what stands on it, so that the pages of a site make one graph.
//! What is not known is left out, never guessed, and what somebody claims is marked up as their claim.

mod facts;
mod pages;

use crate::config::PublisherKeys;
use crate::facts::SourceUse;
use crate::kind::Kind;
use crate::site::{Ix, Output, Site};
use crate::url::split;
use crate::view::{listed_kind, permalink};
use serde_json::{Map, Value as Json, json};
use tera::Value;
use tera::value::Key;

/// A page as templates see it, and what it stands for.
struct Page<'a> {
    site: &'a Site,
    /// What templates see.
    seen: &'a Value,
    /// Its entry; none of lists and other pages that no file stands for.
    ix: Option<Ix>,
    /// What stands at its URL.
    what: &'a Output,
    /// Where it is, with the base URL.
    permalink: &'a str,
    lang: &'a str,
    /// The URL of the terms under which the data may be used.
    licence: Option<&'a str>,
}

/// The JSON-LD of a page, as it can stand in a `<script type="application/ld+json">`: no `<`, `>` or `&` is in it. None of a page
/// without a URL of its own. `licence` is the URL of the terms under which the site's data may be used.
pub fn structured(site: &Site, page: &Value, licence: Option<&str>) -> Option<String> {
    let page = Page::of(site, page, licence)?;
    let mut nodes = pages::nodes(&page);
    nodes.extend(pages::trail(&page));
    let mut document = Map::new();
    document.insert("@context".to_owned(), "https://schema.org".into());
    match &mut nodes[..] {
        [Json::Object(one)] => document.append(one),
        _ => drop(document.insert("@graph".to_owned(), nodes.into())),
    }
    Some(script_safe(&Json::Object(document).to_string()))
}

impl<'a> Page<'a> {
    fn of(site: &'a Site, seen: &'a Value, licence: Option<&'a str>) -> Option<Self> {
        let text = |key| text(seen, key);
        let permalink = text("permalink")?;
        let path = permalink.strip_prefix(site.config.base_url.as_str())?;
        let lang = text("lang").unwrap_or_else(|| site.config.lang());
        let what = &site.route(&split(path).0)?.what;
        let ix = match what {
            Output::Entry(ix, _) | Output::Year(ix, _) => Some(*ix),
            _ => None,
        };
        Some(Self { site, seen, ix, what, permalink, lang, licence })
    }

    fn text(&self, key: &'static str) -> Option<&'a str> {
        text(self.seen, key).filter(|text| !text.is_empty())
    }

    /// The `@id` of what the page says, by the fragment for it.
    fn id(&self, fragment: &str) -> Json {
        format!("{}#{fragment}", self.permalink).into()
    }
}

fn text<'v>(value: &'v Value, key: &'static str) -> Option<&'v str> {
    value.as_map()?.get(&Key::Str(key))?.as_str()
}

/// JSON that no HTML parser takes for the end of a script, and no script of old for the end of a line.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe += &format!("\\u{:04x}", u32::from(c)),
            _ => safe.push(c),
        }
    }
    safe
}

/// A node of what there is: nothing is said of what is null.
fn node<const N: usize>(properties: [(&str, Json); N]) -> Json {
    let there = properties.into_iter().filter(|(_, value)| !value.is_null());
    Json::Object(there.map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Several values of one property; one stands for itself, and none for nothing.
fn several(values: impl IntoIterator<Item = Json>) -> Json {
    let mut values: Vec<Json> = values.into_iter().filter(|value| !value.is_null()).collect();
    match values.len() {
        0 => Json::Null,
        1 => values.remove(0),
        _ => values.into(),
    }
}

/// The fragment of an entry's `@id`: on its page, the thing that it is.
fn fragment(site: &Site, ix: Ix) -> &'static str {
    let surface = site.entry(ix);
    match (surface.kind, surface.url.as_str()) {
        (Kind::Article | Kind::Background, _) => "article",
        (fact, _) if fact.is_fact() => fact.name(),
        (_, "/") => "website",
        (_, "/data/") => "data",
        _ => match listed_kind(site, ix) {
            Some(Kind::Term) => "terms",
            Some(_) => "data",
            None => "page",
        },
    }
}

/// The node of an entry on its own page, by its `@id`; null for what has no page.
fn entry(site: &Site, ix: Ix) -> Json {
    if !site.has_page(ix) {
        return Json::Null;
    }
    json!({ "@id": format!("{}#{}", permalink(site, &site.entry(ix).url), fragment(site, ix)) })
}

/// The node that an id leads to; null where it leads nowhere.
fn refer(site: &Site, id: &str, lang: &str) -> Json {
    site.find(id, lang).map_or(Json::Null, |ix| entry(site, ix))
}

/// The sources of a fact; sensitive ones are not among them.
fn sources(site: &Site, used: &[SourceUse], lang: &str) -> Vec<Json> {
    let mut found: Vec<Json> = used.iter().map(|used| refer(site, used.id(), lang)).collect();
    found.retain(|source| !source.is_null());
    found.dedup();
    found
}

/// The home page's node: the site as a whole.
fn website(site: &Site) -> String {
    format!("{}/#website", site.config.base_url)
}

/// The publisher by its `@id`, its name beside for those who do not follow it; null where site.yaml has none.
fn publisher(site: &Site) -> Json {
    let Some(keys) = &site.config.keys.publisher else { return Json::Null };
    json!({ "@type": "NewsMediaOrganization", "@id": publisher_id(site), "name": keys.name })
}

fn publisher_id(site: &Site) -> String {
    format!("{}/#publisher", site.config.base_url)
}

/// Everything that site.yaml says of the publisher.
fn whole_publisher(site: &Site, keys: &PublisherKeys) -> Json {
    use crate::publisher::{POLICIES, home, resolved};
    let same = keys.same_as.iter().map(|url| url.0.as_str().into());
    let own = node([
        ("@type", "NewsMediaOrganization".into()),
        ("@id", publisher_id(site).into()),
        ("name", keys.name.as_str().into()),
        ("url", home(site, keys).into()),
        ("email", keys.email.as_deref().into()),
        ("sameAs", several(same)),
    ]);
    let Json::Object(mut all) = own else { return own };
    for policy in POLICIES {
        let address = (policy.written)(keys).and_then(|at| resolved(site, &at.value, &site.config.base_url));
        all.extend(address.map(|address| (policy.property.to_owned(), address.into())));
    }
    all.into()
}
