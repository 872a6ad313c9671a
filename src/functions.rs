//! What templates can call: functions that give them the linked site, and filters. The register is
//! documented in `docs/templates.md`, which a test compares with it.

use crate::bibliography::{ENGLISH, Item, Wording, bibtex, csl_json, plain as plain_citation};
use crate::card::{self, Face};
use crate::chart;
use crate::chronology::{self, Moment};
use crate::citing;
use crate::compare;
use crate::corrections::{Change, What, changes, changes_of};
use crate::date::{Day, Edtf};
use crate::embed;
use crate::facts::{Bounds, Fact, SourceUse, Status, grouped};
use crate::html::plain;
use crate::map;
use crate::page::CorrectionSeverity;
use crate::pictures;
use crate::policy;
use crate::query::{Query, find, list};
use crate::site::{Ix, Output, Site};
use crate::slug::slugify;
use crate::source::{Area, Source};
use crate::structured::structured;
use crate::templates::OVERLAPPING;
use crate::theme;
use crate::values;
use crate::view::{World, day_in_words, heading_text, href};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tera::value::Key;
use tera::{Kwargs, Map, State, Tera, TeraResult, Value};

/// The functions, by name.
pub const FUNCTIONS: &[&str] = &[
    "get",
    "list",
    "backlinks",
    "cite",
    "cited",
    "cite_as",
    "why",
    "total",
    "corrections",
    "resting",
    "place_map",
    "range_chart",
    "density",
    "strip",
    "asset",
    "integrity",
    "policy",
    "link",
    "picture",
    "tags",
    "lines",
    "is_rtl",
    "structured",
    "embed_code",
];

/// The filters beside Tera's own, by name.
pub const FILTERS: &[&str] = &["number", "plain", "json", "absolute", "day", "web"];

/// Names of functions and filters, for "did you mean".
pub fn names() -> Vec<String> {
    let tera_own = [
        "safe", "default", "upper", "lower", "join", "first", "last", "length", "sort", "reverse", "truncate", "trim",
        "replace", "group_by", "escape", "round", "split", "get", "values", "keys", "range", "throw",
    ];
    FUNCTIONS.iter().chain(FILTERS).chain(&tera_own).map(ToString::to_string).collect()
}

/// What templates see, for a function that needs views; there are none while one is being made.
fn seen<'w>(world: &'w World, function: &str) -> TeraResult<&'w World> {
    if World::is_being_seen() {
        let message = format!("`{function}` cannot be used in the components `reference` and `citation`");
        return Err(tera::Error::message(message));
    }
    Ok(world)
}

/// Registers functions and filters that look at `world`.
pub fn register(tera: &mut Tera, world: &Arc<World>) {
    register_functions(tera, world);
    tera.register_filter("number", |value: &Value, _: Kwargs, _: &State<'_>| number(value));
    tera.register_filter("plain", |html: &str, _: Kwargs, _: &State<'_>| plain(html));
    tera.register_filter("json", |value: &Value, _: Kwargs, _: &State<'_>| {
        serde_json::to_string(value).map_err(tera::Error::message)
    });
    tera.register_filter("web", |url: &str, _: Kwargs, _: &State<'_>| {
        let is_one = crate::decode::WebUrl::is_one(url);
        is_one
            .then(|| url.to_owned())
            .ok_or_else(|| tera::Error::message(format!("`{url}` is no URL that begins with `https://` or `http://`")))
    });
    let own = world.clone();
    tera.register_filter("absolute", move |href: &str, _: Kwargs, _: &State<'_>| absolute(&own.site, href));
    let own = world.clone();
    tera.register_filter("day", move |text: &str, _: Kwargs, _: &State<'_>| {
        day_in_words(text, own.site.config.lang())
            .ok_or_else(|| tera::Error::message(format!("`{text}` is neither a day nor an EDTF date")))
    });
}

