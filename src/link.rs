//! Link: from entries to the site. Ids, URLs, references, backlinks and order; every collision and
//! every reference that leads nowhere is told.

use crate::as_of::known_on;
use crate::body::Target;
use crate::config::Config;
use crate::date::Day;
use crate::decode::{FieldRef, Record as _};
use crate::diagnostic::{Diagnostic, Known, did_you_mean, nearest};
use crate::entry::{Entry, Matter, Surface};
use crate::facts::Fact;
use crate::kind::Kind;
use crate::markdown::Html;
use crate::page::{Page, SectionKeys};
use crate::parse::{Parsed, bad_path};
use crate::relation::relations;
use crate::site::{
    Anchor, Backlink, DataFile, FeedKind, Index, Ix, LeftOut, Missing, Neighbours, Output, Reason, Route, Site, Tag,
    instant, newest, url_key,
};
use crate::slug::{fold, folded, slugify};
use crate::source::{Area, At, Content, Sources, Span};
use crate::theme;
use crate::url::{SEARCH_FOLDER, Url};
use crate::years::years;
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use jiff::Timestamp;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which entries are published.
#[derive(Debug, Clone, Copy)]
pub struct Selection {
    /// Drafts too.
    pub drafts: bool,
    /// Pages of the future too.
    pub future: bool,
    /// Expired pages too.
    pub expired: bool,
    /// What "future" and "expired" are seen from.
    pub now: Timestamp,
    /// The day that the whole site is seen from.
    pub as_of: Option<Day>,
}

/// Links what was parsed, and tells what does not fit together.
pub fn link(
    parsed: Parsed,
    sources: Arc<Sources>,
    config: Arc<Config>,
    selection: Selection,
) -> (Site, Vec<Diagnostic>) {
    let mut wrong = Vec::new();
    let today = selection.as_of.unwrap_or_else(|| config.time_zone.to_datetime(selection.now).date().into());
    let (mut entries, left_out) = select(parsed.entries, &config, selection);
    entries.sort_by(|a, b| order_of_ids(&a.surface).cmp(&order_of_ids(&b.surface)));
    let mut site = Site {
        instants: Arc::new(entries.par_iter().map(|entry| instant(&entry.surface, &config.time_zone)).collect()),
        neighbours: Arc::default(),
        references: 0,
        backlinks: Arc::default(),
        section_pages: Arc::default(),
        lists: Arc::default(),
        relations: Arc::default(),
        tags: Arc::default(),
        years: Arc::default(),
        anchors: Arc::default(),
        routes: Arc::default(),
        urls: Arc::default(),
        index: Arc::default(),
        config,
        sources,
        allowing: Arc::default(),
        today,
        as_of: selection.as_of,
        entries,
        left_out: Arc::new(left_out),
    };
    let allowing = site.iter().filter(|(_, surface)| !surface.allow.is_empty()).map(|(ix, _)| ix).collect();
    site.allowing = Arc::new(allowing);
    let mut index = index(&site, &parsed.broken, &mut wrong);
    index.unread = parsed.unread;
    site.index = Arc::new(index);
    site.lists = Arc::new(lists(&site));
    let order = newest_first(&site);
    let ((relations, sections), tags) =
        rayon::join(|| (relations(&site), sections(&site, &order)), || tags(&site, &order));
    site.relations = Arc::new(relations);
    site.section_pages = Arc::new(sections);
    site.tags = Arc::new(tags);
    site.neighbours = Arc::new(neighbours(&site));
    site.years = Arc::new(years(&site));
    site.routes = Arc::new(routes(&site, &mut wrong));
    site.urls = Arc::new(urls(&site, &mut wrong));
    wrong.extend(file_against_folder(&site));
    wrong.extend(reserved(&site));
    wrong.extend(missing_home(&site));
    wrong.extend(crate::publisher::check(&site));
    let references = references(&site);
    site.references = references.iter().map(|found| found.mentions.len()).sum();
    site.backlinks = Arc::new(backlinks(&references, site.entries.len()));
    let mut anchors = Vec::new();
    for (from, found) in (0..).map(Ix).zip(references) {
        wrong.extend(found.wrong);
        let anchor = |(number, (_, url, id))| Anchor { from, number, url, id };
        anchors.extend(found.anchors.into_iter().enumerate().map(anchor));
    }
    site.anchors = Arc::new(anchors);
    (site, wrong)
}

/// A linked site whose pages have other titles than when it was linked: their order in their sections is found again.
pub fn reordered(mut site: Site) -> Site {
    site.section_pages = Arc::new(sections(&site, &newest_first(&site)));
    site.neighbours = Arc::new(neighbours(&site));
    site
}

/// Where each of an entry's links with a fragment is written, by its number.
pub fn places_of_anchors(site: &Site, from: Ix) -> Vec<Span> {
    references_of(site, from).anchors.into_iter().map(|(span, ..)| span).collect()
}

fn order_of_ids(surface: &Surface) -> (&str, &str, Span) {
    (&surface.id.value, &surface.lang, surface.id.span)
}

