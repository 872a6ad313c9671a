//! Checks rendered pages, whatever template, component or raw HTML wrote them: their links, whether any
//! page is led to, and the blemishes that no reader should meet.

use crate::blemish::{self, Blemish};
use crate::diagnostic::Diagnostic;
use crate::kind::Kind;
use crate::markdown::is_external;
use crate::render::{Data, Rendered};
use crate::site::{Ix, Output, Route, Site, url_key};
use crate::source::{Area, Span};
use crate::url::{join, split};
use html5gum::{Token, Tokenizer};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

/// What a rendered page holds, as far as links are concerned: its ids, the links that it makes, and its blemishes.
#[derive(Debug, Default)]
pub struct Look {
    url: String,
    /// Their hashes, sorted: a site has hundreds of thousands, and few are ever asked for by name.
    ids: Box<[u64]>,
    links: Box<[Text]>,
    blemishes: Vec<Blemish>,
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

/// Tells of links in `outputs` that lead to no output, of fragments that no element has, and what else no reader
/// should meet.
pub fn check(site: &Site, outputs: &[Rendered]) -> Vec<Diagnostic> {
    let read: Vec<Reading<'_>> = outputs.par_iter().filter_map(read).collect();
    let mut texts = Texts::default();
    let looks: Vec<Look> = read.into_iter().map(|reading| reading.look(&mut texts)).collect();
    let pages: HashMap<&str, &Rendered> = outputs.iter().map(|output| (output.url.as_str(), output)).collect();
    let ids = |at: usize| ids(pages[looks[at].url.as_str()]);
    judge(site, &looks.iter().collect::<Vec<_>>(), &texts, &ids).into_iter().map(|(_, told)| told).collect()
}

/// Tells of the pages of a site, in the order of their routes, what is wrong with them and between them. `ids` gives the
/// ids of one, for "did you mean".
pub fn judge(site: &Site, looks: &[&Look], texts: &Texts, ids: &dyn Fn(usize) -> Vec<String>) -> Vec<Told> {
    let pages: HashMap<&str, usize> = looks.iter().enumerate().map(|(i, look)| (look.url.as_str(), i)).collect();
    let lacks = |page: usize, id: &str| looks[page].ids.binary_search(&hash(id)).is_err();
    let mut files: HashSet<&str> = site.routes.iter().map(|route| route.url.as_str()).collect();
    // That the home page is missing is told once, by linking.
    files.insert("/");
    // Of two pages at one URL, which is told already, nobody knows which is meant.
    let twice = site.routes.len() - site.urls.len();
    let contested =
        |url: &str| twice > 0 && site.routes.iter().filter(|r| url_key(r.url.as_str()) == url_key(url)).count() > 1;
    let mut told = BTreeSet::new();
    let mut wrong: Vec<Told> = Vec::new();
    let mut linked: HashSet<&str> = HashSet::new();
    // An old URL and a page for other sites lead no reader of this one anywhere.
    let aside = |route: &&Route| matches!(route.what, Output::Redirect(_) | Output::Embed(_));
    let aside: HashSet<&str> = site.routes.iter().filter(aside).map(|route| route.url.as_str()).collect();
    for anchor in &*site.anchors {
        let page = pages.get(anchor.url.as_str()).copied();
        let Some(page) = page.filter(|page| lacks(*page, &anchor.id) && !contested(anchor.url.as_str())) else {
            continue;
        };
        let message = format!("{} has no place `#{}`", anchor.url, anchor.id);
        let near = crate::diagnostic::did_you_mean(&anchor.id, ids(page).iter().map(String::as_str));
        let span = crate::link::place_of_anchor(site, anchor);
        wrong.push((Some(page), Diagnostic::error("broken-link", span, message).maybe_help(near)));
        told.insert((anchor.url.to_string(), anchor.id.clone()));
    }
    for (i, page) in looks.iter().enumerate() {
        let url = page.url.as_str();
        for link in page.links.iter().map(|link| texts.get(*link)) {
            let Some((path, fragment)) = target(site, url, link) else { continue };
            let key = served(&files, &path);
            linked.extend(key.filter(|key| *key != url && !aside.contains(url)));
            let missing = match (key.is_some(), &fragment, key.and_then(|key| pages.get(key))) {
                (false, ..) => Some(format!("the link `{link}` leads to nothing in this site")),
                (true, Some(id), Some(to)) if !id.is_empty() && lacks(*to, id) && !contested(&path) => {
                    Some(format!("the link `{link}` leads to a place that {path} does not have"))
                }
                _ => None,
            };
            let first = missing.is_some() && told.insert((path.clone(), fragment.unwrap_or_default()));
            if let (true, Some(message)) = (first, missing) {
                wrong.push((Some(i), at_its_place(site, url, link, message)));
            }
        }
    }
    let blemished = |(i, page): (usize, &&Look)| {
        blemishes(site, &page.url, page).into_iter().map(move |told| (Some(i), told)).collect::<Vec<_>>()
    };
    wrong.extend(looks.iter().enumerate().flat_map(blemished));
    wrong.extend(orphans(site, &linked).into_iter().map(|told| (None, told)));
    wrong
}

/// Pages that no other page links to; the home page is where readers begin.
fn orphans(site: &Site, linked: &HashSet<&str>) -> Vec<Diagnostic> {
    // The page that links may be among what could not be read.
    if site.is_partly_read() {
        return Vec::new();
    }
    let orphan = |route: &Route| match route.what {
        Output::Entry(ix, 1) => {
            let surface = site.entry(ix);
            let home = surface.kind == Kind::Section && surface.folder.is_empty();
            let alone = !surface.kind.is_fact() && !home && !linked.contains(route.url.as_str());
            alone.then(|| {
                Diagnostic::warning("orphan-page", surface.id.span, "no page links to this one")
                    .help(format!("refer to it with `[[{}]]` where it is wanted", surface.id.value))
            })
        }
        _ => None,
    };
    site.routes.iter().filter_map(orphan).collect()
}

/// The blemishes of a page, each at the line that writes it, where that can be found.
fn blemishes(site: &Site, url: &str, page: &Look) -> Vec<Diagnostic> {
    let told = |blemish: &Blemish| {
        if blemish.code == "leftover-text" && is_own_words(site, url, &blemish.written) {
            return None;
        }
        let error = |span| Diagnostic::error(blemish.code, span, blemish.message.clone()).help(blemish.help);
        let written: Vec<&str> = blemish.written.iter().map(String::as_str).collect();
        let found = match place_of(site, url, &written) {
            Some(span) => error(Some(span)),
            None => error(None).path(format!("the page {url}")),
        };
        // The entry whose page it is may allow it, wherever it is written.
        Some(match entry_at(site, url) {
            Some(ix) if found.span.is_none_or(|span| span.file != site.entry(ix).file) => {
                found.also(site.entry(ix).id.span, "on this page")
            }
            _ => found,
        })
    };
    page.blemishes.iter().filter_map(told).collect()
}

/// Whether the page's own text says it, or a text or name that pages print of others: a fact's, or a page's title or summary.
fn is_own_words(site: &Site, url: &str, written: &[String]) -> bool {
    let says = |text: &str| written.iter().any(|written| blemish::says(text, written));
    let own = entry_at(site, url);
    site.iter().any(|(ix, surface)| {
        let body = &site.entries[ix.0 as usize].body;
        let shown_whole = Some(ix) == own || surface.kind.is_fact();
        says(&site.title(ix, &surface.lang))
            || surface.field_bodies().iter().any(|field| says(&crate::html::plain(&field.html)))
            || surface.lead.as_ref().is_some_and(|lead| says(&crate::html::plain(&lead.html)))
            || shown_whole && says(&crate::html::plain(&body.html))
    })
}

/// The entry whose page stands at `url`.
fn entry_at(site: &Site, url: &str) -> Option<Ix> {
    site.route(url).and_then(|route| match route.what {
        Output::Entry(ix, _) | Output::Embed(ix) => Some(ix),
        _ => None,
    })
}

/// Where one of these texts is written: in the file that the page at `url` comes from, or in a template.
fn place_of(site: &Site, url: &str, written: &[&str]) -> Option<Span> {
    let own = entry_at(site, url).map(|ix| site.entry(ix).file);
    let templates = site.sources.iter().filter(|(_, source)| source.area == Area::Templates).map(|(file, _)| file);
    own.into_iter().chain(templates).find_map(|file| {
        let text = site.sources.get(file).text();
        written
            .iter()
            .filter(|written| !written.is_empty())
            .find_map(|written| text.find(written).map(|at| Span::new(file, at..at + written.len())))
    })
}

/// The URL that a host serves at `path`: as it is written, or with the slash that it redirects to, or
/// without the name of a folder's page.
fn served<'a>(files: &HashSet<&'a str>, path: &str) -> Option<&'a str> {
    let bare = path.strip_suffix("index.html").filter(|bare| bare.ends_with('/'));
    let slash = format!("{path}/");
    [Some(path), Some(slash.as_str()), bare].into_iter().flatten().find_map(|path| files.get(path).copied())
}