/// Gives `tera` the names of what [`register`] will, so that templates can be read before there is a site.
pub fn announce(tera: &mut Tera) {
    for name in FUNCTIONS {
        tera.register_function(*name, |_: Kwargs, _: &State<'_>| Value::none());
    }
    for name in FILTERS {
        tera.register_filter(*name, |value: &Value, _: Kwargs, _: &State<'_>| value.clone());
    }
}

fn register_functions(tera: &mut Tera, world: &Arc<World>) {
    let own = world.clone();
    tera.register_function("get", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let world = seen(&own, "get")?;
        let id: &str = args.must_get("id")?;
        if own.site.absent(id).is_some() {
            return Ok(Value::none());
        }
        Ok(world.view(find(&own.site, id)?).clone())
    });
    let own = world.clone();
    tera.register_function("list", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let world = seen(&own, "list")?;
        let found = list(&own.site, &Query::of(&args)?)?;
        Ok(found.into_iter().map(|ix| world.view(ix).clone()).collect())
    });
    let own = world.clone();
    tera.register_function("backlinks", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let world = seen(&own, "backlinks")?;
        Ok(backlinks(world, find(&own.site, args.must_get("id")?)?))
    });
    let own = world.clone();
    tera.register_function("cite", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        Ok(cite(&own.site, args.must_get::<&Value>("sources")?))
    });
    let own = world.clone();
    tera.register_function("cited", move |_: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let world = seen(&own, "cited")?;
        Ok(cited(world, &citing::so_far()))
    });
    let own = world.clone();
    tera.register_function("cite_as", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        Ok(cite_as(&own.site, args.must_get::<&Value>("page")?))
    });
    let own = world.clone();
    tera.register_function("why", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let figures = ids(&own.site, args.must_get::<&Value>("figures")?)?;
        let figures: Vec<_> = figures.iter().filter_map(|ix| compare::figure(&own.site, *ix)).collect();
        Ok(compare::why(&figures).into_iter().map(|dimension| dimension.name().into()).collect())
    });
    let own = world.clone();
    tera.register_function("total", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        total(&own.site, args.must_get::<&Value>("figures")?)
    });
    let own = world.clone();
    tera.register_function("corrections", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let world = seen(&own, "corrections")?;
        let all = match args.get::<&str>("id")? {
            Some(id) => changes_of(&own.site, find(&own.site, id)?),
            None => changes(&own.site),
        };
        Ok(all.iter().map(|change| change_value(world, change)).collect())
    });
    let own = world.clone();
    tera.register_function("resting", move |args: Kwargs, _: &State<'_>| -> TeraResult<Vec<Value>> {
        let world = seen(&own, "resting")?;
        Ok(resting(world, find(&own.site, args.must_get("id")?)?))
    });
    register_drawings(tera, world);
    register_files(tera, world);
}

/// What templates draw.
fn register_drawings(tera: &mut Tera, world: &Arc<World>) {
    let own = world.clone();
    // A map takes longer than all else of a page, and many events happened at the same places.
    let drawn: Mutex<HashMap<(Vec<Ix>, u64), Value>> = Mutex::default();
    tera.register_function("place_map", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let width = args.get::<f64>("width")?.unwrap_or(704.0);
        let places = places(&own.site, args.must_get::<&Value>("of")?);
        let key = (places, width.to_bits());
        let known = drawn.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        Ok(known.unwrap_or_else(|| {
            let map = place_map(&own.site, &key.0, width);
            drawn.lock().unwrap_or_else(PoisonError::into_inner).insert(key, map.clone());
            map
        }))
    });
    let own = world.clone();
    tera.register_function("range_chart", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        range_chart(&own.site, args.must_get::<&Value>("of")?)
    });
    let own = world.clone();
    tera.register_function("density", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        Ok(months(&own.site, &ids(&own.site, args.must_get::<&Value>("of")?)?))
    });
    let own = world.clone();
    tera.register_function("strip", move |args: Kwargs, _: &State<'_>| -> TeraResult<Value> {
        let world = seen(&own, "strip")?;
        let span = (edge(&args, "from")?.map(|date| date.order().0), edge(&args, "to")?.map(|date| date.order().1));
        strip(world, args.must_get::<&Value>("of")?, span)
    });
}

