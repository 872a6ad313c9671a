//! What templates can call: functions that give them the linked site, and filters. The register is
//! documented in `docs/templates.md`, which a test compares with it.

use crate::date::Edtf;
use crate::entry::Surface;
use crate::facts::{Fact, grouped};
use crate::kind::{KINDS, Kind};
use crate::link::newest;
use crate::site::{Ix, Output, Site};
use crate::slug::fold;
use crate::source::Area;
use crate::values;
use crate::view::{day_in_words, heading_text, href, plain};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// The functions, by name.
pub const FUNCTIONS: &[&str] = &["get", "list", "backlinks", "asset", "link", "tags"];

/// The filters beside Tera's own, by name.
pub const FILTERS: &[&str] = &["number", "plain", "json", "absolute", "day"];

/// The arguments of `list`.
pub const LIST_ARGUMENTS: &[&str] = &[
    "kind",
    "filter",
    "from",
    "to",
    "event",
    "actor",
    "place",
    "about",
    "measure",
    "tag",
    "section",
    "importance",
    "sort",
    "order",
    "limit",
];

/// Names of functions and filters, for "did you mean".
pub fn names() -> Vec<String> {
    let tera_own = [
        "safe", "default", "upper", "lower", "join", "first", "last", "length", "sort", "reverse", "truncate", "trim",
        "replace", "group_by", "escape", "round", "split", "get", "values", "keys", "range", "throw",
    ];
    FUNCTIONS.iter().chain(FILTERS).chain(&tera_own).map(ToString::to_string).collect()
}

/// The linked site as functions see it: the graph, and the value of every entry once those are made.
pub struct World {
    /// The site.
    pub site: Arc<Site>,
    /// The values; not there while references and citations are rendered into them.
    pub views: OnceLock<Views>,
}

/// What templates see of each entry, by its number.
pub struct Views {
    /// The stubs.
    pub stubs: Vec<Value>,
    /// The whole.
    pub entries: Vec<Value>,
}

impl World {
    fn views(&self, function: &str) -> TeraResult<&Views> {
        self.views.get().ok_or_else(|| {
            tera::Error::message(format!("`{function}` cannot be used in the components `reference` and `citation`"))
        })
    }
}