fn select(entries: Vec<Entry>, config: &Config, selection: Selection) -> (Vec<Entry>, Vec<LeftOut>) {
    let (entries, later) = match selection.as_of {
        Some(day) => known_on(day, entries),
        None => (entries, Vec::new()),
    };
    let mut published = Vec::with_capacity(entries.len());
    let mut left_out: Vec<LeftOut> =
        later.into_iter().map(|entry| LeftOut { surface: entry.surface, reason: Reason::Later }).collect();
    let reasons: Vec<Option<Reason>> =
        entries.par_iter().map(|entry| reason(&entry.surface, config, selection)).collect();
    for (entry, reason) in entries.into_iter().zip(reasons) {
        match reason {
            None => published.push(entry),
            Some(reason) => left_out.push(LeftOut { surface: entry.surface, reason }),
        }
    }
    (published, left_out)
}

fn reason(surface: &Surface, config: &Config, selection: Selection) -> Option<Reason> {
    let page = surface.page();
    let after_now = |date: Option<&crate::date::When>| date.map(|date| date.is_after(selection.now, &config.time_zone));
    if surface.routing.draft == Some(true) && !selection.drafts {
        Some(Reason::Draft)
    } else if after_now(page.and_then(|page| page.date.as_ref())) == Some(true) && !selection.future {
        Some(Reason::Future)
    } else if after_now(page.and_then(|page| page.expires.as_ref())) == Some(false) && !selection.expired {
        Some(Reason::Expired)
    } else {
        None
    }
}

fn index(site: &Site, broken: &[String], wrong: &mut Vec<Diagnostic>) -> Index {
    let short = |id: &String| id.rsplit('/').next().map(fold);
    let broken = broken.iter().flat_map(|id| [Some(fold(id)), short(id)]).flatten().collect();
    let ((ids, told), (short, files)) =
        rayon::join(|| by_id(site), || rayon::join(|| by_last_part(site), || by_file(site)));
    wrong.extend(told);
    let mut index = Index { ids, short, files, broken, ..Index::default() };
    for (i, left_out) in site.left_out.iter().enumerate() {
        for id in [&*left_out.surface.id.value, left_out.surface.last_part()] {
            index.left_out.insert(fold(id), i);
        }
    }
    index
}

/// Entries by their folded id, and those that share one.
fn by_id(site: &Site) -> (HashMap<String, Vec<Ix>>, Vec<Diagnostic>) {
    let mut ids: HashMap<String, Vec<Ix>> = HashMap::with_capacity(site.entries.len());
    let mut wrong = Vec::new();
    for (ix, surface) in site.iter() {
        let same = ids.entry(fold(&surface.id.value)).or_default();
        let twin = same.iter().find(|other| site.entry(**other).lang == surface.lang || surface.kind.is_fact());
        if let Some(first) = twin {
            wrong.push(duplicate_id(surface, site.entry(*first)));
        }
        same.push(ix);
    }
    (ids, wrong)
}

/// Pages by the folded last part of their id.
fn by_last_part(site: &Site) -> HashMap<String, Vec<Ix>> {
    let mut short: HashMap<String, Vec<Ix>> = HashMap::with_capacity(site.entries.len());
    for (ix, surface) in site.iter().filter(|(_, surface)| !surface.kind.is_fact()) {
        short.entry(fold(surface.last_part())).or_default().push(ix);
    }
    short
}

/// Pages by their file below `content/`.
fn by_file(site: &Site) -> HashMap<String, Ix> {
    let mut files = HashMap::with_capacity(site.entries.len());
    for (ix, surface) in site.iter() {
        let source = site.sources.get(surface.file);
        if source.is_markdown() {
            files.insert(source.inner().to_owned(), ix);
        }
    }
    files
}

fn duplicate_id(second: &Surface, first: &Surface) -> Diagnostic {
    let (second, first) = if first.id.span <= second.id.span { (second, first) } else { (first, second) };
    let message = format!("the id `{}` stands for two things", second.id.value);
    Diagnostic::error("duplicate-id", second.id.span, message)
        .also(first.id.span, format!("also the id of this {}", first.kind.name()))
        .help("rename one of them; ids are unique across all facts and pages")
}

/// The facts of each kind, in the order of their lists: by date where they have one, else by title.
fn lists(site: &Site) -> HashMap<Kind, Vec<Ix>> {
    let mut lists: HashMap<Kind, Vec<Ix>> = HashMap::new();
    for (ix, surface) in site.iter().filter(|(ix, surface)| surface.kind.is_fact() && site.has_page(*ix)) {
        lists.entry(surface.kind).or_default().push(ix);
    }
    for (kind, list) in &mut lists {
        let lang = site.config.lang();
        if matches!(kind, Kind::Event | Kind::Figure | Kind::Claim) {
            list.sort_by_cached_key(|ix| {
                (site.entry(*ix).fact().and_then(Fact::date).map(crate::date::Edtf::order), *ix)
            });
        } else {
            list.sort_by_cached_key(|ix| (fold(&site.title(*ix, lang)), *ix));
        }
    }
    lists
}

/// All entries, the newest first.
fn newest_first(site: &Site) -> Vec<Ix> {
    let mut order: Vec<Ix> = site.iter().map(|(ix, _)| ix).collect();
    order.par_sort_by_key(|ix| Reverse(newest(site, *ix)));
    order
}

