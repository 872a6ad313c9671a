//! Checks rendered pages, whatever template, component or raw HTML wrote them: their links, whether any
//! page is led to, and the blemishes that no reader should meet.

use crate::blemish::{self, Blemish, LEFTOVER};
use crate::diagnostic::{Diagnostic, Known};
use crate::first;
use crate::kind::Kind;
use crate::markdown::is_external;
use crate::render::{Data, Rendered, Stage, render_route};
use crate::site::{Anchor, Ix, Output, Route, Site, url_key};
use crate::source::{Area, FileId, Span};
use crate::tags::{self, Piece, Tag};
use crate::url::{join, split};
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, PoisonError};

/// What a rendered page holds, as far as links are concerned: its ids, the links that it makes, and its blemishes.
#[derive(Debug, Default)]
pub struct Look {
    url: String,
    /// Their hashes, sorted: a site has hundreds of thousands, and few are ever asked for by name.
    ids: Box<[u64]>,
    links: Box<[Text]>,
    blemishes: BTreeSet<Blemish>,
}

impl Look {
    fn lacks(&self, id: u64) -> bool {
        self.ids.binary_search(&id).is_err()
    }
}

/// The number of a text among those that pages have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

/// Texts that pages have in common, such as the links of their navigation, each once.
#[derive(Debug, Default)]
pub struct Texts {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Text>,
}