/// What pages send and lead to.
fn register_files(tera: &mut Tera, world: &Arc<World>) {
    let assets = assets(&world.site);
    tera.register_function("asset", move |args: Kwargs, _: &State<'_>| -> TeraResult<String> {
        let path: &str = args.must_get("path")?;
        assets.get(path).cloned().ok_or_else(|| {
            let help = crate::diagnostic::did_you_mean(path, assets.keys().map(String::as_str)).unwrap_or_default();
            tera::Error::message(format!("there is no asset `{path}`; {help}").trim_end_matches("; ").to_owned())
        })
    });
    let (own, found) = (world.clone(), OnceLock::new());
    tera.register_function("integrity", move |args: Kwargs, _: &State<'_>| -> TeraResult<String> {
        let path: &str = args.must_get("path")?;
        let digests = found.get_or_init(|| digests(&own.site));
        digests.get(path).cloned().ok_or_else(|| tera::Error::message(format!("there is no asset `{path}`")))
    });
    let own = world.clone();
    tera.register_function("policy", move |args: Kwargs, _: &State<'_>| -> TeraResult<Option<String>> {
        let (data, wasm) = (args.get::<&str>("data")?.unwrap_or_default(), args.get::<bool>("wasm")?.unwrap_or(false));
        Ok(policy::is_on(&own.site.config).then(|| policy::policy(&own.site.config, data, wasm)))
    });
    let own = world.clone();
    tera.register_function("link", move |args: Kwargs, _: &State<'_>| link(&own.site, args.must_get("to")?));
    let own = world.clone();
    tera.register_function("picture", move |args: Kwargs, _: &State<'_>| picture(&own.site, args.must_get("src")?));
    let own = world.clone();
    tera.register_function("tags", move |_: Kwargs, _: &State<'_>| tags(&own.site));
    tera.register_function("lines", |args: Kwargs, _: &State<'_>| lines(&args));
    tera.register_function("is_rtl", |args: Kwargs, _: &State<'_>| -> TeraResult<bool> {
        Ok(card::is_rtl(args.must_get("text")?))
    });
    let own = world.clone();
    tera.register_function("structured", move |args: Kwargs, state: &State<'_>| -> TeraResult<Value> {
        let site: Option<Value> = state.get("site")?;
        let licence = site.as_ref().and_then(|site| site.get_from_path("licence.url")).and_then(Value::as_str);
        let text = structured(&own.site, args.must_get::<&Value>("page")?, licence);
        Ok(text.map_or_else(Value::none, |text| Value::safe_string(&text)))
    });
    let own = world.clone();
    tera.register_function("embed_code", move |args: Kwargs, _: &State<'_>| -> TeraResult<Option<String>> {
        let page: &Value = args.must_get("page")?;
        let text = |path| page.get_from_path(path).and_then(Value::as_str).unwrap_or_default();
        let found = own.site.find(text("id"), text("lang")).ok();
        Ok(found.and_then(|ix| embed::code(&own.site, ix, page.get_from_path("filter"))))
    });
}

/// A text in lines, as a card sets it.
fn lines(args: &Kwargs) -> TeraResult<Vec<String>> {
    let font = args.get::<&str>("font")?.unwrap_or("serif");
    let face = Face::named(font).ok_or_else(|| {
        let help = crate::diagnostic::did_you_mean(font, Face::ALL.iter().map(|(word, _)| *word)).unwrap_or_default();
        tera::Error::message(format!("there is no font `{font}`; {help}").trim_end_matches("; ").to_owned())
    })?;
    let most = args.must_get::<u64>("most")?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(card::lines(args.must_get("text")?, args.must_get("size")?, args.must_get("width")?, most, face))
}

/// Cites the sources of a fact, each a mapping with its `id` and perhaps a `locator`: a mark for each.
fn cite(site: &Site, sources: &Value) -> Vec<Value> {
    let text = |used: &Value, key| used.as_map()?.get(&Key::Str(key))?.as_str().map(str::to_owned);
    let named = |used: &Value| Some((text(used, "id")?, text(used, "locator").unwrap_or_default()));
    let uses: Vec<(String, String)> = sources.as_array().into_iter().flatten().filter_map(named).collect();
    citing::marks(site, site.config.lang(), uses.iter().map(|(id, locator)| (id.as_str(), locator.as_str())))
}

