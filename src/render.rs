//! Render: from the site to its outputs. Pure, per route, in parallel.

use crate::citing::{self, Cited};
use crate::corrections::{Change, changes};
use crate::data;
use crate::date::{When, day_words};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::embed;
use crate::endless;
use crate::facts::Fact;
use crate::functions;
use crate::kind::Kind;
use crate::limits::LARGEST_PAGE;
use crate::link::{card_url, page_count, page_size};
use crate::pictures;
use crate::policy;
use crate::publisher;
use crate::query;
use crate::recipe::Recipe;
use crate::site::{FeedKind, Ix, Output, Route, Site, Year, newest};
use crate::source::{Content, Sources};
use crate::templates;
use crate::theme;
use crate::url::{SEARCH_FOLDER, Url};
use crate::values;
use crate::view::{Filler, World, href, instants, listed_kind, permalink, stub, toc};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tera::{Context, Map, Tera, Value};

/// How many of the main events the first page of a long timeline shows.
const MAIN_EVENTS: usize = 100;

/// A file of the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Its URL.
    pub url: Url,
    /// What it holds.
    pub data: Data,
}

/// What a file of the output holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of this file.
    File(PathBuf),
    /// The bytes that this recipe comes to, once they are needed.
    Made(Arc<Recipe>),
}

/// All that rendering a route needs: the site, its views, and the templates.
pub struct Stage {
    /// The site and the views of its entries.
    pub world: Arc<World>,
    tera: Arc<Tera>,
}

/// Renders every route, and hands each output to `take` at once, so that nobody has to hold them all: what it makes of them
/// comes in the order of the routes. What fails is told, and is not handed over. `progress` is told how many are done, and of
/// how many.
pub fn render<'s, T: Send>(
    stage: &'s Stage,
    take: &(impl Fn(&'s Route, Rendered) -> T + Sync),
    progress: &(dyn Fn(usize, usize) + Sync),
    wrong: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let routes = &stage.world.site.routes;
    let done = AtomicUsize::new(0);
    let results: Vec<(Option<T>, Vec<Diagnostic>)> = routes
        .par_iter()
        // Lists stand together and take longer than others: no thread is to have them all.
        .with_max_len(16)
        .map(|route| {
            let (rendered, told) = render_route(stage, route);
            let taken = rendered.map(|rendered| take(route, rendered));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, routes.len());
            (taken, told)
        })
        .collect();
    let mut outputs = Vec::with_capacity(results.len());
    for (output, mut told) in results {
        outputs.extend(output);
        wrong.append(&mut told);
    }
    outputs
}

/// Puts templates and site together; none when the templates leave nothing to render with.
pub fn stage(site: &Arc<Site>, wrong: &mut Vec<Diagnostic>) -> Option<Stage> {
    templates(&site.sources, wrong).map(|tera| staged(site, tera))
}

/// The templates of a site, which can be read before it is linked; none when they leave nothing to render with.
pub fn templates(sources: &Sources, wrong: &mut Vec<Diagnostic>) -> Option<Tera> {
    let mut tera = Tera::default();
    functions::announce(&mut tera);
    templates::parse(tera, &functions::names(), sources, wrong)
}

/// Gives templates the site that they show.
pub fn staged(site: &Arc<Site>, mut tera: Tera) -> Stage {
    let world = Arc::new(World::new(site.clone()));
    functions::register(&mut tera, &world);
    set(world, tera)
}

/// Gives templates the world that they look at.
fn set(world: Arc<World>, mut tera: Tera) -> Stage {
    tera.global_context().insert_value("site", site_value(&world.site));
    let tera = Arc::new(tera);
    world.set_templates(&tera);
    Stage { world, tera }
}