impl Texts {
    fn number(&mut self, text: &str) -> Text {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Text(u32::try_from(self.texts.len()).expect("a site has fewer than four billion links"));
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    fn get(&self, text: Text) -> &str {
        &self.texts[text.0 as usize]
    }
}

/// A finding, and the page that shows it by its place among those that were looked at; none for what no page shows.
pub type Told = (Option<usize>, Diagnostic);

/// The pages of a site as they are rendered: what each holds is kept, and the page itself is not.
#[derive(Default)]
pub struct Pages {
    texts: Mutex<Texts>,
}

impl Pages {
    /// Looks at an output; none of what is no page.
    pub fn look(&self, output: &Rendered) -> Option<Look> {
        let reading = read(output)?;
        Some(reading.look(&mut self.texts.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Tells of links that lead to no output, of fragments that no element has, and what else no reader should meet,
    /// when all pages of a stage were looked at, in the order of their routes.
    pub fn judge(self, stage: &Stage, looks: &[(&Route, Look)]) -> Vec<Diagnostic> {
        let texts = self.texts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let seen: Vec<&Look> = looks.iter().map(|(_, look)| look).collect();
        let ids = |at: usize| render_route(stage, looks[at].0).0.as_ref().map(ids).unwrap_or_default();
        judge(&stage.world.site, &seen, &texts, &ids).into_iter().map(|(_, told)| told).collect()
    }
}

/// Tells of the pages of a site, in the order of their routes, what is wrong with them and between them. `ids` gives the
/// ids of one, for "did you mean".
pub fn judge(site: &Site, looks: &[&Look], texts: &Texts, ids: &dyn Fn(usize) -> Vec<String>) -> Vec<Told> {
    let files = Files::of(site, looks);
    let torn = torn_anchors(site, &files, looks);
    let told = torn.iter().map(|(_, anchor)| (anchor.url.to_string(), anchor.id.clone())).collect();
    let (linked, broken) = followed(site, &files, looks, texts, told);
    let mut wrong = tell_anchors(site, &torn, ids);
    wrong.extend(tell_links(site, looks, &broken));
    wrong.extend(blemishes(site, looks));
    let is_linked = |route: &Route| files.numbers.get(route.url.as_str()).is_some_and(|file| linked[*file]);
    wrong.extend(orphans(site, &is_linked).into_iter().map(|told| (None, told)));
    wrong
}

/// The links of Markdown to a place in a page that the page does not have, each with the page's place among those that were looked at.
fn torn_anchors<'s>(site: &'s Site, files: &Files<'_>, looks: &[&Look]) -> Vec<(usize, &'s Anchor)> {
    let torn = |anchor: &'s Anchor| {
        let page = files.looks[*files.numbers.get(anchor.url.as_str())?]?;
        let is_torn = looks[page].lacks(hash(&anchor.id)) && !files.is_contested(anchor.url.as_str());
        is_torn.then_some((page, anchor))
    };
    site.anchors.iter().filter_map(torn).collect()
}

fn tell_anchors(site: &Site, torn: &[(usize, &Anchor)], ids: &dyn Fn(usize) -> Vec<String>) -> Vec<Told> {
    // A page is made again for its ids, and an entry's links are followed again for their places: once for all that is wrong.
    let mut made: HashMap<usize, Known> = HashMap::new();
    let mut places: HashMap<Ix, Vec<Span>> = HashMap::new();
    let tell = |(page, anchor): &(usize, &Anchor)| {
        let message = format!("{} has no place `#{}`", anchor.url, anchor.id);
        let near = made.entry(*page).or_insert_with(|| Known::of(ids(*page))).did_you_mean(&anchor.id);
        let places = places.entry(anchor.from).or_insert_with(|| crate::link::places_of_anchors(site, anchor.from));
        let span = places.get(anchor.number).copied();
        (Some(*page), Diagnostic::error("broken-link", span, message).maybe_help(near))
    };
    torn.iter().map(tell).collect()
}

/// A link of a rendered page that leads nowhere.
struct Broken<'a> {
    /// The page, by its place among those that were looked at.
    page: usize,
    /// The link as the page makes it.
    link: &'a str,
    message: String,
}

/// Follows all links: which files some page leads its readers to, and the links that lead nowhere, of those to one place the
/// first. What is `told` already, path and fragment, is not told again.
fn followed<'a>(
    site: &Site,
    files: &Files<'_>,
    looks: &[&Look],
    texts: &'a Texts,
    mut told: BTreeSet<(String, String)>,
) -> (Vec<bool>, Vec<Broken<'a>>) {
    let (mut linked, mut broken) = (vec![false; files.count], Vec::new());
    // Nearly all links lead to the same place from wherever they stand, so that is found once.
    let anywhere: Vec<Option<Option<Target>>> =
        texts.texts.par_iter().map(|link| (!is_relative(link)).then(|| files.target(site, "/", link))).collect();
    for (i, page) in looks.iter().enumerate() {
        let url = page.url.as_str();
        let own = files.numbers.get(url).copied();
        // An old URL and a page for other sites lead no reader of this one anywhere.
        let is_aside = own.is_some_and(|own| files.aside[own]);
        for text in &page.links {
            let here;
            let target = if let Some(target) = &anywhere[text.0 as usize] {
                target
            } else {
                here = files.target(site, url, texts.get(*text));
                &here
            };
            let Some(target) = target else { continue };
            if let Some(file) = target.file.filter(|file| Some(*file) != own && !is_aside) {
                linked[file] = true;
            }
            let is_absent = |to: usize| target.id.is_some_and(|id| looks[to].lacks(id));
            let is_torn = target.file.and_then(|file| files.looks[file]).is_some_and(is_absent);
            if target.file.is_some() && !is_torn {
                continue;
            }
            let link = texts.get(*text);
            let Some((path, fragment)) = place(site, url, link) else { continue };
            let message = if !is_torn {
                format!("the link `{link}` leads to nothing in this site")
            } else if files.is_contested(&path) {
                continue;
            } else {
                format!("the link `{link}` leads to a place that {path} does not have")
            };
            if told.insert((path, fragment.unwrap_or_default())) {
                broken.push(Broken { page: i, link, message });
            }
        }
    }
    (linked, broken)
}