/// The sources that a page has cited so far, as templates see them.
fn cited(world: &World, citations: &[citing::Citation]) -> Vec<Value> {
    let value = |(i, citation): (usize, &citing::Citation)| {
        values! {
            "number": i + 1,
            "anchor": format!("source-{}", i + 1),
            "source": world.view(citation.source).clone(),
            "locators": citation.locators.clone(),
            "mark": citation.mark.clone(),
        }
        .into()
    };
    citations.iter().enumerate().map(value).collect()
}

/// The facts that rest on a source: each whether on it alone, and the pages that print it.
fn resting(world: &World, source: Ix) -> Vec<Value> {
    let site = &*world.site;
    let mut facts: Vec<Ix> = site.backlinks[source.0 as usize].iter().map(|link| link.from).collect();
    facts.dedup();
    let stub = |ix: Ix| world.stub(ix);
    let value = |fact: Ix| {
        let surface = site.entry(fact);
        let uses = surface.fact().filter(|_| site.has_page(fact)).map(rests_on)?;
        let others = uses.iter().filter(|used| site.find(used, &surface.lang).ok() != Some(source)).count();
        let printed = site.backlinks[fact.0 as usize].iter().filter(|link| link.field.is_none()).map(|link| link.from);
        let mut printed: Vec<Ix> = printed.filter(|ix| !site.entry(*ix).kind.is_fact()).collect();
        printed.dedup();
        let printed: Vec<Value> = printed.into_iter().map(stub).collect();
        Some(values! { "entry": stub(fact), "alone": !uses.is_empty() && others == 0, "printed_by": printed, }.into())
    };
    facts.into_iter().filter_map(value).collect()
}

/// The places of a list on a map; none when none of them has coordinates.
fn place_map(site: &Site, places: &[Ix], width: f64) -> Value {
    let lang = site.config.lang();
    let point = |ix: Ix| match site.entry(ix).fact() {
        Some(Fact::Place(place)) => place.coordinates.map(|at| map::Point {
            id: site.entry(ix).id.value.clone(),
            name: site.printed(ix, lang),
            lon: at.lon,
            lat: at.lat,
            precision: place.where_prec.map_or(1, |precision| u8::try_from(precision.0).unwrap_or(1)),
            disputed: place.disputed == Some(true),
            weight: 1,
        }),
        _ => None,
    };
    let points: Vec<map::Point> = places.iter().copied().filter_map(point).collect();
    let borders = site.config.keys.maps.as_ref().map_or(&[][..], |keys| &keys.disputed_borders);
    let contested = borders.iter().map(|border| (border.0.clone(), border.1.clone())).collect();
    let drawn = map::map(&points, &map::Shape { width, contested, ..map::Shape::default() });
    drawn.map_or_else(Value::none, |drawn| Value::from_serializable(&drawn))
}

/// The entries of a list, each once.
fn places(site: &Site, list: &Value) -> Vec<Ix> {
    let mut seen = HashSet::new();
    // A place that leads nowhere was told where it is named.
    let id = |place: &Value| place.as_map()?.get(&Key::Str("id"))?.as_str().map(str::to_owned);
    let named = list.as_array().into_iter().flatten().filter_map(id);
    named.filter_map(|id| site.find(&id, site.config.lang()).ok()).filter(|ix| seen.insert(*ix)).collect()
}