/// What templates see as `site`.
fn site_value(site: &Site) -> Value {
    let keys = &site.config.keys;
    let home = Url::page([]).map(|url| href(site, &url));
    let search = site.config.has_search().then(|| site.route("/search/")).flatten();
    let feed = |kind: FeedKind| site.config.feed_limit().map(|_| href(site, &Url::of_file(kind.name())));
    let lists: Vec<Value> = Kind::facts()
        .filter_map(|info| {
            let list = site.lists.get(&info.kind)?;
            let url = Url::page([info.plural?])?;
            let values =
                values! { "kind": info.name, "title": info.title, "url": href(site, &url), "count": list.len(), };
            site.route(url.as_str()).map(|_| values.into())
        })
        .collect();
    values! {
        "title": keys.title.as_str(),
        "description": keys.description.as_deref(),
        "author": keys.author.as_deref(),
        "base_url": site.config.base_url.as_str(),
        "url": home,
        "lang": site.config.lang(),
        "as_of": site.as_of.map(|day| day_words(day, site.config.lang())),
        "languages": site.config.langs[1..].iter().map(String::as_str).collect::<Vec<_>>(),
        "atom": feed(FeedKind::Atom),
        "feed": feed(FeedKind::Json),
        "sections": top(site, true),
        "pages": top(site, false),
        "lists": lists,
        "corrections_url": site.route("/corrections/").map(|route| href(site, &route.url)),
        "corrections_feed": site.route("/corrections/atom.xml").map(|route| href(site, &route.url)),
        "data_url": data::page(site).map(|url| href(site, url)),
        "licence": data::licence(site),
        "tags_url": (!site.tags.is_empty()).then(|| Url::page(["tags"]).map(|url| href(site, &url))).flatten(),
        "search_url": search.map(|route| href(site, &route.url)),
        "search_index": search.map(|_| href(site, &Url::of_file(&format!("{SEARCH_FOLDER}/pagefind.js")))),
        "publisher": publisher::value(site),
        "theme": extra(keys.theme.as_ref()),
        "extra": extra(keys.extra.as_ref()),
    }
    .into()
}

fn extra(extra: Option<&crate::decode::Extra>) -> Value {
    extra.map_or_else(Value::none, crate::decode::Extra::to_value)
}

/// Stubs of the sections or pages that stand in `content/` itself, by weight and title.
fn top(site: &Site, sections: bool) -> Vec<Value> {
    let own = |surface: &crate::entry::Surface| {
        (surface.kind == Kind::Section) == sections
            && surface.folder.is_empty() != sections
            && !surface.folder.contains('/')
            && !surface.kind.is_fact()
            && surface.url.as_str() != "/"
            && surface.lang == site.config.lang()
    };
    let mut found: Vec<(i64, String, Value)> = site
        .iter()
        .filter(|(_, surface)| own(surface))
        .map(|(ix, surface)| {
            let title = site.title(ix, &surface.lang);
            (surface.routing.weight.unwrap_or(i64::MAX), title, stub(site, ix, surface).into())
        })
        .collect();
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found.into_iter().map(|(_, _, stub)| stub).collect()
}

/// Renders one route.
pub fn render_route(stage: &Stage, route: &Route) -> (Option<Rendered>, Vec<Diagnostic>) {
    let _making = endless::making(route.url.as_str());
    let mut wrong = Vec::new();
    let data = data_of(stage, route, &mut wrong);
    (data.map(|data| Rendered { url: route.url.clone(), data }), wrong)
}