/// Registers functions and filters that look at `world`.
pub fn register(tera: &mut Tera, world: &Arc<World>) {
    register_functions(tera, world);
    tera.register_filter("number", |value: &Value, _: Kwargs, _: &State<'_>| number(value));
    tera.register_filter("plain", |html: &str, _: Kwargs, _: &State<'_>| plain(html));
    tera.register_filter("json", |value: &Value, _: Kwargs, _: &State<'_>| {
        serde_json::to_string(value).map_err(tera::Error::message)
    });
    let own = world.clone();
    tera.register_filter("absolute", move |href: &str, _: Kwargs, _: &State<'_>| absolute(&own.site, href));
    let own = world.clone();
    tera.register_filter("day", move |text: &str, _: Kwargs, _: &State<'_>| {
        day_in_words(text, own.site.config.lang())
            .ok_or_else(|| tera::Error::message(format!("`{text}` is neither a day nor an EDTF date")))
    });
}

fn register_functions(tera: &mut Tera, world: &Arc<World>) {
    let own = world.clone();
    tera.register_function("get", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let views = own.views("get")?;
        Ok(views.entries[find(&own.site, args.must_get("id")?)?.0 as usize].clone())
    });
    let own = world.clone();
    tera.register_function("list", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let views = own.views("list")?;
        let found = list(&own.site, &Query::of(&args)?)?;
        Ok(found.into_iter().map(|ix| views.entries[ix.0 as usize].clone()).collect())
    });
    let own = world.clone();
    tera.register_function("backlinks", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let views = own.views("backlinks")?;
        Ok(backlinks(&own.site, &views.stubs, find(&own.site, args.must_get("id")?)?))
    });
    let assets = assets(&world.site);
    tera.register_function("asset", move |args: Kwargs, _: &State<'_>| -> TeraResult<String> {
        let path: &str = args.must_get("path")?;
        assets.get(path).cloned().ok_or_else(|| {
            let help = crate::diagnostic::did_you_mean(path, assets.keys().map(String::as_str)).unwrap_or_default();
            tera::Error::message(format!("there is no asset `{path}`; {help}").trim_end_matches("; ").to_owned())
        })
    });
    let own = world.clone();
    tera.register_function("link", move |args: Kwargs, _: &State<'_>| link(&own.site, args.must_get("to")?));
    let own = world.clone();
    tera.register_function("tags", move |_: Kwargs, _: &State<'_>| tags(&own.site));
}

fn number(value: &Value) -> TeraResult<String> {
    match (value.as_u64(), value.as_i64()) {
        (Some(n), _) => Ok(grouped(n)),
        (None, Some(n)) => Ok(format!("−{}", grouped(n.unsigned_abs()))),
        (None, None) => Err(tera::Error::message(format!("`number` takes a whole number, not {}", value.name()))),
    }
}

fn absolute(site: &Site, href: &str) -> String {
    let own = href.strip_prefix(&site.config.base_path).unwrap_or(href);
    if href.starts_with('/') { format!("{}{own}", site.config.base_url) } else { href.to_owned() }
}

fn find(site: &Site, id: &str) -> TeraResult<Ix> {
    site.find(id, site.config.lang()).map_err(|missing| {
        let near = match missing {
            crate::site::Missing::Unknown(Some(near)) => format!("; did you mean `{near}`?"),
            _ => String::new(),
        };
        tera::Error::message(format!("nothing has the id `{id}`{near}"))
    })
}

/// The theme's assets and the site's static files, by path.
fn assets(site: &Site) -> HashMap<String, String> {
    let path = |area: Area, inner: &str| match area {
        Area::Templates => inner.strip_prefix("assets/").unwrap_or(inner).to_owned(),
        _ => inner.to_owned(),
    };
    let asset = |route: &crate::site::Route| match route.what {
        Output::Asset(file) | Output::Copy(file) if site.sources.get(file).area != Area::Content => {
            let source = site.sources.get(file);
            Some((path(source.area, source.inner()), href(site, &route.url)))
        }
        _ => None,
    };
    site.routes.iter().filter_map(asset).collect()
}

fn link(site: &Site, to: &str) -> TeraResult<String> {
    let (path, fragment) = crate::url::split(to);
    let fragment = fragment.map_or_else(String::new, |id| format!("#{id}"));
    let page = path.strip_prefix("@/").and_then(|file| site.index.files.get(file)).map(|ix| &site.entry(*ix).url);
    let url = page.or_else(|| site.route(&path).map(|route| &route.url));
    url.map(|url| href(site, url) + &fragment)
        .ok_or_else(|| tera::Error::message(format!("`{to}` is no page or file of this site")))
}

/// All tags as templates see them.
pub fn tags(site: &Site) -> Vec<Value> {
    let tag = |tag: &crate::site::Tag| {
        values! { "name": tag.name.as_str(), "url": href(site, &tag.url), "count": tag.entries.len(), }.into()
    };
    site.tags.iter().map(tag).collect()
}

/// What mentions an entry, as templates see it.
pub fn backlinks(site: &Site, stubs: &[Value], ix: Ix) -> Vec<Value> {
    let value = |link: &crate::site::Backlink| {
        let from = site.entry(link.from);
        let heading = link.heading.and_then(|i| from.headings.get(i as usize)).map(|heading| {
            let url = format!("{}#{}", href(site, &from.url), heading.id.value);
            Value::from(values! { "text": heading_text(site, from, &heading.text), "url": url, })
        });
        values! { "entry": stubs[link.from.0 as usize].clone(), "field": link.field, "heading": heading, }.into()
    };
    site.backlinks[ix.0 as usize].iter().filter(|link| site.has_page(link.from)).map(value).collect()
}

/// What `list` is asked for.
#[derive(Debug, Default)]
struct Query {
    kind: Option<Kind>,
    from: Option<Edtf>,
    to: Option<Edtf>,
    words: HashMap<&'static str, String>,
    importance: Option<i64>,
    limit: Option<usize>,
}

impl Query {
    fn of(args: &Kwargs) -> TeraResult<Self> {
        let mut query = Self::default();
        for (name, value) in args.iter() {
            match name.as_str().unwrap_or_default() {
                "filter" => query.filter(value)?,
                name => query.set(name, value)?,
            }
        }
        Ok(query)
    }

    /// Sets what a page's `filter` says.
    fn filter(&mut self, filter: &Value) -> TeraResult<()> {
        let Some(map) = filter.as_map() else { return Ok(()) };
        map.iter().try_for_each(|(name, value)| self.set(name.as_str().unwrap_or_default(), value))
    }

    /// Sets one argument; an empty text or nothing leaves it unset, so that components can pass theirs on.
    fn set(&mut self, key: &str, value: &Value) -> TeraResult<()> {
        let Some(name) = LIST_ARGUMENTS.iter().find(|name| **name == key) else {
            let help = crate::diagnostic::did_you_mean(key, LIST_ARGUMENTS.iter().copied());
            return Err(tera::Error::message(format!("`list` has no argument `{key}`; {}", help.unwrap_or_default())));
        };
        let text = match value
            .as_map()
            .and_then(|map| map.get(&tera::value::Key::Str("edtf")).or(map.get(&tera::value::Key::Str("id"))))
        {
            Some(inner) => inner.to_string(),
            None => value.to_string(),
        };
        if value.is_none() || text.is_empty() {
            return Ok(());
        }
        // A reference that leads nowhere was told by linking.
        let nowhere = value.as_map().and_then(|map| map.get(&tera::value::Key::Str("kind")));
        if nowhere.and_then(Value::as_str) == Some("") {
            return Ok(());
        }
        let wrong = |what: &str| tera::Error::message(format!("`{key}` takes {what}, not `{text}`"));
        match *name {
            "kind" => {
                let names: Vec<_> = KINDS.iter().map(|info| info.name).collect();
                self.kind = Some(Kind::named(&text).ok_or_else(|| wrong(&format!("a kind ({})", names.join(", "))))?);
            }
            "from" => self.from = Some(Edtf::parse(&text).map_err(|_| wrong("an EDTF date"))?),
            "to" => self.to = Some(Edtf::parse(&text).map_err(|_| wrong("an EDTF date"))?),
            "importance" => self.importance = Some(text.parse().map_err(|_| wrong("a number from 1 to 5"))?),
            "limit" => self.limit = Some(text.parse().map_err(|_| wrong("a whole number"))?),
            "sort" if !["date", "title", "weight", "importance"].contains(&text.as_str()) => {
                return Err(wrong("`date`, `title`, `weight` or `importance`"));
            }
            "order" if !["asc", "desc"].contains(&text.as_str()) => return Err(wrong("`asc` or `desc`")),
            name => {
                self.words.insert(name, text);
            }
        }
        Ok(())
    }
}

/// The facts of `kind` that a page's `filter` lets through, in the order of their list.
pub fn facts_of(site: &Site, kind: Kind, filter: Option<&Value>) -> TeraResult<Vec<Ix>> {
    let mut query = Query { kind: Some(kind), ..Query::default() };
    if let Some(filter) = filter {
        query.filter(filter)?;
    }
    list(site, &query)
}

fn list(site: &Site, query: &Query) -> TeraResult<Vec<Ix>> {
    let candidates: Vec<Ix> = match (query.words.get("section"), query.kind) {
        (Some(section), _) => {
            let section = find(site, section)?;
            let pages = site.section_pages.get(&section);
            pages
                .cloned()
                .ok_or_else(|| tera::Error::message(format!("`{}` is not a section", site.entry(section).id.value)))?
        }
        (None, Some(kind)) if kind.is_fact() => site.lists.get(&kind).cloned().unwrap_or_default(),
        (None, _) => site.iter().map(|(ix, _)| ix).filter(|ix| site.has_page(*ix)).collect(),
    };
    let wanted = Wanted::of(site, query)?;
    let mut found: Vec<Ix> = candidates.into_iter().filter(|ix| wanted.takes(site, *ix)).collect();
    sort(site, query, &mut found);
    found.truncate(query.limit.unwrap_or(usize::MAX));
    Ok(found)
}

/// A query with its ids resolved.
struct Wanted<'q> {
    query: &'q Query,
    ids: HashMap<&'static str, Ix>,
}