/// The figures of a list on one axis.
fn range_chart(site: &Site, list: &Value) -> TeraResult<Value> {
    /// The width of a label's line in pixels: what a phone shows.
    const MEASURE: f64 = 280.0;
    let lang = site.config.lang();
    let name = |id: &str| site.printed_as(id, lang);
    let count = |ix: Ix| {
        let figure = compare::figure(site, ix)?;
        let bounds = figure.bounds();
        let group = compare::status(&figure.scope).map(|status| {
            let meaning = Status::WORDS.iter().find(|(word, _)| *word == status.as_str());
            meaning.map_or(status.as_str(), |(_, meaning)| meaning).to_owned()
        });
        let sides: Vec<String> = compare::sides(&figure.scope).into_iter().map(name).collect();
        let parts = [
            Some(name(compare::counter(figure))),
            group,
            (!sides.is_empty()).then(|| sides.join(" and ")),
            // "As of since May 2021" is no English.
            Some(if figure.as_of.as_str().contains(['/', '[', '{']) {
                figure.as_of.words(lang)
            } else {
                format!("as of {}", figure.as_of.words(lang))
            }),
        ];
        Some(chart::Count {
            id: site.entry(ix).id.value.clone(),
            words: bounds.words(lang),
            label: parts.into_iter().flatten().collect::<Vec<_>>().join("; "),
            low: bounds.low,
            best: bounds.best,
            high: bounds.high,
            qualifier: bounds.qualifier.map(|qualifier| qualifier.as_str().to_owned()),
        })
    };
    let counts: Vec<chart::Count> = ids(site, list)?.into_iter().filter_map(count).collect();
    Ok(Value::from_serializable(&chart::chart(&counts, MEASURE)))
}

/// The ids of the sources that a fact rests on; of a claim where it was first read, and what checking it rests on.
fn rests_on(fact: &Fact) -> Vec<&str> {
    let own = fact.sources().iter();
    let (first, checked) = match fact {
        Fact::Claim(claim) => {
            let checked = claim.verification.as_ref().map_or(&[][..], |verification| &verification.sources);
            (Some(claim.first_appearance.0.value.as_str()), checked)
        }
        _ => (None, &[][..]),
    };
    first.into_iter().chain(own.chain(checked).map(SourceUse::id)).collect()
}

/// The entries of a list.
fn ids(site: &Site, list: &Value) -> TeraResult<Vec<Ix>> {
    let id = |entry: &Value| entry.as_map()?.get(&Key::Str("id"))?.as_str().map(str::to_owned);
    let ids: Vec<String> = list.as_array().into_iter().flatten().filter_map(id).collect();
    ids.iter().map(|id| find(site, id)).collect()
}

/// The sum of figures that may be added up: `low`, `best`, `high` and `words`.
fn total(site: &Site, list: &Value) -> TeraResult<Value> {
    let all = ids(site, list)?;
    compare::may_add(site, &all).map_err(|reason| tera::Error::message(format!("{OVERLAPPING}{reason}")))?;
    let bounds: Vec<Bounds> = all.iter().filter_map(|ix| Some(compare::figure(site, *ix)?.bounds())).collect();
    let sum = compare::sum(&bounds);
    Ok(values! { "low": sum.low, "best": sum.best, "high": sum.high, "words": sum.words(site.config.lang()), }.into())
}

