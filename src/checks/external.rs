//! `dead-link`: links out of the site that lead nowhere any more. Only when it is asked for: it asks other hosts.

use super::Seen;
use crate::body::Body;
use crate::clean::leads_out;
use crate::diagnostic::Diagnostic;
use crate::external::Answer;
use crate::site::{Ix, Site};
use crate::source::Span;
use crate::tags::{self, Piece};

/// A link out of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// Where it leads.
    pub url: String,
    /// Where it is written.
    pub span: Span,
}

/// The links out of a site: of its sources, and in the texts of its pages and facts. Of those that are sensitive none is asked.
pub fn links(site: &Site) -> Vec<Outward> {
    let seen = Seen::new(site);
    let mut links = Vec::new();
    for (ix, source) in seen.sources().filter(|(ix, _)| site.has_page(*ix)) {
        let mut add =
            |url: &str, path: &[&str]| links.push(Outward { url: url.to_owned(), span: seen.place(ix, path) });
        if let Some(url) = &source.url {
            add(&url.0, &["url"]);
        }
        if let Some(archive) = &source.archive {
            add(&archive.url.0, &["archive", "url"]);
        }
    }
    links.extend(site.iter().filter(|(ix, _)| site.has_page(*ix)).flat_map(|(ix, _)| in_text(site, ix)));
    links
}

fn in_text(site: &Site, ix: Ix) -> Vec<Outward> {
    let surface = site.entry(ix);
    let text = site.sources.get(surface.file).text();
    let body = &*site.entries[ix.0 as usize].body;
    let bodies = surface.field_bodies().into_iter().chain([body]).flat_map(Body::with_inner);
    let urls = bodies.flat_map(|body| web_links(&body.html));
    urls.map(|url| {
        let span = text.find(&url).map_or(surface.id.span, |at| Span::new(surface.file, at..at + url.len()));
        Outward { url, span }
    })
    .collect()
}

/// What the links of a text lead to on the web, however they are written.
fn web_links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    tags::each(html.as_bytes(), |piece| {
        let Piece::Start(tag) = piece else { return };
        let href = tag.attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"href"));
        links.extend(href.map(|(_, value)| tags::value(value).into_owned()).filter(|url| leads_out(url)));
    });
    links
}

/// What is dead among the links; `answers` are theirs, one each.
pub fn told(links: &[Outward], answers: &[Answer]) -> Vec<Diagnostic> {
    let dead = links.iter().zip(answers).filter_map(|(link, answer)| match answer {
        Answer::Dead(reason) => Some((link, reason)),
        Answer::Fine | Answer::Unknown(_) => None,
    });
    dead.map(|(link, reason)| {
        let message = format!("this link is dead: {reason}");
        let help = "find where it went; of a source give the `archive`, and take the `url` out if nothing stands there any more";
        Diagnostic::warning("dead-link", link.span, message).help(help)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn links_to_the_web_are_found_however_they_are_written() {
        let html = "<a href=\"https://e.org/?a&amp;b\">a</a> <a href=\"HTTPS://e.org/\">b</a> <a href=\"//e.org/\">c</a> \
                    <a href=\"mailto:a@e.org\">d</a> <a href=\"#e\">e</a> <a href=\"/é\">f</a> <a class=x HREF='http://e.org/g'>g</a>";
        assert_eq!(super::web_links(html), ["https://e.org/?a&b", "HTTPS://e.org/", "//e.org/", "http://e.org/g"]);
    }
}