/// The pages of each section, in its order. A page belongs to the nearest section above it.
fn sections(site: &Site, order: &[Ix]) -> HashMap<Ix, Vec<Ix>> {
    let by_folder: HashMap<(&str, &str), Ix> = site
        .iter()
        .filter(|(_, surface)| surface.kind == Kind::Section)
        .map(|(ix, surface)| ((surface.folder.as_str(), surface.lang.as_str()), ix))
        .collect();
    let mut sections: HashMap<Ix, Vec<Ix>> = by_folder.values().map(|ix| (*ix, Vec::new())).collect();
    for ix in order {
        let surface = site.entry(*ix);
        if surface.kind.is_fact() || surface.kind == Kind::Section {
            continue;
        }
        let bundle = surface.id.value == surface.folder;
        let start = if bundle { above(&surface.folder) } else { Some(surface.folder.as_str()) };
        let section = std::iter::successors(start, |folder| above(folder))
            .find_map(|folder| by_folder.get(&(folder, surface.lang.as_str())));
        if let Some(pages) = section.and_then(|section| sections.get_mut(section)) {
            pages.push(*ix);
        }
    }
    sections.par_iter_mut().for_each(|(section, pages)| sort_pages(site, *section, pages));
    sections
}

/// The folder above: of `a/b` it is `a`, of `a` it is the root, of the root there is none.
fn above(folder: &str) -> Option<&str> {
    match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None if folder.is_empty() => None,
        None => Some(""),
    }
}

fn sort_pages(site: &Site, section: Ix, pages: &mut [Ix]) {
    let sort_by = match &site.entry(section).matter {
        Matter::Section(_, SectionKeys { sort_by: Some(sort_by), .. }) => sort_by.as_str(),
        _ => "date",
    };
    let title = |ix: Ix| fold(&site.title(ix, &site.entry(ix).lang));
    match sort_by {
        "weight" => {
            pages.sort_by_cached_key(|ix| (site.entry(*ix).routing.weight.unwrap_or(i64::MAX), title(*ix), *ix));
        }
        "title" => pages.sort_by_cached_key(|ix| (title(*ix), *ix)),
        // They come with the newest first; few are of one instant, so few titles are looked at.
        _ => pages.sort_by(|a, b| {
            let dates = newest(site, *b).cmp(&newest(site, *a));
            dates.then_with(|| (title(*a), *a).cmp(&(title(*b), *b)))
        }),
    }
}

fn neighbours(site: &Site) -> Vec<Neighbours> {
    let mut all = vec![Neighbours::default(); site.entries.len()];
    for (section, pages) in &*site.section_pages {
        for (i, ix) in pages.iter().enumerate() {
            all[ix.0 as usize] = Neighbours {
                section: Some(*section),
                previous: i.checked_sub(1).map(|before| pages[before]),
                next: pages.get(i + 1).copied(),
            };
        }
    }
    all
}

/// The tags, by slug; two spellings of one slug are one tag, named as the first entry spells it.
fn tags(site: &Site, order: &[Ix]) -> Vec<Tag> {
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    let mut spellings: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<(Ix, &str, Vec<Ix>)> = Vec::new();
    for ix in order {
        for tag in site.entry(*ix).tags() {
            let at = *spellings.entry(tag).or_insert_with(|| {
                *slugs.entry(slugify(tag)).or_insert_with(|| {
                    found.push((*ix, tag, Vec::new()));
                    found.len() - 1
                })
            });
            let (first, name, entries) = &mut found[at];
            if *ix < *first {
                (*first, *name) = (*ix, tag);
            }
            if entries.last() != Some(ix) {
                entries.push(*ix);
            }
        }
    }
    let tag = |(slug, at): (String, usize)| {
        let (_, name, entries) = &mut found[at];
        let (name, entries) = ((*name).to_owned(), std::mem::take(entries));
        Url::page(["tags", &slug]).map(|url| Tag { name, slug, url, entries })
    };
    slugs.into_iter().filter(|(slug, _)| !slug.is_empty()).filter_map(tag).collect()
}

/// The size of a list's pages: none for no limit.
pub fn page_size(site: &Site, section: Option<Ix>) -> Option<usize> {
    let own = section.and_then(|ix| match &site.entry(ix).matter {
        Matter::Section(_, keys) => keys.paginate_by,
        _ => None,
    });
    match own {
        Some(count) => (count.0 > 0).then(|| usize::try_from(count.0).unwrap_or(usize::MAX)),
        None => site.config.paginate_by(),
    }
}

/// How many pages a list of `len` entries has: one at least.
pub fn page_count(len: usize, size: Option<usize>) -> usize {
    size.map_or(1, |size| len.div_ceil(size).max(1))
}

