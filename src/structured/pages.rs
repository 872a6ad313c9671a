//! Pages in schema.org's words: articles, datasets, lists, the site itself, and the trail that leads to a page.

use super::{Page, entry, facts, fragment, node, publisher, publisher_id, refer, several, website, whole_publisher};
use crate::date::{Edtf, When};
use crate::entry::Matter;
use crate::facts::Fact;
use crate::kind::Kind;
use crate::plain::Plain;
use crate::query::facts_of;
use crate::site::{Ix, Output, Site};
use crate::url::Url;
use crate::view::{listed_kind, permalink};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// How many of the sources that its text cites an article names, when its front matter names none: it is sent with every page.
const MOST_CITED: usize = 5;

/// The forms of a file below `/data/`: what its name ends in, and its media type.
const FORMS: [(&str, &str); 4] =
    [("csv", "text/csv"), ("json", "application/json"), ("geojson", "application/geo+json"), ("ics", "text/calendar")];

/// What the page is: one node, and of the home page also the publisher.
pub(super) fn nodes(page: &Page<'_>) -> Vec<Json> {
    let site = page.site;
    let Some(ix) = page.ix else { return vec![listing(page)] };
    let surface = site.entry(ix);
    if let Some(fact) = surface.fact() {
        return vec![facts::fact(page, fact)];
    }
    let own = match fragment(site, ix) {
        "website" => home(page),
        "article" => article(page, ix),
        "terms" => term_set(page),
        "data" => dataset(page, listed_kind(site, ix)),
        _ if surface.kind == Kind::Section => web_page(page, "CollectionPage"),
        _ => web_page(page, "WebPage"),
    };
    if surface.url.as_str() == "/" {
        let publisher = site.config.keys.publisher.as_ref().map(|keys| whole_publisher(site, keys));
        return std::iter::once(own).chain(publisher).collect();
    }
    vec![own]
}

/// A page that no file stands for.
fn listing(page: &Page<'_>) -> Json {
    let home = page.site.config.base_url.as_str();
    match page.what {
        Output::List(Kind::Term, 1) => term_set(page),
        Output::List(kind, 1) => dataset(page, Some(*kind)),
        Output::List(..) | Output::Tags | Output::Tag(..) => web_page(page, "CollectionPage"),
        _ if page.permalink.strip_prefix(home) == Some("/data/") => dataset(page, None),
        _ => web_page(page, "WebPage"),
    }
}

/// `WebSite`, with a search only where there is a page for it.
fn home(page: &Page<'_>) -> Json {
    let site = page.site;
    let search = site.route("/search/").map(|route| {
        json!({
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{}?q={{search_term_string}}", permalink(site, &route.url)) },
            "query-input": "required name=search_term_string",
        })
    });
    node([
        ("@type", "WebSite".into()),
        ("@id", website(site).into()),
        ("name", site.config.keys.title.as_str().into()),
        ("description", site.config.keys.description.as_deref().or(page.text("description")).into()),
        ("url", page.permalink.into()),
        ("inLanguage", several(site.config.langs.iter().map(|lang| lang.as_str().into()))),
        ("publisher", publisher_reference(site)),
        ("image", page.text("card").into()),
        ("potentialAction", search.into()),
    ])
}

fn publisher_reference(site: &Site) -> Json {
    site.config.keys.publisher.as_ref().map_or(Json::Null, |_| json!({ "@id": publisher_id(site) }))
}

/// `BackgroundNewsArticle`: "a `NewsArticle` providing historical context, definition and detail on a specific topic", which an explainer is as much
/// as a background page.
fn article(page: &Page<'_>, ix: Ix) -> Json {
    let site = page.site;
    let Some(front) = site.entry(ix).page() else { return Json::Null };
    let about = front.about.iter().map(|about| refer(site, &about.0.value, page.lang));
    node([
        ("@type", "BackgroundNewsArticle".into()),
        ("@id", page.id("article")),
        ("headline", page.text("title").into()),
        ("description", page.text("description").into()),
        ("datePublished", front.date.as_ref().map(|date| instant(site, date)).into()),
        ("dateModified", front.updated.as_ref().map(|date| instant(site, date)).into()),
        ("author", several(front.authors.iter().map(|author| by(site, author)))),
        ("publisher", publisher(site)),
        ("inLanguage", page.lang.into()),
        ("image", page.text("card").into()),
        ("about", several(about)),
        ("citation", several(cited(page, ix))),
        ("correction", several(corrections(page, ix))),
    ])
}

/// A day, or an instant in the site's time zone where a time was written.
fn instant(site: &Site, when: &When) -> String {
    // A day is ten letters long.
    if when.as_str().len() > 10 { when.rfc3339(&site.config.time_zone) } else { when.day().to_string() }
}

