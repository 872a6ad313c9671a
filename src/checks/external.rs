//! `dead-link`: links out of the site that lead nowhere any more. Only when it is asked for: it asks other hosts.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::external::Answer;
use crate::site::{Ix, Site};
use crate::source::Span;

/// A link out of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outward {
    /// Where it leads.
    pub url: String,
    /// Where it is written.
    pub span: Span,
}

/// The links out of a site: of its sources, and in its texts. Of those that are sensitive none is asked.
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
    links.extend(site.iter().flat_map(|(ix, _)| in_text(site, ix)));
    links
}

fn in_text(site: &Site, ix: Ix) -> Vec<Outward> {
    let surface = site.entry(ix);
    let text = site.sources.get(surface.file).text();
    let body = &site.entries[ix.0 as usize].body;
    web_links(&body.html)
        .map(|url| {
            let span = text.find(&url).map_or(surface.id.span, |at| Span::new(surface.file, at..at + url.len()));
            Outward { url, span }
        })
        .collect()
}

/// What the links of a text lead to on the web. Schemes may be in capitals; what begins with two slashes takes that of the page.
fn web_links(html: &str) -> impl Iterator<Item = String> {
    let is_web =
        |url: &&str| url.starts_with("//") || url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
    let urls = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    urls.filter(is_web).map(crate::html::plain)
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
                    <a href=\"mailto:a@e.org\">d</a> <a href=\"#e\">e</a> <a href=\"/é\">f</a>";
        let found: Vec<String> = super::web_links(html).collect();
        assert_eq!(found, ["https://e.org/?a&b", "HTTPS://e.org/", "//e.org/"]);
    }
}
