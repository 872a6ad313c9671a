//! Wanted: of the pictures that could be made smaller, those that some output names. The others are not made.
//!
//! Whatever names them counts: `srcset`s, links, a template's `<meta>`, the theme's stylesheet, a feed. So names are looked for
//! in the text of all outputs, wherever they stand in it; not in files that are only copied.

use crate::html::plain;
use crate::render::{Data, Rendered};
use crate::site::{Output, Route, Site};
use percent_encoding::percent_decode_str;
use std::collections::HashSet;

/// How names of smaller pictures end: `photo.jpg-480w.webp`.
const ENDING: &str = "w.webp";

/// The longest name that is looked at, in bytes; file systems have none that are longer.
const LONGEST: usize = 4 * 255;

/// The smaller pictures that a site could have.
pub struct Pictures<'s> {
    names: HashSet<&'s str>,
}

impl<'s> Pictures<'s> {
    /// Those of a site.
    pub fn of(site: &'s Site) -> Self {
        Self { names: site.routes.iter().filter(|route| is_smaller(route)).map(name).collect() }
    }

    /// Which of them an output names.
    pub fn named(&self, output: &Rendered) -> HashSet<&'s str> {
        if self.names.is_empty() { HashSet::new() } else { named(output, &self.names) }
    }

    /// Whether a route's output is to be there when these are the names that stand in outputs.
    pub fn is_wanted(&self, route: &Route, named: &HashSet<&str>) -> bool {
        !is_smaller(route) || named.contains(name(route))
    }
}

fn is_smaller(route: &Route) -> bool {
    matches!(route.what, Output::Picture(..))
}

fn name(route: &Route) -> &str {
    route.url.as_str().rsplit('/').next().unwrap_or_default()
}

/// Which of `names` an output holds.
fn named<'n>(output: &Rendered, names: &HashSet<&'n str>) -> HashSet<&'n str> {
    let Data::Bytes(bytes) = &output.data else { return HashSet::new() };
    let Ok(text) = std::str::from_utf8(bytes) else { return HashSet::new() };
    let mut seen = HashSet::new();
    let mut found = HashSet::new();
    for (at, _) in text.match_indices(ENDING) {
        let end = at + ENDING.len();
        let from = crate::source::floor_char(text, end.saturating_sub(LONGEST));
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | '<' | '>');
        let start = text[from..end].rfind(is_edge).map_or(from, |edge| from + edge);
        let written = text[start..end].trim_start_matches(is_edge);
        if seen.insert(written) {
            found.extend(suffixes(written, names));
        }
    }
    found
}

/// The names that a piece of text ends with, as it is written in HTML, in a URL or in plain.
fn suffixes<'n>(written: &str, names: &HashSet<&'n str>) -> Vec<&'n str> {
    let written = if written.contains('&') { plain(written) } else { written.to_owned() };
    let decoded = percent_decode_str(&written).decode_utf8_lossy();
    let edges = decoded.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    std::iter::once(0).chain(edges).filter_map(|at| names.get(&decoded[at..]).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::Url;

    #[test]
    fn what_some_output_names_is_wanted_however_it_is_written() {
        for (text, path) in [
            ("<img srcset=\"/a/photo.jpg-480w.webp 480w, /a/b.png-960w.webp 960w\">", "a/photo.jpg-480w.webp"),
            ("<img srcset=\"/x.png 1w, /a/photo.jpg-480w.webp 480w\">", "a/photo.jpg-480w.webp"),
            ("<img src=photo.jpg-480w.webp>", "a/photo.jpg-480w.webp"),
            ("a { background: url('photo.jpg-480w.webp') }", "a/photo.jpg-480w.webp"),
            ("{\"image\":\"https:\\/\\/e.org\\/photo.jpg-480w.webp\"}", "photo.jpg-480w.webp"),
            ("<img src=\"/a/the%20day%2C%20after.jpg-480w.webp\">", "a/the day, after.jpg-480w.webp"),
            ("<img src=\"/a/Tom&#39;s &amp; mine.jpg-480w.webp\">", "a/mine.jpg-480w.webp"),
            ("<img src=\"/a/&amp;.jpg-480w.webp\">", "a/&.jpg-480w.webp"),
            ("<img src=\"/%D4%BC%D5%A1.jpg-480w.webp\">", "Լա.jpg-480w.webp"),
        ] {
            let page = Rendered { url: Url::of_file("a/index.html"), data: Data::Bytes(text.as_bytes().to_vec()) };
            let name = path.rsplit('/').next().unwrap_or_default();
            assert_eq!(named(&page, &HashSet::from([name, "other.jpg-480w.webp"])), HashSet::from([name]), "{text}");
        }
    }
}