impl<'q> Wanted<'q> {
    fn of(site: &Site, query: &'q Query) -> TeraResult<Self> {
        let mut ids = HashMap::new();
        for key in ["event", "actor", "place", "about"] {
            if let Some(id) = query.words.get(key) {
                ids.insert(key, find(site, id)?);
            }
        }
        Ok(Self { query, ids })
    }

    fn takes(&self, site: &Site, ix: Ix) -> bool {
        let surface = site.entry(ix);
        let fact = surface.fact();
        self.query.kind.is_none_or(|kind| surface.kind == kind)
            && self.in_time(site, ix)
            && self.ids.iter().all(|(key, wanted)| concerns(site, surface, key, *wanted))
            && self.query.words.get("measure").is_none_or(|m| matches!(fact, Some(Fact::Figure(f)) if f.measure == *m))
            && self.query.words.get("tag").is_none_or(|tag| surface.tags().iter().any(|own| fold(own) == fold(tag)))
            && self.query.importance.is_none_or(|most| matches!(fact, Some(Fact::Event(e)) if importance_of(e) <= most))
    }

    fn in_time(&self, site: &Site, ix: Ix) -> bool {
        if self.query.from.is_none() && self.query.to.is_none() {
            return true;
        }
        let surface = site.entry(ix);
        let day = surface.page().and_then(|page| page.date.as_ref()).map(|date| (date.day(), date.day()));
        let Some((start, end)) = day.or_else(|| surface.fact().and_then(Fact::date).map(Edtf::order)) else {
            return false;
        };
        self.query.from.as_ref().is_none_or(|from| end >= from.order().0)
            && self.query.to.as_ref().is_none_or(|to| start <= to.order().1)
    }
}