/// Everything that has a URL. An earlier route has the right of way over a later one of the same URL.
fn routes(site: &Site, wrong: &mut Vec<Diagnostic>) -> Vec<Route> {
    let mut routes = Vec::new();
    for (ix, surface) in site.iter().filter(|(ix, _)| site.has_page(*ix)) {
        let pages = site.section_pages.get(&ix).map_or(1, |pages| page_count(pages.len(), page_size(site, Some(ix))));
        let named = surface.routing.path.as_ref().or(surface.routing.slug.as_ref());
        let span = named.map_or(surface.id.span, |named| named.span);
        paged(&mut routes, &surface.url, pages, span, |n| Output::Entry(ix, n));
        let years = site.years.get(&ix).into_iter().flatten().enumerate();
        routes.extend(years.map(|(i, year)| Route {
            url: year.url.clone(),
            what: Output::Year(ix, i),
            span: Some(span),
        }));
    }
    // A page of its own has the right of way over an alias.
    for (ix, surface) in site.iter().filter(|(ix, _)| site.has_page(*ix)) {
        for alias in &surface.routing.aliases {
            let decoded = percent_encoding::percent_decode_str(&alias.value).decode_utf8_lossy();
            match Url::of_path(&decoded) {
                Some(url) => routes.push(Route { url, what: Output::Redirect(ix), span: Some(alias.span) }),
                None => wrong.push(bad_path(alias)),
            }
        }
    }
    // Which of the lists a page of the site stands for; their URLs are short.
    let more = ["corrections", "data", "search"].into_iter().filter_map(|name| Url::page([name]));
    let lists = Kind::facts().filter_map(|info| Url::page([info.plural?])).chain(more);
    let lists: HashSet<String> = lists.map(|url| url_key(url.as_str()).into_owned()).collect();
    let longest = lists.iter().map(String::len).max().unwrap_or_default() + "/index.html".len();
    let own = routes.iter().filter(|route| matches!(route.what, Output::Entry(..)));
    let short = own.map(|route| route.url.as_str()).filter(|url| url.len() <= longest);
    let taken: HashSet<String> = short.map(url_key).filter(|key| lists.contains(&**key)).map(Into::into).collect();
    for info in Kind::facts() {
        let (Some(list), Some(url)) = (site.lists.get(&info.kind), info.plural.and_then(|plural| Url::page([plural])))
        else {
            continue;
        };
        if !taken.contains(&*url_key(url.as_str())) {
            let pages = page_count(list.len(), page_size(site, None));
            paged(&mut routes, &url, pages, None, |n| Output::List(info.kind, n));
        }
    }
    if let (false, Some(url)) = (site.tags.is_empty(), Url::page(["tags"])) {
        routes.push(Route { url, what: Output::Tags, span: None });
    }
    for (i, tag) in site.tags.iter().enumerate() {
        paged(&mut routes, &tag.url, page_count(tag.entries.len(), page_size(site, None)), None, |n| Output::Tag(i, n));
    }
    routes.extend(corrections(site, &taken));
    routes.extend(data(site, &taken));
    routes.extend(feeds(site));
    if let Some(url) =
        Url::page(["search"]).filter(|url| site.config.has_search() && !taken.contains(&*url_key(url.as_str())))
    {
        routes.push(Route { url, what: Output::Search, span: None });
    }
    if site.config.has_cards() {
        let pages = site.iter().filter(|(ix, _)| site.has_page(*ix));
        routes.extend(pages.map(|(ix, surface)| Route { url: card_url(surface), what: Output::Card(ix), span: None }));
    }
    routes.extend(crate::embed::routes(site));
    for (name, what) in
        [("sitemap.xml", Output::Sitemap), ("robots.txt", Output::Robots), ("404.html", Output::NotFound)]
    {
        routes.push(Route { url: Url::of_file(name), what, span: None });
    }
    // A site's own file of headers takes the place of ours.
    if site.sources.find("static/_headers").is_none() {
        routes.push(Route { url: Url::of_file("_headers"), what: Output::Headers, span: None });
    }
    routes.extend(files(site, wrong));
    routes.extend(crate::pictures::routes(site));
    routes
}

/// Where the picture of an entry's page is, for where the page is linked to.
pub fn card_url(surface: &Surface) -> Url {
    surface.url.file("card.png")
}

fn paged(
    routes: &mut Vec<Route>,
    first: &Url,
    pages: usize,
    span: impl Into<Option<Span>>,
    what: impl Fn(usize) -> Output,
) {
    let span = span.into();
    routes.extend((1..=pages).map(|n| Route { url: first.numbered(n), what: what(n), span }));
}

/// The page of corrections, unless the site has one of its own, and its feeds.
fn corrections(site: &Site, taken: &HashSet<String>) -> Vec<Route> {
    let Some(url) = Url::page(["corrections"]).filter(|_| crate::corrections::any(site)) else { return Vec::new() };
    let mut routes = Vec::new();
    for kind in [FeedKind::Atom, FeedKind::Json].into_iter().filter(|_| site.config.feed_limit().is_some()) {
        routes.push(Route { url: url.file(kind.name()), what: Output::CorrectionsFeed(kind), span: None });
    }
    if !taken.contains(&*url_key(url.as_str())) {
        routes.push(Route { url, what: Output::Corrections, span: None });
    }
    routes
}

/// The files of data, and their page, unless the site has one of its own.
fn data(site: &Site, taken: &HashSet<String>) -> Vec<Route> {
    let Some(url) = Url::page(["data"]) else { return Vec::new() };
    let file = |file: DataFile| Route { url: url.file(&file.name()), what: Output::Data(file), span: None };
    let mut routes: Vec<Route> = crate::data::files(site).into_iter().map(file).collect();
    if !routes.is_empty() && !taken.contains(&*url_key(url.as_str())) {
        routes.push(Route { url, what: Output::DataPage, span: None });
    }
    routes
}

fn feeds(site: &Site) -> Vec<Route> {
    if site.config.feed_limit().is_none() {
        return Vec::new();
    }
    let dated = |pages: &[Ix]| pages.iter().any(|ix| newest(site, *ix).is_some());
    let home = site.config.lang();
    let sections = site.iter().filter(|(ix, surface)| {
        surface.kind == Kind::Section
            && !(surface.folder.is_empty() && surface.lang == home)
            && site.section_pages.get(ix).is_some_and(|pages| dated(pages))
    });
    let mut routes = Vec::new();
    for kind in [FeedKind::Atom, FeedKind::Json] {
        routes.push(Route { url: Url::of_file(kind.name()), what: Output::Feed(None, kind), span: None });
    }
    for (ix, surface) in sections {
        for kind in [FeedKind::Atom, FeedKind::Json] {
            routes.push(Route { url: surface.url.file(kind.name()), what: Output::Feed(Some(ix), kind), span: None });
        }
    }
    routes
}