/// The publisher where it is one's name; else the name alone, which schema.org takes: whether it is a person's, nobody said.
fn by(site: &Site, author: &str) -> Json {
    let own = site.config.keys.publisher.as_ref().is_some_and(|keys| keys.name == author);
    if own { json!({ "@id": publisher_id(site) }) } else { author.into() }
}

/// The sources that the front matter names, else the first that the text cites, each once.
fn cited(page: &Page<'_>, ix: Ix) -> Vec<Json> {
    let site = page.site;
    let named = site.entry(ix).page().map_or(&[][..], |front| &front.sources);
    let cites = site.entries[ix.0 as usize].body.citations();
    let ids: Vec<&str> = match named {
        [] => cites.iter().map(|cite| cite.id.as_str()).collect(),
        named => named.iter().map(crate::facts::SourceUse::id).collect(),
    };
    let mut found: Vec<Ix> = Vec::new();
    for source in ids.into_iter().filter_map(|id| site.find(id, page.lang).ok()).filter(|ix| site.has_page(*ix)) {
        if !found.contains(&source) && (!named.is_empty() || found.len() < MOST_CITED) {
            found.push(source);
        }
    }
    found.into_iter().map(|source| entry(site, source)).collect()
}

/// `CorrectionComment`s.
fn corrections(page: &Page<'_>, ix: Ix) -> Vec<Json> {
    let site = page.site;
    let front = site.entry(ix).page().map_or(&[][..], |front| &front.corrections);
    let comment = |correction: &crate::page::Correction| {
        let text = Plain::of(site, page.lang, ix, correction.text.pick(page.lang), |_, note| note).to_string();
        json!({ "@type": "CorrectionComment", "datePublished": instant(site, &correction.date), "text": text })
    };
    front.iter().map(comment).collect()
}

/// A page that is nothing more special.
fn web_page(page: &Page<'_>, class: &str) -> Json {
    let site = page.site;
    let front = page.ix.and_then(|ix| site.entry(ix).page());
    let about = front.map_or(&[][..], |front| &front.about).iter().map(|about| refer(site, &about.0.value, page.lang));
    node([
        ("@type", class.into()),
        ("@id", page.id("page")),
        ("url", page.permalink.into()),
        ("name", page.text("title").into()),
        ("description", page.text("description").into()),
        ("datePublished", front.and_then(|front| front.date.as_ref()).map(|date| instant(site, date)).into()),
        ("dateModified", front.and_then(|front| front.updated.as_ref()).map(|date| instant(site, date)).into()),
        ("inLanguage", page.lang.into()),
        ("isPartOf", json!({ "@id": website(site) })),
        ("publisher", publisher(site)),
        ("about", several(about)),
    ])
}

/// `DefinedTermSet`: the glossary, whose terms name it.
fn term_set(page: &Page<'_>) -> Json {
    node([
        ("@type", "DefinedTermSet".into()),
        ("@id", page.id(Kind::Term.info().plural.unwrap_or_default())),
        ("url", page.permalink.into()),
        ("name", page.text("title").into()),
        ("description", page.text("description").into()),
        ("inLanguage", page.lang.into()),
        ("publisher", publisher(page.site)),
    ])
}

/// `Dataset`: the facts of a kind that the page shows, or of the data page all. Downloads are named where they hold what the page shows: a
/// page that shows some of the facts is part of the whole instead.
fn dataset(page: &Page<'_>, kind: Option<Kind>) -> Json {
    let site = page.site;
    let filtered =
        page.ix.is_some_and(|ix| matches!(&site.entry(ix).matter, Matter::View(_, keys) if keys.filter.is_some()));
    let filter = page.seen.get_from_path("filter").filter(|filter| !filter.is_none());
    // An id in the filter that leads nowhere was told by linking.
    let year = match page.what {
        Output::Year(ix, at) => site.years.get(ix).and_then(|years| years.get(*at)),
        _ => None,
    };
    let shown = match (year, kind) {
        (Some(year), _) => year.events.clone(),
        (None, kind) => kind.and_then(|kind| facts_of(site, kind, filter).ok()).unwrap_or_default(),
    };
    let files: Vec<&Url> = match kind {
        _ if filtered || year.is_some() => Vec::new(),
        Some(kind) => files_of(site, kind),
        None => all_files(site),
    };
    let whole =
        site.route("/data/").filter(|_| kind.is_some()).map(|route| format!("{}#data", permalink(site, &route.url)));
    let front = page.ix.and_then(|ix| site.entry(ix).page());
    node([
        ("@type", "Dataset".into()),
        ("@id", page.id("data")),
        ("url", page.permalink.into()),
        ("name", page.text("title").into()),
        ("description", page.text("description").into()),
        ("inLanguage", page.lang.into()),
        ("isAccessibleForFree", true.into()),
        ("creator", publisher(site)),
        ("license", page.licence.into()),
        ("dateModified", front.and_then(|front| front.updated.as_ref()).map(|date| instant(site, date)).into()),
        ("temporalCoverage", years(site, &shown).into()),
        ("variableMeasured", several(measures(site, &shown))),
        ("isPartOf", whole.map_or(Json::Null, |id| json!({ "@id": id }))),
        ("distribution", several(files.into_iter().map(|url| download(site, url)))),
    ])
}