/// What links can lead to.
struct Files<'s> {
    /// Numbers by URL.
    numbers: HashMap<&'s str, usize>,
    count: usize,
    /// Of each, its page among those that were looked at.
    looks: Vec<Option<usize>>,
    /// Of each, whether it leads no reader anywhere: an old URL, or a page for other sites.
    aside: Vec<bool>,
    /// The keys of URLs at which several would stand, which is told already: nobody knows which of them a link means.
    contested: HashSet<Cow<'s, str>>,
}

/// Where a link into the site leads.
struct Target {
    /// The file; none when there is none.
    file: Option<usize>,
    /// The hash of the id in it.
    id: Option<u64>,
}

impl<'s> Files<'s> {
    fn of(site: &'s Site, looks: &[&'s Look]) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::with_capacity(site.routes.len() + 1);
        let mut aside = Vec::with_capacity(site.routes.len() + 1);
        for route in &*site.routes {
            numbers.entry(route.url.as_str()).or_insert(aside.len());
            aside.push(matches!(route.what, Output::Redirect(_) | Output::Embed(_)));
        }
        // That the home page is missing is told once, by linking.
        numbers.entry("/").or_insert(aside.len());
        aside.push(false);
        let count = aside.len();
        let mut seen = vec![None; count];
        for (i, look) in looks.iter().enumerate() {
            if let Some(file) = numbers.get(look.url.as_str()) {
                seen[*file] = Some(i);
            }
        }
        Self { numbers, count, looks: seen, aside, contested: contested(site) }
    }

    fn is_contested(&self, url: &str) -> bool {
        !self.contested.is_empty() && self.contested.contains(&url_key(url))
    }

    fn target(&self, site: &Site, url: &str, link: &str) -> Option<Target> {
        let (path, fragment) = place(site, url, link)?;
        let id = fragment.filter(|id| !id.is_empty()).map(|id| hash(&id));
        Some(Target { file: self.served(&path), id })
    }

    /// What a host serves at `path`: as it is written, or with the slash that it redirects to, or
    /// without the name of a folder's page.
    fn served(&self, path: &str) -> Option<usize> {
        let found = |path: &str| self.numbers.get(path).copied();
        let bare = path.strip_suffix("index.html").filter(|bare| bare.ends_with('/'));
        found(path).or_else(|| found(&format!("{path}/"))).or_else(|| bare.and_then(found))
    }
}

/// The keys of URLs at which several outputs would stand.
fn contested(site: &Site) -> HashSet<Cow<'_, str>> {
    if site.routes.len() == site.urls.len() {
        return HashSet::new();
    }
    let mut seen = HashSet::with_capacity(site.routes.len());
    site.routes.iter().map(|route| url_key(route.url.as_str())).filter(|key| !seen.insert(key.clone())).collect()
}

/// Whether where a link leads depends on the page that it stands on.
fn is_relative(link: &str) -> bool {
    !link.starts_with('/') && !is_external(link)
}

/// Pages that no other page links to; the home page is where readers begin.
fn orphans(site: &Site, is_linked: &dyn Fn(&Route) -> bool) -> Vec<Diagnostic> {
    // The page that links may be among what could not be read.
    if site.is_partly_read() {
        return Vec::new();
    }
    let orphan = |route: &Route| match route.what {
        Output::Entry(ix, 1) => {
            let surface = site.entry(ix);
            let home = surface.kind == Kind::Section && surface.folder.is_empty();
            let alone = !surface.kind.is_fact() && !home && !is_linked(route);
            alone.then(|| {
                Diagnostic::warning("orphan-page", surface.id.span, "no page links to this one")
                    .help(format!("refer to it with `[[{}]]` where it is wanted", surface.id.value))
            })
        }
        _ => None,
    };
    site.routes.iter().filter_map(orphan).collect()
}