fn files(site: &Site, wrong: &mut Vec<Diagnostic>) -> Vec<Route> {
    let (imported, nowhere) = theme::imports(&site.sources);
    wrong.extend(nowhere.into_iter().map(|(file, path)| {
        let message = format!("imports `{path}`, which is not there");
        let assets = site.sources.iter().map(|(_, source)| source.inner()).filter(|path| path.ends_with(".css"));
        let near = did_you_mean(&path, assets);
        Diagnostic::error("template", None, message).path(site.sources.get(file).shown.to_string()).maybe_help(near)
    }));
    let secret = beside_secrets(site);
    let is_secret = |source: &crate::source::Source| {
        source.area == Area::Content && secret.iter().any(|folder| source.inner().starts_with(folder))
    };
    let route = |(file, source): (_, &crate::source::Source)| match (&source.content, source.area) {
        (Content::File { .. }, Area::Content | Area::Static) if !is_secret(source) => {
            Some(Route { url: Url::of_file(source.inner()), what: Output::Copy(file), span: None })
        }
        (Content::Bytes(_), Area::Templates) if !imported.contains(source.inner()) => {
            let url = theme::asset_url(source.inner(), &theme::bundled(&site.sources, source));
            Some(Route { url, what: Output::Asset(file), span: None })
        }
        _ => None,
    };
    site.sources.iter().filter_map(route).collect()
}

/// How the paths begin of what belongs to sensitive sources in files of their own, in a folder or beside the file: they would tell
/// their ids.
fn beside_secrets(site: &Site) -> Vec<String> {
    let all = site.iter().map(|(_, surface)| surface).chain(site.left_out.iter().map(|out| &*out.surface));
    let secret = all.filter(|surface| surface.fact().is_some_and(Fact::is_sensitive));
    let file = secret.filter_map(|surface| {
        let file = site.sources.get(surface.file).inner().strip_suffix(".md")?;
        let file = file.strip_suffix(&format!(".{}", surface.lang)).unwrap_or(file);
        Some(file.strip_suffix("/index").unwrap_or(file))
    });
    file.flat_map(|file| [format!("{file}/"), format!("{file}.")]).collect()
}

/// Routes by folded URL; two things at one URL are an error that names both.
fn urls(site: &Site, wrong: &mut Vec<Diagnostic>) -> HashMap<String, usize> {
    let mut urls: HashMap<String, usize> = HashMap::with_capacity(site.routes.len());
    for (i, route) in site.routes.iter().enumerate() {
        let key = url_key(route.url.as_str());
        match urls.get(&*key) {
            None => {
                urls.insert(key.into_owned(), i);
            }
            Some(first) if same_id(site, route, &site.routes[*first]) => {}
            // What belongs to pages that stand at one URL is told with them.
            Some(first) if belongs_to_a_page(route) && belongs_to_a_page(&site.routes[*first]) => {}
            Some(first) => wrong.push(collision(site, route, &site.routes[*first])),
        }
    }
    urls
}

/// Names that hosts and git take for their own settings: a writer who is not trusted has no page there.
const OF_HOSTS: [&str; 5] = ["_headers", "_redirects", "_routes.json", "_worker.js", "cname"];

/// Pages and files where none may stand: among the files of the search index, and where hosts look for their settings.
fn reserved(site: &Site) -> Vec<Diagnostic> {
    let is_trusted = site.config.markdown().html == Html::Trusted;
    let of_hosts = |part: &str| {
        let is_hidden = part.starts_with('.') && !part.eq_ignore_ascii_case(".well-known");
        is_hidden || OF_HOSTS.iter().any(|name| part.eq_ignore_ascii_case(name))
    };
    let told = site.routes.par_iter().filter_map(|route| {
        let is_copy = matches!(route.what, Output::Copy(_));
        if !is_copy && !matches!(route.what, Output::Entry(..) | Output::Redirect(_)) {
            return None;
        }
        let mut parts = route.url.as_str().split('/').skip(1);
        let is_searched = parts.clone().next().is_some_and(|first| first.eq_ignore_ascii_case(SEARCH_FOLDER));
        let (code, help) = if is_searched && site.config.has_search() {
            let help =
                "the search index stands there: take another `path` or name, or set `search: false` in site.yaml";
            ("url-collision", help)
        } else if !is_trusted && !is_copy && parts.any(of_hosts) {
            ("bad-path", "hosts and git read names such as `_redirects`, and those that begin with a dot, as settings")
        } else {
            return None;
        };
        let message = format!("{} cannot stand at {}", shown(site, route), route.url);
        let found = Diagnostic::error(code, route.span, message).help(help);
        Some(match route.what {
            Output::Copy(file) => found.path(&*site.sources.get(file).shown),
            _ => found,
        })
    });
    told.collect()
}

/// A site needs a home page: every page of the theme leads there.
fn missing_home(site: &Site) -> Option<Diagnostic> {
    let broken = site.index.broken.contains("index");
    let left_out = site.index.left_out.contains_key("index");
    let missing = site.route("/").is_none() && !broken && !left_out;
    missing.then(|| {
        Diagnostic::error("missing-home", None, "this site has no home page")
            .path("content/_index.md")
            .help("write it: front matter with a title between lines of `---`, and a text")
    })
}

