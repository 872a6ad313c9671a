//! Rules about sources: `source-undated`, `source-unarchived`, `duplicate-source`.

use super::Seen;
use crate::diagnostic::Diagnostic;
use crate::facts::Source;
use crate::site::Ix;
use crate::slug::fold;
use std::collections::HashMap;

pub(super) fn check(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let mut first: HashMap<String, Ix> = HashMap::new();
    for (ix, source) in seen.sources().filter(|(ix, _)| seen.site.has_page(*ix)) {
        if source.date.is_none() {
            let found = seen.found("source-undated", ix, &[], "this source has no date");
            told.push(found.help("give the `date` of publication, as far as it is known: `2022`, `2022-09~`"));
        }
        if source.url.is_some() && source.archive.is_none() {
            let found = seen.found("source-unarchived", ix, &["url"], "this source has no archived copy");
            told.push(found.help("save the page in a web archive, and give `archive: { url: …, date: … }`"));
        }
        for (what, key) in same(seen, source) {
            match first.get(&key) {
                Some(other) if other != &ix => {
                    let id = &seen.site.entry(*other).id.value;
                    let found = seen.found("duplicate-source", ix, &[what], format!("this has the {what} of `{id}`"));
                    let found = found.also(seen.place(*other, &[what]), "the other");
                    told.push(found.help("keep one of them, and point the references at it"));
                    break;
                }
                _ => _ = first.insert(key, ix),
            }
        }
    }
    told
}

/// What two entries for one source have in common, each with the field that says so.
fn same(seen: &Seen<'_>, source: &Source) -> Vec<(&'static str, String)> {
    let url = source.url.as_ref().map(|url| ("url", plain_url(&url.0)));
    let title = source.title.pick(seen.site.config.lang());
    let published = source.publisher.as_ref().or(source.container_title.as_ref()).zip(source.date.as_ref());
    let work =
        published.map(|(publisher, date)| ("title", format!("{}|{}|{}", fold(title), fold(publisher), date.as_str())));
    url.into_iter().chain(work).collect()
}

/// A URL without what leads to the same page: its scheme, `www.`, a slash at its end, its fragment, and tracking parameters.
fn plain_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let tracking = |part: &&str| {
        !part.is_empty() && !part.starts_with("utm_") && !part.starts_with("fbclid=") && !part.starts_with("gclid=")
    };
    let query: Vec<&str> = query.split('&').filter(tracking).collect();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let path = path.strip_prefix("www.").unwrap_or(path).trim_end_matches('/');
    let (host, rest) = path.split_once('/').unwrap_or((path, ""));
    format!("{}/{rest}?{}", host.to_lowercase(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::plain_url;

    #[test]
    fn spellings_of_one_url_are_one() {
        let plain = plain_url("https://www.Example.org/a/?utm_source=x&id=3#top");
        assert_eq!(plain, plain_url("http://example.org/a?id=3"));
        assert_ne!(plain, plain_url("http://example.org/A?id=3"));
    }
}