/// The ids of a page, in the order of the alphabet.
pub fn ids(output: &Rendered) -> Vec<String> {
    let mut ids = read(output).map(|reading| reading.ids).unwrap_or_default();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// Looks at a page; none of what is no page.
pub fn look(output: &Rendered, texts: &mut Texts) -> Option<Look> {
    read(output).map(|reading| reading.look(texts))
}

/// A page as it was read, its texts its own.
struct Reading<'a> {
    url: &'a str,
    ids: Vec<String>,
    links: Vec<String>,
    blemishes: Vec<Blemish>,
}

impl Reading<'_> {
    fn look(self, texts: &mut Texts) -> Look {
        let mut ids: Vec<u64> = self.ids.iter().map(|id| hash(id)).collect();
        ids.sort_unstable();
        ids.dedup();
        let links = self.links.iter().map(|link| texts.number(link)).collect();
        Look { url: self.url.to_owned(), ids: ids.into(), links, blemishes: self.blemishes }
    }
}

fn read(output: &Rendered) -> Option<Reading<'_>> {
    let Data::Bytes(bytes) = &output.data else { return None };
    if !output.url.output().ends_with(".html") {
        return None;
    }
    let (mut ids, mut links) = (Vec::new(), Vec::new());
    let mut reader = blemish::Reader::default();
    for token in Tokenizer::new(bytes.as_slice()) {
        let Ok(token) = token;
        reader.see(&token);
        let Token::StartTag(tag) = token else { continue };
        for (name, value) in &tag.attributes {
            let text = || String::from_utf8_lossy(value).into_owned();
            match name.as_slice() {
                b"id" => ids.push(text()),
                b"name" if tag.name.as_slice() == b"a" => ids.push(text()),
                b"href" | b"src" | b"poster" => links.push(text()),
                b"srcset" => {
                    links
                        .extend(text().split(',').filter_map(|part| part.split_whitespace().next().map(str::to_owned)));
                }
                _ => {}
            }
        }
    }
    Some(Reading { url: output.url.as_str(), ids, links, blemishes: reader.found })
}

/// The path and fragment that a link written on `url` leads to; none when it leaves the site.
fn target(site: &Site, url: &str, link: &str) -> Option<(String, Option<String>)> {
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

/// A broken link, at the line of the template or Markdown file that writes it, where that can be found.
fn at_its_place(site: &Site, url: &str, link: &str, message: String) -> Diagnostic {
    let written = link.strip_prefix(site.config.base_path.as_str()).unwrap_or(link);
    let quoted = |link: &str| [format!("\"{link}\""), format!("'{link}'"), format!("={link}>"), format!("={link} ")];
    let all: Vec<String> = quoted(link).into_iter().chain(quoted(written)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let place = place_of(site, url, &all).map(|span| Span { start: span.start + 1, end: span.end - 1, ..span });
    let diagnostic = Diagnostic::error("broken-link", place, message);
    if place.is_some() {
        diagnostic.help(format!("it is on the page {url}"))
    } else {
        diagnostic.path(format!("the page {url}"))
    }
}