/// A file where another output needs a folder.
fn file_against_folder(site: &Site) -> Vec<Diagnostic> {
    // Few outputs stand in a folder that bears the name of a file.
    let is_page = |route: &&Route| route.url.as_str().ends_with('/');
    let plain = site.routes.iter().filter(|route| !is_page(route)).map(|route| route.url.as_str());
    let names: HashSet<String> =
        plain.filter_map(|url| url.rsplit('/').next()).chain(["index.html"]).map(fold).collect();
    let near: Vec<&Route> = site
        .routes
        .par_iter()
        .filter(|route| {
            let url = route.url.as_str();
            let folders = url.rsplit_once('/').map_or("", |(folders, _)| folders);
            folders.split('/').any(|folder| names.contains(&*folded(folder)))
        })
        .collect();
    if near.is_empty() {
        return Vec::new();
    }
    let files: HashMap<String, &Route> = site.routes.iter().map(|route| (fold(&route.url.output()), route)).collect();
    let told = near.into_iter().filter_map(|route| {
        let path = fold(&route.url.output());
        let blocked = path.match_indices('/').find_map(|(end, _)| files.get(&path[..end]))?;
        Some(collision(site, route, blocked))
    });
    let mut seen = HashSet::new();
    told.filter(|diagnostic| seen.insert((diagnostic.message.clone(), diagnostic.span))).collect()
}

/// Whether a route is of a file that goes with an entry's page.
fn belongs_to_a_page(route: &Route) -> bool {
    matches!(route.what, Output::Card(_) | Output::Embed(_) | Output::Oembed(_))
}

/// Two entries of one id in one language are told by their id already.
fn same_id(site: &Site, one: &Route, other: &Route) -> bool {
    let entry = |route: &Route| match route.what {
        Output::Entry(ix, _) => Some((fold(&site.entry(ix).id.value), site.entry(ix).lang.clone())),
        _ => None,
    };
    entry(one).is_some() && entry(one) == entry(other)
}

fn collision(site: &Site, second: &Route, first: &Route) -> Diagnostic {
    let (second, first) = if second.span.is_some() || first.span.is_none() { (second, first) } else { (first, second) };
    let message = format!("{} would stand at {}, where {} stands", shown(site, second), second.url, shown(site, first));
    let same = first.url == second.url;
    let help = match (&second.what, &first.what) {
        (Output::Redirect(alias), Output::Entry(own, _)) if alias == own => {
            "take the alias out: the page stands there already".to_owned()
        }
        (Output::Copy(_), Output::Sitemap | Output::Robots | Output::NotFound | Output::Feed(..)) => {
            format!("put it into `templates{}` instead, where it takes the place of the built-in one", second.url)
        }
        (_, Output::Embed(_) | Output::Oembed(_)) | (Output::Embed(_) | Output::Oembed(_), _) => {
            "give the page another `slug` or `path`, or make no embeds with `embeds: false` in site.yaml".to_owned()
        }
        (_, Output::Data(_) | Output::DataPage) => {
            "give it another name, or take the data down with `data: { publish: false }` in site.yaml".to_owned()
        }
        _ if !same && fold(second.url.as_str()) != fold(first.url.as_str()) => {
            "a file cannot be a folder too; give one of them another `slug` or `path`, or rename its file".to_owned()
        }
        _ if !same => {
            format!("{} and {} are one for many file systems; give one of them another name", second.url, first.url)
        }
        _ => "give one of them another `slug` or `path`, or rename its file".to_owned(),
    };
    let mut diagnostic = Diagnostic::error("url-collision", second.span, message).help(help);
    if let (None, Output::Copy(file) | Output::Asset(file) | Output::Picture(file, _)) = (second.span, &second.what) {
        diagnostic = diagnostic.path(&*site.sources.get(*file).shown);
    }
    match first.span {
        Some(span) if Some(span) != second.span => diagnostic.also(span, "this stands there"),
        _ => diagnostic,
    }
}

fn shown(site: &Site, route: &Route) -> String {
    match &route.what {
        Output::Entry(ix, _) => format!("the {} `{}`", site.entry(*ix).kind.name(), site.entry(*ix).id.value),
        Output::List(kind, _) => format!("the list of {}", kind.info().plural.unwrap_or_default()),
        Output::Year(ix, _) => format!("a year of the timeline `{}`", site.entry(*ix).id.value),
        Output::Tags => "the list of tags".to_owned(),
        Output::Tag(i, _) => format!("the tag `{}`", site.tags[*i].name),
        Output::Redirect(ix) => format!("an alias of `{}`", site.entry(*ix).id.value),
        Output::Feed(..) | Output::CorrectionsFeed(_) => "a feed".to_owned(),
        Output::Corrections => "the page of corrections".to_owned(),
        Output::DataPage => "the page of the data".to_owned(),
        Output::Data(_) => "a file of the data".to_owned(),
        Output::Card(ix) => format!("the card of `{}`", site.entry(*ix).id.value),
        Output::Embed(ix) | Output::Oembed(ix) => format!("the embed of `{}`", site.entry(*ix).id.value),
        Output::Search => "the search page".to_owned(),
        Output::Sitemap | Output::Robots | Output::NotFound | Output::Headers => {
            "a file that every site has".to_owned()
        }
        Output::Asset(file) | Output::Copy(file) => format!("the file {}", site.sources.get(*file).shown),
        Output::Picture(file, _) => format!("a smaller {}", site.sources.get(*file).shown),
    }
}

