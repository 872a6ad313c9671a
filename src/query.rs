//! Queries: what a template asks `list` for, and the entries that answer.

use crate::date::Edtf;
use crate::entry::Matter;
use crate::facts::Fact;
use crate::kind::{KINDS, Kind};
use crate::page::{Filter, ViewKeys};
use crate::site::{Ix, RELATIONS, Relation, Site, newest};
use crate::slug::{fold, slugify};
use std::collections::{HashMap, HashSet};
use tera::{Kwargs, TeraResult, Value};

/// How the message begins of a failure that follows from a mistake told elsewhere.
pub const TOLD: &str = "told elsewhere: ";

/// The arguments of `list`.
pub const ARGUMENTS: &[&str] = &[
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

/// What `list` is asked for.
#[derive(Debug, Default)]
pub struct Query {
    kind: Option<Kind>,
    from: Option<Edtf>,
    to: Option<Edtf>,
    words: HashMap<&'static str, String>,
    importance: Option<i64>,
    limit: Option<usize>,
}

impl Query {
    /// Reads the arguments of a call.
    pub fn of(args: &Kwargs) -> TeraResult<Self> {
        let mut query = Self::default();
        for (name, value) in args.iter() {
            match name.as_str().unwrap_or_default() {
                "filter" => query.filter(value)?,
                name => query.set(name, value)?,
            }
        }
        Ok(query)
    }

    /// The facts of a kind that a page's `filter` lets through.
    pub fn of_filter(kind: Kind, filter: Option<&Filter>) -> Self {
        let mut query = Self { kind: Some(kind), ..Self::default() };
        let Some(filter) = filter else { return query };
        let words = [
            ("event", filter.event.as_ref().map(|id| &id.0.value)),
            ("actor", filter.actor.as_ref().map(|id| &id.0.value)),
            ("place", filter.place.as_ref().map(|id| &id.0.value)),
            ("about", filter.about.as_ref().map(|id| &id.0.value)),
            ("measure", filter.measure.as_ref()),
            ("tag", filter.tag.as_ref()),
        ];
        query.words = words.into_iter().filter_map(|(name, word)| Some((name, word?.clone()))).collect();
        query.from.clone_from(&filter.from);
        query.to.clone_from(&filter.to);
        query.importance = filter.importance.as_ref().map(|importance| importance.0);
        query
    }

    /// The facts of a kind that a page with these keys shows, in its order.
    fn of_view(kind: Kind, keys: Option<&ViewKeys>) -> Self {
        let mut query = Self::of_filter(kind, keys.and_then(|keys| keys.filter.as_ref()));
        let order = keys.and_then(|keys| keys.order.as_ref());
        query.words.extend(order.map(|order| ("order", order.as_str().to_owned())));
        query
    }

    /// The facts of a kind that a component call asks for by words; none when it cannot be told.
    pub fn of_words<'a>(kind: Kind, words: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let mut query = Self { kind: Some(kind), ..Self::default() };
        for (name, word) in words.filter(|(name, _)| ARGUMENTS.contains(name)) {
            query.set(name, &word.into()).ok()?;
        }
        Some(query)
    }

    /// Sets what a page's `filter` says.
    fn filter(&mut self, filter: &Value) -> TeraResult<()> {
        let Some(map) = filter.as_map() else { return Ok(()) };
        map.iter().try_for_each(|(name, value)| self.set(name.as_str().unwrap_or_default(), value))
    }

    /// Sets one argument; an empty text or nothing leaves it unset, so that components can pass theirs on.
    fn set(&mut self, key: &str, value: &Value) -> TeraResult<()> {
        let Some(name) = ARGUMENTS.iter().find(|name| **name == key) else {
            let help = crate::diagnostic::did_you_mean(key, ARGUMENTS.iter().copied());
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

/// The facts of a kind that a page shows, in its order.
pub fn shown_by(site: &Site, page: Ix, kind: Kind) -> Vec<Ix> {
    let keys = match &site.entry(page).matter {
        Matter::View(_, keys) => Some(&**keys),
        _ => None,
    };
    // An id in the filter that leads nowhere was told by linking.
    list(site, &Query::of_view(kind, keys)).unwrap_or_default()
}

/// The facts of `kind` that a page's `filter` lets through, in the order of their list.
pub fn facts_of(site: &Site, kind: Kind, filter: Option<&Value>) -> TeraResult<Vec<Ix>> {
    let mut query = Query { kind: Some(kind), ..Query::default() };
    if let Some(filter) = filter {
        query.filter(filter)?;
    }
    list(site, &query)
}

/// The entries that answer a query, in its order.
pub fn list(site: &Site, query: &Query) -> TeraResult<Vec<Ix>> {
    let concerning = concerning(site, query)?;
    let candidates: Vec<Ix> = match (query.words.get("section"), query.kind, &concerning) {
        (Some(section), ..) => {
            let section = find(site, section)?;
            let pages = site.section_pages.get(&section).cloned();
            let not_one = || tera::Error::message(format!("`{}` is not a section", site.entry(section).id.value));
            let mut pages = pages.ok_or_else(not_one)?;
            pages.retain(|ix| concerning.as_ref().is_none_or(|found| found.contains(ix)));
            pages
        }
        (None, _, Some(found)) => found.clone(),
        (None, Some(kind), None) if kind.is_fact() => site.lists.get(&kind).cloned().unwrap_or_default(),
        (None, ..) => site.iter().map(|(ix, _)| ix).filter(|ix| site.has_page(*ix)).collect(),
    };
    let mut found: Vec<Ix> = candidates.into_iter().filter(|ix| query.takes(site, *ix)).collect();
    sort(site, query, &mut found);
    found.truncate(query.limit.unwrap_or(usize::MAX));
    Ok(found)
}

/// What concerns all the things that a query names; none when it names no thing.
fn concerning(site: &Site, query: &Query) -> TeraResult<Option<Vec<Ix>>> {
    let mut found: Option<Vec<Ix>> = None;
    for (name, relation) in RELATIONS {
        let Some(id) = query.words.get(name) else { continue };
        // Nothing concerns what is not there yet.
        let to = if site.absent(id).is_some() { None } else { Some(find(site, id)?) };
        if let Some(wrong) = to.and_then(|to| wrong_kind(site, relation, name, to)) {
            return Err(tera::Error::message(wrong));
        }
        let list = to.and_then(|to| site.relations.get(&(relation, to))).map_or(&[][..], Vec::as_slice);
        found = Some(match found {
            None => list.to_vec(),
            Some(found) => {
                let also: HashSet<&Ix> = list.iter().collect();
                found.into_iter().filter(|ix| also.contains(ix)).collect()
            }
        });
    }
    Ok(found)
}

/// Why an entry cannot be what an argument names, if it cannot.
fn wrong_kind(site: &Site, relation: Relation, name: &str, to: Ix) -> Option<String> {
    let taken: &[Kind] = match relation {
        Relation::Event => &[Kind::Event],
        Relation::Actor => &[Kind::Actor, Kind::Source],
        Relation::Place => &[Kind::Place],
        Relation::About => return None,
    };
    let surface = site.entry(to);
    let message = || format!("`{}` is no {name} but of the kind `{}`", surface.id.value, surface.kind.name());
    (!taken.contains(&surface.kind)).then(message)
}

impl Query {
    fn takes(&self, site: &Site, ix: Ix) -> bool {
        let surface = site.entry(ix);
        let fact = surface.fact();
        self.kind.is_none_or(|kind| surface.kind == kind)
            && self.in_time(site, ix)
            && self.words.get("measure").is_none_or(|m| matches!(fact, Some(Fact::Figure(f)) if f.measure == *m))
            && self.words.get("tag").is_none_or(|tag| surface.tags().iter().any(|own| slugify(own) == slugify(tag)))
            && self.importance.is_none_or(|most| matches!(fact, Some(Fact::Event(e)) if importance_of(e) <= most))
    }

    fn in_time(&self, site: &Site, ix: Ix) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let surface = site.entry(ix);
        let day = surface.page().and_then(|page| page.date.as_ref()).map(|date| (date.day(), date.day()));
        let Some((start, end)) = day.or_else(|| surface.fact().and_then(Fact::date).map(Edtf::order)) else {
            return false;
        };
        self.from.as_ref().is_none_or(|from| end >= from.order().0)
            && self.to.as_ref().is_none_or(|to| start <= to.order().1)
    }
}

/// How important an entry is, from 1 on; the larger the number the less.
pub fn importance(site: &Site, ix: Ix) -> i64 {
    match site.entry(ix).fact() {
        Some(Fact::Event(event)) => importance_of(event),
        _ => i64::MAX,
    }
}

/// An event's importance: the middle of the scale when it names none.
fn importance_of(event: &crate::facts::Event) -> i64 {
    event.importance.map_or(3, |importance| importance.0)
}

fn sort(site: &Site, query: &Query, found: &mut [Ix]) {
    let title = |ix: Ix| fold(&site.title(ix, &site.entry(ix).lang));
    let importance = |ix: Ix| importance(site, ix);
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

/// The entry with this id, for readers of the default language.
pub fn find(site: &Site, id: &str) -> TeraResult<Ix> {
    site.find(id, site.config.lang()).map_err(|missing| {
        let unread = missing == crate::site::Missing::Unknown && site.index.unread;
        if unread || missing == crate::site::Missing::Broken {
            return tera::Error::message(format!("{TOLD}`{id}` could not be read"));
        }
        let near = if missing == crate::site::Missing::Unknown { site.nearest_id(id) } else { None };
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        tera::Error::message(format!("nothing has the id `{id}`{near}"))
    })
}