/// How a page is cited: as a line of text, as BibTeX, and as CSL-JSON.
fn cite_as(site: &Site, page: &Value) -> Value {
    let field = |path: &str| {
        let text = page.get_from_path(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let keys = &site.config.keys;
    let authors: Vec<&str> = page
        .get_from_path("authors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let lang = field("lang").unwrap_or_else(|| site.config.lang().to_owned());
    let updated = field("updated.text").filter(|_| field("updated.machine") != field("date.machine"));
    let id = field("id").or_else(|| field("title")).unwrap_or_default();
    // A fact's date is when it happened, not when its page was published.
    let published = field("date.day").or_else(|| field("updated.day"));
    let item = Item {
        id: slugify(&format!("{} {id}", keys.title)),
        csl_type: "webpage".to_owned(),
        title: field("title").unwrap_or_default(),
        author: (!authors.is_empty()).then(|| authors.join("; ")).or_else(|| keys.author.clone()),
        container_title: Some(keys.title.clone()),
        issued: published.and_then(|day| Edtf::parse(&day).ok()),
        url: field("permalink"),
        language: Some(lang.clone()),
        note: updated.map(|day| format!("updated {day}")),
        ..Item::default()
    };
    let wording = Wording { lang: &lang, ..ENGLISH };
    values! {
        "text": plain_citation(&item, &wording),
        "bibtex": bibtex(std::slice::from_ref(&item)),
        "csl": format!("{:#}", csl_json(std::slice::from_ref(&item))),
    }
    .into()
}

/// A change as templates see it: what stands in the view of its page or figure, with what it belongs to.
pub fn change_value(world: &World, change: &Change<'_>) -> Value {
    let site = &*world.site;
    let view = world.view(change.on);
    let item = |list: &str, at: usize| -> Map {
        let items = view.get_from_path(list).and_then(Value::as_array);
        items.and_then(|items| items.get(at)).and_then(|item| item.clone().into_map()).unwrap_or_default()
    };
    let on = values! { "on": world.stub(change.on), "day": change.day.to_string(), };
    let what = match &change.what {
        What::Corrected(correction, number) => {
            let kind = correction.severity.map_or("correction", CorrectionSeverity::as_str);
            let more = values! { "kind": kind, "anchor": format!("correction-{number}"), "before": Value::none(), "after": Value::none(), };
            item("corrections", number - 1).into_iter().chain(more).collect::<Map>()
        }
        What::Counted(step) => {
            let lang = site.config.lang();
            let of = |field: &str| view.get_from_path(field).cloned().unwrap_or_else(Value::none);
            let first_source = of("fact.sources").as_array().and_then(<[Value]>::first).cloned();
            let told = step.entry.map_or_else(
                || values! { "date": of("fact.as_of"), "reason": Value::none(), "source": first_source.unwrap_or_else(Value::none), },
                |at| item("fact.history", at),
            );
            let more = values! {
                "kind": "figure",
                "anchor": format!("change-{}", step.number),
                "before": step.before.words(lang),
                "after": step.after.words(lang),
            };
            told.into_iter().chain(more).collect()
        }
    };
    on.into_iter().chain(what).collect::<Map>().into()
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

/// The SHA-384 of each file of the theme, as `integrity` takes it (Subresource Integrity).
fn digests(site: &Site) -> HashMap<String, String> {
    let assets = site.routes.iter().filter_map(|route| match route.what {
        Output::Asset(file) => Some(site.sources.get(file)),
        _ => None,
    });
    let name = |source: &Source| source.inner().strip_prefix("assets/").unwrap_or(source.inner()).to_owned();
    assets.map(|source| (name(source), theme::integrity(&theme::bundled(&site.sources, source)))).collect()
}

/// The events of a list, as a line of time takes them.
fn moments(site: &Site, list: &Value) -> TeraResult<Vec<Moment>> {
    Ok(moments_of(site, ids(site, list)?))
}

fn moments_of(site: &Site, events: impl IntoIterator<Item = Ix>) -> Vec<Moment> {
    let moment = |ix: Ix| match site.entry(ix).fact() {
        Some(Fact::Event(event)) => Some(Moment { id: site.entry(ix).id.value.clone(), date: event.date.clone() }),
        _ => None,
    };
    events.into_iter().filter_map(moment).collect()
}

/// What the function `density` returns of these events.
pub fn months(site: &Site, events: &[Ix]) -> Value {
    let moments = moments_of(site, events.iter().copied());
    let drawn = chronology::density(&moments, site.config.lang());
    drawn.map_or_else(Value::none, |drawn| Value::from_serializable(&drawn))
}

/// A date that a call gives for an edge of what is shown.
fn edge(args: &Kwargs, name: &str) -> TeraResult<Option<Edtf>> {
    let Some(value) = args.get::<&Value>(name)?.filter(|value| !value.is_none()) else { return Ok(None) };
    let written = value.get_from_path("edtf").and_then(Value::as_str).or(value.as_str()).unwrap_or_default();
    let wrong =
        |error: crate::date::DateError| tera::Error::message(format!("`{name}` takes an EDTF date: {}", error.message));
    if written.is_empty() { Ok(None) } else { Edtf::parse(written).map(Some).map_err(wrong) }
}

/// Events on one line of time, each with what a reference to it brings.
fn strip(world: &World, list: &Value, (from, to): (Option<Day>, Option<Day>)) -> TeraResult<Value> {
    let site = &*world.site;
    let lang = site.config.lang();
    let moments = moments(site, list)?;
    let known = |day: &Day| ![Day::MIN, Day::MAX].contains(day);
    let Some(drawn) = chronology::strip(&moments, from.filter(known).zip(to.filter(known)), lang) else {
        return Ok(Value::none());
    };
    let mark = |mark: &chronology::Mark| -> TeraResult<Value> {
        let ix = find(site, &mark.id)?;
        let (when, importance) = match site.entry(ix).fact() {
            Some(Fact::Event(event)) => (event.date.words(lang), event.importance.map(|importance| importance.0)),
            _ => (String::new(), None),
        };
        let more = values! { "title": site.title(ix, lang), "url": href(site, &site.entry(ix).url), "when": when, "importance": importance, };
        Ok(Value::from_serializable(mark)
            .into_map()
            .unwrap_or_default()
            .into_iter()
            .chain(more)
            .collect::<Map>()
            .into())
    };
    let marks = drawn.marks.iter().map(mark).collect::<TeraResult<Vec<Value>>>()?;
    let mut drawn = Value::from_serializable(&drawn).into_map().unwrap_or_default();
    drawn.insert("marks".into(), marks.into());
    Ok(drawn.into())
}

fn link(site: &Site, to: &str) -> TeraResult<String> {
    let (path, fragment) = crate::url::split(to);
    let fragment = fragment.map_or_else(String::new, |id| format!("#{id}"));
    let page = path.strip_prefix("@/").and_then(|file| site.index.files.get(file)).map(|ix| &site.entry(*ix).url);
    let url = page.or_else(|| site.route(&path).map(|route| &route.url));
    url.map(|url| href(site, url) + &fragment)
        .ok_or_else(|| tera::Error::message(format!("`{to}` is no page or file of this site")))
}

/// A picture as a page shows it; of one that is not given from the site's root only where it is, and nothing where it may not be shown.
fn picture(site: &Site, src: &str) -> TeraResult<Value> {
    let shown = if site.config.markdown().shows_wrong(src, None).is_some() {
        pictures::Shown::default()
    } else if src.starts_with('/') {
        let missing = || tera::Error::message(format!("`{src}` is no page or file of this site"));
        pictures::shown(site, site.route(&crate::url::split(src).0).ok_or_else(missing)?)
    } else {
        pictures::Shown { src: src.to_owned(), ..pictures::Shown::default() }
    };
    let sizes = shown.srcset.is_some().then_some(pictures::SIZES);
    let (width, height) = shown.pixels.unzip();
    Ok(values! { "src": Some(shown.src).filter(|src| !src.is_empty()), "srcset": shown.srcset, "sizes": sizes, "width": width, "height": height, }.into())
}

/// All tags as templates see them.
pub fn tags(site: &Site) -> Vec<Value> {
    let tag = |tag: &crate::site::Tag| {
        values! { "name": tag.name.as_str(), "url": href(site, &tag.url), "count": tag.entries.len(), }.into()
    };
    site.tags.iter().map(tag).collect()
}

/// What mentions an entry, as templates see it.
pub fn backlinks(world: &World, ix: Ix) -> Vec<Value> {
    let site = &*world.site;
    let value = |link: &crate::site::Backlink| {
        let from = site.entry(link.from);
        let heading = link.heading.and_then(|i| from.headings.get(i as usize)).map(|heading| {
            let url = format!("{}#{}", href(site, &from.url), heading.id.value);
            Value::from(values! { "text": heading_text(site, from, &heading.text), "url": url, })
        });
        values! { "entry": world.stub(link.from), "field": link.field, "heading": heading, }.into()
    };
    site.backlinks[ix.0 as usize].iter().filter(|link| site.has_page(link.from)).map(value).collect()
}