/// The blemishes of pages, each at the line that writes it, where that can be found.
fn blemishes(site: &Site, looks: &[&Look]) -> Vec<Told> {
    let left = left_behind(site, looks);
    let is_own_words = |url: &str, blemish: &Blemish| {
        let is_said = |written: &String| !left.contains(&(entry_at(site, url), written));
        blemish.code == LEFTOVER && blemish.written.iter().any(is_said)
    };
    let all = looks.iter().enumerate().flat_map(|(i, look)| look.blemishes.iter().map(move |blemish| (i, blemish)));
    let all: Vec<(usize, &Blemish)> = all.filter(|(i, blemish)| !is_own_words(&looks[*i].url, blemish)).collect();
    let written =
        all.iter().map(|(_, blemish)| blemish.written.iter().map(|written| written.as_str().into()).collect());
    let sought: Vec<Sought<'_>> =
        all.iter().zip(written).map(|((i, _), written)| Sought { url: &looks[*i].url, written }).collect();
    let told = all.iter().zip(places_of(site, &sought));
    told.map(|((i, blemish), place)| (Some(*i), tell_blemish(site, &looks[*i].url, blemish, place))).collect()
}

fn tell_blemish(site: &Site, url: &str, blemish: &Blemish, place: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(blemish.code, place, blemish.message.clone()).help(blemish.help);
    let found = if place.is_some() { error } else { error.path(format!("the page {url}")) };
    // The entry whose page it is may allow it, wherever it is written.
    match entry_at(site, url) {
        Some(ix) if found.span.is_none_or(|span| span.file != site.entry(ix).file) => {
            found.also(site.entry(ix).id.span, "on this page")
        }
        _ => found,
    }
}

/// Texts that look left behind, by the entry whose page shows them, but for what the page's own text says, or a text or name that
/// pages print of others.
fn left_behind<'l>(site: &Site, looks: &[&'l Look]) -> BTreeSet<(Option<Ix>, &'l str)> {
    let mut shown: BTreeMap<Option<Ix>, BTreeSet<&str>> = BTreeMap::new();
    for look in looks {
        for blemish in look.blemishes.iter().filter(|blemish| blemish.code == LEFTOVER) {
            shown.entry(entry_at(site, &look.url)).or_default().extend(blemish.written.iter().map(String::as_str));
        }
    }
    let unsaid = |(own, left): (Option<Ix>, BTreeSet<&'l str>)| {
        let text = own.map(|ix| crate::html::plain(&site.entries[ix.0 as usize].body.html));
        blemish::unsaid(&left, &text.iter()).into_iter().map(move |left| (own, left))
    };
    let mut unsaid: BTreeSet<(Option<Ix>, &str)> = shown.into_iter().flat_map(unsaid).collect();
    let anywhere = blemish::unsaid(&unsaid.iter().map(|(_, left)| *left).collect(), &printed(site));
    unsaid.retain(|(_, left)| anywhere.contains(left));
    unsaid
}

/// What pages print of others, in plain words: the texts and names of facts, and the titles and summaries of pages.
fn printed(site: &Site) -> impl Iterator<Item = String> + Clone {
    site.iter().flat_map(|(ix, surface)| {
        let text = surface.kind.is_fact().then(|| &*site.entries[ix.0 as usize].body);
        let bodies = surface.field_bodies().into_iter().chain(&surface.lead).chain(text);
        let texts = bodies.map(|body| crate::html::plain(&body.html));
        std::iter::once(site.title(ix, &surface.lang)).chain(texts).collect::<Vec<_>>()
    })
}

/// The entry whose page stands at `url`.
fn entry_at(site: &Site, url: &str) -> Option<Ix> {
    site.route(url).and_then(|route| match route.what {
        Output::Entry(ix, _) | Output::Year(ix, _) | Output::Embed(ix) => Some(ix),
        _ => None,
    })
}

/// What is looked for in the files that a page may come from.
struct Sought<'a> {
    /// The page's URL.
    url: &'a str,
    /// How it may be written; the first of these that stands in a file counts.
    written: Vec<Cow<'a, str>>,
}