/// What stands at a route.
fn data_of(stage: &Stage, route: &Route, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let site = &*stage.world.site;
    match &route.what {
        Output::Entry(ix, number) => entry_page(stage, *ix, *number, wrong),
        Output::List(kind, number) => {
            let all = site.lists.get(kind).map_or(&[][..], Vec::as_slice);
            let plural = kind.info().plural.unwrap_or_default();
            list_page(stage, route, (&format!("{plural}.html"), kind.info().title), all, *number, Map::new(), wrong)
        }
        Output::Tag(i, number) => {
            let tag = &site.tags[*i];
            let value = values! { "name": tag.name.as_str(), "url": href(site, &tag.url), };
            list_page(stage, route, ("tag.html", &tag.name), &tag.entries, *number, values! { "tag": value, }, wrong)
        }
        Output::Year(ix, at) => year_page(stage, *ix, *at, wrong),
        Output::Tags => {
            let mut seen = page_context(bare_page(site, &route.url, "Tags"));
            seen.insert_value("tags", functions::tags(site).into());
            template(stage, "tags.html", &seen, wrong)
        }
        Output::Redirect(ix) => {
            let url = &site.entry(*ix).url;
            let target = href(site, url).into();
            template(
                stage,
                "redirect.html",
                &context(&[("target", target), ("permalink", permalink(site, url).into())]),
                wrong,
            )
        }
        Output::Feed(section, kind) => feed(stage, &route.url, *section, *kind, wrong),
        Output::Corrections => {
            let page = bare_page(site, &route.url, "Corrections and changes");
            citing::page(Cited::default(), || template(stage, "corrections.html", &page_context(page), wrong)).0
        }
        Output::DataPage => {
            let mut seen = page_context(bare_page(site, &route.url, "Data"));
            put_data(site, &mut seen);
            citing::page(Cited::default(), || template(stage, "data.html", &seen, wrong)).0
        }
        Output::Data(file) => Some(Data::Bytes(data::bytes(site, *file))),
        Output::CorrectionsFeed(kind) => corrections_feed(stage, &route.url, *kind, wrong),
        Output::Card(ix) => card(stage, *ix, wrong),
        Output::Embed(ix) => {
            let page = stage.view(*ix).clone().into_map().unwrap_or_default();
            // It has no list of sources that a mark could lead to.
            citing::outside(|| template(stage, "embed.html", &page_context(page), wrong))
        }
        Output::Oembed(ix) => {
            let page = stage.view(*ix);
            let told = embed::oembed(
                site,
                *ix,
                page.get_from_path("filter"),
                page.get_from_path("card").and_then(Value::as_str),
            );
            Some(Data::Bytes(format!("{told:#}\n").into_bytes()))
        }
        Output::Sitemap => template(stage, "sitemap.xml", &context(&[("items", sitemap(site).into())]), wrong),
        Output::Robots => {
            let sitemap = permalink(site, &Url::of_file("sitemap.xml"));
            template(stage, "robots.txt", &context(&[("sitemap", sitemap.into())]), wrong)
        }
        Output::Search => template(stage, "search.html", &page_context(bare_page(site, &route.url, "Search")), wrong),
        Output::Headers => Some(Data::Bytes(policy::headers(&site.config).into_bytes())),
        Output::NotFound => {
            let mut page = bare_page(site, &route.url, "Page not found");
            // It stands at every URL that is not there, so none is its own.
            page.insert("permalink".into(), Value::none());
            template(stage, "404.html", &page_context(page), wrong)
        }
        Output::Asset(file) => Some(Data::Bytes(theme::bundled(&site.sources, site.sources.get(*file)))),
        Output::Copy(file) => match &site.sources.get(*file).content {
            Content::Bytes(bytes) => Some(Data::Bytes(bytes.to_vec())),
            Content::File { from, .. } => Some(Data::File(from.clone())),
            Content::Text(_) | Content::LetGo(_) => {
                Some(Data::Bytes(site.sources.get(*file).text().as_bytes().to_vec()))
            }
        },
        Output::Picture(file, width) => {
            pictures::recipe(site, *file, *width).map(|recipe| Data::Made(Arc::new(recipe)))
        }
    }
}

