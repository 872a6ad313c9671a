//! URLs inside the site: absolute paths, decoded, without the base URL's own path.

use crate::limits::LONGEST_NAME;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;
use std::sync::Arc;

/// Where a page or file stands: `/background/war/`, `/atom.xml`. Begins with `/`; a page ends with `/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Url(Arc<str>);

/// The folder of the search index in the output.
pub const SEARCH_FOLDER: &str = "pagefind";

/// The folder of our own in the output, where no page may stand: manifest, lock and files on their way.
pub const OWN_FOLDER: &str = ".backgrounder";

/// What a path keeps as it is: RFC 3986's `pchar` and `/`.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\\');

impl Url {
    /// The page at these segments; empty ones are left out. None when one is `.` or `..`, is longer than names of files can
    /// be, or holds a slash, a backslash or a control character.
    pub fn page<'a>(segments: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut url = String::from("/");
        for segment in segments.into_iter().filter(|segment| !segment.is_empty()) {
            let odd = |c: char| matches!(c, '/' | '\\') || c.is_control();
            let ours = url == "/" && segment.eq_ignore_ascii_case(OWN_FOLDER);
            if matches!(segment, "." | "..") || segment.contains(odd) || ours || segment.len() > LONGEST_NAME {
                return None;
            }
            url.push_str(segment);
            url.push('/');
        }
        Some(Self(url.into()))
    }

    /// The file `name` beside this page.
    #[must_use]
    pub fn file(&self, name: &str) -> Self {
        Self(format!("{}{name}", self.folder()).into())
    }

    /// Where the page `number` of the list is that begins here: `/articles/page/2/`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let number = number.to_string();
        let deeper = || Self::page(self.0.split('/').chain(["page", number.as_str()]));
        if number == "1" { self.clone() } else { deeper().unwrap_or_else(|| self.clone()) }
    }

    /// The page at the segments of `path`, a path with slashes.
    pub fn of_path(path: &str) -> Option<Self> {
        if path.contains("://") || path.contains(['?', '#']) || path.trim().is_empty() {
            return None;
        }
        let page = Self::page(path.split('/'))?;
        let file = !path.ends_with('/') && path.rsplit('/').next().is_some_and(|last| last.ends_with(".html"));
        Some(if file { Self(page.0.trim_end_matches('/').into()) } else { page })
    }

    /// The file at `path`, a path with slashes that is known to be well formed.
    pub fn of_file(path: &str) -> Self {
        Self(format!("/{path}").into())
    }

    /// The path, decoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder it stands in, with a slash at its end.
    fn folder(&self) -> &str {
        &self.0[..=self.0.rfind('/').unwrap_or(0)]
    }

    /// The file in the output that it is served from: `background/war/index.html`.
    pub fn output(&self) -> String {
        let path = &self.0[1..];
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() }
    }

    /// Whether it is served from a file of HTML.
    pub fn is_html(&self) -> bool {
        self.0.ends_with('/') || self.0.ends_with(".html")
    }

    /// What stands in an `href`: percent-encoded, behind `base`, the base URL or its path, without a
    /// slash at its end.
    pub fn href(&self, base: &str) -> String {
        let mut href = String::with_capacity(base.len() + self.0.len());
        href.push_str(base);
        href.extend(utf8_percent_encode(&self.0, PATH));
        href
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands behind a link's path: `#` and the id, percent-encoded; nothing when there is none.
pub fn fragment(id: Option<&str>) -> String {
    id.map_or_else(String::new, |id| format!("#{}", utf8_percent_encode(id, PATH)))
}

/// The query of a link, with its `?`; nothing when there is none.
pub fn query(link: &str) -> &str {
    let link = link.split('#').next().unwrap_or_default();
    link.find('?').map_or("", |at| &link[at..])
}

/// A link's parts: its path, decoded and without query, and its fragment, decoded.
pub fn split(link: &str) -> (Cow<'_, str>, Option<String>) {
    let decode = |text| percent_decode_str(text).decode_utf8_lossy();
    let fragment = |text| Some(decode(text).into_owned());
    let (rest, fragment) = link.split_once('#').map_or((link, None), |(rest, f)| (rest, fragment(f)));
    let path = rest.split_once('?').map_or(rest, |(path, _)| path);
    (decode(path), fragment)
}

/// `path` seen from the folder `from`, both with slashes and inside the site; none when it leads out.
pub fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                while parts.last().is_some_and(|part| part.is_empty()) {
                    parts.pop();
                }
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let slash = path.ends_with('/') || path.ends_with("/..") || path.ends_with("/.") || matches!(path, "." | "..");
    let joined: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some(joined.join("/") + if slash && !joined.is_empty() { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_their_files() {
        let url = Url::page(["background", "", "Լաչին b"]).expect("plain segments");
        assert_eq!(url.as_str(), "/background/Լաչին b/");
        assert_eq!(url.output(), "background/Լաչին b/index.html");
        assert_eq!(url.href("/sub"), "/sub/background/%D4%BC%D5%A1%D5%B9%D5%AB%D5%B6%20b/");
        assert_eq!(Url::page([]).map(|u| u.output()).as_deref(), Some("index.html"));
        assert_eq!(Url::page(["a", ".."]), None);
        assert_eq!(Url::of_path("old/page.html").map(|u| u.output()).as_deref(), Some("old/page.html"));
        assert_eq!(url.file("map.png").output(), "background/Լաչին b/map.png");
    }

    #[test]
    fn links_are_seen_from_where_they_stand() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a/b", "/c/").as_deref(), Some("c/"));
        assert_eq!(join("", "../c"), None);
        assert_eq!(split("a%20b?x#%C3%A9"), ("a b".into(), Some("é".to_owned())));
    }
}