/// The files of data that hold the facts of a kind.
fn files_of(site: &Site, kind: Kind) -> Vec<&Url> {
    let plural = kind.info().plural.unwrap_or_default();
    let file = |(end, _): &(&str, &str)| site.route(&format!("/data/{plural}.{end}")).map(|route| &route.url);
    FORMS.iter().filter_map(file).collect()
}

/// All files of data, by name.
fn all_files(site: &Site) -> Vec<&Url> {
    let urls = site.routes.iter().map(|route| &route.url).filter(|url| url.as_str().starts_with("/data/"));
    let found: BTreeSet<&Url> = urls.filter(|url| media_type(url).is_some()).collect();
    found.into_iter().collect()
}

fn media_type(url: &Url) -> Option<&'static str> {
    let (_, end) = url.as_str().rsplit_once('.')?;
    FORMS.iter().find(|(form, _)| *form == end).map(|(_, media_type)| *media_type)
}

fn download(site: &Site, url: &Url) -> Json {
    node([
        ("@type", "DataDownload".into()),
        ("contentUrl", permalink(site, url).into()),
        ("encodingFormat", media_type(url).into()),
    ])
}

/// The years that facts tell of, as an ISO 8601 interval: a day would say more than is known of some. Open where something goes on, and
/// none where nobody says when something began.
fn years(site: &Site, shown: &[Ix]) -> Option<String> {
    let dates: Vec<&Edtf> = shown.iter().filter_map(|ix| told_of(site, site.entry(*ix).fact()?)).collect();
    let first = dates.iter().map(|date| date.earliest().map(|day| day.year)).min()??;
    let last = dates.iter().map(|date| date.latest().map(|day| day.year)).collect::<Option<Vec<i64>>>();
    let last = last.and_then(|years| years.into_iter().max());
    let written = |year: i64| (0..=9999).contains(&year).then(|| format!("{year:04}"));
    Some(format!("{}/{}", written(first)?, last.map_or_else(|| Some("..".to_owned()), written)?))
}

/// When a fact tells of: a figure of its period, else of its event, else of the day up to which it counts.
fn told_of<'s>(site: &'s Site, fact: &'s Fact) -> Option<&'s Edtf> {
    let figure = match fact {
        Fact::Event(_) | Fact::Claim(_) => return fact.date(),
        Fact::Figure(figure) => figure,
        // A work was published on a day, and tells of another time.
        _ => return None,
    };
    let event = || match site.entry(site.find(&figure.scope.event.as_ref()?.0.value, site.config.lang()).ok()?).fact() {
        Some(Fact::Event(event)) => Some(&event.date),
        _ => None,
    };
    figure.scope.period.as_ref().or_else(event).or(Some(&figure.as_of))
}

/// What figures measure, each once.
fn measures(site: &Site, shown: &[Ix]) -> Vec<Json> {
    let measure = |ix: &Ix| match site.entry(*ix).fact() {
        Some(Fact::Figure(figure)) => Some(figure.measure.as_str()),
        _ => None,
    };
    let found: BTreeSet<&str> = shown.iter().filter_map(measure).collect();
    found.into_iter().map(Json::from).collect()
}

/// `BreadcrumbList` from the home page to the section or list above, as the page itself shows it; the page need not be on it. None right below home.
pub(super) fn trail(page: &Page<'_>) -> Option<Json> {
    let site = page.site;
    let ix = page.ix?;
    let surface = site.entry(ix);
    let section = site.neighbours[ix.0 as usize]
        .section
        .map(|section| (&site.entry(section).url, site.title(section, page.lang)));
    let list = || {
        let info = surface.kind.info();
        let route = site.route(Url::page([info.plural?])?.as_str())?;
        Some((&route.url, info.title.to_owned()))
    };
    let (above, title) = section.or_else(list).filter(|(url, _)| url.as_str() != "/" && **url != surface.url)?;
    let item = |position: u8, name: &str, at: String| json!({ "@type": "ListItem", "position": position, "name": name, "item": at });
    let home = item(1, &site.config.keys.title, format!("{}/", site.config.base_url));
    Some(json!({ "@type": "BreadcrumbList", "itemListElement": [home, item(2, &title, permalink(site, above))] }))
}