/// Whether an entry concerns another in the way that the argument `key` of `list` means.
fn concerns(site: &Site, surface: &Surface, key: &str, wanted: Ix) -> bool {
    let is = |id: &str| site.find(id, &surface.lang) == Ok(wanted);
    let at = |id: &str| within(site, id, wanted);
    match (key, surface.fact(), surface.page()) {
        ("event", Some(Fact::Figure(figure)), _) => figure.scope.event.as_ref().is_some_and(|event| is(&event.0.value)),
        ("event", Some(Fact::Event(event)), _) => event.part_of.as_ref().is_some_and(|whole| is(&whole.0.value)),
        ("event" | "about", Some(Fact::Claim(claim)), _) => claim.about.0.iter().any(|about| is(&about.0.value)),
        ("about", None, Some(page)) => page.about.iter().any(|about| is(&about.0.value)),
        ("actor", Some(Fact::Event(event)), _) => event.participants.iter().any(|p| is(&p.actor.0.value)),
        ("actor", Some(Fact::Figure(figure)), _) => {
            is(&figure.attribution.counted_by.0.value) || figure.scope.sides.iter().any(|side| is(&side.0.value))
        }
        ("actor", Some(Fact::Claim(claim)), _) => is(&claim.author.0.value),
        ("place", Some(Fact::Event(event)), _) => event.places.iter().any(|place| at(&place.0.value)),
        ("place", Some(Fact::Claim(claim)), _) => claim.places.iter().any(|place| at(&place.0.value)),
        ("place", Some(Fact::Figure(figure)), _) => figure.scope.area.as_ref().is_some_and(|area| at(&area.0.value)),
        ("place", Some(Fact::Place(place)), _) => place.within.as_ref().is_some_and(|within| at(&within.0.value)),
        _ => false,
    }
}

/// Whether the place `id` is `wanted`, or lies within it. A cycle ends after as many steps as there can be.
fn within(site: &Site, id: &str, wanted: Ix) -> bool {
    let mut id = id.to_owned();
    for _ in 0..16 {
        let Ok(ix) = site.find(&id, site.config.lang()) else { return false };
        if ix == wanted {
            return true;
        }
        match site.entry(ix).fact() {
            Some(Fact::Place(place)) => match &place.within {
                Some(outer) => id.clone_from(&outer.0.value),
                None => return false,
            },
            _ => return false,
        }
    }
    false
}

/// An event's importance: the middle of the scale when it names none.
fn importance_of(event: &crate::facts::Event) -> i64 {
    event.importance.map_or(3, |importance| importance.0)
}

fn sort(site: &Site, query: &Query, found: &mut [Ix]) {
    let title = |ix: Ix| fold(&site.title(ix, &site.entry(ix).lang));
    let importance = |ix: Ix| match site.entry(ix).fact() {
        Some(Fact::Event(event)) => importance_of(event),
        _ => i64::MAX,
    };
    let sorted = query.words.get("sort").map(String::as_str);
    match sorted {
        Some("title") => found.sort_by_cached_key(|ix| (title(*ix), *ix)),
        Some("weight") => {
            found.sort_by_cached_key(|ix| (site.entry(*ix).routing.weight.unwrap_or(i64::MAX), title(*ix), *ix));
        }
        Some("importance") => found.sort_by_cached_key(|ix| (importance(*ix), newest(site, *ix), *ix)),
        Some(_) => found.sort_by_cached_key(|ix| (newest(site, *ix), *ix)),
        None => {}
    }
    let pages = sorted.is_none() && !query.words.contains_key("section") && !query.kind.is_some_and(Kind::is_fact);
    if pages {
        found.sort_by_cached_key(|ix| (std::cmp::Reverse(newest(site, *ix)), title(*ix), *ix));
    }
    let reversed = if pages { "asc" } else { "desc" };
    if query.words.get("order").is_some_and(|order| order == reversed) {
        found.reverse();
    }
}