/// What one entry mentions, and what is wrong with it.
struct References {
    mentions: Vec<(Ix, Backlink)>,
    /// Of each link with a fragment: where it is written, the page it leads to, and the id there.
    anchors: Vec<(Span, Url, String)>,
    wrong: Vec<Diagnostic>,
    /// The headings of entries that references name one of, made once: a text may name thousands.
    headings: HashMap<Ix, Headings>,
}

/// The ids of an entry's headings.
struct Headings {
    ids: HashSet<String>,
    known: Known,
}

impl Headings {
    fn of(surface: &Surface) -> Self {
        let ids: Vec<String> = surface.headings.iter().map(|heading| heading.id.value.clone()).collect();
        Self { ids: ids.iter().cloned().collect(), known: Known::of(ids) }
    }
}

fn references(site: &Site) -> Vec<References> {
    let all: Vec<Ix> = site.iter().map(|(ix, _)| ix).collect();
    all.into_par_iter().map(|ix| references_of(site, ix)).collect()
}

fn references_of(site: &Site, from: Ix) -> References {
    let surface = site.entry(from);
    let mut found =
        References { mentions: Vec::new(), anchors: Vec::new(), wrong: Vec::new(), headings: HashMap::new() };
    for field in surface.field_refs() {
        match site.find(&field.id.value, &surface.lang) {
            Ok(to) => check_kind(site, &field, to, &mut found.wrong),
            Err(missing) => found.wrong.extend(dangling(site, &field.id.value, field.id.span, &missing, "")),
        }
        if let Ok(to) = site.find(&field.id.value, &surface.lang) {
            found.mentions.push((to, Backlink { from, heading: None, field: Some(field.field) }));
        }
    }
    for body in surface.field_bodies() {
        for mention in body.mentions() {
            mention_of(site, from, &mention.target, None, &mut found);
        }
    }
    for mention in &surface.mentions {
        mention_of(site, from, &mention.target, mention.heading, &mut found);
    }
    found
}

fn check_kind(site: &Site, field: &FieldRef<'_>, to: Ix, wrong: &mut Vec<Diagnostic>) {
    let kind = site.entry(to).kind;
    if field.kinds.is_empty() || field.kinds.contains(&kind) || site.is_doubled(&field.id.value) {
        return;
    }
    let wanted: Vec<_> = field.kinds.iter().map(|kind| with_article(kind.name())).collect();
    let message = format!(
        "`{}` is {}, and `{}` takes {}",
        field.id.value,
        with_article(kind.name()),
        field.field,
        wanted.join(" or ")
    );
    wrong.push(
        Diagnostic::error("dangling-reference", field.id.span, message).also(site.entry(to).id.span, "it stands here"),
    );
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn mention_of(site: &Site, from: Ix, target: &At<Target>, heading: Option<u32>, found: &mut References) {
    let span = target.span;
    let to = match &target.value {
        Target::Reference(text) => reference(site, from, text, span, found),
        Target::Citation(id) => citation(site, from, id, span, &mut found.wrong),
        Target::Link(link) => followed(site, from, link, span, found),
        Target::Image(src) => image(site, from, src, span, &mut found.wrong),
        // What an argument that is no id means, the component knows.
        Target::Argument(text) => site.find(text, &site.entry(from).lang).ok(),
    };
    if let Some(to) = to.filter(|to| *to != from) {
        found.mentions.push((to, Backlink { from, heading, field: None }));
    }
}

fn reference(site: &Site, from: Ix, text: &str, span: Span, found: &mut References) -> Option<Ix> {
    let resolved = match site.resolve(text, from) {
        Ok(resolved) => resolved,
        Err(missing) => {
            found.wrong.extend(dangling(site, text, span, &missing, ""));
            return None;
        }
    };
    let to = site.entry(resolved.entry);
    if let Some(heading) = &resolved.heading {
        let headings = found.headings.entry(resolved.entry).or_insert_with(|| Headings::of(to));
        if !headings.ids.contains(heading) {
            let message = format!("`{}` has no heading `{heading}`", to.id.value);
            let help = headings.known.did_you_mean(heading);
            found.wrong.push(Diagnostic::error("dangling-reference", span, message).maybe_help(help));
        }
    }
    if resolved.field.is_some() && !site.has_page(resolved.entry) {
        let message = format!("`{}` is a sensitive source: nothing of it is printed", to.id.value);
        found.wrong.push(Diagnostic::error("dangling-reference", span, message));
    } else if let Some(field) = &resolved.field {
        let known = field_names(to);
        let first = field.split('.').next().unwrap_or_default();
        if !known.contains(&first) {
            let message = format!("the {} `{}` has no field `{first}`", to.kind.name(), to.id.value);
            let help = did_you_mean(first, known.iter().copied());
            found.wrong.push(Diagnostic::error("dangling-reference", span, message).maybe_help(help));
        }
    }
    Some(resolved.entry)
}

/// The fields that `[[id.field]]` can print.
pub fn field_names(surface: &Surface) -> Vec<&'static str> {
    let own = if surface.kind.is_fact() { Fact::fields(surface.kind) } else { Page::fields() };
    let mut names: Vec<&'static str> = own.iter().map(|field| field.key).collect();
    names.extend(["title", "url", "kind", "id"]);
    if surface.kind == Kind::Figure {
        names.push("words");
    }
    names
}