fn context(values: &[(&'static str, Value)]) -> Context {
    let mut context = Context::new();
    for (name, value) in values {
        context.insert_value(*name, value.clone());
    }
    context
}

/// The context of a page: with no list on it until one is put there.
fn page_context(page: Map) -> Context {
    context(&[("page", page.into()), ("items", Vec::<Value>::new().into()), ("paginator", Value::none())])
}

fn template(stage: &Stage, name: &str, context: &Context, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let mut page = Page(Vec::with_capacity(16 << 10));
    match stage.tera.render_to(name, context, &mut page) {
        Ok(()) => Some(Data::Bytes(page.0)),
        Err(error) => {
            wrong.push(templates::diagnose(&error, &stage.world.site.sources, None, None));
            None
        }
    }
}

/// A page that is being made, which has an end even where a template has none.
struct Page(Vec<u8>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST_PAGE {
            let message =
                format!("this page is larger than {} MiB, the limit for what a template makes", LARGEST_PAGE >> 20);
            return Err(std::io::Error::other(message));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The card of an entry: its drawing, to be made a picture when somebody asks for it.
fn card(stage: &Stage, ix: Ix, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let page = stage.view(ix).clone().into_map().unwrap_or_default();
    match citing::outside(|| template(stage, "card.svg", &page_context(page), wrong))? {
        Data::Bytes(svg) => {
            Some(Data::Made(Arc::new(Recipe::Card { svg: String::from_utf8_lossy(&svg).into_owned() })))
        }
        other => Some(other),
    }
}

/// What the page of the data shows: its files, and the day that they are of.
fn put_data(site: &Site, context: &mut Context) {
    context.insert_value("files", data::listed(site).into());
    context.insert_value("data_as_of", data::iso(data::as_of(site)).into());
}

/// The page of an entry, with a page of its list where it has one.
fn entry_page(stage: &Stage, ix: Ix, number: usize, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let site = &*stage.world.site;
    let surface = site.entry(ix);
    let name = template_of(stage, ix);
    if let (Some(asked), false) = (&surface.routing.template, stage.tera.contains_template(&name)) {
        let message = format!("there is no template `{name}`");
        let near = did_you_mean(&name, stage.tera.get_template_names());
        wrong.push(Diagnostic::error("template", asked.span, message).maybe_help(near));
        return None;
    }
    let mut page = own_view(stage, ix);
    let (content, cited) = content(stage, ix, &page, wrong);
    page.insert("content".into(), Value::safe_string(&content));
    page.insert("backlinks".into(), functions::backlinks(&stage.world, ix).into());
    let mut seen = page_context(page);
    if let Some(years) = site.years.get(&ix) {
        put_years(site, &mut seen, years, None);
        let main = years.iter().flat_map(|year| &year.events).filter(|event| query::importance(site, **event) == 1);
        let main: Vec<Ix> = main.copied().take(MAIN_EVENTS).collect();
        seen.insert_value("items", stage.entries(&main).into());
    } else if let Some(kind) = listed_kind(site, ix) {
        seen.insert_value("items", stage.entries(&query::shown_by(site, ix, kind)).into());
    } else if let Some(pages) = site.section_pages.get(&ix) {
        put_page_of_list(stage, &mut seen, &surface.url, pages, number, page_size(site, Some(ix)));
    }
    let asked = surface.routing.template.as_ref().map_or(surface.id.span, |template| template.span);
    if data::page(site) == Some(&surface.url) {
        put_data(site, &mut seen);
    }
    let data = citing::page(cited, || template(stage, &name, &seen, wrong)).0;
    if let (None, Some(last)) = (&data, wrong.last_mut()) {
        last.also.push((asked, "while this page was made".to_owned()));
    }
    data
}

/// A page of a timeline that is too long for one.
fn year_page(stage: &Stage, ix: Ix, at: usize, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let site = &*stage.world.site;
    let years = site.years.get(&ix)?;
    let year = years.get(at)?;
    let mut page = stage.view(ix).clone().into_map().unwrap_or_default();
    let lang = &site.entry(ix).lang;
    page.extend(values! {
        "title": format!("{}: {}", site.title(ix, lang), year_words(year)),
        "url": href(site, &year.url),
        "permalink": permalink(site, &year.url),
        "toc": Vec::<Value>::new(),
        "content": "",
        "backlinks": Vec::<Value>::new(),
        "embed": Value::none(),
        "oembed": Value::none(),
        "translations": Vec::<Value>::new(),
    });
    let mut seen = page_context(page);
    put_years(site, &mut seen, years, Some(at));
    seen.insert_value("whole", stage.world.stub(ix));
    seen.insert_value("items", stage.entries(&year.events).into());
    citing::page(Cited::default(), || template(stage, &template_of(stage, ix), &seen, wrong)).0
}

/// "2020"; of a page of several "2020, 2 of 3".
fn year_words(year: &Year) -> String {
    let words = match year.year {
        None => "Start not known".to_owned(),
        Some(year @ ..=0) => format!("{} BC", 1 - year),
        Some(year) => year.to_string(),
    };
    if year.count > 1 { format!("{words}, {} of {}", year.number, year.count) } else { words }
}

/// What templates see of the pages of a long timeline, and of the one of them that is made.
fn put_years(site: &Site, context: &mut Context, years: &[Year], at: Option<usize>) {
    let value = |year: &Year| -> Value {
        values! {
            "year": year.year, "words": year_words(year), "url": href(site, &year.url), "count": year.events.len(),
            "number": year.number, "pages": year.count,
        }
        .into()
    };
    let near = |at: Option<usize>| at.and_then(|at| years.get(at)).map_or_else(Value::none, value);
    let all: Vec<Value> = years.iter().map(value).collect();
    context.insert_value("years", all.into());
    context.insert_value("year", near(at));
    context.insert_value("before", near(at.and_then(|at| at.checked_sub(1))));
    context.insert_value("after", near(at.map(|at| at + 1)));
    if at.is_none() {
        let events: Vec<Ix> = years.iter().flat_map(|year| &year.events).copied().collect();
        context.insert_value("months", functions::months(site, &events));
    }
}

/// What an entry's own page sees of it, its text aside.
fn own_view(stage: &Stage, ix: Ix) -> Map {
    let site = &*stage.world.site;
    let mut page = stage.view(ix).clone().into_map().unwrap_or_default();
    page.insert("toc".into(), toc(site, site.entry(ix)).into());
    page
}

/// The text of an entry, its holes filled, and the sources that it cites. Component calls in it see `page`.
fn content(stage: &Stage, ix: Ix, page: &Map, wrong: &mut Vec<Diagnostic>) -> (String, Cited) {
    let site = &*stage.world.site;
    let body = &site.entries[ix.0 as usize].body;
    let seen = if body.has_calls() { context(&[("page", page.clone().into())]) } else { Context::new() };
    let filler = Filler::new(&stage.world, &stage.tera, ix).with_components(&seen);
    let (html, mut cited) = citing::page(Cited::default(), || filler.fill(body));
    wrong.append(&mut filler.wrong.into_inner());
    let html = pictures::first_at_once(html);
    let surface = site.entry(ix);
    let used = surface.fact().map(Fact::sources).or(surface.page().map(|page| page.sources.as_slice()));
    let used = used.unwrap_or_default().iter().map(|used| (used.id(), used.locator()));
    let bodies = surface.field_bodies();
    let cites = bodies.iter().flat_map(|body| body.citations()).map(|cite| (cite.id.as_str(), cite.locator.as_str()));
    // What a page rests on beside what its text cites stands behind that.
    for (id, locator) in used.chain(cites) {
        if let Some(source) = site.find(id, site.config.lang()).ok().filter(|source| site.has_page(*source)) {
            cited.add(source, locator);
        }
    }
    (html, cited)
}

/// The template that an entry names, or that of its kind, or `page.html`.
fn template_of(stage: &Stage, ix: Ix) -> String {
    let surface = stage.world.site.entry(ix);
    if let Some(template) = &surface.routing.template {
        return template.value.clone();
    }
    let own = match (surface.kind, listed_kind(&stage.world.site, ix)) {
        (Kind::Section | Kind::Page, Some(kind)) => kind.info().plural.unwrap_or_default(),
        (Kind::Section, None) if surface.folder.is_empty() => "index",
        (kind, _) => kind.name(),
    };
    let wanted = format!("{own}.html");
    if stage.tera.contains_template(&wanted) { wanted } else { "page.html".to_owned() }
}

/// A page of a list that no page of the site provides.
fn list_page(
    stage: &Stage,
    route: &Route,
    (name, title): (&str, &str),
    all: &[Ix],
    number: usize,
    more: Map,
    wrong: &mut Vec<Diagnostic>,
) -> Option<Data> {
    let site = &*stage.world.site;
    let mut seen = page_context(bare_page(site, &route.url, title));
    for (key, value) in more {
        seen.insert_value(key.to_string(), value);
    }
    let first = first_page(&route.url, number);
    put_page_of_list(stage, &mut seen, &first, all, number, page_size(site, None));
    citing::page(Cited::default(), || template(stage, name, &seen, wrong)).0
}

/// The first page of the list that `url` is page `number` of.
fn first_page(url: &Url, number: usize) -> Url {
    let parts: Vec<&str> = url.as_str().split('/').filter(|part| !part.is_empty()).collect();
    let keep = if number == 1 { parts.len() } else { parts.len().saturating_sub(2) };
    Url::page(parts[..keep].iter().copied()).unwrap_or_else(|| url.clone())
}

fn put_page_of_list(stage: &Stage, context: &mut Context, first: &Url, all: &[Ix], number: usize, size: Option<usize>) {
    let site = &*stage.world.site;
    let count = page_count(all.len(), size);
    let shown = all.chunks(size.unwrap_or(usize::MAX)).nth(number - 1).unwrap_or_default();
    context.insert_value("items", stage.entries(shown).into());
    let at = |n: usize| href(site, &first.numbered(n));
    let pages: Vec<Value> = (1..=count).map(|n| values! { "number": n, "url": at(n), }.into()).collect();
    let paginator = values! {
        "number": number,
        "count": count,
        "total": all.len(),
        "first": at(1),
        "last": at(count),
        "previous": (number > 1).then(|| at(number - 1)),
        "next": (number < count).then(|| at(number + 1)),
        "pages": pages,
    };
    context.insert_value("paginator", if count > 1 { paginator.into() } else { Value::none() });
}

/// The card of the home page, for pages that have none of their own.
fn home_card(site: &Site) -> Option<String> {
    if !site.config.has_cards() {
        return None;
    }
    let Output::Entry(home, _) = site.route("/")?.what else { return None };
    Some(permalink(site, &card_url(site.entry(home))))
}

/// A page that no file of the site stands for, with every name that a page has.
fn bare_page(site: &Site, url: &Url, title: &str) -> Map {
    let none = Value::none;
    let empty = Vec::<Value>::new;
    values! {
        "id": "", "kind": "list", "lang": site.config.lang(), "title": title, "printed": title,
        "url": href(site, url), "permalink": permalink(site, url), "card": home_card(site), "embed": none(), "oembed": none(), "summary": none(), "description": "",
        "content": "", "date": none(), "updated": none(), "tags": empty(), "extra": none(), "toc": empty(),
        "words": 0, "reading_time": 0, "backlinks": empty(), "authors": empty(),
        "as_of": none(), "state": none(), "about": empty(), "corrections": empty(), "section": none(),
        "previous": none(), "next": none(), "translations": empty(), "filter": none(), "order": none(),
        "embed": none(), "oembed": none(),
    }
}

fn feed(stage: &Stage, url: &Url, section: Option<Ix>, kind: FeedKind, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let site = &*stage.world.site;
    let zone = &site.config.time_zone;
    let candidates: Vec<Ix> = match section {
        Some(ix) => site.section_pages.get(&ix).cloned().unwrap_or_default(),
        None => {
            site.iter().filter(|(_, s)| s.page().is_some() && s.lang == site.config.lang()).map(|(ix, _)| ix).collect()
        }
    };
    let mut dated: Vec<Ix> = candidates.into_iter().filter(|ix| newest(site, *ix).is_some()).collect();
    dated.sort_by_key(|ix| (std::cmp::Reverse(newest(site, *ix)), *ix));
    dated.truncate(site.config.feed_limit().unwrap_or_default());
    let mut told = Vec::new();
    let items: Vec<Value> = dated
        .iter()
        .map(|ix| {
            let (published, changed) = instants(site, *ix);
            let mut item = own_view(stage, *ix);
            // What is wrong with the text is told by its own page.
            let (html, _) = content(stage, *ix, &item, &mut told);
            let html = absolute_html(site, &html, &permalink(site, &site.entry(*ix).url));
            item.insert("content".into(), Value::safe_string(&html));
            item.insert("published".into(), published.map(|date| date.rfc3339(zone)).into());
            item.insert("changed".into(), changed.map(|date| date.rfc3339(zone)).into());
            item.into()
        })
        .collect();
    let updated = dated.iter().filter_map(|ix| instants(site, *ix).1).max_by_key(|date| date.instant(zone));
    let (title, page_url) = match section {
        Some(ix) => (
            format!("{} – {}", site.title(ix, &site.entry(ix).lang), site.config.keys.title),
            permalink(site, &site.entry(ix).url),
        ),
        None => (site.config.keys.title.clone(), format!("{}/", site.config.base_url)),
    };
    let feed = values! {
        "title": title,
        "url": permalink(site, url),
        "page_url": page_url,
        "updated": updated.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |date| date.rfc3339(zone)),
    };
    template(stage, kind.name(), &context(&[("feed", feed.into()), ("items", items.into())]), wrong)
}

/// The newest corrections and changes as a feed: each what the component `change` makes of it.
fn corrections_feed(stage: &Stage, url: &Url, kind: FeedKind, wrong: &mut Vec<Diagnostic>) -> Option<Data> {
    let site = &*stage.world.site;
    let zone = &site.config.time_zone;
    let all = changes(site);
    let newest = &all[..all.len().min(site.config.feed_limit().unwrap_or_default())];
    let at = |change: &Change<'_>| When::parse(&change.day.to_string()).ok().map(|day| day.rfc3339(zone));
    let mut items: Vec<Value> = Vec::with_capacity(newest.len());
    for change in newest {
        let value = functions::change_value(&stage.world, change);
        let anchor = value.get_from_path("anchor").and_then(Value::as_str).unwrap_or_default().to_owned();
        let page = permalink(site, &site.entry(change.on).url);
        let seen = context(&[("of", value)]);
        let html = match stage.tera.render_component("change", &seen, None, true) {
            Ok(html) => absolute_html(site, &html, &page),
            Err(error) => {
                wrong.push(templates::diagnose(&error, &site.sources, None, None));
                return None;
            }
        };
        let lang = &site.entry(change.on).lang;
        let item = values! {
            "title": site.title(change.on, lang), "permalink": format!("{page}#{anchor}"), "lang": lang.as_str(),
            "published": at(change), "changed": at(change), "summary": Value::none(),
            "authors": Vec::<Value>::new(), "tags": Vec::<Value>::new(), "content": Value::safe_string(&html),
        };
        items.push(item.into());
    }
    let feed = values! {
        "title": format!("Corrections and changes – {}", site.config.keys.title),
        "url": permalink(site, url),
        "page_url": Url::page(["corrections"]).map(|url| permalink(site, &url)),
        "updated": newest.first().and_then(at).unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned()),
    };
    template(stage, kind.name(), &context(&[("feed", feed.into()), ("items", items.into())]), wrong)
}

/// HTML whose links work outside the site: paths get the host before them, fragments their page.
fn absolute_html(site: &Site, html: &str, page: &str) -> String {
    let host = &site.config.base_url[..site.config.base_url.len() - site.config.base_path.len()];
    let mut absolute = String::with_capacity(html.len() + html.len() / 8);
    let mut done = 0;
    for equals in memchr::memmem::find_iter(html.as_bytes(), b"=\"") {
        let value = equals + 2;
        if !html[..equals].ends_with("href") && !html[..equals].ends_with("src") {
            continue;
        }
        // `//` leads to another host already.
        let before = match (html[value..].starts_with("//"), html.as_bytes().get(value)) {
            (false, Some(b'/')) => host,
            (_, Some(b'#')) => page,
            _ => continue,
        };
        absolute.push_str(&html[done..value]);
        absolute.push_str(before);
        done = value;
    }
    absolute.push_str(&html[done..]);
    pictures::absolute_srcset(absolute, host)
}

fn sitemap(site: &Site) -> Vec<Value> {
    let item = |route: &Route| {
        let changed = match route.what {
            Output::Entry(ix, _) => instants(site, ix).1.map(|date| date.day().to_string()),
            Output::List(..)
            | Output::Year(..)
            | Output::Tags
            | Output::Tag(..)
            | Output::Corrections
            | Output::DataPage => None,
            _ => return None,
        };
        Some(values! { "permalink": permalink(site, &route.url), "changed": changed, }.into())
    };
    let mut routes: Vec<&Route> = site.routes.iter().collect();
    routes.sort_by(|a, b| a.url.cmp(&b.url));
    routes.into_iter().filter_map(item).collect()
}

impl Stage {
    /// The same templates before another site.
    #[must_use]
    pub fn before(&self, site: &Arc<Site>) -> Self {
        staged(site, Tera::clone(&self.tera))
    }

    /// What is wrong with the fields of entries, which every page that shows them would meet.
    pub fn wrong_in_fields(&self) -> Vec<Diagnostic> {
        let all: Vec<Ix> = self.world.site.iter().map(|(ix, _)| ix).collect();
        all.into_par_iter().with_max_len(64).flat_map_iter(|ix| self.world.told(ix)).cloned().collect()
    }

    fn view(&self, ix: Ix) -> &Value {
        self.world.view(ix)
    }

    fn entries(&self, all: &[Ix]) -> Vec<Value> {
        all.iter().map(|ix| self.view(*ix).clone()).collect()
    }
}