/// Where each of these is written: in the file that its page comes from, or in a template. Files are gone through for all of them
/// at once.
fn places_of(site: &Site, sought: &[Sought<'_>]) -> Vec<Option<Span>> {
    let mut of_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (at, sought) in sought.iter().enumerate() {
        if let Some(ix) = entry_at(site, sought.url) {
            of_file.entry(site.entry(ix).file).or_default().push(at);
        }
    }
    let mut places = vec![None; sought.len()];
    for (file, some) in of_file {
        let found = places_in(site, &[file], some.iter().map(|at| &sought[*at]));
        some.iter().zip(found).for_each(|(at, place)| places[*at] = place);
    }
    let templates = site.sources.iter().filter(|(_, source)| source.area == Area::Templates).map(|(file, _)| file);
    let templates: Vec<FileId> = templates.collect();
    let rest: Vec<usize> = (0..sought.len()).filter(|at| places[*at].is_none()).collect();
    let found = places_in(site, &templates, rest.iter().map(|at| &sought[*at]));
    rest.iter().zip(found).for_each(|(at, place)| places[*at] = place);
    places
}

/// Where each of these is written in the first of these files that it stands in.
fn places_in<'a>(
    site: &Site,
    files: &[FileId],
    sought: impl Iterator<Item = &'a Sought<'a>> + Clone,
) -> Vec<Option<Span>> {
    let written: Vec<&str> = sought.clone().flat_map(|sought| &sought.written).map(|written| &**written).collect();
    let mut firsts = first::places(&written, &files.iter().map(|file| site.sources.get(*file).text())).into_iter();
    let place = |sought: &Sought<'_>| {
        let found = sought.written.iter().zip(firsts.by_ref()).filter(|(written, _)| !written.is_empty());
        let found = found.filter_map(|(written, first)| first.map(|(file, at)| (file, at..at + written.len())));
        found.min_by_key(|(file, _)| *file).map(|(file, range)| Span::new(files[file], range))
    };
    sought.map(place).collect()
}

/// The ids of a page, in the order of the alphabet.
pub fn ids(output: &Rendered) -> Vec<String> {
    let mut ids = Vec::new();
    if let Some(bytes) = html(output) {
        tags::each(bytes, |piece| {
            let Piece::Start(tag) = piece else { return };
            ids.extend(ids_of(tag).map(|id| tags::value(id).into_owned()));
        });
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn hash(id: &str) -> u64 {
    // Always the same, so that two runs tell the same.
    foldhash::quality::FixedState::default().hash_one(id)
}

/// Looks at a page; none of what is no page.
pub fn look(output: &Rendered, texts: &mut Texts) -> Option<Look> {
    read(output).map(|reading| reading.look(texts))
}

/// A page as it was read, its texts its own.
struct Reading<'a> {
    url: &'a str,
    ids: Vec<u64>,
    links: Vec<Cow<'a, str>>,
    blemishes: BTreeSet<Blemish>,
}

impl Reading<'_> {
    fn look(mut self, texts: &mut Texts) -> Look {
        self.ids.sort_unstable();
        self.ids.dedup();
        let links = self.links.iter().map(|link| texts.number(link)).collect();
        Look { url: self.url.to_owned(), ids: self.ids.into(), links, blemishes: self.blemishes }
    }
}

/// The bytes of an output that is a page.
fn html(output: &Rendered) -> Option<&[u8]> {
    match &output.data {
        Data::Bytes(bytes) if output.url.is_html() => Some(bytes),
        _ => None,
    }
}

/// The places in an element that links can lead to, as they are written.
fn ids_of<'p>(tag: &Tag<'p>) -> impl Iterator<Item = &'p [u8]> {
    let is_anchor = tag.is(b"a");
    let is_id = move |name: &[u8]| name.eq_ignore_ascii_case(b"id") || is_anchor && name.eq_ignore_ascii_case(b"name");
    tag.attributes.iter().filter(move |(name, _)| is_id(name)).map(|(_, written)| *written)
}