fn citation(site: &Site, from: Ix, id: &str, span: Span, wrong: &mut Vec<Diagnostic>) -> Option<Ix> {
    match site.find(id, &site.entry(from).lang) {
        Ok(to) if site.entry(to).kind == Kind::Source || site.is_doubled(id) => Some(to),
        Ok(to) => {
            let message = format!("`{id}` is {}, and only sources are cited", with_article(site.entry(to).kind.name()));
            wrong.push(
                Diagnostic::error("dangling-reference", span, message).help(format!("refer to it with `[[{id}]]`")),
            );
            None
        }
        Err(missing) => {
            wrong.extend(dangling(site, id, span, &missing, "@"));
            None
        }
    }
}

fn followed(site: &Site, from: Ix, link: &str, span: Span, found: &mut References) -> Option<Ix> {
    let Some(destination) = site.follow(link, from) else {
        found.wrong.extend(dead_link(site, from, link, span));
        return None;
    };
    if let Some(id) = destination.fragment.filter(|id| !id.is_empty()) {
        found.anchors.push((span, destination.url.clone(), id));
    }
    destination.entry
}

fn dead_link(site: &Site, from: Ix, link: &str, span: Span) -> Option<Diagnostic> {
    let (path, _) = crate::url::split(link);
    let left_out = site.left_out.iter().find(|left_out| {
        let inner = site.sources.get(left_out.surface.file).inner();
        let url = left_out.surface.url.as_str();
        inner.ends_with(path.trim_start_matches(['@', '/', '.'])) || url.trim_matches('/') == path.trim_matches('/')
    });
    if let Some(left_out) = left_out.filter(|_| !path.is_empty()) {
        return (left_out.reason != Reason::Later).then(|| not_published(link, span, left_out.reason));
    }
    let folder = site.sources.get(site.entry(from).file).inner().rsplit_once('/').map_or("", |(folder, _)| folder);
    let wanted = crate::url::join(folder, path.trim_start_matches('@'));
    let near = wanted
        .and_then(|wanted| if path.ends_with(".md") { near_file(site, &wanted) } else { near_url(site, &wanted) });
    let error =
        Diagnostic::error("broken-link", span, format!("the link `{link}` leads to no page or file of this site"));
    Some(error.maybe_help(near.map(|near| format!("did you mean `{near}`?"))))
}

/// The Markdown file nearest to `wanted`, a path below `content/`, as a link to it is written.
fn near_file(site: &Site, wanted: &str) -> Option<String> {
    let mut known: Vec<&str> = site.index.files.keys().map(String::as_str).collect();
    known.sort_unstable();
    nearest(wanted.trim_start_matches('/'), known).map(|near| format!("@/{near}"))
}

/// The URL nearest to `wanted`, but for the home page's.
fn near_url(site: &Site, wanted: &str) -> Option<String> {
    let urls = site.routes.iter().map(|route| route.url.as_str()).filter(|url| url.len() > 1);
    nearest(&format!("/{}", wanted.trim_start_matches('/')), urls).map(str::to_owned)
}

fn image(site: &Site, from: Ix, src: &str, span: Span, wrong: &mut Vec<Diagnostic>) -> Option<Ix> {
    let found = site.follow(src, from).and_then(|to| site.route(to.url.as_str()));
    if !found.is_some_and(|route| matches!(route.what, Output::Copy(_) | Output::Asset(_))) {
        wrong.push(
            Diagnostic::error("broken-link", span, format!("there is no picture `{src}`"))
                .help("the path is seen from the file's own folder, or from the site's root with `/` before it"),
        );
    }
    None
}

fn not_published(shown: &str, span: Span, reason: Reason) -> Diagnostic {
    Diagnostic::error(
        "left-out",
        span,
        format!("`{shown}` is {}, so it is left out and cannot be referred to", reason.words()),
    )
    .help(format!("publish it, take the reference out, or build with `{}`", reason.flag()))
}

fn dangling(site: &Site, shown: &str, span: Span, missing: &Missing, sigil: &str) -> Option<Diagnostic> {
    let error = |message: String| Diagnostic::error("dangling-reference", span, message);
    if shown.trim().is_empty() {
        return Some(error("this reference names nothing".to_owned()).help("put an id between the brackets"));
    }
    match missing {
        // What came later is named in plain words.
        Missing::Broken | Missing::LeftOut(Reason::Later) => None,
        Missing::LeftOut(reason) => Some(not_published(shown, span, *reason)),
        // It may stand in a facts file that could not be read, which is told already.
        Missing::Unknown if site.index.unread => None,
        Missing::Unknown => {
            let near = site.nearest_id(shown.split('#').next().unwrap_or_default());
            let help = near.map(|near| format!("did you mean `{sigil}{near}`?"));
            Some(error(format!("nothing has the id `{shown}`")).maybe_help(help))
        }
        Missing::Ambiguous(ids) => Some(
            error(format!("`{shown}` could be any of several pages")).help(format!("write one of: {}", ids.join(", "))),
        ),
    }
}

fn backlinks(references: &[References], len: usize) -> Vec<Vec<Backlink>> {
    let mut backlinks = vec![Vec::new(); len];
    for (to, backlink) in references.iter().flat_map(|found| &found.mentions) {
        backlinks[to.0 as usize].push(backlink.clone());
    }
    backlinks.par_iter_mut().for_each(|list| {
        list.sort();
        list.dedup();
        list.shrink_to_fit();
    });
    backlinks
}
