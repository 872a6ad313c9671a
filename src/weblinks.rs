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

/// What one page holds: its ids, and the links into the site that it makes.
struct Seen {
    key: String,
    ids: HashSet<String>,
    links: Vec<String>,
    blemishes: Vec<Blemish>,
}

/// Tells of links in `outputs` that lead to no output, and of fragments that no element has.
pub fn check(site: &Site, outputs: &[Rendered]) -> Vec<Diagnostic> {
    let seen: Vec<(usize, Seen)> =
        outputs.par_iter().enumerate().filter_map(|(i, output)| Some((i, look(output)?))).collect();
    let pages: HashMap<&str, &Seen> = seen.iter().map(|(_, seen)| (seen.key.as_str(), seen)).collect();
    let mut files: HashSet<&str> = site.routes.iter().map(|route| route.url.as_str()).collect();
    // That the home page is missing is told once, by linking.
    files.insert("/");
    // Of two pages at one URL, which is told already, nobody knows which is meant.
    let mut keys = HashSet::new();
    let twice: HashSet<String> =
        outputs.iter().map(|output| url_key(output.url.as_str())).filter(|key| !keys.insert(key.clone())).collect();
    let contested = |url: &str| twice.contains(&url_key(url));
    let mut told = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut linked: HashSet<&str> = HashSet::new();
    let redirect = |route: &&Route| matches!(route.what, Output::Redirect(_));
    let redirects: HashSet<&str> = site.routes.iter().filter(redirect).map(|route| route.url.as_str()).collect();
    for anchor in &site.anchors {
        let page = pages.get(anchor.url.as_str());
        if page.is_some_and(|page| !page.ids.contains(&anchor.id)) && !contested(anchor.url.as_str()) {
            let message = format!("{} has no place `#{}`", anchor.url, anchor.id);
            let near = page.and_then(|page| crate::diagnostic::did_you_mean(&anchor.id, sorted(&page.ids)));
            wrong.push(Diagnostic::error("broken-link", anchor.span, message).maybe_help(near));
            told.insert((anchor.url.to_string(), anchor.id.clone()));
        }
    }
    for (i, page) in &seen {
        let url = &outputs[*i].url;
        for link in &page.links {
            let Some((path, fragment)) = target(site, url.as_str(), link) else { continue };
            let key = served(&files, &path);
            linked.extend(key.filter(|key| *key != url.as_str() && !redirects.contains(url.as_str())));
            let missing = match (key.is_some(), &fragment, key.and_then(|key| pages.get(key))) {
                (false, ..) => Some(format!("the link `{link}` leads to nothing in this site")),
                (true, Some(id), Some(page)) if !id.is_empty() && !page.ids.contains(id) && !contested(&path) => {
                    Some(format!("the link `{link}` leads to a place that {path} does not have"))
                }
                _ => None,
            };
            let first = missing.is_some() && told.insert((path.clone(), fragment.unwrap_or_default()));
            if let (true, Some(message)) = (first, missing) {
                wrong.push(at_its_place(site, url.as_str(), link, message));
            }
        }
    }
    wrong.extend(seen.iter().flat_map(|(i, page)| blemishes(site, outputs[*i].url.as_str(), page)));
    wrong.extend(orphans(site, &linked));
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
fn blemishes(site: &Site, url: &str, page: &Seen) -> Vec<Diagnostic> {
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
        Output::Entry(ix, _) => Some(ix),
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

fn sorted(ids: &HashSet<String>) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids
}

fn look(output: &Rendered) -> Option<Seen> {
    let Data::Bytes(bytes) = &output.data else { return None };
    if !output.url.output().ends_with(".html") {
        return None;
    }
    let mut seen =
        Seen { key: output.url.as_str().to_owned(), ids: HashSet::new(), links: Vec::new(), blemishes: Vec::new() };
    let mut reader = blemish::Reader::default();
    for token in Tokenizer::new(bytes.as_slice()) {
        let Ok(token) = token;
        reader.see(&token);
        let Token::StartTag(tag) = token else { continue };
        for (name, value) in &tag.attributes {
            let text = || String::from_utf8_lossy(value).into_owned();
            match name.as_slice() {
                b"id" => {
                    seen.ids.insert(text());
                }
                b"name" if tag.name.as_slice() == b"a" => {
                    seen.ids.insert(text());
                }
                b"href" | b"src" | b"poster" => seen.links.push(text()),
                b"srcset" => seen
                    .links
                    .extend(text().split(',').filter_map(|part| part.split_whitespace().next().map(str::to_owned))),
                _ => {}
            }
        }
    }
    seen.blemishes = reader.found;
    Some(seen)
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
        return Some((if path.is_empty() { "/".to_owned() } else { path }, fragment));
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
    Some((join(folder, &path).map_or(path, |path| format!("/{path}")), fragment))
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