fn read(output: &Rendered) -> Option<Reading<'_>> {
    let (mut ids, mut links) = (Vec::with_capacity(16), Vec::with_capacity(64));
    let page = html(output)?;
    let mut reader = blemish::Reader::of(page);
    tags::each(page, |piece| {
        reader.see(&piece);
        let Piece::Start(tag) = piece else { return };
        ids.extend(ids_of(tag).map(|id| hash(&tags::value(id))));
        for (name, written) in &tag.attributes {
            let is = |own: &[u8]| name.eq_ignore_ascii_case(own);
            match name.len() {
                3 if is(b"src") => links.push(tags::value(written)),
                4 if is(b"href") => links.push(tags::value(written)),
                6 if is(b"poster") => links.push(tags::value(written)),
                6 if is(b"srcset") => {
                    let value = tags::value(written);
                    let each = value.split(',').filter_map(|part| part.split_whitespace().next());
                    links.extend(each.map(|link| Cow::Owned(link.to_owned())));
                }
                _ => {}
            }
        }
    });
    Some(Reading { url: output.url.as_str(), ids, links, blemishes: reader.found })
}

/// The path and fragment that a link written on `url` leads to; none when it leaves the site.
fn place(site: &Site, url: &str, link: &str) -> Option<(String, Option<String>)> {
    let own = link
        .strip_prefix(site.config.base_url.as_str())
        .filter(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?']));
    if own.is_none() && is_external(link) {
        return None;
    }
    let (path, fragment) = split(own.unwrap_or(link));
    if own.is_some() {
        return Some((if path.is_empty() { "/".to_owned() } else { path.into_owned() }, fragment));
    }
    if path.is_empty() {
        return Some((url.to_owned(), fragment));
    }
    if let Some(path) = path.strip_prefix('/') {
        let below = format!("/{path}");
        let inside =
            below.strip_prefix(site.config.base_path.as_str()).filter(|rest| rest.starts_with('/') || rest.is_empty());
        // Outside the site's own path the host serves something else.
        let outside = || format!("{below} outside {}", site.config.base_path);
        return Some((inside.map_or_else(outside, str::to_owned), fragment));
    }
    let folder = &url[..=url.rfind('/').unwrap_or(0)];
    Some((join(folder, &path).map_or_else(|| path.to_string(), |path| format!("/{path}")), fragment))
}

/// Broken links, each at the line of the template or Markdown file that writes it, where that can be found.
fn tell_links(site: &Site, looks: &[&Look], broken: &[Broken<'_>]) -> Vec<Told> {
    let url = |broken: &Broken<'_>| looks[broken.page].url.as_str();
    let sought: Vec<Sought<'_>> =
        broken.iter().map(|broken| Sought { url: url(broken), written: quoted(site, broken.link) }).collect();
    let tell = |(broken, place): (&Broken<'_>, Option<Span>)| {
        let place = place.map(|span| Span { start: span.start + 1, end: span.end - 1, ..span });
        let diagnostic = Diagnostic::error("broken-link", place, broken.message.clone());
        let told = match place {
            Some(_) => diagnostic.help(format!("it is on the page {}", url(broken))),
            None => diagnostic.path(format!("the page {}", url(broken))),
        };
        (Some(broken.page), told)
    };
    broken.iter().zip(places_of(site, &sought)).map(tell).collect()
}

/// How a link may be written: as the page makes it, or without the site's own path.
fn quoted(site: &Site, link: &str) -> Vec<Cow<'static, str>> {
    let written = link.strip_prefix(site.config.base_path.as_str()).filter(|written| *written != link);
    let quoted = |link: &str| [format!("\"{link}\""), format!("'{link}'"), format!("={link}>"), format!("={link} ")];
    [Some(link), written].into_iter().flatten().flat_map(quoted).map(Cow::Owned).collect()
}
